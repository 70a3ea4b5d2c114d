"""`planner init`: a new agreement from a template, or from another agreement with an id of its own."""

from __future__ import annotations

import os
import re
import secrets
import sys
from datetime import date, timedelta
from string import Template

import click

from planner.cli.common import (
    REFUSED,
    USAGE,
    Day,
    Settings,
    Stop,
    agreement_path,
    examine_bytes,
    file_argument,
    load,
    refuse_problems,
    settings_of,
)
from planner.files import FileTroubleError, agreement_templates, create_whole, text_of
from planner.tables import KEY, RESERVED, unknown
from planner.zones import is_zone

_FIRST = (
    "quiet",
    "bright",
    "calm",
    "clear",
    "gentle",
    "golden",
    "green",
    "open",
    "slow",
    "warm",
    "wide",
    "young",
)
_SECOND = (
    "harbor",
    "garden",
    "river",
    "meadow",
    "window",
    "island",
    "morning",
    "orchard",
    "valley",
    "lantern",
    "willow",
    "bridge",
)
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


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
@click.option("--timezone", metavar="ZONE", help='Whose clocks count, such as "Europe/Berlin".')
@click.option("--starts", type=Day(), help="The first day on which it applies.")
@click.option("--title", help='What it is called (default: "Ana & Ben").')
@file_argument
@settings_of
def init_command(
    settings: Settings,
    *,
    template: str | None,
    listing: bool,
    source: str | None,
    persons: tuple[str, ...],
    timezone: str | None,
    starts: date | None,
    title: str | None,
    file: str | None,
) -> None:
    """Write a new agreement. It asks for names, zone and start, and never overwrites a file.

    \b
    Example:
      planner init --list
      planner init --template weekly-rhythm --person ana=Ana --person ben=Ben \\
          --timezone Europe/Berlin --starts 2027-01-04
    """
    templates = agreement_templates()
    path = agreement_path(file)
    if listing or (template is None and source is None and not sys.stdin.isatty()):
        click.echo(_list(templates))
        return
    if template is not None and source is not None:
        raise Stop("planner: --template and --from say two things; give one of them", USAGE)
    if os.path.lexists(path):
        raise Stop(f"planner: {path} is there already and stays as it is; name another file", REFUSED)
    if source is not None:
        _write(path, _copied(source))
        return
    if template is None:
        click.echo(_list(templates) + "\n")
        template = click.prompt("Which template", default=next(iter(templates), None))
    if template not in templates:
        raise Stop(f'planner: no template "{template}"; {unknown(str(template), templates)}', USAGE)
    people = _people(persons)
    zone = _zone(timezone)
    first = starts or _starts(settings)
    text = text_of(templates[template]) or ""
    (one, one_name), (two, two_name), *_ = people.items()
    body = text[text.index("\n") + 1 :].lstrip("#\n ") if text.startswith("# ") else text
    filled = Template(f"# {body}").substitute(
        id=_new_id(),
        title=_quoted(title or " & ".join(people.values())),
        starts=first.isoformat(),
        timezone=zone,
        people="\n".join(f'[people.{key}]\nname = "{_quoted(name)}"' for key, name in people.items()),
        one=one,
        two=two,
        one_name=_quoted(one_name),
        two_name=_quoted(two_name),
    )
    _write(path, filled)


def _list(templates: dict[str, str]) -> str:
    lines = ["Templates to begin with:"]
    width = max(map(len, templates), default=0)
    for name, path in templates.items():
        first = (text_of(path) or "").partition("\n")[0].removeprefix("# ")
        lines.append(f"  {name:<{width}}  {first.partition(': ')[2].strip()}")
    lines.append(f"\nplanner init --template {next(iter(templates), 'NAME')} writes agreement.toml.")
    return "\n".join(lines)


def _write(path: str, text: str) -> None:
    data = text.encode()
    checked = examine_bytes(path, data)
    if isinstance(checked, list):
        click.echo("planner: what would be written has problems, so nothing was:", err=True)
        refuse_problems(checked)
    try:
        create_whole(path, data)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    named = "" if path == "agreement.toml" else f" {path}"
    click.echo(f"{path} is yours now. Read it aloud together, and change what is not yours.")
    click.echo(f"Then: planner check{named}, planner agenda{named}, planner export{named}")


def _copied(source: str) -> str:
    """Another agreement's text with an id of its own: its calendars are not these."""
    from planner.document import set_value

    return set_value(load(source).document, ("agreement", "id"), _new_id()).encode().decode()


def _new_id() -> str:
    tail = "".join(secrets.choice(_LETTERS) for _ in range(6))
    return f"{secrets.choice(_FIRST)}-{secrets.choice(_SECOND)}-{tail}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


# ── answers ──────────────────────────────────────────────────────────


def _asked(question: str, option: str, example: str, default: str | None = None) -> str:
    """An answer from the person, or, without a terminal, a usage error that names the option."""
    if not sys.stdin.isatty():
        raise Stop(f"planner: {question.lower()}? Give {option}, such as {option} {example}", USAGE)
    answer: str = click.prompt(question, default=default, type=str)
    return answer.strip()


def _people(persons: tuple[str, ...]) -> dict[str, str]:
    people: dict[str, str] = {}
    for text in persons:
        key, sign, name = text.partition("=")
        name = name.strip() if sign else text.strip()
        key = key.strip() if sign else _key_for(text)
        _add_person(people, key, name)
    if not people and sys.stdin.isatty():
        names = _asked("Your names, separated by commas", "--person", "ana=Ana")
        for name in filter(None, (n.strip() for n in names.split(","))):
            _add_person(people, _key_for(name), name)
    if len(people) < 2:
        raise Stop(
            "planner: an agreement is between two or more; give --person for each: --person ana=Ana --person ben=Ben",
            USAGE,
        )
    return people


def _add_person(people: dict[str, str], key: str, name: str) -> None:
    if not KEY.fullmatch(key) or key in RESERVED:
        raise Stop(
            f'planner: "{key}" is no key for a person; write --person KEY=NAME with a key such as "ana"',
            USAGE,
        )
    if not name or not name.isprintable():
        raise Stop(f'planner: "{key}" needs a name: --person {key}=Ana', USAGE)
    if key in people:
        raise Stop(f'planner: "{key}" is named twice; give each person a key of their own', USAGE)
    people[key] = name


def _key_for(name: str) -> str:
    """A key made from a name: "Zoë Müller" is "zoe-muller"."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:20].strip("-")


def _zone(given: str | None) -> str:
    zone = given or _asked("Whose clocks count (time zone)", "--timezone", "Europe/Berlin", _zone_here())
    if not is_zone(zone):
        from planner.reading_rituals import unknown_zone
        from planner.zones import zone_names

        raise Stop(f'planner: no time zone "{zone}"; {unknown_zone(zone, zone_names())}', USAGE)
    return zone


def _zone_here() -> str | None:
    """A guess for the prompt alone: the zone this machine is set to."""
    for guess in (os.environ.get("TZ", ""), os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]):
        if is_zone(guess):
            return guess
    return None


def _starts(settings: Settings) -> date:
    monday = settings.today + timedelta(days=7 - settings.today.weekday())
    answer = _asked("From which day", "--starts", str(monday), str(monday))
    day: date = Day().convert(answer, None, None)
    return day
