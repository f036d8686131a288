#!/usr/bin/env bash
# Quality: AUC on items never seen in training, of each of our networks and of
# six baselines, on the very same test samples (see baselines.py).
#
#	RALM_BIN=src tests/bench/quality.sh DIR [SET]...
#
# DIR holds the public click logs (README.md says where they come from); every
# set found in it is measured, or those named, where NAME.tsv may be a log of your
# own: a user, a tab and an item a line. Environment: RNG_SEEDS
# ("1 2 3": each splits, builds and trains anew), NETWORKS ("paddlerec attention
# average kdd19"), BUILD_OPTIONS and FIT_OPTIONS (more options for the two
# tools), BASELINES (no: without them), and see common.bash.
#
# Prints a table: means over the rng_seeds and standard deviations, of AUC and
# of the plain mean of the items' AUC, and the seconds that training took:
# ralm-build-data and ralm-fit from log to model, a baseline from the clicks in
# memory to the users' vectors. The deviation is mostly that of the split; a
# `lead` is how far the first network is ahead on the same samples.
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

read -r -a networks <<< "${NETWORKS-paddlerec attention average kdd19}"
baselines=${BASELINES:-yes}

need ralm-build-data ralm-fit ralm-score ralm-auc
[ "$baselines" = no ] || need_python numpy scipy sklearn

train() { # train SET RNG_SEED NETWORK
	set_clicks "$dir" "$1" |
		set_train "$2" "${set_columns[@]}" "${build_options[@]}" |
		ralm-fit -q --rng-seed="$2" --network="$3" -o "$work/model" \
			"${fit_options[@]}"
}

# compare SET RNG_SEED: the baselines, whose numbers are chosen on samples of
# other items, as search.sh makes them.
compare() {
	set_untested "$dir" "$1" "$work/test" |
		set_test "$2" "$work/choose" --columns=user,item 2> "$work/said"
	set_clicks "$dir" "$1" | "$python" "$here/baselines.py" \
		"${set_columns[@]}" --test="$work/test" \
		--choose="$work/choose" - | cut -f 1-4
}

# measure SET RNG_SEED: lines METHOD AUC ITEM_AUC SECONDS, the networks first.
measure() {
	local network took
	set_choose "$1"
	set_clicks "$dir" "$1" | set_test "$2" "$work/test" "${set_columns[@]}" \
		2> "$work/said"
	for network in "${networks[@]}"; do
		took=$(seconds train "$1" "$2" "$network")
		ralm-score -m "$work/model" "$work/test" | ralm-auc |
			awk -F'\t' -v start="$network" -v took="$took" '
			$1 == "auc" { auc = $2 } $1 == "gauc_plain" { item = $2 }
			END { print start "\t" auc "\t" item "\t" took }'
	done
	[ "$baselines" = no ] || compare "$1" "$2"
}

describe_options() {
	ralm-fit --version | sed '1s/^/# /; q'
	echo "# ralm-build-data ${build_options[*]} | ralm-fit ${fit_options[*]}"
	echo "# rng_seeds $rng_seeds"
}

describe_options
printf 'set\tmethod\tauc\tauc_sd\titem_auc\titem_auc_sd\tseconds\tlead\titem_lead\n'
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
	{ n[$1]++; a[$1] += $2; aa[$1] += $2 ^ 2; b[$1] += $3; bb[$1] += $3 ^ 2
		took[$1] += $4 }
	END {
		first = order[1]
		for (i = 1; i <= methods; i++) {
			m = order[i]
			printf "%s\t%s\t%.4f\t%.4f\t%.4f\t%.4f\t%.1f\t%+.4f\t%+.4f\n",
				set, m, a[m] / n[m], sd(a[m], aa[m], n[m]),
				b[m] / n[m], sd(b[m], bb[m], n[m]),
				took[m] / n[m], (a[first] - a[m]) / n[m],
				(b[first] - b[m]) / n[m]
		}
	}' "$work/measured"
done
