"""The gate: without a session nothing answers but the phones' paths, /healthz and /signin."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import quote

import httpx
import offices
import pytest
import shipped_forms
import sqlalchemy as sa
import websockets
from offices import RunningOffice, post, submission

from forms.xform import read_schema
from ingest import accounts, log, problems
from ingest.exports import export
from ingest.maps import features, map_outlines
from streamlit_app.maps import map_picture
from streamlit_app.office import Office, open_office
from streamlit_app.pages import PAGES
from streamlit_app.server.outer import Outer
from streamlit_app.texts import t
from streamlit_app.viewer import COOKIE

CLERK = "clerk@example.org"
PAGE = {"Accept": "text/html,application/xhtml+xml"}
CLOSED = [
    "/",
    "/records",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/upload_file/x/y",
    "/static/js/index.js",
    "/media/x.png",
    "/component/streamlit_folium.st_folium/index.html",
    "/map/view?layer=pomelo_plot.plots&bbox=99,8,101,9&zoom=12",
    "/map/popup?layer=pomelo_plot.plots&seq=1",
    "/map/cell?layer=pomelo_plot.plots&column=1&row=1&zoom=19",
    "/map/tambons",
    "/map/outlines/x/0",
    "/map/assets/leaflet.js",
    "/photo/uuid:x/a.jpg",
    "/export/pomelo_plot.plots.csv",
    "/control/status",
    "/formList",
    "/anything",
]


@pytest.mark.parametrize("path", CLOSED)
def test_without_an_account_nothing_is_given(running_office: RunningOffice, path: str) -> None:
    """A page is sent to sign in; a script, an image or a stream of data gets 401 (the control door 404)."""
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = httpx.request(method, running_office.url + path, trust_env=False)
        assert answer.status_code == (404 if path.startswith("/control/") else 401), method
        assert not answer.content
    if not path.startswith("/control/"):
        answer = httpx.get(running_office.url + path, headers=PAGE, trust_env=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin")


def test_a_forged_cookie_is_no_account(running_office: RunningOffice) -> None:
    """Guessing is not signing in."""
    answer = httpx.get(
        running_office.url + "/map/tambons", cookies={"tambon_session": "x" * 43}, trust_env=False
    )

    assert answer.status_code == 401


TOKENS = {
    "malformed": '%00;"<script>',
    "of another make": "eyJhbGciOiJub25lIn0.e30.",
    "endless": "x" * 7_000,
    "forged": "x" * 43,
}
DATA = (
    "/map/view?layer=pomelo_plot.points&box=97,5,106,21&zoom=6",
    "/map/next?page=x",
    "/map/picture.png?layer=pomelo_plot.points&box=100,8,101,9&zoom=9",
    "/ogc/collections/pomelo_plot.points/items",
    "/export/pomelo_plot.points.csv",
    "/photo/uuid:x/a.jpg",
)


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_that_was_never_given_opens_no_data(running_office: RunningOffice, token: str) -> None:
    """As a cookie and as a key: map, live layers, export and photos answer 401 with nothing in it."""
    with httpx.Client(base_url=running_office.url, trust_env=False) as client:
        for path in DATA:
            answer = client.get(path, headers={"cookie": f"{COOKIE}={TOKENS[token]}"})
            assert (answer.status_code, answer.content) == (401, b""), path
        for headers in ({"authorization": f"Bearer {TOKENS[token]}"}, {"authorization": TOKENS[token]}):
            assert client.get("/ogc/collections", headers=headers).status_code == 401
        assert client.get(f"/ogc/key/{quote(TOKENS[token], safe='')}/collections").status_code == 401


def test_the_pages_own_stream_is_closed_without_a_session(running_office: RunningOffice) -> None:
    """Streamlit's WebSocket carries every screen: it stands behind the same gate."""

    async def knock() -> int:
        url = running_office.url.replace("http://", "ws://") + "/_stcore/stream"
        try:
            async with websockets.connect(url):
                return 101
        except websockets.InvalidStatus as refused:
            return refused.response.status_code

    assert asyncio.run(knock()) == 403


