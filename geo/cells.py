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
    """Z-order codes of lon-lat degrees (EPSG:4326), 32 bits an axis (about 1 cm); NaN sorts last.

    Bits are interleaved as in Sean Anderson's "Interleave bits by Binary Magic Numbers".
    """
    x, y = _scaled(lon, 360.0), _scaled(lat, 180.0)
    code: npt.NDArray[np.uint64] = spread(x) | (spread(y) << np.uint64(1))
    return code


def _scaled(degrees: npt.ArrayLike, span: float) -> npt.NDArray[np.uint64]:
    share = np.asarray(degrees, dtype=float) / span + 0.5
    top = 2.0**_MORTON_BITS - 1
    scaled = np.where(np.isnan(share), top, np.clip(np.floor(share * 2.0**_MORTON_BITS), 0, top))
    return scaled.astype(np.uint64)


def spread(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Move bit i of each 32-bit value to bit 2i."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        values = (values | (values << np.uint64(shift))) & np.uint64(mask)
    return values
