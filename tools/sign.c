/* SPDX-License-Identifier: Apache-2.0 */
/* sign -- a signature with a key that is there already: FILE.sig for ssh-keygen, or a DSSE envelope that holds an in-toto Statement. */
#include <scope/check.h>
#include <scope/cmd.h>
#include <scope/export.h>
#include <scope/json.h>
#include <scope/manifest.h>

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define IN_TOTO "application/vnd.in-toto+json"

struct conf {
	sc_str key, output, name_space, type;
	bool dsse;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "key", "FILE", "the private key, not encrypted: PEM, or OpenSSH's own", AT(key), 'k',
	  SC_OPT_STR },
	{ "output", "FILE",
	  "where it goes (default: FILE.sig or FILE.dsse.json; standard output for standard input)",
	  AT(output), 'o', SC_OPT_STR },
	{ "namespace", "NAME", "what the signature is for (default: scope-manifest)",
	  AT(name_space), 0, SC_OPT_STR },
	{ "dsse", NULL,
	  "an envelope: of a manifest the in-toto Statement that it comes to, of a Statement itself",
	  AT(dsse), 0, SC_OPT_FLAG },
	{ "type", "TYPE", "with --dsse: sign the bytes of FILE as they are, as this media type",
	  AT(type), 0, SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

static bool is_stdin(sc_str path)
{
	return sc_str_eq(path, SC_STR("-"));
}

/* ---- what an envelope holds ---- */

/* Standard input in a nameless file, so that it can be looked at and then read from its beginning. */
static int spooled(struct sc_arena *a, sc_str *path, struct sc_err *e)
{
	char buf[64 << 10];
	size_t n;
	int fd = sc_spool(e);

	if (fd < 0)
		return SC_FAIL;
	*path = sc_fmt(a, "/dev/fd/%d", fd); /* closed when the program ends */
	while ((n = fread(buf, 1, sizeof buf, stdin)) > 0)
		for (size_t done = 0; done < n;) {
			ssize_t w = write(fd, buf + done, n - done);

			if (w < 0 && errno != EINTR)
				return sc_fail(e, "spool file: %s", strerror(errno));
			done += w > 0 ? (size_t)w : 0;
		}
	return ferror(stdin) ? sc_fail(e, "standard input: %s", strerror(errno)) : SC_OK;
}

/* What the exporter in-toto makes of a manifest, in memory. */
static int exported(struct sc_manifest_lines *m, struct sc_arena *a, sc_str *payload,
                    struct sc_err *e)
{
	const struct sc_exporter *x = sc_exporter_named(SC_STR("in-toto"));
	void *conf = sc_zalloc(a, x->card.conf + 1, 1);
	struct sc_output *out;
	int fd = sc_spool(e), rc;
	sc_str path;

	if (fd < 0)
		return SC_FAIL;
	path = sc_fmt(a, "/dev/fd/%d", fd);
	rc = sc_output_open(&out, path, SC_STR("none"), 0, e);
	if (rc == SC_OK) {
		rc = x->run(conf, m, out, e);
		rc = sc_output_end(out, rc, e);
	}
	if (rc == SC_OK)
		rc = sc_file_read(path, SC_DSSE_MOST, a, payload, e);
	close(fd);
	return rc;
}

static bool is_statement(struct sc_arena *a, sc_str text)
{
	struct sc_err e;

	return sc_json_check(text, true, &e) == SC_OK &&
	       sc_str_starts(sc_json_string(a, sc_json_get(text, SC_STR("_type"))),
	                     SC_STR("https://in-toto.io/Statement/"));
}

static int payload_of(const struct conf *c, sc_str path, struct sc_arena *a, sc_str *type,
                      sc_str *payload, struct sc_err *e)
{
	struct sc_manifest_lines *m = NULL;
	struct sc_err why;
	int rc;

	*type = c->type.n ? c->type : SC_STR(IN_TOTO);
	if (!c->type.n && sc_manifest_lines_open_hashed(&m, path, &why) == SC_OK) {
		rc = exported(m, a, payload, &why);
		sc_manifest_lines_close(m);
		if (rc != SC_OK && sc_str_starts(sc_str_c(why.msg), path))
			*e = why;
		else if (rc != SC_OK)
			sc_fail(e, "%.*s: %s", SC_ARG(path), why.msg);
		return rc;
	}
	SC_TRY(sc_file_read(path, SC_DSSE_MOST, a, payload, e));
	if (!c->type.n && !is_statement(a, *payload))
		return sc_bad(
		        e,
		        "%.*s: neither a manifest nor an in-toto Statement: say what it is with --type, as in --type application/json",
		        SC_ARG(path));
	return SC_OK;
}

/* ---- the command ---- */

static int signature_of(const struct conf *c, sc_str path, struct sc_arena *a, sc_str *out,
                        struct sc_err *e)
{
	sc_str type, payload, from = path;
	struct sc_err why = { .msg = "" };
	int rc;

	if (!c->dsse)
		return sc_sshsig_make(c->key, c->name_space, path, a, out, e);
	if (is_stdin(path))
		SC_TRY(spooled(a, &from, e));
	rc = payload_of(c, from, a, &type, &payload, &why);
	if (rc == SC_OK)
		return sc_dsse_make(c->key, type, payload, a, out, e);
	/* What stands in a spool file came by standard input. */
	if (is_stdin(path) && sc_str_starts(sc_str_c(why.msg), from))
		sc_fail(e, "standard input%s", why.msg + from.n);
	else
		*e = why;
	return rc;
}

static int one(const struct conf *c, sc_str path, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	sc_str to = c->output, made;
	int rc = signature_of(c, path, &a, &made, e);

	if (!to.n)
		to = is_stdin(path)
		             ? path
		             : sc_fmt(&a, "%.*s%s", SC_ARG(path), c->dsse ? ".dsse.json" : ".sig");
	if (rc == SC_OK)
		rc = sc_output_whole(to, SC_STR("none"), made, e);
	sc_arena_free(&a);
	return rc;
}

static int asked(const struct conf *c, int files, struct sc_err *e)
{
	if (!c->key.n)
		return sc_fail(
		        e,
		        "sign: say with which key, as in `scope sign --key ~/.ssh/id_ed25519 corpus.tar.scm`");
	if (!files)
		return sc_fail(e,
		               "sign: say which file, as in `scope sign --key KEY corpus.tar.scm`");
	if (c->output.n && files > 1)
		return sc_fail(e, "sign: %d files make %d signatures: -o names one", files, files);
	if (c->dsse && c->name_space.n)
		return sc_fail(
		        e,
		        "sign: an envelope has no namespace, it has a type: leave out --namespace");
	if (c->type.n && !c->dsse)
		return sc_fail(
		        e, "sign: --type is what an envelope says of its payload: say --dsse too");
	return SC_OK;
}

extern const struct sc_cmd cmd_sign;

static int sign_main(int argc, char **argv, struct sc_err *e)
{
	struct conf c = { .dsse = false };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &c } };
	const struct sc_opt *tables[] = { opts };
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &a, &help, e), status = 0;

	if (help)
		sc_help_print("scope sign", &cmd_sign.card, cmd_sign.synopsis, tables, 1);
	else if (first < 0 || asked(&c, argc - first, e) != SC_OK)
		status = 2;
	for (int i = first; !help && !status && i < argc; i++)
		if (one(&c, sc_manifest_at(&a, sc_str_c(argv[i])), e) != SC_OK)
			status = 2;
	sc_arena_free(&a);
	return status;
}

extern const struct sc_cmd cmd_sign;
const struct sc_cmd cmd_sign = {
	.card = { .name = "sign",
	          .about =
	                  "sign a manifest with a key that you have: SSH signature, or DSSE envelope",
	          .more = "FILE.sig is what `ssh-keygen -Y sign -n scope-manifest` makes, and `ssh-keygen -Y verify` checks it.  FILE.dsse.json is a DSSE "
	                  "envelope; of a manifest it holds the in-toto Statement that `scope export in-toto` prints.  `scope verify` checks both.  A folder stands for the manifest.scm in it.\n\nKeys are "
	                  "ed25519 and ECDSA P-256.  What is signed is not verified first: `scope verify` does that.  scope-sign(7) has the formats, and how to "
	                  "check them without scope.",
	          .example = "scope sign --key key.pem open.jsonl.scm",
	          .opts = opts },
	.synopsis = "--key KEY [--namespace NAME] [--dsse [--type TYPE]] [-o OUT] FILE...",
	.family = SC_PROVE,
	.main = sign_main,
};
