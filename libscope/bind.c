/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bind.c -- weights bound to what they were trained on: an in-toto Statement v1 in a DSSE envelope, made and checked.
 *
 *	{"_type":"https://in-toto.io/Statement/v1","predicateType":"urn:scope:consumption:1",
 *	 "subject":[{"name":S,"digest":{"sha256":HEX}}, ...],
 *	 "predicate":{"receipt":{"name":S,"digest":{"sha256":HEX}}, FACTS}}
 *
 * FACTS are what the receipt says, so that a reader of the statement alone knows the corpus.  The chain is walked from the weights: their
 * digests, the receipt's, its facts, and then all that the receipt leads to.
 */
#include <scope/receipt.h>

#include <scope/json.h>
#include <scope/text.h>

static const sc_str statement_type = SC_LIT("https://in-toto.io/Statement/v1");
static const sc_str bind_type = SC_LIT(SC_BIND_TYPE);
static const sc_str payload_type = SC_LIT("application/vnd.in-toto+json");

/* ---- facts ---- */

enum { NFACT = 14 };
struct fact {
	const char *name;
	sc_str value;
};

static sc_str digest_text(struct sc_arena *a, const uint8_t h[32])
{
	struct sc_buf b = { .a = a };

	sc_buf_add(&b, SC_STR("sha256:"));
	sc_hex_put(&b, h, 32);
	return sc_buf_seal(&b);
}

static sc_str count(struct sc_arena *a, uint64_t n)
{
	return sc_fmt(a, "%ju", (uintmax_t)n);
}

/* All as strings: numbers of 64 bits are not safe in everybody's JSON. */
static void facts_of(struct sc_arena *a, const struct sc_receipt *r, struct fact v[NFACT])
{
	const struct fact f[NFACT] = { { "manifest", digest_text(a, r->manifest) },
		                       { "recordRoot", digest_text(a, r->record_root) },
		                       { "keyRoot", digest_text(a, r->key_root) },
		                       { "records", count(a, r->records) },
		                       { "logOrigin", r->origin },
		                       { "logSize", r->logged ? count(a, r->size) : SC_STR("") },
		                       { "logRoot",
		                         r->logged ? digest_text(a, r->log_root) : SC_STR("") },
		                       { "charter", r->charter },
		                       { "order", digest_text(a, r->order) },
		                       { "in", count(a, r->in) },
		                       { "emitted", count(a, r->emitted) },
		                       { "dropped", count(a, r->dropped) },
		                       { "rejected", count(a, r->rejected) },
		                       { "created", r->created } };

	memcpy(v, f, sizeof f);
}

static void named(struct sc_buf *b, sc_str name, const uint8_t h[32])
{
	sc_buf_add(b, SC_STR("{\"name\":"));
	sc_json_put(b, name);
	sc_buf_add(b, SC_STR(",\"digest\":{\"sha256\":\""));
	sc_hex_put(b, h, 32);
	sc_buf_add(b, SC_STR("\"}}"));
}

void sc_bind_statement(struct sc_buf *b, const struct sc_weights *w, size_t n, sc_str receipt_name,
                       const uint8_t receipt[32], const struct sc_receipt *r)
{
	struct sc_arena a = { 0 };
	struct fact f[NFACT];

	facts_of(&a, r, f);
	sc_buf_fmt(b, "{\"_type\":\"%.*s\",\"predicateType\":\"%.*s\",\"subject\":[",
	           SC_ARG(statement_type), SC_ARG(bind_type));
	for (size_t i = 0; i < n; i++) {
		if (i)
			sc_buf_byte(b, ',');
		named(b, w[i].name, w[i].sha256);
	}
	sc_buf_add(b, SC_STR("],\"predicate\":{\"receipt\":"));
	named(b, receipt_name, receipt);
	for (size_t i = 0; i < NFACT; i++) {
		sc_buf_fmt(b, ",\"%s\":", f[i].name);
		sc_json_put(b, f[i].value);
	}
	sc_buf_add(b, SC_STR("}}"));
	sc_arena_free(&a);
}

/* ---- which envelopes are ours ---- */

/* What the envelope's payload begins with, as far as it is there. */
static sc_str payload_head(struct sc_arena *a, sc_str head)
{
	sc_str key = SC_STR("\"payload\""), out = { NULL, 0 };
	size_t at = sc_str_find(head, key), n = 0;

	if (at == SC_NONE)
		return out;
	head = sc_str_from(head, at + key.n);
	while (head.n && strchr(" \t\r\n:", *head.p) && *head.p)
		head = sc_str_from(head, 1);
	if (!head.n || *head.p != '"')
		return out;
	head = sc_str_from(head, 1);
	while (n < head.n && head.p[n] != '"' && head.p[n] != '=')
		n++;
	return sc_unbase64(a, sc_str_head(head, n - n % 4), &out) ? out : (sc_str){ NULL, 0 };
}

bool sc_bind_is(sc_str head)
{
	struct sc_arena a = { 0 };
	bool is = sc_str_starts(sc_str_trim(head), SC_STR("{")) &&
	          sc_str_find(payload_head(&a, head), SC_STR("\"" SC_BIND_TYPE "\"")) != SC_NONE;

	sc_arena_free(&a);
	return is;
}

