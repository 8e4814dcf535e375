#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# demo.sh SCOPE DIR -- five minutes in one: an archive, the main job over it, what came out, and the proof.
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

say "An archive of three formats, in $dir"
ls -l docs.jsonl pages.warc.gz figures.tar | awk '{ printf "%8d  %s\n", $5, $NF }'

say 'What is in it'
run stat --by licence docs.jsonl pages.warc.gz figures.tar

say 'Keep what is openly licensed, with evidence and a manifest'
run run 'hash | tag media,host,domain,licence | filter "licence in open"' docs.jsonl pages.warc.gz figures.tar -o open.jsonl --summary

say 'What came out'
run view open.jsonl

say 'Is it true?'
run verify open.jsonl.scm

printf '\nThe corpus is %s/open.jsonl, its manifest %s/open.jsonl.scm: a sorted text file, made for grep.\n' "$dir" "$dir"
