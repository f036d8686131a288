"""Samples as tensors, in batches of whole choices (a click and the label-0
samples behind it) and laid out cheaply for PyTorch: each list of a batch once.
Where all lists of the file have equally many samples, those are a dimension, and
nothing is copied; else samples name their list by its index in the batch.
"""
from collections import Counter
from itertools import groupby
from typing import NamedTuple, Optional

import torch


class Batch(NamedTuple):
    rows: torch.Tensor            # (L n + N): the lists' seeds, then the targets
    lists: int                    # L
    mask: Optional[torch.Tensor]  # (L,n): where there is a seed
    of: Optional[torch.Tensor]    # (N): each sample's list; None: L equal parts
    label: torch.Tensor           # (N)

    def count(self):
        return len(self.label)

    def on(self, device):
        """The same with its tensors there."""
        return Batch(*(part.to(device) if torch.is_tensor(part) else part
                       for part in self))


def read_samples(path):
    """Runs of samples that share a list, each ([row], [choice]), a choice being
    [(row, label)]; and the number of users. Rows in order of first sight."""
    rows, runs = {}, []

    def row(user):
        return rows.setdefault(user, len(rows))
    last = None
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            slots = [token.split(":", 1) for token in line.split()]
            if not slots:
                continue
            seeds = [v for name, v in slots if name in ("user_seeds", "seeds")]
            one = dict(slots)
            sample = (row(one["target_user"]), float(one.get("label", 0)))
            if seeds != ["same"] and seeds != last:
                last = seeds
                runs.append(([row(u) for u in seeds], [[]]))
            choices = runs[-1][1]
            if sample[1] and any(label for _, label in choices[-1]):
                choices.append([])
            choices[-1].append(sample)
    return runs, len(rows)


def commonest_choices(runs):
    """Only choices of the commonest size, with their click first: for softmax,
    whose peer is then a table with a row for each."""
    sizes = Counter(len(choice) for _, choices in runs for choice in choices)
    size = sizes.most_common(1)[0][0]
    kept = []
    for seeds, choices in runs:
        choices = [sorted(choice, key=lambda sample: -sample[1])
                   for choice in choices
                   if len(choice) == size and any(y for _, y in choice)]
        if choices:
            kept.append((seeds, choices))
    return kept, size


def apart(runs):
    """Each sample a choice: for scoring."""
    return [(seeds, [[sample] for choice in choices for sample in choice])
            for seeds, choices in runs]


def batches_of(runs, size, limit=102400):
    """As many batches of `size` samples or a few less, all of one shape, as the
    first `limit` samples are enough for."""
    cut, current, count, total = [], [], 0, 0
    for seeds, choices in runs:
        for choice in choices:
            if count + len(choice) > size and count:
                cut.append(current)
                current, count = [], 0
            if not current or current[-1][0] is not seeds:
                current.append((seeds, []))
            current[-1][1].extend(choice)
            count += len(choice)
            total += len(choice)
        if total >= limit:
            break
    if not cut or count >= size:
        cut.append(current)
    longest = max(len(seeds) for batch in cut for seeds, _ in batch)
    most = max(len(batch) for batch in cut)
    # Lists with no sample fill a batch up: a shape is compiled once.
    return [tensors(batch + [(batch[0][0], [])] * (most - len(batch)), longest)
            for batch in cut if samples_in(batch) == samples_in(cut[0])]


def samples_in(batch):
    return sum(len(samples) for _, samples in batch)


def tensors(batch, longest):
    padded = torch.tensor([seeds + [0] * (longest - len(seeds))
                           for seeds, _ in batch])
    lengths = torch.tensor([len(seeds) for seeds, _ in batch])
    mask = torch.arange(longest) < lengths.unsqueeze(1)
    target, label = zip(*(sample for _, samples in batch for sample in samples))
    counts = [len(samples) for _, samples in batch]
    equal = len(list(groupby(counts))) == 1
    of = None if equal else torch.repeat_interleave(
        torch.arange(len(batch)), torch.tensor(counts))
    return Batch(torch.cat([padded.flatten(), torch.tensor(target)]),
                 len(batch), None if mask.all() else mask, of,
                 torch.tensor(label))
