#!/bin/sh
# plot.sh SCORES [NAME]: draws the curves of scored lines with gnuplot into
# NAME-roc, NAME-pr and NAME-calibration, each as .png and .svg. NAME is
# "scores" unless given. Options of ralm-auc stand in RALM_AUC_OPTIONS.
#
#     ralm-score -m model.bin < test.txt > scores.txt
#     examples/plot.sh scores.txt model
set -eu
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	echo "usage: plot.sh SCORES [NAME]" >&2
	exit 2
fi
command -v gnuplot >/dev/null || {
	echo "plot.sh: gnuplot is missing (Debian: apt-get install gnuplot-nox)" >&2
	exit 1
}
name=${2:-scores}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

# shellcheck disable=SC2086 # a list of options
auc=$(ralm-auc -q ${RALM_AUC_OPTIONS-} --roc="$folder/roc" --pr="$folder/pr" \
	--calibration="$folder/calibration" -- "$1")

# draw KIND "COMMANDS": KIND is the table's name.
draw() {
	for form in png svg; do
		case $form in
		png) terminal='pngcairo size 960,720 font "sans,14" linewidth 2' ;;
		svg) terminal='svg size 640,480 font "sans,14" background "white"' ;;
		esac
		gnuplot <<-END
			set terminal $terminal
			set output "$name-$1.$form"
			set datafile missing "nan"
			set key bottom right
			set grid linecolor "#dddddd"
			set border 3
			set tics nomirror
			set xrange [0:1]
			set yrange [0:1]
			table = "$folder/$1"
			$2
		END
	done
}

draw roc '
	set size square
	set xlabel "false positive rate"
	set ylabel "true positive rate"
	plot x with lines dashtype 2 linecolor "#888888" title "chance", \
		table using 2:3 skip 1 with lines linecolor "#2458d3" \
		title "AUC '"$auc"'"'
draw pr '
	set xlabel "recall"
	set ylabel "precision"
	plot table using 2:3 skip 1 with lines linecolor "#2458d3" notitle'
draw calibration '
	set autoscale
	set xlabel "predicted (mean score of a decile)"
	set ylabel "observed (share with label 1)"
	plot x with lines dashtype 2 linecolor "#888888" title "predicted is observed", \
		table using 6:7 skip 1 with linespoints pointtype 7 \
		linecolor "#2458d3" title "deciles"'
ls -- "$name"-roc.* "$name"-pr.* "$name"-calibration.*
