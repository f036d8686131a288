#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# What is known of users: vectors of values in a model, and users who come later.

bats_require_minimum_version 1.5.0
load until

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	# 97 users of one of three tastes each, who click items of it mostly
	awk 'BEGIN { srand(3)
		for (i = 0; i < 2500; i++) {
			u = int(rand() * 97)
			item = int(rand() * 15) * 3 + (rand() < .85 ? u % 3 : int(rand() * 3))
			print "u" u "\t" item
		} }' | sort -u > log.tsv
	awk -F '\t' '{ print "user:" $1, "read:" $2 }' log.tsv > users.txt
	awk 'BEGIN { for (u = 0; u < 97; u++)
		print "user:u" u, "taste:" u % 3, "age=" 10 + u % 3 * 20 + u % 7 / 2 }' \
		>> users.txt
	# unlike 0 to 96 these clicked nothing
	echo 'user:later read:0 read:3 read:12 taste:0 age=12 unheard:of' >> users.txt
	echo 'user:nothing' >> users.txt
	"$RALM_BIN/ralm-build-data" --columns=user,item --passes=1 log.tsv > train.txt
	"$RALM_BIN/ralm-fit" -q -e3 --embedding-size=19 --transformed-size=7 \
		--users=users.txt -o told.bin train.txt 2> said
	"$RALM_BIN/ralm-fit" -q -e3 --embedding-size=19 --transformed-size=7 \
		-o untold.bin train.txt
}

