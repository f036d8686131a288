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

# 60 users and 25 items with times in no order, some of them equal, and about
# two clicks in five; without a random number that awks disagree on.
random_log() {
	awk 'function next_number() { x = (x * 1103 + 12345) % 65536; return x }
		BEGIN { x = 1; for (u = 0; u < 60; u++) for (i = 0; i < 25; i++) {
			keep = int(next_number() / 64) % 5 < 2
			t = 5000 + int(next_number() / 32) % 500
			if (keep) print u "\t" i "\t" t } }'
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
	cmp samples "$RALM_SRC/data/paddle_train.txt"
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
	# Three behind each click, with its seeds.
	flat train | awk '{ line = $0; sub(/^[^ ]+ [01]/, "", line)
		if ($2 != (NR % 4 == 1)) exit 1
		if (NR % 4 != 1 && line != last) exit 1
		last = line } END { exit NR != 960 }'
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
	"$build" --passes=1 --users=200 --items=100 --test=test1 > train1
	"$build" --passes=1 --users=200 --items=100 --test=test2 > train2
	"$build" --passes=1 --users=200 --items=100 --test=test3 --rng-seed=2 > train3
	cmp train1 train2
	cmp test1 test2
	run ! cmp -s train1 train3
	run ! cmp -s test1 test3
}

@test "--min-seeds: items with too few users are left out and counted" {
	printf '%s\n' a,x b,x c,x d,x a,y b,y c,y d,y e,y f,z > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --delimiter=, --min-seeds=3
	[ "$stderr" = "ralm-build-data: 1 of 3 items left out: fewer than 4 users to train on (--min-seeds)" ]
	flat <<< "$output" | awk '$2 == 1 { print $3, NF - 3 }' | sort | uniq -c |
		awk '{ print $1, $2, $3 }' > got
	printf '4 x 3\n5 y 4\n' | cmp - got
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --delimiter=, --seeds-num=2
	[[ "$stderr" == *"2 of 3 items left out: fewer than 5 users"* ]]
	[ "$(flat <<< "$output" | awk '$2 == 1 && $3 == "y" && NF == 5' | wc -l)" -eq 5 ]
}

@test "--repeat-seeds fills every list to --seeds-num" {
	small_log > log
	"$build" --passes=1 --clicks=log --seeds-num=50 --repeat-seeds > train
	flat train | awk 'NF != 53 { exit 1 }
		{ for (f = 4; f <= NF; f++) if ($f == $1) exit 1 }'
}

@test "--negatives=0 gives clicks only" {
	small_log > log
	"$build" --passes=1 --clicks=log --negatives=0 > train
	[ "$(wc -l < train)" -eq 240 ]
	run ! grep -q 'label:0' train
}

@test "--refresh: runs of clicks share a list that holds none of them" {
	small_log > log
	"$build" --passes=1 --clicks=log --refresh=4 --seeds-num=8 > train
	sed 's/ target_user:.*//' train | uniq -c | awk '{ print $1 }' | sort -u > runs
	[ "$(cat runs)" = 8 ]
	flat train | awk '{ run = int((NR - 1) / 8)
		for (f = 4; f <= NF; f++) seeds[run, $f] = 1
		targets[run, $1] = 1 }
		END { for (t in targets) if (t in seeds) exit 1 }'
	# The runs of an item do not stand together, and each click is there once.
	flat train | awk '$2 == 1 { print $1 "\t" $3 }' | sort > made
	cut -f 1,2 log | sort > clicks
	cmp made clicks
	flat train | awk 'NR % 8 == 1 { if ($3 == last) n++; last = $3 } END { exit n > 15 }'
}

