/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_vec.h -- the loops over strings, 64 bytes a step, for whichever vectors the file that includes this has.
 *
 * That file gives, before the include (masks have bit i for byte i):
 *
 *	FN, OP(type)      attributes of a function that may use the vectors; the same and inlined
 *	LEVEL             the name of the table that is defined at the bottom
 *	vec               64 bytes
 *	load(p)           64 bytes from p
 *	load_some(p, n)   n < 64 bytes from p and zeros behind them; not a byte more of p is touched
 *	row, all(c)       the byte c in each place; it stays in a register, where compilers like to make it anew each step
 *	struct kit, kit() what simple and odd want to have at hand
 *	is(v, row), control(v), high(v)   bytes that are as in the row, below the space, not ASCII
 *	odd(v, kit)       control(v) | high(v)
 *	simple(v, kit)    bytes that may follow a backslash, but for u
 *	not_utf8(v, u)    bytes at which it shows that v, which follows u, is not UTF-8; a sequence that is cut shows at
 *	                  the byte behind it
 *	decode_block      see decode
 *
 * Which backslash escapes and which is escaped is told without a branch: of a run of backslashes every second one
 * escapes, counted from where the run begins.  Adding the beginnings at even places to all backslashes carries through
 * just those runs, so that what the sum clears are the runs that begin at even places.  (The idea is of Langdale and
 * Lemire, "Parsing Gigabytes of JSON per Second", 2019.)  A block whose last byte escapes is followed by one that begins
 * with that byte, so no block need know what was before it: a branch that is rarely taken is cheaper than a carry from
 * each step to the next.
 *
 * A \u needs more than its next byte; it is looked at by the plain code together with those that follow it, and the
 * loop begins anew behind them.
 */

/* Of a block's backslashes those that escape. */
OP(uint64_t) escapes(uint64_t slash)
{
	const uint64_t even = UINT64_C(0x5555555555555555);
	uint64_t begin = slash & ~(slash << 1);
	uint64_t even_run = slash & ~(slash + (begin & even));

	return slash & ~(even_run ^ even);
}

OP(uint64_t) first_n(size_t n)
{
	return n >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
}

/* Where the step after the block at p begins, whose escaping backslashes are e.  The empty asm keeps the branch one:
 * subtracting e >> 63 would have every load wait for the step before. */
OP(const char *) step(const char *p, uint64_t e)
{
	p += 64;
	if (__builtin_expect(e >> 63, 0)) {
		__asm__ volatile("");
		p--;
	}
	return p;
}

/* Blocks that need no look: the p where one does, or where the text has no more than a block left.  *past: behind the
 * closing quote, when that was found in passing. */
OP(const char *) calm(const char *p, const char *end, size_t *slashes, const char **past)
{
	const row slash = all('\\'), mark = all('"');
	const struct kit k = kit();

	while (end - p > 64) {
		vec v = load(p);
		uint64_t e = escapes(is(v, slash)), stop = is(v, mark) & ~(e << 1), upto = stop ^ (stop - 1);
		uint64_t doubt = (e << 1 & ~simple(v, &k)) | odd(v, &k);

		if (__builtin_expect((stop | doubt) != 0, 0)) {
			if (!stop || doubt & upto)
				break;
			*slashes += (size_t)__builtin_popcountll(e & upto);
			*past = p + __builtin_ctzll(stop) + 1;
			break;
		}
		*slashes += (size_t)__builtin_popcountll(e << 1); /* the last place comes again */
		p = step(p, e);
	}
	return p;
}

