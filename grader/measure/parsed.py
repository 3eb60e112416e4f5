"""What a function made of the rows of a CSV file."""

import numpy as np
from numpy.typing import NDArray

from grader.measure.challenge_arrays import array_challenge, rows
from grader.measure.evidence import Evidence
from grader.observation import Parsed

__all__ = ["read_parsed"]


def read_parsed(evidence: Evidence, seed: int) -> Parsed | None:
    """Compare images and labels with the rows that were written; None when the probe left nothing."""
    if evidence.json("parsed.json") is None:
        return None
    truth, answers = rows(array_challenge(seed), "training")
    images = evidence.array("parsed-images.npy", ndim=(1, 2, 3, 4))
    labels = evidence.array("parsed-labels.npy", ndim=(1, 2))
    facts = {"rows": len(truth), "error": evidence.error("parsed.json")}
    if images is None or labels is None:
        return Parsed(**facts)
    same_images = images.size == truth.size and len(images) == len(truth)
    same_labels = labels.size == answers.size
    return Parsed(
        **facts,
        images_shape=images.shape,
        labels_shape=labels.shape,
        images_right=float((images.reshape(len(truth), -1) == truth.reshape(len(truth), -1)).all(axis=1).mean())
        if same_images
        else 0.0,
        labels_right=float(np.mean(labels.ravel() == answers)) if same_labels else 0.0,
        renumbered=_renumbered(labels.ravel(), answers) if same_labels else {},
    )


def _renumbered(labels: NDArray[np.floating], answers: NDArray[np.floating]) -> dict[int, int]:
    """Label that came back -> label that was written, if they are others and one stands for one throughout."""
    if (labels == answers).all() or not np.isfinite(labels).all() or (labels != np.round(labels)).any():
        return {}
    pairs = set(zip(labels.tolist(), answers.tolist(), strict=True))
    one_to_one = len(pairs) == len(set(labels.tolist())) == len(set(answers.tolist()))
    return {int(found): int(written) for found, written in sorted(pairs)} if one_to_one else {}
