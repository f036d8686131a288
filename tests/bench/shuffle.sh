#!/usr/bin/env bash
# Shuffling: what AUC and speed owe to the two numbers that training's order is
# made with. RALM_RUN_MAX samples of one list stay together at most; in the
# first epoch they are mixed within RALM_WINDOW_SAMPLES.
#
#	RALM_BIN=src tests/bench/shuffle.sh DIR [SET [RUN,WINDOW]...]
#
# DIR and SET (deskdrop) as for quality.sh. Compiles ralm-fit from this source
# tree with the library's own numbers, and with each RUN,WINDOW (1,65536
# 16,65536 256,65536 64,4096); the test is that of quality.sh. Lists are shared
# by --refresh clicks: where they are not, there are no runs to speak of.
# Environment: REFRESH ("20 200"), RNG_SEEDS ("1 2 3 4 5 6"), and see
# common.bash.
#
# Prints a table: mean AUC; how far it is from that of the first line on the
# same samples, with the standard error of that difference; and the processor
# time of one thread as a multiple of the first line's.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"
# shellcheck source-path=SCRIPTDIR
. "$here/sets.bash"

if [ $# -eq 0 ]; then
	echo "usage: shuffle.sh DIR [SET [RUN,WINDOW]...]" >&2
	exit 2
fi
dir=$1 set=${2:-deskdrop}
shift $(($# > 1 ? 2 : 1))
[ $# -gt 0 ] || set -- 1,65536 16,65536 256,65536 64,4096
set -- 64,65536 "$@"
need ralm-build-data ralm-score ralm-auc
source=$(cd "$here/../.." && pwd)

compile() { # compile RUN,WINDOW
	mkdir "$work/$1"
	(
		cd "$work/$1"
		"$source/configure" --quiet CPPFLAGS="-DRALM_RUN_MAX=${1%,*} \
			-DRALM_WINDOW_SAMPLES=${1#*,}"
		make -s src/ralm-fit
	) > "$work/compiled" 2>&1 || {
		cat "$work/compiled" >&2
		return 1
	}
}

# fit RUN,WINDOW RNG_SEED: seconds and AUC.
fit() {
	local TIMEFORMAT=%U
	seconds "$work/$1/src/ralm-fit" -q -j 1 --rng-seed="$2" \
		-o "$work/model" "$work/train"
	ralm-score -j 1 -m "$work/model" "$work/test" | ralm-auc -q
}

for numbers; do
	compile "$numbers"
done
ralm-build-data --version | sed '1s/^/# /; q'
echo "# $set, rng_seeds ${RNG_SEEDS:=1 2 3 4 5 6}"
printf 'refresh\trun\twindow\tauc\tdifference\terror\ttime\n'
set_choose "$set"
for refresh in ${REFRESH:-20 200}; do
	for rng_seed in $RNG_SEEDS; do
		set_clicks "$dir" "$set" |
			ralm-build-data --clicks=- "${set_columns[@]}" \
				"${set_protocol[@]}" --refresh="$refresh" \
				--rng-seed="$rng_seed" --test="$work/test" \
				> "$work/train" 2> "$work/build.log"
		for numbers; do
			printf '%s\t' "$numbers"
			fit "$numbers" "$rng_seed" | paste - -
		done
	done | awk -F'\t' -v refresh="$refresh" '
	NR == 1 { first = $1 }
	!($1 in n) { order[++kinds] = $1 }
	$1 == first { reference = $3 }
	{ n[$1]++; time[$1] += $2; auc[$1] += $3
		d = $3 - reference; sum[$1] += d; squares[$1] += d * d }
	END {
		for (i = 1; i <= kinds; i++) {
			k = order[i]
			v = squares[k] - sum[k] ^ 2 / n[k]
			e = n[k] > 1 && v > 0 ? sqrt(v / (n[k] - 1) / n[k]) : 0
			split(k, part, ",")
			printf "%d\t%d\t%d\t%.4f\t%+.4f\t%.4f\t%.2f\n", refresh,
				part[1], part[2], auc[k] / n[k], sum[k] / n[k], e,
				time[k] / time[first]
		}
	}'
done
