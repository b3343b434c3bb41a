"""Moments of the log as the office reads them."""

from __future__ import annotations

from datetime import datetime

from thai.calendar import bangkok, format_date


def format_moment(text: str, language: str) -> str:
    """A moment of the log (ISO 8601, UTC) on Bangkok's clock: ``21 พ.ย. 2569 11:05``; '' for ''."""
    if not text:
        return ""
    moment = bangkok(datetime.fromisoformat(text))
    return f"{format_date(moment, language=language)} {moment:%H:%M}"
