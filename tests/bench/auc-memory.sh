#!/usr/bin/env bash
# What ralm-auc takes for very many lines: a file of labels, scores, groups in
# any order and weights, given again and again, read by its columns.
#
#	make bench BENCHMARKS=auc-memory
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/auc-memory.sh
#
# Environment: SCORE_COUNT (10000000) lines of the file, TIMES (10) it is given,
# GROUP_COUNT (300000); and see common.bash. The file takes 31 bytes a line in
# TMPDIR.
#
# Prints wall clock and peak memory, which is to be less than 20 bytes a line.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

need ralm-auc ralm-fit "$helpers/sgemm"
need_python numpy
groups=${GROUP_COUNT:-300000}
"$python" "$here/auc.py" make "${SCORE_COUNT:-10000000}" "$groups" > "$work/scores"
describe
echo "# $groups groups in any order"
"$python" "$here/auc.py" memory ralm-auc "$work/scores" "${TIMES:-10}"
