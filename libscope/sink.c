/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sink.c -- where records end up: outputs and their names, the dropped, the rejects.
 *
 * Nothing gets its final name here: whole files wait in p->finished until the accounts are checked, then
 * sink_commit renames shards first, the manifest last.
 */
#include "engine.h"

#include <scope/digest.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- names ---- */

/* The codec whose extension the name ends in, or NULL. */
static const struct sc_codec *codec_of(sc_str name)
{
	for (size_t i = 0; sc_codecs[i]; i++)
		if (sc_codecs[i]->ext && sc_str_ends(name, sc_str_c(sc_codecs[i]->ext)))
			return sc_codecs[i];
	return NULL;
}

static sc_str strip(sc_str name, const char *ext)
{
	sc_str x = sc_str_c(ext);

	return name.n > x.n && sc_str_ends(name, x) ? sc_str_head(name, name.n - x.n) : name;
}

static const struct sc_writer *writer_of_name(sc_str name)
{
	const struct sc_codec *c = codec_of(name);
	static const struct {
		sc_str ext, writer;
	} also[] = {
		{ SC_LIT(".json"), SC_LIT("jsonl") },
		{ SC_LIT(".ndjson"), SC_LIT("jsonl") },
		{ SC_LIT(".tgz"), SC_LIT("tar") },
		{ SC_LIT(".wet"), SC_LIT("warc") },
		{ SC_LIT(".wat"), SC_LIT("warc") },
	};

	if (c)
		name = strip(name, c->ext);
	for (size_t i = 0; sc_writers[i]; i++)
		if (sc_writers[i]->ext && sc_str_ends(name, sc_str_c(sc_writers[i]->ext)))
			return sc_writers[i];
	for (size_t i = 0; i < SC_COUNT(also); i++)
		if (sc_str_ends(name, also[i].ext))
			return sc_writer_named(also[i].writer);
	return NULL;
}

/* -O: the shard's own name; another extension when another format is written or its codec cannot be. */
static sc_str name_for_shard(struct sc_plan *p, const struct shard *s, const struct sc_writer *w)
{
	sc_str name = sc_path_name(s->as), stem = name, tail = SC_STR("");
	const struct sc_codec *c = codec_of(name);

	if (writer_of_name(name) == w && (!c || c->pack))
		return name;
	if (c) {
		stem = strip(name, c->ext);
		tail = c->pack ? sc_str_c(c->ext) : tail;
	}
	for (size_t i = 0; sc_writers[i]; i++)
		if (sc_writers[i]->ext)
			stem = strip(stem, sc_writers[i]->ext);
	return sc_fmt(&p->arena, "%.*s%s%.*s", SC_ARG(stem), w->ext, SC_ARG(tail));
}

/* "x-%05d.tar": exactly one %[0][width]d. */
static bool template_split(sc_str t, size_t *at, size_t *len, unsigned *width)
{
	size_t i = sc_str_chr(t, '%'), k = i;

	if (i == SC_NONE)
		return false;
	*width = 0;
	for (k = i + 1; k < t.n && t.p[k] >= '0' && t.p[k] <= '9' && *width < 100; k++)
		*width = *width * 10 + (unsigned)(t.p[k] - '0');
	if (k >= t.n || t.p[k] != 'd' || *width > 18)
		return false;
	*at = i;
	*len = k + 1 - i;
	return true;
}

static sc_str name_for_number(struct sc_plan *p, size_t number)
{
	sc_str t = p->conf.output;
	size_t at, len;
	unsigned width;

	if (sc_str_ends(t, SC_STR("/")))
		return sc_fmt(&p->arena, "%.*s%s", SC_ARG(t), p->asked->folder);
	if (!template_split(t, &at, &len, &width))
		return t;
	return sc_fmt(&p->arena, "%.*s%0*zu%.*s", (int)at, t.p, (int)width, number,
		      (int)(t.n - at - len), t.p + at + len);
}

static bool is_template(const struct sc_plan *p)
{
	size_t at, len;
	unsigned width;

	return template_split(p->conf.output, &at, &len, &width);
}

/* ---- outlets ---- */

static bool to_files(const struct sc_plan *p)
{
	return p->conf.output.n || p->conf.outdir.n;
}

static int outlet_open(struct sc_plan *p, struct outlet *o, sc_str path, const struct sc_writer *w,
		       const struct sc_style *style, struct sc_err *e)
{
	struct sc_err why = { 0 };

	*o = (struct outlet){ .w = w, .style = *style, .path = path, .name = sc_path_name(path) };
	SC_TRY(sc_output_open(&o->out, path, SC_STR(""), (int)p->conf.level, e));
	if (w->member_each)
		sc_output_members(o->out, true);
	if (p->wants_manifest || p->tap)
		sc_output_hash(o->out);
	sc_output_packer(o->out, p->packer, p->nthreads > 1 ? 2 * p->nthreads : 0);
	o->state = calloc(1, w->card.state + 1);
	if (!o->state)
		sc_oom();
	if (w->open && w->open(o->state, &o->style, o->out, &why) < 0)
		return sc_fail(e, "%.*s: %s", SC_ARG(path), why.msg);
	return sidecar_open(p, o, e);
}

