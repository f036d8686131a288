#!/usr/bin/env bash
# Training: ralm-fit beside the same network and loss in PyTorch, eager and compiled
# (torch.compile, 2 threads), in turns in one run.
#
#	make bench BENCHMARKS=train
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/train.sh [SAMPLES]
#
# SAMPLES is a file of samples. Without one: random users, no list shared, at
# batches of 32 and 1024; then a click log's samples, gowalla's with lists
# refreshed every 20 clicks, at 1024, if CLICK_LOGS is the folder of click logs
# that README.md describes. ralm-fit is timed as a whole, text parsing and
# writing the model included; PyTorch's samples are tensors in memory already.
#
# Environment: RUNS (5), CASES ("random-32 random-1024 clicks-1024", or some of
# them; of SAMPLES the batches count), NETWORK (paddlerec; attention, average), LOSS
# (log_loss; softmax), NEGATIVES (samples of label 0 behind each click, with its
# list: 0, labels at random, for random users, 1 for clicks; 8 both for softmax),
# SIZE (96: D and H), OPTIMIZER (sgd), SAMPLE_COUNT (200000, of
# the random ones), CLICK_COUNT (1000000, of the click log's at most),
# PEER (no: without PyTorch, whose columns are 0 then), PEER_SECONDS (5, of each
# of its measurements), and see common.bash.
#
# Prints a table: for each batch size and 1 and 2 threads the medians, in
# samples/s; the ratio to the best of PyTorch's three; the FLOP that a sample needs and how
# much of the floor is reached: those FLOP at the rate of sgemm on these cores. Then how
# many times as fast two threads are as one, and two of sgemm at once as one alone.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"
# shellcheck source-path=SCRIPTDIR
. "$here/sets.bash"

runs=${RUNS:-5}
cases=${CASES:-random-32 random-1024 clicks-1024}
network=${NETWORK:-paddlerec}
loss=${LOSS:-log_loss}
optimizer=${OPTIMIZER:-sgd}
size=${SIZE:-96}
[ "$loss" != softmax ] || NEGATIVES=${NEGATIVES:-8}

need ralm-fit ralm-build-data "$helpers/sgemm"
has_peer=${PEER:-yes}
if [ "$has_peer" = no ]; then
	need_python numpy
else
	need_python torch numpy
fi

fit() { # fit SAMPLES BATCH THREADS
	seconds ralm-fit -q -e 1 -b "$2" -j "$3" -l 0.0001 \
		--network="$network" --loss="$loss" \
		--optimizer="$optimizer" --embedding-size="$size" \
		--transformed-size="$size" -o "$work/model" "$1"
}

peer() { # peer BATCH: HOW<TAB>THREADS<TAB>RATE lines, on the first samples
	"$python" "$here/torch_train.py" --batch-size="$1" \
		--network="$network" --loss="$loss" \
		--optimizer="$optimizer" --embedding-size="$size" \
		--transformed-size="$size" --threads 1 2 \
		--seconds="${PEER_SECONDS:-5}" "$work/peer" | cut -f 2-
}

# measure SAMPLES BATCH...: in turns, into files of $work.
measure() {
	local samples=$1 batch threads how rate
	shift
	rm -f "$work"/fit.* "$work"/torch.* "$work"/sgemm*
	head -n 102400 "$samples" > "$work/peer"
	for _ in $(seq "$runs"); do
		for batch; do
			for threads in 1 2; do
				fit "$samples" "$batch" "$threads" \
					>> "$work/fit.$batch.$threads"
			done
			[ "$has_peer" = no ] ||
				peer "$batch" | while read -r how threads rate; do
					echo "$rate" >> "$work/torch.$batch.$how.$threads"
				done
			sgemm_rate >> "$work/sgemm"
			sgemm_two >> "$work/sgemm2"
		done
	done
}

# torch BATCH HOW THREADS
torch() { median_or_0 "$work/torch.$1.$2.$3"; }

