#!/usr/bin/env bash
# Choosing an audience: ralm-expand, ids in and audience out, beside the same search
# in memory: the mean vector's cosines with NumPy and argpartition, and the network
# in PyTorch, eager and compiled, with topk.
#
#	make bench BENCHMARKS=expand
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/expand.sh
#
# A model of random vectors, D = 64; every user is a candidate. Then, by two threads,
# what else one asks for, as a ratio to the one list: 20 lists of as many seeds at
# once, a list of LONG seeds, which attention compares by its centroids, and the
# audience with the check of its seeds; and what ralm-expand holds beside the
# model's file. Environment: RUNS (5), USERS
# (1000000), SEEDS (500), SIZE (10000), LONG (10000), NETWORKS ("average attention"),
# PEERS (no: without them), and see common.bash.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

runs=${RUNS:-5}
users=${USERS:-1000000}
seeds=${SEEDS:-500}
size=${SIZE:-10000}
long=${LONG:-10000}

need ralm-fit ralm-score ralm-expand "$helpers/sgemm" /usr/bin/time
need_python torch numpy

# A model of one step, whose table is then a random one.
awk -v users="$users" -v n="$seeds" 'BEGIN { srand(1)
	for (i = 0; i < n; i++) print int(rand() * users) }' > "$work/seeds"
awk 'BEGIN { printf "item:a" } { printf " user_seeds:%s", $1 } END { print "" }' \
	"$work/seeds" > "$work/named"
echo 'user_seeds:0 target_user:1 label:1' > "$work/samples"
awk -v users="$users" -v n="$long" 'BEGIN { srand(2)
	for (i = 0; i < n; i++) print int(rand() * users) }' > "$work/long"
awk -v users="$users" -v n="$seeds" 'BEGIN { srand(3)
	for (l = 0; l < 20; l++) {
		printf "item:%d", l
		for (i = 0; i < n; i++) printf " user_seeds:%d", int(rand() * users)
		print ""
	} }' > "$work/lists"

# more NETWORK WHAT SECONDS OPTION...: a line of the second table; SECONDS are those
# of one list.
more() {
	local network=$1 what=$2 one=$3 took
	shift 3
	for _ in $(seq "$runs"); do
		seconds /usr/bin/time -f %M -o "$work/peak" ralm-expand -q \
			-m "$work/model" -j 2 --size="$size" "$@"
	done > "$work/took"
	took=$(median < "$work/took")
	printf '%s\t%s\t%.1f\t%.2f\t%.1f\n' "$network" "$what" \
		"$(per "$took" 0.001 %.9g)" "$(per "$took" "$one" %.9g)" \
		"$(awk -v file="$(wc -c < "$work/model")" \
			'{ print ($1 * 1024 - file) / 1e6 }' "$work/peak")" >> "$work/more"
}

# The same by ralm-score and what a shell has, for scale: the samples, their scores,
# the best of them.
by_shell() {
	awk -v users="$users" 'BEGIN {
		for (u = 0; u < users; u++) print "item:a target_user:" u }' |
		ralm-score -q -m "$work/model" -j 2 --seeds="$work/named" --with-target |
		sort -t "	" -k 1,1gr | awk -v n="$size" "NR <= n"
}

describe
printf 'network\tthreads\tralm_ms\tpeer\tpeer_ms\tratio\n'
for network in ${NETWORKS-average attention}; do
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
		if [ "${PEERS-yes}" = no ]; then
			echo 'none	nan'
		else
			"$python" "$here/expand.py" --network="$network" \
				--size="$size" "$work/model" "$work/seeds"
		fi >> "$work/$network.peers"
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
	one=$(median < "$work/$network.2")
	more "$network" 'one list' "$one" "$work/seeds"
	more "$network" '20 lists' "$one" --lists="$work/lists"
	more "$network" "$long seeds" "$one" "$work/long"
	took=$(seconds by_shell)
	printf '%s\tby ralm-score, sort and awk\t%.1f\t%.2f\t\n' "$network" \
		"$(per "$took" 0.001 %.9g)" "$(per "$took" "$one" %.9g)" >> "$work/more"
	more "$network" '--check' "$one" --check "$work/seeds"
done
printf '\nnetwork\twhat\tralm_ms\tto_one_list\tbeside_file_mb\n'
cat "$work/more"
