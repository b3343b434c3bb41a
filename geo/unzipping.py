"""The layers inside a zip, unpacked within bounds under plain names, whatever the zip calls them."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from geo import problems

LARGEST_CONTENT = 2 << 30
_MOST_MEMBERS = 10_000
_LAYERS = {".shp", ".gpkg", ".geojson", ".json", ".parquet", ".geoparquet", ".fgb", ".kml"}
_PARTS = {".shx", ".dbf", ".prj", ".cpg", ".gpkg-wal"}  # what a phone wrote last may stand in the -wal alone
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800


@dataclass(frozen=True)
class Member:
    """A layer's file, and what the zip or the folder calls it."""

    name: str
    path: Path


def unpacked(path: Path, folder: Path) -> list[Member]:
    """The layers' files of a zip, in ``folder``; raises ``Problem`` if locked or larger than agreed.

    Not GDAL's own reading: it trusts the sizes a zip claims, and misreads Thai names in it. Python stops
    at the claimed size, and refuses content that does not fit its checksum (BadZipFile).
    """
    members = []
    with zipfile.ZipFile(path) as archive:
        wanted = [(info, name) for info in archive.infolist() if _is_wanted(name := _name(info))]
        if any(info.flag_bits & _ENCRYPTED for info, _ in wanted):
            raise problems.boundary_zip_locked(path.name)
        size = sum(info.file_size for info, _ in wanted)
        if size > LARGEST_CONTENT or len(wanted) > _MOST_MEMBERS:
            raise problems.boundary_too_large(path.name, size, LARGEST_CONTENT, "zip")
        groups: dict[str, Path] = {}
        for info, name in wanted:
            stem = str(name.with_suffix("")).casefold()
            own = groups.setdefault(stem, folder / str(len(groups)))
            own.mkdir(exist_ok=True)
            target = own / f"layer{name.suffix.casefold()}"
            with archive.open(info) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink)
            if target.suffix in _LAYERS:
                members.append(Member(name.stem, target))
    return members


def _is_wanted(name: PurePosixPath) -> bool:
    """Layers and their parts, but not what macOS adds."""
    return name.suffix.casefold() in _LAYERS | _PARTS and not name.name.startswith("._")


def _name(info: zipfile.ZipInfo) -> PurePosixPath:
    """A member's name; Windows in Thai writes CP874 where the standard means CP437."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "cp874"):
            try:
                return PurePosixPath(raw.decode(encoding))
            except UnicodeDecodeError:
                continue
    return PurePosixPath(name)
