#!/usr/bin/env bash
# Memory: what ralm-fit holds beside the vectors and the optimizer's state.
#
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/memory.sh [OPTIMIZER...]
#
# Trains one epoch on samples that touch every user, 20 seeds and a target each,
# with the optimizers named or all. Prints, in MB, the vectors and the
# optimizer's state, the peak of resident memory, and its excess in percent.
# Environment: USERS (10000000), SIZE (96, of a vector), THREADS (2). adam keeps
# three numbers where sgd keeps one: 12.2 GB. TMPDIR takes a model of 4 GB. GNU
# time is needed.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

users=${USERS:-10000000}
size=${SIZE:-96}
threads=${THREADS:-2}
[ $# -gt 0 ] || set -- sgd rowwise-adagrad adagrad adam

need ralm-fit "$helpers/sgemm"
if ! /usr/bin/time -f %M true 2> "$work/need"; then
	echo "${0##*/}: /usr/bin/time is not GNU time" >&2
	exit 77
fi

# Every user once, the last few of them twice; neighbours are far apart.
samples() {
	awk -v users="$users" 'BEGIN {
		n = int((users + 20) / 21)
		for (s = 0; s < n; s++) {
			line = ""
			for (i = 0; i < 20; i++)
				line = line "user_seeds:" (i * n + s) % users " "
			print line "target_user:" (20 * n + s) % users " label:" s % 2
		}
	}'
}

# numbers OPTIMIZER: how many are kept for each user.
numbers() {
	case $1 in
	sgd) echo "$size" ;;
	rowwise-adagrad) echo $((size + 1)) ;;
	adagrad) echo $((2 * size)) ;;
	adam) echo $((3 * size)) ;;
	*)
		echo "${0##*/}: '$1' is no optimizer" >&2
		return 1
		;;
	esac
}

describe
echo "# $users users, D = H = $size, $threads threads"
printf 'optimizer\tvectors_and_state\tpeak\texcess\n'
for optimizer; do
	each=$(numbers "$optimizer")
	samples | /usr/bin/time -f %M -o "$work/peak" ralm-fit -q -j "$threads" \
		--optimizer="$optimizer" --user-count="$users" \
		--embedding-size="$size" --transformed-size="$size" \
		-l 0.0001 -o "$work/model"
	awk -v optimizer="$optimizer" -v bytes="$((users * each * 4))" '{
		peak = $1 * 1024
		printf "%s\t%.0f\t%.0f\t%.1f\n", optimizer, bytes / 1e6,
			peak / 1e6, 100 * (peak / bytes - 1)
	}' "$work/peak"
done
