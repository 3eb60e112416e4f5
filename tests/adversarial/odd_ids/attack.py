"""Cell ids that are paths, mark-up, empty, too long and the same; a minor version that does not exist yet; sources in
lists of lists; extra keys in every place.
"""

import json


def write(draft):
    ids = ("../../../etc/passwd", "<script>alert(1)</script>", "", "x" * 5000, "same", "same")
    cells = [
        {"cell_type": "code", "id": ids[i % 6], "metadata": {"a": {"b": []}}, "source": [cell], "outputs": []}
        for i, cell in enumerate(draft.cells)
    ]
    cells.append({"cell_type": "heading", "level": 9, "source": [["x"]], "metadata": None, "extra": {}})
    top = {"nbformat": 4, "nbformat_minor": 99, "metadata": {"signature": "trusted"}, "cells": cells, "evil": 1}
    return json.dumps(top)
