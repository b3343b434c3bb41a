"""What an entity is now and was before: a pure function of everything that submissions said of it.

The rules are ODK's for entities that are changed offline (base and trunk versions, branches, a backlog),
with one difference: nothing is refused for good and nothing is processed by the clock. Time is the log's own,
so that a rebuild gives what the live path gave. A correction takes the place of what it corrects.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ingest.projecting.chains import Chain, separate, standing

#: An update waits so long, in the log's time, for the version it builds on; then it is applied all the same.
BACKLOG = timedelta(days=5)
HARD, SOFT = "hard", "soft"
APPLIED, WAITING, FORCED = "applied", "waiting", "forced"
EXISTS, REFUSED, REPLACED = "exists", "refused", "replaced"


@dataclass(frozen=True, slots=True)
class Change:
    """One entity block of one submission. ``turn`` tells two blocks about one entity apart.

    ``base``, ``trunk`` and ``branch`` are what the phone said it had before it; ``properties`` holds only
    what was asked, '' where the answer was blank. ``writer_area`` limits what a phone or a desk may change.
    """

    seq: int
    instance_id: str
    received_at: datetime
    action: str  # create | update | upsert
    base: int | None = None
    trunk: int | None = None
    branch: str = ""
    label: str = ""
    area: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    writer_area: str = ""
    turn: int = 0
    redacted_after: int | None = None  # the row of the log after which what it said was taken out


@dataclass(slots=True)
class Version:
    """One state of an entity and what made it.

    ``action`` is create, update, correction, withdrawal or redaction. ``details`` gives for each property of
    a hard conflict the value that both had seen, the one that was there, and the one that came.
    """

    number: int
    seq: int
    instance_id: str
    action: str
    base: int
    label: str
    area: str
    properties: dict[str, str]
    branch: str = ""
    branch_base: int | None = None
    conflict: str = ""
    resolved: bool = False
    details: dict[str, dict[str, str]] = field(default_factory=dict)
    sides: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entity:
    """All of an entity: its versions, oldest first, and what became of each change by ``(seq, turn)``."""

    versions: list[Version]
    outcomes: dict[tuple[int, int], str]
    gone: bool  # every submission that made it was corrected away


@dataclass(frozen=True, slots=True)
class _Step:
    """At this row of the log a chain of submissions says something else of the entity: ``None`` nothing."""

    seq: int
    received_at: datetime
    chain: str
    instance_id: str
    change: Change | None
    emptied: bool = False  # the same change, without what it said


def history(changes: Iterable[Change], submissions: Chain, horizon: datetime) -> Entity:
    """Replay all changes of one entity in the log's order, up to the log's newest moment (``horizon``).

    ``submissions`` are those that changed it and all that edits link to them.
    """
    by_instance: dict[tuple[str, int], Change] = {}
    for change in changes:
        by_instance[change.instance_id, change.turn] = change
    replay = _Replay()
    steps = _steps(by_instance, submissions)
    for step in sorted(steps, key=lambda one: (one.seq, one.emptied, one.chain)):
        replay.force(step.received_at)
        replay.take(step)
    replay.force(horizon)
    outcomes = {(one.seq, one.turn): REPLACED for one in by_instance.values()}
    return Entity(replay.versions, outcomes | replay.outcomes, not replay.applied)


def _steps(changes: Mapping[tuple[str, int], Change], submissions: Chain) -> Iterable[_Step]:
    times: dict[str, datetime] = {one.instance_id: one.received_at for one in changes.values()}
    turns = sorted({turn for _, turn in changes})
    for chain in separate(submissions):
        for turn in turns:
            if any((one, turn) in changes for one in chain):
                yield from _with_emptied(list(_chain_steps(chain, turn, changes, times)))


def _with_emptied(steps: list[_Step]) -> Iterable[_Step]:
    """The steps of a chain, and those by which what stood then was emptied: phones hear of a new version."""
    for step, until in zip(steps, [*(one.seq for one in steps[1:]), math.inf], strict=True):
        yield step
        after = step.change.redacted_after if step.change else None
        if after is not None and after < until:
            yield replace(step, seq=after, emptied=True)


def _chain_steps(
    chain: Chain, turn: int, changes: Mapping[tuple[str, int], Change], times: Mapping[str, datetime]
) -> Iterable[_Step]:
    name, stood, arrived = f"{min(chain, key=lambda one: chain[one][0])}#{turn}", "", {}
    moment = min(times[one] for one in chain if one in times)
    for one, said in chain.items():
        arrived[one] = said
        moment = times.get(one, moment)
        now = standing(arrived)
        if now != stood:
            change = changes.get((now, turn))
            if _builds_on(change, changes.get((stood, turn))):
                name = f"{now}#{turn}"
            yield _Step(said[0], moment, name, now, change)
        stood = now


def _builds_on(change: Change | None, before: Change | None) -> bool:
    """Whether an edit says that it was made of a later version than what it replaces: it corrects nothing."""
    return change is not None and before is not None and (change.base or 0) > (before.base or 0)


class _Replay:
    """The entity as it grows. ``applied`` holds what each chain contributes, in the order of merging."""

    def __init__(self) -> None:
        self.versions: list[Version] = []
        self.applied: dict[str, Change] = {}
        self.outcomes: dict[tuple[int, int], str] = {}
        self._waiting: dict[str, Change] = {}
        self._said: dict[str, Change] = {}  # by each chain, as it stands

    def take(self, step: _Step) -> None:
        """Apply, hold, correct or withdraw what one submission says."""
        before = self._said.pop(step.chain, None)
        if step.change is not None:
            self._said[step.chain] = step.change
        if step.chain in self.applied:
            self._correct(step)
        else:
            if before is not None:  # it waits no more, whatever becomes of what stands in its place
                self._waiting.pop(step.chain, None)
                self.outcomes[before.seq, before.turn] = REPLACED
            if step.change is not None and not self._apply(step.chain, step.change):
                self._waiting[step.chain] = step.change
                self.outcomes[step.change.seq, step.change.turn] = WAITING
        self._release()

    def force(self, until: datetime) -> None:
        """Apply what has waited too long, as if it had been based on what is there."""
        due = [(one.received_at, one.seq, chain) for chain, one in self._waiting.items()]
        for received_at, _, chain in sorted(due):
            if chain in self._waiting and received_at + BACKLOG <= until:
                self._apply(chain, self._waiting.pop(chain), forced=True)
                self._release()

    def _release(self) -> None:
        """Apply what waited for a version that is there by now, in the log's order."""
        for chain, change in sorted(self._waiting.items(), key=lambda pair: pair[1].seq):
            if self._apply(chain, change):
                del self._waiting[chain]
                self._release()
                return

    def _apply(self, chain: str, change: Change, *, forced: bool = False) -> bool:
        """Whether the change was dealt with; ``False`` when it has to wait."""
        exists = bool(self.applied)
        creates = change.action == "create" or (not exists and (change.action == "upsert" or forced))
        if exists and not self.versions[-1].area.startswith(change.writer_area):
            outcome = REFUSED
        elif creates:
            outcome = self._create(chain, change, forced)
        else:
            base = self._base(change) if exists else None
            if base is None and not (forced and exists):
                return False
            outcome = self._update(chain, change, base or len(self.versions), forced)
        self.outcomes[change.seq, change.turn] = outcome
        return True

    def _create(self, chain: str, change: Change, forced: bool) -> str:
        if not self.applied:
            self.applied[chain] = change
            self._add(change, chain, "create", len(self.versions))
            return FORCED if forced else APPLIED
        if any(one.action == "create" for one in self.applied.values()):
            return EXISTS
        self.applied = {chain: change} | self.applied  # an update was forced before: it goes on top
        version = self._add(change, chain, "update", len(self.versions))
        version.conflict = SOFT
        return APPLIED

    def _update(self, chain: str, change: Change, base: int, forced: bool) -> str:
        current, seen = self.versions[-1], self.versions[base - 1]
        conflict, details = "", dict[str, dict[str, str]]()
        if base != current.number:
            details = _contradictions(seen, current, change)
            conflict = HARD if details else SOFT
        elif self._interrupted(change):
            conflict = SOFT
        self.applied[chain] = change
        version = self._add(change, chain, "update", base)
        version.conflict, version.details = conflict, details
        between = self.versions[base : version.number - 1]
        version.sides = frozenset({chain}).union(*(one.sides for one in between))
        return FORCED if forced else APPLIED

    def _correct(self, step: _Step) -> None:
        """A correction takes the place of what it corrects, under what was said later."""
        before = self.applied[step.chain]
        self.outcomes[before.seq, before.turn] = REPLACED
        if step.change is None:
            del self.applied[step.chain]
            marker = Change(step.seq, step.instance_id, step.received_at, "withdrawal")
        else:
            marker = self.applied[step.chain] = step.change
            self.outcomes[marker.seq, marker.turn] = APPLIED
        action = "redaction" if step.emptied else "correction" if step.change else "withdrawal"
        self._add(marker, step.chain, action, len(self.versions))

    def _base(self, change: Change) -> int | None:
        """The version that a change builds on; ``None`` while it is not there."""
        if change.base is None:  # said by nobody who keeps versions: a desk, which saw what is there
            return len(self.versions)
        if not change.branch or change.base == change.trunk or (change.trunk is None and change.base == 1):
            return change.base if 1 <= change.base <= len(self.versions) else None
        return next(
            (
                one.number
                for one in self.versions
                if one.branch == change.branch and one.branch_base == change.base - 1
            ),
            None,
        )

    def _interrupted(self, change: Change) -> bool:
        """Whether others came between the changes that one phone made offline."""
        if not change.branch or change.trunk is None:
            return False
        return any(one.branch != change.branch for one in self.versions[change.trunk :])

    def _add(self, change: Change, chain: str, action: str, base: int) -> Version:
        label, area, properties = "", "", dict[str, str]()
        for one in self.applied.values():
            label, area = one.label or label, one.area or area
            properties |= one.properties
        version = Version(
            len(self.versions) + 1, change.seq, change.instance_id, action, base, label, area, properties,
            change.branch, change.base, sides=frozenset({chain}),
        )  # fmt: skip
        for earlier in self.versions:
            earlier.resolved |= _settles(version, chain, change, earlier)
        self.versions.append(version)
        return version


def _contradictions(seen: Version, current: Version, change: Change) -> dict[str, dict[str, str]]:
    """Properties that others changed since ``seen`` and that this change sets to something else."""
    before = seen.properties | {"label": seen.label}
    there = current.properties | {"label": current.label}
    came = dict(change.properties) | ({"label": change.label} if change.label else {})
    return {
        name: {"before": before.get(name, ""), "there": there.get(name, ""), "came": value}
        for name, value in came.items()
        if there.get(name, "") not in (before.get(name, ""), value)
    }


def _settles(version: Version, chain: str, change: Change, earlier: Version) -> bool:
    """A person corrects one side of a conflict, or answers again after having seen both."""
    if not earlier.conflict:
        return False
    if version.action in ("correction", "withdrawal", "redaction"):
        return chain in earlier.sides
    said = set(change.properties) | ({"label"} if change.label else set())
    return version.base >= earlier.number and set(earlier.details) <= said
