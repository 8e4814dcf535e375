# SPDX-License-Identifier: Apache-2.0
# once: the program prints a man page of each command, and mandoc has nothing to say about any page.
. "$LIB"
sh "$ROOT/scripts/man.sh" "$SCOPE" man || exit 2
for n in $(scope help --names); do
	[ "$n" = scope ] || [ -s "man/scope-$n.1" ] || echo "not ok - $n has a page"
done
claim 'every command has a page' test "$(ls man | wc -l)" = "$(scope help --names | wc -l)"
if command -v mandoc >/dev/null; then
	claim 'mandoc has no warning for the pages made' mandoc -T lint -W warning man/*.1
	for f in "$ROOT"/docs/*.[57]; do
		claim "mandoc has no warning for $(basename "$f")" mandoc -T lint -W warning "$f"
	done
else
	echo 'skipped: no mandoc' >&2
fi
for f in "$ROOT"/docs/*.[57]; do
	grep -h '^\.Xr scope' "$f" man/*.1
done | awk '{ print $2 "." $3 }' | sort -u | while read -r p; do
	[ -e "$ROOT/docs/$p" ] || [ -e "man/$p" ] || echo "not ok - $p, which a page refers to, is there"
done
claim 'an option of a table is in its page' grep -q 'Fl \\-rejects' man/scope-run.1
