"""The abstract test suites of OGC API - Features against the running server, under the standard's names.

Part 1 (OGC 17-069r4, annex A): Core, GeoJSON, OpenAPI 3.0. Part 2 (OGC 18-058, annex A): CRS by reference.
OWSLib reads the same server as a program of somebody else's would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
import ogc_schemas as schemas
import pytest
import shapely
from offices import RunningOffice
from ogc_schemas import check
from owslib.ogcapi.features import Features
from pyproj import CRS, Transformer
from pyproj.enums import TransformDirection

from geo.reference import transformer_to_wgs84
from geo.served_crs import CRS84
from streamlit_app.viewer import COOKIE

DATED = ("pomelo_plot.points", "visit_date")
SAMPLE = (DATED[0], "pomelo_plot.plots", "water_agreement.areas_in_force")
PART_1 = ("core", "geojson", "oas30")
JSON, GEOJSON = "application/json", "application/geo+json"
EVERYWHERE = "90,0,110,25"


@dataclass(frozen=True)
class Api:
    """The server as a client of the standard sees it."""

    client: httpx.Client

    def get(self, path: str, **asked: str) -> httpx.Response:
        """Ask for a path below the landing page, or for a link."""
        url = path if path.startswith("http") else f"{self.client.base_url}/ogc{path}"
        query = {name.replace("_", "-"): value for name, value in asked.items()}
        return self.client.get(url, params=query or None)  # an empty one would take a link's own away

    def read(self, path: str, **asked: str) -> Any:
        """The document there; fails unless the answer is 200."""
        answer = self.get(path, **asked)
        assert answer.status_code == 200, (path, asked, answer.text)
        return answer.json()

    def items(self, name: str, **asked: str) -> list[Any]:
        """All features of a collection that answer to what is asked, page after page."""
        found, page = list[Any](), self.read(f"/collections/{name}/items", limit="1000", **asked)
        while True:
            found += page["features"]
            following = linked(page, "next")
            if not following:
                assert page["numberMatched"] == len(found)
                return found
            page = self.read(following[0]["href"])

    @cached_property
    def landing(self) -> Any:
        """The first page."""
        return self.read("/")

    @cached_property
    def definition(self) -> Any:
        """The OpenAPI document."""
        return self.read("/api")

    @cached_property
    def collections(self) -> Any:
        """The document of all collections."""
        return self.read("/collections")

    @cached_property
    def names(self) -> list[str]:
        """The collections' ids."""
        return [one["id"] for one in self.collections["collections"]]

    @cached_property
    def pages(self) -> dict[str, httpx.Response]:
        """The first three features of every collection."""
        return {name: self.get(f"/collections/{name}/items", limit="3") for name in self.names}

    @cached_property
    def samples(self) -> dict[str, list[Any]]:
        """All features of some collections: points, shapes, areas."""
        return {name: self.items(name) for name in SAMPLE}

    def parameter(self, name: str, parameter: str) -> Any:
        """How the definition describes a parameter of a collection's items."""
        asked = self.definition["paths"][f"/collections/{name}/items"]["get"]["parameters"]
        return next(one for one in asked if one["name"] == parameter)


@pytest.fixture(scope="module")
def api(running_office: RunningOffice) -> Iterator[Api]:
    """The demo's office, signed in."""
    with closing(running_office.browser()) as client:
        yield Api(client)


CHECKS: dict[str, Callable[[Api], None]] = {}


def conf(name: str) -> Callable[[Callable[[Api], None]], Callable[[Api], None]]:
    """A test of the abstract test suites, under its id."""

    def kept(test: Callable[[Api], None]) -> Callable[[Api], None]:
        CHECKS[f"/conf/{name}"] = test
        return test

    return kept


def linked(document: Any, relation: str) -> list[Any]:
    """The document's links of one relation."""
    return [one for one in document["links"] if one["rel"] == relation]


def shape(feature: Any) -> shapely.Geometry:
    """A feature's geometry."""
    return shapely.geometry.shape(feature["geometry"])


def ids(features: list[Any]) -> list[str]:
    """The features' ids, in order."""
    return sorted(one["id"] for one in features)


