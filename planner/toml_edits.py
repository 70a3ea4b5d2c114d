"""Edits of a TOML text that leave every character alone which they need not touch.

In: a sound text, its line end, a path and plain values. Out: the new text, or ValueError where the edit makes no
sense. Whether the result says what was meant is checked by `document`, which calls these.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import Any

from planner.toml_places import ARRAY, INLINE, SCALAR, TABLE, TABLES, Block, Node, Path, Scan, Statement
from planner.toml_render import block_text, render_key, render_value

_COMMENT_OR_NOTHING = re.compile(r"[ \t]*(?:#[^\n]*)?\r?\n?\Z")
_COMMENT = re.compile(r"[ \t]*#")
_REMARK = re.compile(r"[ \t]*#[^\r\n]*")
# A line drawn over a section: `# ── Me-blocks ───`
_RULE = re.compile(r"[ \t]*#[ \t]*+([─━═=~*_#-])\1|[ \t]*#.*([─━═=~*_#-])\2\2[ \t\r]*$", re.MULTILINE)


# -- pieces -------------------------------------------------------------------------------------------------


def _nested(path: Path, value: Any) -> Any:
    """`value` inside tables of the names in `path`."""
    for step in reversed(path):
        if not isinstance(step, str):
            raise ValueError(f"there is no element {step} to put anything in")
        value = {step: value}
    return value


def _insert_lines(text: str, at: int, lines: str, newline: str) -> str:
    """`lines`, without a last line end, put before the line that starts at `at`."""
    if at and text[at - 1] != "\n":
        return text[:at] + newline + lines + text[at:]
    return text[:at] + lines + newline + text[at:]


def _line(text: str, neighbours: list[Statement], key: str, value: str) -> str:
    """`key = value`, spaced like the last of the neighbours and with the `=` under theirs where those are in line."""
    if not neighbours:
        return f"{key} = {value}"
    first = len(neighbours) - 1
    while first and neighbours[first - 1].end == neighbours[first].start:
        first -= 1
    last = neighbours[-1]
    key = text[last.start : last.key] + key
    if text[last.equals - 1] in " \t":
        columns = Counter(near.equals - near.start for near in neighbours[first:])
        column, times = columns.most_common(1)[0]
        key = key.ljust(column - 1 if times * 2 > len(neighbours) - first else 0) + " "
    return key + ("= " if text[last.equals + 1] in " \t" else "=") + value


def _indent(text: str, at: int) -> str:
    """The blanks that open the line of `at`."""
    start = text.rfind("\n", 0, at) + 1
    return text[start : len(text) - len(text[start:].lstrip(" \t"))]


def _line_end(text: str, at: int) -> int:
    """The offset after the line end that follows `at`."""
    return text.find("\n", at) + 1 or len(text)


def _body_end(text: str, block: Block) -> int:
    """The end of a block: of its last key, and of comments right below that do not stand on the next header."""
    end = at = block.statements[-1].end if block.statements else block.end
    while _COMMENT.match(text, at) and not _RULE.match(text, at):
        at = _line_end(text, at)
    return at if at == len(text) or not text[at : _line_end(text, at)].strip() else end


def _last_end(text: str, scan: Scan, node: Node) -> int:
    """Where the last block of `node` ends that is its own or of a table below it; -1 where it has none."""
    within = node.subtree()
    return max((_body_end(text, block) for block in scan.blocks[1:] if id(block.node) in within), default=-1)


def _insert_block(text: str, at: int, lines: str, newline: str) -> str:
    """`lines`, without a last line end, put at the line start `at` with one blank line before and after."""
    before = "" if not at or text[at - 1] == "\n" else newline
    if text[text.rfind("\n", 0, at - 1 if not before else at) + 1 : at].strip():
        before += newline
    after = newline if text[at : _line_end(text, at)].strip() else ""
    return text[:at] + before + lines + newline + after + text[at:]


# -- setting ------------------------------------------------------------------------------------------------


def set_value(text: str, newline: str, path: Path, value: Any) -> str:
    """The text with `value` at `path`."""
    if not path:
        raise ValueError("the whole document is no value")
    scan = Scan(text)
    nodes = scan.walk(path)
    if len(nodes) <= len(path):
        return _add(text, newline, scan, nodes, path, value)
    node = nodes[-1]
    if node.kind == TABLE and isinstance(value, dict):
        return _set_table(text, newline, path, node, value)
    if node.kind in (ARRAY, TABLES) and isinstance(value, list):
        return _set_list(text, newline, path, node, value)
    if node.start >= 0:
        return text[: node.start] + render_value(value) + text[node.end :]
    if nodes[-2].kind == TABLES:
        raise ValueError(f"every element of [[{render_key(*path)}]] has to be a table")
    return set_value(remove(text, path), newline, path, value)


def _set_table(text: str, newline: str, path: Path, node: Node, value: dict[str, Any]) -> str:
    if not value and not node.block:  # it would go with what is in it
        return set_value(remove(text, path), newline, path, value)
    for key in node.children:
        if key not in value:
            text = remove(text, (*path, key))
    for key, inner in value.items():
        text = set_value(text, newline, (*path, key), inner)
    return text


def _set_list(text: str, newline: str, path: Path, node: Node, value: list[Any]) -> str:
    """A list over several lines, or of tables, is changed element by element, for the sake of its comments."""
    if node.kind == ARRAY and "\n" not in text[node.start : node.end]:
        return text[: node.start] + render_value(value) + text[node.end :]
    if node.kind == TABLES and not _are_tables(value):
        return set_value(remove(text, path), newline, path, value)
    old = len(node.children)
    first, last = _what_differs(text, node, value) if node.kind == ARRAY else (0, 0)
    both = min(old, len(value)) - last
    for index in range(first, both):
        text = _put(text, newline, path, index, value[index])
    for index in range(old - last - 1, both - 1, -1):
        text = remove(text, (*path, index))
    for index in range(max(first, both), len(value) - last):
        text = (
            _insert_item(text, newline, path, index, value[index])
            if last
            else append(text, newline, path, value[index])
        )
    return text


def _what_differs(text: str, node: Node, value: list[Any]) -> tuple[int, int]:
    """How many elements at the beginning and at the end of a list are the same in the new one."""
    old = [tomllib.loads(f"v = {text[item.start : item.end]}")["v"] for item in node.items]
    most = min(len(old), len(value))
    first = next((n for n in range(most) if not _is_same(old[n], value[n])), most)
    return first, next((n for n in range(most - first) if not _is_same(old[-1 - n], value[-1 - n])), most - first)


def _is_same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _put(text: str, newline: str, path: Path, index: int, value: Any) -> str:
    """The text with another element at a place of a list: what was remarked of a value that goes, goes with it."""
    node = Scan(text).walk((*path, index))[-1]
    is_other = node.kind == SCALAR and tomllib.loads(f"v = {text[node.start : node.end]}")["v"] != value
    text = set_value(text, newline, (*path, index), value)
    nodes = Scan(text).walk(path)
    if not is_other or nodes[-1].kind != ARRAY:
        return text
    item = nodes[-1].items[index]
    remark = _REMARK.match(text, item.comma + 1 if item.comma >= 0 else item.end)
    is_alone = not text[text.rfind("\n", 0, item.start) + 1 : item.start].strip(" \t")
    return text[: remark.start()] + text[remark.end() :] if remark and is_alone else text


def _insert_item(text: str, newline: str, path: Path, index: int, value: Any) -> str:
    """The text with an element put before one of a list, on a line of its own where that one has one."""
    start = Scan(text).walk(path)[-1].items[index].start
    line = text.rfind("\n", 0, start) + 1
    rendered = render_value(value)
    if text[line:start].strip(" \t"):
        return f"{text[:start]}{rendered}, {text[start:]}"
    return f"{text[:line]}{text[line:start]}{rendered},{newline}{text[line:]}"


def _add(text: str, newline: str, scan: Scan, nodes: list[Node], path: Path, value: Any) -> str:
    """The text with a key that is not there yet; `nodes` are those of its parents that are."""
    known, parent = path[: len(nodes) - 1], nodes[-1]
    missing = path[len(known) :]
    for index, step in enumerate(missing):
        if isinstance(step, int):
            if step != (len(parent.children) if not index and parent.kind in (ARRAY, TABLES) else 0):
                raise ValueError(f"there is no element {step} to change")
            return append(text, newline, path[: len(known) + index], _nested(missing[index + 1 :], value))
    if parent.kind not in (TABLE, INLINE):
        raise ValueError(f"{render_key(*known) or 'this'} is not a table")
    home = _home(nodes)
    if nodes[home].kind == INLINE:
        return _add_pair(text, nodes[home], path[home : len(nodes)], _nested(missing[1:], value))
    # What stands in a ritual is written in its brackets; what stands above one has headers of its own.
    top = len(known) < 2 and not parent.dotted
    if top and parent is scan.root and len(missing) == 1 and _are_tables(value):
        for table in value:
            text = add_array_table(text, newline, path, table)
        return text
    if top and isinstance(value, dict) and len(path) < 3 and (parent is scan.root or not parent.block):
        return add_table(text, newline, path, value, None, None)
    if top and len(missing) > 1:
        table_path = path[: min(2, len(path) - 1)]
        return add_table(text, newline, table_path, _nested(path[len(table_path) :], value), None, None)
    added = _nested(missing[1:], value)
    if not parent.block and not parent.dotted:
        return add_table(text, newline, known, {str(missing[0]): added}, None, None)
    return _add_line(text, newline, scan, nodes, render_key(*path[home : len(nodes)]), render_value(added))


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(inner, dict) for inner in value)


def _add_line(text: str, newline: str, scan: Scan, nodes: list[Node], key: str, value: str) -> str:
    """The text with a line `key = value` below the last one of the table that `nodes` lead to."""
    block = nodes[_home(nodes)].block or scan.blocks[0]
    within = nodes[-1].subtree()
    near = [n + 1 for n, statement in enumerate(block.statements) if id(statement.node) in within]
    neighbours = block.statements[: near[-1]] if near else block.statements
    line = _line(text, neighbours, key, value)
    if neighbours:
        return _insert_lines(text, neighbours[-1].end, line, newline)
    if block.node is not scan.root:
        return _insert_lines(text, block.end, line, newline)
    if len(scan.blocks) > 1:
        return _insert_block(text, _comment_start(text, scan.blocks[1]), line, newline)
    return _insert_lines(text, len(text), line, newline)


def _home(nodes: list[Node]) -> int:
    """The index of the innermost node in whose brackets or under whose header the last one's keys are written."""
    return max(n for n, node in enumerate(nodes) if node.block or node.kind == INLINE)


