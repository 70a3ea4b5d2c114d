"""Whose turn it is where a turn waits: which dates of a ritual are missed, and how turns go round between them.

In: an agreement, one of its rituals, from which day it counts. Out: the days on which it rests, and `Round`s, for
`strands`. A night that is skipped, paused, or out of season uses up no turn: who had it has the next one that happens.
No audience and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice, pairwise
from typing import NamedTuple

from planner.agreement import Agreement, Pause, Ritual
from planner.life import END_OF_TIME
from planner.looks import taking_part
from planner.recurrence import ONE_DAY
from planner.strands import AS_IT_SAYS, Counting, Round, Strand, first_turn, index_of, strands
from planner.writing import day_words


class Settled(NamedTuple):
    """What was missed before a day, when that was written down: nothing that is written later changes it."""

    before: date
    missed: frozenset[date]


def leaders_of(agreement: Agreement, ritual: Ritual) -> list[Ritual]:
    """The ritual, the one that it follows, the one that that one follows, and so on."""
    found = [ritual]
    while (leader := found[-1].follows) and leader in agreement.rituals:
        found.append(agreement.rituals[leader])
    return found


def rests_of(agreement: Agreement, ritual: Ritual, leaders: list[Ritual]) -> list[Pause]:
    """The stretches in which it may rest, but for single dates: pauses, its seasons, holidays."""
    found = [p for p in agreement.rests if any(p.stops(r, r.who) for r in leaders)]
    found += [Pause(first, last) for season in ritual.not_in for first, last in season.spans]
    if ritual.on_holidays == "skip":
        from planner.free_days import holiday_rests  # few agreements speak of holidays

        found += holiday_rests(agreement, ritual)
    return found


def waiting(agreement: Agreement, ritual: Ritual) -> Counting:
    """How turns go round by the agreement alone; as the ritual says where none waits."""
    if not ritual.turn_waits:
        return AS_IT_SAYS
    leader = leaders_of(agreement, ritual)[-1]
    return Counting(rounds=rounds_of(agreement, leader, AS_IT_SAYS))


def waited_strands(agreement: Agreement, ritual: Ritual, counting: Counting) -> list[Strand]:
    """The strands of a ritual by turn, for asking whose turn it is; none where nobody takes turns."""
    if not ritual.turns:
        return []
    if ritual.turn_waits and not counting.rounds:
        counting = counting._replace(rounds=waiting(agreement, ritual).rounds)
    return strands(ritual, agreement.week_starts, by_turn=True, counting=counting)


class Segment(NamedTuple):
    """A ritual while its terms stay the same: first ≤ day < end, None where nothing bounds it.

    `ritual` has the agreed terms, bounded to these days and with the day from which it counts, and the words and
    single dates of the file. `agreement` has the people and the weeks of the version.
    """

    name: str
    first: date | None
    end: date | None
    agreement: Agreement
    ritual: Ritual
    counting: Counting

    def strands(self, *, by_turn: bool = False) -> list[Strand]:
        """The dates of this segment."""
        if by_turn:
            return waited_strands(self.agreement, self.ritual, self.counting)
        return strands(self.ritual, self.agreement.week_starts, by_turn=False, counting=self.counting)


def rounds_over(segments: Iterable[Segment], settled: Settled | None, within: Segment) -> tuple[Round, ...]:
    """The rounds of a segment's turns; `segments` are all of the ritual whose turns they are, its own or another's."""
    found: list[Round] = []
    first, last = within.ritual.starts, within.ritual.until
    for _, tour in _counted(segments, settled):
        for one in tour.rounds:
            begins, ends = max(first, one.first), _earlier(one.last, last)
            if ends is not None and ends < begins:
                continue
            before = found[-1] if found and not one.part else None
            if before and not before.rests and (before.offset - one.offset) % len(within.ritual.turns) == 0:
                found[-1] = before._replace(last=ends)
            else:
                part = f"from:{begins}" if before else one.part
                found.append(one._replace(first=begins, last=ends, part=part))
    return tuple(found)


def missed_in(segments: Iterable[Segment], settled: Settled | None, end: date) -> list[date]:
    """The dates before `end` on which a turn waited."""
    return [
        one.day
        for s, tour in _counted(segments, settled)
        if s.ritual.turn_waits
        for one in tour.missed
        if one.day < end
    ]


def _counted(segments: Iterable[Segment], settled: Settled | None) -> Iterator[tuple[Segment, _Tour]]:
    """The segments of a ritual of its own turns, with their rounds, each going on from the one before."""
    before: tuple[Segment, _Tour] | None = None
    for segment in segments:
        if not segment.ritual.turns:
            before = None
            continue
        offset = _left_by(*before, segment) if before else None
        late = before[1].late if before and offset is not None else ()
        if offset is None:
            offset = first_turn(segment.ritual, segment.agreement.week_starts, segment.counting)
        tour = _toured(segment.agreement, segment.ritual, segment.counting, offset, late, settled)
        yield segment, tour
        before = segment, tour


def _left_by(before: Segment, tour: _Tour, segment: Segment) -> int | None:
    """What to add to the numbers of a segment's dates so that turns go on; None where they begin in it."""
    was, now = before.ritual, segment.ritual
    if before.end != segment.first or was.until is None or _what_counts(before) != _what_counts(segment):
        return None
    day = was.until + ONE_DAY if was.turn_waits else now.starts  # days between the two count as the first one says
    left = index_of(was, before.agreement.week_starts, day, before.counting)
    at = index_of(now, segment.agreement.week_starts, now.starts, segment.counting)
    if left is None or at is None:
        return None
    return tour.offset + left - at


