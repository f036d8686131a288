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


# ---- the bootstrap ----------------------------------------------------------

MASK = 2 ** 64 - 1


def mix64(x):
    """The finaliser of splitmix64."""
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9 & MASK
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb & MASK
    return x ^ (x >> 31)


def xoshiro(rng_seed, stream):
    """xoshiro256**, started by splitmix64 from both."""
    golden = 0x9e3779b97f4a7c15
    x = mix64(rng_seed + golden & MASK) ^ mix64(stream + 2 * golden & MASK)
    s = []
    for _ in range(4):
        x = x + golden & MASK
        s.append(mix64(x))

    def rotate(x, bits):
        return (x << bits | x >> (64 - bits)) & MASK
    while True:
        yield rotate(s[1] * 5 & MASK, 7) * 9 & MASK
        t = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)


def draw(units, rng_seed, stream):
    """How often each unit is drawn, in as many draws (Lemire's, whose rejections
    are rarer than one in 2^50 here)."""
    numbers = xoshiro(rng_seed, stream)
    drawn = np.zeros(units)
    for _ in range(units):
        drawn[next(numbers) * units >> 64] += 1
    return drawn


def resampled(y, s, g, units, drawn, w):
    """Every measure of a resample. units: that of each line; g: its group or None."""
    order = orderly(s)
    w = w * drawn[units]
    fpr, tpr, _ = metrics.roc_curve(y, order, sample_weight=w,
                                    drop_intermediate=False)
    out = {"auc": metrics.roc_auc_score(y, order, sample_weight=w),
           "log_loss": metrics.log_loss(y, s, sample_weight=w),
           "brier": metrics.brier_score_loss(y, s, sample_weight=w),
           "calibration": np.average(s, weights=w) / np.average(y, weights=w),
           "average_precision":
               metrics.average_precision_score(y, order, sample_weight=w),
           "ks": np.max(np.abs(tpr - fpr))}
    return out if g is None else {**out, **g(drawn)}


def group_means(y, s, unit, w):
    """A function from draws to the means over groups."""
    aucs, tops = [], []
    for u in range(unit.max() + 1):
        here = unit == u
        if 0 < y[here].dot(w[here]) < w[here].sum():
            aucs.append((u, w[here].sum(), metrics.roc_auc_score(
                y[here], s[here], sample_weight=w[here])))
        if y[here].sum() > 0:
            a, b = y[here], s[here]
            tops.append((u, [v for k in (1, 3, 10) for v in (
                top(a, b, k) / min(k, a.sum()), top(a, b, k) / a.sum(),
                metrics.ndcg_score([a], [b], k=k) if len(a) > 1 else 1.0)]))
    unit_a, weight, auc = (np.array(v) for v in zip(*aucs))
    unit_t, values = (np.array(v) for v in zip(*tops))
    names = ["%s@%d" % (n, k) for k in (1, 3, 10)
             for n in ("precision", "recall", "ndcg")]

    def means(drawn):
        m, t = drawn[unit_a.astype(int)], drawn[unit_t.astype(int)]
        return {"gauc": np.average(auc, weights=m * weight),
                "gauc_plain": np.average(auc, weights=m),
                **dict(zip(names, np.average(values, axis=0, weights=t)))}
    return means


def bootstrap(case, y, scores, group, resamples, rng_seed, w=None):
    """scores: one array, or two whose differences are wanted. group: their numbers;
    None: lines are drawn."""
    w = np.ones(len(y)) if w is None else w
    keep = w > 0
    y, w, scores = y[keep], w[keep], [s[keep] for s in scores]
    if group is not None or len(scores) > 1:
        group_of = group[keep] if group is not None else np.arange(len(y))
        ids = sorted(set(group_of), key=lambda i: mix64(int(i)))
        place = {v: i for i, v in enumerate(ids)}
        unit = np.array([place[v] for v in group_of])
    else:  # label 0 by score and weight, then label 1
        order = np.lexsort((w, scores[0], y))
        unit = np.empty(len(y), dtype=int)
        unit[order] = np.arange(len(y))
    means = [group_means(y, s, unit, w) if group is not None else None
             for s in scores]
    units = int(unit.max()) + 1
    all_draws = [draw(units, rng_seed, i) for i in range(resamples)]
    values = [[resampled(y, s, g, unit, drawn, w) for drawn in all_draws]
              for s, g in zip(scores, means)]
    show(case, "bootstrap", resamples)
    show(case, "bootstrap_units", units)
    for name in values[0][0]:
        of = np.array([v[name] for v in values[0]])
        show(case, name + "_boot_low", np.percentile(of, 2.5))
        show(case, name + "_boot_high", np.percentile(of, 97.5))
        if len(scores) == 1:
            continue
        differences = of - np.array([v[name] for v in values[1]])
        difference = "difference" if name == "auc" else name + "_difference"
        show(case, difference + "_boot_low", np.percentile(differences, 2.5))
        show(case, difference + "_boot_high", np.percentile(differences, 97.5))
        once = [resampled(y, s, g, unit, np.ones(units), w)[name]
                for s, g in zip(scores, means)]
        show(case, "other_" + name, once[1])
        show(case, difference, once[0] - once[1])


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
    number = np.array([int(v[1:]) for v in g])
    bootstrap("bootstrap", y, [tied], number, 30, 1)
    bootstrap("weighted_bootstrap", y, [tied], number, 23, 7, w)
    bootstrap("line_bootstrap", y, [p], None, 20, 1)
    bootstrap("paired_bootstrap", y, [tied, rival], number, 25, 2)
    bootstrap("paired_line_bootstrap", y, [tied, rival], None, 20, 2, w)
    curves(y, p)
    observed, predicted = calibration_curve(y, p, n_bins=10, strategy="quantile")
    for x in zip(predicted, observed):
        print("curve", "calibration", *("%.17g" % v for v in x), 0, sep="\t")


if __name__ == "__main__":
    main()
