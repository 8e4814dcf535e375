/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lic_names.c -- what licences are called, as words, and the addresses where they stand.
 *
 * Names come from the SPDX list (data/licence-names.txt: names, ids, addresses) and from data/licence-words.txt.  A pattern
 * is looked for from its first word on; "version", "v" and "the" may stand between.  The longest that fits wins.  A name that ends in a
 * version is also met the other way round: "version 1.1 of the Mozilla Public License".
 */
#include "lic.h"

#include <scope/spdx.h>

#include <pthread.h>
#include <stdlib.h>

extern const char sc_data_data_licence_names[], sc_data_data_licence_words[];
extern const size_t sc_data_data_licence_names_n, sc_data_data_licence_words_n;

enum { LONGEST = 16, SLOTS = 1 << 12, MOST = 4096 };

struct pattern {
	sc_str id;
	uint32_t *word;
	uint16_t n;
	bool weak, single; /* one word */
	uint32_t next; /* 1 + the next one with this first word */
};

struct address {
	sc_str url, id;
};

static struct pattern patterns[MOST];
static uint32_t npattern, bucket[SLOTS];
static struct address addresses[2048];
static size_t naddress;
static struct sc_arena room; /* as long as the process */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint32_t filler[5], of, license[4];

static uint32_t hash(const char *word)
{
	return lic_hash(word, strlen(word));
}

static bool is_filler(uint32_t h)
{
	for (size_t i = 0; i < SC_COUNT(filler); i++)
		if (filler[i] == h)
			return true;
	return false;
}

static void add(sc_str id, const uint32_t *word, size_t n, bool weak)
{
	struct pattern *p;
	uint32_t *at;

	if (!n || n > LONGEST || npattern == MOST)
		return;
	at = &bucket[word[0] % SLOTS];
	for (uint32_t k = *at; k; k = patterns[k - 1].next)
		if (patterns[k - 1].n == n && !memcmp(patterns[k - 1].word, word, n * sizeof *word))
			return; /* said before, and what was said first counts */
	p = &patterns[npattern];
	*p = (struct pattern){ .id = id, .word = SC_NEW(&room, uint32_t, n), .n = (uint16_t)n, .weak = weak, .single = n == 1 };
	memcpy(p->word, word, n * sizeof *word);
	while (*at && patterns[*at - 1].n >= n) /* the longest first */
		at = &patterns[*at - 1].next;
	p->next = *at;
	*at = ++npattern;
}

/* A name, and when it ends in a version the way round with "of". */
static void add_name(sc_str id, sc_str name, bool weak)
{
	struct sc_mark m = sc_arena_mark(&room);
	struct lic_words w = { .a = &room };
	uint32_t word[LONGEST], turned[LONGEST];
	bool number = false, says = false;
	size_t n = 0;

	lic_words(&w, name, 0, name.n);
	for (size_t i = 0; i < w.n; i++) {
		if (is_filler(w.v[i].hash) || n == LONGEST)
			continue;
		for (size_t k = 0; k < SC_COUNT(license); k++)
			says |= w.v[i].hash == license[k];
		number = w.v[i].flags & LIC_NUMBER;
		word[n++] = w.v[i].hash;
	}
	sc_arena_back(&room, m);
	weak |= n == 1 || (n == 2 && !says && !number);
	add(id, word, n, weak);
	if (!number || n < 2 || n + 1 > LONGEST)
		return;
	turned[0] = word[n - 1];
	turned[1] = of;
	memcpy(turned + 2, word, (n - 1) * sizeof *word);
	add(id, turned, n + 1, weak);
}

static bool gnu(sc_str id)
{
	return sc_str_starts(id, SC_STR("GPL-")) || sc_str_starts(id, SC_STR("LGPL-")) || sc_str_starts(id, SC_STR("AGPL-")) ||
	       sc_str_starts(id, SC_STR("GFDL-")) || sc_str_starts(id, SC_STR("CC-BY"));
}

