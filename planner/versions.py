"""The files of agreed versions and of waiting yeses: their texts → values, and back.

In: the names and bytes of the files in the history folder, the bytes of the proposal. Out: `Version`s and `Waiting`s,
or every problem with its place; and the texts that `agree` writes. No file is opened here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from planner.agreement import Agreed, Agreement, Change, Placed, Ritual, Version
from planner.document import Document, parse_document
from planner.history import holding
from planner.problems import ERROR, Finding, Problem
from planner.reading import Shelf, nothing, read_agreement
from planner.reading_open import OF_OTHER_KIND
from planner.strands import open_length
from planner.tables import Findings, Table
from planner.toml_render import block_text, render_key
from planner.words import shown
from planner.writing import Values, as_said, version_values

_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.([1-9][0-9]{0,3}))?")


class Stored(NamedTuple):
    """A version as it is stored, with the document it was read from."""

    version: Version
    document: Document
    findings: list[Finding]


class Waiting(NamedTuple):
    """A yes that waits for others: to which terms of which ritual, from which day, whose, and when it was given."""

    ritual: str
    terms: str
    on: date
    yes: tuple[str, ...]
    said: date


# ── versions ─────────────────────────────────────────────────────────


def read_versions(files: Mapping[str, bytes], folder: str, shelf: Shelf = nothing) -> list[Stored] | list[Problem]:
    """The versions in these files (name to bytes) that may hold, or everything that is wrong with them.

    They are the last for each day, and the first one of the earliest day. `shelf` has templates.
    """
    problems: list[Problem] = []
    numbered: dict[date, dict[int, str]] = {}
    for name in sorted(files):
        path = f"{folder}/{name}"
        match = _NAME.fullmatch(name.removesuffix(".toml"))
        on = _day(match[1]) if match else None
        if match is None or on is None or match[2] == "1":
            problems.append(_problem(path, "version-name", _no_name(name, on)))
            continue
        numbered.setdefault(on, {})[int(match[2] or 1)] = name
    found = []
    wanted = [(on, max(names)) for on, names in sorted(numbered.items())]
    if wanted and (earliest := (wanted[0][0], min(numbered[wanted[0][0]]))) != wanted[0]:
        wanted.insert(0, earliest)
    for on, number in wanted:
        name = numbered[on][number]
        read = read_version(files[name], f"{folder}/{name}", on, number, shelf)
        if isinstance(read, list):
            problems += read
        else:
            found.append(read)
    return problems or found


def read_version(raw: bytes, path: str, on: date | None, number: int, shelf: Shelf = nothing) -> Stored | list[Problem]:
    """The version that a file holds; `on` is the day that its name says, None where any will do."""
    document = parse_document(raw, path)
    if isinstance(document, list):
        return document
    agreement, findings = read_agreement(document.values, version=True, shelf=shelf)
    if agreement is not None and agreement.agreed is None:
        message = f"this file has no [agreed] header; write [agreed] with on = {on} above everything else"
        return [_problem(path, "no-header", message)]
    if agreement is None or agreement.agreed is None:
        return [_placed(document, f) for f in findings if f.severity == ERROR]
    if on is not None and agreement.agreed.on != on:
        message = f"the name of this file says {on}; one of the two is not right, name it {agreement.agreed.on}.toml"
        return [_placed(document, Finding(("agreed", "on"), "version-day", f"{message} or write on = {on}"))]
    return Stored(Version(agreement.agreed.on, number, agreement), document, findings)


def read_current(
    values: Values, stored: Iterable[Stored], shelf: Shelf = nothing
) -> tuple[Agreement | None, list[Finding]]:
    """The agreement that the file's values describe, and all findings, beside the agreed versions.

    A change of a date that the file's own terms would not allow (a turn where it takes turns no more) is read by those
    of the version in force on that date; so is what is placed there (a whole day, where it has a time of day by now).
    """
    versions = sorted(stored, key=lambda s: (s.version.on, s.version.number))
    former = dict.fromkeys(path for s in versions for path in s.version.agreement.rituals)
    former |= dict.fromkeys(f"programs.{p.key}" for s in versions for p in s.version.agreement.programs)
    agreement, findings = read_agreement(values, former=former, shelf=shelf)
    if agreement is not None or not versions:
        return agreement, findings
    held = holding(s.version for s in versions)
    versions = [s for s in versions if s.version in held]
    errors = [f for f in findings if f.severity == ERROR]
    placed = [(f, place) for f in errors if (place := _placing(values, f))]
    wrong: set[Any] = {f.path[:4] for f in errors if not _placing(values, f)}
    if not all(_is_of_a_change(values, path) for path in wrong):
        return agreement, findings
    changes: dict[str, list[Change]] = {}
    unread = set()
    for path in wrong:
        entry = values[path[0]][path[1]]["changes"][path[3]]
        change = _by_version(versions, path, entry, shelf, all_day=_is_all_day(values[path[0]][path[1]]))
        if change is None:
            unread.add(path)
        else:
            changes.setdefault(f"{path[0]}.{path[1]}", []).append(change)
    if unread:
        return None, [f for f in errors if f.path[:4] in unread]
    without = _without(values, wrong)
    agreement, others = read_agreement(without, former=former, shelf=shelf, placed_freely=bool(placed))
    if agreement is None:
        return None, findings
    rituals = {
        path: r._replace(changes=tuple(sorted((*r.changes, *changes.get(path, ())), key=lambda c: c.on)))
        for path, r in agreement.rituals.items()
    }
    astray = []
    for finding, (table, key, n) in placed:
        ritual = rituals[f"{table}.{key}"]
        if one := _placed_by_version(versions, ritual, n):
            rituals[ritual.path] = ritual._replace(placed=(*ritual.placed[:n], one, *ritual.placed[n + 1 :]))
        else:
            astray.append(finding)
    return (None, astray) if astray else (agreement._replace(rituals=rituals), others)


def _placing(values: Values, finding: Finding) -> tuple[Any, Any, int] | None:
    """Table, key and number of what is placed with a time of day, or without, where the file's terms want the other."""
    if len(finding.path) < 3 or finding.path[2] != "placed" or finding.code not in OF_OTHER_KIND:
        return None
    table, key, n = str(finding.path[0]), str(finding.path[1]), (*finding.path, 0)[3]
    n, written = n if isinstance(n, int) else 0, values[table][key]["placed"]
    entry = written[n] if isinstance(written, list) else written
    return (table, key, n) if isinstance(entry, dict) and isinstance(entry.get("on"), date) else None


