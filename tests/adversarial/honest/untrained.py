# ruff: noqa
# mypy: ignore-errors
# %% an honest notebook that defines every function and trains nothing
import os
import random
import shutil

import keras
from keras import layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator

keras.utils.set_random_seed(3)


# %%
def create_train_val_dirs(root_path):
    for part in ("training", "validation"):
        for animal in ("cats", "dogs"):
            os.makedirs(os.path.join(root_path, part, animal))


# %%
def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
    usable = []
    for name in os.listdir(SOURCE_DIR):
        if os.path.getsize(os.path.join(SOURCE_DIR, name)) == 0:
            print(f"{name} is zero length, so ignoring.")
        else:
            usable.append(name)
    usable = random.sample(usable, len(usable))
    cut = int(SPLIT_SIZE * len(usable))
    for names, target in ((usable[:cut], TRAINING_DIR), (usable[cut:], VALIDATION_DIR)):
        for name in names:
            shutil.copyfile(os.path.join(SOURCE_DIR, name), os.path.join(target, name))


# %%
def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
    read = ImageDataGenerator(rescale=1 / 255).flow_from_directory
    arguments = {"target_size": (32, 32), "batch_size": 16, "class_mode": "binary"}
    return read(TRAINING_DIR, **arguments), read(VALIDATION_DIR, **arguments)


# %%
def create_model():
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, activation="relu"),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(32, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy", metrics=["accuracy"])
    return model


# %%
model = create_model()
