#!/usr/bin/env python3
"""How fast PyTorch trains the look-alike network: the peer of ralm-fit.

    /usr/bin/python3 torch_train.py --batch-size=1024 train.txt

Reads a samples file into tensors first (not timed), then trains in memory,
eager, with sparse embedding gradients, for some seconds with each number of
threads. Prints `torch_train<TAB>THREADS<TAB>SAMPLES_PER_SECOND` lines, last
`torch_train<TAB>best<TAB>...`.
"""
import argparse

from torch_network import Network, cut, rate, read_samples  # before torch
import torch
from torch.nn.functional import binary_cross_entropy_with_logits


def optimizers(network, name, lr):
    table, dense = [network.embedding.weight], network.dense_parameters()
    if name == "adam":
        return [torch.optim.SparseAdam(table, lr=lr),
                torch.optim.Adam(dense, lr=lr)]
    maker = {"sgd": torch.optim.SGD, "adagrad": torch.optim.Adagrad}[name]
    return [maker(table + dense, lr=lr)]


def trainer(network, steppers):
    def step(seeds, mask, target, label):
        for optimizer in steppers:
            optimizer.zero_grad(set_to_none=True)
        binary_cross_entropy_with_logits(network(seeds, mask, target), label,
                                         reduction="sum").backward()
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
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seconds", type=float, default=10)
    args = parser.parse_args()

    torch.manual_seed(1)
    seeds, mask, target, label, users = read_samples(args.samples)
    batches = cut((seeds, mask, target, label), args.batch_size)
    best = 0
    for threads in args.threads:
        torch.set_num_threads(threads)
        network = Network(max(users, args.user_count), args.embedding_size,
                          args.transformed_size)
        step = trainer(network, optimizers(network, args.optimizer,
                                           args.learning_rate))
        speed = rate(step, batches, args.seconds)
        print("torch_train\t%d\t%.0f" % (threads, speed), flush=True)
        best = max(best, speed)
    print("torch_train\tbest\t%.0f" % best)


if __name__ == "__main__":
    main()
