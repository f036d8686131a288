#!/bin/sh
# The kernels under oclgrind, which runs them work-item by work-item and sees two
# that use the same memory without a barrier between, and what is read outside of a
# buffer. TAP on stdout.
skip() {
	echo "1..0 # SKIP $1"
	exit 0
}
case ${RALM_HARDENING-} in *-fsanitize=*) skip "built with sanitizers" ;; esac
command -v oclgrind >/dev/null || skip "oclgrind was not found"
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
test=${RALM_BIN:-./src}/../tests/unit/test-device

oclgrind --data-races --uniform-writes --log "$folder/log" "$test" small \
	>"$folder/out" 2>"$folder/err"
status=$?
case $(head -n 1 "$folder/out") in *SKIP*) cat "$folder/out"; exit 0 ;; esac
echo "1..1"
if [ $status -eq 0 ] && [ -e "$folder/log" ] && [ ! -s "$folder/log" ]; then
	echo "ok 1 - no race and no access outside of a buffer"
else
	echo "not ok 1 - exit status $status"
	cat "$folder/out" "$folder/err" "$folder/log" | head -n 60 | sed 's/^/# /'
	exit 1
fi
