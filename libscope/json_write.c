/* SPDX-License-Identifier: Apache-2.0 */
/* json_write.c -- JSON written piece by piece, its strings fit to stand in a page and on a terminal. */
#include <scope/json_write.h>

#include <scope/json.h>
#include <scope/text.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { FLUSH_AT = 64 << 10 };

static void flush(struct sc_json_writer *w)
{
	if (w->rc == SC_OK)
		w->rc = sc_write(w->out, sc_buf_str(&w->b), &w->first);
	sc_buf_clear(&w->b);
}

static void line(struct sc_json_writer *w)
{
	if (w->compact)
		return;
	sc_buf_byte(&w->b, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		sc_buf_add(&w->b, SC_STR("  "));
}

/* What stands before a value: the comma, the line, the key. */
static void before(struct sc_json_writer *w, const char *key)
{
	if (w->out && w->b.n >= FLUSH_AT)
		flush(w);
	if (w->depth) {
		if (w->has[w->depth - 1])
			sc_buf_byte(&w->b, ',');
		w->has[w->depth - 1] = true;
		line(w);
	}
	if (key)
		sc_buf_fmt(&w->b, w->compact ? "\"%s\":" : "\"%s\": ", key);
}

static void open_(struct sc_json_writer *w, const char *key, char open, char close)
{
	assert(w->depth < SC_JW_LEVELS);
	before(w, key);
	sc_buf_byte(&w->b, open);
	w->close[w->depth] = close;
	w->has[w->depth++] = false;
}

void sc_jw_object(struct sc_json_writer *w, const char *key)
{
	open_(w, key, '{', '}');
}

void sc_jw_array(struct sc_json_writer *w, const char *key)
{
	open_(w, key, '[', ']');
}

void sc_jw_end(struct sc_json_writer *w)
{
	assert(w->depth);
	w->depth--;
	if (w->has[w->depth])
		line(w);
	sc_buf_byte(&w->b, w->close[w->depth]);
}

/* ---- values ---- */

static void put_unicode(struct sc_buf *b, uint32_t c)
{
	if (c < 0x10000)
		sc_buf_fmt(b, "\\u%04x", c);
	else
		sc_buf_fmt(b, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
		           0xdc00 + ((c - 0x10000) & 0x3ff));
}

void sc_jw_str(struct sc_json_writer *w, const char *key, sc_str s)
{
	struct sc_buf plain = { 0 };
	sc_str rest;
	uint32_t c;
	size_t at, n;

	before(w, key);
	sc_json_put(&plain, s);
	rest = sc_buf_str(&plain);
	while ((at = sc_unsafe(rest, true, &c, &n)) != SC_NONE) {
		sc_buf_add(&w->b, sc_str_head(rest, at));
		put_unicode(&w->b, c);
		rest = sc_str_from(rest, at + n);
	}
	sc_buf_add(&w->b, rest);
	sc_buf_free(&plain);
}

void sc_jw_fmt(struct sc_json_writer *w, const char *key, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		sc_oom();
	sc_jw_str(w, key, (sc_str){ text, (size_t)n });
	free(text);
}

void sc_jw_hex(struct sc_json_writer *w, const char *key, const uint8_t *bytes, size_t n)
{
	before(w, key);
	sc_buf_byte(&w->b, '"');
	sc_hex_put(&w->b, bytes, n);
	sc_buf_byte(&w->b, '"');
}

void sc_jw_u64(struct sc_json_writer *w, const char *key, uint64_t v)
{
	before(w, key);
	sc_buf_u64(&w->b, v);
}

void sc_jw_bool(struct sc_json_writer *w, const char *key, bool v)
{
	before(w, key);
	sc_buf_add(&w->b, v ? SC_STR("true") : SC_STR("false"));
}

void sc_jw_raw(struct sc_json_writer *w, const char *key, sc_str json)
{
	before(w, key);
	sc_buf_add(&w->b, json);
}

void sc_jw_some(struct sc_json_writer *w, const char *key, sc_str s)
{
	if (s.n)
		sc_jw_str(w, key, s);
}

void sc_jw_ref(struct sc_json_writer *w, const char *key, sc_str id)
{
	sc_jw_object(w, key);
	sc_jw_str(w, "@id", id);
	sc_jw_end(w);
}

int sc_jw_finish(struct sc_json_writer *w, struct sc_err *e)
{
	assert(!w->depth);
	if (!w->out)
		return SC_OK;
	if (!w->compact)
		sc_buf_byte(&w->b, '\n');
	flush(w);
	sc_buf_free(&w->b);
	if (w->rc != SC_OK)
		*e = w->first;
	return w->rc;
}
