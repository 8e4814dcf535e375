/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest_funnel.c -- does a manifest add up?  Its totals, and its steps.
 *
 * P lines are chains, one after the other: a reader and what came behind it.  Each is held to itself; what their last steps kept is,
 * together, what the L lines name.  Steps merge/... stand behind all chains and take in what these kept together: what a merge left
 * out (`scope merge` writes them) is counted there.
 */
#include "manifest_read.h"

#include <scope/text.h>

static int keys_check(const struct check *c, struct sc_err *e)
{
	uint8_t root[32];
	uint64_t keys;
	char hex[64];

	SC_TRY(sc_keys_root(c->keys, root, &keys, e));
	sc_hex(root, 32, hex);
	if (!c->has_keys || memcmp(root, c->t.key_root, 32))
		return sc_bad(e, "key-root: the R lines give sha256:%.64s", hex);
	if (c->t.keys != keys)
		return sc_bad(e, "T keys says %ju, the R lines have %ju", (uintmax_t)c->t.keys,
		              (uintmax_t)keys);
	return SC_OK;
}

int totals_check(const struct check *c, struct sc_err *e)
{
	uint8_t root[32];
	char hex[64];

	sc_merkle_root(&c->tree, root);
	sc_hex(root, 32, hex);
	if (!c->has_root || memcmp(root, c->t.record_root, 32))
		return sc_bad(e, "record-root: the R lines give sha256:%.64s", hex);
	if (c->keys)
		SC_TRY(keys_check(c, e));
	if (c->t.records != c->tree.n)
		return sc_bad(e, "T records says %ju, there are %ju R lines",
		              (uintmax_t)c->t.records, (uintmax_t)c->tree.n);
	if (c->t.occurrences != c->nplace)
		return sc_bad(e, "T occurrences says %ju, there are %ju L lines",
		              (uintmax_t)c->t.occurrences, (uintmax_t)c->nplace);
	if (c->ntotal != 6 + (size_t)c->has_xlines)
		return sc_bad(e, "%zu T lines are there, not all six", c->ntotal - c->has_xlines);
	if (c->has_xlines && (!c->ntomb || memcmp(c->xlines, c->xlines_said, 32)))
		return sc_bad(e, "T tombstones: it is not the digest of the X lines");
	if (!c->has_lines || memcmp(c->lines, c->lines_said, 32))
		return sc_bad(e,
		              "T lines: a line above was changed after the manifest was written");
	return SC_OK;
}

/* ---- steps ---- */

struct funnel {
	uint64_t read, rejected,
	        kept; /* of all readers; kept by the last steps of all chains that ended */
	uint8_t sum_kept[32];
	size_t nchain;
	bool joint; /* the chains are through */
};

static int adds_up(const struct sc_step *s, size_t number, struct sc_err *e)
{
	uint8_t sum[32];

	if (s->in != s->kept + s->dropped + s->rejected || s->undecided > s->dropped)
		return sc_bad(e,
		              "P %04zu %.*s: %ju in is not %ju kept + %ju dropped + %ju rejected",
		              number, SC_ARG(s->name), (uintmax_t)s->in, (uintmax_t)s->kept,
		              (uintmax_t)s->dropped, (uintmax_t)s->rejected);
	memcpy(sum, s->sum_kept, 32);
	sc_sum_add(sum, s->sum_dropped);
	if (!s->rejected && memcmp(sum, s->sum_in, 32))
		return sc_bad(e, "P %04zu %.*s: what it kept and dropped is not what came in",
		              number, SC_ARG(s->name));
	return SC_OK;
}

static int takes_in(const struct sc_step *s, size_t number, const char *whose, uint64_t kept,
                    const uint8_t sum[32], struct sc_err *e)
{
	if (s->in == kept && !memcmp(s->sum_in, sum, 32))
		return SC_OK;
	return sc_bad(e, "P %04zu %.*s: it took in %ju records, %s kept %ju others", number,
	              SC_ARG(s->name), (uintmax_t)s->in, whose, (uintmax_t)kept);
}

static void chain_end(struct funnel *f, const struct sc_step *last)
{
	f->kept += last->kept;
	sc_sum_add(f->sum_kept, last->sum_kept);
}

/* before: the step before it, NULL at the first. */
static int step_check(struct funnel *f, const struct sc_step *before, const struct sc_step *s,
                      size_t number, struct sc_err *e)
{
	bool first_joint = !f->joint && before && sc_step_is_joint(s);

	SC_TRY(adds_up(s, number, e));
	if (f->joint && !sc_step_is_joint(s))
		return sc_bad(e, "P %04zu %.*s: it stands behind what all chains share", number,
		              SC_ARG(s->name));
	if (before && !f->joint && (first_joint || sc_step_is_reader(s)))
		chain_end(f, before);
	if (!before || sc_step_is_reader(s)) {
		f->nchain++;
		f->read += s->kept;
		f->rejected += s->rejected;
		return SC_OK;
	}
	f->joint |= first_joint;
	if (first_joint)
		return takes_in(s, number, "the chains before", f->kept, f->sum_kept, e);
	return sc_step_is_made(before, s)
	               ? SC_OK
	               : takes_in(s, number, "the step before", before->kept, before->sum_kept, e);
}

static int result_check(const struct check *c, const struct funnel *f, struct sc_err *e)
{
	if (f->kept != c->nplace)
		return sc_bad(e, "the last step%s kept %ju records, but %ju L lines are there",
		              f->nchain > 1 ? "s" : "", (uintmax_t)f->kept, (uintmax_t)c->nplace);
	if (memcmp(f->sum_kept, c->sum, 32))
		return sc_bad(e, "the last step%s kept other records than the L lines name",
		              f->nchain > 1 ? "s" : "");
	if (c->in_records != f->read || c->in_rejected != f->rejected)
		return sc_bad(e, "the I lines count %ju records and %ju rejected, %s %ju and %ju",
		              (uintmax_t)c->in_records, (uintmax_t)c->in_rejected,
		              f->nchain > 1 ? "the readers" : "P 0001", (uintmax_t)f->read,
		              (uintmax_t)f->rejected);
	return SC_OK;
}

int funnel_check(const struct check *c, size_t *nchain, struct sc_err *e)
{
	static const uint8_t nothing[32];
	struct funnel f = { .read = 0 };
	const struct sc_step *last = c->nstep ? &c->step[c->nstep - 1] : NULL;

	*nchain = 0;
	if (!last)
		return c->nplace && memcmp(c->sum, nothing, 32)
		               ? sc_bad(e, "no P line says where %ju records came from",
		                        (uintmax_t)c->nplace)
		               : SC_OK;
	for (size_t i = 0; i < c->nstep; i++)
		SC_TRY(step_check(&f, i ? &c->step[i - 1] : NULL, &c->step[i], i + 1, e));
	if (f.joint) {
		f.kept = last->kept;
		memcpy(f.sum_kept, last->sum_kept, 32);
	} else {
		chain_end(&f, last);
	}
	*nchain = f.nchain;
	return result_check(c, &f, e);
}
