# SPDX-License-Identifier: Apache-2.0
# once: the development sets beside the project: how many answers are the truth, word for word.  Floors, not goals.
. "$LIB"
[ -n "$SHARED" ] && [ -d "$SHARED/licence" ] || { echo 'ok - skipped: no ../shared'; exit 0; }
set_of() {
	truth=$SHARED/licence/$1.tsv
	(cd "$SHARED/licence" && cut -f1 "$1.tsv" | tr '\n' '\0' | xargs -0 "$SCOPE" licence --tsv 2>/dev/null) > "$1.said"
	awk -F'\t' -v set="$1" -v floor="$2" 'NR == FNR { t[$1] = $2; n++; next } { v = $2 == "NOASSERTION" ? "NONE" : $2; same += $1 in t && t[$1] == v }
		END { print (same >= floor * n / 100 ? "ok" : "not ok") " - licence: " set " as its truth has it, at least " floor " % word for word"
			if (same < floor * n / 100) print "# " same " of " n > "/dev/stderr" }' "$truth" "$1.said"
}
for s in dep5:80 npm:94 scancode:78 html:94 negatives:99 scancode-none:90; do
	set_of "${s%:*}" "${s#*:}"
done
