"""Laws of the document: places point at what they say, edits change what they must, and no bytes make it raise."""

# ruff: noqa: E501  (a table of texts and what is said of them reads better with each in its line)

from __future__ import annotations

import datetime as dt
import difflib
import math
import random
import re
import sys
import time
import tomllib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.document import (
    Document,
    EditError,
    add_array_table,
    add_table,
    append,
    parse_document,
    remove,
    render_value,
    set_value,
)

EXAMPLE = """\
[agreement]
id       = "quiet-harbor-k3v9"      # written once by `planner init`; never changes
title    = "Ana & Ben"
starts   = 2027-01-04               # the first day on which anything here applies
timezone = "Europe/Berlin"          # IANA name, required; never the machine's own

[people.ana]
name = "Ana"
[people.ben]
name     = "Ben"
timezone = "Europe/Lisbon"          # optional: for rituals that are his alone

# ── Me-blocks: protected time of one's own ───────────────────────────
[me_blocks.pottery]
who    = "ana"
title  = "Pottery class"
on     = "wednesday"
at     = "18:30-21:00"
where  = "Atelier Nord"
gist   = "Ana's evening out"        # what others see; see Sharing
remind = "1h"
skip   = [2027-02-17]

[me_blocks.writing]
who = "ben"
on  = ["tuesday", "thursday"]
at  = "07:00"
for = "50m"

# ── Shared evenings ──────────────────────────────────────────────────
[shared_evenings.friday]
title   = "Cook together"
on      = "friday"
at      = "19:00-22:00"
prompts = ["What did you learn on your own this week?"]

# ── Check-ins ────────────────────────────────────────────────────────
[check_ins.midweek]
on = "wednesday"
at = "12:30"
by = "text"                         # text | voice note | call | in person

# ── Host nights: one night a month each ──────────────────────────────
[host_nights.salon]
hosts = ["ana", "ben"]              # take turns, Ana first
on    = ["second saturday", "fourth saturday"]
at    = "19:30-22:30"

# ── Reviews ──────────────────────────────────────────────────────────
[reviews.monthly]
on = "last sunday"
at = "17:00"

# ── A pause from all of it ───────────────────────────────────────────
[[pauses]]
starts = 2027-03-08
until  = 2027-03-14                 # `until` is always the last day included
note   = "Ski week"
"""


def read(text: str | bytes) -> Document:
    found = parse_document(text.encode() if isinstance(text, str) else text, "a.toml")
    assert isinstance(found, Document), [str(problem) for problem in found]
    return found


def problem(text: str | bytes):
    found = parse_document(text.encode() if isinstance(text, str) else text, "a.toml")
    assert isinstance(found, list)
    assert len(found) == 1
    return found[0]


def offset(text: str, place: tuple[int, int]) -> int:
    line, column = place
    return sum(len(before) + 1 for before in text.split("\n")[: line - 1]) + column - 1


def changed(old: str, new: str) -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came."""
    before, after = ([line.rstrip("\r") for line in text.split("\n")] for text in (old, new))
    went, came = [], []
    for what, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            went += before[i:j]
            came += after[k:m]
    return went, came


# -- documents in every layout ------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "on", "skip", "ben-run", "1", "2027-01-04", "x_y", "", "Zoë", "a.b", 'q"', "#", "]"])
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text("ab\"'\\ #[]{}=,.\néß🙂\t", max_size=8),
    st.dates(),
    st.times().map(lambda value: value.replace(fold=0)),
    st.datetimes().map(lambda value: value.replace(fold=0)),
    st.datetimes(timezones=st.just(dt.timezone(dt.timedelta(hours=5, minutes=30)))).map(lambda v: v.replace(fold=0)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES, inner, max_size=3)
        | st.lists(st.dictionaries(NAMES, inner, max_size=3), min_size=1, max_size=3)
    ),
    max_leaves=12,
)


class Writer:
    """Writes values as TOML, in a layout by chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def maybe(self) -> bool:
        return self.chance.random() < 0.4

    def space(self) -> str:
        return self.chance.choice(["", "", " ", "  ", "\t"])

    def gap(self) -> str:
        """What may stand between the elements of an array."""
        return self.chance.choice(["", " ", " ", "\n  ", "\n", ' # it\'s "x" ]\n\t', "\n\n# [a]\n    "])

    def line_end(self) -> str:
        return self.space() + self.chance.choice(["", "", '# x = "1" [a]', "#"]) + "\n"

    def between(self) -> str:
        return "".join(
            self.chance.choice(["\n", "  \n", "# note\n", "# ── Rule ──\n"])
            for _ in range(self.chance.choice([0, 0, 0, 1, 2]))
        )

    def key(self, *names: str) -> str:
        parts = []
        for name in names:
            ways = [render_value(name)]
            if re.fullmatch("[A-Za-z0-9_-]+", name):
                ways += [name, name, name, f"'{name}'", '"' + "".join(f"\\u{ord(c):04x}" for c in name) + '"']
            parts.append(self.chance.choice(ways))
        return f"{self.space()}.{self.space()}".join(parts)

    def scalar(self, value: object) -> str:
        ways = [render_value(value)]
        if isinstance(value, str):
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            ways.append(f'"""\n{escaped}"""')
            ways.append(f'"""\\\n   {escaped}"""' if not value[:1].isspace() else ways[0])
            if "'" not in value:
                ways += [f"'''\n{value}'''", f"'''{value}'''" if value[:1] != "\n" else ways[0]]
                ways += [f"'{value}'"] if "\n" not in value else []
            if '"' in value and '"""' not in value and "\\" not in value:
                ways.append(f'"""\n{value}"""' if not value.endswith('"""') else ways[0])
        elif isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            ways += [f"0x{value:x}", f"+{value}", f"{value:_}"]
        elif isinstance(value, dt.datetime):
            ways.append(value.isoformat(" "))
        return self.chance.choice(ways)

    def value(self, value: object) -> str:
        if isinstance(value, list):
            inside = self.gap()
            for n, inner in enumerate(value):
                last = n + 1 == len(value) and self.maybe()
                inside += self.value(inner) + self.gap() + ("" if last else ",") + self.gap()
            return f"[{inside}]" if value else f"[{self.gap()}]"
        if isinstance(value, dict):
            pairs = (
                f"{self.key(*path)}{self.space()}={self.space()}{self.value(inner)}"
                for path, inner in self.pairs(value)
            )
            comma = f"{self.space()},{self.space()}"
            return f"{{{self.space()}{comma.join(pairs)}{self.space()}}}"
        return self.scalar(value)

    def pairs(self, table: dict, path: tuple[str, ...] = ()):
        """The table as keys and values, some of its own tables as dotted keys."""
        for key, value in table.items():
            if isinstance(value, dict) and value and self.maybe():
                yield from self.pairs(value, (*path, key))
            else:
                yield (*path, key), value

    def statements(self, table: dict) -> str:
        return "".join(
            f"{self.between()}{self.space()}{self.key(*path)}{self.space()}={self.space()}{self.value(value)}{self.line_end()}"
            for path, value in self.pairs(table)
        )

    def blocks(self, table: dict, path: tuple[str, ...] = ()) -> tuple[str, list[str]]:
        """What stands under the header of a table, and the blocks of the tables below it."""
        plain, blocks = {}, []
        for key, value in table.items():
            inner = (*path, key)
            if isinstance(value, dict) and self.maybe():
                own, below = self.blocks(value, inner)
                implicit = not own.strip() and below and self.maybe()
                header = (
                    ""
                    if implicit
                    else f"{self.between()}{self.space()}[{self.space()}{self.key(*inner)}]{self.line_end()}{own}"
                )
                blocks += [header, *below] if self.maybe() else ["".join([header, *below])]
            elif isinstance(value, list) and value and all(isinstance(i, dict) for i in value) and self.maybe():
                block = ""
                for element in value:
                    own, below = self.blocks(element, inner)
                    block += (
                        f"{self.between()}[[{self.key(*inner)}{self.space()}]]{self.line_end()}{own}{''.join(below)}"
                    )
                blocks.append(block)
            else:
                plain[key] = value
        own = self.statements(plain)
        if self.maybe():
            self.chance.shuffle(blocks)
        return own, blocks

    def document(self, values: dict) -> str:
        own, blocks = self.blocks(values)
        text = own + "".join(blocks) + self.between()
        if self.maybe():
            text = text.removesuffix("\n")
        if self.maybe():
            text = text.replace("\n", "\r\n")
        elif self.maybe():
            text = "".join(
                self.chance.choice([line, line[:-1] + "\r\n"]) if line.endswith("\n") else line
                for line in text.splitlines(True)
                if line
            )
        return text