# row BATCH THREADS COUNT FLOP CORE
row() {
	local ours floor best ratio=0
	ours=$(rates "$work/fit.$1.$2" "$3")
	best=$({
		torch "$1" eager 1
		torch "$1" eager 2
		torch "$1" compiled 2
	} | sort -g | tail -n 1)
	[ "$has_peer" = no ] || ratio=$(per "$ours" "$best" %.2f)
	floor=$(awk -v t="$2" -v flop="$4" -v core="$5" \
		'BEGIN { printf "%.0f", t * core * 1e9 / flop }')
	printf '%s\t%s\t%.0f\t%.0f\t%.0f\t%s\t%s\t%s\t%s\n' "$1" "$2" "$ours" \
		"$(torch "$1" eager "$2")" "$(torch "$1" compiled "$2")" \
		"$ratio" "$4" "$floor" \
		"$(per "$ours" "$floor" %.2f)"
}

# best FILE: the least of its numbers; -r: the largest.
best() { sort -g "${2--g}" "$1" | head -n 1; }

# second_core BATCH: what the second one brings, by medians and by the best runs.
second_core() {
	local one=$work/fit.$1.1 two=$work/fit.$1.2
	printf '# batch %s: 2 threads are %s times 1, 2 of sgemm at once %s; the best runs %s and %s\n' \
		"$1" "$(per "$(median < "$one")" "$(median < "$two")" %.2f)" \
		"$(per "$(median < "$work/sgemm2")" "$(median < "$work/sgemm")" %.2f)" \
		"$(per "$(best "$one")" "$(best "$two")" %.2f)" \
		"$(per "$(best "$work/sgemm2" -r)" "$(best "$work/sgemm" -r)" %.2f)"
}

# table NAME SAMPLES BATCH...: measures and tells.
table() {
	local name=$1 samples=$2 batch threads count flop core
	shift 2
	count=$(lines "$samples")
	measure "$samples" "$@"
	core=$(median < "$work/sgemm")
	echo "# $name: $network, $loss, $count samples, $optimizer, D = H = $size, medians of $runs, sgemm $core GFLOP/s a core"
	printf 'batch\tthreads\tralm_fit\teager\tcompiled\tratio\tflop\tfloor\tof_floor\n'
	for batch; do
		flop=$("$python" "$here/flop.py" --batch-size="$batch" \
			--network="$network" --embedding-size="$size" \
			--transformed-size="$size" "$samples" | cut -f 1)
		for threads in 1 2; do
			row "$batch" "$threads" "$count" "$flop" "$core"
		done
		second_core "$batch"
	done
}

# batches KIND: those of the cases of a kind; `*` is any.
batches() {
	local name
	for name in $cases; do
		# shellcheck disable=SC2254 # a pattern
		case $name in
		$1-*) echo "${name#*-}" ;;
		esac
	done | sort -un
}

describe
[ "$has_peer" = no ] ||
	"$python" -c 'import torch; print("# PyTorch", torch.__version__)'
if [ $# -gt 0 ]; then
	# shellcheck disable=SC2046 # a list
	table "$1" "$1" $(batches '*')
	exit
fi
if [ -n "$(batches random)" ]; then
	"$python" "$here/random_samples.py" "${SAMPLE_COUNT:-200000}" 100000 \
		20 1 "${NEGATIVES:-0}" > "$work/samples"
	# shellcheck disable=SC2046 # a list
	table "random users, ${NEGATIVES:-no} negatives" "$work/samples" $(batches random)
fi
if [ -n "$(batches clicks)" ]; then
	if ! set_there "${CLICK_LOGS:-}" gowalla; then
		echo "# the click log is left out: CLICK_LOGS names no folder with gowalla"
		exit
	fi
	set_choose gowalla
	set_clicks "$CLICK_LOGS" gowalla |
		ralm-build-data --clicks=- "${set_columns[@]}" --passes=1 \
			--refresh=20 --negatives="${NEGATIVES:-1}" > "$work/all"
	head -n "${CLICK_COUNT:-1000000}" "$work/all" > "$work/samples"
	# shellcheck disable=SC2046 # a list
	table "gowalla, lists refreshed every 20 clicks" "$work/samples" \
		$(batches clicks)
fi
