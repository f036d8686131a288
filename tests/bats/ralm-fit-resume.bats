#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# ralm-fit: checkpoints, runs that were killed or had no room and go on,
# models to go on from.

bats_require_minimum_version 1.5.0
load until

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	# lists of one to three clicks, each with two negatives; the logs begin
	# and end where that falls
	"$RALM_BIN/ralm-build-data" --planted --users=300 --items=80 \
		--clicks-per-user=20 --passes=1 --negatives=2 --refresh=3 --lists=each \
		--test=test.txt > train.txt
	# Two logs: what a model knows already, and what it goes on with.
	head -n 3000 train.txt > first.txt
	tail -n 3000 train.txt > then.txt
	head -n 400 train.txt > few.txt
}

setup() {
	fit="$RALM_BIN/ralm-fit"
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/* .
	# batches of just so many samples
	small=(-q --batch-size=256 --embedding-size=16 --transformed-size=16
		--negative-weight=1)
}

no_temporaries() { # no_temporaries FOLDER...
	[ -z "$(find "$@" -maxdepth 1 -name '.*.??????')" ]
}

checkpoints() {
	find "$1" -name 'step-*.bin' | sort
}

# The names of a model file's tensors and metadata, but for the padding's.
names() {
	local size
	size=$(od -An -tu4 -N4 "$1")
	head -c $((size + 8)) "$1" | tail -c "$size" | tr ',{' '\n\n' |
		sed -n 's/^"\([a-z_.0-9]*\)":.*/\1/p' |
		grep -vE '^(padding|dtype|shape|data_offsets)' | sort -u
}

# ---- killed ------------------------------------------------------------------

# Random numbers below 1000, the same in every run.
state=1
draw() {
	state=$(((state * 1103515245 + 12345) % 2147483648))
	drawn=$((state / 65536 % 1000))
}

# run_for MICROSECONDS COMMAND...: killed then, or done; $status tells.
run_for() {
	local wait=$1
	shift
	"$@" 3>&- &
	sleep "$((wait / 1000000)).$(printf %06d $((wait % 1000000)))"
	kill -KILL $! || true
	status=0
	wait $! || status=$?
}

# Runs of some 25 checkpoints, each killed at a random moment, resumed with
# another number of threads and killed again, until it comes to its end. What
# a kill left is counted by its moment.
@test "killed at 50 random moments and resumed: the bytes of one never stopped" {
	train=("${small[@]}" -b 32 -e 4)
	often=(--checkpoint-every=2 --keep=3)
	optimizers=(adam adagrad rowwise-adagrad sgd)
	whole=999999999 # the time that a run takes, in microseconds
	for o in "${optimizers[@]}"; do
		"$fit" "${train[@]}" -j 1 --optimizer=$o -o $o.bin few.txt
		began=${EPOCHREALTIME/./}
		"$fit" "${train[@]}" -j 1 --optimizer=$o --checkpoint-dir=$o.steps \
			"${often[@]}" -o timed.bin few.txt
		took=$((${EPOCHREALTIME/./} - began))
		[ $took -ge $whole ] || whole=$took
		cmp $o.bin timed.bin
	done

	kills=0 runs=0 before=0 writing=0 between=0 places=
	while [ $kills -lt 50 ] || [ $((before * writing * between)) -eq 0 ]; do
		[ $kills -lt 500 ] # moments of each kind do come
		o=${optimizers[runs++ % 4]}
		rm -rf c
		echo old > m.bin
		draw
		moment=$((whole * drawn / 1000 * drawn / 1000)) # soon, at first
		while :; do
			run_for $moment "$fit" "${train[@]}" -j $((kills % 3 + 1)) \
				--optimizer=$o --checkpoint-dir=c "${often[@]}" \
				--resume -o m.bin few.txt 2> said
			[ $status -ne 0 ] || break
			[ $status -eq 137 ]
			kills=$((kills + 1))
			cmp -s m.bin $o.bin || [ "$(cat m.bin)" = old ]
			newest=$([ ! -d c ] || checkpoints c | tail -n 1)
			places+="${newest:-none} "
			if [ -d c ] && ! no_temporaries c; then
				writing=$((writing + 1))
			elif [ -z "$newest" ]; then
				before=$((before + 1))
			else
				between=$((between + 1))
			fi
			draw
			moment=$((whole * drawn / 1000))
		done
		cmp $o.bin m.bin
		no_temporaries c
		[ "$(checkpoints c | wc -l)" -eq 3 ]
	done
	places=$(tr ' ' '\n' <<< "$places" | sort -u | grep -c .)
	echo "# $runs runs, $kills kills: $before before the first checkpoint," \
		"$writing while one was written, $between between;" \
		"$places different newest ones"
	[ "$places" -ge 10 ]
}

@test "a run resumed after an epoch ends in the bytes of one never stopped" {
	"$fit" "${small[@]}" -e 3 -o whole.bin then.txt
	"$fit" "${small[@]}" -e 1 --checkpoint-dir=c -o part.bin then.txt
	"$fit" "${small[@]}" -e 3 -j 3 --checkpoint-dir=c --resume \
		-o resumed.bin then.txt
	cmp whole.bin resumed.bin
	run ! cmp -s whole.bin part.bin
}


