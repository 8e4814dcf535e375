/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_key.c -- keys that people have, public ones: PEM (SubjectPublicKeyInfo) and OpenSSH's .pub line; and a signature checked with one.
 * Private ones are sign_priv.c's.
 */
#include "sign_impl.h"

#include <scope/digest.h>
#include <scope/text.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>

enum { POINT = 65 };

static const struct {
	sc_str name;
	const char *what;
	enum sign_kind kind;
} kinds[] = {
	{ SC_LIT("ssh-ed25519"), "", SIGN_ED25519 },
	{ SC_LIT("ecdsa-sha2-nistp256"), "", SIGN_P256 },
	{ SC_LIT("ssh-rsa"), "an RSA key", SIGN_NONE },
	{ SC_LIT("ssh-dss"), "a DSA key", SIGN_NONE },
	{ SC_LIT("ecdsa-sha2-nistp384"), "a key on P-384", SIGN_NONE },
	{ SC_LIT("ecdsa-sha2-nistp521"), "a key on P-521", SIGN_NONE },
	{ SC_LIT("sk-ssh-ed25519@openssh.com"), "a key of a security token", SIGN_NONE },
	{ SC_LIT("sk-ecdsa-sha2-nistp256@openssh.com"), "a key of a security token", SIGN_NONE },
};

#define WHAT_COUNTS "signatures are by ssh-ed25519 or ecdsa-sha2-nistp256 (P-256)"

sc_str sign_name(enum sign_kind kind)
{
	for (size_t i = 0; i < SC_COUNT(kinds); i++)
		if (kinds[i].kind == kind)
			return kinds[i].name;
	return SC_STR("no key");
}

sc_str sign_fingerprint(struct sc_arena *a, const struct sign_pub *k)
{
	uint8_t digest[32];
	sc_str b64;

	sc_sha256_of(k->blob, digest);
	b64 = sc_base64(a, (sc_str){ (char *)digest, sizeof digest });
	return sc_fmt(a, "SHA256:%.*s", SC_ARG(sc_str_head(b64, 43))); /* without its padding */
}

sc_str sign_show(struct sc_arena *a, const struct sign_pub *k)
{
	return sc_fmt(a, "%.*s %.*s", SC_ARG(sign_name(k->kind)), SC_ARG(sign_fingerprint(a, k)));
}

/* ---- bytes to keys ---- */

static void blob_make(struct sc_arena *a, struct sign_pub *k)
{
	struct sc_buf b = { .a = a };

	sign_put(&b, sign_name(k->kind));
	if (k->kind == SIGN_P256)
		sign_put(&b, SC_STR("nistp256"));
	sign_put(&b, k->point);
	k->blob = sc_buf_seal(&b);
}

static EVP_PKEY *p256(sc_str point)
{
	char group[] = "prime256v1";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
		                                  (void *)(uintptr_t)point.p, point.n),
		OSSL_PARAM_construct_end()
	};
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *k = NULL;

	if (!c || EVP_PKEY_fromdata_init(c) != 1 ||
	    EVP_PKEY_fromdata(c, &k, EVP_PKEY_PUBLIC_KEY, params) != 1)
		k = NULL;
	EVP_PKEY_CTX_free(c);
	return k;
}

/* NULL: no such point. */
static EVP_PKEY *pkey_of(const struct sign_pub *k)
{
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (k->kind == SIGN_P256)
		return p256(k->point);
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
	                                   (const unsigned char *)k->point.p, k->point.n);
}

int sign_pub_parse(struct sc_arena *a, sc_str blob, struct sign_pub *k, struct sc_err *e)
{
	sc_str rest = blob, name;
	EVP_PKEY *p = NULL;

	*k = (struct sign_pub){ .blob = blob };
	if (!sign_take(&rest, &name))
		return sc_bad(e, "the key in it is cut short, or its lengths are wrong");
	for (size_t i = 0; i < SC_COUNT(kinds); i++)
		if (sc_str_eq(name, kinds[i].name)) {
			if (!kinds[i].kind)
				return sc_bad(e, "%s: %s", kinds[i].what, WHAT_COUNTS);
			k->kind = kinds[i].kind;
		}
	if (sc_str_find(name, SC_STR("-cert-v0")) != SC_NONE)
		return sc_bad(e, "a certificate: %s", WHAT_COUNTS);
	if (!k->kind)
		return sc_bad(e, "a key of the kind '%.*s': %s",
		              SC_ARG(sc_escape(a, sc_str_head(name, 40))), WHAT_COUNTS);
	if (k->kind == SIGN_P256 && !sign_take_name(&rest, "nistp256"))
		return sc_bad(e, "its ECDSA key names no curve, or another one");
	if (!sign_take(&rest, &k->point) || rest.n ||
	    k->point.n != (k->kind == SIGN_P256 ? POINT : 32) ||
	    (k->kind == SIGN_P256 && *k->point.p != 4))
		return sc_bad(e, "the key in it has a wrong length");
	p = pkey_of(k);
	EVP_PKEY_free(p);
	return p ? SC_OK : sc_bad(e, "the key in it is no point of its curve");
}

