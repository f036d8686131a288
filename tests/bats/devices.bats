#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# ralm-fit --device: the same model whatever the number of equal devices, nearly
# that of the processor, and days that go wrong. OpenCL's devices are PoCL's where
# there is no other; it is told to have two.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	"$RALM_BIN/ralm-build-data" --planted --users=150 --items=30 \
		--clicks-per-user=9 --negatives=3 --passes=1 --test=test.txt \
		> some.txt 2> log
	head -n 3000 some.txt > train.txt # PoCL takes its time
	export POCL_DEVICES="pthread pthread"
	run --separate-stderr "$RALM_BIN/ralm-fit" --list-devices
	printf '%s\n' "$stderr" > why
	printf '%s\n' "$output" > devices
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	fit="$RALM_BIN/ralm-fit"
	why=$BATS_FILE_TMPDIR/why devices=$BATS_FILE_TMPDIR/devices
	small=(-q -j1 --embedding-size=12 --transformed-size=7 -e 2 -b 500)
	train=$BATS_FILE_TMPDIR/train.txt test=$BATS_FILE_TMPDIR/test.txt
}

# Skips where there are fewer devices.
need() {
	[ "$(grep -c ^gpu: "$devices")" -ge "$1" ] || skip "$(cat "$why")"
}

@test "a build without OpenCL says how one is made that has it" {
	grep -q "this build works on the cpu" "$why" || skip "this build has OpenCL"
	run -2 --separate-stderr "$fit" "${small[@]}" --device=gpu -o model "$train"
	[ "$stderr" = "ralm-fit: device: this build works on the cpu; one that is configured --with-opencl works on a gpu, too" ]
	[ ! -e model ]
	printf 'runner:\n- device: gpu\n' > c.yaml
	run -2 --separate-stderr "$fit" -c c.yaml --print-config
	[[ "$stderr" == *"--with-opencl"* ]]
	"$fit" -c c.yaml --device=cpu --print-config | grep -qx "  device: cpu"
}

@test "one or two devices, twice: the same bytes" {
	need 2
	for settings in "attention softmax adam" "average log_loss sgd" \
		"paddlerec log_loss adagrad" "kdd19 cosine rowwise_adagrad"; do
		read -r network loss optimizer <<< "$settings"
		with=("${small[@]}" --network="$network" --loss="$loss"
			--optimizer="$optimizer" --block-size=90 --weight-decay=0.001)
		"$fit" "${with[@]}" --device=gpu -o one "$train"
		"$fit" "${with[@]}" --device=gpu:0,1 -j2 -o two "$train"
		cmp one two
	done
	"$fit" "${with[@]}" --device=gpu:1 -o again "$train"
	cmp one again
}

# near A B: the models give the test samples nearly the same scores.
near() {
	for model in "$1" "$2"; do
		"$RALM_BIN/ralm-score" -m "$model" < "$test" | cut -f 2 > "$model.scores"
	done
	paste "$1.scores" "$2.scores" | awk '($1 - $2) ^ 2 > most { most = ($1 - $2) ^ 2 }
		END { print most; exit !(NR > 100 && most < 1e-6) }'
}

@test "the users' vectors on the device: as here, and the same bytes in every run" {
	need 1
	for settings in "attention softmax adam 0" "average log_loss sgd 90" \
		"paddlerec log_loss adagrad 0" "kdd19 cosine rowwise_adagrad 90"; do
		read -r network loss optimizer block <<< "$settings"
		with=("${small[@]}" --network="$network" --loss="$loss" --device=gpu
			--optimizer="$optimizer" --block-size="$block" --weight-decay=0.001)
		"$fit" "${with[@]}" -o here "$train"
		"$fit" "${with[@]}" --table-on=gpu -o there "$train"
		near here there
		"$RALM_BIN/ralm-score" -m here --export=here.tsv
		"$RALM_BIN/ralm-score" -m there --export=there.tsv
		[ "$optimizer" = sgd ] || run ! cmp -s here.tsv there.tsv # it was there
	done
	"$fit" "${with[@]}" --table-on=gpu -j2 -o again "$train"
	cmp there again
}

