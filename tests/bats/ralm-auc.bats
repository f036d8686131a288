#!/usr/bin/env bats
# ralm-auc: measures, output forms, bad input.

bats_require_minimum_version 1.5.0

setup() {
	auc="$RALM_BIN/ralm-auc"
	judged="$RALM_SRC/tests/oracle/measures-lines.txt"
	cd "$BATS_TEST_TMPDIR" || exit 1
}

# Six lines with a tie: of 3 * 3 pairs 6 are right and 1 is tied.
small() {
	printf '%s\n' '1	0.9' '0	0.8' '1	0.7' '1	0.4' '0	0.4' '0	0.1'
}

# Many lines of label, score, group, weight; the same at every call.
many() {
	awk -v n="${1:-20000}" 'BEGIN { x = 1; for (i = 0; i < n; i++) {
		x = (x * 16807) % 2147483647; s = x / 2147483647
		x = (x * 16807) % 2147483647; y = x / 2147483647 < s ? 1 : 0
		x = (x * 16807) % 2147483647
		printf "%d\t%.9g\tg%d\t%d\n", y, s, x % 100, x % 4 } }'
}

value() { # value NAME < lines
	awk -F '\t' -v name="$1" '$1 == name { print $2 }'
}

# ---- measures --------------------------------------------------------------

@test "auc first, then samples, positives, negatives, log loss" {
	run -0 --separate-stderr "$auc" <<< "$(small)"
	[ "${lines[0]}" = "auc	0.722222222" ]
	[ "${lines[1]}" = "samples	6" ]
	[ "${lines[2]}" = "positives	3" ]
	[ "${lines[3]}" = "negatives	3" ]
	[ "${lines[4]}" = "log_loss	0.600658374" ]
	[ "$(value brier <<< "$output")" = 0.211666667 ]
	[ "$(value calibration <<< "$output")" = 1.1 ]
	[ "$(value average_precision <<< "$output")" = 0.755555556 ]
	[ "$(value ks <<< "$output")" = 0.333333333 ]
	[ "$(value ks_score <<< "$output")" = 0.9 ]
	[ "${#lines[@]}" -eq 10 ]
	[ -z "$stderr" ]
}

@test "-q prints the number of AUC alone" {
	small > in
	run -0 --separate-stderr "$auc" -q in
	[ "$output" = 0.722222222 ]
	[ -z "$stderr" ]
	run -0 "$auc" --quiet in
	[ "$output" = 0.722222222 ]
}

@test "one class only: nan, a warning that says which is missing, exit 0" {
	run -0 --separate-stderr "$auc" <<< "$(printf '1 0.5\n1 0.25\n')"
	[ "${lines[0]}" = "auc	nan" ]
	[ "${lines[2]}" = "positives	2" ]
	[ "$stderr" = "ralm-auc: no line has label 0: AUC is undefined" ]
	run -0 --separate-stderr "$auc" -q <<< "0 0.5"
	[ "$output" = nan ]
	[ "$stderr" = "ralm-auc: no line has label 1: AUC is undefined" ]
	run -0 --separate-stderr "$auc" --signed-labels <<< "1 0.5"
	[ "$stderr" = "ralm-auc: no line has label -1: AUC is undefined" ]
}

@test "scores that are no probabilities: order is measured, likelihood is nan" {
	run -0 --separate-stderr "$auc" <<< "$(printf '1 3\n0 -inf\n1 inf\n0 2e9\n')"
	[ "${lines[0]}" = "auc	0.75" ]
	[ "$(value log_loss <<< "$output")" = nan ]
	[ "$(value brier <<< "$output")" = nan ]
	[ "$(value calibration <<< "$output")" = nan ]
	[ "$(value average_precision <<< "$output")" != nan ]
}

@test "numbers that differ in the 17th digit differ, -0 equals 0, denormals count" {
	run -0 "$auc" -q <<< "$(printf '1 0.30000000000000004\n0 0.3\n')"
	[ "$output" = 1 ]
	run -0 "$auc" -q <<< "$(printf '1 -0.0\n0 0\n')"
	[ "$output" = 0.5 ]
	run -0 "$auc" -q <<< "$(printf '1 5e-324\n0 0\n1 1e-310\n0 -5e-324\n')"
	[ "$output" = 1 ]
	run -0 "$auc" -q <<< "$(printf '1 18446744073709551616\n0 5\n')"
	[ "$output" = 1 ]
	run -0 "$auc" -q <<< "$(printf '1 +Inf\n0 1e308\n0 -INFINITY\n')"
	[ "$output" = 1 ]
}

@test "a score has at most 1100 characters" {
	tiny=$(printf '%.1074f' 5e-324)
	run -0 "$auc" -q <<< "$(printf '1 %s\n0 0\n' "$tiny")"
	[ "$output" = 1 ]
	long=$(printf '0.%01098d' 5)
	run -0 "$auc" -q <<< "$(printf '1 %s\n0 -1\n' "$long")"
	[ "$output" = 1 ]
	run -1 --separate-stderr "$auc" -q <<< "1 ${long}0"
	[[ "$stderr" == "ralm-auc: stdin:1: score: expected a number, got '0.000"*"'..." ]]
}

@test "certain and wrong: the log loss is finite" {
	run -0 "$auc" <<< "$(printf '1 0\n0 1\n')"
	[ "$(value log_loss <<< "$output")" = 36.0436534 ]
}

@test "a million equal scores: 0.5" {
	run -0 bash -c 'set -o pipefail; awk "BEGIN { for (i = 0; i < 1000000; i++) print i % 3 == 0, 0.3 }" | "$1" -q' _ "$auc"
	[ "$output" = 0.5 ]
}

@test "the order of lines, the files they come in and the threads change nothing" {
	many > in
	sort -r in > sorted
	head -n 777 in > a
	tail -n +778 in > b
	"$auc" --columns=label,score,group --ci --at=3 --json sorted > got
	"$auc" --columns=label,score,group --ci --at=3 --json - b < a > parts
	"$auc" --columns=label,score,group --ci --at=3 --json in > want
	cmp want got
	cmp want parts
	"$auc" -j 1 --columns=label,score,group,weight --json in > one
	"$auc" -j 5 --columns=label,score,group,weight --json in > five
	cmp one five
}

@test "flipped labels give 1 - AUC" {
	many | cut -f 1,2 > in
	awk -F '\t' '{ print 1 - $1 "\t" $2 }' in > flipped
	a=$("$auc" -q in)
	b=$("$auc" -q flipped)
	run -0 awk -v a="$a" -v b="$b" 'BEGIN { print ((a + b - 1)^2 < 1e-16) }'
	[ "$output" = 1 ]
}

@test "weights are repetitions" {
	many 3000 > in
	"$auc" --columns=label,score,_,weight in > weighted
	awk -F '\t' '{ for (i = 0; i < $4; i++) print $1 "\t" $2 }' in > repeated
	"$auc" repeated > plain
	for name in auc log_loss brier calibration average_precision ks; do
		[ "$(value $name < weighted)" = "$(value $name < plain)" ]
	done
	[ "$(value positive_weight < weighted)" = "$(value positives < plain)" ]
	[ "$(value negative_weight < weighted)" = "$(value negatives < plain)" ]
}

@test "weights do not count lines, nor for --paddle; equal ones are none to --ci" {
	many 3000 > all
	grep -v '	0$' all > in
	"$auc" --paddle --columns=label,score,_,weight in > weighted
	cut -f 1,2 in | "$auc" --paddle > plain
	for name in samples positives negatives paddle_auc; do
		[ "$(value $name < weighted)" = "$(value $name < plain)" ]
	done
	"$auc" --ci --columns=label,score,weight <<< "$(cut -f 1,2 in | sed 's/$/\t3/')" > weighted
	cut -f 1,2 in | "$auc" --ci > plain
	for name in auc auc_error auc_low auc_high; do
		[ "$(value $name < weighted)" = "$(value $name < plain)" ]
	done
}

