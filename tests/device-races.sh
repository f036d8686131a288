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

# Each test, its few cases of every kernel.
echo "1..2"
failed=0 number=0
for test in test-device test-device-scores; do
	number=$((number + 1))
	rm -f "$folder/log"
	oclgrind --data-races --uniform-writes --log "$folder/log" \
		"${RALM_BIN:-./src}/../tests/unit/$test" small \
		>"$folder/out" 2>"$folder/err"
	status=$?
	case $(head -n 1 "$folder/out") in *SKIP*)
		echo "ok $number - $test # SKIP $(sed 's/.*SKIP //;q' "$folder/out")"
		continue ;;
	esac
	if [ $status -eq 0 ] && [ -e "$folder/log" ] && [ ! -s "$folder/log" ]; then
		echo "ok $number - $test: no race, no access outside of a buffer"
	else
		echo "not ok $number - $test: exit status $status"
		cat "$folder/out" "$folder/err" "$folder/log" | head -n 60 |
			sed 's/^/# /'
		failed=1
	fi
done
exit $failed
