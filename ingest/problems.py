"""What can go wrong while receiving, keeping and reading data: code, sentence and remedy, in one place."""

from __future__ import annotations

from pathlib import Path

from thai.problem import Place, Problem, Text


def folder_in_use(path: Path) -> Problem:
    """A second process wants the data folder."""
    return Problem(
        "folder_in_use",
        Text(
            f"โฟลเดอร์ข้อมูล {path} เปิดใช้อยู่โดยโปรแกรมอื่น",
            f"The data folder {path} is in use by another process.",
        ),
        Text(
            "ใช้หน้าต่างที่เปิดไว้แล้ว หรือปิดโปรแกรมนั้นก่อน หรือเลือกโฟลเดอร์อื่นด้วย --data",
            "Use the one that is already open, stop it first, or choose another folder with --data.",
        ),
        Place(file=str(path)),
    )


def log_unreadable(path: Path, reason: str) -> Problem:
    """The log file is damaged, or the disk is full or read-only."""
    return Problem(
        "log_unreadable",
        Text(f"เปิดบันทึกข้อมูลไม่ได้: {reason}", f"The log cannot be opened: {reason}."),
        Text(
            "ตรวจเนื้อที่ดิสก์และสิทธิ์เขียนแฟ้ม ถ้าแฟ้มเสียให้กู้คืนจากสำเนาสำรอง",
            "Check free disk space and write permission; restore a backup if the file is damaged.",
        ),
        Place(file=str(path)),
    )


def disk_full() -> Problem:
    """Nothing can be written; the phone must keep its data and try again."""
    return Problem(
        "disk_full",
        Text("เครื่องแม่ข่ายบันทึกข้อมูลไม่ได้ (ดิสก์อาจเต็ม)", "The server cannot write (its disk may be full)."),
        Text(
            "ข้อมูลยังอยู่ในโทรศัพท์ แจ้งเจ้าหน้าที่ให้เพิ่มเนื้อที่ แล้วส่งใหม่",
            "Your data is safe on the phone. Ask the office to free disk space, then send again.",
        ),
    )


def submission_conflict() -> Problem:
    """One instance id, two contents."""
    return Problem(
        "submission_conflict",
        Text(
            "แม่ข่ายมีแบบนี้อยู่แล้วแต่เนื้อหาต่างกัน เก็บไว้ทั้งสองฉบับเพื่อให้เจ้าหน้าที่ตรวจ",
            "The server already has this record with other content. Both are kept for the office to see.",
        ),
        Text("แจ้งเจ้าหน้าที่ ไม่ต้องกรอกใหม่", "Tell the office; do not fill the form again."),
    )


def malformed_upload(detail: str) -> Problem:
    """The body is not multipart/form-data with an XML part."""
    return Problem(
        "malformed_upload",
        Text("ข้อมูลที่ส่งมาไม่ครบหรือผิดรูปแบบ", f"The upload is incomplete or malformed ({detail})."),
        Text("ตรวจสัญญาณแล้วส่งใหม่", "Check the connection and send again."),
    )


def upload_too_large(limit_mb: int) -> Problem:
    """A POST beyond what the server announced."""
    return Problem(
        "upload_too_large",
        Text(f"ข้อมูลใหญ่เกิน {limit_mb} MB", f"The upload is larger than {limit_mb} MB."),
        Text("ลดขนาดภาพในการตั้งค่าแล้วส่งใหม่", "Lower the photo size in the settings and send again."),
    )


def unknown_token() -> Problem:
    """A phone with a wrong or revoked token."""
    return Problem(
        "unknown_token",
        Text("รหัสของโทรศัพท์นี้ใช้ไม่ได้หรือถูกยกเลิก", "This phone's code is unknown or was revoked."),
        Text(
            "ขอ QR ใหม่จากสำนักงานแล้วสแกน ข้อมูลที่กรอกไว้ยังอยู่ในโทรศัพท์",
            "Ask the office for a new QR code and scan it; filled forms stay on the phone.",
        ),
    )


