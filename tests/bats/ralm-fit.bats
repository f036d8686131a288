#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# ralm-fit: same bytes, going on where a run stopped, signals, bad input.

bats_require_minimum_version 1.5.0
load until

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	"$RALM_BIN/ralm-build-data" --planted --users=300 --items=80 --clicks-per-user=20 \
		--passes=1 --negatives=1 --test=test.txt > train.txt
	# Two logs: what a model knows already, and what it goes on with.
	head -n 3000 train.txt > first.txt
	tail -n 3000 train.txt > then.txt
	head -n 400 train.txt > few.txt
}

setup() {
	fit="$RALM_BIN/ralm-fit"
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/* .
	small=(-q --batch-size=256 --embedding-size=16 --transformed-size=16)
}

no_temporaries() {
	[ -z "$(find . -maxdepth 1 -name '.*.??????')" ]
}

# ---- the same bytes ----------------------------------------------------------

# Samples of users all different, the wide case of a batch.
wide() { # SAMPLES
	awk -v samples="$1" 'BEGIN {
		for (s = 0; s < samples; s++) {
			line = ""
			for (i = 0; i < 9; i++)
				line = line "user_seeds:" (s * 10 + i) * 7919 % 20011 " "
			print line "target_user:" s % 4001 " label:" s * s % 3 % 2
		}
	}'
}

@test "1, 2, 3 and 8 threads give one model, for every optimizer" {
	wide 1500 > wide.txt
	for optimizer in sgd adagrad rowwise-adagrad adam; do
		for epochs in 1 3; do
			train=("${small[@]}" -e $epochs -b 500 -l 0.01
				--optimizer=$optimizer --weight-decay=0.01
				--learning-rate-decay=0.1)
			for threads in 1 2 3 8; do
				"$fit" "${train[@]}" -j $threads -o $threads.bin wide.txt
			done
			for threads in 2 3 8; do
				cmp 1.bin $threads.bin
			done
		done
	done
	"$fit" "${train[@]}" --rng-seed=2 -o other.bin wide.txt
	run ! cmp -s 1.bin other.bin
	# lists shared by many samples
	for threads in 1 2 3 8; do
		"$fit" "${small[@]}" -j $threads -o $threads.bin then.txt
		cmp 1.bin $threads.bin
	done
}

# What a model holds but for the settings that it was made with.
numbers() { # MODEL
	"$RALM_BIN/ralm-score" -m "$1" --raw test.txt
}

@test "blocks: one model for 1, 2 and 4 threads, another for each size" {
	local size threads
	for size in 0 1 7 32; do
		for threads in 1 2 4; do
			"$fit" "${small[@]}" -b 33 --block-size=$size -j $threads -e 2 \
				-o "$size.$threads" few.txt
		done
		cmp "$size.1" "$size.2"
		cmp "$size.1" "$size.4"
		numbers "$size.1" > "$size.numbers"
	done
	run ! cmp -s 1.1 7.1
	run ! cmp -s 7.numbers 32.numbers
	# A block of more samples than a batch has is the batch.
	"$fit" "${small[@]}" -b 33 --block-size=1000 -j 2 -e 2 -o 1000.2 few.txt
	numbers 1000.2 | cmp - 0.numbers
	# A model tells of it where there are blocks, as it did of old where not.
	grep -aq 'block_size: 7' 7.1
	run ! grep -aq block_size 0.1
}

@test "blocks: a stream, samples in a temporary file, a run that is resumed" {
	local blocks=("${small[@]}" -b 33 --block-size=7 -e 3)
	"$fit" "${blocks[@]}" -j 1 -o whole train.txt
	"$fit" "${blocks[@]}" -j 2 --memory=1M -o spilled - < train.txt
	cmp whole spilled
	for threads in 1 2; do
		"$fit" "${small[@]}" -b 33 --block-size=7 --stream -j $threads \
			-o "stream.$threads" train.txt
	done
	cmp stream.1 stream.2
	"$fit" "${small[@]}" -b 33 --block-size=7 -e 1 -j 2 --checkpoint-dir=ck \
		-o first train.txt
	run -2 --separate-stderr "$fit" "${small[@]}" -b 33 -e 3 --resume \
		--checkpoint-dir=ck -o other train.txt
	[[ $stderr == *"other settings (block_size: 7, now 0)"* ]]
	"$fit" "${blocks[@]}" -j 1 --resume --checkpoint-dir=ck -o resumed train.txt
	cmp whole resumed
}

@test "blocks: a size that is none is refused" {
	local size
	for size in -1 -0x1 seven '' 1.5 16777217 99999999999999999999; do
		run -2 --separate-stderr "$fit" --block-size="$size" -o model few.txt
		[[ $stderr == *block-size* ]]
		[ ! -e model ]
	done
	"$fit" "${small[@]}" --block-size=16777216 -o model few.txt
}

@test "a file and a pipe give one model" {
	"$fit" "${small[@]}" -e 3 -o file.bin then.txt
	# shellcheck disable=SC2002 # a pipe is the point
	cat then.txt | "$fit" "${small[@]}" -e 3 -o pipe.bin
	cmp file.bin pipe.bin
}

@test "lines that say seeds:same give the model of those that spell them" {
	"$RALM_BIN/ralm-build-data" --planted --users=300 --items=90 --passes=3 --refresh=3 --negatives=2 --lists=each > full
	"$RALM_BIN/ralm-build-data" --planted --users=300 --items=90 --passes=3 --refresh=3 --negatives=2 > once
	[ "$(wc -c < once)" -lt "$(($(wc -c < full) / 2))" ]
	local options
	for options in "" "--stream" "--memory=1M --epochs=3" "-j1 --batch-size=33"; do
		# shellcheck disable=SC2086 # words
		for file in full once; do
			"$fit" -q --embedding-size=8 --transformed-size=8 $options \
				-o $file.bin $file
		done
		cmp full.bin once.bin
	done
	# A bad line that says so takes nothing from its neighbours; one that spells
	# its seeds takes those of all behind it, up to the next list.
	local said spelled next
	said=$(grep -n '^seeds:same' once | sed -n '7s/:.*//p')
	spelled=$(grep -n '^user_seeds' once | sed -n '3s/:.*//p')
	next=$(grep -n '^user_seeds' once | sed -n '4s/:.*//p')
	small+=(--skip-bad -o m)
	run -0 --separate-stderr "$fit" "${small[@]:1}" <(sed "${said}s/^/label:7 /" once)
	[[ "$stderr" == *": 1 of $(wc -l < once) lines ("*" %) are bad and left out, the first: "*":$said: label: expected"* ]]
	run -0 --separate-stderr "$fit" "${small[@]:1}" <(sed "${spelled}s/^/label:7 /" once)
	[[ "$stderr" == *": $((next - spelled)) of $(wc -l < once) lines ("*":$spelled: label: expected"* ]]
}

