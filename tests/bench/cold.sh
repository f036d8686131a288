#!/usr/bin/env bash
# Users who come later: AUC of targets whom training never saw, by what they
# clicked (ralm-fit --users).
#
#	RALM_BIN=src tests/bench/cold.sh DIR [SET]...
#
# DIR holds the public click logs (README.md says where they come from). A fifth
# of the users is held out altogether (--split-by=user --users-file); tested are
# some half of their clicks on items with 20 users or more, with as many
# negatives, who are of the same users, in proportion to what is told of them. Seeds
# are users whom training knows.
#
# Prints a table, one line for a method and k, means over the rng_seeds with their
# standard deviations, on the very same test samples (cold.py makes the vectors):
#
#	warm	a model that was trained on the clicks that are told here
#	ridge	vectors of values by ralm-fit --users, from k of their clicks
#	lists	the mean of the list vectors of the same k items
#	mean	the mean of all users' vectors, for everybody
#	activity	how many of their clicks are told
#
# `way` is how far a method gets from 0.5 to what warm has. Environment: RNG_SEEDS
# ("1 2 3"), BUILD_OPTIONS and FIT_OPTIONS (more options for the two tools), and
# see common.bash.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"
# shellcheck source-path=SCRIPTDIR
. "$here/sets.bash"

if [ $# -eq 0 ]; then
	echo "usage: cold.sh DIR [SET]..." >&2
	exit 2
fi
dir=$1
shift
chosen=("${@:-${set_names[@]}}")
rng_seeds=${RNG_SEEDS:-1 2 3}
read -r -a build_options <<< "${BUILD_OPTIONS-}"
read -r -a fit_options <<< "${FIT_OPTIONS-}"

need ralm-build-data ralm-fit ralm-score ralm-auc
need_python numpy

# clicks SET: as "user item", users numbered.
clicks() {
	set_pairs "$dir" "$1" | awk -F'\t' '
		!($1 in number) { number[$1] = ++users }
		{ print number[$1] "\t" $2 }'
}

# train SET RNG_SEED: $work/model, $work/users and $work/test.
train() {
	clicks "$1" |
		ralm-build-data --clicks=- --split-by=user --test-ratio=0.2 \
			--test-min-users=20 --rng-seed="$2" --stats \
			--users-file="$work/users" --test="$work/test" \
			"${build_options[@]}" > "$work/train" 2> "$work/stats"
	ralm-fit -q --rng-seed="$2" --users="$work/users" -o "$work/model" \
		"${fit_options[@]}" "$work/train" 2> "$work/said"
	rm "$work/train"
}

# train_warm RNG_SEED: the same clicks, of all users, without a test.
train_warm() {
	awk '{ user = substr($1, 6)
		for (i = 2; i <= NF; i++) print user "\t" substr($i, 6) }' "$work/users" |
		ralm-build-data --clicks=- --rng-seed="$1" "${build_options[@]}" |
		ralm-fit -q --rng-seed="$1" -o "$work/warm" "${fit_options[@]}"
}

# auc METHOD K MODEL: a line METHOD K AUC.
auc() {
	ralm-score -m "$3" "$work/test" | ralm-auc |
		awk -F'\t' -v start="$1	$2" '$1 == "auc" { print start "\t" $2 }'
}

# told METHOD K: the same, of the targets as METHOD sees them.
told() {
	"$python" "$here/cold.py" "$1" "$2" "$work/model" "$work/users" \
		"$work/test" > "$work/told"
	auc "$1" "$2" "$work/told"
}

# measure SET RNG_SEED: lines METHOD K AUC.
measure() {
	train "$1" "$2"
	train_warm "$2" 2> "$work/said"
	auc warm all "$work/warm"
	for method in ridge lists; do
		for k in 1 3 10 all; do
			told $method $k
		done
	done
	told mean all
	awk -F'\t' '$1 ~ /AUC of activity/ { print "activity\tall\t" $2 }' \
		"$work/stats"
}

ralm-fit --version | sed '1s/^/# /; q'
echo "# ralm-build-data ${build_options[*]} | ralm-fit ${fit_options[*]}"
echo "# rng_seeds $rng_seeds"
printf 'set\tmethod\tk\tauc\tauc_sd\tway\n'
for set in "${chosen[@]}"; do
	if ! set_there "$dir" "$set"; then
		echo "cold.sh: $dir has no $set" >&2
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
	{ m = $1 "\t" $2 }
	!(m in n) { order[++methods] = m }
	{ n[m]++; a[m] += $3; aa[m] += $3 ^ 2 }
	END {
		warm = a[order[1]] / n[order[1]]
		for (i = 1; i <= methods; i++) {
			m = order[i]
			printf "%s\t%s\t%.4f\t%.4f\t%.3f\n", set, m, a[m] / n[m],
				sd(a[m], aa[m], n[m]),
				(a[m] / n[m] - 0.5) / (warm - 0.5)
		}
	}' "$work/measured"
done
