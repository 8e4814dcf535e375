/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_priv.c -- private keys: PEM (PKCS#8, and SEC1 of EC keys) and OpenSSH's own file; none that is encrypted, since there is nobody here to
 * ask for a passphrase.
 *
 *	"openssh-key-v1" 0x00, string cipher, string kdf, string kdf options, uint32 how many keys, string public key, string private part
 *	private part: uint32 check, uint32 the same, string kind, the key, string comment, padding 1 2 3 ... to a multiple of 8
 *
 * What held a secret is wiped before it is given back.
 */
#include "sign_impl.h"

#include <scope/text.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

enum { FILE_MOST = 64 << 10 };

#define INSTEAD \
	"sign with `ssh-keygen -Y sign -n scope-manifest`, which asks for the passphrase, or give a PEM that is not encrypted"

void sign_priv_free(struct sign_priv *k)
{
	EVP_PKEY_free(k->pkey);
	k->pkey = NULL;
}

/* ---- OpenSSH ---- */

static EVP_PKEY *p256_pair(sc_str point, sc_str d)
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_secure_new();
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *k = NULL;

	if (!b || !n || !c || !BN_bin2bn((const unsigned char *)d.p, (int)d.n, n))
		sc_oom();
	if (OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point.p, point.n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_PRIV_KEY, n) == 1)
		params = OSSL_PARAM_BLD_to_param(b);
	if (!params || EVP_PKEY_fromdata_init(c) != 1 ||
	    EVP_PKEY_fromdata(c, &k, EVP_PKEY_KEYPAIR, params) != 1)
		k = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	BN_clear_free(n);
	EVP_PKEY_CTX_free(c);
	return k;
}

/* The key behind its kind in the private part; its public half must be the one that stands outside. */
static EVP_PKEY *pair_take(sc_str *rest, const struct sign_pub *pub)
{
	sc_str point, secret;

	if (!sign_take_name(rest, sign_name(pub->kind).p) ||
	    (pub->kind == SIGN_P256 && !sign_take_name(rest, "nistp256")) ||
	    !sign_take(rest, &point) || !sc_str_eq(point, pub->point) || !sign_take(rest, &secret))
		return NULL;
	if (pub->kind == SIGN_P256)
		return secret.n && secret.n <= 33 ? p256_pair(point, secret) : NULL;
	if (secret.n != 64 ||
	    !sc_str_eq(sc_str_from(secret, 32), point)) /* the seed, and the public half again */
		return NULL;
	return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)secret.p,
	                                    32);
}

static bool padding_is(sc_str rest)
{
	sc_str comment;

	if (!sign_take(&rest, &comment) || rest.n > 255)
		return false;
	for (size_t i = 0; i < rest.n; i++)
		if ((unsigned char)rest.p[i] != i + 1)
			return false;
	return true;
}

static int openssh_parse(struct sc_arena *a, sc_str file, struct sign_priv *k, struct sc_err *e)
{
	static const sc_str magic = { "openssh-key-v1",
		                      sizeof "openssh-key-v1" }; /* with its NUL */
	sc_str rest = sc_str_from(file, magic.n), cipher, kdf, options, blob, secret;
	uint32_t n, check, again;

	if (!sc_str_starts(file, magic) || !sign_take(&rest, &cipher) || !sign_take(&rest, &kdf) ||
	    !sign_take(&rest, &options) || !sign_take_u32(&rest, &n) || n != 1 ||
	    !sign_take(&rest, &blob) || !sign_take(&rest, &secret) || rest.n)
		return sc_bad(e, "the OpenSSH key in it is cut short, or its lengths are wrong");
	if (!sc_str_eq(cipher, SC_STR("none")) || !sc_str_eq(kdf, SC_STR("none")))
		return sc_bad(e, "the key is encrypted: " INSTEAD);
	SC_TRY(sign_pub_parse(a, blob, &k->pub, e));
	if (!sign_take_u32(&secret, &check) || !sign_take_u32(&secret, &again) || check != again)
		return sc_bad(e, "the private part of the key is spoilt");
	k->pkey = pair_take(&secret, &k->pub);
	if (!k->pkey || !padding_is(secret))
		return sc_bad(
		        e,
		        "the private part of the key is spoilt, or of another key than its public part");
	return SC_OK;
}

static int openssh(struct sc_arena *a, sc_str body, struct sign_priv *k, struct sc_err *e)
{
	struct sc_arena own = { 0 };
	sc_str flat = sign_strip(&own, body), file = { NULL, 0 };
	int rc = SC_BAD;

	if (!sc_unbase64(&own, flat, &file))
		sc_bad(e, "the OpenSSH key in it is not base64");
	else
		rc = openssh_parse(&own, file, k, e);
	if (rc == SC_OK) { /* the rest goes with the arena */
		k->pub.blob = sc_strdup(a, k->pub.blob);
		k->pub.point = sc_strdup(a, k->pub.point);
	}
	OPENSSL_cleanse((void *)(uintptr_t)flat.p, flat.n);
	if (file.n)
		OPENSSL_cleanse((void *)(uintptr_t)file.p, file.n);
	sc_arena_free(&own);
	return rc;
}