@test "the users' vectors on the device: resumed, gone on with, judged, with values" {
	need 1
	on=("${small[@]}" --optimizer=adam --device=gpu --table-on=gpu)
	"$fit" "${on[@]}" -o whole "$train"
	"$fit" "${on[@]}" -e 1 --checkpoint-dir=kept -o half "$train"
	"$fit" "${on[@]}" --checkpoint-dir=kept --resume -o resumed "$train"
	cmp whole resumed
	run -2 --separate-stderr "$fit" "${on[@]}" --table-on=cpu --checkpoint-dir=kept \
		--resume -o other "$train"
	[[ "$stderr" == *"other settings (table_on: gpu, now cpu)"* ]]
	"$fit" "${small[@]}" --optimizer=adam --device=gpu -e 1 --checkpoint-dir=here \
		-o half-here "$train"
	run ! grep -aq table_on half-here # as models of old
	run -2 --separate-stderr "$fit" "${on[@]}" --checkpoint-dir=here --resume \
		-o other "$train"
	[[ "$stderr" == *"other settings (table_on: cpu, now gpu)"* ]]
	awk '{ for (i = 1; i <= NF; i++) if (sub(/^target_user:/, "", $i) && !seen[$i]++)
		print "user:" $i, "third:" $i % 3 }' "$train" > users
	for where in cpu gpu; do
		"$fit" -q -j1 -e 2 -b 500 --device=gpu --table-on=$where --init-model=half \
			--users=users --validate="$test" -o on-$where "$train"
	done
	near on-cpu on-gpu
	"$RALM_BIN/ralm-score" --info -m on-gpu > info
	grep -q third info
}

@test "the users' vectors on the device: begun with those of --init-vectors" {
	need 1
	tr ' ' '\n' < "$train" | sed -n '0~3s/^target_user://p' | sort -u |
		awk '{ printf "%s", $1; for (d = 0; d < 12; d++)
			printf "\t%.9g", (int(sin(NR * 7 + d) * 999) + 0.5) / 4096; print "" }' > x.tsv
	with=("${small[@]}" --device=gpu --init-vectors=x.tsv)
	for where in cpu gpu; do
		"$fit" "${with[@]}" --table-on=$where -o on-$where "$train"
		"$fit" "${with[@]}" --table-on=$where -l 0 -o still "$train"
		"$RALM_BIN/ralm-score" -m still --export=- |
			head -n "$(grep -c . x.tsv)" | cmp - x.tsv
	done
	near on-cpu on-gpu
}

@test "PaddleRec's device: gpu; gone on with from a checkpoint: the same bytes" {
	need 1
	printf 'hyper_parameters:\n  user_emb_size: 9\n  transformed_size: 8\ndataset:\n- batch_size: 300\nrunner:\n- device: gpu\n  epochs: 2\n' > c.yaml
	run -0 --separate-stderr "$fit" -c c.yaml -o whole "$train"
	[[ "$stderr" == *"ralm-fit: training on '"* ]]
	"$fit" -q -c c.yaml -e 1 --checkpoint-dir=kept -o half "$train"
	"$fit" -q -c c.yaml --checkpoint-dir=kept --resume -o resumed "$train"
	cmp whole resumed
}

@test "what it learns is what the processor learns: AUC" {
	need 1
	for device in cpu gpu; do
		"$fit" -q -e 5 -b 250 --embedding-size=16 --device=$device -o model "$train"
		"$RALM_BIN/ralm-score" -m model < "$test" | "$RALM_BIN/ralm-auc" |
			awk '$1 == "auc" { print $2 }' > $device
	done
	paste cpu gpu
	paste cpu gpu | awk '{ exit !($1 > 0.52 && ($1 - $2) ^ 2 < 1e-6) }'
}

@test "no such device, named twice, no driver: nothing is written" {
	need 1
	run -1 --separate-stderr "$fit" "${small[@]}" --device=gpu:77 -o model "$train"
	[ "$stderr" = "ralm-fit: gpu:77: there is no such device (ralm-fit --list-devices)" ]
	run -2 --separate-stderr "$fit" "${small[@]}" --device=gpu:0,0 -o model "$train"
	[ "$stderr" = "ralm-fit: device: gpu 0 is named twice" ]
	run -2 --separate-stderr "$fit" "${small[@]}" --device=gpu:,1 -o model "$train"
	[[ "$stderr" == *"device: expected cpu, gpu or gpu:N,N..., got 'gpu:,1'"* ]]
	OCL_ICD_VENDORS=$PWD/none run -1 --separate-stderr "$fit" "${small[@]}" \
		--device=gpu -o model "$train"
	[[ "$stderr" == "ralm-fit: gpu: no OpenCL platform was found;"* ]]
	[ ! -e model ]
}

