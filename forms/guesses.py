"""Random answers that a form may take: the engine tries them in turn until one passes its constraint."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import cos, pi, sin

TRIES = 60
DAY = date(2026, 11, 20)
WORDS = ("คลองไส้ไก่", "แปลงริมน้ำ", "สมชาย", "12/3", "15", "0812345678", "ทุ่งหนองจิก", "8/1")
WEST, EAST, SOUTH, NORTH = 100.10, 100.25, 8.20, 8.36
R = 0.0004  # degrees, about 45 m


def guesses(chance: random.Random, kind: str, offered: list[str]) -> Iterator[str]:
    """At most TRIES answers of one kind: one, many, rank or trigger for what is chosen from ``offered``,
    else the name of a data type. Places lie around Pak Phanang.
    """
    if kind in ("one", "many", "rank") and not offered:
        return
    for _ in range(TRIES):
        yield _guess(chance, kind, offered)


def _guess(chance: random.Random, kind: str, offered: list[str]) -> str:
    if kind == "one":
        return chance.choice(offered)
    if kind == "many":
        return " ".join(chance.sample(offered, chance.randint(1, min(3, len(offered)))))
    if kind == "rank":
        return " ".join(chance.sample(offered, len(offered)))
    return DICE.get(kind, _word)(chance)


def _word(chance: random.Random) -> str:
    return chance.choice(WORDS)


def _integer(chance: random.Random) -> str:
    return str(chance.randint(*chance.choice([(0, 3), (1, 15), (0, 300), (2500, 2569)])))


def _decimal(chance: random.Random) -> str:
    return str(round(chance.uniform(*chance.choice([(0, 3), (0, 40), (1, 900)])), 2))


def _date(chance: random.Random) -> str:
    return str(DAY + timedelta(days=chance.randint(*chance.choice([(-400, 0), (1, 900), (-25000, -400)]))))


def _time(chance: random.Random) -> str:
    return f"{chance.randint(0, 23):02d}:{chance.randint(0, 59):02d}:00.000+07:00"


def _point(chance: random.Random) -> str:
    lon, lat = chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
    return f"{lat:.7f} {lon:.7f} 2.0 {chance.uniform(3, 12):.1f}"


def _trace(chance: random.Random) -> str:
    lon, lat = chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
    turns = sorted(chance.uniform(0, 2 * pi) for _ in range(chance.randint(5, 9)))
    return ";".join(f"{lat + R * sin(turn):.7f} {lon + R * cos(turn):.7f} 0.0 5.0" for turn in turns)


def _shape(chance: random.Random) -> str:
    trace = _trace(chance)
    return f"{trace};{trace.partition(';')[0]}"


DICE: dict[str, Callable[[random.Random], str]] = {
    "trigger": lambda _: "OK",
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "datetime": lambda chance: f"{_date(chance)}T09:30:00.000+07:00",
    "time": _time,
    "geopoint": _point,
    "geotrace": _trace,
    "geoshape": _shape,
}