int sign_pub_line(struct sc_arena *a, sc_str line, struct sign_pub *k, struct sc_err *e)
{
	sc_str rest = sc_str_trim(line), type, b64, blob, said;
	size_t at;

	for (at = 0; at < rest.n && rest.p[at] != ' ' && rest.p[at] != '\t'; at++)
		;
	type = sc_str_head(rest, at);
	rest = sc_str_trim(sc_str_from(rest, at));
	for (at = 0; at < rest.n && rest.p[at] != ' ' && rest.p[at] != '\t'; at++)
		;
	b64 = sc_str_head(rest, at);
	if (!b64.n || !sc_unbase64(a, b64, &blob))
		return sc_bad(
		        e,
		        "no key: it should be a kind of key and its base64, as in a .pub file of ssh-keygen");
	SC_TRY(sign_pub_parse(a, blob, k, e));
	said = sign_name(k->kind);
	return sc_str_eq(type, said)
	               ? SC_OK
	               : sc_bad(e, "it says '%.*s', but holds a key of %.*s",
	                        SC_ARG(sc_escape(a, sc_str_head(type, 40))), SC_ARG(said));
}

/* ---- PEM ---- */

int sign_pub_of(struct sc_arena *a, EVP_PKEY *p, struct sign_pub *k, struct sc_err *e)
{
	unsigned char bytes[POINT + 1];
	size_t n = sizeof bytes;
	char group[32] = "";

	*k = (struct sign_pub){ .kind = SIGN_NONE };
	if (EVP_PKEY_is_a(p, "ED25519") && EVP_PKEY_get_raw_public_key(p, bytes, &n) == 1 &&
	    n == 32)
		k->kind = SIGN_ED25519;
	else if (EVP_PKEY_is_a(p, "EC") &&
	         EVP_PKEY_get_group_name(p, group, sizeof group, NULL) == 1 &&
	         !strcmp(group, "prime256v1")) {
		/* A PEM may hold the point compressed; SSH's form is the other. */
		if (EVP_PKEY_set_utf8_string_param(p, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
		                                   "uncompressed") == 1 &&
		    EVP_PKEY_get_octet_string_param(p, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, bytes,
		                                    sizeof bytes, &n) == 1 &&
		    n == POINT)
			k->kind = SIGN_P256;
	}
	if (!k->kind)
		return sc_bad(e, "a key of the kind %s%s%s: %s",
		              EVP_PKEY_get0_type_name(p) ? EVP_PKEY_get0_type_name(p) : "(unknown)",
		              *group ? " on " : "", group, WHAT_COUNTS);
	k->point = sc_strdup(a, (sc_str){ (char *)bytes, n });
	blob_make(a, k);
	return SC_OK;
}

static int pem_pub(struct sc_arena *a, sc_str text, struct sign_pub *k, struct sc_err *e)
{
	BIO *bio;
	EVP_PKEY *p;
	int rc;

	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	bio = BIO_new_mem_buf(text.p, (int)text.n);
	if (!bio)
		sc_oom();
	p = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	BIO_free(bio);
	rc = p ? sign_pub_of(a, p, k, e) : sc_bad(e, "the PUBLIC KEY in it cannot be read");
	EVP_PKEY_free(p);
	return rc;
}

/* How many lines are neither empty nor a comment, and the first of them. */
static size_t key_lines(sc_str text, sc_str *first)
{
	size_t n = 0;
	sc_str line;

	while (sc_str_cut(&text, '\n', &line)) {
		line = sc_str_trim(line);
		if (line.n && *line.p != '#' && !n++)
			*first = line;
	}
	return n;
}

int sign_pub_text(struct sc_arena *a, sc_str text, struct sign_pub *k, struct sc_err *e)
{
	sc_str line = { NULL, 0 };

	if (text.n > 1 << 20)
		return sc_bad(e, "it is too large for a public key");
	if (sc_str_find(text, SC_STR("-----BEGIN PUBLIC KEY-----")) != SC_NONE)
		return pem_pub(a, text, k, e);
	if (sc_str_find(text, SC_STR("PRIVATE KEY-----")) != SC_NONE)
		return sc_bad(
		        e,
		        "a private key: say the public one, its .pub or what `openssl pkey -pubout` prints");
	if (sc_str_find(text, SC_STR("-----BEGIN CERTIFICATE-----")) != SC_NONE)
		return sc_bad(e,
		              "a certificate: `openssl x509 -pubkey -noout` prints the key in it");
	switch (key_lines(text, &line)) {
	case 0:
		return sc_bad(e,
		              "no public key: it should be PEM, or a line of an OpenSSH .pub file");
	case 1:
		return sign_pub_line(a, line, k, e);
	default:
		return sc_bad(
		        e, "it holds more than one key: write allowed_signers and say --signers");
	}
}

/* ---- checking ---- */

bool sign_check(const struct sign_pub *k, sc_str message, sc_str raw)
{
	EVP_PKEY *p;
	EVP_MD_CTX *c;
	bool good;

	if (k->kind == SIGN_ED25519 && raw.n != 64)
		return false;
	p = pkey_of(k);
	c = EVP_MD_CTX_new();
	if (!c)
		sc_oom();
	good = p &&
	       EVP_DigestVerifyInit(c, NULL, k->kind == SIGN_P256 ? EVP_sha256() : NULL, NULL, p) ==
	               1 &&
	       EVP_DigestVerify(c, (const unsigned char *)raw.p, raw.n,
	                        (const unsigned char *)message.p, message.n) == 1;
	EVP_MD_CTX_free(c);
	EVP_PKEY_free(p);
	return good;
}
