/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_totals.c -- what a manifest's T lines say, in one pass that sees to it that they belong to the lines above them. */
#include <scope/check.h>
#include <scope/digest.h>
#include <scope/input.h>
#include <scope/manifest.h>

enum { LINE_MOST = 16 << 20 };

enum total { KEY_ROOT, KEYS, LINES, OCCURRENCES, RECORD_ROOT, RECORDS, NTOTAL };

struct totals {
	struct sc_totals *t;
	uint8_t lines[32], said[32]; /* of all lines above the first T; and what is said of them */
	bool begun;
	unsigned seen; /* bits of enum total */
};

static int wrong(sc_str path, uint64_t line, struct sc_err *e, const char *why)
{
	return sc_bad(e, "%.*s:%ju: %s", SC_ARG(path), (uintmax_t)line, why);
}

static bool value_read(struct totals *t, enum total which, sc_str v)
{
	switch (which) {
	case KEY_ROOT:
		return sc_root_parse(v, t->t->key_root);
	case KEYS:
		return sc_str_u64(v, &t->t->keys);
	case LINES:
		return sc_root_parse(v, t->said);
	case OCCURRENCES:
		return sc_str_u64(v, &t->t->occurrences);
	case RECORD_ROOT:
		return sc_root_parse(v, t->t->record_root);
	case RECORDS:
		return sc_str_u64(v, &t->t->records);
	default:
		return false;
	}
}

/* NULL, or why it is no total. */
static const char *total_line(struct totals *t, sc_str line)
{
	static const sc_str names[NTOTAL] = { SC_LIT("key-root"),    SC_LIT("keys"),
		                              SC_LIT("lines"),       SC_LIT("occurrences"),
		                              SC_LIT("record-root"), SC_LIT("records") };
	sc_str rest = sc_str_from(line, 2), name = { NULL, 0 };

	sc_str_cut(&rest, '\t', &name);
	if (sc_str_eq(name, SC_STR("tombstones")))
		return NULL; /* of the X lines behind: the file's digest has them */
	for (unsigned i = 0; i < NTOTAL; i++) {
		if (!sc_str_eq(names[i], name))
			continue;
		if (t->seen >> i & 1)
			return "a total stands there twice";
		t->seen |= 1u << i;
		return rest.p && value_read(t, (enum total)i, rest)
		               ? NULL
		               : "a total has no value that can be read";
	}
	return "a total that this program does not know";
}

static int lines(struct sc_input *in, struct sc_sha256 *sha, struct totals *t, sc_str path,
                 struct sc_err *e)
{
	uint64_t n = 0;
	sc_str line;
	int rc;

	while ((rc = sc_line(in, '\n', &line, e)) == SC_OK) {
		const char *why = NULL;

		n++;
		if (n == 1 && !sc_str_eq(line, SC_STR("#scope-manifest/1\n")))
			return wrong(path, n, e,
			             "no manifest: it does not begin with #scope-manifest/1");
		if (!sc_str_ends(line, SC_STR("\n")))
			return wrong(path, n, e, "it is cut short: the last line has no end");
		if (sc_str_starts(line, SC_STR("T\t"))) {
			if (!t->begun)
				sc_sha256_end(sha, t->lines);
			t->begun = true;
			why = total_line(t, sc_str_head(line, line.n - 1));
		} else if (!t->begun) {
			sc_sha256_add(sha, line);
		} else if (!sc_str_starts(line, SC_STR("X\t"))) {
			why = "a line that cannot follow the totals";
		}
		if (why)
			return wrong(path, n, e, why);
	}
	if (rc < 0)
		return rc;
	if (sc_input_break(in, NULL, e))
		return SC_BAD;
	if (t->seen != (1u << NTOTAL) - 1)
		return wrong(
		        path, n + 1, e,
		        "a total is missing: key-root, keys, lines, occurrences, record-root and records are needed");
	return memcmp(t->lines, t->said, 32)
	               ? sc_bad(e,
	                        "%.*s: its lines are not those that its total `lines` names: `scope verify` says more",
	                        SC_ARG(path))
	               : SC_OK;
}

int sc_manifest_totals(sc_str path, struct sc_totals *out, uint8_t file[32], struct sc_err *e)
{
	struct totals t = { .t = out };
	struct sc_sha256 *sha;
	struct sc_input *in;
	uint64_t bytes;
	int rc;

	*out = (struct sc_totals){ .records = 0 };
	SC_TRY(sc_input_open(&in, path, path, (sc_str){ NULL, 0 }, LINE_MOST, e));
	sc_input_hash_stored(in, true);
	sha = sc_sha256_new();
	sc_sha256_start(sha);
	rc = lines(in, sha, &t, path, e);
	if (rc == SC_OK)
		rc = sc_input_digest(in, &bytes, file, e);
	sc_sha256_free(sha);
	sc_input_close(in);
	return rc;
}
