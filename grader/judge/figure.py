"""`figure`: the notebook shows pictures that hold something, curves of the training among them where that is asked."""

import re
from collections.abc import Collection

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, failed, passed
from grader.observation import Function, Observations, Provenance, Run

__all__ = ["Parameters", "check"]


class Parameters(CheckParameters):
    """How many, and what counts."""

    minimum: int = Field(default=1, ge=1)
    """Fewest pictures in the executed notebook."""
    colours: int = Field(default=8, ge=2)
    """Fewest distinct colours (32 levels a channel) of a picture that is not blank."""
    side: int = Field(default=100, ge=1)
    """Shortest side, in pixels, of a picture that can be read."""
    curves_of: str = ""
    """Variable that holds what `fit` returned: one picture at least must come from a cell that draws from it. Empty
    where any pictures will do."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when enough pictures are neither blank nor tiny."""
    del function
    good = [
        f for f in observations.figures if f.colours >= parameters.colours and min(f.width, f.height) >= parameters.side
    ]
    blank = len(observations.figures) - len(good)
    expected = f"at least {parameters.minimum} figure{'s' if parameters.minimum > 1 else ''} that show something"
    actual = f"{len(good)} figure{'s' if len(good) != 1 else ''}" + (f", {blank} blank or tiny" if blank else "")
    if len(good) < parameters.minimum:
        code = "blank" if blank else "too-few"
        values = {"count": len(good), "minimum": parameters.minimum, "blank": blank}
        return failed(code, expected, actual, Provenance.MEASURED, **values)
    if parameters.curves_of and not _drawn({f.cell for f in good}, observations.run, parameters.curves_of):
        actual += f", none from a cell that reads `{parameters.curves_of}`"
        return failed("no-curves", expected, actual, Provenance.MEASURED, count=len(good), name=parameters.curves_of)
    return passed(expected, actual, Provenance.MEASURED, count=len(good))


_FIT = re.compile(r"^(\w+)\s*=.*\.fit(?:_generator)?\(", re.MULTILINE)
_ASSIGNED = re.compile(r"^(\w[\w, ]*?)\s*=(?!=)(.*)$", re.MULTILINE)


def _drawn(cells: Collection[int], run: Run, name: str) -> bool:
    """Whether one of the cells reads the variable, or one that was made from it; yes where no source is kept.

    No cell above the first that trains or gives the variable a value can have drawn it, whatever it calls by that name.
    """
    names = {name}
    given = re.compile(rf"^\s*{re.escape(name)}\s*(?::[^=\n]*)?=(?!=)", re.MULTILINE)
    trained = (cell.index for cell in run.cells if given.search(cell.source) or _FIT.search(cell.source))
    first = min(trained, default=0)
    cells = {cell for cell in cells if cell >= first}
    for cell in sorted(run.cells, key=lambda each: each.index):
        names |= set(_FIT.findall(cell.source))
        reads = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b(?!\s*=(?!=))")  # no keyword of a call
        if cell.index in cells and (not cell.source or reads.search(cell.source)):
            return True
        for made, value in _ASSIGNED.findall(cell.source):
            if reads.search(value):
                names |= {each.strip() for each in made.split(",") if each.strip()}
    return not set(cells) <= {cell.index for cell in run.cells}
