"""The notebook shuts its own kernel down in good form and asks for a restart, so that the executor waits for a kernel
that never comes back.
"""


def write(draft):
    draft.last("get_ipython().kernel.do_shutdown(True)\nimport os\nos._exit(0)")
    draft.last("print('never reached')")
