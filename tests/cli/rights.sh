# SPDX-License-Identifier: Apache-2.0
# opt-outs: what a page, its header, its origin and its licence say, as of when it was got; and where nobody looked.
. "$LIB"
set +e

http() { # TYPE URL DATE STATUS HEADER BODY: one WARC record of an HTTP message; HEADER may be empty
	{ [ "$1" = request ] && printf 'GET / HTTP/1.1\r\n' || printf 'HTTP/1.1 %s X\r\n' "$4"; } > msg
	[ -z "$5" ] || printf '%s\r\n' "$5" >> msg
	printf 'Content-Type: text/html\r\n\r\n%b' "$6" >> msg
	printf 'WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: %s\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n' \
		"$1" "$2" "$3" "$(wc -c < msg)"
	cat msg
	printf '\r\n\r\n'
}
page='<!doctype html><title>p</title><p>words'
{
	http response https://a.example/robots.txt 2024-03-01T00:00:00Z 200 '' 'User-agent: *\nDisallow: /private\n'
	http response https://a.example/p.html 2024-04-01T00:00:00Z 200 '' "$page"
	http response https://a.example/private/p.html 2024-04-01T00:00:00Z 200 '' "$page"
	http response https://a.example/robots.txt 2024-05-01T00:00:00Z 200 '' 'User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: *\nDisallow:\n'
	http request https://a.example/robots.txt 2024-05-02T00:00:00Z 0 '' 'User-agent: *\nDisallow: /\n'
	http response https://A.example:443/p.html 2024-06-01T00:00:00Z 200 '' "$page"
	http response http://a.example/p.html 2024-06-01T00:00:00Z 200 '' "$page"
	http response https://early.example/p.html 2024-01-01T00:00:00Z 200 '' "$page"
	http response https://early.example/robots.txt 2024-02-01T00:00:00Z 200 '' 'User-agent: CCBot\nDisallow: *.html$\n'
	http response https://gone.example/robots.txt 2024-02-01T00:00:00Z 404 '' 'User-agent: *\nDisallow: /\n'
	http response https://gone.example/p.html 2024-03-01T00:00:00Z 200 '' "$page"
	http response https://broken.example/robots.txt 2024-02-01T00:00:00Z 503 '' 'oops'
	http response https://broken.example/p.html 2024-03-01T00:00:00Z 200 '' "$page"
	http response https://moved.example/robots.txt 2024-02-01T00:00:00Z 301 'Location: https://a.example/robots.txt' ''
	http response https://moved.example/private/p.html 2024-04-01T00:00:00Z 200 '' "$page"
	http response https://loop.example/robots.txt 2024-02-01T00:00:00Z 301 'Location: https://loop.example/robots.txt' ''
	http response https://loop.example/p.html 2024-04-01T00:00:00Z 200 '' "$page"
	http response https://t.example/.well-known/tdmrep.json 2024-02-01T00:00:00Z 200 '' '[{"location":"/open/","tdm-reservation":0},{"location":"/*.html$","tdm-reservation":1,"tdm-policy":"https://t.example/policy"}]'
	http response https://t.example/p.html 2024-03-01T00:00:00Z 200 '' "$page"
	http response https://t.example/open/p.html 2024-03-01T00:00:00Z 200 '' "$page"
	http response https://t.example/header.html 2024-03-01T00:00:00Z 200 'TDM-Reservation: 0' "$page"
	http response https://t.example/meta.html 2024-03-01T00:00:00Z 200 'tdm-reservation: 0' '<html><head><META content=1 NAME=TDM-Reservation><meta name="tdm-policy" content="https://t.example/meta">'
	http response https://t.example/odd.html 2024-03-01T00:00:00Z 200 'tdm-reservation: yes' '<html><head><meta name="tdm-reservation" content="">'
	http response https://t.example/ai.txt 2024-03-01T00:00:00Z 200 '' 'User-Agent: *\nDisallow: *.png\nAllow: *.html\n'
	http response https://t.example/open/x.PNG?y=1 2024-03-01T00:00:00Z 200 '' 'not a picture'
	http response https://h.example/1 2024-03-01T00:00:00Z 200 'X-Robots-Tag: noindex, NoAI' "$page"
	http response https://h.example/2 2024-03-01T00:00:00Z 200 'X-Robots-Tag: otherbot: noai' "$page"
	http response https://h.example/3 2024-03-01T00:00:00Z 200 'X-Robots-Tag: CCBot: noindex, noimageai' "$page"
	http response https://h.example/4 2024-03-01T00:00:00Z 200 '' '<!-- <meta name=robots content=noai> --><html><script>"<meta name=robots content=noml>"</script><meta name="robots" content="noindex, noml,noai">'
	http response https://h.example/5 2024-03-01T00:00:00Z 200 '' '<!doctype html><footer><a rel="license" href="https://creativecommons.org/licenses/by-nc-sa/4.0/">CC</a></footer>'
} > crawl.warc

