"""OGC API – Features: what QGIS and ArcGIS are given, by whose key, page by page; read by GDAL as well."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import offices
import ogc_schemas
import pyogrio
import pytest
import workbooks
from lxml import etree
from offices import RunningOffice
from pyproj import CRS

from geo.reference import transformer_to_wgs84
from geo.served_crs import CRS84, SERVED
from ingest import accounts, log, published, tokens
from ingest.access import Viewer
from ingest.doors.filters import Filter
from ingest.folder import DataFolder
from ingest.maps import features, map_view
from streamlit_app.office import Office
from streamlit_app.server.ogc import FeatureServer

LAYER = "pomelo_plot.points"
ITEMS = f"/ogc/collections/{LAYER}/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
ADMINISTRATOR = Viewer("a", "administrator", "")
VARIETIES = ("thong_di", "thapthim_siam", None)
Ask = Any

SCHEMAS: dict[str, dict[str, Any]] = {
    "/ogc": ogc_schemas.LANDING,
    "/ogc/conformance": ogc_schemas.CONFORMANCE,
    "/ogc/collections": ogc_schemas.COLLECTIONS,
    ITEMS: ogc_schemas.ITEMS,
    f"{ITEMS}/uuid:plot-0": ogc_schemas.ITEM,
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with thirty plots in a row from south to north."""
    with offices.opened(tmp_path_factory.mktemp("ogc") / "data") as office:
        schema = office.atlas.reference.catalogue.newest("pomelo_plot").schema
        documents = [
            offices.submission(
                schema,
                {
                    "tambon": "801206",
                    "variety": VARIETIES[n % 3],
                    "owner_name": "นายลับ เฉพาะ",
                    "plot_name": '=1+1 <b>"สวน"</b>',
                    "visit_date": f"2026-03-{n + 1:02d}",
                    "point": f"{8.30 + n / 1000:.4f} 100.10 0 4",
                },
                instance=f"uuid:plot-{n}",
            )
            for n in range(30)
        ]
        debt = {"tambon": "801206", "map_point": "8.3500 100.1500 0 4", "lender": "informal",
                "debt_state": "cleared", "remarks": "นายสมชาย"}  # fmt: skip
        documents.append(
            offices.submission(office.atlas.reference.catalogue.newest("household_debt").schema, debt)
        )
        offices.send(office, *documents)
        yield office


@pytest.fixture
def ask(served: Office) -> Ask:
    """Ask the routes as somebody who is signed in, or as nobody."""

    def asked(path: str, viewer: Viewer | None = ADMINISTRATOR, **headers: str) -> httpx.Response:
        server = FeatureServer(served, lambda _scope: viewer, "")

        async def application(scope: Any, receive: Any, send: Any) -> None:
            await server(scope, send)

        async def request() -> httpx.Response:
            transport = httpx.ASGITransport(app=application)
            async with httpx.AsyncClient(transport=transport, base_url="http://office:8080") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(request())

    return asked


@pytest.mark.parametrize("path", SCHEMAS)
def test_every_answer_has_the_standards_shape(ask: Ask, path: str) -> None:
    """As the schemas of OGC 17-069 ask, with absolute links that lead somewhere."""
    answer = ask(path)

    assert answer.status_code == 200
    ogc_schemas.check(answer.json(), SCHEMAS[path])
    for link in answer.json().get("links", []):
        assert link["href"].startswith("http://office:8080/ogc")
        assert ask(link["href"].removeprefix("http://office:8080")).status_code == 200


def test_the_definition_names_every_parameter_and_path(ask: Ask) -> None:
    """A client that reads OpenAPI finds each layer, its questions and how many features a page may hold."""
    answer = ask("/ogc/api")
    paths = answer.json()["paths"]

    assert answer.headers["content-type"].startswith("application/vnd.oai.openapi+json;version=3.0")
    asked = {one["name"] for one in paths[f"/collections/{LAYER}/items"]["get"]["parameters"]}
    assert {"bbox", "bbox-crs", "crs", "datetime", "limit", "variety"} <= asked
    assert "owner_name" not in asked
    for path, described in paths.items():  # a parameter that is passed over is declared, or else refused
        free = [one for one in described["get"]["parameters"] if one["schema"].get("additionalProperties")]
        assert bool(free) != ("/items" in path)
    assert ask(f"{ITEMS}/uuid:plot-0?colour=red").status_code == 400
    assert ask("/ogc/collections?token=x").status_code == 200
    assert "variety" in ask(f"/ogc/collections/{LAYER}/queryables").json()["properties"]


