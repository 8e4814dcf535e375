/* SPDX-License-Identifier: Apache-2.0 */
/* explain -- each tag of one record, with the bytes that say so. */
#include <scope/cmd.h>
#include <scope/run.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CONTEXT = 40, SPAN = 400 };

struct explain {
	sc_str stages; /* option */
	uint64_t ordinal;
	bool by_ordinal, colour;
	sc_str wanted; /* id or name */
	uint64_t found;
};

static const struct sc_opt opts[] = {
	{ "stages", "STAGES", "stages to explain (default: all taggers)", offsetof(struct explain, stages), 's', SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

static bool is_it(const struct explain *x, struct sc_arena *a, struct sc_record *r)
{
	char id[71];

	if (x->by_ordinal)
		return r->from.ordinal == x->ordinal;
	if (sc_str_eq(x->wanted, r->name) || (r->url.n && sc_str_eq(x->wanted, r->url)))
		return true;
	if (!sc_str_starts(x->wanted, SC_STR("sha256:")))
		return false;
	sc_record_id(a, r);
	memcpy(id, "sha256:", 7);
	sc_hex(r->id, 32, id + 7);
	return sc_str_eq(x->wanted, (sc_str){ id, 71 });
}

/* The bytes that an evidence's `where` speaks of. */
static sc_str place(struct sc_arena *a, struct sc_record *r, sc_str where)
{
	for (uint32_t i = 0; i < r->npart; i++)
		if (sc_str_eq(r->part[i].name, where))
			return r->part[i].data;
	if (sc_str_eq(where, SC_STR("meta")))
		return sc_record_meta(a, r);
	if (sc_str_eq(where, SC_STR("url")))
		return r->url;
	if (sc_str_eq(where, SC_STR("source")))
		return r->source;
	return sc_str_eq(where, SC_STR("name")) ? r->name : (sc_str){ NULL, 0 };
}

static void piece(struct sc_arena *a, sc_str s)
{
	sc_str safe = sc_escape(a, s);

	fwrite(safe.p, 1, safe.n, stdout);
}

/* Cut where characters begin, so that context does not open with half of one. */
static sc_str whole(sc_str s)
{
	while (s.n && ((unsigned char)*s.p & 0xc0) == 0x80)
		s = sc_str_from(s, 1);
	return s;
}

static void quote(const struct explain *x, struct sc_arena *a, sc_str in, uint64_t off, uint64_t len)
{
	size_t from = off > CONTEXT ? (size_t)off - CONTEXT : 0;
	sc_str span, after;

	if (off > in.n || len > in.n - off)
		return;
	span = (sc_str){ in.p + off, (size_t)(len < SPAN ? len : SPAN) };
	after = sc_str_head(sc_str_from(in, (size_t)(off + len)), CONTEXT);
	fputs("      ", stdout);
	piece(a, whole((sc_str){ in.p + from, (size_t)off - from }));
	fputs(x->colour ? "\033[1;32m" : "[[", stdout);
	piece(a, span);
	if (len > SPAN)
		fputs("...", stdout);
	fputs(x->colour ? "\033[0m" : "]]", stdout);
	piece(a, whole(after));
	putchar('\n');
}

static void show_tag(const struct explain *x, struct sc_arena *a, struct sc_record *r, const struct sc_tag *t)
{
	const struct sc_evidence *w = &t->why;
	bool decides = sc_tag_first(r, t->key) == t;
	sc_str in = place(a, r, w->where);

	printf("  %s ", decides ? " " : "-");
	piece(a, t->key);
	fputs(" = ", stdout);
	piece(a, t->value);
	printf("\n      by %s revision %u, rule ", w->by->name, w->by->revision);
	piece(a, w->rule);
	printf(", score %.3g%s\n", (double)w->score, decides ? "" : ", evidence that did not decide");
	if (w->where.n) {
		fputs("      in ", stdout);
		piece(a, w->where);
		if (w->len)
			printf(", bytes %ju to %ju", (uintmax_t)w->off, (uintmax_t)(w->off + w->len));
		putchar('\n');
	}
	if (w->len && in.p)
		quote(x, a, in, w->off, w->len);
	else if (in.n && in.n <= 200)
		quote(x, a, in, 0, in.n);
}

static int each(void *with, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct explain *x = with;
	char hex[64];

	(void)e;
	if (x->found || !is_it(x, a, r))
		return SC_OK;
	x->found++;
	sc_record_id(a, r);
	sc_hex(r->id, 32, hex);
	piece(a, r->from.shard);
	printf("#%ju, bytes %ju to %ju\n", (uintmax_t)r->from.ordinal, (uintmax_t)r->from.off,
	       (uintmax_t)(r->from.off + r->from.len));
	printf("  id    sha256:%.64s\n", hex);
	if (r->name.n) {
		fputs("  name  ", stdout);
		piece(a, r->name);
		putchar('\n');
	}
	if (r->url.n) {
		fputs("  url   ", stdout);
		piece(a, r->url);
		putchar('\n');
	}
	if (r->parent.n) {
		fputs("  from  ", stdout);
		piece(a, r->parent);
		putchar('\n');
	}
	for (uint32_t i = 0; i < r->npart; i++) {
		fputs("  part  ", stdout);
		piece(a, r->part[i].name);
		printf(", %zu bytes\n", r->part[i].data.n);
	}
	putchar('\n');
	for (uint32_t i = 0; i < r->tags.n; i++)
		show_tag(x, a, r, &r->tags.v[i]);
	return SC_OK;
}

static int add_taggers(struct sc_plan *p, struct sc_err *e)
{
	for (size_t i = 0; sc_filters[i]; i++)
		if (!strncmp(sc_filters[i]->card.name, "tag/", 4))
			SC_TRY(sc_plan_filter(p, sc_filters[i], NULL, SC_STR(""), false, e));
	return SC_OK;
}

/* "SHARD#7", or a shard and an id or name. */
static int target(struct explain *x, struct sc_arena *a, int first, int argc, char **argv, char **shard, struct sc_err *e)
{
	sc_str s;
	size_t hash;

	if (first == argc || first + 2 < argc)
		return sc_fail(e, "explain: say SHARD#ORDINAL, or SHARD and the record's id or name");
	s = sc_str_c(argv[first]);
	*shard = argv[first];
	if (first + 2 == argc) {
		x->wanted = sc_str_c(argv[first + 1]);
		return SC_OK;
	}
	hash = sc_str_rchr(s, '#');
	x->by_ordinal = hash != SC_NONE && sc_str_u64(sc_str_from(s, hash + 1), &x->ordinal);
	if (!x->by_ordinal)
		return sc_fail(e, "explain: say SHARD#ORDINAL, or SHARD and the record's id or name");
	*shard = sc_cstr(a, sc_str_head(s, hash));
	return SC_OK;
}

static int explain_run(struct explain *x, const struct sc_run_conf *run, char *shard, struct sc_err *e)
{
	struct sc_plan *p;
	char *argv[] = { shard };
	int rc;

	if (sc_plan_new(&p, run, e) < 0)
		return 2;
	sc_plan_sink(p, each, x);
	if ((x->stages.n ? sc_plan_stages(p, x->stages, e) : add_taggers(p, e)) < 0) {
		sc_plan_free(p);
		return 2;
	}
	rc = sc_run_main(p, 0, 1, argv, e);
	if (rc != 2 && !x->found) {
		sc_fail(e, "explain: %s has no such record", shard);
		return 2;
	}
	return rc;
}

static int explain_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_explain;
	struct sc_run_conf run = { .output = { NULL, 0 } };
	struct explain x = { .colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR") };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &x }, { sc_run_opts, &run } };
	const struct sc_opt *tables[] = { opts, sc_run_opts };
	bool help = false;
	char *shard = NULL;
	int first = sc_opt_parse(set, 2, argc, argv, &a, &help, e), rc = 2;

	if (help) {
		sc_help_print("scope explain", &cmd_explain.card, cmd_explain.synopsis, tables, 2);
		rc = 0;
	} else if (first >= 0 && target(&x, &a, first, argc, argv, &shard, e) >= 0) {
		rc = explain_run(&x, &run, shard, e);
	}
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_cmd cmd_explain;
const struct sc_cmd cmd_explain = {
	.card = { .name = "explain",
		  .about = "each tag of one record, with the bytes that say so",
		  .more = "The record is SHARD#ORDINAL, or a shard and the record's id (sha256:...), name or URL.  Evidence that did not decide is shown with a dash.",
		  .example = "scope explain docs.jsonl#0",
		  .opts = opts },
	.synopsis = "[OPTION...] SHARD#ORDINAL | SHARD ID",
	.family = SC_LOOK,
	.main = explain_main,
};
