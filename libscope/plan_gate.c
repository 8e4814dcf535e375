/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan_gate.c -- a run under a charter: its outputs get their names only when the gate passes.
 *
 * The charter is read before the first record, so a mistake costs nothing, and its digest goes into the manifest.  When all is written
 * and nothing has its name, the gate is held over the manifest that waits; unless it passes, the run ends, or, with --quarantine, the files
 * get names in that folder instead.
 */
#include "engine.h"

#include <scope/gate_text.h>
#include <scope/text.h>

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

int gate_begin(struct sc_plan *p, struct sc_err *e)
{
	char hex[64];
	int rc;

	if (!p->conf.charter.n)
		return p->conf.quarantine.n ? sc_fail(e, "--quarantine goes with --charter")
		                            : SC_OK;
	if (!p->wants_manifest || sc_str_eq(p->manifest_path, SC_STR("-")) || p->manifest_only)
		return sc_fail(
		        e,
		        "--charter: the gate needs outputs and a manifest that have names: -o FILE, or -O DIR");
	p->charter = SC_NEW(&p->arena, struct sc_charter, 1);
	rc = sc_charter_read(p->conf.charter, p->charter, e);
	if (rc != SC_OK)
		return SC_FAIL;
	sc_hex(p->charter->sha256, 32, hex);
	sc_plan_head(p, SC_STR("charter"), sc_fmt(&p->arena, "sha256:%.64s", hex));
	sc_plan_head(p, SC_STR("corpus"), p->charter->name);
	return SC_OK;
}

void gate_free(struct sc_plan *p)
{
	if (p->charter)
		sc_charter_free(p->charter);
}

static sc_str base(sc_str path)
{
	size_t slash = sc_str_rchr(path, '/');

	return slash == SC_NONE ? path : sc_str_from(path, slash + 1);
}

/* The files of rules that this run's own stages have: what they say is known here. */
static int rules_of(struct sc_plan *p, struct sc_strs *out, struct sc_err *e)
{
	out->v = SC_NEW(&p->arena, sc_str, p->nstage);
	for (size_t i = 0; i < p->nstage; i++) {
		sc_str rest = p->stage[i].args, *word;
		bool bar = false;
		size_t n = 0;

		if (strcmp(p->stage[i].f->card.name, "tag/domain"))
			continue;
		if (sc_words(&p->arena, &rest, &word, &n, &bar, e) < 0)
			return SC_FAIL;
		for (size_t k = 0; k + 1 < n; k++)
			if (sc_str_eq(word[k], SC_STR("--rules")))
				out->v[out->n++] = sc_str_from(
				        word[k + 1], word[k + 1].n && *word[k + 1].p == '+');
	}
	return SC_OK;
}

static int twice(struct sc_plan *p, struct sc_err *e)
{
	for (size_t i = 0; i < p->nfinished; i++)
		for (size_t k = 0; k < i; k++) {
			sc_str name = base(sc_output_path(p->finished[i]));

			if (sc_str_eq(name, base(sc_output_path(p->finished[k]))))
				return sc_fail(
				        e,
				        "%.*s: two outputs would have the name %.*s there, so nothing was kept",
				        SC_ARG(p->conf.quarantine), SC_ARG(name));
		}
	return SC_OK;
}

/* All that was written, into the folder, under its own names. */
static int aside(struct sc_plan *p, struct sc_err *e)
{
	sc_str dir = p->conf.quarantine;

	SC_TRY(twice(p, e));
	if (mkdir(sc_cstr(&p->arena, dir), 0777) && errno != EEXIST)
		return sc_fail(e, "%.*s: %s", SC_ARG(dir), strerror(errno));
	for (size_t i = 0; i < p->nfinished; i++)
		SC_TRY(sc_output_rename(p->finished[i],
		                        sc_fmt(&p->arena, "%.*s/%.*s", SC_ARG(dir),
		                               SC_ARG(base(sc_output_path(p->finished[i])))),
		                        e));
	return SC_OK;
}

static int look(struct sc_plan *p, sc_str manifest, enum sc_gate_verdict *verdict, struct sc_err *e)
{
	struct sc_gate_conf conf = { .charter = p->charter,
		                     .manifest = manifest,
		                     .shown = p->manifest_path,
		                     .memory = p->conf.memory,
		                     .trust = { .key = p->conf.charter_key } };
	struct sc_gate g = { .n = 0 };
	struct sc_buf b = { 0 };
	int rc = rules_of(p, &conf.rules, e);

	if (rc == SC_OK)
		rc = sc_gate_run(&conf, &g, e);

	if (rc == SC_OK) {
		*verdict = g.v[0].verdict;
		sc_gate_text(&b, &conf, &g);
		if (*verdict != SC_GATE_PASS || p->conf.summary)
			fwrite(b.p, 1, b.n, stderr);
	}
	sc_buf_free(&b);
	sc_gate_free(&g);
	return rc == SC_BAD ? SC_FAIL : rc;
}

int gate_end(struct sc_plan *p, bool *refused, struct sc_err *e)
{
	enum sc_gate_verdict verdict = SC_GATE_UNDECIDED;
	const char *said;

	if (!p->charter)
		return SC_OK;
	SC_TRY(look(p, sc_output_now(p->finished[p->nfinished - 1]), &verdict,
	            e)); /* the manifest is finished last */
	if (verdict == SC_GATE_PASS)
		return SC_OK;
	said = verdict == SC_GATE_VIOLATED ? "violated" : "undecided";
	if (!p->conf.quarantine.n)
		return sc_fail(
		        e,
		        "the charter is %s: nothing was given its name; --quarantine DIR keeps it aside",
		        said);
	SC_TRY(aside(p, e));
	*refused = true;
	sc_fail(e, "the charter is %s: it was kept aside in %.*s", said,
	        SC_ARG(p->conf.quarantine));
	return SC_OK;
}
