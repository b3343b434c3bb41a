"""Grants in two instalments: what is approved and paid on a stated day, which rules hold, what comes next.

The rules (a regional office of CODI, fiscal year 2564): the first instalment is at most 70 per cent of the
approved amount and is transferred within three months of the approval; the second is what is left. All
comparisons are of exact decimals: in binary floats two of the eighteen grants of that year test as over 70.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from ingest.access import Viewer
from ingest.atlas import Atlas
from reports import records
from reports.records import Row, day, money
from thai.calendar import fiscal_year_range
from thai.codes import PROVINCES

FIRST_AT_MOST_PERCENT = Decimal(70)
MONTHS_TO_FIRST = 3
NEAR_DAYS = 7
REGION, PROVINCE = "region", "province"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that went out. ``instalment`` is 1 or 2."""

    instalment: int
    on: date
    amount: Decimal
    voucher: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity of a project, and what came of it so far."""

    name: str
    result: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One approved project with its transfers, in the order of the register."""

    key: str
    level: str
    province: str
    project: str
    organisation: str
    fiscal_year: int | None
    people: int | None
    meeting: str
    meeting_from: date | None
    meeting_to: date | None
    approved_on: date | None
    frame: Decimal
    approved: Decimal
    in_codi_pm: bool
    cancelled: bool = False
    transfers: tuple[Transfer, ...] = field(default_factory=tuple)
    activities: tuple[Activity, ...] = field(default_factory=tuple)
    region: str = ""
    tambons: int | None = None
    objectives: str = ""
    gains: str = ""

    def paid(self, as_of: date, instalment: int | None = None) -> Decimal:
        """What was transferred up to and on a day."""
        own = (t.amount for t in self.transfers if t.on <= as_of and instalment in (None, t.instalment))
        return sum(own, Decimal(0))

    def left(self, as_of: date) -> Decimal:
        """What is approved and not yet transferred."""
        return self.approved - self.paid(as_of)

    def first_on(self, as_of: date, instalment: int = 1) -> date | None:
        """The day of the first transfer of an instalment."""
        return min(
            (t.on for t in self.transfers if t.instalment == instalment and t.on <= as_of), default=None
        )

    @property
    def first_due(self) -> date | None:
        """The last day for the first instalment: three months after the approval."""
        return months_after(self.approved_on, MONTHS_TO_FIRST) if self.approved_on else None


