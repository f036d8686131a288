#!/usr/bin/env bats
# ralm-build-data: which column is what, which lines are clicks; nothing is
# guessed in silence.

bats_require_minimum_version 1.5.0
load clicks

says() { # the first lines of stderr, each to be there whole
	local line
	for line in "$@"; do
		grep -qxF -- "$line" <<< "$stderr" || {
			printf 'missing: %s\nin:\n%s\n' "$line" "$stderr"
			return 1
		}
	done
}

# ---- names --------------------------------------------------------------------

# ROLE NAME, from the manual page.
table() {
	awk '/^\.Ss Names of columns/ { on = 1 } /^\.El/ { on = 0 }
		on && /^\.It Cm/ { role = $3 } on && role && /^\.Li/ { print role, $2 }' \
		"$RALM_SRC/man/ralm-build-data.1"
}

@test "every name in the manual page's table is known for its role" {
	table > names
	[ "$(wc -l < names)" -gt 70 ]
	for role in user item time rating event; do
		grep -q "^$role " names
	done
	while read -r role name; do
		user=uid item=item more=
		case $role in
		user) user=$name ;;
		item) item=$name ;;
		*) more=$name ;;
		esac
		option=
		[ "$role" != rating ] || option=--min-rating=0
		[ "$role" != event ] || option=--event=5
		printf '%s,%s,%s\na,x,5\n' "$user" "$item" "$more" > log
		# shellcheck disable=SC2086 # none or one
		run -1 --separate-stderr "$build" --clicks=log --delimiter=, --header $option
		[[ "${stderr_lines[0]}" == *"$role=$name"* ]] || {
			echo "$role $name: $stderr"
			return 1
		}
	done < names
}

@test "a rating is no time: neither in a third column nor by its name" {
	random_log > log
	awk -F '\t' -v OFS='\t' '{ $3 = NR % 5 + 1; print }' log > u.data
	cut -f 1,2 log > pairs
	"$build" --passes=1 --clicks=pairs > want
	run -0 --separate-stderr "$build" --passes=1 --clicks=u.data
	cmp want <(printf '%s\n' "$output")
	run -2 --separate-stderr "$build" --passes=1 --clicks=u.data --split-by=time --test=t
	[ "$stderr" = "ralm-build-data: --split-by=time: the click log has no times (--columns)" ]
	{ printf 'userId\tmovieId\trating\n'; cat u.data; } > rated
	run -0 --separate-stderr "$build" --passes=1 --clicks=rated --header
	cmp want <(printf '%s\n' "$output")
	[ "$stderr" = "ralm-build-data: rated:1: taken by name: --columns=user=userId,item=movieId; not used: 'rating' (--min-rating)" ]
	run -2 --separate-stderr "$build" --clicks=rated --header --seed-order=recent
	says "ralm-build-data: --seed-order=recent: the click log has no times (--columns)"
	run -0 --separate-stderr "$build" --passes=1 --clicks=rated --header --columns=user,item,time
	[ "$stderr" = "ralm-build-data: rated:1: column 3 is the time by --columns, and 'rating' by the header" ]
	# Said in full by the options: nothing more is said.
	run -0 --separate-stderr "$build" --passes=1 --clicks=rated --header \
		--columns=rating=rating,user=userId,item=movieId
	[ -z "$stderr" ]
}

@test "what the names are taken for is what --columns would say" {
	random_log | awk -F '\t' 'BEGIN { print "t_dat,Visitor-ID,stars,productId,note" }
		{ print $3 "," $1 "," NR % 5 "," $2 ",x" }' > log.csv
	cp log.csv more.csv
	for option in --seed-order=recent --min-rating=2 --seeds-num=7; do
		run -0 --separate-stderr "$build" --passes=1 --delimiter=, --header $option \
			log.csv more.csv
		columns=$(sed -n 's/.* taken by name: \(--columns=[^;]*\).*/\1/p' <<< "$stderr")
		"$build" --passes=1 --delimiter=, --header $option "$columns" log.csv more.csv |
			cmp - <(printf '%s\n' "$output")
		[ "$(grep -c 'taken by name' <<< "$stderr")" -eq 1 ]
	done
	# Another file may have its columns elsewhere, but not under other names.
	awk -F , -v OFS=, '{ print $4, $1, $2 }' log.csv > turned.csv
	"$build" --passes=1 --delimiter=, --header log.csv turned.csv > got
	sed 1s/productId/sku/ log.csv > renamed.csv
	run -1 --separate-stderr "$build" --delimiter=, --header log.csv renamed.csv
	says "ralm-build-data: renamed.csv:1: no column is named 'productId' (--columns); the header has 't_dat', 'Visitor-ID', 'stars', 'sku', 'note'"
}

