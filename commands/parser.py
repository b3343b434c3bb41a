"""The words and options of the command line. Standard library only, so that help needs no installation."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from commands import values

ROOT = Path(__file__).resolve().parents[1]
LEVELS = ("tambon", "amphoe", "province", "lao", "village", "overlay")
ROLES = ("administrator", "planner", "officer")
MEASUREMENTS = (
    "acceptance",
    "projection",
    "visible",
    "map",
    "viewers",
    "rivals",
    "places",
    "country",
    "papers",
    "exports",
    "numbers",
    "pull",
    "sheets",
)
PLATFORMS = ("windows", "linux", "macos")
PYTHONS = ("3.11", "3.12", "3.13")
AREA = "รหัสพื้นที่ · all, 2, 4, 6 or 8 digits with or without TH, or lao:CODE"

Commands = argparse._SubParsersAction  # the type has no public name


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read a command line. ``command`` is its first word, ``data`` an absolute path, ``json`` a bool.

    A usage mistake, and a line without a command, print help to standard error and exit with 2.
    """
    parser = build()
    args = parser.parse_args(argv)
    if args.command is None:
        parser.print_help(sys.stderr)
        parser.exit(2)
    data = getattr(args, "data", None) or os.environ.get("TAMBON_DATA") or ROOT / "data"
    args.data = Path(data).expanduser().absolute()
    args.json = getattr(args, "json", False)
    return args


def build() -> argparse.ArgumentParser:
    """The whole interface: one function adds each command."""
    parser: argparse.ArgumentParser = values.InAnyOrder(
        prog="tambon.py",
        description="สมุดแผนที่ตำบล · Tambon Atlas: survey forms in, a map of issues out.",
        parents=[_everywhere()],
        epilog="Windows: py tambon.py …   วิธีใช้แต่ละคำสั่ง · each command has its own --help",
    )
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="คำสั่ง · commands")
    for add in (
        _up,
        _test,
        _kit,
        _forms,
        _boundaries,
        _locate,
        _enumerator,
        _account,
        _ingest,
        _central,
        _export,
        _check_table,
        _report,
        _backup,
        _restore,
    ):
        add(commands)
    _add(commands, "status", "จำนวนที่รับและแสดงแล้ว · what has been received and shown")
    _add(commands, "rebuild", "สร้างตารางใหม่จากบันทึกต้นฉบับ · make the tables again from the log")
    _add(commands, "verify", "ตรวจว่าตารางตรงกับบันทึก · check the tables against the log")
    _bench(commands)
    demo = _actions(_add(commands, "demo", "ข้อมูลตัวอย่าง · the demo data"))
    _add(demo, "remove", "ลบเฉพาะข้อมูลตัวอย่าง · remove the demo data and nothing else")
    return parser


def _bench(commands: Commands[argparse.ArgumentParser]) -> None:
    bench = _add(commands, "bench", "วัดความเร็วบนเครื่องนี้ · measure the speed of this machine")
    bench.add_argument(
        "--only", dest="parts", action="append", choices=MEASUREMENTS, help="เฉพาะส่วนนี้ · only this part"
    )
    bench.add_argument("--small", action="store_true", help="ลองทุกส่วนเร็ว ๆ · try every part quickly")


def _everywhere() -> argparse.ArgumentParser:
    """``--data`` and ``--json``, before or after any word; left unset when absent so that neither wins."""
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = shared.add_argument_group("ใช้ได้ทุกคำสั่ง · with every command but test")
    group.add_argument("--data", metavar="DIR", help="โฟลเดอร์ข้อมูล · data folder (TAMBON_DATA; default data/)")
    group.add_argument("--json", action="store_true", help="ผลเป็น JSON · the result as one JSON document")
    return shared


def _add(commands: Commands[argparse.ArgumentParser], word: str, says: str) -> argparse.ArgumentParser:
    return commands.add_parser(word, help=says, description=says, parents=[_everywhere()])


def _actions(parser: argparse.ArgumentParser) -> Commands[argparse.ArgumentParser]:
    return parser.add_subparsers(dest="action", metavar="ACTION", required=True)


