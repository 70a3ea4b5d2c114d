"""The couple's words for days, read into small values.

In: one text of `on` as it stands in the file ("second saturday", "14 february"). Out: `Days`. No agreement, no position
and no clock enter. A text that says nothing definite raises `Unclear`, whose message says what it might have meant.
"""

from __future__ import annotations

import re
from datetime import date

from planner.problems import nearest
from planner.words import (
    MONTH_LENGTHS,
    MONTHS,
    ORDINALS,
    WEEKDAY_NUMBER,
    WEEKDAYS,
    Dates,
    Days,
    InCycle,
    InTurn,
    MonthDays,
    Ordinal,
    Unclear,
    Weekly,
    YearDay,
    YearDays,
    plain_words,
    shown,
)

MONTH_NUMBER = {form: n for n, name in enumerate(MONTHS, 1) for form in (name, name[:3])}
ORDINAL_NUMBER = {**ORDINALS, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5}
DAY_GROUPS = {
    "weekdays": (0, 1, 2, 3, 4),
    "weekday": (0, 1, 2, 3, 4),
    "weekends": (5, 6),
    "weekend": (5, 6),
    "every day": tuple(range(7)),
    "everyday": tuple(range(7)),
    "daily": tuple(range(7)),
}
_DAY_VOCABULARY = (*WEEKDAYS, *ORDINALS, *MONTHS, "day", "weekdays", "weekends", "daily", "every day", "of")


def _no_day(text: str, plain: str) -> Unclear:
    """What to say of a text that names no day: the nearest to `plain` that does, or how days are written."""
    if cycle := re.fullmatch("days? ([0-9]{1,3}) (?:of|in) (?:each |every )?([0-9]{1,3})(?: days?)?", plain):
        meant = f"day {int(cycle[1])} of {int(cycle[2])}"
        if 1 <= int(cycle[1]) <= int(cycle[2]) >= 2:
            return Unclear("unknown-day", f'no day "{shown(text)}"; did you mean "{meant}"?')
    words = plain[:60].split()
    guess = " ".join(w if w in _DAY_VOCABULARY else nearest(w, _DAY_VOCABULARY) or w for w in words[:6])
    near = guess if _is_day(guess) else nearest(plain[:60], (*WEEKDAYS, *DAY_GROUPS, "last day"))
    hint = (
        f'did you mean "{near}"?' if near else 'write a day such as "monday", "first friday", "day 15" or "14 february"'
    )
    return Unclear("unknown-day", f'no day "{shown(text)}"; {hint}')


def _is_day(plain: str) -> bool:
    try:
        return plain in DAY_GROUPS or _one_day(plain, plain) is not None
    except Unclear:
        return False


def read_days(text: str) -> Days:
    """The day or days that one `on` text names, or Unclear."""
    plain = plain_words(text)
    if plain in DAY_GROUPS:
        return Weekly(DAY_GROUPS[plain])
    if not plain:
        raise Unclear("unknown-day", 'no day is named; write one such as "monday" or "last friday"')
    found = _in_turn(text, plain) or _in_cycle(text, plain) or _one_day(text, plain)
    if found is None:
        if plain.startswith("every "):
            raise _every_inside(text, plain.split()[1:])
        raise _dated(plain) or _several(text, plain) or _no_day(text, plain)
    return found


def _in_turn(text: str, plain: str) -> InTurn | None:
    """The days of "tuesday, then thursday", None where it is no such text."""
    words = re.split(r",? then ", plain)
    if len(words) < 2:
        return None
    for word in words:
        if word not in WEEKDAY_NUMBER:
            near = nearest(word[:60], WEEKDAYS)
            hint = f'did you mean "{near}"?' if near else 'weekdays take turns: "tuesday, then thursday"'
            raise Unclear("unknown-day", f'no day of the week "{shown(word)}"; {hint}')
    weekdays = tuple(WEEKDAY_NUMBER[word] for word in words)
    if len(set(weekdays)) < len(weekdays):
        raise Unclear("day-twice", f'"{shown(text)}" names a day twice; each of them comes once before all come again')
    return InTurn(weekdays)


def _in_cycle(text: str, plain: str) -> InCycle | None:
    """The day of "day 5 of 6", None where it is no such text."""
    match = re.fullmatch("day ([0-9]{1,3}) of (?:every )?([0-9]{1,3})(?: days)?", plain)
    if not match:
        return None
    number, of = int(match[1]), int(match[2])
    if not (1 <= number <= of and of >= 2):
        raise Unclear(
            "unknown-day", f'there is no "{shown(text)}"; days of a cycle are counted from 1, as in "day 5 of 6"'
        )
    return InCycle(((number, of),))


