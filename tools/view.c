/* SPDX-License-Identifier: Apache-2.0 */
/* view -- records at a glance: one line each, as wide as the terminal, nothing in it that a terminal obeys. */
#include <scope/cmd.h>
#include <scope/run.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct view {
	size_t width;
	bool colour, begun;
};

static size_t terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize w;
	uint64_t n;

	if (columns && sc_str_u64(sc_str_c(columns), &n) && n >= 40 && n <= 1000)
		return (size_t)n;
	if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) && w.ws_col >= 40)
		return w.ws_col;
	return 100;
}

/* s in exactly `cols` columns and a blank; cut with ~ when it is longer. */
static void cell(struct sc_arena *a, sc_str s, size_t cols, bool right)
{
	sc_str safe = sc_escape(a, sc_str_head(s, 4 * cols + 64)), fits = sc_fit(safe, cols);
	size_t used;

	if (fits.n < safe.n)
		fits = sc_fit(safe, cols - 1);
	used = sc_columns(fits) + (fits.n < safe.n);
	if (right)
		printf("%*s", (int)(cols - used), "");
	printf("%.*s%s", (int)fits.n, fits.p, fits.n < safe.n ? "~" : "");
	if (!right)
		printf("%*s", (int)(cols - used), "");
	putchar(' ');
}

static sc_str tag_value(const struct sc_record *r, const char *key)
{
	const struct sc_tag *t = sc_tag_first(r, sc_str_c(key));

	return t ? t->value : SC_STR("-");
}

static void colour(const struct view *v, const char *code)
{
	if (v->colour)
		printf("\033[%sm", code);
}

static const char *licence_colour(sc_str licence)
{
	if (sc_str_eq(licence, SC_STR("none")) || sc_str_eq(licence, SC_STR("-")))
		return "2";
	if (sc_str_eq(licence, SC_STR("conflict")) || sc_str_eq(licence, SC_STR("unknown")))
		return "33";
	return "32";
}

/* White space runs as one blank, so that a snippet is one line of words. */
static sc_str snippet(struct sc_arena *a, sc_str text, size_t cols)
{
	sc_str s = sc_str_trim(sc_str_head(text, 8 * cols));
	char *p = sc_alloc(a, s.n + 1);
	size_t n = 0;

	s.n = sc_utf8_valid(s);
	for (size_t i = 0; i < s.n; i++) {
		bool blank = s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\t' || s.p[i] == '\r';

		if (!blank)
			p[n++] = s.p[i];
		else if (n && p[n - 1] != ' ')
			p[n++] = ' ';
	}
	return (sc_str){ p, n };
}

static void header(const struct view *v)
{
	colour(v, "1");
	printf("%6s %9s %-16s %-16s %-24s %s", "#", "bytes", "media", "licence", "name", "text");
	colour(v, "0");
	putchar('\n');
}

static int show(void *with, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	struct view *v = with;
	sc_str licence = tag_value(r, "licence"), text;
	size_t used = 6 + 1 + 9 + 1 + 16 + 1 + 16 + 1 + 24 + 1;
	uint32_t part;

	(void)e;
	if (!v->begun)
		header(v);
	v->begun = true;
	text = sc_record_text(r, &part);
	cell(a, sc_fmt(a, "%ju", (uintmax_t)r->from.ordinal), 6, true);
	cell(a, sc_fmt(a, "%ju", (uintmax_t)sc_record_bytes(r)), 9, true);
	cell(a, tag_value(r, "media"), 16, false);
	colour(v, licence_colour(licence));
	cell(a, licence, 16, false);
	colour(v, "0");
	cell(a, r->url.n ? r->url : r->name.n ? r->name : SC_STR("-"), 24, false);
	if (v->width > used + 8) {
		sc_str s = sc_fit(sc_escape(a, snippet(a, text, v->width - used)), v->width - used);

		printf("%.*s", (int)s.n, s.p);
	}
	putchar('\n');
	return ferror(stdout) ? sc_fail(e, "standard output: broken pipe") : SC_OK;
}

static int view_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_view;
	struct sc_run_conf run = { .output = { NULL, 0 } };
	struct view v = { .width = terminal_width() };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { sc_run_opts, &run } };
	const struct sc_opt *tables[] = { NULL, sc_run_opts };
	struct sc_plan *p = NULL;
	bool help = false;
	int first = sc_opt_parse(set, 1, argc, argv, &a, &help, e), rc = 2;

	v.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	if (help) {
		sc_help_print("scope view", &cmd_view.card, cmd_view.synopsis, tables, 2);
		rc = 0;
	} else if (first >= 0 && sc_plan_new(&p, &run, e) >= 0) {
		sc_plan_sink(p, show, &v);
		if (sc_plan_stages(p, SC_STR("tag media,licence --quiet"), e) < 0)
			sc_plan_free(p);
		else
			rc = sc_run_main(p, first, argc, argv, e);
	}
	sc_arena_free(&a);
	return rc;
}

extern const struct sc_cmd cmd_view;
const struct sc_cmd cmd_view = {
	.card = { .name = "view",
		  .about = "records at a glance, one line each, as wide as the terminal",
		  .more = "Control characters and what else a terminal would obey are escaped.  Colours on a terminal only; NO_COLOR is honoured.",
		  .example = "scope view docs.jsonl" },
	.synopsis = "[OPTION...] [SHARD...]",
	.family = SC_LOOK,
	.main = view_main,
};
