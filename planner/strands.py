"""A ritual → its strands: bounded rules with one time and, where asked, one turn each.

In: a `Ritual`. Out: `Strand`s whose dates together are the dates of the ritual by its rule, before any skip, change or
pause. No audience, no zone and no clock enter. A turn that comes round every n occurrences becomes strands with a
multiplied interval; a ladder by date becomes one bounded strand a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count as count_up
from math import gcd
from typing import NamedTuple

from planner.agreement import Placed, Ritual
from planner.life import END_OF_TIME, Window, lies_in, windows
from planner.recurrence import (
    ONE_DAY,
    Place,
    Rule,
    days,
    first_on_or_after,
    joined,
    last_on_or_before,
    monday_weeks,
    period,
    places,
    single_rules,
)
from planner.words import AllDay, Dates, Every, InTurn, Length, Time, Timed, Weekly, add_length


class Strand(NamedTuple):
    """Dates of a ritual that share a rule, a time and a turn. `part` names it among its siblings, for ever the same.

    `first` and `last` (None: for ever) are dates of the rule itself; with rule None, `first` is the only date. The
    days `without` are left to its siblings. `timezone` is that of these dates alone, None the ritual's. `placed` is
    what the file says of one that is a day of open time.
    """

    part: str
    rule: Rule | None
    first: date
    last: date | None
    time: Time
    turn: str | None
    without: tuple[tuple[date, date], ...] = ()
    timezone: str | None = None
    placed: Placed | None = None

    def days(self, first: date, end: date) -> Iterator[date]:
        """The strand's dates with first ≤ date < end."""
        if self.rule is None:
            return iter((self.first,) if first <= self.first < end else ())
        stop = end if self.last is None else min(end, self.last + ONE_DAY)
        dates = days(self.rule, max(first, self.first), stop)
        return (day for day in dates if not lies_in(self.without, day)) if self.without else dates

    def left_out(self) -> Iterator[date]:
        """The dates of its rule, from its first to its last, that are left to its siblings."""
        for first, last in self.without if self.rule else ():
            yield from self._replace(without=()).days(first, last + ONE_DAY)

    def has_day(self, day: date) -> bool:
        """Whether the strand has this date."""
        return next(self.days(day, day + ONE_DAY), None) is not None


class Round(NamedTuple):
    """Some days in which turns go round evenly: date i of the rule is the turn of turns[(i + offset) mod n].

    With `rests` none of its dates happens, and all of them are the turn of turns[offset], which waits. `part` names it.
    """

    first: date
    last: date | None
    offset: int
    part: str = ""
    rests: bool = False


class Counting(NamedTuple):
    """The days from which turns and a ladder count, where that is not the day from which the ritual itself does.

    `begins` is the first day of days in turn, before which none of them comes. `rounds` say whose turn it is where a
    turn waited, in order and without a gap.
    """

    turns: date | None = None
    ladder: date | None = None
    begins: date | None = None
    rounds: tuple[Round, ...] = ()


AS_IT_SAYS = Counting()

Piece = tuple[str, Rule, Time, str | None]
"""A part's name, its rule in phase, its time, its turn: a strand before it is bounded."""


class Counted(NamedTuple):
    """A ritual's single rules in phase, slot by slot, and the day from which it counts."""

    singles: list[tuple[Rule, Time]]
    count_from: date


def count(ritual: Ritual, week_starts: int) -> Counted | None:
    """The ritual's single rules, in phase; None for single dates, and for a ritual that never happens."""

    def rules(anchor: date, *, spaced: bool) -> list[tuple[Rule, Time]]:
        every = ritual.every if spaced else ritual.every._replace(number=1)
        return [
            (rule, slot.time) for slot in ritual.slots for rule in single_rules(slot.days, every, anchor, week_starts)
        ]

    start = ritual.count_from
    if start is None:
        lead = [Weekly(s.days.weekdays[:1]) for s in ritual.slots if isinstance(s.days, InTurn)]
        firsts = [
            day
            for days_ in lead
            for rule in single_rules(days_, Every(1, "week"), ritual.starts, week_starts)
            if (day := first_on_or_after(rule, ritual.starts))
        ] or [day for rule, _ in rules(ritual.starts, spaced=False) if (day := first_on_or_after(rule, ritual.starts))]
        if not firsts:
            return None
        start = min(firsts)
    return Counted(rules(start, spaced=True), start)


