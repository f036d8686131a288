#!/usr/bin/env python3
"""What a look-alike model must beat, on the very same test samples.

    ... | /usr/bin/python3 baselines.py --test=test.txt --columns=user,item -

CLICKS is the click log the samples were made from (- is stdin), test.txt holds
test samples with `item:` slots, as ralm-build-data --test writes them. What is
known of a user is the items clicked in the log that are not test items, each
once. Prints `NAME<TAB>AUC<TAB>ITEM_AUC` lines; ITEM_AUC is the plain mean of
the AUC of each test item that has both labels.

  activity  how many items the target clicked
  memory    the mean cosine between the target's TF-IDF row and each seed's;
            weights are ln(users / users of the item)
  svd       the same with 32 factors of the matrix of normalised TF-IDF rows
"""
import argparse
import sys

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds
from scipy.stats import rankdata
from sklearn.preprocessing import normalize

FACTORS = 32


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


def tf_idf(clicked):
    item_users = np.asarray(clicked.sum(axis=0)).ravel()
    weight = np.log(clicked.shape[0] / item_users)
    return normalize(clicked @ sparse.diags(weight)).tocsr()


def mean_of_seeds(seeds, user_count):
    """The matrix that takes rows of users to their mean over each list."""
    lengths = [len(one) for one in seeds]
    return sparse.csr_matrix(
        (np.repeat(1 / np.array(lengths), lengths),
         (np.repeat(np.arange(len(seeds)), lengths), np.concatenate(seeds))),
        shape=(len(seeds), user_count))


def mean_cosine(unit_rows, mean, target):
    means = mean @ unit_rows
    if sparse.issparse(unit_rows):
        return np.asarray(unit_rows[target].multiply(means).sum(1)).ravel()
    return np.einsum("ij,ij->i", unit_rows[target], means)


def main():
    parser = argparse.ArgumentParser(
        description="What a look-alike model must beat.")
    parser.add_argument("clicks", metavar="CLICKS")
    parser.add_argument("--test", required=True, metavar="FILE")
    parser.add_argument("--columns", default="user,item,time")
    parser.add_argument("--delimiter", default="\t")
    parser.add_argument("--header", action="store_true")
    args = parser.parse_args()

    seeds, targets, labels, items = read_samples(args.test)
    users = {}
    target = np.array([users.setdefault(u, len(users)) for u in targets])
    seeds = [[users.setdefault(u, len(users)) for u in one] for one in seeds]
    clicked = history(read_clicks(args.clicks, args.columns, args.delimiter,
                                  args.header), set(items), users)
    mean = mean_of_seeds(seeds, len(users))
    known = tf_idf(clicked)
    scores = {"activity": np.asarray(clicked.sum(axis=1)).ravel()[target],
              "memory": mean_cosine(known, mean, target)}
    factors = min(FACTORS, min(known.shape) - 1)
    if factors > 0:
        u, s, _ = svds(known, k=factors, random_state=0)
        scores["svd"] = mean_cosine(normalize(u * s), mean, target)
    for name, score in scores.items():
        print("%s\t%.4f\t%.4f" % (name, auc(labels, score),
                                  item_auc(labels, score, items)))


if __name__ == "__main__":
    main()