@test "samples gone to a temporary file: one model, no file left behind" {
	mkdir tmp
	wide 40000 > long.txt # 1.6 MB of users
	export TMPDIR=tmp
	"$fit" "${small[@]}" -j 1 -e 2 -o kept.bin long.txt
	"$fit" "${small[@]}" -j 1 -e 2 --memory=1M -o spilled.bin long.txt
	# memory has no say in what is learned, nor in the settings kept
	cmp kept.bin spilled.bin
	[ -z "$(ls -A tmp)" ]
	# they did go there
	rmdir tmp
	run -1 --separate-stderr "$fit" "${small[@]}" -j 1 -e 2 --memory=1M -o m.bin long.txt
	[ "$stderr" = "ralm-fit: cannot make a temporary file in 'tmp': No such file or directory" ]
	[ ! -e m.bin ]
	"$fit" "${small[@]}" -j 1 -e 2 -o m.bin long.txt
}

@test "no room for the temporary file: a message, exit 1, the old model" {
	mkdir tmp
	full() { # COMMAND... with a tmp that holds 1 MB
		# shellcheck disable=SC2016 # for that shell
		unshare -m sh -c 'mount -t tmpfs -o size=1m ralm tmp && TMPDIR=tmp exec "$@"' sh "$@"
	}
	full true 2> log || skip "cannot mount a small file system here"
	wide 40000 > long.txt
	echo old > m.bin
	run -1 --separate-stderr full "$fit" "${small[@]}" -j 1 -e 2 --memory=1M -o m.bin long.txt
	[[ "$stderr" =~ ^"ralm-fit: cannot grow a temporary file to "[0-9]+" bytes: No space left on device"$ ]]
	[ "$(cat m.bin)" = old ]
	no_temporaries
}

