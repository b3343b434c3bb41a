"""Values as CSV and spreadsheets want them, worked out once for each distinct one: answers repeat."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

_RUNS = r"^[=+\-@\t\r]"  # a cell that a spreadsheet would run as a formula


def of_each(column: pa.ChunkedArray, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """A column with each distinct value changed; nothing stays nothing."""
    coded = column.combine_chunks().dictionary_encode()
    return change(coded.dictionary).take(coded.indices)


def harmless(texts: pa.StringArray) -> pa.StringArray:
    """Texts that no spreadsheet runs: an apostrophe before a formula makes it text again."""
    runs = pc.match_substring_regex(texts, _RUNS)
    return pc.if_else(runs, pc.binary_join_element_wise("'", texts, ""), texts)
