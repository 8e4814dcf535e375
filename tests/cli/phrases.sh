# SPDX-License-Identifier: Apache-2.0
# text="..." in domain rules: labels by what a text says, and the bytes that say it.
. "$LIB"
archive
scope tag domain --rules "$ROOT/examples/phrases.rules" docs.jsonl -q -j "$J" -o by.jsonl
grep '^R' by.jsonl.scm | cut -f7,8 | grep -v "^unknown" | sed 's/^/tags: /'

cat > t.jsonl <<'X'
{"id":"a","text":"We read Open \n\t ACCESS (gold) and C++, reopen accesses.","url":"https://www.example.org/x"}
{"id":"b","text":"open-access says \"so\": a\\b. caf\u00e9 caf","url":"https://example.net/"}
{"id":"c","text":"","url":"https://example.org/"}
{"id":"d","text":"preopen access; open access2; open access\u00e9","url":"https://example.org/"}
X
cat > t.rules <<'X'
policy/gold 0.9 text="open access (GOLD)"
policy/open 0.5 text="open access"
policy/open 0.6 text="  open   access  " host=example.org
policy/hyphen 0.5 text="open-access"
quoted 0.4 text="says \"so\"" text="A\\B"
word 0.3 text="caf"
code 0.2 text="c++"
both 0.9 text="open access" text="nowhere to be seen"
X
scope tag domain --rules t.rules t.jsonl -q -j "$J" | sed 's/.*"tags":[[]{"key":"domain","value":"\([^"]*\)".*/value: \1/'
for i in 0 1; do
	scope explain "t.jsonl#$i" --stages 'tag domain --rules t.rules' | sed 's/^/explain: /'
done
for level in plain avx2; do
	SCOPE_CPU=$level scope tag domain --rules t.rules t.jsonl -q -j "$J" > $level.jsonl
done
scope tag domain --rules t.rules t.jsonl -q -j "$J" > best.jsonl
claim 'the same answers with every level of instructions' same best.jsonl plain.jsonl avx2.jsonl

# Whatever is no rule is told with its line and column.
bad() { # the rule, for printf
	{ echo '# mine'; printf "$1\n"; } > bad.rules
	scope tag domain --rules bad.rules t.jsonl 2>&1 >/dev/null | sed 's/^/bad: /'
}
bad 'x 0.5 text="open'
bad 'x 0.5 text=open'
bad 'x 0.5 text='
bad 'x 0.5 text=""'
bad 'x 0.5 text="   "'
bad 'x 0.5 text="+ - *"'
bad 'x 0.5 text="a\\nb"'
bad 'x 0.5 text="a" text="b\\"'
bad 'x 0.5 text="a"host=example.org'
bad 'x 0.5 host=example.org text="\\"a\\" \377"'
bad 'x 0.5 text="a\000b"'
bad '  x  0.5'
bad 'x'
bad 'x 5 text="a"'
bad 'x 0.5 words="a b"'
bad 'x 0.5 host=a host=b host=c host=d host=e host=f text="g"'
long() { # bytes of a phrase
	head -c "$1" /dev/zero | tr '\0' 'x' | sed 's/.*/x 0.5 text="&"/'
}
long 4097 > bad.rules
scope tag domain --rules bad.rules t.jsonl 2>&1 >/dev/null | cut -c1-60 | sed 's/^/bad: /'
long 4096 > long.rules
claim 'a phrase may have 4096 bytes' sh -c "$SCOPE tag domain --rules long.rules t.jsonl > out"

# Many rules, and many that fire.
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "many/%d 0.5 text=\"part %d of many\"\n", i % 30, i }' > many.rules
awk 'BEGIN { printf "{\"text\":\""; for (i = 0; i < 60; i++) printf "Part %d of many. ", i; print "\"}" }' > many.jsonl
scope tag domain --rules many.rules many.jsonl -q -j "$J" > many.out
tr '{' '\n' < many.out | grep -c '"key":"domain"' | sed 's/^/many: tags /'
sed 's/.*"value":"\([^"]*,[^"]*\)".*/\1/' many.out | tr ',' '\n' | wc -l | sed 's/^ */many: labels /'
