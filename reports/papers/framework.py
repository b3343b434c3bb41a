"""The frame of leader development (T07), with what an area has: from what was found to what was learnt.

Six steps as the programme draws them; each line is an indicator, so each number is the viewer's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports import indicators
from reports.papers.asking import Asking
from reports.papers.model import Fact, Facts, Flow, Paper, Step
from reports.wording import parts_text, value_text
from thai.calendar import format_date
from thai.problem import Problem

_AGENDAS, _PROBLEMS, _LESSONS = "province_agenda", "problem_analysis", "lesson_learned"
#: Each step and the indicators that tell how far it is.
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("1. วิเคราะห์สถานการณ์และทุนทางสังคมของพื้นที่",
     ("partner_mou.partners", "group_register.groups", f"{_PROBLEMS}.problems", f"{_PROBLEMS}.with_cause",
      "leader_register.leaders", "province_programme.chosen")),
    ("2. กำหนดประเด็นพัฒนาสู่นโยบายสาธารณะ",
     ("training_event.events", "training_event.people", f"{_AGENDAS}.agendas", f"{_AGENDAS}.priority")),
    ("3. พื้นที่กลาง: สภาองค์กรชุมชน เวที และกลไก",
     ("mechanism_register.bodies", "mechanism_register.people", "forum_record.forums",
      "forum_record.all_four")),
    ("4. นโยบายสาธารณะและการเชื่อมโยงแผนพัฒนาจังหวัด",
     (f"{_PROBLEMS}.raised", f"{_AGENDAS}.in_plan", "nakhon.i07", "nakhon.i07_baht")),
    ("5. ต่อยอดยกระดับเพื่อสร้างการเปลี่ยนแปลง",
     ("project_progress.done", "innovation_record.in_use", "innovation_record.users")),
    ("6. การจัดการความรู้และการสื่อสารสาธารณะ",
     (f"{_LESSONS}.lessons", f"{_LESSONS}.sites", "innovation_record.innovations")),
)  # fmt: skip
FORMS = tuple(
    dict.fromkeys(
        name.partition(".")[0].replace("nakhon", "budget_match") for _, names in STEPS for name in names
    )
)


def build(asking: Asking, areas: Sequence[str]) -> list[Paper]:
    """One drawing an area; none where nothing of any step was recorded."""
    papers = []
    for area in areas:
        found = [(title, [_answer(asking, name, area) for name in names]) for title, names in STEPS]
        begun = [any(answer is not None and answer.value for _, answer in lines) for _, lines in found]
        if not any(begun):
            continue
        steps = [Step(title, [(label, _said(answer)) for label, answer in lines]) for title, lines in found]
        facts = Facts([Fact("ขั้นที่เริ่มแล้ว", f"{sum(begun)}/{len(begun)}", "มีข้อมูลอย่างน้อยหนึ่งเรื่องในขั้นนั้น")])
        caption = "การพัฒนาศักยภาพผู้นำเพื่อการขับเคลื่อนเชิงพื้นที่: แต่ละขั้นทำถึงไหนแล้ว"
        papers.append(Paper(
            "กรอบแนวทางการพัฒนาศักยภาพผู้นำ", asking.place(area), asking.period.label(),
            [facts, Flow(caption, steps)], as_of=format_date(asking.as_of),
            boundary_set=asking.boundary_set, sources=asking.sources(*FORMS), number="T07",
        ))  # fmt: skip
    return papers


def _answer(asking: Asking, name: str, area: str) -> tuple[str, indicators.Answer | None]:
    """What the indicator is called, and its answer; none where the viewer gets none."""
    known = indicators.definitions(asking.atlas).get(name)
    if known is None:
        return name, None
    try:
        answer = indicators.answer(asking.atlas, asking.viewer, name, area, asking.period)
    except Problem:
        return known.label["th"], None
    return known.label["th"], answer


def _said(answer: indicators.Answer | None) -> str:
    if answer is None or answer.value is None:
        return "–"
    said = value_text(answer, "th")
    return f"{said} ({parts_text(answer, 'th')})" if answer.denominator is not None else said
