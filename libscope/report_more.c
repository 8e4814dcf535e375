/* SPDX-License-Identifier: Apache-2.0 */
/* report_more.c -- the second half of a page: terms, audit, sample, what is not known, provenance. */
#include "report_html.h"

#include <scope/html.h>
#include <scope/text.h>

static void open_table(struct sc_buf *b, const char *label, const char *caption, const char *first,
                       const char *second)
{
	rep_put(b,
	        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"$s\">\n<table class=\"sort\"><caption>$s</caption>\n<thead><tr><th "
	        "scope=\"col\">$s</th>",
	        label, caption, first);
	if (second)
		rep_put(b, "<th scope=\"col\">$s</th>", second);
	rep_put(b,
	        "<th scope=\"col\" class=\"n\">Records</th><th scope=\"col\" class=\"n\">Share</th><th scope=\"col\" class=\"n\">Bytes</th></tr></thead>\n"
	        "<tbody>\n");
}

static void close_table(struct sc_buf *b)
{
	rep_put(b, "</tbody></table></div>\n");
}

static void end_row(struct sc_buf *b, const struct sc_report *r, struct sc_count c)
{
	rep_counts(b, c, r->seen->all);
	rep_put(b, "</tr>\n");
}

/* ---- licences ---- */

static void class_table(struct sc_buf *b, const struct sc_report *r)
{
	open_table(b, "Classes of licences", "What the licences allow", "Class", "That is");
	for (size_t i = 0; i < REP_CLASSES; i++) {
		rep_put(b, "<tr><th scope=\"row\">$s</th><td class=\"w\">$s</td>",
		        rep_classes[i].name, rep_classes[i].about);
		end_row(b, r, r->class[i]);
	}
	close_table(b);
}

static void basis_table(struct sc_buf *b, const struct sc_report *r)
{
	static const struct rep_value no = { .s = SC_LIT("not said") };
	const struct sc_count lacking = r->seen->key[SC_FACT_LICENCE].lacking;

	if (!r->seen->all.records)
		return;
	open_table(b, "Licences and their basis",
	           "Licences, and where each was read (source and rule)", "Licence", "Basis");
	for (size_t i = 0; i < r->basis.n; i++) {
		const struct rep_row *o = &r->basis.v[i];

		rep_put(b, "<tr><th scope=\"row\">$v</th><td class=\"w\"><code>$v</code></td>",
		        &o->value, o->second.s.n ? &o->second : &no);
		end_row(b, r, o->c);
	}
	if (r->basis.others) {
		rep_put(b, "<tr class=\"fix\"><th scope=\"row\">$n others</th><td></td>",
		        r->basis.others);
		end_row(b, r, r->basis.rest);
	}
	if (lacking.records) {
		rep_put(b, "<tr class=\"fix\"><th scope=\"row\">not looked for</th><td></td>");
		end_row(b, r, lacking);
	}
	close_table(b);
}

void rep_licences(struct sc_buf *b, const struct sc_report *r)
{
	rep_put(b,
	        "<p>A licence here is what somebody wrote beside the record and where; whether that person could grant it is not looked into.</p>\n");
	class_table(b, r);
	basis_table(b, r);
	rep_put(b,
	        "<h3>Conflicts</h3>\n<p>Records that are described in more than one way: <strong>$n</strong>. Of these, sources say different licences or domains of the same bytes. All "
	        "descriptions stand in the manifest with <code>conflict=</code>; nothing was chosen silently.</p>\n",
	        r->seen->conflict.records);
}

void rep_rights(struct sc_buf *b, const struct sc_report *r)
{
	const struct sc_rights_sum *s = &r->seen->rights;
	const struct {
		const char *what;
		struct sc_count c;
	} v[] = { { "found: use is reserved", s->reserved },
		  { "found, and not clear", s->unclear },
		  { "looked for, and none found", s->clear },
		  { "not looked for", s->unchecked } };
	const struct rep_table *t = &r->table[SC_FACT_RIGHTS];

	open_table(b, "Reservations", "Signals by which rightsholders reserve text and data mining",
	           "Opt-out signals", NULL);
	for (size_t i = 0; i < SC_COUNT(v); i++) {
		rep_put(b, "<tr><th scope=\"row\">$s</th>", v[i].what);
		end_row(b, r, v[i].c);
	}
	close_table(b);
	if (!t->n)
		return;
	open_table(b, "Signals",
	           "What was found, as it stands in the manifest; a record may have several",
	           "Signal", NULL);
	for (size_t i = 0; i < t->n; i++) {
		rep_put(b, "<tr><th scope=\"row\"><code>$v</code></th>", &t->v[i].value);
		end_row(b, r, t->v[i].c);
	}
	if (t->others) {
		rep_put(b, "<tr class=\"fix\"><th scope=\"row\">$n others</th>", t->others);
		end_row(b, r, t->rest);
	}
	close_table(b);
}