/* See struct json_fast. */
FN static const char *string(const char *p, const char *end, struct json_seen *seen)
{
	const struct kit k = kit();
	uint64_t cut = 0, wide = 0; /* cut: a sequence may reach into this block */
	bool ascii = true;          /* so far, or again */
	size_t slashes = 0;
	const char *past = NULL;
	vec before = load_some(p, 0);

	*seen = (struct json_seen){ 0 };
	for (;;) {
		if (ascii)
			p = calm(p, end, &slashes, &past);
		if (past)
			break;
		size_t left = (size_t)(end - p);
		vec v = left >= 64 ? load(p) : load_some(p, left);
		uint64_t e = escapes(is(v, all('\\'))), stop = is(v, all('"')) & ~(e << 1), doubt = e << 1 & ~simple(v, &k);
		uint64_t upto, not_ascii;

		stop |= doubt & is(v, all('u'));
		upto = (stop ^ (stop - 1)) & first_n(left); /* all, or up to the first stop */
		not_ascii = high(v) & upto;
		if (upto & (control(v) | (doubt & ~stop) | (e << 1 & not_ascii)))
			return NULL;
		if ((not_ascii | cut) && (not_utf8(v, before) & upto))
			return NULL;
		wide |= not_ascii;
		slashes += (size_t)__builtin_popcountll((e & upto) << 1);
		ascii = !not_ascii;
		if (stop) {
			p += __builtin_ctzll(stop);
			if (*p == '"')
				break;
			seen->flags = SC_JSON_UNICODE;
			p = json_unicode(p, end);
			if (!p)
				return NULL;
			cut = 0;
			continue;
		}
		if (left <= 64)
			return NULL;
		cut = not_ascii >> 61;
		before = v;
		p = step(p, e);
	}
	seen->flags |= (wide ? SC_JSON_WIDE : 0u) | (slashes ? SC_JSON_ESCAPED : 0u);
	seen->escapes = slashes;
	return past ? past : p + 1;
}

FN static const char *quote(const char *p, const char *end)
{
	const row slash = all('\\'), mark = all('"');

	for (;;) {
		size_t left = (size_t)(end - p);
		vec v = left >= 64 ? load(p) : load_some(p, left);
		uint64_t e = escapes(is(v, slash)), stop = is(v, mark) & ~(e << 1);

		if (stop)
			return p + __builtin_ctzll(stop) + 1;
		if (left <= 64)
			return NULL;
		p = step(p, e);
	}
}

/* Back from p, where a block begins, to where the last sequence before it begins; all before that is well-formed. */
static const char *sequence(const char *p, const char *begin)
{
	for (int i = 1; i <= 3 && p - begin >= i; i++)
		if (((unsigned char)p[-i] & 0xc0) != 0x80)
			return (signed char)p[-i] < 0 ? p - i : p;
	return p;
}

FN static size_t utf8(const char *s, size_t n)
{
	const char *p = s, *end = s + n;
	vec before = load_some(p, 0);
	uint64_t cut = 0;

	for (;; p += 64) {
		size_t left = (size_t)(end - p);
		vec v = left >= 64 ? load(p) : load_some(p, left);
		uint64_t not_ascii = high(v);

		if ((not_ascii | cut) && not_utf8(v, before))
			return (size_t)(sequence(p, s) - s);
		if (left < 64)
			return n;
		cut = not_ascii >> 61;
		before = v;
	}
}

/*
 * decode_block(p, left, out, &at, &kit): the bytes at p decoded to out as far as one step goes; *at is how far, and it returns
 * how many came of it.  It stops on a backslash whose escaped byte it has not got, and on that of a \u.
 */
FN static size_t decode(const char *p, const char *end, char *out)
{
	const struct kit k = kit();
	char *o = out;

	while (p < end) {
		size_t at = 64;

		o += decode_block(p, (size_t)(end - p), o, &at, &k);
		p += at;
		if (__builtin_expect(at == 64, 1))
			continue;
		while (p < end && *p == '\\' && (end - p < 2 || p[1] == 'u'))
			o += json_unescape(&p, end, o);
	}
	return (size_t)(o - out);
}

/* Where both the first and the last byte of `what` are in their places it is looked at. */
FN static bool has(sc_str s, sc_str what)
{
	const char *p = s.p, *end = s.p + s.n, *last = s.n < what.n ? end : p + what.n - 1;
	const row head = all(*what.p), tail = all(what.p[what.n - 1]);

	while (last < end) {
		size_t left = (size_t)(end - last); /* so many places are left */
		bool whole = left >= 64;
		uint64_t m = is(whole ? load(last) : load_some(last, left), tail);

		for (m &= is(whole ? load(p) : load_some(p, left), head); m; m &= m - 1)
			if (!memcmp(p + __builtin_ctzll(m), what.p, what.n))
				return true;
		if (!whole)
			return false;
		p += 64;
		last += 64;
	}
	return false;
}

const struct json_fast LEVEL = { .string = string, .quote = quote, .decode = decode, .utf8 = utf8, .has = has };
