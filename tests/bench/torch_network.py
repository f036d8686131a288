"""The look-alike network in PyTorch, as a good user of PyTorch would write it:
batched, with the cheap order of products (S . (Wl t) and column sums of P, so
no (n,H).(H,H) product but the two that are needed). Padding and mask are there
only if the lists are ragged. torch_train.py and torch_score.py time it, eager
and compiled. That it is the network is shown by comparing it with tests/oracle:

    /usr/bin/python3 torch_network.py ../oracle/network.txt
"""
import os
import sys
import time

# OpenBLAS's own threads get in the way of PyTorch's: training at batch 32 with
# two threads is three times as fast without them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import torch  # noqa: E402


def pad(lists):
    """Lists of rows as (N,n), and their mask (N,n) or None."""
    lengths = torch.tensor([len(seeds) for seeds in lists])
    longest = int(lengths.max())
    if int(lengths.min()) == longest:
        return torch.tensor(lists), None
    padded = [seeds + [0] * (longest - len(seeds)) for seeds in lists]
    return (torch.tensor(padded),
            torch.arange(longest) < lengths.unsqueeze(1))


def read_samples(path):
    """A samples file as tensors: seeds (N,n), mask (N,n) or None, target (N),
    label (N) or None, and the number of users. Rows in order of first sight."""
    rows, lists, targets, labels = {}, [], [], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            seeds = []
            for token in line.split():
                slot, value = token.split(":", 1)
                if slot == "user_seeds":
                    seeds.append(rows.setdefault(value, len(rows)))
                elif slot == "target_user":
                    targets.append(rows.setdefault(value, len(rows)))
                elif slot == "label":
                    labels.append(float(value))
            if seeds:
                lists.append(seeds)
    if not lists or len(targets) != len(lists):
        sys.exit("%s: not a samples file" % path)
    return (*pad(lists), torch.tensor(targets),
            torch.tensor(labels) if len(labels) == len(lists) else None,
            len(rows))


def together(seeds, target):
    """(n+1,B) of seeds (B,n) and target (B): one look into the table and one
    sparse gradient for both."""
    return torch.cat([seeds.T, target.unsqueeze(0)])


def compiled(function):
    """For the shapes that it meets, with the number of threads of now. The
    table is outside of it: a sparse gradient is not compiled."""
    return torch.compile(function, dynamic=False)


class Network(torch.nn.Module):
    def __init__(self, users, D, H):
        super().__init__()

        def matrix(rows):
            return torch.nn.Parameter(torch.randn(rows, H) / rows ** 0.5)
        self.embedding = torch.nn.Embedding(users, D, sparse=True)
        torch.nn.init.normal_(self.embedding.weight, std=D ** -0.5)
        self.Ms, self.Mt = matrix(D), matrix(D)
        self.Wl, self.Wg = matrix(H), matrix(H)
        self.scale = torch.nn.Parameter(torch.ones(1))
        self.bias = torch.nn.Parameter(torch.zeros(1))

    def dense_parameters(self):
        return [self.Ms, self.Mt, self.Wl, self.Wg, self.scale, self.bias]

    def forward(self, seeds, mask, target):
        """The logits (B) of seeds (B,n), mask (B,n) or None, target (B)."""
        return self.of_vectors(self.embedding(together(seeds, target)), mask)

    def of_vectors(self, vectors, mask):
        """The same of the users' vectors (n+1,B,D), the target's last."""
        S, t = vectors[:-1].transpose(0, 1) @ self.Ms, vectors[-1] @ self.Mt
        return self.logits(self.pool(S, torch.tanh(S @ self.Wg), mask, t), t)

    def logits(self, pooled, t):
        cosine = torch.cosine_similarity(pooled, t)
        return self.scale * cosine + self.bias

    def pool(self, S, A, mask, t):
        """l + g (B,H) of S and A = tanh(S Wg) (B,n,H), t (B,H)."""
        a = torch.tanh(torch.bmm(S, (t @ self.Wl.T).unsqueeze(2)))
        A = torch.bmm(A, S.transpose(1, 2))
        if mask is not None:
            a = a.masked_fill(~mask.unsqueeze(2), -torch.inf)
            A = A.masked_fill(~mask.unsqueeze(1), -torch.inf)
        P = torch.softmax(A, dim=2)
        if mask is not None:
            P = P * mask.unsqueeze(2)
        weights = torch.softmax(a, dim=1).transpose(1, 2) + P.sum(
            dim=1, keepdim=True)
        return torch.bmm(weights, S).squeeze(1)


def cut(data, batch_size):
    """The batches (views, no copies) of a tuple of tensors or Nones."""
    count = len(data[0])
    return [tuple(None if x is None else x[i:i + batch_size] for x in data)
            for i in range(0, count, batch_size)]


def rate(step, batches, seconds):
    """Samples/s of step(*batch) over the batches again and again, for about
    `seconds` after a warm-up."""
    for batch in batches[:max(3, min(len(batches), 20000 //
                                     len(batches[0][0])))]:
        step(*batch)
    samples, i, start = 0, 0, time.perf_counter()
    while True:
        step(*batches[i % len(batches)])
        samples += len(batches[i % len(batches)][0])
        i += 1
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return samples / elapsed


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


def largest_error(oracle, case):
    """Of the scores and of the table's gradient, in one case."""
    def read(name):
        return oracle["%d.%s" % (case, name)]
    start, seed = (read(name)[0].long().tolist()
                   for name in ("list_start", "list_user"))
    lists = [seed[start[k]:start[k + 1]]
             for k in read("sample_list")[0].long().tolist()]
    network = Network(*read("X").shape, read("Ms").shape[1])
    network.embedding = torch.nn.Embedding.from_pretrained(
        read("X"), freeze=False, sparse=True)
    for name in ("Ms", "Mt", "Wl", "Wg", "scale", "bias"):
        getattr(network, name).data = read(name).view_as(
            getattr(network, name))
    logits = network(*pad(lists), read("sample_target")[0].long())
    torch.nn.functional.binary_cross_entropy_with_logits(
        logits, read("label")[0], reduction="sum").backward()
    return max(float((a.detach() - b).abs().max()) for a, b in (
        (torch.sigmoid(logits), read("score")[0]),
        (network.embedding.weight.grad.to_dense(), read("log_loss.dX"))))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    oracle = read_oracle(sys.argv[1])
    for case in range(int(oracle["cases"])):
        if not oracle["%d.X" % case].any(dim=1).all():
            continue  # cosine_similarity has another gradient at zero
        error = largest_error(oracle, case)
        print("case %d\t%.2g" % (case, error))
        if not error < 1e-3:
            sys.exit("this is another network")


if __name__ == "__main__":
    main()
