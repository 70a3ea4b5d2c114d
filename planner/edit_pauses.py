"""Rest for a while, from some of it or from all, and its end.

In: a Document, its Agreement, what rests and for whom, days. Out: an `Edit`. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from planner.agreement import TABLES, Agreement, Change, Pause
from planner.document import Document, Path, add_array_table, remove, set_value
from planner.edit_pieces import (
    Edit,
    NotPossible,
    NotUnderstood,
    ended,
    find_ritual,
    path_of,
    titled,
    value_at,
    without,
)
from planner.looks import taking_part
from planner.pairs import told_pairs_of_pause
from planner.saying import listed, say_date, say_span
from planner.strands import strands
from planner.tables import unknown
from planner.tongues.english import ENGLISH
from planner.words import AllDay, say_clock, shown

_MOST_COMMANDS = 20


def pause(
    document: Document,
    agreement: Agreement,
    keys: Iterable[str],
    *,
    who: Iterable[str],
    starts: date,
    until: date,
    note: str | None,
) -> Edit:
    """A new `[[pauses]]`: of the named rituals or tables, or of everything where none is named."""
    only = _named(agreement, keys)
    people = tuple(dict.fromkeys(_person(agreement, person) for person in who))
    _would_rest(agreement, only, people, starts, until)
    near = [p for p in agreement.rests if p.starts <= until and starts <= p.until and _covers(p, only, people)]
    whole = next((p for p in near if p.starts <= starts and until <= p.until), None)
    if whole is None:
        values: dict[str, Any] = {"starts": starts, "until": until}
        values |= {"who": people[0] if len(people) == 1 else list(people)} if people else {}
        values |= ({"only": list(only)} if only else {}) | ({"note": note} if note else {})
        document = add_array_table(document, ("pauses",), values)
    rest = Pause(starts, until, people, only)
    document, freed = _turns_freed(document, agreement, rest)

    def told(after: Agreement) -> list[str]:
        rests = _does(after, only, people, "rests", "rest")
        if whole:
            return [ended(f"{rests} {say_span(whole.starts, whole.until)} already"), *freed]
        spans = [say_span(p.starts, p.until) for p in near]
        also = [f"This adds to the pause{'s' if len(near) > 1 else ''} {listed(spans)}."] if near else []
        return [ended(f"{rests} {say_span(starts, until)}"), *freed, *also, *told_pairs_of_pause(after, rest)]

    return Edit(document, told)


def pause_yearly(
    document: Document,
    agreement: Agreement,
    keys: Iterable[str],
    *,
    who: Iterable[str],
    ends: tuple[str, str],
    note: str | None,
) -> Edit:
    """A new `[[pauses]]` that comes every year, from a day of the year ("20 december") to another."""
    only = _named(agreement, keys)
    people = tuple(dict.fromkeys(_person(agreement, person) for person in who))
    for key in only:
        ritual = agreement.rituals.get(key)
        if ritual and people and not set(people) & set(ritual.who):
            raise NotUnderstood(f"{agreement.names(people)} takes no part in {titled(ritual)}; leave --who out")
    values: dict[str, Any] = {"starts": ends[0], "until": ends[1]}
    values |= {"who": people[0] if len(people) == 1 else list(people)} if people else {}
    values |= ({"only": list(only)} if only else {}) | ({"note": note} if note else {})
    document = add_array_table(document, ("pauses",), values)

    def told(after: Agreement) -> list[str]:
        rests = _does(after, only, people, "rests", "rest")
        new = next(p for p in reversed(after.pauses) if p.yearly)
        again = any(p == new._replace(note=p.note) for p in agreement.pauses)
        also = ["The same pause is in the file already; one of the two is enough."] if again else []
        changed = [
            f"{titled(r)} takes place on {listed(days)} all the same, for `changes` speaks of it."
            for r in after.rituals.values()
            if new.stops(r, r.who)
            and (days := [say_date(c.on) for c in r.changes if any(p.starts <= c.on <= p.until for p in new.each())])
        ]
        yearly = ENGLISH.yearly(new.starts, new.until)
        return [ended(f"{yearly}, {rests}"), *also, *changed, *told_pairs_of_pause(after, new)]

    return Edit(document, told)


def _goes_before(agreement: Agreement, span: Pause, wanted: tuple[str, ...], on: date) -> str:
    """How single dates of a pause that comes every year go on: the commands that let them take place."""
    commands = []
    for path, ritual in agreement.rituals.items():
        named = not wanted or any(f"{path}.".startswith(f"{key}.") for key in wanted)
        if not named or ritual.program or ritual.follows or ritual.open_time or not span.stops(ritual, ritual.who):
            continue
        known = {*ritual.skip, *(c.on for c in ritual.changes)}
        for strand in strands(ritual, agreement.week_starts, by_turn=False):
            for day in strand.days(max(on, span.starts), span.until + timedelta(days=1)):
                if day not in known and not strand.placed:
                    time = strand.time
                    at = '"all day"' if isinstance(time, AllDay) else say_clock(time.start)
                    commands.append((day, f"  planner move {path} {day} --at {at}"))
    lines = [line for _, line in sorted(commands)]
    more = [f"  … and {len(lines) - _MOST_COMMANDS} more"] if len(lines) > _MOST_COMMANDS else []
    said = f"the pause {say_span(span.starts, span.until)} comes every year, so nothing was written"
    if not lines:
        return f"{said}; nothing that it rests would come before it is over"
    return "\n".join([f"{said}. Each of these lets one date of this year take place:", *lines[:_MOST_COMMANDS], *more])


def _turns_freed(document: Document, agreement: Agreement, rest: Pause) -> tuple[Document, list[str]]:
    """The document without `changes` in a pause that say no more than whose turn it is, where turns wait; and words.

    Any other date of which `changes` speaks takes place in the pause, too, and that is said.
    """
    told = []
    for ritual in agreement.rituals.values():
        place = (*path_of(ritual.path), "changes")
        written = None if ritual.program else value_at(document, place)
        entries = [written] if isinstance(written, dict) else written or []
        number = {entry["on"]: n for n, entry in enumerate(entries)}
        there = [c for c in ritual.changes if rest.starts <= c.on <= rest.until and c.on in number]
        there = [c for c in there if c.on not in ritual.skip and rest.stops(ritual, taking_part(ritual, c.turn))]
        freed = [c.on for c in there if ritual.turn_waits and c == Change(c.on, turn=c.turn, counts=c.counts)]
        for day in sorted(freed, key=number.__getitem__, reverse=True):
            document = without(document, place if isinstance(written, dict) else (*place, number[day]))
        if freed:
            days = listed(map(say_date, freed))
            told.append(f"Whose turn it was in {titled(ritual)} on {days} is taken out of `changes`.")
        if stay := [say_date(c.on) for c in there if c.on not in freed]:
            told.append(f"{titled(ritual)} takes place on {listed(stay)} all the same, for `changes` speaks of it.")
    return document, told


def _would_rest(
    agreement: Agreement, only: tuple[str, ...], people: tuple[str, ...], starts: date, until: date
) -> None:
    """Hold that a pause lies in the agreement's days, and that the people take part in what is named."""
    if until < agreement.starts:
        raise NotUnderstood(f"the agreement starts on {say_date(agreement.starts)}; a pause before that rests nothing")
    if agreement.until and starts > agreement.until:
        raise NotUnderstood(f"the agreement ends on {say_date(agreement.until)}; a pause after that rests nothing")
    for key in only:
        ritual = agreement.rituals.get(key)
        if ritual and people and not set(people) & set(ritual.who):
            raise NotUnderstood(f"{agreement.names(people)} takes no part in {titled(ritual)}; leave --who out")


