"""Why a boundary file or an index is refused, and which option or repair gives what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from thai.problem import Place, Problem, Text

_LEVELS = "province, amphoe, tambon, lao, village, overlay"


def some(items: Sequence[object], most: int = 8) -> str:
    """The first items, and how many more there are."""
    shown = ", ".join(str(item) for item in items[:most])
    return shown + (f" … (+{len(items) - most})" if len(items) > most else "")


def boundary_unreadable(file: str, reason: str) -> Problem:
    """The file is of no format that is read, or there is no layer in it."""
    return Problem(
        code="boundary_unreadable",
        says=Text(
            f"เปิดไฟล์แนวเขต {file} ไม่ได้ ({reason})", f"The boundary file {file} cannot be read ({reason})."
        ),
        remedy=Text(
            "ใช้ไฟล์ zip ของ shapefile ที่ครบชุด (.shp .shx .dbf .prj), GeoPackage, GeoJSON, GeoParquet, "
            "FlatGeobuf หรือ KML",
            "Give a zip of a complete shapefile (.shp .shx .dbf .prj), a GeoPackage, GeoJSON, GeoParquet, "
            "FlatGeobuf or KML.",
        ),
        place=Place(file=file),
    )


def boundary_too_large(file: str, size: int, limit: int, inside: str = "") -> Problem:
    """The file, or what a zip would become, is larger than any boundary file needs to be."""
    mib, most = size >> 20, limit >> 20
    th, en = (f" เมื่อขยาย {inside}", f" once {inside} is unpacked") if inside else ("", "")
    return Problem(
        code="boundary_too_large",
        says=Text(
            f"ไฟล์ {file} ใหญ่ {mib:,} MiB{th} เกิน {most:,} MiB",
            f"{file} has {mib:,} MiB{en}, over {most:,} MiB.",
        ),
        remedy=Text(
            "ตัดเฉพาะจังหวัดที่ต้องใช้ใน QGIS หรือลบคอลัมน์ที่ไม่ใช้ แล้วเพิ่มทีละไฟล์",
            "In QGIS save only the provinces and columns you need, and add them file by file.",
        ),
        place=Place(file=file),
    )


def boundary_zip_locked(file: str) -> Problem:
    """The zip asks for a password."""
    return Problem(
        code="boundary_zip_locked",
        says=Text(f"ไฟล์ {file} ล็อกด้วยรหัสผ่าน", f"{file} is protected by a password."),
        remedy=Text(
            "แตกไฟล์ด้วยรหัสผ่านก่อน แล้วบีบเป็น zip ที่ไม่มีรหัส",
            "Unpack it with the password first, and zip it again without one.",
        ),
        place=Place(file=file),
    )


def boundary_zip_damaged(file: str, reason: str) -> Problem:
    """The zip is cut short or its content does not match its checksums."""
    return Problem(
        code="boundary_zip_damaged",
        says=Text(f"ไฟล์ {file} เสียหรือมาไม่ครบ ({reason})", f"{file} is damaged or cut short ({reason})."),
        remedy=Text("ดาวน์โหลดหรือคัดลอกใหม่ให้ครบ", "Download or copy it again, wholly."),
        place=Place(file=file),
    )


def boundary_incomplete(file: str, layer: str, missing: Sequence[str]) -> Problem:
    """A shapefile came without the parts that hold its attributes or its index."""
    parts = " ".join(missing)
    return Problem(
        code="boundary_incomplete",
        says=Text(f"shapefile {layer} ขาด {parts}", f"The shapefile {layer} lacks its {parts}."),
        remedy=Text(
            "บีบ .shp .shx .dbf .prj ชื่อเดียวกันไว้ในไฟล์ zip เดียว",
            "Put the .shp, .shx, .dbf and .prj of one name into one zip.",
        ),
        place=Place(file=file),
    )


def boundary_text_unreadable(file: str, encoding: str, columns: Sequence[str]) -> Problem:
    """The text does not decode as the encoding that was asked for."""
    return Problem(
        code="boundary_text_unreadable",
        says=Text(
            f"คอลัมน์ {some(columns)} ไม่ใช่รหัสอักษร {encoding}", f"Columns {some(columns)} are not {encoding}."
        ),
        remedy=Text(
            "ตัด --encoding ออกเพื่อให้ระบบตรวจเอง หรือใช้ --encoding UTF-8 หรือ CP874",
            "Leave --encoding out to have it found, or give --encoding UTF-8 or CP874.",
        ),
        place=Place(file=file),
    )


def boundary_layer_unknown(file: str, asked: str, layers: Sequence[str]) -> Problem:
    """There is no layer of the asked name."""
    return Problem(
        code="boundary_layer_unknown",
        says=Text(f"ไม่มีชั้น {asked} (มี: {some(layers)})", f"There is no layer {asked} (but: {some(layers)})."),
        remedy=Text("ใช้ --layer กับชื่อที่มีอยู่", "Give --layer one of these names."),
        place=Place(file=file),
    )


def boundary_several_layers(file: str, level: str, layers: Sequence[str]) -> Problem:
    """Several layers hold the same level: years, publishers or parts, and the file does not say which."""
    return Problem(
        code="boundary_several_layers",
        says=Text(
            f"หลายชั้นเป็นระดับ {level}: {some(layers)}",
            f"Several layers hold the level {level}: {some(layers)}.",
        ),
        remedy=Text("เลือกด้วย --layer ชื่อชั้น", "Choose one with --layer NAME."),
        place=Place(file=file),
    )


def boundary_empty_layer(file: str, layer: str) -> Problem:
    """The layer has no features, or none with a shape."""
    return Problem(
        code="boundary_empty_layer",
        says=Text(f"ชั้น {layer} ไม่มีรูปเลย", f"The layer {layer} holds no shapes."),
        remedy=Text(
            "ตรวจว่าส่งออกครบ หรือเลือกชั้นอื่นด้วย --layer",
            "Check that the export was complete, or choose another layer with --layer.",
        ),
        place=Place(file=file),
    )


def boundary_no_codes(file: str, columns: Sequence[str], alike: Sequence[str] = ()) -> Problem:
    """No column holds area codes, so nothing can be joined: names repeat and are cut."""
    th, en = "", ""
    if alike:
        th = f" คอลัมน์ {some(alike)} มีค่าคล้ายรหัส ถ้าใช่ให้เพิ่ม --code-column"
        en = f" The values of {some(alike)} look like codes: give --code-column if they are."
    return Problem(
        code="boundary_no_codes",
        says=Text(
            f"ไฟล์ {file} ไม่มีคอลัมน์รหัสพื้นที่ (พบ: {some(columns, 20)})",
            f"{file} has no column with area codes (found: {some(columns, 20)}).",
        ),
        remedy=Text(
            "ใช้ไฟล์ที่มีรหัส เช่น ADM3_PCODE หรือ TAM_CODE หรือใช้ --codes-from ชุดขอบเขตหรือรายชื่อรหัส "
            "เพื่อจับคู่ชื่อที่ไม่ซ้ำ ระบบไม่เดารหัสจากชื่อเอง "
            "แนวเขตป่าหรือที่ดินของรัฐใช้ --level overlay อปท. ใช้ --level lao" + th,
            "Give a file with codes, such as ADM3_PCODE or TAM_CODE, or --codes-from a boundary set or a "
            "code list, whose unique names are then matched; codes are never guessed from names. "
            "Forests and state land need --level overlay, local authorities --level lao." + en,
        ),
        place=Place(file=file),
    )


def boundary_no_name_matches(file: str, level: str, names: Sequence[str]) -> Problem:
    """The code list that was given knows none of the names."""
    return Problem(
        code="boundary_no_name_matches",
        says=Text(
            f"ไม่มีชื่อระดับ {level} ใดตรงกับรายชื่อรหัสเพียงแห่งเดียว: {some(names)}",
            f"No name of level {level} stands just once in the code list: {some(names)}.",
        ),
        remedy=Text(
            "ใช้ --codes-from ที่ครอบคลุมพื้นที่นี้ และมีชื่ออำเภอกับจังหวัด",
            "Give --codes-from a set that covers this area, with the names of amphoes and provinces.",
        ),
        place=Place(file=file),
    )


def boundary_column_unknown(file: str, asked: str, columns: Sequence[str]) -> Problem:
    """There is no column of the name given as code column."""
    return Problem(
        code="boundary_column_unknown",
        says=Text(
            f"ไม่มีคอลัมน์ {asked} (พบ: {some(columns, 20)})",
            f"There is no column {asked} (found: {some(columns, 20)}).",
        ),
        remedy=Text("ใช้ --code-column กับชื่อที่มีอยู่", "Give --code-column one of these names."),
        place=Place(file=file, column=asked),
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
            f"คอลัมน์ {column} มีค่าที่ไม่ใช่รหัส: {some(values)}",
            f"Column {column} has values that are no codes: {some(values)}.",
        ),
        remedy=Text("แก้รหัสเหล่านี้ในไฟล์ แล้วเพิ่มใหม่", "Correct these codes in the file and add it again."),
        place=Place(file=file, column=column),
    )


def boundary_code_conflict(file: str, codes: Sequence[str]) -> Problem:
    """One code stands at different names, or at village points apart; the file cannot say which is right."""
    return Problem(
        code="boundary_code_conflict",
        says=Text(
            f"รหัสเดียวแต่หลายชื่อหรือหลายจุด: {some(codes)}",
            f"Different names or places have the same code: {some(codes)}.",
        ),
        remedy=Text(
            "แก้รหัสในไฟล์ให้ถูก แล้วเพิ่มใหม่ (ส่วนของพื้นที่เดียวกันต้องใช้ชื่อเดียวกัน)",
            "Correct the codes and add the file again; parts of one area must carry one name.",
        ),
        place=Place(file=file),
    )


def boundary_not_areas(file: str, kinds: Sequence[str]) -> Problem:
    """The features are points or lines, such as the offices of tambons."""
    return Problem(
        code="boundary_not_areas",
        says=Text(
            f"ไฟล์ {file} ไม่ใช่รูปพื้นที่ (พบ {some(kinds)})", f"{file} does not hold areas (found {some(kinds)})."
        ),
        remedy=Text(
            "ใช้ไฟล์ขอบเขตที่เป็นรูปปิด (polygon); จุดหมู่บ้านใช้ --level village; เส้นคลองขยายเป็น "
            "พื้นที่ด้วย --level overlay --buffer-m",
            "Give a file whose features are polygons. Village points need --level village; lines such as "
            "canals become areas with --level overlay --buffer-m.",
        ),
        place=Place(file=file),
    )


def boundary_not_points(file: str, kinds: Sequence[str]) -> Problem:
    """Villages are points; these features are something else."""
    return Problem(
        code="boundary_not_points",
        says=Text(
            f"ไฟล์ {file} ไม่ใช่จุด (พบ {some(kinds)})", f"{file} does not hold points (found {some(kinds)})."
        ),
        remedy=Text(f"เลือกระดับอื่นด้วย --level ({_LEVELS})", f"Choose another --level ({_LEVELS})."),
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
