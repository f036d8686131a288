#!/usr/bin/env bats
# ralm-score as a process that others talk to: -u, seed lists that change, a model
# that is replaced or truncated, ends that leave.

bats_require_minimum_version 1.5.0
load score-model

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
	# The lists may come by a pipe where the samples do not; it is read once.
	"$score" -m model.bin --seeds=- named.txt < <(cat seeds.txt) | cmp - want
	"$score" -m model.bin --seeds=- -u <(cat named.txt) < seeds.txt | cmp - want
	# a list of its own goes before the named one
	"$score" -m model.bin test.txt > want
	"$score" -m model.bin --seeds=seeds.txt test.txt | cmp - want
	run -0 --separate-stderr "$score" -m model.bin --seeds=seeds.txt <(echo item:none target_user:1)
	[ "$stderr" = "ralm-score: 1 of 1 samples (100 %) have an item without a seed list: scored by the bias alone" ]
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
	awk 'BEGIN { for (i = 0; i < 40000; i++) print "item:a target_user:9 label:0" }' > named.txt
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

# kilobytes WHAT PID: of the mapped model, as Linux counts them.
kilobytes() {
	awk -v what="$1:" '/^[0-9a-f]+-[0-9a-f]+ / { here = / [^ ]*mine\.bin$/ }
		here && $1 == what { n += $2 } END { print n + 0 }' "/proc/$2/smaps"
}

@test "processes share the pages of a model, and none can write to it" {
	if [ ! -r /proc/self/smaps ]; then skip "no /proc/PID/smaps on this system"; fi
	cp -L model.bin mine.bin
	mkfifo one two
	pids=()
	for name in one two; do
		"$score" -u -m mine.bin < $name > got.$name &
		pids+=($!)
		exec {to}> $name
		head -n 100 test.txt >&$to
		until_true test -s got.$name
	done
	for pid in "${pids[@]}"; do
		run ! grep -E '^[^ ]+ [^ ]*[wx].* [^ ]*/mine\.bin$' "/proc/$pid/smaps"
		# a page that was just written to the file counts as dirty
		shared=$(($(kilobytes Shared_Clean "$pid") + $(kilobytes Shared_Dirty "$pid")))
		[ "$shared" -gt 0 ]
		[ "$(kilobytes Anonymous "$pid")" -eq 0 ]
	done
	kill "${pids[@]}"
}

