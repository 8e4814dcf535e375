/* SPDX-License-Identifier: Apache-2.0 */
/* date.c -- dates as people and charters write them. */
#include <scope/charter.h>

#include <time.h>

bool sc_date_parse(sc_str s, int64_t *t)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d" };
	char text[32];

	if (s.n >= sizeof text)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	for (size_t i = 0; i < SC_COUNT(forms); i++) {
		struct tm tm = { 0 }, back;
		char *rest = strptime(text, forms[i], &tm);
		int mday = tm.tm_mday;
		time_t at = rest && !*rest ? timegm(&tm) : 0; /* which makes a day of March of 30 February */

		if (rest && !*rest && gmtime_r(&at, &back) && back.tm_mday == mday) {
			*t = at;
			return true;
		}
	}
	return false;
}
