/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read/tar -- tape archives: v7, POSIX ustar and pax, GNU, star; records by --group.
 *
 * Framed here rather than by libarchive, because a record's exact bytes are wanted (locators, copying as stored) and
 * because one damaged header must not cost what comes after it.  Layout, in blocks of 512 bytes:
 *
 *   [L|K|x|g header + its payload]*   long name, long link, pax records for the next member, for all that follow
 *   header                            name 0+100 mode 100+8 size 124+12 mtime 136+12 sum 148+8 type 156
 *                                     link 157+100 magic 257+6 prefix 345+155
 *   payload, padded to 512
 *   ... two zero blocks               the end; more zeros may follow, anything else is reported
 *
 * Numbers are octal text or, with the top bit set, base 256.  The checksum is the sum of the header's bytes, its
 * own field taken as blanks; old writers summed signed chars.
 *
 * Damage.  After a bad header the next valid one is looked for block by block, and at odd offsets by its magic.  If the
 * bad one's size field leads to a valid header its payload is stepped over whole, so that members of a tar inside
 * this tar do not come up as ours.  A missing end marker is damage: only it tells an archive that
 * was cut between two members.
 *
 * Sparse members go through libarchive, one at a time, from their stored bytes.  Left out: joining multi-volume
 * archives; device numbers; ACLs and extended attributes (they are in the raw bytes).
 */
#include <scope/group.h>
#include <scope/libarchive.h>
#include <scope/tar.h>

#include <ctype.h>
#include <inttypes.h>

enum {
	BLOCK = 512,
	CHUNK = 64 << 10,
	MOST_EXT = 1 << 20,        /* a long name or a set of pax records */
	MOST_STEP = 8 << 20,       /* how far ahead a bad header's size is tried */
};

struct tar {
	struct sc_input *in;
	struct sc_group *group;
	struct sc_buf lead, path, link; /* of the member at hand */
	struct sc_pax local, global;
	uint64_t left, pad;    /* of the member at hand, not yet taken */
	uint64_t size;
	bool member_global;    /* the global header changes the member at hand */
	bool sparse;
	bool ended;
	bool expects;          /* a header for the next member was read, and that member has not come yet */
	bool lost;             /* after a break: the next header must be looked for */
	struct sc_err spoilt;  /* msg not empty: why the member at hand is to be rejected */
};

extern const struct sc_reader read_tar;

/* ---- damage ---- */

/* Peeked less than was wanted: because of a break, or the end?  With a break, e says so and the way must be found. */
static bool broke(struct tar *t, struct sc_err *e)
{
	uint64_t lost;

	if (!sc_input_break(t->in, &lost, e))
		return false;
	e->damage = true;
	sc_input_mend(t->in);
	t->lost = true;
	t->left = t->pad = 0;
	return true;
}

/* Does the bad header at hand tell how far its member reaches?  0 = no. */
static uint64_t reach(struct tar *t, sc_str head)
{
	struct sc_err ignored;
	uint64_t size;
	sc_str got;

	if (!sc_tar_has_magic(head.p) || !sc_tar_size(head.p, &size) || size > MOST_STEP ||
	    size + 3 * BLOCK > sc_input_limit(t->in))
		return 0;
	size += BLOCK + sc_tar_padding(size);
	if (sc_peek(t->in, (size_t)size + BLOCK, &got, &ignored) || got.n < size + BLOCK)
		return 0;
	return sc_tar_is_header(got.p + size) || sc_tar_is_zero(got.p + size, BLOCK) ? size : 0;
}

/* Offset of a valid header in s at a place that is no multiple of a block from here, by its magic; s.n when none. */
static size_t odd_header(sc_str s)
{
	for (size_t at = 258; at + BLOCK - 257 <= s.n;) {
		size_t found = sc_str_find(sc_str_from(s, at), SC_STR("ustar"));

		if (found == SC_NONE)
			break;
		at += found;
		if (at - 257 + BLOCK <= s.n && sc_tar_is_header(s.p + at - 257))
			return at - 257;
		at++;
	}
	return s.n;
}

