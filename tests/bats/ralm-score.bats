#!/usr/bin/env bats
# ralm-score: scores, order, live use, seed lists, bad input, bad days.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	"$RALM_BIN/ralm-build-data" --users=300 --items=60 --clicks-per-user=12 \
		--test=test.txt > train.txt
	"$RALM_BIN/ralm-fit" -q -j1 -e 1 --embedding-size=16 \
		--transformed-size=16 -o model.bin train.txt
}

setup() {
	score="$RALM_BIN/ralm-score"
	PATH="$RALM_BIN:$PATH"
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/* .
}

# Waits until a command holds, ten seconds at most.
until_true() {
	for _ in $(seq 200); do
		if "$@"; then return 0; fi
		sleep 0.05
	done
	return 1
}

# ---- scores ----------------------------------------------------------------

@test "a score line has the label, a probability and the item" {
	"$score" -m model.bin test.txt > scores
	[ "$(wc -l < scores)" -eq "$(wc -l < test.txt)" ]
	run ! grep -vE $'^[01]\t(1|0|0\\.[0-9]{1,12}|[0-9.]+e-[0-9]+)\t[0-9]+$' scores
	awk '{ for (f = 1; f <= NF; f++) if ($f ~ /^(label|item):/) {
		split($f, p, ":"); v[p[1]] = p[2] }
		print v["label"], v["item"] }' test.txt > want
	cut -f1,3 scores | tr '\t' ' ' | cmp - want
}

@test "without label or item there is the score alone" {
	sed 's/ label:[01]//; s/ item:[0-9]*//' test.txt > bare.txt
	"$score" -m model.bin bare.txt > got
	"$score" -m model.bin test.txt | cut -f2 | cmp - got
	sed 's/ label:[01]//' test.txt | "$score" -m model.bin > got
	"$score" -m model.bin test.txt | cut -f2,3 | cmp - got
}

@test "--raw prints cosines, which order samples as scores do" {
	"$score" -m model.bin --raw test.txt | cut -f2 > raw
	"$score" -m model.bin test.txt | cut -f2 > scores
	awk '{ if ($1 < -1 || $1 > 1) exit 1 }' raw
	run -0 awk '$1 < 0 { n++ } END { print (n > 0) }' raw
	[ "$output" = 1 ]
	paste raw scores | sort -k1,1g | awk '{ if ($2 < last - 1e-9) exit 1; last = $2 }'
}

@test "the same bytes for any threads, cache, buffering and files" {
	"$score" -m model.bin -j1 test.txt > want
	for how in -j2 -j7 -u --cache=0 --cache=20K --cache=1M; do
		"$score" -m model.bin "$how" test.txt | cmp - want
	done
	"$score" -m model.bin < test.txt | cmp - want
	head -n 100 test.txt > a; tail -n +101 test.txt > b
	"$score" -m model.bin a - < b | cmp - want
	# the lists come again, and now from the cache
	cat want want want > thrice
	"$score" -m model.bin test.txt test.txt test.txt | cmp - thrice
	"$score" -u -m model.bin test.txt test.txt test.txt | cmp - thrice
	# in another order of lines
	sort -R --random-source=test.txt test.txt > shuffled.txt
	"$score" -m model.bin shuffled.txt | sort > got
	sort want | cmp - got
}

@test "order holds over many pieces of input and threads" {
	for _ in $(seq 60); do cat test.txt; done > long.txt
	[ "$(wc -c < long.txt)" -gt 4000000 ]
	"$score" -m model.bin -j1 long.txt > want
	"$score" -m model.bin -j4 long.txt | cmp - want
	"$score" -m model.bin -j4 --cache=30K long.txt | cmp - want
	bash -c 'cat long.txt | "$0" -m model.bin -j3' "$score" | cmp - want
}

@test "CRLF, blank lines, blanks at the end, no newline at the end" {
	head -n 3 test.txt > unix.txt
	"$score" -m model.bin unix.txt > want
	sed 's/$/\r/' unix.txt | "$score" -m model.bin | cmp - want
	sed 's/$/ \t/; s/$/\n\n/' unix.txt | "$score" -m model.bin | cmp - want
	printf %s "$(cat unix.txt)" | "$score" -m model.bin | cmp - want
	sed 's/ /\t/g' unix.txt | "$score" -u -m model.bin | cmp - want
}

@test "an empty input has no scores and is no error" {
	run -0 "$score" -m model.bin /dev/null
	[ -z "$output" ]
}

