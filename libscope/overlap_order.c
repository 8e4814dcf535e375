/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overlap_order.c -- which of two corpora had it first, and how that is known.
 *
 * Two entries of one log stand in an order that its owner cannot change unnoticed (scope/log.h); a time is what somebody wrote.  Here the log is
 * read as it stands: whether it is the one that was signed is verify's to find out.  All of this is about the corpora as wholes.
 */
#include "overlap_impl.h"

#include <scope/input.h>
#include <scope/text.h>

enum { LINE_MOST = 1 << 20, SIDES = 2 };

static const char *const side_name[SIDES] = { "corpus", "suspect" };

/* The first entry of a log that names a side's record-root. */
struct entry {
	bool is;
	uint64_t number;
	sc_str created, log;
};

static void claim(struct sc_overlap *o, sc_str text)
{
	struct sc_strs *c = &o->order.claims;
	sc_str *wider = SC_NEW(&o->a, sc_str, c->n + 1);

	if (c->n)
		memcpy(wider, c->v, c->n * sizeof *wider);
	wider[c->n++] = text;
	c->v = wider;
}

/* version TAB NUMBER TAB record-root sha256:HEX TAB ... TAB created TIME */
static void entry_see(struct sc_overlap *o, struct entry seen[SIDES], sc_str log, sc_str line)
{
	const struct sc_overlap_side *side[SIDES] = { &o->corpus, &o->suspect };
	sc_str one, root = { NULL, 0 }, created = { NULL, 0 };
	uint64_t number = 0;

	if (!sc_str_cut(&line, '\t', &one) || !sc_str_eq(one, SC_STR("version")) ||
	    !sc_str_cut(&line, '\t', &one) || !sc_str_u64(one, &number))
		return;
	while (sc_str_cut(&line, '\t', &one)) {
		if (sc_str_starts(one, SC_STR("record-root ")))
			root = sc_str_from(one, 12);
		else if (sc_str_starts(one, SC_STR("created ")))
			created = sc_str_from(one, 8);
	}
	for (size_t i = 0; i < SIDES; i++)
		if (root.n && sc_str_eq(side[i]->root, root) && !seen[i].is) {
			seen[i] = (struct entry){ true, number, { NULL, 0 }, log };
			if (!sc_unfield(&o->a, created, &seen[i].created))
				seen[i].created = sc_strdup(&o->a, created);
		}
}

static int log_read(struct sc_overlap *o, sc_str path, struct entry seen[SIDES], struct sc_err *e)
{
	struct sc_input *in;
	sc_str line, log = { NULL, 0 };
	int rc;

	SC_TRY(sc_input_open(&in, path, path, SC_STR(""), LINE_MOST, e));
	rc = sc_line(in, '\n', &line, e);
	if (rc == SC_OK && sc_str_starts(line, SC_STR("#scope-log/1 ")))
		log = sc_strdup(&o->a, sc_str_trim(sc_str_from(line, 13)));
	else if (rc != SC_FAIL)
		rc = sc_bad(e, "%.*s: no version log: it does not begin with #scope-log/1",
		            SC_ARG(path));
	while (rc == SC_OK && (rc = sc_line(in, '\n', &line, e)) == SC_OK)
		entry_see(o, seen, log,
		          sc_str_ends(line, SC_STR("\n")) ? sc_str_head(line, line.n - 1) : line);
	sc_input_close(in);
	return rc == SC_EOF               ? SC_OK
	       : rc == SC_BAD && !*e->msg ? sc_bad(e, "%.*s: a line is too long", SC_ARG(path))
	                                  : rc;
}

static void decide(struct sc_overlap *o, int c, sc_str by)
{
	if (o->order.first || !c)
		return;
	o->order.first = side_name[c > 0];
	o->order.by = by;
}

/* One log is evidence by position; it goes before what anybody claims. */
static void by_log(struct sc_overlap *o, const struct entry seen[SIDES])
{
	for (size_t i = 0; i < SIDES; i++)
		if (seen[i].is)
			claim(o,
			      sc_fmt(&o->a,
			             "the %s is entry %ju of the log %.*s, written %.*s (a claim)",
			             side_name[i], (uintmax_t)seen[i].number, SC_ARG(seen[i].log),
			             SC_ARG(seen[i].created.n ? seen[i].created
			                                      : SC_STR("nobody says when"))));
	if (seen[0].is && seen[1].is && seen[0].number != seen[1].number)
		decide(o, seen[0].number < seen[1].number ? -1 : 1,
		       sc_fmt(&o->a,
		              "the order of entries %ju and %ju in one log (whether it is the one that was signed: scope verify)",
		              (uintmax_t)seen[0].number, (uintmax_t)seen[1].number));
}

/* Only times of the one form can be compared as text. */
static void by_claims(struct sc_overlap *o, sc_str x, sc_str y, const char *by)
{
	if (sc_is_time(x) && sc_is_time(y))
		decide(o, sc_str_cmp(x, y), sc_str_c(by));
}

int overlap_order(struct sc_overlap *o, const struct sc_strs *logs, struct sc_err *e)
{
	struct entry any[SIDES] = { { .is = false } };

	for (size_t i = 0; i < logs->n; i++) {
		struct entry seen[SIDES] = { { .is = false } };

		SC_TRY(log_read(o, logs->v[i], seen, e));
		by_log(o, seen);
		for (size_t k = 0; k < SIDES; k++)
			if (seen[k].is &&
			    (!any[k].is || sc_str_cmp(seen[k].created, any[k].created) < 0))
				any[k] = seen[k];
	}
	if (any[0].is && any[1].is)
		by_claims(o, any[0].created, any[1].created, "the times that two logs claim");
	for (size_t k = 0; k < SIDES; k++) {
		const struct sc_overlap_side *s = k ? &o->suspect : &o->corpus;

		if (s->created.n)
			claim(o,
			      sc_fmt(&o->a,
			             "the manifest of the %s says that it was made %.*s (a claim)",
			             side_name[k], SC_ARG(s->created)));
	}
	by_claims(o, o->corpus.created, o->suspect.created,
	          "what the manifests claim of themselves");
	return SC_OK;
}
