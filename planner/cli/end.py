"""`planner end`: what is shared ends on a day, by one person's word; own time stays."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from shlex import quote
from typing import NamedTuple

import click

from planner.agreeing import composed_as, later_versions
from planner.agreement import Agreed, Agreement, History, Program, Ritual
from planner.cli.agree import ask_whose_word, can_ask, known_people
from planner.cli.agreed import follow, keep_version, named_file, new_version
from planner.cli.common import (
    REFUSED,
    USAGE,
    Day,
    Loaded,
    Settings,
    Stop,
    examine_document,
    file_argument,
    load,
    refuse_problems,
    settings_of,
)
from planner.document import EditError
from planner.ending import Ended, carried, end_in, ended, endings
from planner.files import FileTroubleError, write_whole
from planner.history import agreement_on, people_ever
from planner.recurrence import ONE_DAY
from planner.revision import named
from planner.saying import listed, say_date


@click.command("end")
@click.option("--on", "on", type=Day(), help="The day from which nothing is shared any more.")
@click.option("--who", metavar="PERSON", help="Who leaves; the others go on where two or more of them remain.")
@file_argument
@settings_of
def end_command(settings: Settings, *, on: date | None, who: str | None, file: str | None) -> None:
    """Let what is shared end on a day. One person's word is enough; everyone's own time stays.

    \b
    Example:
      planner end --on 2027-06-01
      planner end --on 2027-06-01 --who cleo
    """
    if on is None:
        raise Stop(f"planner: say from which day, such as --on {settings.today}", USAGE)
    if on < settings.today:
        raise Stop(f"planner: {say_date(on)} is over; what was shared was shared. Give today or a later day", USAGE)
    loaded = load(file)
    person = known_people(loaded.agreement, [who])[0] if who else None
    steps = _steps(loaded.history, on, person)
    found = endings(loaded.agreement, on, person, _goes_on(steps))
    if not found and not any(step.found for step in steps):
        click.echo(f"Nothing is shared {_since(on)}, so nothing has to end.")
        return
    if steps and steps[0].found:
        click.echo(_told(steps[0].agreed, steps[0].found, on, person))
    elif not any(step.found for step in steps):
        click.echo(_told(loaded.agreement, found, on, person))
    for line in _told_later(steps):
        click.echo(line)
    try:
        sure = not can_ask() or click.confirm("Shall it be so?", default=False)
        word = person
        if sure and person is None and can_ask():
            word = ask_whose_word(loaded.agreement, "Whose word is it?", "no name")
    except (click.Abort, KeyboardInterrupt):
        raise Stop("\nplanner: nothing has changed", REFUSED) from None
    if not sure:
        click.echo("Nothing has changed.")
        return
    _carry_out(loaded, settings, word, steps, found)
    click.echo("It is written down. One person's word is enough for this; nobody has to agree.")
    _offers(loaded)


class _Step(NamedTuple):
    """What is agreed from a day on, what ends of it, and what is left; `keeps` says whether that is a version."""

    on: date
    agreed: Agreement
    found: dict[str, Ended]
    after: Agreement
    keeps: bool


def _steps(history: History, on: date, person: str | None) -> list[_Step]:
    """What becomes of what holds on the day, and of each later version: what is agreed of own time stays in it."""
    if not history.versions:
        return []
    agreed = agreement_on(history, on)
    found = endings(agreed, on, person)
    steps = [_Step(on, agreed, found, ended(agreed, found), keeps=bool(found))]
    for version in later_versions(history, on):
        agreed = agreement_on(history, version.on)
        found = endings(agreed, on, person)
        before = steps[-1].after
        after = carried(agreed, found, before, version.on)
        steps.append(_Step(version.on, agreed, found, after, keeps=not composed_as(after, before)))
    return steps


def _goes_on(steps: list[_Step]) -> dict[str, date]:
    """What others go on with for a while, with the day from which it ends."""
    if not steps:
        return {}
    after, on = steps[-1].after, steps[0].on
    one = {path: r.until for path, r in after.rituals.items()}
    one |= {f"programs.{p.key}": p.until for p in after.programs}
    over = {path for step in steps[1:] for path, e in step.found.items() if e.is_over}
    return {path: until + ONE_DAY for path, until in one.items() if path in over and until and until >= on}


def _told_later(steps: list[_Step]) -> list[str]:
    """What the end means for what is agreed for later days."""
    lines = []
    for before, step in pairwise(steps):
        over = [p for p, e in step.found.items() if e.is_over and p in _open(before.after, before.on)]
        if over:
            called = listed(_called(step.agreed, step.found[path].before) for path in over)
            lines.append(f"What ends before {say_date(step.on)}, for too few are left in it then: {called}.")
        if step.found and step.keeps:
            lines.append(f"What is agreed {_since(step.on)} stays, but for what is shared.")
    return lines


def _open(agreement: Agreement, on: date) -> set[str]:
    """The rituals and programmes that are not over on a day."""
    found = {path for path, r in agreement.rituals.items() if r.until is None or r.until >= on}
    return found | {f"programs.{p.key}" for p in agreement.programs if p.until is None or p.until >= on}


def _carry_out(
    loaded: Loaded, settings: Settings, word: str | None, steps: list[_Step], found: dict[str, Ended]
) -> None:
    """The version first, for calendars follow it; then the file, so that the draft says the same."""
    try:
        document = end_in(loaded.document, found)
    except EditError as e:
        raise Stop(f"planner: this file is laid out so that the change has to be made by hand ({e})", REFUSED) from e
    data = document.encode()
    checked = examine_document(loaded.path, data, document)
    if isinstance(checked, list):
        refuse_problems(checked)
    for path, text in _versions(loaded, settings, word, steps):
        keep_version(loaded, path, text)
    if data != loaded.raw:
        try:
            write_whole(loaded.path, data, expected=loaded.raw)
        except FileTroubleError as e:
            raise Stop(f"planner: {e}", REFUSED) from e


def _versions(loaded: Loaded, settings: Settings, word: str | None, steps: list[_Step]) -> list[tuple[str, bytes]]:
    """The versions to be written, the latest first: whatever stops in between, the same command goes on from there."""
    dates = [version.on for version in loaded.history.versions]
    gone = [step.on for step in steps[1:] if step.found and not step.keeps]
    replaced = tuple(v.name for v in loaded.history.versions if v.on in gone)
    found = []
    for n, step in enumerate(steps):
        if not step.found or not step.keeps:
            continue
        same = loaded.history.versions[len(dates) - 1 - dates[::-1].index(step.on)] if step.on in dates else None
        head = same.agreement.agreed if same else None
        given = {*(head.yes if head else ()), *((word,) if word else ())}
        people = tuple(p for p in people_ever(loaded.history) if p in given)
        names = dict.fromkeys((*(head.replaces if head else ()), *(() if n else replaced)))
        note = head.note if head else None
        found.append(new_version(loaded, step.after, Agreed(step.on, people, note, settings.today, tuple(names)))[:2])
    return found[::-1]


def _since(on: date) -> str:
    return f"from {say_date(on)} on"


def _told(agreement: Agreement, found: dict[str, Ended], on: date, person: str | None) -> str:
    over = [_called(agreement, e.before) for e in found.values() if e.is_over]
    fewer = [_called(agreement, e.before) for e in found.values() if not e.is_over and len(e.before.who) > 1]
    lines = []
    if over:
        lines.append(f"What ends before {say_date(on)}: {listed(over)}.")
    if fewer and person:
        lines.append(f"What goes on without {agreement.name(person)} {_since(on)}: {listed(fewer)}.")
    less = [_called(agreement, e.before) for e in found.values() if not e.is_over and len(e.before.who) == 1]
    if less:
        lines.append(f"What stays, without the others in it: {listed(less)}.")
    own = [r for p, r in agreement.rituals.items() if len(r.who) == 1 and p not in found and r.program not in found]
    if own:
        lines.append(f"What stays as it is: {listed(named(agreement, r) for r in own)}.")
    return "\n".join(lines)


def _called(agreement: Agreement, one: Ritual | Program) -> str:
    return named(agreement, one) if isinstance(one, Ritual) else one.title


def _offers(loaded: Loaded) -> None:
    click.echo(follow(loaded.path))
    click.echo(f"`planner remove{named_file(loaded.path)}` takes all of it out of a connected calendar.")
    click.echo(f"For a copy of your own to go on with: planner init --from {quote(loaded.path)} mine.toml")
