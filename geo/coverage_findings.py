"""How well the areas of a file fit together, as an import reports it: overlaps, gaps, levels."""

from __future__ import annotations

from collections.abc import Sequence

from geo.findings import Finding
from geo.problems import some
from thai.problem import Place, Text


def boundary_overlaps(
    file: str, pairs: Sequence[tuple[str, str, float]], mismatched: Sequence[str]
) -> Finding:
    """Neighbours cover the same ground: (code, code, m²), the largest first; or their lines do not meet."""
    total = sum(area for _, _, area in pairs)
    shown = [f"{one}–{two} {area:,.0f} m²" for one, two, area in pairs]
    return Finding(
        code="boundary_overlaps",
        says=Text(
            f"แนวของ {len(mismatched)} พื้นที่ไม่ตรงกับข้างเคียง ทับกัน {len(pairs)} คู่ "
            f"รวม {total:,.0f} ตร.ม.: {some(shown)}",
            f"The lines of {len(mismatched)} areas do not meet their neighbours'; "
            f"{len(pairs)} pairs overlap, {total:,.0f} m² in all: {some(shown)}.",
        ),
        remedy=Text(
            "จุดในส่วนที่ทับกันนับให้รหัสน้อยกว่า และขึ้นธงว่าใกล้แนว ขอไฟล์ความละเอียดเต็มจากเจ้าของ",
            "Points there count for the lower code, flagged as near a line; ask for the full resolution.",
        ),
        place=Place(file=file),
        figures={
            "mismatched": list(mismatched),
            "overlap_m2": round(total, 1),
            "pairs": [{"codes": [one, two], "overlap_m2": round(area, 1)} for one, two, area in pairs],
        },
    )


def boundary_gaps(file: str, gaps: Sequence[tuple[float, float, float]]) -> Finding:
    """Ground within the file that no area covers: (m², lon, lat), the largest first."""
    total = sum(area for area, _, _ in gaps)
    shown = [f"{area:,.0f} m² ({lon:.5f}, {lat:.5f})" for area, lon, lat in gaps]
    return Finding(
        code="boundary_gaps",
        says=Text(
            f"ช่องว่างที่ไม่มีพื้นที่ใดคลุม {len(gaps)} แห่ง รวม {total:,.0f} ตร.ม.: {some(shown)}",
            f"{len(gaps)} gaps are covered by no area, {total:,.0f} m² in all: {some(shown)}.",
        ),
        remedy=Text(
            "จุดในช่องว่างจะได้พื้นที่ใกล้สุดเป็นข้อเสนอ ไม่ใช่ข้อเท็จจริง",
            "A point in a gap gets the nearest area as a suggestion, not as a fact.",
        ),
        place=Place(file=file),
        figures={
            "gap_m2": round(total, 1),
            "gaps": [{"area_m2": round(area, 1), "lon": lon, "lat": lat} for area, lon, lat in gaps],
        },
    )


def boundary_does_not_nest(
    file: str, level: str, above: str, areas: Sequence[tuple[str, float]], orphans: Sequence[str]
) -> Finding:
    """Areas joined by their parent do not give the parent: (code, m² that differ), the largest first."""
    total_km2 = sum(area for _, area in areas) / 1e6
    shown = [f"{code} {area / 1e6:,.2f} km²" for code, area in areas]
    return Finding(
        code="boundary_does_not_nest",
        says=Text(
            f"{level} รวมกันไม่เท่ากับ {above} {len(areas)} แห่ง ต่างกัน {total_km2:,.2f} ตร.กม.: {some(shown)}; "
            f"ไม่มี {above} ของตน {len(orphans)}: {some(orphans)}",
            f"{level} areas do not add up to {len(areas)} of {above}, {total_km2:,.2f} km² differ: "
            f"{some(shown)}; {len(orphans)} have none above: {some(orphans)}.",
        ),
        remedy=Text(
            "แต่ละระดับถูกลดรายละเอียดแยกกันหรือต่างปี ใช้ระดับตำบลเป็นหลัก แล้วรวมขึ้นไปด้วยรหัส",
            "The levels were simplified apart or are of other years; rely on the tambons, summed by code.",
        ),
        place=Place(file=file),
        figures={
            "differ_km2": round(total_km2, 3),
            "areas": [{"code": code, "differ_m2": round(area, 1)} for code, area in areas],
            "orphans": list(orphans),
        },
    )
