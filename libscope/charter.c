/* SPDX-License-Identifier: Apache-2.0 */
/*
 * charter.c -- charters read: scope-charter(5).
 *
 * A line is words; a word may be quoted, or a part of it (by="A. Reviewer"), with ' or "; # outside of quotes begins a comment.
 * Each directive is a row of a table with the function that reads its words; the first mistake ends the reading, with its column.
 */
#include "charter_impl.h"

#include <scope/check.h>
#include <scope/digest.h>
#include <scope/expr.h>
#include <scope/proof.h>
#include <scope/text.h>

#include <math.h>
#include <stdlib.h>

enum { CHARTER_MOST = 4 << 20, WORDS_MOST = 4096, DIRECTIVES_MOST = 4096 };

const sc_str sc_directive_names[SC_DIRECTIVES] = {
	[SC_D_CHARTER] = SC_LIT("charter"),   [SC_D_PURPOSE] = SC_LIT("purpose"),
	[SC_D_OWNER] = SC_LIT("owner"),       [SC_D_STANDARD] = SC_LIT("standard"),
	[SC_D_ACCESS] = SC_LIT("access"),     [SC_D_DENY] = SC_LIT("deny"),
	[SC_D_ALLOW] = SC_LIT("allow"),       [SC_D_REQUIRE] = SC_LIT("require"),
	[SC_D_ABSENT] = SC_LIT("absent"),     [SC_D_LIMIT] = SC_LIT("limit"),
	[SC_D_BASELINE] = SC_LIT("baseline"), [SC_D_GUARANTEE] = SC_LIT("guarantee"),
	[SC_D_BENEFIT] = SC_LIT("benefit"),   [SC_D_COST] = SC_LIT("cost"),
	[SC_D_MODIFY] = SC_LIT("modify"),     [SC_D_WAIVE] = SC_LIT("waive"),
	[SC_D_EXPIRE] = SC_LIT("expire"),
};

struct word {
	sc_str text;     /* quotes gone */
	uint32_t column; /* of its first byte, from 1 */
	bool quoted;     /* it begins with a quote */
};

struct reader {
	struct sc_charter *c;
	struct sc_err *e;
	sc_str line;
	uint32_t number;
	struct word *w;
	size_t n, at;
};

/* ---- mistakes ---- */

static int wrong_at(struct reader *r, uint32_t column, const char *what, sc_str got)
{
	struct sc_charter *c = r->c;

	c->wrong_text = r->line;
	c->wrong_line = r->number;
	c->wrong_column = column;
	if (got.n)
		return sc_bad(r->e, "%.*s:%u:%u: expected %s, not '%.*s'", SC_ARG(c->path),
		              r->number, column, what, SC_ARG(sc_str_head(got, 80)));
	return sc_bad(r->e, "%.*s:%u:%u: expected %s", SC_ARG(c->path), r->number, column, what);
}

/* At the word that is next, or behind the last. */
static int wrong(struct reader *r, const char *what)
{
	if (r->at < r->n)
		return wrong_at(r, r->w[r->at].column, what, r->w[r->at].text);
	return wrong_at(r, (uint32_t)r->line.n + 1, what, SC_STR(""));
}

/* ---- words ---- */

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* One word from line[*i] on. */
static int word_read(struct reader *r, size_t *i, struct word *w)
{
	struct sc_buf b = { .a = &r->c->a };
	char quote = 0;

	*w = (struct word){ .column = (uint32_t)*i + 1,
		            .quoted = r->line.p[*i] == '"' || r->line.p[*i] == '\'' };
	sc_buf_room(&b, 1);
	for (; *i < r->line.n && (quote || !blank(r->line.p[*i])); ++*i) {
		char c = r->line.p[*i];

		if (quote && c == quote)
			quote = 0;
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
		else
			sc_buf_byte(&b, c);
	}
	if (quote)
		return wrong_at(r, (uint32_t)r->line.n + 1,
		                quote == '"' ? "a closing \"" : "a closing '", SC_STR(""));
	w->text = sc_buf_seal(&b);
	return SC_OK;
}

