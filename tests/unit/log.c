/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims about version logs and their checkpoints.  Trees and proofs are compared with RFC 9162's definitions, 2.1.1, 2.1.3.1 and 2.1.4.1, written
 * here as they stand there: by recursion, over all leaves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <unistd.h>

#include <scope/log.h>
#include <scope/text.h>

enum { MOST = 70 };
static struct sc_arena a;
static char path[4096];
static uint8_t leaf[MOST][32];
static sc_str lines[MOST];

/* ---- the RFC's words ---- */

static size_t k_of(size_t n)
{
	size_t k = 1;

	while (2 * k < n)
		k *= 2;
	return k;
}

static void both(const uint8_t l[32], const uint8_t r[32], uint8_t out[32])
{
	char b[65] = { 1 };

	memcpy(b + 1, l, 32);
	memcpy(b + 33, r, 32);
	sc_sha256_of((sc_str){ b, 65 }, out);
}

static void mth(uint8_t (*d)[32], size_t n, uint8_t out[32])
{
	uint8_t l[32], r[32];

	if (!n) {
		sc_sha256_of(SC_STR(""), out);
	} else if (n == 1) {
		memcpy(out, d, 32);
	} else {
		mth(d, k_of(n), l);
		mth(d + k_of(n), n - k_of(n), r);
		both(l, r, out);
	}
}

struct hashes {
	size_t n;
	uint8_t v[64][32];
};

static void path_of(size_t m, uint8_t (*d)[32], size_t n, struct hashes *h)
{
	size_t k = k_of(n);

	if (n == 1)
		return;
	if (m < k) {
		path_of(m, d, k, h);
		mth(d + k, n - k, h->v[h->n++]);
	} else {
		path_of(m - k, d + k, n - k, h);
		mth(d, k, h->v[h->n++]);
	}
}

static void subproof(size_t m, uint8_t (*d)[32], size_t n, bool b, struct hashes *h)
{
	size_t k = k_of(n);

	if (m == n) {
		if (!b)
			mth(d, n, h->v[h->n++]);
	} else if (m <= k) {
		subproof(m, d, k, b, h);
		mth(d + k, n - k, h->v[h->n++]);
	} else {
		subproof(m - k, d + k, n - k, false, h);
		mth(d, k, h->v[h->n++]);
	}
}

/* ---- a log of 70 entries, every fifth a release of the version two above it ---- */

static sc_str line_of(uint64_t n)
{
	struct sc_buf b = { .a = &a };
	struct sc_version v = { .number = n,
		                .records = 7 * n,
		                .operation = SC_STR("more\tof it"),
		                .created = SC_STR("2024-05-01T12:00:00Z") };
	struct sc_release r = { .number = n,
		                .version = n - 2,
		                .to = SC_STR("Example Ltd"),
		                .terms = SC_STR("100% research"),
		                .created = v.created };

	v.record_root[3] = v.key_root[4] = v.manifest[5] = (uint8_t)n;
	if (n % 5)
		sc_version_put(&b, &v);
	else
		sc_release_put(&b, &r);
	return sc_buf_seal(&b);
}

static void write_file(sc_str bytes)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

/* The first n of them, with `more` behind. */
static void write_log(size_t n, sc_str more)
{
	struct sc_buf b = { .a = &a };

	sc_buf_add(&b, SC_STR("#scope-log/1 example.org/corpus\n"));
	for (size_t i = 0; i < n; i++) {
		sc_buf_add(&b, lines[i]);
		sc_buf_byte(&b, '\n');
	}
	sc_buf_add(&b, more);
	write_file(sc_buf_str(&b));
}

static int make(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(path, sizeof path, "%s/scope-log.%ld", tmp ? tmp : "/tmp", (long)getpid());
	for (size_t i = 0; i < MOST; i++) {
		lines[i] = line_of(i + 1);
		sc_merkle_leaf_hash(lines[i], leaf[i]);
	}
	return 0;
}

static int unmake(void **state)
{
	(void)state;
	unlink(path);
	sc_arena_free(&a);
	return 0;
}

static struct sc_log *opened(void)
{
	struct sc_log *l = NULL;
	struct sc_err e = { 0 };

	if (sc_log_open(&l, sc_str_c(path), &e) != SC_OK)
		fail_msg("%s", e.msg);
	return l;
}

