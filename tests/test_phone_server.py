"""What a phone with ODK Collect meets: each test is one thing the phone does."""

# ruff: noqa: E501 - what phones send is a table, read in columns

from __future__ import annotations

import asyncio
import hashlib
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from lxml import etree
from offices import RunningOffice, instance_id, post, submission

from forms.xform import Schema, read_schema
from streamlit_app.office import Office
from streamlit_app.server.receiving import Receiver, Sender

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


@pytest.fixture(scope="module")
def phone(running_office: RunningOffice) -> httpx.Client:
    """A phone of Pak Phanang, set up with its QR code."""
    return running_office.phone(f"phone {uuid.uuid4()}", "8012")


@pytest.fixture(scope="module")
def pomelo(phone: httpx.Client) -> Schema:
    """The pomelo form as the phone downloaded it."""
    return read_schema(phone.get(_listed(phone)["pomelo_plot"]["downloadUrl"]).content)


def _xml(answer: httpx.Response) -> etree._Element:
    assert answer.status_code == 200, answer.text
    assert "text/xml" in answer.headers["content-type"]
    assert answer.headers["x-openrosa-version"] == "1.0"
    return etree.fromstring(answer.content)


def _listed(phone: httpx.Client) -> dict[str, dict[str, str]]:
    forms = {}
    for form in _xml(phone.get("formList")):
        values = {child.tag.removeprefix(LIST): child.text or "" for child in form}
        forms[values["formID"]] = values
    return forms


def _message(answer: httpx.Response) -> str:
    assert "text/xml" in answer.headers["content-type"]
    return "".join(etree.fromstring(answer.content).itertext())


def test_the_form_list_names_every_form_with_absolute_urls_and_the_hash_of_the_served_bytes(
    phone: httpx.Client,
) -> None:
    """A phone downloads again whenever the hash differs from what it holds: bytes and hash must agree."""
    listed = _listed(phone)

    assert set(listed) >= {"household_register", "pomelo_plot", "water_agreement", "land_case"}
    for form in listed.values():
        assert urlsplit(form["downloadUrl"]).netloc == phone.base_url.netloc.decode()
        answer = phone.get(form["downloadUrl"])
        _xml(answer)
        assert form["hash"] == "md5:" + hashlib.md5(answer.content, usedforsecurity=False).hexdigest()


def test_addresses_follow_the_host_the_phone_used(running_office: RunningOffice, phone: httpx.Client) -> None:
    """The same office is one address on the LAN and another over the VPN."""
    answer = phone.get("formList", headers={"Host": "tambon.example:9000"})

    assert b"http://tambon.example:9000/v1/key/" in answer.content


def test_the_manifest_offers_area_lists_and_the_entity_list_with_matching_hashes(phone: httpx.Client) -> None:
    """A list whose hash is wrong is downloaded for ever; an entity list needs its type and integrityUrl."""
    manifest = _xml(phone.get(_listed(phone)["pomelo_plot"]["manifestUrl"]))
    files = {file.findtext(f"{MANIFEST}filename"): file for file in manifest}

    areas, registers = {"provinces.csv", "amphoes.csv", "tambons.csv"}, {"households.csv", "plots.csv"}
    assert set(files) == areas | registers
    assert {name for name, file in files.items() if file.get("type") == "entityList"} == registers
    for file in files.values():
        answer = phone.get(file.findtext(f"{MANIFEST}downloadUrl") or "")
        digest = hashlib.md5(answer.content, usedforsecurity=False).hexdigest()
        assert file.findtext(f"{MANIFEST}hash") == f"md5:{digest}"
        assert not answer.content.startswith(b"\xef\xbb\xbf")


def test_lists_are_cut_to_the_enumerators_area(running_office: RunningOffice) -> None:
    """A phone of Ko Thuat gets one tambon, and no household of Khlong Noi."""
    phone = running_office.phone(f"phone {uuid.uuid4()}", "TH801206")
    root = _listed(phone)["pomelo_plot"]["downloadUrl"].removesuffix("/form.xml")
    tambons = phone.get(f"{root}/media/tambons.csv").text.splitlines()
    households = phone.get(f"{root}/media/households.csv").text.splitlines()

    assert tambons[0] == "name,label,province,amphoe"
    assert [line.split(",")[0] for line in tambons[1:]] == ["801206"]
    assert len(households) > 10
    column = households[0].split(",").index("tambon")
    assert {line.split(",")[column] for line in households[1:]} == {"801206"}


def test_the_integrity_answer_tells_which_households_are_gone(phone: httpx.Client) -> None:
    """A phone asks before it forgets an entity; one that it has not sent yet is not for the office to tell."""
    root = _listed(phone)["pomelo_plot"]["downloadUrl"].removesuffix("/form.xml")
    known = phone.get(f"{root}/media/households.csv").text.splitlines()[1].split(",")[0]
    manifest = phone.get(_listed(phone)["pomelo_plot"]["manifestUrl"]).text
    url = re.search(r"<integrityUrl>(.*?)</integrityUrl>", manifest)
    assert url

    answer = _xml(phone.get(url.group(1), params={"id": f"{known},{uuid.uuid4()}"}))

    assert {one.get("id"): one.findtext("deleted") for one in answer.iter("entity")} == {known: "false"}


