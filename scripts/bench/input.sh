# SPDX-License-Identifier: Apache-2.0
# input.sh -- the texts, packed in several ways; read by bench.sh.
#
# in-N/ for N MB: all.jsonl, .gz, .zst, all.warc.gz; one-0 to one-7 .jsonl.gz, eight parts of it; eight/ eight names of the
# whole; tiny.jsonl, empty.jsonl for start-up; phrases.  Made once and kept until the packages or the maker change.

doc_packages='python3.11-doc python3.13-doc perl-doc debian-handbook debian-policy developers-reference debian-reference-en'

made_of() { # what decides the bytes
	dpkg-query -W 2>/dev/null | cksum
	cksum < "$here/texts.mjs"
}

make_texts() { # [ROOT]: into $in
	node "$here/texts.mjs" "$in" "$mega" "$@" || die "cannot make the input"
}

# Too little text here: documents of Debian, unpacked below DIR and not installed, so this needs no root.
more_texts() {
	has apt-get && has dpkg-deb || return 1
	mkdir -p debs
	for p in $doc_packages; do
		[ ! -d "debs/$p" ] || continue
		(cd debs && apt-get -qq download "$p" 2>/dev/null && dpkg-deb -x "$p"_*.deb "$p" && rm -f "$p"_*.deb) || :
	done
	[ -n "$(ls debs)" ]
}

in=in-$mega
if [ ! -s "$in/made_of" ] || [ "$(made_of)" != "$(cat "$in/made_of")" ]; then
	say "making $mega MB of input"
	rm -rf "$in"
	mkdir -p "$in/eight"
	make_texts
	if [ "$(awk '$1 == "taken_again" { print $2 }' "$in/made.tsv")" -gt 0 ] && more_texts; then
		make_texts debs
	fi
	(cd "$in" && ls all.jsonl one-*.jsonl | xargs -n 1 -P 2 gzip -6kf && rm -f one-*.jsonl)
	! has zstd || zstd -q -f -3 "$in/all.jsonl" -o "$in/all.jsonl.zst"
	gzip -t "$in/all.warc.gz" || die "all.warc.gz is damaged"
	for i in 0 1 2 3 4 5 6 7; do
		ln -s ../all.jsonl.gz "$in/eight/all-$i.jsonl.gz"
	done
	head -n 1 "$in/all.jsonl" > "$in/tiny.jsonl"
	: > "$in/empty.jsonl"
	made_of > "$in/made_of"
fi
bytes=$(wc -c < "$in/all.jsonl")
records=$(wc -l < "$in/all.jsonl")
fact input "$bytes bytes in $records records, mean $((bytes / records)); gzip -6 $(wc -c < "$in/all.jsonl.gz"), .warc.gz $(wc -c < "$in/all.warc.gz")"
again=$(awk '$1 == "taken_again" { print $2 }' "$in/made.tsv")
[ "$again" -eq 0 ] || note "text ran short: $again bytes of the input are taken again under other ids"
