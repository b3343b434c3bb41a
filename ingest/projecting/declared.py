"""The area that a form declares beside a drawn plot: what stands in its boxes for rai, ngan and square wah.

Such boxes are told by their names, ``area_rai``, ``area_ngan`` and ``area_wah``, in the table that holds the
plot; a form without them declares nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forms.xform import Field
from geo.quality import area_differs
from ingest.projecting.answers import Noticed
from thai.area import rai_ngan_wah
from thai.text import arabic_digits

_BOXES_M2 = {"area_rai": 1600.0, "area_ngan": 400.0, "area_wah": 4.0}


def declared_m2(fields: Sequence[Field], rows: Sequence[Sequence[str | None]]) -> np.ndarray:
    """m² by row; NaN where nothing is declared, or in a way that cannot be read."""
    boxes = [(column, _BOXES_M2[one.name]) for column, one in enumerate(fields) if one.name in _BOXES_M2]
    total = np.full(len(rows), np.nan)
    for column, unit_m2 in boxes:
        for row, values in enumerate(rows):
            if (text := values[column]) is not None:
                total[row] = np.nansum([total[row], _number(text) * unit_m2])
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
