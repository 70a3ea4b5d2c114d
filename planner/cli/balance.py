"""`planner balance`: planned hours, a person and a kind."""

from __future__ import annotations

from datetime import date, timedelta

import click

from planner.balance import hopes, planned, quiet_words, week_of
from planner.cli.agreed import hint_unagreed
from planner.cli.common import USAGE, Day, Settings, Stop, file_argument, load, settings_of


@click.command("balance")
@click.option("--from", "first", type=Day(), help="The first day (default: that of this week).")
@click.option("--to", "end", type=Day(), help="The day after the last one (default: four weeks later).")
@click.option("--json", "as_json", is_flag=True, help="The answer for a script.")
@file_argument
@settings_of
def balance_command(
    settings: Settings, *, first: date | None, end: date | None, as_json: bool, file: str | None
) -> None:
    """Show the planned hours of each: own, together, with friends, hosting, covering.

    \b
    Example:
      planner balance
      planner balance --from 2027-02-01 --to 2027-03-01
    """
    from planner.views.balance import balance_json, balance_text

    loaded = load(file)
    agreement, history = loaded.agreement, loaded.history
    start = first or week_of(agreement, settings.today)
    stop = end or start + timedelta(days=28)
    if stop <= start:
        raise Stop(f"planner: --to {stop} is not after the first day, {start}", USAGE)
    if (stop - start).days > 366 * 5:
        raise Stop("planner: five years are the most; give an earlier --to", USAGE)
    there, hoped = planned(history, start, stop), hopes(history, start, stop)
    if as_json:
        click.echo(balance_json(there, hoped, start, stop))
        return
    quiet = [word for word in quiet_words(history, start) if word[0] not in agreement.quiet]
    click.echo(balance_text(agreement, there, hoped, quiet, start, stop))
    hint_unagreed(loaded, settings)
