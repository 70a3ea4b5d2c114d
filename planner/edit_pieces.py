"""What every edit of the file is made from: the values that edits return, and small pieces of documents and sentences.

In: Documents, paths, rituals. Out: Documents, texts. No file and no clock enter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from planner.agreement import Agreement, Ritual
from planner.document import Document, Path, append, remove, set_value


class NotPossible(Exception):
    """An edit that cannot be made: why, and what would help."""


class NotUnderstood(NotPossible):
    """What was asked for names something that is not there, or says nothing definite."""


class Edit(NamedTuple):
    """The document after an edit, and what tells the change in sentences, given the agreement that it now holds."""

    document: Document
    told: Callable[[Agreement], list[str]]


def ended(text: str) -> str:
    """A sentence: a first letter that is large, and a full stop."""
    return f"{text[:1].upper()}{text[1:]}."


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
