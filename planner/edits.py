"""Edits that people ask for in words → a new Document, everything else kept as it is.

In: a Document, its Agreement, what is to change. Out: an `Edit`: the new Document, and what changed, told in sentences
once the new Agreement is read. `NotPossible` says why an edit cannot be made and what would help. No file and no clock
enter; the caller reads the new document again before it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from planner.agreement import TABLES, Agreement, History, Pause, Ritual
from planner.document import Document, EditError, Path, add_array_table, add_table, remove, set_value
from planner.edit_open import move_placed, take_back
from planner.edit_pieces import (
    Edit,
    NotPossible,
    NotUnderstood,
    dotted,
    ended,
    path_of,
    titled,
    value_at,
    with_element,
    without,
)
from planner.edit_sessions import add_program, move_session, path_of_session, skip_session
from planner.history import dates_of
from planner.pairs import told_pairs, told_pairs_of_pause
from planner.saying import listed, say_date, say_minutes, say_span, say_time, say_when
from planner.strands import say_nearest
from planner.tables import unknown
from planner.words import Time, Timed, Unclear, read_at, shown

__all__ = [
    "Edit",
    "NotPossible",
    "NotUnderstood",
    "add_ritual",
    "find_ritual",
    "move",
    "pause",
    "resume",
    "revise",
    "skip",
]

_PEOPLE = ("who", "host", "hosts", "turns", "turn", "yes", "cover")
_WHEN = ("on", "every", "times", "at", "for")
_TERMS = (*_WHEN, "who", "starts", "until", "trial")
_ABOUT = {
    "who": "{0} is now for {1}",
    "host": "{0} is now hosted by {1}",
    "hosts": "{0} is now hosted in turns by {1}",
    "where": "The place of {0} is now {1}",
    "notes": "The notes of {0} are now {1}",
    "gist": "What others see of {0} is now {1}",
    "starts": "The first day of {0} is now {1}",
    "until": "The last day of {0} is now {1}",
    "timezone": "The time zone of {0} is now {1}",
}
"""How a key's new value is told, where there are words for it: {0} is whose it is, {1} the value."""


def find_ritual(agreement: Agreement, key: str) -> Ritual:
    """The ritual with this dotted key, or with this key alone where only one has it."""
    if key in agreement.rituals:
        return agreement.rituals[key]
    alone = [r for path, r in agreement.rituals.items() if path.partition(".")[2] == key]
    if len(alone) == 1:
        return alone[0]
    if alone:
        paths = listed((r.path for r in alone), "or")
        raise NotUnderstood(f'"{key}" is the key of {len(alone)} rituals; write {paths}')
    raise NotUnderstood(f'no ritual "{shown(key)}"; {_near_ritual(agreement, key)}')


def _near_ritual(agreement: Agreement, key: str, *others: str) -> str:
    """The ritual that was most likely meant, by its key or title."""
    from planner.problems import nearest  # only once something is wrong

    meant = {name: name for name in others}
    for path, ritual in agreement.rituals.items():
        meant |= {path: path, path.partition(".")[2]: path, ritual.title: path}
    near = nearest(key, meant)
    return f'did you mean "{meant[near]}"?' if near else unknown(key, [*agreement.rituals, *others])


# ── add and revise ───────────────────────────────────────────────────


def add_ritual(document: Document, agreement: Agreement, key: str, assigned: Iterable[tuple[Path, Any]]) -> Edit:
    """A new ritual's table with these keys, each given with its path below the table."""
    table, _, name = key.partition(".")
    if table == "programs" and name and "." not in name:
        return add_program(document, agreement, name, assigned)
    if table not in TABLES or not name or "." in name:
        raise NotUnderstood(_no_table(table, name))
    if key in agreement.rituals:
        title = titled(agreement.rituals[key])
        raise NotPossible(f"{key} is there already, {title}; `planner revise` changes it, a new ritual needs a new key")
    values: dict[str, Any] = {}
    for path, value in assigned:
        if value is None:
            raise NotUnderstood(f"{dotted(path)} has no value; write one, or leave it out")
        if not _put(values, path, value):
            raise NotUnderstood(f"{dotted(path)} does not go with what stands before it; keep one of the two")

    def told(after: Agreement) -> list[str]:
        ritual = after.rituals[key]
        return [f"{titled(ritual)} is new: {say_when(ritual)}, for {after.names(ritual.who)}."]

    return Edit(_with_table(document, agreement, (table, name), values), told)


