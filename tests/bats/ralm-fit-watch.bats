#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# ralm-fit: what is seen of a run: the line on stderr, --log, its plot.

bats_require_minimum_version 1.5.0
load until

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	"$RALM_BIN/ralm-build-data" --planted --users=300 --items=80 \
		--clicks-per-user=20 --passes=1 --negatives=1 \
		--test=test.txt > train.txt 2> said
	tail -n 3000 train.txt > then.txt
	head -n 470 train.txt > few.txt
}

setup() {
	fit="$RALM_BIN/ralm-fit"
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/* .
	# batches of just so many samples, which wait for no more
	small=(-q --batch-size=256 --embedding-size=16 --transformed-size=16
		--negative-weight=1)
	[ "${TERM:-dumb}" != dumb ] || export TERM=xterm
}

# ---- what is told before ----------------------------------------------------

@test "--validate: what is wrong in the file is told before training" {
	(cat few.txt && echo garbage) > garbage
	sed 's/ label:[01]//' few.txt > bare
	: > none
	for file in garbage bare none; do
		run -1 --separate-stderr "$fit" --validate=$file --log=log \
			--checkpoint-dir=c -o m.bin few.txt
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ "$stderr" == "ralm-fit: $file"* ]]
		[ ! -e log ]
		[ -z "$(ls -A c)" ]
	done
	[ "$stderr" = "ralm-fit: none: no samples" ]
	run -2 --separate-stderr "$fit" --validate=- -o m.bin few.txt < few.txt
	[ "${stderr_lines[0]}" = "ralm-fit: --validate: '-' is not a file that can be read again" ]
}

@test "--validate: a file that is replaced meanwhile is an error" {
	head -n 90 test.txt > v.txt
	tail -n 90 test.txt > other.txt
	"$fit" "${small[@]:1}" --validate=v.txt -e 1000000 -o m.bin few.txt 2> said 3>&- &
	pid=$!
	until_true grep -q '^epoch 1/.* validation AUC' said
	mv other.txt v.txt
	status=0
	wait $pid || status=$?
	[ $status -eq 1 ]
	[ ! -e m.bin ]
	[ "$(tail -n 1 said)" = "ralm-fit: --validate: 'v.txt' has other lines than when the run began" ]
}

@test "--validate: --skip-bad leaves bad lines out, and tells of them apart" {
	awk 'NR == 31 { print "bad" } { print } END { print "label:1" }' test.txt > v.txt
	run -1 "$fit" "${small[@]}" --validate=v.txt -o m.bin few.txt
	{ cat few.txt; echo worse; } > train
	run -0 --separate-stderr "$fit" "${small[@]}" --skip-bad --log=log --validate=v.txt -o m.bin train
	[[ "${stderr_lines[0]}" == "ralm-fit: 1 of $(wc -l < train) lines ("*" %) are bad and left out, the first: train:$(wc -l < train): expected SLOT:VALUE, got 'worse'" ]]
	[[ "${stderr_lines[1]}" == "ralm-fit: 2 of $(wc -l < v.txt) lines of --validate ("*" %) are bad and left out, the first: v.txt:31: expected SLOT:VALUE, got 'bad'" ]]
	auc=$("$RALM_BIN/ralm-score" -m m.bin test.txt | "$RALM_BIN/ralm-auc" -q)
	cut -f8 log | grep -qxF "$auc"
	echo bad > v.txt
	run -1 --separate-stderr "$fit" "${small[@]}" --skip-bad --validate=v.txt -o m.bin few.txt
	[[ "${stderr_lines[0]}" == *": 1 of 1 lines of --validate (100 %) are bad"* ]]
	[ "${stderr_lines[1]}" = "ralm-fit: v.txt: no samples" ]
}

@test "--validate: the file may come with the samples" {
	{ sleep 0.2 && cp test.txt new.txt && cat few.txt; } |
		"$fit" "${small[@]}" -j1 --validate=new.txt --log=log -o m.bin
	[ "$(awk 'END { print ($8 > 0) }' log)" = 1 ]
}

# ---- the line ----------------------------------------------------------------

@test "progress: a line every so often, on a terminal one that is written anew, none with -q" {
	train=("$fit" --embedding-size=16 --transformed-size=16 -j 1 -e 2 -b 100
		--print-interval=20 -o m.bin then.txt)
	run -0 --separate-stderr "${train[@]}"
	[ -z "$output" ]
	[ "$(cut -d, -f 1,2 <<< "$stderr")" = "epoch 1/2, batch 20
epoch 1/2, batch 30
epoch 2/2, batch 20/30
epoch 2/2, batch 30/30" ]
	run -0 --separate-stderr "${train[@]}" -q
	[ -z "$stderr" ]
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	TERM=xterm script -qec "${train[*]}" /dev/null < /dev/null > said
	[ "$(grep -c "^$(printf '\r\033')\[Kepoch [12]/2, batch " said)" -eq 2 ]
	[ "$(grep -o "$(printf '\r\033')\[Kepoch" said | wc -l)" -ge 4 ]
	script -qec "${train[*]} -q" /dev/null < /dev/null > said
	[ ! -s said ]
}

@test "on a terminal an epoch has a line, also where it ends with one that is due" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	TERM=xterm script -qec "$fit -e 3 -b 100 --print-interval=5 -o m.bin few.txt" \
		/dev/null < /dev/null > said
	[ "$(tr -d '\r' < said | grep -c 'epoch [123]/3, batch 5')" -eq 3 ]
}

# What a terminal was shown on one line, one after the other.
shown() {
	tr -d '\n' < "$1" | tr '\r' '\n' | sed "s/^$(printf '\033')\[K//" | grep '^epoch' ||
		true
}

longest() {
	awk '{ n = length($0); if (n > most) most = n } END { print most + 0 }'
}

@test "on a terminal the line is shortened to its width, by whole parts" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	command="$fit --embedding-size=16 --transformed-size=16 -e 12 -b 100 --print-interval=1 --validate=test.txt -o m.bin few.txt"
	number='[0-9.]+|-?nan'
	part="(epoch|batch) [0-9]+(/[0-9]+)?|(loss|AUC|validation AUC|BATCH_AUC) ($number)|[0-9]+ samples/s|[0-9.]+ [sh] left"
	for columns in 200 100 80 60 40 20 10; do
		COLUMNS=7 script -qec "stty cols $columns; $command" /dev/null \
			< /dev/null > said
		shown said > lines
		most=$(longest < lines)
		echo "$columns columns: $most, $(tail -n 1 lines)"
		[ "$(wc -l < lines)" -ge 60 ]
		[ "$most" -lt $columns ]
		[ "$most" -ge $((columns < 110 ? columns - 30 : 80)) ]
		# no part is cut, but for the first
		[ $columns -le 12 ] || run ! grep -vEx "($part)(, ($part))*" lines
	done
	grep -Eqx 'epoch 1/1?' lines
	# What says most stays longest.
	script -qec "stty cols 45; $command" /dev/null < /dev/null > said
	shown said | grep -vE '^epoch [0-9]+/12, batch [0-9]+(/5)?, loss [0-9.]+' && return 1
	# A terminal that does not know its width: COLUMNS, else 80.
	COLUMNS=33 script -qec "stty cols 0; $command" /dev/null < /dev/null > said
	[ "$(shown said | longest)" -lt 33 ]
	for columns in 0 x ''; do
		COLUMNS=$columns script -qec "stty cols 0; $command" /dev/null \
			< /dev/null > said
		[ "$(shown said | longest)" -lt 80 ]
		[ "$(shown said | longest)" -gt 60 ]
	done
	# One that cannot begin a line anew gets lines.
	TERM=dumb script -qec "stty cols 20; $command" /dev/null < /dev/null > said
	run ! grep -q "$(printf '\033')" said
	[ "$(grep -c '^epoch .* samples/s, ' said)" -eq 60 ]
}

@test "a window made narrow meanwhile gets a narrow line" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	mkfifo samples
	cat then.txt then.txt | head -n 4096 > begin.txt
	TERM=xterm script -qec "tty > name; stty cols 150; exec $fit --stream --embedding-size=8 --transformed-size=8 --negative-weight=1 -j 1 -b 64 --print-interval=1 --log=log -o m.bin samples" /dev/null < /dev/null > said 3>&- &
	pid=$!
	exec 7> samples
	cat begin.txt >&7
	all() { [ "$(grep -c . log)" -ge 65 ]; }
	until_true all
	cp said before
	stty -F "$(cat name)" cols 30 || { exec 7>&-; skip "stty has no -F"; }
	cat few.txt >&7
	exec 7>&-
	wait $pid
	[ "$(shown before | longest)" -gt 60 ]
	shown said | tail -n +65 > lines
	[ "$(wc -l < lines)" -ge 8 ]
	[ "$(longest < lines)" -lt 30 ]
}

@test "a message does not stand behind the line" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	cat then.txt then.txt | head -n 4100 > bad.txt
	echo "user_seeds:1 target_user:2 label:2" >> bad.txt
	TERM=xterm script -qec "$fit --stream -b 64 --print-interval=1 -o m.bin bad.txt" /dev/null \
		< /dev/null > said || true
	tr -d '\r' < said | grep -qx "ralm-fit: bad.txt:4101: label: expected 0 or 1, got '2'"
	shown said | grep -q '^epoch 1/1, batch 64,'
}

# ---- the log -----------------------------------------------------------------

@test "--log has a header and a line a report" {
	"$fit" "${small[@]}" -e 2 -b 100 --print-interval=10 --log=log \
		--validate=test.txt -o m.bin then.txt
	[ "$(head -n 1 log)" = "$(printf 'epoch\tstep\tsamples\tloss\tbatch_auc\tauc\tsamples_per_second\tvalidation_auc\tlearning_rate\tseconds')" ]
	[ "$(awk -F'\t' 'NF != 10' log | wc -l)" -eq 0 ]
	# a line a step, also where an epoch ends with one that is due
	[ "$(cut -f 1-3 log | tail -n +2 | tr '\t' ' ')" = "1 10 1000
1 20 2000
1 30 3000
2 40 1000
2 50 2000
2 60 3000" ]
	# what an epoch was worth is with its last line, as it is told on stderr
	[ "$(cut -f 8 log | grep -vn nan | cut -d: -f 1 | tr '\n' ' ')" = "1 4 7 " ]
	run -0 --separate-stderr "$fit" --embedding-size=16 --transformed-size=16 \
		-e 2 -b 100 --print-interval=7 --log=other -l 0.02 \
		--learning-rate-decay=0 --validate=test.txt -o m.bin then.txt
	[ "$(cut -f 2 other | tail -n +2 | tr '\n' ' ')" = "7 14 21 28 30 37 44 51 58 60 " ]
	[ "$(cut -f 9 other | tail -n +2 | sort -u)" = 0.02 ]
	awk -F'\t' '$8 != "nan" && NR > 1 { printf "%.4f\n", $8 }' other > want
	[ "$(wc -l < want)" -eq 2 ]
	sed -n 's/.*validation AUC \([0-9.]*\), .*/\1/p' <<< "$stderr" | diff want -
	awk -F'\t' 'NR > 2 && $10 < before { exit 1 } { before = $10 }' other
	# the rate falls
	awk -F'\t' 'NR > 2 && $9 >= before { exit 1 } { before = $9 }' log
	[ -e /dev/full ] || skip "no /dev/full"
	run -1 --separate-stderr "$fit" "${small[@]}" --log=/dev/full -o m.bin then.txt
	[ "$stderr" = "ralm-fit: cannot write '/dev/full': No space left on device" ]
}

