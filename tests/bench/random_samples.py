#!/usr/bin/env python3
"""Samples of random users with random labels: no two share a list.

    /usr/bin/python3 random_samples.py SAMPLES [USERS [SEEDS [RNG_SEED]]]

The hard case for everything that shares work. Defaults: 100000 users,
20 seeds, rng_seed 1.
"""
import sys

import numpy as np


def main():
    numbers = [int(x) for x in sys.argv[1:]]
    if not 1 <= len(numbers) <= 4:
        sys.exit(__doc__)
    samples, users, seeds, rng_seed = numbers + [100000, 20, 1][
        len(numbers) - 1:]
    rng = np.random.default_rng(rng_seed)
    line = "user_seeds:%d " * seeds + "target_user:%d label:%d\n"
    for start in range(0, samples, 65536):
        count = min(65536, samples - start)
        numbers = rng.integers(users, size=(count, seeds + 2))
        numbers[:, -1] %= 2
        sys.stdout.writelines(line % tuple(row) for row in numbers.tolist())


if __name__ == "__main__":
    main()