@st.composite
def documents(draw) -> Document:
    values = draw(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
    text = Writer(draw(st.randoms(use_true_random=False))).document(values)
    bom = draw(st.booleans())
    doc = read(b"\xef\xbb\xbf" * bom + text.encode())
    assert doc.values == values
    return doc


def paths(value: object, path: tuple = ()):
    """Every path below a value, with what is there."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step), inner
        yield from paths(inner, (*path, step))


def same(one: object, other: object) -> bool:
    """Equal and of one type, in whatever order the keys of a table stand."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return repr(one) == repr(other)


def spans(doc: Document, path: tuple) -> tuple[int, int] | None:
    """The lines, from 0, over which the value at `path` is written, where it is written as one value."""
    node = doc._scan.walk(path)[-1]
    if node.start < 0:
        return None
    return doc.text.count("\n", 0, node.start), doc.text.count("\n", 0, node.end) + 1


@given(documents())
def test_every_place_points_at_what_it_says(doc):
    for path, value in paths(doc.values):
        nodes = doc._scan.walk(path)
        assert len(nodes) == len(path) + 1
        key = doc.text[offset(doc.text, doc.place(path, "key")) :]
        if isinstance(path[-1], str):
            name = re.match(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""", key)[0]
            assert list(tomllib.loads(f"{name} = 1")) == [path[-1]]
        at = offset(doc.text, doc.place(path))
        if nodes[-1].start < 0:
            assert at == len(doc.text) - len(key)
        else:
            assert at == nodes[-1].start
            assert tomllib.loads("v = " + doc.text[at : nodes[-1].end])["v"] == value


@given(documents())
def test_a_document_gives_back_its_bytes(doc):
    raw = doc.encode()
    again = parse_document(raw, "a.toml")
    assert again == doc
    assert again.encode() == raw


@given(documents(), st.data())
def test_a_path_that_is_not_there_has_the_place_of_its_parent(doc, data):
    path, value = data.draw(st.sampled_from(list(paths(doc.values))))
    if isinstance(value, dict):
        assert doc.place((*path, "not there", 3)) == doc.place(path)
    assert doc.place((*path, 99, "x"), "key") == doc.place(path, "key")


@given(documents(), st.data(), VALUES)
def test_a_value_is_set_and_nothing_else(doc, data, value):
    path, _ = data.draw(st.sampled_from(list(paths(doc.values))))
    if doc._scan.walk(path)[-2].kind == "array of tables" and not isinstance(value, dict):
        with pytest.raises(EditError):
            set_value(doc, path, value)
        return
    new = set_value(doc, path, value)
    assert same(at(new.values, path), value)
    lines = spans(doc, path)
    if lines and not (isinstance(value, list) and lines[1] - lines[0] > 1):
        before, after = doc.text.split("\n"), new.text.split("\n")
        assert after[: lines[0]] == before[: lines[0]]
        rest = len(before) - lines[1]
        assert after[len(after) - rest :] == before[lines[1] :]
    assert new.encode().startswith(b"\xef\xbb\xbf") == doc.bom


@given(documents(), st.data(), SCALARS)
def test_a_key_is_added_with_a_line_of_its_own(doc, data, value):
    tables = [((), doc.values), *((p, v) for p, v in paths(doc.values) if isinstance(v, dict))]
    path, _ = data.draw(st.sampled_from(tables))
    new = set_value(doc, (*path, "new"), value)
    assert same(at(new.values, (*path, "new")), value)
    inline = any(node.kind == "inline table" for node in doc._scan.walk(path))
    went, came = changed(doc.text, new.text)
    if inline:
        assert len(went) == len(came) == 1
    else:
        assert all(not line.strip() for line in went)
        assert sum(bool(line.strip()) for line in came) <= 2  # a header where the table had none
        assert len(came) <= 5


@given(documents(), st.data())
def test_what_is_removed_takes_nothing_with_it(doc, data):
    path, _ = data.draw(st.sampled_from(list(paths(doc.values))))
    new = remove(doc, path)
    step = path[-1]
    assert at(new.values, path) is None or isinstance(step, int)
    nodes = doc._scan.walk(path)
    bracketed = [node for node in nodes[:-1] if node.kind in ("array", "inline table")]
    if bracketed:
        assert doc.text[: bracketed[-1].start] == new.text[: bracketed[-1].start]
        assert new.text.endswith(doc.text[bracketed[-1].end :])
    else:
        old_lines = iter(doc.text.split("\n"))
        assert not new.text or all(line in old_lines for line in new.text.removesuffix("\n").split("\n"))


@given(documents(), st.data(), VALUES)
def test_an_element_is_appended_where_its_array_ends(doc, data, value):
    arrays = [(p, v) for p, v in paths(doc.values) if isinstance(v, list)]
    assume(arrays)
    path, old = data.draw(st.sampled_from(arrays))
    node = doc._scan.walk(path)[-1]
    if node.kind == "array of tables" and not isinstance(value, dict):
        with pytest.raises(EditError):
            append(doc, path, value)
        return
    new = append(doc, path, value)
    assert same(at(new.values, path), [*old, value])
    went, came = changed(doc.text, new.text)
    if node.kind == "array":
        assert doc.text[: node.start] == new.text[: node.start]
        assert new.text.endswith(doc.text[node.end :])
        assert len(went) <= 1
        assert len(came) <= 2
    else:
        assert all(not line.strip() for line in went)


def at(values: object, path: tuple) -> object:
    for step in path:
        try:
            values = values[step]
        except (LookupError, TypeError):
            return None
    return values


# -- places in layouts of their own -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("agreement",), (1, 2), (1, 2)),
        (("agreement", "starts"), (4, 1), (4, 12)),
        (("me_blocks",), (14, 2), (14, 2)),
        (("me_blocks", "pottery"), (14, 12), (14, 12)),
        (("me_blocks", "pottery", "skip"), (22, 1), (22, 10)),
        (("me_blocks", "pottery", "skip", 0), (22, 11), (22, 11)),
        (("me_blocks", "writing", "on", 1), (26, 19), (26, 19)),
        (("pauses",), (55, 3), (55, 3)),
        (("pauses", 0), (55, 3), (55, 3)),
        (("pauses", 0, "until"), (57, 1), (57, 10)),
        (("pauses", 1, "until"), (55, 3), (55, 3)),
        (("me_blocks", "pottery", "for"), (14, 12), (14, 12)),
        (("me_blocks", "pottery", "on", "x", 3), (17, 1), (17, 10)),
        (("holidays", "country"), (1, 1), (1, 1)),
        ((), (1, 1), (1, 1)),
    ],
)
def test_places_in_the_example(path, key, value):
    doc = read(EXAMPLE)
    assert doc.place(path, "key") == key
    assert doc.place(path) == value


ODD = """\
x.y.'z' = 1
[ a . "b" ]
"on" = { c = [ 1, { d.e = 2 } ], "f" = 3 }
text = \"\"\"
[not.a.table]
\"\"\"  # after
list = [
  1,  # one
  [2, 3]
]
[[a.n]]
k = 1
  [a.n.sub]
  k = 2
[[a.n]]
  [[a.n.more]]
  k = 3
[a]
late = 1
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("x",), (1, 1), (1, 1)),
        (("x", "y"), (1, 3), (1, 3)),
        (("x", "y", "z"), (1, 5), (1, 11)),
        (("a",), (18, 2), (18, 2)),
        (("a", "b"), (2, 7), (2, 7)),
        (("a", "b", "on"), (3, 1), (3, 8)),
        (("a", "b", "on", "c", 1), (3, 19), (3, 19)),
        (("a", "b", "on", "c", 1, "d"), (3, 21), (3, 21)),
        (("a", "b", "on", "c", 1, "d", "e"), (3, 23), (3, 27)),
        (("a", "b", "on", "f"), (3, 34), (3, 40)),
        (("a", "b", "text"), (4, 1), (4, 8)),
        (("a", "b", "list", 1), (9, 3), (9, 3)),
        (("a", "b", "list", 1, 1), (9, 7), (9, 7)),
        (("a", "n"), (11, 5), (11, 5)),
        (("a", "n", 0), (11, 5), (11, 5)),
        (("a", "n", 0, "sub"), (13, 8), (13, 8)),
        (("a", "n", 0, "sub", "k"), (14, 3), (14, 7)),
        (("a", "n", 1), (15, 5), (15, 5)),
        (("a", "n", 1, "more", 0), (16, 9), (16, 9)),
        (("a", "n", 1, "more", 0, "k"), (17, 3), (17, 7)),
        (("a", "late"), (19, 1), (19, 8)),
        (("not",), (1, 1), (1, 1)),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_places_in_odd_layouts(path, key, value, newline):
    doc = read(ODD.replace("\n", newline))
    assert doc.place(path, "key") == key
    assert doc.place(path) == value


def test_columns_count_characters_after_the_byte_order_mark():
    doc = read("\ufeffa = ['🙂é', 1]\n")
    assert doc.bom
    assert doc.place(("a", 1)) == (1, 12)


# -- edits, to the character --------------------------------------------------------------------------------

DAY = dt.date(2027, 3, 3)


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        # in place: the comment and the column of = stay
        ('a  = "x"   # why\nb2 = 1\n', ("a",), 5, "a  = 5   # why\nb2 = 1\n"),
        ("a = [1,2]", ("a",), [3], "a = [3]"),
        ("a = { b = 1, c = 2 }\n", ("a", "b"), "é", 'a = { b = "é", c = 2 }\n'),
        ("a = [1, 2]\n", ("a", 1), 3, "a = [1, 3]\n"),
        # a remark goes with its value, and stays with the one that stays, wherever it is then
        ("a = [\n  1, # one\n  2, # two\n]\n", ("a",), [1, 3], "a = [\n  1, # one\n  3,\n]\n"),
        ("a = [\n  1, # one\n  2 # two\n]\n", ("a",), [3, 2], "a = [\n  3,\n  2 # two\n]\n"),
        ("a = [\n  1, # one\n  2, # two\n]\n", ("a",), [2], "a = [\n  2, # two\n]\n"),
        ("a = [\n  1, # one\n  3, # three\n]\n", ("a",), [1, 2, 3], "a = [\n  1, # one\n  2,\n  3, # three\n]\n"),
        ("a = [\n  1, # one\n  3, # three\n]\n", ("a",), [0, 1, 3], "a = [\n  0,\n  1, # one\n  3, # three\n]\n"),
        ("a = [\n  1, 3, # both\n]\n", ("a",), [1, 2, 3], "a = [\n  1, 2, 3, # both\n]\n"),
        ("a = [\n  1, 3, # both\n]\n", ("a",), [1, 4], "a = [\n  1, 4, # both\n]\n"),
        ("a = [\n  1, # one\n]\n", ("a",), [1.0], "a = [\n  1.0, # one\n]\n"),
        ("a = [\n  {b = 1}, # one\n]\n", ("a",), [{"b": 2}], "a = [\n  { b = 2 }, # one\n]\n"),
        ("a = [\r\n  1, # one\r\n]\r\n", ("a",), [2, 3], "a = [\r\n  2,\r\n  3,\r\n]\r\n"),
        # a new block is indented as those beside it
        (
            "  [t.a]\n    x = 1\n",
            ("t", "b"),
            {"y": 2, "zz": 3},
            "  [t.a]\n    x = 1\n\n  [t.b]\n    y  = 2\n    zz = 3\n",
        ),
        ("\t[t.a]\n\tx = 1\n[u]\n", ("t", "b"), {"y": 2}, "\t[t.a]\n\tx = 1\n\n\t[t.b]\n\ty = 2\n\n[u]\n"),
        (" [[p]]\n   a = 1\n", ("p",), [{"a": 1}, {"a": 2}], " [[p]]\n   a = 1\n\n [[p]]\n   a = 2\n"),
        ("[t.a]\n  x = 1\n", ("t", "b"), {"y": 2}, "[t.a]\n  x = 1\n\n[t.b]\n  y = 2\n"),
        ("a = [\n  1, # one\n  2, # two\n]\n", ("a",), [1], "a = [\n  1, # one\n]\n"),
        ("a = [\n  1, # one\n]\n", ("a",), [1, 2], "a = [\n  1, # one\n  2,\n]\n"),
        ("[[p]]\na = 1\n[[p]]\na = 2\n", ("p",), [{"a": 3}], "[[p]]\na = 3\n"),
        ("[t]\na = 1 # x\nb = 2\n", ("t",), {"a": 1, "c": 3}, "[t]\na = 1 # x\nc = 3\n"),
        ("[t.u]\na = 1\n", ("t",), 1, "t = 1\n"),
        # a new key: below the last one, in the column of its neighbours
        (
            "[t]\nlong = 1\nb    = 2  # x\n\n# next\n[u]\n",
            ("t", "c"),
            3,
            "[t]\nlong = 1\nb    = 2  # x\nc    = 3\n\n# next\n[u]\n",
        ),
        ("[t]\nlong = 1\nb = 2\n", ("t", "c"), 3, "[t]\nlong = 1\nb = 2\nc = 3\n"),
        ("[t]\na = 1\n\nlong = 1\nb    = 2\n", ("t", "c"), 3, "[t]\na = 1\n\nlong = 1\nb    = 2\nc    = 3\n"),
        ("[t]\na=1\n", ("t", "long"), 3, "[t]\na=1\nlong=3\n"),
        ("[t]\n  a = 1", ("t", "b"), 3, "[t]\n  a = 1\n  b = 3"),
        ("[t]\r\na = 1\r\n[u]\r\n", ("t", "b"), 3, "[t]\r\na = 1\r\nb = 3\r\n[u]\r\n"),
        ("[t]  # empty\n\n[u]\n", ("t", "b"), 3, "[t]  # empty\nb = 3\n\n[u]\n"),
        ("[t]", ("t", "b c"), 3, '[t]\n"b c" = 3'),
        ("[[p]]\na = 1\n\n[[p]]\n", ("p", 0, "b"), 3, "[[p]]\na = 1\nb = 3\n\n[[p]]\n"),
        ("[[p]]\na = 1\n", ("p", 1, "b"), 3, "[[p]]\na = 1\n\n[[p]]\nb = 3\n"),
        # in braces and by dots, as the neighbours are
        ("a = { b = 1 } # x\n", ("a", "c"), 2, "a = { b = 1, c = 2 } # x\n"),
        ("a = {}\n", ("a", "c"), 2, "a = { c = 2 }\n"),
        ("a = { b.c = 1 }\n", ("a", "b", "d"), 2, "a = { b.c = 1, b.d = 2 }\n"),
        ("a = { b = 1 }\n", ("a", "c", "d"), 2, "a = { b = 1, c = { d = 2 } }\n"),
        ("a.b = 1\nc = 2\n", ("a", "d"), 3, "a.b = 1\na.d = 3\nc = 2\n"),
        ("[t]\na.b = 1\nc = 2\n", ("t", "a", "d"), 3, "[t]\na.b = 1\na.d = 3\nc = 2\n"),
        # a table that has to be made first
        ("# top\n\n# mine\n[t.u]\na = 1\n", ("t", "b"), 3, "# top\n\n[t]\nb = 3\n\n# mine\n[t.u]\na = 1\n"),
        ("# top\n\n[t]\n", ("b",), 3, "# top\n\nb = 3\n\n[t]\n"),
        ("[t]\na = 1\n\n[x]\n", ("t", "u", "b"), 3, "[t]\na = 1\n\n[t.u]\nb = 3\n\n[x]\n"),
        ("[t]\na = 1\n", ("v",), {"b": 3}, "[t]\na = 1\n\n[v]\nb = 3\n"),
        ("[t]\na = 1\n", ("v",), [{"b": 3}, {"b": 4}], "[t]\na = 1\n\n[[v]]\nb = 3\n\n[[v]]\nb = 4\n"),
        ("[t.u]\na = 1\n", ("t", "u", "v", "w"), 3, "[t.u]\na = 1\nv = { w = 3 }\n"),
        ("a = 1\n", ("v", "w", "x", "y"), 3, "a = 1\n\n[v.w]\nx = { y = 3 }\n"),
        ("# only a remark", ("a",), 3, "# only a remark\na = 3"),
    ],
)
def test_setting_to_the_character(before, path, value, after):
    assert set_value(read(before), path, value).text == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a = 1\nb = 2 # x\n\nc = 3\n", ("b",), "a = 1\n\nc = 3\n"),
        ("a = 1\nb = [\n 2, # x\n] # y\nc = 3", ("b",), "a = 1\nc = 3"),
        ("a = 1\nb = 2", ("b",), "a = 1\n"),
        ("a.b = 1\na.c = 2\nd = 3\n", ("a",), "d = 3\n"),
        ("[a]\nb = 1\n", ("a", "b"), "[a]\n"),
        ("[a]\nb = 1\n", ("a",), ""),
        # elements
        ("a = [1, 2, 3] # x\n", ("a", 0), "a = [2, 3] # x\n"),
        ("a = [1, 2, 3] # x\n", ("a", 1), "a = [1, 3] # x\n"),
        ("a = [1, 2, 3] # x\n", ("a", 2), "a = [1, 2] # x\n"),
        ("a = [ 1, 2, ]\n", ("a", 1), "a = [ 1, ]\n"),
        ("a = [ 1 ]\n", ("a", 0), "a = []\n"),
        ("a = [\n  1, # one\n  2, # two\n  3  # three\n]\n", ("a", 1), "a = [\n  1, # one\n  3  # three\n]\n"),
        ("a = [\n  1, # one\n  2  # two\n]\n", ("a", 1), "a = [\n  1, # one\n]\n"),
        ("a = [\n  1\n  , 2 # two\n  , 3\n]\n", ("a", 1), "a = [\n  1\n  , 3\n]\n"),
        ("a = [\n  1\n  , 2\n]\n", ("a", 0), "a = [\n   2\n]\n"),
        ("a = [\n  # all\n  1, 2, # both\n]\n", ("a", 0), "a = [\n  # all\n  2, # both\n]\n"),
        ("a = [\n  # all\n  1, 2, # both\n]\n", ("a", 1), "a = [\n  # all\n  1, # both\n]\n"),
        ("a = [\n  1,\n  2]", ("a", 1), "a = [\n  1,\n  ]"),
        ("a = { b = 1, c = 2 }\n", ("a", "b"), "a = { c = 2 }\n"),
        ("a = { b = 1, c = 2 }\n", ("a", "c"), "a = { b = 1 }\n"),
        ("a = { b.x = 1, c = 2, b.y = 3 }\n", ("a", "b"), "a = { c = 2 }\n"),
        ("a = { b = 1 }\n", ("a", "b"), "a = {}\n"),
        # tables: the remark above goes with the table, the rule of a section stays
        ("a = 1\n\n# of t\n# more\n[t]\nb = 1\n# end of t\n\n[u]\nc = 1\n", ("t",), "a = 1\n\n[u]\nc = 1\n"),
        ("a = 1\n# of a\n[t]\nb = 1\n\n[u]\n", ("t",), "a = 1\n# of a\n[u]\n"),
        ("# ── Rule ──\n# of t\n[t]\nb = 1\n\n[u]\n", ("t",), "# ── Rule ──\n[u]\n"),
        (
            "x = 1\n\n# ── Rule ──\n[t]\nb = 1\n\n# ── Two ──\n[u]\n",
            ("t",),
            "x = 1\n\n# ── Rule ──\n\n# ── Two ──\n[u]\n",
        ),
        ("x = 1\n\n# of all\n\n[t]\nb = 1\n\n[u]\n", ("t",), "x = 1\n\n# of all\n\n[u]\n"),
        ("[t]\nb = 1\n\n# of u\n[u]\nc = 1\n", ("u",), "[t]\nb = 1\n"),
        ("[t]\nb = 1\n# of u\n[u]\nc = 1\n", ("t",), "# of u\n[u]\nc = 1\n"),
        ("[t]\n[t.a]\nb = 1\n\n[u]\n\n[[t.c]]\nd = 1\n", ("t",), "[u]\n"),
        ("[t]\na.b = 1\n[t.a.c]\nd = 1\n[u]\n", ("t", "a"), "[t]\n[u]\n"),
        ("[[p]]\na = 1\n\n# second\n[[p]]\na = 2\n[p.q]\n\n[[p]]\na = 3\n", ("p", 1), "[[p]]\na = 1\n\n[[p]]\na = 3\n"),
        ("a = 1\r\n\r\n[[p]]\r\nb = 1\r\n", ("p", 0), "a = 1\r\n"),
    ],
)
def test_removing_to_the_character(before, path, after):
    assert remove(read(before), path).text == after


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ("a = [1, 2] # x\n", ("a",), 3, "a = [1, 2, 3] # x\n"),
        ("a = [1,2]\n", ("a",), 3, "a = [1,2,3]\n"),
        ("a = [1, 2,]\n", ("a",), 3, "a = [1, 2, 3,]\n"),
        ("a = [ 1 ]\n", ("a",), 3, "a = [ 1, 3 ]\n"),
        ("a = [ ]\n", ("a",), 3, "a = [3]\n"),
        ("a = [\n]\n", ("a",), 3, "a = [\n    3,\n]\n"),
        ("a = [ # x\n  # y\n]\n", ("a",), 3, "a = [ # x\n  3,\n  # y\n]\n"),
        ("a = [\n  1, # one\n  # end\n]\n", ("a",), 3, "a = [\n  1, # one\n  3,\n  # end\n]\n"),
        ("a = [\n  1, # one\n  2  # two\n]\n", ("a",), 3, "a = [\n  1, # one\n  2,  # two\n  3\n]\n"),
        ("a = [\r\n\t1\r\n]\r\n", ("a",), 3, "a = [\r\n\t1,\r\n\t3\r\n]\r\n"),
        ("a = [1,\n     2]\n", ("a",), 3, "a = [1,\n     2,\n     3]\n"),
        ("a = [[1], [2]]\n", ("a", 1), 3, "a = [[1], [2, 3]]\n"),
        (
            "a = [\n  { on = 2027-03-03 },\n]\n",
            ("a",),
            {"on": DAY, "at": "18:00"},
            'a = [\n  { on = 2027-03-03 },\n  { on = 2027-03-03, at = "18:00" },\n]\n',
        ),
        ("[t]\nname = 1\n", ("t", "skip"), DAY, "[t]\nname = 1\nskip = [2027-03-03]\n"),
        ("[t]\nname = 1\n", ("t", "a"), {"b": 1}, "[t]\nname = 1\na    = [{ b = 1 }]\n"),
        (
            "[[p]]\na = 1\n# end\n\n[t]\n",
            ("p",),
            {"a": 2, "bcd": [3]},
            "[[p]]\na = 1\n# end\n\n[[p]]\na   = 2\nbcd = [3]\n\n[t]\n",
        ),
        ("[[p.q]]\n[p.q.r]\na = 1\n[t]\n", ("p", "q"), {}, "[[p.q]]\n[p.q.r]\na = 1\n\n[[p.q]]\n\n[t]\n"),
        ("[t]\n", ("p",), {"a": 1}, "[t]\n\n[[p]]\na = 1\n"),
    ],
)
def test_appending_to_the_character(before, path, value, after):
    assert append(read(before), path, value).text == after


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        ("[t.a]\nb = 1\n\n# ── X ──\n[x]\n", lambda d: add_table(d, ("t", "c"), {"who": "ana", "at": "18:00"}),
         '[t.a]\nb = 1\n\n[t.c]\nwho = "ana"\nat  = "18:00"\n\n# ── X ──\n[x]\n'),
        ("[t.a]\n[[t.a.b]]\nc = 1\n[t.d]\n", lambda d: add_table(d, ("t", "c"), {}, after=("t", "a")),
         "[t.a]\n[[t.a.b]]\nc = 1\n\n[t.c]\n\n[t.d]\n"),
        ("[t]\na = 1", lambda d: add_table(d, ("x y", "z"), {"b": 1}, comment="new\n\nfrom May"),
         '[t]\na = 1\n\n# new\n#\n# from May\n["x y".z]\nb = 1\n'),
        ("[t]\r\na = 1\r\n", lambda d: add_table(d, ("x",), {"b": 1}), "[t]\r\na = 1\r\n\r\n[x]\r\nb = 1\r\n"),
        ("[t]\na = 1\n\n\n", lambda d: add_table(d, ("x",), {"b": 1}), "[t]\na = 1\n\n[x]\nb = 1\n\n\n"),
        ("[[p]]\na = 1\n[[p]]\na = 2\n", lambda d: add_table(d, ("p", 0, "q"), {"b": 1}),
         "[[p]]\na = 1\n\n[p.q]\nb = 1\n\n[[p]]\na = 2\n"),
        ("a = { b = 1 }\n", lambda d: add_table(d, ("a", "c"), {"d": 1}), "a = { b = 1, c = { d = 1 } }\n"),
        ("[t]\na = 1\n", lambda d: add_array_table(d, ("p",), {"b": 1}), "[t]\na = 1\n\n[[p]]\nb = 1\n"),
        ("p = [{ b = 1 }]\n", lambda d: add_array_table(d, ("p",), {"b": 2}), "p = [{ b = 1 }, { b = 2 }]\n"),
        ("[t]\na = 1\n[x]\n", lambda d: add_array_table(d, ("t", "p"), {"b": 1}), "[t]\na = 1\n\n[[t.p]]\nb = 1\n\n[x]\n"),
    ],
)  # fmt: skip
def test_adding_tables_to_the_character(before, edit, after):
    assert edit(read(before)).text == after


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: set_value(d, (), 1),
        lambda d: set_value(d, ("a",), None),
        lambda d: set_value(d, ("a",), 2**63),
        lambda d: set_value(d, ("a",), "\ud800"),
        lambda d: set_value(d, ("a", "b"), 1),
        lambda d: set_value(d, ("list", 5), 1),
        lambda d: set_value(d, ("list", "x"), 1),
        lambda d: set_value(d, ("p", 0), 1),
        lambda d: remove(d, ()),
        lambda d: remove(d, ("nothing",)),
        lambda d: remove(d, ("list", 5)),
        lambda d: append(d, ("a",), 1),
        lambda d: append(d, ("p",), 1),
        lambda d: add_table(d, ("t",), {}),
        lambda d: add_table(d, ("a", "b"), {}),
        lambda d: add_table(d, ("x",), {}, after=("nothing",)),
        lambda d: add_array_table(d, ("t",), {}),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(edit):
    doc = read("a = 1\nlist = [1]\n[t]\nb = 1\n[[p]]\n")
    with pytest.raises(EditError):
        edit(doc)


