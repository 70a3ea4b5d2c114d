"""`planner agenda`: what happens, day by day."""

from __future__ import annotations

import sys
from datetime import date, timedelta

import click

from planner.cli.agreed import as_drafted, held_in, hint_unagreed, say_to_place
from planner.cli.common import USAGE, Day, Settings, Stop, file_argument, known_audience, load, seen_by, settings_of
from planner.compiler import compile_versions
from planner.timeline import occurrences


@click.command("agenda")
@click.option("--from", "first", type=Day(), help="The first day (default: today).")
@click.option("--days", type=click.IntRange(1, 3660), help="How many days (default: 7).")
@click.option("--to", "end", type=Day(), help="The day before which it ends.")
@click.option("--for", "audience", metavar="PERSON|everyone", help="What this person's calendar shows.")
@click.option("--draft", is_flag=True, help="As if the file were agreed as it stands, from tomorrow on.")
@click.option("--zone", "zones", multiple=True, metavar="ZONE", help="Times by these clocks too, or those of a person.")
@click.option("--plain", is_flag=True, help="Plain lines, for a screen reader.")
@click.option("--json", "as_json", is_flag=True, help="The answer for a script.")
@file_argument
@settings_of
def agenda_command(
    settings: Settings,
    *,
    first: date | None,
    days: int | None,
    end: date | None,
    audience: str | None,
    draft: bool,
    zones: tuple[str, ...],
    plain: bool,
    as_json: bool,
    file: str | None,
) -> None:
    """Say what happens, day by day: the whole file, or what one person's calendar shows.

    \b
    Example:
      planner agenda
      planner agenda --from 2027-01-04 --days 14 --for ana
      planner agenda --zone ben
    """
    if days is not None and end is not None:
        raise Stop("planner: --days and --to say two ends; give one of them", USAGE)
    loaded = load(file)
    audience = known_audience(loaded, audience)
    first = first or settings.today
    end = end or first + timedelta(days=days or 7)
    if end < first:
        raise Stop(f"planner: --to {end} lies before --from {first}; it is the day after the last one shown", USAGE)
    history = seen_by(loaded, audience)
    history = as_drafted(history, settings) if draft else history
    found = occurrences(compile_versions(history, audience), first, end)
    if as_json:
        from planner.views.agenda import agenda_json

        click.echo(agenda_json(found))
    else:
        agreement = held_in(history, found, first, end)
        clocks, width = [], None
        if zones or sys.stdout.isatty():
            from planner.cli.clocks import terminal_width, zones_beside  # a script does not wait for it

            clocks, width = zones_beside(agreement, zones), terminal_width()
        if plain:
            from planner.views.agenda import nothing_planned
            from planner.views.plain import plain_days

            text = plain_days(agreement, found, first, end, today=settings.today if found else None, zones=clocks)
            click.echo(text or nothing_planned(first, end))
        else:
            from planner.views.agenda import agenda_text

            today = settings.today
            click.echo(
                agenda_text(agreement, found, first, end, style=click.style, today=today, zones=clocks, width=width)
            )
        say_to_place(history, audience, first, end, settings)
        if not draft:
            hint_unagreed(loaded, settings)
