"""Two boundary sets side by side: which area of the one is which of the other, and with what common ground.

Codes that share ground go together first; what is left is matched by ground, and where there is none (a code
list) by a name that is unique in its province. ``compare(b, a)`` is ``compare(a, b)`` read backwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geo.measure import area_m2
from thai.text import fold, strip_area_prefix

SAME, RENAMED, MOVED, SPLIT, MERGED, NEW, GONE = (
    "same", "renamed", "moved", "split", "merged", "new", "gone",
)  # fmt: skip
KINDS = (SAME, RENAMED, MOVED, SPLIT, MERGED, NEW, GONE)
BACKWARDS = {SPLIT: MERGED, MERGED: SPLIT, NEW: GONE, GONE: NEW}
_MOST = 0.5  # an area belongs to the one that most of it lies in
_SOME = 0.1  # one code for two places that share less was given to another place
_CUT = 16  # letters at which published names are cut

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One old area and the new one it became; '' for none.

    ``of_old``, ``of_new``: the share of each one's ground that they have in common, 0 to 1; NaN unknown.
    ``by``: ``code``, ``ground`` or ``name``.
    """

    kind: str
    old: str
    old_name: str
    new: str
    new_name: str
    of_old: float
    of_new: float
    by: str


@dataclass(frozen=True)
class _Ground:
    """Shares by (old, new) code, for pairs with common ground; which new area most of an old one lies in
    (``heirs``), and which old one most of a new one came from (``parents``)."""

    of_old: dict[Pair, float]
    of_new: dict[Pair, float]
    heirs: dict[str, str]
    parents: dict[str, str]


