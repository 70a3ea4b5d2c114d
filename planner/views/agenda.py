"""Occurrences → the agenda, as text to read and as JSON for scripts.

In: an `Agreement`, its occurrences in a window. Out: text. No file, no clock and no terminal enter.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Protocol

from planner.agreement import Agreement
from planner.saying import say_date, say_hours, say_span
from planner.timeline import Occurrence


class Style(Protocol):
    """Something that dresses a text for the terminal, as click.style does."""

    def __call__(self, text: str, *, bold: bool | None = None, dim: bool | None = None) -> str:
        """The dressed text."""


def _plain(text: str, *, bold: bool | None = None, dim: bool | None = None) -> str:  # noqa: ARG001
    return text


def agenda_json(found: list[Occurrence]) -> str:
    """The occurrences as a JSON list, in order of start."""
    import json

    return json.dumps([_shape(o) for o in found], ensure_ascii=False, indent=2)


def _shape(o: Occurrence) -> dict[str, object]:
    return {
        "ritual": o.ritual,
        "kind": o.kind,
        "title": o.look.summary,
        "who": list(o.who),
        "start": o.start.isoformat(),
        "end": o.end.isoformat(),
        "timezone": o.timezone,
        "all_day": o.all_day,
        "moved": o.moved,
    }


def agenda_text(agreement: Agreement, found: list[Occurrence], first: date, end: date, *, style: Style = _plain) -> str:
    """The occurrences by day, each on one line with its time, title and people."""
    if not found:
        return f"Nothing is planned {say_span(first, max(first, end - timedelta(days=1)))}. Free time is a plan too."
    lines: list[str] = []
    wide = max(_width(_when(o, agreement)) for o in found)
    title = min(max(_width(o.look.summary) for o in found), 44)
    for day, those in groupby(sorted(found, key=lambda o: o.day), key=lambda o: o.day):
        if lines:
            lines.append("")
        lines.append(style(say_date(day), bold=True))
        for o in those:
            marks = [word for word, shown in (("moved", o.moved), ("if needed", o.look.tentative)) if shown]
            notes = " · ".join([agreement.names(o.who), *marks])
            place = f", {o.look.location}" if o.look.location else ""
            when, titled = _padded(_when(o, agreement), wide), _padded(o.look.summary, title)
            lines.append(f"  {when}  {titled}  {style(notes + place, dim=True)}")
    return "\n".join(lines)


def _when(o: Occurrence, agreement: Agreement) -> str:
    if not isinstance(o.start, datetime) or o.timezone == agreement.timezone:
        return say_hours(o)
    return f"{say_hours(o)} {o.timezone.rpartition('/')[2].replace('_', ' ')}"


def _padded(text: str, width: int) -> str:
    """The text filled up to a width on the terminal, where some characters take two columns and some none."""
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1 for c in text)
