/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_show.c -- what was traced, as a tree for people and as an object for programs.
 *
 * The tree goes backwards in time: a record in a manifest, and within it what it was read from.  A node is shown once; where a way leads to it
 * again, it says so, and that ends cycles.  Of what lies behind only that is told which differs from what was told before.
 */
#include "trace_impl.h"

#include <scope/json.h>
#include <scope/text.h>

enum { DEPTH_MOST = 64, PLACES_SHOWN = 8, CHILDREN_SHOWN = 20 };

struct show {
	struct sc_trace *t;
	struct sc_buf *b;
	bool *shown;
	struct sc_arena a; /* what a line needs */
};

static void indent(struct show *s, unsigned depth)
{
	sc_buf_fmt(s->b, "%*s", (int)(2 * depth), "");
}

static void words(struct show *s, sc_str text)
{
	sc_buf_add(s->b, sc_escape(&s->a, sc_str_head(text, 2000)));
	if (text.n > 2000)
		sc_buf_add(s->b, SC_STR("..."));
	sc_arena_reset(&s->a);
}

static void row(struct show *s, unsigned depth, const char *label, sc_str text)
{
	indent(s, depth);
	sc_buf_fmt(s->b, "%-9s ", label);
	words(s, text);
	sc_buf_byte(s->b, '\n');
}

/* ---- facts ---- */

static const struct {
	const char *label;
	int field; /* of an R line, or -1 */
	sc_str key;
} facts[] = {
	{ "licence", SC_R_LICENCE, SC_LIT("") },
	{ "basis", SC_R_BASIS, SC_LIT("") },
	{ "stated at", -1, SC_LIT("lic.at") },
	{ "domain", SC_R_DOMAIN, SC_LIT("") },
	{ "rights", -1, SC_LIT("rights") },
	{ "conflict", -1, SC_LIT("conflict") },
	{ "src", -1, SC_LIT("src") },
	{ "url", -1, SC_LIT("url") },
	{ "doi", -1, SC_LIT("doi") },
	{ "host", -1, SC_LIT("host") },
	{ "title", -1, SC_LIT("title") },
	{ "author", -1, SC_LIT("author") },
	{ "parent", -1, SC_LIT("parent") },
	{ "media", SC_R_MEDIA, SC_LIT("") },
	{ "bytes", SC_R_BYTES, SC_LIT("") },
};

static sc_str fact(const struct sc_manifest_line *l, size_t i)
{
	return facts[i].field < 0 ? sc_manifest_key(l, facts[i].key) : l->field[facts[i].field];
}

/* With `but`, only what differs from it. */
static void facts_show(struct show *s, unsigned depth, const struct sc_manifest_line *l,
                       const struct sc_manifest_line *but)
{
	for (size_t i = 0; i < SC_COUNT(facts); i++) {
		sc_str v = fact(l, i);

		if (but && sc_str_eq(v, fact(but, i)))
			continue;
		if (v.n)
			row(s, depth, facts[i].label, v);
		else if (but)
			row(s, depth, facts[i].label, SC_STR("(not said)"));
	}
}

static const struct sc_manifest_line *fact_of(const struct sc_trace *t, size_t node, sc_str id)
{
	return node != SC_NONE && sc_str_eq(t->node[node].id, id) && t->node[node].nfact
	               ? &t->node[node].fact[0]
	               : NULL;
}

/* P: NUMBER STEP REVISION RULES IN KEPT DROPPED REJECTED UNDECIDED SUM SUM SUM ARGS */
static void steps_show(struct show *s, unsigned depth, const struct sc_trace_manifest *m)
{
	size_t chains = 0; /* each begins with a reader */

	for (size_t i = 0; i < m->nstep; i++) {
		const sc_str *f = m->step[i].field;

		indent(s, depth);
		sc_buf_fmt(s->b, "%-9s ", i ? "" : "steps");
		words(s, f[0]);
		sc_buf_byte(s->b, ' ');
		words(s, f[1]);
		if (m->step[i].n > 12 && f[12].n) {
			sc_buf_byte(s->b, ' ');
			words(s, f[12]);
		}
		sc_buf_add(s->b, SC_STR(": "));
		words(s, f[5]);
		sc_buf_add(s->b, SC_STR(" of "));
		words(s, f[4]);
		sc_buf_byte(s->b, '\n');
		chains += sc_str_starts(f[1], SC_STR("read/"));
	}
	if (chains > 1)
		row(s, depth, "",
		    SC_STR("(several chains side by side: it was merged, and which of them a record "
		           "went through is not said)"));
}