def test_an_edit_that_changes_something_else_is_refused(monkeypatch):
    from planner import toml_edits

    doc = read("a = 1\nb = 2\n")
    monkeypatch.setattr(toml_edits, "set_value", lambda text, *_: text.replace("2", "3"))
    with pytest.raises(EditError, match="something else"):
        set_value(doc, ("a",), 3)
    monkeypatch.setattr(toml_edits, "remove", lambda text, _: text + "]")
    with pytest.raises(EditError, match="broken"):
        remove(doc, ("a",))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"on": dt.date(2027, 3, 13), "moved_to": dt.date(2027, 3, 14), "at": "18:00"},
         '{ on = 2027-03-13, moved_to = 2027-03-14, at = "18:00" }'),
        (["ana", "ben"], '["ana", "ben"]'),
        (("ana", 1, 2.5, True), '["ana", 1, 2.5, true]'),
        ({}, "{}"),
        ([], "[]"),
        ({"a b": {"Zoë": []}}, '{ "a b" = { "Zoë" = [] } }'),
        ('Ana & Ben’s "évening"\\\n\t\x00', r'"Ana & Ben’s \"évening\"\\\n\t\u0000"'),
        (dt.time(18, 30), "18:30:00"),
        (dt.datetime(2027, 1, 2, 3, 4, 5, tzinfo=dt.UTC), "2027-01-02T03:04:05+00:00"),
        (math.inf, "inf"),
        (1e22, "1e+22"),
    ],
)  # fmt: skip
def test_values_are_written_as_people_would(value, text):
    assert render_value(value) == text


