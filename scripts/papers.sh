#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# papers.sh DIR -- three papers as they are handed on, in DIR: an article in JATS with its images, one under another
# licence, and a LaTeX source as preprint servers give it out (a tar.gz that is called .gz).
#
# Every word and picture in them is made here, the DOIs use a prefix that nobody has.  The same bytes come out each time.
set -eu
LC_ALL=C
export LC_ALL
mkdir -p "$1"
cd "$1"

# ---- pictures ----

bytes4() { # NUMBER, the highest byte first
	printf "\\$(printf %03o $(($1 >> 24 & 255)))\\$(printf %03o $(($1 >> 16 & 255)))\\$(printf %03o $(($1 >> 8 & 255)))\\$(printf %03o $(($1 & 255)))"
}
chunk() { # TYPE FILE: length, type, data, CRC.  gzip has the same CRC, lowest byte first, at its end.
	bytes4 "$(wc -c < "$2")"
	printf %s "$1" | cat - "$2" > typed
	cat typed
	gzip -nc typed | tail -c 8 | head -c 4 | od -An -tu1 | { read -r a b c d; bytes4 $((d << 24 | c << 16 | b << 8 | a)); }
}
zlib() { # FILE: gzip's deflate with zlib's head and Adler-32
	printf '\170\234'
	gzip -9nc "$1" | tail -c +11 | head -c -8
	bytes4 "$(od -An -v -tu1 "$1" | awk 'BEGIN { a = 1 } { for (i = 1; i <= NF; i++) { a = (a + $i) % 65521; b = (b + a) % 65521 } } END { printf "%.0f", b * 65536 + a }')"
}
png() { # WIDTH HEIGHT AWK-EXPRESSION of x, y: a grey picture, values 0 to 255
	awk -v w="$1" -v h="$2" "BEGIN { for (y = 0; y < h; y++) { printf \"\\\\0000\"; for (x = 0; x < w; x++) { v = int($3); printf \"\\\\0%03o\", (v < 0 ? 0 : v > 255 ? 255 : v) } } }" > escaped
	printf '%b' "$(cat escaped)" > grey
	{ bytes4 "$1"; bytes4 "$2"; printf '\010\000\000\000\000'; } > head
	zlib grey > idat
	: > none
	printf '\211PNG\r\n\032\n'
	chunk IHDR head
	chunk IDAT idat
	chunk IEND none
	rm -f typed grey head idat none escaped
}
plot() { # TITLE: growth curves as a vector picture
	printf '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="300" font-family="sans-serif" font-size="12">\n'
	printf '<rect width="480" height="300" fill="white"/><text x="240" y="20" text-anchor="middle">%s</text>\n' "$1"
	printf '<path d="M50 30V250H450" fill="none" stroke="black"/><text x="250" y="285" text-anchor="middle">days</text>\n'
	awk 'BEGIN { split("#0072b2 #d55e00 #009e73", colour, " ")
		for (k = 1; k <= 3; k++) {
			printf "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"", colour[k]
			for (x = 0; x <= 400; x += 10) printf "%d,%.1f ", 50 + x, 250 - 200 / (1 + exp(-(x - 90 * k) / 45))
			print "\"/>"
		} }'
	printf '</svg>\n'
}

# ---- articles ----

