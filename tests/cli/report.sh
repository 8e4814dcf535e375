# SPDX-License-Identifier: Apache-2.0
# report: a page, Markdown and numbers of a manifest; all of them true, none of what is hostile in it alive.
. "$LIB"
archive
scope run 'split figures | tag licence,domain,host,rights' papers/*.gz -q -j "$J" -o figs.tar
scope run 'hash | tag licence,host,domain,rights | filter "licence in open or licence == none"' docs.jsonl pages.warc.gz figures.tar -q -j "$J" -O all || exit 2
scope run 'hash | tag licence,host,domain,rights | filter "licence in open"' docs.jsonl -q -j "$J" -o open.jsonl || exit 2

# ---- for people who read text ----
scope report all/manifest.scm --format md --baseline open.jsonl.scm --top 5

# ---- numbers ----
recount() { # REPORT MANIFEST OPTION...
	python3 "$ROOT/scripts/check-report.py" "$@"
}
scope report all/manifest.scm --format json --baseline open.jsonl.scm -o all.json
scope report figs.tar.scm --format json --top 2 --sample 3 -o figs.json
sed 's/"records": 15/"records": 16/' all.json > other.json
if command -v python3 > /dev/null; then
	claim 'every number is that of the manifest, counted by another program' recount all.json all/manifest.scm --baseline open.jsonl.scm
	claim 'of tables that are cut too' recount figs.json figs.tar.scm --top 2 --sample 3
	claim 'and that program sees one that is not' fails 1 recount other.json all/manifest.scm --baseline open.jsonl.scm
else
	echo '# skipped: no python3'
fi

# ---- the page ----
sound() { # PAGE: in form
	ok=0
	if command -v xmllint > /dev/null; then xmllint --noout "$1" || ok=1; fi
	if command -v tidy > /dev/null; then tidy -q -e -utf8 "$1" || ok=1; fi
	return $ok
}
shown() { # PAGE OPTION...: in a browser
	command -v chromium > /dev/null && command -v python3 > /dev/null || return 0
	python3 "$ROOT/scripts/check-page.py" "$@"
}
set -- --shards all/docs.jsonl --shards all/figures.tar --shards all/pages.warc.gz
scope report all/manifest.scm --baseline open.jsonl.scm "$@" -o all.html
scope report all/manifest.scm --baseline open.jsonl.scm "$@" > again.html
claim 'the same bytes each time' same all.html again.html
claim 'valid, and well-formed' sound all.html
claim 'in a browser it asks for nothing, is legible at three widths in light and dark, and its tables sort' shown all.html --hosts
claim 'pictures stand in the page' grep -q '<img src="data:image/png;base64,' all.html
claim 'nothing else is named as a source' sh -c '! grep -Eo "(src|href|data|action|poster|srcset)=\"[^\"#]*" all.html | grep -Ev "=\"(data:image/|https?://|$)"'
claim 'no attribute holds style or script' sh -c '! grep -Eiq "<[a-z][^>]* (style|on[a-z]+)=" all.html'
hash_of() { # style|script: of what stands in it
	awk -v t="$1" 'BEGIN { RS = "</" t ">"; FS = "<" t ">" } NR == 1 { printf "%s", $2 }' all.html | openssl dgst -sha256 -binary | base64
}
for t in style script; do
	if command -v openssl > /dev/null; then
		claim "the policy names the $t by its digest" grep -q "$t-src 'sha256-$(hash_of $t)'" all.html
	fi
done
for j in 1 4; do
	scope run 'hash | tag licence,host,domain,rights | filter "licence in open"' docs.jsonl -q -j $j -o j$j.jsonl
	scope report j$j.jsonl.scm --format json | grep -v '"name"\|"sha256"\|"lines"' > j$j.json
done
claim 'threads do not show' same j1.json j4.json

# ---- with a charter that is violated ----
printf '%s\n' 'charter no 1' 'purpose "none"' 'owner "X" mailto:x@example.org' 'deny licence MIT' 'cost C1 likelihood=0.01 size=-1 "harm" by=X evidence=harm.md' > no.charter
scope report all/manifest.scm --charter no.charter -o violated.html
claim 'valid and well-formed with a charter that is violated' sound violated.html
claim 'one likelihood is one number, and says what it rests on' grep -q 'cost: harm</th><td class="n">0.01</td><td class="n">-1</td><td>X, see harm.md</td>' violated.html

# ---- what is hostile ----
cat > bad.jsonl <<'END'
{"text":"<script>alert(1)</script><img src=x onerror=alert(1)>","title":"<script>alert(1)</script>","author":"\"><svg onload=alert(2)>","license":"MIT","url":"https://example.org/\"onclick=alert(3)"}
{"text":"two","title":"\u202eevil\u001b[31m\u2066x","license":"CC-BY-4.0","url":"javascript:alert(1)","doi":"10.1/<script>"}
{"text":"</style></script><!-- ]]> --><b>","title":"]]>--></title></style></script><script>console.log('in')</script>","url":"https://evil.example/<script>console.log(1)</script>"}
{"text":"five \ufffe\uffff\u0000nul","title":"&amp;&lt;$s$t$n%s%n","url":"https://xn--e1afmkfd.example/a"}
{"text":"six","title":"\ud83d\ude00","url":"https://\u00e9.example/"}
END
scope run 'tag licence,host,domain' bad.jsonl -q -j "$J" -o bad.tar
scope report bad.tar.scm --shards bad.tar -o bad.html
scope report bad.tar.scm --format json -o bad.json
scope report bad.tar.scm --format md -o bad.md
alive() { # PAGE: markup of theirs
	sed 's/<script>\/\/ SPDX.*//' "$1" | grep -Eiq '<script|<img src=x|<svg onload|href="javascript|" *onclick' && return 1
	! LC_ALL=C grep -q "$(printf '\033')\|$(printf '\342\200\256')\|$(printf '\342\201\246')" "$1"
}
claim 'nothing of theirs is markup' alive bad.html
claim 'nor in Markdown' sh -c "! LC_ALL=C grep -q '$(printf '\033')\|$(printf '\342\200\256')' bad.md"
claim 'the page stays valid' sound bad.html
claim 'and in a browser it is silent' shown bad.html --hosts
if command -v python3 > /dev/null; then
	claim 'and true' recount bad.json bad.tar.scm
	# A manifest as only an attacker writes one, with roots that are right: a host of 10 MB, hosts and labels that are markup.
	python3 - > huge.scm <<'END'
