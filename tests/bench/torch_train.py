#!/usr/bin/env python3
"""How fast PyTorch trains the look-alike network: the peer of ralm-fit.

    /usr/bin/python3 torch_train.py --batch-size=1024 train.txt

Reads a samples file into tensors first (not timed), then trains in memory, with
sparse embedding gradients, for some seconds with each number of threads: eager,
and compiled by torch.compile (what compiling takes is not counted). Prints
`torch_train<TAB>eager|compiled<TAB>THREADS<TAB>SAMPLES_PER_SECOND` lines.
"""
import argparse

from torch_network import (  # before torch
    Network, compiled, cut, rate, read_samples, together)
import torch
from torch.nn.functional import binary_cross_entropy_with_logits


def optimizers(network, name, lr):
    table, dense = [network.embedding.weight], network.dense_parameters()
    if name == "adam":
        return [torch.optim.SparseAdam(table, lr=lr),
                torch.optim.Adam(dense, lr=lr)]
    maker = {"sgd": torch.optim.SGD, "adagrad": torch.optim.Adagrad}[name]
    return [maker(table + dense, lr=lr)]


def trainer(network, steppers, how):
    def loss(vectors, mask, label):
        return binary_cross_entropy_with_logits(
            network.of_vectors(vectors, mask), label, reduction="sum")
    if how == "compiled":
        loss = compiled(loss)

    def step(label, rows, mask):
        for optimizer in steppers:
            optimizer.zero_grad(set_to_none=True)
        loss(network.embedding(rows), mask, label).backward()
        for optimizer in steppers:
            optimizer.step()
    return step


def main():
    parser = argparse.ArgumentParser(
        description="How fast PyTorch trains the look-alike network.")
    parser.add_argument("samples")
    parser.add_argument("--optimizer", default="sgd",
                        choices=("sgd", "adagrad", "adam"))
    parser.add_argument("--learning-rate", type=float, default=0.0001)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--embedding-size", type=int, default=96)
    parser.add_argument("--transformed-size", type=int, default=96)
    parser.add_argument("--user-count", type=int, default=100000,
                        help="rows of the table, if the samples have fewer")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2],
                        help="of eager runs")
    parser.add_argument("--compiled-threads", type=int, nargs="*",
                        default=[2], help="of compiled ones")
    parser.add_argument("--seconds", type=float, default=10)
    args = parser.parse_args()
    if not hasattr(torch, "compile"):
        args.compiled_threads = []

    torch.manual_seed(1)
    seeds, mask, target, label, users = read_samples(args.samples)
    # Whole batches: a shape is compiled once.
    count = max(len(seeds) // args.batch_size, 1) * args.batch_size
    data = (label, seeds, mask, target)
    batches = [(label, together(seeds, target), mask)
               for label, seeds, mask, target in cut(tuple(
                   None if x is None else x[:count] for x in data),
                   args.batch_size)]
    for how, threads in ([("eager", n) for n in args.threads] +
                         [("compiled", n) for n in args.compiled_threads]):
        torch.set_num_threads(threads)
        network = Network(max(users, args.user_count), args.embedding_size,
                          args.transformed_size)
        step = trainer(network, optimizers(network, args.optimizer,
                                           args.learning_rate), how)
        print("torch_train\t%s\t%d\t%.0f" % (
            how, threads, rate(step, batches, args.seconds)), flush=True)


if __name__ == "__main__":
    main()
