"""A calendar on a CalDAV server as a `Store` (RFC 4791).

In: a `Connection` and the calendar's address. Out: what `Store` promises. Every write carries a condition; where the
server gives no entity tag, the object is read again just before, and must be what it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from planner.sync.dav import CALDAV, DAV, Connection, Member, same_place
from planner.sync.store import Changed, Listing, Ref, Refused, Stored
from planner.sync.troubles import Answer, ServerTrouble, trouble_of

_ETAG, _TYPE, _KIND = f"{{{DAV}}}getetag", f"{{{DAV}}}resourcetype", f"{{{DAV}}}getcontenttype"
_DATA = f"{{{CALDAV}}}calendar-data"
_AT_ONCE = 1000
"""Objects read in one request; after a refusal a tenth of them."""
_EVENT = "text/calendar; charset=utf-8"


class DavCalendar:
    """A calendar at an address, over a connection."""

    def __init__(self, connection: Connection, url: str) -> None:
        self._connection = connection
        self.url = url if url.endswith("/") else f"{url}/"
        self._takes_conditions = True  # of a new object: If-None-Match

    def listing(self) -> Listing:
        """All its objects with their tags: one PROPFIND."""
        members = self._connection.propfind(self.url, (_ETAG, _TYPE, _KIND), depth=1)
        here = same_place(self.url)
        refs: dict[str, Ref] = {}
        partial = False
        for member in members:
            place = same_place(member.url)
            if member.status == 507:
                partial = True
            elif member.status >= 400 or place.rstrip("/") == here.rstrip("/") or _is_folder(member):
                continue
            else:
                refs[place] = Ref(member.url, strong(member.text(_ETAG)))
        return Listing(refs, partial)

    def read(self, refs: Iterable[Ref]) -> dict[str, Stored]:
        """These objects: one calendar-multiget REPORT, a GET for each that it left out (for one, if it knew none)."""
        wanted = {same_place(ref.url): ref for ref in refs}
        found: dict[str, Stored] = {}
        places = list(wanted)
        size = _AT_ONCE
        while places:
            try:
                found |= self._multiget([wanted[p] for p in places[:size]])
            except ServerTrouble as trouble:
                if trouble.status not in (400, 403, 405, 413, 500, 501, 507) or size == 1:
                    raise
                size = max(1, size // 10) if trouble.status not in (405, 501) else 1
                if size == 1:
                    break
                continue
            places = places[size:]
        is_answered = not places
        for place in [p for p in wanted if p not in found]:
            stored = self._get(wanted[place].url)
            if stored is not None:
                found[place] = stored
            elif is_answered and not found:
                break  # it knows none of them, and a second question said the same of one: they are gone, or renamed
        return found

    def _get(self, url: str) -> Stored | None:
        """One object, None where there is none."""
        answer = self._connection.request("GET", url)
        if answer.status in (404, 410):
            return None
        if answer.status != 200 or is_page(answer):
            raise trouble_of(answer, "reading an event")
        return Stored(url, strong(answer.etag), _utf8(answer))

    def _multiget(self, refs: list[Ref]) -> dict[str, Stored]:
        hrefs = "".join(f"<d:href>{_escaped(urlsplit(ref.url).path)}</d:href>" for ref in refs)
        body = (
            '<?xml version="1.0" encoding="utf-8"?>'
            f'<c:calendar-multiget xmlns:d="{DAV}" xmlns:c="{CALDAV}">'
            f"<d:prop><d:getetag/><c:calendar-data/></d:prop>{hrefs}</c:calendar-multiget>"
        )
        found = {}
        for member in self._connection.multistatus("REPORT", self.url, body, None):
            text = member.text(_DATA)
            if text is not None and member.status < 400:
                found[same_place(member.url)] = Stored(member.url, strong(member.text(_ETAG)), text)
        return found

    def create(self, name: str, text: str) -> Ref:
        """A new object at this name: PUT with If-None-Match (RFC 4791 §5.3.2)."""
        url = self.url + quote(name)
        answer = self._put(url, text, {"If-None-Match": "*"} if self._takes_conditions else {})
        if self._takes_conditions and answer.status in (400, 412, 501) and self._get(url) is None:
            answer = self._put(url, text, {})  # some know If-Match alone; there was nothing there a moment ago
            self._takes_conditions = answer.status not in (200, 201, 204)
        if answer.status in (400, 403, 409, 412, 422):
            trouble = trouble_of(answer, "a new event")
            if answer.status == 412 and self._get(url) is not None:
                raise Changed(url)
            raise Refused(answer.status, trouble.body, str(trouble))
        if answer.status not in (200, 201, 204) or is_page(answer):
            raise trouble_of(answer, "a new event")
        return Ref(url, None)

    def update(self, stored: Stored, text: str) -> None:
        """A PUT with If-Match."""
        answer = self._put(stored.url, text, self._condition(stored))
        if answer.status in (404, 409, 410, 412):
            raise Changed(stored.url)
        if answer.status not in (200, 201, 204) or is_page(answer):
            raise trouble_of(answer, "a changed event")

    def delete(self, stored: Stored) -> None:
        """A DELETE with If-Match."""
        answer = self._connection.request("DELETE", stored.url, headers=self._condition(stored))
        if answer.status in (409, 412):
            raise Changed(stored.url)
        if answer.status not in (200, 202, 204, 404, 410) or is_page(answer):
            raise trouble_of(answer, "taking an event out")

    def _condition(self, stored: Stored) -> dict[str, str]:
        """The tag as a condition; without one, a look whether the object is what it was."""
        if stored.etag is not None:
            return {"If-Match": stored.etag}
        now = self._get(stored.url)
        if now is None or _lines(now.text) != _lines(stored.text):
            raise Changed(stored.url)
        return {"If-Match": now.etag} if now.etag else {}

    def _put(self, url: str, text: str, headers: dict[str, str]) -> Answer:
        return self._connection.request("PUT", url, text, {"Content-Type": _EVENT, **headers})


def is_page(answer: Answer) -> bool:
    """Whether a web page came with a 200, as a hotel's network answers everything: nothing was done."""
    return answer.status == 200 and "html" in answer.headers.get("content-type", "")


def strong(etag: str | None) -> str | None:
    """A tag that may stand in a condition; a weak one may not (RFC 9110 §13.1.1)."""
    etag = (etag or "").strip()
    if not etag or etag.startswith("W/"):
        return None
    return etag if etag.startswith('"') else f'"{etag}"'


def _escaped(path: str) -> str:
    return path.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _is_folder(member: Member) -> bool:
    kind = member.found.get(_TYPE)
    return member.url.endswith("/") or (kind is not None and kind.find(f"{{{DAV}}}collection") is not None)


def _utf8(answer: Answer) -> str:
    return answer.body.decode("utf-8", "replace")


def _lines(text: str) -> list[str]:
    """The lines of a text, in an order of their own, without the stamps that some servers set at each reading."""
    return sorted(line for line in text.splitlines() if not line.startswith(("DTSTAMP", "PRODID")))
