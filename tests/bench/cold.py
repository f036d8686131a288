"""cold.py METHOD K MODEL USERS TEST: the model with a row more for each target of
TEST that it does not know, whose vector is made from K of the values that USERS
(ralm-users(5)) tells of it, or all. Ids of users are numbers. METHOD is

    ridge   what ralm-model(5) says of the value_ tensors of ralm-fit --users
    lists   the mean over the values of the mean vector of the known users who
            have the value, as long on the average as a known user's vector
    mean    the mean vector of all known users
"""
import json
import sys
import zlib

import numpy as np

DTYPES = {"U8": "u1", "U32": "<u4", "U64": "<u8", "F32": "<f4"}


def read_model(path):
    with open(path, "rb") as f:
        raw = f.read()
    size = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:8 + size])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, t in header.items():
        begin, end = (8 + size + offset for offset in t["data_offsets"])
        if not name.startswith("padding."):
            tensors[name] = np.frombuffer(
                raw[begin:end], DTYPES[t["dtype"]]).reshape(t["shape"])
    return metadata, tensors


def write_model(f, metadata, tensors):
    """Without padding: tensors one behind the other, the widest first. The
    digests are those of other bytes, and go, with the version that has them."""
    names = {np.dtype(v): k for k, v in DTYPES.items()}
    for digest in "digest", "header_digest":
        metadata.pop(digest, None)
    metadata["format_version"] = "1"
    header, data = {"__metadata__": metadata}, []
    begin = 0
    for name, t in sorted(tensors.items(), key=lambda x: -x[1].itemsize):
        header[name] = {"dtype": names[t.dtype], "shape": list(t.shape),
                        "data_offsets": [begin, begin + t.nbytes]}
        data.append(t.tobytes())
        begin += t.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    f.write(len(text).to_bytes(8, "little") + text + b"".join(data))


def texts(bytes_of, ends):
    begins = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    whole = bytes_of.tobytes()
    return [whole[a:b].decode() for a, b in zip(begins, ends.astype(np.int64))]


def rows_of(tensors):
    return {str(key): row for row, key in enumerate(tensors["user_keys"])}


def read_users(path):
    with open(path) as f:
        for line in f:
            words = line.split()
            yield words[0][len("user:"):], words[1:]


def targets(path):
    with open(path) as f:
        return {word[len("target_user:"):] for line in f
                for word in line.split() if word.startswith("target_user:")}


def some(user, values, k):
    """K of the values, at random but the same ones for every method."""
    if k == "all":
        return values
    return sorted(values, key=lambda value: zlib.crc32(
        (user + " " + value).encode()))[:int(k)]


def list_vectors(tensors, users):
    """Of each value the mean vector of the known users who have it."""
    place = {text: i for i, text in enumerate(
        texts(tensors["value_texts"], tensors["value_text_ends"]))}
    row = rows_of(tensors)
    vectors = np.zeros(tensors["value_vectors"].shape)
    counts = np.zeros(len(vectors))
    for user, values in read_users(users):
        if user not in row:
            continue
        at = [place[value] for value in values if value in place]
        vectors[at] += tensors["user_embedding"][row[user]]
        counts[at] += 1
    return place, vectors / np.maximum(counts, 1)[:, None]


def vectors_told(method, k, tensors, users, tested):
    """USER VECTOR for each of the tested, all vectors as one array."""
    known = tensors["user_embedding"].astype(np.float64)
    place, means = list_vectors(tensors, users)
    start = tensors["value_start"].astype(np.float64)
    vectors = tensors["value_vectors"].astype(np.float64)
    names, made = [], []
    for user, values in read_users(users):
        if user in tested:
            at = [place[value] for value in some(user, values, k)
                  if value in place]
            names.append(user)
            x = known.mean(axis=0)
            if method != "mean" and at:
                x = means[at].mean(axis=0)
            if method == "ridge" and at:
                n = len(at)
                x = tensors["value_means"][at].mean(axis=0) + n / (n + 10) * (
                    start + vectors[at].sum(axis=0) / n ** 0.5)
            made.append(x)
    made = np.array(made)
    if method == "lists":
        lengths = np.linalg.norm(made, axis=1)
        made *= np.linalg.norm(known, axis=1).mean() / lengths[lengths > 0].mean()
    return names, made


def index_of(keys):
    """user_index as ralm-model(5) describes it."""
    size = 16
    while size < len(keys) + len(keys) / 2:
        size *= 2
    index = np.full(size, 0xffffffff, "<u4")
    for row, key in enumerate(keys):
        x = int(key)
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9 & 0xffffffffffffffff
        x = (x ^ x >> 27) * 0x94d049bb133111eb & 0xffffffffffffffff
        place = (x ^ x >> 31) % size
        while index[place] != 0xffffffff:
            place = (place + 1) % size
        index[place] = row
    return index


def main(method, k, model, users, test):
    metadata, tensors = read_model(model)
    tested = targets(test) - {str(key) for key in tensors["user_keys"]}
    names, made = vectors_told(method, k, tensors, users, tested)
    tensors["user_keys"] = np.concatenate(
        [tensors["user_keys"], np.array(names, dtype="<u8")])
    tensors["user_embedding"] = np.concatenate(
        [tensors["user_embedding"], made.astype("<f4")])
    tensors["user_index"] = index_of(tensors["user_keys"])
    write_model(sys.stdout.buffer, metadata, tensors)


if __name__ == "__main__":
    main(*sys.argv[1:])
