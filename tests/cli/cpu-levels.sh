# SPDX-License-Identifier: Apache-2.0
# Plain code, AVX2 and what the CPU has make the same bytes; text that is decoded late changes no account.
. "$LIB"
archive
cp docs.jsonl big.jsonl
for i in 1 2 3 4 5; do
	cat big.jsonl big.jsonl > twice && mv twice big.jsonl
done
printf '{"text":"a\\q"}\n{"text":"\\ud800"}\n{"text":"caf\303"}\n{"text":"ok\\n \\u00e9 \303\251"}\n' >> big.jsonl
for level in plain avx2 all; do
	mkdir $level
	cd $level || exit 2
	SCOPE_CPU=$level
	export SCOPE_CPU
	scope run 'hash | tag licence,media | filter "text ~ \"[a-e]t\""' ../big.jsonl -q -j"$J" --max-bad 100% -o kept.jsonl --rejects rejects 2>messages
	scope filter 'text ~ "the" and not meta.id = 7' ../big.jsonl -j"$J" --max-bad 100% --no-manifest --summary > late 2>late.sum
	scope filter 'text ~ "the" and not meta.id = 7' ../big.jsonl -j"$J" --max-bad 100% --no-manifest --summary --dropped dropped > early 2>early.sum
	cd ..
done
claim 'some are kept, some are not' test -s plain/kept.jsonl -a -s plain/late -a -s plain/dropped
claim 'spoilt lines are found' test "$(wc -l < plain/rejects)" -eq 3
for what in kept.jsonl kept.jsonl.scm rejects messages late dropped; do
	claim "$what: the same at every level" same plain/$what avx2/$what all/$what
done
claim 'what is decoded late comes out like what is decoded at once' cmp all/late all/early
claim 'and is accounted for alike' cmp all/late.sum all/early.sum
