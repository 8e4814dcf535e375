/* SPDX-License-Identifier: Apache-2.0 */
/* markdown.c -- Markdown in which anybody's text stays text; strings of YAML. */
#include <scope/markdown.h>

#include <errno.h>
#include <unistd.h>

#include <scope/text.h>

enum { SHOWN = 256, HOLD = 1 << 20 };

void sc_md_code(struct sc_buf *b, sc_str s)
{
	sc_str shown = sc_str_head(s, SHOWN), rest;
	char escaped[10 * SHOWN + 16];

	if (shown.n < s.n) { /* not in the midst of a character */
		size_t whole = shown.n;

		while (whole > SHOWN - 4 && ((unsigned char)s.p[whole] & 0xc0) == 0x80)
			whole--;
		shown.n = whole;
	}
	rest = (sc_str){ escaped, sc_escape_to(escaped, sizeof escaped, shown) };
	sc_buf_byte(b, '`');
	for (size_t i = 0; i < rest.n; i++) {
		if (rest.p[i] == '`' || rest.p[i] == '|')
			sc_buf_add(b, rest.p[i] == '|' ? SC_STR("\\x7c") : SC_STR("\\x60"));
		else
			sc_buf_byte(b, rest.p[i]);
	}
	sc_buf_add(b, shown.n < s.n ? SC_STR("...`") : SC_STR("`"));
}

void sc_md_number(struct sc_buf *b, uint64_t n)
{
	char digits[24];
	size_t k = sizeof digits, count = 0;

	do {
		digits[--k] = (char)('0' + n % 10);
		count++;
		n /= 10;
	} while (n);
	for (; k < sizeof digits; k++) {
		sc_buf_byte(b, digits[k]);
		if (--count && count % 3 == 0)
			sc_buf_byte(b, ',');
	}
}

void sc_md_share(struct sc_buf *b, uint64_t part, uint64_t of)
{
	uint64_t tenths;

	if (!of) {
		sc_buf_byte(b, '-');
		return;
	}
	tenths = (uint64_t)(((unsigned __int128)part * 1000 + of / 2) / of);
	if (part && !tenths)
		sc_buf_add(b, SC_STR("below 0.1 %"));
	else if (part < of && tenths >= 1000)
		sc_buf_add(b, SC_STR("above 99.9 %"));
	else if (tenths % 1000 == 0)
		sc_buf_fmt(b, "%ju %%", (uintmax_t)tenths / 10);
	else
		sc_buf_fmt(b, "%ju.%ju %%", (uintmax_t)tenths / 10, (uintmax_t)tenths % 10);
}

static void blank(struct sc_md *d, const char *what)
{
	d->blanks++;
	sc_buf_fmt(&d->b, "[to be filled in by a person: %s]", what);
}

static void code(struct sc_buf *b, sc_str s)
{
	if (s.n)
		sc_md_code(b, s);
	else
		sc_buf_add(b, SC_STR("none"));
}

void sc_md_put(struct sc_md *d, const char *fmt, ...)
{
	va_list ap;
	uint64_t part;

	va_start(ap, fmt);
	for (; *fmt; fmt++) {
		if (*fmt != '$') {
			sc_buf_byte(&d->b, *fmt);
			continue;
		}
		switch (*++fmt) {
		case 'n':
			sc_md_number(&d->b, va_arg(ap, uint64_t));
			break;
		case 'p':
			part = va_arg(ap, uint64_t);
			sc_md_share(&d->b, part, va_arg(ap, uint64_t));
			break;
		case 'c':
			code(&d->b, va_arg(ap, sc_str));
			break;
		case 'b':
			blank(d, va_arg(ap, const char *));
			break;
		default:
			sc_buf_add(&d->b, sc_str_c(va_arg(ap, const char *)));
		}
	}
	va_end(ap);
}

/* ---- what does not stay in memory ---- */

static int spool(struct sc_md *d, struct sc_err *e)
{
	sc_str left = sc_buf_str(&d->b);

	if (!d->spooled) {
		d->fd = sc_spool(e);
		if (d->fd < 0)
			return SC_FAIL;
	}
	while (left.n) {
		ssize_t n = pwrite(d->fd, left.p, left.n, (off_t)d->spooled);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return sc_fail(e, "spool file in TMPDIR: %s",
			               n ? strerror(errno) : "nothing written");
		d->spooled += (uint64_t)n;
		left = sc_str_from(left, (size_t)n);
	}
	sc_buf_clear(&d->b);
	return SC_OK;
}

int sc_md_ease(struct sc_md *d, struct sc_err *e)
{
	return d->b.n > HOLD ? spool(d, e) : SC_OK;
}

int sc_md_write(struct sc_md *d, sc_str head, struct sc_output *out, struct sc_err *e)
{
	char block[1 << 16];

	SC_TRY(sc_write(out, head, e));
	for (uint64_t at = 0; at < d->spooled;) {
		ssize_t n = pread(d->fd, block, sizeof block, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return sc_fail(e, "spool file in TMPDIR: %s",
			               n ? strerror(errno) : "cut short");
		SC_TRY(sc_write(out, (sc_str){ block, (size_t)n }, e));
		at += (uint64_t)n;
	}
	return sc_write(out, sc_buf_str(&d->b), e);
}

void sc_md_free(struct sc_md *d)
{
	if (d->spooled)
		close(d->fd);
	sc_buf_free(&d->b);
	*d = (struct sc_md){ 0 };
}

/* ---- YAML ---- */

void sc_yaml_put(struct sc_buf *b, sc_str s)
{
	sc_buf_byte(b, '"');
	while (s.n) {
		uint32_t cp = 0;
		size_t len = sc_utf8_next(s, &cp);

		if (!len)
			sc_buf_fmt(b, "\\\\x%02x", (unsigned char)*s.p);
		else if (cp == '"' || cp == '\\')
			sc_buf_fmt(b, "\\%c", (char)cp);
		else if (sc_is_unsafe(cp) || (cp & 0xfffe) == 0xfffe)
			sc_buf_fmt(b, cp > 0xffff ? "\\U%08x" : "\\u%04x", cp);
		else
			sc_buf_add(b, sc_str_head(s, len));
		s = sc_str_from(s, len ? len : 1);
	}
	sc_buf_byte(b, '"');
}
