"""Two things for one person at a time: where rituals of one agreement meet, and what would help.

In: an `Agreement`, a window of dates, busy spans of people. Out: `Clash`es, each pair of rituals once, and each ritual
with each person who is busy. Blameless: both are fine things to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from planner.agreement import Agreement
from planner.busy import Spans, taken
from planner.compiler import compile_series
from planner.saying import say_date, say_times
from planner.series import Series, of_ritual
from planner.timeline import Stretch, stretches
from planner.words import AllDay, say_clock
from planner.zones import zone

_LONGEST = timedelta(days=34)
"""Nothing lasts longer than that, from the first day of its clocks to the last of any other."""

MOST_AT_ONCE = 8
"""Beside so many things at one time for one person, more are not compared: the list is long enough to begin with."""


class Clash(NamedTuple):
    """What asks for one person's time at once: `times` in the window, first on `first`.

    `rituals` are two, or the one that falls into time in which one of `people` is busy.
    """

    rituals: tuple[str, ...]
    people: tuple[str, ...]
    first: date
    times: int
    message: str


class _Met:
    __slots__ = ("first", "people", "times")

    def __init__(self, first: tuple[Stretch, Stretch]) -> None:
        self.first = first
        self.times = 0
        self.people: dict[str, None] = {}


def clashes(agreement: Agreement, first: date, end: date, series: Iterable[Series] | None = None) -> list[Clash]:
    """Every pair of rituals that meet within the window, in order of the first time.

    `series` are those of the whole file (audience None) where they do not come from this agreement alone.
    """
    fine = {frozenset((r.path, other)) for r in agreement.rituals.values() for other in r.may_overlap}
    series = [s for s in (compile_series(agreement, None) if series is None else series) if s.fills]
    paths = dict.fromkeys((*agreement.rituals, *(of_ritual(s.ritual) for s in series)))
    order = {path: n for n, path in enumerate(paths)}
    met: dict[tuple[str, str], _Met] = {}
    known: dict[tuple[int, int], _Met | None] = {}  # by the identities of two series: what the inner loop asks most
    active: dict[str, list[Stretch]] = {}
    for stretch in sorted(stretches(series, first, end), key=lambda s: (s.start, s.end)):
        others: dict[int, tuple[Stretch, list[str]]] = {}
        for person in _people(stretch):
            going = [s for s in active.get(person, ()) if s.end > stretch.start]
            for other in going:
                others.setdefault(id(other), (other, []))[1].append(person)
            going.append(stretch)
            active[person] = going if len(going) <= MOST_AT_ONCE else sorted(going, key=lambda s: -s.end)[:MOST_AT_ONCE]
        for other, people in others.values():
            both = (id(other.series), id(stretch.series))
            if both not in known:
                pair = _pair(other.series, stretch.series, order)
                overlap_is_fine = pair is None or frozenset(map(of_ritual, pair)) in fine
                known[both] = None if pair is None or overlap_is_fine else met.setdefault(pair, _Met((other, stretch)))
            entry = known[both]
            if entry is not None:
                entry.times += 1
                entry.people.update(dict.fromkeys(people))
    return [_clash(agreement, pair, entry) for pair, entry in met.items()]


def busy_clashes(
    agreement: Agreement, busy: Mapping[str, Spans], first: date, end: date, series: Iterable[Series] | None = None
) -> list[Clash]:
    """Every ritual with every person who takes part in it (or covers) and is busy meanwhile, in order of the file.

    Of what makes a person busy nothing is known here, and nothing is said.
    """
    known = {person: taken(spans) for person, spans in busy.items() if spans}
    if not known:
        return []
    met: dict[tuple[str, str], list[Stretch]] = {}
    counts: dict[tuple[str, str], int] = {}
    filling = [s for s in (compile_series(agreement, None) if series is None else series) if s.fills]
    for stretch in stretches(filling, first, end):
        for person in _people(stretch):
            if person in known:
                pair = stretch.series.ritual, person
                counts[pair] = counts.get(pair, 0) + 1
                if known[person].meets(stretch.start, stretch.end):
                    met.setdefault(pair, []).append(stretch)
    order = {path: n for n, path in enumerate(agreement.rituals)}
    pairs = sorted(met, key=lambda pair: (order.get(of_ritual(pair[0]), len(order)), pair))
    return [_busy_clash(agreement, pair, met[pair], counts[pair]) for pair in pairs]


def met_by(
    agreement: Agreement, series: Iterable[Series], part: tuple[str, str]
) -> list[tuple[date, str, tuple[str, ...]]]:
    """What asks for somebody's time while one occurrence does: the day, the ritual and the people, in order of time.

    `part` is the path of its ritual and the part that its series is known by; the day is the other's, by its clocks.
    """
    path, name = part
    every = [s for s in series if s.fills]
    mine = [s for s in every if of_ritual(s.ritual) == path and f"{s.key[4]}.".startswith(f"{name}.")]
    if not mine:
        return []
    first, end = min(s.first for s in mine) - _LONGEST, max(s.first for s in mine) + _LONGEST
    held = list(stretches(mine, first, end))
    found: dict[tuple[int, date, str], dict[str, None]] = {}
    for other in stretches([s for s in every if of_ritual(s.ritual) != path], first, end):
        whose = of_ritual(other.series.ritual)
        pair = [agreement.rituals.get(p) for p in (path, whose)]
        if any(r and {path, whose} & set(r.may_overlap) for r in pair):
            continue
        for one in held:
            people = [p for p in _people(one) if p in _people(other)]
            if people and one.start < other.end and other.start < one.end:
                at = max(one.start, other.start)
                day = datetime.fromtimestamp(at, zone(other.series.timezone)).date()
                found.setdefault((at, day, whose), {}).update(dict.fromkeys(people))
    order = tuple(agreement.people)
    return [(day, whose, tuple(p for p in order if p in people)) for (_, day, whose), people in sorted(found.items())]


def _busy_clash(agreement: Agreement, pair: tuple[str, str], met: list[Stretch], count: int) -> Clash:
    path, person = pair
    earliest = min(met, key=lambda s: s.start)
    at = datetime.fromtimestamp(earliest.start, zone(earliest.series.timezone))
    time = earliest.override.time if earliest.override else earliest.series.time
    clock = "" if isinstance(time, AllDay) else f" at {say_clock(at.hour * 60 + at.minute)}"
    often = f"on {len(met)} of the {count} times" if count > 1 else "when it is,"
    message = (
        f"{agreement.name(person)} is busy {often} {_titled(agreement, path)} is planned in the next twelve months: "
        f"{'first ' if len(met) > 1 else ''}on {say_date(at.date())}{clock}; move "
        f"{'those' if len(met) > 1 else 'that one'}, or show what does not matter as free in the calendar it is from"
    )
    if len(met) == 1 == count:
        message = message.replace("when it is, ", "when ").replace(" in the next twelve months:", ",")
    return Clash((path,), (person,), at.date(), len(met), message)


def _people(stretch: Stretch) -> tuple[str, ...]:
    return stretch.series.who if stretch.override is None else stretch.override.who


def _pair(one: Series, other: Series, order: dict[str, int]) -> tuple[str, str] | None:
    """The two rituals in the order of the file; None where they are parts of one."""
    a, b = one.ritual, other.ritual
    if of_ritual(a) == of_ritual(b):
        return None
    return (a, b) if (order[of_ritual(a)], a) < (order[of_ritual(b)], b) else (b, a)


def _clash(agreement: Agreement, pair: tuple[str, str], met: _Met) -> Clash:
    _, later = met.first
    people = tuple(k for k in agreement.people if k in met.people)
    where = zone(later.series.timezone)
    at = datetime.fromtimestamp(later.start, where)
    time = later.override.time if later.override else later.series.time
    clock = "" if isinstance(time, AllDay) else f" at {say_clock(at.hour * 60 + at.minute)}"
    titles = [_titled(agreement, path) for path in pair]
    mover = next((p for p in reversed(pair) if not p.startswith("me_blocks.")), pair[1])
    message = (
        f"{titles[0]} and {titles[1]} ask for {agreement.names(people)}'s time at once: "
        f"first on {say_date(at.date())}{clock}, {say_times(met.times)} in the next twelve months; "
        f"give {_titled(agreement, mover)} another time"
    )
    held, named = map(of_ritual, pair)
    if held.startswith("programs."):  # has no table of its own to write into
        held, named = named, held
    if not held.startswith("programs."):
        message += f', or, if both at once is fine, write may_overlap = ["{named}"] in [{held}]'
    return Clash(pair, people, at.date(), met.times, message)


def _titled(agreement: Agreement, path: str) -> str:
    ritual = agreement.rituals.get(of_ritual(path))
    title = ritual.title.replace("{turn}", "…") if ritual else of_ritual(path)
    return f'covering for "{title}"' if path.endswith(".cover") else f'"{title}"'
