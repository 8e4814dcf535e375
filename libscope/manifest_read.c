/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_read.c -- a manifest's lines, one after the other: order, escapes, fields of each kind. */
#include "manifest_read.h"

#include <scope/input.h>
#include <scope/text.h>

#include <endian.h>
#include <stdlib.h>

enum { LINE_MAX_BYTES = 16 << 20 };

/* Fields of a line; the first that is not as expected sets why. */
struct fields {
	sc_str rest;
	struct sc_arena *a;
	const char *why;
};

static sc_str raw(struct fields *f)
{
	sc_str s = { NULL, 0 };

	if (!f->why && !sc_str_cut(&f->rest, '\t', &s))
		f->why = "a field is missing";
	return s;
}

/* A field has one spelling: a host whose letters were escaped would be another key, and could then be proven absent. */
static bool spelt(struct sc_arena *a, sc_str field, sc_str *out)
{
	return sc_unfield(a, field, out) && (sc_str_chr(field, '%') == SC_NONE || sc_str_eq(sc_field(a, *out), field));
}

static sc_str text(struct fields *f)
{
	sc_str s = raw(f), out = { NULL, 0 };

	if (!f->why && !spelt(f->a, s, &out))
		f->why = "a field is not escaped as it should be";
	return out;
}

static uint64_t number(struct fields *f)
{
	sc_str s = raw(f);
	uint64_t n = 0;

	if (!f->why && (!sc_str_u64(s, &n) || (s.n > 1 && *s.p == '0')))
		f->why = "a field is not a number";
	return n;
}

static void hex(struct fields *f, uint8_t out[32], bool prefixed)
{
	sc_str s = raw(f), prefix = SC_STR("sha256:");

	if (f->why)
		return;
	if (prefixed && !sc_str_starts(s, prefix))
		f->why = "a digest does not begin with sha256:";
	else if (!sc_unhex(prefixed ? sc_str_from(s, prefix.n) : s, out, 32))
		f->why = "a digest is not 64 lower-case hex digits";
}

static void *more(void *v, size_t n, size_t each)
{
	if (n % 64 == 0) {
		v = realloc(v, (n + 64) * each);
		if (!v)
			sc_oom();
	}
	return v;
}

/* ---- kinds of lines ---- */

static int head_line(struct check *c, struct fields *f, struct sc_err *e)
{
	sc_str key = text(f), value = text(f);

	(void)e;
	if (sc_str_eq(key, SC_STR("group")))
		c->group = value;
	if (sc_str_eq(key, SC_STR("text-field")))
		c->text_field = value;
	return SC_OK;
}

static int in_line(struct check *c, struct fields *f, struct sc_err *e)
{
	struct shard_said s = { 0 };

	(void)e;
	hex(f, s.sha256, true);
	s.bytes = number(f);
	s.path = text(f);
	s.records = number(f);
	s.rejected = number(f);
	c->in_records += s.records;
	c->in_rejected += s.rejected;
	c->in = more(c->in, c->nin, sizeof s);
	c->in[c->nin++] = s;
	return SC_OK;
}

static bool locator(sc_str s, sc_str *shard, uint64_t *off, uint64_t *len)
{
	size_t hash = sc_str_rchr(s, '#'), plus;

	if (hash == SC_NONE)
		return false;
	*shard = sc_str_head(s, hash);
	s = sc_str_from(s, hash + 1);
	plus = sc_str_chr(s, '+');
	return plus != SC_NONE && sc_str_u64(sc_str_head(s, plus), off) &&
	       sc_str_u64(sc_str_from(s, plus + 1), len);
}

/*
 * What is to be done with an L or R line of the right form is done beside the reading of the next ones, if there is a thread for it.  It is
 * handed over as
 *
 *	'L', struct place_said, FROM, path	(has_path false: the locator is "-")
 *	'R', id (32 bytes), the line
 */
struct place_said {
	uint8_t id[32], leaf[8];
	uint64_t off, len; /* big endian */
	uint32_t nfrom;
	bool has_path;
};

static int place_take(struct check *c, sc_str item, struct sc_err *e)
{
	struct place_said p;
	uint8_t digest[32];
	sc_str from, path;

	memcpy(&p, item.p, sizeof p);
	from = sc_str_head(sc_str_from(item, sizeof p), p.nfrom);
	path = sc_str_from(item, sizeof p + p.nfrom);
	sc_manifest_digest(p.id, from, digest);
	sc_sum_add(c->sum, digest);
	if (c->pairs)
		SC_TRY(pairs_place(c->pairs, p.id, p.leaf, e));
	if (!c->places || !p.has_path)
		return SC_OK;
	sc_buf_clear(&c->row);
	sc_buf_add(&c->row, path);
	sc_buf_byte(&c->row, 0);
	sc_buf_add(&c->row, (sc_str){ (const char *)&p.off, sizeof p.off });
	sc_buf_add(&c->row, (sc_str){ (const char *)&p.len, sizeof p.len });
	sc_buf_add(&c->row, (sc_str){ (const char *)p.id, sizeof p.id });
	return sc_sorter_add(c->places, sc_buf_str(&c->row), e);
}

