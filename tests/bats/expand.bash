# What the tests of ralm-expand share: a model, seeds and lists of its users, and what
# must be refused.
# shellcheck shell=bash disable=SC2034,SC2154 # run sets stderr; others use tab

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	# 701 users, two of three with names; item 5's clickers are the seeds.
	"$RALM_BIN/ralm-build-data" --planted --users=701 --items=60 \
		--clicks-per-user=21 --passes=1 --negatives=2 --test=test.txt |
		sed -E 's/(user_seeds|target_user):([0-9]*[1-79])\b/\1:n\2/g' > train.txt
	tr ' ' '\n' < train.txt |
		sed -n 's/^\(user_seeds\|target_user\)://p' | LC_ALL=C sort -u > users.txt
	tr ' ' '\n' < train.txt | sed -n 's/^user_seeds://p' |
		awk '!seen[$0]++ && n++ < 23' > seeds.txt
	{
		awk 'BEGIN { printf "item:b" } { printf " user_seeds:%s", $0 }
			END { print "" }' seeds.txt
		echo 'item:a user_seeds:n1 user_seeds:10 user_seeds:n1 user_seeds:gone'
		awk 'BEGIN { printf "item:c" } NR > 100 && NR < 404 {
			printf " user_seeds:%s", $0 } END { print "" }' users.txt
	} > lists.txt
	"$RALM_BIN/ralm-fit" -q --network=attention --embedding-size=9 -o m.bin train.txt
}

setup() {
	expand="$BATS_TEST_TMPDIR/quiet"
	printf '#!/bin/sh\nexec "%s/ralm-expand" -q "$@"\n' "$RALM_BIN" > "$expand"
	chmod +x "$expand"
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/* .
	tab=$(printf '\t')
}

# others FILE: leaves the seeds of a file of ids out of an audience.
others() {
	awk -F "$tab" 'NR == FNR { out[$1] = 1; next } !($1 in out)' "$1" -
}

# refused STATUS MESSAGE ARGUMENT...: so it ends, and writes nothing.
refused() {
	local want=$1 said=$2
	shift 2
	rm -f out
	run "-$want" --separate-stderr "$expand" -m m.bin "$@"
	[ -z "$output" ]
	[[ "$stderr" == *"ralm-expand: "*"$said"* ]] || {
		echo "$stderr"
		return 1
	}
	run "-$want" "$expand" -m m.bin -o out "$@"
	[ ! -e out ]
}
