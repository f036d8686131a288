#!/usr/bin/env bats
# ralm-build-data: the seed lists of a log, and no samples.

bats_require_minimum_version 1.5.0
load clicks

# Clicks again, equal times, an item of one user, ids that are no numbers.
few_clicks() {
	printf '%s\t%s\t%s\n' ann x 5 bob y 3 ann y 4 7 x 9 bob x 5 ann x 8 eve x 1 \
		eve z 2 7 y 4
}

@test "--seeds-file: the users of each item, the latest first, each once" {
	few_clicks > log
	lists=(--passes=0 --seeds-file=seeds log)
	run -0 --separate-stderr "$build" "${lists[@]}" --columns=user,item,time --stats
	[ -z "$output" ]
	printf '%s\n' 'item:x user_seeds:7 user_seeds:bob user_seeds:ann user_seeds:eve' \
		'item:y user_seeds:7 user_seeds:ann user_seeds:bob' \
		'item:z user_seeds:eve' > all
	cmp seeds all
	[[ "$stderr" == *$'\nseed lists written\t3\nseeds written\t8'* ]]
	[[ "$stderr" != *"left out:"* ]]
	"$build" "${lists[@]}" --columns=user,item,time --seeds-latest=2
	cut -d ' ' -f 1-3 all | cmp - seeds
	# Without times those of the last lines are the latest.
	"$build" "${lists[@]}"
	[ "$(head -n 1 seeds)" = 'item:x user_seeds:eve user_seeds:bob user_seeds:7 user_seeds:ann' ]
	run -2 --separate-stderr "$build" "${lists[@]}" --seeds-latest=2
	[ "$stderr" = "ralm-build-data: --seeds-latest: the click log has no times (--columns)" ]
}

@test "--seeds-file: without what is held out, whatever the split, and samples as ever" {
	random_log > log
	for by in item time user sample; do
		options=(--passes=1 --columns=user,item,time --test-min-users=15
			--split-by=$by --valid=valid log)
		"$build" "${options[@]}" --test=test --test-per-item=1000 > train
		mv test alone
		"$build" "${options[@]}" --test=test --test-per-item=1000 \
			--seeds-file=seeds | cmp - train
		cmp test alone
		tr ' ' '\n' < seeds | awk -F : '$1 == "item" { i = $2; next }
			{ print $2 "\t" i }' | sort > told
		flat test valid | awk '$2 == 1 { print $1 "\t" $3 }' | sort > held
		[ -s held ]
		[ -z "$(comm -12 told held)" ]
		[ "$(sort told held | uniq | wc -l)" -eq "$(wc -l < log)" ]
	done
}

@test "--seeds-file: what ralm-score and ralm-expand read" {
	"$build" --planted --users=60 --items=20 --clicks-per-user=8 --passes=1 \
		--seeds-file=seeds > samples
	"$RALM_BIN/ralm-fit" -q -j1 --embedding-size=4 -o model samples
	sed 's/^item:\([^ ]*\) .*/target_user:1 item:\1/' seeds |
		"$RALM_BIN/ralm-score" -m model --seeds=seeds > scores
	[ "$(wc -l < scores)" -eq 20 ]
	"$RALM_BIN/ralm-expand" -q -m model --lists=seeds --size=3 > audience
	[ "$(cut -f 3 audience | uniq | wc -l)" -eq 20 ]
}

@test "--passes=0: one of the files may be standard output, which else nobody needs" {
	few_clicks > log
	tried() { run "-$1" --separate-stderr "$build" --passes=0 log "${@:2}"; }
	"$build" --passes=0 --seeds-file=seeds --users-file=users log
	"$build" --passes=0 --seeds-file=- --users-file=users2 log | cmp - seeds
	cmp users users2
	"$build" --passes=0 --users-file=- --seeds-file=seeds2 log >&- 2> said || status=$?
	[ "$status $(cat said)" = "1 ralm-build-data: cannot write '/dev/stdout': Bad file descriptor" ]
	"$build" --passes=0 --users-file=users2 log >&-
	cmp users users2
	tried 2 --seeds-file=- --users-file=-
	[ "${stderr_lines[0]}" = "ralm-build-data: --users-file and --seeds-file are the same file: '/dev/stdout'" ]
	# What has no meaning then.
	for option in --negatives=1 --refresh=2 --lists=each --seeds-num=3 --rng-seed=2; do
		tried 2 --seeds-file=none $option
		[ "${stderr_lines[0]}" = "ralm-build-data: ${option%=*} has no meaning with --passes=0 and no --test" ]
	done
	tried 2 --test=none --refresh=2
	[ "${stderr_lines[0]}" = "ralm-build-data: --refresh has no meaning with --passes=0" ]
	[ ! -e none ]
	small=(--planted --users=99 --items=9 --clicks-per-user=3 --passes=0 --rng-seed=2)
	"$build" "${small[@]}" --test=- --seeds-num=3 --lists=once --min-seeds=2 > test
	grep -q seeds:same test
	"$build" "${small[@]}" --users-file=users
}

@test "--seeds-file: a list that no line can hold, options, whole or not at all" {
	few_clicks > log
	echo old > seeds
	awk 'BEGIN { for (i = 0; i < 4000; i++) long = long "u"
		for (u = 0; u < 16800; u++) print long u "\tx\t" u }' > large
	run -2 --separate-stderr "$build" --passes=0 --seeds-file=seeds large
	[ "$stderr" = "ralm-build-data: item 'x': the list of its 16800 users is longer than a line may be (--seeds-latest)" ]
	[ "$(cat seeds)" = old ]
	"$build" --passes=0 --columns=user,item,time --seeds-file=seeds \
		--seeds-latest=16000 large
	[ "$(wc -wl < seeds | tr -s ' ')" = " 1 16001" ]
	rm large
	tried() { run "-$1" --separate-stderr "$build" log "${@:2}"; }
	tried 2 --passes=0
	[ "$stderr" = "ralm-build-data: --passes=0 writes nothing without --test, --users-file or --seeds-file" ]
	tried 2 --seeds-latest=3
	[ "${stderr_lines[0]}" = "ralm-build-data: --seeds-latest needs --seeds-file" ]
	tried 2 --seeds-file=log
	[[ "$stderr" == *"FILE and --seeds-file are the same file: 'log'"* ]]
	tried 2 --seeds-file=-
	[[ "$stderr" == *"--seeds-file: stdout is taken by the training samples"* ]]
	tried 1 --passes=0 --seeds-file=/dev/full
	[[ "$stderr" == *"/dev/full"*"No space left"* ]]
}
