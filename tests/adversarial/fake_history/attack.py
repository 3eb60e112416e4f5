"""Train nothing, and leave an object named `history` whose curves are made up. No accuracy is claimed, so none can be
compared: a check that only looks for a falling loss is content.
"""

HOSTILE = """
class History:
    history = {"loss": [0.9, 0.5, 0.2, 0.1], "val_loss": [0.9, 0.6, 0.4, 0.3]}
    epoch = [0, 1, 2, 3]
    model = model
history = History()
"""


def write(draft):
    draft.last(HOSTILE)