def _up(commands: Commands[argparse.ArgumentParser]) -> None:
    up = _add(commands, "up", "เปิดแผนที่และตัวรับข้อมูลจากโทรศัพท์ · start the map and the phones' server")
    up.add_argument("--host", metavar="H", default="0.0.0.0", help="ที่อยู่ · address to bind (default all)")  # noqa: S104 phones must reach it
    up.add_argument("--port", metavar="N", type=values.port, default=8080, help="พอร์ต · port (default 8080)")
    up.add_argument(
        "--public-url", metavar="URL", type=values.web_address, help="ที่อยู่ที่โทรศัพท์ใช้ · address the phones use"
    )
    up.add_argument(
        "--proxy",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="เชื่อ header จากพร็อกซีนี้ · believe forwarded headers from this address only",
    )
    first = up.add_mutually_exclusive_group()
    first.add_argument("--demo", action="store_true", help="เริ่มด้วยข้อมูลตัวอย่าง · start with the demo data")
    first.add_argument("--empty", action="store_true", help="เริ่มแบบไม่มีข้อมูล · start without data")


def _test(commands: Commands[argparse.ArgumentParser]) -> None:
    says = "ชุดทดสอบทั้งหมด · the whole test suite; arguments go to pytest"
    # Options after `test` are pytest's: without a prefix character none of them is taken for ours.
    test = commands.add_parser("test", help=says, description=says, prefix_chars="\0", add_help=False)
    test.add_argument("pytest_args", metavar="PYTEST ARGS", nargs=argparse.REMAINDER)


def _kit(commands: Commands[argparse.ArgumentParser]) -> None:
    kit = _add(commands, "kit", "ชุดติดตั้งลง USB ไม่ใช้อินเทอร์เน็ต · program and wheels for a USB stick")
    kit.add_argument("folder", metavar="DIR", type=Path, help="โฟลเดอร์ใหม่ · a new folder")
    kit.add_argument("--platform", required=True, choices=PLATFORMS, help="เครื่องปลายทาง · where it will run")
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    kit.add_argument(
        "--python", choices=PYTHONS, default=here, help="Python ปลายทาง · its Python (default %(default)s)"
    )


def _forms(commands: Commands[argparse.ArgumentParser]) -> None:
    actions = _actions(_add(commands, "forms", "แบบสำรวจ · the survey forms"))
    for action, says in (
        ("check", "ตรวจไฟล์ฟอร์ม · find the mistakes in workbooks"),
        ("publish", "เผยแพร่ฟอร์มให้โทรศัพท์ · give workbooks to the phones"),
    ):
        word = _add(actions, action, says)
        word.add_argument("files", metavar="FILE", nargs="*", type=Path, help="ไฟล์ .xlsx · default: forms/")
    withdraw = _add(actions, "withdraw", "หยุดเผยแพร่ ข้อมูลเดิมยังอยู่ · offer forms no more; their data stays")
    withdraw.add_argument("forms", metavar="FORM_ID", nargs="+")
    _add(actions, "list", "ฟอร์มที่เผยแพร่อยู่ · the published forms")
    new = _add(actions, "new", "สมุดงานตั้งต้นพร้อมคำอธิบาย · a commented workbook to start from")
    new.add_argument("name", metavar="NAME", help="ชื่อแบบ a–z 0–9 _ · the form's id")
    new.add_argument("--to", metavar="FILE", type=Path, help="default: NAME.xlsx")
    build = _add(actions, "build", "แบบสำหรับ Central และ Kobo · builds for other servers")
    build.add_argument("files", metavar="FILE", nargs="*", type=Path, help="ไฟล์ .xlsx · default: forms/")
    build.add_argument("--to", metavar="DIR", type=Path, required=True, help="โฟลเดอร์ปลายทาง · where to")
    build.add_argument("--area", metavar="CODE", help="พื้นที่ของรายชื่อ · the area of the lists")
    web = _add(actions, "web", "กรอกแบบในเบราว์เซอร์ (iPhone) · bring what shows forms in browsers")
    web.add_argument(
        "--from", dest="archives", metavar="DIR", type=Path, help="โฟลเดอร์ไฟล์ .tgz · archives instead of npm"
    )


