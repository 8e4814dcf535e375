/* SPDX-License-Identifier: Apache-2.0 */
/* group.c -- unit tests: keys and part names, packages, and names that are safe to unpack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <scope/group.h>
#include <scope/plugin.h>

#define IS(got, want) assert_true(sc_str_eq((got), SC_STR(want)))

struct list { /* members in memory; a path of NULL is damage */
	const char *const *path;
	size_t i;
};

static int list_next(void *with, struct sc_member *m, struct sc_err *e)
{
	struct list *l = with;
	const char *p = l->path[l->i];

	m->off = l->i * 10;
	m->len = 10;
	if (p && !*p)
		return SC_EOF;
	l->i++;
	if (!p)
		return sc_damage(e, "damage");
	m->path = sc_str_c(p);
	m->type = sc_str_ends(m->path, SC_STR("/")) ? "directory" : "file";
	m->size = 1;
	return SC_OK;
}

static int list_data(void *with, size_t limit, struct sc_buf *raw, struct sc_buf *plain, struct sc_payload *got,
                     struct sc_member *m, struct sc_err *e)
{
	(void)with, (void)raw, (void)limit;
	if (sc_str_ends(m->path, SC_STR(".bad")))
		return sc_bad(e, "spoilt");
	*got = (struct sc_payload){ .at = plain->n, .n = 1 };
	sc_buf_byte(plain, m->path.p[m->path.n - 1]);
	return SC_OK;
}

/* "name[part part] !name ..." : what comes out, in one line; ! for a reject. */
static char *out(const char *group, const char *const *path)
{
	static char text[1024];
	struct list l = { .path = path };
	struct sc_read_conf conf = { .group = sc_str_c(group), .max_record = 64 };
	struct sc_buf b = { 0 };
	struct sc_arena a = { 0 };
	struct sc_group *g = NULL;
	struct sc_err e;
	int rc;

	assert_int_equal(sc_group_new(&g, &conf, (struct sc_members){ .with = &l, .next = list_next, .data = list_data },
	                              SC_STR("shard"), &e), SC_OK);
	for (;;) {
		struct sc_record r = { 0 };

		rc = sc_group_next(g, &a, &r, &e);
		if (rc == SC_EOF)
			break;
		assert_true(rc == SC_OK || rc == SC_BAD);
		if (b.n)
			sc_buf_byte(&b, ' ');
		sc_buf_fmt(&b, "%s%.*s", rc ? "!" : "", SC_ARG(r.name));
		for (uint32_t i = 0; !rc && i < r.npart; i++)
			sc_buf_fmt(&b, "%s%.*s", i ? "," : "[", SC_ARG(r.part[i].name));
		if (!rc)
			sc_buf_fmt(&b, "%s]", r.npart ? "" : "[");
	}
	memcpy(text, b.p, b.n);
	text[b.n] = 0;
	sc_buf_free(&b);
	sc_group_free(g);
	sc_arena_free(&a);
	return text;
}
#define OUT(group, ...) out(group, (const char *const[]){ __VA_ARGS__, "" })

static void neighbours_with_one_key_are_a_sample(void **state)
{
	(void)state;
	assert_string_equal(OUT("", "a.jpg", "a.json", "b.jpg"), "a[jpg,json] b[jpg]");
	assert_string_equal(OUT("sample", "d/img.v2.json", "d/img.PNG"), "d/img[v2.json,png]");
	assert_string_equal(OUT("sample", "a.jpg", "b.jpg", "a.json"), "a[jpg] b[jpg] a[json]");
	assert_string_equal(OUT("sample", "./a.json", "a.png"), "./a[json] a[png]");
}

static void members_without_a_dot_stand_alone(void **state)
{
	(void)state;
	assert_string_equal(OUT("sample", "README", "README.txt", "d/.hid.json"),
	                    "README[README] README[txt] d/.hid.json[.hid.json]");
	assert_string_equal(OUT("sample", "d/", "d/a.x", "d/b/", "d/a.y"), "d/a[x,y]");
}

