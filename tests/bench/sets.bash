# The public click logs that quality is measured on; sourced, not run, after
# common.bash. README.md of this folder says where the files come from. Another name is
# that of a log of one's own: NAME.tsv, of users and items.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # used by who sources this; work is common.bash's
set_names=(deskdrop gowalla ml-latest-small)

# set_there DIR SET: the files are there.
set_there() {
	case $2 in
	deskdrop) test -r "$1/deskdrop/interactions_compact.tsv.gz" ;;
	gowalla) test -r "$1/gowalla/train.txt.gz" &&
		test -r "$1/gowalla/test.txt.gz" ;;
	ml-latest-small) test -r "$1/ml-latest-small/ratings.csv.gz" ;;
	*) test -r "$1/$2.tsv" ;;
	esac
}

# set_clicks DIR SET: the click log on stdout, as set_columns describes it.
# Gowalla's lines are lists, "user item item ...": a line for each click here.
set_clicks() {
	case $2 in
	deskdrop) gzip -dc "$1/deskdrop/interactions_compact.tsv.gz" ;;
	gowalla) gzip -dc "$1"/gowalla/*.txt.gz |
		awk '{ for (i = 2; i <= NF; i++) print $1 "\t" $i }' ;;
	ml-latest-small) gzip -dc "$1/ml-latest-small/ratings.csv.gz" ;;
	*) cat "$1/$2.tsv" ;;
	esac
}

# set_pairs DIR SET: the same clicks as "user item", tabs between.
set_pairs() {
	case $2 in
	deskdrop) set_clicks "$@" | awk -F'\t' 'NR > 1 { print $4 "\t" $3 }' ;;
	gowalla) set_clicks "$@" ;;
	ml-latest-small) set_clicks "$@" |
		awk -F, 'NR > 1 { print $1 "\t" $2 }' ;;
	*) set_clicks "$@" ;;
	esac
}

# set_untested DIR SET TEST: the pairs of items that TEST has no sample of.
set_untested() {
	set_pairs "$1" "$2" | awk -F'\t' '
		NR == FNR { if (sub(/.*item:/, "")) tested[$1]; next }
		!($2 in tested)' "$3" -
}

# set_choose SET: sets set_columns, the options that read the log (the same for
# ralm-build-data and baselines.py), and set_protocol, those that say what is
# tested: 20 % of the items with at least 20 users (gowalla: 25), 100 clicks of
# each at most, 20 seeds with repetition where there are fewer users, negatives
# in proportion to activity.
set_choose() {
	local users=20
	case $1 in
	deskdrop) set_columns=(--header '--columns=time,_,item,user') ;;
	gowalla) set_columns=('--columns=user,item') users=25 ;;
	ml-latest-small) set_columns=(--header '--delimiter=,'
		'--columns=user,item,rating,time') ;;
	*) set_columns=('--columns=user,item') ;;
	esac
	set_protocol=(--split-by=item --test-ratio=0.2 --test-min-users="$users"
		--test-per-item=100 --seeds-num=20 --min-seeds=4
		--seed-order=random --negative-sampling=activity)
}

# set_test RNG_SEED TEST [OPTION]...: the test samples of the log on stdin, one
# negative for each click. They are made apart from the training samples, so that
# they stay the same whatever options training samples are made with; the
# rng_seed alone says which items are held out.
set_test() {
	local rng_seed=$1 test=$2
	shift 2
	ralm-build-data --clicks=- "$@" "${set_protocol[@]}" --passes=1 \
		--repeat-seeds --rng-seed="$rng_seed" --test="$test" > /dev/null
}

# set_train RNG_SEED [OPTION]...: the training samples, on stdout, of the log on
# stdin without the items that set_test holds out.
set_train() {
	local rng_seed=$1
	shift
	ralm-build-data --clicks=- "${set_protocol[@]}" --rng-seed="$rng_seed" \
		--test="$work/held-out" "$@"
}
