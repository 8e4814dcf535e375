/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims about keys, SSH signatures, envelopes and allowed_signers.  The first envelope is the example of DSSE's protocol.md (facts: its key, its
 * signature), the first signature that of RFC 8032 section 7.1 TEST 1; the keys in tests/data/sign are made for this test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <scope/check.h>
#include <scope/text.h>

#include "sign_impl.h"

#define DATA "tests/data/sign/"

static struct sc_arena a;
static struct sc_err e;

static sc_str data(const char *name)
{
	sc_str text;

	assert_int_equal(sc_file_read(sc_fmt(&a, DATA "%s", name), 1 << 20, &a, &text, &e), SC_OK);
	return text;
}

static void priv(const char *name, struct sign_priv *k)
{
	if (sign_priv_read(&a, sc_fmt(&a, DATA "%s", name), k, &e) != SC_OK)
		fail_msg("%s: %s", name, e.msg);
}

static void file_put(const char *name, sc_str bytes)
{
	FILE *f = fopen(name, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

/* A file of this test's own, in TMPDIR. */
static const char *temp(const char *name)
{
	return sc_fmt(&a, "%s/sign-%d-%s", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
	              (int)getpid(), name)
	        .p;
}

static void says(const char *part)
{
	if (!strstr(e.msg, part))
		fail_msg("'%s' does not say '%s'", e.msg, part);
}

/* ---- the published examples ---- */

static const char vector_key[] =
        "-----BEGIN PUBLIC KEY-----\n"
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZ805D3eqNZywjCI19lInBJOp7YMr\n"
        "CrzAH3CVTAOQ0jgMeCvVTiaRJaRPRDOv8UMs6U4SvKc6pnrIDOoSYI3fdA==\n"
        "-----END PUBLIC KEY-----\n";
#define VECTOR_SIG \
	"A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
#define VECTOR_SIG_URL \
	"A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F-FnZ-O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA"

static int vector_open(const char *envelope, sc_str *type, sc_str *payload, sc_str *who)
{
	struct sc_trust t = { .key = sc_str_c(temp("vector.pem")) };

	file_put(t.key.p, sc_str_c(vector_key));
	return sc_dsse_open(sc_str_c(envelope), &t, &a, type, payload, who, &e);
}

static void the_example_of_the_specification_is_opened(void **state)
{
	static const char *const same[] = {
		"{\"payload\":\"aGVsbG8gd29ybGQ=\",\"payloadType\":\"http://example.com/HelloWorld\",\"signatures\":[{\"sig\":\"" VECTOR_SIG
		"\"}]}",
		"{\"signatures\":[{\"keyid\":\"some\",\"sig\":\"" VECTOR_SIG
		"\"}],\"payload\":\"aGVsbG8gd29ybGQ=\",\"payloadType\":\"http://example.com/HelloWorld\"}",
		"{\"payload\":\"aGVsbG8gd29ybGQ\",\"payloadType\":\"http:\\/\\/example.com/HelloWorld\",\"signatures\":[{\"sig\":\"" VECTOR_SIG_URL
		"\"}]}",
		"{\"more\":1,\"payload\":\"aGVsbG8gd29ybGQ=\",\"payloadType\":\"http://example.com/HelloWorld\",\"signatures\":[{\"keyid\":\"x\",\"sig\":\"AAAA\"},{\"sig\":\"" VECTOR_SIG
		"\",\"keyid\":null}]}",
	};
	sc_str type, payload, who;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(same); i++) {
		if (vector_open(same[i], &type, &payload, &who) != SC_OK)
			fail_msg("%zu: %s", i, e.msg);
		assert_true(sc_str_eq(payload, SC_STR("hello world")));
		assert_true(sc_str_eq(type, SC_STR("http://example.com/HelloWorld")));
		assert_true(sc_str_starts(who, SC_STR("ecdsa-sha2-nistp256 SHA256:")));
	}
}

static void an_envelope_that_was_changed_is_not(void **state)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{ "{\"payload\":\"aGVsbG8gd29ybGR=\",\"payloadType\":\"http://example.com/HelloWorld\",\"signatures\":[{\"sig\":\"" VECTOR_SIG
		  "\"}]}",
		  "not base64" },
		{ "{\"payload\":\"aGVsbG8gd29ybGU=\",\"payloadType\":\"http://example.com/HelloWorld\",\"signatures\":[{\"sig\":\"" VECTOR_SIG
		  "\"}]}",
		  "none of its signatures" },
		{ "{\"payload\":\"aGVsbG8gd29ybGQ=\",\"payloadType\":\"http://example.com/HelloWorle\",\"signatures\":[{\"sig\":\"" VECTOR_SIG
		  "\"}]}",
		  "none of its signatures" },
		{ "{\"payload\":\"aGVsbG8gd29ybGQ=\",\"payloadType\":\"http://example.com/HelloWorld\",\"signatures\":[{\"sig\":\"B3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==\"}]}",
		  "none of its signatures" },
		{ "{\"payload\":\"aGVsbG8gd29ybGQ=\",\"payloadType\":\"http://example.com/HelloWorld\",\"signatures\":[{\"sig\":\"+-\"}]}",
		  "in base64" },
		{ "{\"payload\":\"aGVsbG8gd29ybGQ=\",\"payloadType\":\"http://example.com/HelloWorld\",\"signatures\":[{\"sig\":\"\"}]}",
		  "in base64" },
		{ "{\"payload\":\"aGVsbG8gd29ybGQ=\",\"payloadType\":\"http://example.com/HelloWorld\",\"signatures\":[\"x\"]}",
		  "a `sig`" },
		{ "{\"payload\":\"aGVsbG8gd29ybGQ=\",\"payloadType\":\"http://example.com/HelloWorld\",\"signatures\":[]}",
		  "not signed" },
		{ "{\"payload\":\"aGVsbG8gd29ybGQ=\",\"payloadType\":\"http://example.com/HelloWorld\"}",
		  "no list of signatures" },
		{ "{\"payload\":\"aGVsbG8gd29ybGQ=\",\"payload\":\"aGVsbG8gd29ybGQ=\",\"payloadType\":\"http://example.com/HelloWorld\",\"signatures\":[{\"sig\":\"" VECTOR_SIG
		  "\"}]}",
		  "no JSON" },
		{ "{\"payload\":{},\"payloadType\":\"http://example.com/HelloWorld\",\"signatures\":[{\"sig\":\"" VECTOR_SIG
		  "\"}]}",
		  "both strings" },
		{ "[]", "none" },
		{ "{\"payload\":", "no JSON" },
	};
	sc_str type, payload, who;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(wrong); i++) {
		if (vector_open(wrong[i].text, &type, &payload, &who) != SC_BAD)
			fail_msg("%zu is opened", i);
		says(wrong[i].why);
		assert_int_equal(payload.n, 0);
	}
}

