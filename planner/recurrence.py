"""Days in words → rules, and rules → dates: plain arithmetic over days, weeks, months and years.

In: `Days` and `Every` of `words`, an anchor day. Out: `Rule`s, their dates within a window, their RRULE text
(RFC 5545 §3.3.10). No time of day, no zone and no clock enter. A window costs what lies in it, however far ahead: the
period of a day is a number, and the rule's phase a remainder, so nothing walks up from the start. (dateutil's rrule
does, at an eighth of the speed; it is the tests' oracle here.)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from planner.words import Dates, Days, Every, InCycle, InTurn, MonthDays, Ordinal, Steady, Weekly, YearDays

ONE_DAY = timedelta(days=1)
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BEYOND = 400
"""A rule that has an instance at all has one within this many periods (29 February: eight years at worst)."""


class Rule(NamedTuple):
    """A recurrence: every `interval` periods (`freq`), from the period that `anchor` lies in, both ways.

    `byday` holds (n, weekday), n 0 for every one in the period; `bymonthday` limits or names days of the month;
    `bymonth` is 0 or one month of a yearly rule; `wkst` is the weekday on which weeks begin.
    """

    freq: str
    interval: int
    anchor: date
    byday: tuple[tuple[int, int], ...] = ()
    bymonthday: tuple[int, ...] = ()
    bymonth: int = 0
    wkst: int = 0


def period(rule: Rule, day: date) -> int:
    """The number of the rule's period (day, week, month or year) that `day` lies in."""
    match rule.freq:
        case "DAILY":
            return day.toordinal()
        case "WEEKLY":
            return (day.toordinal() - 1 - rule.wkst) // 7
        case "MONTHLY":
            return day.year * 12 + day.month - 1
    return day.year


def days(rule: Rule, first: date, end: date) -> Iterator[date]:
    """The rule's dates with first ≤ date < end, ascending."""
    if first >= end:
        return
    at = period(rule, first)
    at += (period(rule, rule.anchor) - at) % rule.interval
    low, high = first.toordinal(), end.toordinal()
    last = period(rule, end - ONE_DAY)
    in_period = _IN_PERIOD[rule.freq]
    make = date.fromordinal
    while at <= last:
        for ordinal in in_period(rule, at):
            if low <= ordinal < high:
                yield make(ordinal)
        at += rule.interval


def has_day(rule: Rule, day: date) -> bool:
    """Whether the rule has an instance on this date."""
    return next(days(rule, day, day + ONE_DAY), None) is not None


def first_on_or_after(rule: Rule, day: date) -> date | None:
    """The rule's first date on or after `day`, or None where it has none."""
    step = _span(rule)
    for n in range(_BEYOND):
        start = day + n * step
        if start.year > 2900:
            return None
        if found := next(days(rule, start, start + step), None):
            return found
    return None


def last_on_or_before(rule: Rule, day: date, floor: date) -> date | None:
    """The rule's last date on or before `day` and not before `floor`, or None."""
    step = _span(rule)
    end = day + ONE_DAY
    while end > floor:
        start = max(floor, end - step)
        if dates := list(days(rule, start, end)):
            return dates[-1]
        end = start
    return None


def _span(rule: Rule) -> timedelta:
    lengths = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
    return timedelta(days=min(lengths[rule.freq] * rule.interval, 36600))


# ── the dates of one period, as ordinals ─────────────────────────────


def _of_day(_rule: Rule, at: int) -> tuple[int, ...]:
    return (at,)


def _of_week(rule: Rule, at: int) -> list[int]:
    monday = at * 7 + 1 + rule.wkst
    return sorted(monday + (weekday - rule.wkst) % 7 for _, weekday in rule.byday)


def _of_month(rule: Rule, at: int) -> list[int]:
    year, month = divmod(at, 12)
    return _month_days(rule, year, month + 1)


def _of_year(rule: Rule, at: int) -> list[int]:
    return _month_days(rule, at, rule.bymonth)


def _month_days(rule: Rule, year: int, month: int) -> list[int]:
    start = date(year, month, 1)
    length = month_length(year, month)
    base = start.toordinal() - 1
    limit = {n if n > 0 else length + 1 + n for n in rule.bymonthday}
    if not rule.byday:
        return [base + n for n in sorted(limit) if 1 <= n <= length]
    first = start.weekday()
    found: set[int] = set()
    for n, weekday in rule.byday:
        lead = (weekday - first) % 7 + 1
        every = range(lead, length + 1, 7)
        if n == 0:
            found.update(every)
        elif -len(every) <= n <= len(every):
            found.add(every[n - 1] if n > 0 else every[n])
    if limit:
        found &= limit
    return [base + n for n in sorted(found)]


