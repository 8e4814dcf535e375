# SPDX-License-Identifier: Apache-2.0
# once: trace --overlap finds what a program of another kind finds in hundreds of planted copies, and nothing where there is none.
. "$LIB"
command -v python3 >/dev/null || { echo 'ok - skipped: no python3'; exit 0; }
cat > make.py <<'PY'
import json, random
random.seed(7)
word = ["basalt", "lichen", "Ångström", "growth", "colony", "of", "the", "on", "island", "survey", "Ωmega", "нет", "ДА", "rain", "cloud", "42", "naïve", "stone"]
def para(n): return " ".join(random.choice(word) for _ in range(n))
def doc(): return "\n".join(para(random.randint(3, 30)) for _ in range(random.randint(1, 6)))
corpus = [doc() for _ in range(300)] + ["short text"]
lic = ["CC-BY-4.0", "MIT", "", "CC-BY-NC-4.0"]
with open("corpus.jsonl", "w") as f:
    for i, t in enumerate(corpus):
        m = {"url": "https://h%d.example.org/%d" % (i % 5, i)}
        if lic[i % 4]: m["license"] = lic[i % 4]
        f.write(json.dumps({"text": t, "metadata": m}, ensure_ascii=False) + "\n")
def html(t): return "<!doctype html><html><head><title>a page</title><style>p{}</style></head><body>" + "".join("<p class=\"x\">" + p.replace("&", "&amp;").replace("<", "&lt;").replace("ö", "&ouml;").replace("o", "<i>o</i>", 1) + "</p>\n" for p in t.split("\n")) + "</body></html>"
def spaced(t): return t.upper().replace(" ", " \t ").replace("\n", "\r\n\r\n")
planted = []
for i, t in enumerate(corpus[:300]):
    k = i % 12
    if k == 0: planted.append(t)
    elif k == 3: planted.append(spaced(t))
    elif k == 5: planted.append(html(t))
    elif k == 7: planted.append(doc() + "\n" + max(t.split("\n"), key=len) + "\n" + doc())
    else: planted.append(doc())
planted.append("short text")
random.shuffle(planted)
with open("suspect.jsonl", "w") as f:
    for t in planted: f.write(json.dumps({"text": t}, ensure_ascii=False) + "\n")
with open("clean.jsonl", "w") as f:
    for _ in range(200): f.write(json.dumps({"text": doc()}, ensure_ascii=False) + "\n")
PY
cat > count.py <<'PY'
# The same by other means: html.parser, str.casefold and sets.
import json, re, sys, unicodedata
from html.parser import HTMLParser
class Text(HTMLParser):
    block = set("address article aside blockquote body br caption dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol option p pre section table td th title tr ul".split())
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.out, self.hide = [], 0
    def handle_starttag(self, t, a):
        if t in ("head", "script", "style", "template"): self.hide += 1
        if t in self.block: self.out.append("\n")
    def handle_endtag(self, t):
        if t in ("head", "script", "style", "template"): self.hide -= 1
        if t in self.block: self.out.append("\n")
    def handle_data(self, d):
        if not self.hide: self.out.append(re.sub(r"\s+", " ", d))
def fold(c):
    f = c.casefold()
    return f if len(f) == 1 else c
def paragraphs(t):
    if "<p" in t:
        p = Text(); p.feed(t); p.close()
        t = "".join(p.out)
    t = "".join(map(fold, t))
    return [x for x in (" ".join(l.split()) for l in t.splitlines()) if x]
def load(f): return [json.loads(l)["text"] for l in open(f)]
corpus, suspect = sorted(set(load(sys.argv[1]))), load(sys.argv[2])
raw, texts, paras = set(suspect), set(), set()
for t in suspect:
    p = paragraphs(t)
    texts.add(" ".join(p)); paras.update(x for x in p if len(x) >= 40)
