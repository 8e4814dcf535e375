#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed.sh FILE -- a text file as C: filters/tag/hosts.txt becomes sc_data_tag_hosts, a NUL behind it, and
# sc_data_tag_hosts_n, its bytes without that NUL.  Octal escapes only, so any bytes will do.
set -eu
LC_ALL=C
export LC_ALL
dir=$(basename "$(dirname "$1")")
base=$(basename "$1")
name=sc_data_${dir}_$(echo "${base%.*}" | tr -c 'A-Za-z0-9\n' _)
printf '/* Made by scripts/embed.sh; do not edit. */\n#include <stddef.h>\n\n'
printf 'extern const char %s[];\nextern const size_t %s_n;\nconst char %s[] =\n' "$name" "$name" "$name"
od -An -v -to1 "$1" | awk '
	{ s = ""; for (i = 1; i <= NF; i++) s = s "\\" $i; print "\t\"" s "\"" }
	END { if (!NR) print "\t\"\""; print "\t;" }'
printf 'const size_t %s_n = sizeof %s - 1;\n' "$name" "$name"
