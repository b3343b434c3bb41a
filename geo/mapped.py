"""Arrays in one file that is mapped into memory: what is touched is read, and all processes share it.

The file: a line that names the format, a line of JSON with each array's type, shape and place, then the
arrays, each at a multiple of 64 bytes.
"""

from __future__ import annotations

import json
import mmap
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[Any]]
_ALIGNED = 64


def write(path: Path, form: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Keep arrays under a name; ``form`` names what they are, with its version.

    Where another process has the same file mapped, Windows lets nobody replace it: that one stays.
    """
    places, end = {}, 0
    for name, array in arrays.items():
        places[name] = (array.dtype.str, array.shape, end)
        end += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = f"{form}\n{json.dumps({'arrays': places, 'bytes': end})}\n".encode()
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with part.open("wb") as file:
        file.write(head)
        for name, array in arrays.items():
            file.seek(_aligned(len(head)) + places[name][2])
            file.write(np.ascontiguousarray(array).data)
        file.truncate(_aligned(len(head)) + end)
    try:
        part.replace(path)
    except PermissionError:
        part.unlink()
        if not path.exists():
            raise


def read(path: Path, form: str) -> Arrays:
    """The arrays of a file, not to be changed; ``ValueError`` for another form, and where it is cut."""
    with path.open("rb") as file:
        if file.readline() != f"{form}\n".encode():
            raise ValueError(form)
        told = json.loads(file.readline())
        start = _aligned(file.tell())
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if len(held) != start + told["bytes"]:
        held.close()
        raise ValueError(len(held))
    arrays = {}
    for name, (kind, shape, place) in told["arrays"].items():
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(held, kind, count, start + place).reshape(shape)
    return arrays


def _aligned(number: int) -> int:
    return -(-number // _ALIGNED) * _ALIGNED
