"""Occurrences → the agenda, as text to read and as JSON for scripts.

In: an `Agreement`, its occurrences in a window. Out: text. No file, no clock and no terminal enter.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Protocol

from planner.agreement import Agreement
from planner.timeline import Occurrence
from planner.words import MONTHS, WEEKDAYS


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
        last = end - timedelta(days=1)
        span = f"on {_day(first)}" if last <= first else f"from {_day(first)} to {_day(last)}"
        return f"Nothing is planned {span}. Free time is a plan too."
    lines: list[str] = []
    wide = max(len(_when(o, agreement)) for o in found)
    title = min(max(len(o.look.summary) for o in found), 44)
    for day, those in groupby(sorted(found, key=lambda o: o.day), key=lambda o: o.day):
        if lines:
            lines.append("")
        lines.append(style(_day(day), bold=True))
        for o in those:
            marks = [word for word, shown in (("moved", o.moved), ("if needed", o.look.tentative)) if shown]
            notes = " · ".join([agreement.names(o.who), *marks])
            place = f", {o.look.location}" if o.look.location else ""
            lines.append(
                f"  {_when(o, agreement):<{wide}}  {o.look.summary:<{title}}  {style(notes + place, dim=True)}"
            )
    return "\n".join(lines)


def _day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()].capitalize()} {day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def _when(o: Occurrence, agreement: Agreement) -> str:
    if not isinstance(o.start, datetime) or not isinstance(o.end, datetime):
        last = o.end - timedelta(days=1)
        return "all day" if last <= o.start else f"until {last.day} {MONTHS[last.month - 1].capitalize()[:3]}"
    zone = "" if o.timezone == agreement.timezone else f" {o.timezone.rpartition('/')[2].replace('_', ' ')}"
    return f"{o.start:%H:%M}–{o.end:%H:%M}{zone}"
