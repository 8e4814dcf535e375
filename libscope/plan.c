/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.c -- from words and options to stages, and the whole of a run in order.
 *
 * A filter that names tags which no step before it has made gets their taggers put before it, quiet
 * ones: their tags go into the manifest, not into the output.
 */
#include "engine.h"
#include "packer.h"

#include <scope/digest.h>
#include <scope/text.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define AT(field) offsetof(struct sc_run_conf, field)
/* clang-format off */
const struct sc_opt sc_run_opts[] = {
	{ "output", "FILE", "write one output; x-%05d.tar with --shard-size or --shard-records writes many", AT(output), 'o', SC_OPT_STR },
	{ "output-dir", "DIR", "write one output per input shard, under its own name", AT(outdir), 'O', SC_OPT_STR },
	{ "to", "FORMAT", "output format: jsonl, tar, zip, warc, tsv, frame", AT(to), 0, SC_OPT_STR },
	{ "from", "FORMAT", "input format, when its content does not say", AT(from), 0, SC_OPT_STR },
	{ "codec", "CODEC", "input compression, or none, when its content does not say", AT(codec), 0, SC_OPT_STR },
	{ "as", "NAME", "what to call standard input", AT(as), 0, SC_OPT_STR },
	{ "manifest", "FILE", "where the manifest goes", AT(manifest), 0, SC_OPT_STR },
	{ "no-manifest", NULL, "write none; with --to frame: spare the digests that one would need", AT(no_manifest), 0, SC_OPT_FLAG },
	{ "dropped", "FILE", "where dropped records go, with their reasons", AT(dropped), 0, SC_OPT_STR },
	{ "rejects", "FILE", "where spoilt records go, as JSONL", AT(rejects), 0, SC_OPT_STR },
	{ "max-bad", "N|P%", "rejected records that still make exit status 0 (default 0)", AT(max_bad), 0, SC_OPT_STR },
	{ "undecided", "drop|keep|reject", "what becomes of records that an expression cannot decide (default drop)", AT(undecided), 0, SC_OPT_CHOICE },
	{ "tags", "inband|sidecar|none", "where tags are written (default inband)", AT(tags), 0, SC_OPT_CHOICE },
	{ "tag-key", "NAME", "JSON member that holds tags (default scope)", AT(tag_key), 0, SC_OPT_STR },
	{ "in-band", NULL, "believe tags found in the input; the manifest says in-band", AT(in_band), 0, SC_OPT_FLAG },
	{ "group", "sample|directory|archive|paper|none", "what makes a record of an archive's members (default sample)", AT(group), 0, SC_OPT_CHOICE },
	{ "text-field", "FIELD", "JSON member that is the payload", AT(text_field), 0, SC_OPT_STR },
	{ "strict", NULL, "reject JSON records that have any key twice", AT(strict), 0, SC_OPT_FLAG },
	{ "shard-size", "SIZE", "begin another output past so many plain bytes", AT(shard_bytes), 0, SC_OPT_SIZE },
	{ "shard-records", "N", "begin another output past so many records", AT(shard_records), 0, SC_OPT_NUM },
	{ "level", "N", "compression level", AT(level), 0, SC_OPT_NUM },
	{ "max-record", "SIZE", "a larger record is rejected (default 64MiB)", AT(max_record), 0, SC_OPT_SIZE },
	{ "tombstones", "LIST", "refuse records that were taken back, and what was made of them: X lines, or a manifest that has some", AT(tombstones), 0, SC_OPT_LIST },
	{ "charter", "FILE", "give outputs their names only when this charter's gate passes", AT(charter), 0, SC_OPT_STR },
	{ "charter-key", "FILE", "the public key whose signature makes the charter's waivers count", AT(charter_key), 0, SC_OPT_STR },
	{ "quarantine", "DIR", "with --charter: where outputs go otherwise", AT(quarantine), 0, SC_OPT_STR },
	{ "memory", "SIZE", "for sorting the manifest, before it spills to TMPDIR (default 16MiB)", AT(memory), 0, SC_OPT_SIZE },
	{ "jobs", "N", "threads (default: one a core)", AT(threads), 'j', SC_OPT_NUM },
	{ "summary", NULL, "say at the end what went through each step", AT(summary), 0, SC_OPT_FLAG },
	{ "quiet", NULL, "no progress, and no lines about spoilt records", AT(quiet), 'q', SC_OPT_FLAG },
	{ "debug", NULL, "say at the end what memory was asked for", AT(debug), 0, SC_OPT_FLAG },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};
