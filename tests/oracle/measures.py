#!/usr/bin/env python3
"""The measures of ralm-auc once more, by scikit-learn where it has them.

    /usr/bin/python3 measures.py lines > measures-lines.txt
    /usr/bin/python3 measures.py > measures.txt

The first writes the lines to be judged, the second judges them: "CASE NAME
VALUE" for measures, "CASE CURVE X Y THRESHOLD" for points of curves. DeLong's
and Paddle's formulas, which scikit-learn lacks, are written from their papers
and from Paddle's operator. README.md beside it describes the files.
"""
import sys

import numpy as np
from scipy.stats import ks_2samp, norm
from sklearn import metrics
from sklearn.calibration import calibration_curve

LINES = "measures-lines.txt"
COUNT = 400


def make_lines():
    """label, tied probability, continuous probability, any score, weight,
    group, rival probability"""
    rng = np.random.default_rng(6)
    special = ["inf", "-inf", "0", "-0.0", "5e-324", "-5e-324", "1e-310",
               "1.7976931348623157e308", "-1.7976931348623157e308"]
    for i in range(COUNT):
        p = rng.beta(1, 3)
        label = int(rng.random() < p)
        tied = "%g" % (round(p * 20) / 20)
        anything = special[rng.integers(len(special))] if i % 3 == 0 \
            else repr(float(rng.normal() + label) * 10.0 ** rng.integers(-3, 4))
        weight = "%g" % (rng.integers(0, 9) / 4)
        rival = repr(float(np.clip(p + rng.normal() / 8, 0, 1)))
        print(label, tied, repr(float(p)), anything, weight,
              "g%d" % rng.integers(30), rival, sep="\t")


def show(case, name, value):
    print(case, name, "%.17g" % value, sep="\t")


def orderly(scores):
    """Ranks, ties kept: scikit-learn takes no infinities."""
    return np.unique(scores, return_inverse=True)[1].astype(float)


def judge(case, y, s, w=None):
    order = orderly(s)
    show(case, "auc", metrics.roc_auc_score(y, order, sample_weight=w))
    show(case, "average_precision",
         metrics.average_precision_score(y, order, sample_weight=w))
    fpr, tpr, _ = metrics.roc_curve(y, order, sample_weight=w,
                                    drop_intermediate=False)
    show(case, "ks", np.max(np.abs(tpr - fpr)))
    if w is None:
        show(case, "ks", ks_2samp(order[y == 1], order[y == 0]).statistic)
    if np.all((s >= 0) & (s <= 1)):
        show(case, "log_loss", metrics.log_loss(y, s, sample_weight=w))
        show(case, "brier", metrics.brier_score_loss(y, s, sample_weight=w))
        show(case, "calibration",
             np.average(s, weights=w) / np.average(y, weights=w))


# ---- DeLong -----------------------------------------------------------------

def placements(y, s):
    pairs = (s[y == 1][:, None] > s[y == 0]) + 0.5 * (s[y == 1][:, None] == s[y == 0])
    return pairs.mean(1), pairs.mean(0)


def delong(y, s, other):
    a, b = placements(y, s), placements(y, other)
    variance = sum(np.var(v, ddof=1) / len(v) for v in a)
    error, auc = np.sqrt(variance), a[0].mean()
    show("delong", "auc_error", error)
    show("delong", "auc_low", max(0, auc - norm.ppf(0.975) * error))
    show("delong", "auc_high", min(1, auc + norm.ppf(0.975) * error))
    # By the covariance matrix, as the paper has it.
    s10, s01 = np.cov(a[0], b[0]), np.cov(a[1], b[1])
    cover = s10 / len(a[0]) + s01 / len(a[1])
    error = np.sqrt(cover[0, 0] + cover[1, 1] - 2 * cover[0, 1])
    difference = auc - b[0].mean()
    show("delong", "other_auc", b[0].mean())
    show("delong", "difference", difference)
    show("delong", "difference_error", error)
    show("delong", "difference_low", difference - norm.ppf(0.975) * error)
    show("delong", "difference_high", difference + norm.ppf(0.975) * error)
    show("delong", "z", difference / error)
    show("delong", "p", 2 * norm.sf(abs(difference / error)))


