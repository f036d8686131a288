#!/usr/bin/env bats
# ralm-build-data: sources, samples, splits, bad input.

bats_require_minimum_version 1.5.0

setup() {
	build="$RALM_BIN/ralm-build-data"
	cd "$BATS_TEST_TMPDIR" || exit 1
}

# A log of 30 users and 12 items, each of which 20 users clicked, with times.
small_log() {
	awk 'BEGIN { for (u = 0; u < 30; u++) for (i = 0; i < 12; i++)
		if ((u * 7 + i * 5) % 3 != 0)
			print "u" u "\ti" i "\t" 1000 + u * 12 + i }'
}

# Every sample line as TARGET LABEL ITEM SEED...
flat() {
	awk '{ t = ""; s = ""; for (f = 1; f <= NF; f++) {
		n = index($f, ":"); k = substr($f, 1, n - 1); v = substr($f, n + 1)
		if (k == "user_seeds") s = s " " v
		else if (k == "target_user") t = v
		else if (k == "label") l = v
		else if (k == "item") i = v }
		print t, l, i s }' "$@"
}

# ---- sources ---------------------------------------------------------------

@test "--paddlerec prints PaddleRec's samples byte for byte" {
	"$build" --paddlerec > samples
	run -0 sha256sum samples
	[ "${output%% *}" = c64ef549e15e0df6a9041718f985caa0fa92026b46c49a2029964788ce65e5f9 ]
}

@test "the planted log: no message, some 120,000 samples, one label 0 for each click" {
	run -0 --separate-stderr "$build" --passes=1 --test=test.txt
	[ -z "$stderr" ]
	"$build" --passes=1 --test=test.txt > train.txt
	[ "$(wc -l < train.txt)" -gt 100000 ]
	[ "$(grep -c 'label:1' train.txt)" -eq "$(grep -c 'label:0' train.txt)" ]
	[ "$(wc -l < test.txt)" -gt 10000 ]
}

@test "a planted log of the sizes asked for" {
	run -0 --separate-stderr "$build" --users=50 --items=30 --tastes=3 \
		--clicks-per-user=10 --noise=0.5 --stats
	[[ "$stderr" == *"users	50"* ]]
	[[ "$stderr" == *"items	30"* ]]
}

@test "a click log: slots in order, single spaces, the ids as they were" {
	small_log > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq 480 ]
	for line in "${lines[@]}"; do
		[[ "$line" =~ ^(user_seeds:u[0-9]+ ){19}target_user:u[0-9]+\ label:[01]\ item:i[0-9]+$ ]]
	done
}

@test "a click log from a pipe, and from several files, gives the same bytes" {
	small_log > log
	head -n 100 log > a
	tail -n +101 log > b
	"$build" --passes=1 --clicks=log > whole
	"$build" --passes=1 --clicks=- < log > pipe
	"$build" --passes=1 --clicks=a b > parts
	cmp whole pipe
	cmp whole parts
}

# ---- samples ---------------------------------------------------------------

@test "each click gives one sample with label 1, and none is invented" {
	small_log > log
	"$build" --passes=1 --clicks=log > train
	flat train | awk '$2 == 1 { print $1 "\t" $3 }' | sort > made
	cut -f 1,2 log | sort > clicks
	cmp made clicks
}

@test "a negative never clicked the item" {
	small_log > log
	"$build" --passes=1 --clicks=log --negatives=3 > train
	flat train | awk '$2 == 0 { print $1 "\t" $3 }' | sort -u > negatives
	[ -s negatives ]
	cut -f 1,2 log | sort > clicks
	[ -z "$(comm -12 negatives clicks)" ]
}

@test "seeds are other users of the item, each once" {
	small_log > log
	"$build" --passes=1 --clicks=log --seeds-num=8 --min-seeds=8 > train
	flat train | awk '
		NR == FNR { clicked[$1, $2] = 1; next }
		{
			if (NF != 11) exit 1
			split("", seen)
			for (f = 4; f <= NF; f++) {
				if ($f == $1 || ($f in seen) || !(($f, $3) in clicked)) exit 1
				seen[$f] = 1
			}
			n++
		}
		END { exit n != 480 }' log -
}

@test "repeated clicks count once" {
	small_log > log
	cat log log > twice
	run -0 --separate-stderr "$build" --passes=1 --clicks=twice --stats
	[[ "$stderr" == *"repeated clicks	240"* ]]
	[ "${#lines[@]}" -eq 480 ]
}

@test "the same rng_seed gives the same bytes, another one others" {
	"$build" --users=200 --items=100 --test=test1 > train1
	"$build" --users=200 --items=100 --test=test2 > train2
	"$build" --users=200 --items=100 --test=test3 --rng-seed=2 > train3
	cmp train1 train2
	cmp test1 test2
	run ! cmp -s train1 train3
	run ! cmp -s test1 test3
}

# ---- splits ----------------------------------------------------------------

@test "by item: no test item is in training" {
	small_log > log
	"$build" --passes=1 --clicks=log --test=test > train
	flat train | cut -d ' ' -f 3 | sort -u > train-items
	flat test | cut -d ' ' -f 3 | sort -u > test-items
	[ "$(wc -l < test-items)" -eq 2 ]
	[ "$(wc -l < train-items)" -eq 10 ]
	[ -z "$(comm -12 train-items test-items)" ]
}

# ---- failures --------------------------------------------------------------

@test "a test file that cannot be written is told before the work" {
	run -1 --separate-stderr "$build" --test=no/such/folder/test
	[ -z "$output" ]
	[[ "$stderr" == "ralm-build-data: cannot write 'no/such/folder/test': "* ]]
}

@test "a full disk and a closed stdout are noticed" {
	[ -e /dev/full ] || skip "no /dev/full here"
	run -1 --separate-stderr bash -c '"$0" > /dev/full' "$build"
	[[ "$stderr" == "ralm-build-data: stdout: cannot write: "* ]]
	run -1 --separate-stderr "$build" --test=/dev/full
	[[ "$stderr" == "ralm-build-data: /dev/full: cannot write: "* ]]
	run -1 --separate-stderr bash -c '"$0" --test=test >&-' "$build"
	[[ "$stderr" == "ralm-build-data: stdout: cannot write: "* ]]
	[ ! -e test ]
}
