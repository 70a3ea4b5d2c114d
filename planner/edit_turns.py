"""What an edit makes of turns that wait: nights that are over stay as they were, and whose turn it is next is told.

In: the histories before and after an edit, the day that counts as today. Out: a Document in which `changes` keep the
turns of days that are over, and sentences. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from planner.agreement import History, Ritual
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
    for ritual, differs in _differing(before, after, min(after.current.starts, today), today):
        key = "host" if ritual.hosting else "turn"
        place = (*path_of(ritual.path), "changes")
        for day, (was, _) in differs.items():
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


def told_turns(before: History, after: History, today: date) -> list[str]:
    """Whose turn it is from today on, where that is another's now."""
    told = []
    for ritual, differs in _differing(before, after, today, today + _AHEAD):
        first = min(differs)
        coming = turns_between(after, ritual, first, first + _AHEAD)
        name = after.current.people
        said = [f"{name[turn].name} on {say_date(day)}" for day, turn in [*coming.items()][:_TOLD] if turn in name]
        told.append(f"Turns in {titled(ritual)} go on with {listed(said)}.")
    return told


def _differing(
    before: History, after: History, first: date, end: date
) -> Iterator[tuple[Ritual, dict[date, tuple[str, str]]]]:
    """The rituals of the same terms in which a turn waits, with the days of both whose turn is another's."""
    for path, ritual in after.current.rituals.items():
        old = before.current.rituals.get(path)
        if not ritual.turn_waits or ritual.follows or old is None or not same_terms(terms_of(old), terms_of(ritual)):
            continue
        was, now = (turns_between(h, r, first, end) for h, r in ((before, old), (after, ritual)))
        differs = {day: (was[day], turn) for day, turn in now.items() if was.get(day, turn) != turn}
        if differs:
            yield ritual, differs
