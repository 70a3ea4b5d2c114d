"""Edits that people ask for in words → a new Document, everything else kept as it is.

In: a Document, its Agreement, what is to change. Out: an `Edit`: the new Document, and what changed, told in sentences
once the new Agreement is read. `NotPossible` says why an edit cannot be made and what would help. No file and no clock
enter; the caller reads the new document again before it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from planner.agreement import TABLES, Agreement
from planner.document import Document, EditError, Path, add_table, set_value
from planner.edit_pieces import (
    Edit,
    NotPossible,
    NotUnderstood,
    dotted,
    ended,
    find_ritual,
    near_ritual,
    path_of,
    session_left_out,
    titled,
    value_at,
    without,
)
from planner.edit_sessions import add_program, path_of_session
from planner.pairs import told_pairs
from planner.ritual_terms import new_told
from planner.saying import listed, say_date, say_minutes, say_when
from planner.words import shown

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


_BY_HAND = {
    "agreement": "there already: `planner revise agreement title=…`",
    "calendar": "changed like this: `planner revise calendar share=busy`",
    "holidays": "changed like this: `planner revise holidays country=DE`",
    "people": 'written into the file by hand, with a name: name = "Cleo"',
    "helpers": 'written into the file by hand, with a name: name = "Grandma Jo"',
    "prompts": 'written into the file by hand, with prompts of yours: add = ["What was good today?"]',
    "seasons": 'written into the file by hand, with both ends: starts = "1 july" and until = "31 august"',
    "stays": "written into the file by hand, with who, timezone, starts and until",
    "pauses": "what `planner pause` writes, or you by hand with starts and until",
    "pairs": 'written into the file by hand: these = ["me_blocks.class", "shared_evenings.friday"]',
    "balance": 'written into the file by hand, such as of = "own", per = "week" and at_least = "4h"',
}
"""What stands beside rituals, and how it comes into the file."""


def add_ritual(document: Document, agreement: Agreement, key: str, assigned: Iterable[tuple[Path, Any]]) -> Edit:
    """A new ritual's table with these keys, each given with its path below the table."""
    table, _, name = key.partition(".")
    if table == "programs" and name and "." not in name:
        return add_program(document, agreement, name, assigned)
    needs_new_key(key)
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
        return [" ".join(new_told(after, ritual))]

    return Edit(_with_table(document, agreement, (table, name), values), told)


def needs_new_key(key: str) -> None:
    """Hold that a key is one under which a ritual or a programme may be added."""
    table, _, name = key.partition(".")
    if (table not in TABLES and table != "programs") or not name or "." in name:
        raise NotUnderstood(_no_table(table, name))


def _no_table(table: str, name: str) -> str:
    from planner.problems import nearest  # only once something is wrong

    if by_hand := _BY_HAND.get(table):
        heading = f"[[{table}]]" if table in ("stays", "pauses", "pairs") else f"[{table}{f'.{name}' if name else ''}]"
        return f"`planner add` writes rituals and programmes; {shown(heading)} is {by_hand}"
    if table == "programs":
        return "a programme needs a key of its own with no dot inside, such as programs.first-month"
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
    if session_left_out(agreement, key):
        find_ritual(agreement, key)  # which says so, and what takes it back in
    if steps[0] in ("people", "helpers") and len(steps) == 2:
        raise NotUnderstood(f"there is no [{shown(key)}] yet; write it into the file by hand, with a name")
    others = ("agreement", "calendar", *(f"people.{person}" for person in agreement.people))
    person = next((f"people.{k}" for k, p in agreement.people.items() if key in (k, p.name)), None)
    hint = f'did you mean "{person}"?' if person else near_ritual(agreement, key, *others)
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
