#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# A network is a folder and an entry of a table: the toy of tests/unit/toy goes
# through all that the programs do, in programs that link a table with it.

bats_require_minimum_version 1.5.0
load until

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	"$RALM_BIN/ralm-build-data" --planted --users=300 --items=60 \
		--clicks-per-user=20 --negatives=2 --test-negatives=2 \
		--refresh=3 --test=test.txt > train.txt
	head -n 4001 train.txt > few.txt
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/*.txt .
	fit="$RALM_TOY/ralm-fit" score="$RALM_TOY/ralm-score"
	toy=(-q --network=toy --embedding-size=12 --transformed-size=5 -b 100 -l 0.02
		--negative-weight=1)
}

@test "a toy network is trained, kept, scored and told of" {
	"$fit" "${toy[@]}" -j1 -e 2 --log=log -o toy.bin --validate=test.txt train.txt
	"$score" -m toy.bin test.txt > scores
	"$score" -j3 -m toy.bin < test.txt | cmp - scores
	"$score" -u --cache=0 -m toy.bin test.txt | cmp - scores
	# it learns, and what it says of itself while it does is so
	auc=$("$RALM_BIN/ralm-auc" -q scores)
	awk -v auc="$auc" 'BEGIN { exit !(auc > 0.55) }'
	[ "$(tail -n 1 log | cut -f8)" = "$auc" ] # validation_auc
	run -0 "$score" --info -m toy.bin
	[[ "$output" == *$'\nnetwork\ttoy\n'* ]]
	[[ "$output" == *$'\nembedding_size\t12\ntransformed_size\t12\n'* ]] # it has no H
	[[ "$output" == *$'\n  network: toy\n'* ]]
	# its own parameters and no others
	size=$(od -An -tu4 -N4 toy.bin)
	head -c $((size + 8)) toy.bin | grep -ao '"[a-z_]*":{"dtype"' |
		cut -d'"' -f2 | sort > tensors
	printf '%s\n' score_bias score_scale toy_shift toy_weight \
		user_embedding user_index user_keys | cmp - tensors
}

@test "a toy network: the same bytes with any number of threads" {
	"$fit" "${toy[@]}" -j1 -e 2 -o a.bin few.txt
	"$fit" "${toy[@]}" -j3 -e 2 -o b.bin few.txt
	cmp a.bin b.bin
	for optimizer in sgd adam rowwise_adagrad; do
		"$fit" "${toy[@]}" -e 1 --optimizer=$optimizer \
			--weight-decay=0.01 --stream -o c.bin few.txt
		"$score" -m c.bin test.txt | "$RALM_BIN/ralm-auc" -q > auc
	done
}

a_checkpoint() { [ -n "$(find kept -name 'step-*.bin' 2> /dev/null)" ]; }

@test "a toy network goes on from a checkpoint as if never stopped" {
	"$fit" "${toy[@]}" -e 4 -o whole.bin train.txt
	train=("$fit" "${toy[@]}" --checkpoint-dir=kept --checkpoint-every=7 -e 4)
	"${train[@]}" -o cut.bin train.txt 3>&- &
	until_true a_checkpoint
	kill -9 $! || true
	wait $! || true
	"${train[@]}" --resume -o cut.bin train.txt
	cmp whole.bin cut.bin
	# with another network it is another run
	run -2 --separate-stderr "$fit" -q --checkpoint-dir=kept --resume -e 4 \
		--embedding-size=12 --transformed-size=5 -b 100 -l 0.02 \
		--negative-weight=1 -o x.bin train.txt
	[[ "$stderr" == *'made with other settings (network: toy, now attention)'* ]]
}

@test "a model brings its network along" {
	"$fit" "${toy[@]}" -e 1 -o toy.bin train.txt
	"$fit" -q -e 1 --init-model=toy.bin -o on.bin train.txt
	run -0 "$score" --info -m on.bin
	[[ "$output" == *$'\nnetwork\ttoy\n'* ]]
	[[ "$output" == *$'\n  network: toy\n'* ]]
	run -2 --separate-stderr "$fit" --init-model=toy.bin --network=toy \
		-o x.bin train.txt
	[[ "$stderr" == "ralm-fit: --init-model brings its network"$'\n'* ]]
}

# PaddleRec's is what all other tests are about.
others=(attention average kdd19)

@test "every network: trained, kept, scored, the same bytes with any threads" {
	for network in "${others[@]}"; do
		train=("$RALM_BIN/ralm-fit" -q --network="$network" -b 100 -l 0.02
			--embedding-size=12 -e 3)
		"${train[@]}" -j1 --log=log --validate=test.txt -o "$network.bin" train.txt
		"${train[@]}" -j2 -o two.bin few.txt
		"${train[@]}" -j3 -o three.bin few.txt
		cmp two.bin three.bin
		"${train[@]}" -j1 -o one.bin few.txt
		cmp one.bin two.bin
		score="$RALM_BIN/ralm-score"
		"$score" -m "$network.bin" test.txt > scores
		"$score" -j3 -m "$network.bin" < test.txt | cmp - scores
		"$score" -u --cache=0 -m "$network.bin" test.txt | cmp - scores
		auc=$("$RALM_BIN/ralm-auc" -q scores)
		awk -v auc="$auc" 'BEGIN { exit !(auc > 0.55) }'
		cut -f8 log | grep -qxF "$auc" # validation_auc
		run -0 "$score" --info -m "$network.bin"
		[[ "$output" == *$'\nnetwork\t'"$network"$'\n'* ]]
	done
}

@test "every network goes on from a checkpoint as if never stopped" {
	for network in "${others[@]}"; do
		train=("$RALM_BIN/ralm-fit" -q --network="$network" -b 100 -l 0.02
			--embedding-size=12)
		"${train[@]}" -e 3 -o whole.bin few.txt
		"${train[@]}" --checkpoint-dir="$network" -e 2 -o cut.bin few.txt
		"${train[@]}" --checkpoint-dir="$network" --resume -e 3 -o cut.bin few.txt
		cmp whole.bin cut.bin
		"$RALM_BIN/ralm-fit" -q -e 1 --init-model=whole.bin -o on.bin few.txt
		run -0 "$RALM_BIN/ralm-score" --info -m on.bin
		[[ "$output" == *$'\nnetwork\t'"$network"$'\n'* ]]
	done
}

@test "--alpha: from 0 to 1, told of where it is set, and scored with" {
	train=("$RALM_BIN/ralm-fit" -q --network=kdd19 -e 1 -o x.bin)
	for alpha in -0.1 1.5 nan inf word ""; do
		run -2 "${train[@]}" --alpha="$alpha" few.txt
	done
	"${train[@]}" few.txt
	run -0 "$RALM_BIN/ralm-score" --info -m x.bin
	[[ "$output" != *alpha:* ]]
	mv x.bin standard.bin
	"${train[@]}" --alpha=0.75 --log=log --validate=test.txt few.txt
	run -0 "$RALM_BIN/ralm-score" --info -m x.bin
	[[ "$output" == *$'\n  alpha: 0.75\n'* ]]
	run ! cmp -s x.bin standard.bin
	auc=$("$RALM_BIN/ralm-score" -m x.bin test.txt | "$RALM_BIN/ralm-auc" -q)
	cut -f8 log | grep -qxF "$auc" # validation_auc
	run -0 "$RALM_BIN/ralm-fit" --network=kdd19 --alpha=1 --print-config
	[[ "$output" == *$'\n  alpha: 1\n'* ]]
}

# refused STATUS MESSAGE COMMAND...
refused() {
	local status=$1 message=$2
	shift 2
	run -"$status" --separate-stderr "$@"
	[[ "$stderr" == *"$message"* ]]
	[ ! -e x.bin ]
}

@test "a network that is not known is refused everywhere" {
	one="network: expected one of paddlerec|attention|average|kdd19, got 'toy'"
	printf 'hyper_parameters:\n  network: toy\n' > toy.yaml
	printf 'hyper_parameters:\n  network: kdd99\n' > other.yaml
	"$fit" "${toy[@]}" --checkpoint-dir=kept -e 1 -o toy.bin train.txt
	plain="$RALM_BIN/ralm-fit"
	refused 2 "$one" "$plain" --network=toy -o x.bin train.txt
	refused 2 "$one" "$plain" -c toy.yaml -o x.bin train.txt
	refused 2 "$one" "$plain" -c toy.yaml --print-config
	refused 1 "toy.bin: __metadata__: $one" "$plain" --init-model=toy.bin \
		-o x.bin train.txt
	refused 1 "__metadata__: $one" "$plain" --init-model=kept -o x.bin train.txt
	refused 1 "__metadata__: $one" "$plain" --checkpoint-dir=kept --resume \
		-o x.bin train.txt
	refused 1 "toy.bin: __metadata__: $one" "$RALM_BIN/ralm-score" -m toy.bin train.txt
	refused 1 "toy.bin: __metadata__: $one" "$RALM_BIN/ralm-score" --info \
		-m toy.bin
	# where there are several, all are named
	several="network: expected one of paddlerec|attention|average|kdd19|toy, got 'kdd99'"
	refused 2 "$several" "$fit" --network=kdd99 -o x.bin train.txt
	refused 2 "$several" "$fit" -c other.yaml -o x.bin train.txt
	# any word is a name, but it is one word
	refused 2 "" "$fit" --network= -o x.bin train.txt
	refused 2 "" "$fit" --network='a b' -o x.bin train.txt
}