setup() {
	PATH="$RALM_BIN:$PATH"
	cd "$BATS_TEST_TMPDIR" || return 1
	ln -s "$BATS_FILE_TMPDIR"/* .
	small=(-q -j1 -e2 -b40 --embedding-size=5 --transformed-size=3)
}

info() { # info MODEL NAME
	ralm-score --info -m "$1" | sed -n "s/^$2	//p"
}

# ---- ralm-fit ----------------------------------------------------------------

@test "ralm-fit --users: values in the model, and what they explain" {
	[ ! -s said ] # -q
	[ "$(info told.bin users)" = 97 ]
	[ "$(info told.bin value_users)" = 97 ]
	# 45 items, 3 tastes, bins of ages; not what one user has
	[ "$(info told.bin values)" -ge 52 ]
	[ "$(info told.bin values)" -le 64 ]
	run -0 info told.bin value_fields
	[[ $output =~ ^read\ 45\ 0\.[0-9]+\ taste\ 3\ [-0-9.e]+\ age\ [0-9]+\ [-0-9.e]+$ ]]
	awk -v explained="$(info told.bin value_explained)" \
		'BEGIN { exit !(explained > 0.2 && explained < 1) }'
	[ -z "$(info untold.bin values)" ]
}

@test "it says what the penalties that were tried explain, the best of them" {
	run -0 --separate-stderr ralm-fit --init-model=untold.bin --epochs=0 \
		--users=users.txt -o new.bin
	[[ $stderr == *"of 99 told of and 97 known to the model"* ]]
	[[ $stderr == *"penalty $(info new.bin value_penalty) explains"*"(102.4: "*"$(info new.bin value_penalty): "* ]]
}

@test "--epochs=0 makes of a model what --users made of it, by any threads" {
	for j in 1 2 3; do
		ralm-fit -q -j$j --init-model=untold.bin --epochs=0 \
			--users=users.txt -o new.bin
		cmp new.bin told.bin
	done
	# and without --users it takes them away, and says so
	run -0 --separate-stderr ralm-fit -q --init-model=told.bin --epochs=0 -o new.bin
	[ "$stderr" = "ralm-fit: the vectors of $(info told.bin values) values of the old model are not in the new one; --users finds them again" ]
	cmp new.bin untold.bin
}

@test "lines of a user add up, and say no more when they come again" {
	cat users.txt users.txt > twice.txt
	ralm-fit -q --init-model=untold.bin --epochs=0 --users=twice.txt -o new.bin
	cmp new.bin told.bin
	# all of a user on one line: values are met in another order
	awk '{ user = $1; $1 = ""; if (!(user in all)) order[++n] = user
		all[user] = all[user] $0 } END {
		for (i = 1; i <= n; i++) print order[i] all[order[i]] }' users.txt > once.txt
	ralm-fit -q --init-model=untold.bin --epochs=0 --users=once.txt -o new.bin
	[ "$(info new.bin values)" = "$(info told.bin values)" ]
	[ "$(info new.bin value_explained | cut -c 1-5)" = \
		"$(info told.bin value_explained | cut -c 1-5)" ]
}

@test "--min-value-count and --bins" {
	fit=(ralm-fit -q --init-model=untold.bin --epochs=0 -o new.bin)
	grep age users.txt | sed 's/read:.* age/age/; s/taste:[0-9] //; s/ unheard:of//' > ages.txt
	"${fit[@]}" --users=ages.txt --bins=4
	[ "$(info new.bin values)" = 4 ]
	"${fit[@]}" --users=ages.txt --bins=1
	[ "$(info new.bin values)" = 1 ]
	"${fit[@]}" --users=ages.txt --min-value-count=49 # 97 are no two of them
	[ "$(info new.bin values)" = 1 ]
	ralm-score --info -m new.bin | grep -q '^  min_value_count: 49$'
	"${fit[@]}" --users=ages.txt --min-value-count=97
	[ "$(info new.bin values)" = 1 ]
	# Words, too: of three tastes one has 33 users, the others 32.
	awk 'BEGIN { for (u = 0; u < 97; u++) print "user:u" u, "taste:" u % 3 }' > tastes.txt
	"${fit[@]}" --users=tastes.txt --min-value-count=33
	[ "$(info new.bin values)" = 1 ]
	"${fit[@]}" --users=tastes.txt --min-value-count=32
	[ "$(info new.bin values)" = 3 ]
	run -1 --separate-stderr "${fit[@]}" --users=ages.txt --min-value-count=98
	[[ $stderr == "ralm-fit: ages.txt: no value is told of at least 98 users whom"* ]]
}

@test "a file of others, one with nothing in it, one that is none" {
	fit=(ralm-fit -q --init-model=untold.bin --epochs=0 -o new.bin)
	printf 'user:a x:1\nuser:b x:1\n' > others.txt
	run -1 --separate-stderr "${fit[@]}" --users=others.txt
	[ "$stderr" = "ralm-fit: others.txt: the model knows none of the 2 users" ]
	: > empty.txt
	run -1 --separate-stderr "${fit[@]}" --users=empty.txt
	[ "$stderr" = "ralm-fit: empty.txt: no users" ]
	printf 'user:u1 x:1\nuser:u2 x=1\n' > both.txt
	run -1 --separate-stderr "${fit[@]}" --users=both.txt
	[[ $stderr == "ralm-fit: both.txt:2: field 'x' has both"* ]]
	run -1 "${fit[@]}" --users=gone.txt
	[ ! -e new.bin ]
	# it is told before training
	run -1 --separate-stderr ralm-fit -o new.bin --users=both.txt train.txt
	[[ $stderr == "ralm-fit: both.txt:2: "* ]]
}

@test "values that none or nobody of the model has are told as soon as can be" {
	head -n 300 train.txt > some.txt
	fit=(ralm-fit "${small[@]}" -o new.bin --log=log --print-interval=1)
	for u in 1 2 3 4; do echo "user:u$u x:1 n=$u n=$u"; done > few.txt
	run -1 --separate-stderr "${fit[@]}" --users=few.txt --min-value-count=9 some.txt
	[ "$stderr" = "ralm-fit: few.txt: no value is told of at least 9 users (--min-value-count)" ]
	[ ! -e log ] || run -1 grep '^1' log
	# a number that is told twice counts once, which is seen when all samples were read
	run -1 --separate-stderr "${fit[@]}" --users=few.txt some.txt
	[ "$stderr" = "ralm-fit: few.txt: no value is told of at least 5 users whom the model knows (--min-value-count)" ]
	[ "$(tail -n 1 log | cut -f 1)" = 1 ]
	sed 's/:u/:a/' few.txt > others.txt
	run -1 --separate-stderr "${fit[@]}" --users=others.txt --min-value-count=2 some.txt
	[ "$stderr" = "ralm-fit: others.txt: the model knows none of the 4 users" ]
	[ "$(tail -n 1 log | cut -f 1)" = 1 ]
	[ ! -e new.bin ]
}

@test "--epochs=0 reads no samples and wants a model" {
	run -2 ralm-fit --epochs=0 -o new.bin --users=users.txt
	run -2 ralm-fit --epochs=0 -o new.bin --init-model=untold.bin train.txt
	run -2 ralm-fit --epochs=0 -o new.bin --init-model=untold.bin --validate=train.txt
	run -2 ralm-fit -o new.bin --users=- < users.txt
	ralm-fit -q --epochs=0 --init-model=untold.bin -o new.bin --users=- < users.txt
	cmp new.bin told.bin
	cp untold.bin same.bin
	ralm-fit -q --epochs=0 --init-model=same.bin -o same.bin --users=users.txt
	cmp same.bin told.bin
}

@test "a run that is resumed ends in the bytes of the whole one, and wants the same file" {
	head -n 2000 train.txt > few.txt
	ralm-fit "${small[@]}" --users=users.txt -o whole.bin few.txt
	ralm-fit "${small[@]}" --users=users.txt -o a.bin --checkpoint-dir=ck \
		--checkpoint-every=7 few.txt
	cmp a.bin whole.bin
	rm "$(find ck -name 'step-*.bin' | sort | tail -n 1)"
	last=$(find ck -name 'step-*.bin' | sort | tail -n 1)
	resume=(ralm-fit "${small[@]}" -o b.bin --checkpoint-dir=ck --checkpoint-every=7 --resume)
	sed 's/taste:1/taste:0/' users.txt > changed.txt
	run -2 --separate-stderr "${resume[@]}" --users=changed.txt few.txt
	[[ $stderr == *"--resume: '$last' was made with another file of --users than 'changed.txt' is" ]]
	run -2 --separate-stderr "${resume[@]}" few.txt
	[[ $stderr == *"was made with --users" ]]
	"${resume[@]}" --users=users.txt few.txt
	cmp b.bin whole.bin
	ralm-fit "${small[@]}" -o c.bin --checkpoint-dir=without few.txt
	run -2 --separate-stderr ralm-fit "${small[@]}" -o c.bin --resume \
		--checkpoint-dir=without --users=users.txt few.txt
	[[ $stderr == *"was made without --users" ]]
}

@test "a model saved before any value has users enough goes without" {
	# the first windows of a stream know other users
	{ sed 's/:u/:stranger/g' train.txt; cat train.txt; } > late.txt
	[ "$(wc -l < train.txt)" -gt 8192 ]
	ralm-fit "${small[@]}" -e1 --stream --users=users.txt -o want.bin late.txt
	ralm-fit "${small[@]}" -e1 --stream --users=users.txt --save-every=9 -o got.bin late.txt
	cmp want.bin got.bin
	# at the end it is an error
	for i in 1 2 3 4 5; do echo "user:nobody$i read:1"; done > nobody.txt
	run -1 --separate-stderr ralm-fit "${small[@]}" --users=nobody.txt \
		--save-every=100 -o none.bin train.txt
	[[ "$stderr" = *"the model knows none of the 5 users"* ]]
}

@test "the best epoch's model has values of its own vectors" {
	head -n 300 train.txt > judge.txt
	ralm-fit "${small[@]}" --users=users.txt --validate=judge.txt -o best.bin train.txt
	ralm-fit "${small[@]}" --validate=judge.txt -o plain.bin train.txt
	ralm-fit -q --epochs=0 --init-model=plain.bin --users=users.txt -o then.bin
	cmp best.bin then.bin
}

# ---- ralm-score --------------------------------------------------------------

# A list of seeds of taste 0, and the targets that are given: a line each.
samples() {
	local target
	for target; do
		echo "user_seeds:u0 user_seeds:u3 user_seeds:u6 user_seeds:u9 target_user:$target"
	done
}

@test "ralm-score --users: who comes later has a vector, and is counted" {
	samples later nothing nobody u12 u13 > samples.txt
	run -0 --separate-stderr ralm-score -m told.bin samples.txt
	[ "${lines[0]}" = "${lines[1]}" ] # the bias
	before=("${lines[@]}")
	[[ $stderr == *"3 of 5 samples (60 %) have a target that the model does not know"* ]]
	run -0 --separate-stderr ralm-score -m told.bin --users=users.txt samples.txt
	[ "${lines[1]} ${lines[2]}" = "${before[1]} ${before[2]}" ]
	[ "${lines[3]} ${lines[4]}" = "${before[3]} ${before[4]}" ]
	# later is of taste 0, as u12 is and u13 is not
	awk -v later="${lines[0]}" -v other="${lines[4]}" 'BEGIN { exit !(later > other) }'
	[[ $stderr == *"1 of 5 samples (20 %) have a target whom --users tells of"* ]]
	[[ $stderr == *"2 of 5 samples (40 %) have a target that the model does not know"* ]]
}

@test "planted fields alone tell tastes of users whom training never saw" {
	ralm-build-data --planted --users=700 --items=120 --tastes=8 --planted-fields=4 \
		--split-by=user --test-min-users=5 --passes=2 --users-file=planted.txt \
		--test=cold.txt > warm.txt 2> said
	sed 's/ read:[^ ]*//g' planted.txt > fields.txt
	ralm-fit -q -j1 --network=average --embedding-size=16 --users=fields.txt \
		-o planted.bin warm.txt
	run -0 --separate-stderr ralm-score -m planted.bin --users=fields.txt cold.txt
	[[ $stderr == *"of ${#lines[@]} samples (100 %) have a target whom --users tells of"* ]]
	ralm-auc <<< "$output" | awk '$1 == "auc" { exit !($2 >= 0.75) }'
}

