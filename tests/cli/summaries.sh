# SPDX-License-Identifier: Apache-2.0
# once
# hf-card, eu-summary, ab2013: every number is the manifest's, what is hostile in one stays text, what it cannot say is a blank.
. "$LIB"
set +e
archive
scope run 'hash | tag licence,host,rights,domain | filter "licence in open"' docs.jsonl pages.warc.gz -q -o open.tar
scope run 'split figures | tag licence,domain' papers/*.gz -q -o figs.tar
scope run 'tag licence,host' docs.jsonl -q -o plain.jsonl
pages='hf-card eu-summary ab2013'

# A manifest as an attacker would write it: lines that the reader takes, with the totals that it asks for.
manifest() { # RECORDS LINE...: each LINE as printf %b has it
	n=$1
	shift
	echo '#scope-manifest/1'
	{
		for line in "$@"; do
			printf '%b\n' "$line"
		done
		printf 'T\t%s\n' "key-root	sha256:$(printf %064d 1)" 'keys	0' "lines	sha256:$(printf %064d 2)" 'occurrences	0' \
			"record-root	sha256:$(printf %064d 3)" "records	$n"
	} | sort
}
id() {
	printf 'R\\tsha256:%064d\\t' "$1"
}
zero=$(printf %064d 0)
many=$(seq -s, -f 'x/%g' 40)
manifest 9 \
	'H\tcorpus\t--- # "quoted": [a](javascript:alert(1)) \\\\ \0342\0200\0256 %0A- x' \
	'H\tcreated\t2024-05-01T00:00:00Z' \
	"P\\t0001\\tread/jsonl|x\\t1\\t-\\t9\\t9\\t0\\t0\\t0\\t$zero\\t$zero\\t$zero\\t\`<b>\`|%0A# 7" \
	"S\\tsha256:$zero\\t5\\ta*b?[c]%0A\"'x\\\\: y.jsonl\\tsha256:$zero\\t9" \
	"S\\tsha256:$zero\\t6\\t\\0377\\0357\\0277\\0277.jsonl.zst\\tsha256:$zero\\t9" \
	"S\\tsha256:$zero\\t7\\timages/metadata.jsonl\\tsha256:$zero\\t9" \
	"S\\tsha256:$zero\\t8\\tpages.warc.gz\\tsha256:$zero\\t9" \
	"$(id 1)10\\ttext/html\\t[x](javascript:alert(1))\\tjson:license\\tcode\\thost=<script>alert(1)</script>\\trights=none" \
	"$(id 2)20\\timage/png,text/plain\\ta: b # c\\t|\\tb\`c|d,e\\thost=www.example.org\\trights=reserved/noai,terms/nc\\tsite=example.org" \
	"$(id 3)30\\taudio/ogg\\tCC-BY-SA-2.0\\t-\\t!!python/object:os.system\\thost=evil@example.org\\trights=unknown/robots" \
	"$(id 4)40\\tvideo/mp4\\tunknown\\t-\\t-\\thost=http://example.org/ \\tsrc=http://example.org/" \
	"$(id 5)50\\tapplication/pdf\\t%00%1B[31m\\t-\\t\0342\0200\0256 rtl\\thost=\0303\0251.example" \
	"$(id 6)60\\t$many\\tGPL-2.0-or-later\\t-\\t$many\\thost=$(printf %0300d 0)\0342\0202\0254" \
	"$(id 7)70\\tb,a,b,a\\tGPL-3.0-only WITH Classpath-exception-2.0\\t-\\t,,\\thost=www.example.org\\trights=%2D" \
	"$(id 8)18000000000000000000\\t-\\t-\\t-\\t-\\tauthor=A|B\\tconflict=domain\\tdoi=10.1/x\\tparent=p\\ttitle=T" \
	"$(id 9)90\\t-\\tcc0-1.0\\t-\\tyes\\thost=*_~#" > bad.scm

for m in open.tar.scm figs.tar.scm plain.jsonl.scm bad.scm; do
	for x in $pages; do
		claim "$x of $m is written" scope export $x $m -o "$m.$x"
		claim "$x of $m: the same bytes whatever memory it has" sh -c "'$SCOPE' export $x $m --memory 1 | cmp - $m.$x"
		claim "$x of $m: its count of blanks is how many there are" \
			test "$(grep -o '\[to be filled in by a person:' "$m.$x" | wc -l)" = "$(sed -n 's/^> Blanks: \([0-9]*\)\..*/\1/p' "$m.$x")"
		claim "$x of $m: no control, no HTML and no link outside of code" \
			sh -c "! sed 's/\`[^\`]*\`//g' $m.$x | sed '/^---\$/,/^---\$/d' | grep -E '[<\`\\\\]|\\]\\(|://' && ! tr -d '\\n' < $m.$x | grep -q '[[:cntrl:]]'"
	done
