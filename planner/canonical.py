"""A stored calendar object in the form in which it is compared: what this tool owns, and nothing that servers rewrite.

In: a `Component` (a whole VCALENDAR). Out: a `Canon`: one `Face` for the series and one for each occurrence that
differs. Two texts have the same Canon where they differ in order, folding, PRODID, stamps, VTIMEZONE, how a zone is
called, defaults that are spelled out, DURATION for DTEND, or lists over several lines alone. No agreement and no
network enter.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from planner.content import Component, Line, Unreadable, listed_values, unescaped
from planner.zones import is_zone, zone

LOUD = ("when", "summary", "description", "location", "standing")
"""What of a series a person may have changed and we tell them that we saw it."""
QUIET = ("categories", "alarms", "color")
"""What belongs to both: a person's own alarms and categories stay without a word, and servers rewrite them."""


class Face(NamedTuple):
    """What one VEVENT says. `start` and `end` are wall clocks in `zone` (or dates, `zone` then "date"; end exclusive).

    `alarms` are minutes from the start ("-60"), or from the end ("E-5"), or instants.
    """

    start: str
    end: str
    zone: str
    rule: str
    summary: str
    description: str
    location: str
    transp: str
    discretion: str
    status: str
    categories: tuple[str, ...]
    alarms: tuple[str, ...]
    color: str

    def unit(self, name: str) -> object:
        """What is compared as one: "when" is start, end, zone and rule; "standing" how it counts and is shown."""
        match name:
            case "when":
                return self.start, self.end, self.zone, self.rule
            case "standing":
                return self.transp, self.discretion, self.status
            case _:
                return getattr(self, name)

    def differs(self, other: Face, units: tuple[str, ...] = LOUD) -> tuple[str, ...]:
        """The units in which two faces differ."""
        return tuple(u for u in units if self.unit(u) != other.unit(u))


class Canon(NamedTuple):
    """A whole series: its face, the dates by the rule that do not happen, and those that differ (ISO dates)."""

    face: Face
    gone: tuple[str, ...] = ()
    differing: dict[str, Face] = {}  # noqa: RUF012  (a field, not a class attribute)

    def occurrence(self, day: str) -> Face | str | None:
        """What it says of one date by the rule: a Face, "gone", or None for what the rule has."""
        return self.differing.get(day) or ("gone" if day in self.gone else None)

    def days(self) -> set[str]:
        """The dates of which it says something of their own."""
        return {*self.gone, *self.differing}


# ── reading ──────────────────────────────────────────────────────────


def uids(calendar: Component) -> set[str]:
    """The UIDs of its events, to-dos and the like."""
    return {unescaped(uid).strip() for part in calendar.inner() if (uid := part.value("UID"))}


def read_canon(calendar: Component) -> Canon:
    """The canonical form of a stored object. Unreadable where it is no series that could be compared."""
    try:
        return _canon(calendar)
    except OverflowError:
        raise Unreadable("a time in it lies beyond all calendars") from None


def _canon(calendar: Component) -> Canon:
    events = calendar.inner("VEVENT")
    masters = [e for e in events if not e.lines("RECURRENCE-ID")]
    if len(masters) != 1:
        raise Unreadable("it holds no event" if not masters else "it holds two events with one identity")
    master = masters[0]
    face = _face(master, None)
    gone = {_day(line, value, face) for line in master.lines("EXDATE") for value in line.value.split(",") if value}
    differing: dict[str, Face] = {}
    for event in events:
        if event is not master:
            line = event.lines("RECURRENCE-ID")[0]
            day, shown = _day(line, line.value, face), _face(event, face)
            if shown.status == "CANCELLED":
                gone.add(day)
            else:
                differing[day] = shown
    return Canon(face, tuple(sorted(gone - differing.keys())), dict(sorted(differing.items())))


def _face(event: Component, master: Face | None) -> Face:
    start_line = next(iter(event.lines("DTSTART")), None)
    if start_line is None:
        raise Unreadable("an event has no start")
    start = _moment(start_line, start_line.value)
    end = _end(event, start)
    home = _home(start_line)
    if home != "date" and master is not None and master.zone not in ("", "date"):
        home = master.zone
    status = (event.value("STATUS") or "").strip().upper()
    transp = (event.value("TRANSP") or "").strip().upper()
    discretion = (event.value("CLASS") or "").strip().upper()
    return Face(
        start=_at(start, home),
        end=_at(end, home),
        zone=home,
        rule=_rule(event),
        summary=_text(event, "SUMMARY"),
        description=_text(event, "DESCRIPTION"),
        location=_text(event, "LOCATION"),
        transp="" if transp == "OPAQUE" else transp,
        discretion="" if discretion == "PUBLIC" else discretion,
        status="" if status == "CONFIRMED" else status,
        categories=tuple(sorted({c.strip() for c in listed_values(event.lines("CATEGORIES"))})),
        alarms=alarms_of(event),
        color=(event.value("COLOR") or "").strip().lower(),
    )


def _text(event: Component, name: str) -> str:
    lines = unescaped(event.value(name) or "").replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


Moment = date | datetime
"""A date, or a datetime: aware, or naive where the text says no zone (floating)."""


def _moment(line: Line, value: str) -> Moment:
    value = value.strip()
    try:
        if re.fullmatch(r"[0-9]{8}", value):
            return date(int(value[:4]), int(value[4:6]), int(value[6:]))
        match = re.fullmatch(r"([0-9]{8})T([0-9]{6})(Z?)", value)
        if not match:
            raise ValueError
        wall = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")  # noqa: DTZ007  (its zone comes next)
    except ValueError:
        raise Unreadable(f'"{value[:40]}" is no date or time') from None
    if match[3]:
        return wall.replace(tzinfo=UTC)
    name = zone_name(line.parameter("TZID"))
    return wall.replace(tzinfo=zone(name)) if name and is_zone(name) else wall