def strands(ritual: Ritual, week_starts: int, *, by_turn: bool, counting: Counting = AS_IT_SAYS) -> list[Strand]:
    """The strands of a ritual; with `by_turn` each of them has one turn, else none has."""
    if ritual.open_time:
        return _of_open(ritual, counting)
    if any(isinstance(slot.days, Dates) for slot in ritual.slots):
        return _of_dates(ritual, counting, by_turn=by_turn)
    counted = count(ritual, week_starts)
    if counted is None:
        return []
    in_turn = ritual.count_from is None and takes_days_in_turn(ritual)
    begins = counting.begins or (counted.count_from if in_turn else ritual.starts)  # the first in turn comes first
    rounds: tuple[Round | None, ...] = counting.rounds if by_turn and ritual.turns and counting.rounds else (None,)
    found = []
    spans = windows(ritual)
    for round_ in rounds:
        pieces = _by_turn(ritual, counted, counting, round_) if by_turn and ritual.turns else _together(counted)
        for part, rule, time, turn in _in_monday_weeks(pieces):
            for step, length, begin, end in _steps(ritual, counting.ladder or counted.count_from):
                first, last = max(begin, begins), end
                if round_:
                    first, last = max(first, round_.first), min((d for d in (end, round_.last) if d), default=None)
                timed = Timed(time.start, length) if isinstance(time, Timed) and length is not None else time
                for window in spans:
                    named = ".".join(p for p in (part, step, window.part) if p)
                    one = Strand(named, rule, first, last, window.at(timed), turn, (), window.timezone)
                    if strand := _bounded(one, window):
                        found.append(strand)
    months = [strand.rule.bymonth for strand in found if strand.rule and strand.rule.freq == "YEARLY"]
    return list(_once(found)) if len(set(months)) < len(months) else found


def _once(found: list[Strand]) -> Iterator[Strand]:
    """The strands without the dates that one before has too: "27 june" is the fourth Saturday of June in some years."""
    before: list[Strand] = []
    for strand in found:
        ends = strand.last + ONE_DAY if strand.last else END_OF_TIME
        twice = {day for day in strand.days(strand.first, ends) if any(other.has_day(day) for other in before)}
        one = strand
        if twice:
            left = [day for day in strand.days(strand.first, ends) if day not in twice]
            if not left:
                continue
            last = left[-1] if strand.last else None
            without = sorted({*strand.without, *((day, day) for day in twice if left[0] < day < left[-1])})
            one = strand._replace(first=left[0], last=last, without=tuple(without))
        before.append(one)
        yield one


def takes_days_in_turn(ritual: Ritual) -> bool:
    """Whether its days take turns: a Tuesday, the week after a Thursday."""
    return any(isinstance(slot.days, InTurn) for slot in ritual.slots)


def turn_on(by_turn: list[Strand], day: date) -> str | None:
    """Whose turn it is on a date of the ritual, by its rule."""
    return next((s.turn for s in by_turn if s.has_day(day)), None)


def _in_monday_weeks(pieces: Iterator[Piece]) -> Iterator[Piece]:
    for part, rule, time, turn in pieces:
        for n, one in enumerate(monday_weeks(rule)):
            yield ".".join(p for p in (part, "week" if n else "") if p), one, time, turn


def _together(counted: Counted) -> Iterator[Piece]:
    """Rules as few as the slots and days allow, each with its part's name."""
    by_time: dict[Time, list[Rule]] = {}
    for rule, time in counted.singles:
        by_time.setdefault(time, []).append(rule)
    groups = [(rule, time) for time, rules in by_time.items() for rule in joined(rules)]
    for rule, time in groups:
        yield ("" if len(groups) == 1 else _day_name(rule)), rule, time, None


def _day_name(rule: Rule) -> str:
    """A name for a rule among its siblings, from its days alone."""
    if rule.freq == "DAILY":
        return f"day:{rule.anchor.toordinal() % rule.interval}"
    byday = "+".join(f"{n}-{d}" for n, d in rule.byday)
    return f"day:{rule.bymonth}/{'+'.join(map(str, rule.bymonthday))}/{byday}"


def _by_turn(ritual: Ritual, counted: Counted, counting: Counting, among: Round | None) -> Iterator[Piece]:
    """One or more rules for each turn: occurrence i from the day on which turns begin is the turn of turns[i mod n]."""
    if among and among.rests:
        for part, rule, time, _ in _together(counted):
            yield ".".join(p for p in (among.part, part) if p), rule, time, ritual.turns[among.offset]
        return
    singles = [rule for rule, _ in counted.singles]
    ordered = places(singles)
    if ordered is None:
        return  # `checks` has said why
    size, n = len(singles), len(ritual.turns)
    base = -among.offset if among else _first_index(singles, ordered, counting.turns or counted.count_from)
    after = f".{among.part}" if among and among.part else ""
    cycle = n // gcd(n, size)
    interval = singles[0].interval
    groups: dict[tuple[str, int, Time], list[Rule]] = {}
    for round_ in range(cycle):
        for place in ordered:
            turn = ritual.turns[(round_ * size + place.order - base) % n]
            rule = _in_round(place.rule, round_, interval, cycle)
            groups.setdefault((turn, round_, counted.singles[place.single][1]), []).append(rule)
    for (turn, round_, time), rules in groups.items():
        several = sum(1 for t, r, _ in groups if (t, r) == (turn, round_)) > 1
        combined = joined(rules)
        for rule in combined:
            day = _day_name(rule) if several or len(combined) > 1 else ""
            yield f"turn:{turn}:{round_}{after}{day and '.' + day}", rule, time, turn


