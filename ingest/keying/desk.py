"""Key-in at a desk: what a clerk types from paper becomes the submission that a phone would have sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from lxml import etree

from forms import trial
from forms.asking import Asked, asked
from forms.instance import check_answers
from forms.schema import Field
from ingest import access, problems
from ingest.access import ENUMERATOR, Viewer
from ingest.atlas import Atlas
from ingest.doors.shown import place_name, told_apart
from ingest.envelope import parse_xml
from ingest.field import offers, phones
from ingest.identifiers import quoted
from ingest.keying import composed
from ingest.keying.judge import REFUSALS, Verdict, judge
from ingest.log import writing
from ingest.published import FormVersion
from ingest.tables import draft, now
from thai.problem import Place

_PLACE = ("province", "amphoe", "tambon", "moo")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a register that a clerk picks, such as a household.

    ``called`` is its label, with its place where others within the clerk's area are labelled the same.
    """

    entity_id: str
    label: str
    area: str
    called: str


@dataclass(frozen=True)
class Sheet:
    """A form as a clerk fills it: questions above the lines, and the lines of its repeats."""

    form: FormVersion
    questions: tuple[Asked, ...]

    @property
    def head(self) -> list[Asked]:
        """The questions outside repeats, the place excepted: that follows from what is picked."""
        return [one for one in self.questions if not one.table and one.field.name not in _PLACE]

    @property
    def repeats(self) -> dict[str, list[Field]]:
        """The questions of each repeat of the form itself, in order."""
        found: dict[str, list[Field]] = {}
        for one in self.questions:
            if one.table and "/" not in one.table:
                found.setdefault(one.table, []).append(one.field)
        return found

    @property
    def registers(self) -> list[Field]:
        """Questions answered with an entry of a register."""
        return [one.field for one in self.head if one.field.dataset]

    @property
    def month(self) -> Field | None:
        """The question that says for which month, where there is one."""
        dates = [one.field for one in self.head if one.field.kind == "date"]
        return next((one for one in dates if one.name.endswith("month")), None)


def sheets(atlas: Atlas) -> dict[str, Sheet]:
    """The forms that can be keyed in, those with lines first."""
    found = {
        form.form_id: Sheet(form, asked(form.xform, form.schema))
        for form in offers.open_forms(atlas.reference.catalogue)
    }
    return dict(sorted(found.items(), key=lambda pair: not pair[1].repeats))


def entries(atlas: Atlas, viewer: Viewer, dataset: str) -> list[Entry]:
    """The entries of a register within the viewer's area, by label; no two are called the same."""
    visible = access.visible_sql(viewer, access.PERSONAL, "_area")
    found = atlas.warehouse.cursor().execute(
        f"SELECT entity_id, label, _area FROM entity WHERE dataset = ? AND NOT deleted AND label <> ''"
        f" AND {visible} ORDER BY label",
        [dataset],
    )
    rows = found.fetchall()
    borne, names = Counter(label for _, label, _ in rows), atlas.reference.names
    places = {key: place_name(area or "", "th", names) for key, label, area in rows if borne[label] > 1}
    called = told_apart({entity_id: label for entity_id, label, _ in rows}, places)
    return [Entry(entity_id, label, area or "", called[entity_id]) for entity_id, label, area in rows]


def page(sheet: Sheet, answers: Mapping[str, Any]) -> dict[str, str]:
    """What tells one page of a book from another: the register entries it is of, and its month (``2026-10``).

    Empty where the form keeps no months, or an answer of these is blank.
    """
    entries = {one.name: str(answers[one.name]) for one in sheet.registers if answers.get(one.name)}
    if sheet.month is None or not entries or not answers.get(sheet.month.name):
        return {}
    return entries | {sheet.month.name: str(answers[sheet.month.name])[:7]}


def already(atlas: Atlas, sheet: Sheet, answers: Mapping[str, Any]) -> list[str]:
    """Records that stand for the same page: a month is not keyed in twice."""
    asked_for = page(sheet, answers)
    if sheet.month is None or not asked_for:
        return []
    month = asked_for.pop(sheet.month.name)
    same = " AND ".join(f"{quoted(name)} = ?" for name in asked_for)
    found = atlas.warehouse.cursor().execute(
        f"SELECT _instance_id FROM {quoted(sheet.form.form_id)} WHERE {same}"
        f" AND strftime({quoted(sheet.month.name)}, '%Y-%m') = ? ORDER BY _seq",
        [*asked_for.values(), month],
    )
    return [row[0] for row in found.fetchall()]


def judged(atlas: Atlas, sheet: Sheet, filled: Sequence[Mapping[str, Any]], area: str) -> list[Verdict]:
    """What the phones' engine says of these answers, or a lighter check where it is not installed.

    ``area`` cuts the lists, so that the place is known: a tambon's code. Without the engine types, choices
    and required answers are checked; conditions, constraints and what the form computes are not.
    """
    if not trial.possible():
        return [_light(sheet, answers, area) for answers in filled]
    phone = Viewer("desk", ENUMERATOR, area[:6])
    media = {one.name: one.content for one in phones.media(atlas, sheet.form, phone)}
    return judge(sheet.form.xform, media, filled)


