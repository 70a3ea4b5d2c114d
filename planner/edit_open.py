"""Open time placed, moved and taken back → a new Document, everything else kept as it is.

In: a Document, a ritual whose time is open, a day. Out: an `Edit`. What is placed is known by the day that it was
placed on first, whatever day it is moved to. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from planner.agreement import Agreement, History, Placed, Ritual
from planner.clashes import met_by
from planner.compiler import compile_series, compile_versions
from planner.document import Document, Path, remove, set_value
from planner.edit_pieces import (
    Edit,
    NotPossible,
    NotUnderstood,
    path_of,
    placed_without,
    titled,
    value_at,
    with_element,
    without,
)
from planner.history import dates_of, segments, strands_of
from planner.open_time import frames, rests_of, say_frame
from planner.pairs import told_pairs
from planner.recurrence import ONE_DAY
from planner.saying import listed, say_date, say_span, say_time, say_times_in_words
from planner.strands import Strand, placed_parts
from planner.words import AllDay, Length, Timed, Unclear, length_between, read_at, read_length, say_clock

_DAY = 1440


def place(
    document: Document,
    ritual: Ritual,
    dates: Iterable[date],
    at: str | None,
    length: str | None,
    history: History,
    *,
    where: str | None = None,
    note: str | None = None,
) -> Edit:
    """One more of a ritual's open time on each of these days, from `at` on, as long as always or for `length`."""
    values: dict[str, Any] = {"at": at, "for": length, "where": where, "note": note}
    values = {key: value for key, value in values.items() if value}
    days = sorted(set(dates))
    waiting = []
    for day in days:
        start, long = _time(_open_on(history, ritual, day), at, length)
        if not _can_be_placed(history, ritual, day, start, long):
            waiting.append(day)
        document = with_element(document, _place_of(ritual), {"on": day, **values})

    def told(after: Agreement) -> list[str]:
        now = after.rituals[ritual.path]
        found = _strands(history._replace(current=after), now)
        new = [p for p in now.placed if p not in ritual.placed]
        said = [f"on {say_date(s.first)}{_timed(s)}" for s in found if s.placed in new]
        return [
            f"{titled(ritual)} is placed {_listed(said)}.",
            *_rest_told(history, after, ritual, days),
            *_waits_told(waiting, days),
            *_met(history, after, ritual, new),
        ]

    return Edit(document, told, at_once=not waiting)


def take_back(
    document: Document, ritual: Ritual, dates: Iterable[date], at: str | None, history: History, instead: str = ""
) -> Edit:
    """`placed` without what is on these days; `at` says which one where several are on a day.

    `instead` is how to say which one where the command has no way to.
    """
    days = sorted(set(dates))
    if not ritual.open_time and not ritual.placed:
        raise _has_days(ritual, days[0])
    gone = sorted((_entry_on(ritual, day, at, instead) for day in days), reverse=True)
    return _without(document, ritual, gone, days, history)


def take_back_part(document: Document, ritual: Ritual, part: str, history: History) -> Edit:
    """`placed` without the one that calendars know by `part`."""
    n = _entry_of(ritual, part)
    return _without(document, ritual, [n], [ritual.placed[n].on], history)


def _without(document: Document, ritual: Ritual, gone: list[int], days: list[date], history: History) -> Edit:
    there = {strand.placed for strand in strands_of(history, ritual)}
    is_nowhere = not any(ritual.placed[n] in there for n in gone)
    document = _known_still(document, ritual, gone)
    for n in gone:
        document = without(document, _entry(document, ritual, n))

    def told(after: Agreement) -> list[str]:
        said = f"{titled(ritual)} is no longer placed on {listed(map(say_date, days))}."
        nowhere = [_NOWHERE] if is_nowhere else []
        return [said, *_rest_told(history, after, ritual, days), *nowhere, *told_pairs(after, ritual)]

    return Edit(document, told, at_once=not is_nowhere)


def move_placed(
    document: Document, ritual: Ritual, day: date, to: date | None, at: str | None, history: History
) -> Edit:
    """What is placed on a day, on another one, or at another time."""
    return _moved(document, ritual, _entry_on(ritual, day, None, TO_MOVE), to, at, history)


def move_part(document: Document, ritual: Ritual, part: str, to: date | None, at: str | None, history: History) -> Edit:
    """The one that calendars know by `part`, on another day, or at another time."""
    return _moved(document, ritual, _entry_of(ritual, part), to, at, history)


