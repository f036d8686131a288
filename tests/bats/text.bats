#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# What every program does alike with the text that it reads and writes: byte
# order marks, files that are no text, lines that are too long, descriptors that
# do not wait. The reader alone is in unit/test-first-bytes.c.

bats_require_minimum_version 1.5.0
load one-of-each

setup() {
	PATH="$RALM_BIN:$RALM_BIN/../tests:$PATH"
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/* .
}

# Each way to read text, one a line: from FILE, whatever is left in "out".
readers() { # KIND
	case $1 in
	samples) cat <<-'READERS' ;;
		ralm-fit -q -j1 -e 1 --embedding-size=4 --transformed-size=4 -o out FILE
		ralm-fit -q -j1 -e 1 --embedding-size=4 --transformed-size=4 -o out --validate=FILE samples
		ralm-score -m model FILE > out
		ralm-score -u -m model FILE > out
		ralm-build-data --samples=FILE --test=out
		READERS
	scores) cat <<-'READERS' ;;
		ralm-auc FILE > out
		ralm-auc --compare=FILE scores > out
		ralm-auc --compare=scores FILE > out
		READERS
	clicks) echo 'ralm-build-data --passes=1 --clicks=FILE > out' ;;
	lists) echo 'echo item:a target_user:3 | ralm-score -m model --seeds=FILE > out' ;;
	config) echo 'ralm-fit --print-config -c FILE > out' ;;
	esac
}

@test "a byte order mark at the start of each file is passed over" {
	for kind in samples scores clicks lists config; do
		{ printf '\357\273\277' && cat $kind; } > marked
		readers $kind | while read -r line; do
			bash -c "${line//FILE/$kind}" > std 2> /dev/null
			cat out std > plain
			bash -c "${line//FILE/marked}" > std 2> message || {
				echo "$line"
				cat message
				false
			}
			cat out std | cmp - plain
		done
	done
	cat clicks marked > /dev/null
	{ printf '\357\273\277' && cat clicks; } > marked
	ralm-build-data --passes=1 --clicks=clicks clicks > plain
	ralm-build-data --passes=1 --clicks=marked marked | cmp - plain
}

@test "a file that is no text is told from text by every reader" {
	gzip -c samples > packed.gz
	iconv -f UTF-8 -t UTF-16 samples > wide
	tr '\n' '\r' < samples > returns
	for kind in samples scores clicks lists config; do
		readers $kind | while read -r line; do
			pipe='|'
			[[ "$line" != *--validate* ]] || pipe='>'
			for case in "packed.gz: compressed by gzip: use 'zcat packed.gz $pipe ...'" \
				"wide: text in UTF-16: use 'iconv -f UTF-16 -t UTF-8 wide $pipe ...'" \
				"returns: lines end in CR alone: use \"tr '\\r' '\\n' < returns $pipe ...\""; do
				exit=0 wanted=1
				[ $kind != config ] || wanted=2
				bash -c "${line//FILE/${case%%:*}}" 2> message > /dev/null ||
					exit=$?
				[ "$(sed 's/^ralm-[a-z-]*: //' message)" = "$case" ] &&
					[ $exit = $wanted ] || {
					echo "$line: $exit"
					cat message
					false
				}
			done
		done
	done
}

@test "a name that a shell would not take as it is stands in no command" {
	gzip -c samples > '-packed.gz'
	cp ./-packed.gz 'two words.gz'
	run -1 --separate-stderr ralm-score -m model -- -packed.gz
	[ "$stderr" = "ralm-score: -packed.gz: compressed by gzip: use 'zcat ./-packed.gz | ...'" ]
	run -1 --separate-stderr ralm-score -m model 'two words.gz'
	[ "$stderr" = "ralm-score: two words.gz: compressed by gzip: use 'zcat | ...'" ]
}

@test "a compressed model is told from one" {
	gzip -c model > model.gz
	run -1 --separate-stderr ralm-score -m model.gz samples
	[ "$stderr" = "ralm-score: model.gz: not a safetensors file: compressed by gzip" ]
}

@test "sizes in small letters; capitals in words" {
	ralm-score -m model --cache=512m samples > want
	ralm-score -m model --cache=512M --device=CPU samples | cmp - want
	run -2 --separate-stderr ralm-score -m model --cache=5X samples
	[[ "$stderr" == *"expected a size such as 512M (K, M, G, T), got '5X'"* ]]
	printf 'runner:\n- class: Train\n  epochs: 3\n' > words.yaml
	ralm-fit --print-config -c words.yaml | grep -q 'epochs: 3'
}

@test "a pipe that brings one byte first is recognised, too" {
	# a line end so that nobody waits for the rest, which never comes
	mkfifo pipe
	{
		printf '\037'
		sleep 0.2
		printf '\213\b\n'
		exec sleep 60
	} > pipe 3>&- &
	run -1 timeout 30 ralm-score -u -m model < pipe
	kill $!
	[ "$output" = "ralm-score: stdin: compressed by gzip: use 'zcat | ...'" ]
}

# Line 4 is one byte longer than a line may be.
long() { # FILE
	head -n 3 "$1" > long
	truncate -s $(($(wc -c < long) + (64 << 20) + 1)) long
	printf '\n' >> long
	tail -n +4 "$1" >> long
	echo end >> long # a bad line, to see its number
}

@test "a line that is too long is one bad line to every reader" {
	message='long:4: line longer than 67108864 bytes'
	long samples
	for options in -j1 -j2 -u; do
		run -1 --separate-stderr bash -c "set -o pipefail
			ralm-score $options -m model long | cmp - <(head -n 3 scores)"
		[ "$stderr" = "ralm-score: $message" ]
		run -0 --separate-stderr bash -c "set -o pipefail
			ralm-score $options --skip-bad -m model long | sed '/^$/d' |
			cmp - scores"
		[[ "$stderr" == "ralm-score: 2 of $(wc -l < long) lines ("*" %) are bad and left out, the first: $message" ]]
	done
	run -1 --separate-stderr ralm-fit -q -o out long
	[ "$stderr" = "ralm-fit: $message" ]
	run -0 --separate-stderr ralm-fit -q -j1 --skip-bad --embedding-size=4 \
		--transformed-size=4 -o out long
	[[ "$stderr" == "ralm-fit: 2 of $(wc -l < long) lines ("*" %) are bad and left out, the first: $message" ]]
	cmp out model
	run -1 --separate-stderr ralm-build-data --samples=long --test=out
	[ "$stderr" = "ralm-build-data: $message" ]
	# seeds:same behind it does not stand for the seeds of the line before it.
	{ echo 'user_seeds:1 target_user:2 label:1'; sed -n 4p long
		echo 'seeds:same target_user:3 label:0'; } > same
	run -0 --separate-stderr ralm-build-data --skip-bad --samples=same --test=out \
		--test-ratio=1
	[[ "$stderr" == *": 2 of 3 lines (66.7 %) are bad and left out, the first: same:2: "* ]]
	[ "$(cat out)" = 'user_seeds:1 target_user:2 label:1' ]
	ralm-build-data --samples=samples --test=plain > plain-train
	run -0 --separate-stderr bash -c \
		'ralm-build-data --skip-bad --samples=long --test=out | cmp - plain-train'
	[[ "$stderr" == "ralm-build-data: 2 of $(wc -l < long) lines ("*" %) are bad and left out, the first: $message" ]]
	cmp out plain
}

@test "a line that is too long in a click log, and in scores" {
	message='long:4: line longer than 67108864 bytes'
	long clicks
	run -1 --separate-stderr ralm-build-data --passes=1 --clicks=long
	[ "$stderr" = "ralm-build-data: $message" ]
	ralm-build-data --passes=1 --clicks=clicks > plain
	run -0 --separate-stderr bash -c \
		'ralm-build-data --skip-bad --passes=1 --clicks=long | cmp - plain'
	[[ "$stderr" == "ralm-build-data: 2 of $(wc -l < long) lines ("*" %) are bad and left out, the first: $message" ]]
	# A header that is too long is no line to leave out: which columns are there?
	{ sed -n 4p long; cat clicks; } > header
	run -1 --separate-stderr ralm-build-data --passes=1 --skip-bad --header header
	[ "$stderr" = "ralm-build-data: header:1: line longer than 67108864 bytes" ]
	long scores
	run -1 --separate-stderr ralm-auc long
	[ "$stderr" = "ralm-auc: $message" ]
	run -1 --separate-stderr ralm-auc --compare=scores long
	[ "$stderr" = "ralm-auc: $message" ]
}

@test "a line that is too long ends what a quote holds together, a file does" {
	csv=(ralm-build-data --delimiter=, --passes=1 --multiline --skip-bad --stats)
	tr '\t' , < clicks > good.csv
	{ echo 'uB,i1,closed",z' && cat good.csv; } | "${csv[@]}" --clicks=- > plain 2> said
	{
		printf 'uA,i1,"open\n'
		head -c $(((64 << 20) + 1)) /dev/zero | tr '\0' x
		printf '\nuB,i1,closed",z\n'
	} > hole.csv
	cat good.csv >> hole.csv
	"${csv[@]}" --clicks=hole.csv > out 2> said
	run ! grep -q 'uA' out
	cmp out plain
	grep -qx 'ralm-build-data: 2 of [0-9]* lines (.* %) are bad and left out, the first: hole.csv:1: quote is not closed' said
	# The same in two files: the second begins with that line.
	head -n 1 hole.csv > one.csv
	tail -n +2 hole.csv > two.csv
	"${csv[@]}" --clicks=one.csv two.csv > out 2> said
	cmp out plain
	grep -qx 'ralm-build-data: 2 of [0-9]* lines (.* %) are bad and left out, the first: one.csv:1: quote is not closed' said
}

# In pieces, with waits between them.
slowly() { # FILE
	size=$(wc -c < "$1")
	step=$((size / 17 + 1))
	for ((at = 0; at < size; at += step)); do
		tail -c +$((at + 1)) "$1" | head -c $step
		sleep 0.02
	done
}

@test "what does not wait is waited for, in and out" {
	for _ in 1 2 3 4 5 6 7 8; do cat samples; done > many
	ralm-score -m model many > plain
	for options in -j2 -u; do
		# a reader that is late, with a pipe that is full
		slowly many | nonblocking ralm-score $options -m model |
			{ sleep 0.5 && cat; } > out
		cmp out plain
	done
	slowly many | nonblocking ralm-fit -q -j1 --embedding-size=4 \
		--transformed-size=4 -o /dev/stdout |
		{ sleep 0.2 && cat; } > out
	ralm-fit -q -j1 --embedding-size=4 --transformed-size=4 -o plain many
	cmp out plain
	# more reports than a pipe holds
	head -n 901 many | nonblocking ralm-fit -j1 -b1 --negative-weight=1 --print-interval=1 \
		--embedding-size=4 --transformed-size=4 -o model2 2>&1 |
		{ sleep 1 && cat; } > said
	[ "$(grep -c '^epoch 1/1, batch [0-9]*.*, loss .*BATCH_AUC [0-9.na]*$' said)" -eq 901 ]
	slowly scores | nonblocking ralm-auc | cmp - <(ralm-auc scores)
	ralm-build-data --planted --users=300 --items=90 --passes=9 > plain
	nonblocking ralm-build-data --planted --users=300 --items=90 --passes=9 < /dev/null |
		{ sleep 0.5 && cat; } | cmp - plain
}
