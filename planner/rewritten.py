"""What other programs write for one and the same thing: rules, ends of rules, names of zones → one form of each.

In: the RRULE of any program beside its start, a TZID beside its VTIMEZONE. Out: a `Meaning` in which two that have the
same dates are equal, the IANA name of a zone. "BYDAY=SA;BYSETPOS=2" is "BYDAY=2SA", WKST counts only where weeks are
left out, COUNT and UNTIL are the last date. No calendar object and no agreement enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from planner.content import Component
from planner.observances import observances
from planner.recurrence import Rule, days, has_day, last_on_or_before
from planner.zones import is_zone, zone

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MOST = 5000
"""So many instances of a counted rule are looked at."""

Parts = dict[str, str]


class Meaning(NamedTuple):
    """What a rule means from its start on: its parts in one form, the dates that it has besides or leaves out.

    UNTIL in the parts is the last date (YYYYMMDD), wherever a program put it. No parts: it happens once.
    """

    parts: tuple[tuple[str, str], ...]
    others: tuple[str, ...] = ()

    @property
    def last(self) -> date | None:
        """The last date that it has, None where it goes on."""
        return date_of(dict(self.parts).get("UNTIL", ""))


def date_of(value: str) -> date | None:
    """The date with which a value begins, None where there is none."""
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:8])) if value[:8].isdecimal() else None
    except ValueError:
        return None


def digits(day: date) -> str:
    """A date as a value: "20270106"."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def rule_parts(rule: str) -> Parts:
    """The parts of one rule by name."""
    return {name: what for part in rule.split(";") if part for name, _, what in [part.partition("=")]}


@lru_cache(maxsize=4096)
def meaning(rule: str, start: str, zone_name: str) -> Meaning:
    """What a rule (or several, and further dates, divided by "|") means for a series that starts so (a wall clock)."""
    first = date_of(start)
    found = [r for r in rule.split("|") if r]
    rules = [r for r in found if not r.startswith(("RDATE", "EXRULE"))]
    others = [r for r in found if r not in rules]
    if len(rules) > 1 or first is None:
        return Meaning((), (*sorted(rules), *sorted(others)))
    parts = _in_one_form(rule_parts(rules[0]), first, start) if rules else {}
    rule_of = _rule_of(parts, first)
    parts = _ended(parts, rule_of, first, start, zone_name)
    once = not parts or parts.get("UNTIL") == digits(first)
    others = [o for o in others if not _is_by_rule(o, rule_of, first, start, once=once)]
    return Meaning(() if once else tuple(sorted(parts.items())), tuple(sorted(others)))


def _in_one_form(parts: Parts, first: date, start: str) -> Parts:
    parts = dict(parts)
    for name, at in (("BYHOUR", start[9:11]), ("BYMINUTE", start[11:13]), ("BYSECOND", start[13:15])):
        if at.isdecimal() and parts.get(name, "").isdecimal() and int(parts[name]) == int(at):
            del parts[name]
    named = [d for d in parts.get("BYDAY", "").split(",") if d]
    place = parts.get("BYSETPOS", "")
    if place and len(named) == 1 and named[0] in _CODES and parts.get("FREQ") in ("MONTHLY", "YEARLY"):
        is_one_month = parts["FREQ"] == "MONTHLY" or parts.get("BYMONTH", "").isdecimal()
        if is_one_month and "BYMONTHDAY" not in parts and place.lstrip("-").isdecimal():
            named = [f"{place}{named[0]}"]
            parts["BYDAY"] = named[0]
            del parts["BYSETPOS"]
    every = parts.get("INTERVAL", "1")
    day = _CODES[first.weekday()]
    limits = parts.keys() - {"FREQ", "INTERVAL", "BYDAY", "UNTIL", "COUNT", "WKST"}
    match parts.get("FREQ"):
        case "DAILY" if every == "1" and named and not limits:
            parts["FREQ"] = "WEEKLY"
        case "WEEKLY" if not named and not limits:
            parts["BYDAY"] = day
        case "MONTHLY" if not named and not limits:
            parts["BYMONTHDAY"] = str(first.day)
        case "YEARLY" if not named and not limits - {"BYMONTH"}:
            parts |= {"BYMONTH": parts.get("BYMONTH", str(first.month)), "BYMONTHDAY": str(first.day)}
    if parts.get("FREQ") == "WEEKLY" and every == "1" and set(named) == set(_CODES) and not limits:
        parts = {name: what for name, what in parts.items() if name != "BYDAY"} | {"FREQ": "DAILY"}
    if "WKST" in parts and not _week_counts(parts):
        del parts["WKST"]
    return parts