def middle_of(features: list[Any]) -> tuple[float, float, float, float]:
    """A box around the middle half of some features' places, whose sides run through none of them."""
    at = np.array([shape(one).centroid.coords[0] for one in features])
    (west, south), (east, north) = np.quantile(at, 0.2503, axis=0), np.quantile(at, 0.7497, axis=0)
    return float(west), float(south), float(east), float(north)


@conf("core/http")
def _http(api: Api) -> None:
    assert api.get("/").http_version == "HTTP/1.1"


@conf("core/crs84")
def _crs84(api: Api) -> None:
    for features in api.samples.values():
        west, south, east, north = shapely.total_bounds([shape(one) for one in features])
        assert 97 < west <= east < 106
        assert 5 < south <= north < 21


@conf("core/root-op")
def _root_op(api: Api) -> None:
    assert api.get("/").status_code == 200
    assert api.get("").json() == api.landing


@conf("core/root-success")
def _root_success(api: Api) -> None:
    check(api.landing, schemas.LANDING)
    assert linked(api.landing, "service-desc")
    assert linked(api.landing, "service-doc")
    assert linked(api.landing, "conformance")
    assert linked(api.landing, "data")


@conf("core/api-definition-op")
def _api_definition_op(api: Api) -> None:
    for link in linked(api.landing, "service-desc") + linked(api.landing, "service-doc"):
        answer = api.get(link["href"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(link["type"])


@conf("core/api-definition-success")
def _api_definition_success(api: Api) -> None:
    check(api.definition, schemas.OPENAPI)


@conf("core/conformance-op")
def _conformance_op(api: Api) -> None:
    (link,) = linked(api.landing, "conformance")
    assert api.read(link["href"]) == api.read("/conformance")


@conf("core/conformance-success")
def _conformance_success(api: Api) -> None:
    declared = api.read("/conformance")
    check(declared, schemas.CONFORMANCE)
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in declared["conformsTo"]


@conf("core/fc-md-op")
def _fc_md_op(api: Api) -> None:
    (link,) = linked(api.landing, "data")
    assert api.read(link["href"]) == api.collections


@conf("core/fc-md-success")
def _fc_md_success(api: Api) -> None:
    check(api.collections, schemas.COLLECTIONS)
    assert api.collections["crs"][0] == CRS84


@conf("core/fc-md-links")
def _fc_md_links(api: Api) -> None:
    (link,) = linked(api.collections, "self")
    assert api.read(link["href"]) == api.collections


@conf("core/fc-md-items")
def _fc_md_items(api: Api) -> None:
    described = {path.split("/")[2] for path in api.definition["paths"] if path.endswith("/items")}
    assert described == set(api.names)
    assert len(api.names) == len(set(api.names))


@conf("core/fc-md-items-links")
def _fc_md_items_links(api: Api) -> None:
    for one in api.collections["collections"]:
        assert [link["type"] for link in linked(one, "items")] == [GEOJSON]


@conf("core/fc-md-extent")
def _fc_md_extent(api: Api) -> None:
    for one in api.collections["collections"]:
        for feature in api.samples.get(one["id"], ()):
            (box,) = one["extent"]["spatial"]["bbox"]
            assert shapely.box(*box).buffer(1e-6).covers(shape(feature))


@conf("core/fc-md-extent-multi")
def _fc_md_extent_multi(api: Api) -> None:
    extents = [one["extent"] for one in api.collections["collections"] if one["extent"]]
    assert extents
    assert all(len(one["spatial"]["bbox"]) == 1 for one in extents)


@conf("core/sfc-md-op")
def _sfc_md_op(api: Api) -> None:
    for name in api.names:
        check(api.read(f"/collections/{name}"), schemas.COLLECTION)


@conf("core/sfc-md-success")
def _sfc_md_success(api: Api) -> None:
    for one in api.collections["collections"]:
        assert api.read(f"/collections/{one['id']}") == one


@conf("core/fc-op")
def _fc_op(api: Api) -> None:
    for page in api.pages.values():
        assert page.status_code == 200
        check(page.json(), schemas.ITEMS)
    name, dated = DATED
    box, days = middle_of(api.samples[name]), "2026-01-01/2026-06-30"
    both = api.items(name, bbox=",".join(map(str, box)), datetime=days)
    inside = [one for one in api.samples[name] if shape(one).intersects(shapely.box(*box))]
    assert ids(both) == ids([one for one in inside if within(one, dated, days)])
    assert 0 < len(both) < len(inside)


@conf("core/fc-response")
def _fc_response(api: Api) -> None:
    page = api.read(f"/collections/{DATED[0]}/items", variety="thong_di")
    check(page, schemas.ITEMS)
    expected = [one for one in api.samples[DATED[0]] if one["properties"]["variety"] == "thong_di"]
    assert page["numberMatched"] == len(expected) > 0
    assert {one["properties"]["variety"] for one in page["features"]} == {"thong_di"}


@conf("core/fc-links")
def _fc_links(api: Api) -> None:
    page = api.read(f"/collections/{DATED[0]}/items", limit="2")
    (here,), (following,) = linked(page, "self"), linked(page, "next")
    assert here["type"] == following["type"] == GEOJSON
    assert api.read(here["href"])["features"] == page["features"]
    assert not set(ids(api.read(following["href"])["features"])) & set(ids(page["features"]))


@conf("core/fc-timeStamp")
def _fc_time_stamp(api: Api) -> None:
    told = datetime.fromisoformat(api.read(f"/collections/{DATED[0]}/items", limit="1")["timeStamp"])
    assert abs(datetime.now(UTC) - told) < timedelta(minutes=1)


@conf("core/fc-numberMatched")
def _fc_number_matched(api: Api) -> None:
    for name, features in api.samples.items():
        assert api.read(f"/collections/{name}/items", limit="1")["numberMatched"] == len(features)


@conf("core/fc-numberReturned")
def _fc_number_returned(api: Api) -> None:
    for page in api.pages.values():
        assert page.json()["numberReturned"] == len(page.json()["features"])


@conf("core/fc-bbox-definition")
def _fc_bbox_definition(api: Api) -> None:
    for name in api.names:
        asked = api.parameter(name, "bbox")
        assert (asked["in"], asked["required"], asked["style"], asked["explode"]) == (
            "query",
            False,
            "form",
            False,
        )
        schema = asked["schema"]
        assert (schema["type"], schema["items"]) == ("array", {"type": "number"})
        assert schema["oneOf"] == [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}]


@conf("core/fc-bbox-response")
def _fc_bbox_response(api: Api) -> None:
    for name, features in api.samples.items():
        box = middle_of(features)
        expected = [one for one in features if shape(one).intersects(shapely.box(*box))]
        assert ids(api.items(name, bbox=",".join(map(str, box)))) == ids(expected)
        assert 0 < len(expected) < len(features)
        west, south, east, north = box
        assert ids(api.items(name, bbox=f"{west},{south},-10,{east},{north},10")) == ids(expected)


@conf("core/fc-limit-definition")
def _fc_limit_definition(api: Api) -> None:
    for name in api.names:
        asked = api.parameter(name, "limit")
        assert (asked["in"], asked["required"], asked["schema"]["type"]) == ("query", False, "integer")
        assert (asked["style"], asked["explode"]) == ("form", False)


@conf("core/fc-limit-response")
def _fc_limit_response(api: Api) -> None:
    most = api.parameter(DATED[0], "limit")["schema"]["maximum"]
    for limit in (1, 7, most, most + 1):
        page = api.read(f"/collections/{DATED[0]}/items", limit=str(limit))
        assert page["numberReturned"] == min(limit, most, page["numberMatched"])


@conf("core/fc-time-definition")
def _fc_time_definition(api: Api) -> None:
    for name in api.names:
        asked = api.parameter(name, "datetime")
        assert (asked["in"], asked["required"], asked["schema"]) == ("query", False, {"type": "string"})
        assert (asked["style"], asked["explode"]) == ("form", False)


def within(feature: Any, dated: str, days: str) -> bool:
    """Whether a feature has a day of an interval, or no day."""
    first, _, last = days.partition("/")
    told = feature["properties"][dated]
    if told is None:
        return True
    start = date.min if first in ("", "..") else datetime.fromisoformat(first).date()
    end = start if not last and "/" not in days else date.max
    end = end if last in ("", "..") else datetime.fromisoformat(last).date()
    return start <= date.fromisoformat(told) <= end


@conf("core/fc-time-response")
def _fc_time_response(api: Api) -> None:
    name, dated = DATED
    days = sorted({one["properties"][dated] for one in api.samples[name]} - {None})
    early, late = days[len(days) // 4], days[len(days) // 2]
    asked = [
        early,
        f"{early}T05:00:00Z",
        f"{early}/{late}",
        f"{early}T05:00:00Z/{late}T05:00:00+07:00",
        f"../{late}",
        f"/{late}",
        f"{early}/..",
        f"{early}/",
    ]
    for interval in asked:
        expected = [one for one in api.samples[name] if within(one, dated, interval)]
        assert ids(api.items(name, datetime=interval)) == ids(expected), interval
        assert 0 < len(expected) < len(api.samples[name])


@conf("core/query-param-invalid")
def _query_param_invalid(api: Api) -> None:
    for asked in (
        {"limit": "0"}, {"limit": "many"}, {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"datetime": "yesterday"},
    ):  # fmt: skip
        assert api.get(f"/collections/{DATED[0]}/items", **asked).status_code == 400


@conf("core/query-param-unknown")
def _query_param_unknown(api: Api) -> None:
    assert api.get(f"/collections/{DATED[0]}/items", no_such="1").status_code == 400
    one = api.samples[DATED[0]][0]["id"]
    assert api.get(f"/collections/{DATED[0]}/items/{one}", no_such="1").status_code == 400


@conf("core/f-op")
def _f_op(api: Api) -> None:
    for name, features in api.samples.items():
        for one in features[:5]:
            found = api.read(f"/collections/{name}/items/{one['id']}")
            assert {part: found[part] for part in one} == one


@conf("core/f-success")
def _f_success(api: Api) -> None:
    for name, features in api.samples.items():
        check(api.read(f"/collections/{name}/items/{features[0]['id']}"), schemas.ITEM)


@conf("core/f-links")
def _f_links(api: Api) -> None:
    for name, features in api.samples.items():
        found = api.read(f"/collections/{name}/items/{features[0]['id']}")
        (here,), (above,) = linked(found, "self"), linked(found, "collection")
        assert api.read(here["href"]) == found
        assert api.read(above["href"])["id"] == name


@conf("geojson/definition")
def _geojson_definition(api: Api) -> None:
    base = f"/collections/{DATED[0]}"
    kinds = dict.fromkeys(("/", "/conformance", "/collections", base), JSON)
    kinds |= {f"{base}/items": GEOJSON, f"{base}/items/{api.samples[DATED[0]][0]['id']}": GEOJSON}
    for path, kind in kinds.items():
        answer = api.client.get(f"/ogc{path}", headers={"accept": kind})
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


@conf("geojson/content")
def _geojson_content(api: Api) -> None:
    for name, features in api.samples.items():
        for one in features[:3]:
            assert api.read(f"/collections/{name}/items/{one['id']}")["id"] == one["id"]
        assert all(shape(one).is_valid for one in features)


@conf("oas30/completeness")
def _oas30_completeness(api: Api) -> None:
    schema = api.definition["components"]["schemas"]["reason"]
    name = DATED[0]
    for asked, described in (
        (f"/collections/{name}/items?limit=0", f"/collections/{name}/items"),
        (f"/collections/{name}/items/no-such", f"/collections/{name}/items/{{featureId}}"),
    ):
        answer = api.get(asked)
        told = api.definition["paths"][described]["get"]["responses"][str(answer.status_code)]
        assert told["content"][answer.headers["content-type"]]
        check(answer.json(), schema)


@conf("oas30/exceptions-codes")
def _oas30_exceptions_codes(api: Api) -> None:
    for path, described in api.definition["paths"].items():
        assert {"200", "400", "401", "404", "405"} <= set(described["get"]["responses"]), path
    assert api.client.post("/ogc/collections").status_code == 405
    with httpx.Client(base_url=api.client.base_url, trust_env=False) as nobody:
        assert nobody.get("/ogc/collections").status_code == 401


@conf("oas30/oas-definition-1")
def _oas30_definition_1(api: Api) -> None:
    (described,), (written,) = linked(api.landing, "service-desc"), linked(api.landing, "service-doc")
    kind = "application/vnd.oai.openapi+json;version=3.0"
    assert (described["type"], api.get(described["href"]).headers["content-type"]) == (kind, kind)
    page = api.get(written["href"])
    assert page.headers["content-type"].startswith("text/html")
    assert all(f"/collections/{name}/items" in page.text for name in api.names)


@conf("oas30/oas-definition-2")
def _oas30_definition_2(api: Api) -> None:
    check(api.definition, schemas.OPENAPI)


@conf("oas30/oas-impl")
def _oas30_impl(api: Api) -> None:
    (server,) = api.definition["servers"]
    for path in api.definition["paths"]:
        name = path.split("/")[2] if path.count("/") > 1 else ""
        if name and name not in api.samples:
            assert name in api.names
        elif "{featureId}" not in path:
            assert api.get(f"{server['url']}{path}").status_code == 200
        else:
            one = api.samples[name][0]["id"]
            assert api.get(server["url"] + path.replace("{featureId}", one)).status_code == 200


@conf("oas30/security")
def _oas30_security(api: Api) -> None:
    schemes = api.definition["components"]["securitySchemes"]
    assert {(one["type"], one.get("scheme", one.get("name"))) for one in schemes.values()} == {
        ("http", "basic"),
        ("http", "bearer"),
        ("apiKey", COOKIE),
    }
    assert [{name: []} for name in schemes] == api.definition["security"]


@conf("crs/crs-uri")
def _crs_uri(api: Api) -> None:
    for one in (api.collections, *api.collections["collections"]):
        for uri in [*one["crs"], *filter(None, [one.get("storageCrs")])]:
            parts = urlsplit(uri)
            assert (parts.scheme, parts.netloc) == ("http", "www.opengis.net")
            authority, version, code = parts.path.removeprefix("/def/crs/").split("/")
            assert authority in ("OGC", "EPSG")
            assert version
            assert code


@conf("crs/default-crs")
def _default_crs(api: Api) -> None:
    assert all(CRS84 in one["crs"] for one in api.collections["collections"])


@conf("crs/storageCrs")
def _storage_crs(api: Api) -> None:
    assert all(one["storageCrs"] in one["crs"] for one in api.collections["collections"])


@conf("crs/crs-parameter")
def _crs_parameter(api: Api) -> None:
    for name, features in api.samples.items():
        for uri in api.collections["crs"]:
            for path, schema in (("", schemas.ITEMS), (f"/{features[0]['id']}", schemas.ITEM)):
                asked = {"crs": uri} if path else {"crs": uri, "limit": "20"}
                answer = api.get(f"/collections/{name}/items{path}", **asked)
                assert (answer.status_code, answer.headers["content-crs"]) == (200, f"<{uri}>")
                check(answer.json(), schema)


@conf("crs/crs-parameter-invalid")
def _crs_parameter_invalid(api: Api) -> None:
    for name, features in api.samples.items():
        for path in ("", f"/{features[0]['id']}"):
            for uri in ("http://www.opengis.net/def/crs/EPSG/0/9999", "#/crs", "EPSG:4326"):
                assert api.get(f"/collections/{name}/items{path}", crs=uri).status_code == 400


@conf("crs/crs-parameter-default")
def _crs_parameter_default(api: Api) -> None:
    for page in api.pages.values():
        assert page.headers["content-crs"] == f"<{CRS84}>"


def ways(uri: str) -> tuple[Transformer, bool]:
    """From the system of a URI to longitude and latitude, and whether that has latitude first.

    Indian 1975 goes by the seven parameters that files are read by, not by PROJ's own choice.
    """
    code = uri.rsplit("/", maxsplit=1)[1]
    there = CRS("OGC:CRS84" if code == "CRS84" else f"EPSG:{code}")
    first = there.axis_info[0].direction == "north"
    return transformer_to_wgs84(there), first


def projected(drawn: shapely.Geometry, there: Transformer) -> shapely.Geometry:
    """A geometry in another system, easting first."""
    back = TransformDirection.INVERSE
    return shapely.transform(drawn, lambda xy: np.column_stack(there.transform(*xy.T, direction=back)))


@conf("crs/crs-parameter-transform")
def _crs_parameter_transform(api: Api) -> None:
    for name in SAMPLE:
        plain = api.read(f"/collections/{name}/items", limit="20")["features"]
        for uri in api.collections["crs"]:
            there, lat_first = ways(uri)
            for one, same in zip(
                plain, api.read(f"/collections/{name}/items", limit="20", crs=uri)["features"], strict=True
            ):
                given = shapely.get_coordinates(shape(same))
                expected = shapely.get_coordinates(projected(shape(one), there))
                close = 1e-6 if uri.endswith(("CRS84", "4326")) else 0.05
                assert np.abs((given[:, ::-1] if lat_first else given) - expected).max() < close


@conf("crs/bbox-crs-parameter")
def _bbox_crs_parameter(api: Api) -> None:
    for name, features in api.samples.items():
        box = middle_of(features)
        for uri in api.collections["crs"]:
            there, lat_first = ways(uri)
            west, south, east, north = there.transform_bounds(*box, direction=TransformDirection.INVERSE)
            asked = (south, west, north, east) if lat_first else (west, south, east, north)
            found = api.items(name, bbox=",".join(map(str, asked)), bbox_crs=uri)
            area = shapely.box(west, south, east, north)
            touching = [one for one in features if projected(shape(one), there).intersects(area)]
            assert ids(found) == ids(touching), uri
            assert found


@conf("crs/bbox-crs-parameter-invalid")
def _bbox_crs_parameter_invalid(api: Api) -> None:
    for name in api.names:
        answer = api.get(f"/collections/{name}/items", bbox=EVERYWHERE, bbox_crs="EPSG:4326")
        assert answer.status_code == 400


@conf("crs/bbox-crs-parameter-default")
def _bbox_crs_parameter_default(api: Api) -> None:
    for name, features in api.samples.items():
        box = ",".join(map(str, middle_of(features)))
        assert ids(api.items(name, bbox=box, bbox_crs=CRS84)) == ids(api.items(name, bbox=box))


@pytest.mark.parametrize("test", CHECKS)
def test_the_server_passes(api: Api, test: str) -> None:
    """A test of the standard's abstract test suites."""
    CHECKS[test](api)


def test_what_is_declared_is_what_is_tested(api: Api) -> None:
    """Each conformance class of ``/conformance`` has its tests here, and no other is claimed."""
    declared = api.read("/conformance")["conformsTo"]
    tested = {test.split("/")[2] for test in CHECKS}

    assert sorted(declared) == sorted(
        f"http://www.opengis.net/spec/ogcapi-features-{1 if name in PART_1 else 2}/1.0/conf/{name}"
        for name in tested
    )
    assert len(CHECKS) == 34 + 2 + 6 + 10


def test_owslib_reads_the_running_server(api: Api) -> None:
    """Collections, questions, pages and features, by its own way of asking."""
    cookie = "; ".join(f"{name}={value}" for name, value in api.client.cookies.items())
    server = Features(f"{api.client.base_url}/ogc", headers={"Cookie": cookie})
    name, dated = DATED

    assert server.feature_collections() == api.names
    assert server.conformance() == api.read("/conformance")
    assert server.collection(name)["id"] == name
    assert dated in server.collection_queryables(name)["properties"]
    found = server.collection_items(name, limit=5, bbox=list(middle_of(api.samples[name])))
    assert len(found["features"]) == 5
    one = found["features"][0]
    assert server.collection_item(name, one["id"])["properties"] == one["properties"]
