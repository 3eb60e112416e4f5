"""`notebook_runs`: every cell of the notebook runs from top to bottom, without an error."""

from grader.judge.finding import CheckParameters, Finding, failed, passed, said
from grader.observation import Function, Observations, RunStatus

__all__ = ["Parameters", "check"]

EXPECTED = "all cells run from top to bottom without an error"


class Parameters(CheckParameters):
    """It has none."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when no cell failed and no limit ended the run."""
    del parameters, function
    run = observations.run
    bad = next((c for c in run.cells if c.status in {"error", "timeout"} and not c.excused), None)
    if bad is not None and bad.status == "error" and bad.error is not None:
        syntax = bad.error.name in {"SyntaxError", "IndentationError", "TabError"}
        unfinished = bad.error.name == "NotImplementedError"
        code = "syntax" if syntax else "unfinished" if unfinished else "cell-error"
        actual = f"cell {bad.index + 1} stopped with {said(bad.error)}"
        if bad.index not in {function.cell for function in observations.functions.values()}:
            actual += "; it defines none of the graded functions, and the cells after it were run"
        return failed(code, EXPECTED, actual, run.provenance, cell=bad.index + 1, error=said(bad.error))
    if bad is not None and bad.status == "timeout":
        actual = f"cell {bad.index + 1} was stopped after {bad.seconds:.0f} seconds"
        return failed("cell-timeout", EXPECTED, actual, run.provenance, cell=bad.index + 1, seconds=round(bad.seconds))
    if run.status not in {RunStatus.OK, RunStatus.CELL_ERROR}:
        return failed(f"stopped-{run.status.value}", EXPECTED, run.message, run.provenance, message=run.message)
    if not run.cells:
        return failed("nothing-ran", EXPECTED, run.message or "no cell ran", run.provenance, message=run.message)
    if run.hides_errors:
        return failed("errors-hidden", EXPECTED, "an error that must come did not come", run.provenance)
    actual = f"{len(run.cells)} code cells ran"
    excused = [cell.index + 1 for cell in run.cells if cell.excused]
    if excused:
        actual += f"; cell {', '.join(map(str, excused))} could not fetch anything, which does not matter here"
    return passed(EXPECTED, actual, run.provenance, cells=len(run.cells), excused=excused)