static void outlet_drop(struct outlet *o)
{
	if (o->state && o->w->close)
		o->w->close(o->state);
	free(o->state);
	if (o->out)
		sc_output_abandon(o->out);
	if (o->side)
		sc_output_abandon(o->side);
	*o = (struct outlet){ 0 };
}

void finished_add(struct sc_plan *p, struct sc_output *out)
{
	if (p->nfinished % 64 == 0) {
		struct sc_output **v = realloc(p->finished, (p->nfinished + 64) * sizeof *v);

		if (!v)
			sc_oom();
		p->finished = v;
	}
	p->finished[p->nfinished++] = out;
}

static void outs_add(struct sc_plan *p, const struct outlet *o)
{
	struct sc_shard_out *v = realloc(p->outs, (p->nouts + 1) * sizeof *v);

	if (!v)
		sc_oom();
	p->outs = v;
	v[p->nouts] = (struct sc_shard_out){ .path = o->name, .records = o->records };
	sc_output_stat(o->out, &v[p->nouts++].stored);
}

static int outlet_finish(struct sc_plan *p, struct outlet *o, bool listed, struct sc_err *e)
{
	struct sc_err why = { 0 };

	if (!o->out)
		return SC_OK;
	if (o->w->end && o->w->end(o->state, &why) < 0)
		return sc_fail(e, "%.*s: %s", SC_ARG(o->path), why.msg);
	SC_TRY(sc_output_finish(o->out, e));
	p->bytes_out += sc_output_stored(o->out);
	if (listed)
		outs_add(p, o);
	finished_add(p, o->out);
	o->out = NULL;
	if (o->side) {
		SC_TRY(sc_output_finish(o->side, e));
		finished_add(p, o->side);
		o->side = NULL;
	}
	outlet_drop(o);
	return SC_OK;
}

/* ---- which format ---- */

static const struct sc_writer *keeps(const struct sc_reader *r)
{
	return r && r->writes ? sc_writer_named(sc_str_c(r->writes)) : NULL;
}

/* One output keeps one format: the first record's, and all must agree with it. */
static int keep_format(struct sc_plan *p, const struct sc_reader *r, const struct sc_writer **w, struct sc_err *e)
{
	bool frames = p->is_frame && !to_files(p);
	sc_str name;

	*w = p->asked;
	if (*w)
		return SC_OK;
	*w = frames ? sc_writer_named(SC_STR("frame")) : keeps(r);
	if (!*w)
		*w = sc_writer_named(SC_STR("jsonl"));
	if (p->conf.outdir.n)
		return SC_OK;
	name = sc_str_c((*w)->card.name + strlen("write/"));
	if (p->format.n && !sc_str_eq(p->format, name))
		return sc_fail(e, "inputs of several formats (%.*s, %.*s) go into one output: say which with --to",
			       SC_ARG(p->format), SC_ARG(name));
	p->format = name;
	return SC_OK;
}

static int next_outlet(struct sc_plan *p, const struct sc_writer *w, size_t shard, struct sc_err *e)
{
	sc_str path = SC_STR("-");

	if (p->conf.outdir.n)
		path = sc_fmt(&p->arena, "%.*s/%.*s", SC_ARG(p->conf.outdir),
			      SC_ARG(name_for_shard(p, &p->shard[shard], w)));
	else if (p->conf.output.n)
		path = name_for_number(p, p->next_number++);
	return outlet_open(p, &p->now, path, w, &p->style, e);
}

static bool full(const struct sc_plan *p, const struct outlet *o)
{
	if (!is_template(p) || !o->records)
		return false;
	return (p->conf.shard_records && o->records >= p->conf.shard_records) ||
	       (p->conf.shard_bytes && sc_output_off(o->out) >= p->conf.shard_bytes);
}

/* The outlet that a record of this shard goes to. */
static int outlet_for(struct sc_plan *p, const struct sc_record *r, size_t shard, struct sc_err *e)
{
	const struct sc_writer *w;

	SC_TRY(keep_format(p, r ? r->by : p->shard[shard].reader, &w, e));
	if (p->conf.outdir.n && p->now.out && p->outlet_shard != shard)
		SC_TRY(outlet_finish(p, &p->now, true, e));
	if (p->now.out && full(p, &p->now))
		SC_TRY(outlet_finish(p, &p->now, true, e));
	if (p->now.out)
		return SC_OK;
	p->outlet_shard = shard;
	return next_outlet(p, w, shard, e);
}