/* ---- trees ---- */

static void the_root_of_every_length_is_the_recursive_one(void **state)
{
	struct sc_log *l;
	struct sc_log_tree t;
	uint8_t want[32];
	struct sc_err e;

	(void)state;
	write_log(MOST, SC_STR(""));
	l = opened();
	for (size_t n = 0; n <= MOST; n++) {
		mth(leaf, n, want);
		assert_int_equal(sc_log_tree(l, n, &t, &e), SC_OK);
		assert_int_equal(t.size, n);
		assert_int_equal(t.newest, n % 5 || !n ? n : n - 1);
		assert_memory_equal(t.root, want, 32);
	}
	assert_int_equal(sc_log_tree(l, UINT64_MAX, &t, &e), SC_OK);
	assert_int_equal(t.size, MOST);
	assert_memory_equal(t.root, want, 32);
	assert_int_equal(sc_log_tree(l, MOST + 1, &t, &e), SC_FAIL);
	sc_log_close(l);
}

static void every_proof_of_an_entry_is_the_recursive_one(void **state)
{
	static struct sc_merkle_prover p;
	struct sc_log *l;
	struct sc_arena own = { 0 };
	struct sc_err e;
	sc_str line;

	(void)state;
	write_log(MOST, SC_STR(""));
	l = opened();
	for (size_t n = 1; n <= MOST; n++)
		for (size_t i = 0; i < n; i++) {
			struct hashes h = { 0 };

			path_of(i, leaf, n, &h);
			assert_int_equal(sc_log_prove_entry(l, i + 1, n, &p, &own, &line, &e),
			                 SC_OK);
			assert_true(sc_str_eq(line, lines[i]));
			assert_int_equal(p.proof.n, h.n);
			assert_memory_equal(p.proof.hash, h.v, 32 * h.n);
			sc_arena_reset(&own);
		}
	assert_int_equal(sc_log_prove_entry(l, 0, 1, &p, &own, &line, &e), SC_FAIL);
	assert_int_equal(sc_log_prove_entry(l, 3, 2, &p, &own, &line, &e), SC_FAIL);
	assert_int_equal(sc_log_prove_entry(l, 1, MOST + 1, &p, &own, &line, &e), SC_FAIL);
	sc_arena_free(&own);
	sc_log_close(l);
}

static void every_proof_of_growth_is_the_recursive_one(void **state)
{
	static struct sc_merkle_prover p;
	uint8_t root1[32], root2[32], want[32];
	struct sc_log *l;
	struct sc_err e;

	(void)state;
	write_log(MOST, SC_STR(""));
	l = opened();
	for (size_t n = 0; n <= MOST; n++)
		for (size_t m = 0; m <= n; m++) {
			struct hashes h = { 0 };

			if (m)
				subproof(m, leaf, n, true, &h);
			assert_int_equal(sc_log_prove_growth(l, m, n, &p, root1, root2, &e), SC_OK);
			assert_int_equal(p.proof.n, h.n);
			assert_memory_equal(p.proof.hash, h.v, 32 * h.n);
			mth(leaf, m, want);
			assert_memory_equal(root1, want, 32);
			mth(leaf, n, want);
			assert_memory_equal(root2, want, 32);
			assert_int_equal(sc_merkle_consistent(m, n, &p.proof, root1, root2, &e),
			                 SC_OK);
		}
	assert_int_equal(sc_log_prove_growth(l, 2, 1, &p, root1, root2, &e), SC_FAIL);
	assert_int_equal(sc_log_prove_growth(l, 2, MOST + 1, &p, root1, root2, &e), SC_FAIL);
	sc_log_close(l);
}

/* ---- lines ---- */

static int parse(sc_str line, struct sc_buf *again, struct sc_err *e)
{
	struct sc_version v;
	struct sc_release r;
	int rc;

	sc_buf_clear(again);
	if (sc_str_starts(line, SC_STR("release"))) {
		rc = sc_release_parse(&a, line, &r, e);
		if (rc == SC_OK)
			sc_release_put(again, &r);
		return rc;
	}
	rc = sc_version_parse(&a, line, &v, e);
	if (rc == SC_OK)
		sc_version_put(again, &v);
	return rc;
}

