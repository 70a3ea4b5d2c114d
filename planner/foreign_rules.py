"""A recurrence rule as any program writes it → its starts within a window (RFC 5545 §3.3.10).

In: the text of an RRULE, the start that it counts from. Out: starts on the clock of the series, as seconds since the
midnight of day 0 on that clock ("wall"). A window costs what lies in it, however long ago a rule began, and a rule that
never has a day costs no more (dateutil walks from the first start, and after such a day to the year 9999). Periods of a
rule are numbered; a day is one of them if it passes every part of the rule. No zone and no clock enter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from planner.content import Unreadable
from planner.recurrence import Rule, days

DAY = 86_400
MOST = 20_000
"""More starts than that, of one rule in one window or before it, belong to no calendar of a person."""

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQS = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
_SECONDS = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}
_KNOWN = frozenset(
    (
        *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY"),
        *("BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS"),
    )
)


class Parts(NamedTuple):
    """The parts of a rule. `byday` holds (n, weekday), n 0 for each of them; `until` is as it was written."""

    freq: str
    interval: int
    times: int | None
    until: str | None
    wkst: int
    bymonth: frozenset[int]
    byweekno: frozenset[int]
    byyearday: frozenset[int]
    bymonthday: frozenset[int]
    byday: frozenset[tuple[int, int]]
    byhour: frozenset[int]
    byminute: frozenset[int]
    bysecond: frozenset[int]
    bysetpos: frozenset[int]


def read_rule(text: str) -> Parts:
    """The parts of a rule. Unreadable where it is none, or of another calendar than ours."""
    said: dict[str, str] = {}
    for part in text.strip().upper().split(";"):
        name, sign, value = part.partition("=")
        if part and (not sign or name in said):
            raise Unreadable("a rule")
        if part and not name.startswith("X-"):
            said[name] = value.strip()
    if said.pop("RSCALE", "GREGORIAN") != "GREGORIAN" or said.pop("SKIP", "OMIT") != "OMIT":
        raise Unreadable("a rule of another calendar")
    wkst = said.get("WKST", "MO")
    if said.keys() - _KNOWN or said.get("FREQ") not in _FREQS or wkst not in _CODES:
        raise Unreadable("a rule")
    count = said.get("COUNT")
    return Parts(
        said["FREQ"],
        _number(said.get("INTERVAL", "1"), 1, 10**6),
        None if count is None else _number(count, 1, 10**9),
        said.get("UNTIL"),
        _CODES.index(wkst),
        _numbers(said, "BYMONTH", 1, 12),
        _numbers(said, "BYWEEKNO", 1, 53, both=True),
        _numbers(said, "BYYEARDAY", 1, 366, both=True),
        _numbers(said, "BYMONTHDAY", 1, 31, both=True),
        frozenset(_by_day(part) for part in said.get("BYDAY", "").split(",") if part),
        _numbers(said, "BYHOUR", 0, 23),
        _numbers(said, "BYMINUTE", 0, 59),
        _numbers(said, "BYSECOND", 0, 60),
        _numbers(said, "BYSETPOS", 1, 366, both=True),
    )


def _number(text: str, least: int, most: int) -> int:
    if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise Unreadable("a rule")
    return int(text)


def _numbers(said: dict[str, str], name: str, least: int, most: int, *, both: bool = False) -> frozenset[int]:
    found = set()
    for part in said.get(name, "").split(",") if said.get(name) else ():
        sign = -1 if both and part.startswith("-") else 1
        found.add(sign * _number(part.strip().lstrip("+-" if both else ""), least, most))
    return frozenset(found)


def _by_day(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([+-]?[0-9]{1,2})?([A-Z]{2})", text.strip())
    if not match or match[2] not in _CODES or abs(int(match[1] or 1)) > 53 or int(match[1] or 1) == 0:
        raise Unreadable("a rule")
    return int(match[1] or 0), _CODES.index(match[2])


def starts(rule: Parts, first: int, low: int, high: int, until: int | None) -> Iterator[int]:
    """The walls at which a series begins again that first began at `first`: low ≤ wall < high, ascending.

    `until` is the last wall that it may begin at, None where it goes on. The first start counts as one, whatever the
    rule says. Unreadable where there are more than anybody could have.
    """
    high = high if until is None else min(high, until + 1)
    if low <= first < high:
        yield first
    if rule.times is not None:
        left = rule.times - 1
        for n, wall in enumerate(_after(rule, first, first, high)):
            if n >= left:
                return
            if n >= MOST:
                raise Unreadable("a rule that begins too often")
            if wall >= low:
                yield wall
        return
    for n, wall in enumerate(_after(rule, first, max(low, first), high)):
        if n >= MOST:
            raise Unreadable("a rule that begins too often")
        yield wall


def _after(rule: Parts, first: int, low: int, high: int) -> Iterator[int]:
    """The walls of the rule with low ≤ wall < high and after the first start."""
    walls = _by_seconds if rule.freq in _SECONDS else _by_periods
    return (wall for wall in walls(rule, first, low, high) if wall > first and low <= wall < high)


# ── rules of days, weeks, months and years ───────────────────────────


def _by_periods(rule: Parts, first: int, low: int, high: int) -> Iterator[int]:
    start, second = divmod(first, DAY)
    rule = _filled(rule, date.fromordinal(start))
    times = sorted(
        h * 3600 + m * 60 + min(s, 59)
        for h in (rule.byhour or (second // 3600,))
        for m in (rule.byminute or (second // 60 % 60,))
        for s in (rule.bysecond or (second % 60,))
    )
    low_day, end_day = max(start, low // DAY), min(high // DAY + 1, date.max.toordinal())
    plain = _plain(rule, date.fromordinal(start))
    if plain is not None:
        if low_day < end_day:
            for day in days(plain, date.fromordinal(low_day), date.fromordinal(end_day)):
                yield from (day.toordinal() * DAY + time for time in times)
        return
    for period in _periods(rule, start, low_day, end_day):
        walls = [day * DAY + time for day in period if _passes(rule, day) for time in times]
        if rule.bysetpos:
            walls = [w for n, w in enumerate(walls) if n + 1 in rule.bysetpos or n - len(walls) in rule.bysetpos]
        yield from walls


def _filled(rule: Parts, first: date) -> Parts:
    """The rule with what its first start says where the rule is silent."""
    if rule.byday or rule.bymonthday or rule.byyearday:
        return rule
    if rule.byweekno or rule.freq == "WEEKLY":
        return rule._replace(byday=frozenset({(0, first.weekday())}))
    if rule.freq == "MONTHLY":
        return rule._replace(bymonthday=frozenset({first.day}))
    if rule.freq == "YEARLY":
        return rule._replace(bymonth=rule.bymonth or frozenset({first.month}), bymonthday=frozenset({first.day}))
    return rule


def _plain(rule: Parts, first: date) -> Rule | None:
    """The rule as one of `recurrence`, which is ten times as fast; None for forms that few calendars have."""
    if rule.byweekno or rule.byyearday or rule.bysetpos or any(abs(n) > 5 for n, _ in rule.byday):
        return None
    named, month = rule.byday or rule.bymonthday, min(rule.bymonth, default=0)
    match rule.freq:
        case "DAILY" if not named and not month:
            return Rule("DAILY", rule.interval, first)
        case "WEEKLY" if not rule.bymonthday and not month:
            pairs = tuple(sorted({(0, weekday) for _, weekday in rule.byday}))
            return Rule("WEEKLY", rule.interval, first, pairs, wkst=rule.wkst)
        case "MONTHLY" if not month and not (rule.byday and rule.bymonthday):
            return Rule("MONTHLY", rule.interval, first, tuple(sorted(rule.byday)), tuple(sorted(rule.bymonthday)))
        case "YEARLY" if len(rule.bymonth) == 1 and not (rule.byday and rule.bymonthday):
            named_days = tuple(sorted(rule.byday)), tuple(sorted(rule.bymonthday))
            return Rule("YEARLY", rule.interval, first, *named_days, month)
    return None


def _periods(rule: Parts, start: int, low: int, end: int) -> Iterator[Iterable[int]]:
    """The days of each period of the rule that reaches into low ≤ day < end, as ordinals."""
    at = _period(rule, low)
    at += (_period(rule, start) - at) % rule.interval
    while True:
        period = _days_of(rule, at)
        if period is None or period.start >= end:
            return
        yield period
        at += rule.interval


def _period(rule: Parts, day: int) -> int:
    match rule.freq:
        case "DAILY":
            return day
        case "WEEKLY":
            return (day - 1 - rule.wkst) // 7
    on = date.fromordinal(day)
    return on.year * 12 + on.month - 1 if rule.freq == "MONTHLY" else on.year


def _days_of(rule: Parts, at: int) -> range | None:
    match rule.freq:
        case "DAILY":
            return range(at, at + 1)
        case "WEEKLY":
            return range(at * 7 + 1 + rule.wkst, at * 7 + 8 + rule.wkst)
    first, after = (at, at + 1) if rule.freq == "MONTHLY" else (at * 12, at * 12 + 12)
    if after // 12 > date.max.year:
        return None
    return range(*(date(month // 12, month % 12 + 1, 1).toordinal() for month in (first, after)))


def _passes(rule: Parts, day: int) -> bool:
    """Whether a day is one that every part of the rule has."""
    on = date.fromordinal(day)
    if rule.bymonth and on.month not in rule.bymonth:
        return False
    month = date(on.year + on.month // 12, on.month % 12 + 1, 1).toordinal() if on.year < date.max.year else day + 31
    if rule.bymonthday and on.day not in rule.bymonthday and day - month not in rule.bymonthday:
        return False
    new_year = date(on.year, 1, 1).toordinal()
    length = date(on.year, 12, 31).toordinal() - new_year + 1
    nth = day - new_year + 1
    if rule.byyearday and nth not in rule.byyearday and nth - length - 1 not in rule.byyearday:
        return False
    if rule.byweekno and not _is_in_week(rule, on):
        return False
    if not rule.byday:
        return True
    in_month = rule.freq == "MONTHLY" or (rule.freq == "YEARLY" and rule.bymonth)
    nth, left = (on.day, month - day) if in_month else (nth, length - nth + 1)
    places = {0, (nth + 6) // 7, -((left + 6) // 7)} if rule.freq in ("MONTHLY", "YEARLY") else None
    return any(weekday == on.weekday() and (places is None or n in places) for n, weekday in rule.byday)


def _is_in_week(rule: Parts, on: date) -> bool:
    """Whether a day lies in one of the weeks of BYWEEKNO, the first being the one with four days in the new year."""
    midweek = date.fromordinal(on.toordinal() - (on.weekday() - rule.wkst) % 7 + 3)
    number = (midweek.timetuple().tm_yday - 1) // 7 + 1
    left = (date(midweek.year, 12, 31) - midweek).days // 7 + 1
    return number in rule.byweekno or -left in rule.byweekno


# ── rules of hours, minutes and seconds ──────────────────────────────


def _by_seconds(rule: Parts, first: int, low: int, high: int) -> Iterator[int]:
    if rule.bysetpos or rule.byweekno:
        raise Unreadable("a rule")
    unit = _SECONDS[rule.freq]
    step = unit * rule.interval
    base = first - first % unit
    minutes = (rule.byminute or (first // 60 % 60,)) if unit == 3600 else (0,)
    seconds = (rule.bysecond or (first % 60,)) if unit > 1 else (0,)
    inner = sorted(m * 60 + min(s, 59) for m in minutes for s in seconds)
    at = base + max(0, (low - base) // step) * step
    if (high - at) // step > MOST:
        raise Unreadable("a rule that begins too often")
    for wall in range(at, high, step):
        hour, minute, second = wall // 3600 % 24, wall // 60 % 60, wall % 60
        if rule.byhour and hour not in rule.byhour:
            continue
        if (unit <= 60 and rule.byminute and minute not in rule.byminute) or (
            unit == 1 and rule.bysecond and second not in rule.bysecond
        ):
            continue
        if _passes(rule, wall // DAY):
            yield from (wall + more for more in inner)