def test_an_address_without_a_page_says_so(running_office: RunningOffice) -> None:
    """In the reader's language and with a way on; each page of the menu, and files, are let through."""
    with contextlib.closing(running_office.browser()) as browser:
        for name in (name for group in PAGES.values() for name in ("", *group)):
            assert browser.get(f"/{name}", headers=PAGE).status_code == 200, name
        for path, says in (("/mapp", "ไม่มีหน้านี้"), ("/old?lang=en", "There is no such page.")):
            answer = browser.get(path, headers=PAGE)
            assert (answer.status_code, answer.text.count("<a href")) == (404, 1)
            assert says in answer.text
        frame = browser.get("/component/streamlit_folium.st_folium/index.html", headers=PAGE)
        assert "ไม่มีหน้านี้" not in frame.text


def test_health_tells_counts_and_nothing_else(running_office: RunningOffice) -> None:
    """A monitor needs no account, and learns no name."""
    answer = httpx.get(running_office.url + "/healthz", trust_env=False).json()

    counts = {"submissions", "projected", "superseded", "quarantined", "pending", "demo"}
    assert set(answer) == counts | {"forms", "layers", "boundary_sets"}
    assert answer["submissions"] == sum(
        answer[k] for k in ("projected", "superseded", "quarantined", "pending")
    )


def test_signing_in_with_the_password_sets_a_cookie_scripts_cannot_read(
    running_office: RunningOffice,
) -> None:
    """And a wrong password sets none."""
    form = {"email": running_office.facts["admin"], "password": running_office.facts["password"]}
    good = httpx.post(running_office.url + "/signin", data=form, trust_env=False)
    bad = httpx.post(running_office.url + "/signin", data=form | {"password": "x"}, trust_env=False)

    assert good.status_code == 303
    assert "HttpOnly" in good.headers["set-cookie"]
    assert "SameSite=Lax" in good.headers["set-cookie"]
    assert bad.status_code == 401
    assert "set-cookie" not in bad.headers


def test_a_page_of_another_address_writes_nothing(running_office: RunningOffice) -> None:
    """A browser lends it the session where both have one registered name, or are one machine's ports."""
    form = {"email": running_office.facts["admin"], "password": running_office.facts["password"]}
    url = running_office.url.rstrip("/")
    with httpx.Client(base_url=url, trust_env=False) as browser:
        foreign = ("https://other.example", url.rpartition(":")[0] + ":1", "null")
        for origin in foreign:
            refused = browser.post("/signin", data=form, headers={"Origin": origin, "Accept": "text/html"})
            assert refused.status_code == 403
            assert "--public-url" in refused.text
        assert browser.post("/signin", data=form, headers={"Origin": url}).status_code == 303
        for origin in foreign:
            assert browser.post("/fill/submission", headers={"Origin": origin}).status_code == 403
        own = browser.post("/fill/submission", headers={"Origin": url})
        assert own.status_code == 400, own.text  # nothing is in it


