# SPDX-License-Identifier: Apache-2.0
# once: the commands of the README print what it shows.  UPDATE=1 writes its blocks anew.
. "$LIB"
scope list built | grep -q "left out" && { echo "ok - skipped: it shows a build with all libraries"; exit 0; }
archive
mkdir bin
ln -s "$SCOPE" bin/scope
PATH=$PWD/bin:$PATH
inside=
while IFS= read -r line; do
	case $line in
	'```console')
		inside=yes
		echo "$line"
		;;
	'```')
		inside=
		echo "$line"
		;;
	'$ '*)
		printf '%s\n' "$line"
		[ -z "$inside" ] || sh -c "${line#\$ }" 2>&1
		;;
	*) [ -n "$inside" ] || printf '%s\n' "$line" ;;
	esac
done < "$ROOT/README.md" > README.now
if [ -n "${UPDATE:-}" ]; then
	cp README.now "$ROOT/README.md"
fi
claim 'the README shows what the program prints' diff README.now "$ROOT/README.md"
