/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_sshsig.c -- signatures of files as `ssh-keygen -Y sign` makes them and `ssh-keygen -Y verify` checks them (OpenSSH's PROTOCOL.sshsig).
 *
 *	"SSHSIG", uint32 1, string public key, string namespace, string reserved, string hash, string signature
 *	signature: string kind of key, string 64 bytes | string (mpint r, mpint s)
 *
 * in base64 of 70 columns between two lines.  Signed is "SSHSIG", string namespace, string reserved, string hash, string H(file).
 */
#include "sign_impl.h"

#include <scope/check.h>
#include <scope/text.h>

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

enum { SIG_MOST = 64 << 10, COLUMNS = 70 };

#define ARMOUR "SSH SIGNATURE"

static const struct {
	sc_str name;
	const EVP_MD *(*md)(void);
} hashes[] = {
	{ SC_LIT("sha512"), EVP_sha512 },
	{ SC_LIT("sha256"), EVP_sha256 },
};

static const EVP_MD *hash_named(sc_str name)
{
	for (size_t i = 0; i < SC_COUNT(hashes); i++)
		if (sc_str_eq(name, hashes[i].name))
			return hashes[i].md();
	return NULL;
}

/* ---- what is signed ---- */

static int file_digest(FILE *f, sc_str path, EVP_MD_CTX *c, struct sc_err *e)
{
	char buf[64 << 10];
	size_t n;

	while ((n = fread(buf, 1, sizeof buf, f)) > 0)
		if (EVP_DigestUpdate(c, buf, n) != 1)
			sc_oom();
	return ferror(f) ? sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno)) : SC_OK;
}

