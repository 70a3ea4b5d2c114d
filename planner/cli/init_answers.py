"""Answers of `planner init`: names and time zones, from options or asked at a terminal, asked again where unclear.

In: what a person types. Out: names by key, names of zones; `Stop` with what would help. The prompt is here.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import Any

import click

from planner.cli.common import USAGE, Stop
from planner.tables import KEY, RESERVED
from planner.words import shown
from planner.zones import is_zone

_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "'": "", "’": ""}
)
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def can_ask() -> bool:
    """Whether somebody sits at a terminal and can answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str, read: Callable[[str], Any], default: str | None = None) -> Any:
    """What `read` makes of an answer; asked again where it cannot be read."""

    def checked(text: str) -> Any:
        try:
            return read(text.strip())
        except Stop as e:
            raise click.BadParameter(e.message.removeprefix("planner: ")) from e

    return click.prompt(question, default=default, value_proc=checked)


def people_of(persons: tuple[str, ...]) -> dict[str, str]:
    """Names by key, from KEY=NAME or a name alone."""
    people: dict[str, str] = {}
    for text in persons:
        key, sign, name = (part.strip() for part in text.partition("="))
        if not sign:
            people[new_key(key, people)] = _name(key)
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


def read_names(text: str, others: dict[str, str]) -> dict[str, str]:
    """Names by key, from an answer; two in all."""
    people: dict[str, str] = {}
    for name in filter(None, (part.strip() for part in re.split(r",|&|\sand\s", text))):
        if name.casefold() in (other.casefold() for other in (*others.values(), *people.values())):
            raise Stop(
                f'planner: two of you are called "{shown(name)}", and nobody could tell whose evening it is; '
                f'add a letter, such as "{shown(name)} B."',
                USAGE,
            )
        people[new_key(name, others | people)] = _name(name)
    if len(people) + len(others) < 2:
        raise Stop("planner: an agreement is between two or more: Ana, Ben", USAGE)
    return people


def _name(name: str, key: str = "ana") -> str:
    if not name:
        raise Stop(f"planner: a person needs a name: --person {key}={key.capitalize()}", USAGE)
    if UNSEEN.search(name):
        raise Stop(f'planner: the name "{shown(name)}" holds an invisible character; type it anew', USAGE)
    return name


def new_key(name: str, taken: dict[str, str]) -> str:
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


def zones_of(given: tuple[str, ...]) -> tuple[str | None, dict[str, str]]:
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


def _zone(zone: str) -> str:
    if not is_zone(zone):
        from planner.reading_people import unknown_zone
        from planner.zones import zone_names

        raise Stop(f'planner: no time zone "{shown(zone)}"; {unknown_zone(zone, zone_names())}', USAGE)
    return zone


def ask_zone(question: str, default: str | None) -> str:
    """A time zone; a city is enough where only one zone is called by it, and then the zone is said."""
    said: dict[str, str] = {}

    def read(text: str) -> str:
        found = None if is_zone(text) else _only_zone_of(text)
        said["zone"] = f"That is {found}." if found else ""
        return found or _zone(text)

    zone: str = ask(question, read, default)
    if said["zone"]:
        click.echo(said["zone"])
    return zone


def _only_zone_of(city: str) -> str | None:
    """The zone of a city, where no other zone is called so: "new york" is "America/New_York"."""
    from planner.zones import zone_names

    plain = city.casefold().replace(" ", "_")
    named = [name for name in zone_names() if "/" in name and plain in (name.casefold(), _city(name).casefold())]
    return named[0] if len(named) == 1 else None


def _city(zone: str) -> str:
    return zone.rpartition("/")[2]


def zone_here() -> str | None:
    """A guess for the prompt alone: the zone this machine is set to."""
    for guess in (os.environ.get("TZ", ""), os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]):
        if is_zone(guess):
            return guess
    return None
