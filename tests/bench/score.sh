#!/usr/bin/env bash
# Scoring: ralm-score beside the same network in PyTorch, eager and compiled
# (torch.compile, 2 threads), in turns in one run, and beside cat and wc for
# scale.
#
#	make bench BENCHMARKS=score
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/score.sh [SAMPLES]
#
# SAMPLES is a file of samples with labels. Without one, these cases:
#
#	random	random users, no list shared: nothing but the users is seen twice
#	shared	samples of a click log we make, of lists that 20 lines or more share
#	gowalla	the same of a real log, if CLICK_LOGS is the folder of click logs
#		that README.md describes
#	live	what a client of ralm-score -u waits for, beside cat, and what a
#		cold start on a model of a million users takes (latency.c)
#
# ralm-score is timed as a whole, text in and text out; PyTorch's samples are
# tensors in memory already, and its best batch size counts.
# Environment: RUNS (5), CASES ("random shared gowalla live", or some of them),
# NETWORK (paddlerec; attention, average), SIZE (96: D and H),
# SAMPLE_COUNT (2000000, of the random ones), LIST_LINES (how many of the lines
# that share a list are kept: all; 20 is the least), PEER_SECONDS (1, of each of
# PyTorch's measurements), and see common.bash.
#
# Prints a table of medians for each case: lines/s, and the ratio to PyTorch's
# best.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"
# shellcheck source-path=SCRIPTDIR
. "$here/sets.bash"

runs=${RUNS:-5}
cases=${CASES:-random shared gowalla live}
network=${NETWORK:-paddlerec}
size=${SIZE:-96}
sharing="each list that of 20 lines or more${LIST_LINES:+, of which $LIST_LINES}"

need ralm-build-data ralm-fit ralm-score "$helpers/sgemm" \
	"$helpers/latency" "$helpers/make-clicks" "$helpers/make-model"
need_python torch numpy

# ---- bulk ------------------------------------------------------------------

# measure SAMPLES: in turns, into files of $work.
measure() {
	local threads
	rm -f "$work"/score.* "$work"/torch.* "$work/cat" "$work/wc"
	head -n 102400 "$1" > "$work/peer"
	ralm-fit -q -e 1 -b 1024 --network="$network" --optimizer=sgd \
		--embedding-size="$size" --transformed-size="$size" -o "$work/model" "$1"
	for _ in $(seq "$runs"); do
		for threads in 1 2; do
			seconds ralm-score -m "$work/model" -j "$threads" "$1" \
				>> "$work/score.$threads"
		done
		"$python" "$here/torch_score.py" --network="$network" \
			--embedding-size="$size" \
			--transformed-size="$size" --threads 1 2 \
			--seconds="${PEER_SECONDS:-1}" "$work/peer" |
			awk -F'\t' -v out="$work/torch" '$3 == "best" {
				print $5 >> (out "." $2) }'
		# into a pipe: in a file it would be written to disk for long after
		# shellcheck disable=SC2016 # it is for the inner shell
		seconds sh -c 'cat "$1" | cat > /dev/null' sh "$1" >> "$work/cat"
		seconds wc -l "$1" >> "$work/wc"
	done
}

row() { # row NAME THREADS LINES_PER_SECOND
	printf '%s\t%s\t%.0f\t%s\n' "$1" "$2" "$3" \
		"$(per "$3" "$best" %.2f)"
}

# table NAME SAMPLES: measures and tells.
table() {
	local threads count eager compiled best
	count=$(lines "$2")
	measure "$2"
	echo "# $1: $network, $count samples, D = H = $size, medians of $runs"
	printf 'program\tthreads\tlines_per_second\tratio\n'
	eager=$(median_or_0 "$work/torch.eager")
	compiled=$(median_or_0 "$work/torch.compiled")
	best=$(printf '%s\n' "$eager" "$compiled" | sort -g | tail -n 1)
	row 'pytorch, eager' best "$eager"
	row 'pytorch, compiled' 2 "$compiled"
	for threads in 1 2; do
		row ralm-score "$threads" "$(rates "$work/score.$threads" "$count")"
	done
	row cat 1 "$(rates "$work/cat" "$count")"
	row 'wc -l' 1 "$(rates "$work/wc" "$count")"
}

random_samples() { # random_samples COUNT
	"$python" "$here/random_samples.py" "$1" > "$work/samples"
}

# shared LOG OPTION...: samples of a click log whose lists, of twenty seeds, last
# for twenty clicks: those of lists that twenty lines or more share.
shared() {
	local log=$1
	shift
	ralm-build-data --clicks="$log" "$@" --passes=1 --refresh=20 --lists=each \
		--seeds-num=20 --min-seeds=20 2> "$work/stderr" |
		awk -v most="${LIST_LINES:-1000000000}" '
			function put() {
				if (n >= 20)
					printf "%s", held
				held = ""
				n = 0
			}
			{
				list = substr($0, 1, index($0, " target_user:"))
				if (list != last)
					put()
				last = list
				if (++n <= most)
					held = held $0 "\n"
			}
			END { put() }
		' > "$work/samples"
}

# ---- live ------------------------------------------------------------------

# client SAMPLES COMMAND...: the medians of what latency.c tells.
client() {
	rm -f "$work/client"
	for _ in $(seq "$runs"); do
		"$helpers/latency" "$@" >> "$work/client"
	done
	cut -f 1 "$work/client" | awk '!seen[$0]++' | while read -r figure; do
		printf '%s\t%s\n' "$figure" "$(awk -F'\t' -v figure="$figure" \
			'$1 == figure { print $2 }' "$work/client" | median)"
	done
}

live() {
	random_samples 100000
	mv "$work/samples" "$work/lines"
	"$helpers/make-model" "$work/model" 100000 "$size" "$size" "$network"
	echo "# ralm-score -u, 100000 lines one at a time, ms, then us, then MB, medians of $runs"
	client "$work/lines" ralm-score -u -m "$work/model"
	echo "# cat, which does nothing, in its place: what pipes and waking up cost"
	client "$work/lines" cat
	echo "# ralm-score -u, a cold start on a model of a million users, one line"
	"$helpers/make-model" "$work/model" 1000000 "$size" "$size" "$network"
	{
		printf 'user_seeds:%d ' $(seq 1 50000 999999)
		echo target_user:999999
	} > "$work/lines"
	client "$work/lines" ralm-score -u -m "$work/model"
}

describe
"$python" -c 'import torch; print("# PyTorch", torch.__version__)'
if [ $# -gt 0 ]; then
	table "$1" "$1"
	exit
fi
for case in $cases; do
	case $case in
	random)
		random_samples "${SAMPLE_COUNT:-2000000}"
		table "random users, no list shared" "$work/samples"
		;;
	shared)
		"$helpers/make-clicks" 2000000 100000 10000 numbers ordered \
			> "$work/log"
		shared "$work/log" --columns=user,item,time
		rm "$work/log"
		table "a click log, $sharing" "$work/samples"
		;;
	gowalla)
		if ! set_there "${CLICK_LOGS:-}" gowalla; then
			echo "# gowalla is left out: CLICK_LOGS names no folder with it"
			continue
		fi
		set_choose gowalla
		set_clicks "$CLICK_LOGS" gowalla |
			shared - "${set_columns[@]}"
		table "gowalla, $sharing" "$work/samples"
		;;
	live) live ;;
	*)
		echo "score.sh: no case is called '$case'" >&2
		exit 2
		;;
	esac
done
