#!/usr/bin/env bats
# The examples that score: each is run, with stand-ins for what is rarely there.

bats_require_minimum_version 1.5.0
load score-model

@test "GNU parallel gives the same scores, in order" {
	command -v parallel > /dev/null || skip "parallel is not installed"
	"$score" -m model.bin test.txt > want
	cp -L model.bin 'a, $model.bin'
	# The piece that comes first ends last.
	mkdir slow
	cat > slow/ralm-score <<- END
		#!/bin/sh
		cat > piece.\$\$
		! head -n 1 test.txt | cmp -s -n 40 - piece.\$\$ || sleep 1
		exec "$score" "\$@" < piece.\$\$
	END
	chmod +x slow/ralm-score
	PATH="$PWD/slow:$PATH" BLOCK=20k run -0 --separate-stderr "$RALM_SRC/examples/score-parallel.sh" 'a, $model.bin' < test.txt
	[ "$(ls piece.* | wc -l)" -gt 1 ]
	[ "$output" = "$(cat want)" ]
}

@test "GNU parallel on several hosts, as a stand-in for ssh runs it" {
	command -v parallel > /dev/null || skip "parallel is not installed"
	"$score" -m model.bin test.txt > want
	export PARALLEL_SSH="$RALM_SRC/tests/stand-ins/ssh"
	# For other hosts it writes in this shell's language; without it, nothing.
	export SHELL="$BASH"
	parallel --pipe --keep-order --block 20k --sshlogin host1,host2 \
		ralm-score -j1 -m "$PWD/model.bin" < test.txt | cmp - want
}

# A server at $port, whose process is $server; and what it should answer.
serve() {
	command -v socat > /dev/null || skip "socat is not installed"
	port=$((20000 + RANDOM % 20000))
	cp -L model.bin 'a, $"model.bin'
	"$RALM_SRC/examples/serve.sh" "$PWD/"'a, $"model.bin' $port > log 2>&1 3>&- &
	server=$!
	"$score" -m model.bin test.txt > want
}

@test "a service over TCP: a client that asks and waits" {
	serve
	line=$(head -n 1 test.txt)
	up() { echo "$line" | "$RALM_SRC/examples/serve.sh" --ask "127.0.0.1:$port" > first 2> /dev/null; }
	until_true up
	head -n 1 want | cmp - first
	coproc "$RALM_SRC/examples/serve.sh" --ask "127.0.0.1:$port"
	for n in 1 2 3; do
		sed -n "${n}p" test.txt >&"${COPROC[1]}"
		read -r -t 20 answer <&"${COPROC[0]}"
		[ "$answer" = "$(sed -n "${n}p" want)" ]
	done
	kill $server
}

@test "serve.sh: a model that cannot be used is told at once" {
	run ! "$RALM_SRC/examples/serve.sh" missing.bin 7077
	[[ "$output" == "ralm-score: "*"missing.bin"*"No such file or directory" ]]
}

@test "a service over TCP" {
	serve
	ask() { "$RALM_SRC/examples/serve.sh" --ask "127.0.0.1:$port" < test.txt > got 2> /dev/null; }
	until_true ask
	kill $server
	cmp got want
}

@test "a C program that scores in-process" {
	command -v pkg-config > /dev/null || skip "pkg-config is not installed"
	mkdir include
	ln -s "$RALM_SRC/src/libralm/ralm.h" include
	flags=$(PKG_CONFIG_PATH="$RALM_BIN" pkg-config --cflags --libs ralm \
		--define-variable=includedir="$PWD/include" \
		--define-variable=libdir="$RALM_BIN/libralm")
	# shellcheck disable=SC2086 # flags are words
	${RALM_CC:-cc} -o program "$RALM_SRC/examples/score.c" $flags
	run -0 ./program model.bin 1,2,3 5 8 stranger
	want=$(printf 'user_seeds:1 user_seeds:2 user_seeds:3 target_user:%s\n' 5 8 stranger |
		"$score" -m model.bin 2> /dev/null)
	[ "$(cut -f2 <<< "$output")" = "$want" ]
	[ "${lines[2]##*$'\t'}" = unknown ]
}

# ---- beyond one machine ------------------------------------------------------

@test "Hadoop Streaming gives the same scores, biggest split first" {
	command -v realpath > /dev/null || skip "realpath is not installed"
	PATH="$RALM_SRC/tests/stand-ins:$PATH"
	hadoop=$RALM_SRC/examples/score-hadoop.sh
	export HADOOP_HOME=$PWD/hadoop
	mkdir -p hadoop/share/hadoop/tools/lib
	: > hadoop/share/hadoop/tools/lib/hadoop-streaming-3.3.4.jar
	sed 's/ label:[01]//; s/ item:[0-9]*//' test.txt > bare.txt
	for samples in test bare; do
		"$hadoop" model.bin $samples.txt $samples.scores
		"$score" -m model.bin $samples.txt > want
		cat $samples.scores/part-00001 $samples.scores/part-00000 | cmp - want
		[ "$(wc -l < $samples.scores/part-00000)" -gt \
			"$(wc -l < $samples.scores/part-00001)" ]
	done
	# an item of its own brings a score back to its sample
	awk '{ print "item:" NR, $0 }' bare.txt > named.txt
	"$hadoop" model.bin named.txt named.scores
	sort -k2,2n named.scores/part-* | cut -f1 | cmp - want
	echo nonsense >> bare.txt
	run ! "$hadoop" model.bin bare.txt bad.scores
	[ ! -e bad.scores/_SUCCESS ]
}

