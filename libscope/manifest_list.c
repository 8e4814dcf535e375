/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_list.c -- a manifest line by line, for exports; what its lines claim is manifest_verify.c's to check. */
#include <scope/export.h>

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

int sc_manifest_lines_open(struct sc_manifest_lines **out, sc_str path, struct sc_err *e)
{
	struct sc_manifest_lines *m = calloc(1, sizeof *m);
	sc_str line;
	int rc;

	if (!m)
		sc_oom();
	m->path = sc_strdup(&m->keep, path);
	rc = sc_input_open(&m->in, m->path, m->path, SC_STR(""), LINE_MOST, e);
	if (rc == SC_OK) {
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

int sc_manifest_lines_next(struct sc_manifest_lines *m, struct sc_arena *a, struct sc_manifest_line *l, struct sc_err *e)
{
	const char *why = NULL;
	sc_str line;
	int rc = sc_manifest_lines_raw(m, &line, e);

	if (rc != SC_OK)
		return rc;
	rc = sc_manifest_line_parse(line, a, l, &why);
	return rc < 0 ? wrong(m, e, why) : SC_OK;
}

sc_str sc_manifest_key(const struct sc_manifest_line *l, sc_str key)
{
	for (uint32_t i = SC_R_KEYS; i < l->n; i++)
		if (sc_str_starts(l->field[i], key) && l->field[i].n > key.n && l->field[i].p[key.n] == '=')
			return sc_str_from(l->field[i], key.n + 1);
	return (sc_str){ NULL, 0 };
}

const struct sc_exporter *sc_exporter_named(sc_str name)
{
	for (size_t i = 0; sc_exporters[i]; i++)
		if (sc_str_eq(sc_str_c(strchr(sc_exporters[i]->card.name, '/') + 1), name))
			return sc_exporters[i];
	return NULL;
}
