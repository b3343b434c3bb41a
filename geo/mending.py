"""Areas that cross themselves, mended: the ground that was drawn, without the crossings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

Objects = npt.NDArray[np.object_]
_ROUNDS = 8


def mended(shapes: Objects, *, keep_collapsed: bool = False) -> Objects:
    """Valid areas of invalid ones; ``keep_collapsed`` keeps the line that an area without ground is.

    One round is not always enough: where a crossing falls between two numbers, its rounded place may cross
    another edge, and overlays refuse what is left.
    """
    made = np.asarray(shapes, dtype=object).copy()
    for _ in range(_ROUNDS):
        broken = ~(shapely.is_valid(made) | shapely.is_missing(made))
        if not broken.any():
            break
        made[broken] = shapely.make_valid(made[broken], method="structure", keep_collapsed=keep_collapsed)
    return made