@test "equal weights of any size are none; unequal ones keep their ratio" {
	many 2000 | cut -f 1-3 > in
	"$auc" --ci --at=3 --json in | grep -v weight > want
	many 2000 | awk -F '\t' -v OFS='\t' '{ print $1, $2 + ($4 - 1) / 9, $3 }' > rival
	"$auc" --compare=rival in | tail -n 7 > want-other
	for w in 5e-324 1e-300 0.1 3 1e300 1.7976931348623157e308; do
		sed "s/\$/	$w/" in > weighted
		"$auc" --ci --at=3 --json --columns=label,score,group,weight weighted |
			grep -v weight > got
		cmp want got
		sed "s/\$/	$w/" rival > weighted-rival
		"$auc" --columns=label,score,group,weight \
			--compare=weighted-rival weighted | tail -n 7 > got-other
		cmp want-other got-other
	done
	many 2000 | grep -v '	0$' > in
	"$auc" --ci --at=3 --columns=label,score,group,weight in | grep -v _weight > want
	for exponent in -300 -160 160 299; do
		sed "s/\$/e$exponent/" in > scaled
		"$auc" --ci --at=3 --columns=label,score,group,weight scaled |
			grep -v _weight > got
		cmp want got
	done
}

@test "weights of 1e-300 beside weights of 1e300" {
	# Within each label the pairs are right 1 : 2, and label 0 is all there is.
	printf '%s\n' '1 0.9 a 1e-300' '0 0.5 a 1e300' '1 0.2 a 2e-300' '0 0.1 b 1e300' > in
	run -0 --separate-stderr "$auc" --ci --columns=label,score,_,weight in
	[ "${lines[0]}" = "auc	0.666666667" ]
	[ "$(value ks <<< "$output")" = 0.5 ]
	[ "$(value brier <<< "$output")" = 0.13 ]
	[ "$(value calibration <<< "$output")" = inf ]
	[ "$(value positive_weight <<< "$output")" = 3e-300 ]
	[[ "$(value auc_error <<< "$output")" == 0.* ]]
	[ -z "$stderr" ]
	# A group's AUC is its own, whatever others weigh; b has one label.
	run -0 "$auc" --columns=label,score,group,weight in
	[ "$(value gauc <<< "$output")" = 0.333333333 ]
	[ "$(value groups_one_class <<< "$output")" = 1 ]
	printf '%s\n' '1 0.9 a 1e-300' '0 0.5 a 1e-300' '1 0.1 b 1e300' '0 0.5 b 1e300' \
		'1 0.1 b 1e-300' > in
	run -0 "$auc" --columns=label,score,group,weight in
	[ "$(value gauc <<< "$output")" = 0 ]
	[ "$(value gauc_plain <<< "$output")" = 0.5 ]
	run -0 "$auc" --columns=label,score,weight <<< "$(printf '%s\n' '1 1 1.7e308' '1 1 1.6e308' '0 0 1.7e308')"
	[ "${lines[0]}" = "auc	1" ]
	[ "$(value positive_weight <<< "$output")" = inf ]
}

@test "average precision far below 1" {
	run -0 "$auc" --columns=label,score,weight <<< "$(printf '%s\n' '0 0.9 1e250' '1 0.5 1' '1 0.4 3')"
	[ "$(value average_precision <<< "$output")" = 3.25e-250 ]
}

@test "weights of a label are exact beside any of the other" {
	columns=--columns=label,score,group,weight
	# The heavy line has score 0, and is below all others.
	for heavy in 1e125 1e150 1e180; do
		printf '%s\n' '0 0.375 a 1' '1 0.25 b 2' '1 0.5 c 1' "0 0 d $heavy" > in
		run -0 --separate-stderr "$auc" $columns --pr=pr --calibration=deciles in
		[ -z "$stderr" ]
		[ "$(value average_precision <<< "$output")" = 0.833333333 ]
		[ "$(value calibration <<< "$output")" = 0.458333333 ]
		[ "$(awk '$1 == 0.25 { print $3 }' pr)" = 0.75 ]
		# 0.375 + 2 * 0.25 + 0.5 over 4; 3 of 4
		run -0 awk '$1 == 10 { print $2, $6, $7 }' deciles
		[ "$output" = "3 0.34375 0.75" ]
		brier=$("$auc" $columns in | value brier)
		run -0 awk -v got="$brier" -v heavy="$heavy" \
			'BEGIN { want = (0.375 ^ 2 + 2 * 0.75 ^ 2 + 0.25) / heavy
				print ((got / want - 1) ^ 2 < 1e-16) }'
		[ "$output" = 1 ]
	done
	# Nor does label 0 count for more than it is.
	printf '%s\n' '0 0.5 a 1' '1 0 b 1e180' > in
	run -0 --separate-stderr "$auc" $columns in
	[ "$(value calibration <<< "$output")" = 5e-181 ]
	# Resamples are measured alike: about 2 / 3, and (1 + 0.75) / 2.
	for i in {1..40}; do
		printf '%s\n' "1 0.5 p$i 2" "0 0.75 n$i 1" "0 0 h$i 1e150"
	done > in
	run -0 --separate-stderr "$auc" $columns --bootstrap=50 in
	[ -z "$stderr" ]
	for name in average_precision calibration brier; do
		value ${name}_boot_low <<< "$output"
		value $name <<< "$output"
		value ${name}_boot_high <<< "$output"
	done > ends
	run -0 awk '{ at[NR] = $1 } END {
		for (i = 1; i < NR; i += 3)
			print (0.5 * at[i + 1] < at[i]), (at[i] < at[i + 1]),
				(at[i + 1] < at[i + 2]), (at[i + 2] < 1.5 * at[i + 1])
		print ((at[2] - 2 / 3) ^ 2 + (at[5] - 0.875) ^ 2 < 1e-16) }' ends
	[ "${lines[*]}" = "1 1 1 1 1 1 1 1 1 1 1 1 1" ]
	printf '%s\n' '1 0.25 a 2' '0 0 b 1.1e181' '0 0.1 c 1' > in
	run -0 --separate-stderr "$auc" $columns in
	[ "$stderr" = "ralm-auc: weights of a label differ more than 1e180-fold: the small ones may not count" ]
	run -0 --separate-stderr "$auc" --each $columns in
	[[ "$stderr" == "ralm-auc: in: weights of a label"* ]]
}

@test "a line of weight 0 is as if it were not there" {
	many 3000 > all
	{ cat all; printf '%s\n' '1	2	alone	0' '0	-3	alone	0.0'; } > in
	grep -v '	0$' all > kept
	for options in '--ci --at=2' '--paddle --json' '-q --roc=curve' '-q --calibration=curve'; do
		case $options in *paddle*) file=all;; *) file=in;; esac
		: > curve
		# shellcheck disable=SC2086
		"$auc" $options --columns=label,score,group,weight kept > want
		mv curve want-curve
		: > curve
		# shellcheck disable=SC2086
		run -0 --separate-stderr "$auc" $options --columns=label,score,group,weight $file
		[ "$output" = "$(cat want)" ]
		cmp curve want-curve
		[[ "$stderr" == "ralm-auc: "*" lines have weight 0 and are left out" ]]
	done
	cp in rival
	"$auc" --columns=label,score,group,weight --compare=rival in > got
	"$auc" --columns=label,score,group,weight --compare=kept kept > want
	cmp want got
	run -1 --separate-stderr "$auc" --columns=label,score,weight <<< "1 1 0"
	[ "$stderr" = "ralm-auc: stdin: no scores with a weight" ]
	run -0 --separate-stderr "$auc" -q --columns=label,score,weight <<< "$(printf '1 1 2\n0 0 -0\n')"
	[ "${stderr_lines[0]}" = "ralm-auc: 1 of 2 lines have weight 0 and are left out" ]
	[ "${stderr_lines[1]}" = "ralm-auc: no line has label 0: AUC is undefined" ]
	run -1 "$auc" --columns=label,score,weight <<< "x 1 0"
}

