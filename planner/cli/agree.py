"""`planner agree`: what the file changes takes effect from a day on, ritual by ritual, as its yeses are there."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date

import click

from planner.agreeing import Decision, Open, decide, default_day, header, later_versions, opened
from planner.agreement import Agreement, History
from planner.checks import Examined, errors
from planner.cli.agreed import (
    follow,
    keep_version,
    keep_waiting,
    new_version,
    say_revealed,
    since,
    told,
    tomorrow,
    waiting_for,
)
from planner.cli.common import (
    PROBLEMS,
    REFUSED,
    USAGE,
    Day,
    Loaded,
    Settings,
    Stop,
    file_argument,
    load,
    placed,
    settings_of,
    shelf,
    stored_versions,
)
from planner.compiler import compile_versions
from planner.history import drafted, holding
from planner.problems import ERROR
from planner.saying import listed, say_date
from planner.tables import unknown
from planner.timeline import Occurrence, occurrences
from planner.versions import Stored, read_current
from planner.words import shown

HONESTY = "planner cannot know who typed a yes. It keeps what it is told; the rest is between you."


@click.command("agree")
@click.option("--from", "on", type=Day(), help="The day from which it holds (default: tomorrow).")
@click.option("--by", multiple=True, metavar="PERSON", help="This person says yes to all that needs it.")
@click.option("--note", help="A word for yourselves, kept with the version.")
@click.option("--backdate", is_flag=True, help="The day may lie in the past.")
@click.option("--replace", is_flag=True, help="What is agreed for later days holds no longer.")
@file_argument
@settings_of
def agree_command(
    settings: Settings,
    *,
    on: date | None,
    by: tuple[str, ...],
    note: str | None,
    backdate: bool,
    replace: bool,
    file: str | None,
) -> None:
    """Agree on what the file changes, from a day on. What has its yeses takes effect, the rest waits.

    \b
    Example:
      planner agree --from 2027-03-01
      planner agree --by ana --by ben --note "From the spring on"
    """
    loaded = load(file)
    stored = waiting_for(loaded)
    day = on or default_day(loaded.history, stored, tomorrow(settings))
    _allowed(loaded, settings, day, backdate=backdate, replace=replace)
    agree_on(loaded, settings, day, known_people(loaded.agreement, by), note)


def agree_on(loaded: Loaded, settings: Settings, day: date, by: tuple[str, ...], note: str | None) -> None:
    """Say what changes from a day on, ask, and keep what is agreed; 3 where something waits, 1 where it is a no."""
    stored = waiting_for(loaded)
    changes = opened(loaded.history, day, stored)
    if not changes:
        keep_waiting(loaded, ())
        click.echo(_nothing(loaded))
        return
    _show(loaded, changes, day)
    say_revealed(loaded.history, settings)
    if day < settings.today and loaded.history.versions:
        click.echo(rewritten(loaded, day, settings.today) + "\n")
    click.echo(HONESTY + "\n")
    try:
        yeses = _yeses(loaded.agreement, changes, by)
    except (click.Abort, KeyboardInterrupt):  # the second where it comes between two questions
        raise Stop("\nplanner: nothing was agreed, and nothing has changed", REFUSED) from None
    if yeses is None:
        click.echo("Nothing was agreed, and nothing has changed.")
        raise Stop("", PROBLEMS)
    given, deciding = yeses
    decision = decide(loaded.history, day, changes, given, stored, settings.today, decided=bool(deciding))
    carry_out(loaded, settings, decision, deciding, note)


def _allowed(loaded: Loaded, settings: Settings, day: date, *, backdate: bool, replace: bool) -> None:
    """Hold a day that rewrites what was to its option."""
    later = later_versions(loaded.history, day)
    if day < settings.today and not backdate:
        message = f"planner: {say_date(day)} is over, and a version from then on rewrites what calendars show of it; "
        raise Stop(f"{message}if that is what you want, add --backdate", REFUSED)
    if later and not replace:
        days = listed(say_date(v.on) for v in later)
        message = (
            f"planner: something else is agreed from {days} on already; agree from that day (--from {later[-1].on})"
        )
        raise Stop(f"{message}, or add --replace, and what you agree now holds in its place", REFUSED)


def _nothing(loaded: Loaded) -> str:
    if not loaded.history.versions:
        return "Nothing is asked of anybody's time yet, so there is nothing to agree on."
    last = loaded.history.versions[-1]
    return f"Nothing to agree on: what the file asks of your time is what holds {since(last.on)}."


def known_people(agreement: Agreement, names: Iterable[str]) -> tuple[str, ...]:
    """The keys of people, given by key or name; an unknown one stops with 2."""
    found = []
    for word in names:
        alike = [k for k, p in agreement.people.items() if word == k or p.name.casefold() == word.casefold()]
        if not alike:
            raise Stop(f'planner: no person "{shown(word)}"; {unknown(word, agreement.people)}', USAGE)
        found.append(word if word in agreement.people else alike[0])
    return tuple(dict.fromkeys(found))


def _show(loaded: Loaded, changes: Iterable[Open], day: date) -> None:
    """The difference in sentences, ritual by ritual whose yes is needed and why."""
    if not loaded.history.versions:
        click.echo("This is the first time that you agree. All of it takes effect together.\n")
    said = {change.revised.ritual: change.yes for change in changes}
    click.echo("\n".join(told(loaded, [change.revised for change in changes], said)))
    for version in later_versions(loaded.history, day):
        click.echo(f"What was agreed from {say_date(version.on)} on holds no longer.")
    click.echo()


def rewritten(loaded: Loaded, first: date, today: date) -> str:
    """What a version from a past day on changes of the days that are over, in lines."""
    if first < loaded.history.versions[0].on:
        first = min(first, loaded.agreement.starts)  # the earliest version holds from the start
    old, new = (
        {(o.ritual, str(o.start), str(o.end), o.who): o for o in occurrences(compile_versions(h, None), first, today)}
        for h in (loaded.history, drafted(loaded.history, first))
    )
    gone = _by_title(o for key, o in old.items() if key not in new)
    come = _by_title(o for key, o in new.items() if key not in old)
    if not gone and not come:
        return f"Of the days from {say_date(first)} to yesterday nothing is rewritten."
    lines = [f"This rewrites days that are over, from {say_date(first)} on:"]
    for title in dict.fromkeys((*gone, *come)):
        parts = [f"{verb} {_some(days[title])}" for verb, days in (("out", gone), ("in", come)) if title in days]
        lines.append(f"  {title}: {'; '.join(parts)}")
    return "\n".join(lines)


def _by_title(found: Iterable[Occurrence]) -> dict[str, list[date]]:
    by_title: dict[str, list[date]] = {}
    for o in found:
        by_title.setdefault(o.look.summary, []).append(o.day)
    return by_title


def _some(days: list[date]) -> str:
    said = [f"on {say_date(days[0])}", *(say_date(day) for day in days[1:3])]
    return listed([*said, f"{len(days) - 3} more"] if len(days) > 3 else said)


# ── asking ───────────────────────────────────────────────────────────


def can_ask() -> bool:
    """Whether a person sits at a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _yeses(
    agreement: Agreement, changes: list[Open], by: tuple[str, ...]
) -> tuple[dict[str, list[str]], tuple[str, ...]] | None:
    """Who says yes to which ritual, as given or as asked, and who decides on what needs no yes.

    None where nobody wants any of it.
    """
    given = {c.revised.ritual: [p for p in by if p in c.lacking] for c in changes}
    if by:
        return given, by
    lacking = dict.fromkeys(p for c in changes for p in c.lacking)
    if not can_ask():
        if not lacking:
            message = f"planner: say --by who decides, such as --by {next(iter(agreement.people))}"
            raise Stop(f"{message}; without a name nothing takes effect", REFUSED)
        message = (
            f"planner: say who says yes, such as --by {next(iter(lacking))}; without a terminal nobody can be asked"
        )
        raise Stop(message, USAGE)
    for person in agreement.people:
        mine = [c for c in changes if person in c.lacking]
        for change in _chosen(agreement.name(person), mine) if mine else ():
            given[change.revised.ritual].append(person)
    free = [c for c in changes if not c.revised.needs]
    deciding: tuple[str, ...] = ()
    if free:
        what = "this" if len(free) == len(changes) else listed(_title(c) for c in free)
        one = ask_whose_word(agreement, f"Who decides on {what}?", "nobody, and it stays a draft")
        deciding = (one,) if one else ()
    elif not lacking and not click.confirm("Shall it take effect so?", default=False):
        return None
    if not deciding and not any(given.values()) and not any(c.yes for c in changes):
        return None
    return given, deciding