@test "as a seed, too; and the same by any threads, whatever is kept" {
	for i in 1 2 3 4 5 6 7 8 9; do
		echo "user_seeds:u$i user_seeds:later target_user:later"
		echo "user_seeds:later user_seeds:nobody target_user:u$i"
		echo "user_seeds:later user_seeds:nobody target_user:u2$i"
		samples later u1 later
	done > samples.txt
	run -0 --separate-stderr ralm-score -m told.bin --users=users.txt samples.txt
	[[ $stderr == *"27 of 54 samples (50 %) have seeds whom --users tells of"* ]]
	for with in "-j1" "-j3" "-j1 --cache=0" "-u" "-u --cache=0"; do
		# shellcheck disable=SC2086 # words
		[ "$(ralm-score -m told.bin --users=users.txt $with samples.txt 2> said)" = "$output" ]
	done
}

@test "--users-known: the model, the file, or both" {
	samples u12 later > samples.txt
	score() { ralm-score -m told.bin --raw "$@" samples.txt 2> said | head -n 1; }
	model=$(score) file=$(score --users=users.txt --users-known=file)
	both=$(score --users=users.txt --users-known=both)
	[ "$(score --users=users.txt)" = "$model" ]
	[ "$(score --users=users.txt --users-known=model)" = "$model" ]
	[ "$file" != "$model" ] && [ "$both" != "$model" ] && [ "$both" != "$file" ]
	run -2 ralm-score -m told.bin --users-known=file samples.txt
	run -2 ralm-score -m told.bin --users=- samples.txt
}

