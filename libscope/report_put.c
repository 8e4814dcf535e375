/* SPDX-License-Identifier: Apache-2.0 */
/* report_put.c -- text, numbers and anybody's words into a page. */
#include "report_html.h"

#include <scope/html.h>
#include <scope/markdown.h>
#include <scope/text.h>

static void value(struct sc_buf *b, const struct rep_value *v)
{
	sc_html_put(b, v->s);
	if (v->full)
		sc_buf_fmt(b, "… <span class=\"dim\">(%ju bytes)</span>", (uintmax_t)v->full);
}

static void size(struct sc_buf *b, uint64_t n)
{
	struct sc_arena a = { 0 };

	sc_buf_add(b, sc_size_show(&a, n));
	sc_arena_free(&a);
}

static void one(struct sc_buf *b, char what, va_list *ap)
{
	uint64_t part;

	switch (what) {
	case 't':
		sc_html_put(b, va_arg(*ap, sc_str));
		break;
	case 'v':
		value(b, va_arg(*ap, const struct rep_value *));
		break;
	case 'n':
		sc_md_number(b, va_arg(*ap, uint64_t));
		break;
	case 'u':
		sc_buf_u64(b, va_arg(*ap, uint64_t));
		break;
	case 'r':
		sc_breadth_put(b, va_arg(*ap, double));
		break;
	case 'f':
		sc_buf_fmt(b, "%.2f", va_arg(*ap, double));
		break;
	case 'd':
		sc_buf_fmt(b, "%d", va_arg(*ap, int));
		break;
	case 'b':
		size(b, va_arg(*ap, uint64_t));
		break;
	case 'p':
		part = va_arg(*ap, uint64_t);
		sc_md_share(b, part, va_arg(*ap, uint64_t));
		break;
	default:
		sc_buf_add(b, sc_str_c(va_arg(*ap, const char *)));
	}
}

void rep_put(struct sc_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	while (*fmt) {
		size_t n = strcspn(fmt, "$");

		sc_buf_add(b, (sc_str){ fmt, n });
		fmt += n;
		if (*fmt) {
			one(b, fmt[1], &ap);
			fmt += 2;
		}
	}
	va_end(ap);
}

void rep_number(struct sc_buf *b, uint64_t n)
{
	rep_put(b, "<td class=\"n\" data-v=\"$u\">$n</td>", n, n);
}

void rep_real(struct sc_buf *b, double v)
{
	sc_buf_fmt(b, "<td class=\"n\" data-v=\"%.6g\">%.*f</td>", v, v < 10 ? 2 : 1, v);
}

void rep_share(struct sc_buf *b, uint64_t part, uint64_t of)
{
	sc_buf_fmt(b, "<td class=\"n\" data-v=\"%.6g\">", of ? (double)part / (double)of : 0.0);
	rep_put(b, "$p</td>", part, of);
}

void rep_counts(struct sc_buf *b, struct sc_count c, struct sc_count of)
{
	rep_number(b, c.records);
	rep_share(b, c.records, of.records);
	rep_number(b, c.bytes);
}