def _covers(rest: Pause, only: tuple[str, ...], people: tuple[str, ...]) -> bool:
    """Whether while `rest` lasts nothing goes on that a pause of these would rest."""
    if rest.who and not (people and set(people) <= set(rest.who)):
        return False
    within = all(any(f"{key}.".startswith(f"{rested}.") for rested in rest.only) for key in only)
    return not rest.only or (bool(only) and within)


def resume(document: Document, agreement: Agreement, keys: Iterable[str], on: date) -> Edit:
    """The end of the pause that lasts on `on`, else of the next: for what is named, or (no keys) for all that it rests.

    A pause that has begun ends the day before `on`; one that has not is taken out. What else it rests goes on resting,
    and later pauses stay.
    """
    wanted = _named(agreement, keys)
    lasting = [(n, p) for n, p in enumerate(agreement.pauses) if p.until >= on and not p.yearly]
    yearly = [one for p in agreement.pauses if p.yearly for one in p.each() if one.starts <= on <= one.until]
    if yearly and not any(p.starts <= on for _, p in lasting):
        raise NotPossible(_goes_before(agreement, yearly[0], wanted, on))
    touched = [(n, p, left) for n, p in lasting if (left := _left(agreement, p, wanted)) is not None]
    if not touched:
        what = f"no pause rests {listed(_called(agreement, k) for k in wanted)}" if wanted else "nothing rests"
        spans = [
            f"{_does(agreement, p.only, p.who, 'rests', 'rest')} {say_span(p.starts, p.until)}" for _, p in lasting
        ]
        raise NotUnderstood("; ".join([f"{what} on {say_date(on)} or later", *spans]))
    first = max(on, min(rest.starts for _, rest, _ in touched))
    for n, rest, left in reversed(touched):
        if rest.starts <= first:
            document = _ended(document, n, rest, left, on)

    def told(after: Agreement) -> list[str]:
        return [
            _resumed(after, rest, left, wanted, on)
            if rest.starts <= first
            else f"The pause {say_span(rest.starts, rest.until)} stays."
            for _, rest, left in touched
        ]

    return Edit(document, told)


