"""Curves of a training with names that are HTML; charts write names of curves into SVG."""

import json


def write(draft):
    names = ("loss", "val_loss", "accuracy", "</text><script>alert('from-curve')</script>", "=1+1", "\u202eloss", "]]>")
    curves = {name: [3.0, 2.0, 1.0] for name in names}
    draft.ship("history.json", json.dumps({"error": None, "curves": curves}).encode())
    draft.die()
