# SPDX-License-Identifier: Apache-2.0
# export attribution: whose work a corpus is made of, as text, page and table; what is hostile in a manifest stays text.
. "$LIB"
archive
scope run 'split figures | tag licence' papers/*.gz -q -j "$J" -o figs.tar
scope export attribution figs.tar.scm
scope export attribution figs.tar.scm --as csv
scope export attribution figs.tar.scm --as html -o a.html
sed '1,/<body>/d' a.html
if command -v xmllint > /dev/null; then
	claim 'the page is well-formed' xmllint --noout a.html
fi

# Titles and names as an attacker would write them.
esc=$(printf '\033')
cat > bad.jsonl <<EOF
{"text":"one","title":"=cmd|' /C calc'!A0","author":"+1;\"a\",b","license":"MIT","url":"javascript:alert(1)","doi":"10.1/<script>"}
{"text":"two","title":"<script>alert(1)</script>\u001b[31m\u202ered","author":"@x","license":"CC-BY-3.0-US","url":"https://example.org/\"onclick=1"}
{"text":"three","title":"two\nlines","license":"LicenseRef-CC-BY-SA"}
{"text":"four","license":"MIT OR Apache-2.0","url":"https://example.org/a?b=1&c=2"}
{"text":"five","title":"-2+3"}
EOF
scope run 'tag licence' bad.jsonl -q -j "$J" -o bad.tar
for as in text csv html; do
	scope export attribution bad.tar.scm --as $as > bad.$as
done
cat bad.text bad.csv
sed '1,/<body>/d' bad.html
for as in text csv html; do
	claim "no escape sequence gets into $as" sh -c "! grep -q '$esc' bad.$as"
done
claim 'no cell of the table is a formula' sh -c '! grep -E "(^|,)\"[=+@-]" bad.csv'
claim 'the page has no script and no such link' sh -c '! grep -Eiq "<script|javascript:|onclick=1\">" bad.html'
if command -v xmllint > /dev/null; then
	claim 'and is well-formed' xmllint --noout bad.html
fi

# What is no manifest, or not in order, is said in one line and nothing is written.
scope export attribution docs.jsonl -o none 2>&1
LC_ALL=C sort -r figs.tar.scm > r.scm
(head -n 1 figs.tar.scm; grep -v '^#' r.scm) > unsorted.scm
scope export attribution unsorted.scm -o none 2>&1
head -c 700 figs.tar.scm > cut.scm
scope export attribution cut.scm -o none 2>&1
claim 'nothing is left behind' test ! -e none
scope export 2>&1
scope export nothing x 2>&1
