#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# ralm-fit-mpi: the model of ralm-fit whatever the number of processes, checkpoints
# that any number goes on from, and days that go wrong. Every run has a limit of
# time: nothing hangs.

bats_require_minimum_version 1.5.0
load until

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	"$RALM_BIN/ralm-build-data" --planted --users=120 --items=24 \
		--clicks-per-user=8 --negatives=3 --test=test.txt > train.txt 2> log
	# who starts it is told of by its number, and may be sent a signal
	cat > rank <<- 'END'
		#!/bin/sh
		echo $$ > pid.${OMPI_COMM_WORLD_RANK:-$PMI_RANK}
		exec "$@"
	END
	chmod +x rank
}

setup() {
	[ -x "$RALM_BIN/ralm-fit-mpi" ] || skip "configured without --with-mpi"
	command -v mpirun > /dev/null || skip "mpirun was not found"
	export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
	export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
	export OMPI_MCA_orte_execute_quiet=1 # of how a job ended
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/{train.txt,test.txt,rank} .
	fit="$RALM_BIN/ralm-fit"
	small=(-q -j1 --embedding-size=12 --transformed-size=7 -e 2 -b 750
		--block-size=90)
}

# mpi RANKS ARGUMENT...: ralm-fit-mpi by so many processes.
mpi() {
	timeout 60 mpirun -n "$1" ./rank "$RALM_BIN/ralm-fit-mpi" "${@:2}"
}

# Its own lines of stderr, without the launcher's.
told() { grep ralm-fit-mpi: <<< "$stderr" | grep -v "Process name\|^mpirun"; }

@test "1 to 4 ranks, one or two threads: the bytes of one process" {
	ranks=1
	for settings in "average softmax sgd" "attention softmax adam" \
		"paddlerec log_loss adagrad" "kdd19 cosine rowwise_adagrad"; do
		read -r network loss optimizer <<< "$settings"
		with=(--network="$network" --loss="$loss" --optimizer="$optimizer"
			-l 0.03 --weight-decay=0.001)
		"$fit" "${small[@]}" "${with[@]}" -o one train.txt
		mpi $ranks "${small[@]}" "${with[@]}" -j $((1 + (ranks == 2))) -o many train.txt
		cmp one many
		ranks=$((ranks + 1))
	done
}

@test "the command line is rank 0's: another of other ranks is not read" {
	"$fit" "${small[@]}" -o one train.txt
	timeout 60 mpirun -n 1 "$RALM_BIN/ralm-fit-mpi" "${small[@]}" -o many train.txt : \
		-n 1 "$RALM_BIN/ralm-fit-mpi" --bogus=1 -o other none.txt
	cmp one many
	[ ! -e other ]
}

@test "standard input and a named pipe are rank 0's; it validates and reports" {
	"$fit" "${small[@]}" --validate=test.txt --log=log -o one train.txt
	mpi 3 "${small[@]}" --validate=test.txt --log=log3 --report=page -o many < train.txt
	cmp one many
	grep -q '<p>Made by ralm-fit-mpi ' page
	grep -q '<th scope="row">ranks</th><td>3</td>' page
	# but for seconds and samples a second
	cut -f1-6,8,9 log | cmp - <(cut -f1-6,8,9 log3)
	mkfifo pipe
	cat train.txt > pipe &
	mpi 2 "${small[@]}" -e 1 --stream -o many pipe
	"$fit" "${small[@]}" -e 1 --stream -o one train.txt
	cmp one many
}

newest() { find "$1" -name 'step-*.bin' | sort | tail -n 1; }
at_work() { [ "$(wc -l < log)" -gt 2 ]; }

# stop_rank RANK SIGNAL RANKS ARGUMENT...: $status of a run that was sent a signal
# in its midst.
stop_rank() {
	mpi "$3" "${small[@]}" -e 100000 --log=log --print-interval=1 "${@:4}" \
		train.txt 2> told &
	job=$!
	until_true test -s log
	until_true at_work
	kill -"$2" "$(cat "pid.$1")"
	status=0
	wait $job || status=$?
}

@test "TERM to one of 3 ranks; gone on with 2 and without MPI: the same bytes" {
	stop_rank 2 TERM 3 --checkpoint-dir=kept -o model
	[ "$status" = 143 ]
	[ ! -e model ]
	grep -q "^ralm-fit-mpi: stopped by signal 15 after step" told
	[ "$(find kept -name 'step-*.bin' | wc -l)" = 1 ]
	step=$(tail -n 1 log | cut -f2)
	epochs=$((step / 10 + 2))
	cp -r kept kept1
	mpi 2 "${small[@]}" -e $epochs --checkpoint-dir=kept --resume -o two train.txt
	"$fit" "${small[@]}" -e $epochs --checkpoint-dir=kept1 --resume -o one train.txt
	"$fit" "${small[@]}" -e $epochs -o whole train.txt
	cmp one whole
	cmp two whole
	cmp "$(newest kept)" "$(newest kept1)"
}

@test "a rank that is killed ends the job; model and checkpoint stand" {
	echo before > model
	stop_rank 1 KILL 3 --checkpoint-dir=kept --checkpoint-every=1 -o model
	[ "$status" != 0 ]
	[ "$(cat model)" = before ]
	"$RALM_BIN/ralm-score" --info -m "$(newest kept)" > info
}

gone() { ! kill -0 "$(cat "pid.$1")" 2> /dev/null; }

