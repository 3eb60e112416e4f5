"""The model predicts NaN, the generator yields NaN and infinity, and the history holds NaN: comparisons with NaN are
false, so that a check written as `not (x < limit)` passes.
"""

HOSTILE = """
import numpy as np

honest_generators = train_val_generators

class NotNumbers:
    def __init__(self, honest):
        self.honest = honest

    def __len__(self):
        return len(self.honest)

    def __getitem__(self, index):
        images, labels = self.honest[index]
        return np.full_like(images, [np.nan, np.inf, -np.inf]), labels * np.nan

def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
    return tuple(NotNumbers(g) for g in honest_generators(TRAINING_DIR, VALIDATION_DIR))

model.set_weights([w * np.nan for w in model.get_weights()])

class history:
    history = {"loss": [np.nan, 1e308, -np.inf], "accuracy": [np.inf]}
"""


def write(draft):
    draft.last(HOSTILE)
