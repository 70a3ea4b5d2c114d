"""Finding calendars: from a domain, a mail address or a URL to the list of them (RFC 6764, RFC 4791), and making one.

In: what the person wrote, a `Connection`. Out: a `Start`, `Calendars`, an address; or ServerTrouble in plain words. The
login is for the person's own server: another host than the one they wrote is shown to them first (`Elsewhere`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit
from xml.sax.saxutils import escape

from planner.sync.dav import APPLE, CALDAV, CALENDARSERVER, DAV, Connection, Member, NoLogin, is_kin, same_place
from planner.sync.troubles import ServerTrouble, host, trouble_of
from planner.tables import as_key

_TYPE, _NAME = f"{{{DAV}}}resourcetype", f"{{{DAV}}}displayname"
_PRINCIPAL, _PRIVILEGES = f"{{{DAV}}}current-user-principal", f"{{{DAV}}}current-user-privilege-set"
_HOME = f"{{{CALDAV}}}calendar-home-set"
_COMPONENTS = f"{{{CALDAV}}}supported-calendar-component-set"
_COLOR = f"{{{APPLE}}}calendar-color"
_SUBSCRIBED = f"{{{CALENDARSERVER}}}subscribed"
_ASKED = (_TYPE, _NAME, _PRINCIPAL, _PRIVILEGES, _HOME, _COMPONENTS, _COLOR)
_LISTED = (_TYPE, _NAME, _PRIVILEGES, _COMPONENTS, _COLOR)

_NOT_OURS = ("schedule-inbox", "schedule-outbox", "subscribed", "deleted-calendar", "trash-bin", "notification")
"""Resource types, by their last name, of what is listed beside calendars."""

_NOT_HERE = (0, 200, 400, 403, 404, 405, 410, 501)
"""What a PROPFIND gets where no CalDAV is, but perhaps elsewhere on this server."""


class Start(NamedTuple):
    """Where to look for calendars, and the name to log in with, where what was written tells it."""

    url: str
    username: str | None = None


class Elsewhere(Exception):
    """A domain names a server of another domain. The person is to look at `url` before a login goes there."""

    def __init__(self, domain: str, url: str) -> None:
        super().__init__(f"{domain} says that its calendars are at {url}")
        self.url = url


class Found(NamedTuple):
    """A calendar: its address and name, colour, whether one may write (None: the server does not say)."""

    url: str
    name: str
    color: str | None = None
    may_write: bool | None = None
    holds_events: bool = True


class Calendars(NamedTuple):
    """What is there: the calendars, and the collection in which new ones are made (None: not known).

    `is_direct` says that the address was a calendar itself.
    """

    found: tuple[Found, ...]
    home: str | None
    is_direct: bool = False


# ── where to begin ───────────────────────────────────────────────────


def start_of(where: str, *, sleep: Callable[[float], None], verify: bool | str = True) -> Start:
    """Where to look, from a domain, a mail address or a URL, asked without a login.

    `Elsewhere` where it is a host of another domain.
    """
    where = where.strip()
    if "://" in where:
        return Start(where)
    name, _, rest = where.rpartition("@")
    username = where if name and "/" not in where else None
    domain = rest.strip("/").casefold() if username or "/" not in where.strip("/") else where
    bare = urlsplit(f"//{domain}").hostname or ""
    if bare == "localhost" or bare.startswith("127."):
        return Start(f"http://{domain}/" if "/" not in domain else f"http://{domain}", username)
    if "/" in domain or ":" in domain or "." not in domain or bare.replace(".", "").isdecimal():
        return Start(f"https://{domain}" if "/" in domain else f"https://{domain}/", username)
    return Start(_announced(domain) or well_known(f"https://{domain}/", sleep=sleep, verify=verify), username)


def _announced(domain: str) -> str | None:
    """What the domain says in DNS (SRV, TXT), or at its well-known address on itself or a host below it; over TLS."""
    import logging

    from caldav.discovery import discover_caldav

    # What it refuses, it also logs, and an unheard log goes to the person's screen.
    logging.getLogger("caldav").setLevel(logging.CRITICAL)
    try:
        service = discover_caldav(domain, timeout=10, require_tls=True)
    except Exception:  # whatever a name server or a web server does, the person's own address stays to be tried
        return None
    return str(service.url) if service is not None and service.tls else None


def well_known(base: str, *, sleep: Callable[[float], None], verify: bool | str = True) -> str:
    """Where the well-known address of this server leads (RFC 5785), asked without a login; `base` where nowhere."""
    here = urljoin(base, "/.well-known/caldav")
    with Connection(base, NoLogin(), sleep=sleep, timeout=10, verify=verify) as connection:
        try:
            answer = connection.request("GET", here)
            return answer.url if answer.url != here else base
        except ServerTrouble as trouble:
            if trouble.cause == "login" and trouble.location:
                return trouble.location if trouble.location != here else base
            if trouble.cause != "elsewhere" or not trouble.location:
                return base
            if is_below(trouble.location, base):
                return trouble.location
            raise Elsewhere(host(base), trouble.location) from None


def is_below(url: str, base: str) -> bool:
    """Whether an address is, over TLS, on the host of another or on one below it (RFC 6764 §8)."""
    mine, theirs = (urlsplit(u).hostname or "" for u in (base, url))
    return urlsplit(url).scheme == "https" and (theirs == mine or theirs.endswith(f".{mine}"))


# ── looking around ───────────────────────────────────────────────────


def calendars_at(connection: Connection, url: str) -> Calendars:
    """The calendars of the person who logs in, from any address of their server.

    Where the address is a calendar, that one alone. ServerTrouble where there is no CalDAV, or the login is refused.
    """
    member = _looked_at(connection, url)
    if member is not None and _is_calendar(member):
        return Calendars((_found(member),), None, is_direct=True)
    principal = _principal(connection, url, member)
    if principal is None:
        if member is not None:
            found = tuple(_listed(connection, member.url))
            if found:
                return Calendars(found, member.url)
        raise ServerTrouble(
            "missing",
            f"no calendars were found at {url}; look at the address (your provider's help names it, often under "
            "“CalDAV”), and give it with --url",
        )
    homes = _homes(connection, principal)
    found = tuple(dict.fromkeys(one for home in homes for one in _listed(connection, home)))
    return Calendars(found, homes[0])


def calendar_at(connection: Connection, url: str) -> Found:
    """The calendar at this very address. ServerTrouble where there is none."""
    member = next(iter(connection.propfind(url, _LISTED, depth=0)), None)
    if member is None or not _is_calendar(member):
        raise ServerTrouble(
            "missing", f"{url} is there, but it is no calendar; `planner connect` lists those there are"
        )
    return _found(member)


def principal_of(connection: Connection, url: str) -> str | None:
    """The principal that the server knows the login by (RFC 5397), where it tells."""
    member = next(iter(connection.propfind(url, (_PRINCIPAL,), depth=0)), None)
    return next(iter(member.hrefs(_PRINCIPAL)), None) if member else None


def _looked_at(connection: Connection, url: str) -> Member | None:
    """What is at an address; None where no CalDAV is."""
    try:
        return next(iter(connection.propfind(url, _ASKED, depth=0)), None)
    except ServerTrouble as trouble:
        if trouble.cause not in ("broken", "missing", "forbidden", "refused") or trouble.status not in _NOT_HERE:
            raise
        return None


def _principal(connection: Connection, url: str, member: Member | None) -> str | None:
    """The principal that the login is of: asked here, at the well-known address, and at the usual places."""
    tried = {same_place(url)}
    for place in (None, "/.well-known/caldav", "/", "/dav/"):
        if place is not None:
            target = urljoin(url, place)
            if same_place(target) in tried:
                continue
            tried.add(same_place(target))
            member = _looked_at(connection, target)
        if member is None:
            continue
        if hrefs := member.hrefs(_PRINCIPAL):
            return hrefs[0]
        element = member.found.get(_PRINCIPAL)
        if element is not None and element.find(f"{{{DAV}}}unauthenticated") is not None:
            raise ServerTrouble(
                "login", f"{host(url)} answers, but does not know who asks; give a name and a password", 401
            )
    return None


def _homes(connection: Connection, principal: str) -> list[str]:
    """The collections of this principal's calendars, on its own server."""
    member = next(iter(connection.propfind(principal, (_HOME,), depth=0)), None)
    homes = [home for home in (member.hrefs(_HOME) if member else []) if is_kin(connection.base, home)]
    if not homes:
        raise ServerTrouble(
            "missing",
            f"{host(principal)} lets you in, but names no place for calendars; is the calendar switched on there?",
        )
    return [home if home.endswith("/") else f"{home}/" for home in homes]


