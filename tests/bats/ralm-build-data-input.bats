#!/usr/bin/env bats
# ralm-build-data: click logs of many kinds, bad input, wrong options.

bats_require_minimum_version 1.5.0
load clicks

# ---- files of the usual kinds -----------------------------------------------------

@test "ratings.csv, ratings.dat, a log with names: the same samples" {
	random_log > log
	awk -F '\t' 'BEGIN { print "userId,movieId,rating,timestamp" }
		{ print $1 "," $2 "," 4 + $3 % 2 "," $3 }' log > ratings.csv
	awk -F '\t' '{ print $1 "::" $2 "::5::" $3 }' log > ratings.dat
	awk -F '\t' 'BEGIN { print "timestamp\teventType\tcontentId\tpersonId\tregion" }
		{ print $3 "\tVIEW\t" $2 "\t" $1 "\tSP" }' log > named.tsv
	"$build" --passes=1 --clicks=log --columns=user,item,time --test=test1 --test-min-users=15 > train1
	"$build" --passes=1 --clicks=ratings.csv --delimiter=, --header \
		--columns=user,item,rating,time --min-rating=4 \
		--test=test2 --test-min-users=15 > train2
	"$build" --passes=1 --clicks=ratings.dat --delimiter=:: --columns=user,item,rating,time \
		--test=test3 --test-min-users=15 > train3
	"$build" --passes=1 --clicks=named.tsv --header \
		--columns=time=timestamp,user=personId,item=contentId \
		--test=test4 --test-min-users=15 > train4
	"$build" --passes=1 --clicks=named.tsv --header --columns=time,_,item,user \
		--test=test5 --test-min-users=15 > train5
	for n in 2 3 4 5; do
		cmp train1 "train$n"
		cmp test1 "test$n"
	done
	run -0 --separate-stderr "$build" --passes=1 --clicks=ratings.csv --delimiter=, --header \
		--columns=user,item,rating,time --min-rating=4.5 --stats
	[[ "$stderr" == *"lines below the minimal rating	"[1-9]* ]]
}

@test "a file as other programs write it: CRLF, a byte order mark, no last newline" {
	random_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time --test=test1 --test-min-users=15 > train1
	sed 's/$/\r/' log > crlf
	{ printf '\357\273\277'; cat log; } > marked
	printf %s "$(cat log)" > unended
	{ printf 'nick\titem\ttime\r\n'; cat crlf; } > headed
	awk -F '\t' -v OFS=, '{ print "\"" $1 "\"", $2, "\"" $3 "\"" }' log > quoted
	for f in crlf marked unended 'headed --header' 'quoted --delimiter=,'; do
		# shellcheck disable=SC2086 # a file and its options
		"$build" --passes=1 --columns=user,item,time --test=test2 --test-min-users=15 --clicks=$f > train2
		cmp train1 train2
		cmp test1 test2
	done
}

@test "times before 1970, far off, in fractions of seconds, ISO 8601: their order counts" {
	random_log > log
	"$build" --passes=1 --clicks=log --columns=user,item,time --seed-order=recent > want
	awk -F '\t' -v OFS='\t' '{ $3 -= 1e6; print }' log > negative
	awk -F '\t' -v OFS='\t' '{ $3 = $3 "e290"; print }' log > enormous
	awk -F '\t' -v OFS='\t' '{ $3 = sprintf("1400000000.%04d", $3); print }' log > fractions
	awk -F '\t' -v OFS='\t' '{ s = $3 % 3600; h = ($3 - s) / 3600
		$3 = sprintf("2016-03-28T%02d:%02d:%02d+02:00", h, s / 60, s % 60)
		print }' log > iso
	for f in negative 'enormous --time-format=seconds' fractions iso; do
		# shellcheck disable=SC2086 # a file and an option
		"$build" --passes=1 --clicks=$f --columns=user,item,time --seed-order=recent | cmp - want
	done
}

