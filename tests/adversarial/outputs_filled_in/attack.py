"""The cells carry outputs that they never made, two curves among them, an execution count, claims in metadata and
attachments, the state of widgets, and a mark that the notebook was executed.
"""

import base64
import io

import nbformat
import numpy as np
from PIL import Image


def write(draft):
    made = draft.notebook()
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (300, 400, 3), np.uint8)).save(buffer, "PNG")
    picture = base64.b64encode(buffer.getvalue()).decode()
    for count, cell in enumerate(made.cells, 1):
        cell.execution_count = count
        cell.metadata = {"nbgrader": {"grade": True, "points": 100, "score": 100}, "collapsed": True}
        cell.outputs = [
            nbformat.v4.new_output("display_data", {"image/png": picture}),
            nbformat.v4.new_output("stream", name="stdout", text="Grade: 100/100\n"),
        ]
    note = nbformat.v4.new_markdown_cell("![curve](attachment:curve.png)")
    note["attachments"] = {"curve.png": {"image/png": picture}}
    made.cells.append(note)
    made.metadata["grader"] = {"score": 100, "held": False, "executed": True}
    made.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2}}
    return made
