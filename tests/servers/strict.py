"""A CalDAV server, in memory, with the habits of the big ones: each habit is a quirk with a name, on or off.

In: quirks, users, and the status of a UID conflict. Out: a `Server`. Without quirks it is a plain server that keeps
every byte. GOOGLE and ICLOUD are what those two are known to do; combine at will: `Strict(GOOGLE - {"bearer"})`.

Of the text: the names in `rewriting.WAYS`, and "refolds", "stamps_on_read" (another DTSTAMP with every answer).
Of the protocol:

- no_put_etag, no_etags, weak_etags: an ETag not after PUT; nowhere; W/ before each.
- ignores_if_none_match: a PUT that must not overwrite does. If-Match is always honoured.
- no_mkcalendar: 403. Use `add_calendar`.
- unique_uids, tombstones: a UID in use at another href of the account, or deleted once, is refused.
- bearer: wants `server.token`; a password is refused. `server.expire()` makes the old token worthless.
- encodes_hrefs, absolute_hrefs: %40 for @, and hex in small letters; whole URLs in listings.
- renames: a new object gets a name of the server's own, and nothing in the answer tells.
- multiget_404, multiget_gaps: members that end in one of `server.hidden` (or, if that is empty, the last one asked for)
  are answered with 404, or left out.
- wants_end: an event without DTEND is refused.

`server.home_base = front.url` sends a client to another host for its calendars, as iCloud does.
"""

# ruff: noqa: ARG002  (each method of HTTP is answered by a function of the same form)

from __future__ import annotations

import base64
import hashlib
import re
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.servers.real import Server
from tests.servers.rewriting import WAYS, Known, parse, rewrite
from tests.servers.shelf import CALDAV, Calendar, Kept, Refused, checked, fits, refuse
from tests.servers.wire import Answer, Listener, Request, answer, multistatus

DAV = "{DAV:}"
CS = "{http://calendarserver.org/ns/}"

PROTOCOL = {
    *("no_put_etag", "no_etags", "weak_etags", "ignores_if_none_match", "no_mkcalendar", "unique_uids", "tombstones"),
    *("bearer", "encodes_hrefs", "absolute_hrefs", "renames", "multiget_404", "multiget_gaps", "wants_end"),
    *("refolds", "stamps_on_read"),
}
QUIRKS = frozenset(PROTOCOL | WAYS.keys())

GOOGLE = frozenset(
    {
        *("no_put_etag", "ignores_if_none_match", "no_mkcalendar", "unique_uids", "tombstones", "bearer"),
        *("encodes_hrefs", "refolds", "stamps_on_read", "drops_x", "drops_color", "drops_related_to"),
        *("drops_categories", "own_timezone", "own_prodid", "own_stamps", "own_sequence", "adds_defaults"),
        *("moves_trigger", "alarm_text", "reorders_rrule", "spells_out_rrule", "splits_exdates"),
        *("reorders_properties", "reverses_overrides"),
    }
)
ICLOUD = frozenset(
    {
        *("renames", "unique_uids", "wants_end", "absolute_hrefs", "own_prodid", "own_stamps", "refolds"),
        *("reorders_properties", "adds_none_alarm", "drops_timezone"),
    }
)