def _one_day(text: str, plain: str) -> Days | None:
    """The day that `plain` names, None where it is none, Unclear where it is nearly one."""
    words = plain.removesuffix(" of the month").removesuffix(" of every month").split()
    if len(words) == 1 and words[0] in WEEKDAY_NUMBER:
        return Weekly((WEEKDAY_NUMBER[words[0]],))
    if len(words) == 2 and re.fullmatch("(?:[6-9]|[1-9][0-9])(?:st|nd|rd|th)", words[0]) and words[1] in WEEKDAY_NUMBER:
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
        number, name = words[:2] if words[1] in MONTH_NUMBER else (words[1], words[0])
        match = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th|\.)?", number)
        if name not in MONTH_NUMBER or not match:
            return None
        day, month, year = int(match[1]), MONTH_NUMBER[name], int(words[2])
    try:
        found = date(year, month, day)
    except ValueError:
        return Unclear("quoted-date", f'there is no day "{shown(plain)}"; a date stands without quotes: 2027-01-31')
    return Unclear("quoted-date", f"a date stands without quotes: {found}")


def _several(text: str, plain: str) -> Unclear | None:
    """What to say where one text names several days."""
    span = re.fullmatch("([a-z]+) ?(?:[-–—]|to|through|until) ?([a-z]+)", plain)
    if span and span[1] in WEEKDAY_NUMBER and span[2] in WEEKDAY_NUMBER:
        first, last = WEEKDAY_NUMBER[span[1]], WEEKDAY_NUMBER[span[2]]
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
    if len(rest) == 2 and rest[0] in ("other", "second", "2nd") and rest[1] in WEEKDAY_NUMBER:
        day = WEEKDAYS[WEEKDAY_NUMBER[rest[1]]]
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
    if len(last) == 2 and all(p in ORDINAL_NUMBER for p in parts[:-1]):
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
    number = ORDINAL_NUMBER.get(bare[0], 0) if len(words) == 2 and len(bare) == 1 else 0
    if len(bare) == 1 and (match := re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th|\.)?", bare[0])):
        number = int(match[1])
    if 1 <= number <= 31:
        raise Unclear("unknown-day", f'no day "{shown(text)}"; for a day of the month write "day {number}"')
    return None


def _ordinal(words: list[str]) -> Ordinal | None:
    if len(words) == 2 and words[0] in ORDINAL_NUMBER and words[1] in WEEKDAY_NUMBER:
        return Ordinal(((ORDINAL_NUMBER[words[0]], WEEKDAY_NUMBER[words[1]]),))
    return None


def _year_day(text: str, words: list[str]) -> YearDays | None:
    if len(words) == 4 and words[2] == "of" and words[3] in MONTH_NUMBER:
        ordinal = _ordinal(words[:2])
        if ordinal:
            n, weekday = ordinal.days[0]
            return YearDays((YearDay(MONTH_NUMBER[words[3]], 0, n, weekday),))
        if words[:2] == ["last", "day"]:
            month = MONTH_NUMBER[words[3]]
            if month == 2:
                raise Unclear("unknown-day", 'the last day of february changes; write "28 february" or "29 february"')
            return YearDays((YearDay(month, MONTH_LENGTHS[month - 1]),))
    pair = [w for w in words if w != "of"]
    if len(pair) != 2:
        return None
    number, name = pair if pair[1] in MONTH_NUMBER else (pair[1], pair[0])
    match = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?", number)
    if name not in MONTH_NUMBER or not match:
        return None
    month, day = MONTH_NUMBER[name], int(match[1])
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
        case InCycle():
            return InCycle(tuple(sorted({d for p in parts if isinstance(p, InCycle) for d in p.days})))
        case Ordinal():
            return Ordinal(tuple(dict.fromkeys(d for p in parts if isinstance(p, Ordinal) for d in p.days)))
        case MonthDays():
            return MonthDays(tuple(dict.fromkeys(d for p in parts if isinstance(p, MonthDays) for d in p.numbers)))
        case YearDays():
            return YearDays(tuple(dict.fromkeys(d for p in parts if isinstance(p, YearDays) for d in p.of_year)))
        case Dates():
            return Dates(tuple(sorted({d for p in parts if isinstance(p, Dates) for d in p.dates})))
    return parts[0]
