#!/usr/bin/env bats
# ralm-score: scores, order, users it does not know, bad input, the tool.

bats_require_minimum_version 1.5.0

load score-model

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
	awk 'BEGIN { while (i++ < 10000) printf "user_seeds:%d ", i % 300 }' > long
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
	[ "${stderr_lines[0]}" = "ralm-score: 1 of 4 samples (25 %) have a target that the model does not know: scored by the bias alone" ]
	[ "${stderr_lines[1]}" = "ralm-score: 1 of 4 samples (25 %) have no seed that the model knows: scored by the bias alone" ]
	[[ "${stderr_lines[2]}" =~ ^"ralm-score: a score by the bias alone is "[0-9.]+", above "[0-9]+" % of the others"$ ]]
	[ "${stderr_lines[3]}" = "ralm-score: 1 of 3 seeds in 1 of 4 samples (25 %) are not known to the model: scored without them" ]
	[ "${#stderr_lines[@]}" -eq 4 ]
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
	[[ "$stderr" == "ralm-score: 2 of $(($(wc -l < test.txt) + 2)) lines ("*" %) are bad and left out, the first: a:1: the model does not know the target" ]]
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
	[ "$stderr" = "ralm-score: 1 of 3 lines (33.3 %) are bad and left out, the first: bad.txt:3: $2" ]
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
	[[ "$output" == *$'\nusers\t307\n'* ]]
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
	for samples in "" - "test.txt -"; do
		run -2 --separate-stderr "$score" -m model.bin --seeds=- $samples
		[[ "$stderr" == "ralm-score: --seeds and "*": standard input is read once, and here twice; name a file"* ]]
	done
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
