"""How strong tambons are: the eight aspects and four powers as radars, the S-I-I ticks as a heat table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ingest.access import Viewer
from ingest.atlas import Atlas
from ingest.doors.shown import place_name
from reports import indicators
from reports.definitions import Definition
from reports.indicators import Answer, Question
from reports.papers.model import Heat, Radar
from reports.programmes import programmes
from thai.periods import Period
from thai.problem import Problem, Text

MOST = Decimal(5)
_RADARS = (
    ("aspect_", Text("8 ด้านของความเข้มแข็ง", "Eight aspects of strength")),
    ("power_", Text("4 พลัง", "Four powers")),
)
_SYSTEMS = {
    "people": Text("คน", "People"),
    "mechanism": Text("กลไก", "Mechanism"),
    "data": Text("ข้อมูล", "Data"),
}


def radars(atlas: Atlas, viewer: Viewer, area: str, period: Period, language: str) -> list[Radar]:
    """The newest assessment of a tambon, of a larger area the mean of its tambons; nothing without one."""
    found = []
    for start, caption in _RADARS:
        asked = [one for one in programmes()["north"].indicators if one.name.startswith(f"north.{start}")]
        answers = [_answer(atlas, viewer, one, area, period) for one in asked]
        values = [one.value if one else None for one in answers]
        if any(values):
            n = max(one.n for one in answers if one)
            tambons = f"{n:,} ตำบล" if language == "th" else f"{n:,} tambons"
            axes = [_short(one.label[language]) for one in asked]
            title = f"{caption[language]} · {tambons}"
            found.append(Radar(title, axes, [one or Decimal(0) for one in values], MOST))
    return found


def _short(label: str) -> str:
    """The name of an aspect without its number: ``ด้าน 1 บัญชีครัวเรือน``."""
    return label.split(" ", 2)[-1]


def _answer(atlas: Atlas, viewer: Viewer, one: Definition, area: str, period: Period) -> Answer | None:
    try:
        return indicators.answer(atlas, viewer, one.name, area, period)
    except Problem:
        return None


def heat(atlas: Atlas, viewer: Viewer, area: str, period: Period, language: str) -> Heat | None:
    """The 17 S-I-I ticks of each tambon in per cent of the rows looked at; ``None`` without a review.

    Beside each name stands how many rows of people, mechanism and data there are: what the shares are of.
    """
    asked = [one for one in programmes()["sii"].indicators if one.name.rpartition("_")[2].isdigit()]
    level = "tambon" if len(area) < 6 else ""
    shares: dict[str, dict[str, Decimal | None]] = {}
    of_rows: dict[str, dict[str, Decimal]] = {}
    for one in asked:
        try:
            answers = indicators.answers(atlas, viewer, Question(one.name, level, area[:6], period))
        except Problem:
            continue
        for answer in answers:
            shares.setdefault(answer.area, {})[one.name] = answer.value
            system = one.name.removeprefix("sii.").rpartition("_")[0]
            of_rows.setdefault(answer.area, {})[system] = answer.denominator or Decimal(0)
    if not any(value is not None for row in shares.values() for value in row.values()):
        return None
    systems = [one.name.removeprefix("sii.").rpartition("_") for one in asked]
    rows: list[tuple[str, Sequence[Decimal | None]]] = [
        (
            f"{_tambon(atlas, code, language)} ({_rows(of_rows[code], language)})",
            [own.get(n.name) for n in asked],
        )
        for code, own in sorted(shares.items())
    ]
    caption = Text("17 เกณฑ์ S-I-I: ร้อยละของแถวที่ทำได้", "17 S-I-I criteria: per cent of rows reached")
    return Heat(
        caption[language], [number for _, _, number in systems],
        [_SYSTEMS[system][language] for system, _, _ in systems], rows,
    )  # fmt: skip


def _rows(of_rows: dict[str, Decimal], language: str) -> str:
    """``5 · 6 · 5 แถว``: how many rows of each system were looked at."""
    counted = " · ".join(f"{of_rows.get(system, Decimal(0)):f}" for system in _SYSTEMS)
    return f"{counted} แถว" if language == "th" else f"{counted} rows"


def _tambon(atlas: Atlas, code: str, language: str) -> str:
    name = place_name(code, language, atlas.reference.names)
    return name.split(" อ.", 1)[0] if language == "th" else name.split(",", 1)[0]