def _light(sheet: Sheet, answers: Mapping[str, Any], area: str) -> Verdict:
    codes = {"province": area[:2], "amphoe": area[:4], "tambon": area[:6]}
    names = {one.name for one in sheet.form.schema.table("").fields}
    whole = {name: code for name, code in codes.items() if name in names} | dict(answers)
    for question, answer in _one_by_one(whole):
        for problem in check_answers(sheet.form.schema, answer, Place()):
            return Verdict(question=question, says=problem.says)
    for one in sheet.head:
        if one.required and one.always and not whole.get(one.field.name):
            return Verdict(question=one.field.name, says=REFUSALS["required"])
    for name in sheet.repeats:
        own = [one for one in sheet.questions if one.table == name and one.required and one.always]
        required = {one.field.name for one in own}
        for number, row in enumerate(whole.get(name, ()), start=1):
            if missing := required - set(row):
                return Verdict(question=f"{name}[{number}]/{min(missing)}", says=REFUSALS["required"])
    return Verdict(composed.compose(sheet.form, whole))


def _one_by_one(answers: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each answer with its question's path, those of lines too."""
    for name, value in answers.items():
        if not isinstance(value, list):
            yield name, {name: value}
            continue
        for number, row in enumerate(value, start=1):
            for question, answer in row.items():
                yield f"{name}[{number}]/{question}", {name: [{question: answer}]}


def send(
    atlas: Atlas, viewer: Viewer, xml: bytes, area: str, instance_id: str = "", *, replaces: str = ""
) -> None:
    """Put what was judged into the log in the clerk's name; ``replaces`` makes it a correction.

    ``instance_id`` is that of the paper, which is sent once however often the button is pressed. Raises
    ``not_allowed``.
    """
    named = [instance_id] if instance_id else []
    send_all(atlas, viewer, [(xml, area)], named, replaces=replaces)


def send_all(
    atlas: Atlas, viewer: Viewer, documents: Sequence[tuple[bytes, str]], instance_ids: Sequence[str] = (),
    *, replaces: str = "",
) -> None:  # fmt: skip
    """Put several into the log, each with its area, in one transaction. Raises ``not_allowed``.

    Without ``instance_ids`` they get new ones.
    """
    if not all(access.may_see(viewer, access.PERSONAL, area) for _, area in documents):
        raise problems.not_allowed()
    ids = instance_ids or [composed.new_instance_id() for _ in documents]
    named = [_named(xml, own, replaces) for (xml, _), own in zip(documents, ids, strict=True)]
    composed.take_in(atlas, named, "desk", writer=viewer)


def _named(xml: bytes, instance_id: str, replaces: str) -> bytes:
    root = parse_xml(xml)
    own = root.find("{*}meta/{*}instanceID")
    assert own is not None  # noqa: S101 - every filled form has one
    own.text = instance_id
    if replaces:
        deprecated = etree.SubElement(own.getparent(), str(own.tag).replace("instanceID", "deprecatedID"))
        deprecated.text = replaces
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


# -- drafts --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draft:
    """What a clerk has typed so far of one paper: a date that is none stays as it was typed."""

    answers: Mapping[str, Any]
    called: str = ""  # the register entries and the month that it is of
    area: str = ""
    saved_at: str = ""


def save_draft(atlas: Atlas, viewer: Viewer, form_id: str, subject: str, kept: Draft) -> None:
    """Keep what a clerk has typed so far; ``subject`` tells one paper from another."""
    key = {"form_id": form_id, "subject": subject, "email": viewer.name}
    content = {"answers": kept.answers, "called": kept.called, "area": kept.area}
    with writing(atlas.log) as connection:
        connection.execute(_own_draft(draft.delete(), key))
        text = json.dumps(content, ensure_ascii=False, default=str)
        connection.execute(draft.insert().values(**key, content=text, saved_at=now()))


def drafts(atlas: Atlas, viewer: Viewer, form_id: str) -> dict[str, Draft]:
    """The clerk's own drafts of a form by subject, newest first."""
    columns = draft.c
    query = sa.select(columns.subject, columns.content, columns.saved_at).where(
        columns.form_id == form_id, columns.email == viewer.name
    )
    with atlas.log.connect() as connection:
        found = connection.execute(query.order_by(columns.saved_at.desc()))
        return {row.subject: _read_draft(json.loads(row.content), row.saved_at) for row in found}


def _read_draft(content: dict[str, Any], saved_at: str) -> Draft:
    answers = content.get("answers", content)  # drafts were once kept as their answers alone
    return Draft(answers, content.get("called", ""), content.get("area", ""), saved_at)


def drop_draft(atlas: Atlas, viewer: Viewer, form_id: str, subject: str) -> None:
    """Forget a draft: it was sent, or is not wanted."""
    with writing(atlas.log) as connection:
        connection.execute(
            _own_draft(draft.delete(), {"form_id": form_id, "subject": subject, "email": viewer.name})
        )


def _own_draft(statement: sa.Delete, key: Mapping[str, str]) -> sa.Delete:
    return statement.where(*(draft.c[name] == value for name, value in key.items()))
