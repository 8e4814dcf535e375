/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about other people's proofs over the tree of RFC 9162: the vectors of ../shared, where that is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ftw.h>

#include <scope/check.h>
#include <scope/json.h>
#include <scope/merkle.h>
#include <scope/text.h>

static struct sc_arena a;
static unsigned nfile, naccepted, nempty;
static bool (*holds)(sc_str json);

static sc_str of(sc_str json, const char *name)
{
	return sc_json_get(json, sc_str_c(name));
}

static bool number(sc_str json, const char *name, uint64_t *n)
{
	return sc_str_u64(of(json, name), n);
}

/* Some are words where a digest should be ("don't care"): their digest stands for them, as equal and as different. */
static bool hash(sc_str value, uint8_t out[32])
{
	sc_str raw;

	if (!sc_unbase64(&a, sc_json_string(&a, value), &raw) || !raw.n)
		return false;
	if (raw.n == 32)
		memcpy(out, raw.p, 32);
	else
		sc_sha256_of(raw, out);
	return true;
}

static bool proof(sc_str json, struct sc_merkle_proof *p)
{
	struct sc_json_iter it = sc_json_iter(of(json, "proof"));

	p->n = 0;
	while (sc_json_next(&it))
		if (p->n == SC_COUNT(p->hash) || !hash(it.value, p->hash[p->n++]))
			return false;
	return true;
}

static bool inclusion_holds(sc_str json)
{
	struct sc_merkle_proof p;
	uint64_t index, size;
	uint8_t leaf[32], root[32];
	struct sc_err e;

	return number(json, "leafIdx", &index) && number(json, "treeSize", &size) &&
	       hash(of(json, "leafHash"), leaf) && hash(of(json, "root"), root) &&
	       proof(json, &p) && sc_merkle_included(leaf, index, size, &p, root, &e) == SC_OK;
}

/* Nothing can be proven of an empty tree, and so they refuse it; here it is the beginning of every one. */
static bool from_nothing(sc_str json)
{
	uint8_t root[32], empty[32];
	uint64_t size1, size2;

	sc_sha256_of(SC_STR(""), empty);
	return number(json, "size1", &size1) && !size1 && number(json, "size2", &size2) && size2 &&
	       hash(of(json, "root1"), root) && !memcmp(root, empty, 32) &&
	       sc_str_eq(of(json, "proof"), SC_STR("[]"));
}

static bool consistency_holds(sc_str json)
{
	struct sc_merkle_proof p;
	uint64_t size1, size2;
	uint8_t root1[32], root2[32];
	struct sc_err e;

	return number(json, "size1", &size1) && number(json, "size2", &size2) &&
	       hash(of(json, "root1"), root1) && hash(of(json, "root2"), root2) &&
	       proof(json, &p) && sc_merkle_consistent(size1, size2, &p, root1, root2, &e) == SC_OK;
}

static int one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	sc_str json;
	struct sc_err e;
	bool wanted;

	(void)st;
	(void)ftw;
	if (kind != FTW_F)
		return 0;
	assert_int_equal(sc_file_read(sc_str_c(path), 1 << 20, &a, &json, &e), SC_OK);
	assert_int_equal(sc_json_check(sc_str_trim(json), true, &e), SC_OK);
	json = sc_str_trim(json);
	wanted = sc_str_eq(of(json, "wantErr"), SC_STR("false"));
	if (!wanted && from_nothing(json)) {
		nempty++;
		wanted = true;
	}
	if (holds(json) != wanted)
		fail_msg("%s: it should be %s", path, wanted ? "accepted" : "refused");
	nfile++;
	naccepted += wanted;
	sc_arena_reset(&a);
	return 0;
}

static void exactly_the_good_ones(const char *folder, bool (*fn)(sc_str), unsigned files,
                                  unsigned good, unsigned empty)
{
	const char *shared = getenv("SHARED");

	if (!shared || !*shared) {
		print_message("skipped: no ../shared\n");
		skip();
	}
	holds = fn;
	nfile = naccepted = nempty = 0;
	assert_int_equal(
	        nftw(sc_fmt(&a, "%s/vectors/merkle/%s", shared, folder).p, one, 8, FTW_PHYS), 0);
	assert_int_equal(nfile, files);
	assert_int_equal(naccepted - nempty, good);
	assert_int_equal(nempty, empty);
	sc_arena_free(&a);
}

static void inclusion_is_accepted_where_it_holds_and_nowhere_else(void **state)
{
	(void)state;
	exactly_the_good_ones("inclusion", inclusion_holds, 98, 6, 0);
}

static void consistency_is_accepted_where_it_holds_and_nowhere_else(void **state)
{
	(void)state;
	exactly_the_good_ones("consistency", consistency_holds, 98, 6, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(inclusion_is_accepted_where_it_holds_and_nowhere_else),
		cmocka_unit_test(consistency_is_accepted_where_it_holds_and_nowhere_else),
	};

	return cmocka_run_group_tests_name("merkle_vectors", tests, NULL, NULL);
}
