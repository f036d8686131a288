"""Our networks in PyTorch, as a good user of PyTorch would write them: batched,
with the cheap order of products (S . (Wl t) and column sums of P, so no
(n,H).(H,H) product but the two that are needed), a list's own work once a list.
Padding and mask are there only if the lists are ragged. torch_train.py and
torch_score.py time them, eager and compiled. That they are the networks is shown
by comparing them with tests/oracle:

    /usr/bin/python3 torch_network.py paddlerec ../oracle/network.txt
"""
import os
import sys
import time

# OpenBLAS's own threads get in the way of PyTorch's: training at batch 32 with
# two threads is three times as fast without them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import torch  # noqa: E402
from torch_samples import tensors  # noqa: E402


def compiled(function):
    """For the shapes that it meets, with the number of threads of now. The
    table is outside of it: a sparse gradient is not compiled."""
    return torch.compile(function, dynamic=False)


class Network(torch.nn.Module):
    """What all have: the table, scale and bias, and no matrix."""
    matrices = ()

    def __init__(self, users, D, H):
        super().__init__()
        self.embedding = torch.nn.Embedding(users, D, sparse=True)
        torch.nn.init.normal_(self.embedding.weight, std=D ** -0.5)
        for name in self.matrices:
            rows = D if name.startswith("M") else H
            setattr(self, name, torch.nn.Parameter(
                torch.randn(rows, H) / rows ** 0.5))
        self.scale = torch.nn.Parameter(torch.ones(1))
        self.bias = torch.nn.Parameter(torch.zeros(1))

    def dense_parameters(self):
        return [getattr(self, name) for name in self.matrices] + [
            self.scale, self.bias]

    def forward(self, batch):
        return self.of_vectors(self.embedding(batch.rows), batch)

    def of_vectors(self, vectors, batch):
        """The logits (N) of a batch and its rows' vectors (L n + N,D)."""
        N, D = batch.count(), vectors.shape[1]
        S = vectors[:-N].view(batch.lists, -1, D)
        t = vectors[-N:].view(batch.lists if batch.of is None else N, -1, D)
        pooled, t = self.pool(S, t, batch.mask, batch.of)
        cosine = torch.cosine_similarity(pooled, t, dim=2).flatten()
        return self.scale * cosine + self.bias

    def pool(self, S, t, mask, of):
        """What t is compared with (.,k,H), and t, maybe transformed. S (L,n,D),
        t (L,k,D) or, where `of` (N) says whose S is a sample's, (N,1,D)."""
        raise NotImplementedError


class Average(Network):
    def pool(self, S, t, mask, of):
        if mask is None:
            mean = S.mean(dim=1, keepdim=True)
        else:
            share = mask / mask.sum(dim=1, keepdim=True)
            mean = torch.bmm(share.unsqueeze(1), S)
        return (mean if of is None else mean[of]), t


class Attention(Network):
    matrices = ("Wl", "Wg")

    def pool(self, S, t, mask, of):
        A = torch.bmm(torch.tanh(S @ self.Wg), S.transpose(1, 2))
        if mask is not None:
            A = A.masked_fill(~mask.unsqueeze(1), -torch.inf)
        P = torch.softmax(A, dim=2)
        if mask is not None:
            P = P * mask.unsqueeze(2)
        weights = P.sum(dim=1, keepdim=True)
        if of is not None:
            S, weights = S[of], weights[of]
            mask = None if mask is None else mask[of]
        a = torch.tanh(torch.bmm(t @ self.Wl.T, S.transpose(1, 2)))
        if mask is not None:
            a = a.masked_fill(~mask.unsqueeze(1), -torch.inf)
        return torch.bmm(torch.softmax(a, dim=2) + weights, S), t


class Paddlerec(Attention):
    matrices = ("Ms", "Mt", "Wl", "Wg")

    def pool(self, S, t, mask, of):
        return super().pool(S @ self.Ms, t @ self.Mt, mask, of)


NETWORKS = {"paddlerec": Paddlerec, "attention": Attention, "average": Average}


def rate(step, batches, seconds, finish=None):
    """Samples/s of step(batch) over the batches again and again, for about
    `seconds` after a warm-up. finish() waits for what a device still does."""
    for batch in batches[:max(3, min(len(batches), 20000 //
                                     batches[0].count()))]:
        step(batch)
    if finish:
        finish()
    samples, i, start = 0, 0, time.perf_counter()
    while True:
        batch = batches[i % len(batches)]
        step(batch)
        samples += batch.count()
        i += 1
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            if finish:
                finish()
            return samples / (time.perf_counter() - start)


# ---- is it the network? -----------------------------------------------------

def read_oracle(path):
    """tests/oracle/README.md says what is in it."""
    tensors = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            tokens = line.split()
            if tokens[0] == "tensor":
                values = tensors[tokens[1]] = []
            else:
                values.append([float(x) for x in tokens])
    return {name: torch.tensor(values) for name, values in tensors.items()}


def largest_error(kind, oracle, case):
    """Of the scores and of the table's gradient, in one case."""
    def read(name):
        return oracle["%d.%s" % (case, name)]
    start, seed, of, target = (read(name)[0].long().tolist() for name in (
        "list_start", "list_user", "sample_list", "sample_target"))
    lists = [seed[a:b] for a, b in zip(start, start[1:])]
    batch = tensors([(seeds, []) for seeds in lists[:-1]] +
                    [(lists[-1], list(zip(target, read("label")[0].tolist())))],
                    max(map(len, lists)))._replace(of=torch.tensor(of))
    network = kind(*read("X").shape, int(read("H")))
    network.embedding = torch.nn.Embedding.from_pretrained(
        read("X"), freeze=False, sparse=True)
    for name in kind.matrices + ("scale", "bias"):
        getattr(network, name).data = read(name).view_as(
            getattr(network, name))
    logits = network(batch)
    torch.nn.functional.binary_cross_entropy_with_logits(
        logits, batch.label, reduction="sum").backward()
    return max(float((a.detach() - b).abs().max()) for a, b in (
        (torch.sigmoid(logits), read("score")[0]),
        (network.embedding.weight.grad.to_dense(), read("log_loss.dX"))))


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in NETWORKS:
        sys.exit(__doc__)
    oracle = read_oracle(sys.argv[2])
    for case in range(int(oracle["cases"])):
        if not oracle["%d.X" % case].any(dim=1).all():
            continue  # cosine_similarity has another gradient at zero
        error = largest_error(NETWORKS[sys.argv[1]], oracle, case)
        print("case %d\t%.2g" % (case, error))
        if not error < 1e-3:
            sys.exit("this is another network")


if __name__ == "__main__":
    main()
