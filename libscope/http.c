/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.c -- header fields and HTTP/1 messages as crawlers stored them.
 *
 * Stored messages are often not what their heads claim: a crawler may have undone the codings already.  So
 * each coding is tried, and when it does not hold, the bytes stand as they are and the caller is told.
 *
 * chunked (RFC 9112 section 7.1):
 *
 *	SIZE in hex [;extension] CRLF, SIZE bytes, CRLF     again and again
 *	0 CRLF, trailer fields                              the end
 *
 * Left out: multipart, ranges put together, and codings beyond gzip, deflate and br (br where the build has libbrotlidec).
 */
#include <scope/http.h>

#include <zlib.h>
#ifdef HAVE_BROTLIDEC
#include <brotli/decode.h>
#endif

enum { FIRST_LINE = 64 << 10, HEAD_MAX = 256 << 10, CODINGS = 8 };

/* ---- fields ---- */

struct sc_fields sc_fields(sc_str block)
{
	return (struct sc_fields){ .rest = block };
}

/* A line with its end off; rest stands behind it. */
static sc_str line(sc_str *rest)
{
	size_t at = sc_str_chr(*rest, '\n');
	sc_str l = sc_str_head(*rest, at);

	*rest = sc_str_from(*rest, at == SC_NONE ? rest->n : at + 1);
	if (l.n && l.p[l.n - 1] == '\r')
		l.n--;
	return l;
}

bool sc_fields_next(struct sc_fields *f)
{
	while (f->rest.n) {
		sc_str l = line(&f->rest);
		size_t colon = sc_str_chr(l, ':');

		if (!l.n)
			return false;
		while (f->rest.n && (*f->rest.p == ' ' || *f->rest.p == '\t')) {
			sc_str more = line(&f->rest);

			l.n = (size_t)(more.p + more.n - l.p);
		}
		if (colon == SC_NONE)
			continue;
		f->name = sc_str_trim(sc_str_head(l, colon));
		f->value = sc_str_trim(sc_str_from(l, colon + 1));
		return true;
	}
	return false;
}

sc_str sc_fields_get(sc_str block, sc_str name)
{
	struct sc_fields f = sc_fields(block);

	while (sc_fields_next(&f))
		if (sc_str_ieq(f.name, name))
			return f.value;
	return (sc_str){ NULL, 0 };
}

void sc_fields_find(sc_str block, const sc_str *names, sc_str *values, size_t n)
{
	struct sc_fields f = sc_fields(block);

	for (size_t i = 0; i < n; i++)
		values[i] = (sc_str){ NULL, 0 };
	while (sc_fields_next(&f))
		for (size_t i = 0; i < n; i++)
			if (!values[i].p && sc_str_ieq(f.name, names[i]))
				values[i] = f.value;
}

size_t sc_head_end(sc_str s)
{
	for (size_t i = 0, at; i < s.n; i += at + 1) {
		sc_str rest = sc_str_from(s, i);

		at = sc_str_chr(rest, '\n');
		if (at == SC_NONE)
			return 0;
		rest = sc_str_from(rest, at + 1);
		if (rest.n && rest.p[0] == '\n')
			return i + at + 2;
		if (rest.n > 1 && rest.p[0] == '\r' && rest.p[1] == '\n')
			return i + at + 3;
	}
	return 0;
}

/* ---- messages ---- */

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_request(sc_str first)
{
	size_t space = sc_str_chr(first, ' ');
	sc_str method = sc_str_head(first, space);

	if (space == SC_NONE || !method.n || method.n > 16 || sc_str_find(first, SC_STR(" HTTP/")) == SC_NONE)
		return false;
	for (size_t i = 0; i < method.n; i++)
		if ((method.p[i] < 'A' || method.p[i] > 'Z') && method.p[i] != '-')
			return false;
	return true;
}

/* "HTTP/1.1 200 OK": the three digits behind the first space; 0 when they are not there. */
static int status_of(sc_str first)
{
	size_t space = sc_str_chr(first, ' ');
	sc_str s = sc_str_trim(sc_str_from(first, space == SC_NONE ? first.n : space));

	if (s.n < 3 || !digit(s.p[0]) || !digit(s.p[1]) || !digit(s.p[2]) || (s.n > 3 && digit(s.p[3])))
		return 0;
	return (s.p[0] - '0') * 100 + (s.p[1] - '0') * 10 + (s.p[2] - '0');
}

bool sc_http_split(sc_str block, struct sc_http *h)
{
	sc_str rest = sc_str_head(block, FIRST_LINE), first = line(&rest);
	size_t end = sc_head_end(sc_str_head(block, HEAD_MAX));

	*h = (struct sc_http){ 0 };
	if (!sc_str_ieq(sc_str_head(first, 5), SC_STR("HTTP/")) && !(h->request = is_request(first)))
		return false;
	if (!end && block.n > HEAD_MAX)
		return false;
	if (!end)
		end = block.n; /* a head and nothing else */
	h->head = sc_str_head(block, end);
	h->body = sc_str_from(block, end);
	if (!h->request)
		h->status = status_of(first);
	return true;
}