# fails FAULT MESSAGE: with OpenCL failing so (tests/faults/opencl.c) exit status 1,
# that message, and the files from before.
fails() {
	run -1 --separate-stderr env LD_PRELOAD="$RALM_BIN/../tests/faults/opencl.so" \
		RALM_OPENCL_FAULT="$1" timeout 60 "$fit" "${small[@]}" --device=gpu \
		--checkpoint-dir=kept --checkpoint-every=1 -o model "$train"
	# PoCL's compiler says something of its own before.
	[[ "${stderr_lines[-1]}" == "ralm-fit: "$2 ]] || {
		echo "$1: $stderr"
		return 1
	}
	[ "$(cat model)" = old ]
	[ "$(find . -type f ! -name separate-stderr-\* ! -path ./kept/\*.lock)" = ./model ]
}

@test "OpenCL fails: no device, no memory, no kernels, a device that is lost" {
	need 1
	[ -e "$RALM_BIN/../tests/faults/opencl.so" ] ||
		skip "the injector is for glibc without sanitizers"
	echo old > model
	fails clGetDeviceIDs:1:-1 "gpu:0: there is no such device (ralm-fit --list-devices)"
	fails clCreateContext:1:-6 "gpu '*': clCreateContext: out of its memory or other resources, with 0 bytes asked for (OpenCL error -6)"
	fails clCreateProgramWithSource:1:0 "gpu '*': the kernels do not build (OpenCL error -*): *no_type*"
	fails clCreateBuffer:1:-4 "gpu '*': no memory for * numbers of * bytes (OpenCL error -4)"
	fails clCreateBuffer:9:-61 "gpu '*': no memory for * numbers of 4 bytes (OpenCL error -61)"
	fails clEnqueueNDRangeKernel:3:-4 "gpu '*': *: out of its memory or other resources, with [1-9]* bytes asked for (OpenCL error -4)"
	fails clEnqueueReadBuffer:2:-36 "gpu '*': a transfer failed (OpenCL error -36)"
	fails clFinish:2:-36 "gpu '*': a command failed (OpenCL error -36)"
	fails clGetEventInfo:2:-9999 "gpu '*': a command failed (OpenCL error -9999)"
	# A table that does not fit; and one that is lost when it is written to the model.
	small=(-q -j1 --embedding-size=12 -b 3000 --table-on=gpu)
	fails clCreateBuffer:11:-61 "gpu '*': no memory for 1[0-9]?? numbers of 4 bytes (OpenCL error -61)"
	fails clEnqueueReadBuffer:5:-36 "gpu '*': a transfer failed (OpenCL error -36)"
	# Users' gradients; and in the optimizer's step, which tells of a learning rate
	# only where numbers are not finite.
	for nth in 40 44; do
		fails clCreateBuffer:$nth:-61 "gpu '*': no memory for * numbers of 4 bytes (OpenCL error -61)"
	done
}

@test "a table on a device takes one device" {
	need 1
	run -2 --separate-stderr "$fit" "${small[@]}" --table-on=gpu -o model "$train"
	[ "$stderr" = "ralm-fit: table_on: gpu is for a device that trains (device: gpu)" ]
	run -2 --separate-stderr "$fit" "${small[@]}" --device=gpu:0,1 --table-on=gpu \
		-o model "$train"
	[ "$stderr" = "ralm-fit: table_on: gpu takes one device, not several" ]
}

@test "numbers that are no longer finite" {
	need 1
	# With the table there, what a step needs is still on its way.
	watch=$RALM_BIN/../tests/faults/opencl.so
	[ -e "$watch" ] || watch=
	for where in cpu gpu; do
		run -1 --separate-stderr env LD_PRELOAD="$watch" "$fit" "${small[@]}" \
			--network=kdd19 -l 1000 --optimizer=sgd --init-deviation=90 -e 9 \
			--device=gpu --table-on=$where -o model "$train"
		[[ "$stderr" == *"the loss is not finite; try a lower --learning-rate"* ]]
		[ ! -e model ]
	done
}

@test "ranks train without devices" {
	need 1
	[ -x "$RALM_BIN/ralm-fit-mpi" ] || skip "configured without --with-mpi"
	export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
	run --separate-stderr timeout 60 "$RALM_BIN/ralm-fit-mpi" "${small[@]}" \
		--device=gpu -o model "$train"
	[ "$status" = 2 ]
	[[ "$stderr" == *"device: ranks train on the cpu"* ]]
}