def ask_whose_word(agreement: Agreement, question: str, nobody: str) -> str | None:
    """The person whose word it is, asked until it is one of them; None where they go on without a name."""
    names = listed((person.name for person in agreement.people.values()), "or")
    while True:
        said = click.prompt(f"{question} ({names}; Enter for {nobody})", default="", show_default=False).strip()
        if not said:
            return None
        try:
            return known_people(agreement, [said])[0]
        except Stop as e:
            click.echo(e.message.removeprefix("planner: "))


def _chosen(name: str, mine: list[Open]) -> list[Open]:
    """The changes to which a person says yes, asked at once or one by one."""
    if len(mine) == 1:
        return mine if click.confirm(f"{name}, do you say yes to this one? {_title(mine[0])}", default=False) else []
    question = f"{name}, do you say yes to all {len(mine)} that ask you? (yes, no, or one by one)"
    while True:
        said = click.prompt(question, default="no").strip().casefold()
        answer = next((word for word in ("yes", "no", "one", "each") if said and word.startswith(said)), None)
        if answer:
            break
        click.echo("Please answer yes, no or one.")
    if answer in ("yes", "no"):
        return mine if answer == "yes" else []
    return [change for change in mine if click.confirm(f"  {change.revised.sentence} Yes?", default=False)]


