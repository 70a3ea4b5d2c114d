"""The couple's words for times, lengths and spacings, read into small values, and the values for days.

In: one text as it stands in the file ("6:30pm-9pm", "2h 30m", "2 weeks"). Out: the values below.
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
WEEKDAY_NUMBER = {form: n for n, name in enumerate(WEEKDAYS) for form in (name, name + "s", name[:3])}


class Unclear(Exception):
    """A text that cannot be read: `code` for scripts, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def shown(text: str, most: int = 40) -> str:
    """A text of the file as a message shows it: on one line, short, and with a mark for what no one can see."""
    line = "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text[: most * 4].split()))
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


# ── values ───────────────────────────────────────────────────────────


class Weekly(NamedTuple):
    """Days of the week, 0 Monday to 6 Sunday, ascending."""

    weekdays: tuple[int, ...]


class InTurn(NamedTuple):
    """Days of the week, 0 Monday to 6 Sunday, one a week, in turn: a Tuesday, the week after a Thursday."""

    weekdays: tuple[int, ...]
    in_turn: bool = True  # so that no Weekly of the same days equals it


class InCycle(NamedTuple):
    """Days of a cycle that goes round and round, such as shifts: (n, of) for the n-th of so many days."""

    days: tuple[tuple[int, int], ...]
    in_cycle: bool = True  # so that no Ordinal of the same numbers equals it


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


Days = Weekly | InTurn | InCycle | Ordinal | MonthDays | YearDays | Dates | Steady


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


def plain_words(text: str) -> str:
    """A text in lower case with single spaces."""
    return " ".join(text.casefold().split())


# ── spacing and lengths ──────────────────────────────────────────────

UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), (0, 1)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), (0, 60)),
    **dict.fromkeys(("d", "day", "days"), (0, 1440)),
    **dict.fromkeys(("w", "week", "weeks"), (0, 10080)),
    **dict.fromkeys(("month", "months"), (1, 0)),
    **dict.fromkeys(("year", "years"), (12, 0)),
}
_LENGTH_PART = re.compile(r"([0-9]{1,5})\s*([a-z]+)\s*")


def read_length(text: str, like: str = '"45m", "2h 30m" or "2 days"') -> Length:
    """A length such as "45m", "2h 30m", "2 days", "3 months"; never nothing. Or Unclear, with lengths `like` these."""
    plain = plain_words(text)
    months = minutes = at = 0
    while at < len(plain) and (part := _LENGTH_PART.match(plain, at)):
        if part[2] not in UNITS:
            break
        month, minute = UNITS[part[2]]
        months, minutes = months + int(part[1]) * month, minutes + int(part[1]) * minute
        at = part.end()
    if not plain or at != len(plain):
        raise Unclear("unknown-length", f'no length "{shown(text)}"; write it like {length_like(plain) or like}')
    if months == minutes == 0:
        raise Unclear("unknown-length", f'"{shown(text)}" is no time at all; write it like {like}')
    return Length(months, minutes)


def length_like(plain: str) -> str | None:
    """How a length is written: a guess at what was meant."""
    if match := re.fullmatch(r"([0-9]{1,2})[.,]([0-9]{1,2}) ?h(?:ours?|rs?)?", plain):
        minutes = round(float(f"{match[1]}.{match[2]}") * 60)
        return f'"{say_length(minutes)}"'
    if (match := re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])(?: ?h(?:ours?|rs?)?)?", plain)) and match[0] != "0:00":
        return f'"{say_length(int(match[1]) * 60 + int(match[2]))}"'
    if re.fullmatch("[1-9][0-9]{0,3}", plain):
        return f'"{plain}m" or "{plain}h"' if int(plain) <= _MOST_HOURS else f'"{plain}m"'
    return None


_MOST_HOURS = 12
"""So many are hours as likely as minutes, where a number stands alone."""


def say_length(minutes: int) -> str:
    """A length in minutes, as one would write it: "2h 30m", "45m", "2 days"."""
    if minutes and minutes % 1440 == 0:
        days = minutes // 1440
        return f"{days} day{'s' if days > 1 else ''}"
    hours, rest = divmod(minutes, 60)
    return " ".join(p for p in (f"{hours}h" if hours else "", f"{rest}m" if rest or not hours else "") if p)


EVERY_UNITS = {
    "day": (1, "day"),
    "week": (1, "week"),
    "month": (1, "month"),
    "quarter": (3, "month"),
    "year": (1, "year"),
}


_EVERY_FORMS = ("day", "week", "month", "quarter", "year", "2 weeks", "2 months", "3 days")
_EVERY_MEANT = {
    **dict.fromkeys(("other week", "second week", "fortnight", "fortnightly", "biweekly", "bi-weekly"), "2 weeks"),
    **dict.fromkeys(("other day", "second day"), "2 days"),
    **dict.fromkeys(("other month", "second month", "bimonthly"), "2 months"),
    **dict.fromkeys(("half year", "half-year", "six months"), "6 months"),
    **dict.fromkeys(("daily", "days"), "day"),
    **dict.fromkeys(("yearly", "annually", "annual"), "year"),
}


