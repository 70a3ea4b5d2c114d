"""Open time, frame by frame: how often it comes in each, how much of it is placed, on which days the rest could be.

In: a `History`, a window of dates. Out: `Frame`s. Days on which a ritual rests lessen what a frame holds, and what is
placed there rests with them. Who may know of it is for those who show it. No clock enters.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from planner.agreement import Agreement, History, Pause, Placed, Ritual
from planner.recurrence import ONE_DAY
from planner.saying import month_name, say_date, say_span
from planner.strands import AS_IT_SAYS, Counting, Strand, open_days, open_length, strands
from planner.words import Timed


class Frame(NamedTuple):
    """One frame of open time, such as a week: first ≤ day < end.

    `times` is how often the time comes in it, `length` how long each is in minutes. `days` are those on which it may
    be; `placed` are the days of those that have one, each once for every one placed there.
    """

    agreement: Agreement
    ritual: Ritual
    first: date
    end: date
    times: int
    length: int
    days: tuple[date, ...]
    placed: tuple[date, ...]

    @property
    def left(self) -> int:
        """How many are still to place."""
        return max(self.times - len(self.placed), 0)

    def spread(self) -> list[date]:
        """A day for each that is still to place, evenly over the frame: where sums count it until it has its own."""
        number = self.left
        return [self.days[(2 * n + 1) * len(self.days) // (2 * number)] for n in range(number)]


def frames(history: History, first: date, end: date) -> Iterator[Frame]:
    """The frames of all open time that have days in first ≤ day < end, ritual by ritual in the order of the file.

    They follow the agreed versions, as calendars do. Those of a person's own file come last.
    """
    if history.versions:
        from planner.history import segments  # without versions nobody waits for it

        for s in segments(history):
            yield from frames_of(s.agreement, s.ritual, first, end, s.counting)
    else:
        for ritual in history.current.rituals.values():
            yield from frames_of(history.current, ritual, first, end)
    for ritual in history.own.values():
        yield from frames_of(history.current, ritual, first, end)


def frames_of(
    agreement: Agreement, ritual: Ritual, first: date, end: date, counting: Counting = AS_IT_SAYS
) -> Iterator[Frame]:
    """The frames of one ritual that have days in the window; none where its days are fixed."""
    if ritual.open_time is None:
        return
    first = max(first, ritual.starts)
    end = min(end, ritual.until + ONE_DAY) if ritual.until else end
    if first >= end:
        return
    rests = [(p.starts, p.until) for p in rests_of(agreement, ritual)]
    lives = open_days(ritual)
    placed = [strand.first for strand in strands(ritual, agreement.week_starts, by_turn=False, counting=counting)]
    start, stop = frame_on(ritual, agreement.week_starts, first)
    while start < end:
        here = [(a, b) for a, b in rests if a < stop and b >= start]
        every = [start + n * ONE_DAY for n in range((stop - start).days)]
        days = tuple(day for day in every if lives(day) and not any(a <= day <= b for a, b in here))
        times = (2 * ritual.open_time.times * len(days) + len(every)) // (2 * len(every))
        inside = set(days)
        yield Frame(
            agreement,
            ritual,
            start,
            stop,
            times,
            open_length(ritual, max(start, ritual.starts), counting),
            days,
            tuple(day for day in placed if day in inside),
        )
        start, stop = frame_on(ritual, agreement.week_starts, stop)


def rests_of(agreement: Agreement, ritual: Ritual) -> list[Pause]:
    """Everything during which open time rests: pauses, seasons, and holidays where it says so."""
    found = [p for p in agreement.rests if p.stops(ritual, ritual.who)]
    found += [Pause(first, last) for season in ritual.not_in for first, last in season.spans]
    if ritual.on_holidays == "skip":
        from planner.free_days import holiday_rests  # few agreements speak of holidays

        found += holiday_rests(agreement, ritual)
    return found


def frame_on(ritual: Ritual, week_starts: int, day: date) -> tuple[date, date]:
    """The frame that a day lies in: its first day, and the day after its last.

    Weeks begin on `week_starts`, months and years on their first. Several of them are counted from the one in which
    `count_from`, else the start of the ritual, lies.
    """
    number, unit = ritual.every
    base = ritual.count_from or ritual.starts
    if unit in ("day", "week"):
        days = number * (7 if unit == "week" else 1)
        begins = base - timedelta(days=(base.weekday() - week_starts) % 7) if unit == "week" else base
        start = begins + (day - begins).days // days * timedelta(days=days)
        return start, start + timedelta(days=days)
    months = number * (12 if unit == "year" else 1)
    origin = base.year * 12 + (0 if unit == "year" else base.month - 1)
    at = origin + (day.year * 12 + day.month - 1 - origin) // months * months
    return _month(at), _month(at + months)


def _month(number: int) -> date:
    year, month = divmod(number, 12)
    return date(year, month + 1, 1)


def placed_as_held(history: History, agreement: Agreement) -> Agreement:
    """The agreement with what is placed as the versions in force on its days have it: as long, and only what is there.

    For words alone: nothing else is to be read from it.
    """
    if not history.versions or not any(ritual.placed for ritual in agreement.rituals.values()):
        return agreement
    from planner.history import strands_of  # without versions nobody waits for it

    rituals = dict(agreement.rituals)
    for path, ritual in rituals.items():
        if ritual.placed:
            held = [s for s in strands_of(history, ritual) if s.placed]
            rituals[path] = ritual._replace(placed=tuple(_held(s) for s in held))
    return agreement._replace(rituals=rituals)


def _held(strand: Strand) -> Placed:
    assert strand.placed  # noqa: S101  (only such are asked for)
    time = strand.time
    length = time.length if isinstance(time, Timed) else time.days * 1440
    return strand.placed._replace(length=length)


def say_frame(frame: Frame, today: date | None = None) -> str:
    """When a frame is, in words: "this week", "in the week of Monday 11 January 2027", "in February 2027"."""
    every = frame.ritual.every
    last = frame.end - ONE_DAY
    is_now = today is not None and frame.first <= today <= last
    if every == (1, "day"):
        return "today" if is_now else f"on {say_date(frame.first)}"
    if every.number == 1 and is_now:
        return f"this {every.unit}"
    if every == (3, "month") and is_now:
        return "this quarter"
    match every:
        case (1, "week"):
            return f"in the week of {say_date(frame.first)}"
        case (1, "month"):
            return f"in {month_name(frame.first.month)} {frame.first.year}"
        case (1, "year"):
            return f"in {frame.first.year}"
    return say_span(frame.first, last)
