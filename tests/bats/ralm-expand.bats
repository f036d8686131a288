#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# ralm-expand: the answers are ralm-score's, sorted; sizes, candidates, files of ids
# and what is wrong with them.

bats_require_minimum_version 1.5.0
load expand

# brute MODEL ITEM [OPTION...]: every user of the model, the best first, as
# ralm-score has them.
brute() {
	local model=$1 item=$2
	shift 2
	sed "s/^/item:$item target_user:/" users.txt |
		"$RALM_BIN/ralm-score" -m "$model" --seeds=lists.txt --with-target \
			"$@" 2> said | awk -v OFS="$tab" '{ print $3, $1 }' |
		LC_ALL=C sort -t "$tab" -k 2,2gr -k 1,1
}

@test "every network: what ralm-score says, sorted, whatever the threads" {
	for network in attention average kdd19 paddlerec; do
		"$RALM_BIN/ralm-fit" -q --network=$network --embedding-size=9 \
			--transformed-size=7 -o n.bin train.txt 2> said ||
			"$RALM_BIN/ralm-fit" -q --network=$network --embedding-size=9 \
				-o n.bin train.txt
		brute n.bin b --raw | others seeds.txt > want
		for threads in 1 2 5; do
			"$expand" -m n.bin --raw --size=100% -j $threads seeds.txt > got
			cmp want got
			# as many as make the best a heap
			"$expand" -m n.bin --raw --size=37 -j $threads seeds.txt > got
			head -n 37 want | cmp - got
		done
		for item in a b c; do
			brute n.bin $item --raw | head -n 50 | sed "s/$/$tab$item/" > $item
		done
		"$expand" -m n.bin --raw --size=50 --include-seeds --lists=lists.txt -j 3 > got
		cat b a c | cmp - got
	done
}

@test "scores as ralm-score prints them; the order is that of cosines" {
	brute m.bin b | others seeds.txt | LC_ALL=C sort > want
	"$expand" -m m.bin --size=100% seeds.txt > got
	LC_ALL=C sort got | cmp want -
	"$expand" -m m.bin --size=100% --raw seeds.txt | cut -f 1 > order
	cut -f 1 got | cmp order -
}

@test "ties stand by the bytes of their ids, and end where the size does" {
	# Every user the same vector: one step at rate 0 from deviation 0.
	"$RALM_BIN/ralm-fit" -q --network=average --embedding-size=3 \
		--init-deviation=0 --learning-rate=0 -o flat.bin train.txt
	others seeds.txt < users.txt > want
	"$expand" -m flat.bin --size=100% seeds.txt | cut -f 1 > got
	cmp want got
	for size in 1 2 63 200; do
		"$expand" -m flat.bin -j 4 --size=$size seeds.txt | cut -f 1 > got
		head -n $size want | cmp - got
	done
}

@test "--size, --from and --min-score" {
	"$expand" -m m.bin --size=100% seeds.txt > all # 678
	[ "$(wc -l < all)" -eq 678 ]
	"$expand" -m m.bin -n 2.5% seeds.txt > got # 16.95
	head -n 17 all | cmp - got
	"$expand" -m m.bin --from=10 --size=25 seeds.txt > got
	sed -n 11,25p all | cmp - got
	"$expand" -m m.bin --from=1% --size=2% seeds.txt > got # 6.78, 13.56
	sed -n 8,14p all | cmp - got
	least=$(sed -n 40p all | cut -f 2)
	"$expand" -m m.bin --min-score="$least" seeds.txt > got
	head -n 40 all | cmp - got
	"$expand" -m m.bin --min-score="$least" --from=5 --size=20 seeds.txt > got
	sed -n 6,20p all | cmp - got
	run -0 --separate-stderr "$expand" -m m.bin --size=679 seeds.txt
	[ "$stderr" = "ralm-expand: 1 of 1 lists: fewer candidates than --size, all are given" ]
	[ "${#lines[@]}" -eq 678 ]
	run -0 --separate-stderr "$expand" -m m.bin --min-score=2 seeds.txt
	[ "$stderr" = "ralm-expand: 1 of 1 lists: no candidate has a score of --min-score" ]
	[ -z "$output" ]
}