def _moved(document: Document, ritual: Ritual, n: int, to: date | None, at: str | None, history: History) -> Edit:
    placed, entry = ritual.placed[n], _entry(document, ritual, n)
    was, old = placed.was or placed.on, value_at(document, entry)
    to = to or placed.on
    start, length = _time(_open_on(history, ritual, to), at, None) if at else (placed.start, placed.length)
    if at and length is None and placed.length and "for" not in old:  # it keeps its length, which the old `at` said
        length = placed.length
        at = f"{say_clock(start or 0)}-{say_clock((start or 0) + length)}"
    others = tuple(p for p in ritual.placed if p is not placed)
    at_once = True
    if (to, start, length) != (placed.on, placed.start, placed.length):
        at_once = _can_be_placed(history, ritual._replace(placed=others), to, start, length)
    waits = _waits_told([] if at_once else [to], [to])
    wanted = {key: value for key, value in old.items() if key != "was" and not (key == "for" and at and "-" in at)}
    wanted |= {"on": to} | ({"at": at} if at else {}) | ({"was": was} if was != to else {})
    for key in [key for key in old if key not in wanted]:
        document = remove(document, (*entry, key))
    for key, value in wanted.items():
        document = document if old.get(key) == value else set_value(document, (*entry, key), value)

    def told(after: Agreement) -> list[str]:
        found = _strands(history._replace(current=after), after.rituals[ritual.path])
        now = next(s for s in found if s.placed and s.placed == after.rituals[ritual.path].placed[n])
        title = titled(ritual)
        assert now.placed  # noqa: S101  (only such are found)
        if now.placed == placed:
            return [f"{title} is on {say_date(to)} already{_timed(now)}."]
        beside = [*waits, *_met(history, after, ritual, [now.placed]), *told_pairs(after, ritual)]
        if to == placed.on:
            return [f"{title} on {say_date(to)} is now{_timed(now)}.", *beside]
        days = [placed.on, to]
        rest = [] if _same_frame(history, after, ritual, days) else _rest_told(history, after, ritual, days)
        moved = f"{title} moves from {say_date(placed.on)} to {say_date(to)}, {say_time(now.time)}."
        return [moved, *rest, *beside]

    return Edit(document, told, at_once=at_once)


def adjust_part(document: Document, ritual: Ritual, part: str, key: str, value: Any) -> Edit:
    """A key of the one that calendars know by `part`, `where` or `note`; None takes the key out."""
    n = _entry_of(ritual, part)
    entry = _entry(document, ritual, n)
    if value is None and key not in value_at(document, entry):
        raise NotPossible("the file says nothing of its own for that day")
    document = remove(document, (*entry, key)) if value is None else set_value(document, (*entry, key), value)
    what = {"where": "place", "note": "note"}[key]
    said = f"now {value}" if value is not None else "taken out"
    sentence = f"The {what} of {titled(ritual)} on {say_date(ritual.placed[n].on)} is {said}."
    return Edit(document, lambda _: [sentence])


# ── what can be placed ───────────────────────────────────────────────


def _time(ritual: Ritual, at: str | None, length: str | None) -> tuple[int | None, int | None]:
    """Start and length in minutes, each where it is said."""
    whole = bool(ritual.open_time and ritual.open_time.is_all_day)
    clock = _read("--at", lambda: read_at(at)) if at else None
    long = _read("--for", lambda: read_length(length)) if length else Length(0, 0)
    if long.months:
        raise NotUnderstood(f'--for: "{length}" is no length of one time; write it like "2h 30m" or "2 days"')
    if whole and at:
        raise NotUnderstood(f"{titled(ritual)} takes whole days; leave --at out")
    if whole and long.minutes % _DAY:
        raise NotUnderstood(f'{titled(ritual)} takes whole days; write --for "2 days", or leave it out')
    if not whole and clock is None:
        raise NotUnderstood(f"at what time is {titled(ritual)}? add --at 18:00")
    if clock is None:
        return None, long.minutes or None
    start, end = clock
    if end is not None and length:
        raise NotUnderstood("--at says when it ends already; keep its end, or --for")
    return start, length_between(start, end) if end is not None else long.minutes or None


def _read(option: str, read: Any) -> Any:
    try:
        return read()
    except Unclear as e:
        raise NotUnderstood(f"{option}: {e}") from e


