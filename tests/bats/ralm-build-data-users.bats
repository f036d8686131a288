#!/usr/bin/env bats
# ralm-build-data: what is known of users, and users whom training never sees.

bats_require_minimum_version 1.5.0
load clicks

@test "--users-file: a line for each user, the items in the log's order" {
	printf '%s\n' 'ann	x' 'bob	y' 'ann	y' 'bob	x' 'ann	z' 'ann	x' 'eve	y' > log
	"$build" --passes=1 --clicks=log --min-seeds=1 --users-file=users > train
	printf '%s\n' 'user:ann read:x read:y read:z' 'user:bob read:x read:y' \
		'user:eve read:y' | cmp - users
}

@test "--users-file: samples are what they are without it, but by user" {
	random_log > log
	for by in item time sample user; do
		options=(--passes=1 --clicks=log --columns=user,item,time
			--test-min-users=15 --split-by="$by")
		"$build" "${options[@]}" --test=test1 > train1
		"$build" "${options[@]}" --test=test2 --users-file=users > train2
		[ -s users ]
		[ "$by" = user ] || cmp train1 train2
		[ "$by" = user ] || cmp test1 test2
	done
	run ! cmp -s train1 train2
}

@test "--split-by=user: what is told of cold users, and --cold-seeds" {
	random_log > log
	run -0 --separate-stderr "$build" --passes=1 --clicks=log --columns=user,item,time --test=test \
		--test-min-users=15 --split-by=user --cold-seeds=0.5 --users-file=users --stats
	[[ "$stderr" == *$'users told of\t60\n'* ]]
	[[ "$stderr" == *$'held-out users\t12\n'* ]]
	stat() { awk -F '\t' -v name="$1" '$1 == name { print $2 }' <<< "$stderr"; }
	[ "$(stat "values told")" -eq $(($(wc -l < log) - $(stat "held-out clicks"))) ]
	[ "$(stat "values told")" -eq "$(grep -o read: users | wc -l)" ]
	[ "$(stat "test seeds")" -gt $(($(stat "test seeds who are cold") * 2)) ]
	[ "$(stat "test seeds who are cold")" -gt $(($(stat "test seeds") / 5)) ]
	flat <<< "$output" | cut -d ' ' -f 1,4- | tr ' ' '\n' | sort -u > known
	flat test | cut -d ' ' -f 1 | sort -u > cold
	[ "$(wc -l < cold)" -eq 12 ]
	[ -z "$(comm -12 known cold)" ]
	cut -d ' ' -f 1 users | sed 's/user://' | sort | comm -23 cold - | cmp - /dev/null
}

@test "--users-file: options that go together, files that are refused" {
	small_log > log
	tried() { run "-$1" --separate-stderr "$build" --passes=1 log "${@:2}"; }
	tried 2 --users-file=-
	[[ "$stderr" == *"--users-file: stdout is taken by the training samples"* ]]
	tried 2 --users-file=log
	[[ "$stderr" == *"FILE and --users-file are the same file: 'log'"* ]]
	tried 2 --users-file=x --test=x
	[[ "$stderr" == *"--test and --users-file are the same file: 'x'"* ]]
	tried 2 --users-file=x --users-file=y
	[[ "$stderr" == *"--users-file: given twice"* ]]
	tried 2 --users-file=x --cold-seeds=0.5
	[[ "$stderr" == *"--cold-seeds needs --test"* ]]
	for option in --users-file=x --split-by=user; do
		tried 2 --test=y --cold-seeds=0.5 "$option"
		[[ "$stderr" == *"--cold-seeds: no user is cold without --split-by=user and --users-file" ]]
	done
	tried 2 --samples=log --test=y --users-file=x
	[ ! -e x ]
	[ ! -e y ]
	tried 1 --users-file=none/x
	[[ "$stderr" == *"none/x"* ]]
	tried 1 --users-file=/dev/full
	[[ "$stderr" == *"/dev/full"*"No space left"* ]]
	[ -z "$output" ]
}

