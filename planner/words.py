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


def shown(text: str, most: int = 40) -> str:
    """A text of the file as a message shows it: on one line, short, and with a mark for what no one can see."""
    line = "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text[: most * 4].split()))
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


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


def _no_day(text: str, plain: str) -> Unclear:
    """What to say of a text that names no day: the nearest to `plain` that does, or how days are written."""
    words = plain[:60].split()
    guess = " ".join(w if w in _DAY_VOCABULARY else nearest(w, _DAY_VOCABULARY) or w for w in words[:6])
    near = guess if _is_day(guess) else nearest(plain[:60], (*WEEKDAYS, *_GROUPS, "last day"))
    hint = (
        f'did you mean "{near}"?' if near else 'write a day such as "monday", "first friday", "day 15" or "14 february"'
    )
    return Unclear("unknown-day", f'no day "{shown(text)}"; {hint}')


def _is_day(plain: str) -> bool:
    try:
        return plain in _GROUPS or _one_day(plain, plain) is not None
    except Unclear:
        return False


def read_days(text: str) -> Days:
    """The day or days that one `on` text names, or Unclear."""
    plain = _plain(text)
    if plain in _GROUPS:
        return Weekly(_GROUPS[plain])
    if not plain:
        raise Unclear("unknown-day", 'no day is named; write one such as "monday" or "last friday"')
    found = _one_day(text, plain)
    if found is None:
        if plain.startswith("every "):
            raise _every_inside(text, plain.split()[1:])
        raise _dated(plain) or _several(text, plain) or _no_day(text, plain)
    return found


def _one_day(text: str, plain: str) -> Days | None:
    """The day that `plain` names, None where it is none, Unclear where it is nearly one."""
    words = plain.removesuffix(" of the month").removesuffix(" of every month").split()
    if len(words) == 1 and words[0] in _WEEKDAY_NUMBER:
        return Weekly((_WEEKDAY_NUMBER[words[0]],))
    if (
        len(words) == 2
        and re.fullmatch("(?:[6-9]|[1-9][0-9])(?:st|nd|rd|th)", words[0])
        and words[1] in _WEEKDAY_NUMBER
    ):
        raise Unclear("unknown-day", f'no month has a "{shown(text)}"; there are "first" to "fifth", and "last"')
    return (_month_day(text, words) or _ordinal(words) or _year_day(text, words)) if words else None


def _dated(plain: str) -> Unclear | None:
    """What to say where a date stands in quotes, in whatever order."""
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", plain):
        year, month, day = (int(n) for n in match.groups())
    elif match := re.fullmatch(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})", plain):
        day, month, year = (int(n) for n in match.groups())
    else:
        words = [w for w in plain.replace(",", " ").split() if w != "of"]
        if len(words) != 3 or not re.fullmatch("[0-9]{4}", words[2]):
            return None
        number, name = words[:2] if words[1] in _MONTH_NUMBER else (words[1], words[0])
        match = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th|\.)?", number)
        if name not in _MONTH_NUMBER or not match:
            return None
        day, month, year = int(match[1]), _MONTH_NUMBER[name], int(words[2])
    try:
        found = date(year, month, day)
    except ValueError:
        return Unclear("quoted-date", f'there is no day "{shown(plain)}"; a date stands without quotes: 2027-01-31')
    return Unclear("quoted-date", f"a date stands without quotes: {found}")


def _several(text: str, plain: str) -> Unclear | None:
    """What to say where one text names several days."""
    span = re.fullmatch("([a-z]+) ?(?:[-–—]|to|through|until) ?([a-z]+)", plain)
    if span and span[1] in _WEEKDAY_NUMBER and span[2] in _WEEKDAY_NUMBER:
        first, last = _WEEKDAY_NUMBER[span[1]], _WEEKDAY_NUMBER[span[2]]
        between = [(first + n) % 7 for n in range((last - first) % 7 + 1)]
        listed = '"weekdays"' if between == [0, 1, 2, 3, 4] else _listed([WEEKDAYS[n] for n in between])
    elif "," in plain or " and " in plain or " & " in plain:
        listed = _as_list(plain) or ""
    else:
        listed = ""
    if not listed:
        return None
    return Unclear("list-in-text", f'"{shown(text)}" names several days in one text; write {listed}')


def _every_inside(text: str, rest: list[str]) -> Unclear:
    """What to say of "every …" that is not "every day"."""
    tail = " ".join(rest)
    if len(rest) == 2 and rest[0] in ("other", "second", "2nd") and rest[1] in _WEEKDAY_NUMBER:
        day = WEEKDAYS[_WEEKDAY_NUMBER[rest[1]]]
        if rest[0] == "other":
            return Unclear("unknown-day", f'no day "{shown(text)}"; write on = "{day}" and every = "2 weeks"')
        return Unclear(
            "ambiguous-day",
            f'"{shown(text)}" can mean two things: once a month, write "second {day}"; every other week, write '
            f'on = "{day}" and every = "2 weeks"',
        )
    if not _is_day(tail):
        return _no_day(text, tail)
    return Unclear("unknown-day", f'no day "{shown(text)}"; write "{tail}" alone, the spacing goes into `every`')


