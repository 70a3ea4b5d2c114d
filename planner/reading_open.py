"""Time whose day is not fixed: `at = "open"` with `every`, `times`, `for` → `OpenTime`; `placed` → `Placed`s.

In: a ritual's `Table`. Out: values of `agreement`, or None with findings. Nothing is expanded: whether what is placed
lies where the time is open is for `checks`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from planner.agreement import OpenTime, Placed
from planner.reading_when import DAY, DEFAULT_LENGTHS, ENDS_TWICE, WHOLE_DAYS, read_clock, read_every_of, read_for
from planner.tables import MOST_THINGS, Table
from planner.words import Every, length_between, plain_words

OPEN = "open"
MOST_TIMES = 100
_LIKE = ("any time", "anytime", "whenever", "any", "flexible", "floating", "free", "sometime", "unplaced")
_EXAMPLE = 'placed = [{ on = 2027-01-05, at = "18:00" }]'
_RAISED = {
    "on": '`on` says the day, and at = "open" leaves it open; which is it? keep one of the two',
    "hosts": "whose turn is it, while the days are open? write one `host`, or a host night for each of you",
    "turns": "whose turn is it, while the days are open? make one for each of you, with `who`",
    "follows": "the days of what it follows are its days, so they are not open; give `at` a time",
    "in_season": "which hour would differ, while the hours are open? name seasons in `not_in` or `only_in`",
}
"""What does not go with open time, with the question that it raises."""
_CALLED = {
    "date": ("on", "its day is `on`"),
    "day": ("on", "its day is `on`"),
    "time": ("at", 'the time of day is `at = "18:00"`'),
    "notes": ("note", "here it is one `note`"),
    "moved_to": ("on", "write the new day as `on`, and the one it `was` on before"),
}
OF_OTHER_KIND = ("missing-key", "wrong-kind")
"""The codes of what is placed with a time of day where whole days are open, or the other way round."""
_DAYS_IN = {"day": 1, "week": 7, "month": 31, "year": 366}


def is_open(table: Table) -> bool:
    """Whether a ritual's `at` leaves its time open."""
    at = table.values.get("at")
    if isinstance(at, str) and plain_words(at) in _LIKE:
        message = f'no time "{plain_words(at)}"; for time whose day is not fixed write at = "open"'
        table.wrong("at", "unknown-time", message)
        return True
    return isinstance(at, str) and plain_words(at) == OPEN


def read_open(table: Table, kind: str) -> tuple[OpenTime | None, Every | None]:
    """What is open, and how often; None, with findings, where the text says nothing definite."""
    table.know("on", "every", "at", "for", "ladder", "times")
    for key, question in _RAISED.items():
        if key in table.values:
            table.wrong(key, "not-with-open", question, part="key")
            table.know(key)
    every = read_every_of(table)
    if not table.has("every"):
        table.missing("every", 'say how often: every = "week", or "2 weeks", "month"')
    times = _times(table) if table.has("times") else 1
    length = _length(table, kind)
    if every is None or times is None or length is None:
        return None, every
    frame = every.number * _DAYS_IN[every.unit] * DAY
    if length * times > frame:
        often = "one of them" if times == 1 else f"{times} of them"
        table.wrong("for", "too-long", f"{often} would take more time than there is; write less in `for` or `times`")
    return OpenTime(times, length), every


def no_times(table: Table) -> None:
    """Hold that a ritual whose days are fixed does not say how many `times`."""
    if table.has("times"):
        message = '`times` goes with at = "open", time whose day is not fixed; here `on` says how often, leave it out'
        table.wrong("times", "times-without-open", message, part="key")


def _times(table: Table) -> int | None:
    times = table.number("times")
    if times is not None and not 1 <= times <= MOST_TIMES:
        table.wrong("times", "unknown-number", f"how many times? write a number from 1 to {MOST_TIMES}")
        return None
    return times


def _length(table: Table, kind: str) -> int | None:
    """How long each is, in minutes; 0 where a ladder says so."""
    length = read_for(table)
    if table.has("ladder"):
        if table.has("for"):
            table.wrong("for", "two-lengths", "`for` and `ladder` both say how long; keep one of them", part="key")
        return 0
    if table.has("for"):
        return length
    if kind not in DEFAULT_LENGTHS:
        table.missing("for", 'how long is each? write for = "2h"')
    return DEFAULT_LENGTHS.get(kind)


# ── what is placed ───────────────────────────────────────────────────


def read_placed(table: Table, of: OpenTime | None, *, freely: bool = False) -> tuple[Placed, ...]:
    """The placed occurrences, in the order of the file; `of` is what is open, None where the days are fixed by now.

    `freely`, each may have a time of day or take whole days, whatever is open now: it was placed under other terms.
    """
    found: list[Placed] = []
    for inner in table.tables("placed", _EXAMPLE, MOST_THINGS):
        on, was = inner.day("on"), inner.day("was")
        start, length = _when(inner, None if freely else of)
        number = _number(inner)
        one = Placed(on or dt.date(2000, 1, 1), start, length, inner.text("where"), inner.text("note"), was, number)
        if not inner.has("on"):
            inner.missing("on", "name its day: on = 2027-01-05")
        if was and was == on:
            inner.wrong("was", "same-day", f"it is on {on} still; leave `was` out")
        met = next((other for other in found if on and _meet(one, other, of)), None)
        if met:
            inner.wrong("on", "placed-twice", f"{on} has one at this hour already; give one of them another time")
        elif on and number and any(number == p.number and (p.was or p.on) == (was or on) for p in found):
            inner.wrong("number", "number-twice", f"another one of that day is number {number}; give this one the next")
        elif on:
            found.append(one)
        inner.finish(_CALLED)
    return tuple(found)


def _number(inner: Table) -> int | None:
    number = inner.number("number") if inner.has("number") else None
    if number is not None and number < 1:
        inner.wrong("number", "unknown-number", "which of that day is it? write a number from 1 on, or leave it out")
        return None
    return number


def _when(inner: Table, of: OpenTime | None) -> tuple[int | None, int | None]:
    """Start and length of one that is placed, in minutes; the start None where it goes on all day."""
    clock: Any = read_clock(inner, ("at",), inner.raw("at")) if inner.has("at") else None
    minutes = read_for(inner)
    whole = of is not None and of.is_all_day
    if of and not whole and not inner.has("at"):
        inner.missing("at", 'say when: at = "18:00"')
    elif of and not whole and clock == "all day":
        inner.wrong("at", "wrong-kind", 'these have a time of day; write one, such as "18:00"')
    elif whole and isinstance(clock, tuple):
        inner.wrong("at", "wrong-kind", "these take whole days; leave `at` out")
    elif minutes and minutes % DAY and (whole or not isinstance(clock, tuple)):
        inner.wrong("for", "part-of-a-day", WHOLE_DAYS)
    if not isinstance(clock, tuple):
        return None, minutes
    start, end = clock
    if end is None:
        return start, minutes
    if inner.has("for"):
        inner.wrong("for", "two-lengths", ENDS_TWICE.format("for"), part="key")
    return start, length_between(start, end)


def _meet(one: Placed, other: Placed, of: OpenTime | None) -> bool:
    """Whether two of them have time of one day in common."""
    if one.on != other.on:
        return False
    if one.start is None or other.start is None:
        return True
    lengths = [placed.length or (of.length if of else 0) or 1 for placed in (one, other)]
    return one.start < other.start + lengths[1] and other.start < one.start + lengths[0]