/* ---- nodes ---- */

static void node_show(struct show *s, unsigned depth, size_t i, size_t before);

static void digest(struct sc_buf *b, const uint8_t sha256[32])
{
	sc_buf_add(b, SC_STR("sha256:"));
	sc_hex_put(b, sha256, 32);
}

static void unknown(struct show *s, unsigned depth, const struct sc_trace_place *p)
{
	indent(s, depth);
	switch (p->fate) {
	case SC_TRACE_NO_MANIFEST:
		sc_buf_add(s->b, SC_STR("unknown: the manifest of input shard "));
		words(s, p->in->path);
		sc_buf_add(s->b, SC_STR(" ("));
		digest(s->b, p->in->sha256);
		sc_buf_add(s->b, SC_STR(") was not given, or there is none\n"));
		return;
	case SC_TRACE_NOT_LISTED:
		sc_buf_add(s->b, SC_STR("unknown: the manifest that wrote "));
		words(s, p->in->path);
		sc_buf_add(s->b, SC_STR(" lists no record at that place\n"));
		return;
	default:
		sc_buf_add(s->b,
		           p->from.n ? SC_STR("unknown: no I line names that shard\n")
		                     : SC_STR("unknown: the manifest does not say where it lay\n"));
	}
}

/* The same bytes at the same place, in another manifest's words: merged ones list what the merged list. */
static bool is_twin(const struct sc_trace_node *n, const struct sc_trace_place *p)
{
	for (size_t i = 0; i < n->nplace; i++)
		if (n->place[i].out && p->out &&
		    !memcmp(n->place[i].out->sha256, p->out->sha256, 32) &&
		    sc_str_eq(n->place[i].at, p->at) && sc_str_eq(n->place[i].from, p->from))
			return true;
	return false;
}

static void twins_show(struct show *s, unsigned depth, size_t node, const struct sc_trace_place *p)
{
	for (size_t i = 0; i < s->t->nnode; i++)
		if (i != node && s->t->node[i].manifest != s->t->node[node].manifest &&
		    sc_str_eq(s->t->node[i].id, s->t->node[node].id) &&
		    is_twin(&s->t->node[i], p)) {
			indent(s, depth + 1);
			sc_buf_add(s->b, SC_STR("the same is listed by "));
			words(s, s->t->manifest[s->t->node[i].manifest].path);
			sc_buf_byte(s->b, '\n');
		}
}

static void place_show(struct show *s, unsigned depth, size_t node, const struct sc_trace_place *p)
{
	row(s, depth, "lies at", p->at.n ? p->at : SC_STR("(a stream: nothing was written)"));
	twins_show(s, depth, node, p);
	if (p->from.n)
		row(s, depth, "read from", p->from);
	if (p->fate != SC_TRACE_FOUND)
		unknown(s, depth + 1, p);
	for (size_t i = 0; i < p->norigin; i++)
		node_show(s, depth + 1, p->origin[i], node);
}

static void child_show(struct show *s, unsigned depth, size_t i)
{
	const struct sc_trace_node *n = &s->t->node[i];
	const struct sc_trace_manifest *m = &s->t->manifest[n->manifest];

	indent(s, depth);
	words(s, n->id);
	sc_buf_add(s->b, SC_STR(" in "));
	words(s, m->path);
	if (n->nfact) {
		sc_buf_add(s->b, SC_STR(", licence "));
		words(s, n->fact[0].field[SC_R_LICENCE].n ? n->fact[0].field[SC_R_LICENCE]
		                                          : SC_STR("not looked for"));
	}
	if (n->nplace && n->place[0].at.n) {
		sc_buf_add(s->b, SC_STR(", at "));
		words(s, n->place[0].at);
	}
	sc_buf_add(s->b, s->shown[i] ? SC_STR(" (shown)\n") : SC_STR("\n"));
}

