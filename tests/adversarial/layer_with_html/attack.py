"""Layers may have any name, and the metrics, the loss and the model as well. Reports list them."""


def write(draft):
    name = "</script><script>alert('from-layer')</script>=1+1]]>"
    dense = draft.layer("Dense", name=name, units=1, activation="sigmoid", dtype="float32")
    draft.model(draft.archive(draft.sequential(dense)))