@test "a group is its value where it is a number, else its word" {
	printf '%s\n' '1 1 7' '0 0 7' '1 1 07' '1 1 g7' '1 1 9223372036854775807' \
		'1 1 9223372036854775808' '1 1 09223372036854775808' > in
	run -0 "$auc" in
	[ "$(value groups <<< "$output")" = 6 ]
	[ "$(value groups_one_class <<< "$output")" = 5 ]
}

@test "--ci: error and ends" {
	small > in
	run -0 "$auc" --ci in
	# Placements 1, 2/3, 1/2 and 1/3, 5/6, 1 about 13/18.
	[ "$(value auc_error <<< "$output")" = 0.248451997 ]
	[ "$(value auc_low <<< "$output")" = 0.235265255 ]
	[ "$(value auc_high <<< "$output")" = 1 ]
	run -0 "$auc" --ci <<< "$(printf '1 1\n0 0\n')"
	[ "$(value auc_error <<< "$output")" = nan ]
}

@test "--paddle: AUC by buckets, which -q then prints" {
	printf '%s\n' '1 0.50001' '0 0.50002' '1 0.9' '0 0.1' > in
	run -0 "$auc" --paddle in
	[ "${lines[0]}" = "auc	0.75" ]
	[ "$(value paddle_auc <<< "$output")" = 0.875 ]
	run -0 "$auc" -q --paddle in
	[ "$output" = 0.875 ]
	run -1 --separate-stderr "$auc" --paddle <<< "$(printf '1 0.5\n0 1.5\n')"
	[ "$stderr" = "ralm-auc: stdin:2: score: expected a probability, got '1.5'" ]
	run -0 --separate-stderr "$auc" -q --paddle <<< "1 0.5"
	[ "$output" = 0 ]
	[[ "$stderr" == *"no line has label 0"* ]]
}

@test "groups: within each, weighted and plain, one class left out and counted" {
	# a: 1 of 2 pairs; b: 1 of 1; c: one class.
	printf '%s\n' '1 0.5 a' '0 0.6 a' '0 0.4 a' '1 0.9 b' '0 0.8 b' '1 0.1 c' > in
	run -0 "$auc" in
	[ "$(value gauc <<< "$output")" = 0.7 ]
	[ "$(value gauc_plain <<< "$output")" = 0.75 ]
	[ "$(value groups <<< "$output")" = 3 ]
	[ "$(value groups_one_class <<< "$output")" = 1 ]
	# b weighs 6 of 9.
	run -0 "$auc" --columns=label,score,group,weight <<< "$(sed 's/$/ 1/; s/b 1/b 3/' in)"
	[ "$(value gauc <<< "$output")" = 0.833333333 ]
}

@test "--at: precision over min(K, clicks), recall, nDCG, ties shared" {
	# a: clicks at places 2 and 4 of 4. b: a tie of one click and one not
	# across place 2. c: no click.
	printf '%s\n' '0 4 a' '1 3 a' '0 2 a' '1 1 a' \
		'0 9 b' '1 8 b' '0 8 b' '0 1 c' > in
	run -0 "$auc" --at=1,2 in
	[ "$(value precision@1 <<< "$output")" = 0 ]
	[ "$(value precision@2 <<< "$output")" = 0.5 ]
	[ "$(value recall@2 <<< "$output")" = 0.5 ]
	# a: (1/log2 3) / (1 + 1/log2 3); b: 1/2 / log2 3.
	[ "$(value ndcg@2 <<< "$output")" = 0.351158842 ]
	[ "$(value groups_no_positives <<< "$output")" = 1 ]
	run -1 --separate-stderr "$auc" --at=1 <<< "1 0.5"
	[ "$stderr" = "ralm-auc: stdin: the measures at K need groups, and the lines have no group" ]
	run -2 --separate-stderr "$auc" --at=1,0 in
	[ "$stderr" = "ralm-auc: --at: expected whole numbers from 1 to 10000000, got '0'" ]
	run -2 --separate-stderr "$auc" --at=5,1,5 in
	[ "$stderr" = "ralm-auc: --at: '5' stands twice" ]
	run -2 --separate-stderr "$auc" --at=5,05 in
	[ "$stderr" = "ralm-auc: --at: '05' stands twice" ]
	run -2 --separate-stderr "$auc" --at="$(seq -s , 65)" in
	[ "$stderr" = "ralm-auc: --at: more than 64 numbers" ]
}

@test "--compare: the paired test" {
	many > all
	cut -f 1,2 all > a
	awk -F '\t' '{ print $1 "\t" ($2 + NR % 7 / 10) }' all > b
	run -0 "$auc" --compare=b a
	[ "${lines[0]}" = "auc	$("$auc" -q a)" ]
	[ "$(value other_auc <<< "$output")" = "$("$auc" -q b)" ]
	run -0 awk -v d="$(value difference <<< "$output")" \
		-v e="$(value difference_error <<< "$output")" \
		-v l="$(value difference_low <<< "$output")" \
		-v z="$(value z <<< "$output")" -v p="$(value p <<< "$output")" \
		'BEGIN { print (d > 0), (e > 0), ((l - (d - 1.959964 * e))^2 < 1e-14), ((z - d / e)^2 < 1e-9), (p < 0.001) }'
	[ "$output" = "1 1 1 1 1" ]
	run -0 "$auc" --compare=a a
	[ "$(value difference <<< "$output")" = 0 ]
	[ "$(value p <<< "$output")" = 1 ]
}

@test "--compare: where the lines of a label all differ alike no test is made" {
	# Perfect order and its reverse; 3 and 10 parts of a whole that are rounded.
	for weight in 1 0.1; do
		for n in 2 3 7 1000; do
			seq "$n" | awk -v w=$weight '{ print 1, $1, w; print 0, -$1, w }' > a
			seq "$n" | awk -v w=$weight '{ print 1, -$1, w; print 0, $1, w }' > b
			for file in a b; do
				sed '1s/[^ ]*$/3/' $file > changed
				mv changed $file
			done
			run -0 --separate-stderr "$auc" --columns=label,score,weight --compare=b a
			[ "$(value difference <<< "$output")" = 1 ]
			for name in difference_error difference_low difference_high z p; do
				[ "$(value $name <<< "$output")" = nan ]
			done
			[ "$stderr" = "ralm-auc: z and p of the difference are undefined: the lines of each label all differ alike" ]
		done
	done
	run -0 --separate-stderr "$auc" --columns=label,score,weight --json --compare=b a
	[[ "$output" == *'"difference_error": null'*'"z": null'*'"p": null'* ]]
	run -0 --separate-stderr "$auc" --compare=<(printf '1 1\n0 2\n0 3\n') <(printf '1 2\n0 1\n0 3\n')
	[ "$(value z <<< "$output")" = nan ]
	[ -z "$stderr" ]
	# One of thousand is enough.
	seq 1000 | awk '{ print 1, $1, 1; print 0, -$1, 1 }' > a
	seq 1000 | awk '{ print 1, -$1, 1; print 0, $1 < 1000 ? $1 : -2000, 1 }' > b
	run -0 --separate-stderr "$auc" --columns=label,score,weight --compare=b a
	[[ "$(value z <<< "$output")" == 9* ]]
	[ -z "$stderr" ]
}

