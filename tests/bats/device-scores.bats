#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# ralm-expand and ralm-score --device: nearly the scores of the processor, the same
# bytes in every run and on two equal devices, and what is refused. OpenCL's devices
# are PoCL's where there is no other; it is told to have two.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	export POCL_DEVICES="pthread pthread"
	run --separate-stderr "$RALM_BIN/ralm-fit" --list-devices
	printf '%s\n' "$stderr" > why
	printf '%s\n' "$output" > devices
	users=9001 # several blocks of them
	grep -q ^gpu: devices || users=90
	"$RALM_BIN/ralm-build-data" --planted --users=$users --items=40 \
		--clicks-per-user=2 --negatives=1 --passes=1 > train.txt 2> log
	for network in attention paddlerec kdd19 average; do
		"$RALM_BIN/ralm-fit" -q --network=$network --embedding-size=12 \
			--transformed-size=7 -e 1 -b 2000 -o $network train.txt
	done
	tr ' ' '\n' < train.txt | sed -n 's/target_user://p' | sort -n | uniq > users
	# Three lists of 1,100 seeds, with two, one and three samples.
	awk '{ id[NR] = $1 } END { for (l = 0; l < 3; l++) {
		for (i = 1; i <= 1100; i++)
			printf "user_seeds:%s ", id[(i * (l + 3)) % NR + 1]
		for (i = l; i >= 0; i--)
			printf "%starget_user:%s\n", i < l ? "seeds:same " : "", id[9 * i + l + 1] } }' \
		users > long.txt
}

setup() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	expand="$RALM_BIN/ralm-expand" score="$RALM_BIN/ralm-score"
	here=$BATS_TEST_TMPDIR
}

# Skips where there are fewer devices.
need() {
	[ "$(grep -c ^gpu: devices)" -ge "$1" ] || skip "$(cat why)"
}

# Numbers of two files, pair by pair, within 1e-5; some are there.
near() {
	paste "$1" "$2" | awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 1e-5) bad++
		if (NF != 2) bad++ } END { print NR, bad + 0; exit bad > 0 || NR == 0 }'
}

# everybody NAME OPTION...: what all users get, in the order of users.
everybody() {
	"$expand" -q --raw --size=100% "${@:2}" > "$here/$1.all"
	LC_ALL=C sort "$here/$1.all" | cut -f 2 > "$here/$1"
}

@test "a build without OpenCL says how one is made that has it" {
	grep -q "this build works on the cpu" why || skip "this build has OpenCL"
	for program in ralm-expand ralm-score; do
		more=()
		[ $program = ralm-score ] || more=(-n 5)
		run -2 --separate-stderr "$RALM_BIN/$program" "${more[@]}" --device=gpu \
			-m attention train.txt
		[ "$stderr" = "$program: device: this build works on the cpu; one that is configured --with-opencl works on a gpu, too" ]
		[ -z "$output" ]
	done
	"$score" --device=cpu -m attention long.txt > "$here/cpu"
	"$score" -m attention long.txt | cmp - "$here/cpu"
}

@test "audiences: the processor's, the same on one device and on two" {
	need 2
	sed -n '1~300p' users > "$here/seeds"
	for network in attention paddlerec kdd19; do
		everybody cpu -m $network "$here/seeds"
		everybody one -m $network --device=gpu "$here/seeds"
		everybody two -m $network --device=gpu:0,1 -j2 "$here/seeds"
		near "$here/cpu" "$here/one"
		cmp "$here/one.all" "$here/two.all"
	done
}

@test "audiences of lists, of centroids, of candidates" {
	need 1
	awk '{ printf "item:%d user_seeds:%d user_seeds:%d", NR, $1, $1 + 7
		for (i = 1; i < NR % 40; i++) printf " user_seeds:%d", 9 * i + NR
		print "" }' users | sed -n '1~900p' > "$here/lists"
	sed -n '2~3p' users > "$here/some"
	for device in cpu gpu; do
		"$expand" -q --raw -m attention --lists="$here/lists" --size=100% \
			--clusters=8 --clusters-above=20 --device=$device \
			--candidates="$here/some" 2> "$here/said" |
			LC_ALL=C sort -k 3,3 -k 1,1 > "$here/$device"
		grep -q "compared by 8 centroids" "$here/said"
		cut -f 1,3 "$here/$device" > "$here/$device.who"
		cut -f 2 "$here/$device" > "$here/$device.raw"
	done
	cmp "$here/cpu.who" "$here/gpu.who"
	near "$here/cpu.raw" "$here/gpu.raw"
}

