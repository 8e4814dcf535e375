/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_list.c -- a manifest line by line, for exports; what its lines claim is manifest_verify.c's to check. */
#include <scope/export.h>

#include <scope/check.h>
#include <scope/digest.h>
#include <scope/input.h>
#include <scope/text.h>

#include <stdlib.h>

enum { LINE_MOST = 16 << 20, FIELDS_MOST = 64 };

struct sc_manifest_lines {
	struct sc_input *in;
	struct sc_buf last;
	uint64_t number;
	sc_str path;
	struct sc_arena keep;
};

static int wrong(const struct sc_manifest_lines *m, struct sc_err *e, const char *why)
{
	return sc_bad(e, "%.*s:%ju: %s", SC_ARG(m->path), (uintmax_t)m->number, why);
}

static int lines_open(struct sc_manifest_lines **out, sc_str path, bool hash, struct sc_err *e)
{
	struct sc_manifest_lines *m = calloc(1, sizeof *m);
	sc_str line;
	int rc;

	if (!m)
		sc_oom();
	m->path = sc_strdup(&m->keep, path);
	rc = sc_input_open(&m->in, m->path, m->path, SC_STR(""), LINE_MOST, e);
	if (rc == SC_OK) {
		if (hash)
			sc_input_hash_stored(m->in, true);
		m->number = 1;
		rc = sc_line(m->in, '\n', &line, e);
		if (rc == SC_EOF || (rc == SC_OK && !sc_str_eq(line, SC_STR("#scope-manifest/1\n"))))
			rc = wrong(m, e, "no manifest: it does not begin with #scope-manifest/1");
	}
	if (rc != SC_OK) {
		sc_manifest_lines_close(m);
		return rc;
	}
	*out = m;
	return SC_OK;
}

int sc_manifest_lines_open(struct sc_manifest_lines **out, sc_str path, struct sc_err *e)
{
	return lines_open(out, path, false, e);
}

int sc_manifest_lines_open_hashed(struct sc_manifest_lines **out, sc_str path, struct sc_err *e)
{
	return lines_open(out, path, true, e);
}

void sc_manifest_lines_close(struct sc_manifest_lines *m)
{
	if (!m)
		return;
	sc_input_close(m->in);
	sc_buf_free(&m->last);
	sc_arena_free(&m->keep);
	free(m);
}

int sc_manifest_lines_digest(struct sc_manifest_lines *m, uint64_t *bytes, uint8_t sha256[32], struct sc_err *e)
{
	return sc_input_digest(m->in, bytes, sha256, e);
}

sc_str sc_manifest_lines_path(const struct sc_manifest_lines *m)
{
	return m->path;
}

/* key=value: the value is escaped by itself. */
static bool field(struct sc_arena *a, sc_str raw, bool keyed, sc_str *out)
{
	size_t eq = keyed ? sc_str_chr(raw, '=') : SC_NONE;
	struct sc_buf b = { .a = a };
	sc_str value;

	if (eq == SC_NONE)
		return sc_unfield(a, raw, out);
	if (!sc_unfield(a, sc_str_from(raw, eq + 1), &value))
		return false;
	sc_buf_add(&b, sc_str_head(raw, eq + 1));
	sc_buf_add(&b, value); /* may hold a NUL */
	*out = sc_buf_seal(&b);
	return true;
}

/* What stands in a line, or why it does not. */
int sc_manifest_line_parse(sc_str line, struct sc_arena *a, struct sc_manifest_line *l, const char **why)
{
	sc_str rest, one;

	*why = "a line of no known kind";
	if (line.n < 2 || line.p[1] != '\t' || !*line.p || !strchr("HILPRSTX", *line.p))
		return SC_BAD;
	*l = (struct sc_manifest_line){ .kind = *line.p, .field = sc_alloc(a, FIELDS_MOST * sizeof(sc_str)) };
	rest = sc_str_from(line, 2);
	while (sc_str_cut(&rest, '\t', &one)) {
		*why = "too many fields";
		if (l->n == FIELDS_MOST)
			return SC_BAD;
		*why = "a field is not escaped as it should be";
		if (!field(a, one, l->kind == 'R' && l->n >= SC_R_KEYS, &l->field[l->n]))
			return SC_BAD;
		l->n++;
	}
	*why = "a field is missing";
	return l->kind == 'R' && l->n < SC_R_KEYS ? SC_BAD : SC_OK;
}

int sc_manifest_lines_raw(struct sc_manifest_lines *m, sc_str *line, struct sc_err *e)
{
	uint64_t lost;
	int rc;

	m->number++;
	rc = sc_line(m->in, '\n', line, e);
	if (rc == SC_BAD)
		return wrong(m, e, "a line is too long");
	if (rc == SC_EOF && sc_input_break(m->in, &lost, e))
		return wrong(m, e, "its compressed bytes are damaged");
	if (rc != SC_OK)
		return rc;
	if (!sc_str_ends(*line, SC_STR("\n")))
		return wrong(m, e, "it is cut short: the last line has no end");
	line->n--;
	if (sc_str_cmp(sc_buf_str(&m->last), *line) > 0)
		return wrong(m, e, "lines are not in order");
	sc_buf_clear(&m->last);
	sc_buf_add(&m->last, *line);
	if (line->n < 2 || line->p[1] != '\t' || !*line->p || !strchr("HILPRSTX", *line->p))
		return wrong(m, e, "a line of no known kind");
	return SC_OK;
}

