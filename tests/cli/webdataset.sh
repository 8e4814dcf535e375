# SPDX-License-Identifier: Apache-2.0
# webdataset: what is written as tar groups into the same samples with the same parts by the loader's rule, here once more in awk:
# adjacent members with one path up to the first dot of the base name are a sample; what follows the dot, in lower case, is the
# part; a part twice in a sample is an error, and a member without such a dot is left out.
. "$LIB"
groups() { # TAR...: a line a sample, "KEY PART PART ..."
	for t in "$@"; do tar tf "$t"; done | awk '
	{
		n = split($0, s, "/")
		dot = index(s[n], ".")
		if (dot < 2) next
		key = substr($0, 1, length($0) - length(s[n]) + dot - 1)
		ext = tolower(substr(s[n], dot + 1))
		if (key != last) {
			if (line != "") print line
			line = last = key
			split("", seen)
		}
		if (ext in seen) print "TWICE " $0
		seen[ext] = 1
		line = line " " ext
	}
	END { if (line != "") print line }'
}
contents() { # TAR...: digest and name of each member but tags
	for t in "$@"; do
		rm -rf x && mkdir x && tar xf "$t" -C x
		(cd x && find . -type f ! -name '*.scope.json' -exec sha256sum {} +)
	done | sort
}
folder=10.1371_journal.pone.0060593
mkdir -p in/$folder
names=
for n in 1 2 3 4 5; do
	key=$folder/pone-0060593-g00$n-1a2b3c4d5e6f
	printf 'II*\000pixels of %d' $n > in/$key.tif
	head -c $((n * 3000)) /dev/zero >> in/$key.tif
	printf 'Figure %d. Growth\nover "nine" days.' $n > in/$key.txt
	printf '{"figure_id":"g00%d","label":"Figure %d","ids":{}}' $n $n > in/$key.json
	names="$names $key.tif $key.txt $key.json"
	[ $n = 2 ] || continue
	printf '\211PNG\r\n\032\nsecond' > in/$key.2.png
	names="$names $key.2.png"
done
(cd in && tar --format=ustar --owner=0 --group=0 --mtime=@0 -cf ../in.tar $names)
groups in.tar > want
contents in.tar > want.bytes
claim 'the shard made by hand has five samples' test "$(wc -l < want)" = 5

# The same records by three ways: copied as stored, made anew from JSON Lines, and out of a zip.
scope cat in.tar -q --no-manifest -o in.jsonl
scope cat in.tar -q --no-manifest -o in.zip
for in in in.tar in.jsonl in.zip; do
	scope run -j"$J" 'tag media' $in -q --tags none --to tar -o "as-$in.tar"
	groups "as-$in.tar" | sed 's/ scope.json$//' > got # JSON Lines have metadata, and tags find room there
	claim "$in to tar: the same samples with the same parts" same want got
	contents "as-$in.tar" > got
	claim "$in to tar: the same bytes in each" same want.bytes got
	claim "$in to tar: verify agrees" scope verify "as-$in.tar.scm"
	scope tag media -j"$J" $in -q --to tar -o tagged.tar
	groups tagged.tar > got
	sed 's/$/ scope.json/' want > want.tagged
	claim "$in to tar: tags are one more part of each sample" same want.tagged got
done
scope tag hash -j"$J" tagged.tar -q -o again.tar
groups again.tar > got
claim 'tags that come again take the place of those before' same want.tagged got
claim 'and verify agrees' scope verify again.tar.scm
scope cat --in-band --to jsonl again.tar -q > again.jsonl
claim 'the new ones' sh -c 'grep -c "tag/hash" again.jsonl | grep -qx 5 && ! grep -q tag/media again.jsonl'

# Shards, by count and by size.
for by in '--shard-records 2' '--shard-size 12k' '--shard-records 1 --shard-size 1'; do
	for in in in.tar in.jsonl; do
		rm -f x-*
		scope cat -j"$J" $in -q --to tar -o x-%05d.tar $by
		for t in x-?????.tar; do groups "$t"; done | sed 's/ scope.json$//' > got
		claim "$in by $by: no sample is cut" same want got
		contents x-?????.tar > got
		claim "$in by $by: no part is lost" same want.bytes got
		claim "$in by $by: verify agrees" scope verify x-*.scm
		ls x-?????.tar | wc -l
	done
done

# Neighbours of one key.
for n in 1 2 3; do
	printf 'png %d' $n > a.png && printf 'txt %d' $n > a.txt
	tar --format=ustar --owner=0 --group=0 --mtime=@0 -cf one-$n.tar a.png a.txt
done
scope cat -j"$J" one-1.tar one-2.tar one-3.tar -q -o same.tar
groups same.tar
claim 'neighbours of one key stay two samples' scope verify same.tar.scm
scope cat one-1.tar one-2.tar -q --to jsonl | scope cat --from jsonl -q -o same.tar
groups same.tar
printf '%s\n' '{"id":"a","parts":[{"name":"png","media":"","text":"1"},{"name":"txt","media":"","text":"x"}]}' \
	'{"id":"b","parts":[{"name":"png","media":"","text":"2"},{"name":"txt","media":"","text":"y"}]}' \
	'{"id":"a","parts":[{"name":"png","media":"","text":"3"},{"name":"txt","media":"","text":"z"}]}' > aba.jsonl
scope cat aba.jsonl -q -o aba.tar
scope filter -j"$J" 'not (name == "b")' aba.tar -q -o aa.tar
groups aa.tar
claim 'also where what stood between them is dropped' scope verify aa.tar.scm

# Part names that lower case would make one, and one that is for tags.
printf '%s\n' '{"id":"r","parts":[{"name":"A.txt","media":"","text":"1"},{"name":"a.TXT","media":"","text":"2"}]}' \
	'{"id":"s","parts":[{"name":"x/A.txt","media":"","text":"1"},{"name":"y/a.txt","media":"","text":"2"}]}' \
	'{"id":"t","parts":[{"name":"scope.json","media":"","text":"1"},{"name":"txt","media":"","text":"2"}]}' > odd.jsonl
scope tag media odd.jsonl -q --tags none --to tar --no-manifest > odd.tar
groups odd.tar
