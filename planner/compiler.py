"""Agreement, or its agreed versions → the series of one audience's calendar.

In: an `Agreement` without errors, or a `History` of them, an audience (a person's key, `everyone`, or None: the whole
file with every title). Out: `Series`, in the order of the file. What wins where they meet: skip, then changes, then
pause, then the rule; each speaks of the date by the rule. No window and no clock enter: compiling twice gives the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from planner.agreement import Agreement, Change, CheckIn, History, Ritual
from planner.life import other_time
from planner.looks import check_in_look, cover_look, look_of, taking_part
from planner.recurrence import ONE_DAY, days, first_on_or_after, shifted
from planner.series import Look, Override, Series
from planner.strands import AS_IT_SAYS, Counting, Strand, strands, turn_on
from planner.timeline import keeps_length
from planner.turns import leaders_of, rests_of, waited_strands
from planner.words import AllDay, Time, Timed
from planner.zones import zone

Looking = Callable[[str | None, Change | None], Look | None]


class Facet(NamedTuple):
    """One thing that a ritual puts into calendars: itself, a check-in inside it, or the covering for it."""

    name: str
    suffix: str
    kind: str
    look: Looking
    who: Callable[[str | None], tuple[str, ...]]
    fills: bool
    time: Callable[[Time], Time]


def compile_series(agreement: Agreement, audience: str | None) -> list[Series]:
    """The series of the audience's calendar, by the agreement alone."""
    return [one for ritual in agreement.rituals.values() for one in _compiled(agreement, ritual, audience)]


def compile_versions(history: History, audience: str | None) -> list[Series]:
    """The series of the audience's calendar, by the agreed versions; by the file alone where nothing is agreed yet.

    A ritual whose terms change is split: one series ends before the day of the new version, the next begins on it.
    What stands in a person's own file holds beside that, as it says.
    """
    own = [s for ritual in history.own.values() for s in _compiled(history.current, ritual, audience, segment="own")]
    if not history.versions:
        return compile_series(history.current, audience) + own
    from planner.history import segments  # without versions nobody waits for it

    return [
        one
        for s in segments(history)
        for one in _compiled(s.agreement, s.ritual, audience, segment=s.name, counting=s.counting)
    ] + own


def _compiled(
    agreement: Agreement,
    ritual: Ritual,
    audience: str | None,
    *,
    segment: str = "first",
    counting: Counting = AS_IT_SAYS,
) -> Iterator[Series]:
    context = _Ritual(agreement, ritual, audience, segment, counting)
    for facet in _facets(agreement, ritual, audience):
        yield from context.series(facet)


def _facets(agreement: Agreement, ritual: Ritual, audience: str | None) -> Iterator[Facet]:
    yield Facet(
        "",
        "",
        ritual.kind,
        lambda turn, change: look_of(agreement, ritual, audience, turn, change),
        lambda turn: taking_part(ritual, turn),
        ritual.fills_time,
        lambda time: time,
    )
    for n, check_in in enumerate(ritual.check_ins):
        yield _check_in_facet(agreement, ritual, check_in, n, audience)
    if ritual.cover in agreement.people:
        yield Facet(
            ".cover",
            ".cover",
            "cover",
            lambda turn, _: cover_look(agreement, ritual, audience, turn),
            lambda _: (ritual.cover or "",),
            not ritual.if_needed,
            lambda time: time,
        )


def _check_in_facet(agreement: Agreement, ritual: Ritual, check_in: CheckIn, n: int, audience: str | None) -> Facet:
    everyone = ritual.who if ritual.share == "private" else tuple(agreement.people)
    return Facet(
        ".check_in" if n == 0 else f".check_in.{n + 1}",
        ".check_in",
        "check_in",
        lambda _turn, _change: check_in_look(agreement, ritual, check_in, audience),
        lambda _: everyone,
        False,
        lambda time: check_in.within(time) if isinstance(time, Timed) else time,
    )


