#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench-licence.sh SCOPE DIR -- what finding licences costs, beside Debian's licensecheck on the same files in the same run.
#
# The input is what stands on this machine: licence files and copyright files (each content once), pages in HTML and ordinary text
# below /usr/share; articles are made (bench/papers.mjs).  DIR/report.txt has MB/s as ratios turn by turn, peak memory and goals, and
# below them files a second and what a start costs.
set -eu
LC_ALL=C
export LC_ALL
unset SOURCE_DATE_EPOCH
here=$(cd "$(dirname "$0")/bench" && pwd)
[ $# -eq 2 ] || { sed -n '3s/^# //p' "$0" >&2; exit 2; }
scope=$(realpath "$1")
mkdir -p "$2/licence"
cd "$2/licence"
quick= only= turns=5

say() {
	echo "bench: $*" >&2
}
die() {
	say "$*"
	exit 1
}

. "$here/lib.sh"
: > plan.tsv
: > runs.tsv
"${CC:-cc}" -O2 -o spend "$here/spend.c"

gather() { # FOLDER MOST FIND-TEST...: files of distinct content, at most MOST bytes of them, into FOLDER
	to=$1 most=$2
	shift 2
	[ ! -d "$to" ] || return 0
	mkdir -p "$to.new"
	find /usr/share /usr/lib -xdev -type f -size -1024k \( "$@" \) -exec sha256sum {} + 2>/dev/null | sort -u -k 1,1 > "$to.sums"
	n=0 sum=0
	while read -r digest file; do
		size=$(wc -c < "$file")
		sum=$((sum + size))
		[ $sum -le "$most" ] || break
		cp "$file" "$to.new/$(echo "$digest" | cut -c 1-16)"
	done < "$to.sums"
	mv "$to.new" "$to"
}
gather files 30000000 -iname copyright -o -iname 'licen[sc]e' -o -iname 'licen[sc]e.txt' -o -iname 'licen[sc]e.md' -o -iname copying -o -path '*/common-licenses/*'
gather text 30000000 -name '*.txt' -o -name '*.md' -o -name '*.pod' -o -name '*.rst' -o -name 'README*'
gather pages 30000000 -name '*.html'
[ -s text.all ] || cat text/* > text.all
[ -s pages.jsonl ] || "$scope" cat --from file --to jsonl -q pages/* > pages.jsonl
n=$(ls files | wc -l)
[ "$n" -gt 20 ] || die "hardly a licence file on this machine"
ls -d files/* | sort | awk -v n="$n" 'NR % int(n / 40 + 1) == 0' > few
few=$(wc -l < few)
xargs cat < few > few.all
cat files/* > all.all
size() {
	wc -c < "$1"
}
ten='files files files files files files files files files files'
mit='SPDX-License-Identifier: MIT'
echo "$mit" > one.txt
echo '{"text":"words"}' > none.jsonl

if table files "licence files, one thread: $n of them, ten times"; then
	row read "$((10 * $(size all.all)))" 'cat, all in one' "exec cat all.all all.all all.all all.all all.all all.all all.all all.all all.all all.all >/dev/null"
	row scope "$((10 * $(size all.all)))" 'scope licence --tsv -j1' "exec $scope licence --tsv -j1 $ten >/dev/null"
	run $turns
fi
if table few "the same files for both: $few of them"; then
	row scope "$(size few.all)" 'scope licence --tsv -j1' "exec $scope licence --tsv -j1 $(tr '\n' ' ' < few) >/dev/null"
	if has licensecheck; then
		row licensecheck "$(size few.all)" 'licensecheck --machine --shortname-scheme spdx' "exec licensecheck --machine --shortname-scheme spdx --lines 0 $(tr '\n' ' ' < few) >/dev/null"
	else
		note 'no licensecheck here: apt-get install licensecheck'
	fi
	run $turns
fi
if table text 'ordinary text, one thread: one shard of it'; then
	row grep "$(size text.all)" "grep -c 'SPDX-License-Identifier'" "exec grep -c SPDX-License-Identifier text.all >/dev/null"
	row scope "$(size text.all)" 'scope licence --tsv -j1' "exec $scope licence --tsv -j1 text.all >/dev/null"
	run $turns
fi
if [ -s pages.jsonl ] && table pages "pages in HTML, one thread: $(ls pages | wc -l) of them in one .jsonl"; then
	row read "$(size pages.jsonl)" 'scope cat -j1' "exec $scope cat -j1 -q pages.jsonl >/dev/null"
	row scope "$(size pages.jsonl)" 'scope tag licence -j1' "exec $scope tag licence --tags none -j1 -q pages.jsonl >/dev/null"
	run $turns
fi
if table start 'to start, and say what one small file is'; then
	row version 0 'scope version' "exec $scope version >/dev/null"
	row scope 0 'scope licence --tsv' "exec $scope licence --tsv one.txt >/dev/null"
	row text 0 'scope licence --tsv, of a whole text' "exec $scope licence --tsv $(head -1 few) >/dev/null"
	! has licensecheck || row licensecheck 0 'licensecheck --machine' "exec licensecheck --machine one.txt >/dev/null"
	run 15
fi
fact files "$(awk -F '\t' -v n="$n" '$1 == "files" && $2 == "scope" { print int(10 * n / ($4 / 1e6)) }' runs.tsv | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] " licence files a second, median" }')"
fact start "$(awk -F '\t' '$1 == "start" && $2 == "text" { print $4 / 1e3 }' runs.tsv | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] " ms to start and name one text, median" }')"
node "$here/report.mjs" . "$scope" "$here" > report.txt && bad=0 || bad=$?
cat report.txt
exit $bad