@test "a user's click of a moment ago: the file grows, or is replaced" {
	cp users.txt now.txt
	mkfifo in
	ralm-score -u -m told.bin --users=now.txt < in > out 2> said &
	exec 9> in
	ask() { # ask LINES: that there are then
		samples new later >&9
		for ((i = 0; i < 500; i++)); do
			[ "$(wc -l < out)" = "$1" ] && return
			sleep 0.01
		done
		false
	}
	ask 2
	echo 'user:new read:0 read:3 read:12 taste:0' >> now.txt
	printf 'user:later read:1 taste' >> now.txt # is still being written
	ask 4
	echo ':1' >> now.txt
	ask 6
	echo 'user:new taste=1' >> now.txt # wrong: nothing of it counts
	bad=$(wc -l < now.txt)
	ask 8
	sed 's/user:new/user:another/; /=1$/d' now.txt > next.txt
	mv next.txt now.txt
	ask 10
	exec 9>&-
	wait $!
	lines=() && while read -r answer; do lines+=("$answer"); done < out
	[ "${lines[2]}" != "${lines[0]}" ]
	[ "${lines[3]}" = "${lines[1]}" ]
	[ "${lines[4]}" = "${lines[2]}" ]
	[ "${lines[5]}" != "${lines[3]}" ]
	[ "${lines[6]} ${lines[7]}" = "${lines[4]} ${lines[5]}" ]
	[ "${lines[8]}" = "${lines[0]}" ]
	[ "${lines[9]}" = "${lines[7]}" ]
	grep -q "ralm-score: now.txt:$((bad)): .*both words.*what was known of users stays in use" said
	# what was added is what it is when it is read at once
	samples later | ralm-score -m told.bin --users=now.txt 2> said > once
	[ "$(cat once)" = "${lines[9]}" ]
}