def _as_list(plain: str) -> str | None:
    """The list that "second and fourth saturday" or "mon, tue" meant; None where no part is a day."""
    parts = [p.strip() for p in re.split(r",| and | & ", plain[:200]) if p.strip()]
    last = parts[-1].split() if parts else []
    if len(last) == 2 and all(p in _ORDINAL_NUMBER for p in parts[:-1]):
        parts = [f"{p} {last[1]}" for p in parts[:-1]] + [parts[-1]]
    known = [p for p in parts if _is_day(p)]
    if not known:
        return None
    return "a list: " + (_listed(parts) if parts == known and len(parts) < 8 else '["tuesday", "thursday"]')


def _listed(words: list[str]) -> str:
    return "[" + ", ".join(f'"{w}"' for w in words) + "]"


def _month_day(text: str, words: list[str]) -> MonthDays | None:
    if words == ["last", "day"]:
        return MonthDays((-1,))
    if len(words) == 2 and words[0] == "day" and (match := re.fullmatch("([0-9]{1,4})[0-9]*", words[1])):
        number = int(match[1])
        if not 1 <= number <= 31:
            raise Unclear("unknown-day", f'no month has a "{shown(text)}"; days go from 1 to 31, and "last day"')
        return MonthDays((number,))
    bare = words[1:] if words[0] == "day" else words[:1] if words[1:] == ["day"] else words
    number = _ORDINAL_NUMBER.get(bare[0], 0) if len(words) == 2 and len(bare) == 1 else 0
    if len(bare) == 1 and (match := re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th|\.)?", bare[0])):
        number = int(match[1])
    if 1 <= number <= 31:
        raise Unclear("unknown-day", f'no day "{shown(text)}"; for a day of the month write "day {number}"')
    return None


def _ordinal(words: list[str]) -> Ordinal | None:
    if len(words) == 2 and words[0] in _ORDINAL_NUMBER and words[1] in _WEEKDAY_NUMBER:
        return Ordinal(((_ORDINAL_NUMBER[words[0]], _WEEKDAY_NUMBER[words[1]]),))
    return None


def _year_day(text: str, words: list[str]) -> YearDays | None:
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
    match = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?", number)
    if name not in _MONTH_NUMBER or not match:
        return None
    month, day = _MONTH_NUMBER[name], int(match[1])
    longest = MONTH_LENGTHS[month - 1]
    if not 1 <= day <= longest:
        most = f"{longest} days{' at most' if month == 2 else ''}"
        raise Unclear("unknown-day", f'there is no day "{shown(text)}": {MONTHS[month - 1].capitalize()} has {most}')
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
_LENGTH_PART = re.compile(r"([0-9]{1,5})\s*([a-z]+)\s*")


def read_length(text: str, like: str = '"45m", "2h 30m" or "2 days"') -> Length:
    """A length such as "45m", "2h 30m", "2 days", "3 months"; never nothing. Or Unclear, with lengths `like` these."""
    plain = _plain(text)
    months = minutes = at = 0
    while at < len(plain) and (part := _LENGTH_PART.match(plain, at)):
        if part[2] not in _UNITS:
            break
        month, minute = _UNITS[part[2]]
        months, minutes = months + int(part[1]) * month, minutes + int(part[1]) * minute
        at = part.end()
    if not plain or at != len(plain):
        raise Unclear("unknown-length", f'no length "{shown(text)}"; write it like {_length_like(plain) or like}')
    if months == minutes == 0:
        raise Unclear("unknown-length", f'"{shown(text)}" is no time at all; write it like {like}')
    return Length(months, minutes)


def _length_like(plain: str) -> str | None:
    """How a length is written: a guess at what was meant."""
    if match := re.fullmatch(r"([0-9]{1,2})[.,]([0-9]{1,2}) ?h(?:ours?|rs?)?", plain):
        minutes = round(float(f"{match[1]}.{match[2]}") * 60)
        return f'"{say_length(minutes)}"'
    if (match := re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])(?: ?h(?:ours?|rs?)?)?", plain)) and match[0] != "0:00":
        return f'"{say_length(int(match[1]) * 60 + int(match[2]))}"'
    if re.fullmatch("[0-9]{1,4}", plain):
        return f'"{plain}m" or "{plain}h"'
    return None


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
    plain = _plain(text).removeprefix("every ")
    match = re.fullmatch(r"(?:([0-9]{1,3}) )?([a-z]+?)(s?)", plain)
    if not match or match[2] not in _EVERY_UNITS or (match[3] and not match[1]):
        raise Unclear("unknown-every", f'no spacing "{shown(text)}"; {_every_like(plain)}')
    count = int(match[1] or 1)
    if not count:
        raise Unclear("unknown-every", f'"{shown(text)}" would never move on; the smallest spacing is "day"')
    times, unit = _EVERY_UNITS[match[2]]
    return Every(count * times, unit)


def _every_like(plain: str) -> str:
    """How a spacing is written: as a guess at what was meant, or all the words for it."""
    if plain in _WEEKDAY_NUMBER:
        day = WEEKDAYS[_WEEKDAY_NUMBER[plain]]
        return f'a day is written as on = "{day}", which comes every week by itself'
    if match := re.fullmatch(r"([0-9]{1,3}) ?([a-z]{1,10})", plain):
        unit = nearest(match[2], _EVERY_UNITS)
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
    plain = _plain(text)
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
