"""`planner prompts`: what to talk about on a day."""

from __future__ import annotations

import shutil
from datetime import date

import click

from planner.cli.common import PROBLEMS, USAGE, Day, Settings, Stop, file_argument, load, settings_of, shelf
from planner.edit_pieces import NotPossible
from planner.prompts import Collection, read_collection, with_own


@click.command("prompts")
@click.option("--for", "ritual", metavar="RITUAL", help="What this ritual has to talk about, on its next date.")
@click.option("--on", type=Day(), help="The day (default: today).")
@file_argument
@settings_of
def prompts_command(settings: Settings, *, ritual: str | None, on: date | None, file: str | None) -> None:
    """Show the prompts of the day, or those of one ritual. They are the same on every machine.

    \b
    Example:
      planner prompts
      planner prompts --for shared_evenings.friday --on 2027-02-19
    """
    from planner.edit_pieces import find_ritual
    from planner.views.prompts import prompts_of_day, prompts_of_ritual

    loaded = load(file)
    agreement = loaded.agreement
    own = {one.name: one for one in agreement.own_prompts}
    collections: dict[str, Collection] = {}
    there = shelf("prompts")
    for name in dict.fromkeys((*there, *own)):
        collection, trouble = read_collection(name, there[name], agreement.language) if name in there else (None, "")
        if trouble:
            raise Stop(f'planner: the prompts "{name}" are not clear yet: {trouble}', PROBLEMS)
        if merged := with_own(collection, own.get(name), name):
            collections[name] = merged
    day = on or settings.today
    width = min(shutil.get_terminal_size((80, 24)).columns, 100)
    if ritual is None:
        click.echo(prompts_of_day(loaded.history, collections, day, width))
        return
    try:
        chosen = find_ritual(agreement, ritual)
    except NotPossible as e:
        raise Stop(f"planner: {e}", USAGE) from e
    text = prompts_of_ritual(loaded.history, chosen, collections, day, width)
    if text is None:
        raise Stop(f'planner: "{chosen.title}" is not on {day} or later', PROBLEMS)
    click.echo(text)
