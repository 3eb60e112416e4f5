"""What form the labels of a pipeline have, and whether they name the right classes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Labels", "Naming", "measure_labels"]

Naming = dict[int, int]
"""Label value (or column of a one-hot row) -> index of the class that it stands for."""

MAX_VALUES = 32


@dataclass(frozen=True)
class Labels:
    """Facts about the labels of one pipeline."""

    form: Literal["integers", "one_hot", "none", "other"] = "none"
    values: tuple[float, ...] = ()
    """Distinct values, at most 32."""
    classes: int = 0
    right: float = 0.0
    """Share of the images with a known source whose label is that of their folder, under the best naming."""
    naming: Naming = field(default_factory=dict)


def measure_labels(labels: NDArray[np.floating] | None, truth: Sequence[int | None], classes: int) -> Labels:
    """Judge labels by the folders that their images came from.

    Args:
        labels: (n,) or (n, k); None when the pipeline yields none.
        truth: For each image the index of its class, None where its source is unknown.
        classes: How many classes there are.
    """
    if labels is None or labels.size == 0:
        return Labels()
    values = tuple(float(v) for v in np.unique(np.nan_to_num(labels))[:MAX_VALUES])
    table = labels.reshape(len(labels), -1)
    whole = bool(np.isfinite(table).all() and (np.abs(table - np.round(table)) < 1e-6).all())
    if table.shape[1] == 1 and whole:
        codes = [round(float(v)) for v in table[:, 0]]
        naming, right = _best_naming(codes, truth, classes)
        return Labels("integers", values, len(set(codes)), right, naming)
    if labels.ndim == 2 and whole and (np.abs(table).sum(axis=1) == 1).all() and (table.max(axis=1) == 1).all():
        naming, right = _best_naming(table.argmax(axis=1).tolist(), truth, classes)
        return Labels("one_hot", values, table.shape[1], right, naming)
    return Labels("other", values, len(values))


def _best_naming(codes: Sequence[int], truth: Sequence[int | None], classes: int) -> tuple[Naming, float]:
    """The one-to-one naming under which most images are right, and their share."""
    pairs = Counter((code, true) for code, true in zip(codes, truth, strict=False) if true is not None)
    known = sum(pairs.values())
    if not known:
        return {}, 0.0
    distinct = sorted(set(codes))
    if max(len(distinct), classes) <= 6:
        slots: list[int | None] = [*range(classes), *[None] * max(0, len(distinct) - classes)]
        # In order of the class names first, so that a tie goes to the usual naming.
        options = permutations(slots, len(distinct)) if len(distinct) <= len(slots) else iter(())
        best = max(
            options, key=lambda option: sum(pairs[c, t] for c, t in zip(distinct, option, strict=True) if t is not None)
        )
        naming = {code: true for code, true in zip(distinct, best, strict=True) if true is not None}
    else:
        naming = {}
        for (code, true), _ in pairs.most_common():
            if code not in naming and true not in naming.values():
                naming[code] = true
    return naming, sum(pairs[item] for item in naming.items()) / known
