/* SPDX-License-Identifier: Apache-2.0 */
/* hash -- short for `scope tag hash`. */
#include <scope/cmd.h>

static int hash_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_tag;
	static char tag[] = "tag", hash[] = "hash";
	struct sc_arena a = { 0 };
	char **v = SC_NEW(&a, char *, (size_t)argc + 2);
	int rc;

	v[0] = tag;
	v[1] = hash;
	for (int i = 1; i < argc; i++)
		v[i + 1] = argv[i];
	rc = cmd_tag.main(argc + 1, v, e);
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_cmd cmd_hash;
const struct sc_cmd cmd_hash = {
	.card = { .name = "hash",
		  .about = "SHA-256 of each part and record; short for `tag hash`",
		  .example = "scope hash docs.jsonl" },
	.synopsis = "[OPTION...] [SHARD...]",
	.family = SC_WORK,
	.main = hash_main,
};