@test "--passes: fresh seeds and negatives, every click once in each, another order" {
	small_log > log
	"$build" --passes=1 --clicks=log --passes=3 --seeds-num=6 > train
	[ "$(wc -l < train)" -eq 1440 ]
	cut -f 1,2 log | sort > clicks
	for pass in 1 2 3; do
		flat train | sed -n "$((pass * 480 - 479)),$((pass * 480))p" > "pass$pass"
		awk '$2 == 1 { print $1 "\t" $3 }' "pass$pass" | tee "order$pass" |
			sort | cmp - clicks
	done
	run ! cmp -s order1 order2
	# Nearly no line comes twice.
	[ "$(sort train | uniq -d | wc -l)" -lt 15 ]
	# The items are mixed: half a pass has all of them.
	[ "$(head -n 240 pass1 | cut -d ' ' -f 3 | sort -u | wc -l)" -eq 12 ]
}

@test "the test set does not depend on passes and refresh" {
	small_log > log
	"$build" --passes=1 --clicks=log --test=a > train
	"$build" --passes=1 --clicks=log --test=b --passes=2 --refresh=5 > train2
	cmp a b
	# Nor do the samples of the first pass on how many follow.
	"$build" --passes=1 --clicks=log --test=c --passes=2 | head -n "$(wc -l < train)" | cmp - train
}

@test "--seed-order=recent: the latest users before the click, the last one first" {
	random_log > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --seed-order=recent --seeds-num=5
	[[ "$stderr" == *" clicks left out: fewer than 4 earlier users of the item (--min-seeds)" ]]
	flat <<< "$output" > train
	# Times are looked up by user and item.
	awk 'NR == FNR { t[$1, $2] = $3; if (!($1 in first) || $3 < first[$1]) first[$1] = $3; next }
		$2 == 1 {
			now = t[$1, $3]; n++
			for (f = 4; f <= NF; f++) {
				if (!(t[$f, $3] < now)) exit 1
				if (f > 4 && t[$f, $3] > t[$(f - 1), $3]) exit 1
			}
			# No earlier user that is not a seed is later than the last one.
			for (u = 0; u < 60; u++) {
				if (!((u, $3) in t) || t[u, $3] >= now || t[u, $3] <= t[$NF, $3]) continue
				seed = 0
				for (f = 4; f <= NF; f++) seed += $f == u
				if (!seed) exit 1
			}
		}
		# The negative of a click comes behind it, and was seen by then.
		$2 == 0 && !(first[$1] < now) { exit 1 }
		END { exit n < 300 }' log train
	run -2 --separate-stderr "$build" --passes=1 --clicks=- --seed-order=recent < <(cut -f 1,2 log)
	[[ "$stderr" == "ralm-build-data: --seed-order=recent: the click log has no times" ]]
}

@test "--seed-order=recent --refresh: lists begin where an item has users enough" {
	random_log > log
	for refresh in 1 8 1000; do
		run -0 --separate-stderr "$build" --passes=2 --clicks=log --seed-order=recent \
			--seeds-num=5 --refresh="$refresh"
		[[ "$stderr" == "ralm-build-data: "*" clicks left out: fewer than 4 earlier users of the item (--min-seeds)" ]]
		echo "$stderr" > "left.$refresh"
		flat <<< "$output" | awk '$2 == 1 { print $1, $3 }' | sort > "clicks.$refresh"
	done
	# Each click that has a list of its own shares one, too.
	for refresh in 8 1000; do
		cmp left.1 "left.$refresh"
		cmp clicks.1 "clicks.$refresh"
	done
	# The negatives of a click were seen before that click, and not all of
	# them before the first that shares its list.
	flat <<< "$output" | awk '
		NR == FNR { t[$1, $2] = $3; if (!($1 in first) || $3 < first[$1]) first[$1] = $3; next }
		{ list = $0; sub(/^[^ ]+ [01]/, "", list) }
		list != last { began = t[$1, $3]; last = list }
		$2 == 1 { now = t[$1, $3] }
		$2 == 0 { if (!(first[$1] < now)) exit 1
			later += !(first[$1] < began) }
		END { exit later == 0 }' log -
	# 1000 is all of an item: it has one list.
	flat <<< "$output" | awk '{ $1 = $2 = ""; print }' | sort -u > lists
	[ "$(wc -l < lists)" -eq 25 ]
}

