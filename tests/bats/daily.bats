#!/usr/bin/env bats
# examples/daily: a model and audiences a day, and the old model where the new one is
# no better.

bats_require_minimum_version 1.5.0

setup() {
	command -v make > /dev/null || skip "make is not installed"
	PATH="$RALM_BIN:$PATH"
	unset MAKEFLAGS MFLAGS MAKELEVEL
	cd "$BATS_TEST_TMPDIR" || exit 1
	cp "$RALM_SRC/examples/daily/Makefile" .
	mkdir logs
	printf '%s\n' 'FIT = -q -j1 --embedding-size=8 --transformed-size=8' \
		'SIZE = 5' 'USES = scores' 'scores: model.bin candidates' \
		$'\tralm-score -m model.bin candidates >$@.part' \
		$'\tmv $@.part $@' > use.mk
	echo "user_seeds:1 user_seeds:7 target_user:13" > candidates
}

# day N CLICKS: a log of 1000 users and 60 items of six tastes.
day() {
	awk -v day="$1" -v clicks="$2" 'BEGIN {
		srand(day)
		for (i = 0; i < clicks; i++) {
			u = int(rand() * 1000)
			printf "%d\t%d\t2026-11-%02d %02d:%02d:%02d\n", u,
				u % 6 + 6 * int(rand() * 10), day,
				i / 3600, i / 60 % 60, i % 60
		}
	}' | gzip > log
	mv log "$(printf 'logs/2026-11-%02d.tsv.gz' "$1")"
}

# The programs that a make ran, on a line. A make that fails has run something.
ran() {
	make "$@" > said 2> log || {
		echo "make failed"
		return 1
	}
	grep -oE '^(gzip|ralm-[a-z-]+)' said | paste -s -d ' '
}

@test "the first model is taken, a better one too, a worse one is not" {
	day 1 2500
	all="gzip ralm-build-data ralm-fit ralm-score ralm-build-data ralm-expand ralm-score"
	[ "$(ran)" = "$all" ]
	[ -s model.bin ]
	[ -s scores ]
	[ "$(cut -f 3 audiences.tsv | uniq -c | awk '{ print $1 }' | uniq -c)" = "     60 5" ]
	cmp model.bin work/2026-11-01/new.bin
	[ -z "$(ran)" ]
	first=$(cat scores)

	# Four times as many clicks: a day's log is read once, and scores are made.
	day 2 9000
	[ "$(ran)" = "$all" ]
	cmp model.bin work/2026-11-02/new.bin
	[ "$(cat scores)" != "$first" ]
	[ ! -e work/2026-11-01 ]
	[ -e clicks/2026-11-01.tsv ]
	[ -z "$(ran)" ]

	# A model that learned next to nothing; what uses the old one stays.
	cp -p model.bin old.bin
	cp scores old
	sleep 0.1
	day 3 3000
	[ "$(ran FIT='-q -j1 -l 1e-9')" = "${all% *}" ]
	[ ! model.bin -nt old.bin ]
	cmp model.bin old.bin
	# Lists have the day's last click all the same, the latest first.
	last=$(awk -F '\t' '!seen[$1, $2]++ { last = "item:" $2 " user_seeds:" $1 }
		END { print last }' clicks/*)
	grep -q "^$last " seeds.txt
	[ audiences.tsv -nt old.bin ]
	cmp scores old
	[ -z "$(ran)" ]
	[ "$(cut -f 1,6 history.tsv | tr '\t\n' '  ')" = \
		"2026-11-01 new 2026-11-02 new 2026-11-03 old " ]
	# Its numbers are those of ralm-auc --compare.
	awk -F '\t' 'NR == 1 && ($3 != "" || $4 != "") { exit 1 }
		NR == 2 && ($4 <= 0 || $5 > 0.05) { exit 1 }
		NR == 3 && $4 >= 0 { exit 1 }' history.tsv

	# Further back than DAYS nothing is kept.
	day 4 600
	ran DAYS=2 AUDIENCES=
	[ seeds.txt -nt audiences.tsv ]
	[ "$(cd clicks && echo *)" = "2026-11-03.tsv 2026-11-04.tsv" ]
}

@test "what fails leaves the model; what was stopped goes on" {
	day 1 3000
	ran
	cp model.bin old.bin
	echo "no gzip" > logs/2026-11-02.tsv.gz
	run ! make
	cmp model.bin old.bin
	[ ! -e clicks/2026-11-02.tsv ]
	# It stops behind the training.
	day 2 3000
	mkdir stop
	printf '#!/bin/sh\nexit 1\n' > stop/ralm-score
	chmod +x stop/ralm-score
	PATH="$PWD/stop:$PATH" run ! make
	[ -s work/2026-11-02/new.bin ]
	cmp model.bin old.bin
	[[ "$(ran)" == ralm-score* ]]
	[ "$(wc -l < history.tsv)" = 2 ]
	rm logs/*
	run ! make
	[[ "$output" == *"there is no logs/*.tsv.gz"* ]]
}
