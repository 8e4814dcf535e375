/* SPDX-License-Identifier: Apache-2.0 */
/* scope/gate_text.h -- what a gate found, for people, for programs, for CI systems, and signed. */
#ifndef SCOPE_GATE_TEXT_H
#define SCOPE_GATE_TEXT_H

#include <scope/gate.h>

/* Appended.  Text is escaped for terminals. */
void sc_gate_text(struct sc_buf *b, const struct sc_gate_conf *c, const struct sc_gate *g);
/* {"scope_gate":1,"charter":{...},"manifest":{...},"verdict":"pass","variants":[...]}: scope-charter(5). */
void sc_gate_json(struct sc_buf *b, const struct sc_gate_conf *c, const struct sc_gate *g);
void sc_gate_junit(struct sc_buf *b, const struct sc_gate_conf *c, const struct sc_gate *g);
/* A verification summary (https://slsa.dev/verification_summary/v1) about the manifest, in a DSSE envelope signed with `key`, to path. */
int sc_gate_attest(sc_str path, sc_str key, const struct sc_gate_conf *c, const struct sc_gate *g, struct sc_err *e);

#endif
