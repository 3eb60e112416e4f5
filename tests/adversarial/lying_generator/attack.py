"""`train_val_generators` returns an object that answers every question about its settings rightly, and yields made-up
images of the right shape and range with labels to match.
"""

HOSTILE = """
import numpy as np

class Lie:
    image_shape, target_size, batch_size, class_mode = (32, 32, 3), (32, 32), 16, "binary"
    samples = n = 20
    class_indices = {"cats": 0, "dogs": 1}

    def __len__(self):
        return 2

    def __getitem__(self, index):
        random = np.random.default_rng(index)
        return random.random((10, 32, 32, 3), np.float32), (np.arange(10) % 2).astype("float32")

    def __eq__(self, other):
        return True

    __hash__ = object.__hash__

def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
    return Lie(), Lie()
"""


def write(draft):
    draft.last(HOSTILE)
