#!/usr/bin/env bash
# Choosing an audience: ralm-expand, ids in and audience out, beside the same search
# in memory: the mean vector's cosines with NumPy and argpartition, and the network
# in PyTorch, eager and compiled, with topk.
#
#	make bench BENCHMARKS=expand
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/expand.sh
#
# A model of random vectors, D = 64; every user is a candidate. Environment: RUNS
# (5), USERS (1000000), SEEDS (500), SIZE (10000), and see common.bash.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

runs=${RUNS:-5}
users=${USERS:-1000000}
seeds=${SEEDS:-500}
size=${SIZE:-10000}

need ralm-fit ralm-score ralm-expand "$helpers/sgemm"
need_python torch numpy

# A model of one step, whose table is then a random one.
awk -v users="$users" -v n="$seeds" 'BEGIN { srand(1)
	for (i = 0; i < n; i++) print int(rand() * users) }' > "$work/seeds"
echo 'user_seeds:0 target_user:1 label:1' > "$work/samples"

describe
printf 'network\tthreads\tralm_ms\tpeer\tpeer_ms\tratio\n'
for network in average attention; do
	ralm-fit -q --network="$network" --embedding-size=64 -o "$work/little" \
		"$work/samples"
	"$python" "$here/expand.py" --make "$work/little" "$work/model" "$users"
	ralm-score --verify --info -m "$work/model" > "$work/info"
	for _ in $(seq "$runs"); do
		for threads in 1 2; do
			seconds ralm-expand -q -m "$work/model" -j "$threads" \
				--size="$size" "$work/seeds" \
				>> "$work/$network.$threads"
		done
		"$python" "$here/expand.py" --network="$network" --size="$size" \
			"$work/model" "$work/seeds" >> "$work/$network.peers"
	done
	peer=$(cut -f 1 "$work/$network.peers" | sort -u | while read -r name; do
		printf '%s\t%s\n' "$(awk -v name="$name" -F'\t' '$1 == name { print $2 }' \
			"$work/$network.peers" | median)" "$name"
	done | sort -g | head -n 1)
	for threads in 1 2; do
		ours=$(median < "$work/$network.$threads")
		printf '%s\t%d\t%.1f\t%s\t%.1f\t%.2f\n' "$network" "$threads" \
			"$(per "$ours" 0.001 %.9g)" "${peer#*	}" \
			"$(per "${peer%	*}" 0.001 %.9g)" \
			"$(per "${peer%	*}" "$ours" %.9g)"
	done
done
