"""A model file between C and Python. TAP on stdout.

model.py MODEL-COPY PAGE FOLDER: MODEL-COPY is the C program of the same name,
PAGE is ralm-model(5), absolute. What MODEL-COPY writes is read with NumPy alone and with the package safetensors; what
Python writes is opened, verified and written again in C.
"""
import json
import os
import subprocess
import sys

import numpy

try:
    import safetensors.numpy
except ImportError:
    safetensors = None

DTYPES = {"U8": "u1", "U32": "<u4", "U64": "<u8", "F32": "<f4"}
count = 0


def check(ok, name):
    global count
    count += 1
    print("%sok %d - %s" % ("" if ok else "not ", count, name))


def read(path):
    """The whole format in a few lines: length, JSON, bytes."""
    with open(path, "rb") as f:
        raw = f.read()
    n = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:8 + n])
    metadata = header.pop("__metadata__")
    data = raw[8 + n:]
    tensors = {}
    for name, t in header.items():
        begin, end = t["data_offsets"]
        tensors[name] = numpy.frombuffer(
            data[begin:end], DTYPES[t["dtype"]]).reshape(t["shape"])
    return metadata, tensors, header, 8 + n


def write(path, metadata, tensors):
    """Without padding: tensors one behind the other, the widest first."""
    header, data = {"__metadata__": metadata}, b""
    names = {numpy.dtype(v): k for k, v in DTYPES.items()}
    for name, t in sorted(tensors.items(), key=lambda x: -x[1].itemsize):
        header[name] = {"dtype": names[t.dtype], "shape": list(t.shape),
                        "data_offsets": [len(data), len(data) + t.nbytes]}
        data += t.tobytes()
    text = json.dumps(header, indent=1).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(len(text).to_bytes(8, "little") + text + data)


def same(a, b):
    """Equal but for padding, which is the writer's affair."""
    a = {k: v for k, v in a.items() if not k.startswith("padding.")}
    b = {k: v for k, v in b.items() if not k.startswith("padding.")}
    return a.keys() == b.keys() and all(
        a[k].dtype == b[k].dtype and a[k].shape == b[k].shape and
        (a[k] == b[k]).all() for k in a)


def index_of(keys):
    """user_index as ralm-model(5) describes it."""
    size = 16
    while size < len(keys) + len(keys) / 2:
        size *= 2
    index = numpy.full(size, 0xffffffff, "<u4")
    for row, key in enumerate(keys):
        x = int(key)
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9 & 0xffffffffffffffff
        x = (x ^ x >> 27) * 0x94d049bb133111eb & 0xffffffffffffffff
        place = (x ^ x >> 31) % size
        while index[place] != 0xffffffff:
            place = (place + 1) % size
        index[place] = row
    return index


def page_examples(page):
    """The literal blocks of a manual page's EXAMPLES."""
    with open(page) as f:
        text = f.read().split(".Sh EXAMPLES\n")[1].split(".Sh ")[0]
    return [part.split(".Ed\n")[0]
            for part in text.split(".Bd -literal -offset indent\n")[1:]]


copier, page, folder = sys.argv[1:]
first, second, third = (folder + "/" + x for x in ("c1", "py", "c2"))
subprocess.check_call([copier, first])

metadata, tensors, header, start = read(first)
check(metadata["format"] == "ralm" and metadata["steps"] == "42" and
      metadata["network"] == "paddlerec", "NumPy reads the metadata")
check(metadata["note"] == 'of "5003" users\n\tZo\u00eb \\ \x01',
      "and the note in it")
check(tensors["user_embedding"].shape == (5003, 7) and
      tensors["seeds_transform"].shape == (7, 5) and
      tensors["score_scale"].tolist() == [5.0] and
      (tensors["user_keys"][:5000] == numpy.arange(5000, dtype="u8") * 3).all(),
      "and the tensors")
check(bytes(tensors["user_ids"]).decode() == "annZo\u00eb007" and
      tensors["user_id_ends"].tolist() == [0] * 5000 + [3, 7, 10],
      "and the ids that are no numbers")
check(all((start + t["data_offsets"][0]) % 64 == 0
          for name, t in header.items() if not name.startswith("padding.")),
      "which lie at multiples of 64 bytes")

score = os.path.join(os.environ.get("RALM_BIN", "src"), "ralm-score")
vectors, ids = folder + "/x.npy", folder + "/ids"
subprocess.check_call([score, "-m", first, "--export", vectors, "--export-ids",
                       ids, "--export-format=npy"])
loaded = numpy.load(vectors)
with open(ids, encoding="utf-8") as f:
    names = f.read().splitlines()
check(loaded.dtype == "<f4" and
      (loaded == tensors["user_embedding"]).all() and
      names[:3] == ["0", "3", "6"] and names[5000:] == ["ann", "Zo\u00eb", "007"],
      "numpy.load reads what ralm-score --export writes")
text = subprocess.check_output([score, "-m", first, "--export=-"]).decode()
rows = [line.split("\t") for line in text.splitlines()]
check([row[0] for row in rows] == names and
      (numpy.array([row[1:] for row in rows], "f4") == loaded).all(),
      "and its text gives the same floats")

check((tensors["user_index"] == index_of(tensors["user_keys"])).all(),
      "the index is the one that ralm-model(5) describes")

check(metadata["format_version"] == "2" and "header_digest" in metadata,
      "it has digests")
told = dict(metadata)
del metadata["digest"], metadata["header_digest"]
metadata["format_version"] = "1"
changed = dict(tensors, local_attention=tensors["local_attention"] * 2)
write(second, metadata, changed)
subprocess.check_call([copier, third, second])
check(same(read(third)[1], changed), "C reads what NumPy wrote")

if safetensors is None:
    print("ok %d - # SKIP the Python package safetensors is not here"
          % (count + 1))
    count += 1
else:
    loaded = safetensors.numpy.load_file(first)
    check(same(loaded, tensors), "safetensors reads the tensors")
    with safetensors.safe_open(first, "numpy") as f:
        check(f.metadata() == told,
              "and the metadata")
    os.chdir(folder)
    os.rename(first, "model.bin")
    names = {}
    for example in page_examples(page):
        exec(example, names)
    check((names["vectors"][4998] == tensors["user_embedding"][1666]).all(),
          "the first example of ralm-model(5)")
    check(names["users"][1666] == "4998" and
          names["users"][5000:] == ["ann", "Zo\u00eb", "007"],
          "the one of names")
    subprocess.check_call([copier, third, "changed.bin"])
    changed = dict(tensors, score_bias=tensors["score_bias"] + 0.5)
    check(same(safetensors.numpy.load_file(third), changed) and
          read(third)[0]["config"] == metadata["config"],
          "the last one, whose file C reads")
print("1..%d" % count)
