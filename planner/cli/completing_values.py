"""What a shell suggests behind `revise` and `add`: the keys of a heading, and what may stand behind their "=".

In: a heading, what an agreement names, what a machine has. Out: "who=ana", for every key; the caller takes what fits. A
text of one's own, a date or a time has no suggestion but its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner import keys
from planner.colors import color_names
from planner.files import templates
from planner.keys import Key
from planner.names import Names
from planner.schema import CHOICES
from planner.words import WEEKDAYS
from planner.zones import zone_names

_TABLES: Mapping[str, Mapping[str, Key]] = {
    **keys.RITUALS,
    "agreement": keys.AGREEMENT,
    "people": keys.PERSON,
    "helpers": keys.HELPER,
    "programs": keys.PROGRAM,
    "prompts": keys.OWN_PROMPTS,
    "seasons": keys.SEASON,
    "stays": keys.STAY,
    "pauses": keys.PAUSE,
    "pairs": keys.PAIR,
    "balance": keys.HOPE,
    "holidays": keys.HOLIDAYS,
    "calendar": keys.CALENDAR,
}
_NOT_ONE_WORD = ("id", "changes", "placed", "in_season", "sessions", "spans")
"""What never changes, and what is too much for one word; `skip`, `move` and an editor write it."""


def assignments(path: str, names: Names) -> list[str]:
    """Each key of the table at this path as "key=", then as "key=value" where there is something to choose from."""
    if "." not in path and path not in _TABLES:
        path = next((known for known in names.rituals if known.partition(".")[2] == path), path)
    table = _TABLES.get(path.partition(".")[0].partition("[")[0], {})
    told = {key: what.shape for key, what in table.items() if what.shape not in _NOT_ONE_WORD and key != "was"}
    return [f"{key}={value}" for key, shape in told.items() for value in ("", *_values(shape, names))]


def zones() -> list[str]:
    """The time zones that are called by a place, and UTC."""
    return [*sorted(zone for zone in zone_names() if "/" in zone and not zone.startswith("Etc/")), "UTC"]


def _values(shape: str, names: Names) -> Iterable[str]:
    match shape:
        case "who" | "who_or_not" | "owner" | "people" | "person" | "turns":
            return names.people
        case "helper":
            return (*names.people, *names.helpers)
        case "ritual" | "rituals" | "pair":
            return names.rituals
        case "seasons":
            return names.seasons
        case "prompts":
            return dict.fromkeys((*templates("prompts"), *names.prompts))
        case "program":
            return templates("programs")
        case "zone":
            return zones()
        case "color":
            return color_names()
        case "on":
            return WEEKDAYS
        case "flag":
            return ("true", "false")
    return CHOICES.get(shape, ())
