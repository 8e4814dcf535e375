# SPDX-License-Identifier: Apache-2.0
# tables.sh -- what is measured: every table with its commands, and the goals it answers; read by bench.sh.

j=$in/all.jsonl
gz=$j.gz
zst=$j.zst
warc=$in/all.warc.gz
six='meta.license in {"MIT" "Apache-2.0" "BSD-3-Clause" "CC-BY-4.0" "PostgreSQL" "Expat"}'
w1="filter '$six and text ~ \"[Ll]icen[cs]e\"' --tags none -q"
w1jq='select((.license | IN("MIT","Apache-2.0","BSD-3-Clause","CC-BY-4.0","PostgreSQL","Expat")) and (.text | test("[Ll]icen[cs]e")))'
w1raw='[Ll]icen[cs]e[^"].*"license":"(MIT|Apache-2\.0|BSD-3-Clause|CC-BY-4\.0|PostgreSQL|Expat)","source"'
job="run 'hash | tag licence,domain,host,media | filter \"licence in open\"' -q"
scope="exec $scope"
igzip=
! has igzip || igzip=1
[ -n "$igzip" ] || say "no igzip: goals against it cannot be judged"

# ---- 1: W1 over what is compressed ----

if table gz 'W1, one .jsonl.gz in, lines out to nowhere'; then
	[ -z "$igzip" ] || row igzip "$bytes" 'igzip -dc' "exec igzip -dc $gz >/dev/null"
	row zcat "$bytes" 'zcat' "exec gzip -dc $gz >/dev/null"
	row j1 "$bytes" 'scope filter -j1' "$scope $w1 -j1 $gz >/dev/null"
	row j2 "$bytes" 'scope filter -j2' "$scope $w1 -j2 $gz >/dev/null"
	run $turns
	goal 1 'W1 on .jsonl.gz: CPU of -j1 over igzip -dc' cpu gz/j1 gz/igzip '<=' 1.25
	goal 1 'W1 on .jsonl.gz: wall of -j2 over igzip -dc' wall gz/j2 gz/igzip '<=' 1.10
fi
