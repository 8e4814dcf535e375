# SPDX-License-Identifier: Apache-2.0
# once: bash completes commands, taggers, options and choices from the tables.
. "$LIB"
command -v bash >/dev/null || { echo 'ok - skipped, no bash'; exit 0; }
scope completion bash > scope.bash
cat > try.bash <<'EOC'
. ./scope.bash
try() {
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	_scope
	echo "${COMPREPLY[@]}"
}
touch docs.jsonl
try scope ru
try scope tag med
try scope tag media,lic
try scope run --rej
try scope run --undecided ''
try scope cat --to js
try scope cat doc
try scope log ""
try scope log gr
try scope log init --or
try scope recall --sig
try scope verify --ide
EOC
bash try.bash
