#!/usr/bin/env bash
# Training over ranks: what it costs, what it saves, and what it may bring.
#
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/ranks.sh [PART]...
#
# Parts, all by default:
#	work	what a sample costs by 1, 2 and 4 ranks of one thread: bytes from
#		rank to rank, and processor time of the network, of what is done only
#		because there are ranks (exchange), of plans and of the optimizer;
#		then `estimate`: samples/s of real clusters by these figures. It is a
#		calculation and no measurement.
#	memory	the most memory of one process, and of each of 4 ranks
#
# Samples are of random users, no list shared: the hard case. Environment: NETWORK
# (paddlerec), SIZE (96, D and H), BATCH (4096), BLOCK (256), SAMPLE_COUNT (50000),
# USERS (100000), MEMORY_USERS (20000000), MEMORY_SIZE (128), CORES (16, of a node
# of the estimate), LATENCY (5e-6 s, of a message), and see common.bash.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

network=${NETWORK:-paddlerec}
size=${SIZE:-96}
batch=${BATCH:-4096}
block=${BLOCK:-256}
samples=${SAMPLE_COUNT:-50000}
users=${USERS:-100000}
[ $# -gt 0 ] || set -- work memory

need ralm-fit ralm-fit-mpi mpirun "$helpers/sgemm"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
export RALM_RANKS_SPENT=1

# run RANKS ARGUMENT...: lines RANK BYTES KB PLAN NETWORK EXCHANGE STEP CARRIED.
run() {
	local ranks=$1
	shift
	mpirun -n "$ranks" ralm-fit-mpi -q -e 1 -j 1 --optimizer=sgd -l 0.0001 \
		--network="$network" -o /dev/null "$@" 2> "$work/said" ||
		{ cat "$work/said" >&2; return 1; }
	awk '/: rank [0-9]+: [0-9]+ bytes sent/ {
		sub(/:$/, "", $3)
		print $3, $4, $7, $13, $15, $17, $19, $21 }' "$work/said"
}

random() { # random SAMPLES USERS: 20 seeds each
	awk -v n="$1" -v users="$2" 'BEGIN {
		srand(1)
		for (s = 0; s < n; s++) {
			line = ""
			for (i = 0; i < 20; i++)
				line = line "user_seeds:" int(rand() * users) " "
			print line "target_user:" int(rand() * users) " label:" s % 2
		}
	}'
}

work() {
	random "$samples" "$users" > "$work/samples"
	echo "# $network, D = H = $size, batch $batch, block $block, $samples samples of random users"
	printf 'ranks\tbytes_a_sample\tnetwork_us\texchange_us\tplan_us\tstep_us\texchange/network\n'
	for ranks in 1 2 4; do
		run $ranks --embedding-size="$size" --transformed-size="$size" \
			-b "$batch" --block-size="$block" --loss=log_loss \
			--negative-weight=1 "$work/samples" > "$work/ranks$ranks"
		awk -v n="$samples" -v ranks=$ranks '{
			bytes += $2; plan += $4; net += $5; ex += $6; step += $7 }
			END { printf "%d\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.3f\n",
				ranks, bytes / n, 1e6 * net / n, 1e6 * ex / n,
				1e6 * plan / n, 1e6 * step / n, ex / net }' \
			"$work/ranks$ranks" | tee "$work/row$ranks"
	done
	estimate
}

# Bytes a sample are R (N - 1) / N for rows and Q (N - 1) for what every rank gets
# each step, by those of 2 and 4 ranks. A step takes the processor time of the
# fullest node, then its share of the bytes, then 16 calls of as many messages as
# ranks have bits; what rank 0 plans for all goes on beside.
estimate() {
	echo "# estimate, not measured: samples/s of nodes of ${CORES:-16} processors like these, messages of ${LATENCY:-5e-6} s"
	printf 'batch\tnodes\t25_Gb/s\t100_Gb/s\tto_one_node_25\tto_one_node_100\n'
	cat "$work/row2" "$work/row4" | awk -F'\t' -v batch="$batch" -v block="$block" \
		-v cores="${CORES:-16}" -v latency="${LATENCY:-5e-6}" '
		NR == 1 { b2 = $2 }
		NR == 2 { b4 = $2; each = ($3 + $4 + $6) / 1e6; alone = ($3 + $5 + $6) / 1e6 }
		function up(x) { return int(x) < x ? int(x) + 1 : int(x) }
		function compute(blocks, one) { # seconds of a node
			return up(blocks / cores) * block * one
		}
		function rate(B, N, gbits,  wire, bits) {
			wire = (R * (N - 1) / N * B + Q * (N - 1) * batch) / N
			for (bits = 0; 2 ^ bits < N; bits++);
			wire = wire * 8 / (gbits * 1e9) + 16 * bits * latency
			return B / (compute(up(B / block / N), each) + wire)
		}
		END {
			# b2 = R / 2 + Q, b4 = 3 R / 4 + 3 Q
			Q = (b4 - 1.5 * b2) / 1.5
			R = 2 * (b2 - Q)
			for (B = batch; B <= 16 * batch; B *= 4) {
				one = B / compute(B / block, alone)
				printf "%d\t1\t%.0f\t%.0f\t1.00\t1.00\n", B, one, one
				for (N = 2; N <= 64 && N <= B / block; N *= 2)
					printf "%d\t%d\t%.0f\t%.0f\t%.2f\t%.2f\n", B, N,
						rate(B, N, 25), rate(B, N, 100),
						rate(B, N, 25) / one, rate(B, N, 100) / one
			}
		}'
}

memory() {
	local n=${MEMORY_USERS:-20000000} D=${MEMORY_SIZE:-128} ranks
	echo "# $n users, D = $D, sgd, network average; MB of each rank, and its share of one process's"
	# every user once
	awk -v users="$n" 'BEGIN {
		n = int((users + 20) / 21)
		for (s = 0; s < n; s++) {
			line = ""
			for (i = 0; i < 20; i++)
				line = line "user_seeds:" (i * n + s) % users " "
			print line "target_user:" (20 * n + s) % users " label:" s % 2
		}
	}' > "$work/samples"
	network=average
	for ranks in 1 4; do
		run $ranks --embedding-size="$D" --user-count="$n" -b 4096 \
			--block-size=256 --loss=cosine "$work/samples"
	done | awk 'NR == 1 { one = $3; printf "ranks\trank\tMB\tshare\n" }
		{ printf "%d\t%d\t%.0f\t%.3f\n", NR == 1 ? 1 : 4, $1, $3 / 1e3, $3 / one }'
}

describe
mpirun --version | sed '1s/^/# /; q'
for part; do
	"$part"
done
