"""Photos that the rows of a table name, among the files that lie beside it in its folder or zip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zipfile import is_zipfile

from ingest.archive import Entry, UnreadableError, opened
from thai.text import normalise


class Media:
    """Files by the paths that layers and tables write: with either slash, from the project or the disk on."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self._by_name: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        for one in entries:
            path = PurePosixPath(normalise(one.shown)).parts
            self._by_name.setdefault(path[-1], []).append((path, one))

    def read(self, said: str, limit: int) -> bytes | None:
        """What a path means, or None where it is missing; raises ``UnreadableError``, of two files too.

        Of the path that is written and the path where a file lies, one must end with the other.
        """
        path = PurePosixPath(normalise(said).replace("\\", "/")).parts
        found = [
            entry
            for parts, entry in self._by_name.get(path[-1] if path else "", [])
            if parts[-len(path) :] == path or path[-len(parts) :] == parts
        ]
        if len(found) > 1:
            raise UnreadableError("ambiguous")
        return found[0].read(limit) if found else None


@contextmanager
def beside(path: Path) -> Iterator[Media]:
    """The files of the folder or zip that a table comes in; nothing beside a single file.

    Raises ``archive_unsafe``.
    """
    if path.is_dir() or (path.is_file() and path.suffix.lower() == ".zip" and is_zipfile(path)):
        with opened(path) as entries:
            yield Media(entries)
    else:
        yield Media()
