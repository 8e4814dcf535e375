/* SPDX-License-Identifier: Apache-2.0 */
/* Claims about a manifest added up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <scope/facts.h>

static struct sc_err e;

/* A line of fields with TAB between, as the reader would give it. */
static int add(struct sc_facts *f, const char *line)
{
	static sc_str field[64];
	struct sc_manifest_line l = { .kind = *line, .field = field };
	sc_str rest = sc_str_c(line + 2), one;

	while (sc_str_cut(&rest, '\t', &one))
		field[l.n++] = sc_str_eq(one, SC_STR("-")) ? SC_STR("") : one;
	return sc_facts_add(f, &l, &e);
}

static int end(struct sc_facts *f)
{
	char line[64];

	snprintf(line, sizeof line, "T\trecords\t%ju", (uintmax_t)sc_facts_seen(f)->all.records);
	assert_int_equal(add(f, line), SC_OK);
	snprintf(line, sizeof line, "T\toccurrences\t%ju",
	         (uintmax_t)sc_facts_seen(f)->occurrences);
	assert_int_equal(add(f, line), SC_OK);
	return sc_facts_end(f, &e);
}

/* "value=records/bytes ..." */
static const char *table(struct sc_facts *f, enum sc_fact key, enum sc_fact_order by)
{
	static struct sc_buf b;
	struct sc_fact_list *list;
	struct sc_fact_row row;

	sc_buf_clear(&b);
	assert_int_equal(sc_facts_list(f, key, by, &list, &e), SC_OK);
	while (sc_fact_next(list, &row, &e) == SC_OK)
		sc_buf_fmt(&b, "%s%.*s=%ju/%ju", b.n ? " " : "", SC_ARG(row.value),
		           (uintmax_t)row.records, (uintmax_t)row.bytes);
	sc_fact_list_free(list);
	sc_buf_byte(&b, 0);
	return b.p;
}

static struct sc_facts *few(void)
{
	struct sc_facts *f = sc_facts_new(SC_FACT_ALL, 1 << 20);

	add(f,
	    "R\tid\t10\ttext/html\tMIT\tjson:license\tcode\thost=a.org\trights=none\tsite=a.org\tsrc=https://a.org/1\ttitle=T");
	add(f,
	    "R\tid\t5\t-\tCC0-1.0\tjson:license\tcode,music\thost=b.org\trights=reserved/noai,terms/nc\tsite=b.org\tsrc=a/b");
	add(f,
	    "R\tid\t7\tapplication/json,image/png\tMIT\tjson:license\tmusic\tauthor=A\thost=a.org\trights=terms/sa,unknown/robots");
	add(f, "R\tid\t100\timage/png\t-\t-\t-\tconflict=licence\tdoi=10.1/x\tparent=p");
	return f;
}

static void a_table_goes_from_the_most_to_the_least(void **state)
{
	struct sc_facts *f = few();

	(void)state;
	assert_int_equal(end(f), SC_OK);
	assert_string_equal(table(f, SC_FACT_HOST, SC_BY_RECORDS), "a.org=2/17 b.org=1/5");
	assert_string_equal(table(f, SC_FACT_MEDIA, SC_BY_RECORDS),
	                    "image/png=2/107 text/html=1/10 application/json=1/7");
	assert_string_equal(table(f, SC_FACT_MEDIA, SC_BY_BYTES),
	                    "image/png=2/107 text/html=1/10 application/json=1/7");
	assert_string_equal(table(f, SC_FACT_DOMAIN, SC_BY_BYTES), "code=2/15 music=2/12");
	assert_string_equal(table(f, SC_FACT_LICENCE, SC_BY_RECORDS), "MIT=2/17 CC0-1.0=1/5");
	sc_facts_free(f);
}

