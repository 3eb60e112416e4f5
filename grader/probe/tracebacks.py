"""From IPython's traceback to the one line of the student's that it is about."""

import re
from collections.abc import Mapping
from textwrap import dedent
from typing import Any

__all__ = ["code_error"]

MAX_NAME, MAX_MESSAGE, MAX_LINE = 100, 500, 300
MAX_TRACEBACK = 200_000
"""Characters of a traceback that are looked at, from its end."""

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_OF_GRAPH = re.compile(r'^(Detected at node .*|\s+File ".*|\s*\[\[\{\{node .*|)$\n?', re.MULTILINE)
"""What TensorFlow puts around the one line that matters when a compiled function fails: our own call stack, mostly."""
_OF_USER_CODE = "in user code:"
"""How a message begins whose error came out of code that TensorFlow was compiling; Keras 2 compiles its training."""
_FRAME = re.compile(r"Cell In\[(\d{1,6})\], line (\d{1,6})")


def _without_graph(message: str) -> str:
    if message.startswith(_OF_USER_CODE):
        # frames first, of which the traceback has the one that matters, and then the error within: "TypeError: ..."
        told = [part for part in message.split("\n\n")[1:] if not part.lstrip("\n").startswith("    File ")]
        within = dedent("\n\n".join(told)).strip()
        message = re.sub(r"\A[A-Za-z_.]+: ", "", within) or message
    return _OF_GRAPH.sub("", message).strip() if "Detected at node" in message else message


def code_error(output: Mapping[str, Any], sources: Mapping[int, str]) -> dict[str, Any]:
    """What an error output says, in the form of `grader.observation.CodeError`.

    Args:
        output: An output of type "error" of a notebook cell. Students can put anything there.
        sources: Execution count -> source of the cell that had it.

    Returns:
        `name`, `message` (at most 500 characters), `line` and `line_number`: the last line of a notebook cell that the
        traceback passes through, stripped, and its number within that cell from 1; "" and None when there is none.
    """
    traceback = output.get("traceback")
    lines = [part for part in traceback if isinstance(part, str)] if isinstance(traceback, list) else []
    text = _ANSI.sub("", "\n".join(lines)[-MAX_TRACEBACK:])
    line, line_number = "", None
    for count, number in _FRAME.findall(text):
        source = sources.get(int(count), "").splitlines()
        if 1 <= int(number) <= len(source):
            line, line_number = source[int(number) - 1].strip()[:MAX_LINE], int(number)
    return {
        "name": str(output.get("ename", ""))[:MAX_NAME],
        "message": _without_graph(_ANSI.sub("", str(output.get("evalue", ""))[:MAX_TRACEBACK]))[:MAX_MESSAGE],
        "line": line,
        "line_number": line_number,
    }
