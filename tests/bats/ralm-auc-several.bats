#!/usr/bin/env bats
# ralm-auc: several files beside one another, resamples, and a page of two models.

bats_require_minimum_version 1.5.0

setup() {
	auc="$RALM_BIN/ralm-auc"
	cd "$BATS_TEST_TMPDIR" || exit 1
}

# scores NUMBER: label, score and group of 700 lines; their labels and groups are the
# same for each number.
scores() {
	awk -v n="$1" 'BEGIN { x = 7; for (i = 0; i < 701; i++) {
		x = (x * 16807) % 2147483647; y = x % 3 == 0
		x = (x * 16807) % 2147483647
		printf "%d\t%.6g\t%d\n", y, (x % 1000 + 90 * n * y + i * n % 7) / 2000, i % 41 } }'
}

value() { # value NAME < lines
	awk -F '\t' -v name="$1" '$1 == name { print $2 }'
}

# ---- files beside one another ----------------------------------------------

@test "--each: a table whose columns are what each file has alone" {
	scores 1 > 'a b'
	scores 3 > c
	"$auc" --each --at=2,7 --ci --bootstrap=5 'a b' c > table
	[ "$(head -n 1 table)" = "measure	a b	c" ]
	"$auc" --at=2,7 --ci --bootstrap=5 'a b' > first
	"$auc" --at=2,7 --ci --bootstrap=5 c > second
	sed 1d table | cut -f 1,2 | diff - first
	sed 1d table | cut -f 1,3 | diff - second
	# Without it they are one list of lines, as ever.
	run -0 "$auc" 'a b' c
	[ "$(value samples <<< "$output")" = 1402 ]
	[ "${lines[0]}" != "measure	a b	c" ]
}

