"""The method of the kernel that runs cells is replaced by one that runs nothing and replies that all went well. The
executor sees a kernel that speaks the protocol without a fault.
"""

HOSTILE = """
kernel = get_ipython().kernel

async def do_execute(*args, **kwargs):
    kernel.execution_count = getattr(kernel, "execution_count", 1)
    return {"status": "ok", "execution_count": 9, "user_expressions": {}, "payload": []}

kernel.do_execute = do_execute
kernel.shell.run_cell = kernel.shell.run_cell_async = do_execute
"""


def write(draft):
    draft.first(HOSTILE)