@test "--negative-sampling: activity follows clicks, uniform does not" {
	# User 0 clicks every other item, the others two items each.
	awk 'BEGIN { for (i = 0; i < 200; i++) {
		if (i % 2) print "busy\t" i
		for (u = 0; u < 100; u++) if (u % 50 == i % 50 || u % 10 == i % 10) print u "\t" i } }' > log
	for how in activity uniform rank; do
		"$build" --passes=1 --clicks=log --negative-sampling="$how" --negatives=3 > train
		grep -c 'target_user:busy label:0' train > "$how" || :
	done
	# busy has 100 clicks, the others 22 or 24.
	[ "$(cat activity)" -gt $(($(cat uniform) * 2)) ]
	[ "$(cat rank)" -gt $(($(cat uniform) * 2)) ]
}

@test "an item that everyone clicked has no negatives, and that is said" {
	printf '%s\n' a,x b,x c,x d,x e,x a,y b,y c,y d,y > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --delimiter=, --min-seeds=3
	[ "$stderr" = "ralm-build-data: 5 negatives left out: nearly every user clicked the item" ]
	[ "${#lines[@]}" -eq 13 ]
}

# ---- splits ----------------------------------------------------------------

# What must not cross, whatever the split: a click that is tested has its user
# neither as a target nor as a seed of that item in training, and no negative
# of either set is a click.
check_no_leak() { # LOG TRAIN TEST
	flat "$3" | awk '$2 == 1 { print $1 "\t" $3 }' | sort > tested
	[ -s tested ]
	[ -z "$(uniq -d tested)" ]
	flat "$2" | awk '{ if ($2 == 1) print $1 "\t" $3
		for (f = 4; f <= NF; f++) print $f "\t" $3 }' | sort -u > known
	[ -s known ]
	[ -z "$(comm -12 tested known)" ]
	cut -f 1,2 "$1" | sort > clicks
	[ -z "$(comm -23 tested clicks)" ]
	[ -z "$(comm -23 known clicks)" ]
	flat "$2" "$3" | awk '$2 == 0 { print $1 "\t" $3 }' | sort -u > negatives
	[ -s negatives ]
	[ -z "$(comm -12 negatives clicks)" ]
	flat "$3" | awk '{ for (f = 4; f <= NF; f++) if ($f == $1) exit 1 }'
}

@test "by item: no test item is in training" {
	random_log > log
	"$build" --passes=1 --clicks=log --test=test --test-min-users=15 > train
	check_no_leak log train test
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
	"$build" --passes=1 --clicks=log --test=test --split-by=time --test-min-users=15 > train
	check_no_leak log train test
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
			for (f = 4; f <= NF; f++) if (!(t[$f, $3] < now)) exit 1
			next
		}
		$2 == 1 { if (!(t[$1, $3] < cut)) exit 1 }
		$2 == 0 { if (!(first[$1] < cut)) exit 1 }
		{ for (f = 4; f <= NF; f++) if (!(t[$f, $3] < cut)) exit 1; m++ }
		END { exit n < 50 || m < 500 }' log test.flat train.flat
	# A fifth of the clicks is held out.
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --test=test --split-by=time \
		--test-min-users=15 --stats
	total=$(wc -l < log)
	held_out=$(awk -F '\t' '$1 == "held-out clicks" { print $2 }' <<< "$stderr")
	[ "$held_out" -ge $((total / 5)) ]
	[ "$held_out" -le $((total / 5 + 10)) ]
	run -2 --separate-stderr "$build" --passes=1 --clicks=- --split-by=time --test=test < <(cut -f 1,2 log)
	[[ "$stderr" == *"--split-by=time: the click log has no times" ]]
}

@test "by user: no test target is a target in training; each is known there as a seed" {
	random_log > log
	"$build" --passes=1 --clicks=log --test=test --split-by=user --test-min-users=15 > train
	check_no_leak log train test
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
	check_no_leak log train test
	flat test | awk '$2 == 1 { print $1 }' | sort -u > test-targets
	[ "$(wc -l < test-targets)" -gt 50 ]
	flat train | cut -d ' ' -f 4- | tr ' ' '\n' | sort -u > train-seeds
	[ -z "$(comm -23 test-targets train-seeds)" ]
}

