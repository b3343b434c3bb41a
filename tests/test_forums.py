"""Forums: months met and missed, data on the table, the four main organisations, two-monthly evaluations."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import offices
import pytest
from streamlit.testing.v1 import AppTest

from ingest.access import Viewer
from ingest.doors.shown import place_name
from reports.plans import forums
from reports.plans.forums import MAIN_ORGANISATIONS, Forum
from streamlit_app import viewer as door
from streamlit_app.office import open_office
from streamlit_app.texts import t

TODAY = date(2026, 3, 10)


def forum(day: str, area: str = "80120603", level: str = "village", **values: Any) -> Forum:
    """A village forum on household accounts at which all four organisations sat."""
    fields: dict[str, Any] = {
        "instance_id": f"uuid:{day}{area}", "area": area, "level": level, "kind": "learning",
        "day": date.fromisoformat(day), "data_used": ("household_account",),
        "attendance": dict.fromkeys(MAIN_ORGANISATIONS, 2), "people": 20, "decisions": 1,
    }  # fmt: skip
    return Forum(**fields | values)


def test_a_month_without_a_forum_is_missing_once_it_is_over() -> None:
    """Village 3 met in December and twice in January, not in February; village 4 never met."""
    met = [
        forum("2025-12-05"),
        forum("2026-01-03"),
        forum("2026-01-28"),
        forum("2026-03-01", "801206", "tambon"),
    ]
    found = forums.calendar(met, "village", TODAY, months=4, areas=["80120604"])
    assert [month.name for month in found.months] == ["2025-12", "2026-01", "2026-02", "2026-03"]
    assert found.areas == ("80120603", "80120604")
    assert [(area, month.name) for area, month in found.missing(TODAY)] == [
        ("80120603", "2026-02"), ("80120604", "2025-12"), ("80120604", "2026-01"), ("80120604", "2026-02"),
    ]  # fmt: skip
    assert found.share_held == (2, 8)
    assert [len(held) for held in found.held.values()] == [1, 2]


def test_a_forum_belongs_to_its_own_level() -> None:
    """A tambon's forum fills no village's month, and a village forum without its number fills none."""
    met = [forum("2026-01-03", "801206", "tambon"), forum("2026-01-04", "801206", "village")]
    assert forums.calendar(met, "village", TODAY).areas == ()
    assert forums.calendar(met, "tambon", TODAY).areas == ("801206",)


def test_who_sat_at_the_table_and_what_lay_on_it() -> None:
    """Three of the four came; 'no data' is no data."""
    one = forum("2026-01-03", attendance=dict.fromkeys(MAIN_ORGANISATIONS[:3], 1), data_used=("none",))
    assert (one.organisations, one.used_data) == (3, False)
    assert forum("2026-01-03").organisations == 4


def test_evaluations_every_two_months() -> None:
    """On 10 March the rounds are Jan–Feb, Nov–Dec, Sep–Oct; one was held in November: two are missing."""
    missing = forums.missing_rounds([date(2025, 11, 20)], TODAY, rounds=3)
    assert [(one.since, one.until) for one in missing] == [
        (date(2025, 9, 1), date(2025, 10, 31)), (date(2026, 1, 1), date(2026, 2, 28)),
    ]  # fmt: skip


def run_page() -> None:
    """The page's body."""
    from streamlit_app.views.forums import page

    page()


def test_the_page_shows_what_was_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One village forum, two of four organisations, a decision; a viewer of elsewhere sees none."""
    with offices.opened(tmp_path / "data") as office:
        schema = office.atlas.reference.catalogue.newest("forum_record").schema
        answers = {
            "visit_date": date.today().replace(day=1).isoformat(), "forum_level": "village", "province": "80",  # noqa: DTZ011
            "amphoe": "8012", "tambon": "801206", "moo": 3, "forum_kind": "learning", "attend_lao": 2,
            "attend_local_admin": 1, "attend_community_org": 0, "data_used": "household_account",
            "attend_total": 3, "decision_count": 1, "decisions": [{"decision_text": "ลดค่าปุ๋ย"}],
        }  # fmt: skip
        offices.send(office, offices.submission(schema, answers))
        [one] = forums.forums(office.atlas, Viewer("a", "planner", "8012"))
        assert (one.area, one.organisations, one.data_used) == ("80120603", 2, ("household_account",))
        assert forums.forums(office.atlas, Viewer("b", "planner", "8013")) == []
        open_office(office)
        monkeypatch.setattr(door, "viewer", lambda: Viewer("a", "planner", "8012"))
        test = AppTest.from_function(run_page, default_timeout=30).run()
        assert not test.exception
        assert [metric.value for metric in test.metric] == ["1 / 1", "1 / 1", "0 / 1", "0 / 1", "0 / 1"]
        villages = test.dataframe[0].value.set_index(t("forums.area"))
        assert [name for name, row in villages.iterrows() if "●" in set(row)] == [
            place_name("80120603", "th", office.atlas.reference.names)
        ]
        test.radio[0].set_value("tambon").run()
        tambons = test.dataframe[0].value
        assert len(tambons) == 18  # the district's, of which none has met
        assert {sign for month in tambons.columns[1:-1] for sign in tambons[month]} == {"✗"}
        assert "/keyin" not in "".join(one.value for one in test.markdown)
        monkeypatch.setattr(door, "viewer", lambda: Viewer("c", "officer", "8012"))
        test.run()
        assert "](/keyin?form=forum_record&lang=th)" in "".join(one.value for one in test.markdown)
        # Two-monthly evaluations are the province's: a district does not see whether one was held.
        assert t("forums.not_held") not in "".join(one.value for one in test.markdown)
        monkeypatch.setattr(door, "viewer", lambda: Viewer("d", "officer", "80"))
        test.run()
        assert t("forums.not_held") in "".join(one.value for one in test.markdown)
        open_office(None)
