# What the benchmarks share; sourced by them, not run.
#
# From the environment: RALM_BIN, where the tools are (default: on the PATH);
# RALM_BENCH, where the compiled helpers are (default: here); PYTHON.
# shellcheck shell=bash
set -eu -o pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=${RALM_BIN:+$RALM_BIN:}$PATH
helpers=${RALM_BENCH:-$here}
python=${PYTHON:-python3}
TIMEFORMAT=%R

work=$(mktemp -d "${TMPDIR:-/tmp}/ralm-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# need COMMAND...: all of them are there, or the benchmark ends.
need() {
	local command
	for command; do
		if ! command -v "$command" > "$work/need"; then
			echo "${0##*/}: $command was not found (RALM_BIN names the folder of the tools)" >&2
			exit 1
		fi
	done
}

# need_python MODULE...: the same for Python's; status 77 is "passed over".
need_python() {
	local modules
	modules=$(IFS=,; echo "$*")
	if ! "$python" -c "import $modules" 2> "$work/need"; then
		echo "${0##*/}: $python cannot import all of $modules (PYTHON names another)" >&2
		exit 77
	fi
}

# seconds COMMAND...: runs it and prints its wall clock time.
seconds() {
	{ time "$@" >&3 2>&4; } 3> "$work/stdout" 4> "$work/stderr" 2>&1 || {
		cat "$work/stderr" >&2
		return 1
	}
}

# median: of the numbers on stdin, one a line.
median() {
	sort -g | awk '{ x[NR] = $1 }
		END { print (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2 }'
}

# median_or_0 FILE: 0 where nothing was measured.
median_or_0() {
	if [ -f "$1" ]; then
		median < "$1"
	else
		echo 0
	fi
}

# rates FILE COUNT: the median of COUNT / seconds.
rates() {
	awk -v count="$2" '{ print count / $1 }' "$1" | median
}

# per A B FORMAT: A / B, printed so.
per() {
	awk -v a="$1" -v b="$2" -v format="$3" 'BEGIN { printf format, a / b }'
}

lines() { awk 'END { print NR }' "$1"; }

# describe: the machine, the date and the versions, each line after a "# ".
describe() {
	{
		date -u '+%Y-%m-%d %H:%M UTC'
		awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo 2> "$work/need" ||
			sysctl -n machdep.cpu.brand_string
		echo "$(getconf _NPROCESSORS_ONLN) processors, load $(
			uptime | sed 's/.*average[s]*: //')"
		ralm-fit --version | head -n 1
		"$helpers/sgemm" | awk -F'\t' '{
			print "sgemm " $2 " GFLOP/s a core at 128 x 96 x 96, kernel " $3
			print $4 }'
	} | sed 's/^/# /'
}

# The rate of sgemm that describe() would print, in GFLOP/s.
sgemm_rate() { "$helpers/sgemm" | cut -f 2; }

# What two of them reach together at once: what a second thread can bring at most, where
# two processors share a core or the machine is not alone.
sgemm_two() {
	{
		sgemm_rate &
		sgemm_rate
		wait
	} | awk '{ sum += $1 } END { print sum }'
}