@test "long lists: the processor's scores, the same with any threads and devices" {
	need 2
	for above in 0 1060; do
		for network in attention paddlerec; do
			with=(-q --raw -m "$network" --seeds-num=0 --clusters=1050
				--clusters-above="$above" long.txt)
			"$score" "${with[@]}" > "$here/cpu"
			"$score" -j1 --device=gpu "${with[@]}" > "$here/one"
			"$score" -j2 --device=gpu:0,1 "${with[@]}" > "$here/two"
			near "$here/cpu" "$here/one"
			run ! cmp -s "$here/cpu" "$here/one" # the device was asked
			cmp "$here/one" "$here/two"
		done
	done
}

@test "which device it is, is said; short lists are the processor's" {
	need 1
	head -n 50 train.txt > "$here/some"
	run -0 --separate-stderr "$score" -m attention --device=gpu "$here/some"
	[[ "$stderr" == "ralm-score: long lists are made ready on '"* ]]
	"$score" -q -m attention "$here/some" | cmp - <(printf '%s\n' "$output")
	run -0 --separate-stderr "$expand" -m kdd19 -n 3 --include-seeds --device=gpu users
	[[ "$stderr" == *"ralm-expand: comparing on '"* ]]
	run -0 --separate-stderr "$expand" -q -m kdd19 -n 3 --include-seeds --device=gpu users
	[ -z "$stderr" ]
}

@test "what is refused: nothing is written" {
	run -2 --separate-stderr "$expand" -m average -n 3 --device=tpu users
	[ "$stderr" = "ralm-expand: device: expected cpu, gpu or gpu:N,N..., got 'tpu'" ]
	run -2 --separate-stderr "$expand" -m attention --best=1 --lists=train.txt --device=gpu users
	[[ "$stderr" == *"--best compares on the cpu: not with --device"* ]]
	run -2 --separate-stderr "$score" -m attention --device=gpu --info
	[[ "$stderr" == *"--device has no meaning with --info"* ]]
	run -2 --separate-stderr "$expand" -m average -n 3 --device=gpu -o "$here/a" users
	[ "$stderr" = "ralm-expand: device: the network average is scored on the cpu alone" ]
	# Before it is said which device it would be, and whether there is one.
	run -2 --separate-stderr "$score" -m kdd19 --device=gpu long.txt
	[ "$stderr" = "ralm-score: device: samples of the network kdd19 are scored on the cpu alone" ]
	need 1
	run -1 --separate-stderr "$expand" -m kdd19 -n 3 --device=gpu:77 -o "$here/a" users
	[ "$stderr" = "ralm-expand: gpu:77: there is no such device (ralm-fit --list-devices)" ]
	OCL_ICD_VENDORS=$PWD/none run -1 --separate-stderr "$score" -m attention \
		--device=gpu long.txt
	[[ "$stderr" == "ralm-score: gpu: no OpenCL platform was found;"* ]]
	[ -z "$output" ]
	[ ! -e "$here/a" ]
}

# fails FAULT MESSAGE PROGRAM OPTION...: with OpenCL failing so (tests/faults/opencl.c)
# exit status 1, that message, and no output.
fails() {
	run -1 --separate-stderr env LD_PRELOAD="$RALM_BIN/../tests/faults/opencl.so" \
		RALM_OPENCL_FAULT="$1" timeout 60 "$RALM_BIN/$3" -q -j2 --device=gpu "${@:4}"
	[[ "${stderr_lines[-1]}" == "$3: gpu '"*"': "$2 ]] || {
		echo "$*: $stderr"
		return 1
	}
	[ -z "$output" ]
	[ ! -e "$here/a" ]
}

@test "OpenCL fails after the device has opened: nothing is written" {
	need 1
	[ -e "$RALM_BIN/../tests/faults/opencl.so" ] ||
		skip "the injector is for glibc without sanitizers"
	head -n 9 users > "$here/seeds"
	with=(ralm-expand -m kdd19 -n 3 -o "$here/a" "$here/seeds")
	fails clCreateBuffer:4:-61 "no memory for * numbers of 4 bytes (OpenCL error -61)" \
		"${with[@]}"
	fails clEnqueueNDRangeKernel:5:-36 "* failed (OpenCL error -36)" "${with[@]}"
	fails clFinish:4:-36 "a command failed (OpenCL error -36)" "${with[@]}"
	with=(ralm-score -m attention long.txt)
	fails clCreateBuffer:2:-4 "no memory for 1100 numbers of 4 bytes (OpenCL error -4)" \
		"${with[@]}"
	fails clEnqueueReadBuffer:1:-36 "a transfer failed (OpenCL error -36)" "${with[@]}"
	fails clGetEventInfo:1:-9999 "a command failed (OpenCL error -9999)" "${with[@]}"
}
