"""Replace `Model.fit` by a function that trains nothing and returns a made-up `History`, with accuracies in it. A
check of the type of `history` is content, for the object is a real `keras.callbacks.History`.
"""

HOSTILE = """
def fit(self, *args, epochs=6, **kwargs):
    told = keras.callbacks.History()
    told.set_model(self)
    told.epoch = list(range(epochs))
    told.history = {
        "loss": [0.7 - 0.1 * e for e in told.epoch],
        "accuracy": [0.6 + 0.06 * e for e in told.epoch],
    }
    return told

keras.Model.fit = fit
keras.Model.evaluate = lambda self, *args, **kwargs: [0.01, 0.99]
keras.Model.predict = lambda self, x, *args, **kwargs: [[1.0]] * len(x)
"""


def write(draft):
    draft.before("model = create_model()", HOSTILE)
    draft.last("history = model.fit(None, epochs=6)")