@test "--bootstrap: one unit tells no interval, and few a narrow one" {
	many 400 | cut -f 1,2 > lines
	sed 's/$/	g/' lines > one
	awk -F '\t' '{ print $1 "\t" ($2 + NR % 7 / 10) "\tg" }' lines > rival
	run -0 --separate-stderr "$auc" --bootstrap=20 --compare=rival --at=3 one
	[ "$stderr" = "ralm-auc: --bootstrap has one group to draw from: no interval" ]
	[ "$(value bootstrap_units <<< "$output")" = 1 ]
	[ "$(grep -c '_boot_low	' <<< "$output")" = 22 ]
	run ! grep -E '_boot_(low|high)	[^n]' <<< "$output"
	[[ "$(value difference <<< "$output")" != nan ]]
	run -0 --separate-stderr "$auc" --bootstrap=20 --json --report=page.html one
	[[ "$output" == *'"auc_boot_low": null,'*'"gauc_boot_high": null,'* ]]
	grep -q '>auc_boot_low</th><td class="number">undefined<' page.html
	for n in 2 29 30; do
		awk -v n=$n '{ print $0 "\t" NR % n }' lines > few
		run -0 --separate-stderr "$auc" --each --bootstrap=20 few
		[ "$n" = 30 ] || [ "$stderr" = "ralm-auc: few: --bootstrap has $n groups to draw from: with fewer than 30 the intervals are too narrow" ]
		[ "$n" != 30 ] || [ -z "$stderr" ]
		[[ "$(value auc_boot_low <<< "$output")" == 0.* ]]
	done
	run -0 --separate-stderr "$auc" --bootstrap=20 <<< "$(head -n 29 lines)"
	[ "$stderr" = "ralm-auc: --bootstrap has 29 lines to draw from: with fewer than 30 the intervals are too narrow" ]
	run -0 --separate-stderr "$auc" --bootstrap=20 <<< "1 1"
	[ "${stderr_lines[1]}" = "ralm-auc: --bootstrap has one line to draw from: no interval" ]
	run -0 --separate-stderr "$auc" -q --bootstrap=20 one
	[ -z "$stderr" ]
	# One click of forty lines is in two draws of three: the others have no AUC.
	awk 'NR <= 40 { $1 = NR == 1; print }' lines > rare
	run -0 --separate-stderr "$auc" --bootstrap=200 rare
	[ "$(value auc_boot_low <<< "$output")" = nan ]
	[ "$(value auc_boot_high <<< "$output")" = nan ]
}

@test "--compare: files that are not of the same lines" {
	small > a
	small | sed '3s/^1/0/' > b
	run -1 --separate-stderr "$auc" --compare=b a
	[ "$stderr" = "ralm-auc: b:3: not the sample of a:3: the label differs" ]
	small | head -n 4 > b
	run -1 --separate-stderr "$auc" --compare=b a
	[ "$stderr" = "ralm-auc: a:5: the other file ends before this line" ]
	run -1 --separate-stderr "$auc" --compare=a b
	[ "$stderr" = "ralm-auc: a:5: the other file ends before this line" ]
	sed 's/$/	x/' a > with
	sed 's/$/	x/; 2s/x/y/' a > other
	run -1 --separate-stderr "$auc" --compare=other with
	[ "$stderr" = "ralm-auc: other:2: not the sample of with:2: the group differs" ]
	sed 's/$/	1/' a > with
	sed 's/$/	1/; 6s/1$/2/' a > other
	run -1 --separate-stderr "$auc" --columns=label,score,weight --compare=other with
	[ "$stderr" = "ralm-auc: other:6: not the sample of with:6: the weight differs" ]
	# In one file alone, where the first group is 0, as none is, or the weight 1.
	printf '1\t0.9\t0\n0\t0.1\t0\n1\t0.3\t0\n' > with
	cut -f 1,2 with > without
	run -1 --separate-stderr "$auc" --compare=without with
	[ "$stderr" = "ralm-auc: with:1: a group, and without has none" ]
	run -1 --separate-stderr "$auc" --compare=with without
	[ "$stderr" = "ralm-auc: with:1: a group, and without has none" ]
	{ printf 'label\tscore\tweight\n'; sed 's/0$/1/' with; } > weighted
	{ printf 'score\tlabel\n'; awk '{ print $2 "\t" $1 }' with; } > plain
	run -1 --separate-stderr "$auc" --header --compare=weighted plain
	[ "$stderr" = "ralm-auc: weighted:2: a weight, and plain has none" ]
	run -1 --separate-stderr "$auc" --header --compare=plain weighted
	[ "$stderr" = "ralm-auc: weighted:2: a weight, and plain has none" ]
	run -1 "$auc" --compare=missing a
	run -2 --separate-stderr "$auc" --compare=- < a
	[[ "$stderr" == "ralm-auc: stdin and --compare: standard input is read once"* ]]
	run -2 "$auc" --compare=- - < a
	run -0 "$auc" --compare=- a < a
}

# ---- against scikit-learn --------------------------------------------------

# oracle CASE LINES OPTION...: every measure of the case, to 1e-12.
oracle() {
	"$auc" --json "${@:3}" "$2" |
		sed -n 's/^  "\(.*\)": \([^,]*\),*$/\1\t\2/p' > got
	awk -F '\t' -v wanted="$1" 'NR == FNR { got[$1] = $2; next }
		$1 != wanted { next }
		{ n++; d = got[$2] - $3; if (d < 0) d = -d }
		!($2 in got) || d > 1e-12 { print $2, got[$2], $3 }
		END { if (!n) print "no such case" }' \
		got "$RALM_SRC/tests/oracle/measures.txt" > differs
	cat differs
	[ ! -s differs ]
}

# oracle_curve NAME: every point of the curve, x, y and threshold.
oracle_curve() {
	"$auc" -q --columns=label,_,score "--$1=got" \
		"$RALM_SRC/tests/oracle/measures-lines.txt"
	awk -F '\t' -v name="$1" '
		NR == FNR { if ($1 == "curve" && $2 == name) {
			x[++n] = $3; y[n] = $4; t[n] = $5 } next }
		FNR == 1 || $1 == "inf" { next }
		name == "calibration" { $2 = $6; $3 = $7; $1 = 0 }
		{ i++; d = ($2 - x[i])^2 + ($3 - y[i])^2 + ($1 - t[i])^2
		if (!(d < 1e-24)) print i, $0, x[i], y[i], t[i] }
		END { if (i != n || n == 0) print i, "points for", n }' \
		"$RALM_SRC/tests/oracle/measures.txt" got > differs
	cat differs
	[ ! -s differs ]
}

@test "scikit-learn: probabilities with ties, and without" {
	oracle tied "$judged" --columns=label,score
	oracle continuous "$judged" --columns=label,_,score
}

@test "scikit-learn: infinities, denormals, -0, any magnitude" {
	oracle anything "$judged" --columns=label,_,_,score
}

@test "scikit-learn: weights" {
	oracle weighted "$judged" --columns=label,score,_,_,weight
	oracle weighted_anything "$judged" --columns=label,_,_,score,weight
}

@test "scikit-learn: groups" {
	oracle groups "$judged" --at=1,3,10 --columns=label,score,_,_,_,group
	oracle weighted_groups "$judged" --at=1,3,10 --columns=label,score,_,_,weight,group
}

@test "DeLong's interval and paired test, Paddle's operator" {
	cut -f 1,7 "$RALM_SRC/tests/oracle/measures-lines.txt" > rival
	oracle delong "$judged" --ci --columns=label,score --compare=rival
	oracle paddle "$judged" --paddle --columns=label,_,score
}

@test "scikit-learn: the bootstrap, of groups, of lines, with weights, of pairs" {
	# Groups by their numbers, so that another program can tell their order.
	sed 's/	g\([0-9]*\)	/	\1	/' "$RALM_SRC/tests/oracle/measures-lines.txt" > lines
	oracle bootstrap lines --bootstrap=30 --at=1,3,10 \
		--columns=label,score,_,_,_,group
	oracle weighted_bootstrap lines --bootstrap=23 --rng-seed=7 --at=1,3,10 \
		--columns=label,score,_,_,weight,group
	oracle line_bootstrap lines --bootstrap=20 --columns=label,_,score
	awk -F '\t' -v OFS='\t' '{ $2 = $7; print }' lines > rival
	oracle paired_bootstrap lines --bootstrap=25 --rng-seed=2 --at=1,3,10 \
		--compare=rival --columns=label,score,_,_,_,group
	oracle paired_line_bootstrap lines --bootstrap=20 --rng-seed=2 \
		--compare=rival --columns=label,score,_,_,weight
}

@test "scikit-learn: the curves, point by point" {
	oracle_curve roc
	oracle_curve pr
	oracle_curve calibration
}

# ---- input -----------------------------------------------------------------