static int words_read(struct reader *r)
{
	struct word *w = sc_zalloc(&r->c->a, sizeof *w, 16);
	size_t cap = 16;

	r->n = r->at = 0;
	for (size_t i = 0; i < r->line.n;) {
		if (blank(r->line.p[i])) {
			i++;
			continue;
		}
		if (r->line.p[i] == '#')
			break;
		if (r->n == WORDS_MOST)
			return wrong_at(r, (uint32_t)i + 1, "fewer words on a line", SC_STR(""));
		if (r->n == cap) {
			struct word *more = sc_zalloc(&r->c->a, sizeof *w, 4 * cap);

			memcpy(more, w, r->n * sizeof *w);
			w = more;
			cap *= 4;
		}
		SC_TRY(word_read(r, &i, &w[r->n]));
		r->n++;
	}
	r->w = w;
	return SC_OK;
}

static bool more(const struct reader *r)
{
	return r->at < r->n;
}

static int take(struct reader *r, const char *what, sc_str *out)
{
	if (!more(r) || (!r->w[r->at].text.n && !r->w[r->at].quoted))
		return wrong(r, what);
	*out = r->w[r->at++].text;
	return SC_OK;
}

static int take_quoted(struct reader *r, const char *what, sc_str *out)
{
	if (!more(r) || !r->w[r->at].quoted)
		return wrong(r, what);
	return take(r, what, out);
}

static int end(struct reader *r)
{
	return more(r) ? wrong(r, "the end of the line") : SC_OK;
}

/* The words that are left, one at least. */
static int take_rest(struct reader *r, const char *what, struct sc_strs *out)
{
	if (!more(r))
		return wrong(r, what);
	out->v = SC_NEW(&r->c->a, sc_str, r->n - r->at);
	while (more(r))
		SC_TRY(take(r, what, &out->v[out->n++]));
	return SC_OK;
}

static bool number_of(struct sc_arena *a, sc_str s, double *out)
{
	char *rest, *text = sc_cstr(a, s);

	if (!s.n || !(*text == '.' || *text == '-' || (*text >= '0' && *text <= '9')) ||
	    sc_str_chr(s, 'x') != SC_NONE || sc_str_chr(s, 'X') != SC_NONE)
		return false;
	*out = strtod(text, &rest); /* the locale is C's: the program sets no other for numbers */
	return !*rest && isfinite(*out);
}

static int take_number(struct reader *r, const char *what, double *out)
{
	if (!more(r) || !number_of(&r->c->a, r->w[r->at].text, out))
		return wrong(r, what);
	r->at++;
	return SC_OK;
}

static int take_key(struct reader *r, enum sc_fact *key)
{
	const char *what = "licence, basis, host, site, domain, media or rights";
	sc_str s = { NULL, 0 };

	SC_TRY(take(r, what, &s));
	if (sc_str_eq(s, SC_STR("license")))
		s = SC_STR("licence");
	if (sc_fact_named(s, key))
		return SC_OK;
	r->at--;
	return wrong(r, what);
}

static int take_date(struct reader *r, sc_str s, uint32_t column)
{
	int64_t t;

	return s.n == strlen("2027-03-01") && sc_date_parse(s, &t) ? SC_OK : wrong_at(r, column, "a date as 2027-03-01", s);
}

/* ---- k=v ---- */

static bool range_of(struct sc_arena *a, sc_str s, struct sc_range *out)
{
	size_t dots = sc_str_find(s, SC_STR(".."));

	if (dots == SC_NONE) {
		if (!number_of(a, s, &out->low))
			return false;
		out->high = out->low;
	} else if (!number_of(a, sc_str_head(s, dots), &out->low) ||
	           !number_of(a, sc_str_from(s, dots + 2), &out->high)) {
		return false;
	}
	return out->low >= 0 && out->low <= out->high && out->high <= 1;
}

