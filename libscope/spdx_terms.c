/* SPDX-License-Identifier: Apache-2.0 */
/* spdx_terms.c -- which classes of terms a licence has: data/spdx-terms.txt, indexed once. */
#include "spdx_names.h"
#include "spdx_tree.h"

#include <pthread.h>
#include <stdlib.h>

extern const char sc_data_data_spdx_terms[];
extern const size_t sc_data_data_spdx_terms_n;

static const struct {
	const char *name, *about;
} classes[SC_TERMS] = {
	[SC_TERM_PUBLIC_DOMAIN] = { "public-domain", "no conditions" },
	[SC_TERM_ATTRIBUTION] = { "attribution", "authors must be credited" },
	[SC_TERM_NOTICE] = { "notice", "copyright notice or licence text must stay with copies" },
	[SC_TERM_SHARE_ALIKE] = { "share-alike", "adaptations of the work or data under the same terms" },
	[SC_TERM_COPYLEFT_FILE] = { "copyleft-file", "changed files under the same terms" },
	[SC_TERM_COPYLEFT_LIBRARY] = { "copyleft-library", "the changed library under the same terms, what uses it not" },
	[SC_TERM_COPYLEFT_STRONG] = { "copyleft-strong", "the whole program under the same terms" },
	[SC_TERM_COPYLEFT_NETWORK] = { "copyleft-network", "the whole program, also when it is used over a network" },
	[SC_TERM_DISCLOSE_SOURCE] = { "disclose-source", "source must be offered" },
	[SC_TERM_NON_COMMERCIAL] = { "non-commercial", "no commercial use" },
	[SC_TERM_NO_DERIVATIVES] = { "no-derivatives", "adaptations may not be shared" },
	[SC_TERM_PATENT_GRANT] = { "patent-grant", "patents are licensed in words" },
	[SC_TERM_PATENT_RETALIATION] = { "patent-retaliation", "rights end for who sues over patents" },
	[SC_TERM_ADVERTISING] = { "advertising", "advertisements must carry a credit" },
	[SC_TERM_NAMING] = { "naming", "names are protected: no endorsement, or changes must be marked or renamed" },
	[SC_TERM_FIELD_OF_USE] = { "field-of-use", "some purposes or users are excluded" },
	[SC_TERM_JURISDICTION] = { "jurisdiction", "a law or a court is named" },
	[SC_TERM_UNREVIEWED] = { "unreviewed", "not in the list" },
};

struct row {
	sc_str id;
	uint32_t terms;
};

static struct row *rows;
static size_t nrow;
static struct sc_arena memory; /* as long as the process */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Of an exception, among the rows: behind it works under other terms may be combined. */
#define LINKING (UINT32_C(1) << SC_TERMS)

static int by_id(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return sc_str_cmp(x->id, y->id);
}

static uint32_t class_of(sc_str word)
{
	for (size_t i = 0; i < SC_TERMS; i++)
		if (sc_str_eq(word, sc_str_c(classes[i].name)))
			return UINT32_C(1) << i;
	return sc_str_eq(word, SC_STR("linking")) ? LINKING : 0;
}

static void load(void)
{
	sc_str text = { sc_data_data_spdx_terms, sc_data_data_spdx_terms_n }, line, word;
	size_t words = 1;
	uint32_t terms = 0;

	for (size_t i = 0; i < text.n; i++)
		words += text.p[i] == ' ' || text.p[i] == '\n';
	rows = SC_NEW(&memory, struct row, words);
	while (sc_str_cut(&text, '\n', &line)) {
		bool head = sc_str_starts(line, SC_STR("= "));

		if (head) {
			terms = 0;
			line = sc_str_from(line, 2);
		}
		while (line.n && *line.p != '#' && sc_str_cut(&line, ' ', &word)) {
			if (head)
				terms |= class_of(word);
			else
				rows[nrow++] = (struct row){ word, terms };
		}
	}
	qsort(rows, nrow, sizeof *rows, by_id);
}

static uint32_t find(sc_str id)
{
	struct row key = { .id = id };
	const struct row *r;

	pthread_once(&once, load);
	r = bsearch(&key, rows, nrow, sizeof *rows, by_id);
	return r ? r->terms : 0;
}

bool spdx_is_linking(sc_str exception)
{
	return exception.n && find(exception) & LINKING;
}

const char *sc_spdx_term_name(size_t i, const char **about)
{
	if (i >= SC_TERMS)
		return NULL;
	if (about)
		*about = classes[i].about;
	return classes[i].name;
}

uint32_t sc_spdx_terms(sc_str licence)
{
	size_t with = sc_str_find(licence, SC_STR(" WITH "));
	sc_str id = with == SC_NONE ? licence : sc_str_head(licence, with), exception;
	uint32_t terms = find(id);

	if (!terms) {
		struct spdx_version v = spdx_version(id);

		id.n = v.version.n ? (size_t)(v.tail.p + v.tail.n - id.p) : v.stem.n;
		terms = find(id);
	}
	if (!terms || terms & LINKING)
		return SC_TERM(UNREVIEWED);
	if (with == SC_NONE)
		return terms;
	exception = sc_str_from(licence, with + strlen(" WITH "));
	if (spdx_is_ref(exception))
		return SC_TERM(UNREVIEWED);
	if (terms & SC_TERM(COPYLEFT_STRONG) && spdx_is_linking(exception))
		terms = (terms & ~SC_TERM(COPYLEFT_STRONG)) | SC_TERM(COPYLEFT_LIBRARY);
	return terms;
}

size_t spdx_listed(sc_str id, sc_str *v, size_t cap)
{
	struct spdx_version from = spdx_version(id), one;
	size_t n = 0;

	pthread_once(&once, load);
	v[n++] = from.version.n ? (sc_str){ id.p, (size_t)(from.tail.p + from.tail.n - id.p) } : from.stem;
	for (size_t i = 0; from.later && from.version.n && i < nrow && n < cap; i++) {
		one = spdx_version(rows[i].id);
		if (!one.later && spdx_same_family(&from, &one) && spdx_version_cmp(one.version, from.version) > 0)
			v[n++] = rows[i].id;
	}
	return n;
}
