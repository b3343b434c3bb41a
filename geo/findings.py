"""What was mended or looks doubtful in a boundary file that was taken: the report of an import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from geo.problems import some
from thai.problem import Place, Problem, Text


@dataclass
class Finding(Problem):
    """A problem with its ``figures``: JSON-able values for whoever counts, filters or draws them."""

    figures: dict[str, object] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """As ``Problem``, and the figures."""
        return super().as_dict() | {"figures": self.figures}


def boundary_text_mended(file: str, columns: Sequence[str], encoding: str, said: str = "") -> Finding:
    """The file does not name its text encoding, or names a wrong one; the Thai was recognised."""
    th = f"ไฟล์บอกรหัสอักษร {said} แต่" if said else "ไฟล์ไม่บอกรหัสอักษร "
    en = f"says its text is {said}, but" if said else "does not name its text encoding;"
    return Finding(
        code="boundary_text_mended",
        says=Text(
            f"{th}อ่านภาษาไทยเป็น {encoding} ({some(columns)})",
            f"The file {en} Thai was read as {encoding} ({some(columns)}).",
        ),
        remedy=Text(
            "ตรวจชื่อภาษาไทยในรายการ ถ้าผิดให้บอกด้วย --encoding",
            "Look over the Thai names in the list; if wrong, give --encoding.",
        ),
        place=Place(file=file),
        figures={"encoding": encoding, "file_says": said, "columns": list(columns)},
    )


def boundary_text_lost(file: str, columns: Sequence[str]) -> Finding:
    """Letters were replaced by question marks, or are in no encoding that is known, before the file came."""
    return Finding(
        code="boundary_text_lost",
        says=Text(
            f"ตัวอักษรในคอลัมน์ {some(columns)} เสียหายหรืออ่านไม่ออก",
            f"The text of {some(columns)} is lost or unreadable.",
        ),
        remedy=Text(
            "ขอไฟล์ใหม่ที่บันทึกเป็น UTF-8 หรือบอกรหัสอักษรด้วย --encoding",
            "Ask for a file saved as UTF-8, or say the encoding with --encoding.",
        ),
        place=Place(file=file),
        figures={"columns": list(columns)},
    )


def boundary_repaired(file: str, codes: Sequence[str], changes_m2: Sequence[float] = ()) -> Finding:
    """Some polygons were invalid and have been repaired."""
    return Finding(
        code="boundary_repaired",
        says=Text(
            f"ซ่อมรูปที่ผิดเรขาคณิต {len(codes)} รูป: {some(codes)}",
            f"{len(codes)} invalid polygons were repaired: {some(codes)}.",
        ),
        remedy=Text(
            "ดูรูปเหล่านี้บนแผนที่ หากผิดให้ขอไฟล์ใหม่จากเจ้าของ",
            "Look at them on the map; ask the publisher for a better file if wrong.",
        ),
        place=Place(file=file),
        figures={"codes": list(codes), "area_change_m2": [round(change, 1) for change in changes_m2]},
    )


def boundary_duplicates(file: str, codes: Sequence[str]) -> Finding:
    """Some codes stand on several rows of one name; their shapes were joined."""
    return Finding(
        code="boundary_duplicates",
        says=Text(
            f"รหัสซ้ำ {len(codes)} รหัส รวมรูปเป็นหนึ่ง: {some(codes)}",
            f"{len(codes)} codes are repeated, their shapes were joined: {some(codes)}.",
        ),
        remedy=Text(
            "ตรวจว่ารหัสซ้ำเพราะมีหลายส่วน หรือเพราะพิมพ์ผิด", "Check whether they are parts of one area or a mistake."
        ),
        place=Place(file=file),
        figures={"codes": list(codes)},
    )


def boundary_empty(file: str, codes: Sequence[str]) -> Finding:
    """Some rows have no shape and were left out."""
    return Finding(
        code="boundary_empty",
        says=Text(
            f"ไม่มีรูป {len(codes)} แถว ตัดออก: {some(codes)}",
            f"{len(codes)} rows have no shape and were left out: {some(codes)}.",
        ),
        remedy=Text("ขอไฟล์ที่ครบจากเจ้าของข้อมูล", "Ask the publisher for a complete file."),
        place=Place(file=file),
        figures={"codes": list(codes)},
    )


def boundary_names_cut(file: str, names: Sequence[str], length: int = 0) -> Finding:
    """Names that end in the middle of a syllable, stop where all stop (``length``), or go on in the list."""
    th, en = (f"ที่ {length} อักษร", f" at {length} characters") if length else ("", "")
    return Finding(
        code="boundary_names_cut",
        says=Text(f"ชื่ออาจถูกตัด{th}: {some(names)}", f"Names may be cut{en}: {some(names)}."),
        remedy=Text("ใช้รหัสอ้างอิง ไม่ใช้ชื่อ", "Refer to areas by code, not by name."),
        place=Place(file=file),
        figures={"names": list(names), "length": length},
    )


def boundary_names_differ(file: str, names: Sequence[str]) -> Finding:
    """Codes that the list has under another name."""
    return Finding(
        code="boundary_names_differ",
        says=Text(
            f"ชื่อต่างจากรายชื่อรหัส {len(names)} แห่ง: {some(names)}",
            f"{len(names)} names differ from the code list: {some(names)}.",
        ),
        remedy=Text(
            "ตรวจว่าเปลี่ยนชื่อหรือสะกดต่างกัน รหัสยังใช้ได้", "Check for renaming or spelling; the codes still hold."
        ),
        place=Place(file=file),
        figures={"names": list(names)},
    )


def boundary_codes_unlisted(file: str, codes: Sequence[str]) -> Finding:
    """Codes that the code list does not have."""
    return Finding(
        code="boundary_codes_unlisted",
        says=Text(
            f"{len(codes)} รหัสไม่มีในรายชื่อ: {some(codes)}",
            f"{len(codes)} codes are not in the list: {some(codes)}.",
        ),
        remedy=Text("ตรวจว่ารหัสเก่า ย้ายอำเภอ หรือพิมพ์ผิด", "Check for old codes, moved tambons or misprints."),
        place=Place(file=file),
        figures={"codes": list(codes)},
    )


def boundary_codes_missing(file: str, codes: Sequence[str]) -> Finding:
    """Codes of the list, within the file's provinces, that the file lacks."""
    return Finding(
        code="boundary_codes_missing",
        says=Text(
            f"ขาด {len(codes)} รหัสที่มีในรายชื่อ: {some(codes)}",
            f"{len(codes)} codes of the list are missing: {some(codes)}.",
        ),
        remedy=Text(
            "พื้นที่เหล่านี้จะไม่มีใครอยู่ในชุดนี้ ขอไฟล์ที่ครบหากต้องใช้",
            "Nothing will be located there; ask for a complete file if you need them.",
        ),
        place=Place(file=file),
        figures={"codes": list(codes)},
    )


