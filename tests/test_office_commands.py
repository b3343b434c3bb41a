"""Commands at a second terminal while the office runs, and what happens when the office cannot start."""

from __future__ import annotations

import base64
import errno
import json
import socket
import subprocess
import sys
import zlib
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas as gpd
import httpx
import offices
import pytest
import zxingcpp
from offices import RunningOffice, post, submission
from PIL import Image
from warm import ROOT
from workbooks import workbook

from commands import parser, up
from forms.xform import read_schema
from ingest import demo
from streamlit_app.server.addresses import addresses, listen
from thai.problem import Problem


def _command(*words: str, data: Path) -> tuple[int, Any, str]:
    done = subprocess.run(
        [sys.executable, "-m", "commands", *words, "--json", "--data", str(data)],
        capture_output=True, text=True, cwd=ROOT, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An office of its own: these tests change its forms and boundaries."""
    running = RunningOffice(tmp_path_factory.mktemp("commands") / "data").start()
    yield running
    assert running.stop() == 0
    assert not (running.data / "server.json").exists()


def test_a_stop_as_soon_as_it_is_up_says_nothing(tmp_path: Path) -> None:
    """Somebody started the wrong folder: Ctrl-C is not answered with lists of what was still being loaded."""
    said = tmp_path / "said.txt"

    assert RunningOffice(tmp_path / "data", log=said, fresh=True).start().stop() == 0

    assert "leaked" not in said.read_text(encoding="utf-8")


def test_a_first_start_that_was_cut_off_is_the_first_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while the demo is loaded: the next start has the demo, and a password that somebody reads."""
    args = parser.parse(["up"])
    with offices.opened(tmp_path / "data") as opened:
        with monkeypatch.context() as stopped:
            stopped.setattr(demo, "load", _stopped)
            with pytest.raises(KeyboardInterrupt):
                up._first_start(opened, args)
        loaded: list[object] = []
        monkeypatch.setattr(demo, "load", loaded.append)
        assert up._first_start(opened, args)
        assert up._first_start(opened, args) is None
    assert loaded


def _stopped(_atlas: object) -> None:
    raise KeyboardInterrupt


def test_a_second_up_on_the_same_data_is_refused_with_the_reason(office: RunningOffice) -> None:
    """Two servers on one folder would be two truths."""
    status, answer, _ = _command("up", "--port", "0", data=office.data)

    assert status == 1
    assert answer["problems"][0]["code"] == "folder_in_use"


def test_a_taken_port_names_the_fix(office: RunningOffice, tmp_path: Path) -> None:
    """The clerk started it twice, or another program is there."""
    port = office.url.rpartition(":")[2]
    status, answer, said = _command("up", "--port", port, data=tmp_path / "other")

    assert status == 1
    assert answer["problems"][0]["code"] == "port_taken"
    assert f"--port {int(port) + 1}" in said


def test_an_address_of_ipv6_stands_in_brackets() -> None:
    """Without them no browser and no phone opens it."""
    assert addresses("fd00::7", 8080) == ["http://[fd00::7]:8080"]


@pytest.mark.parametrize(
    ("number", "code", "remedy"),
    [(errno.EADDRINUSE, "port_taken", "--port 18080"), (errno.EACCES, "port_closed", "--port 18080"),
     (errno.EADDRNOTAVAIL, "host_unknown", "--host")],
)  # fmt: skip
def test_why_a_port_is_not_given_out_is_told_apart(
    number: int, code: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program, the system's own rule, or an address of another machine; the last port has no next."""

    def bind(*_: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(socket.socket, "bind", bind)
    with pytest.raises(Problem) as raised:
        listen("192.0.2.1", 65535)

    assert raised.value.code == code
    assert all(remedy in raised.value.remedy[language] for language in ("th", "en"))


def test_server_json_can_be_read_by_its_owner_alone(office: RunningOffice) -> None:
    """It holds the secret that commands use."""
    assert (office.data / "server.json").stat().st_mode & 0o077 == 0


def test_the_control_door_needs_the_secret(office: RunningOffice) -> None:
    """Being on this machine is not enough."""
    answer = httpx.post(f"{office.url}/control/status", headers={"x-tambon-secret": "guess"}, trust_env=False)

    assert answer.status_code == 404


def test_the_qr_code_sets_a_phone_up(office: RunningOffice) -> None:
    """A phone's camera reads the PNG; Collect finds Thai, exactly-match updates and auto-send in it."""
    made = office.command("enumerator", "add", "ปราณี", "--area", "TH801206", "--url", "http://192.0.2.7:8080")
    with Image.open(made["qr_png"]) as picture:
        text = zxingcpp.read_barcodes(picture)[0].text
    settings = json.loads(zlib.decompress(base64.b64decode(text)))

    assert Path(made["qr_png"]).is_absolute()
    assert made["area"] == "801206"
    assert made["server_url"].startswith("http://192.0.2.7:8080/v1/key/")
    assert settings["general"]["server_url"] == made["server_url"]
    assert settings["general"]["app_language"] == "th_TH"
    assert settings["general"]["form_update_mode"] == "match_exactly"
    assert settings["general"]["autosend"] == "wifi_and_cellular"
    assert settings["admin"] == {}


@pytest.mark.parametrize("area", ["80120", "lao:4801", "somewhere"])
def test_an_area_that_is_none_is_refused(office: RunningOffice, area: str) -> None:
    """A wrong area would send other people's households to a phone."""
    status, answer, _ = _command("enumerator", "add", f"x {area}", "--area", area, data=office.data)

    assert status == 1
    assert answer["problems"][0]["remedy_th"]


DURIAN = {
    "settings": """
        | form_id | form_title | version | default_language |
        | durian_plot | ทุเรียน | 1 | ไทย (th) |""",
    "survey": """
        | type | name | label::ไทย (th) | label::English (en) | filter |
        | select_one kind | kind | พันธุ์ | Kind | yes |
        | integer | trees | จำนวนต้น | Trees | |
        | text | tambon | ตำบล | Tambon | |
        | geopoint | place | จุด | Place | |""",
    "choices": """
        | list_name | name | label::ไทย (th) | label::English (en) | color |
        | kind | monthong | หมอนทอง | Monthong | #e69f00 |
        | kind | chani | ชะนี | Chani | #56b4e9 |""",
    "layers": """
        | name | label::ไทย (th) | label::English (en) | geometry | color_by | popup |
        | plots | สวนทุเรียน | Durian plots | place | kind | trees |""",
}


def test_a_workbook_dropped_in_is_form_table_layer_and_export_without_a_restart(
    office: RunningOffice, tmp_path: Path
) -> None:
    """One workbook is one issue: no Python and no second file."""
    path = tmp_path / "durian_plot.xlsx"
    path.write_bytes(workbook(DURIAN))
    office.command("forms", "publish", str(path))
    phone = office.phone("durian collector")
    entry = next(one for one in phone.get("formList").text.split("<xform>") if "durian_plot" in one)
    schema = read_schema(phone.get(entry.split("<downloadUrl>")[1].split("<")[0]).content)

    answers = {"kind": "monthong", "trees": 9, "tambon": "801206", "place": "8.2808 100.0898 0 4"}
    post(phone, submission(schema, answers))
    status = office.status()
    office.command("export", "durian_plot.plots", "--to", str(tmp_path / "plots.geojson"))
    seen = office.browser().get(
        "/map/view", params={"layer": "durian_plot.plots", "box": "100,8,100.2,8.4", "zoom": "12"}
    )

    assert status["forms"]["durian_plot"] == 1
    assert "durian_plot.plots" in status["layers"]
    assert gpd.read_file(tmp_path / "plots.geojson")["trees"].tolist() == [9]
    assert seen.json()["n"] == 1


def test_the_same_version_with_other_questions_is_refused(office: RunningOffice, tmp_path: Path) -> None:
    """A version never changes: phones in the field hold it."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(
        workbook(DURIAN | {"settings": DURIAN["settings"].replace("durian_plot", "longan_plot")})
    )
    office.command("forms", "publish", str(path))
    changed = DURIAN["survey"].replace("Trees", "Number of trees")
    path.write_bytes(
        workbook(
            DURIAN | {"settings": DURIAN["settings"].replace("durian_plot", "longan_plot"), "survey": changed}
        )
    )
    status, answer, _ = _command("forms", "publish", str(path), data=office.data)

    assert status == 1
    assert answer["problems"][0]["code"] == "version_frozen"


def test_a_withdrawn_form_leaves_the_phones_and_its_data_stay(office: RunningOffice) -> None:
    """Exactly-match phones delete a form that is not in the list; what they sent is kept."""
    phone = office.phone("withdrawal")
    assert "<formID>land_case<" in phone.get("formList").text
    office.command("forms", "withdraw", "land_case")
    without = phone.get("formList").text
    office.command("forms", "publish", str(ROOT / "forms" / "land_case.xlsx"))

    assert "<formID>land_case<" not in without
    assert "<formID>land_case<" in phone.get("formList").text
    assert "land_case" in office.status()["forms"]


def test_the_first_real_boundaries_take_the_place_of_the_drawing(tmp_path: Path, shared: Path) -> None:
    """Everything is joined again, and says which set it was joined with."""
    running = RunningOffice(tmp_path / "data").start()
    try:
        phone = running.phone()
        entry = next(one for one in phone.get("formList").text.split("<xform>") if "pomelo_plot" in one)
        schema = read_schema(phone.get(entry.split("<downloadUrl>")[1].split("<")[0]).content)
        post(phone, submission(schema, {"tambon": "801206", "point": "8.28079 100.08980 0 4"}))
        running.status()
        added = running.command(
            "boundaries", "add", str(shared / "boundaries" / "raw" / "Nakhon Si Thammarat.zip"),
            "--set", "cod-ab", "--published", "2022-01-22", "--source", "RTSD / OCHA, CC BY-IGO",
        )  # fmt: skip
        running.status()
        running.command("export", "pomelo_plot.points", "--to", str(tmp_path / "p.geojson"))
        listed = running.command("boundaries", "list")["boundary_sets"]
        phone_list = phone.get(
            entry.split("<downloadUrl>")[1].split("<")[0].replace("form.xml", "media/tambons.csv")
        ).text
        equal = running.ask("verify")["equal"]
    finally:
        running.stop()
    point = gpd.read_file(tmp_path / "p.geojson").iloc[0]

    assert (added["added"]["features"], added["default"]) == (170, True)
    assert {one["name"]: one["default"] for one in listed} == {"demo": False, "cod-ab": True}
    assert (point["tambon_code"], point["boundary_set"], point["verdict"]) == ("801206", "cod-ab", "agrees")
    assert len(phone_list.splitlines()) == 1 + 18
    assert equal


def test_a_boundary_file_without_codes_is_refused_with_what_is_missing(
    office: RunningOffice, shared: Path
) -> None:
    """Names are cut and repeated: joining on them would guess."""
    path = shared / "boundaries" / "schemas" / "nst_adm3_names_only_no_codes.geojson"
    status, answer, _ = _command("boundaries", "add", str(path), data=office.data)

    assert status == 1
    assert answer["problems"][0]["code"] == "boundary_no_codes"


def test_locate_places_any_table_with_coordinates(office: RunningOffice, tmp_path: Path) -> None:
    """A spreadsheet of wells, with one point far out at sea and one row without coordinates."""
    table = tmp_path / "บ่อบาดาล.csv"
    table.write_text("name,lon,lat\nก,100.09,8.281\nข,103,9\nค,,\n", encoding="utf-8")
    office.command("locate", str(table), "--to", str(tmp_path / "out.geojson"))
    placed = gpd.read_file(tmp_path / "out.geojson").set_index("name")

    assert placed["verdict"].to_dict() == {"ก": "inside", "ข": "outside", "ค": "no_geometry"}
    assert placed.loc["ก", "tambon_code"] == "801206"
    assert placed.loc["ก", "tambon_th"] == "เกาะทวด"


def test_an_account_sees_its_area_and_no_personal_answer(
    tmp_path: Path, running_office: RunningOffice
) -> None:
    """`export --as` gives what the screen of that account would show."""
    email = f"planner-{tmp_path.name}@example.org"
    running_office.command("account", "add", email, "--role", "planner", "--area", "801206")
    whole, own = tmp_path / "whole.geojson", tmp_path / "own.geojson"
    layer = "household_register.households"
    running_office.command("export", layer, "--to", str(whole), "--personal")
    running_office.command("export", layer, "--to", str(own), "--as", email, "--personal")
    everyone, mine = gpd.read_file(whole), gpd.read_file(own)

    assert "head_given_name" in everyone.columns
    assert 0 < len(mine) < len(everyone)
    assert set(mine["tambon_code"]) == {"801206"}
    assert "head_given_name" not in mine.columns or mine["head_given_name"].isna().all()


def test_a_file_that_cannot_be_written_is_no_fault_of_the_server(
    running_office: RunningOffice, tmp_path: Path
) -> None:
    """A spreadsheet has it open, or it stands where no folder is: the command says so and what to do."""
    (tmp_path / "file").write_bytes(b"")
    target = tmp_path / "file" / "x.csv"
    said = running_office.command("export", "pomelo_plot.points", "--to", str(target), check=False)

    assert [(one["code"], one["place"]) for one in said["problems"]] == [
        ("system_refused", str(target.parent))
    ]


@pytest.mark.parametrize(
    "line",
    [
        "status", "rebuild", "verify", "demo remove", "export pomelo_plot.points --to {}/x.csv",
        "report P02 --area 801206 --to {}/x.pdf", "account list", "account disable a@example.org",
        "account add a@example.org --role officer --area 8012", "account change a@example.org --password",
        "enumerator add ก --area 8012",
        "enumerator list", "enumerator revoke a", "forms list", "forms withdraw pomelo_plot",
        "boundaries list",
        "ingest again 1", "central reviews 1",
    ],
)  # fmt: skip
def test_a_misspelt_folder_is_told_and_not_made(line: str, tmp_path: Path) -> None:
    """What reads or takes away needs an office that is there."""
    args = parser.parse([*line.format(tmp_path).split(), "--data", str(tmp_path / "typo")])
    with pytest.raises(Problem, match="no_office") as caught:
        import_module(f"commands.{args.command}").run(args)
    assert str(tmp_path / "typo") in caught.value.says.th
    assert list(tmp_path.iterdir()) == []


def test_a_closed_account_is_out_at_once(running_office: RunningOffice, tmp_path: Path) -> None:
    """Its open pages too."""
    email = f"leaver-{tmp_path.name}@example.org"
    made = running_office.command("account", "add", email, "--role", "officer", "--area", "8012")
    browser = httpx.Client(base_url=running_office.url, trust_env=False)
    browser.post("/signin", data={"email": email, "password": made["password"]})
    assert browser.get("/map/assets/map.js").status_code == 200

    running_office.command("account", "disable", email)

    assert browser.get("/map/assets/map.js").status_code == 401


def test_a_changed_account_signs_in_anew_as_what_it_is(running_office: RunningOffice, tmp_path: Path) -> None:
    """Moved to another tambon, a password forgotten, closed and back again: open pages end each time."""
    email = f"mover-{tmp_path.name}@example.org"
    password = running_office.command("account", "add", email, "--role", "officer", "--area", "801206")[
        "password"
    ]

    def signed_in(password: str) -> httpx.Client:
        browser = httpx.Client(base_url=running_office.url, trust_env=False)
        assert browser.post("/signin", data={"email": email, "password": password}).status_code == 303
        return browser

    def is_in(browser: httpx.Client) -> bool:
        return browser.get("/map/assets/map.js").status_code == 200

    before = signed_in(password)
    assert is_in(before)
    moved = running_office.command("account", "change", email, "--area", "8012", "--role", "planner")
    assert moved == {"email": email, "role": "planner", "area": "8012"}
    assert not is_in(before)
    after = signed_in(password)

    running_office.command("account", "disable", email)
    with pytest.raises(AssertionError, match="account_unknown"):
        running_office.command("account", "change", email, "--area", "80")
    renewed = running_office.command("account", "change", email, "--password")
    assert (renewed["role"], renewed["area"]) == ("planner", "8012")
    assert not is_in(after)
    assert is_in(signed_in(renewed["password"]))
    with pytest.raises(AssertionError):
        signed_in(password)
    with pytest.raises(AssertionError, match="nothing_to_change"):
        running_office.command("account", "change", email)


def test_a_full_disk_is_told_to_the_phone_and_nothing_accepted_is_lost(tmp_path: Path) -> None:
    """The phone keeps its record and sends again when there is room; the server goes on."""
    resource = pytest.importorskip("resource", reason="file size limits are set as Linux sets them")
    running = RunningOffice(tmp_path / "data").start()
    try:
        phone = running.phone()
        entry = next(one for one in phone.get("formList").text.split("<xform>") if "pomelo_plot" in one)
        schema = read_schema(phone.get(entry.split("<downloadUrl>")[1].split("<")[0]).content)
        kept, refused = (submission(schema, {"trees": n, "remarks": "ก" * 5000}) for n in (1, 2))
        assert post(phone, kept).status_code == 201
        running.status()
        assert running.process is not None
        full = (running.data / "log.sqlite-wal").stat().st_size  # what a commit appends to
        before = resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))
        answer = post(phone, refused)
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, before)
        again = post(phone, refused)
        status = running.status()
    finally:
        running.stop()

    assert answer.status_code == 503
    assert "ดิสก์อาจเต็ม" in answer.text
    assert again.status_code == 201
    assert (status["submissions"], status["projected"]) == (2, 2)
