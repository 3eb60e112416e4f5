"""Compares the layers of a loaded model with the arrays in a file of pretrained weights."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from grader.probe.describe import HEAD, flat_layers

__all__ = ["compare_base", "file_digests"]


def file_digests(path: Path) -> frozenset[str]:
    """Digest of every array in a weights file: HDF5, as all versions of Keras write it, or a `.keras` archive."""
    import h5py  # type: ignore[import-untyped]

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            content = io.BytesIO(archive.read("model.weights.h5"))
        with h5py.File(content, "r") as file:
            return frozenset(_digests(file))
    with h5py.File(path, "r") as file:
        return frozenset(_digests(file))


def compare_base(model: Any, known: frozenset[str]) -> dict[str, Any]:
    """Fields of `grader.observation.BaseWeights` for the layers ahead of the model's head.

    A layer is equal when every one of its arrays is in the file; arrays go by content, since names differ between
    formats.
    """
    total, differing, trainable = 0, [], 0
    for layer in base_layers(model):
        weights = getattr(layer, "weights", ())
        if not weights:
            continue
        total += 1
        trainable += sum(int(np.prod(w.shape)) for w in getattr(layer, "trainable_weights", ()))
        if not all(_digest(np.asarray(w)) in known for w in weights):
            differing.append(str(layer.name)[:80])
    return {"layers": total, "equal": total - len(differing), "differing": differing[:5], "trainable": trainable}


def base_layers(model: Any) -> Iterator[Any]:
    """Layers ahead of the first one of a head, such as `Flatten`."""
    for layer in flat_layers(model):
        if type(layer).__name__ in HEAD:
            return
        yield layer


def _digests(group: Any) -> Iterator[str]:
    for item in group.values():
        if hasattr(item, "keys"):
            yield from _digests(item)
        elif getattr(item, "dtype", None) is not None and item.dtype.kind == "f":
            yield _digest(np.asarray(item))


def _digest(array: np.ndarray[Any, Any]) -> str:
    plain = np.ascontiguousarray(array, dtype=np.float32)
    return f"{plain.shape}:{hashlib.sha256(plain.tobytes()).hexdigest()}"
