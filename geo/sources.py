"""Opening a boundary file: GDAL formats, zips and GeoParquet, and Thai text whose encoding nobody named."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio

from geo import problems
from thai.problem import Problem

_THAI = re.compile("[\u0e01-\u0e5b]")
_LATIN_BYTES = re.compile("[\u0080-\u00ff]")
_PARQUET = {".parquet", ".geoparquet"}
_INSIDE_A_ZIP = {".shp", ".gpkg", ".geojson", ".json"}
_UTF8_TAIL = 3  # bytes of a last letter that a dbf's field width may have cut


def frames(path: Path) -> Iterator[gpd.GeoDataFrame]:
    """Every layer with geometry in the file, text as stored; raises ``Problem`` when it cannot be read."""
    try:
        if path.suffix.casefold() in _PARQUET:
            yield gpd.read_parquet(path)
            return
        for source in _sources(path):
            for layer, kind in pyogrio.list_layers(source):
                if kind is not None:
                    yield pyogrio.read_dataframe(source, layer=layer)
    except (OSError, ValueError, RuntimeError, pa.ArrowException, zipfile.BadZipFile) as error:
        raise problems.boundary_unreadable(path.name, _first_line(error)) from error


def mend_text(frame: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Decode Thai that was read as Latin-1: as UTF-8 where that fits, else as CP874 (TIS-620).

    A shapefile without .cpg is read as ISO-8859-1, which loses nothing and can be undone.
    """
    mended: dict[str, list[str]] = {}
    for column in frame.columns.drop(frame.geometry.name):
        texts = frame[column]
        if not pd.api.types.is_string_dtype(texts) and texts.dtype != object:
            continue
        strings = [text for text in texts if isinstance(text, str)]
        joined = "".join(strings)
        if not _LATIN_BYTES.search(joined) or _THAI.search(joined):
            continue
        try:
            raw = [text.encode("latin-1") for text in strings]
        except UnicodeEncodeError:
            continue
        encoding = "UTF-8" if all(map(_is_utf8, raw)) else "CP874"
        if encoding == "CP874" and not all(map(_is_cp874, raw)):
            continue
        frame[column] = [_decode(text, encoding) if isinstance(text, str) else text for text in texts]
        mended.setdefault(encoding, []).append(str(column))
    return frame, [problems.boundary_text_mended(file, columns, code) for code, columns in mended.items()]


def _sources(path: Path) -> list[str]:
    """What GDAL is to open: the file itself, or the layers' files inside a zip, folders included."""
    if path.suffix.casefold() != ".zip":
        return [str(path)]
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if Path(name).suffix.casefold() in _INSIDE_A_ZIP]
    if all("/" not in name for name in members):  # GDAL lists these itself, and reads their Thai names better
        return [str(path)]
    return [f"/vsizip/{{{path.as_posix()}}}/{name}" for name in members]


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and len(raw) - error.start < _UTF8_TAIL
    return True


def _is_cp874(raw: bytes) -> bool:
    try:
        text = raw.decode("cp874")
    except UnicodeDecodeError:
        return False
    return text.isascii() or bool(_THAI.search(text))


def _decode(text: str, encoding: str) -> str:
    return text.encode("latin-1").decode(encoding, errors="ignore")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
