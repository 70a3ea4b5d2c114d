"""A template for agreements and a couple's answers → the text of a new agreement.

In: the template's text, `Answers`, the names of pieces to leave out. Out: text, to be read and checked like any other.
No file, no prompt and no clock enter; what is wrong with a template is a `TemplateFault` with its line.

A template is an agreement with $words in it. Its first line, "# NAME: what it is", is for the list of templates. What
stands between two blank lines is a paragraph; one that speaks of a $person is written once for each of them, one that
speaks of $other once for each two of them. A paragraph that begins a ritual is a piece, which one may leave out.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import combinations
from string import Template
from typing import NamedTuple

from planner.agreement import TABLES
from planner.problems import nearest
from planner.words import WEEKDAYS, shown

_EVENINGS = ("tuesday", "thursday")
_DAYS = ("tuesday", "thursday", "monday", "wednesday", "saturday", "sunday", "friday")
_WHOLE = ("id", "title", "starts", "timezone", "people", "sunday")
_EACH = ("person", "key", "name", "zone", "evening", "day", "next", "next_name")
_TWO = ("pair", "other", "other_name", "pair_day", "count_from", "weeks")
_PLACES, _PAIR_DAYS = ("first", "second", "third", "fourth"), ("wednesday", "monday", "friday", "sunday")
_HEAD = re.compile(r"^\[+([a-z_]+)\.(\S+?)\]+", re.MULTILINE)
_LONGEST_KEY = 40
_RULE = "# ──"
"""How the heading of a section begins; what it is over stands close below it."""


class TemplateFault(Exception):
    """A template that cannot be filled in: the line, and what would help."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Answers(NamedTuple):
    """What a new agreement is made of: its id, keys and names of people, the zones, the first day, the title.

    `zones` are the zones of people who live by other clocks than the agreement's.
    """

    id: str
    people: dict[str, str]
    timezone: str
    starts: date
    title: str
    zones: dict[str, str]


class Piece(NamedTuple):
    """What one may take from a template or leave: a name, and the ritual's title and time as the template has them."""

    name: str
    title: str
    when: str


def is_whole(text: str) -> bool:
    """Whether a template is a whole agreement already, with nothing to fill in."""
    return "$id" not in text and "${id}" not in text


def asks_zones(text: str) -> bool:
    """Whether a template wants to know each person's own time zone."""
    return re.search(r"\$(zone\b|\{zone\})", text) is not None


def summary(text: str) -> str:
    """What a template is, in one line."""
    return text.partition("\n")[0].removeprefix("#").partition(": ")[2].strip()


def pieces(text: str, answers: Answers) -> list[Piece]:
    """The pieces of a template, in order."""
    found: dict[str, Piece] = {}
    for line, part in _paragraphs(text):
        name = _piece(part)
        if name is None or name in found:
            continue
        filled = _filled(part, line, answers)[0]
        said = {k: _value(filled, k) for k in ("title", "on", "every", "at")}
        title = said["title"] or name.replace("-", " ").capitalize()
        when = " ".join(filter(None, (said["on"], f"every {said['every']}" if said["every"] else "", said["at"])))
        found[name] = Piece(name, title, when)
    return list(found.values())


def fill(text: str, answers: Answers, leave_out: set[str]) -> str:
    """The text of a new agreement; the template's first line, which is for the list, left out."""
    written = ""
    for line, part in _kept(list(_paragraphs(text)), leave_out):
        between = "\n" if written.rpartition("\n")[2].startswith(_RULE) and not part.startswith("#") else "\n\n"
        several = "\n\n" if part.count("\n") > 1 else "\n"  # what takes two lines stands close together
        written += (between if written else "") + several.join(_filled(part, line, answers))
    return written.rstrip("\n") + "\n"


# ── paragraphs ───────────────────────────────────────────────────────


def _paragraphs(text: str) -> list[tuple[int, str]]:
    """(line, paragraph) below the template's first line."""
    first, _, rest = text.replace("\r\n", "\n").partition("\n")
    if not first.startswith("#"):
        rest, line = f"{first}\n{rest}", 1
    else:
        line = 2
    found = []
    for part in rest.split("\n\n"):
        if part.strip():
            lead = len(part) - len(part.lstrip("\n"))
            body = part.strip("\n").removeprefix("#\n")
            found.append((line + lead, body))
        line += part.count("\n") + 2
    return found


def _piece(part: str) -> str | None:
    """The name of the piece that a paragraph is: its key without the person before it."""
    for table, key in _HEAD.findall(part):
        if table in TABLES or table == "programs":
            plain = re.sub(r"\$\{?[a-z_]+\}?-?", "", key).strip("-")
            return plain or "in-pairs"
    return None


def _value(part: str, key: str) -> str:
    found = re.search(rf"^{key}\s*=\s*(.*?)\s*(?:#.*)?$", part, re.MULTILINE)
    return re.sub(r'["\[\]]', "", found[1]) if found else ""


