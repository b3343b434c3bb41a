"""Rows chosen in a page's table, and a button pressed again while the first press is worked on."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Dataframe


def with_rows(page: AppTest, table: Dataframe, *rows: int) -> WidgetStates:
    """What a browser sends of a page as it stands, with these rows chosen in a table."""
    states: WidgetStates = page._tree.get_widget_states()
    others = [one for one in states.widgets if one.id != table.proto.id]
    del states.widgets[:]
    states.widgets.extend(others)
    chosen = {"selection": {"rows": rows, "columns": [], "cells": []}}
    states.widgets.add(id=table.proto.id, string_value=json.dumps(chosen))
    return states


def choose(page: AppTest, table: Dataframe, *rows: int) -> AppTest:
    """Choose these rows."""
    return page._run(with_rows(page, table, *rows))


def pressed_twice(act: Callable[..., Any], states: WidgetStates) -> Callable[..., Any]:
    """An act after whose first run the browser's second press waits, with the same answers."""
    second = [copy.deepcopy(states)]

    def acted(*args: Any, **named: Any) -> Any:
        result = act(*args, **named)
        context = get_script_run_ctx()
        if second and context and context.script_requests:
            context.script_requests.request_rerun(
                RerunData(
                    query_string=context.query_string, widget_states=second.pop(),
                    page_script_hash=context.page_script_hash,
                )
            )  # fmt: skip
        return result

    return acted
