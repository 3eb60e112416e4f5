"""`figure`: the notebook shows pictures that hold something."""

from pydantic import Field

from grader.judge.finding import CheckParameters, Finding, failed, passed
from grader.observation import Function, Observations, Provenance

__all__ = ["Parameters", "check"]


class Parameters(CheckParameters):
    """How many, and what counts."""

    minimum: int = Field(default=1, ge=1)
    """Fewest pictures in the executed notebook."""
    colours: int = Field(default=8, ge=2)
    """Fewest distinct colours (32 levels a channel) of a picture that is not blank."""
    side: int = Field(default=100, ge=1)
    """Shortest side, in pixels, of a picture that can be read."""


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
    return passed(expected, actual, Provenance.MEASURED, count=len(good))
