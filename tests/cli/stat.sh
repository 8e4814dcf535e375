# SPDX-License-Identifier: Apache-2.0
# stat: tags, formats and fields of the metadata are counted, the same for any number of threads; --top, --json; what cannot be counted is said.
. "$LIB"
archive
cat > odd.jsonl <<'EOT'
{"text":"a","license":"MIT","meta":{"n":1,"list":[1,2]},"url":"https://Docs.Example.co.uk:8080/x"}
{"text":"bc","license":"M\u0049T","meta":{"n":1.0,"list":[1,2]},"url":"https://www.example.co.uk/"}
{"text":"d\n\"\u00e9","license":null,"meta":{"n":true},"url":"http://127.0.0.1/"}
{"text":"","license":"","meta":"x"}
{"text":"x\ty\n\\","license":"0BSD"}
{"license":["MIT"],"text":"x","url":"https://b.example.com/"}
EOT
scope stat -q -j "$J" --by meta.license,meta.meta.n,meta.meta.list,host,format odd.jsonl
scope stat -q -j "$J" --by meta.license,license --top 1 --json odd.jsonl docs.jsonl
for i in 1 2 3 4 5 6 7 8 9; do sed "s/example/example$i/" odd.jsonl; done > many.jsonl
scope stat -q -j1 --by meta.license,site --top 0 many.jsonl docs.jsonl pages.warc.gz > one
scope stat -q -j3 --by meta.license,site --top 0 many.jsonl docs.jsonl pages.warc.gz > three
claim 'three threads count as one does' same one three
scope stat -q --by meta.license --top 0 many.jsonl > undecoded
scope stat -q --by meta.license,media --top 0 many.jsonl | sed '/^media/,$d' | sed '$d' > decoded
claim 'bytes are the same whether payloads were decoded or not' same decoded undecoded
for by in meta. nosuch meta; do
	claim "--by $by is misuse" fails 2 "$SCOPE" stat --by "$by" odd.jsonl
	sed 's/^/said: /' claim.log
done
