"""What a person's phone, or another program, does to a calendar: plain HTTP, one connection a request.

In: URLs, bytes, and `auth`: None, (user, password), or a bearer token. Out: bytes, exactly as the server sent them.
Every function but `raw` raises AssertionError when the server refuses.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from http.client import HTTPMessage
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from tests.servers.real import Server

Auth = tuple[str, str] | str | None

LISTING = b'<propfind xmlns="DAV:"><prop><getetag/><resourcetype/></prop></propfind>'

MKCALENDAR = """<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:displayname>{}</D:displayname>
<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>
</D:prop></D:set></C:mkcalendar>"""


class Raw(NamedTuple):
    """One answer."""

    status: int
    headers: HTTPMessage
    body: bytes


class Stored(NamedTuple):
    """One object of a calendar, as stored."""

    etag: str | None
    text: bytes


def authorization(auth: Auth) -> dict[str, str]:
    match auth:
        case None:
            return {}
        case str(token):
            return {"Authorization": f"Bearer {token}"}
        case (user, password):
            return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def raw(
    url: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | str | None = None,
    auth: Auth = None,
) -> Raw:
    """The server's answer, whatever it is. No redirect is followed."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = body.encode() if isinstance(body, str) else body
    with contextlib.closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)) as connection:
        connection.request(method, target, body, {**authorization(auth), **(headers or {})})
        response = connection.getresponse()
        return Raw(response.status, response.headers, response.read())


def checked(reply: Raw, *allowed: int) -> Raw:
    assert reply.status in allowed, f"{reply.status}: {reply.body[:500]!r}"
    return reply


def make_calendar(server: Server, user: str, name: str, displayname: str | None = None) -> str:
    """The URL of a new calendar of this user."""
    url = server.calendar(user, name)
    xml = MKCALENDAR.format(escape(displayname or name))
    checked(raw(url, "MKCALENDAR", {"Content-Type": "application/xml"}, xml, server.auth(user)), 201)
    return url


def put(url: str, text: bytes | str, auth: Auth = None, headers: Mapping[str, str] | None = None) -> str | None:
    """Stores the object, whatever was there, and gives the ETag in the answer, if any."""
    sent = {"Content-Type": "text/calendar; charset=utf-8", **(headers or {})}
    return checked(raw(url, "PUT", sent, text, auth), 200, 201, 204).headers.get("ETag")


def get(url: str, auth: Auth = None) -> Stored:
    reply = checked(raw(url, "GET", None, None, auth), 200)
    return Stored(reply.headers.get("ETag"), reply.body)


def delete(url: str, auth: Auth = None) -> None:
    checked(raw(url, "DELETE", None, None, auth), 200, 204)


def listing(url: str, auth: Auth = None) -> dict[str, Stored]:
    """Each object of a calendar by its href, as the server gives it, with the ETag that PROPFIND gives."""
    reply = checked(raw(url, "PROPFIND", {"Depth": "1", "Content-Type": "application/xml"}, LISTING, auth), 207)
    found = {}
    for response in ET.fromstring(reply.body).iter("{DAV:}response"):
        href = response.findtext("{DAV:}href", "").strip()
        if response.find(".//{DAV:}collection") is None:
            found[href] = Stored(response.findtext(".//{DAV:}getetag") or None, get(urljoin(url, href), auth).text)
    return found


def with_moved(text: str, day: str, start: str, end: str, **more: str) -> str:
    """A series' text with one occurrence moved: a second VEVENT with its RECURRENCE-ID, and these other properties.

    `day` is the date by the rule, "20270113"; `start` and `end` are wall clocks, "20270114T190000".
    """
    master = re.search(r"BEGIN:VEVENT\r?\n(?:(?!END:VEVENT).)*?END:VEVENT\r?\n", text, re.DOTALL)[0]
    clock = re.search(r"DTSTART;TZID=[^:]*:\d{8}(T\d{6})", master)[1]
    override = re.sub(r"RRULE:[^\r\n]*\r?\n|EXDATE[^\r\n]*\r?\n", "", master)
    override = re.sub(
        r"DTSTART;TZID=([^:]*):[^\r\n]*", rf"RECURRENCE-ID;TZID=\1:{day}{clock}\r\nDTSTART;TZID=\1:{start}", override
    )
    override = re.sub(r"DTEND;TZID=([^:]*):[^\r\n]*", rf"DTEND;TZID=\1:{end}", override)
    for name, value in more.items():
        override = re.sub(rf"{name}:[^\r\n]*", lambda _, n=name, v=value: f"{n}:{v}", override)
    return text.replace(master, master + override)