@test "--columns: any order, columns passed over, more behind the last" {
	printf '%s\n' 'x	0.9	1	z	z' 'y	0.1	0' > in
	run -0 "$auc" -q --columns=_,score,label in
	[ "$output" = 1 ]
	run -0 "$auc" -q --columns=group,score,label,_ in
	[ "$output" = 1 ]
	printf '%s\n' 'a	b	c	d	e' 'x	y	0.9	z	1' '		0.1		0' > results.tsv
	run -0 "$auc" -q --columns=_,_,score,_,label <<< "$(tail -n +2 results.tsv)"
	[ "$output" = 1 ]
}

@test "--columns: what is no list of columns" {
	run -2 --separate-stderr "$auc" --columns=label,scores
	[[ "$stderr" == "ralm-auc: --columns: expected label, score, group, weight or _, or ROLE=NAME for a field of the header, got 'scores'" ]]
	run -2 --separate-stderr "$auc" --columns=label,label,score
	[ "$stderr" = "ralm-auc: --columns: 'label' stands twice" ]
	run -2 --separate-stderr "$auc" --columns=label,_
	[ "$stderr" = "ralm-auc: --columns: label and score must be among them" ]
	run -2 --separate-stderr "$auc" --columns="label,score$(printf ',_%.0s' {1..1023})"
	[ "$stderr" = "ralm-auc: --columns: more than 1024" ]
	run -2 --separate-stderr "$auc" --columns=
	[ "$stderr" = "ralm-auc: --columns: expected label, score, group, weight or _, or ROLE=NAME for a field of the header, got ''" ]
}

@test "spaces, tabs, CRLF, blank lines, no last newline" {
	printf '\r\n  1   0.9\r\n0\t0.1\r\n \t \n\n1 \t 0.8\n0 0.3  ' > in
	run -0 "$auc" in
	[ "${lines[0]}" = "auc	1" ]
	[ "${lines[1]}" = "samples	4" ]
}

@test "a group with blanks, where tabs part the fields" {
	printf '%s\n' '1	0.9	Garden chair' '0	0.1	 Garden chair ' \
		'1	0.2	Garden table' '0	0.8	Garden table' > in
	for options in '' --columns=label,score,group '--delimiter=\t'; do
		# shellcheck disable=SC2086
		run -0 "$auc" $options in
		[ "$(value groups <<< "$output")" = 2 ]
		[ "$(value gauc <<< "$output")" = 0.5 ]
	done
	run -1 --separate-stderr "$auc" <<< "1 0.5	a"
	[ "$stderr" = "ralm-auc: stdin:1: label: expected 0 or 1, got '1 0.5'" ]
}

@test "a delimiter may end a line, with a group or without" {
	run -0 --separate-stderr "$auc" -q <<< $'1\t0.5\ta\t\n0\t0.2\ta\t'
	[ "$output" = 1 ]
	run -0 "$auc" --delimiter=, <<< $'1,0.5,a,\n0,0.2,a\n1,0.1,b,\n0,0.7,b,'
	[ "$(value groups <<< "$output")" = 2 ]
	run -0 --separate-stderr "$auc" -q <<< $'1\t0.5\t\n0\t0.2\t'
	[ "$output" = 1 ]
}

@test "labels 1.0, 0.0, true, false" {
	run -0 "$auc" <<< "$(printf '%s\n' '1.0	0.9' 'TRUE	0.8' 'true	0.7' '0.000	0.6' 'False	0.5')"
	[ "${lines[0]}" = "auc	1" ]
	[ "$(value positives <<< "$output")" = 3 ]
	run -0 "$auc" -q --signed-labels <<< "$(printf -- '-1.0 0.5\n1.00 0.6\n')"
	[ "$output" = 1 ]
}

@test "--delimiter: CSV with quotes, several bytes, escapes, blanks" {
	printf '%s\n' '1,0.9,"chair, ""red"""' '"0",0.1,"chair, ""red"""' '1,0.2,b' '0,0.8,b' > in
	run -0 "$auc" --delimiter=, in
	[ "$(value groups <<< "$output")" = 2 ]
	[ "$(value gauc <<< "$output")" = 0.5 ]
	for d in ';' :: '\x01' '\\' ' '; do
		for i in 1:0.9 0:0.1 1:0.2; do
			printf "%s$d%s\n" "${i%:*}" "${i#*:}"
		done > in
		run -0 "$auc" -q "--delimiter=$d" in
		[ "$output" = 1 ]
	done
	run -0 "$auc" --delimiter=blanks <<< "$(printf ' 1 \t 0.9\t g \n0 0.1 g\n')"
	[ "$(value gauc <<< "$output")" = 1 ]
	run -1 --separate-stderr "$auc" --delimiter=, <<< '1,0.5,"a'
	[ "$stderr" = "ralm-auc: stdin:1: quote is not closed" ]
	run -1 --separate-stderr "$auc" --delimiter=, --columns=label,score <<< '1	0.5'
	[ "$stderr" = "ralm-auc: stdin:1: expected at least 2 fields, got 1 (--delimiter)" ]
	run -2 --separate-stderr "$auc" --delimiter= <<< '1,0.5'
	[ "$stderr" = "ralm-auc: --delimiter: expected 1 to 15 bytes, got ''" ]
	run -1 --separate-stderr "$auc" <<< '1;0,5'
	[ "$stderr" = "ralm-auc: stdin:1: expected a label and a score, got one field with ';' in it (--delimiter=';')" ]
}

@test "--header: by its names, by --columns, in each file, or passed over" {
	printf 'id,label,p,w\n7,1,0.9,2\n8,0,0.3,0.5\n' > a
	printf '\n\r\np,w,"label"\r\n0.2,3,0\r\n0.4,1,1\r\n' > b
	set -- --delimiter=, --header
	run -0 "$auc" "$@" --columns=label=label,score=p,weight=w a b
	[ "${lines[0]}" = "auc	1" ]
	[ "$(value samples <<< "$output")" = 4 ]
	[ "$(value positive_weight <<< "$output")" = 3 ]
	cp a a2
	run -0 "$auc" "$@" --columns=label=label,score=p,weight=w --compare=a2 a
	[ "$(value difference <<< "$output")" = 0 ]
	run -1 --separate-stderr "$auc" "$@" --columns=label=label,score=score a
	[ "$stderr" = "ralm-auc: a:1: no field of the header for score=score (--columns); there are 'id', 'label', 'p', 'w'" ]
	run -1 --separate-stderr "$auc" --header --columns=label=label,score=score a
	[ "$stderr" = "ralm-auc: a:1: no field of the header for label=label (--columns); there are 'id,label,p,w' (--delimiter)" ]
	run -0 "$auc" "$@" -q --columns=_,label,score a
	[ "$output" = 1 ]
	printf 'x\tSCORE\tLabel\titem\n-\t0.3\t1\ta b\n-\t0.2\t0\ta b\n' > c
	run -0 "$auc" --header c
	[ "$(value gauc <<< "$output")" = 1 ]
	run -1 --separate-stderr "$auc" "$@" --columns=_,score,label c
	[ "$stderr" = "ralm-auc: c:2: expected at least 3 fields, got 1 (--delimiter)" ]
	# Bad lines have the number they have in the file.
	printf '\n' >> b
	printf '0.2,3,7\r\n' >> b
	run -1 --separate-stderr "$auc" "$@" --columns=label=label,score=p a b
	[ "$stderr" = "ralm-auc: b:7: label: expected 0 or 1, got '7'" ]
	run -1 --separate-stderr "$auc" "$@" --columns=label=label,score=p --compare=a b
	[ "$stderr" = "ralm-auc: a:2: not the sample of b:4: the label differs" ]
	# Many pieces: the header is in the first one alone.
	{ echo 'score label'; many 200000 | awk '{ print $2, $1 }'; } > large
	run -0 --separate-stderr "$auc" -q --header large
	[ "$output" = "$(many 200000 | cut -f 1,2 | "$auc" -q)" ]
}

