#!/usr/bin/env bats
# ralm-build-data: what is held out, and that nothing crosses.

bats_require_minimum_version 1.5.0
load clicks

# ---- splits ----------------------------------------------------------------

# The clicks that a file of samples knows: users beside an item.
known_to() { # FILE
	flat "$1" | awk '{ if ($2 == 1) print $1 "\t" $3
		for (f = 4; f <= NF; f++) print $f "\t" $3 }' | sort -u
}

# No negative is a click, but in training and validation by time and by sample, where
# clicks that are hidden from the set are none. clicks: all of the log.
check_negatives() { # FILE SPLIT
	flat "$1" | awk '$2 == 0 { print $1 "\t" $3 }' | sort -u > negatives
	[ -s negatives ]
	[ -z "$(comm -12 negatives <(known_to "$1"))" ]
	[ "$1" != test ] && [[ "$2" == @(time|sample) ]] ||
		[ -z "$(comm -12 negatives clicks)" ]
}

# What must not cross, whatever the split: a click that is tested has its user
# neither as a target nor as a seed of that item in training.
check_no_leak() { # LOG TRAIN TEST SPLIT
	flat "$3" | awk '$2 == 1 { print $1 "\t" $3 }' | sort > tested
	[ -s tested ]
	[ -z "$(uniq -d tested)" ]
	known_to "$2" > known
	[ -s known ]
	[ -z "$(comm -12 tested known)" ]
	cut -f 1,2 "$1" | sort > clicks
	[ -z "$(comm -23 tested clicks)" ]
	[ -z "$(comm -23 known clicks)" ]
	check_negatives "$2" "$4"
	check_negatives "$3" "$4"
	flat "$3" | awk '{ for (f = 4; f <= NF; f++) if ($f == $1) exit 1 }'
}

@test "by item: no test item is in training" {
	random_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time --test=test --test-min-users=15 > train
	check_no_leak log train test item
	flat train | cut -d ' ' -f 3 | sort -u > train-items
	flat test | cut -d ' ' -f 3 | sort -u > test-items
	[ "$(wc -l < test-items)" -eq 5 ]
	[ "$(wc -l < train-items)" -eq 20 ]
	[ -z "$(comm -12 train-items test-items)" ]
}

@test "by time: training ends where the test begins; seeds and negatives were there" {
	# Thirty users come last, for three clicks each.
	random_log > log
	awk 'BEGIN { for (u = 60; u < 90; u++) for (i = 0; i < 3; i++)
		print u "\t" (u + i) % 25 "\t" 6000 + u }' >> log
	"$build" --passes=1 --clicks=log --columns=user,item,time --test=test --split-by=time --test-min-users=15 > train
	check_no_leak log train test time
	flat test > test.flat
	flat train > train.flat
	awk '	FILENAME == "log" {
			t[$1, $2] = $3
			if (!($1 in first) || $3 < first[$1]) first[$1] = $3
			next
		}
		FILENAME == "test.flat" {
			if ($2 == 1) { now = t[$1, $3]; if (!cut || now < cut) cut = now; n++ }
			if ($2 == 0 && !(first[$1] < now)) exit 1
			for (f = 4; f <= NF; f++) {
				if (!(t[$f, $3] < now)) exit 1
				if (t[$f, $3] > latest) latest = t[$f, $3]
			}
			next
		}
		$2 == 1 { if (!(t[$1, $3] < cut)) exit 1 }
		$2 == 0 { if (!(first[$1] < cut)) exit 1 }
		{ for (f = 4; f <= NF; f++) if (!(t[$f, $3] < cut)) exit 1; m++ }
		# Users who clicked since training ended are seeds, too.
		END { exit n < 50 || m < 500 || latest < cut }' log test.flat train.flat
	# A fifth of the clicks is held out.
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --columns=user,item,time --test=test --split-by=time \
		--test-min-users=15 --stats
	total=$(wc -l < log)
	held_out=$(awk -F '\t' '$1 == "held-out clicks" { print $2 }' <<< "$stderr")
	[ "$held_out" -ge $((total / 5)) ]
	[ "$held_out" -le $((total / 5 + 10)) ]
	run -2 --separate-stderr "$build" --passes=1 --clicks=- --split-by=time --test=test < <(cut -f 1,2 log)
	[[ "$stderr" == *"--split-by=time: the click log has no times (--columns)" ]]
}

