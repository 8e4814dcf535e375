/* SPDX-License-Identifier: Apache-2.0 */
/* tar.c -- the fields of a tar header and the records of a pax header.  The layout is drawn in filters/read/tar.c. */
#include <scope/tar.h>

#define MOST_SIZE (UINT64_C(1) << 50) /* a petabyte: no member, a damaged size */

enum { BLOCK = SC_TAR_BLOCK };

sc_str sc_tar_field(const char *p, size_t n)
{
	return (sc_str){ p, strnlen(p, n) };
}

/* Octal or base 256; blanks and NULs around it.  False: not a number, or negative. */
bool sc_tar_number(const char *p, size_t n, uint64_t *out)
{
	uint64_t v = 0;
	size_t i = 0;

	if ((unsigned char)p[0] & 0x80) {
		if ((unsigned char)p[0] & 0x40)
			return false;
		v = (unsigned char)p[0] & 0x3f;
		for (i = 1; i < n; i++) {
			if (v >> 56)
				return false;
			v = v << 8 | (unsigned char)p[i];
		}
		*out = v;
		return true;
	}
	while (i < n && (p[i] == ' ' || !p[i]))
		i++;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++) {
		if (v >> 60)
			return false;
		v = v << 3 | (uint64_t)(p[i] - '0');
	}
	for (; i < n; i++)
		if (p[i] != ' ' && p[i])
			return false;
	*out = v;
	return true;
}

bool sc_tar_is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

bool sc_tar_has_magic(const char *h)
{
	return memcmp(h + 257, "ustar", 5) == 0;
}

bool sc_tar_is_header(const char *h)
{
	long with_sign = 8 * ' ', without = 8 * ' ';
	uint64_t said;

	if (!sc_tar_number(h + 148, 8, &said) || !said)
		return false;
	for (size_t i = 0; i < BLOCK; i++) {
		if (i == 148)
			i = 156;
		with_sign += (signed char)h[i];
		without += (unsigned char)h[i];
	}
	return said <= INT32_MAX && ((long)said == without || (long)said == with_sign);
}

uint64_t sc_tar_padding(uint64_t size)
{
	return (BLOCK - size % BLOCK) % BLOCK;
}

/* A header's size, when it can be one. */
bool sc_tar_size(const char *h, uint64_t *size)
{
	return sc_tar_number(h + 124, 12, size) && *size < MOST_SIZE;
}

/* ---- pax records: "LEN KEY=VALUE\n" ---- */

static bool seconds(sc_str s, int64_t *out)
{
	bool minus = s.n && s.p[0] == '-';
	size_t dot = sc_str_chr(s, '.');
	uint64_t v;

	if (dot != SC_NONE)
		s = sc_str_head(s, dot);
	if (!sc_str_u64(sc_str_from(s, minus), &v) || v > INT64_MAX)
		return false;
	*out = minus ? -(int64_t)v : (int64_t)v;
	return true;
}

static int pax_one(struct sc_pax *x, sc_str key, sc_str value, struct sc_err *e)
{
	bool is_path = sc_str_eq(key, SC_STR("path")) || sc_str_eq(key, SC_STR("GNU.sparse.name"));

	if (is_path || sc_str_eq(key, SC_STR("linkpath"))) {
		struct sc_buf *b = is_path ? &x->path : &x->link;

		if (sc_str_chr(value, 0) != SC_NONE)
			return sc_bad(e, "pax %.*s has a NUL in it", SC_ARG(key));
		sc_buf_clear(b);
		sc_buf_add(b, value);
	} else if (sc_str_eq(key, SC_STR("size"))) {
		if (!sc_str_u64(value, &x->size) || x->size >= MOST_SIZE)
			return sc_bad(e, "pax size is %.*s", SC_ARG(value));
		x->has_size = true;
	} else if (sc_str_eq(key, SC_STR("mtime"))) {
		if (!seconds(value, &x->mtime))
			return sc_bad(e, "pax mtime is %.*s", SC_ARG(value));
		x->has_mtime = true;
	} else if (sc_str_starts(key, SC_STR("GNU.sparse.")) || sc_str_eq(key, SC_STR("SUN.holesdata"))) {
		x->sparse = true;
	}
	return SC_OK;
}

int sc_pax_parse(struct sc_pax *x, sc_str text, struct sc_err *e)
{
	while (text.n && text.p[0]) {
		size_t blank = sc_str_chr(sc_str_head(text, 20), ' '), equals;
		uint64_t n;
		sc_str line;

		if (blank == SC_NONE || !sc_str_u64(sc_str_head(text, blank), &n) || n <= blank + 1 || n > text.n)
			return sc_bad(e, "pax record has no length");
		line = sc_str_head(text, (size_t)n);
		if (line.p[line.n - 1] != '\n')
			return sc_bad(e, "pax record does not end in a newline");
		line = sc_str_from(sc_str_head(line, line.n - 1), blank + 1);
		equals = sc_str_chr(line, '=');
		if (equals == SC_NONE || !equals)
			return sc_bad(e, "pax record has no key");
		SC_TRY(pax_one(x, sc_str_head(line, equals), sc_str_from(line, equals + 1), e));
		text = sc_str_from(text, (size_t)n);
	}
	return SC_OK;
}

void sc_pax_clear(struct sc_pax *x)
{
	sc_buf_clear(&x->path);
	sc_buf_clear(&x->link);
	x->has_size = x->has_mtime = x->sparse = false;
}
