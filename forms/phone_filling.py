"""One walk of ODK Collect's form engine through one instance: given answers entered, the rest guessed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jpype

from forms.guesses import guesses

Answers = Mapping[str, Any]

# FormEntryController's and Constants' numbers.
ANSWER_CONSTRAINT_VIOLATED = 2
REFUSAL = {1: "required", 2: "constraint"}
REASONS = {
    "required": "an answer is required", "constraint": "the constraint does not hold",
    "not_offered": "not offered", "misfit": "no such answer", "no_guess": "no guess fits; give an answer",
}  # fmt: skip
END_OF_FORM, PROMPT_NEW_REPEAT, QUESTION, REPEAT = 1, 2, 4, 16
CONTROLS = {2: "one", 3: "many", 9: "trigger", 16: "rank"}
DATA_TYPES = {
    2: "integer", 3: "decimal", 4: "date", 5: "time", 6: "datetime",
    10: "geopoint", 12: "attachment", 14: "geoshape", 15: "geotrace",
}  # fmt: skip
INSTANCE_ID = re.compile(rb"(?<=instanceID>)[^<]*")
MOST_RANDOM_REPEATS = 3
BLANK_SHARE = 0.2


class FormError(Exception):
    """JavaRosa cannot load the form, or fails while filling it."""


class RefusedError(Exception):
    """The form refuses an answer: a constraint, a missing required answer, a choice not offered.

    ``question`` is its path in the instance, ``code`` one of ``REASONS``, ``about`` what it is about, and
    ``says`` what the form's author tells the enumerator.
    """

    def __init__(self, question: object, code: str, about: str = "", says: str = "") -> None:
        reason = f"{REASONS[code]}: {about}" if about else REASONS[code]
        super().__init__(f"{question}: {reason}. {says}".strip(" ."))
        self.question, self.code, self.says = str(question), code, says


class NeverAskedError(Exception):
    """Answers were given to questions that the form did not ask."""


class Filling:
    """One walk through one instance."""

    def __init__(self, rosa: Any, form: Any, answers: Answers, chance: random.Random | None) -> None:
        self.rosa = rosa
        self.form = form
        self.answers = answers
        self.chance = chance
        self.model = self.rosa.form.api.FormEntryModel(form)
        self.controller = self.rosa.form.api.FormEntryController(self.model)
        self.used: set[tuple[int, str]] = set()
        self.wanted: dict[str, int] = {}

    def walk(self) -> None:
        """From the first question to the last, as a thumb swipes."""
        event = self.controller.stepToNextEvent()
        while event != END_OF_FORM:
            index = self.model.getFormIndex()
            if event == QUESTION:
                self._question(index)
            elif event == PROMPT_NEW_REPEAT and self._wants(index):
                self.controller.newRepeat()
            elif event == REPEAT and not self._wants(index):
                self.controller.deleteRepeat()  # the index now stands on what follows
                event = self.model.getEvent()
                continue
            event = self.controller.stepToNextEvent()
        unused = sorted(key for where, key in _keys(self.answers) if (where, key) not in self.used)
        if unused:
            raise NeverAskedError(", ".join(unused))

    def finish(self, instance_id: str | None) -> bytes:
        """Finalize as Collect does: calculations, validation, XML without the irrelevant nodes."""
        self.form.postProcessInstance()
        self.controller.finalizeFormEntry()
        outcome = self.form.validate(True)
        if outcome is not None and outcome.outcome in REFUSAL:
            where = outcome.failedPrompt.getReference()
            raise RefusedError(where, REFUSAL[outcome.outcome], "when the form is finalized")
        serializer = self.rosa.model.xform.XFormSerializingVisitor()
        xml = bytes(serializer.serializeInstance(self.form.getInstance()))
        return xml if instance_id is None else INSTANCE_ID.sub(instance_id.encode(), xml, count=1)

    def _question(self, index: Any) -> None:
        prompt = self.model.getQuestionPrompt(index)
        given = self._given(index.getReference())
        if given is not None:
            self._enter(prompt, index, str(given))
        elif prompt.isReadOnly() or prompt.getAnswerValue() is not None:
            return
        elif self.chance is not None and self._kind(prompt) != "attachment":
            self._guess(prompt, index)
        elif prompt.isRequired():
            raise RefusedError(index.getReference(), REFUSAL[1])

    def _enter(self, prompt: Any, index: Any, text: str) -> None:
        verdict = self.controller.answerQuestion(index, self._data(prompt, text), True)
        if verdict in REFUSAL:
            says = prompt.getConstraintText() if verdict == ANSWER_CONSTRAINT_VIOLATED else ""
            raise RefusedError(index.getReference(), REFUSAL[verdict], repr(text), str(says or ""))

    def _guess(self, prompt: Any, index: Any) -> None:
        """The first guess that the form takes; blank now and then, or when none fits."""
        assert self.chance is not None  # noqa: S101 - asked by _question
        if not prompt.isRequired() and self.chance.random() < BLANK_SHARE:
            return
        for text in guesses(self.chance, self._kind(prompt), list(self._offered(prompt))):
            if self.controller.answerQuestion(index, self._data(prompt, text), True) == 0:
                return
        if prompt.isRequired():
            raise RefusedError(index.getReference(), "no_guess")

    def _kind(self, prompt: Any) -> str:
        """One, many, rank or trigger for what is chosen, else the data type's name, else text."""
        data_type = DATA_TYPES.get(int(prompt.getDataType()), "text")
        return CONTROLS.get(int(prompt.getControlType()), data_type)

    def _offered(self, prompt: Any) -> dict[str, Any]:
        """The choices of a select by value, cut as the form's choice_filter says."""
        chosen = self._kind(prompt) in ("one", "many", "rank")
        return {str(choice.getValue()): choice for choice in (chosen and prompt.getSelectChoices()) or ()}

    def _data(self, prompt: Any, text: str) -> Any:
        """An answer as JavaRosa holds it; None for a blank. Raises RefusedError for a choice not offered."""
        if not text:
            return None
        kind, data = self._kind(prompt), self.rosa.core.model.data
        if kind in ("one", "many", "rank"):
            offered = self._offered(prompt)
            wanted = [text] if kind == "one" else text.split()
            if missing := [value for value in wanted if value not in offered]:
                raise RefusedError(prompt.getIndex().getReference(), "not_offered", ", ".join(missing))
            picked = [offered[value].selection() for value in wanted]
            many = data.MultipleItemsData if kind == "rank" else data.SelectMultiData
            return data.SelectOneData(picked[0]) if kind == "one" else many(jpype.java.util.ArrayList(picked))
        parser = self.rosa.xform.util.XFormAnswerDataParser
        answer = parser.getAnswerData(text, prompt.getDataType(), prompt.getQuestion())
        if answer is None:
            raise RefusedError(prompt.getIndex().getReference(), "misfit", repr(text))
        return answer

    def _given(self, reference: Any) -> Any:
        scope, rest = self._scope(reference)
        for key in ("/".join(rest), rest[-1]):
            if key in scope:
                self.used.add((id(scope), key))
                return scope[key]
        return None

    def _scope(self, reference: Any) -> tuple[Answers, list[str]]:
        """The dict that answers a question, and the question's path below the form or repeat it is for."""
        scope, rest = self.answers, []
        for step in range(1, reference.size()):
            rest.append(str(reference.getName(step)))
            lines = self._lines(scope, rest)
            if lines is not None and step < reference.size() - 1:
                at = int(reference.getMultiplicity(step))
                scope, rest = (lines[at] if at < len(lines) else {}), []
        return scope, rest

    def _lines(self, scope: Answers, rest: list[str]) -> list[Answers] | None:
        for key in ("/".join(rest), rest[-1]):
            if isinstance(scope.get(key), list):
                self.used.add((id(scope), key))
                return list(scope[key])
        return None

    def _wants(self, index: Any) -> bool:
        """Is this repetition of a repeat wanted?"""
        reference = index.getReference()
        scope, rest = self._scope(reference)
        lines = self._lines(scope, rest)
        if lines is None:
            most = 0 if self.chance is None else self.chance.randint(0, MOST_RANDOM_REPEATS)
            count = self.wanted.setdefault(str(reference.genericize()) + str(reference.getParentRef()), most)
        else:
            count = len(lines)
        return int(reference.getMultLast()) < count


def _keys(answers: Answers) -> Iterator[tuple[int, str]]:
    """Every key of the answers, with the dict it stands in."""
    for key, value in answers.items():
        yield id(answers), key
        for line in value if isinstance(value, list) else ():
            yield from _keys(line)
