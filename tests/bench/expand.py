#!/usr/bin/env python3
"""The peers of ralm-expand: an audience of a model in memory.

    expand.py --make LITTLE MODEL USERS    a model of random vectors
    expand.py --network=N --size=K MODEL SEEDS

Prints `PEER<TAB>SECONDS` lines: the best of three of each, with two threads. What
is timed begins with the seeds' rows and ends with the K best in their order; the
table is in memory, and its norms are known, as in an index that is kept.
"""
import argparse
import json
import sys
import time

import numpy

DTYPES = {"U8": "u1", "U32": "<u4", "U64": "<u8", "F32": "<f4"}


def read(path):
    with open(path, "rb") as f:
        raw = f.read()
    start = 8 + int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:start])
    metadata = header.pop("__metadata__")
    return metadata, {
        name: numpy.frombuffer(
            raw, DTYPES[t["dtype"]], (t["data_offsets"][1] - t["data_offsets"][0])
            // numpy.dtype(DTYPES[t["dtype"]]).itemsize,
            start + t["data_offsets"][0]).reshape(t["shape"])
        for name, t in header.items() if "." not in name}


def write(path, metadata, tensors):
    header, at = {"__metadata__": metadata}, 0
    names = {numpy.dtype(v): k for k, v in DTYPES.items()}
    tensors = sorted(tensors.items(), key=lambda x: -x[1].itemsize)
    for name, t in tensors:
        header[name] = {"dtype": names[t.dtype], "shape": list(t.shape),
                        "data_offsets": [at, at + t.nbytes]}
        at += t.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-(len(text) + 8) % 64)
    with open(path, "wb") as f:
        f.write(len(text).to_bytes(8, "little") + text)
        for _, t in tensors:
            f.write(numpy.ascontiguousarray(t).tobytes())


def make(little, path, users):
    metadata, model = read(little)
    del metadata["digest"], metadata["header_digest"]
    metadata["format_version"] = "1"
    dim = model["user_embedding"].shape[1]
    rng = numpy.random.default_rng(1)
    keys = numpy.arange(users, dtype="u8")
    size = 16
    while size < users + users // 2:
        size *= 2
    x = keys.copy()
    x = (x ^ x >> numpy.uint64(30)) * numpy.uint64(0xbf58476d1ce4e5b9)
    x = (x ^ x >> numpy.uint64(27)) * numpy.uint64(0x94d049bb133111eb)
    x = (x ^ x >> numpy.uint64(31)) & numpy.uint64(size - 1)
    index = numpy.full(size, 0xffffffff, "u4")
    left = numpy.arange(users)
    # Who is first at a free place takes it; the others go on to the next one.
    while len(left):
        free = index[x[left]] == 0xffffffff
        at, first = numpy.unique(x[left[free]], return_index=True)
        index[at] = left[free][first]
        taken = numpy.zeros(len(left), bool)
        taken[numpy.flatnonzero(free)[first]] = True
        left = left[~taken]
        x[left] = x[left] + numpy.uint64(1) & numpy.uint64(size - 1)
    model["user_keys"] = keys
    model["user_index"] = index
    model["user_embedding"] = rng.standard_normal((users, dim), "f4")
    for name in ("local_attention", "global_attention"):
        if name in model:
            model[name] = rng.standard_normal(model[name].shape, "f4") / dim
    write(path, metadata, model)


def best(name, run):
    run()
    took = []
    for _ in range(3):
        begin = time.perf_counter()
        run()
        took.append(time.perf_counter() - begin)
    print("%s\t%.6f" % (name, min(took)), flush=True)


def main():
    if sys.argv[1] == "--make":
        make(sys.argv[2], sys.argv[3], int(sys.argv[4]))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", required=True)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("model")
    parser.add_argument("seeds")
    args = parser.parse_args()
    import torch
    torch.set_num_threads(2)
    _, model = read(args.model)
    table = model["user_embedding"]
    rows = numpy.loadtxt(args.seeds, dtype="i8")
    size = args.size
    norm = numpy.linalg.norm(table, axis=1)

    def in_numpy():
        v = table[rows].mean(axis=0)
        c = table @ (v / numpy.linalg.norm(v)) / norm
        c[rows] = -2
        top = numpy.argpartition(-c, size)[:size]
        return top[numpy.argsort(-c[top])]

    if args.network == "average":
        best("numpy", in_numpy)
    E = torch.from_numpy(table.copy())
    seeds = torch.from_numpy(rows)
    lengths = torch.from_numpy(norm)
    parts = [torch.from_numpy(model[k].copy()) for k in (
        "local_attention", "global_attention") if k in model]

    def average(S, t, length):
        v = S.mean(dim=0)
        return t @ (v / v.norm()) / length

    # The list's part of it is made once; a block of targets costs two products.
    def attention(S, g, SW, t, length):
        p = torch.softmax(torch.tanh(t @ SW.T), dim=1)
        v = p @ S + g
        return (v * t).sum(dim=1) / (v.norm(dim=1) * length)

    def search(step, block):
        S = E[seeds]
        if args.network == "attention":
            local, glob = parts
            A = torch.tanh(S @ glob)
            P = torch.softmax(A @ S.T, dim=1)
            fixed = (S, (P @ S).sum(dim=0), S @ local)
        else:
            fixed = (S,)
        c = torch.cat([step(*fixed, E[i:i + block], lengths[i:i + block])
                       for i in range(0, len(E), block)])
        c[seeds] = -2
        return torch.topk(c, size)

    formula = average if args.network == "average" else attention
    with torch.no_grad():
        blocks = (len(E),) if args.network == "average" else (2048, 8192)
        for block in blocks:
            best("eager", lambda: search(formula, block))
            if hasattr(torch, "compile"):
                step = torch.compile(formula, dynamic=False)
                best("compiled", lambda: search(step, block))


main()
