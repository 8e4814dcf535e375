# SPDX-License-Identifier: Apache-2.0
# Texts that are made to be slow, deep, or to look like a licence: each is answered by what it says, never by what it nearly says.
. "$LIB"
mkdir h && cd h || exit 2

# What repeats, what nests, what never ends.
repeat() { # N TEXT
	yes "$2" | head -n "$1" | tr -d '\n'
}
repeat 250000 'GPL ' > gpl
awk 'BEGIN { for (i = 0; i < 10000; i++) print "SPDX-License-Identifier: " (i % 2 ? "MIT" : "Apache-2.0") }' > ids
{
	printf 'SPDX-License-Identifier: '
	repeat 100000 '('
} > open
{
	printf 'SPDX-License-Identifier: '
	repeat 100000 '('
	printf MIT
	repeat 100000 ')'
} > closed
{
	printf 'SPDX-License-Identifier: ISC'
	repeat 150000 ' AND MIT'
} > operands
repeat 1000000 x > one-line
repeat 100000 'licensed ' > one-line-of-words
{
	printf '<!DOCTYPE html><html><body>'
	repeat 500000 '<div rel=license><b>'
} > nested.html
{
	printf '<!DOCTYPE html><html><body><p>x</p><footer>Licensed under '
	repeat 100000 '<i>'
	printf '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a></footer></body></html>'
} > deep-link.html
{
	printf '<!DOCTYPE html><html><head><script type="application/ld+json">'
	repeat 10000 '{"license":'
	printf '"https://creativecommons.org/licenses/by/4.0/"'
	repeat 10000 '}'
	printf '</script></head><body>x</body></html>'
} > json-ld.html

# An Apache notice in other encodings: no word of it is there as bytes.
notice='Licensed under the Apache License, Version 2.0.\nSPDX-License-Identifier: Apache-2.0\n'
printf "$notice" > ascii
for as in LE BE; do
	printf "$notice" | iconv -f ASCII -t "UTF-16$as" > "utf-16-$as"
done

# Letters that only look like ASCII, a width or a joiner between: nobody stated the licence that one seems to read.
printf '\320\234IT License\n' > cyrillic-title
printf 'M\320\206T License\n\nPermission is granted to all.\n' > cyrillic-letter
printf 'This file is licensed under the \320\234\320\206\320\242 License.\n' > cyrillic-notice
printf 'SPDX-License-Identifier: M\320\206T\n' > id-inside
printf 'SPDX-License-Identifier: MIT\320\206\n' > id-behind
printf 'SPDX-License-Identifier: MIT\342\200\213-0\n' > id-zero-width
printf 'SPDX-License-Identifier: GPL-2.0\342\200\220or-later\n' > id-hyphen
printf 'SPDX-License-Identifier: \357\274\255\357\274\251\357\274\264\n' > id-full-width
printf 'Licensed under \320\241\320\241 BY 4.0, https://cre\320\260tivecommons.org/licenses/by/4.0/\n' > cyrillic-url

# A line that begins with an id and goes on is not that id.
printf 'SPDX-License-Identifier: MIT AND Frobozz 1\n' > and-more
printf 'SPDX-License-Identifier: MIT OR\n' > or-what
printf 'SPDX-License-Identifier: GPL-2.0-only WITH Frobozz, 1\n' > with-what
printf 'SPDX-License-Identifier: MIT;ISC\n' > semicolon
printf 'SPDX-License-Identifier: MIT\tOR\tISC\n' > tabs
printf 'SPDX-License-Identifier: MIT/Apache-2.0\n' > slash
printf 'SPDX-License-Identifier: MIT, see LICENSE\n' > comma
printf 'SPDX-License-Identifier: MIT\343\200\202\n' > full-stop
printf '/* SPDX-License-Identifier: MIT*/\n' > comment

"$SCOPE" licence -j "$J" --tsv .
cd .. || exit 2
tar cf h.tar h
echo '$ scope tag licence: as the command says'
"$SCOPE" tag licence --group none -j "$J" --to jsonl --no-manifest -q h.tar > h.jsonl
echo "status $?"
"$SCOPE" licence --tsv h | LC_ALL=C sort > command
sed -n 's/.*"id":"\([^"]*\)".*"metadata":{[^}]*"type":"file".*"tags":\[{"key":"licence","value":"\([^"]*\)".*/\1	\2/p' h.jsonl |
	sed -e 's/	none$/	NONE/' -e 's/	unknown$/	NOASSERTION/' -e 's/	conflict$/	NOASSERTION/' | LC_ALL=C sort > tagger
diff command tagger
