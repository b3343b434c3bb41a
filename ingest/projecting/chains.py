"""Chains of edits as values: which submissions belong together, and which of them stands."""

from __future__ import annotations

from collections.abc import Mapping

#: A chain: ``instance_id -> (seq, the instance that it replaces or '')``.
Chain = Mapping[str, tuple[int, str]]


def standing(chain: Chain) -> str:
    """Which instance of a chain stands: one that nothing replaces.

    Two edits of one record fork the chain; the line that holds the newest submission wins. As a line's
    rank only grows, a record that lost once never comes back, whatever arrives later.
    """
    replaced = {deprecated_id for _, deprecated_id in chain.values()}

    def rank(instance_id: str) -> tuple[int, int]:
        line, newest, current = set(), 0, instance_id
        while current in chain and current not in line:
            line.add(current)
            newest = max(newest, chain[current][0])
            current = chain[current][1]
        return newest, chain[instance_id][0]

    return max([one for one in chain if one not in replaced] or list(chain), key=rank)


def separate(submissions: Chain) -> list[dict[str, tuple[int, str]]]:
    """The chains that these submissions form, each in the order of the log."""
    belongs = {one: one for one in submissions}

    def first(one: str) -> str:
        while belongs[one] != one:
            one = belongs[one]
        return one

    for one, (_, replaces) in submissions.items():
        if replaces in submissions:
            belongs[first(one)] = first(replaces)
    chains: dict[str, dict[str, tuple[int, str]]] = {}
    for one, said in sorted(submissions.items(), key=lambda pair: pair[1][0]):
        chains.setdefault(first(one), {})[one] = said
    return list(chains.values())
