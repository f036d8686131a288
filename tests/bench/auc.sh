#!/usr/bin/env bash
# Measuring: ralm-auc beside pandas.read_csv and scikit-learn's roc_auc_score
# on one file of scores, in turns in one run: wall clock, peak memory, and how
# far the AUCs are apart.
#
#	make bench BENCHMARKS=auc
#	RALM_BIN=src RALM_BENCH=tests/bench tests/bench/auc.sh
#
# All three read the same text. Python's start and its imports are not counted,
# ours are whole processes. Environment: SCORE_COUNT (10000000), RUNS (5), and
# see common.bash. The file takes 14 bytes a line in TMPDIR.
#
# Prints a table of medians and their ratios to the peer's.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

need ralm-auc ralm-fit "$helpers/sgemm"
need_python pandas sklearn
"$python" "$here/auc.py" make "${SCORE_COUNT:-10000000}" > "$work/scores"
describe
"$python" -c 'import pandas, sklearn
print("# pandas", pandas.__version__, "scikit-learn", sklearn.__version__)'
"$python" "$here/auc.py" compare ralm-auc "$work/scores" "${RUNS:-5}"
