"""What an edit makes of turns that wait: nights that are over stay as they were, and whose turn it is next is told.

In: the histories before and after an edit, the day that counts as today. Out: a Document in which `changes` keep the
turns of days that are over, and sentences. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from planner.agreement import Change, History, Ritual
from planner.document import Document, set_value
from planner.edit_pieces import path_of, titled, value_at, with_element
from planner.history import turns_between
from planner.saying import listed, say_date
from planner.writing import same_terms, terms_of

_AHEAD = timedelta(days=1100)
_TOLD, _NAMED = 3, 4
"""So many turns to come are told, and so many days that are over by name."""


def keep_turns(document: Document, before: History, after: History, today: date) -> tuple[Document, list[str]]:
    """The document with the turns of days before `today` as they were, each in `changes`, and a word on it."""
    told = []
    for _, ritual in _same(before, after):
        differs = _kept(before, after, ritual, today)
        if not differs:
            continue
        key = "host" if ritual.hosting else "turn"
        place = (*path_of(ritual.path), "changes")
        for day, was in differs.items():
            written = value_at(document, place)
            entries = [written] if isinstance(written, dict) else written or []
            known = next((n for n, entry in enumerate(entries) if entry["on"] == day), None)
            if known is None:
                document = with_element(document, place, {"on": day, key: was})
            else:
                here = place if isinstance(written, dict) else (*place, known)
                document = set_value(document, (*here, key), was)
        said = [say_date(day) for day in differs]
        days = listed(said) if len(said) <= _NAMED else f"{said[0]} and {len(said) - 1} more days until {said[-1]}"
        told.append(f"Whose turn it was in {titled(ritual)} on {days} stays as it was; `changes` says so now.")
    return document, told


def _kept(before: History, after: History, ritual: Ritual, today: date) -> dict[date, str]:
    """The turns of days that are over to write down: those that differ, or all since what falls out.

    All of them, where only then whoever had what falls out comes next.
    """
    first = min(before.current.starts, after.current.starts, today)
    was = turns_between(before, before.current.rituals[ritual.path], first, today)
    few: dict[date, str] = {}
    while True:
        now = turns_between(*_with(after, ritual, few), first, today)
        more = {day: was[day] for day, turn in now.items() if was.get(day, turn) != turn}
        if not more:
            break
        few |= more
    gone = was.keys() - now.keys()
    every = few | {day: was[day] for day in now if gone and day > min(gone) and day in was}
    coming = [turns_between(*_with(after, ritual, turns), today, today + _AHEAD) for turns in (few, every)]
    return dict(sorted((few if coming[0] == coming[1] else every).items()))


def _with(history: History, ritual: Ritual, turns: dict[date, str]) -> tuple[History, Ritual]:
    """The history and a ritual of its file, were these turns in its `changes` too."""
    known = {change.on: change for change in ritual.changes}
    known |= {day: known.get(day, Change(day))._replace(turn=turn) for day, turn in turns.items()}
    kept = ritual._replace(changes=tuple(known[day] for day in sorted(known)))
    rituals = {**history.current.rituals, ritual.path: kept}
    return history._replace(current=history.current._replace(rituals=rituals)), kept


def told_turns(before: History, after: History, today: date) -> list[str]:
    """Whose turn it is from today on, where that is another's now."""
    told = []
    for old, ritual in _same(before, after):
        first, end = min(after.current.starts, today), today + _AHEAD
        was, now = (turns_between(h, r, first, end) for h, r in ((before, old), (after, ritual)))
        differs = [day for day, turn in now.items() if day >= today and was.get(day, turn) != turn]
        if not differs:
            continue
        begins = today if any(day < today for day in was.keys() - now.keys()) else min(differs)
        name = after.current.people
        coming = [(day, turn) for day, turn in now.items() if day >= begins and turn in name]
        said = [f"{name[turn].name} on {say_date(day)}" for day, turn in coming[:_TOLD]]
        told.append(f"Turns in {titled(ritual)} go on with {listed(said)}.")
    return told


def _same(before: History, after: History) -> Iterator[tuple[Ritual, Ritual]]:
    """The rituals of the same terms in which a turn waits, as they were and as they are."""
    for path, ritual in after.current.rituals.items():
        old = before.current.rituals.get(path)
        if not ritual.turn_waits or ritual.follows or old is None or not same_terms(terms_of(old), terms_of(ritual)):
            continue
        yield old, ritual
