#!/usr/bin/env bats
# ralm-score and a producer that stalls: an end that is found by one thread is
# the end, whatever another one waits for.

bats_require_minimum_version 1.5.0
load score-model

# stalled TEXT-FILE OPTION...: the program's status, with the text in a pipe that
# nobody closes; scores in got, messages in messages.
stalled() {
	local file=$1 status=0
	shift
	rm -f pipe
	mkfifo pipe
	timeout 20 "$score" -m model.bin "$@" < pipe > got 2> messages &
	local pid=$!
	exec {to}> pipe
	cat "$file" >&"$to"
	wait $pid || status=$?
	exec {to}>&-
	return $status
}

# good.txt, of several pieces of input, want, and the line behind it, n.
make_long() {
	for _ in 1 2 3; do cat test.txt; done > good.txt
	[ "$(wc -c < good.txt)" -gt 800000 ]
	"$score" -m model.bin good.txt > want
	n=$(($(wc -l < good.txt) + 1))
}

@test "a bad line ends it, whatever the number of threads" {
	make_long
	head -n 7 test.txt > few.txt
	for bad in nonsense 'user_seeds:1 target_user:' ' user_seeds:1'; do
		for how in -j1 -j2 -j4 -u; do
			(cat few.txt; echo "$bad"; head -n 3 test.txt; printf user_se) > text
			run -1 stalled text $how
			[[ "$(cat messages)" == "ralm-score: stdin:8: "* ]]
			head -n 7 want | cmp - got
			(cat good.txt; echo "$bad"; tail -n 5000 good.txt) > text
			run -1 stalled text $how
			[[ "$(cat messages)" == "ralm-score: stdin:$n: "* ]]
			cmp got want
		done
	done
}

@test "so does a user that is unknown, with --unknown=error" {
	make_long
	echo 'user_seeds:3 target_user:stranger' >> good.txt
	for how in -j1 -j2 -j4 -u; do
		run -1 stalled good.txt $how --unknown=error
		[ "$(cat messages)" = "ralm-score: stdin:$n: the model does not know the target" ]
		cmp got want
	done
}

@test "so does an output that cannot be written" {
	# a piece of input makes more scores than are kept
	awk 'BEGIN { while (i++ < 12000) print "user_seeds:" i % 7 + 1 " target_user:2" }' > text
	[ "$(wc -c < text)" -gt 290000 ]
	mkfifo pipe
	for how in -j1 -j2 -j4 -u; do
		timeout 20 "$score" -m model.bin $how < pipe > /dev/full 2> messages &
		pid=$!
		exec {to}> pipe
		# it need not read all
		(trap '' PIPE; cat text 2> /dev/null >&"$to") || true
		status=0
		wait $pid || status=$?
		exec {to}>&-
		[ $status -eq 1 ]
		[ "$(cat messages)" = "ralm-score: stdout: cannot write: No space left on device" ]
	done
}

@test "a file behind the bad line that nobody opens for writing" {
	mkfifo never
	(head -n 7 test.txt; echo nonsense) > bad.txt
	"$score" -m model.bin <(head -n 7 test.txt) > want
	for how in -j1 -j2 -j4 -u; do
		run -1 --separate-stderr timeout 20 "$score" -m model.bin $how bad.txt never
		[ "$stderr" = "ralm-score: bad.txt:8: expected SLOT:VALUE, got 'nonsense'" ]
		[ "$output" = "$(cat want)" ]
	done
}

@test "a producer that pauses loses nothing" {
	head -n 900 test.txt > part.txt
	"$score" -m model.bin part.txt > want
	for how in -j1 -j3 -u; do
		while read -r line; do
			n=$((n + 1))
			printf %s "${line:0:40}"
			[ $((n % 200)) -ne 0 ] || sleep 0.12
			echo "${line:40}"
		done < part.txt | "$score" -m model.bin $how > got
		cmp got want
	done
}
