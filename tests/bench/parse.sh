#!/usr/bin/env bash
# Parsing: MB/s of sample text on one core, stage by stage, beside wc -l of the
# same file.
#
#	make bench BENCHMARKS=parse
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/parse.sh [SAMPLES]
#
# SAMPLES is a file of samples; without one: random lists of 20 seeds, a new one
# in every line or shared by twenty lines, of 100,000 users and of 10,000,000,
# numbers or names. Environment: LINE_COUNT (300000), and see common.bash.
#
# Prints a table, each stage with those before it: the reader of lines alone,
# lines parsed to keys, keys looked up to rows, and the same where the users are
# new at first, which is what a first epoch meets. What ralm-fit does beyond is
# training's, in other threads.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

need ralm-fit "$helpers/parse" "$helpers/sgemm"

wc_seconds() {
	for _ in 1 2 3 4 5; do
		seconds wc -l "$1"
	done | median
}

row() { # row NAME FILE
	local bytes
	bytes=$(wc -c < "$2")
	"$helpers/parse" "$2" > "$work/stages"
	printf '%s\t%.0f' "$1" "$(per "$bytes" 1000000 %.0f)"
	{
		echo "wc	$(wc_seconds "$2")"
		cat "$work/stages"
	} | awk -F'\t' -v bytes="$bytes" '{ printf "\t%.0f", bytes / 1e6 / $2 }
		END { print "" }'
}

describe
printf 'samples\tmb\twc_l\tlines\tparse\trows\tnew\n'
if [ $# -gt 0 ]; then
	row "$1" "$1"
	exit
fi
for users in 100000 10000000; do
	for lines_a_list in 1 20; do
		for prefix in '' user-; do
			"$helpers/parse" make "${LINE_COUNT:-300000}" "$users" \
				"$lines_a_list" "$prefix" > "$work/samples"
			row "$users users, ${prefix:+names, }$lines_a_list lines a list" \
				"$work/samples"
		done
	done
done
