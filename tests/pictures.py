"""Screenshots held against stored ones: what one of them shows, the other shows at nearly the same spot."""

from __future__ import annotations

import io
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

STORED = Path(__file__).with_name("pictures")
REACH_PX = 2  # other versions of a browser or a font move letters by this much
NEAR = 56  # of 255 in each channel: edges are smoothed differently, colours of the legend differ by more

Pixels = npt.NDArray[np.int16]


def unlike(made: bytes, stored: bytes) -> float:
    """The share of pixels in one of two pictures for which the other has nothing alike within reach.

    1 for pictures of different sizes.
    """
    first, second = (_pixels(one) for one in (made, stored))
    if first.shape != second.shape:
        return 1
    return max(_alone(first, second), _alone(second, first))


def _pixels(png: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.int16)


def _alone(picture: Pixels, other: Pixels) -> float:
    padded = np.pad(other, ((REACH_PX, REACH_PX), (REACH_PX, REACH_PX), (0, 0)), mode="edge")
    height, width, _ = picture.shape
    alone = np.ones((height, width), dtype=bool)
    for down, right in product(range(2 * REACH_PX + 1), repeat=2):
        moved = padded[down : down + height, right : right + width]
        alone &= np.abs(picture - moved).max(axis=2) > NEAR
    return float(alone.mean())
