"""Edits that people ask for in words → a new Document, everything else kept as it is.

In: a Document, its Agreement, what is to change. Out: an `Edit`: the new Document and sentences that say what changed.
`NotPossible` says why an edit cannot be made and what would help. No file and no clock enter; the caller reads the new
document again before it is written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from planner.agreement import TABLES, Agreement, Pause, Ritual
from planner.document import Document, Path, add_array_table, add_table, append, remove, set_value
from planner.saying import say_date
from planner.strands import strands
from planner.tables import unknown

_LISTS = (
    "who",
    "hosts",
    "turns",
    "on",
    "skip",
    "tags",
    "remind",
    "may_overlap",
    "yes",
    "prompts",
    "only",
    "these",
    "busy",
)
_TEXTS = ("title", "name", "where", "notes", "gist", "note", "words", "purpose", "template", "id")


class NotPossible(Exception):
    """An edit that cannot be made: why, and what would help. `unknown` where a name is not known."""

    def __init__(self, message: str, *, unknown: bool = False) -> None:
        super().__init__(message)
        self.unknown = unknown


class Edit(NamedTuple):
    """The document after an edit, and what changed, in a sentence or several."""

    document: Document
    sentences: tuple[str, ...]


def find_ritual(agreement: Agreement, key: str) -> Ritual:
    """The ritual with this dotted key, or with this key alone where only one has it."""
    if key in agreement.rituals:
        return agreement.rituals[key]
    alone = [r for path, r in agreement.rituals.items() if path.partition(".")[2] == key]
    if len(alone) == 1:
        return alone[0]
    if alone:
        raise NotPossible(
            f'"{key}" is the key of several rituals: {", ".join(r.path for r in alone)}; write one of these',
            unknown=True,
        )
    raise NotPossible(f'no ritual "{key}"; {unknown(key, agreement.rituals)}', unknown=True)


# ── add and revise ───────────────────────────────────────────────────


def read_assignment(text: str) -> tuple[tuple[str, ...], Any]:
    """(key path, value) of a `name=value` argument; the value is None where nothing stands behind the sign."""
    name, sign, value = text.partition("=")
    name = name.strip()
    if not sign or not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", name):
        raise NotPossible(f'"{text}" is not of the form name=value, such as at=19:00-21:30', unknown=True)
    path = tuple(name.split("."))
    return path, _typed(path[-1], value.strip())


def _typed(key: str, text: str) -> Any:
    """The TOML value that a shell argument means: TOML where it looks like it, else text; lists by commas."""
    if not text:
        return None
    looks_like_toml = text[0] in "[{\"'" or (
        key not in _TEXTS and re.fullmatch(r"true|false|-?\d{1,9}|\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d", text)
    )
    if looks_like_toml:
        try:
            return tomllib.loads(f"v = {text}")["v"]
        except (tomllib.TOMLDecodeError, RecursionError, ValueError):
            pass
    if key in _LISTS and key != "prompts" and "," in text:
        return [_typed(key, part.strip()) for part in text.split(",") if part.strip()]
    return text


def add_ritual(document: Document, agreement: Agreement, key: str, assignments: Iterable[str]) -> Edit:
    """A new ritual's table with these keys."""
    table, _, name = key.partition(".")
    if table not in TABLES or not name or "." in name:
        hint = f'did you mean "{_table_near(table)}.{name or "walk"}"?' if _table_near(table) else ""
        raise NotPossible(
            f'"{key}" is no key for a ritual; write TABLE.KEY with one of {", ".join(TABLES)}. {hint}'.rstrip(),
            unknown=True,
        )
    if key in agreement.rituals:
        raise NotPossible(f"[{key}] is in the file already; `planner revise {key} …` changes it", unknown=True)
    values: dict[str, Any] = {}
    for assignment in assignments:
        path, value = read_assignment(assignment)
        if value is None:
            raise NotPossible(f"{'.'.join(path)} has no value", unknown=True)
        _put(values, path, value)
    if not values:
        raise NotPossible(f"say what it is, such as: planner add {key} on=friday at=19:00-21:00", unknown=True)
    return Edit(add_table(document, (table, name), values), (f"[{key}] is new.",))


def _table_near(table: str) -> str | None:
    from planner.problems import nearest  # only once something is wrong

    return nearest(table, TABLES)


