"""What a pull needs of another server, whatever its protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

CONNECTIONS = 6  # to one server at once


@dataclass(frozen=True, slots=True)
class RemoteForm:
    """A form as the other server names it; ``versions`` oldest first, with the MD5 of their bytes or ''.

    ``made_of`` is the id of the workbook that it was made of, where the server gave it another one.
    """

    form_id: str
    versions: dict[str, str]
    made_of: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the other server's index: a submission through all its edits.

    ``root_id`` is the instance id it was first sent with; times are the other server's, ISO 8601.
    """

    form_id: str
    root_id: str
    changed_at: str
    mark: str = ""  # whatever else tells that it changed
    review: str = ""
    files_expected: int = 0
    files_present: int = 0
    edits: int = 0
    deleted: bool = False
    parts: tuple[str, ...] = ()  # ids of submissions that came of it, where they do not replace one another

    @property
    def fingerprint(self) -> str:
        """Differs whenever there is something to fetch again or to note."""
        parts = (
            self.changed_at,
            self.mark,
            self.review,
            self.files_expected,
            self.files_present,
            int(self.deleted),
        )
        return "|".join(map(str, parts))


@dataclass(frozen=True, slots=True)
class RemoteVersion:
    """One version of a submission: its instance id as the server has it, and its bytes (b"" when known)."""

    instance_id: str
    xml: bytes


class Remote(Protocol):
    """A server that can be pulled from. Every method raises the problems of this package."""

    kind: str

    def forms(self) -> Iterator[RemoteForm]:
        """The forms that are to be pulled."""

    def xform(self, form: RemoteForm, version: str) -> bytes:
        """The XForm of one version."""

    def index(self, form_id: str, since: str) -> Iterator[Entry]:
        """What changed since a moment of the server's clock, deletions among it; all of it for ''."""

    def ahead(self, entries: Sequence[Entry], known: Set[str]) -> None:
        """What ``versions`` will be asked of these entries may be fetched now, side by side."""

    def versions(self, entry: Entry, known: Set[str]) -> list[RemoteVersion]:
        """The versions of a submission, oldest first; those ``known`` already without their bytes."""

    def files(self, entry: Entry) -> list[str]:
        """Names of the attachments that the server holds for the newest version."""

    def file(self, entry: Entry, name: str) -> bytes:
        """One attachment."""
