"""One fiscal year of the demo: who was visited when, what was found, and what went wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from forms.instance import InstanceWriter, Meta
from ingest.published import Catalogue
from ingest.sample import defects, orchards, rounds
from ingest.sample.agreements import agreement
from ingest.sample.assessments import assessments
from ingest.sample.cases import land_case
from ingest.sample.forums import forums, problems
from ingest.sample.funds import funds
from ingest.sample.ground import GROUNDS, Ground
from ingest.sample.households import Home, Visit, household
from ingest.sample.orchards import plot
from ingest.sample.people import people
from ingest.sample.plans import plans
from ingest.sample.programme import CHOSEN, Programme
from ingest.sample.provinces import provinces
from ingest.sample.registered import Known, registered
from ingest.sample.writing import BANGKOK, Answers, Dice, Filled

_YEAR_STARTS = datetime(2025, 10, 1, tzinfo=BANGKOK)  # fiscal year 2569
_SENT_BY = timedelta(days=2)
_HOUSEHOLDS, _PLOTS, _AGREEMENTS, _CASES = 1150, 620, 130, 85


@dataclass(frozen=True, slots=True)
class Sent:
    """One submission and the moment (UTC) at which it would have arrived."""

    received_at: datetime
    xml: bytes


def submissions(catalogue: Catalogue, names: dict[str, dict[str, str]]) -> list[Sent]:
    """All of the demo, in the order of arrival; forms that are not published are left out.

    ``names`` are the tambons' names by code, as the phones' lists show them.
    """
    newest = {form_id: catalogue.newest(form_id) for form_id in catalogue.form_ids}
    writers = {form_id: InstanceWriter(one.xform, one.schema) for form_id, one in newest.items()}
    dice = Dice("writing")
    sent = []
    for filled in _everything(names):
        writer = writers.get(filled.form_id)
        if writer is None:
            continue
        _stamp(dice, filled.answers)
        meta = Meta(filled.instance_id, filled.deprecated_id, filled.answers.name)
        given = filled.answers.given(newest[filled.form_id].schema)
        xml = writer.write(given, meta, version=filled.version)
        delay = timedelta(seconds=dice.uniform(5, 90))
        if dice.chance(0.3):  # no signal in the orchard: sent in the evening or the day after
            delay = timedelta(minutes=dice.uniform(60, 1800))
        sent.append(Sent(filled.answers.finished_at + delay, xml))
    last = sent[-1:]  # half a file, as a phone whose storage was full may hold it
    sent += [Sent(one.received_at + timedelta(minutes=3), one.xml[: len(one.xml) // 2]) for one in last]
    return sorted(sent, key=lambda one: one.received_at)


def _stamp(dice: Dice, answers: Answers) -> None:
    begun = answers.finished_at - timedelta(minutes=dice.uniform(4, 25))
    answers.values["start"] = begun.isoformat(timespec="milliseconds")
    answers.values["end"] = answers.finished_at.isoformat(timespec="milliseconds")


def _everything(names: dict[str, dict[str, str]]) -> Iterator[Filled]:
    """The registers of the households and what came of them: plans draw on what was registered."""
    programme = Programme(Dice("programme"))
    for filled in _registered(names):
        programme.note(filled)
        yield filled
    for part in (forums, problems, plans, people, funds, assessments, provinces):
        yield from part(programme)


def _registered(names: dict[str, dict[str, str]]) -> Iterator[Filled]:
    homes = {
        ground.code: _homes(ground, names.get(ground.code, {}).get("th", ground.code)) for ground in GROUNDS
    }
    for ground in GROUNDS:
        own, known = homes[ground.code], dict[str, list[Known]]()
        yield from _households(ground, own)
        yield from _plots(ground, own, known)
        yield from _agreements(ground, own, known)
        yield from _cases(ground, own, known)
        if ground in CHOSEN:
            yield from _rounds(ground, own, known)
    spoilt = Dice("defects")
    for form_id, answers in defects.spoilt(spoilt, homes["801206"], _moment(spoilt, 100, 360)):
        yield Filled(form_id, answers, _instance(spoilt))
    yield from _corrected(spoilt, homes["801202"])


def _rounds(ground: Ground, homes: list[Home], known: dict[str, list[Known]]) -> Iterator[Filled]:
    """What the months after registration brought."""
    dice = Dice(f"rounds {ground.code}")
    for form_id, answers in (
        *rounds.of_households(ground, homes),
        *rounds.of_farms(ground, homes, known["pomelo_plot"]),
        *rounds.of_villages(ground, known["water_agreement"], known["land_case"]),
    ):
        yield Filled(form_id, answers, _instance(dice))


def _instance(dice: Dice) -> str:
    return f"uuid:{dice.uuid()}"


def _moment(dice: Dice, first_day: int, last_day: int) -> datetime:
    """A moment of daylight on a day of the fiscal year, Bangkok time."""
    day = timedelta(days=dice.randint(first_day, last_day))
    return _YEAR_STARTS + day + timedelta(seconds=dice.randint(8 * 3600, 17 * 3600))


def _homes(ground: Ground, tambon: str) -> list[Home]:
    dice, counts, homes = Dice(f"homes {ground.code}"), dict[int, int](), []
    for _ in range(round(_HOUSEHOLDS * ground.share)):
        moo = dice.randint(1, ground.villages)
        counts[moo] = counts.get(moo, 0) + 1
        number = f"{counts[moo]}/{dice.randint(1, 9)}" if dice.chance(0.25) else str(counts[moo])
        place = ground.home(dice, moo)
        key, grows, when = dice.uuid(), dice.chance(0.4), _moment(dice, 2, 170)
        homes.append(Home(key, ground, moo, number, place, grows, when, tambon))
    return homes


def _households(ground: Ground, homes: list[Home]) -> Iterator[Filled]:
    dice = Dice(f"households {ground.code}")
    for home in homes:
        yield Filled("household_register", household(dice, home), _instance(dice))


def _plots(ground: Ground, homes: list[Home], known: dict[str, list[Known]]) -> Iterator[Filled]:
    dice, ids = Dice(f"plots {ground.code}"), Dice(f"plot ids {ground.code}")
    blocks = ground.blocks(dice)
    for number in range(1, round(_PLOTS * ground.share) + 1):
        middle, when = next(blocks), _moment(dice, 60, 360)
        moo = ground.nearest_village(middle)
        growers = [one for one in _near(homes, moo, when) if one.grows_pomelo]
        owner = dice.choice(growers) if growers and dice.chance(0.9) else None
        answers = plot(dice, Visit(ground, moo, when, number), middle, owner)
        if dice.chance(0.04):  # only the point was taken: the battery was low
            answers.values |= {"plot": None, "area_drawn": None}
        visit = Visit(ground, moo, when, number)
        known.setdefault("pomelo_plot", []).append(orchards.register(ids, answers, visit, middle))
        yield Filled("pomelo_plot", answers, _instance(dice))


def _near(homes: list[Home], moo: int, when: datetime) -> list[Home]:
    """The households of a village that a phone's list holds by then, however late they were sent."""
    return [one for one in homes if one.moo == moo and one.registered_at + _SENT_BY < when]


