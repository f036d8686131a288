#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# Files of every program: what is read is not written, no two outputs are one,
# options that name a file are given once, temporaries go.

bats_require_minimum_version 1.5.0
load one-of-each
load until

setup() {
	PATH="$RALM_BIN:$PATH"
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp "$BATS_FILE_TMPDIR"/* .
	ln -s . here
	for file in *; do
		ln -s "$file" "soft-$file"
		[ -d "$file" ] || ln "$file" "hard-$file"
	done
}

# refused MESSAGE COMMAND: exit 2, and no file is made or changed.
refused() {
	find . -type f ! -name 'separate-stderr-*' -exec cksum {} + | sort > /tmp/ralm-files-$$
	run -2 --separate-stderr bash -c "$2"
	[ "${stderr_lines[0]}" = "$1" ] || {
		echo "$2: $stderr"
		return 1
	}
	find . -type f ! -name 'separate-stderr-*' -exec cksum {} + | sort |
		cmp - /tmp/ralm-files-$$
	rm /tmp/ralm-files-$$
}

# A file under all its names: itself, through links, folders and descriptors.
names() { # FILE
	echo "$1" "./$1" "$PWD/$1" "here/$1" "soft-$1" "hard-$1"
}

@test "what is read is not written, under any name" {
	for name in $(names clicks); do
		refused "ralm-build-data: --clicks and --test are the same file: '$name'" \
			"ralm-build-data --clicks=clicks --test=$name"
	done
	for name in $(names samples); do
		refused "ralm-build-data: --samples and --test are the same file: '$name'" \
			"ralm-build-data --samples=samples --test=$name"
		refused "ralm-fit: FILE and --output are the same file: '$name'" \
			"ralm-fit -q -o $name samples"
		refused "ralm-fit: --validate and --output are the same file: '$name'" \
			"ralm-fit -q --validate=samples -o $name clicks"
		refused "ralm-fit: FILE and --log are the same file: '$name'" \
			"ralm-fit -q --log=$name -o out samples"
		refused "ralm-fit: stdin and --output are the same file: '$name'" \
			"ralm-fit -q -o $name < samples"
	done
	for name in $(names scores); do
		for option in roc report; do
			refused "ralm-auc: FILE and --$option are the same file: '$name'" \
				"ralm-auc -q --$option=$name scores"
		done
		refused "ralm-auc: --compare and --roc are the same file: '$name'" \
			"ralm-auc --compare=$name --roc=scores clicks" ||
			refused "ralm-auc: --compare and --roc are the same file: 'scores'" \
				"ralm-auc --compare=$name --roc=scores clicks"
	done
	refused "ralm-fit: --config and --output are the same file: 'config'" \
		'ralm-fit -c config -o config samples'
	refused "ralm-fit: --init-model and --log are the same file: 'model'" \
		'ralm-fit --init-model=model --log=model -o out samples'
}

@test "nor is it written by way of standard output" {
	refused "ralm-build-data: --clicks and stdout are the same file: '/dev/stdout'" \
		'ralm-build-data --clicks=clicks >> clicks'
	refused "ralm-build-data: stdin and stdout are the same file: '/dev/stdout'" \
		'ralm-build-data < clicks >> clicks'
	refused "ralm-score: --model and stdout are the same file: '/dev/stdout'" \
		'ralm-score -m model samples >> model'
	refused "ralm-score: --seeds and stdout are the same file: '/dev/stdout'" \
		'ralm-score -m model --seeds=lists samples >> lists'
	refused "ralm-score: --model and stdout are the same file: '/dev/stdout'" \
		'ralm-score -m model --info >> model'
	refused "ralm-score: FILE and stdout are the same file: '/dev/stdout'" \
		'ralm-score -m model samples >> samples'
	refused "ralm-auc: FILE and stdout are the same file: '/dev/stdout'" \
		'ralm-auc scores >> scores'
	refused "ralm-fit: FILE and --output are the same file: '/dev/stdout'" \
		'ralm-fit -q -o - samples >> samples'
	refused "ralm-fit: --config and stdout are the same file: '/dev/stdout'" \
		'ralm-fit -c config --print-config >> config'
	refused "ralm-fit: FILE and --output are the same file: '/dev/fd/3'" \
		'ralm-fit -q -o /dev/fd/3 samples 3>> samples'
}

@test "no two outputs are one file, there or not yet there" {
	ln -s new soft-new
	for name in new ./new here/new "$PWD/new" soft-new; do
		refused "ralm-auc: --roc and --pr are the same file: '$name'" \
			"ralm-auc -q --roc=new --pr=$name scores"
	done
	for name in $(names config); do
		refused "ralm-auc: --pr and --report are the same file: '$name'" \
			"ralm-auc -q --pr=config --report=$name scores"
		refused "ralm-fit: --output and --log are the same file: '$name'" \
			"ralm-fit -q -o config --log=$name samples"
	done
	touch old
	refused "ralm-build-data: stdout and --test are the same file: 'old'" \
		'ralm-build-data --samples=samples --test=old >> old'
	refused "ralm-auc: stdout and --roc are the same file: '/dev/stdout'" \
		'ralm-auc --roc=/dev/stdout scores >> old'
	# what cannot be overwritten may serve for several
	run -0 ralm-auc -q --roc=/dev/null --pr=/dev/null scores
	run -0 ralm-fit -q -j1 --init-model=model -o model samples
}

@test "an output named - is standard output, behind what stands there" {
	seq 40 > ids
	seq 9 > seeds
	while read -r command; do
		echo before > out
		bash -c "{ $command; echo behind; } >> out"
		[ "$(head -n 1 out)" = before ]
		[ "$(tail -n 1 out)" = behind ]
		[ "$(wc -l < out)" -gt 3 ]
		[ ! -e ./- ] || {
			echo "$command"
			return 1
		}
	done <<- 'END'
		ralm-build-data --planted --passes=0 --test=-
		ralm-fit -q -j1 --log=- -o new samples
		ralm-fit -q -j1 --report=- -o new samples
		ralm-score -m model --export=-
		ralm-expand -q -m model --size=2 --candidates=ids --like=1 -o -
		ralm-expand -q -m model --candidates=ids --sizes=1,2,3 --curve=- seeds
		ralm-expand -q -m model --candidates=ids --seed-scores=- seeds
		ralm-expand -q -m model --candidates=ids --report=- seeds
	END
	# Measures go there, too.
	for option in roc pr calibration report; do
		refused "ralm-auc: stdout and --$option are the same file: '/dev/stdout'" \
			"set -o pipefail; ralm-auc -q --$option=- scores | cat"
	done
	run -1 --separate-stderr bash -c 'ralm-expand -q -m model --size=2 --like=1 -o - >&-'
	[ "$stderr" = "ralm-expand: cannot write '/dev/stdout': Bad file descriptor" ]
}

@test "an option that names a file is given once; --clicks may repeat" {
	refused 'ralm-build-data: --test: given twice' \
		'ralm-build-data --samples=samples --test=a -t b'
	refused 'ralm-build-data: --samples: given twice' \
		'ralm-build-data --samples=samples -s samples --test=a'
	for option in output config validate log init-model checkpoint-dir; do
		refused "ralm-fit: --$option: given twice" \
			"ralm-fit -o out --$option=config samples --$option=config"
	done
	refused 'ralm-score: --model: given twice' \
		'ralm-score -m model --model=model samples'
	for option in compare roc pr calibration report; do
		refused "ralm-auc: --$option: given twice" \
			"ralm-auc --$option=x --$option=y scores"
	done
	head -n 31 clicks > first
	tail -n +32 clicks > second
	cat clicks second > all
	ralm-build-data --passes=1 --clicks=all > want
	ralm-build-data --passes=1 -c first --clicks=second second | cmp - want
	ralm-build-data --passes=1 second --clicks=first -csecond | cmp - want
	ralm-fit -q -j1 -c config --embedding-size=4 -o out samples
}

@test "an empty name of a file or folder is refused: a script's variable is not set" {
	for option in output config validate log report init-vectors users init-model \
		checkpoint-dir; do
		refused "ralm-fit: --$option: the name is empty" \
			"ralm-fit -q --$option= samples"
	done
	refused 'ralm-fit: --output: the name is empty' "ralm-fit -q -o '' samples"
	for option in model seeds users export; do
		refused "ralm-score: --$option: the name is empty" \
			"ralm-score --$option= samples"
	done
	for option in compare roc report; do
		refused "ralm-auc: --$option: the name is empty" "ralm-auc --$option= scores"
	done
	for option in lists candidates exclude output curve; do
		refused "ralm-expand: --$option: the name is empty" \
			"ralm-expand -m model --size=1 --$option="
	done
	for option in clicks samples test users-file; do
		refused "ralm-build-data: --$option: the name is empty" \
			"ralm-build-data --$option="
	done
}

@test "wrong options: what getopt says, by the program's name and printable" {
	ln -s "$RALM_BIN/ralm-auc" other
	wrong() { # wrong MESSAGE OPTION...
		local message=$1
		shift
		run -2 --separate-stderr ./other "$@" scores
		[ "$stderr" = "ralm-auc: $message
Try 'ralm-auc --help'" ] || {
			echo "$stderr"
			return 1
		}
	}
	wrong "unrecognized option '--frobnicate'" --frobnicate
	wrong "unrecognized option '--no?[31mpe=x'" $'--no\e[31mpe=x'
	wrong "unrecognized option '--quieter'" --quieter
	wrong "option '--co' is ambiguous; possibilities: '--columns' '--compare'" --co
	wrong "option '--co=1' is ambiguous; possibilities: '--columns' '--compare'" --co=1
	wrong "option '--quiet' doesn't allow an argument" --quiet=3
	wrong "option '--help' doesn't allow an argument" --help=3
	wrong "invalid option -- 'x'" -qx
	run -2 --separate-stderr ./other scores --threads
	[ "${stderr_lines[0]}" = "ralm-auc: option '--threads' requires an argument" ]
	run -2 --separate-stderr ./other scores -qj
	[ "${stderr_lines[0]}" = "ralm-auc: option requires an argument -- 'j'" ]
	# what is no mistake
	[ "$(./other --colu=label,score -q scores)" = "$(./other -q scores)" ]
}

@test "a name of 255 bytes is a name" {
	long=$(printf '%0255d' 7)
	ralm-fit -q -j1 -o "$long" samples
	ralm-score --info -m "$long" > /dev/null
	ralm-auc -q --roc="here/$long" scores
	[ "$(head -c 9 "$long")" = threshold ] || [ -s "$long" ]
	run -1 ralm-auc -q --roc="x$long" scores
}

temporaries() {
	find . -name '.?*' ! -name .
}

@test "temporaries go, whatever ends the program" {
	mkfifo pipe
	exec 9<> pipe
	for signal in HUP INT QUIT TERM XCPU USR1 ALRM; do
		env --default-signal="$signal" \
			ralm-build-data --samples=- --test=out <&9 > said 2>&1 &
		until [ "$(temporaries)" ]; do sleep 0.02; done
		kill -s $signal $!
		wait $! && false
		[ -z "$(temporaries)" ]
	done
	[ ! -e out ]
	# What nohup(1) has ignored stays ignored.
	(trap '' HUP; exec ralm-build-data --samples=- --test=out <&9 > said 2>&1) &
	until [ "$(temporaries)" ]; do sleep 0.02; done
	kill -s HUP $!
	sleep 0.3
	[ "$(temporaries)" ]
	kill $!
	wait $! && false
	[ -z "$(temporaries)" ]
	for _ in 1 2 3 4 5; do cat samples; done > many
	run -0 bash -c 'ralm-fit -j1 -e 100 --print-interval=1 -o out many 2>&1 | head -n 1'
	until [ -z "$(temporaries)" ]; do sleep 0.1; done
	[ ! -e out ]
}

@test "standard input is read once, under whatever name" {
	twice() { # twice WHAT COMMAND
		run -2 --separate-stderr bash -c "$2 < samples > new-out"
		[ "${stderr_lines[0]}" = "${2%% *}: $1: standard input is read once, and here twice; name a file" ] || {
			echo "$2: $stderr"
			return 1
		}
		[ ! -s new-out ]
	}
	echo 1 > ids
	for name in - /dev/stdin /dev/fd/0; do
		twice "stdin and --compare" "ralm-auc --compare=$name"
		twice "--compare and --compare" "ralm-auc --each --compare=$name scores scores"
		twice "--exclude and stdin" "ralm-expand -m model --size=1 --exclude=$name"
		twice "--candidates and stdin" "ralm-expand -m model --size=1 --candidates=$name"
		twice "--lists and --exclude" \
			"ralm-expand -m model --size=1 --lists=$name --exclude=/dev/stdin"
		twice "FILE and FILE" "ralm-expand -m model --size=1 $name $name"
		twice "--seeds and stdin" "ralm-score -m model --seeds=$name"
		twice "stdin and --users" "ralm-fit -q -o new --users=$name"
		twice "FILE and --init-vectors" "ralm-fit -q -o new --init-vectors=$name -"
		twice "FILE and FILE" "ralm-score -m model - $name"
		twice "--clicks and --user-table" \
			"ralm-build-data --clicks=- --user-table=$name --user-columns=user,a --users-file=new"
	done
	twice "--model and stdin" "ralm-score -m /dev/stdin"
	twice "--users and stdin" "ralm-score -m model --users=/dev/stdin"
	[ ! -e new ]
	echo 'user:1 a:b' > told
	run -1 --separate-stderr ralm-score -m model --users=/dev/stdin samples < told
	[ "$stderr" = "ralm-score: the model has no vectors of values: ralm-fit --users finds them" ]
}

@test "a file that may not grow is told" {
	run -1 --separate-stderr bash -c 'ulimit -f 1; ralm-fit -q -j1 -o out samples'
	[[ "$stderr" = "ralm-fit: out: cannot write: File too large" ]] || {
		echo "$stderr"
		false
	}
	run -1 --separate-stderr bash -c \
		'ulimit -f 1; ralm-build-data --samples=samples --test=out > /dev/null'
	[[ "$stderr" = "ralm-build-data: out: cannot write: File too large" ]] || {
		echo "$stderr"
		false
	}
	[ -z "$(temporaries)" ]
}

@test "a signal in the first moments is not lost" {
	mkfifo pipe
	exec 9<> pipe
	for program in 'ralm-fit -q -o out' 'ralm-score -u -m model' ralm-auc \
		'ralm-build-data --clicks=-'; do
		for ms in 000 001 002 005 010 020; do
			$program <&9 > said 2>&1 &
			# one that comes before exec is the shell's, and lost
			while [ "$(cat /proc/$!/comm 2> /dev/null)" = bash ]; do :; done
			sleep 0.$ms
			kill $!
			status=0
			wait $! || status=$?
			[ $status = 143 ] || {
				echo "$program, $ms ms: $status"
				false
			}
		done
	done
}

@test "a program may use the processors that it was given, all of them" {
	[ -r /proc/self/status ] || skip "no /proc"
	mkfifo input
	exec 9<> input
	want=$(grep '^Cpus_allowed:' /proc/self/status)
	for program in 'ralm-fit -q -o out' 'ralm-score -m model' \
		'ralm-expand -m model --size=1' ralm-auc 'ralm-build-data --clicks=-'; do
		$program <&9 > said 2>&1 &
		# the program's own, and after what is done before main
		until_true grep -qx "${program%% *}" /proc/$!/comm
		until_true grep -q '^State:.*sleeping' /proc/$!/status
		got=$(grep '^Cpus_allowed:' /proc/$!/status)
		kill $!
		wait $! || true
		[ "$got" = "$want" ] || {
			echo "$program: $got, not $want"
			false
		}
	done
}

@test "what is quoted does not drive a terminal" {
	name=$(printf 'a\033[2Jb\302\233c\233d\303\251\357\273\277')
	run -1 --separate-stderr ralm-auc "$name"
	[ "$stderr" = "ralm-auc: cannot open 'a?[2Jb?c?dé?': No such file or directory" ]
	run -2 --separate-stderr ralm-score --info -m model "$name"
	[ "${stderr_lines[0]}" = "ralm-score: 'a?[2Jb?c?dé?': --info reads no samples" ]
}

# child_runs PID PROGRAM: its only child, whose number goes to $inner, is that program.
child_runs() {
	inner=$(tr -d ' ' < "/proc/$1/task/$1/children")
	[ -n "$inner" ] && grep -qsx "$2" "/proc/$inner/comm"
}

@test "a signal ends the first process of a container, too" {
	[ -r /proc/$$/task/$$/children ] ||
		skip "no /proc/PID/task/PID/children"
	own=(unshare --pid --fork --kill-child)
	[ "$(id -u)" = 0 ] || own+=(--map-root-user)
	"${own[@]}" true 2> said || skip "a name space of processes: $(cat said)"
	mkfifo input
	exec 9<> input
	for program in 'ralm-score -m model' 'ralm-build-data --clicks=-' ralm-auc; do
		"${own[@]}" $program <&9 > said 2>&1 &
		outer=$!
		until_true child_runs $outer "${program%% *}"
		until_true grep -q '^State:.*sleeping' "/proc/$inner/status"
		# again and again: without its handlers it takes no notice
		until_true sh -c 'kill "$1" 2> said; sleep 0.1; ! kill -0 "$1" 2> said' \
			sh "$inner"
		wait $outer || true
	done
}

@test "where standard error is closed and there is no /dev/null, files stay whole" {
	[ -e "$RALM_BIN/../tests/faults/inject.so" ] || skip "no injector"
	if grep -q _asan_ "$RALM_BIN/ralm-fit"; then
		skip "the injector is for glibc without sanitizers"
	fi
	fit=(ralm-fit --embedding-size=8 --batch-size=8 --save-every=1)
	"${fit[@]}" -o want < samples 2> said
	LD_PRELOAD="$RALM_BIN/../tests/faults/inject.so" RALM_FAULT_CALL=open \
		RALM_FAULT_NTH=1 "${fit[@]}" -o got < samples 2>&-
	cmp want got
}
