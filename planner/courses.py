"""A programme's template → a `Course`: its sessions by week and weekday, for whoever takes it up.

In: values as tomllib gives them. Out: a `Course`, or a word on the first thing that is not clear. A template knows no
names and no dates: people and the first day come with the agreement, in `reading_programs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from planner.languages import LANGUAGES
from planner.tables import Findings, Table, said, unknown
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
_TEXTS = ("title", "where", "notes", "prompts", "gist")
"""What a session says in words: these alone may differ by language, and no term of it is among them."""
_LONGEST = 60  # weeks
_MOST_SESSIONS = 200
_SAME = "it is the same in every language; only texts stand here"
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


def read_course(values: Mapping[str, Any], language: str = "en") -> tuple[Course | None, str]:
    """The template that these values describe, with its texts in a language as far as it speaks that.

    None, with a word on the first thing that is wrong with it, where it cannot be read. Sessions, days, lengths and
    people are the same in every language.
    """
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
    for code in LANGUAGES:
        own_title, texts = _in_language(top, code, {s.key: s for s in sessions})
        if code == language:
            title = own_title or title
            sessions = [s._replace(values={**s.values, **texts.get(s.key, {})}) for s in sessions]
    top.finish()
    if not findings.found and sessions[-1].kind != "review":
        findings.add(("sessions", sessions[-1].key), "no-review", 'the last session is the review: kind = "review"')
    if findings.found:
        first = findings.found[0]
        return None, f"{first.dotted + ': ' if first.dotted else ''}{first.message}"
    return Course(title or "", tuple(sessions)), ""


def _in_language(
    top: Table, code: str, sessions: Mapping[str, Session]
) -> tuple[str | None, dict[str, dict[str, Any]]]:
    """The title and the texts by session that a template has in a language; none where it does not speak it."""
    said = top.table(code, f"[{code}] with a title, and [{code}.sessions.talk] with one of its own")
    if said is None:
        return None, {}
    title = said.text("title")
    texts: dict[str, dict[str, Any]] = {}
    for key, table in said.keyed("sessions", f"[{code}.sessions.talk]"):
        if key not in sessions and not top.findings.errors():
            table.wrong((), "unknown-session", f'no session "{shown(key)}"; {unknown(key, sessions)}', part="key")
        _check_texts(table, sessions.get(key))
        texts[key] = table.values
    said.finish()
    return title, texts


def _check_texts(table: Table, session: Session | None) -> None:
    """Hold what a session says in a language to texts, and to those that change nothing but words."""
    for key in _TEXTS:
        if key == "prompts":
            table.texts(key)
        else:
            table.text(key, lines=key == "notes")
    if table.has("gist") and session and "gist" not in session.values:
        table.wrong("gist", "gist-alone", "a `gist` says what others see; write one in the session itself first")
    table.finish(dict.fromkeys(("week", "on", "at", "for", "who", "kind", "host", "share"), ("", _SAME)))


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
