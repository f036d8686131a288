#!/bin/sh
# auc.sh [LINES]: ralm-auc against pandas.read_csv and scikit-learn's
# roc_auc_score on the same file, in one run: wall clock and peak memory.
# Needs python3 with pandas and scikit-learn (PYTHON names another one).
set -eu
: "${RALM_BIN:=./src}"
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
if ! "$python" -c 'import pandas, sklearn' 2>/dev/null; then
	echo "auc.sh: $python has no pandas and scikit-learn; PYTHON=... names one that has" >&2
	exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
"$python" "$here/auc.py" make "${1:-10000000}" > "$folder/scores"
"$python" "$here/auc.py" run "$RALM_BIN/ralm-auc" "$folder/scores"
