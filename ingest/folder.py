"""The layout of a data folder: the one place that knows which file lies where."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest import problems
from thai.problem import Problem


@dataclass(frozen=True)
class DataFolder:
    """Everything one office has collected. File names are ASCII and carry no ``:``, for Windows."""

    path: Path

    @property
    def log(self) -> Path:
        """The SQLite log: the one file that cannot be rebuilt."""
        return self.path / "log.sqlite"

    @property
    def attachments(self) -> Path:
        """Photos and other files by the SHA-256 of their content."""
        return self.path / "attachments"

    @property
    def boundaries(self) -> Path:
        """Boundary sets as GeoParquet, with the index that locates points in them."""
        return self.path / "boundaries"

    @property
    def base_maps(self) -> Path:
        """Raster MBTiles and PMTiles files that somebody dropped in."""
        return self.path / "basemaps"

    @property
    def warehouse(self) -> Path:
        """Derived tables, one file a generation; may be deleted at any time."""
        return self.path / "warehouse"

    @property
    def qr_codes(self) -> Path:
        """Settings QR codes for phones."""
        return self.path / "qr"

    @property
    def server_file(self) -> Path:
        """Address, process id and secret of the server that has the folder open."""
        return self.path / "server.json"

    def create(self) -> DataFolder:
        """Make the folder and its parts."""
        for part in (self.attachments, self.boundaries, self.base_maps, self.warehouse, self.qr_codes):
            part.mkdir(parents=True, exist_ok=True)
        return self

    def server(self) -> dict[str, object] | None:
        """The running server's address and secret as it wrote them, or ``None``."""
        try:
            return dict(json.loads(self.server_file.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return None

    def in_use(self) -> bool:
        """Whether some process holds the folder."""
        if not self.path.is_dir():
            return False
        try:
            with self.held():
                return False
        except Problem:
            return True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for this process; raises ``folder_in_use`` when another one has it.

        The operating system frees the lock when a process dies, so none is ever left behind.
        """
        self.create()
        with (self.path / "lock").open("a+b") as handle:
            if not _lock(handle.fileno()):
                raise problems.folder_in_use(self.path)
            yield


def _lock(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415 - exists on Windows only

            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl  # noqa: PLC0415 - does not exist on Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