def test_pages_follow_the_log_and_miss_nothing(ask: Ask) -> None:
    """By the next link, each feature once, the number of all on every page."""
    path, seen, pages = f"{ITEMS}?limit=7", list[str](), 0
    while path:
        answer = ask(path).json()
        assert answer["numberMatched"] == 30
        assert answer["numberReturned"] == len(answer["features"])
        seen += [one["id"] for one in answer["features"]]
        following = [link["href"] for link in answer["links"] if link["rel"] == "next"]
        path = following[0].removeprefix("http://office:8080") if following else ""
        pages += 1

    assert seen == [f"uuid:plot-{n}" for n in range(30)]
    assert pages == 5


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("bbox=100.05,8.3005,100.15,8.3045", 4),
        ("bbox=100.05,8.3005,0,100.15,8.3045,10", 4),
        (f"bbox=8.3005,100.05,8.3045,100.15&bbox-crs={quote(EPSG)}4326", 4),
        ("bbox=170,8.3005,-170,8.3045", 0),
        ("bbox=100.05,8.3005,-170,8.3045", 4),
        ("bbox=-180,-90,180,90", 30),
        ("datetime=2026-03-05", 1),
        ("datetime=2026-03-05T18:00:00Z", 1),
        ("datetime=2026-03-05/2026-03-09", 5),
        ("datetime=../2026-03-09", 9),
        ("datetime=2026-03-29/", 2),
        ("variety=thong_di", 10),
        ("variety=~", 10),
        ("variety=thong_di&variety=thapthim_siam", 20),
        ("area=8012&q=สวน", 30),
        ("area=53", 0),
        ("limit=99999", 30),
    ],
)
def test_parameters_cut_the_features(ask: Ask, query: str, expected: int) -> None:
    """Box, time, questions and the atlas' own choices, alone or together."""
    assert ask(f"{ITEMS}?{query}").json()["numberMatched"] == expected


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3", "bbox=a,b,c,d", "bbox=100,9,101,8", "bbox=nan,nan,nan,nan", "bbox-crs=x&bbox=1,2,3,4",
        "crs=EPSG:4326", "datetime=yesterday", "datetime=2026-03-09/2026-03-01", "datetime=../..",
        "datetime=1/2/3", "limit=0", "limit=-1", "limit=many", "after=1;drop", "after=5~2", "colour=red",
        "owner_name'=x", "area=x", pytest.param(f"limit={'9' * 5_000}", id="limit=endless"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(ask: Ask, query: str) -> None:
    """With 400 and a reason, never with everything or an error of the server."""
    answer = ask(f"{ITEMS}?{query}")

    assert answer.status_code == 400
    assert answer.json()["code"]
    assert answer.json()["description"]


def test_every_served_system_puts_a_point_where_it_is(ask: Ask) -> None:
    """In the order of axes that the URI means, named in the answer's header."""
    for uri, crs in SERVED.items():
        answer = ask(f"{ITEMS}?limit=1&crs={quote(uri)}")
        first, second = answer.json()["features"][0]["geometry"]["coordinates"]
        x, y = (second, first) if crs.lat_first else (first, second)
        at = transformer_to_wgs84(CRS(crs.authority)).transform(x, y)

        assert answer.headers["content-crs"] == f"<{uri}>"
        assert at == pytest.approx((100.10, 8.30), abs=1e-5)
    assert ask(f"{ITEMS}?limit=1").headers["content-crs"] == f"<{CRS84}>"


def test_a_feature_holds_what_an_export_holds(ask: Ask) -> None:
    """Place, provenance and answers; no personal answer, whoever asks; text as it was written."""
    feature = ask(f"{ITEMS}/uuid:plot-3").json()
    values = feature["properties"]

    assert values["tambon_code"].startswith("8012")
    assert values["boundary_set"]
    assert values["plot_name"] == '=1+1 <b>"สวน"</b>'
    assert "owner_name" not in values
    assert ask(f"{ITEMS}/uuid:nothing").status_code == 404
    assert ask(f"{ITEMS}/uuid:plot-3~1").status_code == 404
    assert ask("/ogc/collections/nothing/items").status_code == 404
    assert ask("/ogc/nothing").status_code == 404


def test_a_foreign_account_is_given_nothing(ask: Ask) -> None:
    """Neither features nor their number nor where they lie; without an account there is only 401."""
    stranger = Viewer("far", "officer", "53")

    assert ask(ITEMS, stranger).json()["numberMatched"] == 0
    assert ask(f"{ITEMS}/uuid:plot-3", stranger).status_code == 404
    assert ask(f"/ogc/collections/{LAYER}", stranger).json()["extent"] == {}
    for path in ("/ogc", ITEMS, "/ogc/key/guessed/collections", "/ogc/key//collections"):
        answer = ask(path, None)
        assert (answer.status_code, answer.content) == (401, b"")
        assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize("viewer", [ADMINISTRATOR, Viewer("o", "officer", "8012")], ids=["all", "8012"])
def test_what_a_feature_leaves_out_is_told_by_no_filter_and_no_number(ask: Ask, viewer: Viewer) -> None:
    """A debt's lender, remark, state and place are personal: no parameter, extent or layer tells them."""
    debts = "/ogc/collections/household_debt.debts"

    whole = ask(f"{debts}/items", viewer).json()
    assert (whole["numberMatched"], whole["features"][0]["geometry"]) == (1, None)
    assert ask(debts, viewer).json()["extent"] == {}
    for query in ("lender=informal", "lender=bank", "q=สมชาย", "bbox=100.14,8.34,100.16,8.36"):
        assert ask(f"{debts}/items?{query}", viewer).json()["numberMatched"] == 0, query
    assert ask("/ogc/collections/household_debt.cleared/items", viewer).json()["features"] == []
    assert "household_debt" not in ask("/ogc/project.qgs", viewer).text


def test_a_key_speaks_for_its_account_until_it_is_revoked(served: Office, ask: Ask) -> None:
    """In the path, as bearer, or as a password; links keep the way it was given."""
    with log.writing(served.atlas.log) as connection:
        accounts.add(connection, "gis@example.org", "planner", "8012")
        key = tokens.make(connection, "gis@example.org", "QGIS ของแผนกโยธา")
    basic = base64.b64encode(f"anybody:{key}".encode()).decode()
    root = ask(f"/ogc/key/{key}", None).json()
    assert all(f"/ogc/key/{key}" in link["href"] for link in root["links"])
    for path, headers in (
        (f"/ogc/key/{key}/collections/{LAYER}/items", {}),
        (ITEMS, {"authorization": f"Bearer {key}"}),
        (ITEMS, {"authorization": f"Basic {basic}"}),
    ):
        assert ask(path, None, **headers).json()["numberMatched"] == 30
    assert ask(ITEMS, None, authorization="Basic !!").status_code == 401
    with log.writing(served.atlas.log) as connection:
        (one,) = tokens.listed(connection, "gis@example.org")
        assert not tokens.revoke(connection, "somebody@example.org", int(str(one["id"])))
        assert tokens.revoke(connection, "gis@example.org", int(str(one["id"])))
    assert ask(f"/ogc/key/{key}", None).status_code == 401


SHEETS = {
    "survey": """
        | type         | name  | label | filter |
        | text         | owner | กลุ่ม   |        |
        | begin_repeat | trees | ต้นไม้  |        |
        | integer      | tag   | ป้าย   | yes    |
        | geopoint     | stem  | ที่ต้น  |        |
        | end_repeat   |       |       |        |
    """,
    "layers": """
        | name  | label | geometry   |
        | stems | ต้นไม้  | trees/stem |
    """,
}


def test_repeats_are_paged_by_their_turns_and_counted_by_their_records(
    office: Office, tmp_path: Path
) -> None:
    """A layer on a repeat's rows numbers its features by record and turn; the tenth comes after the ninth.

    Twelve trees each of four households are told to nobody elsewhere, of five they are.
    """
    (tmp_path / "trial.xlsx").write_bytes(workbooks.workbook(SHEETS))
    with log.writing(office.atlas.log) as connection:
        published.publish(connection, tmp_path / "trial.xlsx", office.atlas.attachments)
    office.follower.catch_up()
    schema = office.atlas.reference.catalogue.newest("trial").schema
    for name in ("uuid:a", "uuid:b"):
        trees = [{"tag": n, "stem": "8.3 100.1 0 4"} for n in range(1, 13)]
        offices.send(office, offices.submission(schema, {"trees": trees}, instance=name))
    after, seen = "", list[str]()
    while True:
        wanted = features.Wanted("trial.stems", Filter(), limit=5, after=after)
        page = features.page(office.atlas, ADMINISTRATOR, wanted)
        assert page.matched == 24
        seen += [json.loads(one)["id"] for one in page.features]
        after = page.after
        if not after:
            break

    assert seen == [f"{name}~{n}" for name in ("uuid:a", "uuid:b") for n in range(1, 13)]
    crs = SERVED[CRS84]
    one = features.feature(office.atlas, ADMINISTRATOR, "trial.stems", "uuid:b~11", crs)
    assert one is not None
    assert json.loads(one)["properties"]["tag"] == 11
    assert features.feature(office.atlas, ADMINISTRATOR, "trial.stems", "uuid:b", crs) is None

    told = []
    for more in (("uuid:c", "uuid:d"), ("uuid:e",)):
        offices.send(office, *(offices.submission(schema, {"trees": trees}, instance=one) for one in more))
        values = map_view.tambon_values(office.atlas, Viewer("far", "planner", "53"), "trial.stems", Filter())
        told.append(sum(values["values"].values()))
    assert told == [0, 60]


def test_a_project_for_qgis_adds_the_layers_of_a_province(served: Office, ask: Ask) -> None:
    """By address with the key in it, in the map's colours; cut to the area, foreign layers left out; a group
    a form, and no more layers on than ask the server for at once."""
    with log.writing(served.atlas.log) as connection:
        accounts.add(connection, "qgis@example.org", "planner", "80")
        key = tokens.make(connection, "qgis@example.org", "")
    answer = ask(f"/ogc/key/{key}/area/80/project.qgs", None)
    project = etree.fromstring(answer.content)

    assert "tambon-atlas-80.qgs" in answer.headers["content-disposition"]
    layers = project.findall("projectlayers/maplayer")
    (layer,) = [one for one in layers if LAYER in str(one.findtext("datasource"))]
    source = str(layer.findtext("datasource"))
    root = source.split("url='")[1].split("'", maxsplit=1)[0]
    assert root == f"http://office:8080/ogc/key/{key}/area/80"
    assert ask(f"{root.removeprefix('http://office:8080')}/collections", None).status_code == 200
    labels = {one.get("label") for one in layer.findall("renderer-v2/categories/category")}
    assert {"ทองดี", "ทับทิมสยาม"} <= labels
    ids = {one.findtext("id") for one in layers}
    assert ids == {one.get("id") for one in project.iter("layer-tree-layer")}
    group = next(
        one
        for one in project.findall("layer-tree-group/layer-tree-group")
        if LAYER in str(etree.tostring(one))
    )
    assert group.get("name") == served.atlas.reference.catalogue.newest("pomelo_plot").title["th"]
    on = [one.get("id") for one in project.iter("layer-tree-layer") if one.get("checked") == "Qt::Checked"]
    assert 0 < len(on) <= 2
    items = f"/ogc/key/{key}/area/{{}}/collections/{LAYER}/items"
    assert ask(items.format("8012"), None).json()["numberMatched"] == 30
    assert ask(items.format("8013"), None).json()["numberMatched"] == 0
    assert ask(items.format("8013") + "?area=8012", None).json()["numberMatched"] == 0
    assert ask(items.format("x"), None).status_code == 404


def test_gdal_reads_the_running_server(running_office: RunningOffice) -> None:
    """Its OAPIF driver lists the layers and reads all of one, across pages, in two coordinate systems."""
    with closing(running_office.browser()) as browser:
        expected = browser.get(f"{ITEMS}?limit=1").json()["numberMatched"]
        assert browser.get("/ogc").json()["links"]
    engine = log.open_log(DataFolder(running_office.data).log)
    with log.writing(engine) as connection:
        key = tokens.make(connection, running_office.facts["admin"], "gdal")
    engine.dispose()
    root = f"OAPIF:{running_office.url}/ogc/key/{key}"
    names = {str(name) for name, _ in pyogrio.list_layers(root)}
    frame = pyogrio.read_dataframe(root, layer=LAYER, INITIAL_REQUEST_PAGE_SIZE=100, PAGE_SIZE=250)

    assert LAYER in names
    assert len(frame) == expected > 250
    assert frame.crs == "OGC:CRS84"
    assert frame.geometry.x.between(99, 101).all()
    projected = pyogrio.read_dataframe(root, layer=LAYER, CRS="EPSG:32647", PAGE_SIZE=1000)
    assert projected.crs == "EPSG:32647"
    again = projected.to_crs("EPSG:4326")
    assert again.geometry.x.sort_values().iloc[0] == pytest.approx(frame.geometry.x.min(), abs=1e-6)