/* ---- PEM ---- */

/* Never asks: a program in a pipe has nobody to ask. */
static int no_passphrase(char *buf, int size, int writing, void *with)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)with;
	return -1;
}

static int pem(struct sc_arena *a, sc_str text, struct sign_priv *k, struct sc_err *e)
{
	BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);

	if (!bio)
		sc_oom();
	k->pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	if (!k->pkey && sc_str_find(text, SC_STR("ENCRYPTED")) != SC_NONE)
		return sc_bad(e, "the key is encrypted: " INSTEAD);
	if (!k->pkey)
		return sc_bad(e, "the private key in it cannot be read");
	return sign_pub_of(a, k->pkey, &k->pub, e);
}

/* Is the public half that of the private one?  A signature by a pair that is not one gives the secret away. */
static bool is_pair(struct sc_arena *a, const struct sign_priv *k)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(k->pkey, NULL);
	bool good = c && (k->pub.kind != SIGN_P256 || EVP_PKEY_pairwise_check(c) == 1);
	struct sc_err e;
	sc_str raw;

	EVP_PKEY_CTX_free(c);
	return good && sign_make(a, k, SC_STR("scope: is it a pair"), &raw, &e) == SC_OK &&
	       sign_check(&k->pub, SC_STR("scope: is it a pair"), raw);
}

int sign_priv_text(struct sc_arena *a, sc_str text, struct sign_priv *k, struct sc_err *e)
{
	sc_str body;
	int rc;

	*k = (struct sign_priv){ .pkey = NULL };
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (sign_unarmour(text, "OPENSSH PRIVATE KEY", &body))
		rc = openssh(a, body, k, e);
	else if (sc_str_find(text, SC_STR("PRIVATE KEY-----")) != SC_NONE)
		rc = pem(a, text, k, e);
	else
		rc = sc_bad(
		        e,
		        "no private key: it should be PEM or OpenSSH's own, the file without .pub");
	if (rc == SC_OK && !is_pair(a, k))
		rc = sc_bad(e, "its public and its private half are not of one key");
	if (rc != SC_OK)
		sign_priv_free(k);
	return rc;
}

/* Into memory that is wiped: *n is at most cap. */
static int secret_read(sc_str path, char *buf, size_t cap, size_t *n, struct sc_err *e)
{
	struct sc_arena a = { 0 };
	int fd = open(sc_cstr(&a, path), O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got = fd < 0 ? -1 : 1;

	sc_arena_free(&a);
	for (*n = 0; got > 0 && *n < cap; *n += (size_t)(got > 0 ? got : 0))
		do
			got = read(fd, buf + *n, cap - *n);
		while (got < 0 && errno == EINTR);
	if (got < 0)
		sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno));
	if (fd >= 0)
		close(fd);
	return got < 0 ? SC_FAIL : SC_OK;
}

int sign_priv_read(struct sc_arena *a, sc_str path, struct sign_priv *k, struct sc_err *e)
{
	char *buf = malloc(FILE_MOST);
	struct sc_err why = { .msg = "" };
	size_t n = 0;
	int rc;

	*k = (struct sign_priv){ .pkey = NULL };
	if (!buf)
		sc_oom();
	rc = secret_read(path, buf, FILE_MOST, &n, e);
	if (rc == SC_OK && n == FILE_MOST)
		rc = sc_fail(e, "%.*s: it is too large for a private key", SC_ARG(path));
	else if (rc == SC_OK && sign_priv_text(a, (sc_str){ buf, n }, k, &why) != SC_OK)
		rc = sc_fail(e, "%.*s: %s", SC_ARG(path), why.msg);
	OPENSSL_cleanse(buf, FILE_MOST);
	free(buf);
	return rc;
}

/* ---- signing ---- */

int sign_make(struct sc_arena *a, const struct sign_priv *k, sc_str message, sc_str *raw,
              struct sc_err *e)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned char sig[160];
	size_t n = sizeof sig;
	bool good;

	if (!c)
		sc_oom();
	good = EVP_DigestSignInit(c, NULL, k->pub.kind == SIGN_P256 ? EVP_sha256() : NULL, NULL,
	                          k->pkey) == 1 &&
	       EVP_DigestSign(c, sig, &n, (const unsigned char *)message.p, message.n) == 1;
	EVP_MD_CTX_free(c);
	if (!good)
		return sc_fail(e, "libcrypto does not sign with this key");
	*raw = sc_strdup(a, (sc_str){ (char *)sig, n });
	return SC_OK;
}
