"""`planner init`: a new agreement from a template, or from another agreement with an id of its own.

The questions and an option for each answer; what a template makes of the answers is in `filling`.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

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
from planner.files import FileTroubleError, agreement_templates, create_whole, is_own_template, text_of
from planner.filling import Answers, Piece, TemplateFault, asks_zones, fill, is_whole, pieces, summary
from planner.tables import KEY, RESERVED, unknown
from planner.words import shown
from planner.zones import is_zone

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
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "'": "", "’": ""}
)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


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
    if listing or (not given and source is None and not _can_ask()):
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
        _write(path, fill(text, answers, _left_out(pieces(text, answers), taken, left)))
    except TemplateFault as e:
        raise Stop(f"{templates[chosen]}:{e.line}:1: error: {e}", PROBLEMS) from e
    except (click.Abort, KeyboardInterrupt):  # the second where it comes between two questions
        raise Stop("\nplanner: nothing was written", REFUSED) from None


def _in_order(templates: dict[str, str]) -> dict[str, str]:
    """The templates as they are listed: ours from the usual to the special, then a couple's own."""
    ours = [name for name in _FIRST_LISTED if name in templates]
    return {name: templates[name] for name in [*ours, *(n for n in templates if n not in ours)]}


def _list(templates: dict[str, str]) -> str:
    lines = ["Templates to begin with:"]
    width = max(map(len, templates), default=0)
    for name, path in templates.items():
        said = summary(text_of(path) or "") or "no word about it in its first line"
        lines.append(f"  {name:<{width}}  {said}{' (your own)' if is_own_template(path) else ''}")
    lines.append(f"\nplanner init --template {next(iter(templates), 'NAME')} writes agreement.toml.")
    return "\n".join(lines)


def _write(path: str, text: str) -> None:
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

        for line in told_at_night(checked.agreement, named):
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


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _answers(
    settings: Settings,
    persons: tuple[str, ...],
    zones: tuple[str, ...],
    starts: date | None,
    title: str | None,
    each_zone: bool,
) -> Answers:
    """The answers as given, and what is missing as the person says it; without a terminal, what is missing is said."""
    people = _people(persons)
    zone, own = _zones(zones)
    if not _can_ask():
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
        people |= _ask(
            "Your names, separated by commas" if not people else "Who else", lambda text: _named(text, people)
        )
    if stranger := next((key for key in own if key not in people), None):
        hint = unknown(stranger, people)
        raise Stop(f'planner: --timezone {shown(stranger)}=…: no person "{shown(stranger)}"; {hint}', USAGE)
    zone = zone or _ask("Whose clocks count (time zone)", _zone, _zone_here())
    if each_zone and _can_ask():
        for key, name in people.items():
            own[key] = own.get(key) or _ask(f"Where {name} lives (time zone)", _zone, zone)
    if starts is None:
        monday = settings.today + timedelta(days=7 - settings.today.weekday())
        starts = _ask("From which day", lambda text: Day().convert(text, None, None), str(monday))
    if title is not None and (not title.strip() or _UNSEEN.search(title)):
        raise Stop('planner: --title needs a text of one line, such as --title "Ana & Ben"', USAGE)
    return Answers(_new_id(), people, zone, starts, (title or " & ".join(people.values())).strip(), own)


def _zones(given: tuple[str, ...]) -> tuple[str | None, dict[str, str]]:
    """The agreement's zone, and those of single people, by key."""
    zone: str | None = None
    own: dict[str, str] = {}
    for text in given:
        key, sign, name = (part.strip() for part in text.rpartition("="))
        if sign:
            own[key] = _zone(name)
        elif zone is not None:
            raise Stop(f"planner: --timezone says two zones, {zone} and {text}; for one person write KEY=ZONE", USAGE)
        else:
            zone = _zone(text)
    return zone, own


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
    if not _can_ask():
        return set()
    wide = max(len(piece.name) for piece in there)
    titles = max(len(piece.title) for piece in there)
    click.echo("\nIts pieces:")
    for piece in there:
        click.echo(f"  {piece.name:<{wide}}  {piece.title:<{titles}}  {piece.when}".rstrip())
    chosen: set[str] = _ask("Which do you take (names with commas)", lambda text: _pieces(text, there), "all")
    return names - chosen


