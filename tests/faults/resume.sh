#!/bin/sh
# ralm-fit with checkpoints, killed before the n-th call of each kind, or with
# that call failing, for every n: the model and the checkpoints that stand are
# whole, and resuming ends in the bytes of a run never stopped. TAP on stdout.
bin=${RALM_BIN:-./src}
inject=$bin/../tests/faults/inject.so
count=0

[ -e "$inject" ] || {
	echo "1..0 # SKIP the injector is for glibc without sanitizers"
	exit 0
}
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 99
"$bin/ralm-build-data" --paddlerec > samples || exit 99

fit() {
	"$bin/ralm-fit" -q -j1 --embedding-size=4 --transformed-size=4 -b 20 \
		-e 2 --checkpoint-dir=steps --checkpoint-every=3 --keep=2 \
		--resume -o out "$@" samples 2> said
}

# Whole: each checkpoint that has its name.
whole() {
	for file in steps/step-*.bin; do
		[ ! -e "$file" ] ||
			"$bin/ralm-score" -m "$file" --verify samples > scores ||
			return 1
	done
}

# stop KIND WANT N: a run that is stopped by its N-th call. What it left is to be
# whole, and to lead to the same end. Prints what is wrong.
stop() {
	rm -rf steps out said mark .out.*
	echo old > out
	status=0
	(LD_PRELOAD=$inject RALM_FAULT_CALL=$1 RALM_FAULT_NTH=$3 \
		RALM_FAULT_MARK=$folder/mark
	export LD_PRELOAD RALM_FAULT_CALL RALM_FAULT_NTH RALM_FAULT_MARK
	[ "$2" = 1 ] || export RALM_FAULT_SIGNAL=9
	fit) 2> shell || status=$?
	[ -e mark ] || return 0
	# Only a descriptor that was read from need not close, a checkpoint whose run
	# is looked up need not open where the model is as good, and a folder need not
	# be synced: that is told.
	[ "$status" -eq "$2" ] || [ "$status-$1-$2" = 0-close-1 ] ||
		{ [ "$status-$1-$2" = 0-open-1 ] && cmp -s out good; } ||
		{ [ "$status-$2" = 0-1 ] && grep -q "cannot sync a folder" said; } ||
		echo "exit $status"
	[ "$(cat out)" = old ] || cmp out good || echo "out is not whole"
	whole || echo "a checkpoint is not whole"
	fit || echo "resuming: $(cat said)"
	cmp out good || echo "resumed to other bytes"
	# shellcheck disable=SC2012 # names are our own
	[ "$(ls -A steps | tr '\n' ' ')" = \
		"step-000000000009.bin step-000000000010.bin " ] ||
		echo "in the folder: $(ls -A steps)"
}

fit && mv out good || exit 99
for kind in write open fsync rename close; do
	for want in 137 1; do
		n=0 bad=0
		while :; do
			n=$((n + 1))
			wrong=$(stop $kind $want $n)
			[ -e mark ] || break
			[ -z "$wrong" ] || {
				echo "$wrong" | sed "s/^/# $kind $n: /"
				bad=1
			}
		done
		[ $n -gt 4 ] || bad=1 # an injector that does nothing
		case $kind in
		fsync) synced=$((n - 1)) ;;
		rename) renamed=$((n - 1)) ;;
		esac
		count=$((count + 1))
		[ $bad -eq 0 ] || printf 'not '
		[ $want = 1 ] && how=failing || how=killed
		echo "ok $count - $how at each of $((n - 1)) calls of $kind"
	done
done
count=$((count + 1))
[ "$synced" -ge $((2 * renamed)) ] || printf 'not '
echo "ok $count - a sync of the file and one of its folder for each rename"

# The log of a run that has ended, resumed without memory for the n-th allocation.
logged() {
	fit --log=log --print-interval=1
}
rm -rf steps log
logged && cp log log.good || exit 99
n=0 bad=0
while :; do
	n=$((n + 1))
	rm -f mark
	cp log.good log
	(LD_PRELOAD=$inject RALM_FAULT_CALL=malloc RALM_FAULT_NTH=$n \
		RALM_FAULT_MARK=$folder/mark
	export LD_PRELOAD RALM_FAULT_CALL RALM_FAULT_NTH RALM_FAULT_MARK
	logged) 2> shell
	[ -e mark ] || break
	[ "$(wc -l < log)" -eq "$(wc -l < log.good)" ] || {
		echo "# malloc $n: $(wc -l < log) lines of the log: $(cat said)"
		bad=1
	}
done
[ $n -gt 4 ] || bad=1
count=$((count + 1))
[ $bad -eq 0 ] || printf 'not '
echo "ok $count - the log keeps its lines at each of $((n - 1)) failing allocations"
echo "1..$count"
