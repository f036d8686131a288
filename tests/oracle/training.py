#!/usr/bin/env python3
"""Ten training steps with every optimizer, on the network of network.py.

    /usr/bin/python3 training.py > training.txt

The optimizers are written out below as formulas; where PyTorch has the same
one (SGD, Adagrad, SparseAdam) the run is made with it too and must agree.
README.md beside this describes the file.
"""
import itertools

import numpy as np
import torch

from network import (CHOICE_LOSSES, LEARNED, LOSSES, MATRICES, batch_of, gradients,
                     random_parameters, random_samples, write_batch,
                     write_tensor)

STEPS = 10
USERS, D, H = 12, 5, 4
RATES = {"sgd": 0.05, "adagrad": 0.05, "rowwise_adagrad": 0.05, "adam": 0.01}


# ---- the optimizers: x changes in place, g its gradient ---------------------
# `state` holds what is kept of x from step to step, zeros at first. For the
# table, x and g are the touched rows only, and state their part of it.

def sgd(x, g, state, lr, step):
    x -= lr * g


def adagrad(x, g, state, lr, step):
    state["G"] += g * g
    x -= lr * g / (torch.sqrt(state["G"]) + 1e-10)


def rowwise_adagrad(x, g, state, lr, step):
    state["G_row"] += (g * g).mean(dim=1, keepdim=True)
    x -= lr * g / (torch.sqrt(state["G_row"]) + 1e-10)


def adam(x, g, state, lr, step):
    b1, b2, t = 0.9, 0.999, step + 1
    state["m"] += (1 - b1) * (g - state["m"])
    state["v"] += (1 - b2) * (g * g - state["v"])
    size = lr * np.sqrt(1 - b2 ** t) / (1 - b1 ** t)
    x -= size * state["m"] / (torch.sqrt(state["v"]) + 1e-8)


ROWS = {"sgd": sgd, "adagrad": adagrad, "rowwise_adagrad": rowwise_adagrad,
        "adam": adam}
DENSE = dict(ROWS, rowwise_adagrad=adagrad)


def new_state(x):
    return {name: torch.zeros_like(x) for name in ("G", "m", "v")} | {
        "G_row": torch.zeros(len(x), 1)}


def touched_rows(batch):
    used = set(batch["sample_target"])
    for k in batch["sample_list"]:
        used.update(batch["list_user"][batch["list_start"][k]:
                                       batch["list_start"][k + 1]])
    return sorted(used)


def train(start, batches, run):
    """The mean loss of every step, and the parameters after the last."""
    p = {name: x.clone() for name, x in start.items()}
    state = {name: new_state(x) for name, x in p.items()}
    means = []
    moved = 0  # rows, over all steps
    for step in range(STEPS):
        batch = batches[step % len(batches)]
        losses, g = gradients(run["loss"], p, batch)
        means.append(losses.mean().item())
        lr = run["learning_rate"] / (1 + run["decay"] * moved / USERS)

        rows = touched_rows(batch)
        moved += len(rows)
        x = p["X"][rows]
        part = {name: s[rows] for name, s in state["X"].items()}
        x -= lr * run["weight_decay"] * x
        ROWS[run["optimizer"]](x, g["X"][rows], part, lr, step)
        p["X"][rows] = x
        for name, values in part.items():
            state["X"][name][rows] = values

        for name in MATRICES:
            p[name] -= lr * run["weight_decay"] * p[name]
            DENSE[run["optimizer"]](p[name], g[name], state[name], lr, step)
        if run["score_scale"] == "learned":
            for name in ("scale", "bias"):
                DENSE[run["optimizer"]](p[name], g[name], state[name], lr,
                                        step)
    return means, p


# ---- the same through torch.optim -------------------------------------------

