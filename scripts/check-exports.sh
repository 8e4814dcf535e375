#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check-exports.sh [BUILD] -- exports held against other people's programs: the strict CycloneDX validator and an SPDX expression parser, by npm
# at pinned versions below BUILD/npm, beside scripts/check-export.py, which needs python3 alone.
#
# --install fetches the npm packages and does nothing else.
set -eu
install=
[ "${1:-}" != --install ] || { install=yes; shift; }
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-build}" && pwd)
npm=$build/npm
packages='@cyclonedx/cyclonedx-library@10.3.0 ajv@8.17.1 ajv-formats@3.0.1 ajv-formats-draft2019@1.6.1 spdx-expression-parse@4.0.0'

if [ "$(cat "$npm/have-check" 2>/dev/null)" != "$packages" ]; then
	command -v npm >/dev/null || { echo 'check-exports.sh: npm is needed: apt-get install npm' >&2; exit 2; }
	mkdir -p "$npm"
	[ -e "$npm/package.json" ] || echo '{"private":true}' > "$npm/package.json"
	# shellcheck disable=SC2086
	npm install --prefix "$npm" --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000 $packages >"$npm/log-check" 2>&1 ||
		{ tail -3 "$npm/log-check" >&2; exit 2; }
	echo "$packages" > "$npm/have-check"
fi
[ -z "$install" ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SOURCE_DATE_EPOCH=1714564800
export SOURCE_DATE_EPOCH
cd "$work"
sh "$here/archive.sh" .
"$build/scope" run 'hash | tag licence,host,rights' docs.jsonl -q -o docs.tar
"$build/scope" run 'split figures | tag licence,host,domain' papers/*.gz -q -O figs
"$build/scope" run 'hash | tag licence,host | filter "licence in open"' docs.jsonl -q -o open.jsonl
for m in docs.tar.scm figs/manifest.scm open.jsonl.scm; do
	for what in croissant spdx cyclonedx; do
		out=$(echo "$m" | tr / -).$what.json
		"$build/scope" export $what "$m" --name Lichens --creator 'Example Institute' --published 2024-05-01 --url https://example.org/lichens \
			--description 'A small corpus.' --base https://example.org/files --strict > "$out"
		python3 "$here/check-export.py" "$out" "$m"
	done
done
node "$here/check-export.mjs" "$npm/node_modules" ./*.spdx.json ./*.cyclonedx.json && echo 'CycloneDX (strict) and SPDX expressions: ok'
