#!/usr/bin/env bash
# Quality of long lists: AUC by the number of seeds, and by centroids in place of all
# of them (--clusters of ralm-score), on items never seen in training.
#
#	RALM_BIN=src tests/bench/clusters.sh DIR [SET]...
#
# DIR holds the public click logs, as quality.sh takes them; sets are gowalla unless
# others are named. Tested are a fifth of the items with MIN_USERS (300) users or
# more, and of each 100 clicks, with four users who did not click beside each, in
# proportion to their activity. All its other users are its seeds, in random order.
# Environment: NETWORKS ("attention paddlerec"), SEEDS ("20 100 0", 0: all), CLUSTERS
# ("20 64 128 256"), RNG_SEEDS ("1"), PASSES (2) of training, and see common.bash.
#
# Prints a table: AUC pooled and as the plain mean of the items, means over the
# rng_seeds, the share of the variance that centroids lose, and seconds of
# ralm-score.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"
# shellcheck source-path=SCRIPTDIR
. "$here/sets.bash"

if [ $# -eq 0 ]; then
	echo "usage: clusters.sh DIR [SET]..." >&2
	exit 2
fi
dir=$1
shift
sets=("${@:-gowalla}")
read -r -a networks <<< "${NETWORKS-attention paddlerec}"
read -r -a seeds <<< "${SEEDS-20 100 0}"
read -r -a clusters <<< "${CLUSTERS-20 64 128 256}"
rng_seeds=${RNG_SEEDS:-1}

need ralm-build-data ralm-fit ralm-score ralm-auc

build() { # build SET RNG_SEED: training samples; $work/test are the test's
	set_clicks "$dir" "$1" |
		ralm-build-data --clicks=- "${set_columns[@]}" \
			--split-by=item --test-ratio=0.2 \
			--test-min-users="${MIN_USERS:-300}" --test-per-item=100 \
			--seeds-num=20 --seed-order=random --negatives=4 \
			--passes="${PASSES:-2}" --rng-seed="$2" \
			--test="$work/test"
}

# lists SET RNG_SEED: $work/samples without seeds, and $work/lists of all users of
# their items but those who are tested.
lists() {
	set_pairs "$dir" "$1" | awk -F'\t' -v rng_seed="$2" -v samples="$work/samples" '
		BEGIN { srand(rng_seed) }
		NR == FNR {
			count = split($0, slot, / +/)
			target = item = label = ""
			for (i = 1; i <= count; i++)
				if (sub(/^target_user:/, "", slot[i])) target = slot[i]
				else if (sub(/^item:/, "", slot[i])) item = slot[i]
				else if (sub(/^label:/, "", slot[i])) label = slot[i]
			tested[item]
			if (label == 1) held[target, item]
			print "label:" label " target_user:" target " item:" item > samples
			next
		}
		($2 in tested) && !(($1, $2) in held) && !seen[$1, $2]++ {
			print $2 "\t" rand() "\t" $1
		}' "$work/test" - | sort -k 1,1 -k 2,2 | awk -F'\t' '
		$1 != last { if (NR > 1) print ""; printf "item:%s", last = $1 }
		{ printf " user_seeds:%s", $3 }
		END { print "" }' > "$work/lists"
}

# score WHAT OPTION...: a line NETWORK WHAT AUC ITEM_AUC LOST SECONDS
score() {
	local what=$1 took
	shift
	took=$(seconds ralm-score -m "$work/model" --seeds="$work/lists" "$@" \
		"$work/samples")
	ralm-auc "$work/stdout" | awk -F'\t' -v what="$network	$what" \
		-v took="$took" -v lost="$(sed -n \
			's/.* that lose \(.*\) % of their.*/\1/p' "$work/stderr")" '
		$1 == "auc" { auc = $2 } $1 == "gauc_plain" { item = $2 }
		END { print what "\t" auc "\t" item "\t" lost "\t" took }'
}

describe
printf 'set\tnetwork\tcompared by\tauc\titem_auc\tlost_percent\tseconds\n'
for set in "${sets[@]}"; do
	set_choose "$set"
	for rng_seed in $rng_seeds; do
		for network in "${networks[@]}"; do
			build "$set" "$rng_seed" | ralm-fit -q --network="$network" \
				--rng-seed="$rng_seed" -o "$work/model"
			lists "$set" "$rng_seed"
			for n in "${seeds[@]}"; do
				score "${n/#0/all} seeds" --seeds-num="$n" \
					--clusters-above=0
			done
			for k in "${clusters[@]}"; do
				score "$k centroids" --clusters="$k" \
					--clusters-above="$k"
			done
		done
	done | awk -F'\t' -v set="$set" -v OFS='\t' '
		{ what = $1 FS $2 }
		!(what in n) { order[++count] = what }
		{ n[what]++; auc[what] += $3; item[what] += $4; lost[what] += $5
			took[what] += $6 }
		END {
			for (i = 1; i <= count; i++) {
				what = order[i]
				printf "%s\t%s\t%.4f\t%.4f\t%.1f\t%.2f\n", set, what,
					auc[what] / n[what], item[what] / n[what],
					lost[what] / n[what], took[what] / n[what]
			}
		}'
done