def _listed(connection: Connection, home: str) -> Iterable[Found]:
    """The calendars in a collection that can hold events, and that are the person's to see."""
    here = same_place(home).rstrip("/")
    for member in connection.propfind(home, _LISTED, depth=1):
        last = unquote(urlsplit(member.url).path).rstrip("/").rpartition("/")[2]
        if same_place(member.url).rstrip("/") == here or not _is_calendar(member) or last in (".in", ".out"):
            continue
        if not is_kin(connection.base, member.url):
            continue
        found = _found(member)
        if found.holds_events:
            yield found


def _is_calendar(member: Member) -> bool:
    element = member.found.get(_TYPE)
    types = [t.tag for t in element.iterchildren() if isinstance(t.tag, str)] if element is not None else []
    return f"{{{CALDAV}}}calendar" in types and not any(t.rpartition("}")[2] in _NOT_OURS for t in types)


def _found(member: Member) -> Found:
    url = member.url if urlsplit(member.url).path.endswith("/") else f"{member.url}/"
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    name = " ".join((member.text(_NAME) or "").split()) or last
    components = member.found.get(_COMPONENTS)
    kinds = [c.get("name", "").upper() for c in components.iter(f"{{{CALDAV}}}comp")] if components is not None else []
    color = re.match("#[0-9a-fA-F]{6}", (member.text(_COLOR) or "").strip())
    return Found(url, name, color[0] if color else None, _may_write(member), not kinds or "VEVENT" in kinds)


