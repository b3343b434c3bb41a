"""Sentences that carry figures: a percentage beside its numbers, a period beside its dates, means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from itertools import chain, combinations

from ingest.sheets.model import Cell, Statement
from reports.consistency import causes
from reports.consistency.model import DOUBT, NOTE, WRONG, Checked, Finding, shown
from reports.consistency.periods import check_periods
from thai.money import baht_text
from thai.text import arabic_digits

_UNITS = (
    *("ครัวเรือน", "หมู่บ้าน", "ชุมชน", "ตำบล", "อำเภอ", "จังหวัด", "โครงการ", "กลุ่ม", "คน", "ราย", "แห่ง", "แปลง"),
    *(
        "ล้านบาท",
        "บาท",
        "ไร่",
        "องค์กร",
        "households",
        "villages",
        "tambons",
        "provinces",
        "projects",
        "people",
        "baht",
    ),
)
_NUMBER = r"(?<![\d.,/])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d/]|\.\d)"
_COUNT = re.compile(rf"{_NUMBER}\s*({'|'.join(_UNITS)})")
_MONEY = ("บาท", "ล้านบาท", "baht")
_BELOW = ("ไม่ถึง", "น้อยกว่า", "ต่ำกว่า", "under", "less than")
_AT_MOST = ("ไม่เกิน", "at most")
_ABOVE = ("มากกว่า", "สูงกว่า", "เกินกว่า", "เกิน", "over", "more than")
_AT_LEAST = ("ไม่น้อยกว่า", "อย่างน้อย", "at least")
_BOUNDS = "|".join(sorted((*_BELOW, *_AT_MOST, *_ABOVE, *_AT_LEAST), key=len, reverse=True))
_CLAIM = re.compile(
    rf"(?P<bound>{_BOUNDS})?\s*(?:คิดเป็น)?\s*(?:ร้อยละ\s*{_NUMBER}|{_NUMBER}\s*(?:%|percent|per cent))",
    re.IGNORECASE,
)
_EACH = re.compile(rf"(หมู่บ้าน|ตำบล|จังหวัด|กลุ่ม)ละ\s*{_NUMBER}\s*(ครัวเรือน|คน|โครงการ)")
_MEAN = re.compile(rf"เฉลี่ย[^\d]{{0,40}}{_NUMBER}\s*({'|'.join(_UNITS)})")
_BAHT_TEXT = re.compile(rf"{_NUMBER}\s*บาท\s*\(\s*([ก-๙][ก-๙ ]*(?:บาทถ้วน|สตางค์|บาท))\s*\)")
_N_STATED = re.compile(r"n\s*=|จำนวน\s*[\d,]+\s*(?:ตำบล|หมู่บ้าน|แห่ง)|จาก\s*[\d,]+\s*(?:ตำบล|หมู่บ้าน|แห่ง)")
_MOST = {"จังหวัด": 77, "provinces": 77}
_EVERYWHERE = re.compile(r"ทุกจังหวัด|ทั่วประเทศ")
_PROVINCES = (Decimal(76), Decimal(77))
_MEAN_LIMIT = 200
# A count that stands in more sentences, or a unit with more numbers, is a list's, not one thing told twice.
_MANY_SENTENCES, _MANY_NUMBERS = 5, 40


@dataclass(frozen=True, slots=True)
class _Count:
    number: Decimal
    unit: str
    where: Statement


def check_words(statements: Sequence[Statement], checked: Checked) -> None:
    """Every statement by itself, and those that speak of the same things beside each other."""
    read = [(one, arabic_digits(one.text)) for one in statements]
    counts = {one.cell: list(_counts(one, text)) for one, text in read}
    everything = [count for found in counts.values() for count in found]
    for one, text in read:
        _percentages(one, text, counts[one.cell], everything, checked)
        _each(one, text, counts[one.cell], checked)
        _limits(one, text, counts[one.cell], checked)
        _loose_parts(one, text, counts[one.cell], checked)
        _baht_in_words(one, text, checked)
    _means(read, checked)
    _two_figures(counts, checked)
    check_periods(read, checked)


def _counts(one: Statement, text: str) -> Iterator[_Count]:
    for number, unit in _COUNT.findall(text):
        yield _Count(Decimal(number.replace(",", "")), unit, one)


def _percentages(
    one: Statement, text: str, own: Sequence[_Count], everything: Sequence[_Count], checked: Checked
) -> None:  # fmt: skip
    """The share that a sentence's own numbers give, against the percentage that its words claim."""
    for found in _CLAIM.finditer(text):
        before = [c for c in own if c.unit not in _MONEY] or list(own)
        part, whole = _part_and_whole(before, everything)
        if part is None or whole is None:
            continue
        claim = Decimal((found[2] or found[3]).replace(",", ""))
        share = part.number * 100 / whole.number
        if _holds((found["bound"] or "").strip(), share, claim):
            checked.count("words_share")
            continue
        reasons = _misread(part.number, whole.number, claim, share)
        printed, detail = found[0].strip(), f"{shown(part.number)}/{shown(whole.number)}"
        computed = f"{round(share, 2)}%"
        checked.add(
            Finding("words_share", WRONG, one.cell, printed, computed, claim - share, reasons, detail=detail)
        )