def enumerator_exists(name: str) -> Problem:
    """The name is taken."""
    return Problem(
        "enumerator_exists",
        Text(f"มีผู้เก็บข้อมูลชื่อ {name} อยู่แล้ว", f"There is already an enumerator called {name}."),
        Text("ใช้ชื่ออื่น หรือยกเลิกของเดิมก่อน", "Choose another name, or revoke the old one first."),
    )


def enumerator_unknown(name: str) -> Problem:
    """Nobody of that name."""
    return Problem(
        "enumerator_unknown",
        Text(f"ไม่มีผู้เก็บข้อมูลชื่อ {name}", f"There is no enumerator called {name}."),
        Text("ดูรายชื่อด้วย enumerator list", "See the names with: enumerator list."),
    )


def lao_areas_missing(code: str) -> Problem:
    """An area by LAO code, without LAO boundaries."""
    return Problem(
        "lao_areas_missing",
        Text(f"ยังไม่มีขอบเขต อปท. สำหรับ lao:{code}", f"No LAO boundaries for lao:{code}."),
        Text("ใช้รหัสตำบล อำเภอ หรือจังหวัด", "Use a tambon, amphoe or province code."),
    )


def form_unknown(form_id: str) -> Problem:
    """A form nobody published."""
    return Problem(
        "form_unknown",
        Text(f"ไม่มีแบบ {form_id}", f"There is no form {form_id}."),
        Text("ดูรายชื่อด้วย forms list", "See the forms with: forms list."),
    )


def version_frozen(form_id: str, version: str) -> Problem:
    """The same version with other questions."""
    return Problem(
        "version_frozen",
        Text(
            f"แบบ {form_id} รุ่น {version} เผยแพร่ไปแล้วด้วยคำถามชุดอื่น",
            f"Form {form_id} version {version} is already published with other questions.",
        ),
        Text("เปลี่ยนเลข version ในแผ่น settings", "Raise the version in the settings sheet."),
        Place(sheet="settings", row=2, column="version"),
    )


def type_changed(form_id: str, field: str, old: str, new: str) -> Problem:
    """A question changed its kind between versions."""
    return Problem(
        "type_changed",
        Text(
            f"คำถาม {field} ของแบบ {form_id} เปลี่ยนชนิดจาก {old} เป็น {new}",
            f"Question {field} of form {form_id} changed from {old} to {new}.",
        ),
        Text("ตั้งชื่อคำถามใหม่แทนการเปลี่ยนชนิด", "Give the new question a new name."),
        Place(sheet="survey", column="type"),
    )


def layer_unknown(name: str) -> Problem:
    """A layer that no published form has."""
    return Problem(
        "layer_unknown",
        Text(f"ไม่มีชั้นข้อมูล {name}", f"There is no layer {name}."),
        Text("ดูชื่อชั้นข้อมูลด้วย status", "See the layers with: status."),
    )


def bad_filter(detail: str) -> Problem:
    """A filter that names no field or value."""
    return Problem(
        "bad_filter",
        Text(f"ตัวกรองไม่ถูกต้อง: {detail}", f"The filter is not valid: {detail}."),
        Text("ล้างตัวกรองแล้วเลือกใหม่", "Clear the filters and choose again."),
    )


def bad_view(detail: str) -> Problem:
    """A map view that is no place on earth."""
    return Problem(
        "bad_view",
        Text(f"กรอบแผนที่ไม่ถูกต้อง: {detail}", f"The map view is not valid: {detail}."),
        Text("เปิดหน้าแผนที่ใหม่", "Open the map page again."),
    )


def export_kind(name: str) -> Problem:
    """A file ending nobody writes."""
    return Problem(
        "export_kind",
        Text(f"ไม่รู้จักนามสกุลของแฟ้ม {name}", f"Unknown kind of file: {name}."),
        Text("ใช้ .gpkg .geojson .parquet .csv หรือ .xlsx", "Use .gpkg, .geojson, .parquet, .csv or .xlsx."),
    )