@test "joined files have a header in the middle" {
	random_log | awk -F '\t' 'BEGIN { print "nick,thing" } { print $1 "," $2 }' > a.csv
	cat a.csv a.csv > b.csv
	count=$(wc -l < a.csv)
	run -1 --separate-stderr "$build" --delimiter=, --header --columns=user,item b.csv
	[ "$stderr" = "ralm-build-data: b.csv:$((count + 1)): a header among the clicks: files that have one are to be read one by one, not joined" ]
	{ cat a.csv; printf '\357\273\277'; cat a.csv; } > marked.csv
	run -1 --separate-stderr "$build" --delimiter=, --header --columns=user,item marked.csv
	[[ "$stderr" == *": a header among the clicks: "* ]]
	"$build" --delimiter=, --header --columns=user,item a.csv a.csv > want
	run -0 --separate-stderr "$build" --delimiter=, --header --columns=user,item --skip-bad b.csv
	cmp want <(printf '%s\n' "$output")
	[[ "$stderr" == "ralm-build-data: 1 of $((2 * count - 1)) lines ("*" %) are bad and left out, the first: b.csv:$((count + 1)): "* ]]
}

# ---- lines that are no clicks -----------------------------------------------------

@test "--event keeps some lines and tells how many others there are" {
	random_log | awk -F '\t' -v OFS=, 'BEGIN { print "event", "user", "item" }
		{ print NR % 7 ? "view" : "buy", $1, $2 }' > log
	awk -F , -v OFS='\t' '$1 == "view" { print $2, $3 }' log > views
	"$build" --passes=1 views > want
	run -0 --separate-stderr "$build" --passes=1 --delimiter=, --header --event=view --stats log
	cmp want <(printf '%s\n' "$output")
	all=$(($(wc -l < log) - 1)) others=$(grep -c '^buy' log)
	says "ralm-build-data: $others of $all lines left out, $(awk "BEGIN { printf \"%.1f\", 100 * $others / $all }") %: other events (--event)" \
		"lines with other events	$others" "lines	$all"
	run -0 --separate-stderr "$build" --passes=1 --delimiter=, --header --event=view,sale log
	says "ralm-build-data: no line has the event 'sale' (--event)"
	run -1 --separate-stderr "$build" --delimiter=, --header --event=View log
	[[ "$stderr" == *": no line has an event of --event; there are 'view', 'buy'" ]]
	run -2 --separate-stderr "$build" --event=view views
	says "ralm-build-data: --event: no column is the event (--columns)"
}

@test "--missing, and a warning of an id that is many" {
	random_log | awk -F '\t' -v OFS='\t' '{ print $1, $2; print "NULL", $2; print "NULL", $2 }' > log
	random_log | cut -f 1,2 > clean
	"$build" --passes=1 clean > want
	n=$(wc -l < clean)
	run -0 --separate-stderr "$build" --passes=1 --missing='NA,NULL,\N' --stats log
	cmp want <(printf '%s\n' "$output")
	says "ralm-build-data: $((2 * n)) of $((3 * n)) lines left out, 66.7 %: no user or no item (--missing)" \
		"lines without user or item	$((2 * n))"
	run -0 --separate-stderr "$build" --passes=1 log
	says "ralm-build-data: user 'NULL' has $((2 * n)) of the $((3 * n)) lines, 66.7 %: is that one user? (--missing)"
	# All of the lines, or most of those of two.
	sed 's/^[^	]*/NULL/' clean > one
	run -1 --separate-stderr "$build" --passes=1 one
	says "ralm-build-data: user 'NULL' has $n of the $n lines, 100.0 %: is that one user? (--missing)"
	run -1 --separate-stderr "$build" <<< $'a\tx\nb\tx\nb\ty'
	says "ralm-build-data: user 'b' has 2 of the 3 lines, 66.7 %: is that one user? (--missing)"
	run -1 --separate-stderr "$build" <<< $'a\tx\nb\ty'
	[[ "$stderr" != *"is that one user"* ]]
	# A quarter of the clicks, and no more lines than that.
	awk 'BEGIN { for (i = 0; i < 30; i++) { print "bot\t" i
		for (u = 0; u < 3; u++) print (i * 3 + u) % 17 "\t" i } }' > quarter
	run -0 --separate-stderr "$build" --passes=1 --min-seeds=2 --negatives=0 quarter
	[ "$stderr" = "ralm-build-data: user 'bot' has 30 of the 120 clicks, 25.0 %: is that one user? (--missing)" ]
	# An even share is no crowd.
	run -0 --separate-stderr "$build" --passes=1 --min-seeds=1 --negatives=0 <<< $'a\tx\nb\tx\nc\tx'
	[[ "$stderr" != *"is that one user"* ]]
}

