/* SPDX-License-Identifier: Apache-2.0 */
/*
 * synth.c -- manifests of records that never were, for measuring: N records over K manifests, the same for the same seed.
 *
 *	make build/synth && build/synth [-k K] [-s SEED] [-v VERSION] [-c] [-m MIB] N FOLDER
 *
 * FOLDER/part-00.scm ... are written, each as a run over its share of the shards would have: true by `scope verify`, but for the shards
 * themselves, which are not there and have no S line.  However many K, all parts together have the same R lines.  One record in a
 * hundred lies in two places; with -c one in ten thousand has another licence at the second.  Of version 2 and above two records in
 * a hundred are not there, one has another licence, and three in a hundred are new; of a version on its own, always the same ones.
 */
#include <scope/digest.h>
#include <scope/manifest.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANY = 1000, SHARD = 100000 };

static const struct {
	const char *licence, *basis, *domain;
} kinds[] = {
	{ "CC-BY-4.0", "jats:license-href", "subject/biology" },
	{ "CC0-1.0", "html:rel-license", "subject/physics" },
	{ "MIT", "text:spdx-id", "code" },
	{ "Apache-2.0", "text:notice", "code" },
	{ "CC-BY-SA-4.0", "html:rel-license", "encyclopaedia" },
	{ "NONE", "-", "web" },
	{ "CC-BY-NC-4.0", "warc:html-rel-license", "subject/medicine,web" },
	{ "LicenseRef-arXiv-nonexclusive", "meta:license", "subject/mathematics" },
};

struct part {
	struct sc_manifest_writer *w;
	struct sc_step step[3]; /* reader, tagger, filter */
	uint64_t bytes;
};

struct synth {
	uint64_t n, seed, version, k, memory;
	bool conflicts;
	const char *folder;
	struct part part[MANY];
	struct sc_buf line, from, where;
};

static uint64_t mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static void must(int rc, const struct sc_err *e)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "synth: %s\n", e->msg);
	exit(2);
}

static void identity(const struct synth *s, uint64_t i, uint8_t id[32])
{
	char text[64];
	int n = snprintf(text, sizeof text, "%ju:%ju", (uintmax_t)s->seed, (uintmax_t)i);

	sc_sha256_of((sc_str){ text, (size_t)n }, id);
}

/* Few hosts have most, and most have few: the cube of an even share. */
static uint64_t host_of(const struct synth *s, uint64_t h)
{
	double u = (double)(h >> 11) / 9007199254740992.0;

	return (uint64_t)(u * u * u * (double)(s->n / 10 + 1));
}

static void rline(struct synth *s, uint64_t i, uint64_t relicensed)
{
	uint64_t h = mix(s->seed ^ mix(i)), host = host_of(s, mix(h)),
	         k = (h & 15) < 8 ? h & 7 : h & 1;
	struct sc_buf *b = &s->line;
	uint8_t id[32];

	identity(s, i, id);
	k = (k + relicensed) % SC_COUNT(kinds);
	sc_buf_clear(b);
	sc_buf_add(b, SC_STR("R\tsha256:"));
	sc_hex_put(b, id, 32);
	sc_buf_fmt(b, "\t%ju\ttext/plain\t%s\t%s\t%s", (uintmax_t)(200 + (h >> 20) % 20000),
	           kinds[k].licence, kinds[k].basis, kinds[k].domain);
	sc_buf_fmt(b, "\tauthor=Author %ju; Author %ju", (uintmax_t)(h >> 40),
	           (uintmax_t)(h >> 44));
	if (h >> 16 & 1)
		sc_buf_fmt(b, "\tdoi=10.%04ju/synth.%ju", (uintmax_t)(1000 + host % 9000),
		           (uintmax_t)i);
	sc_buf_fmt(b, "\thost=www%ju.example-%ju.org", (uintmax_t)(host % 3), (uintmax_t)host / 3);
	if (k != 5)
		sc_buf_fmt(b, "\tlic.at=html:%ju+%zu", (uintmax_t)(h >> 30 & 4095),
		           strlen(kinds[k].licence));
	sc_buf_fmt(b, "\trights=%s", (h >> 17 & 31) ? "none" : "tdmrep");
	sc_buf_fmt(b, "\tsite=example-%ju.org", (uintmax_t)host / 3);
	sc_buf_fmt(b, "\tsrc=https://www%ju.example-%ju.org/articles/%04ju/%ju.html",
	           (uintmax_t)(host % 3), (uintmax_t)host / 3, (uintmax_t)(h >> 50), (uintmax_t)i);
	sc_buf_fmt(b, "\ttitle=Record %ju of a corpus that was never collected, part %ju",
	           (uintmax_t)i, (uintmax_t)(h >> 60));
}

static void count(struct sc_step *s, const uint8_t digest[32], bool kept)
{
	s->in++;
	sc_sum_add(s->sum_in, digest);
	s->kept += kept;
	s->dropped += !kept;
	sc_sum_add(kept ? s->sum_kept : s->sum_dropped, digest);
}

