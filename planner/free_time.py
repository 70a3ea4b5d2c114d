"""Where time is free: starts that fit, day by day, and how often they do in a week, a fortnight or a month.

In: spans that are taken, `Window`s on the clocks of those who take part, a length, a stretch of days. Out: `Range`s of
starts, in minutes on the clock of one zone, for each day; and how many days of a pattern have each. The law: a start is
in a range exactly if the time from it on, for that long on the clock, lies within everyone's windows and meets nothing
that is taken. No agreement, no word of why, and no clock of the machine enter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from planner.busy import Span, Spans, Taken, common, merged, taken, without
from planner.timeline import Clocks
from planner.windows import Window

GRID = 15
"""Minutes between the starts that are looked at, besides those right beside something that is taken."""

Range = tuple[int, int]
"""The first and the last of neighbouring starts, both included, in minutes after the midnight of a day."""


class Frame(NamedTuple):
    """Where time is looked for: on the days first ≤ day < end of `timezone`, for so many `minutes` of its clock.

    `clocks` is one zone a person, for the windows are meant by each one's own clock: a function of the day, as somebody
    may be elsewhere for a while; what is theirs alone goes by such clocks too, so `timezone` may be one as well.
    Nothing starts before the instant `not_before` (seconds since 1970).
    """

    minutes: int
    windows: tuple[Window, ...]
    timezone: str | Callable[[date], str]
    clocks: tuple[Callable[[date], str], ...]
    first: date
    end: date
    not_before: int | None = None

    def zone_on(self, day: date) -> str:
        """By whose clock a start is on a day."""
        return self.timezone if isinstance(self.timezone, str) else self.timezone(day)


def open_spans(frame: Frame) -> Spans:
    """When everyone's windows are open: the time in which something may lie, taken or not."""
    known: dict[str, Clocks] = {}
    found: Spans | None = None
    by_day: dict[int, list[Window]] = {}
    for window in frame.windows:
        by_day.setdefault(window.weekday, []).append(window)
    seen: dict[tuple[str, ...], Spans] = {}
    # A day and a night more on both sides: elsewhere the same hours are on another date.
    ordinals = range(frame.first.toordinal() - 2, frame.end.toordinal() + 3)
    for clock in frame.clocks:
        names = tuple(clock(date.fromordinal(n)) for n in ordinals)
        if names not in seen:
            spans: list[Span] = []
            for n, name in zip(ordinals, names, strict=True):
                if name not in known:
                    known[name] = Clocks(name)
                seconds = known[name].seconds
                spans += ((seconds(n, w.start), seconds(n, w.end)) for w in by_day.get((n - 1) % 7, ()))
            seen[names] = merged(spans)
        found = seen[names] if found is None else common(found, seen[names])
    if frame.not_before is not None and found:
        found = without(found, ((min(found[0][0], frame.not_before), frame.not_before),))
    return found or ()


def free_starts(frame: Frame, busy: Spans) -> dict[date, tuple[Range, ...]]:
    """The starts that fit, for each day of the frame that has one. `busy` are merged spans of all who take part."""
    free = taken(without(open_spans(frame), busy))
    return {day: ranges for day, ranges in _by_day(frame, free) if ranges}


def _by_day(frame: Frame, free: Taken) -> Iterator[tuple[date, tuple[Range, ...]]]:
    known: dict[str, Clocks] = {}
    length = frame.minutes * 60
    for ordinal in range(frame.first.toordinal(), frame.end.toordinal()):
        day = date.fromordinal(ordinal)
        name = frame.zone_on(day)
        clocks = known[name] = known.get(name) or Clocks(name)
        midnight, next_midnight = clocks.seconds(ordinal, 0), clocks.seconds(ordinal + 1, 0)
        if any(clocks.changes_on(o) for o in range(ordinal, ordinal + frame.minutes // 1440 + 2)):
            yield day, tuple(_minute_by_minute(frame, clocks, free, ordinal))
            continue
        found = []
        for start, end in free.within(midnight, next_midnight):
            low = max(0, -((midnight - start) // 60))
            high = min(1439, (end - length - midnight) // 60)
            if low <= high:
                found.append((low, high))
        yield day, tuple(found)


def _minute_by_minute(frame: Frame, clocks: Clocks, free: Taken, ordinal: int) -> Iterator[Range]:
    """The same on a day on which clocks change, as series have it: an end is read off the wall."""
    first = None
    for minute in range(1441):
        if minute < 1440 and free.holds(*stretch(clocks, ordinal, minute, frame.minutes)):
            first = minute if first is None else first
        elif first is not None:
            yield first, minute - 1
            first = None


def stretch(clocks: Clocks, ordinal: int, minute: int, minutes: int) -> Span:
    """The span of a time of so many minutes on a day, as the occurrence of a series fills it."""
    start, end = clocks.seconds(ordinal, minute), clocks.seconds(ordinal, minute + minutes)
    return start, end if end > start else start + minutes * 60


# ── starts that come again ───────────────────────────────────────────


class Counted(NamedTuple):
    """The days of one pattern, such as all Tuesdays, in order; and on how many of them each start fits.

    `starts` holds the starts worth a look: those on the grid, and those right beside something that is taken.
    """

    days: tuple[date, ...]
    starts: Mapping[int, int]


def counted(days: Iterable[date], found: Mapping[date, Sequence[Range]], least: int = 1) -> Counted:
    """How often each start fits on these days; only those that fit at least so many times."""
    days = tuple(days)
    steps = [0] * 1441
    for day in days:
        for low, high in found.get(day, ()):
            steps[low] += 1
            steps[high + 1] -= 1
    starts: dict[int, int] = {}
    count = 0
    for minute in range(1440):
        after = count + steps[minute]
        if after >= least and after > 0 and (minute % GRID == 0 or after > count or steps[minute + 1] < 0):
            starts[minute] = after
        count = after
    return Counted(days, starts)


def fits(found: Mapping[date, Sequence[Range]], day: date, minute: int) -> bool:
    """Whether this start fits on this day."""
    return any(low <= minute <= high for low, high in found.get(day, ()))