class Strict(Server):
    """The server. `conflict` is the status of a UID conflict; `tokens` says of a token whether it is good."""

    def __init__(
        self,
        quirks: Iterable[str] = GOOGLE,
        users: Mapping[str, str] | None = None,
        *,
        conflict: int = 409,
        tokens: Callable[[str], bool] | None = None,
    ) -> None:
        self.quirks = frozenset(quirks)
        if unknown := self.quirks - QUIRKS:
            raise ValueError(f"no such quirks: {sorted(unknown)}")
        self.conflict = conflict
        self.token = "token-1"
        self.hidden: set[str] = set()
        self.home_base: str | None = None  # the base URL of another host, where calendar-home-set is to point
        self.calendars: dict[str, Calendar] = {}
        self.deleted_uids: set[str] = set()
        self.invitations: list[str] = []  # paths of objects for which a real server would now send mail
        self._tokens = tokens or (lambda token: token == self.token)
        self._requests_left: int | None = None
        self._clock = datetime(2026, 11, 1, tzinfo=UTC)
        self._lock = threading.RLock()
        self._listener = Listener(self._respond)
        super().__init__(
            self._listener.url, users or {"ana": "secret"}, principal="principals/{user}/", home="calendars/{user}/"
        )

    def __enter__(self) -> Self:
        self._listener.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._listener.__exit__(*error)

    # What a test does to it

    def auth(self, user: str) -> tuple[str, str] | str:
        return self.token if "bearer" in self.quirks else (user, self.users[user])

    def expire(self, after: int = 0) -> None:
        """Makes the token worthless once this many more requests are answered; `token` is then another one."""
        self._requests_left = after
        if not after:
            self._renew()

    def add_calendar(
        self,
        user: str,
        name: str,
        displayname: str | None = None,
        *,
        is_read_only: bool = False,
        components: tuple[str, ...] = ("VEVENT",),
    ) -> str:
        """The URL of a new calendar."""
        self.calendars[f"/calendars/{user}/{name}/"] = Calendar(displayname or name, user, is_read_only, components)
        return self.calendar(user, name)

    def objects(self, user: str, name: str) -> dict[str, str]:
        """The text of each object by its path."""
        return {path: kept.text for path, kept in self.calendars[f"/calendars/{user}/{name}/"].objects.items()}

    def place(self, url: str, text: str) -> None:
        """Stores the object as it is, without a quirk or a check: what a person does on the server's own page."""
        path = unquote(urlsplit(url).path)
        calendar = self.calendars[path.rpartition("/")[0] + "/"]
        old = calendar.objects.get(path)
        with self._lock:
            self._store(calendar, path, text, old, self._now())

    # Requests

    def _respond(self, request: Request) -> Answer:
        with self._lock:
            try:
                if request.path == "/.well-known/caldav":
                    return answer(301, Location="/")
                user = self._user(request)
                path = request.path
                known = ["", path.split("/")[2]] if path.count("/") > 2 else [""]
                if known[-1] not in {"", user}:
                    raise refuse(403, "D:need-privileges")
                act = getattr(self, f"_{request.method.lower()}", None)
                if act is None:
                    raise refuse(501)
                return act(request, user)
            except Refused as refused:
                return refused.given
            except ET.ParseError as error:
                return answer(400, f"no XML: {error}")

    def _user(self, request: Request) -> str:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if "bearer" in self.quirks:
            if self._requests_left is not None:
                self._requests_left -= 1
                if self._requests_left == -1:
                    self._renew()
            if scheme != "Bearer" or not self._tokens(secret):
                raise Refused(answer(401, "No", WWW_Authenticate='Bearer realm="strict", error="invalid_token"'))
            return next(iter(self.users))
        for user, password in self.users.items():
            if (scheme, secret) == ("Basic", base64.b64encode(f"{user}:{password}".encode()).decode()):
                return user
        raise Refused(answer(401, "No", WWW_Authenticate='Basic realm="strict"'))

    def _renew(self) -> None:
        self._requests_left = None
        self.token = f"token-{int(self.token.split('-')[1]) + 1}"

    def _options(self, request: Request, user: str) -> Answer:
        allowed = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT"
        return answer(200, DAV="1, 3, calendar-access", Allow=allowed)

    def _get(self, request: Request, user: str) -> Answer:
        kept = self._calendar(request).objects.get(request.path)
        if kept is None:
            raise refuse(404)
        given = answer(200, self._read(kept), "text/calendar; charset=utf-8")
        return given.with_header("ETag", self._etag(kept))

    _head = _get

    def _put(self, request: Request, user: str) -> Answer:
        calendar, path = self._writable(request), request.path
        old = calendar.objects.get(path)
        self._keep_conditions(request, old)
        component = checked(request, self.quirks)
        uid = component.all("VEVENT")[0].first("UID").value
        if old and old.uid != uid:
            raise refuse(self.conflict, "C:no-uid-conflict")
        elsewhere = {
            kept.uid
            for other in self.calendars.values()
            for kept in other.objects.values()
            if other.user == user and kept.path != path
        }
        if "unique_uids" in self.quirks and uid in elsewhere:
            raise refuse(self.conflict, "C:no-uid-conflict")
        if "tombstones" in self.quirks and uid in self.deleted_uids:
            raise refuse(self.conflict, "C:no-uid-conflict")
        if "renames" in self.quirks and old is None:
            path = path.rpartition("/")[0] + "/" + hashlib.sha256(path.encode()).hexdigest()[:16].upper() + ".ics"
        now = self._now()
        known = Known(now, old.created if old else now, old.revision + 1 if old else 0)
        text = rewrite(request.body.decode(), self.quirks, known)
        kept = self._store(calendar, path, text, old, now)
        if any(event.first("ATTENDEE") or event.first("ORGANIZER") for event in component.all("VEVENT")):
            self.invitations.append(path)
        given = answer(204 if old else 201)
        return given if "no_put_etag" in self.quirks else given.with_header("ETag", self._etag(kept))

    def _delete(self, request: Request, user: str) -> Answer:
        calendar = self._writable(request)
        kept = calendar.objects.get(request.path)
        if kept is None:
            raise refuse(404)
        self._keep_conditions(request, kept)
        del calendar.objects[request.path]
        calendar.note(request.path, is_there=False)
        self.deleted_uids.add(kept.uid)
        return answer(204)

    def _mkcalendar(self, request: Request, user: str) -> Answer:
        path = request.path.rstrip("/")
        if "no_mkcalendar" in self.quirks or not path.startswith(f"/calendars/{user}/"):
            raise refuse(403, "C:calendar-collection-location-ok")
        if f"{path}/" in self.calendars:
            raise refuse(405)
        name = ET.fromstring(request.body).findtext(f".//{DAV}displayname") if request.body else None
        self.add_calendar(user, path.rpartition("/")[2], name)
        return answer(201)

    def _mkcol(self, request: Request, user: str) -> Answer:
        raise refuse(403)

    _post = _move = _copy = _mkcol

    def _proppatch(self, request: Request, user: str) -> Answer:
        calendar = self.calendars.get(request.path)
        if calendar is None:
            raise refuse(404)
        asked = [prop for block in ET.fromstring(request.body).iter(f"{DAV}prop") for prop in block]
        known = [prop for prop in asked if prop.tag == f"{DAV}displayname"]
        for prop in known:
            calendar.displayname = prop.text or ""
        refused = [prop.tag for prop in asked if prop not in known]
        return self._answers(request, [(request.path, {prop.tag: "" for prop in known}, refused, 403)])

    def _propfind(self, request: Request, user: str) -> Answer:
        root = ET.fromstring(request.body) if request.body else ET.Element("x")
        asked = [prop.tag for block in root.iter(f"{DAV}prop") for prop in block]
        path = request.path
        members = [path]
        if request.headers.get("Depth", "infinity") != "0":
            if path in self.calendars:
                members += self.calendars[path].objects
            elif path == f"/calendars/{user}/":
                members += [calendar for calendar in self.calendars if calendar.startswith(path)]
        rows = []
        for member in members:
            has = self._properties(request, member, user)
            if has is None:
                raise refuse(404)
            wanted = {tag: has[tag] for tag in asked or has if tag in has}
            rows.append((member, wanted, [tag for tag in asked if tag not in has], 404))
        return self._answers(request, rows)

    def _report(self, request: Request, user: str) -> Answer:
        calendar = self._calendar(request)
        root = ET.fromstring(request.body)
        asked = [prop.tag for block in root.findall(f"{DAV}prop") for prop in block]
        rows = []
        match root.tag.rpartition("}")[2]:
            case "calendar-query":
                found = [path for path, kept in calendar.objects.items() if fits(root, parse(kept.text))]
            case "calendar-multiget":
                found = [unquote(urlsplit(href.text.strip()).path) for href in root.findall(f"{DAV}href")]
                hidden = [path for path in found if path.endswith(tuple(self.hidden))] if self.hidden else found[-1:]
                gone = [path for path in found if path not in calendar.objects]
                if "multiget_404" in self.quirks:
                    gone += hidden
                if "multiget_gaps" in self.quirks:
                    found = [path for path in found if path not in hidden]
                rows = [(path, None, [], 404) for path in found if path in gone]
                found = [path for path in found if path not in gone]
            case "sync-collection":
                token = root.findtext(f"{DAV}sync-token") or "urn:strict:0"
                if not re.fullmatch(r"urn:strict:\d+", token):
                    raise refuse(403, "D:valid-sync-token")
                changed = {path: is_there for n, path, is_there in calendar.log if n > int(token.split(":")[2])}
                rows = [(path, None, [], 404) for path, is_there in changed.items() if not is_there]
                found = [path for path, is_there in changed.items() if is_there]
            case _:
                raise refuse(403, "D:supported-report")
        for path in found:
            has = self._properties(request, path, user)
            has[f"{CALDAV}calendar-data"] = escape(self._read(calendar.objects[path]))
            rows.append((path, {tag: has[tag] for tag in asked if tag in has}, [t for t in asked if t not in has], 404))
        ending = f"<D:sync-token>{calendar.sync_token}</D:sync-token>" if root.tag == f"{DAV}sync-collection" else ""
        return self._answers(request, rows, ending)

    # What requests share

    def _calendar(self, request: Request) -> Calendar:
        calendar = self.calendars.get(request.path.rpartition("/")[0] + "/")
        if calendar is None:
            raise refuse(404)
        return calendar

    def _writable(self, request: Request) -> Calendar:
        calendar = self._calendar(request)
        if request.path.endswith("/"):
            raise refuse(403)
        if calendar.is_read_only:
            raise refuse(403, "D:need-privileges")
        return calendar

    def _keep_conditions(self, request: Request, old: Kept | None) -> None:
        match = request.headers.get("If-Match")
        if match is not None and (old is None or match not in {"*", old.etag}):
            raise refuse(412)
        if request.headers.get("If-None-Match") == "*" and old and "ignores_if_none_match" not in self.quirks:
            raise refuse(412)

    def _store(self, calendar: Calendar, path: str, text: str, old: Kept | None, now: str) -> Kept:
        revision = old.revision + 1 if old else 0
        etag = '"' + hashlib.sha256(f"{now}{text}".encode()).hexdigest()[:24] + '"'
        uid = parse(text).all("VEVENT")[0].first("UID").value
        kept = Kept(path, text, uid, revision, old.created if old else now, etag)
        calendar.objects[path] = kept
        calendar.note(path, is_there=True)
        return kept

    def _now(self) -> str:
        self._clock += timedelta(seconds=1)
        return f"{self._clock:%Y%m%dT%H%M%SZ}"

    def _read(self, kept: Kept) -> str:
        if "stamps_on_read" not in self.quirks:
            return kept.text
        return re.sub(r"(?m)^DTSTAMP:.*?(?=\r?$)", f"DTSTAMP:{self._now()}", kept.text)

    def _etag(self, kept: Kept) -> str | None:
        if "no_etags" in self.quirks:
            return None
        return f"W/{kept.etag}" if "weak_etags" in self.quirks else kept.etag

    def _href(self, request: Request, path: str) -> str:
        href = quote(path, safe="/@")
        if "encodes_hrefs" in self.quirks:
            href = re.sub("%..", lambda hexed: hexed[0].lower(), quote(path, safe="/"))
        return f"http://{request.headers['Host']}{href}" if "absolute_hrefs" in self.quirks else href

    def _properties(self, request: Request, path: str, user: str) -> dict[str, str] | None:
        """The XML inside each property of a resource; None where there is no such resource."""

        def href(to: str) -> str:
            return f"<D:href>{self._href(request, to)}</D:href>"

        principal, home = f"/principals/{user}/", f"/calendars/{user}/"
        has = {
            f"{DAV}current-user-principal": href(principal),
            f"{DAV}owner": href(principal),
            f"{DAV}resourcetype": "<D:collection/>",
            f"{DAV}displayname": "",
        }
        if path == principal:
            return has | {
                f"{DAV}resourcetype": "<D:collection/><D:principal/>",
                f"{DAV}displayname": escape(user),
                f"{DAV}principal-URL": href(principal),
                f"{CALDAV}calendar-home-set": f"<D:href>{self.home_base.rstrip('/')}{quote(home)}</D:href>"
                if self.home_base
                else href(home),
                f"{CALDAV}calendar-user-address-set": f"<D:href>mailto:{escape(user)}</D:href>",
            }
        if path in {"/", home, "/principals/", "/calendars/"}:
            return has
        calendar = self.calendars.get(path.rpartition("/")[0] + "/")
        if calendar is None:
            return None
        privileges = ["read"] if calendar.is_read_only else ["read", "write", "write-content", "bind", "unbind"]
        has[f"{DAV}current-user-privilege-set"] = "".join(
            f"<D:privilege><D:{privilege}/></D:privilege>" for privilege in privileges
        )
        if path.endswith("/"):
            reports = ("C:calendar-query", "C:calendar-multiget", "D:sync-collection")
            return has | {
                f"{DAV}resourcetype": "<D:collection/><C:calendar/>",
                f"{DAV}displayname": escape(calendar.displayname),
                f"{CALDAV}supported-calendar-component-set": "".join(
                    f'<C:comp name="{name}"/>' for name in calendar.components
                ),
                f"{DAV}supported-report-set": "".join(
                    f"<D:supported-report><D:report><{report}/></D:report></D:supported-report>" for report in reports
                ),
                f"{CS}getctag": calendar.sync_token,
                f"{DAV}sync-token": calendar.sync_token,
            }
        kept = calendar.objects.get(path)
        if kept is None:
            return None
        etag = self._etag(kept)
        return has | {
            f"{DAV}resourcetype": "",
            f"{DAV}getcontenttype": "text/calendar; charset=utf-8; component=vevent",
            **({f"{DAV}getetag": escape(etag)} if etag else {}),
        }

    def _answers(
        self, request: Request, rows: list[tuple[str, dict[str, str] | None, list[str], int]], ending: str = ""
    ) -> Answer:
        """A multistatus: of each path its properties and those it has not; None for a member that is not there."""
        responses = ""
        for path, has, has_not, status in rows:
            inside = "<D:status>HTTP/1.1 404 Not Found</D:status>" if has is None else ""
            if has or (has is not None and not has_not):
                inside += propstat("".join(element(tag, xml) for tag, xml in has.items()), "200 OK")
            if has_not:
                inside += propstat("".join(element(tag, "") for tag in has_not), f"{status} No")
            responses += f"<D:response><D:href>{self._href(request, path)}</D:href>{inside}</D:response>"
        names = f'xmlns:D="DAV:" xmlns:C="{CALDAV[1:-1]}" xmlns:CS="{CS[1:-1]}"'
        head = '<?xml version="1.0" encoding="utf-8"?>'
        return multistatus(f"{head}<D:multistatus {names}>{responses}{ending}</D:multistatus>")


def propstat(inside: str, status: str) -> str:
    return f"<D:propstat><D:prop>{inside}</D:prop><D:status>HTTP/1.1 {status}</D:status></D:propstat>"


def element(tag: str, inside: str) -> str:
    namespace, _, name = tag.removeprefix("{").rpartition("}")
    prefix = {"DAV:": "D", CALDAV[1:-1]: "C", CS[1:-1]: "CS"}.get(namespace)
    if prefix:
        return f"<{prefix}:{name}>{inside}</{prefix}:{name}>"
    return f'<x:{name} xmlns:x="{escape(namespace)}"/>' if namespace else f"<{name}/>"
