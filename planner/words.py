"""The couple's words for days, times and lengths, read into small values.

In: one text as it stands in the file ("second saturday", "6:30pm-9pm", "2h 30m"). Out: the values below.
No agreement, no positions and no clock enter here. A text that says nothing definite raises `Unclear`, whose message
names the word, what is allowed and a remedy; `reading` turns it into a Problem at its place.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from planner.problems import nearest

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
ORDINAL_WORDS = {n: word for word, n in ORDINALS.items()}
MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_WEEKDAY_NUMBER = {form: n for n, name in enumerate(WEEKDAYS) for form in (name, name + "s", name[:3])}
_MONTH_NUMBER = {form: n for n, name in enumerate(MONTHS, 1) for form in (name, name[:3])}
_ORDINAL_NUMBER = {**ORDINALS, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5}
_GROUPS = {
    "weekdays": (0, 1, 2, 3, 4),
    "weekday": (0, 1, 2, 3, 4),
    "weekends": (5, 6),
    "weekend": (5, 6),
    "every day": tuple(range(7)),
    "everyday": tuple(range(7)),
    "daily": tuple(range(7)),
}
_DAY_VOCABULARY = (*WEEKDAYS, *ORDINALS, *MONTHS, "day", "weekdays", "weekends", "daily", "every day", "of")


class Unclear(Exception):
    """A text that cannot be read: `code` for scripts, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


# ── values ───────────────────────────────────────────────────────────


class Weekly(NamedTuple):
    """Days of the week, 0 Monday to 6 Sunday, ascending."""

    weekdays: tuple[int, ...]


class Ordinal(NamedTuple):
    """Ordinal weekdays of a month: (n, weekday) with n from 1 to 5, or -1 for the last."""

    days: tuple[tuple[int, int], ...]


class MonthDays(NamedTuple):
    """Days of a month, 1 to 31, or -1 for the last."""

    numbers: tuple[int, ...]


class YearDay(NamedTuple):
    """A day of the year: `month` with `day`, or (day 0) the `n`-th `weekday` of `month`."""

    month: int
    day: int = 0
    n: int = 0
    weekday: int = 0


class YearDays(NamedTuple):
    """Days of the year."""

    of_year: tuple[YearDay, ...]


class Dates(NamedTuple):
    """Single dates, ascending."""

    dates: tuple[date, ...]


class Steady(NamedTuple):
    """Every so many days, counted from the start; the number is the ritual's `every`."""


Days = Weekly | Ordinal | MonthDays | YearDays | Dates | Steady


class Every(NamedTuple):
    """A spacing: every `number` units; `unit` is "day", "week", "month" or "year"."""

    number: int
    unit: str


class Timed(NamedTuple):
    """A time of day: `start` and `length` in wall-clock minutes; `start` counts from midnight."""

    start: int
    length: int


class AllDay(NamedTuple):
    """Whole days, `days` of them."""

    days: int


Time = Timed | AllDay


class Length(NamedTuple):
    """A length as it was said: calendar `months`, and `minutes` (days are 1,440)."""

    months: int
    minutes: int


# ── days ─────────────────────────────────────────────────────────────


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _no_day(text: str) -> Unclear:
    near = None
    if 1 < len(text.split()) < 6:
        guess = " ".join(
            word if word in _DAY_VOCABULARY else nearest(word, _DAY_VOCABULARY) or word for word in text.split()
        )
        if guess != _plain(text):
            try:
                read_days(guess)
                near = guess
            except Unclear:
                pass
    near = near or nearest(text, _DAY_VOCABULARY)
    hint = (
        f'did you mean "{near}"?' if near else 'write a day such as "monday", "first friday", "day 15" or "14 february"'
    )
    return Unclear("unknown-day", f'no day "{text}"; {hint}')