def _add_pair(text: str, node: Node, key: Path, value: Any) -> str:
    pair = f"{render_key(*key)} = {render_value(value)}"
    if not node.items:
        return f"{text[: node.start]}{{ {pair} }}{text[node.end :]}"
    last = node.items[-1]
    at, pair = (last.end, f", {pair}") if last.comma < 0 else (last.comma + 1, f" {pair},")
    return text[:at] + pair + text[at:]


def append(text: str, newline: str, path: Path, value: Any) -> str:
    """The text with `value` as a further element of the array at `path`."""
    nodes = Scan(text).walk(path)
    if len(nodes) <= len(path):
        return set_value(text, newline, path, [value])
    node = nodes[-1]
    if node.kind == TABLES:
        if not isinstance(value, dict):
            raise ValueError(f"every element of [[{render_key(*path)}]] has to be a table")
        return add_array_table(text, newline, path, value)
    if node.kind != ARRAY:
        raise ValueError(f"{render_key(*path)} is not a list")
    return _append_item(text, newline, node, render_value(value))


def _append_item(text: str, newline: str, node: Node, value: str) -> str:
    indent = _indent(text, node.start) + "    "
    if not node.items:
        inside = text[node.start + 1 : node.end - 1]
        if "\n" not in inside:
            return f"{text[: node.start]}[{value}]{text[node.end :]}"
        if _COMMENT.match(text, _line_end(text, node.start)):
            indent = _indent(text, _line_end(text, node.start))
        return _insert_lines(text, _line_end(text, node.start), f"{indent}{value},", newline)
    last, trailing = node.items[-1], node.items[-1].comma >= 0
    at = last.comma + 1 if trailing else last.end
    ends = [node.start + 1, *(item.end for item in node.items)]
    starts = [*(item.start for item in node.items), node.end - 1]
    if not any("\n" in text[end:start] for end, start in zip(ends, starts, strict=True)):
        before = text[node.items[-2].comma + 1 : last.start] if len(node.items) > 1 else " "
        return text[:at] + ("" if trailing else ",") + before + value + ("," if trailing else "") + text[at:]
    if "\n" in text[node.start : last.start]:
        indent = _indent(text, last.start)
    added = indent + value + ("," if trailing else "")
    line_end = _line_end(text, at)
    if _COMMENT_OR_NOTHING.match(text[at:line_end]):
        text = text[:line_end] + added + newline + text[line_end:]
    else:
        text = text[:at] + newline + added + text[at:]
    return text if trailing else f"{text[: last.end]},{text[last.end :]}"


