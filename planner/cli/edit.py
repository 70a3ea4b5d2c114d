"""`planner edit`: an editor on a copy of the file, which takes the file's place once there is nothing to mend.

The copy lies beside the file and is named after the text it began from, so that an edit that was broken off is found
again, and never laid over a text that has changed since.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NamedTuple

import click

from planner.cli.agreed import meaning
from planner.cli.common import (
    PROBLEMS,
    REFUSED,
    USAGE,
    Loaded,
    Settings,
    Stop,
    agreement_path,
    examine_bytes,
    known_audience,
    load,
    own_path,
    read_own,
    refuse_problems,
    settings_of,
)
from planner.files import (
    FileTroubleError,
    bytes_of,
    names_in,
    private_write,
    read_agreement_file,
    remove_file,
    write_whole,
)
from planner.problems import ERROR, Problem

_NEW = """\
# Time of {name}'s own, which nobody else sees anything of. For example:
#
# [me_blocks.diary]
# title = "An hour with my diary"
# on    = "sunday"
# at    = "08:00-09:00"
"""


class Subject(NamedTuple):
    """What is edited: its path, the text that is there (None for none yet), and what is wrong with a text."""

    path: str
    before: bytes | None
    begin: bytes
    wrong: Callable[[bytes], list[Problem]]


@click.command("edit")
@click.option("--for", "person", metavar="PERSON", help="This person's own file, beside the agreement.")
@click.argument("file", required=False, type=click.Path())
@settings_of
def edit_command(settings: Settings, *, person: str | None, file: str | None) -> None:
    """Open the agreement in your editor ($VISUAL, else $EDITOR), and check it before it is saved.

    You edit a copy. It takes the file's place once nothing is left to mend; until then you go on, or keep the copy for
    later, or throw it away.

    \b
    Example:
      planner edit
      planner edit --for ana
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        instead = "change the file in any editor and run `planner check`, or use `planner revise`"
        raise Stop(f"planner: edit needs a terminal, and there is none here; {instead}", USAGE)
    path = agreement_path(file)
    try:
        if person is not None:
            _edit(_own(load(file), person))
            return
        subject = _agreement(path)
        saved = _edit(subject)
        if saved is not None:
            _say_meaning(path, subject.begin, saved, settings)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e


def _agreement(path: str) -> Subject:
    raw = read_agreement_file(path)
    if isinstance(raw, Problem):
        refuse_problems([raw])

    def wrong(data: bytes) -> list[Problem]:
        found = examine_bytes(path, data)
        return found if isinstance(found, list) else []

    return Subject(path, raw, raw, wrong)


def _own(loaded: Loaded, given: str) -> Subject:
    person = known_audience(loaded, given)
    if person is None or person not in loaded.agreement.people:
        raise Stop("planner: --for names one person here; what all of you see is the agreement itself", USAGE)
    path = own_path(loaded.path, person)
    raw = bytes_of(path)

    def wrong(data: bytes) -> list[Problem]:
        found = read_own(loaded, person, data)
        return found if isinstance(found, list) else []

    new = _NEW.format(name=loaded.agreement.people[person].name).encode()
    return Subject(path, raw, new if raw is None else raw, wrong)


# ── the copy ─────────────────────────────────────────────────────────


def _copy_of(path: str, begin: bytes) -> str:
    """The path of the copy: beside the file, named after it and the text that it begins from."""
    from hashlib import sha256

    folder, name = os.path.split(path)
    return os.path.join(folder, f"edit-of-{name.removesuffix('.toml')}-{sha256(begin).hexdigest()[:8]}.toml")


def _edit(subject: Subject) -> bytes | None:
    """What was saved, None where nothing was. Whatever happens in between, the copy stays."""
    copy = _copy_of(subject.path, subject.begin)
    _tell_others(subject.path, copy)
    resumed = bytes_of(copy)
    try:
        if resumed is not None and resumed != subject.begin:
            click.echo(f"An edit of {subject.path} that was broken off is still in {copy}.")
            if not click.confirm("Go on with it? (If not, it is thrown away.)", default=True):
                resumed = None
        if resumed is None:
            private_write(copy, subject.begin)
        return _rounds(subject, copy)
    except (KeyboardInterrupt, click.Abort):
        raise _kept(subject, copy, "\nplanner: ", REFUSED) from None
    except FileTroubleError as e:
        raise _kept(subject, copy, f"planner: {e}. ", REFUSED) from e