@test "by user: few held-out users find their negatives, also where time counts" {
	for order in random recent; do
		run -0 --separate-stderr "$build" --passes=1 --users=2000 --items=200 \
			--clicks-per-user=40 --test=test --split-by=user --test-ratio=0.002 \
			--seed-order="$order"
		[[ "$stderr" != *"negatives left out"* ]]
		[ "$(grep -c label:0 test)" -ge 40 ]
		[ "$(grep -c label:0 test)" -eq "$(grep -c label:1 test)" ]
	done
}

@test "by sample: clicks at random" {
	random_log > log
	"$build" --passes=1 --clicks=log --test=test --split-by=sample --test-min-users=15 > train
	check_no_leak log train test
	tested=$(grep -c 'label:1' test)
	trained=$(grep -c 'label:1' train)
	[ $((tested + trained)) -eq "$(wc -l < log)" ]
	[ "$tested" -gt $((trained / 7)) ]
	[ "$tested" -lt $((trained / 3)) ]
}

@test "recent seeds leak nothing either" {
	random_log > log
	for by in item time user sample; do
		"$build" --passes=1 --clicks=log --test=test --split-by="$by" --test-min-users=15 \
			--seed-order=recent --refresh=3 > train
		check_no_leak log train test
	done
}

@test "--test-ratio, --test-per-item, --test-min-users" {
	small_log > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --test=test --test-ratio=0.5 --test-per-item=7
	flat test | awk '$2 == 1 { print $3 }' | sort | uniq -c | awk '{ print $1 }' > counts
	[ "$(wc -l < counts)" -eq 6 ]
	[ "$(sort -u counts)" = 7 ]
	run -1 --separate-stderr "$build" --passes=1 --clicks=log --test=none --test-min-users=21
	[ "$stderr" = "ralm-build-data: log:240: no item has the 21 users that a test item needs (--test-min-users)" ]
	[ ! -e none ]
	[ -z "$output" ]
}

@test "everything held out leaves nothing to train on" {
	small_log > log
	run -1 --separate-stderr "$build" --passes=1 --clicks=log --test=none --test-ratio=1
	[ "$stderr" = "ralm-build-data: log:240: no item has the 5 users that a training item needs (--min-seeds)" ]
	[ ! -e none ]
}

@test "without --test everything trains" {
	small_log > log
	"$build" --passes=1 --clicks=log > train
	[ "$(grep -c 'label:1' train)" -eq 240 ]
}

# ---- statistics --------------------------------------------------------------

@test "--stats agrees with what was written" {
	random_log > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --test=test --test-min-users=15 \
		--stats --refresh=3
	printf '%s\n' "$output" > train
	stat() { awk -F '\t' -v n="$1" '$1 == n { print $2 }' <<< "$stderr"; }
	[ "$(stat users)" -eq "$(cut -f 1 log | sort -u | wc -l)" ]
	[ "$(stat items)" -eq 25 ]
	[ "$(stat clicks)" -eq "$(wc -l < log)" ]
	[ "$(stat 'training items')" -eq 20 ]
	[ "$(stat 'held-out items')" -eq 5 ]
	[ "$(stat 'training samples')" -eq "$(wc -l < train)" ]
	[ "$(stat 'training samples with label 1')" -eq "$(grep -c 'label:1' train)" ]
	[ "$(stat 'test samples')" -eq "$(wc -l < ./test)" ]
	lists=$(sed 's/ target_user:.*//' train | uniq | wc -l)
	[ "$(stat 'training seed lists')" -eq "$lists" ]
	[ "$(stat 'training share of lists repeated')" = \
		"$(awk -v l="$lists" -v n="$(wc -l < train)" 'BEGIN { printf "%.3f", 1 - l / n }')" ]
}

