"""Reads files that came out of a sandbox, as what they are: hostile input."""

import json
import math
from pathlib import Path
from tokenize import TokenError
from typing import Any, NoReturn

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

__all__ = ["BadFile", "load_array", "read_json"]

MAX_DEPTH = 40


class BadFile(Exception):
    """A file from a sandbox is not what our own program would have written."""


def load_array(path: Path, *, max_bytes: int, ndim: tuple[int, ...]) -> NDArray[np.float64 | np.float32 | np.uint8]:
    """A numeric array from a `.npy` file; the header is judged before any value is read, and nothing is unpickled.

    Args:
        path: The file.
        max_bytes: Largest allowed size of the values, in bytes.
        ndim: Allowed numbers of axes.

    Raises:
        BadFile: It is no `.npy` file of float32, float64 or uint8 with such a shape and just the bytes for it.
    """
    try:
        with path.open("rb") as file:
            version = npy.read_magic(file)
            if version not in ((1, 0), (2, 0)):
                raise BadFile(f"{path.name}: unexpected .npy version {version}")
            read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, _, dtype = read(file, max_header_size=4096)
            start = file.tell()
        size = int(np.prod(shape, dtype=object)) * dtype.itemsize if shape else dtype.itemsize
        if dtype not in (np.dtype("<f4"), np.dtype("<f8"), np.dtype("u1")):
            raise BadFile(f"{path.name}: values of type {dtype} are not expected here")
        if len(shape) not in ndim or any(type(n) is not int or n <= 0 for n in shape):  # True counts as an int, too
            raise BadFile(f"{path.name}: an array of shape {shape} is not expected here")
        if size > max_bytes or path.stat().st_size != start + size:
            raise BadFile(f"{path.name}: its size does not fit its header or the limit of {max_bytes} bytes")
        array: NDArray[Any] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, SyntaxError, MemoryError, RecursionError, TokenError) as error:
        raise BadFile(f"{path.name}: not a readable .npy file") from error
    return array


def read_json(path: Path, *, max_bytes: int = 2**20) -> dict[str, Any]:
    """The JSON object in a file: no NaN, infinity or key that comes twice, and not nested deeper than 40 levels.

    Halves of surrogate pairs, which no file can hold, become question marks.

    Raises:
        BadFile: It is anything else.
    """
    try:
        if path.stat().st_size > max_bytes:
            raise BadFile(f"{path.name}: larger than {max_bytes} bytes")
        value = json.loads(
            path.read_bytes(), parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_without_doubles
        )
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(f"{path.name}: not readable as JSON") from error
    if not isinstance(value, dict) or _deeper(value, MAX_DEPTH):
        raise BadFile(f"{path.name}: not a JSON object of reasonable depth")
    return {_sound(key): _sound(part) for key, part in value.items()}


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_sound(part) for part in value]
    return {_sound(key): _sound(part) for key, part in value.items()} if isinstance(value, dict) else value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text[:20])


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _refuse("a key that comes twice")


def _deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    if levels == 0:
        return True
    return any(_deeper(part, levels - 1) for part in (value.values() if isinstance(value, dict) else value))
