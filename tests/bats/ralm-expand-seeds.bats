#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr; expand.bash the rest
#
# ralm-expand: what it says of seeds and of sizes: the check, the curve, the seeds'
# scores, the report; and how far it has come.

bats_require_minimum_version 1.5.0
load expand

@test "--check: one taste is good, random users are not" {
	# 3000 users of six tastes, each of one: who clicked what others of it did.
	"$RALM_BIN/ralm-build-data" --planted --users=3000 --items=240 --tastes=6 \
		--clicks-per-user=20 --noise=0.05 --passes=1 --negatives=4 \
		--test=/dev/null > t.txt
	"$RALM_BIN/ralm-fit" -q --network=average --embedding-size=16 -o t.bin t.txt
	# The most frequent item's clickers are of a taste.
	awk '{ for (i = 1; i <= NF; i++) {
			if ($i ~ /^item:/) item = $i
			if ($i ~ /^target_user:/) user = substr($i, 13)
			if ($i ~ /^label:/) label = $i }
		if (label == "label:1") { n[item]++; who[item] = who[item] " " user } }
		END { for (x in n) if (!best || n[x] > n[best]) best = x
			print who[best] }' t.txt | tr ' ' '\n' | sed '/^$/d' | sort -u > one
	[ "$(wc -l < one)" -ge 100 ]
	"$RALM_BIN/ralm-expand" -m t.bin --size=5% --check one > audience 2> said
	cat said
	grep -q '^ralm-expand: [0-9]* known seeds: two of them are alike by 0\.[0-9]*, two other users by 0\.0' said
	grep -q '^ralm-expand: seeds: good: AUC 0\.[6-9]' said
	grep -q '^ralm-expand: [0-9.]* % of the seeds held out are found at this size, 95 % from [0-9.]* to [0-9.]*$' said
	# a band is not the best of its size
	"$RALM_BIN/ralm-expand" -m t.bin --from=1% --size=5% --check one 2>&1 > band |
		run ! grep 'found at this size'
	"$RALM_BIN/ralm-expand" -m t.bin --size=5% one 2> said | cmp audience -
	[ "$(wc -l < said)" -eq 1 ]
	# Any threads, the same words.
	"$expand" -j1 -m t.bin --size=5% --check one 2> a > /dev/null
	"$expand" -j3 -m t.bin --size=5% --strict one 2> b | cmp audience -
	cmp a b
	# Ten draws of 200: weak at the most once.
	chance=0
	for draw in 1 2 3 4 5 6 7 8 9 10; do
		awk -v s=$draw 'BEGIN { srand(s); for (u = 0; u < 3000; u++)
			print rand(), u }' | sort -g | head -n 200 | cut -d ' ' -f 2 > random
		if ! "$expand" -m t.bin --size=5% --strict random > out 2> said; then
			grep -q '^ralm-expand: the seeds are no better than chance (--strict)' said
			[ ! -s out ]
			chance=$((chance + 1))
		fi
	done
	echo "no better than chance: $chance"
	[ "$chance" -ge 9 ]
	head -n 19 one > few
	run -1 --separate-stderr "$expand" -m t.bin --size=5% --strict few
	[ "${stderr_lines[0]}" = "ralm-expand: seeds: too few to tell" ]
	[ "${stderr_lines[1]}" = "ralm-expand: too few seeds to tell whether they are good (--strict)" ]
	run -2 "$expand" -m t.bin --size=5% --check --like=1
	run -2 "$expand" -m m.bin --size=5% --check --lists=lists.txt
}

