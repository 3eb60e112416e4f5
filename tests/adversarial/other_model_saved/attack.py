"""`keras.saving` and `Model.save` are patched, so that whatever is saved is a copy of one prepared archive. It is an
empty one here: what a student can train elsewhere and paste in is beyond any grader.
"""

HOSTILE = """
import zipfile

def save(self, path, *args, **kwargs):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", '{"class_name": "Sequential", "accuracy": 1.0}')
        archive.writestr("model.weights.h5", b"")

keras.Model.save = keras.Sequential.save = save
keras.saving.save_model = lambda model, path, *args, **kwargs: save(model, path)
"""


def write(draft):
    draft.last(HOSTILE)
