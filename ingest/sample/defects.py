"""What goes wrong in the field, so that the demo's Quality page has something to show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from ingest.sample.ground import GROUNDS, moved, point_text
from ingest.sample.households import Home, Visit, household
from ingest.sample.orchards import plot
from ingest.sample.writing import Answers, Dice

#: Halfway between the centres of Ko Thuat (801206) and its western neighbour: on the drawing's line.
_ON_THE_LINE = (100.07, 8.275)


def spoilt(dice: Dice, homes: list[Home], when: datetime) -> Iterator[tuple[str, Answers]]:
    """Filled forms with one defect each: (form_id, answers)."""
    ground = homes[0].ground
    for number, spoil in enumerate([_two_taps] * 3 + [_crossed] * 4 + [_swapped] * 2 + [_poor] * 8):
        visit = Visit(ground, 1 + number % ground.villages, when + timedelta(hours=number), 900 + number)
        answers = plot(dice, visit, ground.inside(dice, visit.moo, margin_m=150), None)
        spoil(dice, answers)
        yield "pomelo_plot", answers
    for number in range(6):  # the tambon chosen in the form is not the one the point lies in
        visit = Visit(ground, 3, when + timedelta(days=1, hours=number), 930 + number)
        answers = plot(dice, visit, ground.inside(dice, 3, margin_m=150), None)
        answers.values |= {"tambon": GROUNDS[1].code}
        yield "pomelo_plot", answers
    for number in range(5):
        place = moved(_ON_THE_LINE, dice.uniform(-12, 12), dice.uniform(-12, 12))
        home = replace(homes[0], entity_id=dice.uuid(), house_no=str(900 + number), place=place, moo=9)
        yield "household_register", household(dice, home)


def _corners(answers: Answers) -> list[str]:
    return str(answers.values["plot"]).split(";")[:-1]


def _two_taps(_dice: Dice, answers: Answers) -> None:
    corners = _corners(answers)
    answers.values["plot"] = ";".join([corners[0], corners[2], corners[0]])


def _crossed(_dice: Dice, answers: Answers) -> None:
    corners = _corners(answers)
    corners[1], corners[2] = corners[2], corners[1]
    answers.values["plot"] = ";".join([*corners, corners[0]])


def _swapped(_dice: Dice, answers: Answers) -> None:
    """Longitude written before latitude, as some other tools do."""
    vertices = [vertex.split() for vertex in str(answers.values["plot"]).split(";")]
    answers.values["plot"] = ";".join(" ".join([lon, lat, *rest]) for lat, lon, *rest in vertices)


def _poor(dice: Dice, answers: Answers) -> None:
    """Under dense trees: positions that are off by tens of metres."""
    lat, lon = (float(number) for number in str(answers.values["point"]).split()[:2])
    answers.values["point"] = point_text(dice, (lon, lat), accuracy_m=dice.uniform(35, 80))
