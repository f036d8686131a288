#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# What is made small: losses that look at a click and its label-0 samples.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	"$RALM_BIN/ralm-build-data" --planted --users=300 --items=60 \
		--clicks-per-user=20 --negatives=3 --refresh=3 \
		--test=test.txt > train.txt
	head -n 8001 train.txt > few.txt
	"$RALM_BIN/ralm-build-data" --planted --users=200 --items=40 \
		--clicks-per-user=15 --negatives=1 > pairs.txt
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/*.txt .
	fit=("$RALM_BIN/ralm-fit" -q -b 100 --embedding-size=12
		--transformed-size=10)
}

scores() {
	"$RALM_BIN/ralm-score" -m "$1" test.txt
}

@test "--negative-weight: above 0 or balance, told of where it is set" {
	for weight in 0 -1 nan inf 1e7 word ""; do
		run -2 --separate-stderr "${fit[@]}" --negative-weight="$weight" \
			-o x.bin train.txt
		[[ "$stderr" == *"--negative-weight"*"expected a number from 1e-06 to 1000000 or balance"* ]]
		[ ! -e x.bin ]
	done
	"${fit[@]}" -o x.bin train.txt
	run -0 "$RALM_BIN/ralm-score" --info -m x.bin
	[[ "$output" != *negative_weight* ]]
	"${fit[@]}" --negative-weight=Balance -o same.bin train.txt
	cmp x.bin same.bin
	"${fit[@]}" --negative-weight=0.25 -o x.bin train.txt
	run -0 "$RALM_BIN/ralm-score" --info -m x.bin
	[[ "$output" == *$'\n  negative_weight: 0.25\n'* ]]
}

@test "one negative a click weighs as much as the click, three a third each" {
	"${fit[@]}" -o one.bin --negative-weight=1 pairs.txt
	"${fit[@]}" -o balance.bin pairs.txt
	cmp <(scores one.bin) <(scores balance.bin)
	"${fit[@]}" -o one.bin --negative-weight=1 train.txt
	"${fit[@]}" -o balance.bin train.txt
	run ! cmp -s <(scores one.bin) <(scores balance.bin)
	# batches of whole choices of four: to each of its samples 1/3 is balance
	"${fit[@]}" -o third.bin --negative-weight=0.333333333333333333 train.txt
	cmp <(scores third.bin) <(scores balance.bin)
}

@test "a file that names no network means what PaddleRec's does" {
	run -0 "$RALM_BIN/ralm-fit" -c "$RALM_SRC/examples/paddlerec.yaml" \
		--print-config
	[[ "$output" == *"  network: paddlerec"* ]]
	[[ "$output" == *"  loss: log_loss"* ]]
	[[ "$output" == *$'\n  negative_weight: 1\n'* ]]
	printf 'hyper_parameters:\n  loss: softmax\n' > c.yaml
	run -0 "$RALM_BIN/ralm-fit" -c c.yaml --print-config
	[[ "$output" == *"  network: paddlerec"* ]]
	[[ "$output" == *"  loss: softmax"* ]]
	run -0 "$RALM_BIN/ralm-fit" -c c.yaml --negative-weight=balance --print-config
	[[ "$output" == *"  negative_weight: balance"* ]]
	printf '%s' "$output" > all.yaml # names the network
	run -0 "$RALM_BIN/ralm-fit" -c all.yaml --print-config
	[[ "$output" == "$(cat all.yaml)" ]]
	printf 'hyper_parameters:\n  network: average\n' > c.yaml
	run -0 "$RALM_BIN/ralm-fit" -c c.yaml --print-config
	[[ "$output" == *$'\n  negative_weight: balance\n'* ]]
	printf 'hyper_parameters:\n  negative_weight: "1"\n' > c.yaml
	run -2 "$RALM_BIN/ralm-fit" -c c.yaml --print-config
}

@test "softmax: learns, with any number of threads, and says so" {
	for network in paddlerec attention average kdd19; do
		softmax=("${fit[@]}" --loss=softmax --network="$network" -l 0.02)
		"${softmax[@]}" -j1 -e 2 -o s.bin train.txt
		"${softmax[@]}" -j3 -e 2 -o s3.bin train.txt
		cmp s.bin s3.bin
		run -0 "$RALM_BIN/ralm-score" --info -m s.bin
		[[ "$output" == *$'\nloss\tsoftmax\n'* ]]
		auc=$(scores s.bin | "$RALM_BIN/ralm-auc" -q)
		awk -v auc="$auc" 'BEGIN { exit !(auc > 0.55) }'
	done
}

# measure MODEL NAME: a measure of its scores of test.txt.
measure() {
	scores "$1" | "$RALM_BIN/ralm-auc" | awk -v name="$2" '$1 == name { print $2 }'
}

@test "softmax: scores are probabilities, no worse than those of log_loss" {
	"$RALM_BIN/ralm-build-data" --planted --users=700 --items=140 --negatives=8 \
		--clicks-per-user=20 --test=eight.txt > all.txt
	head -n 60000 all.txt > many.txt
	# one label-0 sample a click, as many as clicks weigh in training
	rm all.txt test.txt
	awk '/label:1/ { k = 0 } k++ < 2' eight.txt > test.txt
	for network in attention average; do
		train=("${fit[@]}" -e 3 --network="$network" --embedding-size=16)
		"${train[@]}" -o log.bin many.txt
		"${train[@]}" --loss=softmax -o softmax.bin many.txt
		awk -v loss="$(measure softmax.bin log_loss)" \
			-v than="$(measure log.bin log_loss)" \
			-v rate="$(measure softmax.bin calibration)" \
			-v beside="$(measure log.bin calibration)" '
			function off(x) { return x > 1 ? x - 1 : 1 - x }
			BEGIN { print loss, than, rate, beside
				exit !(loss <= than && off(rate) <= off(beside)) }'
	done
}

@test "softmax: a run that is resumed, in an epoch or at its end, has the same bytes" {
	softmax=("${fit[@]}" --loss=softmax --network=average)
	"${softmax[@]}" -e 3 -o whole.bin few.txt
	"${softmax[@]}" -e 1 --checkpoint-dir=kept -o cut.bin few.txt
	"${softmax[@]}" -e 3 --checkpoint-dir=kept --resume -o cut.bin few.txt
	cmp whole.bin cut.bin
	"${softmax[@]}" -e 3 --checkpoint-dir=all --checkpoint-every=7 -o cut.bin few.txt
	cmp whole.bin cut.bin
	for checkpoint in $(ls all/step-*.bin | sed -n '1p;5p;9p'); do
		mkdir from
		cp "$checkpoint" from
		"${softmax[@]}" -e 3 --checkpoint-dir=from --resume -o cut.bin few.txt
		cmp whole.bin cut.bin
		rm -r from
	done
	# nothing is left to do but to write the model, which a checkpoint scores like
	"${softmax[@]}" -e 3 --checkpoint-dir=all --resume -o cut.bin few.txt
	cmp whole.bin cut.bin
	cmp <(scores whole.bin) <(scores "$(ls all/step-*.bin | tail -1)")
}

@test "softmax: with --stream, --save-every, --validate and a fixed scale" {
	softmax=("${fit[@]}" --loss=softmax --network=average)
	"${softmax[@]}" --stream --save-every=20 -o stream.bin < train.txt
	"${softmax[@]}" --stream -o one.bin < train.txt
	cmp stream.bin one.bin
	"${softmax[@]}" -e 3 --validate=test.txt --log=log -o best.bin train.txt
	cut -f8 log | grep -qxF "$(measure best.bin auc)"
	"${softmax[@]}" --score-scale=fixed -o fixed.bin train.txt
	run -0 "$RALM_BIN/ralm-score" --info -m fixed.bin
	[[ "$output" == *"score_scale: fixed"* ]]
	"$RALM_BIN/ralm-fit" -q --loss=softmax --init-model=stream.bin -o on.bin train.txt
}

@test "softmax: an epoch of one batch makes no model that scores backwards" {
	"$RALM_BIN/ralm-build-data" -q --planted --users=60 --items=20 \
		--clicks-per-user=10 --tastes=4 --passes=1 --negatives=2 > tiny.txt
	one=("$RALM_BIN/ralm-fit" -q --loss=softmax -b 2000 -e 20)
	told=0
	for n in 1 2 3 4 5 6 7 8; do
		"${one[@]}" --rng-seed=$n -o one.bin tiny.txt 2> warning
		"$RALM_BIN/ralm-score" -q -m one.bin tiny.txt |
			"$RALM_BIN/ralm-auc" -q |
			awk '{ print } !($1 > 0.9) { exit 1 }'
		if grep -q "keeps the scale of training" warning; then
			told=$n
			cp one.bin told.bin
		fi
	done
	[ "$told" -gt 0 ]
	one+=(--rng-seed="$told" --checkpoint-dir=kept)
	"${one[@]}" -e 5 -o cut.bin tiny.txt
	"${one[@]}" --resume -o cut.bin tiny.txt
	cmp told.bin cut.bin
}

@test "softmax: labels of one kind leave the score as it is" {
	sed 's/label:1/label:0/' train.txt > none.txt
	"${fit[@]}" --loss=softmax -o none.bin none.txt || [ $? = 1 ]
	grep -v label:0 train.txt > clicks.txt || true
	"${fit[@]}" --loss=softmax -o clicks.bin clicks.txt || [ $? = 1 ]
}

# vectors MODEL: those of its users, as text
vectors() {
	"$RALM_BIN/ralm-score" -m "$1" --export=/dev/stdout
}

@test "--score-scale-limit: bounds what training uses, and scores are probabilities" {
	train=("${fit[@]}" -e 2 --network=average -l 0.02)
	"${train[@]}" -o free.bin train.txt
	run -0 "$RALM_BIN/ralm-score" --info -m free.bin
	[[ "$output" != *score_scale_limit* ]]
	for limit in 5.5 1000; do
		"${train[@]}" -j1 --score-scale-limit=$limit -o "$limit.bin" train.txt
		"${train[@]}" -j3 --score-scale-limit=$limit -o again.bin train.txt
		cmp "$limit.bin" again.bin
		run -0 "$RALM_BIN/ralm-score" --info -m "$limit.bin"
		[[ "$output" == *$'\n  score_scale_limit: '"$limit"$'\n'* ]]
		awk -v rate="$(measure "$limit.bin" calibration)" \
			'BEGIN { exit !(rate > 0.9 && rate < 1.1) }'
	done
	# One that is never reached leaves the training as it is, another does not.
	cmp <(vectors free.bin) <(vectors 1000.bin)
	run ! cmp -s <(vectors free.bin) <(vectors 5.5.bin)
	# Without a scale nothing is learned, whatever the score's is then.
	"${train[@]}" --score-scale-limit=0.0001 -o none.bin train.txt
	awk -v auc="$(scores none.bin | "$RALM_BIN/ralm-auc" -q)" \
		'BEGIN { exit !(auc < 0.55) }'
	awk -v auc="$(scores 5.5.bin | "$RALM_BIN/ralm-auc" -q)" \
		'BEGIN { exit !(auc > 0.57) }'
	for limit in -1 nan inf 1e7 word ""; do
		run -2 --separate-stderr "${fit[@]}" --score-scale-limit="$limit" \
			-o x.bin train.txt
		[[ "$stderr" == *"--score-scale-limit"*"expected a number from 0 to 1000000"* ]]
	done
}

@test "--score-scale-limit: a run that is resumed has the same bytes" {
	for loss in log_loss softmax; do
		limited=("${fit[@]}" --network=average --loss=$loss -l 0.02
			--score-scale-limit=4.5) # less than what training begins with
		"${limited[@]}" -e 3 -o whole.bin few.txt
		rm -rf kept
		"${limited[@]}" -e 1 --checkpoint-dir=kept -o cut.bin few.txt
		"${limited[@]}" -e 3 --checkpoint-dir=kept --resume -o cut.bin few.txt
		cmp whole.bin cut.bin
		# That limit was one.
		"${limited[@]}" -e 3 --score-scale-limit=1000 -o free.bin few.txt
		run ! cmp -s <(vectors free.bin) <(vectors whole.bin)
	done
}