/* clang-format on */

int sc_plan_new(struct sc_plan **out, const struct sc_run_conf *conf, struct sc_err *e)
{
	struct sc_plan *p;

	if (conf->output.n && conf->outdir.n)
		return sc_fail(e, "-o and -O do not go together");
	p = calloc(1, sizeof *p);
	if (!p)
		sc_oom();
	p->conf = *conf;
	if (!p->conf.max_record)
		p->conf.max_record = 64 << 20;
	if (!p->conf.memory)
		p->conf.memory = 16 << 20;
	if (!p->conf.tag_key.n)
		p->conf.tag_key = SC_STR("scope");
	p->undecided = sc_str_eq(conf->undecided, SC_STR("keep"))	 ? SC_UNDECIDED_KEEP
		       : sc_str_eq(conf->undecided, SC_STR("reject")) ? SC_UNDECIDED_REJECT
								      : SC_UNDECIDED_DROP;
	p->style = (struct sc_style){ .tag_key = p->conf.tag_key,
				      .tags = sc_str_eq(conf->tags, SC_STR("sidecar")) ? SC_TAGS_SIDECAR
					      : sc_str_eq(conf->tags, SC_STR("none")) ? SC_TAGS_NONE
										       : SC_TAGS_INBAND };
	*out = p;
	return SC_OK;
}

/* ---- stages ---- */

static int stage_make(struct sc_plan *p, struct stage *g, const struct sc_filter *f, const void *conf,
		      sc_str operand, bool quiet, struct sc_err *e)
{
	sc_str opts, word;

	*g = (struct stage){ .f = f, .quiet = quiet };
	g->me = (struct sc_maker){ .name = f->card.name, .quiet = quiet, .revision = f->card.revision };
	g->conf = SC_NEW(&p->arena, char, f->card.conf + 1);
	if (conf)
		memcpy(g->conf, conf, f->card.conf);
	opts = sc_opt_show(&p->arena, f->card.opts, g->conf);
	word = operand.n ? sc_quote(&p->arena, operand) : SC_STR("");
	g->args = sc_fmt(&p->arena, "%.*s%s%.*s%s%s", (int)opts.n, opts.p, opts.n && word.n ? " " : "", (int)word.n,
			 word.p, quiet && (opts.n || word.n) ? " " : "", quiet ? "--quiet" : "");
	operand = sc_strdup(&p->arena, operand);
	return f->load ? f->load(g->conf, operand, &p->arena, &g->me, e) : SC_OK;
}

int sc_plan_filter(struct sc_plan *p, const struct sc_filter *f, const void *conf, sc_str operand, bool quiet,
		   struct sc_err *e)
{
	struct stage *v = SC_NEW(&p->arena, struct stage, p->nstage + 1);

	if (p->nstage)
		memcpy(v, p->stage, p->nstage * sizeof *v);
	p->stage = v;
	SC_TRY(stage_make(p, &v[p->nstage], f, conf, operand, quiet, e));
	p->nstage++;
	return SC_OK;
}

struct quiet {
	bool on;
};
static const struct sc_opt quiet_opts[] = {
	{ "quiet", NULL, "tags go into the manifest, not into the output", 0, 0, SC_OPT_FLAG },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
};

