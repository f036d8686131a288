#!/usr/bin/env bats
# ralm-build-data: sources, samples, statistics, failures; the manual.

bats_require_minimum_version 1.5.0
load clicks

# ---- sources ---------------------------------------------------------------

@test "--paddlerec prints PaddleRec's samples byte for byte" {
	"$build" --paddlerec > samples
	run -0 sha256sum samples
	[ "${output%% *}" = c64ef549e15e0df6a9041718f985caa0fa92026b46c49a2029964788ce65e5f9 ]
	cmp samples "$RALM_SRC/data/paddle_train.txt"
}

@test "the planted log: no message, some 120,000 samples, one label 0 for each click" {
	run -0 --separate-stderr to train.txt "$build" --planted --passes=1 --negatives=1 --test=test.txt
	[ -z "$stderr" ]
	[ "$(wc -l < train.txt)" -gt 100000 ]
	[ "$(grep -c 'label:1' train.txt)" -eq "$(grep -c 'label:0' train.txt)" ]
	[ "$(wc -l < test.txt)" -gt 10000 ]
}

@test "a planted log of the sizes asked for" {
	run -0 --separate-stderr to train.txt "$build" --planted --users=50 --items=30 --tastes=3 \
		--clicks-per-user=10 --noise=0.5 --stats
	[[ "$stderr" == *"users	50"* ]]
	[[ "$stderr" == *"items	30"* ]]
}

@test "a click log: slots in order, single spaces, the ids as they were" {
	small_log > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --negatives=1 --lists=each
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
	"$build" --passes=1 --clicks=log --columns=user,item,time > whole
	"$build" --passes=1 --clicks=- < log > pipe
	"$build" --passes=1 --clicks=a b > parts
	cmp whole pipe
	cmp whole parts
}

# ---- samples ---------------------------------------------------------------

@test "each click gives one sample with label 1, and none is invented" {
	small_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time > train
	flat train | awk '$2 == 1 { print $1 "\t" $3 }' | sort > made
	cut -f 1,2 log | sort > clicks
	cmp made clicks
}

@test "a negative never clicked the item" {
	small_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time --negatives=3 > train
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
	"$build" --passes=1 --clicks=log --columns=user,item,time --seeds-num=8 --min-seeds=8 --negatives=1 > train
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
	run -0 --separate-stderr "$build" --passes=1 --clicks=twice --columns=user,item,time --negatives=1 --stats
	[[ "$stderr" == *"repeated clicks	240"* ]]
	[ "${#lines[@]}" -eq 480 ]
}

@test "the same rng_seed gives the same bytes, another one others" {
	"$build" --planted --passes=1 --users=200 --items=100 --test=test1 > train1
	"$build" --planted --passes=1 --users=200 --items=100 --test=test2 > train2
	"$build" --planted --passes=1 --users=200 --items=100 --test=test3 --rng-seed=2 > train3
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
	"$build" --passes=1 --clicks=log --columns=user,item,time --seeds-num=50 --repeat-seeds > train
	flat train | awk 'NF != 53 { exit 1 }
		{ for (f = 4; f <= NF; f++) if ($f == $1) exit 1 }'
}

@test "--negatives=0 gives clicks only" {
	small_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time --negatives=0 > train
	[ "$(wc -l < train)" -eq 240 ]
	run ! grep -q 'label:0' train
}