@test "TERM to mpirun: nothing goes on" {
	mpi 2 "${small[@]}" -e 100000 --log=log --print-interval=1 \
		--checkpoint-dir=kept -o model train.txt 2> told &
	job=$!
	until_true test -s log
	until_true at_work
	kill -TERM "$(pgrep -P "$(pgrep -P $job)")" # behind timeout
	status=0
	wait $job || status=$?
	[ "$status" != 0 ]
	[ ! -e model ]
	until_true gone 0
	until_true gone 1
}

@test "what is wrong is told once, and is everybody's exit status" {
	echo "user_seeds:1 target_user:2 label:7" > bad.txt
	run -1 --separate-stderr mpi 3 "${small[@]}" -o model bad.txt
	[ "$(told)" = "ralm-fit-mpi: bad.txt:1: label: expected 0 or 1, got '7'" ]
	run -2 --separate-stderr mpi 2 "${small[@]}" --block-size=750 -o model train.txt
	[[ "$(told)" == *"2 ranks, and a batch of 750 samples has 1 blocks of 750: lower --block-size"* ]]
	run -2 --separate-stderr mpi 2 --nonsense
	run -1 --separate-stderr mpi 2 "${small[@]}" -l 1000 --weight-decay=1000 -o model train.txt
	[[ "$(told)" == "ralm-fit-mpi: step "*" is not finite"* ]]
	[ ! -e model ]
	run -2 --separate-stderr timeout 60 mpirun -n 2 "$fit" "${small[@]}" -o model train.txt
	[[ "$stderr" == *"that is for ralm-fit-mpi"* ]]
	[ -c /dev/full ] || skip "no /dev/full"
	run -1 --separate-stderr mpi 2 "${small[@]}" -o /dev/full train.txt
	[[ "$(told)" == *"No space left on device"* ]]
}

@test "a rank without memory ends the run, and is named" {
	cat > poor <<- 'END'
		#!/bin/sh
		[ "$OMPI_COMM_WORLD_RANK" != 1 ] || ulimit -v 1000000
		exec "$@"
	END
	chmod +x poor
	run -1 --separate-stderr timeout 60 mpirun -n 3 ./poor "$RALM_BIN/ralm-fit-mpi" \
		"${small[@]}" -j 64 -o model train.txt
	[[ "$(told)" == "ralm-fit-mpi: rank 1: "*"memory"* ]]
	[ ! -e model ]
}

@test "ranks that compute otherwise are refused at the start" {
	cat > other <<- 'END'
		#!/bin/sh
		[ "$OMPI_COMM_WORLD_RANK" != 1 ] || export OPENBLAS_CORETYPE=Nehalem
		exec "$@"
	END
	chmod +x other
	OPENBLAS_CORETYPE=Haswell run -2 --separate-stderr timeout 60 mpirun -n 2 ./other \
		"$RALM_BIN/ralm-fit-mpi" "${small[@]}" -o model train.txt
	# another version is told of in the same way
	version=$("$fit" --version | sed -n '1s/.* //p')
	[[ "$(told)" == *"rank 1 computes otherwise (ralm $version,"*"BLAS Nehalem) than rank 0 "* ]]
}

@test "the examples: by mpirun, and by Slurm as a stand-in for srun runs it" {
	mkdir path
	ln -s "$RALM_BIN/ralm-fit-mpi" path
	printf '#!/bin/sh\nshift\nexec mpirun -n 3 "$@"\n' > path/srun
	chmod +x path/srun
	"$fit" "${small[@]}" -o one train.txt
	export PATH="$PWD/path:$PATH"
	BATCH=750 BLOCK=90 timeout 60 "$RALM_SRC/examples/mpi.sh" 2 many train.txt \
		-q -j1 --embedding-size=12 --transformed-size=7 -e 2
	cmp one many
	"$fit" -q -j1 -b 16384 --block-size=256 -o one train.txt
	SLURM_CPUS_PER_TASK=1 timeout 60 "$RALM_SRC/examples/mpi-slurm.sh" train.txt many
	cmp one many
	ls many.checkpoints/step-*.bin
}

@test "with MPICH: the same bytes, and no standard input" {
	command -v mpirun.mpich > /dev/null || skip "MPICH was not found"
	[ -e "$RALM_BIN/libralm/libralm.a" ] || skip "the library is elsewhere"
	read -ra flags <<< "$RALM_CC $(pkg-config --cflags mpich)"
	read -ra libraries <<< "$(PKG_CONFIG_PATH=$RALM_BIN${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH} \
		pkg-config --libs ralm mpich)"
	sources=()
	for file in "$RALM_SRC"/src/*.c; do
		case ${file##*/} in
		ralm-fit.c) ;;
		ralm-*.c | ranks_alone.c) continue ;;
		esac
		sources+=("$file")
	done
	"${flags[@]}" -O1 -D_GNU_SOURCE -I"$RALM_BIN/.." -I"$RALM_SRC/src" \
		-I"$RALM_SRC/src/libralm" "${sources[@]}" \
		-L"$RALM_BIN/libralm" "${libraries[@]}" -o ralm-fit-mpich
	head -n 500 train.txt > few.txt
	"$fit" "${small[@]}" -o one few.txt
	timeout 60 mpirun.mpich -n 2 ./ralm-fit-mpich "${small[@]}" -o many few.txt
	cmp one many
	run -2 timeout 60 mpirun.mpich -n 2 ./ralm-fit-mpich "${small[@]}" -o many < /dev/null
	[[ "$output" == *"MPICH's mpirun loses standard input"* ]]
}