/* Goes to the next valid header, or the end.  *m gets the bytes passed over. */
static int resync(struct tar *t, struct sc_member *m, bool at_header, struct sc_err *e)
{
	struct sc_err ignored;
	sc_str got = { NULL, 0 };

	m->off = sc_input_off(t->in);
	t->lost = false;
	for (;;) {
		size_t odd;

		if (sc_peek(t->in, 2 * BLOCK, &got, &ignored) == SC_FAIL) {
			*e = ignored;
			return SC_FAIL;
		}
		if (got.n < BLOCK) {
			sc_take(t->in, got.n);
			if (!broke(t, &ignored)) {
				t->ended = true;
				break;
			}
			continue;
		}
		if (sc_tar_is_header(got.p))
			break;
		if (at_header) {
			uint64_t n = reach(t, got), short_by;

			at_header = false;
			if (n) {
				SC_TRY(sc_skip(t->in, n, &short_by, e));
				break;
			}
			continue;
		}
		odd = odd_header(got);
		sc_take(t->in, odd < BLOCK ? odd : BLOCK);
	}
	t->lost = false;
	m->len = sc_input_off(t->in) - m->off;
	return SC_BAD;
}

/* ---- headers ---- */

/* The payload of an extension header, appended to lead; *text is its bytes there (until lead grows). */
static int extension(struct tar *t, uint64_t size, sc_str *text, struct sc_err *e)
{
	uint64_t n = size + sc_tar_padding(size);
	size_t at = t->lead.n;
	sc_str got;

	*text = (sc_str){ NULL, 0 };
	if (size > MOST_EXT || t->lead.n > 4 * (size_t)MOST_EXT)
		return sc_bad(e, "an extension header of %ju bytes", (uintmax_t)size);
	while (n) {
		SC_TRY(sc_peek(t->in, n < CHUNK ? (size_t)n : CHUNK, &got, e));
		if (!got.n && broke(t, e))
			return SC_BAD;
		if (!got.n) {
			t->ended = true;
			return sc_damage(e, "cut short inside an extension header");
		}
		got = sc_str_head(got, (size_t)n);
		sc_buf_add(&t->lead, got);
		sc_take(t->in, got.n);
		n -= got.n;
	}
	*text = (sc_str){ t->lead.p + at, (size_t)size };
	return SC_OK;
}

/* Handles a header that only speaks about others: true.  rc tells how that went. */
static bool is_extension(struct tar *t, const char *h, uint64_t size, int *rc, struct sc_err *e)
{
	char type = h[156];
	struct sc_pax *x = type == 'g' ? &t->global : &t->local;
	sc_str text;

	if (!strchr("LKxgXVA", type) || !type)
		return false;
	t->expects |= strchr("LKxX", type) != NULL;
	*rc = extension(t, size, &text, e);
	if (*rc)
		return true;
	if (type == 'L' || type == 'K') {
		struct sc_buf *b = type == 'L' ? &x->path : &x->link;

		sc_buf_clear(b);
		sc_buf_add(b, sc_tar_field(text.p ? text.p : "", text.n));
	} else if (type != 'V' && type != 'A') {
		struct sc_err why;

		if (sc_pax_parse(x, text, &why) && !t->spoilt.msg[0])
			t->spoilt = why;
	}
	return true;
}

static void path_of(struct tar *t, const char *h)
{
	const struct sc_buf *b = t->local.path.n ? &t->local.path : &t->global.path;
	bool star = memcmp(h + 508, "tar", 4) == 0;
	sc_str prefix = sc_tar_field(h + 345, star ? 131 : 155);

	sc_buf_clear(&t->path);
	if (b->n) {
		sc_buf_add(&t->path, sc_buf_str(b));
	} else {
		if (memcmp(h + 257, "ustar", 6) == 0 && prefix.n) {
			sc_buf_add(&t->path, prefix);
			if (prefix.p[prefix.n - 1] != '/')
				sc_buf_byte(&t->path, '/');
		}
		sc_buf_add(&t->path, sc_tar_field(h, 100));
	}
	sc_buf_clear(&t->link);
	b = t->local.link.n ? &t->local.link : &t->global.link;
	sc_buf_add(&t->link, b->n ? sc_buf_str(b) : sc_tar_field(h + 157, 100));
}