/* ---- the audit ---- */

static void percent(struct sc_buf *b, double v, bool decided)
{
	if (decided)
		sc_buf_fmt(b, "<td class=\"n\">%.2f %%</td>", 100 * v);
	else
		rep_put(b, "<td class=\"n\">undecided</td>");
}

static void bound(struct sc_buf *b, const struct rep_bound *o)
{
	const struct sc_audit_bound *v = &o->at95;

	rep_put(b, "<tr><th scope=\"row\">$s</th>", sc_fact_names[o->what].p);
	rep_number(b, v->n);
	rep_number(b, v->errors);
	rep_number(b, v->unjudged);
	percent(b, v->upper, v->decided);
	percent(b, o->at99.upper, v->decided);
	percent(b, v->upper_finite, v->decided);
	rep_put(b, "</tr>\n");
}

void rep_audit(struct sc_buf *b, const struct sc_report *r)
{
	struct sc_arena a = { 0 };

	if (!r->has_audit) {
		rep_put(b,
		        "<p class=\"note\">No audit was given: how many labels are wrong is not known. <code>scope audit draw</code> draws a sample that a person can "
		        "judge.</p>\n");
		return;
	}
	rep_put(b,
	        "<p>$n of $n records were drawn at random and judged by <strong>$t</strong>; the draw follows from a number chosen by <strong>$t</strong>.$s</p>\n",
	        (uint64_t)r->audit.nrecord, r->audit.population, r->audit.auditor,
	        sc_audit_source(&a, &r->audit),
	        r->audit.source == SC_NONCE_SELF
	                ? " Since the publisher chose it, the sample may have been picked to look well."
	                : "");
	if (!r->nbound)
		rep_put(b, "<p class=\"note\">No verdict stands in the audit yet: it bounds nothing.</p>\n");
	if (!r->nbound)
		return;
	rep_put(b,
	        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Bounds\">\n<table><caption>How many labels are wrong, at most. Unclear ones "
	        "count as wrong.</caption>\n<thead><tr><th scope=\"col\">Label</th><th scope=\"col\" class=\"n\">Drawn</th><th scope=\"col\" class=\"n\">Wrong "
	        "or unclear</th><th scope=\"col\" class=\"n\">Not judged</th>");
	rep_put(b,
	        "<th scope=\"col\" class=\"n\">At most, 95 % sure</th><th scope=\"col\" class=\"n\">At most, 99 % sure</th><th scope=\"col\" class=\"n\">Of "
	        "this corpus, 95 % sure</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < r->nbound; i++)
		bound(b, &r->bound[i]);
	close_table(b);
	rep_put(b,
	        "<p class=\"small dim\">Exact one-sided bounds (Clopper and Pearson); of this corpus: by the hypergeometric distribution, which knows how many "
	        "records there are.</p>\n");
	sc_arena_free(&a);
}

/* ---- the sample ---- */

static void picture(struct sc_buf *b, const struct rep_sample *s, sc_str alt)
{
	struct sc_arena a = { 0 };

	rep_put(b, "<img src=\"data:$t;base64,", s->image_media);
	sc_buf_add(b, sc_base64(&a, s->image));
	rep_put(b, "\" alt=\"$t\"/>\n",
	        alt.n ? alt : SC_STR("a picture of the sample without words beside it"));
	sc_arena_free(&a);
}

static void shown(struct sc_buf *b, const struct sc_report *r, const struct rep_sample *s)
{
	if (s->image.n)
		picture(b, s, s->title.s.n ? s->title.s : sc_str_head(s->text.s, 80));
	else if (s->image_media.n)
		rep_put(b, "<div class=\"none-shown\">$t, $b: $s</div>\n", s->image_media,
		        s->image_bytes, s->why);
	else if (!s->text.s.n)
		rep_put(b, "<div class=\"none-shown\">$s</div>\n",
		        !r->conf->shards.n ? "no shards were given"
		        : s->found         ? "neither a picture nor text"
		                           : "not in the shards that were given");
	if (s->text.s.n)
		rep_put(b, "<blockquote>$t$s</blockquote>\n", s->text.s, s->text.full ? "…" : "");
}

static void said(struct sc_buf *b, const struct rep_sample *s)
{
	static const struct rep_value none = { .s = SC_LIT("not looked for") };

	rep_put(b, "<div class=\"said\">");
	if (s->title.s.n)
		rep_put(b, "<p><strong>$v</strong></p>", &s->title);
	if (s->author.s.n)
		rep_put(b, "<p>$v</p>", &s->author);
	rep_put(b, "<p><span class=\"dim\">Licence</span> $v",
	        s->licence.s.n ? &s->licence : &none);
	if (s->basis.s.n)
		rep_put(b, " <span class=\"dim\">by</span> <code>$v</code>", &s->basis);
	rep_put(b, "</p>");
	if (s->domain.s.n)
		rep_put(b, "<p><span class=\"dim\">Domain</span> $v</p>", &s->domain);
	if (s->src.n)
		rep_put(b, "<p><a rel=\"noreferrer noopener\" href=\"$t\">$v</a></p>", s->src,
		        &s->place);
	else if (s->place.s.n)
		rep_put(b, "<p><span class=\"dim\">From</span> $v</p>", &s->place);
	rep_put(b, "<p class=\"dim\">$n bytes$s$v<br/><code>$t</code></p></div>\n", s->bytes,
	        s->media.s.n ? ", " : "", &s->media, sc_str_head(s->id, 23));
}

void rep_sheet(struct sc_buf *b, const struct sc_report *r)
{
	uint64_t found = 0;

	for (size_t i = 0; i < r->nsample; i++)
		found += r->sample[i].found;
	rep_put(b,
	        "<p>$n of $n records, drawn by their digests and not by anybody's choice. They are to look at: a sample that something may be concluded "
	        "from is an audit's.",
	        (uint64_t)r->nsample, r->seen->all.records);
	if (r->conf->shards.n && found < r->nsample)
		rep_put(b, " $n of them are not in the shards that were given.",
		        (uint64_t)r->nsample - found);
	rep_put(b, "</p>\n");
	if (!r->nsample)
		return;
	if (!r->conf->shards.n)
		rep_put(b,
		        "<p class=\"note\">No shards were given (--shards): what the records say cannot be shown, only what is said of them.</p>\n");
	rep_put(b, "<ul class=\"sheet\">\n");
	for (size_t i = 0; i < r->nsample; i++) {
		rep_put(b, "<li>");
		if (r->conf->shards.n)
			shown(b, r, &r->sample[i]);
		said(b, &r->sample[i]);
		rep_put(b, "</li>\n");
	}
	rep_put(b, "</ul>\n");
}

/* ---- what is not known ---- */

void rep_gaps(struct sc_buf *b, const struct sc_report *r)
{
	static const char *const never[] = {
		"Whether a licence holds: it says where one was read, not whether who wrote it could grant it.",
		"Whether the law of a place allows a use.",
		"When a record was collected, and by whom.",
		"Whom a record speaks of: personal data are not looked for.",
		"What a model was trained on: it says what lies in the corpus.",
	};

	open_table(b, "What is not said", "Records of which the manifest does not say something",
	           "Of so many records", NULL);
	for (size_t i = 0; i < r->ngap; i++) {
		rep_put(b, "<tr><th scope=\"row\">$s</th>", r->gap[i].what);
		end_row(b, r, r->gap[i].c);
	}
	close_table(b);
	rep_put(b, "<h3>What no manifest can say</h3>\n<ul>\n");
	for (size_t i = 0; i < SC_COUNT(never); i++)
		rep_put(b, "<li>$s</li>\n", never[i]);
	rep_put(b, "</ul>\n");
}

/* ---- provenance ---- */

static void fact(struct sc_buf *b, const char *what, sc_str value)
{
	rep_put(b, "<dt>$s</dt><dd><code>$t</code></dd>\n", what, value);
}

static void roots(struct sc_buf *b, const struct sc_report *r)
{
	const struct sc_stated *t = &r->seen->stated;
	char hex[65] = { 0 };

	sc_hex(r->file, 32, hex);
	rep_put(b, "<dl class=\"facts\">\n");
	fact(b, "Manifest", r->name);
	fact(b, "SHA-256 of the file", sc_str_c(hex));
	fact(b, "record-root: over all records", t->record_root);
	fact(b, "key-root: over all names", t->key_root);
	fact(b, "lines: over the text", t->lines);
	for (size_t i = 0; i < r->seen->nhead; i++) {
		struct sc_arena a = { 0 };
		struct rep_value key = rep_cut(&a, r->seen->head[i].key, 64),
		                 value = rep_cut(&a, r->seen->head[i].value, 1024);

		rep_put(b, "<dt>$v</dt><dd><code>$v</code></dd>\n", &key, &value);
		sc_arena_free(&a);
	}
	rep_put(b, "</dl>\n");
}

static void signatures(struct sc_buf *b, const struct sc_report *r)
{
	const struct sc_checkpoint *c = &r->checkpoint;

	rep_put(b, "<h3>Signatures</h3>\n<ul>\n");
	if (r->signer.n)
		rep_put(b,
		        "<li>The manifest is <strong>signed</strong> by <code>$t</code>, and the signature is sound.</li>\n",
		        r->signer);
	else
		rep_put(b, "<li>$s</li>\n",
		        r->has_signature
		                ? "A signature lies beside the manifest. It was <strong>not checked</strong>: no key was given (--key or --signers)."
		                : "No signature lies beside the manifest: who vouches for it is not known.");
	if (r->has_checkpoint)
		rep_put(b, "<li>Checkpoint of the log <code>$t</code>, $n entries, $s$t. $s</li>\n",
		        c->origin, c->size,
		        c->who.n ? "signed by " : "not signed by a key that was given", c->who,
		        c->has_version
		                ? "It proves that this manifest's record-root stands in the log."
		                : "It does not say that this manifest stands in the log.");
	rep_put(b, "</ul>\n");
}

static void file_row(struct sc_buf *b, sc_str path, uint64_t records, uint64_t bytes,
                     const uint8_t sha256[32])
{
	struct sc_arena a = { 0 };
	struct rep_value v = rep_cut(&a, path, REP_VALUE);
	char hex[65] = { 0 };

	sc_hex(sha256, 32, hex);
	rep_put(b, "<tr><th scope=\"row\">$v</th>", &v);
	rep_number(b, records);
	rep_number(b, bytes);
	rep_put(b, "<td class=\"w\"><code>$s</code></td></tr>\n", hex);
	sc_arena_free(&a);
}

static void files_head(struct sc_buf *b, const char *label, const char *caption)
{
	rep_put(b,
	        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"$s\">\n<table class=\"sort\"><caption>$s</caption>\n<thead><tr><th "
	        "scope=\"col\">File</th><th scope=\"col\" class=\"n\">Records</th><th scope=\"col\" class=\"n\">Bytes</th><th scope=\"col\">SHA-256</th></tr>"
	        "</thead>\n<tbody>\n",
	        label, caption);
}

static void files_rest(struct sc_buf *b, uint64_t n, uint64_t records, uint64_t bytes)
{
	if (n) {
		rep_put(b, "<tr class=\"fix\"><th scope=\"row\">$n others</th>", n);
		rep_number(b, records);
		rep_number(b, bytes);
		rep_put(b, "<td></td></tr>\n");
	}
	close_table(b);
}

static void files_in(struct sc_buf *b, const struct sc_report *r)
{
	const struct sc_facts_seen *s = r->seen;
	uint64_t records = s->in_records, bytes = s->in_bytes;
	size_t n = s->nin < r->top ? s->nin : (size_t)r->top;

	if (!n) {
		rep_put(b, "<p class=\"note\">The manifest names no file that went in.</p>\n");
		return;
	}
	files_head(b, "What went in", "What went in");
	for (size_t i = 0; i < n; i++) {
		file_row(b, s->in[i].path, s->in[i].records, s->in[i].bytes, s->in[i].sha256);
		records -= s->in[i].records;
		bytes -= s->in[i].bytes;
	}
	files_rest(b, s->nin - n, records, bytes);
}

static void files_out(struct sc_buf *b, const struct sc_report *r)
{
	const struct sc_facts_seen *s = r->seen;
	uint64_t records = s->out_records, bytes = s->out_bytes;
	size_t n = s->nout < r->top ? s->nout : (size_t)r->top;

	if (!n) {
		rep_put(b, "<p class=\"note\">The manifest names no file that came out.</p>\n");
		return;
	}
	files_head(b, "What came out", "What came out");
	for (size_t i = 0; i < n; i++) {
		file_row(b, s->out[i].path, s->out[i].records, s->out[i].stored.bytes,
		         s->out[i].stored.sha256);
		records -= s->out[i].records;
		bytes -= s->out[i].stored.bytes;
	}
	files_rest(b, s->nout - n, records, bytes);
}

void rep_provenance(struct sc_buf *b, const struct sc_report *r)
{
	rep_put(b,
	        "<p>The manifest lists every record. Its lines were held to the record-root below when this page was made; <code>scope verify</code> reads "
	        "the files themselves again.</p>\n");
	roots(b, r);
	signatures(b, r);
	rep_put(b, "<h3>Files</h3>\n");
	files_in(b, r);
	files_out(b, r);
}
