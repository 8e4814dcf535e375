# SPDX-License-Identifier: Apache-2.0
# tables.sh -- what is measured: every table with its commands, and the goals it answers; read by bench.sh.
#
# W1 keeps records by their licence field and a pattern, W2 adds a SHA-256 to each, W3 drops exact duplicates by text, W4 counts
# by licence field and by host or site.  "The job" hashes, tags licence, domain, host and media, keeps what is open, and writes
# a manifest.  scope's -j1 is compared by CPU seconds, -j2 by wall time.

j=$in/all.jsonl
gz=$j.gz
zst=$j.zst
warc=$in/all.warc.gz
six='"MIT" "Apache-2.0" "BSD-3-Clause" "CC-BY-4.0" "PostgreSQL" "Expat"'
w1="filter 'meta.license in {$six} and text ~ \"[Ll]icen[cs]e\"' --tags none -q"
w1jq="select((.license | IN($(echo "$six" | tr ' ' ,))) and (.text | test(\"[Ll]icen[cs]e\")))"
w1raw='[Ll]icen[cs]e[^"].*"license":"(MIT|Apache-2[.]0|BSD-3-Clause|CC-BY-4[.]0|PostgreSQL|Expat)","source"'
job="run 'hash | tag licence,domain,host,media | filter \"licence in open\"' -q"
s="exec $scope"

# W4's field is counted as it stands; a scope that can only count tags says the licence that its tagger finds.
w4='stat --by meta.license,site' w4name='licence field and site'
if ! "$scope" $w4 "$in/tiny.jsonl" >/dev/null 2>&1; then
	w4='stat --by licence,site' w4name='licence tag and site'
	note "W4 counts by the licence that the tagger finds: this scope cannot count by meta.license"
fi

bare_igzip() { # a row of the bare decoder, first in its table so that ratios are against it
	if has igzip; then row igzip "$bytes" 'igzip -dc' "exec igzip -dc $gz >/dev/null"; fi
}

works() { # ARGUMENT...: this program knows it
	"$scope" "$@" >/dev/null 2>&1
}

# ---- what is compressed, against its decoder ----

if table gz 'W1, one .jsonl.gz in, lines out to nowhere'; then
	bare_igzip
	row zcat "$bytes" 'zcat' "exec gzip -dc $gz >/dev/null"
	! has libdeflate-gunzip || row libdeflate "$bytes" 'libdeflate-gunzip, whole in memory' "exec libdeflate-gunzip -c $gz >/dev/null"
	row j1 "$bytes" 'scope filter -j1' "$s $w1 -j1 $gz >/dev/null"
	row j2 "$bytes" 'scope filter -j2' "$s $w1 -j2 $gz >/dev/null"
	run $turns
	goal 1 'W1 on .jsonl.gz, CPU of -j1 over igzip -dc' cpu gz/j1 gz/igzip '<=' 1.25
	goal 1 'W1 on .jsonl.gz, wall of -j2 over igzip -dc' wall gz/j2 gz/igzip '<=' 1.10
fi
if table gzgz 'W1, .jsonl.gz in and out'; then
	bare_igzip
	row j1 "$bytes" 'scope filter -j1 -o out.jsonl.gz' "$s $w1 -j1 $gz -o out/w1.jsonl.gz"
	row j2 "$bytes" 'scope filter -j2 -o out.jsonl.gz' "$s $w1 -j2 $gz -o out/w1.jsonl.gz"
	run $turns
	fact kept "W1 keeps $(lines out/w1.jsonl.gz) of $records records, $(gzip -dc out/w1.jsonl.gz | wc -c) of $bytes bytes"
	goal 1 'W1 from .gz to .gz, wall of -j2 over igzip -dc' wall gzgz/j2 gzgz/igzip '<=' 1.15
fi
if has zstd && table zst 'W1, one .jsonl.zst in, lines out to nowhere'; then
	row zstd "$bytes" 'zstd -dc' "exec zstd -dcq $zst >/dev/null"
	row j1 "$bytes" 'scope filter -j1' "$s $w1 -j1 $zst >/dev/null"
	row j2 "$bytes" 'scope filter -j2' "$s $w1 -j2 $zst >/dev/null"
	run $turns
	goal 1 'W1 on .jsonl.zst, CPU of -j1 over zstd -dc' cpu zst/j1 zst/zstd '<=' 1.25
	goal 1 'W1 on .jsonl.zst, wall of -j2 over zstd -dc' wall zst/j2 zst/zstd '<=' 1.10
