/* SPDX-License-Identifier: Apache-2.0 */
/* receipt_check.c -- what a receipt says, held to what is at hand; see scope/receipt.h. */
#include <scope/receipt.h>

#include <scope/digest.h>
#include <scope/export.h>
#include <scope/group.h>
#include <scope/log.h>
#include <scope/text.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int sc_file_digest(sc_str path, uint8_t out[32], uint64_t *bytes, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	int fd = open(sc_cstr(&a, path), O_RDONLY | O_CLOEXEC), rc = SC_OK;
	struct sc_sha256 *h;
	char *chunk = sc_alloc(&a, 1 << 20);
	ssize_t n = 0;

	*bytes = 0;
	if (fd < 0) {
		rc = sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno));
		sc_arena_free(&a);
		return rc;
	}
	h = sc_sha256_new();
	sc_sha256_start(h);
	while ((n = read(fd, chunk, 1 << 20)) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		sc_sha256_add(h, (sc_str){ chunk, (size_t)n });
		*bytes += (uint64_t)n;
	}
	if (n < 0)
		rc = sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno));
	sc_sha256_end(h, out);
	sc_sha256_free(h);
	close(fd);
	sc_arena_free(&a);
	return rc;
}

static bool is_file(struct sc_arena *a, sc_str path)
{
	struct stat st;

	return !stat(sc_cstr(a, path), &st) && S_ISREG(st.st_mode);
}

sc_str sc_file_near(struct sc_arena *a, sc_str name, sc_str path, const struct sc_check_conf *c)
{
	uint8_t root[32];
	sc_str at;

	if (!name.n || sc_str_chr(name, 0) != SC_NONE || !sc_str_eq(sc_path_safe(a, name), name))
		return (sc_str){ NULL, 0 };
	for (size_t i = 0; i < c->root.n; i++) {
		at = sc_fmt(a, "%.*s/%.*s", SC_ARG(c->root.v[i]), SC_ARG(name));
		if (!sc_root_parse(c->root.v[i], root) && is_file(a, at))
			return at;
	}
	at = sc_fmt(a, "%.*s%.*s", SC_ARG(sc_path_folder(path)), SC_ARG(name));
	return is_file(a, at) ? at : (sc_str){ NULL, 0 };
}

static sc_str digest_text(struct sc_arena *a, const uint8_t h[32])
{
	struct sc_buf b = { .a = a };

	sc_buf_add(&b, SC_STR("sha256:"));
	sc_hex_put(&b, h, 32);
	return sc_buf_seal(&b);
}

/* ---- links ---- */

struct charter {
	sc_str value;
	struct sc_arena *a;
};

static int charter_seen(void *with, const struct sc_manifest_line *l, struct sc_err *e)
{
	struct charter *c = with;

	(void)e;
	if (l->kind == 'H' && l->n == 2 && sc_str_eq(l->field[0], SC_STR("charter")))
		c->value = sc_strdup(c->a, l->field[1]);
	return SC_OK;
}

static int manifest_check(const struct sc_receipt *r, sc_str path, const struct sc_check_conf *c,
                          struct sc_arena *a, bool *at_hand, struct sc_err *e)
{
	sc_str at = sc_file_near(a, r->manifest_name, path, c);
	struct charter charter = { .a = a };
	struct sc_walk w;

	*at_hand = at.n > 0;
	if (!at.n) {
		c->unproven(c->with, "manifest",
		            sc_fmt(a,
		                   "%.*s is not at hand: roots and charter are the receipt's word",
		                   SC_ARG(sc_escape(a, r->manifest_name))));
		return SC_OK;
	}
	SC_TRY(sc_manifest_walk(at, charter_seen, &charter, &w, e));
	if (memcmp(w.file, r->manifest, 32))
		return sc_bad(e, "manifest: %.*s is another than the one that the receipt names",
		              SC_ARG(at));
	c->say(c->with, "manifest",
	       sc_fmt(a, "%.*s has the digest that the receipt names", SC_ARG(sc_escape(a, at))));
	if (memcmp(w.t.record_root, r->record_root, 32) || memcmp(w.t.key_root, r->key_root, 32) ||
	    w.t.records != r->records)
		return sc_bad(
		        e,
		        "corpus root: the manifest has %.*s over %ju records, the receipt says another",
		        SC_ARG(digest_text(a, w.t.record_root)), (uintmax_t)w.t.records);
	if (!sc_str_eq(charter.value, r->charter))
		return sc_bad(e, "charter: the manifest says %.*s, the receipt %.*s",
		              SC_ARG(charter.value.n ? charter.value : SC_STR("none")),
		              SC_ARG(r->charter.n ? r->charter : SC_STR("none")));
	return SC_OK;
}

static int checkpoint_check(const struct sc_receipt *r, sc_str file, const struct sc_check_conf *c,
                            struct sc_arena *a, struct sc_err *e)
{
	struct sc_checkpoint p = { .size = 0 };

