"""The function raises an error whose class, message and line are HTML: the part of the report that speaks about
functions.
"""

import json


def write(draft):
    hostile = "</td><script>alert('from-function')</script>"
    error = {"name": hostile, "message": hostile + "=1+1", "line": hostile, "line_number": 1}
    functions = ("directories", "split-a", "split-b", "pipelines", "training-data", "validation-data", "built")
    for name in (*functions, "history", "trained"):
        draft.ship(f"{name}.json", json.dumps({"error": error}).encode())
    draft.die()
