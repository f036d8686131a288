#!/bin/sh
# plot-training.sh LOG [NAME]: draws the log of a training run with gnuplot,
# loss and AUC over the steps, in training and, with --validate, on the samples
# of that file, into NAME.png and NAME.svg. NAME is "training" unless given. It
# may be called while the run goes on.
#
#     ralm-fit -e 9 --validate=valid.txt --log=log.tsv -o model.bin train.txt
#     examples/plot-training.sh log.tsv
set -eu
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	echo "usage: plot-training.sh LOG [NAME]" >&2
	exit 2
fi
command -v gnuplot >/dev/null || {
	echo "plot-training.sh: gnuplot is missing (Debian: apt-get install gnuplot-nox)" >&2
	exit 1
}
log=$1 name=${2:-training}
awk -F'\t' 'NR == 1 && !/^epoch\tstep\t/ { exit 1 } END { exit NR < 2 }' \
	"$log" || {
	echo "plot-training.sh: '$log' is no log of ralm-fit, or has no line yet" >&2
	exit 1
}

# The last of the plot's curves, where the log has a number for it.
validation=$(awk -F'\t' '
	NR == 1 { for (i = 1; i <= NF; i++) if ($i == "validation_auc") at = i }
	NR > 1 && at && $at != "nan" { print "yes"; exit }' "$log")

# draw FILE TERMINAL...: the columns go by the names in the log's first line.
draw() {
	file=$1
	shift
	judged=
	[ -z "$validation" ] || judged=', log using "step":"validation_auc" axes x1y2 with linespoints pointtype 7 pointsize 0.8 linecolor "#2f8f4e" title "AUC of validation"'
	LOG=$log FILE=$file gnuplot <<-END
		set terminal $*
		set output system('printf %s "\$FILE"')
		log = system('printf %s "\$LOG"')
		set datafile separator tab missing "nan" columnheaders
		set key center right
		set grid linecolor "#dddddd"
		set border 11
		set tics nomirror
		set y2tics
		set xlabel "step"
		set ylabel "loss"
		set y2label "AUC"
		plot log using "step":"loss" with lines linecolor "#2458d3" \
			title "loss", \
			log using "step":"batch_auc" axes x1y2 with points \
			pointtype 7 pointsize 0.3 linecolor "#f0b080" \
			title "AUC of the batch", \
			log using "step":"auc" axes x1y2 with lines \
			linecolor "#d1601a" title "AUC of the epoch" $judged
	END
}

draw "$name.png" pngcairo size 960,720 font '"sans,14"' linewidth 2
draw "$name.svg" svg size 640,480 font '"sans,14"' background '"white"'
ls -- "$name.png" "$name.svg"
