"""The hours that a person gives for a search, in plain words: "weekday evenings", "tuesday 18:00-22:00".

In: one text. Out: `Window`s, a day of the week with a stretch of its clock, and the same in words. No date, no zone and
no clock enter. A text that says nothing definite raises `Unclear`, with examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from planner.problems import nearest
from planner.words import WEEKDAY_NUMBER, WEEKDAYS, Unclear, length_between, plain_words, read_at, say_clock, shown


class Window(NamedTuple):
    """A stretch of one day of the week, 0 Monday; in minutes after its midnight, `end` may lie on the day after."""

    weekday: int
    start: int
    end: int


PARTS_OF_DAY = {
    "morning": (7 * 60, 12 * 60),
    "lunchtime": (12 * 60, 14 * 60),
    "afternoon": (12 * 60, 17 * 60),
    "evening": (17 * 60, 22 * 60),
    "night": (20 * 60, 24 * 60),
    "daytime": (7 * 60, 18 * 60),
}
"""What a part of the day means, in minutes after midnight."""

WAKING = (7 * 60, 22 * 60)
"""The hours of a day for which no hours were given."""

EXAMPLES = '"weekday evenings", "saturday mornings and sundays", "tuesday 18:00-22:00" or "after 18:00"'

_ALL = tuple(range(7))
_GROUPS = {
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays"), _ALL[:5]),
    **dict.fromkeys(("weekend", "weekends"), _ALL[5:]),
    **dict.fromkeys(("day", "days", "daily", "everyday"), _ALL),
}
_DAYS = {**WEEKDAY_NUMBER, "tues": 1, "thur": 3, "thurs": 3}
_TIMES = {
    **{form: part for name, part in PARTS_OF_DAY.items() for form in (name, f"{name}s")},
    **dict.fromkeys(("lunch", "lunches", "noon", "midday"), PARTS_OF_DAY["lunchtime"]),
    **dict.fromkeys(("anytime", "whenever"), (0, 1440)),
}
_CLOCK = r"\d{1,2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?"
_TOKEN = re.compile(
    rf"(?P<range>{_CLOCK}\s*(?:[-–—]|to\b|until\b)\s*{_CLOCK})|(?P<bound>(?:after|from|before|until)\s+{_CLOCK})"
    r"|(?P<joint>;|,|\band\b|&|\bor\b|\+)|(?P<through>[-–—]|\bto\b|\bthrough\b)|(?P<word>[^\s,;&+–—-]+)"
)
_QUIET = frozenset(("on", "in", "at", "the", "every", "each", "any", "of"))


class _Phrase:
    """Days and times that belong together while a text is read."""

    def __init__(self) -> None:
        self.days: list[int] = []
        self.grouped = False
        self.times: list[tuple[int, int]] = []


def read_windows(text: str) -> tuple[Window, ...]:
    """The windows that a text names, in the order of the week. Or Unclear.

    Days in a row share the time behind them ("tuesday and thursday evenings"), and times in a row the days before them
    ("weekday mornings and evenings"); the time may also stand first ("evenings on weekdays"). A semicolon always
    divides. Days without a time are the waking day, a time
    without days is every day.
    """
    phrases = [_Phrase()]
    divided = through = False
    for token in _TOKEN.finditer(re.sub(r"\b(?:any ?time|all day)\b", "anytime", plain_words(text))):
        kind, said = token.lastgroup, token[0]
        now = phrases[-1]
        if kind == "joint":
            if said == ";":
                phrases.append(_Phrase())
                divided = True
        elif kind == "through":
            if not now.days or now.times:
                raise _unclear(text, said)
            through = True
        elif kind == "word" and (said in _DAYS or said in _GROUPS):
            if through:
                if said not in _DAYS:
                    raise _unclear(text, said)
                first = now.days[-1]
                now.days += [(first + n) % 7 for n in range(1, (_DAYS[said] - first) % 7 + 1)]
            else:
                is_group = said in _GROUPS
                if now.days and (now.times or is_group or now.grouped):
                    phrases.append(now := _Phrase())
                now.days += _GROUPS[said] if is_group else (_DAYS[said],)
                now.grouped = is_group
            through = divided = False
        elif kind in ("range", "bound") or said in _TIMES:
            if through:
                raise _unclear(text, said)
            now.times.append(_TIMES[said] if kind == "word" else _hours(said, text))
            divided = False
        elif said not in _QUIET:
            raise _unclear(text, said)
    said_all = [p for p in phrases if p.days or p.times]
    if not said_all or through or divided:
        raise _unclear(text, "")
    return in_order(Window(day, *time) for p in said_all for day in (p.days or _ALL) for time in (p.times or [WAKING]))


def _hours(said: str, text: str) -> tuple[int, int]:
    """A stretch of the clock: "18:00-22:00", "after 18:00", "before 9am"; it may end at midnight, 0:00 or 24:00."""
    if bound := re.fullmatch(rf"(after|from|before|until)\s+({_CLOCK})", said):
        if bound[1] in ("before", "until"):
            end = _clock(_as_end(bound[2]), text)[0] or 1440
            return (WAKING[0] if end > WAKING[0] else 0), end
        start = _clock(_with_minutes(bound[2]), text)[0]
        return start, (WAKING[1] if start < WAKING[1] else 1440)
    first, last = re.split(r"\s*(?:[-–—]|to\b|until\b)\s*", said)
    start, stop = _clock(f"{_with_minutes(first)}-{_as_end(last)}", text)
    if stop is None:
        raise _unclear(text, said)
    return start, start + length_between(start, stop)


def _clock(said: str, text: str) -> tuple[int, int | None]:
    try:
        at = read_at(said)
    except Unclear as e:
        raise Unclear("unknown-window", f"{e}; hours are given like {EXAMPLES}") from None
    if at is None:
        raise _unclear(text, said)
    return at


def _with_minutes(clock: str) -> str:
    """A clock with its minutes: "18" is "18:00"; "6pm" stays."""
    clock = clock.strip()
    return f"{clock}:00" if clock.isdecimal() else clock


def _as_end(clock: str) -> str:
    """The same where hours end: 24:00 is the midnight that the next day calls 0:00."""
    clock = _with_minutes(clock)
    return "0:00" if clock == "24:00" else clock


def _unclear(text: str, word: str) -> Unclear:
    near = nearest(word, (*_DAYS, *_GROUPS, *_TIMES)) if len(word) > 2 and word not in _DAYS else None
    hint = f'did you mean "{near}"? Hours are given' if near and near != word else "hours are given"
    what = f' ("{shown(word)}")' if word and word != plain_words(text) else ""
    return Unclear("unknown-window", f'no hours "{shown(text)}"{what}; {hint} like {EXAMPLES}')


def every_day(start: int, end: int) -> tuple[Window, ...]:
    """The same hours on each day."""
    return tuple(Window(day, start, end) for day in _ALL)


def in_order(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Windows in the order of the week, those of a day that meet or touch as one."""
    found: list[Window] = []
    for one in sorted(set(windows)):
        if found and found[-1].weekday == one.weekday and one.start <= found[-1].end:
            found[-1] = found[-1]._replace(end=max(one.end, found[-1].end))
        else:
            found.append(one)
    return tuple(found)


