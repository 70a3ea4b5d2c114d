"""The days of a ritual's life, divided where a season or a stay makes something differ.

In: a `Ritual`. Out: `Window`s, whose days have a time and a zone in common. No rule is expanded here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from planner.agreement import LAST_YEAR, Ritual, names_by_year
from planner.recurrence import ONE_DAY
from planner.words import AllDay, Time, Timed

END_OF_TIME = date(LAST_YEAR + 1, 1, 1)


def lies_in(spans: tuple[tuple[date, date], ...], day: date) -> bool:
    """Whether a day lies in one of these spans, first and last day included."""
    return any(first <= day <= last for first, last in spans)


class Apart(NamedTuple):
    """Days on which something differs: another start or length, another zone."""

    part: str
    first: date
    last: date
    start: int | None = None
    length: int | None = None
    timezone: str | None = None


class Window(NamedTuple):
    """Days of a ritual that have a time and a zone in common: `first` to `last`, `without` what lies between."""

    part: str
    first: date
    last: date | None
    without: tuple[tuple[date, date], ...] = ()
    apart: tuple[Apart, ...] = ()

    def has_day(self, day: date) -> bool:
        """Whether a day is one of the window's."""
        return self.first <= day and (self.last is None or day <= self.last) and not lies_in(self.without, day)

    def at(self, time: Time) -> Time:
        """The time in this window."""
        for one in self.apart:
            time = other_time(time, one.start, one.length)
        return time

    @property
    def timezone(self) -> str | None:
        """The zone by whose clocks it goes here; None where that is the ritual's own."""
        return next((one.timezone for one in self.apart if one.timezone), None)


def other_time(time: Time, start: int | None, length: int | None) -> Time:
    """The time with another start or length, each where there is one."""
    if isinstance(time, AllDay):
        return AllDay(length or time.days)
    return Timed(time.start if start is None else start, length or time.length)


def windows(ritual: Ritual) -> list[Window]:
    """The windows of a ritual: one from its start to its end, unless seasons divide it."""
    apart = [
        Apart(f"in:{part}", first, last, one.start, one.length)
        for one in ritual.in_season
        for part, first, last in one.season.parts
    ]
    names = names_by_year("stay", [stay.starts for stay in ritual.stays])
    apart += [
        Apart(name, stay.starts, stay.until, timezone=stay.timezone)
        for name, stay in zip(names, ritual.stays, strict=True)
    ]
    whole = [Window("", ritual.starts, ritual.until)]
    if ritual.only_in:
        whole = []
        free = ritual.starts
        for part, first, last in sorted((p for s in ritual.only_in for p in s.parts), key=lambda p: p[1:]):
            window = Window(part, max(first, free), min(last, ritual.until or last))
            if window.first <= min(last, ritual.until or last):
                whole.append(window)
                free = last + ONE_DAY
    return [window for one in whole for window in _divided(one, apart)]


def _divided(whole: Window, apart: list[Apart]) -> Iterator[Window]:
    """A window, divided where something differs on some of its days."""
    until = whole.last or END_OF_TIME
    inside = [one for one in apart if one.first <= until and one.last >= whole.first]
    edges = {whole.first}
    for one in inside:
        edges |= {day for day in (one.first, one.last + ONE_DAY) if whole.first < day <= until}
    begins = sorted(edges)
    ends = [*(day - ONE_DAY for day in begins[1:]), whole.last]
    groups: dict[tuple[Apart, ...], list[tuple[date, date | None]]] = {}
    for first, last in zip(begins, ends, strict=True):
        here = tuple(one for one in inside if one.first <= first <= one.last)
        groups.setdefault(here, []).append((first, last))
    for here, spans in groups.items():
        part = ".".join(p for p in (whole.part, *(one.part for one in here)) if p)
        between = tuple((end + ONE_DAY, start - ONE_DAY) for (_, end), (start, _) in pairwise(spans) if end is not None)
        yield Window(part, spans[0][0], spans[-1][1], between, here)
