"""Where the demo takes place: round areas well inside some tambons of Pak Phanang, and shapes in them.

The places are invented; only codes and rough positions are real, so that real boundaries agree too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.sample.writing import Dice

_METRES_PER_DEGREE = 111_195.0  # of a great circle; the demo needs no more
_BLOCK_M = 150.0  # orchards stand in blocks of this size and so never overlap

LonLat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ground:
    """A round area inside one tambon, with its share of the demo and its number of villages."""

    code: str
    lon: float
    lat: float
    radius_m: float
    share: float
    villages: int

    def village(self, moo: int) -> LonLat:
        """The middle of a village: the villages stand like seeds in a flower, evenly spread."""
        distance = 0.85 * self.radius_m * math.sqrt((moo - 0.5) / self.villages)
        angle = moo * math.pi * (3 - math.sqrt(5))
        return moved((self.lon, self.lat), distance * math.cos(angle), distance * math.sin(angle))

    def nearest_village(self, place: LonLat) -> int:
        """The moo whose middle is nearest."""
        return min(range(1, self.villages + 1), key=lambda moo: distance_m(self.village(moo), place))

    def home(self, dice: Dice, moo: int) -> LonLat:
        """A house near the middle of its village, still inside the area."""
        while True:
            place = moved(self.village(moo), dice.gauss(0, 170), dice.gauss(0, 170))
            if distance_m(place, (self.lon, self.lat)) < self.radius_m:
                return place

    def inside(self, dice: Dice, moo: int, *, margin_m: float) -> LonLat:
        """A place around a village, at least so far inside the area."""
        while True:
            place = moved(self.village(moo), dice.uniform(-600, 600), dice.uniform(-600, 600))
            if distance_m(place, (self.lon, self.lat)) < self.radius_m - margin_m:
                return place

    def blocks(self, dice: Dice) -> Iterator[LonLat]:
        """Middles of orchard blocks inside the area, each once, in any order."""
        reach = int((self.radius_m - _BLOCK_M) / _BLOCK_M)
        steps = range(-reach, reach + 1)
        inside = [(x, y) for x in steps for y in steps if math.hypot(x, y) <= reach]
        for x, y in dice.sample(inside, len(inside)):
            yield moved((self.lon, self.lat), *_turned(x * _BLOCK_M, y * _BLOCK_M))


GROUNDS = (
    Ground("801206", 100.091, 8.296, 2200, 0.36, 10),
    Ground("801202", 100.111, 8.356, 2500, 0.27, 9),
    Ground("801205", 100.146, 8.317, 1850, 0.11, 8),
    Ground("801204", 100.053, 8.257, 1700, 0.09, 6),
    Ground("801210", 100.159, 8.361, 1600, 0.07, 6),
    Ground("801203", 100.116, 8.242, 1800, 0.06, 7),
    Ground("801207", 100.141, 8.278, 1350, 0.04, 5),
)


def _turned(dx: float, dy: float, degrees: float = 14.0) -> tuple[float, float]:
    """Canals and beds lie a little askew, and all alike."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return dx * c - dy * s, dx * s + dy * c


def moved(place: LonLat, east_m: float, north_m: float) -> LonLat:
    """A place so many metres to the east and north."""
    lon, lat = place
    return (
        lon + east_m / (_METRES_PER_DEGREE * math.cos(math.radians(lat))),
        lat + north_m / _METRES_PER_DEGREE,
    )


def distance_m(one: LonLat, other: LonLat) -> float:
    """Metres between two places near each other."""
    east = (other[0] - one[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, other[1] - one[1]) * _METRES_PER_DEGREE


def orchard(dice: Dice, middle: LonLat, area_m2: float) -> list[LonLat]:
    """The corners of an orchard of about this area (at most one block): four, sometimes six."""
    shortest = max(math.sqrt(area_m2 / 2.5), area_m2 / 138)
    width = dice.uniform(shortest, math.sqrt(area_m2))
    half_x, half_y = area_m2 / width / 2, width / 2
    corners = [(-half_x, -half_y), (half_x, -half_y), (half_x, half_y), (-half_x, half_y)]
    if dice.chance(0.3):  # a side that follows a bent canal
        corners[1:1] = [(0.0, -half_y * 1.04)]
        corners[4:4] = [(0.0, half_y * 0.97)]
    shaken = [(x * dice.uniform(0.94, 1.0), y * dice.uniform(0.94, 1.0)) for x, y in corners]
    return [moved(middle, *_turned(x, y)) for x, y in shaken]


def field_block(dice: Dice, middle: LonLat, area_m2: float) -> list[LonLat]:
    """An irregular outline of five to eight corners, of about this area."""
    count = dice.randint(5, 8)
    radius = math.sqrt(area_m2 / (0.5 * count * math.sin(2 * math.pi / count)))
    spokes = [(2 * math.pi * k / count, radius * dice.uniform(0.85, 1.1)) for k in range(count)]
    return [moved(middle, r * math.cos(angle), r * math.sin(angle)) for angle, r in spokes]


def area_m2(ring: list[LonLat]) -> float:
    """The area of a small ring, by the shoelace formula on a plane."""
    lon, lat = ring[0]
    plane = [((x - lon) * math.cos(math.radians(lat)), y - lat) for x, y in ring]
    pairs = zip(plane, [*plane[1:], plane[0]], strict=True)
    return abs(sum(a * d - b * c for (a, b), (c, d) in pairs)) / 2 * _METRES_PER_DEGREE**2


def point_text(dice: Dice, place: LonLat, *, accuracy_m: float | None = None) -> str:
    """A geopoint as Collect writes it: latitude, longitude, altitude, accuracy."""
    accuracy = dice.uniform(3, 12) if accuracy_m is None else accuracy_m
    altitude = dice.uniform(-8, 14) if accuracy else 0.0
    return f"{place[1]:.7f} {place[0]:.7f} {altitude:.1f} {accuracy:.1f}"


def shape_text(dice: Dice, ring: list[LonLat], *, walked: bool = True) -> str:
    """A geoshape as Collect writes it, closed; a tapped one has no accuracies."""
    accuracy = None if walked else 0.0
    corners = [point_text(dice, place, accuracy_m=accuracy) for place in ring]
    return ";".join([*corners, corners[0]])
