# SPDX-License-Identifier: Apache-2.0
# lib.sh -- how a bench table is told and run; read by bench.sh.
#
# plan.tsv, a fact a line, columns by tabs:
#   T TABLE TITLE                                     a table begins; its rows follow
#   R TABLE ROW BYTES NAME COMMAND                    BYTES of plain text go through it (0: no rate)
#   G GOAL TEXT KIND TABLE/ROW TABLE/ROW OP BOUND     how report.mjs judges the rows, see there
#   C WHAT TOOL COUNT                                 counts of the same WHAT must be equal
#   F NAME VALUE                                      what was found out otherwise
#   N TEXT                                            what was left out and why
# runs.tsv: TABLE ROW TURN WALL USER SYSTEM PEAK STATUS as spend(1) counts: microseconds and KiB.

tab='	'

plan() {
	first=$1
	shift
	printf '%s' "$first" >> plan.tsv
	printf '\t%s' "$@" >> plan.tsv
	echo >> plan.tsv
}

has() {
	command -v "$1" >/dev/null 2>&1
}

wanted() { # TABLE
	[ -z "$only" ] || case $only in *",$1,"*) ;; *) return 1 ;; esac
}

table() { # TABLE TITLE: false when it is not asked for
	wanted "$1" || return 1
	now=$1
	: > rows.tsv
	plan T "$@"
}

row() { # ROW BYTES NAME COMMAND
	plan R "$now" "$@"
	printf '%s\t%s\n' "$1" "$4" >> rows.tsv
}

# Once untimed, so that what is read is in the page cache and files that are written over are there; then in turns.  Rows run
# one after the other within a turn: whatever else the machine does meets them all alike.
run() { # TURNS [FIRST: the turn to begin with, 0 being the untimed one; --quick has none]
	turn=${2:-${quick:-0}}
	[ $turn -gt 1 ] || say "$now"
	while [ $turn -le "$1" ]; do
		while IFS=$tab read -r name command; do
			rm -f spent
			./spend spent "$command" >log.out 2>log.err </dev/null || die "cannot run $command"
			if [ $turn -gt 0 ]; then
				printf '%s\t%s\t%s\t%s\n' "$now" "$name" $turn "$(cat spent)" >> runs.tsv
			fi
			if [ "$(cut -f5 spent)" -ne 0 ] && [ $turn -le 1 ]; then
				say "$now/$name: status $(cut -f5 spent): $command"
				sed 's/^/    /' log.err | head -3 >&2
			fi
		done < rows.tsv
		turn=$((turn + 1))
	done
}

goal() { # GOAL TEXT KIND ROW ROW OP BOUND
	plan G "$@"
}

count() { # WHAT TOOL COUNT
	plan C "$@"
}

fact() { # NAME VALUE
	plan F "$@"
}

note() {
	plan N "$*"
	say "$*"
}

die() {
	say "$*"
	exit 1
}

lines() { # FILE
	case $1 in
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac | wc -l
}
