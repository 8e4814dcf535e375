/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff -- what came, what went and what is said otherwise between two manifests.
 *
 * Records are compared by what their R lines say, and the steps by what they were; where records lie, and when, is no difference.
 */
#include <scope/breadth.h>
#include <scope/cmd.h>
#include <scope/diff.h>
#include <scope/export.h>
#include <scope/json.h>
#include <scope/manifest.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>

enum { LICENCE, HOST, DOMAIN, BYS, NAMES_MAX = 64, TOP = 10, TOP_MAX = 100000 };

static const sc_str bys[BYS] = { SC_LIT("licence"), SC_LIT("host"), SC_LIT("domain") };
static const struct {
	sc_str name;
	size_t column;
} columns[] = {
	{ SC_LIT("bytes"), SC_R_BYTES },     { SC_LIT("media"), SC_R_MEDIA },
	{ SC_LIT("licence"), SC_R_LICENCE }, { SC_LIT("basis"), SC_R_BASIS },
	{ SC_LIT("domain"), SC_R_DOMAIN },
};

struct top {
	struct sc_diff_row *v; /* by how much they differ, the most first */
	size_t n, cap;
	struct sc_diff_row rest;
	uint64_t nrest;
	struct sc_breadth_sum wide[2]; /* of all rows, before and after */
};

struct diff {
	sc_str by, output;
	uint64_t memory, top;
	bool json, list, delta;
	unsigned bits;
	struct sc_diff_table *table[BYS];
	struct {
		sc_str name;
		uint64_t n;
	} field[NAMES_MAX]; /* which fields of changed records differ, and how often */
	size_t nfield;
	struct sc_arena a, each;
};

