#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# coverage.sh BUILD -- lines that ran, by file, the least covered first, from what gcov counted.
set -eu
LC_ALL=C
export LC_ALL
find "$1/libscope" "$1/filters" "$1/tools" -name '*.gcda' -exec gcov -n {} + 2>/dev/null | awk '
	/^File / { gsub(/\047/, "", $2); file = $2 }
	/^Lines executed:/ && file ~ /^(libscope|filters|tools)\// {
		split($0, a, /[:% ]+/)
		printf "%6.1f%% of %5d  %s\n", a[3], a[5], file
		lines += a[5]; ran += a[5] * a[3] / 100; file = ""
	}
	END { if (lines) printf "%6.1f%% of %5d  all\n", 100 * ran / lines, lines }' | sort -u | sort -n
