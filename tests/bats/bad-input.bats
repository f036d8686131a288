#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# What is bad is refused alike by every program that reads it: its place on
# stderr, exit 1 (what a configuration says: 2), nothing on stdout, no file. Model files are
# in hostile.sh, score lines in ralm-auc.bats, click logs in
# ralm-build-data-input.bats.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	"$RALM_BIN/ralm-build-data" --planted --users=60 --items=20 --clicks-per-user=8 \
		--passes=1 > good.txt 2> /dev/null
	"$RALM_BIN/ralm-fit" -q -j1 --embedding-size=4 --transformed-size=4 \
		-o model.bin good.txt
}

setup() {
	PATH="$RALM_BIN:$PATH"
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/* .
}

files() { # but for those of bats
	find . -maxdepth 1 ! -name 'separate-stderr-*' | sort
}

# refused STATUS MESSAGE PROGRAM ARGUMENT...: it is, and nothing is left behind.
refused() {
	local status_wanted=$1 message=$2 program=$3
	shift 2
	files > before
	run "-$status_wanted" --separate-stderr "$@"
	[ "$stderr" = "$program: $message" ] && [ -z "$output" ] &&
		files | cmp -s - before || {
		printf '%s\n' "$*" "wanted $program: $message" "got $stderr"
		return 1
	}
}

# Everything that reads samples, from the file "in".
sample_readers() { # MESSAGE
	refused 1 "$1" ralm-fit -q -o out in
	refused 1 "$1" ralm-fit -q -o out --validate=in good.txt
	refused 1 "$1" ralm-score -m model.bin in
	refused 1 "$1" ralm-score -u -m model.bin in
	refused 1 "$1" ralm-build-data --samples=in --test=out
}

sample() { # LINE MESSAGE
	printf '\n%b\n%s\n' "$1" "$(head -n 1 good.txt)" > in
	sample_readers "in:2: $2"
}

@test "samples: a line without seeds, without target, with two targets" {
	touch before
	sample 'target_user:1 label:1' 'no user_seeds slot'
	sample 'user_seeds:1 label:1' 'no target_user slot'
	sample 'user_seeds:1 target_user:1 target_user:2 label:1' 'two target_user slots'
}

@test "samples: label 2, an unknown slot, a slot without colon" {
	touch before
	sample 'user_seeds:1 target_user:1 label:2' "label: expected 0 or 1, got '2'"
	sample 'user_seeds:1 target_user:1 label:1 color:3' "unknown slot 'color'"
	sample 'user_seeds:1 target_user:1 label' "expected SLOT:VALUE, got 'label'"
}

@test "samples: an empty id, an id with a NUL byte" {
	touch before
	sample 'user_seeds: target_user:1 label:1' 'user_seeds: empty user id'
	sample 'user_seeds:1 target_user: label:1' 'target_user: empty user id'
	sample 'user_seeds:a\0b target_user:1 label:1' 'user_seeds: NUL byte in a user id'
	sample 'user_seeds:1 target_user:a\0b label:1' 'target_user: NUL byte in a user id'
}

@test "samples: a line of 1 MB that is none, and one that is" {
	touch before
	x=$(printf 'x%.0s' $(seq 40))
	{ echo; head -c 1000000 /dev/zero | tr '\0' x; echo; } > in
	sample_readers "in:2: expected SLOT:VALUE, got '$x...'"
	{ seq -f 'user_seeds:%01000.0f' 1000; echo target_user:1 label:1; } | tr '\n' ' ' > in
	[ "$(wc -c < in)" -gt 1000000 ]
	run -0 ralm-score -m model.bin in
	run -0 ralm-fit -q -j1 --embedding-size=4 --transformed-size=4 -o long.bin in
}

@test "samples: no label to train on, no line at all" {
	touch before
	printf '\nuser_seeds:1 target_user:2\n' > in
	refused 1 'in:2: no label slot' ralm-fit -q -o out in
	refused 1 'in:2: no label slot' ralm-fit -q -o out --validate=in good.txt
	: > in
	refused 1 'in: no samples' ralm-fit -q -o out in
	refused 1 'stdin: no samples' ralm-fit -q -o out < in
	refused 1 'no samples' ralm-fit -q -o out in in
	refused 1 'in: no samples' ralm-fit -q -o out --validate=in good.txt
	refused 1 'in: no samples' ralm-build-data --samples=in --test=out
	refused 1 'stdin: the click log holds no click' ralm-build-data --clicks=- --test=out < in
	refused 1 'in: no scores' ralm-auc in
	echo > in
	refused 1 'in: no samples' ralm-fit -q -o out in
}

@test "samples: one user more than --user-count" {
	touch before
	printf 'user_seeds:1 user_seeds:2 target_user:3 label:1\n' > in
	run -0 ralm-fit -q --user-count=3 -o three.bin in
	printf 'user_seeds:1 target_user:4 label:1\n' >> in
	refused 1 'in:2: more than 3 users: raise --user-count' ralm-fit -q --user-count=3 -o out in
}

lists() { # LINE MESSAGE
	printf 'item:a user_seeds:1\n%b\n' "$1" > lists
	refused 1 "lists:2: $2" ralm-score -m model.bin --seeds=lists good.txt
}

@test "seed lists: bad lines" {
	touch before lists
	lists 'item:b' 'no user_seeds slot'
	lists 'user_seeds:1' 'no item slot'
	lists 'item:b user_seeds:1 target_user:1' 'target_user does not belong in a seed list'
	lists 'item:b user_seeds:1 label:1' 'label does not belong in a seed list'
	lists 'item:b user_seeds:' 'user_seeds: empty user id'
	lists 'item:b user_seeds:a\0b' 'user_seeds: NUL byte in a user id'
	lists 'item: user_seeds:1' 'item: empty id'
	lists 'item:a user_seeds:1' "item 'a' has two lists"
}

config() { # TEXT MESSAGE
	printf '%b' "$1" > c.yaml
	refused 2 "c.yaml$2" ralm-fit -c c.yaml -o out good.txt
	refused 2 "c.yaml$2" ralm-fit -c c.yaml --print-config
}

@test "configuration: unknown, duplicate and wrongly typed keys, a bomb, NaN" {
	touch before c.yaml
	config 'runner:\n- {epoch: 3}\n' ":2:4: unknown key 'epoch' in runner"
	config 'debug: 1\ndebug: 2\n' ":2:1: duplicate key 'debug'"
	config 'runner:\n- {epochs: many}\n' \
		":2:12: epochs: expected a whole number from 0 to 1000000000, got 'many'"
	config 'runner:\n- {epochs: [3]}\n' \
		":2:12: epochs: expected a whole number from 0 to 1000000000, got a list"
	config 'hyper_parameters:\n  optimizer: {learning_rate: .nan}\n' \
		":2:30: learning_rate: expected a number from 0 to 1000, got '.nan'"
	config 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n' \
		':1:4: tags and anchors are not supported'
	config 'a: "b\n' ':2:1: while scanning a quoted scalar: found unexpected end of stream'
	config '' ': the file is empty'
	config '\0' ':1:1: control characters are not allowed'
	rm c.yaml
	refused 1 "cannot open 'c.yaml': No such file or directory" ralm-fit -c c.yaml -o out good.txt
	mkdir c.yaml
	refused 1 'c.yaml: cannot read: Is a directory' ralm-fit -c c.yaml -o out good.txt
}

@test "options: NaN and what is no number" {
	for value in nan inf 1x '' 0x1; do
		run -2 --separate-stderr ralm-fit -q -l "$value" -o out good.txt
		[ "${stderr_lines[0]}" = "ralm-fit: --learning-rate: expected a number from 0 to 1000, got '$value'" ]
	done
	[ ! -e out ]
}

@test "places that cannot be written are told before any input is read" {
	touch before
	cannot() { # FILE PROGRAM ARGUMENT...
		local file=$1
		shift
		refused 1 "cannot write '$file': No such file or directory" "$@" < unread
	}
	mkfifo unread
	exec 9<> unread # a pipe where nothing comes
	cannot no/model ralm-fit -q -o no/model
	cannot no/log ralm-fit -q -o out --log=no/log
	cannot no/test ralm-build-data --clicks=- --test=no/test
	cannot no/test ralm-build-data --samples=- --test=no/test
	cannot no/roc ralm-auc --roc=no/roc
	cannot no/report ralm-auc --report=no/report
}

@test "/dev/full and a closed stdout, of everything that writes there" {
	[ -c /dev/full ] || skip "no /dev/full here"
	cat > all <<-'END'
	ralm-build-data --planted
	ralm-build-data --paddlerec
	ralm-build-data --samples=good.txt --test=out
	ralm-build-data --help
	ralm-fit -q -o - --embedding-size=4 --transformed-size=4 good.txt
	ralm-fit --print-config
	ralm-fit --version
	ralm-score -m model.bin good.txt
	ralm-score -u -m model.bin good.txt
	ralm-score -m model.bin --info
	ralm-auc scores
	END
	printf '1 0.7\n0 0.2\n' > scores
	while read -r command; do
		for to in '/dev/full' '&-'; do
			run -1 --separate-stderr bash -c "$command >$to"
			[[ "$stderr" == "${command%% *}: "*"cannot write"* ]] || {
				echo "$command >$to: $stderr"
				return 1
			}
		done
	done < all
	[ ! -e out ]
	run -1 --separate-stderr ralm-fit -q -o /dev/full good.txt
	run -1 --separate-stderr ralm-build-data --planted --test=/dev/full
	run -1 --separate-stderr ralm-fit -q --log=/dev/full -o out good.txt
	[ "$stderr" = "ralm-fit: cannot write '/dev/full': No space left on device" ]
}
