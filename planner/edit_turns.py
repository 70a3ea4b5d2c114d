"""What an edit makes of turns that wait: nights that are over stay as they were, and whose turn it is next is told.

In: the histories before and after an edit, the day that counts as today. Out: a Document in which `changes` keep the
turns of days that are over, and sentences. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from planner.agreement import Change, History, Ritual
from planner.document import Document, Path, remove, set_value
from planner.edit_pieces import path_of, titled, value_at, with_element, without
from planner.history import fallen_out, missed_by, turns_between
from planner.saying import listed, say_date
from planner.writing import same_terms, terms_of

_AHEAD = timedelta(days=1100)
_TOLD, _NAMED = 3, 4
"""So many turns to come are told, and so many days that are over by name."""


def keep_turns(document: Document, before: History, after: History, today: date) -> tuple[Document, list[str]]:
    """The document with the turns of days before `today` as they were, each in `changes`, and a word on it.

    Where one that is over falls out only now, the nights since then went on as if it had not: from the first on that
    the turn that waits would make another's, they do not count, and whoever missed theirs comes next. Where one
    happened after all, they count again.
    """
    told = []
    first = min(after.current.starts, today)
    for old, ritual in _same(before, after):
        was = turns_between(before, old, first, today)
        late, undone = _late(before, after, old, ritual, today)
        since = min([*late, *undone], default=today)
        again = _counted_again(after, ritual, since, undone, today)
        changes = tuple(c._replace(counts=c.counts or c.on in again) for c in ritual.changes)
        now = _turns(after, ritual, changes, first, today)
        differs = {day for day, turn in now.items() if was.get(day, turn) != turn}
        due_was, due = _due(before, old, old.changes, first, today), _due(after, ritual, changes, first, today)
        parted = (day for day, turn in due.items() if day > since and due_was.get(day, turn) != turn)
        begins = next(parted, today)
        extra = {day for day in now if day >= begins and day in was}
        kept = {change.on: change for change in changes}
        for day in sorted(differs | extra):
            kept[day] = kept.get(day, Change(day))._replace(turn=was[day], counts=day not in extra)
        idle = {day for day in again if kept[day] == Change(day, turn=kept[day].turn)}
        plain = _turns(after, ritual, tuple(c for c in kept.values() if c.on not in idle), first, today)
        kept |= {day: Change(day) for day in idle if plain.get(day) == was.get(day)}
        document, said = _kept(document, ritual, kept)
        if said:
            days = listed(map(say_date, said))
            if len(said) > _NAMED:
                days = f"{say_date(said[0])} and {len(said) - 1} more days until {say_date(said[-1])}"
            told.append(f"Whose turn it was in {titled(ritual)} on {days} stays as it was; `changes` says so now.")
    return document, told


def _late(before: History, after: History, old: Ritual, ritual: Ritual, today: date) -> tuple[list[date], list[date]]:
    """The dates that are over and fall out only by this edit, and those that happened after all."""
    known, gone = (fallen_out(h, r, today) for h, r in ((before, old), (after, ritual)))
    return [day for day in gone if day not in known], [day for day in known if day not in gone]


def _counted_again(after: History, ritual: Ritual, since: date, undone: list[date], today: date) -> set[date]:
    """The dates that did not count only for what fell out from `since` on, or waited before that.

    For one that happened after all they may begin later: a night that was theirs in any case counted.
    """
    uncounted = {change.on for change in ritual.changes if not change.counts}.difference(ritual.skip)
    missed = missed_by(after, ritual.identity, today)
    dates = sorted(_turns(after, ritual, ritual.changes, since, today).keys() | set(missed))
    joined: set[date] = set()
    for day in (day for day in dates if day > since):
        if day not in missed and day not in undone and (joined or not undone):
            break
        joined |= {day} & uncounted
    return joined


def _turns(history: History, ritual: Ritual, changes: tuple[Change, ...], first: date, end: date) -> dict[date, str]:
    """Whose turn it is, by the dates that happen, with other `changes` in the file."""
    changed = ritual._replace(changes=changes)
    current = history.current._replace(rituals=history.current.rituals | {ritual.path: changed})
    return turns_between(history._replace(current=current), changed, first, end)


def _due(history: History, ritual: Ritual, changes: tuple[Change, ...], first: date, end: date) -> dict[date, str]:
    """Whose turn it is by the rule, whoever else has it for a night; and who had those that do not count."""
    plain = tuple(change._replace(turn=None) if change.counts else change for change in changes)
    return _turns(history, ritual, plain, first, end)


def _kept(document: Document, ritual: Ritual, changes: dict[date, Change]) -> tuple[Document, list[date]]:
    """The document with these turns, and what counts, in a ritual's `changes`; and the days that were none of them."""
    key = "host" if ritual.hosting else "turn"
    place: Path = (*path_of(ritual.path), "changes")
    before = {change.on: change for change in ritual.changes}
    said = []
    for day, change in changes.items():
        old = before.get(day, Change(day))
        if change == old:
            continue
        written = value_at(document, place)
        entries = [written] if isinstance(written, dict) else written or []
        known = next((n for n, entry in enumerate(entries) if entry["on"] == day), None)
        if change == Change(day):
            document = without(document, place if isinstance(written, dict) or known is None else (*place, known))
            continue
        values: dict[str, Any] = {key: change.turn} if change.turn else {}
        values |= {} if change.counts else {"counts": False}
        if change.turn != old.turn:
            said.append(day)
        if known is None:
            document = with_element(document, place, {"on": day, **values})
            continue
        here = place if isinstance(written, dict) else (*place, known)
        for name, value in values.items():
            document = document if entries[known].get(name) == value else set_value(document, (*here, name), value)
        if change.counts and "counts" in entries[known]:
            document = remove(document, (*here, "counts"))
    return document, said


def told_turns(before: History, after: History, today: date) -> list[str]:
    """Whose turn it is from today on, where that is another's now, or where one that is over falls out only now."""
    told = []
    for old, ritual in _same(before, after):
        end = today + _AHEAD
        was, now = (turns_between(h, r, today, end) for h, r in ((before, old), (after, ritual)))
        differs = [day for day, turn in now.items() if was.get(day, turn) != turn]
        shifted = any(_late(before, after, old, ritual, today))
        if not differs and not shifted:
            continue
        begins = today if shifted else min(day for day, turn in now.items() if was.get(day) != turn)
        name = after.current.people
        coming = [(day, turn) for day, turn in now.items() if day >= begins and turn in name]
        said = [f"{name[turn].name} on {say_date(day)}" for day, turn in coming[:_TOLD]]
        if said:
            told.append(f"Turns in {titled(ritual)} go on with {listed(said)}.")
    return told


def _same(before: History, after: History) -> Iterator[tuple[Ritual, Ritual]]:
    """The rituals of the same terms in which a turn waits, as they were and as they are."""
    for path, ritual in after.current.rituals.items():
        old = before.current.rituals.get(path)
        if not ritual.turn_waits or ritual.follows or old is None or not same_terms(terms_of(old), terms_of(ritual)):
            continue
        yield old, ritual
