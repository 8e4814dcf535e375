#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench.sh [OPTION...] SCOPE DIR -- what scope's work costs, beside the bare decoders and other tools.
#
# Everything is made below DIR: the input from texts on this machine (bench/texts.mjs), small C programs, other tools from npm
# (bench/peers.sh).  Then each table's commands are run by turns (bench/tables.sh) and DIR/report.txt and DIR/report.json say
# what came out (bench/report.mjs): medians, ratios turn by turn, peak memory, and each goal met or not.  One of the two is
# printed.  The end is not 0 when a command fails or when exact tools do not keep the same number of records; a goal that is
# not met is no failure.  docs/BENCH.md says what is measured and why.
#
#   --quick        24 MB and three turns instead of 98 MB and five; no 4 GiB
#   --json         the same figures for programs
#   --only TABLES  the tables so named, separated by commas (their names stand in [brackets] in the report)
#   --mega N       N MB of input
#   --no-peers     only the tools that are there: nothing is installed
set -eu
LC_ALL=C
export LC_ALL
unset SOURCE_DATE_EPOCH
here=$(cd "$(dirname "$0")/bench" && pwd)
quick= json= only= mega= peers=1
while [ $# -gt 2 ]; do
	case $1 in
	--quick) quick=1 ;;
	--json) json=1 ;;
	--only) only=,$2, && shift ;;
	--mega) mega=$2 && shift ;;
	--no-peers) peers= ;;
	*) break ;;
	esac
	shift
done
[ $# -eq 2 ] || { sed -n '3s/^# //p' "$0" >&2; exit 2; }
scope=$(realpath "$1")
mkdir -p "$2"
dir=$(cd "$2" && pwd)
turns=5
[ -z "$quick" ] || turns=3
[ -n "$mega" ] || { mega=98; [ -z "$quick" ] || mega=24; }
began=$(date +%s)

say() {
	echo "bench: $*" >&2
}

cd "$dir"
rm -rf out
mkdir -p out
TMPDIR=$dir/out
export TMPDIR
: > plan.tsv
: > runs.tsv
. "$here/lib.sh"
. "$here/peers.sh"
. "$here/input.sh"
. "$here/tables.sh"
rm -rf out
fact seconds "$(($(date +%s) - began))"
[ -z "$quick" ] || note "quick: small input and few turns; starting a process weighs more than in the full bench, with other tools most of all"
node "$here/report.mjs" "$dir" "$scope" "$here" > report.txt && bad=0 || bad=$?
if [ -n "$json" ]; then cat report.json; else cat report.txt; fi
exit $bad