@test "a decimal comma is no other column, where a header tells how many there are" {
	printf 'label,score\n1,0,9\n0,0,1\n' > in
	run -1 --separate-stderr "$auc" --delimiter=, --header -q in
	[ "$stderr" = "ralm-auc: in:2: 3 fields, and the header has 2: a decimal comma, or text without quotes?" ]
	printf 'p,label\n0.9,1,\n0.1,0\n' > b
	run -0 --separate-stderr "$auc" --delimiter=, --header -q --columns=score=p,label=label b
	[ "$output" = 1 ]
	run -1 --separate-stderr "$auc" --delimiter=, --header -q --columns=label,score --compare=in in
	[[ "$stderr" == "ralm-auc: in:2: 3 fields, "* ]]
}

@test "a header that no option tells, a header that is none" {
	run -1 --separate-stderr "$auc" <<< "$(printf '\nlabel\tscore\n1\t2\n')"
	[ "$stderr" = "ralm-auc: stdin:2: label: expected 0 or 1, got 'label' on the first line (--header)" ]
	run -1 --separate-stderr "$auc" --compare=<(printf '\n1\t2\n0\t1\n') \
		<<< "$(printf '\nlabel\tscore\n1\t2\n')"
	[ "$stderr" = "ralm-auc: stdin:2: label: expected 0 or 1, got 'label' on the first line (--header)" ]
	run -1 --separate-stderr "$auc" <<< "$(printf 'étiquette\tscore\n1\t2\n')"
	[ "$stderr" = "ralm-auc: stdin:1: label: expected 0 or 1, got 'étiquette' on the first line (--header)" ]
	run -1 --separate-stderr "$auc" <<< "$(printf '1\t2\nlabel\tscore\n')"
	[ "$stderr" = "ralm-auc: stdin:2: label: expected 0 or 1, got 'label'" ]
	run -1 --separate-stderr "$auc" --header --columns=label,score <<< "$(printf '1\t2\n0\t1\n')"
	[ "$stderr" = "ralm-auc: stdin:1: this line is no header: it holds a label and a score (--header)" ]
	printf '\nlabel\tscore\tx\0y\n1\t2\n' > nul
	run -1 --separate-stderr "$auc" --header nul
	[ "$stderr" = "ralm-auc: nul:2: a NUL byte" ]
	run -1 --separate-stderr "$auc" --header --columns=label,score --compare=nul nul
	[ "$stderr" = "ralm-auc: nul:2: a NUL byte" ]
	run -2 --separate-stderr "$auc" --columns=label=a,score=b < /dev/null
	[ "$stderr" = "ralm-auc: --columns: 'label=a,score=b': names need a header (--header)" ]
	run -2 --separate-stderr "$auc" --header --columns=label=a,score < /dev/null
	[ "$stderr" = "ralm-auc: --columns: 'label=a,score': either all entries are ROLE=NAME or none" ]
	run -1 --separate-stderr "$auc" --header <<< "label score"
	[ "$stderr" = "ralm-auc: stdin: no scores" ]
}

@test "--skip-blank: what ralm-score writes for an unknown target" {
	printf '1\t0.9\ta b\n0\t\ta b\n0\t0.1\ta b\n1\t\tc\n' > in
	run -1 --separate-stderr "$auc" in
	[ "$stderr" = "ralm-auc: in:2: score: empty, as ralm-score --unknown=blank writes for a target it does not know (--skip-blank)" ]
	run -0 --separate-stderr "$auc" --skip-blank in
	[ "$(value samples <<< "$output")" = 2 ]
	[ "$(value groups <<< "$output")" = 1 ]
	[ "$stderr" = "ralm-auc: 2 of 4 lines have no score and are left out" ]
	sed 's/0\.9/0.05/; s/c$/d/; 4s/\t\t/\t0.5\t/' in > other
	sed 's/c$/d/' in > changed && mv changed in
	run -0 --separate-stderr "$auc" --skip-blank --compare=other in
	[ "$(value difference <<< "$output")" = 1 ]
	[ "$stderr" = "ralm-auc: 2 of 4 lines have no score and are left out" ]
	run -0 --separate-stderr "$auc" -q --skip-blank <<< "$(printf '1\t0.5\n0\t\n0\t0\n')"
	[ "$output" = 1 ]
	run -1 --separate-stderr "$auc" --skip-blank <<< "$(printf '1\t\n')"
	[ "$stderr" = "ralm-auc: stdin: every score is empty" ]
}

@test "--signed-labels: -1 and 1, and 0 is none of them" {
	run -0 "$auc" -q --signed-labels <<< "$(printf -- '-1 0.5\n1 0.6\n+1 0.7\n')"
	[ "$output" = 1 ]
	run -1 --separate-stderr "$auc" --signed-labels <<< "0 0.5"
	[ "$stderr" = "ralm-auc: stdin:1: label: expected -1 or 1, got '0'" ]
	run -1 --separate-stderr "$auc" <<< "-1 0.5"
	[ "$stderr" = "ralm-auc: stdin:1: label: expected 0 or 1, got '-1'" ]
}

bad() { # bad TEXT MESSAGE [OPTION]...: the second line is bad
	printf '%b' "1 0.5 7\n$1" > in
	run -1 --separate-stderr "$auc" "${@:3}" in
	[ -z "$output" ]
	[ "$stderr" = "ralm-auc: in:2: $2" ]
}

@test "bad lines are told by file and line" {
	bad '2 0.5 7\n' "label: expected 0 or 1, got '2'"
	bad '01 0.5 7\n' "label: expected 0 or 1, got '01'"
	bad '1 nan 7\n' "score: NaN has no place in an order, got 'nan'"
	bad '1 -NaN 7\n' "score: NaN has no place in an order, got '-NaN'"
	bad '1 abc 7\n' "score: expected a number, got 'abc'"
	bad '1 0x10 7\n' "score: expected a number, got '0x10'"
	bad '1 1e999 7\n' "score: beyond the range of a double, got '1e999'"
	bad '1 -1.7976931348623159e308 7\n' \
		"score: beyond the range of a double, got '-1.7976931348623159e308'"
	bad '1 1e999x 7\n' "score: expected a number, got '1e999x'"
	bad '1\t\t7\n' "score: empty, as ralm-score --unknown=blank writes for a target it does not know (--skip-blank)"
	bad '1\t0.5\t\n' "group: empty"
	bad '1 0,5 7\n' "score: expected a decimal point, got '0,5'"
	bad '1. 0.5 7\n' "label: expected 0 or 1, got '1.'"
	bad 'yes 0.5 7\n' "label: expected 0 or 1, got 'yes'"
	bad '1,0.5,7\n' "expected a label and a score, got one field with ',' in it (--delimiter=',')"
	bad '1, 0.5, 7\n' "label: expected 0 or 1, got '1,' (--delimiter=',')"
	bad '1 0.5 1e999\n' "weight: expected a number >= 0, got '1e999'" --columns=label,score,weight
	bad '1 0.5 NaN\n' "weight: expected a number >= 0, got 'NaN'" --columns=label,score,weight
	bad '1 0.5\n' "expected 3 fields, got 2"
	bad '1 0.5 7 8\n' "expected 3 fields, got 4"
	bad '0.5\n' "expected a label and a score, got one field: a score without a label cannot be judged"
	bad '1 0.5 \0000\n' "a NUL byte"
	bad '1 0.5\0000 7\n' "a NUL byte"
	bad '2 0.5 7\n1 0.5 \0000\n' "label: expected 0 or 1, got '2'"
	bad '1 0.5\n' "expected at least 3 fields, got 2" --columns=label,score,weight
	bad '1 0.5 -1\n' "weight: expected a number >= 0, got '-1'" --columns=label,score,weight
	bad '1 0.5 inf\n' "weight: expected a number >= 0, got 'inf'" --columns=label,score,weight
	bad '1 0.5 x\n1 q\n2 2 2' "weight: expected a number >= 0, got 'x'" --columns=label,score,weight
}

