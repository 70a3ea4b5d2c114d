"""`planner watch`: check and export again on each save, until Ctrl-C."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime

import click

from planner.cli.agreed import say_unagreed
from planner.cli.check import say_problems
from planner.cli.common import PROBLEMS, Settings, Stop, agreement_path, examine, file_argument, settings_of
from planner.cli.export import write_calendars
from planner.files import history_folder, names_in, proposal_file, stamp

_BETWEEN = 0.5  # seconds
_SETTLED = 0.1  # an editor may write a file in several steps

Seen = dict[str, tuple[int, int, int] | None]


@click.command("watch")
@click.option("--once", is_flag=True, help="Check and export once, and stop.")
@file_argument
@settings_of
def watch_command(settings: Settings, *, once: bool, file: str | None) -> None:
    """Check the agreement and write its calendars again on each save, until you press Ctrl-C.

    Calendars are written where `planner export` writes them, and only while there is nothing to mend. With --once it
    exits with 1 where something is.

    \b
    Example:
      planner watch
    """
    path = agreement_path(file)
    if once:
        if not _run(path, settings):
            raise Stop("", PROBLEMS)
        return
    try:
        watch(lambda: _seen(path), lambda: _run(path, settings), time.sleep)
    except KeyboardInterrupt:
        click.echo(f"\nNo longer watching {path}.", err=True)


def watch(look: Callable[[], Seen], run: Callable[[], object], sleep: Callable[[float], None]) -> None:
    """Run now, and again whenever what one sees has changed and come to rest. Ends by an exception alone."""
    seen = look()
    run()
    while True:
        sleep(_BETWEEN)
        now = look()
        if now == seen:
            continue
        while True:
            sleep(_SETTLED)
            later = look()
            if later == now:
                break
            now = later
        seen = now
        run()


def _seen(path: str) -> Seen:
    """All that the calendars are made from: the agreement, files of one's own, and what is agreed."""
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    beside = [os.path.join(folder, n) for n in names_in(folder or ".") if n.startswith(f"{stem}.")]
    agreed = history_folder(path)
    kept = [os.path.join(agreed, n) for n in names_in(agreed)]
    looked = [p for p in beside if p.endswith(".toml") and p != proposal_file(path)]
    return {p: stamp(p) for p in (path, *looked, *kept)}


def _run(path: str, settings: Settings) -> bool:
    """Check and export once, and say it in one line with the time; whether there was nothing to mend."""
    loaded = examine(path)
    errors = say_problems(loaded, settings)
    clear = not errors and not isinstance(loaded, list)
    if isinstance(loaded, list) or errors:
        said = f"{errors} {'thing' if errors == 1 else 'things'} to mend; calendars stay as they are"
    else:
        try:
            said = _told(write_calendars(loaded, None, None, settings))
            say_unagreed(loaded, settings)
        except Stop as stop:
            click.echo(stop.message, err=True)
            said, clear = "calendars could not be written", False
    click.echo(f"{datetime.now().astimezone():%H:%M:%S}  {path}: {said}")
    return clear


def _told(written: list[tuple[str, str]]) -> str:
    changed = [path for path, what in written if not what.endswith("unchanged")]
    if not changed:
        return "nothing to mend; calendars unchanged"
    folder = os.path.dirname(changed[0])
    return f"nothing to mend; {', '.join(map(os.path.basename, changed))} written in {folder}"
