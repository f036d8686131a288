#!/usr/bin/env bats
# ralm-tutorial(7): every command, word for word, and what it prints.

bats_require_minimum_version 1.5.0

# answers WANT GOT: lines are equal where numbers with a point may differ by 0.02;
# "..." stands for any lines.
answers() {
	awk '
	function number(s) { return s ~ /^-?[0-9]+\.[0-9]+(e[-+][0-9]+)?$/ }
	function equal(a, b,  n, m, i, x, y, d) {
		n = split(a, x, /[ \t,]+/)
		m = split(b, y, /[ \t,]+/)
		if (n != m) return 0
		for (i = 1; i <= n; i++) {
			if (x[i] == y[i]) continue
			if (!number(x[i]) || !number(y[i])) return 0
			d = x[i] - y[i]
			if (d > 0.02 || d < -0.02) return 0
		}
		return 1
	}
	FILENAME == ARGV[1] { want[++wanted] = $0; next }
	{ got[++lines] = $0 }
	END {
		at = 1
		for (i = 1; i <= wanted; i++) {
			if (want[i] == "...") { skip = 1; continue }
			while (skip && at <= lines && !equal(want[i], got[at])) at++
			if (at > lines || !equal(want[i], got[at])) {
				print "expected: " want[i]
				exit 1
			}
			at++
			skip = 0
		}
		if (!skip && at <= lines) {
			print "not expected: " got[at]
			exit 1
		}
	}' "$1" "$2"
}

@test "the tutorial, word for word" {
	cd "$BATS_TEST_TMPDIR"
	export PATH="$RALM_BIN:$PATH"
	mkdir steps work
	awk -v to=steps -f "$RALM_SRC/tests/tutorial.awk" "$RALM_SRC/man/ralm-tutorial.7"
	cd work
	for command in ../steps/*.command; do
		step=${command%.command}
		{ echo 'set -euo pipefail'; cat "$command"; } > ../script
		bash ../script > "$step.got" 2>&1 < /dev/null || {
			cat "$command" "$step.got"
			return 1
		}
		[ ! -e "$step.want" ] || answers "$step.want" "$step.got" || {
			cat "$command" "$step.got"
			return 1
		}
	done
	[ "$(ls ../steps/*.command | wc -l)" -ge 20 ]
	for page in training.html test.html customers.html; do
		grep -q '</html>' $page
	done
}