static void ed25519_signs_as_rfc_8032_has_it(void **state)
{
	static const char hex[] =
	        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
	        "d25bf5f0595bbe24655141438e7a100b";
	struct sign_priv k;
	uint8_t want[64];
	sc_str raw;

	(void)state;
	priv("rfc8032.pem", &k);
	assert_true(sc_unhex(sc_str_c(hex), want, 64));
	assert_int_equal(sign_make(&a, &k, SC_STR(""), &raw, &e), SC_OK);
	assert_int_equal(raw.n, 64);
	assert_memory_equal(raw.p, want, 64);
	sign_priv_free(&k);
}

/* ---- keys ---- */

static void keys_are_read_from_each_form_and_are_the_same(void **state)
{
	static const struct {
		const char *secret, *pub;
	} pairs[] = {
		{ "openssh-ed25519", "openssh-ed25519.pub" },
		{ "openssh-ecdsa", "openssh-ecdsa.pub" },
		{ "sec1.pem", "openssh-ecdsa.pub" },
		{ "pkcs8.pem", "openssh-ecdsa.pub" },
		{ "pkcs8.pem", "ecdsa-spki.pem" },
		{ "pkcs8.pem", "ecdsa-compressed.pem" },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(pairs); i++) {
		struct sign_priv k;
		struct sign_pub p;
		sc_str raw;

		priv(pairs[i].secret, &k);
		if (sign_pub_text(&a, data(pairs[i].pub), &p, &e) != SC_OK)
			fail_msg("%s: %s", pairs[i].pub, e.msg);
		assert_true(sc_str_eq(p.blob, k.pub.blob));
		assert_int_equal(sign_make(&a, &k, SC_STR("words"), &raw, &e), SC_OK);
		assert_true(sign_check(&p, SC_STR("words"), raw));
		assert_false(sign_check(&p, SC_STR("Words"), raw));
		sign_priv_free(&k);
	}
}

