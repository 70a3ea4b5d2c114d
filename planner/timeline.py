"""Series and a window → occurrences, in order; and the instants they fill.

In: `Series`, half-open windows of dates. Out: `Occurrence`s with aware instants (dates for whole days), `Stretch`es
in seconds. Lengths are wall-clock: 22:30–01:00 ends at 01:00 whatever the clocks do. A start that the clocks leave out
uses the offset before the change; a repeated hour means the first. No clock of the machine enters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from planner.recurrence import ONE_DAY, days
from planner.series import Look, Override, Series
from planner.words import AllDay, Time, Timed
from planner.zones import zone

_EPOCH = date(1970, 1, 1).toordinal()


class Occurrence(NamedTuple):
    """One dated instance. `on` is its date by the rule; `end` is exclusive; dates for whole days."""

    start: datetime | date
    end: datetime | date
    ritual: str
    kind: str
    who: tuple[str, ...]
    timezone: str
    look: Look
    on: date
    day: date
    all_day: bool
    moved: bool

    @property
    def starts_at(self) -> datetime:
        """The instant it starts, midnight in its zone for whole days."""
        return self.start if isinstance(self.start, datetime) else instant(self.start, 0, zone(self.timezone))


def instant(day: date, minutes: int, where: ZoneInfo) -> datetime:
    """The instant at which clocks in this zone show `minutes` after the midnight of `day`."""
    wall = datetime(day.year, day.month, day.day, tzinfo=where) + timedelta(minutes=minutes)
    return wall.astimezone(UTC).astimezone(where)


def span(day: date, time: Timed, where: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end of a time on a day. An end that the clocks would put before the start keeps its length."""
    start = instant(day, time.start, where)
    end = instant(day, time.start + time.length, where)
    if end.timestamp() <= start.timestamp():
        end = (start.astimezone(UTC) + timedelta(minutes=time.length)).astimezone(where)
    return start, end


def keeps_length(day: date, time: Timed, where: ZoneInfo) -> bool:
    """Whether a time on a day is one that all clocks show once, with the same offset at its start and its end."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  (what clocks show)
    walls = [midnight + timedelta(minutes=m) for m in (time.start, time.start + time.length)]
    return len({wall.replace(tzinfo=where, fold=fold).utcoffset() for wall in walls for fold in (0, 1)}) == 1


def instances(series: Series, first: date, end: date) -> Iterator[tuple[date, Override | None]]:
    """(date by the rule, its override) of each instance whose own day is first ≤ day < end, in no order."""
    replaced = {o.on for o in series.overrides}
    skipped = set(series.skipped) | replaced
    if series.rule is None:
        if series.first not in skipped and first <= series.first < end:
            yield series.first, None
    else:
        stop = end if series.last is None else min(end, series.last + ONE_DAY)
        if skipped:
            for day in days(series.rule, max(first, series.first), stop):
                if day not in skipped:
                    yield day, None
        else:
            for day in days(series.rule, max(first, series.first), stop):
                yield day, None
    for override in series.overrides:
        if first <= override.day < end:
            yield override.on, override


def occurrences(series: Iterable[Series], first: date, end: date) -> list[Occurrence]:
    """The occurrences whose day, after moves and in the ritual's own zone, is first ≤ day < end, in order of start."""
    found = []
    for one in series:
        where = zone(one.timezone)
        for on, override in instances(one, first, end):
            day, time, look, who = (
                (on, one.time, one.look, one.who)
                if override is None
                else (override.day, override.time, override.look, override.who)
            )
            moved = override is not None and (day != on or _starts(time) != _starts(one.time))
            start: datetime | date
            ends: datetime | date
            match time:
                case AllDay(length):
                    start, ends = day, day + timedelta(days=length)
                case Timed():
                    start, ends = span(day, time, where)
            all_day = isinstance(time, AllDay)
            found.append(
                Occurrence(start, ends, one.ritual, one.kind, who, one.timezone, look, on, day, all_day, moved)
            )
    found.sort(key=lambda o: (o.starts_at, not o.all_day, o.ritual))
    return found


def _starts(time: Time) -> int:
    return time.start if isinstance(time, Timed) else 0


# ── instants as numbers, for comparing many ──────────────────────────


class Stretch(NamedTuple):
    """The time that an occurrence fills, in seconds since 1970: start ≤ t < end."""

    start: int
    end: int
    series: Series
    override: Override | None
    on: date


class Clocks:
    """Wall-clock times of one zone as seconds since 1970, the offset of a day looked up once."""

    def __init__(self, name: str) -> None:
        self.zone = zone(name)
        self._steady: dict[int, int | None] = {}

    def seconds(self, ordinal: int, minutes: int) -> int:
        """Seconds since 1970 at which clocks show `minutes` after the midnight of the day with this ordinal."""
        extra, minutes = divmod(minutes, 1440)
        ordinal += extra
        if ordinal not in self._steady:
            self._steady[ordinal] = self._offset(ordinal)
        offset = self._steady[ordinal]
        if offset is None:
            return int(instant(date.fromordinal(ordinal), minutes, self.zone).timestamp())
        return (ordinal - _EPOCH) * 86400 + minutes * 60 - offset

    def changes_on(self, ordinal: int) -> bool:
        """Whether clocks change on the day with this ordinal."""
        return self._offset(ordinal) is None

    def _offset(self, ordinal: int) -> int | None:
        """The offset in seconds that holds all this day, None where it changes."""
        day = date.fromordinal(ordinal)
        ends = [
            datetime(day.year, day.month, day.day, 0, 0, tzinfo=self.zone, fold=fold).utcoffset() for fold in (0, 1)
        ]
        later = day + ONE_DAY
        ends += [
            datetime(later.year, later.month, later.day, 0, 0, tzinfo=self.zone, fold=fold).utcoffset()
            for fold in (0, 1)
        ]
        return int((ends[0] or timedelta()).total_seconds()) if len(set(ends)) == 1 else None


def stretches(series: Iterable[Series], first: date, end: date) -> Iterator[Stretch]:
    """The stretches that occurrences starting within the window fill, in no order."""
    clocks: dict[str, Clocks] = {}
    for one in series:
        clock = clocks.get(one.timezone)
        if clock is None:
            clock = clocks[one.timezone] = Clocks(one.timezone)
        for on, override in instances(one, first, end):
            day, time = (on, one.time) if override is None else (override.day, override.time)
            ordinal = day.toordinal()
            if isinstance(time, AllDay):
                start, stop = clock.seconds(ordinal, 0), clock.seconds(ordinal + time.days, 0)
            else:
                start, stop = (
                    clock.seconds(ordinal, time.start),
                    clock.seconds(ordinal, time.start + time.length),
                )
                if stop <= start:
                    stop = start + time.length * 60
            yield Stretch(start, stop, one, override, on)
