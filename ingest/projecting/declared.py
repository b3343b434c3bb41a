"""The area that a form declares beside a drawn plot: what stands in its boxes for rai, ngan and square wah.

Such boxes are told by their names, ``area_rai``, ``area_ngan`` and ``area_wah``, in the table that holds the
plot; a form without them declares nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from geo.quality import area_differs
from ingest.projecting.answers import Noticed
from ingest.projecting.typed import Column
from thai.area import rai_ngan_wah
from thai.text import arabic_digits

_BOXES_M2 = {"area_rai": 1600.0, "area_ngan": 400.0, "area_wah": 4.0}


def declared_m2(boxes: Mapping[str, Column], size: int) -> np.ndarray:
    """m² by row, from the columns of a table by their names; NaN where nothing is declared.

    What cannot be read counts as nothing.
    """
    total = np.full(size, np.nan)
    for name, unit_m2 in _BOXES_M2.items():
        if name in boxes and not boxes[name].is_blank():
            own = boxes[name]
            m2 = own.mapped([_number(text) * unit_m2 for text in own.distinct], pa.float64())
            said = m2.is_valid().to_numpy(zero_copy_only=False)
            total[said] = np.nansum([total[said], m2.to_numpy(zero_copy_only=False)[said]], axis=0)
    return total


def differences(name: str, declared: np.ndarray, measured_m2: np.ndarray) -> list[Noticed]:
    """Plots whose measured area is far from the declared one: ``5-0-0 / 3-2-10 (-29 %)``."""
    found: list[Noticed] = []
    for row in np.flatnonzero(area_differs(declared, measured_m2)):
        said, real = float(declared[row]), float(measured_m2[row])
        detail = f"{rai_ngan_wah(said)} / {rai_ngan_wah(real)} ({real / said - 1:+.0%})".replace("%", " %")
        found.append((int(row), name, "area_differs", detail))
    return found


def _number(text: str) -> float:
    try:
        number = float(arabic_digits(text))
    except ValueError:
        return float("nan")
    return number if 0 <= number < 1e7 else float("nan")
