/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_dsse.c -- DSSE 1.0.2: a payload, its type, and signatures over both, in one JSON object.
 *
 *	{"payloadType":TYPE,"payload":BASE64,"signatures":[{"keyid":HINT,"sig":BASE64},...]}
 *
 * Signed are the bytes "DSSEv1" SP len(TYPE) SP TYPE SP len(PAYLOAD) SP PAYLOAD.  The object is read once; what is handed out is what was
 * verified.  keyid is a hint and decides nothing: it makes a refusal clearer, no more.  Ours is the key's fingerprint as ssh-keygen -l has it.
 */
#include "sign_impl.h"

#include <scope/json.h>
#include <scope/text.h>

enum { SIGNATURES_MOST = 64, SIG_MOST = 256 };

struct one {
	sc_str keyid, sig; /* decoded */
};

struct envelope {
	sc_str type, payload, pae;
	struct one sig[SIGNATURES_MOST];
	size_t n;
};

static sc_str pae(struct sc_arena *a, sc_str type, sc_str payload)
{
	struct sc_buf b = { .a = a };

	sc_buf_room(&b, type.n + payload.n + 64); /* once: what a buffer outgrows stays */
	sc_buf_fmt(&b, "DSSEv1 %zu ", type.n);
	sc_buf_add(&b, type);
	sc_buf_fmt(&b, " %zu ", payload.n);
	sc_buf_add(&b, payload);
	return sc_buf_seal(&b);
}

/* ---- making ---- */

int sc_dsse_make(sc_str key, sc_str type, sc_str payload, struct sc_arena *a, sc_str *envelope,
                 struct sc_err *e)
{
	struct sc_buf b = { .a = a };
	struct sign_priv k;
	sc_str raw, b64;
	int rc;

	if (payload.n > SC_DSSE_MOST / 4 * 3 - 4096)
		return sc_fail(e, "%zu bytes are too many for an envelope: sign the file itself",
		               payload.n);
	if (!type.n || sc_utf8_valid(type) != type.n)
		return sc_fail(e, "the type of a payload must be UTF-8 and not empty");
	SC_TRY(sign_priv_read(a, key, &k, e));
	rc = sign_make(a, &k, pae(a, type, payload), &raw, e);
	sign_priv_free(&k);
	if (rc != SC_OK)
		return rc;
	b64 = sc_base64(a, payload);
	sc_buf_room(&b, b64.n + 6 * type.n + 1024);
	sc_buf_add(&b, SC_STR("{\"payloadType\":"));
	sc_json_put(&b, type);
	sc_buf_add(&b, SC_STR(",\"payload\":\""));
	sc_buf_add(&b, b64);
	sc_buf_add(&b, SC_STR("\",\"signatures\":[{\"keyid\":"));
	sc_json_put(&b, sign_fingerprint(a, &k.pub));
	sc_buf_add(&b, SC_STR(",\"sig\":\""));
	sc_buf_add(&b, sc_base64(a, raw));
	sc_buf_add(&b, SC_STR("\"}]}\n"));
	*envelope = sc_buf_seal(&b);
	return SC_OK;
}

/* ---- reading ---- */

static int signature_read(struct sc_arena *a, sc_str object, struct one *s, struct sc_err *e)
{
	sc_str sig = sc_json_get(object, SC_STR("sig")),
	       keyid = sc_json_get(object, SC_STR("keyid"));

	if (sc_json_kind(sig) != SC_JSON_STRING || sig.n > SIG_MOST * 2 ||
	    !sign_unbase64(a, sc_json_string(a, sig), &s->sig) || !s->sig.n || s->sig.n > SIG_MOST)
		return sc_bad(e, "the envelope's signatures must each have a `sig`, in base64");
	if (keyid.p && sc_json_kind(keyid) != SC_JSON_STRING && sc_json_kind(keyid) != SC_JSON_NULL)
		return sc_bad(e, "a keyid in the envelope is no string");
	s->keyid = sc_json_kind(keyid) == SC_JSON_STRING ? sc_json_string(a, keyid) : SC_STR("");
	return SC_OK;
}

static int signatures_read(struct sc_arena *a, sc_str list, struct envelope *v, struct sc_err *e)
{
	struct sc_json_iter it = sc_json_iter(list);

	if (sc_json_kind(list) != SC_JSON_ARRAY)
		return sc_bad(e, "the envelope has no list of signatures");
	while (sc_json_next(&it)) {
		if (v->n == SIGNATURES_MOST)
			return sc_bad(e, "the envelope has more than %d signatures",
			              SIGNATURES_MOST);
		SC_TRY(signature_read(a, it.value, &v->sig[v->n++], e));
	}
	return SC_OK;
}