static void having_and_lacking_are_all_and_singletons_are_counted(void **state)
{
	struct sc_facts *f = few();
	const struct sc_facts_seen *s = sc_facts_seen(f);
	const struct sc_fact_total *k = s->key;

	(void)state;
	assert_int_equal(end(f), SC_OK);
	for (size_t i = 0; i < SC_FACTS; i++)
		assert_int_equal(k[i].having.records + k[i].lacking.records, 4);
	assert_int_equal(k[SC_FACT_SITE].having.records, 2);
	assert_int_equal(k[SC_FACT_SITE].lacking.bytes, 107);
	assert_int_equal(k[SC_FACT_HOST].distinct, 2);
	assert_int_equal(k[SC_FACT_HOST].once, 1);
	assert_int_equal(k[SC_FACT_HOST].twice, 1);
	assert_int_equal(k[SC_FACT_DOMAIN].having.records, 3);
	assert_int_equal(k[SC_FACT_DOMAIN].sum.records, 4);
	assert_int_equal(s->doi.records, 1);
	assert_int_equal(s->author.records, 1);
	assert_int_equal(s->title.bytes, 10);
	assert_int_equal(s->url.records, 1);
	assert_int_equal(s->src.records, 2);
	assert_int_equal(s->conflict.records, 1);
	assert_int_equal(s->parent.records, 1);
	sc_facts_free(f);
}

static void a_record_is_in_one_class_of_rights(void **state)
{
	struct sc_facts *f = few();
	const struct sc_rights_sum *r = &sc_facts_seen(f)->rights;

	(void)state;
	assert_int_equal(end(f), SC_OK);
	assert_int_equal(r->clear.records, 1);
	assert_int_equal(r->reserved.bytes, 5);
	assert_int_equal(r->unclear.bytes, 7);
	assert_int_equal(r->unchecked.bytes, 100);
	sc_facts_free(f);
}

static void a_modality_has_bounds(void **state)
{
	struct sc_facts *f = few();
	const struct sc_modality_sum *m = sc_facts_seen(f)->modality;

	(void)state;
	assert_int_equal(end(f), SC_OK);
	assert_int_equal(m[SC_TEXT].any.bytes, 17);
	assert_int_equal(m[SC_TEXT].alone.bytes, 10);
	assert_int_equal(m[SC_IMAGE].any.bytes, 107);
	assert_int_equal(m[SC_IMAGE].alone.bytes, 100);
	assert_int_equal(m[SC_UNSTATED].any.bytes, 5);
	assert_int_equal(m[SC_AUDIO].any.records, 0);
	assert_int_equal(sc_facts_seen(f)->mixed.bytes, 7);
	sc_facts_free(f);
	assert_int_equal(sc_modality_of(SC_STR("image/svg+xml")), SC_IMAGE);
	assert_int_equal(sc_modality_of(SC_STR("application/atom+xml")), SC_TEXT);
	assert_int_equal(sc_modality_of(SC_STR("application/json; charset=utf-8")), SC_TEXT);
	assert_int_equal(sc_modality_of(SC_STR("application/pdf")), SC_OTHER);
	assert_int_equal(sc_modality_of(SC_STR("nonsense")), SC_OTHER);
}

static void a_label_counts_once_whatever_a_line_repeats(void **state)
{
	struct sc_facts *f = sc_facts_new(SC_FACT_ALL, 0);

	(void)state;
	assert_int_equal(add(f, "R\tid\t3\tb,a,b,,a\tMIT\tx\tcode,code\trights=none,none,none"),
	                 SC_OK);
	assert_int_equal(end(f), SC_OK);
	assert_string_equal(table(f, SC_FACT_MEDIA, SC_BY_RECORDS), "a=1/3 b=1/3");
	assert_string_equal(table(f, SC_FACT_DOMAIN, SC_BY_RECORDS), "code=1/3");
	assert_string_equal(table(f, SC_FACT_RIGHTS, SC_BY_RECORDS), "none=1/3");
	sc_facts_free(f);
}

