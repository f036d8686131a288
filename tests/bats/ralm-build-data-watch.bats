#!/usr/bin/env bats
# ralm-build-data: how far it has come, and how much it is going to be.

bats_require_minimum_version 1.5.0
load clicks

# Lists of all lengths, ids of all lengths.
uneven_log() {
	awk 'BEGIN { for (i = 0; i < 3000; i++)
		print i * i * 7919 % 977 "\titem" i * i % 31 }'
}

# What a terminal was shown on one line, one after the other.
shown() {
	tr -d '\n' < "$1" | tr '\r' '\n' | sed "s/^$(printf '\033')\[K//"
}

@test "on a terminal a line tells how far it is; in a pipe and with -q none does" {
	uneven_log > log
	"$build" log > train 2> said
	[ ! -s said ]
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	export TERM=xterm
	watched() { script -qec "$1" /dev/null < /dev/null > said; }
	watched "$build log > written"
	cmp written train
	shown said | grep -qEx "[0-9]+ lines, [0-9]+ % of the click log"
	shown said | grep -qEx "[0-9]+ samples, [0-9]+ % of the [0-9.]+ MB"
	[ "$(tail -c 4 said)" = $'\r\033[K' ]
	# Behind a pipe another program has a line of its own.
	watched "$build log | cat > written"
	cmp written train
	shown said | grep -q "click log"
	! shown said | grep -q samples || false
	watched "cat log | $build > written"
	shown said | grep -qEx "[0-9]+ lines"
	watched "$build log -q > written"
	[ ! -s said ]
	watched "$build --samples=train --test=test > written"
	shown said | grep -qE "^[0-9]+ samples, [0-9]+ % of the input"
	# It is gone before what is written to the terminal itself.
	"$build" log --passes=0 --users-file=users
	watched "$build log --passes=0 --users-file=-"
	shown said | grep -q "click log"
	tr -d '\r' < said | sed "s/.*$(printf '\033')\[K//" | cmp - users
	# Where the size is not known, no share says that all was read.
	watched "cat log | $build --passes=0 --users-file=-"
	shown said | grep -q "lines"
	tr -d '\r' < said | sed "s/.*$(printf '\033')\[K//" | grep -v '^ralm-' | cmp - users
	# No wider than the terminal.
	watched "stty cols 10; $build log > written"
	[ "$(shown said | awk '{ n = length($0); if (n > most) most = n } END { print most }')" = 9 ]
}

@test "how much text will follow is told as it begins, if it is much" {
	uneven_log > log
	"$build" log --passes=16 > train
	{ "$build" log --passes=1600 || true; } 2> said | head -c 1000000 > /dev/null
	about=$(sed -n 's/^ralm-build-data: about \([0-9.]*\) GB of training samples follow (--passes)$/\1/p' said)
	awk -v about="$about" -v size="$(wc -c < train)" 'BEGIN {
		real = size / 1e7; exit !(about > 0.93 * real && about < 1.07 * real) }'
	{ "$build" log -q --passes=1600 || true; } 2> said | head -c 1000000 > /dev/null
	! grep -q about said || false
}
