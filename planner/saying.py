"""Dates, days, times and lengths as one says them aloud.

In: the values of `words`, a `Ritual`, an `Occurrence`. Out: phrases without a full stop ("every Wednesday from 18:30
to 21:00"). No clock of the machine and no terminal enter; nothing beyond the standard library is imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from planner.agreement import OpenTime, Ritual
from planner.day_words import join_days
from planner.timeline import Occurrence
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
    MonthDays,
    Ordinal,
    Steady,
    Time,
    Timed,
    Weekly,
    YearDay,
    YearDays,
    say_clock,
)

NOON = timedelta(hours=12)
"""What ends so long after a midnight still belongs to the night before."""

_NTH = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def listed(parts: Iterable[str], last: str = "and") -> str:
    """Several things in a sentence: "a", "a and b", "a, b and c"."""
    *firsts, final = parts
    return f"{', '.join(firsts)} {last} {final}" if firsts else final


# ── dates ────────────────────────────────────────────────────────────


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def ended(text: str) -> str:
    """The text with a full stop, where nothing ends it."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def weekday_name(number: int) -> str:
    """The name of a weekday, 0 for Monday."""
    return WEEKDAYS[number].capitalize()


def month_name(number: int) -> str:
    """The name of a month, 1 for January."""
    return MONTHS[number - 1].capitalize()


def say_date(day: date) -> str:
    """A date with its weekday: "Wednesday 6 January 2027"."""
    return f"{weekday_name(day.weekday())} {day.day} {month_name(day.month)} {day.year}"