@test "the AUC of activity alone: as counted by hand, a warning where it is far from 0.5" {
	random_log > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --test=test --test-min-users=15 --stats
	printf '%s\n' "$output" > train
	said=$(awk -F '\t' '$1 == "test AUC of activity alone" { print $2 }' <<< "$stderr")
	flat train > train.flat
	flat test > test.flat
	awk -v said="$said" '
		FILENAME == "train.flat" { if ($2 == 1) a[$1]++; next }
		$2 == 1 { p[++m] = a[$1] + 0 }
		$2 == 0 { q[++n] = a[$1] + 0 }
		END { for (i = 1; i <= m; i++) for (j = 1; j <= n; j++)
			w += p[i] > q[j] ? 1 : p[i] == q[j] ? 0.5 : 0
			auc = w / m / n
			exit !(auc - said < 0.0001 && said - auc < 0.0001) }' train.flat test.flat
	# A few users who click much, many who click little.
	awk 'BEGIN { for (i = 0; i < 100; i++) {
		for (u = 0; u < 30; u++) if ((u + i) % 30 < 25) print "busy" u "\t" i
		for (u = 0; u < 3; u++) print "lazy" (i * 3 + u) "\t" i } }' > skewed
	run -0 --separate-stderr "$build" --passes=1 --clicks=skewed --test=test --negative-sampling=uniform
	[[ "$stderr" == "ralm-build-data: the target's activity alone has an AUC of 0."[789]*" on the test set: popularity tells much of the labels there" ]]
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --test=test --test-min-users=15
	[ -z "$stderr" ]
}

# ---- samples that exist --------------------------------------------------------

@test "--samples: each line goes to one side, unchanged, in order" {
	random_log > log
	"$build" --passes=1 --clicks=log > samples
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
	"$build" --passes=1 --clicks=log > samples
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
	[ "$stderr" = "ralm-build-data: 2 bad lines left out, the first: samples:2: no item slot to split by (--split-by)" ]
	run -1 --separate-stderr "$build" --samples=/dev/null --test=test
	[ "$stderr" = "ralm-build-data: /dev/null: no samples" ]
}

# ---- files of the usual kinds -----------------------------------------------------

@test "ratings.csv, ratings.dat, a log with names: the same samples" {
	random_log > log
	awk -F '\t' 'BEGIN { print "userId,movieId,rating,timestamp" }
		{ print $1 "," $2 "," 4 + $3 % 2 "," $3 }' log > ratings.csv
	awk -F '\t' '{ print $1 "::" $2 "::5::" $3 }' log > ratings.dat
	awk -F '\t' 'BEGIN { print "timestamp\teventType\tcontentId\tpersonId\tregion" }
		{ print $3 "\tVIEW\t" $2 "\t" $1 "\tSP" }' log > named.tsv
	"$build" --passes=1 --clicks=log --test=test1 --test-min-users=15 > train1
	"$build" --passes=1 --clicks=ratings.csv --delimiter=, --header \
		--columns=user,item,rating,time --min-rating=4 \
		--test=test2 --test-min-users=15 > train2
	"$build" --passes=1 --clicks=ratings.dat --delimiter=:: --columns=user,item,rating,time \
		--test=test3 --test-min-users=15 > train3
	"$build" --passes=1 --clicks=named.tsv --header \
		--columns=time=timestamp,user=personId,item=contentId \
		--test=test4 --test-min-users=15 > train4
	"$build" --passes=1 --clicks=named.tsv --header --columns=time,_,item,user \
		--test=test5 --test-min-users=15 > train5
	for n in 2 3 4 5; do
		cmp train1 "train$n"
		cmp test1 "test$n"
	done
	run -0 --separate-stderr "$build" --passes=1 --clicks=ratings.csv --delimiter=, --header \
		--columns=user,item,rating,time --min-rating=4.5 --stats
	[[ "$stderr" == *"lines below the minimal rating	"[1-9]* ]]
}