def not_found(path: Path) -> Problem:
    """A file or folder that is not there."""
    return Problem(
        "not_found",
        Text(f"ไม่พบ {path}", f"{path} is not there."),
        Text("ตรวจชื่อและที่อยู่ของแฟ้ม", "Check the name and the folder."),
        Place(file=str(path)),
    )


def archive_unsafe(path: Path, reason: str) -> Problem:
    """A zip that is damaged, locked or would unpack to nonsense."""
    return Problem(
        "archive_unsafe",
        Text(f"เปิดแฟ้ม zip ไม่ได้: {reason}", f"The zip file cannot be used: {reason}."),
        Text("บีบอัดโฟลเดอร์ instances ใหม่โดยไม่ใส่รหัสผ่าน", "Zip the instances folder again, without a password."),
        Place(file=str(path)),
    )


def boundary_set_unknown(name: str) -> Problem:
    """No tambons under that name."""
    return Problem(
        "boundary_set_unknown",
        Text(f"ไม่มีชุดขอบเขตตำบลชื่อ {name}", f"There is no tambon boundary set called {name}."),
        Text("ดูชื่อด้วย boundaries list", "See the names with: boundaries list."),
    )


def fetch_failed(detail: str) -> Problem:
    """The boundary catalogue could not be asked."""
    return Problem(
        "fetch_failed",
        Text(f"ดึงขอบเขตไม่ได้: {detail}", f"The boundaries could not be fetched: {detail}."),
        Text(
            "ต่ออินเทอร์เน็ตแล้วลองใหม่ หรือใช้ boundaries add กับแฟ้มที่มี",
            "Connect to the internet and try again, or use boundaries add with a file you have.",
        ),
    )


def demo_needs_empty_log() -> Problem:
    """The demo goes only into an empty log."""
    return Problem(
        "demo_needs_empty_log",
        Text("มีข้อมูลอยู่แล้ว จึงไม่ใส่ข้อมูลตัวอย่าง", "There is data already, so no demo data is added."),
        Text("ใช้ --data กับโฟลเดอร์ใหม่", "Use --data with a new folder."),
    )


def server_unreachable(address: str) -> Problem:
    """server.json names a server that does not answer."""
    return Problem(
        "server_unreachable",
        Text(f"แม่ข่ายที่ {address} ไม่ตอบ", f"The server at {address} does not answer."),
        Text("รอสักครู่แล้วลองใหม่ หรือปิดแล้วเปิด up ใหม่", "Wait and try again, or stop and start `up`."),
    )


def figure_unknown(name: str) -> Problem:
    """A number is asked of a form or question that is not there."""
    return Problem(
        "figure_unknown",
        Text(f"ไม่มีแบบหรือคำถาม “{name}” ให้คำนวณ", f"There is no form or question “{name}” to compute from."),
        Text("ตรวจชื่อแบบและคำถาม หรือเผยแพร่แบบนั้นก่อน", "Check the name, or publish that form first."),
    )


def figure_counts_twice(form_id: str, ref: str) -> Problem:
    """A condition looks into rows below those that are counted."""
    return Problem(
        "figure_counts_twice",
        Text(
            f"ตัวชี้วัดของ {form_id} ใช้คำถาม {ref} ซึ่งอยู่ในกลุ่มซ้ำคนละชั้น จะนับซ้ำ",
            f"An indicator of {form_id} uses {ref}, a question of other rows: it would count twice.",
        ),
        Text("ใช้คำถามในชั้นเดียวกันหรือชั้นที่ครอบอยู่", "Use questions of the same rows, or of those around them."),
    )


def figure_of_own_set(name: str) -> Problem:
    """A number cannot be counted by boundaries that records are not joined with."""
    return Problem(
        "figure_of_own_set",
        Text(
            f"ตัวเลขนี้นับตามชุดขอบเขตอื่นไม่ได้ เพราะ {name} ไม่มีพิกัดที่ท่านดูได้",
            f"This number cannot be counted by another boundary set: {name} has no places that you may see.",
        ),
        Text(
            "เลือกชุดขอบเขตหลัก หรือระบายสีตามตัวชี้วัดอื่น",
            "Choose the default boundary set, or colour by another indicator.",
        ),
    )


