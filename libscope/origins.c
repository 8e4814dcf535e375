/* SPDX-License-Identifier: Apache-2.0 */
/* origins.c -- robots.txt, ai.txt and tdmrep.json among the records, and what they say of others; see scope/origins.h. */
#include <scope/json.h>
#include <scope/origins.h>

/* What was made of one of them. */
struct file {
	union {
		struct sc_robots rules; /* of robots.txt and ai.txt */
		struct sc_tdmrep tdm;
	};
	const sc_str *who; /* under whose name the agents find their rules: each once, "*" among them */
	size_t nwho;
	bool unreachable; /* a server's error: RFC 9309, 2.3.1.4 */
	sc_str redirect;  /* the origin that has it, or empty */
};
static const struct file unreachable_file = { .unreachable = true };

static const struct {
	sc_str name;
	enum sc_origin_kind kind;
} files[] = { { SC_LIT("robots.txt"), SC_ROBOTS_TXT },
	      { SC_LIT("ai.txt"), SC_AI_TXT },
	      { SC_LIT(".well-known/ai.txt"), SC_AI_TXT },
	      { SC_LIT(".well-known/tdmrep.json"), SC_TDMREP_JSON },
	      { SC_LIT("tdmrep.json"), SC_TDMREP_JSON } };

/* Which of them is it?  By the path of a URL, which it must be all of, or the end of a member's. */
static bool is_origin_file(sc_str path, bool of_url, enum sc_origin_kind *kind)
{
	for (size_t i = 0; i < SC_COUNT(files); i++) {
		sc_str name = files[i].name;
		size_t before = path.n - name.n;

		if (sc_str_ends(path, name) && (of_url ? before == 1 : !before || path.p[before - 1] == '/')) {
			*kind = files[i].kind;
			return true;
		}
	}
	return false;
}

bool sc_is_origin_file(sc_str path)
{
	enum sc_origin_kind kind;

	return is_origin_file(path, false, &kind);
}

static void ask_for(struct sc_origins *o, struct file *f)
{
	sc_str *who = SC_NEW(&o->files.a, sc_str, o->agent.n);

	for (size_t i = 0; i < o->agent.n; i++) {
		sc_str one = SC_STR("*");
		size_t k = 0;

		for (size_t j = 0; j < f->rules.nagent; j++)
			if (sc_str_ieq(f->rules.agent[j], o->agent.v[i]))
				one = o->agent.v[i];
		while (k < f->nwho && !sc_str_eq(who[k], one))
			k++;
		who[k] = one;
		f->nwho += k == f->nwho;
	}
	f->who = who;
}

static const struct file *made_of(struct sc_origins *o, enum sc_origin_kind kind, sc_str bytes)
{
	const struct file *known = sc_speakers_known(&o->files, kind, bytes);
	struct file *f;
	sc_str copy;
	struct sc_err ignored;

	if (known)
		return known;
	f = SC_NEW(&o->files.a, struct file, 1);
	copy = sc_strdup(&o->files.a, sc_str_head(bytes, SC_ROBOTS_BYTES));
	if (kind == SC_TDMREP_JSON) {
		if (bytes.n != copy.n || sc_tdmrep_read(&o->files.a, copy, &f->tdm, &ignored) < 0)
			f->tdm.n = 0; /* it states nothing */
	} else {
		sc_robots_read(&o->files.a, copy, &f->rules);
		ask_for(o, f);
	}
	sc_speakers_made(&o->files, kind, bytes, f);
	return f;
}

/* A 3xx that leads to the same file of another origin. */
static const struct file *redirected(struct sc_origins *o, sc_str to, enum sc_origin_kind kind)
{
	struct file *f;
	enum sc_origin_kind there;
	sc_str path, origin = sc_place_origin(&o->files.a, to, &path);

	if (!origin.n || !is_origin_file(path, true, &there) || there != kind)
		return NULL;
	f = SC_NEW(&o->files.a, struct file, 1);
	f->redirect = origin;
	return f;
}

/* What a capture says by its status; NULL: nothing. */
static const struct file *captured(struct sc_origins *o, struct sc_record *r, enum sc_origin_kind kind)
{
	struct sc_arena a = { 0 };
	sc_str status = sc_record_meta_path(&a, r, SC_STR("http.status")), type = sc_record_meta_path(&a, r, SC_STR("WARC-Type"));
	sc_str location = sc_json_string(&a, sc_record_meta_path(&a, r, SC_STR("http.headers.location")));
	const struct file *f = NULL;
	uint64_t n = 200;

	if (status.n && (!sc_str_u64(status, &n) || !n))
		n = 200;
	if (type.n && !sc_str_eq(type, SC_STR("\"response\"")) && !sc_str_eq(type, SC_STR("\"resource\"")))
		n = 0; /* a request, or what was seen before */
	if (n >= 300 && n < 400)
		f = redirected(o, location, kind);
	else if (n >= 500 && kind == SC_ROBOTS_TXT)
		f = &unreachable_file;
	else if (n >= 400 && n < 500)
		f = made_of(o, kind, SC_STR("")); /* no rules */
	else if (n >= 200 && n < 300 && r->npart)
		f = made_of(o, kind, r->part[0].data);
	sc_arena_free(&a);
	return f;
}

