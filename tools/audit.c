/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit -- a random sample of a manifest, judged by a person, and the bound that it puts on what is wrong in the whole.
 *
 * Each thing that it does takes some of the options, and knows the others for mistakes.
 */
#include <scope/audit.h>
#include <scope/breadth.h>
#include <scope/check.h>
#include <scope/cmd.h>
#include <scope/json_write.h>
#include <scope/text.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { SHEET_MOST = 1 << 30, UNDECIDED = 3 };

struct conf {
	sc_str nonce, source, auditor, strata, what, answers, extract, in, confidence, output;
	uint64_t n;
	bool each, replace, json;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "records", "N", "draw: how many; of each stratum with --per-stratum", AT(n), 'n',
	  SC_OPT_NUM },
	{ "nonce", "TEXT",
	  "draw: what makes the draw unpredictable; its bytes count as they are given", AT(nonce),
	  0, SC_OPT_STR },
	{ "source", "WHOSE", "draw: who chose the nonce: auditor, beacon:NAME, or self", AT(source),
	  0, SC_OPT_STR },
	{ "auditor", "NAME", "draw: who will judge", AT(auditor), 0, SC_OPT_STR },
	{ "strata", "TAG",
	  "draw: from each value of this tag apart: licence, basis, host, site, domain, media, rights",
	  AT(strata), 0, SC_OPT_STR },
	{ "per-stratum", NULL, "draw: N of each stratum, not its share of N", AT(each), 0,
	  SC_OPT_FLAG },
	{ "what", "TAGS",
	  "judge, sheet: which claims, separated by commas (default licence,domain); bound: which one (default licence)",
	  AT(what), 0, SC_OPT_STR },
	{ "answers", "FILE", "judge: keys from this file, one a line, instead of a terminal",
	  AT(answers), 0, SC_OPT_STR },
	{ "extract", "DIR", "judge: write pictures there, to look at", AT(extract), 0, SC_OPT_STR },
	{ "in", "CSV", "sheet: take the verdicts of this table over", AT(in), 0, SC_OPT_STR },
	{ "replace", NULL, "sheet: also where the audit has another verdict", AT(replace), 0,
	  SC_OPT_FLAG },
	{ "confidence", "P", "bound: below 1 (default 0.99)", AT(confidence), 0, SC_OPT_STR },
	{ "json", NULL, "bound: as one JSON object", AT(json), 0, SC_OPT_FLAG },
	{ "output", "FILE", "draw, sheet: where it goes (default: standard output)", AT(output),
	  'o', SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

extern const struct sc_cmd cmd_audit;

/* What is asked for, in order, each once. */
static int whats(const struct conf *c, const char *otherwise, enum sc_fact *v, size_t *n,
                 struct sc_err *e)
{
	sc_str rest = c->what.n ? c->what : sc_str_c(otherwise), one;
	enum sc_fact key;

	*n = 0;
	while (sc_str_cut(&rest, ',', &one)) {
		if (!sc_fact_named(one, &key))
			return sc_fail(
			        e,
			        "--what: '%.*s' is none of licence, domain, host, site, media, rights, basis",
			        SC_ARG(one));
		for (size_t i = 0; i < *n; i++)
			if (v[i] == key)
				return sc_fail(e, "--what: %.*s stands there twice", SC_ARG(one));
		v[(*n)++] = key;
	}
	return SC_OK;
}

/* ---- draw ---- */

/* A folder stands for the manifest in it. */
static sc_str manifest_of(struct sc_arena *a, const char *thing)
{
	struct stat st;

	return !stat(thing, &st) && S_ISDIR(st.st_mode) ? sc_fmt(a, "%s/manifest.scm", thing)
	                                                : sc_str_c(thing);
}

static int asked(const struct conf *c, struct sc_audit *au, struct sc_err *e)
{
	*au = (struct sc_audit){ .n = c->n,
		                 .nonce = c->nonce,
		                 .auditor = c->auditor,
		                 .each = c->each,
		                 .stratified = c->strata.n > 0 };
	if (!c->n || c->n > SC_AUDIT_DRAWN)
		return sc_fail(
		        e,
		        "audit: say how many to draw, -n 1 to %d: 459 without an error bound the rate by 1 %% at 99 %%",
		        SC_AUDIT_DRAWN);
	if (!c->nonce.n || c->nonce.n > SC_AUDIT_NONCE)
		return sc_fail(
		        e,
		        "audit: say --nonce TEXT, of at most %d bytes, from the auditor or a public beacon",
		        SC_AUDIT_NONCE);
	if (!sc_audit_source_parse(c->source, au))
		return sc_fail(
		        e, "audit: say --source auditor, beacon:NAME or self: who chose the nonce");
	if (!c->auditor.n)
		return sc_fail(e, "audit: say --auditor NAME: who will judge");
	if (au->stratified && !sc_fact_named(c->strata, &au->strata))
		return sc_fail(
		        e,
		        "--strata: '%.*s' is none of licence, basis, host, site, domain, media, rights",
		        SC_ARG(c->strata));
	if (au->each && !au->stratified)
		return sc_fail(e, "--per-stratum needs --strata TAG");
	return SC_OK;
}

static int draw(void *conf, char **arg, size_t n, struct sc_arena *a, struct sc_err *e)
{
	struct conf *c = conf;
	struct sc_audit au;
	int rc;

	(void)n;
	SC_TRY(asked(c, &au, e));
	rc = sc_audit_draw(&au, manifest_of(a, arg[0]), e);
	if (rc == SC_OK) {
		au.created = sc_created(&au.a);
		rc = sc_audit_write(&au, c->output.n ? c->output : SC_STR("-"), e);
	}
	if (rc == SC_OK && c->output.n)
		fprintf(stderr, "scope: %zu records drawn of %ju, in %zu strat%s\n", au.nrecord,
		        (uintmax_t)au.population, au.nstratum, au.nstratum == 1 ? "um" : "a");
	sc_audit_free(&au);
	return rc;
}

/* ---- judge ---- */

struct judge {
	struct conf *c;
	sc_str path;
	struct sc_audit au;
	sc_str *shown;
	FILE *keys; /* NULL: the terminal */
	uint64_t given, left;
	bool quit, first;
};

static int key_terminal(void)
{
	struct termios old, raw;
	unsigned char k = 0;
	ssize_t n;

	fflush(stdout);
	if (tcgetattr(STDIN_FILENO, &old))
		return EOF;
	raw = old;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	do
		n = read(STDIN_FILENO, &k, 1);
	while (n < 0 && errno == EINTR);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &old);
	if (n != 1 || k == 3 || k == 4 || k == 0x1c) /* what would interrupt or end */
		return 'q';
	return k;
}

