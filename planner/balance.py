"""Planned time, a person and a kind: own, together, with friends, hosting, covering; beside the couple's own hopes.

In: a `History`, a window of dates. Out: `Amount`s, and what is worth a quiet word. Plans are added up, never what
people did; nothing is compared between people, and there is no measure but the one that the couple wrote. No clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from planner.agreement import Agreement, History, Hope, Ritual
from planner.compiler import compile_versions
from planner.open_time import Frame, frames
from planner.saying import listed, say_date
from planner.strands import Strand, turn_on
from planner.timeline import Occurrence, occurrences

KINDS = ("own", "together", "friends", "hosting", "covering")
LOOK_AHEAD = timedelta(days=56)
_WEEK = timedelta(days=7)
_EVENING = (17 * 60, 22 * 60)
_A_PLAN = 60
"""Minutes in an evening from which on it counts as one with a plan."""


class Amount(NamedTuple):
    """So many wall-clock minutes, in so many occurrences."""

    minutes: int = 0
    times: int = 0

    def plus(self, minutes: int) -> Amount:
        """One occurrence more."""
        return Amount(self.minutes + minutes, self.times + 1)


Planned = dict[str, dict[str, Amount]]


def planned(history: History, first: date, end: date) -> Planned:
    """What is planned with first ≤ day < end: by person, by kind. A slot kept in case is no plan yet."""
    found: Planned = {person: {kind: Amount() for kind in KINDS} for person in history.current.people}
    held = _Held(history)
    for o in occurrences(compile_versions(history, None), first, end):
        minutes = _minutes(o)
        for person, kind in _counts(held, o):
            if person in found:
                found[person][kind] = found[person][kind].plus(minutes)
    for frame in frames(history, first, end):
        for person, kind in _open_counts(frame):
            for day in frame.spread():
                if first <= day < end and person in found:
                    found[person][kind] = found[person][kind].plus(frame.length)
    return found


def planned_in(
    agreement: Agreement, found: Iterable[Occurrence], unplaced: Iterable[tuple[Ritual, int]] = ()
) -> Planned:
    """The same for what one audience sees, counted from nothing but that: own, together, covering, as it shows.

    `unplaced` are the open times still to place of which the audience knows, each with its minutes.
    """
    there: Planned = {person: {kind: Amount() for kind in KINDS} for person in agreement.people}
    for o in found:
        if o.look.tentative or (o.kind == "check_in" and o.look.free):
            continue
        ritual = agreement.rituals.get(o.ritual)
        kind = "covering" if o.kind == "cover" else "together" if len(o.who) > 1 else "own"
        if kind == "own" and ritual is not None and not is_own(ritual, o.who):
            continue
        for person in o.who:
            if person in there:
                there[person][kind] = there[person][kind].plus(_minutes(o))
    for ritual, minutes in unplaced:
        for person in ritual.who if ritual.fills_time and (len(ritual.who) > 1 or is_own(ritual, ritual.who)) else ():
            kind = "together" if len(ritual.who) > 1 else "own"
            there[person][kind] = there[person][kind].plus(minutes)
    return there


def _open_counts(frame: Frame) -> Iterator[tuple[str, str]]:
    """(person, kind) of everything that one more of this open time counts as."""
    ritual = frame.ritual
    if ritual.cover in frame.agreement.people and not ritual.if_needed:
        yield ritual.cover or "", "covering"
    yield from _counts_as(ritual, ritual.who, ritual.host)


def _counts(held: _Held, o: Occurrence) -> Iterator[tuple[str, str]]:
    """(person, kind) of everything that an occurrence counts as."""
    if o.kind == "cover":
        yield from () if o.look.tentative else ((person, "covering") for person in o.who)
    elif ritual := held.ritual(o):
        yield from _counts_as(ritual, o.who, held.host(ritual, o.on) if ritual.kind == "host_night" else None)


def _counts_as(ritual: Ritual, who: tuple[str, ...], host: str | None) -> Iterator[tuple[str, str]]:
    """(person, kind) of what a ritual counts as for those who take part in it once."""
    if not ritual.fills_time:
        return
    if is_own(ritual, who):
        yield from ((person, "own") for person in who)
    elif len(who) > 1:
        yield from ((person, "together") for person in who)
    if "friends" in ritual.tags:
        yield from ((person, "friends") for person in who)
    if ritual.kind == "host_night" and host:
        yield host, "hosting"


def is_own(ritual: Ritual, who: tuple[str, ...]) -> bool:
    """Whether it is own time of those who take part in it once: a me-block, or what one person keeps alone.

    A turn is nobody's own time; the evening of the one whose turn it is not is theirs.
    """
    if ritual.kind == "ritual" and ritual.who_is_not_turn:
        return len(who) == 1
    return ritual.kind == "me_block" or (len(ritual.who) == 1 and not ritual.turns and ritual.kind == "ritual")


class _Held:
    """The rituals as they hold on each date, and who hosts on it; what each takes to know is made once."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._agreements: dict[str, Agreement] = {}
        self._turns: dict[str, list[Strand]] = {}

    def ritual(self, o: Occurrence) -> Ritual | None:
        """The ritual of an occurrence; None for a check-in inside one."""
        if not self._history.versions:
            return self._history.current.rituals.get(o.ritual)
        from planner.history import agreement_on, in_force

        version = in_force(self._history, o.on)
        name = version.name if version else ""
        if name not in self._agreements:
            self._agreements[name] = agreement_on(self._history, o.on)
        return self._agreements[name].rituals.get(o.ritual)

    def host(self, ritual: Ritual, on: date) -> str | None:
        """Who hosts on a date."""
        swapped = next((c.turn for c in ritual.changes if c.on == on and c.turn), None)
        if swapped or not ritual.turns:
            return swapped or ritual.host
        if ritual.path not in self._turns:
            from planner.history import strands_of

            self._turns[ritual.path] = strands_of(self._history, ritual, by_turn=True)
        return turn_on(self._turns[ritual.path], on)


