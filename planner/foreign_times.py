"""Moments as any program writes them → seconds: by a zone that is known, by a name for one, or by its definition.

In: values of DTSTART and its like with their lines, the definitions of zones in a calendar. Out: `Moment`s on the clock
of a zone, instants in seconds since 1970, lengths. Messages of `Unreadable` say the kind of thing alone, and nothing of
what stood there. No event and no rule enter.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import NamedTuple

from planner.canonical import zone_name
from planner.content import Line, Unreadable, read_component
from planner.foreign_rules import DAY
from planner.rewritten import zone_in
from planner.timeline import Clocks
from planner.zones import is_zone, zone

EPOCH = date(1970, 1, 1).toordinal() * DAY
"""What the clocks of UTC show at second 0, as a wall: seconds since the midnight of day 0."""

_DURATION = re.compile(
    r"([+-]?)P(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?:([0-9]{1,7})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9})S)?)?"
)


class Moment(NamedTuple):
    """A date, or a time on the clock of a zone: seconds since the midnight of day 0 there."""

    wall: int
    zone: str
    is_day: bool


class Times:
    """The moments of one calendar; times without a zone are by the clocks of `home`."""

    def __init__(self, home: str) -> None:
        self.home = home
        self._clocks: dict[str, Clocks] = {}
        self._zones: dict[str, list[str]] = {}
        self._known: dict[str, str] = {}

    def define(self, lines: list[str]) -> None:
        """Remember a zone that the calendar defines; what it means is worked out where an event asks."""
        for raw in lines:
            if raw[:5].upper() == "TZID:":
                self._zones.setdefault(raw[5:].strip().strip('"'), lines)
                return

    def _zone(self, tzid: str) -> str:
        """The name of a zone that is known here: by its own name, a known spelling of it, or its definition."""
        if tzid not in self._known:
            name: str | None = zone_name(tzid)
            if not is_zone(name or ""):
                lines = self._zones.get(tzid)
                text = "\n".join(("BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE")) if lines else ""
                name = zone_in(read_component(text)) if text else None
            self._known[tzid] = name or ""
        if not self._known[tzid]:
            raise Unreadable("a zone")
        return self._known[tzid]

    def moment(self, line: Line, value: str) -> Moment:
        """What a value of a line says. Unreadable, or ValueError where there is no such day."""
        value = value.strip().upper()
        match = re.fullmatch(r"([0-9]{8})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?", value, re.ASCII)
        if not match:
            raise Unreadable("a time")
        day = date(int(value[:4]), int(value[4:6]), int(value[6:8])).toordinal() * DAY
        if match[2] is None:
            return Moment(day, self.home, is_day=True)
        hour, minute, second = int(match[2]), int(match[3]), min(int(match[4]), 59)
        if hour > 23 or minute > 59:
            raise Unreadable("a time")
        tzid = (line.parameter("TZID") or "").strip()
        name = "UTC" if match[5] else self._zone(tzid) if tzid else self.home
        return Moment(day + hour * 3600 + minute * 60 + second, name, is_day=False)

    def instant(self, wall: int, name: str) -> int:
        """The seconds since 1970 at which the clocks of a zone show a wall."""
        if name == "UTC":
            return wall - EPOCH
        clocks = self._clocks.get(name)
        if clocks is None:
            clocks = self._clocks[name] = Clocks(name)
        ordinal, second = divmod(wall, DAY)
        return clocks.seconds(ordinal, second // 60) + second % 60

    def wall(self, moment: Moment, name: str) -> int:
        """What the clocks of a zone show at a moment; a date is a date anywhere."""
        if moment.is_day or moment.zone == name:
            return moment.wall
        return wall_at(self.instant(moment.wall, moment.zone), name)

    def length(self, value: str) -> tuple[int, bool]:
        """A duration in seconds, and whether it is days of the clock and no elapsed time."""
        match = _DURATION.fullmatch(value.strip().upper())
        if not match or not any(match.groups()[1:]):
            raise Unreadable("a length")
        weeks, days, hours, minutes, seconds = (int(g or 0) for g in match.groups()[1:])
        length = (weeks * 7 + days) * DAY + hours * 3600 + minutes * 60 + seconds
        if match[1] == "-" and length:
            raise Unreadable("a length")
        return length, not (hours or minutes or seconds)


def wall_at(instant: int, name: str) -> int:
    """What the clocks of a zone show at an instant."""
    if name == "UTC":
        return instant + EPOCH
    shown = datetime.fromtimestamp(instant, UTC).astimezone(zone(name))
    offset = shown.utcoffset()
    assert offset is not None  # noqa: S101  (a zone gives one)
    return instant + EPOCH + int(offset.total_seconds())
