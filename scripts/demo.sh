#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# demo.sh SCOPE DIR -- five minutes in one: papers, their figures, what came out and why, whose work it is, and the proof.
set -eu
LC_ALL=C
export LC_ALL
scope=$(realpath "$1") dir=$2
here=$(dirname "$0")
rm -rf "$dir"
sh "$here/archive.sh" "$dir"
cd "$dir"

say() {
	printf '\n\033[1m%s\033[0m\n' "$*" | if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then cat; else sed 's/\x1b\[[0-9]*m//g'; fi
}
run() { # the command as a person would type it, then what it says
	printf '$ scope'
	for word in "$@"; do
		case $word in
		*[!A-Za-z0-9_./:=,-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
	"$scope" "$@"
}

say "Papers as they are handed on, in $dir"
ls -l papers | awk 'NF > 2 { printf "%8d  papers/%s\n", $5, $NF }'

say 'Their figures under open licences, with captions, evidence and a manifest'
run run figures papers/2405.00001.gz papers/boots.tar.gz papers/lichens.tar.gz -o figs.tar --dropped left-out.tar --summary

say 'What came out, what did not'
run stat --by licence,domain figs.tar
run view left-out.tar

say 'Why one of them did not: it is somebody else'"'"'s'
run explain papers/lichens.tar.gz 10.55555_joe.0001/f3-d50e81f2a8bd --stages 'split figures | tag licence' | head -14

say 'Whose work it is, and a page to look at'
run export attribution figs.tar.scm
run view --contact-sheet figs.html figs.tar

say 'Any other shard: what is openly licensed in a WARC file, JSONL and a WebDataset shard'
run run 'hash | tag media,host,domain,licence | filter "licence in open"' docs.jsonl pages.warc.gz figures.tar -o open.jsonl --summary

say 'Is it true?'
run verify figs.tar.scm

printf '\nThe corpus is %s/figs.tar, its manifest %s/figs.tar.scm (a sorted text file, made for grep), its contact sheet %s/figs.html.\n' "$dir" "$dir" "$dir"
