/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.c -- a shard opened: its bytes, and the reader that knows its format.
 *
 * Every reader tastes the head; the one that matched most bits takes it.  An empty shard has no
 * records, whatever its name.
 */
#include <scope/run.h>

#include <stdlib.h>

enum { HEAD = 64 << 10 };

static const struct sc_reader *best(sc_str head, sc_str path)
{
	const struct sc_reader *found = NULL;
	int most = 0;

	for (size_t i = 0; sc_readers[i]; i++) {
		int bits = sc_readers[i]->taste ? sc_readers[i]->taste(head, path) : 0;

		if (bits > most) {
			most = bits;
			found = sc_readers[i];
		}
	}
	return found;
}

static int pick(struct sc_source *s, sc_str as, sc_str from, struct sc_err *e)
{
	sc_str head;

	if (from.n) {
		s->reader = sc_reader_named(from);
		return s->reader ? SC_OK : sc_fail(e, "--from %.*s: no such format; `scope list formats` shows them", SC_ARG(from));
	}
	if (sc_peek(s->in, HEAD, &head, e) < 0)
		return SC_FAIL;
	while (!head.n && sc_input_break(s->in, NULL, s->has_early ? NULL : &s->early)) {
		s->has_early = true;
		sc_input_mend(s->in);
		if (sc_peek(s->in, HEAD, &head, e) < 0)
			return SC_FAIL;
	}
	s->reader = best(sc_str_head(head, HEAD), as);
	if (!s->reader)
		s->reader = sc_reader_named(SC_STR("file"));
	return s->reader ? SC_OK : sc_fail(e, "%.*s: not a format that scope reads", SC_ARG(as));
}

int sc_source_open(struct sc_source *s, sc_str path, sc_str as, sc_str from, sc_str codec,
		   const struct sc_read_conf *conf, struct sc_err *e)
{
	struct sc_err why = { 0 };

	*s = (struct sc_source){ 0 };
	if (sc_input_open(&s->in, path, as, codec, conf->max_record + (1 << 20), e) < 0)
		return SC_FAIL;
	if (conf->hash_stored && conf->stored_sha)
		sc_input_hash_into(s->in, conf->stored_sha);
	else if (conf->hash_stored)
		sc_input_hash_stored(s->in, true);
	if (conf->hash_plain)
		sc_input_hash_plain(s->in);
	if (pick(s, as, from, e) < 0)
		goto undo;
	s->state = calloc(1, s->reader->card.state + 1);
	if (!s->state)
		sc_oom();
	if (s->reader->open(s->state, conf, s->in, &why) >= 0)
		return SC_OK;
	sc_fail(e, "%.*s: byte %ju: %s", SC_ARG(as), (uintmax_t)sc_input_off(s->in), why.msg);
undo:
	sc_source_close(s);
	return SC_FAIL;
}

int sc_source_frame(struct sc_source *s, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	if (!s->has_early)
		return s->reader->next(s->state, a, r, e);
	s->has_early = false;
	*e = s->early;
	return SC_BAD;
}

int sc_source_next(struct sc_source *s, const struct sc_read_conf *conf, struct sc_arena *a,
		   struct sc_record *r, uint64_t *ordinal, struct sc_err *e)
{
	int rc;

	*r = (struct sc_record){ 0 };
	r->from.shard = sc_input_path(s->in);
	r->from.ordinal = *ordinal;
	r->by = s->reader;
	rc = sc_source_frame(s, a, r, e);
	if (rc == SC_EOF || rc == SC_FAIL)
		return rc;
	++*ordinal;
	if (rc == SC_OK && s->reader->parse)
		rc = s->reader->parse(conf, a, r, e);
	return rc;
}

void sc_source_close(struct sc_source *s)
{
	if (s->state && s->reader->close)
		s->reader->close(s->state);
	free(s->state);
	sc_input_close(s->in);
	*s = (struct sc_source){ 0 };
}
