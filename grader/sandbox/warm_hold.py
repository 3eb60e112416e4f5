"""First process of a box whose program comes by a fork: hands over what the program needs, then waits for its end.

Run by path as process 1 of the box, with little more than the core of Python, so that it starts in a hundredth of a
second: `python -I -S -B warm_hold.py SEAT ORDER`, where ORDER is what `launch.py` gets and SEAT the number of a socket
at whose other end a fork of the warm worker waits. Its exit status is that of the program.
"""

import _socket
import json
import os
import signal
import struct
import sys

__all__: list[str] = []

UNSEATED = 121
"""Exit status when no program came."""
PR_SET_DUMPABLE, PR_SET_NAME = 4, 15


def main() -> None:
    """Hand over, wait, and tell how the program ended."""
    seat, order = _socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2])
    given = [n for n in (order["outbox"], 2, order["group"]) if n is not None]
    text = json.dumps({"order": order, "environment": dict(os.environ), "folder": os.getcwd()})  # noqa: PTH109 - pathlib takes time
    rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, struct.pack(f"{len(given)}i", *given))
    seat.sendmsg([text.encode()], [rights])
    for number in given:
        if number != 2:
            os.close(number)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _hide()
    said = seat.recv(4096).decode()
    seat.close()
    if not said.isdigit():
        sys.stderr.write(f"the warm worker sent no program: {said}\n")
        sys.exit(UNSEATED)
    while True:
        pid, status = os.wait()
        if pid == int(said):
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _hide() -> None:
    """Let no process of the box look into this one, and carry a name by which our program knows that it is in a box."""
    import ctypes  # noqa: PLC0415 - while the program is on its way, there is time

    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_NAME, b"grader-box", 0, 0, 0)


if __name__ == "__main__":
    main()
