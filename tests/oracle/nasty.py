#!/usr/bin/env python3
"""Five hundred small inputs of ralm-auc that are hard to get right, and their
measures by scikit-learn.

    /usr/bin/python3 nasty.py lines > nasty-lines.txt
    /usr/bin/python3 nasty.py > nasty.txt

Scores with ties, infinities, denormals and both zeros; weights of 0, of any
size, equal or next to nothing beside others; groups with one label, one line or
no weight at all. README.md beside it describes the files.
"""
import sys
import warnings
from fractions import Fraction

import numpy as np
from sklearn import metrics

from measures import orderly, top

LINES = "nasty-lines.txt"
CASES = 500
TOPS = (1, 3)

warnings.simplefilter("ignore")


# ---- the lines ---------------------------------------------------------------

def draw_score(rng, kind):
    special = ["inf", "-inf", "0", "-0.0", "5e-324", "-5e-324", "1e-310",
               "1.7976931348623157e308", "-1.7976931348623157e308", "1"]
    if kind == 0:
        return "%g" % (rng.integers(0, 5) / 4)
    if kind == 1:
        return "%.6g" % rng.random()
    if kind == 2:
        return special[rng.integers(len(special))]
    if kind == 3:  # neighbours among doubles
        return repr(float(np.nextafter(0.3, rng.integers(0, 2))))
    return "%.3g" % rng.normal()


def draw_weight(rng, kind):
    if kind == 0:
        return "%g" % (rng.integers(0, 4) / 4)
    if kind == 1:
        return "%.4ge-300" % (rng.integers(0, 6) / 7)
    if kind == 2:
        return "%.4ge300" % (rng.integers(0, 6) / 7)
    if kind == 3:
        return "%.3fe%d" % (rng.random(), rng.integers(-300, 301))
    return ("0.1", "1e-300", "1e300", "3", "5e-324")[kind - 4]


def make_lines():
    rng = np.random.default_rng(17)
    for case in range(CASES):
        count = int(rng.integers(1, (4, 12, 36)[case % 3]))
        score_kind, weight_kind = rng.integers(5), rng.integers(9)
        grouped, weighted = case // 2 % 2, rng.integers(3) > 0
        labels = rng.random() if case % 7 else case % 2
        columns = "label,score" + ",group" * grouped + ",weight" * weighted
        print("case", case, columns, sep="\t")
        names = int(rng.integers(1, 8))
        for _ in range(count):
            fields = [str(int(rng.random() < labels)),
                      draw_score(rng, score_kind)]
            if grouped:
                fields.append("g %d" % rng.integers(names))
            if weighted:
                fields.append(draw_weight(rng, weight_kind))
            print(*fields, sep="\t")


# ---- the measures ------------------------------------------------------------

def show(case, name, value):
    print(case, name, "%.12g" % value, sep="\t")


def both(y):
    return 0 < y.sum() < len(y)


def auc(y, order, w):
    return metrics.roc_auc_score(y, order, sample_weight=w) \
        if both(y) else np.nan


def kolmogorov(y, s, w):
    """Exactly; where it is reached only if all weights are equal, since
    rounding may choose another of equal distances."""
    if not both(y):
        return np.nan, np.nan
    weights = [Fraction(float(x)) for x in w]
    total = [sum(x for x, label in zip(weights, y) if label == c)
             for c in (0, 1)]
    best, where = Fraction(-1), np.nan
    for threshold in np.unique(s)[::-1]:
        above = [sum(x for x, label, score in zip(weights, y, s)
                     if label == c and score >= threshold) for c in (0, 1)]
        distance = abs(above[1] / total[1] - above[0] / total[0])
        if distance > best:
            best, where = distance, threshold
    return float(best), where + 0.0


def judge(case, y, s, w):
    order = orderly(s)
    positive = y.sum() > 0
    show(case, "samples", len(y))
    show(case, "positives", y.sum())
    show(case, "auc", auc(y, order, w))
    show(case, "average_precision",
         metrics.average_precision_score(y, order, sample_weight=w)
         if positive else np.nan)
    distance, where = kolmogorov(y, s, w)
    show(case, "ks", distance)
    if len(set(w)) == 1:
        show(case, "ks_score", where)
    if np.all((s >= 0) & (s <= 1)):
        # A product with 5e-324 has no digits left.
        share = w / w.max()
        show(case, "log_loss",
             metrics.log_loss(y, s, sample_weight=share, labels=[0, 1]))
        show(case, "brier", np.average((s - y) ** 2, weights=share))
        predicted = sum(Fraction(float(a)) * Fraction(float(b))
                        for a, b in zip(s, w))
        observed = sum(Fraction(float(b)) for b, label in zip(w, y) if label)
        ratio = predicted / observed if positive else None
        show(case, "calibration", np.nan if ratio is None else
             float(ratio) if ratio < Fraction(10) ** 308 else np.inf)
    else:
        for name in ("log_loss", "brier", "calibration"):
            show(case, name, np.nan)


def groups(case, y, s, g, w):
    aucs, weights, tops = [], [], []
    order = orderly(s)
    names = np.unique(g)
    for name in names:
        here = g == name
        if both(y[here]):
            aucs.append(auc(y[here], order[here], w[here]))
            weights.append(sum(Fraction(float(x)) for x in w[here]))
        if y[here].sum() > 0:
            tops.append((y[here], order[here]))
    show(case, "gauc", float(sum(Fraction(float(a)) * b
                                 for a, b in zip(aucs, weights))
                             / sum(weights)) if aucs else np.nan)
    show(case, "gauc_plain", np.mean(aucs) if aucs else np.nan)
    show(case, "groups", len(names))
    show(case, "groups_one_class", len(names) - len(aucs))
    show(case, "groups_no_positives", len(names) - len(tops))
    for k in TOPS:
        show(case, "precision@%d" % k,
             np.mean([top(a, b, k) / min(k, a.sum()) for a, b in tops]))
        show(case, "recall@%d" % k,
             np.mean([top(a, b, k) / a.sum() for a, b in tops]))
        show(case, "ndcg@%d" % k,
             np.mean([metrics.ndcg_score([a], [b], k=k) if len(a) > 1 else 1.0
                      for a, b in tops]))


def read_cases():
    for block in open(LINES).read().split("case\t")[1:]:
        head, *lines = block.splitlines()
        case, columns = head.split("\t")
        names = columns.split(",")
        rows = [dict(zip(names, line.split("\t"))) for line in lines]
        yield case, names, [row for row in rows
                            if float(row.get("weight", 1)) > 0]


def main():
    if sys.argv[1:] == ["lines"]:
        make_lines()
        return
    for case, names, rows in read_cases():
        if not rows:
            print(case, "none", 0, sep="\t")
            continue
        y = np.array([int(row["label"]) for row in rows])
        s = np.array([float(row["score"]) for row in rows])
        w = np.array([float(row.get("weight", 1)) for row in rows])
        judge(case, y, s, w)
        if "group" in names:
            groups(case, y, s, np.array([row["group"] for row in rows]), w)


main()