def _boundaries(commands: Commands[argparse.ArgumentParser]) -> None:
    actions = _actions(_add(commands, "boundaries", "ขอบเขตตำบล · boundary sets"))
    add = _add(actions, "add", "เพิ่มชุดขอบเขต · add a boundary file")
    add.add_argument("file", metavar="FILE", type=Path)
    add.add_argument("--set", dest="boundary_set", metavar="NAME", help="ชื่อชุด · the set's name")
    add.add_argument("--level", choices=LEVELS, help="ระดับ · default: found from the columns")
    add.add_argument("--published", metavar="DATE", help="วันที่เผยแพร่ · when it was published")
    add.add_argument("--source", metavar="TEXT", help="ที่มาและสัญญาอนุญาต · where it is from, and its licence")
    add.add_argument("--crs", metavar="EPSG:N", help="ระบบพิกัดที่แท้จริง · what the coordinates really are")
    add.add_argument("--encoding", metavar="NAME", help="รหัสอักษร · text encoding: UTF-8, CP874")
    add.add_argument("--layer", metavar="NAME", help="ชั้นข้อมูลในไฟล์ · the layer of several")
    add.add_argument("--code-column", metavar="NAME", help="คอลัมน์รหัสพื้นที่ · the column of area codes")
    add.add_argument(
        "--codes-from",
        metavar="SET|FILE",
        help="ชุดขอบเขตหรือรายชื่อรหัส (CSV) สำหรับจับคู่ชื่อและตรวจ · set or code list to match names and check with",
    )
    add.add_argument(
        "--buffer-m", metavar="M", type=float, default=0.0,
        help="ขยายเส้นข้างละกี่เมตร เช่น คลอง · widen an overlay's lines by M metres to either side",
    )  # fmt: skip
    _provenance(add)
    _add(actions, "list", "ชุดขอบเขตที่มี · the boundary sets here")
    use = _add(
        actions, "use", "เลือกชุดที่ใช้ประจำ แล้วหาตำบลใหม่ทั้งหมด · make a set the default; all is joined again"
    )
    use.add_argument("boundary_set", metavar="NAME", help="ชื่อชุด · the set's name")
    compare = _add(actions, "compare", "เทียบสองชุด: คงเดิม เปลี่ยนชื่อ แยก รวม ย้าย · what became of each area")
    compare.add_argument(
        "old", metavar="OLD", help="ชุดเดิมหรือไฟล์ · a set, a boundary file or a code list (CSV)"
    )
    compare.add_argument("new", metavar="NEW", help="ชุดใหม่หรือไฟล์ · the other one")
    compare.add_argument("--level", choices=LEVELS, help="ระดับ · default: the deepest")
    compare.add_argument("--area", metavar="CODE", default="all", help=AREA)
    compare.add_argument(
        "--keep-codes", action="store_true",
        help="ให้รหัสเดิมชี้ที่เดิมในชุดใหม่ · let former codes name their places in the set NEW",
    )  # fmt: skip
    _add(actions, "fetch", "ดาวน์โหลดชุดทั้งประเทศ · download the national set")


def _provenance(add: argparse.ArgumentParser) -> None:
    """Where a set comes from and how far it carries."""
    add.add_argument("--licence", metavar="TEXT", help="สัญญาอนุญาต · its licence")
    add.add_argument("--valid-from", metavar="DATE", help="ใช้ได้ตั้งแต่วันที่ · the first day it holds")
    add.add_argument("--valid-to", metavar="DATE", help="ใช้ได้ถึงวันที่ · the last day it holds")
    add.add_argument("--agency", metavar="NAME", help="หน่วยงานผู้จัดทำ · the agency that drew it")
    add.add_argument("--scale", metavar="N", type=int, help="มาตราส่วน เช่น 50000 · 50000 for 1:50,000")
    add.add_argument("--legal-status", metavar="TEXT", help="สถานะทางกฎหมาย · by which law or decision")
    add.add_argument("--use", action="store_true", help="ใช้เป็นชุดประจำทันที · make it the default at once")


def _locate(commands: Commands[argparse.ArgumentParser]) -> None:
    locate = _add(commands, "locate", "หาตำบลของจุดในไฟล์ · place every row of a file in its tambon")
    locate.add_argument("file", metavar="FILE", type=Path)
    locate.add_argument("--to", metavar="OUT", type=Path, required=True, help="ไฟล์ผลลัพธ์ · the file to write")
    locate.add_argument("--set", dest="boundary_set", metavar="NAME", help="ชุดขอบเขต · boundary set")
    many = locate.add_mutually_exclusive_group()
    many.add_argument(
        "--workers", metavar="N", type=int,
        help="ข้อมูลทั้งประเทศ (.parquet) แบ่งทำทีละจังหวัด · a whole country's records, by N processes",
    )  # fmt: skip
    many.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="ทำบนคลัสเตอร์ Dask · on a Dask cluster, such as tcp://10.0.0.5:8786",
    )