@test "--curve and --seed-scores: of five seeds, each with the four others" {
	head -n 5 seeds.txt > five
	run -0 --separate-stderr "$RALM_BIN/ralm-expand" -m m.bin --check \
		--curve=curve --sizes=100%,7,2.5%,68,1000,7 --seed-scores=fit five
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "ralm-expand: 1 of --sizes: fewer candidates, all are taken" ]
	[ "${stderr_lines[2]}" = "ralm-expand: seeds: too few to tell" ]
	# Scores: each beside the four others, in any order.
	while read -r seed; do
		{ printf 'target_user:%s' "$seed"; grep -vx "$seed" five | sed 's/^/ user_seeds:/' | tr -d '\n'; echo; } |
			"$RALM_BIN/ralm-score" -m m.bin | sed "s/^/$seed$tab/"
	done < five | LC_ALL=C sort -t "$tab" -k 2,2g > want
	cat want fit
	paste want fit | awk '$1 != $3 || ($2 - $4) ^ 2 > 1e-10 { bad = 1 } END { exit bad || NR != 5 }'
	# The share of others who are better, by what ralm-expand says of the others.
	while read -r seed; do
		grep -vx "$seed" five > four
		"$expand" -m m.bin --size=100% --include-seeds four | others four |
			awk -v s="$seed" '$1 == s { print s, n / 696 } !($1 in five) { n++ }
				BEGIN { while ((getline x < "five") > 0) five[x] = 1 }'
	done < five | LC_ALL=C sort > want
	LC_ALL=C sort fit | awk '{ print $1, $3 }' | paste -d ' ' want - |
		awk '$1 != $3 || ($2 - $4) ^ 2 > 4e-6 { print; bad = 1 } END { exit bad || NR != 5 }'
	# Sizes, and what the audience and the seeds say of them.
	head -n 1 curve | tr '\t' '\n' | head -n 5 | paste -s -d ' ' |
		grep -qx 'size share threshold mean_score found'
	[ "$(sed 1d curve | cut -f 1 | paste -s -d ' ')" = "7 18 68 696" ]
	"$expand" -m m.bin --size=100% five > audience
	awk -F "$tab" 'FILENAME == "fit" { better[++n] = $3; next }
		FILENAME == "audience" { score[++all] = $2; sum[all] = sum[all - 1] + $2; next }
		function off(a, b) { return (a - b) ^ 2 > 1e-10 * (1 + b ^ 2) }
		FNR > 1 { found = 0
			for (i = 1; i <= n; i++) {
				part = $2 * (all + 1) - better[i] * all
				found += part < 0 ? 0 : part > 1 ? 1 : part }
			found /= n
			if (off($2, $1 / all) || off($3, score[$1]) || off($4, sum[$1] / $1) ||
			    off($5, found) || off($8, found / $2) || off($9, $6 / $2) ||
			    off($10, $7 / $2) || $6 > $5 || $7 < $5 || $5 < last) {
				print "row", $0, "found", found; exit 1 }
			last = $5 }' fit audience curve
	[ "$(tail -n 1 curve | cut -f 5,8)" = "1${tab}1" ]
	# With an audience, that one; and the same curve.
	"$expand" -m m.bin --size=9 --curve=again --sizes=7,68,2.5%,100% five 2> said > got
	cmp curve again
	head -n 9 audience | cmp - got
	"$expand" -m m.bin --size=9 --curve=again --sizes=68 --seed-scores=raw --raw five 2> said > got
	[ "$(sed 1d again | cut -f 5-7)" = "$(awk '$1 == 68' curve | cut -f 5-7)" ]
	[ "$(cut -f 1,3 raw)" = "$(cut -f 1,3 fit)" ]
	# What is said of a size is the same beside those of a curve.
	"$RALM_BIN/ralm-expand" -m m.bin --check --size=18 seeds.txt 2> alone > got
	"$RALM_BIN/ralm-expand" -m m.bin --check --size=18 --curve=again \
		--sizes=7,68,100% seeds.txt 2> beside > got
	grep -q 'are found at this size' alone
	diff <(grep 'found at' alone) <(grep 'found at' beside)
	# Others with a seed's own score count half.
	"$RALM_BIN/ralm-fit" -q --network=average --embedding-size=3 \
		--init-deviation=0 --learning-rate=0 -o flat.bin train.txt
	"$expand" -m flat.bin --check --seed-scores=flat five 2> said
	[ "$(cut -f 3 flat | sort -u)" = 0.5 ]
}

@test "--curve: the interval of what is found allows for two seeds that meet twice" {
	run -0 --separate-stderr "$expand" -m m.bin --curve=curve \
		--sizes=5%,15%,30%,50%,80% seeds.txt
	n=$(sort -u seeds.txt | grep -c .)
	# All candidates are the others: there is no error of a sample.
	run -0 awk -F "$tab" -v n="$n" '
		function near(a, b) { return (a - b) ^ 2 < 1e-8 }
		NR > 1 && $5 > 0 && $5 < 1 {
			# the density where the smaller part of a normal one is beyond
			p = $5
			tail = 0.5
			for (z = 0; tail > p || tail > 1 - p; z += 1e-5)
				tail -= exp(-z * z / 2) / sqrt(2 * 3.14159265) * 1e-5
			density = exp(-z * z / 2) / sqrt(2 * 3.14159265)
			few = n / (1 + density ^ 2 / (p * (1 - p)))
			zz = 1.959963985 ^ 2
			middle = (p + zz / (2 * few)) / (1 + zz / few)
			half = sqrt(zz * (p * (1 - p) / few + zz / (4 * few ^ 2))) / (1 + zz / few)
			if (!near($6, middle - half) || !near($7, middle + half))
				print "row", $0, "want", middle - half, middle + half
			rows++ }
		END { print rows }' curve
	[ "$output" -ge 3 ]
}

# A page but for what tells when and how it was made.
without_foot() {
	sed '/^<footer>$/,/^<\/footer>$/d' "$1"
}

@test "--report tells of the model, and how and when the page was made" {
	local digest command
	digest=$("$RALM_BIN/ralm-score" --info -m m.bin | sed -n "s/^digest$tab//p")
	command="ralm-expand -q --report=r --sizes=3 -m m.bin 'my seeds'"
	cp seeds.txt 'my seeds'
	for page in first second; do
		SOURCE_DATE_EPOCH=0 "$expand" --report=r --sizes=3 -m m.bin 'my seeds' 2> said
		mv r $page
	done
	cmp first second
	[ "$(without_foot first | tail -n 3 | tr -d '\n')" = "</main></body></html>" ]
	[ "${#digest}" -eq 32 ]
	grep -qF "<p>Digest of the model: <code>$digest</code></p>" first
	grep -qF "<p>Command: <code>$command</code></p>" first
	grep -q '<p>Made by ralm-expand [0-9.]* on <time datetime="1970-01-01T00:00:00Z">' first
}

