/* SPDX-License-Identifier: Apache-2.0 */
/* charter_limit.c -- what a limit is of: hill(1,host), share(host,max), unseen(domain), records. */
#include "charter_impl.h"

bool charter_call(sc_str w, sc_str *name, sc_str *args)
{
	size_t open = sc_str_chr(w, '(');

	*name = sc_str_head(w, open);
	if (open == SC_NONE || w.p[w.n - 1] != ')')
		return false;
	*args = (sc_str){ w.p + open + 1, w.n - open - 2 };
	return true;
}

bool charter_fact(sc_str s, enum sc_fact *key)
{
	return sc_fact_named(sc_str_eq(s, SC_STR("license")) ? SC_STR("licence") : s, key);
}

/* KEY, and what follows a comma. */
static bool key_and(sc_str args, enum sc_fact *key, sc_str *rest)
{
	size_t comma = sc_str_chr(args, ',');

	*rest = comma == SC_NONE ? (sc_str){ NULL, 0 } : sc_str_from(args, comma + 1);
	return charter_fact(sc_str_head(args, comma), key);
}

static bool hill_of(struct sc_directive *d, sc_str args)
{
	sc_str rest;

	if (args.n < 3 || *args.p < '0' || *args.p > '2' || args.p[1] != ',')
		return false;
	d->of = SC_LIMIT_HILL;
	d->q = (unsigned)(*args.p - '0');
	if (!key_and(sc_str_from(args, 2), &d->key, &rest))
		return false;
	d->by_bytes = sc_str_eq(rest, SC_STR("bytes"));
	return !rest.p || d->by_bytes;
}

static bool share_of(struct sc_arena *a, struct sc_directive *d, sc_str args)
{
	size_t comma;
	sc_str rest;

	d->of = SC_LIMIT_SHARE;
	if (!key_and(args, &d->key, &rest) || !rest.n)
		return false;
	comma = sc_str_rchr(rest, ',');
	d->by_bytes = comma != SC_NONE && sc_str_eq(sc_str_from(rest, comma + 1), SC_STR("bytes"));
	d->share = d->by_bytes ? sc_str_head(rest, comma) : rest;
	return d->share.n > 0 &&
	       (sc_str_eq(d->share, SC_STR("max")) || !charter_value(a, d->key, &d->share));
}

bool charter_measure(struct sc_arena *a, struct sc_directive *d, sc_str w)
{
	sc_str name, args = { NULL, 0 }, rest;

	if (!charter_call(w, &name, &args)) {
		d->of = sc_str_eq(w, SC_STR("bytes")) ? SC_LIMIT_BYTES : SC_LIMIT_RECORDS;
		return d->of == SC_LIMIT_BYTES || sc_str_eq(w, SC_STR("records"));
	}
	if (sc_str_eq(name, SC_STR("hill")))
		return hill_of(d, args);
	if (sc_str_eq(name, SC_STR("share")))
		return share_of(a, d, args);
	d->of = sc_str_eq(name, SC_STR("unseen")) ? SC_LIMIT_UNSEEN : SC_LIMIT_DISTINCT;
	return (d->of == SC_LIMIT_UNSEEN || sc_str_eq(name, SC_STR("distinct"))) &&
	       key_and(args, &d->key, &rest) && !rest.p;
}