@test "--candidates, --exclude and --include-seeds" {
	"$expand" -m m.bin --size=100% --include-seeds seeds.txt > all
	[ "$(wc -l < all)" -eq 701 ]
	{ sed -n '100,300p' users.txt; head -n 5 seeds.txt; echo gone; sed -n 150p users.txt; } > some
	run -0 --separate-stderr "$expand" -m m.bin --size=100% --candidates=some \
		--exclude=<(sed -n 110,120p users.txt) seeds.txt
	[ "${stderr_lines[0]}" = "ralm-expand: 1 of 208 candidates (0.481 %) are not known to the model" ]
	[[ "${stderr_lines[1]}" == "ralm-expand: "*" of 208 candidates ("*" %) are there more than once" ]]
	sed -n '100,109p;121,300p' users.txt | others seeds.txt > few
	awk -F "$tab" 'NR == FNR { in_[$1] = 1; next } $1 in in_' few all > want
	[ "$output" = "$(cat want)" ]
	# An audience excludes: what stands behind the tab is passed over.
	"$expand" -m m.bin --size=40 seeds.txt > first
	"$expand" -m m.bin --size=40 --exclude=first --exclude=/dev/stdin seeds.txt \
		2> said < <(echo; echo " n1 "; echo gone2) > second
	"$expand" -m m.bin --size=81 seeds.txt | others <(cat first; echo n1) |
		head -n 40 | cmp - second
	[ "$(cat said)" = "ralm-expand: 1 of 42 exclusions (2.38 %) are not known to the model" ]
	# Who is in two files of exclusions is not repeated in either.
	printf 'n4\nn5\nn4\nn4\n' > twice
	run -0 --separate-stderr "$expand" -m m.bin -q --size=2 --exclude=twice \
		--exclude=<(echo n5) seeds.txt
	[ "$stderr" = "ralm-expand: 2 of 5 exclusions (40 %) are there more than once" ]
}

@test "seeds: files or stdin, CRLF, a byte order mark, a column of CSV" {
	"$expand" -m m.bin --size=20 seeds.txt > want
	"$expand" -m m.bin --size=20 < seeds.txt | cmp want -
	"$expand" -m m.bin --size=20 <(head -n 9 seeds.txt) <(tail -n +10 seeds.txt) | cmp want -
	{ printf '\357\273\277'; sed 's/$/\r/' seeds.txt; } | "$expand" -m m.bin --size=20 - | cmp want -
	{ printf '\357\273\277name,"user id",age\r\n'; sed 's/.*/"a ""b"", c","&",7\r/' seeds.txt; } > t.csv
	"$expand" -m m.bin --size=20 --column='user id' --delimiter=, t.csv | cmp want -
	# A quoted field of two lines.
	sed 's/""b""/two\n"" lines/' t.csv > two.csv
	"$expand" -m m.bin --size=20 --column='user id' --delimiter=, two.csv | cmp want -
	sed "s/.*/x$tab&/;1i\\
x${tab}id" seeds.txt | "$expand" -m m.bin --size=20 --column=id | cmp want -
	# Seeds that are repeated count as often; those not known are left out.
	run -0 --separate-stderr "$expand" -m m.bin --raw --size=7 <(printf 'n1\n10\nn1\ngone\n')
	[ "${stderr_lines[0]}" = "ralm-expand: 1 of 4 seeds (25 %) are not known to the model" ]
	[ "${stderr_lines[1]}" = "ralm-expand: 1 of 4 seeds (25 %) are there more than once" ]
	brute m.bin a --raw | others <(printf 'n1\n10\n') | head -n 7 > want
	[ "$output" = "$(cat want)" ]
}