def test_what_toml_has_no_word_for_is_no_value():
    with pytest.raises(ValueError, match="NoneType"):
        render_value([None])


# -- what is no agreement -----------------------------------------------------------------------------------

# Below a header [x], one mistake after the other, each with its line and column, its path and the words for it.
MISTAKES = r'''
on = monday
    ^ 1:6 x.on: text needs quotation marks: on = "monday"
on = second saturday
    ^ 1:6 x.on: text needs quotation marks: on = "second saturday"
at = 18:30-21:00
    ^ 1:6 x.at: a time needs quotation marks: at = "18:30-21:00"
at = 18:30 - 21:00
    ^ 1:6 x.at: a time needs quotation marks: at = "18:30 - 21:00"
at = 6:30pm
    ^ 1:6 x.at: a time needs quotation marks: at = "6:30pm"
for = 50m
    ^ 1:7 x.for: text needs quotation marks: for = "50m"
for = 2 weeks
    ^ 1:7 x.for: text needs quotation marks: for = "2 weeks"
starts = 4.1.2027
    ^ 1:10 x.starts: a date is written year-month-day: starts = 2027-01-04
starts = 2027-1-4
    ^ 1:10 x.starts: a date is written year-month-day: starts = 2027-01-04
starts = 4/1/2027
    ^ 1:10 x.starts: a date is written year-month-day: starts = 2027-01-31
starts = 04-01-2027
    ^ 1:10 x.starts: a date is written year-month-day: starts = 2027-01-31
starts = 2027-02-30
    ^ 1:10 x.starts: there is no day 30 in February 2027, which has 28 days
starts = 2027-13-01
    ^ 1:10 x.starts: there is no month 13; a date is written year-month-day, as in 2027-01-31
title = "Ana
    ^ 1:9 x.title: the closing quotation mark is missing; the text that begins here needs a " at its end
title = 'Ana
    ^ 1:9 x.title: the closing quotation mark is missing; the text that begins here needs a ' at its end
title = "Ana”
    ^ 1:9 x.title: the text that begins here needs a straight " at its end, not a curly one
title = "Ana's" evening"
    ^ 1:17 x.title: nothing may follow a value but a remark; put # before this, or take it out
title = "say "hi""
    ^ 1:15 x.title: the text ends at this quotation mark; within a text it is written \"
title = 'Ana's evening'
    ^ 1:14 x.title: the text ends at this apostrophe; put it in double quotation marks: "…"
title = Ana & Ben"
    ^ 1:9 x.title: the opening quotation mark is missing: title = "Ana & Ben"
title = “Ana & Ben”
    ^ 1:9 x.title: curly quotation marks mean nothing here; type straight ones: title = "Ana & Ben"
title = „Ana“
    ^ 1:9 x.title: curly quotation marks mean nothing here; type straight ones: title = "Ana"
“title” = "x"
    ^ 1:1 x: curly quotation marks (“) mean nothing here; type straight ones: "
title = """Ana
    ^ 1:9 x.title: the text that begins here has no end; put """ behind it
title = "C:\Users"
    ^ 1:12 x.title: a backslash in double quotation marks has a meaning of its own; write two (\\U), or put the text in single quotation marks
title = "50 \% off"
    ^ 1:13 x.title: a backslash in double quotation marks has a meaning of its own; write two (\\%), or put the text in single quotation marks
title = "\ud800"
    ^ 1:10 x.title: a backslash in double quotation marks has a meaning of its own; write two (\\u), or put the text in single quotation marks
notes = """a \x b"""
    ^ 1:14 x.notes: a backslash in double quotation marks has a meaning of its own; write two (\\x), or put the text in single quotation marks
skip = ["a" "b"]
    ^ 1:13 x.skip: a comma is missing before this value
skip = ["a", "b"
    ^ 1:8 x.skip: the list that opens here is never closed; put ] behind its last value
skip = ["a",, "b"]
    ^ 1:13 x.skip: two commas follow each other here; take one out
skip = ["a", "b")
    ^ 1:17 x.skip: a list that opens with [ closes with ], not with )
skip = [monday, tuesday]
    ^ 1:9 x.skip: text needs quotation marks: "monday"
skip = [monday tuesday]
    ^ 1:9 x.skip: text needs quotation marks: "monday tuesday"
skip = [4.1.2027]
    ^ 1:9 x.skip: a date is written year-month-day: 2027-01-04
skip = [on = 2027-01-01]
    ^ 1:9 x.skip: a list holds values alone; names and values together stand in { }
skip = (1, 2)
    ^ 1:8 x.skip: a list stands in square brackets, [ and ]
on = "monday", "tuesday"
    ^ 1:14 x.on: several values stand in square brackets, with commas between: on = ["…", "…"]
on = "monday" "tuesday"
    ^ 1:15 x.on: several values stand in square brackets, with commas between: on = ["…", "…"]
on = "monday" every week
    ^ 1:15 x.on: nothing may follow a value but a remark; put # before this, or take it out
on = "monday" at = "18:30"
    ^ 1:15 x.on: each name = value has a line of its own; put this on the next line
on = ["a"]]
    ^ 1:11 x.on: there is one ] too many; take it out
on =
    ^ 1:5 x.on: the value is missing here; write one, or delete the line
on
    ^ 1:3 x: this line has no =; it takes name = value, or a # before it if it is a remark
on "monday"
    ^ 1:4 x: the = between name and value is missing: on = "monday"
on: "monday"
    ^ 1:3 x: between a name and its value stands =, not a colon
on monday
    ^ 1:4 x: this line has no =; it takes name = value, or a # before it if it is a remark
week starts = "monday"
    ^ 1:6 x: a name holds no spaces: week_starts =
größe = 1
    ^ 1:3 x: ö cannot stand in a name; use the letters a to z, digits, - and _
ä = 1
    ^ 1:1 x: ä cannot stand in a name; use the letters a to z, digits, - and _
a. = 1
    ^ 1:4 x: a part of the name is missing here
= 3
    ^ 1:1 x: the name before = is missing
a = True
    ^ 1:5 x.a: yes and no are written true and false: a = true
a = yes
    ^ 1:5 x.a: yes and no are written true and false: a = true
a = none
    ^ 1:5 x.a: where there is nothing, delete the line; where a text is meant, write a = "none"
// remark
    ^ 1:1 x: a remark begins with #; put # before it
"on"e = 1
    ^ 1:5 x: a dot or = is missing before e
── Reviews ──
    ^ 1:1 x: a remark begins with #; put # before it
; remark
    ^ 1:1 x: a remark begins with #; put # before it
- item
    ^ 1:3 x: a list is written in square brackets, as in on = ["monday", "tuesday"]
]
    ^ 1:1 x: no bracket is open that ] could close; take it out, or put in the one that is missing
}
    ^ 1:1 x: no bracket is open that } could close; take it out, or put in the one that is missing
{ a = 1 }
    ^ 1:1 x: a line cannot begin with {; it begins with a name, as in on = "monday"
[me_blocks.pottery
    ^ 1:19 : the ] behind the name of this table is missing
[me blocks.pottery]
    ^ 1:5 : a name holds no spaces: [me_blocks.pottery]
[]
    ^ 1:2 : the name of the table is missing: [people.ana]
[a.]
    ^ 1:4 : a part of the name is missing after the dot
[[pauses]
    ^ 1:9 : a table that opens with [[ closes with ]]
[pauses]]
    ^ 1:9 : a table that opens with [ closes with ]
[a] x = 1
    ^ 1:5 : nothing may follow a table on its line; put this on the next line
[people.Zoë]
    ^ 1:11 : ë cannot stand in a name; use the letters a to z, digits, - and _
[people."x]
    ^ 1:9 : the closing quotation mark is missing; the text that begins here needs a " at its end
c = { a: 1 }
    ^ 1:8 x.c: between a name and its value stands =, not a colon
c = { a = 1 b = 2 }
    ^ 1:13 x.c: a comma is missing before this name
c = { a 1 }
    ^ 1:9 x.c: the = between a name and its value is missing here
c = { on = monday }
    ^ 1:12 x.c: text needs quotation marks: on = "monday"
c = { a = 1, a = 2 }
    ^ 1:14 x.c: "a" is written twice here, first in line 2; keep one of them
a = 99999999999999999999
    ^ 1:5 x.a: this number is too long; is it meant as text, in quotation marks?
a = 1,5
    ^ 1:5 x.a: text needs quotation marks: a = "1,5"
a = @home
    ^ 1:5 x.a: text needs quotation marks: a = "@home"
on = "a # b
    ^ 1:6 x.on: the closing quotation mark is missing; the text that begins here needs a " at its end
on = monday, tuesday
    ^ 1:6 x.on: several values stand in square brackets: on = ["monday", "tuesday"]
skip = [
  2027-02-17
  2027-03-03
]
    ^ 3:3 x.skip: a comma is missing before this value
starts = 2027-01-04, 2027-02-01
    ^ 1:10 x.starts: several values stand in square brackets: starts = [2027-01-04, 2027-02-01]
skip = ["a"
"b"]
    ^ 2:1 x.skip: a comma is missing before this value
c = { a = 1,, b = 2 }
    ^ 1:13 x.c: two commas follow each other here; take one out
c = { a = [1, 2 }
    ^ 1:17 x.c: a list that opens with [ closes with ], not with }
c = [{ a = 1 ]
    ^ 1:14 x.c: what opens with { closes with }, not with ]
[agreement
    ^ 1:11 : the ] behind the name of this table is missing
on = "monday" # x
[x]
    ^ 2:2 x: [x] is written twice, first in line 1; put both together, or rename one of the two
on.x = "monday"
on.x = 2
    ^ 2:4 x.on.x: "x" is written twice here, first in line 2; keep one of them
"on" = 1
on = 2
    ^ 2:1 x.on: "on" is written twice here, first in line 2; keep one of them
skip = [
  # x

[people.ana]
name = "Ana"
    ^ 1:8 x.skip: the list that opens here is never closed; put ] behind its last value
title = "Ana
on = "monday"
    ^ 1:9 x.title: the closing quotation mark is missing; the text that begins here needs a " at its end
{
    ^ 1:1 x: a line cannot begin with {; it begins with a name, as in on = "monday"
title == "x"
    ^ 1:8 x.title: one = is enough; take this one out
on = first friday # of the month
    ^ 1:6 x.on: text needs quotation marks: on = "first friday"
a..b = 1
    ^ 1:3 x: a part of the name is missing before this dot
.a = 1
    ^ 1:1 x: a part of the name is missing before this dot
color = #ff0000
    ^ 1:9 x.color: the value is missing here, for a remark begins with #; a text with # in it needs quotation marks
notes = """
hello
    ^ 1:9 x.notes: the text that begins here has no end; put """ behind it
[people.ana] # Ana
[people.ana]
    ^ 2:9 people.ana: [people.ana] is written twice, first in line 2; put both together, or rename one of the two
on = ["a" , "b"] ]
    ^ 1:18 x.on: there is one ] too many; take it out
a = TRUE
    ^ 1:5 x.a: yes and no are written true and false: a = true
on = monday,
    ^ 1:6 x.on: text needs quotation marks: on = "monday,"
'''

