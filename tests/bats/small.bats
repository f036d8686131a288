#!/usr/bin/env bats
# shellcheck disable=SC2154 # clicks.bash sets build
#
# Each program once, one behind the other, on a log in which nothing is even.

bats_require_minimum_version 1.5.0
load clicks

# Two negatives a click, lists of one to three clicks, of two to seven seeds.
samples() {
	random_log | "$build" --clicks=- --columns=user,item,time --seeds-num=7 \
		--min-seeds=2 --refresh=3 --negatives=2 --passes=3 \
		--test-min-users=9 "$@"
}

@test "a log becomes samples, a model, scores and an AUC" {
	samples --test=test.txt > train.txt 2> /dev/null
	# a click's negatives share its list; the next click's may, too
	flat train.txt | awk '{ list = $0; sub(/^[^ ]* [^ ]* /, "", list)
		if ($2 == 1) { clicks++; left = 2; own = list }
		else if (list != own || left-- == 0) wrong++ }
		END { exit wrong || clicks == 0 }'
	"$RALM_BIN/ralm-fit" -q -j1 -e 3 -b 37 --embedding-size=8 \
		--transformed-size=8 --seeds-num=4 --validate=test.txt \
		-o model.bin train.txt
	"$RALM_BIN/ralm-score" -m model.bin test.txt > scores.txt
	"$RALM_BIN/ralm-score" -u -m model.bin test.txt | cmp - scores.txt
	"$RALM_BIN/ralm-score" -j3 -m model.bin < test.txt | cmp - scores.txt
	# line for line
	flat test.txt | awk '{ print $2, $3 }' > given
	awk '{ print $1, $3 }' scores.txt | cmp - given
	# pair by pair
	awk '{ label[NR] = $1; score[NR] = $2 }
		END { for (i = 1; i <= NR; i++) for (j = 1; j <= NR; j++)
			if (label[i] > label[j]) { pairs++
				wins += score[i] > score[j] ? 1 : score[i] == score[j] ? 0.5 : 0 }
			printf "%.6f\n", wins / pairs }' scores.txt > expected
	printf '%.6f\n' "$("$RALM_BIN/ralm-auc" -q scores.txt)" | cmp - expected
}

@test "the same input, the same bytes; another rng_seed, others" {
	samples --test=t > a
	samples --test=t > b
	cmp a b
	samples --test=t --rng-seed=2 > b
	run ! cmp -s a b
	for model in a b; do
		"$RALM_BIN/ralm-fit" -q -e 2 -b 37 --embedding-size=8 \
			--transformed-size=8 -o $model.bin a
	done
	cmp a.bin b.bin
	"$RALM_BIN/ralm-fit" -q -e 2 -b 37 --embedding-size=8 \
		--transformed-size=8 --rng-seed=2 -o b.bin a
	run ! cmp -s a.bin b.bin
}
