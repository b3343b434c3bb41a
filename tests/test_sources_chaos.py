"""Pulls from a server that misbehaves in every way at once: in the end there is what the server has."""

from __future__ import annotations

import random
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from other_servers import MISSING, Answer, Central, Held, Kobo, OtherServer, serving
from test_entity_lists import OF_A_PHONE, PUMP, TANK, on_the_map, register_of, version
from test_sources import filled, held, orders, pulled, xform

from streamlit_app.office import Office
from thai.problem import Problem

TIRED = ["500", "429", "503", "half", "short", "cut", "expired"]  # asked for again
FATAL = ["html", "login", "other json", "elsewhere", "404", "403"]  # told, and the pull ends
MOST_PULLS = 30


def server(kind: type[OtherServer]) -> OtherServer:
    """Twelve submissions: photos of which three are missing, edits of edits, deletions, decisions."""
    held_there = [held(str(n), created=f"2026-11-01T00:00:{n:02d}.000Z") for n in range(12)]
    for number, one in enumerate(held_there):
        one.files = {
            f"{n}.jpg": None if (number, n) in ((1, 0), (4, 2), (7, 1)) else b"%d" % n for n in range(4)
        }
    if kind is Kobo:
        return Kobo(forms={"wells": {"": xform()}}, held=held_there)
    uploaded = {"name": "water.csv", "count": 2}
    lists = [
        {"id": key, "versions": [version(f"จุดที่ {n}", source=uploaded, order=str(n))]}
        for n, key in enumerate((PUMP, TANK, OF_A_PHONE))
    ]
    return Central(forms={"wells": {"1": xform()}}, held=held_there, lists={"water_points": lists})


def changed(other: OtherServer) -> None:
    """What happens there between two pulls."""
    later = "2026-11-02T00:00:00.000Z"
    one = other.held[2]
    one.versions.append(filled("2 again", replaces=one.root))
    if isinstance(other, Central):  # the other kind keeps the newest alone
        one.versions.append(filled("2 at last", replaces=one.versions[-1][0]))
    if isinstance(other, Central):
        pump, tank, _ = other.lists["water_points"]
        pump["versions"] += [version("สูบน้ำ", order="7"), version("สูบน้ำใหม่", order="8")]
        pump["updated"] = tank["deleted"] = later
    one.updated = other.held[5].deleted = other.held[8].updated = later
    other.held[8].review = "approved" if isinstance(other, Central) else "validation_status_approved"
    other.held[4].files["2.jpg"] = b"late"
    other.held.append(held("late", created=later))


def until_it_ends(office: Office, other: OtherServer, dice: random.Random) -> dict[str, Any]:
    """Pull again and again, as somebody would who is told what went wrong."""
    for _ in range(MOST_PULLS):
        tired = [one for one in TIRED if one != "expired" or isinstance(other, Central)]
        other.trouble = [dice.choice([*tired, *[""] * 20]) for _ in range(40)]
        if dice.random() < 0.7:
            other.trouble.insert(dice.randrange(30), dice.choice(FATAL))
        try:
            return pulled(office, other, whole=True)
        except Problem:
            continue
    raise AssertionError("it never ended")


@pytest.mark.parametrize("kind", [Central, Kobo])
def test_after_everything_that_can_go_wrong_there_is_what_the_server_has(
    office: Office, kind: type[OtherServer]
) -> None:
    """Records, photos, decisions, deletions, entity lists; nothing twice, half, or in conflict."""
    dice = random.Random(kind.__name__)
    with serving(server(kind)) as other:
        until_it_ends(office, other, dice)
        changed(other)
        until_it_ends(office, other, dice)
        other.trouble = []
        last = pulled(office, other, whole=True)
        if isinstance(other, Central):
            assert register_of(office) == [("จุดที่ 2", 1, "2"), ("สูบน้ำใหม่", 3, "8")]
            assert on_the_map(office) == {"801206": 2}

        newest = "2 at last" if kind is Central else "2 again"
        rounds = [str(n) for n in range(12) if n not in (2, 5)]
        assert orders(office) == sorted([*rounds, newest, "late"])
        assert (last["accepted"], last["conflicts"]) == (0, 0)
        with office.atlas.log.connect() as connection:
            photos = connection.exec_driver_sql("SELECT count(*) FROM attachment").scalar()
            conflicts = connection.exec_driver_sql("SELECT count(*) FROM submission_conflict").scalar()
        told = {key for one in other.held for key, content in one.files.items() if content is not None}
        assert told == {f"{n}.jpg" for n in range(4)}
        there = sum(content is not None for one in other.held for content in one.files.values())
        edited = sum(len(one.files) for one in other.held if len(one.versions) > 1)
        assert there <= int(photos or 0) <= there + edited  # an edit's photos stand with both versions
        assert conflicts == 0
        states = office.atlas.warehouse.cursor().execute(
            'SELECT "order", state FROM wells JOIN review USING (_instance_id)'
        )
        assert states.fetchall() == [("8", "approved")]
        assert all(office.follower.verify().values())


