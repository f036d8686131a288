#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# Users who begin with vectors that were made elsewhere.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	# some of the users have names; lists go on behind a batch's end
	"$RALM_BIN/ralm-build-data" --planted --users=97 --items=23 \
		--clicks-per-user=9 --passes=1 --negatives=2 --refresh=3 |
		sed -E 's/(user_seeds|target_user):([0-9]*[1-7])\b/\1:n\2/g' > train.txt
	# 41 of them, in another order than theirs, and three that are in no sample
	{
		tr ' ' '\n' < train.txt | sed -n 's/^target_user://p' | sort -u |
			sed -n '2~2p' | head -n 41
		printf '%s\n' 100003 nobody né
	} | sort -r | awk '{ printf "%s", $1
		for (i = 0; i < 5; i++)
			printf "\t%.9g", int(sin(NR * 7 + i) * 999) / 4096 # a float
		print "" }' > x.tsv
}

setup() {
	PATH="$RALM_BIN:$PATH"
	cd "$BATS_TEST_TMPDIR" || return 1
	ln -s "$BATS_FILE_TMPDIR"/* .
	small=(-q -j1 -b 50 --embedding-size=5)
}

# The vectors of a model that x.tsv has lines of, too.
export_given() { # MODEL
	ralm-score -m "$1" --export=- | head -n 44
}

@test "vectors of the file are where users begin, and stay where no sample moves them" {
	run -0 --separate-stderr ralm-fit "${small[@]:1}" --init-vectors=x.tsv \
		-o m.bin --log=/dev/null train.txt
	grep -qx "ralm-fit: 44 of 100 users (44 %) began with vectors of --init-vectors" <<< "$stderr"
	grep -qx "ralm-fit: 3 of the 44 users of --init-vectors (6.82 %) are in no sample: their vectors stay as they were" <<< "$stderr"
	cut -f 1 x.tsv | cmp - <(export_given m.bin | cut -f 1)
	grep -E '^(100003|nobody|né)	' x.tsv > want
	[ "$(wc -l < want)" -eq 3 ]
	# the same floats: the text of the one is the other's
	ralm-score -m m.bin --export=- | grep -E '^(100003|nobody|né)	' | cmp - want
	# a rate of 0 moves nobody
	ralm-fit "${small[@]}" --learning-rate=0 --init-vectors=x.tsv -o still.bin \
		train.txt 2> said
	export_given still.bin | cmp - x.tsv
	# who is not in the file begins as usual
	ralm-fit "${small[@]}" --learning-rate=0 -o usual.bin train.txt
	ralm-score -m usual.bin --export=- | sort > usual
	ralm-score -m still.bin --export=- | tail -n +45 | sort |
		comm -23 - usual > other
	[ ! -s other ]
	[ "$(wc -l < said)" -eq 1 ] # -q
}

@test "word2vec's text, blanks and tabs, CRLF, an end of blanks: the same bytes" {
	ralm-fit "${small[@]}" --init-vectors=x.tsv -o want.bin train.txt
	{ echo 44 5 && tr '\t' ' ' < x.tsv; } > x.vec
	ralm-fit "${small[@]}" --init-vectors=x.vec -o m.bin train.txt
	cmp m.bin want.bin
	{ printf '\357\273\277\n' && sed 's/\t/ \t /2; s/$/  \r/' x.tsv; } |
		ralm-fit "${small[@]}" -j3 --init-vectors=- -o m.bin train.txt
	cmp m.bin want.bin
	# what a model writes it reads
	ralm-score -m want.bin --export=y.vec --export-format=word2vec
	ralm-fit "${small[@]}" --init-vectors=y.vec -l 0 -o m.bin train.txt
	ralm-score -m m.bin --export=- --export-format=word2vec | cmp - y.vec
}

@test "pieces of rows, and the one that is not full" {
	awk 'BEGIN { print 9001, 5
		for (i = 0; i < 9001; i++)
			print "n" i, i, -(i % 64) / 8, 1e-40, 0, i % 7 }' > many.vec
	ralm-fit "${small[@]}" -l 0 --init-vectors=many.vec -o m.bin train.txt
	ralm-score -m m.bin --export=- | head -n 9001 |
		awk -F '\t' '{ i = NR - 1 }
			$1 != "n" i || $2 != i || $3 != -(i % 64) / 8 || $6 != i % 7 {
				exit 1 }'
	run -1 ralm-fit "${small[@]}" --init-vectors=many.vec -o m.bin \
		--user-count=9000 train.txt
	[[ $output == "ralm-fit: many.vec:9002: "*--user-count* ]]
}

@test "a run that was stopped is resumed without the file, and ends in the same bytes" {
	ralm-fit "${small[@]}" -e 2 --init-vectors=x.tsv -o want.bin train.txt
	ralm-fit "${small[@]}" -e 1 --init-vectors=x.tsv -o m.bin \
		--checkpoint-dir=c --checkpoint-every=3 train.txt
	ls c > steps
	# from the middle of the first epoch
	sort -t - -k 2n steps | tail -n +3 | sed 's|^|c/|' | xargs rm -f
	ralm-fit "${small[@]}" -e 2 --init-vectors=gone -o m.bin \
		--checkpoint-dir=c --resume train.txt
	cmp m.bin want.bin
	# --stream counts, too
	run -0 ralm-fit "${small[@]}" --stream --init-vectors=x.tsv -o m.bin train.txt
	[[ $output == *"3 of the 44 users of --init-vectors (6.82 %) are in no sample"* ]]
	export_given m.bin | cut -f 1 | cmp - <(cut -f 1 x.tsv)
}

@test "what is wrong in the file, with its place" {
	bad() { # bad MESSAGE TEXT
		printf '%b' "$2" > bad
		run -1 ralm-fit "${small[@]}" --init-vectors=bad -o m.bin train.txt
		[ "$output" = "ralm-fit: bad$1" ]
	}
	bad ":2: 4 numbers, expected 5 (--embedding-size)" 'a 1 2 3 4 5\nb 1 2 3 4\n'
	bad ":1: 6 numbers, expected 5 (--embedding-size)" 'a 1 2 3 4 5 6\n'
	bad ":1: 1 numbers, expected 5 (--embedding-size)" '3\t5\na 1 2 3 4 5\n'
	bad ":1: vectors of 6 numbers, expected 5 (--embedding-size)" '3 6\n'
	bad ":3: user 'a' has two vectors" 'a 1 2 3 4 5\n\na 1 2 3 4 5\n'
	bad ":2: the vector of user 'b' is too long to train on" \
		'a 1 2 3 4 5\nb 1 3e38 3 4 5\n'
	bad ":1: number 2: expected one that single precision holds, got 'nan'" \
		'a 1 nan 3 4 5\n'
	bad ":1: number 5: expected one that single precision holds, got '-inf'" \
		'a 1 2 3 4 -inf\n'
	bad ":1: number 1: expected one that single precision holds, got '1e39'" \
		'a 1e39 2 3 4 5\n'
	bad ":1: number 1: expected one that single precision holds, got '0x1'" \
		'a 0x1 2 3 4 5\n'
	bad ":2: more than the 0 vectors that the first line tells of" \
		'0 5\na 1 2 3 4 5\n'
	bad ":2: 1 vectors, and the first line tells of 2" '2 5\na 1 2 3 4 5\n'
	bad ": no vectors" ' \n'
	bad ": no vectors" '0 5\n'
	[ ! -e m.bin ]
	run -1 ralm-fit "${small[@]}" --init-vectors=none -o m.bin train.txt
	[[ $output == "ralm-fit: cannot open 'none': "* ]]
}

@test "what does not go together" {
	usage() { # usage MESSAGE OPTION...
		local message=$1
		shift
		run -2 ralm-fit "${small[@]}" -o m.bin "$@" < train.txt
		[ "${lines[0]}" = "ralm-fit: $message" ]
	}
	ralm-fit "${small[@]}" -o old.bin train.txt
	small=(-q)
	usage "--init-model brings the vectors of its users: not with --init-vectors" \
		--init-vectors=x.tsv --init-model=old.bin train.txt
	usage "stdin and --init-vectors: standard input is read once, and here twice; name a file" \
		--init-vectors=-
	usage "--init-vectors and --output are the same file: 'm.bin'" \
		--init-vectors=m.bin train.txt
}