def add_table(
    text: str, newline: str, path: Path, values: dict[str, Any], after: Path | None, comment: str | None
) -> str:
    """The text with a table `[path]`."""
    scan = Scan(text)
    nodes = scan.walk(path)
    lines = block_text(f"[{render_key(*path)}]", values, newline)
    lines = "".join(f"# {line}".rstrip() + newline for line in (comment or "").splitlines()) + lines
    lines = _indented(text, scan, scan.walk(path[:-1]), len(path), lines, newline)
    if len(nodes) > len(path):
        within = nodes[-1].subtree()
        below = next((block for block in scan.blocks if id(block.node) in within), None)
        if nodes[-1].kind != TABLE or nodes[-1].dotted or nodes[-1].block or not below:
            raise ValueError(f"{render_key(*path)} is already there")
        if after is None:
            return _insert_block(text, _comment_start(text, below), lines, newline)
    elif any(node.kind == INLINE for node in nodes):
        return set_value(text, newline, path, values)
    if after is not None:
        beside = scan.walk(after)
        at = _last_end(text, scan, beside[-1]) if len(beside) > len(after) else -1
        if at < 0:
            raise ValueError(f"there is no table {render_key(*after)}")
        return _insert_block(text, at, lines, newline)
    return _insert_block(text, _end_near(text, scan, nodes), lines, newline)