/* Words after the plug-ins' names: their options and operands. */
static int stage_options(struct sc_plan *p, const struct sc_filter *const *f, void **conf, size_t nf,
			 const sc_str *words, size_t n, sc_str *operand, bool *quiet, struct sc_err *e)
{
	struct sc_optset *set = SC_NEW(&p->arena, struct sc_optset, nf + 1);
	char **argv = SC_NEW(&p->arena, char *, n + 1);
	struct quiet q = { false };
	bool help = false;
	int first;

	for (size_t i = 0; i < nf; i++)
		set[i] = (struct sc_optset){ f[i]->card.opts, conf[i] };
	set[nf] = (struct sc_optset){ quiet_opts, &q };
	for (size_t i = 0; i < n; i++)
		argv[i] = sc_cstr(&p->arena, words[i]);
	first = sc_opt_parse(set, nf + 1, (int)n, argv, &p->arena, &help, e);
	if (first < 0)
		return SC_FAIL;
	if (help)
		return sc_fail(e, "%s: --help belongs to the command, not to a stage", f[0]->card.name);
	*quiet = q.on;
	*operand = first < (int)n ? sc_str_c(argv[first++]) : SC_STR("");
	if (first < (int)n)
		return sc_fail(e, "%s: '%s' is one word too many; quote what belongs together", f[0]->card.name,
			       argv[first]);
	if (f[0]->operand && !operand->n)
		return sc_fail(e, "%s: it takes %s", f[0]->card.name, f[0]->operand);
	if (!f[0]->operand && operand->n)
		return sc_fail(e, "%s: it takes no '%.*s'", f[0]->card.name, SC_ARG(*operand));
	return SC_OK;
}

static int stage_filters(struct sc_plan *p, const struct sc_filter *const *f, size_t nf, const sc_str *words,
			 size_t n, struct sc_err *e)
{
	void **conf = SC_NEW(&p->arena, void *, nf);
	sc_str operand = { NULL, 0 };
	bool quiet = false;

	for (size_t i = 0; i < nf; i++)
		conf[i] = SC_NEW(&p->arena, char, f[i]->card.conf + 1);
	SC_TRY(stage_options(p, f, conf, nf, words, n, &operand, &quiet, e));
	for (size_t i = 0; i < nf; i++)
		SC_TRY(sc_plan_filter(p, f[i], conf[i], operand, quiet, e));
	return SC_OK;
}

int sc_taggers_named(struct sc_arena *a, sc_str names, const struct sc_filter ***out, size_t *n, struct sc_err *e)
{
	sc_str one;

	*out = SC_NEW(a, const struct sc_filter *, names.n + 1);
	*n = 0;
	while (sc_str_cut(&names, ',', &one)) {
		const struct sc_filter *f = sc_tagger_named(sc_str_trim(one));

		if (!f)
			return sc_fail(e, "no tagger '%.*s'; `scope list taggers` shows them", SC_ARG(one));
		(*out)[(*n)++] = f;
	}
	return SC_OK;
}

int sc_plan_stage(struct sc_plan *p, const sc_str *words, size_t n, struct sc_err *e)
{
	const struct sc_filter *one, **many = &one;
	size_t nf = 1;

	if (!n)
		return sc_fail(e, "a stage is empty");
	one = sc_select_named(words[0]);
	if (!one && sc_str_eq(words[0], SC_STR("hash")))
		one = sc_tagger_named(words[0]);
	if (!one && (sc_str_eq(words[0], SC_STR("tag")) || sc_str_eq(words[0], SC_STR("split")))) {
		if (n < 2)
			return sc_fail(e, "%.*s: say which, as in `tag licence,media`, `split figures`", SC_ARG(words[0]));
		if (*words[0].p == 't')
			SC_TRY(sc_taggers_named(&p->arena, words[1], &many, &nf, e));
		else if (!(one = sc_splitter_named(words[1])))
			return sc_fail(e, "split: no '%.*s'; `scope list filters` shows what can be split", SC_ARG(words[1]));
		words++;
		n--;
	} else if (!one) {
		return sc_fail(e, "'%.*s' is no stage; there are tag, hash, split, filter, dedup, sample (`scope list filters`)",
			       SC_ARG(words[0]));
	}
	return stage_filters(p, many, nf, words, n, e);
}

int sc_plan_stages(struct sc_plan *p, sc_str text, struct sc_err *e)
{
	bool bar = true;

	while (bar) {
		sc_str *words;
		size_t n;

		SC_TRY(sc_words(&p->arena, &text, &words, &n, &bar, e));
		SC_TRY(sc_plan_stage(p, words, n, e));
	}
	return SC_OK;
}