static int record_take(struct check *c, sc_str item, struct sc_err *e)
{
	sc_str line = sc_str_from(item, 32);
	uint8_t leaf[32];

	sc_merkle_leaf_hash(line, leaf);
	sc_merkle_add(&c->tree, leaf);
	if (c->keys)
		SC_TRY(sc_keys_add(c->keys, line, e));
	return c->pairs ? pairs_record(c->pairs, (const uint8_t *)item.p, leaf, e) : SC_OK;
}

static int take(void *with, sc_str item, struct sc_err *e)
{
	return *item.p == 'L' ? place_take(with, sc_str_from(item, 1), e) : record_take(with, sc_str_from(item, 1), e);
}

static int hand_over(struct check *c, struct sc_err *e)
{
	return c->beside ? hand_give(c->beside, sc_buf_str(&c->item), e) : take(c, sc_buf_str(&c->item), e);
}

static int place_line(struct check *c, struct fields *f, struct sc_err *e)
{
	struct place_said p = { .has_path = false };
	sc_str leaf, where, from, shard, path = { NULL, 0 };
	uint64_t off, len;

	hex(f, p.id, true);
	leaf = raw(f);
	where = raw(f);
	from = raw(f);
	if (f->why)
		return SC_OK;
	if (!sc_unhex(leaf, p.leaf, 8)) {
		f->why = "its leaf is not 16 hex digits";
		return SC_OK;
	}
	if (!sc_str_eq(where, SC_STR("-"))) {
		p.has_path = true;
		if (!locator(where, &shard, &off, &len) || !spelt(f->a, shard, &path) || sc_str_chr(path, 0) != SC_NONE) {
			f->why = "its locator is not SHARD#OFFSET+LENGTH";
			return SC_OK;
		}
		p.off = htobe64(off);
		p.len = htobe64(len);
	}
	c->nplace++;
	if (c->v && c->v->roots)
		return SC_OK;
	p.nfrom = (uint32_t)from.n; /* lines are shorter */
	sc_buf_clear(&c->item);
	sc_buf_byte(&c->item, 'L');
	sc_buf_add(&c->item, (sc_str){ (const char *)&p, sizeof p });
	sc_buf_add(&c->item, from);
	sc_buf_add(&c->item, path);
	return hand_over(c, e);
}

static int step_line(struct check *c, struct fields *f, struct sc_err *e)
{
	struct sc_step s = { 0 };
	sc_str numbered = raw(f), rules; /* 0001 and on, so that steps are sorted */
	uint64_t n = 0;

	(void)e;
	if (!f->why && (numbered.n < 4 || !sc_str_u64(numbered, &n)))
		f->why = "a step's number is not as 0001";
	s.name = text(f);
	s.revision = (uint32_t)number(f);
	rules = raw(f);
	if (!f->why && !sc_str_eq(rules, SC_STR("-")) &&
	    (!sc_str_starts(rules, SC_STR("sha256:")) ||
	     !sc_unhex(sc_str_from(rules, 7), s.rules, 32)))
		f->why = "its rules are no digest";
	s.in = number(f);
	s.kept = number(f);
	s.dropped = number(f);
	s.rejected = number(f);
	s.undecided = number(f);
	hex(f, s.sum_in, false);
	hex(f, s.sum_kept, false);
	hex(f, s.sum_dropped, false);
	s.args = text(f);
	if (!f->why && n != c->nstep + 1)
		f->why = "steps are not numbered one after the other";
	c->step = more(c->step, c->nstep, sizeof s);
	c->step[c->nstep++] = s;
	return SC_OK;
}

static int record_line(struct check *c, struct fields *f, sc_str line, struct sc_err *e)
{
	uint8_t id[32];
	sc_str last = { NULL, 0 }, kv;

	hex(f, id, true);
	number(f);
	for (int i = 0; i < 4; i++)
		text(f);
	while (!f->why && f->rest.p) {
		sc_str key;

		kv = raw(f);
		key = sc_str_head(kv, sc_str_chr(kv, '='));
		if (key.n == kv.n || !key.n)
			f->why = "a field is not k=v";
		else if (last.p && sc_str_cmp(last, key) >= 0)
			f->why = "its k=v are not in order";
		else if (!spelt(f->a, sc_str_from(kv, key.n + 1), &(sc_str){ NULL, 0 }))
			f->why = "a field is not escaped as it should be";
		last = key;
	}
	if (f->why)
		return SC_OK;
	sc_buf_clear(&c->item);
	sc_buf_byte(&c->item, 'R');
	sc_buf_add(&c->item, (sc_str){ (const char *)id, sizeof id });
	sc_buf_add(&c->item, line);
	return hand_over(c, e);
}

