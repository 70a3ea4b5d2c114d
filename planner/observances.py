"""What a calendar needs to know of a time zone: its observances, as a VTIMEZONE.

In: the name of a zone, and the first year in use. Out: `Observance`, the text of a VTIMEZONE. What may not enter: a
clock, or any data of zones but what `zones` gives.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfoNotFoundError

from planner.zones import tzif

_DAY = 86_400
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (a VTIMEZONE speaks in local wall time)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_NEVER = -(2**63)
_LAST_YEAR = 2100
"""How far onsets are listed where no yearly rule can say them."""

_MONTH_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")


class Observance(NamedTuple):
    """One STANDARD or DAYLIGHT of a VTIMEZONE (RFC 5545 §3.6.5): from each onset on, `offset_to` is in force.

    Offsets are in seconds east of UTC. An onset is the naive wall time that clocks showed as it came, that is
    the instant in UTC plus `offset_from`. They ascend; the first is DTSTART, the others are RDATEs. With a
    yearly `rrule` there is only the first, and the rule goes on for ever.
    """

    daylight: bool
    name: str
    offset_from: int
    offset_to: int
    onsets: tuple[datetime, ...]
    rrule: str | None


@lru_cache(maxsize=64)
def observances(name: str, first_year: int) -> tuple[Observance, ...]:
    """The zone's observances: its offset for every instant from 1 January of `first_year` on, for ever.

    What was in force as that year began is among them. Two yearly rules where the zone keeps to its rules
    throughout, so that the simplest reader is right; before it does, onset by onset. Sorted by first onset,
    and the same each time for the same data. `first_year` is 1 to 9999. ZoneInfoNotFoundError for no zone.
    """
    data = tzif(name)
    if data is None:
        raise ZoneInfoNotFoundError(f"no time zone {name[:80]!r}")
    return _observe(_read_tzif(data), first_year)


def vtimezone(name: str, first_year: int) -> str:
    """The VTIMEZONE for those `observances`: lines that end in CRLF, none over 75 octets, so none is folded.

    Nothing is in it but what RFC 5545 asks for: X-LIC-LOCATION, which some write, makes others refuse it.
    Each RDATE stands alone, and the first repeats DTSTART: ical.js reads one value of a property, and where
    there is an RDATE it leaves DTSTART out. An onset that is there twice counts once (§3.8.5.2).
    """
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    for seen in observances(name, first_year):
        kind = "DAYLIGHT" if seen.daylight else "STANDARD"
        onsets = [onset.isoformat().replace("-", "").replace(":", "") for onset in seen.onsets]
        lines += (
            f"BEGIN:{kind}",
            f"TZOFFSETFROM:{_offset_text(seen.offset_from)}",
            f"TZOFFSETTO:{_offset_text(seen.offset_to)}",
            f"TZNAME:{seen.name}",
            f"DTSTART:{onsets[0]}",
        )
        if seen.rrule:
            lines.append(f"RRULE:{seen.rrule}")
        if len(onsets) > 1:
            lines += (f"RDATE:{onset}" for onset in onsets)
        lines.append(f"END:{kind}")
    lines.append("END:VTIMEZONE")
    return "\r\n".join((*lines, ""))


# Reading it: RFC 9636 for the file, POSIX for the rule in its last line.


class _Change(NamedTuple):
    """A change of a zone's offset or name, at the instant `at` (seconds from 1970 in UTC)."""

    at: int
    offset_from: int
    offset_to: int
    name: str
    daylight: bool


class _Turn(NamedTuple):
    """A change that the footer makes every year, `seconds` from midnight of a day, by the clock so far.

    `kind` "M": the `nth` (5: the last) `weekday` (0: Sunday) of `month`; "J": day `nth` of a year, without
    29 February; "": day `nth` counted from 0, with 29 February where there is one. The seconds may lead days
    away, as Gaza's do ("M3.4.4/50").
    """

    kind: str
    month: int
    nth: int
    weekday: int
    seconds: int
    offset_from: int
    offset_to: int
    name: str

    def in_year(self, year: int) -> _Change:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        if self.kind == "M":
            first = date(year, self.month, 1).toordinal()
            day = first + (self.weekday - first) % 7 + 7 * (self.nth - 1)  # ordinal 7 was a Sunday
            if day >= first + _MONTH_DAYS[self.month] + (leap and self.month == 2):
                day -= 7
        else:
            day = date(year, 1, 1).toordinal() + self.nth
            if self.kind == "J" and not (leap and self.nth >= 60):
                day -= 1
        at = (day - _EPOCH_DAY) * _DAY + self.seconds - self.offset_from
        return _Change(at, self.offset_from, self.offset_to, self.name, self.offset_to > self.offset_from)


class _Clock(NamedTuple):
    """What a TZif file says: what held `before` any change, the changes, the yearly turns after `last`."""

    before: tuple[int, str]
    changes: list[_Change]
    last: int
    turns: list[_Turn]


