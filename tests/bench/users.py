"""Users and values at random, and what users.sh measures of them.

    users.py --make FILE USERS VALUES DISTINCT
    users.py --fit FOLDER THREADS       seconds, megabytes above the model
    users.py --ridge FOLDER PENALTY D COLUMNS    seconds for D columns
    users.py --add FOLDER               milliseconds, median and 90 %
"""
import os
import subprocess
import sys
import time

import numpy as np


def make(path, users, values, distinct):
    rng = np.random.default_rng(1)
    with open(path, "w") as file:
        for begin in range(0, users, 10000):
            n = min(10000, users - begin)
            # Few values are frequent, as among articles.
            drawn = (distinct * rng.random((n, values)) ** 2).astype(np.int64)
            file.writelines(
                f"user:{begin + i} " + " ".join(map("v:{}".format, row)) + "\n"
                for i, row in enumerate(drawn.tolist()))


def fit(folder, threads):
    begin = time.monotonic()
    child = subprocess.Popen(
        ["ralm-fit", "-q", f"-j{threads}", f"--init-model={folder}/model",
         "--epochs=0", f"--users={folder}/users", "-o", f"{folder}/new"])
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - begin
    if status != 0:
        sys.exit(1)
    # The model is mapped, and copied.
    model = 2 * os.path.getsize(f"{folder}/model") / 1e6
    print(f"{seconds:.3f}\t{usage.ru_maxrss * 1024 / 1e6 - model:.0f}")


def read(path):
    from scipy.sparse import csr_matrix
    number, begin, column = {}, [0], []
    with open(path) as file:
        for line in file:
            words = dict.fromkeys(line.split()[1:])
            column.extend(number.setdefault(w, len(number)) for w in words)
            begin.append(len(column))
    begin = np.array(begin)
    k = np.diff(begin)
    data = np.repeat(1 / np.sqrt(k), k)
    X = csr_matrix((data, np.array(column, np.int32), begin))
    return X, np.sqrt(k)


def ridge(folder, penalty, size, columns):
    import json
    import struct
    from sklearn.linear_model import Ridge
    with open(f"{folder}/model", "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        at = header["user_embedding"]["data_offsets"]
        file.seek(8 + length + at[0])
        Y = np.frombuffer(file.read(at[1] - at[0]), np.float32)
    Y = np.ascontiguousarray(Y.reshape(-1, size)[:, :columns], np.float64)
    X, weight = read(f"{folder}/users")
    begin = time.monotonic()
    Ridge(alpha=penalty, solver="sparse_cg").fit(
        X, Y, sample_weight=weight / weight.mean())
    print(f"{(time.monotonic() - begin) * size / columns:.3f}")


def add(folder):
    path = f"{folder}/growing"
    with open(f"{folder}/users") as file, open(path, "w") as copy:
        copy.writelines(line for line, _ in zip(file, range(1000)))
    child = subprocess.Popen(
        ["ralm-score", "-u", "-m", f"{folder}/new", f"--users={path}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, bufsize=0)

    def ask(user):
        child.stdin.write(f"user_seeds:1 target_user:{user}\n".encode())
        return child.stdout.readline()

    times, unknown = [], ask("unknown")
    for i in range(200):
        begin = time.monotonic()
        with open(path, "a") as file:
            file.write(f"user:new{i} v:{i} v:7 v:19\n")
        if ask(f"new{i}") == unknown:
            sys.exit("users.py: the user is not known")
        times.append((time.monotonic() - begin) * 1e3)
    child.stdin.close()
    child.wait()
    times.sort()
    print(f"{times[100]:.3f}\t{times[180]:.3f}")


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "--make":
        make(rest[0], *map(int, rest[1:]))
    elif what == "--fit":
        fit(rest[0], int(rest[1]))
    elif what == "--ridge":
        ridge(rest[0], float(rest[1]), int(rest[2]), int(rest[3]))
    else:
        add(rest[0])
