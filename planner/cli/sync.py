"""`planner sync`: the plan in sentences, a yes, and just that."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import click

from planner.agreement import Agreement
from planner.cli.accounts import code_of, known_accounts
from planner.cli.agreed import say_unagreed
from planner.cli.calendars import (
    Opened,
    chosen_accounts,
    names_and_file,
    opened,
    planned,
    refuse_copied_file,
)
from planner.cli.common import NETWORK, REFUSED, USAGE, Loaded, Settings, Stop, load, settings_of
from planner.edit_pieces import NotPossible, find_ritual
from planner.files import FileTroubleError
from planner.pairs import told_beside
from planner.sync.accounts import Account
from planner.sync.deciding import KEEP, RESTORE
from planner.sync.plan import Fold, Plan, Step, folded
from planner.sync.run import carry_out
from planner.sync.troubles import ServerTrouble
from planner.sync.wording import drift_line, fold_line, kept_line, plan_value, step_line, with_other_dates

_ALLOW = {
    "removal": "take out all or most of what is there",
    "partial": "work on the part that the server listed",
    "unreadable": "go on beside events that cannot be read",
    "new-id": "go on with another id of the agreement",
    "copied-file": "go on though another file has the same id",
    "history": "go on although agreed versions are gone",
}
_SIGNS = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red")}


class Asked(NamedTuple):
    """What stands on the command line."""

    dry_run: bool
    yes: bool
    as_json: bool
    said: dict[str, str]
    allowed: tuple[str, ...]


@click.command("sync")
@click.argument("names", nargs=-1, metavar="[NAME]... [FILE]")
@click.option("--dry-run", is_flag=True, help="Show the plan, and change nothing.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--json", "as_json", is_flag=True, help="The plan as JSON, for scripts.")
@click.option(
    "--restore", multiple=True, metavar="RITUAL", help="Bring back what was changed or deleted in the calendar."
)
@click.option("--keep", multiple=True, metavar="RITUAL", help="Leave it as it is in the calendar.")
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(list(_ALLOW)),
    help="Do what would be refused as unsafe; the refusal names the word.",
)
@settings_of
def sync_command(
    settings: Settings,
    *,
    names: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    as_json: bool,
    restore: tuple[str, ...],
    keep: tuple[str, ...],
    allow: tuple[str, ...],
) -> None:
    """Bring the calendars in step with what you agreed.

    Shows what it will do, asks, and does just that. What others put into a calendar is never touched, and what you
    change in your calendar app stays: `planner pull` takes it into the file.

    \b
    Example:
      planner sync --dry-run
      planner sync ana --yes
      planner sync --restore me_blocks.pottery
    """
    calendars, file = names_and_file(known_accounts(settings), names)
    loaded = load(file)
    asked = Asked(dry_run, yes, as_json, _said(loaded, restore, keep), allow)
    try:
        accounts = chosen_accounts(settings, loaded, calendars, allow)
        refuse_copied_file(loaded, allow)
        results = [_sync(settings, loaded, account, asked) for account in accounts]
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    if as_json:
        import json

        click.echo(json.dumps([r.value for r in results], ensure_ascii=False, indent=2))
    say_unagreed(loaded, settings)
    code = max((r.code for r in results), default=0)
    if code:
        raise Stop("", code)


class _Result(NamedTuple):
    code: int
    value: dict[str, Any]


def _said(loaded: Loaded, restore: Iterable[str], keep: Iterable[str]) -> dict[str, str]:
    """What a person said about rituals, by dotted key."""
    said: dict[str, str] = {}
    for words, what in ((restore, RESTORE), (keep, KEEP)):
        for word in words:
            key = word if word == "all" else _known_key(loaded, word)
            if said.get(key, what) != what:
                raise Stop(f"planner: {word} cannot be both restored and kept; choose one", USAGE)
            said[key] = what
    return said


def _known_key(loaded: Loaded, word: str) -> str:
    """The dotted key of a ritual; one that the file has no more is taken as it stands, if it has a table's form."""
    from planner.agreement import TABLES

    base, _, part = word.rpartition(".")
    if part in ("check_in", "cover") and base in loaded.agreement.rituals:
        return word
    try:
        return find_ritual(loaded.agreement, word).path
    except NotPossible as e:
        if word.partition(".")[0] in (*TABLES, "programs") and word.partition(".")[2]:
            return word
        raise Stop(f"planner: {e}", USAGE) from e


def _sync(settings: Settings, loaded: Loaded, account: Account, asked: Asked) -> _Result:
    """One calendar; what goes wrong with it does not keep the others from theirs."""
    try:
        with opened(loaded, account) as calendar:
            return _sync_opened(settings, loaded, calendar, asked)
    except ServerTrouble as trouble:
        click.echo(f"planner: {account.name}: {trouble}", err=True)
        value = {"calendar": account.name, "creates": 0, "updates": 0, "deletes": 0, "unchanged": 0, "drift": []}
        return _Result(code_of(trouble), {**value, "applied": False, "error": str(trouble)})