@test "a list of 10,000 seeds" {
	for i in $(seq 10000); do printf 'user_seeds:%d ' $((i % 300)); done > long
	echo target_user:7 >> long
	run -0 --separate-stderr "$score" -m model.bin long
	[[ "$output" =~ ^0\.[0-9]+$ ]]
}

@test "the scores are those that ralm-auc reads" {
	run -0 bash -c 'set -o pipefail
		ralm-score -m model.bin test.txt | awk -F"\t" "NF != 3 { exit 1 }"'
}

# ---- users that the model does not know -------------------------------------

@test "unknown users: scored by the bias alone, left out, counted" {
	cat > lines <<-END
	user_seeds:1 user_seeds:2 target_user:stranger
	user_seeds:1 user_seeds:stranger user_seeds:2 target_user:3
	user_seeds:1 user_seeds:2 target_user:3
	user_seeds:stranger target_user:3
	END
	run -0 --separate-stderr "$score" -m model.bin lines
	[ "${lines[0]}" = "${lines[3]}" ]
	[ "${lines[1]}" = "${lines[2]}" ]
	[ "${lines[0]}" != "${lines[1]}" ]
	[ "${stderr_lines[0]}" = "ralm-score: 1 of 4 samples have a target that the model does not know: scored by the bias alone" ]
	[ "${stderr_lines[1]}" = "ralm-score: 1 of 4 samples have no seed that the model knows: scored by the bias alone" ]
	[ "${stderr_lines[2]}" = "ralm-score: 1 of 4 samples have seeds that the model does not know: scored without them" ]
	[ "${#stderr_lines[@]}" -eq 3 ]
	bias=$("$score" -m model.bin --info | sed -n 's/^score_bias\t//p')
	awk -v b="$bias" -v s="${lines[0]}" \
		'BEGIN { d = s - 1 / (1 + exp(-b)); exit !(d < 1e-6 && d > -1e-6) }'
	[ "$("$score" -m model.bin --raw lines 2> /dev/null | head -n 1)" = 0 ]
}

@test "--unknown=error makes them bad lines" {
	echo 'user_seeds:1 target_user:stranger' > a
	echo 'user_seeds:stranger user_seeds:1 target_user:3' > b
	run -1 --separate-stderr "$score" -m model.bin --unknown=error a
	[ "$stderr" = "ralm-score: a:1: the model does not know the target" ]
	run -1 --separate-stderr "$score" -m model.bin --unknown=error b
	[ "$stderr" = "ralm-score: b:1: the model does not know 1 of the seeds" ]
	run -0 --separate-stderr "$score" -m model.bin --unknown=error --skip-bad a b test.txt
	[ "${#lines[@]}" -eq "$(wc -l < test.txt)" ]
	[ "$stderr" = "ralm-score: 2 bad lines left out, the first: a:1: the model does not know the target" ]
}

# ---- live ------------------------------------------------------------------

@test "-u answers each line before the next one comes" {
	"$score" -m model.bin test.txt | head -n 200 > want
	coproc "$score" -u -m model.bin
	while read -r line; do
		echo "$line" >&"${COPROC[1]}"
		read -r -t 20 answer <&"${COPROC[0]}"
		echo "$answer"
	done < <(head -n 200 test.txt) > got
	cmp got want
}

@test "--seeds: a sample names its list by item" {
	# one line of each item
	awk '{ for (f = 1; f <= NF; f++) if ($f ~ /^item:/ && !seen[$f]++) print }' \
		test.txt > full.txt
	[ "$(wc -l < full.txt)" -gt 1 ]
	sed 's/ target_user:[^ ]*//; s/ label:[01]//' full.txt > seeds.txt
	sed 's/user_seeds:[^ ]* //g' full.txt > named.txt
	run ! grep -q user_seeds named.txt
	"$score" -m model.bin full.txt > want
	for how in -u -j1 -j3; do
		"$score" -m model.bin --seeds=seeds.txt "$how" named.txt | cmp - want
	done
	# a list of its own goes before the named one
	"$score" -m model.bin test.txt > want
	"$score" -m model.bin --seeds=seeds.txt test.txt | cmp - want
	run -0 --separate-stderr "$score" -m model.bin --seeds=seeds.txt <(echo item:none target_user:1)
	[ "$stderr" = "ralm-score: 1 of 1 samples have an item without a seed list: scored by the bias alone" ]
	run -1 --separate-stderr "$score" -m model.bin --seeds=seeds.txt --unknown=error <(echo item:none target_user:1)
	[[ "$stderr" == "ralm-score: /dev/fd/"*":1: item 'none' has no seed list" ]]
	run -1 --separate-stderr "$score" -m model.bin --seeds=seeds.txt <(echo target_user:1)
	[[ "$stderr" == *":1: neither user_seeds nor item slot" ]]
}

