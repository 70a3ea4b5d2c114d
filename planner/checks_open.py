"""What only dates can tell of open time: where something is placed, and how much of it.

In: an `Agreement` or a `History`, the document's values (for places), a window of dates. Out: findings for `checks`.
No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from planner.agreement import Agreement, History, Placed, Ritual
from planner.history import dates_of
from planner.open_time import frames_of, rests_of, say_frame
from planner.problems import NOTE, Finding
from planner.recurrence import ONE_DAY
from planner.saying import say_date, say_span, say_times_in_words
from planner.strands import open_days

_Place = tuple[str | int, ...]
_YEARS = timedelta(days=366 * 9)


def placed_astray(history: History, values: Mapping[str, Any]) -> Iterator[Finding]:
    """What is placed where nothing is open: it would be in no calendar."""
    for ritual in history.current.rituals.values():
        there = {strand.placed for strand in dates_of(history, ritual)} if ritual.placed else set()
        for n, placed in enumerate(ritual.placed):
            if placed not in there:
                yield Finding(_place(values, ritual, n), "placed-astray", _why_astray(ritual, placed))


def _why_astray(ritual: Ritual, placed: Placed) -> str:
    if not ritual.open_time:
        return 'its days are fixed, so nothing of it is placed; write at = "open", or take `placed` out'
    if placed.on < ritual.starts:
        return f"it begins on {say_date(ritual.starts)}; place it on that day or later"
    if ritual.until and placed.on > ritual.until:
        return f"its last day is {say_date(ritual.until)}; place it on that day or before"
    return f"on {say_date(placed.on)} it is not in season; place it on another day"


def placed_in_rest(agreement: Agreement, values: Mapping[str, Any], first: date) -> Iterator[Finding]:
    """What is placed on a day on which it rests: the rest goes before it."""
    for ritual in agreement.rituals.values():
        rests = rests_of(agreement, ritual) if ritual.placed else []
        for n, placed in enumerate(ritual.placed):
            rest = next((p for p in rests if p.starts <= placed.on <= p.until), None)
            if rest and placed.on >= first:
                message = (
                    f"it rests {say_span(rest.starts, rest.until)}, so this is in no calendar; it comes back if the "
                    "rest ends sooner, or place it on another day"
                )
                yield Finding(_place(values, ritual, n), "placed-in-rest", message, NOTE)


def placed_beyond(agreement: Agreement, values: Mapping[str, Any], first: date, end: date) -> Iterator[Finding]:
    """Frames in which more is placed than comes in each."""
    for ritual in agreement.rituals.values():
        for frame in frames_of(agreement, ritual, first, end) if ritual.placed else ():
            if ritual.open_time and len(frame.placed) > ritual.open_time.times:
                last = max(n for n, placed in enumerate(ritual.placed) if placed.on in frame.placed)
                often, agreed = say_times_in_words(len(frame.placed)), say_times_in_words(ritual.open_time.times)
                message = f"{say_frame(frame)} it is placed {often}, and {agreed} is what it says; fine, if you like it"
                yield Finding(_place(values, ritual, last), "placed-beyond", message, NOTE)


def has_days(agreement: Agreement, ritual: Ritual) -> bool:
    """Whether open time has any day on which it could be."""
    lives, start = open_days(ritual), ritual.starts
    resting = [(p.starts, p.until) for p in rests_of(agreement, ritual) if p.until >= start]
    end = min(ritual.until + ONE_DAY, start + _YEARS) if ritual.until else start + _YEARS
    days = (start + n * ONE_DAY for n in range((end - start).days))
    return any(lives(day) and not any(a <= day <= b for a, b in resting) for day in days)


def _place(values: Mapping[str, Any], ritual: Ritual, n: int) -> _Place:
    table, key = ritual.path.split(".", 1)
    written = values[table][key]["placed"]
    return (table, key, "placed", n, "on") if isinstance(written, list) else (table, key, "placed", "on")
