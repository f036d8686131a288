#!/usr/bin/env python3
"""Samples of random users: no two clicks share a list.

    /usr/bin/python3 random_samples.py SAMPLES [USERS [SEEDS [RNG_SEED [K]]]]

The hard case for everything that shares work. Labels are random and no two
samples share a list; with K a sample is a click, and K samples of label 0 behind
it share its list. Defaults: 100000 users, 20 seeds, rng_seed 1, K 0.
"""
import sys

import numpy as np


def main():
    numbers = [int(x) for x in sys.argv[1:]]
    if not 1 <= len(numbers) <= 5:
        sys.exit(__doc__)
    samples, users, seeds, rng_seed, negatives = numbers + [
        100000, 20, 1, 0][len(numbers) - 1:]
    rng = np.random.default_rng(rng_seed)
    line = "user_seeds:%d " * seeds + "target_user:%d label:"
    line += "1\n" + "seeds:same target_user:%d label:0\n" * negatives \
        if negatives else "%d\n"
    for start in range(0, samples, 65536):
        count = min(65536, samples - start) // (1 + negatives)
        numbers = rng.integers(users, size=(
            count, seeds + 1 + (negatives or 1)))
        if not negatives:
            numbers[:, -1] %= 2
        sys.stdout.writelines(line % tuple(row) for row in numbers.tolist())


if __name__ == "__main__":
    main()