def read_every(text: str) -> Every:
    """A spacing such as "week", "2 weeks", "quarter". Or Unclear."""
    plain = plain_words(text).removeprefix("every ")
    match = re.fullmatch(r"(?:([0-9]{1,3}) )?([a-z]+?)(s?)", plain)
    if not match or match[2] not in EVERY_UNITS or (match[3] and not match[1]):
        raise Unclear("unknown-every", f'no spacing "{shown(text)}"; {_every_like(plain)}')
    count = int(match[1] or 1)
    if not count:
        raise Unclear("unknown-every", f'"{shown(text)}" would never move on; the smallest spacing is "day"')
    times, unit = EVERY_UNITS[match[2]]
    return Every(count * times, unit)


def _every_like(plain: str) -> str:
    """How a spacing is written: as a guess at what was meant, or all the words for it."""
    if plain in WEEKDAY_NUMBER:
        day = WEEKDAYS[WEEKDAY_NUMBER[plain]]
        return f'a day is written as on = "{day}", which comes every week by itself'
    if match := re.fullmatch(r"([0-9]{1,3}) ?([a-z]{1,10})", plain):
        unit = nearest(match[2], EVERY_UNITS)
        near = f"{match[1]} {unit}{'s' if int(match[1]) > 1 else ''}" if unit else None
    elif re.match("[0-9]", plain):
        near = None
    else:
        near = _EVERY_MEANT.get(plain) or nearest(plain, _EVERY_FORMS)
    return f'did you mean "{near}"?' if near else 'write "day", "week", "2 weeks", "month", "quarter" or "year"'


# ── times of day ─────────────────────────────────────────────────────

_CLOCK = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?\s*([ap]\.?m\.?)?")
_DASH = re.compile(r"\s*(?:[-–—]|\bto\b)\s*")
_NAMED_HOURS = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}


def _clock(part: str, whole: str, end: bool) -> tuple[int, str]:
    """Minutes after midnight, and whether "am" or "pm" was said."""
    match = _CLOCK.fullmatch(part)
    if not match:
        guess = _NAMED_HOURS.get(part) or re.sub("(?<=[0-9])[.h,](?=[0-9][0-9])", ":", part)
        if guess != part and _CLOCK.fullmatch(guess):
            raise Unclear("unknown-time", f'no time "{shown(part)}"; write "{guess}"')
        raise _no_time(whole)
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").replace(".", "")
    if not match[2] and not half:
        if hour > 24 or (hour == 24 and not end):
            raise Unclear("unknown-time", f'no time "{part}"; hours go from 00 to 23, as in "18:30-21:00"')
        raise Unclear("unknown-time", f'"{part}" says the hour alone; write the minutes too: "{hour:02d}:00"')
    if half:
        if not 1 <= hour <= 12:
            raise Unclear("unknown-time", f'no time "{part}"; with {half} the hour goes from 1 to 12')
        hour = hour % 12 + (12 if half == "pm" else 0)
    if (hour, minute) == (24, 0) and end:
        hour = 0
    if hour > 23 or minute > 59:
        raise Unclear("unknown-time", f'no time "{part}"; hours go from 00 to 23 and minutes from 00 to 59')
    return hour * 60 + minute, half


def _no_time(text: str) -> Unclear:
    return Unclear(
        "unknown-time",
        f'no time "{shown(text)}"; write it like "18:30", "18:30-21:00", "6:30pm-9pm" or "all day"',
    )


def read_at(text: str) -> tuple[int, int | None] | None:
    """(start, end) of an `at` text, in minutes after midnight, end None where none is said; None for "all day"."""
    plain = plain_words(text)
    if plain in ("all day", "all-day", "allday"):
        return None
    parts = _DASH.split(plain)
    if len(parts) > 2 or not all(parts):
        raise _no_time(text)
    if len(parts) == 1:
        return _clock(parts[0], text, end=False)[0], None
    first, second = parts
    if re.fullmatch("[0-9]{1,2}", first) and re.search("[ap]", second):
        raise _half_open(text, "starts", f"{first}am-{second}", f"{first}pm-{second}")
    if re.fullmatch("[0-9]{1,2}", second) and re.search("[ap]", first):
        raise _half_open(text, "ends", f"{first}-{second}am", f"{first}-{second}pm")
    start, start_half = _clock(first, text, end=False)
    end, end_half = _clock(second, text, end=True)
    if end_half and not start_half and 60 <= start < 13 * 60:
        raise _half_open(text, "starts", f"{first}am-{second}", f"{first}pm-{second}")
    if start_half and not end_half and 60 <= end < 13 * 60:
        raise _half_open(text, "ends", f"{first}-{second}am", f"{first}-{second}pm")
    if start == end and not second.startswith("24"):
        raise Unclear("no-length", f'"{shown(text)}" begins and ends at the same time; write a later end')
    return start, end


def _half_open(text: str, what: str, morning: str, evening: str) -> Unclear:
    return Unclear("unknown-time", f'"{shown(text)}" leaves open when it {what}; write "{morning}" or "{evening}"')


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
