/* SPDX-License-Identifier: Apache-2.0 */
/* version -- which scope this is. */
#include <scope/cmd.h>

#include <stdio.h>

#ifndef SCOPE_VERSION
#define SCOPE_VERSION "0.1.0"
#endif

static int version_main(int argc, char **argv, struct sc_err *e)
{
	(void)argc;
	(void)argv;
	(void)e;
	puts("scope " SCOPE_VERSION);
	return 0;
}

extern const struct sc_cmd cmd_version;
const struct sc_cmd cmd_version = {
	.card = { .name = "version", .about = "say which version this is", .example = "scope version" },
	.synopsis = "",
	.family = SC_LOOK,
	.main = version_main,
};
