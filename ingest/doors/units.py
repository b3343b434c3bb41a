"""The units of the workbooks in words. A unit that is not named here is shown as the workbook writes it."""

from __future__ import annotations

from thai.problem import Text

#: Square metres of one unit of land.
LAND_M2 = {"rai": 1600, "ngan": 400, "sq_wah": 4, "m2": 1}
#: A number that is a name, such as a year: without thousands and unit.
UNCOUNTED = {"year_be"}

WORDS = {
    "%": Text("%", "%"),
    # land, plants, water
    "tree": Text("ต้น", "trees"), "plot": Text("แปลง", "plots"), "tree_per_rai": Text("ต้น/ไร่", "trees/rai"),
    "kg": Text("กก.", "kg"), "kg_per_tree": Text("กก./ต้น", "kg/tree"), "ngan": Text("งาน", "ngan"),
    "sq_wah": Text("ตร.ว.", "sq wah"), "m": Text("ม.", "m"), "cm": Text("ซม.", "cm"), "km": Text("กม.", "km"),
    "m3": Text("ลบ.ม.", "m³"), "m3_per_s": Text("ลบ.ม./วินาที", "m³/s"), "ppt": Text("ส่วนในพันส่วน", "ppt"),
    "kg_per_rai": Text("กก./ไร่", "kg/rai"), "mm": Text("มม.", "mm"), "asset": Text("แห่ง", "assets"),
    "agreement": Text("ข้อตกลง", "agreements"), "case": Text("กรณี", "cases"),
    # money
    "baht_per_kg": Text("บาท/กก.", "baht/kg"), "baht_per_rai": Text("บาท/ไร่", "baht/rai"),
    "account": Text("บัญชี", "accounts"), "debt": Text("ก้อน", "debts"),
    "baht_per_person": Text("บาท/คน", "baht/person"), "fund": Text("กองทุน", "funds"),
    "line": Text("รายการ", "lines"), "transfer": Text("ครั้ง", "transfers"),
    # people and places
    "person": Text("คน", "people"), "household": Text("ครัวเรือน", "households"),
    "group": Text("กลุ่ม", "groups"), "team": Text("ทีม", "teams"), "body": Text("คณะ", "bodies"),
    "partner": Text("ภาคี", "partners"), "agency": Text("หน่วยงาน", "agencies"),
    "organisation": Text("องค์กร", "organisations"), "authority": Text("อปท.", "local authorities"),
    "area": Text("พื้นที่", "areas"), "village": Text("หมู่บ้าน", "villages"), "tambon": Text("ตำบล", "tambons"),
    "amphoe": Text("อำเภอ", "districts"), "province": Text("จังหวัด", "provinces"),
    # time
    "year": Text("ปี", "years"), "month": Text("เดือน", "months"), "day": Text("วัน", "days"),
    "hour": Text("ชั่วโมง", "hours"), "time": Text("ครั้ง", "times"), "round": Text("รอบ", "rounds"),
    # work
    "project": Text("โครงการ", "projects"), "forum": Text("เวที", "forums"), "event": Text("ครั้ง", "events"),
    "decision": Text("มติ", "decisions"), "problem": Text("ปัญหา", "problems"),
    "agenda": Text("วาระ", "agendas"),
    "lesson": Text("บทเรียน", "lessons"), "innovation": Text("นวัตกรรม", "innovations"),
    "record": Text("รายการ", "records"), "item": Text("ชิ้น", "items"), "answer": Text("คำตอบ", "answers"),
    "book": Text("เล่ม", "books"), "step": Text("ขั้น", "steps"), "tick": Text("เครื่องหมาย", "ticks"),
    "point": Text("คะแนน", "points"), "purpose": Text("เรื่อง", "purposes"),
}  # fmt: skip