static void children_show(struct show *s, unsigned depth, const size_t *v, size_t n)
{
	if (!n)
		return;
	indent(s, depth);
	sc_buf_fmt(s->b, "made of it: %zu\n", n);
	for (size_t i = 0; i < n && i < CHILDREN_SHOWN; i++) {
		bool again = s->shown[v[i]];

		child_show(s, depth + 1, v[i]);
		s->shown[v[i]] = true;
		if (!again && depth < DEPTH_MOST)
			children_show(s, depth + 2, s->t->node[v[i]].child,
			              s->t->node[v[i]].nchild);
	}
	if (n > CHILDREN_SHOWN) {
		indent(s, depth + 1);
		sc_buf_fmt(s->b, "and %zu more; --json has them\n", n - CHILDREN_SHOWN);
	}
}

static void node_head(struct show *s, unsigned depth, size_t i, size_t before)
{
	const struct sc_trace_node *n = &s->t->node[i];
	const struct sc_trace_manifest *m = &s->t->manifest[n->manifest];

	indent(s, depth);
	if (before != SC_NONE)
		sc_buf_add(s->b, SC_STR("<- "));
	words(s, m->path);
	if (m->created.n) {
		sc_buf_add(s->b, SC_STR(", made "));
		words(s, m->created);
		sc_buf_add(s->b, SC_STR(" as it says itself"));
	}
	if (s->shown[i])
		sc_buf_add(s->b, SC_STR(": shown above"));
	sc_buf_byte(s->b, '\n');
}

static void node_show(struct show *s, unsigned depth, size_t i, size_t before)
{
	const struct sc_trace_node *n = &s->t->node[i];
	bool known = s->shown[i];

	node_head(s, depth, i, before);
	s->shown[i] = true;
	if (known || depth > DEPTH_MOST)
		return;
	depth++;
	if (before != SC_NONE && !sc_str_eq(s->t->node[before].id, n->id))
		row(s, depth, "id", n->id);
	if (n->removed.n)
		row(s, depth, "removed", n->removed);
	for (size_t k = 0; k < n->nfact; k++) {
		if (k)
			row(s, depth, "", SC_STR("and it is also said:"));
		facts_show(s, depth, &n->fact[k], k ? &n->fact[0] : fact_of(s->t, before, n->id));
	}
	steps_show(s, depth, &s->t->manifest[n->manifest]);
	for (size_t k = 0; k < n->nplace && k < PLACES_SHOWN; k++)
		place_show(s, depth, i, &n->place[k]);
	if (n->places > PLACES_SHOWN && n->places > n->nplace)
		row(s, depth, "",
		    sc_fmt(&s->t->a, "and it lies at %ju places more",
		           (uintmax_t)(n->places -
		                       (n->nplace < PLACES_SHOWN ? n->nplace : PLACES_SHOWN))));
	else if (n->nplace > PLACES_SHOWN)
		row(s, depth, "",
		    sc_fmt(&s->t->a, "and it lies at %zu places more", n->nplace - PLACES_SHOWN));
	children_show(s, depth, n->child, n->nchild);
}

/* Is it what another seed was read from?  Then it is shown there. */
static bool is_origin(const struct sc_trace *t, size_t i)
{
	for (size_t k = 0; k < t->nnode; k++)
		for (size_t p = 0; t->node[k].seed && k != i && p < t->node[k].nplace; p++)
			for (size_t o = 0; o < t->node[k].place[p].norigin; o++)
				if (t->node[k].place[p].origin[o] == i)
					return true;
	return false;
}

static void id_show(struct show *s, size_t first)
{
	const struct sc_trace *t = s->t;
	size_t holders = 0, removed = 0;

	for (size_t i = first; i < t->nnode; i++)
		if (t->node[i].seed && sc_str_eq(t->node[i].id, t->node[first].id)) {
			holders += t->node[i].nfact || t->node[i].places;
			removed += t->node[i].removed.n > 0;
		}
	words(s, t->node[first].id);
	sc_buf_fmt(s->b, ": in %zu of %zu manifests", holders, t->nmanifest);
	if (removed)
		sc_buf_fmt(s->b, ", taken back in %zu", removed);
	sc_buf_byte(s->b, '\n');
	for (int rest = 0; rest < 2; rest++)
		for (size_t i = first; i < t->nnode; i++)
			if (t->node[i].seed && sc_str_eq(t->node[i].id, t->node[first].id) &&
			    !s->shown[i] && (rest || !is_origin(t, i)))
				node_show(s, 0, i, SC_NONE);
}