int sc_plan_shard(struct sc_plan *p, sc_str path, struct sc_err *e)
{
	struct shard *s;

	if (p->nshard % 64 == 0) {
		struct shard *v = realloc(p->shard, (p->nshard + 64) * sizeof *v);

		if (!v)
			sc_oom();
		p->shard = v;
	}
	if (!path.n)
		return sc_fail(e, "a shard has an empty name");
	s = &p->shard[p->nshard++];
	*s = (struct shard){ .path = path, .as = path };
	if (sc_str_eq(path, SC_STR("-")))
		s->as = p->conf.as.n ? p->conf.as : SC_STR("-");
	return SC_OK;
}

void sc_plan_sink(struct sc_plan *p, sc_each *each, void *with)
{
	p->each = each;
	p->with = with;
}

void sc_plan_tap(struct sc_plan *p, sc_each *each, void *with)
{
	p->tap = each;
	p->tap_with = with;
}

void sc_plan_claims(struct sc_plan *p, sc_claim *claim, void *with)
{
	p->claim = claim;
	p->claim_with = with;
}

void sc_plan_last(struct sc_plan *p, int (*last)(void *with, const struct sc_plan *p, struct sc_err *e), void *with)
{
	p->last = last;
	p->last_with = with;
}

void sc_plan_head(struct sc_plan *p, sc_str key, sc_str value)
{
	sc_str(*v)[2] = sc_zalloc(&p->arena, sizeof *v, p->nheads + 1);

	if (p->nheads)
		memcpy(v, p->heads, p->nheads * sizeof *v);
	v[p->nheads][0] = sc_strdup(&p->arena, key);
	v[p->nheads++][1] = sc_strdup(&p->arena, value);
	p->heads = v;
}

void sc_plan_sink_blind(struct sc_plan *p)
{
	p->each_blind = true;
}

void sc_plan_manifest_only(struct sc_plan *p)
{
	p->manifest_only = true;
}

/* ---- made ready ---- */

static bool names_key(const char *emits, sc_str key)
{
	sc_str rest = sc_str_c(emits), one;

	while (sc_str_cut(&rest, ' ', &one))
		if (sc_str_eq(one, key))
			return true;
	return false;
}

static bool made_before(const struct sc_plan *p, const struct stage *v, size_t n, const struct sc_filter *f)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].f == f)
			return true;
	for (size_t i = 0; i < p->prev.nstep; i++)
		if (sc_str_eq(p->prev.step[i].name, sc_str_c(f->card.name)))
			return true;
	return false;
}

static const struct sc_filter *emitter(sc_str key)
{
	for (size_t i = 0; sc_filters[i]; i++)
		if (sc_filters[i]->emits && names_key(sc_filters[i]->emits, key))
			return sc_filters[i];
	return NULL;
}

/* Puts the taggers that a stage needs before it. */
static int insert_quiet(struct sc_plan *p, struct sc_err *e)
{
	size_t most = 0, n = 0;
	struct stage *v;

	while (sc_filters[most])
		most++;
	v = SC_NEW(&p->arena, struct stage, p->nstage * (most + 1) + 1);
	for (size_t i = 0; i < p->nstage; i++) {
		const struct sc_filter *f = p->stage[i].f;
		const char *key;

		for (size_t k = 0; f->needs && (key = f->needs(p->stage[i].conf, k)); k++) {
			const struct sc_filter *t = emitter(sc_str_c(key));

			if (!t || p->conf.in_band || made_before(p, v, n, t))
				continue;
			SC_TRY(stage_make(p, &v[n], t, NULL, SC_STR(""), true, e));
			n++;
		}
		v[n++] = p->stage[i];
	}
	for (size_t i = 0; i < n; i++)
		v[i].me.quiet = v[i].quiet;
	p->stage = v;
	p->nstage = n;
	for (p->nparallel = 0; p->nparallel < n && !(v[p->nparallel].f->flags & SC_SERIAL);)
		p->nparallel++;
	return SC_OK;
}

