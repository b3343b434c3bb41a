"""What a layer's symbols mean: categories with their labels, colours and shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from forms.xform import Choice
from ingest.doors import counts, layers
from ingest.doors.filters import Filter
from ingest.doors.layers import FieldInfo, Query
from thai.problem import Text

# Okabe and Ito's palette: told apart with every kind of colour vision.
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#882255", "#999933")
# Colour never says it alone.
SHAPES = ("circle", "square", "triangle", "diamond", "cross", "star", "plus", "pentagon")
_MOST_TYPED = 8  # categories of a question without choices: the answers given most often
_BLANK_COLOUR, _OTHER_COLOUR = "#7a857d", "#3d4540"
BLANK, OTHER = Text("ไม่ได้ตอบ", "Not answered"), Text("อื่น ๆ", "Other")


@dataclass(frozen=True)
class Legend:
    """The categories of one question; after them stand "not answered" and "other"."""

    choices: tuple[Choice, ...]
    index_sql: str
    parameters: list[Any]

    @classmethod
    def of(cls, cursor: duckdb.DuckDBPyConnection, q: Query, one: FieldInfo | None) -> Legend:
        """The legend of a layer's question for one viewer. Without a question all rows are one category."""
        if one is None:
            return cls((), "0", [])
        choices = one.choices or _given(cursor, q, one)
        value = q.value(one)
        last = len(choices)
        sql = (
            f"CASE WHEN {value} IS NULL THEN {last}"
            f" ELSE coalesce(list_position(?::VARCHAR[], CAST({value} AS VARCHAR)) - 1, {last + 1})"
            " END::INTEGER"
        )
        return cls(tuple(choices), sql, [[choice.value for choice in choices]])

    def __len__(self) -> int:
        return len(self.choices) + 2

    def entries(self, counts: npt.NDArray[np.int64], language: str) -> list[dict[str, Any]]:
        """One entry a category, in the order of their numbers, with how many the view holds."""
        entries = [
            {
                "value": choice.value,
                "label": choice.label.get(language) or choice.label.get("th") or choice.value,
                "color": choice.color or _COLOURS[number % len(_COLOURS)],
                "shape": choice.icon if choice.icon in SHAPES else SHAPES[number % len(SHAPES)],
            }
            for number, choice in enumerate(self.choices)
        ]
        for value, text, colour in ((Filter.blank(), BLANK, _BLANK_COLOUR), ("", OTHER, _OTHER_COLOUR)):
            entries.append({"value": value, "label": text[language], "color": colour, "shape": "circle"})
        if not self.choices:
            entries[0] |= {"label": "", "color": _COLOURS[0]}
        return [entry | {"n": int(n)} for entry, n in zip(entries, counts, strict=True)]


def _given(cursor: duckdb.DuckDBPyConnection, q: Query, one: FieldInfo) -> tuple[Choice, ...]:
    """The answers given most often, whatever is filtered: colours must not change with the filter."""
    everything = layers.query(q.info, q.viewer, Filter())
    counted = counts.by_question(cursor, everything, one)
    return tuple(Choice(value, {"th": value}) for value in counted if value)[:_MOST_TYPED]