static const char *type_of(const struct tar *t, const char *h)
{
	static const struct {
		char letter;
		const char *type;
	} known[] = { { '1', "hardlink" }, { '2', "symlink" },   { '3', "device" }, { '4', "device" },
		      { '5', "directory" }, { '6', "fifo" },     { 'D', "directory" }, { 'M', "other" } };

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (known[i].letter == h[156])
			return known[i].type;
	if (t->path.n && t->path.p[t->path.n - 1] == '/' && !t->size)
		return "directory";
	return "file";
}

/* Does a hard link's payload follow?  pax writers may store it; older ones give a size and store nothing. */
static int link_payload(struct tar *t, struct sc_err *e)
{
	sc_str got;

	SC_TRY(sc_peek(t->in, BLOCK, &got, e));
	if (got.n < BLOCK || sc_tar_is_header(got.p) || sc_tar_is_zero(got.p, BLOCK))
		t->size = 0;
	return SC_OK;
}

/* Old GNU sparse headers go on in blocks of their own: 21 entries, and at 504 whether one more follows. */
static int sparse_map(struct tar *t, bool more, struct sc_err *e)
{
	sc_str got;

	while (more) {
		if (t->lead.n > MOST_EXT)
			return sc_bad(e, "a sparse map of more than %d bytes", MOST_EXT);
		SC_TRY(sc_peek(t->in, BLOCK, &got, e));
		if (got.n < BLOCK) {
			if (broke(t, e))
				return SC_BAD;
			t->ended = true;
			return sc_damage(e, "cut short inside a sparse map");
		}
		more = got.p[504] != 0;
		sc_buf_add(&t->lead, sc_str_head(got, BLOCK));
		sc_take(t->in, BLOCK);
	}
	return SC_OK;
}

/* h (in lead, taken) is a member's own header. */
static int member(struct tar *t, const char *h, uint64_t size, struct sc_member *m, struct sc_err *e)
{
	const struct sc_pax *x = &t->local, *all = &t->global;
	uint64_t v;

	if (h[156] == 'S')
		SC_TRY(sparse_map(t, h[482] != 0, e));
	t->sparse = h[156] == 'S' || x->sparse || all->sparse;
	t->size = x->has_size ? x->size : all->has_size ? all->size : size;
	t->member_global = all->path.n || all->link.n || all->has_size || all->sparse;
	path_of(t, h);
	m->type = type_of(t, h);
	m->mode = sc_tar_number(h + 100, 8, &v) ? (uint32_t)(v & 07777) : 0;
	m->has_mtime = x->has_mtime || all->has_mtime || (sc_tar_number(h + 136, 12, &v) && v <= INT64_MAX);
	m->mtime = x->has_mtime ? x->mtime : all->has_mtime ? all->mtime : m->has_mtime ? (int64_t)v : 0;
	if (strchr("23456", h[156]) && h[156])
		t->size = 0;
	m->path = sc_buf_str(&t->path);
	if (h[156] == '1' && t->size)
		SC_TRY(link_payload(t, e));
	if (h[156] == '1' || h[156] == '2')
		m->link = sc_buf_str(&t->link);
	if (!t->path.n && !t->spoilt.msg[0])
		sc_bad(&t->spoilt, "a member without a name");
	m->size = t->sparse ? 0 : t->size;
	m->lead = sc_buf_str(&t->lead);
	m->no_raw = t->member_global;
	t->left = t->size;
	t->pad = sc_tar_padding(t->size);
	m->len = m->lead.n + t->left + t->pad;
	return SC_OK;
}

/* ---- the end ---- */

