# SPDX-License-Identifier: Apache-2.0
# what licences ask, one by one and together; a pair that does not fit is status 1.
. "$LIB"
set +e
cat > list.txt <<'EOT'
# comments and empty lines are none

MIT
mit
CC-BY-4.0
CC-BY-SA-4.0
MIT OR GPL-2.0
GPL-2.0+
unknown
EOT
scope terms --from list.txt
echo "status $?"
scope terms CC-BY-NC-4.0 CC-BY-SA-4.0 CC-BY-ND-4.0 BUSL-1.1 LicenseRef-mine
echo "status $?"
scope terms --json GPL-2.0-only "Apache-2.0 OR MPL-2.0" CC-BY-ND-4.0
echo "status $?"
scope terms --json --from - < list.txt > a
scope terms --json --from list.txt > b
claim 'standard input is a file too' cmp a b
tac list.txt | scope terms --json --from - > c
claim 'order does not matter' cmp b c
printf 'a\033[31m\001\n' > odd.txt
claim 'nothing of a line reaches the terminal as it is' sh -c '! "$SCOPE" terms --from odd.txt | grep -q "[[:cntrl:]]"'
archive
scope tag licence -q docs.jsonl -o tagged.jsonl
scope terms --from tagged.jsonl.scm > manifest.txt
claim 'a manifest has a licence for each record' sh -c 'grep -c "^R" tagged.jsonl.scm > n
	"$SCOPE" terms --json --from tagged.jsonl.scm | tr "{," "\n\n" | awk -F: "/^ *\"records\":/ && !n++ { n = \$2 } END { print n > 0 }"'
grep '^R' tagged.jsonl.scm | cut -f5 | scope terms --from - > lines.txt
claim 'a manifest and the lines of its licences say the same' cmp manifest.txt lines.txt
claim 'no licence is misuse' fails 2 "$SCOPE" terms
sed 's/^/said: /' claim.log
claim 'a mistake in what was typed is misuse' fails 2 "$SCOPE" terms 'MIT OR Foo'
sed 's/^/said: /' claim.log
claim 'a file that is not there is misuse' fails 2 "$SCOPE" terms --from nosuch
sed 's/^/said: /' claim.log
claim 'an empty file is no licence' fails 0 "$SCOPE" terms --from /dev/null
sed 's/^/said: /' claim.log