static void keys_that_do_not_sign_are_refused_with_a_reason(void **state)
{
	static const struct {
		const char *name, *why;
	} secret[] = {
		{ "openssh-encrypted", "encrypted: sign with `ssh-keygen -Y sign" },
		{ "pkcs8-encrypted.pem", "encrypted: sign with" },
		{ "sec1-encrypted.pem", "encrypted: sign with" },
		{ "p384.pem", "EC on secp384r1" },
		{ "rsa.pub", "no private key" },
		{ "none", "No such file" },
	}, public[] = {
		{ "rsa.pub", "an RSA key" },
		{ "pkcs8.pem", "a private key: say the public one" },
		{ "openssh-ed25519", "a private key: say the public one" },
	};
	struct sign_priv k;
	struct sign_pub p;

	(void)state;
	for (size_t i = 0; i < SC_COUNT(secret); i++) {
		assert_int_equal(sign_priv_read(&a, sc_fmt(&a, DATA "%s", secret[i].name), &k, &e),
		                 SC_FAIL);
		says(secret[i].why);
		assert_null(k.pkey);
	}
	for (size_t i = 0; i < SC_COUNT(public); i++) {
		assert_int_equal(sign_pub_text(&a, data(public[i].name), &p, &e), SC_BAD);
		says(public[i].why);
	}
	assert_int_equal(sign_pub_text(&a,
	                               sc_fmt(&a, "%s\n%s", data("openssh-ed25519.pub").p,
	                                      data("openssh-ecdsa.pub").p),
	                               &p, &e),
	                 SC_BAD);
	says("more than one key");
}

/* The OpenSSH file of a key with one byte of what the armour holds changed. */
static sc_str openssh_flipped(const char *name, size_t at)
{
	sc_str body, bytes;

	assert_true(sign_unarmour(data(name), "OPENSSH PRIVATE KEY", &body));
	assert_true(sc_unbase64(&a, sign_strip(&a, body), &bytes));
	if (at >= bytes.n)
		return (sc_str){ NULL, 0 };
	((char *)(uintptr_t)bytes.p)[at] ^= 1;
	body = sc_base64(&a, bytes);
	return sc_fmt(
	        &a,
	        "-----BEGIN OPENSSH PRIVATE KEY-----\n%.*s\n-----END OPENSSH PRIVATE KEY-----\n",
	        SC_ARG(body));
}

static void a_changed_byte_in_a_private_key_never_makes_another_key(void **state)
{
	static const char *const name[] = { "openssh-ed25519", "openssh-ecdsa" };

	(void)state;
	for (size_t n = 0; n < SC_COUNT(name); n++) {
		struct sign_priv good, k;
		size_t at, taken = 0;
		sc_str text;

		priv(name[n], &good);
		for (at = 0; (text = openssh_flipped(name[n], at)).p; at++)
			if (sign_priv_text(&a, text, &k, &e) == SC_OK) {
				taken++; /* a byte of the comment: test@example.org */
				assert_true(sc_str_eq(k.pub.blob, good.pub.blob));
				sign_priv_free(&k);
			}
		assert_true(at > 200);
		assert_int_equal(taken, 16);
		sign_priv_free(&good);
	}
}

