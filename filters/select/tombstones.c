/* SPDX-License-Identifier: Apache-2.0 */
/* select/tombstones -- refuse what was taken back: records whose identity, or whose parent's, has an X line. */
#include <scope/manifest.h>
#include <scope/plugin.h>
#include <scope/tombs.h>

struct conf {
	struct sc_tombs *t;
};

static void unload(void *conf)
{
	struct conf *c = conf;

	sc_tombs_free(c->t);
	c->t = NULL;
}

static int load(void *conf, sc_str path, struct sc_arena *a, struct sc_maker *me, struct sc_err *e)
{
	struct conf *c = conf;
	struct sc_err why = { 0 };

	(void)a;
	c->t = sc_tombs_new(16 << 20);
	if (sc_tombs_file(c->t, path, &why) < 0 || sc_tombs_seal(c->t, &why) < 0) {
		unload(c);
		return sc_fail(e, "tombstones: %s", why.msg);
	}
	sc_tombs_digest(c->t, me->rules);
	return SC_OK;
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	const struct conf *conf = c->conf;
	sc_str reason, parent;

	sc_record_id(c->a, r);
	if (sc_tombs_has(conf->t, r->id, &reason)) {
		sc_bad(c->e, "taken back: %.*s", SC_ARG(reason));
		return SC_DROP;
	}
	parent = sc_manifest_parent(c->a, r);
	if (!sc_tombs_says(conf->t, parent, &reason))
		return SC_OK;
	sc_bad(c->e, "its parent %.*s was taken back: %.*s", SC_ARG(parent), SC_ARG(reason));
	return SC_DROP;
}

static int carry(const void *conf, struct sc_manifest_writer *w, struct sc_err *e)
{
	const struct conf *c = conf;

	return sc_tombs_carry(c->t, w, e);
}

extern const struct sc_filter select_tombstones;
const struct sc_filter select_tombstones = {
	.card = { .name = "select/tombstones",
	          .about = "drop records that were taken back, and what was made of them",
	          .more = "LIST is a manifest with X lines, as `scope recall` leaves it, or a text file of such lines.  A record goes whose identity is "
	                  "in it, or whose parent's is.  The manifest that is written carries the lines on.\n\nThe option --tombstones LIST of any command does the "
	                  "same before its first stage and after each split.",
	          .example =
	                  "echo shop.example.com > gone.txt && scope recall gone.txt open/manifest.scm -O without && scope tombstones without/manifest.scm docs.jsonl",
	          .conf = sizeof(struct conf),
	          .revision = 1 },
	.flags = SC_IDS,
	.operand = "LIST",
	.load = load,
	.unload = unload,
	.each = each,
	.carry = carry,
};
