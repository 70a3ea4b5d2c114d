"""What is there on nearly every day of a month, to say it once and not in each of its cells.

In: on which days something is seen, the days of a month. Out: `Steady`s, and words for them. It goes by what is seen
and by nothing else, so it tells nobody what they do not see. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from planner.languages import day_in, list_names, on_page

_SATURDAY = 5
SHORTEST = 10
"""Fewer days than this are not steady, and neither is what is missing more often than this:"""
MOST_MISSING = 3

Seen = TypeVar("Seen", bound=Hashable)


class Steady(NamedTuple):
    """From the first day to the last, both included, every day (or from Monday to Friday) but the `missing` ones."""

    first: date
    last: date
    is_weekdays: bool
    missing: tuple[date, ...]


def steady(seen: Mapping[Seen, set[date]], days: Sequence[date]) -> dict[Seen, Steady]:
    """What of `seen` is there on nearly every one of the `days`, once it has begun and until it ends in them."""
    found = {}
    for what, its in seen.items():
        inside = [day for day in days if day in its]
        if len(inside) >= SHORTEST:
            first, last = inside[0], inside[-1]
            is_weekdays = all(day.weekday() < _SATURDAY for day in inside)
            due = [day for day in days if first <= day <= last and not (is_weekdays and day.weekday() >= _SATURDAY)]
            missing = tuple(day for day in due if day not in its)
            if len(missing) <= MOST_MISSING:
                found[what] = Steady(first, last, is_weekdays, missing)
    return found


def say_steady(language: str, those: Steady, days: Sequence[date]) -> str:
    """Its days in words: "every day", "Monday to Friday from 11 February, not on 15 February"."""
    whole = [day for day in days if not (those.is_weekdays and day.weekday() >= _SATURDAY)]
    said = [on_page(language, "monday to friday" if those.is_weekdays else "every day")]
    if those.first > whole[0]:
        said.append(on_page(language, "from day", day_in(language, those.first)))
    if those.last < whole[-1]:
        said.append(on_page(language, "to day", day_in(language, those.last)))
    if those.missing:
        missing = list_names(language, [on_page(language, "the day", day_in(language, day)) for day in those.missing])
        return f"{' '.join(said)}, {on_page(language, 'not on', missing)}"
    return " ".join(said)
