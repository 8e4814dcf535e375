/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read/file -- a file that no other reader claims (an .xml, an image, a .tex): one record with one part.
 *
 * The part is named like the file's extension ("png"; "nxml"), or like the file when it has none.  An empty file has no
 * records.  A compressed file is what it unpacks to, and the codec's own extension is not part of its name.  A file
 * that is larger than --max-record is one rejected record.  Where the compressed bytes are damaged, what is left is not
 * the file: it is rejected, never shown shorter.
 */
#include <scope/group.h>
#include <scope/json.h>

#include <inttypes.h>

enum { CHUNK = 256 << 10, KEEP_BAD = 64 << 10 };

struct file {
	struct sc_input *in;
	size_t max;
	bool done;
};

extern const struct sc_reader read_file;

static int taste(sc_str head, sc_str path)
{
	(void)path;
	return head.n ? 1 : 0;
}

static int open_(void *state, const void *conf, struct sc_input *in, struct sc_err *e)
{
	struct file *f = state;
	const struct sc_read_conf *c = conf;

	(void)e;
	f->in = in;
	f->max = c->max_record ? c->max_record : (size_t)64 << 20;
	return SC_OK;
}

static sc_str base_name(struct sc_input *in)
{
	static const sc_str packed[] = { SC_LIT(".gz"), SC_LIT(".zst"), SC_LIT(".xz"), SC_LIT(".bz2"),
					 SC_LIT(".lz4") };
	sc_str s = sc_input_path(in);
	size_t slash = sc_str_rchr(s, '/');

	if (slash != SC_NONE)
		s = sc_str_from(s, slash + 1);
	if (strcmp(sc_input_codec(in), "none") == 0)
		return s;
	for (size_t i = 0; i < SC_COUNT(packed); i++)
		if (s.n > packed[i].n && sc_str_ends(s, packed[i]))
			return sc_str_head(s, s.n - packed[i].n);
	return s;
}

static sc_str part_name(sc_str name)
{
	size_t dot = sc_str_rchr(name, '.');

	return dot == SC_NONE || dot == 0 || dot + 1 == name.n ? name : sc_str_from(name, dot + 1);
}

/* A shard's name on something else: a download that ended in an error page, say.  It must not pass for a record. */
static bool is_misnamed(sc_str name)
{
	static const sc_str shards[] = { SC_LIT(".7z"),  SC_LIT(".bz2"), SC_LIT(".cpio"), SC_LIT(".gz"),
					 SC_LIT(".jsonl"), SC_LIT(".lz4"), SC_LIT(".rar"), SC_LIT(".tar"),
					 SC_LIT(".tgz"), SC_LIT(".warc"), SC_LIT(".xz"), SC_LIT(".zip"),
					 SC_LIT(".zipx"), SC_LIT(".zst") };

	for (size_t i = 0; i < SC_COUNT(shards); i++)
		if (name.n > shards[i].n && sc_str_ieq(sc_str_from(name, name.n - shards[i].n), shards[i]))
			return true;
	return false;
}

/* All bytes up to the end into b, at most max of them; *size counts them all. */
static int read_all(struct file *f, struct sc_buf *b, uint64_t *size, struct sc_err *e)
{
	uint64_t lost;
	sc_str got;
	int rc = SC_OK;

	for (;;) {
		struct sc_err at_break;

		SC_TRY(sc_peek(f->in, CHUNK, &got, e));
		if (!got.n && sc_input_break(f->in, &lost, &at_break)) {
			if (!rc)
				*e = at_break;
			e->damage = true;
			rc = SC_BAD;
			sc_input_mend(f->in);
			continue;
		}
		if (!got.n)
			break;
		*size += got.n;
		if (*size > f->max && !rc)
			rc = sc_bad(e, "more than the %zu bytes that --max-record allows", f->max);
		if (!rc || b->n < KEEP_BAD)
			sc_buf_add(b, got);
		sc_take(f->in, got.n);
	}
	return rc;
}

static int next(void *state, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct file *f = state;
	struct sc_buf b = { 0 };
	uint64_t size = 0;
	int rc;

	if (f->done)
		return SC_EOF;
	f->done = true;
	r->by = &read_file;
	r->from.off = sc_input_off(f->in);
	rc = read_all(f, &b, &size, e);
	r->from.len = size;
	if (rc == SC_OK && !size)
		rc = SC_EOF;
	if (rc == SC_OK && is_misnamed(base_name(f->in)))
		rc = sc_damage(e, "its name says %.*s, its bytes do not", SC_ARG(part_name(base_name(f->in))));
	r->raw = sc_strdup(a, rc ? sc_str_head(sc_buf_str(&b), KEEP_BAD) : sc_buf_str(&b));
	sc_buf_free(&b);
	if (rc)
		return rc;
	r->name = sc_strdup(a, base_name(f->in));
	sc_buf_add(&b, SC_STR("{\"path\":"));
	sc_json_put(&b, r->name);
	sc_buf_add(&b, SC_STR("}"));
	r->head = sc_strdup(a, sc_buf_str(&b));
	sc_buf_free(&b);
	r->part = SC_NEW(a, struct sc_part, 1);
	r->npart = 1;
	*r->part = (struct sc_part){ .name = part_name(r->name), .data = r->raw };
	return SC_OK;
}

const struct sc_reader read_file = {
	.card = { .name = "read/file",
	          .about = "any other file: one record with one part",
	          .example = "scope cat --from file --to tsv notes.txt",
	          .state = sizeof(struct file),
	          .revision = 1 },
	.writes = "tar",
	.taste = taste,
	.open = open_,
	.next = next,
};