enum {
	KV_LIKELIHOOD = 1 << 0,
	KV_SIZE = 1 << 1,
	KV_BY = 1 << 2,
	KV_EVIDENCE = 1 << 3,
	KV_EXPOSURE = 1 << 4,
	KV_ON = 1 << 5,
	KV_FILTER = 1 << 6,
	KV_UNTIL = 1 << 7,
	KV_REASON = 1 << 8,
	KV_TERMS = 1 << 9,
	KV_RECIPIENTS = 1 << 10,
};
static const struct {
	sc_str name;
	unsigned bit;
	size_t at; /* of an sc_str of a directive; 0: read by hand */
} kvs[] = {
	{ SC_LIT("by"), KV_BY, offsetof(struct sc_directive, by) },
	{ SC_LIT("evidence"), KV_EVIDENCE, offsetof(struct sc_directive, evidence) },
	{ SC_LIT("exposure"), KV_EXPOSURE, offsetof(struct sc_directive, exposure) },
	{ SC_LIT("filter"), KV_FILTER, offsetof(struct sc_directive, filter) },
	{ SC_LIT("likelihood"), KV_LIKELIHOOD, 0 },
	{ SC_LIT("on"), KV_ON, 0 },
	{ SC_LIT("reason"), KV_REASON, offsetof(struct sc_directive, reason) },
	{ SC_LIT("recipients"), KV_RECIPIENTS, offsetof(struct sc_directive, recipients) },
	{ SC_LIT("size"), KV_SIZE, offsetof(struct sc_directive, size) },
	{ SC_LIT("terms"), KV_TERMS, offsetof(struct sc_directive, terms) },
	{ SC_LIT("until"), KV_UNTIL, offsetof(struct sc_directive, until) },
};

static void split_commas(struct sc_arena *a, sc_str s, struct sc_strs *out)
{
	sc_str one;
	size_t n = 1;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == ',';
	out->v = SC_NEW(a, sc_str, n);
	while (sc_str_cut(&s, ',', &one))
		out->v[out->n++] = one;
}

/* Said again where it stands in the line: behind the quote that opens it. */
static int take_expression(struct reader *r, sc_str text, uint32_t column)
{
	struct sc_expr *x = NULL;
	struct sc_err why;
	size_t caret = 0, at = column - 1, end;
	sc_str what;

	if (sc_expr_compile_line(&x, text, &caret, &why) >= 0) {
		sc_expr_free(x);
		return SC_OK;
	}
	if (at < r->line.n && (r->line.p[at] == '\'' || r->line.p[at] == '"'))
		at++;
	what = sc_str_c(why.msg);
	end = sc_str_find(what, SC_STR(" at byte "));
	what = sc_str_head(what, end);
	if (sc_str_starts(what, SC_STR("expected ")))
		what = sc_str_from(what, 9);
	return wrong_at(r, (uint32_t)(at + caret + 1), sc_cstr(&r->c->a, what), SC_STR(""));
}

static int kv_value(struct reader *r, struct sc_directive *d, size_t which, sc_str value,
                    uint32_t column)
{
	double size;

	if (!value.n)
		return wrong_at(r, column, "a value behind =", SC_STR(""));
	if (kvs[which].at) {
		memcpy((char *)d + kvs[which].at, &value, sizeof value);
		if (kvs[which].bit == KV_UNTIL)
			return take_date(r, value, column);
		if (kvs[which].bit & (KV_EXPOSURE | KV_FILTER))
			return take_expression(r, value, column);
		if (kvs[which].bit == KV_SIZE &&
		    !number_of(&r->c->a, *value.p == '+' ? sc_str_from(value, 1) : value, &size))
			return wrong_at(r, column, "a size as +3 or -5", value);
		return SC_OK;
	}
	if (kvs[which].bit == KV_ON) {
		split_commas(&r->c->a, value, &d->value);
		return SC_OK;
	}
	d->has_likelihood = true;
	return range_of(&r->c->a, value, &d->likelihood)
	               ? SC_OK
	               : wrong_at(r, column, "a likelihood as 0.05 or 0.1..0.3, from 0 to 1",
	                          value);
}

/* The next word as k=v of those in `allowed`.  False: it is none such. */
static bool kv(struct reader *r, struct sc_directive *d, unsigned allowed, unsigned *seen, int *rc)
{
	const struct word *w = &r->w[r->at];
	size_t eq = sc_str_chr(w->text, '=');

	for (size_t i = 0; eq != SC_NONE && !w->quoted && i < SC_COUNT(kvs); i++) {
		if (!(allowed & kvs[i].bit) || !sc_str_eq(sc_str_head(w->text, eq), kvs[i].name))
			continue;
		if (*seen & kvs[i].bit)
			*rc = wrong(r, "each k=v once");
		else
			*rc = kv_value(r, d, i, sc_str_from(w->text, eq + 1),
			               w->column + (uint32_t)eq + 1);
		*seen |= kvs[i].bit;
		r->at++;
		return true;
	}
	return false;
}

