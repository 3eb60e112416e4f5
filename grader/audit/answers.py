"""Answers in words: what a solution leaves to the student is filled in, so that a mutant can leave it out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice

from grader.audit.mutants import Cell, Mutant, Template
from grader.audit.mutation import Edit, Mutation
from grader.errors import RubricError
from grader.measure.answers import find_answers
from grader.notebook import nbformat
from grader.rubric import Criterion

__all__ = ["answered", "unanswered"]

CHECK = "written"
PROMPT = "*Write your answer here.*"
WORDS = ["So", "that", "it", "is", "judged", "by", "pictures", "which", "it", "has", "not", "seen", "before"]


def answered(template: Template) -> Template:
    """The solution with an answer, as long as is asked for, wherever its rubric wants one.

    Raises:
        RubricError: The solution has no such heading.
    """
    cells = template.cells
    for criterion in _asked(template):
        words = criterion.parameters.get("words", 1)
        text = " ".join(islice(cycle(WORDS), words if isinstance(words, int) else 1))
        cells = _written(template, cells, criterion, text)[0]
    return replace(template, cells=cells)


def unanswered(template: Template) -> Iterator[Mutant]:
    """For each answer that the rubric wants, a mutant in which the prompt was left in its place."""
    for criterion in _asked(template):
        prompt = str(criterion.parameters.get("prompt", PROMPT))
        cells, changed = _written(template, template.cells, criterion, prompt)
        mutation = Mutation(
            name=f"{re.sub('[^a-z0-9]+', '-', criterion.id)}-unanswered",
            right=False,
            about=f"Leaves out the answer below “{criterion.parameters['heading']}”",
            weeks=(template.week,),
            place="answer",
            edits=(Edit(body=prompt),),
            caught_by=(criterion.id,),
        )
        yield Mutant(mutation, cells, changed, "")


def _asked(template: Template) -> list[Criterion]:
    return [criterion for criterion in template.rubric.criteria if criterion.check == CHECK]


def _written(
    template: Template, cells: Sequence[Cell], criterion: Criterion, text: str
) -> tuple[tuple[Cell, ...], int]:
    """The cells with that text below the heading of a criterion, and the place of the cell that changed."""
    heading = str(criterion.parameters["heading"])
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    book = nbformat.v4.new_notebook(cells=[make.get(c.kind, nbformat.v4.new_raw_cell)(c.source) for c in cells])
    answer = next(iter(find_answers(book, [heading])), None)
    if answer is None:
        raise RubricError(
            f"the criterion '{criterion.id}' wants an answer below “{heading}”, which the solution does not have",
            where=template.week,
            remedy="Write the heading into a markdown cell of the solution.",
        )
    spaced = r"\s+".join(map(re.escape, heading.split()))
    line = re.compile(rf"^ {{0,3}}#{{1,6}}[ \t]+{spaced}[ \t#]*$", re.MULTILINE | re.IGNORECASE)
    cell = cells[answer.cell]
    *_, title = line.finditer(cell.source)
    rest = cell.source[title.end() :].replace(answer.text, "", 1) if answer.text else cell.source[title.end() :]
    source = "\n\n".join(part for part in (cell.source[: title.end()], text, rest.strip("\n")) if part)
    new = Cell(cell.kind, source, cell.functions)
    return (*cells[: answer.cell], new, *cells[answer.cell + 1 :]), answer.cell
