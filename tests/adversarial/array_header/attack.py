"""Array files whose headers promise terabytes, name an odd type, or hold Python that takes long to parse."""

import numpy as np

HEADERS = {
    "training-images": "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000, 1000, 3), }",
    "training-labels": "{'descr': '|O', 'fortran_order': False, 'shape': (4,), }",
    "validation-images": "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 32, 32, 3), }",
    "validation-labels": "(" * 3000,
}


def write(draft):
    for name, header in HEADERS.items():
        text = header.encode().ljust(4096) + b"\n"
        content = np.lib.format.magic(1, 0) + len(text).to_bytes(2, "little") + text + bytes(64)
        draft.ship(f"{name}.npy", content)
    for name in ("training", "validation"):
        draft.ship(f"{name}-data.json", b'{"error": null, "batch_sizes": [4], "label_shape": [4]}')
    draft.die()
