#!/bin/sh
# Scores samples in HDFS with ralm-score as the mapper of Hadoop Streaming:
#
#	score-hadoop.sh MODEL SAMPLES SCORES
#
# MODEL is a local file, SAMPLES a file or folder in HDFS, SCORES a folder there
# that does not exist yet. Model and program are sent to every node; the node
# needs the program's shared libraries (Debian: libopenblas0-pthread libxxhash0
# libyaml-0-2).
# All processes of the job on a node share the model's memory.
#
# There is one process and one part for each split, and nothing to reduce. Inside
# of a part the i-th line is the score of the split's i-th sample. The parts are
# numbered by the size of the splits, biggest first, NOT by their place in the
# input: give each sample an item: of its own where a score must find its sample
# again. It comes back in the last column:
#
#	item:1017 user_seeds:4 user_seeds:9 target_user:7   0.731  1017
#
# keyonlytext: Streaming would take a line without a tab, which is what a sample
# without label and item gives, for a key without a value, and add a tab to it.
#
# A bad line fails the job: its message is in the log of the task.
set -eu
if [ $# -ne 3 ]; then
	echo "usage: score-hadoop.sh MODEL SAMPLES SCORES" >&2
	exit 2
fi
if [ -z "${HADOOP_HOME-}" ]; then
	echo "score-hadoop.sh: HADOOP_HOME is not set" >&2
	exit 2
fi
exec hadoop jar "$HADOOP_HOME"/share/hadoop/tools/lib/hadoop-streaming-*.jar \
	-D mapreduce.job.reduces=0 \
	-D stream.map.output=keyonlytext \
	-files "$1#model.bin,$(command -v ralm-score)#ralm-score" \
	-input "$2" -output "$3" \
	-mapper './ralm-score -j1 -m model.bin'
