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
# AUC, item AUC. What stands there already is passed over, so the search can be
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
	--passes=1 | -e 8
	| --learning-rate-decay=0
	--passes=4 |
	| --init-deviation=0.1
	| -l 0.0015
	| -l 0.006
	| --embedding-size=32 --transformed-size=32
	| --embedding-size=96 --transformed-size=96
	| --optimizer=rowwise-adagrad -l 0.03 --learning-rate-decay=0
	--passes=16 |
	--passes=2 |
	| --learning-rate-decay=0.002
	| --learning-rate-decay=0.01
	| --init-deviation=0.03
	| -b 64
	| -b 1024
	| --weight-decay=0.1
	| --optimizer=adagrad -l 0.03 --learning-rate-decay=0
	| --loss=cosine
	| --score-scale=fixed
	--negatives=2 |
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
[ -s "$results" ] || echo 'set,rng_seed,options,auc,item_auc' >> "$results"

# remaining SET RNG_SEED: the log as "user item" without the items that
# quality.sh tests.
remaining() {
	set_clicks "$dir" "$1" | ralm-build-data --clicks=- \
		"${set_columns[@]}" "${set_protocol[@]}" --passes=1 \
		--rng-seed="$2" --test="$work/tested" > /dev/null 2>&4
	set_untested "$dir" "$1" "$work/tested"
}

build_and_fit() { # RNG_SEED BUILD_OPTIONS FIT_OPTIONS
	local build fit
	read -r -a build <<< "$2"
	read -r -a fit <<< "$3"
	ralm-build-data --clicks="$work/log" --columns=user,item \
		"${set_protocol[@]}" --rng-seed="$1" --test="$work/test" \
		"${build[@]}" |
		ralm-fit -q --rng-seed="$1" -o "$work/model" "${fit[@]}"
}

for set in "${chosen[@]}"; do
	set_there "$dir" "$set" || continue
	set_choose "$set"
	for rng_seed in ${RNG_SEEDS:-1 2 3}; do
		remaining "$set" "$rng_seed" 4> "$work/remaining" > "$work/log"
		while IFS='|' read -r build fit; do
			options="${build% } | ${fit# }"
			if grep -qF -e "$set,$rng_seed,$options," "$results"; then
				continue
			fi
			build_and_fit $((rng_seed + 100)) "$build" "$fit" \
				2> "$work/said" || {
				cat "$work/said" >&2
				exit 1
			}
			ralm-score -m "$work/model" "$work/test" | ralm-auc |
				awk -F'\t' -v start="$set,$rng_seed,$options" '
				$1 == "auc" { auc = $2 }
				$1 == "gauc_plain" { item = $2 }
				END { printf "%s,%.4f,%.4f\n", start, auc,
					item }' | tee -a "$results"
		done < "$work/grid"
	done
done
