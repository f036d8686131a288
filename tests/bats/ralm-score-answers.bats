#!/usr/bin/env bats
# ralm-score(1): what is answered to lines without a score, to users that the
# model does not know, and of lists that are cut.

bats_require_minimum_version 1.5.0
load score-model

# Each line with the first N of its seeds.
cut_lists() { # cut_lists N FILE
	awk -v n="$1" '{ k = 0; out = ""
		for (f = 1; f <= NF; f++)
			if ($f !~ /^user_seeds:/ || ++k <= n) out = out " " $f
		print substr(out, 2) }' "$2"
}

strangers() {
	cat <<-'END'
	user_seeds:1 user_seeds:2 target_user:a&b label:1 item:x
	user_seeds:1 user_seeds:2 target_user:3 label:0 item:x

	user_seeds:none target_user:3
	user_seeds:1 user_seeds:2 target_user:a/b
	END
}

@test "-u: every line in is one line out" {
	{
		echo 'user_seeds:1 target_user:2'
		echo
		echo 'user_seeds:1 target_user:2 label:7'
		head -c 67108865 /dev/zero | tr '\0' a
		echo
		echo 'user_seeds:1 target_user:2'
		echo 'user_seeds:1 target_user:nobody'
	} > lines
	"$score" -u --skip-bad -m model.bin lines > out 2> said
	[ "$(wc -l < out)" -eq 6 ]
	[ "$(sed -n '2,4p' out | tr '\n' '|')" = "|||" ]
	[ "$(sed -n 1p out)" = "$(sed -n 5p out)" ]
	[ -n "$(sed -n 6p out)" ]
	grep -q '^ralm-score: 2 of 5 lines (40 %) are bad and left out, the first: lines:3: ' said
	"$score" -u --skip-bad --bad-answer='? -' -m model.bin lines > named 2> said
	[ "$(sed -n '2,4p' named | tr '\n' '|')" = "? -|? -|? -|" ]
	cmp <(sed 2,4d out) <(sed 2,4d named)
	# In bulk such lines have none.
	"$score" --skip-bad -m model.bin lines 2> said | cmp - <(sed 2,4d out)
}

@test "--bad-answer: with -u alone, one line" {
	run -2 --separate-stderr "$score" -m model.bin --bad-answer=x test.txt
	[ "${stderr_lines[0]}" = "ralm-score: --bad-answer needs --unbuffered" ]
	run -2 --separate-stderr "$score" -u -m model.bin --bad-answer=$'x\ny' test.txt
	[ "${stderr_lines[0]}" = "ralm-score: --bad-answer: a newline makes two lines of it" ]
}

@test "--unknown=blank: an empty score, the other columns stay" {
	strangers > lines
	"$score" -m model.bin lines > known 2> said
	"$score" -m model.bin --unknown=blank lines > out 2> said
	[ "$(sed -n 1p out)" = $'1\t\tx' ]
	[ "$(sed -n 2p out)" = "$(sed -n 2p known)" ]
	[ "$(sed -n 3p out)" = "" ]
	[ "$(sed -n 4p out)" = "" ]
	[ "$(wc -l < out)" -eq 4 ]
	grep -qxF 'ralm-score: 2 of 4 samples (50 %) have a target that the model does not know: their score is empty' said
	run ! grep -q 'by the bias' said
	"$score" -u -m model.bin --unknown=blank lines > live 2> said
	cmp live <(sed '2a\
' out)
	"$score" -m model.bin --unknown=blank --with-target lines > out 2> said
	[ "$(sed -n 1p out)" = $'1\t\tx\ta&b' ]
	{ cat lines; cat test.txt; } | "$score" -m model.bin --unknown=blank > out 2> said
	"$RALM_BIN/ralm-auc" -q --skip-blank <(awk '/^[0-9]\t/' out) > auc 2> said
	[ -s auc ]
}

@test "--with-target: the id as it came, last" {
	strangers > lines
	"$score" -m model.bin lines > plain 2> said
	for way in -j1 -j3 -u; do
		"$score" "$way" -m model.bin --with-target lines 2> said | sed '/^$/d' > out
		paste plain <(printf '%s\n' 'a&b' 3 3 'a/b') | cmp - out
	done
	"$score" -m model.bin --with-target test.txt > out
	"$score" -m model.bin test.txt |
		paste - <(grep -o 'target_user:[^ ]*' test.txt | cut -d: -f2) | cmp - out
}

