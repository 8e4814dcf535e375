/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk.c -- the least that reading a .warc.gz takes: walk FILE decodes one gzip member after another with libdeflate into the
 * same buffer and does nothing with it.  walk -l FILE lists the members instead: length and CRC-32 of their compressed bytes,
 * so that two archives can be compared member by member.
 */
#include <fcntl.h>
#include <libdeflate.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *what)
{
	fprintf(stderr, "walk: %s\n", what);
	return 2;
}

int main(int argc, char **argv)
{
	bool list = argc == 3 && !strcmp(argv[1], "-l");
	int fd = argc == 2 + list ? open(argv[1 + list], O_RDONLY) : -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fail("usage: walk [-l] FILE");
	size_t left = (size_t)st.st_size, room = 1 << 20, used, got;
	const unsigned char *p = left ? mmap(NULL, left, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	unsigned char *out = malloc(room);
	unsigned long long members = 0, bytes = 0;

	if (!d || !out || p == MAP_FAILED)
		return fail("no memory");
	while (left) {
		enum libdeflate_result r = libdeflate_gzip_decompress_ex(d, p, left, out, room, &used, &got);

		if (r == LIBDEFLATE_INSUFFICIENT_SPACE && room < (size_t)1 << 30) {
			free(out);
			out = malloc(room *= 2);
			if (!out)
				return fail("no memory");
			continue;
		}
		if (r != LIBDEFLATE_SUCCESS)
			return fail("damaged member");
		if (list)
			printf("%zu\t%08x\n", used, (unsigned)libdeflate_crc32(0, p, used));
		p += used;
		left -= used;
		bytes += got;
		members++;
	}
	if (!list)
		printf("%llu members, %llu bytes\n", members, bytes);
	return fflush(stdout) == 0 ? 0 : 2;
}