def _open_on(history: History, ritual: Ritual, day: date) -> Ritual:
    """A ritual with the terms that hold on a day where these leave its day open, else as the file has it."""
    for agreed in _agreed_open(history, ritual):
        if agreed.starts <= day and (agreed.until is None or day <= agreed.until):
            return agreed
    if ritual.open_time:
        return ritual
    raise _has_days(ritual, day)


def _has_days(ritual: Ritual, day: date) -> NotPossible:
    hint = f"`planner move {ritual.path} {day} --to DATE` moves one"
    return NotPossible(f"{titled(ritual)} has days of its own, so nothing of it is to place; {hint}")


def _agreed_open(history: History, ritual: Ritual) -> list[Ritual]:
    """A ritual as it was agreed, stretch by stretch, while its days are open."""
    found = (s.ritual for s in segments(history)) if history.versions else ()
    return [agreed for agreed in found if agreed.identity == ritual.identity and agreed.open_time]


def _can_be_placed(history: History, ritual: Ritual, day: date, start: int | None, length: int | None) -> bool:
    """Hold that a day is one on which the time is open and does not rest, and the hour one that has none yet.

    Whether it is agreed that the time is open then: calendars follow at once.
    """
    new = Placed(day, start, length)
    placed = ritual._replace(placed=(*ritual.placed, new))
    found = _strands(history, placed)
    there = next((s for s in found if s.placed is new), None)
    title = titled(ritual)
    others = (s for s in found if s.placed is not new and s.first == day)
    if other := next((s for s in others if s.placed == new or (there and _meet(s, there))), None):
        at, another = ("", "day") if isinstance(other.time, AllDay) else (_timed(other), "time")
        raise NotPossible(f"{title} is placed on {say_date(day)}{at} already; name another {another}")
    if there is None:
        if ritual.open_time and day < ritual.starts:
            raise NotUnderstood(f"{title} begins on {say_date(ritual.starts)}; name that day or a later one")
        if ritual.open_time and ritual.until and day > ritual.until:
            raise NotUnderstood(f"the last day of {title} is {say_date(ritual.until)}; name that day or an earlier one")
        raise NotPossible(f"{title} has no open time on {say_date(day)}; name another day")
    is_agreed = any(s.placed is new for s in strands_of(_with(history, placed), placed))
    opens = min((agreed.starts for agreed in _agreed_open(history, ritual) if agreed.starts > day), default=None)
    if not is_agreed and opens:
        raise NotPossible(f"{title} is open from {say_date(opens)} on; name that day or a later one")
    rest = next(
        (p for p in rests_of(history.current, _open_on(history, ritual, day)) if p.starts <= day <= p.until), None
    )
    if rest:
        span = say_span(rest.starts, rest.until)
        raise NotPossible(f"{title} rests {span}; name another day, or `planner resume` ends a pause")
    return is_agreed


def _meet(one: Strand, other: Strand) -> bool:
    if not isinstance(one.time, Timed) or not isinstance(other.time, Timed):
        return True
    starts, lengths = (one.time.start, other.time.start), (one.time.length, other.time.length)
    return starts[0] < starts[1] + lengths[1] and starts[1] < starts[0] + lengths[0]


def _with(history: History, ritual: Ritual) -> History:
    """The history with a ritual of the file as it is here."""
    current = history.current
    return history._replace(current=current._replace(rituals={**current.rituals, ritual.path: ritual}))


def _strands(history: History, ritual: Ritual) -> list[Strand]:
    """What is placed of a ritual, as the versions in force have it; as the file has it where they have none."""
    found: dict[Placed, Strand] = {}
    for strand in dates_of(_with(history, ritual), ritual):
        if strand.placed:
            found.setdefault(strand.placed, strand)
    return sorted(found.values(), key=lambda strand: (strand.first, strand.part))


def _known_still(document: Document, ritual: Ritual, gone: list[int]) -> Document:
    """The document with a number for each whose name in calendars would be another one once these are gone."""
    for n, placed in placed_without(ritual, gone).items():
        if placed.number != ritual.placed[n].number:
            document = set_value(document, (*_entry(document, ritual, n), "number"), placed.number)
    return document


# ── where it stands in the file ──────────────────────────────────────


def _place_of(ritual: Ritual) -> Path:
    return (*path_of(ritual.path), "placed")


def _entry(document: Document, ritual: Ritual, n: int) -> Path:
    place = _place_of(ritual)
    return place if isinstance(value_at(document, place), dict) else (*place, n)


