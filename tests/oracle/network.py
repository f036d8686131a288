#!/usr/bin/env python3
"""The look-alike networks once more, as plainly as it can be said.

    /usr/bin/python3 network.py > network.txt
    /usr/bin/python3 network.py average > average.txt

One sample at a time, in float64, the gradients by PyTorch's autograd: nothing
is shared, nothing is derived by hand. The C code is held to what this prints.
README.md beside it describes the file.
"""
import sys

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

MATRICES = ("Ms", "Mt", "Wl", "Wg")  # of PaddleRec's network
LEARNED = ("X",) + MATRICES + ("scale", "bias")
ALPHA = 0.3
SMALLEST_SQUARE = 1e-30  # a vector below it counts as zero


# ---- the networks -----------------------------------------------------------
# The cosine of one sample: seed rows (n,D), target row (D).

def cos(u, t):
    if u @ u < SMALLEST_SQUARE or t @ t < SMALLEST_SQUARE:
        return torch.zeros(())
    return u @ t / (torch.sqrt(u @ u) * torch.sqrt(t @ t))


def local_attention(S, t, p):
    a = torch.stack([torch.tanh(S_i @ p["Wl"] @ t) for S_i in S])
    return torch.softmax(a, dim=0) @ S


def attention(S, t, p):
    """cos(l + g, t)"""
    A = torch.tanh(S @ p["Wg"])
    P = torch.softmax(A @ S.T, dim=1)
    return cos(local_attention(S, t, p) + (P @ S).sum(dim=0), t)


def paddlerec(seeds, target, p):
    return attention(seeds @ p["Ms"], target @ p["Mt"], p)


def average(seeds, target, p):
    return cos(seeds.mean(dim=0), target)


def kdd19(seeds, target, p):
    def prelu(z):
        return torch.where(z > 0, z, p["slope"] * z)
    S, t = prelu(seeds @ p["M"]), prelu(target @ p["M"])
    b = torch.tanh(S @ p["Wg"]) @ p["w"]
    g = torch.softmax(b, dim=0) @ S
    return ((1 - ALPHA) * cos(local_attention(S, t, p), t) +
            ALPHA * cos(g, t))


# The network, and how its parameters are drawn from normal(shape).
NETWORKS = {
    "paddlerec": (paddlerec, lambda normal, D, H: {
        "Ms": normal(D, H) / np.sqrt(D), "Mt": normal(D, H) / np.sqrt(D),
        "Wl": normal(H, H) / np.sqrt(H), "Wg": normal(H, H) / np.sqrt(H)}),
    "attention": (attention, lambda normal, D, H: {
        "Wl": normal(D, D) / np.sqrt(D), "Wg": normal(D, D) / np.sqrt(D)}),
    "average": (average, lambda normal, D, H: {}),
    "kdd19": (kdd19, lambda normal, D, H: {
        "M": normal(D, H) / np.sqrt(D), "slope": [0.25 + normal(1)[0] / 8],
        "Wl": normal(H, H) / np.sqrt(H), "Wg": normal(H, H) / np.sqrt(H),
        "w": normal(H)}),
}
NETWORK = "paddlerec"


def cosines(p, batch):
    """The cosine of every sample of a batch. Users are rows of p["X"]."""
    start, users = batch["list_start"], batch["list_user"]
    result = []
    for k, target in zip(batch["sample_list"], batch["sample_target"]):
        seeds = torch.stack([p["X"][u] for u in users[start[k]:start[k + 1]]])
        result.append(NETWORKS[NETWORK][0](seeds, p["X"][target], p))
    return torch.stack(result)


def log_loss(cosine, label, p, margin):
    """Binary cross-entropy of sigmoid(scale c + bias), from the logit z:
    log(1 + exp(z)) - label z. (The margin belongs to the other loss.)"""
    z = p["scale"] * cosine + p["bias"]
    return torch.logaddexp(z, torch.zeros_like(z)) - label * z


def cosine_loss(cosine, label, p, margin):
    """1 - c for a click, max(0, c - margin) for none."""
    return torch.where(label == 1, 1 - cosine,
                       torch.clamp(cosine - margin, min=0))


LOSSES = {"log_loss": log_loss, "cosine_loss": cosine_loss}


