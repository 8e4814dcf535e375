/* SPDX-License-Identifier: Apache-2.0 */
/* check/bind -- weights bound to a receipt: the chain from their digests to the charter. */
#include <scope/receipt.h>

extern const struct sc_checker check_bind;
const struct sc_checker check_bind = {
	.card = { .name = "check/bind",
	          .about =
	                  "weights and what they were trained on: signature, digests, receipt, corpus root, charter",
	          .more = "What `scope bind` makes.  Weights, receipt and manifest are looked for in the folders that --root names and beside the file; "
	                  "--checkpoint names the log entry that the receipt must agree with; --root sha256:HEX the corpus root.",
	          .revision = 1 },
	.is = sc_bind_is,
	.check = sc_bind_check,
};
