"""Free slots for a new ritual, for everyone who takes part, ranked, with what speaks for each as values.

In: an `Agreement`, its series, busy spans by person, an `Ask`. Out: `Offer`s. What holds: each slot is free, for all
who take part and whoever covers, on each of its days but those named as missing; and where a slot that is asked for
is free on all of its days, at least one such is offered. Nothing is moved and nothing is written. No clock enters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from planner.agreement import Agreement, Ritual
from planner.busy import Spans, Taken, merged, taken
from planner.free_time import Counted, Frame, Range, counted, fits, free_starts, open_spans, stretch
from planner.series import Series
from planner.timeline import Clocks, stretches
from planner.windows import WAKING, Window
from planner.words import AllDay, Every

USUAL = {"shared_evening": 19 * 60, "host_night": 19 * 60, "check_in": 12 * 60 + 30, "review": 17 * 60}
"""About when such a ritual mostly is, in minutes after midnight; the others are as early as may be."""

NEAR = 30
"""So many minutes to whatever is before and after are no rush."""


class Ask(NamedTuple):
    """What is looked for: a ritual of this kind for these people, so many minutes long, within these windows.

    `every` is its spacing, None for a single date; `times` how often in a week. The days are first ≤ day < end, and
    with `begins` it is not to be before them.
    """

    kind: str
    table: str
    who: tuple[str, ...]
    cover: str | None
    minutes: int
    windows: tuple[Window, ...]
    every: Every | None
    times: int
    first: date
    end: date
    not_before: int | None = None
    begins: bool = False

    @property
    def people(self) -> tuple[str, ...]:
        """All whose time it takes."""
        return (*self.who, self.cover) if self.cover and self.cover not in self.who else self.who


class Held(NamedTuple):
    """Time that is taken already: by a ritual, or ("") by what only a person's own calendar knows."""

    start: int
    end: int
    people: tuple[str, ...]
    ritual: str


class Pattern(NamedTuple):
    """Which days: a weekday (0 Monday; -1 any), its place in the month (0: each), and which week, month or day."""

    weekday: int
    nth: int = 0
    phase: int = 0


class Slot(NamedTuple):
    """A start on the days of a pattern. `missing` are those of its days on which somebody's time is taken.

    `room` is how many minutes are free beside it at least, None for plenty; `beside` is the ritual that is nearest,
    "" for something else; `quiet` is on how many of its days nothing else lies within the hours given.
    """

    pattern: Pattern
    days: tuple[date, ...]
    minute: int
    missing: tuple[date, ...]
    room: int | None
    beside: str
    comes_before: bool
    quiet: int


class Offer(NamedTuple):
    """Slots that together are what was asked for, and the days of the week that stay without any plan."""

    slots: tuple[Slot, ...]
    whole: tuple[int, ...]

    @property
    def is_free(self) -> bool:
        """Whether nobody's time is taken on any of its days."""
        return not any(slot.missing for slot in self.slots)


class Search(NamedTuple):
    """What there is to search: the zone of the slots, the frame, what is held in it, and the starts of each day."""

    ask: Ask
    timezone: str
    frame: Frame
    held: tuple[Held, ...]
    starts: Mapping[date, tuple[Range, ...]]
    days: Mapping[Pattern, tuple[date, ...]]


# ── what is there ────────────────────────────────────────────────────


def held_time(
    agreement: Agreement,
    series: Iterable[Series],
    busy: Mapping[str, Spans],
    people: Sequence[str],
    first: date,
    end: date,
) -> tuple[Held, ...]:
    """The time of these people that is taken between two days, by rituals and by what their calendars hold."""
    filling = [one for one in series if one.fills]
    before = max((_days_long(one) for one in filling), default=0) + 2
    found = []
    for one in stretches(filling, first - timedelta(days=before), end + timedelta(days=2)):
        who = one.series.who if one.override is None else one.override.who
        those = tuple(p for p in people if p in who)
        if those:
            found.append(Held(one.start, one.end, those, one.series.ritual))
    found += (Held(start, stop, (p,), "") for p in people if p in agreement.people for start, stop in busy.get(p, ()))
    return tuple(sorted(set(found)))