@test "resuming a run that began with --init-model skips its own steps only" {
	"$fit" "${small[@]}" -o known.bin first.txt
	"$fit" -q -e 3 --init-model=known.bin -o whole.bin then.txt
	"$fit" -q -e 1 --init-model=known.bin --checkpoint-dir=c -o part.bin then.txt
	"$fit" -q -e 3 --init-model=known.bin --checkpoint-dir=c --resume \
		-o resumed.bin then.txt
	cmp whole.bin resumed.bin
}

@test "resuming leaves the models of earlier epochs as they were" {
	cat > c.yaml <<-'END'
	runner:
	- {name: r, class: train, epochs: 3, save_inference_interval: 1, save_inference_path: inference}
	END
	"$fit" "${small[@]}" -c c.yaml --checkpoint-dir=c -o whole.bin then.txt
	sha256sum inference/* > sums
	[ "$(cut -c 1-64 sums | sort -u | wc -l)" -eq 3 ]
	"$fit" "${small[@]}" -c c.yaml --checkpoint-dir=c --resume -o again.bin then.txt
	sha256sum -c --quiet sums
	cmp whole.bin again.bin
}

@test "the newest checkpoint that is whole is taken" {
	"$fit" "${small[@]}" -e 3 -o whole.bin then.txt
	"$fit" "${small[@]}" -e 2 --checkpoint-dir=c -o part.bin then.txt
	newest=$(find c -name 'step-*' | sort | tail -n 1)
	truncate -s 1000 "$newest"
	"$fit" "${small[@]}" -e 3 --checkpoint-dir=c --resume -o resumed.bin then.txt
	cmp whole.bin resumed.bin
}

@test "--resume with other settings, without a folder, or with --validate" {
	"$fit" "${small[@]}" --checkpoint-dir=c -o m.bin then.txt
	run -2 --separate-stderr "$fit" "${small[@]}" -l 0.1 --checkpoint-dir=c \
		--resume -o m2.bin then.txt
	[ "$stderr" = "ralm-fit: --resume: 'c/step-000000000012.bin' was made with other settings (optimizer.learning_rate: 0.003, now 0.1); --init-model goes on with new ones" ]
	run -2 --separate-stderr "$fit" "${small[@]}" --loss=softmax --rng-seed=7 \
		--optimizer=sgd --seeds-num=3 --checkpoint-dir=c --resume -o m2.bin \
		then.txt
	[[ "$stderr" == *"(optimizer.class: Adam, now SGD; loss: log_loss, now softmax; seeds_num: 0, now 3; rng_seed: 1, now 7)"* ]]
	run -2 --separate-stderr "$fit" "${small[@]}" --resume -o m2.bin then.txt
	[[ "$stderr" == *"--resume needs --checkpoint-dir"* ]]
	run -2 --separate-stderr "$fit" "${small[@]}" --checkpoint-dir=c --resume \
		--validate=test.txt -o m2.bin then.txt
	[ "$stderr" = "ralm-fit: --resume: 'c/step-000000000012.bin' was made without --validate" ]
	[ ! -e m2.bin ]
}

@test "a folder without checkpoints is a run from the beginning" {
	"$fit" "${small[@]}" -o plain.bin then.txt
	"$fit" "${small[@]}" --checkpoint-dir=none --resume -o resumed.bin then.txt
	cmp plain.bin resumed.bin
}


# ---- no room -----------------------------------------------------------------

# Runs the function in_full_place on a file system of 256 KiB, which nobody but
# this test sees and which is gone with it.
on_small_disk() {
	local own=(unshare --mount)
	[ "$(id -u)" = 0 ] || own=(unshare --map-root-user --mount)
	mkdir disk
	"${own[@]}" mount -t tmpfs -o size=256k none disk 2> said ||
		skip "a file system of its own: $(cat said)"
	export -f in_full_place no_temporaries checkpoints
	export fit
	"${own[@]}" bash -euc 'mount -t tmpfs -o size=256k none disk
		in_full_place' > said 2>&1 || { cat said; return 1; }
}

@test "a full file system: told, the old files stand, the rest is done later" {
	in_full_place() {
		train=("$fit" -q --embedding-size=16 --transformed-size=16 -b 32 -e 4)
		"${train[@]}" -o whole.bin few.txt
		fails() { # fails FILE: exit 1, and the message names it
			status=0
			"${train[@]}" "${@:2}" -o disk/m.bin few.txt 2> message ||
				status=$?
			cat message
			[ $status -eq 1 ]
			grep -qx "ralm-fit: $1: cannot write: No space left on device" \
				message
			[ "$(cat disk/m.bin)" = old ]
			no_temporaries disk
			! [ -d disk/c ] || no_temporaries disk/c
		}
		echo old > disk/m.bin

		# Checkpoints fill it. What is there is whole, and enough.
		fails 'disk/c/step-[0-9]*.bin' --checkpoint-dir=disk/c --checkpoint-every=5
		n=$(checkpoints disk/c | wc -l)
		echo "$n checkpoints fitted"
		[ "$n" -ge 2 ]
		[ "$n" -le 8 ]
		for file in $(checkpoints disk/c); do
			"${fit%fit}score" -m "$file" --verify few.txt > /dev/null
		done
		# Still full: still no end, and nothing lost.
		fails 'disk/c/step-[0-9]*.bin' --checkpoint-dir=disk/c \
			--checkpoint-every=5 --resume -j 2
		[ "$(checkpoints disk/c | wc -l)" -eq "$n" ]
		"${train[@]}" --checkpoint-dir=disk/c --checkpoint-every=5 --keep=2 \
			--resume -o other.bin few.txt && false # no room for one more
		rm "$(checkpoints disk/c | head -n 1)"
		"${train[@]}" --checkpoint-dir=disk/c --checkpoint-every=5 --keep=2 \
			--resume -j 3 -o other.bin few.txt
		cmp whole.bin other.bin

		# No room for the model itself.
		head -c 1M /dev/zero > disk/fill 2> message || true
		fails disk/m.bin
		rm disk/fill "$(checkpoints disk/c | head -n 1)"
		"${train[@]}" --checkpoint-dir=disk/c --checkpoint-every=5 --resume -o disk/m.bin few.txt
		cmp whole.bin disk/m.bin
	}
	on_small_disk
}

# ---- told to stop ------------------------------------------------------------

# Runs ralm-fit until a signal stops it in its midst, after `steps` steps of
# `epochs` epochs: one that came before the first step, in the last one or
# after the end tells nothing, and one with more of both follows.
stop_midway() { # stop_midway SIGNAL:STATUS ENDING OPTION...
	local status pause
	epochs=100
	for pause in 0.3 0.6 1.2 2.4 4.8 9.6; do
		epochs=$((3 * epochs))
		rm -rf c
		echo old > m.bin
		status=0
		# not in the background of this shell, which would ignore SIGINT
		timeout --foreground --preserve-status --signal="${1%:*}" $pause \
			"$fit" "${small[@]}" -b 32 -e $epochs "${@:3}" -o m.bin few.txt \
			2> said || status=$?
		cat said
		[ $status -ne 0 ] || continue
		[ $status -eq "${1#*:}" ]
		[ "$(cat m.bin)" = old ]
		no_temporaries .
		steps=$(sed -n "s/^ralm-fit: stopped by signal [0-9]* after step \([0-9]*\); $2\$/\1/p" said)
		[ "${steps:-0}" -eq 0 ] || [ "$steps" -ge $((13 * epochs)) ] ||
			return 0
	done
	return 1
}

@test "stopped by SIGTERM or SIGINT and resumed: the bytes of one never stopped" {
	for signal in TERM:143 INT:130; do
		checkpoint=(--checkpoint-dir=c --checkpoint-every=100000000)
		stop_midway $signal "a checkpoint was written, no model was written" \
			"${checkpoint[@]}"
		no_temporaries c
		[ "$(checkpoints c)" = "$(printf 'c/step-%012d.bin' "$steps")" ]
		train=("${small[@]}" -b 32 -e "$epochs")
		"$fit" "${train[@]}" "${checkpoint[@]}" --resume -j 3 -o m.bin few.txt
		"$fit" "${train[@]}" -o whole.bin few.txt
		cmp whole.bin m.bin
	done
	stop_midway TERM:143 "no model was written"
}

# ---- the best epoch ----------------------------------------------------------

@test "resuming --validate: the same best epoch, the same end of patience" {
	train=("$fit" "${small[@]:1}" -l 0.05 -b 100 -e 30
		--patience=4 --validate=test.txt --print-interval=1000000)
	run -0 --separate-stderr "${train[@]}" -o whole.bin then.txt
	end=$(tail -n 1 <<< "$stderr")
	[[ "$end" == "ralm-fit: best epoch "*", validation AUC "* ]]
	best=$(sed 's/.*epoch \([0-9]*\),.*/\1/' <<< "$end")
	[ "$best" -ge 2 ] # earlier ones were best before it
	"${train[@]}" --checkpoint-dir=c --checkpoint-every=10 -o m.bin then.txt 2> said
	cmp whole.bin m.bin
	# From each checkpoint, before the best epoch, in it, and after it.
	n=$(checkpoints c | wc -l)
	[ "$n" -eq $(((best + 4) * 3)) ]
	for file in $(checkpoints c | sort -r); do
		rm -rf one
		mkdir one
		cp "$file" one
		run -0 --separate-stderr "${train[@]}" --checkpoint-dir=one --resume \
			-j 2 -o m.bin then.txt
		[ "$(tail -n 1 <<< "$stderr")" = "$end" ]
		cmp whole.bin m.bin
	done
	names "$(checkpoints c | tail -n 1)" | grep -qx best.model
	run ! grep -a best whole.bin
}

