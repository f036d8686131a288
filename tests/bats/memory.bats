#!/usr/bin/env bats
#
# What training takes of memory: ralm-fit(1), SECURITY.md.

bats_require_minimum_version 1.5.0

setup() {
	export OMP_WAIT_POLICY=passive
	fit="$RALM_BIN/ralm-fit"
	cd "$BATS_TEST_TMPDIR" || exit 1
	# A sanitizer's own memory is not ours to measure.
	! grep -q '__[at]san_init' "$fit" || skip "a sanitizer takes more"
}

# The most kilobytes that ralm-fit holds with these arguments.
peak() {
	"$RALM_BIN/../tests/peak" "$fit" -q -j 1 -o m.bin "$@"
}

@test "a list of 12000 seeds: in proportion to its seeds, not their square" {
	awk 'BEGIN {
		for (i = 1; i <= 12000; i++)
			printf "user_seeds:%d ", i
		print "target_user:0 label:1"
	}' > long.txt
	long=$(peak --embedding-size=8 --transformed-size=8 long.txt)
	few=$(peak --embedding-size=8 --transformed-size=8 --seeds-num=20 long.txt)
	echo "# $few kB for 20 seeds, $long kB for 12000"
	# 12000 rows of S, A, dS and dA, twice, and 512 rows of 12000 numbers
	[ $((long - few)) -lt 40000 ]
}