fi
if table shards 'W1, one shard and eight, one core and two'; then
	if has igzip; then
		row igzip $((bytes * 8)) 'igzip -dc, eight one after the other' "for f in $in/eight/*; do igzip -dc \$f; done >/dev/null"
		row igzip1 "$bytes" 'igzip -dc, one' "exec igzip -dc $gz >/dev/null"
	fi
	row one1 "$bytes" 'scope filter -j1, one' "$s $w1 -j1 $gz >/dev/null"
	row one2 "$bytes" 'scope filter -j2, one' "$s $w1 -j2 $gz >/dev/null"
	row eight1 $((bytes * 8)) 'scope filter -j1, eight' "$s $w1 -j1 $in/eight/* >/dev/null"
	row eight2 $((bytes * 8)) 'scope filter -j2, eight' "$s $w1 -j2 $in/eight/* >/dev/null"
	row parts1 "$bytes" 'scope filter -j1, eight parts of one' "$s $w1 -j1 $in/one-*.gz >/dev/null"
	row parts2 "$bytes" 'scope filter -j2, eight parts of one' "$s $w1 -j2 $in/one-*.gz >/dev/null"
	row job1 "$bytes" 'the job -j1, one' "$s $job -j1 $gz -o out/one1.jsonl"
	row job2 "$bytes" 'the job -j2, one' "$s $job -j2 $gz -o out/one2.jsonl"
	row jobs1 "$bytes" 'the job -j1, eight parts of one' "$s $job -j1 $in/one-*.gz -o out/parts1.jsonl"
	row jobs2 "$bytes" 'the job -j2, eight parts of one' "$s $job -j2 $in/one-*.gz -o out/parts2.jsonl"
	run $turns
	goal 1 'W1 on eight .gz, wall of -j2 over igzip -dc in turn' wall shards/eight2 shards/igzip '<=' 0.55
fi

# ---- plain text, a core ----

if table plain 'plain JSONL, a core'; then
	row wc "$bytes" 'wc -l' "exec wc -l $j"
	row cat "$bytes" 'cat' "cat $j | cat >/dev/null"
	row w1 "$bytes" 'W1 scope filter' "$s $w1 -j1 $j >/dev/null"
	row w2 "$bytes" 'W2 scope hash' "$s hash -j1 -q $j >/dev/null"
	row w3 "$bytes" 'W3 scope dedup' "$s dedup --tags none -j1 -q $j >/dev/null"
	row w4 "$bytes" "W4 scope stat, $w4name" "$s $w4 -j1 -q $j"
	if works tag domain --rules "$in/phrases" "$in/tiny.jsonl"; then
		row phrases "$bytes" '2,000 phrases, scope tag domain' "$s tag domain --rules $in/phrases -j1 -q $j >/dev/null"
		row count "$bytes" '2,000 phrases, those that match kept' "$s run 'tag domain --rules $in/phrases | filter \"domain under bench\"' --tags none -j1 -q $j >/dev/null"
	else
		note "left out: tagging against 2,000 phrases (this scope takes no text=\"...\" rules)"
	fi
	run $turns
	goal 2 'W1 on plain JSONL, a core (stretch 1.7)' gbps plain/w1 - '>=' 1.2
	goal 2 'W4 on plain JSONL, a core (stretch 2.5)' gbps plain/w4 - '>=' 1.8
	goal 2 'tagging against 2,000 phrases, a core' gbps plain/phrases - '>=' 2
fi
if table hash 'W2, each record with its SHA-256'; then
	bare_igzip
	row gz2 "$bytes" 'scope hash -j2, .gz in' "$s hash -j2 -q $gz >/dev/null"
	row plain2 "$bytes" 'scope hash -j2, plain in' "$s hash -j2 -q $j >/dev/null"
	row sha "$bytes" 'sha256sum' "exec sha256sum $j"
	run $turns
	goal 2 'W2 on .jsonl.gz, wall of -j2 over igzip -dc' wall hash/gz2 hash/igzip '<=' 1.25