@test "a score by the bias alone: where it ranks" {
	strangers > lines
	cat test.txt >> lines
	"$score" -m model.bin lines > out 2> said
	bias=$(sed -n 1p out | cut -f 2)
	said=$(sed -n 's/.*by the bias alone is \([0-9.e-]*\), above \([0-9.e+-]*\) % of the others$/\1 \2/p' said)
	[ "${said% *}" = "$bias" ]
	# all but the three strangers'
	share=$(sed '1d;3d;4d' out | cut -f 2 | awk -v b="$bias" '{ below += $1 < b; n++ }
		END { printf "%.3g", 100 * below / n }')
	[ "${said#* }" = "$share" ]
	"$score" -j3 -m model.bin lines 2>&1 > out | cmp - said
}

@test "unknown seeds are counted as seeds, for any threads, kept lists too" {
	{
		for i in $(seq 7); do
			echo "user_seeds:1 user_seeds:no user_seeds:nor user_seeds:2 target_user:$i"
		done
		for i in $(seq 3); do
			echo "user_seeds:4 target_user:$i"
			echo "user_seeds:no user_seeds:5 target_user:$i"
		done
	} > lines
	want='ralm-score: 17 of 34 seeds in 10 of 13 samples (76.9 %) are not known to the model: scored without them'
	for way in -j1 -j3 -u --cache=0; do
		"$score" "$way" -m model.bin lines 2>&1 > out | grep -xF "$want"
	done
}

@test "lists are cut to the first seeds, as the model was trained or as said" {
	for n in 1 3; do
		cut_lists $n test.txt > short.txt
		"$score" -m model.bin short.txt > want
		for way in -j1 -j3 -u; do
			"$score" "$way" -m model.bin --seeds-num=$n test.txt 2> said | cmp - want
			grep -q "lists cut to $n seeds (--seeds-num)$" said
		done
	done
	"$RALM_BIN/ralm-fit" -q -j1 --embedding-size=8 --transformed-size=8 \
		--seeds-num=3 -o three.bin train.txt 2> said
	"$score" -m three.bin short.txt > want
	"$score" -m three.bin test.txt 2> said | cmp - want
	"$score" -m three.bin --seeds-num=0 test.txt > all
	run ! cmp -s all want
	# Named lists likewise.
	echo 'item:x user_seeds:9 user_seeds:8 user_seeds:7 user_seeds:6' > lists
	echo 'target_user:5 item:x' | "$score" -m three.bin --seeds=lists > got 2> said
	echo 'user_seeds:9 user_seeds:8 user_seeds:7 target_user:5 item:x' |
		"$score" -m three.bin | cmp - got
	# And in validation.
	for file in test short; do
		"$RALM_BIN/ralm-fit" -j1 --embedding-size=8 --transformed-size=8 \
			--seeds-num=3 --validate=$file.txt -o m.bin train.txt 2>&1 |
			grep -o 'best epoch.*' > best.$file
	done
	cmp best.test best.short
}

@test "--seeds: a file without lists is refused, the old lists stay" {
	: > lists
	run -1 --separate-stderr "$score" -m model.bin --seeds=lists test.txt
	[ "$stderr" = "ralm-score: lists: no seed lists" ]
	echo 'item:x user_seeds:1 user_seeds:2' > lists
	mkfifo in out
	"$score" -u -m model.bin --seeds=lists < in > out 2> said 3>&- &
	pid=$!
	exec 7> in 8< out
	echo 'target_user:3 item:x' >&7
	read -r before <&8
	: > empty && mv empty lists
	kill -HUP $pid
	echo 'target_user:3 item:x' >&7
	read -r after <&8
	exec 7>&- 8<&-
	wait $pid
	[ "$before" = "$after" ]
	grep -qxF 'ralm-score: lists: no seed lists (the old lists stay in use)' said
}

@test "the audience of the manual page: any ids, a hundred thousand seeds" {
	sed -n '/^The ten best of/,/^\.Ed/p' "$RALM_SRC/man/ralm-score.1" |
		sed '1,2d;$d;s/\\e/\\/g' > example
	[ "$(wc -l < example)" -eq 5 ]
	cut -d' ' -f 1 train.txt | cut -d: -f 2 | sort -u > users.txt
	printf '%s\n' 'a&b' 'a/b' '%s\n' 1 2 3 > audience.txt
	printf '%s\n' '&' 'x/y' >> users.txt
	bash -euo pipefail example > best 2> said
	[ "$(wc -l < best)" -eq 10 ]
	n=$(wc -l < users.txt)
	grep -qF "$((3 * n)) of $((6 * n)) seeds in $n of $n samples (100 %)" said
	sort -c -k1,1gr best
	while IFS=$'\t' read -r value user; do
		[ "$value" = "$(echo "user_seeds:1 user_seeds:2 user_seeds:3 target_user:$user" |
			"$score" -m model.bin)" ]
	done < best
	# No one left out is better than the last of them.
	sed 's/^/user_seeds:1 user_seeds:2 user_seeds:3 target_user:/' users.txt |
		"$score" -m model.bin 2> said | sort -gr | sed -n 10p |
		cmp - <(tail -n 1 best | cut -f 1)
	seq 100000 > audience.txt
	bash -euo pipefail example > best 2> said
	[ "$(wc -l < best)" -eq 10 ]
	grep -qF " of $((100000 * n)) seeds in $n of $n samples" said
}
