"""What is agreed, by whose yes, from which day → what takes effect, what waits, and the version to be written.

In: a `History`, the day, the yeses given now and those that waited. Out: a `Decision`. Nothing is written here:
what comes out is the version and the yeses to keep, as values. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from planner.agreement import Agreed, Agreement, History, Ritual, Version
from planner.history import in_force, missed_by
from planner.revision import Revised, differing, revised, unit_of
from planner.terms import by_identity, worded
from planner.versions import Waiting, digest
from planner.writing import as_said, program_values, same_terms, terms_of


class Open(NamedTuple):
    """One change with the yeses that it has; it takes effect once none is `lacking`."""

    revised: Revised
    terms: str
    yes: tuple[str, ...]
    lacking: tuple[str, ...]


class Decision(NamedTuple):
    """What takes effect from `on`, what waits, and what is to be kept of it.

    `agreement` is what the new version says, None where nothing takes effect; `waiting` are the yeses to keep.
    """

    on: date
    taken: tuple[Open, ...]
    waits: tuple[Open, ...]
    agreement: Agreement | None
    yes: tuple[str, ...]
    waiting: tuple[Waiting, ...]
    whole: bool


def default_day(history: History, stored: Iterable[Waiting], tomorrow: date) -> date:
    """Tomorrow, but not before what is agreed last, nor before the day to which a yes that still counts was given."""
    days = [tomorrow, *(v.on for v in history.versions[-1:])]
    return max([*days, *(w.on for w in stored if _digest_now(history, w.ritual) == w.terms)])


def later_versions(history: History, on: date) -> tuple[Version, ...]:
    """The agreed versions that begin after a day."""
    return tuple(v for v in history.versions if v.on > on)


def opened(history: History, on: date, stored: Iterable[Waiting]) -> list[Open]:
    """Every change that the file makes from `on`, with the yeses that waited for it and still count.

    A yes counts for the very terms that it was given to, from its day or later.
    """
    kept = list(stored)
    found = []
    for change in _changes(history, on):
        terms = _digest_of(history, change)
        given = {p for w in kept if (w.ritual, w.terms) == (change.ritual, terms) and w.on <= on for p in w.yes}
        yes = tuple(p for p in history.current.people if p in given and p in change.needs)
        found.append(Open(change, terms, yes, tuple(p for p in change.needs if p not in yes)))
    return found


def decide(
    history: History,
    on: date,
    changes: Iterable[Open],
    yeses: Mapping[str, Iterable[str]],
    stored: Iterable[Waiting],
    today: date,
    *,
    decided: bool = True,
) -> Decision:
    """What takes effect with these yeses (by ritual), and what waits.

    What needs nobody's yes waits too, until somebody has `decided`.
    The first version takes effect as a whole or not at all: until then the file holds as it is. The same goes for one
    that replaces what is agreed for later days.
    """
    people = history.current.people
    taken: list[Open] = []
    waits: list[Open] = []
    for change in changes:
        given = {*change.yes, *yeses.get(change.revised.ritual, ())}
        yes = tuple(p for p in people if p in given and p in change.revised.needs)
        lacking = tuple(p for p in change.revised.needs if p not in yes)
        undecided = not change.revised.needs and not decided
        (waits if lacking or undecided else taken).append(change._replace(yes=yes, lacking=lacking))
    whole = not history.versions or bool(later_versions(history, on))
    if waits and whole:
        held_back, taken = taken, []
    else:
        held_back = _held_back(taken, waits)
        taken = [change for change in taken if change not in held_back]
    kept = [_waits(change, stored, on, today) for change in (*waits, *held_back) if change.yes]
    said = tuple(p for p in people if any(p in change.yes for change in taken))
    agreement = _composed(history, on, (*waits, *held_back)) if taken else None
    return Decision(on, tuple(taken), tuple(waits), agreement, said, tuple(kept), whole)


def header(decision: Decision, history: History, *, said: date, by: Iterable[str], note: str | None) -> Agreed:
    """The header of the version to be written, with the later ones that hold no longer because of it.

    A second version for a day keeps the yeses of the first, and its note where there is no other.
    """
    given = {*decision.yes, *by}
    replaces = [v.name for v in later_versions(history, decision.on)]
    same = next((v.agreement.agreed for v in reversed(history.versions) if v.on == decision.on), None)
    if same:  # what it said is in the new one too
        given |= set(same.yes)
        note = note or same.note
        replaces = [*same.replaces, *replaces]
    people = tuple(p for p in history.current.people if p in given)
    return Agreed(decision.on, people, note, said, tuple(dict.fromkeys(replaces)))


def settled(history: History, agreement: Agreement, agreed: Agreed) -> Agreed:
    """The header with the turns that were missed before the day on which it was said: so they stay, come what may."""
    known = [r for a in (agreement, *(v.agreement for v in history.versions)) for r in a.rituals.values()]
    waiting = {ritual.identity for ritual in known if ritual.turn_waits and not ritual.follows}
    if not agreed.said or not waiting:
        return agreed
    earlier = tuple(v for v in history.versions if v.on < agreed.on) or history.versions[:1]
    new = Version(agreed.on, 1, agreement._replace(agreed=None))
    after = history._replace(versions=(*earlier, new) if earlier else (new,))
    found = [
        (path, tuple(missed_by(after, ritual.identity, agreed.said)))
        for path, ritual in agreement.rituals.items()
        if ritual.identity in waiting
    ]
    return agreed._replace(waited=tuple(found))


def composed_as(read: Agreement, meant: Agreement) -> bool:
    """Whether a version that was read again asks for what was meant; a programme's sessions follow from its words."""
    one, other = ({k: r for k, r in by_identity(a).items() if not r.program} for a in (read, meant))
    programs, others = ({p.key: as_said(program_values(p)) for p in a.programs} for a in (read, meant))
    return (
        programs == others
        and one.keys() == other.keys()
        and all(same_terms(terms_of(one[k], read.week_starts), terms_of(other[k], meant.week_starts)) for k in one)
    )


