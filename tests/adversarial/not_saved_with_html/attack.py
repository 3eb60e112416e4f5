"""A model that could not be saved is reported with the reason, and the reason is a script."""

import json


def write(draft):
    hostile = "</p><script>alert('from-model')</script>\u202e\u0000]]>"
    error = {"name": "NotSaved", "message": hostile, "line": "", "line_number": None}
    draft.replace("def create_model():\n    pass", "def create_model():\n    return 1")
    for name in ("built", "trained"):
        draft.ship(f"{name}.json", json.dumps({"error": error}).encode())
    draft.die()