@test "the best epoch is not lost where --output keeps none" {
	train=("${small[@]}" -l 0.05 -b 100 -e 8 --validate=test.txt)
	"$fit" "${train[@]}" -o whole.bin then.txt
	"$fit" "${train[@]}" --checkpoint-dir=c -o /dev/null then.txt
	run ! cmp -s whole.bin "$(checkpoints c | tail -n 1)"
	"$fit" "${train[@]}" --checkpoint-dir=c --resume -o m.bin then.txt
	cmp whole.bin m.bin
	# Through /dev/null and back, from the midst.
	rm "$(checkpoints c | tail -n 1)"
	"$fit" "${train[@]}" --checkpoint-dir=c --resume -o /dev/null then.txt
	"$fit" "${train[@]}" --checkpoint-dir=c --resume -o m.bin then.txt
	cmp whole.bin m.bin
	no_temporaries c
	# What a killed run leaves of it goes with the next checkpoint.
	touch c/.step-best.bin.a1b2c3 c/.step-best.bin.keep c/.best.bin.a1b2c3
	"$fit" "${train[@]}" --checkpoint-dir=c --resume -o m.bin then.txt
	[ ! -e c/.step-best.bin.a1b2c3 ]
	[ -e c/.step-best.bin.keep ]
	[ -e c/.best.bin.a1b2c3 ]
}