def _indented(text: str, scan: Scan, parents: list[Node], depth: int, lines: str, newline: str) -> str:
    """The lines of a new block, indented as the last block beside it is, its header and its keys."""
    beside = {id(child) for child in parents[-1].children.values()} if len(parents) == depth else set()
    last = next((block for block in reversed(scan.blocks[1:]) if id(block.node) in beside), None)
    if last is None:
        return lines
    head = _indent(text, last.start)
    body = _indent(text, last.statements[0].start) if last.statements else head
    found = lines.split(newline)
    at = next(n for n, line in enumerate(found) if line.startswith("["))
    return newline.join([*(head + line for line in found[: at + 1]), *(body + line for line in found[at + 1 :])])


def add_array_table(text: str, newline: str, path: Path, values: dict[str, Any]) -> str:
    """The text with a further table `[[path]]`."""
    scan = Scan(text)
    nodes = scan.walk(path)
    if any(node.kind in (ARRAY, INLINE) for node in nodes):
        return append(text, newline, path, values)
    lines = block_text(f"[[{render_key(*path)}]]", values, newline)
    lines = _indented(text, scan, nodes if len(nodes) > len(path) else [], len(path) + 1, lines, newline)
    return _insert_block(text, _end_near(text, scan, nodes), lines, newline)


