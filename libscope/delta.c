/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delta.c -- scope-delta/1: what makes one manifest of another, line for line; include/scope/diff.h has its form.
 *
 * Both manifests are sorted, so what differs is found in one pass over both, and put together again in one pass over the old one and two places
 * of the delta: its lines that come and its lines that go.  What comes out is looked at as any manifest is, both roots are computed anew, and
 * its digest must be the one that the delta names.
 */
#include "manifest_read.h"
#include "manifest_text.h"

#include <scope/diff.h>
#include <scope/input.h>
#include <scope/text.h>

enum { LINE_LIMIT = (16 << 20) + 16, POSITION = 20, OUT_PIECE = 256 << 10 };

static const sc_str heads[SC_DELTA_HEADS] = {
	[SC_DELTA_NEW] = SC_LIT("new"),
	[SC_DELTA_NEW_KEYS] = SC_LIT("new-key-root"),
	[SC_DELTA_NEW_RECORDS] = SC_LIT("new-record-root"),
	[SC_DELTA_OLD] = SC_LIT("old"),
	[SC_DELTA_OLD_KEYS] = SC_LIT("old-key-root"),
	[SC_DELTA_OLD_RECORDS] = SC_LIT("old-record-root"),
};

/* ---- made ---- */

struct making {
	struct check c[2];
	struct pass p[2];
	sc_str line[2]; /* p NULL: there is none */
	struct sc_sorter *lines;
	uint64_t at, gone,
	        ngone; /* of the old one: the next line; the first of those that go at hand, and how many */
	struct sc_delta *d;
	struct sc_buf b;
};

static int advance(struct making *m, int side, struct sc_err *e)
{
	int rc = manifest_next(&m->c[side], &m->p[side], &m->line[side], e);

	if (rc == SC_EOF)
		m->line[side] = (sc_str){ NULL, 0 };
	return rc < 0 ? rc : SC_OK;
}

static int gone_end(struct making *m, struct sc_err *e)
{
	if (!m->ngone)
		return SC_OK;
	sc_buf_clear(&m->b);
	sc_buf_fmt(&m->b, "O\t%0*ju\t%ju", POSITION, (uintmax_t)m->gone, (uintmax_t)m->ngone);
	m->d->nold += m->ngone;
	m->ngone = 0;
	return sc_sorter_add(m->lines, sc_buf_str(&m->b), e);
}

static int goes(struct making *m, struct sc_err *e)
{
	if (m->ngone && m->gone + m->ngone != m->at)
		SC_TRY(gone_end(m, e));
	if (!m->ngone)
		m->gone = m->at;
	m->ngone++;
	m->at++;
	return advance(m, 0, e);
}

static int comes(struct making *m, struct sc_err *e)
{
	sc_buf_clear(&m->b);
	sc_buf_add(&m->b, SC_STR("N\t"));
	sc_buf_add(&m->b, m->line[1]);
	m->d->nnew++;
	SC_TRY(sc_sorter_add(m->lines, sc_buf_str(&m->b), e));
	return advance(m, 1, e);
}

static int compare(struct making *m, struct sc_err *e)
{
	SC_TRY(advance(m, 0, e));
	SC_TRY(advance(m, 1, e));
	while (m->line[0].p || m->line[1].p) {
		int c = !m->line[0].p ? 1 : !m->line[1].p ? -1 : sc_str_cmp(m->line[0], m->line[1]);

		if (c < 0) {
			SC_TRY(goes(m, e));
		} else if (c > 0) {
			SC_TRY(comes(m, e));
		} else {
			m->at++;
			SC_TRY(advance(m, 0, e));
			SC_TRY(advance(m, 1, e));
		}
	}
	return gone_end(m, e);
}

static void head_fill(struct sc_delta *d, const struct check c[2])
{
	const uint8_t *from[SC_DELTA_HEADS] = { c[1].file, c[1].t.key_root, c[1].t.record_root,
		                                c[0].file, c[0].t.key_root, c[0].t.record_root };

	for (int i = 0; i < SC_DELTA_HEADS; i++)
		memcpy(d->head[i], from[i], 32);
}

