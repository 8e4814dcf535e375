/* SPDX-License-Identifier: Apache-2.0 */
/* verify -- read everything again and say what is true. */
#include <scope/check.h>
#include <scope/cmd.h>
#include <scope/json.h>
#include <scope/manifest.h>
#include <scope/retag.h>
#include <scope/text.h>

#include <stdio.h>

struct conf {
	struct sc_check_conf check;
	uint64_t memory;
	bool inputs, roots, retag, json;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "root", "DIR",
	  "of a manifest: where the shards lie (default: beside it); of a proof: sha256:HEX, the root that it must lead to",
	  AT(check.root), 0, SC_OPT_LIST },
	{ "checkpoint", "FILE", "a signed checkpoint that names that root", AT(check.checkpoint), 0,
	  SC_OPT_LIST },
	{ "inputs", NULL, "read the shards that went in too", AT(inputs), 0, SC_OPT_FLAG },
	{ "retag", NULL, "of a manifest, once it is true: run its taggers again over the shards, and compare what they say", AT(retag), 0, SC_OPT_FLAG },
	{ "roots", NULL, "of a manifest only its lines and both roots: neither steps, places nor shards", AT(roots), 0, SC_OPT_FLAG },
	{ "memory", "SIZE", "for sorting, before it spills to TMPDIR (default 160MiB)", AT(memory),
	  0, SC_OPT_SIZE },
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
	sc_buf_fmt(&b, ",\"verdict\":\"%s\"",
	           rc == SC_OK    ? "true"
	           : rc == SC_BAD ? "false"
	                          : "unknown");
	sc_buf_fmt(
	        &b,
	        ",\"records\":%ju,\"occurrences\":%ju,\"record_root\":\"sha256:%.64s\",\"finding\":",
	        (uintmax_t)t->records, (uintmax_t)t->occurrences, hex);
	sc_json_put(&b, sc_str_c(rc == SC_OK ? "" : e->msg));
	puts(sc_buf_str(&b).p ? (sc_buf_byte(&b, '}'), sc_buf_byte(&b, 0), b.p) : "");
	sc_buf_free(&b);
}

/* Who was named must have signed it. */
static int signature(const struct conf *c, sc_str path, struct sc_err *e)
{
	const struct sc_trust *t = &c->check.trust;
	struct sc_arena a = { 0 };
	sc_str who;
	int rc = SC_OK;

	if (t->key.n || t->signers.n || t->identity.n) {
		rc = sc_signed(path, SC_STR(""), t, &a, &who, e);
		if (rc == SC_OK)
			say((void *)(uintptr_t)c, SC_STR("signature"), true,
			    who.n ? who : SC_STR("none, and that is no fault"));
	}
	sc_arena_free(&a);
	return rc;
}

static int retag(const struct conf *c, sc_str path, const struct sc_verify *v, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	uint64_t n;
	int rc = sc_retag(path, v->root, (size_t)c->memory, &n, e);

	if (rc == SC_OK)
		say((void *)(uintptr_t)c, SC_STR("retag"), true, sc_fmt(&a, "%ju records have the tags that the same steps give again", (uintmax_t)n));
	sc_arena_free(&a);
	return rc;
}

static int manifest(const struct conf *c, sc_str path, struct sc_err *e)
{
	struct sc_verify v = { .root = c->check.root.n ? c->check.root.v[0] : SC_STR(""),
		               .inputs = c->inputs,
			       .roots = c->roots,
		               .memory = c->memory,
		               .say = say,
		               .with = (void *)(uintptr_t)c };
	struct sc_totals t = { 0 };
	int rc = signature(c, path, e);

	if (rc == SC_OK)
		rc = sc_manifest_verify(path, &v, &t, e);
	if (rc == SC_OK && c->retag)
		rc = retag(c, path, &v, e);
	if (c->json)
		say_json(path, rc, &t, e);
	else if (rc == SC_OK)
		printf(c->roots ? "  both roots are of its lines: %ju records, %ju occurrences\n" : "  all that it says is true: %ju records, %ju occurrences\n",
		       (uintmax_t)t.records, (uintmax_t)t.occurrences);
	return rc;
}