fi

# ---- the real job ----

if table job 'the job with its manifest, .jsonl.gz in'; then
	bare_igzip
	row j1 "$bytes" 'scope run -j1' "$s $job -j1 $gz -o out/job1.jsonl --manifest out/job1.scm"
	row j2 "$bytes" 'scope run -j2' "$s $job -j2 $gz -o out/job2.jsonl --manifest out/job2.scm"
	run $turns
	cmp -s out/job1.jsonl out/job2.jsonl || die "the job's output differs between -j1 and -j2"
	fact job "keeps $(lines out/job1.jsonl) of $records records"
	goal 3 'the job on .jsonl.gz, wall of -j2 over igzip -dc' wall job/j2 job/igzip '<=' 1.6
fi
if table warc 'the job with its manifest, .warc.gz in, a member a record'; then
	[ -z "$walk" ] || row walk "$bytes" 'bare libdeflate walk' "exec $walk $warc"
	row zcat "$bytes" 'zcat' "exec gzip -dc $warc >/dev/null"
	row j1 "$bytes" 'scope run -j1' "$s $job -j1 $warc -o out/warc1.jsonl --manifest out/warc1.scm"
	row j2 "$bytes" 'scope run -j2' "$s $job -j2 $warc -o out/warc2.jsonl --manifest out/warc2.scm"
	row keep1 "$bytes" 'scope filter -j1, members kept' "$s filter 'size >= 2000' --tags none -q -j1 $warc -o out/kept1.warc.gz"
	row keep2 "$bytes" 'scope filter -j2, members kept' "$s filter 'size >= 2000' --tags none -q -j2 $warc -o out/kept2.warc.gz"
	run $turns
	goal 3 'the job on .warc.gz, CPU of -j1 over a bare walk' cpu warc/j1 warc/walk '<=' 1.3
	goal 3 'the job on .warc.gz, wall of -j1 over a bare walk' wall warc/j1 warc/walk '<=' 1.3
	goal 3 'the job on .warc.gz, -j2 faster than -j1, wall' wallx warc/j2 warc/j1 '>=' 1.8
	if [ -n "$walk" ]; then
		$walk -l "$warc" | sort > out/had
		$walk -l out/kept1.warc.gz | sort > out/got
		kept=$(wc -l < out/got)
		copied=$(comm -12 out/had out/got | wc -l)
		fact members "a WARC filter keeps $kept members of $(wc -l < out/had), $copied of them with the compressed bytes they had"
		fact _copied "$(awk -v a="$copied" -v b="$kept" 'BEGIN { printf "%.4f", b ? a / b : 0 }')"
		goal 3 'members that a WARC filter keeps are copied, share' fact _copied - '>=' 1
	fi
fi

# ---- other tools ----
# Every tool writes what stays to a file; scope comes first, so a ratio says how many times as much the other takes.

