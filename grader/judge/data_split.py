"""`data_split`: files of one class are shared out between training and validation.

The rule is the course's: a random share of the non-empty files is copied to training and all others to validation.
"""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, broken_function, failed, partial, passed
from grader.observation import Function, Observations, Provenance, Split

__all__ = ["FACTS", "Parameters", "check"]

FACTS = ("splits",)
EXPECTED = "each non-empty file is copied to exactly one of the two folders, at random, in the share that is passed"


class Parameters(CheckParameters):
    """How strict to be."""

    rounding: int = Field(default=1, ge=0)
    """Files by which the training part may differ from share x files."""
    order_credit: float = Field(default=0.5, ge=0, le=1)
    """Share of the points for a split that is right but not shuffled."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when every test folder was split by the rule."""
    broken = broken_function(function, EXPECTED)
    if broken is not None:
        return broken
    unused = ", ".join(function.unused) if function else ""
    findings = [_one(split, parameters, unused) for split in observations.splits]
    worst = min(findings, key=lambda finding: finding.fraction)
    if worst.fraction < 1:
        return worst
    parts = [
        f"of {s.files} files {s.training} in training and {s.validation} in validation" for s in observations.splits
    ]
    actual = "; ".join(parts)
    return passed(EXPECTED, actual, Provenance.MEASURED, splits=len(observations.splits))


def _one(split: Split, parameters: Parameters, unused: str) -> Finding:
    actual = (
        f"of {split.files} files (and {split.empty} empty ones), share {split.share:g}: {split.training} in training, "
        f"{split.validation} in validation, {split.shared} in both, {split.lost} in neither"
    )
    wanted = round(split.share * split.files)
    values = {
        "files": split.files,
        "empty": split.empty,
        "share": split.share,
        "training": split.training,
        "validation": split.validation,
        "shared": split.shared,
        "lost": split.lost,
        "foreign": split.foreign,
        "empty_copied": split.empty_copied,
        "wanted": wanted,
        "unused": unused,
    }

    def fault(code: str) -> Finding:
        return failed(code, EXPECTED, actual, split.provenance, **values)

    rules = (
        (not split.source_intact, "moved"),
        (split.training + split.validation == 0, "parameter-unused" if unused else "nothing-copied"),
        (split.empty_copied > 0, "empty-copied"),
        (split.shared > 0, "shared"),
        (split.lost > 0 and _counted_empty(split), "counted-empty"),
        (split.lost > 0, "lost"),
        (split.foreign > 0, "foreign"),
        (_off(split, wanted) and _counted_empty(split), "counted-empty"),
        (_off(split, wanted) > parameters.rounding, "parameter-unused" if unused else "wrong-share"),
    )
    for broken, code in rules:
        if broken:
            return fault(code)
    if split.in_order:
        return partial("in-order", parameters.order_credit, EXPECTED, actual, split.provenance, **values)
    return passed(EXPECTED, actual, split.provenance)


def _off(split: Split, wanted: int) -> int:
    return abs(split.training - wanted)


def _counted_empty(split: Split) -> bool:
    """The training part has the size that follows when empty files are counted before they are left out."""
    counted = split.share * (split.files + split.empty)
    plain = split.share * split.files
    return split.training in {int(counted), round(counted)} and split.training not in {int(plain), round(plain)}
