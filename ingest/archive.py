"""Files of a folder or a zip, read one at a time and never unpacked: no name inside becomes a path."""

from __future__ import annotations

import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest import problems

_MOST_ENTRIES = 500_000
_MOST_GROWTH = 200  # answers and photos shrink twenty-fold at most; deflate's worst is a thousand
_SMALL_BYTES = 64 * 1024 * 1024  # below this no growth is dangerous
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1


class UnreadableError(Exception):
    """One file that cannot be taken: ``too_large``, ``damaged`` or ``unreadable``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: the folder it stands in (for grouping only), its own name in NFC, and its content.

    ``read(limit)`` gives the bytes, or raises ``UnreadableError``.
    """

    folder: str
    name: str
    read: Callable[[int], bytes]

    @property
    def shown(self) -> str:
        """Folder and name, for messages."""
        return f"{self.folder}/{self.name}".lstrip("/")


@contextmanager
def opened(path: Path) -> Iterator[list[Entry]]:
    """The files of a folder or zip, or one file alone, sorted. Raises ``not_found`` or ``archive_unsafe``."""
    if path.is_dir():
        yield sorted(_folder_entries(path), key=_order)
    elif not path.is_file():
        raise problems.not_found(path)
    elif path.suffix.lower() == ".xml":
        yield [_file_entry(path, "")]
    else:
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise problems.archive_unsafe(path, "แฟ้มเสียหายหรือไม่ใช่ zip · damaged or no zip file") from error
        with archive:
            yield sorted(_zip_entries(archive, path), key=_order)


def _order(entry: Entry) -> tuple[str, str]:
    return entry.folder, entry.name


def _folder_entries(folder: Path) -> Iterator[Entry]:
    for path in folder.rglob("*"):
        within = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not _hidden(within.parts):
            yield _file_entry(path, within.parent.as_posix())


def _file_entry(path: Path, folder: str) -> Entry:
    def read(limit: int) -> bytes:
        try:
            with path.open("rb") as handle:
                return _bounded(handle.read(limit + 1), limit)
        except OSError as error:
            raise UnreadableError("unreadable") from error

    return Entry("" if folder == "." else folder, unicodedata.normalize("NFC", path.name), read)


def _zip_entries(archive: zipfile.ZipFile, path: Path) -> Iterator[Entry]:
    members = [one for one in archive.infolist() if not one.is_dir()]
    if any(one.flag_bits & _ENCRYPTED for one in members):
        raise problems.archive_unsafe(path, "มีรหัสผ่าน · it is locked with a password")
    if len(members) > _MOST_ENTRIES:
        raise problems.archive_unsafe(path, "มีแฟ้มมากเกินไป · it holds too many files")
    budget = _Budget(path)
    for one in members:
        within = PurePosixPath(_decoded_name(one).replace("\\", "/"))
        if within.name and not _hidden(within.parts):
            yield Entry(within.parent.as_posix(), within.name, _member_reader(archive, one, budget))


class _Budget:
    """Counts what a zip has given, so that one made to fill memory or disk is stopped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left = max(_SMALL_BYTES, _MOST_GROWTH * path.stat().st_size)

    def take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise problems.archive_unsafe(self._path, "ขยายแล้วใหญ่ผิดปกติ · it grows out of all proportion")


def _member_reader(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget
) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            with archive.open(member) as handle:
                content = handle.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise UnreadableError("damaged") from error
        budget.take(len(content))
        return _bounded(content, limit)

    return read


def _bounded(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise UnreadableError("too_large")
    return content


def _decoded_name(member: zipfile.ZipInfo) -> str:
    """A member's name; without the UTF-8 mark it is UTF-8 all the same, or a Thai Windows's own bytes."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "cp874"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return unicodedata.normalize("NFC", name)


def _hidden(parts: tuple[str, ...]) -> bool:
    """What systems put beside real files: ``.cache``, ``._name``, ``__MACOSX``."""
    return any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts)