import hashlib, sys
H = lambda b: hashlib.sha256(b).digest()
evil = [b'<script>alert(1)</script>', b'"><img src=x onerror=alert(1)>', b"'-->]]></title></style></script><svg onload=alert(1)>", '\u202egro.elpmaxe\u2066'.encode(),
        b'h' * 10000000, b'\xff\xfe\xc3', b'&lt;b&gt;&#x3c;', b'%1B[31mred', b'javascript:alert(1)', b'x%09y%0Az', b'$t$n%25s']
rows = []
for i, x in enumerate(evil):
    label = x[:300].replace(b',', b'')
    rows.append(b'\t'.join([b'R', b'sha256:%064x' % i, b'%d' % (i + 1), label, label, label, label, b'author=' + x[:9000], b'host=' + x, b'src=http://' + x[:500], b'title=' + x[:2000000]]))
rows.sort()
stack = []
for r in rows:
    n, h = 1, H(b'\0' + r)
    while stack and stack[-1][0] == n:
        h, n = H(b'\1' + stack.pop()[1] + h), 2 * n
    stack.append((n, h))
root = stack.pop()[1]
while stack:
    root = H(b'\1' + stack.pop()[1] + root)
body = b'#scope-manifest/1\n' + b''.join(x + b'\n' for x in [b'H\t' + evil[0] + b'\t' + evil[1], b'H\tcorpus\t' + evil[0]] + rows)
total = {'key-root': 'sha256:' + '0' * 64, 'keys': 0, 'lines': 'sha256:' + hashlib.sha256(body).hexdigest(), 'occurrences': 0,
         'record-root': 'sha256:' + root.hex(), 'records': len(rows)}
sys.stdout.buffer.write(body + ''.join('T\t%s\t%s\n' % x for x in total.items()).encode())
END
	scope report huge.scm -o huge.html
	scope report huge.scm --format json -o huge.json
	claim 'a host of ten megabytes does not fill the page' sh -c 'test $(wc -c < huge.html) -lt 200000'
	claim 'nor is any of it alive' alive huge.html
	claim 'and it is valid' sound huge.html
	claim 'and silent' shown huge.html --hosts
	claim 'and counted' recount huge.json huge.scm
fi

# ---- nothing in it ----
printf '' > none.jsonl
scope run 'tag licence,host' none.jsonl -q -j "$J" -o none.tar 2> /dev/null
scope report none.tar.scm -o none.html
claim 'an empty corpus has a page' sound none.html
claim 'that a browser shows' shown none.html

# ---- whose word it is ----
cp "$ROOT/tests/data/sign/openssh-ed25519" me; chmod 600 me; cp "$ROOT/tests/data/sign/openssh-ed25519.pub" me.pub
cp "$ROOT/tests/data/sign/openssh-ecdsa.pub" you.pub
scope report open.jsonl.scm --format md | grep '^| sign'
scope sign --key me open.jsonl.scm > /dev/null
scope report open.jsonl.scm --format md | grep '^| sign'
scope report open.jsonl.scm --format md --key me.pub | grep '^| sign'
scope report open.jsonl.scm --key you.pub -o no.html 2>&1 | sed 's/SHA256:[^ )]*/SHA256:X/g'
claim 'no page of what somebody else signed' test ! -e no.html

# ---- a sample that was judged ----
scope audit draw -n 10 --nonce 7 --source auditor --auditor 'A. Reviewer' all/manifest.scm -o a.audit 2> /dev/null || exit 2
scope report all/manifest.scm --audit a.audit --format md | sed -n '/^## The audit/,/^## What/p'
(yes | head -n 9; echo n) > keys
scope audit judge a.audit --what licence --answers keys all/*.jsonl all/*.tar all/*.gz > judged 2>&1 || cat judged
scope report all/manifest.scm --audit a.audit --format md | sed -n '/^## The audit/,/^## What/p'
scope report open.jsonl.scm --audit a.audit -o no.html 2>&1

# ---- what is not true is not shown ----
head -c 900 all/manifest.scm > cut.scm
scope report cut.scm -o no.html 2>&1
echo "status $?"
sed 's/^\(R	[^	]*	\)[0-9]*/\11/' all/manifest.scm > lie.scm
scope report lie.scm -o no.html 2>&1
scope report nothing.scm -o no.html 2>&1
scope report 2>&1
scope report all/manifest.scm --top 100000 -o no.html 2>&1
claim 'nothing is left behind' test ! -e no.html