/* ---- the calls ---- */

/* A format that is a folder goes with -o FOLDER/ and with nothing else. */
static int folder_check(const struct sc_plan *p, struct sc_err *e)
{
	bool is_folder = sc_str_ends(p->conf.output, SC_STR("/")), writes = p->asked && p->asked->folder;
	const char *name = writes ? p->asked->card.name + strlen("write/") : "";

	if (p->each || p->manifest_only)
		return SC_OK;
	if (writes && (!p->conf.output.n || p->conf.outdir.n || is_template(p)))
		return sc_fail(e, "--to %s writes one folder: say which with -o FOLDER/", name);
	if (is_folder && !writes)
		return sc_fail(e, "-o %.*s is a folder: --to imagefolder writes one, -O FOLDER a shard for each that was read",
			       SC_ARG(p->conf.output));
	return SC_OK;
}

int sink_open(struct sc_plan *p, struct sc_err *e)
{
	if (p->conf.to.n && !sc_writer_named(p->conf.to))
		return sc_fail(e, "--to %.*s: no such format; `scope list formats` shows them", SC_ARG(p->conf.to));
	p->asked = p->conf.to.n ? sc_writer_named(p->conf.to) : p->conf.output.n ? writer_of_name(p->conf.output) : NULL;
	if (!p->asked && plan_splits(p) && (to_files(p) || !p->is_frame)) /* what was split out is samples, not in its shard's format */
		p->asked = sc_writer_named(SC_STR("tar"));
	SC_TRY(folder_check(p, e));
	if (p->conf.rejects.n)
		SC_TRY(sc_output_open(&p->rejects, p->conf.rejects, SC_STR(""), 0, e));
	return SC_OK;
}

static void say_once(struct sc_plan *p, const struct sc_reader *r)
{
	sc_str name = sc_str_c(r->card.name + strlen("read/"));

	if (p->said || p->conf.quiet || p->asked || !r->writes || sc_str_eq(name, sc_str_c(r->writes)))
		return;
	fprintf(stderr, "scope: %.*s is read, %s is written (--to to choose)\n", SC_ARG(name), r->writes);
	p->said = true;
}

int sink_shard(struct sc_plan *p, size_t shard, struct sc_err *e)
{
	const struct shard *s = &p->shard[shard];
	bool holds = p->nparallel < p->nstage;
	const struct sc_writer *w;

	if (p->each || p->manifest_only || p->is_frame)
		return SC_OK;
	say_once(p, s->reader);
	SC_TRY(keep_format(p, s->reader, &w, e));
	/* With late deciders, -O files are opened when the records come. */
	return p->conf.outdir.n && holds ? SC_OK : outlet_for(p, NULL, shard, e);
}

static int manifest_add(struct sc_plan *p, struct item *it, sc_str shard, uint64_t off, uint64_t len,
			struct sc_err *e)
{
	if (!p->mw)
		return SC_OK;
	if (p->claim) {
		SC_TRY(p->claim(p->claim_with, it->rec.id, it->from, &it->rline, e));
		sc_merkle_leaf_hash(it->rline, it->leaf);
	}
	if (!it->rline.n) {
		sc_str text = sc_manifest_leaf(&p->scratch, &it->rec);

		sc_sha256_of(text, it->leaf);
		it->rline = sc_str_from(text, 1);
	}
	return sc_manifest_add(p->mw, it->rline, it->leaf, shard, off, len, it->from, e);
}

int sink_keep(struct sc_plan *p, struct item *it, size_t shard, struct sc_err *e)
{
	struct sc_err why = { 0 };
	struct outlet *o = &p->now;
	uint64_t off;
	int rc;

	if (p->each)
		return p->each(p->with, &p->scratch, &it->rec, e);
	if (p->manifest_only)
		return manifest_add(p, it, p->is_frame ? SC_STR("") : sc_path_name(it->rec.from.shard),
				    it->rec.from.off, it->rec.from.len, e);
	SC_TRY(outlet_for(p, &it->rec, shard, e));
	off = sc_output_off(o->out);
	if (it->packed.n)
		sc_output_offer(o->out, it->rec.raw, it->packing, it->packed);
	rc = o->w->put(o->state, &p->scratch, &it->rec, &why);
	if (rc == SC_BAD)
		return sc_bad(e, "%s", why.msg);
	if (rc < 0)
		return sc_fail(e, "%s", why.msg);
	o->records++;
	SC_TRY(manifest_add(p, it, o->name, off, sc_output_off(o->out) - off, e));
	SC_TRY(sidecar_put(p, o, &it->rec, e));
	return sc_output_cut(o->out, e);
}