class _Ritual:
    """One ritual in one audience's calendar: its strands, and what is adjusted on which date."""

    def __init__(
        self, agreement: Agreement, ritual: Ritual, audience: str | None, segment: str, counting: Counting
    ) -> None:
        self.agreement = agreement
        self.ritual = ritual
        self.audience = audience
        self.segment = segment
        self.counting = counting
        self.changes = {c.on: c for c in ritual.changes}
        self.skip = frozenset(ritual.skip)
        self.by_turn = waited_strands(agreement, ritual, counting)
        self.leaders = leaders_of(agreement, ritual)
        self.pauses = rests_of(agreement, ritual, self.leaders)

    def series(self, facet: Facet) -> Iterator[Series]:
        """The series of one facet: one for each strand that the audience sees."""
        ritual = self.ritual
        looks = {turn: facet.look(turn, None) for turn in (dict.fromkeys(ritual.turns) if ritual.turns else (None,))}
        split = len(set(looks.values())) > 1
        if split:
            parts = self.by_turn
        elif next(iter(looks.values())) is None:
            return
        else:
            parts = strands(ritual, self.agreement.week_starts, by_turn=False, counting=self.counting)
        any_turn = next(iter(looks))
        for strand in parts:
            turn = strand.turn if split else any_turn
            look = looks[turn]
            if strand.placed and (strand.placed.where or strand.placed.note):
                look = facet.look(turn, Change(strand.first, where=strand.placed.where, note=strand.placed.note))
            if look is None:
                yield from self._swapped_in(facet, strand)
            else:
                yield from self._of_strand(facet, strand, turn, look)

    def _key(self, facet: Facet, part: str) -> tuple[str, str, str, str, str]:
        # what is placed stays what it is, whatever terms it is placed under
        segment = "first" if self.ritual.open_time and self.segment != "own" else self.segment
        return self.agreement.id, self.audience or "", self.ritual.identity + facet.name, segment, part

    def _of_strand(self, facet: Facet, strand: Strand, turn: str | None, look: Look) -> Iterator[Series]:
        gone = set(self._resting(strand, turn))
        overrides: list[Override] = []
        for on, change in self.changes.items():
            if on in self.skip or not strand.has_day(on):
                continue
            override = self._override(facet, strand, turn, change)
            if override is None:
                gone.add(on)
            else:
                gone.discard(on)
                if override is not _SAME:
                    overrides.append(override)
        if not _happens(strand, gone):
            return
        time = facet.time(strand.time)
        by, time = _past_midnight(time)
        rules = [None] if strand.rule is None else shifted(strand.rule, by)
        move = timedelta(days=by)
        for rule in rules or ():
            several = len(rules or ()) > 1
            piece = strand._replace(
                rule=rule,
                first=strand.first + move,
                last=strand.last + move if strand.last else None,
                without=tuple((first + move, last + move) for first, last in strand.without),
            )
            if several:
                far = piece.first + timedelta(days=7 * (rule.interval if rule else 1) + 7)
                first = next(piece._replace(without=()).days(piece.first, far), None)
                if first is None:
                    continue
                piece = piece._replace(first=first, part=f"{strand.part}.day:{rule.byday[0][1] if rule else ''}")
            resting = {day + move for day in gone}
            if not _happens(piece, resting):
                continue
            moved = {o.on + move: o._replace(on=o.on + move) for o in overrides}
            yield from _steady(
                Series(
                    key=self._key(facet, piece.part),
                    ritual=self.ritual.path + facet.suffix,
                    kind=facet.kind,
                    who=facet.who(turn),
                    fills=facet.fills,
                    timezone=strand.timezone or self.ritual.timezone,
                    rule=rule,
                    first=piece.first,
                    last=piece.last,
                    time=time,
                    look=look,
                    skipped=tuple(sorted((*piece.left_out(), *(day for day in resting if piece.has_day(day))))),
                    overrides=tuple(override for on, override in sorted(moved.items()) if piece.has_day(on)),
                ),
                self._key(facet, f"{piece.part}.first"),
            )

    def _resting(self, strand: Strand, turn: str | None) -> Iterator[date]:
        """Dates of the strand that are skipped, or paused without a change of their own."""
        for day in self.skip:
            if strand.has_day(day):
                yield day
        for pause in self.pauses:
            for day in strand.days(pause.starts, pause.until + ONE_DAY):
                if day in self.changes:
                    continue
                if pause.who and any(r.who_is_turn or r.follows for r in self.leaders):
                    whose = strand.turn or turn_on(self.by_turn, day) or turn
                    if not any(pause.stops(r, taking_part(r, whose)) for r in self.leaders):
                        continue
                yield day

    def _override(self, facet: Facet, strand: Strand, turn: str | None, change: Change) -> Override | None:
        """What a change makes of its date: an override, `_SAME` where the audience sees none, None where it is gone."""
        whose = change.turn or turn
        look = facet.look(whose, change)
        if look is None:
            return None
        day, time = change.moved_to or change.on, _changed(strand.time, change)
        by, shown = _past_midnight(facet.time(time))
        day += timedelta(days=by)
        usual_by, usual = _past_midnight(facet.time(strand.time))
        who = facet.who(whose)
        if (day, shown, look) == (change.on + timedelta(days=usual_by), usual, facet.look(turn, None)):
            return _SAME
        return Override(change.on, day, shown, look, who)

    def _swapped_in(self, facet: Facet, strand: Strand) -> Iterator[Series]:
        """Single occurrences of a strand that the audience does not see, on which a swap makes it take part."""
        for on, change in self.changes.items():
            if on in self.skip or not change.turn or not strand.has_day(on):
                continue
            look = facet.look(change.turn, change)
            if look is None:
                continue
            day = change.moved_to or on
            by, time = _past_midnight(facet.time(_changed(strand.time, change)))
            yield Series(
                key=self._key(facet, f"swap:{on}"),
                ritual=self.ritual.path + facet.suffix,
                kind=facet.kind,
                who=facet.who(change.turn),
                fills=facet.fills,
                timezone=strand.timezone or self.ritual.timezone,
                rule=None,
                first=day + timedelta(days=by),
                last=day + timedelta(days=by),
                time=time,
                look=look,
            )


