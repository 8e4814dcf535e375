/* SPDX-License-Identifier: Apache-2.0 */
/*
 * robots.c -- robots.txt by RFC 9309, and ai.txt; see scope/robots.h.
 *
 * A group begins with one or more user-agent lines; a rule line ends their run, lines of other kinds do not.  Groups of one agent are
 * merged, by its product token: "GPTBot/1.1" is GPTBot.  Field names may have blanks around their colon.
 */
#include <scope/robots.h>

enum { MOST_AGENTS = 4096, MOST_RULES = 1 << 16 };

/* ---- patterns ---- */

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool unreserved(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

struct piece {
	int c;	    /* a byte, decoded */
	bool coded; /* it was written as %XX */
	size_t n;   /* bytes it took */
};

/* What stands at the head of s, which is not empty. */
static struct piece piece(sc_str s)
{
	int hi = s.n > 2 ? hex(s.p[1]) : -1, lo = s.n > 2 ? hex(s.p[2]) : -1;

	if (*s.p != '%' || hi < 0 || lo < 0)
		return (struct piece){ (unsigned char)*s.p, false, 1 };
	return (struct piece){ hi << 4 | lo, true, 3 };
}

struct place {
	sc_str s;
	bool query; /* a '?' stands before s */
};

static struct place behind(struct place at, size_t n)
{
	return (struct place){ sc_str_from(at.s, n), at.query || *at.s.p == '?' };
}

/* RFC 9309, 2.2.2 and 2.2.3: a byte and its %XX are the same, but where the one delimits and the other does not. */
static bool same(struct piece x, struct piece y, bool query)
{
	static const sc_str delimits[] = { SC_LIT("/?#%"), SC_LIT("&=+#%") };

	return x.c == y.c && (x.coded == y.coded || sc_str_chr(delimits[query], (char)x.c) == SC_NONE);
}

bool sc_path_matches(sc_str pattern, sc_str path, size_t *steps)
{
	size_t uncounted = 0;
	bool anchored = sc_str_ends(pattern, SC_STR("$")), starred = false;
	sc_str again = pattern; /* what stands behind the last '*' was tried from `from` on */
	struct place at = { path, false }, from = at;

	steps = steps ? steps : &uncounted;
	pattern.n -= anchored;
	if ((!path.n || *path.p == '?') && sc_str_starts(pattern, SC_STR("/"))) /* http://host and http://host?x have the path / */
		pattern = sc_str_from(pattern, 1);
	while ((*steps)++ < SC_ROBOTS_STEPS) {
		if (!pattern.n && (!anchored || !at.s.n))
			return true;
		if (pattern.n && *pattern.p == '*') {
			again = pattern = sc_str_from(pattern, 1);
			from = at;
			starred = true;
			continue;
		}
		if (pattern.n && at.s.n) {
			struct piece x = piece(pattern), y = piece(at.s);

			if (same(x, y, at.query)) {
				pattern = sc_str_from(pattern, x.n);
				at = behind(at, y.n);
				continue;
			}
		}
		if (!starred || !from.s.n)
			return false;
		at = from = behind(from, piece(from.s).n);
		pattern = again;
	}
	return false;
}

/* Its bytes as RFC 9309 compares them: an unreserved one is itself, one above ASCII is %XX, however they are written. */
static size_t octets(sc_str pattern)
{
	size_t n = 0;

	while (pattern.n) {
		struct piece x = piece(pattern);

		n += x.c >= 0x80 || (x.coded && !unreserved(x.c)) ? 3 : 1;
		pattern = sc_str_from(pattern, x.n);
	}
	return n;
}

/* ---- reading ---- */

struct reading {
	struct sc_arena *a;
	struct sc_robots *out;
	sc_str *agents;
	size_t cap, nagents, run; /* run: agents of the group at hand, the last of `agents` */
	bool ruled;		  /* the group at hand has a rule: a user-agent line begins another */
};

static sc_str token(sc_str s)
{
	size_t n = 0;

	if (sc_str_eq(sc_str_trim(sc_str_head(s, 2)), SC_STR("*")))
		return sc_str_head(s, 1);
	while (n < s.n && unreserved(s.p[n]) && s.p[n] != '.' && s.p[n] != '~')
		n++;
	return sc_str_head(s, n);
}

static void agent(struct reading *r, sc_str name)
{
	name = token(name);
	if (r->ruled)
		r->run = 0;
	r->ruled = false;
	r->out->cut |= name.n && r->nagents == MOST_AGENTS;
	if (!name.n || r->nagents == MOST_AGENTS)
		return;
	r->agents[r->nagents++] = name;
	r->run++;
}

static void rule(struct reading *r, bool allow, sc_str pattern, uint64_t off, uint64_t len)
{
	struct sc_robots *o = r->out;
	size_t weight = octets(pattern);

	r->ruled = true;
	for (size_t i = 0; i < r->run && pattern.n; i++) {
		if (o->n == MOST_RULES) {
			o->cut = true;
			return;
		}
		if (o->n == r->cap) {
			size_t cap = r->cap ? 2 * r->cap : 16;
			struct sc_robots_rule *v = SC_NEW(r->a, struct sc_robots_rule, cap);

			if (o->n)
				memcpy(v, o->v, o->n * sizeof *v);
			o->v = v;
			r->cap = cap;
		}
		o->v[o->n++] = (struct sc_robots_rule){ r->agents[r->nagents - 1 - i], pattern, weight, allow, off, len };
	}
}

static void line(struct reading *r, sc_str whole, uint64_t off)
{
	sc_str s = sc_str_head(whole, sc_str_chr(whole, '#')), key, value;
	size_t colon = sc_str_chr(s, ':');

	if (colon == SC_NONE)
		return;
	key = sc_str_trim(sc_str_head(s, colon));
	value = sc_str_trim(sc_str_from(s, colon + 1));
	if (sc_str_ieq(key, SC_STR("user-agent")) || sc_str_ieq(key, SC_STR("useragent")) || sc_str_ieq(key, SC_STR("user agent")))
		agent(r, value);
	else if (sc_str_ieq(key, SC_STR("allow")))
		rule(r, true, value, off, whole.n);
	else if (sc_str_ieq(key, SC_STR("disallow")))
		rule(r, false, value, off, whole.n);
}

void sc_robots_read(struct sc_arena *a, sc_str bytes, struct sc_robots *out)
{
	struct reading r = { .a = a, .out = out };
	sc_str all = bytes;
	size_t lines = 1;

	*out = (struct sc_robots){ 0 };
	if (bytes.n > SC_ROBOTS_BYTES) {
		size_t end = SC_ROBOTS_BYTES;

		while (end && bytes.p[SC_ROBOTS_BYTES] != '\n' && bytes.p[SC_ROBOTS_BYTES] != '\r' && bytes.p[end - 1] != '\n' && bytes.p[end - 1] != '\r')
			end--;
		bytes.n = all.n = end;
	}
	if (sc_str_starts(bytes, SC_STR("\xef\xbb\xbf")))
		bytes = sc_str_from(bytes, 3);
	for (size_t i = 0; i < bytes.n; i++)
		lines += bytes.p[i] == '\n' || bytes.p[i] == '\r';
	r.agents = SC_NEW(a, sc_str, lines < MOST_AGENTS ? lines : MOST_AGENTS);
	while (bytes.n) {
		size_t end = 0;

		while (end < bytes.n && bytes.p[end] != '\n' && bytes.p[end] != '\r')
			end++;
		line(&r, sc_str_head(bytes, end), (uint64_t)(bytes.p - all.p));
		bytes = sc_str_from(bytes, end + 1);
	}
	out->agent = r.agents;
	out->nagent = r.nagents;
}

/* ---- asking ---- */

static bool ends_in_type(sc_str pattern, sc_str path)
{
	pattern = sc_str_from(pattern, 1);
	return path.n >= pattern.n && sc_bytes_ieq(path.p + path.n - pattern.n, pattern.p, pattern.n);
}

static bool is_type(sc_str pattern)
{
	return sc_str_starts(pattern, SC_STR("*.")) && pattern.n > 2 && sc_str_chr(sc_str_from(pattern, 1), '*') == SC_NONE &&
	       sc_str_chr(pattern, '/') == SC_NONE && sc_str_chr(pattern, '$') == SC_NONE;
}

static bool outranks(const struct sc_robots_rule *v, const struct sc_robots_rule *best)
{
	return !best || v->octets > best->octets || (v->octets == best->octets && v->allow && !best->allow);
}

static struct sc_robots_answer ask(const struct sc_robots *r, sc_str who, sc_str path, bool types)
{
	struct sc_robots_answer x = { .gave_up = r->cut };
	const struct sc_robots_rule *best = NULL;
	size_t steps = 0;
	sc_str file;

	who = token(who);
	path = sc_str_head(path, sc_str_chr(path, '#'));
	file = sc_str_head(path, sc_str_chr(path, '?'));
	for (size_t i = 0; i < r->nagent && !x.named; i++)
		x.named = sc_str_ieq(r->agent[i], who);
	if (!x.named)
		who = SC_STR("*");
	if (!types && sc_str_eq(path, SC_STR("/robots.txt"))) {
		x.gave_up = false;
		return x;
	}
	for (size_t i = 0; i < r->n && steps <= SC_ROBOTS_STEPS; i++) {
		const struct sc_robots_rule *v = &r->v[i];

		if (!outranks(v, best) || !sc_str_ieq(v->agent, who))
			continue;
		if (types && is_type(v->pattern) ? ends_in_type(v->pattern, file) : sc_path_matches(v->pattern, path, &steps))
			best = v;
	}
	x.gave_up |= steps > SC_ROBOTS_STEPS;
	x.rule = best;
	x.disallowed = best && !best->allow;
	return x;
}

struct sc_robots_answer sc_robots_ask(const struct sc_robots *r, sc_str who, sc_str path)
{
	return ask(r, who, path, false);
}

struct sc_robots_answer sc_ai_txt_ask(const struct sc_robots *r, sc_str who, sc_str path)
{
	return ask(r, who, path, true);
}

/* ---- agents ---- */

sc_str sc_ai_agent(size_t i)
{
	extern const char sc_data_data_ai_agents[];
	extern const size_t sc_data_data_ai_agents_n;
	sc_str rest = { sc_data_data_ai_agents, sc_data_data_ai_agents_n }, one;

	while (sc_str_cut(&rest, '\n', &one))
		if (one.n && *one.p != '#' && !i--)
			return one;
	return (sc_str){ NULL, 0 };
}

bool sc_is_ai_agent(sc_str who)
{
	sc_str one;

	for (size_t i = 0; (one = sc_ai_agent(i)).n; i++)
		if (sc_str_ieq(one, who))
			return true;
	return false;
}
