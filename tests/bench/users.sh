#!/usr/bin/env bash
# Vectors of values: ralm-fit --users beside scikit-learn's Ridge (sparse_cg) on the
# same numbers in memory, with the penalty that ralm-fit chose; what ralm-fit takes
# of memory beside the model; and how soon a running ralm-score knows a user more.
#
#	RALM_BIN=src RALM_BENCH=tests/bench PYTHON=/usr/bin/python3 tests/bench/users.sh
#
# ralm-fit's time is all of it: reading model and text, penalties on the users but
# for a tenth until one is worse, then the best on all. The peer's is one fit, without any reading; it
# solves column after column, so it is given some of them and multiplied.
# Environment: USERS (1000000), VALUES (50) of each, DISTINCT (100000) of these, D
# (128), COLUMNS (2) for the peer, THREADS (2), and see common.bash. A million users
# take 4 GB of memory, for the peer.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

users=${USERS:-1000000}
values=${VALUES:-50}
distinct=${DISTINCT:-100000}
size=${D:-128}
threads=${THREADS:-2}

need ralm-fit ralm-score "$helpers/sgemm" "$helpers/make-model"
need_python numpy scipy sklearn
"$helpers/make-model" "$work/model" "$users" "$size"
"$python" "$here/users.py" --make "$work/users" "$users" "$values" "$distinct"

describe
"$python" "$here/users.py" --fit "$work" "$threads" > "$work/ours"
penalty=$(ralm-score --info -m "$work/new" | sed -n 's/^value_penalty	//p')
"$python" "$here/users.py" --ridge "$work" "$penalty" "$size" "${COLUMNS:-2}" > "$work/peer"
printf 'users\tvalues\tD\tralm_s\tmegabytes_above_the_model\tridge_s\tratio\n'
paste "$work/ours" "$work/peer" | awk -F'\t' -v users="$users" -v values="$values" -v size="$size" '{
	printf "%d\t%d\t%d\t%.1f\t%d\t%.1f\t%.2f\n", users, values, size, $1, $2, $3, $3 / $1 }'

printf 'a user more, ms: median\t90 %%\n'
"$python" "$here/users.py" --add "$work"
