# SPDX-License-Identifier: Apache-2.0
# once: a member that ends before its size is damage; zeros are put only where the archive itself says that there is a hole.
. "$LIB"
# A RAR5 volume, 60 bytes: "long" has 5000 bytes, 16 of them here, the rest in a volume that is not there.
printf '\122\141\162\041\032\007\001\000\123\052\064\105\003\001\000\001\204\330\147\212\017\002\022\020\000\210\047\244\003\000\001\004' > vol.part1.rar
printf '\154\157\156\147the first of it\n\217\202\075\102\003\005\000\001' >> vol.part1.rar
scope cat vol.part1.rar -q -j "$J" --group none --to jsonl --rejects rej > out.jsonl 2>/dev/null
claim 'what goes on in another volume is status 1' test $? = 1
claim 'it is rejected, and nothing made up in its place' sh -c '[ ! -s out.jsonl ] && grep -q "ends before its size" rej'
printf 'no zip, just words\n' > page.zipx
claim 'a page that was saved as .zipx is no record' fails 1 "$SCOPE" cat page.zipx
command -v xz >/dev/null && xz --format=lzma -c < page.zipx > try.lzma 2>/dev/null || exit 0
printf 'head' > tail && truncate -s 300000 tail
truncate -s 200000 all
truncate -s 100000 middle && printf 'end' >> middle
for form in gnu 'pax --sparse-version=0.0' 'pax --sparse-version=0.1' 'pax --sparse-version=1.0'; do
	tar --format=$form -S -cf s.tar tail all middle && xz --format=lzma -f s.tar # in lzma, so that libarchive reads it
	scope cat s.tar.lzma -q -j "$J" --group none --to tar > back.tar
	claim "$form: sparse files are whole" sh -c 'mkdir -p back && tar xf back.tar -C back && cmp tail back/tail && cmp all back/all && cmp middle back/middle'
done