def _read_tzif(data: bytes) -> _Clock:
    width, code, at = 4, "l", 0
    version, isutc, isstd, leaps, times, kinds, letters = struct.unpack_from(">4xc15x6l", data, 0)
    if version != b"\0":
        # From version 2 on, the same once more with 64 bits, and the footer.
        width, code, at = 8, "q", 44 + times * 5 + kinds * 6 + letters + leaps * 8 + isstd + isutc
        isutc, isstd, leaps, times, kinds, letters = struct.unpack_from(">20x6l", data, at)
    at += 44
    instants = struct.unpack_from(f">{times}{code}", data, at)
    at += times * width
    indices = data[at : at + times]
    at += times
    names = data[at + kinds * 6 : at + kinds * 6 + letters]
    ttypes = [
        (offset, names[start : names.index(0, start)].decode("ascii"), dst)
        for offset, dst, start in struct.iter_unpack(">lBB", data[at : at + kinds * 6])
    ]
    at += kinds * 6 + letters + leaps * (width + 4) + isstd + isutc
    footer = data[at:].strip(b"\n").decode("ascii")

    first = next((ttype for ttype in ttypes if not ttype[2]), ttypes[0])
    offset, name, dst = before = first
    changes = []
    for instant, index in zip(instants, indices, strict=True):
        was_offset, was_name, was_dst = offset, name, dst
        offset, name, dst = ttypes[index]
        if offset != was_offset or name != was_name:
            # Irish and Moroccan data call their winter "daylight saving", by less than nothing: going into or
            # out of it, the offset decides.
            daylight = offset > was_offset if dst != was_dst else bool(dst)
            changes.append(_Change(instant, was_offset, offset, name, daylight))
    return _Clock(before[:2], changes, max(instants, default=_NEVER), _read_footer(footer))


def _read_footer(footer: str) -> list[_Turn]:
    """The two turns of a POSIX TZ string ("CET-1CEST,M3.5.0,M10.5.0/3"), or none where all is one offset."""
    names_and_offsets, *days = footer.split(",")
    if len(days) != 2:
        return []
    name, rest = _name_first(names_and_offsets)
    text, rest = _offset_first(rest)
    standard = -_seconds(text)
    daylight_name, rest = _name_first(rest)
    text, _ = _offset_first(rest)
    daylight = -_seconds(text) if text else standard + 3600
    return [
        _Turn(*_yearly_day(days[0]), standard, daylight, daylight_name),
        _Turn(*_yearly_day(days[1]), daylight, standard, name),
    ]


def _name_first(text: str) -> tuple[str, str]:
    if text.startswith("<"):
        name, _, rest = text[1:].partition(">")
        return name, rest
    rest = text.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return text.removesuffix(rest), rest


def _offset_first(text: str) -> tuple[str, str]:
    rest = text.lstrip("+-0123456789:")
    return text.removesuffix(rest), rest


def _seconds(text: str) -> int:
    """Hours, minutes and seconds: "-10:30"."""
    total = 0
    for part, unit in zip(text.lstrip("+-").split(":"), (3600, 60, 1), strict=False):
        total += int(part) * unit
    return -total if text.startswith("-") else total


def _yearly_day(text: str) -> tuple[str, int, int, int, int]:
    day, _, time = text.partition("/")
    seconds = _seconds(time) if time else 7200
    if day.startswith("M"):
        month, nth, weekday = map(int, day[1:].split("."))
        return "M", month, nth, weekday, seconds
    return ("J" if day.startswith("J") else ""), 0, int(day.removeprefix("J")), 0, seconds


# From the changes to observances.


def _observe(clock: _Clock, first_year: int) -> tuple[Observance, ...]:
    needed, regular = _needed(clock, first_year)
    rules = _rules(clock.turns, needed[regular:]) if regular < len(needed) else []
    if rules is None:
        needed, _ = _needed(clock, first_year, max(_LAST_YEAR, first_year + 10))
        regular, rules = len(needed), []

    onsets: dict[tuple[int, int, str, bool], list[datetime]] = {}
    for change in needed[:regular]:
        onsets.setdefault(change[1:], []).append(_wall(change))
    listed = [
        Observance(daylight, name, offset_from, offset_to, tuple(when), None)
        for (offset_from, offset_to, name, daylight), when in onsets.items()
    ]
    return tuple(sorted(listed + rules, key=lambda seen: (seen.onsets, seen[:4])))


