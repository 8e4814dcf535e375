/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log -- which versions a corpus had, which of them went to whom and on what terms; and what of that can be signed and proven.
 *
 * Each thing that it does takes some of the options, and knows the others for mistakes.
 */
#include <scope/cmd.h>
#include <scope/json.h>
#include <scope/log.h>
#include <scope/manifest.h>
#include <scope/proof.h>
#include <scope/text.h>

#include <stdio.h>

struct conf {
	sc_str origin, operation, to, terms, from, version, size, entry, output;
	bool again, plain, json;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "origin", "NAME", "init: what the corpus is called for all time, as example.org/corpus",
	  AT(origin), 0, SC_OPT_STR },
	{ "operation", "WORDS", "add: what was done since the version before", AT(operation), 0,
	  SC_OPT_STR },
	{ "again", NULL, "add: the same manifest as the version before is meant", AT(again), 0,
	  SC_OPT_FLAG },
	{ "version", "N", "release: which version went out, by the number of its entry",
	  AT(version), 0, SC_OPT_STR },
	{ "to", "WHOM", "release: who got it; growth: the longer length, M (default: all entries)",
	  AT(to), 0, SC_OPT_STR },
	{ "terms", "WORDS", "release: on what terms", AT(terms), 0, SC_OPT_STR },
	{ "size", "N", "checkpoint: of the first N entries (default: all)", AT(size), 0,
	  SC_OPT_STR },
	{ "entry", "N", "checkpoint: prove that entry N is in it (default: the newest version)",
	  AT(entry), 0, SC_OPT_STR },
	{ "plain", NULL, "checkpoint: the bare checkpoint, without proof of an entry", AT(plain), 0,
	  SC_OPT_FLAG },
	{ "from", "N", "growth: the shorter length", AT(from), 0, SC_OPT_STR },
	{ "output", "FILE", "where a checkpoint or proof goes (default: standard output)",
	  AT(output), 'o', SC_OPT_STR },
	{ "json", NULL, "show: one JSON object a line", AT(json), 0, SC_OPT_FLAG },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

extern const struct sc_cmd cmd_log;

static int count(const char *name, sc_str s, uint64_t *out, struct sc_err *e)
{
	return sc_str_u64(s, out) ? SC_OK
	                          : sc_fail(e, "--%s takes a number, not '%.*s'", name, SC_ARG(s));
}

static int needs(const char *what, sc_str s, struct sc_err *e)
{
	return s.n ? SC_OK : sc_fail(e, "log: say --%s too", what);
}

/* ---- writing ---- */

static int init(void *conf, char **arg, size_t n, struct sc_arena *a, struct sc_err *e)
{
	struct conf *c = conf;

	(void)n;
	(void)a;
	SC_TRY(needs("origin NAME", c->origin, e));
	return sc_log_make(sc_str_c(arg[0]), c->origin, e);
}

static int add(void *conf, char **arg, size_t n, struct sc_arena *a, struct sc_err *e)
{
	struct conf *c = conf;
	struct sc_version v = { .operation = c->operation };
	struct sc_totals t;

	(void)n;
	SC_TRY(sc_manifest_totals(sc_manifest_at(a, sc_str_c(arg[1])), &t, v.manifest, e));
	memcpy(v.record_root, t.record_root, 32);
	memcpy(v.key_root, t.key_root, 32);
	v.records = t.records;
	SC_TRY(sc_log_add_version(sc_str_c(arg[0]), &v, c->again, a, e));
	fprintf(stderr, "scope: version %ju: %ju records\n", (uintmax_t)v.number,
	        (uintmax_t)v.records);
	return SC_OK;
}

static int release(void *conf, char **arg, size_t n, struct sc_arena *a, struct sc_err *e)
{
	struct conf *c = conf;
	struct sc_release r = { .to = c->to, .terms = c->terms };
	sc_str to;

	(void)n;
	SC_TRY(needs("version N", c->version, e));
	SC_TRY(needs("to WHOM", c->to, e));
	SC_TRY(needs("terms WORDS", c->terms, e));
	SC_TRY(count("version", c->version, &r.version, e));
	SC_TRY(sc_log_add_release(sc_str_c(arg[0]), &r, a, e));
	to = sc_escape(a, r.to);
	fprintf(stderr, "scope: entry %ju: version %ju went to %.*s\n", (uintmax_t)r.number,
	        (uintmax_t)r.version, SC_ARG(to));
	return SC_OK;
}

