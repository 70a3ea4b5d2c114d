"""iCalendar text ↔ a tree of content lines that keeps what it does not understand (RFC 5545 §3.1, §3.6).

In: the text of a calendar object, by whatever program. Out: `Component`s with their lines verbatim, and text again.
What a line means is read only where someone asks; a property that nobody asks for goes through untouched, which the
icalendar library does not promise. No agreement and no series enter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_FOLD = re.compile(r"\r?\n[ \t]")
_HEAD = re.compile(r'([A-Za-z0-9_.-]+)((?:;(?:"[^"]*"|[^":])*)?):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([A-Za-z0-9_.-]+)=((?:"[^"]*"|[^";])*)')
_NAME = re.compile(r"[A-Za-z0-9_.-]+(?=[;:])")
_DEEPEST = 20
"""No calendar holds components within components as deep as this."""


class Unreadable(Exception):
    """A text that is no calendar object: what is wrong with it."""


class Line(NamedTuple):
    """One content line, unfolded: its name in capitals, and all of it as it was written."""

    name: str
    raw: str

    @property
    def value(self) -> str:
        """What stands behind the colon, as written."""
        match = _HEAD.fullmatch(self.raw)
        return match[3] if match else self.raw.partition(":")[2]

    def parameter(self, name: str) -> str | None:
        """A parameter's value without quotes, None where there is none."""
        match = _HEAD.fullmatch(self.raw)
        for key, value in _PARAMETER.findall(match[2]) if match else ():
            if key.upper() == name:
                return str(value).strip('"')
        return None


class Component(NamedTuple):
    """A component: its name in capitals, its lines and inner components in their order."""

    name: str
    items: tuple[Line | Component, ...]

    def lines(self, *names: str) -> list[Line]:
        """Its own lines of these names, all of them without names."""
        return [i for i in self.items if isinstance(i, Line) and (not names or i.name in names)]

    def inner(self, *names: str) -> list[Component]:
        """Its inner components of these names, all of them without names."""
        return [i for i in self.items if isinstance(i, Component) and (not names or i.name in names)]

    def value(self, name: str) -> str | None:
        """The value of its first line of this name, None where there is none."""
        return next((i.value for i in self.items if isinstance(i, Line) and i.name == name), None)


def read_component(text: str) -> Component:
    """The one component that a text holds. Unreadable where there is none, more than one, or it is not closed."""
    stack: list[tuple[str, list[Line | Component]]] = [("", [])]
    for raw in _unfolded(text):
        name = _name(raw)
        if name == "BEGIN":
            if len(stack) > _DEEPEST:
                raise Unreadable("its parts lie too deep in each other")
            stack.append((raw[6:].strip().upper(), []))
        elif name == "END":
            opened, items = stack.pop()
            if not stack or opened != raw[4:].strip().upper():
                raise Unreadable(f"END:{raw[4:].strip()[:40]} closes nothing that is open")
            stack[-1][1].append(Component(opened, tuple(items)))
        elif name is None or len(stack) == 1:
            raise Unreadable(f'"{raw[:40]}" is no line of a calendar')
        else:
            stack[-1][1].append(Line(name, raw))
    if len(stack) != 1:
        raise Unreadable(f"{stack[-1][0]} is not closed: the text is cut")
    found = stack[0][1]
    if len(found) != 1 or not isinstance(found[0], Component):
        raise Unreadable("it is empty" if not found else "it holds more than one calendar")
    return found[0]


def unfold(text: str) -> str:
    """The text without its folds, of whatever kind they are."""
    return _FOLD.sub("", text)


def _unfolded(text: str) -> Iterator[str]:
    for raw in unfold(text.lstrip("\ufeff")).split("\n"):
        line = raw.rstrip("\r")
        if line.strip():
            yield line


def _name(raw: str) -> str | None:
    end = _NAME.match(raw)
    return end[0].upper() if end else None


def component_text(component: Component) -> str:
    """The text of a component, folded, with CRLF line ends."""
    return "".join(folded(line) for line in _raw_lines(component))


def _raw_lines(component: Component) -> Iterator[str]:
    yield f"BEGIN:{component.name}"
    for item in component.items:
        if isinstance(item, Line):
            yield item.raw
        else:
            yield from _raw_lines(item)
    yield f"END:{component.name}"


def folded(line: str) -> str:
    """One content line, folded at 75 octets between characters, with its line end (RFC 5545 §3.1)."""
    if len(line) <= 75 and line.isascii():
        return line + "\r\n"
    pieces, size, piece = [], 0, ""
    for char in line:
        width = len(char.encode())
        if size + width > 75:
            pieces.append(piece)
            piece, size = " ", 1
        piece += char
        size += width
    pieces.append(piece)
    return "\r\n".join(pieces) + "\r\n"


def escaped(text: str) -> str:
    """A text as a value (RFC 5545 §3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r\n", "\n").replace("\n", "\\n")


def unescaped(value: str) -> str:
    """The text that a value means."""
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value, flags=re.DOTALL)


def listed_values(lines: Iterable[Line]) -> list[str]:
    """The values of properties that hold lists, over several lines, split at bare commas and unescaped."""
    return [unescaped(part) for line in lines for part in re.findall(r"(?:\\.|[^,\\]|\\$)+", line.value, re.DOTALL)]