def index_of(ritual: Ritual, week_starts: int, day: date, counting: Counting = AS_IT_SAYS) -> int | None:
    """The number of the first date on or after a day, in the order of all dates of the rule; None where none are."""
    if dated := _dated(ritual, counting):
        return sum(1 for on, _ in dated if on < day)
    counted = count(ritual, week_starts)
    singles = [rule for rule, _ in counted.singles] if counted else []
    ordered = places(singles) if singles else None
    return _first_index(singles, ordered, day) if ordered is not None else None


def first_turn(ritual: Ritual, week_starts: int, counting: Counting = AS_IT_SAYS) -> int:
    """What to add to the number of a date for its turn, where none has waited yet."""
    if any(isinstance(slot.days, Dates) for slot in ritual.slots):
        return 0
    counted = count(ritual, week_starts)
    begins = counting.turns or (counted.count_from if counted else ritual.starts)
    return -(index_of(ritual, week_starts, begins) or 0)


def _first_index(singles: list[Rule], ordered: list[Place], start: date) -> int:
    """The index of the first date on or after `start`, counted from the first date of the anchor's period."""
    rule = singles[0]
    at = period(rule, start) - period(rule, rule.anchor)
    rounds, beyond = divmod(at, rule.interval)
    if beyond:
        return (rounds + 1) * len(singles)
    begins = _period_start(rule, start)
    earlier = sum(1 for place in ordered if any(True for _ in days(place.rule, begins, start)))
    return rounds * len(singles) + earlier


def _period_start(rule: Rule, day: date) -> date:
    match rule.freq:
        case "DAILY":
            return day
        case "WEEKLY":
            return day - timedelta(days=(day.weekday() - rule.wkst) % 7)
        case "MONTHLY":
            return day.replace(day=1)
    return date(day.year, 1, 1)