/* ---- SSHSIG ---- */

static sc_str blob_of(const char *key, sc_str of)
{
	const char *file = temp("file");
	sc_str armoured, body, blob;

	file_put(file, of);
	assert_int_equal(sc_sshsig_make(sc_fmt(&a, DATA "%s", key), SC_STR(""), sc_str_c(file), &a,
	                                &armoured, &e),
	                 SC_OK);
	file_put(sc_fmt(&a, "%s.sig", file).p, armoured);
	assert_true(sign_unarmour(armoured, "SSH SIGNATURE", &body));
	assert_true(sc_unbase64(&a, sign_strip(&a, body), &blob));
	return blob;
}

static int blob_check(sc_str blob, const char *pub, sc_str *who)
{
	struct sc_trust t = { .key = sc_fmt(&a, DATA "%s", pub) };
	sc_str b64 = sc_base64(&a, blob), file = sc_str_c(temp("file"));

	file_put(sc_fmt(&a, "%.*s.sig", SC_ARG(file)).p,
	         sc_fmt(&a, "-----BEGIN SSH SIGNATURE-----\n%.*s\n-----END SSH SIGNATURE-----\n",
	                SC_ARG(b64)));
	return sc_signed(file, SC_STR(""), &t, &a, who, &e);
}

static void every_byte_of_a_signature_counts(void **state)
{
	static const char *const key[][2] = { { "openssh-ed25519", "openssh-ed25519.pub" },
		                              { "pkcs8.pem", "ecdsa-spki.pem" } };
	sc_str who;

	(void)state;
	for (size_t n = 0; n < SC_COUNT(key); n++) {
		sc_str blob = blob_of(key[n][0], SC_STR("some words\n"));
		char *p = (char *)(uintptr_t)blob.p;

		assert_int_equal(blob_check(blob, key[n][1], &who), SC_OK);
		assert_true(who.n > 0);
		for (size_t i = 0; i < blob.n; i++) {
			p[i] ^= 1;
			if (blob_check(blob, key[n][1], &who) != SC_BAD || who.n)
				fail_msg("byte %zu of %zu", i, blob.n);
			p[i] ^= 1;
			if (blob_check(sc_str_head(blob, i), key[n][1], &who) != SC_BAD || who.n)
				fail_msg("cut at %zu of %zu", i, blob.n);
		}
		file_put(temp("file"), SC_STR("some words\r\n"));
		assert_int_equal(blob_check(blob, key[n][1], &who), SC_BAD);
		says("a byte of the file or of the signature was changed");
		file_put(temp("file"), SC_STR("some words\n"));
		assert_int_equal(
		        blob_check(blob, n ? "openssh-ed25519.pub" : "ecdsa-spki.pem", &who),
		        SC_BAD);
		says("another key");
	}
}

/* "SSHSIG" 1 and these strings. */
static sc_str blob_with(sc_str key, sc_str name, sc_str reserved, sc_str hash, sc_str packed)
{
	struct sc_buf b = { .a = &a };

	sc_buf_add(&b, SC_STR("SSHSIG"));
	sc_buf_add(&b, (sc_str){ "\0\0\0\1", 4 });
	sign_put(&b, key);
	sign_put(&b, name);
	sign_put(&b, reserved);
	sign_put(&b, hash);
	sign_put(&b, packed);
	return sc_buf_seal(&b);
}

