/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what strangers hand in: the first chooses an SSH signature, an envelope, allowed_signers, a private or a public key; the rest is that.
 * Nothing is believed, every refusal has a reason, and a key that is taken signs.
 */
#include <scope/text.h>

#include "sign_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nobody's signature is in the input, so that none may be found sound: the key of RFC 8032, TEST 2. */
static const char key_line[] =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM\n";

static const char *key_file(void)
{
	static char name[] = "/tmp/scope-fuzz-sign.XXXXXX";
	static int fd = -1;

	if (fd < 0) {
		fd = mkstemp(name);
		if (fd < 0 ||
		    write(fd, key_line, sizeof key_line - 1) != (ssize_t)sizeof key_line - 1)
			abort();
	}
	return name;
}

static void refused(int rc, const struct sc_err *e)
{
	if (rc == SC_OK || !*e->msg)
		abort();
}

static void armour(struct sc_arena *a, sc_str text)
{
	struct sc_err e = { .msg = "" };
	struct sshsig s;
	int rc = sshsig_parse(a, text, &s, &e);

	if (rc != SC_OK) {
		refused(rc, &e);
		return;
	}
	if (!s.key.kind || s.raw.n > 80 || s.name_space.n > text.n)
		abort();
	if (sign_check(&s.key, SC_STR("nobody signed this"), s.raw))
		abort();
}

static void envelope(struct sc_arena *a, sc_str text)
{
	struct sc_trust any = { .unsigned_ok = true }, one = { .key = sc_str_c(key_file()) };
	struct sc_err e = { .msg = "" };
	sc_str type, payload, who;
	int rc = sc_dsse_open(text, &any, a, &type, &payload, &who, &e);

	if (rc != SC_OK)
		refused(rc, &e);
	else if (who.n || payload.n > text.n)
		abort();
	*e.msg = 0;
	refused(sc_dsse_open(text, &one, a, &type, &payload, &who, &e), &e);
	if (payload.n || type.n || who.n)
		abort();
}

static void lines(struct sc_arena *a, sc_str text)
{
	struct sc_trust t = { .signers = SC_STR("signers"), .identity = sc_str_head(text, 8) };
	struct signers s = { .a = a, .path = t.signers, .now = 1700000000 };
	struct sc_err e = { .msg = "" };
	sc_str who;

	signers_parse(&s, text);
	for (size_t i = 0; i < s.n && i < 16; i++) {
		int rc = signers_judge(&s, &t, &s.v[i].key, &who, &e);

		if ((rc == SC_OK) != (who.n > 0) || !s.v[i].principals.n ||
		    (rc != SC_OK && !*e.msg))
			abort();
	}
	if (s.nskipped && (!s.skipped_line || !s.skipped_why.n))
		abort();
}

static void secret(struct sc_arena *a, sc_str text)
{
	struct sc_err e = { .msg = "" };
	struct sign_priv k;
	int rc = sign_priv_text(a, text, &k, &e);
	sc_str raw;

	if (rc != SC_OK) {
		refused(rc, &e);
		if (k.pkey)
			abort();
		return;
	}
	if (sign_make(a, &k, text, &raw, &e) != SC_OK || !sign_check(&k.pub, text, raw))
		abort();
	sign_priv_free(&k);
}

static void public(struct sc_arena *a, sc_str text)
{
	struct sc_err e = { .msg = "" };
	struct sign_pub k, again;
	int rc = sign_pub_text(a, text, &k, &e);

	if (rc != SC_OK) {
		refused(rc, &e);
		return;
	}
	if (sign_pub_parse(a, k.blob, &again, &e) != SC_OK || !sc_str_eq(k.point, again.point))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const as[])(struct sc_arena *, sc_str) = { armour, envelope, lines, secret,
		                                                 public };
	struct sc_arena a = { 0 };

	if (!size)
		return 0;
	as[*data % SC_COUNT(as)](&a, (sc_str){ (const char *)data + 1, size - 1 });
	sc_arena_free(&a);
	return 0;
}
