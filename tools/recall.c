/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall -- take records back out of a corpus: new shards without them, a manifest with tombstones, proofs that they are gone.
 *
 * The corpus is not touched.  Its shards are read by the engine, which writes what stays as it was stored; what the new manifest says of a
 * record is what the old one said.  What is taken back comes from the list and from what manifests say was made of that.
 */
#include <scope/check.h>
#include <scope/cmd.h>
#include <scope/diff.h>
#include <scope/digest.h>
#include <scope/log.h>
#include <scope/manifest.h>
#include <scope/recall.h>
#include <scope/run.h>
#include <scope/text.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct conf {
	sc_str output, outdir, log;
	struct sc_strs derived;
	uint64_t memory, threads;
	bool check;
};

#define AT(f) offsetof(struct conf, f)
static const struct sc_opt opts[] = {
	{ "output-dir", "DIR",
	  "where the new shards, their manifest, removed.txt, delta and absent.proof go",
	  AT(outdir), 'O', SC_OPT_STR },
	{ "output", "FILE",
	  "the same for one shard: FILE, FILE.scm, FILE.removed.txt, FILE.delta, FILE.absent.proof",
	  AT(output), 'o', SC_OPT_STR },
	{ "check", NULL, "only look: what would be taken back, and what was made of it", AT(check),
	  0, SC_OPT_FLAG },
	{ "derived", "MANIFEST",
	  "of a corpus that was made of this one, or of another such: is it hit", AT(derived), 0,
	  SC_OPT_LIST },
	{ "log", "FILE", "append the new version to this version log", AT(log), 0, SC_OPT_STR },
	{ "jobs", "N", "threads (default: one a core)", AT(threads), 'j', SC_OPT_NUM },
	{ "memory", "SIZE", "for sorting, before it spills to TMPDIR (default 16MiB)", AT(memory),
	  0, SC_OPT_SIZE },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

struct job {
	struct conf conf;
	struct sc_trust trust;
	struct sc_arena a;
	sc_str list_path, manifest;
	char **shard;
	int nshard;
	struct sc_recall_list list;
	struct sc_reach *reach;
	const struct sc_tombs *taken;
	size_t memory;
	/* of the corpus's manifest */
	struct sc_rows *lines;    /* its L and R lines of what stays */
	struct sc_shard_out *out; /* its S lines */
	size_t nout, last_said;
	sc_str *at;             /* where its shards lie */
	struct sc_strs head[2]; /* H lines that stay true: keys, values */
	sc_str group, text_field;
	uint64_t nrecord, nplace, nmade; /* that are taken back; made of others that are */
	struct sc_rows
	        *spelled; /* DOIs of what is taken back, where their spelling is not the list's */
	bool fresh;       /* the folder for the new corpus was not there before */
	sc_str made;      /* the new manifest, and what it says */
	struct sc_walk walk;
	struct sc_buf b;
};

/* ---- what is found ---- */

static int say_lines(struct job *j)
{
	uint64_t absent = 0;

	for (size_t i = 0; i < j->list.n; i++) {
		const struct sc_recall_line *l = &j->list.v[i];
		sc_str shown = sc_escape(&j->a, l->key.value);

		printf("%.*s %.*s\t", SC_ARG(l->key.kind), SC_ARG(shown));
		if (l->hits)
			printf("%ju record%s\n", (uintmax_t)l->hits, l->hits == 1 ? "" : "s");
		else
			puts(l->as_site
			             ? "not in this corpus as a host, but as a site: say site: before it"
			             : "not in this corpus");
		absent += !l->hits;
	}
	printf("taken back: %ju records in %ju places, %ju of them made of others; %ju lines of the list found, %ju not in this corpus\n",
	       (uintmax_t)j->nrecord, (uintmax_t)j->nplace, (uintmax_t)j->nmade,
	       (uintmax_t)(j->list.n - absent), (uintmax_t)absent);
	if (j->list.has_host && sc_reach_no_host(j->reach))
		printf("%ju records have no host, and cannot be excluded\n",
		       (uintmax_t)sc_reach_no_host(j->reach));
	return SC_OK;
}

/* Exit status: 1 when one is hit, 3 when of none that is known, but of one it is not known. */
static int say_derived(struct job *j, int *status, struct sc_err *e)
{
	static const char *const word[] = {
		[SC_HIT] = "hit", [SC_CLEAN] = "clean", [SC_UNKNOWN] = "unknown"
	};

	for (size_t i = 0; i < j->conf.derived.n; i++) {
		sc_str path = sc_escape(&j->a, j->conf.derived.v[i]), why;
		enum sc_verdict v;

		SC_TRY(sc_reach_judge(j->reach, i + 1, &j->a, &v, &why, e));
		why = sc_escape(&j->a, why);
		printf("%s\t%.*s\t%.*s\n", word[v], SC_ARG(path), SC_ARG(why));
		if (v == SC_HIT)
			*status = 1;
		else if (v == SC_UNKNOWN && !*status)
			*status = 3;
	}
	return SC_OK;
}

/* ---- the corpus's manifest, once more ---- */

static int shard_line(struct job *j, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct sc_shard_out *v, s = { 0 };

	if (l->n != 5 || !sc_root_parse(l->field[0], s.stored.sha256) ||
	    !sc_str_u64(l->field[1], &s.stored.bytes))
		return sc_bad(e, "%.*s: an S line is not as it should be", SC_ARG(j->manifest));
	s.path = sc_strdup(&j->a, l->field[2]);
	if (j->nout % 64 == 0) {
		v = SC_NEW(&j->a, struct sc_shard_out, j->nout + 64);
		if (j->nout)
			memcpy(v, j->out, j->nout * sizeof *v);
		j->out = v;
	}
	j->out[j->nout++] = s;
	return SC_OK;
}

static void head_line(struct job *j, const struct sc_manifest_line *l)
{
	static const sc_str stay[] = { SC_LIT("charter"), SC_LIT("corpus") };

	if (l->n != 2)
		return;
	if (sc_str_eq(l->field[0], SC_STR("group")))
		j->group = sc_strdup(&j->a, l->field[1]);
	if (sc_str_eq(l->field[0], SC_STR("text-field")))
		j->text_field = sc_strdup(&j->a, l->field[1]);
	for (size_t i = 0; i < SC_COUNT(stay); i++) {
		if (!sc_str_eq(l->field[0], stay[i]))
			continue;
		for (size_t k = 0; k < 2; k++) {
			sc_str *v = SC_NEW(&j->a, sc_str, j->head[k].n + 1);

			if (j->head[k].n)
				memcpy(v, j->head[k].v, j->head[k].n * sizeof *v);
			v[j->head[k].n++] = sc_strdup(&j->a, l->field[k]);
			j->head[k].v = v;
		}
	}
}

static int spelled(struct job *j, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct sc_key key[8];
	size_t n = sc_keys_of(l->raw, key);

	for (size_t i = 0; i < n; i++) {
		const struct sc_recall_line *line = sc_str_eq(key[i].kind, SC_STR("doi"))
		                                            ? sc_recall_match(&j->list, &key[i])
		                                            : NULL;

		if (line && !sc_str_eq(line->key.value, key[i].value))
			SC_TRY(sc_rows_add(j->spelled, key[i].value, e));
	}
	return SC_OK;
}

static int line_seen(void *with, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct job *j = with;

	if (l->kind == 'S')
		return shard_line(j, l, e);
	if (l->kind == 'H')
		head_line(j, l);
	if ((l->kind != 'L' && l->kind != 'R') || !l->n)
		return SC_OK;
	if (!sc_tombs_says(j->taken, l->field[0], NULL))
		return j->lines ? sc_rows_put(j->lines, l->raw, e) : SC_OK;
	j->nplace += l->kind == 'L';
	j->nrecord += l->kind == 'R';
	j->nmade += l->kind == 'R' && !sc_reach_names(j->reach, l->field[0]);
	return l->kind == 'R' && j->spelled ? spelled(j, l, e) : SC_OK;
}

static int manifest_again(struct job *j, struct sc_err *e)
{
	struct sc_walk again;

	SC_TRY(sc_manifest_walk(j->manifest, line_seen, j, &again, e));
	if (memcmp(again.file, sc_reach_corpus(j->reach)->file, 32))
		return sc_fail(e, "%.*s: it was changed while it was read", SC_ARG(j->manifest));
	if (!j->lines)
		return SC_OK;
	SC_TRY(sc_rows_seal(j->spelled, e));
	return sc_rows_seal(j->lines, e);
}

/* ---- the run ---- */

/* The S line of a shard that was read: by its name, and with the digest once that is known. */
static const struct sc_shard_out *said_of(struct job *j, sc_str path)
{
	path = sc_path_name(path);
	for (size_t i = 0; i < j->nout; i++) {
		size_t k =
		        (j->last_said + i) % j->nout; /* mostly the one that was asked for last */

		if (!sc_str_eq(sc_path_name(j->out[k].path), path))
			continue;
		j->last_said = k;
		return &j->out[k];
	}
	return NULL;
}

static bool lies_there(struct job *j, sc_str id, sc_str leaf16, sc_str from)
{
	size_t hash = sc_str_rchr(from, '#');
	sc_str path = { NULL, 0 };
	const struct sc_shard_out *s;

	if (hash == SC_NONE || !sc_unfield(&j->a, sc_str_head(from, hash), &path) ||
	    !(s = said_of(j, path)))
		return false;
	sc_buf_clear(&j->b);
	sc_buf_add(&j->b, SC_STR("L\t"));
	sc_buf_add(&j->b, id);
	sc_buf_byte(&j->b, '\t');
	sc_buf_add(&j->b, leaf16);
	sc_buf_byte(&j->b, '\t');
	sc_field_put(&j->b, s->path);
	sc_buf_add(&j->b, sc_str_from(from, hash));
	sc_buf_byte(&j->b, '\t');
	return sc_look(sc_rows_text(j->lines), sc_buf_str(&j->b)).n > 0;
}

/* What is said of a record that stays is what was said: of its R lines, the one that its L line names. */
static int claim(void *with, const uint8_t id[32], sc_str from, sc_str *rline, struct sc_err *e)
{
	struct job *j = with;
	char head[74] = "R\tsha256:", leaf16[16];
	struct sc_mark m = sc_arena_mark(&j->a);
	sc_str rest, line;
	uint8_t leaf[32];

	sc_hex(id, 32, head + 9);
	head[73] = '\t';
	rest = sc_look(sc_rows_text(j->lines), (sc_str){ head, sizeof head });
	while (rest.n && sc_str_cut(&rest, '\n', &line)) {
		bool is;

		sc_merkle_leaf_hash(line, leaf);
		sc_hex(leaf, 8, leaf16);
		is = lies_there(j, (sc_str){ head + 2, 71 }, (sc_str){ leaf16, 16 }, from);
		sc_arena_back(&j->a, m);
		if (is) {
			*rline = line;
			return SC_OK;
		}
	}
	return sc_fail(
	        e,
	        "%.*s: the manifest lists no such record there: these are not its shards; `scope verify` says more",
	        SC_ARG(from));
}

/* Before anything has its name: what was read are the shards of the manifest, all of them and no other, and every record in them could be. */
static int shards_are_its(void *with, const struct sc_plan *p, struct sc_err *e)
{
	struct job *j = with;
	struct sc_summary sum;

	for (size_t i = 0; i < sc_run_ins(p); i++) {
		const struct sc_shard_in *in = sc_run_in(p, i);
		const struct sc_shard_out *s = said_of(j, in->path);

		if (!s || memcmp(s->stored.sha256, in->sha256, 32))
			return sc_fail(
			        e,
			        "%.*s: it is not the shard that the manifest names: its SHA-256 is another",
			        SC_ARG(in->path));
	}
	sc_run_summary(p, &sum);
	return sum.rejected
	               ? sc_fail(e,
	                         "%ju records could not be read or written: `scope verify` of the corpus says more",
	                         (uintmax_t)sum.rejected)
	               : SC_OK;
}

static sc_str digest_text(struct sc_arena *a, const uint8_t h[32])
{
	char hex[64];

	sc_hex(h, 32, hex);
	return sc_fmt(a, "sha256:%.64s", hex);
}

/* "DIR/NAME", or "FILE.NAME". */
static sc_str beside(struct job *j, const char *name)
{
	return j->conf.outdir.n ? sc_fmt(&j->a, "%.*s/%s", SC_ARG(j->conf.outdir), name)
	                        : sc_fmt(&j->a, "%.*s.%s", SC_ARG(j->conf.output), name);
}

static int shards_given(struct job *j, struct sc_err *e)
{
	sc_str folder = sc_str_head(j->manifest, j->manifest.n - sc_path_name(j->manifest).n);

	j->at = SC_NEW(&j->a, sc_str, j->nout + 1);
	for (size_t i = 0; i < j->nout; i++) {
		const char *at = NULL;

		for (int k = 0; k < j->nshard && !at; k++)
			if (sc_str_eq(sc_path_name(sc_str_c(j->shard[k])), sc_path_name(j->out[i].path)))
				at = j->shard[k];
		if (j->nshard && !at)
			return sc_fail(e, "the manifest names shard %.*s, which was not given",
			               SC_ARG(j->out[i].path));
		j->at[i] = at ? sc_str_c(at)
		              : sc_fmt(&j->a, "%.*s%.*s", SC_ARG(folder), SC_ARG(j->out[i].path));
	}
	for (int k = 0; k < j->nshard; k++)
		if (!said_of(j, sc_str_c(j->shard[k])))
			return sc_fail(e, "%s: the manifest names no shard of that name",
			               j->shard[k]);
	if (!j->nout)
		return sc_fail(e,
		               "%.*s: it names no shards (S lines): there is nothing to write anew",
		               SC_ARG(j->manifest));
	return SC_OK;
}

/* A corpus that is a folder, images and a list of them, becomes one again: by which writer. */
static bool is_folder(struct job *j, sc_str *writer)
{
	struct sc_read_conf conf = { .max_record = 64 << 20, .tag_key = SC_STR("scope") };
	sc_str none = { NULL, 0 };
	const struct sc_writer *w;
	struct sc_source src;
	struct sc_err e;

	if (j->nout != 1 || !j->conf.outdir.n ||
	    sc_source_open(&src, j->at[0], j->at[0], none, none, &conf, &e) < 0)
		return false;
	*writer = sc_path_name(sc_str_c(src.reader->card.name));
	sc_source_close(&src);
	w = sc_writer_named(*writer);
	if (!w || !w->folder)
		*writer = none;
	return writer->n > 0;
}

static int plan(struct job *j, struct sc_plan *p, struct sc_err *e)
{
	struct sc_recall_stage d = { .taken = j->taken };

	memcpy(d.digest, j->list.digest, 32);
	SC_TRY(sc_plan_filter(p, &sc_recall_filter, &d, sc_path_name(j->list_path), false, e));
	for (size_t i = 0; i < j->nout; i++)
		SC_TRY(sc_plan_shard(p, j->at[i], e));
	sc_plan_claims(p, claim, j);
	sc_plan_last(p, shards_are_its, j);
	for (size_t i = 0; i < j->head[0].n; i++)
		sc_plan_head(p, j->head[0].v[i], j->head[1].v[i]);
	sc_plan_head(p, SC_STR("parent"),
	             digest_text(&j->a, sc_reach_corpus(j->reach)->t.record_root));
	sc_plan_head(p, SC_STR("recall"), digest_text(&j->a, j->list.digest));
	return SC_OK;
}

static int run(struct job *j, struct sc_err *e)
{
	struct sc_run_conf conf = { .output = j->conf.output,
		                    .outdir = j->conf.outdir,
		                    .tags = SC_STR("none"),
		                    .group = j->group,
		                    .text_field = j->text_field,
		                    .threads = j->conf.threads,
		                    .memory = j->conf.memory,
		                    .quiet = true };
	struct sc_summary s;
	struct sc_plan *p;
	int rc;

	SC_TRY(shards_given(j, e));
	if (is_folder(j, &conf.to)) {
		conf.output = sc_fmt(&j->a, "%.*s/", SC_ARG(j->conf.outdir));
		conf.outdir = SC_STR("");
	}
	SC_TRY(sc_plan_new(&p, &conf, e));
	rc = plan(j, p, e);
	if (rc == SC_OK)
		rc = sc_run(p, e);
	sc_run_summary(p, &s);
	j->made = sc_strdup(&j->a, s.manifest);
	sc_plan_free(p);
	return rc;
}

/* ---- proofs, and the log ---- */

/* A file beside the new manifest, whole or not there. */
static int written(struct job *j, const char *name,
                   int (*make)(struct job *j, struct sc_output *out, struct sc_err *e),
                   struct sc_err *e)
{
	struct sc_output *out;
	int rc;

	SC_TRY(sc_output_open(&out, beside(j, name), SC_STR("none"), 0, e));
	rc = make(j, out, e);
	rc = sc_output_end(out, rc, e);
	return rc == SC_BAD ? SC_FAIL : rc;
}

/* The keys of the list, and of DOIs how what is gone spelled them, where that was otherwise. */
static int proofs(struct job *j, struct sc_output *out, struct sc_err *e)
{
	size_t n = j->list.n + (size_t)sc_rows_n(j->spelled);
	struct sc_key *key = SC_NEW(&j->a, struct sc_key, n + 1);
	sc_str rest = sc_rows_text(j->spelled);

	for (size_t i = 0; i < n; i++)
		if (i < j->list.n)
			key[i] = j->list.v[i].key;
		else if (sc_str_cut(&rest, '\n', &key[i].value))
			key[i].kind = SC_STR("doi");
	return sc_lacks_prove(j->made, key, n, j->memory, out, &j->walk, e);
}

struct removing {
	struct job *j;
	struct sc_output *out;
};

static int removed_seen(void *with, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct removing *r = with;

	if (l->kind != 'R' || !sc_tombs_says(r->j->taken, l->field[0], NULL))
		return SC_OK;
	SC_TRY(sc_write(r->out, l->raw, e));
	return sc_write(r->out, SC_STR("\n"), e);
}

static int removed(struct job *j, struct sc_output *out, struct sc_err *e)
{
	struct removing r = { .j = j, .out = out };
	struct sc_walk again;

	return sc_manifest_walk(j->manifest, removed_seen, &r, &again, e);
}

static int delta(struct job *j, struct sc_output *out, struct sc_err *e)
{
	const sc_str path[2] = { j->manifest, j->made };
	struct sc_delta d;

	return sc_delta_make(path, j->memory, out, &d, e);
}

static int log_add(struct job *j, struct sc_err *e)
{
	const struct sc_walk *w = &j->walk;
	struct sc_version v = { .records = w->t.records };

	memcpy(v.record_root, w->t.record_root, 32);
	memcpy(v.key_root, w->t.key_root, 32);
	memcpy(v.manifest, w->file, 32);
	v.operation = sc_fmt(&j->a, "recall %.*s", SC_ARG(digest_text(&j->a, j->list.digest)));
	return sc_log_add_version(j->conf.log, &v, false, &j->a, e);
}

static bool same_folder(struct job *j, sc_str a, sc_str b)
{
	struct stat x, y;

	return !stat(sc_cstr(&j->a, a), &x) && !stat(sc_cstr(&j->a, b), &y) &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static int elsewhere(struct job *j, struct sc_err *e)
{
	bool same = same_folder(j, j->conf.outdir, sc_path_dir(&j->a, j->manifest));

	for (int i = 0; i < j->nshard && !same; i++)
		same = same_folder(j, j->conf.outdir,
		                   sc_path_dir(&j->a, sc_str_c(j->shard[i])));
	return same ? sc_fail(e,
	                      "-O %.*s: the corpus lies there: say another folder, so that it stays as it was until the new one was looked at",
	                      SC_ARG(j->conf.outdir))
	            : SC_OK;
}

static int corpus_anew(struct job *j, struct sc_err *e)
{
	SC_TRY(run(j, e));
	SC_TRY(written(j, "removed.txt", removed, e));
	SC_TRY(written(j, "absent.proof", proofs, e));
	SC_TRY(written(j, "delta", delta, e));
	printf("written: %ju records, %.*s, record-root %.*s\n", (uintmax_t)j->walk.t.records,
	       SC_ARG(sc_escape(&j->a, j->made)),
	       SC_ARG(digest_text(&j->a, j->walk.t.record_root)));
	return j->conf.log.n ? log_add(j, e) : SC_OK;
}

/* ---- all of it ---- */

static int look(struct job *j, struct sc_err *e)
{
	if (j->trust.key.n || j->trust.signers.n) {
		sc_str who = { NULL, 0 };

		SC_TRY(sc_signed(j->list_path, SC_STR(""), &j->trust, &j->a, &who, e));
		if (who.n)
			printf("list signed by %.*s\n", SC_ARG(sc_escape(&j->a, who)));
	}
	SC_TRY(sc_recall_read(&j->list, j->list_path, e));
	j->reach = sc_reach_new(&j->list, j->memory);
	SC_TRY(sc_reach_add(j->reach, j->manifest, e));
	for (size_t i = 0; i < j->conf.derived.n; i++)
		SC_TRY(sc_reach_add(j->reach, sc_manifest_at(&j->a, j->conf.derived.v[i]), e));
	SC_TRY(sc_reach_end(j->reach, e));
	j->taken = sc_reach_taken(j->reach);
	return SC_OK;
}

static int recall(struct job *j, int *status, struct sc_err *e)
{
	SC_TRY(look(j, e));
	if (!j->conf.check) {
		struct stat st;

		if (j->conf.outdir.n)
			SC_TRY(elsewhere(j, e));
		j->fresh = j->conf.outdir.n && stat(sc_cstr(&j->a, j->conf.outdir), &st);
		j->lines = sc_rows_new(0, j->memory);
		j->spelled = sc_rows_new(0, j->memory / 4);
	}
	SC_TRY(manifest_again(j, e));
	say_lines(j);
	SC_TRY(say_derived(j, status, e));
	return j->conf.check ? SC_OK : corpus_anew(j, e);
}

static void job_free(struct job *j, bool ok)
{
	if (!ok && j->fresh) /* what is not empty stays */
		rmdir(sc_cstr(&j->a, j->conf.outdir));
	sc_reach_free(j->reach);
	sc_recall_list_free(&j->list);
	sc_rows_free(j->lines);
	sc_rows_free(j->spelled);
	sc_buf_free(&j->b);
	sc_arena_free(&j->a);
}

static int misuse(const struct job *j, int argc, int first, struct sc_err *e)
{
	if (argc - first < 2)
		return sc_fail(
		        e,
		        "recall: say the list and the corpus's manifest, as in `scope recall back.txt corpus/manifest.scm -O kept/`");
	if (!j->conf.check && !j->conf.outdir.n == !j->conf.output.n)
		return sc_fail(
		        e,
		        "recall: say where the new corpus goes, -O FOLDER or -o FILE; --check only looks");
	if (j->conf.check && j->conf.log.n)
		return sc_fail(e, "recall: --check makes no version that could go into --log");
	return SC_OK;
}

static int recall_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_recall;
	struct job j = { .nshard = 0 };
	struct sc_optset set[] = { { opts, &j.conf }, { sc_trust_opts, &j.trust } };
	const struct sc_opt *tables[] = { opts, sc_trust_opts };
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, &j.a, &help, e), status = 0, rc = SC_FAIL;

	if (help) {
		sc_help_print("scope recall", &cmd_recall.card, cmd_recall.synopsis, tables, 2);
		rc = SC_OK;
	} else if (first >= 0 && misuse(&j, argc, first, e) == SC_OK) {
		j.list_path = sc_str_c(argv[first]);
		j.manifest = sc_manifest_at(&j.a, sc_str_c(argv[first + 1]));
		j.shard = argv + first + 2;
		j.nshard = argc - first - 2;
		j.memory = j.conf.memory ? (size_t)j.conf.memory : 16 << 20;
		rc = recall(&j, &status, e);
		fflush(stdout);
	}
	job_free(&j, rc == SC_OK);
	return rc == SC_OK ? status : 2;
}

