/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.c -- the pieces of a URL that decisions hang on.
 *
 * Split as browsers do (WHATWG URL), since that is where a URL leads: in http and https a backslash is a slash, all up to the last @ is
 * user information, leading blanks and inner tabs and line ends do not count.  A host that no browser would accept is no host.
 * IDNA needs libidn2, registrable domains libpsl; without them a name that is not ASCII has no host form, and no host a site.
 */
#include <scope/url.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_IDN2
#include <idn2.h>
#endif
#ifdef HAVE_PSL
#define XXH_INLINE_ALL
#include <libpsl.h>
#include <xxhash.h>
#endif

enum { HOST_MAX = 253 };

static bool alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool special(sc_str scheme)
{
	static const sc_str known[] = { SC_LIT("http"), SC_LIT("https"), SC_LIT("ftp"), SC_LIT("ws"), SC_LIT("wss") };

	for (size_t i = 0; i < SC_COUNT(known); i++)
		if (sc_str_ieq(scheme, known[i]))
			return true;
	return false;
}

static bool slash(char c, bool is_special)
{
	return c == '/' || (is_special && c == '\\');
}

/* The path with what follows it. */
static bool pieces(sc_str url, struct sc_url *u)
{
	size_t colon, i = 0;
	bool is_special;
	sc_str rest;

	*u = (struct sc_url){ .path = { NULL, 0 } };
	while (url.n && (unsigned char)*url.p <= ' ')
		url = sc_str_from(url, 1);
	colon = sc_str_chr(url, ':');
	if (colon == SC_NONE || !colon || !alpha(*url.p))
		return false;
	for (i = 0; i < colon; i++)
		if (!alpha(url.p[i]) && !digit(url.p[i]) && url.p[i] != '+' && url.p[i] != '-' && url.p[i] != '.')
			return false;
	u->scheme = sc_str_head(url, colon);
	rest = sc_str_from(url, colon + 1);
	is_special = special(u->scheme);
	if (rest.n < 2 || !slash(rest.p[0], is_special) || !slash(rest.p[1], is_special)) {
		u->path = rest; /* pkg:deb/debian/x, doi:10.1/x */
		return true;
	}
	for (i = 2; is_special && i < rest.n && slash(rest.p[i], true);)
		i++; /* browsers skip more of them */
	rest = sc_str_from(rest, i);
	for (i = 0; i < rest.n && !slash(rest.p[i], is_special) && rest.p[i] != '?' && rest.p[i] != '#';)
		i++;
	u->host = sc_str_head(rest, i);
	u->path = sc_str_from(rest, i);
	i = sc_str_rchr(u->host, '@');
	if (i != SC_NONE)
		u->host = sc_str_from(u->host, i + 1);
	if (u->host.n && *u->host.p == '[') {
		i = sc_str_chr(u->host, ']');
		u->host = (sc_str){ u->host.p + 1, i == SC_NONE ? 0 : i - 1 };
	} else {
		u->host = sc_str_head(u->host, sc_str_chr(u->host, ':'));
	}
	return true;
}

bool sc_url_split(sc_str url, struct sc_url *u)
{
	size_t i = 0;

	if (!pieces(url, u))
		return false;
	while (u->host.p && i < u->path.n && u->path.p[i] != '?' && u->path.p[i] != '#')
		i++;
	if (u->host.p)
		u->path = sc_str_head(u->path, i);
	return true;
}

/* ---- hosts ---- */

static int nibble(char c)
{
	return digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Percent-escapes decoded, tabs and line ends left out; false when that leaves what no host has. */
static bool unescaped(struct sc_arena *a, sc_str s, sc_str *out)
{
	char *p = sc_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\t' || c == '\n' || c == '\r')
			continue;
		if (c == '%') {
			if (s.n - i < 3 || nibble(s.p[i + 1]) < 0 || nibble(s.p[i + 2]) < 0)
				return false;
			c = (char)(nibble(s.p[i + 1]) << 4 | nibble(s.p[i + 2]));
			i += 2;
		}
		if ((unsigned char)c <= ' ' || c == 0x7f || memchr("#/:<>?@[\\]^|%\"`{}", c, 17))
			return false;
		p[n++] = c;
	}
	p[n] = 0;
	*out = (sc_str){ p, n };
	return n > 0;
}