def _changes(history: History, on: date) -> list[Revised]:
    """What changes from `on`; where later versions are replaced, what changes of those too, needs together."""
    found = {change.ritual: change for change in revised(history, on)}
    for version in later_versions(history, on):
        for change in revised(history, version.on):
            known = found.get(change.ritual)
            if known is None:
                found[change.ritual] = change
            else:
                found[change.ritual] = known._replace(needs=known.needs | change.needs)
    return list(found.values())


def _terms(history: History, ritual: Ritual) -> dict[str, object]:
    return terms_of(ritual, history.current.week_starts)


def _digest_of(history: History, change: Revised) -> str:
    """The digest of the terms that a change brings, of a programme's of all its sessions; "" where it ends."""
    if change.sessions:
        return _digest_of_program(history, change.ritual)
    return digest(_terms(history, change.new)) if change.new else ""


def _digest_of_program(history: History, path: str) -> str:
    terms = {p: _terms(history, r) for p, r in history.current.rituals.items() if r.program == path}
    return digest(terms) if terms else ""


def _digest_now(history: History, path: str) -> str | None:
    """The digest of the terms that a ritual of the file has, where they are not agreed already."""
    if path.startswith("programs."):
        last_day = history.versions[-1].on if history.versions else history.current.starts
        differs = any(unit_of(p) == path for p in differing(history, last_day))
        return (_digest_of_program(history, path) or None) if differs else None
    ritual = history.current.rituals.get(path)
    if ritual is None:
        return None
    if history.versions:
        last = history.versions[-1].agreement
        agreed = by_identity(last).get(ritual.identity)
        if agreed and same_terms(terms_of(agreed, last.week_starts), _terms(history, ritual)):
            return None
    return digest(_terms(history, ritual))


def _waits(change: Open, stored: Iterable[Waiting], on: date, today: date) -> Waiting:
    """A yes to keep; where the same were given before, with the day on which they were."""
    path = change.revised.ritual
    before = next((w for w in stored if (w.ritual, w.terms, set(w.yes)) == (path, change.terms, set(change.yes))), None)
    return before or Waiting(path, change.terms, on, change.yes, today)


def _held_back(taken: Iterable[Open], waits: Iterable[Open]) -> list[Open]:
    """Those that cannot be without what waits: a ritual and the one that it follows change together.

    Letting go of one that follows asks nothing of the other.
    """
    found: list[Open] = []
    waiting = list(waits)
    while waiting:
        change = waiting.pop()
        more = [
            c
            for c in taken
            if c not in found and (_follow(change, c) or (c.revised.new is not None and _follow(c, change)))
        ]
        found += more
        waiting += more
    return found


def _follow(one: Open, other: Open) -> bool:
    return any(r and r.follows == other.revised.ritual for r in (one.revised.old, one.revised.new))


def _composed(history: History, on: date, waits: Iterable[Open]) -> Agreement:
    """The file, with what waits as it was agreed before."""
    current, version = history.current, in_force(history, on)
    waiting = {change.revised.ritual for change in waits}
    programs = [p for p in current.programs if f"programs.{p.key}" not in waiting]
    programs += [p for p in version.agreement.programs if f"programs.{p.key}" in waiting] if version else []
    if version is None or not waiting:
        return current
    agreed = by_identity(version.agreement)
    rituals: dict[str, Ritual] = {}
    for path, ritual in current.rituals.items():
        if unit_of(path) not in waiting:
            rituals[path] = ritual
        elif ritual.program:
            continue
        elif ritual.identity in agreed:
            rituals[path] = worded(agreed[ritual.identity], ritual, version.agreement.people)
    sessions = [r for r in version.agreement.rituals.values() if r.program in waiting]
    rituals |= {r.path: worded(r, current.rituals.get(r.path, r), version.agreement.people) for r in sessions}
    named = {p for path, ritual in rituals.items() if unit_of(path) in waiting for p in _named(ritual)}
    old = version.agreement
    counted = any("week_starts" in terms_of(r, 1) for path, r in rituals.items() if unit_of(path) in waiting)
    return current._replace(
        rituals=rituals,
        programs=tuple(programs),
        people=current.people | {k: p for k, p in old.people.items() if k in named and k not in current.people},
        helpers=current.helpers | {k: h for k, h in old.helpers.items() if k in named and k not in current.helpers},
        week_starts=old.week_starts if counted else current.week_starts,
    )


def _named(ritual: Ritual) -> tuple[str, ...]:
    """Everyone whom a ritual's terms name."""
    single = tuple(p for p in (ritual.host, ritual.cover) if p)
    return (*ritual.who, *ritual.turns, *ritual.yes, *single)