extern const struct sc_cmd cmd_recall;
const struct sc_cmd cmd_recall = {
	.card = { .name = "recall",
	          .about =
	                  "take records back: a corpus without them, tombstones, proofs that they are gone",
	          .more = "LIST has a line for each thing that is taken back: an identity (sha256:HEX), a URL, a DOI or a host, or cid: url: doi: host: site: "
	                  "before it, and a reason behind a TAB.  With --key or --signers it must be signed in LIST.sig.  What was split from a "
	                  "record that is taken back goes with it.  A folder stands for the manifest.scm in it.\n\nThe corpus itself stays as it is.  The new shards have the bytes of the old ones without those "
	                  "records; the new manifest says what the old one said of the rest, and has an X line for each that was taken back, "
	                  "which keeps it out of runs with --tombstones.\n\nWith --derived, exit status 1: one of those corpora is hit; 3: none is, but of one it is "
	                  "not known.  scope-recall(7) has the formats.",
	          .example =
	                  "echo shop.example.com > back.txt && scope recall back.txt open/manifest.scm -O kept",
	          .opts = opts },
	.synopsis =
	        "[--check] [-O DIR|-o FILE] [--derived MANIFEST]... [--key FILE|--signers FILE] LIST MANIFEST [SHARD...]",
	.family = SC_PROVE,
	.shared = sc_trust_opts,
	.main = recall_main,
};