def _no_table(table: str, name: str) -> str:
    from planner.problems import nearest  # only once something is wrong

    near, known = nearest(table, TABLES), ", ".join(TABLES)
    if not name:
        return f'"{shown(table)}" is half a key; write TABLE.KEY, such as {near or "rituals"}.walk, with one of {known}'
    if table in TABLES:
        return f'"{shown(name)}" is no key: it has no dot inside; write "{table}.{name.replace(".", "-")}"'
    hint = f'did you mean "{near}.{name}"?' if near else f"there are {known}"
    return f'rituals have no table "{shown(table)}"; {hint}'


def _put(values: dict[str, Any], path: Path, value: Any) -> bool:
    """Put a value at a path; False where that does not go with what is there."""
    inner: Any = values
    for step in path[:-1]:
        inner = inner.setdefault(step, {}) if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or not all(isinstance(step, str) for step in path):
        return False
    inner[path[-1]] = value
    return True


def _with_table(document: Document, agreement: Agreement, path: Path, values: dict[str, Any]) -> Document:
    """The document with a new ritual: beside those of its table, else below the last ritual."""
    for last in reversed(agreement.rituals) if path[0] not in document.values else ():
        try:
            return add_table(document, path, values, after=path_of(last))
        except EditError:
            continue  # it has no header of its own to stand below
    return add_table(document, path, values)


def revise(document: Document, agreement: Agreement, key: str, assigned: Iterable[tuple[Path, Any]]) -> Edit:
    """Keys of a ritual (or of [agreement], [people.…], [calendar]) with new values; None takes a key out."""
    base = _base(document, agreement, key)
    changed: list[tuple[Path, Any, Any]] = []
    for asked, value in assigned:
        if (*base, *asked) == ("agreement", "id"):
            raise NotPossible(
                "the id never changes, for calendars know their entries by it; "
                "`planner init --from FILE` makes a copy with an id of its own"
            )
        path = _reached(document, base, asked)
        old = value_at(document, (*base, *path))
        if value is not None and (old != value or type(old) is not type(value)):
            document = set_value(document, (*base, *path), value)
        elif value is None and old is None:
            raise NotUnderstood(f"{dotted((*base, *path))} is not in the file, so there is nothing to take out")
        elif value is None:
            document = without(document, (*base, *path))
            if base[0] == "programs" and value_at(document, base) == {}:  # nothing differs in this session any more
                document = without(document, base)
        changed.append((path, old, value))
    return Edit(document, lambda after: _revised(agreement, after, base, changed))


def _base(document: Document, agreement: Agreement, key: str) -> Path:
    """The path of what is revised: a ritual, or one of the tables that hold none."""
    steps = tuple(key.split("."))
    if key in ("calendar", "calendar.colors", "holidays"):
        return steps
    if len(steps) == 3 and steps[0] == "programs" and isinstance(value_at(document, steps[:2]), dict):
        return (*steps[:2], "changes", steps[2])
    if len(steps) <= 2 and steps[0] not in TABLES and isinstance(value_at(document, steps), dict):
        return steps
    if any(key in (path, path.partition(".")[2]) for path in agreement.rituals):
        ritual = find_ritual(agreement, key)
        return path_of_session(ritual) if ritual.program else path_of(ritual.path)
    if steps[0] in ("people", "helpers") and len(steps) == 2:
        raise NotUnderstood(f"there is no [{shown(key)}] yet; write it into the file by hand, with a name")
    others = ("agreement", "calendar", *(f"people.{person}" for person in agreement.people))
    person = next((f"people.{k}" for k, p in agreement.people.items() if key in (k, p.name)), None)
    hint = f'did you mean "{person}"?' if person else _near_ritual(agreement, key, *others)
    raise NotUnderstood(f'nothing here is called "{shown(key)}"; {hint}')


def _reached(document: Document, base: Path, path: Path) -> Path:
    """`path` below `base` as it stands in the file: the only one of a list needs no number, a single one has none."""
    found: Path = ()
    for n, step in enumerate(path):
        here, name = value_at(document, (*base, *found)), dotted(found)
        if isinstance(step, int) and isinstance(here, dict) and step == 0:
            continue
        if isinstance(step, int) and (not isinstance(here, list) or step >= len(here)):
            raise NotUnderstood(f"{dotted((*base, *found))} has no number {step + 1}")
        if isinstance(step, str) and isinstance(here, list):
            if len(here) != 1 or not isinstance(here[0], dict):
                raise NotUnderstood(f"{name} is a list; say which one is meant, such as {name}[1].{step}=…")
            found = (*found, 0)
        elif isinstance(step, str) and here is not None and not isinstance(here, dict):
            asked = f"{name}.{dotted(path[n:])}"
            raise NotUnderstood(f"{name} is {_said(here)}, which has no parts; to change that: {name}= {asked}=…")
        found = (*found, step)
    return found


