#!/usr/bin/env bats
# ralm-build-data: where the clicks come from, said and unsaid.

bats_require_minimum_version 1.5.0
load clicks

planted='ralm-build-data: these are samples of the planted click log (--planted)'
on_stdin='ralm-build-data: these are samples of the click log on stdin (--clicks=-)'

@test "a pipe, a file, a socket on stdin is the click log, and is said to be" {
	small_log > log
	"$build" --passes=1 --clicks=log > want
	run -0 --separate-stderr "$build" --passes=1 < log
	cmp want <(printf '%s\n' "$output")
	[ "$stderr" = "$on_stdin" ]
	mkfifo pipe
	cat log > pipe &
	run -0 --separate-stderr "$build" --passes=1 --stats < pipe
	cmp want <(printf '%s\n' "$output")
	[[ "$stderr" == *"source	stdin"*"$on_stdin" ]]
	run -0 --separate-stderr "$build" --passes=1 log < /dev/null
	cmp want <(printf '%s\n' "$output")
	[ -z "$stderr" ]
	# What is on stdin beside a file is not looked at, as with any filter.
	run -0 --separate-stderr bash -c 'yes bad | "$0" --passes=1 log' "$build"
	cmp want <(printf '%s\n' "$output")
	command -v socat > /dev/null || skip "no socat here"
	socat -t 60 OPEN:log,rdonly SYSTEM:"exec '$build' --passes=1 > got 2> said"
	cmp want got
	[ "$(cat said)" = "$on_stdin" ]
}

@test "nothing on stdin: the planted log, and it is said" {
	"$build" --planted --passes=1 --users=90 --items=30 > want < <(yes bad)
	run -0 --separate-stderr "$build" --passes=1 --users=90 --items=30 < /dev/null
	cmp want <(printf '%s\n' "$output")
	[ "$stderr" = "$planted" ]
	run -0 --separate-stderr bash -c '"$0" --passes=1 --users=90 --items=30 --stats <&-' "$build"
	cmp want <(printf '%s\n' "$output")
	[[ "$stderr" == *"source	planted click log"*"$planted" ]]
	run -0 --separate-stderr bash -c '"$0" --planted --passes=1 --users=90 --items=30 <&-' "$build"
	[ -z "$stderr" ]
	command -v script > /dev/null || skip "no script here"
	script -qec "'$build' --passes=1 --users=90 --items=30 2> said | cat > got" /dev/null
	cmp want got
	[ "$(cat said)" = "$planted" ]
}

@test "an empty stdin that nobody named hints at --planted" {
	: > empty
	for input in empty <(:); do
		run -1 --separate-stderr "$build" --passes=1 < "$input"
		[ -z "$output" ]
		[ "$stderr" = "ralm-build-data: stdin: no click log came (--planted invents one)" ]
	done
	# What is not empty has its own message.
	for log in $'foo,bar\n1,2' $'user,item' $'\n'; do
		for named in "" --clicks=-; do
			run -1 --separate-stderr "$build" --header --delimiter=, $named <<< "$log"
			echo "$stderr" > said.${named#--}
		done
		cmp said. said.clicks=-
	done
	printf 'a\tb\n' | gzip > packed
	run -1 --separate-stderr "$build" < packed
	[[ "$stderr" == "ralm-build-data: stdin: compressed by gzip"* ]]
	run -1 --separate-stderr "$build" --clicks=- < empty
	[ "$stderr" = "ralm-build-data: stdin: the click log holds no click" ]
	run -1 --separate-stderr "$build" <<< $'a\tb'
	[ "$stderr" = "ralm-build-data: stdin:1: no item has the 5 users that a training item needs (--min-seeds)" ]
}

@test "--stats names every source" {
	small_log > a
	head -n 7 a > b
	run -0 --separate-stderr "$build" --passes=1 --stats --clicks=a b - < b
	[ "${stderr_lines[*]:0:3}" = "source	a source	b source	stdin" ]
	run -0 --separate-stderr to train.txt "$build" --planted --passes=1 --stats
	[ "${stderr_lines[0]}" = "source	planted click log" ]
}

@test "--stats --json: the same names and values, on one line" {
	# a name with what JSON escapes, and a byte that is no UTF-8
	name=$'a "b"\\\x01\xff'
	random_log > "$name"
	options=(--passes=1 --columns=user,item,time --test=test --valid=valid
		--test-min-users=15 --seeds-file=seeds --stats)
	"$build" "${options[@]}" "$name" > /dev/null 2> text
	"$build" "${options[@]}" --json "$name" > /dev/null 2> json
	[ "$(grep -c '^{.*}$' json)" -eq 1 ]
	{ printf '%s' '{"source": ["a \"b\"\\\u0001\ufffd"]'
		grep -av '^ralm-' text | sed 1d | awk -F '\t' '{ gsub(/[ -]/, "_", $1)
			printf ", \"%s\": %s", tolower($1),
				$1 ~ /_time/ ? "\"" $2 "\"" : $2 }'
		echo '}'; } > expected
	[ "$(wc -l < text)" -gt 35 ]
	cmp expected json
	"$build" --passes=1 "$name" "$name" --stats --json 2>&1 > /dev/null |
		grep -q '^{"source": \["[^,]*", "[^,]*"\], "users": 60, .*: 0.[0-9]*}$'
	"$build" --samples=<("$build" --paddlerec) --test=test --stats --json \
		> /dev/null 2> json
	grep -qx '{"training_samples": [0-9]*, "test_samples": [0-9]*}' json
	run -2 --separate-stderr "$build" --json "$name"
	[ "${stderr_lines[0]}" = "ralm-build-data: --json needs --stats" ]
}

refused() { # MESSAGE OPTION...; with a pipe on stdin
	local message=$1
	shift
	run -2 --separate-stderr "$build" "$@" < <(small_log)
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "ralm-build-data: $message" ] || {
		printf '%s\n' "$stderr"
		return 1
	}
}

@test "no log is thrown away: planted options do not go with one" {
	refused '--users has no meaning with the click log on stdin (--planted)' --users=90
	refused '--noise has no meaning with a click log' --noise=0 log
	refused '--columns has no meaning with the planted click log' --planted --columns=user,item
	refused 'more than one of --clicks, --planted, --samples and --paddlerec' --planted --clicks=-
	refused "'log': the planted click log reads no file" --planted log
	refused "'log': --paddlerec reads no file" --paddlerec log
}
