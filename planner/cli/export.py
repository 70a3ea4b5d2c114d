"""`planner export`: calendar files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import click

from planner.agreement import Agreement
from planner.cli.agreed import say_unagreed
from planner.cli.common import (
    REFUSED,
    USAGE,
    Loaded,
    Settings,
    Stop,
    file_argument,
    known_audience,
    load,
    seen_by,
    settings_of,
)
from planner.compiler import compile_versions
from planner.files import FileTroubleError, make_folder, text_of, write_whole
from planner.ics import NotOurs, calendar_text, read_earlier
from planner.series import EVERYONE


@click.command("export")
@click.option("--for", "audience", metavar="PERSON|everyone|all", help="Whose calendar (default: all of them).")
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="A folder; or a file or - with one --for (default: calendars/ beside the file).",
)
@file_argument
@settings_of
def export_command(settings: Settings, *, audience: str | None, output: str | None, file: str | None) -> None:
    """Write one calendar file (.ics) a person, and everyone.ics, with what each may see.

    Exporting again over the same files changes only what has changed.

    \b
    Example:
      planner export
      planner export --for ana -o ana.ics
    """
    loaded = load(file)
    audience = None if audience == "all" else known_audience(loaded, audience)
    if audience is None and output is not None and (output == "-" or output.endswith(".ics")):
        raise Stop(f"planner: -o {output} takes one calendar; say whose with --for, or name a folder", USAGE)
    if output == "-":
        who = audience or EVERYONE
        made = _made(loaded, who, settings, None)
        _say_past(loaded, settings, {who: made})
        click.echo(made.text, nl=False)
        say_unagreed(loaded, settings)
        return
    written = write_calendars(loaded, audience, output, settings)
    width = max(len(path) for path, _ in written)
    for path, what in written:
        click.echo(f"{path:<{width}}  {what}")
    say_unagreed(loaded, settings)


class _Made(NamedTuple):
    """A calendar file: what it says now, whether that is new, how it is told, and whose past is new in it."""

    text: str
    is_new: bool
    told: str
    past: Mapping[str, date]


def write_calendars(
    loaded: Loaded, audience: str | None, output: str | None, settings: Settings
) -> list[tuple[str, str]]:
    """Write the calendar files, all or as one audience's; each path, and what that meant, in words.

    Before anything is written, it is said whose past others see by it for the first time.
    """
    try:
        targets = _targets(loaded, audience, output)
        made = {who: _made(loaded, who, settings, path) for who, path in targets.items()}
        _say_past(loaded, settings, {who: one for who, one in made.items() if one.is_new})
        for who, path in targets.items():
            if made[who].is_new:
                make_folder(os.path.dirname(path) or ".")
                write_whole(path, made[who].text.encode())
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    return [(path, made[who].told) for who, path in targets.items()]


def _say_past(loaded: Loaded, settings: Settings, made: Mapping[str, _Made]) -> None:
    """Say on standard error whose past these calendars show to people who saw less of it, or nothing."""
    if not loaded.history.versions and not any(one.past for one in made.values()):
        return
    from planner.revealing import revealed_since_agreed, say_shown_newly  # most exports show nothing past

    rituals = loaded.agreement.rituals
    opened = revealed_since_agreed(loaded.history, settings.today)
    said = [words for path, words in opened.items() if any(who not in rituals[path].who for who in made)]
    newly = {f"{who}.ics": {p: d for p, d in one.past.items() if p not in opened} for who, one in made.items()}
    for words in (*said, *say_shown_newly(loaded.agreement, newly)):
        click.echo(f"{words}.", err=True)


def _targets(loaded: Loaded, audience: str | None, output: str | None) -> dict[str, str]:
    """The file of each audience."""
    if audience is not None and output is not None and output.endswith(".ics") and not os.path.isdir(output):
        return {audience: output}
    folder = output if output is not None else os.path.join(os.path.dirname(loaded.path), "calendars")
    audiences = [audience] if audience else [*loaded.agreement.people, EVERYONE]
    return {who: os.path.join(folder, f"{who}.ics") for who in audiences}


def _made(loaded: Loaded, audience: str, settings: Settings, path: str | None) -> _Made:
    """An audience's calendar, as it follows what is in `path`."""
    before = text_of(path) if path else None
    history = seen_by(loaded, audience)
    agreement = history.current
    try:
        earlier = read_earlier(before, agreement.id) if before else {}
    except NotOurs as e:
        raise Stop(
            f"planner: {path} was not written for this agreement: {e}. It stays as it is; choose another place "
            "with -o, or move that file away",
            REFUSED,
        ) from e
    series = compile_versions(history, audience)
    text = calendar_text(
        series,
        name=_name(agreement, audience),
        color=_color(agreement, audience),
        first_year=agreement.starts.year,
        home=agreement.timezone,
        now=settings.now,
        earlier=earlier,
    )
    number = text.count("BEGIN:VEVENT") - text.count("\r\nRECURRENCE-ID")
    things = f"{number} series" if number else "nothing in it yet"
    told = "new" if before is None else "unchanged" if text == before else "updated"
    past: Mapping[str, date] = {}
    if before is not None and text != before:
        from planner.revealing import shown_newly

        past = shown_newly(agreement, audience, series, earlier, settings.today)
    return _Made(text, text != before, f"{things}, {told}", past)


def _name(agreement: Agreement, audience: str) -> str:
    return agreement.title if audience == EVERYONE else f"{agreement.title} · {agreement.people[audience].name}"


def _color(agreement: Agreement, audience: str) -> str | None:
    person = agreement.people.get(audience)
    return agreement.colors.get(audience) or (person.color if person else None)