/* The first byte of the next line. */
static int key_line(FILE *f)
{
	int k = getc(f), c = k;

	while (c != '\n' && c != EOF)
		c = getc(f);
	return k;
}

static void show_said(struct sc_arena *a, const char *label, sc_str s)
{
	if (s.n)
		printf("  %-9s %.*s\n", label, SC_ARG(sc_escape(a, sc_str_head(s, 2000))));
}

/* Third field of an L line, as it stands. */
static sc_str place(sc_str line)
{
	sc_str one = { NULL, 0 };

	for (size_t i = 0; i < 4; i++)
		if (!line.p || !sc_str_cut(&line, '\t', &one))
			return SC_STR("");
	return one;
}

static void show(const struct judge *j, size_t i, struct sc_arena *a)
{
	static const char *const keys[] = { "title", "author", "src", "doi", "rights", "parent" };
	const struct sc_audit_record *r = &j->au.record[i];
	char hex[64];

	sc_hex(r->id, 32, hex);
	printf("\n%zu of %zu  sha256:%.64s  %ju bytes\n", i + 1, j->au.nrecord, hex,
	       (uintmax_t)r->bytes);
	for (size_t k = 0; k < SC_COUNT(keys); k++)
		show_said(a, keys[k], sc_audit_key(a, r, sc_str_c(keys[k])));
	show_said(a, "media", sc_audit_claim(a, r, SC_FACT_MEDIA));
	show_said(a, "basis", sc_audit_claim(a, r, SC_FACT_BASIS));
	show_said(a, "lies at", place(r->place));
	if (j->shown[i].n)
		fwrite(j->shown[i].p, 1, j->shown[i].n, stdout);
	else
		printf("  (its bytes are in none of the shards that were given)\n");
}