/* ---- show ---- */

struct show {
	struct sc_buf b;
	struct sc_arena a;
	uint64_t records, versions, releases; /* records: of the newest version so far */
};

static void put_string(struct sc_buf *b, const char *name, sc_str s)
{
	sc_buf_fmt(b, ",\"%s\":", name);
	sc_json_put(b, s);
}

static void put_digest(struct sc_buf *b, const char *name, const uint8_t d[32])
{
	sc_buf_fmt(b, ",\"%s\":\"sha256:", name);
	sc_hex_put(b, d, 32);
	sc_buf_byte(b, '"');
}

/* More or less than the version before; the first has grown from nothing. */
static void growth(char out[32], uint64_t before, uint64_t now)
{
	snprintf(out, 32, "%s%ju", now < before ? "-" : "+",
	         (uintmax_t)(now < before ? before - now : now - before));
}

static void version_json(struct show *s, const struct sc_version *v)
{
	char grew[32];

	growth(grew, s->records, v->records);
	sc_buf_fmt(&s->b, "{\"entry\":%ju,\"kind\":\"version\"", (uintmax_t)v->number);
	put_string(&s->b, "created", v->created);
	sc_buf_fmt(&s->b, ",\"records\":%ju,\"growth\":%s", (uintmax_t)v->records,
	           *grew == '+' ? grew + 1 : grew);
	put_digest(&s->b, "record_root", v->record_root);
	put_digest(&s->b, "key_root", v->key_root);
	put_digest(&s->b, "manifest", v->manifest);
	put_string(&s->b, "operation", v->operation);
}

static void release_json(struct show *s, const struct sc_release *r)
{
	sc_buf_fmt(&s->b, "{\"entry\":%ju,\"kind\":\"release\"", (uintmax_t)r->number);
	put_string(&s->b, "created", r->created);
	sc_buf_fmt(&s->b, ",\"version\":%ju", (uintmax_t)r->version);
	put_string(&s->b, "to", r->to);
	put_string(&s->b, "terms", r->terms);
}

static void entry_json(struct show *s, const struct sc_entry *x)
{
	if (x->is_release)
		release_json(s, &x->release);
	else
		version_json(s, &x->version);
	put_digest(&s->b, "leaf", x->leaf);
	sc_buf_add(&s->b, SC_STR("}\n"));
}

/* Whole, however long; in quotes where it is not plain where it ends. */
static void put_words(struct show *s, const char *label, sc_str words)
{
	sc_buf_add(&s->b, sc_str_c(label));
	sc_buf_add(&s->b, sc_escape(&s->a, sc_quote(&s->a, words)));
}

static void entry_text(struct show *s, const struct sc_entry *x)
{
	char grew[32];

	growth(grew, s->records, x->version.records);
	if (x->is_release) {
		sc_buf_fmt(&s->b, "%7ju  release  %.*s  version %ju", (uintmax_t)x->number,
		           SC_ARG(x->release.created), (uintmax_t)x->release.version);
		put_words(s, "  to ", x->release.to);
		put_words(s, "  terms ", x->release.terms);
	} else {
		sc_buf_fmt(&s->b, "%7ju  version  %.*s  %12ju %13s  ", (uintmax_t)x->number,
		           SC_ARG(x->version.created), (uintmax_t)x->version.records, grew);
		sc_hex_put(&s->b, x->version.manifest, 6);
		if (x->version.operation.n)
			put_words(s, "  ", x->version.operation);
	}
	sc_buf_byte(&s->b, '\n');
}

static int said(struct show *s, struct sc_err *e)
{
	size_t n = fwrite(s->b.p, 1, s->b.n, stdout);

	if (n != s->b.n)
		return sc_fail(e, "standard output: it could not be written");
	sc_buf_clear(&s->b);
	sc_arena_reset(&s->a);
	return SC_OK;
}