@test "--seeds from a pipe, which is read once" {
	echo 'item:a target_user:9' > line
	echo 'item:a user_seeds:3' > seeds.txt
	want=$("$score" -m model.bin --seeds=seeds.txt line)
	run -0 "$score" -u -m model.bin --seeds=<(cat seeds.txt) line line
	[ "$output" = "$want"$'\n'"$want" ]
}

@test "seed lists are read again when the file is replaced, and on SIGHUP" {
	echo 'item:a user_seeds:1 user_seeds:2' > seeds.txt
	one=$(echo 'user_seeds:1 user_seeds:2 target_user:9' | "$score" -m model.bin)
	two=$(echo 'user_seeds:3 target_user:9' | "$score" -m model.bin)
	coproc "$score" -u -m model.bin --seeds=seeds.txt 2> messages
	pid=$COPROC_PID
	ask() {
		echo 'item:a target_user:9' >&"${COPROC[1]}"
		read -r -t 20 answer <&"${COPROC[0]}"
	}
	ask; [ "$answer" = "$one"$'\t'a ]
	echo 'item:a user_seeds:3' > new; mv new seeds.txt
	ask; [ "$answer" = "$two"$'\t'a ]
	# a bad file: told once, the old lists stay
	echo 'nonsense' > new; mv new seeds.txt
	ask; [ "$answer" = "$two"$'\t'a ]
	ask; [ "$answer" = "$two"$'\t'a ]
	run -0 cat messages
	[ "$output" = "ralm-score: seeds.txt:1: expected SLOT:VALUE, got 'nonsense' (the old lists stay in use)" ]
	kill -HUP "$pid"
	ask; [ "$answer" = "$two"$'\t'a ]
	[ "$(wc -l < messages)" -eq 2 ]
	rm seeds.txt
	ask; [ "$answer" = "$two"$'\t'a ]
	echo 'item:a user_seeds:1 user_seeds:2' > seeds.txt
	kill -HUP "$pid"
	ask; [ "$answer" = "$one"$'\t'a ]
}

@test "seed lists that change under a long run: every answer is of one version" {
	echo 'item:a user_seeds:1 user_seeds:2' > one.txt
	echo 'item:a user_seeds:3' > two.txt
	cp one.txt seeds.txt
	for i in $(seq 40000); do echo "item:a target_user:9 label:0"; done > named.txt
	"$score" -m model.bin --seeds=one.txt <(head -n 1 named.txt) > want
	"$score" -m model.bin --seeds=two.txt <(head -n 1 named.txt) >> want
	bash -c 'for i in 1 2 3 4 5 6; do cp two.txt n; mv n seeds.txt; sleep 0.02
		cp one.txt n; mv n seeds.txt; sleep 0.02; done' &
	(head -n 20000 named.txt; sleep 0.1; tail -n 20000 named.txt) |
		"$score" -m model.bin --seeds=seeds.txt -j2 > got
	wait
	[ "$(wc -l < got)" -eq 40000 ]
	run ! grep -vxFf want got
}

@test "a model that is replaced while in use: the old one goes on" {
	cp -L model.bin mine.bin
	line=$(head -n 1 test.txt)
	want=$("$score" -m mine.bin <<< "$line")
	coproc "$score" -u -m mine.bin
	echo "$line" >&"${COPROC[1]}"; read -r -t 20 answer <&"${COPROC[0]}"
	[ "$answer" = "$want" ]
	ralm-fit -q -j1 -e 1 --embedding-size=8 --transformed-size=8 -o mine.bin train.txt
	[ "$("$score" -m mine.bin <<< "$line")" != "$want" ]
	echo "$line" >&"${COPROC[1]}"; read -r -t 20 answer <&"${COPROC[0]}"
	[ "$answer" = "$want" ]
}

@test "a model that is truncated while in use is told" {
	cp -L model.bin mine.bin
	# more than a page for each user, so that some page was not read yet
	for i in $(seq 0 299); do echo "user_seeds:$i target_user:$i"; done > all
	mkfifo questions
	"$score" -u -m mine.bin < questions > answers 2> messages &
	pid=$!
	exec {to}> questions
	echo 'user_seeds:1 target_user:2' >&$to
	until_true test -s answers
	: > mine.bin
	cat all >&$to || true
	exec {to}>&-
	status=0
	wait $pid || status=$?
	[ "$status" -eq 1 ]
	[ "$(cat messages)" = "ralm-score: a file was truncated while in use, or its disk fails" ]
}

# ---- bad input -------------------------------------------------------------