@dataclass(frozen=True, slots=True)
class Check:
    """One rule looked at. ``state`` is ok, near or broken; ``figure`` what it was judged by."""

    rule: str
    state: str
    figure: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What has to be done next for a grant, and until when."""

    code: str
    due: date | None


def read(atlas: Atlas, viewer: Viewer, area: str = "") -> list[Grant]:
    """Every grant of the register that the viewer may see, with its transfers."""
    entities = records.entity_of(atlas, viewer, "grants")
    paid: dict[str, list[Transfer]] = {}
    for row in records.read(atlas, viewer, "grant_disbursement", area=area):
        on = day(row, "transferred_on")
        if on and row.get("grant"):
            one = Transfer(
                int(row.get("instalment") or 1), on, money(row, "amount_baht"), row.get("voucher_no") or ""
            )
            paid.setdefault(row["grant"], []).append(one)
    planned: dict[str, list[Activity]] = {}
    for row in records.read(atlas, viewer, "grant_project", "activities", area=area):
        one_of = Activity(row.get("activity_text") or "", row.get("activity_result") or "")
        planned.setdefault(str(row["_instance_id"]), []).append(one_of)
    found = []
    for row in records.read(atlas, viewer, "grant_project", area=area):
        own = str(row["_instance_id"])
        key = entities.get(own, own)
        code = str(row.get("province") or "")
        transfers = sorted(paid.get(key, ()), key=lambda one: one.on)
        activities = tuple(planned.get(own, ()))
        found.append(_grant(row, key, PROVINCES.get(code, code), tuple(transfers), activities))
    return found


def _grant(
    row: Row, key: str, province: str, transfers: tuple[Transfer, ...], activities: tuple[Activity, ...]
) -> Grant:  # fmt: skip
    return Grant(
        key=key,
        level=row.get("grant_level") or PROVINCE,
        province=province,
        project=row.get("project_name") or "",
        organisation=row.get("organisation") or "",
        region=row.get("region_name") or "",
        fiscal_year=row.get("fiscal_year"),
        people=row.get("target_people"),
        tambons=row.get("target_tambons"),
        objectives=row.get("objectives") or "",
        gains=row.get("gains") or "",
        meeting=row.get("meeting_no") or "",
        meeting_from=day(row, "meeting_from"),
        meeting_to=day(row, "meeting_to"),
        approved_on=day(row, "approved_on"),
        frame=money(row, "frame_baht"),
        approved=money(row, "approved_baht"),
        in_codi_pm=row.get("codi_pm_recorded") == "yes",
        cancelled=row.get("status") == "cancelled",
        transfers=transfers,
        activities=activities,
    )


def months_after(start: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    total = start.month - 1 + months
    first = date(start.year + total // 12, total % 12 + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(start.day, last.day))


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """A share in per cent, exact; zero of nothing."""
    return part * 100 / whole if whole else Decimal(0)


def checks(grant: Grant, as_of: date) -> list[Check]:
    """Every rule on a stated day, those that hold too."""
    first = grant.paid(as_of, 1)
    over = first * 100 > grant.approved * FIRST_AT_MOST_PERCENT
    found = [Check("first_share", "broken" if over else "ok", f"{percent(first, grant.approved):.3f}%")]
    found += _in_time(grant, as_of)
    paid = grant.paid(as_of)
    if paid > grant.approved:
        found.append(Check("overpaid", "broken", f"{paid - grant.approved:,}"))
    if grant.paid(as_of, 2) and not first:
        found.append(Check("order", "broken", "2 < 1"))
    if grant.approved > grant.frame > 0:
        found.append(Check("beyond_frame", "broken", f"{grant.approved - grant.frame:,}"))
    if not grant.in_codi_pm:
        found.append(Check("codi_pm", "broken", ""))
    return found


def _in_time(grant: Grant, as_of: date) -> list[Check]:
    """Three months to the first transfer: kept, kept by a week or less, running out, or missed."""
    due, on = grant.first_due, grant.first_on(as_of)
    if due is None or grant.approved_on is None or grant.approved_on > as_of:
        return []
    looked = on or as_of
    days = (looked - grant.approved_on).days
    state = "broken" if looked > due else "near" if (due - looked).days <= NEAR_DAYS else "ok"
    return [Check("first_in_time", state, f"{days}", due)]


def next_action(grant: Grant, as_of: date) -> Action:
    """The next thing to do: pay the first instalment, enter it, pay the rest before the year ends, close."""
    if grant.cancelled:
        return Action("none", None)
    if grant.first_on(as_of) is None:
        return Action("pay_first", grant.first_due)
    if not grant.in_codi_pm:
        return Action("enter_codi_pm", as_of)
    if grant.left(as_of) > 0:
        year = grant.fiscal_year
        return Action("pay_second", fiscal_year_range(year)[1] if year else None)
    return Action("close", None)


@dataclass(frozen=True, slots=True)
class Status:
    """One row of the status table: a level's grants on a stated day."""

    level: str
    frame: Decimal
    approved: Decimal
    approved_n: int
    in_codi_pm: int
    paid: Decimal
    paid_n: int

    @property
    def left(self) -> Decimal:
        """Approved and not paid."""
        return self.approved - self.paid


def status(grants: Sequence[Grant], as_of: date) -> list[Status]:
    """The regional, the provincial and all grants that were approved by a day."""
    known = [g for g in grants if not g.cancelled and g.approved_on and g.approved_on <= as_of]
    rows = [_status(level, [g for g in known if g.level == level], as_of) for level in (REGION, PROVINCE)]
    return [*rows, _status("all", known, as_of)]


def _status(level: str, grants: Iterable[Grant], as_of: date) -> Status:
    listed = list(grants)
    paid = [g.paid(as_of) for g in listed]
    return Status(
        level=level,
        frame=sum((g.frame for g in listed), Decimal(0)),
        approved=sum((g.approved for g in listed), Decimal(0)),
        approved_n=len(listed),
        in_codi_pm=sum(g.in_codi_pm for g in listed),
        paid=sum(paid, Decimal(0)),
        paid_n=sum(amount > 0 for amount in paid),
    )
