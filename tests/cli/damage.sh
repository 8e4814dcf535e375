# SPDX-License-Identifier: Apache-2.0
# after damage the rest is read, and every byte of the shard is in a record or in what was rejected.
. "$LIB"
i=0
while [ $i -lt 600 ]; do
	printf '{"id":"n%d","text":"record number %d, with a few words behind it","metadata":{"license":"MIT"}}\n' $i $i
	i=$((i + 1))
done > good.jsonl
scope cat good.jsonl -q --to tar > good.tar
scope cat good.jsonl -q --to warc > good.warc
covered() { # FILE RECORDS.tsv REJECTS.jsonl SLACK: ranges follow each other from 0 to the end, but for SLACK bytes of padding each
	{
		awk -F '\t' '{ print $3, $4 }' "$2"
		sed 's/.*"offset":\([0-9]*\),"length":\([0-9]*\).*/\1 \2/' "$3"
	} | sort -n | awk -v end="$(wc -c < "$1")" -v slack="$4" '
		$1 < at { print "overlap at " $1 ": " at; bad = 1 }
		$1 > at + slack { print "nobody has the bytes from " at " to " $1; bad = 1 }
		{ if ($1 + $2 > at) at = $1 + $2 }
		END { if (at > end || at + slack < end) { print "it ends at " at ", not " end; bad = 1 } exit bad }'
}
for f in jsonl:0 tar:10240 warc:4; do
	ext=${f%%:*} slack=${f##*:}
	cp "good.$ext" "bad.$ext"
	n=0 at=777
	size=$(wc -c < "good.$ext")
	while [ $n -lt 40 ]; do # the same places each time
		at=$(((at * 7919 + 104729) % size))
		flip "bad.$ext" $at
		n=$((n + 1))
	done
	scope cat "bad.$ext" -q -j "$J" --group none --to tsv --rejects "$ext.rej" > "$ext.tsv"
	status=$?
	kept=$(wc -l < "$ext.tsv") rejected=$(wc -l < "$ext.rej")
	claim "$ext: most of 600 records are still there ($kept and $rejected rejected)" test "$kept" -gt 500
	claim "$ext: what was lost is told by the status" test $status = "$([ "$rejected" -eq 0 ] && echo 0 || echo 1)"
	claim "$ext: every byte is somewhere" covered "bad.$ext" "$ext.tsv" "$ext.rej" "$slack"
	scope cat "bad.$ext" -q -j "$J" -o "out.$ext" --group none
	claim "$ext: the manifest counts the same" grep -q "^P	0001	read/$ext	.*	$((kept + rejected))	$kept	0	$rejected	" "out.$ext.scm"
done
head -c 20000 good.jsonl > cut.jsonl
gzip -c good.jsonl | head -c 2000 > cut.jsonl.gz
head -c 20000 good.warc > cut.warc
head -c 200000 good.tar > cut.tar
for f in cut.jsonl cut.jsonl.gz cut.warc cut.tar; do
	scope cat $f -q -j "$J" > /dev/null
	got=$?
	[ $f = cut.jsonl ] && claim 'a last line without its newline, cut inside, is rejected' test $got = 1 && continue
	claim "$f: cut short is never status 0" test $got = 1
done