@test "candidates and exclusions: CRLF, a byte order mark, a column of CSV" {
	sed -n 1,400p users.txt > some
	sed -n 100,150p users.txt > out
	"$expand" -m m.bin --size=30 --candidates=some --exclude=out seeds.txt > want
	for file in some out; do
		{ printf '\357\273\277'; sed 's/$/\r/' $file; } > $file.crlf
		{ printf '\357\273\277n,"who, then"\r\n'; sed 's/.*/1,"&"\r/' $file; } > $file.csv
	done
	"$expand" -m m.bin --size=30 --candidates=some.crlf --exclude=out.crlf seeds.txt |
		cmp want -
	"$expand" -m m.bin --size=30 --candidates=some.csv --exclude=out.csv \
		--candidates-column='who, then' --exclude-column='who, then' \
		--delimiter=, seeds.txt | cmp want -
	"$expand" -m m.bin --size=30 --candidates=some --exclude=out.csv \
		--exclude-column='who, then' --delimiter=, seeds.txt | cmp want -
}

@test "--clusters: long lists by their centroids, as ralm-score has them" {
	awk '/^item:c/ { for (i = 2; i <= NF; i++) print substr($i, 12) }' lists.txt > long.txt
	brute m.bin c --clusters=20 --clusters-above=300 | others long.txt > want
	[[ "$(cat said)" == *": 701 of 701 samples (100 %) have more than 300 seeds: compared by 20 centroids, found in "*" s, that lose "*" % of their variance (--clusters)" ]]
	for j in 1 3; do
		run -0 --separate-stderr "$expand" -m m.bin -j$j --size=100% \
			--clusters=20 --clusters-above=300 long.txt
		[ "$output" = "$(cat want)" ]
		[[ "$stderr" == "ralm-expand: 1 of 1 lists have more than 300 seeds: compared by 20 centroids, found in "*" s, that lose "*" % of their variance (--clusters)" ]]
	done
	"$expand" -m m.bin --size=100% long.txt > all
	run ! cmp -s all want
	for n in 0 303; do
		run -0 --separate-stderr "$expand" -m m.bin --size=100% \
			--clusters-above=$n long.txt
		[ "$output" = "$(cat all)" ]
		[ -z "$stderr" ]
	done
	# Where each seed is known to be several nothing is lost.
	head -n 7 long.txt > few
	for _ in 1 2 3; do cat few; done > often
	"$expand" -m m.bin --raw --size=50 often > want 2> said
	"$expand" -m m.bin --raw --size=50 --clusters-above=20 --clusters=7 often > got 2> said
	grep -q "by 7 centroids, found in .* s, that lose 0 %" said
	paste got want | awk '{ d = $2 - $4; if (d > 2e-6 || d < -2e-6) exit 1 }'
	# A list is one vector there.
	"$RALM_BIN/ralm-fit" -q --network=average --embedding-size=9 -o a.bin train.txt
	run -0 --separate-stderr "$expand" -m a.bin --size=5 --clusters-above=1 long.txt
	[ -z "$stderr" ]
}

@test "--seeds-num, the model's too; the seeds behind are left out as well" {
	head -n 7 seeds.txt > few
	"$expand" -m m.bin --size=100% --include-seeds few | others seeds.txt > want
	run -0 --separate-stderr "$expand" -m m.bin --size=100% --seeds-num=7 seeds.txt
	[ "$stderr" = "ralm-expand: 1 of 1 lists cut to 7 seeds (--seeds-num)" ]
	[ "$output" = "$(cat want)" ]
	"$RALM_BIN/ralm-fit" -q --network=average --embedding-size=9 --seeds-num=7 \
		-o cut.bin train.txt
	"$expand" -m cut.bin --size=9 seeds.txt > model 2> said
	"$expand" -m cut.bin --size=9 --seeds-num=7 seeds.txt 2> said | cmp model -
	"$expand" -m cut.bin --size=9 --seeds-num=0 seeds.txt > all
	run ! cmp -s model all
}

