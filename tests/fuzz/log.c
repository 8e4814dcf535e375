/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a version log, a checkpoint or a tlog-proof: what is taken is written again with the same bytes, its roots and proofs hold, and
 * what is not has a reason.
 */
#include <scope/check.h>
#include <scope/log.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is)
{
	if (!is)
		abort();
}

static void again(const struct sc_entry *x)
{
	struct sc_buf b = { 0 };

	if (x->is_release)
		sc_release_put(&b, &x->release);
	else
		sc_version_put(&b, &x->version);
	must(sc_str_eq(sc_buf_str(&b), x->line));
	sc_buf_free(&b);
}

/* Of a log that is in order: an entry and a length in the midst of it are proven. */
static void prove(struct sc_log *l, struct sc_arena *a)
{
	static struct sc_merkle_prover p;
	struct sc_log_tree t;
	struct sc_checkpoint c;
	struct sc_buf b = { .a = a };
	struct sc_err e = { 0 };
	uint8_t root1[32], root2[32];
	uint64_t number;
	sc_str line;

	must(sc_log_tree(l, UINT64_MAX, &t, &e) == SC_OK);
	number = t.size / 2 + 1;
	if (t.size) {
		must(sc_log_prove_entry(l, number, t.size, &p, a, &line, &e) == SC_OK);
		sc_tlog_proof_put(&b, line, number - 1, &p.proof);
	}
	sc_checkpoint_put(&b, sc_log_origin(l), t.size, t.root);
	must(sc_checkpoint_is(sc_str_head(sc_buf_str(&b), 4096)));
	must(sc_checkpoint_parse(sc_buf_str(&b), a, &c, &e) == SC_OK);
	must(sc_log_prove_growth(l, t.size / 2, t.size, &p, root1, root2, &e) == SC_OK);
	must(!memcmp(root2, t.root, 32));
	must(sc_merkle_consistent(t.size / 2, t.size, &p.proof, root1, root2, &e) == SC_OK);
}

static void as_log(const char *name)
{
	struct sc_arena a = { 0 };
	struct sc_log *l = NULL;
	struct sc_entry x;
	struct sc_err e = { 0 };
	int rc = sc_log_open(&l, sc_str_c(name), &e);

	if (rc != SC_OK) {
		must(*e.msg);
		return;
	}
	while ((rc = sc_log_next(l, &x, &e)) == SC_OK)
		again(&x);
	must(rc == SC_EOF || *e.msg);
	if (rc == SC_EOF)
		prove(l, &a);
	sc_log_close(l);
	sc_arena_free(&a);
}

/* Nothing is listened to: findings are made for nobody. */
static void heard(void *with, const char *what, sc_str detail)
{
	(void)with;
	must(*what && detail.n);
}

static void as_thing(const char *name, sc_str bytes)
{
	struct sc_check_conf c = { .trust = { .unsigned_ok = true }, .say = heard, .unproven = heard };
	struct sc_arena a = { 0 };
	struct sc_checkpoint p;

	for (size_t i = 0; sc_checkers[i]; i++) {
		const struct sc_checker *k = sc_checkers[i];
		struct sc_err e = { 0 };

		if (strcmp(k->card.name, "check/log") && strcmp(k->card.name, "check/checkpoint"))
			continue;
		if (k->is(sc_str_head(bytes, 4096)))
			must(k->check(sc_str_c(name), &c, &e) == SC_OK || *e.msg);
	}
	if (sc_checkpoint_parse(bytes, &a, &p, &(struct sc_err){ 0 }) == SC_OK)
		must(p.origin.n && !p.who.n && !(p.has_version && p.has_release));
	sc_arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char name[] = "/tmp/scope-fuzz-log.XXXXXX";
	static int fd = -1;

	if (fd < 0) {
		fd = mkstemp(name);
		must(fd >= 0);
	}
	must(!ftruncate(fd, 0) && pwrite(fd, data, size, 0) == (ssize_t)size);
	as_log(name);
	as_thing(name, (sc_str){ (const char *)data, size });
	return 0;
}
