# SPDX-License-Identifier: Apache-2.0
# peers.sh -- the tools to compare with, and the small programs of the bench; read by bench.sh.
#
# Debian's come by apt when we are root; DuckDB and Polars come by npm, at pinned versions, into DIR/npm.  What cannot be had is
# left out and named in the report.  datatrove is not to be had from either.

duckdb_version=1.5.6-r.1
polars_version=0.26.1

missing=
for pair in jq:jq rg:ripgrep mawk:mawk igzip:isal zstd:zstd libdeflate-gunzip:libdeflate-tools node:nodejs npm:npm; do
	has "${pair%:*}" || missing="$missing ${pair#*:}"
done
if [ -n "$missing" ] && [ -n "$peers" ] && [ "$(id -u)" -eq 0 ] && has apt-get; then
	say "installing$missing"
	apt-get -qq update >apt.log 2>&1 || :
	for p in $missing; do
		DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$p" >apt.log 2>&1 || :
	done
fi
has node || die "node makes the input and the report: apt-get install nodejs"
for pair in jq:jq rg:ripgrep mawk:mawk igzip:isal zstd:zstd; do
	has "${pair%:*}" || note "left out: ${pair%:*} (apt-get install ${pair#*:})"
done
note "left out: datatrove (it comes by neither apt nor npm)"

modules=$dir/npm/node_modules
if [ "$(cat npm/have 2>/dev/null)" != "$duckdb_version $polars_version" ] && [ -n "$peers" ] && has npm; then
	say "installing DuckDB $duckdb_version and Polars $polars_version below $dir/npm"
	mkdir -p npm
	echo '{"private":true}' > npm/package.json
	for set in "@duckdb/node-api@$duckdb_version @duckdb/node-bindings-linux-x64@$duckdb_version" \
		"nodejs-polars@$polars_version nodejs-polars-linux-x64-gnu@$polars_version"; do
		npm install --prefix npm --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000 $set >npm/log 2>&1 || :
	done
fi
duckdb= polars=
if node "$here/duckdb.mjs" "$modules" start >/dev/null 2>&1; then
	duckdb="node $here/duckdb.mjs $modules"
	fact duckdb "$duckdb_version"
else
	note "left out: DuckDB (npm: @duckdb/node-api $duckdb_version)"
fi
if node "$here/polars.mjs" "$modules" start >/dev/null 2>&1; then
	polars="POLARS_MAX_THREADS=1 node $here/polars.mjs $modules"
	fact polars "$polars_version"
else
	note "left out: Polars (npm: nodejs-polars $polars_version)"
fi
[ -z "$duckdb" ] || [ -z "$polars" ] || echo "$duckdb_version $polars_version" > npm/have

fact machine "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1), $(nproc) cores"
fact kernel "$(uname -sr)"
fact scope "$("$scope" version | head -1)"
fact node "$(node --version)"
! has jq || fact jq "$(jq --version)"
! has rg || fact ripgrep "$(rg --version | head -1)"
! has igzip || fact igzip "$(igzip --version 2>&1 | head -1)"
! has zstd || fact zstd "$(zstd --version | grep -o 'v[0-9.]*' | head -1)"

compile() { # NAME [LIBRARY]: false when it cannot be
	[ ! "$1" -nt "$here/$1.c" ] || return 0
	${CC:-gcc} -O2 -D_GNU_SOURCE -o "$1" "$here/$1.c" ${2:-} 2>cc.log
}
compile spend || die "a C compiler is needed: $(head -1 cc.log)"
walk=
if compile walk -ldeflate; then walk=./walk; else note "left out: the bare libdeflate walk (apt-get install libdeflate-dev)"; fi