# Mistakes in TOML 1.0 only.
OLD_MISTAKES = r"""
at = 18:30
    ^ 1:6 x.at: a time needs quotation marks: at = "18:30"
starts = 2027-01-04 18:30
    ^ 1:10 x.starts: a date stands alone, without a time: starts = 2027-01-04
starts = 2027-01-04T18:30
    ^ 1:10 x.starts: a date stands alone, without a time: starts = 2027-01-04
c = { a = 1, }
    ^ 1:12 x.c: no comma may stand before the closing }; take it out
c = { a = 1,
    ^ 1:5 x.c: what stands in { } has to be on one line, up to the closing }
c = { a = 1
    ^ 1:5 x.c: what stands in { } has to be on one line, up to the closing }
c = { at = 18:30 }
    ^ 1:12 x.c: a time needs quotation marks: at = "18:30"
c = {
    ^ 1:5 x.c: what stands in { } has to be on one line, up to the closing }
changes = [
  { on = 2027-03-13
    at = "18:00" },
]
    ^ 2:3 x.changes: what stands in { } has to be on one line, up to the closing }
changes = [
  { on = 2027-03-13, at = 18:00 },
]
    ^ 2:27 x.changes: a time needs quotation marks: at = "18:00"
"""


def mistakes(table: str):
    for found in re.finditer(r"((?:(?!    \^ ).*\n)+)    \^ (\d+):(\d+) (.*?): (.*)\n", table.removeprefix("\n")):
        yield pytest.param(*found.groups(), id=found[1].strip())


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "line", "column", "path", "message"), list(mistakes(MISTAKES)))
def test_mistakes_are_explained(text, line, column, path, message, newline):
    found = problem(f"[x]\n{text}".replace("\n", newline))
    assert str(found) == f"a.toml:{int(line) + 1}:{column}: error: {f'{path}: ' if path else ''}{message}"
    assert found.code == "syntax"


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="TOML 1.1 allows these")
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "line", "column", "path", "message"), list(mistakes(OLD_MISTAKES)))
def test_mistakes_of_old_are_explained(text, line, column, path, message, newline):
    test_mistakes_are_explained(text, line, column, path, message, newline)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: error: this file is empty; `planner init` writes a first agreement to start from"),
        ("\ufeff \r\n\n", "1:1: error: this file is empty; `planner init` writes a first agreement to start from"),
        ("a = 1\rb = 2\r", "1:6: error: a: the lines of this file end as on very old Macs; save it again with line ends “LF” or “CRLF”"),
        ("a = 1\n\0\0", "2:1: error: zeros instead of text, as after a crash, begin here; delete them, or go back to a copy"),
        ("# \x07", "1:3: error: an invisible control character (U+0007) stands here; delete it"),
        ("a = 'b\x7f'", "1:7: error: a: an invisible control character (U+007F) stands here; delete it"),
        ("a =\u00a01", "1:4: error: a: an invisible character (U+00A0) stands here; delete it, or type a space instead"),
        ("\ufeff\ufeffa = 1", "1:1: error: an invisible character (U+FEFF) stands here; delete it, or type a space instead"),
        ("[x]\na = " + "9" * 20, "2:5: error: x.a: this number is too long; is it meant as text, in quotation marks?"),
        ("[x]\na = " + "9" * 5000, "2:5: error: this number is too long; is it meant as text, in quotation marks?"),
        ("[x]\na = 0x" + "f" * 5000, "2:5: error: x.a: this number is too long; is it meant as text, in quotation marks?"),
        ("a =" + " [" * 2000, "1:203: error: a: brackets stand in each other here more than a hundred deep; two or three are enough"),
        ("a = " + "[" * 200 + "]" * 200, "1:104: error: a: brackets stand in each other here more than a hundred deep; two or three are enough"),
        ("[x]\n" + "a." * 50 + "b = 1", "2:1: error: this name has more than fifty parts; a few parts with dots between are enough"),
        ("x = 1\n[" + "'a' . " * 50 + "b]", "2:2: error: this name has more than fifty parts; a few parts with dots between are enough"),
        ("[x]\na = '" + "b" * 20_000 + "'", "2:1: error: this line is longer than 20,000 characters; is something pasted here that belongs elsewhere?"),
        ("#\n" * 2**20 + "#", "1:1: error: this file is longer than 2 MB, and an agreement never is; is it the right file?"),
        ("".join(f"a.b.{n} = '.'\n" for n in range(50_001)), "50001:1: error: up to here more than 100,000 dots stand in names; is it the right file?"),
        ("a=1\n[a]", '2:2: error: a: "a" has a value already in line 1; rename one of the two'),
        ("a.b=1\n[a]", '2:2: error: a: "a" has a value already in line 1; rename one of the two'),
        ("a={b=1}\na.c=1", '2:1: error: a.c: "a" has a value already in line 1; rename one of the two'),
        ("a={b=1}\n[a.c]", '2:2: error: a.c: "a" has a value already in line 1; rename one of the two'),
        ("[a]\n[[a]]", "2:3: error: a: [a] has single brackets in line 1; where there are several, all need double ones"),
        ("[[a]]\n[a]", "2:2: error: a: [[a]] has double brackets in line 1; give it double brackets here too"),
        ("[a.b]\n[a]\nb.c=1", '3:1: error: a.b.c: "b" is a table with a header of its own in line 1; put this line below that header'),
    ],
)  # fmt: skip
def test_what_else_keeps_a_file_from_being_read(text, expected):
    assert str(problem(text)) == f"a.toml:{expected}"