/* After the zero block at hand: is it the end, and what follows it? */
static int end(struct tar *t, struct sc_member *m, struct sc_err *e)
{
	bool zeros = true;
	uint64_t from;
	sc_str got;

	SC_TRY(sc_peek(t->in, 2 * BLOCK, &got, e));
	if (got.n >= 2 * BLOCK && sc_tar_is_header(got.p + BLOCK)) {
		m->off = sc_input_off(t->in);
		m->len = BLOCK;
		m->no_loss = true; /* one block is no member with a payload, and what follows was found at once */
		sc_take(t->in, BLOCK);
		return sc_damage(e, "a zero block between members");
	}
	t->ended = true;
	for (from = 0; sc_peek(t->in, CHUNK, &got, e) == SC_OK && got.n;) {
		size_t n = 0;

		while (zeros && n < got.n && !got.p[n])
			n++;
		if (zeros && n < got.n) {
			zeros = false;
			from = sc_input_off(t->in) + n;
		}
		sc_take(t->in, got.n);
	}
	if (sc_input_break(t->in, &from, e)) {
		m->off = sc_input_off(t->in);
		e->damage = true;
		return SC_BAD;
	}
	if (zeros)
		return SC_EOF;
	m->off = from;
	m->len = sc_input_off(t->in) - from;
	m->no_loss = true;
	return sc_damage(e, "%ju bytes after the end of the archive", (uintmax_t)m->len);
}

/* Fewer than 512 bytes are left. */
static int short_block(struct tar *t, sc_str got, struct sc_member *m, struct sc_err *e)
{
	bool none = !got.n && !t->lead.n, zeros = got.n && sc_tar_is_zero(got.p, got.n);

	sc_take(t->in, got.n);
	m->len = sc_input_off(t->in) - m->off;
	if (broke(t, e))
		return SC_BAD;
	t->ended = true;
	if (zeros && !t->lead.n)
		return SC_EOF;
	return none ? sc_damage(e, "no end-of-archive block: cut short between members?")
	            : sc_damage(e, "cut short inside a header");
}

/* ---- sparse members ---- */

/* `stored`: one member with its extension headers.  Holes come out as zeros. */
static int expand(sc_str bytes, size_t limit, struct sc_buf *plain, struct sc_payload *got, struct sc_err *e)
{
	const struct sc_libarchive *la = sc_libarchive(e);
	struct archive *a = la ? la->read_new() : NULL;
	struct archive_entry *entry;
	const void *block;
	size_t n;
	int64_t at, size;
	int rc = a ? ARCHIVE_OK : ARCHIVE_FATAL, bad = SC_OK;

	*got = (struct sc_payload){ .at = plain->n };
	if (!a)
		return la ? sc_fail(e, "libarchive: no memory") : SC_FAIL;
	la->read_support_format_tar(a);
	if (la->read_open_memory(a, bytes.p, bytes.n) || la->read_next_header(a, &entry) < ARCHIVE_WARN) {
		bad = sc_bad(e, "sparse member: %s", la->error_string(a));
		la->read_free(a);
		return bad;
	}
	size = la->entry_size(entry);
	while (!bad && (rc = la->read_data_block(a, &block, &n, &at)) == ARCHIVE_OK) {
		if (at < 0 || (uint64_t)at > limit || n > limit - (size_t)at || (size_t)at < got->n) {
			bad = sc_bad(e, "sparse member of %jd bytes or more", (intmax_t)at);
			break;
		}
		memset(sc_buf_room(plain, (size_t)at - got->n), 0, (size_t)at - got->n);
		plain->n += (size_t)at - got->n;
		sc_buf_add(plain, (sc_str){ block, n });
		got->n = (size_t)at + n;
	}
	if (!bad && rc != ARCHIVE_EOF)
		bad = sc_bad(e, "sparse member: %s", la->error_string(a) ? la->error_string(a) : "spoilt");
	if (!bad && (size < 0 || (uint64_t)size > limit))
		bad = sc_bad(e, "sparse member of %jd bytes", (intmax_t)size);
	if (!bad && (size_t)size > got->n) { /* it ends in a hole */
		memset(sc_buf_room(plain, (size_t)size - got->n), 0, (size_t)size - got->n);
		plain->n += (size_t)size - got->n;
		got->n = (size_t)size;
	}
	la->read_free(a);
	return bad;
}

