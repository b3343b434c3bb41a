"""What can go wrong with another office's server, and what its user can do."""

from __future__ import annotations

from thai.problem import Place, Problem, Text


def unreachable(host: str, reason: str) -> Problem:
    """No connection, or one that breaks off every time."""
    return Problem(
        "source_unreachable",
        Text(f"ติดต่อเครื่องแม่ข่าย {host} ไม่ได้ ({reason})", f"The server {host} cannot be reached ({reason})."),
        Text(
            "ตรวจอินเทอร์เน็ตและที่อยู่แม่ข่าย แล้วสั่งอีกครั้ง ระบบจะดึงต่อจากที่ค้างไว้",
            "Check the network and the address, then run it again: it goes on where it stopped.",
        ),
        Place(file=host),
    )


def certificate(host: str) -> Problem:
    """The server cannot prove that it is the one that was asked."""
    return Problem(
        "source_certificate",
        Text(f"ใบรับรองของ {host} ใช้ไม่ได้", f"The certificate of {host} is not valid."),
        Text(
            "ตรวจวันเวลาของเครื่องนี้ก่อน ถ้าถูกแล้วให้แจ้งผู้ดูแลแม่ข่าย อย่าส่งรหัสผ่านไปยังแม่ข่ายนี้",
            "Check this machine's date and time first; if they are right, tell the server's administrator.",
        ),
        Place(file=host),
    )


def refused(host: str, status: int) -> Problem:
    """Wrong or expired credentials, or no right to the project."""
    return Problem(
        "source_refused",
        Text(
            f"แม่ข่าย {host} ไม่ให้เข้าใช้ ({status}): รหัสผ่านหรือโทเค็นผิด หมดอายุ หรือไม่มีสิทธิ์",
            f"The server {host} refuses ({status}): a wrong or expired password or token, or no right.",
        ),
        Text(
            "ตรวจแฟ้มรหัส และสิทธิ์ของบัญชีในโครงการนั้น",
            "Check the file with the credentials, and the account's rights in that project.",
        ),
        Place(file=host),
    )


def not_there(host: str, what: str) -> Problem:
    """A project, form or asset that the server does not have."""
    return Problem(
        "source_not_found",
        Text(f"แม่ข่าย {host} ไม่มี {what}", f"The server {host} has no {what}."),
        Text("ตรวจหมายเลขโครงการและรหัสแบบฟอร์ม", "Check the project's number and the form's id."),
        Place(file=host),
    )


def moved(host: str, target: str) -> Problem:
    """A redirect to another host: credentials do not go there."""
    return Problem(
        "source_moved",
        Text(
            f"แม่ข่าย {host} ส่งต่อไปที่ {target} จึงหยุดไว้ ไม่ส่งรหัสไปที่อื่น",
            f"The server {host} sends us on to {target}; stopped, as credentials go nowhere else.",
        ),
        Text(
            "ถ้าแม่ข่ายย้ายจริง ให้ระบุที่อยู่ใหม่ด้วย --url", "If it has really moved, give the new address with --url."
        ),
        Place(file=host),
    )


def busy(host: str, status: int) -> Problem:
    """Too many requests, or a fault of the server, after several tries."""
    return Problem(
        "source_busy",
        Text(f"แม่ข่าย {host} ยังไม่พร้อม ({status})", f"The server {host} is not ready ({status})."),
        Text(
            "รอสักครู่แล้วสั่งอีกครั้ง ที่ดึงมาแล้วไม่หาย",
            "Wait a while and run it again; what has come is kept.",
        ),
        Place(file=host),
    )


def odd_answer(host: str, what: str) -> Problem:
    """Something that is not what the interface promises: a login page, half a document."""
    return Problem(
        "source_odd_answer",
        Text(
            f"คำตอบจาก {host} ไม่ใช่ข้อมูลที่ขอ ({what})",
            f"The answer of {host} is not what was asked for ({what}).",
        ),
        Text(
            "เครือข่ายอาจมีหน้าเข้าสู่ระบบคั่นอยู่ หรือที่อยู่ไม่ใช่แม่ข่ายนี้ เปิดที่อยู่ในเบราว์เซอร์ดูก่อน",
            "A sign-in page may stand between, or the address is another site's: open it in a browser first.",
        ),
        Place(file=host),
    )


def rejected(host: str, words: str) -> Problem:
    """The server does not take what was sent, and says why."""
    return Problem(
        "source_rejected",
        Text(f"แม่ข่าย {host} ไม่รับสิ่งที่ส่งไป: {words}", f"The server {host} does not take it: {words}"),
        Text("แก้ตามที่แม่ข่ายบอก แล้วสั่งอีกครั้ง", "Mend what it says, then run it again."),
        Place(file=host),
    )


