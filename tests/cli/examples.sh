# SPDX-License-Identifier: Apache-2.0
# the example of every card, on the example archive, does what its page says that it does.
. "$LIB"
archive
PATH=$PWD/bin:$PATH
mkdir bin
ln -s "$SCOPE" bin/scope
# Some examples speak of what others made: a corpus and its manifest, a key, weights and a receipt, a paper of several files.
scope run 'hash | tag licence,host | filter "licence in open"' docs.jsonl -q -o open.jsonl || exit 2
scope run 'hash | tag licence,host | filter "licence in open"' docs.jsonl -q -O open || exit 2
cp "$ROOT/tests/data/sign/rfc8032.pem" key.pem
echo weights > model.safetensors
printf 'charter lab 1\naccess terms=CC-BY-4.0 recipients=release-log\n' > lab.charter
printf 'charter open 1\nallow licence open\nrequire evidence licence\n' > open.charter
scope cat --verified - --unsigned open/manifest.scm open/docs.jsonl -q --receipt run.receipt -o given.jsonl || exit 2
mkdir -p paper && printf '<article/>\n' > paper/paper.xml
for n in $(scope help --names); do
	case $n in
	scope) continue ;;
	tag-* | split-* | export-*) set -- "${n%%-*}" "${n#*-}" ;;
	*) set -- "$n" ;;
	esac
	example=$(scope "$@" --help 2>/dev/null | sed -n '/^example:/,$s/^  //p')
	[ -n "$example" ] || continue
	case $n in
	cat | run | filter | tag* | split* | hash | dedup | sample) example="$example -q" ;;
	esac
	claim "$n: $example" timeout 60 sh -c "$example"
done