static int entries(struct show *s, struct sc_log *l, bool json, struct sc_err *e)
{
	struct sc_entry x;
	int rc;

	while ((rc = sc_log_next(l, &x, e)) == SC_OK) {
		if (json)
			entry_json(s, &x);
		else
			entry_text(s, &x);
		s->releases += x.is_release;
		s->versions += !x.is_release;
		if (!x.is_release)
			s->records = x.version.records;
		SC_TRY(said(s, e));
	}
	return rc == SC_EOF ? SC_OK : rc;
}

static void tail(struct show *s, const struct sc_log *l, bool json)
{
	uint8_t root[32];

	sc_log_root(l, root);
	if (json) {
		sc_buf_fmt(&s->b, "{\"kind\":\"tree\",\"size\":%ju", (uintmax_t)sc_log_size(l));
		put_string(&s->b, "origin", sc_log_origin(l));
		sc_buf_fmt(&s->b, ",\"versions\":%ju,\"releases\":%ju", (uintmax_t)s->versions,
		           (uintmax_t)s->releases);
		put_digest(&s->b, "root", root);
		sc_buf_add(&s->b, SC_STR("}\n"));
		return;
	}
	sc_buf_fmt(&s->b, "\n%ju entries: %ju versions, %ju releases\nroot sha256:",
	           (uintmax_t)sc_log_size(l), (uintmax_t)s->versions, (uintmax_t)s->releases);
	sc_hex_put(&s->b, root, 32);
	sc_buf_byte(&s->b, '\n');
}

static int show(void *conf, char **arg, size_t n, struct sc_arena *a, struct sc_err *e)
{
	struct conf *c = conf;
	struct show s = { .records = 0 };
	struct sc_log *l;
	int rc;

	(void)n;
	(void)a;
	SC_TRY(sc_log_open(&l, sc_str_c(arg[0]), e));
	if (!c->json)
		sc_buf_fmt(&s.b, "%.*s\n\n%7s  %-7s  %-20s  %12s %13s  %-12s  %s\n",
		           SC_ARG(sc_log_origin(l)), "entry", "kind", "created", "records",
		           "growth", "manifest", "operation");
	rc = entries(&s, l, c->json, e);
	if (rc == SC_OK) {
		tail(&s, l, c->json);
		rc = said(&s, e);
	}
	if (fflush(stdout) && rc == SC_OK)
		rc = sc_fail(e, "standard output: it could not be written");
	sc_log_close(l);
	sc_buf_free(&s.b);
	sc_arena_free(&s.a);
	return rc;
}

/* ---- checkpoints and proofs ---- */

/* What was read at first, and what is read again for the proof, must be one tree. */
static int entry_put(struct sc_buf *b, struct sc_log *l, uint64_t number,
                     const struct sc_log_tree *t, struct sc_arena *a, struct sc_err *e)
{
	struct sc_merkle_prover *p = SC_NEW(a, struct sc_merkle_prover, 1);
	uint8_t leaf[32];
	sc_str line;

	SC_TRY(sc_log_prove_entry(l, number, t->size, p, a, &line, e));
	sc_merkle_leaf_hash(line, leaf);
	SC_TRY(sc_merkle_included(leaf, number - 1, t->size, &p->proof, t->root, e));
	sc_tlog_proof_put(b, line, number - 1, &p->proof);
	return SC_OK;
}

static int checkpoint_of(struct conf *c, struct sc_log *l, struct sc_buf *b, struct sc_arena *a,
                         struct sc_err *e)
{
	struct sc_log_tree t;
	uint64_t size = UINT64_MAX, number = 0;

	if (c->size.n)
		SC_TRY(count("size", c->size, &size, e));
	if (c->entry.n && c->plain)
		return sc_fail(e, "log: --plain proves no entry, so it cannot prove --entry");
	SC_TRY(sc_log_tree(l, size, &t, e));
	number = t.newest;
	if (c->entry.n) {
		SC_TRY(count("entry", c->entry, &number, e));
		SC_TRY(entry_put(b, l, number, &t, a, e));
	} else if (number && !c->plain) {
		SC_TRY(entry_put(b, l, number, &t, a, e));
	}
	sc_checkpoint_put(b, sc_log_origin(l), t.size, t.root);
	return SC_OK;
}

