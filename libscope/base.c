/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base.c -- strings as views, memory in arenas, growing buffers, errors.
 *
 * An arena is a chain of blocks, filled one after the other.  Reset goes back to the first block and
 * keeps the chain, so an arena that has seen its largest batch asks malloc for nothing more.
 */
#include <scope/base.h>

#include <scope/text.h>

#include "slab.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- strings ---- */

size_t sc_str_chr(sc_str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : SC_NONE;
}

size_t sc_str_rchr(sc_str s, char c)
{
	const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : SC_NONE;
}

size_t sc_str_find(sc_str s, sc_str what)
{
	const char *at;

	if (!what.n)
		return 0;
	at = s.n >= what.n ? memmem(s.p, s.n, what.p, what.n) : NULL;
	return at ? (size_t)(at - s.p) : SC_NONE;
}

int sc_str_cmp(sc_str a, sc_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static unsigned lower(char c)
{
	unsigned u = (unsigned char)c;

	return u - 'A' < 26u ? u + 32 : u;
}

bool sc_bytes_ieq(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i] && lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

/* Sixteen places at a time by the first two bytes, a few more that only look alike thrown out afterwards. */
size_t sc_str_ifind(sc_str s, sc_str what)
{
	typedef signed char v16 __attribute__((vector_size(16)));
	char first = (char)(what.p[0] | 0x20), second = (char)(what.p[1] | 0x20);

	for (size_t i = 0; i + what.n <= s.n; i++) {
		while (i + 17 <= s.n) {
			uint64_t any[2];
			v16 a, b;

			memcpy(&a, s.p + i, 16);
			memcpy(&b, s.p + i + 1, 16);
			a = ((a | 0x20) == first) & ((b | 0x20) == second);
			memcpy(any, &a, 16);
			if (any[0] | any[1])
				break;
			i += 16;
		}
		for (size_t end = i + 16; i < end && i + what.n <= s.n; i++)
			if ((char)(s.p[i] | 0x20) == first && sc_bytes_ieq(s.p + i, what.p, what.n))
				return i;
		i--;
	}
	return SC_NONE;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

sc_str sc_str_trim(sc_str s)
{
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	while (s.n && is_space(*s.p))
		s.p++, s.n--;
	return s;
}

bool sc_str_cut(sc_str *rest, char sep, sc_str *piece)
{
	size_t at;

	if (!rest->p)
		return false;
	at = sc_str_chr(*rest, sep);
	if (at == SC_NONE) {
		*piece = *rest;
		*rest = (sc_str){ NULL, 0 };
		return true;
	}
	*piece = sc_str_head(*rest, at);
	*rest = sc_str_from(*rest, at + 1);
	return true;
}

sc_str sc_path_name(sc_str path)
{
	return sc_str_from(path, sc_path_folder(path).n);
}

sc_str sc_path_folder(sc_str path)
{
	size_t slash = sc_str_rchr(path, '/');

	return slash == SC_NONE ? (sc_str){ path.p, 0 } : sc_str_head(path, slash + 1);
}

bool sc_str_u64(sc_str s, uint64_t *out)
{
	uint64_t v = 0;

	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)(unsigned char)s.p[i] - '0';

		if (d > 9 || __builtin_mul_overflow(v, 10u, &v) || __builtin_add_overflow(v, d, &v))
			return false;
	}
	*out = v;
	return true;
}

/* ---- errors ---- */

/* A message holds input bytes, so it is made safe here, once: one line, and nothing that a
 * terminal would obey or that would pass for another message. */
static void say(struct sc_err *e, const char *fmt, va_list ap) SC_PRINTF(2, 0);
static void say(struct sc_err *e, const char *fmt, va_list ap)
{
	char raw[sizeof e->msg];
	int n = vsnprintf(raw, sizeof raw, fmt, ap);
	size_t len = n < 0 ? 0 : (size_t)n < sizeof raw ? (size_t)n : sizeof raw - 1;

	sc_escape_to(e->msg, sizeof e->msg, (sc_str){ raw, len });
}

int sc_bad(struct sc_err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(e, fmt, ap);
	va_end(ap);
	e->damage = false;
	return SC_BAD;
}

int sc_damage(struct sc_err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(e, fmt, ap);
	va_end(ap);
	e->damage = true;
	return SC_BAD;
}

void sc_say(struct sc_err *e, const char *literal)
{
	size_t n = strlen(literal);

	if (n >= sizeof e->msg)
		n = sizeof e->msg - 1;
	memcpy(e->msg, literal, n);
	e->msg[n] = 0;
	e->damage = false;
}

int sc_fail(struct sc_err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(e, fmt, ap);
	va_end(ap);
	return SC_FAIL;
}

/* ---- memory ---- */

static atomic_uint_fast64_t mallocs;

uint64_t sc_malloc_count(void)
{
	return atomic_load(&mallocs);
}

void sc_oom(void)
{
	static const char msg[] = "scope: out of memory\n";

	if (write(STDERR_FILENO, msg, sizeof msg - 1) < 0) {
		/* nobody left to tell */
	}
	_exit(2);
}

struct sc_block {
	struct sc_block *next;
	size_t cap, used; /* of data */
	_Alignas(16) char data[];
};

enum { BLOCK = 64 << 10 };

static struct sc_block *block_new(size_t n)
{
	size_t cap = n > BLOCK ? n : BLOCK;
	struct sc_block *b;