static int lines_out(struct making *m, struct sc_output *out, struct sc_err *e)
{
	uint8_t digest[32];
	sc_str line;
	int rc;

	sc_output_hash(out);
	sc_buf_clear(&m->b);
	sc_buf_add(&m->b, SC_STR("#scope-delta/1\n"));
	for (int i = 0; i < SC_DELTA_HEADS; i++) {
		sc_buf_fmt(&m->b, "H\t%.*s\t", SC_ARG(heads[i]));
		put_digest(&m->b, m->d->head[i]);
		sc_buf_byte(&m->b, '\n');
	}
	while ((rc = sc_sorter_next(m->lines, &line, e)) == SC_OK) {
		sc_buf_add(&m->b, line);
		sc_buf_byte(&m->b, '\n');
		if (m->b.n < OUT_PIECE)
			continue;
		SC_TRY(sc_write(out, sc_buf_str(&m->b), e));
		sc_buf_clear(&m->b);
	}
	SC_TRY(rc);
	SC_TRY(sc_write(out, sc_buf_str(&m->b), e));
	SC_TRY(sc_output_digest(out, digest, e));
	sc_buf_clear(&m->b);
	sc_buf_add(&m->b, SC_STR("T\tlines\t"));
	put_digest(&m->b, digest);
	sc_buf_byte(&m->b, '\n');
	return sc_write(out, sc_buf_str(&m->b), e);
}

static int make(struct making *m, const sc_str path[2], struct sc_output *out, struct sc_err *e)
{
	for (int i = 0; i < 2; i++)
		SC_TRY(manifest_open(&m->p[i], path[i], false, e));
	SC_TRY(compare(m, e));
	for (int i = 0; i < 2; i++) {
		struct sc_err why = { 0 };

		if (totals_check(&m->c[i], &why) < 0)
			return sc_bad(e, "%.*s: %s", SC_ARG(path[i]), why.msg);
	}
	head_fill(m->d, m->c);
	return lines_out(m, out, e);
}

int sc_delta_make(const sc_str path[2], size_t memory, struct sc_output *out, struct sc_delta *d,
                  struct sc_err *e)
{
	struct making m = { .d = d, .lines = sc_sorter_new(memory ? memory : 256 << 20) };
	int rc;

	*d = (struct sc_delta){ .nnew = 0 };
	rc = make(&m, path, out, e);
	for (int i = 0; i < 2; i++) {
		manifest_close(&m.p[i]);
		check_free(&m.c[i]);
	}
	sc_sorter_free(m.lines);
	sc_buf_free(&m.b);
	return rc;
}

/* ---- looked at ---- */

struct reading {
	struct sc_delta *d;
	struct sc_sha256 *sha;
	struct sc_buf last;
	uint64_t nline, end;        /* end: of the lines that went, so far */
	uint64_t bytes, at_n, at_o; /* where lines of these kinds begin; 0: there are none */
	int nhead;
	bool gone, done;
};

static const char *head_line(struct reading *r, sc_str rest)
{
	sc_str key, value;

	if (r->nhead == SC_DELTA_HEADS)
		return "a head too many";
	if (!sc_str_cut(&rest, '\t', &key) || !sc_str_eq(key, heads[r->nhead]))
		return "it is not the head that should stand here";
	value = rest.p ? rest : SC_STR("");
	if (!sc_str_starts(value, SC_STR("sha256:")) ||
	    !sc_unhex(sc_str_from(value, 7), r->d->head[r->nhead], 32))
		return "its digest is not sha256: and 64 hex digits";
	r->nhead++;
	return NULL;
}

