"""Filled-in answers judged by the phones' own engine: ``python -m ingest.keying.judge``, an own process.

The engine computes what the form computes, asks only what the form would ask, and refuses what a phone would
refuse; what it lets through is the submission that a phone would have sent.
"""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thai.problem import Text

_ROOT = Path(__file__).resolve().parents[2]
_SLOWEST_S = 600
_NOTHING = Text("", "")
#: What is said where the form has no words of its own for it.
REFUSALS = {
    "required": Text("ต้องตอบข้อนี้", "An answer is required."),
    "constraint": Text("คำตอบไม่ผ่านเงื่อนไขของแบบ", "The answer does not meet the form's condition."),
    "not_offered": Text(
        "แบบไม่มีตัวเลือกนี้ให้ เมื่อตอบข้ออื่นอย่างที่คีย์", "The form does not offer this choice with the other answers."
    ),
    "misfit": Text("คำตอบไม่ตรงกับชนิดของข้อนี้", "The answer is of another kind than the question."),
    "never_asked": Text(
        "แบบไม่ถามข้อนี้ เมื่อตอบข้ออื่นอย่างที่คีย์", "The form does not ask this with the other answers."
    ),
    "form_failed": Text(
        "โปรแกรมของโทรศัพท์อ่านแบบนี้ไม่ได้ ให้ผู้ทำแบบลอง forms check",
        "The phones' engine cannot read this form; its author should try forms check.",
    ),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The submission, or why there is none: ``question`` is a path, ``says`` the form's own words if any."""

    xml: bytes = b""
    question: str = ""
    says: Text = _NOTHING

    @property
    def name(self) -> str:
        """The question's own name: ``/data/lines[2]/line[1]/line_day[1]`` is ``line_day``."""
        return self.question.rsplit("/", 1)[-1].partition("[")[0]

    @property
    def turn(self) -> int:
        """Which line of a repeat it is about, from 1; 1 outside repeats too."""
        return max((int(number) for number in re.findall(r"\[(\d+)\]", self.question)), default=1)


def judge(xform: bytes, media: Mapping[str, bytes], filled: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """Judge each of these answers; one start of Java for all of them (0.5 s, then 0.1 s each)."""
    done = subprocess.run(
        [sys.executable, "-m", "ingest.keying.judge"], cwd=_ROOT, stdout=subprocess.PIPE, timeout=_SLOWEST_S,
        check=True, input=pickle.dumps((xform, dict(media), list(filled))),
    )  # fmt: skip
    verdicts: list[Verdict] = pickle.loads(done.stdout)  # noqa: S301 - from our own child
    return verdicts


def _judge_here(xform: bytes, media: dict[str, bytes], filled: list[dict[str, Any]]) -> list[Verdict]:
    from forms import phone_engine  # noqa: PLC0415 - starts Java: only in the child
    from forms.phone_filling import FormError, NeverAskedError, RefusedError  # noqa: PLC0415

    form = phone_engine.engine().load(xform, media)
    verdicts = []
    for answers in filled:
        try:
            verdicts.append(Verdict(form.fill(answers)))
        except RefusedError as error:
            says = Text(error.says, error.says) if error.says else REFUSALS[error.code]
            verdicts.append(Verdict(question=error.question, says=says))
        except NeverAskedError as error:
            verdicts.append(Verdict(question=str(error), says=REFUSALS["never_asked"]))
        except FormError:
            verdicts.append(Verdict(says=REFUSALS["form_failed"]))
    return verdicts


if __name__ == "__main__":
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # what a library prints must not stand among the answers
    from ingest.keying.judge import (
        _judge_here as judged,  # as the parent knows it, so that it can read the answers
    )

    out.write(pickle.dumps(judged(*pickle.load(sys.stdin.buffer))))  # noqa: S301 - from our own parent