@test "a list whose seed was a stranger a moment ago is looked at anew" {
	line='user_seeds:new user_seeds:u3 target_user:u9 item:i'
	echo 'i user_seeds:new user_seeds:u3' | sed 's/^i/item:i/' > lists.txt
	for how in spelled named; do
		cp users.txt now.txt
		rm -f in
		mkfifo in
		asked=$line with=()
		[ $how = spelled ] || asked='target_user:u9 item:i' with=(--seeds=lists.txt)
		ralm-score -u -m told.bin --users=now.txt "${with[@]}" < in > out 2> said &
		exec 9> in
		for n in 1 2 3; do
			if [ $n = 3 ]; then
				echo 'user:new read:0 read:3 taste:2' >> now.txt
				echo >&9 # a line without a list sees it first
			fi
			echo "$asked" >&9
			until_true sh -c "[ \$(grep -c . out) -ge $n ]"
		done
		exec 9>&-
		wait $!
		lines=() && while read -r answer; do lines+=("$answer"); done < <(grep . out)
		[ "${lines[0]}" = "${lines[1]}" ]
		[ "${lines[2]}" != "${lines[1]}" ]
		ralm-score -m told.bin --users=now.txt <<< "$line" > once
		[ "$(cat once)" = "${lines[2]}" ]
	done
}

@test "a model without values, a file that tells of none of them" {
	samples later > samples.txt
	run -1 --separate-stderr ralm-score -m untold.bin --users=users.txt samples.txt
	[ "$stderr" = "ralm-score: the model has no vectors of values: ralm-fit --users finds them" ]
	echo 'user:later unheard:of' > other.txt
	run -1 --separate-stderr ralm-score -m told.bin --users=other.txt samples.txt
	[ "$stderr" = "ralm-score: other.txt: nothing that it tells of users has a vector in the model" ]
	echo 'user:later taste=1' > other.txt
	run -1 --separate-stderr ralm-score -m told.bin --users=other.txt samples.txt
	[[ $stderr == "ralm-score: other.txt:1: field 'taste' has both"* ]]
}

# ---- ralm-expand -------------------------------------------------------------

@test "ralm-expand --users: newcomers are candidates and seeds" {
	seeds() { printf 'u%d\n' 0 3 6 9 15 18; }
	seeds | ralm-expand -q -m told.bin -n 100% > before 2> said
	run -0 --separate-stderr ralm-expand -q -m told.bin --users=users.txt -n 100% <(seeds)
	[[ $stderr == *"1 users whom the model does not know have a vector by --users"* ]]
	[ "$(grep -v '^later	' <<< "$output")" = "$(cat before)" ]
	# the score is the one that ralm-score gives it
	[ "$(grep '^later	' <<< "$output")" = "later	$(
		echo "$(seeds | sed 's/^/user_seeds:/' | tr '\n' ' ')target_user:later" |
		ralm-score -m told.bin --users=users.txt 2> said)" ]
	run -0 ralm-expand -q -m told.bin --users=users.txt --like=later -n 3
	[ "${#lines[@]}" = 4 ]
	ralm-expand -q -m told.bin --users=users.txt --users-known=file -n 100% \
		<(seeds) > after 2> said
	[ "$(wc -l < after)" = 92 ]
	run -1 diff <(sort before) <(grep -v '^later' after | sort)
	run -2 ralm-expand -q -m told.bin --users-known=file -n 1 <(seeds)
	run -2 ralm-expand -q -m told.bin --users=- -n 1 - < users.txt
}

@test "ralm-score -u --users: SIGHUP asks for the file, and ends nothing" {
	coproc ralm-score -u -m told.bin --users=users.txt 2> messages
	pid=$COPROC_PID
	ask() {
		echo 'user_seeds:u1 user_seeds:u2 target_user:later' >&"${COPROC[1]}"
		read -r -t 20 answer <&"${COPROC[0]}"
	}
	ask
	before=$answer
	[[ "$before" == 0.* ]]
	kill -HUP "$pid"
	ask
	[ "$answer" = "$before" ]
	kill -0 "$pid"
	exec {COPROC[1]}>&-
	wait "$pid"
}
