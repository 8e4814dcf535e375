/* SPDX-License-Identifier: Apache-2.0 */
/* verify -- read everything again and say what is true. */
#include <scope/cmd.h>
#include <scope/json.h>
#include <scope/manifest.h>
#include <scope/text.h>

#include <stdio.h>
#include <sys/stat.h>

struct conf {
	sc_str root;
	uint64_t memory;
	bool inputs, json;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "root", "DIR", "where the shards lie (default: beside the manifest)", AT(root), 0, SC_OPT_STR },
	{ "inputs", NULL, "read the shards that went in too", AT(inputs), 0, SC_OPT_FLAG },
	{ "memory", "SIZE", "for sorting, before it spills to TMPDIR (default 16MiB)", AT(memory), 0, SC_OPT_SIZE },
	{ "json", NULL, "one JSON object a manifest", AT(json), 0, SC_OPT_FLAG },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

static void say(void *with, sc_str what, bool ok, sc_str detail)
{
	const struct conf *c = with;

	if (!c->json)
		printf("  %s %-12.*s %.*s\n", ok ? "ok   " : "FALSE", SC_ARG(what), SC_ARG(detail));
}

static void say_json(sc_str path, int rc, const struct sc_totals *t, const struct sc_err *e)
{
	struct sc_buf b = { 0 };
	char hex[64];

	sc_hex(t->record_root, 32, hex);
	sc_buf_add(&b, SC_STR("{\"manifest\":"));
	sc_json_put(&b, path);
	sc_buf_fmt(&b, ",\"verdict\":\"%s\"", rc == SC_OK ? "true" : rc == SC_BAD ? "false" : "unknown");
	sc_buf_fmt(&b, ",\"records\":%ju,\"occurrences\":%ju,\"record_root\":\"sha256:%.64s\",\"finding\":",
		   (uintmax_t)t->records, (uintmax_t)t->occurrences, hex);
	sc_json_put(&b, sc_str_c(rc == SC_OK ? "" : e->msg));
	puts(sc_buf_str(&b).p ? (sc_buf_byte(&b, '}'), sc_buf_byte(&b, 0), b.p) : "");
	sc_buf_free(&b);
}

/* A folder stands for the manifest in it. */
static sc_str manifest_of(struct sc_arena *a, const char *thing)
{
	struct stat st;

	if (!stat(thing, &st) && S_ISDIR(st.st_mode))
		return sc_fmt(a, "%s/manifest.scm", thing);
	return sc_str_c(thing);
}

static int one(const struct conf *c, const char *thing, struct sc_err *e)
{
	struct sc_verify v = { .root = c->root, .inputs = c->inputs, .memory = c->memory, .say = say,
			       .with = (void *)(uintptr_t)c };
	struct sc_arena a = { 0 };
	struct sc_totals t = { 0 };
	sc_str path = manifest_of(&a, thing), shown = sc_escape(&a, path);
	int rc;

	if (!c->json)
		printf("%.*s\n", SC_ARG(shown));
	rc = sc_manifest_verify(path, &v, &t, e);
	if (c->json)
		say_json(path, rc, &t, e);
	else if (rc == SC_OK)
		printf("  all that it says is true: %ju records, %ju occurrences\n", (uintmax_t)t.records,
		       (uintmax_t)t.occurrences);
	fflush(stdout);
	if (rc == SC_BAD)
		fprintf(stderr, "scope: %s\n", e->msg);
	sc_arena_free(&a);
	return rc;
}

static int verify_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_verify;
	struct conf c = { .json = false };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &c } };
	const struct sc_opt *tables[] = { opts };
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &a, &help, e), status = 0;

	sc_arena_free(&a);
	if (help) {
		sc_help_print("scope verify", &cmd_verify.card, cmd_verify.synopsis, tables, 1);
		return 0;
	}
	if (first < 0)
		return 2;
	if (first == argc) {
		sc_fail(e, "verify: say which manifest, or the folder that has one");
		return 2;
	}
	for (int i = first; i < argc; i++) {
		int rc = one(&c, argv[i], e);

		if (rc == SC_FAIL)
			return 2;
		if (rc == SC_BAD)
			status = 1;
	}
	return status;
}

extern const struct sc_cmd cmd_verify;
const struct sc_cmd cmd_verify = {
	.card = { .name = "verify",
		  .about = "read everything again and say whether the manifest is true",
		  .more = "THING is a manifest or a folder with a manifest.scm.  Checked are the order and form of its lines, the arithmetic of the "
			  "steps, the record-root, and every record at the place where it should lie, by its SHA-256.  Exit status 0: all true; 1: the first "
			  "thing that is not is named; 2: it could not be looked at.",
		  .example = "scope verify open/",
		  .opts = opts },
	.synopsis = "[--root DIR] [--inputs] [--json] THING...",
	.family = SC_PROVE,
	.main = verify_main,
};
