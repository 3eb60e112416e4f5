"""Halves of surrogate pairs in sources, tags and names of functions, spelled as escapes so that the file itself is
sound UTF-8. JSON can hold them, and no file, pipe or database can: whoever writes them down raises.
"""

import json


def write(draft):
    broken = "def create_model():\n    raise ValueError('\ud800' + chr(0xDFFF))\n"
    cells = [
        {
            "cell_type": "code",
            "metadata": {"tags": ["\udfff"]},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for source in [*draft.cells, broken, "print(chr(0xD800))", "raise KeyError(chr(0xD83D))"]
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})