def _week_counts(parts: Parts) -> bool:
    """Whether it matters on which day weeks begin: where weeks are left out and its days lie on both sides of it."""
    if "BYWEEKNO" in parts:
        return True
    if parts.get("FREQ") != "WEEKLY" or parts.get("INTERVAL", "1") == "1" or parts["WKST"] not in _CODES:
        return False
    begins = _CODES.index(parts["WKST"])
    sides = {_CODES.index(d) >= begins for d in parts.get("BYDAY", "").split(",") if d in _CODES}
    return len(sides) > 1


def _rule_of(parts: Parts, first: date) -> Rule | None:
    """The rule as one that can be counted, None where it has a form of its own."""
    if parts.keys() - {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST", "UNTIL", "COUNT"}:
        return None
    every, week = parts.get("INTERVAL", "1"), parts.get("WKST", "MO")
    byday = [_by_day(text) for text in parts.get("BYDAY", "").split(",") if text]
    numbers = [_number(text, 31) for text in parts.get("BYMONTHDAY", "").split(",") if text]
    month = _number(parts.get("BYMONTH", "0"), 12) if "BYMONTH" in parts else 0
    pairs, by_number = tuple(d for d in byday if d), tuple(n for n in numbers if n)
    if not every.isdecimal() or not 0 < int(every) < 1000 or week not in _CODES or month is None or month < 0:
        return None
    if len(pairs) < len(byday) or len(by_number) < len(numbers):
        return None
    match parts.get("FREQ"):
        case "DAILY" if not pairs and not by_number and not month:
            pass
        case "WEEKLY" if pairs and not any(n for n, _ in pairs) and not by_number and not month:
            pass
        case "MONTHLY" if (pairs or by_number) and not month:
            pass
        case "YEARLY" if (pairs or by_number) and month:
            pass
        case _:
            return None
    return Rule(parts["FREQ"], int(every), first, pairs, by_number, month, _CODES.index(week))


def counted(means: Meaning, anchor: date) -> Rule | None:
    """The rule of a meaning as one that can be counted, from an anchor on; None where it has a form of its own."""
    return _rule_of(dict(means.parts), anchor)


def has_date(rule: str, start: str, zone_name: str, day: date) -> bool:
    """Whether a series that starts so has this date; of a rule that has a form of its own it is taken for granted."""
    means, first = meaning(rule, start, zone_name), date_of(start)
    if first is None or means.others:
        return True
    if not means.parts:
        return day == first
    by_rule = counted(means, first)
    return by_rule is None or (first <= day and (means.last is None or day <= means.last) and has_day(by_rule, day))


def _by_day(text: str) -> tuple[int, int] | None:
    number = _number(text[:-2], 5) if text[:-2] else 0
    return (number, _CODES.index(text[-2:])) if text[-2:] in _CODES and number is not None else None


def _number(text: str, most: int) -> int | None:
    """A number other than 0 that is not beyond `most` on either side, None for anything else."""
    digits = text.removeprefix("-")
    if not digits.isdecimal() or not 0 < int(digits[:9]) <= most or len(digits) > 9:
        return None
    return int(text)


def _ended(parts: Parts, rule: Rule | None, first: date, start: str, zone_name: str) -> Parts:
    """The parts with the last date as their UNTIL."""
    parts = dict(parts)
    count, until = parts.get("COUNT", ""), parts.get("UNTIL", "")
    if until:
        last = _last_day(until, start, zone_name)
        if last is None:
            return parts
        if rule is not None:
            last = last_on_or_before(rule, last, first) or min(last, first - timedelta(days=1))
        parts["UNTIL"] = digits(last)
    elif count.isdecimal() and rule is not None and 0 < int(count[:9]) <= _MOST:
        end = date(min(first.year + 200, 2900), 1, 1)
        for n, day in enumerate(days(rule, first, end), 1):
            if n == int(count):
                parts = {name: what for name, what in parts.items() if name != "COUNT"}
                parts["UNTIL"] = digits(day)
                break
    return parts


def _last_day(until: str, start: str, zone_name: str) -> date | None:
    """The last day whose instance still starts by UNTIL, on the clock of the series."""
    day = date_of(until)
    if day is None or len(until) == 8 or len(start) == 8:
        return day
    try:
        at = datetime.strptime(until.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007  (its zone comes next)
        if until.endswith("Z") and is_zone(zone_name):
            at = at.replace(tzinfo=UTC).astimezone(zone(zone_name)).replace(tzinfo=None)
        return at.date() if f"{at:%H%M%S}" >= start[9:] else at.date() - timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def _is_by_rule(other: str, rule: Rule | None, first: date, start: str, *, once: bool) -> bool:
    """Whether a further date is one that the series has anyway."""
    value = other.removeprefix("RDATE=")
    day = date_of(value)
    if value[8:] != start[8:] or day is None or not other.startswith("RDATE="):
        return False
    return day == first or (not once and rule is not None and day > first and has_day(rule, day))


# ── zones ────────────────────────────────────────────────────────────


@lru_cache(maxsize=512)
def clock_of(name: str, year: int) -> object:
    """What two zones share whose clocks show the same, from a year on: "Europe/Berlin" and "Europe/Stockholm"."""
    if not is_zone(name) or not 2 <= year < 9990:
        return name
    where, at = zone(name), datetime(year, 1, 1, tzinfo=UTC)
    return tuple((at + timedelta(days=n)).astimezone(where).utcoffset() for n in range(0, 1100, 4))


def zone_in(timezone: Component) -> str | None:
    """The IANA name of a zone whose clocks do what a VTIMEZONE says, None where none is found."""
    named = (timezone.value("X-LIC-LOCATION") or "").strip()
    if is_zone(named):
        return named
    parts = timezone.inner("STANDARD", "DAYLIGHT")
    return _zone_that_does(frozenset(_turns(parts, zone_year(parts)))) if parts else None


def zone_year(parts: list[Component]) -> int:
    """The year from which a VTIMEZONE is looked at: late enough for its last rules to hold."""
    years = [int(v[:4]) for p in parts if (v := p.value("DTSTART") or "")[:4].isdecimal()]
    return max([2020, *(y for y in years if y < 2100)])


def _turns(parts: list[Component], year: int) -> list[tuple[int | None, str]]:
    """Each change of the clock that goes on for ever: to which offset, by which yearly rule ("" for none)."""
    found = []
    for part in parts:
        rule = rule_parts((part.value("RRULE") or "").strip().upper())
        until = date_of(rule.get("UNTIL", ""))
        if until is None or until.year >= year + 50:
            found.append((offset_seconds(part.value("TZOFFSETTO") or ""), _yearly(rule)))
    with_rule = [f for f in found if f[1]]
    return with_rule or found


def _yearly(rule: Mapping[str, str]) -> str:
    day = rule.get("BYDAY", "").lstrip("+")
    if place := rule.get("BYSETPOS"):
        day = f"{place}{day}"
    return f"{rule.get('BYMONTH', '')} {day}" if rule else ""


def offset_seconds(text: str) -> int | None:
    """The seconds of an offset such as "+0100", None where it is none."""
    digits = text.strip().lstrip("+-")
    if not digits.isdecimal() or len(digits) not in (4, 6):
        return None
    seconds = int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:] or 0)
    return -seconds if text.strip().startswith("-") else seconds


def windows_zone(name: str) -> str | None:
    """The IANA name of a zone of Windows ("W. Europe Standard Time"), None where it is none."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return WINDOWS_TO_OLSON.get(name)


@lru_cache(maxsize=64)
def _zone_that_does(turns: frozenset[tuple[int | None, str]]) -> str | None:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    for name in ("UTC", "Europe/Berlin", *dict.fromkeys(WINDOWS_TO_OLSON.values())):
        if is_zone(name):
            seen = observances(name, 2027)
            theirs = {(o.offset_to, _yearly(rule_parts(o.rrule or ""))) for o in seen}
            if theirs == turns:
                return name
    return None
