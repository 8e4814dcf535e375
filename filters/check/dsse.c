/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check/dsse -- a DSSE envelope: is what it holds signed by somebody whose word counts, and if that is an in-toto Statement, are the files that it
 * is about, as far as they are here, the ones that were signed?
 *
 * A subject's name is a path below --root, or below the envelope's folder.  Names are a stranger's: none leads out of that folder, by a slash,
 * by .. or by a link.  A file that is not here is counted and no fault.
 */
#include <scope/check.h>
#include <scope/digest.h>
#include <scope/json.h>
#include <scope/text.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* An object whose first member is one of an envelope's: the payload may be longer than what is shown of the file. */
static bool is(sc_str head)
{
	static const sc_str first[] = { SC_LIT("\"payload\""), SC_LIT("\"payloadType\""),
		                        SC_LIT("\"signatures\"") };

	while (head.n && is_space(*head.p))
		head = sc_str_from(head, 1);
	if (!head.n || *head.p != '{')
		return false;
	do
		head = sc_str_from(head, 1);
	while (head.n && is_space(*head.p));
	for (size_t i = 0; i < SC_COUNT(first); i++)
		if (sc_str_starts(head, first[i]))
			return true;
	return false;
}

/* ---- the files that a Statement is about ---- */

struct subjects {
	struct sc_arena a;
	sc_str folder;
	int at;
	uint64_t n, here, outside, other; /* other: without a sha256 */
};

/* Below the folder, no link followed; -1 and errno, ELOOP where it would lead out. */
static int beneath(struct subjects *s, sc_str name)
{
	int at = dup(s->at), next;
	sc_str seg;

	while (at >= 0 && sc_str_cut(&name, '/', &seg)) {
		bool last = !name.p;

		if (!seg.n || sc_str_eq(seg, SC_STR(".")) || sc_str_eq(seg, SC_STR("..")) ||
		    sc_str_chr(seg, 0) != SC_NONE) {
			close(at);
			errno = ELOOP;
			return -1;
		}
		next = openat(at, sc_cstr(&s->a, seg),
		              O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
		                      (last ? 0 : O_DIRECTORY));
		close(at);
		at = next;
	}
	return at;
}

