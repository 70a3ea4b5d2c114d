"""`planner check`: every problem, then clashes and notes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import click

from planner.agreement import Agreement, History
from planner.busy import Spans
from planner.clashes import Clash
from planner.cli.agreed import as_drafted, named_file, say_unagreed
from planner.cli.common import (
    PROBLEMS,
    Loaded,
    Settings,
    Stop,
    agreement_path,
    examine,
    file_argument,
    own_file,
    own_path,
    placed,
    settings_of,
)
from planner.document import Document, parse_document
from planner.files import FileTroubleError, bytes_of, names_in
from planner.problems import ERROR, NOTE, WARNING, Problem, visible
from planner.series import Series, of_ritual


class _Seen(NamedTuple):
    """A clash, its place, and the path of the own file that it is of: "" where it is everybody's."""

    clash: Clash
    place: Problem
    own: str = ""


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="The answer for a script.")
@click.option("--offline", is_flag=True, help="Ask no calendar on a server when somebody is busy; files are read.")
@click.option("--strict", is_flag=True, help="Warnings and clashes count as errors too; notes never do.")
@file_argument
@settings_of
def check_command(settings: Settings, *, as_json: bool, offline: bool, strict: bool, file: str | None) -> None:
    """Find every problem in the agreement at once, then clashes between rituals, then things to know.

    Exits with 1 where there are errors (with --strict, warnings and clashes too).

    \b
    Example:
      planner check
      planner check --strict our-agreement.toml
    """
    loaded = examine(agreement_path(file))
    problems, met = (loaded, []) if isinstance(loaded, list) else _looked_at(settings, loaded, network=not offline)
    counts = {s: sum(1 for p in problems if p.severity == s) for s in (ERROR, WARNING, NOTE)}
    if as_json:
        click.echo(_json(problems, met))
    else:
        _say(problems, met)
        click.echo(_summary(loaded, counts, len(met)))
        if not isinstance(loaded, list):
            say_unagreed(loaded, settings)
    if counts[ERROR] or (strict and (counts[WARNING] or met)):
        raise Stop("", PROBLEMS)


def say_problems(loaded: Loaded | list[Problem], settings: Settings) -> int:
    """Say all there is to say of an agreement, on standard error; how many errors there are. It asks no server."""
    problems, met = (loaded, []) if isinstance(loaded, list) else _looked_at(settings, loaded, network=None)
    _say(problems, met)
    return sum(1 for problem in problems if problem.severity == ERROR)


def _say(problems: list[Problem], met: list[_Seen]) -> None:
    for problem in (*problems, *(seen.place for seen in met)):
        click.echo(_shown(problem), err=True)
    if any(seen.own for seen in met):
        click.echo("What meets a block of a file of one's own is said here alone; nobody else hears of it.", err=True)


def _looked_at(settings: Settings, loaded: Loaded, *, network: bool | None) -> tuple[list[Problem], list[_Seen]]:
    from planner.checks import Examined, notices
    from planner.compiler import compile_versions
    from planner.words import Length, add_length

    agreement = loaded.agreement
    first = max(settings.today, agreement.starts)
    end = add_length(first, Length(12, 0))
    findings = [
        *loaded.findings,
        *notices(Examined(agreement, loaded.document.values, first, end, loaded.history, settings.today)),
    ]
    draft = as_drafted(loaded.history, settings)
    series = compile_versions(draft, None) if draft.versions else None
    spans: Mapping[str, Spans] = {}
    if any(person.busy for person in agreement.people.values()):
        from planner.cli.busy import busy_times

        busy = busy_times(settings, loaded, agreement.people, first, end, network=network)
        findings += busy.findings
        spans = busy.spans
    met = [
        _placed(loaded.document, clash, clash.rituals[-1]) for clash in _clashes(agreement, first, end, series, spans)
    ]
    problems = placed(loaded.document, findings)
    for person in agreement.people:
        own = own_file(loaded, person)
        if isinstance(own, list):
            problems += own
        elif own:
            met += _own_clashes(loaded, draft._replace(own=own), person, first, end, spans)
    return [*problems, *_misnamed(loaded)], met


def _misnamed(loaded: Loaded) -> list[Problem]:
    """Notes on files beside the agreement that are named almost as somebody's own file is, and read by nobody."""
    from planner.reading_own import misnamed

    folder, name = os.path.split(loaded.path)
    found = misnamed(names_in(folder or "."), os.path.splitext(name)[0], loaded.agreement)
    return [
        Problem(os.path.join(folder, visible(other)), 1, 1, NOTE, "", "own-file-name", message)
        for other, message in found
        if _is_passed_over(loaded, os.path.join(folder, other))
    ]


