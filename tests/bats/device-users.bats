#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# ralm-expand --users together with --device: the users of the file are compared on a
# device, too. OpenCL's device is PoCL's where there is no other.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	run --separate-stderr "$RALM_BIN/ralm-fit" --list-devices
	[[ $output == *gpu:* ]] || skip "$stderr"
	# 67 users of one of three tastes, and six whom the model does not know.
	awk 'BEGIN { for (u = 0; u < 67; u++) for (i = 0; i < 9; i++)
		print "u" u "\t" (u * i * 7 + i) % 20 * 3 + (i < 7 ? u : i) % 3 }' |
		sort -u > log.tsv
	awk 'BEGIN { for (u = 0; u < 73; u++)
		print "user:" (u < 67 ? "u" : "later") u, "taste:" u % 3 }' > users.txt
	printf 'u%d\n' 3 12 24 33 > seeds
	"$RALM_BIN/ralm-build-data" --columns=user,item --passes=1 log.tsv > train.txt
	"$RALM_BIN/ralm-fit" -q -e1 --embedding-size=11 --transformed-size=5 \
		--users=users.txt -o m.bin train.txt
}

# audience DEVICE: users and cosines, in the order of users.
audience() {
	"$RALM_BIN/ralm-expand" -q --raw -m m.bin --users=users.txt --device="$1" \
		-n 100% seeds > by-score 2> said
	LC_ALL=C sort by-score > "$1"
	grep -q "6 users whom the model does not know have a vector" said
}

@test "users whom the file tells of are compared on a device" {
	audience cpu
	audience gpu
	[ "$(grep -c ^later gpu)" = 6 ]
	[ "$(wc -l < gpu)" = 69 ]
	paste cpu gpu | awk '{ d = $2 - $4; if (d < 0) d = -d
		if ($1 != $3 || d > 1e-5) bad++ } END { exit bad > 0 }'
	run -1 cmp -s cpu gpu # the device was asked
}
