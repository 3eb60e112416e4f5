"""`function_defined`: a graded function exists, takes its parameters, and does its work when it is called."""

from grader.judge.finding import CheckParameters, Finding, broken_function, failed, passed, unusable
from grader.observation import Function, Observations, Provenance

__all__ = ["Parameters", "check"]


class Parameters(CheckParameters):
    """What to look for besides the function itself."""

    parameters: int | None = None
    """How many positional parameters it takes."""
    makes_folders: tuple[str, ...] = ()
    """Folders, relative to the root that is passed, which exist after the call."""
    returns_model: bool = False
    """It returns a Keras model that can be saved and loaded."""
    parses_rows: bool = False
    """It returns the images and labels that are in a CSV file."""


def check(observations: Observations, parameters: Parameters, function: Function | None) -> Finding:
    """Passes when the function is there and its call left what it should."""
    if function is None:
        raise ValueError("function_defined needs the criterion's `function`")
    expected = f"a function `{function.name}` that can be called"
    if function.stands_for:
        expected = f"`{function.name}` does the work of {', '.join(f'`{name}`' for name in function.stands_for)}"
    elif parameters.makes_folders:
        expected = f"the folders {', '.join(parameters.makes_folders)} below the root that is passed"
    elif parameters.returns_model:
        expected = f"`{function.name}()` returns a Keras model"
    elif parameters.parses_rows:
        expected = "images (n, 28, 28) and labels (n,), one for each row of the file after its header"
    broken = broken_function(function, expected)
    if broken is not None:
        return broken
    count = len(function.parameters)
    if not function.stands_for and parameters.parameters is not None and count != parameters.parameters:
        values = {"function": function.name, "wanted": parameters.parameters, "count": count}
        return failed("wrong-parameters", expected, f"it takes {count} parameters", function.provenance, **values)
    if function.stands_for and not parameters.returns_model:
        return _in_its_place(observations, function, expected)
    return _work(observations, parameters, function, expected)


def _work(observations: Observations, parameters: Parameters, function: Function, expected: str) -> Finding:
    """What it should have left besides."""
    if parameters.makes_folders:
        return _folders(observations, parameters, function, expected)
    if parameters.parses_rows:
        return _rows(observations, function, expected)
    if parameters.returns_model:
        return _model(observations, function, expected)
    return passed(expected, f"`{function.name}` is there and ran", function.provenance)


def _in_its_place(observations: Observations, function: Function, expected: str) -> Finding:
    """A function of another edition needs no folders and no rows: it has to give training and validation data."""
    if observations.training_data is None or observations.validation_data is None:
        actual = observations.missing.get("training_data", "nothing came back")
        return failed("function-returned", expected, actual, Provenance.OBSERVED, function=function.name, error=actual)
    return passed(expected, f"`{function.name}` gave training and validation data", function.provenance)


def _folders(observations: Observations, parameters: Parameters, function: Function, expected: str) -> Finding:
    made = observations.directories.folders if observations.directories else ()
    missing = [folder for folder in parameters.makes_folders if folder not in made]
    if not missing:
        return passed(
            expected, f"{len(parameters.makes_folders)} folders made", Provenance.MEASURED, folders=list(made)
        )
    actual = f"made: {', '.join(made) or 'nothing'}"
    values = {"missing": ", ".join(missing), "function": function.name, "parameter": ", ".join(function.unused)}
    code = "parameter-unused" if function.unused else "folders-missing"
    return failed(code, expected, actual, Provenance.MEASURED, **values)


def _rows(observations: Observations, function: Function, expected: str) -> Finding:
    parsed = observations.parsed
    if parsed is None:
        actual = observations.missing.get("parsed", "nothing came back")
        return failed("rows-missing", expected, actual, Provenance.OBSERVED, function=function.name)
    count = parsed.images_shape[0] if parsed.images_shape else 0
    actual = f"images {parsed.images_shape}, labels {parsed.labels_shape}"
    values = {"count": count, "rows": parsed.rows, "shape": str(parsed.images_shape), "function": function.name}
    values |= {"labels_shape": str(parsed.labels_shape)}
    flat = len(parsed.labels_shape) == 1
    for code, wrong in (
        ("rows-count", count != parsed.rows),
        ("rows-shape", len(parsed.images_shape) != 3),
        ("rows-pixels", parsed.images_right < 1),
        ("rows-renumbered", flat and parsed.renumbered),
        ("rows-labels", not flat or parsed.labels_right < 1),
    ):
        if wrong:
            if code == "rows-renumbered":
                found, written = next((f, w) for f, w in parsed.renumbered.items() if f != w)
                actual += f", {found} where {written} is written"
                values = {"found": found, "written": written}
            return failed(code, expected, actual, parsed.provenance, **values)
    return passed(expected, actual, parsed.provenance, rows=parsed.rows)


def _model(observations: Observations, function: Function, expected: str) -> Finding:
    model = observations.built_model
    if model is None:
        actual = observations.missing.get("built_model", "no model came back")
        return failed("no-model", expected, actual, Provenance.OBSERVED, function=function.name)
    if model.error is not None:
        return unusable(model, expected)
    actual = f"a model with {len(model.layers)} layers and {model.parameters:,} parameters"
    return passed(expected, actual, model.provenance, layers=len(model.layers), parameters=model.parameters)