@test "a file as other programs write it: CRLF, a byte order mark, no last newline" {
	random_log > log
	"$build" --passes=1 --clicks=log --test=test1 --test-min-users=15 > train1
	sed 's/$/\r/' log > crlf
	{ printf '\357\273\277'; cat log; } > marked
	printf %s "$(cat log)" > unended
	{ printf 'user\titem\ttime\r\n'; cat crlf; } > headed
	awk -F '\t' -v OFS=, '{ print "\"" $1 "\"", $2, "\"" $3 "\"" }' log > quoted
	for f in crlf marked unended 'headed --header' 'quoted --delimiter=,'; do
		# shellcheck disable=SC2086 # a file and its options
		"$build" --passes=1 --test=test2 --test-min-users=15 --clicks=$f > train2
		cmp train1 train2
		cmp test1 test2
	done
}

@test "times before 1970, far off, in fractions of seconds, ISO 8601: their order counts" {
	random_log > log
	"$build" --passes=1 --clicks=log --seed-order=recent > want
	awk -F '\t' -v OFS='\t' '{ $3 -= 1e6; print }' log > negative
	awk -F '\t' -v OFS='\t' '{ $3 = $3 "e290"; print }' log > enormous
	awk -F '\t' -v OFS='\t' '{ $3 = sprintf("1400000000.%04d", $3); print }' log > fractions
	awk -F '\t' -v OFS='\t' '{ s = $3 % 3600; h = ($3 - s) / 3600
		$3 = sprintf("2016-03-28T%02d:%02d:%02d+02:00", h, s / 60, s % 60)
		print }' log > iso
	for f in negative enormous fractions iso; do
		"$build" --passes=1 --clicks="$f" --seed-order=recent | cmp - want
	done
}

@test "ids are bytes: as long as 4096, control characters and not UTF-8 as they are" {
	word=$(printf 'x%.0s' $(seq 4095))
	{
		printf '%s\t%s\n' "${word}1" a "${word}2" a b a c a
		printf '\001\033[1m\177\ta\n\351\ta\nuser_seeds:1\ta\n'
	} > log
	"$build" --passes=1 --clicks=log --min-seeds=1 --negatives=0 > train
	flat train | cut -d ' ' -f 1 | sort | cmp - <(cut -f 1 log | sort)
	flat train | awk 'NF != 9 { exit 1 }'
	run -1 --separate-stderr "$build" --clicks=- <<< "${word}12"$'\ta'
	[ "$stderr" = "ralm-build-data: stdin:1: user: id longer than 4096 bytes" ]
	# A terminal is not written to by what is in a file.
	bad 'a\tb\t\033[2J\n' "bad:1: time: expected seconds or ISO 8601, got '?[2J' (--header)"
}

@test "the order of the lines does not matter where times tell it" {
	random_log | awk -F '\t' -v OFS='\t' '{ $3 = $3 * 10000 + NR; print }' > log
	sort -t '	' -k 3,3n log > sorted
	# Ids are numbered in order of sight, so what is drawn differs; but the
	# recent seeds of a click are a matter of the times alone.
	for f in log sorted; do
		"$build" --passes=1 --clicks="$f" --seed-order=recent --negatives=0 | sort > "$f.samples"
	done
	[ -s log.samples ]
	cmp log.samples sorted.samples
}

@test "the first of repeated clicks is the earliest" {
	random_log > log
	awk -F '\t' -v OFS='\t' '{ print $1, $2, $3 + 1000; print }' log > twice
	"$build" --passes=1 --clicks=log --seed-order=recent > once
	"$build" --passes=1 --clicks=twice --seed-order=recent > both
	cmp once both
}

# ---- bad input ---------------------------------------------------------------------

bad() { # TEXT MESSAGE OPTION...
	local text=$1 message=$2
	shift 2
	printf %b "$text" > bad
	run -1 --separate-stderr "$build" --passes=1 --clicks=bad "$@"
	[ -z "$output" ]
	[ "$stderr" = "ralm-build-data: $message" ] || {
		printf '%s\n' "$stderr"
		return 1
	}
}

