"""The commands that write the agreement's file: add, revise, skip, move, pause, resume.

Each edits the text, reads the result again, and writes it only where it has no errors; one change is one changed line.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date

import click

from planner.cli.common import (
    REFUSED,
    USAGE,
    Day,
    Loaded,
    Settings,
    Stop,
    examine_document,
    load,
    refuse_problems,
    settings_of,
)
from planner.document import EditError
from planner.edits import Edit, NotPossible, add_ritual, move, pause, resume, revise, skip
from planner.files import FileTroubleError, write_whole

_FILE = click.option("-f", "--file", "file_option", type=click.Path(), help="The agreement (default: agreement.toml).")


def _with_file(words: tuple[str, ...], file: str | None) -> tuple[list[str], str | None]:
    """The words without a trailing FILE, and the file."""
    rest = list(words)
    if file is None and rest and (rest[-1].endswith(".toml") or ("=" not in rest[-1] and os.path.isfile(rest[-1]))):
        file = rest.pop()
    return rest, file


def _edit(file: str | None, make: Callable[[Loaded], Edit]) -> None:
    """Load, edit, read again, write; say what changed."""
    loaded = load(file)
    try:
        edit = make(loaded)
    except NotPossible as e:
        raise Stop(f"planner: {e}", USAGE if e.unknown else REFUSED) from e
    except EditError as e:
        raise Stop(
            f"planner: this cannot be written without touching more of the file: {e}; edit it by hand",
            REFUSED,
        ) from e
    data = edit.document.encode()
    if data != loaded.raw:
        checked = examine_document(loaded.path, data, edit.document)
        if isinstance(checked, list):
            click.echo(
                "planner: with this change the agreement would have problems, so nothing was written:",
                err=True,
            )
            refuse_problems(checked)
        try:
            write_whole(loaded.path, data, expected=loaded.raw)
        except FileTroubleError as e:
            raise Stop(f"planner: {e}", REFUSED) from e
    for sentence in edit.sentences:
        click.echo(sentence)


@click.command("add")
@click.argument("key", metavar="TABLE.KEY")
@click.argument("words", nargs=-1, metavar="name=value... [FILE]")
@_FILE
def add_command(*, key: str, words: tuple[str, ...], file_option: str | None) -> None:
    """Write a new ritual into the file.

    \b
    Example:
      planner add me_blocks.run who=ana on=saturday at=8:00-9:00 title="Morning run"
    """
    rest, file = _with_file(words, file_option)
    _edit(file, lambda loaded: add_ritual(loaded.document, loaded.agreement, key, rest))


@click.command("revise")
@click.argument("key", metavar="KEY")
@click.argument("words", nargs=-1, metavar="name=value... [FILE]")
@_FILE
def revise_command(*, key: str, words: tuple[str, ...], file_option: str | None) -> None:
    """Change something in the file; comments and layout of all else stay. An empty value takes a key out.

    \b
    Example:
      planner revise me_blocks.pottery on=thursday at=19:00-21:30
      planner revise me_blocks.pottery where=
    """
    rest, file = _with_file(words, file_option)
    _edit(file, lambda loaded: revise(loaded.document, loaded.agreement, key, rest))


def _days(words: list[str]) -> list[date]:
    return [Day().convert(word, None, None) for word in words]


@click.command("skip")
@click.argument("key", metavar="KEY")
@click.argument("words", nargs=-1, required=True, metavar="DATE... [FILE]")
@_FILE
def skip_command(*, key: str, words: tuple[str, ...], file_option: str | None) -> None:
    """Leave out single dates of a ritual.

    \b
    Example:
      planner skip me_blocks.pottery 2027-02-17 2027-02-24
    """
    rest, file = _with_file(words, file_option)
    dates = _days(rest)
    if not dates:
        raise Stop("planner: say which date is left out, such as 2027-02-17", USAGE)
    _edit(file, lambda loaded: skip(loaded.document, loaded.agreement, key, dates))


@click.command("move")
@click.argument("key", metavar="KEY")
@click.argument("day", metavar="DATE", type=Day())
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--to", type=Day(), help="The new day (default: the same day, with another --at).")
@click.option("--at", help='Another time, "18:00" or "18:00-20:00".')
@_FILE
def move_command(
    *, key: str, day: date, file: str | None, to: date | None, at: str | None, file_option: str | None
) -> None:
    """Move one occurrence to another day or time; the others stay.

    \b
    Example:
      planner move me_blocks.pottery 2027-02-17 --to 2027-02-18 --at 18:00
    """
    if to is None and at is None:
        raise Stop("planner: say where it moves: --to DATE, or --at TIME, or both", USAGE)
    _edit(file_option or file, lambda loaded: move(loaded.document, loaded.agreement, key, day, to or day, at))


@click.command("pause")
@click.argument("words", nargs=-1, metavar="KEY... [FILE]")
@click.option("--all", "everything", is_flag=True, help="Rest from everything.")
@click.option("--from", "starts", type=Day(), help="The first day (default: today).")
@click.option("--until", type=Day(), help="The last day, included.")
@click.option("--who", multiple=True, metavar="PERSON", help="Only what this person takes part in.")
@click.option("--note", help="A word for yourselves; no calendar shows it.")
@_FILE
@settings_of
def pause_command(
    settings: Settings,
    *,
    words: tuple[str, ...],
    everything: bool,
    starts: date | None,
    until: date | None,
    who: tuple[str, ...],
    note: str | None,
    file_option: str | None,
) -> None:
    """Rest from some rituals, or from all of them, for a while. Nobody needs a reason.

    \b
    Example:
      planner pause --all --from 2027-03-08 --until 2027-03-14
      planner pause me_blocks.pottery --until 2027-02-28
    """
    keys, file = _with_file(words, file_option)
    first = starts or settings.today
    if everything == bool(keys):
        raise Stop("planner: say what rests: some KEYs, or --all", USAGE)
    if until is None:
        raise Stop("planner: say how long: --until DATE, the last day of the pause", USAGE)
    if until < first:
        raise Stop(f"planner: --until {until} lies before the first day, {first}", USAGE)

    def make(loaded: Loaded) -> Edit:
        for person in who:
            if person not in loaded.agreement.people:
                from planner.tables import unknown

                raise NotPossible(f'no person "{person}"; {unknown(person, loaded.agreement.people)}', unknown=True)
        return pause(loaded.document, loaded.agreement, keys, who=who, starts=first, until=until, note=note)

    _edit(file, make)


@click.command("resume")
@click.argument("words", nargs=-1, metavar="KEY... [FILE]")
@click.option("--all", "everything", is_flag=True, help="End every pause.")
@click.option("--from", "on", type=Day(), help="The first day on which it goes on (default: today).")
@_FILE
@settings_of
def resume_command(
    settings: Settings, *, words: tuple[str, ...], everything: bool, on: date | None, file_option: str | None
) -> None:
    """End a pause: of some rituals, or of all of them.

    \b
    Example:
      planner resume --all
      planner resume me_blocks.pottery --from 2027-02-20
    """
    keys, file = _with_file(words, file_option)
    if everything == bool(keys):
        raise Stop("planner: say what goes on: some KEYs, or --all", USAGE)
    _edit(file, lambda loaded: resume(loaded.document, loaded.agreement, keys, on or settings.today))
