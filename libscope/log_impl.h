/* SPDX-License-Identifier: Apache-2.0 */
/* log_impl.h -- an open log, for those who read it and those who append. */
#ifndef LOG_IMPL_H
#define LOG_IMPL_H

#include <scope/log.h>

struct sc_log {
	int fd;
	sc_str path, origin;
	struct sc_arena keep, a; /* a: the entry at hand */
	char *buf;		 /* SC_LOG_LINE + 1 bytes and what was read beyond */
	size_t at, n;		 /* in buf: the next byte, and how many there are */
	bool eof;
	uint64_t line, bytes;	 /* lines and bytes taken */
	uint8_t *is_version;	 /* a bit for each entry */
	size_t cap;		 /* bytes of that */
	char created[32];	 /* of the entry before; empty: none */
	struct sc_merkle tree;
};

/* Opened with `flags`, locked with `lock` (of flock(2)), before its first entry. */
int log_open(struct sc_log **l, sc_str path, int flags, int lock, struct sc_err *e);
bool log_is_version(const struct sc_log *l, uint64_t number);

#endif
