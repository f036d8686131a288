#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# Which seeds weigh most in a sample.

bats_require_minimum_version 1.5.0
load score-model

# need MODULE...: sets python to one that has them all, or skips.
need() {
	for python in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
		! "$python" -c "import $1" 2> /dev/null || return 0
	done
	skip "no Python with $1 was found"
}

@test "shares are those of the formula, the greatest first" {
	need numpy
	head -n 40 test.txt > few.txt
	# a seed twice, one that nobody knows
	echo 'user_seeds:9 user_seeds:3 user_seeds:9 user_seeds:999999 target_user:5' \
		>> few.txt
	for network in attention average paddlerec kdd19; do
		"$RALM_BIN/ralm-fit" -q -j1 --network=$network --embedding-size=13 \
			--transformed-size=11 --init-deviation=0.3 -o m.bin train.txt
		for most in 3 1000; do
			"$score" -m m.bin --explain=$most few.txt 2> /dev/null > got
			"$python" -B - "$RALM_SRC/examples" $most <<- 'END'
				import sys
				import numpy as np
				sys.path.insert(0, sys.argv[1])
				import score
				score.NETWORKS = score.NETWORKS + ("kdd19",)
				m, most = score.Model("m.bin"), int(sys.argv[2])
				seeds = []
				def prelu(x):
				    return np.where(x > 0, x, m.transform_slope[0] * x)
				def shares(S, t):
				    if m.network == "paddlerec":
				        S, t = S @ m.seeds_transform, t @ m.target_transform
				    if m.network == "kdd19":
				        S, t = prelu(S @ m.transform), prelu(t @ m.transform)
				    if m.network == "average":
				        v = S.sum(axis=0)
				        return S @ t / np.linalg.norm(v) / np.linalg.norm(t)
				    return score.softmax(np.tanh(S @ m.local_attention @ t))
				lines = 0
				for line, told in zip(open("few.txt"), open("got")):
				    slots = [s.split(":", 1) for s in line.split()]
				    if "seeds" not in dict(slots):
				        seeds = [u for n, u in slots if n == "user_seeds"]
				    known = [u for u in seeds if len(m.vectors([u]))]
				    want = shares(m.vectors(known),
				                  m.vectors([dict(slots)["target_user"]])[0])
				    if m.network == "average":
				        got = float(want.sum()) - m.cosine(seeds, dict(slots)["target_user"])
				        assert abs(got) < 1e-5, line
				    pairs = [p.rsplit(":", 1) for p in told.rstrip("\n").split("\t")[-1].split(" ")]
				    assert len(pairs) == min(most, len(known)), told
				    got = [float(s) for _, s in pairs]
				    assert got == sorted(got, reverse=True), told
				    assert np.allclose(got, sorted(want, reverse=True)[:most], atol=2e-6), (told, want)
				    for user, share in pairs:
				        at = [abs(w - float(share)) for u, w in zip(known, want) if u == user]
				        assert min(at) < 2e-6, (told, user)
				    lines += 1
				assert lines == 41
			END
		done
	done
}

@test "a last column, and the others as without it" {
	"$score" -m model.bin --with-target test.txt > want
	"$score" -m model.bin --with-target --explain=2 test.txt > got
	cut -f 1-4 got | cmp - want
	awk -F '\t' 'NF != 5 || $5 !~ /^[^ ]+:[0-9.e-]+( [^ ]+:[0-9.e-]+)?$/ { exit 1 }' got
	# the same for any threads, and line by line
	"$score" -m model.bin --with-target --explain=2 -j1 --cache=0 test.txt | cmp - got
	"$score" -m model.bin --with-target --explain=2 -u test.txt | cmp - got
	ralm-auc --columns=label,score,group,_,_ got | cmp - <(ralm-auc --columns=label,score,group,_ want)
}

@test "lists by item, seeds:same, cut lists; an empty column where there is nothing" {
	printf 'item:a user_seeds:5 user_seeds:8 user_seeds:13\n' > lists
	cat > lines <<- 'END'
		item:a target_user:3
		item:b target_user:3
		item:a target_user:999999
		user_seeds:999999 target_user:3
		user_seeds:21 user_seeds:22 target_user:3
		seeds:same target_user:4
		item:a target_user:4
	END
	"$score" -m model.bin --seeds=lists --explain=5 lines 2> /dev/null > got
	awk -F '\t' '{ print $NF == $2 ? $2 : $NF }' got |
		sed -E 's/:[0-9.e-]+//g' | awk '{ $1 = $1 } 1' > ids
	for i in 1 7; do
		sed -n ${i}p ids | tr ' ' '\n' | sort -n | paste -sd ' ' - |
			grep -qx '5 8 13'
	done
	for i in 5 6; do
		sed -n ${i}p ids | tr ' ' '\n' | sort -n | paste -sd ' ' - |
			grep -qx '21 22'
	done
	[ "$(grep -c '	$' got)" -eq 3 ]
	"$score" -m model.bin --seeds=lists --seeds-num=1 --explain=5 lines 2> /dev/null |
		grep -c " " > counted || true
	[ "$(cat counted)" -eq 0 ]
	# unknown users left empty keep the column
	"$score" -m model.bin --seeds=lists --unknown=blank --explain=5 lines 2> /dev/null |
		sed -n 2p | grep -qx '	b	'
}

@test "centroids: shares are those of the seeds" {
	head -n 20 test.txt > few.txt
	"$score" -m model.bin --explain=3 few.txt > want
	"$score" -m model.bin --explain=3 --clusters=2 --clusters-above=2 few.txt 2> /dev/null > got
	cut -f 4 got | cmp - <(cut -f 4 want)
	run ! cmp -s got want
}

@test "users by name, and those who come later" {
	sed -E 's/(user_seeds|target_user):/\1:z:/g' train.txt > named.txt
	tr ' ' '\n' < named.txt | sed -n 's/^target_user:\(.*\)/user:\1 x:1/p' | sort -u > told
	awk '{ print $1, "x:" NR % 3 }' told > users
	echo 'user:new:one x:2' >> users
	"$RALM_BIN/ralm-fit" -q -j1 --network=average --embedding-size=7 --users=users \
		-o m.bin named.txt
	echo 'user_seeds:z:3 user_seeds:new:one target_user:z:4' > line
	"$score" -m m.bin --users=users --explain=2 line 2> /dev/null > got
	grep -q 'new:one:' got
	grep -q 'z:3:' got
	"$RALM_BIN/ralm-fit" -q -j1 --network=average --user-ids=drop -o m.bin named.txt
	run -1 "$score" -m m.bin --explain=2 line
	[[ $output == "ralm-score: the model does not know what "*" (ralm-fit --user-ids=keep)" ]]
	run -2 "$score" -m m.bin --explain=0 line
}

@test "seeds that weigh the same stand in the order of the list" {
	"$RALM_BIN/ralm-fit" -q -j1 --network=average --embedding-size=3 \
		--init-deviation=0 --learning-rate=0 -o flat.bin train.txt
	echo 'user_seeds:9 user_seeds:3 user_seeds:7 user_seeds:1 target_user:5' > line
	run -0 "$score" -m flat.bin --explain=3 line
	[ "$output" = $'0.5\t9:0 3:0 7:0' ]
}