def compare(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> list[Change]:
    """What became of every area of two sets of one level (``code``, ``name_th``, geometry or None)."""
    ground = _ground(old, new)
    names = [dict(zip(one["code"], one["name_th"].fillna(""), strict=True)) for one in (old, new)]
    kinds: dict[Pair, tuple[str, str]] = {(code, code): (SAME, "code") for code in _common(names, ground)}
    gone = {code for code in names[0] if (code, code) not in kinds}
    come = {code for code in names[1] if (code, code) not in kinds}
    kinds |= _by_ground(gone, come, ground)
    kinds |= _by_name(gone - {old for old, _ in kinds}, come - {new for _, new in kinds}, names)
    _mark_parts(kinds, ground)
    placed = [{pair[side] for pair in kinds} for side in (0, 1)]
    changes = [_change(pair, *kind, names, ground) for pair, kind in kinds.items()]
    changes += [_change((code, ""), GONE, "", names, ground) for code in names[0] if code not in placed[0]]
    changes += [_change(("", code), NEW, "", names, ground) for code in names[1] if code not in placed[1]]
    return sorted(changes, key=lambda one: (one.old or one.new, one.new))


def former_codes(changes: Sequence[Change]) -> dict[str, str]:
    """Codes whose place has another code now: moved and merged ones, never the parts of a split."""
    kept = {one.new for one in changes}
    return {
        one.old: one.new for one in changes
        if one.kind in (MOVED, MERGED) and one.old != one.new and one.old not in kept
    }  # fmt: skip


def counts(changes: Sequence[Change]) -> dict[str, int]:
    """How many changes of each kind, in the order of ``KINDS``."""
    found = Counter(one.kind for one in changes)
    return {kind: found[kind] for kind in KINDS if found[kind]}


def _ground(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> _Ground:
    shapes = [np.asarray(one.geometry, dtype=object) for one in (old, new)]
    there = [np.flatnonzero(~(shapely.is_missing(one) | shapely.is_empty(one))) for one in shapes]
    if not len(there[0]) or not len(there[1]):
        return _Ground({}, {}, {}, {})
    one, two = shapes[0][there[0]], shapes[1][there[1]]
    b, a = shapely.STRtree(one).query(two, "intersects")
    a, b = np.asarray(a), np.asarray(b)
    common = np.zeros(len(a))
    equal = shapely.equals_exact(one[a], two[b])  # most areas of two years: no need to overlay them
    area = [area_m2(one), area_m2(two)]
    common[equal] = area[0][a[equal]]
    common[~equal] = area_m2(shapely.intersection(one[a[~equal]], two[b[~equal]]))
    codes = [
        frame["code"].to_numpy(dtype=object)[rows] for frame, rows in zip((old, new), there, strict=True)
    ]
    pairs = list(zip(codes[0][a], codes[1][b], strict=True))
    shares = [np.minimum(common / area[side][rows], 1.0) for side, rows in enumerate((a, b))]
    of_old, of_new = (dict(zip(pairs, map(float, share), strict=True)) for share in shares)
    heirs = {
        old: new for share, old, new in sorted((s, *pair) for pair, s in of_old.items()) if share >= _MOST
    }
    parents = {new: old for share, new, old in sorted((s, n, o) for (o, n), s in of_new.items())
               if share >= _MOST}  # fmt: skip
    return _Ground(of_old, of_new, heirs, parents)


def _common(names: list[dict[str, str]], ground: _Ground) -> Iterator[str]:
    """Codes of both sets, unless the code was given to another place."""
    for code in names[0].keys() & names[1].keys():
        pair = (code, code)
        if not ground.of_old or max(ground.of_old.get(pair, 0.0), ground.of_new.get(pair, 0.0)) >= _SOME:
            yield code


def _by_ground(gone: set[str], come: set[str], ground: _Ground) -> dict[Pair, tuple[str, str]]:
    """Codes of one set alone: moved where each lies in the other, else part of a split or a merger."""
    found: dict[Pair, tuple[str, str]] = {}
    for code in sorted(come & ground.parents.keys()):
        parent = ground.parents[code]
        mutual = parent in gone and ground.heirs.get(parent) == code
        found[(parent, code)] = (MOVED if mutual else SPLIT, "ground")
    for code in sorted(gone & ground.heirs.keys()):
        found.setdefault((code, ground.heirs[code]), (MERGED, "ground"))
    return found


def _by_name(gone: set[str], come: set[str], names: list[dict[str, str]]) -> dict[Pair, tuple[str, str]]:
    """What no ground matched, by a name that is unique in its province on both sides."""
    sides: list[dict[tuple[str, str], list[str]]] = [{}, {}]
    for side, codes in enumerate((gone, come)):
        for code in sorted(codes):
            if name := _folded(names[side][code]):
                sides[side].setdefault((code[:2], name), []).append(code)
    return {
        (codes[0], sides[1][key][0]): (MOVED, "name")
        for key, codes in sides[0].items()
        if len(codes) == 1 and len(sides[1].get(key, ())) == 1
    }


def _mark_parts(kinds: dict[Pair, tuple[str, str]], ground: _Ground) -> None:
    """The rest of an area that was split is a part of the split too; likewise who took another one in.

    An area that did both is told by what changed it more.
    """
    split = {old for (old, _), (kind, _) in kinds.items() if kind == SPLIT}
    merged = {new for (_, new), (kind, _) in kinds.items() if kind == MERGED}
    for (old, new), (kind, by) in list(kinds.items()):
        if kind != SAME:
            continue
        lost, gained = 1 - ground.of_old.get((old, new), 1.0), 1 - ground.of_new.get((old, new), 1.0)
        if old in split and (new not in merged or lost > gained):
            kinds[(old, new)] = (SPLIT, by)
        elif new in merged and (old not in split or gained > lost):
            kinds[(old, new)] = (MERGED, by)


def _change(pair: Pair, kind: str, by: str, names: list[dict[str, str]], ground: _Ground) -> Change:
    old, new = pair
    old_name, new_name = names[0].get(old, ""), names[1].get(new, "")
    if kind == SAME and not _alike(old_name, new_name):
        kind = RENAMED
    unknown = float("nan")
    missing = 0.0 if ground.of_old and kind not in (NEW, GONE) else unknown
    of_old, of_new = ground.of_old.get(pair, missing), ground.of_new.get(pair, missing)
    return Change(kind, old, old_name, new, new_name, round(of_old, 4), round(of_new, 4), by)


def _folded(name: str) -> str:
    return fold(strip_area_prefix(name))


def _alike(one: str, other: str) -> bool:
    """One name, also where a publisher cut it or left it out."""
    first, second = _folded(one), _folded(other)
    shorter, longer = sorted((first, second), key=len)
    return not shorter or first == second or (len(shorter) >= _CUT and longer.startswith(shorter))