@test "--curve, --seed-scores and --report: any threads, and what is refused" {
	for threads in 1 3; do
		"$expand" -j $threads -m m.bin --size=20 --curve=c$threads \
			--seed-scores=s$threads --report=r$threads seeds.txt > a$threads 2> v$threads
	done
	cmp c1 c3 && cmp s1 s3 && cmp a1 a3 && cmp v1 v3
	cmp <(without_foot r1) <(without_foot r3)
	[ "$(wc -l < c1)" -eq 10 ]
	cut -f 1 s1 | LC_ALL=C sort > got
	LC_ALL=C sort seeds.txt | cmp - got
	# The AUC is the chance that an other one is not better, fold by fold.
	auc=$(sed -n 's/.*AUC \([0-9.]*\),.*/\1/p' v1)
	awk -v auc="$auc" '{ sum += 1 - $3 } END { d = sum / NR - auc; exit d * d > 4e-4 }' s1
	grep -q '<h1>seeds.txt</h1>' r1
	grep -c '<svg id="' r1 | grep -qx 4
	grep -q "<tr><th scope=\"row\">7</th>" r1
	"$RALM_BIN/ralm-expand" -q -m m.bin --report=r --sizes=3 - < seeds.txt 2> said
	grep -q '<h1>What an audience would be worth</h1>' r
	# A model that names nobody: seeds are called as their file calls them.
	"$RALM_BIN/ralm-fit" -q --network=attention --embedding-size=9 --user-ids=drop \
		-o dropped.bin train.txt
	"$expand" -m dropped.bin --candidates=users.txt --seed-scores=got seeds.txt 2> said
	cmp s1 got
	others seeds.txt < users.txt > rest
	"$expand" -m dropped.bin --candidates=rest --seed-scores=got seeds.txt 2> said
	cmp s1 got
	# One seed, one other: nothing can be said.
	"$expand" -m m.bin --seed-scores=got --curve=curve --report=r --sizes=1 <(echo n1) 2> said
	[ ! -s got ]
	[ "$(sed 1d curve | cut -f 5-7)" = "nan${tab}nan${tab}nan" ]
	[ "$(cat said)" = "ralm-expand: seeds: too few to tell" ]
	mkdir d
	refused 2 '--sizes: expected a whole number from 1' --curve=d/c --sizes=5,x seeds.txt
	refused 2 '--sizes: more than 100 sizes' --curve=d/c --sizes="$(seq -s, 101)" seeds.txt
	refused 2 '--sizes needs --curve or --report' --size=5 --sizes=5 seeds.txt
	refused 2 '--curve is for the seeds' --size=5 --curve=d/c --like=n1
	refused 2 '--seed-scores is for the seeds' --size=5 --seed-scores=d/c --lists=lists.txt
	refused 2 '--report is for the seeds' --size=5 --report=d/c --lists=lists.txt
	refused 2 '--size is missing' --from=5 --check seeds.txt
	refused 1 'none/c' --size=5 --curve=none/c seeds.txt
	refused 1 'none/c' --size=5 --seed-scores=none/c seeds.txt
	refused 1 'none/c' --size=5 --report=none/c seeds.txt
	refused 2 '' --size=5 --report=d/c --curve=d/c seeds.txt
	refused 2 '' --size=5 --report=seeds.txt seeds.txt
	[ -z "$(ls -A d)" ]
}

@test "a terminal is told how far it has come; no pipe, nor who wants quiet" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	local command="$RALM_BIN/ralm-expand -m m.bin -o out --size=9 seeds.txt"
	TERM=xterm script -qec "$command" /dev/null < /dev/null > said
	grep -q '[0-9] % of the candidates' said
	tr '\r' '\n' < said | sed 's/.*\[K//' | grep -v '^$' | tail -n 1 | grep -q 'known seeds'
	TERM=xterm script -qec "$command -q" /dev/null < /dev/null > said
	[ ! -s said ]
	TERM=dumb script -qec "$command" /dev/null < /dev/null > said
	run ! grep -q 'of the candidates' said
	$command 2> said
	run ! grep -q 'of the candidates' said
	TERM=xterm script -qec "$RALM_BIN/ralm-expand -m m.bin -o out --best=1 --lists=lists.txt seeds.txt" /dev/null < /dev/null > said
	grep -q '[0-9] % of the users' said
	TERM=xterm script -qec "stty cols 9; $command" /dev/null < /dev/null > said
	tr '\r' '\n' < said | sed 's/.*\[K//' | grep -v ralm-expand | awk 'length > 8 { exit 1 }'
	grep -q '[0-9] % of' said
}
