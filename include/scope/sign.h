/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/sign.h -- signatures with keys that people have: SSHSIG (OpenSSH's PROTOCOL.sshsig) and DSSE 1.0.2 envelopes; ed25519 and ECDSA
 * P-256.  The cryptography is libcrypto's.
 */
#ifndef SCOPE_SIGN_H
#define SCOPE_SIGN_H

#include <scope/plugin.h>

/*
 * Whose word counts.  All empty: nobody's, and whatever is signed is refused with advice, unless unsigned_ok: then a signature must still be
 * sound, by whatever key, and *who stays empty.  --key and --signers together are refused, and so is --identity without --signers.
 */
struct sc_trust {
	sc_str key;	  /* a file: one public key, PEM (SubjectPublicKeyInfo) or an OpenSSH .pub line */
	sc_str signers;	  /* a file: ssh-keygen(1)'s allowed_signers */
	sc_str identity;  /* who of them must have signed; empty: any */
	sc_str name_space; /* empty: scope-manifest */
	bool unsigned_ok; /* a missing signature is no fault; a wrong one is */
	sc_str verify_time; /* when a key must have been valid, as in allowed_signers: YYYYMMDD[HHMM[SS]][Z]; empty: now, by the clock */
};
extern const struct sc_opt sc_trust_opts[]; /* --key --signers --identity --namespace --unsigned --verify-time, over struct sc_trust */

/*
 * Is the file at `path` signed by somebody whose word counts?  `signature` is the SSHSIG file; empty: PATH.sig.  SC_OK: *who names the
 * signer, in `a`: "curator@example.org (ssh-ed25519 SHA256:...)", of --key the key alone; empty when it is unsigned and that is no fault.
 * SC_BAD: why not (no signature, wrong key, wrong namespace, a byte changed, signer not known, key no longer valid).  SC_FAIL: it could not be
 * looked at.
 */
int sc_signed(sc_str path, sc_str signature, const struct sc_trust *t, struct sc_arena *a, sc_str *who, struct sc_err *e);
/* The same of bytes that were read already, from `path`: what was verified is then what is used. */
int sc_signed_bytes(sc_str path, sc_str bytes, sc_str signature, const struct sc_trust *t, struct sc_arena *a, sc_str *who, struct sc_err *e);

/* DSSE.  The envelope of `payload` signed with the private key in the file `key` (PEM, or OpenSSH's own format; not encrypted), as one line of JSON. */
int sc_dsse_make(sc_str key, sc_str type, sc_str payload, struct sc_arena *a, sc_str *envelope, struct sc_err *e);
/* What an envelope holds, once a signature of somebody who counts was found in it: *payload are the bytes that were verified.  SC_BAD as above.
 * A line of allowed_signers that names namespaces counts where it has the one of `t`, as if the envelope were signed in it. */
int sc_dsse_open(sc_str envelope, const struct sc_trust *t, struct sc_arena *a, sc_str *type, sc_str *payload, sc_str *who, struct sc_err *e);

/* The most bytes that an envelope or a payload may have. */
enum { SC_DSSE_MOST = 256 << 20 };

/* The SSHSIG of a file's bytes ("-": of standard input), armoured: what `ssh-keygen -Y sign` writes.  name_space empty: scope-manifest. */
int sc_sshsig_make(sc_str key, sc_str name_space, sc_str path, struct sc_arena *a, sc_str *armoured, struct sc_err *e);

#endif
