/* SPDX-License-Identifier: Apache-2.0 */
/* bind -- sign weights together with the receipt of what they were trained on. */
#include <scope/cmd.h>
#include <scope/digest.h>
#include <scope/receipt.h>
#include <scope/text.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { DEPTH_MOST = 64 };

struct conf {
	sc_str key, output;
};

static const struct sc_opt opts[] = {
	{ "key", "FILE", "the private key that signs: PEM or OpenSSH's own format, not encrypted",
	  offsetof(struct conf, key), 0, SC_OPT_STR },
	{ "output", "FILE", "where the signed statement goes (default: standard output)",
	  offsetof(struct conf, output), 'o', SC_OPT_STR },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

struct job {
	struct conf conf;
	struct sc_arena a;
	struct sc_weights *w;
	size_t n, cap;
};

/* ---- weights ---- */

static int file_add(struct job *j, sc_str path, sc_str name, struct sc_err *e)
{
	struct sc_weights w = { .name = name };
	uint64_t bytes;

	if (sc_utf8_valid(name) != name.n)
		return sc_fail(e, "%.*s: its name is not UTF-8", SC_ARG(path));
	SC_TRY(sc_file_digest(path, w.sha256, &bytes, e));
	if (j->n == j->cap) {
		j->cap = j->cap ? 2 * j->cap : 16;
		j->w = realloc(j->w, j->cap * sizeof *j->w);
		if (!j->w)
			sc_oom();
	}
	j->w[j->n++] = w;
	return SC_OK;
}

static int add(struct job *j, sc_str path, sc_str name, unsigned depth, struct sc_err *e);

static int folder_add(struct job *j, sc_str path, sc_str name, unsigned depth, struct sc_err *e)
{
	struct dirent **v;
	int n = scandir(sc_cstr(&j->a, path), &v, NULL, alphasort), rc = SC_OK;

	if (n < 0)
		return sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *s = v[i]->d_name;

		if (rc == SC_OK && strcmp(s, ".") && strcmp(s, ".."))
			rc = add(j, sc_fmt(&j->a, "%.*s/%s", SC_ARG(path), s),
			         sc_fmt(&j->a, "%.*s/%s", SC_ARG(name), s), depth + 1, e);
		free(v[i]);
	}
	free(v);
	return rc;
}

/* Links are followed to files (weights often lie in a store of their own) and not to folders. */
static int add(struct job *j, sc_str path, sc_str name, unsigned depth, struct sc_err *e)
{
	struct stat st, link;
	char *p = sc_cstr(&j->a, path);

	if (stat(p, &st) || lstat(p, &link))
		return sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno));
	if (S_ISREG(st.st_mode))
		return file_add(j, path, name, e);
	if (!S_ISDIR(st.st_mode) || (depth && S_ISLNK(link.st_mode)))
		return sc_fail(e, "%.*s: neither a file nor a folder of files", SC_ARG(path));
	if (depth > DEPTH_MOST)
		return sc_fail(e, "%.*s: folders in folders, too deep", SC_ARG(path));
	return folder_add(j, path, name, depth, e);
}

static sc_str base_name(sc_str path)
{
	while (path.n > 1 && sc_str_ends(path, SC_STR("/")))
		path.n--;
	return sc_path_name(path);
}

static int by_name(const void *a, const void *b)
{
	const struct sc_weights *x = a, *y = b;

	return sc_str_cmp(x->name, y->name);
}

static int weights(struct job *j, char **path, int n, struct sc_err *e)
{
	for (int i = 0; i < n; i++) {
		sc_str p = sc_str_c(path[i]), name = base_name(p);

		if (!name.n || sc_str_eq(name, SC_STR(".")) || sc_str_eq(name, SC_STR("..")) ||
		    sc_str_eq(name, SC_STR("/")))
			return sc_fail(
			        e,
			        "bind: '%s' has no name that could be found again: name the folder",
			        path[i]);
		SC_TRY(add(j, p, name, 0, e));
	}
	if (!j->n)
		return sc_fail(e, "bind: there are no weights in that");
	qsort(j->w, j->n, sizeof *j->w, by_name);
	for (size_t i = 1; i < j->n; i++)
		if (sc_str_eq(j->w[i].name, j->w[i - 1].name))
			return sc_fail(e, "bind: two files would both be called %.*s",
			               SC_ARG(j->w[i].name));
	return SC_OK;
}