@test "ids are bytes: as long as 4096, control characters and not UTF-8 as they are" {
	word=$(printf 'x%.0s' $(seq 4095))
	{
		printf '%s\t%s\n' "${word}1" a "${word}2" a b a c a
		printf '\001\033[1m\177\ta\n\351\ta\nuser_seeds:1\ta\n'
	} > log
	"$build" --passes=1 --clicks=log --min-seeds=1 --negatives=0 > train
	flat train | cut -d ' ' -f 1 | sort | cmp - <(cut -f 1 log | sort)
	flat train | awk 'NF != 9 { exit 1 }'
	run -1 --separate-stderr "$build" --clicks=- <<< "${word}12"$'\ta'
	[ "$stderr" = "ralm-build-data: stdin:1: user: id longer than 4096 bytes" ]
	# A terminal is not written to by what is in a file.
	bad 'a\tb\t\033[2J\n' "bad:1: time: expected seconds or ISO 8601, got '?[2J' (--time-format) (--header)" \
		--columns=user,item,time
}

@test "the order of the lines does not matter where times tell it" {
	random_log | awk -F '\t' -v OFS='\t' '{ $3 = $3 * 10000 + NR; print }' > log
	sort -t '	' -k 3,3n log > sorted
	# Ids are numbered in order of sight, so what is drawn differs; but the
	# recent seeds of a click are a matter of the times alone.
	for f in log sorted; do
		"$build" --passes=1 --clicks="$f" --columns=user,item,time --seed-order=recent --negatives=0 | sort > "$f.samples"
	done
	[ -s log.samples ]
	cmp log.samples sorted.samples
}

@test "the first of repeated clicks is the earliest" {
	random_log > log
	awk -F '\t' -v OFS='\t' '{ print $1, $2, $3 + 1000; print }' log > twice
	"$build" --passes=1 --clicks=log --columns=user,item,time --seed-order=recent > once
	"$build" --passes=1 --clicks=twice --columns=user,item,time --seed-order=recent > both
	cmp once both
}

# ---- bad input ---------------------------------------------------------------------

bad() { # TEXT MESSAGE OPTION...
	local text=$1 message=$2
	shift 2
	printf %b "$text" > bad
	run -1 --separate-stderr "$build" --passes=1 --clicks=bad "$@"
	[ -z "$output" ]
	[ "$stderr" = "ralm-build-data: $message" ] || {
		printf '%s\n' "$stderr"
		return 1
	}
}

@test "bad lines are named with file and line" {
	bad 'a\tb\nc\n' 'bad:2: expected at least 2 columns, got 1 (--delimiter)'
	bad 'a\tb\n\tb\n' 'bad:2: user: empty id'
	bad 'a\tb\na\t\n' 'bad:2: item: empty id'
	bad 'a b\tc\n' 'bad:1: user: id with white space'
	bad 'a\tb\000c\n' 'bad:1: item: id with a NUL byte'
	bad 'a\tb\t12:30\n' "bad:1: time: expected seconds or ISO 8601, got '12:30' (--time-format) (--header)" \
		--columns=user,item,time
	bad 'a,b,good\n' "bad:1: rating: expected a number, got 'good' (--header)" \
		--delimiter=, --columns=user,item,rating
	bad '"a,b\n' 'bad:1: quote is not closed on its line (--multiline)' --delimiter=,
	bad 'c\na\tb\t1\n' 'bad:1: expected at least 2 columns, got 1 (--delimiter)'
}

@test "a log too small for one sample is named with its last line" {
	bad '' 'bad: the click log holds no click'
	bad '\n\n' 'bad:2: the click log holds no click'
	bad 'a,b\n' 'bad:1: the click log holds no click' --delimiter=, --header --columns=user,item
	bad 'a,b,1\n' 'bad:1: the click log holds no click' \
		--delimiter=, --columns=user,item,rating --min-rating=2
	bad 'a\tb\nc\tb\n' 'bad:2: no item has the 5 users that a training item needs (--min-seeds)'
	bad 'a\tb\t1\nc\tb\t1\nd\tb\t1\n' \
		'bad:3: no click has 2 earlier users of its item (--min-seeds)' \
		--min-seeds=2 --columns=user,item,time --seed-order=recent
	bad 'a\tb\nc\tb\nd\tb\n' \
		'bad:3: no item has the 20 users that a test item needs (--test-min-users)' \
		--min-seeds=2 --test=test
	[ ! -e test ]
}

