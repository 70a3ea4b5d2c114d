"""A `Merge` → the text that it means: what the agreement owns is replaced, every other line stays as it was.

In: the stored object's tree, the tree of what the agreement wants, a Merge, the instant of writing. Out: text. Notes,
attachments, attendees, alarms and whatever else a person added go through untouched. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

from planner.canonical import alarm_of, differing_events, read_canon, series_event
from planner.content import Component, Line, component_text, escaped, listed_values, read_component
from planner.ics import PRODID
from planner.observances import vtimezone
from planner.rewritten import date_of, digits
from planner.sync.deciding import Blend, Merge
from planner.zones import is_zone

_OWNED = {
    "when": ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXRULE", "X-MICROSOFT-CDO-ALLDAYEVENT"),
    "summary": ("SUMMARY",),
    "description": ("DESCRIPTION", "X-ALT-DESC"),  # the same words once more, as HTML
    "location": ("LOCATION", "GEO", "X-APPLE-STRUCTURED-LOCATION"),
    "standing": ("TRANSP", "CLASS", "STATUS", "X-MICROSOFT-CDO-BUSYSTATUS"),
    "color": ("COLOR",),
}
_Items = tuple[Line | Component, ...]
_STAMPS = ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE")
_TIMED = ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE")


class _Parts(NamedTuple):
    """The events of a stored object: the series itself, and its differing ones by date of the rule."""

    master: Component
    differing: dict[str, Component]


def merged_text(remote: Component, desired: Component, merge: Merge, now: datetime) -> str:
    """The text of the stored object after the merge. SEQUENCE rises by one in all its events."""
    theirs, ours = _parts(remote), _parts(desired)
    moved = "when" in merge.master.units
    sequence = 1 + max((_sequence(e) for e in remote.inner("VEVENT")), default=0)
    master = _blended(theirs.master, ours.master, merge.master)
    cancelled = {
        day: event
        for day, event in theirs.differing.items()
        if day in merge.gone and not moved and (event.value("STATUS") or "").strip().upper() == "CANCELLED"
    }
    master = _with_exceptions(master, sorted(merge.gone - cancelled.keys()), anew=moved)
    events = [master]
    for day in sorted({*merge.ours, *merge.theirs, *cancelled}):
        if day in cancelled:
            event = cancelled[day]
        elif day in merge.ours:
            wanted = ours.differing[day]
            event = _blended(theirs.differing.get(day, wanted), wanted, merge.ours[day])
        else:
            wanted = _instance(ours.master, day) if "when" in merge.theirs[day].units else ours.master
            event = _blended(theirs.differing[day], wanted, merge.theirs[day])
        events.append(_recurring(event, master, day))
    return calendar_object([_stamped(e, sequence, now) for e in events], remote)


def new_text(desired: Component, now: datetime, carried: Iterable[tuple[str, Component | None, Blend]] = ()) -> str:
    """The text of an object that is not there yet.

    `carried` are dates on which a person's own goes on: their event and how it follows the new series, or None where
    they cancelled it.
    """
    carried = list(carried)
    master, differing = _parts(desired)
    uid = Component("", tuple(master.lines("UID")))
    if gone := {day for day, event, _ in carried if event is None}:
        there = read_canon(desired).gone
        master = _with_exceptions(master, sorted(gone.union(there)), anew=False)
    theirs = {
        day: _recurring(
            _blended(_identified(event, uid), _instance(master, day) if "when" in blend.units else master, blend),
            master,
            day,
        )
        for day, event, blend in carried
        if event is not None
    }
    events = [master, *(event for _, event in sorted({**differing, **theirs}.items()))]
    return calendar_object([_stamped(e, 0, now) for e in events], None)


def _identified(event: Component, uid: Component) -> Component:
    return Component(event.name, _replaced(event.items, uid, ("UID",)))


def calendar_object(events: list[Component], remote: Component | None) -> str:
    """A whole object of these events, with the time zones that they name; what else is in `remote` stays."""
    names = {p for e in events for line in e.lines(*_TIMED) if (p := line.parameter("TZID"))}
    year = min((_year(e) for e in events), default=1970)
    known = sorted(n for n in names if is_zone(n))
    zones = [read_component(vtimezone(name, year)) for name in known]
    head: list[Line | Component]
    if remote is None:
        head = [
            Line("VERSION", "VERSION:2.0"),
            Line("PRODID", f"PRODID:{PRODID}"),
            Line("CALSCALE", "CALSCALE:GREGORIAN"),
        ]
        rest: list[Line | Component] = []
    else:
        head = [
            Line("PRODID", f"PRODID:{PRODID}") if line.name == "PRODID" else line
            for line in remote.lines()
            if line.name != "METHOD"
        ]
        rest = [c for c in remote.inner() if c.name != "VEVENT" and not _is_replaced(c, known)]
    return component_text(Component("VCALENDAR", (*head, *zones, *rest, *events)))


def _is_replaced(component: Component, known: Iterable[str]) -> bool:
    return component.name == "VTIMEZONE" and (component.value("TZID") or "") in known


def _parts(calendar: Component) -> _Parts:
    return _Parts(series_event(calendar), differing_events(calendar))


def _blended(event: Component, wanted: Component, blend: Blend) -> Component:
    """An event with these units as wanted, and these categories and alarms."""
    items = event.items
    if wanted is not event:
        for unit in blend.units:
            items = _replaced(items, wanted, _OWNED[unit])
    items = _with_categories(items, blend.categories)
    return Component(event.name, _with_alarms(items, wanted, blend.alarms))


def _replaced(items: _Items, wanted: Component, names: tuple[str, ...]) -> _Items:
    """The items without lines of these names, with the wanted ones in their place."""
    at = next((n for n, i in enumerate(items) if i.name in names and isinstance(i, Line)), _end_of_lines(items))
    rest = [i for i in items[:at] if not (isinstance(i, Line) and i.name in names)]
    after = [i for i in items[at:] if not (isinstance(i, Line) and i.name in names)]
    return (*rest, *wanted.lines(*names), *after)


def _end_of_lines(items: _Items) -> int:
    return next((n for n, i in enumerate(items) if isinstance(i, Component)), len(items))


def _with_categories(items: _Items, categories: tuple[str, ...]) -> _Items:
    lines = [i for i in items if isinstance(i, Line) and i.name == "CATEGORIES"]
    if {c.strip() for c in listed_values(lines)} == set(categories):
        return items
    line = Line("CATEGORIES", "CATEGORIES:" + ",".join(map(escaped, categories)))
    return _replaced(items, Component("", (line,) if categories else ()), ("CATEGORIES",))


def _with_alarms(items: _Items, wanted: Component, rings: tuple[str, ...]) -> _Items:
    kept: list[Line | Component] = []
    there: set[str] = set()
    for item in items:
        ring = alarm_of(item) if isinstance(item, Component) and item.name == "VALARM" else None
        if ring is not None:
            if ring not in rings:
                continue
            there.add(ring)
        kept.append(item)
    new = [a for a in wanted.inner("VALARM") if (ring := alarm_of(a)) in rings and ring not in there]
    return (*kept, *new)


# ── times of the rule ────────────────────────────────────────────────


def _with_exceptions(master: Component, gone: list[str], *, anew: bool) -> Component:
    """The series with these dates taken out, written in the form of its start (RFC 5545 §3.8.5.1)."""
    face = read_canon(Component("VCALENDAR", (Component("VEVENT", tuple(master.items)),)))
    is_timed = "T" in (master.value("DTSTART") or "").upper()
    in_form = all(("T" in line.value.upper()) == is_timed for line in master.lines("EXDATE") if line.value.strip())
    if list(face.gone) == gone and in_form and not anew:
        return master
    lines = tuple(Line("EXDATE", _at_rule("EXDATE", master, day)) for day in gone)
    wanted = Component("", lines)
    items = master.items
    if not master.lines("EXDATE"):
        at = next((n for n, i in enumerate(items) if i.name == "RRULE"), _end_of_lines(items) - 1) + 1
        return Component(master.name, (*items[:at], *lines, *items[at:]))
    return Component(master.name, _replaced(items, wanted, ("EXDATE",)))


def _recurring(event: Component, master: Component, day: str) -> Component:
    """A differing event that says of which date of the rule it is, in the form of the series' start."""
    line = Line("RECURRENCE-ID", _at_rule("RECURRENCE-ID", master, day))
    old = next(iter(event.lines("RECURRENCE-ID")), None)
    if old is not None and (reach := old.parameter("RANGE")):
        name, value = line.raw.partition("RECURRENCE-ID")[1:]
        line = Line(name, f"{name};RANGE={reach}{value}")
    return Component(event.name, _replaced(event.items, Component("", (line,)), ("RECURRENCE-ID",)))


