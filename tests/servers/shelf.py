"""What the strict server keeps, and what it will not take.

In: requests and queries. Out: calendars and their objects, or `Refused`, with the answer that says why.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from tests.servers.rewriting import Component, parse
from tests.servers.wire import Answer, Request, answer

CALDAV = "{urn:ietf:params:xml:ns:caldav}"


@dataclass
class Kept:
    """An object as stored. `revision` counts its writes from 0."""

    path: str
    text: str
    uid: str
    revision: int
    created: str
    etag: str


@dataclass
class Calendar:
    """A calendar, its objects by path, and each change of it as (number, path, is there)."""

    displayname: str
    user: str
    is_read_only: bool = False
    components: tuple[str, ...] = ("VEVENT",)
    objects: dict[str, Kept] = field(default_factory=dict)
    log: list[tuple[int, str, bool]] = field(default_factory=list)

    def note(self, path: str, is_there: bool) -> None:
        self.log.append((len(self.log) + 1, path, is_there))

    @property
    def sync_token(self) -> str:
        return f"urn:strict:{len(self.log)}"


class Refused(Exception):
    """An answer that ends a request early."""

    def __init__(self, given: Answer) -> None:
        super().__init__(given.status)
        self.given = given


def refuse(status: int, condition: str = "") -> Refused:
    if not condition:
        return Refused(answer(status, "No"))
    error = f'<D:error xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><{condition}/></D:error>'
    return Refused(answer(status, error, "application/xml; charset=utf-8"))


def checked(request: Request, quirks: frozenset[str]) -> Component:
    """The VCALENDAR of a PUT, or a refusal as RFC 4791, section 5.3.2.1 wants it."""
    if not request.headers.get("Content-Type", "").startswith("text/calendar"):
        raise refuse(415, "C:supported-calendar-data")
    try:
        calendar = parse(request.body.decode())
    except ValueError as error:
        raise refuse(400, "C:valid-calendar-data") from error
    events = calendar.all("VEVENT")
    uids = {line.value if (line := event.first("UID")) else None for event in events}
    if calendar.first("METHOD") or len(uids) != 1 or None in uids:
        raise refuse(403, "C:valid-calendar-object-resource")
    zones = {line.value for zone in calendar.all("VTIMEZONE") if (line := zone.first("TZID"))}
    for event in events:
        named = {zone for line in event.lines for zone in re.findall(r';TZID="?([^";:]+)', line.params)}
        rule = event.first("RRULE")
        has_both = rule is not None and "UNTIL=" in rule.value and "COUNT=" in rule.value
        lacks = [name for name in ("DTSTAMP", "DTSTART") if not event.first(name)]
        if named - zones or has_both or lacks or ("wants_end" in quirks and not event.first("DTEND")):
            raise refuse(403, "C:valid-calendar-data")
    if not calendar.first("PRODID") or not calendar.first("VERSION"):
        raise refuse(403, "C:valid-calendar-data")
    return calendar


def fits(query: ET.Element, calendar: Component) -> bool:
    """Whether the object passes the filter: components, and text in their properties (RFC 4791, section 9.7).

    A time range, and what asks for absence, are refused as filters that this server has not.
    """
    for name in ("time-range", "is-not-defined", "param-filter"):
        if query.find(f".//{CALDAV}{name}") is not None:
            raise refuse(403, "C:supported-filter")
    inner = query.find(f"{CALDAV}filter/{CALDAV}comp-filter/{CALDAV}comp-filter")
    if inner is None:
        return True
    for component in calendar.all(inner.get("name", "")):
        wanted = [
            (prop.get("name", ""), prop.findtext(f"{CALDAV}text-match") or "")
            for prop in inner.findall(f"{CALDAV}prop-filter")
        ]
        if all((line := component.first(name)) and text.lower() in line.value.lower() for name, text in wanted):
            return True
    return False