def month_length(year: int, month: int) -> int:
    """How many days the month has."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


_IN_PERIOD = {"DAILY": _of_day, "WEEKLY": _of_week, "MONTHLY": _of_month, "YEARLY": _of_year}


# ── words → rules ────────────────────────────────────────────────────


def single_rules(of: Days, every: Every, anchor: date, wkst: int) -> list[Rule]:
    """One rule for each single day that `of` names (each has at most one date in a period); none for dates."""
    match of:
        case Steady():
            return [Rule("DAILY", every.number, anchor)]
        case Weekly(weekdays):
            order = sorted(weekdays, key=lambda d: (d - wkst) % 7)
            return [Rule("WEEKLY", every.number, anchor, ((0, d),), wkst=wkst) for d in order]
        case InTurn(weekdays):
            step, round_ = timedelta(days=7 * every.number), every.number * len(weekdays)
            return [Rule("WEEKLY", round_, anchor + n * step, ((0, d),), wkst=wkst) for n, d in enumerate(weekdays)]
        case InCycle(numbered):
            return [Rule("DAILY", of, anchor + timedelta(days=n - 1)) for n, of in numbered]
        case Ordinal(ordinals):
            return [Rule("MONTHLY", every.number, anchor, (pair,)) for pair in ordinals]
        case MonthDays(numbers):
            return [Rule("MONTHLY", every.number, anchor, bymonthday=(n,)) for n in numbers]
        case YearDays(of_year):
            return [
                Rule("YEARLY", every.number, anchor, bymonthday=(d.day,), bymonth=d.month)
                if d.day
                else Rule("YEARLY", every.number, anchor, ((d.n, d.weekday),), bymonth=d.month)
                for d in of_year
            ]
        case Dates():
            return []


def joined(rules: list[Rule]) -> list[Rule]:
    """The same dates in as few rules as can say them: days of a week or a month stand together."""
    if not rules or rules[0].freq in ("DAILY", "YEARLY"):
        return rules
    plain: dict[tuple[str, int, date, int], Rule] = {}
    kept: list[Rule] = []
    for rule in rules:
        if rule.byday and rule.bymonthday:
            kept.append(rule)
            continue
        key = (rule.freq, rule.interval, rule.anchor, rule.wkst)
        other = plain.get(key)
        both = (
            rule
            if other is None
            else other._replace(byday=other.byday + rule.byday, bymonthday=other.bymonthday + rule.bymonthday)
        )
        plain[key] = both
    return [one for rule in plain.values() for one in _fifths_apart(_distinct(rule))] + kept


def _fifths_apart(rule: Rule) -> list[Rule]:
    """The rule with each fifth weekday in a rule of its own: ical.js misreads several of them in one."""
    fifths = [pair for pair in rule.byday if pair[0] == 5]
    others = tuple(pair for pair in rule.byday if pair[0] != 5)
    if not fifths or len(rule.byday) == 1:
        return [rule]
    return ([rule._replace(byday=others)] if others else []) + [rule._replace(byday=(pair,)) for pair in fifths]


def _distinct(rule: Rule) -> Rule:
    """The rule written so that no two of its parts can name one day (engines differ in whether they count it twice)."""
    pairs = dict.fromkeys(rule.byday)
    for _, weekday in list(pairs):
        if (-1, weekday) in pairs and (4, weekday) in pairs:
            del pairs[-1, weekday]
            pairs[5, weekday] = None
        elif (-1, weekday) in pairs and (5, weekday) in pairs:
            del pairs[5, weekday]
    numbers = dict.fromkeys(rule.bymonthday)
    if -1 in numbers:
        numbers.pop(31, None)
    return rule._replace(byday=tuple(pairs), bymonthday=tuple(numbers))


def monday_weeks(rule: Rule) -> list[Rule]:
    """The same dates in weeks that begin on Monday; two rules where the days lie on both sides of one.

    Every program knows weeks from Monday; libical 3 misreads rules of several days in weeks that begin on another day.
    """
    if rule.freq != "WEEKLY" or not rule.wkst:
        return [rule]
    if rule.interval == 1:
        return [rule._replace(byday=tuple(sorted(rule.byday)), wkst=0)]
    start = date.fromordinal(period(rule, rule.anchor) * 7 + 1 + rule.wkst)
    before = tuple(sorted(pair for pair in rule.byday if pair[1] >= rule.wkst))
    after = tuple(sorted(pair for pair in rule.byday if pair[1] < rule.wkst))
    monday = start + timedelta(days=7 - rule.wkst)
    return [
        rule._replace(byday=byday, anchor=anchor, wkst=0)
        for byday, anchor in ((before, start), (after, monday))
        if byday
    ]


class Place(NamedTuple):
    """One single rule at one place in the order of its period's days; `rule` may be limited to days of the month."""

    rule: Rule
    single: int
    order: int