int sc_manifest_rlines(void *path, int (*each)(void *with, sc_str rline, struct sc_err *e), void *with, struct sc_err *e)
{
	struct sc_manifest_lines *m;
	sc_str line;
	int rc;

	SC_TRY(sc_manifest_lines_open(&m, *(const sc_str *)path, e));
	while ((rc = sc_manifest_lines_raw(m, &line, e)) == SC_OK && *line.p <= 'R') {
		if (*line.p == 'R' && (rc = each(with, line, e)) < 0)
			break;
	}
	sc_manifest_lines_close(m);
	return rc < 0 ? rc : SC_OK;
}

int sc_manifest_lines_next(struct sc_manifest_lines *m, struct sc_arena *a, struct sc_manifest_line *l, struct sc_err *e)
{
	const char *why = NULL;
	sc_str line;
	int rc = sc_manifest_lines_raw(m, &line, e);

	if (rc != SC_OK)
		return rc;
	rc = sc_manifest_line_parse(line, a, l, &why);
	l->raw = sc_buf_str(&m->last);
	return rc < 0 ? wrong(m, e, why) : SC_OK;
}

sc_str sc_manifest_key(const struct sc_manifest_line *l, sc_str key)
{
	for (uint32_t i = SC_R_KEYS; i < l->n; i++)
		if (sc_str_starts(l->field[i], key) && l->field[i].n > key.n && l->field[i].p[key.n] == '=')
			return sc_str_from(l->field[i], key.n + 1);
	return (sc_str){ NULL, 0 };
}

/* ---- all of it ---- */

struct walk {
	struct sc_manifest_lines *m;
	struct sc_walk *out;
	struct sc_merkle tree;
	struct sc_sha256 *sha;
	bool totals, has_root;
	uint8_t lines[32], said[32];
};

static int total(struct walk *w, const struct sc_manifest_line *l, struct sc_err *e)
{
	static const struct {
		sc_str name;
		size_t at;
		bool digest;
	} known[] = {
		{ SC_LIT("key-root"), offsetof(struct sc_totals, key_root), true },
		{ SC_LIT("keys"), offsetof(struct sc_totals, keys), false },
		{ SC_LIT("occurrences"), offsetof(struct sc_totals, occurrences), false },
		{ SC_LIT("record-root"), offsetof(struct sc_totals, record_root), true },
		{ SC_LIT("records"), offsetof(struct sc_totals, records), false },
	};
	uint8_t *t = (uint8_t *)&w->out->t;
	bool ok = l->n == 2;

	w->has_root |= ok && sc_str_eq(l->field[0], SC_STR("record-root"));
	if (ok && sc_str_eq(l->field[0], SC_STR("lines")))
		ok = sc_root_parse(l->field[1], w->said);
	for (size_t i = 0; ok && i < SC_COUNT(known); i++)
		if (sc_str_eq(l->field[0], known[i].name))
			ok = known[i].digest ? sc_root_parse(l->field[1], t + known[i].at) :
					       sc_str_u64(l->field[1], (uint64_t *)(void *)(t + known[i].at));
	return ok ? SC_OK : wrong(w->m, e, "a total has no value that can be read");
}

static int walk_line(struct walk *w, const struct sc_manifest_line *l, struct sc_err *e)
{
	uint8_t leaf[32];

	if (l->kind == 'T' && !w->totals) {
		w->totals = true;
		sc_sha256_end(w->sha, w->lines);
	}
	if (l->kind == 'T')
		return total(w, l, e);
	if (w->totals)
		return l->kind == 'X' ? SC_OK : wrong(w->m, e, "a line that cannot follow the totals");
	sc_sha256_add(w->sha, l->raw);
	sc_sha256_add(w->sha, SC_STR("\n"));
	if (l->kind != 'R')
		return SC_OK;
	sc_merkle_leaf_hash(l->raw, leaf);
	sc_merkle_add(&w->tree, leaf);
	return SC_OK;
}

static int walk_end(struct walk *w, struct sc_err *e)
{
	uint8_t root[32];
	uint64_t bytes;

	sc_merkle_root(&w->tree, root);
	if (!w->totals || !w->has_root)
		return sc_bad(e, "%.*s: it is cut short: its totals are missing", SC_ARG(w->m->path));
	if (memcmp(root, w->out->t.record_root, 32) || w->tree.n != w->out->t.records)
		return sc_bad(e, "%.*s: its R lines are not those that its record-root names", SC_ARG(w->m->path));
	if (memcmp(w->lines, w->said, 32))
		return sc_bad(e, "%.*s: a line was changed after it was written", SC_ARG(w->m->path));
	return sc_input_digest(w->m->in, &bytes, w->out->file, e);
}

int sc_manifest_walk(sc_str path, sc_walk_each *each, void *with, struct sc_walk *out, struct sc_err *e)
{
	struct walk w = { .out = out };
	struct sc_arena a = { 0 };
	struct sc_manifest_line l;
	int rc = sc_manifest_lines_open_hashed(&w.m, path, e);

	if (rc != SC_OK)
		return rc;
	memset(out, 0, sizeof *out);
	w.sha = sc_sha256_new();
	sc_sha256_start(w.sha);
	sc_sha256_add(w.sha, SC_STR("#scope-manifest/1\n"));
	while (rc == SC_OK && (rc = sc_manifest_lines_next(w.m, &a, &l, e)) == SC_OK) {
		rc = walk_line(&w, &l, e);
		if (rc == SC_OK && each)
			rc = each(with, &l, e);
		sc_arena_reset(&a);
	}
	if (rc == SC_EOF)
		rc = walk_end(&w, e);
	sc_sha256_free(w.sha);
	sc_arena_free(&a);
	sc_manifest_lines_close(w.m);
	return rc;
}

const struct sc_exporter *sc_exporter_named(sc_str name)
{
	for (size_t i = 0; sc_exporters[i]; i++)
		if (sc_str_eq(sc_str_c(strchr(sc_exporters[i]->card.name, '/') + 1), name))
			return sc_exporters[i];
	return NULL;
}
