"""Choropleths: classes that hold every value once, targets, and no data that is never zero."""

from __future__ import annotations

from collections.abc import Iterator

import offices
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.access import Viewer
from ingest.doors.filters import Filter
from ingest.maps import shades
from streamlit_app.maps import map_shades
from streamlit_app.office import Office
from thai.problem import Problem

ADMINISTRATOR = Viewer("admin", "administrator", "")
KEEPING = "household_register.accounts_share"
numbers = st.dictionaries(st.text("0123456789", min_size=6, max_size=6), st.floats(-1e6, 1e6), max_size=40)


@given(numbers, st.sampled_from(["quantile", "equal"]))
def test_every_value_is_in_one_class_and_classes_follow_each_other(
    values: dict[str, float], method: str
) -> None:
    """Spans do not overlap, a larger value is never in a lower class, and the counts add up."""
    found = shades.classify(values, method)

    assert found.class_of.keys() == values.keys()
    assert sum(step.n for step in found.steps) == len(values)
    assert all(step.n for step in found.steps)
    assert len({step.color for step in found.steps}) == len(found.steps) <= 5
    ends = [end for step in found.steps for end in (step.low, step.high)]
    assert ends == sorted(ends, key=float)  # type: ignore[arg-type]
    for code, value in values.items():
        step = found.steps[found.class_of[code]]
        assert step.low is not None
        assert step.high is not None
        assert step.low <= value <= step.high


@pytest.mark.parametrize(("good", "short"), [("up", "below"), ("down", "above")])
def test_the_target_parts_short_from_beyond(good: str, short: str) -> None:
    """Five percent around it count as reached; what is short of it has one colour, whichever way is good.

    An area without a target has a value all the same: it is not drawn as one without data.
    """
    values = {"a": 94.0, "b": 95.0, "c": 105.0, "d": 106.0, "e": 1.0}
    found = shades.classify(values, "target", dict.fromkeys("abcd", 100.0), good)

    kinds = {code: found.steps[number].kind for code, number in found.class_of.items()}
    assert kinds == {"a": "below", "b": "at", "c": "at", "d": "above", "e": "none"}
    assert next(step.color for step in found.steps if step.kind == short) == shades.SHORT


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Ten households in Ko Thuat, one of them keeping accounts, and one elsewhere that keeps none."""
    with offices.opened(tmp_path_factory.mktemp("shades") / "data") as office:
        schema = office.atlas.reference.catalogue.newest("household_register").schema
        rows = [("801206", "daily" if n == 0 else "no") for n in range(10)] + [("801202", "no")]
        offices.send(
            office,
            *(
                offices.submission(
                    schema,
                    {"tambon": tambon, "moo": 1, "account_keeping": keeping, "visit_date": "2026-03-01"},
                )
                for tambon, keeping in rows
            ),
        )
        yield office


def test_an_indicator_is_told_with_all_it_rests_on(registered: Office) -> None:
    """Value, parts, n, target and as-of; a zero is a zero, and an area without data is not in it."""
    found = map_shades.indicator(registered.atlas, ADMINISTRATOR, KEEPING, Filter(), "tambon", "target", "th")

    assert found["values"] == {"801206": 10.0, "801202": 0.0}
    assert found["told"]["801206"][:4] == ["10 %", "1 จาก 10", "จากข้อมูล 10 รายการ", "เป้าหมาย 16 %"]
    assert found["told"]["801206"][4].startswith("ข้อมูลถึง")
    assert {step["kind"] for step in found["steps"]} == {"below"}
    assert "801201" not in found["values"]
    amphoe = map_shades.indicator(registered.atlas, ADMINISTRATOR, KEEPING, Filter(), "amphoe", "equal", "en")
    assert list(amphoe["values"]) == ["8012"]


def test_the_filters_area_and_days_cut_an_indicator(registered: Office) -> None:
    """As far as the engine goes: other choices are a layer's."""
    one = Filter(area="801206")
    found = map_shades.indicator(registered.atlas, ADMINISTRATOR, KEEPING, one, "tambon", "quantile", "th")

    assert list(found["values"]) == ["801206"]
    with pytest.raises(Problem, match="bad_view"):
        map_shades.indicator(registered.atlas, ADMINISTRATOR, KEEPING, one, "tambon", "rainbow", "th")
    with pytest.raises(Problem, match="indicator_unknown"):
        map_shades.indicator(registered.atlas, ADMINISTRATOR, "no.such", one, "tambon", "equal", "th")


def test_answers_of_its_own_form_cut_an_indicator_and_nobody_elsewhere_is_told(registered: Office) -> None:
    """Of those who keep accounts daily all keep accounts; a neighbour could subtract, so hears nothing."""
    daily = Filter(values={"account_keeping": ("daily",)})
    found = map_shades.indicator(registered.atlas, ADMINISTRATOR, KEEPING, daily, "tambon", "equal", "th")
    own = Viewer("own", "planner", "801206")
    strange = Viewer("far", "planner", "53")

    assert found["values"] == {"801206": 100.0}
    assert found["told"]["801206"][2] == "จากข้อมูล 1 รายการ"
    told = map_shades.indicator(registered.atlas, own, KEEPING, daily, "tambon", "equal", "th")
    assert told["values"] == found["values"]
    for level in ("tambon", "amphoe", "province"):
        hidden = map_shades.indicator(registered.atlas, strange, KEEPING, daily, level, "equal", "th")
        assert hidden["values"] == {}
