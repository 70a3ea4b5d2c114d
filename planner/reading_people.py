"""Who takes part in a ritual, who hosts, whose turn it is, who covers; and by whose clocks.

In: a `Table`, the `Ground`. Out: keys of people and names of zones, or findings.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any, NamedTuple

from planner.agreement import Person, Season, Stay
from planner.tables import MOST_PEOPLE, RESERVED, Path, Table, unknown
from planner.words import shown
from planner.zones import is_zone

NOT_TURN = ("not turn", ["not turn"])
"""How `who` says that it is for those whose turn it is not."""

_FOR_NOT_TURN = (
    'who = "not turn" stands alone, in [rituals] or [shared_evenings], with follows = "rituals.bedtime", say'
)


class Ground(NamedTuple):
    """What holds for the whole agreement, and what a ritual may leave to it."""

    people: dict[str, Person]
    helpers: dict[str, str]
    starts: dt.date | None
    until: dt.date | None
    timezone: str
    share: str | None
    remind: tuple[int, ...]
    seasons: tuple[Season, ...] = ()
    stays: tuple[Stay, ...] = ()
    language: str = "en"
    placed_freely: bool = False


def read_person(table: Table, path: Path, value: Any, people: dict[str, Person]) -> str | None:
    """The key of a person, or None with a finding."""
    if not isinstance(value, str):
        table.wants(path, value, "a person's key in quotes")
        return None
    if value in people:
        return value
    if not people or {"people.", f"people.{value}"} & table.findings.forgiven:
        return None  # there is a finding already
    table.wrong(path, "unknown-person", f'no person "{shown(value)}"; {_remedy(value, people, path)}')
    return None


def _remedy(word: str, people: dict[str, Person], path: Path) -> str:
    by_name = {p.name.casefold(): k for k, p in people.items()}
    if word.casefold().strip() in by_name:
        return f'write the key, "{by_name[word.casefold().strip()]}"'
    if word == NOT_TURN[0] and path[0] == "who":
        return _FOR_NOT_TURN
    if word == "turn" and path[0] == "who":
        return 'who = "turn" stands alone, where a ritual has turns or hosts'
    if word in RESERVED:
        listed = ", ".join(f'"{k}"' for k in people)
        return f"name them one by one: [{listed}]"
    return unknown(word, people)


def read_people(table: Table, key: str, people: dict[str, Person], *, twice: bool = False) -> tuple[str, ...] | None:
    """The keys of one or several people; "everyone" is all of them. A name stands twice only in turns.

    Nobody where nothing is written; None, with findings, where one of them is not known.
    """
    found: list[str | None] = []
    for path, value in table.items(key, MOST_PEOPLE):
        if value == "everyone" and not twice:
            found.extend(people)
        else:
            found.append(read_person(table, path, value, people))
    known = tuple(person for person in found if person)
    if len(known) < len(found) or (table.has(key) and not found):
        return None
    return known if twice else tuple(dict.fromkeys(known))


def read_who(table: Table, kind: str, ground: Ground) -> tuple[tuple[str, ...], bool, str | None, tuple[str, ...]]:
    """Who may take part, whether only the one whose turn it is does, who hosts, and who take turns."""
    everyone = tuple(ground.people)
    turns: tuple[str, ...] = ()
    host = None
    if kind == "host_night":
        host, turns = _hosts(table, ground)
    elif kind in ("ritual", "shared_evening"):
        turns = read_people(table, "turns", ground.people, twice=True) or ()
    if kind == "me_block":
        return _owner(table, ground), False, None, turns
    if not table.has("who"):
        return everyone, False, host, turns
    if table.raw("who") in NOT_TURN:
        if "follows" not in table.values:
            hint = 'who = "not turn" needs to know whose turn it is not; add follows = "rituals.bedtime", say'
            message = hint if kind in ("ritual", "shared_evening") else f"nobody is named here; {_FOR_NOT_TURN}"
            table.lacking("follows", ("who",), "no-turns", message)
        return everyone, False, host, turns
    if table.raw("who") in ("turn", ["turn"]):
        if "hosts" not in table.values and "turns" not in table.values:
            key = "hosts" if kind == "host_night" else "turns"
            hint = f"add `{key}`" if kind in ("host_night", "ritual", "shared_evening") else "name the people instead"
            table.lacking(key, ("who",), "no-turns", f'who = "turn" needs to know who takes turns; {hint}')
        return tuple(dict.fromkeys(turns)) or everyone, True, host, turns
    who = read_people(table, "who", ground.people)
    if who is None:
        return everyone, False, host, turns
    for key in ("host", "hosts", "turns"):
        told: set[str] = set()
        for path, person in table.items(key) if key in table.values else ():
            if isinstance(person, str) and person in ground.people and person not in (*who, *told):
                told.add(person)
                verb = "takes turns" if key == "turns" else "hosts"
                table.wrong(path, "not-taking-part", f'"{person}" {verb} but is not in `who`; add them there')
    return who, False, host, turns


def _owner(table: Table, ground: Ground) -> tuple[str, ...]:
    if not table.has("who"):
        table.missing("who", f'a me-block is one person\'s own: who = "{next(iter(ground.people), "ana")}"')
        return ()
    if table.raw("who") in NOT_TURN:
        table.wrong("who", "no-turns", f"a me-block is one person's own, by name; {_FOR_NOT_TURN}")
        return ()
    who = read_people(table, "who", ground.people) or ()
    if len(who) > 1:
        table.wrong("who", "one-owner", "a me-block is one person's own; what several share goes into [rituals]")
    return who[:1]


def _hosts(table: Table, ground: Ground) -> tuple[str | None, tuple[str, ...]]:
    host: str | None = None
    turns: tuple[str, ...] = ()
    if table.has("host"):
        host = read_person(table, ("host",), table.raw("host"), ground.people)
    if table.has("hosts"):
        turns = read_people(table, "hosts", ground.people, twice=True) or ()
        if table.has("host"):
            table.wrong("host", "host-and-hosts", "`host` and `hosts` say two things; keep one of them", part="key")
    elif not table.has("host"):
        people = ", ".join(f'"{k}"' for k in ground.people) or '"ana", "ben"'
        turns_or_host = f"write hosts = [{people}] to take turns, or one `host`"
        key = next(iter(ground.people), "ana")
        table.missing("hosts", f'write who hosts: host = "{key}"' if table.raw("at") == "open" else turns_or_host)
    return host, turns


def turn_in_texts(table: Table, turns: tuple[str, ...], host: str | None) -> None:
    """Hold that no text speaks of a turn where nobody takes turns."""
    if turns or host or any(key in table.values for key in ("host", "hosts", "turns")):
        return
    for key in ("title", "where", "notes", "gist", "prompts"):
        for path, value in table.items(key) if table.has(key) else []:
            if isinstance(value, str) and "{turn}" in value:
                table.wrong(path, "no-turns", "{turn} stands for the one whose turn it is; this ritual has no turns")


def read_cover(table: Table, who: tuple[str, ...], share: str, ground: Ground) -> str | None:
    """Who covers meanwhile: a person or a helper."""
    cover = table.text("cover", wanted="the key of a person or helper in quotes")
    if cover is None or cover in ground.helpers:
        return cover
    if cover not in ground.people:
        if not {"people.", "helpers.", f"people.{cover}", f"helpers.{cover}"} & table.findings.forgiven:
            known = [*ground.people, *ground.helpers]
            table.wrong("cover", "unknown-person", f'no person or helper "{shown(cover)}"; {unknown(cover, known)}')
    elif cover in who:
        table.wrong(
            "cover",
            "cover-takes-part",
            f'"{cover}" takes part and cannot cover too; name someone else, or a helper',
        )
    elif share == "private":
        table.wrong("cover", "private-cover", 'who covers must know when; write share = "busy" instead of "private"')
    return cover


def read_zone(table: Table, key: str) -> str | None:
    """An IANA time zone, or None with a finding."""
    name = table.text(key, wanted='a time zone in quotes such as "Europe/Berlin"')
    if name is None or is_zone(name):
        return name
    from planner.zones import zone_names  # reads the whole database, for a remedy only

    table.wrong(key, "unknown-zone", f'no time zone "{shown(name)}"; {unknown_zone(name, zone_names())}')
    return None


@cache
def unknown_zone(name: str, names: frozenset[str]) -> str:
    """A remedy for an unknown time zone."""
    from planner.problems import nearest

    plain = name.strip().casefold().replace(" ", "_")
    if re.fullmatch("[a-z]{2,5}", plain) or re.search("[0-9]", plain):
        return 'write the place whose clocks count, such as "Europe/Berlin" or "America/New_York"'
    cities: dict[str, str] = {}
    for known in sorted(names):
        if "/" in known:
            cities.setdefault(known.rpartition("/")[2].casefold(), known)
    near = cities.get(plain.rpartition("/")[2]) or nearest(plain, names) or cities.get(nearest(plain, cities) or "")
    return f'did you mean "{near}"?' if near else 'zones are written like "Europe/Berlin" or "America/New_York"'
