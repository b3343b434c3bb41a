"""An office as one file, and an office again from it.

The file is a ZIP: the log as it stood at one moment, what was attached, the boundary sets, and a list of all
that with hashes (``_CONTENTS``). What is derived is left out and made again; base maps are files too.
It holds what people told, and the accounts: it must be kept as the office itself is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from ingest import backup_problems as problems
from ingest import log
from ingest.folder import DataFolder
from ingest.tables import now

Progress = Callable[[int, int], None]  # files done, of all

LAST = "backed_up_at"  # the office's setting that says when it was last copied

_FORMAT = 1
_CONTENTS = "contents.json"
_LOG = "log.sqlite"
_PART = re.compile(r"attachments/([0-9a-f]{2})/\1[0-9a-f]{62}|boundaries/[0-9a-f]{64}\.parquet")
_NAMED = "SELECT sha256 FROM attachment UNION SELECT sha256 FROM form_media"
_PIECE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Copied:
    """What a file holds; ``lacking``: attachments that the log names, but the office has not whole."""

    submissions: int
    attachments: int
    lacking: tuple[str, ...]
    made_at: str


def write(folder: DataFolder, target: Path, progress: Progress | None = None) -> Copied:
    """Write an office to a file, also while it receives; a file of that name is replaced once all is there.

    Raises ``nothing_to_back_up``, ``no_room`` or an ``OSError``; then no file is left behind.
    """
    if not folder.log.exists():
        raise problems.nothing_to_back_up(folder.path)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as beside:
        snapshot, half, made_at = Path(beside) / _LOG, Path(beside) / "half.zip", now()
        _copy_log(folder.log, snapshot)  # first: what it names was written before it was named
        with closing(sqlite3.connect(snapshot)) as own:
            (submissions,) = own.execute("SELECT count(*) FROM submission").fetchone()
            named = {str(sha256) for (sha256,) in own.execute(_NAMED)}
        parts = {_LOG: snapshot} | _parts(folder, named)
        _check_room(target.parent, sum(path.stat().st_size for path in parts.values()))
        with zipfile.ZipFile(half, "w") as file:
            hashes = {}
            for done, (name, path) in enumerate(parts.items(), 1):
                hashes[name] = _put(file, name, path)
                if progress:
                    progress(done, len(parts))
            whole = {sha256 for name, sha256 in hashes.items() if name.endswith(f"/{sha256}")}
            copied = Copied(submissions, len(whole), tuple(sorted(named - whole)), made_at)
            contents = {"format": _FORMAT, "log": log.newest_schema(), "sha256": hashes} | asdict(copied)
            file.writestr(_CONTENTS, json.dumps(contents, indent=1))
        with half.open("rb+") as written:
            os.fsync(written.fileno())
        half.replace(target)
    return copied


def restore(source: Path, folder: DataFolder, progress: Progress | None = None) -> Copied:
    """Make an office in a folder without one; whoever asks holds the folder.

    Every part is held against its hash. The log comes last, so that a restore that was interrupted can be
    repeated. Raises ``folder_holds_an_office``, ``not_a_backup``, ``backup_damaged``, ``backup_too_new``,
    ``no_room``.
    """
    left = [folder.log, *folder.path.glob(f"{_LOG}-*"), *folder.warehouse.glob("*")]  # of a log, and tables
    if any(path.exists() for path in left):
        raise problems.folder_holds_an_office(folder.path)
    try:
        with zipfile.ZipFile(source) as file:
            contents = _contents(source, file)
            hashes: dict[str, str] = contents["sha256"]
            _check_room(folder.path, sum(one.file_size for one in file.infolist()))
            half = folder.log.with_name(f"{_LOG}.part")
            places = {name: folder.path / name for name in hashes if name != _LOG} | {_LOG: half}
            for done, (name, path) in enumerate(places.items(), 1):
                if _take(file, name, path) != hashes[name]:
                    raise problems.backup_damaged(source, name)
                if progress:
                    progress(done, len(places))
    except zipfile.BadZipFile as error:
        raise problems.not_a_backup(source, str(error)) from error
    half.replace(folder.log)
    return Copied(
        contents["submissions"], contents["attachments"], tuple(contents["lacking"]), contents["made_at"]
    )


def _copy_log(source: Path, target: Path) -> None:
    """All of one moment: readers of a log with a WAL keep nobody from writing."""
    with closing(sqlite3.connect(source, timeout=30)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _parts(folder: DataFolder, attached: set[str]) -> dict[str, Path]:
    """The files of an office beside its log, by their names in the backup.

    Of what was attached that which the log names: a file that nothing names any more was taken out.
    """
    files = [*folder.boundaries.glob("*.parquet")]
    files += [path for path in folder.attachments.glob("??/*") if path.name in attached]
    named = {path.relative_to(folder.path).as_posix(): path for path in sorted(files)}
    return {name: path for name, path in named.items() if _PART.fullmatch(name)}


def _put(file: zipfile.ZipFile, name: str, path: Path) -> str:
    """Add a file; returns the hash of what was added. Photos and Parquet are packed already."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED if name == _LOG else zipfile.ZIP_STORED
    with path.open("rb") as source, file.open(info, "w", force_zip64=True) as target:
        return _copied(source, target)


def _take(file: zipfile.ZipFile, name: str, path: Path) -> str:
    """Write one part to the disk; returns the hash of what was written, '' where the part cannot be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open(name) as source, path.open("wb") as target:
            sha256 = _copied(source, target)
            target.flush()
            os.fsync(target.fileno())
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return ""
    return sha256


def _copied(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := source.read(_PIECE):
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def _contents(source: Path, file: zipfile.ZipFile) -> dict[str, Any]:
    """What the file says of itself, once its parts are known to be an office's and all there."""
    try:
        contents = dict(json.loads(file.read(_CONTENTS)))
        too_new = contents["format"] != _FORMAT or contents["log"] > log.newest_schema()
        hashes = dict(contents["sha256"])
    except (KeyError, ValueError, TypeError) as error:
        raise problems.not_a_backup(source, f"{_CONTENTS} is missing or unreadable") from error
    if too_new:
        raise problems.backup_too_new(source)
    if odd := [name for name in hashes if name != _LOG and not _PART.fullmatch(name)]:
        raise problems.not_a_backup(source, f"it holds {odd[0]!r}")
    if absent := {_LOG, *hashes} - set(file.namelist()):
        raise problems.not_a_backup(source, f"{min(absent)} is missing")
    return contents


def _check_room(folder: Path, size_bytes: int) -> None:
    if shutil.disk_usage(folder).free < size_bytes:
        raise problems.no_room(folder, -(-size_bytes // 1_000_000))
