#!/usr/bin/env python3
"""Scores samples with ralm-score through Spark's pipe():

    spark-submit score-spark.py /srv/model.bin SAMPLES SCORES

SAMPLES is a file or folder, SCORES a folder that does not exist yet, both as Spark
names them (hdfs://...). Every host has ralm-score in the PATH that spark-submit
has, and the model at the place named; all processes of a host share its memory.
Or the model is sent along, into the folder that each executor works in:

    spark-submit --files model.bin score-spark.py model.bin SAMPLES SCORES

(not with --master local, where nothing is sent anywhere).

There is one process for each partition. part-00000, part-00001 and so on, one
after another, hold the scores in the order of the samples. Where samples were
reordered on the way, give each an item: of its own, which comes back beside its
score. A bad line fails the job: its message is in the executor's stderr.
"""
import os
import shlex
import sys

from pyspark import SparkContext

if len(sys.argv) != 4:
    sys.exit("usage: spark-submit score-spark.py MODEL SAMPLES SCORES")
model, samples, scores = sys.argv[1:]
sc = SparkContext(appName="ralm-score")
sc.textFile(samples).pipe(
    "ralm-score -j1 -m " + shlex.quote(model),
    # Without this the program gets an empty environment, and no PATH.
    env={"PATH": os.environ["PATH"]},
    # A process that fails fails the job.
    checkCode=True,
).saveAsTextFile(scores)
