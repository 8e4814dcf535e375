/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.c -- the key-root of a manifest: the sparse Merkle tree over what its R lines can be asked for by.
 *
 * A key is SHA-256("scm1:" || kind || 0x00 || value); its value in the tree is the SHA-256 of all R lines that have it, in order, with LF
 * between.  Lines of one id stand side by side, so theirs is known at once; all other keys go through a sort, each with its line:
 *
 *	known: key (32 bytes), value (32)
 *	lines: key (32 bytes), number of the R line (8, big endian), the line
 *
 * and the two come together in the order of the keys.  Memory is that of the sorts.
 */
#include <scope/digest.h>
#include <scope/manifest.h>
#include <scope/sparse.h>

#include <endian.h>
#include <stdlib.h>

enum { KEY = 32, FIRST_KV = 7, MOST_KEYS = 8 };

struct sc_keys {
	struct sc_sorter *known, *lines;
	struct sc_sha256 *sha;
	struct sc_buf id, at_hand, b; /* the id at hand, and its lines so far */
	uint64_t nline;
};

struct sc_keys *sc_keys_new(size_t memory)
{
	struct sc_keys *k = calloc(1, sizeof *k);

	if (!k)
		sc_oom();
	k->known = sc_sorter_new(memory / 4);
	k->lines = sc_sorter_new(memory / 2);
	k->sha = sc_sha256_new();
	return k;
}

void sc_keys_free(struct sc_keys *k)
{
	if (!k)
		return;
	sc_sorter_free(k->known);
	sc_sorter_free(k->lines);
	sc_sha256_free(k->sha);
	sc_buf_free(&k->id);
	sc_buf_free(&k->at_hand);
	sc_buf_free(&k->b);
	free(k);
}

void sc_key_of(sc_str kind, sc_str value, uint8_t out[32])
{
	char small[512];
	struct sc_buf b = { .p = small, .cap = sizeof small };
	struct sc_sha256 *h;
	sc_str head = SC_STR("scm1:");

	if (head.n + kind.n + 1 + value.n <= sizeof small) {
		memcpy(b.p, head.p, head.n);
		memcpy(b.p + head.n, kind.p, kind.n);
		b.p[head.n + kind.n] = 0;
		memcpy(b.p + head.n + kind.n + 1, value.p, value.n);
		sc_sha256_of((sc_str){ small, head.n + kind.n + 1 + value.n }, out);
		return;
	}
	h = sc_sha256_new();
	sc_sha256_start(h);
	sc_sha256_add(h, head);
	sc_sha256_add(h, kind);
	sc_sha256_add(h, (sc_str){ "", 1 });
	sc_sha256_add(h, value);
	sc_sha256_end(h, out);
	sc_sha256_free(h);
}

/* What a field k=v is a key of; empty: of nothing. */
static sc_str kind_of(sc_str field, sc_str *value)
{
	static const sc_str same[] = { SC_LIT("url"), SC_LIT("doi"), SC_LIT("host"), SC_LIT("site") };
	size_t equals = sc_str_chr(field, '=');
	sc_str key = sc_str_head(field, equals);

	if (equals == SC_NONE)
		return (sc_str){ NULL, 0 };
	*value = sc_str_from(field, equals + 1);
	if (sc_str_eq(key, SC_STR("src")))
		return sc_str_find(*value, SC_STR("://")) == SC_NONE ? (sc_str){ NULL, 0 } : SC_STR("url");
	for (size_t i = 0; i < SC_COUNT(same); i++)
		if (sc_str_eq(key, same[i]))
			return same[i];
	return (sc_str){ NULL, 0 };
}

size_t sc_keys_of(sc_str rline, struct sc_key *v)
{
	sc_str rest = rline, field, value;
	size_t n = 0;

	for (size_t i = 0; rest.p && sc_str_cut(&rest, '\t', &field); i++) {
		struct sc_key k = { .kind = SC_STR("cid"), .value = field };

		if (i != 1) {
			k.kind = i < FIRST_KV ? (sc_str){ NULL, 0 } : kind_of(field, &value);
			k.value = value;
		}
		if (k.kind.n && n < MOST_KEYS && !(n && sc_str_eq(v[n - 1].kind, k.kind) && sc_str_eq(v[n - 1].value, k.value)))
			v[n++] = k;
	}
	return n;
}