@test "--users-file: whole or not at all" {
	small_log > log
	echo old > users
	run -1 --separate-stderr "$build" --passes=1 log --users-file=users --min-seeds=40
	run -1 --separate-stderr "$build" --passes=1 log --users-file=users --columns=user,_,item <<< x
	[ "$(cat users)" = old ]
	# It is there before the first training sample.
	mkfifo pipe
	"$build" --passes=1 --users-file=users log > pipe &
	read -r _ < pipe
	[ "$(wc -l < users)" -eq 30 ]
	wait || true
}

@test "--users-file: ralm-fit at the other end of the pipe waits for it" {
	small_log > log
	{
		sleep 0.3
		"$build" --passes=1 --users-file=users log
	} | "$RALM_BIN/ralm-fit" -q --users=users --embedding-size=4 -o model
	"$RALM_BIN/ralm-score" --info -m model | grep -q "^values	12$"
}

# ---- a table of users ------------------------------------------------------------

# A log in which two users clicked two items each, and what is told of them first.
told() { # OPTION...
	printf '7\tx\n8\tx\n7\ty\n8\ty\n' > log
	"$build" log --min-seeds=1 --passes=1 --negatives=0 --users-file=users "$@" > train &&
		tail -n +3 users
}

@test "--user-table: columns by the header, quotes, blanks, what is missing" {
	printf '%s\n' 'customer,sex,town,age,other' '7,F,"New York",41,x' \
		'"8", M ,,NA,"a ""b"""' '' '9,,Bo:n=n,3.5e1,' > table
	run -0 --separate-stderr told --user-table=table --user-numbers=age --missing=NA \
		--user-columns=age=age,user=customer,gender=sex,town=town,note=other,band=age
	[ -z "$stderr" ]
	printf '%s\n' 'user:7 gender:F town:New_York age=41 band:41 note:x' \
		'user:8 gender:M note:a_"b"' \
		'user:9 town:Bo:n=n age=3.5e1 band:3.5e1' | cmp - <(echo "$output")
	[ "$(head -n 2 users)" = $'user:7 read:x read:y\nuser:8 read:x read:y' ]
	# A long cell is several fields.
	long=$(printf '%5000s' '' | tr ' ' v)
	printf 'id,a\n7,%s\n' "$long" > table
	run -0 --separate-stderr told --user-table=table --user-columns=user=id,x=a,y=a,z=a
	[ "$output" = "user:7 x:$long y:$long z:$long" ]
	# Quotes within what is not quoted are text, in names as in values.
	printf '%s\n' 'id,size "in"' '7,4"x' > table
	run -0 --separate-stderr told --user-table=table --user-columns='user=id,size=size "in"'
	[ "$output" = 'user:7 size:4"x' ]
}

@test "--user-table: columns by their order" {
	printf '7::F::1::10::rest\n9::::2::11::\n' > table
	run -0 --separate-stderr told --user-table=table --user-delimiter=:: \
		--user-columns=user,gender,_,zip --stats
	[ "$output" = $'user:7 gender:F zip:10\nuser:9 zip:11' ]
	run -0 told --user-table=- --user-delimiter=:: --user-columns=user,gender,_,zip < table
	[ "$output" = $'user:7 gender:F zip:10\nuser:9 zip:11' ]
	[[ "$stderr" == *$'rows of the user table\t2\n'* ]]
	[[ "$stderr" == *$'values told\t7'* ]]
}

