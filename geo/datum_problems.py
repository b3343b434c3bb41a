"""Why the coordinates of a boundary file are refused or doubted, and how they were moved to WGS 84."""

from __future__ import annotations

from collections.abc import Sequence

from geo.findings import Finding
from geo.problems import some
from thai.problem import Place, Problem, Text


def boundary_crs_unknown(file: str, crs: str) -> Problem:
    """The coordinate system that was asked for does not exist."""
    return Problem(
        code="boundary_crs_unknown",
        says=Text(f"ไม่รู้จักระบบพิกัด “{crs}”", f"“{crs}” names no coordinate system."),
        remedy=Text(
            "ใช้ --crs EPSG:4326, EPSG:32647, EPSG:32648, EPSG:24047 หรือ EPSG:24048",
            "Give --crs EPSG:4326, EPSG:32647, EPSG:32648, EPSG:24047 or EPSG:24048.",
        ),
        place=Place(file=file),
    )


def boundary_no_crs(file: str, bounds: Sequence[float], fits: Sequence[str]) -> Problem:
    """The coordinates are not plainly degrees and no reference system is named."""
    return Problem(
        code="boundary_no_crs",
        says=Text(
            f"ไฟล์ {file} ไม่บอกระบบพิกัด (ขอบเขต {_box(bounds)})",
            f"{file} names no coordinate system (bounds {_box(bounds)}).",
        ),
        remedy=Text(
            f"เพิ่มไฟล์ .prj หรือบอกด้วย --crs {_or(fits)} "
            "ระบบไม่เดา เพราะ Indian 1975 กับ WGS 84 ต่างกันราว 450 เมตร",
            f"Add the .prj file, or say it with --crs {_or(fits)}; it is not guessed, "
            "because Indian 1975 and WGS 84 lie some 450 m apart.",
        ),
        place=Place(file=file),
    )


def boundary_crs_contradicts(file: str, crs: str, bounds: Sequence[float], fits: Sequence[str]) -> Problem:
    """Metres are labelled as degrees, or degrees as metres."""
    return Problem(
        code="boundary_crs_contradicts",
        says=Text(
            f"ไฟล์ {file} บอกว่าเป็น {crs} แต่พิกัดเป็นไปไม่ได้ (ขอบเขต {_box(bounds)})",
            f"{file} says {crs}, but its coordinates cannot be that (bounds {_box(bounds)}).",
        ),
        remedy=Text(f"บอกระบบพิกัดที่แท้จริงด้วย --crs {_or(fits)}", f"Say what they are with --crs {_or(fits)}."),
        place=Place(file=file),
    )


def boundary_outside_thailand(
    file: str, crs: str, rows: Sequence[str], bounds: Sequence[float], fits: Sequence[str]
) -> Problem:
    """Some shapes lie where Thailand is not, once the stated coordinate system is believed."""
    return Problem(
        code="boundary_outside_thailand",
        says=Text(
            f"{len(rows)} รูปอยู่นอกประเทศไทยเมื่ออ่านเป็น {crs}: {some(rows)} (ขอบเขต {_box(bounds)})",
            f"{len(rows)} shapes lie outside Thailand read as {crs}: {some(rows)} (bounds {_box(bounds)}).",
        ),
        remedy=Text(
            f"ถ้าทั้งไฟล์ผิดที่ ให้บอกระบบพิกัดด้วย --crs {_or(fits)}; ถ้าเป็นบางรูป ให้ลบหรือแก้ในไฟล์",
            f"If all are misplaced, say the system with --crs {_or(fits)}; if only some, mend the file.",
        ),
        place=Place(file=file),
    )


