"""`planner export`: calendar files."""

from __future__ import annotations

import os

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
        click.echo(_text(loaded, audience or EVERYONE, settings, None), nl=False)
        say_unagreed(loaded, settings)
        return
    written = write_calendars(loaded, audience, output, settings)
    width = max(len(path) for path, _ in written)
    for path, what in written:
        click.echo(f"{path:<{width}}  {what}")
    say_unagreed(loaded, settings)


def write_calendars(
    loaded: Loaded, audience: str | None, output: str | None, settings: Settings
) -> list[tuple[str, str]]:
    """Write the calendar files, all or as one audience's; each path, and what that meant, in words."""
    try:
        targets = _targets(loaded, audience, output)
        written = [(path, _checked(loaded, who, settings, path)) for who, path in targets.items()]
        for path, (text, _) in written:
            if text is not None:
                make_folder(os.path.dirname(path) or ".")
                write_whole(path, text.encode())
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    return [(path, what) for path, (_, what) in written]


def _targets(loaded: Loaded, audience: str | None, output: str | None) -> dict[str, str]:
    """The file of each audience."""
    if audience is not None and output is not None and output.endswith(".ics") and not os.path.isdir(output):
        return {audience: output}
    folder = output if output is not None else os.path.join(os.path.dirname(loaded.path), "calendars")
    audiences = [audience] if audience else [*loaded.agreement.people, EVERYONE]
    return {who: os.path.join(folder, f"{who}.ics") for who in audiences}


def _checked(loaded: Loaded, audience: str, settings: Settings, path: str) -> tuple[str | None, str]:
    """The text to write, None where it is there already; and what it means, in words."""
    before = text_of(path)
    text = _text(loaded, audience, settings, before, path)
    events = text.count("\r\nRECURRENCE-ID")
    number = text.count("BEGIN:VEVENT") - events
    things = f"{number} series" if number else "nothing in it yet"
    if before is None:
        return text, f"{things}, new"
    return (None, f"{things}, unchanged") if text == before else (text, f"{things}, updated")


def _text(loaded: Loaded, audience: str, settings: Settings, before: str | None, path: str | None = None) -> str:
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
    return calendar_text(
        compile_versions(history, audience),
        name=_name(agreement, audience),
        color=_color(agreement, audience),
        first_year=agreement.starts.year,
        home=agreement.timezone,
        now=settings.now,
        earlier=earlier,
    )


def _name(agreement: Agreement, audience: str) -> str:
    return agreement.title if audience == EVERYONE else f"{agreement.title} · {agreement.people[audience].name}"


def _color(agreement: Agreement, audience: str) -> str | None:
    person = agreement.people.get(audience)
    return agreement.colors.get(audience) or (person.color if person else None)
