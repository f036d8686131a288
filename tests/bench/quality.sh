#!/usr/bin/env bash
# Quality: AUC on items never seen in training, beside three baselines on the
# very same test samples (see baselines.py).
#
#	RALM_BIN=src tests/bench/quality.sh DIR [SET]...
#
# DIR holds the public click logs (README.md says where they come from); every
# set found in it is measured, or those named. Environment: RNG_SEEDS
# ("1 2 3": each splits, builds and trains anew), BUILD_OPTIONS and
# FIT_OPTIONS (more options for the two tools), ATTENTION (1: also what the
# attention adds to an average of the seeds, see attention.py; with the defaults
# of ralm-fit alone), and see common.bash.
#
# Prints a table: means over the rng_seeds and standard deviations, of AUC and
# of the plain mean of the items' AUC. The deviation is mostly that of the
# split; `lead` is how far the model is ahead on the same samples.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"
# shellcheck source-path=SCRIPTDIR
. "$here/sets.bash"

if [ $# -eq 0 ]; then
	echo "usage: quality.sh DIR [SET]..." >&2
	exit 2
fi
dir=$1
shift
chosen=("${@:-${set_names[@]}}")
rng_seeds=${RNG_SEEDS:-1 2 3}
read -r -a build_options <<< "${BUILD_OPTIONS-}"
read -r -a fit_options <<< "${FIT_OPTIONS-}"

need ralm-build-data ralm-fit ralm-score ralm-auc
need_python numpy scipy sklearn
[ -z "${ATTENTION:-}" ] || need_python torch

# measure SET RNG_SEED: lines METHOD AUC ITEM_AUC, the model's first.
measure() {
	local test=$work/test model=$work/model train=/dev/null
	[ -z "${ATTENTION:-}" ] || train=$work/train
	set_choose "$1"
	set_clicks "$dir" "$1" |
		ralm-build-data --clicks=- "${set_columns[@]}" \
			"${set_protocol[@]}" --rng-seed="$2" --test="$test" \
			${ATTENTION:+--lists=each} \
			"${build_options[@]}" 2> "$work/build.log" |
		tee "$train" |
		ralm-fit -q --rng-seed="$2" -o "$model" "${fit_options[@]}"
	ralm-score -m "$model" "$test" | ralm-auc | awk -F'\t' '
		$1 == "auc" { auc = $2 } $1 == "gauc_plain" { item = $2 }
		END { print "ralm\t" auc "\t" item }'
	set_clicks "$dir" "$1" | "$python" "$here/baselines.py" \
		"${set_columns[@]}" --test="$test" -
	[ -z "${ATTENTION:-}" ] ||
		"$python" "$here/attention.py" --test="$test" \
			--rng-seed="$2" < "$train"
}

describe_options() {
	ralm-fit --version | sed '1s/^/# /; q'
	echo "# ralm-build-data ${build_options[*]} | ralm-fit ${fit_options[*]}"
	echo "# rng_seeds $rng_seeds"
}

describe_options
printf 'set\tmethod\tauc\tauc_sd\titem_auc\titem_auc_sd\tlead\n'
for set in "${chosen[@]}"; do
	if ! set_there "$dir" "$set"; then
		echo "quality.sh: $dir has no $set" >&2
		[ $# -eq 0 ] || exit 1
		continue
	fi
	for rng_seed in $rng_seeds; do
		measure "$set" "$rng_seed"
	done > "$work/measured"
	awk -F'\t' -v set="$set" '
	function sd(sum, squares, n) {
		if (n < 2 || squares <= sum * sum / n)
			return 0
		return sqrt((squares - sum * sum / n) / (n - 1))
	}
	!($1 in n) { order[++methods] = $1 }
	{ n[$1]++; a[$1] += $2; aa[$1] += $2 ^ 2; b[$1] += $3; bb[$1] += $3 ^ 2 }
	END {
		for (i = 1; i <= methods; i++) {
			m = order[i]
			printf "%s\t%s\t%.4f\t%.4f\t%.4f\t%.4f\t%+.4f\n",
				set, m, a[m] / n[m], sd(a[m], aa[m], n[m]),
				b[m] / n[m], sd(b[m], bb[m], n[m]),
				(a["ralm"] - a[m]) / n[m]
		}
	}' "$work/measured"
done
