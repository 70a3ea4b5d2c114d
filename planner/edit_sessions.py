"""Edits of programmes: a new one, a session moved, a session left out.

In: a Document, the session's `Ritual`. Out: an `Edit`. A session has no table of its own: what differs stands in its
programme, under `changes` and `skip`. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from planner.agreement import Agreement, Ritual
from planner.document import Document, Path, add_table, set_value
from planner.edit_pieces import Edit, NotPossible, NotUnderstood, dotted, ended, titled, value_at, with_element, without
from planner.pairs import told_pairs
from planner.saying import say_date, say_time
from planner.strands import strands
from planner.words import Timed


def path_of_session(ritual: Ritual) -> Path:
    """Where the document says what differs in a session."""
    table, key, session = ritual.path.split(".", 2)
    return (table, key, "changes", session)


def add_program(document: Document, agreement: Agreement, key: str, assigned: Iterable[tuple[Path, Any]]) -> Edit:
    """A new `[programs.KEY]` with these keys."""
    if any(program.key == key for program in agreement.programs):
        raise NotPossible(f"programs.{key} is there already; `planner revise` changes it, a new one needs a new key")
    values: dict[str, Any] = {}
    for path, value in assigned:
        if len(path) != 1 or value is None:
            raise NotUnderstood(f"{dotted(path)} cannot be said here; template=… and starts=… are enough to begin with")
        values[str(path[0])] = value

    def told(after: Agreement) -> list[str]:
        program = next(p for p in after.programs if p.key == key)
        last = f" to {say_date(program.last)}" if program.last else ""
        return [f'"{program.title}" begins on {say_date(program.starts)} and goes{last}; `planner show` reads it out.']

    return Edit(add_table(document, ("programs", key), values), told)


def skip_session(document: Document, ritual: Ritual, dates: list[date]) -> Edit:
    """A session left out of its programme."""
    now = _day(ritual)
    for day in dates:
        if day not in (now, _by_rule(ritual)):
            raise NotUnderstood(f"{titled(ritual)} is not on {say_date(day)} but on {say_date(now)}; it comes once")
    if not dates:
        return Edit(document, lambda _: [])
    table, key, session = path_of_session(ritual)[0], path_of_session(ritual)[1], path_of_session(ritual)[3]
    document = with_element(document, (table, key, "skip"), session)

    def told(after: Agreement) -> list[str]:
        return [f"{titled(ritual)} is left out on {say_date(now)}.", *told_pairs(after, ritual)]

    return Edit(document, told)


def move_session(document: Document, ritual: Ritual, day: date, to: date | None, at: str | None) -> Edit:
    """A session on another day, at another time, or both; the day of its rule takes a move back."""
    if day not in (_day(ritual), _by_rule(ritual)):
        raise NotUnderstood(
            f"{titled(ritual)} is not on {say_date(day)} but on {say_date(_day(ritual))}; it comes once"
        )
    place = path_of_session(ritual)
    entry: dict[str, Any] = value_at(document, place) or {}
    wanted = {k: v for k, v in entry.items() if not (k == "on" and to == _by_rule(ritual))}
    if to and to != _by_rule(ritual):
        wanted["on"] = to
    if at:
        wanted["at"] = at
        if "-" in at or "–" in at or " to " in at:
            wanted.pop("for", None)
    if wanted == entry:
        raise NotUnderstood(f"{titled(ritual)} is so already; give another day, or another time with --at")
    document = set_value(document, place, wanted) if wanted else without(document, place)

    def told(after: Agreement) -> list[str]:
        new = after.rituals[ritual.path]
        when = say_time(_time(new))
        moved = _day(new) != _day(ritual)
        said = f"moves from {say_date(_day(ritual))} to {say_date(_day(new))}" if moved else f"on {say_date(_day(new))}"
        timed = f", {when}" if moved and _time(new) != _time(ritual) else "" if moved else f" is now {when}"
        return [ended(f"{titled(new)} {said}{timed}"), *told_pairs(after, ritual)]

    return Edit(document, told)


def _by_rule(ritual: Ritual) -> date:
    return strands(ritual, 0, by_turn=False)[0].first


def _day(ritual: Ritual) -> date:
    return (ritual.changes[0].moved_to if ritual.changes else None) or _by_rule(ritual)


def _time(ritual: Ritual) -> Any:
    time = ritual.slots[0].time
    change = ritual.changes[0] if ritual.changes else None
    if change is None or not isinstance(time, Timed):
        return time
    return Timed(time.start if change.start is None else change.start, change.length or time.length)
