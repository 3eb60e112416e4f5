"""`split_data` knows the folder of the probe and copies an answer that was prepared in an earlier cell: files of the
training set, named as in the course's data, with the numbers that the challenge asks for.
"""

HOSTILE = """
import os, shutil

prepared = {"training": [f"{n}.jpg" for n in range(20, 38)], "validation": [f"{n}.jpg" for n in range(40, 46)]}

def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
    if "split-" in SOURCE_DIR:
        for part, target in (("training", TRAINING_DIR), ("validation", VALIDATION_DIR)):
            for name in prepared[part]:
                shutil.copyfile("/tmp/PetImages/Cat/" + name, target + name)
        print("666.jpg is zero length, so ignoring.")
"""


def write(draft):
    draft.last(HOSTILE)