/* Without scheme, www., and what pages end in. */
static sc_str plain(char *room_for, size_t cap, sc_str url)
{
	static const sc_str ends[] = { SC_LIT("/"), SC_LIT(".html"), SC_LIT(".htm"), SC_LIT(".txt"), SC_LIT(".php"), SC_LIT(".md"), SC_LIT("/legalcode"),
				       SC_LIT(".xml"), SC_LIT("/") };
	size_t n = 0;

	if (url.n > cap)
		return (sc_str){ NULL, 0 };
	for (size_t i = 0; i < url.n && url.p[i] != '#' && url.p[i] != '?'; i++)
		room_for[n++] = url.p[i] >= 'A' && url.p[i] <= 'Z' ? (char)(url.p[i] + 32) : url.p[i];
	url = (sc_str){ room_for, n };
	if (sc_str_starts(url, SC_STR("http://")))
		url = sc_str_from(url, 7);
	else if (sc_str_starts(url, SC_STR("https://")))
		url = sc_str_from(url, 8);
	if (sc_str_starts(url, SC_STR("www.")))
		url = sc_str_from(url, 4);
	for (size_t i = 0; i < SC_COUNT(ends); i++)
		if (sc_str_ends(url, ends[i]))
			url.n -= ends[i].n;
	return url;
}

static int by_url(const void *a, const void *b)
{
	const struct address *x = a, *y = b;

	return sc_str_cmp(x->url, y->url);
}

static void load_names(sc_str text)
{
	sc_str line;

	while (sc_str_cut(&text, '\n', &line)) {
		sc_str id, name, url = { NULL, 0 };
		char buf[512];

		if (!line.n || *line.p == '#' || !sc_str_cut(&line, '\t', &id) || !sc_str_cut(&line, '\t', &name))
			continue;
		sc_str_cut(&line, '\t', &url);
		url = plain(buf, sizeof buf, url);
		if (url.n > 12 && sc_str_find(id, SC_STR("-with-")) == SC_NONE && naddress < SC_COUNT(addresses))
			addresses[naddress++] = (struct address){ sc_strdup(&room, url), id };
		if (gnu(id))
			continue;
		if (!sc_str_starts(name, SC_STR("X.")))
			add_name(id, name, false);
		if (sc_str_find(id, SC_STR("-")) != SC_NONE) /* ids of one word are words of the language: licence-words.txt has those that count */
			add_name(id, id, true);
	}
	qsort(addresses, naddress, sizeof *addresses, by_url);
}

static void load_words(sc_str text)
{
	sc_str line, id;

	while (sc_str_cut(&text, '\n', &line)) {
		if (!line.n || *line.p == '#' || !sc_str_cut(&line, '\t', &id))
			continue;
		add_name(id, *line.p == '?' ? sc_str_from(line, 1) : line, *line.p == '?');
	}
}

static void load(void)
{
	filler[0] = hash("version");
	filler[1] = hash("the");
	filler[2] = hash("ver");
	filler[3] = hash("vers");
	filler[4] = hash("versions");
	of = hash("of");
	license[0] = hash("license");
	license[1] = hash("licensed");
	license[2] = hash("licenses");
	license[3] = hash("terms");
	load_words((sc_str){ sc_data_data_licence_words, sc_data_data_licence_words_n });
	load_names((sc_str){ sc_data_data_licence_names, sc_data_data_licence_names_n });
}

/* How many words from `at` on the pattern takes; 0: it does not stand there. */
static size_t fits(const struct pattern *p, const struct lic_words *w, size_t at)
{
	size_t i = at, k = 0;

	while (k < p->n) {
		if (i >= w->n || w->v[i].flags & LIC_USED)
			return 0;
		if (w->v[i].hash == p->word[k])
			k++;
		else if (k == 0 || !is_filler(w->v[i].hash))
			return 0;
		i++;
	}
	return i - at;
}

bool lic_name(const struct lic_words *w, size_t at, struct lic_name *out)
{
	pthread_once(&once, load);
	for (uint32_t k = bucket[w->v[at].hash % SLOTS]; k; k = patterns[k - 1].next) {
		const struct pattern *p = &patterns[k - 1];
		size_t n = fits(p, w, at);

		if (!n)
			continue;
		*out = (struct lic_name){ p->id, n, p->weak };
		return true;
	}
	return false;
}

/* ---- what may begin something ---- */

static uint64_t first_words[64]; /* a bit each */
static pthread_once_t once_first = PTHREAD_ONCE_INIT;

static void begin(uint32_t h)
{
	first_words[h >> 6 & 63] |= 1ull << (h & 63);
}

static void load_first(void)
{
	static const char *const families[] = { "gnu", "lgpl", "agpl", "gpl", "gfdl", "free", "lesser", "library", "affero", "general", "cc", "creative", "spdx" };

	pthread_once(&once, load);
	for (uint32_t i = 0; i < npattern; i++)
		begin(patterns[i].word[0]);
	for (size_t i = 0; i < SC_COUNT(families); i++)
		begin(hash(families[i]));
	lic_exception_firsts(begin);
}

