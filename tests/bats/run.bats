#!/usr/bin/env bats
#
# tests/run.sh: what a terminal is told while tests run (tests/live.sh).

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	# what make check writes, and a while later the rest of it
	cat > suite <<- 'END'
		printf '%s\n' 'PASS: tests/a 1 - one' 'SKIP: tests/a 2 # SKIP none' noise
		sleep 0.3
		printf '%s\n' 'FAIL: tests/b 1 - two' '# PASS:  1'
		sleep 0.3
		exit 3
	END
	cat > driver <<- END
		. "$RALM_SRC/tests/live.sh"
		live_show building
		live_run gcc log sh suite
		echo "exit \$?"
	END
	export LIVE_SECONDS=0.1
}

shown() {
	tr '\r' '\n' < "$1" | sed "s/^$(printf '\033')\[K//; s/, [0-9]* s$//" | sed '/^$/d' | uniq
}

@test "a terminal is told which suite runs and how many tests there were" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	TERM=xterm script -qec "sh driver" /dev/null < /dev/null > said
	shown said > lines
	cat lines
	[ "$(sed 's/gcc: 0 tests//; /^$/d' lines)" = "building
gcc: 2 tests
gcc: 3 tests, 1 failed
exit 3" ]
	[ "$(wc -l < log)" -eq 5 ]
	TERM=xterm script -qec "stty cols 9; sh driver" /dev/null < /dev/null > said
	shown said | grep -qx 'gcc: 2 t'
	TERM=dumb script -qec "sh driver" /dev/null < /dev/null > said
	[ "$(tr -d '\r' < said)" = "exit 3" ]
}

@test "no line goes into a pipe" {
	TERM=xterm run -0 sh driver
	[ "$output" = "exit 3" ]
	[ "$(wc -l < log)" -eq 5 ]
}