static void what_is_declared_is_counted_beside_what_was_concluded(void **state)
{
	struct sc_facts *f = sc_facts_new(SC_FACT_ALL, 0);

	(void)state;
	add(f, "R\tid\t3\t-\tMIT\ttext:full\t-");
	add(f, "R\tid\t4\t-\tMIT\tjson:license\t-");
	add(f, "R\tid\t5\t-\tISC\thttp:link\t-");
	add(f, "R\tid\t6\t-\t-\tjson:license\t-");
	assert_int_equal(end(f), SC_OK);
	assert_string_equal(table(f, SC_FACT_LICENCE, SC_BY_RECORDS), "MIT=2/7 ISC=1/5");
	assert_string_equal(table(f, SC_FACT_DECLARED, SC_BY_RECORDS), "ISC=1/5 MIT=1/4");
	assert_int_equal(sc_facts_seen(f)->key[SC_FACT_DECLARED].lacking.records, 2);
	sc_facts_free(f);
}

static void a_key_counts_once_whatever_a_line_repeats(void **state)
{
	struct sc_facts *f = sc_facts_new(SC_FACT_ALL, 0);

	(void)state;
	assert_int_equal(
	        add(f, "R\tid\t3\t-\t-\t-\t-\tdoi=1\tdoi=2\thost=a\thost=b\ttitle=\ttitle=T"),
	        SC_OK);
	assert_int_equal(end(f), SC_OK);
	assert_int_equal(sc_facts_seen(f)->doi.records, 1);
	assert_string_equal(table(f, SC_FACT_HOST, SC_BY_RECORDS), "a=1/3");
	assert_int_equal(sc_facts_without(sc_facts_seen(f), SC_WITHOUT_DOI), 0);
	assert_int_equal(sc_facts_without(sc_facts_seen(f), SC_WITHOUT_TITLE), 1);
	assert_int_equal(sc_facts_without(sc_facts_seen(f), SC_WITHOUT_LICENCE), 1);
	assert_int_equal(sc_facts_without(sc_facts_seen(f), SC_WITHOUT_HOST), 0);
	sc_facts_free(f);
}

/* Hosts of all frequencies, one in seven with bytes that a spool must escape. */
static struct sc_facts *many(size_t memory)
{
	struct sc_facts *f = sc_facts_new(1 << SC_FACT_HOST | 1 << SC_FACT_LICENCE, memory);
	uint32_t x = 1;

	for (int i = 0; i < 120000; i++) {
		char host[80], bytes[16];
		sc_str field[] = { SC_STR("id"), { bytes, 0 }, SC_STR(""), SC_STR("MIT"),
			           SC_STR("x"),  SC_STR(""),   { host, 0 } };
		struct sc_manifest_line l = { .kind = 'R', .field = field, .n = SC_COUNT(field) };

		x = x * 1664525 + 1013904223;
		field[1].n = (size_t)snprintf(bytes, sizeof bytes, "%u", x >> 20);
		field[6].n =
		        (size_t)snprintf(host, sizeof host, x % 7 ? "host=h%u" : "host=\t%%%u\n",
		                         (x >> 8) % (1 + (x >> 24) * (x >> 24)));
		assert_int_equal(sc_facts_add(f, &l, &e), SC_OK);
	}
	assert_int_equal(end(f), SC_OK);
	return f;
}

