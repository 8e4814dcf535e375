/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_text.c -- lines of a manifest as text: scope-manifest(5). */
#include "manifest_text.h"

#include <scope/digest.h>
#include <scope/text.h>

void put_digest(struct sc_buf *b, const uint8_t h[32])
{
	sc_buf_add(b, SC_STR("sha256:"));
	sc_hex_put(b, h, 32);
}

static void put_hex(struct sc_buf *b, const uint8_t h[32])
{
	sc_buf_byte(b, '\t');
	sc_hex_put(b, h, 32);
}

static void put_field(struct sc_buf *b, sc_str s)
{
	sc_buf_byte(b, '\t');
	sc_field_put(b, s);
}

void put_head(struct sc_buf *b, sc_str key, sc_str value)
{
	sc_buf_byte(b, 'H');
	put_field(b, key);
	put_field(b, value);
}

void put_in(struct sc_buf *b, const struct sc_shard_in *s)
{
	sc_buf_add(b, SC_STR("I\t"));
	put_digest(b, s->sha256);
	sc_buf_fmt(b, "\t%ju", (uintmax_t)s->bytes);
	put_field(b, s->path);
	sc_buf_fmt(b, "\t%ju\t%ju", (uintmax_t)s->records, (uintmax_t)s->rejected);
}

void put_out(struct sc_buf *b, const struct sc_shard_out *s)
{
	sc_buf_add(b, SC_STR("S\t"));
	put_digest(b, s->stored.sha256);
	sc_buf_fmt(b, "\t%ju", (uintmax_t)s->stored.bytes);
	put_field(b, s->path);
	sc_buf_byte(b, '\t');
	put_digest(b, s->stored.plain);
	sc_buf_fmt(b, "\t%ju", (uintmax_t)s->records);
}

void put_step(struct sc_buf *b, size_t number, const struct sc_step *s)
{
	static const uint8_t none[32];

	sc_buf_fmt(b, "P\t%04zu", number);
	put_field(b, s->name);
	sc_buf_fmt(b, "\t%u\t", s->revision);
	if (memcmp(s->rules, none, 32))
		put_digest(b, s->rules);
	else
		sc_buf_byte(b, '-');
	sc_buf_fmt(b, "\t%ju\t%ju\t%ju\t%ju\t%ju", (uintmax_t)s->in, (uintmax_t)s->kept,
	           (uintmax_t)s->dropped, (uintmax_t)s->rejected, (uintmax_t)s->undecided);
	put_hex(b, s->sum_in);
	put_hex(b, s->sum_kept);
	put_hex(b, s->sum_dropped);
	put_field(b, s->args);
}

static void total(struct sc_buf *b, const char *name, uint64_t n)
{
	sc_buf_fmt(b, "T\t%s\t%ju\n", name, (uintmax_t)n);
}

static void total_digest(struct sc_buf *b, const char *name, const uint8_t h[32])
{
	sc_buf_fmt(b, "T\t%s\t", name);
	put_digest(b, h);
	sc_buf_byte(b, '\n');
}

void put_totals(struct sc_buf *b, const struct sc_totals *t, const uint8_t lines[32])
{
	total_digest(b, "key-root", t->key_root);
	total(b, "keys", t->keys);
	total_digest(b, "lines", lines);
	total(b, "occurrences", t->occurrences);
	total_digest(b, "record-root", t->record_root);
	total(b, "records", t->records);
}

/* ---- R lines ---- */

sc_str rline_column(sc_str line, size_t i)
{
	sc_str piece = { NULL, 0 };

	for (size_t k = 0; k <= i; k++)
		if (!sc_str_cut(&line, '\t', &piece))
			return (sc_str){ NULL, 0 };
	return piece;
}

sc_str rline_conflict(bool licence, bool domain)
{
	return licence && domain ? SC_STR("domain,licence")
	       : licence         ? SC_STR("licence")
	       : domain          ? SC_STR("domain")
	                         : SC_STR("");
}

sc_str rline_with_conflict(struct sc_arena *a, sc_str line, sc_str conflict)
{
	struct sc_buf b = { 0 };
	sc_str rest = line, field, out;
	bool placed = !conflict.n;

	for (size_t i = 0; sc_str_cut(&rest, '\t', &field); i++) {
		if (i >= COL_KV && sc_str_starts(field, SC_STR("conflict=")))
			continue;
		if (i >= COL_KV && !placed && sc_str_cmp(field, SC_STR("conflict=")) > 0) {
			sc_buf_add(&b, SC_STR("\tconflict="));
			sc_buf_add(&b, conflict);
			placed = true;
		}
		if (i)
			sc_buf_byte(&b, '\t');
		sc_buf_add(&b, field);
	}
	if (!placed) {
		sc_buf_add(&b, SC_STR("\tconflict="));
		sc_buf_add(&b, conflict);
	}
	out = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	return out;
}

int put_tombs(struct sc_rows *tombs, struct sc_output *out, struct sc_err *e)
{
	struct sc_buf b = { 0 };
	uint8_t digest[32];
	int rc;

	SC_TRY(sc_rows_seal(tombs, e));
	if (!sc_rows_n(tombs))
		return SC_OK;
	sc_sha256_of(sc_rows_text(tombs), digest);
	sc_buf_add(&b, SC_STR("T\ttombstones\t"));
	put_digest(&b, digest);
	sc_buf_byte(&b, '\n');
	rc = sc_write(out, sc_buf_str(&b), e);
	sc_buf_free(&b);
	return rc < 0 ? rc : sc_write(out, sc_rows_text(tombs), e);
}