static bool gone_parse(sc_str rest, uint64_t *at, uint64_t *n)
{
	return rest.n > POSITION && rest.p[POSITION] == '\t' &&
	       sc_str_u64(sc_str_head(rest, POSITION), at) &&
	       sc_str_u64(sc_str_from(rest, POSITION + 1), n) && *n &&
	       rest.p[POSITION + 1] != '0' && *at <= UINT64_MAX - *n;
}

static const char *gone_line(struct reading *r, sc_str rest)
{
	uint64_t at, n;

	if (!gone_parse(rest, &at, &n))
		return "it is no position of 20 digits and a count";
	if (r->gone && at <= r->end)
		return "its lines are not behind those of the line before";
	r->gone = true;
	r->end = at + n;
	r->d->nold += n;
	return NULL;
}

static const char *last_line(struct reading *r, sc_str rest)
{
	sc_str prefix = SC_STR("lines\tsha256:");
	uint8_t said[32], is[32];

	if (!sc_str_starts(rest, prefix) || !sc_unhex(sc_str_from(rest, prefix.n), said, 32))
		return "it is not the digest of the lines above";
	sc_sha256_peek(r->sha, SC_STR(""), is);
	r->done = true;
	return memcmp(said, is, 32) ? "a line above was changed after the delta was written" : NULL;
}

static bool clean(sc_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return sc_utf8_valid(s) == s.n;
}

static const char *one(struct reading *r, sc_str line)
{
	sc_str rest = sc_str_from(line, 2);
	char kind = line.n > 2 && line.p[1] == '\t' ? *line.p : 0;

	if (r->nline == 1)
		return sc_str_eq(line, SC_STR("#scope-delta/1")) ? NULL : "it is no scope-delta/1";
	if (r->done)
		return "it stands behind the last line";
	if (!clean(line))
		return "it has bytes that must be escaped";
	if (sc_str_cmp(sc_buf_str(&r->last), line) > 0)
		return "it is out of order";
	if (kind != 'H' && r->nhead < SC_DELTA_HEADS)
		return "a head is missing";
	switch (kind) {
	case 'H':
		return head_line(r, rest);
	case 'N':
		r->at_n = r->at_n ? r->at_n : r->bytes;
		r->d->nnew++;
		return rest.n > 2 && memchr("HILPRSTX", *rest.p, 8) && rest.p[1] == '\t'
		               ? NULL
		               : "it is no line of a manifest";
	case 'O':
		r->at_o = r->at_o ? r->at_o : r->bytes;
		return gone_line(r, rest);
	case 'T':
		return last_line(r, rest);
	default:
		return "it begins with no kind that is known";
	}
}

static int lines_read(struct reading *r, struct sc_input *in, sc_str path, struct sc_err *e)
{
	sc_str line;
	int rc;

	while ((rc = sc_line(in, '\n', &line, e)) == SC_OK) {
		const char *why;

		r->nline++;
		if (line.p[line.n - 1] != '\n')
			return sc_bad(e, "%.*s: line %ju: it is cut short", SC_ARG(path),
			              (uintmax_t)r->nline);
		why = one(r, sc_str_head(line, line.n - 1));
		if (why)
			return sc_bad(e, "%.*s: line %ju: %s", SC_ARG(path), (uintmax_t)r->nline,
			              why);
		sc_sha256_add(r->sha, line);
		r->bytes += line.n;
		sc_buf_clear(&r->last);
		sc_buf_add(&r->last, sc_str_head(line, line.n - 1));
	}
	if (rc < 0)
		return rc;
	if (sc_input_break(in, NULL, e))
		return SC_BAD;
	return r->done ? SC_OK
	               : sc_bad(e, "%.*s: line %ju: the digest of the lines is missing",
	                        SC_ARG(path), (uintmax_t)r->nline + 1);
}

