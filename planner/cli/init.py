"""`planner init`: a new agreement from a template, or from another agreement with an id of its own.

The questions and an option for each answer; what a template makes of the answers is in `filling`.
"""

from __future__ import annotations

import os
import secrets
from datetime import date, timedelta

import click

from planner.cli.common import (
    PROBLEMS,
    REFUSED,
    USAGE,
    Day,
    Settings,
    Stop,
    agreement_path,
    examine_bytes,
    file_argument,
    load,
    settings_of,
)
from planner.cli.init_answers import UNSEEN, ask, ask_zone, can_ask, people_of, read_names, zone_here, zones_of
from planner.files import FileTroubleError, agreement_templates, create_whole, is_own_template, text_of
from planner.filling import Answers, Piece, TemplateFault, asks_zones, fill, is_whole, pieces, summary
from planner.tables import unknown
from planner.words import shown

# fmt: off
_FIRST = ("quiet", "bright", "calm", "clear", "gentle", "golden", "green", "open", "slow", "warm", "wide", "young")
_SECOND = ("harbor", "garden", "river", "meadow", "window", "island", "morning", "orchard", "valley", "lantern",
           "willow", "bridge")
# fmt: on
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_FIRST_LISTED = (
    "weekly-rhythm",
    "living-together",
    "parenting",
    "long-distance",
    "dating",
    "long-term",
    "gentle-start",
    "more-than-two",
    "blank",
)


@click.command("init")
@click.option("--template", "template", metavar="NAME", help="The template to begin with.")
@click.option("--list", "listing", is_flag=True, help="Show the templates.")
@click.option("--from", "source", type=click.Path(), metavar="FILE", help="Copy another agreement, with a new id.")
@click.option(
    "--person",
    "persons",
    multiple=True,
    metavar="KEY=NAME",
    help="A person, such as ana=Ana; give it for each.",
)
@click.option(
    "--timezone",
    "zones",
    multiple=True,
    metavar="ZONE|KEY=ZONE",
    help='Whose clocks count, such as "Europe/Berlin"; with KEY=ZONE those of one person.',
)
@click.option("--starts", type=Day(), help="The first day on which it applies.")
@click.option("--title", help='What it is called (default: "Ana & Ben").')
@click.option("--take", "taken", multiple=True, metavar="PIECE", help="Only these pieces of the template (or: all).")
@click.option("--without", "left", multiple=True, metavar="PIECE", help="All but these pieces of the template.")
@file_argument
@settings_of
def init_command(
    settings: Settings,
    *,
    template: str | None,
    listing: bool,
    source: str | None,
    persons: tuple[str, ...],
    zones: tuple[str, ...],
    starts: date | None,
    title: str | None,
    taken: tuple[str, ...],
    left: tuple[str, ...],
    file: str | None,
) -> None:
    """Write a new agreement. It asks for names, zone, start and pieces, and never overwrites a file.

    \b
    Example:
      planner init --list
      planner init --template weekly-rhythm --person ana=Ana --person ben=Ben \\
          --timezone Europe/Berlin --starts 2027-01-04
    """
    templates = _in_order(agreement_templates())
    path = agreement_path(file)
    answered = {
        "--template": template,
        "--person": persons,
        "--timezone": zones,
        "--starts": starts,
        "--title": title,
        "--take": taken,
        "--without": left,
    }
    given = [option for option, answer in answered.items() if answer]
    if listing or (not given and source is None and not can_ask()):
        click.echo(_list(templates))
        return
    if source is not None and given:
        raise Stop(f"planner: --from copies all of another agreement; {given[0]} does not go with it", USAGE)
    if os.path.lexists(path):
        raise Stop(f"planner: {path} is there already and stays as it is; name another file", REFUSED)
    if source is not None:
        _write(path, _copied(source))
        return
    try:
        chosen = _known(template, templates) if template else _asked_template(templates)
        text = text_of(templates[chosen]) or ""
        if is_whole(text):
            if more := [option for option in given if option != "--template"]:
                raise Stop(f"planner: {chosen} is a whole agreement already; {more[0]} does not go with it", USAGE)
            _write(path, _copied(templates[chosen]))
            return
        answers = _answers(settings, persons, zones, starts, title, asks_zones(text))
        filled = fill(text, answers, _left_out(pieces(text, answers), taken, left))
        _write(path, filled, at_home=chosen in _FIRST_LISTED and not asks_zones(text))
    except TemplateFault as e:
        raise Stop(f"{templates[chosen]}:{e.line}:1: error: {e}", PROBLEMS) from e
    except (click.Abort, KeyboardInterrupt):  # the second where it comes between two questions
        raise Stop("\nplanner: nothing was written", REFUSED) from None