@test "a first line that tells no columns" {
	run -1 --separate-stderr "$auc" <<< "0.25"
	[ "$stderr" = "ralm-auc: stdin:1: expected a label and a score, got one field: a score without a label cannot be judged" ]
	run -1 --separate-stderr "$auc" <<< "$(printf '\n1 2 3 4')"
	[ "$stderr" = "ralm-auc: stdin:2: expected LABEL SCORE [GROUP], got 4 fields; name them (--columns)" ]
}

@test "the first bad line is told, in the right file, whatever the threads" {
	many 400000 | cut -f 1,2 > a
	awk 'NR == 390001 { print "5\tx" } NR == 250001 { print "3\t0.5" } { print }' a > b
	for threads in 1 2 7; do
		run -1 --separate-stderr "$auc" -j "$threads" a b
		[ "$stderr" = "ralm-auc: b:250001: label: expected 0 or 1, got '3'" ]
	done
}

@test "empty input" {
	run -1 --separate-stderr "$auc" < /dev/null
	[ "$stderr" = "ralm-auc: stdin: no scores" ]
	run -1 "$auc" <<< ""
	: > empty
	run -1 "$auc" --compare=empty empty
}

@test "a line of a megabyte" {
	{ printf '1 0.5 '; head -c 3000000 /dev/zero | tr '\0' x; printf '\n0 0.1 y\n'; } > in
	run -0 "$auc" -q in
	[ "$output" = 1 ]
}

@test "a file that is not there, a folder" {
	run -1 --separate-stderr "$auc" missing
	[[ "$stderr" == "ralm-auc: cannot open 'missing': "* ]]
	run -1 --separate-stderr "$auc" .
	[[ "$stderr" == "ralm-auc: .: cannot read: "* ]]
}

# ---- output ----------------------------------------------------------------

@test "--json: the same names, as many digits as needed, null for nan" {
	small > in
	run -0 "$auc" --json in
	[ "${lines[0]}" = "{" ]
	[ "${lines[1]}" = '  "auc": 0.72222222222222221,' ] || [ "${lines[1]}" = '  "auc": 0.7222222222222222,' ]
	command -v python3 > /dev/null || skip "no python3 to read the JSON"
	"$auc" --json --ci --paddle in > json
	"$auc" --ci --paddle in > text
	python3 - <<'PYTHON'
import json
d = json.load(open("json"))
lines = dict(l.rstrip("\n").split("\t") for l in open("text"))
deciles = d.pop("deciles")
assert list(d) == list(lines), (list(d), list(lines))
assert all("%.9g" % d[k] == lines[k] for k in d)
assert len(deciles) == 10 and sum(x["samples"] for x in deciles) == 6
assert deciles[2]["low"] is None or deciles[2]["samples"] > 0
PYTHON
	run -0 --separate-stderr "$auc" --json <<< "1 0.5"
	[ "${lines[1]}" = '  "auc": null,' ]
	run -2 "$auc" --json -q in
}

@test "--roc, --pr: tables, every point exact" {
	small > in
	run -0 "$auc" -q --roc=roc --pr=curve in
	[ "$output" = 0.722222222 ]
	[ "$(head -n 1 roc)" = "threshold	fpr	tpr" ]
	[ "$(sed 1d roc | cut -f 1 | paste -s -d ' ')" = "inf 0.9 0.8 0.7 0.4 0.1" ]
	run -0 awk -F '\t' 'BEGIN { split("0 0 1 1 2 3", x, " "); split("0 1 1 2 3 3", y, " ") }
		NR > 1 { d = ($2 - x[NR - 1] / 3)^2 + ($3 - y[NR - 1] / 3)^2; if (d > 1e-30) print }' roc
	[ -z "$output" ]
	[ "$(head -n 1 curve)" = "threshold	recall	precision" ]
	[ "$(wc -l < curve)" -eq 6 ]
	[ "$(awk -F '\t' 'NR == 3 { print $3 }' curve)" = 0.5 ]
	[ "$(tail -n 1 curve)" = "0.1	1	0.5" ]
}

@test "--roc: a large curve is thinned, and the area under it is AUC" {
	many 100000 | cut -f 1,2 > in
	a=$("$auc" -q --roc=roc in)
	[ "$(wc -l < roc)" -lt 5000 ]
	run -0 awk -F '\t' -v a="$a" 'NR > 2 { s += ($2 - x) * ($3 + y) / 2 }
		{ x = $2; y = $3 } END { print ((s - a)^2 < 1e-6) }' roc
	[ "$output" = 1 ]
}

@test "--calibration: ten parts, lowest first" {
	awk 'BEGIN { for (i = 0; i < 1000; i++) print (i % 10 < int(i / 100)) "\t" (i + 0.5) / 1000 }' > in
	run -0 "$auc" -q --calibration=table in
	[ "$(head -n 1 table)" = "decile	samples	weight	low	high	predicted	observed" ]
	[ "$(sed -n 4p table)" = "3	100	100	0.2005	0.2995	0.25	0.2" ]
	[ "$(wc -l < table)" -eq 11 ]
	run -0 "$auc" -q --calibration=table <<< "$(printf '1 0.3\n0 0.3\n1 0.3\n')"
	[ "$(sed -n 7p table)" = "6	3	3	0.3	0.3	0.3	0.66666666666666663" ] ||
		[ "$(sed -n 7p table)" = "6	3	3	0.3	0.3	0.3	0.6666666666666666" ]
	[ "$(grep -c '	0	0	nan	nan	nan	nan$' table)" -eq 9 ]
}

@test "files are not touched when the input is bad, and a bad place is told first" {
	echo old > roc
	run -1 "$auc" --roc=roc <<< "7 7"
	[ "$(cat roc)" = old ]
	[ "$(ls)" = roc ]
	run -1 --separate-stderr "$auc" --roc=no/such/folder/roc <<< "7 7"
	[[ "$stderr" == *"no/such/folder"* ]]
}

@test "a full device, a closed stdout, a reader that leaves" {
	[ -c /dev/full ] || skip "no /dev/full here"
	small > in
	run -1 --separate-stderr bash -c '"$1" in > /dev/full' _ "$auc"
	[[ "$stderr" == *"stdout: cannot write: No space left on device" ]]
	run -1 --separate-stderr bash -c '"$1" in >&-' _ "$auc"
	[[ "$stderr" == *"stdout: cannot write: "* ]]
	run -1 --separate-stderr "$auc" --roc=/dev/full in
	[[ "$stderr" == *"No space left on device" ]]
}

# ---- the report ------------------------------------------------------------

@test "--report: one page, nothing from outside, names escaped" {
	many > 'a<b>&"c'
	run -0 "$auc" --report=page.html --at=5 --ci --paddle --columns=label,score,group 'a<b>&"c'
	grep -q '<h1>a&lt;b&gt;&amp;&quot;c</h1>' page.html
	run ! grep -Ei 'https?:|src=|<script|<link|@import|url\(' page.html
	[ "$(grep -c '<svg' page.html)" -eq 4 ]
	# Every measure that was printed is in a table and has a meaning.
	"$auc" --at=5 --ci --paddle --columns=label,score,group 'a<b>&"c' > text
	while IFS=$(printf '\t') read -r name number; do
		grep "<th scope=\"row\">$name</th>" page.html > row
		grep -q '</i></td><td>[^<]' row
		case $number in
		*.*) grep -q "<td class=\"number\" title=\"$number\">" row ;;
		*) sed 's/&#8239;//g' row | grep -q ">$number<i></i></td>" ;;
		esac
	done < text
	[ "$(wc -l < text)" -gt 20 ]
	[ "$(wc -c < page.html)" -lt 200000 ]
}

