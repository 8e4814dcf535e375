/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/check.h -- what `scope verify` can check beside manifests: proofs, checkpoints, signatures, receipts.
 *
 * To add one, put one file in filters/check/ that defines one const table named after its path: filters/check/proof.c defines
 * check_proof.
 */
#ifndef SCOPE_CHECK_H
#define SCOPE_CHECK_H

#include <scope/sign.h>

/* What the caller of verify said. */
struct sc_check_conf {
	struct sc_strs root;	   /* --root, as often as it was given: "sha256:HEX", or the folder where things lie */
	struct sc_strs checkpoint; /* --checkpoint FILE, likewise */
	struct sc_trust trust;
	/* A finding a line for people as checks pass: say(with, "inclusion", "record 17 of 1000"). */
	void (*say)(void *with, const char *what, sc_str detail);
	/* Likewise, of what could be held to nothing: the file's own word. */
	void (*unproven)(void *with, const char *what, sc_str detail);
	void *with;
};

struct sc_checker {
	struct sc_card card;	/* "check/proof" */
	bool (*is)(sc_str head); /* of the file's bytes: up to 4096 from its beginning */
	/* SC_OK: all that it says is true, but for what is unproven; SC_BAD: the first thing that is not; SC_FAIL: it could not look. */
	int (*check)(sc_str path, const struct sc_check_conf *c, struct sc_err *e);
};
extern const struct sc_checker *const sc_checkers[]; /* NULL-terminated, sorted by name; build/registry.c */

/* "sha256:HEX" to 32 bytes. */
bool sc_root_parse(sc_str s, uint8_t out[32]);
/* A small file (at most `most` bytes) whole, in `a`. */
int sc_file_read(sc_str path, size_t most, struct sc_arena *a, sc_str *bytes, struct sc_err *e);

#endif