/* k=v in any order, and a quoted text among them when `say` is wanted. */
static int kvs_read(struct reader *r, struct sc_directive *d, unsigned allowed, unsigned needed,
                    bool say, const char *what)
{
	unsigned seen = 0;
	int rc = SC_OK;

	while (more(r) && rc == SC_OK) {
		if (kv(r, d, allowed, &seen, &rc))
			continue;
		if (!say || d->say.n || !r->w[r->at].quoted)
			return wrong(r, what);
		d->say = r->w[r->at++].text;
	}
	SC_TRY(rc);
	if (say && !d->say.n)
		return wrong(r, "a text in quotes");
	return (seen & needed) == needed ? SC_OK : wrong(r, what);
}

/* ---- directives ---- */

static int charter_line(struct reader *r, struct sc_directive *d)
{
	if (r->c->name.n)
		return wrong_at(r, 1, "one charter line", SC_STR(""));
	SC_TRY(take(r, "a name", &d->name));
	r->c->name = d->name;
	SC_TRY(take(r, "a version", &r->c->version));
	return end(r);
}

static int purpose_line(struct reader *r, struct sc_directive *d)
{
	SC_TRY(take_quoted(r, "the purpose in quotes", &d->say));
	return end(r);
}

static int owner_line(struct reader *r, struct sc_directive *d)
{
	SC_TRY(take_quoted(r, "the owner's name in quotes", &d->say));
	if (more(r))
		SC_TRY(take(r, "how to reach the owner", &d->contact));
	return end(r);
}

static int standard_line(struct reader *r, struct sc_directive *d)
{
	return take_rest(r, "which standard", &d->value);
}

static int access_line(struct reader *r, struct sc_directive *d)
{
	return kvs_read(r, d, KV_TERMS | KV_RECIPIENTS, KV_TERMS, false,
	                "terms=... and recipients=release-log");
}

/* The words that are left, in the form that manifests have. */
static int take_values(struct reader *r, struct sc_directive *d)
{
	size_t first = r->at;

	SC_TRY(take_rest(r, "a value that is meant", &d->value));
	for (size_t i = 0; i < d->value.n; i++) {
		const char *what = charter_value(&r->c->a, d->key, &d->value.v[i]);

		r->at = first + i;
		if (what)
			return wrong(r, what);
	}
	r->at = r->n;
	return SC_OK;
}

static int rule_line(struct reader *r, struct sc_directive *d)
{
	SC_TRY(take_key(r, &d->key));
	return take_values(r, d);
}

static int require_line(struct reader *r, struct sc_directive *d)
{
	const char *what = "evidence KEY, or reservation checked";
	sc_str s = { NULL, 0 };

	SC_TRY(take(r, what, &s));
	if (sc_str_eq(s, SC_STR("reservation"))) {
		d->reservation = true;
		if (!more(r) || !sc_str_eq(r->w[r->at].text, SC_STR("checked")))
			return wrong(r, "checked");
		r->at++;
		return end(r);
	}
	if (!sc_str_eq(s, SC_STR("evidence"))) {
		r->at--;
		return wrong(r, what);
	}
	SC_TRY(take_key(r, &d->key));
	return end(r);
}

static int absent_values(struct reader *r, struct sc_directive *d)
{
	bool host = sc_str_eq(d->kind_of, SC_STR("host")) || sc_str_eq(d->kind_of, SC_STR("site"));
	size_t first = r->at;
	struct sc_err why;
	sc_str form;

	SC_TRY(take_rest(r, "which must be absent", &d->value));
	for (size_t i = 0; i < d->value.n; i++) {
		r->at = first + i;
		if (host && (sc_str_starts(d->value.v[i], SC_STR("*")) ||
		             charter_value(&r->c->a, SC_FACT_HOST, &d->value.v[i])))
			return wrong(r, "one host as www.example.org");
		if (sc_prove_key(&r->c->a, d->kind_of, d->value.v[i], &form, &why) != SC_OK)
			return wrong(r, "a whole URL, or a DOI");
	}
	r->at = r->n;
	return SC_OK;
}

static int absent_line(struct reader *r, struct sc_directive *d)
{
	static const sc_str kinds[] = { SC_LIT("host"), SC_LIT("site"), SC_LIT("url"),
		                        SC_LIT("doi") };
	const char *what = "host, site, url or doi";

	SC_TRY(take(r, what, &d->kind_of));
	for (size_t i = 0; i < SC_COUNT(kinds); i++)
		if (sc_str_eq(kinds[i], d->kind_of))
			return absent_values(r, d);
	r->at--;
	return wrong(r, what);
}