# ---- signals -----------------------------------------------------------------

@test "SIGTERM and SIGINT: a checkpoint, 128 and the signal, the old model" {
	for signal in TERM:143 INT:130; do
		echo old > m.bin
		rm -rf c
		# not in the background of this shell, which would ignore SIGINT
		run -${signal#*:} --separate-stderr timeout --foreground --preserve-status \
			--signal=${signal%:*} 1 "$fit" "${small[@]}" -e 100000 \
			--checkpoint-dir=c --checkpoint-every=100000000 -o m.bin then.txt
		[[ "$stderr" == *"stopped by signal "*"a checkpoint was"* ]]
		[ "$(cat m.bin)" = old ]
		[ "$(find c -name 'step-*.bin' | wc -l)" -eq 1 ]
		no_temporaries
	done
}

@test "a second signal ends a run at once and leaves no temporary" {
	# A step that takes long: one batch of everything, wide vectors. On a
	# busy machine the first signal may come before it: then later.
	for pause in 0.3 1 3 9; do
		"$fit" -q -b 1000000 --embedding-size=2048 \
			--transformed-size=2048 -e 1000 -o m.bin train.txt 2> said &
		pid=$!
		until_true sh -c 'ls -A | grep -q "^\.m\.bin\."'
		sleep $pause
		kill -TERM $pid
		sleep 0.05
		kill -TERM $pid || true
		wait $pid && return 1
		[ ! -e m.bin ]
		no_temporaries
		grep -q "stopped by signal" said || return 0
	done
	false
}

@test "a mapped file that is gone: told, no temporary left, the old model stands" {
	temporary() { [ -n "$(find . -name '.m.bin.*')" ]; }
	echo old > m.bin
	mkfifo samples
	"$fit" -q -o m.bin < samples 2> said &
	pid=$!
	exec {to}> samples
	until_true temporary
	kill -BUS $pid
	status=0
	wait $pid || status=$?
	exec {to}>&-
	[ "$status" -eq 1 ]
	[ "$(cat said)" = "ralm-fit: a file was truncated while in use, or its disk fails" ]
	[ "$(cat m.bin)" = old ]
	run ! temporary
}

@test "SIGTERM at any moment of the start: 143, not a word of the input" {
	train=("$fit" -q --embedding-size=4 --transformed-size=4 -j 2 -o m.bin few.txt)
	stopped=0
	for i in $(seq 80); do
		rm -f m.bin
		"${train[@]}" 2> said 3>&- &
		pid=$!
		sleep "$(printf '0.0%03d' $((i * 7 % 80 * 5)))"
		kill -TERM $pid 2> gone || true
		status=0
		wait $pid || status=$?
		no_temporaries
		if [ $status -eq 0 ]; then # it came too late
			[ -s m.bin ]
			continue
		fi
		[ $status -eq 143 ] || { cat said; return 1; }
		[ ! -e m.bin ]
		stopped=$((stopped + 1))
	done
	[ $stopped -gt 0 ]
}

@test "a signal before training begins ends it, whatever it waits for" {
	mkfifo log
	"$fit" "${small[@]}" --checkpoint-dir=c --log=log -o m.bin few.txt 2> said 3>&- &
	pid=$!
	until_true test -s c/.lock
	kill -TERM $pid
	ended() { ! kill -0 $pid 2> gone; }
	until_true ended || { kill -KILL $pid; return 1; }
	status=0
	wait $pid || status=$?
	[ $status -eq 143 ]
	[ ! -s said ]
	no_temporaries
}

@test "a signal is noticed while a silent pipe is waited for" {
	run -143 timeout --foreground --preserve-status --kill-after=25 --signal=TERM 1 \
		"$fit" "${small[@]}" -o m.bin <(sleep 30)
	[ ! -e m.bin ]
	no_temporaries
}

# ---- watching ----------------------------------------------------------------

@test "--validate writes the best epoch, --patience ends after it" {
	run -0 --separate-stderr "$fit" "${small[@]:1}" \
		-e 30 -l 0.05 --print-interval=1000000 --patience=3 \
		--validate=test.txt -o best.bin then.txt
	best=$(sed -n 's/^ralm-fit: best epoch \([0-9]*\), .*/\1/p' <<< "$stderr")
	[ "$(grep -c '^epoch ' <<< "$stderr")" -eq $((best + 3)) ]
	"$fit" "${small[@]}" -e "$best" -l 0.05 -o alone.bin then.txt
	"$RALM_BIN/ralm-score" -m best.bin test.txt > a
	"$RALM_BIN/ralm-score" -m alone.bin test.txt > b
	cmp a b
	# what it measures is what the model that is written scores
	auc=$(printf '%.4f' "$("$RALM_BIN/ralm-auc" -q a)")
	[[ "$stderr" == *"best epoch $best, validation AUC $auc" ]]
	# models on the way are no reason to forget the best one
	"$fit" "${small[@]}" -e 30 -l 0.05 --patience=3 --validate=test.txt \
		--save-every=1 -o saved.bin then.txt
	"$RALM_BIN/ralm-score" -m saved.bin test.txt > b
	cmp a b
}

@test "on a terminal and without operands the configuration's data_path is read" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	cp "$RALM_SRC/data/paddle_train.txt" .
	sed 's/^workspace:.*/workspace: "."/' "$RALM_SRC/examples/paddlerec.yaml" > config.yaml
	script -qec "$fit -q -c config.yaml -o read.bin" /dev/null < /dev/null
	"$fit" -q -c config.yaml -o named.bin paddle_train.txt
	cmp read.bin named.bin
	# A folder stands for the files in it, but those that are hidden.
	mkdir samples
	mv paddle_train.txt samples
	echo bad > samples/.hidden
	sed -i.bak 's|data_path:.*|data_path: samples|' config.yaml
	script -qec "$fit -q -c config.yaml -o read.bin" /dev/null < /dev/null
	cmp read.bin named.bin
}