def _part_and_whole(
    own: Sequence[_Count], everything: Sequence[_Count]
) -> tuple[_Count | None, _Count | None]:  # fmt: skip
    """Two counts of one unit in the sentence; or one here and the nearest larger of that unit elsewhere."""
    for unit in dict.fromkeys(c.unit for c in own):
        alike = [c for c in own if c.unit == unit]
        if len(alike) >= 2:
            numbers = sorted(alike[-2:], key=lambda c: c.number)
            return (numbers[0], numbers[1]) if numbers[1].number else (None, None)
    if len(own) == 1 and own[0].unit not in _MONEY:  # an amount may be the part of any other
        wholes = sorted(
            (c for c in everything if c.unit == own[0].unit and c.number > own[0].number),
            key=lambda c: c.number,
        )
        if wholes:
            return own[0], wholes[0]
    return None, None


def _holds(bound: str, share: Decimal, claim: Decimal) -> bool:
    if bound in _BELOW:
        return share < claim
    if bound in _AT_MOST:
        return share <= claim
    if bound in _ABOVE:
        return share > claim
    if bound in _AT_LEAST:
        return share >= claim
    exponent = claim.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return claim in {share.quantize(unit, way) for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)}


def _misread(part: Decimal, whole: Decimal, claim: Decimal, share: Decimal) -> tuple[str, ...]:
    """Whether a lost or misread digit of the part, or of the percentage, explains the difference."""
    found = list(causes.of_difference(claim, round(share, 0)))
    low, high = ((claim + way * Decimal("0.5")) * whole / 100 for way in (-1, 1))
    printed = str(int(part))
    longer = [str(n) for n in range(int(low), int(min(high, low + 1000)) + 1)]
    if any(len(one) == len(printed) + 1 and one[-1] == printed[-1] for one in longer):
        found.insert(0, "digit_missing")
    return tuple(dict.fromkeys(found))


def _each(one: Statement, text: str, own: Sequence[_Count], checked: Checked) -> None:
    """Ten households a village give 6,150 only if the villages are a whole number."""
    for _, number, unit in _EACH.findall(text):
        rate = Decimal(number.replace(",", ""))
        totals = [c for c in own if c.unit == unit and c.number > rate and rate]
        for total in totals[:1]:
            if total.number % rate == 0:
                checked.count("words_each")
            else:
                villages = round(total.number / rate, 2)
                checked.add(
                    Finding("words_each", DOUBT, one.cell, shown(total.number), f"{shown(villages)} × {rate}")
                )


def _baht_in_words(one: Statement, text: str, checked: Checked) -> None:
    """``1,250,000 บาท (หนึ่งล้านสองแสนห้าหมื่นบาทถ้วน)`` says one amount twice."""
    for figures, said in _BAHT_TEXT.findall(text):
        computed = baht_text(Decimal(figures.replace(",", "")))
        if _alike(said) == _alike(computed):
            checked.count("baht_text")
        else:
            checked.add(Finding("baht_text", WRONG, one.cell, said, computed, detail=f"{figures} บาท"))


def _alike(words: str) -> str:
    """Without blanks; เอ็ด and หนึ่ง at the end are one reading."""
    return "".join(words.split()).replace("เอ็ด", "หนึ่ง")


