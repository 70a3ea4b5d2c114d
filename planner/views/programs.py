"""A programme in sentences: one thing, week by week.

In: an `Agreement`, a `Program`. Out: text, for whoever can read the file. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from planner.agreement import Agreement, Program, Ritual
from planner.ritual_terms import spoken
from planner.saying import listed, say_date, say_span, say_time, weekday_name
from planner.strands import strands
from planner.words import Time, Timed


def program_sentence(agreement: Agreement, program: Program) -> str:
    """All of a programme in one paragraph: what it is, its weeks, and that it is free to move."""
    sessions = [_Session(agreement, program, agreement.rituals[path]) for path in program.sessions]
    if not sessions:
        return f'{spoken(program.key)}: "{program.title or program.template}", with nothing left in it.'
    span = say_span(program.starts, max(s.day for s in sessions))
    said = f'{spoken(program.key)}: "{program.title}" {span}, for {agreement.names(program.who)}'
    said += ", with a review at its end." if sessions[-1].ritual.kind == "review" else "."
    for week, those in groupby(sessions, key=lambda s: s.week):
        said += f" Week {week}: {'; '.join(_together(list(those)))}."
    if program.until:
        said += f" It ends on {say_date(program.until)}."
    if program.skip:
        said += f" Left out: {listed(program.skip)}."
    return f"{said} Any of it can be moved, rest or end, at any time."


class _Session:
    """A session with its day and time as they are after a change."""

    def __init__(self, agreement: Agreement, program: Program, ritual: Ritual) -> None:
        self.agreement = agreement
        self.program = program
        self.ritual = ritual
        by_rule = strands(ritual, agreement.week_starts, by_turn=False)
        change = ritual.changes[0] if ritual.changes else None
        first = by_rule[0].first if by_rule else program.starts
        self.week = (first - program.starts).days // 7 + 1
        self.day: date = (change.moved_to if change else None) or first
        time: Time = ritual.slots[0].time
        if change and isinstance(time, Timed):
            time = Timed(time.start if change.start is None else change.start, change.length or time.length)
        self.time = time

    @property
    def title(self) -> str:
        host = self.agreement.name(self.ritual.host) if self.ritual.host else "{turn}"
        return f'"{self.ritual.title.replace("{turn}", host)}"'

    @property
    def when(self) -> str:
        begins = self.program.starts + timedelta(days=7 * (self.week - 1))
        near = begins <= self.day < begins + timedelta(days=7)
        day = weekday_name(self.day.weekday()) if near else say_date(self.day)
        return f"on {day} {say_time(self.time)}"


def _together(sessions: list[_Session]) -> Iterator[str]:
    """Sessions of a week; those that are one session for several people said once."""
    for title, same in groupby(sessions, key=lambda s: s.title):
        those = list(same)
        whens: dict[str, list[str]] = {}
        for s in those:
            whens.setdefault(s.when, []).extend(s.ritual.who)
        each = len(those) > 1 or those[0].ritual.kind == "me_block"
        in_case = " (if needed)" if those[0].ritual.if_needed else ""
        if len(whens) == 1 and set(those[0].program.who) == {who for s in those for who in s.ritual.who}:
            yield f"{title} {those[0].when}{', each' if each else ''}{in_case}"
        else:
            names = those[0].agreement.names
            yield f"{title}: {listed(f'{names(tuple(who))} {when}' for when, who in whens.items())}{in_case}"