def _kept(parts: list[tuple[int, str]], leave_out: set[str]) -> list[tuple[int, str]]:
    """The paragraphs without some pieces, without what spoke of them, and without headings that nothing follows."""
    gone = {f"{t}.{k}" for _, part in parts if _piece(part) in leave_out for t, k in _HEAD.findall(part)}
    kept: list[tuple[int, str]] = []
    heading: tuple[int, str] | None = None
    lost = False
    for line, part in parts:
        if all(row.startswith("#") for row in part.split("\n")):
            if heading and not lost:
                kept.append(heading)
            heading, lost = (line, part), False
        elif _piece(part) in leave_out:
            lost = True
        elif rest := _without(part, gone):
            if heading:
                kept.append(heading)
            kept.append((line, rest))
            heading = None
    return kept if heading is None or lost else [*kept, heading]


def _without(part: str, gone: set[str]) -> str:
    """A paragraph in which what is gone is no longer named; nothing of a pair that has lost its other side."""
    for path in gone:
        part = re.sub(rf'"{re.escape(path)}"(?:,\s*)?', "", part)
    part = re.sub(r",\s*\]", "]", part)
    if re.search(r"^these\s*=\s*\[(?:\s*\"[^\"]*\")?\s*\]", part, re.MULTILINE):
        return ""
    return re.sub(r"^(?:may_overlap|only)\s*=\s*\[\s*\].*\n?", "", part, flags=re.MULTILINE).rstrip("\n")


# ── words ────────────────────────────────────────────────────────────


def _filled(part: str, line: int, answers: Answers) -> list[str]:
    """A paragraph with the answers in it: once, once for each person, or once for each two of them."""
    filled = Template(part)
    for found in filled.pattern.finditer(part):
        word = found["named"] or found["braced"]
        if found["escaped"] is None and word not in (*_WHOLE, *_EACH, *_TWO):
            here = line + part.count("\n", 0, found.start())
            raise TemplateFault(here, _unknown(word))
    words = set(filled.get_identifiers())
    whole = {
        "id": answers.id,
        "title": quoted(answers.title),
        "starts": answers.starts.isoformat(),
        "timezone": answers.timezone,
        "people": "[" + ", ".join(f'"{key}"' for key in answers.people) + "]",
        "sunday": _on_or_after(answers.starts, "sunday").isoformat(),
    }
    if words & set(_TWO):
        return [filled.substitute(whole | two) for two in _twos(answers)]
    if words & set(_EACH):
        return [_with_zone(filled.substitute(whole | one), one, words, answers) for one in _each(answers)]
    return [filled.substitute(whole)]


def _unknown(word: str | None) -> str:
    if word is None:
        return 'a "$" stands alone here; write "$$" where the sign itself is meant'
    near = nearest(word, (*_WHOLE, *_EACH, *_TWO))
    hint = f'did you mean "${near}"?' if near else f"there are {', '.join(f'${w}' for w in (*_WHOLE, *_EACH, *_TWO))}"
    return f'templates know no "${shown(word)}"; {hint}'


def _each(answers: Answers) -> list[dict[str, str]]:
    keys = list(answers.people)
    return [
        {
            "person": key,
            "key": key if len(key) <= 28 else f"{key[:24]}-{n + 1}",
            "name": quoted(name),
            "zone": answers.zones.get(key, answers.timezone),
            "evening": _EVENINGS[n % len(_EVENINGS)],
            "day": _DAYS[n % len(_DAYS)],
            "next": keys[(n + 1) % len(keys)],
            "next_name": quoted(answers.people[keys[(n + 1) % len(keys)]]),
        }
        for n, (key, name) in enumerate(answers.people.items())
    ]


def _twos(answers: Answers) -> list[dict[str, str]]:
    twos = list(combinations(_each(answers), 2))
    found = []
    for n, (one, other) in enumerate(twos):
        pair = f"{one['person']}-and-{other['person']}"
        more = {
            "pair": pair if len(pair) <= _LONGEST_KEY else f"two-of-us-{n + 1}",
            "other": other["person"],
            "other_name": other["name"],
            "pair_day": f"{_PLACES[n % 4]} {_PAIR_DAYS[n // 4 % 4]}" if len(twos) > 1 else _PAIR_DAYS[0],
            "count_from": (answers.starts + timedelta(days=7 * n)).isoformat(),
            "weeks": "week" if len(twos) == 1 else f"{len(twos)} weeks",
        }
        found.append(one | more)
    return found


def _with_zone(part: str, one: dict[str, str], words: set[str], answers: Answers) -> str:
    """A person's paragraph, with their own zone where the template leaves no room for it."""
    zone = answers.zones.get(one["person"])
    if "zone" in words or zone in (None, answers.timezone) or not part.startswith(f"[people.{one['person']}]"):
        return part
    return f'{part}\ntimezone = "{zone}"'


def _on_or_after(day: date, weekday: str) -> date:
    return day + timedelta(days=(WEEKDAYS.index(weekday) - day.weekday()) % 7)


def quoted(text: str) -> str:
    """A text as it stands between straight quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