@test "a checkpoint that has lost its best epoch is refused" {
	train=("${small[@]}" -l 0.05 -b 100 -e 3 --validate=test.txt --checkpoint-dir=c)
	"$fit" "${train[@]}" --keep=1 -o m.bin few.txt
	# what 0.1.0 wrote with -o /dev/null: the epoch, and no model of it
	for file in c/step-*.bin; do
		LC_ALL=C sed 's/"best\.model"/"best.mode_"/' "$file" > changed
		mv changed "$file"
	done
	"$RALM_BIN/../tests/reseal" c/step-*.bin
	run -2 --separate-stderr "$fit" "${train[@]}" --resume -o out few.txt
	[[ "$stderr" == "ralm-fit: --resume: 'c/step-"*"' does not hold the model of its best epoch, "[123] ]]
	[ ! -e out ]
}

@test "--resume with another file of --validate, or with none" {
	train=("${small[@]}" -l 0.05 -e 2 --checkpoint-dir=c)
	"$fit" "${train[@]}" --validate=test.txt -o old.bin then.txt
	head -n 500 test.txt > less.txt
	sed '3s/target_user:/&1/' test.txt > changed.txt
	made="ralm-fit: --resume: 'c/step-000000000024.bin' was made with"
	for other in less changed few; do
		run -2 --separate-stderr "$fit" "${train[@]}" --validate=$other.txt \
			--resume -o m.bin then.txt
		[ "$stderr" = "$made another file of --validate than '$other.txt' is" ]
	done
	run -2 --separate-stderr "$fit" "${train[@]}" --resume -o m.bin then.txt
	[ "$stderr" = "$made --validate" ]
	[ ! -e m.bin ]
	# The same lines by another name are the same.
	sed 's/$/\r/' test.txt > renamed.txt
	"$fit" "${train[@]}" --validate=renamed.txt --resume -o m.bin then.txt
	cmp old.bin m.bin
	run -1 --separate-stderr "$fit" "${small[@]}" --validate=none.txt -o m.bin \
		<(sleep 0.3)
	[ "$stderr" = "ralm-fit: cannot open 'none.txt': No such file or directory" ]
}

@test "--save-every with --validate: in the end the best epoch, before the last" {
	train=("$fit" --embedding-size=16 --transformed-size=16 -l 0.05 -e 15 -q
		--validate=test.txt)
	"${train[@]}" -o best.bin then.txt 2> said
	"${train[@]}" --save-every=12 -o m.bin then.txt 2> said
	cmp best.bin m.bin
	"$fit" "${small[@]}" -l 0.05 -e 15 -o last.bin then.txt
	run ! cmp -s best.bin last.bin
}

@test "--validate to /dev/null, and not to a pipe, which takes one model" {
	train=("${small[@]}" -l 0.05 -e 3)
	"$fit" "${train[@]}" --validate=test.txt -o /dev/null then.txt
	for option in --validate=test.txt --save-every=5; do
		{ "$fit" "${train[@]}" $option -o - then.txt || echo $? > failed; } |
			cat > piped
		[ "$(cat failed)" -eq 2 ]
		[ ! -s piped ]
	done
	"$fit" "${train[@]}" -o m.bin then.txt
	"$fit" "${train[@]}" -o - then.txt | cmp m.bin -
	"$fit" "${train[@]}" -o - then.txt > stdout.bin
	cmp m.bin stdout.bin
}

# ---- what is in them ---------------------------------------------------------