bad() { # bad LINE MESSAGE
	printf '%b\n' "user_seeds:1 target_user:2" "" "$1" "user_seeds:1 target_user:3" > bad.txt
	run -1 --separate-stderr "$score" -m model.bin bad.txt
	[ "$stderr" = "ralm-score: bad.txt:3: $2" ]
	[ "${#lines[@]}" -eq 1 ]
	run -1 --separate-stderr "$score" -u -m model.bin bad.txt
	[ "$stderr" = "ralm-score: bad.txt:3: $2" ]
	[ "${#lines[@]}" -eq 1 ]
	run -0 --separate-stderr "$score" -m model.bin --skip-bad bad.txt
	[ "$stderr" = "ralm-score: 1 bad lines left out, the first: bad.txt:3: $2" ]
	[ "${#lines[@]}" -eq 2 ]
}

@test "bad lines are told with file, line and what is wrong" {
	bad 'target_user:1' 'no user_seeds slot'
	bad 'user_seeds:1 label:1' 'no target_user slot'
	bad 'user_seeds:1 target_user:1 target_user:2' 'two target_user slots'
	bad 'user_seeds:1 target_user:1 label:2' "label: expected 0 or 1, got '2'"
	bad 'user_seeds:1 target_user:1 foo:1' "unknown slot 'foo'"
	bad 'user_seeds:1 target_user:1 foo' "expected SLOT:VALUE, got 'foo'"
	bad 'user_seeds: target_user:1' 'user_seeds: empty user id'
	bad 'user_seeds:a\0b target_user:1' 'user_seeds: NUL byte in a user id'
}

@test "a line of 1 MB of garbage gives a short message" {
	head -c 1000000 /dev/zero | tr '\0' x > bad.txt
	run -1 --separate-stderr "$score" -m model.bin bad.txt
	[ "${#stderr}" -lt 200 ]
	[ -z "$output" ]
}

@test "line numbers are those of the file, over pieces and files" {
	for _ in $(seq 30); do cat test.txt; done > long.txt
	n=$(wc -l < long.txt)
	echo nonsense >> long.txt
	cat test.txt >> long.txt
	for j in 1 3; do
		run -1 --separate-stderr "$score" -m model.bin -j$j test.txt long.txt
		[ "$stderr" = "ralm-score: long.txt:$((n + 1)): expected SLOT:VALUE, got 'nonsense'" ]
		[ "${#lines[@]}" -eq $((n + $(wc -l < test.txt))) ]
	done
}

@test "a producer that dies in the middle of a line" {
	printf 'user_seeds:1 target_user:2\nuser_seeds:1 targ' > partial
	run -1 --separate-stderr "$score" -m model.bin partial
	[ "$stderr" = "ralm-score: partial:2: expected SLOT:VALUE, got 'targ'" ]
	[ "${#lines[@]}" -eq 1 ]
}

@test "files that cannot be read" {
	run -1 --separate-stderr "$score" -m model.bin missing.txt
	[ "$stderr" = "ralm-score: cannot open 'missing.txt': No such file or directory" ]
	run -1 --separate-stderr "$score" -m model.bin /
	[[ "$stderr" == "ralm-score: /: cannot read: "* ]]
	run -1 --separate-stderr "$score" -m model.bin --seeds=missing.txt test.txt
	[ "$stderr" = "ralm-score: cannot open 'missing.txt': No such file or directory" ]
}

@test "models that cannot be used" {
	run -1 --separate-stderr "$score" -m missing.bin test.txt
	[[ "$stderr" == "ralm-score: "*"missing.bin"*"No such file or directory" ]]
	: > empty.bin
	head -c 2000 model.bin > short.bin
	head -c 5000 /dev/urandom > foreign.bin
	for m in empty short foreign; do
		run -1 --separate-stderr "$score" -m $m.bin test.txt
		[[ "$stderr" == "ralm-score: $m.bin: "* ]]
		[ -z "$output" ]
	done
	cp -L model.bin flipped.bin
	size=$(stat -L -c %s model.bin)
	byte=$(od -An -tu1 -N1 -j $((size - 100)) model.bin)
	printf "\\x$(printf %02x $((byte ^ 1)))" |
		dd of=flipped.bin bs=1 seek=$((size - 100)) conv=notrunc 2> /dev/null
	run -1 --separate-stderr "$score" -m flipped.bin test.txt
	[[ "$stderr" == "ralm-score: flipped.bin: "* ]]
	run -1 --separate-stderr "$score" -m flipped.bin --verify test.txt
	[[ "$stderr" == "ralm-score: flipped.bin: "* ]]
	run -0 "$score" -m model.bin --verify test.txt
}

