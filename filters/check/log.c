/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check/log -- a version log: every line, and that its history is the one whose root was given away.
 *
 * A log that is changed, cut or put in another order is in itself as good as the one before; only what was handed out earlier tells them apart.  So
 * roots and checkpoints are all looked for in one pass: a checkpoint at its size, a bare root at any.  What still agrees bounds where the change lies.
 */
#include <scope/check.h>
#include <scope/log.h>

#include <scope/text.h>

/* What was given away, and what is at its place. */
struct given {
	sc_str path; /* of a checkpoint; empty: a root */
	struct sc_checkpoint c;
	bool met, agrees,
	        other_entry; /* other_entry: the entry that it proves is not the one that is here */
	uint64_t at;         /* of a root: the size that has it */
	uint8_t root[32];    /* of the log here, at c.size */
};

struct look {
	struct sc_arena a;
	struct given *v;
	size_t n;
	uint64_t versions, releases;
	uint8_t root[32];
	uint64_t size;
	sc_str path, origin;
};

/* ---- what is looked for ---- */

static int roots_read(struct look *k, const struct sc_check_conf *c, struct sc_err *e)
{
	for (size_t i = 0; i < c->root.n; i++)
		if (!sc_root_parse(c->root.v[i], k->v[k->n++].c.root))
			return sc_fail(e,
			               "--root of a log is sha256: and 64 hex digits, not '%.*s'",
			               SC_ARG(c->root.v[i]));
	return SC_OK;
}

static int checkpoints_read(struct look *k, const struct sc_check_conf *c, struct sc_err *e)
{
	for (size_t i = 0; i < c->checkpoint.n; i++) {
		struct given *g = &k->v[k->n++];

		g->path = c->checkpoint.v[i];
		SC_TRY(sc_checkpoint_read(g->path, &c->trust, &k->a, &g->c, e));
		if (!sc_str_eq(g->c.origin, k->origin))
			return sc_bad(e, "%.*s: it is of %.*s, and the log is that of %.*s",
			              SC_ARG(g->path), SC_ARG(g->c.origin), SC_ARG(k->origin));
	}
	return SC_OK;
}

/* ---- the pass ---- */

static void at_size(struct look *k, const struct sc_log *l)
{
	sc_log_root(l, k->root);
	k->size = sc_log_size(l);
	for (size_t i = 0; i < k->n; i++) {
		struct given *g = &k->v[i];

		if (g->path.n ? g->c.size != k->size : g->met || memcmp(g->c.root, k->root, 32))
			continue;
		g->met = true;
		g->at = k->size;
		g->agrees = !memcmp(g->c.root, k->root, 32);
		memcpy(g->root, k->root, 32);
	}
}

static void at_entry(struct look *k, const struct sc_entry *x)
{
	k->releases += x->is_release;
	k->versions += !x->is_release;
	for (size_t i = 0; i < k->n; i++) {
		struct sc_checkpoint *c = &k->v[i].c;
		sc_str line = c->has_version ? c->version.line : c->release.line;
		uint64_t number = c->has_version ? c->version.number : c->release.number;

		if ((c->has_version || c->has_release) && number == x->number &&
		    !sc_str_eq(line, x->line))
			k->v[i].other_entry = true;
	}
}

static int pass(struct look *k, struct sc_log *l, struct sc_err *e)
{
	struct sc_entry x;
	int rc;

	at_size(k, l);
	while ((rc = sc_log_next(l, &x, e)) == SC_OK) {
		at_entry(k, &x);
		at_size(k, l);
	}
	return rc == SC_EOF ? SC_OK : rc;
}

/* ---- what was found ---- */

static sc_str hex(struct look *k, const uint8_t root[32])
{
	char *p = sc_alloc(&k->a, 64);

	sc_hex(root, 32, p);
	return (sc_str){ p, 64 };
}

/* The longest beginning that a checkpoint vouches for, below `size`: what was changed lies behind it. */
static uint64_t agreed(const struct look *k, uint64_t size)
{
	uint64_t n = 0;

	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].met && k->v[i].agrees && k->v[i].at < size && k->v[i].at > n)
			n = k->v[i].at;
	return n;
}