@test "--log: an older one stands where no sample comes" {
	echo old > log
	: > empty
	printf 'user_seeds:1 target_user:2\n' > unlabelled
	{ head -n 40 few.txt; echo bad; } > late
	for input in empty unlabelled late gone; do
		run -1 "$fit" "${small[@]}" --log=log -o m.bin "$input"
		[ "$(< log)" = old ]
	done
	run -1 "$fit" "${small[@]}" --log=log --skip-bad -o m.bin unlabelled
	[ "$(< log)" = old ]
	# nor where the run is stopped before its first line
	mkfifo samples
	"$fit" "${small[@]}" --log=log -o m.bin samples 2> said 3>&- &
	pid=$!
	exec 7> samples
	head -n 10 few.txt >&7
	sleep 0.5
	kill $pid
	wait $pid && return 1
	exec 7>&-
	[ "$(< log)" = old ]
	"$fit" "${small[@]}" --log=log --skip-bad -o m.bin late
	[ "$(wc -l < log)" -eq 2 ]
}

@test "the log can be looked at while training goes on" {
	"$fit" "${small[@]}" -j 1 -e 1000000 --log=log -o m.bin then.txt &
	pid=$!
	until_true sh -c '[ "$(wc -l < log)" -ge 3 ]' || { kill $pid; return 1; }
	kill $pid
	wait $pid && return 1
	[ "$(tail -n 1 log | awk -F'\t' '{ print NF }')" -eq 10 ]
}

