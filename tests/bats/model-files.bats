#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# Model files: those of an earlier version open, damaged ones do not. With
# RALM_FAULTS=all every place of the headers is damaged, through the programs.

bats_require_minimum_version 1.5.0

setup_file() {
	export old="${RALM_SRC:-$BATS_TEST_DIRNAME/../..}/tests/interop/0.1.0"
}

setup() {
	PATH="$RALM_BIN:$PATH"
	more=(-q -j1 -b10 --seeds-num=5)
	fit=("${more[@]}" --network=paddlerec --init-deviation=0.01
		--embedding-size=3 --transformed-size=2)
	cd "$BATS_TEST_TMPDIR" || return 1
}

# near A B [ERROR]: the scores are the same but for the last digits, which differ
# from one processor to the other.
near() {
	paste "$1" "$2" | awk -v error="${3:-1e-5}" '
		$1 != $4 || $3 != $6 || ($2 - $5) ^ 2 > error ^ 2 { bad++ }
		END { exit NR != 61 || bad > 0 }'
}

@test "a model of 0.1.0 opens and scores as it did" {
	# 0.1.0 used all seeds of a list.
	ralm-score --verify --seeds-num=0 -m "$old/model.bin" "$old/samples.txt" \
		> scores 2> said
	near scores "$old/scores.txt"
	ralm-score --info -m "$old/model.bin" | grep -q '^format_version	1$'
}

@test "training goes on with a model of 0.1.0, and writes the new version" {
	ralm-fit "${more[@]}" --init-model="$old/model.bin" -o new "$old/samples.txt"
	ralm-score --verify --info -m new | grep -q '^format_version	2$'
	ralm-score --info -m new | grep -q '^steps	14$'
}

@test "a checkpoint of 0.1.0 is resumed" {
	mkdir ck
	cp "$old/checkpoint.bin" ck/step-000000000004.bin
	ralm-fit "${fit[@]}" -e2 --resume --checkpoint-dir=ck -o new \
		"$old/samples.txt"
	ralm-fit "${fit[@]}" -e2 -o whole "$old/samples.txt"
	ralm-score -m new "$old/samples.txt" > a
	ralm-score -m whole "$old/samples.txt" > b
	# the first epoch was 0.1.0's, whose last bits were others
	near a b 1e-4
}

@test "a checkpoint of 0.1.0 without its digest is not" {
	mkdir ck
	sed 's/"digest"/"digess"/' "$old/checkpoint.bin" \
		> ck/step-000000000004.bin
	run -1 ralm-fit "${fit[@]}" -e2 --resume --checkpoint-dir=ck -o new \
		"$old/samples.txt"
	[[ $output == *"damaged: a checkpoint without a digest"* ]]
	run -1 ralm-fit "${more[@]}" --init-model=ck/step-000000000004.bin -o new \
		"$old/samples.txt"
	[ ! -e new ]
}

# places FILE: some of its header's, or all.
places() {
	local length
	length=$(od -An -tu4 -N4 "$1" | tr -d ' ')
	if [ "$RALM_FAULTS" = all ]; then
		seq 0 $((length + 7))
	else
		seq 0 97 $((length + 7))
		for key in '"digest":"' '"format_version":"' '"hash_seed":"' \
			'"optimizer.step":"' '"position":"' '"best.epoch":"'; do
			LC_ALL=C grep -aboF "$key" "$1" | while IFS=: read -r at _; do
				echo $((at + 3)) $((at + ${#key}))
			done
		done
	fi
}

# flip FROM TO PLACE: a copy with a bit of a byte changed, or with another digit.
flip() {
	local byte
	byte=$(od -An -tu1 -j"$3" -N1 "$1" | tr -d ' ')
	if [ "$byte" -ge 48 ] && [ "$byte" -le 57 ] && [ $(($3 % 2)) = 0 ]; then
		byte=$((48 + (byte - 47) % 10))
	else
		byte=$((byte ^ 1 << $3 % 8))
	fi
	cp "$1" "$2"
	printf %b "\\0$(printf %o "$byte")" |
		dd of="$2" bs=1 seek="$3" conv=notrunc 2>/dev/null
}

refused() {
	run -1 --separate-stderr "$@"
	[ -z "$output" ] && [ ! -e out ] && [[ $stderr == "$1: "* ]]
}

@test "no model file says which folder of checkpoints is written to or tidied" {
	mkdir steps
	touch steps/step-00000000000{1,2}.bin steps/.step-000000000003.bin.abcdef
	ralm-fit "${fit[@]}" -o model.bin "$old/samples.txt" --note=$'##runner:
- name: train
  class: train
  keep: 1
  save_checkpoint_interval: 1
  save_checkpoint_path: steps'
	# The note becomes the settings, in as many bytes.
	sed 's/"config"/"konfig"/; s/"note":"##/"config":"/
		s/"format_version":"2"/"format_version":"1"/
		s/"digest"/"digess"/; s/"header_digest"/"header_digess"/' \
		model.bin > hostile.bin
	[ -z "$(ralm-score --info -m hostile.bin | grep ^note)" ]
	awk 'BEGIN { for (i = 0; i < 24; i++) print "user:u" i, "x:" i % 2 }' > users.txt
	run -0 ralm-fit -q -j1 --epochs=0 --init-model=hostile.bin \
		--users=users.txt -o new
	[ "$(ls -A steps | wc -l)" = 3 ]
}

@test "a model that is damaged in its header is refused" {
	ralm-fit "${fit[@]}" -o good "$old/samples.txt"
	for place in $(places good); do
		flip good bad "$place"
		refused ralm-score -m bad "$old/samples.txt"
		refused ralm-score --verify --info -m bad
		refused ralm-fit "${more[@]}" --init-model=bad -o out "$old/samples.txt"
	done
}

# resumed_not FIT-ARGUMENT...: not from its only checkpoint, when damaged.
resumed_not() {
	ralm-fit "${fit[@]}" "$@" --checkpoint-dir=ck --keep=1 -o whole \
		"$old/samples.txt"
	mv ck/*.bin good
	name=ck/step-000000000014.bin
	for place in $(places good); do
		flip good "$name" "$place"
		refused ralm-fit "${fit[@]}" "$@" -e2 --resume --checkpoint-dir=ck \
			-o out "$old/samples.txt"
	done
	cp good "$name"
	ralm-fit "${fit[@]}" "$@" -e2 --resume --checkpoint-dir=ck -o out \
		"$old/samples.txt"
}

@test "a checkpoint that is damaged in its header is not resumed" {
	resumed_not
}

@test "nor one of a run with --validate" {
	resumed_not --validate="$old/samples.txt"
}
