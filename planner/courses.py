"""A programme's template → a `Course`: its sessions by week and weekday, for whoever takes it up.

In: values as tomllib gives them. Out: a `Course`, or a word on the first thing that is not clear. A template knows no
names and no dates: people and the first day come with the agreement, in `reading_programs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from planner.tables import Findings, Table, said
from planner.words import WEEKDAY_NUMBER, shown

KINDS = ("ritual", "me_block", "shared_evening", "check_in", "host_night", "review")
_RITUAL_KEYS = (
    "at",
    "for",
    "title",
    "where",
    "notes",
    "prompts",
    "gist",
    "tags",
    "share",
    "remind",
    "check_in",
    "by",
    "prompts_from",
)
_FLAGS = ("if_needed",)
_LONGEST = 60  # weeks
_MOST_SESSIONS = 200
_UNNAMED = ("cover", "check_in")  # would read like a part of another ritual


class Session(NamedTuple):
    """One session of a template: its week from 1, weekdays (dealt out to people where `each`), and its own keys."""

    key: str
    week: int
    weekdays: tuple[int, ...]
    kind: str
    each: bool
    hosted: bool
    values: dict[str, Any]


class Course(NamedTuple):
    """A whole template: what it is called, and its sessions in order."""

    title: str
    sessions: tuple[Session, ...]


def read_course(values: Mapping[str, Any]) -> tuple[Course | None, str]:
    """The template that these values describe; None with a word on the first thing that is wrong with it."""
    findings = Findings()
    top = Table(dict(values), (), findings)
    title = top.text("title")
    if not top.has("title"):
        top.missing("title", 'say what it is called: title = "Four weeks to start"')
    sessions: list[Session] = []
    listed = top.keyed("sessions", "[sessions.talk]")
    if not listed and not findings.found:
        top.missing("sessions", "a programme has sessions: [sessions.talk] and what belongs to it")
    for key, table in listed[:_MOST_SESSIONS]:
        session = _session(key, table)
        if session is not None:
            sessions.append(session)
    top.finish()
    if not findings.found and sessions[-1].kind != "review":
        findings.add(("sessions", sessions[-1].key), "no-review", 'the last session is the review: kind = "review"')
    if findings.found:
        first = findings.found[0]
        return None, f"{first.dotted + ': ' if first.dotted else ''}{first.message}"
    return Course(title or "", tuple(sessions)), ""


def _session(key: str, table: Table) -> Session | None:
    before = table.findings.errors()
    week = table.number("week")
    if not table.has("week"):
        table.missing("week", "say in which week it comes: week = 1")
    elif week is not None and not 1 <= week <= _LONGEST:
        table.wrong("week", "no-week", f"weeks go from 1 to {_LONGEST}")
    kind = table.choice("kind", KINDS, "kind of session") or "ritual"
    who = table.choice("who", ("each", "everyone"), 'choice (a template knows no names, only "each" and "everyone")')
    host = table.choice("host", ("in turn",), "choice for a host")
    if kind == "me_block" and who != "each":
        table.wrong("who" if table.has("who") else (), "one-owner", 'a me-block is one person\'s own: who = "each"')
    if (kind == "host_night") != (host is not None):
        hint = 'write host = "in turn"' if host is None else '`host` belongs to kind = "host_night"'
        table.wrong("host" if host else (), "no-host", hint)
    if key in _UNNAMED:
        table.wrong((), "reserved-key", f'"{key}" has a meaning of its own; call the session something else')
    weekdays = _weekdays(table)
    table.know(*_RITUAL_KEYS, *_FLAGS)
    table.finish()
    if table.findings.errors() > before or week is None:
        return None
    values = {k: v for k, v in table.values.items() if k in (*_RITUAL_KEYS, *_FLAGS)}
    return Session(key, week, weekdays, kind, who == "each", host is not None, values)


def _weekdays(table: Table) -> tuple[int, ...]:
    found = []
    for path, value in table.items("on"):
        number = WEEKDAY_NUMBER.get(value.strip().casefold()) if isinstance(value, str) else None
        if number is None:
            shown_value = f'"{shown(value)}"' if isinstance(value, str) else said(value)
            table.wrong(path, "unknown-day", f"a weekday is meant here, not {shown_value}")
        else:
            found.append(number)
    if not table.has("on"):
        table.missing("on", 'say on which day of the week: on = "sunday"')
    if len(found) > 1 and table.values.get("who") != "each":
        table.wrong("on", "one-day", 'a session is on one day; several are dealt out to people where who = "each"')
    return tuple(found)
