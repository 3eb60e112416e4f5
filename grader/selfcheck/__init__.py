"""Self-checks: a student's functions, probed, measured and judged as the grader would, on small data made on the spot.

There is no sandbox: it is the student's own machine, and what comes out is for the student alone.

    asked.py        what a call of `check(function, ...)` asks for
    calling.py      calls a function as the grader's probes do
    models.py       describes the models that came out
    trial.py        the three together: verdicts on one function
    definitions.py  of a notebook's file, the statements that its functions need, and no others
    notebook.py     all functions of a notebook
    shown.py        verdicts as text and as HTML
    session.py      a section for each function that a notebook has asked about
"""

from grader.selfcheck.asked import Parameters
from grader.selfcheck.trial import try_out

__all__ = ["Parameters", "try_out"]