def _end_near(text: str, scan: Scan, nodes: list[Node]) -> int:
    """The end of the innermost of these tables that has a block, or of the text without its last blank lines."""
    ends = (_last_end(text, scan, node) for node in reversed(nodes[1:]))
    return next((end for end in ends if end >= 0), _line_end(text, len(text.rstrip(" \t\r\n"))))


# -- removing -----------------------------------------------------------------------------------------------


def remove(text: str, path: Path) -> str:
    """The text without what is at `path`."""
    scan = Scan(text)
    nodes = scan.walk(path)
    if not path or len(nodes) <= len(path):
        raise ValueError(f"there is no {render_key(*path)}")
    within = nodes[-1].subtree()
    around = next((node for node in reversed(nodes[:-1]) if node.kind in (ARRAY, INLINE)), None)
    if around:
        index = next(n for n, item in enumerate(around.items) if id(item.node) in within)
        several = sum(id(item.node) in within for item in around.items) > 1  # dotted keys with the same first part
        text = _drop_item(text, around, index)
        return remove(text, path) if several else text
    for block in reversed(scan.blocks):
        if id(block.node) in within:
            text = _drop_block(text, block)
        else:
            for statement in reversed(block.statements):
                if id(statement.node) in within:
                    text = text[: statement.start] + text[statement.end :]
    return text


def _drop_item(text: str, node: Node, index: int) -> str:
    items = node.items
    item = items[index]
    before = items[index - 1] if index else None
    after = items[index + 1] if index + 1 < len(items) else None
    if len(items) == 1 and not re.search(r"[\n#]", text[node.start : item.start] + text[item.end : node.end]):
        return text[: node.start + 1] + text[node.end - 1 :]
    start, end = item.start, item.end
    if item.comma >= 0 and "\n" not in text[item.end : item.comma]:
        end = item.comma + 1
        if after and not text[end : after.start].strip(" \t"):
            end = after.start
        elif before and not text[before.comma + 1 : start].strip(" \t"):
            start = before.comma + 1
    elif before and "\n" not in text[before.comma : start]:
        start = before.comma
    elif item.comma >= 0:
        text = text[: item.comma] + text[item.comma + 1 :]
    line_start, line_end = text.rfind("\n", 0, start) + 1, _line_end(text, end)
    if not text[line_start:start].strip(" \t") and _COMMENT_OR_NOTHING.match(text[end:line_end]):
        start, end = line_start, line_end
    return text[:start] + text[end:]


def _comment_start(text: str, block: Block) -> int:
    """Where the comments begin that belong to a header: right above it, below a blank line and any section's rule."""
    start = at = block.start
    while at:
        line = text.rfind("\n", 0, at - 1) + 1
        above = text[line:at]
        if not above.strip():
            return start
        if not above.lstrip(" \t").startswith("#"):
            return block.start
        if _RULE.match(above):
            return start
        start = at = line
    return block.start


def _drop_block(text: str, block: Block) -> str:
    start, end = _comment_start(text, block), _body_end(text, block)
    rest = len(text[end:]) - len(text[end:].lstrip(" \t\r\n"))
    next_line = text.rfind("\n", 0, end + rest) + 1 if end + rest < len(text) else len(text)
    above = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start]
    if next_line == len(text) and not text[end:].strip():
        head = text[:start].rstrip(" \t\r\n")
        return text[: _line_end(text, len(head))] if head else ""
    tight = above.lstrip(" \t").startswith("#") and text[next_line:].lstrip(" \t").startswith("[")
    return text[:start] + text[max(next_line, end) if not above.strip() or tight else end :]
