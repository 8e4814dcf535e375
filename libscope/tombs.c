/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tombs.c -- tombstones; see scope/tombs.h.
 *
 * They are kept as the X lines that they are, sorted: an identity is looked up by its text, as look(1) would do it.
 */
#include <scope/tombs.h>

#include <scope/digest.h>
#include <scope/input.h>
#include <scope/rows.h>
#include <scope/text.h>

#include <stdlib.h>

enum { LINE_MOST = 16 << 20, ID = 7 + 64, HEAD = 2 + ID + 1 }; /* "X\tsha256:HEX\t" */

struct sc_tombs {
	struct sc_rows *lines;
	struct sc_buf b;
};

struct sc_tombs *sc_tombs_new(size_t memory)
{
	struct sc_tombs *t = calloc(1, sizeof *t);

	if (!t)
		sc_oom();
	t->lines = sc_rows_new(0, memory);
	return t;
}

void sc_tombs_free(struct sc_tombs *t)
{
	if (!t)
		return;
	sc_rows_free(t->lines);
	sc_buf_free(&t->b);
	free(t);
}

static void head_put(char out[HEAD], const uint8_t id[32])
{
	memcpy(out, "X\tsha256:", 9);
	sc_hex(id, 32, out + 9);
	out[HEAD - 1] = '\t';
}

int sc_tombs_add(struct sc_tombs *t, const uint8_t id[32], sc_str reason, struct sc_err *e)
{
	sc_buf_clear(&t->b);
	head_put(sc_buf_room(&t->b, HEAD), id);
	t->b.n += HEAD;
	sc_field_put(&t->b, reason);
	return sc_rows_add(t->lines, sc_buf_str(&t->b), e);
}

/* ---- files ---- */

struct file {
	sc_str path;
	uint64_t line;
	bool manifest, whole; /* whole: its last total was seen */
	bool said, any;
	struct sc_sha256 *sha; /* over its X lines */
	uint8_t digest[32];
	struct sc_arena a;
};

static int wrong(const struct file *f, struct sc_err *e, const char *why)
{
	return sc_bad(e, "%.*s:%ju: %s", SC_ARG(f->path), (uintmax_t)f->line, why);
}

static int tomb_line(struct sc_tombs *t, struct file *f, sc_str line, struct sc_err *e)
{
	sc_str reason = sc_str_from(line, HEAD), text;
	uint8_t id[32];

	if (line.n <= HEAD || !sc_str_starts(line, SC_STR("X\tsha256:")) ||
	    line.p[HEAD - 1] != '\t' || !sc_unhex((sc_str){ line.p + 9, 64 }, id, 32))
		return wrong(
		        f, e,
		        "a tombstone is X, TAB, sha256: and 64 lower-case hex digits, TAB, a reason");
	sc_arena_reset(&f->a);
	if (sc_utf8_valid(reason) != reason.n || sc_str_chr(reason, '\t') != SC_NONE ||
	    !sc_unfield(&f->a, reason, &text))
		return wrong(f, e, "the reason of a tombstone is not escaped as it should be");
	f->any = true;
	sc_sha256_add(f->sha, line);
	sc_sha256_add(f->sha, SC_STR("\n"));
	return sc_rows_add(t->lines, line, e);
}

static int line_read(struct sc_tombs *t, struct file *f, sc_str line, struct sc_err *e)
{
	sc_str total = SC_STR("T\ttombstones\tsha256:");

	if (!sc_str_ends(line, SC_STR("\n")) && f->manifest)
		return wrong(f, e, "it is cut short: the last line has no end");
	if (sc_str_ends(line, SC_STR("\n")))
		line.n--;
	if (f->line == 1 && sc_str_eq(line, SC_STR("#scope-manifest/1"))) {
		f->manifest = true;
		return SC_OK;
	}
	if (sc_str_starts(line, SC_STR("X\t")))
		return tomb_line(t, f, line, e);
	if (!f->manifest)
		return !line.n || *line.p == '#'
		               ? SC_OK
		               : wrong(f, e, "neither a manifest nor a list of X lines");
	f->whole |= sc_str_starts(line, SC_STR("T\trecords\t"));
	if (!sc_str_starts(line, total))
		return SC_OK;
	f->said = true;
	return sc_unhex(sc_str_from(line, total.n), f->digest, 32)
	               ? SC_OK
	               : wrong(f, e, "a digest is not 64 lower-case hex digits");
}