@pytest.mark.parametrize("dots", ["# " + "a." * 60, "'''\n" + "a." * 60 + "\n'''", '"""\n"' + "a." * 60 + '"\n"""'])
def test_dots_in_texts_and_remarks_are_no_names(dots):
    read(f"[x]\na = 1 {dots}\n" if dots[0] == "#" else f"[x]\na = {dots}\n")


@pytest.mark.parametrize(
    ("raw", "place", "words"),
    [
        (b"[a]\nb = 'caf\xe9'\n", (2, 9), 'perhaps a "é" in an older encoding; save it again as UTF-8'),
        (b"\xef\xbb\xbfa = '\xc3\xa9\xff'\n", (1, 7), "save it again as UTF-8"),
        (b"a = 1\n\xc3", (2, 1), "save it again as UTF-8"),
        ("a = 1\n".encode("utf-16"), (1, 1), "saved as UTF-16; save it again as UTF-8"),
        ("a = 1\n".encode("utf-16-le"), (1, 1), "saved as UTF-16; save it again as UTF-8"),
        ("a = 1\n".encode("utf-16-be"), (1, 1), "saved as UTF-16; save it again as UTF-8"),
        ("a = 1\n".encode("utf-32"), (1, 1), "save it again as UTF-8"),
    ],
)
def test_other_encodings_are_named(raw, place, words):
    found = problem(raw)
    assert (found.code, found.line, found.column) == ("encoding", *place)
    assert words in found.message