static void an_entry_has_one_spelling(void **state)
{
	struct sc_buf b = { 0 };
	struct sc_err e;
	char s[1024];

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (size_t at = 0; at < lines[i].n; at++)
			for (int c = 0; c < 256;
			     c++) { /* any byte anywhere: refused, or what it says is written so again */
				memcpy(s, lines[i].p, lines[i].n);
				s[at] = (char)c;
				if (parse((sc_str){ s, lines[i].n }, &b, &e) == SC_OK)
					assert_true(sc_str_eq(sc_buf_str(&b),
					                      (sc_str){ s, lines[i].n }));
			}
	sc_buf_free(&b);
}

#define HEX     "00000000000000000000000000000000000000000000000000000000000000ab"
#define DIGESTS "record-root sha256:" HEX "\tkey-root sha256:" HEX "\tmanifest sha256:" HEX "\t"

static void what_is_no_entry_is_refused(void **state)
{
	static const sc_str bad[] = {
		SC_LIT(""),
		SC_LIT("version"),
		SC_LIT("version\t1"),
		SC_LIT("version\t0\t" DIGESTS
		       "records 1\toperation -\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("version\t01\t" DIGESTS
		       "records 1\toperation -\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("version\t18446744073709551616\t" DIGESTS
		       "records 1\toperation -\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records -1\toperation -\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS "records 1\toperation\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation \tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation %41\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation %0a\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation %FF\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation \033[2J\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation \xff\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation -\tcreated 2024-05-01T12:00:00"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation -\tcreated 2024-05-01 12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation -\tcreated 2023-02-29T12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation -\tcreated 2024-13-01T12:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation -\tcreated 2024-05-01T24:00:00Z"),
		SC_LIT("version\t1\t" DIGESTS
		       "records 1\toperation -\tcreated 2024-05-01T12:00:00Z\t"),
		SC_LIT("version\t1\t" DIGESTS
		       "operation -\trecords 1\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("release\t2\tversion 2\tto a\tterms b\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("release\t2\tversion 0\tto a\tterms b\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("release\t2\tversion 1\tto -\tterms b\tcreated 2024-05-01T12:00:00Z"),
		SC_LIT("release\t2\tversion 1\tto a\tterms -\tcreated 2024-05-01T12:00:00Z"),
	};
	struct sc_buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(bad); i++) {
		struct sc_err e = { 0 };

		if (parse(bad[i], &b, &e) != SC_BAD || !*e.msg)
			fail_msg("'%.*s' was taken", SC_ARG(bad[i]));
	}
	assert_int_equal(parse(SC_STR("version\t1\t" DIGESTS
	                              "records 1\toperation -\tcreated 2024-02-29T23:59:60Z"),
	                       &b, &(struct sc_err){ 0 }),
	                 SC_OK);
	assert_int_equal(
	        parse(SC_STR("release\t2\tversion 1\tto %2D\tterms 50%25\tcreated 2024-05-01T12:00:00Z"),
	              &b, &(struct sc_err){ 0 }),
	        SC_OK);
	sc_buf_free(&b);
}

/* ---- the file ---- */

static int read_through(struct sc_err *e)
{
	struct sc_log *l = NULL;
	struct sc_entry x;
	int rc = sc_log_open(&l, sc_str_c(path), e);

	while (rc == SC_OK)
		rc = sc_log_next(l, &x, e);
	sc_log_close(l);
	return rc;
}

static void refused(const char *why)
{
	struct sc_err e = { 0 };

	assert_int_equal(read_through(&e), SC_BAD);
	if (!strstr(e.msg, why))
		fail_msg("'%s' does not say '%s'", e.msg, why);
}

static void a_log_that_is_not_in_order_is_refused_with_its_line(void **state)
{
	struct sc_err e;
	struct sc_buf b = { .a = &a };

	(void)state;
	write_log(2, SC_STR("version\t4\t" DIGESTS
	                    "records 1\toperation -\tcreated 2024-05-01T12:00:00Z\n"));
	refused(":4: it is numbered 4, but is entry 3");
	write_log(2, SC_STR("version\t3\t" DIGESTS
	                    "records 1\toperation -\tcreated 2024-05-01T11:59:59Z\n"));
	refused(":4: it was created before");
	write_log(5,
	          SC_STR("release\t6\tversion 5\tto a\tterms b\tcreated 2024-05-01T12:00:00Z\n"));
	refused(":7: what it releases, entry 5, is no version");
	write_log(2, SC_STR("recall\t3\n"));
	refused(":4: an entry of no known kind");
	write_log(2, SC_STR("\n"));
	refused(":4: an entry of no known kind");
	write_log(2, SC_STR("version\t3"));
	refused(":4: it is cut short");
	write_file(SC_STR("#scope-log/1 example.org/cor"));
	refused(":1: it is cut short");
	write_file(SC_STR(""));
	refused(":1: no version log");
	write_file(SC_STR("#scope-log/2 example.org/corpus\n"));
	refused(":1: no version log");
	write_file(SC_STR("#scope-log/1 two words\n"));
	refused(":1: its origin");
	write_file(SC_STR("#scope-log/1 \xe2\x80\xae\n"));
	refused(":1: its origin");
	sc_buf_add(&b, lines[0]);
	sc_buf_byte(&b, 0);
	sc_buf_byte(&b, '\n');
	write_log(0, sc_buf_str(&b));
	refused(":2: it has bytes that must be escaped");
	sc_buf_clear(&b);
	for (size_t i = 0; i <= SC_LOG_LINE; i++)
		sc_buf_byte(&b, 'x');
	write_log(2, sc_buf_str(&b));
	refused(":4: a line is too long");
	sc_buf_byte(&b, '\n');
	write_log(2, sc_buf_str(&b));
	refused(":4: a line is too long");
	write_log(MOST, SC_STR(""));
	assert_int_equal(read_through(&e), SC_EOF);
}

static void every_cut_but_at_a_line_is_found(void **state)
{
	struct sc_buf b = { .a = &a };
	struct sc_err e;
	size_t whole = 0, all;

	(void)state;
	sc_buf_add(&b, SC_STR("#scope-log/1 example.org/corpus\n"));
	for (size_t i = 0; i < 6; i++) {
		sc_buf_add(&b, lines[i]);
		sc_buf_byte(&b, '\n');
	}
	all = b.n;
	for (size_t n = 0; n <= all; n++) {
		int rc;

		write_file((sc_str){ b.p, n });
		rc = read_through(&e);
		assert_int_equal(rc, n && b.p[n - 1] == '\n' ? SC_EOF : SC_BAD);
		whole += rc == SC_EOF;
	}
	assert_int_equal(whole, 7);
}

static void what_was_appended_is_read_again(void **state)
{
	struct sc_version v = { .records = 9, .operation = SC_STR("a\tb\n%") };
	struct sc_release r = { .to = SC_STR("-"), .terms = SC_STR("caf\xc3\xa9"), .version = 1 };
	struct sc_entry x;
	struct sc_log *l;
	struct sc_err e;

	(void)state;
	unlink(path);
	setenv("SOURCE_DATE_EPOCH", "1714564800", 1);
	assert_int_equal(sc_log_make(sc_str_c(path), SC_STR("example.org/c d"), &e), SC_FAIL);
	assert_int_equal(sc_log_make(sc_str_c(path), SC_STR("example.org/c"), &e), SC_OK);
	assert_int_equal(sc_log_make(sc_str_c(path), SC_STR("example.org/c"), &e), SC_FAIL);
	assert_int_equal(sc_log_add_release(sc_str_c(path), &r, &a, &e), SC_FAIL);
	assert_int_equal(sc_log_add_version(sc_str_c(path), &v, false, &a, &e), SC_OK);
	assert_int_equal(v.number, 1);
	assert_int_equal(sc_log_add_version(sc_str_c(path), &v, false, &a, &e), SC_FAIL);
	assert_int_equal(sc_log_add_release(sc_str_c(path), &r, &a, &e), SC_OK);
	assert_int_equal(sc_log_add_version(sc_str_c(path), &v, false, &a, &e), SC_FAIL);
	assert_int_equal(sc_log_add_version(sc_str_c(path), &v, true, &a, &e), SC_OK);
	assert_int_equal(v.number, 3);
	r.version = 2;
	assert_int_equal(sc_log_add_release(sc_str_c(path), &r, &a, &e), SC_FAIL);
	setenv("SOURCE_DATE_EPOCH", "1714564799", 1);
	r.version = 3;
	assert_int_equal(sc_log_add_release(sc_str_c(path), &r, &a, &e), SC_FAIL);
	unsetenv("SOURCE_DATE_EPOCH");
	l = opened();
	assert_int_equal(sc_log_next(l, &x, &e), SC_OK);
	assert_true(sc_str_eq(x.version.operation, v.operation) && x.version.records == 9);
	assert_int_equal(sc_log_next(l, &x, &e), SC_OK);
	assert_true(x.is_release && sc_str_eq(x.release.to, r.to) &&
	            sc_str_eq(x.release.terms, r.terms));
	assert_int_equal(sc_log_next(l, &x, &e), SC_OK);
	assert_int_equal(sc_log_next(l, &x, &e), SC_EOF);
	sc_log_close(l);
}

/* ---- checkpoints ---- */

static sc_str proof_of(uint64_t number, uint64_t size)
{
	static struct sc_merkle_prover p;
	struct sc_buf b = { .a = &a };
	uint8_t root[32];

	sc_merkle_prove_index(&p, number - 1, size);
	for (size_t i = 0; i < size; i++)
		sc_merkle_prove_add(&p, leaf[i]);
	mth(leaf, size, root);
	sc_tlog_proof_put(&b, lines[number - 1], number - 1, &p.proof);
	sc_checkpoint_put(&b, SC_STR("example.org/corpus"), size, root);
	return sc_buf_seal(&b);
}

static void every_entry_of_every_log_is_proven_by_its_file(void **state)
{
	struct sc_checkpoint c;
	struct sc_err e = { 0 };

	(void)state;
	for (uint64_t n = 1; n <= MOST; n++)
		for (uint64_t i = 1; i <= n; i++) {
			struct sc_mark m = sc_arena_mark(&a);

			if (sc_checkpoint_parse(proof_of(i, n), &a, &c, &e) != SC_OK)
				fail_msg("%s", e.msg);
			assert_int_equal(c.size, n);
			assert_int_equal(c.has_version, i % 5 != 0);
			assert_int_equal(c.has_release, i % 5 == 0);
			assert_true(sc_str_eq(c.has_version ? c.version.line : c.release.line,
			                      lines[i - 1]));
			assert_false(c.who.n);
			sc_arena_back(&a, m);
		}
}

/* A size may be another of as many levels, since the root says nothing of it: that is what the signature is for. */
static void any_byte_changed_above_the_size_and_it_is_refused(void **state)
{
	sc_str text = proof_of(7, 11);
	size_t origin = sc_str_find(text, SC_STR("\n\n")) + 2,
	       size = origin + strlen("example.org/corpus\n"), root = size + strlen("11\n");
	struct sc_checkpoint c;
	struct sc_err e;
	char *s = sc_alloc(&a, text.n);

	(void)state;
	for (size_t at = 0; at < text.n; at++)
		for (int bit = 0; bit < 8; bit++) {
			memcpy(s, text.p, text.n);
			s[at] = (char)(s[at] ^ 1 << bit);
			if (at >= origin && at < root)
				continue;
			if (sc_checkpoint_parse((sc_str){ s, text.n }, &a, &c, &e) != SC_BAD)
				fail_msg("byte %zu, bit %d", at, bit);
		}
	for (size_t n = 0; n < text.n; n++)
		assert_int_equal(sc_checkpoint_parse(sc_str_head(text, n), &a, &c, &e), SC_BAD);
}

#define ROOT  "lyWG5rJ5rkLBzKv7jmwu5j9oKZclbQsyy2p5uTDqulA="
#define EMPTY "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define DASH  "\xe2\x80\x94 "

static void checkpoints_of_others_are_read(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} v[] = {
		{ "example.org/log\n3\n" ROOT "\n\n", true },
		{ "example.org/log\n0\n" EMPTY "\n\n", true },
		{ "example.org/log\n18446744073709551615\n" ROOT "\n\n", true },
		{ "example.org/log\n3\n" ROOT "\nan extension\n\n" DASH
		  "example.org/log AAAAAAAA\n" DASH "w Az3grlgtzPIC\n",
		  true },
		{ "example.org/log\n3\n" ROOT "\n", false },   /* no empty line */
		{ "example.org/log\n3\n" ROOT, false },        /* cut */
		{ "example.org/log\n0\n" ROOT "\n\n", false }, /* a root of nothing that is none */
		{ "example.org/log\n03\n" ROOT "\n\n", false },
		{ "example.org/log\n18446744073709551616\n" ROOT "\n\n", false },
		{ "\n3\n" ROOT "\n\n", false },
		{ "a\033[2J\n3\n" ROOT "\n\n", false },
		{ "example.org/log\r\n3\r\n" ROOT "\r\n\r\n", false },
		{ "example.org/log\n3\nlyWG5rJ5rkLBzKv7jmwu5j9oKZclbQsyy2p5uTDqulB=\n\n",
		  false }, /* bits that mean nothing */
		{ "example.org/log\n3\nAAAA\n\n", false },
		{ "example.org/log\n3\n" ROOT "\n\nwords\n", false },
		{ "example.org/log\n3\n" ROOT "\n\n- example.org/log AAAAAAAA\n", false },
		{ "example.org/log\n3\n" ROOT "\n\n" DASH "example.org/log AAAA\n",
		  false }, /* too short for a key and a signature */
		{ "example.org/log\n3\n" ROOT "\n\n" DASH "example.org/log AAAAAAAA", false },
		{ "example.org/log\n3\n" ROOT "\n\n\n", false },
		{ "c2sp.org/tlog-proof@v1\nindex 0\n\nexample.org/log\n1\n" ROOT "\n\n",
		  false }, /* what is in it is not said */
		{ "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\nexample.org/log\n1\n" ROOT "\n\n",
		  false },
		{ "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 00\n\nexample.org/log\n1\n" ROOT
		  "\n\n",
		  false },
		{ "c2sp.org/tlog-proof@v2\nextra AAAA\nindex 0\n\nexample.org/log\n1\n" ROOT "\n\n",
		  false },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(v); i++) {
		struct sc_checkpoint c;
		struct sc_err e = { 0 };

		if ((sc_checkpoint_parse(sc_str_c(v[i].text), &a, &c, &e) == SC_OK) != v[i].good)
			fail_msg("%zu: %s", i, e.msg);
		assert_true(!v[i].good || sc_checkpoint_is(sc_str_c(v[i].text)));
	}
	assert_false(
	        sc_checkpoint_is(SC_STR("#scope-manifest/1\nH\tcreated\t2024\nH\ttool\tscope\n")));
	assert_false(sc_checkpoint_is(SC_STR("")));
}

/* An entry that is proven at an index where its number does not belong: a log that somebody else made. */
static void an_entry_at_the_wrong_index_is_refused(void **state)
{
	struct sc_merkle_proof none = { .n = 0 };
	struct sc_buf b = { .a = &a };
	struct sc_checkpoint c;
	struct sc_err e;

	(void)state;
	sc_tlog_proof_put(&b, lines[1], 0, &none);
	sc_checkpoint_put(&b, SC_STR("example.org/corpus"), 1, leaf[1]);
	assert_int_equal(sc_checkpoint_parse(sc_buf_str(&b), &a, &c, &e), SC_BAD);
	assert_non_null(strstr(e.msg, "entry 2 cannot stand at index 0"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_root_of_every_length_is_the_recursive_one),
		cmocka_unit_test(every_proof_of_an_entry_is_the_recursive_one),
		cmocka_unit_test(every_proof_of_growth_is_the_recursive_one),
		cmocka_unit_test(an_entry_has_one_spelling),
		cmocka_unit_test(what_is_no_entry_is_refused),
		cmocka_unit_test(a_log_that_is_not_in_order_is_refused_with_its_line),
		cmocka_unit_test(every_cut_but_at_a_line_is_found),
		cmocka_unit_test(what_was_appended_is_read_again),
		cmocka_unit_test(every_entry_of_every_log_is_proven_by_its_file),
		cmocka_unit_test(any_byte_changed_above_the_size_and_it_is_refused),
		cmocka_unit_test(checkpoints_of_others_are_read),
		cmocka_unit_test(an_entry_at_the_wrong_index_is_refused),
	};

	return cmocka_run_group_tests_name("log", tests, make, unmake);
}