static void tags_beside_a_sample_are_no_part(void **state)
{
	(void)state;
	assert_string_equal(OUT("sample", "a.jpg", "a.scope.json", "README", "README.scope.json"),
	                    "a[jpg] README[README]");
	assert_string_equal(OUT("sample", "a.scope.json"), "!a");
}

static void two_parts_of_one_name_reject_the_sample(void **state)
{
	(void)state;
	assert_string_equal(OUT("sample", "a.jpg", "a.JPG", "b.jpg"), "!a b[jpg]");
}

static void a_spoilt_member_spoils_its_sample_only(void **state)
{
	(void)state;
	assert_string_equal(OUT("sample", "a.jpg", "a.bad", "a.txt", "b.jpg"), "!a b[jpg]");
	assert_string_equal(OUT("directory", "d/x", "e/y.bad", "e/z", "d/z"), "d[x,z] !e");
}

static void half_a_sample_beside_damage_is_no_sample(void **state)
{
	(void)state;
	assert_string_equal(OUT("sample", "a.jpg", "a.txt", "b.jpg", NULL, "c.txt", "d.jpg", "d.txt"),
	                    "a[jpg,txt] !b ! !c d[jpg,txt]");
	assert_string_equal(OUT("sample", "a.jpg", "a.txt", "b.jpg", "b.txt", NULL, "c.jpg", "c.txt"),
	                    "a[jpg,txt] b[jpg,txt] ! c[jpg,txt]");
	assert_string_equal(OUT("none", "a.jpg", NULL, "b.jpg"), "a.jpg[jpg] ! b.jpg[jpg]");
	assert_string_equal(OUT("directory", "p/a", "q/b", NULL, "r/c", "s/d"), "! p[a] !q !r s[d]");
}

static void packages_gather_from_all_over_the_archive(void **state)
{
	(void)state;
	assert_string_equal(OUT("directory", "p/a.xml", "q/b", "p/fig/1.png", "p/c"), "p[a.xml,c] q[b] p/fig[1.png]");
	assert_string_equal(OUT("archive", "p/a", "q/b"), "shard[p/a,q/b]");
	assert_string_equal(OUT("none", "p/", "p/a.xml"), "p/[] p/a.xml[xml]");
}

static void made_names_cannot_leave_a_directory(void **state)
{
	struct sc_arena a = { 0 };

	(void)state;
	IS(sc_path_safe(&a, SC_STR("../../etc/passwd")), "_/_/etc/passwd");
	IS(sc_path_safe(&a, SC_STR("/etc//./x")), "etc/x");
	IS(sc_path_safe(&a, SC_STR("C:\\x\n")), "C__x_");
	IS(sc_path_safe(&a, SC_STR("/")), "_");
	sc_arena_free(&a);
}

static void neighbours_of_one_name_get_keys_of_their_own(void **state)
{
	struct sc_part part = { .name = SC_STR("text"), .data = SC_STR("x") };
	struct sc_record r = { .name = SC_STR("doc.1"), .part = &part, .npart = 1, .from.ordinal = 7 };
	struct sc_arena a = { 0 };
	struct sc_buf last = { 0 };

	(void)state;
	IS(sc_member_name(&a, &r, sc_member_key(&a, &r, &last), 0), "doc_1.txt");
	IS(sc_member_key(&a, &r, &last), "doc_1_7");
	r.name = SC_STR("https://example.org/x");
	assert_int_equal(sc_member_key(&a, &r, &last).n, 64);
	sc_buf_free(&last);
	sc_arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_with_one_key_are_a_sample),
		cmocka_unit_test(members_without_a_dot_stand_alone),
		cmocka_unit_test(tags_beside_a_sample_are_no_part),
		cmocka_unit_test(two_parts_of_one_name_reject_the_sample),
		cmocka_unit_test(a_spoilt_member_spoils_its_sample_only),
		cmocka_unit_test(half_a_sample_beside_damage_is_no_sample),
		cmocka_unit_test(packages_gather_from_all_over_the_archive),
		cmocka_unit_test(made_names_cannot_leave_a_directory),
		cmocka_unit_test(neighbours_of_one_name_get_keys_of_their_own),
	};

	return cmocka_run_group_tests_name("group", tests, NULL, NULL);
}