def test_a_password_is_changed_by_whom_it_is(running_office: RunningOffice) -> None:
    """With the present one; whoever is signed in with it elsewhere is out, and the old one opens nothing."""
    email = f"{uuid.uuid4()}@example.org"
    old = running_office.command("account", "add", email, "--role", "officer", "--area", "8012")["password"]
    new = "สามคำต่อกัน-สองคำ"

    def signed_in(password: str) -> httpx.Client | None:
        browser = httpx.Client(base_url=running_office.url, trust_env=False)
        answer = browser.post("/signin", data={"email": email, "password": password})
        return browser if answer.status_code == 303 else None

    elsewhere, here = signed_in(old), signed_in(old)
    assert elsewhere
    assert here
    form = {"email": email, "password": old, "new": new, "again": new}
    page = here.get("/signin?change=1").text
    assert [name for name in form if f'name="{name}"' in page] == list(form)
    assert f'value="{email}"' in page
    for wrong, status, says in [
        ({"new": "สั้น", "again": "สั้น"}, 400, "signin.new_short"),
        ({"again": "อีกอย่างหนึ่งนะ"}, 400, "signin.new_differs"),
        ({"password": "ของคนอื่น"}, 401, "signin.wrong"),
    ]:
        for language in ("th", "en"):
            answer = here.post(f"/signin?change=1&lang={language}", data=form | wrong)
            assert (answer.status_code, escape(t(says, language)) in answer.text) == (status, True)
            assert not {old, new} & set(answer.text.split('"'))
    assert elsewhere.get("/map/assets/map.js").status_code == 200

    answer = here.post("/signin?change=1&lang=en", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=en")
    assert here.get("/map/assets/map.js").status_code == 200
    assert elsewhere.get("/map/assets/map.js").status_code == 401
    assert signed_in(old) is None
    assert signed_in(new)


def test_guessing_the_present_password_on_the_way_to_another_counts(tmp_path: Any) -> None:
    """The page for another password is no second door."""
    running = RunningOffice(tmp_path / "data").start()
    form = {"email": running.facts["admin"], "password": "guess", "new": "0123456789", "again": "0123456789"}
    try:
        with httpx.Client(base_url=running.url, trust_env=False) as browser:
            codes = [browser.post("/signin?change=1", data=form).status_code for _ in range(11)]
            codes.append(
                browser.post("/signin", data=form | {"password": running.facts["password"]}).status_code
            )
    finally:
        running.stop()
    assert codes == [401] * 10 + [429, 429]


def test_the_way_in_speaks_both_languages(running_office: RunningOffice) -> None:
    """One click from Thai to English, on the page and behind it."""
    with httpx.Client(base_url=running_office.url, trust_env=False) as browser:
        thai = browser.get("/signin").text
        assert t("signin.title") in thai
        assert 'href="/signin?lang=en"' in thai
        assert t("signin.title", "en") in browser.get("/signin?lang=en").text
        form = {"email": running_office.facts["admin"], "password": running_office.facts["password"]}
        assert browser.post("/signin?lang=en", data=form).headers["location"] == "/?lang=en"
        refused = browser.post("/signin?lang=en", data=form | {"password": "x"})
        assert escape(t("signin.wrong", "en")) in refused.text


def test_signing_out_ends_the_session_on_the_server(running_office: RunningOffice) -> None:
    """A cookie that was copied is worthless afterwards."""
    form = {"email": running_office.facts["admin"], "password": running_office.facts["password"]}
    with httpx.Client(base_url=running_office.url, trust_env=False) as browser:
        browser.post("/signin", data=form)
        assert browser.get("/map/assets/leaflet.css").status_code == 200
        copied = dict(browser.cookies)
        browser.get("/signout")
    answer = httpx.get(running_office.url + "/map/assets/leaflet.css", cookies=copied, trust_env=False)

    assert answer.status_code == 401


def test_a_session_that_ended_gets_the_way_to_sign_in_and_nothing_else(running_office: RunningOffice) -> None:
    """On a page, on the map's data, on an export's link, and on the stream of a page that stayed open."""
    browser = running_office.browser()
    cookies = dict(browser.cookies)
    data = ("/map/view?layer=pomelo_plot.plots&box=99,8,101,9&zoom=9", "/map/next?page=x", "/map/picture.png")
    export = "/export/pomelo_plot.plots.csv"
    stream = running_office.url.replace("http://", "ws://") + "/_stcore/stream"
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

    async def rerun_after_the_end() -> int:
        async with websockets.connect(stream, additional_headers=cookie, subprotocols=["streamlit"]) as page:  # type: ignore[list-item]
            browser.get("/signout")
            await page.send(b"")
            with contextlib.suppress(websockets.ConnectionClosed):
                while True:
                    await asyncio.wait_for(page.recv(), 10)
        return page.close_code or 0

    assert browser.get(export).status_code == 200
    code = asyncio.run(rerun_after_the_end())

    assert code != 0
    for path in (*data, export):
        answer = httpx.get(running_office.url + path, cookies=cookies, trust_env=False)
        assert (answer.status_code, answer.content) == (401, b""), path
    for path in ("/records", export):  # as a person opens them
        answer = httpx.get(running_office.url + path, cookies=cookies, headers=PAGE, trust_env=False)
        assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/signin", b""), path


def test_a_session_ends_after_twelve_hours(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether or not somebody signed out."""
    with log.writing(office.atlas.log) as connection:
        accounts.add(connection, CLERK, "officer", "8012")
        cookie = accounts.open_session(connection, CLERK)
    began = datetime.now(UTC)

    def seen_after(**passed: float) -> bool:
        moment = (began + timedelta(**passed)).isoformat(timespec="microseconds")
        monkeypatch.setattr(accounts, "now", lambda: moment)
        with office.atlas.log.connect() as connection:
            return accounts.viewer_of(connection, cookie) is not None

    assert [seen_after(hours=11.9), seen_after(hours=12.1)] == [True, False]


def test_a_sign_in_link_works_once(tmp_path: Any) -> None:
    """The link of the first start is spent by its first use."""
    running = RunningOffice(tmp_path / "data").start()
    try:
        first = httpx.get(running.facts["sign_in_url"], trust_env=False)
        second = httpx.get(running.facts["sign_in_url"], trust_env=False)
    finally:
        assert running.stop() == 0

    assert (first.status_code, second.status_code) == (303, 200)
    assert "set-cookie" not in second.headers


@pytest.fixture(scope="module")
def stranger(running_office: RunningOffice) -> httpx.Client:
    """A planner of another province, who may see nothing of Pak Phanang but what is public."""
    email = f"{uuid.uuid4().hex}@example.org"
    made = running_office.command("account", "add", email, "--role", "planner", "--area", "53")
    browser = httpx.Client(base_url=running_office.url, trust_env=False, timeout=30)
    browser.post("/signin", data={"email": email, "password": made["password"]})
    return browser


def test_a_foreign_area_gets_nothing_from_any_layer(
    running_office: RunningOffice, stranger: httpx.Client
) -> None:
    """Map data and export are cut by one function: a stranger sees only what a workbook calls public."""
    privacy = {
        f"{form.form_id}.{layer.name}": form.usage.privacy_of(layer.geometry)
        for form in map(shipped_forms.compiled, shipped_forms.NAMES)
        for layer in form.usage.layers
    }
    assert "team" in privacy.values()
    for layer in running_office.status()["layers"]:
        seen = stranger.get("/map/view", params={"layer": layer, "box": "97,5,106,21", "zoom": "12"})
        exported = stranger.get(f"/export/{layer}.geojson")
        live = stranger.get(f"/ogc/collections/{layer}/items", params={"limit": 1})
        assert seen.status_code == exported.status_code == live.status_code == 200
        if privacy[layer] != "public":
            assert seen.json()["n"] == live.json()["numberMatched"] == 0, layer
            assert b"uuid:" not in exported.content, layer


def test_a_foreign_area_gets_no_photo_and_no_record(
    running_office: RunningOffice, stranger: httpx.Client
) -> None:
    """Knowing an instance id is not a right to see it."""
    phone = running_office.phone(f"phone {uuid.uuid4()}")
    url = next(
        line.split("<downloadUrl>")[1].split("<")[0]
        for line in phone.get("formList").text.split("<xform>")
        if "pomelo_plot" in line
    )
    schema = read_schema(phone.get(url).content)
    key = f"uuid:{uuid.uuid4()}"
    xml = submission(
        schema, {"tambon": "801206", "photo": "a.jpg", "point": "8.2808 100.0898 0 4"}, instance=key
    )
    post(phone, xml, {"a.jpg": b"\xff\xd8photo"})
    running_office.status()

    assert stranger.get(f"/photo/{key}/a.jpg").status_code == 404
    assert running_office.browser().get(f"/photo/{key}/a.jpg").status_code == 200


def test_tokens_names_and_answers_stand_in_no_line_the_server_prints(tmp_path: Any) -> None:
    """Whoever reads the server's output learns neither a token nor a person."""
    running = RunningOffice(tmp_path / "data", log=tmp_path / "output.txt").start()
    phone = running.phone("สมหญิง ลับมาก")
    token = str(phone.base_url).split("/")[5]
    phone.get("formList")
    post(phone, b"<broken")
    post(
        phone,
        '<data id="x"><meta><instanceID>uuid:q</instanceID></meta><name>นายความลับ</name></data>'.encode(),
    )
    httpx.get(running.url + "/signin?link=guess", trust_env=False)
    running.stop()
    output = (tmp_path / "output.txt").read_text(encoding="utf-8")

    assert token not in output
    assert "สมหญิง" not in output
    assert "ความลับ" not in output


def test_guessing_passwords_all_at_once_is_stopped_and_locks_nobody_else_out(tmp_path: Any) -> None:
    """Forty tries in one moment count as forty."""
    running = RunningOffice(tmp_path / "data").start()

    def guess(number: int) -> int:
        form = {"email": running.facts["admin"], "password": f"guess {number}"}
        return httpx.post(running.url + "/signin", data=form, trust_env=False, timeout=60).status_code

    try:
        with ThreadPoolExecutor(20) as pool:
            codes = list(pool.map(guess, range(40)))
    finally:
        running.stop()

    assert codes.count(401) <= 10
    assert codes.count(429) >= 30


def test_an_error_of_the_log_repeats_neither_a_token_nor_an_answer(office: Office) -> None:
    """Whoever meets it prints it."""
    with pytest.raises(sa.exc.SQLAlchemyError) as error, office.atlas.log.connect() as connection:
        connection.execute(sa.text("SELECT :token FROM nowhere"), {"token": "secret"})

    assert "nowhere" in str(error.value)
    assert "secret" not in str(error.value)


async def inner(scope: Any, receive: Any, send: Any) -> None:
    """No page is asked for."""


def test_phones_are_answered_while_passwords_outlines_exports_and_pictures_wait(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kind of what takes long waits for its own kind; of too many at the door some are sent away."""
    begun, go_on = threading.Event(), threading.Event()

    def wrong(*_given: Any) -> bool:
        begun.set()
        return not go_on.wait()

    def slow(*_given: Any, **_named: Any) -> Any:
        wrong()
        raise problems.bad_filter("slow")

    monkeypatch.setattr(accounts, "check_password", wrong)
    monkeypatch.setattr(export, "export", slow)
    monkeypatch.setattr(map_picture, "picture", slow)
    monkeypatch.setattr(features, "page", slow)
    monkeypatch.setattr(map_outlines, "addressed", lambda *given: {}[wrong(*given)])
    phone = offices.enumerator(office)
    with log.writing(office.atlas.log) as connection:
        accounts.add(connection, CLERK, "officer", "8012")
        cookies = {COOKIE: accounts.open_session(connection, CLERK)}
    office.atlas.refresh()
    open_office(office)
    asked = ("/map/outlines/x/index", "/export/pomelo_plot.points.csv", *DATA[2:4])

    async def at_once() -> list[list[int]]:
        door = httpx.ASGITransport(Outer(office, inner))
        async with httpx.AsyncClient(transport=door, base_url="http://x", cookies=cookies) as browser:

            async def flood(asks: list[Any]) -> list[int]:
                begun.clear()
                flooding = [asyncio.create_task(one) for one in asks]
                try:
                    await asyncio.to_thread(begun.wait, 60)
                    answer = await asyncio.wait_for(
                        browser.get(f"/v1/key/{phone.token}/projects/1/formList"), 60
                    )
                    assert answer.status_code == 200
                finally:
                    go_on.set()
                codes = [(await one).status_code for one in flooding]
                go_on.clear()
                return codes

            people = [browser.post("/signin", data={"email": f"{n}@example.org"}) for n in range(40)]
            return [
                await flood(people),
                *[await flood([browser.get(path) for _ in range(40)]) for path in asked],
            ]

    signing_in, outlines, *others = asyncio.run(at_once())
    open_office(None)

    assert set(signing_in) == {401, 429}
    assert signing_in.count(401) == 20
    assert outlines == [404] * 40
    assert others == [[400] * 40] * 3


def test_one_machine_that_tries_every_account_must_wait(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of addresses is no way round the limit; whoever knows the password is not counted."""
    monkeypatch.setattr(accounts, "check_password", lambda _connection, email, _password: email == CLERK)
    with log.writing(office.atlas.log) as connection:
        accounts.add(connection, CLERK, "officer", "8012")

    async def tried() -> list[int]:
        door = httpx.ASGITransport(Outer(office, inner))
        async with httpx.AsyncClient(transport=door, base_url="http://x") as browser:
            emails = [CLERK if n % 10 == 0 else f"{n}@example.org" for n in range(60)]
            return [(await browser.post("/signin", data={"email": one})).status_code for one in emails]

    codes = asyncio.run(tried())

    assert codes[:55] == [303 if n % 10 == 0 else 401 for n in range(55)]
    assert codes[56:] == [429] * 4


def test_more_than_a_password_is_refused_and_not_kept(office: Office) -> None:
    """A megabyte at the door is read no further than a form may be long."""

    async def sent() -> httpx.Response:
        door = httpx.ASGITransport(Outer(office, inner))
        async with httpx.AsyncClient(transport=door, base_url="http://x") as browser:
            return await browser.post("/signin", data={"email": "x" * 20_000})

    assert asyncio.run(sent()).status_code == 413


def test_a_server_file_left_by_a_power_cut_hinders_nobody(tmp_path: Any) -> None:
    """Whatever listens on that port now is not our server: the folder's lock tells."""
    running = RunningOffice(tmp_path / "data").start()
    left = (running.data / "server.json").read_text(encoding="utf-8")
    running.kill()
    assert (running.data / "server.json").read_text(encoding="utf-8") == left

    assert running.command("status")["submissions"] == 0
    assert running.start().status()["submissions"] == 0
    running.stop()
