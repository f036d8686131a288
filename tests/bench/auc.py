"""The two sides of auc.sh.

    auc.py make LINES            lines as ralm-score prints them
    auc.py run RALM_AUC FILE     both ways in turn, medians and ratios
    auc.py peer FILE             the pandas and scikit-learn way, once
"""
import json
import os
import subprocess
import sys
import time

ROUNDS = 5


def make(count):
    import numpy as np
    rng = np.random.default_rng(1)
    while count > 0:
        n = min(count, 1000000)
        label = rng.random(n) < 0.2
        score = 1 / (1 + np.exp(1.4 - label - rng.normal(size=n)))
        sys.stdout.write("".join(
            "%d\t%.9g\n" % pair
            for pair in zip(label, score.astype(np.float32))))
        count -= n


def peer(path):
    import pandas
    from sklearn.metrics import roc_auc_score
    start = time.perf_counter()
    table = pandas.read_csv(path, sep="\t", header=None)
    auc = roc_auc_score(table[0], table[1])
    print(json.dumps({"auc": auc, "seconds": time.perf_counter() - start}))


def run(command):
    """What the command prints, its seconds and its peak memory in MB."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = status
    if status != 0:
        sys.exit("%s failed" % command[0])
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return json.loads(output), seconds, usage.ru_maxrss / scale


def median(values):
    return sorted(values)[len(values) // 2]


def compare(tool, path):
    ours, theirs, lean = [], [], []
    for _ in range(ROUNDS):
        printed, seconds, memory = run([tool, "--json", path])
        ours.append((seconds, memory))
        auc = printed["auc"]
        lean.append(run([tool, "-q", path])[1])
        printed, _, memory = run([sys.executable, __file__, "peer", path])
        # Importing the packages is not counted.
        theirs.append((printed["seconds"], memory))
        difference = abs(auc - printed["auc"])
    seconds = [median([x[0] for x in side]) for side in (ours, theirs)]
    memory = [max(x[1] for x in side) for side in (ours, theirs)]
    size = os.path.getsize(path) / 1e6
    print("%-28s %8.2f s %8.0f MB" % ("pandas and scikit-learn", seconds[1], memory[1]))
    print("%-28s %8.2f s %8.0f MB  %.0f MB/s" % (
        "ralm-auc --json (all)", seconds[0], memory[0], size / seconds[0]))
    print("%-28s %8.2f s %8s     %.0f MB/s" % (
        "ralm-auc -q (AUC alone)", median(lean), "", size / median(lean)))
    print("AUC alone: %.1f times as fast; everything: %.1f times; memory: %.1f %%"
          % (seconds[1] / median(lean), seconds[1] / seconds[0],
             100 * memory[0] / memory[1]))
    print("difference of the AUCs: %.1e" % difference)
    print("medians of %d runs, processors: %d" % (ROUNDS, os.cpu_count()))
    assert difference < 1e-12


if sys.argv[1] == "make":
    make(int(sys.argv[2]))
elif sys.argv[1] == "peer":
    peer(sys.argv[2])
else:
    compare(sys.argv[2], sys.argv[3])
