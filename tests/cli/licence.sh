# SPDX-License-Identifier: Apache-2.0
# The licences of files, as a person, a script and a program want them.
. "$LIB"
mkdir -p src/lib
printf '/*\n * Copyright (c) 2020 A. Holder\n * SPDX-License-Identifier: MIT OR Apache-2.0\n */\nint x;\n' > src/a.c
printf '# This program is free software: it may be used under the terms of the GNU General\n# Public License, version 2, or (at your option) any later version.\n' > src/lib/b.sh
printf 'Nothing is said here.\n' > src/lib/c.txt
printf 'Released under the Frobozz Public License.\n\nSPDX-License-Identifier: Frobozz-1\n' > src/d.txt
printf '<!DOCTYPE html>\n<html><body><p>News</p><footer>Texts are licensed under <a rel="license" href="//creativecommons.org/licenses/by-sa/4.0/deed.de">CC BY-SA</a></footer></body></html>\n' > src/page.html
gzip -n < src/a.c > src/e.c.gz
head -c 3000 /dev/zero > src/zeros
echo '$ scope licence src'
"$SCOPE" licence -j "$J" src
echo '$ scope licence --tsv src'
"$SCOPE" licence -j "$J" --tsv src
echo '$ scope licence --json src/a.c'
"$SCOPE" licence --json src/a.c
echo '$ scope licence --explain src/lib/b.sh src/page.html'
"$SCOPE" licence --explain src/lib/b.sh src/page.html
echo '$ scope licence < src/a.c'
"$SCOPE" licence < src/a.c
echo '$ scope licence no-such-file src/a.c'
"$SCOPE" licence no-such-file src/a.c 2>&1
echo "status $?"

# Linear time, whatever it holds: a second is far more than enough for each.
awk 'BEGIN { for (i = 0; i < 250000; i++) printf "GPL " }' > gpl
awk 'BEGIN { for (i = 0; i < 10000; i++) print "SPDX-License-Identifier: " (i % 2 ? "MIT" : "Apache-2.0") }' > ids
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "under the MIT license and the ISC license " }' > names
awk 'BEGIN { printf "SPDX-License-Identifier: "; for (i = 0; i < 100000; i++) printf "(" }' > deep
"$SCOPE" licence --tsv gpl ids names deep
