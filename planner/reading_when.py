"""When a ritual is: `on`, `every`, `at`, `for` → slots and spacing.

In: a `Table`. Out: values of `words`, or None with findings. No person
and no place enter; nothing is expanded.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from planner.agreement import Slot
from planner.day_words import join_days, read_days
from planner.tables import Path, Table
from planner.words import (
    MONTHS,
    ORDINAL_WORDS,
    WEEKDAYS,
    AllDay,
    Dates,
    Days,
    Every,
    InCycle,
    InTurn,
    Length,
    MonthDays,
    Ordinal,
    Steady,
    Time,
    Timed,
    Unclear,
    Weekly,
    YearDay,
    YearDays,
    length_between,
    length_like,
    plain_words,
    read_at,
    read_every,
    read_length,
    say_clock,
)

DAY = 1440
LONGEST = 31 * DAY
DEFAULT_LENGTHS = {"check_in": 10, "review": 30}
LENGTHS, LONG_LENGTHS = '"45m", "2h 30m" or "2 days"', '"2 weeks" or "3 months"'
A_LENGTH = 'a length in quotes such as "45m"'
ENDS_TWICE = "`at` says when it ends already; keep its end or `{}`, not both"
WHOLE_DAYS = 'what goes on all day lasts whole days: "1 day", "2 days"'

_NATURAL: dict[type, str] = {Weekly: "week", InTurn: "week", Ordinal: "month", MonthDays: "month", YearDays: "year"}


# ── days and spacing ─────────────────────────────────────────────────


def read_when(table: Table, kind: str) -> tuple[tuple[Slot, ...], Every | None]:
    """The slots (days with their time) and the spacing; no slots where the text says nothing definite."""
    table.know("on", "every", "at", "for", "ladder")
    every = read_every_of(table)
    at = table.raw("at")
    if isinstance(at, dict):
        if table.has("on"):
            table.wrong(
                "on",
                "on-and-days",
                "`at` names the days already; leave `on` out, or give `at` one time",
                part="key",
            )
        slots = _slots_by_day(table, at, kind)
        days = slots[0].days if slots else None
    else:
        days = _days(table, every)
        time = _time(table, kind)
        slots = (Slot(days, time),) if days is not None and time is not None else ()
    if days is None or (table.has("every") and every is None):
        return (), None
    return slots, _spacing(table, days, every)


def read_every_of(table: Table) -> Every | None:
    """The spacing that `every` says; None where it says none, with findings where it is not clear."""
    text = table.text("every", wanted='a spacing in quotes such as "week" or "2 weeks"')
    return table.clear(("every",), lambda: read_every(text)) if text else None


def _days(table: Table, every: Every | None) -> Days | None:
    if "follows" in table.values:
        return Steady()  # those of another ritual, once it is read
    if table.has("on"):
        return read_on(table, "on")
    if not table.has("every"):
        table.missing("on", 'say which day: on = "friday", or "first friday", or a date')
    elif every is not None and every.unit == "day":
        return Steady()
    elif every is not None:
        example = {"week": 'on = "monday"', "month": 'on = "first monday"', "year": 'on = "14 february"'}[every.unit]
        table.lacking("on", ("every",), "which-day", f"which day? add `on`, such as {example}")
    return None


def read_on(table: Table, key: str) -> Days | None:
    """The days that `on` names, all of one form; None with findings."""
    parts: list[Days] = []
    items = table.items(key)
    for path, value in items:
        if isinstance(value, str):
            days = table.clear(path, lambda value=value: read_days(value))  # type: ignore[misc]
        elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            day = table.check_day(path, value)
            days = Dates((day,)) if day else None
        else:
            table.wants(path, value, 'a day such as "friday" or 2027-02-14')
            days = None
        if days is not None:
            parts.append(days)
    if len(parts) < len(items) or not parts:
        return None
    for (path, _), days in zip(items, parts, strict=True):
        if type(days) is not type(parts[0]):
            message = (
                f"days of one ritual have one form, and {_form(days)} does not go with {_form(parts[0])}; "
                "make two rituals of them"
            )
            table.wrong(path, "mixed-days", message)
            return None
    if len(parts) > 1 and isinstance(parts[0], InTurn):
        message = "days that take turns stand alone, in one text; make two rituals of them"
        table.wrong(items[1][0], "mixed-days", message)
        return None
    joined = join_days(parts)
    if isinstance(joined, InCycle) and len({of for _, of in joined.days}) > 1:
        table.wrong(items[-1][0], "mixed-days", "days of one ritual belong to one cycle; make two rituals of them")
        return None
    return joined


def _form(days: Days) -> str:
    return f"the date {days.dates[0]}" if isinstance(days, Dates) else f'"{_said_day(days)}"'


def _said_day(days: Days) -> str:
    """The first of the days, in the words of the file."""
    match days:
        case Weekly(weekdays):
            whole = {7: "every day", 5: "weekdays"}.get(len(weekdays), "")
            return whole if weekdays in (tuple(range(7)), tuple(range(5))) else WEEKDAYS[weekdays[0]]
        case InTurn(weekdays):
            return ", then ".join(WEEKDAYS[d] for d in weekdays)
        case InCycle(((n, of), *_)):
            return f"day {n} of {of}"
        case Ordinal(((n, weekday), *_)):
            return f"{ORDINAL_WORDS[n]} {WEEKDAYS[weekday]}"
        case MonthDays((number, *_)):
            return "last day" if number == -1 else f"day {number}"
        case YearDays((YearDay(month, day, n, weekday), *_)):
            name = MONTHS[month - 1]
            return f"{day} {name}" if day else f"{ORDINAL_WORDS[n]} {WEEKDAYS[weekday]} of {name}"
    return ""


def _spacing(table: Table, days: Days, every: Every | None) -> Every | None:
    """The spacing that goes with `days`; None with the question it raises where the two say nothing definite."""
    if isinstance(days, Dates):
        if every is not None:
            table.wrong("every", "dates-once", "single dates happen once each; leave `every` out, or name a weekday")
        return Every(1, "day")
    if isinstance(days, Steady):
        return every or Every(1, "day")
    if isinstance(days, InCycle):
        if every is not None:
            table.wrong("every", "which-day", f'"{_said_day(days)}" says how often already; leave `every` out')
        if not table.has("count_from"):
            table.lacking("count_from", ("on",), "no-day-one", "which day is day 1? write count_from = 2027-01-04")
        return Every(1, "day")
    natural = _NATURAL[type(days)]
    daily = isinstance(days, Weekly) and len(days.weekdays) == 7
    if every is None or (daily and every == (1, "day")):
        return Every(1, natural)
    if every.unit == natural:
        return every
    table.wrong("every", "which-day", _question(days, every))
    return None


def _question(days: Days, every: Every) -> str:
    """What is to be asked where days and spacing say nothing definite together, and how to answer."""
    day = _said_day(days)
    weekday = WEEKDAYS[days.weekdays[0]] if isinstance(days, Weekly) else ""
    rest = "leave `every` out" if every.number == 1 else "keep `every` as it is"
    if every.unit == "day":
        often = "every day" if every.number == 1 else f"every {every.number} days"
        each = {"every day": "every day", "weekdays": "on weekdays"}.get(day, f'each "{day}"')
        return f"{often}, or {each}? keep one of `every` and `on`"
    match days:
        case InTurn():
            return f'"{day}" goes week by week; leave `every` out, or write every = "2 weeks"'
        case Weekly(several):
            which = f"which {weekday}" if len(several) == 1 else "which of these days"
            if every.unit == "month":
                return f'{which}? write "first {weekday}" (or "last {weekday}"), and {rest}'
            return f'{which} of the year? write "first {weekday} of may", and {rest}'
        case Ordinal() | MonthDays() if every.unit == "year":
            dated = day.removeprefix("day ") if isinstance(days, MonthDays) and day != "last day" else f"{day} of"
            return f'"{day}" of which month? write "{dated} may", and {rest}'
        case Ordinal(((_, number), *_)):
            weekly = f'on = "{WEEKDAYS[number]}"'
            return f'"{day}" comes once a month; leave `every` out, or write {weekly} for a rhythm of weeks'
        case MonthDays():
            return f'"{day}" comes once a month; leave `every` out, or write every = "2 months"'
    return f'"{day}" comes once a year; leave `every` out, or write every = "2 years"'


# ── times and lengths ────────────────────────────────────────────────


def read_clock(table: Table, path: Path, value: Any) -> tuple[int, int | None] | str | None:
    """(start, end) of an `at` value, "all day", or None with a finding."""
    if isinstance(value, dt.time):
        if value.second or value.microsecond:
            table.wrong(path, "seconds", f"times go by the minute; write {value:%H:%M}:00")
            return None
        return value.hour * 60 + value.minute, None
    if isinstance(value, str):
        if plain_words(value) == "open":
            message = 'a time of day belongs here; "open" stands alone, as the `at` of a whole ritual'
            table.wrong(path, "unknown-time", message)
            return None
        try:
            return read_at(value) or "all day"
        except Unclear as e:
            table.wrong(path, e.code, str(e))
            return None
    table.wants(path, value, 'a time such as "18:30-21:00" or "all day"')
    return None


def _time(table: Table, kind: str) -> Time | None:
    if not table.has("at"):
        table.missing("at", 'say when: at = "18:30-21:00", or at = "all day"')
        read_for(table)
        return None
    clock = read_clock(table, ("at",), table.raw("at"))
    return _timed(table, ("at",), clock, kind)


def read_for(table: Table) -> int | None:
    """The minutes that `for` says, or None."""
    length = read_some_length(table, ("for",), table.raw("for")) if table.has("for") else None
    if length is None:
        return None
    if length.months or length.minutes > LONGEST:
        table.wrong(
            "for",
            "too-long",
            "one occurrence lasts 31 days at most; for a longer stretch use `starts` and `until`",
        )
        return None
    return length.minutes


def read_some_length(
    table: Table, path: Path, value: Any, wanted: str = A_LENGTH, like: str = LENGTHS
) -> Length | None:
    """The length that a value says, or None with a finding."""
    if wanted == A_LENGTH and type(value) is int and (near := length_like(str(value))):
        wanted = f"a length in quotes such as {near}"
    text = table.check_text(path, value, wanted=wanted)
    return table.clear(path, lambda: read_length(text, like)) if text else None


def _timed(table: Table, path: Path, clock: tuple[int, int | None] | str | None, kind: str) -> Time | None:
    """One time from `at` with its end, `for` or `ladder`: exactly one of them says how long it lasts."""
    length = read_for(table)
    laddered = table.has("ladder")
    if clock is None:
        return None
    if isinstance(clock, str):
        if laddered:
            table.wrong("ladder", "two-lengths", "whole days cannot grow in steps; give `at` a time of day", part="key")
        if table.has("for") and length is None:
            return None
        if length is not None and length % DAY:
            table.wrong("for", "part-of-a-day", WHOLE_DAYS)
            return None
        return AllDay((length or DAY) // DAY)
    start, end = clock
    if end is not None:
        for other in ("for", "ladder"):
            if table.has(other):
                table.wrong(other, "two-lengths", ENDS_TWICE.format(other), part="key")
        return Timed(start, length_between(start, end))
    if table.has("for") and laddered:
        table.wrong("for", "two-lengths", "`for` and `ladder` both say how long; keep one of them", part="key")
    if laddered:
        return Timed(start, 0)  # each step has its own length
    if length is None:
        if table.has("for"):
            return None
        length = DEFAULT_LENGTHS.get(kind)
        if length is None:
            span = f"{say_clock(start)}-{say_clock(start + 90)}"
            table.lacking("for", path, "no-length", f'how long? write an end, as in "{span}", or add for = "1h 30m"')
            return None
    return Timed(start, length)


def _slots_by_day(table: Table, at: dict[str, Any], kind: str) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    seen: set[object] = set()
    for name, value in at.items():
        place = ("at", name)
        days = _day_named(table, place, name)
        time = _timed(table, place, read_clock(table, place, value), kind)
        if days is None or time is None:
            continue
        if slots and type(days) is not type(slots[0].days):
            message = (
                f'days of one ritual have one form, and "{_said_day(days)}" does not go with '
                f'"{_said_day(slots[0].days)}"; make two rituals of them'
            )
            table.wrong(place, "mixed-days", message, part="key")
            continue
        if isinstance(days, InTurn | InCycle):
            table.wrong(place, "mixed-days", "days in turn or of a cycle have one time; name them in `on`", part="key")
            continue
        if slots and type(time) is not type(slots[0].time):
            message = "one ritual is all day or at a time, not both; make two rituals of it"
            table.wrong(place, "mixed-days", message)
            continue
        named: set[object] = {day for group in days for day in group}
        if named & seen:
            table.wrong(place, "day-twice", f'"{name}" names a day that stands here already', part="key")
            continue
        seen |= named
        slots.append(Slot(days, time))
    if not at:
        table.wrong("at", "empty-list", 'no day is named; write at = { tuesday = "19:30-21:00" }')
    return tuple(slots)


def _day_named(table: Table, place: Path, name: str) -> Days | None:
    """The days that a key of `at` names."""
    try:
        return read_days(name)
    except Unclear as e:
        code, message = e.code, str(e)
        if code == "quoted-date":
            code, message = "unknown-day", "days of the week or month stand here; dates are written in `on`"
        table.wrong(place, code, message, part="key")
        return None


def read_other_time(inner: Table, slots: tuple[Slot, ...]) -> tuple[int | None, int | None]:
    """Start and length of what differs at times, each where it says one."""
    all_day = any(isinstance(slot.time, AllDay) for slot in slots)
    start = length = None
    if inner.has("at"):
        clock = read_clock(inner, ("at",), inner.raw("at"))
        if slots and clock and isinstance(clock, str) != all_day:
            message = (
                "this ritual goes on all day; a change keeps it so, leave `at` out"
                if all_day
                else 'this ritual has a time of day; a change keeps one, such as "18:00"'
            )
            inner.wrong("at", "wrong-kind", message)
        elif clock and not isinstance(clock, str):
            start = clock[0]
            length = length_between(clock[0], clock[1]) if clock[1] is not None else None
    minutes = read_for(inner)
    if minutes is not None:
        if length is not None:
            inner.wrong("for", "two-lengths", ENDS_TWICE.format("for"), part="key")
        elif all_day and minutes % DAY:
            inner.wrong("for", "part-of-a-day", WHOLE_DAYS)
        length = minutes // DAY if all_day else minutes
    return start, length
