"""Pulls another server's submissions through the log: what changed, nothing twice, from where it stopped.

Time alone misses rows (clocks, slow transactions, late files), so each pull reads a window that overlaps the
last one, and once a day the whole index is compared: what is not there any more was deleted there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

import sqlalchemy as sa

from forms.workbook import ReviewState
from ingest import log, published, redaction
from ingest.atlas import Atlas
from ingest.envelope import read_envelope
from ingest.log import Outcome, Received, StoredFile
from ingest.projecting import follow
from ingest.published import FormVersion
from ingest.sources import decisions, problems, register
from ingest.sources.fetched import Fetched, chain, linked, unread
from ingest.sources.own_form import own_form
from ingest.sources.register import Source
from ingest.sources.remote import CONNECTIONS, Entry, Remote, RemoteForm, RemoteVersion
from ingest.tables import attachment, now, source_item, submission
from thai.problem import Problem

_OVERLAP = timedelta(
    minutes=30
)  # Central makes entities up to half a minute late; transactions may be longer
#: When the whole index is compared again: daily; sooner while files are missing that may come late.
_WHOLE_AFTER = {False: timedelta(hours=24), True: timedelta(hours=2)}
_TOGETHER = 200
#: What is told of one submission, or of one of its files, while the others go on.
_LEFT, _FILE_LEFT = frozenset({"source_not_found"}), frozenset({"source_not_found", "source_moved"})
_COUNTED = {"accepted": Outcome.NEW, "duplicates": Outcome.AGAIN, "conflicts": Outcome.CONFLICT}

#: A page may hold a line twice while rows arrive: the later one holds.
_REMEMBER = source_item.insert().prefix_with("OR REPLACE")

Progress = Callable[[int, int], None]


@dataclass
class Pulled:
    """What one pull did. ``problems`` are those of single forms; the others went on."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            (
                "accepted",
                "duplicates",
                "conflicts",
                "files",
                "files_missing",
                "deleted",
                "restored",
                "reviews_differ",
            ),
            0,
        )
    )
    problems: list[dict[str, object]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Counts and problems as one document."""
        return {**self.counts, "problems": self.problems}


def pull(
    atlas: Atlas, source: Source, remote: Remote, *, whole: bool = False, progress: Progress | None = None
) -> dict[str, Any]:
    """Bring in what is new, changed, completed or deleted; ``whole`` compares the entire index now.

    What has come is kept whatever happens; raises the problems of ``ingest.sources`` when the server fails.
    """
    done = Pulled()
    with log.writing(atlas.log) as connection:
        register.began(connection, source.id)
    try:
        for form in remote.forms():
            try:
                _Form(atlas, source, remote, form, done, progress).pull(whole=whole)
            except Problem as problem:
                if problem.code != "source_list_unreadable":
                    raise
                done.problems.append({"form_id": form.form_id, **problem.as_dict()})
    except Problem as problem:
        done.problems.append(problem.as_dict())
        raise
    finally:
        with log.writing(atlas.log) as connection:
            register.ended(connection, source.id, done.as_dict())
    return done.as_dict()


@dataclass
class _Form:
    """The pull of one form."""

    atlas: Atlas
    source: Source
    remote: Remote
    form: RemoteForm
    done: Pulled
    progress: Progress | None
    own: FormVersion | None = None  # the form of our own that it was made of
    states: tuple[ReviewState, ...] = ()
    looked_at: set[str] = field(default_factory=set)  # versions, in this pull
    seen: dict[str, sa.Row[Any]] = field(default_factory=dict)  # the index as it was last time, by root id
    logged: set[str] = field(default_factory=set)  # what came this way before
    emptied: set[str] = field(default_factory=set)  # whose files are not kept again
    unread: set[str] = field(default_factory=set)  # questions whose answers came and have no place here
    held: dict[str, set[str]] = field(default_factory=dict)  # of what only gained files, those that are here

    def pull(self, *, whole: bool) -> None:
        """Everything that changed in this form."""
        if not self._known():
            return
        with self.atlas.log.connect() as connection:
            cursor = register.cursor(connection, self.source.id, self.form_id)
            self.seen = self._seen(connection)
            self.logged = self._logged(connection)
            self.emptied = redaction.emptied(connection)
            usage = published.read_catalogue(connection).usages.get(self.form_id)
        self.states = usage.review_states if usage else ()
        incomplete = any(item.files_missing or not item.fingerprint for item in self.seen.values())
        whole = whole or _older(cursor.get("whole", ""), _WHOLE_AFTER[incomplete])
        latest, met = cursor.get("since", ""), set()
        for some in _chunks(self.remote.index(self.form.form_id, "" if whole else _before(latest))):
            met |= {one.root_id for one in some}
            latest = max([latest, *(one.changed_at for one in some)])
            self._bring([one for one in some if _is_news(one, self.seen.get(one.root_id))])
        if self.unread:
            self._tell(problems.answers_unread(self.form.form_id, sorted(self.unread)))
        gone = [root for root, item in self.seen.items() if whole and not item.deleted and root not in met]
        moved = {"since": latest} | ({"whole": now()} if whole else {})
        with log.writing(self.atlas.log) as connection:
            deleted = [Entry(self.form.form_id, root, changed_at="", deleted=True) for root in gone]
            self._note(connection, deleted, [Fetched(self.seen[root].newest_id) for root in gone])
            register.move_cursor(connection, self.source.id, self.form_id, **moved)

    @property
    def form_id(self) -> str:
        """What its submissions are called here."""
        return self.own.form_id if self.own else self.form.form_id

    def _known(self) -> bool:
        """Know the form, as one of ours or as a foreign one; where it cannot be read that is noted."""
        if self.form.made_of:
            with self.atlas.log.connect() as connection:
                catalogue = published.read_catalogue(connection)
            try:
                self.own = own_form(catalogue, self.form.made_of, self.remote.xform(self.form, ""))
            except Problem as problem:
                if problem.code != "source_form_differs":
                    raise
                self.done.problems.append({"form_id": self.form.made_of, **problem.as_dict()})
                return False
        return self._take_over(self.form.versions)

    def _take_over(self, versions: Mapping[str, str]) -> bool:
        """Freeze the versions that are not known, and look again at those whose bytes have changed there.

        Whether this form's answers can be read; where not, it is noted and the other forms go on. Answers of
        a version that cannot be read beside the others wait; one whose questions changed under its name
        stops the form, as its answers would be read wrongly.
        """
        unknown = versions.keys() - self.looked_at
        if not unknown or self.own:
            return True
        with self.atlas.log.connect() as connection:
            known = published.read_catalogue(connection).versions
        readable = any(form_id == self.form.form_id for form_id, _ in known)
        for version, md5 in versions.items():
            frozen = known.get((self.form.form_id, version))
            if frozen is None or md5 not in ("", frozen.md5):
                xform = self.remote.xform(self.form, version)
                try:
                    with log.writing(self.atlas.log) as connection:
                        published.take_over(connection, xform, form_id=self.form.form_id, version=version)
                    readable = True
                except Problem as problem:
                    self.done.problems.append({"form_id": self.form.form_id, **problem.as_dict()})
                    if problem.code == "version_frozen":
                        return False
        self.looked_at |= unknown
        return readable or not versions

    def _seen(self, connection: sa.Connection) -> dict[str, sa.Row[Any]]:
        """The other server's index as it was last time, by root id."""
        query = sa.select(source_item).where(
            source_item.c.source_id == self.source.id, source_item.c.form_id == self.form_id
        )
        return {row.root_id: row for row in connection.execute(query)}

    def _bring(self, entries: list[Entry]) -> None:
        """Fetch some submissions side by side and write them in one transaction."""
        if not entries:
            return
        self.held = self._held(entries)
        fetched = self._fetch_all(entries)
        for problem in [one.problem for one in fetched if one.problem]:
            self._tell(problem)
        self._take_over({one.envelope.version: "" for some in fetched for one in some.received})
        with log.writing(self.atlas.log) as connection:
            received = linked(connection, self.seen, entries, fetched)
            outcomes = log.append(connection, received) if received else []
            stands = log.completed(connection, [one.newest_id for one in fetched])
            fetched = [replace(one, newest_id=stands.get(one.newest_id, one.newest_id)) for one in fetched]
            for one in fetched:
                if one.files:
                    log.attach(connection, one.newest_id, one.files)
            reviews = self._note(connection, entries, fetched)
            differing = decisions.take_over(connection, self.source, self.states, reviews)
        if not self.form.versions:  # else each version has its own questions
            with self.atlas.log.connect() as connection:
                self.unread |= unread(received, published.read_catalogue(connection).versions)
        self.done.counts["reviews_differ"] += differing
        for name, outcome in _COUNTED.items():
            self.done.counts[name] += outcomes.count(outcome)
        if self.progress:
            self.progress(sum(self.done.counts[name] for name in _COUNTED), 0)

    def _tell(self, problem: Problem) -> None:
        """Note what was left behind: the first of its kind stands for all of this form."""
        told = {(one.get("form_id"), one["code"]) for one in self.done.problems}
        if (self.form.form_id, problem.code) not in told:
            self.done.problems.append({"form_id": self.form.form_id, **problem.as_dict()})

    def _held(self, entries: Sequence[Entry]) -> dict[str, set[str]]:
        """The files that are here of each submission that was not changed there since, by its instance id."""
        same = [
            before.newest_id
            for one in entries
            if (before := self.seen.get(one.root_id)) is not None
            and one.files_present
            and before.fingerprint.startswith(f"{one.changed_at}|")
        ]
        query = sa.select(attachment.c.instance_id, attachment.c.name)
        found: dict[str, set[str]] = {}
        with self.atlas.log.connect() as connection:
            for instance_id, name in connection.execute(query.where(attachment.c.instance_id.in_(same))):
                found.setdefault(instance_id, set()).add(name)
        return found

    def _logged(self, connection: sa.Connection) -> set[str]:
        """What came this way before. What came another way is fetched once, to see whether it is the same."""
        query = sa.select(submission.c.instance_id).where(
            submission.c.form_id == self.form_id, submission.c.source == self.remote.kind
        )
        return set(connection.execute(query).scalars())

    def _fetch_all(self, entries: Sequence[Entry]) -> list[Fetched]:
        """Documents first, then the files and edits of those that have some: side by side, each connection
        takes the next one that waits, without a task for each.
        """
        self.remote.ahead(entries, self.logged)
        waiting, fetched = deque(enumerate(entries)), [Fetched("")] * len(entries)

        def work() -> None:
            try:
                for number, entry in iter(partial(_next, waiting), None):
                    fetched[number] = self._fetch(entry)
            except BaseException:
                waiting.clear()  # nothing more is begun
                raise

        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for done in [pool.submit(work) for _ in range(CONNECTIONS)]:
                done.result()
        return fetched

    def _fetch(self, entry: Entry) -> Fetched:
        if entry.deleted:
            return Fetched(entry.root_id)
        try:
            versions = self.remote.versions(entry, self.logged)
            names = self.remote.files(entry) if entry.files_expected else []
        except Problem as problem:
            if problem.code not in _LEFT:
                raise
            return Fetched(entry.root_id, problem=problem, left=True)
        newest_id = versions[-1].instance_id if versions else entry.root_id
        if newest_id in self.emptied:
            names = []
        fresh = [name for name in names if name not in self.held.get(newest_id, ())]
        files, told = self._files(entry, fresh)
        received = tuple(self._received(one) for one in versions if one.xml)
        return Fetched(newest_id, received, files, len(names) - len(fresh) + len(files), told)

    def _files(self, entry: Entry, names: Sequence[str]) -> tuple[tuple[StoredFile, ...], Problem | None]:
        """The files that can be had, and what is to be said of the others."""
        files, told = [], None
        for name in names:
            try:
                files.append(self.atlas.attachments.put(name, self.remote.file(entry, name)))
            except Problem as problem:
                if problem.code not in _FILE_LEFT:
                    raise
                told = problem
        return tuple(files), told

    def _received(self, version: RemoteVersion) -> Received:
        """As it goes into the log; an instance without an id of its own has the one its server gave it."""
        envelope = replace(read_envelope(version.xml), instance_id=version.instance_id)
        if self.own:
            envelope = replace(envelope, form_id=self.own.form_id, version=self.own.version)
        return Received(envelope, version.xml, self.remote.kind)

    def _note(
        self, connection: sa.Connection, entries: Sequence[Entry], fetched: Sequence[Fetched]
    ) -> dict[str, str]:
        """Remember lines of the index as they are now, and what was deleted or is there again.

        What the other office has decided since, by instance id.
        """
        rows, reviews = [], {}
        for entry, one in zip(entries, fetched, strict=True):
            before = self.seen.get(entry.root_id)
            if one.left:
                rows.append(self._left(entry, before))
                continue
            missing = max(entry.files_expected - one.files_present, 0)
            self.done.counts["files"] += len(one.files)
            self.done.counts["files_missing"] += missing
            rows.append({
                "source_id": self.source.id, "form_id": self.form_id, "root_id": entry.root_id,
                "newest_id": before.newest_id if before is not None and entry.deleted else one.newest_id,
                "fingerprint": one.fingerprint(entry), "deleted": entry.deleted, "files_missing": missing,
                "review": entry.review,
            })  # fmt: skip
            if entry.deleted != bool(before is not None and before.deleted):
                self._removed(connection, entry, before)
            if entry.review != (before.review if before is not None else "") and not entry.deleted:
                reviews[one.newest_id] = entry.review
        if rows:
            connection.execute(_REMEMBER, rows)
        return reviews

    def _left(self, entry: Entry, before: sa.Row[Any] | None) -> dict[str, Any]:
        """The line of a submission that could not be had: as it was, and asked for again."""
        known = before._asdict() if before is not None else {
            "source_id": self.source.id, "form_id": self.form_id, "root_id": entry.root_id,
            "newest_id": entry.root_id, "deleted": False, "files_missing": 0, "review": "",
        }  # fmt: skip
        return known | {"fingerprint": ""}

    def _removed(self, connection: sa.Connection, entry: Entry, before: sa.Row[Any] | None) -> None:
        """Note that a submission, with all its versions, was deleted or is there again."""
        newest = before.newest_id if before is not None else entry.root_id
        logged = chain(connection, {newest, *entry.parts})
        register.removed(connection, self.source.id, logged, gone=entry.deleted)
        self.done.counts["deleted" if entry.deleted else "restored"] += bool(logged)
        if logged:  # rows that stand in tables must go from them: derived anew
            follow.next_epoch(connection)


def _next(waiting: deque[tuple[int, Entry]]) -> tuple[int, Entry] | None:
    """The next one that no other thread has taken."""
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _chunks(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while some := list(islice(entries, _TOGETHER)):
        yield some


def _is_news(entry: Entry, before: sa.Row[Any] | None) -> bool:
    return before is None or before.fingerprint != entry.fingerprint


def _older(moment: str, than: timedelta) -> bool:
    """Whether that is long ago; a time to come was written by a clock that was wrong."""
    return not moment or not timedelta() <= datetime.now(UTC) - datetime.fromisoformat(moment) <= than


def _before(moment: str) -> str:
    """The start of the window that overlaps what was read, on the other server's clock; '' for all."""
    if not moment:
        return ""
    start = datetime.fromisoformat(moment.replace("Z", "+00:00")) - _OVERLAP
    return start.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
