# shellcheck shell=sh
# A line on standard error that tells how far the tests have come, where that is a
# terminal which can begin a line anew.

live=
[ ! -t 2 ] || [ "${TERM:-dumb}" = dumb ] || live=yes

# live_show TEXT: over the line before, no wider than the terminal.
live_show() {
	[ -n "$live" ] || return 0
	live_columns=$(stty size <&2 2>/dev/null | cut -d ' ' -f 2)
	[ "${live_columns:-0}" -gt 1 ] || live_columns=80
	printf '\r\033[K%.*s' "$((live_columns - 1))" "$1" >&2
}

# live_clear: before anything else is written.
live_clear() {
	[ -z "$live" ] || printf '\r\033[K' >&2
}

# live_tests FOLDER: how many tests its logs tell of, with those that failed.
live_tests() {
	cat "$1"/* 2>/dev/null | awk '
		/^(PASS|SKIP|XFAIL): / { n++ } /^(FAIL|ERROR|XPASS): / { n++; bad++ }
		END { printf "%d tests", n; if (bad) printf ", %d failed", bad }'
}

# live_run FOLDER COMMAND...: runs it, and shows how many tests there are so far in
# the logs that it writes into the folder. Its status.
live_run() {
	live_folder=$1
	shift
	if [ -z "$live" ]; then
		"$@"
		return
	fi
	live_begun=$(date +%s)
	# What stands behind & is not ended by ^C: it looks for the shell itself.
	while kill -0 $$ 2>/dev/null; do
		live_show "$(live_tests "$live_folder"), $(($(date +%s) - live_begun)) s"
		sleep "${LIVE_SECONDS:-1}"
	done &
	live_shows=$!
	"$@"
	live_status=$?
	kill $live_shows
	wait $live_shows 2>/dev/null
	live_clear
	return $live_status
}