static int delta_read(struct reading *r, sc_str path, struct sc_delta *d, struct sc_err *e)
{
	struct sc_input *in;
	int rc;

	*r = (struct reading){ .d = d };
	*d = (struct sc_delta){ .nnew = 0 };
	SC_TRY(sc_input_open(&in, path, path, (sc_str){ NULL, 0 }, LINE_LIMIT, e));
	r->sha = sc_sha256_new();
	sc_sha256_start(r->sha);
	rc = lines_read(r, in, path, e);
	sc_sha256_free(r->sha);
	sc_buf_free(&r->last);
	sc_input_close(in);
	return rc;
}

int sc_delta_check(sc_str path, struct sc_delta *d, struct sc_err *e)
{
	struct reading r;

	return delta_read(&r, path, d, e);
}

/* ---- applied ---- */

/* Lines of one kind of a delta. */
struct part {
	struct sc_input *in;
	char kind;
	sc_str rest; /* behind the kind; p NULL: there is none */
};

static int part_next(struct part *p, struct sc_err *e)
{
	sc_str line;
	int rc = p->in ? sc_line(p->in, '\n', &line, e) : SC_EOF;

	p->rest = (sc_str){ NULL, 0 };
	if (rc == SC_OK && *line.p == p->kind && line.n > 3)
		p->rest = sc_str_from(sc_str_head(line, line.n - 1), 2);
	return rc < 0 ? rc : SC_OK;
}

static int part_open(struct part *p, sc_str path, char kind, uint64_t at, struct sc_err *e)
{
	uint64_t left;

	*p = (struct part){ .kind = kind };
	if (!at)
		return SC_OK;
	SC_TRY(sc_input_open(&p->in, path, path, (sc_str){ NULL, 0 }, LINE_LIMIT, e));
	SC_TRY(sc_skip(p->in, at, &left, e));
	return part_next(p, e);
}

struct patch {
	sc_str old_path, delta_path;
	struct sc_input *old;
	struct sc_sha256 *sha; /* over the old manifest */
	struct part n, o;
	uint64_t at, from, to; /* of the old one: the next line; those that go next */
	struct check c;        /* of the new one */
	struct pass p;
	struct sc_output *out;
	struct sc_buf b;
	struct sc_delta *d;
};

static int line_out(struct patch *x, sc_str line, struct sc_err *e)
{
	SC_TRY(manifest_push(&x->c, &x->p, line, e));
	sc_buf_add(&x->b, line);
	sc_buf_byte(&x->b, '\n');
	if (x->b.n < OUT_PIECE)
		return SC_OK;
	SC_TRY(sc_write(x->out, sc_buf_str(&x->b), e));
	sc_buf_clear(&x->b);
	return SC_OK;
}

static int gone_next(struct patch *x, struct sc_err *e)
{
	uint64_t n = 0;

	x->from = x->to = UINT64_MAX;
	if (!x->o.rest.p)
		return SC_OK;
	if (!gone_parse(x->o.rest, &x->from, &n))
		return sc_fail(e, "%.*s: it changed while it was read", SC_ARG(x->delta_path));
	x->to = x->from + n;
	return part_next(&x->o, e);
}

static int old_line(struct patch *x, sc_str line, struct sc_err *e)
{
	uint64_t at = x->at++;

	if (at >= x->from && at < x->to)
		return at + 1 == x->to ? gone_next(x, e) : SC_OK;
	while (x->n.rest.p && sc_str_cmp(x->n.rest, line) < 0) {
		SC_TRY(line_out(x, x->n.rest, e));
		SC_TRY(part_next(&x->n, e));
	}
	return line_out(x, line, e);
}

static int old_lines(struct patch *x, struct sc_err *e)
{
	sc_str line;
	int rc;

	while ((rc = sc_line(x->old, '\n', &line, e)) == SC_OK) {
		sc_sha256_add(x->sha, line);
		SC_TRY(old_line(x, sc_str_head(line, line.n - (line.p[line.n - 1] == '\n')), e));
	}
	SC_TRY(rc);
	if (x->from != UINT64_MAX)
		return sc_bad(e, "%.*s: it takes away lines that %.*s has not",
		              SC_ARG(x->delta_path), SC_ARG(x->old_path));
	while (x->n.rest.p) {
		SC_TRY(line_out(x, x->n.rest, e));
		SC_TRY(part_next(&x->n, e));
	}
	SC_TRY(manifest_push_end(&x->c, &x->p, e));
	return sc_write(x->out, sc_buf_str(&x->b), e);
}