def sound(raw: bytes) -> None:
    """It is a document that gives back its bytes, or problems with a place inside of it."""
    found = parse_document(raw, "a.toml")
    if isinstance(found, Document):
        assert found.encode() == raw
        for path, _ in paths(found.values):
            assert len(found._scan.walk(path)) == len(path) + 1
        return
    assert found
    for each in found:
        assert each.code in ("encoding", "empty", "too-long", "syntax")
        assert each.file == "a.toml"
        assert "cannot be read as TOML" not in each.message
        lines = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").split("\n")
        assert 1 <= each.line <= len(lines)
        assert 1 <= each.column <= len(lines[each.line - 1]) + 1


@given(st.binary(max_size=60))
def test_no_bytes_raise(raw):
    sound(raw)


@given(st.text("ab.=[]{}\"'#,\\\n\r\t -:0123T_é“\0", max_size=40))
def test_no_text_raises(text):
    sound(text.encode())


@given(st.data())
def test_no_spoiled_agreement_raises(data):
    text = EXAMPLE
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 12))
        put = data.draw(
            st.sampled_from(["", *"[]{}\"'=.,#\\\n\r:\0\ufeff“é", "[[", "]]", "'" * 3, '"' * 3, "\r\n", "a = 1\n"])
        )
        text = text[:start] + put + text[end:]
    sound(text.encode())