def _is_passed_over(loaded: Loaded, path: str) -> bool:
    """Whether a file is read under none of its names, and is no agreement: a copy may be called as one likes."""
    try:
        raw = bytes_of(path)
    except FileTroubleError:
        return False
    names = [own_path(loaded.path, person) for person in loaded.agreement.people]
    if raw is None or any(os.path.exists(own) and os.path.samefile(own, path) for own in names):
        return False
    return b"[agreement]" not in raw and b"[agreed]" not in raw


def _clashes(
    agreement: Agreement,
    first: date,
    end: date,
    series: list[Series] | None,
    spans: Mapping[str, Spans],
) -> list[Clash]:
    """Where rituals meet each other, and the times at which somebody is busy."""
    from planner.clashes import busy_clashes, clashes

    return clashes(agreement, first, end, series) + (
        busy_clashes(agreement, spans, first, end, series) if spans else []
    )


def _own_clashes(
    loaded: Loaded,
    history: History,
    person: str,
    first: date,
    end: date,
    spans: Mapping[str, Spans],
) -> list[_Seen]:
    """Where the me-blocks of a person's own file meet what is agreed, or each other; for whoever has that file.

    What would help is named for that file, so that nothing of it comes into the agreement.
    """
    from planner.compiler import compile_versions
    from planner.files import read_agreement_file

    path = own_path(loaded.path, person)
    raw = read_agreement_file(path)
    document = raw if isinstance(raw, Problem) else parse_document(raw, path)
    if not isinstance(document, Document):
        return []  # it was there a moment ago
    whole = loaded.agreement._replace(rituals={**history.own, **loaded.agreement.rituals})
    found = _clashes(whole, first, end, compile_versions(history, None), spans)
    mine = [(clash, next((r for r in clash.rituals if of_ritual(r) in history.own), None)) for clash in found]
    return [_placed(document, clash, ritual, own=path) for clash, ritual in mine if ritual]


def _placed(document: Document, clash: Clash, ritual: str, own: str = "") -> _Seen:
    """A clash as a warning at one of its rituals: in the agreement, the one that comes later."""
    table, key = ritual.split(".")[:2]
    line, column = document.place((table, key), "key")
    return _Seen(clash, Problem(document.name, line, column, WARNING, ritual, "clash", clash.message), own)


def _shown(problem: Problem) -> str:
    color = {ERROR: "red", WARNING: "yellow", NOTE: "cyan"}[problem.severity]
    mark = f" {problem.severity}: "
    before, _, after = str(problem).partition(mark)
    return before + click.style(mark, fg=color, bold=problem.severity == ERROR) + after


def _summary(loaded: Loaded | list[Problem], counts: dict[str, int], met: int) -> str:
    if isinstance(loaded, list):
        number = counts[ERROR]
        return f"{number} {'thing' if number == 1 else 'things'} to mend first; then planner can read the rest."
    agreement = loaded.agreement
    rituals = sum(1 for ritual in agreement.rituals.values() if not ritual.program)
    programs = len(agreement.programs)
    courses = f" and {programs} programme{'' if programs == 1 else 's'}" if programs else ""
    extras = [
        f"{number} {word}{'' if number == 1 else plural}"
        for number, word, plural in (
            (met, "clash", "es"),
            (counts[WARNING], "warning", "s"),
            (counts[NOTE], "note", "s"),
        )
        if number
    ]
    whose = agreement.names(tuple(agreement.people))
    if counts[ERROR]:
        return f"{counts[ERROR]} {'thing' if counts[ERROR] == 1 else 'things'} to mend in a file of one's own."
    look = f"Worth a look: {', '.join(extras)}."
    if not agreement.rituals and not programs:
        first = f"Nothing to mend. No rituals for {whose} yet; a first one can be small.{f' {look}' if extras else ''}"
        return f"{first}\nThis finds time for one: planner suggest shared-evening --for 2h{named_file(loaded.path)}"
    return f"Nothing to mend: {rituals} ritual{'' if rituals == 1 else 's'}{courses} for {whose}. " + (
        look if extras else "No clashes."
    )


def _json(problems: list[Problem], met: list[_Seen]) -> str:
    return json.dumps(
        {
            "problems": [p._asdict() for p in problems],
            "clashes": [
                {
                    "rituals": list(c.rituals),
                    "people": list(c.people),
                    "first": c.first.isoformat(),
                    "count": c.times,
                    "message": c.message,
                    **({"own_file": own} if own else {}),
                }
                for c, _, own in met
            ],
        },
        ensure_ascii=False,
        indent=2,
    )
