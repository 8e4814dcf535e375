/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/proof.h -- proofs from manifests as text, scope-proof(5): that a record is listed, that a key is or is not, that one log is the
 * beginning of another.  Whoever has a proof and a root needs neither manifest nor corpus.
 */
#ifndef SCOPE_PROOF_H
#define SCOPE_PROOF_H

#include <scope/merkle.h>
#include <scope/sparse.h>

enum sc_proof_kind { SC_PROOF_RECORD, SC_PROOF_HAS, SC_PROOF_LACKS, SC_PROOF_GROWTH };

struct sc_proof {
	enum sc_proof_kind kind;
	uint8_t root[32]; /* record-root, key-root, or that of the new log */
	uint64_t n;	  /* records, or entries of the new log */
	uint8_t old_root[32];
	uint64_t old_n;
	uint64_t index;		 /* record: of its R line */
	sc_str line;		 /* record: that line; has: all lines that have the key, LF between, or empty */
	sc_str key, value;	 /* has, lacks: "host", "example.org" as it stands in a line */
	struct sc_merkle_proof merkle; /* record, growth */
	struct sc_sparse_proof sparse; /* has, lacks */
};

/* Appended to b, `words` (comment lines, or none) among it. */
void sc_proof_put(struct sc_buf *b, const struct sc_proof *p, sc_str words);
void sc_proof_growth_put(struct sc_buf *b, uint64_t n1, const uint8_t root1[32], uint64_t n2, const uint8_t root2[32], const struct sc_merkle_proof *p);

/* The proof at the head of *rest, which becomes what follows it.  SC_EOF: nothing follows.  SC_BAD: the line, and what is wrong with it.
 * Strings are views, or in `a`. */
int sc_proof_get(struct sc_arena *a, sc_str *rest, uint64_t *number, struct sc_proof *p, struct sc_err *e); /* number: of lines before; goes on */
/* Do its hashes lead from what it says to the root that it names? */
int sc_proof_check(const struct sc_proof *p, struct sc_err *e);
/* What it proves, for people, in `a`.  A root alone does not bind the numbers in it; counted: a checkpoint did. */
sc_str sc_proof_says(struct sc_arena *a, const struct sc_proof *p, bool counted);
/* And what it does not prove then; empty: it has no such numbers. */
sc_str sc_proof_numbers(struct sc_arena *a, const struct sc_proof *p);

/* What is to be proven of a manifest. */
struct sc_prove {
	enum sc_proof_kind kind; /* not growth */
	sc_str key, value; /* record: value is "sha256:HEX"; else as sc_prove_key made them */
	uint64_t lines_most; /* has: leave the lines out where there are more */
	size_t memory;
};
/* A value as people write it to the form that it has in manifests: hosts and sites in lower case and ASCII, escapes.  SC_FAIL: no such kind, or no
 * value of that kind. */
int sc_prove_key(struct sc_arena *a, sc_str kind, sc_str said, sc_str *value, struct sc_err *e);
/* The proofs, one for each R line of a record, with words on what they cover and what not, appended to b.  SC_BAD: it is not so (the record is not listed, the key is or is
 * not), or the manifest's own roots are false. */
int sc_prove(sc_str manifest, const struct sc_prove *what, struct sc_buf *b, struct sc_err *e);

/* What a proof of a key covers: R lines and keys of the manifest, R lines that have the key, R lines that have none of its kind. */
struct sc_cover {
	uint64_t lines, keys, found, without;
};
/* In words for people, appended to w. */
void sc_proof_cover_put(struct sc_buf *w, const struct sc_proof *p, const struct sc_cover *c);

#endif
