/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign_wire.c -- bytes as SSH lays them out (RFC 4251 section 5), base64, and the forms of an ECDSA signature.
 *
 *	string	uint32 length, big-endian; that many bytes
 *	mpint	a string that holds a number, big-endian, with a zero byte before it where the first bit is set
 *
 * All of it is read from files of strangers: a length is held against what is there before it is used, and nothing is allocated by it.
 */
#include "sign_impl.h"

#include <scope/text.h>

#include <stdio.h>

#include <openssl/ecdsa.h>

bool sign_take_u32(sc_str *rest, uint32_t *out)
{
	const unsigned char *p = (const unsigned char *)rest->p;

	if (rest->n < 4)
		return false;
	*out = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	*rest = sc_str_from(*rest, 4);
	return true;
}

bool sign_take(sc_str *rest, sc_str *out)
{
	sc_str after = *rest;
	uint32_t n;

	if (!sign_take_u32(&after, &n) || n > after.n)
		return false;
	*out = sc_str_head(after, n);
	*rest = sc_str_from(after, n);
	return true;
}

bool sign_take_name(sc_str *rest, const char *is)
{
	sc_str got;

	return sign_take(rest, &got) && sc_str_eq(got, sc_str_c(is));
}

void sign_put(struct sc_buf *b, sc_str s)
{
	uint32_t n = (uint32_t)s.n;
	char be[4] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };

	sc_buf_add(b, (sc_str){ be, 4 });
	sc_buf_add(b, s);
}

/* ---- base64 ---- */

bool sign_unbase64(struct sc_arena *a, sc_str text, sc_str *out)
{
	bool standard = sc_str_chr(text, '+') != SC_NONE || sc_str_chr(text, '/') != SC_NONE;
	char *copy = sc_alloc(a, text.n + 4);
	size_t n = 0;

	for (; n < text.n; n++) {
		char c = text.p[n];

		if ((c == '-' || c == '_') && standard)
			return false; /* both alphabets in one string are neither */
		copy[n] = (char)(c == '-' ? '+' : c == '_' ? '/' : c);
	}
	while (n % 4)
		copy[n++] = '=';
	return sc_unbase64(a, (sc_str){ copy, n }, out);
}

sc_str sign_strip(struct sc_arena *a, sc_str text)
{
	char *copy = sc_alloc(a, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != ' ' && text.p[i] != '\t' && text.p[i] != '\r' && text.p[i] != '\n')
			copy[n++] = text.p[i];
	return (sc_str){ copy, n };
}

bool sign_unarmour(sc_str text, const char *name, sc_str *body)
{
	char begin[64], end[64];
	size_t at;

	snprintf(begin, sizeof begin, "-----BEGIN %s-----", name);
	snprintf(end, sizeof end, "-----END %s-----", name);
	text = sc_str_trim(text);
	if (!sc_str_starts(text, sc_str_c(begin)))
		return false;
	text = sc_str_from(text, strlen(begin));
	at = sc_str_find(text, sc_str_c(end));
	if (at == SC_NONE || at + strlen(end) != text.n)
		return false;
	*body = sc_str_head(text, at);
	return true;
}

/* ---- ECDSA ---- */

enum { NUMBER_MOST = 33 }; /* of P-256, with the zero byte before it */

static void mpint_put(struct sc_buf *b, const BIGNUM *n)
{
	unsigned char bytes[NUMBER_MOST] = { 0 };
	size_t len = (size_t)BN_num_bytes(n);

	if (len > NUMBER_MOST - 1)
		return;
	BN_bn2bin(n, bytes + 1);
	sign_put(b, len && bytes[1] & 0x80 ? (sc_str){ (char *)bytes, len + 1 }
	                                   : (sc_str){ (char *)bytes + 1, len });
}

bool sign_der_to_ssh(sc_str der, struct sc_buf *out)
{
	const unsigned char *p = (const unsigned char *)der.p;
	ECDSA_SIG *sig = der.n < 128 ? d2i_ECDSA_SIG(NULL, &p, (long)der.n) : NULL;

	if (!sig)
		return false;
	mpint_put(out, ECDSA_SIG_get0_r(sig));
	mpint_put(out, ECDSA_SIG_get0_s(sig));
	ECDSA_SIG_free(sig);
	return true;
}

static bool der_of(struct sc_arena *a, sc_str r, sc_str s, sc_str *der)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *br = BN_bin2bn((const unsigned char *)r.p, (int)r.n, NULL),
	       *bs = BN_bin2bn((const unsigned char *)s.p, (int)s.n, NULL);
	unsigned char *out = NULL;
	int n;

	if (!sig || !br || !bs || ECDSA_SIG_set0(sig, br, bs) != 1)
		sc_oom();
	n = i2d_ECDSA_SIG(sig, &out);
	if (n > 0)
		*der = sc_strdup(a, (sc_str){ (char *)out, (size_t)n });
	OPENSSL_free(out);
	ECDSA_SIG_free(sig);
	return n > 0;
}

static bool mpint_take(sc_str *rest, sc_str *n)
{
	return sign_take(rest, n) && n->n && n->n <= NUMBER_MOST && !(*n->p & 0x80);
}

bool sign_ssh_to_der(struct sc_arena *a, sc_str ssh, sc_str *der)
{
	sc_str r, s;

	return mpint_take(&ssh, &r) && mpint_take(&ssh, &s) && !ssh.n && der_of(a, r, s, der);
}

bool sign_fixed_to_der(struct sc_arena *a, sc_str rs, sc_str *der)
{
	return rs.n == 64 && der_of(a, sc_str_head(rs, 32), sc_str_from(rs, 32), der);
}
