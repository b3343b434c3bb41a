"""Area codes of Provincial Administration (DOPA): province 2, amphoe 4, tambon 6, village 8 digits."""

from __future__ import annotations

import re

from thai import problems
from thai.text import arabic_digits, normalise

LEVELS = {2: "province", 4: "amphoe", 6: "tambon", 8: "village"}
PROVINCES = {
    "10": "กรุงเทพมหานคร", "11": "สมุทรปราการ", "12": "นนทบุรี", "13": "ปทุมธานี",
    "14": "พระนครศรีอยุธยา", "15": "อ่างทอง", "16": "ลพบุรี", "17": "สิงห์บุรี", "18": "ชัยนาท",
    "19": "สระบุรี", "20": "ชลบุรี", "21": "ระยอง", "22": "จันทบุรี", "23": "ตราด",
    "24": "ฉะเชิงเทรา", "25": "ปราจีนบุรี", "26": "นครนายก", "27": "สระแก้ว", "30": "นครราชสีมา",
    "31": "บุรีรัมย์", "32": "สุรินทร์", "33": "ศรีสะเกษ", "34": "อุบลราชธานี", "35": "ยโสธร",
    "36": "ชัยภูมิ", "37": "อำนาจเจริญ", "38": "บึงกาฬ", "39": "หนองบัวลำภู", "40": "ขอนแก่น",
    "41": "อุดรธานี", "42": "เลย", "43": "หนองคาย", "44": "มหาสารคาม", "45": "ร้อยเอ็ด",
    "46": "กาฬสินธุ์", "47": "สกลนคร", "48": "นครพนม", "49": "มุกดาหาร", "50": "เชียงใหม่",
    "51": "ลำพูน", "52": "ลำปาง", "53": "อุตรดิตถ์", "54": "แพร่", "55": "น่าน", "56": "พะเยา",
    "57": "เชียงราย", "58": "แม่ฮ่องสอน", "60": "นครสวรรค์", "61": "อุทัยธานี", "62": "กำแพงเพชร",
    "63": "ตาก", "64": "สุโขทัย", "65": "พิษณุโลก", "66": "พิจิตร", "67": "เพชรบูรณ์",
    "70": "ราชบุรี", "71": "กาญจนบุรี", "72": "สุพรรณบุรี", "73": "นครปฐม", "74": "สมุทรสาคร",
    "75": "สมุทรสงคราม", "76": "เพชรบุรี", "77": "ประจวบคีรีขันธ์", "80": "นครศรีธรรมราช",
    "81": "กระบี่", "82": "พังงา", "83": "ภูเก็ต", "84": "สุราษฎร์ธานี", "85": "ระนอง",
    "86": "ชุมพร", "90": "สงขลา", "91": "สตูล", "92": "ตรัง", "93": "พัทลุง", "94": "ปัตตานี",
    "95": "ยะลา", "96": "นราธิวาส",
}  # fmt: skip
"""The 77 provinces by code; those that were abolished are not among them."""
_CODE = re.compile(r"(?:TH)?([1-9]\d(?:\d\d){0,3})(?:\.0+)?", re.IGNORECASE)
_LAO = re.compile(r"lao:\s*(\d+)", re.IGNORECASE)


def area_code(value: object) -> str:
    """The bare digits of a code given as ``TH801206``, ``801206``, 801206, 801206.0 or in Thai digits.

    Raises ``Problem`` for anything else, empty values included.
    """
    found = _CODE.fullmatch(arabic_digits(normalise(str(value))))
    if not found:
        raise problems.area_code_unreadable(value)
    return found[1]


def level_of(code: str) -> str:
    """``province``, ``amphoe``, ``tambon`` or ``village`` by the number of digits; raises ``Problem``."""
    return LEVELS[len(area_code(code))]


def parse_area_argument(text: str) -> str:
    """What ``--area`` names: '' for ``all``, an area's bare digits, or ``lao:DIGITS``; raises ``Problem``."""
    cleaned = arabic_digits(normalise(text))
    if cleaned.casefold() == "all":
        return ""
    if lao := _LAO.fullmatch(cleaned):
        return f"lao:{lao[1]}"
    if not _CODE.fullmatch(cleaned):
        raise problems.area_argument_unreadable(text)
    return area_code(cleaned)