def _tell_others(path: str, copy: str) -> None:
    """Name the copies that began from another text than the one that is there now."""
    folder, own = os.path.split(copy)
    begin = own[: -len("12345678.toml")]
    for name in names_in(folder or "."):
        if name.startswith(begin) and len(name) == len(own) and name.endswith(".toml") and name != own:
            other = os.path.join(folder, name)
            click.echo(f"{other} is left from an edit of an earlier text of {path}; it stays there.", err=True)


def _rounds(subject: Subject, copy: str) -> bytes | None:
    while True:
        _open(subject, copy)
        data = bytes_of(copy)
        if data is None or data == subject.begin:
            remove_file(copy)
            click.echo(f"Nothing is changed; {subject.path} {_as_before(subject)}.")
            return None
        problems = subject.wrong(data)
        for problem in problems:
            click.echo(str(problem), err=True)
        if not any(problem.severity == ERROR for problem in problems):
            _save(subject, data)
            remove_file(copy)
            click.echo(f"{subject.path} is saved.")
            return data
        match _asked(subject):
            case "k":
                raise _kept(subject, copy, "planner: ", PROBLEMS)
            case "t":
                remove_file(copy)
                click.echo(f"Thrown away; {subject.path} {_as_before(subject)}.")
                return None


def _as_before(subject: Subject) -> str:
    return "was not made" if subject.before is None else "is as it was"


def _asked(subject: Subject) -> str:
    """What is to be done with a text that cannot be saved: "e", "k" or "t"."""
    click.echo(f"Nothing is saved yet: with this, there would be something to mend in {subject.path}.")
    answer: str = click.prompt(
        "[e]dit on, [k]eep it for later, or [t]hrow it away?",
        type=click.Choice(["e", "k", "t"], case_sensitive=False),
        default="e",
        show_choices=False,
    )
    return answer.lower()


def _open(subject: Subject, copy: str) -> None:
    try:
        click.edit(filename=copy)
    except (click.ClickException, ValueError) as e:
        said = e.format_message() if isinstance(e, click.ClickException) else str(e)
        if bytes_of(copy) == subject.begin:
            remove_file(copy)
            kept = f"{subject.path} {_as_before(subject)}"
        else:
            kept = f"the edit is in {copy}"
        remedy = 'name one that is there in $VISUAL or $EDITOR, such as EDITOR="nano"'
        raise Stop(f"planner: the editor did not end well ({said}); {kept}; {remedy}", USAGE) from e


def _save(subject: Subject, data: bytes) -> None:
    if subject.before is None:
        private_write(subject.path, data, expected=b"")
    else:
        write_whole(subject.path, data, expected=subject.before)


def _kept(subject: Subject, copy: str, why: str, exit_code: int) -> Stop:
    """Nothing is lost: where the copy is, and how to come back to it."""
    try:
        if bytes_of(copy) in (None, subject.begin):
            remove_file(copy)
            return Stop(f"{why}{subject.path} {_as_before(subject)}.", exit_code)
        there = bytes_of(subject.path)
    except FileTroubleError:
        there = subject.before
    if there != subject.before:
        rest = f"Your edit is kept in {copy}; take over by hand what you want of it."
        return Stop(f"{why}{rest}", exit_code)
    rest = f"The edit is kept in {copy}; `planner edit` goes on with it."
    return Stop(f"{why}{subject.path} {_as_before(subject)}. {rest}", exit_code)


def _say_meaning(path: str, before: bytes, after: bytes, settings: Settings) -> None:
    """What the change means for what is agreed, and what comes next."""
    old, new = examine_bytes(path, before), examine_bytes(path, after)
    if isinstance(old, Loaded) and isinstance(new, Loaded):
        for line in meaning(old, new, settings):
            click.echo(line)
    click.echo(click.style("Calendars follow with `planner sync`, or `planner export`.", dim=True))
