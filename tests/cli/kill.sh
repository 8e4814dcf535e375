# SPDX-License-Identifier: Apache-2.0
# once: a killed upstream never passes for a small corpus, and a killed run leaves nothing under a final name.
. "$LIB"
archive
i=0
while [ $i -lt 500 ]; do cat docs.jsonl; i=$((i + 1)); done > many.jsonl
mkfifo feed
{ "$SCOPE" cat --as docs.jsonl --to frame < feed & echo $! > first.pid; wait $!; } 2>/dev/null | {
	scope tag hash -q -o out.jsonl 2> err
	echo $? > status
} &
{ cat many.jsonl; sleep 1; kill -9 "$(cat first.pid)"; sleep 1; } > feed
wait
claim 'the last one ends with status 2' test "$(cat status)" = 2
claim 'it says why, in one line' test "$(wc -l < err)" = 1
claim 'nothing lies under the final name' sh -c '! ls out.jsonl out.jsonl.scm 2>/dev/null'
claim 'and nothing beside it' sh -c '! ls out.jsonl*part* 2>/dev/null'
for sig in TERM HUP; do
	rm -f feed && mkfifo feed
	"$SCOPE" tag hash --as docs.jsonl -q -o out.jsonl < feed 2>/dev/null &
	pid=$!
	{ cat docs.jsonl; sleep 1; kill -$sig $pid; } > feed
	wait $pid 2>/dev/null
	claim "$sig: it dies of it" test $? -gt 128
	claim "$sig: nothing is left" sh -c '! ls out.jsonl* 2>/dev/null'
done
scope tag hash docs.jsonl --to frame > whole
head -c $(($(wc -c < whole) - 20)) whole | scope cat -q -o cut.jsonl 2>err
claim 'a frame stream cut short is status 2' test $? = 2
claim 'a frame stream cut short leaves nothing' test ! -e cut.jsonl
claim 'an upstream that died before it wrote anything is status 2, when frames are asked for' \
	fails 2 "$SCOPE" cat --from frame -q -o none.jsonl
claim 'and leaves nothing' test ! -e none.jsonl
claim 'a reader that goes away ends it as it does other filters' sh -c '"$SCOPE" cat docs.jsonl | true'
claim 'a full disk is status 2' sh -c '"$SCOPE" cat docs.jsonl > /dev/full 2>err; [ $? = 2 ]'