def _placed_by_version(versions: list[Stored], ritual: Ritual, n: int) -> Placed | None:
    """What is placed, as long as the version in force on its day has it; None where that does not allow it either."""
    placed = ritual.placed[n]
    rituals = _in_force(versions, placed.on).version.agreement.rituals.values()
    agreed = next((r for r in rituals if r.identity == ritual.identity), None)
    if agreed is None or agreed.open_time is None or agreed.open_time.is_all_day != (placed.start is None):
        return None
    return placed._replace(length=placed.length or open_length(agreed, placed.on))


def _in_force(versions: list[Stored], day: date) -> Stored:
    return next((s for s in reversed(versions) if s.version.on <= day), versions[0])


def _is_of_a_change(values: Values, path: Any) -> bool:
    """Whether a path leads into one entry of a list of `changes` that names its date."""
    if len(path) < 4 or path[2] != "changes" or not isinstance(path[3], int):
        return False
    return isinstance(values[path[0]][path[1]]["changes"][path[3]].get("on"), date)


def _is_all_day(ritual: Values) -> bool:
    at = ritual.get("at")
    return any(isinstance(a, str) and "all" in a for a in (at.values() if isinstance(at, dict) else (at,)))


def _by_version(versions: list[Stored], path: Any, entry: Values, shelf: Shelf, *, all_day: bool) -> Change | None:
    """A change as the version in force on its date reads it; None where it cannot be read there either."""
    holds = _in_force(versions, entry["on"])
    ritual = holds.document.values.get(path[0], {}).get(path[1])
    if ritual is None:
        return None
    table = {**holds.document.values[path[0]], path[1]: {**ritual, "changes": [entry]}}
    agreement, _ = read_agreement({**holds.document.values, path[0]: table}, version=True, shelf=shelf)
    if agreement is None:
        return None
    change = agreement.rituals[f"{path[0]}.{path[1]}"].changes[0]
    # how long it is counts in minutes there and in days here, or the other way round
    return change._replace(start=None, length=None) if all_day != _is_all_day(ritual) else change