static int lines_read(struct sc_tombs *t, struct file *f, struct sc_input *in, struct sc_err *e)
{
	uint8_t digest[32];
	sc_str line;
	int rc;

	while ((rc = sc_line(in, '\n', &line, e)) == SC_OK) {
		f->line++;
		SC_TRY(line_read(t, f, line, e));
	}
	if (rc < 0)
		return rc;
	if (sc_input_break(in, NULL, e))
		return SC_BAD;
	if (!f->manifest)
		return SC_OK;
	if (!f->whole)
		return sc_bad(
		        e,
		        "%.*s: it is cut short: its totals are missing, and what it takes back may be",
		        SC_ARG(f->path));
	sc_sha256_end(f->sha, digest);
	if (f->said ? memcmp(digest, f->digest, 32) : f->any)
		return sc_bad(e,
		              "%.*s: its X lines are not those that its total `tombstones` names",
		              SC_ARG(f->path));
	return SC_OK;
}

int sc_tombs_file(struct sc_tombs *t, sc_str path, struct sc_err *e)
{
	struct file f = { .path = path };
	struct sc_input *in;
	int rc;

	SC_TRY(sc_input_open(&in, path, path, (sc_str){ NULL, 0 }, LINE_MOST, e));
	f.sha = sc_sha256_new();
	sc_sha256_start(f.sha);
	rc = lines_read(t, &f, in, e);
	sc_sha256_free(f.sha);
	sc_arena_free(&f.a);
	sc_input_close(in);
	return rc;
}

/* ---- sealed ---- */

int sc_tombs_seal(struct sc_tombs *t, struct sc_err *e)
{
	return sc_rows_seal(t->lines, e);
}

uint64_t sc_tombs_n(const struct sc_tombs *t)
{
	return sc_rows_n(t->lines);
}

static bool has(const struct sc_tombs *t, sc_str head, sc_str *reason)
{
	sc_str lines = sc_look(sc_rows_text(t->lines), head);

	if (lines.n && reason)
		*reason = sc_str_head(sc_str_from(lines, HEAD), sc_str_chr(lines, '\n') - HEAD);
	return lines.n > 0;
}

bool sc_tombs_has(const struct sc_tombs *t, const uint8_t id[32], sc_str *reason)
{
	char head[HEAD];

	head_put(head, id);
	return has(t, (sc_str){ head, sizeof head }, reason);
}

bool sc_tombs_says(const struct sc_tombs *t, sc_str id, sc_str *reason)
{
	uint8_t b[32];

	return id.n == ID && sc_str_starts(id, SC_STR("sha256:")) &&
	       sc_unhex(sc_str_from(id, 7), b, 32) && sc_tombs_has(t, b, reason);
}

void sc_tombs_digest(const struct sc_tombs *t, uint8_t out[32])
{
	sc_sha256_of(sc_rows_text(t->lines), out);
}

int sc_tombs_carry(const struct sc_tombs *t, struct sc_manifest_writer *w, struct sc_err *e)
{
	sc_str rest = sc_rows_text(t->lines), line, last = { NULL, 0 };

	while (rest.n && sc_str_cut(&rest, '\n', &line)) {
		if (!sc_str_eq(sc_str_head(line, HEAD), last)) /* one reason is enough */
			SC_TRY(sc_manifest_tombstone(w, line, e));
		last = sc_str_head(line, HEAD);
	}
	return SC_OK;
}
