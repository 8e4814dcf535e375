/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_impl.h -- what the files of scope/sign.h share: keys, SSH's wire format, whose word counts.
 *
 * A public key is bytes, no foreign object: it lives in an arena like any string, and libcrypto's is made where a signature is checked.
 * Signatures are passed in one form, `raw`: 64 bytes of ed25519, or DER of ECDSA.
 */
#ifndef SIGN_IMPL_H
#define SIGN_IMPL_H

#include <scope/sign.h>

#include <openssl/evp.h>

enum sign_kind { SIGN_NONE, SIGN_ED25519, SIGN_P256 };

struct sign_pub {
	enum sign_kind kind;
	sc_str point; /* 32 bytes of ed25519; 65 of P-256, uncompressed */
	sc_str blob;  /* the same in SSH's wire format */
};

struct sign_priv {
	struct sign_pub pub;
	EVP_PKEY *pkey;
};

/* ---- sign_wire.c: RFC 4251 section 5, base64 in the forms that it comes in ---- */

bool sign_take_u32(sc_str *rest, uint32_t *out);
bool sign_take(
        sc_str *rest,
        sc_str *out); /* a string; false: its length is not that of what is there, *rest is as it was */
bool sign_take_name(sc_str *rest, const char *is); /* a string that must be this one */
void sign_put(struct sc_buf *b, sc_str s);
bool sign_unbase64(struct sc_arena *a, sc_str text,
                   sc_str *out); /* either alphabet, padded or not; white space is a fault */
sc_str sign_strip(struct sc_arena *a, sc_str text); /* a copy without white space */
/* Between a BEGIN and an END line of that name: what stands there, which is all there is in text but for white space around it. */
bool sign_unarmour(sc_str text, const char *name, sc_str *body);
/* ECDSA: DER to and from r and s as SSH has them (two mpints) and as JOSE has them (64 bytes). */
bool sign_der_to_ssh(sc_str der, struct sc_buf *out);
bool sign_ssh_to_der(struct sc_arena *a, sc_str ssh, sc_str *der);
bool sign_fixed_to_der(struct sc_arena *a, sc_str rs, sc_str *der);

/* ---- sign_key.c ---- */

sc_str sign_name(enum sign_kind kind); /* "ssh-ed25519" */
/* "ssh-ed25519 SHA256:...", and the latter alone, as ssh-keygen -l has it. */
sc_str sign_show(struct sc_arena *a, const struct sign_pub *k);
sc_str sign_fingerprint(struct sc_arena *a, const struct sign_pub *k);
/* A key in SSH's wire format.  SC_BAD: which kind it is of, or what is wrong with it. */
int sign_pub_parse(struct sc_arena *a, sc_str blob, struct sign_pub *k, struct sc_err *e);
/* "TYPE BASE64[ COMMENT]". */
int sign_pub_line(struct sc_arena *a, sc_str line, struct sign_pub *k, struct sc_err *e);
/* One that libcrypto holds. */
int sign_pub_of(struct sc_arena *a, EVP_PKEY *p, struct sign_pub *k, struct sc_err *e);
/* The text of a file that holds one: PEM or such a line. */
int sign_pub_text(struct sc_arena *a, sc_str text, struct sign_pub *k, struct sc_err *e);
/* A private key; k->pkey is freed by the caller.  SC_FAIL: what to do instead. */
int sign_priv_text(struct sc_arena *a, sc_str text, struct sign_priv *k, struct sc_err *e);
int sign_priv_read(struct sc_arena *a, sc_str path, struct sign_priv *k, struct sc_err *e);
void sign_priv_free(struct sign_priv *k);
int sign_make(struct sc_arena *a, const struct sign_priv *k, sc_str message, sc_str *raw,
              struct sc_err *e);
bool sign_check(const struct sign_pub *k, sc_str message, sc_str raw);

/* ---- sign_signers.c ---- */

/* A line of allowed_signers, or the key of --key: then principals is empty. */
struct signer {
	struct sign_pub key;
	sc_str principals, namespaces;
	uint64_t after, before; /* seconds; 0: no such bound */
	bool has_namespaces;
	size_t line;
};
struct signers {
	struct signer *v;
	size_t n, cap;
	size_t nskipped, skipped_line; /* how many lines were passed over, and the first of them */
	sc_str skipped_why;
	sc_str path; /* empty: --key */
	struct sc_arena *a;
	uint64_t now;
	bool any; /* nobody was named, and that is no fault */
};
void signers_parse(struct signers *s, sc_str text); /* lines that do not count are passed over */
int signers_load(const struct sc_trust *t, struct sc_arena *a, struct signers *s, struct sc_err *e);
/* A signature by k is sound: does it count?  *who as sc_signed says. */
int signers_judge(const struct signers *s, const struct sc_trust *t, const struct sign_pub *k,
                  sc_str *who, struct sc_err *e);
bool sign_matches(sc_str patterns, sc_str what); /* * ? ! and commas */
bool sign_time(sc_str s, uint64_t *out);
sc_str sign_namespace(sc_str said); /* scope-manifest when empty */

/* ---- sign_sshsig.c ---- */

struct sshsig {
	struct sign_pub key;
	sc_str name_space, hash, raw;
};
int sshsig_parse(struct sc_arena *a, sc_str text, struct sshsig *s, struct sc_err *e);

#endif
