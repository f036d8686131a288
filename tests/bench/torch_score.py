#!/usr/bin/env python3
"""How fast PyTorch scores with the look-alike network: the peer of ralm-score.

    /usr/bin/python3 torch_score.py test.txt

Reads a samples file into tensors first (not timed), then runs the forward pass
in memory, without gradients, with each batch size and number of threads.
Prints `torch_score<TAB>THREADS<TAB>BATCH<TAB>SAMPLES_PER_SECOND` lines, last
`torch_score<TAB>best<TAB>BATCH<TAB>...`.
"""
import argparse

from torch_network import Network, cut, rate, read_samples  # before torch
import torch


def main():
    parser = argparse.ArgumentParser(
        description="How fast PyTorch scores with the look-alike network.")
    parser.add_argument("samples")
    parser.add_argument("--batch-size", type=int, nargs="+",
                        default=[32, 128, 512, 2048])
    parser.add_argument("--embedding-size", type=int, default=96)
    parser.add_argument("--transformed-size", type=int, default=96)
    parser.add_argument("--user-count", type=int, default=100000,
                        help="rows of the table, if the samples have fewer")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seconds", type=float, default=3,
                        help="of each combination")
    args = parser.parse_args()

    torch.manual_seed(1)
    seeds, mask, target, _, users = read_samples(args.samples)
    network = Network(max(users, args.user_count), args.embedding_size,
                      args.transformed_size).eval()

    def step(*batch):
        torch.sigmoid(network(*batch))

    best = (0, 0)
    with torch.inference_mode():
        for threads in args.threads:
            torch.set_num_threads(threads)
            for size in args.batch_size:
                batches = cut((seeds, mask, target), size)
                speed = rate(step, batches, args.seconds)
                print("torch_score\t%d\t%d\t%.0f" % (threads, size, speed),
                      flush=True)
                best = max(best, (speed, size))
    print("torch_score\tbest\t%d\t%.0f" % (best[1], best[0]))


if __name__ == "__main__":
    main()