def places(rules: list[Rule]) -> list[Place] | None:
    """Each rule (`single`) with its place (`order`) among all dates of a period; None where rules cannot say it.

    It cannot where a period may lack one of the days or have two on one date. Where the order of two weekdays changes
    from month to month, a rule stands here several times, each limited to the days of the month on which it has that
    place.
    """
    fixed = [place for rule in rules if (place := _fixed_place(rule)) is not None]
    if len(set(fixed)) == len(rules):
        order_of = {place: n for n, place in enumerate(sorted(fixed))}
        return [Place(rule, n, order_of[fixed[n]]) for n, rule in enumerate(rules)]
    found: dict[tuple[int, int], set[int]] = {}
    for dates in _periods(rules):
        if None in dates or len(set(dates)) < len(dates):
            return None
        ranked = sorted(range(len(dates)), key=lambda n: dates[n] or 0)
        for order, index in enumerate(ranked):
            found.setdefault((index, order), set()).add((dates[index] or 0) % 100)
    result = []
    for index, rule in enumerate(rules):
        mine = {order: numbers for (n, order), numbers in found.items() if n == index}
        if len(mine) == 1:
            result.append(Place(rule, index, next(iter(mine))))
            continue
        seen: set[int] = set()
        for order, numbers in sorted(mine.items()):
            if numbers & seen:
                return None
            seen |= numbers
            ((_, weekday),) = rule.byday
            result.append(Place(rule._replace(byday=((0, weekday),), bymonthday=tuple(sorted(numbers))), index, order))
    return result


def _fixed_place(rule: Rule) -> int | None:
    """A number that sorts the rule among the others of its period, where its place never changes; None to look closer.

    The first, second and third weekdays lie in weeks of their own within the month, whatever weekday they are.
    """
    match rule.freq, rule.byday, rule.bymonthday:
        case "DAILY", _, _:
            return 0
        case "WEEKLY", ((_, weekday),), ():
            return (weekday - rule.wkst) % 7
        case "MONTHLY", ((n, _),), () if 1 <= n <= 4:
            return n
        case "MONTHLY", (), (number,) if 1 <= number <= 28:
            return number
        case "YEARLY", (), (number,) if 1 <= number <= 28:
            return rule.bymonth * 100 + number
    return None


def _periods(rules: list[Rule]) -> Iterator[list[int | None]]:
    """The dates (month × 100 + day) of each rule in every kind of period there is, None where it lacks one."""
    match rules[0].freq:
        case "DAILY" | "WEEKLY":
            yield list(range(1, len(rules) + 1))
        case "MONTHLY":
            for year, month in _kinds_of_month():
                yield [_number(rule, year, month) for rule in rules]
        case _:
            for year in _EVERY_KIND_OF_YEAR:
                yield [_number(rule, year, rule.bymonth) for rule in rules]


def _number(rule: Rule, year: int, month: int) -> int | None:
    dates = _month_days(rule, year, month)
    return (month if rule.bymonth else 0) * 100 + date.fromordinal(dates[0]).day if dates else None


@cache
def _kinds_of_month() -> list[tuple[int, int]]:
    """A (year, month) for each of the 28 pairs of a month's length and its first weekday."""
    kinds: dict[tuple[int, int], tuple[int, int]] = {}
    for year in _EVERY_KIND_OF_YEAR:
        for month in range(1, 13):
            kinds.setdefault((month_length(year, month), date(year, month, 1).weekday()), (year, month))
    return list(kinds.values())


_EVERY_KIND_OF_YEAR = range(2000, 2028)
"""Within 28 years each weekday begins a common and a leap year."""


def skips_periods(rule: Rule) -> bool:
    """Whether some months (or years) lack the rule's day."""
    return any(None in dates for dates in _periods([rule]))


def shifted(rule: Rule, by: int) -> list[Rule] | None:
    """Rules for the dates that lie `by` days after the rule's; None where no rule says them."""
    if by == 0:
        return [rule]
    move = timedelta(days=by)
    match rule.freq:
        case "DAILY":
            return [rule._replace(anchor=rule.anchor + move)]
        case "WEEKLY" if rule.interval == 1:
            return [rule._replace(byday=tuple((0, (d + by) % 7) for _, d in rule.byday))]
        case "WEEKLY":
            moved = []
            for _, weekday in rule.byday:
                one = rule._replace(byday=((0, weekday),))
                start = first_on_or_after(one, rule.anchor)
                if start is not None:
                    moved.append(one._replace(byday=((0, (weekday + by) % 7),), anchor=start + move))
            return moved
    return None


def rrule_text(rule: Rule, until: str | None) -> str:
    """The RRULE value; `until` is its UNTIL as text, of DTSTART's type."""
    parts = [f"FREQ={rule.freq}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.freq == "WEEKLY" and rule.interval > 1:
        parts.append(f"WKST={_CODES[rule.wkst]}")
    if rule.bymonth:
        parts.append(f"BYMONTH={rule.bymonth}")
    if rule.bymonthday:
        parts.append("BYMONTHDAY=" + ",".join(map(str, rule.bymonthday)))
    if rule.byday:
        # from the first to the last: calcurse refuses "3SU,1WE" where an UNTIL follows
        ordered = sorted(rule.byday, key=lambda pair: (pair[0] < 0, pair))
        parts.append("BYDAY=" + ",".join(f"{n or ''}{_CODES[d]}" for n, d in ordered))
    if until:
        parts.append(f"UNTIL={until}")
    return ";".join(parts)