@pytest.mark.parametrize("year", [1999, 2035])
def test_a_clock_that_is_off_there_hides_nothing(office: Office, year: int) -> None:
    """The window is kept in the other server's time, whatever it is."""
    first = Held("wells", [filled("first")], created=f"{year}-11-01T00:00:00.000Z")
    with serving(Central(forms={"wells": {"1": xform()}}, held=[first])) as other:
        pulled(office, other)
        other.held.append(Held("wells", [filled("second")], created=f"{year}-11-01T00:10:00.000Z"))
        pulled(office, other)

    assert orders(office) == ["first", "second"]


@pytest.fixture
def vouched(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for loopback, and the file of the authority that vouches for it."""
    authority, here = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(here)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    return here, tmp_path / "authority.pem"


@pytest.mark.parametrize("kind", [Central, Kobo])
def test_a_certificate_that_nobody_vouches_for_ends_the_pull_before_anything_is_said(
    office: Office, vouched: tuple[ssl.SSLContext, Path], kind: type[OtherServer]
) -> None:
    """Neither password nor token goes there; the remedy looks at this machine's clock first."""
    with serving(server(kind), tls=vouched[0]) as other:
        with pytest.raises(Problem) as refusal:
            pulled(office, other)
        assert (refusal.value.code, other.asked) == ("source_certificate", [])
    assert orders_or_none(office) == []


def test_over_https_a_redirect_to_http_is_not_followed(
    office: Office, vouched: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token would go where everybody can read it; the same server over https gives all it has."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(vouched[1]))
    with serving(server(Central), tls=vouched[0]) as other:
        other.trouble = ["", "plain"]
        with pytest.raises(Problem) as refusal:
            pulled(office, other)
        assert (refusal.value.code, len(other.asked)) == ("source_moved", 2)
        assert pulled(office, other)["accepted"] == 15


class Store(OtherServer):
    """Where a Central keeps its files: it refuses whoever says who asks."""

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:  # noqa: ARG002
        """One file by its signed address."""
        self.asked.append(path)
        if headers.get("authorization") or "signature=1" not in path:
            return MISSING
        return 200, {"content-type": "image/jpeg"}, path.encode()


def test_one_file_or_record_that_cannot_be_had_holds_up_no_other(
    office: Office, vouched: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told and asked for again; files in a store of the server's own come from there, without credentials."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(vouched[1]))
    there = [held(str(n), files={f"{n}.jpg": b"photo"}) for n in range(4)]
    with serving(Central(forms={"wells": {"1": b"\xef\xbb\xbf" + xform()}}, held=there)) as other:
        assert isinstance(other, Central)
        other.lost = {"0.jpg", there[3].root}
        first = pulled(office, other)
        assert (first["accepted"], first["files"], first["files_missing"]) == (3, 2, 1)
        assert {one["code"] for one in first["problems"]} == {"source_not_found"}

        with serving(Store(), tls=vouched[0]) as store:
            other.lost, other.store = set(), store.url
            second = pulled(office, other)
        assert (second["accepted"], second["files"], second["problems"]) == (1, 2, [])
        assert sorted(store.asked) == ["/0.jpg?signature=1", "/3.jpg?signature=1"]
    assert orders(office) == ["0", "1", "2", "3"]


def orders_or_none(office: Office) -> list[str]:
    """Rounds, where the form is known at all."""
    return orders(office) if "wells" in office.atlas.reference.catalogue.offered else []