@test "settings and samples are not both standard input" {
	printf 'hyper_parameters: {user_emb_size: 8, transformed_size: 8}\n' > c.yaml
	for config in - /dev/stdin; do
		for samples in "" - /dev/stdin "few.txt -"; do
			# shellcheck disable=SC2086 # none, one or two
			run -2 --separate-stderr "$fit" -q -c $config -o m.bin \
				$samples < c.yaml
			[[ "$stderr" == "ralm-fit: "*" and --config: standard input is read once, and here twice; name a file"* ]]
			[ ! -e m.bin ]
		done
	done
	"$fit" -q -c - --print-config < c.yaml | grep -qx '  user_emb_size: 8'
	"$fit" -q -c - -o m.bin few.txt < c.yaml
	"$fit" -q -c c.yaml -o n.bin < few.txt
	cmp m.bin n.bin
}

# refused MESSAGE OPTION...
refused() {
	run -2 --separate-stderr "$fit" -q -o none.bin "${@:2}"
	[ "${stderr_lines[0]}" = "ralm-fit: $1" ]
	[ ! -e none.bin ]
}

@test "an option that would do nothing is refused; a file may hold its setting" {
	refused '--checkpoint-every needs --checkpoint-dir' --checkpoint-every=5
	refused '--keep needs --checkpoint-dir' --keep=2
	refused '--resume needs --checkpoint-dir' --resume
	refused '--bins needs --users' --bins=3
	refused '--min-value-count needs --users' --min-value-count=3
	refused '--epochs: --stream has one' --stream -e 5
	refused '--memory has no meaning with --stream' --stream --memory=2M
	refused '--margin has no meaning with --loss=log_loss' --margin=0.1
	refused '--negative-weight has no meaning with --loss=cosine' \
		--loss=cosine --negative-weight=3
	refused '--score-scale-limit has no meaning with --loss=cosine' \
		--loss=cosine --score-scale-limit=7
	refused '--score-scale-limit has no meaning with --score-scale=fixed' \
		--score-scale=fixed --score-scale-limit=7
	refused '--alpha has no meaning with --network=average' --alpha=1 --network=average
	sed 's/^	//' > c.yaml <<- 'END'
		hyper_parameters:
		  network: kdd19
		  loss: cosine
		  margin: 0.1
		  negative_weight: 3
		  user_emb_size: 3
		  transformed_size: 2
		runner:
		- name: a
		  class: train
		  epochs: 3
		  keep: 2
		  checkpoint_every: 7
	END
	"$fit" -q -c c.yaml --alpha=0.25 --margin=0.2 -o m.bin few.txt
	# What the file sets may be what an option needs, or what excludes it.
	refused '--negative-weight has no meaning with --loss=cosine' -c c.yaml \
		--negative-weight=1
	"$fit" -q -c c.yaml --loss=softmax --negative-weight=2 -o n.bin few.txt
	echo '  save_checkpoint_path: steps' >> c.yaml
	"$fit" -q -c c.yaml --stream -b 100 --keep=1 --checkpoint-every=2 -o n.bin few.txt
	[ "$(find steps -name 'step-*' | wc -l)" = 1 ]
	# A model keeps its settings where nothing is learned; that it brings a network is
	# known too late.
	for option in --seeds-num=3 --alpha=1 --batch-size=10 --log=log; do
		refused "${option%=*} has no meaning with --epochs=0" \
			--init-model=m.bin -e0 "$option"
	done
	"$fit" -q --init-model=m.bin --alpha=0.5 -o n.bin few.txt
}

