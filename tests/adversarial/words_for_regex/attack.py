"""What functions print is searched for the names of empty files, outside. Here it is megabytes of almost the right
words.
"""

import json

TEXT = (" file.file.file-" * 6 + " is zero length ") * 5000


def write(draft):
    said = {"error": None, "stdout": TEXT, "listing": ["a" * 400] * 1500}
    draft.last(
        "import os\n"
        "for name in ('split-a', 'split-b'):\n"
        "    os.makedirs(os.path.join(os.environ['GRADER_OUT'], 'trees', name, 'training'))\n"
    )
    for name in ("split-a", "split-b"):
        draft.ship(f"{name}.json", json.dumps(said).encode())
    draft.die()
