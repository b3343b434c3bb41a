"""Everything that can be wrong with a boundary file or an index, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from thai.problem import Place, Problem, Text


def _some(items: Sequence[object], most: int = 8) -> str:
    shown = ", ".join(str(item) for item in items[:most])
    return shown + (f" … (+{len(items) - most})" if len(items) > most else "")


def boundary_unreadable(file: str, reason: str) -> Problem:
    """GDAL or Arrow cannot open the file, or there is no layer in it."""
    return Problem(
        code="boundary_unreadable",
        says=Text(
            f"เปิดไฟล์แนวเขต {file} ไม่ได้ ({reason})", f"The boundary file {file} cannot be read ({reason})."
        ),
        remedy=Text(
            "ใช้ไฟล์ zip ของ shapefile ที่ครบชุด (.shp .shx .dbf .prj), GeoPackage, GeoJSON หรือ GeoParquet",
            "Give a zip of a complete shapefile (.shp .shx .dbf .prj), a GeoPackage, GeoJSON or GeoParquet.",
        ),
        place=Place(file=file),
    )


def boundary_no_codes(file: str, columns: Sequence[str]) -> Problem:
    """No column holds area codes, so nothing can be joined: names repeat and are cut."""
    return Problem(
        code="boundary_no_codes",
        says=Text(
            f"ไฟล์ {file} ไม่มีคอลัมน์รหัสพื้นที่ (พบ: {_some(columns, 20)})",
            f"{file} has no column with area codes (found: {_some(columns, 20)}).",
        ),
        remedy=Text(
            "ใช้ไฟล์ที่มีรหัส เช่น ADM3_PCODE หรือ TAM_CODE ระบบไม่จับคู่ด้วยชื่อ เพราะชื่อตำบลซ้ำกันและถูกตัด",
            "Give a file with codes, such as ADM3_PCODE or TAM_CODE; names are not used for matching, "
            "because tambon names repeat and are cut.",
        ),
        place=Place(file=file),
    )


def boundary_wrong_level(file: str, found: str, asked: str) -> Problem:
    """The file holds another level than the one asked for."""
    return Problem(
        code="boundary_wrong_level",
        says=Text(
            f"ไฟล์ {file} เป็นระดับ {found} ไม่ใช่ {asked}", f"{file} holds the level {found}, not {asked}."
        ),
        remedy=Text(
            f"ใช้ --level {found} หรือเลือกไฟล์ระดับ {asked}",
            f"Use --level {found}, or choose a file of level {asked}.",
        ),
        place=Place(file=file),
    )


def boundary_bad_codes(file: str, column: str, values: Sequence[object]) -> Problem:
    """Some rows have no code of this level."""
    return Problem(
        code="boundary_bad_codes",
        says=Text(
            f"คอลัมน์ {column} มีค่าที่ไม่ใช่รหัส: {_some(values)}",
            f"Column {column} has values that are no codes: {_some(values)}.",
        ),
        remedy=Text("แก้รหัสเหล่านี้ในไฟล์ แล้วเพิ่มใหม่", "Correct these codes in the file and add it again."),
        place=Place(file=file, column=column),
    )


def boundary_not_areas(file: str, kinds: Sequence[str]) -> Problem:
    """The features are points or lines, such as the offices of tambons."""
    return Problem(
        code="boundary_not_areas",
        says=Text(
            f"ไฟล์ {file} ไม่ใช่รูปพื้นที่ (พบ {_some(kinds)})", f"{file} does not hold areas (found {_some(kinds)})."
        ),
        remedy=Text("ใช้ไฟล์ขอบเขตที่เป็นรูปปิด (polygon)", "Give a file whose features are polygons."),
        place=Place(file=file),
    )


def boundary_no_crs(file: str, bounds: Sequence[float]) -> Problem:
    """The coordinates are not plainly degrees and no reference system is named."""
    box = ", ".join(f"{value:.2f}" for value in bounds)
    return Problem(
        code="boundary_no_crs",
        says=Text(
            f"ไฟล์ {file} ไม่บอกระบบพิกัด (ขอบเขต {box})", f"{file} names no coordinate system (bounds {box})."
        ),
        remedy=Text(
            "เพิ่มไฟล์ .prj หรือกำหนดระบบพิกัดใน QGIS แล้วบันทึกใหม่ "
            "ระบบไม่เดา เพราะ Indian 1975 กับ WGS 84 ต่างกันราว 450 เมตร",
            "Add the .prj file, or set the system in QGIS and save again; it is not guessed, because "
            "Indian 1975 and WGS 84 lie some 450 m apart.",
        ),
        place=Place(file=file),
    )


def boundary_crs_assumed(file: str) -> Problem:
    """No reference system is named, but the coordinates are degrees in Thailand."""
    return Problem(
        code="boundary_crs_assumed",
        says=Text(
            f"ไฟล์ {file} ไม่บอกระบบพิกัด จึงอ่านเป็นองศา WGS 84",
            f"{file} names no coordinate system; read as degrees of WGS 84.",
        ),
        remedy=Text("ตรวจกับจุดที่รู้ตำแหน่งจริงก่อนใช้", "Check a place you know before you rely on it."),
        place=Place(file=file),
    )


def boundary_crs_transformed(file: str, crs: str, operation: str) -> Problem:
    """The file was moved to WGS 84, by which operation."""
    return Problem(
        code="boundary_crs_transformed",
        says=Text(
            f"แปลงพิกัดจาก {crs} เป็น WGS 84 ด้วย {operation}", f"Moved from {crs} to WGS 84 by {operation}."
        ),
        remedy=Text("ตรวจกับหมุดหรือจุดที่รู้ตำแหน่งจริง", "Check against a marker or a place you know."),
        place=Place(file=file),
    )


def boundary_text_mended(file: str, columns: Sequence[str], encoding: str) -> Problem:
    """The file does not name its text encoding; the Thai was recognised."""
    return Problem(
        code="boundary_text_mended",
        says=Text(
            f"ไฟล์ไม่บอกรหัสอักษร อ่านภาษาไทยเป็น {encoding} ({_some(columns)})",
            f"The file does not name its text encoding; Thai was read as {encoding} ({_some(columns)}).",
        ),
        remedy=Text("ตรวจชื่อภาษาไทยในรายการ", "Look over the Thai names in the list."),
        place=Place(file=file),
    )


def boundary_repaired(file: str, codes: Sequence[str]) -> Problem:
    """Some polygons were invalid and have been repaired."""
    return Problem(
        code="boundary_repaired",
        says=Text(
            f"ซ่อมรูปที่ผิดเรขาคณิต {len(codes)} รูป: {_some(codes)}",
            f"{len(codes)} invalid polygons were repaired: {_some(codes)}.",
        ),
        remedy=Text(
            "ดูรูปเหล่านี้บนแผนที่ หากผิดให้ขอไฟล์ใหม่จากเจ้าของ",
            "Look at them on the map; ask the publisher for a better file if wrong.",
        ),
        place=Place(file=file),
    )


def boundary_duplicates(file: str, codes: Sequence[str]) -> Problem:
    """Some codes stand on several rows; their shapes were joined."""
    return Problem(
        code="boundary_duplicates",
        says=Text(
            f"รหัสซ้ำ {len(codes)} รหัส รวมรูปเป็นหนึ่ง: {_some(codes)}",
            f"{len(codes)} codes are repeated, their shapes were joined: {_some(codes)}.",
        ),
        remedy=Text(
            "ตรวจว่ารหัสซ้ำเพราะมีหลายส่วน หรือเพราะพิมพ์ผิด", "Check whether they are parts of one area or a mistake."
        ),
        place=Place(file=file),
    )


def boundary_empty(file: str, codes: Sequence[str]) -> Problem:
    """Some rows have no shape and were left out."""
    return Problem(
        code="boundary_empty",
        says=Text(
            f"ไม่มีรูป {len(codes)} แถว ตัดออก: {_some(codes)}",
            f"{len(codes)} rows have no shape and were left out: {_some(codes)}.",
        ),
        remedy=Text("ขอไฟล์ที่ครบจากเจ้าของข้อมูล", "Ask the publisher for a complete file."),
        place=Place(file=file),
    )


def boundary_names_cut(file: str, names: Sequence[str], length: int) -> Problem:
    """No name is longer than ``length`` and some have just that length: they may be cut."""
    return Problem(
        code="boundary_names_cut",
        says=Text(
            f"ชื่ออาจถูกตัดที่ {length} อักษร: {_some(names)}",
            f"Names may be cut at {length} characters: {_some(names)}.",
        ),
        remedy=Text("ใช้รหัสอ้างอิง ไม่ใช้ชื่อ", "Refer to areas by code, not by name."),
        place=Place(file=file),
    )


def index_unreadable(file: str) -> Problem:
    """The kept index is damaged or of another program version."""
    return Problem(
        code="index_unreadable",
        says=Text(f"อ่านดัชนีแนวเขต {file} ไม่ได้", f"The kept boundary index {file} cannot be read."),
        remedy=Text(
            "ลบไฟล์นี้ ระบบจะสร้างใหม่จากแนวเขต", "Delete the file; it is built again from the boundaries."
        ),
        place=Place(file=file),
    )