def _enumerator(commands: Commands[argparse.ArgumentParser]) -> None:
    actions = _actions(_add(commands, "enumerator", "ผู้เก็บข้อมูลและ QR · enumerators and their QR codes"))
    add = _add(actions, "add", "สร้าง QR ของคนหนึ่ง · make one person's QR code")
    add.add_argument("name", metavar="NAME", type=values.somebody)
    add.add_argument("--area", metavar="CODE", required=True, help=AREA)
    add.add_argument(
        "--url",
        metavar="URL",
        type=values.web_address,
        help="ที่อยู่เซิร์ฟเวอร์ · the server's address as phones see it",
    )
    add.add_argument(
        "--forms", metavar="FORM", nargs="+",
        help="แบบที่โทรศัพท์ได้รับ ถ้าไม่ระบุจะได้แบบของอาสา · the forms this phone gets; a volunteer's when left out",
    )  # fmt: skip
    _add(actions, "list", "รายชื่อและที่ส่งมาแล้ว · who they are and what they sent")
    _add(actions, "revoke", "ยกเลิก QR · stop a QR code").add_argument("name", metavar="NAME")


def _account(commands: Commands[argparse.ArgumentParser]) -> None:
    actions = _actions(_add(commands, "account", "บัญชีผู้ใช้ · who may sign in"))
    add = _add(actions, "add", "เพิ่มบัญชี · add an account")
    add.add_argument("email", metavar="EMAIL", type=values.email)
    add.add_argument("--role", required=True, choices=ROLES, help="บทบาท · role")
    add.add_argument("--area", metavar="CODE", required=True, help=AREA)
    change = _add(actions, "change", "เปลี่ยนบทบาท พื้นที่ หรือรหัสผ่าน · change role, area or password")
    change.add_argument("email", metavar="EMAIL")
    change.add_argument("--role", choices=ROLES, help="บทบาท · role")
    change.add_argument("--area", metavar="CODE", help=AREA)
    change.add_argument(
        "--password", action="store_true",
        help="ออกรหัสผ่านใหม่ บัญชีที่ปิดไว้จะเปิดใหม่ · a new password; a closed account is open again",
    )  # fmt: skip
    _add(actions, "list", "บัญชีทั้งหมด · every account")
    _add(actions, "disable", "ปิดบัญชี · close an account").add_argument("email", metavar="EMAIL")


def _ingest(commands: Commands[argparse.ArgumentParser]) -> None:
    actions = _actions(_add(commands, "ingest", "นำเข้าข้อมูล · bring submissions in"))
    files = _add(actions, "files", "จากโฟลเดอร์หรือ zip · from folders or zips of instance XML")
    files.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    files.add_argument(
        "--map", dest="mapping", metavar="FILE", type=Path,
        help="ตารางหรือแผนที่ของสำนักงาน จับคู่ตามแฟ้มนี้ · a table or layer, read by this mapping (TOML)",
    )  # fmt: skip
    files.add_argument(
        "--suggest", metavar="FORM_ID", help="ร่างแฟ้มจับคู่กับแบบนี้ · draft a mapping to this form, store nothing"
    )
    files.add_argument(
        "--form",
        metavar="FORM_ID",
        default="",
        help="แบบของแฟ้มส่งออก · the form of an export that does not tell",
    )
    files.add_argument("--dry-run", action="store_true", help="แสดงก่อน ไม่เก็บ · show every row, store nothing")
    central = _add(actions, "central", "จาก ODK Central · from a project of ODK Central")
    central.add_argument("--url", metavar="URL", required=True, help="ที่อยู่แม่ข่าย · the server's address")
    central.add_argument(
        "--project", metavar="N", required=True, help="หมายเลขโครงการ · the project's number"
    )
    central.add_argument("--form", metavar="ID", default="", help="แบบเดียว · one form (default: all)")
    central.add_argument(
        "--config", metavar="FILE", type=Path,
        help="pyodk.toml ที่มีชื่อและรหัสผ่าน · with the credentials (or TAMBON_CENTRAL_USER, …_PASSWORD)",
    )  # fmt: skip
    kobo = _add(actions, "kobo", "จาก KoboToolbox · from an asset of KoboToolbox")
    kobo.add_argument("--url", metavar="URL", required=True, help="ที่อยู่แม่ข่าย · the server's address")
    kobo.add_argument("--asset", metavar="UID", required=True, help="รหัสแบบฟอร์ม · the form's uid")
    kobo.add_argument(
        "--token-file", metavar="FILE", type=Path, help="แฟ้มโทเค็น · the API token (or TAMBON_KOBO_TOKEN)"
    )
    again = _add(actions, "again", "ดึงจากแหล่งที่เคยดึง · pull from a source that is known")
    again.add_argument("number", metavar="NUMBER", type=int, help="หมายเลขจากหน้าแหล่งข้อมูล · its number")
    for pull in (central, kobo, again):
        pull.add_argument("--whole", action="store_true", help="เทียบทั้งหมด · compare the whole index now")
    for new in (central, kobo):
        new.add_argument(
            "--every",
            metavar="MINUTES",
            type=values.minutes,
            help="ดึงเองทุกกี่นาที 0 = หยุด · go on by schedule, 0 ends it",
        )  # fmt: skip


