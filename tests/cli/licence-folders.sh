# SPDX-License-Identifier: Apache-2.0
# what speaks for a folder: LICENSE, a package's file, debian/copyright by patterns, REUSE; wherever it stands in the archive.
. "$LIB"
set +e
mkdir -p p/src p/vendor/x p/LICENSES p/img p/deb/debian p/npm/lib p/two p/reuse/a q
echo 'Licensed under the MIT license.' > p/LICENSE
echo 'Licensed under the Apache License, Version 2.0' > p/vendor/LICENSE-APACHE.txt
echo 'int main(void) { return 0; }' | tee p/a.c p/src/b.c p/vendor/x/c.c p/npm/lib/i.js p/two/x.c p/reuse/a/x.c p/reuse/y.c q/z.c p/deb/one.c > p/deb/two.pl
printf '// SPDX-License-Identifier: ISC\nint x;\n' > p/src/own.c
printf '\211PNG\r\n\032\nrest' > p/img/i.png
echo 'SPDX-License-Identifier: CC-BY-4.0' > p/img/i.png.license
echo 'Licensed under the ISC license' > p/LICENSES/ISC.txt
echo '{"name":"n","license":"Zlib"}' > p/npm/package.json
echo 'Licensed under the GNU General Public License version 3' > p/npm/COPYING
echo 'Licensed under the MIT license.' > p/two/LICENSE-MIT
echo 'Licensed under the Apache License, Version 2.0' > p/two/LICENSE-APACHE
printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-2+\n\nFiles: *.pl\nLicense: Artistic or GPL-1+\n' > p/deb/debian/copyright
printf 'version = 1\n[[annotations]]\npath = "a/**"\nSPDX-License-Identifier = "MIT"\n[[annotations]]\npath = "*.c"\nSPDX-License-Identifier = "Unlicense"\n' > p/reuse/REUSE.toml
show() {
	jq -r '(.id) as $i | .scope.tags[] | select(.key == "licence") | [$i, .value, .rule, .where] | @tsv' "$1"
}
find p q -type f | sort > list
tar cf all.tar -T list
sort -r list > list.back
tar cf back.tar -T list.back
zip -q@ all.zip < list
gzip -k all.tar
for f in all.tar back.tar all.zip all.tar.gz; do
	scope tag licence -j$J --group none "$f" --to jsonl -q > "$f.jsonl"
	show "$f.jsonl" | sort > "$f.txt"
done
cat all.tar.txt
claim 'the order of members, the archive and its codec change nothing' same all.tar.txt back.tar.txt all.zip.txt all.tar.gz.txt
echo '-- samples'
scope tag licence -j$J all.tar --to jsonl -q > s.jsonl
show s.jsonl | grep 'img/i\|src/own\|deb/two'
echo '-- plain files'
scope tag licence -j$J --from file p/src/b.c p/LICENSE q/z.c p/npm/lib/i.js p/npm/package.json --to jsonl -q > f.jsonl
show f.jsonl
echo '-- what cannot be read twice'
scope tag licence --group none - --to jsonl -q < all.tar > pipe.jsonl
show pipe.jsonl | grep '	none	' | cut -f3 | sort | uniq -c
echo '-- not asked for'
scope tag licence --no-folders --group none all.tar --to jsonl -q > no.jsonl
show no.jsonl | grep -c '	none	'
