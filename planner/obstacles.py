"""What stands in the way where no slot fits, day of the week by day, and which smaller wish would fit.

In: a `Search` without an offer that is free. Out: `Obstacle`s and a `Relaxed`. Of what a person's own calendar holds
nothing is known but that they are busy. No clock enters.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from planner.agreement import Agreement
from planner.busy import common, merged, taken
from planner.free_time import GRID, free_starts, open_spans
from planner.suggesting import Ask, Held, Offer, Search, offers, rests_on, search_of
from planner.timeline import Clocks
from planner.windows import WAKING, every_day


class InTheWay(NamedTuple):
    """What takes time within the hours given: a ritual ("" for busy times) of these people, on so many days."""

    ritual: str
    people: tuple[str, ...]
    days: int


class Obstacle(NamedTuple):
    """Why nothing fits on a weekday: what is in the way on how many of its days; nothing where the hours are short.

    `longest` is the longest time in minutes that is free on one of these days.
    """

    weekday: int
    days: int
    things: tuple[InTheWay, ...]
    longest: int


class Relaxed(NamedTuple):
    """The nearest wishes that do fit: shorter, outside the hours given, or not every time; None where none does."""

    shorter: tuple[int, Offer] | None
    elsewhere: Offer | None
    mostly: Offer | None


def obstacles(agreement: Agreement, search: Search) -> list[Obstacle]:
    """For each weekday with hours given, what takes them."""
    frame = search.frame
    there = open_spans(frame)
    free = taken(span for span in _left(there, search.held))
    clocks: dict[str, Clocks] = {}
    found: dict[int, tuple[list[date], dict[tuple[str, tuple[str, ...]], set[date]], int]] = {}
    rests = rests_on(agreement, search.ask)
    days = [day for day in map(date.fromordinal, range(*_ordinals(search.ask))) if not rests(day)]
    wide = taken(there)
    n = 0
    for day in days:
        name = frame.zone_on(day)
        clock = clocks.setdefault(name, clocks.get(name) or Clocks(name))
        start, end = clock.seconds(day.toordinal(), 0), clock.seconds(day.toordinal() + 1, 0)
        spans = [(max(a, start), b) for a, b in wide.within(start, end)]
        if not spans:
            continue
        seen, things, longest = found.setdefault(day.weekday(), ([], {}, 0))
        seen.append(day)
        while n < len(search.held) and search.held[n].end <= start - 7 * 86400:
            n += 1
        reach = max(end, start + search.ask.minutes * 60)  # what takes several days needs the next ones, too
        for held in search.held[n:]:
            if held.start >= reach:
                break
            if any(held.start < b and a < held.end for a, b in spans):
                things.setdefault((held.ritual, held.people), set()).add(day)
        here = max((b - a for a, b in common(free.within(start, end), ((start, end + 86400),))), default=0) // 60
        found[day.weekday()] = (seen, things, max(longest, here))
    return [
        Obstacle(
            weekday,
            len(seen),
            tuple(
                sorted(
                    (InTheWay(ritual, people, len(on)) for (ritual, people), on in things.items()),
                    key=lambda thing: (-thing.days, thing.ritual, thing.people),
                )
            ),
            longest,
        )
        for weekday, (seen, things, longest) in sorted(found.items())
    ]


def _ordinals(ask: Ask) -> tuple[int, int]:
    return ask.first.toordinal(), ask.end.toordinal()


def _left(there: Sequence[tuple[int, int]], held: Sequence[Held]) -> tuple[tuple[int, int], ...]:
    from planner.busy import without

    return without(tuple(there), merged((h.start, h.end) for h in held))


def relaxed(agreement: Agreement, search: Search, found: Sequence[Offer]) -> Relaxed:
    """What would fit instead; `found` are the offers there are, none of them free on all its days."""
    ask, held = search.ask, search.held
    shorter = None
    for minutes in range(_floor(ask.minutes), 0, -GRID):
        if offer := _free(agreement, held, ask._replace(minutes=minutes)):
            shorter = minutes, offer
            break
    waking = every_day(*WAKING)
    elsewhere = None
    if ask.windows != waking:
        elsewhere = _free(agreement, held, ask._replace(windows=waking))
    return Relaxed(shorter, elsewhere, None if found else _mostly(search))


def _floor(minutes: int) -> int:
    return (minutes - 1) // GRID * GRID


def _free(agreement: Agreement, held: tuple[Held, ...], ask: Ask) -> Offer | None:
    """The first offer for this wish that is free on all its days."""
    return next((offer for offer in offers(search_of(agreement, held, ask), 1) if offer.is_free), None)


def _mostly(search: Search) -> Offer | None:
    """What is free half of the time at least, where nothing is free often enough to be offered."""
    if search.ask.times > 1 or not search.ask.every:
        return None
    often = (max(map(len, search.days.values()), default=1) + 1) // 2
    best = offers(search, 1, least=often)
    return best[0] if best else None


def has_common_hours(search: Search) -> bool:
    """Whether the hours given, by everyone's own clocks, hold the time at all, were nothing taken."""
    return bool(free_starts(search.frame, ()))