/* Frames say what was done to them before; the first shard is opened for it. */
static int look_at_first(struct sc_plan *p, struct sc_err *e)
{
	struct shard *s = p->shard;

	if (!p->nshard)
		return SC_OK;
	/* The bytes as stored are hashed for manifests and for frames, whose trailer takes it to one. */
	for (size_t i = 0; i < p->nshard; i++)
		p->shard[i].conf.hash_stored = p->wants_manifest || p->manifest_only ||
					       (sc_str_eq(p->conf.to, SC_STR("frame")) && !p->conf.no_manifest);
	for (size_t i = 0; i < p->nshard; i++)
		if (p->shard[i].conf.hash_stored)
			p->shard[i].conf.stored_sha = sc_sha256_new_later();
	s->opened = true;
	if (sc_source_open(&s->src, s->path, s->as, p->conf.from, p->conf.codec, &s->conf, e) < 0)
		return SC_FAIL;
	s->reader = s->src.reader;
	p->is_frame = s->chain.is_frame;
	if (p->is_frame) /* the shards that count are those named in the trailer */
		for (size_t i = 0; i < p->nshard; i++)
			p->shard[i].conf.hash_stored = false;
	if (p->is_frame)
		sc_input_hash_stored(s->src.in, false);
	p->prev = s->chain.head;
	return SC_OK;
}

static int parse_max_bad(struct sc_plan *p, struct sc_err *e)
{
	sc_str s = p->conf.max_bad;
	bool percent = sc_str_ends(s, SC_STR("%"));
	char text[32], *end;

	if (!s.n)
		return SC_OK;
	if (s.n >= sizeof text)
		return sc_fail(e, "--max-bad takes a count or a share such as 0.1%%");
	memcpy(text, s.p, s.n);
	text[s.n - percent] = 0;
	p->max_bad = strtod(text, &end);
	if (*end || !isfinite(p->max_bad) || p->max_bad < 0)
		return sc_fail(e, "--max-bad takes a count or a share such as 0.1%%, not '%.*s'", SC_ARG(s));
	if (percent)
		p->max_bad = -p->max_bad / 100; /* a share is kept as a negative number */
	return SC_OK;
}

static int place_manifest(struct sc_plan *p)
{
	sc_str out = p->conf.output;

	if (p->conf.manifest.n) {
		p->manifest_path = p->conf.manifest;
	} else if (p->conf.no_manifest) {
		return SC_OK;
	} else if (p->conf.outdir.n) {
		p->manifest_path = sc_fmt(&p->arena, "%.*s/manifest.scm", SC_ARG(p->conf.outdir));
	} else if (sc_str_ends(out, SC_STR("/"))) {
		p->manifest_path = sc_fmt(&p->arena, "%.*smanifest.scm", SC_ARG(out));
	} else if (out.n && !sc_str_eq(out, SC_STR("-")) && !sc_str_starts(out, SC_STR("/dev/"))) {
		p->manifest_path = sc_fmt(&p->arena, "%.*s.scm", SC_ARG(out));
	}
	p->wants_manifest = p->manifest_path.n > 0;
	return SC_OK;
}

static int same_output_twice(struct sc_plan *p, struct sc_err *e)
{
	for (size_t i = 0; i < p->nshard; i++) {
		struct stat st, out;
		char *path = sc_cstr(&p->arena, p->shard[i].path);

		p->shard[i].conf = (struct sc_read_conf){ .text_field = p->conf.text_field,
							  .tag_key = p->conf.tag_key,
							  .group = p->conf.group,
							  .strict = p->conf.strict,
							  .in_band = p->conf.in_band,
							  .hash_plain = p->manifest_only,
							  .max_record = p->conf.max_record,
							  .chain = &p->shard[i].chain };
		p->shard[i].chain.a = SC_NEW(&p->arena, struct sc_arena, 1);
		if (!stat(path, &st)) {
			p->shard[i].size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
			p->shard[i].conf.stored = p->shard[i].size;
			if (p->conf.output.n && !p->each && S_ISREG(st.st_mode) && !stat(sc_cstr(&p->arena, p->conf.output), &out) &&
			    st.st_dev == out.st_dev && st.st_ino == out.st_ino)
				return sc_fail(e, "%.*s: it is both input and output", SC_ARG(p->shard[i].as));
		}
	}
	return SC_OK;
}