def boundary_parents_differ(file: str, codes: Sequence[str]) -> Finding:
    """Codes that do not begin with the code which their row gives for the level above."""
    return Finding(
        code="boundary_parents_differ",
        says=Text(
            f"{len(codes)} รหัสไม่ขึ้นต้นด้วยรหัสอำเภอหรือจังหวัดในแถวเดียวกัน: {some(codes)}",
            f"{len(codes)} codes do not begin with their row's code of the level above: {some(codes)}.",
        ),
        remedy=Text(
            "รหัสของระดับนั้นเองถูกใช้ ตรวจในไฟล์", "The code of the level itself was used; check the file."
        ),
        place=Place(file=file),
        figures={"codes": list(codes)},
    )


def boundary_names_matched(file: str, matched: int, rows: int) -> Finding:
    """The file has no codes; they were taken from the given list by unique names."""
    return Finding(
        code="boundary_names_matched",
        says=Text(
            f"ไฟล์ไม่มีรหัส จับคู่จากชื่อที่ไม่ซ้ำได้ {matched} จาก {rows} แถว",
            f"The file has no codes; {matched} of {rows} rows were matched by their unique names.",
        ),
        remedy=Text("ตรวจรายชื่อบนแผนที่ก่อนใช้", "Look over the names on the map before you rely on them."),
        place=Place(file=file),
        figures={"matched": matched, "rows": rows},
    )


def boundary_names_unmatched(file: str, unknown: Sequence[str], repeated: Sequence[str]) -> Finding:
    """Rows left out: their names are not in the list, or stand there (or in the file) more than once."""
    return Finding(
        code="boundary_names_unmatched",
        says=Text(
            f"ตัดออก {len(unknown) + len(repeated)} แถว: ไม่พบชื่อ {len(unknown)} ({some(unknown)}) "
            f"ชื่อซ้ำ {len(repeated)} ({some(repeated)})",
            f"{len(unknown) + len(repeated)} rows were left out: {len(unknown)} names unknown "
            f"({some(unknown)}), {len(repeated)} repeated ({some(repeated)}).",
        ),
        remedy=Text(
            "เพิ่มคอลัมน์รหัสให้แถวเหล่านี้ แล้วเพิ่มไฟล์ใหม่", "Give these rows a code column, and add the file again."
        ),
        place=Place(file=file),
        figures={"unknown": list(unknown), "repeated": list(repeated)},
    )


def boundary_own_ids(file: str, column: str) -> Finding:
    """The ids are the publisher's (or row numbers), not codes of an authority."""
    th, en = (f"รหัสจากคอลัมน์ {column}", f"ids of column {column}") if column else ("เลขแถว", "row numbers")
    return Finding(
        code="boundary_own_ids",
        says=Text(
            f"ใช้{th}ของไฟล์ ไม่ใช่รหัสราชการ", f"The file's own {en} stand as codes; no authority's codes."
        ),
        remedy=Text(
            "ใช้เทียบกับไฟล์อื่นไม่ได้ ถ้ามีคอลัมน์รหัสให้บอกด้วย --code-column",
            "They do not join with other files; give --code-column if a column holds real codes.",
        ),
        place=Place(file=file, column=column),
        figures={"column": column},
    )


def boundary_parents_unknown(file: str, rows: int, all_rows: int) -> Finding:
    """Villages whose tambon is not known by code."""
    return Finding(
        code="boundary_parents_unknown",
        says=Text(
            f"{rows} จาก {all_rows} จุดไม่รู้รหัสตำบล", f"{rows} of {all_rows} points have no known tambon code."
        ),
        remedy=Text(
            "ใช้ --codes-from เพื่อจับคู่ชื่อตำบล อำเภอ จังหวัด ที่ไม่ซ้ำ",
            "Give --codes-from, so that unique names of tambon, amphoe and province are matched.",
        ),
        place=Place(file=file),
        figures={"rows": rows, "of": all_rows},
    )


def boundary_same_place(file: str, codes: Sequence[str]) -> Finding:
    """Several village points stand on one spot."""
    return Finding(
        code="boundary_same_place",
        says=Text(
            f"{len(codes)} จุดทับกันพอดี: {some(codes)}",
            f"{len(codes)} points stand exactly on another: {some(codes)}.",
        ),
        remedy=Text("ระยะถึงหมู่บ้านเหล่านี้อาจผิด", "Distances to these villages may be wrong."),
        place=Place(file=file),
        figures={"codes": list(codes)},
    )