def _put(values: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        values = values.setdefault(step, {})
    values[path[-1]] = value


def revise(document: Document, agreement: Agreement, key: str, assignments: Iterable[str]) -> Edit:
    """Keys of a ritual (or of [agreement], [people.…], [calendar]) with new values; an empty one takes the key out."""
    base = _base(document, agreement, key)
    sentences = []
    for assignment in assignments:
        path, value = read_assignment(assignment)
        full = (*base, *path)
        old = _value_at(document, full)
        shown = ".".join(map(str, full))
        if value is None:
            if old is None:
                raise NotPossible(f"{shown} is not in the file, so there is nothing to take out", unknown=True)
            document = remove(document, full)
            sentences.append(f"{shown}: {_said(old)} is taken out.")
        elif old == value and type(old) is type(value):
            sentences.append(f"{shown} is {_said(value)} already.")
        else:
            document = set_value(document, full, value)
            sentences.append(
                f"{shown}: {_said(old)} → {_said(value)}." if old is not None else f"{shown} is now {_said(value)}."
            )
    if not sentences:
        raise NotPossible(f"say what changes, such as: planner revise {key} at=19:00-21:30", unknown=True)
    return Edit(document, tuple(sentences))


def _base(document: Document, agreement: Agreement, key: str) -> Path:
    steps = tuple(key.split("."))
    if len(steps) <= 2 and steps[0] not in TABLES and isinstance(_value_at(document, steps), dict):
        return steps
    if steps[0] in ("calendar", "holidays") and len(steps) == 1:
        return steps
    return tuple(find_ritual(agreement, key).path.split(".", 1))


def _value_at(document: Document, path: Path) -> Any:
    value: Any = document.values
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_said(v) for v in value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_said(v)}" for k, v in value.items()) + " }"
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


# ── skip and move ────────────────────────────────────────────────────


def skip(document: Document, agreement: Agreement, key: str, dates: Iterable[date]) -> Edit:
    """Dates added to a ritual's `skip`."""
    ritual = find_ritual(agreement, key)
    path = tuple(ritual.path.split(".", 1))
    sentences = []
    for day in dict.fromkeys(dates):
        if day in ritual.skip:
            sentences.append(f"{_title(ritual)} is left out on {say_date(day)} already.")
            continue
        _needs_date(agreement, ritual, day)
        document = append(document, (*path, "skip"), day)
        sentences.append(f"{_title(ritual)} is left out on {say_date(day)}.")
        if any(c.on == day for c in ritual.changes):
            sentences.append("What `changes` says of that day rests with it.")
    return Edit(document, tuple(sentences))


def move(document: Document, agreement: Agreement, key: str, day: date, to: date, at: str | None) -> Edit:
    """An entry in a ritual's `changes` (or its entry for that date, changed) that moves one occurrence."""
    ritual = find_ritual(agreement, key)
    path = tuple(ritual.path.split(".", 1))
    if day in ritual.skip:
        raise NotPossible(f"{_title(ritual)} is left out on {say_date(day)}; take that date out of `skip` first")
    _needs_date(agreement, ritual, day)
    written = _value_at(document, (*path, "changes"))
    known = next((n for n, c in enumerate(written or []) if isinstance(c, dict) and c.get("on") == day), None)
    entry: dict[str, Any] = {"moved_to": to} | ({"at": at} if at else {})
    if to == day:
        if not at:
            raise NotPossible(
                f"{_title(ritual)} is on {say_date(day)} already; give another day, or another time with --at",
                unknown=True,
            )
        del entry["moved_to"]
    if known is None:
        document = append(document, (*path, "changes"), {"on": day, **entry})
    else:
        if "moved_to" not in entry and "moved_to" in written[known]:
            document = remove(document, (*path, "changes", known, "moved_to"))
        for name, value in entry.items():
            document = set_value(document, (*path, "changes", known, name), value)
    when = f", {at}" if at else ""
    return Edit(document, (f"{_title(ritual)} moves from {say_date(day)} to {say_date(to)}{when}.",))


