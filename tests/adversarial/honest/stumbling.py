# ruff: noqa
# mypy: ignore-errors
# %% an honest notebook of which one cell fails
import os


# %%
def create_train_val_dirs(root_path):
    pass


# %%
def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
    pass


# %%
def train_val_generators(TRAINING_DIR, VALIDATION_DIR):
    pass


# %%
def create_model():
    pass


# %%
training_files = os.listdir("/tmp/cats-v-dogs/training")
