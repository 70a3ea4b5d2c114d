"""A programme → its sessions as dated rituals, and what is wrong with it.

In: a `[programs.KEY]` table, the `Ground`, a shelf of programme templates (name → values as tomllib gives them, or a
text that says why it cannot be read). Out: a `Program`, its `Ritual`s with paths `programs.KEY.SESSION`, findings.
Files are not opened here: the shelf comes in through the door.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from planner.agreement import Program, Ritual
from planner.courses import Course, Session, read_course
from planner.problems import WARNING
from planner.reading_people import Ground, read_people
from planner.reading_rituals import read_ritual
from planner.reading_when import read_clock, read_for
from planner.tables import Findings, Path, Table, said, unknown
from planner.words import WEEKDAY_NUMBER, WEEKDAYS, shown

Shelf = Mapping[str, Any]
_WEEK = dt.timedelta(days=7)


class _Dated(NamedTuple):
    """A session on its day, for one person or for all who take part."""

    key: str
    session: Session
    who: tuple[str, ...]
    host: str | None
    day: dt.date


# ── one programme of the agreement ───────────────────────────────────


def read_program(
    key: str, table: Table, ground: Ground, shelf: Shelf, *, version: bool = False
) -> tuple[Program, list[Ritual]]:
    """One `[programs.KEY]` and the rituals of its sessions; none where something is wrong with it.

    In an agreed `version`, `course` is what its template said when it was agreed; without it, that on the shelf holds.
    """
    before = table.findings.errors()
    template, starts, until = table.text("template"), table.day("starts"), table.day("until")
    if not table.has("template"):
        table.missing("template", 'name the programme: template = "four-weeks"')
    if not table.has("starts"):
        table.missing("starts", "its first day: starts = 2027-01-04")
    _bounds(table, starts, until, ground)
    who = (read_people(table, "who", ground.people) or ()) if table.has("who") else tuple(ground.people)
    if version and template and table.has("course"):
        kept = table.raw("course")
        shelf = {template: kept if isinstance(kept, dict) else "`course` is no table"}
    course = _course(table, template, shelf, ground.language) if template else None
    dated = _dated(course, starts or dt.date(2000, 1, 1), who) if course else []
    names = _names(course, tuple(ground.people))
    skipped = _skipped(table, names)
    changes = _changes(table, names)
    table.finish({"skips": ("skip", "it is called `skip`"), "title": ("", "its title is that of its template")})
    program = Program(key, template or "", starts or dt.date(2000, 1, 1), changes)
    if course is None or starts is None or table.findings.errors() > before:
        return program, []
    _in_order(table, course, starts)
    rituals: list[Ritual] = []
    for one in dated:
        if one.key in skipped or one.session.key in skipped or (until is not None and one.day > until):
            continue
        change = {**changes.get(one.session.key, {}), **changes.get(one.key, {})}
        if ritual := _ritual(table, one, change, ground, starts):
            rituals.append(ritual)
    paths = tuple(r.path for r in rituals)
    days = [one.day for one in dated if f"programs.{key}.{one.key}" in paths]
    program = program._replace(
        title=course.title,
        who=who,
        until=until,
        skip=skipped,
        sessions=paths,
        last=max(days, default=None),
        course=shelf[template or ""],
    )
    return program, rituals if table.findings.errors() == before else []


def _bounds(table: Table, starts: dt.date | None, until: dt.date | None, ground: Ground) -> None:
    if starts and ground.starts and starts < ground.starts:
        message = f"the agreement itself starts on {ground.starts}; start the programme on that day or later"
        table.wrong("starts", "starts-early", message)
    if starts and until and until < starts:
        table.wrong("until", "ends-before-start", f"the last day, {until}, lies before the first, {starts}")


def _course(table: Table, template: str, shelf: Shelf, language: str) -> Course | None:
    """The template by this name in a language, or None with a finding."""
    values = shelf.get(template)
    if values is None:
        table.wrong(
            "template", "unknown-program", f'no programme "{shown(template)}"; {unknown(template, list(shelf))}'
        )
        return None
    course, trouble = (None, values) if isinstance(values, str) else read_course(values, language)
    if course is None:
        table.wrong("template", "program-unclear", f'the programme "{shown(template)}" is not clear yet: {trouble}')
    return course


def _dated(course: Course, starts: dt.date, who: tuple[str, ...]) -> list[_Dated]:
    """The sessions on their days, in order; those for each person, person by person."""
    found = []
    hosts = 0
    for session in course.sessions:
        if not session.each and len(who) < 2:
            continue  # nobody is there to meet
        host = who[hosts % len(who)] if session.hosted else None
        hosts += session.hosted
        for n, person in enumerate(who if session.each else ("",)):
            weekday = session.weekdays[n % len(session.weekdays)]
            day = _day_in(starts, session.week, weekday)
            name = f"{session.key}-{person}" if person else session.key
            found.append(_Dated(name, session, (person,) if person else who, host, day))
    return found


def _day_in(starts: dt.date, week: int, weekday: int) -> dt.date:
    """A weekday in a week of the programme; its weeks are seven days from the start on."""
    first = starts + (week - 1) * _WEEK
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7)


def _in_order(table: Table, course: Course, starts: dt.date) -> None:
    """Note where the programme begins on a day that turns the order of its sessions round."""

    def ordered(first: dt.date) -> bool:
        days = [_day_in(first, s.week, s.weekdays[0]) for s in course.sessions]
        return days == sorted(days)

    if ordered(starts):
        return
    near = next((day for n in range(1, 7) if ordered(day := starts + dt.timedelta(days=n))), None)
    hint = (
        f"start on {WEEKDAYS[near.weekday()].capitalize()}, {near}, and they keep it" if near else "move some of them"
    )
    table.wrong("starts", "out-of-order", f"from this day on, sessions come in another order; {hint}", severity=WARNING)


def _names(course: Course | None, people: tuple[str, ...]) -> dict[str, Session]:
    """What may be changed or skipped, by name: a session, or (SESSION-PERSON) one person's."""
    sessions = course.sessions if course else ()
    own = {f"{s.key}-{person}": s for s in sessions if s.each for person in people}
    return {s.key: s for s in sessions} | own