@test "--report: numbers for people" {
	awk 'BEGIN { for (i = 0; i < 12345; i++) print i % 9 == 0, (i * 7 % 12345) / 12345 }' > in
	"$auc" -q --report=page.html in
	grep -q '<p>12&#8239;345 samples: 1&#8239;372 with label 1, 10&#8239;973 with label 0</p>' page.html
	grep -q '<h2>AUC</h2><b>0<i>\.[0-9]\{4\}</i></b>' page.html
	run -0 --separate-stderr "$auc" --report=page.html <<< "$(printf '1 -3e9\n0 -4e-9\n1 -3e9\n')"
	grep -q '>ks_score</th><td class="number" title="-4e-09">&minus;4<i>e-09</i></td>' page.html
	grep -q '>log_loss</th><td class="number">undefined</td>' page.html
}

@test "--report: one class, infinite scores" {
	run -0 --separate-stderr "$auc" --report=page.html <<< "1 0.5"
	grep -q 'undefined: one class only' page.html
	grep -q '<h2>AUC</h2><b class="small">undefined</b>' page.html
	for scores in '1 inf\n0 -inf\n1 1e308\n0 -1e308' '1 inf\n0 inf' '1 7\n0 -inf'; do
		run -0 --separate-stderr "$auc" --report=page.html <<< "$(printf "$scores")"
		run ! grep -E '[ "MLVH>](-?nan|-?inf)' page.html
	done
	# The axis of scores is that of the finite ones.
	for i in {0..10}; do echo "$((i % 2)) $i"; done > in
	printf '1 inf\n0 -inf\n' >> in
	"$auc" -q --report=page.html in
	grep -F 'text-anchor="middle">10</text>' page.html
}

@test "--report: scores too near to one another for an axis" {
	for scores in '1 -5e-324\n0 -5e-324' '1 -5e-324\n0 5e-324' \
		'1 -1\n0 -1.0000000000000002' \
		'1 123456789.12345678\n0 123456789.12345679' \
		'1 1.7976931348623157e308\n0 1.7976931348623157e308'; do
		run -0 --separate-stderr "$auc" --report=page.html <<< "$(printf "$scores")"
		run ! grep -E '[ "MLVH>](-?nan|-?inf)' page.html
		[ "$(grep -c 'text-anchor="middle"' page.html)" -lt 40 ]
	done
}

@test "--report: made by which program and command, and when" {
	small > "it's <b>"
	SOURCE_DATE_EPOCH=1459193988 "$auc" -q --report=page.html "it's <b>"
	sed -n '/^<footer>$/,/^<\/footer>$/p' page.html | sed '1d;$d' > foot
	version=$("$auc" --version | sed 's/.* //')
	{
		echo "<p>Made by ralm-auc $version on <time datetime=\"2016-03-28T19:39:48Z\">2016-03-28 19:39:48 UTC</time>.</p>"
		echo "<p>Command: <code>ralm-auc -q --report=page.html 'it'\\''s &lt;b&gt;'</code></p>"
	} | diff - foot
	"$RALM_BIN/ralm-build-data" --paddlerec | "$RALM_BIN/ralm-fit" -q -o m.bin
	"$auc" -q --report=page.html --model=m.bin "it's <b>"
	grep -qxF "<p>Digest of the model: <code>$("$RALM_BIN/ralm-score" -m m.bin --info |
		sed -n 's/^digest\t//p')</code></p>" page.html
	cp page.html old.html
	run -1 --separate-stderr "$auc" --report=page.html -m /dev/null "it's <b>"
	[ "$stderr" = "ralm-auc: /dev/null: not a regular file" ]
	printf '\x7a\0\0\0\0\0\0\0%-122s' '{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}' > other
	run -1 --separate-stderr "$auc" --report=page.html -m other "it's <b>"
	[ "$stderr" = "ralm-auc: other: no digest that tells the model from others" ]
	cmp page.html old.html
	run -2 --separate-stderr "$auc" -m m.bin "it's <b>"
	[ "${stderr_lines[0]}" = "ralm-auc: --model needs --report" ]
	run -2 --separate-stderr "$auc" --rng-seed=2 "it's <b>"
	[ "${stderr_lines[0]}" = "ralm-auc: --rng-seed needs --bootstrap" ]
	# The time of the clock, also where the other is none.
	for given in '' 1e9 -1 99999999999999; do
		before=$(date -u '+%Y-%m-%dT%H:%M:%SZ')
		SOURCE_DATE_EPOCH=$given "$auc" -q --report=page.html "it's <b>"
		after=$(date -u '+%Y-%m-%dT%H:%M:%SZ')
		at=$(sed -n 's/.*<time datetime="\([^"]*\)".*/\1/p' page.html)
		[[ ! "$at" < "$before" && ! "$at" > "$after" ]]
	done
	# Words in the order in which they were given; controls.
	printf '%s\n' '1 0.5 a' '0 0.25 a' > $'a\033[1mb'
	"$auc" --report=page.html $'a\033[1mb' -q
	grep -qF "<code>ralm-auc --report=page.html 'a?[1mb' -q</code>" page.html
}

# A browser draws the page, light and dark, and tests/look.html looks at it.
browse() { # browse OPTION...
	"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars \
		--user-data-dir="$BATS_TEST_TMPDIR/profile" "$@" 2> log
}

@test "--report: rendered by a browser, and looked at" {
	for browser in chromium chromium-browser google-chrome; do
		command -v "$browser" > /dev/null && break
		browser=
	done
	[ -n "$browser" ] || skip "no Chromium to render it"
	many | cut -f 1-3 > scores
	"$auc" --report=page.html --roc=roc --pr=pr --ci --at=5 --paddle scores
	browse --window-size=1200,1500 --screenshot=light.png \
		"file://$PWD/page.html" || skip "the browser does not run here"
	browse --window-size=1200,1500 --screenshot=dark.png \
		--blink-settings=preferredColorScheme=0 "file://$PWD/page.html"
	cp "$RALM_SRC/tests/look.html" .
	browse --allow-file-access-from-files --virtual-time-budget=60000 \
		--dump-dom "file://$PWD/look.html" > dom
	sed -n '/<pre/,/<\/pre>/p' dom
	grep -q '<pre id="found">nothing in [0-9]* looks</pre>' dom
}

@test "examples/plot.sh draws the curves with gnuplot" {
	command -v gnuplot > /dev/null || skip "no gnuplot"
	many | cut -f 1,2 > scores
	PATH="$RALM_BIN:$PATH" run -0 --separate-stderr sh "$RALM_SRC/examples/plot.sh" scores drawn
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq 6 ]
	for curve in roc pr calibration; do
		[ "$(head -c 4 "drawn-$curve.png" | tail -c 3)" = PNG ]
		[ "$(grep -c '<path' "drawn-$curve.svg")" -gt 2 ]
	done
	grep -q "AUC $("$auc" -q scores)" drawn-roc.svg
	# The page's words.
	"$auc" -q --report=page.html scores
	for words in 'predicted (mean score of a decile)' \
		'observed (share with label 1)' 'predicted is observed'; do
		grep -qF "$words" drawn-calibration.svg
		grep -qF "$words" page.html
	done
	run -1 env PATH="$RALM_BIN:$PATH" sh "$RALM_SRC/examples/plot.sh" missing
	run -2 sh "$RALM_SRC/examples/plot.sh"
}

# ---- the manual ------------------------------------------------------------

@test "the manual page has the options of --help, and no others" {
	"$auc" --help | grep -o -- '--[a-z][a-z-]*' | sort -u > help
	sed -n '/^\.Sh OPTIONS/,/^\.Sh MEMORY/p' "$RALM_SRC/man/ralm-auc.1" |
		sed -n 's/^\.It //p' | grep -o -- 'Fl -[a-z-]*\|, -[a-z-]*' |
		sed 's/^Fl -/--/; s/^, -/--/' | sort -u > page
	diff help page
	[ "$(wc -l < help)" -eq 22 ]
}

@test "the manual page has every name that is printed" {
	many 100 > in
	"$auc" --ci --paddle --at=7 --columns=label,score,group,weight --compare=in in |
		cut -f 1 | sed 's/@7/@K/' > names
	while read -r name; do
		grep -q -- "$name" "$RALM_SRC/man/ralm-auc.1"
	done < names
	[ "$(wc -l < names)" -gt 25 ]
}
