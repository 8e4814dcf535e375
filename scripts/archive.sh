#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# archive.sh DIR -- a small archive to try things on: docs.jsonl, pages.warc.gz, figures.tar (a WebDataset shard) and papers/
# (papers.sh).
#
# Every text and picture in it is made here; URLs only show what the host and domain rules look at.  The same bytes come
# out each time, so that tests may say what they expect.
set -eu
LC_ALL=C
export LC_ALL
dir=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$dir"
cd "$dir"

# ---- docs.jsonl: id, licence as people write it, URL, text ----
doc() { # ID LICENCE URL TEXT
	if [ -n "$2" ]; then
		printf '{"id":"%s","text":"%s","source":"example","metadata":{"license":"%s","url":"%s"}}\n' "$1" "$4" "$2" "$3"
	else
		printf '{"id":"%s","text":"%s","source":"example","metadata":{"url":"%s"}}\n' "$1" "$4" "$3"
	fi
}
{
	doc d01 CC-BY-4.0 https://arxiv.org/abs/2401.00001 'Lichens on basalt: a short survey of growth rates on four islands.'
	doc d02 CC-BY-SA-4.0 https://en.wikipedia.org/wiki/Lichen 'A lichen is a partnership of a fungus and an alga.'
	doc d03 MIT https://github.com/example/parser/blob/main/README.md 'A parser for tables. Run make, then make check.'
	doc d04 'https://creativecommons.org/licenses/by/4.0/' https://journals.plos.org/article/1 'Figure 1 shows the growth of colonies over nine days.'
	doc d05 CC-BY-NC-4.0 https://example.org/essay 'An essay that may be read but not sold.'
	doc d06 '' https://shop.example.com/item/7 'Add to basket. Free delivery from ten euros.'
	doc d07 'All rights reserved' https://news.example.com/2024/05/rain 'Rain is expected in the north on Tuesday.'
	doc d08 Apache-2.0 https://docs.python.org/3/library/json.html 'The module reads and writes JSON.'
	doc d09 CC0-1.0 https://www.nasa.gov/picture/1 'A crater seen from orbit, early in the morning.'
	doc d10 'MIT OR GPL-3.0-only' https://crates.io/crates/example 'Use either licence, as you like.'
	doc d11 CC-BY-4.0 https://arxiv.org/abs/2401.00001 'Lichens on basalt: a short survey of growth rates on four islands.'
	doc d12 CC-BY-ND-4.0 https://forum.example.net/thread/12 'Has anybody seen this colour on limestone?'
} > docs.jsonl

# ---- pages.warc.gz: a gzip member a record, as crawlers write them ----
record() { # TYPE NUMBER CONTENT-TYPE URI FILE
	printf 'WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-%012d>\r\n' "$1" "$2"
	printf 'WARC-Date: 2024-05-01T12:00:00Z\r\n'
	[ -z "$4" ] || printf 'WARC-Target-URI: %s\r\n' "$4"
	printf 'Content-Type: %s\r\nContent-Length: %d\r\n\r\n' "$3" "$(wc -c < "$5")"
	cat "$5"
	printf '\r\n\r\n'
}
page() { # NUMBER URI TITLE LICENCE-LINK
	printf '<!doctype html><html><head><title>%s</title>%s</head><body><p>%s, in a few words.</p></body></html>\n' \
		"$3" "$4" "$3" > body
	{
		printf 'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n' "$(wc -c < body)"
		cat body
	} > block
	record response "$1" 'application/http; msgtype=response' "$2" block | gzip -9n
}
printf 'software: scope example archive\r\nformat: WARC File Format 1.1\r\n' > block
{
	record warcinfo 1 application/warc-fields '' block | gzip -9n
	page 2 https://en.wikipedia.org/wiki/Basalt Basalt '<link rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">'
	page 3 https://blog.example.org/garden 'My garden' '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">'
	page 4 https://shop.example.com/boots Boots ''
} > pages.warc.gz
rm -f block body

# ---- figures.tar: NAME.png, NAME.json and NAME.txt are one sample ----
png() { # one black pixel, whole and valid
	printf '\211PNG\r\n\032\n\000\000\000\015IHDR\000\000\000\001\000\000\000\001\010\000\000\000\000\072\176\233\125'
	printf '\000\000\000\012IDAT\170\234\143\140\000\000\000\002\000\001\110\257\244\161\000\000\000\000IEND\256B`\202'
}
mkdir figures.d
for n in 1 2 3; do
	png > figures.d/fig-000$n.png
done
printf '{"license":"https://creativecommons.org/licenses/by/4.0/","url":"https://journals.plos.org/figure/1","caption":"Growth over nine days"}\n' > figures.d/fig-0001.json
printf '{"license":"https://creativecommons.org/publicdomain/zero/1.0/","url":"https://www.nasa.gov/picture/2","caption":"A crater"}\n' > figures.d/fig-0002.json
printf '{"url":"https://shop.example.com/boots.png","caption":"Boots"}\n' > figures.d/fig-0003.json
printf 'Growth over nine days, in square millimetres.\n' > figures.d/fig-0001.txt
printf 'A crater seen from orbit.\n' > figures.d/fig-0002.txt
printf 'Boots, brown.\n' > figures.d/fig-0003.txt
(cd figures.d && tar --format=ustar --owner=0 --group=0 --numeric-owner --mode=644 --mtime=@1714564800 -cf ../figures.tar \
	fig-0001.json fig-0001.png fig-0001.txt fig-0002.json fig-0002.png fig-0002.txt fig-0003.json fig-0003.png fig-0003.txt)
rm -r figures.d

sh "$here/papers.sh" papers
