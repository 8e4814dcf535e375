/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_text.h -- lines of a manifest as text, for those who write them. */
#ifndef MANIFEST_TEXT_H
#define MANIFEST_TEXT_H

#include <scope/manifest.h>
#include <scope/rows.h>

/* Appended without LF. */
void put_head(struct sc_buf *b, sc_str key, sc_str value);
void put_in(struct sc_buf *b, const struct sc_shard_in *s);
void put_out(struct sc_buf *b, const struct sc_shard_out *s);
void put_step(struct sc_buf *b, size_t number, const struct sc_step *s);
void put_digest(struct sc_buf *b, const uint8_t h[32]); /* sha256:HEX */
/* All T lines, each with its LF; `lines` is the digest of what stands above. */
void put_totals(struct sc_buf *b, const struct sc_totals *t, const uint8_t lines[32]);

/* X lines, which stand behind the totals, and their own total before them; nothing when there are none. */
int put_tombs(struct sc_rows *tombs, struct sc_output *out, struct sc_err *e);

/* An R line by its columns, as they stand. */
enum { COL_ID = 1, COL_BYTES, COL_MEDIA, COL_LICENCE, COL_BASIS, COL_DOMAIN, COL_KV };
sc_str rline_column(sc_str line, size_t i); /* {NULL, 0}: it has none */
/* What conflict= says of lines of one id that differ in their licence, their domain; empty: nothing. */
sc_str rline_conflict(bool licence, bool domain);
/* The line with conflict= in its place among the k=v, an old one gone; with an empty `conflict`, without. */
sc_str rline_with_conflict(struct sc_arena *a, sc_str line, sc_str conflict);

#endif
