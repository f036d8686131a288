#!/usr/bin/env bash
# Long seed lists, every seed by itself (--clusters-above=0): what ralm-score -u takes
# for a list that it sees for the first time, for further samples of that list, and in
# memory, as the list grows. The network is paddlerec.
#
#	make bench BENCHMARKS=score-long
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/score-long.sh
#
# Environment: LENGTHS (1 2500 5000 10000 20000 40000), USERS (100000), and see
# common.bash. Prints a line a length: milliseconds until the list's first
# answer, start of the program and its users' rows included; microseconds, the
# median of 1000 further targets; megabytes of memory, the model's pages that were
# read and the users' rows (one of 768 bytes a seed) included.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

size=96 users=${USERS:-100000}
need ralm-score "$helpers/sgemm" "$helpers/latency" "$helpers/make-model"
"$helpers/make-model" "$work/model" "$users" "$size" "$size" paddlerec

describe
echo "# one list, 1001 samples, $users users, D = H = $size"
printf 'seeds\tfirst_ms\tnext_us\tmegabytes\n'
for length in ${LENGTHS:-1 2500 5000 10000 20000 40000}; do
	awk -v n="$length" -v users="$users" 'BEGIN {
		for (i = 0; i < n; i++)
			list = list "user_seeds:" (i * 7919) % users " "
		for (i = 0; i <= 1000; i++)
			print list "target_user:" i
	}' > "$work/samples"
	"$helpers/latency" "$work/samples" ralm-score -u \
		--clusters-above=0 -m "$work/model" |
		awk -F'\t' -v n="$length" '{ got[$1] = $2 }
			END { printf "%d\t%s\t%s\t%s\n", n, got["first answer"],
				got["p50"], got["memory"] }'
done
