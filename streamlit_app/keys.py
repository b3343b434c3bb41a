"""Keys of what a page draws anew: a list by what it lists, a form by the one thing that it writes.

Streamlit knows a widget by its key. Under one key a list keeps the number of a chosen row while its rows
change, and a second press, while the first is worked on, counts as another.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable

import streamlit as st


def listing(name: str, ids: Iterable[str]) -> str:
    """The key of a list: what was chosen in it holds for no other list, nor for another order."""
    return f"{name}.{hashlib.sha256(chr(31).join(ids).encode()).hexdigest()[:16]}"


def once(name: str) -> str:
    """The id of what a form writes: the same until that is ``written``, however often it is pressed."""
    return str(st.session_state.setdefault(f"once.{name}", str(uuid.uuid4())))


def written(name: str) -> None:
    """The form has written its thing; it begins anew with another id."""
    st.session_state.pop(f"once.{name}", None)
