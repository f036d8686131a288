#!/usr/bin/env python3
"""How fast PyTorch scores with one of our networks: the peer of ralm-score.

    /usr/bin/python3 torch_score.py test.txt

Reads a samples file into tensors first (not timed), then runs the forward pass
in memory, without gradients, with each batch size and number of threads: eager,
and compiled by torch.compile (what compiling takes is not counted). Prints
`torch_score<TAB>eager|compiled<TAB>THREADS<TAB>BATCH<TAB>SAMPLES_PER_SECOND`
lines, last `torch_score<TAB>eager|compiled<TAB>best<TAB>BATCH<TAB>...`.
"""
import argparse

from torch_network import NETWORKS, compiled, rate  # before torch
from torch_samples import apart, batches_of, read_samples
import torch


def main():
    parser = argparse.ArgumentParser(
        description="How fast PyTorch scores with one of our networks.")
    parser.add_argument("samples")
    parser.add_argument("--network", default="paddlerec", choices=NETWORKS)
    parser.add_argument("--batch-size", type=int, nargs="+",
                        default=[32, 128, 512, 2048])
    parser.add_argument("--embedding-size", type=int, default=96)
    parser.add_argument("--transformed-size", type=int, default=96)
    parser.add_argument("--user-count", type=int, default=100000,
                        help="rows of the table, if the samples have fewer")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2],
                        help="of eager runs")
    parser.add_argument("--compiled-threads", type=int, nargs="*",
                        default=[2], help="of compiled ones")
    parser.add_argument("--seconds", type=float, default=3,
                        help="of each combination")
    args = parser.parse_args()
    if not hasattr(torch, "compile"):
        args.compiled_threads = []

    torch.manual_seed(1)
    runs, users = read_samples(args.samples)
    runs = apart(runs)
    network = NETWORKS[args.network](
        max(users, args.user_count), args.embedding_size,
        args.transformed_size).eval()

    def score(batch):
        return torch.sigmoid(network(batch))

    def measure(how, step, all_threads):
        best = (0, 0)
        for threads in all_threads:
            torch.set_num_threads(threads)
            for size in args.batch_size:
                speed = rate(step, batches_of(runs, size), args.seconds)
                print("torch_score\t%s\t%d\t%d\t%.0f" % (
                    how, threads, size, speed), flush=True)
                best = max(best, (speed, size))
        if all_threads:
            print("torch_score\t%s\tbest\t%d\t%.0f" % (
                how, best[1], best[0]), flush=True)

    with torch.inference_mode():
        measure("eager", score, args.threads)
        measure("compiled", compiled(score), args.compiled_threads)


if __name__ == "__main__":
    main()
