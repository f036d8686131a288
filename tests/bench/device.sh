#!/usr/bin/env bash
# Training on a device: ralm-fit --device beside ralm-fit on the processor, and beside
# the same network in PyTorch on the first CUDA GPU, if it has one. Then audiences:
# ralm-expand --device beside the processor's. For a build that was configured
# --with-opencl; not in make bench.
#
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/device.sh [SAMPLES]
#
# A driver that OpenCL does not find, as in many containers:
# OCL_ICD_VENDORS=/path/to/libnvidia-opencl.so.1. SAMPLES is a file of samples;
# without one they are random users, no list shared.
#
# Environment: DEVICE (gpu), BATCHES (256 1024 4096 16384 65536), NETWORK (paddlerec;
# attention, average), SIZE (96: D and H), OPTIMIZER (sgd), SAMPLE_COUNT (200000),
# PEER_SECONDS (3, of each of PyTorch's measurements), USERS (1000000, the candidates),
# SEEDS (250 2000), and see common.bash. With these a run takes some minutes.
#
# Prints a table: samples/s of the second of two epochs for each batch, so that
# neither reading nor compiling kernels counts; on the processor, on the device with
# the table of users on the host, and with the table there, too, as PyTorch has it.
# 0: not measured. The second table has seconds of whole runs of
# ralm-expand with one list of so many seeds, all of which count, after a first one that
# may compile kernels.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

device=${DEVICE:-gpu}
batches=${BATCHES:-256 1024 4096 16384 65536}
network=${NETWORK:-paddlerec}
size=${SIZE:-96}
optimizer=${OPTIMIZER:-sgd}

need ralm-fit ralm-expand
ralm-fit --list-devices > "$work/devices" || exit 77
need_python numpy

samples=${1:-$work/samples}
[ $# -gt 0 ] || "$python" "$here/random_samples.py" "${SAMPLE_COUNT:-200000}" \
	100000 20 > "$samples"
count=$(lines "$samples")

# fit BATCH DEVICE TABLE: samples/s of the second epoch.
fit() {
	ralm-fit -q -e 2 -b "$1" --device="$2" --table-on="$3" -l 0.0001 --network="$network" \
		--loss=log_loss --optimizer="$optimizer" --embedding-size="$size" \
		--transformed-size="$size" --print-interval=1000000000 \
		--log="$work/log" -o "$work/model" "$samples"
	awk -F'\t' -v count="$count" 'NR > 1 { before = last; last = $10 }
		END { printf "%.0f", count / (last - before) }' "$work/log"
}

# peer BATCH: of PyTorch, eager, on its GPU.
peer() {
	"$python" "$here/torch_train.py" --batch-size="$1" --network="$network" \
		--optimizer="$optimizer" --embedding-size="$size" \
		--transformed-size="$size" --device=cuda --threads 1 \
		--compiled-threads --seconds="${PEER_SECONDS:-3}" "$samples" |
		cut -f 4
}

cuda=$("$python" -c 'import torch; print(int(torch.cuda.is_available()))' \
	2> "$work/need" || echo 0)
describe
sed 's/^/# /' "$work/devices"
echo "# $network, $count samples, $optimizer, D = H = $size, --device=$device"
printf 'batch\tcpu\tdevice\ttable_there\ttorch_gpu\tthere_to_cpu\tthere_to_torch\n'
for batch in $batches; do
	cpu=$(fit "$batch" cpu cpu)
	ours=$(fit "$batch" "$device" cpu)
	there=$(fit "$batch" "$device" gpu)
	torch=0 ratio=0
	if [ "$cuda" = 1 ]; then
		torch=$(peer "$batch")
		ratio=$(per "$there" "$torch" %.2f)
	fi
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$batch" "$cpu" "$ours" "$there" \
		"$torch" "$(per "$there" "$cpu" %.2f)" "$ratio"
done

# expand SEEDS DEVICE: seconds of an audience.
expand() {
	seq 7 499 $((7 + 499 * ($1 - 1))) > "$work/seeds"
	seconds ralm-expand -q -m "$work/many" --size=10000 --seeds-num=0 \
		--clusters-above=0 --device="$2" "$work/seeds"
}

echo 'user_seeds:0 target_user:1 label:1' > "$work/one"
ralm-fit -q --network=attention --embedding-size="$size" -o "$work/little" "$work/one"
"$python" "$here/expand.py" --make "$work/little" "$work/many" "${USERS:-1000000}"
printf '\nseeds\tcpu_s\tdevice_s\tcpu_to_device\n'
for seeds in ${SEEDS:-250 2000}; do
	expand "$seeds" "$device" > "$work/first"
	cpu=$(expand "$seeds" cpu)
	ours=$(expand "$seeds" "$device")
	printf '%s\t%s\t%s\t%s\n' "$seeds" "$cpu" "$ours" \
		"$(per "$cpu" "$ours" %.2f)"
done
