"""Cells that fail carry the tags `raises-exception` and `skip-execution`, which nbclient obeys, and metadata that says
the same in the words of other tools.
"""

import nbformat


def write(draft):
    made = draft.notebook()
    wrong = nbformat.v4.new_code_cell("raise ValueError('this cell fails')")
    wrong.metadata = {"tags": ["raises-exception", "skip-execution", "nbgrader-skip"]}
    made.cells += [wrong]
    for cell in made.cells:
        cell.metadata.setdefault("tags", ["raises-exception"])
    made.metadata["execution"] = {"allow_errors": True}
    return made
