#!/usr/bin/env python3
"""What a look-alike model must beat, on the very same test samples.

    ... | /usr/bin/python3 baselines.py --test=test.txt --choose=choose.txt \\
        --columns=user,item -

CLICKS is the click log the samples were made from (- is stdin), test.txt holds
test samples with `item:` slots, as ralm-build-data --test writes them. What is
known of a user is the items clicked in the log that are not test items, each
once. Prints `NAME<TAB>AUC<TAB>ITEM_AUC<TAB>SECONDS` lines; ITEM_AUC is the plain
mean of the AUC of each test item that has both labels, SECONDS what making the
users' vectors took.

  activity  how many items the target clicked
  memory    the mean cosine between the target's TF-IDF row and each seed's;
            weights are ln(users / users of the item)
  svd       the same with 32 factors of the matrix of normalised TF-IDF rows
  whitened  factors of the TF-IDF rows, whitened: a linear discriminant a list
  als, bpr  the mean cosine of factors of the clicks (baseline_vectors.py)

The last three have numbers to choose. choose.txt holds samples like those of
the test, of items that are no test items: the numbers are those with the best
AUC there, trained without its items. How long that took is not in SECONDS. Their
lines end with the numbers. Without --choose they are left out.
"""
import argparse
import sys
import time

import numpy as np
from scipy import sparse
from scipy.stats import rankdata

import baseline_vectors as vectors

# (factors, ridge, power), (factors, weight, ridge), (factors, rate, decay)
WHITENED = [(factors, ridge, power) for factors in (64, 128, 256)
            for ridge in (1, 3, 10, 30) for power in (0, 0.5, 1)]
ALS = [(64, 9, 10), (64, 9, 30), (64, 29, 30)]
BPR = [(64, 0.1, 0.03), (64, 0.05, 0.001)]

TOGETHER = 16384  # samples whose scores are in memory at once


def read_clicks(path, columns, delimiter, header):
    """(user, item) pairs, each once, in order of first sight."""
    names = columns.split(",")
    with sys.stdin if path == "-" else open(path, encoding="utf-8") as lines:
        if header:
            next(lines, None)
        fields = (line.rstrip("\r\n").split(delimiter) for line in lines)
        u, i = names.index("user"), names.index("item")
        return dict.fromkeys((f[u], f[i]) for f in fields)


def read_samples(path):
    """Lists of seeds, targets, labels, items."""
    seeds, targets, labels, items = [], [], [], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            slots = [token.split(":", 1) for token in line.split()]
            if not slots:
                continue
            one = dict(slots)
            seeds.append([v for name, v in slots if name == "user_seeds"])
            targets.append(one["target_user"])
            labels.append(int(one["label"]))
            items.append(one["item"])
    return seeds, targets, np.array(labels), items


def auc(labels, scores):
    """Ties count half; nan with one class only."""
    positives = labels.sum()
    negatives = len(labels) - positives
    if not positives or not negatives:
        return np.nan
    ranks = rankdata(scores)[labels == 1].sum()
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


def item_auc(labels, scores, items):
    items = np.unique(items, return_inverse=True)[1]
    order = np.argsort(items, kind="stable")
    cuts = np.flatnonzero(np.diff(items[order])) + 1
    return np.nanmean([auc(labels[part], scores[part])
                       for part in np.split(order, cuts)])


def history(clicks, test_items, users):
    """The users-by-items matrix of 0 and 1 without the test items. Adds to
    `users` (id to row) whom it does not hold yet."""
    items, row, column = {}, [], []
    for user, item in clicks:
        u = users.setdefault(user, len(users))
        if item not in test_items:
            row.append(u)
            column.append(items.setdefault(item, len(items)))
    return sparse.csr_matrix((np.ones(len(row)), (row, column)),
                             shape=(len(users), len(items)))


def mean_of_seeds(seeds, user_count):
    """The matrix that takes rows of users to their mean over each list."""
    lengths = [len(one) for one in seeds]
    return sparse.csr_matrix(
        (np.repeat(1 / np.array(lengths), lengths),
         (np.repeat(np.arange(len(seeds)), lengths), np.concatenate(seeds))),
        shape=(len(seeds), user_count))


class Task:
    """Samples, and what is known of their users: the clicks without those on
    the samples' items and on `hidden` ones."""
    def __init__(self, path, clicks, hidden=()):
        seeds, targets, self.labels, self.items = read_samples(path)
        users = {}
        self.target = np.array([users.setdefault(u, len(users))
                                for u in targets])
        lists = {}  # many samples have the same one
        self.list = np.array([lists.setdefault(one, len(lists))
                              for one in map(tuple, seeds)])
        numbers = [[users.setdefault(u, len(users)) for u in one]
                   for one in lists]
        self.clicked = history(clicks, set(self.items).union(hidden), users)
        self.mean = mean_of_seeds(numbers, len(users))

    def scores(self, vector):
        """The mean product of each target's vector and the seeds'."""
        means, scores = self.mean @ vector, np.empty(len(self.target))
        for begin in range(0, len(scores), TOGETHER):
            part = slice(begin, begin + TOGETHER)
            target, mean = vector[self.target[part]], means[self.list[part]]
            scores[part] = (
                np.asarray(target.multiply(mean).sum(1)).ravel()
                if sparse.issparse(vector)
                else np.einsum("ij,ij->i", target, mean))
        return scores

    def aucs(self, scores):
        return (auc(self.labels, scores),
                item_auc(self.labels, scores, self.items))


def each(method):
    """As vectors.whitened does it: a way to make vectors of many choices."""
    return lambda clicked, choices: (method(clicked, *one) for one in choices)


def best(task, method, choices):
    return choices[int(np.argmax([sum(task.aucs(task.scores(vector)))
                                  for vector in method(task.clicked, choices)]))]


def main():
    parser = argparse.ArgumentParser(
        description="What a look-alike model must beat.")
    parser.add_argument("clicks", metavar="CLICKS")
    parser.add_argument("--test", required=True, metavar="FILE")
    parser.add_argument("--choose", metavar="FILE")
    parser.add_argument("--columns", default="user,item,time")
    parser.add_argument("--delimiter", default="\t")
    parser.add_argument("--header", action="store_true")
    args = parser.parse_args()

    clicks = read_clicks(args.clicks, args.columns, args.delimiter, args.header)
    test = Task(args.test, clicks)

    def tell(name, method, note=""):
        start = time.perf_counter()
        scores = method(test.clicked)
        seconds = time.perf_counter() - start
        if scores.ndim == 2:
            scores = test.scores(scores)
        else:
            scores = scores[test.target]
        print("%s\t%.4f\t%.4f\t%.2f%s" % (
            name, *test.aucs(scores), seconds, note), flush=True)

    tell("activity", lambda clicked: np.asarray(clicked.sum(axis=1)).ravel())
    tell("memory", vectors.memory)
    tell("svd", vectors.svd)
    if not args.choose:
        return
    choose = Task(args.choose, clicks, test.items)
    for name, method, choices in (("whitened", vectors.whitened, WHITENED),
                                  ("als", each(vectors.als), ALS),
                                  ("bpr", each(vectors.bpr), BPR)):
        one = best(choose, method, choices)
        tell(name, lambda clicked: next(iter(method(clicked, [one]))),
             "\t%g %g %g" % one)


if __name__ == "__main__":
    main()
