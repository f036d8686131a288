#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# Vectors of users and of lists, for other programs.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	# some of the users have names
	"$RALM_BIN/ralm-build-data" --planted --users=97 --items=23 \
		--clicks-per-user=9 --passes=1 --negatives=2 --refresh=3 |
		sed -E 's/(user_seeds|target_user):([0-9]*[1-7])\b/\1:Zoë:\2/g' \
			> train.txt
	"$RALM_BIN/ralm-fit" -q -j1 --network=average --embedding-size=7 \
		-o model.bin train.txt
}

setup() {
	PATH="$RALM_BIN:$PATH"
	cd "$BATS_TEST_TMPDIR" || return 1
	ln -s "$BATS_FILE_TMPDIR"/* .
}

# The ids of a file's users in order of first sight.
ids() {
	tr ' ' '\n' < "$1" | sed -n 's/^\(user_seeds\|target_user\)://p' |
		awk '!seen[$0]++'
}

@test "tsv: every user, in the order of the model, with all numbers" {
	ralm-score -m model.bin --export=x.tsv
	cut -f 1 x.tsv > got
	ids train.txt > want
	cmp got want
	awk -F '\t' 'NF != 8 { exit 1 } END { exit NR != 97 }' x.tsv
	# to standard output; nothing is read
	ralm-score -m model.bin --export=- > y.tsv < /dev/null
	cmp x.tsv y.tsv
	echo 'item:i user_seeds:1' | ralm-score -m model.bin --export=z.tsv --seeds=-
}

@test "word2vec: a line of what there is, and blanks" {
	ralm-score -m model.bin --export=x.tsv
	ralm-score -m model.bin --export=x.vec --export-format=word2vec
	{ echo 97 7 && tr '\t' ' ' < x.tsv; } | cmp - x.vec
}

@test "--export-ids: the vectors alone, and what each is called" {
	ralm-score -m model.bin --export=x.tsv
	ralm-score -m model.bin --export=tensors.tsv --export-ids=metadata.tsv
	cut -f 2- x.tsv | cmp - tensors.tsv
	cut -f 1 x.tsv | cmp - metadata.tsv
}

@test "npy: the header of NumPy, and the bytes of the model" {
	ralm-score -m model.bin --export=x.npy --export-format=npy \
		--export-ids=ids
	ids train.txt | cmp - ids
	head -c 8 x.npy | od -An -tx1 | tr -d ' \n' | grep -qx 934e554d50590100
	LC_ALL=C head -c 128 x.npy | tail -c +11 > header
	grep -qaF "{'descr': '<f4', 'fortran_order': False, 'shape': (97, 7), }" \
		header
	[ "$(wc -c < x.npy)" -eq $((128 + 97 * 7 * 4)) ]
	# text is the same numbers, which model-python.sh sees to the last bit
	tail -c +129 x.npy | od -An -v -tf4 | xargs -n 7 > want
	ralm-score -m model.bin --export=- --export-ids=/dev/null |
		paste want - | awk 'NF != 14 { exit 1 }
			{ for (i = 1; i <= 7; i++) {
				d = $i - $(i + 7)
				if (d > 1e-8 || d < -1e-8) exit 1
			} }'
}

@test "lists: the mean of the seeds that are known, and no more than count" {
	ralm-score -m model.bin --export=x.tsv
	cat > lists <<- 'END'
		item:one user_seeds:Zoë:1
		item:none user_seeds:nobody
		item:a:b user_seeds:Zoë:1 user_seeds:nobody user_seeds:8 user_seeds:8 user_seeds:Zoë:2
	END
	run -0 --separate-stderr ralm-score -m model.bin --seeds=lists --export=-
	[ "$stderr" = "ralm-score: 1 of 3 lists (33.3 %) have no seed that the model knows: left out" ]
	[ "${lines[0]}" = "one$(sed -n 's/^Zoë:1	/	/p' x.tsv)" ]
	[ "${#lines[@]}" -eq 2 ]
	awk -F '\t' -v got="${lines[1]}" '
		{ for (i = 2; i <= NF; i++)
			sum[i] += ($1 == "Zoë:1" || $1 == "Zoë:2") * $i + \
				($1 == "8") * 2 * $i }
		END { n = split(got, x, "\t")
			if (n != 8 || x[1] != "a:b") exit 1
			for (i = 2; i <= n; i++) {
				d = x[i] - sum[i] / 4
				if (d > 1e-7 || d < -1e-7) exit 1
			} }' x.tsv
	run -0 --separate-stderr ralm-score -m model.bin --seeds=lists --export=- \
		--seeds-num=1 --export-format=word2vec
	[ "${lines[0]}" = "2 7" ]
	[ "${lines[2]}" = "a:b$(sed -n 's/^Zoë:1	/	/p' x.tsv | tr '\t' ' ')" ]
	[[ $stderr == *"1 of 3 lists (33.3 %) have more seeds than count (--seeds-num)" ]]
}

@test "users who come later are among them" {
	awk '{ print "user:" $0, "x:" NR % 3 }' <(ids train.txt) > told
	echo 'user:later x:1' >> told
	ralm-fit -q --init-model=model.bin --epochs=0 --users=told -o told.bin
	ralm-score -m told.bin --export=x.tsv
	run -0 --separate-stderr ralm-score -m told.bin --users=told --export=y.tsv
	[ "$stderr" = "ralm-score: 1 users whom the model does not know have a vector by --users" ]
	head -n 97 y.tsv | cmp - x.tsv
	tail -n +98 y.tsv | cut -f 1 | grep -qx later
	[ "$(wc -l < y.tsv)" -eq 98 ]
	ralm-score -m told.bin --users=told --users-known=file --export=y.tsv 2> /dev/null
	# all with x:1 have one vector
	[ "$(awk 'NR % 3 == 1' y.tsv | cut -f 2- | sort -u | wc -l)" -eq 1 ]
	cut -f 1 y.tsv | head -n 97 | cmp - <(ids train.txt)
}

@test "a model that does not name its users writes nothing" {
	ralm-fit -q -j1 --network=average --embedding-size=7 --user-ids=drop \
		-o dropped.bin train.txt
	run -1 ralm-score -m dropped.bin --export=x.tsv
	named=$(ids train.txt | grep -c Zoë)
	[ "$output" = "ralm-score: the model does not know what $named of its 97 users are called (ralm-fit --user-ids=keep)" ]
	[ ! -e x.tsv ]
	# lists have names
	echo 'item:a user_seeds:Zoë:1' > lists
	ralm-score -m dropped.bin --seeds=lists --export=x.tsv
	ralm-score -m model.bin --seeds=lists --export=y.tsv
	cmp x.tsv y.tsv
	# and numbers are their own
	sed 's/Zoë://g' train.txt > numbers.txt
	ralm-fit -q -j1 --network=average --embedding-size=7 --user-ids=drop \
		-o numbers.bin numbers.txt
	ralm-score -m numbers.bin --export=x.tsv
	cut -f 1 x.tsv | cmp - <(ids numbers.txt)
}

@test "what does not go together, and files that stay as they were" {
	usage() { # usage MESSAGE OPTION...
		local message=$1
		shift
		run -2 ralm-score -m model.bin "$@"
		[ "${lines[0]}" = "ralm-score: $message" ]
	}
	usage "'x': --export reads no samples" --export=out x
	usage "--export and --info exclude each other" --export=out --info
	for option in --raw --with-target --explain=2 --unbuffered --skip-bad \
		--unknown=blank --clusters=2 --clusters-above=2 --cache=0 --threads=1; do
		usage "${option%=*} has no meaning with --export" --export=out $option
		usage "${option%=*} has no meaning with --info" --info $option
	done
	for option in --seeds=lists --seeds-num=2 --users=told --users-known=file; do
		usage "${option%=*} has no meaning with --info" --info $option
	done
	usage "--seeds-num: vectors of users have no seeds (--seeds)" \
		--export=out --seeds-num=2
	usage "--users-known needs --users" --export=out --users-known=file
	usage "--export-ids needs --export" --export-ids=out
	usage "--export-format needs --export" --export-format=tsv
	usage "an array of NumPy holds no ids: --export-ids says where they go" \
		--export=out --export-format=npy
	usage "word2vec's text holds the ids: not with --export-ids" \
		--export=out --export-format=word2vec --export-ids=out2
	usage "--export and --export-ids are the same file: 'out'" \
		--export=out --export-ids=out
	usage "--model and --export are the same file: 'model.bin'" \
		--export=model.bin
	[ ! -e out ]
	echo old > out
	run -1 ralm-score -m model.bin --export=out --export-ids=none/ids
	[ "$(cat out)" = old ]
	run -1 ralm-score -m model.bin --export=/dev/full
	[[ $output == "ralm-score: /dev/full: cannot write: "* ]]
	run -1 bash -c 'ralm-score -m model.bin --export=- >&-'
	[[ $output == *"cannot write '/dev/stdout'"* ]]
}
