"""What can go wrong between a client and its server; each function gives a fault for `Front.fail`.

In: the numbers of the mishap. Out: a function from an Exchange to an Answer, or to no answer at all.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import NoReturn
from urllib.parse import unquote

from tests.servers.front import Exchange, Fault, plain
from tests.servers.wire import Answer, HangUp, answer, multistatus

RESPONSE = "{DAV:}response"


def kill_before() -> Fault:
    """The connection ends, and the server never hears of the request."""

    def fault(exchange: Exchange) -> NoReturn:
        raise HangUp

    return fault


def kill_after() -> Fault:
    """The server has done it, and the connection ends before the answer: a lost answer."""

    def fault(exchange: Exchange) -> NoReturn:
        exchange.forward()
        raise HangUp

    return fault


def cut_off(keep: float = 0.5) -> Fault:
    """This part of the body, under a Content-Length of the whole; then the connection ends."""

    def fault(exchange: Exchange) -> Answer:
        given = exchange.forward()
        return replace(given, body=given.body[: int(len(given.body) * keep)], announced=max(len(given.body), 1))

    return fault


def cut_xml(keep: float = 0.5) -> Fault:
    """This part of the body with a Content-Length that fits it, so that only a parser can tell."""

    def fault(exchange: Exchange) -> Answer:
        given = plain(exchange.forward())
        return replace(given, body=given.body[: int(len(given.body) * keep)])

    return fault


def malformed_xml() -> Fault:
    """A multistatus whose tags do not match."""

    def fault(exchange: Exchange) -> Answer:
        given = plain(exchange.forward())
        return replace(given, body=re.sub(rb"</([\w:]*)href>", rb"</\1herf>", given.body) + b"<&")

    return fault


def login_page() -> Fault:
    """200 and a page to sign in with, as a hotel's network or a proxy answers; the server never hears of it."""
    page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form><input name=room><br></form></html>"
    return lambda _: answer(200, page, "text/html; charset=utf-8")


def status(code: int, body: str = "", content_type: str = "text/plain; charset=utf-8", **headers: str) -> Fault:
    """This status, without asking the server; 401 comes with a challenge. In `headers`, _ stands for -."""
    if code == 401:
        headers.setdefault("WWW_Authenticate", 'Basic realm="front"')
    return lambda _: answer(code, body, content_type, **headers)


def busy(code: int = 503, retry_after: int | datetime | None = 1) -> Fault:
    """429 or 503 with Retry-After: seconds, or an aware datetime, which is sent as an HTTP date."""
    match retry_after:
        case None:
            return status(code, "Later")
        case datetime():
            return status(code, "Later", Retry_After=format_datetime(retry_after.astimezone(UTC), usegmt=True))
        case seconds:
            return status(code, "Later", Retry_After=str(seconds))


def quota(code: int = 403) -> Fault:
    """403 as Google answers to too many requests."""
    reason = '{"error": {"code": 403, "errors": [{"domain": "usageLimits", "reason": "rateLimitExceeded"}]}}'
    return status(code, reason, "application/json; charset=utf-8")


def members_missing(*hrefs: str, keep: int | None = None) -> Fault:
    """A listing without the members that end in these, or with the first `keep` only; nothing in it tells."""

    def fault(exchange: Exchange) -> Answer:
        given = plain(exchange.forward())
        return replace(given, body=shorten(given.body, hrefs, keep, exchange.request.path)[0])

    return fault


def insufficient_storage(keep: int = 1) -> Fault:
    """The first `keep` members of a listing, and 507 for the collection itself (RFC 6578, section 3.6)."""

    def fault(exchange: Exchange) -> Answer:
        given = plain(exchange.forward())
        body, _ = shorten(given.body, (), keep, exchange.request.path)
        note = (
            f'<D:response xmlns:D="DAV:"><D:href>{exchange.request.target}</D:href>'
            "<D:status>HTTP/1.1 507 Insufficient Storage</D:status>"
            "<D:error><D:number-of-matches-within-limits/></D:error></D:response>"
        )
        root = ET.fromstring(body)
        root.append(ET.fromstring(note))
        return replace(given, body=ET.tostring(root, "utf-8", xml_declaration=True))

    return fault


def gone_quiet(*hrefs: str) -> Fault:
    """A multistatus in which the members that end in these answer 404."""

    def fault(exchange: Exchange) -> Answer:
        given = plain(exchange.forward())
        body, left_out = shorten(given.body, hrefs, None, exchange.request.path)
        lost = "".join(
            f'<response xmlns="DAV:"><href>{href}</href><status>HTTP/1.1 404 Not Found</status></response>'
            for href in left_out
        )
        root = ET.fromstring(body)
        root.extend(ET.fromstring(f"<all>{lost}</all>"))
        return replace(given, body=ET.tostring(root, "utf-8", xml_declaration=True))

    return fault


def shorten(xml: bytes, hrefs: Collection[str], keep: int | None, collection: str) -> tuple[bytes, list[str]]:
    """A multistatus without some of its members, and the hrefs of those; the collection itself stays."""
    root = ET.fromstring(xml)
    kept, left_out = 0, []
    for response in root.findall(RESPONSE):
        href = response.findtext("{DAV:}href", "").strip()
        if unquote(href).rstrip("/").endswith(collection.rstrip("/")):
            continue
        if unquote(href).endswith(tuple(hrefs)) or (keep is not None and kept >= keep):
            root.remove(response)
            left_out.append(href)
        else:
            kept += 1
    return ET.tostring(root, "utf-8", xml_declaration=True), left_out


def slow(seconds: float) -> Fault:
    """The server's answer, this much later."""

    def fault(exchange: Exchange) -> Answer:
        given = exchange.forward()
        exchange.wait(seconds)
        return given

    return fault


def redirect(base: str, code: int = 301) -> Fault:
    """To the same path at another base URL, such as that of a Recorder."""
    return lambda exchange: answer(code, Location=base.rstrip("/") + exchange.request.target)


def wrong_date(off: timedelta = timedelta(days=1)) -> Fault:
    """The server's answer, dated by a clock that is this far ahead."""
    return lambda exchange: exchange.forward().with_header(
        "Date", format_datetime(datetime.now(UTC) + off, usegmt=True)
    )


def without_header(name: str) -> Fault:
    """The server's answer less one header, such as ETag."""
    return lambda exchange: exchange.forward().with_header(name, None)


def refusal(code: int, condition: str) -> Fault:
    """A DAV error that names a precondition of CalDAV, such as "no-uid-conflict" (RFC 4791, section 5.3.2.1)."""
    error = f'<D:error xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><C:{condition}/></D:error>'
    return lambda _: replace(multistatus(error), status=code)