def _needed(clock: _Clock, first_year: int, last_year: int = 0) -> tuple[list[_Change], int]:
    """The change in force as `first_year` begins and those after it, and the index of the first yearly one.

    They go on past the last one in the file, into years that are the footer's alone: to `last_year`, or as
    far as shows from when on the file says just what the footer says.
    """
    # A day early: the year begins 14 hours before UTC's in some zones.
    start = (_day_one(first_year) - 1) * _DAY
    last_year = max(last_year, first_year + 2, (_EPOCH_DAY + clock.last // _DAY) // 365 + 2)
    yearly = _yearly_changes(clock.turns, max(first_year - 2, 2), min(last_year, 9998))
    changes = clock.changes + [change for change in yearly if change.at > clock.last]

    in_force = bisect_right(changes, start, key=lambda change: change.at)
    if in_force:
        needed = changes[in_force - 1 :]
        in_force_now = needed[0].offset_to, needed[0].name, needed[0].daylight
    else:
        needed = [_Change(start, 0, 0, "", False), *changes]
        in_force_now = *clock.before, False
    if not in_force or len(needed) == 1 or (needed[0].at < 0 and first_year > 1970):
        # A beginning for what never changes in this time, and one without years before 1970 and offsets with
        # seconds, which are more than some readers can do with.
        offset, name, daylight = in_force_now
        opening = 0 if first_year > 1970 else _day_one(max(first_year - 1, 1)) * _DAY
        needed[0] = _Change(opening - offset, offset, offset, name, daylight and len(needed) > 1)

    regular, same = len(needed), len(yearly)
    while regular and same and needed[regular - 1] == yearly[same - 1]:
        regular, same = regular - 1, same - 1
    return needed, regular


def _day_one(year: int) -> int:
    return date(year, 1, 1).toordinal() - _EPOCH_DAY


def _yearly_changes(turns: list[_Turn], first_year: int, last_year: int) -> list[_Change]:
    """The footer's changes in those years, ascending; none where summer begins again the instant it ends."""
    changes = sorted(turn.in_year(year) for year in range(first_year, last_year + 1) for turn in turns)
    return [] if any(one.at == next_one.at for one, next_one in pairwise(changes)) else changes


def _wall(change: _Change) -> datetime:
    return _EPOCH + timedelta(seconds=change.at + change.offset_from)


def _rules(turns: list[_Turn], changes: list[_Change]) -> list[Observance] | None:
    """The yearly observances that begin with these changes, or None where no simple rule says them."""
    rules = []
    year = _wall(changes[0]).year - 1
    for turn in turns:
        places = _places(turn)
        if not places:
            return None
        # Any date has any given weekday within 12 years.
        near = [turn.in_year(y) for y in range(year, min(year + 15, 9999))]
        for month, days, text in places:
            for change in near:
                onset = _wall(change)
                if change.at >= changes[0].at and onset.month == month and onset.day in days:
                    rule = f"FREQ=YEARLY;BYMONTH={month};{text}"
                    rules.append(Observance(change.daylight, change.name, *change[1:3], (onset,), rule))
                    break
    return rules


def _places(turn: _Turn) -> list[tuple[int, range, str]]:
    """Where its day can fall: month, days of the month, and what an RRULE calls them beside BYMONTH.

    Two places where the week lies across the end of a month: Cairo's clocks go back on the Friday after
    October's last Thursday, which can be 1 November. None where 29 February has a say: no zone wants it yet.
    """
    shift = turn.seconds // _DAY
    month, nth = turn.month, turn.nth
    if turn.kind == "M" and not shift:
        return [(month, range(1, 32), f"BYDAY={nth if nth < 5 else -1}{_WEEKDAYS[turn.weekday]}")]
    if turn.kind == "J" and not shift:
        month = 1
        while nth > _MONTH_DAYS[month]:
            month, nth = month + 1, nth - _MONTH_DAYS[month]
        return [(month, range(nth, nth + 1), f"BYMONTHDAY={nth}")]

    length = _MONTH_DAYS[month]
    first = (7 * nth - 6 if nth < 5 else length - 6) + shift
    earlier, later = (month - 2) % 12 + 1, month % 12 + 1
    if turn.kind != "M" or month == 2 or (earlier == 2 and first < 1):
        return []
    weekday = _WEEKDAYS[(turn.weekday + shift) % 7]
    places = []
    for where, days in (
        (earlier, range(first + _MONTH_DAYS[earlier], min(first + 7, 1) + _MONTH_DAYS[earlier])),
        (month, range(max(first, 1), min(first + 7, length + 1))),
        (later, range(max(first - length, 1), first + 7 - length)),
    ):
        if len(days) == 7 and days[-1] % 7 == 0:
            places.append((where, days, f"BYDAY={days[-1] // 7}{weekday}"))
        elif len(days) == 7 and days[-1] == _MONTH_DAYS[where]:
            places.append((where, days, f"BYDAY=-1{weekday}"))
        elif days:
            places.append((where, days, f"BYMONTHDAY={','.join(map(str, days))};BYDAY={weekday}"))
    return places


# Writing it.


def _offset_text(seconds: int) -> str:
    """An offset as RFC 5545 §3.3.14 writes it: "+0530", with seconds only where there are some."""
    minutes, rest = divmod(abs(seconds), 60)
    sign = "-" if seconds < 0 else "+"
    return f"{sign}{minutes // 60:02}{minutes % 60:02}" + (f"{rest:02}" if rest else "")