def test_a_wrong_token_is_403_because_401_would_ask_for_a_password(running_office: RunningOffice) -> None:
    """And the phone shows the reason in Thai."""
    answer = httpx.get(f"{running_office.url}/v1/key/wrong/projects/1/formList", trust_env=False)

    assert answer.status_code == 403
    assert "QR" in _message(answer)


def test_a_revoked_enumerator_is_turned_away_at_once(running_office: RunningOffice) -> None:
    """A lost phone can do nothing from the moment its token is revoked."""
    name = f"lost {uuid.uuid4()}"
    phone = running_office.phone(name)
    assert phone.get("formList").status_code == 200

    running_office.command("enumerator", "revoke", name)

    assert phone.get("formList").status_code == 403
    assert post(phone, b"<x/>").status_code == 403


def test_head_submission_answers_204_with_the_accepted_length(phone: httpx.Client) -> None:
    """Collect asks before it sends."""
    answer = phone.head("submission")

    assert answer.status_code == 204
    assert int(answer.headers["x-openrosa-accept-content-length"]) >= 10_000_000


def test_a_submission_is_201_with_a_message_in_both_languages(phone: httpx.Client, pomelo: Schema) -> None:
    """200 would be read as a captive portal, 204 throws in Collect."""
    answer = post(phone, submission(pomelo, {"tambon": "801206", "trees": 12}))

    assert answer.status_code == 201
    assert "รับข้อมูลแล้ว" in _message(answer)
    assert "Received" in _message(answer)


def test_a_lost_acknowledgement_leaves_one_submission(
    running_office: RunningOffice, phone: httpx.Client, pomelo: Schema
) -> None:
    """The phone sends the same again; it hears 201 again and the office counts it once."""
    xml = submission(pomelo, {"tambon": "801206"})
    post(phone, xml)
    before = running_office.status()["submissions"]

    assert post(phone, xml).status_code == 201
    assert running_office.status()["submissions"] == before


def test_the_same_instance_with_other_content_is_409_and_both_are_kept(
    running_office: RunningOffice, phone: httpx.Client, pomelo: Schema
) -> None:
    """Two phones cloned from one backup must not overwrite each other."""
    key = instance_id()
    first, other = (submission(pomelo, {"trees": n}, instance=key) for n in (1, 2))
    assert post(phone, first).status_code == 201

    answer = post(phone, other)

    assert answer.status_code == 409
    assert "เก็บไว้ทั้งสองฉบับ" in _message(answer)
    assert post(phone, first).status_code == 201


def test_large_photos_arrive_in_several_posts(
    running_office: RunningOffice, phone: httpx.Client, pomelo: Schema
) -> None:
    """Each POST carries the XML again; all but the last say *isIncomplete*; the photo is found by its name."""
    key = instance_id()
    photo = next(f.name for f in pomelo.tables[0].fields if f.kind == "attachment")
    xml = submission(pomelo, {"tambon": "801206", photo: "แปลง 1.jpg"}, instance=key)

    first = post(phone, xml, **{"*isIncomplete*": "yes"})
    second = post(phone, xml, {"แปลง 1.jpg": b"\xff\xd8 a photo"})
    running_office.status()

    assert (first.status_code, second.status_code) == (201, 201)
    browser, photo = running_office.browser(), f"/photo/{key}/แปลง 1.jpg"
    answer = browser.get(photo)
    assert answer.content == b"\xff\xd8 a photo"
    known = {"if-none-match": answer.headers["etag"]}
    assert "no-cache" in answer.headers["cache-control"]  # the next who sits at this browser must ask, too
    assert browser.get(photo, headers=known).status_code == 304
    browser.get("/signout")
    assert browser.get(photo, headers=known).status_code == 401


def test_a_photo_name_never_becomes_a_path(
    running_office: RunningOffice, phone: httpx.Client, pomelo: Schema
) -> None:
    """A hostile file name is a name and nothing else."""
    answer = post(phone, submission(pomelo, {}), {"../../../evil.jpg": b"x", "C:\\evil.jpg": b"y"})

    assert answer.status_code == 201
    assert not list(running_office.data.parent.rglob("*evil*"))