@test "by user: no test target is a target in training; each is known there as a seed" {
	random_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time --test=test --split-by=user --test-min-users=15 > train
	check_no_leak log train test user
	flat train | cut -d ' ' -f 1 | sort -u > train-targets
	flat test | cut -d ' ' -f 1 | sort -u > test-targets
	[ "$(wc -l < test-targets)" -gt 8 ]
	[ -z "$(comm -12 train-targets test-targets)" ]
	flat train | cut -d ' ' -f 4- | tr ' ' '\n' | sort -u > train-seeds
	[ -z "$(comm -23 test-targets train-seeds)" ]
}

@test "by user: also one with two clicks stays known" {
	awk 'BEGIN { for (u = 0; u < 400; u++) { print "u" u "\t" u % 10; print "u" u "\t" 10 + u % 7 } }' > log
	"$build" --passes=1 --clicks=log --test=test --split-by=user --test-ratio=0.5 --seeds-num=100 > train
	check_no_leak log train test user
	flat test | awk '$2 == 1 { print $1 }' | sort -u > test-targets
	[ "$(wc -l < test-targets)" -gt 50 ]
	flat train | cut -d ' ' -f 4- | tr ' ' '\n' | sort -u > train-seeds
	[ -z "$(comm -23 test-targets train-seeds)" ]
}

@test "by user: few held-out users find their negatives, also where time counts" {
	for order in random recent; do
		run -0 --separate-stderr to train.txt "$build" --planted --passes=1 --users=2000 --items=200 \
			--clicks-per-user=40 --test=test --split-by=user --test-ratio=0.002 \
			--seed-order="$order"
		[[ "$stderr" != *"negatives left out"* ]]
		[ "$(grep -c label:0 test)" -ge 40 ]
		[ "$(grep -c label:0 test)" -eq "$(grep -c label:1 test)" ]
	done
}

@test "by sample: clicks at random" {
	random_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time --test=test --split-by=sample --test-min-users=15 > train
	check_no_leak log train test sample
	# Who clicked a click of the test may be a negative in training, as anybody else.
	flat train | awk '$2 == 0 { print $1 "\t" $3 }' | sort -u > negatives
	[ "$(comm -12 tested negatives | wc -l)" -gt $(($(wc -l < tested) / 4)) ]
	tested=$(grep -c 'label:1' test)
	trained=$(grep -c 'label:1' train)
	[ $((tested + trained)) -eq "$(wc -l < log)" ]
	[ "$tested" -gt $((trained / 7)) ]
	[ "$tested" -lt $((trained / 3)) ]
}

@test "recent seeds leak nothing either" {
	random_log > log
	for by in item time user sample; do
		"$build" --passes=1 --clicks=log --columns=user,item,time --test=test --split-by="$by" --test-min-users=15 \
			--seed-order=recent --refresh=3 > train
		check_no_leak log train test "$by"
	done
}

@test "--test-ratio, --test-per-item, --test-min-users" {
	small_log > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --columns=user,item,time --test=test --test-ratio=0.5 --test-per-item=7
	flat test | awk '$2 == 1 { print $3 }' | sort | uniq -c | awk '{ print $1 }' > counts
	[ "$(wc -l < counts)" -eq 6 ]
	[ "$(sort -u counts)" = 7 ]
	run -1 --separate-stderr "$build" --passes=1 --clicks=log --columns=user,item,time --test=none --test-min-users=21
	[ "$stderr" = "ralm-build-data: log:240: no item has the 21 users that a test item needs (--test-min-users)" ]
	[ ! -e none ]
	[ -z "$output" ]
}