def figure_closed(form_id: str) -> Problem:
    """The viewer's role may not see what a number is made of."""
    return Problem(
        "figure_closed",
        Text(
            f"ตัวเลขนี้คำนวณจากคำตอบในแบบ {form_id} ที่บทบาทของท่านดูไม่ได้",
            f"This number is made of answers in {form_id} that your role may not see.",
        ),
        Text("ขอให้ผู้มีสิทธิ์ในพื้นที่เป็นผู้ดู", "Ask somebody of the area whose role may."),
    )


def figure_undated(form_id: str) -> Problem:
    """A period is asked of a form that asks for no date."""
    return Problem(
        "figure_undated",
        Text(
            f"แบบ {form_id} ไม่มีคำถามวันที่ จึงแบ่งตามช่วงเวลาไม่ได้",
            f"The form {form_id} asks for no date, so it cannot be cut by periods.",
        ),
        Text("เลือกทุกช่วงเวลา หรือเพิ่มคำถามวันที่ในแบบ", "Choose all time, or add a date to the form."),
    )


def figure_of_years(form_id: str) -> Problem:
    """A month or another part of a fiscal year is asked of what is recorded year by year."""
    return Problem(
        "figure_of_years",
        Text(f"แบบ {form_id} บันทึกเป็นปีงบประมาณ แบ่งปีไม่ได้", f"The form {form_id} is of whole fiscal years."),
        Text("เลือกปีงบประมาณ หรือทุกช่วงเวลา", "Choose a fiscal year, or all time."),
    )


def entity_unknown(dataset: str, entity_id: str) -> Problem:
    """Nothing of that id in a list."""
    return Problem(
        "entity_unknown",
        Text(f"รายการ {dataset} ไม่มี {entity_id}", f"The list {dataset} has no {entity_id}."),
        Text("เลือกจากรายการที่มีอยู่", "Choose from the list."),
    )


def record_unknown(instance_id: str) -> Problem:
    """No submission of that id was received."""
    return Problem(
        "record_unknown",
        Text(f"ไม่มีรายการ {instance_id}", f"There is no record {instance_id}."),
        Text("เปิดรายการจากหน้ารายการอีกครั้ง", "Open it from the list of records again."),
    )


def not_allowed() -> Problem:
    """A role or an area that does not reach so far."""
    return Problem(
        "not_allowed",
        Text("บัญชีนี้ไม่มีสิทธิ์ทำสิ่งนี้ในพื้นที่นี้", "This account may not do this in this area."),
        Text("ขอให้เจ้าหน้าที่หรือผู้ดูแลของพื้นที่ทำ", "Ask an officer or administrator of the area."),
    )


def reason_missing() -> Problem:
    """Something that is only done with a reason."""
    return Problem(
        "reason_missing",
        Text("ต้องบอกเหตุผล", "A reason is needed."),
        Text("เขียนเหตุผลสั้น ๆ ไว้ให้คนอื่นเข้าใจ", "Write a short reason that others will understand."),
    )


def correct_by_hand() -> Problem:
    """A correction that only the record itself can carry."""
    return Problem(
        "correct_by_hand",
        Text("รายการนี้ต้องแก้ที่ตัวแบบ", "This entry has to be corrected in the record itself."),
        Text("เปิดรายการแล้วแก้ หรือให้ผู้เก็บข้อมูลแก้ในโทรศัพท์", "Open the record, or have it corrected on the phone."),
    )


def file_exists(path: Path) -> Problem:
    """A file that would be overwritten."""
    return Problem(
        "file_exists",
        Text(f"มีแฟ้ม {path} อยู่แล้ว", f"There is a file {path} already."),
        Text("ใช้ชื่ออื่น หรือระบุ --to", "Choose another name, or say --to."),
        Place(file=str(path)),
    )
