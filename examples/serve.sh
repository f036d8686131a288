#!/bin/sh
# A scoring service and a client, with socat:
#
#	serve.sh MODEL [PORT]        serve, until it is interrupted
#	serve.sh --ask HOST:PORT     send lines of stdin, print their scores
#
# Each connection has a process of its own; all of them share the model's
# memory. A client writes a sample a line and reads a score a line, at once.
# For example:
#
#	serve.sh model.bin 7077 &
#	echo 'user_seeds:2 user_seeds:19 target_user:1' |
#	    serve.sh --ask localhost:7077
set -e

if [ "$1" = --ask ]; then
	# -t: how long to wait for answers when there are no more questions.
	exec socat -t 10 - "TCP:$2"
fi
if [ $# -lt 1 ]; then
	sed -n 's/^# \{0,1\}//; 2,12p' "$0" >&2
	exit 2
fi
# By the environment, whatever letters are in it.
export RALM_MODEL="$1"
port=${2:-7077}
# A model that cannot be used is told now, not to the first client.
ralm-score --model="$RALM_MODEL" --info > /dev/null
# shellcheck disable=SC2016 # for the shell that socat starts
exec socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork,nodelay" \
	'SYSTEM:exec ralm-score --unbuffered --model=\"$RALM_MODEL\"'