@test "--each: standard input, one file, -q, a file name with a tab" {
	scores 1 > c
	cp c "$(printf 'd\te\nf')"
	run -0 "$auc" --each - "$(printf 'd\te\nf')" < c
	[ "${lines[0]}" = "measure	stdin	d?e?f" ]
	run -0 "$auc" --each < c
	[ "${lines[0]}" = "measure	stdin" ]
	run -0 "$auc" --each -q c c
	[ "$output" = "$("$auc" -q c)
$("$auc" -q c)" ]
}

@test "--each: a measure that one file has not is nan" {
	scores 1 > a
	scores 2 | cut -f 1,2 > b
	scores 3 | sed '1,$s/^[01]/1/' > c
	run -0 --separate-stderr "$auc" --each a b c
	[ "$(grep '^gauc	' <<< "$output" | cut -f 3)" = nan ]
	[ "$(grep '^gauc	' <<< "$output" | cut -f 2)" = "$("$auc" a | value gauc)" ]
	[ "$(grep '^groups	' <<< "$output")" = "groups	41	nan	41" ]
	[ "$(grep '^auc	' <<< "$output" | cut -f 4)" = nan ]
	[ "$stderr" = "ralm-auc: c: no line has label 0: AUC is undefined" ]
	# Weights, too, may be in one of them.
	{ printf 'label\tscore\tweight\n'; awk '{ print $1 "\t" $2 "\t2" }' a; } > w
	{ printf 'label\tscore\n'; cat b; } > plain
	"$auc" --each --header plain w > table
	[ "$(grep '^positive_weight	' table | cut -f 2)" = nan ]
	[ "$(grep '^positive_weight	' table | cut -f 3)" = "$("$auc" --header w | value positive_weight)" ]
	"$auc" --each --bootstrap=3 b a > table
	sed 1d table | cut -f 1,3 | diff - <("$auc" --bootstrap=3 a)
	sed 1d table | cut -f 1,2 | grep -v '	nan$' | diff - <("$auc" --bootstrap=3 b)
}

@test "--each --json: an array of objects with the file first" {
	scores 1 > "$(printf 'a "quoted\\ na\033me')"
	scores 2 > b
	command -v python3 > /dev/null || skip "no python3 to read the JSON"
	"$auc" --each --json "$(printf 'a "quoted\\ na\033me')" b > table
	"$auc" --json b > alone
	python3 - <<'PYTHON'
import json
table = json.load(open("table"))
assert [list(t)[0] for t in table] == ["file", "file"]
assert [t.pop("file") for t in table] == ['a "quoted\\ na\x1bme', "b"]
assert table[1] == json.load(open("alone"))
assert table[0] != table[1]
PYTHON
}

@test "--each: what is compared, what is refused" {
	scores 1 > a
	scores 2 > b
	scores 3 > c
	"$auc" --each --compare=a b c > table
	sed 1d table | cut -f 1,3 | diff - <("$auc" --compare=a c)
	for option in roc pr calibration report; do
		run -2 --separate-stderr "$auc" --each --$option=out a b
		[ "${stderr_lines[0]}" = "ralm-auc: --$option has no meaning with --each" ]
	done
	for twice in '--compare=- a b' '- a -'; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr "$auc" --each $twice < c
		[[ "$stderr" == *": standard input is read once, and here twice; name a file"* ]]
	done
	cut -f 1,2 a > flat
	run -1 --separate-stderr "$auc" --each --at=2 b flat
	[ "$stderr" = "ralm-auc: flat: the measures at K need groups, and the lines have no group" ]
	echo 7 7 > bad
	run -1 --separate-stderr "$auc" --each a bad c
	[ -z "$output" ]
	[ "$stderr" = "ralm-auc: bad:1: label: expected 0 or 1, got '7'" ]
}

# ---- resamples -------------------------------------------------------------

@test "--bootstrap: the same for any threads, order of lines and files; rng-seed" {
	scores 2 > in
	sort -k 2 in > sorted
	head -n 300 in > a
	tail -n +301 in > b
	"$auc" --bootstrap=50 --at=3 -j 1 in > want
	"$auc" --bootstrap=50 --at=3 -j 3 sorted | diff - want
	"$auc" --bootstrap=50 --at=3 a b | diff - want
	[ "$(value bootstrap < want)" = 50 ]
	[ "$(value bootstrap_units < want)" = 41 ]
	"$auc" --bootstrap=50 --at=3 --rng-seed=2 in > other
	run ! diff want other
	# Nothing else changes.
	grep -v boot want | diff - <("$auc" --at=3 in)
	cut -f 1,2 in | "$auc" --bootstrap=50 -j 1 > want
	cut -f 1,2 sorted | "$auc" --bootstrap=50 -j 2 | diff - want
	[ "$(value bootstrap_units < want)" = 701 ]
	run -0 "$auc" -q --bootstrap=50 in
	[ "$output" = "$("$auc" -q in)" ]
	run -2 "$auc" --bootstrap=1 in
}

@test "--bootstrap: groups whose lines are alike make the interval wide" {
	# Each line of 40 groups eleven times: no more is known than from one each.
	awk 'BEGIN { x = 3; for (i = 0; i < 40; i++) {
		x = (x * 16807) % 2147483647; y = x % 2
		x = (x * 16807) % 2147483647; s = (x % 997 + 300 * y) / 1300
		for (j = 0; j < 11; j++) print y "\t" s "\tg" i } }' > in
	"$auc" --ci --bootstrap=300 in > many
	awk 'NR % 11 == 1' in | "$auc" --ci --bootstrap=300 > once
	awk -F '\t' '{ v[FILENAME, $1] = $2 } END {
		many = v["many", "auc_high"] - v["many", "auc_low"]
		once = v["once", "auc_high"] - v["once", "auc_low"]
		boot = v["many", "auc_boot_high"] - v["many", "auc_boot_low"]
		print many, once, boot
		if (!(many < once / 2 && boot > once / 1.3 && boot < once * 1.3))
			exit 1 }' many once
}

@test "--bootstrap: what is not defined, in all resamples or in many" {
	run -0 --separate-stderr "$auc" --bootstrap=20 <<< "$(printf '1 0.5 a\n1 0.2 b\n')"
	[ "$(value auc_boot_low <<< "$output")" = nan ]
	[ "$(value log_loss_boot_low <<< "$output")" != nan ]
	# One of two groups alone has a click: it is missing in a quarter of the draws.
	run -0 --separate-stderr "$auc" --bootstrap=200 <<< "$(printf '1 0.5 a\n0 0.2 b\n0 0.6 b\n')"
	[ "$(value auc <<< "$output")" = 0.5 ]
	[ "$(value auc_boot_high <<< "$output")" = nan ]
	[ "$(value brier_boot_high <<< "$output")" != nan ]
	run -0 --separate-stderr "$auc" --bootstrap=20 <<< "$(printf '1 3\n0 -inf\n1 inf\n0 2e9\n1 5\n0 1\n')"
	[ "$(value log_loss_boot_low <<< "$output")" = nan ]
	[ "$(value ks_boot_high <<< "$output")" = 1 ]
}