static int limit_line(struct reader *r, struct sc_directive *d)
{
	const char *what =
	        "hill(Q,KEY), share(KEY,max), share(KEY,VALUE), unseen(KEY), distinct(KEY), records or bytes";
	sc_str op = { NULL, 0 };

	if (!more(r) || !charter_measure(&r->c->a, d, r->w[r->at].text))
		return wrong(r, what);
	r->at++;
	SC_TRY(take(r, "<= or >=", &op));
	d->at_least = sc_str_eq(op, SC_STR(">="));
	if (!d->at_least && !sc_str_eq(op, SC_STR("<="))) {
		r->at--;
		return wrong(r, "<= or >=");
	}
	SC_TRY(take_number(r, "a number", &d->number));
	return end(r);
}

static int baseline_line(struct reader *r, struct sc_directive *d)
{
	SC_TRY(take(r, "the manifest of the narrower corpus", &d->evidence));
	return end(r);
}

static int take_this(struct reader *r, const char *literal)
{
	if (!more(r) || !sc_str_eq(r->w[r->at].text, sc_str_c(literal)))
		return wrong(r, literal);
	r->at++;
	return SC_OK;
}

static int guarantee_line(struct reader *r, struct sc_directive *d)
{
	const char *what = "mislabel(licence) or mislabel(domain)";
	sc_str name, args;

	if (!more(r) || !charter_call(r->w[r->at].text, &name, &args) ||
	    !sc_str_eq(name, SC_STR("mislabel")) || !charter_fact(args, &d->key))
		return wrong(r, what);
	r->at++;
	SC_TRY(take_this(r, "<="));
	SC_TRY(take_number(r, "a share from 0 to 1", &d->number));
	SC_TRY(take_this(r, "@"));
	SC_TRY(take_number(r, "a confidence below 1", &d->confidence));
	if (d->number < 0 || d->number > 1 || d->confidence <= 0 || d->confidence >= 1) {
		r->at--;
		return wrong(r, "a share from 0 to 1 and a confidence between 0 and 1");
	}
	if (more(r)) {
		SC_TRY(take_this(r, "nonce=self"));
		d->own_nonce = true;
	}
	return end(r);
}

static int claim_line(struct reader *r, struct sc_directive *d)
{
	SC_TRY(take(r, "a short name, as C1", &d->name));
	return kvs_read(r, d, KV_LIKELIHOOD | KV_SIZE | KV_BY | KV_EVIDENCE | KV_EXPOSURE,
	                KV_LIKELIHOOD | KV_SIZE | KV_BY, true,
	                "likelihood=A..B size=N \"what\" by=WHO, and evidence=FILE exposure=EXPR");
}

static int modify_line(struct reader *r, struct sc_directive *d)
{
	SC_TRY(take(r, "a short name, as M1", &d->name));
	return kvs_read(r, d, KV_ON | KV_LIKELIHOOD | KV_EVIDENCE | KV_FILTER | KV_BY, KV_FILTER,
	                true,
	                "\"what\" filter='EXPR', and on=C1 likelihood=A..B evidence=FILE by=WHO");
}

static int waive_line(struct reader *r, struct sc_directive *d)
{
	SC_TRY(take_quoted(r, "the directive that is waived, in quotes", &d->name));
	return kvs_read(r, d, KV_UNTIL | KV_BY | KV_REASON, KV_UNTIL | KV_BY | KV_REASON, false,
	                "until=DATE by=WHO reason=\"WHY\"");
}

static int expire_line(struct reader *r, struct sc_directive *d)
{
	SC_TRY(take(r, "a date", &d->until));
	SC_TRY(take_date(r, d->until, r->w[r->at - 1].column));
	return end(r);
}

static int (*const readers[SC_DIRECTIVES])(struct reader *r, struct sc_directive *d) = {
	[SC_D_CHARTER] = charter_line,   [SC_D_PURPOSE] = purpose_line,
	[SC_D_OWNER] = owner_line,       [SC_D_STANDARD] = standard_line,
	[SC_D_ACCESS] = access_line,     [SC_D_DENY] = rule_line,
	[SC_D_ALLOW] = rule_line,        [SC_D_REQUIRE] = require_line,
	[SC_D_ABSENT] = absent_line,     [SC_D_LIMIT] = limit_line,
	[SC_D_BASELINE] = baseline_line, [SC_D_GUARANTEE] = guarantee_line,
	[SC_D_BENEFIT] = claim_line,     [SC_D_COST] = claim_line,
	[SC_D_MODIFY] = modify_line,     [SC_D_WAIVE] = waive_line,
	[SC_D_EXPIRE] = expire_line,
};

