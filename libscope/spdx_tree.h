/* SPDX-License-Identifier: Apache-2.0 */
/* spdx_tree.h -- an expression as a tree, and as choices: what spdx.c, spdx_algebra.c and spdx_compat.c share. */
#ifndef SPDX_TREE_H
#define SPDX_TREE_H

#include <scope/spdx.h>

enum spdx_kind { SPDX_ATOM, SPDX_AND, SPDX_OR };

/* AND and OR have two operands and more, none of their own kind: chains are flat, whatever the parentheses were. */
struct spdx_node {
	enum spdx_kind kind;
	uint32_t depth; /* an atom's is 1 */
	sc_str id, exception; /* of an atom; id without WITH */
	uint32_t first, last, next; /* operands; next: the operand behind this one; 0 ends */
};

/* At most SPDX_NODES nodes and SPDX_DEPTH levels, so recursion over a tree is bounded.  v[0] is no node. */
enum { SPDX_NODES = 1 << 17, SPDX_DEPTH = 64 };
struct spdx_tree {
	struct sc_arena *a;
	struct spdx_node *v;
	uint32_t n, cap, top;
};

enum {
	SPDX_ALIASES = 1 << 0, /* names may be other than SPDX's own, and / is OR */
	SPDX_LIST = 1 << 1,    /* a comma or a line feed is OR, and a named set is its members */
};
/* SC_BAD says what is wrong and where.  *alias, when asked for: was a name not SPDX's own, or one that SPDX gave up. */
int spdx_tree(struct spdx_tree *t, struct sc_arena *a, sc_str text, unsigned flags, bool *alias, struct sc_err *e);
/* In the order of its operands, with the parentheses that are needed. */
sc_str spdx_tree_written(const struct spdx_tree *t);
sc_str spdx_atom_written(struct sc_arena *a, const struct spdx_node *n);

/*
 * An expression as the choices that it leaves: each is a set of atoms that apply together, none holds another whole.  Two
 * expressions say the same exactly when their choices are the same.
 */
enum { SPDX_ATOMS = 256, SPDX_CHOICES = 128 };
struct spdx_choice {
	uint64_t has[SPDX_ATOMS / 64]; /* by the number of the atom */
};
struct spdx_choices {
	struct spdx_node *atom; /* sorted by how they are written */
	struct spdx_choice *v;
	size_t natom, n;
};
static inline bool spdx_choice_has(const struct spdx_choice *c, size_t i)
{
	return c->has[i / 64] >> (i % 64) & 1;
}
/* False when there are more than SPDX_ATOMS atoms or SPDX_CHOICES choices, or it would take long to say. */
bool spdx_choices(struct spdx_choices *c, const struct spdx_tree *t);

/* What a name says about versions: CC-BY-SA-3.0 is CC-BY-SA- 3.0, GFDL-1.2-no-invariants-or-later is GFDL- 1.2 -no-invariants
 * and later ones.  Without a version the stem is the whole name. */
struct spdx_version {
	sc_str stem, version, tail;
	bool later;
};
struct spdx_version spdx_version(sc_str id);
bool spdx_same_family(const struct spdx_version *x, const struct spdx_version *y);

/* Lets this exception works under other terms be combined with what it stands behind? */
bool spdx_is_linking(sc_str exception);
/* The versions that a licence stands for, without -only and the like: GPL-2.0-or-later is GPL-2.0 and GPL-3.0.  At least one. */
size_t spdx_listed(sc_str id, sc_str *v, size_t cap);

#endif