def _may_write(member: Member) -> bool | None:
    """Whether the privileges (RFC 3744 §5.4) allow new objects; None where the server tells none."""
    element = member.found.get(_PRIVILEGES)
    if element is None or not len(element):
        return None
    names = {e.tag.rpartition("}")[2] for e in element.iter() if isinstance(e.tag, str)}
    return bool(names & {"all", "write"}) or {"bind", "write-content"} <= names


# ── making a calendar ────────────────────────────────────────────────


def make_calendar(connection: Connection, calendars: Calendars, name: str) -> Found:
    """A new, empty calendar of this name (MKCALENDAR, RFC 4791 §5.3.1), as the server shows it then."""
    if calendars.home is None:
        raise ServerTrouble(
            "refused",
            "where new calendars are made is not known from the address of one calendar; give the server's own address "
            "with --url, or make the calendar in the program of your provider and name it with --calendar",
        )
    url = urljoin(calendars.home, f"{_free_slug(name, calendars)}/")
    body = (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<c:mkcalendar xmlns:d="{DAV}" xmlns:c="{CALDAV}"><d:set><d:prop>'
        f"<d:displayname>{escape(name)}</d:displayname>"
        '<c:supported-calendar-component-set><c:comp name="VEVENT"/></c:supported-calendar-component-set>'
        "</d:prop></d:set></c:mkcalendar>"
    )
    answer = connection.request("MKCALENDAR", url, body, {"Content-Type": "application/xml; charset=utf-8"})
    if answer.status in (401, 403, 404, 405, 501):
        trouble = trouble_of(answer, "a new calendar")
        raise ServerTrouble(
            "refused",
            f"{host(url)} lets no program make a calendar (status {answer.status}); make one on its web page or in its "
            f'app, and then name it: --calendar "{name}"',
            answer.status,
            trouble.body,
        )
    if answer.status not in (200, 201, 204):
        raise trouble_of(answer, "a new calendar")
    return calendar_at(connection, url)


def _free_slug(name: str, calendars: Calendars) -> str:
    """A last part of an address, made from a name, that no calendar has."""
    taken = {unquote(urlsplit(c.url).path).rstrip("/").rpartition("/")[2].casefold() for c in calendars.found}
    slug = as_key(name) or "planner"
    return next(s for n in range(1, len(taken) + 2) if (s := slug if n == 1 else f"{slug}-{n}") not in taken)


def chosen(calendars: Calendars, wanted: str, base: str) -> Found:
    """The calendar of this name or address. LookupError with what to do where there is none, or several."""
    if "://" in wanted or wanted.startswith("/"):
        place = same_place(urljoin(base, wanted)).rstrip("/")
        by_place = [c for c in calendars.found if same_place(c.url).rstrip("/") == place]
        if by_place:
            return by_place[0]
        raise LookupError(f"no calendar is at {wanted}")
    named = [c for c in calendars.found if c.name == wanted] or [
        c for c in calendars.found if c.name.casefold() == wanted.casefold()
    ]
    if len(named) > 1:
        raise LookupError(f'{len(named)} calendars are called "{wanted}"; give the address of the one you mean instead')
    if not named:
        raise LookupError(f'there is no calendar "{wanted}"')
    return named[0]
