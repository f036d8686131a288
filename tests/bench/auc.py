"""The two sides of auc.sh, and the runs of auc-memory.sh.

    auc.py make LINES [GROUPS]         lines as ralm-score prints them, or with
                                       so many groups and with weights
    auc.py compare RALM_AUC FILE RUNS  both ways in turn, medians and ratios
    auc.py peer FILE                   the pandas and scikit-learn way, once
    auc.py memory RALM_AUC FILE TIMES  the file so often, by its columns
"""
import json
import os
import statistics
import subprocess
import sys
import time


def make(count, groups=0):
    import numpy as np
    rng = np.random.default_rng(1)
    while count > 0:
        n = min(count, 1000000)
        label = rng.random(n) < 0.2
        score = 1 / (1 + np.exp(1.4 - label - rng.normal(size=n)))
        columns = [label, score.astype(np.float32)]
        form = "%d\t%.9g"
        if groups > 0:
            columns += [rng.integers(groups, size=n), 10 * rng.random(n)]
            form += "\titem%d\t%.3f"
        sys.stdout.write("".join(form % line + "\n"
                                 for line in zip(*columns)))
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
    unit = 1 if sys.platform == "darwin" else 1024
    return output, seconds, usage.ru_maxrss * unit / 1e6


def compare(tool, path, rounds):
    ours = {"ralm-auc -q": ["-q"], "ralm-auc": [], "ralm-auc --json": ["--json"]}
    name = "pandas and scikit-learn"
    runs = {name: []}
    for _ in range(rounds):
        printed, _, memory = run([sys.executable, __file__, "peer", path])
        peer = json.loads(printed)
        runs[name].append((peer["seconds"], memory))
        for label, options in ours.items():
            printed, *cost = run([tool, *options, path])
            runs.setdefault(label, []).append(cost)
    difference = abs(json.loads(printed)["auc"] - peer["auc"])
    cost = {label: [statistics.median(c) for c in zip(*r)]
            for label, r in runs.items()}
    print("# medians of %d runs over a file of %.0f MB; AUCs differ by %.1e"
          % (rounds, os.path.getsize(path) / 1e6, difference))
    print("program", "seconds", "ratio", "MB", "of_peer", sep="\t")
    for label, (seconds, memory) in cost.items():
        print(label, "%.2f" % seconds, "%.1f" % (cost[name][0] / seconds),
              "%.0f" % memory, "%.2f" % (memory / cost[name][1]), sep="\t")
    if not difference < 1e-12:
        sys.exit("auc.py: the AUCs differ")


def memory(tool, path, times):
    print("columns", "lines", "seconds", "MB", "bytes_a_line", sep="\t")
    most = 0
    for columns in ("label,score", "label,score,group", "label,score,_,weight",
                    "label,score,group,weight"):
        printed, seconds, peak = run(
            [tool, "--columns=" + columns] + times * [path])
        lines = int(dict(line.split("\t") for line in
                         printed.decode().splitlines())["samples"])
        most = max(most, peak * 1e6 / lines)
        print(columns, lines, "%.1f" % seconds, "%.0f" % peak,
              "%.1f" % (peak * 1e6 / lines), sep="\t")
    if lines >= 100000000 and most >= 20:
        sys.exit("auc.py: more than 20 bytes a line")


if sys.argv[1] == "make":
    make(*map(int, sys.argv[2:]))
elif sys.argv[1] == "memory":
    memory(sys.argv[2], sys.argv[3], int(sys.argv[4]))
elif sys.argv[1] == "peer":
    peer(sys.argv[2])
else:
    compare(sys.argv[2], sys.argv[3], int(sys.argv[4]))
