# SPDX-License-Identifier: Apache-2.0
# build: what every source file must have, and must not.
. "$LIB"
cd "$ROOT" || exit 2
files=$(find Makefile .ci include libscope filters tools scripts tests docs examples -type f \( -name '*.[chs157]' -o -name '*.sh' -o -name Makefile -o -path .ci/run \
	-o -name '*.7' -o -name '*.5' \) | grep -v '^tests/data/' | sort)
none() { # words that grep finds: shown, and the claim is false
	[ -z "$1" ] || { echo "$1"; return 1; }
}
cd "$OLDPWD" || exit 2
bare=$(cd "$ROOT" && for f in $files; do head -3 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' || echo "$f"; done)
claim 'every source file has its licence identifier' none "$bare"
texts=$(cd "$ROOT" && for f in $(find filters libscope -name '*.txt' | sort); do head -5 "$f" | grep -q 'SPDX-License-Identifier' || echo "$f"; done)
claim 'every rule file has its licence identifier' none "$texts"
paths=$(cd "$ROOT" && grep -nE '(^|[ =("])/(wor[k]|roo[t]|far[m]|hom[e])/[a-z]' $files README.md CONTRIBUTING.md CHANGELOG.md docs/*.md | head)
claim 'no path of somebody else'\''s machine is in it' none "$paths"
long=$(cd "$ROOT" && wc -l $files | awk '$2 != "total" && $2 ~ /\.[ch]$/ && $1 > 700')
claim 'no file is longer than 700 lines' none "$long"
left=$(cd "$ROOT" && grep -nwE 'TOD[O]|FIXM[E]|XX[X]|HAC[K]' $files | head)
claim 'nothing is left open' none "$left"
claim 'LICENSE says which' grep -q 'Apache License, Version 2.0' "$ROOT/LICENSE"