/* One verdict, or the wish to stop; it is in the file before the next thing is asked. */
static int ask(struct judge *j, struct sc_audit_record *r, enum sc_fact what, struct sc_arena *a,
               struct sc_err *e)
{
	static const char keys[] = { [SC_RIGHT] = 'y', [SC_WRONG] = 'n', [SC_UNCLEAR] = 'u' };
	sc_str claim = sc_audit_claim(a, r, what);

	for (;;) {
		int k;

		printf("  %.*s: %.*s   right? y n u s q ", SC_ARG(sc_fact_names[what]),
		       SC_ARG(claim.n ? sc_escape(a, sc_str_head(claim, 2000)) : SC_STR("-")));
		k = j->keys ? key_line(j->keys) : key_terminal();
		printf("%c\n", k > ' ' && k < 0x7f ? k : ' ');
		if (k == 'q' || k == EOF)
			j->quit = true;
		if (k == 's' || j->quit)
			return SC_OK;
		for (int v = SC_RIGHT; v < SC_VERDICTS; v++)
			if (k == keys[v]) {
				r->verdict[what] = (enum sc_verdict)v;
				j->given++;
				return sc_audit_write(&j->au, j->path, e);
			}
		printf("  y right  n wrong  u cannot tell (counts as wrong)  s skip  q quit; verdicts are saved as they are given\n");
	}
}

static int judge_all(struct judge *j, const enum sc_fact *what, size_t nwhat, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	int rc = SC_OK;

	for (size_t i = 0; i < j->au.nrecord && !j->quit && rc == SC_OK; i++) {
		struct sc_audit_record *r = &j->au.record[i];
		bool seen = false;

		for (size_t k = 0; k < nwhat && !j->quit && rc == SC_OK; k++) {
			if (r->verdict[what[k]] != SC_UNJUDGED)
				continue;
			if (!seen)
				show(j, i, &a);
			seen = true;
			rc = ask(j, r, what[k], &a, e);
		}
		sc_arena_reset(&a);
	}
	for (size_t i = 0; i < j->au.nrecord; i++)
		for (size_t k = 0; k < nwhat; k++)
			j->left += j->au.record[i].verdict[what[k]] == SC_UNJUDGED;
	sc_arena_free(&a);
	return rc;
}

static int judge_open(struct judge *j, struct sc_err *e)
{
	sc_str f = j->c->answers;

	if (!f.n && !isatty(STDIN_FILENO))
		return sc_fail(
		        e,
		        "audit: judging is for a person at a terminal: standard input is none; --answers FILE gives keys, one a line");
	if (f.n) {
		j->keys = sc_str_eq(f, SC_STR("-")) ? stdin : fopen(sc_cstr(&j->au.a, f), "r");
		if (!j->keys)
			return sc_fail(e, "%.*s: %s", SC_ARG(f), strerror(errno));
	}
	return SC_OK;
}

static int judge(void *conf, char **arg, size_t n, struct sc_arena *a, struct sc_err *e)
{
	struct conf *c = conf;
	struct judge j = { .c = c, .path = sc_str_c(arg[0]) };
	enum sc_fact what[SC_FACTS];
	sc_str *shard = SC_NEW(a, sc_str, n);
	size_t nwhat;
	int rc;

	SC_TRY(whats(c, "licence,domain", what, &nwhat, e));
	SC_TRY(sc_audit_read(j.path, &j.au, e));
	for (size_t i = 1; i < n; i++)
		shard[i - 1] = sc_str_c(arg[i]);
	j.shown = SC_NEW(a, sc_str, j.au.nrecord + 1);
	rc = judge_open(&j, e);
	if (rc == SC_OK)
		rc = sc_audit_look(&j.au, shard, n - 1, c->extract, a, j.shown, e);
	if (rc == SC_OK) {
		printf("%.*s judges, for %.*s\n", SC_ARG(sc_escape(a, j.au.auditor)),
		       SC_ARG(sc_escape(a, j.path)));
		rc = judge_all(&j, what, nwhat, e);
	}
	if (rc == SC_OK)
		printf("\n%ju verdicts given, %ju left\n", (uintmax_t)j.given, (uintmax_t)j.left);
	if (j.keys && j.keys != stdin)
		fclose(j.keys);
	sc_audit_free(&j.au);
	return rc;
}