n = dict(exact=0, text=0, paragraphs=0, any=0); of = dict(text=0, paragraphs=0); bytes_any = found = total = 0
for t in corpus:
    p = paragraphs(t); w = " ".join(p); long = [x for x in p if len(x) >= 40]
    e = t in raw; x = len(w) >= 40 and w in texts; k = sum(q in paras for q in long)
    n["exact"] += e; n["text"] += x; n["paragraphs"] += k > 0; n["any"] += e or x or k > 0
    of["text"] += len(w) >= 40; of["paragraphs"] += bool(long)
    found += k; total += len(long); bytes_any += len(t.encode()) if e or x or k else 0
print(json.dumps([n["exact"], n["text"], of["text"], n["paragraphs"], of["paragraphs"], n["any"], bytes_any, found, total]))
PY
python3 make.py || exit 2
mkdir c s root
scope run 'tag licence,host' corpus.jsonl -q -o c/corpus.jsonl --tags none
scope cat suspect.jsonl -q -o s/suspect.jsonl
scope trace --overlap c/corpus.jsonl.scm suspect.jsonl --list found.tsv > b
claim 'all that was found is in the list' test "$(wc -l < found.tsv)" = "$(sed -n '1s/.*scm, \([0-9]*\) of.*/\1/p' b)"
claim 'places are where they are' sh -c '
	awk -F"\t" "\$2 ~ /exact/ { print \$5, \$6 }" found.tsv | head -20 > places
	while read -r x y; do
		o=${x#*#} p=${y#*#}
		a=$(tail -c +$((${o%+*} + 1)) c/corpus.jsonl | head -c ${o#*+} | python3 -c "import json, sys; print(json.loads(sys.stdin.read())[\"text\"])")
		b=$(tail -c +$((${p%+*} + 1)) suspect.jsonl | head -c ${p#*+} | python3 -c "import json, sys; print(json.loads(sys.stdin.read())[\"text\"])")
		[ "$a" = "$b" ] || exit 1
	done < places
	test -s places'
ours() { # MANIFEST SUSPECT...: what count.py prints
	scope trace --overlap "$@" --json > o.json
	python3 -c 'import json; o = json.load(open("o.json")); print(json.dumps([o["exact"]["found"], o["text"]["found"], o["text"]["of"], o["paragraphs"]["found"], o["paragraphs"]["of"], o["any"]["found"], o["any"]["bytes_found"], o["paragraphs_found"], o["paragraphs_of"]]))'
}
claim 'another program counts the same' test "$(ours c/corpus.jsonl.scm suspect.jsonl)" = "$(python3 count.py corpus.jsonl suspect.jsonl)"
claim 'the other way round too' test "$(ours s/suspect.jsonl.scm corpus.jsonl)" = "$(python3 count.py suspect.jsonl corpus.jsonl)"
claim 'with little memory it is the same' sh -c '"$SCOPE" trace --overlap c/corpus.jsonl.scm suspect.jsonl --memory 64k | cmp - b'
split -n l/3 --additional-suffix=.jsonl suspect.jsonl part-
scope cat part-ab.jsonl -q -o part-ab.warc.gz --no-manifest && rm part-ab.jsonl
claim 'a suspect in several shards and formats' sh -c '"$SCOPE" trace --overlap c/corpus.jsonl.scm part-* | sed -n 2,8p > x; sed -n 2,8p b | cmp - x'
claim 'a manifest as suspect, its shards beside it' sh -c '"$SCOPE" trace --overlap c/corpus.jsonl.scm s/suspect.jsonl.scm | sed -n 2,8p > x; sed -n 2,8p b | cmp - x'
claim 'a clean one has nothing, and status 1' fails 1 scope trace --overlap c/corpus.jsonl.scm clean.jsonl
claim 'and the other program finds nothing in it' test "$(python3 count.py corpus.jsonl clean.jsonl | cut -d, -f1,2,4,6-8)" = '[0, 0, 0, 0, 0, 0'
mv c/corpus.jsonl root
claim '--root says where the shards lie' sh -c '"$SCOPE" trace --overlap c/corpus.jsonl.scm suspect.jsonl --root root | cmp - b'
