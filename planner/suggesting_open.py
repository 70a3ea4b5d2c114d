"""Free slots for open time that is still to place, in the days of one frame.

In: an `Agreement`, what is held, a `Frame` of open time, the hours to look in. Out: a `Search` and its `Offer`s, one
date each, all of them free for everyone. Days that have one already come last. Nothing is written. No clock enters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from planner import free_time
from planner.agreement import Agreement, Ritual
from planner.busy import merged
from planner.free_time import GRID, free_starts
from planner.obstacles import Relaxed
from planner.open_time import Frame
from planner.recurrence import ONE_DAY
from planner.suggesting import Ask, Held, Offer, Pattern, Search, clock_of, offers
from planner.windows import WAKING, Window, days_named, every_day

FEW, MOST = 5, 50
"""How many offers there are at least where nobody says, and at most."""

_MANY = 200
"""So many offers are weighed before those on days that have one already go behind."""


class Wish(NamedTuple):
    """What is looked for: in one frame, on the days first ≤ day < end, so many minutes, within these windows.

    Nothing starts before the instant `not_before` (seconds since 1970).
    """

    frame: Frame
    first: date
    end: date
    minutes: int
    windows: tuple[Window, ...]
    not_before: int

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which it could be."""
        return tuple(day for day in self.frame.days if self.first <= day < self.end)

    @property
    def is_whole_days(self) -> bool:
        """Whether it takes whole days, and starts at midnight."""
        return not self.frame.ritual.is_timed


class Found(NamedTuple):
    """What was looked for in one frame, where, and the offers there are, the best first."""

    wish: Wish
    search: Search
    offers: tuple[Offer, ...]


def usual_limit(wishes: Sequence[Wish]) -> int:
    """How many offers are made where nobody says: one for each that is still to place, from five to fifty."""
    return min(max(FEW, sum(wish.frame.left for wish in wishes)), MOST)


def share_out(found: Sequence[Found], limit: int) -> list[Found]:
    """The same with `limit` offers in all: the best of each frame in the order of time, then the next of each.

    A frame in which nothing fits stays, for it has to be said; one to which none of them comes is left out.
    """
    shares = [0] * len(found)
    turns = ((n, have) for have in range(limit) for n, one in enumerate(found) if len(one.offers) > have)
    for n, have in islice(turns, limit):
        shares[n] = have + 1
    kept = zip(found, shares, strict=True)
    return [one._replace(offers=one.offers[:share]) for one, share in kept if share or not one.offers]


def search_open(agreement: Agreement, held: tuple[Held, ...], wish: Wish) -> Search:
    """Where open time may lie: each day by itself, by the clocks of the ritual."""
    ritual, days = wish.frame.ritual, wish.days
    first, end = (days[0], days[-1] + ONE_DAY) if days else (wish.first, wish.first)
    windows = every_day(0, 1440) if wish.is_whole_days else wish.windows
    who, cover = ritual.who, ritual.cover
    ask = Ask(ritual.kind, ritual.table, who, cover, wish.minutes, windows, None, 1, first, end, wish.not_before)
    clocks = tuple(clock_of(agreement, p) for p in ask.people if p in agreement.people)
    if wish.is_whole_days:  # a whole day is one by its own clocks, whoever is elsewhere
        clocks = (clocks_of(ritual),)
    frame = free_time.Frame(wish.minutes, windows, clocks_of(ritual), clocks, first, end, wish.not_before)
    starts = free_starts(frame, merged((h.start, h.end) for h in held))
    if wish.is_whole_days:  # of hours that are given, their days count
        named = days_named(wish.windows)
        days = tuple(day for day in days if day.weekday() in named)
        starts = {day: ((0, 0),) for day in days if any(low == 0 for low, _ in starts.get(day, ()))}
    patterns = {Pattern(day.weekday(), 0, day.toordinal()): (day,) for day in days}
    return Search(ask, ritual.timezone, frame, held, starts, patterns)


def clocks_of(ritual: Ritual) -> Callable[[date], str]:
    """By which clocks a ritual goes on a day."""
    return lambda day: next((s.timezone for s in ritual.stays if s.starts <= day <= s.until), ritual.timezone)


def offers_open(search: Search, wish: Wish, limit: int) -> list[Offer]:
    """The best offers, at most `limit`: the best of each day, then more; days that have one of it already come last."""
    by_day: dict[date, int] = {}
    ranked: list[tuple[bool, int, int, Offer]] = []
    for offer in (offer for offer in offers(search, _MANY) if offer.is_free):
        day = offer.slots[0].days[0]
        by_day[day] = by_day.get(day, 0) + 1
        ranked.append((day in wish.frame.placed, by_day[day], len(ranked), offer))
    return [offer for *_, offer in sorted(ranked, key=lambda one: one[:3])[:limit]]


def relaxed_open(agreement: Agreement, held: tuple[Held, ...], wish: Wish) -> Relaxed:
    """What would fit instead in these days: a shorter time, other hours; None where neither does."""

    def best(other: Wish) -> Offer | None:
        return next(iter(offers_open(search_open(agreement, held, other), other, 1)), None)

    if wish.is_whole_days or not wish.days:
        return Relaxed(None, None, None)
    tried = ((minutes, best(wish._replace(minutes=minutes))) for minutes in range(wish.minutes - GRID, 0, -GRID))
    shorter = next(((minutes, offer) for minutes, offer in tried if offer), None)
    waking = every_day(*WAKING)
    return Relaxed(shorter, best(wish._replace(windows=waking)) if wish.windows != waking else None, None)
