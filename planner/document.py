"""The agreement file as a text: its values, the place of every key, and edits that keep everything else as it is.

In: the bytes of a file. Out: a `Document`, or the `Problem` that keeps it from being one. tomllib reads the values;
places are found by a scan of our own, and only when one is asked for, so that a file without problems is read fast.
An edit replaces characters between two offsets and is then read again: what comes out holds the intended values or
an `EditError` is raised. No file is opened here, and nothing is known of what the keys mean.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.problems import ERROR, Finding, Problem

if TYPE_CHECKING:
    from planner.toml_places import Scan

Path = tuple[str | int, ...]

# tomllib takes time or memory beyond all measure on longer ones; with these it is done within three seconds.
LONGEST_FILE = 2 * 1024 * 1024  # bytes
LONGEST_LINE = 20_000  # characters
MOST_PARTS = 50  # of one dotted key
MOST_DOTS = 100_000  # in all keys together

_DEEPEST = 100
_BIGGEST = 2**63  # TOML's integers have 64 bits

# One string, comment or dotted name after the other; what is unclosed ends with its line, so that each character
# is looked at once. Compiled only for a text with so many dots that it matters.
_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]++|\\.)*+"?+|'[^'\n]*+'?+)"""
_TOKEN = (
    r'''"""(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+"*+'''
    r"""|'''(?:[^']++|'{1,2}(?!'))*+'*+"""
    r"""|\#[^\n]*+"""
    rf"""|(?P<name>{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+)"""
)

_SAVE = "save it again as UTF-8 (most editors ask for the encoding under “Save as”)"


class EditError(Exception):
    """An edit that cannot be made, or that would have changed more than it was meant to."""


class _Read(NamedTuple):
    name: str
    text: str
    bom: bool
    newline: str
    values: dict[str, Any]


class Document(_Read):  # a subclass, to have room for the places once they are found
    """A TOML file that is sound: its text and what tomllib reads in it. An edit gives a new Document.

    `text` is the file's, with its own line ends and without a byte order mark; `newline` is the one that prevails.
    """

    def encode(self) -> bytes:
        """The bytes of the file, exactly."""
        return b"\xef\xbb\xbf" * self.bom + self.text.encode()

    def place(self, path: Path, part: str = "value") -> tuple[int, int]:
        """The line and column, from 1 and in characters, of the value at `path`; with "key" those of its key.

        A table stands where the last part of its name stands in its header, or in the first header or dotted key
        that names it. A path that does not exist has the place of its nearest existing parent.
        """
        return self._scan.place(path, part)

    @cached_property
    def _scan(self) -> Scan:
        from planner.toml_places import Scan

        return Scan(self.text)


# -- reading ------------------------------------------------------------------------------------------------


class _Wrong(NamedTuple):
    """What keeps a text from being a Document, at an offset into it."""

    offset: int
    code: str
    message: str
    path: Path = ()


def parse_document(raw: bytes, name: str) -> Document | list[Problem]:
    """The document that `raw` holds, or why it holds none. Never raises, and takes seconds at most, whatever it is.

    Codes: "encoding", "empty", "too-long", "syntax".
    """
    bom = raw.startswith(b"\xef\xbb\xbf")
    read: Document | _Wrong
    text = ""
    if _is_utf_16(raw):
        read = _Wrong(0, "encoding", f"this file is saved as UTF-16; {_SAVE}")
    else:
        try:
            text = raw[3 * bom :].decode()
        except UnicodeDecodeError as error:
            text = error.object[: error.start].decode()
            read = _not_utf_8(text, raw[3 * bom + error.start])
        else:
            if text.strip(" \t\r\n"):
                read = _too_long(text, len(raw)) or _read(text, name, bom)
            else:
                read = _Wrong(0, "empty", "this file is empty; `planner init` writes a first agreement to start from")
    if isinstance(read, Document):
        return read
    line, column = text.count("\n", 0, read.offset) + 1, read.offset - text.rfind("\n", 0, read.offset)
    path = Finding(read.path, read.code, read.message).dotted
    return [Problem(name, line, column, ERROR, path, read.code, read.message)]