def _left(agreement: Agreement, rest: Pause, wanted: tuple[str, ...]) -> tuple[str, ...] | None:
    """What goes on resting where `wanted` (nothing named: all of it) goes on; None where the pause rests none of it."""
    if not wanted:
        return ()
    paths = [*agreement.rituals]
    resting = rest.only or tuple(dict.fromkeys(path.partition(".")[0] for path in paths))
    left: list[str] = []
    for item in resting:
        inside = [path for path in paths if f"{path}.".startswith(f"{item}.") and _rests(agreement, rest, path)]
        others = [path for path in inside if not any(f"{path}.".startswith(f"{key}.") for key in wanted)]
        left += [item] if others == inside else others
    return None if left == list(resting) else tuple(left)


def _rests(agreement: Agreement, rest: Pause, path: str) -> bool:
    ritual = agreement.rituals.get(path)
    return ritual is None or rest.stops(ritual, ritual.who)


def _ended(document: Document, n: int, rest: Pause, left: tuple[str, ...], on: date) -> Document:
    """The document with a pause ended for all but `left`."""
    path: Path = ("pauses", n)
    written: dict[str, Any] = document.values["pauses"][n]
    if rest.starts < on:
        document = set_value(document, (*path, "until"), on - timedelta(days=1))
        rests_on: dict[str, Any] = {**written, "starts": on, "only": list(left)}
        order = ("starts", "until", "who", "only", "note")
        rests_on = {key: rests_on[key] for key in order if key in rests_on}
        return add_array_table(document, ("pauses",), rests_on) if left else document
    if not left:
        return without(document, path)
    listing = written.get("only")
    if not isinstance(listing, list) or not set(left) < set(listing):
        return set_value(document, (*path, "only"), list(left))
    for index in reversed(range(len(listing))):
        if listing[index] not in left:
            document = remove(document, (*path, "only", index))
    return document


def _resumed(agreement: Agreement, rest: Pause, left: tuple[str, ...], wanted: tuple[str, ...], on: date) -> str:
    these = tuple(k for k in wanted if _left(agreement, rest, (k,)) is not None) or rest.only
    goes_on = _does(agreement, these, () if wanted else rest.who, "goes on", "go on")
    span = say_span(rest.starts, rest.until)
    if rest.starts < on and left:
        return ended(f"{goes_on} from {say_date(on)}; what else rests does so until {say_date(rest.until)}")
    if rest.starts < on:
        shorter = say_span(rest.starts, on - timedelta(days=1))
        return ended(f"{goes_on} from {say_date(on)}; the pause is now {shorter}")
    if left:
        return f"The pause {span} no longer rests {listed(_called(agreement, key) for key in these)}."
    return f"The pause {span} is taken out: {goes_on}."


def _named(agreement: Agreement, keys: Iterable[str]) -> tuple[str, ...]:
    """Tables and dotted keys of rituals, each once, and none whose table is named as well."""
    programs = ["programs", *(f"programs.{program.key}" for program in agreement.programs)]
    found = []
    for key in keys:
        if key not in agreement.rituals and any(key in (k, p.name) for k, p in agreement.people.items()):
            raise NotUnderstood(f'"{key}" is a person; write --all --who {key} to rest what they take part in')
        found.append(key if key in TABLES or key in programs else find_ritual(agreement, key).path)
    return tuple(k for k in dict.fromkeys(found) if "." not in k or k.partition(".")[0] not in found)


def _person(agreement: Agreement, word: str) -> str:
    """The key of a person, by key or name."""
    if word in agreement.people:
        return word
    named = [k for k, p in agreement.people.items() if p.name.casefold() == word.casefold()]
    if len(named) == 1:
        return named[0]
    raise NotUnderstood(f'no person "{shown(word)}"; {unknown(word, agreement.people)}')


def _does(agreement: Agreement, only: tuple[str, ...], people: tuple[str, ...], one: str, many: str) -> str:
    """What rests or goes on, and for whom; `one` and `many` are the verb's forms."""
    part = f"{agreement.names(people)} take{'s' if len(people) == 1 else ''} part" if people else ""
    if not only:
        return f"everything {part} in {one}" if part else f"everything {one}"
    what = listed(_called(agreement, key) for key in only) + (f" (where {part})" if part else "")
    return f"{what} {many if len(only) > 1 or what.startswith('all ') else one}"


def _called(agreement: Agreement, key: str) -> str:
    """A table or a ritual in a sentence."""
    if key in agreement.rituals:
        return titled(agreement.rituals[key])
    if "." in key:
        program = next((p for p in agreement.programs if f"programs.{p.key}" == key), None)
        return f'"{program.title}"' if program and program.title else f"[{key}]"
    plain = {"me_blocks": "me-blocks", "check_ins": "check-ins", "rituals": "of [rituals]", "programs": "programmes"}
    return f"all {plain.get(key) or key.replace('_', ' ')}"