void sc_trace_show(struct sc_trace *t, struct sc_buf *b)
{
	struct show s = { .t = t, .b = b, .shown = SC_NEW(&t->a, bool, t->nnode + 1) };

	for (size_t i = 0; i < t->nhit; i++) {
		sc_buf_add(b, t->hit[i].shard->out ? SC_STR("a shard that ")
		                                   : SC_STR("a shard that was read for "));
		words(&s, t->manifest[t->hit[i].manifest].path);
		sc_buf_add(b, t->hit[i].shard->out ? SC_STR(" lists as written: ") : SC_STR(": "));
		words(&s, t->hit[i].shard->path);
		sc_buf_byte(b, '\n');
	}
	for (size_t i = 0; i < t->nnode; i++)
		if (t->node[i].seed && !s.shown[i]) {
			bool earlier = false;

			for (size_t k = 0; k < i; k++)
				earlier |=
				        t->node[k].seed && sc_str_eq(t->node[k].id, t->node[i].id);
			if (!earlier)
				id_show(&s, i);
		}
	if (t->norphan_child) {
		sc_buf_add(
		        b,
		        SC_STR("no manifest that was given holds it, but what was split from it:\n"));
		children_show(&s, 0, t->orphan_child, t->norphan_child);
	}
	if (t->left_out)
		sc_buf_fmt(b, "%ju records more were not followed: %d are the most\n",
		           (uintmax_t)t->left_out, SC_TRACE_NODES);
	sc_arena_free(&s.a);
}

/* ---- JSON ---- */

static void put(struct sc_buf *b, const char *before, sc_str v)
{
	sc_buf_add(b, sc_str_c(before));
	if (v.n)
		sc_json_put(b, v);
	else
		sc_buf_add(b, SC_STR("null"));
}

static void put_indices(struct sc_buf *b, const char *before, const size_t *v, size_t n)
{
	sc_buf_add(b, sc_str_c(before));
	for (size_t i = 0; i < n; i++)
		sc_buf_fmt(b, "%s%zu", i ? "," : "", v[i]);
	sc_buf_byte(b, ']');
}

static void steps_json(const struct sc_trace_manifest *m, struct sc_buf *b)
{
	static const char *const name[] = { "number", "step",    "revision", NULL,       "in",
		                            "kept",   "dropped", "rejected", "undecided" };

	for (size_t i = 0; i < m->nstep; i++) {
		sc_buf_add(b, i ? SC_STR(",{") : SC_STR("{"));
		for (size_t k = 0; k < SC_COUNT(name); k++) {
			uint64_t v;

			if (!name[k])
				continue;
			sc_buf_fmt(b, "%s\"%s\":", k ? "," : "", name[k]);
			if (k > 1 && sc_str_u64(m->step[i].field[k], &v))
				sc_buf_u64(b, v);
			else
				put(b, "", m->step[i].field[k]);
		}
		put(b,
		    ",\"args\":", m->step[i].n > 12 ? m->step[i].field[12] : (sc_str){ NULL, 0 });
		sc_buf_byte(b, '}');
	}
}

static void manifest_json(const struct sc_trace_manifest *m, struct sc_buf *b)
{
	put(b, "{\"path\":", m->path);
	put(b, ",\"created_claimed\":", m->created);
	put(b, ",\"tool\":", m->tool);
	put(b, ",\"record_root\":", m->root);
	sc_buf_add(b, SC_STR(",\"steps\":["));
	steps_json(m, b);
	sc_buf_add(b, SC_STR("]}"));
}