@test "a checkpoint has the optimizer's state and the place, a model does not" {
	cat > c.yaml <<-'END'
	runner:
	- {name: r, class: train, epochs: 4, save_checkpoint_interval: 2, save_checkpoint_path: c, save_inference_interval: 2, save_inference_path: i}
	END
	for o in sgd:0 adagrad:1 rowwise-adagrad:1 adam:2; do
		rm -rf c i
		"$fit" "${small[@]}" -c c.yaml --optimizer="${o%:*}" -o m.bin few.txt
		[ "$(checkpoints c | wc -l)" -eq 2 ] # after epochs 2 and 4
		[ "$(cd i && echo *)" = "epoch-2.bin epoch-4.bin" ]
		names "$(checkpoints c | tail -n 1)" > checkpoint
		names i/epoch-4.bin > inference
		names m.bin > model
		diff model inference
		cmp m.bin i/epoch-4.bin
		run ! grep -E '^(optimizer|position)' model
		grep -qx user_embedding model
		comm -23 checkpoint model > additions
		grep -v '\.[0-9]$' additions > numbers
		printf '%s\n' optimizer.row_updates optimizer.step position \
			position.epoch position.input position.run \
			position.shuffles |
			diff - numbers
		[ "$(grep -c '^optimizer\.rows\.[0-9]$' additions)" -eq "${o#*:}" ]
		[ "$(grep -c '^optimizer\.dense\.[0-9]$' additions)" -eq "${o#*:}" ]
		[ "$(grep -c . additions)" -eq $((7 + 2 * ${o#*:})) ]
		# and can be scored with
		"$RALM_BIN/ralm-score" -m "$(checkpoints c | tail -n 1)" few.txt > a
		"$RALM_BIN/ralm-score" -m m.bin few.txt > b
		cmp a b
	done
}

@test "dates have no say: a checkpoint of tomorrow stands in nobody's way" {
	train=("${small[@]}" -b 100 --checkpoint-dir=c --checkpoint-every=1 --keep=1)
	"$fit" "${train[@]}" -o m.bin few.txt
	[ "$(checkpoints c)" = c/step-000000000004.bin ]
	touch -d '+1 day' c/*
	"$fit" "${train[@]}" -e 2 --resume -o m.bin few.txt
	[ "$(checkpoints c)" = c/step-000000000008.bin ]
	# nor for a run that begins anew beside it
	touch -d '+1 day' c/*
	"$fit" "${train[@]}" --keep=2 --save-every=1 -o m.bin few.txt
	[ "$(checkpoints c)" = "$(printf 'c/step-%012d.bin\n' 3 4)" ]
	cp c/step-000000000004.bin c/step-000000000003.bin
	touch -d '+2 days' c/step-000000000003.bin
	run -0 --separate-stderr "$fit" "${train[@]:1}" -e 2 --resume -o m.bin few.txt
	[[ "$stderr" == *"going on from 'c/step-000000000004.bin'"* ]]
}

@test "there is always a checkpoint of the end" {
	ends() { # ends FOLDER STEPS
		[ "$(checkpoints "$1" | tail -n 1)" = "$(printf '%s/step-%012d.bin' "$1" "$2")" ]
	}
	"$fit" "${small[@]}" -b 100 -e 3 --checkpoint-dir=a --checkpoint-every=5 \
		-o m.bin few.txt
	[ "$(checkpoints a)" = "$(printf 'a/step-%012d.bin\n' 5 10 12)" ]
	"$fit" "${small[@]}" -b 100 --checkpoint-dir=b --checkpoint-every=1000 \
		--stream -o m.bin few.txt
	ends b 4
	cat > c.yaml <<-'END'
	runner:
	- {name: r, class: train, epochs: 3, save_checkpoint_interval: 2, save_checkpoint_path: d}
	END
	"$fit" "${small[@]}" -b 100 -c c.yaml -o m.bin few.txt
	[ "$(checkpoints d)" = "$(printf 'd/step-%012d.bin\n' 8 12)" ]
	run -0 --separate-stderr "$fit" "${small[@]:1}" \
		-l 0.05 -b 100 -e 30 --patience=2 --validate=test.txt \
		--checkpoint-dir=e --checkpoint-every=1000 -o m.bin few.txt
	epochs=$(($(sed -n 's/^ralm-fit: best epoch \([0-9]*\).*/\1/p' <<< "$stderr") + 2))
	[ "$epochs" -lt 30 ]
	ends e $((4 * epochs))
	# More epochs than a run had are taken up where it ended.
	"$fit" "${small[@]}" -b 100 -e 5 --checkpoint-dir=a --checkpoint-every=5 \
		--resume -o m.bin few.txt
	"$fit" "${small[@]}" -b 100 -e 5 -o whole.bin few.txt
	cmp whole.bin m.bin
	ends a 20
	[ -z "$(find a b d e -name '.lock')" ]
}

@test "one run at a time writes to a folder: a second is told who does" {
	mkfifo samples
	"$fit" "${small[@]}" --checkpoint-dir=c -o m.bin samples 3>&- &
	pid=$!
	exec 7> samples
	until_true test -s c/.lock
	for option in "" --resume; do
		# shellcheck disable=SC2086 # none, or one
		run -1 --separate-stderr "$fit" "${small[@]}" --checkpoint-dir=c $option \
			-o other.bin few.txt
		[ "$stderr" = "ralm-fit: 'c' is in use by process $pid on $(uname -n)" ]
		[ ! -e other.bin ]
	done
	# Killed, it holds nothing: what it left is no lock.
	kill -KILL $pid
	exec 7>&-
	wait $pid || true
	[ -s c/.lock ]
	"$fit" "${small[@]}" --checkpoint-dir=c --resume -o m.bin few.txt
	[ ! -e c/.lock ]
	run -2 "$fit" "${small[@]}" --checkpoint-dir=c --resume -l 1 -o m.bin few.txt
	[ ! -e c/.lock ]
}

@test "no file has a name that checkpoints have in their folder" {
	mkdir ck
	ln -s ck other
	for name in ck/step-000000000003.bin ./ck/step-9 ck/.lock other/.step-x; do
		run -2 --separate-stderr "$fit" "${small[@]}" --checkpoint-dir=ck \
			-o "$name" few.txt
		[ "${stderr_lines[0]}" = "ralm-fit: '$name' has a name that training gives its own files there" ]
		run -2 --separate-stderr "$fit" "${small[@]}" --checkpoint-dir=ck \
			--log="$name" -o m.bin few.txt
		[ -z "$(ls -A ck)" ]
	done
	# One that is read would be overwritten as well, whatever link leads to it.
	cp few.txt ck/step-000000000005.bin
	ln -s ck/step-000000000005.bin few-too.txt
	for name in ck/step-000000000005.bin other/step-000000000005.bin few-too.txt; do
		run -2 --separate-stderr "$fit" "${small[@]}" --checkpoint-dir=ck \
			-o m.bin test.txt "$name"
		[ "${stderr_lines[0]}" = "ralm-fit: '$name' has a name that training gives its own files there" ]
		run -2 "$fit" "${small[@]}" --checkpoint-dir=ck -o m.bin \
			--validate="$name" test.txt
	done
	cmp few.txt ck/step-000000000005.bin
	rm ck/step-000000000005.bin
	# Any other is an output's, of this run and of others.
	"$fit" "${small[@]}" -e 3 --validate=test.txt --checkpoint-dir=ck \
		-o ck/best.bin few.txt
	"$fit" "${small[@]}" -e 3 --validate=test.txt -o best.bin few.txt
	cmp ck/best.bin best.bin
	touch ck/.best.bin.a1b2c3
	"$fit" "${small[@]}" -e 4 --validate=test.txt --checkpoint-dir=ck --resume \
		-o m.bin few.txt
	[ -e ck/.best.bin.a1b2c3 ]
}

@test "nor one that inference models have in theirs" {
	cat > saves.yaml <<- 'END'
		runner:
		- {name: r, class: train, epochs: 2, save_inference_interval: 1, save_inference_path: i}
	END
	mkdir i
	cp few.txt i/epoch-1.bin
	for options in "-o m.bin i/epoch-1.bin" "-o i/epoch-2.bin few.txt" \
		"-o m.bin --log=i/.epoch-2.bin.a1b2c3 few.txt"; do
		# shellcheck disable=SC2086 # options and a file
		run -2 --separate-stderr "$fit" "${small[@]}" -c saves.yaml $options
		[[ "${stderr_lines[0]}" == "ralm-fit: 'i/"*"' has a name that training gives its own files there" ]]
	done
	cmp few.txt i/epoch-1.bin
	[ "$(ls -A i)" = epoch-1.bin ]
	# Where none are written a name is a name.
	"$fit" "${small[@]}" -o m.bin i/epoch-1.bin
}

@test "a lock is no link, and goes only where it is the run's own" {
	mkdir c
	echo precious > precious
	ln -s ../precious c/.lock
	run -1 --separate-stderr "$fit" "${small[@]}" --checkpoint-dir=c -o m.bin few.txt
	[[ "$stderr" == "ralm-fit: cannot write 'c/.lock': "* ]]
	[ "$(cat precious)" = precious ]
	rm c/.lock
	mkfifo samples
	"$fit" "${small[@]}" --checkpoint-dir=c -o m.bin samples 3>&- &
	pid=$!
	exec 7> samples
	until_true test -s c/.lock
	rm c/.lock
	echo mine > c/.lock
	cat few.txt >&7
	exec 7>&-
	wait $pid
	[ "$(cat c/.lock)" = mine ]
}

@test "a signal in a validation: it is done when the run is resumed" {
	for _ in $(seq 200); do cat test.txt; done > long.txt
	train=("${small[@]}" -j 1 -b 100 -e 1 --validate=long.txt --print-interval=1)
	"$fit" "${train[@]}" --log=whole.log -o whole.bin few.txt
	"$fit" "${train[@]}" --log=log --checkpoint-dir=c --checkpoint-every=4 \
		-o m.bin few.txt 2> said 3>&- &
	pid=$!
	until_true test -e c/step-000000000004.bin
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	[ $status -eq 143 ]
	[ ! -e m.bin ]
	[ "$(cut -f 1-6 log)" = "$(cut -f 1-6 whole.log)" ]
	"$fit" "${train[@]}" --log=log --checkpoint-dir=c --resume -o m.bin few.txt 2> said
	cmp whole.bin m.bin
	[ "$(cut -f 1-6,8,9 log)" = "$(cut -f 1-6,8,9 whole.log)" ]
}

@test "--keep=N leaves the newest N, 0 all" {
	"$fit" "${small[@]}" -b 100 --checkpoint-dir=c --checkpoint-every=1 \
		-o m.bin few.txt
	[ "$(checkpoints c)" = "$(printf 'c/step-%012d.bin\n' 1 2 3 4)" ]
	"$fit" "${small[@]}" -b 100 --checkpoint-dir=k --checkpoint-every=1 --keep=2 \
		-o m.bin few.txt
	[ "$(checkpoints k)" = "$(printf 'k/step-%012d.bin\n' 3 4)" ]
	# A run from the beginning in a folder of one that came further: what it
	# writes is the newest, and none of it goes for the old.
	"$fit" "${small[@]}" -b 200 --checkpoint-dir=c --checkpoint-every=1 --keep=3 \
		-o whole.bin few.txt
	[ "$(checkpoints c)" = "$(printf 'c/step-%012d.bin\n' 1 2 4)" ]
	run -0 --separate-stderr "$fit" "${small[@]:1}" \
		-b 200 --checkpoint-dir=c --resume -o m.bin few.txt
	[[ "$stderr" == *"ralm-fit: going on from 'c/step-000000000002.bin': step 2, epoch 1"* ]]
	cmp whole.bin m.bin
}

@test "what a killed run left unfinished goes, what is not ours stays" {
	mkdir c
	touch c/.step-000000000001.bin.a1b2c3 c/.step-000000000001.bin.keep \
		c/step-7.bin c/notes.txt c/step-000000000001.bin.old
	"$fit" "${small[@]}" --checkpoint-dir=c --keep=1 --resume -o m.bin few.txt
	[ ! -e c/.step-000000000001.bin.a1b2c3 ]
	[ -e c/.step-000000000001.bin.keep ]
	[ -e c/step-7.bin ]
	[ -e c/notes.txt ]
	[ -e c/step-000000000001.bin.old ]
}

# ---- another input -----------------------------------------------------------

@test "resuming on another input is noticed, with more epochs or users it is not" {
	"$fit" "${small[@]}" -e 2 --checkpoint-dir=c -o two.bin few.txt
	resume=("$fit" "${small[@]}" --checkpoint-dir=c --resume)
	wrong="ralm-fit: --resume: this is not the input that 'c/step-000000000004.bin' was made with"
	echo old > m.bin
	head -n 399 few.txt > short.txt
	sed '7s/label:./label:'"$(sed -n '7s/.*label:0.*/1/p; 7s/.*label:1.*/0/p' few.txt)/" \
		few.txt > label.txt
	sed '7s/target_user:/&1/' few.txt > target.txt
	tail -n 400 train.txt > other.txt
	cat few.txt first.txt > long.txt
	head -n 100 few.txt > hundred.txt # its two steps end before the place
	for input in short label target other long hundred; do
		run -1 --separate-stderr "${resume[@]}" -e 3 -o m.bin $input.txt
		[ "$stderr" = "$wrong" ]
		[ "$(cat m.bin)" = old ]
	done
	# fewer epochs than the checkpoint has seen
	run -1 --separate-stderr "${resume[@]}" -e 1 -o m.bin few.txt
	[ "$stderr" = "$wrong" ]
	"${resume[@]}" -e 2 -o m.bin few.txt
	cmp two.bin m.bin
	"$fit" "${small[@]}" -e 3 --user-count=500 -o three.bin few.txt
	"${resume[@]}" -e 3 --user-count=500 -o m.bin few.txt
	cmp three.bin m.bin
}

@test "resuming --stream, and samples gone to a temporary file" {
	"$fit" "${small[@]}" --stream -o whole.bin train.txt
	"$fit" "${small[@]}" --stream --checkpoint-dir=c --checkpoint-every=5 -o m.bin \
		train.txt
	rm "$(checkpoints c | tail -n 1)"
	# shellcheck disable=SC2002 # a pipe is the point
	cat train.txt | "$fit" "${small[@]}" --stream --checkpoint-dir=c \
		--checkpoint-every=5 --resume -j 3 -o m.bin
	cmp whole.bin m.bin

	for _ in 1 2 3 4 5 6; do cat train.txt; done > long.txt
	TMPDIR=/nonexistent run -1 "$fit" "${small[@]}" -e 2 --memory=1M -o m.bin \
		long.txt # it does go there
	"$fit" "${small[@]}" -b 2000 -e 3 -o whole.bin long.txt
	"$fit" "${small[@]}" -b 2000 -e 3 --memory=1M --checkpoint-dir=s \
		--checkpoint-every=1 -o m.bin long.txt
	for file in $(checkpoints s | tail -n +3); do rm "$file"; done
	"$fit" "${small[@]}" -b 2000 -e 3 --memory=1M --checkpoint-dir=s --resume \
		-j 2 -o m.bin long.txt
	cmp whole.bin m.bin
}

# ---- going on with new clicks ------------------------------------------------

# A click log in the order of time: tastes are planted, items come and go, and
# a fifth of the users come late. Of train and test, which have no item in
# common, part 1 is the first 80 % of the log, part 2 the rest.
planted_log() {
	awk '
	function random(n) { # Lehmer, the same in every awk
		state = state * 48271 % 2147483647
		return int(state / 2147483647 * n)
	}
	BEGIN {
		OFS = "\t"
		state = 7
		users = 500; items = 300; tastes = 12; clicks = 20000
		for (u = 0; u < users; u++) {
			first[u] = random(tastes)
			second[u] = random(tastes)
			comes[u] = u < 0.8 * users ? 0 : 0.8
		}
		for (i = 0; i < items; i++)
			part[i] = random(5) == 0 ? "test" : "train"
		for (c = 0; c < clicks; c++) {
			now = c / clicks
			do u = random(users); while (comes[u] > now)
			taste = random(2) ? first[u] : second[u]
			if (random(20) == 0)
				taste = random(tastes)
			do # a seventh of the items is read at a time
				i = int((now * 6 / 7 + random(1000) / 7000) * items)
			while (i % tastes != taste)
			print u, i > (part[i] (now < 0.8 ? 1 : 2))
		}
	}'
	for part in 1 2; do
		"$RALM_BIN/ralm-build-data" --clicks=test$part --passes=1 > judge$part
	done 2> said
}

judge() { # judge NAME MODEL: a line "NAME AUC AUC", of both parts
	local part
	printf '%s' "$1"
	for part in 1 2; do
		printf ' %s' "$("$RALM_BIN/ralm-score" -m "$2" judge$part 2> said |
			"$RALM_BIN/ralm-auc" -q)"
	done
	echo
}

@test "going on with the last fifth of a log: as good as all of it at once" {
	planted_log
	sizes=(--network=paddlerec --embedding-size=24 --transformed-size=24)
	for rng_seed in 1 2 3; do
		for part in 1 2; do
			"$RALM_BIN/ralm-build-data" --clicks=train$part --passes=2 \
				--negatives=1 --rng-seed=$rng_seed > learn$part 2> said
		done
		train=("$fit" -q -b 64 --init-deviation=0.01 --rng-seed="$rng_seed")
		rm -rf steps
		"${train[@]}" "${sizes[@]}" -o all.bin learn1 learn2
		"${train[@]}" "${sizes[@]}" -o before.bin --checkpoint-dir=steps learn1
		"${train[@]}" "${sizes[@]}" -o alone.bin learn2
		"${train[@]}" -j 2 --init-model=steps -o next.bin learn2
		for model in all before alone next; do
			judge $model $model.bin
		done
	done > results
	cat results
	awk '
		{ n[$1]++; for (i = 1; i <= 2; i++) auc[$1, i, n[$1]] = $(i + 1) }
		# How far a is ahead of b in part i; error: of that mean.
		function ahead(a, b, i,  k, d, sum, square) {
			for (k = 1; k <= 3; k++) {
				d = auc[a, i, k] - auc[b, i, k]
				sum += d
				square += d * d
			}
			error = sqrt((square - sum * sum / 3) / 2 / 3)
			print "# part " i ": " a " - " b " = " sum / 3 " +- " error
			return sum / 3
		}
		END {
			for (i = 1; i <= 2; i++) {
				d = ahead("next", "all", i)
				if (d < -0.005 || d + 2 * error < 0)
					print "going on is worse than all at once"
				# or else there would be nothing to keep
				if (ahead("all", "alone", i) < 0.05)
					print "the last part alone is as good"
			}
			if (ahead("next", "before", 1) < -0.005)
				print "what was known is lost"
			if (ahead("next", "before", 2) < 0.02)
				print "nothing new was learned"
		}' results > said
	cat said
	run ! grep -v '^#' said
}

@test "--init-model: from a model or a checkpoint, over itself, with new users" {
	info() { "$RALM_BIN/ralm-score" -m "$1" --info | awk -v k="$2" '$1 == k { print $2 }'; }
	"$fit" "${small[@]}" --checkpoint-dir=c -o m.bin few.txt
	"$fit" -q --init-model=m.bin -o model.bin other.txt 2> said && return 1
	grep -q "other.txt" said
	tail -n 400 train.txt > other.txt
	sed 's/user_seeds:/&new-/; s/target_user:/&new-/' other.txt > new.txt
	"$fit" -q -b 256 --init-model=m.bin -o model.bin new.txt
	"$fit" -q -b 256 --init-model=c -o folder.bin new.txt
	"$fit" -q -b 256 --init-model="$(checkpoints c)" -o checkpoint.bin new.txt
	cmp folder.bin checkpoint.bin
	run ! cmp -s model.bin folder.bin # which lacks the optimizer's state
	cat > init.yaml <<-'END'
	runner:
	- {name: r, class: train, init_model_path: c}
	END
	"$fit" -q -c init.yaml -b 256 --negative-weight=balance --init-deviation=0.03 \
		-o configured.bin new.txt
	cmp folder.bin configured.bin
	[ "$(info model.bin users)" -gt "$(info m.bin users)" ]
	[ "$(info model.bin steps)" -eq $((2 * $(info m.bin steps))) ]
	"$RALM_BIN/ralm-score" --unknown=error -m model.bin new.txt few.txt > scores
	[ "$(wc -l < scores)" -eq 800 ]
	# The old model is read before the new one takes its place.
	"$fit" -q -b 256 --init-model=m.bin -o m.bin new.txt
	cmp model.bin m.bin
	# With no sample that tells anything, nothing moves.
	"$fit" -q -l 0 --init-model=model.bin -o same.bin new.txt
	"$RALM_BIN/ralm-score" -m same.bin new.txt few.txt | cmp - scores
}

@test "--init-model: a fixed scale is 1, a room too small, an empty folder" {
	"$fit" "${small[@]}" -o m.bin few.txt
	"$fit" -q --score-scale=fixed --init-model=m.bin -o fixed.bin few.txt
	"$RALM_BIN/ralm-score" -m fixed.bin few.txt | cut -f 2 > a
	"$RALM_BIN/ralm-score" --raw -m fixed.bin few.txt | cut -f 2 |
		awk '{ printf "%.6f\n", 1 / (1 + exp(-$1)) }' > b
	awk '{ printf "%.6f\n", $1 }' a | paste - b |
		awk '$1 - $2 > 2e-6 || $2 - $1 > 2e-6 { bad = 1 } END { exit bad }'
	run -2 --separate-stderr "$fit" -q --user-count=9 --init-model=m.bin -o n.bin few.txt
	[[ "$stderr" == *"raise --user-count to at least that" ]]
	mkdir empty
	run -1 --separate-stderr "$fit" -q --init-model=empty -o n.bin few.txt
	[ "$stderr" = "ralm-fit: no checkpoint in 'empty'" ]
	run -1 --separate-stderr "$fit" -q --init-model=none.bin -o n.bin few.txt
	[ "$stderr" = "ralm-fit: cannot open 'none.bin': No such file or directory" ]
	[ ! -e n.bin ]
}
