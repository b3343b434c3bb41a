"""Fetches the national boundary set from the Humanitarian Data Exchange (HDX) through its CKAN API."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from ingest import problems

DATASET = "cod-ab-tha"
HDX_URL = "https://data.humdata.org"
MAX_FILE_BYTES = 1024 * 1024 * 1024
_ACTION = "/api/3/action"
_MEBIBYTE = 1024 * 1024
_MAX_ANSWER_BYTES = 16 * _MEBIBYTE
#: Formats that can be read here, best first: the ending a file gets, and words in CKAN's ``format``.
_FORMATS = ((".gpkg", "geopackage gpkg"), (".geojson", "geojson"), (".zip", "shp shapefile"))
_DIGEST_OF_LENGTH = {32: "md5", 40: "sha1", 64: "sha256"}  # CKAN does not say which one it gives
_HTML = re.compile(rb"\s*<(!doctype|html)", re.IGNORECASE)

Progress = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it arrived, with what its publisher says of it. ``checked``: its checksum was compared."""

    path: Path
    name: str
    sha256: str
    size_bytes: int
    checked: bool
    published: str  # ISO date of the data, '' when the catalogue gives none
    source: str
    licence: str


def fetch(folder: Path, *, base_url: str = HDX_URL, progress: Progress | None = None) -> list[Fetched]:
    """Download the best file of the dataset that holds tambons; raises ``fetch_failed``.

    ``progress`` gets mebibytes so far and the file's name. What has not arrived whole is not kept, and no
    name from the catalogue becomes a path.
    """
    base = base_url.rstrip("/").removesuffix(_ACTION)
    folder.mkdir(parents=True, exist_ok=True)
    with httpx.Client(timeout=60, follow_redirects=True) as client:
        dataset = _dataset(client, base)
        resource, ending = _best(dataset)
        path, digests = _download(client, resource, folder / f"{DATASET}{ending}", progress, base)
        published = re.findall(r"\d{4}-\d{2}-\d{2}", str(dataset.get("dataset_date") or ""))
        licence = [dataset.get("license_title") or dataset.get("license_id"), dataset.get("license_url")]
        origin = [dataset.get("dataset_source") or dataset.get("title"), f"{base}/dataset/{DATASET}"]
        return [
            Fetched(
                path,
                str(resource.get("name") or path.name),
                digests["sha256"],
                path.stat().st_size,
                _expected(resource)[0] != "",
                published[-1] if published else "",
                " ".join(str(part) for part in origin if part),
                " ".join(str(part) for part in licence if part),
            )
        ]


@contextmanager
def _explained() -> Iterator[None]:
    """Every way in which a network can fail, as one problem with a remedy."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise problems.fetch_failed(f"HTTP {error.response.status_code}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise problems.fetch_failed(type(error).__name__) from error


def _dataset(client: httpx.Client, base: str) -> dict[str, Any]:
    with _explained():
        with client.stream("GET", f"{base}{_ACTION}/package_show", params={"id": DATASET}) as answer:
            answer.raise_for_status()
            body = bytearray()
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > _MAX_ANSWER_BYTES:
                    raise problems.fetch_failed("package_show: too large")
        try:
            said = json.loads(body)
        except ValueError as error:
            raise problems.fetch_failed("package_show: no JSON") from error
    found = said.get("result") if isinstance(said, dict) and said.get("success") else None
    if not isinstance(found, dict) or not isinstance(found.get("resources"), list):
        raise problems.fetch_failed(f"package_show: no dataset {DATASET}")
    return found


def _best(dataset: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The resource to take, and the ending of its file: by format, and those that name level 3 first."""
    ranked = []
    for place, one in enumerate(dataset["resources"]):
        said = str(one.get("format") or "").casefold()
        rank = next(
            (n for n, (_, words) in enumerate(_FORMATS) if said and any(w in said for w in words.split())),
            None,
        )
        levels = set(re.findall(r"adm(?:in)?[_ -]?([0-4])", f"{one.get('name')} {one.get('url')}".casefold()))
        if rank is None or not (one.get("download_url") or one.get("url")) or (levels and "3" not in levels):
            continue
        url = str(one.get("download_url") or one.get("url"))
        ending = ".zip" if url.casefold().partition("?")[0].endswith(".zip") else _FORMATS[rank][0]
        ranked.append((rank, "3" not in levels, place, one, ending))
    if not ranked:
        raise problems.fetch_failed(f"{DATASET}: no GeoPackage, GeoJSON or shapefile with tambons")
    *_, resource, ending = min(ranked, key=lambda entry: entry[:3])
    return resource, ending


def _expected(resource: dict[str, Any]) -> tuple[str, str]:
    """Name of the digest and its value, as far as the catalogue gives one; ('', '') otherwise."""
    digest = str(resource.get("hash") or "").casefold().rpartition(":")[2].strip()
    known = _DIGEST_OF_LENGTH.get(len(digest), "") if re.fullmatch("[0-9a-f]+", digest) else ""
    return known, digest if known else ""


def _download(
    client: httpx.Client, resource: dict[str, Any], path: Path, progress: Progress | None, base: str
) -> tuple[Path, dict[str, str]]:
    url = httpx.URL(base).join(str(resource.get("download_url") or resource["url"]))
    half = path.with_name(f"{path.name}.part")
    known, expected = _expected(resource)
    digests = {name: hashlib.new(name, usedforsecurity=False) for name in {"sha256", known} - {""}}
    size = 0
    try:
        with _explained(), client.stream("GET", url) as answer, half.open("wb") as handle:
            answer.raise_for_status()
            if base.startswith("https:") and answer.url.scheme != "https":
                raise problems.fetch_failed(f"{answer.url.host}: no https")
            for chunk in answer.iter_bytes():
                size += len(chunk)
                if size > MAX_FILE_BYTES:
                    raise problems.fetch_failed(f"> {MAX_FILE_BYTES // _MEBIBYTE} MiB")
                handle.write(chunk)
                for digest in digests.values():
                    digest.update(chunk)
                if progress:
                    progress(size // _MEBIBYTE, path.name)
        found = {name: digest.hexdigest() for name, digest in digests.items()}
        if known and found[known] != expected:
            raise problems.fetch_failed(f"{known} {found[known]} ≠ {expected}")
        _check_whole(half)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return path, found


def _check_whole(half: Path) -> None:
    """Refuse a web page or half a zip under the name of a boundary file."""
    with half.open("rb") as handle:
        start = handle.read(512)
    if not start or _HTML.match(start):
        raise problems.fetch_failed("HTML instead of a file" if start else "an empty file")
    if half.name.endswith(".zip.part") and not zipfile.is_zipfile(half):
        raise problems.fetch_failed("the zip is damaged or cut short")
