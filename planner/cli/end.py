"""`planner end`: what is shared ends on a day, by one person's word; own time stays."""

from __future__ import annotations

from datetime import date
from shlex import quote

import click

from planner.agreeing import later_versions
from planner.agreement import Agreed, Agreement, Program, Ritual
from planner.cli.agree import can_ask, known_people
from planner.cli.agreed import keep_version, new_version
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
from planner.ending import Ended, end_in, ended, endings
from planner.files import FileTroubleError, write_whole
from planner.history import agreement_on
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
    agreed = agreement_on(loaded.history, on)
    found = endings(loaded.agreement, on, person)
    holding = endings(agreed, on, person) if loaded.history.versions else {}
    if not found and not holding:
        click.echo(f"Nothing is shared {_since(on)}, so nothing has to end.")
        return
    click.echo(_told(agreed if holding else loaded.agreement, holding or found, on, person))
    try:
        sure = not can_ask() or click.confirm("Shall it be so?", default=False)
    except (click.Abort, KeyboardInterrupt):
        raise Stop("\nplanner: nothing has changed", REFUSED) from None
    if not sure:
        click.echo("Nothing has changed.")
        return
    _carry_out(loaded, settings, on, person, agreed, holding, found)
    click.echo("It is written down. One person's word is enough for this; nobody has to agree.")
    _offers(loaded)


def _carry_out(
    loaded: Loaded,
    settings: Settings,
    on: date,
    person: str | None,
    agreed: Agreement,
    holding: dict[str, Ended],
    found: dict[str, Ended],
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
    if holding:
        replaced = tuple(v.name for v in later_versions(loaded.history, on))
        same = next((v.agreement.agreed for v in reversed(loaded.history.versions) if v.on == on), None)
        replaced = (*same.replaces, *replaced) if same else replaced
        head = Agreed(on, (person,) if person else (), None, settings.today, replaced)
        path, text = new_version(loaded, ended(agreed, holding), head)
        keep_version(loaded, path, text)
    if data != loaded.raw:
        try:
            write_whole(loaded.path, data, expected=loaded.raw)
        except FileTroubleError as e:
            raise Stop(f"planner: {e}", REFUSED) from e


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
    click.echo(click.style("Calendars follow with `planner sync`, or `planner export`.", dim=True))
    click.echo("`planner remove` takes all of it out of a connected calendar.")
    click.echo(f"For a copy of your own to go on with: planner init --from {quote(loaded.path)} mine.toml")