def zone_name(tzid: str | None) -> str:
    """The IANA name that a TZID means; itself where none is known, "" where there is none."""
    if not tzid:
        return ""
    parts = tzid.strip().strip("/").split("/")
    for start in range(len(parts)):
        name = "/".join(parts[start:])
        if is_zone(name):
            return name
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return WINDOWS_TO_OLSON.get(tzid.strip(), tzid.strip())


def _home(line: Line) -> str:
    value = line.value.strip()
    if "T" not in value:
        return "date"
    return "UTC" if value.endswith("Z") else zone_name(line.parameter("TZID"))


def _at(moment: Moment, home: str) -> str:
    if not isinstance(moment, datetime):
        return f"{moment:%Y%m%d}" if home == "date" else f"{moment:%Y%m%d}T000000"
    if home == "date":
        return f"{moment:%Y%m%d}"
    if moment.tzinfo is not None and home and is_zone(home):
        moment = moment.astimezone(zone(home))
    return f"{moment:%Y%m%dT%H%M%S}"


def _end(event: Component, start: Moment) -> Moment:
    if lines := event.lines("DTEND"):
        return _moment(lines[0], lines[0].value)
    if (length := event.value("DURATION")) is not None:
        return _later(start, _duration(length))
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _later(start: Moment, length: timedelta) -> Moment:
    """Days of a duration are days of the clock, hours are elapsed (RFC 5545 §3.3.6)."""
    if not isinstance(start, datetime) or start.tzinfo is None:
        return start + length
    day = start + timedelta(days=length.days)
    rest = length - timedelta(days=length.days)
    return (day.astimezone(UTC) + rest).astimezone(start.tzinfo)


_DURATION = re.compile(r"([+-]?)P(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?")


def _duration(value: str) -> timedelta:
    match = _DURATION.fullmatch(value.strip().upper())
    if not match:
        raise Unreadable(f'"{value[:40]}" is no length of time')
    weeks, days, hours, minutes, seconds = (min(int(g or 0), 10**6) for g in match.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if match[1] == "-" else length


def alarm_of(alarm: Component) -> str | None:
    """When an alarm rings: minutes from the start ("-60"), from the end ("E-5"), an instant; None for none at all."""
    action = (alarm.value("ACTION") or "").strip().upper()
    trigger = next(iter(alarm.lines("TRIGGER")), None)
    if action == "NONE" or trigger is None:
        return None
    try:
        minutes = f"{_duration(trigger.value).total_seconds() / 60:g}"
        shown = f"E{minutes}" if (trigger.parameter("RELATED") or "").upper() == "END" else minutes
    except Unreadable:
        shown = trigger.value.strip()
    return f"EMAIL{shown}" if action == "EMAIL" else shown


def alarms_of(event: Component) -> tuple[str, ...]:
    """When its alarms ring, in order."""
    return tuple(sorted({ring for a in event.inner("VALARM") if (ring := alarm_of(a)) is not None}))


def _rule(event: Component) -> str:
    return "|".join(sorted(rule_form(line.value) for line in event.lines("RRULE")))


def rule_form(value: str) -> str:
    """A rule in one form: parts and days in order, without INTERVAL=1 and WKST=MO."""
    parts = {}
    for part in value.strip().upper().split(";"):
        name, _, what = part.partition("=")
        if name and (name, what) not in (("INTERVAL", "1"), ("WKST", "MO")):
            parts[name] = ",".join(sorted(w.lstrip("+") for w in what.split(",")))
    return ";".join(f"{name}={what}" for name, what in sorted(parts.items()))


def _day(line: Line, value: str, master: Face) -> str:
    """The date by the rule that an EXDATE or RECURRENCE-ID means, in the series' own zone."""
    moment = _moment(line, value)
    if isinstance(moment, datetime) and moment.tzinfo is not None and is_zone(master.zone):
        moment = moment.astimezone(zone(master.zone))
    return f"{moment:%Y-%m-%d}"


def series_event(calendar: Component) -> Component:
    """The event of the series itself, in an object that `read_canon` reads."""
    return next(e for e in calendar.inner("VEVENT") if not e.lines("RECURRENCE-ID"))


def differing_events(calendar: Component) -> dict[str, Component]:
    """The events of single dates, by the (ISO) date of the rule that each of them is of."""
    face = _face(series_event(calendar), None)
    lines = [(line, e) for e in calendar.inner("VEVENT") for line in e.lines("RECURRENCE-ID")[:1]]
    return {_day(line, line.value, face): event for line, event in lines}


# ── as plain values, for the state ───────────────────────────────────


def canon_value(canon: Canon) -> dict[str, Any]:
    """A Canon as what JSON can hold."""
    found: dict[str, Any] = {"face": list(canon.face)}
    if canon.gone:
        found["gone"] = list(canon.gone)
    if canon.differing:
        found["differing"] = {day: list(face) for day, face in canon.differing.items()}
    return found


def canon_of(value: Any) -> Canon:
    """The Canon that such a value holds. ValueError, TypeError or KeyError where it holds none."""
    return Canon(
        _face_of(value["face"]),
        tuple(str(day) for day in value.get("gone", ())),
        {str(day): _face_of(face) for day, face in value.get("differing", {}).items()},
    )


def _face_of(value: Any) -> Face:
    *texts, categories, alarms, color = value
    if len(texts) != len(Face._fields) - 3 or not all(isinstance(t, str) for t in (*texts, color)):
        raise ValueError("no face")
    return Face._make([*texts, tuple(map(str, categories)), tuple(map(str, alarms)), color])