static int same_names(struct sc_plan *p, struct sc_err *e)
{
	if (!p->conf.outdir.n)
		return SC_OK;
	for (size_t i = 0; i < p->nshard; i++)
		for (size_t k = 0; k < i; k++) {
			sc_str a = p->shard[i].as, b = p->shard[k].as;

			if (sc_str_eq(sc_path_name(a), sc_path_name(b)))
				return sc_fail(e, "%.*s and %.*s would both be written under one name in -O", SC_ARG(b),
					       SC_ARG(a));
		}
	return SC_OK;
}

/* May payloads stay undecoded?  Dropped records are of no use so where somebody looks at them. */
static bool lazy(const struct sc_plan *p)
{
	bool blind = p->each && p->each_blind;

	if (p->wants_digest || p->conf.dropped.n)
		return false;
	for (size_t i = 0; i < p->nstage; i++)
		blind &= (p->stage[i].f->flags & SC_BLIND) != 0;
	return blind || (p->nstage && p->stage[0].f->flags & SC_LAZY);
}

/* Archives are grouped as the split wants them when nobody says otherwise. */
static void split_groups(struct sc_plan *p)
{
	for (size_t i = 0; i < p->nstage && !p->conf.group.n; i++)
		for (size_t k = 0; p->stage[i].f->group && k < p->nshard; k++)
			p->shard[k].conf.group = sc_str_c(p->stage[i].f->group);
}

int plan_ready(struct sc_plan *p, struct sc_err *e)
{
	SC_TRY(parse_max_bad(p, e));
	SC_TRY(place_manifest(p));
	SC_TRY(same_output_twice(p, e));
	split_groups(p);
	SC_TRY(same_names(p, e));
	SC_TRY(look_at_first(p, e));
	SC_TRY(refuse_stages(p, e));
	SC_TRY(insert_quiet(p, e));
	p->bare = p->is_frame ? p->prev.bare : sc_str_eq(p->conf.to, SC_STR("frame")) && p->conf.no_manifest;
	if (p->bare && (p->wants_manifest || p->manifest_only))
		return sc_fail(e, "%.*s: its frames have no digests, so no manifest can be made: leave out --no-manifest where they "
				  "begin, or give it here too", SC_ARG(p->shard[0].as));
	p->wants_digest = !p->bare && (p->wants_manifest || sc_str_eq(p->conf.to, SC_STR("frame")) || p->manifest_only || p->is_frame);
	for (size_t i = 0; i < p->nshard; i++)
		p->shard[i].conf.lazy = lazy(p);
	p->style.chain = &p->chain;
	account_head(p);
	return gate_begin(p, e);
}

/* ---- the whole run ---- */

static int frames_whole(struct sc_plan *p, struct sc_err *e)
{
	struct sc_buf first = { 0 }, other = { 0 };
	int rc = SC_OK;

	for (size_t i = 0; p->is_frame && i < p->nshard && rc == SC_OK; i++) {
		struct shard *s = &p->shard[i];

		if (!s->chain.whole)
			rc = sc_fail(e, "%.*s: its trailer is missing", SC_ARG(s->as));
		sc_buf_clear(&other);
		sc_chain_put(i ? &other : &first, &s->chain.head);
		if (i && !sc_str_eq(sc_buf_str(&first), sc_buf_str(&other)))
			rc = sc_fail(e, "%.*s: its records went through other steps than those before it", SC_ARG(s->as));
	}
	sc_buf_free(&first);
	sc_buf_free(&other);
	if (rc == SC_OK && p->is_frame)
		account_frames(p);
	return rc;
}

static int finish(struct sc_plan *p, struct sc_err *e)
{
	bool refused = false;

	SC_TRY(flow_end(p, e));
	SC_TRY(frames_whole(p, e));
	account_steps(p);
	SC_TRY(account_check(p, e));
	SC_TRY(sink_end(p, e));
	if (p->wants_manifest)
		SC_TRY(account_manifest(p, e));
	if (p->last)
		SC_TRY(p->last(p->last_with, p, e));
	SC_TRY(gate_end(p, &refused, e));
	SC_TRY(sink_commit(p, e));
	return refused ? SC_FAIL : SC_OK; /* what was kept aside stays there */
}