/* ---- sheet ---- */

static int sheet_in(struct conf *c, sc_str path, struct sc_arena *a, struct sc_audit *au,
                    struct sc_err *e)
{
	struct sc_err why = { 0 };
	uint64_t changed;
	sc_str csv;
	int rc;

	SC_TRY(sc_file_read(c->in, SHEET_MOST, a, &csv, e));
	rc = sc_audit_sheet_get(au, csv, c->replace, &changed, &why);
	if (rc != SC_OK)
		return sc_bad(e, "%.*s: %s", SC_ARG(c->in), why.msg);
	SC_TRY(sc_audit_write(au, path, e));
	fprintf(stderr, "scope: %ju verdicts taken over\n", (uintmax_t)changed);
	return SC_OK;
}

static int sheet(void *conf, char **arg, size_t n, struct sc_arena *a, struct sc_err *e)
{
	struct conf *c = conf;
	enum sc_fact what[SC_FACTS];
	struct sc_buf b = { 0 };
	struct sc_audit au;
	size_t nwhat;
	int rc;

	(void)n;
	if (c->in.n && (c->output.n || c->what.n))
		return sc_fail(
		        e,
		        "audit: --in takes a sheet back into the audit: neither -o nor --what goes with it");
	if (c->replace && !c->in.n)
		return sc_fail(e, "audit: --replace goes with --in CSV");
	SC_TRY(whats(c, "licence,domain", what, &nwhat, e));
	SC_TRY(sc_audit_read(sc_str_c(arg[0]), &au, e));
	if (c->in.n)
		rc = sheet_in(c, sc_str_c(arg[0]), a, &au, e);
	else {
		sc_audit_sheet_put(&b, &au, what, nwhat);
		rc = sc_output_whole(c->output, SC_STR("none"), sc_buf_str(&b), e);
	}
	sc_buf_free(&b);
	sc_audit_free(&au);
	return rc;
}

/* ---- bound ---- */

static bool confidence_parse(struct sc_arena *a, sc_str s, double *out)
{
	char *end, *text = sc_cstr(a, s);

	*out = 0.99;
	if (!s.n)
		return true;
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789.", s.p[i]))
			return false;
	*out = strtod(text, &end);
	return !*end && *out > 0 && *out < 1;
}

static sc_str number(struct sc_arena *a, double v)
{
	struct sc_buf b = { .a = a };

	sc_breadth_put(&b, v);
	return sc_buf_seal(&b);
}

static void bound_strata(const struct sc_audit *au, const struct sc_audit_bound *b,
                         struct sc_arena *a)
{
	printf("\n  %-32.*s %10s %8s %7s %12s %12s\n", SC_ARG(sc_fact_names[au->strata]), "records",
	       "drawn", "errors", "at most", "of so many");
	for (size_t i = 0; i < au->nstratum; i++) {
		sc_str safe = sc_fit(sc_escape(a, au->stratum[i].value.n
		                                          ? sc_str_head(au->stratum[i].value, 400)
		                                          : SC_STR("-")),
		                     32);

		printf("  %.*s%*s %10ju %8ju %7ju", SC_ARG(safe), (int)(32 - sc_columns(safe)), "",
		       (uintmax_t)b->stratum[i].population, (uintmax_t)b->stratum[i].n,
		       (uintmax_t)b->stratum[i].errors);
		if (b->decided)
			printf(" %12.*s %12.*s", SC_ARG(number(a, b->stratum[i].upper)),
			       SC_ARG(number(a, b->stratum[i].upper_finite)));
		putchar('\n');
	}
}

