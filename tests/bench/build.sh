#!/usr/bin/env bash
# Building samples: how long ralm-build-data reads a click log, how much memory
# it takes and how fast it writes.
#
#	make bench BENCHMARKS=build
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/build.sh [LOG]
#
# LOG is a click log of users, items and times; without one: logs of make-clicks,
# with numbers for ids and in order of time, and with words of 17 bytes and in no
# order. They come through a pipe. Environment: RUNS (3), CLICKS (1000000), USERS
# (50000) and ITEMS (5000) of make-clicks, BYTES (2000000000, of samples), and
# see common.bash.
#
# Prints a table of medians: seconds until the first sample, clicks read in each
# of them, the peak of memory in MB, and the MB/s at which samples come through
# a pipe from then on. GNU time is needed.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

runs=${RUNS:-3}
bytes=${BYTES:-2000000000}

need ralm-build-data "$helpers/make-clicks" "$helpers/sgemm"
if ! /usr/bin/time -f %M true 2> "$work/need"; then
	echo "${0##*/}: /usr/bin/time is not GNU time" >&2
	exit 77
fi

# watch: when it began, when a byte came, and when all $bytes had come.
watch() {
	local begin first
	begin=$(date +%s.%N)
	head -c 1 > "$work/byte"
	first=$(date +%s.%N)
	head -c $((bytes - 1)) > /dev/null
	echo "$begin $first $(date +%s.%N)"
}

# build LOG OPTION...: the seconds to the first sample, MB/s, and MB of memory.
# The reader's leaving ends the builder (141), and nothing else does.
build() {
	local log=$1 status
	shift
	set +e +o pipefail
	# shellcheck disable=SC2002 # a pipe is what is measured
	cat "$log" |
		/usr/bin/time -f %M -o "$work/memory" ralm-build-data --clicks=- \
			--passes=1000000 --columns=user,item,time "$@" 2> "$work/said" |
		watch > "$work/times"
	status=${PIPESTATUS[1]}
	set -e -o pipefail
	if [ "$status" != 141 ]; then
		cat "$work/said" >&2
		return 1
	fi
	awk -v memory="$(tail -n 1 "$work/memory")" -v bytes="$bytes" '{
		print $2 - $1, bytes / 1e6 / ($3 - $2), memory / 1000 }' "$work/times"
}

# rows LOG NAME
rows() {
	local count options
	count=$(lines "$1")
	for options in '' --refresh=20 --seed-order=recent; do
		rm -f "$work/runs"
		for _ in $(seq "$runs"); do
			# shellcheck disable=SC2086 # none or one
			build "$1" $options >> "$work/runs"
		done
		printf '%s\t%s\t%s\t%.2f\t%.0f\t%.0f\t%.0f\n' "$2" "$count" \
			"${options:--}" "$(column 1)" \
			"$(per "$count" "$(column 1)" %.0f)" \
			"$(column 3)" "$(column 2)"
	done
}

# column N: the median of it over the runs.
column() { cut -d ' ' -f "$1" "$work/runs" | median; }

describe
echo "# $bytes bytes of samples, medians of $runs"
printf 'log\tclicks\toptions\tseconds\tclicks_per_second\tpeak_mb\tmb_per_second\n'
if [ $# -gt 0 ]; then
	rows "$1" "$1"
else
	for log in 'numbers ordered' 'words mixed'; do
		# shellcheck disable=SC2086 # two words
		"$helpers/make-clicks" "${CLICKS:-1000000}" "${USERS:-50000}" \
			"${ITEMS:-5000}" $log > "$work/log"
		rows "$work/log" "$log"
	done
fi
