"""Occurrences → the agenda, as text to read and as JSON for scripts.

In: an `Agreement`, its occurrences in a window. Out: text. No file, no clock and no terminal enter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Protocol

from planner.agreement import Agreement
from planner.saying import say_date, say_hours, say_span, weekday_name
from planner.timeline import Occurrence
from planner.zones import zone as zone_of


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


def agenda_text(
    agreement: Agreement,
    found: list[Occurrence],
    first: date,
    end: date,
    *,
    style: Style = _plain,
    today: date | None = None,
    zones: Sequence[str] = (),
    width: int | None = None,
) -> str:
    """The occurrences by day, each on one line with its time, title and people; `today` is marked.

    With `zones` times are by the clocks of each of them, side by side. Where a line would be wider than `width`, each
    occurrence takes several.
    """
    if not found:
        return nothing_planned(first, end)
    clocks = [[clock(o, zone, o.day) for zone in zones] or [_when(o, agreement)] for o in found]
    heads = [city(zone) for zone in zones] or [""]
    columns = [max(map(_width, column)) for column in zip(heads, *clocks, strict=True)]
    title = min(max(_width(o.look.summary) for o in found), 44)
    rows = [
        (o.day, "  ".join(map(_padded, whens, columns)), _padded(o.look.summary, title), _notes(agreement, o))
        for o, whens in zip(found, clocks, strict=True)
    ]
    is_narrow = width is not None and any(_width(f"  {w}  {t}  {n}") > width for _, w, t, n in rows)
    lines = [f"  {'  '.join(map(_padded, heads, columns))}".rstrip(), ""] if zones else []
    for n, (day, those) in enumerate(groupby(sorted(rows, key=lambda row: row[0]), key=lambda row: row[0])):
        if n:
            lines.append("")
        lines.append(style(f"{say_date(day)}{' · today' if day == today else ''}", bold=True))
        for _, when, titled, notes in those:
            if is_narrow:
                lines += [f"  {when}".rstrip(), *_folded(titled, width), *_folded(notes, width, style)]
            else:
                lines.append(f"  {when}  {titled}  {style(notes, dim=True)}")
    return "\n".join(lines)


def nothing_planned(first: date, end: date) -> str:
    """A kind word for days without anything."""
    return f"Nothing is planned {say_span(first, max(first, end - timedelta(days=1)))}. Free time is a plan too."


def _notes(agreement: Agreement, o: Occurrence) -> str:
    marks = [word for word, shown in (("moved", o.moved), ("if needed", o.look.tentative)) if shown]
    place = f", {o.look.location}" if o.look.location else ""
    return " · ".join([agreement.names(o.who), *marks]) + place


def _folded(text: str, width: int | None, style: Style = _plain) -> list[str]:
    from textwrap import wrap

    return [f"    {style(line, dim=True)}" for line in wrap(text.strip(), max((width or 80) - 4, 16))]


def city(zone: str) -> str:
    """A time zone by its city: "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")


def clock(o: Occurrence, zone: str, day: date) -> str:
    """The hours of an occurrence by the clocks of a zone; with its weekday where it starts there on another day."""
    if not isinstance(o.start, datetime) or not isinstance(o.end, datetime):
        return say_hours(o)
    where = zone_of(zone)
    there = o._replace(start=o.start.astimezone(where), end=o.end.astimezone(where))
    begins = o.start.astimezone(where).date()
    return f"{'' if begins == day else f'{weekday_name(begins.weekday())[:3]} '}{say_hours(there)}"


def _when(o: Occurrence, agreement: Agreement) -> str:
    if not isinstance(o.start, datetime) or o.timezone == agreement.timezone:
        return say_hours(o)
    return f"{say_hours(o)} {city(o.timezone)}"


def _padded(text: str, width: int) -> str:
    """The text filled up to a width on the terminal, where some characters take two columns and some none."""
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1 for c in text)
