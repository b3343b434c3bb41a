"""What is sent by a second press too is one thing: a form on the screen has its id before it is sent."""

from __future__ import annotations

import uuid

import streamlit as st


def one_time_id(key: str) -> str:
    """The id of what is being filled in under ``key``: the same at every rerun, another for another key."""
    found: str = st.session_state.setdefault(key, str(uuid.uuid4()))
    return found
