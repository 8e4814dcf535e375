# SPDX-License-Identifier: Apache-2.0
# tags beside the shard: records stay as they were, lines go by lines, spans count code points, a failed run leaves none.
. "$LIB"
cat > uni.jsonl <<'EOT'
{"id":"a","text":"ééé 漢字 😀 see https://creativecommons.org/licenses/by/4.0/ end","source":"s"}
{"id":"b","text":"\ud83d\ude00\t\"q\" \u00e9 https://creativecommons.org/publicdomain/zero/1.0/ x","source":"s"}
{"id":"c","text":"plain https://creativecommons.org/licenses/by-sa/4.0/","source":"t"}
EOT
mkdir -p documents/x
scope tag licence uni.jsonl -q -j "$J" --tags sidecar -o documents/x/uni.jsonl
claim 'the records are what they were' cmp uni.jsonl documents/x/uni.jsonl
claim 'documents/ has attributes/ beside it' test -s attributes/scope/x/uni.jsonl
claim 'the manifest still knows the tags' grep -q '^R.*	CC0-1.0	' documents/x/uni.jsonl.scm
claim 'and is true' scope verify documents/x/uni.jsonl.scm
if command -v jq >/dev/null; then
	jq -rn --slurpfile d uni.jsonl --slurpfile a attributes/scope/x/uni.jsonl 'range($d | length) as $i | $d[$i] as $r | $a[$i] |
		select(.id == $r.id and .source == $r.source) | .id as $id | .attributes | to_entries[] | .key as $k | .value[] |
		"\($id) \($k) \($r.text[.[0]:.[1]])"' > spans
	printf '%s\n' 'a scope__licence__cc_by_4_0 https://creativecommons.org/licenses/by/4.0' \
		'b scope__licence__cc0_1_0 https://creativecommons.org/publicdomain/zero/1.0' \
		'c scope__licence__cc_by_sa_4_0 https://creativecommons.org/licenses/by-sa/4.0' > want
	claim 'spans are code points of the text, as jq counts them' diff want spans
fi
scope filter 'licence = "CC0-1.0"' uni.jsonl -q -j "$J" --tags sidecar -o one.jsonl
claim 'a dropped record has no line' sh -c '[ $(wc -l < one.jsonl) = 1 ] && [ $(wc -l < attributes/scope/one.jsonl) = 1 ]'
scope cat uni.jsonl --to frame > whole
head -c $(($(wc -c < whole) - 20)) whole | scope tag licence -q -j "$J" --tags sidecar -o cut.jsonl 2>/dev/null
claim 'a stream cut short is status 2' test $? = 2
claim 'and leaves nothing, beside it either' sh -c '[ -z "$(find . -name "*cut*")" ]'
claim 'standard output has nothing beside it' sh -c '"$SCOPE" tag licence uni.jsonl --tags sidecar >o 2>err; [ $? = 2 ] && [ ! -s o ] && [ $(wc -l < err) = 1 ]'