/* Labels of letters, digits, - and _, none empty, at most 63 long. */
static bool is_host(sc_str s)
{
	sc_str label;

	if (!s.n || s.n > HOST_MAX)
		return false;
	while (sc_str_cut(&s, '.', &label)) {
		if (!label.n || label.n > 63)
			return false;
		for (size_t i = 0; i < label.n; i++)
			if (!alpha(label.p[i]) && !digit(label.p[i]) && label.p[i] != '-' && label.p[i] != '_')
				return false;
	}
	return true;
}

static bool is_ipv6(sc_str s)
{
	size_t colons = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (nibble(s.p[i]) < 0 && s.p[i] != ':' && s.p[i] != '.')
			return false;
		colons += s.p[i] == ':';
	}
	return colons >= 2 && s.n <= 45;
}

static sc_str lowered(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
	return (sc_str){ p, n };
}

static sc_str ascii_form(struct sc_arena *a, sc_str s)
{
	bool ascii = true;

	for (size_t i = 0; i < s.n; i++)
		ascii &= (unsigned char)s.p[i] < 0x80;
	if (ascii)
		return s;
#ifdef HAVE_IDN2
	{
		char *out = NULL;
		sc_str r = { NULL, 0 };

		if (s.n <= 1024 && idn2_lookup_u8((const uint8_t *)s.p, (uint8_t **)&out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK)
			r = sc_strdup(a, sc_str_c(out));
		idn2_free(out);
		return r;
	}
#else
	(void)a;
	return (sc_str){ NULL, 0 };
#endif
}

/* A host that is its own form, as nearly all are: lower case, nothing to decode. */
static bool is_plain(sc_str s)
{
	static const uint8_t plain[256] = {
		['a' ... 'z'] = 1, ['0' ... '9'] = 1, ['-'] = 1, ['_'] = 1,
	};
	size_t label = 0;

	if (!s.n || s.n > HOST_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		label++;
		if (plain[(unsigned char)s.p[i]])
			continue;
		if (s.p[i] != '.' || label == 1 || label > 64)
			return false;
		label = 0;
	}
	return label && label <= 63;
}

static sc_str host_of(struct sc_arena *a, sc_str host)
{
	sc_str s;

	if (is_plain(host))
		return host;
	if (is_ipv6(host))
		return lowered(sc_cstr(a, host), host.n);
	if (!unescaped(a, host, &s))
		return (sc_str){ NULL, 0 };
	s = ascii_form(a, s);
	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	if (!is_host(s))
		return (sc_str){ NULL, 0 };
	return lowered(sc_cstr(a, s), s.n);
}

/* Package URLs: where packages of that type come from.  The namespace tells distributions apart. */
static const struct {
	sc_str type, host;
} package_hosts[] = {
	{ SC_LIT("deb/debian"), SC_LIT("debian.org") },	  { SC_LIT("deb/ubuntu"), SC_LIT("ubuntu.com") },
	{ SC_LIT("npm"), SC_LIT("npmjs.com") },		  { SC_LIT("pypi"), SC_LIT("pypi.org") },
	{ SC_LIT("cargo"), SC_LIT("crates.io") },	  { SC_LIT("gem"), SC_LIT("rubygems.org") },
	{ SC_LIT("golang/github.com"), SC_LIT("github.com") }, { SC_LIT("golang"), SC_LIT("go.dev") },
	{ SC_LIT("github"), SC_LIT("github.com") },	  { SC_LIT("gitlab"), SC_LIT("gitlab.com") },
	{ SC_LIT("bitbucket"), SC_LIT("bitbucket.org") }, { SC_LIT("maven"), SC_LIT("maven.org") },
	{ SC_LIT("nuget"), SC_LIT("nuget.org") },	  { SC_LIT("huggingface"), SC_LIT("huggingface.co") },
	{ SC_LIT("cran"), SC_LIT("r-project.org") },	  { SC_LIT("hackage"), SC_LIT("haskell.org") },
	{ SC_LIT("rpm/fedora"), SC_LIT("fedoraproject.org") }, { SC_LIT("rpm/opensuse"), SC_LIT("opensuse.org") },
	{ SC_LIT("conda"), SC_LIT("anaconda.org") },	  { SC_LIT("docker"), SC_LIT("docker.com") },
};

static sc_str package_host(sc_str path)
{
	for (size_t i = 0; i < SC_COUNT(package_hosts); i++)
		if (sc_path_under(path, package_hosts[i].type))
			return package_hosts[i].host;
	return (sc_str){ NULL, 0 };
}

sc_str sc_url_host(struct sc_arena *a, sc_str url)
{
	struct sc_url u;

	if (!pieces(url, &u))
		return (sc_str){ NULL, 0 };
	if (u.host.n)
		return host_of(a, u.host);
	if (sc_str_ieq(u.scheme, SC_STR("pkg")))
		return package_host(u.path);
	if (sc_str_ieq(u.scheme, SC_STR("doi")) && sc_str_starts(u.path, SC_STR("10.")))
		return SC_STR("doi.org");
	return (sc_str){ NULL, 0 };
}

/* ---- registrable domains ---- */

#ifdef HAVE_PSL
static const psl_ctx_t *psl;
static pthread_once_t psl_once = PTHREAD_ONCE_INIT;

static void psl_load(void)
{
	psl = psl_builtin(); /* the list that the library was built with: the same on each run */
	if (!psl)
		psl = psl_latest(NULL);
}

static bool is_ipv4(sc_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!digit(s.p[i]) && s.p[i] != '.')
			return false;
	return s.n > 0;
}