static int envelope_read(struct sc_arena *a, sc_str text, struct envelope *v, struct sc_err *e)
{
	sc_str type, payload;
	struct sc_err why = { .msg = "" };

	*v = (struct envelope){ .n = 0 };
	if (text.n > SC_DSSE_MOST)
		return sc_bad(e, "the envelope is larger than the %d bytes that it may have",
		              SC_DSSE_MOST);
	if (sc_json_check(text, true, &why) != SC_OK)
		return sc_bad(e, "the envelope is no JSON: %s", why.msg);
	if (sc_json_kind(text) != SC_JSON_OBJECT)
		return sc_bad(e, "an envelope is a JSON object, and this is none");
	type = sc_json_get(text, SC_STR("payloadType"));
	payload = sc_json_get(text, SC_STR("payload"));
	if (sc_json_kind(type) != SC_JSON_STRING || sc_json_kind(payload) != SC_JSON_STRING)
		return sc_bad(e,
		              "the envelope must have a payloadType and a payload, both strings");
	v->type = sc_json_string(a, type);
	if (!sign_unbase64(a, sc_json_string(a, payload), &v->payload))
		return sc_bad(e, "the envelope's payload is not base64");
	v->pae = pae(a, v->type, v->payload);
	return signatures_read(a, sc_json_get(text, SC_STR("signatures")), v, e);
}

/* ---- checking ---- */

/* ECDSA comes as DER; the specification's own example has r and s side by side. */
static bool fits(struct sc_arena *a, const struct sign_pub *k, sc_str message, sc_str sig)
{
	sc_str der;

	if (sign_check(k, message, sig))
		return true;
	return k->kind == SIGN_P256 && sign_fixed_to_der(a, sig, &der) &&
	       sign_check(k, message, der);
}

/* No signature is by a key that is known: whose could they be? */
static int by_nobody(const struct signers *s, const struct envelope *v, struct sc_arena *a,
                     struct sc_err *e)
{
	sc_str hint = { NULL, 0 };

	for (size_t i = 0; i < v->n; i++) {
		for (size_t k = 0; k < s->n; k++)
			if (sc_str_eq(v->sig[i].keyid, sign_fingerprint(a, &s->v[k].key)))
				return sc_bad(
				        e,
				        "the signature that names the key %.*s does not fit: a byte of the payload, of its type or of the signature was changed",
				        SC_ARG(v->sig[i].keyid));
		hint = hint.n ? hint : v->sig[i].keyid;
	}
	if (s->nskipped)
		return sc_bad(
		        e,
		        "none of its signatures (%zu) is by a key that %.*s names (lines passed over: "
		        "%zu; line %zu: %.*s)",
		        v->n, SC_ARG(s->path), s->nskipped, s->skipped_line,
		        SC_ARG(s->skipped_why));
	return sc_bad(
	        e,
	        "none of its signatures (%zu) is by a key that counts: it is another's%s%.*s, or something was changed",
	        v->n, hint.n ? ", by its keyid " : "", SC_ARG(sc_escape(a, sc_str_head(hint, 80))));
}

static int judge(const struct envelope *v, const struct signers *s, const struct sc_trust *t,
                 struct sc_arena *a, sc_str *who, struct sc_err *e)
{
	bool sound = false;

	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < s->n; k++) {
			if (!fits(a, &s->v[k].key, v->pae, v->sig[i].sig))
				continue;
			if (signers_judge(s, t, &s->v[k].key, who, e) == SC_OK)
				return SC_OK;
			sound = true;
		}
	return sound ? SC_BAD : by_nobody(s, v, a, e);
}

int sc_dsse_open(sc_str envelope, const struct sc_trust *t, struct sc_arena *a, sc_str *type,
                 sc_str *payload, sc_str *who, struct sc_err *e)
{
	struct envelope *v = SC_NEW(a, struct envelope, 1);
	struct signers s;

	*who = *type = *payload = SC_STR("");
	SC_TRY(signers_load(t, a, &s, e));
	SC_TRY(envelope_read(a, envelope, v, e));
	if (!v->n && !t->unsigned_ok)
		return sc_bad(e, "the envelope is not signed: its list of signatures is empty");
	if (v->n && !s.any)
		SC_TRY(judge(v, &s, t, a, who, e));
	*type = v->type;
	*payload = v->payload;
	return SC_OK;
}
