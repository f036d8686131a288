#!/usr/bin/env bats
#
# tests/run.sh: what a terminal is told while tests run (tests/live.sh).

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	mkdir log
	# what make check writes, and a while later the rest of it
	cat > suite <<- 'END'
		printf '%s\n' 'PASS: tests/a 1 - one' 'SKIP: tests/a 2 # SKIP none' noise > log/a
		sleep 0.3
		printf '%s\n' 'FAIL: tests/b 1 - two' '# PASS:  1' > log/b
		sleep 0.3
		exit 3
	END
	cat > driver <<- END
		. "$RALM_SRC/tests/live.sh"
		live_show building
		rm -f log/*
		live_run log sh suite
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
	[ "$(sed 's/^0 tests//; /^$/d' lines)" = "building
2 tests
3 tests, 1 failed
exit 3" ]
	TERM=xterm script -qec "stty cols 9; sh driver" /dev/null < /dev/null > said
	shown said | grep -qx '2 tests,'
	TERM=dumb script -qec "sh driver" /dev/null < /dev/null > said
	[ "$(tr -d '\r' < said)" = "exit 3" ]
}

# As after ^C, which does not reach a command behind &.
@test "a terminal is told nothing more when the tests were killed" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	echo 'sleep 0.3; kill -KILL $PPID' > suite
	TERM=xterm script -qec "sh driver; sleep 0.3; echo gone; sleep 0.3" /dev/null \
		< /dev/null > said
	shown said > lines
	cat lines
	grep -q '^0 tests' lines
	# The line that was being made may still have come before.
	[[ "$(tail -n 1 lines)" == *gone ]]
}

@test "no line goes into a pipe" {
	TERM=xterm run -0 sh driver
	[ "$output" = "exit 3" ]
}

# ---- a stage (tests/stage.sh) ----------------------------------------------------

stage() { # stage KIND NAME SHELL-COMMAND
	RALM_CHECK=$PWD run sh "$RALM_SRC/tests/stage.sh" "$1" "$2" sh -c "$3"
}

@test "a suite: what its summaries count, and what failed" {
	stage suite gcc "printf '# PASS:  3\n# SKIP:  2\n# ERROR: 0\n# PASS:  40\n'"
	[ "$status" = 0 ]
	[[ "$output" == "gcc: 43 passed, 0 failed; "*" s of a processor" ]]
	mkdir clang
	printf '%s\n' 'ok 1 - fine' 'not ok 2 - broken' > clang/test-suite.log
	stage suite clang "printf '%s\n' 'FAIL: tests/b 2 - broken' '# PASS:  5' \
		'# FAIL:  1' '# XPASS: 1' '# ERROR: 1'; exit 2"
	[ "$status" = 0 ]
	[[ "${lines[0]}" == "clang: 5 passed, 3 failed; "* ]]
	[ "${lines[*]:1}" = "FAIL: tests/b 2 - broken not ok 2 - broken" ]
	[ "$(cat counts)" = "43 0 2
5 3 0" ]
}

@test "a suite that ran nothing, or stopped in its midst, has failed" {
	stage suite none "echo '# PASS:  0'"
	[ "${lines[1]}" = "FAILED: the suite of none did not run through" ]
	stage suite half "echo '# PASS:  7'; exit 2"
	[[ "${lines[0]}" == "half: 7 passed, 0 failed; "* ]]
	[ "${lines[1]}" = "FAILED: the suite of half did not run through" ]
	[ "$(cat counts)" = "0 1 0
7 1 0" ]
}

@test "a step is one test; nothing is built after one that failed" {
	stage step "lint a/b" "echo fine"
	[ "$status" = 0 ]
	[ "$(cat log/lint-a-b)" = fine ]
	stage step "make gcc" "echo 'no such file'; exit 3"
	[ "$status" = 1 ]
	[ "$output" = "FAILED: make gcc
no such file" ]
	[ "$(cat counts)" = "1 0 0
0 1 0" ]
}

# ---- all of them (tests/run.mk), with a source whose tests are told --------------

@test "every suite is run once; one whose tree does not configure is missing" {
	mkdir -p fake/man check/log
	echo 'exit 0' > fake/bootstrap
	cat > fake/configure <<- 'END'
		#!/bin/sh
		case $* in *thread*) [ ! -e ../broken ] || exit 1 ;; esac
		echo '%: ; @echo "# PASS: 2"; echo $@ >> ../ran' > Makefile
		printf '%s\n' 'all: ;' 'src/% device%: ;' >> Makefile
	END
	chmod +x fake/*
	mkdir fake/tests
	ln -s "$RALM_SRC"/tests/*.sh fake/tests
	unset MAKEFLAGS MFLAGS MAKELEVEL
	run_all() {
		rm -f check/counts check/ran
		source=$PWD/fake mpi='' opencl=--with-opencl debian='' leaks=1 threads=yes \
			make -k -j 3 -C check -f "$RALM_SRC/tests/run.mk" suites > said 2>&1
	}
	run_all || {
		cat said
		false
	}
	[ "$(sort check/ran | tr '\n' ' ')" = "check-c check-devices check-quick check-threads check-watched distcheck " ]
	[ "$(awk '{ n += $1; bad += $2 } END { print n, bad }' check/counts)" = "24 0" ]
	touch check/broken
	run ! run_all
	[ "$(grep -c . check/ran)" = 5 ]
	grep -qx 'FAILED: configure threads' said
}

# ---- the last line (tests/run.sh), of what a make tells --------------------------

@test "a count of all tests, and a status that says whether they passed" {
	mkdir -p fake/tests path
	cp "$RALM_SRC"/tests/{run,live}.sh fake/tests
	for program in apt-get clang gcc sudo; do
		echo : > path/$program
	done
	echo 'printf "$COUNTS" >> build-check/counts; exit "$MADE"' > path/make
	chmod +x path/*
	told() { # told STATUS LINE, with COUNTS and MADE: how make ends
		PATH="$PWD/path:$PATH" run "-$1" sh fake/tests/run.sh
		[ "${lines[-1]}" = "$2" ]
	}
	export COUNTS MADE=0
	COUNTS='40 0 2\n3 0 0\n' told 0 "43 passed, 0 failed, 2 skipped"
	COUNTS='40 0 0\n3 2 0\n' told 1 "43 passed, 2 failed"
	COUNTS='5 0 0\n' MADE=2 told 1 "5 passed, 1 failed"
	[ "${lines[-2]}" = "FAILED: make of tests/run.mk" ]
	COUNTS='' told 1 "0 passed, 0 failed"
	COUNTS='' MADE=2 told 1 "0 passed, 1 failed"
}