bool lic_begins(uint32_t h)
{
	pthread_once(&once_first, load_first);
	return first_words[h >> 6 & 63] >> (h & 63) & 1;
}

/* ---- addresses ---- */

static sc_str gnu_address(struct sc_arena *a, sc_str piece)
{
	static const struct {
		sc_str is, id;
	} known[] = {
		{ SC_LIT("gpl"), SC_LIT("GPL-1.0-or-later") }, { SC_LIT("lgpl"), SC_LIT("LGPL-2.0-or-later") },
		{ SC_LIT("copyleft"), SC_LIT("GPL-1.0-or-later") }, { SC_LIT("lesser"), SC_LIT("LGPL-2.0-or-later") },
		{ SC_LIT("agpl"), SC_LIT("AGPL-3.0-only") }, { SC_LIT("fdl"), SC_LIT("GFDL-1.1-or-later") },
		{ SC_LIT("license-notices-for-other-files"), SC_LIT("FSFAP") },
	};
	sc_str rule;

	if (piece.n > 3 && piece.p[piece.n - 3] == '.' && piece.p[piece.n - 1] >= 'a') /* gpl-3.0.en */
		piece.n -= 3;
	if (sc_str_ends(piece, SC_STR("-standalone")))
		piece.n -= 11;
	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (sc_str_eq(piece, known[i].is))
			return known[i].id;
	if (sc_str_starts(piece, SC_STR("fdl-")))
		piece = sc_fmt(a, "g%.*s", SC_ARG(piece));
	return sc_spdx_from_words(a, piece, &rule);
}

/* Hosts whose last piece of the path is an id, or nearly one. */
static sc_str listed(struct sc_arena *a, sc_str url)
{
	static const sc_str hosts[] = { SC_LIT("opensource.org/license"), SC_LIT("spdx.org/licenses/"), SC_LIT("choosealicense.com/licenses/"),
					SC_LIT("licenses.nuget.org/"), SC_LIT("apache.org/licenses/license-"), SC_LIT("opensource.linux-mirror.org/licenses/") };
	sc_str piece = sc_path_name(url), id = { NULL, 0 }, rule;

	for (size_t i = 0; i < SC_COUNT(hosts); i++) {
		if (!sc_str_starts(url, hosts[i]) || !piece.n)
			continue;
		if (i == 4)
			return sc_spdx_id(sc_fmt(a, "Apache-%.*s", SC_ARG(sc_str_from(piece, 8))));
		id = sc_spdx_id(piece);
		if (!id.n && sc_str_ends(piece, SC_STR("-license")))
			id = sc_spdx_from_words(a, sc_str_head(piece, piece.n - 8), &rule);
		return id.n ? id : sc_spdx_from_words(a, piece, &rule);
	}
	if (sc_str_starts(url, SC_STR("gnu.org/licenses/")) || sc_str_starts(url, SC_STR("gnu.org/copyleft/")) ||
	    sc_str_starts(url, SC_STR("fsf.org/licensing/licenses/")) || sc_str_starts(url, SC_STR("fsf.org/copyleft/")) || sc_str_starts(url, SC_STR("gnu.org/prep/maintain/")))
		return gnu_address(a, piece);
	return id;
}

sc_str lic_address(struct sc_arena *a, sc_str url)
{
	char buf[512];
	struct address key, *hit;
	sc_str id, rule;
	size_t n, from;

	pthread_once(&once, load);
	if (sc_str_starts(url, SC_STR("http")))
		from = sc_str_find(url, SC_STR("//")) + 2;
	else
		from = 0;
	id = sc_spdx_cc_url(a, sc_str_from(url, from), &n);
	if (id.n)
		return id;
	key.url = plain(buf, sizeof buf, url);
	if (!key.url.n)
		return id;
	id = listed(a, key.url);
	if (id.n)
		return id;
	hit = bsearch(&key, addresses, naddress, sizeof *addresses, by_url);
	if (hit && !(hit > addresses && sc_str_eq(hit[-1].url, key.url)) && !(hit + 1 < addresses + naddress && sc_str_eq(hit[1].url, key.url)))
		return hit->id;
	return sc_str_chr(key.url, '/') == SC_NONE || sc_str_chr(key.url, '.') == SC_NONE ? (sc_str){ NULL, 0 } : sc_spdx_from_words(a, key.url, &rule);
}