@test "examples/plot-training.sh draws a log with gnuplot" {
	plot="$RALM_SRC/examples/plot-training.sh"
	run -2 sh "$plot"
	command -v gnuplot > /dev/null || skip "no gnuplot"
	"$fit" "${small[@]}" -e 4 -b 100 --print-interval=1 --log=log -o m.bin then.txt
	run -0 --separate-stderr sh "$plot" log "a run's"
	[ -z "$stderr" ]
	[ "$output" = "$(printf '%s\n' "a run's.png" "a run's.svg")" ]
	[ "$(head -c 4 "a run's.png" | tail -c 3)" = PNG ]
	# three curves of 120 steps: the points of the batches one by one
	grep -q '>AUC of the epoch<' "a run's.svg"
	[ "$(grep -c '<use ' "a run's.svg")" -ge 120 ]
	[ "$(grep -o 'L[0-9.]*,[0-9.]*' "a run's.svg" | wc -l)" -ge 238 ]
	run ! grep -q 'AUC of validation' "a run's.svg"
	"$fit" "${small[@]}" -e 4 -b 100 --validate=test.txt --log=both -o m.bin \
		then.txt
	sh "$plot" both both > names
	grep -q '>AUC of the epoch<' both.svg
	grep -q '>AUC of validation<' both.svg
	# a log of an earlier version has no such column
	cut -f 1-7 both > old
	sh "$plot" old old > names
	run ! grep -q 'AUC of validation' old.svg
	head -n 1 log > empty
	run -1 --separate-stderr sh "$plot" empty
	[ "$stderr" = "plot-training.sh: 'empty' is no log of ralm-fit, or has no line yet" ]
	run -1 --separate-stderr sh "$plot" then.txt
}

# A log without what differs from run to run.
plain() {
	cut -f 1-3,5,8,9 "$1"
}

@test "--resume goes on with the log, and with epoch, batch and samples" {
	train=("${small[@]}" -e 4 -b 100 --print-interval=2 -l 0.02 --validate=test.txt)
	"$fit" "${train[@]}" --log=whole.log --checkpoint-dir=all --checkpoint-every=1 \
		-o whole.bin few.txt
	[ "$(wc -l < whole.log)" -eq 13 ]
	plain whole.log > want
	for steps in 1 2 4 5 7 10 13 15 19 20; do
		rm -rf c
		mkdir c
		cp all/step-0*"$(printf '%03d' $steps)".bin c
		# What the killed run wrote behind the checkpoint goes, and a line
		# that it did not end.
		awk -F'\t' -v OFS='\t' -v steps=$steps \
			'NR > 1 && $2 > steps { $5 = 0.25 } { print }' whole.log > log
		printf '4\t99\t1' >> log
		"$fit" "${train[@]}" --log=log --checkpoint-dir=c --resume -o m.bin few.txt
		cmp whole.bin m.bin
		plain log | diff want -
		awk -F'\t' 'NR > 2 && $10 < before { exit 1 } { before = $10 }' log
		# A log that ends earlier has a gap, and no line twice.
		head -n 3 whole.log > log
		"$fit" "${train[@]}" --log=log --checkpoint-dir=c --resume -o m.bin few.txt
		[ "$(cut -f 2 log | sort | uniq -d)" = "" ]
		[ "$(tail -n 1 log | cut -f 1-3)" = "$(printf '4\t20\t470')" ]
	done
	# No log, or an empty one: as if it had begun there.
	cp all/step-0*015.bin c
	for log in none empty; do
		rm -f c/step-0*020.bin
		[ $log = none ] || : > $log
		"$fit" "${train[@]}" --log=$log --checkpoint-dir=c --resume -o m.bin few.txt
		[ "$(cut -f 1,2 $log)" = "$(printf 'epoch\tstep\n3\t15\n4\t17\n4\t19\n4\t20')" ]
	done
	# Without a checkpoint it begins anew.
	"$fit" "${train[@]}" --log=none --checkpoint-dir=d --resume -o m.bin few.txt
	plain none | diff want -
}

@test "--resume with the log of something else: told, and it stands" {
	train=("${small[@]}" -e 2 -b 100 --checkpoint-dir=c)
	"$fit" "${train[@]}" --log=log -o m.bin few.txt
	cut -f 1-7 log > old
	{ cat log; echo "a note"; cat log; } > noted
	printf 'no line' > begun
	cp few.txt other
	refused="not a log to go on with: its columns are others"
	for other in old:1 other:1 noted:4 begun:1; do
		file=${other%:*}
		cp "$file" before
		run -1 --separate-stderr "$fit" "${train[@]}" -e 3 --resume \
			--log="$file" -o n.bin few.txt
		[ "$stderr" = "ralm-fit: $file:${other#*:}: $refused" ]
		cmp before "$file"
		[ ! -e n.bin ]
	done
	# A run that does not come to train leaves the log as it was.
	cp log before
	run -2 "$fit" "${train[@]}" --resume -l 1 --log=log -o n.bin few.txt
	cmp before log
	run -2 "$fit" "${train[@]}" --init-model=. --log=log -o n.bin few.txt
	cmp before log
}

@test "--log: the step where the input stalled has its line, stopped there or not" {
	# windows are 65536 samples: the last batch of one waits for what comes
	awk 'NR == 1 { while (i++ < 65551) print }' few.txt > many.txt
	train=("$fit" -q --negative-weight=1 --embedding-size=4 --transformed-size=4
		-j 1 -b 4096 -e 2 --print-interval=1)
	"${train[@]}" --log=whole.log -o whole.bin many.txt
	mkfifo samples
	for end in TERM KILL; do
		rm -rf c log
		"${train[@]}" --log=log --checkpoint-dir=c --checkpoint-every=16 \
			-o m.bin samples 2> said 3>&- &
		pid=$!
		exec 7> samples
		head -n 65536 many.txt >&7
		until_true test -e c/step-000000000016.bin
		kill -$end $pid
		wait $pid || true
		exec 7>&-
		[ "$(tail -n 1 log | cut -f 2)" -eq 16 ]
		"${train[@]}" --log=log --checkpoint-dir=c --checkpoint-every=16 \
			--resume -o m.bin many.txt 2> said
		cmp whole.bin m.bin
		[ "$(cut -f 1,2,3,8 log)" = "$(cut -f 1,2,3,8 whole.log)" ]
	done
}

@test "--log=- is standard output" {
	"$fit" "${small[@]}" -j 1 -b 100 --print-interval=1 --log=- -o m.bin few.txt > out
	"$fit" "${small[@]}" -j 1 -b 100 --print-interval=1 --log=log -o m.bin few.txt
	[ "$(cut -f 1-6 out)" = "$(cut -f 1-6 log)" ]
	[ ! -e ./- ]
	run -2 --separate-stderr "$fit" --log=- -o - few.txt
	[ ! -e ./- ]
	# a line that was told before a checkpoint comes again with its validation AUC:
	# what stands on standard output is not gone back to
	for log in log -; do
		rm -rf c
		"$fit" "${small[@]}" -j 1 -e 2 -b 100 --print-interval=1 --checkpoint-dir=c \
			--checkpoint-every=1 --validate=few.txt --log=$log -o m.bin few.txt > out
	done
	[ "$(cut -f 8 log | grep -c '^0')" -eq 2 ]
	[ "$(grep -v $'\tnan\t' out | cut -f 1-6,8)" = "$(grep -v $'\tnan\t' log | cut -f 1-6,8)" ]
	awk -F'\t' '$2 == before { $8 = "nan"; again += $1 $2 $3 $4 == line }
		{ before = $2; line = $1 $2 $3 $4 }
		END { exit again != 2 }' out
}