static int checkpoint(void *conf, char **arg, size_t n, struct sc_arena *a, struct sc_err *e)
{
	struct conf *c = conf;
	struct sc_buf b = { .a = a };
	struct sc_log *l;
	int rc;

	(void)n;
	SC_TRY(sc_log_open(&l, sc_str_c(arg[0]), e));
	rc = checkpoint_of(c, l, &b, a, e);
	sc_log_close(l);
	return rc == SC_OK ? sc_output_whole(c->output, SC_STR("none"), sc_buf_str(&b), e) : rc;
}

static int grown(void *conf, char **arg, size_t n, struct sc_arena *a, struct sc_err *e)
{
	struct conf *c = conf;
	struct sc_merkle_prover *p = SC_NEW(a, struct sc_merkle_prover, 1);
	struct sc_buf b = { .a = a };
	uint8_t root1[32], root2[32];
	struct sc_log_tree t;
	struct sc_log *l;
	uint64_t n1, n2 = UINT64_MAX;
	int rc;

	(void)n;
	SC_TRY(needs("from N", c->from, e));
	SC_TRY(count("from", c->from, &n1, e));
	if (c->to.n)
		SC_TRY(count("to", c->to, &n2, e));
	SC_TRY(sc_log_open(&l, sc_str_c(arg[0]), e));
	rc = sc_log_tree(l, n2, &t, e);
	if (rc == SC_OK)
		rc = sc_log_prove_growth(l, n1, t.size, p, root1, root2, e);
	if (rc == SC_OK)
		rc = sc_merkle_consistent(n1, t.size, &p->proof, root1, t.root, e);
	sc_log_close(l);
	if (rc != SC_OK)
		return rc;
	sc_proof_growth_put(&b, n1, root1, t.size, root2, &p->proof);
	return sc_output_whole(c->output, SC_STR("none"), sc_buf_str(&b), e);
}

/* ---- which of them ---- */

static const struct sc_sub subs[] = {
	{ "init", "LOG --origin NAME", " origin ", 1, 1, init },
	{ "add", "LOG MANIFEST [--operation WORDS] [--again]", " operation again ", 2, 2, add },
	{ "release", "LOG --version N --to WHOM --terms WORDS", " version to terms ", 1, 1, release },
	{ "show", "LOG [--json]", " json ", 1, 1, show },
	{ "checkpoint", "LOG [--size N] [--entry N | --plain] [-o FILE]", " size entry plain output ", 1, 1, checkpoint },
	{ "growth", "LOG --from N [--to M] [-o FILE]", " from to output ", 1, 1, grown },
};

static int log_main(int argc, char **argv, struct sc_err *e)
{
	struct conf c = { .json = false };

	return sc_sub_main(&cmd_log, subs, SC_COUNT(subs), &c, argc, argv, e);
}

const struct sc_cmd cmd_log = {
	.card = { .name = "log",
	          .about =
	                  "the versions of a corpus, who got which, and proof that nothing of it was rewritten",
	          .more = "A log is a text file, one line a version or release, that is only appended to; see scope-log(5).\n\n"
	                  "`init LOG --origin NAME` begins one.  `add LOG MANIFEST` (or the folder with a manifest.scm) appends a version: what the manifest says of its roots and counts, and its own "
	                  "digest.  `release LOG --version N --to WHOM --terms WORDS` says who got it.  `show LOG` lists all.\n\n"
	                  "`checkpoint LOG` writes how long the log is and the root of the tree over it, with proof that its newest version is in it: sign that with "
	                  "`scope sign` and give it away.  `growth LOG --from N` proves that the log of N entries is the beginning of what it is now.  "
	                  "`scope verify LOG --checkpoint FILE` finds a history that was rewritten.",
	          .example =
	                  "scope log init corpus.log --origin example.org/corpus && scope log add corpus.log open.jsonl.scm && scope log show corpus.log",
	          .opts = opts },
	.synopsis = "init|add|release|show|checkpoint|growth LOG [OPTION...] [MANIFEST]",
	.family = SC_PROVE,
	.first = "init|add|release|show|checkpoint|growth",
	.main = log_main,
};