def read_days(text: str) -> Days:
    """The day or days that one `on` text names, or Unclear."""
    plain = _plain(text)
    shown = text.strip()
    if plain in _GROUPS:
        return Weekly(_GROUPS[plain])
    if not plain:
        raise Unclear("unknown-day", 'no day is named; write one such as "monday" or "last friday"')
    words = plain.removesuffix(" of the month").removesuffix(" of every month").split()
    if words[0] == "every":
        raise _every_inside(shown, words[1:])
    if len(words) == 1 and words[0] in _WEEKDAY_NUMBER:
        return Weekly((_WEEKDAY_NUMBER[words[0]],))
    if re.fullmatch(r"\d{4}-\d\d?-\d\d?", plain):
        raise Unclear("quoted-date", f"a date stands without quotes: {plain}")
    if "," in plain or " and " in plain or " & " in plain:
        raise Unclear("list-in-text", f'"{shown}" names several days in one text; write a list: {_as_list(plain)}')
    found = _month_day(shown, words) or _ordinal(words) or _year_day(shown, words)
    if found is None:
        raise _no_day(shown)
    return found


def _every_inside(shown: str, rest: list[str]) -> Unclear:
    tail = " ".join(rest)
    if rest and rest[0] in ("other", "second", "2nd") and len(rest) == 2 and rest[1] in _WEEKDAY_NUMBER:
        day = WEEKDAYS[_WEEKDAY_NUMBER[rest[1]]]
        return Unclear(
            "ambiguous-day",
            f'"{shown}" can mean two things: once a month, write "second {day}"; every other week, write '
            f'on = "{day}" and every = "2 weeks"',
        )
    try:
        read_days(tail)
    except Unclear:
        return _no_day(shown)
    return Unclear("unknown-day", f'no day "{shown}"; write "{tail}" alone, the spacing goes into `every`')


def _as_list(plain: str) -> str:
    """A guess at the list that "second and fourth saturday" or "mon, tue" meant."""
    parts = [p for p in re.split(r",| and | & ", plain) if p.strip()]
    last = parts[-1].split()
    if len(last) == 2 and all(p.strip() in _ORDINAL_NUMBER for p in parts[:-1]):
        parts = [f"{p.strip()} {last[1]}" for p in parts[:-1]] + [parts[-1]]
    return "[" + ", ".join(f'"{p.strip()}"' for p in parts) + "]"


def _month_day(shown: str, words: list[str]) -> MonthDays | None:
    if words == ["last", "day"]:
        return MonthDays((-1,))
    if len(words) == 2 and words[0] == "day" and words[1].isascii() and words[1].isdigit():
        number = int(words[1][:4])
        if not 1 <= number <= 31:
            raise Unclear("unknown-day", f'no month has a "{shown}"; days go from 1 to 31, and "last day"')
        return MonthDays((number,))
    if len(words) == 1 and (match := re.fullmatch(r"(\d\d?)(?:st|nd|rd|th)?\.?", words[0])):
        raise Unclear("unknown-day", f'no day "{shown}"; for a day of the month write "day {int(match[1])}"')
    return None


def _ordinal(words: list[str]) -> Ordinal | None:
    if len(words) == 2 and words[0] in _ORDINAL_NUMBER and words[1] in _WEEKDAY_NUMBER:
        return Ordinal(((_ORDINAL_NUMBER[words[0]], _WEEKDAY_NUMBER[words[1]]),))
    return None


def _year_day(shown: str, words: list[str]) -> YearDays | None:
    if len(words) == 4 and words[2] == "of" and words[3] in _MONTH_NUMBER:
        ordinal = _ordinal(words[:2])
        if ordinal:
            n, weekday = ordinal.days[0]
            return YearDays((YearDay(_MONTH_NUMBER[words[3]], 0, n, weekday),))
        if words[:2] == ["last", "day"]:
            month = _MONTH_NUMBER[words[3]]
            if month == 2:
                raise Unclear("unknown-day", 'the last day of february changes; write "28 february" or "29 february"')
            return YearDays((YearDay(month, MONTH_LENGTHS[month - 1]),))
    pair = [w for w in words if w != "of"]
    if len(pair) != 2:
        return None
    number, name = pair if pair[1] in _MONTH_NUMBER else (pair[1], pair[0])
    match = re.fullmatch(r"(\d\d?)(?:st|nd|rd|th)?", number)
    if name not in _MONTH_NUMBER or not match:
        return None
    month, day = _MONTH_NUMBER[name], int(match[1])
    if not 1 <= day <= MONTH_LENGTHS[month - 1]:
        longest = MONTH_LENGTHS[month - 1]
        raise Unclear(
            "unknown-day", f'"{shown}" is no day: {MONTHS[month - 1].capitalize()} has {longest} days at most'
        )
    return YearDays((YearDay(month, day),))


