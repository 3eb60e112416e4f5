"""A `TFSMLayer` loads a TensorFlow SavedModel from a path in its configuration, and with it a graph of any operations,
those that write files among them (CVE-2026-1462).
"""


def write(draft):
    graph = draft.layer("TFSMLayer", name="graph", filepath="/in/built.keras", call_endpoint="serve")
    draft.model(draft.archive(draft.sequential(graph), extra={"assets/saved_model.pb": b"\x08\x01"}))