/* ---- the whole ---- */

/* The line without its comment and the white space around. */
static sc_str bare(const struct reader *r)
{
	const struct word *last = &r->w[r->n - 1];
	sc_str s = sc_str_from(r->line, r->w[0].column - 1);
	size_t end = last->column - 1;
	char quote = 0;

	for (; end < r->line.n && (quote || !blank(r->line.p[end])); end++) {
		char c = r->line.p[end];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
	}
	return sc_str_head(s, end - (r->w[0].column - 1));
}

static int line_read(struct reader *r)
{
	struct sc_charter *c = r->c;
	struct sc_directive *d;
	size_t kind = 0;

	SC_TRY(words_read(r));
	if (!r->n)
		return SC_OK;
	while (kind < SC_DIRECTIVES && !sc_str_eq(r->w[0].text, sc_directive_names[kind]))
		kind++;
	if (kind == SC_DIRECTIVES)
		return wrong(
		        r,
		        "a directive: charter, purpose, owner, standard, access, deny, allow, require, absent, limit, baseline, "
		        "guarantee, benefit, cost, modify, waive or expire");
	if (!c->n && kind != SC_D_CHARTER)
		return wrong(r, "first of all: charter NAME VERSION");
	if (c->n == DIRECTIVES_MOST)
		return wrong(r, "fewer directives");
	d = &c->v[c->n++];
	*d = (struct sc_directive){ .kind = (enum sc_directive_kind)kind,
		                    .line = r->number,
		                    .text = bare(r) };
	r->at = 1;
	return readers[kind](r, d);
}

static int whole(struct reader *r)
{
	sc_str word = { NULL, 0 };
	size_t which = 0, at;
	const char *what = charter_whole(r->c, &which, &word);

	if (!what)
		return SC_OK;
	r->line = r->c->v[which].text;
	r->number = r->c->v[which].line;
	at = sc_str_find(r->line, word);
	return wrong_at(r, at == SC_NONE ? 1 : (uint32_t)at + 1, what, word);
}

int sc_charter_parse(sc_str text, sc_str path, struct sc_charter *c, struct sc_err *e)
{
	struct reader r = { .c = c, .e = e };
	size_t slash, lines = 1;
	sc_str rest;

	*c = (struct sc_charter){ .path = path };
	c->path = sc_strdup(&c->a, path);
	slash = sc_str_rchr(c->path, '/');
	c->folder = slash == SC_NONE ? SC_STR(".")
	            : slash          ? sc_str_head(c->path, slash)
	                             : SC_STR("/");
	sc_sha256_of(text, c->sha256);
	rest = text = c->bytes = sc_strdup(&c->a, text);
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	c->v = SC_NEW(&c->a, struct sc_directive,
	              lines < DIRECTIVES_MOST ? lines : DIRECTIVES_MOST);
	while (rest.p && sc_str_cut(&rest, '\n', &r.line)) {
		size_t valid = sc_utf8_valid(r.line), nul = sc_str_chr(r.line, 0);

		r.number++;
		if (valid != r.line.n || nul != SC_NONE)
			return wrong_at(&r, (uint32_t)(valid < nul ? valid : nul) + 1, "UTF-8 text",
			                SC_STR(""));
		SC_TRY(line_read(&r));
	}
	if (!c->n) {
		r.number = 1;
		r.line = SC_STR("");
		return wrong_at(&r, 1, "charter NAME VERSION", SC_STR(""));
	}
	return whole(&r);
}

int sc_charter_read(sc_str path, struct sc_charter *c, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	sc_str text;
	int rc = sc_file_read(path, CHARTER_MOST, &a, &text, e);

	*c = (struct sc_charter){ .path = path };
	if (rc == SC_OK)
		rc = sc_charter_parse(text, path, c, e);
	sc_arena_free(&a);
	return rc;
}

void sc_charter_free(struct sc_charter *c)
{
	sc_arena_free(&c->a);
}
