"""Single dates of a ritual: what is left out, and what moves.

In: a Document, its Agreement, a ritual and dates. Out: an `Edit`. A date is one by the ritual's rule. No file and no
clock enter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from planner.agreement import Agreement, History, Ritual
from planner.document import Document, Path, remove, set_value
from planner.edit_open import TO_SKIP, move_placed, take_back
from planner.edit_pieces import (
    Edit,
    NotPossible,
    NotUnderstood,
    find_ritual,
    path_of,
    session_left_out,
    titled,
    value_at,
    with_element,
    without,
)
from planner.edit_sessions import move_session, skip_session
from planner.history import dates_of, strands_of
from planner.pairs import told_pairs
from planner.saying import listed, say_date, say_time
from planner.strands import say_nearest
from planner.words import Time, Timed, Unclear, read_at


def skip(
    document: Document, agreement: Agreement, key: str, dates: Iterable[date], history: History | None = None
) -> Edit:
    """Dates added to a ritual's `skip`, or what is placed on them of open time taken back.

    With a `history` they may be dates of the version in force on them.
    """
    history = history or History(agreement)
    if (gone := session_left_out(agreement, key)) and key not in agreement.rituals:
        return Edit(document, lambda _: [f"{gone[2]} is left out already."])
    ritual = find_ritual(agreement, key)
    wanted = sorted(set(dates))
    if ritual.program:
        return skip_session(document, ritual, wanted)
    placed = [day for day in wanted if _is_placed(history, ritual, day)]
    if placed == wanted:
        return take_back(document, ritual, wanted, None, history, TO_SKIP)
    back = take_back(document, ritual, placed, None, history, TO_SKIP) if placed else Edit(document, lambda _: [])
    document, wanted = back.document, [day for day in wanted if day not in placed]
    new = [day for day in wanted if day not in ritual.skip]
    for day in new:
        _needs_date(history, ritual, day)
    for day in new:
        document = with_element(document, (*path_of(ritual.path), "skip"), day)

    def told(after: Agreement) -> list[str]:
        sentences = [
            f"{titled(ritual)} is left out on {listed(map(say_date, days))}{already}."
            for days, already in ((new, ""), ([d for d in wanted if d in ritual.skip], " already"))
            if days
        ]
        changed = [say_date(c.on) for c in ritual.changes if c.on in new]
        if changed:
            sentences.append(f"What `changes` says of {listed(changed)} counts no longer.")
        told = [*sentences, *_drafted_told(drafted), *back.told(after)]
        return told + (told_pairs(after, ritual) if new else [])

    drafted = _drafted(history, ritual, new)
    return Edit(document, told, at_once=back.at_once and not drafted)


def unskip(
    document: Document, agreement: Agreement, key: str, dates: Iterable[date], history: History | None = None
) -> Edit:
    """Dates taken out of a ritual's `skip`; of a programme, the session that is left out, whatever its dates."""
    if (gone := session_left_out(agreement, key)) and key not in agreement.rituals:
        program, name, title = gone
        document = _without_value(document, ("programs", program.key, "skip"), name)
        return Edit(document, lambda _: [f"{title} is part of it again."])
    ritual = find_ritual(agreement, key)
    if ritual.open_time:
        raise NotUnderstood(f"{titled(ritual)} is placed, not left out; `planner place {ritual.path}` gives it a day")
    wanted = sorted(set(dates))
    place = (*path_of(ritual.path), "skip")
    if other := [day for day in wanted if ritual.program or day not in ritual.skip]:
        out = [] if ritual.program else [say_date(day) for day in sorted(ritual.skip)]
        only = f", but on {listed(out)}" if out else ""
        raise NotUnderstood(f"{titled(ritual)} is not left out on {listed(map(say_date, other), 'or')}{only}")
    for day in wanted:
        document = _without_value(document, place, day)

    def told(after: Agreement) -> list[str]:
        again = after.rituals[ritual.path]
        changed = {c.on for c in again.changes}
        pauses = [p for p in after.rests if p.stops(again, again.who)]
        sentences = [f"{titled(ritual)} is on {listed(map(say_date, wanted))} again."]
        resting = [day for day in wanted if any(p.starts <= day <= p.until for p in pauses)]
        if rests := [say_date(day) for day in resting if day not in changed]:
            sentences.append(f"A pause rests it on {listed(rests)} all the same.")
        if differs := [say_date(day) for day in wanted if day in changed]:
            sentences.append(f"What `changes` says of {listed(differs)} counts again.")
        return [*sentences, *_drafted_told(drafted), *told_pairs(after, ritual)]

    drafted = _drafted(history or History(agreement), ritual, wanted)
    return Edit(document, told, at_once=not drafted)


def _without_value(document: Document, place: Path, value: Any) -> Document:
    """The document without a value of a list, or the one that stands there without a list."""
    written = value_at(document, place)
    return without(document, (*place, written.index(value)) if isinstance(written, list) else place)


def _drafted(history: History, ritual: Ritual, days: Iterable[date]) -> list[date]:
    """Those of these dates that the file alone has, and no calendar yet."""
    agreed = strands_of(history, ritual)
    return [day for day in days if not any(s.has_day(day) for s in agreed)]


def _drafted_told(days: list[date]) -> list[str]:
    if not days:
        return []
    return [f"That it is on {listed(map(say_date, days))} is not agreed yet; calendars follow once it is."]


def _is_placed(history: History, ritual: Ritual, day: date) -> bool:
    """Whether a day means what is placed on it, rather than a date by the rule: what is agreed for it goes first."""
    agreed = [s for s in strands_of(history, ritual) if s.has_day(day)]
    if agreed:
        return any(s.placed for s in agreed)
    return bool(ritual.open_time) or any(p.on == day for p in ritual.placed)


