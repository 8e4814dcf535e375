/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.c -- what the members of an archive that we write are called, for records that did not come from one.
 *
 * Readers show names as they are stored ("../../etc/passwd" is just a name: nothing is ever unpacked to disk).
 * What we write is unpacked by others, so names that we make are safe ones: see sc_path_safe.  Members
 * copied as they were keep their names.
 */
#include <scope/group.h>

#include <inttypes.h>

#include <scope/digest.h>
#include <scope/plugin.h>
#include <scope/text.h>

enum { MOST_PATH = 1024 }; /* PATH_MAX less something; longer ones are cut, with a hash */

static bool is_odd(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f || c == '\\' || c == ':';
}

sc_str sc_path_safe(struct sc_arena *a, sc_str path)
{
	sc_str rest = { path.p ? path.p : "", path.n }, seg;
	char *out = sc_alloc(a, path.n + 2);
	size_t n = 0;

	while (sc_str_cut(&rest, '/', &seg)) {
		if (!seg.n || sc_str_eq(seg, SC_STR(".")))
			continue;
		if (sc_str_eq(seg, SC_STR("..")))
			seg = SC_STR("_");
		if (n)
			out[n++] = '/';
		for (size_t i = 0; i < seg.n; i++)
			out[n++] = is_odd(seg.p[i]) ? '_' : seg.p[i];
	}
	if (!n)
		out[n++] = '_';
	return (sc_str){ out, n };
}

static sc_str id_hex(struct sc_arena *a, struct sc_record *r)
{
	char *hex = sc_alloc(a, 64);

	sc_record_id(a, r);
	sc_hex(r->id, 32, hex);
	return (sc_str){ hex, 64 };
}

/* name without ".EXT" where the only part is called EXT: plot.png of part png is KEY plot. */
static sc_str without_ext(sc_str name, const struct sc_record *r)
{
	sc_str ext = r->npart == 1 ? r->part[0].name : SC_STR("");

	if (ext.n && name.n > ext.n + 1 && name.p[name.n - ext.n - 1] == '.' &&
	    sc_str_ieq(sc_str_from(name, name.n - ext.n), ext) && name.p[name.n - ext.n - 2] != '/')
		name.n -= ext.n + 1;
	return name;
}

/* The key keeps no dot in its base name: what follows the first dot is the part's name by WebDataset's rule. */
static sc_str key_of(struct sc_arena *a, struct sc_record *r)
{
	sc_str key;
	size_t slash;
	char *p;

	if (!r->name.n || r->name.n > MOST_PATH || sc_str_find(r->name, SC_STR("://")) != SC_NONE ||
	    sc_str_starts(r->name, SC_STR("urn:")) || sc_str_starts(r->name, SC_STR("<")))
		return id_hex(a, r);
	key = sc_path_safe(a, without_ext(r->name, r));
	slash = sc_str_rchr(key, '/');
	p = sc_alloc(a, key.n + 1);
	memcpy(p, key.p, key.n);
	for (size_t i = slash == SC_NONE ? 0 : slash + 1; i < key.n; i++)
		if (p[i] == '.')
			p[i] = '_';
	return (sc_str){ p, key.n };
}

sc_str sc_member_key(struct sc_arena *a, struct sc_record *r, struct sc_buf *last)
{
	sc_str key = key_of(a, r);

	if (last->n && sc_str_eq(key, sc_buf_str(last)))
		key = sc_fmt(a, "%.*s_%" PRIu64, SC_ARG(key), r->from.ordinal);
	sc_buf_clear(last);
	sc_buf_add(last, key);
	return key;
}

static bool is_extension(sc_str s)
{
	if (!s.n || s.n > 200 || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '/' || is_odd(s.p[i]) || s.p[i] == ' ')
			return false;
	return true;
}

/* "text" and "body" name a payload, not a kind of file. */
static sc_str extension(const struct sc_record *r, uint32_t i)
{
	const struct sc_part *p = &r->part[i];
	sc_str rule, ext, media = p->media;
	size_t at, n;

	if (sc_str_eq(p->name, SC_STR("text")))
		return SC_STR("txt");
	if (is_extension(p->name) && !sc_str_eq(p->name, SC_STR("body")) && !sc_str_eq(p->name, SC_STR("data")))
		return p->name;
	if (!media.n)
		media = sc_media_sniff(p->data, &rule, &at, &n);
	ext = sc_ext_of_media(media);
	return ext.n ? ext : SC_STR("bin");
}

sc_str sc_member_name(struct sc_arena *a, const struct sc_record *r, sc_str key, uint32_t i)
{
	sc_str ext = extension(r, i);
	unsigned same = 0;
	char *name;

	/* README of part README: no extension at all. */
	if (r->npart == 1 && sc_str_ends(key, r->part[0].name) && sc_str_chr(r->part[0].name, '.') == SC_NONE &&
	    (key.n == r->part[0].name.n || key.p[key.n - r->part[0].name.n - 1] == '/'))
		return key;
	/* A part's own name that is no extension ("src/fig1.png") may meet another's; readers of samples lower the case,
	 * and KEY.scope.json holds tags. */
	same = sc_str_ieq(ext, SC_STR("scope.json"));
	for (uint32_t k = 0; k < r->npart; k++)
		if (!sc_str_eq(ext, r->part[i].name))
			same += k < i ? sc_str_ieq(extension(r, k), ext) : k > i && sc_str_ieq(r->part[k].name, ext);
		else if (k < i)
			same += sc_str_ieq(r->part[k].name, ext);
	name = sc_alloc(a, key.n + ext.n + 32);
	memcpy(name, key.p, key.n);
	name[key.n] = '.';
	if (same) {
		sc_str with = sc_fmt(a, "%" PRIu32 ".", i);

		memcpy(name + key.n + 1, with.p, with.n);
		memcpy(name + key.n + 1 + with.n, ext.p, ext.n);
		return (sc_str){ name, key.n + 1 + with.n + ext.n };
	}
	memcpy(name + key.n + 1, ext.p, ext.n);
	return (sc_str){ name, key.n + 1 + ext.n };
}