@test "--bootstrap --compare: a model does not differ from itself; another does" {
	scores 1 > a
	scores 4 > b
	"$auc" --bootstrap=40 --compare=a --at=5 a > same
	[ "$(grep -c 'difference' same)" -ge 30 ]
	grep 'difference' same | grep -v '^difference_error' |
		awk -F '\t' '$2 != 0 { print; bad = 1 } END { exit bad }'
	"$auc" --bootstrap=40 --compare=a --at=5 b > other
	for name in difference average_precision_difference gauc_difference; do
		awk -v low="$(value ${name}_boot_low < other)" -v d="$(value $name < other)" \
			-v high="$(value ${name}_boot_high < other)" \
			'BEGIN { exit !(0 < low && low < d && d < high) }'
	done
	[ "$(value other_gauc < other)" = "$("$auc" a | value gauc)" ]
	[ "$(value other_log_loss < other)" = "$("$auc" a | value log_loss)" ]
	[ "$(value other_recall@5 < other)" = "$("$auc" --at=5 a | value recall@5)" ]
	cut -f 1,2 a > lines-a
	cut -f 1,2 b > lines-b
	"$auc" --bootstrap=40 --compare=lines-a lines-b > lines
	[ "$(value bootstrap_units < lines)" = 701 ]
	[ -z "$(value gauc < lines)" ]
	grep -v 'boot\|_difference\|^other_[bcklL]\|^other_average' lines |
		diff - <("$auc" --compare=lines-a lines-b)
}

# ---- the page --------------------------------------------------------------

@test "--compare --report: both in each plot, under their names" {
	scores 1 > 'a<b'
	scores 4 > c
	"$auc" --compare='a<b' --bootstrap=9 --at=3 --report=page.html c > text
	grep -q '<span class="key one"></span>c &ensp; <span class="key zero"></span>a&lt;b</p>' page.html
	for plot in roc pr calibration histogram; do
		sed -n "/<svg id=\"$plot\"/,/<\/svg>/p" page.html > picture
		[ "$(grep -c 'class="line one"' picture)" -eq 1 ]
		[ "$(grep -c 'class="line zero' picture)" -ge 1 ]
	done
	[ "$(grep -c 'class="line other [a-z]*"' picture)" -eq 2 ]
	# The other's curve is what its own page has.
	"$auc" --report=own.html 'a<b' > own
	for plot in roc pr; do
		sed -n "/<svg id=\"$plot\"/,/<\/svg>/p" page.html |
			sed -n 's/.*class="line zero" d="\([^"]*\)".*/\1/p' > other
		sed -n "/<svg id=\"$plot\"/,/<\/svg>/p" own.html |
			sed -n 's/.*class="line one" d="\([^"]*\)".*/\1/p' | diff - other
		[ -s other ]
	done
	# Every measure is in a table, with its meaning.
	while IFS=$(printf '\t') read -r name _; do
		grep "<th scope=\"row\">$name</th>" page.html | grep -q '</td><td>[^<]'
	done < text
	# Without a file to compare with there is one of each.
	run ! grep -qE 'legend">|line other' own.html
	[ "$(grep -c 'class="line zero"' own.html)" -eq 1 ] # label 0 of the histogram
}

@test "--compare --report: scores of other ranges, one class, infinities" {
	for other in '1 5\n0 -3\n1 7' '1 0.5\n0 0.5\n1 0.5' '1 inf\n0 -inf\n1 1'; do
		printf '1 0.5\n0 0.2\n1 0.4\n' > a
		printf '%b\n' "$other" > b
		"$auc" -q --report=page.html --compare=b a
		run ! grep -E '[ "MLVH>](-?nan|-?inf)' page.html
		"$auc" -q --report=page.html --compare=a b
		run ! grep -E '[ "MLVH>](-?nan|-?inf)' page.html
	done
	printf '1 0.5\n1 0.2\n' > a
	run -0 --separate-stderr "$auc" -q --report=page.html --compare=a a
	grep -q 'undefined: one class only' page.html
}

# ---- on a terminal ---------------------------------------------------------

@test "a terminal is told how far it has come; no pipe, nor who wants quiet" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	scores 2 > in
	TERM=xterm script -qec "$auc in" /dev/null < /dev/null > said
	grep -q '701 lines, 100 % of the input' said
	tr '\r' '\n' < said | sed 's/.*\[K//' | grep -q '^auc	'
	TERM=xterm script -qec "$auc --bootstrap=60 --compare=in in" /dev/null < /dev/null > said
	grep -q '[0-9] % of the input' said
	grep -q '[0-9] % of the resamples' said
	TERM=xterm script -qec "cat in | $auc" /dev/null < /dev/null > said
	grep -q '701 lines' said
	run ! grep -q '% of' said
	TERM=xterm script -qec "$auc -q in" /dev/null < /dev/null > said
	[ "$(tr -d '\r' < said)" = "$("$auc" -q in)" ]
	TERM=dumb script -qec "$auc in" /dev/null < /dev/null > said
	run ! grep -q ' lines' said
	run -0 --separate-stderr "$auc" in
	[ -z "$stderr" ]
}