static int rewritten(struct look *k, const struct given *g, struct sc_err *e)
{
	uint64_t from = agreed(k, g->c.size) + 1;
	const struct sc_checkpoint *c = &g->c;
	sc_str where = from < c->size ? sc_fmt(&k->a, "an entry of %ju to %ju", (uintmax_t)from,
	                                       (uintmax_t)c->size)
	                              : sc_fmt(&k->a, "entry %ju", (uintmax_t)c->size);

	if (g->other_entry)
		where = sc_fmt(&k->a, "entry %ju",
		               (uintmax_t)(c->has_version ? c->version.number : c->release.number));
	return sc_bad(
	        e,
	        "%.*s: history was rewritten: %.*s is not what it was; over %ju entries the root is sha256:%.*s, and was sha256:%.*s by %.*s",
	        SC_ARG(k->path), SC_ARG(where), (uintmax_t)c->size, SC_ARG(hex(k, g->root)),
	        SC_ARG(hex(k, c->root)), SC_ARG(g->path));
}

static int judge(struct look *k, const struct given *g, const struct sc_check_conf *c,
                 struct sc_err *e)
{
	if (!g->path.n && !g->met)
		return sc_bad(
		        e,
		        "%.*s: at no length has it the root sha256:%.*s: history was rewritten, or that is another log's",
		        SC_ARG(k->path), SC_ARG(hex(k, g->c.root)));
	if (!g->path.n) {
		c->say(c->with, "root",
		       sc_fmt(&k->a, "that of its first %ju entries", (uintmax_t)g->at));
		return SC_OK;
	}
	if (!g->met)
		return sc_bad(
		        e,
		        "%.*s: it has %ju entries, and had %ju by %.*s: history was cut, or this is an older copy",
		        SC_ARG(k->path), (uintmax_t)k->size, (uintmax_t)g->c.size, SC_ARG(g->path));
	if (!g->agrees)
		return rewritten(k, g, e);
	c->say(c->with, "checkpoint",
	       sc_escape(&k->a, sc_fmt(&k->a, "%ju entries as signed by %.*s", (uintmax_t)g->at,
	                               SC_ARG(g->c.who.n ? g->c.who : SC_STR("nobody")))));
	return SC_OK;
}

/* The shortest that is not met says most. */
static int all_judged(struct look *k, const struct sc_check_conf *c, struct sc_err *e)
{
	const struct given *worst = NULL;

	for (size_t i = 0; i < k->n; i++) {
		const struct given *g = &k->v[i];

		if (g->met && g->agrees)
			SC_TRY(judge(k, g, c, e));
		else if (!worst || (g->path.n && (!worst->path.n || g->c.size < worst->c.size)))
			worst = g;
	}
	return worst ? judge(k, worst, c, e) : SC_OK;
}

static int looked(struct look *k, struct sc_log *l, const struct sc_check_conf *c, struct sc_err *e)
{
	k->origin = sc_log_origin(l);
	k->v = SC_NEW(&k->a, struct given, c->root.n + c->checkpoint.n + 1);
	SC_TRY(roots_read(k, c, e));
	SC_TRY(checkpoints_read(k, c, e));
	SC_TRY(pass(k, l, e));
	c->say(c->with, "lines",
	       sc_fmt(&k->a, "%ju versions, %ju releases of %.*s", (uintmax_t)k->versions,
	              (uintmax_t)k->releases, SC_ARG(sc_escape(&k->a, k->origin))));
	SC_TRY(all_judged(k, c, e));
	c->say(c->with, "tree",
	       sc_fmt(&k->a, "%ju entries, root sha256:%.*s", (uintmax_t)k->size,
	              SC_ARG(hex(k, k->root))));
	if (!k->n)
		c->unproven(
		        c->with, "history",
		        SC_STR("held to nothing: --checkpoint FILE or --root sha256:HEX would say whether it was rewritten"));
	return SC_OK;
}

static int check(sc_str path, const struct sc_check_conf *c, struct sc_err *e)
{
	struct look k = { .path = path };
	struct sc_log *l = NULL;
	int rc = sc_log_open(&l, path, e);

	if (rc == SC_OK)
		rc = looked(&k, l, c, e);
	sc_log_close(l);
	sc_arena_free(&k.a);
	return rc;
}

static bool is(sc_str head)
{
	return sc_str_starts(head, SC_STR("#scope-log/"));
}

extern const struct sc_checker check_log;
const struct sc_checker check_log = {
	.card = { .name = "check/log",
	          .about =
	                  "a version log, and with --checkpoint or --root that its history was not rewritten",
	          .revision = 1 },
	.is = is,
	.check = check,
};
