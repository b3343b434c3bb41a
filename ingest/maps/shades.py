"""Classes of a choropleth: which colour an area's value gets, the same for the screen, the picture and print.

An area without a value is in no class: no data is never shown as zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

METHODS = ("quantile", "equal", "target")
#: Light to dark, told apart with every kind of colour vision and in a grey copy.
SEQUENTIAL = ("#e5f0d8", "#b9dca0", "#7fbf72", "#3f9a57", "#1b6e3c")
#: Short of the target, at it, beyond it: orange and blue differ for every kind of colour vision.
SHORT, AT, BEYOND = "#e08214", "#f7f7f7", "#2c7bb6"
UNTARGETED = "#b5bab6"  # a value, and nothing to hold it against
AT_PERCENT = 5  # so near to the target counts as reaching it


@dataclass(frozen=True, slots=True)
class Step:
    """One class of ``n`` areas. ``kind`` is '' for a span of values, or below, at, above the target, none."""

    color: str
    n: int
    low: float | None = None
    high: float | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Shades:
    """The classes, and the number of the class of each area that has a value."""

    steps: tuple[Step, ...]
    class_of: dict[str, int]


def classify(
    values: Mapping[str, float], method: str = "quantile", targets: Mapping[str, float] | None = None,
    good: str = "up",
) -> Shades:  # fmt: skip
    """Put values into classes: about as many areas each (quantile), equally wide (equal), or by target.

    Areas without a target of their own are a class beside those; ``good`` is the direction that is wished.
    """
    if method == "target":
        return _by_target(values, targets or {}, good)
    codes, numbers = list(values), np.array(list(values.values()), dtype=float)
    if not codes:
        return Shades((), {})
    shares = np.arange(1, len(SEQUENTIAL) + 1) / len(SEQUENTIAL)
    if method == "equal":
        limits = numbers.min() + (numbers.max() - numbers.min()) * shares
        limits[-1] = numbers.max()
    else:
        limits = np.quantile(numbers, shares, method="inverted_cdf")
    limits = np.unique(limits)
    at = np.searchsorted(limits, numbers)
    taken = [number for number in range(len(limits)) if (at == number).any()]
    spread = np.linspace(0, len(SEQUENTIAL) - 1, len(limits)).round().astype(int)
    steps = []
    for number in taken:
        mine = numbers[at == number]
        steps.append(Step(SEQUENTIAL[spread[number]], len(mine), float(mine.min()), float(mine.max())))
    return Shades(
        tuple(steps), {code: taken.index(int(number)) for code, number in zip(codes, at, strict=True)}
    )


def _by_target(values: Mapping[str, float], targets: Mapping[str, float], good: str) -> Shades:
    kinds = {code: _against(value, targets.get(code)) for code, value in values.items()}
    colours = {"below": SHORT, "at": AT, "above": BEYOND, "none": UNTARGETED}
    if good == "down":
        colours |= {"below": BEYOND, "above": SHORT}
    names = [name for name in colours if name in kinds.values()]
    steps = tuple(
        Step(colours[name], sum(one == name for one in kinds.values()), kind=name) for name in names
    )
    return Shades(steps, {code: names.index(kind) for code, kind in kinds.items()})


def _against(value: float, target: float | None) -> str:
    if target is None:
        return "none"
    if abs(value - target) <= abs(target) * AT_PERCENT / 100:
        return "at"
    return "above" if value > target else "below"