@test "--skip-bad: also a first line, and where nothing else is left" {
	printf 'x\n"a,b\na,i,1\nb,i,2\nc,i,3\n' > log
	run -0 --separate-stderr "$build" --clicks=log --delimiter=, --min-seeds=2 --passes=1 \
		--negatives=0 --skip-bad
	[ "$stderr" = "ralm-build-data: 2 of 5 lines (40 %) are bad and left out, the first: log:1: expected at least 2 columns, got 1 (--delimiter)" ]
	[ "${#lines[@]}" -eq 3 ]
	run -1 --separate-stderr "$build" --clicks=log --delimiter=, --min-seeds=3 --passes=1 \
		--columns=user,item,time --seed-order=recent --skip-bad
	[ "${stderr_lines[1]}" = "ralm-build-data: log:5: no item has the 4 users that a training item needs (--min-seeds)" ]
	printf 'x\ny\n' > log
	run -1 --separate-stderr "$build" --clicks=log --skip-bad
	[ "${stderr_lines[0]}" = "ralm-build-data: 2 of 2 lines (100 %) are bad and left out, the first: log:1: expected at least 2 columns, got 1 (--delimiter)" ]
	[ "${stderr_lines[1]}" = "ralm-build-data: log:2: the click log holds no click" ]
}

@test "--skip-bad leaves them out and counts them" {
	random_log > log
	awk '{ print } NR % 100 == 50 { print "bad" }' log > mixed
	"$build" --passes=1 --clicks=log > want
	run -0 --separate-stderr "$build" --passes=1 --clicks=mixed --skip-bad --stats
	printf '%s\n' "$output" | cmp - want
	[[ "$stderr" == "ralm-build-data: "?" of $(wc -l < mixed) lines ("*" %) are bad and left out, the first: mixed:51: expected at least 2 columns, got 1 (--delimiter)"* ]]
	[[ "$stderr" == *"bad lines	"[1-9]* ]]
}

@test "a file that is not there, a folder" {
	run -1 --separate-stderr "$build" --passes=1 --clicks=none
	[[ "$stderr" == "ralm-build-data: cannot open 'none': "* ]]
	run -1 --separate-stderr "$build" --passes=1 --clicks=.
	[[ "$stderr" == "ralm-build-data: .: cannot read: "* ]]
	run -1 --separate-stderr "$build" --samples=none --test=test
	[[ "$stderr" == "ralm-build-data: cannot open 'none': "* ]]
	[ ! -e test ]
}

usage() { # MESSAGE OPTION...
	local message=$1
	shift
	run -2 --separate-stderr "$build" "$@"
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "ralm-build-data: $message" ] || {
		printf '%s\n' "$stderr"
		return 1
	}
}

@test "options that contradict each other or would do nothing" {
	usage 'more than one of --clicks, --planted, --samples and --paddlerec' --clicks=a --samples=b
	usage '--columns has no meaning with the planted click log' --planted --columns=user,item
	usage '--users has no meaning with a click log' --clicks=- --users=3
	usage '--passes has no meaning with --samples' --samples=- --test=t --passes=2
	usage '--test has no meaning with --paddlerec' --paddlerec --test=t
	usage '--lists has no meaning with --paddlerec' --paddlerec --lists=once
	usage '--split-by needs --test' --planted --split-by=user
	usage '--samples needs --test' --samples=-
	usage '--split-by: samples have no time' --samples=- --test=t --split-by=time
	usage '--test: stdout is taken by the training samples' --planted --test=-
	usage '--repeat-seeds: the latest users are not drawn, so none repeats (--seed-order)' \
		--planted --repeat-seeds --seed-order=recent
	usage "--negatives: expected a whole number from 0 to 1048576, got '-1'" --negatives=-1
	usage "--noise: expected a number from 0 to 1, got '2'" --noise=2
	usage "--split-by: expected one of item|time|user|sample, got 'day'" --split-by=day --test=t
	usage "--columns: 'user': a user and an item column are needed" --clicks=/dev/null --columns=user
	usage '--min-rating: no column is the rating (--columns)' --clicks=/dev/null --min-rating=3
}
