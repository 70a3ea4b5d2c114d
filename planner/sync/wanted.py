"""What the agreement wants in one calendar: its `Series` as objects that can be compared and written.

In: Series. Out: `Wanted`. Both come from the one text that `ics` writes, so that an export and a sync never differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from planner.canonical import Canon, read_canon
from planner.content import Component, Line, read_component
from planner.ics import event_bodies
from planner.recurrence import has_day
from planner.series import Series, make_uid

EPOCHS = 10
"""How many UIDs a series can have, for servers that take no deleted one again."""


class Wanted(NamedTuple):
    """One series: what it is, as a tree (a VCALENDAR of its events), and in canonical form."""

    series: Series
    uid: str
    tree: Component
    canon: Canon

    @property
    def ritual(self) -> str:
        """The dotted key of its ritual, or of the check-in or cover that belongs to it."""
        return self.series.ritual

    @property
    def title(self) -> str:
        """What it is called in this calendar."""
        return self.series.look.summary

    @property
    def goes_on(self) -> bool:
        """Whether it goes on from another one: from the day of a version, or from where a turn waited."""
        _, _, _, segment, part = self.series.key
        return self.series.rule is not None and (segment not in ("first", "own") or "after:" in part)

    def happens_on(self, day: str) -> bool:
        """Whether its rule has an instance on this (ISO) date."""
        series, on = self.series, date.fromisoformat(day)
        if series.rule is None:
            return on == series.first
        return series.first <= on and (series.last is None or on <= series.last) and has_day(series.rule, on)

    def with_uid(self, uid: str) -> Wanted:
        """The same under another UID."""
        events = tuple(_with_uid(e, uid) for e in self.tree.inner("VEVENT"))
        return self._replace(uid=uid, tree=Component("VCALENDAR", events))


def _with_uid(event: Component, uid: str) -> Component:
    line = Line("UID", f"UID:{uid}")
    return Component(event.name, tuple(line if isinstance(i, Line) and i.name == "UID" else i for i in event.items))


def wanted(series: Iterable[Series]) -> list[Wanted]:
    """The series as objects, under their first UIDs. One whose every date falls out is none at all."""
    found = []
    for one in series:
        if not _happens_at_all(one):
            continue
        text = "".join(f"BEGIN:VEVENT\r\n{body}END:VEVENT\r\n" for body in event_bodies(one))
        tree = read_component(f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")
        found.append(Wanted(one, one.uid, tree, read_canon(tree)))
    return found


def _happens_at_all(series: Series) -> bool:
    """Whether anything is left of it: servers refuse a rule whose every instance is taken out."""
    if series.rule is None or series.last is None or series.overrides or not series.skipped:
        return True
    from planner.recurrence import days

    gone = set(series.skipped)
    return any(d not in gone for d in days(series.rule, series.first, series.last + timedelta(days=1)))


def all_uids(key: tuple[str, str, str, str, str]) -> list[str]:
    """The UIDs that a series with this key can have, by epoch."""
    return [make_uid(key, epoch) for epoch in range(EPOCHS)]