@test "score-hadoop.sh: wrong usage" {
	run -2 "$RALM_SRC/examples/score-hadoop.sh" model.bin
	[ "$output" = "usage: score-hadoop.sh MODEL SAMPLES SCORES" ]
	run -2 env -u HADOOP_HOME "$RALM_SRC/examples/score-hadoop.sh" model.bin a b
	[ "$output" = "score-hadoop.sh: HADOOP_HOME is not set" ]
}

# spark SUBMIT...: the example, run by SUBMIT.
spark() {
	example=$RALM_SRC/examples/score-spark.py
	sed 's/ label:[01]//; s/ item:[0-9]*//' test.txt > bare.txt
	cp -L model.bin 'a model.bin'
	for samples in test bare; do
		"$@" "$example" "$PWD/a model.bin" $samples.txt $samples.scores
		"$score" -m model.bin $samples.txt > want
		[ -e $samples.scores/part-00001 ]
		cat $samples.scores/part-* | cmp - want
	done
	echo nonsense >> bare.txt
	run ! "$@" "$example" "$PWD/model.bin" bare.txt bad.scores
	[[ "$output" == *"exited with error code 1"* ]]
	[ ! -e bad.scores/_SUCCESS ]
}

@test "Spark's pipe() gives the same scores, as a stand-in runs it" {
	command -v python3 > /dev/null || skip "python3 is not installed"
	PYTHONPATH="$RALM_SRC/tests/stand-ins" PYTHONDONTWRITEBYTECODE=1 spark python3
}

@test "Spark's pipe() gives the same scores, as Spark runs it" {
	command -v spark-submit > /dev/null || skip "spark-submit is not installed"
	spark spark-submit --master 'local[2]'
}

# ---- systemd -----------------------------------------------------------------

# The units, with the program and the model that are here.
units() {
	for unit in ralm-score.socket ralm-score@.service; do
		cat "$RALM_SRC/examples/$unit"* |
			sed "s|@bindir@|$RALM_BIN|; s|/var/lib/ralm|$PWD|" > $unit
	done
}

# ask CONNECTION N: the answer to the n-th sample, on an open connection.
ask() {
	sed -n "$2p" test.txt >&"$1"
	read -r -t 20 answer <&"$1"
	[ "$answer" = "$(sed -n "$2p" want)" ]
}

# processes PARENT N: has it so many children?
processes() {
	[ "$(cat "/proc/$1/task/$1/children" | wc -w)" -eq "$2" ]
}

@test "systemd finds nothing wrong with the units" {
	command -v systemd-analyze > /dev/null || skip "systemd-analyze is not installed"
	units
	run -0 systemd-analyze verify --man=no ./ralm-score.socket ./ralm-score@.service
	[ -z "$output" ]
}

@test "socket activation: a process for each connection, both at once" {
	command -v systemd-socket-activate > /dev/null ||
		skip "systemd-socket-activate is not installed"
	units
	eval "command=($(sed -n 's/^ExecStart=//p' ralm-score@.service))"
	"$score" -m model.bin test.txt > want
	port=$((20000 + RANDOM % 20000))
	systemd-socket-activate --listen=127.0.0.1:$port --accept --inetd \
		"${command[@]}" 2> log 3>&- &
	server=$!
	connect() { { exec {one}<> "/dev/tcp/127.0.0.1/$port"; } 2> /dev/null; }
	until_true connect
	exec {two}<> "/dev/tcp/127.0.0.1/$port"
	for line in 1 2 3; do
		ask "$one" $line
		ask "$two" $((line + 10))
	done
	[ ! -e /proc/$server/task/$server/children ] || processes $server 2
	# the model is replaced: connections go on with the old one, new ones begin
	# with the new one
	ralm-fit -q -j1 -e 1 --embedding-size=8 --transformed-size=8 -o new.bin train.txt
	mv new.bin model.bin
	ask "$one" 4
	exec {one}>&-
	ask "$two" 5
	"$score" -m model.bin test.txt > want
	exec {one}<> "/dev/tcp/127.0.0.1/$port"
	ask "$one" 6
	exec {one}>&- {two}>&-
	kill $server
}

@test "audience.sh: an audience, or none where the customers are any users" {
	awk '{ for (i = 1; i <= NF; i++) {
			if ($i ~ /^item:/) item = $i
			if ($i ~ /^target_user:/) user = substr($i, 13)
			if ($i == "label:1") good = 1 }
		if (good && (!first || item == first)) { first = item; print user }
		good = 0 }' train.txt | sort -u | head -n 60 > customers
	seq 1 5 > "not these"
	status=0
	"$RALM_SRC/examples/audience.sh" model.bin customers 20 audience "not these" 2> said || status=$?
	if [ $status -eq 0 ]; then
		ralm-expand -q -m model.bin --size=20 --exclude="not these" customers | cmp - audience
	else
		grep -q -- '--strict' said
		[ ! -e audience ]
	fi
	echo old > audience
	run -1 "$RALM_SRC/examples/audience.sh" model.bin "not these" 20 audience
	[ "$(cat audience)" = old ]
	run -2 "$RALM_SRC/examples/audience.sh" model.bin
}
