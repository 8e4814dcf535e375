/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_at.c -- where a manifest is that somebody named: a folder stands for the manifest in it. */
#include <scope/manifest.h>

#include <sys/stat.h>

sc_str sc_manifest_at(struct sc_arena *a, sc_str thing)
{
	struct stat st;

	if (stat(sc_cstr(a, thing), &st) || !S_ISDIR(st.st_mode))
		return thing;
	return sc_fmt(a, "%.*s%smanifest.scm", SC_ARG(thing),
	              sc_str_ends(thing, SC_STR("/")) ? "" : "/");
}