static void bound_show(const struct sc_audit *au, const struct sc_audit_bound *b, sc_str what,
                       struct sc_arena *a)
{
	printf("%.*s: %ju errors in %ju drawn of %ju", SC_ARG(what), (uintmax_t)b->errors,
	       (uintmax_t)b->n, (uintmax_t)b->population);
	if (b->unclear)
		printf(", %ju of them could not be told and count as wrong", (uintmax_t)b->unclear);
	printf("\njudged by %.*s, nonce from %.*s\n", SC_ARG(sc_escape(a, au->auditor)),
	       SC_ARG(sc_escape(a, sc_audit_source(a, au))));
	if (b->self)
		puts("the nonce is the publisher's own: it can have been tried until the sample was a good one");
	if (!b->decided)
		printf("undecided: %ju records have no verdict\n", (uintmax_t)b->unjudged);
	else {
		const char *how = au->stratified ? "Clopper-Pearson in each stratum, Bonferroni"
		                                 : "Clopper-Pearson";

		printf("at confidence %.*s at most this share is wrong:\n",
		       SC_ARG(number(a, b->confidence)));
		printf("  of records   %-12.*s %s\n", SC_ARG(number(a, b->upper)), how);
		printf("               %-12.*s as they are %ju and no more (hypergeometric)\n",
		       SC_ARG(number(a, b->upper_finite)), (uintmax_t)b->population);
		printf("  of bytes     %-12.*s if %serrors do not hang on a record's size\n",
		       SC_ARG(number(a, b->upper_bytes)),
		       au->stratified ? "within a stratum " : "");
	}
	if (au->stratified)
		bound_strata(au, b, a);
}

static void jw_number(struct sc_json_writer *w, struct sc_arena *a, const char *key, double v)
{
	sc_jw_raw(w, key, sc_fmt(a, "%.9g", v));
}

static void bound_json(struct sc_json_writer *w, const struct sc_audit *au,
                       const struct sc_audit_bound *b, sc_str what, struct sc_arena *a)
{
	static const struct {
		const char *name;
		size_t at;
	} shares[] = { { "rate", offsetof(struct sc_audit_bound, rate) },
		       { "upper", offsetof(struct sc_audit_bound, upper) },
		       { "upper_finite", offsetof(struct sc_audit_bound, upper_finite) },
		       { "upper_bytes", offsetof(struct sc_audit_bound, upper_bytes) },
		       { "upper_finite_bytes",
		         offsetof(struct sc_audit_bound, upper_finite_bytes) } };

	char hex[64];

	sc_jw_object(w, NULL);
	sc_jw_str(w, "what", what);
	sc_jw_bool(w, "decided", b->decided);
	jw_number(w, a, "confidence", b->confidence);
	sc_jw_u64(w, "population", b->population);
	sc_jw_u64(w, "drawn", b->n);
	sc_jw_u64(w, "errors", b->errors);
	sc_jw_u64(w, "unclear", b->unclear);
	sc_jw_u64(w, "unjudged", b->unjudged);
	sc_jw_u64(w, "drawn_bytes", b->bytes);
	sc_jw_u64(w, "wrong_bytes", b->wrong_bytes);
	for (size_t i = 0; b->decided && i < SC_COUNT(shares); i++)
		jw_number(w, a, shares[i].name,
		          *(const double *)(const void *)((const char *)b + shares[i].at));
	sc_jw_str(w, "auditor", au->auditor);
	sc_jw_str(w, "source", sc_audit_source(a, au));
	sc_jw_bool(w, "self", b->self);
	sc_hex(au->record_root, 32, hex);
	sc_jw_fmt(w, "record_root", "sha256:%.64s", hex);
	if (au->stratified)
		sc_jw_str(w, "strata_by", sc_fact_names[au->strata]);
	sc_jw_array(w, "strata");
	for (size_t i = 0; i < au->nstratum; i++) {
		sc_jw_object(w, NULL);
		sc_jw_str(w, "value", au->stratum[i].value);
		sc_jw_u64(w, "population", b->stratum[i].population);
		sc_jw_u64(w, "bytes", au->stratum[i].bytes);
		sc_jw_u64(w, "drawn", b->stratum[i].n);
		sc_jw_u64(w, "errors", b->stratum[i].errors);
		if (b->decided) {
			jw_number(w, a, "upper", b->stratum[i].upper);
			jw_number(w, a, "upper_finite", b->stratum[i].upper_finite);
		}
		sc_jw_end(w);
	}
	sc_jw_end(w);
	sc_jw_end(w);
}