def train_with_torch(start, batches, run):
    """As train(), for what PyTorch has; None where it has not. SparseAdam
    serves the dense parameters too: Adam puts eps elsewhere."""
    makers = {"sgd": torch.optim.SGD, "adagrad": torch.optim.Adagrad,
              "adam": torch.optim.SparseAdam}
    if run["optimizer"] not in makers or run["weight_decay"] or run["decay"]:
        return None
    p = {name: torch.nn.Parameter(x.clone()) for name, x in start.items()}
    learned = LEARNED if run["score_scale"] == "learned" else LEARNED[:-2]
    optimizer = makers[run["optimizer"]]([p[name] for name in learned],
                                         lr=run["learning_rate"])
    for step in range(STEPS):
        batch = batches[step % len(batches)]
        _, g = gradients(run["loss"], {n: x.detach() for n, x in p.items()},
                         batch)
        rows = torch.tensor([touched_rows(batch)])
        for name in learned:
            p[name].grad = g[name]
            if name == "X":
                p[name].grad = torch.sparse_coo_tensor(
                    rows, g[name][rows[0]], g[name].shape)
            elif run["optimizer"] == "adam":
                p[name].grad = torch.sparse_coo_tensor(
                    torch.arange(len(g[name])).reshape(1, -1), g[name],
                    g[name].shape)
        optimizer.step()
    return {name: x.detach() for name, x in p.items()}


# ---- the file ---------------------------------------------------------------

def make_batches(rng):
    """Four batches; each leaves some users untouched, each list is used."""
    batches = []
    for _ in range(4):
        users = rng.permutation(USERS)[:8]
        lists = [rng.choice(users, size=n) for n in (2, 3, 5)]
        samples = [(i % 3, users[u], label) for i, (_, u, label)
                   in enumerate(random_samples(rng, 3, 8, 6))]
        batches.append(batch_of(lists, samples))
    return batches


def make_choices(rng):
    """Three batches whose lists have choices of up to seven samples, without
    label-0 samples, and without a click."""
    batches = []
    labels = [(0, 0, 1, 0, 0, 1, 1, 0), (1, 0, 0, 0, 0, 0, 0), (0, 0, 1, 0)]
    for _ in range(3):
        users = rng.permutation(USERS)[:10]
        lists = [rng.choice(users, size=n) for n in (3, 2, 4, 1)]
        samples = [(k, rng.choice(users), label)
                   for k, run in enumerate(labels + [(0, 0)]) for label in run]
        batches.append(batch_of(lists, samples))
    return batches


def main():
    rng = np.random.default_rng(2019)
    start = random_parameters(rng, USERS, D, H)
    batches = make_batches(rng)
    choices = make_choices(rng)
    runs = [{"optimizer": optimizer, "loss": loss, "score_scale": score_scale,
             "learning_rate": RATES[optimizer], "weight_decay": weight_decay,
             "decay": decay}
            for optimizer, loss, score_scale, (weight_decay, decay)
            in itertools.product(ROWS, LOSSES, ("learned", "fixed"),
                                 ((0.0, 0.0), (0.5, 0.25)))]
    runs += [{"optimizer": optimizer, "loss": loss, "score_scale": score_scale,
              "learning_rate": RATES[optimizer], "weight_decay": 0.0,
              "decay": 0.25}
             for optimizer, loss, score_scale
             in itertools.product(ROWS, CHOICE_LOSSES, ("learned", "fixed"))]

    write_tensor("D", D)
    write_tensor("H", H)
    write_tensor("steps", STEPS)
    write_tensor("batches", len(batches))
    write_tensor("choices", len(choices))
    write_tensor("runs", len(runs))
    for name in LEARNED:
        write_tensor("start." + name, start[name])
    for number, batch in enumerate(batches):
        write_batch("batch%d." % number, batch)
    for number, batch in enumerate(choices):
        write_batch("choices%d." % number, batch)
    for number, run in enumerate(runs):
        prefix = "run%d." % number
        p = dict(start)
        if run["score_scale"] == "fixed":
            p["scale"], p["bias"] = torch.ones(1), torch.zeros(1)
        of = choices if run["loss"] in CHOICE_LOSSES else batches
        means, end = train(p, of, run)
        peer = train_with_torch(p, of, run)
        if peer is not None:
            for name in LEARNED:
                torch.testing.assert_close(end[name], peer[name],
                                           rtol=1e-10, atol=1e-12)
        for name, value in run.items():
            if isinstance(value, str):
                print("word", prefix + name, value)
            else:
                write_tensor(prefix + name, value)
        write_tensor(prefix + "mean_loss", means)
        for name in LEARNED:
            write_tensor(prefix + "end." + name, end[name])


if __name__ == "__main__":
    main()
