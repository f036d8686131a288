#!/usr/bin/env bash
# The search that the defaults come from: a small grid of options, every set,
# several rng_seeds, one line of RESULTS for each.
#
#	RALM_BIN=src tests/bench/search.sh DIR RESULTS.csv [SET]...
#
# The options are chosen on other items than those that quality.sh reports: for
# each rng_seed the items it tests are taken out of the log, and what is left is
# split once more.
#
# DIR is as for quality.sh. Appends to RESULTS.csv: set, rng_seed, options,
# AUC, item AUC, and the processor seconds of ralm-build-data and ralm-fit
# together. What stands there already is passed over, so the search can be
# stopped and gone on with. Environment: RNG_SEEDS ("1 2 3"), FIRST (only so
# many lines of the grid, which begins with what matters most: for a large log),
# GRID (a file to use instead of the grid below), and see common.bash. To see the
# best:
#
#	awk -F, 'NR > 1 { n[$1, $3]++; s[$1, $3] += $4 }
#		END { for (o in n) print s[o] / n[o], n[o], o }' RESULTS.csv | sort -g
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"
# shellcheck source-path=SCRIPTDIR
. "$here/sets.bash"

# ralm-build-data's options | ralm-fit's options. The first line is the
# defaults; each other changes one thing.
grid() {
	cat <<-'END'
	|
	| --network=average
	| --network=kdd19
	| --network=paddlerec
	| --loss=softmax
	--negatives=1 | -b 512
	--negatives=4 | -b 1152
	--negatives=16 | -b 3872
	| --embedding-size=64
	| --embedding-size=256
	| -b 512
	| -b 1024
	| -b 4096
	| -l 0.0015
	| -l 0.006
	| --learning-rate-decay=0
	| --learning-rate-decay=0.002
	| --learning-rate-decay=0.01
	| --init-deviation=0.01
	| --init-deviation=0.1
	--passes=2 |
	--passes=4 |
	--passes=16 |
	--passes=1 | -e 8
	--refresh=2 |
	| --network=paddlerec --transformed-size=128
	| --weight-decay=0.1
	| --score-scale=fixed
	| --optimizer=adagrad -l 0.03 --learning-rate-decay=0
	| --optimizer=rowwise-adagrad -l 0.03 --learning-rate-decay=0
	END
}

if [ $# -lt 2 ]; then
	echo "usage: search.sh DIR RESULTS.csv [SET]..." >&2
	exit 2
fi
dir=$1 results=$2
shift 2
chosen=("${@:-${set_names[@]}}")
need ralm-build-data ralm-fit ralm-score ralm-auc
if [ -n "${GRID:-}" ]; then
	cp "$GRID" "$work/grid"
else
	grid | head -n "${FIRST:-1000}" > "$work/grid"
fi
[ -s "$results" ] || echo 'set,rng_seed,options,auc,item_auc,seconds' >> "$results"

# remaining SET RNG_SEED: the log as "user item" without the items that
# quality.sh tests.
remaining() {
	set_clicks "$dir" "$1" |
		set_test "$2" "$work/tested" "${set_columns[@]}" 2>&4
	set_untested "$dir" "$1" "$work/tested"
}

build_and_fit() { # RNG_SEED BUILD_OPTIONS FIT_OPTIONS
	local build fit
	read -r -a build <<< "$2"
	read -r -a fit <<< "$3"
	set_train "$1" --columns=user,item "${build[@]}" < "$work/log" |
		ralm-fit -q --rng-seed="$1" -o "$work/model" "${fit[@]}"
}

for set in "${chosen[@]}"; do
	set_there "$dir" "$set" || continue
	set_choose "$set"
	for rng_seed in ${RNG_SEEDS:-1 2 3}; do
		remaining "$set" "$rng_seed" 4> "$work/remaining" > "$work/log"
		set_test $((rng_seed + 100)) "$work/test" --columns=user,item \
			< "$work/log" 2> "$work/said"
		while IFS='|' read -r build fit; do
			options="${build% } | ${fit# }"
			if grep -qF -e "$set,$rng_seed,$options," "$results"; then
				continue
			fi
			took=$(TIMEFORMAT='%U %S' seconds build_and_fit \
				$((rng_seed + 100)) "$build" "$fit")
			ralm-score -m "$work/model" "$work/test" | ralm-auc |
				awk -F'\t' -v start="$set,$rng_seed,$options" \
					-v took="$took" '
				BEGIN { split(took, of) }
				$1 == "auc" { auc = $2 }
				$1 == "gauc_plain" { item = $2 }
				END { printf "%s,%.4f,%.4f,%.1f\n", start, auc,
					item, of[1] + of[2] }' | tee -a "$results"
		done < "$work/grid"
	done
done
