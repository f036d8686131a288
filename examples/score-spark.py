#!/usr/bin/env python3
"""Scores samples with ralm-score through Spark's pipe():

    spark-submit --files model.bin score-spark.py SAMPLES SCORES

Each partition is one ralm-score process; those of a host share the model's
memory. ralm-score is installed on every host.
"""
import sys

from pyspark import SparkContext, SparkFiles

samples, scores = sys.argv[1:]
sc = SparkContext(appName="ralm-score")
command = "ralm-score -j1 -m " + SparkFiles.get("model.bin")
# checkCode: a process that fails fails the job.
sc.textFile(samples).pipe(command, checkCode=True).saveAsTextFile(scores)
