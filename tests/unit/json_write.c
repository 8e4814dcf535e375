/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as it is written: whole, in order, and safe to look at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/json.h>
#include <scope/json_write.h>

static void is(struct sc_json_writer *w, const char *want)
{
	struct sc_err e = { 0 };

	assert_int_equal(sc_jw_finish(w, &e), SC_OK);
	assert_int_equal(sc_json_check(sc_buf_str(&w->b), true, &e), SC_OK);
	assert_int_equal(w->b.n, strlen(want));
	assert_memory_equal(w->b.p, want, w->b.n);
	sc_buf_free(&w->b);
}

static void some(struct sc_json_writer *w)
{
	sc_jw_object(w, NULL);
	sc_jw_str(w, "a", SC_STR("b"));
	sc_jw_array(w, "c");
	sc_jw_u64(w, NULL, UINT64_MAX);
	sc_jw_bool(w, NULL, false);
	sc_jw_end(w);
	sc_jw_array(w, "none");
	sc_jw_end(w);
	sc_jw_ref(w, "d", SC_STR("x"));
	sc_jw_some(w, "left out", SC_STR(""));
	sc_jw_hex(w, "h", (const uint8_t *)"\x0a\xff", 2);
	sc_jw_raw(w, "r", SC_STR("null"));
	sc_jw_fmt(w, "f", "%d \"", 7);
	sc_jw_end(w);
}

static void values_stand_in_order_with_commas_between(void **state)
{
	struct sc_json_writer w = { 0 };

	(void)state;
	some(&w);
	is(&w,
	   "{\n  \"a\": \"b\",\n  \"c\": [\n    18446744073709551615,\n    false\n  ],\n  \"none\": [],\n  \"d\": {\n    \"@id\": \"x\"\n  },\n"
	   "  \"h\": \"0aff\",\n  \"r\": null,\n  \"f\": \"7 \\\"\"\n}");
}

static void compact_is_one_line(void **state)
{
	struct sc_json_writer w = { .compact = true };

	(void)state;
	some(&w);
	is(&w,
	   "{\"a\":\"b\",\"c\":[18446744073709551615,false],\"none\":[],\"d\":{\"@id\":\"x\"},\"h\":\"0aff\",\"r\":null,\"f\":\"7 \\\"\"}");
}

static void hostile_text_is_escaped_and_reads_back(void **state)
{
	static const sc_str text = SC_LIT("\"\\</script>&\n\x7f\xc2\x85\xe2\x80\xae\xef\xbb\xbf\xf3\xa0\x81\x81 \xc3\xa9");
	struct sc_json_writer w = { 0 };
	struct sc_arena a = { 0 };
	sc_str back;

	(void)state;
	sc_jw_str(&w, NULL, text);
	back = sc_json_string(&a, sc_buf_str(&w.b));
	assert_true(sc_str_eq(back, text));
	sc_arena_free(&a);
	is(&w,
	   "\"\\\"\\\\\\u003c/script\\u003e\\u0026\\n\\u007f\\u0085\\u202e\\ufeff\\udb40\\udc41 \xc3\xa9\"");
}

static void what_is_not_utf8_is_replaced(void **state)
{
	struct sc_json_writer w = { 0 };

	(void)state;
	sc_jw_str(&w, NULL,
	          SC_STR("a\xff"
	                 "b\xc3"));
	is(&w, "\"a\xef\xbf\xbd"
	       "b\xef\xbf\xbd\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_stand_in_order_with_commas_between),
		cmocka_unit_test(compact_is_one_line),
		cmocka_unit_test(hostile_text_is_escaped_and_reads_back),
		cmocka_unit_test(what_is_not_utf8_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
