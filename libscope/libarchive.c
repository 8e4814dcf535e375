/* SPDX-License-Identifier: Apache-2.0 */
/* libarchive.c -- libarchive opened at run time, once. */
#include <scope/libarchive.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#if ARCHIVE_VERSION_NUMBER / 1000000 != 3
#error "libarchive 3 is wanted"
#endif
#define NAME "libarchive.so.13" /* what all versions 3 are called */

static struct sc_libarchive calls;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char trouble[256];

static void load(void)
{
	static const struct {
		const char *name;
		size_t at;
	} call[] = {
#define X(call) { "archive_" #call, offsetof(struct sc_libarchive, call) },
		SC_LIBARCHIVE(X)
#undef X
	};
	void *lib = dlopen(NAME, RTLD_LAZY | RTLD_LOCAL), *f = lib;

	for (size_t i = 0; f && i < SC_COUNT(call); i++) {
		f = dlsym(lib, call[i].name);
		memcpy((char *)&calls + call[i].at, &f, sizeof f);
	}
	if (!f)
		snprintf(trouble, sizeof trouble, "%s", dlerror());
}

const struct sc_libarchive *sc_libarchive(struct sc_err *e)
{
	pthread_once(&once, load);
	if (!*trouble)
		return &calls;
	sc_fail(e, "%s", trouble);
	return NULL;
}