def _read(text: str, name: str, bom: bool) -> Document | _Wrong:
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError, LookupError) as error:
        from planner.toml_mistakes import explain

        offset, path, message = explain(text, error)
        return _Wrong(offset, "syntax", message, path)
    windows = text.count("\r\n") * 2 > text.count("\n")
    document = Document(name, text, bom, "\r\n" if windows else "\n", values)
    unfit = _unfit(values)
    if unfit is not None:
        from planner.toml_mistakes import TOO_DEEP, TOO_MANY_DIGITS, explain

        if len(unfit) > _DEEPEST:
            offset, path, _ = explain(text, RecursionError())
            return _Wrong(offset, "syntax", TOO_DEEP, path)
        return _Wrong(document._scan.offset(unfit), "syntax", TOO_MANY_DIGITS, unfit)
    return document


def _is_utf_16(raw: bytes) -> bool:
    """Whether the bytes are marked as UTF-16 (or 32), or every other one of the first is a zero, as in English text."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return True
    start = raw[:200]
    return any(
        len(half) > 1 and half.count(0) * 2 > len(half) and 0 not in other
        for half, other in ((start[::2], start[1::2]), (start[1::2], start[::2]))
    )


def _not_utf_8(before: str, byte: int) -> _Wrong:
    old = bytes([byte]).decode("cp1252", "ignore")
    guess = f', perhaps a "{old}" in an older encoding' if old.isalpha() else ""
    message = f"this file is not saved as UTF-8: what stands here cannot be read{guess}; {_SAVE}"
    return _Wrong(len(before), "encoding", message)


def _too_long(text: str, size: int) -> _Wrong | None:
    if size > LONGEST_FILE:
        return _Wrong(0, "too-long", "this file is longer than 2 MB, and an agreement never is; is it the right file?")
    if len(text) > LONGEST_LINE:
        start = 0
        for line in text.split("\n"):
            if len(line) > LONGEST_LINE:
                message = "this line is longer than 20,000 characters; is something pasted here that belongs elsewhere?"
                return _Wrong(start, "too-long", message)
            start += len(line) + 1
    dots = text.count(".")
    if dots > MOST_DOTS or (dots >= MOST_PARTS and any(line.count(".") >= MOST_PARTS for line in text.split("\n"))):
        return _too_dotted(text)
    return None


def _too_dotted(text: str) -> _Wrong | None:
    dots = 0
    for token in re.finditer(_TOKEN, text):
        if not token["name"] or "." not in token["name"]:
            continue
        here = len(re.findall(_PART, token["name"])) - 1
        dots += here
        if here >= MOST_PARTS:
            message = "this name has more than fifty parts; a few parts with dots between are enough"
            return _Wrong(token.start(), "too-long", message)
        if dots > MOST_DOTS:
            message = "up to here more than 100,000 dots stand in names; is it the right file?"
            return _Wrong(token.start(), "too-long", message)
    return None


def _unfit(values: dict[str, Any]) -> Path | None:
    """The path of a value that tomllib lets pass and that no one could work with: too deep, or too many digits."""
    todo: list[tuple[Any, Path]] = [(values, ())]
    while todo:
        value, path = todo.pop()
        if len(path) > _DEEPEST:
            return path
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(inner, dict | list):
                todo.append((inner, (*path, step)))
            elif isinstance(inner, int) and not -_BIGGEST <= inner < _BIGGEST:
                return (*path, step)
    return None


# -- edits --------------------------------------------------------------------------------------------------


def set_value(doc: Document, path: Path, value: Any) -> Document:
    """`doc` with `value` at `path`: in the place of the old one, or added to its table, which is made if need be."""
    from planner import toml_edits, toml_render

    plain = toml_render.plain(value)
    return _edited(
        doc,
        lambda: toml_edits.set_value(doc.text, doc.newline, path, plain),
        lambda: [_with(doc.values, path, plain)],
    )


def remove(doc: Document, path: Path) -> Document:
    """`doc` without what is at `path`: a key with its line, an element with its comma, a table with all in it.

    A table that was only there through what is removed goes too.
    """
    from planner import toml_edits

    def intended() -> list[dict[str, Any]]:
        left = [_without(doc.values, path)]
        for end in range(len(path) - 1, 0, -1):
            if _at(left[-1], path[:end]):
                break
            left.append(_without(left[-1], path[:end]))
        return left

    return _edited(doc, lambda: toml_edits.remove(doc.text, path), intended)


def append(doc: Document, path: Path, value: Any) -> Document:
    """`doc` with `value` as a further element of the array at `path`, written as the others are.

    Where nothing is at `path`, an array with this one element is made.
    """
    from planner import toml_edits, toml_render

    plain = toml_render.plain(value)
    return _edited(
        doc,
        lambda: toml_edits.append(doc.text, doc.newline, path, plain),
        lambda: [_with(doc.values, path, [*(_at(doc.values, path) or []), plain])],
    )


def add_table(
    doc: Document, path: Path, values: dict[str, Any], after: Path | None = None, comment: str | None = None
) -> Document:
    """`doc` with a new table `[path]`, after the table `after`, else after the last one with the same first part.

    `comment` goes above its header. The table must not exist yet.
    """
    from planner import toml_edits, toml_render

    plain = toml_render.plain(values)
    return _edited(
        doc,
        lambda: toml_edits.add_table(doc.text, doc.newline, path, plain, after, comment),
        lambda: [_with(doc.values, path, {**(_at(doc.values, path) or {}), **plain})],
    )


def add_array_table(doc: Document, path: Path, values: dict[str, Any]) -> Document:
    """`doc` with a further table `[[path]]` after the last one, else at the end."""
    from planner import toml_edits, toml_render

    plain = toml_render.plain(values)
    return _edited(
        doc,
        lambda: toml_edits.add_array_table(doc.text, doc.newline, path, plain),
        lambda: [_with(doc.values, path, [*(_at(doc.values, path) or []), plain])],
    )


def render_value(value: Any) -> str:
    """TOML for `value`, on one line: `{ on = 2027-03-13, at = "18:00" }`. ValueError where TOML has none."""
    from planner import toml_render

    return toml_render.render_value(value)


def _edited(doc: Document, edit: Callable[[], str], intended: Callable[[], list[dict[str, Any]]]) -> Document:
    """The document with the edited text, if its values are one of those that are intended."""
    try:
        edited = _read(edit(), doc.name, doc.bom)
    except ValueError as error:
        raise EditError(str(error)) from error
    if isinstance(edited, _Wrong):
        raise EditError(f"the edit would have broken the file: {edited.message}")
    if not any(_is_same(edited.values, values) for values in intended()):
        raise EditError("the edit would have changed something else")
    return edited


def _is_same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_is_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return bool(one == other or (one != one and other != other))  # noqa: PLR0124  (not a number)


def _at(values: Any, path: Path) -> Any:
    """What is at `path`, or None."""
    for step in path:
        if isinstance(step, int) if isinstance(values, list) else isinstance(values, dict):
            try:
                values = values[step]
            except LookupError:
                return None
        else:
            return None
    return values


def _with(old: Any, path: Path, value: Any) -> Any:
    """A copy of `old` with `value` at `path`."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(old) if isinstance(old, list) else []
        items[step : step + 1] = [_with(_at(items, (step,)), rest, value)]
        return items
    table = dict(old) if isinstance(old, dict) else {}
    table[step] = _with(table.get(step), rest, value)
    return table


def _without(old: Any, path: Path) -> Any:
    """A copy of `old` without what is at `path`."""
    step, rest = path[0], path[1:]
    copy = old.copy()
    if rest:
        copy[step] = _without(old[step], rest)
    else:
        del copy[step]
    return copy