static void lengths_and_fields_that_are_not_what_they_should_be_are_refused(void **state)
{
	sc_str blob = blob_of("openssh-ed25519", SC_STR("x")), rest = sc_str_from(blob, 10), key,
	       name, reserved, hash, packed, who;
	struct sc_buf b = { .a = &a };
	char huge[14];

	(void)state;
	assert_true(sign_take(&rest, &key) && sign_take(&rest, &name) &&
	            sign_take(&rest, &reserved) && sign_take(&rest, &hash) &&
	            sign_take(&rest, &packed));
	assert_int_equal(blob_check(blob_with(key, name, reserved, hash, packed),
	                            "openssh-ed25519.pub", &who),
	                 SC_OK);
	memcpy(huge, blob.p, 10);
	memset(huge + 10, 0xff, 4);
	assert_int_equal(blob_check((sc_str){ huge, 14 }, "openssh-ed25519.pub", &who), SC_BAD);
	says("a length in it is not that of what is there");
	assert_int_equal(blob_check(blob_with(key, SC_STR("git"), reserved, hash, packed),
	                            "openssh-ed25519.pub", &who),
	                 SC_BAD);
	says("in the namespace 'git', not in 'scope-manifest'");
	assert_int_equal(blob_check(blob_with(key, name, SC_STR("x"), hash, packed),
	                            "openssh-ed25519.pub", &who),
	                 SC_BAD);
	says("reserved");
	assert_int_equal(blob_check(blob_with(key, name, reserved, SC_STR("md5"), packed),
	                            "openssh-ed25519.pub", &who),
	                 SC_BAD);
	says("a hash 'md5'");
	assert_int_equal(blob_check(blob_with(key, name, reserved, SC_STR("sha256"), packed),
	                            "openssh-ed25519.pub", &who),
	                 SC_BAD);
	says("does not fit");
	assert_int_equal(
	        blob_check(blob_with(SC_STR("\0\0\0\7ssh-rsa"), name, reserved, hash, packed),
	                   "openssh-ed25519.pub", &who),
	        SC_BAD);
	says("an RSA key");
	sign_put(&b, SC_STR("ecdsa-sha2-nistp256"));
	sign_put(&b, SC_STR("x"));
	assert_int_equal(blob_check(blob_with(key, name, reserved, hash, sc_buf_str(&b)),
	                            "openssh-ed25519.pub", &who),
	                 SC_BAD);
	says("its signature is of the kind 'ecdsa-sha2-nistp256', its key of ssh-ed25519");
	assert_int_equal(blob_check(sc_fmt(&a, "%.*s ", 3, "SSH"), "openssh-ed25519.pub", &who),
	                 SC_BAD);
}

static void a_point_that_is_not_on_the_curve_is_no_key(void **state)
{
	struct sign_pub k;
	struct sc_buf b = { .a = &a };
	char point[65] = { 4, 1, 2, 3 };

	(void)state;
	sign_put(&b, SC_STR("ecdsa-sha2-nistp256"));
	sign_put(&b, SC_STR("nistp256"));
	sign_put(&b, (sc_str){ point, 65 });
	assert_int_equal(sign_pub_parse(&a, sc_buf_str(&b), &k, &e), SC_BAD);
	says("no point of its curve");
}

static void a_signature_that_is_not_there_is_a_fault_unless_that_is_allowed(void **state)
{
	struct sc_trust t = { .key = SC_STR(DATA "openssh-ed25519.pub") };
	sc_str file = sc_str_c(temp("unsigned")), who;

	(void)state;
	file_put(file.p, SC_STR("x"));
	assert_int_equal(sc_signed(file, SC_STR(""), &t, &a, &who, &e), SC_BAD);
	says("it is not signed");
	t.unsigned_ok = true;
	assert_int_equal(sc_signed(file, SC_STR(""), &t, &a, &who, &e), SC_OK);
	assert_int_equal(who.n, 0);
	/* A wrong one stays a fault, and so does a sound one of somebody else. */
	file_put(sc_fmt(&a, "%.*s.sig", SC_ARG(file)).p, SC_STR("-----BEGIN SSH SIGNATURE-----\n"));
	assert_int_equal(sc_signed(file, SC_STR(""), &t, &a, &who, &e), SC_BAD);
	says("cut short");
	blob_of("pkcs8.pem", SC_STR("x"));
	file = sc_str_c(temp("file"));
	assert_int_equal(sc_signed(file, SC_STR(""), &t, &a, &who, &e), SC_BAD);
	says("another key");
	/* Nobody was named: sound is enough, and whose it is stays open. */
	t.key = SC_STR("");
	assert_int_equal(sc_signed(file, SC_STR(""), &t, &a, &who, &e), SC_OK);
	assert_int_equal(who.n, 0);
	assert_int_equal(sc_signed_bytes(file, SC_STR("x"), SC_STR(""), &t, &a, &who, &e), SC_OK);
	assert_int_equal(sc_signed_bytes(file, SC_STR("y"), SC_STR(""), &t, &a, &who, &e), SC_BAD);
	t.unsigned_ok = false;
	assert_int_equal(sc_signed(file, SC_STR(""), &t, &a, &who, &e), SC_BAD);
	says("nobody's word counts yet");
}

