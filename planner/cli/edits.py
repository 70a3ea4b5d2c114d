"""The commands that write the agreement's file: add, revise, skip, move, place, pause, resume.

Each edits the text, reads the result again, and writes it only where it has no errors; one change is one changed line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import click

from planner.cli.agreed import follow, meaning
from planner.cli.assigning import assignments
from planner.cli.common import (
    PROBLEMS,
    REFUSED,
    USAGE,
    Day,
    Loaded,
    Settings,
    Stop,
    examine_document,
    load,
    settings_of,
)
from planner.day_words import read_days
from planner.document import EditError
from planner.edit_dates import move, skip, unskip
from planner.edit_open import place, take_back
from planner.edit_pauses import pause, pause_yearly, resume
from planner.edit_pieces import Edit, NotPossible, NotUnderstood, find_ritual
from planner.edits import add_ritual, needs_new_key, revise
from planner.files import FileTroubleError, write_whole
from planner.problems import ERROR, Problem
from planner.saying import listed, say_date
from planner.words import MONTHS, Unclear, YearDays, plain_words

_FILE = click.option("-f", "--file", "file_option", type=click.Path(), help="The agreement (default: agreement.toml).")


def _with_file(words: tuple[str, ...], file: str | None, *, keys: bool = False) -> tuple[list[str], str | None]:
    """The words without a trailing FILE, and the file. Among `keys` it has a dot or a slash in its name."""
    rest = list(words)
    last = rest[-1] if rest and file is None and "=" not in rest[-1] else ""
    if last.endswith(".toml") or (os.path.isfile(last) and (not keys or os.sep in last)):
        return rest[:-1], last
    return rest, file


def _edit(file: str | None, make: Callable[[Loaded], Edit], touched: Iterable[date] = ()) -> None:
    """Load, edit, read again, write; say what changed, and which of the touched days are over."""
    settings = click.get_current_context().find_object(Settings) or Settings(None, None)
    before = load(file)
    made: list[Edit] = []

    def kept(loaded: Loaded) -> Edit:
        made.append(make(loaded))
        return made[-1]

    after, told = edited(before, kept)
    click.echo("\n".join(told))
    if after is not before:
        if over := sorted({day for day in touched if day < settings.today}):
            click.echo(said_of_past(over, bool(after.history.versions)))
        from planner.revealing import revealed

        for words in revealed(before.agreement, after.agreement, settings.today).values():
            click.echo(f"{words}.")
        if after.agreement.programs:
            from planner.checks_programs import reviews_lost  # few agreements have programmes

            for words in reviews_lost(before.agreement, after.agreement, settings.today):
                click.echo(words)
        means = meaning(before, after, settings, at_once=made[-1].at_once)
        for line in means:
            click.echo(line)
        if means or made[-1].at_once:
            click.echo(follow(file))


def said_of_past(days: list[date], is_agreed: bool) -> str:
    """What it means that single dates which change are over: calendars follow the file, and what is agreed stays."""
    said = f"{say_date(days[0])} is over" if len(days) == 1 else f"{listed(map(say_date, days))} are over"
    those = "that day" if len(days) == 1 else "those days"
    stays = "; what you agreed stays as it was" if is_agreed else ""
    return f"{said}. Single dates hold at once, so calendars change {those} too{stays}."


def edited(loaded: Loaded, make: Callable[[Loaded], Edit]) -> tuple[Loaded, list[str]]:
    """The agreement after an edit that was written (or the same, where nothing changes), and what changed, told."""
    settings = click.get_current_context().find_object(Settings) or Settings(None, None)
    try:
        edit = make(loaded)
    except NotPossible as e:
        raise Stop(f"planner: {e}", USAGE if isinstance(e, NotUnderstood) else REFUSED) from e
    except EditError as e:
        raise Stop(f"planner: this file is laid out so that the change has to be made by hand ({e})", REFUSED) from e
    data = edit.document.encode()
    if data == loaded.raw:
        return loaded, edit.told(loaded.agreement)
    checked = examine_document(loaded.path, data, edit.document)
    if isinstance(checked, list):
        raise Stop(_would_be_wrong(checked), PROBLEMS)
    told = edit.told(checked.agreement)
    checked, more = turns_kept(loaded, checked, settings.today)
    told += more
    try:
        write_whole(loaded.path, checked.raw, expected=loaded.raw)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    return checked, told


def turns_kept(before: Loaded, after: Loaded, today: date) -> tuple[Loaded, list[str]]:
    """The agreement after an edit with the turns of days that are over as they were, and what comes next, told."""
    if not any(ritual.turn_waits for ritual in after.agreement.rituals.values()):
        return after, []
    from planner.edit_turns import keep_turns, told_turns  # few agreements have turns that wait

    try:
        document, kept = keep_turns(after.document, before.history, after.history, today)
    except (EditError, NotPossible) as e:
        raise Stop(f"planner: this file is laid out so that the change has to be made by hand ({e})", REFUSED) from e
    if document is not after.document:
        checked = examine_document(after.path, document.encode(), document)
        if isinstance(checked, list):
            raise Stop(_would_be_wrong(checked), PROBLEMS)
        after = checked
    return after, [*kept, *told_turns(before.history, after.history, today)]


def _would_be_wrong(problems: list[Problem]) -> str:
    first = "planner: nothing was written, for with this change there would be something to mend "
    lines = [f"{first}(the places are those in the changed text):"]
    lines += [str(p) for p in problems if p.severity == ERROR]
    stale = sorted({p.path.rpartition(".")[2] for p in problems if p.code in ("skip-nothing", "changes-nothing")})
    if stale:
        lines.append(
            f"planner: where such dates are over and done with, {' '.join(f'{k}=' for k in stale)} takes them out"
        )
    return "\n".join(lines)


# ── commands ─────────────────────────────────────────────────────────


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
    try:
        needs_new_key(key)
    except NotUnderstood as e:
        raise Stop(f"planner: {e}", USAGE) from e
    if not rest:
        example = "template=four-weeks starts=2027-01-04" if key.startswith("programs.") else "on=friday at=19:00-21:00"
        raise Stop(f"planner: say what it is, such as: planner add {key} {example}", USAGE)
    assigned = assignments(rest)
    _edit(file, lambda loaded: add_ritual(loaded.document, loaded.agreement, key, assigned))


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
    if not rest:
        raise Stop(f"planner: say what changes, such as: planner revise {key} at=19:00-21:30", USAGE)
    assigned = assignments(rest)
    _edit(file, lambda loaded: revise(loaded.document, loaded.agreement, key, assigned))


def _days(words: list[str]) -> list[date]:
    return [Day().convert(word, None, None) for word in words]


@click.command("skip")
@click.argument("key", metavar="KEY")
@click.argument("words", nargs=-1, metavar="DATE... [FILE]")
@click.option("--undo", is_flag=True, help="Take it back: they happen after all.")
@_FILE
def skip_command(*, key: str, words: tuple[str, ...], undo: bool, file_option: str | None) -> None:
    """Leave out single dates of a ritual, or take that back.

    \b
    Example:
      planner skip me_blocks.pottery 2027-02-17 2027-02-24
      planner skip me_blocks.pottery 2027-02-17 --undo
    """
    rest, file = _with_file(words, file_option)
    dates = _days(rest)
    if not dates:
        raise Stop(f"planner: say which date is left out, such as: planner skip {key} 2027-02-17", USAGE)
    make = unskip if undo else skip
    _edit(file, lambda loaded: make(loaded.document, loaded.agreement, key, dates, loaded.history), dates)


@click.command("move")
@click.argument("key", metavar="KEY")
@click.argument("day", metavar="DATE", type=Day())
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--to", type=Day(), help="The new day (default: the day it has now; its own day takes a move back).")
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
    if file and file_option:
        raise Stop(f"planner: {file} and -f {file_option} say two files; name one", USAGE)
    if to is None and at is None:
        raise Stop("planner: say where it moves: --to DATE, or --at TIME, or both", USAGE)
    _edit(
        file_option or file,
        lambda loaded: move(loaded.document, loaded.agreement, key, day, to, at, loaded.history),
        [day, *([to] if to else [])],
    )


@click.command("place")
@click.argument("key", metavar="KEY")
@click.argument("words", nargs=-1, metavar="DATE... [FILE]")
@click.option("--at", help='When it begins, "18:00", or from when to when, "18:00-19:30".')
@click.option("--for", "length", metavar="LENGTH", help="Another length than it always has.")
@click.option("--where", help="The place, where it differs.")
@click.option("--note", help="A word for this one.")
@click.option("--undo", is_flag=True, help="Take it back: it is still to place again.")
@_FILE
def place_command(
    *,
    key: str,
    words: tuple[str, ...],
    at: str | None,
    length: str | None,
    where: str | None,
    note: str | None,
    undo: bool,
    file_option: str | None,
) -> None:
    """Give time whose day is open its day, or take that back.

    \b
    Example:
      planner place me_blocks.running 2027-01-07 --at 18:00
      planner place me_blocks.running 2027-01-07 --undo
    """
    rest, file = _with_file(words, file_option)
    dates = _days(rest)
    if not dates:
        raise Stop(f"planner: say on which day, such as: planner place {key} 2027-01-07 --at 18:00", USAGE)
    for name, value in (("--for", length), ("--where", where), ("--note", note)):
        if undo and value:
            raise Stop(f"planner: --undo takes back what is placed; leave {name} out", USAGE)

    def make(loaded: Loaded) -> Edit:
        ritual = find_ritual(loaded.agreement, key)
        if undo:
            return take_back(loaded.document, ritual, dates, at, loaded.history)
        return place(loaded.document, ritual, dates, at, length, loaded.history, where=where, note=note)

    _edit(file, make, dates)


class _PauseDay(Day):
    """A date, or (a text) a day of the year such as "20 december", for what comes every year."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The date, the day of the year as the file has it, or a usage error."""
        plain = plain_words(value) if isinstance(value, str) else ""
        if not any(name[:3] in plain for name in MONTHS):
            return super().convert(value, param, ctx)
        try:
            days = read_days(plain)
        except Unclear as e:
            self.fail(str(e), param, ctx)
        if not isinstance(days, YearDays) or not days.of_year[0].day:
            self.fail(f'"{value}" is no day of the year such as "20 december"', param, ctx)
        return plain


