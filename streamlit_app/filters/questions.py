"""Questions that planners ask again and again, as views that one click opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.atlas import Reference
from thai.calendar import bangkok

STILL_DAYS = 90


@dataclass(frozen=True)
class Question:
    """One question: its text's key, the page that answers it, and the page's query string.

    ``layers`` must be there; ``{still}`` in the query is the day before which a case has stood still.
    """

    key: str
    page: str
    query: str
    layers: tuple[str, ...] = ()


_QUESTIONS = (
    Question(
        "no_agreement", "map",
        "layer=pomelo_plot.no_water&outside=water_agreement.areas_in_force&shade=pomelo_plot.no_water",
        ("pomelo_plot.no_water", "water_agreement.areas_in_force"),
    ),
    Question("stood_still", "map", "layer=land_case.unmet&until={still}&latest=1", ("land_case.unmet",)),
    Question(
        "accounts", "map",
        "layer=household_register.households&shade=i%3Ahousehold_register.accounts_share&classes=target",
        ("household_register.households",),
    ),
    Question("disputes", "map", "layer=water_agreement.disputes", ("water_agreement.disputes",)),
    Question("mine", "review", "mine=1"),
)  # fmt: skip


def questions(reference: Reference) -> list[Question]:
    """Those that this office's forms can answer."""
    day = bangkok(datetime.now(UTC)).date() - timedelta(days=STILL_DAYS)
    return [
        Question(one.key, one.page, one.query.format(still=day.isoformat()), one.layers)
        for one in _QUESTIONS
        if all(name in reference.layers for name in one.layers)
    ]
