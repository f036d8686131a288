#!/usr/bin/env bats
# The model names its users: ids that are no numbers, through training, going on
# and checkpoints.

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	# Two of three users have names; lists go on behind a window's end, and
	# some lines say seeds:same.
	"$RALM_BIN/ralm-build-data" --planted --users=211 --items=60 \
		--clicks-per-user=21 --passes=1 --negatives=2 --refresh=3 \
		--test=test.txt |
		sed -E 's/(user_seeds|target_user):([0-9]*[1-79])\b/\1:n\2/g' > train.txt
	head -n 4001 train.txt > first.txt
	tail -n +4002 train.txt | sed '1,/user_seeds/{/seeds:same/d}' > then.txt
}

setup() {
	bats_require_minimum_version 1.5.0
	fit="$RALM_BIN/ralm-fit"
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/* .
	small=(-q --embedding-size=5 --transformed-size=3)
}

# The names of a file's users in order of first sight, one after the other.
names() {
	tr ' ' '\n' < "$1" | sed -n 's/^\(user_seeds\|target_user\):\(n.*\)/\2/p' |
		awk '!seen[$0]++' | tr -d '\n'
}

has_names() { # has_names MODEL SAMPLES
	LC_ALL=C grep -qaF "$(names "$2")" "$1"
}

@test "ids that are no numbers are in the model, by order of first sight" {
	[ "$(names train.txt | wc -c)" -gt 300 ]
	for mode in "-b 64" "-b 64 --stream" "-j 3 --seeds-num=0 -e 2"; do
		# shellcheck disable=SC2086 # words
		"$fit" "${small[@]}" $mode -o m.bin train.txt
		has_names m.bin train.txt
	done
	# what no list uses is no user
	"$fit" "${small[@]}" --seeds-num=2 -o cut.bin train.txt
	run -0 "$RALM_BIN/ralm-score" --verify --info -m cut.bin
	run ! has_names cut.bin train.txt
}

@test "--user-ids=drop: none of them; numbers alone: the same bytes either way" {
	"$fit" "${small[@]}" --user-ids=drop -o dropped.bin train.txt
	LC_ALL=C
	run -1 grep -a user_ids dropped.bin
	run -1 grep -a n17n dropped.bin
	"$fit" "${small[@]}" -o kept.bin train.txt
	"$RALM_BIN/ralm-score" -m kept.bin train.txt > kept
	"$RALM_BIN/ralm-score" -m dropped.bin train.txt > dropped
	cmp kept dropped
	sed 's/:n/:/g' train.txt > numbers.txt
	"$fit" "${small[@]}" -o a.bin numbers.txt
	"$fit" "${small[@]}" --user-ids=drop -o b.bin numbers.txt
	cmp a.bin b.bin
}

@test "--init-model keeps the names, with drop leaves them out, old ones too" {
	"$fit" "${small[@]}" -o first.bin first.txt
	"$fit" -q --init-model=first.bin -o both.bin then.txt
	cat first.txt then.txt > both.txt
	has_names both.bin both.txt
	"$fit" -q --init-model=first.bin --user-ids=drop -o none.bin then.txt
	LC_ALL=C run -1 grep -a user_ids none.bin
	# A model that does not name its users names the new ones.
	"$fit" "${small[@]}" --user-ids=drop -o first.bin first.txt
	sed 's/:n/:m/g' then.txt > other.txt
	"$fit" -q --init-model=first.bin -o half.bin other.txt
	run -0 "$RALM_BIN/ralm-score" --verify --info -m half.bin
	sed 's/:m/:n/g' other.txt | names /dev/stdin | sed 's/n/m/g' > want
	LC_ALL=C grep -qaF "$(cat want)" half.bin
}

@test "a run that was stopped and resumed has the same bytes, names among them" {
	"$fit" "${small[@]}" -b 100 -e 2 -o want.bin train.txt
	"$fit" "${small[@]}" -b 100 -e 1 --checkpoint-dir=kept --checkpoint-every=7 \
		-o m.bin train.txt
	ls kept > steps
	[ "$(wc -l < steps)" -gt 3 ]
	# from the middle of the first epoch, before all users were met
	sort -t - -k 2n steps | tail -n +3 | sed 's|^|kept/|' | xargs rm -f
	"$fit" "${small[@]}" -b 100 -e 2 --checkpoint-dir=kept --resume -o m.bin train.txt
	cmp want.bin m.bin
	has_names m.bin train.txt
}
