"""A calendar by any program → the time that it fills, and nothing else of it (RFC 5545).

In: the text of an .ics file or of what a server answers, a window, the zone of the person whose calendar it is. Out: a
`Read`: merged spans, and how many events could not be read. Only the lines that say when are looked at: no title, place
or note of an event becomes a value here, so that none can get into a message. Events of the agreement itself are left
out by their UID: what planner wrote is not in its own way. One event that nobody can read takes no other with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfoNotFoundError

from planner.busy import Span, Spans, merged
from planner.content import Line, Unreadable, unescaped, unfold
from planner.foreign_rules import DAY, read_rule, starts
from planner.foreign_times import EPOCH, Moment, Times
from planner.series import owns

MOST_SPANS = 200_000
"""More busy times than that in a window, and a calendar is not taken for one of a person."""

_BEGIN = re.compile(r"(BEGIN|END):\s*([A-Za-z0-9-]+)\s*", re.IGNORECASE)
_NAME = re.compile(r"([A-Za-z-]+)(?=[;:])")
_NEEDED = frozenset(
    (
        *("UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID"),
        *("STATUS", "TRANSP", "SEQUENCE", "FREEBUSY", "X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-CDO-ALLDAYEVENT"),
    )
)
_WANTED = ("VEVENT", "VFREEBUSY", "VTIMEZONE")


class Read(NamedTuple):
    """When a calendar is busy within a window; how many of its events could not be read, and how many there are."""

    spans: Spans
    unread: int
    events: int


class _Event(NamedTuple):
    """What one VEVENT says of when it is; `length` in seconds on the clock, or elapsed."""

    start: Moment
    length: int
    on_the_wall: bool
    fills: bool
    lines: Mapping[str, list[Line]]
    replaces: Moment | None
    onward: bool
    sequence: int


def read_busy(text: str, window: Span, timezone: str, agreement_id: str) -> Read:
    """When this calendar is busy within the window; times without a zone are by the clocks of `timezone`.

    Unreadable where the text is no calendar at all, or one with more in it than anybody has to do.
    """
    try:
        return _Calendar(window, timezone, agreement_id).read(text)
    except _TooMuch:
        raise Unreadable("it holds more than anybody has to do") from None


class _TooMuch(Exception):
    """Ends the reading of a calendar, and not of one event alone."""


# ── the text ─────────────────────────────────────────────────────────


def _parts(text: str) -> Iterator[tuple[str, list[str], bool]]:
    """(name, its own lines, whether it is whole) of each part that says when; "" for the start of a calendar.

    What a part holds inside, such as an alarm, is left out, but in the definition of a zone.
    """
    name, lines, inside = "", list[str](), 0
    for raw in re.split("\r\n|\n|\r", unfold(text.lstrip("\ufeff"))):
        edge = _BEGIN.fullmatch(raw) if raw[:1] in "BbEe" else None
        if edge is None:
            if name == "VTIMEZONE" or (name and not inside):
                lines.append(raw)
            continue
        begins, what = edge[1].upper() == "BEGIN", edge[2].upper()
        if begins and (what in _WANTED or what == "VCALENDAR"):
            if name:
                yield name, lines, False  # cut: the next one begins before it has ended
            name, lines, inside = (what if what in _WANTED else ""), [], 0
            if not name:
                yield "", [], True
        elif not begins and what == name:
            yield name, lines, inside == 0
            name, lines, inside = "", [], 0
        elif not begins and what == "VCALENDAR" and name:
            yield name, lines, False
            name, lines, inside = "", [], 0
        elif name:
            inside += 1 if begins else -1
            if name == "VTIMEZONE":
                lines.append(raw)
    if name:
        yield name, lines, False


def _needed(lines: Iterable[str]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for raw in lines:
        match = _NAME.match(raw)
        if match and (name := match[1].upper()) in _NEEDED:
            found.setdefault(name, []).append(Line(name, raw))
    return found


def _value(lines: Mapping[str, list[Line]], name: str) -> str:
    found = lines.get(name)
    return found[0].value.strip() if found else ""


# ── one calendar ─────────────────────────────────────────────────────


class _Calendar:
    def __init__(self, window: Span, timezone: str, agreement_id: str) -> None:
        self._first, self._end = window
        self._times = Times(timezone)
        self._agreement = agreement_id
        self._spans: list[Span] = []
        self._unread = 0

    def read(self, text: str) -> Read:
        calendars = events = 0
        by_uid: dict[tuple[int, str], list[_Event]] = {}
        parts = list(_parts(text))
        for name, lines, _ in parts:
            if name == "VTIMEZONE":
                self._times.define(lines)
        for n, (name, lines, is_whole) in enumerate(parts):
            match name:
                case "":
                    calendars += 1
                case "VFREEBUSY":
                    events += 1
                    self._told(_needed(lines), is_whole=is_whole)
                case "VEVENT":
                    needed = _needed(lines)
                    uid = unescaped(_value(needed, "UID"))
                    if owns(self._agreement, uid):
                        continue
                    events += 1
                    event = self._event(needed) if is_whole else None
                    if event is None:
                        self._unread += 1
                    else:
                        by_uid.setdefault((calendars, uid or f"\0{n}"), []).append(event)
        if not calendars:
            raise Unreadable("it is no calendar")
        for same in by_uid.values():
            self._series(same)
        return Read(merged(self._spans), self._unread, events)

    def _fill(self, start: int, end: int) -> None:
        start, end = max(start, self._first), min(end, self._end)
        if start < end:
            self._spans.append((start, end))
            if len(self._spans) > MOST_SPANS:
                raise _TooMuch

    # ── events ───────────────────────────────────────────────────────

    def _event(self, lines: dict[str, list[Line]]) -> _Event | None:
        """What a VEVENT says; None where that cannot be read."""
        try:
            started = lines.get("DTSTART", [])
            if len(started) != 1:
                raise Unreadable("a start")
            start = self._times.moment(started[0], started[0].value)
            length, on_the_wall = self._lasting(lines, start)
            recurrence = lines.get("RECURRENCE-ID", [])
            replaces = self._times.moment(recurrence[0], recurrence[0].value) if recurrence else None
            onward = bool(recurrence) and (recurrence[0].parameter("RANGE") or "").upper() == "THISANDFUTURE"
            sequence = _value(lines, "SEQUENCE")
            return _Event(
                self._as_day(start, length, lines),
                length,
                on_the_wall,
                _fills(lines),
                lines,
                replaces,
                onward,
                int(sequence) if re.fullmatch("[0-9]{1,9}", sequence) else 0,
            )
        except (Unreadable, ValueError, OverflowError, ZoneInfoNotFoundError):
            return None

    def _as_day(self, start: Moment, length: int, lines: Mapping[str, list[Line]]) -> Moment:
        """Midnight to midnight, where a program that writes no dates says that it means whole days."""
        said = _value(lines, "X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE"
        is_midnight = start.wall % DAY == 0 and length % DAY == 0 and length
        return start._replace(is_day=True, zone=self._times.home) if said and is_midnight else start

    def _lasting(self, lines: Mapping[str, list[Line]], start: Moment) -> tuple[int, bool]:
        if ended := lines.get("DTEND"):
            end = self._times.moment(ended[0], ended[0].value)
            if end.is_day != start.is_day or end.wall + 2 * DAY < start.wall:
                raise Unreadable("an end")
            if end.is_day or end.zone == start.zone:
                length = end.wall - start.wall
                if length < 0:
                    raise Unreadable("an end")
                return (length or DAY if start.is_day else length), True
            length = self._times.instant(end.wall, end.zone) - self._times.instant(start.wall, start.zone)
            if length < 0:
                raise Unreadable("an end")
            return length, False
        if lines.get("DURATION"):
            return self._times.length(_value(lines, "DURATION"))
        return (DAY if start.is_day else 0), True

    def _series(self, same: list[_Event]) -> None:
        """All that one UID stands for: the events with their rules, and the single ones that stand in for some."""
        singles: dict[tuple[int, bool, bool], _Event] = {}
        for event in same:
            if event.replaces is not None:
                moment = event.replaces
                key = (self._times.wall(moment, "UTC"), moment.is_day, event.onward)
                if key not in singles or singles[key].sequence <= event.sequence:
                    singles[key] = event
        masters = [event for event in same if event.replaces is None]
        newest = max((m.sequence for m in masters), default=0)
        for master in masters:
            if master.sequence == newest:
                try:
                    self._repeated(master, list(singles.values()))
                except (Unreadable, ValueError, OverflowError):
                    self._unread += 1
        for event in singles.values():
            if event.fills:
                self._one(event, event.start.wall, event)

    def _one(self, event: _Event, wall: int, shape: _Event) -> None:
        """Fill the time of one instance that begins at a wall of `event`'s zone, as long as `shape` lasts."""
        start = self._times.instant(wall, event.start.zone)
        if shape.on_the_wall:
            end = self._times.instant(wall + shape.length, event.start.zone)
            end = end if end > start or not shape.length else start + shape.length
        else:
            end = start + shape.length
        self._fill(start, end)

    def _repeated(self, event: _Event, singles: list[_Event]) -> None:
        name = event.start.zone
        if not singles and not event.lines.keys() & {"RRULE", "RDATE", "EXDATE"}:
            if event.fills:
                self._one(event, event.start.wall, event)
            return
        gone = {self._replaced(event, one) for one in singles if not one.onward}
        later = sorted(((self._replaced(event, one), one) for one in singles if one.onward), key=lambda pair: pair[0])
        gone |= {wall for wall, _ in later}
        walls = self._walls(event, max((one.length for one in (event, *singles)), default=0), later)
        for wall, length in sorted(walls.items()):
            if wall in gone:
                continue
            since = next(((at, one) for at, one in reversed(later) if at <= wall), None)
            if since is not None:
                at, one = since
                if one.fills:
                    self._one(event, wall + self._times.wall(one.start, name) - at, one)
            elif event.fills:
                self._one(event, wall, event if length is None else event._replace(length=length, on_the_wall=False))

    def _replaced(self, event: _Event, single: _Event) -> int:
        """The wall of the instance that a single event stands in for."""
        moment = single.replaces
        assert moment is not None  # noqa: S101  (singles have one)
        wall = self._times.wall(moment, event.start.zone)
        return wall + event.start.wall % DAY if moment.is_day and not event.start.is_day else wall

    def _walls(self, event: _Event, longest: int, later: list[tuple[int, _Event]]) -> dict[int, int | None]:
        """The walls at which an event begins within the window, before single ones; with a length of their own if any.

        Seen from the window, a day more on both sides: clocks differ by no more.
        """
        name = event.start.zone
        shift = max((abs(self._times.wall(one.start, name) - at) for at, one in later), default=0)
        low = self._first + EPOCH - DAY - longest - shift
        high = self._end + EPOCH + DAY + shift
        found: dict[int, int | None] = {}
        rules = event.lines.get("RRULE", [])
        if not rules and low <= event.start.wall < high:
            found[event.start.wall] = None
        for line in rules:
            found |= dict.fromkeys(self._by_rule(event, line.value, low, high))
        for line in event.lines.get("RDATE", []):
            for value in line.value.split(",") if line.value.strip() else ():
                begins, _, ends = value.partition("/")
                moment = self._times.moment(line, begins)
                if moment.is_day != event.start.is_day and ends:
                    raise Unreadable("a date")
                wall = self._times.wall(moment, name)
                if moment.is_day and not event.start.is_day:
                    wall += event.start.wall % DAY
                found.setdefault(wall, self._period(line, moment, ends) if ends else None)
        for line in event.lines.get("EXRULE", []):
            for wall in self._by_rule(event, line.value, low, high):
                if wall != event.start.wall:
                    found.pop(wall, None)
        for line in event.lines.get("EXDATE", []):
            for value in line.value.split(",") if line.value.strip() else ():
                moment = self._times.moment(line, value)
                if moment.is_day and not event.start.is_day:
                    for wall in [w for w in found if w // DAY == moment.wall // DAY]:
                        del found[wall]
                else:
                    found.pop(self._times.wall(moment, name), None)
        return found

    def _by_rule(self, event: _Event, text: str, low: int, high: int) -> list[int]:
        rule = read_rule(text)
        until = None
        if rule.until is not None:
            moment = self._times.moment(Line("UNTIL", f"UNTIL:{rule.until}"), rule.until)
            until = (
                moment.wall
                if moment.zone != "UTC" or event.start.is_day
                else self._times.wall(moment, event.start.zone)
            )
            if moment.is_day and not event.start.is_day:
                until += DAY - 1
        return list(starts(rule, event.start.wall, low, high, until))

    def _period(self, line: Line, start: Moment, end: str) -> int:
        """How long a period of RDATE lasts, in elapsed seconds."""
        if end.strip().upper().lstrip("+-").startswith("P"):
            return self._times.length(end)[0]
        moment = self._times.moment(line, end)
        length = self._times.instant(moment.wall, moment.zone) - self._times.instant(start.wall, start.zone)
        if length < 0:
            raise Unreadable("a period")
        return length

    # ── VFREEBUSY ────────────────────────────────────────────────────

    def _told(self, lines: dict[str, list[Line]], *, is_whole: bool) -> None:
        """Fill what a VFREEBUSY says; tentative counts, for whoever is asked may be there."""
        broken = not is_whole
        for line in lines.get("FREEBUSY", []):
            if (line.parameter("FBTYPE") or "BUSY").upper() == "FREE":
                continue
            for value in line.value.split(",") if line.value.strip() else ():
                try:
                    begins, _, ends = value.partition("/")
                    start = self._times.moment(line, begins)
                    length = self._period(line, start, ends)
                    at = self._times.instant(start.wall, start.zone)
                    self._fill(at, at + length)
                except (Unreadable, ValueError, OverflowError):
                    broken = True
        self._unread += broken


def _fills(lines: Mapping[str, list[Line]]) -> bool:
    """Whether an event takes time: neither called off, nor shown as free."""
    if _value(lines, "STATUS").upper() == "CANCELLED":
        return False
    shown = _value(lines, "TRANSP").upper()
    return shown != "TRANSPARENT" and (bool(shown) or _value(lines, "X-MICROSOFT-CDO-BUSYSTATUS").upper() != "FREE")