@test "everything held out leaves nothing to train on" {
	small_log > log
	run -1 --separate-stderr "$build" --passes=1 --clicks=log --columns=user,item,time --test=none --test-ratio=1
	[ "$stderr" = "ralm-build-data: log:240: no item has the 5 users that a training item needs (--min-seeds)" ]
	[ ! -e none ]
}

@test "without --test everything trains" {
	small_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time > train
	[ "$(grep -c 'label:1' train)" -eq 240 ]
}

@test "--valid: a third set, of which neither training nor the test knows" {
	random_log > log
	held=(--columns=user,item,time --test=test --valid=valid --test-min-users=15
		--passes=1 --stats)
	for by in item sample; do
		run -0 --separate-stderr "$build" "${held[@]}" --split-by=$by log
		echo "$output" > train
		check_no_leak log train valid "$by"
		check_no_leak log train test "$by"
		check_no_leak log valid test "$by"
		check_no_leak log test valid "$by"
		n=$(awk -F '\t' '$1 == "validation clicks" { print $2 }' <<< "$stderr")
		[ "$n" -eq "$(grep -c label:1 valid)" ]
	done
	[[ "$stderr" == *$'\nvalidation samples\t'"$(wc -l < valid)"$'\n'* ]]
	grep -q '^validation AUC of activity alone	0' <<< "$stderr"
	"$build" "${held[@]}" --test-negatives=3 --test-per-item=4 --valid-ratio=0.1 \
		log > train 2> said
	grep -qx 'validation items	3' said
	[ "$(grep -c label:1 valid)" -eq 12 ]
	[ "$(grep -c label:0 valid)" -eq 36 ]
	# Whole or not at all; and what does not go together.
	echo old > valid
	tried() { run "-$1" --separate-stderr "$build" --passes=1 log "${@:2}"; }
	tried 1 --test=none --valid=valid --test-ratio=0.99 --valid-ratio=0.01 \
		--test-min-users=15
	[ "$stderr" = "ralm-build-data: log:$(wc -l < log): nothing is left to hold out for the validation (--test-ratio, --valid-ratio)" ]
	[ "$(cat valid)" = old ]
	[ ! -e none ]
	tried 2 --valid=valid
	[ "${stderr_lines[0]}" = "ralm-build-data: --valid needs --test" ]
	tried 2 --valid-ratio=0.1 --test=none
	[ "${stderr_lines[0]}" = "ralm-build-data: --valid-ratio needs --valid" ]
	tried 2 --test=none --valid=none2 --test-ratio=0.6
	[ "$stderr" = "ralm-build-data: --test-ratio and --valid-ratio, 0.6 and 0.6, are more than all" ]
	tried 2 --test=none --valid=none2 --valid-ratio=0.81
	[ "$stderr" = "ralm-build-data: --test-ratio and --valid-ratio, 0.2 and 0.81, are more than all" ]
	# All of it, to the last click.
	"$build" --passes=0 log --test=test --valid=valid --split-by=time \
		--columns=user,item,time --test-ratio=0.7 --valid-ratio=0.3 \
		--test-min-users=5 --stats 2> said
	[ "$(awk -F '\t' '/^(held-out|validation) clicks\t/ { n += $2 } END { print n }' said)" \
		-eq "$(wc -l < log)" ]
	tried 2 --test=none --valid=-
	[ "${stderr_lines[0]}" = "ralm-build-data: --valid: stdout is taken by the training samples" ]
	tried 2 --test=none --valid=none
	[ "${stderr_lines[0]}" = "ralm-build-data: --test and --valid are the same file: 'none'" ]
}

# ---- samples that exist --------------------------------------------------------