def say_times(times: int) -> str:
    """How often, 1 or more: "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def say_span(start: date, end: date) -> str:
    """The days from `start` to `end`, both included: "from Monday 8 to Sunday 14 March 2027".

    A single day is "on Monday 8 March 2027".
    """
    if start == end:
        return f"on {say_date(start)}"
    first = f"{weekday_name(start.weekday())} {start.day}"
    if start.year != end.year:
        first = say_date(start)
    elif start.month != end.month:
        first = f"{first} {month_name(start.month)}"
    return f"from {first} to {say_date(end)}"


# ── lengths and times of day ─────────────────────────────────────────


def say_minutes(minutes: int) -> str:
    """A length in minutes: "50 minutes", "1 hour 30 minutes", "2 days", "4 weeks"."""
    if minutes and minutes % 10080 == 0:
        return _counted(minutes // 10080, "week")
    days, rest = divmod(minutes, 1440)
    hours, rest = divmod(rest, 60)
    parts = [_counted(n, unit) for n, unit in ((days, "day"), (hours, "hour"), (rest, "minute")) if n]
    return " ".join(parts) or "no time"


def say_stretch(months: int, days: int) -> str:
    """A length of calendar months and days: "2 weeks", "3 months", "1 year"."""
    years, rest = divmod(months, 12)
    parts = [_counted(n, unit) for n, unit in ((years, "year"), (rest, "month")) if n]
    if days:
        parts.append(say_minutes(days * 1440))
    return listed(parts) if parts else "no time"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def say_time(time: Time) -> str:
    """A time of day with how long it lasts.

    "from 18:30 to 21:00"; under an hour "at 07:00 for 50 minutes"; "from 22:30 until 01:00 the next day"; "all day".
    Where a ladder says how long (length 0), the start alone.
    """
    match time:
        case AllDay(days):
            return "all day" if days == 1 else f"for {days} whole days"
        case Timed(start, length):
            begins = say_clock(start)
    if length < 60:
        return f"at {begins} for {say_minutes(length)}" if length else f"at {begins}"
    end = start % 1440 + length
    if end < 1440:
        return f"from {begins} to {say_clock(end)}"
    if end == 1440:
        return f"from {begins} to midnight"
    later = end // 1440
    day = "the next day" if later == 1 else f"{_COUNTS[later] if later < len(_COUNTS) else later} days later"
    return f"from {begins} until {say_clock(end)} {day}"


def say_zone(name: str) -> str:
    """A time zone by its city: "Lisbon time"."""
    return f"{name.rpartition('/')[2].replace('_', ' ')} time"


# ── days of a rule ───────────────────────────────────────────────────


def say_days(ritual: Ritual) -> str:
    """The days of a ritual: "every Wednesday", "on the second and fourth Saturday of the month"."""
    if ritual.open_time:
        return say_open(ritual.every, ritual.open_time.times)
    days = join_days([slot.days for slot in ritual.slots])
    return say_rule(days, ritual.every) if days is not None else ""


def say_when(ritual: Ritual) -> str:
    """The days of a ritual and the time on them, day by day where it differs."""
    if ritual.open_time:
        return _open_when(ritual, ritual.open_time)
    if len({slot.time for slot in ritual.slots}) == 1:
        return _at(say_days(ritual), ritual.slots[0].time)
    return listed(_at(say_rule(slot.days, ritual.every), slot.time) for slot in ritual.slots)


def say_open(every: Every, times: int) -> str:
    """How often open time comes: "twice a week", "once every two weeks", "three times a quarter"."""
    often = say_times_in_words(times)
    if every.number == 1:
        return f"{often} a {every.unit}"
    if every == Every(3, "month"):
        return f"{often} a quarter"
    number = _COUNTS[every.number] if every.number < len(_COUNTS) else every.number
    return f"{often} every {number} {every.unit}s"


def say_times_in_words(times: int) -> str:
    """How often, as one says it: "once", "twice", "three times"."""
    return {1: "once", 2: "twice"}.get(times) or f"{_COUNTS[times] if times < len(_COUNTS) else times} times"


def _open_when(ritual: Ritual, of: OpenTime) -> str:
    often = say_open(ritual.every, of.times)
    day = "a day" if of.times == 1 else "days"
    length = say_minutes(of.length)
    if of.length and of.times == 1:
        often += f" for {length}"
    elif of.length:
        often += f", {length} each"
    return f"{often}, at an hour left open" if ritual.every == Every(1, "day") else f"{often}, on {day} left open"


def _at(days: str, time: Time) -> str:
    return f"{days}{',' if isinstance(time, AllDay) else ''} {say_time(time)}"


def say_rule(days: Days, every: Every) -> str:
    """Days and their spacing: "every other Wednesday", "on the last Sunday of the month"."""
    match days:
        case Steady():
            return f"{_each(every.number)} day"
        case Weekly(weekdays):
            return _weekly(weekdays, every.number)
        case InTurn(weekdays):
            names = ", then ".join(weekday_name(d) for d in weekdays)
            return f"{_each(every.number)} week, in turn {names}"
        case InCycle(numbered):
            which = listed(str(n) for n, _ in numbered)
            return f"on {'day' if len(numbered) == 1 else 'days'} {which} of every {numbered[0][1]} days"
        case Ordinal(ordinals):
            return _monthly(_ordinals(ordinals), every.number)
        case MonthDays(numbers):
            named = [_numbered(n) for n in sorted(numbers) if n > 0]
            if -1 in numbers:
                named.append("the last day" if named else "last day")
            return _monthly(listed(named), every.number)
        case YearDays(of_year):
            said = listed(_of_year(day) for day in of_year)
            return f"on {said} each year" if every.number == 1 else f"{_each(every.number)} year on {said}"
        case Dates(dates):
            return f"on {listed(say_date(day) for day in dates)}"


def _each(number: int) -> str:
    """Such as "every", "every other", "every third"."""
    return "every" if number == 1 else "every other" if number == 2 else f"every {say_nth(number)}"


def say_nth(number: int) -> str:
    """A place in an order: "first", "tenth", "21st"."""
    return _NTH[number] if number < len(_NTH) else _numbered(number)


def _numbered(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _weekly(weekdays: tuple[int, ...], number: int) -> str:
    whole = {tuple(range(7)): "day", tuple(range(5)): "weekday"}.get(weekdays)
    names = listed(weekday_name(d) for d in weekdays)
    if number == 1:
        return f"every {whole or names}"
    if whole:
        return f"every {whole} of {_each(number)} week"
    return f"every other {names}" if number == 2 else f"{_each(number)} week on {names}"


def _ordinals(days: tuple[tuple[int, int], ...]) -> str:
    """Such as "second and fourth Saturday", "first Monday and the third Friday", without the article before it."""
    by_weekday: dict[int, list[int]] = {}
    for n, weekday in days:
        by_weekday.setdefault(weekday, []).append(n)
    said = []
    for weekday, numbers in by_weekday.items():
        order = sorted(numbers, key=lambda n: n if n > 0 else 9)
        said.append(f"{listed(ORDINAL_WORDS[n] for n in order)} {weekday_name(weekday)}")
    return listed(said[:1] + [f"the {phrase}" for phrase in said[1:]])


def _monthly(days: str, number: int) -> str:
    if number == 1:
        return f"on the {days} of the month"
    return f"every quarter on the {days}" if number == 3 else f"{_each(number)} month on the {days}"


def _of_year(day: YearDay) -> str:
    if day.day:
        return f"{day.day} {month_name(day.month)}"
    return f"the {ORDINAL_WORDS[day.n]} {weekday_name(day.weekday)} of {month_name(day.month)}"


# ── occurrences ──────────────────────────────────────────────────────


def last_day(o: Occurrence) -> date:
    """The last day on which an occurrence shows; what ends by noon belongs to the night before."""
    if isinstance(o.end, datetime):
        wall = o.end.replace(tzinfo=None) - NOON
        return max(o.day, (wall - timedelta.resolution).date())
    return max(o.day, o.end - timedelta(days=1))


def say_hours(o: Occurrence) -> str:
    """The clock of an occurrence in brief: "18:30–21:00", "18:00–Sun 14:00" over days, "all day", "5 days"."""
    if not isinstance(o.start, datetime) or not isinstance(o.end, datetime):
        days = (last_day(o) - o.day).days + 1
        return "all day" if days == 1 else f"{days} days"
    far = o.end - o.start >= timedelta(days=1)
    return f"{o.start:%H:%M}–{weekday_name(o.end.weekday())[:3] + ' ' if far else ''}{o.end:%H:%M}"
