/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/log.h -- the version log of a corpus: an append-only RFC 9162 tree over lines of text, and its checkpoints.
 *
 *	#scope-log/1 ORIGIN
 *	version<TAB>NUMBER<TAB>record-root sha256:HEX<TAB>key-root sha256:HEX<TAB>manifest sha256:HEX<TAB>records N<TAB>operation WORDS<TAB>created TIME
 *	release<TAB>NUMBER<TAB>version N<TAB>to WHOM<TAB>terms WORDS<TAB>created TIME
 *
 * NUMBER counts all entries from 1; fields are escaped as in a manifest.  A leaf is SHA-256(0x00 || line without LF), over all lines but
 * the first.  A checkpoint is C2SP tlog-checkpoint's three lines (ORIGIN, how many entries, the root in base64) and an empty one, or C2SP
 * tlog-proof: one version's line (`extra`, base64), its index and inclusion proof, and the checkpoint.
 */
#ifndef SCOPE_LOG_H
#define SCOPE_LOG_H

#include <scope/merkle.h>
#include <scope/sign.h>

struct sc_version {
	uint64_t number; /* of the entry */
	uint8_t record_root[32], key_root[32], manifest[32]; /* manifest: SHA-256 of the file */
	uint64_t records;
	sc_str operation, created, line;
};

struct sc_checkpoint {
	sc_str origin;
	uint64_t size;
	uint8_t root[32];
	bool has_version; /* it is a tlog-proof: `version` was proven to be in the log */
	struct sc_version version;
	sc_str who; /* signed it, as sc_signed says; empty: nobody, and that is allowed */
};

/* The line of an entry to a version.  SC_BAD: it is none. */
int sc_version_parse(struct sc_arena *a, sc_str line, struct sc_version *v, struct sc_err *e);

/* A file with a checkpoint or a tlog-proof, signed in PATH.sig by somebody whom `t` trusts.  SC_BAD: why it cannot be relied on. */
int sc_checkpoint_read(sc_str path, const struct sc_trust *t, struct sc_arena *a, struct sc_checkpoint *c, struct sc_err *e);

#endif