show() { # how records were tagged, one a line, evidence below
	jq -r '(.url // .path // .id) + " " + ((.created // "")[0:7]),
		(.scope.tags[] | select(.key | startswith("rights")) | "\t\(.key)\t\(.value)\t\(.rule)\t\(.where) \(.at)+\(.n)")' "$@"
}
scope tag rights -j$J crawl.warc --to jsonl > out.jsonl
show out.jsonl

echo '-- one agent'
scope tag rights --agent ExampleBot crawl.warc --to jsonl | show | grep -c reserved/robots
echo '-- no origins'
scope tag rights --no-origins crawl.warc --to jsonl | show | grep -c 'origin\|robots-txt'
echo '-- from a pipe'
cat crawl.warc | scope tag rights - --to jsonl 2> note | show | grep -c 'unseen:origin'
cat note
echo '-- a pipe with origins'
jq -c 'select(.url == "https://A.example:443/p.html") | del(.scope)' out.jsonl > one.jsonl
scope tag rights --origins crawl.warc - < one.jsonl 2>&1 | show
echo '-- a file for an origin'
printf 'User-agent: *\nDisallow: /p\n' > robots.txt
jq -nc '{id:"1",url:"https://b.example/p",text:"words"},{id:"2",url:"https://b.example/q",text:"words"}' > b.jsonl
scope tag rights --origins https://b.example=robots.txt b.jsonl | show
echo '-- folders'
mkdir -p site/b/.well-known site/b/c
echo "$page" | tee site/p.html site/b/p.html > site/b/c/p.html
cp robots.txt site/robots.txt
echo '[{"location":"/c/","tdm-reservation":1}]' > site/b/.well-known/tdmrep.json
tar cf site.tar --sort=name site
scope tag rights site.tar --to jsonl | show
scope tag rights site/robots.txt site/b/.well-known/tdmrep.json site/p.html site/b/p.html site/b/c/p.html --from file --to jsonl |
	show | cut -f1-3
echo '-- images'
cat > i.svg <<'EOT'
<svg xmlns="http://www.w3.org/2000/svg"><metadata><rdf:RDF><rdf:Description plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"
tdm:reservation="0"><cc:license rdf:resource="https://creativecommons.org/licenses/by-nd/4.0/"/><dc:rights>2024 Somebody</dc:rights></rdf:Description></rdf:RDF></metadata></svg>
EOT
echo '<svg xmlns="http://www.w3.org/2000/svg"/>' > none.svg
scope tag licence,rights --from file i.svg none.svg --to jsonl | jq -r '.id as $i | .scope.tags[] | [$i, .key, .value, .rule, .where] | @tsv'
echo '-- expressions'
scope filter 'rights under reserved' crawl.warc -q --to jsonl | wc -l
scope filter 'rights = reserved/tdmrep' crawl.warc -q --to jsonl | wc -l
scope filter 'not rights under reserved and not rights under unknown' crawl.warc -q --to jsonl | wc -l
echo '-- wrong'
scope tag rights --agent 'two words' b.jsonl
scope tag rights --origins https://b.example= b.jsonl
scope tag rights --origins nowhere.txt b.jsonl
scope tag rights --sources robots b.jsonl