/* ---- chunked ---- */

static int nibble(char c)
{
	return digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One "SIZE[;ext]CRLF" at the head of s; the bytes that it takes, 0 when it is none. */
static size_t chunk_size(sc_str s, uint64_t *size)
{
	size_t i = 0, lf;

	*size = 0;
	while (i < s.n && nibble(s.p[i]) >= 0 && i < 15)
		*size = *size << 4 | (uint64_t)nibble(s.p[i++]);
	if (!i)
		return 0;
	lf = sc_str_chr(sc_str_head(sc_str_from(s, i), 4096), '\n');
	if (lf == SC_NONE || (lf > 0 && s.p[i] != '\r' && s.p[i] != ';' && s.p[i] != ' '))
		return 0;
	return i + lf + 1;
}

static bool dechunk(struct sc_arena *a, sc_str s, sc_str *out)
{
	char *p = sc_alloc(a, s.n + 1);
	size_t n = 0;

	for (;;) {
		uint64_t size;
		size_t took = chunk_size(s, &size);

		if (!took)
			return false;
		s = sc_str_from(s, took);
		if (!size)
			break;
		if (size > s.n)
			return false;
		memcpy(p + n, s.p, (size_t)size);
		n += (size_t)size;
		s = sc_str_from(s, (size_t)size);
		if (sc_str_starts(s, SC_STR("\r\n")))
			s = sc_str_from(s, 2);
		else if (sc_str_starts(s, SC_STR("\n")) && p[n - 1] != '\r') /* else the size took the CR */
			s = sc_str_from(s, 1);
		else
			return false;
	}
	*out = (sc_str){ p, n };
	return true;
}

/* ---- content codings ---- */

/* Room for decoded bytes that grows by doubling, never past max: one byte more than may be, so that too many show. */
struct grown {
	struct sc_arena *a;
	char *p;
	size_t n, cap, max;
};

static bool grow(struct grown *g)
{
	size_t cap = g->cap ? 2 * g->cap : 64 << 10;
	char *p;

	if (g->cap >= g->max)
		return false;
	if (cap > g->max)
		cap = g->max;
	p = sc_alloc(g->a, cap);
	if (g->n)
		memcpy(p, g->p, g->n);
	g->p = p;
	g->cap = cap;
	return true;
}

enum outcome { DECODED, NOT_IN_IT, TOO_LARGE };

/* window as zlib has it: 15 + 16 gzip, 15 zlib's own wrapper, -15 bare deflate. */
static enum outcome inflate_all(struct grown *g, sc_str s, int window)
{
	z_stream z = { 0 };
	int rc = Z_OK;

	if (s.n > UINT32_MAX)
		return NOT_IN_IT;
	if (inflateInit2(&z, window) != Z_OK)
		sc_oom();
	z.next_in = (Bytef *)(uintptr_t)s.p;
	z.avail_in = (uInt)s.n;
	while (rc == Z_OK) {
		if (g->n == g->cap && !grow(g)) {
			inflateEnd(&z);
			return TOO_LARGE;
		}
		z.next_out = (Bytef *)g->p + g->n;
		z.avail_out = (uInt)(g->cap - g->n > UINT32_MAX ? UINT32_MAX : g->cap - g->n);
		rc = inflate(&z, Z_NO_FLUSH);
		g->n = (size_t)((char *)z.next_out - g->p);
		if (rc == Z_BUF_ERROR && z.avail_out == 0)
			rc = Z_OK;
		if (rc == Z_STREAM_END && window > 15 && z.avail_in > 1 && z.next_in[0] == 0x1f && z.next_in[1] == 0x8b)
			rc = inflateReset(&z); /* gzip may have several members */
	}
	inflateEnd(&z);
	return rc == Z_STREAM_END ? DECODED : NOT_IN_IT;
}

#ifdef HAVE_BROTLIDEC
static enum outcome brotli_all(struct grown *g, sc_str s)
{
	BrotliDecoderState *b = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	BrotliDecoderResult rc = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
	const uint8_t *in = (const uint8_t *)s.p;
	size_t left = s.n;

	if (!b)
		sc_oom();
	while (rc == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
		uint8_t *out;
		size_t room;

		if (g->n == g->cap && !grow(g)) {
			BrotliDecoderDestroyInstance(b);
			return TOO_LARGE;
		}
		out = (uint8_t *)g->p + g->n;
		room = g->cap - g->n;
		rc = BrotliDecoderDecompressStream(b, &left, &in, &room, &out, NULL);
		g->n = (size_t)((char *)out - g->p);
	}
	BrotliDecoderDestroyInstance(b);
	return rc == BROTLI_DECODER_RESULT_SUCCESS ? DECODED : NOT_IN_IT;
}
#endif

static enum outcome undo(struct grown *g, sc_str coding, sc_str s)
{
	enum outcome o;

	if (sc_str_ieq(coding, SC_STR("gzip")) || sc_str_ieq(coding, SC_STR("x-gzip")))
		return inflate_all(g, s, 15 + 16);
	if (sc_str_ieq(coding, SC_STR("deflate"))) {
		o = inflate_all(g, s, 15); /* zlib's wrapper, as the RFC has it */
		if (o != NOT_IN_IT)
			return o;
		g->n = 0;
		return inflate_all(g, s, -15); /* bare, as many servers have it */
	}
#ifdef HAVE_BROTLIDEC
	if (sc_str_ieq(coding, SC_STR("br")))
		return brotli_all(g, s);
#endif
	return NOT_IN_IT;
}

/* What a failed claim is called: a coding that this build cannot undo is not said to be absent. */
static sc_str name_of(sc_str coding)
{
	static const struct {
		sc_str said, name;
	} known[] = {
#ifdef HAVE_BROTLIDEC
		{ SC_LIT("br"), SC_LIT("br") },
#endif
		{ SC_LIT("chunked"), SC_LIT("chunked") },
		{ SC_LIT("deflate"), SC_LIT("deflate") },
		{ SC_LIT("gzip"), SC_LIT("gzip") },
		{ SC_LIT("x-gzip"), SC_LIT("gzip") },
	};

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (sc_str_ieq(coding, known[i].said))
			return known[i].name;
	return SC_STR("other");
}

/* One coding off *body; SC_OK with *wrong set when it was not in it. */
static int peel(struct sc_arena *a, sc_str coding, size_t max, sc_str *body, sc_str *wrong, struct sc_err *e)
{
	struct grown g = { .a = a, .max = max < SIZE_MAX ? max + 1 : max };
	struct sc_mark before = sc_arena_mark(a);
	enum outcome o = NOT_IN_IT;
	sc_str plain;

	if (sc_str_ieq(coding, SC_STR("chunked"))) {
		if (dechunk(a, *body, &plain)) {
			*body = plain;
			return SC_OK;
		}
	} else {
		o = undo(&g, coding, *body);
	}
	if (o == TOO_LARGE || (o == DECODED && g.n > max))
		return sc_bad(e, "its body is more than %zu bytes once %s is undone (--max-record)", max,
			      name_of(coding).p);
	if (o == DECODED) {
		*body = (sc_str){ g.p, g.n };
		return SC_OK;
	}
	sc_arena_back(a, before);
	*wrong = name_of(coding);
	return SC_OK;
}

/* All fields of that name, the first that was applied first: appended to the n in v.  Past CODINGS nobody means it. */
static size_t codings(sc_str head, sc_str name, sc_str *v, size_t n)
{
	struct sc_fields f = sc_fields(head);

	while (sc_fields_next(&f)) {
		sc_str rest = f.value, one;

		if (!sc_str_ieq(f.name, name))
			continue;
		while (n < CODINGS && sc_str_cut(&rest, ',', &one)) {
			one = sc_str_trim(one);
			if (one.n && !sc_str_ieq(one, SC_STR("identity")))
				v[n++] = one;
		}
	}
	return n;
}

int sc_http_decode(struct sc_arena *a, const struct sc_http *h, size_t max, sc_str *body, sc_str *wrong,
		   struct sc_err *e)
{
	size_t lf = sc_str_chr(h->head, '\n'), ncontent, n;
	sc_str fields = sc_str_from(h->head, lf == SC_NONE ? h->head.n : lf + 1), v[CODINGS], failed;

	*body = h->body;
	*wrong = (sc_str){ NULL, 0 };
	if (!h->body.n)
		return SC_OK;
	ncontent = codings(fields, SC_STR("Content-Encoding"), v, 0);
	n = codings(fields, SC_STR("Transfer-Encoding"), v, ncontent);
	while (n) { /* the last that was applied is undone first */
		failed = (sc_str){ NULL, 0 };
		SC_TRY(peel(a, v[--n], max, body, &failed, e));
		if (failed.n && !wrong->n)
			*wrong = failed;
		/* A crawler undoes the transfer as a whole; content codings lie one in the other. */
		if (failed.n && n < ncontent)
			break;
		if (failed.n)
			n = ncontent;
	}
	return SC_OK;
}

sc_str sc_media_clean(struct sc_arena *a, sc_str value)
{
	sc_str s = sc_str_trim(sc_str_head(value, sc_str_chr(value, ';')));
	char *p;

	if (s.n > 100 || sc_str_chr(s, '/') == SC_NONE)
		return (sc_str){ NULL, 0 };
	p = sc_cstr(a, s);
	for (size_t i = 0; i < s.n; i++) {
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
		if (p[i] <= ' ' || p[i] >= 0x7f || p[i] == ',' || p[i] == '"')
			return (sc_str){ NULL, 0 };
	}
	return (sc_str){ p, s.n };
}
