#!/usr/bin/env bash
# Scoring: ralm-score beside the same network in PyTorch, in turns in one run,
# and beside cat and wc for scale.
#
#	make bench BENCHMARKS=score
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/score.sh [SAMPLES]
#
# SAMPLES is a file of samples with labels; without one: random users, no list
# shared. ralm-score is timed as a whole, text in and text out; PyTorch's
# samples are tensors in memory already, and its best batch size counts.
# Environment: RUNS (5), SAMPLE_COUNT (500000, of the random ones),
# PEER_SECONDS (1, of each of its measurements), and see common.bash.
#
# Prints a table of medians, in lines/s, and the ratio to PyTorch's best; then
# what a client of ralm-score -u waits for, beside cat, and what a cold start on a
# model of a million users takes (latency.c).
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

runs=${RUNS:-5}
size=96

need ralm-fit ralm-score "$helpers/sgemm" "$helpers/latency" \
	"$helpers/make-model"
need_python torch numpy
if [ $# -gt 0 ]; then
	samples=$1
else
	samples=$work/samples
	"$python" "$here/random_samples.py" "${SAMPLE_COUNT:-500000}" > "$samples"
fi
count=$(lines "$samples")
head -n 102400 "$samples" > "$work/peer"
ralm-fit -q -e 1 -b 1024 --embedding-size="$size" --transformed-size="$size" \
	-o "$work/model" "$work/peer"

describe
"$python" -c 'import torch; print("# PyTorch", torch.__version__)'
echo "# ${1:-random users, no list shared}: $count samples, D = H = $size, medians of $runs"

for _ in $(seq "$runs"); do
	for threads in 1 2; do
		seconds ralm-score -m "$work/model" -j "$threads" "$samples" \
			>> "$work/score.$threads"
	done
	"$python" "$here/torch_score.py" --embedding-size="$size" \
		--transformed-size="$size" --threads 1 2 \
		--seconds="${PEER_SECONDS:-1}" "$work/peer" |
		awk -F'\t' '$2 == "best" { print $4 }' >> "$work/pytorch"
	seconds cat "$samples" >> "$work/cat"
	seconds wc -l "$samples" >> "$work/wc"
done

best=$(median < "$work/pytorch")
row() { # row NAME THREADS LINES_PER_SECOND
	printf '%s\t%s\t%.0f\t%s\n' "$1" "$2" "$3" "$(per "$3" "$best" %.2f)"
}
printf 'program\tthreads\tlines_per_second\tratio\n'
row pytorch best "$best"
for threads in 1 2; do
	row ralm-score "$threads" "$(rates "$work/score.$threads" "$count")"
done
row cat 1 "$(rates "$work/cat" "$count")"
row 'wc -l' 1 "$(rates "$work/wc" "$count")"

head -n 100000 "$samples" > "$work/live"
echo "# ralm-score -u, 100000 lines one at a time, milliseconds, then microseconds"
"$helpers/latency" "$work/live" ralm-score -u -m "$work/model"
echo "# cat, which does nothing, in its place: what pipes and waking up cost"
"$helpers/latency" "$work/live" cat
echo "# ralm-score -u on a model of a million users: a cold start, two answers"
"$helpers/make-model" "$work/large" 1000000 "$size"
for first in 1 2; do
	printf 'user_seeds:%d ' $(seq "$first" 50000 999999)
	echo target_user:999999
done > "$work/two"
"$helpers/latency" "$work/two" ralm-score -u -m "$work/large"