/* A record at its n-th place: through the steps of its part, and one in eight beside it that the filter dropped. */
static void occurrence(struct synth *s, uint64_t i, uint64_t nth, uint64_t relicensed)
{
	uint64_t h = mix(i * 2 + nth + mix(s->seed + 1)), k = h % s->k,
	         len = 300 + (h >> 32) % 20000;
	struct part *p = &s->part[k];
	uint8_t id[32], digest[32], leaf[32];
	struct sc_err e = { 0 };

	rline(s, i, relicensed);
	identity(s, i, id);
	sc_merkle_leaf_hash(sc_buf_str(&s->line), leaf);
	sc_buf_clear(&s->from);
	sc_buf_fmt(&s->from, "crawl/in-%05ju.warc.gz#%ju+%ju", (uintmax_t)(i / SHARD),
	           (uintmax_t)((i % SHARD) * 20301 + nth), (uintmax_t)len);
	sc_manifest_digest(id, sc_buf_str(&s->from), digest);
	for (int step = 0; step < 3; step++)
		count(&p->step[step], digest, true);
	sc_buf_clear(&s->where);
	sc_buf_fmt(&s->where, "part-%02ju-%05ju%s.jsonl.zst", (uintmax_t)k, (uintmax_t)(i / SHARD),
	           nth ? "b" : "");
	must(sc_manifest_add(p->w, sc_buf_str(&s->line), leaf, sc_buf_str(&s->where),
	                     i % SHARD * 20301, len, sc_buf_str(&s->from), &e),
	     &e);
	p->bytes += len;
	if (h >> 60 > 1)
		return;
	sc_sha256_of((sc_str){ (const char *)digest, 32 }, digest);
	count(&p->step[0], digest, true);
	count(&p->step[1], digest, true);
	count(&p->step[2], digest, false);
}

static void record(struct synth *s, uint64_t i)
{
	uint64_t h = mix(i ^ mix(s->seed + 2)), v = mix(i ^ mix(s->seed + 2 + s->version));
	uint64_t relicensed = s->version > 1 && v % 100 == 2;

	if (s->version > 1 && v % 100 < 2)
		return;
	occurrence(s, i, 0, relicensed);
	if (h % 100 == 0)
		occurrence(s, i, 1, relicensed + (s->conflicts && h % 10000 == 0));
}

static void part_end(struct synth *s, uint64_t k)
{
	static const char *const names[] = { "read/warc", "tag/licence", "select/filter" };
	struct part *p = &s->part[k];
	struct sc_shard_in in = { .bytes = p->bytes, .records = p->step[0].kept };
	struct sc_output *out;
	struct sc_totals t;
	struct sc_err e = { 0 };
	char path[4096];

	must(sc_manifest_head(p->w, SC_STR("tool"), SC_STR("scope synth"), &e), &e);
	must(sc_manifest_head(p->w, SC_STR("created"), SC_STR("2024-05-01T12:00:00Z"), &e), &e);
	must(sc_manifest_head(p->w, SC_STR("recipe"),
	                      SC_STR("tag licence | filter 'licence in open'"), &e),
	     &e);
	in.path = (sc_str){ path,
		            (size_t)snprintf(path, sizeof path, "crawl/share-%02ju-of-%ju.warc.gz",
		                             (uintmax_t)k, (uintmax_t)s->k) };
	sc_sha256_of(in.path, in.sha256);
	must(sc_manifest_in(p->w, &in, &e), &e);
	for (size_t i = 0; i < SC_COUNT(names); i++) {
		p->step[i].name = sc_str_c(names[i]);
		p->step[i].revision = 1;
		if (i)
			sc_sha256_of(p->step[i].name, p->step[i].rules);
		p->step[i].args = i == 2 ? SC_STR("'licence in open'") : SC_STR("");
		must(sc_manifest_step(p->w, i + 1, &p->step[i], &e), &e);
	}
	snprintf(path, sizeof path, "%s/part-%02ju.scm", s->folder, (uintmax_t)k);
	must(sc_output_open(&out, sc_str_c(path), SC_STR(""), 0, &e), &e);
	must(sc_manifest_end(p->w, out, &t, &e), &e);
	must(sc_output_finish(out, &e), &e);
	must(sc_output_commit(out, &e), &e);
	sc_output_free(out);
	sc_manifest_free(p->w);
}

static int options(struct synth *s, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "k:s:v:m:c")) != -1) {
		uint64_t *to = c == 'k'   ? &s->k
		               : c == 's' ? &s->seed
		               : c == 'v' ? &s->version
		               : c == 'm' ? &s->memory
		                          : NULL;

		if (c == 'c')
			s->conflicts = true;
		else if (!to || !sc_str_u64(sc_str_c(optarg), to))
			return -1;
	}
	if (argc - optind != 2 || !s->k || s->k > MANY || !s->version ||
	    !sc_str_u64(sc_str_c(argv[optind]), &s->n))
		return -1;
	s->folder = argv[optind + 1];
	return 0;
}

int main(int argc, char **argv)
{
	static struct synth s = { .k = 1, .seed = 1, .version = 1, .memory = 512 };
	struct sc_err e = { 0 };

	if (options(&s, argc, argv)) {
		fputs("usage: synth [-k K] [-s SEED] [-v VERSION] [-c] [-m MIB] N FOLDER\n",
		      stderr);
		return 2;
	}
	mkdir(s.folder, 0777);
	for (uint64_t k = 0; k < s.k; k++)
		must(sc_manifest_begin(&s.part[k].w, (size_t)(s.memory << 20) / s.k, &e), &e);
	for (uint64_t i = 0; i < s.n; i++)
		record(&s, i);
	for (uint64_t i = 0; s.version > 1 && i < s.n / 100 * 3; i++)
		record(&s, s.n * s.version + i);
	for (uint64_t k = 0; k < s.k; k++)
		part_end(&s, k);
	return 0;
}
