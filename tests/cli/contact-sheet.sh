# SPDX-License-Identifier: Apache-2.0
# view --contact-sheet: one page with the pictures in it, and nothing that runs or loads.
. "$LIB"
archive
scope run 'split figures' papers/*.gz -q -j "$J" -o figs.tar
scope view --contact-sheet s.html figs.tar -j "$J"
sed '1,/<body>/d; s/base64,[A-Za-z0-9+\/=]*/base64,.../' s.html
if command -v xmllint > /dev/null; then
	claim 'it is well-formed' xmllint --noout s.html
fi
tar xf figs.tar
claim 'a picture is in it byte for byte' sh -c 'sed -n "s/.*image\/svg+xml;base64,\([A-Za-z0-9+\/=]*\).*/\1/p" s.html | base64 -d | cmp - 10.55555_joe.0001/f1-*.svg'
claim 'nothing is loaded from elsewhere' sh -c '! grep -Eio "(src|href)=\"[^\"]*\"" s.html | grep -Ev "src=\"data:image/|href=\"https://doi.org/10.55555/"'

# More than are asked for are counted; hostile captions stay text.
mkdir h
cp 10.55555_joe.0002/*.png h/a.png
printf '<script>alert(1)</script> & "quoted" \033[31m' > h/a.txt
head -c 2200000 /dev/zero | cat h/a.png - > h/b.png
echo 'a large one' > h/b.txt
printf '%%PDF-1.4\n%%%%EOF\n' > h/c.pdf
echo no > h/d.txt
(cd h && tar cf ../h.tar --sort=name *)
scope view --contact-sheet h.html h.tar --most 2 -j "$J"
sed '1,/<body>/d; s/base64,[A-Za-z0-9+\/=]*/base64,.../' h.html
scope view --contact-sheet none.html no-such.tar 2>&1
claim 'nothing is written when it fails' test ! -e none.html
