"""Time that is taken already, for whoever looks for free time: by rituals, by calendars, by files of one's own.

In: a `Loaded` agreement, people, a window of days. Out: `Held` time, and lines on what was not looked at, or is not
agreed yet. What stands in files of one's own takes time, and says no word of what by.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from planner.agreement import History
from planner.cli.agreed import as_drafted
from planner.cli.busy import busy_times
from planner.cli.common import Loaded, Settings, own_file, own_path
from planner.compiler import compile_series, compile_versions
from planner.saying import listed
from planner.series import Series, of_ritual
from planner.suggesting import Held, held_time


class TakenTime(NamedTuple):
    """What takes time; what could not be looked at, each in words; what is said of rituals that are not agreed yet."""

    held: tuple[Held, ...]
    unread: list[str]
    undecided: str


def taken_time(
    settings: Settings, loaded: Loaded, people: Iterable[str], first: date, end: date, *, network: bool
) -> TakenTime:
    """The time of these people (or helpers) that is taken: as agreed, as drafted, busy, or of their own.

    What is agreed holds until something else is agreed, so where the file moves a ritual both its times are taken.
    """
    agreement, people = loaded.agreement, tuple(people)
    known = [p for p in people if p in agreement.people]
    busy = busy_times(settings, loaded, known, first, end, network=network)
    own, unread = _own(loaded, known)
    series = compile_versions(as_drafted(loaded.history, settings), None)
    held = held_time(agreement, [*series, *own], busy.spans, people, first, end)
    undecided = ""
    if loaded.history.versions:
        agreed, drafted = (
            frozenset(held_time(agreement, those, {}, people, first, end))
            for those in (compile_versions(loaded.history, None), series)
        )
        held = tuple(sorted({*held, *agreed}))
        undecided = _undecided(loaded.history, agreed ^ drafted)
    return TakenTime(held, [*(f.message for f in busy.findings), *unread], undecided)


def _undecided(history: History, differs: Iterable[Held]) -> str:
    """What is said where rituals take other time in the file than is agreed; nothing is named that is private."""
    rituals = {
        r.path: r for a in (*(v.agreement for v in history.versions), history.current) for r in a.rituals.values()
    }
    those = [rituals[path] for path in sorted({of_ritual(one.ritual) for one in differs}) if path in rituals]
    named = [f'"{r.title.replace("{turn}", "…")}"' for r in those if r.share != "private"]
    if len(named) < len(those):
        named.append("private time")
    if not named:
        return ""
    return f"Not agreed yet: {listed(named)}. What is agreed and what the file says now are both taken here."


def _own(loaded: Loaded, people: Iterable[str]) -> tuple[list[Series], list[str]]:
    """What stands in files of one's own on this machine, without a word of what it is; and which cannot be read."""
    found: list[Series] = []
    unread: list[str] = []
    for person in people:
        own = own_file(loaded, person)
        if isinstance(own, list):
            name, whose = os.path.basename(own_path(loaded.path, person)), loaded.agreement.people[person].name
            unread.append(
                f"{name} has something to mend (`planner check` says what); what {whose} has in it is not looked at"
            )
        elif own:
            alone = loaded.agreement._replace(rituals=own)
            found += (one._replace(ritual="") for one in compile_series(alone, person))
    return found, unread
