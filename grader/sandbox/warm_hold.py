"""First process of a box whose program comes by a fork: hands over what the program needs, then waits for its end.

Run by path as process 1 of the box, with no more than the core of Python, so that it starts in a hundredth of a second:
`signal`, `json` and `struct` would double that. `python -I -S -B warm_hold.py SEAT GIVEN ORDER`, where ORDER is what
`launch.py` gets, SEAT the number of a socket at whose other end a fork of the warm worker waits, and GIVEN are the
numbers, with commas between, of the descriptors that the program gets. Its exit status is that of the program.
"""

import _signal  # type: ignore[import-not-found]  # typeshed leaves out this part of the core
import _socket
import os
import sys

__all__: list[str] = []

UNSEATED = 121
"""Exit status when no program came."""
PR_SET_DUMPABLE, PR_SET_NAME = 4, 15


def main() -> None:
    """Hand over, wait, and tell how the program ended."""
    seat, given = _socket.socket(fileno=int(sys.argv[1])), [int(number) for number in sys.argv[2].split(",")]
    environment = (name + b"=" + value for name, value in os.environb.items())
    text = b"\0".join([os.fsencode(sys.argv[3]), os.getcwdb(), *environment])  # noqa: PTH109 - pathlib takes time
    numbers = b"".join(number.to_bytes(4, sys.byteorder) for number in given)
    seat.sendmsg([text], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, numbers)])
    for number in given:
        if number != 2:
            os.close(number)
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
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
