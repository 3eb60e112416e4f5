"""A Lambda layer whose marshalled code runs when the model is loaded and called (CVE-2024-3660). Keras 3 refuses it in
safe mode; what must be shown is that this is said in words, that nothing ran, and that the score is not held.
"""

import base64
import marshal


def payload(inputs):
    import os

    os.write(2, b"CODE-" + b"RAN")
    return inputs


def write(draft):
    code = base64.b64encode(marshal.dumps(payload.__code__)).decode()
    function = {"class_name": "__lambda__", "config": {"code": code, "defaults": None, "closure": None}}
    lambda_layer = draft.layer("Lambda", name="lambda", trainable=True, dtype="float32", function=function)
    draft.model(draft.archive(draft.sequential(lambda_layer)))