@test "a model that is truncated while in use is told" {
	cp -L model.bin mine.bin
	# more than a page for each user, so that some page was not read yet
	seq 0 299 | sed 's/.*/user_seeds:& target_user:&/' > all
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

@test "-u: a line is answered when the whole of it has come, and no sooner" {
	want=$("$score" -m model.bin <<< 'user_seeds:1 user_seeds:2 target_user:29')
	coproc "$score" -u -m model.bin
	printf 'user_seeds:1 user_seeds:2 target_user:2' >&"${COPROC[1]}"
	run ! read -r -t 0.2 -u "${COPROC[0]}"
	echo 9 >&"${COPROC[1]}"
	read -r -t 20 answer <&"${COPROC[0]}"
	[ "$answer" = "$want" ]
}

@test "-u: a producer that is killed in the middle of a line" {
	# what came is a whole sample: a line like any other
	bash -c 'printf "user_seeds:1 target_user:2\nuser_seeds:1 target_user:3"
		kill -KILL $$' | "$score" -u -m model.bin > got
	printf 'user_seeds:1 target_user:%d\n' 2 3 | "$score" -m model.bin | cmp - got
	# it is none
	bash -c 'printf "user_seeds:1 target_user:2\nuser_seeds:1 targ"
		kill -KILL $$' > partial || true
	run -1 --separate-stderr "$score" -u -m model.bin < partial
	[ "$stderr" = "ralm-score: stdin:2: expected SLOT:VALUE, got 'targ'" ]
	[ "${#lines[@]}" -eq 1 ]
}

@test "-u: a reader that leaves" {
	# SIGPIPE ends it, also under a parent that ignores that, as systemd does
	for _ in $(seq 20); do cat test.txt; done > long.txt
	run -0 bash -c '"$0" -u -m model.bin long.txt | head -n 1 > /dev/null
		echo "${PIPESTATUS[0]}"' "$score"
	[ "$output" = 141 ]
	run -0 bash -c 'trap "" PIPE
		"$0" -u -m model.bin long.txt | head -n 1 > /dev/null
		echo "${PIPESTATUS[0]}"' "$score"
	[ "$output" = 141 ]
}

# Two versions of the lists of six items, samples that name them, and the right
# answers with each version.
two_versions() {
	for i in 1 2 3 4 5 6; do
		echo "item:$i user_seeds:$i user_seeds:$((i + 10))" >> one.txt
		echo "item:$i user_seeds:$((i + 20)) user_seeds:$((i + 30))" >> two.txt
		echo "item:$i target_user:$((i + 50)) label:$((i % 2))" >> named.txt
	done
	for version in one two; do
		"$score" -m model.bin --seeds=$version.txt named.txt > $version.want
	done
	run ! grep -qxFf one.want two.want
}

@test "-u: seed lists are replaced between questions in flight, and nothing is mixed" {
	two_versions
	cp one.txt seeds.txt
	coproc "$score" -u -m model.bin --seeds=seeds.txt
	# Its first answer says that it waits for signals by now.
	head -n 1 named.txt >&"${COPROC[1]}"
	read -r -t 20 answer <&"${COPROC[0]}"
	for round in $(seq 100); do
		version=one
		[ $((round % 2)) = 0 ] || version=two
		cp $version.txt new; mv new seeds.txt
		[ $((round % 3)) = 0 ] || kill -HUP "$COPROC_PID"
		# six questions before the first answer is read
		cat named.txt >&"${COPROC[1]}"
		for _ in 1 2 3 4 5 6; do
			read -r -t 20 answer <&"${COPROC[0]}"
			echo "$answer"
		done > got
		cmp got $version.want
	done
}

@test "-u: seed lists are replaced while lines stream through" {
	two_versions
	cp one.txt seeds.txt
	awk '{ all = all $0 "\n" } END { while (i++ < 3000) printf "%s", all }' named.txt > long.txt
	mkfifo questions
	"$score" -u -m model.bin --seeds=seeds.txt < questions > got &
	pid=$!
	exec {to}> questions
	cat named.txt >&$to
	until_true test -s got
	cat long.txt >&$to &
	writer=$!
	for _ in $(seq 30); do
		cp two.txt new; mv new seeds.txt
		kill -HUP $pid
		cp one.txt new; mv new seeds.txt
		kill -HUP $pid
	done
	wait $writer
	exec {to}>&-
	wait $pid
	# every answer is there, in order, and of one of the two versions
	[ "$(wc -l < got)" -eq 18006 ]
	cat one.want two.want > want
	run ! grep -qvxFf want got
	cut -f1,3 one.want > order
	cut -f1,3 got | awk 'NR == FNR { want[n++] = $0; next }
		$0 != want[(FNR - 1) % n] { exit 1 }' order -
}

# What a terminal was shown, line by line, the moves of its cursor gone.
shown() {
	tr '\r' '\n' < "$1" | sed "s/^$(printf '\033')\[K//" | sed '/^$/d'
}

@test "a terminal is told how far it has come, where scores go elsewhere" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	export TERM=xterm
	head -n 300 test.txt > few.txt
	terminal() { script -qec "$1" /dev/null < /dev/null > said; }
	"$score" -m model.bin few.txt few.txt > want
	lines=300
	terminal "$score -m model.bin few.txt few.txt > out"
	cmp out want
	[ "$(shown said)" = "$lines samples, 50 % of the input" ]
	# it is gone in the end
	[ "$(tail -c 4 said | od -An -c | tr -d ' ')" = '\r033[K' ]
	terminal "$score -m model.bin < few.txt > out"
	[ "$(shown said)" = "$lines samples, 100 % of the input" ]
	terminal "cat few.txt | $score -m model.bin > out"
	[ "$(shown said)" = "$lines samples" ]
	terminal "stty cols 20; $score -m model.bin few.txt > out"
	[ "$(shown said)" = "$lines samples" ]
	for quiet in "-q > out" "-u > out" "2> messages > out" ""; do
		terminal "$score -m model.bin few.txt $quiet"
		run ! grep -q "$(printf '\033')" said
	done
	TERM=dumb terminal "$score -m model.bin few.txt > out"
	[ ! -s said ]
}

@test "on a terminal: a rate after a while, and messages on lines of their own" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	echo 'item:a user_seeds:1 user_seeds:2' > seeds.txt
	mkfifo samples
	TERM=xterm script -qec "$score -j1 -m model.bin --seeds=seeds.txt samples > out" \
		/dev/null < /dev/null > said 3>&- &
	pid=$!
	exec 7> samples
	head -n 300 test.txt >&7
	until_true test -s said
	sleep 0.6
	echo nonsense > new
	mv new seeds.txt
	head -n 300 test.txt >&7
	exec 7>&-
	wait $pid
	shown said > lines
	cat lines
	[ "$(head -n 1 lines)" = "300 samples" ]
	grep -Eqx '600 samples, [0-9]+ samples/s' lines
	grep -qx "ralm-score: seeds.txt:1: .* (the old lists stay in use)" lines
}