Filling = Callable[[Dice, Visit, list[Home]], Answers]


def _village_forms(
    ground: Ground,
    homes: list[Home],
    form_id: str,
    size: int,
    filling: Filling,
    known: dict[str, list[Known]],
) -> Iterator[Filled]:
    dice, ids = Dice(f"{form_id} {ground.code}"), Dice(f"{form_id} ids {ground.code}")
    for number in range(1, round(size * ground.share) + 1):
        moo, when = dice.randint(1, ground.villages), _moment(dice, 30, 360)
        visit = Visit(ground, moo, when, number)
        answers = filling(dice, visit, _near(homes, moo, when))
        lat, lon = (float(part) for part in str(answers.values["point"]).split()[:2])
        entity = registered(ids, answers, visit, (lon, lat), answers.name, answers.values)
        known.setdefault(form_id, []).append(entity)
        yield Filled(form_id, answers, _instance(dice))


def _agreements(ground: Ground, homes: list[Home], known: dict[str, list[Known]]) -> Iterator[Filled]:
    return _village_forms(ground, homes, "water_agreement", _AGREEMENTS, agreement, known)


def _cases(ground: Ground, homes: list[Home], known: dict[str, list[Known]]) -> Iterator[Filled]:
    def filling(dice: Dice, visit: Visit, near: list[Home]) -> Answers:
        return land_case(dice, visit, ground.inside(dice, visit.moo, margin_m=300), near)

    return _village_forms(ground, homes, "land_case", _CASES, filling, known)


def _corrected(dice: Dice, homes: list[Home]) -> Iterator[Filled]:
    """A plot corrected twice, one that came with two contents, and one asked with an older form version."""
    ground, when, before = homes[0].ground, _moment(dice, 200, 210), ""
    places = [ground.inside(dice, 1, margin_m=300) for _ in range(3)]

    def filled(number: int, days: int, trees: int, remarks: str = "") -> Answers:
        visit = Visit(ground, 1, when + timedelta(days=days), 990 + number)
        answers = plot(Dice(f"corrected {number}"), visit, places[number], None)
        answers.values |= {"trees": trees, "remarks": remarks}
        return answers

    for turn, remarks in enumerate(("", "นับต้นใหม่", "แก้จำนวนต้นอีกครั้ง")):
        own = _instance(dice)
        yield Filled("pomelo_plot", filled(0, turn, 120 + 5 * turn, remarks), own, deprecated_id=before)
        before = own
    twice = _instance(dice)
    for turn in range(2):
        yield Filled("pomelo_plot", filled(1, turn, 80 + turn), twice)
    yield Filled("pomelo_plot", filled(2, 0, 60), _instance(dice), version="2025010101")
