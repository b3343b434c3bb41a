"""Answers about the data, kept until the data changes: a page asks most of them again at every rerun."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

Value = TypeVar("Value")
_MOST = 5_000


class Kept:
    """Answers of one version of the data. A key names all that an answer hangs on, the viewer among it."""

    def __init__(self) -> None:
        self._version = ""
        self._answers: dict[Hashable, object] = {}
        self._lock = Lock()

    def get(self, version: str, key: Hashable, make: Callable[[], Value]) -> Value:
        """The answer as it was made for this version, or made now; what is given out is not to be changed."""
        with self._lock:
            if version != self._version or len(self._answers) >= _MOST:
                self._version, self._answers = version, {}
            answers = self._answers
        if key not in answers:
            answers[key] = make()  # into the version that it was asked for, even when that is over by now
        return cast(Value, answers[key])