/* All lines of the id at hand were seen. */
static int id_end(struct sc_keys *k, struct sc_err *e)
{
	uint8_t row[2 * KEY];

	if (!k->id.n)
		return SC_OK;
	sc_key_of(SC_STR("cid"), sc_buf_str(&k->id), row);
	sc_sha256_of(sc_buf_str(&k->at_hand), row + KEY);
	sc_buf_clear(&k->at_hand);
	return sc_sorter_add(k->known, (sc_str){ (const char *)row, sizeof row }, e);
}

static int line_add(struct sc_keys *k, const struct sc_key *key, sc_str rline, struct sc_err *e)
{
	uint8_t head[KEY + 8];
	uint64_t number = htobe64(k->nline);

	sc_key_of(key->kind, key->value, head);
	memcpy(head + KEY, &number, sizeof number);
	sc_buf_clear(&k->b);
	sc_buf_add(&k->b, (sc_str){ (const char *)head, sizeof head });
	sc_buf_add(&k->b, rline);
	return sc_sorter_add(k->lines, sc_buf_str(&k->b), e);
}

int sc_keys_add(struct sc_keys *k, sc_str rline, struct sc_err *e)
{
	struct sc_key v[MOST_KEYS];
	size_t n = sc_keys_of(rline, v);

	k->nline++;
	for (size_t i = 0; i < n; i++) {
		if (!sc_str_eq(v[i].kind, SC_STR("cid"))) {
			SC_TRY(line_add(k, &v[i], rline, e));
			continue;
		}
		if (!sc_str_eq(sc_buf_str(&k->id), v[i].value)) {
			SC_TRY(id_end(k, e));
			sc_buf_clear(&k->id);
			sc_buf_add(&k->id, v[i].value);
		}
		if (k->at_hand.n)
			sc_buf_byte(&k->at_hand, '\n');
		sc_buf_add(&k->at_hand, rline);
	}
	return SC_OK;
}

/* ---- leaves in order ---- */

struct merge {
	struct sc_keys *k;
	sc_str known, line; /* views of the heads; p NULL: it has ended */
	struct sc_err *e;
};

static int head_of(struct sc_sorter *s, sc_str *out, struct sc_err *e)
{
	int rc = sc_sorter_next(s, out, e);

	if (rc == SC_EOF)
		*out = (sc_str){ NULL, 0 };
	return rc < 0 ? rc : SC_OK;
}

/* The key at the head of the lines, with all that have it. */
static int lines_leaf(struct merge *m, struct sc_sparse_leaf *out)
{
	struct sc_sha256 *h = m->k->sha;
	bool first = true;

	memcpy(out->key, m->line.p, KEY);
	sc_sha256_start(h);
	while (m->line.p && !memcmp(m->line.p, out->key, KEY)) {
		if (!first)
			sc_sha256_add(h, SC_STR("\n"));
		sc_sha256_add(h, sc_str_from(m->line, KEY + 8));
		first = false;
		SC_TRY(head_of(m->k->lines, &m->line, m->e));
	}
	sc_sha256_end(h, out->value);
	return SC_OK;
}

static int next_leaf(struct merge *m, struct sc_sparse_leaf *out)
{
	if (!m->known.p && !m->line.p)
		return SC_EOF;
	if (!m->known.p || (m->line.p && memcmp(m->line.p, m->known.p, KEY) < 0))
		return lines_leaf(m, out);
	memcpy(out->key, m->known.p, KEY);
	memcpy(out->value, m->known.p + KEY, KEY);
	return head_of(m->k->known, &m->known, m->e);
}

int sc_keys_end(struct sc_keys *k, int (*each)(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e), void *with, struct sc_err *e)
{
	struct merge m = { .k = k, .e = e };
	struct sc_sparse_leaf leaf;
	int rc;

	SC_TRY(id_end(k, e));
	SC_TRY(head_of(k->known, &m.known, e));
	SC_TRY(head_of(k->lines, &m.line, e));
	while ((rc = next_leaf(&m, &leaf)) == SC_OK)
		SC_TRY(each(with, &leaf, e));
	return rc < 0 ? rc : SC_OK;
}

static int into_tree(void *with, const struct sc_sparse_leaf *leaf, struct sc_err *e)
{
	return sc_sparse_add(with, leaf, e);
}

int sc_keys_root(struct sc_keys *k, uint8_t root[32], uint64_t *n, struct sc_err *e)
{
	struct sc_sparse *s = malloc(sizeof *s);
	int rc;

	if (!s)
		sc_oom();
	sc_sparse_start(s, 0);
	rc = sc_keys_end(k, into_tree, s, e);
	*n = s->n;
	if (rc == SC_OK)
		sc_sparse_root(s, root);
	free(s);
	return rc;
}