def boundary_crs_assumed(file: str) -> Finding:
    """No reference system is named, but the coordinates are degrees in Thailand."""
    return Finding(
        code="boundary_crs_assumed",
        says=Text(
            f"ไฟล์ {file} ไม่บอกระบบพิกัด จึงอ่านเป็นองศา WGS 84",
            f"{file} names no coordinate system; read as degrees of WGS 84.",
        ),
        remedy=Text(
            "ตรวจกับจุดที่รู้ตำแหน่งจริงก่อนใช้ ถ้าเป็น Indian 1975 ให้ใช้ --crs EPSG:4240",
            "Check a place you know before you rely on it; if it is Indian 1975, give --crs EPSG:4240.",
        ),
        place=Place(file=file),
    )


def boundary_crs_given(file: str, own: str, given: str) -> Finding:
    """The file names one system and the caller another; the caller was believed."""
    return Finding(
        code="boundary_crs_given",
        says=Text(
            f"ไฟล์บอกว่า {own} แต่อ่านเป็น {given} ตามที่สั่ง",
            f"The file says {own}; it was read as {given}, as told.",
        ),
        remedy=Text("ตรวจกับจุดที่รู้ตำแหน่งจริง", "Check against a place you know."),
        place=Place(file=file),
        figures={"file_says": own, "read_as": given},
    )


def boundary_swapped(file: str) -> Finding:
    """Latitude stood before longitude. No latitude reaches 97°, so there is one way to read it."""
    return Finding(
        code="boundary_swapped",
        says=Text(
            f"ไฟล์ {file} สลับละติจูดกับลองจิจูด ได้สลับกลับแล้ว",
            f"{file} has latitude before longitude; they were put right.",
        ),
        remedy=Text("ดูบนแผนที่ว่าตรงที่", "Look on the map whether it is in place."),
        place=Place(file=file),
    )


def boundary_crs_transformed(
    file: str, crs: str, operation: str, moved_m: float | None = None, default_off_m: float | None = None
) -> Finding:
    """The file was moved to WGS 84, by which operation; for Indian 1975 with what the choice amounts to."""
    th, en = "", ""
    if moved_m is not None and default_off_m is not None:
        th = f" เลื่อน {moved_m:.0f} ม. (ค่าปริยายของ PROJ จะห่างไปอีก {default_off_m:.0f} ม.)"
        en = f", {moved_m:.0f} m (PROJ's default would be {default_off_m:.0f} m off)"
    return Finding(
        code="boundary_crs_transformed",
        says=Text(
            f"แปลงพิกัดจาก {crs} เป็น WGS 84 ด้วย {operation}{th}",
            f"Moved from {crs} to WGS 84 by {operation}{en}.",
        ),
        remedy=Text("ตรวจกับหมุดหรือจุดที่รู้ตำแหน่งจริง", "Check against a marker or a place you know."),
        place=Place(file=file),
        figures={
            "from": crs,
            "operation": operation,
            "moved_m": moved_m,
            "proj_default_off_m": default_off_m,
        },
    )


def boundary_shifted(file: str, east_m: float, north_m: float, count: int, reading: str) -> Finding:
    """All areas lie off the same areas of the other set, by one and the same vector."""
    th, en = "", ""
    if reading:
        th, en = f" น่าจะเป็น {reading} ลองใช้ --crs {reading}", f" It may be {reading}: try --crs {reading}."
    return Finding(
        code="boundary_shifted",
        says=Text(
            f"{count} พื้นที่เลื่อนไปทางเดียวกันจากชุดอ้างอิง ({east_m:+.0f} ม. ตะวันออก, {north_m:+.0f} ม. เหนือ)",
            f"{count} areas all lie off the reference set by {east_m:+.0f} m E, {north_m:+.0f} m N.",
        ),
        remedy=Text("ตรวจพื้นหลักฐานของไฟล์ก่อนใช้" + th, "Check the file's datum before you rely on it." + en),
        place=Place(file=file),
        figures={"east_m": round(east_m, 1), "north_m": round(north_m, 1), "areas": count},
    )


def _box(bounds: Sequence[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in bounds)


def _or(fits: Sequence[str]) -> str:
    return " / ".join(fits) if fits else "EPSG:…"