@test "--refresh: runs of clicks share a list that holds none of them" {
	small_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time --refresh=4 --seeds-num=8 --negatives=1 --lists=each > train
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
	"$build" --passes=1 --clicks=log --columns=user,item,time --passes=3 --seeds-num=6 --negatives=1 --lists=each > train
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

@test "the test set does not depend on passes, refresh and negatives" {
	small_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time --test=a > train
	"$build" --passes=1 --clicks=log --columns=user,item,time --test=b --passes=2 --refresh=5 --negatives=7 > train2
	cmp a b
	# Nor do the samples of the first pass on how many follow.
	"$build" --passes=1 --clicks=log --columns=user,item,time --test=c --passes=2 | head -n "$(wc -l < train)" | cmp - train
}

@test "--seed-order=recent: the latest users before the click, the last one first" {
	random_log > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --columns=user,item,time --seed-order=recent --seeds-num=5
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
	[[ "$stderr" == "ralm-build-data: --seed-order=recent: the click log has no times (--columns)" ]]
}

@test "--seed-order=recent --refresh: lists begin where an item has users enough" {
	random_log > log
	for refresh in 1 8 1000; do
		run -0 --separate-stderr "$build" --passes=2 --clicks=log --columns=user,item,time --seed-order=recent \
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

@test "--negative-sampling=activity: clicks plus one, so that also who has none is drawn" {
	# Of 41 users 40 have 9 clicks each; the last one's item does not train.
	awk 'BEGIN { for (u = 0; u < 40; u++) for (i = 0; i < 9; i++) print u "\t" (u + i) % 40
		print "last\talone" }' > log
	"$build" --passes=1 --clicks=log --negatives=100 2> said > train
	# 360 clicks, 100 draws each, 31 users with weight 10 and one with 1.
	n=$(grep -c 'target_user:last label:0' train)
	echo "# $n of $(grep -c label:0 train), 116 expected"
	[ "$n" -gt 80 ]
	[ "$n" -lt 160 ]
}

@test "an item that everyone clicked has no negatives, and that is said" {
	printf '%s\n' a,x b,x c,x d,x e,x a,y b,y c,y d,y > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --delimiter=, --negatives=1 --min-seeds=3
	[ "$stderr" = "ralm-build-data: 5 negatives left out: nearly every user clicked the item" ]
	[ "${#lines[@]}" -eq 13 ]
}

# ---- statistics --------------------------------------------------------------

@test "--stats agrees with what was written" {
	random_log > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --columns=user,item,time --test=test --test-min-users=15 \
		--stats --refresh=3 --lists=each
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
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --columns=user,item,time --test=test --test-min-users=15 --stats
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
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --columns=user,item,time --test=test --test-min-users=15
	[ -z "$stderr" ]
}

# ---- failures --------------------------------------------------------------

@test "a test file that cannot be written is told before the work" {
	run -1 --separate-stderr "$build" --planted --test=no/such/folder/test
	[ -z "$output" ]
	[[ "$stderr" == "ralm-build-data: cannot write 'no/such/folder/test': "* ]]
}

@test "a full disk and a closed stdout are noticed" {
	[ -e /dev/full ] || skip "no /dev/full here"
	run -1 --separate-stderr bash -c '"$0" --planted > /dev/full' "$build"
	[[ "$stderr" == "ralm-build-data: stdout: cannot write: "* ]]
	run -1 --separate-stderr bash -c '"$0" --planted --passes=2000000000 > /dev/full' "$build"
	[[ "$stderr" == "ralm-build-data: stdout: cannot write: "* ]]
	run -1 --separate-stderr "$build" --planted --test=/dev/full
	[[ "$stderr" == "ralm-build-data: /dev/full: cannot write: "* ]]
	run -1 --separate-stderr bash -c '"$0" --planted --test=test >&-' "$build"
	[[ "$stderr" == "ralm-build-data: stdout: cannot write: "* ]]
	[ ! -e test ]
}

@test "a reader that leaves ends it" {
	run -0 --separate-stderr bash -c '"$0" --planted --passes=1000 | head -n 1' "$build"
	[ -z "$stderr" ]
	[[ "$output" == user_seeds:* ]]
}

@test "the test file is whole before training samples come" {
	bash -c '"$0" --planted --passes=1000 --test=test | head -n 1 > first' "$build"
	[ -s first ]
	"$build" --planted --test=again > train
	cmp test again
}

@test "an old test file stands when there is nothing to hold out" {
	echo old > test
	run -1 "$build" --planted --users=5 --test=test
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
		grep -e '^--' | grep -v -e 'delimiter' | sort > help
	[ -s help ]
	awk '/^\.It Fl/ { name = $0; sub(/.*Fl -/, "--", name); sub(/ .*/, "", name) }
		match($0, /\[[a-z0-9.]+\]/) { print name, substr($0, RSTART + 1, RLENGTH - 2) }' \
		"$RALM_SRC/man/ralm-build-data.1" | sort > man
	cmp help man
}

@test "--lists: a shared list once or each time, the same samples" {
	log=(--planted --users=200 --items=40 --passes=2 --refresh=3 --negatives=2 --test-negatives=2)
	"$build" "${log[@]}" --test=test > usual
	"$build" "${log[@]}" --lists=once --test=test-once > once
	"$build" "${log[@]}" --lists=each --test=test-each > each
	cmp usual once
	cmp test test-each
	[ "$(grep -c seeds:same each test)" = $'each:0\ntest:0' ]
	[ "$(grep -c item: each)" = "$(wc -l < each)" ]
	run ! grep 'seeds:same.*item:' once test-once
	cmp <(flat once) <(flat each)
	cmp <(flat test-once) <(flat test)
	# two negatives behind each click, at most three clicks a list
	[ "$(grep -c '^seeds:same target_user:[0-9]* label:0' test-once)" -gt 50 ]
	[ "$(grep -vc seeds:same once)" -lt "$(($(wc -l < once) / 5))" ]
	[ "$(grep -vc seeds:same once)" -ge "$(($(wc -l < once) / 9))" ]
}

@test "a click with eight negatives is less text than one with a single one was" {
	"$build" --planted --passes=1 > eight
	"$build" --planted --passes=1 --negatives=1 --lists=each > one
	[ "$(grep -c label:1 one)" = "$(grep -c label:1 eight)" ]
	[ "$(wc -c < eight)" -lt "$(wc -c < one)" ]
}

# Of the samples in a file: each click, then its K others with its list and item.
behind_each_click() {
	flat "$2" | awk -v k="$1" '{ rest = $0; sub(/^[^ ]+ [01]/, "", rest)
		if (NR % (k + 1) == 1) { if ($2 != 1) exit 1; of = rest; clicks++ }
		else if ($2 != 0 || rest != of) exit 1 }
		END { exit clicks < 20 || NR % (k + 1) }'
}

