#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# score-kinds.sh LABELS.tsv PAPERS.tsv RUN.jsonl -- how right the figure/ labels of a run are: precision, recall and coverage per class.
#
#   LABELS  file, figure, main, kinds, sure: what people say a figure shows; kinds are separated by commas; lines with # are comments.
#           `figure` is the id, or the number in the file, from 1, of a figure without one
#   PAPERS  file, ..., doi in the third column, the head line first: as TRUTH-jats.tsv
#   RUN     scope run 'split figures --images optional --captions optional | tag domain' PAPERS... --to jsonl
#
# said: figures that the run gave the label; is: figures of which it is the main kind or one of the kinds; right: both.
# coverage: of the figures whose main kind it is, those that got any label but figure/unknown.  The last line is over all
# labels and all figures.  KEEP=sure leaves out the figures that LABELS is not sure of.
set -eu
LC_ALL=C
export LC_ALL
[ $# -eq 3 ] || { sed -n '3,14s/^# \{0,1\}//p' "$0" >&2; exit 2; }
awk -F '\t' -v keep="${KEEP:-all}" '
function member(s, name,   at, v) { # of the JSON part, which stands in the line as a string
	at = index(s, "\\\"" name "\\\":\\\"")
	if (!at)
		return ""
	v = substr(s, at + length(name) + 7)
	return substr(v, 1, index(v, "\\\"") - 1)
}
function trim(s) { gsub(/^ +| +$/, "", s); sub(/^figure\//, "", s); return s }
function percent(a, b) { return b ? sprintf("%.3f", a / b) : "-" }
FILENAME == ARGV[1] {
	if (!/^#/ && $1 != "file" && NF >= 4 && !(keep == "sure" && tolower($5) ~ /^(no|n|0|false|unsure)$/)) {
		row[++rows] = $1 "\t" $2
		main[rows] = trim($3)
		kinds[rows] = $4
	}
	next
}
FILENAME == ARGV[2] { if (FNR > 1 && $4 != 0) doi[$1] = $3; next }
{
	at = index($0, "{\\\"figure_id\\\":")
	if (!at)
		next
	json = substr($0, at)
	paper = member(json, "doi")
	id = json ~ /^\{\\"figure_id\\":null/ ? "" : member(json, "figure_id")
	at = index($0, "\"key\":\"domain\",\"value\":\"")
	value = at ? substr($0, at + 24) : ""
	value = substr(value, 1, index(value, "\"") - 1)
	said[paper "\t" (id == "" ? ++nth[paper] : id)] = value
	nth[paper] += id != ""
}
END {
	n = split("plot photo micrograph diagram gel map", class, " ")
	for (i = 1; i <= rows; i++) {
		split(row[i], where, "\t")
		key = doi[where[1]] "\t" where[2]
		if (!(where[1] in doi) || !(key in said)) {
			missing++
			continue
		}
		split("", truth); split("", got)
		truth[main[i]]
		m = split(kinds[i], v, /[,;]/)
		for (j = 1; j <= m; j++)
			truth[trim(v[j])]
		m = split(said[key], v, ",")
		covered = 0
		for (j = 1; j <= m; j++)
			if (sub(/^figure\//, "", v[j])) {
				got[v[j]]
				covered += v[j] != "unknown"
			}
		figures++; covers += covered > 0
		mains[main[i]]++; main_covers[main[i]] += covered > 0
		for (j = 1; j <= n; j++) {
			s[j] += class[j] in got; t[j] += class[j] in truth; r[j] += (class[j] in got) && (class[j] in truth)
		}
	}
	print "class\tsaid\tis\tright\tprecision\trecall\tcoverage"
	for (j = 1; j <= n; j++) {
		S += s[j]; T += t[j]; R += r[j]
		printf "%s\t%d\t%d\t%d\t%s\t%s\t%s\n", class[j], s[j], t[j], r[j], percent(r[j], s[j]), percent(r[j], t[j]), percent(main_covers[class[j]], mains[class[j]])
	}
	printf "all\t%d\t%d\t%d\t%s\t%s\t%s\n", S, T, R, percent(R, S), percent(R, T), percent(covers, figures)
	if (missing)
		printf "missing in the run: %d of %d figures\n", missing, rows
}' "$1" "$2" "$3"