# ---- groups -----------------------------------------------------------------

def top(y, s, k):
    """Hits among the top k, the mean over all orders of equal scores."""
    hits = 0.0
    for score in np.unique(s)[::-1]:
        tie = s == score
        room = min(k, int(tie.sum()))
        hits += room * y[tie].mean()
        k -= room
    return hits


def groups(case, y, s, g, w=None):
    aucs, weights, tops = [], [], []
    w = np.ones(len(y)) if w is None else w
    y, s, g, w = y[w > 0], s[w > 0], g[w > 0], w[w > 0]
    for name in np.unique(g):
        here = g == name
        if y[here].dot(w[here]) > 0 and (1 - y[here]).dot(w[here]) > 0:
            aucs.append(metrics.roc_auc_score(y[here], s[here],
                                              sample_weight=w[here]))
            weights.append(w[here].sum())
        if y[here].sum() > 0:
            tops.append((y[here], s[here]))
    show(case, "gauc", np.average(aucs, weights=weights))
    show(case, "gauc_plain", np.mean(aucs))
    show(case, "groups", len(np.unique(g)))
    show(case, "groups_one_class", len(np.unique(g)) - len(aucs))
    show(case, "groups_no_positives", len(np.unique(g)) - len(tops))
    for k in (1, 3, 10):
        show(case, "precision@%d" % k,
             np.mean([top(a, b, k) / min(k, a.sum()) for a, b in tops]))
        show(case, "recall@%d" % k,
             np.mean([top(a, b, k) / a.sum() for a, b in tops]))
        show(case, "ndcg@%d" % k,
             np.mean([metrics.ndcg_score([a], [b], k=k) if len(a) > 1 else 1.0
                      for a, b in tops]))


# ---- Paddle -----------------------------------------------------------------

def paddle_auc(y, s, thresholds=4096):
    """auc_kernel.cc: buckets of float scores, trapezoids from the top."""
    stat = np.zeros((2, thresholds + 1))
    for label, score in zip(y, s):
        stat[label, int(np.float32(score) * np.float32(thresholds))] += 1
    area = pos = neg = 0.0
    for i in range(thresholds, -1, -1):
        old_pos, old_neg = pos, neg
        pos += stat[1, i]
        neg += stat[0, i]
        area += abs(neg - old_neg) * (pos + old_pos) / 2
    return area / pos / neg if pos > 0 and neg > 0 else 0.0


# ---- curves -----------------------------------------------------------------

def curves(y, s):
    fpr, tpr, t = metrics.roc_curve(y, s, drop_intermediate=False)
    for x in zip(fpr[1:], tpr[1:], t[1:]):
        print("curve", "roc", *("%.17g" % v for v in x), sep="\t")
    precision, recall, t = metrics.precision_recall_curve(y, s)
    for x in list(zip(recall, precision, t))[::-1]:
        print("curve", "pr", *("%.17g" % v for v in x), sep="\t")


def main():
    if sys.argv[1:] == ["lines"]:
        make_lines()
        return
    columns = list(zip(*(line.rstrip("\n").split("\t") for line in open(LINES))))
    y = np.array(columns[0], dtype=int)
    tied, p, anything, w = (np.array(c, dtype=float) for c in columns[1:5])
    g = np.array(columns[5])
    rival = np.array(columns[6], dtype=float)
    judge("tied", y, tied)
    judge("continuous", y, p)
    judge("anything", y, anything)
    judge("weighted", y, tied, w)
    judge("weighted_anything", y, anything, w)
    delong(y, tied, rival)
    groups("groups", y, tied, g)
    groups("weighted_groups", y, tied, g, w)
    show("paddle", "paddle_auc", paddle_auc(y, p))
    curves(y, p)
    observed, predicted = calibration_curve(y, p, n_bins=10, strategy="quantile")
    for x in zip(predicted, observed):
        print("curve", "calibration", *("%.17g" % v for v in x), 0, sep="\t")


if __name__ == "__main__":
    main()