/* ---- allowed_signers ---- */

static void patterns_match_as_those_of_ssh(void **state)
{
	static const struct {
		const char *patterns, *what;
		bool is;
	} v[] = {
		{ "a@b", "a@b", true },
		{ "a@b", "A@b", false },
		{ "*@b", "a@b", true },
		{ "*", "", true },
		{ "?", "", false },
		{ "?@b", "a@b", true },
		{ "*,!a@b", "a@b", false },
		{ "!a@b,*", "a@b", false },
		{ "!a@b,*", "c@b", true },
		{ "!a@b", "c@b", false },
		{ "c,a@b", "a@b", true },
		{ "a*b*c", "axxbxxbc", true },
		{ "a*b*c", "ab", false },
		{ "**a", "ba", true },
		{ "", "", true },
		{ "a", "", false },
		{ "*a*a*a*b", "aaaa", false },
	};

	(void)state;
	for (size_t i = 0; i < SC_COUNT(v); i++)
		if (sign_matches(sc_str_c(v[i].patterns), sc_str_c(v[i].what)) != v[i].is)
			fail_msg("'%s' '%s'", v[i].patterns, v[i].what);
}

static void times_are_those_of_allowed_signers(void **state)
{
	static const char *const none[] = {
		"",           "Z",        "2024",         "2024010",
		"20241301",   "20240132", "202401012460", "20240101236060Z",
		"2024-01-01", "20240101x"
	};
	uint64_t t;

	(void)state;
	setenv("TZ", "UTC-2", 1); /* two hours ahead */
	tzset();
	assert_true(sign_time(SC_STR("20240101Z"), &t));
	assert_int_equal(t, 1704067200);
	assert_true(sign_time(SC_STR("20240101"), &t));
	assert_int_equal(t, 1704067200 - 7200);
	assert_true(sign_time(SC_STR("202401010130z"), &t));
	assert_int_equal(t, 1704067200 + 5400);
	assert_true(sign_time(SC_STR("20240101013015Z"), &t));
	assert_int_equal(t, 1704067200 + 5415);
	for (size_t i = 0; i < SC_COUNT(none); i++)
		if (sign_time(sc_str_c(none[i]), &t))
			fail_msg("'%s'", none[i]);
	setenv("TZ", "UTC", 1);
	tzset();
}

#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEEc5MSbFZuFPa0lTO0E9/WU2S8HquUqi4fgBoWwTN4N"
#define OTHER \
	"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPovJQsqeuvEfEhWLnsTzxE4p+nMCuZ4KPJ72yuZEDdjihpksfdsMzfxWcUkptmhgjaZ1VXBGJ4e3+jrO5qsUdM="