def _minutes(o: Occurrence) -> int:
    """How long by the clock on the wall; a whole day counts as 24 hours."""
    if isinstance(o.start, datetime) and isinstance(o.end, datetime):
        wall = o.end.replace(tzinfo=None) - o.start.replace(tzinfo=None)
        return max(int(wall.total_seconds()) // 60, 0)
    return (o.end - o.start).days * 1440


# ── hopes ────────────────────────────────────────────────────────────


class Hoped(NamedTuple):
    """A hope, and what is planned for it by person: minutes, or times, a week or month on average."""

    hope: Hope
    planned: dict[str, float]


def hopes(history: History, first: date, end: date) -> list[Hoped]:
    """The couple's hopes beside what is planned, over all whole weeks (months) that the window touches."""
    agreement = history.current
    found = []
    known: dict[str, tuple[Planned, int]] = {}
    for hope in agreement.hopes:
        if hope.per not in known:
            a, b, periods = _whole(agreement, first, end, hope.per)
            known[hope.per] = planned(history, a, b), periods
        there, periods = known[hope.per]
        amounts = {person: there[person][hope.of] for person in hope.who}
        each = {p: (a.times if hope.in_times else a.minutes) / periods for p, a in amounts.items()}
        found.append(Hoped(hope, each))
    return found


def _whole(agreement: Agreement, first: date, end: date, per: str) -> tuple[date, date, int]:
    """The whole weeks or months that a window touches: their first day, the day after the last, how many."""
    last = max(first, end - timedelta(days=1))
    if per == "week":
        start = week_of(agreement, first)
        stop = week_of(agreement, last) + _WEEK
        return start, stop, (stop - start).days // 7
    number = (last.year - first.year) * 12 + last.month - first.month + 1
    year, month = divmod(last.year * 12 + last.month, 12)
    return first.replace(day=1), date(year, month + 1, 1), number


def week_of(agreement: Agreement, day: date) -> date:
    """The first day of the week that a day lies in."""
    return day - timedelta(days=(day.weekday() - agreement.week_starts) % 7)


# ── a quiet word ─────────────────────────────────────────────────────


def quiet_words(history: History, first: date) -> list[tuple[str, str]]:
    """(code, sentence) of what the eight weeks from `first` on look like, where that may be good to see; each once.

    Nothing here is wrong, and the couple can do without each of them by its code in `quiet`.
    """
    agreement = history.current
    first = week_of(agreement, max(first, agreement.starts))
    end = first + LOOK_AHEAD
    held = _Held(history)
    found = occurrences(compile_versions(history, None), first, end)
    still = [frame.ritual for frame in frames(history, first, end)]
    one_sided = _one_sided(agreement, [*((held.ritual(o), o.who) for o in found), *((r, r.who) for r in still)])
    return [word for word in (_full_weeks(agreement, held, found, first), *one_sided) if word]


def _full_weeks(agreement: Agreement, held: _Held, found: list[Occurrence], first: date) -> tuple[str, str] | None:
    """Weeks in which somebody has a plan on every evening."""
    evenings: dict[tuple[str, date], int] = {}
    for o in found:
        ritual = held.ritual(o)
        if not isinstance(o.start, datetime) or (o.kind != "cover" and (ritual is None or not ritual.fills_time)):
            continue
        start = o.start.hour * 60 + o.start.minute
        minutes = min(start + _minutes(o), _EVENING[1]) - max(start, _EVENING[0])
        for person in o.who if minutes > 0 else ():
            evenings[person, o.day] = evenings.get((person, o.day), 0) + minutes
    full: dict[date, list[str]] = {}
    for n in range(LOOK_AHEAD.days // 7):
        week = first + n * _WEEK
        days = [week + timedelta(days=d) for d in range(7)]
        whose = [p for p in agreement.people if all(evenings.get((p, day), 0) >= _A_PLAN for day in days)]
        if whose:
            full[week] = whose
    if not full:
        return None
    week = next(iter(full))
    people = [p for p in agreement.people if any(p in whose for whose in full.values())]
    when = f"in the week of {say_date(week)}"
    if len(full) > 1:
        when += f", and in {'all' if len(full) == 8 else len(full) - 1} of the seven after it"
    names = listed(agreement.people[p].name for p in people)
    words = f"{when}, {names} {'has' if len(people) == 1 else 'have'} a plan every evening"
    return "full-weeks", f"{words}; an evening without one can be good, too"


def _one_sided(agreement: Agreement, found: list[tuple[Ritual | None, tuple[str, ...]]]) -> Iterator[tuple[str, str]]:
    """Time of one's own for all and none together, or the other way round."""
    blocks: set[str] = set()
    own, together = set(), set()
    for ritual, who in found:
        if ritual is None or not ritual.fills_time:
            continue
        if is_own(ritual, who):
            own |= set(who)
            blocks |= set(who) if ritual.kind == "me_block" else set()
        elif len(who) > 1 and ritual.kind != "review":
            together.add(ritual.path)
    if blocks == set(agreement.people) and not together:
        yield "time-together", "the next eight weeks have time of one's own for each, and no time together yet"
    if len(together) > 1 and not own:
        yield "own-time", "the next eight weeks have time together, and no time of one's own yet"