@test "bad lines are named with file and line" {
	bad 'a\tb\nc\n' 'bad:2: expected at least 2 columns, got 1 (--delimiter)'
	bad 'a\tb\n\tb\n' 'bad:2: user: empty id'
	bad 'a\tb\na\t\n' 'bad:2: item: empty id'
	bad 'a b\tc\n' 'bad:1: user: id with white space'
	bad 'a\tb\000c\n' 'bad:1: item: id with a NUL byte'
	bad 'a\tb\t12:30\n' "bad:1: time: expected seconds or ISO 8601, got '12:30' (--header)"
	bad 'a,b,good\n' "bad:1: rating: expected a number, got 'good' (--header)" \
		--delimiter=, --columns=user,item,rating
	bad '"a,b\n' 'bad:1: quote is not closed' --delimiter=,
	bad 'c\na\tb\t1\n' 'bad:1: expected at least 2 columns, got 1 (--delimiter)'
}

@test "a log too small for one sample is named with its last line" {
	bad '' 'bad: the click log holds no click'
	bad '\n\n' 'bad:2: the click log holds no click'
	bad 'a,b\n' 'bad:1: the click log holds no click' --delimiter=, --header
	bad 'a,b,1\n' 'bad:1: the click log holds no click' \
		--delimiter=, --columns=user,item,rating --min-rating=2
	bad 'a\tb\nc\tb\n' 'bad:2: no item has the 5 users that a training item needs (--min-seeds)'
	bad 'a\tb\t1\nc\tb\t1\nd\tb\t1\n' \
		'bad:3: no click has 2 earlier users of its item (--min-seeds)' \
		--min-seeds=2 --seed-order=recent
	bad 'a\tb\nc\tb\nd\tb\n' \
		'bad:3: no item has the 20 users that a test item needs (--test-min-users)' \
		--min-seeds=2 --test=test
	[ ! -e test ]
}

@test "--skip-bad: also a first line, and where nothing else is left" {
	printf 'x\n"a,b\na,i,1\nb,i,2\nc,i,3\n' > log
	run -0 --separate-stderr "$build" --clicks=log --delimiter=, --min-seeds=2 --passes=1 \
		--negatives=0 --skip-bad
	[ "$stderr" = "ralm-build-data: 2 bad lines left out, the first: log:1: expected at least 2 columns, got 1 (--delimiter)" ]
	[ "${#lines[@]}" -eq 3 ]
	# The first good line still tells that there are times.
	run -1 --separate-stderr "$build" --clicks=log --delimiter=, --min-seeds=3 --passes=1 \
		--seed-order=recent --skip-bad
	[ "${stderr_lines[1]}" = "ralm-build-data: log:5: no item has the 4 users that a training item needs (--min-seeds)" ]
	printf 'x\ny\n' > log
	run -1 --separate-stderr "$build" --clicks=log --skip-bad
	[ "${stderr_lines[0]}" = "ralm-build-data: 2 bad lines left out, the first: log:1: expected at least 2 columns, got 1 (--delimiter)" ]
	[ "${stderr_lines[1]}" = "ralm-build-data: log:2: the click log holds no click" ]
}

@test "--skip-bad leaves them out and counts them" {
	random_log > log
	awk '{ print } NR % 100 == 50 { print "bad" }' log > mixed
	"$build" --passes=1 --clicks=log > want
	run -0 --separate-stderr "$build" --passes=1 --clicks=mixed --skip-bad --stats
	printf '%s\n' "$output" | cmp - want
	[[ "$stderr" == "ralm-build-data: "?" bad lines left out, the first: mixed:51: expected at least 3 columns, got 1 (--delimiter)"* ]]
	[[ "$stderr" == *"bad lines	"[1-9]* ]]
}

@test "a file that is not there, a folder" {
	run -1 --separate-stderr "$build" --passes=1 --clicks=none
	[[ "$stderr" == "ralm-build-data: cannot open 'none': "* ]]
	run -1 --separate-stderr "$build" --passes=1 --clicks=.
	[[ "$stderr" == "ralm-build-data: .: cannot read: "* ]]
	run -1 --separate-stderr "$build" --samples=none --test=test
	[[ "$stderr" == "ralm-build-data: cannot open 'none': "* ]]
	[ ! -e test ]
}

