"""The one door: the table of docs/access.md, as a test."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.access import ENUMERATOR, PERSONAL, PUBLIC, ROLES, SECRET, TEAM, Viewer, may_see, visible_sql

CLASSES = (PUBLIC, TEAM, PERSONAL, SECRET)
WITHIN = {  # role -> the classes it sees within its area
    "administrator": {PUBLIC, TEAM, PERSONAL},  # and secret, with a reason
    "officer": {PUBLIC, TEAM, PERSONAL},
    "planner": {PUBLIC, TEAM},
    ENUMERATOR: {PUBLIC, TEAM},
}


@pytest.mark.parametrize("role", [*ROLES, ENUMERATOR])
@pytest.mark.parametrize("privacy", CLASSES)
def test_within_the_area_a_role_sees_its_classes(role: str, privacy: str) -> None:
    """A planner of Pak Phanang looks at a record of Ko Thuat."""
    assert may_see(Viewer("x", role, "8012"), privacy, "80120604") == (privacy in WITHIN[role])


@pytest.mark.parametrize("role", [*ROLES, ENUMERATOR])
@pytest.mark.parametrize("privacy", CLASSES)
def test_outside_the_area_only_public_is_seen(role: str, privacy: str) -> None:
    """The neighbour's households are not ours to read."""
    assert may_see(Viewer("x", role, "8012"), privacy, "80230101") == (privacy == PUBLIC)


def test_secret_needs_an_administrator_and_a_reason() -> None:
    """Nobody reads a secret by being who they are."""
    administrator, officer = Viewer("a", "administrator", ""), Viewer("o", "officer", "")

    assert not may_see(administrator, SECRET, "801206")
    assert may_see(administrator, SECRET, "801206", reason="court order")
    assert not may_see(officer, SECRET, "801206", reason="court order")


def test_an_unknown_class_or_role_sees_nothing() -> None:
    """Nothing leaves by default."""
    assert not may_see(Viewer("x", "planner", ""), "confidential", "801206")
    assert not may_see(Viewer("x", "visitor", ""), TEAM, "801206")


@given(
    role=st.sampled_from([*ROLES, ENUMERATOR, "visitor"]),
    privacy=st.sampled_from(CLASSES),
    area=st.sampled_from(["", "80", "8012", "801206", "80120604"]),
    code=st.sampled_from(["", "80", "801206", "80120604", "80120605", "530306"]),
)
def test_the_condition_for_queries_says_what_may_see_says(
    role: str, privacy: str, area: str, code: str
) -> None:
    """A page and the database behind it may never disagree."""
    viewer = Viewer("x", role, area)
    row = duckdb.execute(
        f"SELECT {visible_sql(viewer, privacy, 'code')} FROM (SELECT ? AS code)", [code]
    ).fetchone()

    assert row == (may_see(viewer, privacy, code),)