static bool too_many_bad(const struct sc_plan *p)
{
	double allowed = p->max_bad < 0 ? -p->max_bad * (double)(p->nin + p->nmade) : p->max_bad;

	return p->damaged || (double)p->nrejected > allowed;
}

static int run_all(struct sc_plan *p, struct sc_err *e)
{
	SC_TRY(plan_ready(p, e));
	SC_TRY(survey(p, e));
	p->nthreads = pump_threads(p);
	p->packer = packer_new();
	SC_TRY(sink_open(p, e));
	if (p->wants_manifest)
		SC_TRY(sc_manifest_begin(&p->mw, p->conf.memory, e));
	SC_TRY(flow_open(p, e));
	SC_TRY(pump(p, e));
	progress(p, true);
	return finish(p, e);
}

static void say_debug(const struct sc_plan *p)
{
	fprintf(stderr, "scope: debug: %ju records, %ju blocks asked of malloc\n", (uintmax_t)p->nin,
		(uintmax_t)sc_malloc_count());
}

static void say_summary(const struct sc_plan *p)
{
	fprintf(stderr, "%-4s %-20s %12s %12s %12s %12s %12s\n", "", "step", "in", "kept", "dropped", "rejected",
		"undecided");
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct sc_step *s = &p->steps[i];

		fprintf(stderr, "%04zu %-20.*s %12ju %12ju %12ju %12ju %12ju\n", i + 1, SC_ARG(s->name),
			(uintmax_t)s->in, (uintmax_t)s->kept, (uintmax_t)s->dropped, (uintmax_t)s->rejected,
			(uintmax_t)s->undecided);
	}
	if (p->wants_manifest)
		fprintf(stderr, "manifest: %.*s\n", SC_ARG(p->manifest_path));
}

int sc_run(struct sc_plan *p, struct sc_err *e)
{
	int rc = run_all(p, e);

	flow_close(p);
	if (rc < 0) {
		progress(p, true);
		sink_abandon(p);
		packer_free(p->packer);
		return SC_FAIL;
	}
	sink_abandon(p); /* nothing is left in it: frees */
	packer_free(p->packer);
	if (p->conf.summary)
		say_summary(p);
	if (p->conf.debug)
		say_debug(p);
	return too_many_bad(p) ? SC_BAD : SC_OK;
}

void sc_run_summary(const struct sc_plan *p, struct sc_summary *s)
{
	*s = (struct sc_summary){ .in = p->nin,
				  .kept = p->nkept,
				  .dropped = p->ndropped,
				  .rejected = p->nrejected,
				  .bytes_out = p->bytes_out,
				  .records = p->totals.records,
				  .nstep = p->nsteps,
				  .step = p->steps,
				  .manifest = p->manifest_path };
	memcpy(s->record_root, p->totals.record_root, 32);
	for (size_t i = 0; i < p->nshard; i++)
		s->bytes_in += p->shard[i].in.bytes;
	for (size_t i = 0; i < p->nsteps; i++)
		s->undecided += p->steps[i].undecided;
}

const struct sc_shard_out *sc_run_outs(const struct sc_plan *p, size_t *n)
{
	*n = p->nouts;
	return p->outs;
}

size_t sc_run_ins(const struct sc_plan *p)
{
	return p->nshard;
}

const struct sc_shard_in *sc_run_in(const struct sc_plan *p, size_t i)
{
	return &p->shard[i].in;
}

void sc_plan_free(struct sc_plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->nstage; i++)
		if (p->stage[i].f->unload && !p->stage[i].borrowed)
			p->stage[i].f->unload(p->stage[i].conf);
	for (size_t i = 0; i < p->nshard; i++) {
		if (p->shard[i].src.in) /* opened to be looked at, and then the run never began */
			sc_source_close(&p->shard[i].src);
		sc_sha256_free(p->shard[i].conf.stored_sha);
		if (p->shard[i].chain.a)
			sc_arena_free(p->shard[i].chain.a);
	}
	sc_manifest_free(p->mw);
	gate_free(p);
	free(p->shard);
	free(p->outs);
	sc_arena_free(&p->scratch);
	sc_arena_free(&p->arena);
	free(p);
}
