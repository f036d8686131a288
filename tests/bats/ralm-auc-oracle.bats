#!/usr/bin/env bats
# ralm-auc against scikit-learn on five hundred small inputs that are hard to get
# right (tests/oracle/nasty.py).

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
}

@test "scikit-learn: five hundred nasty inputs, every measure" {
	# Each case a file, and its columns.
	awk -F '\t' '$1 == "case" { close(file); file = "case-" $2
		print $2 "\t" $3 > "cases"; next } { print > file }' \
		"$RALM_SRC/tests/oracle/nasty-lines.txt"
	while IFS=$(printf '\t') read -r number columns; do
		case $columns in
		*group*) at=--at=1,3 ;;
		*) at= ;;
		esac
		# shellcheck disable=SC2086
		if "$RALM_BIN/ralm-auc" $at "--columns=$columns" --json \
			"case-$number" 2> log; then
			echo "case $number"
		elif grep -q 'no scores with a weight$' log; then
			printf '  "none": 0\ncase %s\n' "$number"
		fi
	done < cases |
		sed -n 's/^  "\(.*\)": \([^,[]*\),*$/\1\t\2/p; s/^case \(.*\)/case\t\1/p' |
		awk -F '\t' '$1 == "case" { for (i = 1; i <= n; i++)
			print $2 "\t" line[i]; n = 0; next }
			{ line[++n] = $0 }' > got
	# null stands for nan and for what no double holds.
	awk -F '\t' 'NR == FNR { got[$1, $2] = $3; next }
		{ n++; seen[$1] = 1; mine = got[$1, $2] }
		$3 == "nan" || $3 == "inf" || $3 == "-inf" {
			if (mine != "null") print $0, mine; next }
		{ d = mine - $3; size = $3 < 0 ? -$3 : $3; if (d < 0) d = -d }
		!(($1, $2) in got) || mine == "null" ||
			d > 1e-10 * (size > 1 ? size : 1) { print $0, mine }
		END { for (c in seen) cases++
			if (cases != 500 || n < 4000) print cases, n, "compared" }' \
		got "$RALM_SRC/tests/oracle/nasty.txt" > differs
	head -n 20 differs
	[ ! -s differs ]
}