def _needs_date(agreement: Agreement, ritual: Ritual, day: date) -> None:
    parts = strands(ritual, agreement.week_starts, by_turn=False)
    if any(s.has_day(day) for s in parts):
        return
    window = (day - timedelta(days=400), day + timedelta(days=400))
    near = sorted({d for s in parts for d in s.days(*window)}, key=lambda d: abs(d - day))[:2]
    hint = "its nearest dates are " + " and ".join(map(str, sorted(near))) if near else "it has no date near"
    raise NotPossible(f"{_title(ritual)} is not on {say_date(day)} by its rule; {hint}", unknown=True)


def _title(ritual: Ritual) -> str:
    return f'"{ritual.title}"'


# ── pause and resume ─────────────────────────────────────────────────


def pause(
    document: Document,
    agreement: Agreement,
    keys: Iterable[str],
    *,
    who: tuple[str, ...],
    starts: date,
    until: date,
    note: str | None,
) -> Edit:
    """A new `[[pauses]]`: of the named rituals or tables, or of everything where none is named."""
    only = [key if key in TABLES else find_ritual(agreement, key).path for key in keys]
    values: dict[str, Any] = {"starts": starts, "until": until}
    if who:
        values["who"] = who[0] if len(who) == 1 else list(who)
    if only:
        values["only"] = only
    if note:
        values["note"] = note
    what = ", ".join(_pausing(agreement, key) for key in only) or "Everything"
    verb = "rest" if len(only) > 1 or (only and only[0] in TABLES) else "rests"
    whose = f" for {agreement.names(who)}" if who else ""
    sentence = f"{what} {verb}{whose} from {say_date(starts)} until {say_date(until)}, that day included."
    return Edit(add_array_table(document, ("pauses",), values), (sentence,))


def _pausing(agreement: Agreement, key: str) -> str:
    return f"all {key.replace('_', ' ')}" if key in TABLES else _title(agreement.rituals[key])


def resume(document: Document, agreement: Agreement, keys: Iterable[str], on: date) -> Edit:
    """The end of pauses that last on `on` or begin later: of the named rituals, or (no keys) of them all.

    A pause that has begun ends the day before `on`; one that has not is taken out. A pause of several rituals goes on
    for the others.
    """
    wanted = [key if key in TABLES else find_ritual(agreement, key).path for key in keys]
    lasting = [(n, p) for n, p in enumerate(agreement.pauses) if p.until >= on]
    sentences: list[str] = []
    touched = False
    for n, rest in reversed(lasting):
        named = [k for k in wanted if k in rest.only]
        if wanted and not named:
            inside = [k for k in wanted if not rest.only or k.partition(".")[0] in rest.only]
            if inside:
                whole = ", ".join(rest.only) if rest.only else "everything"
                raise NotPossible(
                    f"the pause from {rest.starts} until {rest.until} rests {whole}, and {inside[0]} with it; "
                    "`planner resume --all` ends it, or write the rituals that go on resting into its `only`"
                )
            continue
        touched = True
        others = [k for k in rest.only if wanted and k not in wanted]
        document = _ended(document, n, rest, on, named, others)
        what = ", ".join(_pausing(agreement, k) for k in named) or _what_rests(agreement, rest)
        sentences.append(
            f"{what}: the pause from {say_date(rest.starts)} ends, it goes on from {say_date(max(on, rest.starts))}."
        )
    if not touched:
        raise NotPossible("there is no such pause from that day on, so nothing rests", unknown=True)
    return Edit(document, tuple(reversed(sentences)))


def _what_rests(agreement: Agreement, rest: Pause) -> str:
    return ", ".join(_pausing(agreement, k) for k in rest.only) or "Everything"


def _ended(document: Document, n: int, rest: Pause, on: date, named: list[str], others: list[str]) -> Document:
    path: Path = ("pauses", n)
    begun = rest.starts < on
    if others:
        written = document.values["pauses"][n]["only"]
        if isinstance(written, list):
            for key in named:
                document = remove(document, (*path, "only", document.values["pauses"][n]["only"].index(key)))
        if begun:
            values: dict[str, Any] = dict(document.values["pauses"][n]) | {
                "until": on - timedelta(days=1),
                "only": named,
            }
            document = add_array_table(document, ("pauses",), values)
        return document
    if begun:
        return set_value(document, (*path, "until"), on - timedelta(days=1))
    return remove(document, path)
