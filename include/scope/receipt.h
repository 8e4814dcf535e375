/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/receipt.h -- what a training run was given: receipts (scope-receipt/1), and weights bound to them.
 *
 *	scope-receipt/1
 *	manifest sha256:HEX NAME
 *	record-root sha256:HEX
 *	key-root sha256:HEX
 *	records N
 *	checkpoint SIZE sha256:HEX ORIGIN          or  checkpoint -
 *	version N                                  or  version -
 *	signer WHO                                 or  signer -
 *	charter VALUE                              or  charter -
 *	order sha256:HEX
 *	in N
 *	emitted N
 *	dropped N
 *	rejected N
 *	output sha256:HEX BYTES RECORDS NAME       any number
 *	tool WORDS
 *	created TIME
 *
 * in that order; NAME, ORIGIN, WHO, VALUE and WORDS are escaped as a manifest's fields.  order is the SHA-256 of the identities in
 * the order in which they were given out, "sha256:HEX" and LF each.  in = emitted + dropped + rejected.
 */
#ifndef SCOPE_RECEIPT_H
#define SCOPE_RECEIPT_H

#include <scope/check.h>
#include <scope/manifest.h>

struct sc_receipt {
	uint8_t manifest[32], record_root[32], key_root[32];
	sc_str manifest_name;
	uint64_t records;
	bool logged; /* it was admitted by a checkpoint */
	uint64_t size, version;
	uint8_t log_root[32];
	sc_str origin, signer, charter; /* signer, charter: empty when there is none */
	uint8_t order[32];
	uint64_t in, emitted, dropped, rejected;
	struct sc_shard_out *out;
	size_t nout;
	sc_str tool, created;
};
enum { SC_RECEIPT_MOST = 16 << 20 };

void sc_receipt_put(struct sc_buf *b, const struct sc_receipt *r);
/* Strings live in `a`.  SC_BAD: the line that is not as it should be. */
int sc_receipt_parse(struct sc_arena *a, sc_str bytes, struct sc_receipt *r, struct sc_err *e);
/* What it says, held to what is at hand: checkpoints and roots that the caller gave; the manifest and the outputs, looked for in the folders
 * that the caller gave and beside `path`.  Each link is a finding; SC_BAD names the first that is false. */
int sc_receipt_check(const struct sc_receipt *r, sc_str path, const struct sc_check_conf *c,
                     struct sc_err *e);

/* ---- the door: only what a manifest lists comes through ---- */

/*
 * A manifest that somebody answers for, and its identities.  `checkpoint`: a file as sc_checkpoint_read reads it whose version names
 * the manifest by digest and roots; "-": none, the manifest itself is signed in MANIFEST.sig.  SC_BAD: why it cannot be relied on.
 */
struct sc_door;
int sc_door_open(struct sc_door **d, sc_str checkpoint, sc_str manifest, const struct sc_trust *t,
                 size_t memory, struct sc_err *e);
void sc_door_free(struct sc_door *d);                            /* NULL is fine */
const struct sc_receipt *sc_door_facts(const struct sc_door *d); /* without what only a run knows */
/* How its shards must be read to find the same records: --group and --text-field of the run that wrote it, or empty. */
void sc_door_reading(const struct sc_door *d, sc_str *group, sc_str *text_field);
/* As a stage: its conf is a pointer to the door; records that are not listed are rejected.  Not in the registry. */
extern const struct sc_filter sc_door_filter;

/* ---- weights bound to a receipt ---- */

#define SC_BIND_TYPE "urn:scope:consumption:1"
struct sc_weights {
	sc_str name; /* relative to the folder that `verify --root` will be given */
	uint8_t sha256[32];
};
/* An in-toto Statement v1 whose subject are the weights and whose predicate has the receipt's digest and facts. */
void sc_bind_statement(struct sc_buf *b, const struct sc_weights *w, size_t n, sc_str receipt_name,
                       const uint8_t receipt[32], const struct sc_receipt *r);
/* Is it a DSSE envelope of such a statement?  Of bytes from its beginning. */
bool sc_bind_is(sc_str head);
int sc_bind_check(sc_str path, const struct sc_check_conf *c, struct sc_err *e);

/* SHA-256 of a file, streamed.  SC_FAIL: it could not be read. */
int sc_file_digest(sc_str path, uint8_t out[32], uint64_t *bytes, struct sc_err *e);
/* The file of that name in one of the folders that --root gave, or beside `path`; empty: there is none, or the name leads elsewhere. */
sc_str sc_file_near(struct sc_arena *a, sc_str name, sc_str path, const struct sc_check_conf *c);

#endif
