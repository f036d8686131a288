#!/bin/sh
# A stage of tests/run.sh, whose folder is $RALM_CHECK:
#
#     stage.sh step NAME COMMAND...    one test, which is a command
#     stage.sh suite NAME COMMAND...   a make check, every test of it counted, in the
#                                      folder that is the first word of its name
#
# Adds a line "PASSED FAILED SKIPPED" to the file counts and says what failed, and how
# long the stage took, of a step where that was some seconds. Exit status 0, but for a
# step that failed: without it the next ones have nothing to go on with.
set -u
kind=$1 name=$2
shift 2
# shellcheck source=tests/live.sh
. "${0%/*}/live.sh"
log=$RALM_CHECK/log/$(printf %s "$name" | tr ' /' '--')

# count WORD: the tests that the summary of make check, in the log, calls so.
count() {
	awk -v k="# $1:" 'index($0, k) == 1 { n += $NF } END { print n + 0 }' \
		"$log"
}

tell_step() {
	if [ $status = 0 ]; then
		passed=1
		[ "$seconds" -lt 5 ] || echo "$name: $took"
	else
		failed=1
		echo "FAILED: $name"
		tail -n 30 "$log"
	fi
}

tell_suite() {
	passed=$(count PASS)
	failed=$(($(count FAIL) + $(count ERROR) + $(count XPASS)))
	skipped=$(count SKIP)
	echo "$name: $passed passed, $failed failed; $took"
	if [ "$passed" = 0 ] || { [ $status != 0 ] && [ "$failed" = 0 ]; }; then
		failed=$((failed + 1))
		echo "FAILED: the suite of $name did not run through"
		tail -n 30 "$log"
	elif [ $status != 0 ]; then
		grep -E '^(FAIL|ERROR|XPASS):' "$log" | head -n 30
		find "$RALM_CHECK/${name%% *}" -name test-suite.log -exec cat {} + |
			grep -vE '^(ok |PASS:)' | tail -n 60
	fi
}

passed=0 failed=0 skipped=0
begun=$(date +%s)
"$@" >"$log" 2>&1
status=$?
seconds=$(($(date +%s) - begun))
# Its second line: what its children used, as "0m1.5s 0m0.25s".
times >"$log.times"
took="$seconds s, $(awk 'NR == 2 { split($1 $2, part, /[ms]/)
	printf "%.0f", 60 * (part[1] + part[3]) + part[2] + part[4] }' \
	"$log.times") s of a processor"
tell_"$kind" >"$log.said"
echo "$passed $failed $skipped" >>"$RALM_CHECK/counts"
live_clear
cat "$log.said"
rm "$log.said" "$log.times"
[ "$kind" = suite ] || [ $status = 0 ]
