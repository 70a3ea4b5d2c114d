"""What can go wrong on the way to a server, in words that name the cause and the remedy.

In: answers of servers, and exceptions of the HTTP library. Out: `ServerTrouble`. No password, token or body of an event
gets into a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit


class ServerTrouble(Exception):
    """A server or the network failed; the message says what happened, why, and what would help.

    `cause` is one of unreachable, settings, tls, login, secret, forbidden, missing, changed, busy, full, broken,
    elsewhere, refused.
    `status` is the HTTP status, 0 where there was no answer. `body` is the start of what the server said. `location` is
    where it sends us (elsewhere) or where it wanted a login (login).
    """

    def __init__(self, cause: str, message: str, status: int = 0, body: str = "", location: str = "") -> None:
        super().__init__(message)
        self.cause = cause
        self.status = status
        self.body = body
        self.location = location


class Answer(NamedTuple):
    """What the server said: status, headers (names in lower case), body, and the address that answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def etag(self) -> str | None:
        """The entity tag, None where there is none."""
        return self.headers.get("etag") or None

    def text(self) -> str:
        """The body as text; what is no UTF-8 is marked."""
        return self.body.decode("utf-8", "replace")


def trouble_of(answer: Answer, doing: str) -> ServerTrouble:
    """What an unwelcome status means, in words. `doing` is what was tried, such as "a PROPFIND request"."""
    name, status, said = host(answer.url), answer.status, _said(answer)
    where = urlsplit(answer.url).path
    if status == 403:
        cause, message = "forbidden", f"{name} does not allow {doing} at {where}{said}; look at who may write there"
    elif status in (404, 410):
        cause, message = (
            "missing",
            f"{name} has nothing at {where}; `planner connect` lists the calendars that are there",
        )
    elif status in (409, 412, 423):
        cause, message = "changed", f"{name} did not take {doing} (status {status}){said}"
    elif status == 507 or b"quota" in answer.body[:2000].lower():
        cause, message = "full", f"{name} has no room left for {doing}{said}"
    elif status >= 500:
        cause, message = "broken", f"{name} failed (status {status}){said}; try again later"
    elif status in (405, 501):
        cause, message = "refused", f"{name} does not know {doing} at {where}; this address may be no calendar"
    elif 200 <= status < 300:
        cause, message = (
            "broken",
            (
                f"{name} answered {doing} with {kind(answer)} instead of a CalDAV answer; "
                "look at the address, it may be a web page or a login page"
            ),
        )
    else:
        cause, message = "refused", f"{name} did not take {doing} (status {status}){said}"
    return ServerTrouble(cause, message, status, answer.text()[:2000])


def kind(answer: Answer) -> str:
    """What an answer says that it is, in words."""
    said = answer.headers.get("content-type", "").split(";")[0].strip()
    return {"text/html": "a web page", "": "no type"}.get(said, said)


def _said(answer: Answer) -> str:
    """What a server says in a short text of its own."""
    import re

    text = answer.text()[:4000] if "html" not in answer.headers.get("content-type", "") else ""
    inner = re.search(r"<(?:\w+:)?(?:message|responsedescription|human-readable)[^>]*>([^<]+)<", text)
    plain = inner[1] if inner else (text if text and "<" not in text and len(text) < 200 else "")
    plain = " ".join(ch for ch in plain.split() if ch.isprintable())
    return f': "{plain[:160]}"' if plain else ""


def host(url: str) -> str:
    """The host of an address, with its port where it has one."""
    return urlsplit(url).netloc.rpartition("@")[2] or url


def elsewhere(url: str, target: str) -> ServerTrouble:
    """A server sends us to another one, and the login stays here."""
    return ServerTrouble(
        "elsewhere",
        f"{host(url)} leads to another server, {host(target)}; the login was not sent there. "
        f"Where that is right, connect it by that address: --url {target.rpartition('?')[0] or target}",
        location=target,
    )


def tls_trouble(url: str, error: Exception) -> ServerTrouble:
    """Why there is no safe connection."""
    text = str(error).lower()
    if "self-signed" in text or "self signed" in text or "unable to get local issuer" in text or "unknown ca" in text:
        why = "its certificate is signed by nobody that this machine trusts"
        help_ = "if the server is your own, name its authority's file as ca_file in the settings"
    elif "expired" in text:
        why, help_ = "its certificate has expired (or this machine's clock is wrong)", "renew it, or set the clock"
    elif "hostname" in text or "doesn't match" in text or "not valid for" in text or "mismatch" in text:
        why, help_ = "its certificate is for another name", "look at how the address is written"
    elif "not yet valid" in text:
        why, help_ = "its certificate is not valid yet", "look at this machine's clock"
    else:
        why, help_ = "no safe connection could be agreed on", "look at the address (https or http, and the port)"
    return ServerTrouble("tls", f"{host(url)} was not trusted: {why}; nothing was sent. To mend it: {help_}")


def is_hopeless(error: Exception) -> bool:
    """Whether trying again at once cannot help: nobody is there, or the name is unknown."""
    text = str(error).lower()
    return any(word in text for word in ("refused", "name or service", "resolve", "nodename", "no address"))


def unreachable(url: str, error: Exception) -> ServerTrouble:
    """Why there was no answer."""
    text = str(error).lower()
    if any(word in text for word in ("name or service", "resolve", "nodename", "no address", "getaddrinfo")):
        why = "no server of this name was found; look at how it is written, and at the network"
    elif "refused" in text:
        why = "nothing answers there; is the server running, and the port right?"
    elif "proxy" in text:
        why = "the proxy in between failed; look at HTTPS_PROXY"
    else:
        why = "the connection broke before the answer was whole; the next run finishes what was begun"
    return ServerTrouble("unreachable", f"{host(url)} cannot be reached: {why}")