	SC_TRY(sc_checkpoint_read(file, &c->trust, a, &p, e));
	if (!r->logged)
		return sc_bad(e, "checkpoint: the receipt names none");
	if (!sc_str_eq(p.origin, r->origin))
		return sc_bad(e, "checkpoint: its log is %.*s, the receipt's %.*s",
		              SC_ARG(p.origin), SC_ARG(r->origin));
	if (p.size == r->size && memcmp(p.root, r->log_root, 32))
		return sc_bad(
		        e, "checkpoint: its log of %ju entries has another root than the receipt's",
		        (uintmax_t)p.size);
	if (!p.has_version)
		return sc_bad(
		        e,
		        "checkpoint: it names no version: give the proof of the version's entry");
	if (p.version.number != r->version)
		return sc_bad(e, "checkpoint: it proves entry %ju, the receipt names %ju",
		              (uintmax_t)p.version.number, (uintmax_t)r->version);
	if (memcmp(p.version.record_root, r->record_root, 32) ||
	    memcmp(p.version.key_root, r->key_root, 32) ||
	    memcmp(p.version.manifest, r->manifest, 32))
		return sc_bad(e, "checkpoint: its version has record-root %.*s, the receipt %.*s",
		              SC_ARG(digest_text(a, p.version.record_root)),
		              SC_ARG(digest_text(a, r->record_root)));
	c->say(c->with, "checkpoint",
	       sc_fmt(a, "entry %ju of %.*s names these roots; %s%.*s", (uintmax_t)p.version.number,
	              SC_ARG(sc_escape(a, p.origin)), p.who.n ? "signed by " : "nobody signed it",
	              SC_ARG(sc_escape(a, p.who))));
	return SC_OK;
}

static int outs_check(const struct sc_receipt *r, sc_str path, const struct sc_check_conf *c,
                      struct sc_arena *a, struct sc_err *e)
{
	size_t seen = 0;

	for (size_t i = 0; i < r->nout; i++) {
		sc_str at = sc_file_near(a, r->out[i].path, path, c);
		uint8_t got[32];
		uint64_t bytes;

		if (!at.n)
			continue;
		SC_TRY(sc_file_digest(at, got, &bytes, e));
		if (memcmp(got, r->out[i].stored.sha256, 32) || bytes != r->out[i].stored.bytes)
			return sc_bad(e, "output %.*s: its bytes are not those that were given out",
			              SC_ARG(at));
		seen++;
	}
	if (r->nout)
		(seen < r->nout ? c->unproven : c->say)(
		        c->with, "outputs",
		        sc_fmt(a, "%zu of %zu are at hand, and have the digests that they had",
		               seen, r->nout));
	return SC_OK;
}

static int links(const struct sc_receipt *r, sc_str path, const struct sc_check_conf *c,
                 struct sc_arena *a, struct sc_err *e)
{
	uint8_t root[32];
	bool held, at_hand;

	c->say(c->with, "counts",
	       sc_fmt(a, "%ju in, %ju given out, %ju dropped, %ju rejected; order sha256:%.*s",
	              (uintmax_t)r->in, (uintmax_t)r->emitted, (uintmax_t)r->dropped,
	              (uintmax_t)r->rejected, 64, digest_text(a, r->order).p + 7));
	SC_TRY(outs_check(r, path, c, a, e));
	SC_TRY(manifest_check(r, path, c, a, &at_hand, e));
	held = at_hand;
	for (size_t i = 0; i < c->root.n; i++) {
		if (!sc_root_parse(c->root.v[i], root))
			continue;
		held = true;
		if (memcmp(root, r->record_root, 32) && memcmp(root, r->key_root, 32))
			return sc_bad(e, "corpus root: the receipt has %.*s, not %.*s",
			              SC_ARG(digest_text(a, r->record_root)), SC_ARG(c->root.v[i]));
	}
	(held || c->checkpoint.n ? c->say : c->unproven)(
	        c->with, "corpus root",
	        sc_fmt(a, "%.*s over %ju records", SC_ARG(digest_text(a, r->record_root)),
	               (uintmax_t)r->records));
	for (size_t i = 0; i < c->checkpoint.n; i++)
		SC_TRY(checkpoint_check(r, c->checkpoint.v[i], c, a, e));
	if (!c->checkpoint.n && r->logged)
		c->unproven(
		        c->with, "checkpoint",
		        SC_STR("held to none: --checkpoint FILE says whether a signed log has this corpus"));
	(at_hand ? c->say : c->unproven)(c->with, "charter",
	                                 r->charter.n ? sc_escape(a, r->charter)
	                                              : SC_STR("none was named"));
	return SC_OK;
}

int sc_receipt_check(const struct sc_receipt *r, sc_str path, const struct sc_check_conf *c,
                     struct sc_err *e)
{
	struct sc_arena a = { 0 };
	int rc = links(r, path, c, &a, e);

	sc_arena_free(&a);
	return rc;
}
