/* SPDX-License-Identifier: Apache-2.0 */
/*
 * licence -- the licences of files, as a fast and careful licensecheck.
 *
 * Each file is one text: what of its claims stands together is its answer (scope/licence.h).  Folders are walked in the order of
 * their names.  Workers take files one by one; the answers come out in the order of the operands, whatever the number of workers.
 */
#include <scope/cmd.h>
#include <scope/input.h>
#include <scope/json.h>
#include <scope/embedded.h>
#include <scope/licence.h>
#include <scope/text.h>

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH = 64, MOST_THREADS = 64, CONTEXT = 60 };

struct answer {
	char *said;  /* what is to be printed for the file; malloc'd */
	size_t n;
	char *wrong; /* or what went wrong */
	bool done, named;
};

struct licence {
	bool tsv, json, explain; /* options */
	uint64_t threads, max;
	sc_str *path; /* files, in order */
	size_t npath, cap;
	struct sc_arena a;
	struct answer *answer;
	size_t next; /* to be looked at */
	pthread_mutex_t lock;
	pthread_cond_t more;
	bool bad;
};

static const struct sc_opt opts[] = {
	{ "tsv", NULL, "path, TAB, SPDX expression, NONE or NOASSERTION", offsetof(struct licence, tsv), 0, SC_OPT_FLAG },
	{ "json", NULL, "one JSON object a line: path, licence and all claims", offsetof(struct licence, json), 0, SC_OPT_FLAG },
	{ "explain", NULL, "each claim with the bytes that say so", offsetof(struct licence, explain), 0, SC_OPT_FLAG },
	{ "threads", "N", "files looked at at once (default: one a processor)", offsetof(struct licence, threads), 'j', SC_OPT_NUM },
	{ "max-record", "SIZE", "larger files are not looked at (default 64MiB)", offsetof(struct licence, max), 0, SC_OPT_SIZE },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* ---- which files ---- */

static void add(struct licence *l, sc_str path)
{
	if (l->npath == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		sc_str *v = SC_NEW(&l->a, sc_str, cap);

		if (l->npath)
			memcpy(v, l->path, l->npath * sizeof *v);
		l->path = v;
		l->cap = cap;
	}
	l->path[l->npath++] = path;
}

static int by_name(const void *a, const void *b)
{
	return sc_str_cmp(*(const sc_str *)a, *(const sc_str *)b);
}

/* Regular files below a folder, by name; links are not followed. */
static int walk(struct licence *l, sc_str folder, int depth, struct sc_err *e)
{
	DIR *d = opendir(sc_cstr(&l->a, folder));
	sc_str *name = NULL;
	size_t n = 0, cap = 0;
	struct dirent *entry;
	int rc = SC_OK;

	if (!d)
		return sc_fail(e, "%.*s: %s", SC_ARG(folder), strerror(errno));
	while ((entry = readdir(d))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (n == cap) {
			sc_str *v = SC_NEW(&l->a, sc_str, cap = cap ? 2 * cap : 64);

			if (n)
				memcpy(v, name, n * sizeof *v);
			name = v;
		}
		name[n++] = sc_fmt(&l->a, "%.*s%s%s", SC_ARG(folder), sc_str_ends(folder, SC_STR("/")) ? "" : "/", entry->d_name);
	}
	closedir(d);
	if (n)
		qsort(name, n, sizeof *name, by_name);
	for (size_t i = 0; i < n && rc == SC_OK; i++) {
		struct stat st;

		if (lstat(sc_cstr(&l->a, name[i]), &st) < 0)
			continue;
		if (S_ISREG(st.st_mode))
			add(l, name[i]);
		else if (S_ISDIR(st.st_mode) && depth < DEPTH)
			rc = walk(l, name[i], depth + 1, e);
	}
	return rc;
}

static int operands(struct licence *l, int first, int argc, char **argv, struct sc_err *e)
{
	if (first == argc)
		add(l, SC_STR("-"));
	for (int i = first; i < argc; i++) {
		struct stat st;
		sc_str path = sc_str_c(argv[i]);

		if (strcmp(argv[i], "-") && stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			SC_TRY(walk(l, path, 0, e));
		else
			add(l, path);
	}
	return SC_OK;
}

/* ---- one file ---- */

static int text_of(struct licence *l, struct sc_arena *a, sc_str path, sc_str *text, struct sc_err *e)
{
	struct sc_input *in;
	sc_str got;
	int rc = sc_input_open(&in, path, path, SC_STR(""), l->max, e);

	if (rc < 0)
		return rc;
	rc = sc_peek(in, l->max, &got, e);
	if (rc == SC_EOF)
		rc = SC_OK, got = (sc_str){ "", 0 };
	if (rc == SC_OK) {
		uint64_t lost;

		*text = sc_strdup(a, got);
		struct sc_err broken;

		if (sc_input_break(in, &lost, &broken))
			rc = sc_bad(e, "%.*s: %s", SC_ARG(path), broken.msg);
		else if (got.n == l->max)
			rc = sc_bad(e, "%.*s: larger than --max-record", SC_ARG(path));
	}
	sc_input_close(in);
	return rc;
}

static sc_str verdict(const struct licence *l, sc_str licence)
{
	if (l->tsv && !licence.n)
		return SC_STR("NONE");
	if (l->tsv && (sc_str_eq(licence, SC_STR("unknown")) || sc_str_eq(licence, SC_STR("conflict"))))
		return SC_STR("NOASSERTION");
	return licence.n ? licence : SC_STR("none");
}

static void claim_json(struct sc_buf *b, const struct sc_lic_claim *x)
{
	sc_buf_add(b, SC_STR("{\"licence\":"));
	sc_json_put(b, x->value);
	sc_buf_add(b, SC_STR(",\"rule\":"));
	sc_json_put(b, x->rule);
	sc_buf_fmt(b, ",\"offset\":%ju,\"length\":%ju,\"score\":%.3g}", (uintmax_t)x->off, (uintmax_t)x->len, (double)x->score);
}

static void as_json(struct sc_buf *b, sc_str path, sc_str licence, const struct sc_lic_claims *c)
{
	sc_buf_add(b, SC_STR("{\"path\":"));
	sc_json_put(b, path);
	sc_buf_add(b, SC_STR(",\"licence\":"));
	sc_json_put(b, licence);
	sc_buf_add(b, SC_STR(",\"claims\":["));
	for (uint32_t i = 0; i < c->n; i++) {
		if (i)
			sc_buf_byte(b, ',');
		claim_json(b, &c->v[i]);
	}
	sc_buf_add(b, SC_STR("]}\n"));
}

/* The first and last of the bytes that say so. */
static void quote(struct sc_buf *b, struct sc_arena *a, sc_str text, const struct sc_lic_claim *x)
{
	sc_str span = sc_str_head(sc_str_from(text, x->off), x->len);

	if (span.n <= 2 * CONTEXT) {
		sc_buf_add(b, sc_escape(a, span));
	} else {
		sc_buf_add(b, sc_escape(a, sc_str_head(span, CONTEXT)));
		sc_buf_add(b, SC_STR(" ... "));
		sc_buf_add(b, sc_escape(a, sc_str_from(span, span.n - CONTEXT)));
	}
}

static void explained(struct sc_buf *b, struct sc_arena *a, sc_str text, const struct sc_lic_claims *c)
{
	for (uint32_t i = 0; i < c->n; i++) {
		const struct sc_lic_claim *x = &c->v[i];

		sc_buf_fmt(b, "  %.*s  by %.*s, bytes %ju to %ju, score %.3g\n    ", SC_ARG(x->value), SC_ARG(x->rule), (uintmax_t)x->off,
			   (uintmax_t)(x->off + x->len), (double)x->score);
		quote(b, a, text, x);
		sc_buf_byte(b, '\n');
	}
}

static void look(struct licence *l, struct sc_arena *a, size_t i)
{
	struct sc_lic_claims c = { .a = a };
	const struct sc_lic_claim *first;
	struct sc_err e = { .msg = "" };
	struct sc_buf b = { .a = NULL };
	struct answer *x = &l->answer[i];
	sc_str text = { NULL, 0 }, licence = { NULL, 0 }, path = l->path[i];

	if (text_of(l, a, path, &text, &e) < 0) {
		x->wrong = strdup(e.msg);
	} else if (sc_may_embed(SC_STR(""), text)) {
		sc_lic_embedded(&c, text, SC_STR("file"));
		licence = sc_lic_together(&c, &first);
	}
	if (!x->wrong && !c.n && !memchr(text.p, 0, text.n < 1024 ? text.n : 1024)) {
		sc_lic_any(&c, path, SC_STR(""), text, SC_STR("file"));
		licence = sc_lic_together(&c, &first);
	}
	x->named = licence.n > 0;
	if (x->wrong) {
	} else if (l->json) {
		as_json(&b, path, verdict(l, licence), &c);
	} else if (l->tsv) {
		sc_field_put(&b, path);
		sc_buf_byte(&b, '\t');
		sc_buf_add(&b, verdict(l, licence));
		sc_buf_byte(&b, '\n');
	} else {
		sc_str shown = sc_escape(a, path);

		sc_buf_fmt(&b, "%-28.*s  %.*s\n", SC_ARG(verdict(l, licence)), SC_ARG(shown));
	}
	if (l->explain && !l->json && !l->tsv)
		explained(&b, a, text, &c);
	x->said = b.p;
	x->n = b.n;
}

/* ---- all files ---- */

static void *work(void *with)
{
	struct licence *l = with;
	struct sc_arena a = { 0 };

	for (;;) {
		size_t i;

		pthread_mutex_lock(&l->lock);
		i = l->next;
		l->next += i < l->npath;
		pthread_mutex_unlock(&l->lock);
		if (i == l->npath)
			break;
		look(l, &a, i);
		sc_arena_reset(&a);
		pthread_mutex_lock(&l->lock);
		l->answer[i].done = true;
		pthread_cond_signal(&l->more);
		pthread_mutex_unlock(&l->lock);
	}
	sc_arena_free(&a);
	return NULL;
}

static void print(struct licence *l, size_t i)
{
	struct answer *x = &l->answer[i];

	if (x->wrong) {
		fprintf(stderr, "scope: %s\n", x->wrong);
		l->bad = true;
	}
	if (x->n)
		fwrite(x->said, 1, x->n, stdout);
	free(x->said);
	free(x->wrong);
}

static void print_all(struct licence *l)
{
	for (size_t i = 0; i < l->npath; i++) {
		pthread_mutex_lock(&l->lock);
		while (!l->answer[i].done)
			pthread_cond_wait(&l->more, &l->lock);
		pthread_mutex_unlock(&l->lock);
		print(l, i);
	}
}

static void one_by_one(struct licence *l)
{
	struct sc_arena a = { 0 };

	for (size_t i = 0; i < l->npath; i++) {
		look(l, &a, i);
		print(l, i);
		sc_arena_reset(&a);
	}
	sc_arena_free(&a);
}

static int run(struct licence *l, struct sc_err *e)
{
	pthread_t thread[MOST_THREADS];
	size_t n = l->threads ? (size_t)l->threads : (size_t)sysconf(_SC_NPROCESSORS_ONLN), started = 0;

	n = n > MOST_THREADS ? MOST_THREADS : n > l->npath ? l->npath : n;
	l->answer = SC_NEW(&l->a, struct answer, l->npath);
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->more, NULL);
	while (n > 1 && started < n && pthread_create(&thread[started], NULL, work, l) == 0)
		started++;
	(started ? print_all : one_by_one)(l);
	for (size_t i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->more);
	if (fflush(stdout) == EOF) {
		sc_fail(e, "standard output: %s", strerror(errno));
		return 2;
	}
	return l->bad ? 1 : 0;
}

static int licence_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_licence;
	struct licence l = { .max = 64 << 20 };
	struct sc_optset set[] = { { opts, &l } };
	const struct sc_opt *tables[] = { opts };
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &l.a, &help, e), rc = 2;

	if (help) {
		sc_help_print("scope licence", &cmd_licence.card, cmd_licence.synopsis, tables, 1);
		rc = 0;
	} else if (first >= 0 && operands(&l, first, argc, argv, e) >= 0) {
		rc = run(&l, e);
	}
	sc_arena_free(&l.a);
	return rc;
}

extern const struct sc_cmd cmd_licence;
const struct sc_cmd cmd_licence = {
	.card = { .name = "licence",
		  .about = "the licences of files: texts, notices, SPDX lines, web pages, articles",
		  .more = "Each file is one text, compressed or not; folders are walked.  The answer is an SPDX expression of all that the file says, "
			  "`unknown` where it speaks of a licence that has no name, `none` where it says nothing.  A licence's whole text is known by its "
			  "fingerprint, whoever holds the rights; names count where the words around them license something.  In a web page only what "
			  "licenses the page counts, in a JATS article its permissions.\n\nExit status: 0 done, 1 some file could not be read.",
		  .example = "scope licence --explain docs.jsonl",
		  .opts = opts },
	.synopsis = "[--tsv|--json] [--explain] [-j N] [FILE|FOLDER...]",
	.family = SC_LOOK,
	.main = licence_main,
};