def choices(batch):
    """(click, label-0 samples) for each click: those of its seed list that
    follow it, and before a list's first click those as well."""
    for k in range(len(batch["list_start"]) - 1):
        run = [s for s, of in enumerate(batch["sample_list"]) if of == k]
        clicks = [s for s in run if batch["label"][s] == 1]
        for i, click in enumerate(clicks):
            first = run[0] if i == 0 else click
            end = clicks[i + 1] if i + 1 < len(clicks) else run[-1] + 1
            yield click, [s for s in run if first <= s < end and s != click]


def balanced_log_loss(cosine, label, p, batch):
    """log_loss in which the K label-0 samples of a click weigh 1/K each."""
    weight = torch.ones(len(label))
    for _, others in choices(batch):
        weight[others] = 1 / max(len(others), 1)
    return weight * log_loss(cosine, label, p, None)


def softmax(cosine, label, p, batch):
    """-log softmax(scale c) of a click among itself and its label-0 samples,
    at the place of the click."""
    losses = [torch.zeros(1)] * len(label)
    for click, others in choices(batch):
        if others:
            x = p["scale"] * cosine[[click] + others]
            losses[click] = (torch.logsumexp(x, 0) - x[0]).reshape(1)
    return torch.cat(losses)


CHOICE_LOSSES = {"balanced_log_loss": balanced_log_loss, "softmax": softmax}


def gradients(loss, parameters, batch):
    """Losses of the samples, and d(their sum)/d(each parameter)."""
    p = {name: value.clone().requires_grad_()
         for name, value in parameters.items()}
    label = torch.tensor(batch["label"])
    cosine = cosines(p, batch)
    if loss in LOSSES:
        losses = LOSSES[loss](cosine, label, p, batch["margin"])
    else:
        losses = CHOICE_LOSSES[loss](cosine, label, p, batch)
    total = losses.sum()
    if total.requires_grad:
        total.backward()
    return losses.detach(), {
        name: torch.zeros_like(value) if value.grad is None else value.grad
        for name, value in p.items()}


# ---- the cases --------------------------------------------------------------

def short(values):
    """Rounded to 1/256: exact in float, and short in print."""
    return torch.tensor(np.round(np.asarray(values) * 256) / 256)


def random_parameters(rng, users, D, H, spread=1.0):
    def normal(*shape):
        return rng.normal(size=shape)
    X = {"X": short(spread * normal(users, D))}
    drawn = NETWORKS[NETWORK][1](normal, D, H)
    return X | {name: short(values) for name, values in drawn.items()} | {
        "scale": short([rng.uniform(1, 4)]),
        "bias": short([rng.uniform(-1, 1)])}


def batch_of(lists, samples, margin=0.0):
    """samples: (index of a list, target, label)"""
    start = [0]
    for users in lists:
        start.append(start[-1] + len(users))
    return {"list_start": start,
            "list_user": [int(u) for users in lists for u in users],
            "sample_list": [int(s[0]) for s in samples],
            "sample_target": [int(s[1]) for s in samples],
            "label": [float(s[2]) for s in samples],
            "margin": margin}


def random_samples(rng, lists, users, count):
    return [(rng.integers(lists), rng.integers(users), rng.integers(2))
            for _ in range(count)]


def ragged(rng):
    """Lists of 1 to 30 users, a sample each, shuffled; D > H."""
    users = 40
    lists = [rng.integers(users, size=n) for n in rng.permutation(30) + 1]
    samples = [(k, rng.integers(users), rng.integers(2)) for k in range(30)]
    return random_parameters(rng, users, 8, 6), batch_of(lists, samples)


def shared_list(rng):
    """One list for many samples, beside two others; D = H; a margin."""
    lists = [[0, 1, 2, 3, 4, 5, 6], [7, 8], [2, 9, 4]]
    samples = [(0, u, u % 2) for u in range(10)] * 2
    samples += random_samples(rng, 3, 10, 10)
    return random_parameters(rng, 10, 6, 6), batch_of(lists, samples, 0.125)


def repeated_seeds(rng):
    """A user several times in a list; a target among its seeds; D < H."""
    lists = [[0, 0], [1, 2, 1, 3, 1], [4, 4, 4, 5], [6]]
    samples = [(0, 0, 1), (0, 1, 0), (1, 1, 1), (1, 3, 0), (1, 5, 1),
               (2, 4, 1), (2, 5, 0), (2, 0, 1), (3, 6, 0), (3, 6, 1)]
    return random_parameters(rng, 7, 5, 8), batch_of(lists, samples)