#define AT(f) offsetof(struct diff, f)
static const struct sc_opt opts[] = {
	{ "list", NULL, "a line for each record: +ID, -ID, ~ID FIELD OLD NEW", AT(list), 0,
	  SC_OPT_FLAG },
	{ "by", "KEYS", "tables by licence, host, domain; separated by commas (default: all)",
	  AT(by), 'b', SC_OPT_STR },
	{ "top", "N", "rows of a table, those that differ most (default 10); the rest is summed",
	  AT(top), 0, SC_OPT_NUM },
	{ "delta", NULL, "what makes the second of the first, for scope patch", AT(delta), 0,
	  SC_OPT_FLAG },
	{ "output", "FILE", "where a delta goes (default: standard output)", AT(output), 'o',
	  SC_OPT_STR },
	{ "json", NULL, "one JSON object instead of tables", AT(json), 0, SC_OPT_FLAG },
	{ "memory", "SIZE", "for sorting, before it spills to TMPDIR (default 256MiB)", AT(memory),
	  0, SC_OPT_SIZE },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

extern const struct sc_cmd cmd_diff;

/* ---- each id ---- */

static int count_line(struct diff *d, const sc_str *line, int side, struct sc_err *e)
{
	struct sc_diff_lines one = { line, 1 };
	uint64_t bytes = 0;

	sc_str_u64(sc_diff_field(&d->each, &one, SC_R_BYTES, SC_STR("")), &bytes);
	for (int i = 0; i < BYS; i++) {
		sc_str value, label;

		if (!d->table[i])
			continue;
		value = i == HOST ? sc_diff_field(&d->each, &one, 0, bys[HOST])
		                  : sc_diff_field(&d->each, &one,
		                                  i == LICENCE ? SC_R_LICENCE : SC_R_DOMAIN,
		                                  SC_STR(""));
		if (i != DOMAIN)
			SC_TRY(sc_diff_table_add(d->table[i], value, side, bytes, e));
		while (i == DOMAIN && sc_str_cut(&value, ',', &label))
			SC_TRY(sc_diff_table_add(d->table[i], label, side, bytes, e));
	}
	return SC_OK;
}

static void field_count(struct diff *d, sc_str name)
{
	size_t i = 0;

	while (i < d->nfield && !sc_str_eq(d->field[i].name, name))
		i++;
	if (i == d->nfield && i == NAMES_MAX)
		return;
	if (i == d->nfield)
		d->field[d->nfield++].name = sc_strdup(&d->a, name);
	d->field[i].n++;
}

static void field_diff(struct diff *d, const struct sc_diff_id *x, sc_str name, size_t column,
                       sc_str key)
{
	sc_str old = sc_diff_field(&d->each, &x->of[0], column, key),
	       new = sc_diff_field(&d->each, &x->of[1], column, key);

	if (sc_str_eq(old, new))
		return;
	field_count(d, name);
	if (!d->list)
		return;
	name = sc_escape(&d->each, name);
	old = sc_escape(&d->each, old);
	new = sc_escape(&d->each, new);
	printf("~%.*s\t", SC_ARG(x->id));
	fwrite(name.p, 1, name.n, stdout);
	putchar('\t');
	fwrite(old.p, 1, old.n, stdout);
	putchar('\t');
	fwrite(new.p, 1, new.n, stdout);
	putchar('\n');
}

static void id_diff(struct diff *d, const struct sc_diff_id *x)
{
	sc_str *keys;
	size_t n = sc_diff_keys(&d->each, x->of, 2, &keys);

	for (size_t i = 0; i < SC_COUNT(columns); i++)
		field_diff(d, x, columns[i].name, columns[i].column, SC_STR(""));
	for (size_t i = 0; i < n; i++)
		field_diff(d, x, keys[i], 0, keys[i]);
}

static int each(void *with, const struct sc_diff_id *x, struct sc_err *e)
{
	struct diff *d = with;

	sc_arena_reset(&d->each);
	if (!d->list)
		for (int side = 0; side < 2; side++)
			for (size_t i = 0; i < x->of[side].n; i++)
				SC_TRY(count_line(d, &x->of[side].v[i], side, e));
	if (x->kind == '~')
		id_diff(d, x);
	else if (d->list && x->kind != '=')
		printf("%c%.*s\n", x->kind, SC_ARG(x->id));
	return SC_OK;
}

/* ---- steps ---- */

static bool step_same(const struct sc_step *x, const struct sc_step *y)
{
	return sc_str_eq(x->name, y->name) && x->revision == y->revision &&
	       !memcmp(x->rules, y->rules, 32) && sc_str_eq(x->args, y->args);
}

/* partner[i] of an old step: the new one that is the same, or else of that name, or SC_NONE; taken[k]: the new step k is somebody's. */
static void steps_pair(const struct sc_diff_side side[2], size_t *partner, bool *taken)
{
	for (size_t i = 0; i < side[0].nstep; i++)
		partner[i] = SC_NONE;
	for (int name = 0; name < 2; name++)
		for (size_t i = 0; i < side[0].nstep; i++)
			for (size_t k = 0; k < side[1].nstep && partner[i] == SC_NONE; k++)
				if (!taken[k] &&
				    (name ? sc_str_eq(side[0].step[i].name, side[1].step[k].name)
				          : step_same(&side[0].step[i], &side[1].step[k]))) {
					partner[i] = k;
					taken[k] = true;
				}
}

struct steps {
	size_t *partner;
	bool *taken, differ;
};

static struct steps steps_of(struct sc_arena *a, const struct sc_diff_side side[2])
{
	struct steps s = { SC_NEW(a, size_t, side[0].nstep + 1), SC_NEW(a, bool, side[1].nstep + 1),
		           side[0].nstep != side[1].nstep };

	steps_pair(side, s.partner, s.taken);
	for (size_t i = 0; i < side[0].nstep; i++)
		s.differ |= s.partner[i] == SC_NONE ||
		            !step_same(&side[0].step[i], &side[1].step[s.partner[i]]);
	return s;
}

static void step_show(struct sc_arena *a, char sign, const struct sc_step *s)
{
	sc_str name = sc_escape(a, s->name), args = sc_escape(a, s->args);
	char rules[] = " rules 000000000000";
	static const uint8_t none[32];

	sc_hex(s->rules, 6, rules + 7);
	if (!memcmp(s->rules, none, 32))
		*rules = 0;
	printf("  %c %.*s revision %u%s%s%.*s\n", sign, SC_ARG(name), s->revision, rules,
	       args.n ? " " : "", SC_ARG(args));
}

static void steps_show(struct diff *d, const struct sc_diff_side side[2], const struct steps *s)
{
	if (!s->differ)
		return;
	puts("\nsteps");
	for (size_t i = 0; i < side[0].nstep; i++) {
		const struct sc_step *old = &side[0].step[i],
		                     *new = s->partner[i] == SC_NONE ? NULL
		                                                     : &side[1].step[s->partner[i]];

		if (new &&step_same(old, new))
			continue;
		step_show(&d->a, '-', old);
		if (new)
			step_show(&d->a, '+', new);
	}
	for (size_t k = 0; k < side[1].nstep; k++)
		if (!s->taken[k])
			step_show(&d->a, '+', &side[1].step[k]);
}

static void step_json(struct sc_buf *b, const struct sc_step *s)
{
	static const uint8_t none[32];

	if (!s) {
		sc_buf_add(b, SC_STR("null"));
		return;
	}
	sc_buf_add(b, SC_STR("{\"name\":"));
	sc_json_put(b, s->name);
	sc_buf_fmt(b, ",\"revision\":%u,\"rules\":", s->revision);
	if (memcmp(s->rules, none, 32)) {
		sc_buf_add(b, SC_STR("\"sha256:"));
		sc_hex_put(b, s->rules, 32);
		sc_buf_byte(b, '"');
	} else {
		sc_buf_add(b, SC_STR("null"));
	}
	sc_buf_add(b, SC_STR(",\"args\":"));
	sc_json_put(b, s->args);
	sc_buf_byte(b, '}');
}

static void step_pair_json(struct sc_buf *b, bool *first, const struct sc_step *old,
                           const struct sc_step *new)
{
	sc_buf_add(b, *first ? SC_STR("{\"before\":") : SC_STR(",{\"before\":"));
	step_json(b, old);
	sc_buf_add(b, SC_STR(",\"after\":"));
	step_json(b, new);
	sc_buf_byte(b, '}');
	*first = false;
}

static void steps_json(struct sc_buf *b, const struct sc_diff_side side[2], const struct steps *s)
{
	bool first = true;

	sc_buf_add(b, SC_STR(",\"steps\":["));
	for (size_t i = 0; i < side[0].nstep; i++) {
		const struct sc_step *new =
		        s->partner[i] == SC_NONE ? NULL : &side[1].step[s->partner[i]];

		if (!new || !step_same(&side[0].step[i], new))
			step_pair_json(b, &first, &side[0].step[i], new);
	}
	for (size_t k = 0; k < side[1].nstep; k++)
		if (!s->taken[k])
			step_pair_json(b, &first, NULL, &side[1].step[k]);
	sc_buf_byte(b, ']');
}

/* ---- tables ---- */

static uint64_t differs_by(const struct sc_diff_row *r)
{
	return r->records[0] > r->records[1] ? r->records[0] - r->records[1]
	                                     : r->records[1] - r->records[0];
}

static void row_add(struct sc_diff_row *to, const struct sc_diff_row *r)
{
	for (int i = 0; i < 2; i++) {
		to->records[i] += r->records[i];
		to->bytes[i] += r->bytes[i];
	}
}

/* Rows come by value: of those that differ as much the first stands before. */
static void top_add(struct sc_arena *a, struct top *t, const struct sc_diff_row *r)
{
	size_t i = t->n;

	if (i == t->cap && (!i || differs_by(r) <= differs_by(&t->v[i - 1]))) {
		row_add(&t->rest, r);
		t->nrest++;
		return;
	}
	if (i == t->cap) {
		row_add(&t->rest, &t->v[--i]);
		t->nrest++;
	} else {
		t->n++;
	}
	for (; i > 0 && differs_by(&t->v[i - 1]) < differs_by(r); i--)
		t->v[i] = t->v[i - 1];
	t->v[i] = *r;
	t->v[i].value = sc_strdup(a, r->value);
}

static int top_of(struct diff *d, int by, struct top *t, struct sc_err *e)
{
	struct sc_diff_row r;
	int rc;

	*t = (struct top){ .cap = (size_t)d->top };
	t->v = SC_NEW(&d->a, struct sc_diff_row, t->cap + 1);
	while ((rc = sc_diff_table_next(d->table[by], &r, e)) == SC_OK) {
		for (int side = 0; side < 2; side++)
			SC_TRY(sc_breadth_add(&t->wide[side], r.records[side], e));
		top_add(&d->a, t, &r);
	}
	return rc < 0 ? rc : SC_OK;
}

/* How broad each side is by that: Hill numbers of q = 0, 1, 2. */
static void breadth_of(const struct top *t, int side, struct sc_breadth *out)
{
	struct sc_fact_total all = { .having = { t->wide[side].n, 0 } };

	sc_breadth_end(&t->wide[side], &all, false, 0.95, out);
}

static void breadth_show(const struct top *t)
{
	struct sc_breadth b[2];
	struct sc_buf out = { 0 };

	breadth_of(t, 0, &b[0]);
	breadth_of(t, 1, &b[1]);
	sc_buf_add(&out, SC_STR("  effective number"));
	for (int side = 0; side < 2; side++) {
		sc_buf_add(&out, side ? SC_STR(" -> ") : SC_STR(" "));
		sc_breadth_put(&out, b[side].hill[1]);
	}
	printf("%.*s\n", SC_ARG(sc_buf_str(&out)));
	sc_buf_free(&out);
}

static void change_show(uint64_t before, uint64_t after)
{
	printf(" %12ju %12ju %c%11ju", (uintmax_t)before, (uintmax_t)after,
	       after < before   ? '-'
	       : after > before ? '+'
	                        : ' ',
	       (uintmax_t)(after < before ? before - after : after - before));
}

static void row_show(sc_str name, const struct sc_diff_row *r)
{
	struct sc_arena a = { 0 };
	sc_str shown = sc_fit(sc_escape(&a, sc_str_head(name, 400)), 40);

	printf("  %.*s%*s", SC_ARG(shown), (int)(40 - sc_columns(shown)), "");
	change_show(r->records[0], r->records[1]);
	putchar('\n');
	sc_arena_free(&a);
}

static void table_show(int by, const struct top *t)
{
	printf("\n%-42.*s %12s %12s %12s\n", SC_ARG(bys[by]), "before", "after", "difference");
	for (size_t i = 0; i < t->n; i++)
		row_show(t->v[i].value, &t->v[i]);
	if (t->nrest) {
		struct sc_arena a = { 0 };

		row_show(sc_fmt(&a, "(%ju more)", (uintmax_t)t->nrest), &t->rest);
		sc_arena_free(&a);
	}
	breadth_show(t);
}

static void row_json(struct sc_buf *b, const struct sc_diff_row *r)
{
	sc_buf_fmt(b, "\"before\":%ju,\"after\":%ju,\"bytes_before\":%ju,\"bytes_after\":%ju}",
	           (uintmax_t)r->records[0], (uintmax_t)r->records[1], (uintmax_t)r->bytes[0],
	           (uintmax_t)r->bytes[1]);
}

static void table_json(struct sc_buf *b, int by, const struct top *t)
{
	sc_buf_fmt(b, ",\"%.*s\":{\"rows\":[", SC_ARG(bys[by]));
	for (size_t i = 0; i < t->n; i++) {
		sc_buf_add(b, i ? SC_STR(",{\"value\":") : SC_STR("{\"value\":"));
		sc_json_put(b, t->v[i].value);
		sc_buf_byte(b, ',');
		row_json(b, &t->v[i]);
	}
	sc_buf_fmt(b, "],\"rest\":{\"values\":%ju,", (uintmax_t)t->nrest);
	row_json(b, &t->rest);
	for (int side = 0; side < 2; side++) {
		struct sc_breadth w;

		breadth_of(t, side, &w);
		sc_buf_fmt(b, ",\"hill_%s\":[%.17g,%.17g,%.17g]", side ? "after" : "before",
		           w.hill[0], w.hill[1], w.hill[2]);
	}
	sc_buf_byte(b, '}');
}

/* ---- the whole ---- */

static void roots_show(const char *name, const uint8_t old[32], const uint8_t new[32])
{
	char a[64], b[64];

	sc_hex(old, 32, a);
	sc_hex(new, 32, b);
	printf("%-12s sha256:%.64s\n%-12s sha256:%.64s\n", name, a, "", b);
}

static void total_show(const char *name, uint64_t before, uint64_t after)
{
	printf("%-12s", name);
	change_show(before, after);
	putchar('\n');
}

static int show(struct diff *d, const struct sc_diff *x, const struct steps *s, struct sc_err *e)
{
	const struct sc_diff_side *o = &x->side[0], *n = &x->side[1];

	roots_show("record-root", o->t.record_root, n->t.record_root);
	roots_show("key-root", o->t.key_root, n->t.key_root);
	total_show("records", o->t.records, n->t.records);
	total_show("identities", o->ids, n->ids);
	total_show("bytes", o->bytes, n->bytes);
	total_show("occurrences", o->t.occurrences, n->t.occurrences);
	total_show("conflicts", o->conflicts, n->conflicts);
	printf("\n%ju added, %ju removed, %ju changed, %ju unchanged\n", (uintmax_t)x->added,
	       (uintmax_t)x->removed, (uintmax_t)x->changed, (uintmax_t)x->same);
	for (size_t i = 0; i < d->nfield; i++) {
		sc_str name = sc_escape(&d->a, d->field[i].name);

		printf("  %.*s changed: %ju\n", SC_ARG(name), (uintmax_t)d->field[i].n);
	}
	steps_show(d, x->side, s);
	for (int i = 0; i < BYS; i++) {
		struct top t;

		if (!d->table[i])
			continue;
		SC_TRY(top_of(d, i, &t, e));
		table_show(i, &t);
	}
	return SC_OK;
}

static void side_json(struct sc_buf *b, const char *name, const struct sc_diff_side *s)
{
	sc_buf_fmt(b, "\"%s\":{\"record_root\":\"sha256:", name);
	sc_hex_put(b, s->t.record_root, 32);
	sc_buf_add(b, SC_STR("\",\"key_root\":\"sha256:"));
	sc_hex_put(b, s->t.key_root, 32);
	sc_buf_fmt(
	        b,
	        "\",\"records\":%ju,\"identities\":%ju,\"bytes\":%ju,\"occurrences\":%ju,\"conflicts\":%ju}",
	        (uintmax_t)s->t.records, (uintmax_t)s->ids, (uintmax_t)s->bytes,
	        (uintmax_t)s->t.occurrences, (uintmax_t)s->conflicts);
}

static int show_json(struct diff *d, const struct sc_diff *x, const struct steps *s, bool same,
                     struct sc_err *e)
{
	struct sc_buf b = { .a = &d->a };

	sc_buf_fmt(&b, "{\"same\":%s,", same ? "true" : "false");
	side_json(&b, "before", &x->side[0]);
	sc_buf_byte(&b, ',');
	side_json(&b, "after", &x->side[1]);
	sc_buf_fmt(&b,
	           ",\"added\":%ju,\"removed\":%ju,\"changed\":%ju,\"unchanged\":%ju,\"fields\":{",
	           (uintmax_t)x->added, (uintmax_t)x->removed, (uintmax_t)x->changed,
	           (uintmax_t)x->same);
	for (size_t i = 0; i < d->nfield; i++) {
		if (i)
			sc_buf_byte(&b, ',');
		sc_json_put(&b, d->field[i].name);
		sc_buf_fmt(&b, ":%ju", (uintmax_t)d->field[i].n);
	}
	sc_buf_byte(&b, '}');
	steps_json(&b, x->side, s);
	for (int i = 0; i < BYS; i++) {
		struct top t;

		if (!d->table[i])
			continue;
		SC_TRY(top_of(d, i, &t, e));
		table_json(&b, i, &t);
	}
	sc_buf_add(&b, SC_STR("}\n"));
	fwrite(b.p, 1, b.n, stdout);
	return SC_OK;
}

/* 0: the same, 1: not. */
static int compare(struct diff *d, const sc_str path[2], struct sc_err *e)
{
	struct sc_diff x = { .path = { path[0], path[1] }, .each = each, .with = d };
	struct steps s;
	bool same = false;
	int rc = sc_diff_run(&x, e);

	if (rc == SC_OK) {
		s = steps_of(&d->a, x.side);
		same = !x.added && !x.removed && !x.changed && !s.differ;
		if (d->json)
			rc = show_json(d, &x, &s, same, e);
		else if (!same && !d->list)
			rc = show(d, &x, &s, e);
	}
	sc_diff_free(&x);
	return rc < 0 ? rc : !same;
}

static int delta(const struct diff *d, const sc_str path[2], struct sc_err *e)
{
	struct sc_output *out;
	struct sc_delta found = { .nnew = 0 };
	int rc;

	SC_TRY(sc_output_open(&out, d->output.n ? d->output : SC_STR("-"), SC_STR(""), 0, e));
	rc = sc_delta_make(path, (size_t)d->memory, out, &found, e);
	rc = sc_output_end(out, rc, e);
	return rc < 0 ? rc : found.nnew || found.nold;
}

static int diff_run(struct diff *d, char **thing, int n, struct sc_err *e)
{
	sc_str path[2];
	int rc;

	if (n != 2)
		return sc_fail(e, "diff: say two manifests, or the folders that have them");
	if (d->delta && (d->json || d->list))
		return sc_fail(e, "diff: --delta goes with neither --json nor --list");
	if (d->json && d->list)
		return sc_fail(e, "diff: --json or --list, not both");
	if (d->output.n && !d->delta)
		return sc_fail(e, "diff: -o is where a delta goes: say --delta");
	d->top = d->top ? d->top > TOP_MAX ? TOP_MAX : d->top : TOP;
	d->memory = d->memory ? d->memory : 256 << 20;
	SC_TRY(sc_opt_bits("--by", d->by, bys, BYS, &d->bits, e));
	for (int i = 0; i < 2; i++)
		path[i] = sc_manifest_at(&d->a, sc_str_c(thing[i]));
	if (d->delta)
		return delta(d, path, e);
	for (int i = 0; i < BYS; i++)
		if (d->bits >> i & 1)
			d->table[i] = sc_diff_table_new((size_t)d->memory / BYS);
	rc = compare(d, path, e);
	if (fflush(stdout) || ferror(stdout))
		rc = sc_fail(e, "standard output could not be written");
	return rc;
}

static int diff_main(int argc, char **argv, struct sc_err *e)
{
	struct diff d = { .json = false };
	struct sc_optset set[] = { { opts, &d } };
	const struct sc_opt *tables[] = { opts };
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &d.a, &help, e), rc = first;

	if (help)
		sc_help_print("scope diff", &cmd_diff.card, cmd_diff.synopsis, tables, 1);
	else if (first >= 0)
		rc = diff_run(&d, argv + first, argc - first, e);
	for (int i = 0; i < BYS; i++)
		sc_diff_table_free(d.table[i]);
	sc_arena_free(&d.a);
	sc_arena_free(&d.each);
	return help ? 0 : rc < 0 ? 2 : rc;
}

const struct sc_cmd cmd_diff = {
	.card = { .name = "diff",
	          .about = "what came, what went and what changed between two manifests",
	          .more = "Records are compared by their identity and what is said of them, steps by what they were; where records lie and when is no "
	                  "difference.  Both manifests are checked as they are read; a folder stands for the manifest.scm in it.  With --delta the result is what `scope patch` makes the second of the "
	                  "first with, byte for byte; see scope-merge(7).\n\nExit status as of diff(1): 0 the same, 1 different, 2 trouble.",
	          .example = "scope diff open.jsonl.scm open/",
	          .opts = opts },
	.synopsis =
	        "[--list|--json|--delta] [--by licence,host,domain] [--top N] MANIFEST MANIFEST",
	.family = SC_PROVE,
	.main = diff_main,
};