def _entry_of(ritual: Ritual, part: str) -> int:
    for n, name in enumerate(placed_parts(ritual)):
        if name == part:
            return n
    raise NotPossible(f"{titled(ritual)} is not placed like that any more")


TO_SKIP = "{command} takes one back"
TO_MOVE = "change one in the file, or {command} takes it back, and `planner place` places it anew"
_TO_UNDO = "say which one with --at {first}"


def _entry_on(ritual: Ritual, day: date, at: str | None, instead: str = "") -> int:
    """The number of what is placed on a day; `instead` is what helps where several are."""
    there = [n for n, placed in enumerate(ritual.placed) if placed.on == day]
    title = titled(ritual)
    if at:
        start = (_read("--at", lambda: read_at(at)) or (None, None))[0]
        there = [n for n in there if ritual.placed[n].start == start]
    if not there:
        near = sorted({p.on for p in ritual.placed}, key=lambda on: abs(on - day))[:2]
        known = f"it is placed on {listed(say_date(on) for on in sorted(near))}" if near else "nothing of it is placed"
        raise NotUnderstood(f"{title} is not placed on {say_date(day)}{f' at {at}' if at else ''}; {known}")
    if len(there) > 1:
        times = listed(say_clock(ritual.placed[n].start or 0) for n in there)
        first = say_clock(ritual.placed[there[0]].start or 0)
        command = f"`planner place {ritual.path} {day} --undo --at {first}`"
        remedy = (instead or _TO_UNDO).format(command=command, first=first)
        raise NotUnderstood(f"{title} is placed on {say_date(day)} at {times}; {remedy}")
    return there[0]


# ── told ─────────────────────────────────────────────────────────────


def _listed(parts: list[str]) -> str:
    """Several days in a sentence; with a comma before the last where they have some of their own."""
    return f"{', '.join(parts[:-1])}, and {parts[-1]}" if len(parts) > 1 and "," in parts[0] else listed(parts)


def _timed(strand: Strand) -> str:
    return f"{',' if isinstance(strand.time, AllDay) else ''} {say_time(strand.time)}"


_NOWHERE = "No calendar had it yet."


def _waits_told(waiting: list[date], days: list[date]) -> list[str]:
    """That what is placed on some of the days is in no calendar before the time is agreed to be open then."""
    if not waiting:
        return []
    those = listed(map(say_date, waiting))
    said = [f"That it is open on {those} is not agreed yet; calendars have it once that is."]
    return said + (["The rest holds at once; nobody has to agree to it."] if len(waiting) < len(days) else [])


def _rest_told(history: History, after: Agreement, ritual: Ritual, days: list[date]) -> list[str]:
    """What is still to place, in each frame that these days lie in."""
    said: dict[str, None] = {}
    for day in days:
        for frame in frames(history._replace(current=after), day, day + ONE_DAY):
            if frame.ritual.path != ritual.path or not frame.ritual.open_time:
                continue
            when, number, times = say_frame(frame), len(frame.placed), frame.ritual.open_time.times
            if frame.left:
                said[f"Still to place {when}: {say_times_in_words(frame.left)}."] = None
            elif number > times:
                said[
                    f"That makes it {say_times_in_words(number)} {when}; {say_times_in_words(times)} is what it says."
                ] = None
            else:
                said[f"Nothing is left to place {when}."] = None
    return list(said)


def _same_frame(history: History, after: Agreement, ritual: Ritual, days: list[date]) -> bool:
    found = [
        {
            (f.first, f.end)
            for f in frames(history._replace(current=after), day, day + ONE_DAY)
            if f.ritual.path == ritual.path
        }
        for day in days
    ]
    return found[0] == found[1]


def _met(history: History, after: Agreement, ritual: Ritual, placed: Iterable[Placed]) -> list[str]:
    """What else asks for the same time as these of a ritual, without a rule about it."""
    history = history._replace(current=after)
    now = after.rituals[ritual.path]
    agreed = {strand.placed for strand in strands_of(history, now)}
    found: dict[str, None] = {}
    for one, part in zip(now.placed, placed_parts(now), strict=True):
        if one not in placed:
            continue
        series = compile_versions(history, None) if one in agreed else compile_series(after, None)
        for day, path, people in met_by(after, series, (ritual.path, part)):
            other = after.rituals.get(path) or history.own.get(path)
            title = titled(other) if other else f"[{path}]"
            found[f"On {say_date(day)} {title} asks for {after.names(people)}'s time too."] = None
    return list(found)