def _in_round(rule: Rule, round_: int, interval: int, cycle: int) -> Rule:
    """The rule for every `cycle`-th of its own periods, the `round_`-th of them after the anchor's."""
    at = period(rule, rule.anchor) + round_ * interval
    match rule.freq:
        case "DAILY":
            anchor = date.fromordinal(at)
        case "WEEKLY":
            anchor = date.fromordinal(at * 7 + 1 + rule.wkst)
        case "MONTHLY":
            anchor = date(at // 12, at % 12 + 1, 1)
        case _:
            anchor = date(at, 1, 1)
    return rule._replace(interval=interval * cycle, anchor=anchor)


def _steps(ritual: Ritual, start: date) -> Iterator[tuple[str, int | None, date, date | None]]:
    """(part, length, first, last) for each step of a ladder; one stretch without a length where there is none."""
    ladder = ritual.ladder
    if ladder is None:
        yield "", None, ritual.starts, ritual.until
        return
    if not ladder.by_date:
        yield "", ladder.steps[ladder.step - 1], ritual.starts, ritual.until
        return
    begins = ritual.starts
    for n, length in enumerate(ladder.steps, 1):
        try:
            ends = add_length(start, Length(ladder.each_months * n, ladder.each_days * n * 1440))
        except (OverflowError, ValueError):
            ends = END_OF_TIME
        if n == len(ladder.steps):
            ends = END_OF_TIME
        last = None if ends >= END_OF_TIME else ends - ONE_DAY
        if ritual.until is not None:
            last = ritual.until if last is None else min(last, ritual.until)
        if last is None or last >= begins:
            yield f"step:{n}", length, begins, last
        begins = max(begins, ends)
        if begins >= END_OF_TIME:
            return


def _bounded(strand: Strand, window: Window) -> Strand | None:
    """The strand within a window, from its first date to its last; None where it has none there."""
    rule, last = strand.rule, strand.last
    if rule is None:
        return None
    if window.last is not None:
        last = window.last if last is None else min(last, window.last)
    start = first_on_or_after(rule, max(strand.first, window.first))
    for hole, ends in window.without:
        if start is not None and hole <= start <= ends:
            start = first_on_or_after(rule, ends + ONE_DAY)
    if start is None or start >= END_OF_TIME or (last is not None and start > last):
        return None
    end = last_on_or_before(rule, last, start) if last is not None else None
    for hole, ends in reversed(window.without):
        if end is not None and hole <= end <= ends:
            end = last_on_or_before(rule, hole - ONE_DAY, start)
    without = tuple(span for span in window.without if span[1] > start and (end is None or span[0] < end))
    return strand._replace(first=start, last=end, without=without)


def _of_dates(ritual: Ritual, counting: Counting, *, by_turn: bool) -> list[Strand]:
    """One strand a date: no rule says a list of dates that every program reads alike."""
    dated = _dated(ritual, counting)
    ladder = ritual.ladder
    found = []
    start = counting.ladder or next((day for day, _ in dated if day >= ritual.starts), ritual.starts)
    spans = windows(ritual)
    for n, (day, time) in enumerate(dated):
        turn = None
        if by_turn and ritual.turns:
            among = next((r for r in counting.rounds if r.first <= day and (r.last is None or day <= r.last)), None)
            at = n if among is None else among.offset if among.rests else n + among.offset
            turn = ritual.turns[at % len(ritual.turns)]
        if day < ritual.starts or (ritual.until is not None and day > ritual.until):
            continue
        window = next((w for w in spans if w.has_day(day)), None)
        if window is None:
            continue
        one = Strand(f"on:{day}", None, day, day, window.at(time), turn, (), window.timezone)
        if ladder is not None and isinstance(time, Timed):
            length = next(
                length
                for _, length, first, last in _steps(ritual, start)
                if first <= day and (last is None or day <= last)
            )
            found.append(one._replace(time=window.at(Timed(time.start, length or 0))))
        else:
            found.append(one)
    return found


def _of_open(ritual: Ritual, counting: Counting) -> list[Strand]:
    """One strand for each that is placed, known by the day that it was placed on first; a second one has a number."""
    spans = windows(ritual)
    found: list[Strand] = []
    for placed, part in zip(ritual.placed, placed_parts(ritual), strict=True):
        day = placed.on
        window = next((w for w in spans if w.has_day(day)), None)
        if window is None:
            continue
        length = placed.length or open_length(ritual, day, counting)
        time = AllDay(max(length // 1440, 1)) if placed.start is None else Timed(placed.start, length)
        found.append(Strand(part, None, day, day, time, None, (), window.timezone, placed))
    return sorted(found, key=lambda strand: (strand.first, strand.part))


PLACED = "placed:"
"""How the parts begin of what is placed."""


def placed_parts(ritual: Ritual) -> list[str]:
    """What calendars know each by that is placed: the day it was placed on first, and a number for a day's second.

    Where the file does not say which of its day it is, it is the next that no other one is.
    """
    known = {(placed.was or placed.on, placed.number) for placed in ritual.placed if placed.number}
    found = []
    for placed in ritual.placed:
        day, number = placed.was or placed.on, placed.number
        if number is None:
            number = next(n for n in count_up(1) if (day, n) not in known)
            known.add((day, number))
        found.append(f"{PLACED}{day}:{number}" if number > 1 else f"{PLACED}{day}")
    return found


def open_length(ritual: Ritual, day: date, counting: Counting = AS_IT_SAYS) -> int:
    """How long open time is on a day, in minutes: as long as it says, or the step of its ladder."""
    length = ritual.open_time.length if ritual.open_time else 0
    if not ritual.ladder:
        return length
    start = counting.ladder or ritual.count_from or ritual.starts
    steps = _steps(ritual._replace(until=None), start)
    return next((step for _, step, _, last in steps if last is None or day <= last), None) or 0


def open_days(ritual: Ritual) -> Callable[[date], bool]:
    """What tells whether a day lies in the life of a ritual, and in its seasons."""
    spans = windows(ritual)
    return lambda day: any(window.has_day(day) for window in spans)


def _dated(ritual: Ritual, counting: Counting) -> list[tuple[date, Time]]:
    """Single dates in order, from the day on which turns begin, with their times; none of a rule."""
    dated = sorted((day, slot.time) for slot in ritual.slots if isinstance(slot.days, Dates) for day in slot.days.dates)
    return [one for one in dated if one[0] >= min(ritual.starts, counting.turns or ritual.starts)]


def say_nearest(parts: list[Strand], day: date) -> str:
    """The dates of these strands nearest to a day on which they have none, in words."""
    year = timedelta(days=400)
    near = sorted({d for s in parts for d in s.days(day - year, day + year)}, key=lambda d: abs(d - day))[:2]
    if not near:
        return "it has no date near"
    return f"its nearest {'dates are' if len(near) > 1 else 'date is'} {' and '.join(map(str, sorted(near)))}"
