#!/usr/bin/env bash
# The search that the defaults come from: a small grid of options, every set,
# several rng_seeds, one line of RESULTS for each.
#
#	RALM_BIN=src tests/bench/search.sh DIR RESULTS.csv [SET]...
#
# DIR is as for quality.sh. Appends to RESULTS.csv: set, rng_seed, options,
# AUC, item AUC, seconds of building and training. What stands there already is
# passed over, so the search can be stopped and gone on with. Environment:
# RNG_SEEDS ("1 2 3"), GRID (a file to use instead of the grid below), and see
# common.bash. To see the best:
#
#	awk -F, 'NR > 1 { n[$3]++; s[$3] += $4 }
#		END { for (o in n) print s[o] / n[o], n[o], o }' RESULTS.csv | sort -g
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"
# shellcheck source-path=SCRIPTDIR
. "$here/sets.bash"

# ralm-build-data's options | ralm-fit's options. One thing at a time is
# changed in the first line.
grid() {
	cat <<-'END'
	--passes=8 | -e 1 -l 0.003 --embedding-size=64 --transformed-size=64
	--passes=1 | -e 4 -l 0.003 --embedding-size=64 --transformed-size=64
	--passes=1 | -e 8 -l 0.003 --embedding-size=64 --transformed-size=64
	--passes=4 | -e 1 -l 0.003 --embedding-size=64 --transformed-size=64
	--passes=4 | -e 2 -l 0.003 --embedding-size=64 --transformed-size=64
	--passes=8 | -e 2 -l 0.003 --embedding-size=64 --transformed-size=64
	--passes=16 | -e 1 -l 0.003 --embedding-size=64 --transformed-size=64
	--passes=8 | -e 1 -l 0.003 --embedding-size=32 --transformed-size=32
	--passes=8 | -e 1 -l 0.003 --embedding-size=96 --transformed-size=96
	--passes=8 | -e 1 -l 0.001 --embedding-size=64 --transformed-size=64
	--passes=8 | -e 1 -l 0.01 --embedding-size=64 --transformed-size=64
	--passes=8 | -e 1 -l 0.003 --embedding-size=64 --transformed-size=64 -b 64
	--passes=8 | -e 1 -l 0.003 --embedding-size=64 --transformed-size=64 -b 1024
	--passes=8 | -e 1 -l 0.003 --embedding-size=64 --transformed-size=64 --weight-decay=0.01
	--passes=8 | -e 1 -l 0.003 --embedding-size=64 --transformed-size=64 --weight-decay=0.1
	--passes=8 | -e 1 -l 0.003 --embedding-size=64 --transformed-size=64 --learning-rate-decay=0.001
	--passes=8 | -e 1 -l 0.03 --optimizer=adagrad --embedding-size=64 --transformed-size=64
	--passes=8 | -e 1 -l 0.03 --optimizer=rowwise-adagrad --embedding-size=64 --transformed-size=64
	--passes=8 | -e 1 -l 0.003 --loss=cosine --embedding-size=64 --transformed-size=64
	--passes=8 | -e 1 -l 0.003 --score-scale=fixed --embedding-size=64 --transformed-size=64
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
	grid > "$work/grid"
fi
[ -s "$results" ] || echo 'set,rng_seed,options,auc,item_auc,seconds' >> "$results"

build_and_fit() { # SET RNG_SEED BUILD_OPTIONS FIT_OPTIONS
	local build fit
	read -r -a build <<< "$3"
	read -r -a fit <<< "$4"
	set_choose "$1"
	set_clicks "$dir" "$1" |
		ralm-build-data --clicks=- "${set_columns[@]}" \
			"${set_protocol[@]}" --rng-seed="$2" \
			--test="$work/test" "${build[@]}" |
		ralm-fit -q --rng-seed="$2" -o "$work/model" "${fit[@]}"
}

for set in "${chosen[@]}"; do
	set_there "$dir" "$set" || continue
	for rng_seed in ${RNG_SEEDS:-1 2 3}; do
		while IFS='|' read -r build fit; do
			options="${build% } | ${fit# }"
			if grep -qF -e "$set,$rng_seed,$options," "$results"; then
				continue
			fi
			elapsed=$(seconds build_and_fit "$set" "$rng_seed" \
				"$build" "$fit")
			ralm-score -m "$work/model" "$work/test" | ralm-auc |
				awk -F'\t' -v start="$set,$rng_seed,$options" \
					-v elapsed="$elapsed" '
				$1 == "auc" { auc = $2 }
				$1 == "gauc_plain" { item = $2 }
				END { printf "%s,%.4f,%.4f,%s\n", start, auc,
					item, elapsed }' | tee -a "$results"
		done < "$work/grid"
	done
done
