"""`planner remove`: everything of an agreement out of a calendar, with or without any memory of it."""

from __future__ import annotations

import sys

import click

from planner.cli.accounts import code_of, forget_account, known_accounts
from planner.cli.calendars import Removal, chosen_accounts, names_and_file, removal
from planner.cli.common import NETWORK, REFUSED, USAGE, Settings, Stop, load, settings_of
from planner.files import FileTroubleError
from planner.sync.accounts import Account
from planner.sync.removing import Ours, ours_in, take_out
from planner.sync.troubles import ServerTrouble


@click.command("remove")
@click.argument("names", nargs=-1, metavar="[NAME]... [FILE]")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--forget", is_flag=True, help="Forget the calendar's account and password too.")
@click.option("--id", "agreement_id", metavar="ID", help="The agreement's id, where there is no file any more.")
@click.option("--only-forget", is_flag=True, help="Forget account and password, and leave the calendar as it is.")
@settings_of
def remove_command(
    settings: Settings,
    *,
    names: tuple[str, ...],
    yes: bool,
    forget: bool,
    agreement_id: str | None,
    only_forget: bool,
) -> None:
    """Take every event of this agreement out of a calendar; what others put there stays.

    Events are known by their identity alone, so that it works on a new machine too.

    \b
    Example:
      planner remove ana
      planner remove ana --yes --forget
    """
    calendars, file = names_and_file(known_accounts(settings), names)
    if agreement_id is None:
        loaded = load(file)
        accounts, agreement_id = (
            chosen_accounts(settings, loaded, calendars, ("new-id",), forgets=only_forget),
            loaded.agreement.id,
        )
    else:
        known = known_accounts(settings).accounts
        accounts = [a for a in known.values() if a.name in calendars or (not calendars and a.agreement == agreement_id)]
        if not accounts:
            raise Stop("planner: no such calendar is connected; name one, as `planner doctor` lists them", USAGE)
    code = 0 if only_forget else max(_remove(account, agreement_id, yes=yes) for account in accounts)
    if code in (NETWORK, USAGE) and forget:
        click.echo("  If that calendar is gone for good, --only-forget forgets it without asking the server.", err=True)
    if (forget or only_forget) and code == 0:
        for account in accounts:
            forget_account(known_accounts(settings), account)
            click.echo(f"{account.name}: the account is forgotten on this machine.")
    if code:
        raise Stop("", code)


def _remove(account: Account, agreement_id: str, *, yes: bool) -> int:
    try:
        with removal(account, agreement_id) as job:
            ours = ours_in(job.store, agreement_id)
            if ours.is_partial:
                click.echo(f"planner: {account.name}: nothing was changed, for {_PARTIAL}; try again later", err=True)
                return REFUSED
            if ours.found:
                click.echo(f"{account.name}: {_said(ours)}.")
                _needs_yes(account, yes=yes)
                left = _taken_out(account, job, agreement_id, ours)
                if left.found or left.is_partial:
                    why = _PARTIAL if left.is_partial else f"{len(left.found)} of them are there all the same"
                    click.echo(f"planner: {account.name}: not all of it is out, for {why}; run it again", err=True)
                    return REFUSED
                click.echo("Done.")
            else:
                click.echo(f"{account.name}: nothing of this agreement is there{_rest(ours)}.")
            job.forget()
            return 0
    except ServerTrouble as trouble:
        click.echo(f"planner: {account.name}: {trouble}", err=True)
        return code_of(trouble)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e


def _taken_out(account: Account, job: Removal, agreement_id: str, ours: Ours) -> Ours:
    try:
        return take_out(job.store, agreement_id, ours)
    except KeyboardInterrupt:
        raise Stop(
            f"\nplanner: {account.name}: stopped; what is out is out, and the next `planner remove` does the rest",
            REFUSED,
        ) from None


_PARTIAL = "the server listed only a part of what is there"


def _said(ours: Ours) -> str:
    number = len(ours.found)
    titles = ", ".join(ours.titles[:6]) + (", …" if len(ours.titles) > 6 else "")
    return f"{number} {'event goes' if number == 1 else 'events go'}: {titles}{_rest(ours)}"


def _rest(ours: Ours) -> str:
    return f"; what else is there stays ({ours.others})" if ours.others else ""


def _needs_yes(account: Account, *, yes: bool) -> None:
    """A yes, or a Stop."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Stop(f"planner: {account.name}: nothing was changed; say --yes to do it", USAGE)
    try:
        sure = click.confirm("Take them out?", err=True)
    except (click.Abort, KeyboardInterrupt):
        raise Stop("\nplanner: nothing was changed", REFUSED) from None
    if not sure:
        raise Stop("planner: nothing was changed", REFUSED)