@test "--user-table: what is wrong with it" {
	refuses() { # STATUS MESSAGE OPTION...
		run "-$1" --separate-stderr told --user-table=table "${@:3}"
		[[ "$stderr" == "ralm-build-data: $2"* ]] || echo "$stderr" >&2
		[[ "$stderr" == "ralm-build-data: $2"* ]]
		[ ! -e users ]
	}
	printf 'id,age\n7,41\n,3\n8,x\n' > table
	columns=--user-columns=user=id,age=age
	refuses 1 "table:3: user: empty id" "$columns"
	refuses 1 "table:1: the header has no column 'years' (--user-columns)" \
		--user-columns=user=id,age=years
	refuses 1 "table:1: age: expected a number, got 'age'" --user-columns=user,age \
		--user-numbers=age
	refuses 1 "table:1: the header has no column 'id' (--user-columns); --user-delimiter?" \
		"$columns" --user-delimiter=';'
	printf 'id,age,age\n7,41,42\n' > table
	refuses 1 "table:1: two columns are named 'age'" "$columns"
	printf 'id,age\n7,41\n,3\n8,x\n' > table
	refuses 2 "--user-columns: either all entries are FIELD=NAME or none" \
		--user-columns=user=id,age
	for entry in '' 'a b' 'a:b'; do
		refuses 2 "--user-columns: expected user, _ or a field, got '$entry'" \
			--user-columns="user,$entry"
	done
	refuses 2 "--user-columns: two columns are the user" --user-columns=user,user
	refuses 2 "--user-columns: a user column is needed, and a field" --user-columns=user
	refuses 2 "--user-columns: a user column is needed, and a field" --user-columns=a,b
	refuses 2 "--user-numbers: 'read' has the words of the clicks" \
		--user-columns=user,read --user-numbers=read
	refuses 2 "--user-numbers: 'zip' is no field of --user-columns" "$columns" \
		--user-numbers=age,zip
	printf '7,41\n9\n' > table
	refuses 1 "table:2: 1 fields, and a column of --user-columns is number 2" \
		--user-columns=user,age
	printf 'id,age\n7,41\n,3\n8,x\n' > table
	refuses 2 "--user-delimiter: '' delimits nothing" "$columns" --user-delimiter=
	refuses 2 "--user-table needs --user-columns and --users-file"
	run -2 --separate-stderr "$build" log --user-columns=user,age --users-file=x
	[[ "$stderr" == *"--user-columns needs --user-table"* ]]
	for named in "" --clicks=- "log /dev/stdin"; do
		run -2 --separate-stderr "$build" $named --user-table=- "$columns" \
			--users-file=x < log
		[[ "$stderr" == *" and --user-table: standard input is read once, and here twice; name a file"* ]]
	done
	run -2 --separate-stderr "$build" log --user-table=table "$columns" --users-file=table
	[[ "$stderr" == *"--user-table and --users-file are the same file: 'table'"* ]]
	run -0 --separate-stderr told --user-table=table "$columns" --user-numbers=age --skip-bad
	[ "$output" = "user:7 age=41" ]
	[ "$stderr" = "ralm-build-data: 2 of 7 lines (28.6 %) are bad and left out, the first: table:3: user: empty id" ]
	head -n 1 table > empty
	run -1 --separate-stderr told --user-table=empty "$columns"
	[ "$stderr" = "ralm-build-data: empty: no users" ]
}

# ---- planted fields ----------------------------------------------------------------

@test "--planted-fields: words and numbers that tell tastes; the samples are the same" {
	options=(--planted --users=300 --items=60 --tastes=5 --passes=1 --noise=0)
	"$build" "${options[@]}" > train1
	"$build" "${options[@]}" --planted-fields=5 --users-file=users > train2
	cmp train1 train2
	[ "$(grep -c trait users)" -eq 300 ]
	grep trait users | awk '
		$1 != "user:" NR { exit 1 }
		{ split("", tastes); n = 0
		  for (f = 2; f <= 6; f++) {
			if (f % 2 ? $f !~ /^trait[24]=[0-9.]+$/ : $f !~ /^trait[135]:t[0-4]$/) exit 1
			sub(/.*[=t]/, "", $f); t = int($f)
			if (t < 0 || t > 4) exit 1
			if (!(t in tastes)) { tastes[t] = 1; n++ } }
		  if (n > 3) exit 1
		  count[n]++ }
		END { exit !(count[1] > 60 && count[2] > 60 && count[3] > 20) }'
	"$build" "${options[@]}" --planted-fields=5 --users-file=users --noise=1 > train1
	[ "$(grep -o trait1:t. users | sort | uniq -c | awk '$1 > 30 && $1 < 90' | wc -l)" -eq 5 ]
	run -2 --separate-stderr "$build" --planted --planted-fields=3
	[[ "$stderr" == *"--planted-fields needs --users-file"* ]]
	run -2 --separate-stderr "$build" /dev/null --planted-fields=3 --users-file=x
	[[ "$stderr" == *"--planted-fields has no meaning with a click log"* ]]
}
