/* SPDX-License-Identifier: Apache-2.0 */
/* embedded_exif.c -- TIFF 6.0's directories, in which EXIF stands too, and IPTC-IIM's data sets. */
#include "embedded.h"

enum { MOST_ENTRIES = 4096, MOST_DIRECTORIES = 16 };

struct tiff {
	struct sc_embedded_list *l;
	sc_str s;
	uint64_t at;
	bool big; /* MM */
};

static uint32_t num(const struct tiff *t, size_t at, size_t n)
{
	uint32_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint32_t)(unsigned char)t->s.p[at + i] << 8 * (t->big ? n - 1 - i : i);
	return v;
}

/* One entry of 12 bytes: tag, type, count, and the value or where it is. */
static void entry(const struct tiff *t, size_t at)
{
	static const uint8_t sizes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8 };
	uint32_t tag = num(t, at, 2), type = num(t, at + 2, 2), count = num(t, at + 4, 4);
	size_t n, where = at + 8;
	sc_str body;

	if (tag != 700 && tag != 33432 && tag != 33723 && tag != 34377)
		return;
	if (type >= sizeof sizes || !sizes[type] || count > t->s.n / sizes[type])
		return;
	n = (size_t)count * sizes[type];
	if (n > 4)
		where = num(t, at + 8, 4);
	if (where > t->s.n || n > t->s.n - where)
		return;
	body = (sc_str){ t->s.p + where, n };
	if (tag == 700)
		embedded_xmp(t->l, body, t->at + where, 0);
	else if (tag == 33432)
		embedded_add(t->l, SC_EMBEDDED_EXIF, body, t->at + where, n);
	else if (tag == 33723)
		embedded_iptc(t->l, body, t->at + where);
	else
		embedded_photoshop(t->l, body, t->at + where);
}

void embedded_tiff(struct sc_embedded_list *l, sc_str s, uint64_t at)
{
	struct tiff t = { l, s, at, sc_str_starts(s, SC_STR("MM")) };
	size_t next;

	if (s.n < 8 || (!t.big && !sc_str_starts(s, SC_STR("II"))) || num(&t, 2, 2) != 42)
		return;
	next = num(&t, 4, 4);
	for (int i = 0; i < MOST_DIRECTORIES && next >= 8 && next <= s.n && s.n - next >= 2; i++) {
		size_t n = num(&t, next, 2);

		if (n > MOST_ENTRIES || n * 12 > s.n - next - 2)
			return;
		for (size_t k = 0; k < n; k++)
			entry(&t, next + 2 + 12 * k);
		if (s.n - next - 2 - 12 * n < 4)
			return;
		next = num(&t, next + 2 + 12 * n, 4);
	}
}

void embedded_iptc(struct sc_embedded_list *l, sc_str s, uint64_t at)
{
	for (size_t i = 0; s.n - i >= 5 && s.p[i] == 0x1c;) {
		unsigned record = (unsigned char)s.p[i + 1], set = (unsigned char)s.p[i + 2];
		size_t n = (size_t)(unsigned char)s.p[i + 3] << 8 | (unsigned char)s.p[i + 4];

		i += 5;
		if (n > 0x7fff || n > s.n - i) /* a longer one tells its length otherwise: none of ours does */
			return;
		if (record == 2 && set == 116)
			embedded_add(l, SC_EMBEDDED_IPTC, (sc_str){ s.p + i, n }, at + i, n);
		i += n;
	}
}