def _what_counts(segment: Segment) -> object:
    """What turns begin anew with."""
    ritual = segment.ritual
    days = {word for slot in ritual.slots for word in day_words(slot.days)}
    return ritual.turns, segment.counting.turns, days, ritual.every, ritual.count_from


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day), default=None)


def rounds_of(agreement: Agreement, ritual: Ritual, counting: Counting) -> tuple[Round, ...]:
    """The rounds of a ritual from its start to its end, as its turns wait or do not, where turns begin in it."""
    offset = first_turn(ritual, agreement.week_starts, counting)
    return _toured(agreement, ritual, counting, offset, (), None).rounds


class _Missed(NamedTuple):
    """A date that does not happen, its number among the rule's, whose turn it was, and whether it was for them."""

    day: date
    number: int
    turn: int
    asked: bool


class _Late(NamedTuple):
    """A date that is of one who waited beyond dates that others had; `offset` is what makes it theirs."""

    day: date
    offset: int


class _Tour(NamedTuple):
    """How turns go round in a ritual: its rounds, what is missed, and what goes on after it.

    `offset` is what is added to the numbers of later dates, before which the turns `late` are still to come.
    """

    rounds: tuple[Round, ...]
    missed: tuple[_Missed, ...]
    offset: int
    late: tuple[int, ...]


def _toured(
    agreement: Agreement,
    ritual: Ritual,
    counting: Counting,
    offset: int,
    late: tuple[int, ...],
    settled: Settled | None,
) -> _Tour:
    going = Round(ritual.starts, ritual.until, offset)
    if not ritual.turn_waits:
        return _Tour((going,), (), offset, ())
    missed, waited, left = _walked(agreement, ritual, counting, offset, late, settled)
    found: list[Round] = []
    both: list[_Run | _Late] = [*_runs(missed), *waited]
    for run in sorted(both, key=_begins):
        if isinstance(run, _Run):
            begins, ends = run.days[0].day, run.days[-1].day
            after = going.offset - len(run.days)
            if not run.asked and len(run.days) % len(ritual.turns) == 0:
                going = going._replace(offset=after)
                continue
            turn = run.days[0].turn % len(ritual.turns)
            round_ = Round(begins, ends, turn, f"missed:{begins}", rests=True)
        else:
            begins = ends = run.day
            after, round_ = going.offset, Round(begins, ends, run.offset, f"late:{begins}")
        if going.first < begins:
            found.append(going._replace(last=begins - ONE_DAY))
        found.append(round_)
        going = Round(ends + ONE_DAY, ritual.until, after, f"after:{begins}")
    if going.last is None or going.first <= going.last:
        found.append(going)
    return _Tour(tuple(found), tuple(missed), going.offset, left)


class _Run(NamedTuple):
    days: list[_Missed]

    @property
    def asked(self) -> bool:
        return any(one.asked for one in self.days)


def _begins(one: _Run | _Late) -> date:
    return one.days[0].day if isinstance(one, _Run) else one.day


def _runs(days: list[_Missed]) -> Iterator[_Run]:
    """Missed dates, those together between which none happens."""
    run: list[_Missed] = days[:1]
    for before, one in pairwise(days):
        if one.number != before.number + 1:
            yield _Run(run)
            run = []
        run.append(one)
    if run:
        yield _Run(run)


class _Falls(NamedTuple):
    """The dates of a ritual that may fall out: for certain, or where a pause is of whoever has their turn."""

    parts: list[Strand]
    certain: set[date]
    asked: dict[date, list[Pause]]