static void fact_json(const struct sc_manifest_line *l, struct sc_buf *b)
{
	uint64_t bytes = 0;

	sc_buf_add(b, SC_STR("{\"bytes\":"));
	sc_buf_u64(b, sc_str_u64(l->field[SC_R_BYTES], &bytes) ? bytes : 0);
	put(b, ",\"media\":", l->field[SC_R_MEDIA]);
	put(b, ",\"licence\":", l->field[SC_R_LICENCE]);
	put(b, ",\"basis\":", l->field[SC_R_BASIS]);
	put(b, ",\"domain\":", l->field[SC_R_DOMAIN]);
	sc_buf_add(b, SC_STR(",\"keys\":{"));
	for (uint32_t i = SC_R_KEYS; i < l->n; i++) {
		size_t eq = sc_str_chr(l->field[i], '=');

		if (i > SC_R_KEYS)
			sc_buf_byte(b, ',');
		sc_json_put(b, eq == SC_NONE ? l->field[i] : sc_str_head(l->field[i], eq));
		sc_buf_byte(b, ':');
		sc_json_put(b, eq == SC_NONE ? SC_STR("") : sc_str_from(l->field[i], eq + 1));
	}
	sc_buf_add(b, SC_STR("}}"));
}

static void place_json(const struct sc_trace_place *p, struct sc_buf *b)
{
	static const char *const fate[] = { [SC_TRACE_UNSAID] = "not said",
		                            [SC_TRACE_FOUND] = "found",
		                            [SC_TRACE_NO_MANIFEST] = "manifest not given",
		                            [SC_TRACE_NOT_LISTED] = "not listed there" };

	put(b, "{\"at\":", p->at);
	put(b, ",\"from\":", p->from);
	sc_buf_add(b, SC_STR(",\"input\":"));
	if (p->in) {
		sc_buf_byte(b, '"');
		digest(b, p->in->sha256);
		sc_buf_byte(b, '"');
	} else {
		sc_buf_add(b, SC_STR("null"));
	}
	put(b, ",\"origin\":", sc_str_c(fate[p->fate]));
	put_indices(b, ",\"origins\":[", p->origin, p->norigin);
	sc_buf_byte(b, '}');
}

static void node_json(const struct sc_trace_node *n, struct sc_buf *b)
{
	put(b, "{\"id\":", n->id);
	sc_buf_fmt(b, ",\"manifest\":%zu,\"asked_for\":%s", n->manifest,
	           n->seed ? "true" : "false");
	put(b, ",\"removed\":", n->removed);
	sc_buf_add(b, SC_STR(",\"facts\":["));
	for (size_t i = 0; i < n->nfact; i++) {
		if (i)
			sc_buf_byte(b, ',');
		fact_json(&n->fact[i], b);
	}
	sc_buf_fmt(b, "],\"occurrences\":%ju,\"places\":[", (uintmax_t)n->places);
	for (size_t i = 0; i < n->nplace; i++) {
		if (i)
			sc_buf_byte(b, ',');
		place_json(&n->place[i], b);
	}
	put_indices(b, "],\"made_of_it\":[", n->child, n->nchild);
	sc_buf_byte(b, '}');
}

void sc_trace_json(const struct sc_trace *t, struct sc_buf *b)
{
	sc_buf_add(b, SC_STR("\"manifests\":["));
	for (size_t i = 0; i < t->nmanifest; i++) {
		if (i)
			sc_buf_byte(b, ',');
		manifest_json(&t->manifest[i], b);
	}
	sc_buf_add(b, SC_STR("],\"shards\":["));
	for (size_t i = 0; i < t->nhit; i++) {
		sc_buf_fmt(b, "%s{\"manifest\":%zu,\"as\":\"%s\"", i ? "," : "", t->hit[i].manifest,
		           t->hit[i].shard->out ? "output" : "input");
		put(b, ",\"path\":", t->hit[i].shard->path);
		sc_buf_byte(b, '}');
	}
	sc_buf_add(b, SC_STR("],\"records\":["));
	for (size_t i = 0; i < t->nnode; i++) {
		if (i)
			sc_buf_byte(b, ',');
		node_json(&t->node[i], b);
	}
	put_indices(b, "],\"made_of_what_none_holds\":[", t->orphan_child, t->norphan_child);
	sc_buf_fmt(b, ",\"not_followed\":%ju", (uintmax_t)t->left_out);
}