static void lines_of_allowed_signers_decide_who_counts(void **state)
{
	static const struct {
		const char *text, *identity, *why; /* why NULL: it counts */
	} v[] = {
		{ "me@x " KEY "\n", "", NULL },
		{ "# me\n\n  me@x " KEY " a comment\r\n", "me@x", NULL },
		{ "*@x,!you@x " KEY, "me@x", NULL },
		{ "*@x,!you@x " KEY, "you@x", "which is of *@x,!you@x and not of you@x (" },
		{ "\"me@x,a b\" " KEY, "a b", NULL },
		{ "me@x namespaces=\"scope-*,git\" " KEY, "", NULL },
		{ "me@x NAMESPACES=\"*\",valid-after=\"20230101\",valid-before=\"20250101Z\" " KEY,
		  "", NULL },
		{ "me@x namespaces=\"git\" " KEY, "",
		  "may not sign in the namespace scope-manifest" },
		{ "me@x namespaces=\"*,!scope-manifest\" " KEY, "",
		  "may not sign in the namespace scope-manifest" },
		{ "me@x valid-before=\"20231231235959Z\" " KEY, "",
		  "was valid until 2023-12-31T23:59:59Z (" },
		{ "me@x valid-after=\"20240201Z\" " KEY, "",
		  "not valid before 2024-02-01T00:00:00Z (" },
		{ "me@x valid-before=\"20200101\" " KEY "\nyou@x " KEY, "", NULL },
		{ "you@x " OTHER, "", "does not name" },
		{ "", "", "does not name" },
		{ "me@x cert-authority " KEY, "", "line 1: it names a certificate authority" },
		{ "a@b " OTHER "\nme@x namespaces=\"x\",cert-authority " KEY, "",
		  "line 2: it names a certificate authority" },
		{ "me@x no-such=\"1\" " KEY, "", "line 1: an option in it is not known" },
		{ "me@x namespaces=\"a\",namespaces=\"scope-manifest\" " KEY, "",
		  "names namespaces twice" },
		{ "me@x valid-before=\"soon\" " KEY, "", "valid-before is no time" },
		{ "me@x namespaces=\"scope-manifest " KEY, "", "a quote has no end" },
		{ "me@x namespaces=\"scope-manifest\"x " KEY, "", "not separated by commas" },
		{ "me@x", "", "no key" },
		{ "me@x ssh-ed25519 AAAA", "", "cut short" },
		{ "me@x ecdsa-sha2-nistp256 AAAAC3NzaC1lZDI1NTE5AAAAIEEc5MSbFZuFPa0lTO0E9/WU2S8HquUqi4fgBoWwTN4N",
		  "", "but holds a key of ssh-ed25519" },
		{ "me@x ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQA=", "", "an RSA key" },
	};
	struct sign_pub k;

	(void)state;
	assert_int_equal(sign_pub_line(&a, SC_STR(KEY), &k, &e), SC_OK);
	for (size_t i = 0; i < SC_COUNT(v); i++) {
		struct sc_trust t = { .signers = sc_str_c(temp("signers")),
			              .identity = sc_str_c(v[i].identity),
			              .verify_time = SC_STR("20240101Z") };
		struct signers s;
		sc_str who;
		int rc;

		file_put(t.signers.p, sc_str_c(v[i].text));
		assert_int_equal(signers_load(&t, &a, &s, &e), SC_OK);
		rc = signers_judge(&s, &t, &k, &who, &e);
		if (rc != (v[i].why ? SC_BAD : SC_OK))
			fail_msg("%zu '%s': %s", i, v[i].text, rc ? e.msg : "counts");
		if (v[i].why)
			says(v[i].why);
		else
			assert_true(sc_str_ends(
			        who,
			        SC_STR("(ssh-ed25519 SHA256:C9WTug3fTlO9lsYitpJHZ6+22883pC4/rZMKATsN+Dc)")));
	}
}