def version_taken(form_id: str, version: str) -> Problem:
    """A workbook was changed without a new version."""
    return Problem(
        "source_version_taken",
        Text(
            f"แม่ข่ายมี {form_id} รุ่น {version} อยู่แล้ว แต่เนื้อหาไม่เหมือนกัน",
            f"The server has {form_id} {version} already, with other content.",
        ),
        Text(
            "เปลี่ยน version ในแผ่น settings แล้วส่งใหม่",
            "Give it a new version in the sheet settings, then publish again.",
        ),
        Place(file=form_id),
    )


def not_central(number: int) -> Problem:
    """Something that only ODK Central can do was asked of another kind of server."""
    return Problem(
        "source_not_central",
        Text(f"แหล่งข้อมูลหมายเลข {number} ไม่ใช่ ODK Central", f"The source number {number} is no ODK Central."),
        Text("ดูรายการที่หน้า “แหล่งข้อมูล”", "See the list on the page *Sources*."),
    )


def credentials_missing(how: str) -> Problem:
    """Neither a file nor the environment names who asks."""
    return Problem(
        "source_credentials",
        Text("ไม่พบชื่อผู้ใช้หรือโทเค็นของแม่ข่าย", "No credentials for the server were found."),
        Text(f"ใส่ไว้ใน {how} (ไม่พิมพ์ลงในคำสั่ง)", f"Put them into {how}; never on the command line."),
    )


def answers_unread(form_id: str, questions: list[str]) -> Problem:
    """Submissions answer what the form does not ask any more: the server tells no older version of it."""
    named = ", ".join(questions[:8])
    return Problem(
        "source_answers_unread",
        Text(
            f"มีคำตอบของคำถามที่ลบออกจากแบบ {form_id} ไปแล้ว จึงไม่อยู่ในตาราง: {named}",
            f"Answers to questions that the form {form_id} no longer has stand in no table: {named}",
        ),
        Text(
            "คำตอบยังอยู่ในบันทึกตามที่ได้รับ ครั้งหน้าให้ดึงข้อมูลก่อนลบคำถาม",
            "They are kept in the log as received. Next time pull before a question is deleted.",
        ),
        Place(file=form_id),
    )


def secret_in_url(host: str) -> Problem:
    """An address that names who asks would be kept, and told with every problem."""
    return Problem(
        "source_secret_in_url",
        Text(f"ที่อยู่ของแม่ข่าย {host} มีชื่อผู้ใช้หรือรหัสผ่านอยู่", f"The address of {host} holds a name or a password."),
        Text("ระบุที่อยู่อย่างเดียว และใส่รหัสไว้ในแฟ้ม", "Give the address alone, and the credentials in a file."),
        Place(file=host),
    )


def died(reason: str) -> Problem:
    """A pull ended by a fault of this program, or was ended from outside."""
    return Problem(
        "source_pull_died",
        Text(f"การดึงข้อมูลหยุดกลางคันโดยไม่คาดคิด ({reason})", f"The pull ended unexpectedly ({reason})."),
        Text(
            "ที่ดึงมาแล้วไม่หาย สั่งอีกครั้ง ถ้ายังเป็นอยู่ให้แจ้งผู้ดูแลระบบพร้อมบันทึกของโปรแกรม",
            "What has come is kept. Run it again; if it stays, give the administrator the program's log.",
        ),
    )


def list_unreadable(name: str, reason: str) -> Problem:
    """An entity list of which no form can be made here."""
    return Problem(
        "source_list_unreadable",
        Text(
            f"อ่านรายการ {name} ของแม่ข่ายนั้นไม่ได้: {reason}", f"The entity list {name} cannot be read: {reason}"
        ),
        Text(
            "สร้างรายการใหม่ที่แม่ข่ายนั้นด้วยชื่อ property อื่น แบบและรายการอื่นดึงตามปกติ",
            "Make the list anew there with another name of that property. All others are pulled as always.",
        ),
        Place(file=name),
    )


def unknown(number: int) -> Problem:
    """No source has this number."""
    return Problem(
        "source_unknown",
        Text(f"ไม่มีแหล่งข้อมูลหมายเลข {number}", f"There is no source number {number}."),
        Text("ดูรายการที่หน้า “แหล่งข้อมูล”", "See the list on the page *Sources*."),
    )


def form_differs(form_id: str, questions: list[str]) -> Problem:
    """A form that was made of one of ours asks by now what ours does not."""
    named = ", ".join(questions[:8])
    return Problem(
        "source_form_differs",
        Text(
            f"แบบ {form_id} ที่แม่ข่ายนั้นถามสิ่งที่แบบของเราไม่มี: {named}",
            f"The form {form_id} asks there what ours does not: {named}",
        ),
        Text(
            "ดาวน์โหลดแบบจากแม่ข่ายนั้นเป็น XLS ใส่เลขรุ่นใหม่ แล้วเผยแพร่ที่นี่ จากนั้นดึงอีกครั้ง",
            "Download the form there as XLS, give it a new version, publish it here, then pull again.",
        ),
    )