def move(
    document: Document,
    agreement: Agreement,
    key: str,
    day: date,
    to: date | None,
    at: str | None,
    history: History | None = None,
) -> Edit:
    """An entry in a ritual's `changes` (or its entry for that date, changed) that moves one occurrence.

    Without `to` it stays on the day that it has now; the day of its rule takes a move back. With a `history` the date
    may be one of the version in force on it.
    """
    history = history or History(agreement)
    ritual = find_ritual(agreement, key)
    end = _needs_time(at)[1] if at is not None else None
    if ritual.program:
        return move_session(document, ritual, day, to, at)
    if _is_placed(history, ritual, day):
        return move_placed(document, ritual, day, to, at, history)
    if day in ritual.skip:
        back = f"`planner skip {ritual.path} {day} --undo` takes it back in"
        raise NotPossible(f"{titled(ritual)} is left out on {say_date(day)}; {back}")
    _needs_date(history, ritual, day)
    place: Path = (*path_of(ritual.path), "changes")
    written = value_at(document, place)
    entries = [written] if isinstance(written, dict) else written or []
    known = next((n for n, entry in enumerate(entries) if entry["on"] == day), None)
    entry = {"on": day} if known is None else entries[known]
    wanted = {k: v for k, v in entry.items() if not (k == "moved_to" and to == day) and not (k == "for" and end)}
    wanted |= ({"moved_to": to} if to and to != day else {}) | ({"at": at} if at else {})
    if known is None and wanted == entry:
        raise NotUnderstood(
            f"{titled(ritual)} is on {say_date(day)} already; give another day, or another time with --at"
        )
    if known is None:
        document = with_element(document, place, wanted)
    else:
        place = place if isinstance(written, dict) else (*place, known)
        if wanted == {"on": day}:
            document = without(document, place)
        for name in entry if wanted != {"on": day} else ():
            document = document if name in wanted else remove(document, (*place, name))
        for name, value in wanted.items() if wanted != {"on": day} else ():
            document = document if entry.get(name) == value else set_value(document, (*place, name), value)
    drafted = _drafted(history, ritual, [day])
    return Edit(
        document,
        lambda after: [*_moved(history, after, ritual, day), *_drafted_told(drafted)],
        at_once=not drafted,
    )


def _moved(history: History, after: Agreement, ritual: Ritual, day: date) -> list[str]:
    """Where and when an occurrence is after a move, and what else it touches."""
    old, new = (
        next((c for c in agreement.rituals[ritual.path].changes if c.on == day), None)
        for agreement in (history.current, after)
    )
    parts = dates_of(history, ritual)
    by_rule: Time = next(s.time for s in parts if s.has_day(day))
    time = by_rule
    if isinstance(by_rule, Timed) and new:
        start = by_rule.start if new.start is None else new.start
        time = Timed(start, new.length or by_rule.length)
    to = (new.moved_to if new else None) or day
    came_from = (old.moved_to if old else None) or day
    if new == old:
        sentence = f"{titled(ritual)} is on {say_date(to)} already, {say_time(time)}"
    elif new is None:
        sentence = f"{titled(ritual)} is on {say_date(day)} again, {say_time(time)}"
    elif to == came_from:
        sentence = f"{titled(ritual)} on {say_date(to)} is now {say_time(time)}"
    else:
        sentence = f"{titled(ritual)} moves from {say_date(came_from)} to {say_date(to)}"
        sentence += f", {say_time(time)}" if time != by_rule else ""
    sentences = [f"{sentence}."]
    if new != old and to < after.starts <= day:
        sentences.append(
            f"That lies before the agreement's first day, {say_date(after.starts)}; it is there all the same."
        )
    gone = {*ritual.skip, *(c.on for c in ritual.changes if c.moved_to not in (None, c.on))}
    if new != old and to not in (day, *gone) and any(s.has_day(to) for s in parts):
        sentences.append(f"There is one on {say_date(to)} already; now there are two.")
    if new and not old and any(p.starts <= day <= p.until and p.stops(ritual, ritual.who) for p in after.rests):
        sentences.append(f"A pause rests it on {say_date(day)}; moved like this it takes place all the same.")
    return sentences + (told_pairs(after, ritual) if new != old else [])


def _needs_time(at: str) -> tuple[int, int | None]:
    try:
        return read_at(at) or (0, None)
    except Unclear as e:
        raise NotUnderstood(f"--at: {e}") from e


def _needs_date(history: History, ritual: Ritual, day: date) -> None:
    """Hold that a ritual has this date by its rule, else say which dates it has."""
    parts = dates_of(history, ritual)
    if any(s.has_day(day) for s in parts):
        return
    for change in ritual.changes:
        if change.moved_to == day:
            raise NotUnderstood(
                f"{titled(ritual)} on {say_date(day)} is the one of {change.on}, moved; name it by that date"
            )
    why = _outside(history.current, ritual, day) if not any(s.first <= day for s in parts) else ""
    raise NotUnderstood(f"{titled(ritual)} is not on {say_date(day)}{why or ' by its rule'}; {say_nearest(parts, day)}")


def _outside(agreement: Agreement, ritual: Ritual, day: date) -> str:
    """Why nothing is on a day that lies before the first: nothing had begun yet."""
    if day < agreement.starts:
        return f", for the agreement applies from {say_date(agreement.starts)} on"
    return f", for it begins on {say_date(ritual.starts)}" if day < ritual.starts else ""