@test "--negatives=8 stand behind their click, with its list, in every mode" {
	random_log > log
	mode() {
		"$build" --passes=2 --negatives=8 --test-negatives=5 --test-min-users=9 --test=test "$@" > train
		behind_each_click 8 train
		behind_each_click 5 test
		# a list is said once: at a click, and never twice
		[ -z "$(grep -v '^seeds:same' train | grep -v ' label:1 ')" ]
		[ -z "$(grep -v '^seeds:same' train | cut -d: -f 2- | sed 's/ target_user.*//' | uniq -d)" ]
	}
	mode --clicks=log --columns=user,item,time
	mode --clicks=log --columns=user,item,time --refresh=3 --lists=once
	mode --clicks=log --columns=user,item,time --seed-order=recent --min-seeds=2 --split-by=time
	mode --clicks=log --columns=user,item,time --seed-order=recent --min-seeds=2 --refresh=5
	mode --clicks=log --columns=user,item,time --repeat-seeds --split-by=user
	mode --planted --users=300 --items=60 --split-by=sample
}

@test "a click with eight negatives is less text than one was with one" {
	# lists are full, and users number some ten thousands
	awk 'BEGIN { for (u = 0; u < 90; u++) for (i = 0; i < 11; i++)
		if ((u * 7 + i * 5) % 3 == 0) print 12345 + 97 * u "\t" 601 + i }' > log
	"$build" --clicks=log --negatives=1 --lists=each > one
	"$build" --clicks=log --negatives=8 > eight
	echo "# $(wc -c < one) bytes with one, $(wc -c < eight) with eight"
	[ "$(grep -c label:1 one)" -eq "$(grep -c label:1 eight)" ]
	[ "$(grep -c label:0 eight)" -eq "$((8 * $(grep -c label:0 one)))" ]
	[ "$(wc -c < eight)" -lt "$(wc -c < one)" ]
}
