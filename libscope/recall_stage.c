/* SPDX-License-Identifier: Apache-2.0 */
/* recall_stage.c -- what is taken back, dropped by a run; see scope/recall.h. */
#include <scope/recall.h>

static int load(void *conf, sc_str operand, struct sc_arena *a, struct sc_maker *me,
                struct sc_err *e)
{
	const struct sc_recall_stage *s = conf;

	(void)operand;
	(void)a;
	(void)e;
	memcpy(me->rules, s->digest, 32);
	return SC_OK;
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	const struct sc_recall_stage *s = c->conf;
	sc_str reason;

	sc_record_id(c->a, r);
	if (!sc_tombs_has(s->taken, r->id, &reason))
		return SC_OK;
	sc_bad(c->e, "taken back: %.*s", SC_ARG(reason));
	return SC_DROP;
}

static int carry(const void *conf, struct sc_manifest_writer *w, struct sc_err *e)
{
	const struct sc_recall_stage *s = conf;

	return sc_tombs_carry(s->taken, w, e);
}

const struct sc_filter sc_recall_filter = {
	.card = { .name = "select/recall",
	          .about = "drop what is taken back",
	          .conf = sizeof(struct sc_recall_stage),
	          .revision = 1 },
	.flags = SC_IDS,
	.operand = "LIST",
	.load = load,
	.each = each,
	.carry = carry,
};