/* What a signature is made over: a file, or its bytes when `bytes` is not NULL. */
static int digest(struct sc_arena *a, sc_str path, const sc_str *bytes, const EVP_MD *md,
                  sc_str *out, struct sc_err *e)
{
	FILE *f = bytes                          ? NULL
	          : sc_str_eq(path, SC_STR("-")) ? stdin
	                                         : fopen(sc_cstr(a, path), "rb");
	unsigned char value[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *c;
	unsigned n = 0;
	int rc = SC_OK;

	if (!bytes && !f)
		return sc_fail(e, "%.*s: %s", SC_ARG(path), strerror(errno));
	c = EVP_MD_CTX_new();
	if (!c || EVP_DigestInit_ex(c, md, NULL) != 1)
		sc_oom();
	if (f)
		rc = file_digest(f, path, c, e);
	else if (bytes->n && EVP_DigestUpdate(c, bytes->p, bytes->n) != 1)
		sc_oom();
	if (f && f != stdin)
		fclose(f);
	if (EVP_DigestFinal_ex(c, value, &n) != 1)
		sc_oom();
	EVP_MD_CTX_free(c);
	*out = sc_strdup(a, (sc_str){ (char *)value, n });
	return rc;
}

static sc_str to_sign(struct sc_arena *a, sc_str name_space, sc_str hash, sc_str digest_of_it)
{
	struct sc_buf b = { .a = a };

	sc_buf_add(&b, SC_STR("SSHSIG"));
	sign_put(&b, name_space);
	sign_put(&b, SC_STR(""));
	sign_put(&b, hash);
	sign_put(&b, digest_of_it);
	return sc_buf_seal(&b);
}

/* ---- making ---- */

static sc_str armour(struct sc_arena *a, sc_str blob)
{
	sc_str b64 = sc_base64(a, blob);
	struct sc_buf b = { .a = a };

	sc_buf_add(&b, SC_STR("-----BEGIN " ARMOUR "-----\n"));
	for (; b64.n; b64 = sc_str_from(b64, COLUMNS)) {
		sc_buf_add(&b, sc_str_head(b64, COLUMNS));
		sc_buf_byte(&b, '\n');
	}
	sc_buf_add(&b, SC_STR("-----END " ARMOUR "-----\n"));
	return sc_buf_seal(&b);
}

static int pack(struct sc_arena *a, const struct sign_pub *k, sc_str raw, sc_str *out,
                struct sc_err *e)
{
	struct sc_buf b = { .a = a };
	sc_str value = raw;

	if (k->kind == SIGN_P256) {
		if (!sign_der_to_ssh(raw, &b))
			return sc_fail(e, "libcrypto made no ECDSA signature");
		value = sc_strdup(a, sc_buf_str(&b));
		sc_buf_clear(&b);
	}
	sign_put(&b, sign_name(k->kind));
	sign_put(&b, value);
	*out = sc_buf_seal(&b);
	return SC_OK;
}

static int make(struct sc_arena *a, const struct sign_priv *k, sc_str name_space, sc_str path,
                sc_str *armoured, struct sc_err *e)
{
	struct sc_buf b = { .a = a };
	sc_str hash = SC_STR("sha512"), value, raw, packed;

	SC_TRY(digest(a, path, NULL, EVP_sha512(), &value, e));
	SC_TRY(sign_make(a, k, to_sign(a, name_space, hash, value), &raw, e));
	SC_TRY(pack(a, &k->pub, raw, &packed, e));
	sc_buf_add(&b, SC_STR("SSHSIG"));
	sc_buf_add(&b, (sc_str){ "\0\0\0\1", 4 });
	sign_put(&b, k->pub.blob);
	sign_put(&b, name_space);
	sign_put(&b, SC_STR(""));
	sign_put(&b, hash);
	sign_put(&b, packed);
	*armoured = armour(a, sc_buf_str(&b));
	return SC_OK;
}

int sc_sshsig_make(sc_str key, sc_str name_space, sc_str path, struct sc_arena *a, sc_str *armoured,
                   struct sc_err *e)
{
	struct sign_priv k;
	int rc;

	SC_TRY(sign_priv_read(a, key, &k, e));
	rc = make(a, &k, sign_namespace(name_space), path, armoured, e);
	sign_priv_free(&k);
	return rc;
}

/* ---- reading ---- */

static int signature_parse(struct sc_arena *a, sc_str packed, struct sshsig *s, struct sc_err *e)
{
	sc_str kind, value;

	if (!sign_take(&packed, &kind) || !sign_take(&packed, &value) || packed.n)
		return sc_bad(e, "the signature in it is cut short, or its lengths are wrong");
	if (!sc_str_eq(kind, sign_name(s->key.kind)))
		return sc_bad(e, "its signature is of the kind '%.*s', its key of %.*s",
		              SC_ARG(sc_escape(a, sc_str_head(kind, 40))),
		              SC_ARG(sign_name(s->key.kind)));
	s->raw = value;
	if (s->key.kind == SIGN_P256 ? !sign_ssh_to_der(a, value, &s->raw) : value.n != 64)
		return sc_bad(e, "the signature in it has a wrong length");
	return SC_OK;
}

int sshsig_parse(struct sc_arena *a, sc_str text, struct sshsig *s, struct sc_err *e)
{
	static const sc_str magic = SC_LIT("SSHSIG");
	sc_str body, rest, key, reserved, packed;
	uint32_t version;

	*s = (struct sshsig){ .hash = { NULL, 0 } };
	if (!sign_unarmour(text, ARMOUR, &body))
		return sc_bad(e, "no SSH signature, or cut short: it goes from -----BEGIN " ARMOUR
		                 "----- to -----END " ARMOUR "-----");
	if (!sc_unbase64(a, sign_strip(a, body), &rest))
		return sc_bad(e, "what stands between its BEGIN and END is not base64");
	if (!sc_str_starts(rest, magic))
		return sc_bad(e, "no SSH signature stands between its BEGIN and END");
	rest = sc_str_from(rest, magic.n);
	if (!sign_take_u32(&rest, &version) || version != 1)
		return sc_bad(e, "an SSH signature of another version than 1");
	if (!sign_take(&rest, &key) || !sign_take(&rest, &s->name_space) ||
	    !sign_take(&rest, &reserved) || !sign_take(&rest, &s->hash) ||
	    !sign_take(&rest, &packed) || rest.n)
		return sc_bad(e, "a length in it is not that of what is there");
	if (reserved.n)
		return sc_bad(
		        e,
		        "its reserved field holds something, and nobody has said what that would mean");
	if (!hash_named(s->hash))
		return sc_bad(e, "it is over a hash '%.*s': sha512 and sha256 are known",
		              SC_ARG(sc_escape(a, sc_str_head(s->hash, 40))));
	SC_TRY(sign_pub_parse(a, key, &s->key, e));
	return signature_parse(a, packed, s, e);
}

/* ---- checking ---- */

static int check(sc_str path, const sc_str *bytes, sc_str text, const struct sc_trust *t,
                 struct sc_arena *a, sc_str *who, struct sc_err *e)
{
	sc_str want = sign_namespace(t->name_space), value;
	struct signers trusted;
	struct sshsig s;
	int rc;

	SC_TRY(signers_load(t, a, &trusted, e));
	SC_TRY(sshsig_parse(a, text, &s, e));
	if (!s.name_space.n || !sc_str_eq(s.name_space, want))
		return sc_bad(e, "it is signed in the namespace '%.*s', not in '%.*s'",
		              SC_ARG(sc_escape(a, sc_str_head(s.name_space, 80))),
		              SC_ARG(sc_escape(a, want)));
	rc = digest(a, path, bytes, hash_named(s.hash), &value, e);
	if (rc != SC_OK)
		return rc;
	if (!sign_check(&s.key, to_sign(a, s.name_space, s.hash, value), s.raw))
		return sc_bad(
		        e,
		        "the signature by %.*s does not fit: a byte of the file or of the signature was changed",
		        SC_ARG(sign_show(a, &s.key)));
	return signers_judge(&trusted, t, &s.key, who, e);
}

static int signed_(sc_str path, const sc_str *bytes, sc_str signature, const struct sc_trust *t,
                   struct sc_arena *a, sc_str *who, struct sc_err *e)
{
	sc_str sig = signature.n ? signature : sc_fmt(a, "%.*s.sig", SC_ARG(path)), text;
	struct sc_err why = { .msg = "" };
	struct stat st;
	int rc;

	*who = SC_STR("");
	if (stat(sc_cstr(a, sig), &st) && (errno == ENOENT || errno == ENOTDIR)) {
		if (t->unsigned_ok)
			return SC_OK;
		return sc_bad(e, "%.*s: it is not signed: there is no %.*s", SC_ARG(path),
		              SC_ARG(sig));
	}
	SC_TRY(sc_file_read(sig, SIG_MOST, a, &text, e));
	rc = check(path, bytes, text, t, a, who, &why);
	if (rc == SC_BAD)
		return sc_bad(e, "%.*s: %s", SC_ARG(sig), why.msg);
	return rc == SC_FAIL ? sc_fail(e, "%s", why.msg) : SC_OK;
}

int sc_signed(sc_str path, sc_str signature, const struct sc_trust *t, struct sc_arena *a,
              sc_str *who, struct sc_err *e)
{
	return signed_(path, NULL, signature, t, a, who, e);
}

int sc_signed_bytes(sc_str path, sc_str bytes, sc_str signature, const struct sc_trust *t,
                    struct sc_arena *a, sc_str *who, struct sc_err *e)
{
	return signed_(path, &bytes, signature, t, a, who, e);
}
