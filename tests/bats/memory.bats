#!/usr/bin/env bats
#
# What training takes of memory: ralm-fit(1), SECURITY.md; and what a click log
# does: ralm-build-data(1).

bats_require_minimum_version 1.5.0

setup() {
	fit="$RALM_BIN/ralm-fit"
	cd "$BATS_TEST_TMPDIR" || exit 1
	# A sanitizer's own memory is not ours to measure.
	! grep -q '__[at]san_init' "$fit" || skip "a sanitizer takes more"
}

# The most kilobytes that ralm-fit holds with these arguments.
peak() {
	"$RALM_BIN/../tests/peak" "$fit" -q -j 1 -b 256 --network=paddlerec \
		-o m.bin "$@"
}

@test "a list of 12000 seeds: in proportion to its seeds, not their square" {
	awk 'BEGIN {
		for (i = 1; i <= 12000; i++)
			printf "user_seeds:%d ", i
		print "target_user:0 label:1"
	}' > long.txt
	long=$(peak --embedding-size=8 --transformed-size=8 long.txt)
	few=$(peak --embedding-size=8 --transformed-size=8 --seeds-num=20 long.txt)
	echo "# $few kB for 20 seeds, $long kB for 12000"
	# 12000 rows of S, A, dS and dA, twice, and 512 rows of 12000 numbers
	[ $((long - few)) -lt 40000 ]
}

# SAMPLES lines that touch every one of USERS users, 20 seeds and a target
touching() {
	awk -v samples="$1" -v users="$2" 'BEGIN {
		for (s = 0; s < samples; s++) {
			line = ""
			for (i = 0; i < 20; i++)
				line = line "user_seeds:" (s * 21 + i) % users " "
			print line "target_user:" (s * 21 + 20) % users " label:" s % 2
		}
	}'
}

@test "users take their vectors, the optimizer's state and 10 % of memory" {
	# What else the process takes is the same with few users as with many:
	# the samples are as many, and none of their batches has a user twice.
	touching 9524 20004 > few.txt
	touching 9524 200004 > many.txt
	for optimizer in sgd:96 rowwise-adagrad:97 adagrad:192 adam:288; do
		options=(--optimizer="${optimizer%:*}" --embedding-size=96
			--transformed-size=96)
		few=$(peak "${options[@]}" few.txt)
		many=$(peak "${options[@]}" many.txt)
		least=$((180000 * ${optimizer#*:} * 4 / 1024))
		echo "# ${optimizer%:*}: $((many - few)) kB for $least"
		[ $((many - few)) -le $((least * 110 / 100)) ]
		[ $((many - few)) -ge $((least * 98 / 100)) ]
	done
}

# CLICKS lines of 1000 users, each on every item at most once, times in no order
clicks() {
	awk -v clicks="$1" 'BEGIN {
		for (c = 0; c < clicks; c++)
			print c % 1000 "\t" int(c / 1000) "\t" c * 7919 % 1000003
	}'
}

# Of so many that it says little how much of its huge pages each array uses.
@test "a click of a log takes less than 40 bytes: 100 million fit in 4 GB" {
	clicks 200000 > few.tsv
	clicks 4200000 > many.tsv
	for order in random recent; do
		for log in few many; do
			"$RALM_BIN/../tests/peak" "$RALM_BIN/ralm-build-data" \
				--clicks="$log.tsv" --columns=user,item,time --seed-order="$order" --passes=1 \
				--negatives=0 --seeds-num=4 --refresh=100 |
				tail -n 1 > "$log.peak"
		done
		few=$(cat few.peak) many=$(cat many.peak)
		echo "# $order: $few kB for 200000 clicks, $many kB for 4200000"
		[ "$few" -gt 0 ]
		[ "$many" -gt "$few" ]
		[ $(((many - few) * 1024)) -lt $((4000000 * 40)) ]
	done
}

# An array that grows is moved, not copied: there are never two of it. Of each of
# the two, one a label, the last huge page may be used in part.
@test "a line of scores takes 8 bytes, 16 with weights" {
	awk 'BEGIN {
		for (i = 0; i < 4200000; i++)
			print i % 2 "\t" i * 7919 % 1000003 "\t" i % 7 + 1
	}' > many.tsv
	head -n 200000 many.tsv > few.tsv
	for columns in label,score:8 label,score,weight:16; do
		for scores in few many; do
			"$RALM_BIN/../tests/peak" "$RALM_BIN/ralm-auc" -q \
				--columns="${columns%:*}" "$scores.tsv" |
				tail -n 1 > "$scores.peak"
		done
		few=$(cat few.peak) many=$(cat many.peak)
		echo "# ${columns%:*}: $few kB for 200000 lines, $many kB for 4200000"
		[ "$few" -gt 0 ]
		[ "$many" -gt "$few" ]
		[ $(((many - few - 3 * 2048) * 1024)) -lt $((4000000 * ${columns#*:})) ]
	done
}

# 512 bytes: no users and no rows, but of 8192 numbers each.
@test "a model file takes no memory for parameters that it does not hold" {
	{
		printf '\xf8\1\0\0\0\0\0\0'
		printf '%-504s' '{"__metadata__":{"format":"ralm",
			"format_version":"1","network":"paddlerec"},
			"user_keys":{"dtype":"U64","shape":[0],"data_offsets":[0,0]},
			"user_index":{"dtype":"U32","shape":[16],"data_offsets":[0,64]},
			"user_embedding":{"dtype":"F32","shape":[0,8192],
			"data_offsets":[64,64]},"seeds_transform":{"dtype":"F32",
			"shape":[0,8192],"data_offsets":[64,64]}}'
		printf '\xff%.0s' {1..64}
	} > large.bin
	run -1 --separate-stderr "$RALM_BIN/../tests/peak" "$RALM_BIN/ralm-score" \
		--info -m large.bin
	[[ $stderr == *": seeds_transform: expected 8192 by 8192 numbers, got 0 by 8192" ]]
	echo "# $output kB"
	[ "$output" -lt 100000 ]
}