def _in_order(templates: dict[str, str]) -> dict[str, str]:
    """The templates as they are listed: ours from the usual to the special, then a couple's own."""
    ours = [name for name in _FIRST_LISTED if name in templates]
    return {name: templates[name] for name in [*ours, *(n for n in templates if n not in ours)]}


def _list(templates: dict[str, str], *, numbered: bool = False) -> str:
    lines = ["Templates to begin with:"]
    width = max(map(len, templates), default=0)
    for n, (name, path) in enumerate(templates.items(), 1):
        said = summary(text_of(path) or "") or "no word about it in its first line"
        lead = f"{n:>2} " if numbered else "  "
        lines.append(f"{lead}{name:<{width}}  {said}{' (your own)' if is_own_template(path) else ''}")
    lines.append(f"\nplanner init --template {next(iter(templates), 'NAME')} writes agreement.toml.")
    return "\n".join(lines)


def _write(path: str, text: str, *, at_home: bool = False) -> None:
    """Write it and say what comes next; `at_home` where its template is made for people under one clock."""
    data = text.encode()
    checked = examine_bytes(path, data)
    if isinstance(checked, list):
        problems = "\n".join(map(str, checked))
        raise Stop(f"planner: nothing was written, for this would have to be mended first:\n{problems}", PROBLEMS)
    try:
        create_whole(path, data)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    named = ""
    if path != agreement_path(None):
        from shlex import quote

        named = f" {quote(path)}"
    click.echo(f"{path} is yours now. Read it aloud together, and change what is not yours.")
    click.echo(f"Then: planner check{named}, planner agenda{named}, planner export{named}")
    if (
        "night-hours" not in checked.agreement.quiet
        and len({p.timezone for p in checked.agreement.people.values()}) > 1
    ):
        from planner.checks_clocks import told_at_night  # few live by several clocks

        lines = list(told_at_night(checked.agreement, named))
        if lines and at_home:
            lines.append("This template is made for one home; for two clocks there is long-distance.")
        for line in lines:
            click.echo(line)


def _copied(source: str) -> str:
    """Another agreement's text with an id of its own: its calendars are not these."""
    from planner.document import set_value

    if not os.path.lexists(source):
        raise Stop(f"planner: there is no file {source}; --from copies an agreement that is there", USAGE)
    return set_value(load(source).document, ("agreement", "id"), _new_id()).encode().decode()


def _new_id() -> str:
    tail = "".join(secrets.choice(_LETTERS) for _ in range(6))
    return f"{secrets.choice(_FIRST)}-{secrets.choice(_SECOND)}-{tail}"


# ── answers ──────────────────────────────────────────────────────────


