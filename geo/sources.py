"""Opening a boundary file: what it is by its content, what is in it, and nothing larger than agreed.

GDAL is shown only files whose content was recognised: it would follow links in other formats.
"""

from __future__ import annotations

import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import shapely

from geo import findings, problems
from geo.encoding import RAW, is_text_of
from geo.unzipping import Member, unpacked
from thai.problem import Problem

LARGEST_FILE = 1 << 30
_ZIP, _PARQUET, _SHAPEFILE, _JSON, _XML, _GDAL = "zip", "parquet", "shapefile", "json", "xml", "gdal"
_BEGINNINGS = {
    b"PK\x03\x04": _ZIP,
    b"PK\x05\x06": _ZIP,
    b"PAR1": _PARQUET,
    b"\x00\x00\x27\x0a": _SHAPEFILE,
    b"SQLite format 3\x00": _GDAL,
    b"fgb": _GDAL,
}
_HEAD = 4096


@dataclass
class Layer:
    """One layer as stored. ``encoding``: what names the encoding of text read as ``RAW`` ('' nothing does);
    None when the text is decoded already."""

    name: str
    frame: gpd.GeoDataFrame
    encoding: str | None
    report: list[Problem]


def layers(path: Path) -> list[Layer]:
    """Every layer with geometry in the file; raises ``Problem`` when it cannot be read."""
    try:
        if (size := path.stat().st_size) > LARGEST_FILE:
            raise problems.boundary_too_large(path.name, size, LARGEST_FILE)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            return list(_opened(path, Path(folder)))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise problems.boundary_zip_damaged(path.name, _first_line(error)) from error
    except (
        OSError,
        ValueError,
        RuntimeError,
        struct.error,
        pa.ArrowException,
        shapely.GEOSException,
    ) as error:
        raise problems.boundary_unreadable(path.name, _first_line(error)) from error


def _opened(path: Path, folder: Path) -> Iterator[Layer]:
    if _kind(path) != _ZIP:
        yield from _read(Member(path.stem, path), path.name, folder)
        return
    for member in unpacked(path, folder):
        yield from _read(member, path.name, folder)


def _read(member: Member, file: str, folder: Path) -> Iterator[Layer]:
    kind = _kind(member.path)
    if kind is None:
        raise problems.boundary_unreadable(file, f"{member.path.suffix or 'file'} of unknown content")
    if kind == _PARQUET:
        yield Layer(member.name, gpd.read_parquet(member.path), None, [])
    elif kind == _SHAPEFILE:
        yield _shapefile(member, file)
    else:
        import pyogrio  # noqa: PLC0415 - 30 MB of GDAL that only whoever opens a file needs

        source, report = _as_utf8(member.path, file, folder) if kind == _JSON else (member.path, [])
        found = [str(name) for name, shape in pyogrio.list_layers(source) if shape is not None]
        for name in found:
            frame = pyogrio.read_dataframe(source, layer=name)
            yield Layer(member.name if name == source.stem else name, frame, None, report)


def _shapefile(member: Member, file: str) -> Layer:
    """Its text as raw bytes: the .cpg file is often missing or wrong."""
    from pyogrio import read_dataframe  # noqa: PLC0415 - as above

    if missing := [end for end in (".dbf", ".shx") if not _beside(member.path, end).exists()]:
        raise problems.boundary_incomplete(file, member.name, missing)
    with member.path.open("rb") as stream:
        (words,) = struct.unpack(">24xi", stream.read(28))
    if 2 * words > member.path.stat().st_size:  # GDAL would read the rows that are cut off as blank shapes
        raise problems.boundary_unreadable(file, f"{member.name}.shp is cut short")
    page = _beside(member.path, ".cpg")
    named = page.read_text(encoding="ascii", errors="ignore").strip() if page.exists() else ""
    frame = read_dataframe(member.path, encoding=RAW)
    return Layer(member.name, frame, _python_name(named), [])


def _kind(path: Path) -> str | None:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    for beginning, kind in _BEGINNINGS.items():
        if head.startswith(beginning):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return _JSON
    return _XML if text.startswith(b"<") and b"kml" in text.lower() and b"VRT" not in text else None


def _as_utf8(path: Path, file: str, folder: Path) -> tuple[Path, list[Problem]]:
    """JSON is UTF-8 by its standard; a file written as CP874 all the same is rewritten."""
    raw = path.read_bytes()
    if is_text_of(raw, "UTF-8") or not is_text_of(raw, "CP874"):
        return path, []
    rewritten = folder / "utf8.geojson"
    rewritten.write_text(raw.decode("CP874"), encoding="utf-8")
    return rewritten, [findings.boundary_text_mended(file, ["*"], "CP874")]


def _beside(path: Path, suffix: str) -> Path:
    """The part of a shapefile with this ending, in small or capital letters."""
    capital = path.with_suffix(suffix.upper())
    return capital if capital.exists() else path.with_suffix(suffix)


def _python_name(code_page: str) -> str:
    """The encoding of a .cpg file as Python calls it; '' when it names none."""
    name = code_page.upper().removeprefix("ANSI").strip(" -_")
    if name in {"874", "CP874", "WINDOWS-874", "TIS-620", "TIS620", "MS874"}:
        return "CP874"
    if name in {"UTF-8", "UTF8", "65001"}:
        return "UTF-8"
    return "" if name in {"", RAW, "88591", "8859-1", "1252", "CP1252"} else name


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
