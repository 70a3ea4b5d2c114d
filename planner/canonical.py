"""A stored calendar object in the form in which it is compared: what this tool owns, and nothing that servers rewrite.

In: a `Component` (a whole VCALENDAR). Out: a `Canon`: one `Face` for the series and one for each occurrence that
differs. Two texts have the same Canon where they differ in order, folding, PRODID, stamps, VTIMEZONE, how a zone is
called, defaults that are spelled out, DURATION for DTEND, or lists over several lines alone. Where programs write one
rule or one instant in several ways, the Canons do not `differ`. No agreement and no network enter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from planner.content import Component, Line, Unreadable, listed_values, unescaped
from planner.rewritten import clock_of, date_of, digits, has_date, meaning, windows_zone, zone_in
from planner.zones import is_zone, zone

LOUD = ("when", "summary", "description", "location", "standing")
"""What of a series a person may have changed and we tell them that we saw it."""
QUIET = ("categories", "alarms", "color")
"""What belongs to both: a person's own alarms and categories stay without a word, and servers rewrite them."""


class Face(NamedTuple):
    """What one VEVENT says. `start` and `end` are wall clocks in `zone` (or dates, `zone` then "date"; end exclusive).

    `alarms` are minutes from the start ("-60"), or from the end ("E-5"), or instants. `rule` of a single date is "", or
    ONWARD where it speaks of all the later ones too.
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
                return _when(self.start, self.end, self.zone, self.rule)
            case "standing":
                return self.transp, self.discretion, self.status
            case "description":
                return " ".join(self.description.split())  # programs break lines anew
            case _:
                return getattr(self, name)

    def differs(self, other: Face, units: tuple[str, ...] = LOUD) -> tuple[str, ...]:
        """The units in which two faces differ."""
        return tuple(u for u in units if self.unit(u) != other.unit(u))

    def on(self, day: str) -> Face:
        """The instance that this series has on a date (ISO) by its rule."""
        first, last, on = date_of(self.start), date_of(self.end), date.fromisoformat(day)
        try:
            end = on + (last - first) if first and last else on
        except OverflowError:
            end = on
        return self._replace(start=digits(on) + self.start[8:], end=digits(end) + self.end[8:], rule="")


ONWARD = "RANGE=THISANDFUTURE"
"""Stands as the rule of a single date whose change holds for all the later ones too (RFC 5545 §3.2.13)."""


@lru_cache(maxsize=4096)
def _when(start: str, end: str, home: str, rule: str) -> object:
    """When something is, in one form: of what happens once, the instants; else the wall clock, the zone, the dates."""
    means = rule if rule == ONWARD else meaning(rule, start, home)
    is_once = means == meaning("", start, home)
    if is_once and "T" in start and is_zone(home):
        try:
            return _instant(start, home), _instant(end, home)
        except (ValueError, OverflowError):
            pass
    return start, end, clock_of(home, int(start[:4])), means


class Canon(NamedTuple):
    """A whole series: its face, the dates by the rule that do not happen, and those that differ (ISO dates)."""

    face: Face
    gone: tuple[str, ...] = ()
    differing: dict[str, Face] = {}  # noqa: RUF012  (a field, not a class attribute)

    def occurrence(self, day: str) -> Face | str | None:
        """What it says of one date by the rule: a Face, "gone", or None for what the rule has."""
        return self.differing.get(day) or ("gone" if day in self.gone else None)

    def said(self, day: str) -> Face | str | None:
        """What happens on one date: "gone" too where the rule has none, None too where a Face only repeats the rule."""
        shown = self.occurrence(day)
        if isinstance(shown, Face):
            return None if self.is_usual(shown, day) else shown
        face = self.face
        return shown if has_date(face.rule, face.start, face.zone, date.fromisoformat(day)) else "gone"

    def is_usual(self, shown: Face, day: str) -> bool:
        """Whether an occurrence is just what the rule has on this date."""
        usual = self.face.on(day)
        if shown.differs(usual, LOUD[1:]) or shown.rule:
            return False
        return not shown.differs(usual, ("when",)) or _as_long_as(shown, usual, self.face)

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
        nothing = "it holds single dates of a series without the series" if events else "it holds no event"
        raise Unreadable("it holds two events with one identity" if masters else nothing)
    master, names = masters[0], zone_names_in(calendar)
    face = _face(master, None, names)
    values = [(line, v.strip()) for line in master.lines("EXDATE") for v in line.value.split(",") if v.strip()]
    gone = {_day(line, value, face, names) for line, value in values}
    differing: dict[str, Face] = {}
    for day, event in _by_day(events, face, names).items():
        shown = _face(event, face, names)
        if shown.status == "CANCELLED":
            gone.add(day)
        else:
            differing[day] = shown
    return Canon(face, tuple(sorted(gone - differing.keys())), dict(sorted(differing.items())))


def zone_names_in(calendar: Component) -> dict[str, str]:
    """The zones that a calendar defines under names that nobody knows, by those names."""
    found = {}
    for part in calendar.inner("VTIMEZONE"):
        tzid = unescaped(part.value("TZID") or "").strip().strip('"')
        if tzid and not is_zone(zone_name(tzid)) and (name := zone_in(part)):
            found[tzid] = name
    return found


def _face(event: Component, master: Face | None, names: Mapping[str, str]) -> Face:
    start_line = next(iter(event.lines("DTSTART")), None)
    if start_line is None:
        raise Unreadable("an event has no start")
    start = _moment(start_line, start_line.value, names)
    end = _end(event, start, names)
    home = _home(start_line, names)
    if home != "date" and master is not None and master.zone not in ("", "date"):
        home = master.zone
    if _is_whole_days(event, start, end):
        home = "date"
    status = (event.value("STATUS") or "").strip().upper()
    transp = (event.value("TRANSP") or "").strip().upper()
    discretion = (event.value("CLASS") or "").strip().upper()
    return Face(
        start=_at(start, home),
        end=_at(end, home),
        zone=home,
        rule=_rule(event, home, names) if master is None else _range(event),
        summary=" ".join(_text(event, "SUMMARY").split("\n")),
        description=_text(event, "DESCRIPTION"),
        location=", ".join(line for line in _text(event, "LOCATION").split("\n") if line),  # Apple: name, address
        transp="" if transp == "OPAQUE" else transp,
        discretion="" if discretion == "PUBLIC" else discretion,
        status="" if status == "CONFIRMED" else status,
        categories=tuple(sorted({c.strip() for c in listed_values(event.lines("CATEGORIES"))})),
        alarms=alarms_of(event),
        color=(event.value("COLOR") or "").strip().lower(),
    )


def _text(event: Component, name: str) -> str:
    text = unicodedata.normalize("NFC", unescaped(event.value(name) or ""))
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


Moment = date | datetime
"""A date, or a datetime: aware, or naive where the text says no zone (floating)."""


def _moment(line: Line, value: str, names: Mapping[str, str]) -> Moment:
    value = value.strip().upper()
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
    name = _zone_of(line, names)
    return wall.replace(tzinfo=zone(name)) if name and is_zone(name) else wall


def _zone_of(line: Line, names: Mapping[str, str]) -> str:
    tzid = (line.parameter("TZID") or "").strip()
    return names.get(tzid) or zone_name(tzid)


@lru_cache(maxsize=256)
def zone_name(tzid: str | None) -> str:
    """The IANA name that a TZID means; itself where none is known, "" where there is none."""
    if not tzid:
        return ""
    parts = tzid.strip().strip("/").split("/")
    for start in range(len(parts)):
        name = "/".join(parts[start:])
        if is_zone(name):
            return name
    return windows_zone(tzid.strip()) or tzid.strip()


def _home(line: Line, names: Mapping[str, str]) -> str:
    value = line.value.strip().upper()
    if "T" not in value:
        return "date"
    return "UTC" if value.endswith("Z") else _zone_of(line, names)


def _is_whole_days(event: Component, start: Moment, end: Moment) -> bool:
    """Whether a program that knows no dates says that it is all day."""
    if (event.value("X-MICROSOFT-CDO-ALLDAYEVENT") or "").strip().upper() != "TRUE":
        return False
    return all(isinstance(m, datetime) and f"{m:%H%M%S}" == "000000" for m in (start, end)) and start < end


def _at(moment: Moment, home: str) -> str:
    if not isinstance(moment, datetime):
        return digits(moment) if home == "date" else f"{digits(moment)}T000000"
    if home == "date":
        return digits(moment)
    if moment.tzinfo is not None and home and is_zone(home):
        moment = moment.astimezone(zone(home))
    return f"{digits(moment)}T{moment:%H%M%S}"


def _end(event: Component, start: Moment, names: Mapping[str, str]) -> Moment:
    if lines := event.lines("DTEND"):
        end = _moment(lines[0], lines[0].value, names)
        is_none = end == start and not isinstance(start, datetime)  # of a day that ends as it begins, programs show one
        return start + timedelta(days=1) if is_none else end
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


def _rule(event: Component, home: str, names: Mapping[str, str]) -> str:
    found = [rule_form(line.value) for line in event.lines("RRULE")]
    found += [f"EXRULE;{rule_form(line.value)}" for line in event.lines("EXRULE")]
    for line in event.lines("RDATE"):
        values = [v.partition("/")[0] for v in line.value.split(",")]
        found += [f"RDATE={_at(_moment(line, v, names), home)}" for v in values if v.strip()]
    return "|".join(sorted(set(found)))


def _range(event: Component) -> str:
    """What of the later dates a single one speaks. A rule in it is one that a program copied from the series."""
    range_of = event.lines("RECURRENCE-ID")[0].parameter("RANGE") or ""
    return ONWARD if range_of.upper() == "THISANDFUTURE" else ""


def _as_long_as(shown: Face, usual: Face, series: Face) -> bool:
    """Whether an occurrence starts as usual and is as long, where a change of clocks falls inside."""
    if shown.start != usual.start or shown.zone != usual.zone or "T" not in shown.start or not is_zone(shown.zone):
        return False
    try:
        times = [_instant(w, shown.zone) for w in (shown.start, shown.end, series.start, series.end)]
    except (ValueError, OverflowError):
        return False
    return times[1] - times[0] == times[3] - times[2]


def _instant(wall: str, home: str) -> datetime:
    return datetime.strptime(wall, "%Y%m%dT%H%M%S").replace(tzinfo=zone(home)).astimezone(UTC)


def rule_form(value: str) -> str:
    """A rule in one form: parts and days in order, without INTERVAL=1 and WKST=MO."""
    parts = {}
    for part in value.strip().upper().split(";"):
        name, _, what = part.partition("=")
        if name and (name, what) not in (("INTERVAL", "1"), ("WKST", "MO")):
            parts[name] = ",".join(sorted(w.lstrip("+") for w in what.split(",")))
    return ";".join(f"{name}={what}" for name, what in sorted(parts.items()))


def _by_day(events: list[Component], master: Face, names: Mapping[str, str]) -> dict[str, Component]:
    """The events of single dates by the date of the rule; of two for one date, the one that happens, else the last."""
    found: dict[str, Component] = {}
    for event in events:
        for line in event.lines("RECURRENCE-ID")[:1]:
            day = _day(line, line.value, master, names)
            if day not in found or (event.value("STATUS") or "").strip().upper() != "CANCELLED":
                found[day] = event
    return found


def _day(line: Line, value: str, master: Face, names: Mapping[str, str]) -> str:
    """The date by the rule that an EXDATE or RECURRENCE-ID means, in the series' own zone."""
    moment = _moment(line, value, names)
    if isinstance(moment, datetime) and moment.tzinfo is not None and is_zone(master.zone):
        moment = moment.astimezone(zone(master.zone))
    return date(moment.year, moment.month, moment.day).isoformat()


def series_event(calendar: Component) -> Component:
    """The event of the series itself, in an object that `read_canon` reads."""
    return next(e for e in calendar.inner("VEVENT") if not e.lines("RECURRENCE-ID"))


def differing_events(calendar: Component) -> dict[str, Component]:
    """The events of single dates, by the (ISO) date of the rule that each of them is of."""
    names = zone_names_in(calendar)
    return _by_day(calendar.inner("VEVENT"), _face(series_event(calendar), None, names), names)


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
