#!/usr/bin/env bats
# ralm-score: lines that say seeds:same, in pieces that threads share.

bats_require_minimum_version 1.5.0
load score-model

# Some 3 MB: first one list for 40,000 lines, then lists of a few lines each; the
# last line has no newline.
say_same() {
	head -n 1 test.txt | sed 's/target_user:/&1/'
	awk 'BEGIN { for (i = 0; i < 40000; i++)
		print "seeds:same target_user:" i % 307 " label:" i % 2 " item:x" i }'
	for pass in 1 2 3; do
		awk '{ n = index($0, "target_user:"); list = substr($0, 1, n - 1)
			rest = substr($0, n)
			print list rest
			bare = rest; sub(/item:[^ ]*/, "", bare)
			for (i = 0; i < NR % 5; i++) print (i % 2 ? bare : rest) " seeds:same" }' test.txt
	done
	printf 'seeds:same target_user:7'
}

spell() {
	awk '/user_seeds/ { seeds = item = ""
			for (f = 1; f <= NF; f++) {
				if ($f ~ /^user_seeds:/) seeds = seeds $f " "
				if ($f ~ /^item:/) item = " " $f } }
		/seeds:same/ { sub(/seeds:same/, ""); $0 = seeds $0
			if (!/item:/) $0 = $0 item }
		{ print }' "$@"
}

@test "seeds:same: the scores of lines that spell them, for any threads" {
	say_same > once
	spell once > each
	[ "$(wc -c < once)" -gt 2500000 ]
	"$score" -m model.bin -j1 each > want
	for options in -j1 -j2 -j3 -u; do
		"$score" -m model.bin $options once | cmp - want
		sed 's/$/\r/' once | "$score" -m model.bin $options | cmp - want
	done
	# blank lines, which -u answers
	sed 's/^seeds:same/\n\r\n\n&/' once | "$score" -m model.bin -j3 | cmp - want
	head -c 700000 once > a
	tail -c +700001 once > b
	"$score" -m model.bin -j2 <(cat a b) | cmp - want
}

@test "seeds:same: bad lines take their seeds along, for any threads" {
	say_same | awk 'NR % 997 == 0 { $0 = "label:2 " $0 } { print }' > once
	"$score" -m model.bin --skip-bad -u once 2> said | sed '/^$/d' > want
	bad=$(sed -n 's/.*: \([0-9]*\) of [0-9]* lines .* are bad and left out.*/\1/p' said)
	[ "$bad" -gt "$(grep -c label:2 once)" ]
	for threads in 1 2 3; do
		"$score" -m model.bin --skip-bad -j$threads once 2> said$threads | cmp - want
		cmp said$threads said
	done
}

@test "seeds:same: behind lines that name their list, and where there is none" {
	{
		echo item:a user_seeds:3 user_seeds:5
		echo item:b seeds:same
	} > lists
	{
		echo user_seeds:1 user_seeds:2 target_user:9
		echo item:a target_user:9
		echo seeds:same target_user:9
		echo item:b target_user:9
		echo seeds:same target_user:10
		echo seeds:same target_user:9
	} > once
	run -0 --separate-stderr "$score" -m model.bin --seeds=lists once
	[ "${lines[0]}" = "${lines[2]}" ]
	[ "${lines[1]#*$'\t'}" != "${lines[0]}" ]
	[ "${lines[1]%$'\t'*}" = "${lines[3]%$'\t'*}" ]
	[ "${lines[0]}" = "${lines[5]}" ]
	run -1 --separate-stderr "$score" -m model.bin <(tail -n 2 once)
	[ "$stderr" = "ralm-score: /dev/fd/${stderr##*/dev/fd/}" ]
	[[ "$stderr" == *":1: seeds:same, but no good line with seeds before" ]]
}

@test "seeds:same behind a line that is too long: its seeds are not those before" {
	{
		echo label:1 user_seeds:1 user_seeds:2 target_user:9
		printf 'user_seeds:3 target_user:9'
		head -c $((64 << 20)) /dev/zero | tr '\0' ' '
		echo
		echo label:0 seeds:same target_user:9
		echo label:0 user_seeds:1 target_user:9
	} > long
	for options in -j1 -j2 -u; do
		run -0 --separate-stderr "$score" -m model.bin --skip-bad $options long
		[[ "$stderr" == *"2 of 4 lines (50 %) are bad and left out, the first: long:2: line longer than 67108864 bytes"* ]]
	done
	# and to the other readers of samples
	run -0 --separate-stderr ralm-fit -q --skip-bad --embedding-size=4 -o m long
	[[ "$stderr" == *"2 of 4 lines (50 %) are bad and left out, the first: long:2: line longer than 67108864 bytes" ]]
	run -0 --separate-stderr ralm-build-data --skip-bad --samples=long \
		--split-by=sample --test=out
	[[ "$stderr" == *"2 of 4 lines (50 %) are bad and left out, the first: long:2: line longer than 67108864 bytes"* ]]
}
