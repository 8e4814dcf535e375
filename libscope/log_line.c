/* SPDX-License-Identifier: Apache-2.0 */
/* log_line.c -- an entry of a version log, to its line and back: each has one spelling only.  The form is in scope/log.h. */
#include <scope/check.h>
#include <scope/log.h>

#include <scope/text.h>

/* Fields of a line; the first that is not as expected sets why. */
struct fields {
	sc_str rest;
	struct sc_arena *a;
	const char *why;
};

/* What stands behind the field's name: "records 17" is 17. */
static sc_str raw(struct fields *f, sc_str name)
{
	sc_str s = { NULL, 0 };

	if (f->why)
		return s;
	if (!sc_str_cut(&f->rest, '\t', &s)) {
		f->why = "a field is missing";
	} else if (name.n && (!sc_str_starts(s, name) || s.n == name.n || s.p[name.n] != ' ')) {
		f->why = "a field does not begin with its name";
	} else if (name.n) {
		s = sc_str_from(s, name.n + 1);
	}
	return s;
}

static uint64_t number(struct fields *f, sc_str name)
{
	sc_str s = raw(f, name);
	uint64_t n = 0;

	if (!f->why && (!sc_str_u64(s, &n) || (s.n > 1 && *s.p == '0')))
		f->why = "a field is not a number";
	return n;
}

static void digest(struct fields *f, sc_str name, uint8_t out[32])
{
	sc_str s = raw(f, name);

	if (!f->why && !sc_root_parse(s, out))
		f->why = "a digest is not sha256: and 64 lower-case hex digits";
}

static sc_str words(struct fields *f, sc_str name)
{
	sc_str s = raw(f, name), out = { NULL, 0 }, again;

	if (f->why)
		return out;
	if (sc_unfield(f->a, s, &out)) {
		again = sc_field(f->a, out);
		if (sc_str_eq(again, s) && sc_utf8_valid(out) == out.n)
			return out;
	}
	f->why = "a field is not escaped as it should be";
	return out;
}

static sc_str created(struct fields *f)
{
	sc_str s = raw(f, SC_STR("created"));

	if (!f->why && !sc_is_time(s))
		f->why = "created is not a time, as 2024-05-01T12:00:00Z";
	return s;
}

static bool clean(sc_str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (((unsigned char)line.p[i] < 0x20 && line.p[i] != '\t') || line.p[i] == 0x7f)
			return false;
	return line.n <= SC_LOG_LINE && sc_utf8_valid(line) == line.n;
}

static void begin(struct fields *f, sc_str kind, uint64_t *n)
{
	if (!clean(f->rest))
		f->why = "it has bytes that must be escaped, or is too long";
	else if (!sc_str_eq(raw(f, SC_STR("")), kind))
		f->why = f->why ? f->why : "it is no such entry";
	*n = number(f, SC_STR(""));
	if (!f->why && !*n)
		f->why = "entries are numbered from 1";
}

static int end(struct fields *f, struct sc_err *e)
{
	if (!f->why && f->rest.p)
		f->why = "it has a field too many";
	return f->why ? sc_bad(e, "%s", f->why) : SC_OK;
}

int sc_version_parse(struct sc_arena *a, sc_str line, struct sc_version *v, struct sc_err *e)
{
	struct fields f = { .rest = line, .a = a };

	*v = (struct sc_version){ .line = line };
	begin(&f, SC_STR("version"), &v->number);
	digest(&f, SC_STR("record-root"), v->record_root);
	digest(&f, SC_STR("key-root"), v->key_root);
	digest(&f, SC_STR("manifest"), v->manifest);
	v->records = number(&f, SC_STR("records"));
	v->operation = words(&f, SC_STR("operation"));
	v->created = sc_strdup(a, created(&f));
	return end(&f, e);
}

int sc_release_parse(struct sc_arena *a, sc_str line, struct sc_release *r, struct sc_err *e)
{
	struct fields f = { .rest = line, .a = a };

	*r = (struct sc_release){ .line = line };
	begin(&f, SC_STR("release"), &r->number);
	r->version = number(&f, SC_STR("version"));
	r->to = words(&f, SC_STR("to"));
	r->terms = words(&f, SC_STR("terms"));
	r->created = sc_strdup(a, created(&f));
	if (!f.why && (!r->version || r->version >= r->number))
		f.why = "it releases a version that is not above it";
	if (!f.why && (!r->to.n || !r->terms.n))
		f.why = "a release says to whom and on what terms";
	return end(&f, e);
}

/* ---- and back ---- */

static void put_digest(struct sc_buf *b, const char *name, const uint8_t d[32])
{
	sc_buf_fmt(b, "\t%s sha256:", name);
	sc_hex_put(b, d, 32);
}

static void put_words(struct sc_buf *b, const char *name, sc_str s)
{
	sc_buf_fmt(b, "\t%s ", name);
	sc_field_put(b, s);
}

void sc_version_put(struct sc_buf *b, const struct sc_version *v)
{
	sc_buf_fmt(b, "version\t%ju", (uintmax_t)v->number);
	put_digest(b, "record-root", v->record_root);
	put_digest(b, "key-root", v->key_root);
	put_digest(b, "manifest", v->manifest);
	sc_buf_fmt(b, "\trecords %ju", (uintmax_t)v->records);
	put_words(b, "operation", v->operation);
	put_words(b, "created", v->created);
}

void sc_release_put(struct sc_buf *b, const struct sc_release *r)
{
	sc_buf_fmt(b, "release\t%ju\tversion %ju", (uintmax_t)r->number, (uintmax_t)r->version);
	put_words(b, "to", r->to);
	put_words(b, "terms", r->terms);
	put_words(b, "created", r->created);
}
