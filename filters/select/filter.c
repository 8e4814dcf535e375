/* SPDX-License-Identifier: Apache-2.0 */
/* select/filter -- keep records of which an expression is true: scope-expr(7). */
#include <scope/expr.h>
#include <scope/plugin.h>

struct conf {
	struct sc_expr *x;
};

struct state {
	struct sc_expr_match *m;
};

static int load(void *conf, sc_str arg, struct sc_arena *a, struct sc_maker *me, struct sc_err *e)
{
	struct conf *c = conf;
	struct sc_err why;
	size_t caret = 0;

	(void)a;
	(void)me;
	if (sc_expr_compile(&c->x, arg, &caret, &why) < 0)
		return sc_fail(e, "filter: %s", why.msg);
	return SC_OK;
}

static void unload(void *conf)
{
	struct conf *c = conf;

	sc_expr_free(c->x);
	c->x = NULL;
}

static const char *needs(const void *conf, size_t i)
{
	const struct conf *c = conf;

	return sc_expr_tag(c->x, i);
}

static int open_(struct sc_ctx *c)
{
	const struct conf *conf = c->conf;
	struct state *s = c->state;

	s->m = sc_expr_match_new(conf->x);
	return SC_OK;
}

static int each(struct sc_ctx *c, struct sc_record *r)
{
	const struct conf *conf = c->conf;
	struct state *s = c->state;

	switch (sc_expr_eval(conf->x, s->m, c->a, r)) {
	case SC_TRUE:
		sc_record_settle(c->a, r);
		return SC_OK;
	case SC_FALSE:
		sc_say(c->e, "the expression is false");
		return SC_DROP;
	default:
		sc_record_settle(c->a, r);
		sc_say(c->e, "the expression is undecided: what it names is not there, or a pattern reached its limit");
		return SC_UNDECIDED;
	}
}

static void close_(struct sc_ctx *c)
{
	struct state *s = c->state;

	sc_expr_match_free(s->m);
}

extern const struct sc_filter select_filter;
const struct sc_filter select_filter = {
	.card = { .name = "select/filter",
		  .about = "keep records of which an expression is true",
		  .more = "EXPR compares tags (licence, host, site, domain, media ...), meta.FIELD, text, size, name, url and part(\"NAME\") by = "
			  "!= < <= > >= ~ !~ in under, and joins comparisons by and, or, not and parentheses.  `has X` asks whether X is there.  "
			  "Tags that it names are computed when no step before it has made them.\n\n"
			  "What is not known is undecided, and dropped unless --undecided says otherwise.  scope-expr(7) has the whole language.",
		  .example = "scope filter 'licence in open and size >= 100' docs.jsonl",
		  .conf = sizeof(struct conf),
		  .state = sizeof(struct state),
		  .revision = 1 },
	.flags = SC_LAZY,
	.operand = "EXPR",
	.load = load,
	.unload = unload,
	.needs = needs,
	.open = open_,
	.each = each,
	.close = close_,
};