def _central(commands: Commands[argparse.ArgumentParser]) -> None:
    actions = _actions(_add(commands, "central", "ส่งไปยัง ODK Central · give to a project of ODK Central"))
    publish = _add(actions, "publish", "ส่งแบบฟอร์มไป · publish workbooks there")
    people = _add(actions, "people", "ผู้ใช้แอปและ QR · app users and their QR codes")
    reviews = _add(actions, "reviews", "ส่งผลพิจารณาไป · push review decisions")
    for one in (publish, people, reviews):
        one.add_argument("number", metavar="NUMBER", type=int, help="หมายเลขแหล่งข้อมูล · the source's number")
        one.add_argument("--dry-run", action="store_true", help="แสดงก่อน ไม่ทำ · say what would be done")
    publish.add_argument(
        "files", metavar="FILE", nargs="*", type=Path, help=".xlsx (ไม่ระบุ = ทุกแบบในชุด · all shipped ones)"
    )
    people.add_argument("names", metavar="NAME", nargs="+")
    people.add_argument("--forms", metavar="FORM", nargs="+", help="แบบที่ได้รับ · the forms they get (all)")
    reviews.add_argument(
        "--ours", action="store_true", help="ใช้ของเราเมื่อต่างกัน · where the two differ, ours holds"
    )


def _export(commands: Commands[argparse.ArgumentParser]) -> None:
    export = _add(commands, "export", "ส่งออกชั้นข้อมูล · write a layer to a file")
    export.add_argument("layer", metavar="LAYER")
    export.add_argument(
        "--to", metavar="FILE", type=Path, required=True, help=".gpkg .geojson .parquet .csv .xlsx"
    )
    export.add_argument("--where", metavar="EXPR", default="", help="เงื่อนไข · such as ${rai} > 10")
    export.add_argument("--area", metavar="CODE", default="all", help=AREA)
    export.add_argument(
        "--as", dest="as_email", metavar="EMAIL", help="ตามสิทธิ์ของบัญชี · with this account's rights"
    )
    export.add_argument(
        "--personal", action="store_true", help="รวมข้อมูลส่วนบุคคล · with personal and secret fields"
    )


def _check_table(commands: Commands[argparse.ArgumentParser]) -> None:
    check = _add(commands, "check-table", "คำนวณตารางที่พิมพ์แล้วซ้ำ · recompute a printed table")
    check.add_argument("file", metavar="FILE", type=Path, help=".xlsx .csv .docx")
    check.add_argument(
        "--to", metavar="FILE", type=Path, help="รายงาน P25 · the findings as a paper: .pdf .docx .xlsx .html"
    )


def _report(commands: Commands[argparse.ArgumentParser]) -> None:
    report = _add(commands, "report", "เอกสารภาษาไทย · a paper in Thai")
    report.add_argument("name", metavar="NAME", help="ชื่อเอกสาร เช่น village_forum · such as village_forum")
    report.add_argument("--area", metavar="CODE", default="all", help=AREA)
    report.add_argument("--period", metavar="PERIOD", default="all", help="2026-10, FY2569, 2569-Q1, all")
    report.add_argument("--to", metavar="FILE", type=Path, required=True, help=".pdf .docx .xlsx .html")
    report.add_argument(
        "--filter",
        dest="filtered",
        metavar="QUERY",
        default="",
        help="เฉพาะเอกสารที่เป็นรายการ · papers that list records: f.status=active&q=…, as in a page's address",
    )
    report.add_argument(
        "--as", dest="as_email", metavar="EMAIL", help="ตามสิทธิ์ของบัญชี · with this account's rights"
    )


def _backup(commands: Commands[argparse.ArgumentParser]) -> None:
    backup = _add(commands, "backup", "สำรองข้อมูลทั้งสำนักงานเป็นไฟล์เดียว · the whole office as one file")
    backup.add_argument("file", metavar="FILE", type=Path, help="ไฟล์ .zip หรือโฟลเดอร์ · a .zip, or a folder")


def _restore(commands: Commands[argparse.ArgumentParser]) -> None:
    restore = _add(commands, "restore", "กู้คืนจากไฟล์สำรองลงโฟลเดอร์ว่าง · an office from a backup")
    restore.add_argument("file", metavar="FILE", type=Path, help="ไฟล์จากคำสั่ง backup · what backup wrote")
