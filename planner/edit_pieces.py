"""What every edit of the file is made from: the values that edits return, and small pieces of documents and sentences.

In: Documents, paths, rituals. Out: Documents, texts. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, NamedTuple

from planner.agreement import Agreement, Placed, Program, Ritual
from planner.document import Document, Path, append, remove, set_value
from planner.history import left_out
from planner.saying import capital, listed
from planner.strands import placed_parts
from planner.tables import unknown
from planner.words import shown


class NotPossible(Exception):
    """An edit that cannot be made: why, and what would help."""


class NotUnderstood(NotPossible):
    """What was asked for names something that is not there, or says nothing definite."""


class Edit(NamedTuple):
    """The document after an edit, and what tells the change in sentences, given the agreement that it now holds.

    `at_once` is False where the sentences say themselves that calendars do not follow yet.
    """

    document: Document
    told: Callable[[Agreement], list[str]]
    at_once: bool = True


def ended(text: str) -> str:
    """A sentence: a first letter that is large, and a full stop."""
    return f"{capital(text)}."


def titled(ritual: Ritual) -> str:
    """A ritual's title, in quotes."""
    return f'"{ritual.title.replace("{turn}", "…")}"'


def path_of(dotted: str) -> Path:
    """The path of a ritual's table in the document."""
    return tuple(dotted.split(".", 1))


def dotted(path: Path) -> str:
    """A path as people write it."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def value_at(document: Document, path: Path) -> Any:
    """The value at a path of the document, None where there is none."""
    value: Any = document.values
    for step in path:
        known = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
        if step not in known:
            return None
        value = value[step]
    return value


def with_element(document: Document, path: Path, value: Any) -> Document:
    """The document with a further element at `path`; a single value becomes a list."""
    old = value_at(document, path)
    if old is None or isinstance(old, list):
        return append(document, path, value)
    if isinstance(old, dict):
        line, column = document.place(path)
        if document.text.split("\n")[line - 1][column - 1 : column] != "{":
            name = dotted(path)
            raise NotPossible(f"[{name}] holds a single one; with two brackets, [[{name}]], there can be several")
    return set_value(document, path, [old, value])


def without(document: Document, path: Path) -> Document:
    """The document without what is at `path`, nor the list that it leaves empty, nor a programme's empty `changes`."""
    document = remove(document, path)
    left = value_at(document, path[:-1])
    return remove(document, path[:-1]) if left == [] or (path[-2:-1] == ("changes",) and left == {}) else document


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
    if gone := session_left_out(agreement, key):
        program, session, title = gone
        left = ",".join(name for name in program.skip if name != session)
        back = f"`planner revise programs.{program.key} skip={left}` takes it back in"
        raise NotPossible(f'{title} is left out of "{program.title}"; {back}')
    raise NotUnderstood(f'no ritual "{shown(key)}"; {near_ritual(agreement, key)}')


def session_left_out(agreement: Agreement, key: str) -> tuple[Program, str, str] | None:
    """The programme that leaves out this session, the session's name in its `skip`, and its title in quotes."""
    path = key if key.startswith("programs.") else f"programs.{key}"
    if not left_out(agreement, path):
        return None
    _, named, session = path.split(".", 2)
    program = next(p for p in agreement.programs if p.key == named)
    of_all = next((session.removesuffix(f"-{p}") for p in agreement.people if session.endswith(f"-{p}")), session)
    name = session if session in program.skip else of_all
    course = program.course if isinstance(program.course, dict) else {}
    told = course.get("sessions", {}).get(of_all) or course.get("sessions", {}).get(session) or {}
    return program, name, f'"{told.get("title", session)}"'


def near_ritual(agreement: Agreement, key: str, *others: str) -> str:
    """The ritual that was most likely meant, by its key or title."""
    from planner.problems import nearest  # only once something is wrong

    meant = {name: name for name in others}
    for path, ritual in agreement.rituals.items():
        meant |= {path: path, path.partition(".")[2]: path, ritual.title: path}
    near = nearest(key, meant)
    return f'did you mean "{meant[near]}"?' if near else unknown(key, [*agreement.rituals, *others])


def placed_without(ritual: Ritual, gone: Container[int]) -> dict[int, Placed]:
    """What is left placed, by its place in the file, once these are gone: each known in calendars as it was.

    One whose name there would be another one now gets the number of its day that it had.
    """
    names = placed_parts(ritual)
    kept = {n: placed for n, placed in enumerate(ritual.placed) if n not in gone}
    for at, n in enumerate(kept):
        if placed_parts(ritual._replace(placed=tuple(kept.values())))[at] != names[n]:
            kept[n] = kept[n]._replace(number=int(names[n].split(":")[2]))
    return kept
