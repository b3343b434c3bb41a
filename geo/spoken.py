"""Where a finding of an import lies: the areas and places that its figures speak of, to be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_CODES = ("code", "codes", "mismatched", "orphans", "names")  # names begin with the code of their area


@dataclass(frozen=True)
class Spoken:
    """Areas by code, and places (lon, lat)."""

    codes: frozenset[str]
    places: tuple[tuple[float, float], ...]


def spoken_of(figures: Mapping[str, object]) -> Spoken:
    """Read the ``figures`` of any finding: gaps have places, all others codes, in lists or in pairs."""
    found = list(_walked(figures, ""))
    codes = frozenset(one for one in found if isinstance(one, str))
    return Spoken(codes, tuple(one for one in found if not isinstance(one, str)))


def _walked(value: object, key: str) -> Iterator[str | tuple[float, float]]:
    if isinstance(value, Mapping):
        if "lon" in value and "lat" in value:
            yield float(value["lon"]), float(value["lat"])
        for inner, content in value.items():
            yield from _walked(content, str(inner))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _walked(one, key)
    elif isinstance(value, str) and key in _CODES:
        yield value.partition(" ")[0]