/* Which checker knows the file by its beginning; NULL: it is a manifest, or nothing that is known. */
static const struct sc_checker *checker(sc_str path)
{
	char head[4096 + 1];
	size_t n;
	FILE *f = path.n < sizeof head
	                  ? (memcpy(head, path.p, path.n), head[path.n] = 0, fopen(head, "rb"))
	                  : NULL;

	if (!f)
		return NULL;
	n = fread(head, 1, sizeof head - 1, f);
	fclose(f);
	for (size_t i = 0; sc_checkers[i]; i++)
		if (sc_checkers[i]->is((sc_str){ head, n }))
			return sc_checkers[i];
	return NULL;
}

/* What a checker finds. */
struct finding {
	const struct conf *c;
	size_t unproven;
};

static void say_found(void *with, const char *what, sc_str detail)
{
	const struct finding *f = with;

	say((void *)(uintptr_t)f->c, sc_str_c(what), true, detail);
}

static void say_unproven(void *with, const char *what, sc_str detail)
{
	struct finding *f = with;

	f->unproven++;
	if (!f->c->json)
		printf("  ?     %-12s %.*s\n", what, SC_ARG(detail));
}

static int checked(const struct conf *c, const struct sc_checker *k, sc_str path, struct sc_err *e)
{
	struct sc_check_conf conf = c->check;
	struct finding found = { .c = c };
	struct sc_buf b = { 0 };
	int rc;

	conf.say = say_found;
	conf.unproven = say_unproven;
	conf.with = &found;
	rc = k->check(path, &conf, e);
	if (!c->json) {
		if (rc == SC_OK)
			puts(found.unproven
			             ? "  all that it says is true, but for what is marked ?: that is its own word"
			             : "  all that it says is true");
		return rc;
	}
	sc_buf_add(&b, SC_STR("{\"file\":"));
	sc_json_put(&b, path);
	sc_buf_fmt(&b, ",\"kind\":\"%s\",\"verdict\":\"%s\",\"finding\":",
	           strchr(k->card.name, '/') + 1,
	           rc == SC_OK    ? "true"
	           : rc == SC_BAD ? "false"
	                          : "unknown");
	sc_json_put(&b, sc_str_c(rc == SC_OK ? "" : e->msg));
	sc_buf_fmt(&b, ",\"unproven\":%zu}\n", found.unproven);
	fwrite(b.p, 1, b.n, stdout);
	sc_buf_free(&b);
	return rc;
}

static int one(const struct conf *c, const char *thing, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	sc_str path = sc_manifest_at(&a, sc_str_c(thing)), shown = sc_escape(&a, path);
	const struct sc_checker *k = checker(path);
	int rc;

	if (!c->json)
		printf("%.*s\n", SC_ARG(shown));
	rc = k ? checked(c, k, path, e) : manifest(c, path, e);
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
	struct sc_optset set[] = { { opts, &c }, { sc_trust_opts, &c.check.trust } };
	const struct sc_opt *tables[] = { opts, sc_trust_opts };
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, &a, &help, e), status = 0;

	if (help) {
		sc_help_print("scope verify", &cmd_verify.card, cmd_verify.synopsis, tables, 2);
		first = argc;
	} else if (first < 0) {
		status = 2;
	} else if (first == argc) {
		sc_fail(e, "verify: say which manifest, or the folder that has one");
		status = 2;
	}
	for (int i = first; i >= 0 && i < argc && status < 2; i++) {
		int rc = one(&c, argv[i], e);

		if (rc < 0)
			status = rc == SC_FAIL ? 2 : 1;
	}
	sc_arena_free(&a);
	return status;
}

extern const struct sc_cmd cmd_verify;
const struct sc_cmd cmd_verify = {
	.card = { .name = "verify",
	          .about = "read everything again and say whether the manifest is true",
	          .more = "THING is a manifest, a folder with a manifest.scm, or a proof, checkpoint, signature or receipt that scope or others wrote; "
	                  "`scope list checks` names them.\n\nOf a manifest, checked are the order and form of its lines, the arithmetic of the "
	                  "steps, both roots, and every record at the place where it should lie, by its SHA-256.  Exit status 0: all true; 1: the first "
	                  "thing that is not is named; 2: it could not be looked at.  Of other things, what could be held to nothing is marked ?: it is the file's own word.",
	          .example = "scope verify open/",
	          .opts = opts },
	.synopsis =
	        "[--root DIR|sha256:HEX] [--checkpoint FILE] [--key FILE|--signers FILE] [--inputs] [--json] THING...",
	.family = SC_PROVE,
	.shared = sc_trust_opts,
	.main = verify_main,
};