done
claim 'a row of a table has as many cells whatever is in them' \
	awk -F'|' '/^\|/ { if (!n) n = NF; if (NF != n) exit 1; next } { n = 0 }' bad.scm.hf-card bad.scm.eu-summary bad.scm.ab2013
sed -e '/^| lines /d' -e 's/`scope [0-9][^`]*`/`scope VERSION`/' open.tar.scm.hf-card
sed '/^# /,$d' bad.scm.hf-card
sed -n -e '/^### 1.3/,/^Domains/p' -e '/^### 2.3/,/^### 2.4/p' bad.scm.eu-summary
sed -n '/^## 5/,/^## 6/p' bad.scm.ab2013

# How many domain names: a tenth, and for the small a twentieth but no more than a thousand.
lines=$(seq 1 230 | while read -r i; do printf '%s1\\t-\\tMIT\\t-\\t-\\thost=h%d\n' "$(id "$i")" "$i"; done)
IFS='
'
# shellcheck disable=SC2086
manifest 230 $lines > hosts.scm
unset IFS
scope export eu-summary hosts.scm | grep '^Most relevant'
scope export eu-summary hosts.scm --sme | grep '^Most relevant'
awk -v OFS='\t' 'BEGIN { print "#scope-manifest/1"; for (i = 1; i <= 20005; i++) printf "R\tsha256:%064d\t1\t-\tMIT\t-\t-\tsite=s%d\n", i, i
	printf "T\tkey-root\tx\nT\tkeys\t0\nT\tlines\tx\nT\toccurrences\t0\nT\trecord-root\tx\nT\trecords\t20005\n" }' > sites.scm
scope export eu-summary sites.scm --sme | grep '^Most relevant'
claim 'as many rows are there' test "$(scope export eu-summary sites.scm | grep -c '^| `s')" = 2001
claim 'and of the small ones' test "$(scope export eu-summary sites.scm --sme | grep -c '^| `s')" = 1000

# By somebody else's count.
if command -v python3 > /dev/null; then
	check() {
		python3 "$ROOT/scripts/check-summary.py" "$@"
	}
	for m in open.tar.scm figs.tar.scm plain.jsonl.scm bad.scm hosts.scm; do
		for x in $pages; do
			scope export $x $m -o "$m.$x"
			claim "$x of $m says what the manifest says" check $m "$m.$x"
			scope export $x $m --top 2 -o few.md
			claim "$x of $m in few rows does" check --top 2 $m few.md
		done
	done
	scope export eu-summary sites.scm --sme -o sites.md
	claim 'of a small enterprise too' check --sme sites.scm sites.md
	claim 'and not of a large one' fails 1 check sites.scm sites.md
	scope export hf-card open.tar.scm --name "it's: #1 \"[x](y)\"" -o named.md
	claim 'a name is what it is called' check --name "it's: #1 \"[x](y)\"" open.tar.scm named.md
	claim 'another one is not' fails 1 check --name 'other' open.tar.scm named.md
	# One digit changed, whichever it is, is found.
	for x in $pages; do
		claim "each digit of $x is looked at" check --mutate figs.tar.scm figs.tar.scm.$x
	done
	sed 's/^| Shards read | 2 |/| Shards read | 3 |/' open.tar.scm.hf-card > mutated.md
	claim 'a number that is not true is found' fails 1 check open.tar.scm mutated.md
	sed 's/^- mit$/- isc/' open.tar.scm.hf-card > mutated.md
	claim 'another licence in the head is found' fails 1 check open.tar.scm mutated.md
	sed 's/^    - "open.tar"/    - "other.tar"/' open.tar.scm.hf-card > mutated.md
	claim 'another file there is' fails 1 check open.tar.scm mutated.md
	sed '/^| `MIT` /d' open.tar.scm.hf-card > mutated.md
	claim 'a row that is missing is' fails 1 check open.tar.scm mutated.md
fi

# What does not add up is no base for a summary.
head -n -1 open.tar.scm > cut.scm
sed 's/^T	records	9$/T	records	10/' open.tar.scm > false.scm
sed 's/^\(P	0007.*	16	\)10	6	/\19	6	/' open.tar.scm > funnel.scm
for m in cut.scm false.scm funnel.scm docs.jsonl; do
	scope export ab2013 $m -o none.md 2>&1
	echo "status $?"
done
claim 'nothing is left behind' test ! -e none.md
