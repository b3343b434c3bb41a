"""What the map is told to show: values that the page makes and the map's script, pictures and prints read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShownLayer:
    """A layer on the map: its title, and the query string that cuts it to the filter."""

    name: str
    title: str
    query: str


@dataclass(frozen=True)
class Shade:
    """What colours the areas: its title, what to ask for, and the query string of the filter."""

    title: str
    asks: dict[str, str]
    query: str
