"""`planner show`: the agreement in plain sentences."""

from __future__ import annotations

import shutil
from datetime import date

import click

from planner.cli.agreed import hint_unagreed, say_later
from planner.cli.common import PROBLEMS, Day, Settings, Stop, file_argument, load, settings_of


@click.command("show")
@click.option("--as-of", "as_of", type=Day(), help="What holds on this day.")
@file_argument
@settings_of
def show_command(settings: Settings, *, as_of: date | None, file: str | None) -> None:
    """Read the agreement aloud, in plain sentences: what holds today, or on another day.

    \b
    Example:
      planner show
      planner show --as-of 2027-03-01
    """
    from planner.views.sentences import show

    loaded = load(file)
    agreement, day = loaded.agreement, as_of or settings.today
    if as_of and as_of < agreement.starts:
        raise Stop(f"planner: nothing holds on {as_of} yet: the agreement starts on {agreement.starts}", PROBLEMS)
    if loaded.history.versions:
        from planner.history import agreement_on
        from planner.open_time import placed_as_held

        agreement = placed_as_held(loaded.history, agreement_on(loaded.history, day))
    width = min(shutil.get_terminal_size((80, 24)).columns, 100)
    click.echo(show(agreement, today=day, width=width))
    say_later(loaded, day)
    if as_of is None:
        hint_unagreed(loaded, settings)
