/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retag.c -- the named taggers run again; see scope/retag.h.
 *
 * The steps tag/... of the first chain, with their arguments, are the stages of a run that only makes a manifest, into a folder of its own below TMPDIR.
 * Then the R lines of both, sorted as they are, are read side by side.
 */
#include <scope/retag.h>

#include <scope/facts.h>
#include <scope/run.h>
#include <scope/text.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct retag {
	struct sc_arena a;
	sc_str manifest, root, again; /* again: the manifest of the second run */
	struct sc_facts *f;
	char folder[512];
	size_t memory;
	struct sc_err *e;
};

static sc_str stages_of(struct retag *r)
{
	const struct sc_facts_seen *s = sc_facts_seen(r->f);
	struct sc_buf b = { .a = &r->a };

	for (size_t i = 0; i < s->nstep && !(i && sc_step_is_reader(&s->step[i])); i++) {
		if (!sc_str_starts(s->step[i].name, SC_STR("tag/")))
			continue;
		sc_buf_fmt(&b, "%stag %.*s", b.n ? " | " : "",
		           SC_ARG(sc_str_from(s->step[i].name, 4)));
		if (s->step[i].args.n)
			sc_buf_byte(&b, ' ');
		sc_buf_add(&b, s->step[i].args);
	}
	return sc_buf_seal(&b);
}

static int facts_read(struct retag *r)
{
	struct sc_manifest_lines *m;
	int rc;

	SC_TRY(sc_manifest_lines_open(&m, r->manifest, r->e));
	r->f = sc_facts_new(0, 1 << 20);
	rc = sc_facts_read(r->f, m, r->e);
	sc_manifest_lines_close(m);
	return rc;
}

static int run_again(struct retag *r)
{
	const struct sc_facts_seen *s = sc_facts_seen(r->f);
	struct sc_run_conf conf = { .quiet = true,
		                    .manifest = r->again,
		                    .group = sc_facts_head(r->f, SC_STR("group")),
		                    .text_field = sc_facts_head(r->f, SC_STR("text-field")),
		                    .memory = r->memory };
	sc_str stages = stages_of(r);
	struct sc_plan *p = NULL;
	int rc;

	if (!stages.n)
		return sc_bad(r->e, "%.*s: no step of it is a tagger that could be run again",
		              SC_ARG(r->manifest));
	SC_TRY(sc_plan_new(&p, &conf, r->e));
	sc_plan_manifest_only(p);
	rc = sc_plan_stages(p, stages, r->e);
	for (size_t i = 0; i < s->nout && rc == SC_OK; i++)
		rc = sc_plan_shard(
		        p, sc_fmt(&r->a, "%.*s/%.*s", SC_ARG(r->root), SC_ARG(s->out[i].path)),
		        r->e);
	if (rc == SC_OK)
		rc = sc_run(p, r->e);
	sc_plan_free(p);
	return rc;
}

/* ---- side by side ---- */

struct side {
	struct sc_manifest_lines *m;
	struct sc_arena a;
	struct sc_manifest_line l;
	bool there;
};

static int next(struct side *s, struct sc_err *e)
{
	int rc;

	do {
		sc_arena_reset(&s->a);
		rc = sc_manifest_lines_next(s->m, &s->a, &s->l, e);
	} while (rc == SC_OK && s->l.kind < 'R');
	s->there = rc == SC_OK && s->l.kind == 'R';
	return rc < 0 ? rc : SC_OK;
}

/* What differs between two lines of one id; NULL: nothing that a tagger says. */
static const char *differs(const struct sc_manifest_line *x, const struct sc_manifest_line *y,
                           sc_str *was, sc_str *is)
{
	static const struct {
		const char *name;
		size_t at;
	} columns[] = { { "licence", SC_R_LICENCE },
		        { "basis", SC_R_BASIS },
		        { "domain", SC_R_DOMAIN } };
	static const char *const keys[] = { "host", "rights", "site" };

	for (size_t i = 0; i < SC_COUNT(columns); i++) {
		*was = x->field[columns[i].at];
		*is = y->field[columns[i].at];
		if (!sc_str_eq(*was, *is))
			return columns[i].name;
	}
	for (size_t i = 0; i < SC_COUNT(keys); i++) {
		*was = sc_manifest_key(x, sc_str_c(keys[i]));
		*is = sc_manifest_key(y, sc_str_c(keys[i]));
		if (!sc_str_eq(*was, *is))
			return keys[i];
	}
	return NULL;
}

static int sides_compare(struct side s[2], uint64_t *n, uint64_t *wrong, struct sc_err *first,
                         struct sc_err *e)
{
	SC_TRY(next(&s[0], e));
	SC_TRY(next(&s[1], e));
	for (; s[0].there; ++*n) {
		sc_str id = s[0].l.field[SC_R_ID], was = { NULL, 0 }, is = { NULL, 0 };
		const char *what = "record";
		int c = 1;

		while (s[1].there && (c = sc_str_cmp(s[1].l.field[SC_R_ID], id)) < 0)
			SC_TRY(next(&s[1], e));
		if (s[1].there && !c)
			what = differs(&s[0].l, &s[1].l, &was, &is);
		if (what && !(*wrong)++)
			sc_bad(first, "R %.*s: its %s is '%.*s', run again the steps give '%.*s'",
			       SC_ARG(id), what, SC_ARG(sc_str_head(was, 100)),
			       SC_ARG(sc_str_head(is, 100)));
		SC_TRY(next(&s[0], e));
		if (s[1].there && !c)
			SC_TRY(next(&s[1], e));
	}
	return SC_OK;
}

static int compare(struct retag *r, uint64_t *n)
{
	struct side s[2] = { { .there = false } };
	struct sc_err first = { 0 };
	uint64_t wrong = 0;
	int rc = sc_manifest_lines_open(&s[0].m, r->manifest, r->e);

	if (rc == SC_OK)
		rc = sc_manifest_lines_open(&s[1].m, r->again, r->e);
	if (rc == SC_OK)
		rc = sides_compare(s, n, &wrong, &first, r->e);
	for (int i = 0; i < 2; i++) {
		sc_manifest_lines_close(s[i].m);
		sc_arena_free(&s[i].a);
	}
	if (rc == SC_OK && wrong)
		rc = sc_bad(r->e, "%s (%ju of %ju records differ)", first.msg, (uintmax_t)wrong,
		            (uintmax_t)*n);
	return rc;
}

int sc_retag(sc_str manifest, sc_str root, size_t memory, uint64_t *n, struct sc_err *e)
{
	struct retag r = { .manifest = manifest, .memory = memory, .e = e };
	const char *tmp = getenv("TMPDIR");
	int rc, w = snprintf(r.folder, sizeof r.folder, "%s/scope-retag.XXXXXX",
	                     tmp && *tmp ? tmp : "/tmp");

	*n = 0;
	if (w < 0 || (size_t)w >= sizeof r.folder || !mkdtemp(r.folder))
		return sc_fail(e, "a folder in TMPDIR: %s", strerror(errno));
	r.root = root.n ? root : sc_path_dir(&r.a, manifest);
	r.again = sc_fmt(&r.a, "%s/again.scm", r.folder);
	rc = facts_read(&r);
	if (rc == SC_OK)
		rc = run_again(&r);
	if (rc == SC_OK)
		rc = compare(&r, n);
	unlink(r.again.p);
	rmdir(r.folder);
	sc_facts_free(r.f);
	sc_arena_free(&r.a);
	return rc;
}
