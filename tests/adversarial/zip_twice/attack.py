"""The first `config.json` is harmless and the second is not: a checker that reads the one and a loader that reads the
other see two different models.
"""

import io
import json
import warnings
import zipfile


def write(draft):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what is meant here
        good = draft.archive(draft.sequential(draft.layer("Flatten", name="flatten")))
        buffer = io.BytesIO(good)
        with zipfile.ZipFile(buffer, "a") as file:
            file.writestr("config.json", json.dumps(draft.sequential(draft.layer("Lambda", name="lambda"))))
    draft.model(buffer.getvalue())