@test "--output: one file, or one a list, whole" {
	"$expand" -m m.bin --size=12 --lists=lists.txt > want 2> said
	"$expand" -m m.bin --size=12 --lists=lists.txt -o got 2> said
	cmp want got
	mkdir audiences
	"$expand" -m m.bin --size=12 --lists=lists.txt -o audiences/x-%s.tsv 2> said
	cat audiences/x-b.tsv audiences/x-a.tsv audiences/x-c.tsv | cmp want -
	[ "$(ls -A audiences | wc -l)" -eq 3 ]
	"$expand" -m m.bin --size=12 -o got seeds.txt
	"$expand" -m m.bin --size=12 seeds.txt | cmp got -
	run -1 "$expand" -m m.bin --size=12 -o none/got seeds.txt
	run -1 "$expand" -m m.bin --size=12 --lists=lists.txt -o none/%s
	run -2 "$expand" -m m.bin --size=12 -o %s seeds.txt
	run -2 "$expand" -m m.bin --size=12 -o %s%s --lists=lists.txt
	run -2 "$expand" -m m.bin --size=12 -o seeds.txt seeds.txt
	for item in a/b ../b .b; do
		{ cat lists.txt; echo "item:$item user_seeds:n1"; } > bad
		run -1 --separate-stderr "$expand" -m m.bin --size=2 --lists=bad -o audiences/y-%s
		[[ "$stderr" == *"ralm-expand: bad:$(wc -l < bad): item '$item' cannot be part of a file's name" ]]
	done
	[ "$(ls -A audiences | wc -l)" -eq 3 ]
}

