# SPDX-License-Identifier: Apache-2.0
# once: help comes from the tables, and a mistake gets one line that says what would be right.
. "$LIB"
for n in $(scope help --names); do
	case $n in
	scope | help | version) continue ;;
	tag-* | split-* | export-*) set -- "${n%%-*}" "${n#*-}" ;;
	*) set -- "$n" ;;
	esac
	scope "$@" --help > help.txt || echo "not ok - scope $* --help ends well"
	grep -q "^usage: scope " help.txt || echo "not ok - scope $* --help has its usage"
	grep -q '^example:' help.txt || echo "not ok - scope $* --help has an example"
done
claim 'scope alone is scope help' sh -c '"$SCOPE" > a; "$SCOPE" help > b; cmp a b'
mistake() {
	echo "\$ scope $*"
	"$SCOPE" "$@" 2>&1 >/dev/null </dev/null
	echo "status $?"
}
mistake ruin
mistake cat --rejekts x
mistake cat --undecided perhaps
mistake cat --level
mistake cat --shard-size many
mistake run
mistake tag
mistake cat -o a -O b
mistake cat no-such-file.jsonl