@given(documents(), st.data())
def test_no_spoiled_document_raises(doc, data):
    start = data.draw(st.integers(0, len(doc.text)))
    put = data.draw(st.sampled_from(["", *"[]{}\"'=.,#\\\n\r", "x = 1\n", "[a]\n"]))
    sound((doc.text[:start] + put + doc.text[start + data.draw(st.integers(0, 3)) :]).encode())


TWO_MB = 2 * 1024 * 1024
FIFTY = ".".join("a" * 50)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lambda: "\n" * 1_000_000 + "a = 1", id="a million lines"),
        pytest.param(lambda: "a = '" + "b" * 1_000_000 + "'", id="a million characters in a line"),
        pytest.param(lambda: "[" * TWO_MB, id="brackets"),
        pytest.param(lambda: "a = " + "[\n" * (TWO_MB // 2 - 4), id="brackets in lines"),
        pytest.param(lambda: f"[{FIFTY}]\n" + "".join(f"{n:x}=1\n" for n in range(100_000)), id="keys in a deep table"),
        pytest.param(lambda: "".join(f"{FIFTY[2:]}.{n:x}=1\n" for n in range(19_000)), id="deep keys"),
        pytest.param(lambda: "".join(f"[{n:x}.{FIFTY[2:]}]\n" for n in range(19_000)), id="deep tables"),
        pytest.param(lambda: "".join(f"[{n:x}]\n" for n in range(100_000)), id="tables"),
        pytest.param(lambda: "[[a]]\n" * 150_000, id="arrays of tables"),
        pytest.param(lambda: "a = [\n" + "{b=1},\n" * 100_000, id="an open list"),
        pytest.param(lambda: "a = ['''" + "''\n" * 600_000, id="an open text"),
        pytest.param(lambda: 'a = """' + "\\n\n" * 600_000 + '"""', id="escapes"),
        pytest.param(lambda: ('"' + '\\"' * 9_900 + "\n") * 100, id="open names"),
        pytest.param(lambda: "a = [\n" + ("1" * 3_999 + ",\n") * 500 + "1" * 5_000 + "]", id="long numbers"),
        pytest.param(lambda: "a = 1\n" * 300_000, id="a key again and again"),
        pytest.param(lambda: "\0" * TWO_MB, id="zeros"),
    ],
)
def test_hostile_files_take_seconds_at_most(text):
    raw = text().encode()
    assert len(raw) <= TWO_MB
    start = time.perf_counter()
    found = parse_document(raw, "a.toml")
    if isinstance(found, Document):
        found.place(("a", 5))
    assert time.perf_counter() - start < 15  # four at most on an ordinary machine


@pytest.mark.speed
def test_time_to_find_places_grows_with_the_file_and_no_faster():
    def measure(times: int) -> float:
        doc = read("".join(re.sub(r"^\[+", rf"\g<0>x{n}.", EXAMPLE, flags=re.MULTILINE) for n in range(times)))
        start = time.perf_counter()
        doc.place(("x1",))
        return time.perf_counter() - start

    small = large = float("inf")
    for _ in range(20):  # the best of each, in turns, until other programs let them show; squared growth never would
        small, large = min(small, measure(40)), min(large, measure(400))
        if large < 40 * small:
            break
    assert large < 40 * small
