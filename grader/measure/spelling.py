"""Spellings that Keras 3 removed, found in a notebook's source: hints for the report, outside every score.

They keep working in the sandbox (see `grader.probe.old_keras`), so all that is left to do is to name the modern ones.
"""

import ast
from collections.abc import Iterator

from grader.measure.source import parse_cell
from grader.notebook import NotebookNode
from grader.observation import Hint
from grader.probe.stand_ins import MOVED

__all__ = ["find_old_spellings"]

MOST = 20
MAX_LINE = 200

OPTIMIZERS = {"Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Nadam", "RMSprop", "SGD"}
METHODS = {
    "evaluate_generator": "`evaluate`, which takes a generator too",
    "fit_generator": "`fit`, which takes a generator too",
    "predict_classes": "`predict`, and `argmax(axis=-1)` of what it gives",
    "predict_generator": "`predict`, which takes a generator too",
    "predict_proba": "`predict`",
}
TOGETHER = {"workers", "use_multiprocessing", "max_queue_size"}
METRICS = {"acc": "accuracy", "val_acc": "val_accuracy"}
SHAPES = {"input_shape": "input.shape", "output_shape": "output.shape"}

Found = tuple[int, str]
"""Line within the cell, counted from 1, and what to write there today."""


def find_old_spellings(notebook: NotebookNode) -> tuple[Hint, ...]:
    """One hint for each line of the notebook that a new Keras would refuse, the first 20."""
    hints: list[Hint] = []
    cells = [(i, cell.source, parse_cell(cell.source)) for i, cell in enumerate(notebook.cells) if _is_code(cell)]
    own = any(_asks_for_acc(node) for _, _, tree in cells if tree for node in ast.walk(tree))
    for index, source, tree in cells:
        lines = source.splitlines()
        told: dict[int, list[str]] = {}
        for node in ast.walk(tree) if tree else ():
            for number, modern in _look(node, metrics={} if own else METRICS):
                said = told.setdefault(number, [])
                if modern not in said:
                    said.append(modern)
        for number in sorted(told):
            line = lines[number - 1].strip()[:MAX_LINE] if number <= len(lines) else ""
            hints.append(Hint(cell=index, line_number=number, line=line, modern="; ".join(told[number])))
    return tuple(hints[:MOST])


def _is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code")


def _asks_for_acc(node: ast.AST) -> bool:
    """Whether a model is compiled with a metric of that very name, which is then also what its history calls it."""
    if not isinstance(node, ast.keyword) or node.arg != "metrics":
        return False
    return any(isinstance(part, ast.Constant) and part.value == "acc" for part in ast.walk(node.value))


def _look(node: ast.AST, *, metrics: dict[str, str]) -> Iterator[Found]:
    if isinstance(node, ast.Call):
        yield from _call(node, metrics)
    elif isinstance(node, ast.Subscript):
        yield from _metric(node.slice, metrics)
    elif isinstance(node, ast.Attribute) and node.attr in SHAPES and not _is_model(node.value):
        yield node.lineno, f"`.{SHAPES[node.attr]}`"
    elif isinstance(node, ast.Attribute) and node.attr == "lr":
        yield node.lineno, "`.learning_rate`"
    elif isinstance(node, ast.ImportFrom):
        yield from _module(node, node.module or "")
    elif isinstance(node, ast.Import):
        for alias in node.names:
            yield from _module(node, alias.name)


def _call(node: ast.Call, metrics: dict[str, str]) -> Iterator[Found]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in METHODS and isinstance(node.func, ast.Attribute):
        yield node.func.end_lineno or node.lineno, METHODS[name]
    if name == "get" and node.args:
        yield from _metric(node.args[0], metrics)
    for keyword in node.keywords:
        line = keyword.value.lineno
        if keyword.arg == "lr":
            yield line, "`learning_rate=`"
        elif keyword.arg == "decay" and name in OPTIMIZERS:
            yield line, "a learning rate from `keras.optimizers.schedules`"
        elif keyword.arg in TOGETHER and name.startswith(("fit", "predict", "evaluate")):
            yield line, f"the call without `{keyword.arg}=`"
        elif keyword.arg == "monitor":
            yield from _metric(keyword.value, metrics)


def _metric(node: ast.AST, metrics: dict[str, str]) -> Iterator[Found]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in metrics:
        yield node.lineno, f"`'{metrics[node.value]}'`"


def _is_model(node: ast.AST) -> bool:
    """Models still have these attributes; what a variable holds can only be guessed from its name."""
    return "model" in (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "model")).lower()


def _module(node: ast.Import | ast.ImportFrom, name: str) -> Iterator[Found]:
    if name in MOVED:
        yield node.lineno, f"an import from `{MOVED[name]}`"