static void what_spills_says_the_same(void **state)
{
	struct sc_facts *small = many(1 << 20), *large = many((size_t)1 << 30);

	(void)state;
	assert_int_equal(sc_facts_seen(small)->key[SC_FACT_HOST].having.records, 120000);
	assert_memory_equal(sc_facts_seen(small)->key, sc_facts_seen(large)->key,
	                    sizeof sc_facts_seen(large)->key);
	assert_true(sc_facts_seen(small)->key[SC_FACT_HOST].distinct > 20000);
	for (int by = SC_BY_RECORDS; by <= SC_BY_BYTES; by++) {
		struct sc_fact_list *a, *b;
		struct sc_fact_row x, y;
		uint64_t n = 0, records = 0, last = UINT64_MAX;

		assert_int_equal(sc_facts_list(small, SC_FACT_HOST, by, &a, &e), SC_OK);
		assert_int_equal(sc_facts_list(large, SC_FACT_HOST, by, &b, &e), SC_OK);
		while (sc_fact_next(a, &x, &e) == SC_OK) {
			assert_int_equal(sc_fact_next(b, &y, &e), SC_OK);
			assert_true(sc_str_eq(x.value, y.value) && x.records == y.records &&
			            x.bytes == y.bytes);
			assert_true((by == SC_BY_BYTES ? x.bytes : x.records) <= last);
			last = by == SC_BY_BYTES ? x.bytes : x.records;
			records += x.records;
			n++;
		}
		assert_int_equal(sc_fact_next(b, &y, &e), SC_EOF);
		assert_int_equal(records, 120000);
		assert_int_equal(n, sc_facts_seen(small)->key[SC_FACT_HOST].distinct);
		sc_fact_list_free(a);
		sc_fact_list_free(b);
	}
	assert_string_equal(table(small, SC_FACT_LICENCE, SC_BY_RECORDS),
	                    table(large, SC_FACT_LICENCE, SC_BY_RECORDS));
	sc_facts_free(small);
	sc_facts_free(large);
}

static void totals_that_are_missing_or_false_are_refused(void **state)
{
	struct sc_facts *f = few();

	(void)state;
	assert_int_equal(sc_facts_end(f, &e), SC_BAD);
	assert_int_equal(add(f, "T\trecords\t5"), SC_OK);
	assert_int_equal(sc_facts_end(f, &e), SC_BAD);
	sc_facts_free(f);
}

#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define P(number, revision) \
	"P\t" number "\tread/tar\t" revision "\t-\t0\t0\t0\t0\t0\t" ZERO "\t" ZERO "\t" ZERO "\t-"

static void what_is_no_number_or_too_large_is_refused(void **state)
{
	struct sc_facts *f = sc_facts_new(SC_FACT_ALL, 0);

	(void)state;
	assert_int_equal(add(f, "R\tid\tx\t-\t-\t-\t-"), SC_BAD);
	assert_int_equal(add(f, "R\tid\t18446744073709551615\t-\t-\t-\t-"), SC_OK);
	assert_int_equal(add(f, "R\tid\t1\t-\t-\t-\t-"), SC_BAD);
	assert_int_equal(add(f, "P\t0001\tread/tar\t1\t-\t3"), SC_BAD);
	assert_int_equal(add(f, P("0002", "1")), SC_BAD);
	assert_int_equal(add(f, P("0001", "4294967296")), SC_BAD);
	assert_int_equal(add(f, "I\tsha256:00\t3\tx\t1\t1"), SC_BAD);
	sc_facts_free(f);
	f = sc_facts_new(SC_FACT_ALL, 0);
	assert_int_equal(add(f, "R\tid\t18446744073709551615\ta,b\t-\t-\t-"), SC_OK);
	assert_int_equal(end(f), SC_BAD);
	sc_facts_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_goes_from_the_most_to_the_least),
		cmocka_unit_test(having_and_lacking_are_all_and_singletons_are_counted),
		cmocka_unit_test(a_record_is_in_one_class_of_rights),
		cmocka_unit_test(a_modality_has_bounds),
		cmocka_unit_test(a_label_counts_once_whatever_a_line_repeats),
		cmocka_unit_test(what_is_declared_is_counted_beside_what_was_concluded),
		cmocka_unit_test(a_key_counts_once_whatever_a_line_repeats),
		cmocka_unit_test(what_spills_says_the_same),
		cmocka_unit_test(totals_that_are_missing_or_false_are_refused),
		cmocka_unit_test(what_is_no_number_or_too_large_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
