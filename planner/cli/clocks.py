"""Whose clocks a view shows, and how wide a terminal is.

In: zones or people by name. Out: zones, or a `Stop`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from planner.agreement import Agreement
from planner.cli.common import USAGE, Stop
from planner.problems import nearest
from planner.saying import listed
from planner.views.agenda import city
from planner.zones import is_zone, zone_names


def zones_beside(agreement: Agreement, given: Iterable[str]) -> list[str]:
    """The agreement's zone and those given, each once; none where none is given.

    A person stands for theirs, and a city for its own.
    """
    zones = [_zone(agreement, name) for name in given]
    return list(dict.fromkeys((agreement.timezone, *zones))) if zones else []


def _zone(agreement: Agreement, name: str) -> str:
    for key, person in agreement.people.items():
        if name == key or name.casefold() == person.name.casefold():
            return person.timezone
    if is_zone(name):
        return name
    spoken = [zone for zone in zone_names() if city(zone).casefold() == name.casefold() and "/" in zone]
    if len(spoken) == 1:
        return spoken[0]
    if spoken:
        raise Stop(f'planner: "{name}" is the city of several zones; say {listed(sorted(spoken), "or")}', USAGE)
    near = nearest(name, [*agreement.people, *zone_names()])
    hint = f'did you mean "{near}"?' if near else "a zone is written like Europe/Berlin"
    raise Stop(f'planner: there is no zone or person "{name}"; {hint}', USAGE)


def terminal_width() -> int | None:
    """How many columns the terminal has; None where the answer goes elsewhere."""
    if not sys.stdout.isatty():
        return None
    try:
        return int(os.environ.get("COLUMNS", "")) or os.get_terminal_size().columns
    except (OSError, ValueError):
        pass
    try:
        return os.get_terminal_size().columns
    except OSError:
        return 80