@test "a full disk, a closed stdout and a reader that leaves are noticed" {
	run -1 bash -c '"$0" -m model.bin test.txt > /dev/full' "$score"
	[[ "$output" == "ralm-score: stdout: cannot write: No space left on device" ]]
	run -1 bash -c '"$0" -u -m model.bin test.txt > /dev/full' "$score"
	[[ "$output" == "ralm-score: stdout: cannot write: No space left on device" ]]
	run -1 bash -c '"$0" -m model.bin test.txt >&-' "$score"
	for _ in $(seq 200); do cat test.txt; done > long.txt
	run -0 bash -c '"$0" -m model.bin long.txt | head -n 1 > /dev/null
		echo "${PIPESTATUS[0]}"' "$score"
	[ "$output" = 141 ]
}

# ---- the tool ---------------------------------------------------------------

@test "--info describes the model" {
	run -0 --separate-stderr "$score" -m model.bin --info
	[ -z "$stderr" ]
	[ "${lines[0]}" = $'format\tralm' ]
	[[ "$output" == *$'\nnetwork\tpaddlerec\n'* ]]
	[[ "$output" == *$'\nusers\t300\n'* ]]
	[[ "$output" == *$'\nembedding_size\t16\ntransformed_size\t16\n'* ]]
	[[ "$output" == *$'\nsteps\t'[1-9]* ]]
	[[ "$output" == *"learning_rate: "* ]]
	# the settings are a configuration that ralm-fit reads
	"$score" -m model.bin --info | sed '1,/^$/d' > settings.yaml
	ralm-fit -c settings.yaml --print-config > /dev/null
}

@test "wrong usage" {
	run -2 --separate-stderr "$score" test.txt
	[ "${stderr_lines[0]}" = "ralm-score: --model is missing" ]
	run -2 --separate-stderr "$score" -m model.bin --info test.txt
	run -2 --separate-stderr "$score" -m model.bin -u -j2 test.txt
	run -2 --separate-stderr "$score" -m model.bin --seeds=- test.txt
	run -2 --separate-stderr "$score" -m model.bin --unknown=perhaps
	run -2 --separate-stderr "$score" -m model.bin --cache=much
	run -2 --separate-stderr "$score" -m model.bin -j0
	run -2 --separate-stderr "$score" --frobnicate
}

@test "the man page has the options that --help has" {
	"$score" --help | grep -oE -- '--[a-z][a-z-]*' | sort -u > help
	sed -n '/^\.Sh OPTIONS/,/^\.El/p' "$RALM_SRC/man/ralm-score.1" |
		grep -E '^\.It Fl' | sed 's/.*Fl -\([a-z-]*\).*/--\1/' | sort > man
	cmp help man
}

# ---- examples ---------------------------------------------------------------

@test "GNU parallel gives the same scores" {
	command -v parallel > /dev/null || skip "parallel is not installed"
	"$score" -m model.bin test.txt > want
	BLOCK=20k run -0 --separate-stderr "$RALM_SRC/examples/score-parallel.sh" model.bin < test.txt
	[ "$output" = "$(cat want)" ]
}

@test "a service over TCP" {
	command -v socat > /dev/null || skip "socat is not installed"
	port=$((20000 + RANDOM % 20000))
	"$RALM_SRC/examples/serve.sh" "$PWD/model.bin" $port > log 2>&1 3>&- &
	server=$!
	"$score" -m model.bin test.txt > want
	ask() { "$RALM_SRC/examples/serve.sh" --ask "127.0.0.1:$port" < test.txt > got 2> /dev/null; }
	until_true ask
	kill $server
	cmp got want
}

@test "a C program that scores in-process" {
	command -v pkg-config > /dev/null || skip "pkg-config is not installed"
	mkdir include
	ln -s "$RALM_SRC/src/libralm" include/ralm
	flags=$(PKG_CONFIG_PATH="$RALM_BIN" pkg-config --cflags --libs ralm \
		--define-variable=includedir="$PWD/include" \
		--define-variable=libdir="$RALM_BIN/libralm")
	# shellcheck disable=SC2086 # flags are words
	${RALM_CC:-cc} -o program "$RALM_SRC/examples/score.c" $flags
	run -0 ./program model.bin 1,2,3 5 8 stranger
	want=$(printf 'user_seeds:1 user_seeds:2 user_seeds:3 target_user:%s\n' 5 8 stranger |
		"$score" -m model.bin 2> /dev/null)
	[ "$(cut -f2 <<< "$output")" = "$want" ]
	[ "${lines[2]##*$'\t'}" = unknown ]
}
