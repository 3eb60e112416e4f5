"""A small configuration of a model that needs terabytes once it is built, and one with a layer for which the sizes
overflow. The second sandbox has limits as the first has.
"""


def write(draft):
    flat = draft.layer("Flatten", name="flatten")
    wide = draft.layer("Dense", name="wide", units=10**9)
    wider = draft.layer("Dense", name="wider", units=10**18)
    draft.ship("trained.keras", draft.archive(draft.sequential(flat, wider)))
    draft.model(draft.archive(draft.sequential(flat, wide)))
