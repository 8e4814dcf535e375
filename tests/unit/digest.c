/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about digests: SHA-256 whatever computes it, one message or many, and sums in any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/digest.h>
#include <scope/text.h>

#include "cpu.h"
#include "sha256.h"

#include <stdlib.h>

static const enum cpu_level levels[] = { CPU_PLAIN, CPU_AVX512 };

static uint32_t seed = 1;

static uint32_t any(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

/* By libcrypto, in uneven pieces. */
static void plainly(sc_str s, uint8_t out[32])
{
	struct sc_sha256 *h = sc_sha256_new();

	while (s.n) {
		size_t n = 1 + any() % s.n;

		sc_sha256_add(h, sc_str_head(s, n));
		s = sc_str_from(s, n);
	}
	sc_sha256_end(h, out);
	sc_sha256_free(h);
}

/* A copy of its own, so that a sanitizer sees a byte read too many. */
static sc_str noise(size_t n)
{
	char *p = malloc(n ? n : 1);

	assert_non_null(p);
	for (size_t i = 0; i < n; i++)
		p[i] = (char)any();
	return (sc_str){ p, n };
}

static void is(const uint8_t digest[32], const char *want)
{
	char hex[65] = "";

	sc_hex(digest, 32, hex);
	assert_string_equal(hex, want);
}

static void published_examples_hold_in_either_lane(void **state)
{
	/* FIPS 180-4's examples as NIST gives them, and the empty message. */
	static const struct {
		sc_str message;
		const char *digest;
	} example[] = {
		{ SC_LIT(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ SC_LIT("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ SC_LIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ SC_LIT("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
			 "mnopqrstnopqrstu"),
		  "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
	};

	(void)state;
	for (size_t level = 0; level < SC_COUNT(levels); level++) {
		cpu_limit(levels[level]);
		for (size_t i = 0; i < SC_COUNT(example); i++)
			for (size_t k = 0; k < SC_COUNT(example); k++) {
				sc_str pair[2] = { example[i].message, example[k].message };
				uint8_t out[2][32];

				sc_sha256_many(pair, 2, out);
				is(out[0], example[i].digest);
				is(out[1], example[k].digest);
				sc_sha256_of(pair[0], out[0]);
				is(out[0], example[i].digest);
			}
	}
}

static void a_million_a_has_its_published_digest(void **state)
{
	sc_str s = noise(1000000);
	uint8_t out[32];

	(void)state;
	memset((char *)(uintptr_t)s.p, 'a', s.n);
	for (size_t level = 0; level < SC_COUNT(levels); level++) {
		cpu_limit(levels[level]);
		sc_sha256_of(s, out);
		is(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	}
	free((char *)(uintptr_t)s.p);
}

static void every_length_is_hashed_right_beside_every_other(void **state)
{
	enum { MOST = 300 };
	static sc_str v[2 * (MOST + 1)];
	static uint8_t want[MOST + 1][32], out[2 * (MOST + 1)][32];

	(void)state;
	for (size_t i = 0; i <= MOST; i++) {
		v[i] = noise(i);
		plainly(v[i], want[i]);
	}
	for (size_t level = 0; level < SC_COUNT(levels); level++) {
		cpu_limit(levels[level]);
		sc_sha256_many(v, MOST + 1, out);
		assert_memory_equal(out, want, sizeof want);
		for (size_t i = 0; i <= MOST; i++) /* each one first and second */
			for (size_t k = i % 7; k <= MOST; k += 7) {
				sc_str pair[2] = { v[i], v[k] };

				sc_sha256_many(pair, 2, out);
				assert_memory_equal(out[0], want[i], 32);
				assert_memory_equal(out[1], want[k], 32);
			}
	}
	for (size_t i = 0; i <= MOST; i++)
		free((char *)(uintptr_t)v[i].p);
}

static void many_are_what_each_is_alone(void **state)
{
	enum { MOST = 40 };

	(void)state;
	for (size_t level = 0; level < SC_COUNT(levels); level++) {
		cpu_limit(levels[level]);
		for (int round = 0; round < 100; round++) {
			size_t n = any() % MOST;
			sc_str v[MOST];
			uint8_t out[MOST][32], want[32];

			for (size_t i = 0; i < n; i++)
				v[i] = noise(any() % (any() % 3 ? 200 : 9000));
			sc_sha256_many(v, n, out);
			for (size_t i = 0; i < n; i++) {
				plainly(v[i], want);
				assert_memory_equal(out[i], want, 32);
				free((char *)(uintptr_t)v[i].p);
			}
		}
	}
}

static void of_both_is_of_one_after_the_other(void **state)
{
	(void)state;
	for (size_t level = 0; level < SC_COUNT(levels); level++) {
		cpu_limit(levels[level]);
		for (size_t n = 0; n < 1200; n += 1 + n / 10) {
			sc_str s = noise(n);
			uint8_t want[32], out[32];

			plainly(s, want);
			sc_sha256_of_both(sc_str_head(s, n / 3), sc_str_from(s, n / 3), out);
			assert_memory_equal(out, want, 32);
			free((char *)(uintptr_t)s.p);
		}
	}
}

static void a_leaf_is_hashed_behind_a_zero_byte(void **state)
{
	(void)state;
	for (size_t n = 1; n < 1200; n += 1 + n / 10) {
		sc_str s = noise(n);
		uint8_t want[32], out[32];

		*(char *)(uintptr_t)s.p = 0;
		plainly(s, want);
		sc_merkle_leaf_hash(sc_str_from(s, 1), out);
		assert_memory_equal(out, want, 32);
		free((char *)(uintptr_t)s.p);
	}
}

static void sums_carry_and_wrap(void **state)
{
	uint8_t sum[32], one[32] = { 0 };

	(void)state;
	memset(sum, 0xff, 32);
	one[31] = 1;
	sc_sum_add(sum, one);
	for (size_t i = 0; i < 32; i++)
		assert_int_equal(sum[i], 0);
	one[23] = 0xff;
	memset(sum + 24, 0xff, 8);
	sc_sum_add(sum, one); /* a carry into a word that it makes wrap too */
	assert_int_equal(sum[31], 0);
	assert_int_equal(sum[23], 0);
	assert_int_equal(sum[22], 1);
}

/* Pieces of all lengths, messages beside them now and then: the digest of the whole, and of each message. */
static void what_waits_is_hashed_beside_messages_and_comes_out_the_same(void **state)
{
	static char bytes[4 << 20];
	sc_str v[5];
	uint8_t got[32], want[32], out[5][32];
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	for (int round = 0; round < 30; round++) {
		struct sc_sha256 *h = sc_sha256_new_later();
		size_t at = 0, total = round < 2 ? (size_t)round : 1 + (x * 7919u) % sizeof bytes;

		while (at < total) {
			size_t n = (x = x * 1664525 + 1013904223) >> 8, m = 2 + x % 4;

			n = x % 3 ? n % 200 : n % 300000;
			n = n < total - at ? n : total - at;
			sc_sha256_add(h, (sc_str){ bytes + at, n });
			at += n;
			for (size_t i = 0; i < m; i++)
				v[i] = (sc_str){ bytes + at % 1000 + i, (x >> i) % 500 };
			sc_sha256_company(x & 64 ? h : NULL);
			sc_sha256_many(v, m, out);
			sc_sha256_company(NULL);
			for (size_t i = 0; i < m; i++) {
				sc_sha256_of(v[i], want);
				assert_memory_equal(out[i], want, 32);
			}
		}
		sc_sha256_end(h, got);
		sc_sha256_free(h);
		h = sc_sha256_new();
		sc_sha256_add(h, (sc_str){ bytes, total });
		sc_sha256_end(h, want);
		sc_sha256_free(h);
		assert_memory_equal(got, want, 32);
	}
}

/* Pieces of all lengths, none too, to several at once: each becomes the digest of what it was given. */
static void digests_that_run_side_by_side_do_not_mix(void **state)
{
	enum { RUNS = 5, ROUNDS = 60 };
	struct sha256_run r[RUNS], *to[RUNS];
	struct sc_buf all[RUNS] = { { .n = 0 } };
	uint8_t got[32], want[32];
	sc_str v[RUNS];

	(void)state;
	for (size_t level = 0; level < SC_COUNT(levels); level++) {
		cpu_limit(levels[level]);
		for (size_t i = 0; i < RUNS; i++) {
			sha256_run_start(&r[i]);
			sc_buf_clear(&all[i]);
		}
		for (size_t round = 0; round < ROUNDS; round++) {
			size_t n = 0;

			for (size_t i = 0; i < RUNS; i++) {
				sha256_run_end(&r[i], got); /* and it goes on */
				plainly(sc_buf_str(&all[i]), want);
				assert_memory_equal(got, want, 32);
				assert_int_equal(r[i].n, all[i].n);
				if (any() % 4 == 0)
					continue;
				to[n] = &r[i];
				v[n] = noise(any() % (any() % 8 ? 200 : 2000));
				sc_buf_add(&all[i], v[n++]);
			}
			sha256_run_add(to, v, n);
			for (size_t i = 0; i < n; i++)
				free((char *)(uintptr_t)v[i].p);
		}
	}
	for (size_t i = 0; i < RUNS; i++)
		sc_buf_free(&all[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_examples_hold_in_either_lane),
		cmocka_unit_test(a_million_a_has_its_published_digest),
		cmocka_unit_test(every_length_is_hashed_right_beside_every_other),
		cmocka_unit_test(many_are_what_each_is_alone),
		cmocka_unit_test(of_both_is_of_one_after_the_other),
		cmocka_unit_test(a_leaf_is_hashed_behind_a_zero_byte),
		cmocka_unit_test(sums_carry_and_wrap),
		cmocka_unit_test(what_waits_is_hashed_beside_messages_and_comes_out_the_same),
		cmocka_unit_test(digests_that_run_side_by_side_do_not_mix),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
