"""Functions whose parameters have names in other scripts and directions, as far as Python takes them."""


def write(draft):
    names = "\u05d0\u05d1, \u0430dmin, \uff1c".replace("\uff1c", "\u1160x"), "a" * 5000
    draft.replace("SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE", names[0])
    draft.replace("def create_model():", f"def create_model({names[1]}):")
    draft.die()