/* ---- the chain ---- */

struct chain {
	sc_str path, payload, receipt_path;
	const struct sc_check_conf *c;
	struct sc_arena a;
	struct sc_receipt receipt;
};

static int text_is(struct chain *x, const char *at, sc_str want, struct sc_err *e)
{
	sc_str is = sc_json_string(&x->a, sc_json_path(x->payload, sc_str_c(at)));

	return sc_str_eq(is, want) ? SC_OK
	                           : sc_bad(e, "statement: its %s is '%.*s', not '%.*s'", at,
	                                    SC_ARG(is), SC_ARG(want));
}

static int statement(struct chain *x, struct sc_err *e)
{
	sc_str bytes, type, who;

	SC_TRY(sc_file_read(x->path, SC_RECEIPT_MOST, &x->a, &bytes, e));
	SC_TRY(sc_dsse_open(bytes, &x->c->trust, &x->a, &type, &x->payload, &who, e));
	if (!sc_str_eq(type, payload_type))
		return sc_bad(e, "statement: its envelope holds %.*s, not %.*s", SC_ARG(type),
		              SC_ARG(payload_type));
	if (sc_json_check(x->payload, true, e) < 0)
		return SC_BAD;
	SC_TRY(text_is(x, "_type", statement_type, e));
	SC_TRY(text_is(x, "predicateType", bind_type, e));
	x->c->say(x->c->with, "signature",
	          who.n ? sc_escape(&x->a, who) : SC_STR("nobody signed it, and that is allowed"));
	return SC_OK;
}

/* {"name":S,"digest":{"sha256":HEX}} and the file of that name. */
static int file_is(struct chain *x, const char *what, sc_str object, sc_str *at, struct sc_err *e)
{
	sc_str name = sc_json_string(&x->a, sc_json_get(object, SC_STR("name")));
	sc_str hex = sc_json_string(&x->a, sc_json_path(object, SC_STR("digest.sha256")));
	uint8_t said[32], got[32];
	uint64_t bytes;

	if (!name.n || !sc_unhex(hex, said, 32))
		return sc_bad(e, "%s: the statement has no name and SHA-256 of it", what);
	*at = sc_file_near(&x->a, name, x->path, x->c);
	if (!at->n)
		return sc_bad(e, "%s: %.*s is not there: say with --root DIR where it lies", what,
		              SC_ARG(name));
	SC_TRY(sc_file_digest(*at, got, &bytes, e));
	return memcmp(got, said, 32) ? sc_bad(e, "%s: %.*s has another SHA-256 than was signed",
	                                      what, SC_ARG(*at))
	                             : SC_OK;
}

static int weights(struct chain *x, struct sc_err *e)
{
	sc_str subject = sc_json_get(x->payload, SC_STR("subject")), at;
	struct sc_json_iter it = sc_json_iter(subject);
	size_t n = 0;

	while (sc_json_kind(subject) == SC_JSON_ARRAY && sc_json_next(&it)) {
		SC_TRY(file_is(x, "weights", it.value, &at, e));
		n++;
	}
	if (!n)
		return sc_bad(e, "weights: the statement names none");
	x->c->say(x->c->with, "weights",
	          sc_fmt(&x->a, "%zu files have the digests that were signed", n));
	return SC_OK;
}

static int receipt(struct chain *x, struct sc_err *e)
{
	struct fact f[NFACT];
	sc_str bytes;

	SC_TRY(file_is(x, "receipt", sc_json_path(x->payload, SC_STR("predicate.receipt")),
	               &x->receipt_path, e));
	SC_TRY(sc_file_read(x->receipt_path, SC_RECEIPT_MOST, &x->a, &bytes, e));
	SC_TRY(sc_receipt_parse(&x->a, bytes, &x->receipt, e));
	facts_of(&x->a, &x->receipt, f);
	for (size_t i = 0; i < NFACT; i++) {
		sc_str at = sc_fmt(&x->a, "predicate.%s", f[i].name);

		SC_TRY(text_is(x, at.p, f[i].value, e));
	}
	x->c->say(x->c->with, "receipt",
	          sc_fmt(&x->a, "%.*s has the digest and the facts that were signed",
	                 SC_ARG(sc_escape(&x->a, x->receipt_path))));
	return SC_OK;
}

static int walk(struct chain *x, struct sc_err *e)
{
	SC_TRY(statement(x, e));
	SC_TRY(weights(x, e));
	SC_TRY(receipt(x, e));
	return sc_receipt_check(&x->receipt, x->receipt_path, x->c, e);
}

int sc_bind_check(sc_str path, const struct sc_check_conf *c, struct sc_err *e)
{
	struct chain x = { .path = path, .c = c };
	struct sc_err why = { 0 };
	int rc = walk(&x, &why);

	sc_arena_free(&x.a);
	if (rc < 0)
		return rc == SC_BAD ? sc_bad(e, "%.*s: %s", SC_ARG(path), why.msg)
		                    : sc_fail(e, "%.*s: %s", SC_ARG(path), why.msg);
	return rc;
}