def _answers(
    settings: Settings,
    persons: tuple[str, ...],
    zones: tuple[str, ...],
    starts: date | None,
    title: str | None,
    each_zone: bool,
) -> Answers:
    """The answers as given, and what is missing as the person says it; without a terminal, what is missing is said."""
    people = people_of(persons)
    zone, own = zones_of(zones)
    if not can_ask():
        missing = {
            "--person for each of you, such as --person ana=Ana --person ben=Ben": len(people) < 2,
            "--timezone, such as --timezone Europe/Berlin": zone is None,
            "--starts, such as --starts 2027-01-04": starts is None,
        }
        if any(missing.values()):
            raise Stop(
                f"planner: some answers are missing; give {', and '.join(m for m in missing if missing[m])}", USAGE
            )
    if len(people) < 2:
        people |= ask(
            "Your names, separated by commas" if not people else "Who else", lambda text: read_names(text, people)
        )
    if stranger := next((key for key in own if key not in people), None):
        hint = unknown(stranger, people)
        raise Stop(f'planner: --timezone {shown(stranger)}=…: no person "{shown(stranger)}"; {hint}', USAGE)
    zone = zone or ask_zone("Whose clocks count (time zone)", zone_here())
    if each_zone and can_ask():
        for key, name in people.items():
            own[key] = own.get(key) or ask_zone(f"Where {name} lives (time zone)", zone)
    if starts is None:
        monday = settings.today + timedelta(days=7 - settings.today.weekday())
        starts = ask("From which day", lambda text: Day().convert(text, None, None), str(monday))
    if title is not None and (not title.strip() or UNSEEN.search(title)):
        raise Stop('planner: --title needs a text of one line, such as --title "Ana & Ben"', USAGE)
    return Answers(_new_id(), people, zone, starts, (title or " & ".join(people.values())).strip(), own)


def _left_out(there: list[Piece], taken: tuple[str, ...], left: tuple[str, ...]) -> set[str]:
    """The names of the pieces that stay out, by the options, else by what the person says."""
    if not there:
        if taken or left:
            raise Stop("planner: this template has no pieces to choose from; leave --take and --without out", USAGE)
        return set()
    if taken and left:
        raise Stop("planner: --take and --without say the same thing twice; give one of them", USAGE)
    names = {piece.name for piece in there}
    if taken or left:
        wanted = _pieces(",".join(taken or left), there)
        return names - wanted if taken else wanted
    if not can_ask():
        return set()
    wide = max(len(piece.name) for piece in there)
    titles = max(len(piece.title) for piece in there)
    click.echo("\nIts pieces:")
    for n, piece in enumerate(there, 1):
        click.echo(f"{n:>2} {piece.name:<{wide}}  {piece.title:<{titles}}  {piece.when}".rstrip())
    question = "Which do you take (names or numbers, with commas)"
    chosen: set[str] = ask(question, lambda text: _pieces(text, there, numbered=True), "all")
    return names - chosen


def _pieces(text: str, there: list[Piece], *, numbered: bool = False) -> set[str]:
    """The pieces that a text names: all, none, or some of them by name or title, or by number where they have one."""
    by_name = {str(n): piece.name for n, piece in enumerate(there, 1)} if numbered else {}
    by_name |= {piece.title.casefold(): piece.name for piece in there} | {piece.name: piece.name for piece in there}
    found: set[str] = set()
    for word in filter(None, (part.strip().casefold() for part in text.split(","))):
        if word in ("all", "none"):
            found |= {piece.name for piece in there} if word == "all" else set()
        elif word in by_name:
            found.add(by_name[word])
        else:
            raise Stop(f'planner: no piece "{shown(word)}"; {unknown(word, [p.name for p in there])}', USAGE)
    return found


def _asked_template(templates: dict[str, str]) -> str:
    if not can_ask():
        first = next(iter(templates), "NAME")
        raise Stop(f"planner: which template? Give --template, such as --template {first}; --list shows them", USAGE)
    click.echo(_list(templates, numbered=True).rpartition("\n\n")[0] + "\n")
    numbers = {str(n): name for n, name in enumerate(templates, 1)}

    def read(text: str) -> str:
        return _known(text if text in templates else numbers.get(text, text), templates)

    chosen: str = ask("Which template (name or number)", read, next(iter(templates), None))
    return chosen


def _known(template: str, templates: dict[str, str]) -> str:
    if template not in templates:
        raise Stop(f'planner: no template "{shown(template)}"; {unknown(template, templates)}', USAGE)
    return template
