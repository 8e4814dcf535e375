/* SPDX-License-Identifier: Apache-2.0 */
/* scope/merge.h -- several manifests as one: scope-merge(7). */
#ifndef SCOPE_MERGE_H
#define SCOPE_MERGE_H

#include <scope/manifest.h>

struct sc_merge {
	const sc_str *path; /* regular files: each is read more than once; compressed or not */
	size_t n;
	sc_str root;           /* the folder that S paths and locators will be relative to */
	size_t memory;         /* for sorts, before they spill to TMPDIR */
	bool apply_tombstones; /* records with an X line are left out; else they are refused */
};

/* What it came to. */
struct sc_merged {
	struct sc_totals t;
	uint64_t conflicts; /* ids of which the manifests say different licences or domains */
	uint64_t once;      /* L lines that several manifests have: one each is written */
	uint64_t removed;   /* R lines left out for a tombstone */
};

/*
 * Writes the merged manifest to out (open, not finished).  SC_BAD: an input says what is not true, and which, or has a record that was taken
 * back; SC_FAIL: they cannot stand in one manifest, or could not be read.
 */
int sc_manifest_merge(const struct sc_merge *m, struct sc_output *out, struct sc_merged *done,
                      struct sc_err *e);

#endif