	if (cap > SIZE_MAX - sizeof *b)
		sc_oom();
	b = malloc(sizeof *b + cap);
	if (!b)
		sc_oom();
	atomic_fetch_add_explicit(&mallocs, 1, memory_order_relaxed);
	*b = (struct sc_block){ .cap = cap };
	return b;
}

void *sc_alloc(struct sc_arena *a, size_t n)
{
	struct sc_block *b = a->now, *next;
	void *p;

	if (n > SIZE_MAX - 15)
		sc_oom();
	n = (n + 15) & ~(size_t)15;
	if (b && b->cap - b->used >= n)
		goto have;
	next = b ? b->next : NULL;
	if (next && next->cap >= n) {
		next->used = 0;
	} else {
		size_t grow = b ? 2 * b->cap : BLOCK;

		if (grow > 1 << 20)
			grow = 1 << 20;
		next = block_new(n > grow ? n : grow);
		if (b) {
			next->next = b->next;
			b->next = next;
		} else {
			a->all = next;
		}
	}
	a->now = b = next;
have:
	p = b->data + b->used;
	b->used += n;
	return p;
}

void *sc_zalloc(struct sc_arena *a, size_t each, size_t n)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(each, n, &bytes))
		sc_oom();
	p = sc_alloc(a, bytes);
	memset(p, 0, bytes);
	return p;
}

sc_str sc_strdup(struct sc_arena *a, sc_str s)
{
	return (sc_str){ sc_cstr(a, s), s.n };
}

sc_str sc_path_dir(struct sc_arena *a, sc_str path)
{
	sc_str folder = sc_path_folder(path);

	if (!folder.n)
		return SC_STR(".");
	return sc_strdup(a, sc_str_head(folder, folder.n > 1 ? folder.n - 1 : 1));
}

char *sc_cstr(struct sc_arena *a, sc_str s)
{
	char *p;

	if (s.n == SIZE_MAX)
		sc_oom();
	p = sc_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = 0;
	return p;
}

sc_str sc_fmt(struct sc_arena *a, const char *fmt, ...)
{
	va_list ap;
	int n;
	char *p;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	p = sc_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (sc_str){ p, (size_t)n };
}

/* A slab that the arena holds; lies in the arena itself. */
struct sc_held {
	struct sc_held *next;
	struct sc_slab *slab;
};

void sc_arena_hold(struct sc_arena *a, struct sc_slab *s)
{
	struct sc_held *h;

	if (a->held && a->held->slab == s) /* records come one after the other */
		return;
	h = sc_alloc(a, sizeof *h);
	*h = (struct sc_held){ .next = a->held, .slab = slab_hold(s) };
	a->held = h;
}

static void let_go(struct sc_arena *a, const struct sc_held *until)
{
	for (; a->held != until; a->held = a->held->next)
		sc_slab_free(a->held->slab);
}

struct sc_mark sc_arena_mark(const struct sc_arena *a)
{
	return (struct sc_mark){ a->now, a->now ? a->now->used : 0, a->held };
}

void sc_arena_back(struct sc_arena *a, struct sc_mark m)
{
	if (!m.block) {
		sc_arena_reset(a);
		return;
	}
	let_go(a, m.held);
	a->now = m.block;
	a->now->used = m.used;
}

void sc_arena_reset(struct sc_arena *a)
{
	let_go(a, NULL);
	a->now = a->all;
	if (a->now)
		a->now->used = 0;
}

void sc_arena_free(struct sc_arena *a)
{
	struct sc_block *b = a->all, *next;

	let_go(a, NULL);
	for (; b; b = next) {
		next = b->next;
		free(b);
	}
	*a = (struct sc_arena){ 0 };
}

size_t sc_arena_bytes(const struct sc_arena *a)
{
	size_t n = 0;

	for (const struct sc_block *b = a->all; b; b = b->next)
		n += b->cap;
	return n;
}

/* ---- buffers ---- */

char *sc_buf_grow(struct sc_buf *b, size_t n)
{
	size_t want, cap = b->cap ? b->cap : 256;
	char *p;

	if (__builtin_add_overflow(b->n, n, &want))
		sc_oom();
	while (cap < want)
		cap = cap > SIZE_MAX / 2 ? want : cap * 2;
	p = b->a ? sc_alloc(b->a, cap) : realloc(b->p, cap);
	if (!p)
		sc_oom();
	if (b->a && b->n)
		memcpy(p, b->p, b->n);
	if (!b->a)
		atomic_fetch_add_explicit(&mallocs, 1, memory_order_relaxed);
	b->p = p;
	b->cap = cap;
	return b->p + b->n;
}

void sc_buf_fmt(struct sc_buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n <= 0)
		return;
	sc_buf_room(b, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void sc_buf_u64(struct sc_buf *b, uint64_t v)
{
	char digits[20], *p = digits + sizeof digits;

	do
		*--p = (char)('0' + v % 10);
	while (v /= 10);
	sc_buf_add(b, (sc_str){ p, (size_t)(digits + sizeof digits - p) });
}

sc_str sc_buf_seal(struct sc_buf *b)
{
	sc_str out = sc_buf_str(b);
	struct sc_block *now = b->a->now;
	size_t keep = (b->n + 15) & ~(size_t)15, took = (b->cap + 15) & ~(size_t)15;

	if (b->p && now->used >= took && b->p == now->data + (now->used - took))
		now->used -= took - keep;
	*b = (struct sc_buf){ .a = b->a };
	return out;
}

void sc_buf_free(struct sc_buf *b)
{
	if (!b->a)
		free(b->p);
	*b = (struct sc_buf){ .a = b->a };
}
