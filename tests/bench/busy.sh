#!/usr/bin/env bash
# A busy machine: how long ralm-fit takes, on two threads, where nothing else
# runs and where one other program has one of the processors.
#
#	make bench BENCHMARKS=busy
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/busy.sh [SAMPLES]
#
# SAMPLES is a file of samples, without one 40,000 of random users; paddlerec,
# D = H = 96, sgd. A batch of 32 is the hard case: its threads meet every 50 microseconds.
# Environment: RUNS (5), BATCHES ("32 256 1024"), and see common.bash.
#
# Prints a table of medians: seconds, and those of all processors together.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

need ralm-fit "$helpers/sgemm"
if [ $# -gt 0 ]; then
	samples=$1
else
	need_python numpy
	samples=$work/samples
	"$python" "$here/random_samples.py" 40000 > "$samples"
fi
TIMEFORMAT='%R %U %S'

fit() { # fit BATCH: seconds, processor seconds
	seconds ralm-fit -q -b "$1" -j 2 -l 0.0001 --network=paddlerec \
		--optimizer=sgd --embedding-size=96 --transformed-size=96 \
		-o "$work/model" "$samples" | awk '{ print $1 "\t" $2 + $3 }'
}

rows() { # rows OTHERS
	local batch
	for batch in ${BATCHES:-32 256 1024}; do
		for _ in $(seq "${RUNS:-5}"); do
			fit "$batch"
		done > "$work/runs"
		printf '%s\t%s\t%.2f\t%.2f\n' "$1" "$batch" \
			"$(cut -f 1 "$work/runs" | median)" \
			"$(cut -f 2 "$work/runs" | median)"
	done
}

describe
printf 'others\tbatch\tseconds\tprocessor\n'
rows 0
while :; do :; done &
other=$!
trap 'kill "$other"; rm -rf "$work"' EXIT
rows 1
