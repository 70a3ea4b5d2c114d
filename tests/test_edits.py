"""Laws of the edits: in every layout, the lines that must change and no others, and a file that says what was meant."""

from __future__ import annotations

import difflib
import random
from datetime import date, timedelta

from hypothesis import assume, event, given
from hypothesis import strategies as st

from planner.agreement import TABLES, Agreement, Change, Pause
from planner.checks import Examined, errors
from planner.document import Document, parse_document, render_value
from planner.edit_dates import move, skip
from planner.edit_pauses import pause, resume
from planner.edit_pieces import Edit, NotUnderstood
from planner.edits import add_ritual, revise
from planner.reading import read_agreement
from planner.strands import strands
from tests.strategies import agreements
from tests.strategies import rituals as ritual_values

# ── agreements in every layout ──


class Layout:
    """Writes an agreement as one of many people would; `style` says how each ritual stands in the file."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.style: dict[str, str] = {}
        self.remarks = 0

    def remark(self) -> str:
        self.remarks += 1
        return self.chance.choice(["", "", "", f"  # remark {self.remarks}", f"\t#{self.remarks}"])

    def above(self) -> list[str]:
        self.remarks += 1
        return self.chance.choice([[], [], [], [""], [f"# {self.remarks}"], ["", f"# ── Part {self.remarks} ──"]])

    def value(self, value: object, *, inline: bool) -> str:
        if isinstance(value, list) and not inline and self.chance.random() < 0.4:
            last = "," if self.chance.random() < 0.5 else ""
            items = [f"    {render_value(item)}," for item in value]
            items[-1] = items[-1][:-1] + last
            return "\n".join(["[", *(f"{item}{self.remark()}" for item in items), "]"])
        if isinstance(value, list) and len(value) == 1 and self.chance.random() < 0.4:
            return render_value(value[0])  # one of a list stands for itself
        return render_value(value)

    def statements(self, values: dict, before: str = "") -> list[str]:
        indent = self.chance.choice(["", "", "  "])
        width = max(map(len, values)) if self.chance.random() < 0.5 else 0
        lines = []
        for key, value in values.items():
            lines += [
                *self.above(),
                f"{indent}{before}{key:<{width}} = {self.value(value, inline=False)}{self.remark()}",
            ]
        return lines

    def pair(self, name: str, values: dict) -> str:
        pairs = ", ".join(f"{key} = {self.value(value, inline=True)}" for key, value in values.items())
        return f"{name} = {{ {pairs} }}{self.remark()}"

    def document(self, values: dict) -> bytes:
        top: list[str] = []
        below: list[str] = []
        for table, inner in values.items():
            if table in ("agreement", "calendar"):
                below += [*self.above(), f"[{table}]{self.remark()}", *self.statements(inner)]
            elif table == "stays":
                for element in inner:
                    below += [*self.above(), f"[[stays]]{self.remark()}", *self.statements(element)]
            elif table == "pauses":
                if self.chance.random() < 0.3:
                    self.style["pauses"] = "inline"
                    top.append(f"pauses = {render_value(inner)}{self.remark()}")
                else:
                    for element in inner:
                        below += [*self.above(), f"[[pauses]]{self.remark()}", *self.statements(element)]
            else:
                self.table(table, inner, top, below)
        text = "\n".join([*top, *below]) + self.chance.choice(["", "\n", "\n", "\n\n"])
        if self.chance.random() < 0.3:
            text = text.replace("\n", "\r\n")
        return b"\xef\xbb\xbf" * (self.chance.random() < 0.2) + text.encode()

    def table(self, table: str, inner: dict, top: list[str], below: list[str]) -> None:
        whole = self.chance.random() < 0.3
        if whole:
            below += [*self.above(), f"[{table}]{self.remark()}"]
        for key, values in sorted(inner.items(), key=lambda _: self.chance.random()):
            path = f"{table}.{key}"
            style = self.chance.choice(["inline", "dotted", "header", "header", "header"])
            if whole and style == "header":
                style = "inline"
            self.style[path] = style
            name, here = (key, below) if whole else (path, top)
            if style == "inline":
                here += [*self.above(), self.pair(name, values)]
            elif style == "dotted":
                here += self.statements(values, f"{name}.")
            else:
                changes = values.get("changes", []) if self.chance.random() < 0.5 else []
                plain = {k: v for k, v in values.items() if k != "changes" or not changes}
                below += [*self.above(), f"[{path}]{self.remark()}", *self.statements(plain)]
                for change in changes:
                    self.style[f"{path}.changes"] = "blocks"
                    below += [*self.above(), f"[[{path}.changes]]{self.remark()}", *self.statements(change)]


class Written:
    """A valid agreement in some layout, read."""

    def __init__(self, values: dict, chance: random.Random) -> None:
        layout = Layout(chance)
        self.raw = layout.document(values)
        self.style = layout.style
        document = parse_document(self.raw, "agreement.toml")
        assert isinstance(document, Document), (document, self.raw.decode())
        self.document = document
        self.agreement = sound(document)

    def dates(self, path: str) -> list[date]:
        """Some dates of a ritual by its rule."""
        parts = strands(self.agreement.rituals[path], self.agreement.week_starts, by_turn=False)
        return sorted({d for s in parts for d in s.days(date(2026, 1, 1), date(2028, 12, 31))})[:40]


def sound(document: Document) -> Agreement:
    """The agreement in a document that has no errors."""
    agreement, findings = read_agreement(document.values)
    assert agreement is not None, (findings, document.text)
    assert errors(Examined(agreement, document.values, agreement.starts, agreement.starts)) == [], document.text
    return agreement


@st.composite
def written(draw) -> Written:
    """An agreement of three people with skips, changes and pauses, written in a layout by chance."""
    values = draw(agreements())
    values.get("rituals", {}).pop("free", None)  # an edit of what it follows is one of it, too
    values = {table: inner for table, inner in values.items() if inner}
    agreement, _ = read_agreement(values)
    assume(agreement is not None)
    assert agreement
    for path, ritual in agreement.rituals.items():
        table, key = path.split(".")
        inner = values[table][key]
        if draw(st.booleans()):
            inner["title"] = draw(st.sampled_from(["A walk", 'With "quotes"', "Zoë’s time # not a remark", "a = b, c"]))
        parts = strands(ritual, agreement.week_starts, by_turn=False)
        dates = sorted({d for s in parts for d in s.days(date(2026, 1, 1), date(2028, 12, 31))})[:6]
        chosen = draw(st.lists(st.sampled_from(dates), max_size=3, unique=True)) if dates else []
        if chosen and draw(st.booleans()):
            inner["skip"] = chosen.pop()
            inner["skip"] = [inner["skip"], *chosen[:1]] if draw(st.booleans()) else inner["skip"]
            chosen = chosen[1:] if isinstance(inner["skip"], list) else chosen
        if chosen:
            inner["changes"] = [{"on": day, "moved_to": day + timedelta(days=1)} for day in chosen]
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        first = draw(st.dates(date(2026, 3, 1), date(2026, 5, 1)))
        rest: dict[str, object] = {"starts": first, "until": first + timedelta(days=draw(st.integers(0, 30)))}
        if draw(st.booleans()):
            rest["who"] = draw(st.sampled_from(["ana", ["ana", "ben"], "cleo"]))
        if draw(st.booleans()):
            named = st.sampled_from([*agreement.rituals, *TABLES])
            rest["only"] = draw(st.one_of(named, st.lists(named, min_size=1, max_size=3, unique=True)))
        values.setdefault("pauses", []).append(rest)
    agreement, findings = read_agreement(values)
    assume(agreement is not None)
    assert agreement, findings
    assume(not errors(Examined(agreement, values, agreement.starts, agreement.starts)))
    return Written(values, draw(st.randoms(use_true_random=False)))


def changed_lines(before: bytes, after: bytes) -> tuple[int, int]:
    """How many lines went and came; all others are held to be the same to the byte, in the same order."""
    old, new = (raw.splitlines(keepends=True) for raw in (before, after))
    if old and new and not old[-1].endswith(b"\n") and not new[-1].endswith(b"\n"):
        new[-1] += b"\n"
    if old and not old[-1].endswith(b"\n"):
        old[-1] += b"\r\n" if b"\r\n" in before else b"\n"
        new[-1] = new[-1].rstrip(b"\r\n") + (b"\r\n" if b"\r\n" in before else b"\n")
    went = came = 0
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            went, came = went + b - a, came + d - c
    return went, came


def applied(one: Written, edit: Edit) -> tuple[Agreement, tuple[int, int]]:
    """The agreement after an edit, and how many lines went and came; what is told of it can be told."""
    after = sound(edit.document)
    assert all(line.endswith((".", "?")) for line in edit.told(after))
    again = parse_document(edit.document.encode(), "agreement.toml")
    assert isinstance(again, Document)
    assert again.values == edit.document.values
    return after, changed_lines(one.raw, edit.document.encode())


def with_ritual(agreement: Agreement, path: str, **changes: object) -> Agreement:
    ritual = agreement.rituals[path]._replace(**changes)
    return agreement._replace(rituals=agreement.rituals | {path: ritual})


TEXTS = st.sampled_from(["Ana's walk", 'He said "yes", twice', "C:\\notes", "🙂 שלום", "one, two # three", "[2027]"])


@given(written(), st.data())
def test_a_text_is_set_in_one_line(one, data):
    path = data.draw(st.sampled_from(sorted(one.agreement.rituals)))
    key = data.draw(st.sampled_from(["title", "where", "notes"]))
    text = data.draw(TEXTS)
    table, name = path.split(".")
    old = one.document.values[table][name].get(key)
    after, lines = applied(one, revise(one.document, one.agreement, path, [((key,), text)]))
    assert after == with_ritual(one.agreement, path, **{key: text})
    assert lines == (1, 1) if old is not None or one.style[path] == "inline" else (0, 1)


@given(written(), st.data())
def test_a_key_is_taken_out_in_one_line(one, data):
    paths = [p for p in sorted(one.agreement.rituals) if "title" in values_of(one, p)]
    assume(paths)
    path = data.draw(st.sampled_from(paths))
    after, lines = applied(one, revise(one.document, one.agreement, path, [(("title",), None)]))
    assert {p: r._replace(title="") for p, r in after.rituals.items()} == {
        p: r._replace(title="") for p, r in one.agreement.rituals.items()
    }
    assert after.rituals[path].title.casefold() == path.split(".")[1]
    assert lines == ((1, 1) if one.style[path] == "inline" else (1, 0))


def values_of(one: Written, path: str) -> dict:
    table, key = path.split(".")
    return one.document.values[table][key]


@given(written(), st.data())
def test_a_date_is_skipped_in_one_line(one, data):
    path = data.draw(st.sampled_from(sorted(one.agreement.rituals)))
    ritual = one.agreement.rituals[path]
    dates = [d for d in one.dates(path) if d not in ritual.skip]
    assume(dates)
    day = data.draw(st.sampled_from(dates))
    after, lines = applied(one, skip(one.document, one.agreement, path, [day]))
    assert after == with_ritual(one.agreement, path, skip=(*ritual.skip, day))
    event(f"{one.style[path]}, {len(ritual.skip)} skipped, lines {lines}")
    if one.style[path] == "inline":
        assert lines == (1, 1)
    elif not ritual.skip:
        assert lines == (0, 1)
    else:  # in a list over several lines its own line, and perhaps a comma for the one before
        assert lines in ((1, 1), (0, 1), (1, 2))


@given(written(), st.data())
def test_an_occurrence_is_moved_in_one_place(one, data):
    path = data.draw(st.sampled_from(sorted(one.agreement.rituals)))
    ritual = one.agreement.rituals[path]
    dates = [d for d in one.dates(path) if d not in ritual.skip]
    assume(dates)
    day = data.draw(st.sampled_from(dates))
    to = day + timedelta(days=data.draw(st.sampled_from([-2, -1, 2, 5])))
    after, lines = applied(one, move(one.document, one.agreement, path, day, to, None))
    kept = tuple(c for c in ritual.changes if c.on != day)
    assert after == with_ritual(one.agreement, path, changes=tuple(sorted((*kept, Change(day, to)))))
    event(f"{one.style[path]}, {one.style.get(f'{path}.changes')}, known {len(kept) < len(ritual.changes)}, {lines}")
    if len(kept) < len(ritual.changes) or one.style[path] == "inline":
        assert lines == (1, 1)
    elif not ritual.changes:
        assert lines == (0, 1)
    elif one.style.get(f"{path}.changes") == "blocks":
        assert lines[0] == 0
        assert 3 <= lines[1] <= 5
    else:
        assert lines in ((1, 1), (0, 1), (1, 2))


@given(written(), st.data())
def test_a_move_taken_back_leaves_the_agreement_as_before(one, data):
    path = data.draw(st.sampled_from(sorted(one.agreement.rituals)))
    ritual = one.agreement.rituals[path]
    dates = [d for d in one.dates(path) if d not in (*ritual.skip, *(c.on for c in ritual.changes))]
    assume(dates)
    day = data.draw(st.sampled_from(dates))
    moved = move(one.document, one.agreement, path, day, day + timedelta(days=3), None).document
    back = move(moved, sound(moved), path, day, day, None)
    assert sound(back.document) == one.agreement
    assert back.told(one.agreement)[0].startswith(f'"{ritual.title}" is on ')


@given(written(), st.data())
def test_a_pause_is_one_new_block(one, data):
    keys = data.draw(st.lists(st.sampled_from([*sorted(one.agreement.rituals), *TABLES]), max_size=2, unique=True))
    keys = [k for k in keys if k.partition(".")[0] not in keys or "." not in k]
    starts = data.draw(st.dates(date(2026, 2, 1), date(2028, 1, 1)))
    until = starts + timedelta(days=data.draw(st.integers(0, 20)))
    note = data.draw(st.one_of(st.none(), TEXTS))
    edit = pause(one.document, one.agreement, keys, who=(), starts=starts, until=until, note=note)
    after, lines = applied(one, edit)
    if edit.document == one.document:  # another covers it
        assert edit.told(after)[0].endswith(" already.")
        return
    assert after == one.agreement._replace(pauses=(*one.agreement.pauses, Pause(starts, until, (), tuple(keys), note)))
    expected = 3 + bool(keys) + bool(note)
    assert (
        lines == (1, 1)
        if one.style.get("pauses") == "inline"
        else lines[0] == 0 and expected <= lines[1] <= expected + 2
    )


@given(written(), st.data())
def test_a_new_ritual_is_one_new_block(one, data):
    table = data.draw(st.sampled_from(sorted(TABLES)))
    values = data.draw(ritual_values(table))
    wanted, _ = read_agreement(one.document.values | {table: {"new": values}})
    assume(wanted is not None)
    assert wanted
    edit = add_ritual(one.document, one.agreement, f"{table}.new", [((key,), value) for key, value in values.items()])
    agreement, findings = read_agreement(edit.document.values)
    assert agreement, findings
    assert agreement.rituals[f"{table}.new"] == wanted.rituals[f"{table}.new"]
    rituals = {path: ritual for path, ritual in agreement.rituals.items() if path != f"{table}.new"}
    assert agreement._replace(rituals=rituals) == one.agreement
    went, came = changed_lines(one.raw, edit.document.encode())
    assert went == 0
    assert len(values) + 1 <= came <= len(values) + 3


def rests(pauses: tuple[Pause, ...], agreement: Agreement, path: str, day: date) -> bool:
    ritual = agreement.rituals[path]
    return any(p.starts <= day <= p.until and p.stops(ritual, ritual.who) for p in pauses)


@given(written(), st.data())
def test_what_goes_on_goes_on_and_what_rests_still_rests(one, data):
    agreement = one.agreement
    assume(agreement.pauses)
    wanted = data.draw(st.lists(st.sampled_from(sorted(agreement.rituals)), max_size=2, unique=True))
    rest = data.draw(st.sampled_from(agreement.pauses))
    on = data.draw(st.dates(rest.starts - timedelta(days=3), rest.until + timedelta(days=1)))
    going = wanted or sorted(agreement.rituals)
    lasting = [
        p
        for p in agreement.pauses
        if p.until >= on
        and (not wanted or any(p.stops(agreement.rituals[k], agreement.rituals[k].who) for k in wanted))
    ]
    try:
        after, _ = applied(one, resume(one.document, agreement, wanted, on))
    except NotUnderstood:
        assert lasting == []
        return
    assert after._replace(pauses=()) == agreement._replace(pauses=())
    first = max(on, min(p.starts for p in lasting))
    staying = tuple(p for p in agreement.pauses if p not in lasting or p.starts > first)
    for path in agreement.rituals:
        for p in agreement.pauses:
            for day in (p.starts, p.until, p.until + timedelta(days=1), on - timedelta(days=1), on):
                resting = staying if path in going and day >= on else agreement.pauses
                assert rests(after.pauses, agreement, path, day) == rests(resting, agreement, path, day), (path, day)