if table w1 'W1 by other tools, plain JSONL to a file'; then
	row scope "$bytes" 'scope filter -j1' "$s $w1 -j1 $j -o out/w1-scope.jsonl --no-manifest"
	[ -z "$duckdb" ] || row duckdb "$bytes" 'DuckDB' "$duckdb w1 $j out/w1-duckdb.jsonl"
	[ -z "$polars" ] || row polars "$bytes" 'Polars' "$polars w1 $j out/w1-polars.jsonl"
	! has jq || row jq "$bytes" 'jq' "exec jq -c '$w1jq' $j > out/w1-jq.jsonl"
	! has rg || row rg "$bytes" 'ripgrep (raw line, inexact)' "rg -N '$w1raw' $j > out/w1-rg.raw"
	! has mawk || row mawk "$bytes" 'mawk (raw line, inexact)' "mawk '/$w1raw/' $j > out/w1-mawk.raw"
	run $turns
	for f in out/w1-*.jsonl; do
		count 'W1' "$(basename "${f#out/w1-}" .jsonl)" "$(lines "$f")"
	done
	goal 4 'W1 on jsonl, times less CPU than DuckDB' cpux w1/scope w1/duckdb '>=' 10
	goal 4 'W1 on jsonl, times less CPU than jq' cpux w1/scope w1/jq '>=' 15
	goal 4 'W1 on jsonl, times less CPU than Polars' cpux w1/scope w1/polars '>=' 8
fi
if table w1gz 'W1 by other tools, .jsonl.gz to .jsonl.gz'; then
	row scope "$bytes" 'scope filter -j1' "$s $w1 -j1 $gz -o out/z-scope.jsonl.gz --no-manifest"
	[ -z "$duckdb" ] || row duckdb "$bytes" 'DuckDB' "$duckdb w1 $gz out/z-duckdb.jsonl.gz"
	! has jq || row jq "$bytes" 'zcat, jq and gzip' "gzip -dc $gz | jq -c '$w1jq' | gzip > out/z-jq.jsonl.gz"
	run $turns
	for f in out/z-*.jsonl.gz; do
		count 'W1, .gz to .gz' "$(basename "${f#out/z-}" .jsonl.gz)" "$(lines "$f")"
	done
	goal 4 'W1 from .gz to .gz, times less CPU than DuckDB' cpux w1gz/scope w1gz/duckdb '>=' 5
fi
if table w2 'W2 by other tools, plain JSONL to a file'; then
	row scope "$bytes" 'scope hash -j1' "$s hash -j1 -q $j -o out/w2-scope.jsonl --no-manifest"
	[ -z "$duckdb" ] || row duckdb "$bytes" 'DuckDB' "$duckdb w2 $j out/w2-duckdb.jsonl"
	run $turns
	count W2 input "$records"
	for f in out/w2-*.jsonl; do
		count W2 "$(basename "${f#out/w2-}" .jsonl)" "$(lines "$f")"
	done
	goal 4 'W2, times less CPU than DuckDB' cpux w2/scope w2/duckdb '>=' 8
	rm -f out/w2-*
fi
if table w3 'W3 by other tools, plain JSONL to a file'; then
	row scope "$bytes" 'scope dedup -j1' "$s dedup --tags none -j1 -q $j -o out/w3-scope.jsonl --no-manifest"
	[ -z "$duckdb" ] || row duckdb "$bytes" 'DuckDB' "$duckdb w3 $j out/w3-duckdb.jsonl"
	[ -z "$polars" ] || row polars "$bytes" 'Polars' "$polars w3 $j out/w3-polars.jsonl"
	run $turns
	for f in out/w3-*.jsonl; do
		count W3 "$(basename "${f#out/w3-}" .jsonl)" "$(lines "$f")"
	done
	goal 4 'W3, times less CPU than DuckDB' cpux w3/scope w3/duckdb '>=' 8
	goal 4 'W3, times less CPU than Polars' cpux w3/scope w3/polars '>=' 8
	rm -f out/w3-*
fi
if table w4 'W4 by other tools, plain JSONL (they know hosts, not sites)'; then
	row scope "$bytes" "scope stat, $w4name" "$s $w4 -j1 -q $j"
	[ -z "$duckdb" ] || row duckdb "$bytes" 'DuckDB' "$duckdb w4 $j > out/w4-duckdb"
	[ -z "$polars" ] || row polars "$bytes" 'Polars' "$polars w4 $j > out/w4-polars"
	! has jq || row jq "$bytes" 'jq, sort and uniq' "jq -r '[.license // \"-\", (.url | split(\"/\")[2])] | @tsv' $j > out/w4.tsv; cut -f1 out/w4.tsv | sort | uniq -c > out/l; cut -f2 out/w4.tsv | sort | uniq -c > out/h"
	run $turns
	case $w4 in
	*meta*) count W4 scope "$("$scope" stat --by meta.license,host --top 0 --json -q "$j" |
		node -e 'const b = JSON.parse(require("fs").readFileSync(0)).by; console.log(b["meta.license"].length + " licences, " + b.host.length + " hosts")')" ;;
	esac
	[ -z "$duckdb" ] || count 'W4' DuckDB "$(cat out/w4-duckdb)"
	[ -z "$polars" ] || count 'W4' Polars "$(cat out/w4-polars)"
	! has jq || count 'W4' jq "$(wc -l < out/l) licences, $(wc -l < out/h) hosts"
	goal 4 'W4, times less CPU than DuckDB' cpux w4/scope w4/duckdb '>=' 10
	goal 4 'W4, times less CPU than jq' cpux w4/scope w4/jq '>=' 15
	goal 4 'W4, times less CPU than Polars' cpux w4/scope w4/polars '>=' 8
fi
if table node 'what starting costs the tools that come by npm (in their figures above)'; then
	row node 0 'node alone' 'exec node -e 0'
	[ -z "$duckdb" ] || row duckdb 0 'DuckDB, SELECT 1' "$duckdb start"
	[ -z "$polars" ] || row polars 0 'Polars, loaded' "$polars start"
	run $turns
fi

# ---- memory ----

sizes='0.1 1 4'
[ -z "$quick" ] || sizes='0.1 0.3'
room=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
if [ "$room" -lt 4000 ] && [ -z "$quick" ]; then
	note "left out: 4 GiB, for $room MiB are free here and 4000 are wanted"
	sizes='0.1 1'
fi
if table scale "the same at ${sizes##* } GiB: time and peak memory (members of one .gz, made here)"; then
	for g in $sizes; do
		n=$(awk -v g="$g" -v b="$bytes" 'BEGIN { n = int(g * 2 ^ 30 / b + 0.5); print n ? n : 1 }')
		big=out/big-$g.jsonl.gz
		i=0
		while [ $i -lt "$n" ]; do
			cat "$gz"
			i=$((i + 1))
		done > "$big"
		row "w1-$g" $((n * bytes)) "W1 -j2, $g GiB" "$s $w1 -j2 $big >/dev/null"
		row "one-$g" $((n * bytes)) "W1 -j1, $g GiB" "$s $w1 -j1 $big >/dev/null"
		row "job-$g" $((n * bytes)) "the job -j2, $g GiB" "$s $job -j2 $big --manifest out/scale.scm >/dev/null"
	done
	begun=$(date +%s) limit=60
	[ -z "$quick" ] || limit=5
	run 1 1
	[ $(($(date +%s) - begun)) -gt $limit ] || run 3 2
	rm -f out/big-*
	last=${sizes##* }
	for w in one:'W1 -j1' w1:'W1 -j2' job:'the job -j2'; do
		# From 1 GiB on: at 0.1 there is but one gzip member, and the manifest's sort has not filled its 16 MiB.
		r=scale/${w%%:*} base=1
		[ "$last" = 4 ] || base=0.1
		[ $base = 0.1 ] && [ "$r" = scale/job ] ||
			goal 5 "${w#*:}, peak at $last GiB over that at $base" rssx "$r-$last" "$r-$base" '<=' 1.1
		goal 5 "${w#*:}, CPU a byte at $last GiB over that at 0.1" linear "$r-$last" "$r-0.1" '<=' 1.1
	done
	# Batches: four of a MiB a thread and four more, however the engine cuts them.
	goal 5 "W1 -j1 at $last GiB, peak: 16 MiB and 8 batches" rss "scale/one-$last" - '<=' 24
	goal 5 "W1 -j2 at $last GiB, peak: 16 MiB and 12 batches" rss "scale/w1-$last" - '<=' 28
fi
unique='1000000 4000000'
[ -z "$quick" ] || unique='500000'
if table dedup 'dedup of tiny records that all differ'; then
	for n in $unique; do
		awk -v n="$n" 'BEGIN { for (i = 0; i < n; i++) printf "{\"id\":\"%d\",\"text\":\"%d\"}\n", i, i }' > "out/u-$n.jsonl"
		row "u$n" 0 "scope dedup -j1, $n records" "$s dedup --tags none -j1 -q out/u-$n.jsonl >/dev/null"
	done
	row cat 0 "scope cat -j1, $n records" "$s cat --tags none -j1 -q out/u-$n.jsonl >/dev/null"
	run 1 1
	rm -f out/u-*
	for n in $unique; do
		fact "_dedup_$n" "$(awk -F '\t' -v r="u$n" -v n="$n" '$1 == "dedup" && $2 == "cat" { z = $7 }
			$1 == "dedup" && $2 == r { m = $7 }
			END { printf "%.1f", (m - z) * 1024 / n }' runs.tsv)"
		goal 5 "dedup of $n, bytes a unique record (peak less cat's)" fact "_dedup_$n" - '<=' 40
	done
	fact dedup "states: $("$scope" dedup --help | tr '\n' ' ' | grep -o '[0-9][0-9a-z ]* bytes a unique record' | head -1)"
fi

# ---- papers ----

papers=100
[ -z "$quick" ] || papers=25
if ! works split figures --help; then
	note "left out: papers (this scope cannot split)"
elif table papers 'figures out of paper packages (.tar.gz: an article in JATS, six images)'; then
	[ -s "$in/papers/paper-$((papers - 1)).tar.gz" ] || node "$here/papers.mjs" "$in/all.jsonl" "$in/papers" $papers || die "cannot make papers"
	set --
	for i in $(seq 0 $((papers - 1))); do
		set -- "$@" "$in/papers/paper-$i.tar.gz"
	done
	unpacked=$(for f in "$@"; do gzip -dc "$f"; done | wc -c)
	if has bsdtar && has xmllint; then
		row peers "$unpacked" 'bsdtar -xOf, and its XML through xmllint --noout' \
			"for f in $*; do bsdtar -xOf \$f >/dev/null; bsdtar -xOf \$f '*.nxml' | xmllint --noout --huge -; done"
	fi
	row split1 "$unpacked" 'scope split figures -j1' "$s split figures -j1 -q $* -o out/figs1.tar --no-manifest"
	row job1 "$unpacked" 'split, tag licence, domain, media, filter, with manifest -j1' \
		"$s run 'split figures | tag licence,domain,media | filter \"licence in open\"' -j1 -q $* -o out/figs2.tar"
	row job2 "$unpacked" 'the same -j2' "$s run 'split figures | tag licence,domain,media | filter \"licence in open\"' -j2 -q $* -o out/figs3.tar"
	run $turns
	cmp -s out/figs2.tar out/figs3.tar || die "the figures differ between -j1 and -j2"
	fact papers "$papers papers, $(du -cbL "$@" | tail -n 1 | cut -f1) bytes packed, $unpacked unpacked; $(tar tf out/figs1.tar | grep -c '[.]png$') figures"
fi

# ---- shell pipelines ----

if table pipe 'the job in one process and piped over frames'; then
	row fused "$bytes" 'scope run, fused' "$s $job -j1 $j -o out/fused.jsonl --no-manifest"
	row piped "$bytes" 'three processes over frames' "$scope hash -j1 -q $j --to frame | $scope tag licence,domain,host,media -j1 -q --to frame | $scope filter 'licence in open' -j1 -q -o out/piped.jsonl --no-manifest"
	run $turns
	cmp -s out/fused.jsonl out/piped.jsonl || die "the fused and the piped job do not write the same bytes"
	goal 6 'three filters piped over frames, CPU over fused' cpu pipe/piped pipe/fused '<=' 1.6
fi

# ---- start-up ----

if table start 'start-up'; then
	row sh 0 'sh alone' ':'
	tiny=$in/tiny.jsonl empty=$in/empty.jsonl
	"$scope" manifest -q "$tiny" -o out/tiny.scm
	while IFS=: read -r name command; do
		row "scope-$name" 0 "scope $name" "$s $command >/dev/null"
	done <<-EOT
		version:version
		help:help
		list:list
		completion:completion bash
		cat:cat -q $empty
		hash:hash -q $empty
		filter:filter -q 'size > 1' $empty
		filter, W1:$w1 $empty
		filter, licence:filter -q 'licence in open' $tiny
		tag domain:tag domain -q $empty
		tag licence:tag licence -q $empty
		tag host:tag host -q $empty
		tag media:tag media -q $empty
		dedup:dedup -q $empty
		sample:sample -q --share 0.5 $empty
		stat:stat -q $empty
		view:view -q $tiny
		explain:explain -q '$tiny#0'
		manifest:manifest -q $tiny
		verify:verify out/tiny.scm --root $in
		run:$job $tiny
	EOT
	run 11
	goal 7 'start-up of the slowest command, wall' ms 'start/scope-*' - '<=' 10
fi
