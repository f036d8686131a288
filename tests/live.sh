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

# live_tests LOG: how many tests it tells of, with those that failed.
live_tests() {
	awk '/^(PASS|SKIP|XFAIL): / { n++ } /^(FAIL|ERROR|XPASS): / { n++; bad++ }
		END { printf "%d tests", n; if (bad) printf ", %d failed", bad }' "$1"
}

# live_run NAME LOG COMMAND...: runs it into the log, and shows how many tests there
# are in that so far. Its status.
live_run() {
	live_name=$1 live_log=$2
	shift 2
	if [ -z "$live" ]; then
		"$@" >"$live_log" 2>&1
		return
	fi
	: >"$live_log"
	live_begun=$(date +%s)
	while :; do
		live_show "$live_name: $(live_tests "$live_log"), $(($(date +%s) - live_begun)) s"
		sleep "${LIVE_SECONDS:-1}"
	done &
	live_shows=$!
	"$@" >"$live_log" 2>&1
	live_status=$?
	kill $live_shows
	wait $live_shows 2>/dev/null
	live_clear
	return $live_status
}
