#!/usr/bin/env bash
# Training: ralm-fit beside the same network in PyTorch, in turns in one run.
#
#	make bench BENCHMARKS=train
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/train.sh [SAMPLES]
#
# SAMPLES is a file of samples; without one: random users, no list shared.
# ralm-fit is timed as a whole, text parsing and writing the model included;
# PyTorch's samples are tensors in memory already. Environment: RUNS (5),
# BATCHES ("32 1024"), OPTIMIZER (sgd), SAMPLE_COUNT (200000, of the random
# ones), PEER_SECONDS (5, of each of its measurements), and see common.bash.
#
# Prints a table: for each batch size and 1 and 2 threads the medians, in
# samples/s; the ratio to PyTorch's best; the FLOP that a sample needs and how
# much of the floor is reached: those FLOP at the rate of sgemm on these cores.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

runs=${RUNS:-5}
batches=${BATCHES:-32 1024}
optimizer=${OPTIMIZER:-sgd}
size=96

need ralm-fit "$helpers/sgemm"
need_python torch numpy
if [ $# -gt 0 ]; then
	samples=$1
else
	samples=$work/samples
	"$python" "$here/random_samples.py" "${SAMPLE_COUNT:-200000}" > "$samples"
fi
count=$(lines "$samples")
head -n 102400 "$samples" > "$work/peer"

describe
"$python" -c 'import torch; print("# PyTorch", torch.__version__)'
echo "# ${1:-random users, no list shared}: $count samples, $optimizer, D = H = $size, medians of $runs"

fit() { # fit BATCH THREADS
	seconds ralm-fit -q -e 1 -b "$1" -j "$2" -l 0.0001 \
		--optimizer="$optimizer" --embedding-size="$size" \
		--transformed-size="$size" -o "$work/model" "$samples"
}

for _ in $(seq "$runs"); do
	for batch in $batches; do
		for threads in 1 2; do
			fit "$batch" "$threads" >> "$work/fit.$batch.$threads"
		done
		"$python" "$here/torch_train.py" --batch-size="$batch" \
			--optimizer="$optimizer" --embedding-size="$size" \
			--transformed-size="$size" --threads 1 2 \
			--seconds="${PEER_SECONDS:-5}" "$work/peer" |
			while IFS=$'\t' read -r _ threads rate; do
				echo "$rate" >> "$work/peer.$batch.$threads"
			done
		sgemm_rate >> "$work/sgemm"
	done
done

core=$(median < "$work/sgemm")
printf 'batch\tthreads\tralm_fit\tpytorch\tpytorch_best\tratio\tflop\tfloor\tof_floor\n'
for batch in $batches; do
	flop=$("$python" "$here/flop.py" --batch-size="$batch" "$samples" | cut -f 1)
	best=$(median < "$work/peer.$batch.best")
	for threads in 1 2; do
		ours=$(rates "$work/fit.$batch.$threads" "$count")
		floor=$(awk -v t="$threads" -v core="$core" -v flop="$flop" \
			'BEGIN { printf "%.0f", t * core * 1e9 / flop }')
		printf '%s\t%s\t%.0f\t%.0f\t%.0f\t%s\t%s\t%s\t%s\n' \
			"$batch" "$threads" "$ours" \
			"$(median < "$work/peer.$batch.$threads")" "$best" \
			"$(per "$ours" "$best" %.2f)" "$flop" "$floor" \
			"$(per "$ours" "$floor" %.2f)"
	done
	printf '# batch %s: 2 threads are %s times 1\n' "$batch" "$(per \
		"$(rates "$work/fit.$batch.2" "$count")" \
		"$(rates "$work/fit.$batch.1" "$count")" %.2f)"
done
