# SPDX-License-Identifier: Apache-2.0
# once: export attribution of more works than its first table holds.
. "$LIB"
i=0
while [ $i -lt 1500 ]; do
	echo "{\"text\":\"text number $i\",\"license\":\"MIT\",\"title\":\"Work $i\",\"url\":\"https://example.org/$i\"}"
	i=$((i + 1))
done > many.jsonl
scope run 'tag licence' many.jsonl -q -o many.tar --tags none
claim 'each is a row' test "$(scope export attribution many.tar.scm --as csv | grep -c '"Work ')" = 1500
claim 'and counted' sh -c '"$SCOPE" export attribution many.tar.scm | grep -q "records 1500, works 1500"'