def _revised(before: Agreement, after: Agreement, base: Path, changed: list[tuple[Path, Any, Any]]) -> list[str]:
    """What was revised, each key in a sentence; days and times in one together."""
    old, new = (agreement.rituals.get(dotted(base)) for agreement in (before, after))
    sentences = []
    for path, was, now in sorted(changed, key=lambda change: change[0] not in (("title",), ("name",))):
        called = path in (("title",), ("name",))
        whose, name = _whose(before if called else after, base), f"`{dotted(path)}`"
        words = [_said(value, after if path[-1] in _PEOPLE else None) for value in (was, now)]
        if was == now and type(was) is type(now):
            sentence = f"{name} of {whose} is {words[1]} already"
        elif old and new and path[0] in _WHEN and say_when(old) != say_when(new):
            sentence = f"{whose} is now {say_when(new)} (before: {say_when(old)})"
        elif path[0] == "ladder" and new and new.ladder and not new.ladder.by_date:
            step, steps = new.ladder.step, new.ladder.steps
            sentence = f"{whose} now lasts {say_minutes(steps[step - 1])}, step {step} of {len(steps)}"
        elif called:
            sentence = f"{whose} is now called {_whose(after, base) if old else words[1]}"
        elif now is None:
            sentence = f"{whose} no longer has {name} (before: {words[0]})"
        else:
            sentence = _ABOUT.get(dotted(path), f"{name} of {{0}} is now {{1}}").format(whose, words[1])
            sentence += f" (before: {words[0]})" if was is not None else ""
        sentences.append(ended(sentence))
    terms = any(path[0] in _TERMS and was != now for path, was, now in changed)
    pairs = told_pairs(after, new) if new and terms else []
    return list(dict.fromkeys([*sentences, *pairs]))


def _whose(agreement: Agreement, base: Path) -> str:
    key = dotted(base)
    if key in agreement.rituals:
        return titled(agreement.rituals[key])
    if len(base) == 2 and base[0] in ("people", "helpers"):
        return agreement.name(str(base[1]))
    return "the agreement" if key == "agreement" else f"[{key}]"


def _said(value: Any, people: Agreement | None = None) -> str:
    """A value in a sentence; with `people`, the names behind their keys."""
    match value:
        case list():
            return listed(_said(v, people) for v in value) if value else "nothing"
        case dict():
            return ", ".join(f"{k} {_said(v, people)}" for k, v in value.items()) or "nothing"
        case str() if people and (value in people.people or value in people.helpers):
            return people.name(value)
        case str() if people:
            return "whoever's turn it is" if value == "turn" else value
        case str():
            return f'"{shown(value, 60)}"'
        case date():
            return say_date(value)
    return str(value).lower()


# ── skip and move ────────────────────────────────────────────────────


def skip(
    document: Document, agreement: Agreement, key: str, dates: Iterable[date], history: History | None = None
) -> Edit:
    """Dates added to a ritual's `skip`, or what is placed on them of open time taken back.

    With a `history` they may be dates of the version in force on them.
    """
    history = history or History(agreement)
    ritual = find_ritual(agreement, key)
    wanted = sorted(set(dates))
    if ritual.program:
        return skip_session(document, ritual, wanted)
    if ritual.open_time or any(p.on in wanted for p in ritual.placed):
        return take_back(document, ritual, wanted, None, history)
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
        return sentences + (told_pairs(after, ritual) if new else [])

    return Edit(document, told)


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
    if ritual.open_time or any(p.on == day for p in ritual.placed):
        return move_placed(document, ritual, day, to, at, history)
    if day in ritual.skip:
        left = ",".join(str(d) for d in ritual.skip if d != day)
        back = f"`planner revise {ritual.path} skip={left}` takes it back in"
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
    return Edit(document, lambda after: _moved(history, after, ritual, day))


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


# ── pause and resume ─────────────────────────────────────────────────


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

    def told(after: Agreement) -> list[str]:
        rests = _does(after, only, people, "rests", "rest")
        if whole:
            return [ended(f"{rests} {say_span(whole.starts, whole.until)} already")]
        spans = [say_span(p.starts, p.until) for p in near]
        also = [f"This adds to the pause{'s' if len(near) > 1 else ''} {listed(spans)}."] if near else []
        rest = Pause(starts, until, people, only)
        return [ended(f"{rests} {say_span(starts, until)}"), *also, *told_pairs_of_pause(after, rest)]

    return Edit(document, told)


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
        span = say_span(yearly[0].starts, yearly[0].until)
        raise NotPossible(
            f"the pause {span} comes every year; it is changed in the file, or a `changes` goes before it"
        )
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
