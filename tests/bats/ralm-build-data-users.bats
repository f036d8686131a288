#!/usr/bin/env bats
# ralm-build-data: what is known of users, and users whom training never sees.

bats_require_minimum_version 1.5.0
load clicks

@test "--users-file: a line for each user, the items in the log's order" {
	printf '%s\n' 'ann	x' 'bob	y' 'ann	y' 'bob	x' 'ann	z' 'ann	x' 'eve	y' > log
	"$build" --passes=1 --clicks=log --min-seeds=1 --users-file=users > train
	printf '%s\n' 'user:ann read:x read:y read:z' 'user:bob read:x read:y' \
		'user:eve read:y' | cmp - users
}

@test "--users-file: samples are what they are without it, but by user" {
	random_log > log
	for by in item time sample user; do
		options=(--passes=1 --clicks=log --columns=user,item,time
			--test-min-users=15 --split-by="$by")
		"$build" "${options[@]}" --test=test1 > train1
		"$build" "${options[@]}" --test=test2 --users-file=users > train2
		[ -s users ]
		[ "$by" = user ] || cmp train1 train2
		[ "$by" = user ] || cmp test1 test2
	done
	run ! cmp -s train1 train2
}

@test "--split-by=user: what is told of cold users, and --cold-seeds" {
	random_log > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --columns=user,item,time --test=test \
		--test-min-users=15 --split-by=user --cold-seeds=0.5 --users-file=users --stats
	[[ "$stderr" == *$'users told of\t60\n'* ]]
	[[ "$stderr" == *$'held-out users\t12\n'* ]]
	stat() { awk -F '\t' -v name="$1" '$1 == name { print $2 }' <<< "$stderr"; }
	[ "$(stat "values told")" -eq $(($(wc -l < log) - $(stat "held-out clicks"))) ]
	[ "$(stat "values told")" -eq "$(grep -o read: users | wc -l)" ]
	[ "$(stat "test seeds")" -gt $(($(stat "test seeds who are cold") * 2)) ]
	[ "$(stat "test seeds who are cold")" -gt $(($(stat "test seeds") / 5)) ]
	flat <<< "$output" | cut -d ' ' -f 1,4- | tr ' ' '\n' | sort -u > known
	flat test | cut -d ' ' -f 1 | sort -u > cold
	[ "$(wc -l < cold)" -eq 12 ]
	[ -z "$(comm -12 known cold)" ]
	cut -d ' ' -f 1 users | sed 's/user://' | sort | comm -23 cold - | cmp - /dev/null
}

@test "--users-file: options that go together, files that are refused" {
	small_log > log
	tried() { run "-$1" --separate-stderr "$build" --passes=1 log "${@:2}"; }
	tried 2 --users-file=-
	[[ "$stderr" == *"--users-file: stdout is taken by the training samples"* ]]
	tried 2 --users-file=log
	[[ "$stderr" == *"FILE and --users-file are the same file: 'log'"* ]]
	tried 2 --users-file=x --test=x
	[[ "$stderr" == *"--test and --users-file are the same file: 'x'"* ]]
	tried 2 --users-file=x --users-file=y
	[[ "$stderr" == *"--users-file: given twice"* ]]
	tried 2 --users-file=x --cold-seeds=0.5
	[[ "$stderr" == *"--cold-seeds needs --test"* ]]
	for option in --users-file=x --split-by=user; do
		tried 2 --test=y --cold-seeds=0.5 "$option"
		[[ "$stderr" == *"--cold-seeds: no user is cold without --split-by=user and --users-file" ]]
	done
	tried 2 --samples=log --test=y --users-file=x
	[ ! -e x ]
	[ ! -e y ]
	tried 1 --users-file=none/x
	[[ "$stderr" == *"none/x"* ]]
	tried 1 --users-file=/dev/full
	[[ "$stderr" == *"/dev/full"*"No space left"* ]]
	[ -z "$output" ]
}

@test "--users-file: whole or not at all" {
	small_log > log
	echo old > users
	run -1 --separate-stderr "$build" --passes=1 log --users-file=users --min-seeds=40
	run -1 --separate-stderr "$build" --passes=1 log --users-file=users --columns=user,_,item <<< x
	[ "$(cat users)" = old ]
	# It is there before the first training sample.
	mkfifo pipe
	"$build" --passes=1 --users-file=users log > pipe &
	read -r _ < pipe
	[ "$(wc -l < users)" -eq 30 ]
	wait || true
}
