"""What commands share about what is agreed: reading and keeping versions and waiting yeses, and words on drafts.

In: a `Loaded` agreement. Out: sentences, versions and yeses, or a `Stop`. What is written is written whole, the version
before the yeses: whatever stops a command in between leaves what was, or what is new.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from planner.agreement import TABLES, Agreed, Agreement, History, version_name
from planner.cli.common import PROBLEMS, REFUSED, Loaded, Settings, Stop, agreement_path, refuse_problems, shelf
from planner.files import (
    FileTroubleError,
    bytes_of,
    create_whole,
    history_files,
    history_folder,
    make_folder,
    proposal_file,
    remove_file,
    strayed_histories,
    write_whole,
)
from planner.problems import Problem
from planner.saying import listed, say_date

if TYPE_CHECKING:
    from planner.agreeing import Open
    from planner.revision import Revised
    from planner.timeline import Occurrence
    from planner.versions import Stored, Waiting


NEW_TIME = "new time"


def tomorrow(settings: Settings) -> date:
    """The day after the one that counts as today."""
    return settings.today + timedelta(days=1)


def as_drafted(history: History, settings: Settings) -> History:
    """What would hold if the file were agreed as it stands, from the first day from which it can be."""
    if not history.versions:
        return history
    from planner.history import drafted

    return drafted(history, max(tomorrow(settings), history.versions[-1].on))


def held_in(history: History, found: Iterable[Occurrence], first: date, end: date) -> Agreement:
    """What holds in some days, for the names and rhythms of what happens on them."""
    if not history.versions:
        return history.alone
    from planner.history import held

    return held(history, first, end, dict.fromkeys(person for o in found for person in o.who))


def has_open_time(history: History) -> bool:
    """Whether anything is, or was agreed to be, time whose day is not fixed."""
    every = (history.alone, *(v.agreement for v in history.versions))
    return any(ritual.open_time for agreement in every for ritual in agreement.rituals.values())


def say_to_place(
    history: History, audience: str | None, first: date, end: date, settings: Settings, *, month: bool = False
) -> None:
    """Say below a view what is still to place of open time in its days; of a `month` all together."""
    if not has_open_time(history):
        return
    from planner.views.to_place import to_place_in, to_place_lines  # few agreements have open time

    lines = (to_place_in if month else to_place_lines)(history, audience, first, end, settings.today)
    for line in (["", *lines]) if lines else ():
        for part in _wrapped(line) if month or sys.stdout.isatty() else [line]:
            click.echo(click.style(part, dim=True))


def _wrapped(line: str) -> list[str]:
    """A line in several, as wide as the terminal."""
    import shutil
    from textwrap import wrap

    return wrap(line, max(shutil.get_terminal_size((80, 24)).columns, 16)) or [""]


def known_holidays(agreement: Agreement, view: str) -> dict[date, str]:
    """The holidays to name; none, and a word on what would help, where they are not to be had."""
    if agreement.holidays is None:
        return {}
    from planner.free_days import HolidaysUnknown, holidays_of

    try:
        return holidays_of(agreement)
    except HolidaysUnknown as e:
        click.echo(f"planner: the {view} has no holidays in it: {e}", err=True)
        return {}


def unagreed(loaded: Loaded, settings: Settings) -> list[Revised]:
    """What the file asks for that is not agreed; nothing before the first agreement, while the file simply holds."""
    versions = loaded.history.versions
    if not versions:
        return []
    return [change.revised for change in _open_changes(loaded, settings)]


def _open_changes(loaded: Loaded, settings: Settings) -> list[Open]:
    """The same with the yeses that wait for it, from the day from which it would be agreed."""
    from planner.agreeing import default_day, opened

    try:
        stored = waiting_for(loaded)
    except Stop:  # `agree` and `diff` name what is wrong with them
        stored = []
    return opened(loaded.history, default_day(loaded.history, stored, tomorrow(settings)), stored)


def waiting_for(loaded: Loaded) -> list[Waiting]:
    """The yeses that wait."""
    from planner.versions import read_waiting

    path = proposal_file(loaded.path)
    try:
        raw = bytes_of(path)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    found: list[Waiting] = []
    problems: list[Problem] = []
    for one in read_waiting(raw, path) if raw else ():
        if isinstance(one, Problem):
            problems.append(one)
        else:
            found.append(one)
    if problems:
        refuse_problems(problems)
    return found


def say_unagreed(loaded: Loaded, settings: Settings) -> None:
    """Say on standard error what of the file is not published, for it is not agreed."""
    if not loaded.history.versions:
        _say_strayed(loaded)
    changes = _open_changes(loaded, settings) if loaded.history.versions else []
    if not changes:
        return
    click.echo("Not agreed yet, so calendars do not follow it:", err=True)
    for change in changes:
        click.echo(f"  {change.revised.sentence}{_needed(loaded.agreement, change)}", err=True)
    click.echo(f"`planner agree{named_file(loaded.path)}` asks for what is needed.", err=True)


def _say_strayed(loaded: Loaded) -> None:
    """A word where nothing is agreed for this file, and versions of the same agreement stand under another name."""
    try:
        found = strayed_histories(loaded.path, loaded.agreement.id)
    except OSError:
        return
    if found:
        message = f"Nothing is agreed for {loaded.path}, so it holds as it stands; but {listed(found)} "
        message += (
            f"{'has' if len(found) == 1 else 'have'} versions of the same agreement. If they belong to this file, "
        )
        click.echo(f"{message}name the folder {history_folder(loaded.path)}.", err=True)


def hint_unagreed(loaded: Loaded, settings: Settings) -> None:
    """One line on standard error for a view: that the file asks for more than is agreed."""
    versions = loaded.history.versions
    if not versions:
        return
    from planner.revision import differing, unit_of

    differs = differing(loaded.history, max(tomorrow(settings), versions[-1].on))
    number = len({unit_of(path) for path in differs})
    if number:
        things = "One change" if number == 1 else f"{number} changes"
        verb = "is" if number == 1 else "are"
        click.echo(f"{things} in the file {verb} not agreed yet and not shown here; see `planner diff`.", err=True)


def say_later(loaded: Loaded, day: date) -> None:
    """One line on standard error for a view: that something else is agreed from a later day on."""
    later = [v.on for v in loaded.history.versions[1:] if v.on > day]
    if later:
        click.echo(f"Something else is agreed {since(later[0])}: `planner show --as-of {later[0]}`.", err=True)


def _needed(agreement: Agreement, change: Open) -> str:
    needed = f" It needs a yes from {agreement.names(change.lacking)}." if change.lacking else ""
    return f"{needed} {agreement.names(change.yes)} said yes already." if change.yes else needed


def say_needs(agreement: Agreement, change: Revised) -> str:
    """Whose yes a change needs, and why, in a sentence."""
    if not change.needs:
        return "Nobody else's yes is needed; it takes the word of the one who decides."
    by_reason: dict[str, list[str]] = {}
    for person, why in change.needs.items():
        by_reason.setdefault(why, []).append(agreement.name(person))
    return f"It needs a yes from {listed(f'{listed(names)} ({why})' for why, names in by_reason.items())}."


def say_revealed(history: History, settings: Settings) -> None:
    """Say of whose past others see more than when it was agreed, for sharing holds at once."""
    if history.versions:
        from planner.revealing import revealed_since_agreed

        for words in revealed_since_agreed(history, settings.today).values():
            click.echo(f"{words}.")


def meaning(before: Loaded, after: Loaded, settings: Settings, *, at_once: bool = True) -> list[str]:
    """What a change of the file means for what is agreed, in sentences; none before the first agreement.

    Without `at_once` what changes no terms has been told already.
    """
    if not before.history.versions:
        return []
    old, new = ({r.ritual: r for r in unagreed(loaded, settings)} for loaded in (before, after))
    lines = []
    for path, change in new.items():
        before_it = old.get(path)
        if before_it is None or (before_it.fields, before_it.sessions) != (change.fields, change.sessions):
            lines.append(f"Not agreed yet: {change.sentence}")
            lines.append(
                f"  {say_needs(after.agreement, change)} `planner agree{named_file(after.path)}` lets it take effect."
            )
    lines += [f"With this, [{path}] is as it was agreed." for path in old if path not in new]
    if lines or not at_once:
        return lines
    from planner.writing import TERM_KEYS  # what reads alone does not wait for it

    touched = _touched(before.document.values, after.document.values)
    if not any(keys & TERM_KEYS for keys in touched.values()):
        return ["It holds at once; nobody has to agree to it."]
    lines = ["It asks of your time what it asked before."]
    for path, change in new.items():
        if touched.get(path, set()) & TERM_KEYS:
            lines.append(f"Still not agreed: {change.sentence}")
            agree = f"`planner agree{named_file(after.path)}` lets it take effect."
            lines.append(f"  {say_needs(after.agreement, change)} {agree}")
    if any(keys - TERM_KEYS for keys in touched.values()):
        lines.append("The rest holds at once; nobody has to agree to it.")
    return lines


def _touched(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, set[str]]:
    """The keys that differ in each ritual of the file, by its path."""
    found: dict[str, set[str]] = {}
    for table in TABLES:
        was, now = old.get(table, {}), new.get(table, {})
        for name in was.keys() & now.keys():
            one, other = was[name], now[name]
            if keys := {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}:
                found[f"{table}.{name}"] = keys
    return found


def told(loaded: Loaded, changes: Iterable[Revised], said: Mapping[str, Iterable[str]] | None = None) -> list[str]:
    """Each change in a sentence, and below it whose yes it needs and why, and (`said`, by ritual) who gave it already.

    What belongs together with one of them and stays is named below it. Before the first agreement everything is new, so
    what all have in common is said once, at the end.
    """
    lines: list[str] = []
    first = not loaded.history.versions
    plain = False
    changes = list(changes)
    beside = {} if first else beside_them(loaded.agreement, changes)
    for change in changes:
        lines.append(change.sentence)
        if change.ritual in beside:
            lines.append(f"  {beside[change.ritual]}")
        if first and set(change.needs) == set(change.who) and set(change.needs.values()) == {NEW_TIME}:
            plain = True
        else:
            lines.append(f"  {say_needs(loaded.agreement, change)}")
        if yes := tuple((said or {}).get(change.ritual, ())):
            lines.append(f"  {loaded.agreement.names(yes)} said yes already.")
    return [*lines, "", "Each of these needs a yes from everyone who takes part in it."] if plain else lines


def beside_them(agreement: Agreement, changes: Iterable[Revised]) -> dict[str, str]:
    """A word on what belongs together with what changes, and stays, by ritual."""
    if not agreement.pairs:
        return {}
    from planner.pairs import told_beside

    return told_beside(agreement, (change.ritual for change in changes))


# ── keeping ──────────────────────────────────────────────────────────


def new_version(loaded: Loaded, agreement: Agreement, agreed: Agreed) -> tuple[str, bytes, Stored]:
    """The path and the bytes of a new version, and what is read from them, which is held to what is meant."""
    from planner.agreeing import composed_as, settled
    from planner.versions import Stored, read_version, version_text

    files = history_files(loaded.path)
    if isinstance(files, Problem):
        refuse_problems([files])
    day = agreed.on.isoformat()
    numbers = [
        int(name[len(day) + 1 : -5] or 1)
        for name in files
        if name == f"{day}.toml" or (name.startswith(f"{day}.") and name[len(day) + 1 : -5].isdigit())
    ]
    number = max(numbers, default=0) + 1
    name = f"{version_name(agreed.on, number)}.toml"
    data = version_text(agreement, settled(loaded.history, agreement, agreed)).encode()
    path = os.path.join(history_folder(loaded.path), name)
    read = read_version(data, path, agreed.on, number, shelf)
    if not isinstance(read, Stored) or not composed_as(read.version.agreement, agreement):
        said = "\n".join(map(str, read)) if isinstance(read, list) else ""
        message = "planner: what you agree on cannot be written down as it is meant, and nothing was written; "
        raise Stop(f"{message}please report it with your file\n{said}".rstrip(), PROBLEMS)
    return path, data, read


def keep_version(loaded: Loaded, path: str, data: bytes) -> None:
    """Write a new version into the history folder."""
    try:
        make_folder(history_folder(loaded.path))
        create_whole(path, data)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e


def keep_waiting(loaded: Loaded, waiting: Iterable[Waiting]) -> None:
    """Write the yeses that wait, and no file where none does."""
    from planner.versions import waiting_text

    path = proposal_file(loaded.path)
    kept = list(waiting)
    try:
        if kept:
            data = waiting_text(kept).encode()
            if bytes_of(path) != data:
                write_whole(path, data)
        else:
            remove_file(path)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e


def since(on: date) -> str:
    """A day in a sentence that something holds from."""
    return f"from {say_date(on)} on"


def follow(file: str | None) -> str:
    """That calendars follow, and with which commands."""
    named = named_file(file)
    return click.style(f"Calendars follow with `planner sync{named}`, or `planner export{named}`.", dim=True)


def named_file(file: str | None) -> str:
    """The file as the next command has to name it; nothing where it is found without."""
    if file is None or agreement_path(None) == file:
        return ""
    from shlex import quote

    return f" {quote(file)}"
