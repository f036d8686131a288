#!/bin/sh
# Scores samples in HDFS with ralm-score as the mapper of Hadoop Streaming:
#
#	score-hadoop.sh MODEL SAMPLES_DIR SCORES_DIR
#
# The model and the program are sent to every node; the processes of a node
# share the model's memory. There is nothing to reduce. A score line stands at
# the place of its sample line, part-00000 for the first split and so on.
set -e
if [ $# -ne 3 ]; then
	echo "usage: score-hadoop.sh MODEL SAMPLES_DIR SCORES_DIR" >&2
	exit 2
fi
exec hadoop jar "$HADOOP_HOME"/share/hadoop/tools/lib/hadoop-streaming-*.jar \
	-D mapreduce.job.reduces=0 \
	-files "$1#model.bin,$(command -v ralm-score)#ralm-score" \
	-input "$2" -output "$3" \
	-mapper './ralm-score -j1 -m model.bin'
