"""Cells for counting many features at once, and the order in which rows near each other lie together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_CELL_PX = 32
_MORTON_BITS = 32


def cell_size_deg(zoom: int) -> float:
    """Width in degrees of a counting cell at a web map's ``zoom``: 32 of the 256 pixels of a tile."""
    return float(360.0 / 2.0**zoom * _CELL_PX / 256)


def morton(lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    """Z-order codes of lon-lat degrees (EPSG:4326), 32 bits an axis (about 1 cm); NaN sorts last."""
    x, y = _scaled(lon, 360.0), _scaled(lat, 180.0)
    code: npt.NDArray[np.uint64] = spread(x) | (spread(y) << np.uint64(1))
    return code


def _scaled(degrees: npt.ArrayLike, span: float) -> npt.NDArray[np.uint64]:
    share = np.asarray(degrees, dtype=float) / span + 0.5
    top = 2.0**_MORTON_BITS - 1
    scaled = np.where(np.isnan(share), top, np.clip(np.floor(share * 2.0**_MORTON_BITS), 0, top))
    return scaled.astype(np.uint64)


def spread(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Move bit i of each 32-bit value to bit 2i: two looks into a table, as one point pays for every step."""
    low, high = _SPREAD_16[values & _LOW_16], _SPREAD_16[values >> _SIXTEEN]
    return np.asarray(low | high << _THIRTY_TWO)


def interleaved(column: int, row: int) -> int:
    """The Z-order code of one cell, of its numbers below 2³²."""
    x, y = (_SPREAD_16.item(one & 0xFFFF) | _SPREAD_16.item(one >> 16) << 32 for one in (column, row))
    return int(x | y << 1)


def _spread_16() -> npt.NDArray[np.uint64]:
    """What ``spread`` makes of 0 to 65,535."""
    numbers = np.arange(2**16, dtype=np.uint64)
    found = np.zeros_like(numbers)
    for bit in np.arange(16, dtype=np.uint64):
        found |= (numbers >> bit & np.uint64(1)) << np.uint64(2) * bit
    return found


_LOW_16, _SIXTEEN, _THIRTY_TWO = np.uint64(0xFFFF), np.uint64(16), np.uint64(32)
_SPREAD_16 = _spread_16()