def _days_long(series: Series) -> int:
    times = [series.time, *(o.time for o in series.overrides)]
    return max(t.days if isinstance(t, AllDay) else (t.start + t.length) // 1440 for t in times)


def clock_of(agreement: Agreement, person: str) -> Callable[[date], str]:
    """Whose clocks a person lives by on a day: those at home, or of where they stay."""
    home = agreement.people[person].timezone if person in agreement.people else agreement.timezone
    away = [stay for stay in agreement.stays if person in stay.who]
    return lambda day: next((s.timezone for s in away if s.starts <= day <= s.until), home)


def rests_on(agreement: Agreement, ask: Ask) -> Callable[[date], bool]:
    """Whether the new ritual would rest on a day, by the pauses of all rituals of its heading."""
    probe = Ritual(f"{ask.table}.new", ask.kind, "", ask.who, (), Every(1, "week"), ask.first, None, "UTC", "full")
    spans = [(p.starts, p.until) for p in agreement.rests if p.stops(probe, ask.who)]
    return lambda day: any(first <= day <= last for first, last in spans)


def search_of(agreement: Agreement, held: tuple[Held, ...], ask: Ask) -> Search:
    """Where the slots of an `Ask` may lie."""
    zone = agreement.people[ask.who[0]].timezone if len(ask.who) == 1 else agreement.timezone
    people = [p for p in ask.people if p in agreement.people]
    clocks = tuple(clock_of(agreement, person) for person in people)
    by = clock_of(agreement, ask.who[0]) if len(ask.who) == 1 else agreement.timezone
    frame = Frame(ask.minutes, ask.windows, by, clocks, ask.first, ask.end, ask.not_before)
    starts = free_starts(frame, merged((h.start, h.end) for h in held))
    return Search(ask, zone, frame, held, starts, _patterns(agreement, ask, frame))


def _patterns(agreement: Agreement, ask: Ask, frame: Frame) -> dict[Pattern, tuple[date, ...]]:
    """The days of each pattern on which the hours given are open at all, or would be."""
    rests = rests_on(agreement, ask)
    could_be = free_starts(frame._replace(not_before=None), ())
    usable = {key for day in could_be for key in pattern_of(agreement, ask.every, day)}
    found: dict[Pattern, list[date]] = {}
    for n in range((ask.end - ask.first).days):
        day = ask.first + timedelta(days=n)
        if not rests(day):
            for key in pattern_of(agreement, ask.every, day):
                if key in usable:
                    found.setdefault(key, []).append(day)
    return {key: tuple(days) for key, days in sorted(found.items())}


def pattern_of(agreement: Agreement, every: Every | None, day: date) -> Iterator[Pattern]:
    """The patterns that a day is of: one, but two for a weekday that is the fourth and the last of its month."""
    if every is None:
        yield Pattern(day.weekday(), 0, day.toordinal())
    elif every.unit == "day":
        yield Pattern(-1, 0, day.toordinal() % every.number)
    elif every.unit == "week":
        yield Pattern(day.weekday(), 0, (day.toordinal() - 1 - agreement.week_starts) // 7 % every.number)
    else:
        phase = (day.year * 12 + day.month) % (every.number * (12 if every.unit == "year" else 1))
        nth = (day.day + 6) // 7
        if nth < 5:
            yield Pattern(day.weekday(), nth, phase)
        if (day + timedelta(days=7)).month != day.month:
            yield Pattern(day.weekday(), -1, phase)


# ── what is offered ──────────────────────────────────────────────────

_Weight = tuple[int, ...]


class _Weighed(NamedTuple):
    weight: _Weight
    slot: Slot


def offers(search: Search, limit: int, least: int = 0) -> list[Offer]:
    """The best offers, at most `limit` of them, those that are free on all their days first.

    Free on three of four days is free often enough to be offered, or on `least` days, where that is given.
    """
    weigher = _Weigher(search)
    if search.ask.every is None:
        by_pattern = _soonest(search, weigher, limit)
    else:
        by_pattern = {key: weigher.weighed(key, days, least) for key, days in search.days.items()}
    if search.ask.times > 1:
        chosen = _together(by_pattern, search.ask.times, limit)
    else:
        chosen = [(one.slot,) for one in _apart(by_pattern, search.ask.minutes, limit)]
    return [Offer(slots, weigher.whole_days(slots)) for slots in chosen]


def _soonest(search: Search, weigher: _Weigher, limit: int) -> dict[Pattern, list[_Weighed]]:
    """The starts of single dates, week by week, until there are enough days with one that is no rush."""
    found: dict[Pattern, list[_Weighed]] = {}
    unhurried = 0
    week = 0
    for key, days in sorted(search.days.items(), key=lambda item: item[1]):
        now = (days[0] - search.ask.first).days // 7
        if now > week and unhurried >= limit:
            break
        week = now
        found[key] = weigher.weighed(key, days)
        unhurried += any(one.weight[1] == 0 for one in found[key])
    return found


def _apart(by_pattern: Mapping[Pattern, list[_Weighed]], minutes: int, limit: int) -> list[_Weighed]:
    """The best of each pattern first, then more of them that lie apart; in order of their weight."""
    everything = sorted(one for some in by_pattern.values() for one in some)
    chosen: dict[Pattern, list[_Weighed]] = {key: [] for key in by_pattern}
    count = 0
    for most in (1, 2, 4):
        for only_free in (True, False):
            for one in everything:
                if count == limit:
                    break
                same = chosen[one.slot.pattern]
                if len(same) >= most or (only_free and one.slot.missing):
                    continue
                if all(abs(o.slot.minute - one.slot.minute) >= max(minutes, 60) for o in same):
                    same.append(one)
                    count += 1
    return sorted(one for some in chosen.values() for one in some)


def _together(by_pattern: Mapping[Pattern, list[_Weighed]], times: int, limit: int) -> list[tuple[Slot, ...]]:
    """So many slots of one week, on different days, far apart, and at one time where that can be."""
    found: list[tuple[_Weight, tuple[Slot, ...]]] = []
    for keys in combinations([key for key, some in by_pattern.items() if some], times):
        days = sorted(key.weekday for key in keys)
        gaps = [b - a for a, b in zip(days, [*days[1:], days[0] + 7], strict=True)]
        by_minute = [{one.slot.minute: one for one in by_pattern[key]} for key in keys]
        shared = set(by_minute[0]).intersection(*by_minute[1:])
        ways = [[one[minute] for one in by_minute] for minute in shared]
        ways.append([min(by_pattern[key]) for key in keys])
        weights = []
        for n, way in enumerate(ways):
            total = tuple(map(sum, zip(*(one.weight for one in way), strict=True)))
            weights.append(((total[0], -min(gaps), int(n == len(ways) - 1), *total[1:]), n))
        weight, n = min(weights)
        found.append((weight, tuple(one.slot for one in ways[n])))
    return [slots for _, slots in sorted(found)[:limit]]


class _Weigher:
    """What speaks for a slot and against it, looked up in one search."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._clocks: dict[str, Clocks] = {}
        self._taken: Taken = taken((h.start, h.end) for h in search.held)
        self._open = taken(open_spans(search.frame._replace(not_before=None)))
        self._edges = {edge: h.ritual for h in search.held for edge in (h.start, h.end)}
        self._quiet: dict[date, bool] = {}

    def weighed(self, pattern: Pattern, days: tuple[date, ...], least: int = 0) -> list[_Weighed]:
        """The starts of a pattern that are free on all its days, or on most."""
        ask = self._search.ask
        least = least or (len(days) - len(days) // 4 if ask.every else 1)
        found: Counted = counted(days, self._search.starts, least)
        return [self._weighed(pattern, days, minute) for minute in found.starts]

    def _weighed(self, pattern: Pattern, days: tuple[date, ...], minute: int) -> _Weighed:
        ask = self._search.ask
        free = [day for day in days if fits(self._search.starts, day, minute)]
        missing = tuple(day for day in days if day not in free) if len(free) < len(days) else ()
        room, beside, comes_before = self._room(free, minute)
        quiet = sum(self._is_quiet(day) for day in free)
        slot = Slot(pattern, days, minute, missing, room, beside, comes_before, quiet)
        usual = USUAL.get(ask.kind)
        is_late = not WAKING[0] <= minute <= WAKING[1] - ask.minutes
        weight = (
            len(missing),
            0 if room is None or room >= NEAR else 1 if room >= 15 else 2,
            0 if ask.every else (days[0] - ask.first).days // 7,
            (len(free) - quiet) * 4 // max(1, len(free)),
            abs(minute - usual) // 30 if usual is not None else is_late,
            0 if minute % 60 == 0 else 1 if minute % 30 == 0 else 2 if minute % 15 == 0 else 3,
            pattern.phase if ask.every is None else 0,
            minute if usual is None else abs(minute - usual),
        )
        return _Weighed(weight, slot)

    def _room(self, days: list[date], minute: int) -> tuple[int | None, str, bool]:
        """The least room beside a start on these days, beside which ritual that is, and whether that comes before."""
        best: tuple[int, str, bool] | None = None
        for day in days:
            start, end = stretch(self._clock(day), day.toordinal(), minute, self._search.ask.minutes)
            before, after = self._taken.before(start), self._taken.after(end)
            for edge, gap, is_before in ((before, start - (before or 0), True), (after, (after or 0) - end, False)):
                if edge is not None and gap < 3 * 3600 and (best is None or gap // 60 < best[0]):
                    best = (gap // 60, self._edges.get(edge, ""), is_before)
        return best or (None, "", False)

    def _is_quiet(self, day: date) -> bool:
        """Whether nothing is taken within the hours given on this day."""
        if day not in self._quiet:
            seconds, ordinal = self._clock(day).seconds, day.toordinal()
            midnight, end = seconds(ordinal, 0), seconds(ordinal + 1, 0)
            spans = self._open.within(midnight, end)
            self._quiet[day] = not any(self._taken.meets(max(a, midnight), min(b, end)) for a, b in spans)
        return self._quiet[day]

    def whole_days(self, slots: tuple[Slot, ...]) -> tuple[int, ...]:
        """Saturday or Sunday, where no slot and nothing else is on it all the time."""
        if self._search.ask.every is None or any(slot.pattern.weekday < 0 for slot in slots):
            return ()
        days = {slot.pattern.weekday for slot in slots}
        return tuple(day for day in (5, 6) if day not in days and self._is_whole(day))

    def _is_whole(self, weekday: int) -> bool:
        first, end = self._search.ask.first.toordinal(), self._search.ask.end.toordinal()
        days = [date.fromordinal(n) for n in range(first, end) if (n - 1) % 7 == weekday]
        return not any(self._taken.meets(*self._waking(day)) for day in days)

    def _waking(self, day: date) -> tuple[int, int]:
        seconds, ordinal = self._clock(day).seconds, day.toordinal()
        return seconds(ordinal, WAKING[0]), seconds(ordinal, WAKING[1])

    def _clock(self, day: date) -> Clocks:
        name = self._search.frame.zone_on(day)
        if name not in self._clocks:
            self._clocks[name] = Clocks(name)
        return self._clocks[name]
