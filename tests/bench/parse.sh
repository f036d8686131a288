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
# training's, in other threads. Then, without SAMPLES, what a click costs to read
# as ralm-build-data writes it: with one negative, every line with its list, as 0.1
# had it, and with eight that share the list of their click.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

need ralm-fit ralm-build-data "$helpers/parse" "$helpers/sgemm"

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

# clicks OPTION...: a line of the second table, of a planted log.
clicks() {
	local count
	ralm-build-data --planted --passes=1 "$@" > "$work/samples" 2> "$work/said"
	count=$(grep -c 'label:1' "$work/samples")
	"$helpers/parse" "$work/samples" > "$work/stages"
	awk -F'\t' -v options="$*" -v count="$count" \
		-v bytes="$(wc -c < "$work/samples")" '
		{ took[$1] = $2 }
		END { printf "%s\t%d\t%.0f\t%.0f\t%.0f\n", options, count,
			bytes / count, count / took["parse"], count / took["rows"] }
	' "$work/stages"
}

printf '\nsamples\tclicks\tbytes_a_click\tclicks_s_parsed\tclicks_s_with_rows\n'
clicks --negatives=1 --lists=each
clicks --negatives=8 --lists=once
