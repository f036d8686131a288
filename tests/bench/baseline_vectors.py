"""Ways to give each user a vector from the clicks alone; baselines.py measures
them. Each takes the users-by-items matrix of 0 and 1 (CSR), and returns users'
vectors, such that the score of a target is the mean of its products with the
seeds' vectors. ALS and BPR are those of the packages that people use (implicit,
LightFM), in a few lines of NumPy, so that anybody can run them.
"""
import numpy as np
from scipy import sparse
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd


def tf_idf(clicked):
    """Rows weighed by ln(users / users of the item)."""
    item_users = np.asarray(clicked.sum(axis=0)).ravel()
    return (clicked @ sparse.diags(
        np.log(clicked.shape[0] / np.maximum(item_users, 1)))).tocsr()


def memory(clicked):
    """The TF-IDF rows themselves."""
    return normalize(tf_idf(clicked))


def factors_of(matrix, count):
    """Left vectors and values, the largest first; at most as many as it has."""
    left, values, _ = randomized_svd(
        matrix, min(count, min(matrix.shape) - 1), n_iter=4, random_state=0)
    return left, values


def svd(clicked):
    left, values = factors_of(memory(clicked), 32)
    return normalize(left * values)


def whitened(clicked, choices):
    """For each (factors, ridge, power) of `choices`: factors of the TF-IDF
    rows, whitened with a ridge (in means of their variances), divided by a
    power of their length. With power 0 the score is the linear discriminant
    between the seeds and all users; with 1 it is the mean cosine."""
    left, values = factors_of(tf_idf(clicked), max(c[0] for c in choices))
    for factors, ridge, power in choices:
        s = values[:factors]
        z = left[:, :factors] * s / np.sqrt(s ** 2 + ridge * np.mean(s ** 2))
        length = np.linalg.norm(z, axis=1, keepdims=True)
        yield z / np.where(length > 0, length, 1) ** power


def als_half(clicked, own, other, weight, ridge, steps):
    """Moves `own` by some steps of conjugate gradients towards the least of
    sum (1 + weight x) (x - own . other)^2 + ridge |own|^2, all rows at once."""
    row = np.repeat(np.arange(len(own)), np.diff(clicked.indptr))
    gram = other.T @ other + ridge * np.eye(own.shape[1], dtype=own.dtype)

    def apply(x):
        on_clicks = np.empty(len(row), dtype=x.dtype)
        for i in range(0, len(row), 65536):
            part = slice(i, i + 65536)
            on_clicks[part] = np.einsum("ij,ij->i", x[row[part]],
                                        other[clicked.indices[part]])
        return x @ gram + sparse.csr_matrix(
            (weight * on_clicks, clicked.indices, clicked.indptr),
            clicked.shape) @ other

    rest = (1 + weight) * (clicked @ other) - apply(own)
    way, left = rest.copy(), np.einsum("ij,ij->i", rest, rest)
    for _ in range(steps):
        seen = apply(way)
        far = left / np.maximum(np.einsum("ij,ij->i", way, seen), 1e-20)
        own += far[:, None] * way
        rest -= far[:, None] * seen
        now = np.einsum("ij,ij->i", rest, rest)
        way = rest + (now / np.maximum(left, 1e-20))[:, None] * way
        left = now


def als(clicked, factors=64, weight=9, ridge=10, rounds=15, rng_seed=1):
    """Hu, Koren and Volinsky's factors of implicit feedback (ICDM 2008)."""
    rng = np.random.default_rng(rng_seed)
    clicked = clicked.astype(np.float32)
    by_item = clicked.T.tocsr()
    user, item = (rng.uniform(0, 0.01, (n, factors)).astype(np.float32)
                  for n in clicked.shape)
    for _ in range(rounds):
        als_half(clicked, user, item, weight, ridge, 3)
        als_half(by_item, item, user, weight, ridge, 3)
    return normalize(user)


def bpr(clicked, factors=64, rate=0.1, decay=0.03, rounds=100, rng_seed=1):
    """Rendle's Bayesian personalized ranking (UAI 2009), by small batches: a
    click's item above an item of another click, drawn at random, that the user
    did not click. Users' last number is 1 and stays: items have a bias."""
    rng = np.random.default_rng(rng_seed)
    clicks = clicked.tocoo()
    clicked_keys = np.sort(clicks.row.astype(np.int64) * clicked.shape[1] +
                           clicks.col)
    user, item = (rng.uniform(-0.5, 0.5, (n, factors + 1)).astype(np.float32)
                  / factors for n in clicked.shape)
    user[:, -1] = 1
    item[:, -1] = 0
    size = max(1024, min(8192, clicked.shape[0] // 4))
    for _ in range(rounds):
        order = rng.permutation(clicks.nnz)
        other = clicks.col[rng.integers(clicks.nnz, size=clicks.nnz)]
        for i in range(0, clicks.nnz, size):
            batch = order[i:i + size]
            bpr_step(user, item, clicks.row[batch], clicks.col[batch],
                     other[batch], clicked_keys, rate, decay)
    return normalize(user)


def bpr_step(user, item, u, better, worse, clicked_keys, rate, decay):
    key = u.astype(np.int64) * len(item) + worse
    at = np.minimum(np.searchsorted(clicked_keys, key), len(clicked_keys) - 1)
    right = clicked_keys[at] != key
    u, better, worse = u[right], better[right], worse[right]
    x, gap = user[u], item[better] - item[worse]
    pull = 1 / (1 + np.exp(np.einsum("ij,ij->i", x, gap)))[:, None]
    move = pull * gap - decay * x
    move[:, -1] = 0
    add_rows(user, u, rate * move)
    add_rows(item, np.concatenate([better, worse]), rate * np.concatenate([
        pull * x - decay * item[better], -pull * x - decay * item[worse]]))


def add_rows(to, rows, what):
    """to[rows] += what, where a row may be there several times."""
    places, at = np.unique(rows, return_inverse=True)
    gather = sparse.csr_matrix((np.ones_like(what[:, 0]),
                                (at, np.arange(len(rows)))))
    to[places] += gather @ what
