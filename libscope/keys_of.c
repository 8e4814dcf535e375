/* SPDX-License-Identifier: Apache-2.0 */
/* keys_of.c -- what an R line can be asked for by; see scope/manifest.h. */
#include "keys_of.h"

#include <scope/digest.h>

enum { FIRST_KV = 7 };

void key_spell(struct sc_buf *b, const struct sc_key *key)
{
	sc_buf_add(b, SC_STR("scm1:"));
	sc_buf_add(b, key->kind);
	sc_buf_byte(b, 0);
	sc_buf_add(b, key->value);
}

void sc_key_of(sc_str kind, sc_str value, uint8_t out[32])
{
	struct sc_buf b = { 0 };

	key_spell(&b, &(struct sc_key){ kind, value });
	sc_sha256_of(sc_buf_str(&b), out);
	sc_buf_free(&b);
}

/* What a field k=v is a key of; empty: of nothing. */
static sc_str kind_of(sc_str field, sc_str *value)
{
	static const sc_str same[] = { SC_LIT("url"), SC_LIT("doi"), SC_LIT("host"),
		                       SC_LIT("site") };
	size_t equals = sc_str_chr(field, '=');
	sc_str key = sc_str_head(field, equals);

	if (equals == SC_NONE)
		return (sc_str){ NULL, 0 };
	*value = sc_str_from(field, equals + 1);
	if (sc_str_eq(key, SC_STR("src")))
		return sc_str_find(*value, SC_STR("://")) == SC_NONE ? (sc_str){ NULL, 0 }
		                                                     : SC_STR("url");
	for (size_t i = 0; i < SC_COUNT(same); i++)
		if (sc_str_eq(key, same[i]))
			return same[i];
	return (sc_str){ NULL, 0 };
}

size_t sc_keys_of(sc_str rline, struct sc_key *v)
{
	sc_str rest = rline, field, value = { NULL, 0 };
	size_t n = 0;

	for (size_t i = 0; rest.p && sc_str_cut(&rest, '\t', &field); i++) {
		struct sc_key k = { .kind = SC_STR("cid"), .value = field };

		if (i != 1) {
			k.kind = i < FIRST_KV ? (sc_str){ NULL, 0 } : kind_of(field, &value);
			k.value = value;
		}
		if (k.kind.n && n < MOST_KEYS &&
		    !(n && sc_str_eq(v[n - 1].kind, k.kind) && sc_str_eq(v[n - 1].value, k.value)))
			v[n++] = k;
	}
	return n;
}
