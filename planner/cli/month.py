"""`planner month`: a month as a grid."""

from __future__ import annotations

import os
import re
import shutil
import sys
from datetime import date

import click

from planner.agreement import FIRST_YEAR, LAST_YEAR
from planner.cli.agreed import held_in, hint_unagreed, known_holidays, say_to_place
from planner.cli.clocks import zones_beside
from planner.cli.common import USAGE, Settings, Stop, known_audience, load, seen_by, settings_of
from planner.compiler import compile_versions
from planner.recurrence import ONE_DAY, month_length
from planner.timeline import occurrences


@click.command("month")
@click.option("--for", "audience", metavar="PERSON|everyone", help="What this person's calendar shows.")
@click.option("--zone", "zones", multiple=True, metavar="ZONE", help="Times by these clocks too, or those of a person.")
@click.option("--plain", is_flag=True, help="Plain lines, for a screen reader.")
@click.argument("month", metavar="[YYYY-MM]", required=False)
@click.argument("file", required=False)
@click.pass_context
@settings_of
def month_command(
    settings: Settings,
    ctx: click.Context,
    *,
    audience: str | None,
    zones: tuple[str, ...],
    plain: bool,
    month: str | None,
    file: str | None,
) -> None:
    """Show a month as a grid (default: this month).

    \b
    Example:
      planner month
      planner month 2027-01 --for ana
    """
    from planner.views.month import LOOK_BACK, month_grid, month_window, plain_month

    if month is not None and file is None and not re.fullmatch(r"\d{4}-\d{1,2}", month):
        month, file = None, month
    year, number = settings.today.year, settings.today.month
    if month is not None:
        match = re.fullmatch(r"(\d{4})-(\d{1,2})", month)
        if not match or not 1 <= int(match[2]) <= 12 or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            raise Stop(f'planner: "{month}" is no month; write it like 2027-01', USAGE)
        year, number = int(match[1]), int(match[2])
    loaded = load(file)
    audience = known_audience(loaded, audience)
    history = seen_by(loaded, audience)
    first, end = month_window(loaded.agreement, year, number)
    found = occurrences(compile_versions(history, audience), first, end)
    agreement = held_in(history, found, first + LOOK_BACK, end)
    named = known_holidays(agreement, "month")
    start = date(year, number, 1)
    stop = date(year, number, month_length(year, number)) + ONE_DAY
    clocks = zones_beside(agreement, zones)
    if plain:
        click.echo(plain_month(agreement, found, year, number, today=settings.today, zones=clocks, holidays=named))
        say_to_place(history, audience, start, stop, settings, month=True)
        hint_unagreed(loaded, settings)
        return
    color = ctx.color is not False and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    width = shutil.get_terminal_size((80, 24)).columns
    grid = month_grid(
        agreement,
        found,
        year,
        number,
        today=settings.today,
        width=width,
        color=color,
        holidays=named,
        zones=clocks,
    )
    click.echo(grid)
    say_to_place(history, audience, start, stop, settings, month=True)
    hint_unagreed(loaded, settings)
