"""Trying out whether one may write into a calendar, with an event that is gone again a moment later.

In: a `Connection`, a calendar's address, names for the event, a day. Out: the quirks that were found, as words of
QUIRKS; ServerTrouble where one may not write. Nothing is left behind, or it is said what is.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

from planner.sync.calendar import DavCalendar, strong
from planner.sync.dav import Connection, same_place
from planner.sync.store import Listing
from planner.sync.troubles import Answer, ServerTrouble, host, trouble_of

QUIRKS = {
    "no-etag": "gives no entity tags (or weak ones); before each change planner reads the event again",
    "no-etag-on-put": "gives no entity tag when it stores an event; planner reads it back",
    "rewrites": "rewrites what it is given; planner compares what matters, not each byte",
    "ignores-if-none-match": "would write over an event that is there; planner looks first",
    "no-if-none-match": "does not know the condition for new events; planner looks first",
    "keeps-deleted-uids": "keeps deleted events in a bin; one that comes back gets another UID",
    "renames": "gives new events a name of its own; planner goes by what it lists",
}
"""What a server may do differently, and what planner does about it."""

TITLE = "planner tries out this calendar"
_TYPE = {"Content-Type": "text/calendar; charset=utf-8"}
_STORED = (200, 201, 204)
_REFUSED = (400, 403, 409, 412, 501)


def try_writing(connection: Connection, url: str, uids: tuple[str, str], day: date) -> tuple[str, ...]:
    """The quirks of a calendar, after an event was stored, read, deleted, and looked for.

    `uids` are two of our own: the first is the same each time, so that one left by a crash is found and taken away; the
    other is new, for servers that keep deleted ones. ServerTrouble where the event was not taken, or did not go.
    """
    before = DavCalendar(connection, url).listing()
    if same_place(_place(url, uids[0])) in before.refs:  # of a test that was cut short
        connection.request("DELETE", _place(url, uids[0]))
    found: list[str] = []
    uid = ""
    try:
        uid, stored = _stored(connection, url, uids, day, before, found)
        where, etag, text = _read_back(connection, url, uid, before)
        if where != _place(url, uid):
            found.append("renames")
        if strong(etag) is None:
            found.append("no-etag")
        elif strong(stored.etag) is None:
            found.append("no-etag-on-put")
        if _lines(text) != _lines(event_text(uid, day)):
            found.append("rewrites")
        if "no-if-none-match" not in found and "renames" not in found:
            again = _put(connection, url, uid, day, {"If-None-Match": "*"})
            if again.status in _STORED:
                found.append("ignores-if-none-match")
    except BaseException:
        _cleared(connection, url, uids, before)
        raise
    _deleted(connection, where)
    return tuple(word for word in QUIRKS if word in found)


def event_text(uid: str, day: date) -> str:
    """The event: a whole day that takes no time, without alarm or guests."""
    return "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//planner//planner//EN",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20200101T000000Z",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{TITLE}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        )
    )


def _place(url: str, uid: str) -> str:
    return f"{url.rstrip('/')}/{uid}.ics"


def _put(connection: Connection, url: str, uid: str, day: date, condition: dict[str, str]) -> Answer:
    return connection.request("PUT", _place(url, uid), event_text(uid, day), {**_TYPE, **condition})


def _stored(
    connection: Connection, url: str, uids: tuple[str, str], day: date, before: Listing, found: list[str]
) -> tuple[str, Answer]:
    """The UID under which the event was taken, and the answer; each way of asking is tried in turn."""
    first = answer = _asked(connection, url, uids[0], day, found)
    if answer.status in _REFUSED and _took_away(connection, url, uids[0], before):
        answer = _asked(connection, url, uids[0], day, found)
    if answer.status in _STORED:
        return uids[0], answer
    if answer.status in _REFUSED:
        answer = _asked(connection, url, uids[1], day, found)
        if answer.status in _STORED:
            found.append("keeps-deleted-uids")
            return uids[1], answer
    if first.status in (401, 403):
        raise ServerTrouble(
            "forbidden",
            f"{host(url)} lets you read this calendar, but not write into it; choose another one, or ask its owner",
            first.status,
        )
    raise trouble_of(first, "a new event")


def _asked(connection: Connection, url: str, uid: str, day: date, found: list[str]) -> Answer:
    """The answer to a new event, with the condition that there is none yet; where that is refused, without it."""
    answer = _put(connection, url, uid, day, {"If-None-Match": "*"})
    if answer.status not in _REFUSED:
        return answer
    look = connection.request("GET", _place(url, uid))
    if look.status == 200 and uid in _unfolded(look.text()):
        return look  # it was stored, and the first answer was lost
    plain = _put(connection, url, uid, day, {})
    if plain.status in _STORED:
        found.append("no-if-none-match")
    return plain if plain.status in _STORED else answer


def _took_away(connection: Connection, url: str, uid: str, before: Listing) -> bool:
    """Whether a test that was cut short had left this event, under a name of the server's own, and it is gone now."""
    stored = DavCalendar(connection, url).read(before.refs.values())
    left = [place for place, one in stored.items() if uid in _unfolded(one.text)]
    for place in left:
        connection.request("DELETE", stored[place].url)
        before.refs.pop(place, None)
    return bool(left)


def _read_back(connection: Connection, url: str, uid: str, before: Listing) -> tuple[str, str | None, str]:
    """Where the event is, its tag, and its text as the server keeps it."""
    answer = connection.request("GET", _place(url, uid))
    if answer.status == 200:
        return _place(url, uid), answer.etag, answer.text()
    calendar = DavCalendar(connection, url)
    after = calendar.listing()
    new = [ref for place, ref in after.refs.items() if place not in before.refs]
    for stored in calendar.read(new).values():
        if uid in _unfolded(stored.text):
            return stored.url, stored.etag, stored.text
    raise ServerTrouble(
        "broken",
        f"{host(url)} took a new event and does not have it; this is no calendar that planner can rely on",
        answer.status,
    )


def _deleted(connection: Connection, where: str) -> None:
    """The event gone, and seen to be gone."""
    answer = connection.request("DELETE", where)
    if answer.status not in (200, 202, 204, 404, 410):
        raise _left_behind(where, answer.status)
    look = connection.request("GET", where)
    if look.status == 200 and TITLE in _unfolded(look.text()):
        raise _left_behind(where, look.status)


def _cleared(connection: Connection, url: str, uids: tuple[str, str], before: Listing) -> None:
    """After a failure: whatever was stored is taken away, as far as the server is still there for it."""
    for uid in uids:
        with suppress(ServerTrouble):
            connection.request("DELETE", _place(url, uid))
    with suppress(ServerTrouble):
        calendar = DavCalendar(connection, url)
        new = [ref for place, ref in calendar.listing().refs.items() if place not in before.refs]
        for stored in calendar.read(new).values():
            if any(uid in _unfolded(stored.text) for uid in uids):
                connection.request("DELETE", stored.url)


def _left_behind(where: str, status: int) -> ServerTrouble:
    return ServerTrouble(
        "broken",
        f'{host(where)} stored the event "{TITLE}" and did not delete it again (status {status}); delete it in your '
        "calendar, and choose another calendar for planner",
        status,
    )


def _unfolded(text: str) -> str:
    """A text whose long lines are whole again (RFC 5545 §3.1)."""
    return text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")
