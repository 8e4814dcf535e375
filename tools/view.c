/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view -- records at a glance: one line each, as wide as the terminal, nothing in it that a terminal obeys; or a contact sheet of
 * their pictures.
 */
#include <scope/cmd.h>
#include <scope/run.h>
#include <scope/sheet.h>
#include <scope/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct view {
	size_t width;
	bool colour, begun;
	struct sc_sheet *sheet;
};

struct view_conf {
	sc_str sheet;
	uint64_t most;
};

static const struct sc_opt opts[] = {
	{ "contact-sheet", "OUT.html", "a page of their pictures instead, with captions, licence and domain", offsetof(struct view_conf, sheet), 0, SC_OPT_STR },
	{ "most", "N", "pictures on it; what is more is counted (default 200)", offsetof(struct view_conf, most), 0, SC_OPT_NUM },
	{ NULL, NULL, NULL, 0, 0, SC_OPT_FLAG },
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

static int on_sheet(void *with, struct sc_arena *a, struct sc_record *r, struct sc_err *e)
{
	return sc_sheet_add(((struct view *)with)->sheet, a, r, e);
}

/* The page gets its name only when the run came to its end. */
static int to_sheet(struct sc_plan *p, const struct view_conf *conf, struct view *v, int first, int argc, char **argv, struct sc_err *e)
{
	int rc;

	if (sc_sheet_open(&v->sheet, conf->sheet, conf->most ? conf->most : 200, e) < 0) {
		sc_plan_free(p);
		return 2;
	}
	sc_plan_sink(p, on_sheet, v);
	rc = sc_run_main(p, first, argc, argv, e);
	if (rc == 2)
		sc_sheet_abandon(v->sheet);
	else if (sc_sheet_end(v->sheet, e) < 0)
		rc = 2;
	return rc;
}

static int view_main(int argc, char **argv, struct sc_err *e)
{
	extern const struct sc_cmd cmd_view;
	struct sc_run_conf run = { .output = { NULL, 0 } };
	struct view_conf conf = { .most = 0 };
	struct view v = { .width = terminal_width() };
	struct sc_arena a = { 0 };
	struct sc_optset set[] = { { opts, &conf }, { sc_run_opts, &run } };
	const struct sc_opt *tables[] = { opts, sc_run_opts };
	struct sc_plan *p = NULL;
	bool help = false;
	int first = sc_opt_parse(set, 2, argc, argv, &a, &help, e), rc = 2;

	v.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	if (help) {
		sc_help_print("scope view", &cmd_view.card, cmd_view.synopsis, tables, 2);
		rc = 0;
	} else if (first >= 0 && sc_plan_new(&p, &run, e) >= 0) {
		sc_plan_sink(p, show, &v);
		if (sc_plan_stages(p, conf.sheet.n ? SC_STR("tag licence,domain --quiet") : SC_STR("tag media,licence --quiet"), e) < 0)
			sc_plan_free(p);
		else if (conf.sheet.n)
			rc = to_sheet(p, &conf, &v, first, argc, argv, e);
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
		  .more = "Control characters and what else a terminal would obey are escaped.  Colours on a terminal only; NO_COLOR is honoured.\n\n"
			  "--contact-sheet makes one HTML file that holds the pictures themselves (PNG, JPEG, GIF, WebP, SVG, up to 2 MiB each; of others it says what they "
			  "are), runs nothing and loads nothing.",
		  .example = "scope view docs.jsonl",
		  .opts = opts },
	.synopsis = "[OPTION...] [SHARD...]",
	.family = SC_LOOK,
	.main = view_main,
};