static int bound(void *conf, char **arg, size_t n, struct sc_arena *a, struct sc_err *e)
{
	struct conf *c = conf;
	sc_str what = c->what.n ? c->what : SC_STR("licence");
	struct sc_json_writer w = { .out = NULL };
	struct sc_audit_bound b;
	struct sc_audit au;
	double confidence;
	int rc;

	(void)n;
	if (!confidence_parse(a, c->confidence, &confidence))
		return sc_fail(e, "--confidence is above 0 and below 1, as 0.99, not '%.*s'",
		               SC_ARG(c->confidence));
	SC_TRY(sc_audit_read(sc_str_c(arg[0]), &au, e));
	rc = sc_audit_bound(&au, what, confidence, &b, e);
	if (rc == SC_OK && c->json) {
		bound_json(&w, &au, &b, what, a);
		rc = sc_jw_finish(&w, e);
		sc_buf_byte(&w.b, '\n');
		fwrite(w.b.p, 1, w.b.n, stdout);
	} else if (rc == SC_OK)
		bound_show(&au, &b, what, a);
	if (rc == SC_OK && !b.decided)
		rc = UNDECIDED;
	sc_buf_free(&w.b);
	sc_audit_free(&au);
	return rc;
}

/* ---- which of them ---- */

static const struct sc_sub subs[] = {
	{ "draw",
	  "-n N --nonce TEXT --source auditor|beacon:NAME|self --auditor NAME [--strata TAG [--per-stratum]] [-o FILE] MANIFEST",
	  " records nonce source auditor strata per-stratum output ", 1, 1, draw },
	{ "judge", "AUDIT [--what TAGS] [--extract DIR] [--answers FILE] [SHARD...]",
	  " what extract answers ", 1, SIZE_MAX, judge },
	{ "sheet", "AUDIT [--what TAGS] [-o CSV] | --in CSV [--replace] AUDIT",
	  " what output in replace ", 1, 1, sheet },
	{ "bound", "AUDIT [--what TAG] [--confidence P] [--json]", " what confidence json ", 1, 1,
	  bound },
};

static int audit_main(int argc, char **argv, struct sc_err *e)
{
	struct conf c = { .json = false };

	return sc_sub_main(&cmd_audit, subs, SC_COUNT(subs), &c, argc, argv, e);
}

const struct sc_cmd cmd_audit = {
	.card = { .name = "audit",
	          .about =
	                  "draw records at random, judge them, and bound what is wrong in all of them",
	          .more = "`draw` picks the records whose SHA-256 with the record-root and a nonce is smallest: the same for any sharding, and nobody's choice if the "
	                  "nonce was nobody's.  `judge` shows them one after the other and takes a key for each claim: y right, n wrong, u cannot tell, s skip, q quit; it "
	                  "goes on where it was left.  `sheet` does the same by way of a table.  `bound` says, at a confidence, how large the share of wrong records can be.\n\n"
	                  "What could not be told counts as wrong.  While a record has no verdict `bound` is undecided: exit status 3.  See scope-audit(5).",
	          .example =
	                  "scope audit draw -n 5 --nonce 'thrown dice: 3 1 4' --source auditor --auditor 'A. Reviewer' -o open.audit open.jsonl.scm && yes | head -10 "
	                  "> keys && scope audit judge open.audit --answers keys open.jsonl && scope audit bound open.audit --confidence 0.95",
	          .opts = opts },
	.synopsis = "draw|judge|sheet|bound [OPTION...] MANIFEST|AUDIT [SHARD...]",
	.family = SC_PROVE,
	.main = audit_main,
};
