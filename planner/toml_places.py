"""Where everything stands in a TOML text.

In: a text that tomllib accepted, or one it refused, scanned as far as it is sound. Out: a tree of `Node`s, one for
each value and table, and the `Block`s of the file in order, all with offsets into the text. What the text means is
tomllib's business; nothing here decides whether TOML is valid, and nothing here changes a text.
"""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress

Path = tuple[str | int, ...]

SCALAR = "scalar"
ARRAY = "array"
INLINE = "inline table"
TABLE = "table"  # by a header, by dotted keys, or only by tables below it
TABLES = "array of tables"  # one or more [[headers]]

DEEPEST = 100  # levels of nesting; more is no agreement, and would exhaust whoever walks it

_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_SPACE = re.compile(r"[ \t]*+")
_PART = re.compile(r"""[A-Za-z0-9_-]++|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+'""")
_VALUE = re.compile(
    r'''"(?!"")(?:[^"\\\n]++|\\.)*+"'''
    r"""|'(?!'')[^'\n]*+'"""
    r'''|"""(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+"{3,5}'''
    r"""|'''(?:[^']++|'{1,2}(?!'))*+'{3,5}"""
    r"""|[0-9]{4}-[0-9]{2}-[0-9]{2}[ ][0-9]{2}:[^\s,\]}#]++"""  # a date and a time, parted by a space
    r"""|[^\s,\[\]{}#"'][^\s,\]}#]*+"""
)


class Node:
    """One value or table.

    `at` is the offset of the name that stands for it: the last part of its key or header, or for an element of an
    array its value. `start` and `end` bound its value where it is written as one, else both are -1.
    """

    __slots__ = ("at", "block", "children", "dotted", "end", "items", "kind", "start")

    def __init__(self, kind: str, at: int) -> None:
        self.kind = kind
        self.at = at
        self.start = self.end = -1
        self.children: dict[str | int, Node] = {}
        self.items: list[Item] = []  # of an array or inline table, as written
        self.block: Block | None = None  # of a table with a header of its own
        self.dotted = False  # a table named by a dotted key: it can have no header

    def subtree(self) -> set[int]:
        """The ids of this node and of everything below it."""
        found, todo = set(), [self]
        while todo:
            node = todo.pop()
            found.add(id(node))
            todo.extend(node.children.values())
        return found


class Item:
    """An element of an array or a pair of an inline table; `comma` is the offset of the comma after it, or -1."""

    __slots__ = ("comma", "end", "equals", "node", "start")

    def __init__(self, start: int, equals: int, node: Node) -> None:
        self.start = start
        self.equals = equals
        self.end = node.end
        self.comma = -1
        self.node = node


class Statement:
    """`key = value` outside of brackets; `start` and `end` bound its whole lines, the last line end included."""

    __slots__ = ("end", "equals", "key", "node", "start")

    def __init__(self, start: int, key: int, equals: int, end: int, node: Node) -> None:
        self.start = start
        self.key = key
        self.equals = equals
        self.end = end
        self.node = node


class Block:
    """A header and the statements under it; the first block of a file has none. `start` and `end` bound its line."""

    __slots__ = ("end", "node", "start", "statements")

    def __init__(self, start: int, end: int, node: Node) -> None:
        self.start = start
        self.end = end
        self.node = node
        self.statements: list[Statement] = []


class _StoppedError(Exception):
    """The text cannot be followed beyond this point."""


