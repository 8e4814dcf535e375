/* SPDX-License-Identifier: Apache-2.0 */
/* lic_package.c -- what a package's own file says of its licence: which reader, and what words mean; package.json and others in JSON. */
#include "lic_package.h"

#include <scope/json.h>
#include <scope/spdx.h>

enum { MOST_LIST = 64, MOST_BYTES = 16 << 20 };

/* ---- words ---- */

/* Words that state nothing: nobody filled them in, or they point to a text, which is seen for itself. */
static bool is_nothing(sc_str s)
{
	static const sc_str nothing[] = { SC_LIT("unknown"), SC_LIT("none"), SC_LIT("n/a"), SC_LIT("-"), SC_LIT("noassertion"), SC_LIT("todo"), SC_LIT("null") };
	static const sc_str points[] = { SC_LIT("see license"), SC_LIT("see licence"), SC_LIT("file license"), SC_LIT("file licence"), SC_LIT("license.txt"),
					 SC_LIT("license file"), SC_LIT("see copying") };

	for (size_t i = 0; i < SC_COUNT(nothing); i++)
		if (sc_str_ieq(s, nothing[i]))
			return true;
	for (size_t i = 0; i < SC_COUNT(points); i++)
		if (s.n >= points[i].n && sc_bytes_ieq(s.p, points[i].p, points[i].n))
			return true;
	return !s.n;
}

sc_str lic_package_words(struct sc_arena *a, sc_str words)
{
	sc_str rule, id;

	words = sc_str_trim(words);
	if (is_nothing(words))
		return (sc_str){ NULL, 0 };
	id = words.n < 1024 ? sc_spdx_from_words(a, words, &rule) : (sc_str){ NULL, 0 };
	return id.n ? id : SC_STR("unknown");
}

sc_str lic_package_join(struct sc_arena *a, const sc_str *ids, size_t n, enum lic_list how)
{
	struct sc_buf b = { .a = a };
	struct sc_err ignored;
	sc_str out;
	size_t said = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		if (!ids[i].n)
			continue;
		if (sc_str_eq(ids[i], SC_STR("unknown")))
			return ids[i]; /* one without a name leaves the whole without */
		while (k < i && !sc_str_eq(ids[k], ids[i]))
			k++;
		if (k < i)
			continue;
		if (said++)
			sc_buf_add(&b, how == LIC_ANY ? SC_STR(" OR ") : SC_STR(" AND "));
		sc_buf_byte(&b, '(');
		sc_buf_add(&b, ids[i]);
		sc_buf_byte(&b, ')');
	}
	if (!said)
		return (sc_str){ NULL, 0 };
	return sc_spdx_expression(a, sc_buf_seal(&b), &out, &ignored) < 0 ? SC_STR("unknown") : out;
}

void lic_package_say(const struct lic_package *p, sc_str id, const char *rule, sc_str at)
{
	if (id.n)
		sc_lic_claim(p->c, (struct sc_lic_claim){ .source = SC_LIC_PACKAGE, .value = id, .rule = sc_str_c(rule), .where = p->part,
							  .off = (uint64_t)(at.p - p->bytes.p), .len = at.n,
							  .score = sc_str_eq(id, SC_STR("unknown")) ? 0.5f : 1.0f });
}

/* ---- JSON ---- */

static const struct {
	sc_str name;
	const char *rule;
	enum lic_list how;
} json_files[] = { { SC_LIT("package.json"), "package.json:license", LIC_ANY },	  { SC_LIT("bower.json"), "bower.json:license", LIC_ANY },
		   { SC_LIT("composer.json"), "composer.json:license", LIC_ANY }, { SC_LIT("codemeta.json"), "codemeta:license", LIC_ALL },
		   { SC_LIT("datapackage.json"), "datapackage:licenses", LIC_ALL }, { SC_LIT(".zenodo.json"), "zenodo:license", LIC_ALL },
		   { SC_LIT("META.json"), "cpan:license", LIC_ALL },		  { SC_LIT("croissant.json"), "croissant:license", LIC_ALL },
		   { SC_LIT("dataset_info.json"), "dataset-info:license", LIC_ALL }, { SC_LIT("dataset-metadata.json"), "kaggle:licenses", LIC_ALL },
		   { SC_LIT("ro-crate-metadata.json"), "ro-crate:license", LIC_ALL } };