def _pieces(text: str, there: list[Piece]) -> set[str]:
    """The pieces that a text names: all, none, or some of them by name or title."""
    by_name = {piece.name: piece.name for piece in there} | {piece.title.casefold(): piece.name for piece in there}
    found: set[str] = set()
    for word in filter(None, (part.strip().casefold() for part in text.split(","))):
        if word in ("all", "none"):
            found |= {piece.name for piece in there} if word == "all" else set()
        elif word in by_name:
            found.add(by_name[word])
        else:
            raise Stop(f'planner: no piece "{shown(word)}"; {unknown(word, [p.name for p in there])}', USAGE)
    return found


def _ask(question: str, read: Callable[[str], Any], default: str | None = None) -> Any:
    """What `read` makes of an answer; asked again where it cannot be read."""

    def checked(text: str) -> Any:
        try:
            return read(text.strip())
        except Stop as e:
            raise click.BadParameter(e.message.removeprefix("planner: ")) from e

    return click.prompt(question, default=default, value_proc=checked)


def _asked_template(templates: dict[str, str]) -> str:
    if not _can_ask():
        first = next(iter(templates), "NAME")
        raise Stop(f"planner: which template? Give --template, such as --template {first}; --list shows them", USAGE)
    click.echo(_list(templates).rpartition("\n\n")[0] + "\n")
    chosen: str = _ask("Which template", lambda text: _known(text, templates), next(iter(templates), None))
    return chosen


def _known(template: str, templates: dict[str, str]) -> str:
    if template not in templates:
        raise Stop(f'planner: no template "{shown(template)}"; {unknown(template, templates)}', USAGE)
    return template


def _people(persons: tuple[str, ...]) -> dict[str, str]:
    """Names by key, from KEY=NAME or a name alone."""
    people: dict[str, str] = {}
    for text in persons:
        key, sign, name = (part.strip() for part in text.partition("="))
        if not sign:
            people[_new_key(key, people)] = _name(key)
            continue
        if not KEY.fullmatch(key) or key in RESERVED:
            why = "has a meaning of its own" if key in RESERVED else "is no key for a person"
            raise Stop(
                f'planner: "{shown(key)}" {why}; write --person KEY=NAME with a key such as ana, or the name alone',
                USAGE,
            )
        if key in people:
            raise Stop(f'planner: two people have the key "{key}"; give each a key of their own', USAGE)
        people[key] = _name(name, key)
    return people


def _named(text: str, others: dict[str, str]) -> dict[str, str]:
    """Names by key, from an answer; two in all."""
    people: dict[str, str] = {}
    for name in filter(None, (part.strip() for part in re.split(r",|&|\sand\s", text))):
        people[_new_key(name, others | people)] = _name(name)
    if len(people) + len(others) < 2:
        raise Stop("planner: an agreement is between two or more: Ana, Ben", USAGE)
    return people


def _name(name: str, key: str = "ana") -> str:
    if not name:
        raise Stop(f"planner: a person needs a name: --person {key}={key.capitalize()}", USAGE)
    if _UNSEEN.search(name):
        raise Stop(f'planner: the name "{shown(name)}" holds an invisible character; type it anew', USAGE)
    return name


def _new_key(name: str, taken: dict[str, str]) -> str:
    """A key made from a name, such as "zoe-oneil"; numbered where someone has it already."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN)).encode("ascii", "ignore").decode()
    key = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:20].strip("-")
    if key and key not in RESERVED and key not in taken:
        return key
    key = key if key and key not in RESERVED else "person"
    return next(
        f"{key}-{n}" for n in range(len(taken) + 1 if key == "person" else 2, 1000) if f"{key}-{n}" not in taken
    )


def _zone(zone: str) -> str:
    if not is_zone(zone):
        from planner.reading_people import unknown_zone
        from planner.zones import zone_names

        raise Stop(f'planner: no time zone "{shown(zone)}"; {unknown_zone(zone, zone_names())}', USAGE)
    return zone


def _zone_here() -> str | None:
    """A guess for the prompt alone: the zone this machine is set to."""
    for guess in (os.environ.get("TZ", ""), os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]):
        if is_zone(guess):
            return guess
    return None