def _steady(series: Series, other_key: tuple[str, str, str, str, str]) -> Iterator[Series]:
    """The series; where clocks change during its first instance, that one apart, under a key of its own.

    Programs take the length of all instances from the first (RFC 5545 §3.8.5.3): one that is an hour shorter in real
    time than on the clock would shorten them all.
    """
    rule, time, where = series.rule, series.time, zone(series.timezone)
    if rule is None or not isinstance(time, Timed) or keeps_length(series.first, time, where):
        yield series
        return
    later = first_on_or_after(rule, series.first + ONE_DAY)
    if later is not None and not keeps_length(later, time, where):
        yield series  # it meets the change each time: one length for all is right
        return
    first_overrides = tuple(o for o in series.overrides if o.on == series.first)
    if series.first not in series.skipped:
        yield series._replace(key=other_key, rule=None, last=series.first, skipped=(), overrides=first_overrides)
    if later is None or (series.last is not None and later > series.last):
        return
    skipped = tuple(d for d in series.skipped if d != series.first)
    if series.last is None or any(d not in skipped for d in days(rule, later, series.last + ONE_DAY)):
        overrides = tuple(o for o in series.overrides if o.on != series.first)
        yield series._replace(first=later, skipped=skipped, overrides=overrides)


_SAME = Override(date.min, date.min, AllDay(0), Look(""), ())
"""Stands for a change of which the audience sees nothing."""


def _changed(time: Time, change: Change) -> Time:
    return other_time(time, change.start, change.length)


def _past_midnight(time: Time) -> tuple[int, Time]:
    """The whole days that a start lies past midnight, and the time on its own day."""
    if isinstance(time, Timed) and time.start >= 1440:
        return time.start // 1440, Timed(time.start % 1440, time.length)
    return 0, time


def _happens(strand: Strand, gone: set[date]) -> bool:
    """Whether anything is left of a strand without these dates."""
    if strand.last is None:
        return True
    return any(day not in gone for day in strand.days(strand.first, strand.last + ONE_DAY))