@test "--samples: each line goes to one side, unchanged, in order" {
	random_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time --negatives=1 --lists=each > samples
	for by in item user sample; do
		"$build" --samples=samples --split-by="$by" --test=test > train
		[ -s train ]
		[ -s test ]
		sort train test | cmp - <(sort samples)
	done
	# In order: the test lines of the input, as they come.
	awk 'NR == FNR { t[$0] = 1; next } $0 in t' test samples | cmp - test
}

@test "--samples by item and by user: nothing is on both sides" {
	random_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time --negatives=1 > samples
	"$build" --samples=samples --test=test > train
	[ -z "$(comm -12 <(flat train | cut -d ' ' -f 3 | sort -u) \
		<(flat test | cut -d ' ' -f 3 | sort -u))" ]
	"$build" --samples=samples --split-by=user --test=test > train
	[ -z "$(comm -12 <(flat train | cut -d ' ' -f 1 | sort -u) \
		<(flat test | cut -d ' ' -f 1 | sort -u))" ]
	# The side is the item's own, not that of its place in the input.
	"$build" --samples=samples --test=test > train
	tail -n 300 samples | "$build" --samples=- --test=tail-test > tail-train
	awk 'NR == FNR { t[$0] = 1; next } !($0 in t) { exit 1 }' test tail-test
}

@test "--samples: an id that reads like a slot is none" {
	for n in $(seq 50); do
		echo "user_seeds:item:$n target_user:item:$n label:1 item:x"
	done > samples
	"$build" --samples=samples --split-by=item --test=test > train
	cat train ./test | cmp - samples
	[ ! -s train ] || [ ! -s ./test ]
}

@test "--samples in three: the test is that without --valid, nothing is lost" {
	random_log | "$build" --columns=user,item,time --refresh=3 --passes=1 > samples
	for by in item user sample; do
		"$build" --samples=samples --split-by=$by --test=alone > /dev/null
		"$build" --samples=samples --split-by=$by --test=test --valid=valid \
			--valid-ratio=0.3 --stats > train 2> said
		cmp test alone
		grep -qx "validation samples	$(wc -l < valid)" said
		[ "$(wc -l < valid)" -gt $(($(wc -l < samples) / 8)) ]
		cmp <(flat train test valid | sort) <(flat samples | sort)
		case $by in item) field=3 ;; user) field=1 ;; *) continue ;; esac
		[ -z "$(comm -12 <(flat train test | cut -d ' ' -f $field | sort -u) \
			<(flat valid | cut -d ' ' -f $field | sort -u))" ]
	done
	run -2 --separate-stderr "$build" --samples=samples --test=none \
		--test-ratio=0.7 --valid-ratio=0.4 --valid=none2
	[ "$stderr" = "ralm-build-data: --test-ratio and --valid-ratio, 0.7 and 0.4, are more than all" ]
	run -1 --separate-stderr "$build" --samples=samples --test=none \
		--valid-ratio=1e-9 --valid=none2
	[ "$stderr" = "ralm-build-data: no sample is left for the validation (--test-ratio, --valid-ratio)" ]
	[ ! -e none ] && [ ! -e none2 ]
}

@test "--samples without items: split by sample, a ratio, a rng_seed" {
	"$build" --paddlerec > samples
	"$build" --samples=samples --test=test --test-ratio=0.3 > train
	[ "$(wc -l < ./test)" -gt 15 ]
	[ "$(wc -l < ./test)" -lt 45 ]
	[ $(($(wc -l < train) + $(wc -l < ./test))) -eq 100 ]
	head -n 1 samples | cmp - <(head -n 1 train)
	"$build" --samples=- --test=test2 --test-ratio=0.3 < samples > train2
	cmp test test2
	run -1 --separate-stderr "$build" --samples=samples --split-by=item --test=test
	[ "$stderr" = "ralm-build-data: samples:1: no item slot to split by (--split-by)" ]
	run -0 --separate-stderr "$build" --samples=samples --split-by=user --test=test --stats
	[[ "$stderr" == *"test samples	"* ]]
}

