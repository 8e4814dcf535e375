/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a manifest: true, false or not to be looked at, with a reason. */
#include <scope/manifest.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char name[] = "/tmp/scope-fuzz-manifest.XXXXXX";
	static int fd = -1;
	struct sc_verify v = { .root = SC_STR("/nonexistent"), .memory = 1 << 16 };
	struct sc_totals t;
	struct sc_err e = { 0 };

	if (fd < 0) {
		fd = mkstemp(name);
		if (fd < 0)
			abort();
	}
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	if (sc_manifest_verify(sc_str_c(name), &v, &t, &e) != SC_OK && !*e.msg)
		abort();
	return 0;
}