def join_days(parts: list[Days]) -> Days | None:
    """The days of a list as one value, each once and in order; None where the list mixes forms."""
    if len({type(p) for p in parts}) != 1:
        return None
    match parts[0]:
        case Weekly():
            return Weekly(tuple(sorted({d for p in parts if isinstance(p, Weekly) for d in p.weekdays})))
        case Ordinal():
            return Ordinal(tuple(dict.fromkeys(d for p in parts if isinstance(p, Ordinal) for d in p.days)))
        case MonthDays():
            return MonthDays(tuple(dict.fromkeys(d for p in parts if isinstance(p, MonthDays) for d in p.numbers)))
        case YearDays():
            return YearDays(tuple(dict.fromkeys(d for p in parts if isinstance(p, YearDays) for d in p.of_year)))
        case Dates():
            return Dates(tuple(sorted({d for p in parts if isinstance(p, Dates) for d in p.dates})))
    return parts[0]


# ── spacing and lengths ──────────────────────────────────────────────

_UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), (0, 1)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), (0, 60)),
    **dict.fromkeys(("d", "day", "days"), (0, 1440)),
    **dict.fromkeys(("w", "week", "weeks"), (0, 10080)),
    **dict.fromkeys(("month", "months"), (1, 0)),
    **dict.fromkeys(("year", "years"), (12, 0)),
}
_LENGTH_PART = re.compile(r"(\d{1,5})\s*([a-z]+)\s*")


def read_length(text: str) -> Length:
    """A length such as "45m", "2h 30m", "2 days", "3 months"; never nothing. Or Unclear."""
    plain = _plain(text)
    months = minutes = at = 0
    while at < len(plain) and (part := _LENGTH_PART.match(plain, at)):
        if part[2] not in _UNITS:
            break
        month, minute = _UNITS[part[2]]
        months, minutes = months + int(part[1]) * month, minutes + int(part[1]) * minute
        at = part.end()
    if not plain or at != len(plain):
        raise Unclear("unknown-length", f'no length "{text.strip()}"; write it like "45m", "2h 30m" or "2 days"')
    if months == minutes == 0:
        raise Unclear("unknown-length", f'"{text.strip()}" is no time at all; write a length like "45m" or "2h"')
    return Length(months, minutes)


def say_length(minutes: int) -> str:
    """A length in minutes, as one would write it: "2h 30m", "45m", "2 days"."""
    if minutes and minutes % 1440 == 0:
        days = minutes // 1440
        return f"{days} day{'s' if days > 1 else ''}"
    hours, rest = divmod(minutes, 60)
    return " ".join(p for p in (f"{hours}h" if hours else "", f"{rest}m" if rest or not hours else "") if p)


_EVERY_UNITS = {
    "day": (1, "day"),
    "week": (1, "week"),
    "month": (1, "month"),
    "quarter": (3, "month"),
    "year": (1, "year"),
}


