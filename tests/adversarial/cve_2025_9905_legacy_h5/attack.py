"""A model in the legacy HDF5 format, in which `safe_mode` was ignored (CVE-2025-9905), under the name that a `.keras`
file should have. Loaders choose the format by the content as well as by the name.
"""

import io
import json

import h5py


def write(draft):
    config = draft.sequential(draft.layer("Lambda", name="lambda", function=["4wAAAAA=", None, None]))
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.15.0"
        file.create_group("model_weights").attrs["layer_names"] = []
    draft.model(buffer.getvalue())
