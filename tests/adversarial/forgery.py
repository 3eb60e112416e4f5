# Put into a notebook by the attacks that forge: `forge()` writes every file that the probe would write, in good form.
# ruff: noqa
import json
import os

out = os.environ.get("GRADER_OUT", ".")


def forge():
    names = ("create_train_val_dirs", "split_data", "train_val_generators", "create_model")
    files = {"functions": {name: {"defined": True} for name in names}}
    for name in ("directories", "split-a", "split-b", "pipelines", "built", "trained"):
        files[name] = {"error": None, "stdout": "", "listing": []}
    files["history"] = {"error": None, "curves": {"loss": [0.9, 0.5, 0.1], "accuracy": [0.6, 0.8, 0.99]}}
    data = {"error": None, "batch_shape": [16, 32, 32, 3], "label_shape": [16], "batch_sizes": [16, 4]}
    files["training-data"] = files["validation-data"] = data
    for name, record in files.items():
        with open(os.path.join(out, name + ".json"), "w") as file:
            json.dump(record, file)
    for split, count in (("split-a", 18), ("split-b", 9)):
        for part in ("source", "training", "validation"):
            folder = os.path.join(out, "trees", split, part)
            os.makedirs(folder, exist_ok=True)
            for number in range(count if part == "training" else 6):
                with open(os.path.join(folder, f"{number}.jpg"), "w") as file:
                    file.write("a picture")
    import numpy as np

    pixels, labels = np.random.default_rng(1).random((20, 32, 32, 3), np.float32), np.arange(20.0) % 2
    for part in ("training", "validation"):
        np.save(os.path.join(out, f"{part}-images.npy"), pixels)
        np.save(os.path.join(out, f"{part}-labels.npy"), labels)