static size_t json_file(sc_str name)
{
	for (size_t i = 0; i < SC_COUNT(json_files); i++)
		if (sc_str_eq(json_files[i].name, name))
			return i;
	return SC_NONE;
}

bool lic_package_json_name(sc_str name)
{
	return json_file(name) != SC_NONE;
}

/* A string, or what an object calls it. */
static sc_str words_of(struct sc_arena *a, sc_str value)
{
	static const sc_str keys[] = { SC_LIT("type"), SC_LIT("id"), SC_LIT("name"), SC_LIT("@id"), SC_LIT("url"), SC_LIT("path") };

	if (sc_json_kind(value) == SC_JSON_STRING)
		return lic_package_words(a, sc_json_string(a, value));
	for (size_t i = 0; i < SC_COUNT(keys); i++) {
		sc_str member = sc_json_get(value, keys[i]), id;

		if (sc_json_kind(member) != SC_JSON_STRING)
			continue;
		id = lic_package_words(a, sc_json_string(a, member));
		if (id.n && !sc_str_eq(id, SC_STR("unknown")))
			return id;
	}
	return sc_json_kind(value) == SC_JSON_OBJECT ? SC_STR("unknown") : (sc_str){ NULL, 0 };
}

static sc_str list_of(struct sc_arena *a, sc_str value, enum lic_list how)
{
	sc_str ids[MOST_LIST];
	struct sc_json_iter it = sc_json_iter(value);
	size_t n = 0;

	if (sc_json_kind(value) != SC_JSON_ARRAY)
		return words_of(a, value);
	while (sc_json_next(&it)) {
		if (n == MOST_LIST)
			return SC_STR("unknown");
		ids[n++] = words_of(a, it.value);
	}
	return lic_package_join(a, ids, n, how);
}

bool lic_package_json(const struct lic_package *p, sc_str name)
{
	static const sc_str keys[] = { SC_LIT("license"), SC_LIT("licence"), SC_LIT("licenses") };
	struct sc_err ignored;
	size_t which = json_file(name);
	sc_str text = sc_str_starts(p->bytes, SC_STR("\xef\xbb\xbf")) ? sc_str_from(p->bytes, 3) : p->bytes;

	if (which == SC_NONE)
		return false;
	if (sc_json_check(text, false, &ignored) < 0 || sc_json_kind(text) != SC_JSON_OBJECT)
		return true;
	for (size_t i = 0; i < SC_COUNT(keys); i++) {
		sc_str value = sc_json_get(text, keys[i]), id = list_of(p->c->a, value, json_files[which].how);

		if (!id.n)
			continue;
		lic_package_say(p, id, json_files[which].rule, value);
		break;
	}
	return true;
}

/* ---- all of them ---- */

bool sc_lic_is_package(sc_str path)
{
	sc_str name = sc_path_name(path);

	return lic_package_json_name(name) || lic_package_xml_name(name) || lic_package_lines_name(name) || lic_package_patterns_name(path);
}

bool sc_lic_is_patterns(sc_str path)
{
	return lic_package_patterns_name(path);
}

bool sc_lic_package_for(struct sc_lic_claims *c, sc_str path, sc_str bytes, sc_str part, sc_str file)
{
	struct lic_package p = { c, path, sc_str_head(bytes, MOST_BYTES), part, file };
	sc_str name = sc_path_name(path);

	if (lic_package_patterns_name(path))
		return lic_package_patterns(&p, name);
	return lic_package_json(&p, name) || lic_package_xml(&p, name) || lic_package_lines(&p, name);
}

bool sc_lic_package(struct sc_lic_claims *c, sc_str path, sc_str bytes, sc_str part)
{
	return sc_lic_package_for(c, path, bytes, part, (sc_str){ NULL, 0 });
}
