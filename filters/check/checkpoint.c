/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check/checkpoint -- a checkpoint of a version log, or proof that a version or release is in it: form, inclusion, and who signed it.
 *
 * With another checkpoint beside it: two of one log and one size that have different roots are a fork, and with both signed that is proven.
 */
#include <scope/check.h>
#include <scope/cmd.h>
#include <scope/log.h>

#include <scope/text.h>

static sc_str hex(struct sc_arena *a, const uint8_t root[32])
{
	char *p = sc_alloc(a, 64);

	sc_hex(root, 32, p);
	return (sc_str){ p, 64 };
}

static void say(const struct sc_check_conf *c, struct sc_arena *a, const char *what, sc_str detail)
{
	c->say(c->with, what, sc_escape(a, detail));
}

/* ---- its own word ---- */

static void say_entry(const struct sc_checkpoint *p, const struct sc_check_conf *c,
                      struct sc_arena *a)
{
	const struct sc_version *v = &p->version;

	if (p->has_release) {
		sc_str to = sc_quote(a, p->release.to), terms = sc_quote(a, p->release.terms);

		say(c, a, "inclusion",
		    sc_fmt(a, "entry %ju of %ju: version %ju went to %.*s, terms %.*s",
		           (uintmax_t)p->release.number, (uintmax_t)p->size,
		           (uintmax_t)p->release.version, SC_ARG(to), SC_ARG(terms)));
		return;
	}
	if (!p->has_version)
		return;
	say(c, a, "inclusion",
	    sc_fmt(a, "entry %ju of %ju: a version of %ju records", (uintmax_t)v->number,
	           (uintmax_t)p->size, (uintmax_t)v->records));
	say(c, a, "record-root", sc_fmt(a, "sha256:%.*s", SC_ARG(hex(a, v->record_root))));
	say(c, a, "key-root", sc_fmt(a, "sha256:%.*s", SC_ARG(hex(a, v->key_root))));
	say(c, a, "manifest", sc_fmt(a, "sha256:%.*s", SC_ARG(hex(a, v->manifest))));
}

/* A root that the caller knows must be named: the log's, or one of the version's. */
static int named(sc_str path, const struct sc_checkpoint *p, sc_str root,
                 const struct sc_check_conf *c, struct sc_arena *a, struct sc_err *e)
{
	const struct {
		const char *name;
		const uint8_t *root;
	} has[] = { { "the log's", p->root },
		    { "the version's record-root", p->has_version ? p->version.record_root : NULL },
		    { "the version's key-root", p->has_version ? p->version.key_root : NULL },
		    { "the digest of the version's manifest",
		      p->has_version ? p->version.manifest : NULL } };
	uint8_t want[32];

	if (!sc_root_parse(root, want))
		return sc_fail(e, "--root of a checkpoint is sha256: and 64 hex digits, not '%.*s'",
		               SC_ARG(root));
	for (size_t i = 0; i < SC_COUNT(has); i++)
		if (has[i].root && !memcmp(has[i].root, want, 32)) {
			say(c, a, "root", sc_str_c(has[i].name));
			return SC_OK;
		}
	return sc_bad(e, "%.*s: it names no root %.*s", SC_ARG(path), SC_ARG(root));
}

/* ---- beside another ---- */

static int beside(sc_str path, const struct sc_checkpoint *p, sc_str other,
                  const struct sc_check_conf *c, struct sc_arena *a, struct sc_err *e)
{
	struct sc_checkpoint q;

	SC_TRY(sc_checkpoint_read(other, &c->trust, a, &q, e));
	if (!sc_str_eq(p->origin, q.origin))
		return sc_bad(e, "%.*s: it is of %.*s, and %.*s is of %.*s", SC_ARG(path),
		              SC_ARG(p->origin), SC_ARG(other), SC_ARG(q.origin));
	if (p->size != q.size && p->size && q.size)
		return sc_fail(
		        e,
		        "%.*s: whether the log of %ju entries became that of %ju is for a proof of growth to say: `scope log growth LOG --from %ju --to %ju`",
		        SC_ARG(path), (uintmax_t)(p->size < q.size ? p->size : q.size),
		        (uintmax_t)(p->size < q.size ? q.size : p->size),
		        (uintmax_t)(p->size < q.size ? p->size : q.size),
		        (uintmax_t)(p->size < q.size ? q.size : p->size));
	if (p->size == q.size && memcmp(p->root, q.root, 32))
		return sc_bad(
		        e,
		        "%.*s: the log was forked: over %ju entries its root is sha256:%.*s, and sha256:%.*s by %.*s",
		        SC_ARG(path), (uintmax_t)p->size, SC_ARG(hex(a, p->root)),
		        SC_ARG(hex(a, q.root)), SC_ARG(other));
	say(c, a, "checkpoint",
	    sc_fmt(a,
	           p->size == q.size
	                   ? "the same tree as %.*s"
	                   : "%.*s: one of the two logs is empty, and so the beginning of the other",
	           SC_ARG(other)));
	return SC_OK;
}

static int looked(sc_str path, const struct sc_check_conf *c, struct sc_arena *a, struct sc_err *e)
{
	struct sc_checkpoint p;

	SC_TRY(sc_checkpoint_read(path, &c->trust, a, &p, e));
	say(c, a, "log",
	    sc_fmt(a, "%.*s, %ju entries, root sha256:%.*s", SC_ARG(p.origin), (uintmax_t)p.size,
	           SC_ARG(hex(a, p.root))));
	say(c, a, p.who.n ? "signature" : "unsigned",
	    p.who.n ? p.who : SC_STR("nobody vouches for it"));
	say_entry(&p, c, a);
	for (size_t i = 0; i < c->root.n; i++)
		SC_TRY(named(path, &p, c->root.v[i], c, a, e));
	for (size_t i = 0; i < c->checkpoint.n; i++)
		SC_TRY(beside(path, &p, c->checkpoint.v[i], c, a, e));
	return SC_OK;
}

static int check(sc_str path, const struct sc_check_conf *c, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	int rc = looked(path, c, &a, e);

	sc_arena_free(&a);
	return rc;
}

extern const struct sc_checker check_checkpoint;
const struct sc_checker check_checkpoint = {
	.card = { .name = "check/checkpoint",
	          .about =
	                  "a checkpoint of a version log, or proof that a version or release is in it",
	          .revision = 1 },
	.is = sc_checkpoint_is,
	.check = check,
};