class Scan:
    """The places of one text, found in one pass in time linear in its length.

    With `until` the text is followed only as far as that offset. What the scan was at when it stopped remains:
    `header` and `key` (names) and the last `name` with a value, `key_at` and `value_at` (-1 where it was at
    none), `open` (offsets of the brackets not yet closed), `twice` (the offset of a name, and the earlier node
    it collides with).
    """

    def __init__(self, text: str, until: int | None = None) -> None:
        self.text = text
        self.root = Node(TABLE, 0)
        self.blocks = [Block(0, 0, self.root)]
        self.root.block = self.blocks[0]
        self.header: list[str] = []
        self.key: list[str] = []
        self.name = ""
        self.key_at = self.value_at = -1
        self.open: list[int] = []
        self.twice: tuple[int, Node] | None = None
        self._until = len(text) if until is None else until
        self._line_starts: list[int] = []
        with suppress(_StoppedError):
            self._statements()

    # -- places ---------------------------------------------------------------------------------------------

    def walk(self, path: Path) -> list[Node]:
        """The nodes along `path` from the root, as far as they exist."""
        nodes = [self.root]
        for step in path:
            child = nodes[-1].children.get(step)
            if child is None:
                break
            nodes.append(child)
        return nodes

    def place(self, path: Path, part: str) -> tuple[int, int]:
        """The line and column of the value (or "key") at `path`, or of its nearest existing parent."""
        return self.line_column(self.offset(path, part))

    def offset(self, path: Path, part: str = "value") -> int:
        """The offset of the value (or "key") at `path`, or of its nearest existing parent."""
        node = self.walk(path)[-1]
        return node.at if part == "key" or node.start < 0 else node.start

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        from bisect import bisect_right

        if not self._line_starts:
            self._line_starts = [0, *(m.end() for m in re.finditer("\n", self.text))]
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    # -- the pass -------------------------------------------------------------------------------------------

    def _statements(self) -> None:
        text, blank = self.text, _BLANK.match
        pos = 0
        while True:
            found = blank(text, pos)
            pos = found.end() if found else pos
            if pos >= len(text) or pos > self._until:
                return
            self.key_at = self.value_at = -1
            self.key = []
            pos = self._past_space(self._header(pos) if text[pos] == "[" else self._pair(pos))
            if text[pos : pos + 1] not in ("", "\r", "\n", "#"):
                return

    def _header(self, pos: int) -> int:
        text = self.text
        double = text.startswith("[[", pos)
        self.header = []
        parts, after = self._names(self._past_space(pos + 1 + double))
        self.header = [name for name, _ in parts]
        node = self.root
        for name, at in parts[:-1]:
            node = self._step(node, name, at)
        name, at = parts[-1]
        known = node.children.get(name)
        if double:
            if known is None:
                known = node.children[name] = Node(TABLES, at)
            elif known.kind != TABLES:
                raise self._collision(at, known)
            table = known.children[len(known.children)] = Node(TABLE, at)
        elif known is None:
            table = node.children[name] = Node(TABLE, at)
        else:
            if known.kind != TABLE or known.block or known.dotted:
                raise self._collision(at, known)
            table = known
            table.at = at
        if not text.startswith("]]" if double else "]", after):
            raise _StoppedError
        end = text.find("\n", after) + 1 or len(text)
        table.block = Block(text.rfind("\n", 0, pos) + 1, end, table)
        self.blocks.append(table.block)
        return after + 1 + double

    def _step(self, node: Node, name: str, at: int) -> Node:
        """The table `name` below `node` that a header passes through; of an array of tables the last one."""
        child = node.children.get(name)
        if child is None:
            child = node.children[name] = Node(TABLE, at)
        elif child.kind == TABLES:
            return child.children[len(child.children) - 1]
        elif child.kind != TABLE:
            raise self._collision(at, child)
        return child

    def _pair(self, pos: int) -> int:
        text, block = self.text, self.blocks[-1]
        self.key_at = pos
        parts, equals = self._names(pos)
        self.key = [name for name, _ in parts]
        node = self._value_of(block.node, parts, equals, len(self.header) + len(parts))
        end = text.find("\n", node.end) + 1 or len(text)
        block.statements.append(Statement(text.rfind("\n", 0, pos) + 1, pos, equals, end, node))
        return node.end

    def _value_of(self, table: Node, parts: list[tuple[str, int]], equals: int, depth: int) -> Node:
        """Read the value after `equals` and hang it below `table` under the names of a key."""
        if not self.text.startswith("=", equals):
            raise _StoppedError
        self.name = parts[-1][0]
        node = self._value(self._past_space(equals + 1), depth)
        for name, at in parts[:-1]:
            child = table.children.get(name)
            if child is None:
                child = table.children[name] = Node(TABLE, at)
            elif child.kind != TABLE or child.block:
                raise self._collision(at, child)
            child.dotted = True
            table = child
        name, node.at = parts[-1]
        known = table.children.get(name)
        if known:
            raise self._collision(node.at, known)
        table.children[name] = node
        return node

    def _names(self, pos: int) -> tuple[list[tuple[str, int]], int]:
        """The parts of a dotted key with their offsets, and the offset of what follows the key."""
        text, parts = self.text, []
        while True:
            found = _PART.match(text, pos)
            if not found:
                raise _StoppedError
            name = found[0]
            if name[0] in "\"'":
                name = self._unquoted(name)
            parts.append((name, pos))
            pos = self._past_space(found.end())
            if not text.startswith(".", pos):
                return parts, pos
            pos = self._past_space(pos + 1)

    def _unquoted(self, quoted: str) -> str:
        if quoted[0] == "'" or "\\" not in quoted:
            return quoted[1:-1]
        try:
            name: str = tomllib.loads("key = " + quoted)["key"]
        except ValueError:
            raise _StoppedError from None
        return name

    def _value(self, pos: int, depth: int) -> Node:
        text = self.text
        self.value_at = pos
        if pos >= len(text) or pos > self._until or depth > DEEPEST:
            raise _StoppedError
        first = text[pos]
        if first in "[{":
            node = Node(ARRAY if first == "[" else INLINE, pos)
            self.value_at = -1
            self._inside(node, pos, depth)
            self.value_at = pos
        else:
            node = Node(SCALAR, pos)
            found = _VALUE.match(text, pos)
            if not found:
                raise _StoppedError
            node.end = found.end()
        node.start = pos
        return node

    def _inside(self, node: Node, pos: int, depth: int) -> None:
        """The items of an array or inline table that opens at `pos`; line breaks are allowed in both."""
        text = self.text
        array = node.kind == ARRAY
        closing = "]" if array else "}"
        self.open.append(pos)
        pos = self._past_blank(pos + 1)
        while text[pos] != closing or pos == self._until:
            if array:
                child = self._value(pos, depth + 1)
                node.children[len(node.items)] = child
                item = Item(pos, -1, child)
            else:
                self.value_at = -1
                parts, equals = self._names(pos)
                item = Item(pos, equals, self._value_of(node, parts, equals, depth + len(parts)))
            node.items.append(item)
            pos = self._past_blank(item.end)
            if text[pos] == ",":
                item.comma = pos
                pos = self._past_blank(pos + 1)
            elif text[pos] != closing:
                raise _StoppedError
        self.open.pop()
        node.end = pos + 1

    def _past_space(self, pos: int) -> int:
        found = _SPACE.match(self.text, pos)
        return found.end() if found else pos

    def _past_blank(self, pos: int) -> int:
        found = _BLANK.match(self.text, pos)
        if not found or found.end() >= len(self.text) or found.end() > self._until:
            raise _StoppedError
        return found.end()

    def _collision(self, at: int, known: Node) -> _StoppedError:
        self.twice = at, known
        return _StoppedError()
