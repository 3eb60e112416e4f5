"""The machine that a notebook ran on, as the program that ran it told."""

from pydantic import ValidationError

from grader.measure.evidence import Evidence, Ran
from grader.observation import Machine

__all__ = ["read_machine"]

LONGEST = 120
MOST = 20


def read_machine(result: Ran) -> Machine | None:
    """What was told of it; None where nothing was, or nothing that can be read."""
    for record in Evidence(result).of_kind("machine"):
        try:
            told = Machine.model_validate(record)
        except ValidationError:
            return None
        return told.model_copy(
            update={
                "processor": told.processor[:LONGEST],
                "architecture": told.architecture[:LONGEST],
                "instructions": tuple(name[:LONGEST] for name in told.instructions[:MOST]),
                "threads": {name[:LONGEST]: value[:LONGEST] for name, value in list(told.threads.items())[:MOST]},
            }
        )
    return None