@test "--output with a %s: no item's file takes the place of one that is read" {
	mkdir other
	head -n 3 seeds.txt > no.txt
	tail -n 30 users.txt > may.txt
	cp m.bin model.txt
	touch campaigns.txt
	ln campaigns.txt hard.txt
	ln -s ../model.txt other/soft.txt
	for item in campaigns no may hard model; do
		printf 'item:%s user_seeds:n1\n' first $item last > campaigns.txt
		cksum ./*.txt > before
		run -2 --separate-stderr "$expand" -m model.txt --size=2 --lists=campaigns.txt \
			--candidates=may.txt --exclude=seeds.txt --exclude=no.txt -o %s.txt
		[ "$stderr" = "ralm-expand: --output: '$item.txt' is a file that is read" ]
		cksum ./*.txt | cmp before -
	done
	printf 'item:%s user_seeds:n1\n' first soft > campaigns.txt
	run -2 "$expand" -m model.txt --size=2 --lists=campaigns.txt -o other/%s.txt
	cmp m.bin model.txt
	printf 'item:%s user_seeds:n1\n' first s > campaigns.txt
	run -2 --separate-stderr bash -c "'$expand' -m model.txt --size=2 --lists=- \
		-o campaign%s.txt < campaigns.txt"
	[ "$stderr" = "ralm-expand: --output: 'campaigns.txt' is a file that is read" ]
	[ ! -e campaignfirst.txt ]
}

@test "--output with a %s: a list without a known seed has a file, which is empty" {
	mkdir audiences
	for item in u p w q v; do
		case $item in [uvw]) echo "item:$item user_seeds:nobody" ;;
			*) echo "item:$item user_seeds:n1 user_seeds:nobody" ;;
		esac
		echo old > audiences/$item
	done > some
	run -0 --separate-stderr "$expand" -m m.bin --size=3 --lists=some -o audiences/%s
	[[ "$stderr" == *"3 of 5 lists (60 %) have no seed that the model knows: no audience"* ]]
	for item in u v w; do
		[ ! -s audiences/$item ]
	done
	"$expand" -q -m m.bin --size=3 --lists=some > want
	cat audiences/p audiences/q | cmp want -
	[ "$(wc -l < want)" -eq 6 ]
}

@test "on a terminal no line of progress stands before what is written" {
	script -qec true /dev/null > said 2>&1 || skip "script cannot make a terminal here"
	for options in "--size=3 seeds.txt" "--curve=- seeds.txt" "--best=1 --lists=lists.txt seeds.txt"; do
		# shellcheck disable=SC2086 # options and a file
		"$expand" -m m.bin $options > want
		TERM=xterm script -qec "$RALM_BIN/ralm-expand -m m.bin $options" /dev/null \
			< /dev/null | tr -d '\r' | sed "s/.*$(printf '\033')\[K//" > said
		grep -qxF "$(head -n 1 want)" said || {
			cat -v said
			return 1
		}
	done
}

@test "a model that does not name its users needs candidates, and takes their ids" {
	"$RALM_BIN/ralm-fit" -q --network=attention --embedding-size=9 --user-ids=drop \
		-o dropped.bin train.txt
	run -1 --separate-stderr "$expand" -m dropped.bin --size=5 seeds.txt
	[ "$stderr" = "ralm-expand: the model does not know what $(grep -c n users.txt) of its 701 users are called: name the candidates (--candidates)" ]
	"$expand" -m m.bin --size=300 seeds.txt > want
	"$expand" -m dropped.bin --size=300 --candidates=users.txt seeds.txt | cmp want -
	sed '1!G;h;$!d' users.txt | "$expand" -m dropped.bin --size=300 --candidates=- seeds.txt | cmp want -
	# Where no user has a name there is nothing to miss.
	sed 's/:n/:1/g' train.txt > numbers.txt
	"$RALM_BIN/ralm-fit" -q --network=average --embedding-size=9 --user-ids=drop \
		-o numbers.bin numbers.txt
	run -0 "$expand" -m numbers.bin --size=5 <(sed 's/n/1/' seeds.txt)
}

@test "bad input: a message with its place, and nothing is written" {
	printf 'n1\nn 2\n' > blank
	printf 'n1\n\0\n' > nul
	printf 'n1\ngone\n' > gone
	printf 'a,b\nn1,x\n' > t.csv
	: > empty
	printf '\n \n' > blanks
	echo 'item:x user_seeds:no' > nobody
	refused 1 'empty: no ids' --size=5 empty
	refused 1 'blanks: no ids' --size=5 blanks
	refused 1 'blank:2: id with white space' --size=5 blank
	refused 1 'nul:2: id with a NUL byte' --size=5 nul
	refused 1 "cannot open 'missing'" --size=5 missing
	refused 1 "cannot open 'missing'" --size=5 --exclude=missing seeds.txt
	refused 1 "cannot open 'missing'" --size=5 --candidates=missing seeds.txt
	refused 1 "cannot open 'missing'" --size=5 --lists=missing
	refused 1 'blank:2: id with white space' --size=5 --exclude=blank seeds.txt
	refused 1 "gone:2: the model does not know 'gone'" --size=5 --unknown=error gone
	refused 1 "gone:2: the model does not know 'gone'" --size=5 --unknown=error --exclude=gone seeds.txt
	refused 1 "gone:2: the model does not know 'gone'" --size=5 --unknown=error --candidates=gone seeds.txt
	run -1 --separate-stderr "$expand" -m m.bin --size=5 --unknown=error gone
	[ "${stderr_lines[0]}" = 'ralm-expand: 1 of 2 seeds (50 %) are not known to the model' ]
	refused 1 'lists.txt:2: the model does not know 1 of the 4 seeds' --size=5 --unknown=error --lists=lists.txt
	echo gone > gone1
	refused 1 'gone1: the model knows none of the 1 seeds' --size=5 gone1
	refused 1 'stdin: the model knows none of the 1 seeds' --size=5 - < gone1
	refused 1 'stdin: the model knows none of the 1 seeds' --size=5 --lists=- < nobody
	refused 1 'nobody: the model knows none of the 1 seeds' --size=5 --lists=nobody
	refused 1 'no candidate is left' --size=5 --candidates=<(echo no) seeds.txt
	refused 1 'no candidate is left but seeds' --size=5 --candidates=<(head -n 3 seeds.txt) seeds.txt
	refused 1 "t.csv:1: the header has no column 'id' (--column); --delimiter?" --size=5 --column=id t.csv
	refused 1 "t.csv:1: the header has no column 'id' (--column)" --size=5 --column=id --delimiter=, t.csv
	refused 1 "1 fields, the column is number 2" --size=5 --column=b --delimiter=, <(printf 'a,b\nn1\n')
	refused 1 "two columns are named 'a'" --size=5 --column=a --delimiter=, <(printf 'a,b,a\nn1,2,3\n')
	refused 1 ":2: empty id" --size=5 --column=a --delimiter=, <(printf 'a,b\n,2\n')
	refused 1 "no ids" --size=5 --column=a --delimiter=, <(printf 'a,b\n')
	refused 1 "t.csv:1: the header has no column 'id' (--exclude-column); --delimiter?" --size=5 --exclude=t.csv --exclude-column=id seeds.txt
	refused 1 "t.csv:1: the header has no column 'c' (--candidates-column)" --size=5 --candidates=t.csv --candidates-column=c --delimiter=, seeds.txt
	refused 2 '--size is missing' seeds.txt
	for size in 0 0% -1 101% x 1.5 % 1e3; do
		refused 2 "--size: expected a whole number from 1, or a share up to 100%, got '$size'" --size=$size seeds.txt
	done
	refused 2 "--from: '5' leaves nothing of --size, '5'" --from=5 --size=5 seeds.txt
	refused 2 '--from: of 678 candidates none is behind the first 68 and among the first 5' --from=10% --size=5 seeds.txt
	refused 2 "--min-score: expected a number, got 'x'" --min-score=x seeds.txt
	refused 2 "'seeds.txt': --lists has the seeds" --size=5 --lists=lists.txt seeds.txt
	refused 2 '--column is for ids one a line' --size=5 --lists=lists.txt --column=a
	refused 2 '--delimiter needs a column' --size=5 --delimiter=, seeds.txt
	refused 2 '--candidates-column needs --candidates' --size=5 --candidates-column=a seeds.txt
	refused 2 '--exclude-column needs --exclude' --size=5 --exclude-column=a seeds.txt
	mkdir folder
	refused 1 'folder: cannot read' --size=5 --exclude=folder seeds.txt
	refused 1 'empty: no ids' --size=5 --candidates=empty seeds.txt
	refused 2 'FILE and --exclude: standard input is read once, and here twice; name a file' --size=5 --exclude=- -
	run -2 "$expand" --size=5 seeds.txt
}

@test "nobody to exclude, or no user to find lists for: not an error" {
	: > empty
	printf '\n \n' > blanks
	printf 'id,x\n' > header.csv
	head -n 7 users.txt > some
	"$expand" -m m.bin -q --size=5 --exclude=some seeds.txt > want
	run -0 --separate-stderr "$expand" -m m.bin -q --size=5 --exclude=empty \
		--exclude=some --exclude=blanks seeds.txt
	[ "$output" = "$(< want)" ]
	[[ "$stderr" == *"ralm-expand: 2 of 3 files of --exclude (66.7 %) have no ids" ]]
	"$expand" -m m.bin -q --size=5 seeds.txt > all
	"$expand" -m m.bin -q --size=5 --exclude-column=id --delimiter=, \
		--exclude=header.csv seeds.txt 2> said | cmp all -
	# An audience of the day before of which nobody had the score.
	"$expand" -m m.bin -q --size=5 --min-score=0.99999 seeds.txt > june.tsv 2> said
	[ ! -s june.tsv ]
	"$expand" -m m.bin -q --size=5 --exclude=june.tsv seeds.txt 2> said | cmp all -
	run -0 --separate-stderr "$expand" -m m.bin --best=3 --lists=lists.txt empty blanks
	[ -z "$output" ]
	"$expand" -m m.bin --best=3 --lists=lists.txt -o got < /dev/null
	[ -e got ] && [ ! -s got ]
}

@test "--like: the nearest of one user" {
	echo n1 | "$expand" -m m.bin --size=9 > want
	"$expand" -m m.bin --size=9 --like=n1 < /dev/null | cmp want -
	refused 1 "the model does not know 'gone'" --size=9 --like=gone
	[[ "$stderr" == *"1 of 1 seeds (100 %) are not known"* ]]
	refused 2 "--like: id with white space" --size=9 --like='a b'
	refused 2 "'seeds.txt': --like has the seeds" --size=9 --like=n1 seeds.txt
	refused 2 "--like and --lists: one of them" --size=9 --like=n1 --lists=lists.txt
	refused 2 "--column is for ids" --size=9 --like=n1 --column=a
}

# best_brute N: for each of `some` the best lists, by sorting what ralm-score says.
best_brute() {
	for item in b a c; do
		brute m.bin $item --raw | sed "s/$/$tab$item/"
	done | awk -F "$tab" -v OFS="$tab" -v most="$1" '
		NR == FNR { for (i = 2; i <= split($0, w, " "); i++) {
				sub(/user_seeds:/, "", w[i]); seed[substr(w[1], 6), w[i]] = 1 }
			next }
		FILENAME == ARGV[2] { users[++n] = $1; next }
		!(($3, $1) in seed) { k = ++got[$1]; score[$1, k] = $2; item[$1, k] = $3 }
		END { for (u = 1; u <= n; u++) {
			x = users[u]
			for (m = 0; m < most; m++) {
				top = 0
				for (k = 1; k <= got[x]; k++)
					if (!((u, k) in used) && (!top || score[x, k] + 0 > score[x, top] + 0))
						top = k
				if (!top) break
				used[u, top] = 1
				print x, score[x, top], item[x, top]
			} } }' lists.txt some -
}

@test "--best: the best lists for each user, in their order" {
	{ sed '1!G;h;$!d' users.txt; sed -n 5p seeds.txt; sed -n 5p seeds.txt; } > some
	for n in 1 2 3; do
		best_brute $n > want
		for threads in 1 3; do
			"$expand" -m m.bin --raw --best=$n --lists=lists.txt -j $threads some > got 2> said
			cmp want got
		done
	done
	[ "$(wc -l < want)" -gt 1400 ]
	"$expand" -m m.bin --raw --best=7 --lists=lists.txt < some 2> said | cmp want -
	"$expand" -m m.bin --raw --best=7 --lists=lists.txt -o got some 2> said
	cmp want got
	"$expand" -m m.bin --best=3 --include-seeds --lists=lists.txt some 2> said > got
	[ "$(wc -l < got)" -eq $((703 * 3)) ]
	least=$(sed -n 10p want | cut -f 2)
	"$expand" -m m.bin --raw --best=3 --min-score="$least" --lists=lists.txt some 2> said > got
	awk -F "$tab" -v least="$least" '$2 >= least' want | cmp - got
	run -0 --separate-stderr "$expand" -m m.bin --best=1 --lists=lists.txt <(echo gone; echo n1)
	[[ "$stderr" == *"ralm-expand: 1 of 2 users (50 %) are not known to the model"* ]]
	[ "${#lines[@]}" -eq 1 ]
	# Users who come twice are answered twice.
	run -0 --separate-stderr "$expand" -m m.bin --best=1 --lists=lists.txt <(printf 'n1\nn2\nn1\n')
	[ "${#lines[@]}" -eq 3 ] && [ "${lines[0]}" = "${lines[2]}" ]
	[[ "$stderr" == *"ralm-expand: 1 of 3 users (33.3 %) are there more than once"* ]]
	echo gone > none
	"$expand" -m m.bin --best=1 --device=CPU --lists=lists.txt <(echo n1) > cpu
	"$expand" -m m.bin --best=1 --lists=lists.txt <(echo n1) | cmp - cpu
	refused 1 'none: the model knows none of the users' --best=1 --lists=lists.txt none
	head -n 1 lists.txt > one
	refused 1 "none:1: the model does not know 'gone'" --best=1 --unknown=error --lists=one none
	refused 2 '--best needs --lists' --best=1 seeds.txt
	refused 2 '--best chooses lists' --best=1 --lists=lists.txt --size=3 some
	run -2 "$expand" -m m.bin --best=1 --lists=lists.txt -o %s some
}

@test "a failed write is told" {
	[ -c /dev/full ] || skip "no /dev/full"
	run -1 --separate-stderr bash -c "$expand -m m.bin --size=5 seeds.txt > /dev/full"
	[ "$stderr" = "ralm-expand: stdout: cannot write: No space left on device" ] ||
		[[ "$stderr" == "ralm-expand: "*"No space left on device" ]]
	run -1 bash -c "$expand -m m.bin --size=5 seeds.txt >&-"
}

@test "the options of the manual page are those of --help" {
	"$RALM_BIN/ralm-expand" --help | grep -o -- '--[a-z][a-z-]*' | sort -u > help
	sed -n 's/^\.It.* Fl -\([a-z-]*\).*/--\1/p' "$RALM_SRC/man/ralm-expand.1" |
		sort -u > page
	diff help page
}