def _unknown_session(table: Table, place: Path, name: str, names: Mapping[str, Session], part: str = "value") -> None:
    if names:  # else the template itself is not known, which is said already
        table.wrong(place, "unknown-session", f'no session "{shown(name)}"; {unknown(name, names)}', part=part)


def _skipped(table: Table, names: Mapping[str, Session]) -> tuple[str, ...]:
    found = []
    for path, value in table.items("skip"):
        text = table.check_text(path, value, wanted='the name of a session in quotes, such as "insight",')
        if text and text in names:
            found.append(text)
        elif text:
            _unknown_session(table, path, text, names)
    return tuple(dict.fromkeys(found))


def _changes(table: Table, names: Mapping[str, Session]) -> dict[str, dict[str, object]]:
    """What differs by session, as it stands in the file."""
    example = 'changes.SESSION = { on = "sunday" }'
    outer = table.table("changes", example)
    changes: dict[str, dict[str, object]] = {}
    for name in outer.values if outer else ():
        inner = outer.table(name, example) if outer else None
        if inner is None:
            continue
        if inner.has("on"):
            _check_on(inner)
        if inner.has("at"):
            read_clock(inner, ("at",), inner.raw("at"))
        read_for(inner)
        inner.text("where")
        inner.text("note")
        inner.finish()
        changes[name] = dict(inner.values)
        if name not in names and outer is not None:
            _unknown_session(outer, (name,), name, names, part="key")
    return changes


def _check_on(inner: Table) -> None:
    value = inner.raw("on")
    if isinstance(value, str) and value.strip().casefold() in WEEKDAY_NUMBER:
        return
    if isinstance(value, dt.date):
        inner.day("on")
        return
    shown_value = f'"{shown(value)}"' if isinstance(value, str) else said(value)
    inner.wrong("on", "unknown-day", f'a weekday or a date is meant here, such as "saturday", not {shown_value}')


def _ritual(table: Table, one: _Dated, change: dict[str, object], ground: Ground, starts: dt.date) -> Ritual | None:
    """The ritual of one session; what is wrong with a change has its place, the rest is the template's."""
    values: dict[str, Any] = {**one.session.values, "on": one.day, "who": list(one.who)}
    if one.host:
        values["host"] = one.host
    if change:
        on = change.get("on")
        moved = {k: v for k, v in change.items() if k != "on"}
        if isinstance(on, str):
            moved["moved_to"] = _day_in(starts, one.session.week, WEEKDAY_NUMBER[on.strip().casefold()])
        elif on is not None:
            moved["moved_to"] = on
        if moved and moved != {"moved_to": one.day}:
            values["changes"] = [{"on": one.day, **moved}]
    findings = Findings()
    path: Path = (table.path[0], f"{table.path[1]}.{one.key}")
    ritual = read_ritual(Table(values, path, findings), one.session.kind, f"{table.path[1]}.{one.key}", ground)
    written = table.values.get("changes", {})
    name = one.key if one.key in written else one.session.key
    for finding in findings.found:
        if finding.path[2:3] == ("changes",):
            table.wrong(("changes", name, *finding.path[4:]), finding.code, finding.message, severity=finding.severity)
        else:
            dotted = ".".join(("sessions", one.session.key, *map(str, finding.path[2:])))
            message = f'the programme "{table.values["template"]}" is not clear yet: {dotted}: {finding.message}'
            table.wrong("template", "program-unclear", message, severity=finding.severity)
    return ritual
