#!/usr/bin/env python3
"""Scores samples as ralm-score does, in NumPy, to read the formula or start from:

    score.py MODEL < samples > scores

It knows the networks attention, average and paddlerec; ids that are no numbers need
the package xxhash.
Lines are not checked as ralm-score checks them, and long lists have no centroids.
"""
import json
import sys

import numpy as np

NETWORKS = "attention", "average", "paddlerec"
TYPES = {"F32": "<f4", "U64": "<u8", "U32": "<u4", "U8": "u1"}


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class Model:
    def __init__(self, path):
        data = np.memmap(path, "u1", "r")
        start = 8 + int(data[:8].view("<u8")[0])
        header = json.loads(data[8:start].tobytes())
        self.meta = header.pop("__metadata__")
        self.network = self.meta["network"]
        if self.network not in NETWORKS:
            sys.exit(f"score.py: {path}: unknown network '{self.network}'")
        for name, t in header.items():
            begin, end = t["data_offsets"]
            tensor = data[start + begin:start + end].view(TYPES[t["dtype"]])
            setattr(self, name, tensor.reshape(t["shape"]))
        self.order = np.argsort(self.user_keys)
        self.most_seeds = int(self.meta.get("seeds_num", 0)) or None

    def key(self, user):
        if user.isdecimal() and str(int(user)) == user and int(user) < 1 << 63:
            return int(user)
        import xxhash
        number = int(self.meta.get("hash_seed", 0))
        return xxhash.xxh3_64_intdigest(user.encode(), number) | 1 << 63

    def vectors(self, users):
        """The vectors of those users that the model knows."""
        keys = np.array([self.key(user) for user in users], "u8")
        at = np.searchsorted(self.user_keys, keys, sorter=self.order)
        rows = self.order[np.minimum(at, len(self.order) - 1)]
        return self.user_embedding[rows[self.user_keys[rows] == keys]]

    def cosine(self, seeds, target):
        S = self.vectors(seeds[:self.most_seeds])
        t = self.vectors([target])
        if len(S) == 0 or len(t) == 0:
            return 0.0
        if self.network == "paddlerec":
            S, t = S @ self.seeds_transform, t @ self.target_transform
        t = t[0]
        v = S.mean(axis=0) if self.network == "average" else self.attend(S, t)
        length = np.linalg.norm(v) * np.linalg.norm(t)
        return v @ t / length if length > 0 else 0.0

    def attend(self, S, t):
        p = softmax(np.tanh(S @ self.local_attention @ t))
        A = np.tanh(S @ self.global_attention)
        return p @ S + (softmax(A @ S.T) @ S).sum(axis=0)

    def score(self, seeds, target):
        logit = self.score_scale * self.cosine(seeds, target) + self.score_bias
        return 1 / (1 + np.exp(-logit[0]))


def main():
    model = Model(sys.argv[1])
    seeds, item = [], None
    for line in sys.stdin:
        slots = [slot.split(":", 1) for slot in line.split()]
        if slots:
            one = dict(slots)
            if "seeds" not in one:
                seeds = [user for name, user in slots if name == "user_seeds"]
                item = one.get("item")
            else:  # seeds:same, those of the line before, and its item
                one.setdefault("item", item)
            score = "%.9g" % model.score(seeds, one["target_user"])
            print(*filter(None, [one.get("label"), score, one.get("item")]), sep="\t")


if __name__ == "__main__":
    main()
