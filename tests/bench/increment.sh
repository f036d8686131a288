#!/usr/bin/env bash
# Going on with new clicks: what a model keeps of what it knew, and learns of
# what is new, beside one that learned all from the beginning.
#
#	RALM_BIN=src tests/bench/increment.sh LOG
#
# LOG is a click log with lines "user item time" between tabs. The first 80 %
# of it by time are known, the last 20 % come later; a fifth of the items tests
# and trains nobody, in both. Environment: RNG_SEEDS ("1 2 3"), and see
# common.bash.
#
# Prints AUC on the test items of either part, means over the rng_seeds, and the
# largest distance between two of them. "model" goes on from the model file,
# "checkpoint" from one with the optimizer's state; behind it the rate.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

if [ $# -ne 1 ]; then
	echo "usage: increment.sh LOG" >&2
	exit 2
fi
need ralm-build-data ralm-fit ralm-score ralm-auc
cp "$1" "$work/log"
cd "$work"

sort -s -g -k 3,3 -t $'\t' log > sorted
awk -F '\t' -v OFS='\t' -v lines="$(wc -l < sorted)" '
	!($2 in part) { # golden ratio: evenly spread
		spread = ++items * 0.6180339887498949
		part[$2] = spread - int(spread) < 0.2 ? "test" : "train"
	}
	{ print $1, $2 > (part[$2] (NR <= 0.8 * lines ? 1 : 2)) }' sorted

# auc MODEL NAME: a line of what is printed in the end.
auc() {
	local part
	printf '%s' "$2"
	for part in 1 2; do
		printf '\t%s' "$(ralm-score -m "$1" samples$part 2> said | ralm-auc -q)"
	done
	echo
}

for part in 1 2; do
	ralm-build-data --clicks=test$part --repeat-seeds --passes=1 \
		--negatives=1 > samples$part 2> said
done
for rng_seed in ${RNG_SEEDS:-1 2 3}; do
	fit=(ralm-fit -q --rng-seed="$rng_seed")
	for part in 1 2; do
		ralm-build-data --clicks=train$part --rng-seed="$rng_seed" \
			> part$part 2> said
	done
	rm -rf steps
	"${fit[@]}" -o all part1 part2
	auc all "all at once"
	"${fit[@]}" -o first --checkpoint-dir=steps part1
	auc first "before"
	for rate in 0.003 0.001; do
		"${fit[@]}" -l $rate --init-model=first -o next part2
		auc next "model $rate"
		"${fit[@]}" -l $rate --init-model=steps -o next part2
		auc next "checkpoint $rate"
	done
done > lines
printf 'how\told\tspread\tnew\tspread\n'
awk -F '\t' '
	!($1 in count) { names[++n] = $1; for (i = 2; i <= 3; i++) low[$1, i] = 2 }
	{
		count[$1]++
		for (i = 2; i <= 3; i++) {
			sum[$1, i] += $i
			if ($i < low[$1, i]) low[$1, i] = $i
			if ($i > high[$1, i]) high[$1, i] = $i
		}
	}
	END {
		for (k = 1; k <= n; k++) {
			name = names[k]
			printf "%s", name
			for (i = 2; i <= 3; i++)
				printf "\t%.4f\t%.4f", sum[name, i] / count[name],
					high[name, i] - low[name, i]
			print ""
		}
	}' lines