/* ---- what group.c calls ---- */

static int leave(struct tar *t, struct sc_member *m, struct sc_err *e)
{
	uint64_t n = t->left + t->pad, missing = 0;

	t->left = t->pad = 0;
	if (!n)
		return SC_OK;
	SC_TRY(sc_skip(t->in, n, &missing, e));
	if (!missing)
		return SC_OK;
	m->off = sc_input_off(t->in);
	m->len = 0;
	if (broke(t, e))
		return SC_OK; /* told by resync */
	t->ended = true;
	return sc_damage(e, "cut short: %ju bytes of a member are missing", (uintmax_t)missing);
}

/* The header at hand, or its extension, is spoilt (e says how): on to the next valid one.  *m gets all that lies between. */
static int give_up(struct tar *t, struct sc_member *m, bool at_header, struct sc_err *e)
{
	uint64_t off = m->off;
	int rc = t->ended ? SC_BAD : resync(t, m, at_header, e);

	m->off = off;
	m->len = sc_input_off(t->in) - off;
	return rc;
}

/* One header block, with what belongs to it, into lead.  *done when it was the member's own. */
static int one_header(struct tar *t, sc_str block, struct sc_member *m, bool *done, struct sc_err *e)
{
	char h[BLOCK]; /* lead may move */
	uint64_t size;
	int rc;

	if (!sc_tar_is_header(block.p)) {
		sc_damage(e, "bad header checksum");
		return give_up(t, m, true, e);
	}
	memcpy(h, block.p, BLOCK);
	sc_buf_add(&t->lead, sc_str_head(block, BLOCK));
	sc_take(t->in, BLOCK);
	if (!sc_tar_size(h, &size)) {
		sc_damage(e, "a header with an impossible size");
		return give_up(t, m, false, e);
	}
	*done = !is_extension(t, h, size, &rc, e);
	if (*done)
		rc = member(t, h, size, m, e);
	return rc == SC_BAD ? give_up(t, m, false, e) : rc;
}

static int next_member(void *with, struct sc_member *m, struct sc_err *e)
{
	struct tar *t = with;
	bool done = false;
	sc_str got;

	if (t->ended)
		return SC_EOF;
	SC_TRY(leave(t, m, e));
	sc_buf_clear(&t->lead);
	sc_pax_clear(&t->local);
	t->spoilt.msg[0] = 0;
	t->expects = false;
	if (t->lost) {
		sc_damage(e, "looking for the next member after damage");
		return resync(t, m, false, e);
	}
	m->off = sc_input_off(t->in);
	while (!done) {
		SC_TRY(sc_peek(t->in, BLOCK, &got, e));
		if (got.n < BLOCK)
			return short_block(t, got, m, e);
		if (sc_tar_is_zero(got.p, BLOCK) && !t->expects)
			return end(t, m, e);
		SC_TRY(one_header(t, got, m, &done, e));
	}
	return SC_OK;
}

/* The member's stored bytes after its lead into raw. */
static int stored(struct tar *t, struct sc_buf *raw, struct sc_member *m, struct sc_err *e)
{
	uint64_t n = t->left + t->pad;
	sc_str got;

	while (n) {
		SC_TRY(sc_peek(t->in, n < CHUNK ? (size_t)n : CHUNK, &got, e));
		if (!got.n) {
			bool only_pad = n <= t->pad;

			m->len = sc_input_off(t->in) - m->off;
			t->left = t->pad = 0;
			if (broke(t, e))
				return SC_BAD;
			t->ended = true;
			return sc_damage(e, "cut short: %ju bytes of %s are missing", (uintmax_t)n,
			                 only_pad ? "padding" : "a member");
		}
		got = sc_str_head(got, (size_t)n);
		sc_buf_add(raw, got);
		sc_take(t->in, got.n);
		n -= got.n;
	}
	t->left = t->pad = 0;
	return SC_OK;
}

