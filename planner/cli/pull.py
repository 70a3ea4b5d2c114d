"""`planner pull`: what was changed in a calendar app, offered as changes to the file."""

from __future__ import annotations

import sys
from typing import Any

import click

from planner.cli.accounts import code_of, known_accounts
from planner.cli.agreed import say_unagreed
from planner.cli.calendars import Opened, chosen_accounts, names_and_file, opened, planned
from planner.cli.common import (
    PROBLEMS,
    REFUSED,
    USAGE,
    Loaded,
    Settings,
    Stop,
    examine_document,
    load,
    seen_by,
    settings_of,
)
from planner.document import EditError
from planner.edit_pieces import NotPossible
from planner.files import FileTroubleError, write_whole
from planner.problems import ERROR
from planner.sync.pulling import Proposal, contradicting, proposals
from planner.sync.troubles import ServerTrouble


@click.command("pull")
@click.argument("names", nargs=-1, metavar="[NAME]... [FILE]")
@click.option("--yes", is_flag=True, help="Take everything over without asking.")
@click.option("--json", "as_json", is_flag=True, help="What there is as JSON; without --yes nothing is written.")
@settings_of
def pull_command(settings: Settings, *, names: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Take what was moved, cancelled or edited in a calendar app into the file, one by one.

    Comments and layout of the file stay. No calendar is changed; `planner sync` then brings the others in step.

    \b
    Example:
      planner pull
      planner pull ana --yes
    """
    calendars, file = names_and_file(known_accounts(settings), names)
    loaded = load(file)
    accounts = chosen_accounts(settings, loaded, calendars)
    offered: list[tuple[str, Proposal]] = []
    code = 0
    for account in accounts:
        try:
            with opened(loaded, account) as calendar:
                offered += [(account.name, p) for p in _offers(loaded, calendar)]
        except ServerTrouble as trouble:
            click.echo(f"planner: {account.name}: {trouble}", err=True)
            code = max(code, code_of(trouble))
        except FileTroubleError as e:
            raise Stop(f"planner: {e}", REFUSED) from e
    against = contradicting(offered)
    offered, against = _once(offered, against)
    try:
        taken, after, failed = _choose(loaded, offered, against, yes=yes, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):  # the second where it comes between two questions
        raise Stop(f"\nplanner: nothing was written; {loaded.path} is as it was", REFUSED) from None
    if taken and after.raw != loaded.raw:
        try:
            write_whole(loaded.path, after.raw, expected=loaded.raw)
        except FileTroubleError as e:
            raise Stop(f"planner: {e}", REFUSED) from e
    if as_json:
        _print_json(offered, taken)
    elif not offered and not code:
        click.echo("Nothing was changed in the calendars.")
    elif taken:
        click.echo(click.style("The calendars follow with `planner sync`.", dim=True))
        say_unagreed(after, settings)
    code = max(code, failed)
    if code:
        raise Stop("", code)


def _offers(loaded: Loaded, calendar: Opened) -> list[Proposal]:
    plan, _ = planned(loaded, calendar, {})
    return proposals(plan, seen_by(loaded, calendar.account.audience), calendar.account.audience)


def _once(
    offered: list[tuple[str, Proposal]], against: list[frozenset[str]]
) -> tuple[list[tuple[str, Proposal]], list[frozenset[str]]]:
    """Without what two calendars say alike."""
    seen: dict[tuple[str, str], tuple[tuple[str, Proposal], frozenset[str]]] = {}
    for one, others in zip(offered, against, strict=True):
        seen.setdefault((one[1].ritual, one[1].sentence), (one, others))
    return [one for one, _ in seen.values()], [others for _, others in seen.values()]


def _choose(
    loaded: Loaded,
    offered: list[tuple[str, Proposal]],
    against: list[frozenset[str]],
    *,
    yes: bool,
    as_json: bool,
) -> tuple[list[Proposal], Loaded, int]:
    """The proposals that were taken, the file with them, and the exit code: what could not be, or is not decided."""
    taken: list[Proposal] = []
    decided: set[tuple[str, str]] = set()
    code = 0
    now = loaded
    possible = [p for _, p in offered if p.make is not None]
    asking = not yes and not as_json
    for (name, proposal), others in zip(offered, against, strict=True):
        about = (proposal.ritual, proposal.about)
        if proposal.make is None:
            if not as_json:
                click.echo(f"· {proposal.sentence}")
        elif asking and not sys.stdin.isatty():
            click.echo(f"+ {proposal.sentence}")
        elif yes and others:
            code = max(code, REFUSED)
            against_it = ", ".join(sorted(others))
            click.echo(
                f"planner: {name}: {proposal.sentence}: not taken, for {against_it} says otherwise. "
                f"`planner pull {name}` alone takes this one",
                err=True,
            )
        elif others and about in decided:
            continue  # the other calendar's was taken
        elif yes or (asking and _wanted(name, proposal, others)):
            made = _made(now, proposal)
            if isinstance(made, str):
                code = max(code, PROBLEMS)
                click.echo(f"planner: {proposal.sentence}: {made}", err=True)
                continue
            now = made
            taken.append(proposal)
            if others:
                decided.add(about)
            if yes and not as_json:
                click.echo(f"+ {proposal.sentence}")
    if asking and possible and not sys.stdin.isatty():
        raise Stop("planner: nothing was written; say --yes to take it over", USAGE)
    return taken, now, code


def _wanted(name: str, proposal: Proposal, others: frozenset[str]) -> bool:
    """Whether a person wants it; where two calendars contradict each other, each is named."""
    said = f"{name} says so, {', '.join(sorted(others))} otherwise. " if others else ""
    return click.confirm(f"{proposal.sentence}. {said}Take it into the file?", default=not others)


def _made(now: Loaded, proposal: Proposal) -> Loaded | str:
    """The file with one more proposal, or why not."""
    if proposal.make is None:
        return "the file cannot say it"
    try:
        edit = proposal.make(now.document, now.history)
    except (NotPossible, EditError) as e:
        return f"the file was left as it is, for {e}"
    checked = examine_document(now.path, edit.document.encode(), edit.document)
    if isinstance(checked, list):
        wrong = next(p for p in checked if p.severity == ERROR)
        return f"the file was left as it is, for there would be something to mend: {wrong.message}"
    return checked


def _print_json(offered: list[tuple[str, Proposal]], taken: list[Proposal]) -> None:
    import json

    shapes: list[dict[str, Any]] = [
        {
            "calendar": name,
            "ritual": p.ritual,
            "what": p.what,
            "message": p.sentence,
            "possible": p.make is not None,
            "applied": p in taken,
        }
        for name, p in offered
    ]
    click.echo(json.dumps(shapes, ensure_ascii=False, indent=2))
