#!/usr/bin/env python3
"""What the attention adds: the network and a plain average of the seeds in its
place, trained alike on the very same samples.

    ralm-build-data --repeat-seeds --test=test.txt ... |
        /usr/bin/python3 attention.py --test=test.txt

Reads training samples from stdin, all lists of one length, and trains each of
the two as ralm-fit does by default: one epoch over the seed lists in random
order, Adam, a rate that falls as the users' vectors move, the same start.
Prints `NAME<TAB>AUC<TAB>ITEM_AUC` lines as baselines.py does:

  attention  torch_network.py, the network of ralm-fit
  average    the mean of the seeds' vectors instead of l + g
"""
import argparse
import sys

from torch_network import Network  # before torch
from baselines import auc, item_auc, read_samples
import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, embedding

BETAS, EPSILON = (0.9, 0.999), 1e-8


class Average(Network):
    def pool(self, S, A, mask, t):
        if mask is None:
            return S.mean(dim=1)
        share = mask / mask.sum(dim=1, keepdim=True)
        return torch.bmm(share.unsqueeze(1), S).squeeze(1)


def read_runs(lines, rows):
    """Training samples as runs that share a list: lists (R,n) of rows, the
    run, the target and the label of each sample (N). Adds users to `rows`."""
    lists, runs, targets, labels = [], [], [], []
    last = None
    for line in lines:
        seeds, rest = line.split(" target_user:", 1)
        target, label = rest.split(" ", 2)[:2]
        if seeds != last:
            lists.append(np.array(
                [rows.setdefault(slot[len("user_seeds:"):], len(rows))
                 for slot in seeds.split(" ")], dtype=np.int32))
            last = seeds
        runs.append(len(lists) - 1)
        targets.append(rows.setdefault(target, len(rows)))
        labels.append(label == "label:1")
    if len({len(one) for one in lists}) != 1:
        sys.exit("attention.py: lists of different lengths (--repeat-seeds)")
    return (np.stack(lists), np.array(runs),
            np.array(targets), np.array(labels, dtype=np.float32))


def start(network, deviation):
    """As ralm-fit starts."""
    with torch.no_grad():
        for matrix in (network.Ms, network.Wl, network.Wg):
            limit = (6 / sum(matrix.shape)) ** 0.5
            matrix.uniform_(-limit, limit)
        network.Mt.copy_(network.Ms)
        network.scale.fill_(5)
        limit = deviation * 3 ** 0.5
        network.embedding.weight.uniform_(-limit, limit)
    network.embedding.weight.requires_grad_(False)


class Adam:
    """Over dense parameters and over those rows of the table that a batch
    has; a step moves no other row."""
    def __init__(self, network, rate, decay):
        self.table = network.embedding.weight
        self.dense = network.dense_parameters()
        self.rate, self.decay = rate, decay
        self.steps = self.moved = 0
        self.state = {x: (torch.zeros_like(x), torch.zeros_like(x))
                      for x in [self.table] + self.dense}

    def step(self, rows, X):
        self.steps += 1
        rate = self.rate / (1 + self.decay * self.moved / len(self.table))
        rate *= ((1 - BETAS[1] ** self.steps) ** 0.5 /
                 (1 - BETAS[0] ** self.steps))
        self.moved += len(rows)
        with torch.no_grad():
            m, v = self.state[self.table]
            m_rows, v_rows = m[rows], v[rows]
            self.table[rows] = X - self.move(rate, m_rows, v_rows, X.grad)
            m[rows], v[rows] = m_rows, v_rows
            for x in self.dense:
                if x.grad is not None:
                    x -= self.move(rate, *self.state[x], x.grad)
                    x.grad = None

    @staticmethod
    def move(rate, m, v, g):
        m.mul_(BETAS[0]).add_(g, alpha=1 - BETAS[0])
        v.mul_(BETAS[1]).addcmul_(g, g, value=1 - BETAS[1])
        return rate * m / (v.sqrt() + EPSILON)


def forward(network, X, seeds, mask, target):
    """As network(), each user's products once: X (U,D), the others in it."""
    S = X @ network.Ms
    t = embedding(target, X @ network.Mt)
    A = None
    if not isinstance(network, Average):
        A = embedding(seeds, torch.tanh(S @ network.Wg))
    return network.logits(
        network.pool(embedding(seeds, S), A, mask, t), t)


def train(network, args, lists, runs, targets, labels):
    optimizer = Adam(network, args.learning_rate, args.learning_rate_decay)
    place = torch.randperm(len(lists)).numpy()
    order = np.argsort(place[runs], kind="stable")
    for i in range(0, len(order), args.batch_size):
        batch = order[i:i + args.batch_size]
        seeds, target = lists[runs[batch]], targets[batch]
        rows, index = np.unique(np.append(seeds.ravel(), target),
                                return_inverse=True)
        rows, index = torch.from_numpy(rows), torch.from_numpy(index)
        X = network.embedding.weight[rows.long()].requires_grad_()
        logits = forward(network, X, index[:seeds.size].view(seeds.shape),
                         None, index[seeds.size:])
        binary_cross_entropy_with_logits(
            logits, torch.from_numpy(labels[batch]), reduction="sum").backward()
        optimizer.step(rows.long(), X)


def score(network, rows, lists, targets):
    """Unknown seeds are left out; what then cannot be compared has cosine 0."""
    seeds = torch.tensor([[rows.get(u, -1) for u in one] for one in lists])
    target = torch.tensor([rows.get(u, -1) for u in targets])
    mask = seeds >= 0
    with torch.no_grad():
        logits = torch.cat([
            forward(network, network.embedding.weight, s.clamp(min=0), m,
                    t.clamp(min=0))
            for s, m, t in zip(seeds.split(4096), mask.split(4096),
                               target.split(4096))])
        known = (target >= 0) & mask.any(dim=1)
        return torch.where(known, logits, network.bias).numpy()


def main():
    parser = argparse.ArgumentParser(
        description="What the attention adds to an average of the seeds.")
    parser.add_argument("--test", required=True, metavar="FILE")
    parser.add_argument("--rng-seed", type=int, default=1)
    parser.add_argument("--learning-rate", type=float, default=0.003)
    parser.add_argument("--learning-rate-decay", type=float, default=0.005)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--size", type=int, default=64, help="D and H")
    parser.add_argument("--init-deviation", type=float, default=0.01)
    args = parser.parse_args()

    torch.set_num_threads(1)
    rows = {}
    samples = read_runs(sys.stdin, rows)
    lists, targets, labels, items = read_samples(args.test)
    for name, kind in (("attention", Network), ("average", Average)):
        torch.manual_seed(args.rng_seed)
        network = kind(len(rows), args.size, args.size)
        start(network, args.init_deviation)
        train(network, args, *samples)
        scores = score(network, rows, lists, targets)
        print("%s\t%.4f\t%.4f" % (name, auc(labels, scores),
                                  item_auc(labels, scores, items)),
              flush=True)


if __name__ == "__main__":
    main()
