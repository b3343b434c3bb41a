"""What a page shows lives in its address: written, shared, read again."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ingest.doors.filters import Filter
from streamlit_app.state import State

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)
names = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
days = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
filters = st.builds(
    Filter,
    area=st.sampled_from(["", "80", "8012", "801206"]), since=days, until=days, text=words | st.just(""),
    verdicts=st.lists(st.sampled_from(["agrees", "outside"]), unique=True).map(tuple),
)  # fmt: skip
answers = st.dictionaries(
    names, st.dictionaries(names, st.lists(words, min_size=1, max_size=3).map(tuple), min_size=1), max_size=2
)
states = st.builds(
    State,
    language=st.sampled_from(["th", "en"]),
    layers=st.lists(names, max_size=3).map(tuple),
    shared=filters,
    answers=answers,
    shade=names | st.just(""),
    colour=st.sampled_from(["", "status"]),
    points=st.booleans(),
    record=words | st.just(""),
    code=names | st.just(""),
    form=names | st.just(""),
)


@given(state=states)
def test_an_address_brings_back_what_was_shown(state: State) -> None:
    """Every choice survives being shared."""
    assert State.from_pairs(state.to_pairs()) == state


@given(
    pairs=st.lists(
        st.tuples(st.sampled_from(["lang", "area", "since", "layer", "f.", "f.x", "points", "q"]), words)
    )
)
def test_a_mistyped_address_still_opens_a_page(pairs: list[tuple[str, str]]) -> None:
    """What cannot be read is passed over."""
    assert isinstance(State.from_pairs(pairs), State)


def test_a_day_that_cannot_be_read_takes_no_area_with_it() -> None:
    """Else a link that was cut short would show the whole country under a province's name."""
    shared = State.from_pairs([("area", "80"), ("since", "2569-13-45"), ("verdict", "outside")]).shared

    assert shared == Filter(area="80", verdicts=("outside",))


def test_the_plain_page_has_a_plain_address() -> None:
    """Nothing chosen, nothing written."""
    assert State().to_pairs() == []