usage() { # MESSAGE OPTION...
	local message=$1
	shift
	run -2 --separate-stderr "$build" "$@"
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "ralm-build-data: $message" ] || {
		printf '%s\n' "$stderr"
		return 1
	}
}

@test "options that contradict each other or would do nothing" {
	usage 'more than one of --clicks, --samples and --paddlerec' --clicks=a --samples=b
	usage '--columns has no meaning with the planted click log' --columns=user,item
	usage '--users has no meaning with --clicks' --clicks=- --users=3
	usage '--passes has no meaning with --samples' --samples=- --test=t --passes=2
	usage '--test has no meaning with --paddlerec' --paddlerec --test=t
	usage '--split-by needs --test' --split-by=user
	usage '--samples needs --test' --samples=-
	usage '--split-by: samples have no time' --samples=- --test=t --split-by=time
	usage '--test: stdout is taken by the training samples' --test=-
	usage "'log': a file needs --clicks or --samples before it" log
	usage '--repeat-seeds: the latest users are not drawn, so none repeats (--seed-order)' \
		--repeat-seeds --seed-order=recent
	usage "--negatives: expected a whole number from 0 to 1048576, got '-1'" --negatives=-1
	usage "--noise: expected a number from 0 to 1, got '2'" --noise=2
	usage "--split-by: expected one of item|time|user|sample, got 'day'" --split-by=day --test=t
	usage "--columns: 'user': a user and an item column are needed" --clicks=/dev/null --columns=user
	usage '--min-rating: no column is the rating (--columns)' --clicks=/dev/null --min-rating=3
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
	run -1 --separate-stderr bash -c '"$0" --passes=2000000000 > /dev/full' "$build"
	[[ "$stderr" == "ralm-build-data: stdout: cannot write: "* ]]
	run -1 --separate-stderr "$build" --test=/dev/full
	[[ "$stderr" == "ralm-build-data: /dev/full: cannot write: "* ]]
	run -1 --separate-stderr bash -c '"$0" --test=test >&-' "$build"
	[[ "$stderr" == "ralm-build-data: stdout: cannot write: "* ]]
	[ ! -e test ]
}

@test "a reader that leaves ends it" {
	run -0 --separate-stderr bash -c '"$0" --passes=1000 | head -n 1' "$build"
	[ -z "$stderr" ]
	[[ "$output" == user_seeds:* ]]
}

@test "the test file is whole before training samples come" {
	bash -c '"$0" --passes=1000 --test=test | head -n 1 > first' "$build"
	[ -s first ]
	"$build" --test=again > train
	cmp test again
}

@test "an old test file stands when there is nothing to hold out" {
	echo old > test
	run -1 "$build" --users=5 --test=test
	[ "$(cat test)" = old ]
}

# ---- the manual ------------------------------------------------------------------

@test "the man page has the options that --help has" {
	"$build" --help | grep -oE -- '^ +(-[a-zA-Z], )?--[a-z][a-z-]*' |
		grep -oE -- '--[a-z-]+' | sort > help
	grep -E '^\.It Fl' "$RALM_SRC/man/ralm-build-data.1" |
		sed 's/.*Fl -\([a-z-]*\).*/--\1/' | sort > man
	cmp help man
}

@test "the man page and --help tell the same defaults" {
	"$build" --help | awk '{ for (f = 1; f <= NF; f++) if ($f ~ /^--[a-z]/) name = $f
		if (match($0, /\(default: [^)]*\)/)) { sub(/=.*/, "", name)
			print name, substr($0, RSTART + 10, RLENGTH - 11) } }' |
		grep -e '^--' | grep -v -e '--delimiter' | sort > help
	[ -s help ]
	awk '/^\.It Fl/ { name = $0; sub(/.*Fl -/, "--", name); sub(/ .*/, "", name) }
		match($0, /\[[a-z0-9.]+\]/) { print name, substr($0, RSTART + 1, RLENGTH - 2) }' \
		"$RALM_SRC/man/ralm-build-data.1" | sort > man
	cmp help man
}