def read_every(text: str) -> Every:
    """A spacing such as "week", "2 weeks", "quarter". Or Unclear."""
    plain = _plain(text).removeprefix("every ")
    match = re.fullmatch(r"(?:(\d{1,3}) )?([a-z]+?)(s?)", plain)
    if not match or match[2] not in _EVERY_UNITS or (match[3] and not match[1]):
        near = nearest(plain, ("day", "week", "month", "quarter", "year", "2 weeks", "2 months", "3 days"))
        hint = f'did you mean "{near}"?' if near else 'write "day", "week", "2 weeks", "month", "quarter" or "year"'
        raise Unclear("unknown-every", f'no spacing "{text.strip()}"; {hint}')
    count = int(match[1] or 1)
    if not count:
        raise Unclear("unknown-every", f'"{text.strip()}" would never move on; the smallest spacing is "day"')
    times, unit = _EVERY_UNITS[match[2]]
    return Every(count * times, unit)


# ── times of day ─────────────────────────────────────────────────────

_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*([ap]\.?m\.?)?")
_DASH = re.compile(r"\s*(?:[-–—]|\bto\b)\s*")


def _clock(text: str, whole: str, end: bool) -> tuple[int, bool]:
    """Minutes after midnight, and whether am or pm was said."""
    match = _CLOCK.fullmatch(text)
    if not match:
        guess = re.sub(r"(?<=\d)[.h,](?=\d\d)", ":", text)
        if guess != text and _CLOCK.fullmatch(guess):
            raise Unclear("unknown-time", f'no time "{text}"; write "{guess}"')
        raise Unclear(
            "unknown-time",
            f'no time "{whole}"; write it like "18:30", "18:30-21:00", "6:30pm-9pm" or "all day"',
        )
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").replace(".", "")
    if not match[2] and not half:
        raise Unclear("unknown-time", f'"{text}" says the hour alone; write the minutes too: "{hour:02d}:00"')
    if half:
        if not 1 <= hour <= 12:
            raise Unclear("unknown-time", f'no time "{text}"; with {half} the hour goes from 1 to 12')
        hour = hour % 12 + (12 if half == "pm" else 0)
    if (hour, minute) == (24, 0) and end:
        hour = 0
    if hour > 23 or minute > 59:
        raise Unclear("unknown-time", f'no time "{text}"; hours go from 00 to 23 and minutes from 00 to 59')
    return hour * 60 + minute, bool(half)


def read_at(text: str) -> tuple[int, int | None] | None:
    """(start, end) of an `at` text, in minutes after midnight, end None where none is said; None for "all day"."""
    plain = _plain(text)
    if plain in ("all day", "all-day", "allday"):
        return None
    parts = _DASH.split(plain)
    if len(parts) > 2 or not all(parts):
        raise Unclear("unknown-time", f'no time "{text.strip()}"; write it like "18:30", "18:30-21:00" or "6:30pm-9pm"')
    if len(parts) == 1:
        return _clock(parts[0], text.strip(), end=False)[0], None
    if parts[0].isdigit() and re.search("[ap]", parts[1]):
        raise _half_open(text.strip(), *parts)
    start, start_half = _clock(parts[0], text.strip(), end=False)
    end, end_half = _clock(parts[1], text.strip(), end=True)
    if end_half and not start_half and start < 13 * 60:
        raise _half_open(text.strip(), *parts)
    if start == end:
        raise Unclear(
            "no-length",
            f'"{text.strip()}" begins and ends at the same time; write a later end, or leave it out',
        )
    return start, end


def _half_open(shown: str, start: str, end: str) -> Unclear:
    return Unclear(
        "unknown-time", f'"{shown}" leaves open when it starts; write "{start}am-{end}" or "{start}pm-{end}"'
    )


def length_between(start: int, end: int) -> int:
    """Minutes from `start` to `end`; an end at or before the start is after midnight."""
    return (end - start) % 1440 or 1440


def say_clock(minutes: int) -> str:
    """A time of day: 1110 is "18:30"."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def add_length(day: date, length: Length) -> date:
    """The day that lies `length` after `day`; a month's end is kept to (31 January and one month: 28 February)."""
    if length.months:
        from dateutil.relativedelta import relativedelta  # costs 3 ms; few lengths are in months

        day = day + relativedelta(months=length.months)
    return day + timedelta(days=length.minutes // 1440)