@test "--samples: --skip-bad counts lines that are bad or have no side" {
	printf '%s\n' 'user_seeds:1 target_user:2 label:1 item:a' \
		'user_seeds:1 target_user:2 label:1' '' 'user_seeds:1' > samples
	run -1 --separate-stderr "$build" --samples=samples --test=test
	[ "$stderr" = "ralm-build-data: samples:2: no item slot to split by (--split-by)" ]
	[ ! -e test ]
	run -0 --separate-stderr "$build" --samples=samples --test=test --skip-bad
	[ "$stderr" = "ralm-build-data: 2 of 3 lines (66.7 %) are bad and left out, the first: samples:2: no item slot to split by (--split-by)" ]
	rm test
	run -1 --separate-stderr "$build" --split-by=item --samples=<(tail -n 3 samples) \
		--test=test --skip-bad
	[[ "${stderr_lines[0]}" == "ralm-build-data: 2 of 2 lines (100 %) are bad and left out, the first: "*":1: no item slot to split by (--split-by)" ]]
	[[ "${stderr_lines[1]}" == *": no samples" ]]
	run -1 --separate-stderr "$build" --samples=/dev/null --test=test
	[ "$stderr" = "ralm-build-data: /dev/null: no samples" ]
}

@test "--samples: seeds:same does not stand for the seeds of a line left out" {
	printf '%s\n' 'user_seeds:1 target_user:2 label:1 item:a' \
		'user_seeds:7 target_user:2 label:1' \
		'seeds:same target_user:3 label:0 item:a' > samples
	run -0 --separate-stderr "$build" --samples=samples --test=test --skip-bad \
		--test-ratio=1
	[[ "$stderr" == *": 2 of 3 lines (66.7 %) are bad and left out, the first: samples:2: "* ]]
	[ "$(cat test)" = 'user_seeds:1 target_user:2 label:1 item:a' ]
}

@test "lines that say seeds:same: the same split, and no line loses its seeds" {
	random_log | "$build" --columns=user,item,time --refresh=3 --negatives=2 \
		--passes=2 --lists=each > full
	say_same full > once
	[ "$(grep -c seeds:same once)" -gt 1000 ]
	[ "$(grep -c same$ once)" -gt 100 ]
	[ "$(grep seeds:same once | grep -vc item:)" -gt 300 ]
	for by in sample user item; do
		"$build" --samples=full --split-by=$by --test=test > train
		"$build" --samples=once --split-by=$by --test=test-once > train-once
		[ -s test ]
		cmp <(flat train) <(flat train-once)
		cmp <(flat test) <(flat test-once)
		grep -q seeds:same train-once
		"$build" --samples=once --split-by=$by --lists=each --test=test-each > train-each
		[ "$(grep -c seeds:same train-each test-each)" = $'train-each:0\ntest-each:0' ]
		cmp <(flat train) <(flat train-each)
		cmp <(flat test) <(flat test-each)
	done
}

# Lines of one list with items of their own among those that have the list's: by six
# rng_seeds each of them is the first of its side once.
@test "--samples: a line keeps the item of its list where another item's took the seeds along" {
	printf '%s\n' 'user_seeds:1 target_user:3 item:a' \
		'seeds:same target_user:4 item:b' \
		'seeds:same target_user:5' 'seeds:same target_user:6' \
		'seeds:same target_user:7' 'user_seeds:2 target_user:3' \
		'seeds:same target_user:4 item:b' 'seeds:same target_user:6' \
		'seeds:same target_user:8 item:c' 'seeds:same target_user:7' \
		'seeds:same target_user:8' > samples
	for rng_seed in 1 2 3 4 5 6; do
		"$build" --samples=samples --split-by=user --test=test --test-ratio=.5 \
			--rng-seed=$rng_seed > train
		cmp <(flat samples | sort) <(cat <(flat train) <(flat test) | sort)
	done
}