static int out_line(struct check *c, struct fields *f, struct sc_err *e)
{
	struct shard_said s = { 0 };

	(void)e;
	hex(f, s.sha256, true);
	s.bytes = number(f);
	s.path = text(f);
	hex(f, s.plain, true);
	s.records = number(f);
	c->out = more(c->out, c->nout, sizeof s);
	c->out[c->nout++] = s;
	return SC_OK;
}

static int total_line(struct check *c, struct fields *f, struct sc_err *e)
{
	sc_str key = text(f);

	(void)e;
	c->ntotal++; /* order has seen to it that none stands there twice */
	if (sc_str_eq(key, SC_STR("records"))) {
		c->t.records = number(f);
	} else if (sc_str_eq(key, SC_STR("occurrences"))) {
		c->t.occurrences = number(f);
	} else if (sc_str_eq(key, SC_STR("record-root"))) {
		hex(f, c->t.record_root, true);
		c->has_root = true;
	} else if (sc_str_eq(key, SC_STR("lines"))) {
		hex(f, c->lines_said, true);
		c->has_lines = true;
	} else if (sc_str_eq(key, SC_STR("key-root"))) {
		hex(f, c->t.key_root, true);
		c->has_keys = true;
	} else if (sc_str_eq(key, SC_STR("tombstones"))) {
		hex(f, c->xlines_said, true);
		c->has_xlines = true;
	} else if (sc_str_eq(key, SC_STR("keys"))) {
		c->t.keys = number(f);
	} else {
		f->why = "a total that this program does not know";
	}
	return SC_OK;
}

static int tombstone_line(struct check *c, struct fields *f, struct sc_err *e)
{
	uint8_t id[32];

	hex(f, id, true);
	text(f);
	c->ntomb++;
	return f->why || !c->tombs ? SC_OK : sc_rows_add(c->tombs, (sc_str){ (const char *)id, sizeof id }, e);
}

static int line_check(struct check *c, struct fields *f, sc_str line, struct sc_err *e)
{
	f->rest = sc_str_from(line, 2);
	if (line.n < 2 || line.p[1] != '\t') {
		f->why = "it begins with no kind";
		return SC_OK;
	}
	switch (*line.p) {
	case 'H':
		return head_line(c, f, e);
	case 'I':
		return in_line(c, f, e);
	case 'L':
		return place_line(c, f, e);
	case 'P':
		return step_line(c, f, e);
	case 'R':
		return record_line(c, f, line, e);
	case 'S':
		return out_line(c, f, e);
	case 'T':
		return total_line(c, f, e);
	case 'X':
		return tombstone_line(c, f, e);
	default:
		f->why = "it begins with no kind that is known";
		return SC_OK;
	}
}

/* ---- the pass ---- */

/* Any byte below 0x20 but TAB, or 0x7f: eight bytes at a time are told apart from those that have none (and no TAB). */
static bool raw_control(sc_str s)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	size_t i = 0;

	while (i < s.n) {
		uint64_t w, del;
		size_t end = s.n - i < 8 ? s.n : i + 8;

		if (s.n - i >= 8) {
			memcpy(&w, s.p + i, 8);
			del = w ^ ones * 0x7f;
			if (!((((w - ones * 0x20) & ~w) | ((del - ones) & ~del)) & tops)) {
				i += 8;
				continue;
			}
		}
		for (; i < end; i++)
			if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
				return true;
	}
	return false;
}

/* Where records begin, and what the lines add up to: `lines` is over all above the first T, `file` goes on. */
static void note(struct check *c, struct pass *p, sc_str line)
{
	if (!p->totals && sc_str_starts(line, SC_STR("T\t"))) {
		p->totals = true;
		sc_sha256_peek(p->sha, SC_STR(""), c->lines);
	}
	sc_sha256_add(p->sha, line);
	sc_sha256_add(p->sha, SC_STR("\n"));
	if (!c->has_l && sc_str_starts(line, SC_STR("L\t"))) {
		c->has_l = true;
		c->at_l = p->bytes;
	}
	if (!c->has_r && sc_str_starts(line, SC_STR("R\t"))) {
		c->has_r = true;
		c->at_r = p->bytes;
	}
	if (sc_str_starts(line, SC_STR("X\t"))) {
		if (!p->tombs) {
			p->tombs = sc_sha256_new();
			sc_sha256_start(p->tombs);
		}
		sc_sha256_add(p->tombs, line);
		sc_sha256_add(p->tombs, SC_STR("\n"));
	}
	p->bytes += line.n + 1;
}

