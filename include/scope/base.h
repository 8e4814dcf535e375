/* SPDX-License-Identifier: Apache-2.0 */
/* scope/base.h -- bytes, memory and errors: what every other header stands on. */
#ifndef SCOPE_BASE_H
#define SCOPE_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SC_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define SC_COUNT(a)     (sizeof(a) / sizeof((a)[0]))

/* Bytes owned by someone else.  Not NUL-terminated; may contain NUL. */
typedef struct sc_str {
	const char *p;
	size_t n;
} sc_str;

/* SC_LIT initialises a static table, SC_STR is an expression.  Lengths are
 * never counted by hand. */
#define SC_LIT(lit) { "" lit "", sizeof(lit) - 1 }
#define SC_STR(lit) ((sc_str)SC_LIT(lit))
/* For printf("%.*s", SC_ARG(s)). */
#define SC_ARG(s) (int)((s).n > 4096 ? 4096 : (s).n), (s).p ? (s).p : ""

static inline bool sc_str_eq(sc_str a, sc_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool sc_str_starts(sc_str s, sc_str with)
{
	return s.n >= with.n && (with.n == 0 || memcmp(s.p, with.p, with.n) == 0);
}

static inline bool sc_str_ends(sc_str s, sc_str with)
{
	return s.n >= with.n && (with.n == 0 || memcmp(s.p + s.n - with.n, with.p, with.n) == 0);
}

/* s without its first n bytes (all of them when it has fewer). */
static inline sc_str sc_str_from(sc_str s, size_t n)
{
	return n < s.n ? (sc_str){ s.p + n, s.n - n } : (sc_str){ s.n ? s.p + s.n : s.p, 0 };
}

static inline sc_str sc_str_head(sc_str s, size_t n)
{
	return (sc_str){ s.p, n < s.n ? n : s.n };
}

static inline sc_str sc_str_c(const char *c)
{
	return (sc_str){ c, c ? strlen(c) : 0 };
}

#define SC_NONE SIZE_MAX                         /* sc_str_find, sc_str_chr: not there */
size_t sc_str_find(sc_str s, sc_str what);       /* index of the first `what` */
size_t sc_str_chr(sc_str s, char c);             /* index of the first c */
size_t sc_str_rchr(sc_str s, char c);            /* index of the last c */
int sc_str_cmp(sc_str a, sc_str b);              /* by bytes, as LC_ALL=C sort does */
bool sc_bytes_ieq(const char *a, const char *b, size_t n); /* ASCII case aside */
static inline bool sc_str_ieq(sc_str a, sc_str b)
{
	return a.n == b.n && sc_bytes_ieq(a.p, b.p, a.n);
}
size_t sc_str_ifind(sc_str s, sc_str what);      /* index of the first `what`, ASCII case aside; what.n > 1 */
sc_str sc_str_trim(sc_str s);                    /* ASCII white space off both ends */
/* The piece of *rest before `sep`; *rest becomes what follows it.  False when *rest.p is NULL:
 * the last piece was handed out (an empty string yields one empty piece). */
bool sc_str_cut(sc_str *rest, char sep, sc_str *piece);
sc_str sc_path_name(sc_str path);                /* what is behind its last '/' */
sc_str sc_path_folder(sc_str path);              /* what is up to it and with it; empty where there is none */
bool sc_str_u64(sc_str s, uint64_t *out);        /* decimal digits only, no overflow */

/*
 * How a call ended.  The two failures differ in fate, not in degree:
 * SC_BAD spoils one record, which goes to the reject stream; SC_FAIL ends
 * the run.  Anything that cannot happen is an assert, not a status.
 */
enum sc_status {
	SC_OK = 0,
	SC_EOF = 1,       /* source: nothing left */
	SC_DROP = 2,      /* filter: leave this record out */
	SC_UNDECIDED = 3, /* filter: cannot tell; the run's --undecided says what then */
	SC_HOLD = 4,      /* serial filter: decided later, by release() */
	SC_BAD = -1,
	SC_FAIL = -2,
};

/* A message fit to print after "scope: ".  Fixed size, so that running out
 * of memory can be reported without memory. */
struct sc_err {
	char msg[512];
	bool damage; /* with SC_BAD: not one record but the container is spoilt (truncation, a failed
	              * checksum): the exit status says so whatever --max-bad allows */
};

/* Fill *e and return SC_BAD / SC_FAIL, so that callers can
 * `return sc_bad(e, "line %zu: no closing quote", n);`.  Control characters in
 * the message are escaped here, once, for everybody.  The engine prepends
 * "PATH:ORDINAL: byte OFFSET: ": readers and filters say only what was wrong. */
int sc_bad(struct sc_err *e, const char *fmt, ...) SC_PRINTF(2, 3);
int sc_damage(struct sc_err *e, const char *fmt, ...) SC_PRINTF(2, 3); /* SC_BAD with damage set */
int sc_fail(struct sc_err *e, const char *fmt, ...) SC_PRINTF(2, 3);
/* A message of ours that holds no input, where it is said for record after record. */
void sc_say(struct sc_err *e, const char *literal);

#define SC_TRY(call)                   \
	do {                           \
		int sc_rc_ = (call);   \
		if (sc_rc_ < 0)        \
			return sc_rc_; \
	} while (0)

/*
 * Memory that dies together.  Allocation never returns NULL: out of memory,
 * sc_oom() says so in one line and exits with status 2 (set by tools/main.c; outputs are only
 * ever renamed when whole, so nothing is left under a final name).  Sizes that come from
 * the input are checked against their limit before they get here.  Reset keeps the blocks,
 * so a warm arena costs no malloc.
 */
struct sc_block;
struct sc_held;
struct sc_arena {
	struct sc_block *now; /* block being filled */
	struct sc_block *all; /* first of the chain */
	struct sc_held *held; /* slabs that live as long as what is allocated here */
};

/* A place to come back to: everything allocated since is free again. */
struct sc_mark {
	struct sc_block *block;
	size_t used;
	struct sc_held *held;
};

_Noreturn void sc_oom(void);
void *sc_alloc(struct sc_arena *a, size_t n);               /* 16-aligned, not zeroed */
void *sc_zalloc(struct sc_arena *a, size_t each, size_t n); /* zeroed, overflow-checked */
sc_str sc_strdup(struct sc_arena *a, sc_str s);             /* a NUL follows the copy */
sc_str sc_path_dir(struct sc_arena *a, sc_str path);         /* the folder that it lies in, to be opened: ".", "/", "a/b"; NUL follows */
char *sc_cstr(struct sc_arena *a, sc_str s);                /* NUL-terminated copy */
sc_str sc_fmt(struct sc_arena *a, const char *fmt, ...) SC_PRINTF(2, 3);
struct sc_mark sc_arena_mark(const struct sc_arena *a);
void sc_arena_back(struct sc_arena *a, struct sc_mark m);
void sc_arena_reset(struct sc_arena *a);
void sc_arena_free(struct sc_arena *a); /* an empty arena is fine, as with free(NULL) */
size_t sc_arena_bytes(const struct sc_arena *a); /* of all its blocks */
uint64_t sc_malloc_count(void); /* blocks ever asked of malloc by arenas and buffers; --debug prints it */

/*
 * A large buffer that several arenas may look into: it lives until the last of those that hold it lets go.
 * Records stay where they were decoded; nobody writes to bytes that another can see.
 */
struct sc_slab;
struct sc_slab *sc_slab_new(size_t cap);            /* held once, by the caller; at least cap bytes, and nearly 1 MiB */
void sc_slab_free(struct sc_slab *s);               /* the caller lets go; NULL is fine */
char *sc_slab_bytes(struct sc_slab *s);
size_t sc_slab_cap(const struct sc_slab *s);
bool sc_slab_alone(const struct sc_slab *s);        /* nobody but the caller holds it */
void sc_arena_hold(struct sc_arena *a, struct sc_slab *s); /* until reset, back or free */

#define SC_NEW(a, type, n) ((type *)sc_zalloc((a), sizeof(type), (n)))

/* Bytes that grow: on the heap, or in an arena when `a` is set ({ .a = arena }), where what they outgrow stays until the
 * arena is reset and free is nothing.  Zero is empty; keeps its memory across sc_buf_clear. */
struct sc_buf {
	char *p;
	size_t n, cap;
	struct sc_arena *a;
};

char *sc_buf_grow(struct sc_buf *b, size_t n); /* what sc_buf_room does when there is none */
void sc_buf_fmt(struct sc_buf *b, const char *fmt, ...) SC_PRINTF(2, 3);
void sc_buf_u64(struct sc_buf *b, uint64_t v); /* in decimal, as "%ju" and without what that costs */
void sc_buf_free(struct sc_buf *b);
/* The bytes of a buffer in an arena, for good: what it has too much goes back to the arena when nothing was allocated
 * behind it, and b is empty. */
sc_str sc_buf_seal(struct sc_buf *b);

/* Room for n more after b->n; the caller adds to b->n. */
static inline char *sc_buf_room(struct sc_buf *b, size_t n)
{
	return b->cap - b->n >= n && b->p ? b->p + b->n : sc_buf_grow(b, n);
}

static inline void sc_buf_add(struct sc_buf *b, sc_str s)
{
	if (!s.n)
		return;
	memcpy(sc_buf_room(b, s.n), s.p, s.n);
	b->n += s.n;
}

static inline void sc_buf_byte(struct sc_buf *b, char c)
{
	*sc_buf_room(b, 1) = c;
	b->n++;
}

static inline void sc_buf_clear(struct sc_buf *b)
{
	b->n = 0;
}
static inline sc_str sc_buf_str(const struct sc_buf *b)
{
	return (sc_str){ b->p, b->n };
}

#endif