def _title(change: Open) -> str:
    return f'"{change.revised.title.replace("{turn}", "…")}"'


def _keeps_single_dates(loaded: Loaded, version: Stored) -> None:
    """Hold that each skip, each change and all that is placed in the file still means something with this version."""
    stored = [one for one in stored_versions(loaded.path) if isinstance(one, Stored)]
    current, findings = read_current(loaded.document.values, [*stored, version], shelf)
    wrong = [f for f in findings if f.severity == ERROR]
    if current is not None:
        after = History(current, holding((*loaded.history.versions, version.version)))
        wrong = errors(Examined(current, loaded.document.values, current.starts, current.starts, after))
    if wrong:
        lines = ["planner: nothing was agreed, for single dates in the file would then mean nothing any more:"]
        lines += [str(problem) for problem in placed(loaded.document, wrong)]
        lines.append("planner: take them out, or give them the dates that they have then; and agree again")
        raise Stop("\n".join(lines), PROBLEMS)


# ── carrying it out ──────────────────────────────────────────────────


def carry_out(loaded: Loaded, settings: Settings, decision: Decision, by: tuple[str, ...], note: str | None) -> None:
    """Keep what was decided, and say so; 3 where something waits."""
    if decision.agreement is not None:
        agreed = header(decision, loaded.history, said=settings.today, by=by, note=note or None)
        path, data, version = new_version(loaded, decision.agreement, agreed)
        _keeps_single_dates(loaded, version)
        keep_version(loaded, path, data)
    keep_waiting(loaded, decision.waiting)
    if decision.agreement is not None:
        number = len(decision.taken)
        whole = "All of it is" if not decision.waits else "One change is" if number == 1 else f"{number} changes are"
        click.echo(f"{whole} agreed {since(decision.on)}, kept in {path}.")
        click.echo(follow(loaded.path))
    if not decision.waits:
        return
    if decision.whole and not loaded.history.versions:
        click.echo("Until everyone has said yes the file goes on holding as it stands.")
    elif decision.whole:
        click.echo("What replaces an agreement takes effect as a whole; until then the agreed versions hold.")
    for change in decision.waits:
        if not change.lacking:
            click.echo(f"{_title(change)} waits for the word of the one who decides (--by).")
            continue
        kept = f" {loaded.agreement.names(change.yes)} said yes." if change.yes else ""
        click.echo(f"{_title(change)} waits for {loaded.agreement.names(change.lacking)}.{kept}")
    lacking = tuple(p for p in loaded.agreement.people if any(p in c.lacking for c in decision.waits))
    names = loaded.agreement.names(lacking) if lacking else "the one who decides"
    raise Stop(f"planner: waiting for {names}", REFUSED)