static void trust_that_contradicts_itself_is_refused(void **state)
{
	struct sc_trust t = { .key = SC_STR(DATA "rsa.pub"), .signers = SC_STR("x") };
	struct signers s;

	(void)state;
	assert_int_equal(signers_load(&t, &a, &s, &e), SC_FAIL);
	says("say one of them");
	t.signers = SC_STR("");
	assert_int_equal(signers_load(&t, &a, &s, &e), SC_FAIL);
	says("an RSA key");
	t.identity = SC_STR("me");
	assert_int_equal(signers_load(&t, &a, &s, &e), SC_FAIL);
	says("--identity is looked up");
	t = (struct sc_trust){ .key = SC_STR(DATA "openssh-ed25519.pub"),
		               .verify_time = SC_STR("today") };
	assert_int_equal(signers_load(&t, &a, &s, &e), SC_FAIL);
	says("is no time");
}

/* ---- envelopes of ours ---- */

static void what_was_put_in_an_envelope_comes_out(void **state)
{
	static const char *const key[][2] = { { "openssh-ed25519", "openssh-ed25519.pub" },
		                              { "sec1.pem", "ecdsa-spki.pem" } };
	static const sc_str payload = SC_LIT("a\0b\n{\"x\":1}");
	sc_str envelope, type, got, who;

	(void)state;
	for (size_t n = 0; n < SC_COUNT(key); n++) {
		struct sc_trust t = { .key = sc_fmt(&a, DATA "%s", key[n][1]) };
		char *p;

		assert_int_equal(sc_dsse_make(sc_fmt(&a, DATA "%s", key[n][0]), SC_STR("text/\"x"),
		                              payload, &a, &envelope, &e),
		                 SC_OK);
		assert_int_equal(sc_dsse_open(envelope, &t, &a, &type, &got, &who, &e), SC_OK);
		assert_true(sc_str_eq(got, payload));
		assert_true(sc_str_eq(type, SC_STR("text/\"x")));
		/* The hint names the key: what was changed is said. */
		p = sc_cstr(&a, envelope);
		p[sc_str_find(envelope, SC_STR("text")) + 1] = 'a';
		assert_int_equal(
		        sc_dsse_open((sc_str){ p, envelope.n }, &t, &a, &type, &got, &who, &e),
		        SC_BAD);
		says("does not fit: a byte of the payload, of its type or of the signature was changed");
		t.key = sc_fmt(&a, DATA "%s", key[!n][1]);
		assert_int_equal(sc_dsse_open(envelope, &t, &a, &type, &got, &who, &e), SC_BAD);
		says("it is another's, by its keyid SHA256:");
	}
}

static int ended(void **state)
{
	static const char *const name[] = { "file",         "file.sig", "unsigned",
		                            "unsigned.sig", "signers",  "vector.pem" };

	(void)state;
	for (size_t i = 0; i < SC_COUNT(name); i++)
		unlink(temp(name[i]));
	sc_arena_free(&a);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_specification_is_opened),
		cmocka_unit_test(an_envelope_that_was_changed_is_not),
		cmocka_unit_test(ed25519_signs_as_rfc_8032_has_it),
		cmocka_unit_test(keys_are_read_from_each_form_and_are_the_same),
		cmocka_unit_test(keys_that_do_not_sign_are_refused_with_a_reason),
		cmocka_unit_test(a_changed_byte_in_a_private_key_never_makes_another_key),
		cmocka_unit_test(every_byte_of_a_signature_counts),
		cmocka_unit_test(lengths_and_fields_that_are_not_what_they_should_be_are_refused),
		cmocka_unit_test(a_point_that_is_not_on_the_curve_is_no_key),
		cmocka_unit_test(a_signature_that_is_not_there_is_a_fault_unless_that_is_allowed),
		cmocka_unit_test(patterns_match_as_those_of_ssh),
		cmocka_unit_test(times_are_those_of_allowed_signers),
		cmocka_unit_test(lines_of_allowed_signers_decide_who_counts),
		cmocka_unit_test(trust_that_contradicts_itself_is_refused),
		cmocka_unit_test(what_was_put_in_an_envelope_comes_out),
	};

	return cmocka_run_group_tests_name("sign", tests, NULL, ended);
}