static int one(struct check *c, struct pass *p, sc_str line, const char **why, struct sc_err *e)
{
	/* What must outlive the line: shards, steps and heads are few. */
	bool keep = line.n && memchr("HIPST", *line.p, 5);
	struct fields f = { .a = keep ? &c->a : &p->scratch };
	int rc;

	note(c, p, line);
	if (c->nline == 1) {
		*why = sc_str_eq(line, SC_STR("#scope-manifest/1")) ? NULL
		                                                    : "it is no scope-manifest/1";
		return SC_OK;
	}
	if (raw_control(line) || sc_utf8_valid(line) != line.n)
		*why = "it has bytes that must be escaped";
	else if (sc_str_cmp(sc_buf_str(&p->last), line) > 0)
		*why = "it is out of order";
	else if (sc_str_eq(sc_buf_str(&p->last), line) &&
	         sc_str_find(line, SC_STR("\t-\t")) == SC_NONE)
		*why = "it stands there twice";
	if (*why)
		return SC_OK;
	rc = line_check(c, &f, line, e);
	sc_arena_reset(&p->scratch);
	*why = f.why ? f.why : f.rest.p ? "it has a field too many" : NULL;
	if (rc >= 0 && !*why && c->seen && (*line.p == 'H' || *line.p == 'X'))
		rc = c->seen(c->with, line, e);
	return rc;
}

int manifest_push(struct check *c, struct pass *p, sc_str line, struct sc_err *e)
{
	const char *why = NULL;

	c->nline++;
	SC_TRY(one(c, p, line, &why, e));
	if (why)
		return sc_bad(e, "%.*s: line %ju: %s", SC_ARG(p->path), (uintmax_t)c->nline, why);
	sc_buf_clear(&p->last);
	sc_buf_add(&p->last, line);
	return SC_OK;
}

int manifest_push_end(struct check *c, struct pass *p, struct sc_err *e)
{
	if (!p->totals)
		return sc_bad(e, "%.*s: line %ju: the totals are missing", SC_ARG(p->path),
		              (uintmax_t)c->nline + 1);
	sc_sha256_end(p->sha, c->file);
	if (p->tombs)
		sc_sha256_end(p->tombs, c->xlines);
	return SC_OK;
}

int manifest_open(struct pass *p, sc_str path, bool pushed, struct sc_err *e)
{
	*p = (struct pass){ .path = path };
	if (!pushed)
		SC_TRY(sc_input_open(&p->in, path, path, (sc_str){ NULL, 0 }, LINE_MAX_BYTES, e));
	p->sha = sc_sha256_new();
	sc_sha256_start(p->sha);
	return SC_OK;
}

void manifest_close(struct pass *p)
{
	sc_sha256_free(p->sha);
	sc_sha256_free(p->tombs);
	sc_buf_free(&p->last);
	sc_arena_free(&p->scratch);
	sc_input_close(p->in);
	*p = (struct pass){ .in = NULL };
}

int manifest_next(struct check *c, struct pass *p, sc_str *line, struct sc_err *e)
{
	int rc = sc_line(p->in, '\n', line, e);

	if (rc == SC_EOF) {
		if (sc_input_break(p->in, NULL, e))
			return SC_BAD;
		SC_TRY(manifest_push_end(c, p, e));
		return SC_EOF;
	}
	if (rc < 0)
		return rc;
	if (line->p[line->n - 1] != '\n')
		return sc_bad(e, "%.*s: line %ju: it is cut short", SC_ARG(p->path),
		              (uintmax_t)c->nline + 1);
	line->n--;
	return manifest_push(c, p, *line, e);
}

int manifest_read(struct check *c, sc_str path, struct sc_err *e)
{
	struct pass p = { .in = NULL };
	struct hand beside;
	int rc = manifest_open(&p, path, false, e);
	sc_str line;

	hand_init(&beside, take, c);
	c->beside = &beside;
	while (rc == SC_OK)
		rc = manifest_next(c, &p, &line, e);
	if (rc == SC_EOF)
		rc = hand_end(&beside, e);
	hand_free(&beside);
	c->beside = NULL;
	manifest_close(&p);
	return rc < 0 ? rc : SC_OK;
}

void check_free(struct check *c)
{
	if (c->pairs)
		pairs_free(c->pairs);
	sc_keys_free(c->keys);
	sc_sorter_free(c->places);
	sc_rows_free(c->tombs);
	sc_buf_free(&c->item);
	sc_buf_free(&c->row);
	free(c->step);
	free(c->out);
	free(c->in);
	sc_arena_free(&c->a);
}
