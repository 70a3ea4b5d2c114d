"""`planner show`: the agreement in plain sentences."""

from __future__ import annotations

from datetime import date

import click

from planner.cli.common import PROBLEMS, Day, Stop, file_argument, load


@click.command("show")
@click.option("--as-of", "as_of", type=Day(), help="What holds on this day.")
@file_argument
def show_command(*, as_of: date | None, file: str | None) -> None:
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
    click.echo(show(agreement))