int sink_drop(struct sc_plan *p, struct item *it, sc_str step, struct sc_err *e)
{
	struct outlet *o = &p->dropped;
	struct sc_err why = { 0 };
	const struct sc_writer *w;
	int rc;

	if (!p->conf.dropped.n)
		return SC_OK;
	if (!o->out) {
		w = writer_of_name(p->conf.dropped);
		if (!w)
			SC_TRY(keep_format(p, it->rec.by, &w, e));
		SC_TRY(outlet_open(p, o, p->conf.dropped, w, &p->style, e));
	}
	o->style.dropped_step = step;
	o->style.dropped_reason = it->reason;
	rc = o->w->put(o->state, &p->scratch, &it->rec, &why);
	if (rc < 0)
		return sc_fail(e, "%.*s: %s", SC_ARG(o->path), why.msg);
	o->records++;
	return sc_output_cut(o->out, e);
}

int sink_flush(struct sc_plan *p, struct sc_err *e)
{
	if (p->now.out)
		SC_TRY(sc_output_flush(p->now.out, e));
	return p->dropped.out ? sc_output_flush(p->dropped.out, e) : SC_OK;
}

/* {"from":{...},"step":"read/jsonl","reason":"...","raw":"base64"} */
int sink_reject(struct sc_plan *p, struct item *it, sc_str step, struct sc_err *e)
{
	const struct sc_origin *f = &it->rec.from;
	struct sc_buf b = { 0 };
	int rc;

	if (!p->rejects)
		return SC_OK;
	sc_buf_add(&b, SC_STR("{\"from\":{\"shard\":"));
	sc_json_put(&b, f->shard);
	sc_buf_fmt(&b, ",\"ordinal\":%ju,\"offset\":%ju,\"length\":%ju},\"step\":", (uintmax_t)f->ordinal,
		   (uintmax_t)f->off, (uintmax_t)f->len);
	sc_json_put(&b, step);
	sc_buf_add(&b, SC_STR(",\"reason\":"));
	sc_json_put(&b, it->reason);
	sc_buf_add(&b, SC_STR(",\"raw\":\""));
	sc_buf_add(&b, sc_base64(&p->scratch, it->rec.raw));
	sc_buf_add(&b, SC_STR("\"}\n"));
	rc = sc_write(p->rejects, sc_buf_str(&b), e);
	sc_buf_free(&b);
	return rc;
}

/* An empty result is a file too: an empty shard of the right format. */
static int empty_outputs(struct sc_plan *p, struct sc_err *e)
{
	if (p->each || p->manifest_only)
		return SC_OK;
	if (p->conf.outdir.n && p->nparallel < p->nstage) {
		for (size_t i = 0; i < p->nshard; i++) {
			bool there = false;

			for (size_t k = 0; k < p->nouts; k++)
				there |= sc_str_eq(p->outs[k].path,
						   name_for_shard(p, &p->shard[i], keeps(p->shard[i].reader)));
			if (!there)
				SC_TRY(outlet_for(p, NULL, i, e));
		}
	}
	if (!p->nouts && !p->now.out && (p->conf.output.n || p->is_frame))
		SC_TRY(outlet_for(p, NULL, 0, e));
	return SC_OK;
}

int sink_end(struct sc_plan *p, struct sc_err *e)
{
	if (!p->conf.outdir.n || p->nparallel == p->nstage) {
		SC_TRY(empty_outputs(p, e));
		SC_TRY(outlet_finish(p, &p->now, to_files(p), e));
	} else {
		SC_TRY(outlet_finish(p, &p->now, true, e));
		SC_TRY(empty_outputs(p, e));
		SC_TRY(outlet_finish(p, &p->now, true, e));
	}
	SC_TRY(outlet_finish(p, &p->dropped, false, e));
	if (p->rejects) {
		SC_TRY(sc_output_finish(p->rejects, e));
		finished_add(p, p->rejects);
		p->rejects = NULL;
	}
	return SC_OK;
}

int sink_commit(struct sc_plan *p, struct sc_err *e)
{
	for (size_t i = 0; i < p->nfinished; i++)
		SC_TRY(sc_output_commit(p->finished[i], e));
	for (size_t i = 0; i < p->nfinished; i++)
		sc_output_free(p->finished[i]);
	p->nfinished = 0;
	return SC_OK;
}

void sink_abandon(struct sc_plan *p)
{
	outlet_drop(&p->now);
	outlet_drop(&p->dropped);
	if (p->rejects)
		sc_output_abandon(p->rejects);
	p->rejects = NULL;
	for (size_t i = p->nfinished; i-- > 0;) /* a folder that was made goes with its first output, once empty */
		sc_output_abandon(p->finished[i]);
	p->nfinished = 0;
	free(p->finished);
	p->finished = NULL;
}
