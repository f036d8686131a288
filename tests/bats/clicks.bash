# What the tests of ralm-build-data share: click logs, and samples taken apart.
# shellcheck shell=bash disable=SC2034

setup() {
	build="$RALM_BIN/ralm-build-data"
	cd "$BATS_TEST_TMPDIR" || exit 1
}

# to FILE COMMAND...: for run, which takes long over much output.
to() {
	"${@:2}" > "$1"
}

# A log of 30 users and 12 items, each of which 20 users clicked, with times.
small_log() {
	awk 'BEGIN { for (u = 0; u < 30; u++) for (i = 0; i < 12; i++)
		if ((u * 7 + i * 5) % 3 != 0)
			print "u" u "\ti" i "\t" 1000 + u * 12 + i }'
}

# 60 users and 25 items with times in no order, some of them equal, and about
# two clicks in five; without a random number that awks disagree on.
random_log() {
	awk 'function next_number() { x = (x * 1103 + 12345) % 65536; return x }
		BEGIN { x = 1; for (u = 0; u < 60; u++) for (i = 0; i < 25; i++) {
			keep = int(next_number() / 64) % 5 < 2
			t = 5000 + int(next_number() / 32) % 500
			if (keep) print u "\t" i "\t" t } }'
}

# Every sample line as TARGET LABEL ITEM SEED..., its seeds and its item spelled.
flat() {
	awk 'FNR == 1 { last = last_item = "" }
		{ t = l = i = s = ""; for (f = 1; f <= NF; f++) {
		n = index($f, ":"); k = substr($f, 1, n - 1); v = substr($f, n + 1)
		if (k == "user_seeds") s = s " " v
		else if (k == "target_user") t = v
		else if (k == "label") l = v
		else if (k == "item") i = v }
		if (s == "") { s = last; if (i == "") i = last_item }
		else { last = s; last_item = i }
		print t, l, i s }' "$@"
}

# Samples whose seeds stand first and whose item stands last, with seeds:same in
# place of the seeds of the line before, in front or, every third time, behind; and
# half of those without the item, where it goes with these seeds.
say_same() {
	awk '{ n = index($0, "target_user:"); list = substr($0, 1, n - 1)
		rest = substr($0, n); item = $NF
		if (list != last) { print; of_list = item }
		else {
			if (item == of_list && NR % 2) sub(/ item:.*/, "", rest)
			if (NR % 3 == 0) print rest " seeds:same"
			else print "seeds:same " rest
		}
		last = list }' "$@"
}
