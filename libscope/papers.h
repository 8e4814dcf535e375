/* SPDX-License-Identifier: Apache-2.0 */
/* papers.h -- what papers.c (members of an archive, and packages as records) and papers_sort.c (which member is whose) share. */
#ifndef PAPERS_H
#define PAPERS_H

#include <scope/record.h>

enum paper_kind {
	PLAIN,  /* a file */
	JATS,   /* an article */
	LATEX,  /* a main file */
	NESTED, /* an archive, or a packed document: packages of its own */
};

/* A member that waits. */
struct member {
	sc_str path;
	const char *p;      /* its payload, once the spool is sealed */
	uint64_t at, n;     /* in the spool */
	uint64_t off, end;  /* its bytes in the shard */
	int64_t mtime;
	uint32_t mode;
	enum paper_kind kind;
	bool has_mtime;
	const char *bad;    /* why its payload is not there */
};

/* Member `member` goes with package `package`: an index that says nothing else.  `first` is that of the package's first. */
struct place {
	uint32_t package, member, first;
	sc_str root; /* with its slash, or empty */
};

/* Every member to at least one package; in the order of the packages' first members, members in their order. */
struct place *papers_sort(struct sc_arena *a, const struct member *v, uint32_t n, uint32_t *nplace);

#endif
