/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standalone.c -- a main for a fuzz target where there is no libFuzzer: replays files, then what chance makes of them.
 *
 *	TARGET [-seconds=N] FILE|FOLDER...
 *
 * Every file is given once as it is.  The seconds that are left go to copies of them with a few bytes changed, cut out or
 * doubled, by a generator with a fixed seed.  It has no coverage to follow, so it finds less than libFuzzer.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SEEDS_MAX = 4096, SEED_MAX = 1 << 20 };

struct seed {
	uint8_t *p;
	size_t n;
};
static struct seed seeds[SEEDS_MAX];
static size_t nseed;

static void *must(void *p)
{
	if (!p) {
		fputs("standalone: no memory\n", stderr);
		exit(2);
	}
	return p;
}

static void add_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p;
	size_t n;

	if (!f || nseed == SEEDS_MAX) {
		if (f)
			fclose(f);
		return;
	}
	p = must(malloc(SEED_MAX));
	n = fread(p, 1, SEED_MAX, f);
	fclose(f);
	seeds[nseed++] = (struct seed){ must(realloc(p, n + 1)), n };
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void add(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, by_name);

	if (n < 0)
		add_file(path);
	for (int i = 0; i < n; i++) {
		char child[4096];

		snprintf(child, sizeof child, "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			add_file(child);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

/* xorshift64: the same run for everybody. */
static uint64_t chance(uint64_t below)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return below ? x % below : 0;
}

/* p has room for twice n bytes; the new length. */
static size_t change(uint8_t *p, size_t n)
{
	size_t at = (size_t)chance(n), len = (size_t)chance(n - at + 1);

	if (!n)
		return 0;
	switch (chance(4)) {
	case 0:
		p[at] = (uint8_t)chance(256);
		return n;
	case 1:
		p[at] ^= (uint8_t)(1u << chance(8));
		return n;
	case 2: /* cut out */
		memmove(p + at, p + at + len, n - at - len);
		return n - len;
	default: /* doubled */
		memmove(p + at + len, p + at, n - at);
		return n + len;
	}
}

static void one_changed(void)
{
	const struct seed *s = &seeds[chance(nseed)];
	size_t room = s->n * 16 + 1, n = s->n;
	uint8_t *p = must(malloc(room));
	uint64_t times = 1 + chance(4);

	memcpy(p, s->p, n);
	while (times--)
		n = change(p, n);
	p = must(realloc(p, n + 1)); /* so that a sanitizer sees the end */
	LLVMFuzzerTestOneInput(p, n);
	free(p);
}

int main(int argc, char **argv)
{
	long seconds = 0;
	unsigned long runs = 0;
	time_t end;

	for (int i = 1; i < argc; i++)
		if (!strncmp(argv[i], "-seconds=", 9))
			seconds = atol(argv[i] + 9);
		else
			add(argv[i]);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (size_t i = 0; i < nseed; i++, runs++)
		LLVMFuzzerTestOneInput(seeds[i].p, seeds[i].n);
	for (end = time(NULL) + seconds; nseed && seconds && time(NULL) < end; runs++)
		one_changed();
	printf("%lu runs over %zu seeds\n", runs, nseed);
	for (size_t i = 0; i < nseed; i++)
		free(seeds[i].p);
	return 0;
}
