"""The aggregates of a figure as SQL: its value, numerator, denominator and n."""

from __future__ import annotations

from ingest.identifiers import quoted
from ingest.projecting.line_sums import how_many
from thai.periods import Period

_BITS = 60  # months that a number has bits for
# value, numerator, denominator, n; {f} keeps the rows that count, {m} those that meet the condition
_AGGREGATES = {
    "count": ("count({of}) {m}", "count({of}) {m}", "NULL", "count({of}) {m}"),
    "distinct": ("count(DISTINCT {of}) {m}", "count(DISTINCT {of}) {m}", "NULL", "count({of}) {m}"),
    "sum": ("{sum}", "{sum}", "NULL", "count({of}) {m}"),
    "mean": ("NULL", "sum({of}) {m}", "count({of}) {m}", "count({of}) {m}"),
    "median": ("median({of}) {m}", "NULL", "NULL", "count({of}) {m}"),
    "min": ("min({of}) {m}", "NULL", "NULL", "count({of}) {m}"),
    "max": ("max({of}) {m}", "NULL", "NULL", "count({of}) {m}"),
    "net": ("{sum}", "{sum}", "NULL", "count({of}) {m}"),
    "share": ("NULL", "count({of}) {m}", "count({of}) {f}", "count({of}) {f}"),
    "ratio": ("NULL", "sum({both}) {m}", "sum({second}) {m}", "count({both}) {m}"),
}
OF_NUMBERS = ("sum", "mean", "median", "min", "max", "net", "ratio")
_SUM = "CASE WHEN count(*) {m} = 0 AND count(*) {f} > 0 THEN 0 ELSE sum({of}) {m} END"


def of_rows(measure: str, first: str, second: str, keep: str) -> str:
    """Those of the rows that ``keep`` keeps: of ``first``, counted or added, and ``second``, its divisor."""
    kept, matched = f"FILTER ({keep})", f"FILTER ({keep} AND _match)"
    both = f"CASE WHEN {second} IS NOT NULL THEN {first} END"
    lower = f"CASE WHEN {first} IS NOT NULL THEN {second} END"
    words = {"of": first, "both": both, "second": lower, "f": kept, "m": matched}
    words["sum"] = _SUM.format_map(words)
    return ", ".join(part.format_map(words) for part in _AGGREGATES[measure])


def of_sums(ref: str) -> str:
    """Those of a sum where each row is one of kept sums."""
    name = ref.rpartition("/")[2]
    words = {"of": quoted(name), "f": "FILTER (TRUE)", "m": "FILTER (_match)"}
    added = _SUM.format_map(words)
    return f"{added}, {added}, NULL, coalesce(sum({quoted(how_many(name))}) FILTER (_match), 0)"


def of_groups(unit: str, keep: str) -> str:
    """Those of what is counted once, where each row stands for ``n``."""
    counted = f"count(DISTINCT {unit}) FILTER ({keep} AND _match)"
    return f"{counted}, {counted}, NULL, coalesce(sum(n) FILTER ({keep} AND _match), 0)"


def months(by: str, period: Period) -> str:
    """In how many different months rows lie."""
    if by or _fits_bits(period):  # a bit a month takes a third of the time
        return f"bit_count(bit_or(1::BIGINT << ((year(_day) * 12 + month(_day)) % {_BITS})))"
    return "count(DISTINCT date_trunc('month', _day))"


def _fits_bits(period: Period) -> bool:
    """Whether no two months of a period have the same bit."""
    if period.since is None or period.until is None:
        return False
    return (period.until.year - period.since.year) * 12 + period.until.month - period.since.month < _BITS
