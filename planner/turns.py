"""Whose turn it is where a turn waits: which dates of a ritual are missed, and how turns go round between them.

In: an agreement, one of its rituals, from which day it counts. Out: the days on which it rests, and `Round`s, for
`strands`. A night that is skipped, paused, or out of season uses up no turn: who had it has the next one that happens.
Nor does one that `changes` says not to count, though it happens. No audience and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
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
    return Counting(rounds=tour_of(agreement, leader, AS_IT_SAYS).rounds)


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
    for _, _, tour in _counted(segments, settled):
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
    """The dates before `end` on which a turn waited, those that do not count among them."""
    return [
        one.day
        for s, offset, _ in _counted(segments, settled)
        if s.ritual.turn_waits
        for one in _missed(s.agreement, s.ritual, s.counting, offset, settled)
        if one.day < end
    ]


def _counted(segments: Iterable[Segment], settled: Settled | None) -> Iterator[tuple[Segment, int, Tour]]:
    """The segments of a ritual of its own turns, with their offset and tour, each going on from the one before."""
    before: tuple[Segment, Tour] | None = None
    for segment in segments:
        if not segment.ritual.turns:
            before = None
            continue
        offset = _left_by(*before, segment) if before else None
        if offset is None:
            offset = first_turn(segment.ritual, segment.agreement.week_starts, segment.counting)
        tour = tour_of(segment.agreement, segment.ritual, segment.counting, offset, settled)
        yield segment, offset, tour
        before = segment, tour


def _left_by(before: Segment, tour: Tour, segment: Segment) -> int | None:
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


class Tour(NamedTuple):
    """How turns go round in a ritual from its start to its end, and what to add to the number of a date after that."""

    rounds: tuple[Round, ...]
    offset: int


def tour_of(
    agreement: Agreement,
    ritual: Ritual,
    counting: Counting,
    offset: int | None = None,
    settled: Settled | None = None,
) -> Tour:
    """The rounds of a ritual, as its turns wait or do not.

    `offset` is what the one before it left off with, None where turns begin here. Dates that happen and do not count go
    on as if none waited, and whoever waits comes after them.
    """
    weeks, number = agreement.week_starts, len(ritual.turns)
    if offset is None:
        offset = first_turn(ritual, weeks, counting)
    going = Round(ritual.starts, ritual.until, offset)
    if not ritual.turn_waits:
        return Tour((going,), offset)
    found: list[Round] = []
    for run in _runs(_missed(agreement, ritual, counting, offset, settled)):
        after, turn = going.offset - len(run.days), (run.days[0].number + going.offset) % number
        if not run.asked and len(run.days) % number == 0:
            going = going._replace(offset=after)
            continue
        begins, ends = run.days[0].day, run.days[-1].day
        rests = begins if run.asked else run.rests
        if rests is None:
            found.append(going._replace(last=ends))
        else:
            if going.first < rests:
                found.append(going._replace(last=rests - ONE_DAY))
            found.append(Round(rests, ends, turn, f"missed:{rests}", rests=True))
        going = Round(ends + ONE_DAY, ritual.until, after, f"after:{begins}")
    if going.last is None or going.first <= going.last:
        found.append(going)
    return Tour(tuple(found), going.offset)


class _Missed(NamedTuple):
    """A date that uses up no turn, and its number among the rule's.

    It is `asked` whether one does happen where that was for the one whose turn it was. It `happens` all the same where
    `changes` says only that it does not count.
    """

    day: date
    number: int
    asked: bool
    happens: bool


class _Run(NamedTuple):
    days: list[_Missed]

    @property
    def asked(self) -> bool:
        return any(one.asked for one in self.days)

    @property
    def rests(self) -> date | None:
        """The first day from which on nothing happens until the run is over."""
        rests = None
        for one in reversed(self.days):
            if one.happens:
                break
            rests = one.day
        return rests


def _runs(missed: Iterator[_Missed]) -> Iterator[_Run]:
    """Missed dates, those together between which none counts."""
    days = list(missed)
    run: list[_Missed] = days[:1]
    for before, one in pairwise(days):
        if one.number != before.number + 1:
            yield _Run(run)
            run = []
        run.append(one)
    if run:
        yield _Run(run)


def _missed(
    agreement: Agreement, ritual: Ritual, counting: Counting, offset: int, settled: Settled | None
) -> Iterator[_Missed]:
    """The dates that use up no turn, in order; `changes` of a date lets it happen, `skip` does not."""
    weeks = agreement.week_starts
    plain = ritual._replace(only_in=(), in_season=(), stays=(), ladder=None)
    parts = strands(plain, weeks, by_turn=False, counting=counting._replace(rounds=()))
    changed = {change.on for change in ritual.changes}
    extra = {change.on for change in ritual.changes if not change.counts}.difference(ritual.skip)
    certain: set[date] = {day for day in (*ritual.skip, *extra) if any(s.has_day(day) for s in parts)}
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
    shift = 0
    for day in sorted({*certain, *asked}):
        index = index_of(ritual, weeks, day, counting)
        if index is None:
            return  # `checks` has said why
        turn = ritual.turns[(index + offset - shift) % len(ritual.turns)]
        if day in certain or any(rest.stops(ritual, taking_part(ritual, turn)) for rest in asked[day]):
            shift += 1
            yield _Missed(day, index, day not in certain, day in extra)


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
