"""`planner show`: the agreement in plain sentences."""

from __future__ import annotations

import shutil
from datetime import date

import click

from planner.cli.common import PROBLEMS, Day, Settings, Stop, file_argument, load, settings_of


@click.command("show")
@click.option("--as-of", "as_of", type=Day(), help="What holds on this day.")
@file_argument
@settings_of
def show_command(settings: Settings, *, as_of: date | None, file: str | None) -> None:
    """Read the agreement aloud, in plain sentences.

    \b
    Example:
      planner show
    """
    from planner.views.sentences import show

    loaded = load(file)
    agreement = loaded.agreement
    if as_of and as_of < agreement.starts:
        raise Stop(f"nothing holds on {as_of} yet: the agreement starts on {agreement.starts}", PROBLEMS)
    width = min(shutil.get_terminal_size((80, 24)).columns, 100)
    click.echo(show(agreement, today=as_of or settings.today, width=width))
