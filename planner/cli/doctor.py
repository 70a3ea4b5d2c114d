"""`planner doctor`: each step of a connection, with cause and remedy where one fails. Writes nothing unasked."""

from __future__ import annotations

import time
from collections.abc import Iterator

import click

from planner.cli.accounts import Known, connection_to, known_accounts, named_account, save_account, trusted_by
from planner.cli.calendars import names_and_file
from planner.cli.common import (
    NETWORK,
    PROBLEMS,
    USAGE,
    Loaded,
    Settings,
    Stop,
    agreement_path,
    examine,
    file_argument,
    settings_of,
)
from planner.cli.connect import uids_for_test
from planner.problems import ERROR
from planner.sync.accounts import EVERYONE, Account
from planner.sync.checkup import FAILED, FINE, NOTE, Step, look_over
from planner.sync.dav import Connection, NoLogin
from planner.sync.write_test import try_writing
from planner.tables import unknown

_MARKS = {FINE: "✓", FAILED: "✗", NOTE: "·"}
_WIDTH = 10
_OF_THIS_MACHINE = ("whose", "password")
"""Steps that fail by what is set here, as a command line that is not clear does; the others are the server's."""


@click.command("doctor")
@click.argument("name", required=False)
@click.option("--test-write", is_flag=True, help="Also try writing, with an event that is gone a moment later.")
@file_argument
@settings_of
def doctor_command(settings: Settings, *, name: str | None, test_write: bool, file: str | None) -> None:
    """Look at the connection to a calendar, or to all of them, step by step. Nothing is changed.

    \b
    Example:
      planner doctor
      planner doctor ana --test-write
    """
    known = known_accounts(settings)
    names, file = names_and_file(known, filter(None, (name, file)))
    wanted = [named_account(known, one) for one in names] or list(known.accounts.values())
    loaded, agreement = _agreement(file)
    _say(Step("settings", FINE, f"{known.path}: {_number(known)}"))
    _say(agreement)
    if not wanted:
        click.echo("\n`planner connect NAME --for PERSON` connects a first calendar.")
    code = 0
    for account in wanted:
        click.echo(f"\n{account.name}  {account.url}")
        failed: list[str] = []
        for step in _steps(account, loaded, settings, test_write=test_write):
            failed += [step.name] if step.mark == FAILED else []
            _say(step)
        if failed:
            code = max(code, USAGE if failed[0] in _OF_THIS_MACHINE else NETWORK)
    if agreement.mark == FAILED:
        raise Stop("", PROBLEMS)
    if code:
        raise Stop("", code)


def _number(known: Known) -> str:
    number = len(known.accounts)
    return "no calendar is connected yet" if not number else "1 calendar" if number == 1 else f"{number} calendars"


def _agreement(file: str | None) -> tuple[Loaded | None, Step]:
    """The agreement, where it can be read, and how it is."""
    path = agreement_path(file)
    loaded = examine(path)
    if isinstance(loaded, Loaded):
        return loaded, Step("agreement", FINE, f"{path}: {loaded.agreement.title}")
    first = next(str(problem) for problem in loaded if problem.severity == ERROR)
    more = "" if len(loaded) == 1 else f" (and more; `planner check {path}`)"
    return None, Step("agreement", FAILED, f"{first}{more}")


def _steps(account: Account, loaded: Loaded | None, settings: Settings, *, test_write: bool) -> Iterator[Step]:
    """The steps of one account; with a test of writing, what it found is remembered."""
    yield _whose(account, loaded)

    def bare() -> Connection:
        return Connection(account.url, NoLogin(), sleep=time.sleep, verify=trusted_by(account))

    def tried(connection: Connection) -> tuple[str, ...]:
        agreement_id = account.agreement or (loaded.agreement.id if loaded else "planner")
        quirks = try_writing(connection, account.url, uids_for_test(agreement_id, account.name), settings.today)
        if quirks != account.quirks:
            save_account(known_accounts(settings), account._replace(quirks=quirks))
        return quirks

    yield from look_over(account, bare, lambda: connection_to(account), tried if test_write else None)


def _whose(account: Account, loaded: Loaded | None) -> Step:
    """Whose calendar it is, and whether that still fits the agreement."""
    if loaded is None:
        return Step("whose", NOTE, f"for {account.audience}")
    agreement = loaded.agreement
    if account.agreement not in (None, agreement.id):
        return Step(
            "whose",
            NOTE,
            f'for {account.audience}, of another agreement ("{account.agreement}"); name its file as the last word',
        )
    if account.audience == EVERYONE:
        return Step("whose", FINE, "everyone's")
    if account.audience not in agreement.people:
        return Step(
            "whose",
            FAILED,
            f'for "{account.audience}", who is not in {loaded.path}; {unknown(account.audience, agreement.people)} '
            f"To connect it anew: planner connect {account.name} --for …",
        )
    return Step("whose", FINE, f"{agreement.people[account.audience].name}'s own")


def _say(step: Step) -> None:
    click.echo(f"  {_MARKS[step.mark]} {step.name:<{_WIDTH}} {step.words}")