def _falling(agreement: Agreement, ritual: Ritual, counting: Counting, settled: Settled | None) -> _Falls:
    """The dates that may not happen; `changes` of a date lets it happen in a pause, and `skip` does not."""
    plain = ritual._replace(only_in=(), in_season=(), stays=(), ladder=None)
    parts = strands(plain, agreement.week_starts, by_turn=False, counting=counting._replace(rounds=()))
    changed = {change.on for change in ritual.changes}
    certain: set[date] = {day for day in ritual.skip if any(s.has_day(day) for s in parts)}
    asked: dict[date, list[Pause]] = {}
    rests = rests_of(agreement, ritual, [ritual])
    rests += [Pause(*span) for span in _out_of_season(ritual)]
    for rest in rests:
        for day in (d for s in parts for d in s.days(rest.starts, rest.until + ONE_DAY)):
            if day in changed:
                continue
            if rest.who and ritual.who_is_turn:
                asked.setdefault(day, []).append(rest)
            else:
                certain.add(day)
    if settled:
        certain = {day for day in certain if day >= settled.before}
        certain |= {day for day in settled.missed if any(s.has_day(day) for s in parts)}
        asked = {day: rests for day, rests in asked.items() if day >= settled.before}
    return _Falls(parts, certain, asked)


def _walked(
    agreement: Agreement,
    ritual: Ritual,
    counting: Counting,
    offset: int,
    late: tuple[int, ...],
    settled: Settled | None,
) -> tuple[list[_Missed], list[_Late], tuple[int, ...]]:
    """What is missed, which dates are of those who waited beyond others, and which turns are late at the end.

    Whoever misses theirs waits, in order, for dates that `changes` gives to nobody. A date that it does give to
    somebody is the turn that comes after those who wait, or of the one among them who has it; where the first of them
    is away, somebody steps in for them.
    """
    parts, certain, asked = _falling(agreement, ritual, counting, settled)
    swapped = {c.on: c.turn for c in ritual.changes if c.turn and any(s.has_day(c.on) for s in parts)}
    turns, weeks = ritual.turns, agreement.week_starts
    missed: list[_Missed] = []
    found: list[_Late] = []
    waiting, shift = list(late), 0
    away: set[int] = set()
    here, number = ritual.starts, index_of(ritual, weeks, ritual.starts, counting) or 0

    def had(dates: int | None) -> None:
        """So many dates happen from `here` on (None: all to come), the first of them of those who wait."""
        theirs = waiting[:dates]
        del waiting[: len(theirs)]
        odd = {n: turn for n, turn in enumerate(theirs) if (turn - number - n - offset + shift) % len(turns)}
        if not odd and (dates is not None or ritual.until is None):
            return
        for n, day in enumerate(islice(_days_from(parts, here), max(odd, default=-1) + 1)):
            if n in odd:
                found.append(_Late(day, odd[n] - number - n))
        # what no date is left for is late in what comes after
        there = sum(1 for _ in islice(_days_from(parts, here), len(theirs)))
        waiting[:0] = theirs[there:]

    for day in sorted({*certain, *asked, *swapped}):
        index = index_of(ritual, weeks, day, counting)
        if index is None:
            return missed, found, ()  # `checks` has said why
        had(index - number)
        after = index + offset - shift + len(waiting)
        turn = waiting[0] if waiting else after
        who = taking_part(ritual, turns[turn % len(turns)])
        here, number = day + ONE_DAY, index
        if day in certain or any(rest.stops(ritual, who) for rest in asked.get(day, ())):
            missed.append(_Missed(day, index, turn, day not in certain))
            away |= set() if day in certain else {turn, after}
            waiting.append(after)
            shift += 1
        elif day in swapped:
            has = swapped[day]
            n = next((n for n, one in enumerate(waiting) if turns[one % len(turns)] == has), None)
            if turn in away:
                del waiting[0]
            elif n is not None and turns[after % len(turns)] != has:
                del waiting[n]
        else:
            here = day
            had(1)
            here = day + ONE_DAY
        number = index + 1
    had(None)
    return missed, found, tuple(waiting)


def _days_from(parts: list[Strand], first: date) -> Iterator[date]:
    """The dates of all strands from a day on, in order."""
    before = None
    from heapq import merge  # few turns wait

    for day in merge(*(s.days(first, END_OF_TIME) for s in parts)):
        if day != before:
            yield day
        before = day


def _out_of_season(ritual: Ritual) -> Iterator[tuple[date, date]]:
    """The days between its first and its last on which a ritual of some seasons has no date."""
    if not ritual.only_in:
        return
    begins = ritual.starts
    end = ritual.until or END_OF_TIME
    spans = sorted(span for season in ritual.only_in for span in season.spans)
    for first, last in spans:
        if begins < first:
            yield begins, min(first - ONE_DAY, end)
        begins = max(begins, last + ONE_DAY)
    if ritual.until and begins <= ritual.until:
        yield begins, ritual.until