static int file_sha256(int fd, sc_str name, uint8_t out[32], struct sc_err *e)
{
	struct sc_sha256 *h = sc_sha256_new();
	char buf[64 << 10];
	ssize_t n;

	while ((n = read(fd, buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			sc_sha256_add(h, (sc_str){ buf, (size_t)n });
	if (n < 0)
		sc_fail(e, "%.*s: %s", SC_ARG(name), strerror(errno));
	sc_sha256_end(h, out);
	sc_sha256_free(h);
	return n < 0 ? SC_FAIL : SC_OK;
}

static int file_check(struct subjects *s, sc_str name, const uint8_t said[32], struct sc_err *e)
{
	int fd = beneath(s, name), rc;
	uint8_t got[32];
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return SC_OK;
	if (fd < 0 &&
	    (errno == ELOOP || errno == ENOTDIR || errno == ENAMETOOLONG || errno == ENXIO)) {
		s->outside++;
		return SC_OK;
	}
	if (fd < 0)
		return sc_fail(e, "%.*s: %s", SC_ARG(name), strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		s->outside++;
		close(fd);
		return SC_OK;
	}
	rc = file_sha256(fd, name, got, e);
	close(fd);
	if (rc != SC_OK)
		return rc;
	if (memcmp(got, said, 32))
		return sc_bad(e, "%.*s: it is not the file that was signed", SC_ARG(name));
	s->here++;
	return SC_OK;
}

static int subject(struct subjects *s, sc_str object, struct sc_err *e)
{
	sc_str name = sc_json_string(&s->a, sc_json_get(object, SC_STR("name")));
	sc_str digest = sc_json_get(object, SC_STR("digest")),
	       hex = sc_json_get(digest, SC_STR("sha256"));
	uint8_t said[32];

	s->n++;
	if (sc_json_kind(digest) != SC_JSON_OBJECT)
		return sc_bad(e, "subject %ju of the Statement has no digest", (uintmax_t)s->n);
	if (!hex.p || !name.n) {
		s->other++;
		return SC_OK;
	}
	if (!sc_unhex(sc_json_string(&s->a, hex), said, 32))
		return sc_bad(e, "subject %ju of the Statement has a sha256 that is none",
		              (uintmax_t)s->n);
	return file_check(s, name, said, e);
}

static void subjects_say(const struct subjects *s, struct sc_arena *a,
                         const struct sc_check_conf *c)
{
	struct sc_buf b = { .a = a };

	if (s->here)
		sc_buf_fmt(&b, "%ju of %ju are here, and are what was signed", (uintmax_t)s->here,
		           (uintmax_t)s->n);
	else
		sc_buf_fmt(&b, "none of %ju is here, so nothing is known of their bytes",
		           (uintmax_t)s->n);
	if (s->other)
		sc_buf_fmt(&b, "; %ju without name or sha256", (uintmax_t)s->other);
	if (s->outside)
		sc_buf_fmt(&b, "; %ju not looked at, for the name leads outside or to no file",
		           (uintmax_t)s->outside);
	(s->here < s->n ? c->unproven : c->say)(c->with, "subjects", sc_buf_seal(&b));
}

/* --root DIR; a sha256:HEX among them is a proof's. */
static sc_str folder_of(struct sc_arena *a, sc_str path, const struct sc_check_conf *c)
{
	uint8_t root[32];

	for (size_t i = 0; i < c->root.n; i++)
		if (!sc_root_parse(c->root.v[i], root))
			return c->root.v[i];
	return sc_path_dir(a, path);
}

static int subjects_check(sc_str list, sc_str path, struct sc_arena *a,
                          const struct sc_check_conf *c, struct sc_err *e)
{
	struct subjects s = { .folder = folder_of(a, path, c) };
	struct sc_json_iter it = sc_json_iter(list);
	int rc = SC_OK;

	s.at = open(sc_cstr(a, s.folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s.at < 0)
		return sc_fail(e, "%.*s: %s", SC_ARG(s.folder), strerror(errno));
	while (rc == SC_OK && sc_json_next(&it)) {
		rc = subject(&s, it.value, e);
		sc_arena_reset(&s.a);
	}
	if (rc == SC_OK)
		subjects_say(&s, a, c);
	close(s.at);
	sc_arena_free(&s.a);
	return rc;
}

static int statement(sc_str payload, sc_str path, struct sc_arena *a, const struct sc_check_conf *c,
                     struct sc_err *e)
{
	sc_str list, predicate;
	struct sc_err why = { .msg = "" };

	if (sc_json_check(payload, true, &why) != SC_OK)
		return sc_bad(e, "the Statement in it is no JSON: %s", why.msg);
	if (!sc_str_starts(sc_json_string(a, sc_json_get(payload, SC_STR("_type"))),
	                   SC_STR("https://in-toto.io/Statement/")))
		return sc_bad(
		        e,
		        "the payload says that it is an in-toto Statement, and is none: its _type is another");
	list = sc_json_get(payload, SC_STR("subject"));
	if (sc_json_kind(list) != SC_JSON_ARRAY)
		return sc_bad(e, "the Statement has no list of subjects");
	predicate = sc_json_string(a, sc_json_get(payload, SC_STR("predicateType")));
	if (!predicate.n)
		return sc_bad(e, "the Statement has no predicateType");
	c->say(c->with, "predicate", sc_escape(a, predicate));
	return subjects_check(list, path, a, c, e);
}

static int opened(sc_str path, struct sc_arena *a, const struct sc_check_conf *c, struct sc_err *e)
{
	sc_str text, type, payload, who;

	SC_TRY(sc_file_read(path, SC_DSSE_MOST, a, &text, e));
	SC_TRY(sc_dsse_open(text, &c->trust, a, &type, &payload, &who, e));
	c->say(c->with, "signature",
	       who.n ? sc_fmt(a, "by %.*s", SC_ARG(who))
	             : SC_STR("whose it is was not asked, so nothing is known of it"));
	c->say(c->with, "payload",
	       sc_fmt(a, "%.*s, %zu bytes", SC_ARG(sc_escape(a, sc_str_head(type, 200))),
	              payload.n));
	if (sc_str_eq(type, SC_STR("application/vnd.in-toto+json")))
		return statement(payload, path, a, c, e);
	return SC_OK;
}

static int check(sc_str path, const struct sc_check_conf *c, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	struct sc_err why = { .msg = "" };
	int rc = opened(path, &a, c, &why);

	if (rc == SC_BAD && !sc_str_starts(sc_str_c(why.msg), path))
		sc_bad(e, "%.*s: %s", SC_ARG(path), why.msg);
	else if (rc != SC_OK)
		*e = why;
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_checker check_dsse;
const struct sc_checker check_dsse = {
	.card = { .name = "check/dsse",
	          .about =
	                  "a DSSE envelope: its signature, and the files that an in-toto Statement in it is about",
	          .example = "scope verify --key key.pub open.jsonl.scm.dsse.json",
	          .revision = 1 },
	.is = is,
	.check = check,
};
