"""`create_model` returns an object of its own class that calls itself a Keras model, equals everything, and answers
each question about its layers, loss and weights as a perfect model would. What it saves is a text file.
"""

HOSTILE = """
class Perfect:
    name, built, compiled, loss = "perfect", True, True, "binary_crossentropy"
    input_shape, output_shape = (None, 32, 32, 3), (None, 1)
    layers = weights = trainable_weights = []

    @property
    def __class__(self):
        import keras
        return keras.Sequential

    def __eq__(self, other):
        return True

    __hash__ = object.__hash__

    def get_config(self):
        return {"name": "perfect", "layers": []}

    def get_compile_config(self):
        return {"loss": self.loss, "metrics": ["accuracy"]}

    def count_params(self):
        return 10**6

    def save(self, path, **kwargs):
        with open(path, "w") as file:
            file.write("a perfect model")

    def __getattr__(self, name):
        return lambda *args, **kwargs: self

model = Perfect()
"""


def write(draft):
    draft.replace("def create_model():\n    pass", "def create_model():\n    return Perfect()")
    draft.last(HOSTILE)
