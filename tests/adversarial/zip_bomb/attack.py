"""An archive of a few hundred kilobytes whose configuration and weights unpack to a gigabyte, a second that holds more
entries than any model has.
"""

import io
import zipfile


def bomb(**sizes):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, size in sizes.items():
            with file.open(name.replace("_", "."), "w", force_zip64=True) as entry:
                for _ in range(size):
                    entry.write(bytes(2**20))
    return buffer.getvalue()


def write(draft):
    draft.ship("trained.keras", draft.archive("{}", extra={f"assets/{n}": b"" for n in range(5000)}))
    draft.model(bomb(config_json=64, model_weights_h5=64, metadata_json=1))