/* Over a payload that is not wanted: too large, or its headers are spoilt. */
static int pass(struct tar *t, struct sc_member *m, struct sc_err *e)
{
	uint64_t missing = 0;

	SC_TRY(sc_skip(t->in, t->left + t->pad, &missing, e));
	t->left = t->pad = 0;
	m->len = sc_input_off(t->in) - m->off;
	if (missing && broke(t, e))
		return SC_BAD;
	if (missing) {
		t->ended = true;
		return sc_damage(e, "cut short: %ju bytes of a member of %ju are missing", (uintmax_t)missing,
		                 (uintmax_t)t->size);
	}
	if (!t->spoilt.msg[0])
		return sc_bad(e, "%.*s: a member of %ju bytes, more than --max-record allows", SC_ARG(m->path),
		              (uintmax_t)t->size);
	*e = t->spoilt;
	return SC_BAD;
}

static int payload(void *with, size_t limit, struct sc_buf *raw, struct sc_buf *plain, struct sc_payload *got,
                   struct sc_member *m, struct sc_err *e)
{
	struct tar *t = with;
	struct sc_buf whole = { 0 };
	int rc;

	if (t->size > limit || t->spoilt.msg[0])
		return pass(t, m, e);
	*got = (struct sc_payload){ .in_raw = true, .at = raw->n, .n = (size_t)t->size };
	SC_TRY(stored(t, raw, m, e));
	if (!t->sparse)
		return SC_OK;
	sc_buf_add(&whole, sc_buf_str(&t->lead));
	sc_buf_add(&whole, sc_str_from(sc_buf_str(raw), got->at));
	rc = expand(sc_buf_str(&whole), limit, plain, got, e);
	sc_buf_free(&whole);
	return rc;
}

/* ---- the reader ---- */

static int taste(sc_str head, sc_str path)
{
	if (head.n < BLOCK)
		return 0;
	if (sc_tar_is_header(head.p))
		return sc_tar_has_magic(head.p) ? 60 : 24;
	if (sc_tar_has_magic(head.p))
		return 40;
	/* An empty archive is zeros and nothing else; so are many other files, so its name must say it too. */
	if (sc_str_find(path, SC_STR(".tar")) == SC_NONE && sc_str_find(path, SC_STR(".tgz")) == SC_NONE)
		return 0;
	return head.n >= 2 * BLOCK && sc_tar_is_zero(head.p, 2 * BLOCK) ? 12 : 0;
}

static int open_(void *state, const void *conf, struct sc_input *in, struct sc_err *e)
{
	struct tar *t = state;

	t->in = in;
	return sc_group_new(&t->group, conf,
	                    (struct sc_members){ .with = t, .keeps_raw = true, .next = next_member, .data = payload },
	                    sc_input_path(in), e);
}

static int next(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct tar *t = state;

	r->by = &read_tar;
	return sc_group_next(t->group, a, r, e);
}

static void close_(void *state)
{
	struct tar *t = state;

	sc_group_free(t->group);
	sc_buf_free(&t->lead);
	sc_buf_free(&t->path);
	sc_buf_free(&t->link);
	sc_buf_free(&t->local.path);
	sc_buf_free(&t->local.link);
	sc_buf_free(&t->global.path);
	sc_buf_free(&t->global.link);
}

const struct sc_reader read_tar = {
	.card = { .name = "read/tar",
	          .about = "tape archives (ustar, pax, GNU, v7) and WebDataset shards",
	          .more = "Adjacent members with the same path up to the first dot are one record (--group sample); "
	                  "--group directory, archive and none group otherwise.",
	          .example = "scope cat --to tsv --group none shard.tar",
	          .state = sizeof(struct tar),
	          .revision = 1 },
	.writes = "tar",
	.taste = taste,
	.open = open_,
	.next = next,
	.close = close_,
};
