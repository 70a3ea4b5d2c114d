"""`planner history` and `planner diff`: the agreed versions, and what differs between two of them."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import Any

import click

from planner.agreeing import default_day, opened
from planner.agreement import Agreement, History, Version
from planner.cli.agreed import beside_them, say_revealed, told, tomorrow, waiting_for
from planner.cli.common import (
    PROBLEMS,
    Day,
    Loaded,
    Settings,
    Stop,
    examine,
    file_argument,
    load,
    refuse_problems,
    settings_of,
    shelf,
)
from planner.document import parse_document
from planner.files import history_folder, read_agreement_file
from planner.history import agreement_on, in_force
from planner.problems import Problem
from planner.revision import Revised, as_json, revised, revised_since
from planner.saying import listed, say_date
from planner.versions import Stored, read_version
from planner.words import Length, add_length, shown


@click.command("history")
@click.option("--json", "as_json_", is_flag=True, help="The answer for a script.")
@file_argument
@settings_of
def history_command(settings: Settings, *, as_json_: bool, file: str | None) -> None:
    """List the agreed versions, what each of them changed, and who said yes.

    \b
    Example:
      planner history
    """
    loaded = load(file)
    steps = [(v, _step(loaded.history, n)) for n, v in enumerate(loaded.history.versions)]
    if as_json_:
        click.echo(json.dumps([_shape(loaded, v, found) for v, found in steps], ensure_ascii=False, indent=2))
        return
    if not steps:
        click.echo("Nothing is agreed yet; the file holds as it stands. `planner agree` makes it the first version.")
        return
    holds = in_force(loaded.history, settings.today)
    for n, (version, found) in enumerate(steps):
        until = steps[1][0].on if n == 0 and len(steps) > 1 else None
        click.echo(f"{'' if n == 0 else chr(10)}{_heading(loaded.agreement, version, holds, until)}")
        for sentence in _sentences(version, found, first=n == 0):
            click.echo(f"  {sentence}")


def _step(history: History, n: int) -> list[Revised]:
    """What the n-th version changed of the one before it."""
    version = history.versions[n]
    return revised(History(version.agreement, history.versions[:n]), version.on)


def _heading(agreement: Agreement, version: Version, holds: Version | None, until: date | None) -> str:
    agreed = version.agreement.agreed
    yes = [_name(agreement, version, person) for person in agreed.yes] if agreed else []
    said = f" on {say_date(agreed.said)}" if agreed and agreed.said else ""
    who = f"; {listed(yes)} said yes{said}" if yes else f"; by one person's word{said}" if said else ""
    mark = " (holds now)" if version == holds else ""
    day = f"Before {say_date(version.on)}" if until == version.on else f"From {say_date(version.on)} on"
    return click.style(day, bold=True) + f"{mark}{who}."


def _name(agreement: Agreement, version: Version, person: str) -> str:
    known = agreement.people.get(person) or version.agreement.people.get(person)
    return known.name if known else person


def _sentences(version: Version, found: list[Revised], *, first: bool) -> list[str]:
    agreed = version.agreement.agreed
    note = [f"Note: {' '.join(agreed.note.split())}"] if agreed and agreed.note else []
    if first:
        number = sum(1 for ritual in version.agreement.rituals.values() if not ritual.program)
        programs = len(version.agreement.programs)
        more = f" and {programs} programme{'' if programs == 1 else 's'}" if programs else ""
        return [f"The first version, with {number} ritual{'' if number == 1 else 's'}{more}.", *note]
    return [*(r.sentence for r in found), *note] or ["Nothing changed."]


def _shape(loaded: Loaded, version: Version, found: list[Revised]) -> dict[str, Any]:
    agreed = version.agreement.agreed
    return {
        "on": version.on.isoformat(),
        "file": os.path.join(history_folder(loaded.path), f"{version.name}.toml"),
        "said": agreed.said.isoformat() if agreed and agreed.said else None,
        "yes": list(agreed.yes) if agreed else [],
        "note": agreed.note if agreed else None,
        "changes": as_json(found),
    }


# ── diff ─────────────────────────────────────────────────────────────


@click.command("diff")
@click.argument("old", metavar="[A]", required=False)
@click.argument("new", metavar="[B]", required=False)
@click.option("--json", "as_json_", is_flag=True, help="The answer for a script.")
@click.option("-f", "--file", "file", type=click.Path(), help="The agreement (default: agreement.toml).")
@settings_of
def diff_command(settings: Settings, *, old: str | None, new: str | None, as_json_: bool, file: str | None) -> None:
    """Say what differs between two versions: a day (what holds on it) or a file each. Else: agreed, and the file.

    \b
    Example:
      planner diff
      planner diff 2027-01-10 2027-03-10
      planner diff theirs.toml
    """
    loaded = load(file)
    history, day, since = _sides(loaded, settings, old, new)
    changes = revised_since(history, day, since)
    found = [change for change, _ in changes]
    if as_json_:
        days = [{"from": on.isoformat()} if since else {} for _, on in changes]
        shapes = [shape | on for shape, on in zip(as_json(found), days, strict=True)]
        click.echo(json.dumps(shapes, ensure_ascii=False, indent=2))
        return
    if not history.versions:
        click.echo("Nothing is agreed yet; the file holds as it stands. To agree on with `planner agree`:\n")
    if not found:
        click.echo("Both ask the same of your time. (Words, sharing and single dates hold without being agreed.)")
        if old is None:
            _say_alone(history, settings, [])
            say_revealed(history, settings)
    elif old is None:
        said = {c.revised.ritual: c.yes for c in opened(history, day, waiting_for(loaded))}
        click.echo("\n".join(told(loaded, found, said)))
        _say_alone(history, settings, found)
        say_revealed(history, settings)
    else:
        beside = beside_them(history.current, found)
        lines = [[c.sentence, *([f"  {beside[c.ritual]}"] if c.ritual in beside else [])] for c in found]
        click.echo("\n".join(line for those in lines for line in those))


def _say_alone(history: History, settings: Settings, told_already: list[Revised]) -> None:
    """Where single dates and pauses in the file, which hold at once, change one side of a pair alone."""
    if not (history.versions and history.current.pairs):
        return
    from planner.pairs import alone

    first, end = settings.today, add_length(settings.today, Length(12, 0))
    named = {change.ritual for change in told_already}
    for one in alone(history.current, first, end):
        if one.changed not in named:
            click.echo(f"{one.sentence}.")


def _sides(
    loaded: Loaded, settings: Settings, old: str | None, new: str | None
) -> tuple[History, date, tuple[Version, ...]]:
    """The two that are compared, as a history of one version and a file, and the day from which the new one holds.

    Where the new one is what holds on a day, the versions up to it too: each change holds from the day of one of them.
    """
    history = loaded.history
    upcoming = default_day(history, waiting_for(loaded), tomorrow(settings))
    if old is None:
        return history, upcoming, ()
    before, _, _ = _named(loaded, old)
    after, day, of_day = _named(loaded, new) if new is not None else (history.current, None, False)
    start = day or max(upcoming, after.starts)
    since = tuple(v for v in history.versions if of_day and v.on <= start)
    return History(after, (Version(min(before.starts, *(v.on for v in since), start), 1, before),)), start, since


def _named(loaded: Loaded, word: str) -> tuple[Agreement, date | None, bool]:
    """The agreement that a word names, a day or a file, with the day from which it holds, and whether it is a day."""
    try:
        day = date.fromisoformat(word) if len(word) == 10 else None
    except ValueError:
        day = None
    if day is not None:
        version = in_force(loaded.history, day)
        if version is None:
            message = (
                f"planner: nothing is agreed yet, so there is no version of {day}; `planner agree` makes the first"
            )
            raise Stop(message, PROBLEMS)
        return agreement_on(loaded.history, day), version.on, True
    if not os.path.exists(word):
        Day().fail(f'"{shown(word)}" is neither a day, such as 2027-03-01, nor a file that is there', None, None)
    raw = read_agreement_file(word)
    if isinstance(raw, Problem):
        refuse_problems([raw])
    document = parse_document(raw, word)
    if not isinstance(document, list) and "agreed" in document.values:
        stored = read_version(raw, word, None, 1, shelf)
        if not isinstance(stored, Stored):
            refuse_problems(stored)
        return stored.version.agreement, stored.version.on, False
    read = examine(word)
    if isinstance(read, list):
        refuse_problems(read)
    return read.agreement, None, False
