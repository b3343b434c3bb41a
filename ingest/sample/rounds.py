"""The rounds after registration: who keeps accounts, which plots are visited, what becomes of cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from ingest.sample import farming, happenings, money, waterways
from ingest.sample.ground import Ground, LonLat, distance_m
from ingest.sample.households import Home, Visit
from ingest.sample.registered import Known
from ingest.sample.writing import BANGKOK, Answers, Dice

Filled = tuple[str, Answers]
_MONTHS = [date(2026, month, 1) for month in range(3, 9)]
_KEEPERS, _DEBTORS, _ENTERPRISES, _DECISIONS = 36, 26, 12, 18
_PLOTS, _VISITED, _ASSETS, _HAZARDS, _GROUPS = 34, 24, 14, 12, 11
_FOLLOWED = 14
_APART_M, _TRIES = 160.0, 60  # between the middles of a field and of the next plot
#: The village of each tambon that has enough of everything for a forum sheet with all its parts.
LEAD = 3
_LEAD_KEEPERS, _LEAD_DEBTORS, _LEAD_PLOTS = 12, 9, 8
_LAST_REGISTRATION = datetime(2026, 3, 25, 9, tzinfo=BANGKOK)


def of_households(ground: Ground, homes: Sequence[Home]) -> Iterator[Filled]:
    """Accounts of some months, debts with their events, enterprises and decisions about data."""
    dice = Dice(f"money {ground.code}")
    for home in _with_a_lead(dice, homes, _KEEPERS, _LEAD_KEEPERS):
        for month in _MONTHS[dice.randint(0, 2) :]:
            collected = datetime(month.year, month.month + 1, dice.randint(2, 9), 16, tzinfo=BANGKOK)
            yield "household_account_month", money.account(dice, home, month, _visit(home, collected))
    for home in _with_a_lead(dice, homes, _DEBTORS, _LEAD_DEBTORS):
        for number in range(1, dice.randint(1, 2) + 1):
            for answers in money.debt(dice, home, number):
                yield "household_debt", answers
    for home in dice.sample(homes, _ENTERPRISES):
        yield "enterprise_pl", money.enterprise(dice, home, _visit(home, _later(dice)))
    for home in dice.sample(homes, _DECISIONS):
        yield "consent_record", happenings.consent(dice, home, _visit(home, _later(dice)))


def of_farms(ground: Ground, homes: Sequence[Home], pomelos: Sequence[Known]) -> Iterator[Filled]:
    """Plots of mangosteen and rice, visits to them and to pomelo plots, and costs of a season."""
    dice, elsewhere = Dice(f"farms {ground.code}"), Dice(f"fields {ground.code}")
    plots, taken = [], [one.place for one in pomelos]
    for number in range(1, _PLOTS + 1):
        lead = number <= _LEAD_PLOTS
        home = dice.choice([one for one in homes if one.moo == LEAD] if lead else homes)
        crop = "rice" if lead else dice.pick({"mangosteen": 0.55, "rice": 0.45})
        visit = _visit(home, _later(dice, first=0, last=40), number)
        place = _free(ground.inside(dice, home.moo, margin_m=250), elsewhere, ground, home.moo, taken)
        answers, plot = farming.plot(dice, visit, crop, place, home)
        plots.append(plot)
        taken.append(place)
        yield "plot_register", answers
    for plot in [*plots, *_early(pomelos)]:
        for _ in range(dice.randint(1, 3) if plot in plots[:_VISITED] else 1):
            yield "plot_visit", farming.visit_of(dice, plot)
    for plot in [*plots[:_LEAD_PLOTS], *dice.sample(plots[_LEAD_PLOTS:], _VISITED - _LEAD_PLOTS)]:
        yield "crop_cost", farming.season_cost(dice, plot, _later(dice, first=90, last=180))


def _free(place: LonLat, dice: Dice, ground: Ground, moo: int, taken: Sequence[LonLat]) -> LonLat:
    """The place, or another one of the village, where no other plot is near; most fields have such a one."""
    for _ in range(_TRIES):
        if all(distance_m(place, other) > _APART_M for other in taken):
            break
        place = ground.inside(dice, moo, margin_m=250)
    return place


def of_villages(ground: Ground, agreements: Sequence[Known], cases: Sequence[Known]) -> Iterator[Filled]:
    """Water assets and accounts, checks of agreements, hazards, follow-ups of cases, groups."""
    dice = Dice(f"villages {ground.code}")

    def visit(number: int) -> Visit:
        return Visit(ground, dice.randint(1, ground.villages), _later(dice, first=0, last=30), number)

    assets = []
    for number in range(1, _ASSETS + 1):
        answers, asset = waterways.asset(dice, visit(number))
        assets.append(asset)
        yield "water_asset_register", answers
    for asset in assets[:4]:
        for month in _MONTHS[2:]:
            yield "water_account", waterways.account(dice, asset, month)
    for agreement in _early(agreements):
        for _ in range(dice.randint(1, 2)):
            yield "water_agreement_check", waterways.check(dice, agreement)
    for case in _early(cases):
        for _ in range(dice.randint(1, 3)):
            yield "land_case_followup", happenings.follow_up(dice, case)
    for number in range(1, _HAZARDS + 1):
        yield "hazard_event", happenings.hazard(dice, visit(number))
    for number in range(1, _GROUPS + 1):
        yield "group_register", happenings.group(dice, visit(number))


def _with_a_lead(dice: Dice, homes: Sequence[Home], n: int, of_lead: int) -> list[Home]:
    """So many households, of whom these many live in the lead village."""
    lead, others = ([one for one in homes if (one.moo == LEAD) is here] for here in (True, False))
    return [*dice.sample(lead, of_lead), *dice.sample(others, n - of_lead)]


def _early(known: Sequence[Known]) -> list[Known]:
    """The first of those that were registered, so that there is time left to see them again."""
    return sorted(known, key=lambda one: one.seen_at)[:_FOLLOWED]


def _later(dice: Dice, *, first: int = 0, last: int = 170) -> datetime:
    """A moment after every household stands in the register."""
    return _LAST_REGISTRATION + timedelta(days=dice.randint(first, last), minutes=dice.randint(0, 400))


def _visit(home: Home, when: datetime, number: int = 0) -> Visit:
    return Visit(home.ground, home.moo, when, number)