def one_sample(rng):
    """One seed, one target, one sample."""
    return random_parameters(rng, 2, 4, 3), batch_of([[0]], [(0, 1, 1)])


def equal_vectors(rng):
    """Every user has the same row."""
    p = random_parameters(rng, 6, 8, 6)
    p["X"][:] = p["X"][0]
    lists = [[0], [1, 2, 3], [0, 1, 2, 3, 4, 5]]
    samples = [(0, 1, 1), (0, 0, 0), (1, 4, 1), (1, 1, 0), (2, 5, 0),
               (2, 2, 1)]
    return p, batch_of(lists, samples)


def equal_towers(rng):
    """The same again with Ms = Mt: cosine 1."""
    p, batch = equal_vectors(rng)
    if "Mt" in p:
        p["Mt"] = p["Ms"].clone()
    return p, batch


def zero_vectors(rng):
    """User 0 is zero: as target, only seed, all seeds, one of them, both."""
    p = random_parameters(rng, 6, 8, 6)
    p["X"][0] = 0
    lists = [[1, 2, 3], [0], [0, 0, 0], [4, 0, 5]]
    samples = [(0, 0, 1), (0, 0, 0), (1, 1, 1), (1, 2, 0), (2, 3, 1),
               (2, 4, 0), (3, 1, 1), (3, 5, 0), (1, 0, 1), (3, 0, 0),
               (0, 5, 1)]
    return p, batch_of(lists, samples)


def saturated(rng):
    """Large vectors and a large scale: flat tanh, peaked softmax, scores
    next to 0 and 1."""
    p = random_parameters(rng, 12, 8, 6, spread=4.0)
    p["scale"][0], p["bias"][0] = 60, -7.5
    lists = [rng.integers(12, size=n) for n in (1, 4, 9, 20)]
    return p, batch_of(lists, random_samples(rng, 4, 12, 24))


def small(rng):
    """Rows as small as fresh ones: everything nearly linear."""
    p = random_parameters(rng, 12, 8, 6, spread=0.05)
    lists = [rng.integers(12, size=n) for n in (2, 5, 11, 20)]
    return p, batch_of(lists, random_samples(rng, 4, 12, 16))


def wide(rng):
    """D = H = 32."""
    lists = [rng.integers(24, size=n) for n in (20, 20, 7, 1, 13, 30)]
    return (random_parameters(rng, 24, 32, 32),
            batch_of(lists, random_samples(rng, 6, 24, 20)))


CASES = (ragged, shared_list, repeated_seeds, one_sample, equal_vectors,
         equal_towers, zero_vectors, saturated, small, wide)


# ---- the file ---------------------------------------------------------------

DIGITS = 17


def write_tensor(name, values, out=sys.stdout):
    """`tensor NAME DIMS...`, then one line for each row."""
    values = np.atleast_1d(np.asarray(values, dtype=np.float64))
    print("tensor", name, *values.shape, file=out)
    for row in values.reshape(-1, values.shape[-1]):
        print(*("%.*g" % (DIGITS, x) for x in row), file=out)


def write_batch(prefix, batch):
    for name, values in batch.items():
        write_tensor(prefix + name, values)


def main():
    global NETWORK, DIGITS
    if len(sys.argv) > 1:
        NETWORK, DIGITS = sys.argv[1], 10
    write_tensor("cases", len(CASES))
    for number, case in enumerate(CASES):
        prefix = "%d." % number
        parameters, batch = case(np.random.default_rng(number))
        D = parameters["X"].shape[1]
        H = parameters["Wl"].shape[0] if "Wl" in parameters else D
        write_tensor(prefix + "D", D)
        write_tensor(prefix + "H", H)
        for name in parameters:
            write_tensor(prefix + name, parameters[name])
        write_batch(prefix, batch)
        cosine = cosines(parameters, batch)
        write_tensor(prefix + "cosine", cosine)
        write_tensor(prefix + "score", torch.sigmoid(
            parameters["scale"] * cosine + parameters["bias"]))
        for loss in LOSSES:
            losses, d = gradients(loss, parameters, batch)
            write_tensor(prefix + loss, losses)
            for name in parameters:
                write_tensor(prefix + loss + ".d" + name, d[name])


if __name__ == "__main__":
    main()