article() { # DOI TITLE LICENCE-URL LICENCE-WORDS SUBJECT BODY
	cat <<EOF
<?xml version="1.0" encoding="UTF-8"?>
<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="research-article" xml:lang="en">
<front><journal-meta><journal-title-group><journal-title>Journal of Examples</journal-title></journal-title-group>
<publisher><publisher-name>Example Press</publisher-name></publisher></journal-meta>
<article-meta><article-id pub-id-type="doi">$1</article-id>
<article-categories><subj-group subj-group-type="heading"><subject>$5</subject></subj-group></article-categories>
<title-group><article-title>$2</article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Moss</surname><given-names>Ada</given-names></name></contrib>
<contrib contrib-type="author"><name><surname>Stone</surname><given-names>Bo</given-names></name></contrib></contrib-group>
<pub-date pub-type="epub"><year>2024</year></pub-date>
<permissions><copyright-statement>© 2024 Moss and Stone</copyright-statement>
<license xlink:href="$3"><license-p>$4</license-p></license></permissions></article-meta></front>
<body>$6</body></article>
EOF
}
fig() { # ID LABEL FILE TITLE TEXT
	printf '<fig id="%s"><label>%s</label><caption><title>%s</title><p>%s</p></caption><graphic mimetype="image" xlink:href="%s"/></fig>\n' "$1" "$2" "$4" "$5" "$3"
}
pack() { # ARCHIVE FOLDER
	tar --format=ustar --owner=0 --group=0 --numeric-owner --mode=644 --sort=name --mtime=@1714564800 -cf - "$2" | gzip -9n > "$1"
	rm -r "$2"
}

mkdir lichens
plot 'Growth on three rocks' > lichens/lichens.g001.svg
png 160 120 '128 + 60 * sin(x / 9 + y / 13) + 50 * cos(x * y / 400)' > lichens/lichens.g002.png
png 40 30 '128 + 60 * sin(x / 2.2 + y / 3.2)' > lichens/lichens.g002_small.png
png 160 120 '(x - 80) ^ 2 + (y - 60) ^ 2 < 2200 ? 60 + x / 2 : 220' > lichens/lichens.g003.png
article 10.55555/joe.0001 'Lichens on basalt: growth on three islands' https://creativecommons.org/licenses/by/4.0/ \
	'This article is open to all under the Creative Commons Attribution 4.0 licence.' 'Biology' "
$(fig f1 'Figure 1' lichens.g001 'Growth curves.' 'Diameter of colonies over nine days on three rocks; lines are logistic fits.')
$(fig f2 'Figure 2' lichens.g002 'Surface of a thallus.' 'Scanning electron micrograph; scale bar, 10 μm.')
$(fig f3 'Figure 3' lichens.g003 'The first island.' 'Map of the sampling sites. Reproduced with permission from Old Maps Ltd.')
<p>Ten samples were weighed, <inline-formula><inline-graphic xlink:href=\"lichens.e001\"/></inline-formula> each.</p>" > lichens/lichens.nxml
pack lichens.tar.gz lichens

mkdir boots
png 120 90 '255 - (x > 30 && x < 90 && y > 20 && y < 70) * 180' > boots/boots.f1.png
article 10.55555/joe.0002 'Boots for basalt' https://creativecommons.org/licenses/by-nc/4.0/ \
	'You may share and adapt it, but not for commercial purposes.' 'Materials science' "
$(fig f1 'Figure 1' boots.f1.png 'A worn sole.' 'Photograph after forty days.')" > boots/boots.xml
pack boots.tar.gz boots

mkdir -p sands/figures
plot 'Grains by size' > sands/figures/grains.svg
png 128 128 '128 + 100 * sin(x / 6) * cos(y / 7)' > sands/figures/waves.png
cat > sands/main.tex <<'EOF'
\documentclass{article}
\usepackage{graphicx}
\graphicspath{{figures/}}
\newcommand{\um}{\ensuremath{\mu}m}
\title{Sands of the \emph{first} island}
\author{Cleo Dune \and Dag Reef}
\begin{document}
\maketitle
\input{results}
\end{document}
EOF
cat > sands/results.tex <<'EOF'
\section{Results}
\begin{figure}
  \centering
  \includegraphics[width=\linewidth]{waves}
  \caption{Ripples in a tank, seen from above; 5\,\um\ grains, $\lambda = 3$~cm.}
  \label{fig:waves}
\end{figure}
% \begin{figure}\includegraphics{old}\caption{Not any more.}\end{figure}
EOF
pack 2405.00001.gz sands