def _instance(master: Component, day: str) -> Component:
    """The event that a series of ours has on a date by its rule, as one of its own."""
    first = next(d for line in master.lines("DTSTART") if (d := date_of(line.value)))
    items: list[Line | Component] = []
    for item in master.items:
        if isinstance(item, Line) and item.name in ("DTSTART", "DTEND") and (at := date_of(item.value)):
            on = digits(date.fromisoformat(day) + (at - first))
            items.append(Line(item.name, f"{item.raw.partition(':')[0]}:{on}{item.value[8:]}"))
        elif item.name not in ("RRULE", "EXDATE"):
            items.append(item)
    return Component(master.name, tuple(items))


def _at_rule(name: str, master: Component, day: str) -> str:
    """A property whose value is the instance on a date, as the series' start is written."""
    start = master.lines("DTSTART")[0]
    value = start.value.strip()
    on = date.fromisoformat(day)
    if "T" not in value:
        return f"{name};VALUE=DATE:{digits(on)}"
    tzid = start.parameter("TZID")
    clock = value[8:]
    zone = f";TZID={_quoted(tzid)}" if tzid else ""
    return f"{name}{zone}:{digits(on)}{clock}"


def _quoted(value: str) -> str:
    return f'"{value}"' if set(value) & set(":;,") else value


def _year(event: Component) -> int:
    value = (event.value("DTSTART") or "").strip()
    return max(1, int(value[:4])) if value[:4].isdecimal() and value[:4].isascii() else 1970


def _sequence(event: Component) -> int:
    value = (event.value("SEQUENCE") or "").strip()
    return int(value) if value.isdecimal() and len(value) < 10 else 0


def _stamped(event: Component, sequence: int, now: datetime) -> Component:
    """An event with the stamps of this write."""
    at = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = (
        Line("DTSTAMP", f"DTSTAMP:{at}"),
        Line("LAST-MODIFIED", f"LAST-MODIFIED:{at}"),
        Line("SEQUENCE", f"SEQUENCE:{sequence}"),
    )
    rest = [i for i in event.items if not (isinstance(i, Line) and i.name in _STAMPS)]
    at_uid = next((n for n, i in enumerate(rest) if i.name == "UID"), -1) + 1
    return Component(event.name, (*rest[:at_uid], *lines, *rest[at_uid:]))
