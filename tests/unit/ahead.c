/* SPDX-License-Identifier: Apache-2.0 */
/* Members unpacked before their turn: the stream says the same, byte for byte and break for break, as without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include <scope/plugin.h>

#include "ahead.h"

enum { LIMIT = 8 << 20 };

static uint64_t seed = 1;

static uint32_t dice(uint32_t sides)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % sides;
}

static void pack(const struct sc_codec *c, sc_str plain, struct sc_buf *out)
{
	void *state = calloc(1, c->card.state + 1);
	struct sc_err e;

	assert_int_equal(c->open(state, &e), SC_OK);
	assert_int_equal(c->pack(state, plain, 1, out, &e), SC_OK);
	c->close(state);
	free(state);
}

/* Lines that pack badly (so that there is enough to cut) or well, some with what looks like a member in them. */
static void lines(struct sc_buf *b, size_t n)
{
	while (b->n < n) {
		uint32_t kind = dice(4);

		for (uint32_t k = dice(400); k; k--)
			sc_buf_byte(b, kind ? (char)dice(255) : 'a');
		if (!dice(8))
			sc_buf_add(b, SC_STR("\x1f\x8b\x08\0\0\0\0\0\0\x03 \x28\xb5\x2f\xfd\x24\x02\x11"));
		sc_buf_byte(b, '\n');
	}
}

static void shard(const struct sc_codec *c, struct sc_buf *out)
{
	uint32_t members = 1 + dice(30);

	while (members--) {
		struct sc_buf plain = { 0 };

		lines(&plain, dice(40) ? dice(120000) : dice(6 << 20));
		pack(c, sc_buf_str(&plain), out);
		if (c->padded && !dice(20))
			sc_buf_add(out, SC_STR("\0\0\0"));
		if (!dice(60))
			sc_buf_add(out, SC_STR("garbage"));
		sc_buf_free(&plain);
	}
	for (uint32_t k = dice(3); k; k--) /* damage */
		out->p[dice((uint32_t)out->n)] ^= (char)(1 << dice(8));
	if (!dice(4))
		out->n -= dice((uint32_t)out->n);
}

/* Everything that an input says, in order. */
static void drink(struct sc_input *in, struct sc_buf *said)
{
	struct sc_err e = { 0 };
	uint64_t lost, off, packed;
	bool first, known;
	sc_str line;

	for (;;) {
		int rc = sc_line(in, '\n', &line, &e);

		if (rc == SC_EOF && !sc_input_break(in, &lost, &e))
			break;
		if (rc == SC_EOF) {
			sc_buf_fmt(said, "break, %ju lost: %s\n", (uintmax_t)lost, e.msg);
			sc_input_mend(in);
			continue;
		}
		assert_int_equal(rc, SC_OK);
		sc_buf_add(said, line);
		assert_int_equal(sc_peek(in, 1, &line, &e), SC_OK);
		if (line.n && sc_input_member(in, &off, &first))
			sc_buf_fmt(said, "%ju %ju %d\n", (uintmax_t)sc_input_off(in), (uintmax_t)off, first);
		if (line.n && sc_input_own_members(in, line.n, &known, &off, &packed) && known)
			off += packed; /* how far one sees differs: only that it stays inside */
		assert_true(off <= in->st.nread);
	}
}

static void alike(const struct sc_codec *c)
{
	struct sc_buf stored = { 0 }, ahead = { 0 }, plain = { 0 };
	struct sc_err e = { 0 };
	struct sc_input *in;

	shard(c, &stored);
	assert_int_equal(sc_input_memory(&in, sc_buf_str(&stored), SC_STR("it"), LIMIT, &e), SC_OK);
	drink(in, &ahead);
	sc_input_close(in);
	assert_int_equal(sc_input_memory(&in, sc_buf_str(&stored), SC_STR("it"), LIMIT, &e), SC_OK);
	ahead_close(in);
	in->ahead = NULL;
	in->st.end = true;
	drink(in, &plain);
	sc_input_close(in);
	assert_int_equal(ahead.n, plain.n);
	if (ahead.n)
		assert_memory_equal(ahead.p, plain.p, ahead.n);
	sc_buf_free(&stored);
	sc_buf_free(&ahead);
	sc_buf_free(&plain);
}

static void gzip_says_the_same_with_and_without(void **state)
{
	(void)state;
	for (int i = 0; i < 40; i++)
		alike(sc_codec_named(SC_STR("gzip")));
}

static void zstd_says_the_same_with_and_without(void **state)
{
	(void)state;
	for (int i = 0; i < 40; i++)
		alike(sc_codec_named(SC_STR("zstd")));
}

static void sound_members_are_taken_over_and_not_unpacked_twice(void **state)
{
	struct sc_buf stored = { 0 }, plain = { 0 };
	struct segment *s;
	struct sc_err e = { 0 };
	struct sc_input *in;
	sc_str got;
	int claimed = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		sc_buf_clear(&plain);
		lines(&plain, 80000);
		pack(sc_codec_named(SC_STR("gzip")), sc_buf_str(&plain), &stored);
	}
	assert_int_equal(sc_input_memory(&in, sc_buf_str(&stored), SC_STR("it"), LIMIT, &e), SC_OK);
	while (ahead_hungry(in, 100))
		assert_int_equal(ahead_fetch(in, &e), SC_OK);
	for (; (s = ahead_claim(in)); claimed++)
		ahead_unpack(in, s);
	assert_true(claimed > 3);
	assert_true(ahead_ready(in));
	while (sc_peek(in, 1, &got, &e) == SC_OK && got.n) {
		assert_int_equal(in->st.w.hi, in->st.w.lo); /* nothing went the usual way */
		sc_take(in, got.n);
	}
	sc_input_close(in);
	sc_buf_free(&stored);
	sc_buf_free(&plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gzip_says_the_same_with_and_without),
		cmocka_unit_test(zstd_says_the_same_with_and_without),
		cmocka_unit_test(sound_members_are_taken_over_and_not_unpacked_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