@pytest.mark.parametrize(
    ("what", "xml"),
    [
        ("not XML", b"<<<"),
        ("cut off", b"<data id='pomelo_plot'><trees>1"),
        ("a document type", b'<!DOCTYPE x [<!ENTITY e "e">]><data id="pomelo_plot">&e;</data>'),
        ("too deep", b"<a>" * 3000 + b"</a>" * 3000),
        ("a wrong encoding", '<?xml version="1.0" encoding="UTF-8"?><data id="x">ก</data>'.encode("cp874")),
        ("an unknown form", b'<data id="durian_plot" version="1"><meta><instanceID>uuid:%d</instanceID></meta></data>'),
        ("an unknown version", b'<data id="pomelo_plot" version="0"><meta><instanceID>uuid:%d</instanceID></meta></data>'),
        ("encrypted", b'<data id="pomelo_plot" version="1" encrypted="yes"><base64EncryptedKey>x</base64EncryptedKey></data>'),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_acknowledged_and_kept(
    running_office: RunningOffice, phone: httpx.Client, what: str, xml: bytes
) -> None:
    """A phone that can never deliver a record would hold it for ever: it goes into quarantine instead."""
    body = xml.replace(b"%d", uuid.uuid4().hex.encode()) + f"<!-- {uuid.uuid4()} -->".encode()
    before = running_office.status()["quarantined"]

    assert post(phone, body).status_code == 201
    assert running_office.status()["quarantined"] == before + 1, what


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut off"),
        ("multipart/form-data", b"no boundary"),
    ],
)  # fmt: skip
def test_a_broken_upload_is_400_with_a_remedy(phone: httpx.Client, content_type: str, body: bytes) -> None:
    """The phone keeps its record and tells the enumerator to try again."""
    answer = phone.post("submission", content=body, headers={"Content-Type": content_type})

    assert answer.status_code == 400
    assert "ส่งใหม่" in _message(answer)


def test_an_edit_replaces_what_it_names_and_keeps_its_photo(
    running_office: RunningOffice, phone: httpx.Client, pomelo: Schema
) -> None:
    """A photo that is not sent again is carried forward to the edit."""
    photo = next(f.name for f in pomelo.tables[0].fields if f.kind == "attachment")
    old, new = instance_id(), instance_id()
    post(
        phone,
        submission(pomelo, {"tambon": "801206", photo: "a.jpg"}, instance=old),
        {"a.jpg": b"\xff\xd8photo"},
    )
    before = running_office.status()

    answer = post(phone, submission(pomelo, {"tambon": "801206", photo: "a.jpg"}, instance=new, replaces=old))
    after = running_office.ask("verify")

    assert answer.status_code == 201
    assert after["equal"]
    assert running_office.status()["superseded"] == before["superseded"] + 1
    assert running_office.browser().get(f"/photo/{new}/a.jpg").content == b"\xff\xd8photo"


def test_a_hundred_phones_at_once_lose_nothing(
    running_office: RunningOffice, phone: httpx.Client, pomelo: Schema
) -> None:
    """After a forum all phones find the network at the same moment."""
    before = running_office.status()["submissions"]
    documents = [submission(pomelo, {"trees": n}) for n in range(100)]

    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(lambda xml: post(phone, xml).status_code, documents))

    assert codes == [201] * 100
    assert running_office.status()["submissions"] == before + 100


def test_an_unknown_path_below_v1_is_404_and_never_a_page(phone: httpx.Client) -> None:
    """Streamlit answers any path with a page; a phone must never see one."""
    answer = phone.get("nothing/here")

    assert answer.status_code == 404
    assert "text/html" not in answer.headers.get("content-type", "")


def test_uploads_that_stall_keep_no_photo_waiting(office: Office) -> None:
    """Phones at the edge of the network: who sends nothing more for a minute is sent away, others go on."""
    schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
    files = [
        ("xml_submission_file", ("s.xml", submission(schema, {"tambon": "801206"}), "text/xml")),
        ("a.jpg", ("a.jpg", b"\xff\xd8" * 1_000_000, "image/jpeg")),
    ]
    whole = httpx.Request("POST", "http://x/submission", files=files)
    kind = [(b"content-type", whole.headers["content-type"].encode())]
    body = whole.read()

    async def sent(receiver: Receiver, *parts: bytes, begun: asyncio.Event | None = None) -> dict[str, Any]:
        """The beginning of the answer to an upload in parts; one that is cut off goes on for ever."""
        coming, answers = list(parts), list[Any]()

        async def receive() -> dict[str, Any]:
            if not coming:
                if begun:
                    begun.set()
                await asyncio.Event().wait()
            part = coming.pop(0)
            return {"type": "http.request", "body": part, "more_body": part is not body}

        async def send(message: Any) -> None:
            answers.append(message)

        scope = {"method": "POST", "headers": kind, "query_string": b""}
        await receiver(scope, receive, send, Sender("phone"))
        return dict(answers[0])

    async def all_of_them() -> tuple[int, dict[str, Any]]:
        receiver = Receiver(office)
        begun = [asyncio.Event() for _ in range(20)]
        stalled = [asyncio.create_task(sent(receiver, body[:2_000_000], begun=one)) for one in begun]
        for one in begun:
            await one.wait()
        answer = await sent(receiver, body)
        for task in stalled:
            task.cancel()
        return answer["status"], await sent(Receiver(office, stalled_s=0), body[:2_000_000])

    status, stalled = asyncio.run(asyncio.wait_for(all_of_them(), 60))

    assert status == 201
    assert stalled["status"] == 400
    assert (b"connection", b"close") in stalled["headers"]
