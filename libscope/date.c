/* SPDX-License-Identifier: Apache-2.0 */
/* date.c -- days and times as RFC 3339 writes them; see scope/text.h, and scope/charter.h for what charters do with them. */
#include <scope/charter.h>
#include <scope/text.h>

#include <time.h>

static bool has_form(sc_str s, const char *form)
{
	if (s.n != strlen(form))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (form[i] == '0' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != form[i])
			return false;
	return true;
}

static unsigned two(sc_str s, size_t at)
{
	return (unsigned)(s.p[at] - '0') * 10 + (unsigned)(s.p[at + 1] - '0');
}

bool sc_is_date(sc_str s)
{
	static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned year, month, day;

	if (!has_form(s, "0000-00-00"))
		return false;
	year = two(s, 0) * 100 + two(s, 2);
	month = two(s, 5);
	day = two(s, 8);
	return month && month <= 12 && day &&
	       day <= days[month - 1] + (month == 2 && year % 4 == 0 && (year % 100 || year % 400 == 0));
}

bool sc_is_time(sc_str s)
{
	return has_form(s, "0000-00-00T00:00:00Z") && sc_is_date(sc_str_head(s, 10)) && two(s, 11) < 24 &&
	       two(s, 14) < 60 && two(s, 17) <= 60; /* a leap second */
}

bool sc_date_parse(sc_str s, int64_t *t)
{
	struct tm tm = { 0 };

	if (!sc_is_date(s) && !sc_is_time(s))
		return false;
	tm.tm_year = (int)(two(s, 0) * 100 + two(s, 2)) - 1900;
	tm.tm_mon = (int)two(s, 5) - 1;
	tm.tm_mday = (int)two(s, 8);
	if (s.n > strlen("0000-00-00")) {
		tm.tm_hour = (int)two(s, 11);
		tm.tm_min = (int)two(s, 14);
		tm.tm_sec = (int)two(s, 17);
	}
	*t = timegm(&tm);
	return true;
}