def _without(values: Values, entries: Iterable[Any]) -> Values:
    """The values without some entries of `changes`."""
    found = dict(values)
    gone = set(entries)
    for table, key, *_ in gone:
        ritual = dict(found[table][key])
        ritual["changes"] = [
            c for n, c in enumerate(values[table][key]["changes"]) if (table, key, "changes", n) not in gone
        ]
        if not ritual["changes"]:
            del ritual["changes"]
        found[table] = {**found[table], key: ritual}
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _no_name(name: str, on: date | None) -> str:
    day = on or "2027-03-01"
    hint = f"a version is named by its day, {day}.toml, and a second one for that day {day}.2.toml"
    return f'"{shown(name)}" is no name of an agreed version: {hint}; what is none belongs elsewhere'


def _problem(path: str, code: str, message: str) -> Problem:
    return Problem(path, 1, 1, ERROR, "", code, message)


def _placed(document: Document, finding: Finding) -> Problem:
    line, column = document.place(finding.path, finding.part)
    return Problem(document.name, line, column, finding.severity, finding.dotted, finding.code, finding.message)


def wrong_id(stored: Stored, wanted: str) -> Problem:
    """That a version is of another agreement."""
    message = f'this version is of the agreement "{stored.version.agreement.id}", and the file beside this folder is '
    message += f'"{wanted}"; move it to where it belongs, or give the file its id back'
    return _placed(stored.document, Finding(("agreement", "id"), "other-agreement", message))


def version_text(agreement: Agreement, agreed: Agreed) -> str:
    """The text of an agreed version: these terms, from `agreed.on` on."""
    names = agreement.names(tuple(agreement.people))
    head = f"# What {names} agreed, kept by planner. Changes go into the file beside this folder.\n"
    values = version_values(agreement, agreed)
    blocks = []
    for table, inner in values.items():
        if table in ("agreed", "agreement"):
            blocks.append(block_text(f"[{table}]", inner, "\n"))
        else:
            blocks += [block for key, below in inner.items() for block in _blocks((table, key), below)]
    return head + "\n" + "\n\n".join(blocks) + "\n"


def _blocks(path: tuple[str, ...], values: Values) -> Iterator[str]:
    """The text of a table; what a programme's template says stands below it, session by session."""
    course = values.get("course")
    yield block_text(f"[{render_key(*path)}]", {k: v for k, v in values.items() if k != "course"}, "\n")
    if course:
        sessions = course.get("sessions", {})
        head = {k: v for k, v in course.items() if k != "sessions"}
        yield block_text(f"[{render_key(*path, 'course')}]", head, "\n")
        for key, session in sessions.items():
            yield block_text(f"[{render_key(*path, 'course', 'sessions', key)}]", session, "\n")


# ── waiting yeses ────────────────────────────────────────────────────


def digest(terms: Values) -> str:
    """A short word for terms: another one as soon as anything of them changes."""
    from hashlib import sha256
    from json import dumps

    return sha256(dumps(as_said(terms), sort_keys=True).encode()).hexdigest()[:16]


def read_waiting(raw: bytes, path: str) -> list[Waiting] | list[Problem]:
    """The yeses that wait in a proposal, or everything that is wrong with it."""
    document = parse_document(raw, path)
    if isinstance(document, list):
        return [] if all(p.code == "empty" for p in document) else document
    findings = Findings()
    top = Table(document.values, (), findings)
    found = [_waiting(table) for table in top.tables("waiting", "[[waiting]] with a ritual and a yes")]
    top.finish()
    if findings.found:
        return [_placed(document, f) for f in findings.found]
    return [w for w in found if w is not None]


def _waiting(table: Table) -> Waiting | None:
    ritual, terms, on = table.text("ritual"), table.text("terms"), table.day("on")
    yes, said = table.texts("yes"), table.day("said")
    for key in ("ritual", "terms", "on", "yes", "said"):
        if not table.has(key):
            table.missing(key, "`planner agree` writes these lines; take this one out, and it asks again")
    table.finish()
    return Waiting(ritual, terms, on, yes, said) if ritual and terms and on and said else None


def waiting_text(waiting: Iterable[Waiting]) -> str:
    """The text of a proposal."""
    lines = "# Yeses that wait for another one, kept by `planner agree`. Taking one out takes it back.\n"
    blocks = [block_text("[[waiting]]", _values(w), "\n") for w in waiting]
    return lines + "\n" + "\n\n".join(blocks) + "\n"


def _values(waiting: Waiting) -> dict[str, Any]:
    return {**waiting._asdict(), "yes": list(waiting.yes)}
