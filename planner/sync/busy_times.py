"""What a calendar on a server says of when somebody is busy, asked for the least that answers it (RFC 4791 §7.8, §9.6).

In: a `Connection`, the calendar's address, a window. Out: the texts of the objects that have time in it, for
`busy_reading` alone. Only the properties that say when are asked for; a server that sends more is read no further for
it. Nothing is kept, and of what a server says in an error nothing is passed on: it could hold a title.
"""

from __future__ import annotations

from datetime import UTC, datetime

from planner.busy import Span
from planner.sync.dav import CALDAV, DAV, Connection, read_multistatus
from planner.sync.troubles import Answer, ServerTrouble, host, trouble_of

_DATA = f"{{{CALDAV}}}calendar-data"
_ASKED = (
    *("UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID", "SEQUENCE"),
    *("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-CDO-ALLDAYEVENT"),
)
_NOT_KNOWN = (400, 403, 415, 422, 500, 501)
"""How servers answer that know no partial calendar-data (or with objects that lack it): they are asked for all."""


def busy_texts(connection: Connection, url: str, window: Span) -> list[str]:
    """The calendar objects that have time within the window, "" for one that the server names and does not show.

    ServerTrouble where they cannot all be had.
    """
    texts = _texts(_asked(connection, url, _query(window, partial=True)), url)
    if texts is None or "" in texts:
        texts = _texts(_asked(connection, url, _query(window, partial=False)), url, last=True)
    return texts or []


def _texts(answer: Answer, url: str, *, last: bool = False) -> list[str] | None:
    """The texts in an answer; None where the server does not know the question, but for the `last`."""
    if answer.status in _NOT_KNOWN and not last:
        return None
    if answer.status != 207:
        raise trouble_of(answer._replace(body=b""), "a question for busy times")
    members = read_multistatus(answer)
    if any(member.status == 507 for member in members):
        raise ServerTrouble("broken", f"{host(url)} gave a part of the calendar only; try again later", 507)
    return [member.text(_DATA) or "" for member in members if member.status < 400]


def _asked(connection: Connection, url: str, body: str) -> Answer:
    headers = {"Content-Type": "application/xml; charset=utf-8", "Depth": "1"}
    return connection.request("REPORT", url, body, headers)


def _query(window: Span, *, partial: bool) -> str:
    start, end = (datetime.fromtimestamp(second, UTC).strftime("%Y%m%dT%H%M%SZ") for second in window)
    wanted = "<c:calendar-data/>"
    if partial:
        properties = "".join(f'<c:prop name="{name}"/>' for name in _ASKED)
        wanted = (
            '<c:calendar-data><c:comp name="VCALENDAR"><c:prop name="VERSION"/>'
            f'<c:comp name="VEVENT">{properties}</c:comp>'
            '<c:comp name="VTIMEZONE"><c:allprop/><c:allcomp/></c:comp></c:comp></c:calendar-data>'
        )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><c:calendar-query xmlns:d="{DAV}" xmlns:c="{CALDAV}">'
        f'<d:prop>{wanted}</d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">'
        f'<c:time-range start="{start}" end="{end}"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>'
    )
