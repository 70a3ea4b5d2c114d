"""`planner check`: every problem, then clashes and notes."""

from __future__ import annotations

import json

import click

from planner.clashes import Clash
from planner.cli.agreed import as_drafted, say_unagreed
from planner.cli.common import (
    PROBLEMS,
    Loaded,
    Settings,
    Stop,
    agreement_path,
    examine,
    file_argument,
    own_file,
    placed,
    settings_of,
)
from planner.problems import ERROR, NOTE, WARNING, Problem


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
        _say(loaded, problems, met)
        click.echo(_summary(loaded, counts, len(met)))
        if not isinstance(loaded, list):
            say_unagreed(loaded, settings)
    if counts[ERROR] or (strict and (counts[WARNING] or met)):
        raise Stop("", PROBLEMS)


def say_problems(loaded: Loaded | list[Problem], settings: Settings) -> int:
    """Say all there is to say of an agreement, on standard error; how many errors there are. It asks no server."""
    problems, met = (loaded, []) if isinstance(loaded, list) else _looked_at(settings, loaded, network=None)
    _say(loaded, problems, met)
    return sum(1 for problem in problems if problem.severity == ERROR)


def _say(loaded: Loaded | list[Problem], problems: list[Problem], met: list[Clash]) -> None:
    for problem in problems:
        click.echo(_shown(problem), err=True)
    if not isinstance(loaded, list):
        for place in _places(loaded, met):
            click.echo(_shown(place), err=True)


def _looked_at(settings: Settings, loaded: Loaded, *, network: bool | None) -> tuple[list[Problem], list[Clash]]:
    from planner.checks import Examined, notices
    from planner.clashes import clashes
    from planner.compiler import compile_versions
    from planner.words import Length, add_length

    agreement = loaded.agreement
    first = max(settings.today, agreement.starts)
    end = add_length(first, Length(12, 0))
    findings = [*loaded.findings, *notices(Examined(agreement, loaded.document.values, first, end, loaded.history))]
    draft = as_drafted(loaded.history, settings)
    series = compile_versions(draft, None) if draft.versions else None
    own = [found for person in agreement.people if isinstance(found := own_file(loaded, person), list)]
    met = clashes(agreement, first, end, series)
    if any(person.busy for person in agreement.people.values()):
        from planner.clashes import busy_clashes
        from planner.cli.busy import busy_times

        busy = busy_times(settings, loaded, agreement.people, first, end, network=network)
        findings += busy.findings
        met += busy_clashes(agreement, busy.spans, first, end, series)
    problems = [*placed(loaded.document, findings), *(p for found in own for p in found)]
    return problems, met


def _places(loaded: Loaded, met: list[Clash]) -> list[Problem]:
    """Each clash as a warning at the ritual that comes later in the file."""
    found = []
    for clash in met:
        table, key = clash.rituals[-1].split(".")[:2]
        line, column = loaded.document.place((table, key), "key")
        found.append(Problem(loaded.document.name, line, column, WARNING, clash.rituals[-1], "clash", clash.message))
    return found


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
    return f"Nothing to mend: {rituals} ritual{'' if rituals == 1 else 's'}{courses} for {whose}. " + (
        f"Worth a look: {', '.join(extras)}." if extras else "No clashes."
    )


def _json(problems: list[Problem], met: list[Clash]) -> str:
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
                }
                for c in met
            ],
        },
        ensure_ascii=False,
        indent=2,
    )