/* ---- the statement ---- */

static int statement(struct job *j, sc_str path, struct sc_buf *b, struct sc_err *e)
{
	struct sc_receipt r;
	struct sc_err why = { 0 };
	uint8_t digest[32];
	sc_str bytes;

	SC_TRY(sc_file_read(path, SC_RECEIPT_MOST, &j->a, &bytes, e));
	if (sc_receipt_parse(&j->a, bytes, &r, &why) < 0)
		return sc_fail(e, "%.*s: %s", SC_ARG(path), why.msg);
	sc_sha256_of(bytes, digest);
	sc_bind_statement(b, j->w, j->n, base_name(path), digest, &r);
	return SC_OK;
}

static int write_out(struct job *j, sc_str envelope, struct sc_err *e)
{
	struct sc_output *out;
	int rc = sc_output_open(&out, j->conf.output.n ? j->conf.output : SC_STR("-"),
	                        SC_STR("none"), 0, e);

	if (rc < 0)
		return rc;
	rc = sc_write(out, envelope, e);
	if (rc == SC_OK && !sc_str_ends(envelope, SC_STR("\n")))
		rc = sc_write(out, SC_STR("\n"), e);
	return sc_output_end(out, rc, e);
}

static int bind_all(struct job *j, int n, char **v, struct sc_err *e)
{
	struct sc_buf b = { 0 };
	sc_str envelope;
	int rc;

	if (n < 2)
		return sc_fail(
		        e,
		        "bind: say the receipt and the weights, as in `scope bind run.receipt model.safetensors --key key.pem -o run.bind`");
	if (!j->conf.key.n)
		return sc_fail(e, "bind: say with --key whose word it is");
	SC_TRY(weights(j, v + 1, n - 1, e));
	rc = statement(j, sc_str_c(v[0]), &b, e);
	if (rc == SC_OK)
		rc = sc_dsse_make(j->conf.key, SC_STR("application/vnd.in-toto+json"),
		                  sc_buf_str(&b), &j->a, &envelope, e);
	if (rc == SC_OK)
		rc = write_out(j, envelope, e);
	sc_buf_free(&b);
	return rc;
}

static int bind_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_bind;
	struct job j = { .n = 0 };
	struct sc_optset set[] = { { opts, &j.conf } };
	const struct sc_opt *tables[] = { opts };
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &j.a, &help, e), rc = SC_FAIL;

	if (help) {
		sc_help_print("scope bind", &cmd_bind.card, cmd_bind.synopsis, tables, 1);
		rc = SC_OK;
	} else if (first >= 0) {
		rc = bind_all(&j, argc - first, argv + first, e);
	}
	free(j.w);
	sc_arena_free(&j.a);
	return rc == SC_OK ? 0 : 2;
}

extern const struct sc_cmd cmd_bind;
const struct sc_cmd cmd_bind = {
	.card = { .name = "bind",
	          .about = "sign weights together with the receipt of what they were trained on",
	          .more = "An in-toto Statement v1 in a DSSE envelope: the subject is each file of the weights with its SHA-256, files of a folder by their path "
	                  "from that folder's name on; the predicate (" SC_BIND_TYPE
	                  ") has the receipt's digest and facts.  `scope verify "
	                  "FILE --root DIR` walks from the weights to the charter.\n\nIt says what the signer says: that these weights were "
	                  "trained on what the receipt names.  Nothing here looks into weights.",
	          .example = "scope bind run.receipt model.safetensors --key key.pem -o run.bind",
	          .opts = opts },
	.synopsis = "--key FILE [-o FILE] RECEIPT WEIGHTS...",
	.family = SC_PROVE,
	.main = bind_main,
};