/* How many of the host's last bytes are its registrable domain; 0 when it has none. */
static size_t site_length(sc_str host)
{
	char text[HOST_MAX + 1];
	const char *found;

	pthread_once(&psl_once, psl_load);
	memcpy(text, host.p, host.n);
	text[host.n] = 0;
	found = psl ? psl_registrable_domain(psl, text) : NULL;
	return found ? strlen(found) : 0;
}

/* Hosts come again and again: each thread remembers some, in sets where the oldest goes when another comes. */
enum { SETS = 256, WAYS = 4, MEMO_HOST = 62 };
struct memo {
	uint8_t nhost, nsite;
	char host[MEMO_HOST];
};

static size_t site_remembered(sc_str host)
{
	static _Thread_local struct memo memo[SETS][WAYS];
	struct memo *m = memo[XXH3_64bits(host.p, host.n) % SETS];

	for (size_t i = 0; i < WAYS; i++)
		if (m[i].nhost == host.n && !memcmp(m[i].host, host.p, host.n))
			return m[i].nsite;
	memmove(m + 1, m, (WAYS - 1) * sizeof *m);
	m->nhost = (uint8_t)host.n;
	m->nsite = (uint8_t)site_length(host);
	memcpy(m->host, host.p, host.n);
	return m->nsite;
}

sc_str sc_host_site(struct sc_arena *a, sc_str host)
{
	size_t n;

	(void)a;
	if (!host.n || host.n > HOST_MAX || is_ipv4(host) || sc_str_chr(host, ':') != SC_NONE)
		return (sc_str){ NULL, 0 };
	n = host.n <= MEMO_HOST ? site_remembered(host) : site_length(host);
	return n ? sc_str_from(host, host.n - n) : (sc_str){ NULL, 0 };
}
#else
sc_str sc_host_site(struct sc_arena *a, sc_str host)
{
	(void)a;
	(void)host;
	return (sc_str){ NULL, 0 };
}
#endif

bool sc_host_under(sc_str host, sc_str under)
{
	if (under.n && *under.p == '.')
		under = sc_str_from(under, 1);
	if (!under.n || host.n < under.n || !sc_str_ieq(sc_str_from(host, host.n - under.n), under))
		return false;
	return host.n == under.n || host.p[host.n - under.n - 1] == '.';
}

bool sc_path_under(sc_str path, sc_str under)
{
	if (under.n && under.p[under.n - 1] == '/')
		under.n--;
	return sc_str_starts(path, under) && (path.n == under.n || !under.n || path.p[under.n] == '/');
}
