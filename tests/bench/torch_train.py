#!/usr/bin/env python3
"""How fast PyTorch trains one of our networks: the peer of ralm-fit.

    /usr/bin/python3 torch_train.py --batch-size=1024 train.txt

Reads a samples file into tensors first (not timed), then trains in memory, with
sparse embedding gradients, for some seconds with each number of threads: eager,
and compiled by torch.compile (what compiling takes is not counted). Prints
`torch_train<TAB>eager|compiled<TAB>THREADS<TAB>SAMPLES_PER_SECOND` lines.

A loss of softmax takes the choices of the commonest size alone.
"""
import argparse

from torch_network import NETWORKS, compiled, rate  # before torch
from torch_samples import batches_of, commonest_choices, read_samples
import torch
from torch.nn.functional import (
    binary_cross_entropy_with_logits, cross_entropy)


def optimizers(network, name, lr):
    table, dense = [network.embedding.weight], network.dense_parameters()
    if name == "adam":
        return [torch.optim.SparseAdam(table, lr=lr),
                torch.optim.Adam(dense, lr=lr)]
    maker = {"sgd": torch.optim.SGD, "adagrad": torch.optim.Adagrad}[name]
    return [maker(table + dense, lr=lr)]


def trainer(network, steppers, how, choice):
    """choice: how many samples a choice has, for softmax; else 0."""
    def loss(vectors, batch):
        logits = network.of_vectors(vectors, batch)
        if not choice:
            return binary_cross_entropy_with_logits(
                logits, batch.label, reduction="sum")
        table = logits.view(-1, choice)
        return cross_entropy(table, table.new_zeros(
            len(table), dtype=torch.long), reduction="sum")
    if how == "compiled":
        loss = compiled(loss)

    def step(batch):
        for optimizer in steppers:
            optimizer.zero_grad(set_to_none=True)
        loss(network.embedding(batch.rows), batch).backward()
        for optimizer in steppers:
            optimizer.step()
    return step


def main():
    parser = argparse.ArgumentParser(
        description="How fast PyTorch trains one of our networks.")
    parser.add_argument("samples")
    parser.add_argument("--network", default="paddlerec", choices=NETWORKS)
    parser.add_argument("--loss", default="log_loss",
                        choices=("log_loss", "softmax"))
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
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--seconds", type=float, default=10)
    args = parser.parse_args()
    if not hasattr(torch, "compile"):
        args.compiled_threads = []

    torch.manual_seed(1)
    runs, users = read_samples(args.samples)
    choice = 0
    if args.loss == "softmax":
        runs, choice = commonest_choices(runs)
    batches = [batch.on(args.device)
               for batch in batches_of(runs, args.batch_size)]
    finish = torch.cuda.synchronize if args.device == "cuda" else None
    for how, threads in ([("eager", n) for n in args.threads] +
                         [("compiled", n) for n in args.compiled_threads]):
        torch.set_num_threads(threads)
        network = NETWORKS[args.network](
            max(users, args.user_count), args.embedding_size,
            args.transformed_size).to(args.device)
        step = trainer(network, optimizers(network, args.optimizer,
                                           args.learning_rate), how, choice)
        print("torch_train\t%s\t%d\t%.0f" % (
            how, threads, rate(step, batches, args.seconds, finish)), flush=True)


if __name__ == "__main__":
    main()