def _sync_opened(settings: Settings, loaded: Loaded, calendar: Opened, asked: Asked) -> _Result:
    name, home = calendar.account.name, loaded.agreement.timezone
    while True:
        plan, names = planned(loaded, calendar, asked.said)
        if not asked.as_json:
            _show(calendar, plan, loaded.agreement, settings.today)
        guards = [g for g in plan.guards if g.name not in asked.allowed]
        if guards:
            for guard in guards:
                click.echo(f"planner: {name}: nothing was changed, for {guard.message}.", err=True)
                click.echo(f"  If that is meant: planner sync {name} --allow {guard.name}", err=True)
            return _Result(REFUSED, plan_value(name, plan, plan, home, applied=False))
        code = REFUSED if plan.conflicts else 0
        if asked.dry_run:
            return _Result(code, plan_value(name, plan, plan, home, applied=False))
        if not plan.steps or asked.yes:
            break
        if not sys.stdin.isatty():
            click.echo(
                f"planner: {name}: nothing was changed; say --yes to do it (or --dry-run to only look)", err=True
            )
            return _Result(USAGE, plan_value(name, plan, plan, home, applied=False))
        if not _confirmed():
            click.echo(f"planner: {name}: nothing was changed", err=True)
            return _Result(REFUSED, plan_value(name, plan, plan, home, applied=False))
        again, _ = planned(loaded, calendar, asked.said)
        if _shape(again) == _shape(plan):
            break
        click.echo("The calendar was changed meanwhile; this is how it looks now.", err=True)
    try:
        with _Progress(plan) as progress:
            outcome, last = carry_out(
                plan,
                calendar.store,
                calendar.wants,
                asked.said,
                now=settings.now,
                save=calendar.save,
                progress=progress,
                names=names,
            )
    except KeyboardInterrupt:
        raise Stop(
            f"\nplanner: {name}: stopped; what is done is done, and the next `planner sync` does the rest", REFUSED
        ) from None
    value = plan_value(name, plan, last, home, applied=outcome.trouble is None and not outcome.changed)
    if not asked.as_json:
        _show_later(plan, last, home)
    if outcome.trouble is not None:
        click.echo(f"planner: {name}: {outcome.trouble}", err=True)
        if outcome.done:
            done = f"{len(outcome.done)} of {len(plan.steps)} are done"
            click.echo(f"  {done}; the next `planner sync` does the rest.", err=True)
        return _Result(NETWORK, value)
    for step in outcome.changed:
        click.echo(f"planner: {name}: {step.title} was changed meanwhile and left as it is; sync again", err=True)
    if plan.steps and not outcome.changed and not asked.as_json:
        click.echo("Done.")
    return _Result(REFUSED if outcome.changed or last.conflicts or plan.conflicts else 0, value)


def _shape(plan: Plan) -> list[tuple[str, str, str | None]]:
    """What a plan does, and to which state of the calendar."""
    return [(s.kind, s.uid, s.held.stored.etag if s.held and s.held.stored else None) for s in plan.steps]


def _confirmed() -> bool:
    try:
        return click.confirm("Do it?", err=True)
    except click.Abort:  # Ctrl-C is a no
        click.echo(err=True)
        return False


# ── what is seen ─────────────────────────────────────────────────────


def _show(calendar: Opened, plan: Plan, agreement: Agreement, today: date) -> None:
    """The plan in sentences, ritual by ritual; what comes later into a calendar says whether its past comes too."""
    past = today if plan.state.records else None
    click.echo(click.style(f"{calendar.account.name}: {calendar.title}", bold=True))
    beside = told_beside(agreement, with_other_dates(plan)) if agreement.pairs else {}
    for step in folded(plan.steps):
        sign, color = _SIGNS[step.kind]
        said = fold_line(step) if isinstance(step, Fold) else step_line(step, agreement.timezone, past)
        click.echo(f"  {click.style(sign, fg=color)} {said}")
        if isinstance(step, Step):
            _tell_beside(beside, step)
    for step, drift in plan.drift:
        sign = click.style("!" if drift.is_conflict else "·", bold=True)
        click.echo(f"  {sign} {drift_line(step, drift, agreement.timezone)}")
        _tell_beside(beside, step)
    if any(d.what in ("moved", "cancelled", "put back", "edited") and not d.is_conflict for _, d in plan.drift):
        click.echo(
            click.style("    What was changed in the calendar stays; `planner pull` takes it into the file.", dim=True)
        )
    for step in plan.kept:
        click.echo(f"  · {kept_line(step)}")
    if plan.unchanged and not plan.steps and not plan.drift and not plan.kept:
        click.echo(f"  {_counted(plan.unchanged)}, all as in the agreement")
    elif plan.unchanged:
        click.echo(click.style(f"  {_counted(plan.unchanged)} unchanged", dim=True))
    elif not plan.steps and not plan.drift and not plan.kept:
        click.echo("  nothing in it yet")


def _tell_beside(beside: dict[str, str], step: Step) -> None:
    """What belongs together with a ritual, said once."""
    if said := beside.pop(step.ritual, None):
        click.echo(click.style(f"    {said}", dim=True))


def _show_later(plan: Plan, last: Plan, home: str) -> None:
    """What differs since the plan was shown: it came in between."""
    shown = {(s.uid, d) for s, d in plan.drift}
    for step, drift in last.drift:
        if (step.uid, drift) not in shown:
            click.echo(f"  {click.style('!' if drift.is_conflict else '·', bold=True)} {drift_line(step, drift, home)}")


def _counted(number: int) -> str:
    return f"{number} {'event' if number == 1 else 'events'}"


class _Progress:
    """Tells of each step done, on a terminal, where there is much to do."""

    def __init__(self, plan: Plan) -> None:
        self._bar: Any = None
        if len(plan.steps) > 10 and sys.stderr.isatty():
            self._bar = click.progressbar(length=len(plan.steps), label="Writing", file=sys.stderr)

    def __enter__(self) -> _Progress:
        if self._bar is not None:
            self._bar.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        if self._bar is not None:
            self._bar.__exit__(*error)

    def __call__(self, step: Step) -> None:
        if self._bar is not None:
            self._bar.update(1, step)