@click.command("pause")
@click.argument("words", nargs=-1, metavar="KEY... [FILE]")
@click.option("--all", "everything", is_flag=True, help="Rest from everything.")
@click.option("--from", "starts", type=_PauseDay(), help="The first day (default: today).")
@click.option("--until", type=_PauseDay(), help='The last day, included; "6 january" for every year.')
@click.option("--who", multiple=True, metavar="PERSON", help="Only what this person takes part in.")
@click.option("--note", help="A word for yourselves; no calendar shows it.")
@_FILE
@settings_of
def pause_command(
    settings: Settings,
    *,
    words: tuple[str, ...],
    everything: bool,
    starts: date | str | None,
    until: date | str | None,
    who: tuple[str, ...],
    note: str | None,
    file_option: str | None,
) -> None:
    """Rest from some rituals, or from all of them, for a while. Nobody needs a reason.

    \b
    Example:
      planner pause --all --from 2027-03-08 --until 2027-03-14
      planner pause me_blocks.pottery --until 2027-02-28
      planner pause --all --from "20 december" --until "6 january"
    """
    keys, file = _with_file(words, file_option, keys=True)
    first = starts or settings.today
    _needs_what(keys, everything=everything, what="what rests")
    if isinstance(first, str) and until is None:
        raise Stop('planner: say how long, every year: --until "6 january", the last day of the pause', USAGE)
    if isinstance(first, str) and isinstance(until, str):
        ends = (first, until)
        _edit(
            file,
            lambda loaded: pause_yearly(loaded.document, loaded.agreement, keys, who=who, ends=ends, note=note or None),
        )
        return
    if isinstance(first, str) or isinstance(until, str):
        raise Stop(
            "planner: a pause has two dates, or comes every year from one day of the year to another: "
            '--from "20 december" --until "6 january"',
            USAGE,
        )
    if until is None:
        raise Stop("planner: say how long: --until DATE, the last day of the pause", USAGE)
    if until < first:
        raise Stop(f"planner: --until {until} lies before the first day, {first}", USAGE)
    _edit(
        file,
        lambda loaded: pause(
            loaded.document, loaded.agreement, keys, who=who, starts=first, until=until, note=note or None
        ),
        [first],
    )


@click.command("resume")
@click.argument("words", nargs=-1, metavar="KEY... [FILE]")
@click.option("--all", "everything", is_flag=True, help="Everything goes on.")
@click.option("--from", "on", type=Day(), help="The first day on which it goes on (default: today).")
@_FILE
@settings_of
def resume_command(
    settings: Settings, *, words: tuple[str, ...], everything: bool, on: date | None, file_option: str | None
) -> None:
    """End a pause, for some rituals or for all of them: the one that lasts now, else the next. Later ones stay.

    \b
    Example:
      planner resume --all
      planner resume me_blocks.pottery --from 2027-02-20
    """
    keys, file = _with_file(words, file_option, keys=True)
    _needs_what(keys, everything=everything, what="what goes on")
    _edit(file, lambda loaded: resume(loaded.document, loaded.agreement, keys, on or settings.today))


def _needs_what(keys: list[str], *, everything: bool, what: str) -> None:
    if everything and keys:
        raise Stop(f"planner: --all and {keys[0]} say two things; give one of them", USAGE)
    if not everything and not keys:
        raise Stop(f"planner: say {what}: the KEY of a ritual, a table such as me_blocks, or --all", USAGE)
