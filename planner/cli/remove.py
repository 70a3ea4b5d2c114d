"""`planner remove`: everything of an agreement out of a calendar, with or without any memory of it."""

from __future__ import annotations

import sys

import click

from planner.cli.accounts import forget_account, known_accounts
from planner.cli.calendars import chosen_accounts, names_and_file, removal
from planner.cli.common import NETWORK, REFUSED, USAGE, Settings, Stop, load, settings_of
from planner.files import FileTroubleError
from planner.sync.accounts import Account
from planner.sync.store import Changed
from planner.sync.troubles import ServerTrouble


@click.command("remove")
@click.argument("names", nargs=-1, metavar="[NAME]... [FILE]")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--forget", is_flag=True, help="Forget the calendar's account and password too.")
@click.option("--id", "agreement_id", metavar="ID", help="The agreement's id, where there is no file any more.")
@settings_of
def remove_command(
    settings: Settings, *, names: tuple[str, ...], yes: bool, forget: bool, agreement_id: str | None
) -> None:
    """Take every event of this agreement out of a calendar; what others put there stays.

    Events are known by their identity alone, so that it works on a new machine too.

    \b
    Example:
      planner remove ana
      planner remove ana --yes --forget
    """
    calendars, file = names_and_file(names)
    if agreement_id is None:
        loaded = load(file)
        accounts, agreement_id = chosen_accounts(settings, loaded, calendars, ("new-id",)), loaded.agreement.id
    else:
        known = known_accounts(settings).accounts
        accounts = [a for a in known.values() if a.name in calendars or (not calendars and a.agreement == agreement_id)]
        if not accounts:
            raise Stop("planner: no such calendar is connected; name one, as `planner doctor` lists them", USAGE)
    code = max(_remove(account, agreement_id, yes=yes) for account in accounts)
    if forget and code == 0:
        for account in accounts:
            forget_account(known_accounts(settings), account)
            click.echo(f"{account.name}: the account is forgotten on this machine.")
    if code:
        raise Stop("", code)


def _remove(account: Account, agreement_id: str, *, yes: bool) -> int:
    try:
        with removal(account, agreement_id) as job:
            mine, others = len(job.found), job.foreign
            rest = f"; what else is there stays ({others})" if others else ""
            if not mine:
                click.echo(f"{account.name}: nothing of this agreement is there{rest}.")
                job.forget()
                return 0
            titles = sorted({title for _, title in job.found if title})
            said = ", ".join(titles[:6]) + (", …" if len(titles) > 6 else "")
            click.echo(f"{account.name}: {mine} {'event goes' if mine == 1 else 'events go'}: {said}{rest}.")
            if not yes and not sys.stdin.isatty():
                raise Stop(f"planner: {account.name}: nothing was changed; say --yes to do it", USAGE)
            if not yes and not click.confirm("Take them out?", err=True):
                click.echo("Nothing was changed.", err=True)
                return REFUSED
            changed = 0
            for stored, _ in job.found:
                try:
                    job.store.delete(stored)
                except Changed:
                    changed += 1
            if changed:
                click.echo(f"planner: {account.name}: {changed} changed meanwhile and stayed; run it again", err=True)
                return REFUSED
            job.forget()
            click.echo("Done.")
            return 0
    except ServerTrouble as trouble:
        click.echo(f"planner: {account.name}: {trouble}", err=True)
        return NETWORK
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
