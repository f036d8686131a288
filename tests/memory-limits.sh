#!/bin/sh
# shellcheck disable=SC3045 # ulimit -v is in dash and bash
# ralm-fit where its address space is limited: it ends by itself, with a model
# or with a message and exit 1, and leaves nothing behind. RALM_FAULTS=all tries
# more limits, numbers of threads and an empty environment. TAP on stdout.
bin=${RALM_BIN:-./src}
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 99

# The sanitizers take terabytes of addresses.
(ulimit -v 2000000 && "$bin/ralm-fit" --version) >/dev/null 2>&1 || {
	echo "1..0 # SKIP address space cannot be limited here"
	exit 0
}
"$bin/ralm-build-data" --planted --users=90 --items=20 --clicks-per-user=9 --passes=1 \
	>samples 2>/dev/null || exit 99
count=0 bad=0 refused=0 made=0

report() { # report STATUS NAME
	count=$((count + 1))
	[ "$1" -eq 0 ] || printf 'not '
	echo "ok $count - $2"
}

# try KB COMMAND...
try() {
	limit=$1
	shift
	rm -f out
	(ulimit -c 0 && ulimit -v "$limit" &&
		exec timeout -k 5 60 "$@" -q -o out samples) >stdout 2>stderr
	status=$?
	left=$(find . -name '.out*')
	case $status in
	0) [ -s out ] && made=$((made + 1)) ;;
	1) grep -q '^ralm-fit: .*\(out of memory\|cannot start a thread\)' \
		stderr && [ ! -e out ] && refused=$((refused + 1)) ;;
	127) grep -q 'loading shared' stderr ;;
	*) false ;;
	esac && [ -z "$left" ] && return
	echo "# ulimit -v $limit, $*: exit $status, left: $left"
	sed 's/^/# /' stderr
	bad=1
	rm -f .out*
}

fit=$bin/ralm-fit
if [ "$RALM_FAULTS" = all ]; then
	for limit in $(seq 50000 17969 1200000); do
		for threads in 1 2 5; do
			try "$limit" "$fit" -j$threads
		done
		try "$limit" env -i "$fit" -j1
	done
else
	for limit in 60000 100000 190000 260000 315000 420000 700000 1200000; do
		try "$limit" "$fit" -j2
	done
	try 200000 env -i "$fit" -j1
	try 300000 env -i "$fit" -j1
fi
[ $refused -gt 2 ] && [ $made -gt 2 ] || bad=1
report $bad "under ulimit -v: $made models, $refused times out of memory"

echo "1..$count"
