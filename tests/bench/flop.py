#!/usr/bin/env python3
"""How much arithmetic the samples of a file really need.

    /usr/bin/python3 flop.py --batch-size=1024 train.txt

A batch does each piece of work once: per distinct user seen as seed, per
distinct user seen as target, per distinct seed list, per sample. Batches are
made as ralm-fit makes them: neighbours that share their list stay together,
these runs are shuffled. Prints a line: FLOP per sample, and the means per batch
of distinct seeds, targets and lists. --forward leaves the backward pass out
(twice the forward pass); --batch-size=0 is one batch of everything, which is
what a scorer needs that forgets nothing.
"""
import argparse
import random
from itertools import groupby


def read_samples(path):
    """(seeds as text, target) of each line."""
    seeds = ""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            tokens = line.split()
            if tokens:
                if "seeds:same" not in tokens:
                    seeds = " ".join(t for t in tokens
                                     if t.startswith("user_seeds:"))
                yield seeds, next(t for t in tokens
                                  if t.startswith("target_user:"))


def of_batch(network, length, seen, aimed, samples, D, H):
    """FLOP forward: `length` of each list, how many users are seeds, how
    many targets, how many samples. Without what the attention does a sample."""
    transforms = 2 * D * H if network == "paddlerec" else 0
    if network == "average":  # the list's sum; two lengths, a product
        return (sum(D * n for n in length.values()) +
                2 * D * (len(length) + aimed + samples))
    return (transforms + 2 * H * H) * (seen + aimed) + sum(  # A-row, q
        2 * H * n * n for n in length.values())  # A S^T


def main():
    parser = argparse.ArgumentParser(
        description="How much arithmetic the samples of a file really need.")
    parser.add_argument("samples")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--embedding-size", type=int, default=96)
    parser.add_argument("--transformed-size", type=int, default=96)
    parser.add_argument("--network", default="paddlerec",
                        choices=("paddlerec", "attention", "average"))
    parser.add_argument("--forward", action="store_true")
    args = parser.parse_args()
    D, H = args.embedding_size, args.transformed_size

    runs = [list(run) for _, run in
            groupby(read_samples(args.samples), key=lambda sample: sample[0])]
    random.Random(1).shuffle(runs)
    samples = [sample for run in runs for sample in run]
    size = args.batch_size or len(samples)
    flop, users, targets, lists, batches = 0, 0, 0, 0, 0
    for start in range(0, len(samples), size):
        batch = samples[start:start + size]
        length = {seeds: seeds.count(" ") + 1 for seeds, _ in batch}
        seen = len({u for seeds in length for u in seeds.split(" ")})
        aimed = len({target for _, target in batch})
        flop += of_batch(args.network, length, seen, aimed, len(batch), D, H)
        if args.network != "average":  # S q, p S
            flop += sum(4 * H * length[seeds] for seeds, _ in batch)
        users, targets = users + seen, targets + aimed
        lists, batches = lists + len(length), batches + 1
    if not args.forward:
        flop *= 3
    print("%.0f\t%.1f\t%.1f\t%.1f" % (flop / len(samples), users / batches,
                                      targets / batches, lists / batches))


if __name__ == "__main__":
    main()