int sc_origin_take(struct sc_origins *o, const struct sc_record *seen, sc_str base, struct sc_err *e)
{
	struct sc_record r = *seen;
	struct sc_arena a = { 0 };
	struct sc_speaker one = { .created = r.created };
	enum sc_origin_kind kind;
	sc_str path;
	int rc = SC_OK;

	one.place = base.n ? base : sc_place_origin(&a, r.url, &path);
	one.where = r.url.n ? r.url : r.name;
	if (one.place.n ? !is_origin_file(base.n ? r.name : path, !base.n, &kind) : !is_origin_file(r.name, false, &kind))
		goto out;
	if (!one.place.n) {
		one.place = sc_place_folder(&a, &r, &path);
		if (sc_str_ends(one.place, SC_STR(".well-known")))
			sc_place_up(&one.place);
	}
	one.kind = kind;
	one.said = captured(o, &r, kind);
	if (one.said)
		rc = sc_speakers_add(&o->files, one, e);
out:
	sc_arena_free(&a);
	return rc;
}

void sc_origins_free(struct sc_origins *o)
{
	sc_speakers_free(&o->files);
}

/* ---- asking ---- */

struct sc_origin_spot sc_origin_spot(struct sc_arena *a, const struct sc_record *r)
{
	struct sc_origin_spot at = { .when = r->created };
	struct sc_buf b = { .a = a };
	sc_str file, dir;

	at.origin = sc_place_origin(a, r->url, &at.path);
	if (at.origin.n)
		return at;
	at.folder = sc_place_folder(a, r, &file);
	dir = sc_str_from(at.folder, sc_str_rchr(at.folder, '\n') + 1);
	sc_buf_byte(&b, '/');
	sc_buf_add(&b, dir);
	if (dir.n)
		sc_buf_byte(&b, '/');
	sc_buf_add(&b, file);
	at.path = sc_buf_seal(&b);
	return at;
}

static const struct file *file_of(const struct sc_speaker *x)
{
	return x->said;
}

/* *path becomes what it is below the folder that the file speaks for. */
static const struct sc_speaker *governing(const struct sc_origins *o, enum sc_origin_kind kind, const struct sc_origin_spot *at, sc_str *path,
					  bool *later)
{
	sc_str place = at->origin.n ? at->origin : at->folder;
	const struct sc_speaker *x;
	size_t dir;

	do
		x = sc_speaker_at(&o->files, kind, place, at->when, later);
	while (!x && sc_place_up(&place));
	dir = place.n - (sc_str_rchr(place, '\n') + 1);
	*path = at->origin.n || !dir ? at->path : sc_str_from(at->path, dir + 1);
	for (int hops = 0; x && file_of(x)->redirect.n && hops < 5; hops++)
		x = sc_speaker_at(&o->files, kind, file_of(x)->redirect, at->when, later);
	return x && !file_of(x)->redirect.n ? x : NULL;
}

/* The first agent that is shut out decides; one of whom nobody knows does when none is. */
static void ask_robots(const struct file *f, enum sc_origin_kind kind, sc_str path, struct sc_origin_answer *out)
{
	for (size_t i = 0; i < f->nwho && !out->disallowed; i++) {
		struct sc_robots_answer w = (kind == SC_AI_TXT ? sc_ai_txt_ask : sc_robots_ask)(&f->rules, f->who[i], path);

		if (!w.disallowed && !w.gave_up)
			continue;
		out->disallowed = w.disallowed && !w.gave_up;
		out->gave_up = w.gave_up;
		out->who = f->who[i];
		out->off = w.rule ? w.rule->off : 0;
		out->len = w.rule ? w.rule->len : 0;
	}
}

bool sc_origin_ask(const struct sc_origins *o, enum sc_origin_kind kind, const struct sc_origin_spot *at, struct sc_origin_answer *out)
{
	sc_str path;
	bool later;
	const struct sc_speaker *x = governing(o, kind, at, &path, &later);

	if (!x)
		return false;
	*out = (struct sc_origin_answer){ .where = x->where, .later = later, .unreachable = file_of(x)->unreachable };
	out->disallowed = out->unreachable;
	if (out->unreachable)
		return true;
	if (kind != SC_TDMREP_JSON) {
		ask_robots(file_of(x), kind, path, out);
		return true;
	}
	out->tdm = sc_tdmrep_ask(&file_of(x)->tdm, path);
	if (out->tdm) {
		out->off = out->tdm->off;
		out->len = out->tdm->len;
	}
	return true;
}
