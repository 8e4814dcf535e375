#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh BUILD -- each tests/fuzz/NAME.c for FUZZ_SECONDS: by libFuzzer where clang has it, else by tests/fuzz/main/standalone.c.
# Both with the address and undefined-behaviour sanitizers.  Ends with "N passed, N failed"; an input that fails is kept in
# BUILD/fuzz/NAME.crash-*.
set -u
LC_ALL=C
export LC_ALL
out=$1
here=$(cd "$(dirname "$0")/.." && pwd)
seconds=${FUZZ_SECONDS:-20}
san='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
mkdir -p "$out/fuzz"
cd "$here" || exit 2

# NO_OPTIONAL is left as it is: what is fuzzed is what is built.
if echo 'int LLVMFuzzerTestOneInput(const unsigned char *p, unsigned long n); int LLVMFuzzerTestOneInput(const unsigned char *p, unsigned long n) { (void)p; (void)n; return 0; }' |
	clang -fsanitize=fuzzer,address,undefined -xc - -o "$out/fuzz/probe" 2>/dev/null; then
	how=libfuzzer
	build=$out/fuzz/clang
	# Clang, other than gcc, calls NULL + 0 an overflow: an empty sc_str is just that, and later C allows it.
	${MAKE:-make} O="$build" CC=clang CFLAGS='-O1 -g' \
		SAN="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=pointer-overflow -fno-sanitize-recover=all" \
		FUZZ_LINK=-fsanitize=fuzzer fuzzers || exit 2
else
	how=standalone
	build=$out/fuzz/gcc
	${MAKE:-make} O="$build" CFLAGS='-O1 -g' SAN="$san" fuzzers || exit 2
fi

# Seeds: the example archive in every form that it has, and what the tests keep for a target.
seeds=$out/fuzz/seeds
rm -rf "$seeds"
mkdir -p "$seeds"
sh scripts/archive.sh "$seeds"
gzip -d "$seeds/pages.warc.gz" "$seeds"/papers/*.gz # plain: targets know how long their input is
for f in "$seeds"/papers/*; do
	tar xf "$f" -C "$seeds" # and what parsers of papers are given
done
head -3 "$seeds/docs.jsonl" > "$seeds/three.jsonl"
if [ -x "$out/scope" ]; then
	for to in tar zip warc frame jsonl; do
		"$out/scope" cat -q "$seeds/three.jsonl" --to $to --no-manifest > "$seeds/made.$to" 2>/dev/null || rm -f "$seeds/made.$to"
	done
	"$out/scope" tag hash "$seeds/three.jsonl" -q -o "$seeds/tagged.jsonl" 2>/dev/null
	printf 'licence in open and (size > 10k or not host under "example.org") and part("txt") ~ "a+"' > "$seeds/expression"
fi

one() { # NAME
	if [ $how = libfuzzer ]; then
		mkdir -p "$out/fuzz/corpus.$1"
		"$build/fuzz/$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -verbosity=0 -print_final_stats=1 \
			-artifact_prefix="$out/fuzz/$1." "$out/fuzz/corpus.$1" "$seeds" $extra
	else
		timeout $((seconds + 60)) "$build/fuzz/$1" -seconds="$seconds" "$seeds" $extra
	fi
}

passed=0 failed=0
for f in tests/fuzz/*.c; do
	name=$(basename "$f" .c)
	extra=
	[ ! -d "tests/data/fuzz/$name" ] || extra=tests/data/fuzz/$name
	if one "$name" > "$out/fuzz/$name.log" 2>&1; then
		passed=$((passed + 1))
		echo "ok - fuzz $name: $(sed -n -e 's/^stat::number_of_executed_units: *//p' -e 's/ runs over.*//p' "$out/fuzz/$name.log" | tail -1) runs"
	else
		failed=$((failed + 1))
		echo "not ok - fuzz $name: see $out/fuzz/$name.log"
		tail -15 "$out/fuzz/$name.log" | sed 's/^/#   /'
	fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