@test "--stream trains in constant memory and saves on the way" {
	# AddressSanitizer keeps what was freed: that is not this program's.
	export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
	for _ in $(seq 40); do cat then.txt; done > long.txt
	while :; do cat long.txt; done 2> /dev/null |
		"$fit" "${small[@]}" -j 1 --stream --save-every=200 -o m.bin 2> said &
	pid=$!
	until_true test -s m.bin
	resident() { awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"; }
	[ -r "/proc/$pid/status" ] || { kill $pid; skip "no /proc here"; }
	sleep 1
	before=$(resident)
	steps() { "$RALM_BIN/ralm-score" -m m.bin --info | awk '$1 == "steps" { print $2 }'; }
	first=$(steps)
	sleep 3
	after=$(resident)
	last=$(steps)
	# what stands there is a model of use while training goes on
	"$RALM_BIN/ralm-score" -m m.bin then.txt > scores
	kill $pid
	wait $pid || true
	echo "# resident $before then $after kB, steps $first then $last"
	[ "$last" -gt "$first" ]
	[ $((last % 200)) -eq 0 ]
	[ "$after" -lt $((before + 2048)) ]
	[ "$(wc -l < scores)" -eq 3000 ]
	awk -v auc="$("$RALM_BIN/ralm-auc" -q scores)" 'BEGIN { exit !(auc > 0.7) }'
	# a model is there: it is not said that none was written
	grep -q "the model last saved stands" said
}

@test "killed while it saves at every step: always a whole model" {
	wide 1000 > wide.txt
	for pause in 1 2 3 4 5; do
		rm -f m.bin
		"$fit" "${small[@]}" -j 1 -b 16 -e 1000 --save-every=1 -o m.bin wide.txt &
		pid=$!
		until_true test -s m.bin
		sleep "0.0$pause"
		kill -KILL $pid
		wait $pid && return 1
		"$RALM_BIN/ralm-score" -m m.bin --verify --info > info
	done
}

# ---- bad days ----------------------------------------------------------------

@test "numbers that explode: the step, the options to lower, the old model" {
	echo old > m.bin
	explode=(-q --optimizer=sgd -l 1000 --weight-decay=1000 -o m.bin)
	run -1 --separate-stderr "$fit" "${explode[@]}" -e 50 \
		--checkpoint-dir=c --checkpoint-every=1 then.txt
	said='^ralm-fit: step ([0-9]+): [a-z_ ]* is not finite.*; try a lower --learning-rate \(now 1000\) or --weight-decay \(now 1000\)$'
	[[ "$stderr" =~ $said ]]
	step=${BASH_REMATCH[1]}
	[ "$(cat m.bin)" = old ]
	no_temporaries
	# every checkpoint from before is whole and has finite numbers
	[ "$(find c -name 'step-*' | wc -l)" -eq $((step - 1)) ]
	for checkpoint in c/*; do
		"$RALM_BIN/ralm-score" -m "$checkpoint" --verify --info > info
	done
	# the last step of all is looked at as well
	head -n $((step * 100)) then.txt > just.txt
	run -1 --separate-stderr "$fit" "${explode[@]}" -b 100 just.txt
	[[ "$stderr" =~ ^"ralm-fit: step $step: " ]]
	[ "$(cat m.bin)" = old ]
	head -n $((step * 100 - 100)) then.txt > less.txt
	"$fit" "${explode[@]}" -b 100 less.txt
	"$RALM_BIN/ralm-score" -m m.bin --verify --info > info
}

@test "a folder that does not exist is told before training" {
	run -1 --separate-stderr "$fit" -o no/m.bin <(sleep 20; cat then.txt)
	[ "$stderr" = "ralm-fit: cannot write 'no/m.bin': No such file or directory" ]
}

@test "a full device, a line that is wrong, no line, too many users" {
	[ -e /dev/full ] && run -1 "$fit" -q -o /dev/full then.txt
	printf 'user_seeds:1 target_user:2 label:1\nuser_seeds:1 target_user:2 label:2\n' > bad.txt
	run -1 --separate-stderr "$fit" -q -o m.bin bad.txt
	[ "$stderr" = "ralm-fit: bad.txt:2: label: expected 0 or 1, got '2'" ]
	# Where no good line is left, too, the first bad one is told.
	printf 'x\nuser_seeds:1 target_user:2\n' > none.txt
	run -1 --separate-stderr "$fit" -q --skip-bad -o none.bin none.txt
	[ "${stderr_lines[*]}" = "ralm-fit: 2 of 2 lines (100 %) are bad and left out, the first: none.txt:1: expected SLOT:VALUE, got 'x' ralm-fit: none.txt: no samples" ]
	run -0 --separate-stderr "$fit" -q --skip-bad -o m.bin bad.txt
	[ "$stderr" = "ralm-fit: 1 of 2 lines (50 %) are bad and left out, the first: bad.txt:2: label: expected 0 or 1, got '2'" ]
	rm m.bin
	run -1 --separate-stderr "$fit" -q -o m.bin /dev/null
	[ "$stderr" = "ralm-fit: /dev/null: no samples" ]
	run -1 --separate-stderr "$fit" -q --user-count=5 -o m.bin then.txt
	[[ "$stderr" == "ralm-fit: then.txt:"*"--user-count"* ]]
	[ ! -e m.bin ]
	no_temporaries
}

@test "one process from the start: under ld.so, under valgrind, its environment its own" {
	"$fit" "${small[@]}" -j 2 -o want.bin few.txt
	loader=$(readelf -p .interp "$fit" 2> /dev/null | grep -o '/[^ ]*ld[^ ]*' || true)
	if [ -n "$loader" ] && [ -x "$loader" ]; then
		"$loader" "$fit" "${small[@]}" -j 2 -o m.bin few.txt
		cmp want.bin m.bin
	fi
	if [ -r /proc/self/environ ]; then # as it was given
		mkfifo samples
		env -i PATH="$PATH" _=lent "$fit" -q -o m.bin samples 3>&- &
		pid=$!
		exec 7> samples
		until_true grep -qx ralm-fit /proc/$pid/comm
		tr '\0' '\n' < /proc/$pid/environ > got
		tr '\0' ' ' < /proc/$pid/cmdline >> got
		cat few.txt >&7
		exec 7>&-
		wait $pid
		[ "$(cat got)" = "PATH=$PATH
_=lent
$fit -q -o m.bin samples " ]
	fi
	command -v valgrind > /dev/null || skip "no valgrind"
	nm "$fit" 2> /dev/null | grep -q '__[atm]san_' && skip "not with sanitizers"
	head -n 40 few.txt > little.txt
	run -0 --separate-stderr valgrind -q --error-exitcode=9 "$fit" -q -j 2 \
		--embedding-size=4 --transformed-size=4 -o m.bin little.txt
	[ -z "$stderr" ]
	"$RALM_BIN/ralm-score" -m m.bin little.txt > scores
	[ "$(wc -l < scores)" -eq 40 ]
}

@test "the options of the manual page are those of --help" {
	"$fit" --help | grep -o -- '--[a-z][a-z-]*' | sort -u > help
	sed -n 's/^\.It.* Fl -\([a-z-]*\).*/--\1/p' "$RALM_SRC/man/ralm-fit.1" |
		sort -u > page
	diff help page
}

@test "--loss=softmax: samples that teach nothing are counted; only such are an error" {
	softmax=(-q --loss=softmax --network=average --embedding-size=8 --stream -o m)
	printf 'user_seeds:%s target_user:%s label:%s\n' 1 2 1  1 3 0  1 4 0 \
		5 6 1  7 8 0  7 9 0  7 14 0  10 11 1  10 12 1  10 13 0 > some
	run -0 --separate-stderr "$fit" "${softmax[@]}" some
	[ "$stderr" = "ralm-fit: 5 of 10 samples (50 %) teach nothing: 2 clicks without a negative, 3 negatives without a click" ]
	printf 'user_seeds:%s target_user:%s label:%s\n' 1 2 1  1 3 1  5 6 0  5 7 0  8 9 1 > none
	rm m
	run -1 --separate-stderr "$fit" "${softmax[@]}" none
	[ "$stderr" = "ralm-fit: none:5: no click has a label-0 sample with its list beside it: nothing to learn with --loss=softmax" ]
	[ ! -e m ]
	# log loss learns from each sample alone, but cannot weigh it by its click
	log_loss=(-q --loss=log_loss --network=average --embedding-size=8 -o m)
	echo 'user_seeds:7 target_user:15 label:0' >> some
	for mode in -e2 --stream; do
		run -0 --separate-stderr "$fit" "${log_loss[@]}" $mode some
		[ "$stderr" = "ralm-fit: 4 of 11 samples (36.4 %) have label 0 and no click with their list beside them: each weighs as much as a click (--negative-weight=balance)" ]
	done
	run -0 --separate-stderr "$fit" "${log_loss[@]}" --negative-weight=1 some
	[ -z "$stderr" ]
	# in lines of seeds:same each click has its negatives behind it
	{ cat some; echo "seeds:same target_user:16 label:0"; } > same
	run -0 --separate-stderr "$fit" "${log_loss[@]}" same
	[ "${stderr_lines[1]}" = "ralm-fit: 2 of 12 samples (16.7 %) are clicks without a label-0 sample behind them: nearly every user clicked their item, or lines of seeds:same were shuffled or left out (--lists=each)" ]
	build=("$RALM_BIN/ralm-build-data" --planted --users=90 --items=20 --passes=1)
	"${build[@]}" > once 2> said
	run -0 --separate-stderr "$fit" "${log_loss[@]}" once
	[ -z "$stderr" ]
	awk '/label:1/ || NR % 20 == 0' once > part
	run -0 --separate-stderr "$fit" "${log_loss[@]}" part
	[[ "$stderr" == *"are clicks without a label-0 sample behind them"* ]]
	"${build[@]}" --lists=each 2> said | awk '/label:1/ || NR % 20 == 0' > part
	run -0 --separate-stderr "$fit" "${log_loss[@]}" part
	[[ "$stderr" != *"are clicks without"* ]]
	# nor is anything amiss where it would weigh each the same: one a click
	grep -v 'user_seeds:7 target_user:1[45]' some > evenly
	run -0 --separate-stderr "$fit" "${log_loss[@]}" evenly
	[ -z "$stderr" ]
}