def _limits(one: Statement, text: str, own: Sequence[_Count], checked: Checked) -> None:
    for count in own:
        most = _MOST.get(count.unit)
        if most and count.number > most:
            checked.add(
                Finding("beyond_all", WRONG, one.cell, f"{shown(count.number)} {count.unit}", f"≤ {most}",
                        causes=causes.of_difference(count.number, _PROVINCES[0]))
            )  # fmt: skip
        elif most and _EVERYWHERE.search(text) and count.number not in _PROVINCES:
            checked.add(
                Finding("not_all", DOUBT, one.cell, f"{shown(count.number)} {count.unit}", f"76–{most}")
            )


def _loose_parts(one: Statement, text: str, own: Sequence[_Count], checked: Checked) -> None:
    """Three and more counts of people in one sentence, without their total: they may overlap."""
    people = [c for c in own if c.unit in ("คน", "people")]
    if len(people) > 2 and "รวม" not in text and "total" not in text:
        total = sum((c.number for c in people), Decimal(0))
        parts = " + ".join(shown(c.number) for c in people)
        checked.add(Finding("sum_not_said", NOTE, one.cell, parts, shown(total)))


def _means(read: Sequence[tuple[Statement, str]], checked: Checked) -> None:
    """Means given without n: the smallest n that all of a statement's means allow is told."""
    for one, text in read:
        means = [(Decimal(n.replace(",", "")), unit) for n, unit in _MEAN.findall(text)]
        if not means or _N_STATED.search(text):
            continue
        smallest = next((n for n in range(1, _MEAN_LIMIT) if all(possible(m, n) for m, _ in means)), None)
        printed = ", ".join(f"{shown(m)} {unit}" for m, unit in means)
        checked.add(Finding("mean_without_n", NOTE, one.cell, printed, f"n ≥ {smallest}" if smallest else ""))


def possible(mean: Decimal, n: int) -> bool:
    """Whether ``n`` whole numbers can have this mean, as far as it is shown: 1.58 needs 12 (19/12)."""
    exponent = mean.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    total = (mean * n).to_integral_value(ROUND_HALF_UP)
    near = (total - 1, total, total + 1)
    return any((one / n).quantize(unit, ROUND_HALF_UP) == mean for one in near)


def _two_figures(counts: dict[Cell, list[_Count]], checked: Checked) -> None:
    """Two sentences that agree in one count and differ in another, and counts that are nearly the same."""
    told: set[tuple[str, Decimal, Decimal]] = set()
    for own, other in _agreeing(list(counts.values())):
        for a in own:
            for b in other:
                key = (a.unit, min(a.number, b.number), max(a.number, b.number))
                if a.unit == b.unit and a.number != b.number and key not in told:
                    told.add(key)
                    _differ(a, b, DOUBT, checked)
    first: dict[str, dict[Decimal, _Count]] = defaultdict(dict)
    for count in chain.from_iterable(counts.values()):
        first[count.unit].setdefault(count.number, count)
    for unit, by_number in first.items():
        if len(by_number) > _MANY_NUMBERS:
            continue
        for before, count in combinations(by_number.values(), 2):
            low, high = sorted((before.number, count.number))
            near = low >= 10 and (high - low) * 10 <= high
            if near and (unit, low, high) not in told and before.where is not count.where:
                _differ(before, count, NOTE, checked)


def _agreeing(sentences: Sequence[list[_Count]]) -> Iterator[tuple[list[_Count], list[_Count]]]:
    """Pairs of sentences that share a count; one that stands in many tells nothing of what they are about."""
    having: dict[tuple[Decimal, str], list[int]] = defaultdict(list)
    for number, own in enumerate(sentences):
        for shared in {(c.number, c.unit) for c in own}:
            having[shared].append(number)
    pairs = {pair for own in having.values() if len(own) <= _MANY_SENTENCES for pair in combinations(own, 2)}
    for i, j in sorted(pairs):
        yield sentences[i], sentences[j]


def _differ(one: _Count, other: _Count, weight: str, checked: Checked) -> None:
    checked.add(
        Finding("two_figures", weight, other.where.cell, f"{shown(other.number)} {other.unit}",
                f"{shown(one.number)} {one.unit}", other.number - one.number,
                causes.of_difference(other.number, one.number), (one.where.cell,))
    )  # fmt: skip