/* Is it the manifest that the delta was made from?  What is left of it is read for that, whatever came of the lines. */
static int old_check(struct patch *x, struct sc_err *e)
{
	uint8_t is[32];
	sc_str line;
	int rc;

	while ((rc = sc_line(x->old, '\n', &line, e)) == SC_OK)
		sc_sha256_add(x->sha, line);
	SC_TRY(rc);
	if (sc_input_break(x->old, NULL, e))
		return SC_BAD;
	sc_sha256_end(x->sha, is);
	if (memcmp(is, x->d->head[SC_DELTA_OLD], 32))
		return sc_bad(
		        e,
		        "%.*s: it is not for %.*s: that has another digest than the manifest it was made from",
		        SC_ARG(x->delta_path), SC_ARG(x->old_path));
	return SC_OK;
}

static int new_check(struct patch *x, struct sc_err *e)
{
	struct sc_err why = { 0 };
	int rc = totals_check(&x->c, &why);

	if (rc < 0)
		return rc == SC_FAIL ? sc_fail(e, "%s", why.msg)
		                     : sc_bad(e, "%.*s: what it makes is false: %s",
		                              SC_ARG(x->delta_path), why.msg);
	if (memcmp(x->c.file, x->d->head[SC_DELTA_NEW], 32))
		return sc_bad(e, "%.*s: what it makes has another digest than it says",
		              SC_ARG(x->delta_path));
	if (memcmp(x->c.t.record_root, x->d->head[SC_DELTA_NEW_RECORDS], 32))
		return sc_bad(e, "%.*s: what it makes has another record-root than it says",
		              SC_ARG(x->delta_path));
	if (memcmp(x->c.t.key_root, x->d->head[SC_DELTA_NEW_KEYS], 32))
		return sc_bad(e, "%.*s: what it makes has another key-root than it says",
		              SC_ARG(x->delta_path));
	return SC_OK;
}

static int apply(struct patch *x, struct sc_err *e)
{
	struct sc_err why = { 0 };
	struct reading r;
	int rc;

	SC_TRY(delta_read(&r, x->delta_path, x->d, e));
	SC_TRY(sc_input_open(&x->old, x->old_path, x->old_path, (sc_str){ NULL, 0 }, LINE_LIMIT,
	                     e));
	SC_TRY(part_open(&x->n, x->delta_path, 'N', r.at_n, e));
	SC_TRY(part_open(&x->o, x->delta_path, 'O', r.at_o, e));
	SC_TRY(gone_next(x, e));
	SC_TRY(manifest_open(&x->p, x->delta_path, true, e));
	sc_sha256_start(x->sha);
	rc = old_lines(x, &why);
	if (rc == SC_FAIL) {
		*e = why;
		return rc;
	}
	SC_TRY(old_check(x, e));
	return rc == SC_OK ? new_check(x, e)
	                   : sc_bad(e, "what it makes is no manifest: %s", why.msg);
}

int sc_delta_apply(sc_str old, sc_str delta, size_t memory, struct sc_output *out,
                   struct sc_delta *d, struct sc_totals *t, struct sc_err *e)
{
	struct patch x = {
		.old_path = old, .delta_path = delta, .out = out, .d = d, .sha = sc_sha256_new()
	};
	int rc;

	x.c.keys = sc_keys_new(memory ? memory : 256 << 20);
	rc = apply(&x, e);
	*t = x.c.t;
	sc_input_close(x.old);
	sc_input_close(x.n.in);
	sc_input_close(x.o.in);
	sc_sha256_free(x.sha);
	manifest_close(&x.p);
	check_free(&x.c);
	sc_buf_free(&x.b);
	return rc;
}