def days_named(windows: Iterable[Window]) -> tuple[int, ...]:
    """The days of the week on which there are hours, from Monday (0) on."""
    return tuple(sorted({one.weekday for one in windows}))


def say_windows(windows: Iterable[Window]) -> str:
    """The windows in words: "Monday to Friday 17:00–22:00; Saturday 07:00–12:00"."""
    by_hours: dict[tuple[tuple[int, int], ...], list[int]] = {}
    by_day: dict[int, list[tuple[int, int]]] = {}
    for one in windows:
        by_day.setdefault(one.weekday, []).append((one.start, one.end))
    for day, hours in by_day.items():
        by_hours.setdefault(tuple(hours), []).append(day)
    return "; ".join(
        f"{say_days(days)} {', '.join(f'{say_clock(start)}–{_say_end(end)}' for start, end in hours)}"
        for hours, days in by_hours.items()
    )


def _say_end(end: int) -> str:
    return "24:00" if end == 1440 else say_clock(end)


def say_days(days: Sequence[int]) -> str:
    """Days of the week in words: "Monday to Friday and Sunday", "every day"."""
    if len(days) == 7:
        return "every day"
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = []
    for run in runs:
        first, last = WEEKDAYS[run[0]].capitalize(), WEEKDAYS[run[-1]].capitalize()
        names += [f"{first} to {last}"] if len(run) > 2 else [WEEKDAYS[day].capitalize() for day in run]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