# ---- times, quotes, delimiters ------------------------------------------------------

@test "--stats tells the first and the last time, whatever their unit" {
	random_log > log
	for scale in 1 1000 1000000 1000000000; do
		awk -F '\t' -v OFS='\t' -v scale="$scale" \
			'{ $3 = sprintf("%.0f", (1457958676 + $3) * scale); print }' log > scaled
		run -0 --separate-stderr "$build" --passes=1 --columns=user,item,time \
			--seed-order=recent --stats scaled
		printf '%s\n' "$output" > "got$scale"
		cmp got1 "got$scale"
		says "first time	2016-03-14T13:54:36Z" "last time	2016-03-14T14:02:53Z"
	done
	run -0 --separate-stderr "$build" --passes=1 --columns=user,item,time --stats \
		--min-seeds=1 --negatives=0 <<< $'a\tx\t1457963676123\nb\tx\t951868799000'
	says "first time	2000-02-29T23:59:59Z" "last time	2016-03-14T13:54:36Z"
	{ head -n 9 log; awk -F '\t' -v OFS='\t' '{ $3 = sprintf("%.0f", $3 + 1457963676000); print }' log; } > mixed
	run -1 --separate-stderr "$build" --columns=user,item,time mixed
	[[ "$stderr" == "ralm-build-data: mixed:10: time: '1457"*"' is of another kind than the times before it: milliseconds, not seconds (--time-format)" ]]
}

@test "--time-format" {
	random_log > log
	"$build" --passes=1 --columns=user,item,time --seed-order=recent log > want
	awk -F '\t' '{ t = $3 - 5000; hour = int(t / 60)
		printf "%s\t%s\t14/Mar/2016 %d:%02d PM\n", $1, $2, hour ? hour : 12, t % 60 }' log > dated
	"$build" --passes=1 --columns=user,item,time --seed-order=recent \
		--time-format='%d/%b/%Y %I:%M %p' dated | cmp - want
	run -1 --separate-stderr "$build" --columns=user,item,time --time-format=%Y-%m-%d dated
	[[ "$stderr" == *":1: time: '14/Mar/2016 "*"' is not as --time-format says (--header)" ]]
	run -2 --separate-stderr "$build" --columns=user,item,time --time-format=%H:%M dated
	[[ "${stderr_lines[0]}" == "ralm-build-data: --time-format: '%H:%M' has no year; "* ]]
}

@test "--multiline reads what other programs quote" {
	small_log | awk -F '\t' -v OFS=, 'BEGIN { print "user_id,item_id,\"text\nof it\",time" }
		{ print $1, $2, NR % 3 ? "x" : "\"beer,\n\n\"\"snacks\"\"\nwine\"", $3 }' > log.csv
	small_log > log
	"$build" --passes=1 --columns=user,item,time --seed-order=recent log > want
	run -0 --separate-stderr "$build" --passes=1 --delimiter=, --header --multiline \
		--seed-order=recent log.csv
	cmp want <(printf '%s\n' "$output")
	sed '1,2d' log.csv > body.csv
	run -1 --separate-stderr "$build" --passes=1 --delimiter=, body.csv
	[ "$stderr" = "ralm-build-data: body.csv:3: quote is not closed on its line (--multiline)" ]
	# Each record of four lines is left out whole: nobody is called "wine".
	run -0 --separate-stderr "$build" --passes=1 --delimiter=, --skip-bad --stats body.csv
	says "bad lines	320" "clicks	160"
	[[ "$output" != *wine* ]]
}

@test "--delimiter: blanks, escapes" {
	small_log > log
	"$build" --passes=1 --columns=user,item,time --seed-order=recent log > want
	sed 's/\t/  \t /; s/\t/   /2; s/^/  /; s/$/ /' log > blanks
	"$build" --passes=1 --columns=user,item,time --seed-order=recent --delimiter=blanks \
		blanks | cmp - want
	tr '\t' '\001' < log > hive
	"$build" --passes=1 --columns=user,item,time --seed-order=recent '--delimiter=\x01' \
		hive | cmp - want
	run -1 --separate-stderr "$build" blanks
	[[ "$stderr" == "ralm-build-data: blanks:1: "* ]]
}
