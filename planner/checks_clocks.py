"""What those who live by different clocks may like to know: a shared time that is deep in the night for one of them.

In: an `Agreement`, a window of dates. Out: `AtNight`s and their sentences. Nothing is wrong with such an hour, and some
like it. No file and no clock of the machine enter.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from planner.agreement import Agreement, Ritual
from planner.saying import capital, listed
from planner.strands import strands
from planner.timeline import instant
from planner.words import Every, Timed, say_clock, say_length
from planner.zones import zone

NIGHT_ENDS = 6 * 60
"""Minutes after midnight; what begins before this hour is deep in the night."""

_OFTEN = 4
"""One date in so many has to be at night: the weeks in which clocks change here and not yet there are no habit."""


class AtNight(NamedTuple):
    """A shared ritual and one who takes part, with the `times` by their clock at which it begins in the night."""

    ritual: Ritual
    person: str
    times: tuple[int, ...]


def at_night(agreement: Agreement, first: date, end: date) -> Iterator[AtNight]:
    """Shared rituals that begin between 0:00 and 5:59 for someone who lives by other clocks than the ritual's.

    Of a programme, only the first such session for each person.
    """
    if len({agreement.timezone, *(p.timezone for p in agreement.people.values())}) < 2:
        return
    told: set[tuple[str, str]] = set()
    for ritual in agreement.rituals.values():
        for person in ritual.who if _is_shared(ritual) else ():
            home = agreement.people[person].timezone
            key = (ritual.program or ritual.path, person)
            if home != ritual.timezone and key not in told and (times := _times(agreement, ritual, home, first, end)):
                told.add(key)
                yield AtNight(ritual, person, times)


def _is_shared(ritual: Ritual) -> bool:
    """Whether several meet in it at one time; for a night with guests one of them is at the other's already."""
    alone = ritual.who_is_turn or ritual.who_is_not_turn
    return ritual.fills_time and len(ritual.who) > 1 and not alone and ritual.kind != "host_night"


def _times(agreement: Agreement, ritual: Ritual, home: str, first: date, end: date) -> tuple[int, ...]:
    """When it begins by these clocks, in minutes after midnight, where that is at night on many of its dates."""
    count, nights, times = 0, 0, set[int]()
    for strand in strands(ritual, agreement.week_starts, by_turn=False):
        if not isinstance(strand.time, Timed):
            continue
        here, there = zone(strand.timezone or ritual.timezone), zone(home)
        for day in strand.days(first, end):
            start = instant(day, strand.time.start, here).astimezone(there)
            minute = start.hour * 60 + start.minute
            count += 1
            if minute < NIGHT_ENDS:
                nights += 1
                times.add(minute)
    return tuple(sorted(times)) if nights * _OFTEN >= count else ()


def say_at_night(agreement: Agreement, one: AtNight) -> str:
    """The sentence of it, which begins in lower case and ends without a full stop."""
    title = one.ritual.title.replace("{turn}", "…")
    times = listed((say_clock(minute) for minute in one.times[:3]), "or")
    return f'by {agreement.name(one.person)}\'s clock, "{title}" begins at {times}, deep in the night'


def told_at_night(agreement: Agreement, named: str) -> Iterator[str]:
    """The lines on all of them in the agreement's first year; `named` is what a command says of its file."""
    for one in at_night(agreement, agreement.starts, agreement.starts + timedelta(days=366)):
        words = say_at_night(agreement, one)
        yield f"{capital(words)}. This looks for other hours:"
        yield f"  {other_hours(agreement, one)}{named}"


def other_hours(agreement: Agreement, one: AtNight) -> str:
    """The `planner suggest` for such a ritual: in waking hours, for evenings here and there are seldom at once."""
    ritual = one.ritual
    lengths = [slot.time.length for slot in ritual.slots if isinstance(slot.time, Timed)]
    words = ["planner", "suggest", ritual.kind.replace("_", "-")]
    words += ["--for", say_length(max(lengths)).replace(" ", "")]
    words += [] if set(ritual.who) == set(agreement.people) else [w for p in ritual.who for w in ("--who", p)]
    words += _spacing(ritual)
    return shlex.join([*words, "--when", "7:00-22:00"] if ritual.kind == "shared_evening" else words)


def _spacing(ritual: Ritual) -> list[str]:
    every = ritual.every
    if ritual.program or not isinstance(every, Every):
        return ["--once"]
    if every.unit == "year" or every.number > 12:
        return ["--once"]
    if every.number == 1:
        return [] if every.unit == "week" else ["--every", every.unit]
    return ["--every", f"{every.number} {every.unit}s"]
