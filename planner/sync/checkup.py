"""A connection looked over step by step: reachable, trusted, logged in, a calendar, writable; and what it is like.

In: an `Account`, ways to open a `Connection` to it. Out: `Step`s, each as soon as it is known; none raises. Nothing is
written. A step that fails says why and what would help, and those that need it are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from planner.sync.accounts import Account
from planner.sync.calendar import DavCalendar
from planner.sync.dav import DAV, Connection
from planner.sync.discovery import Found, calendar_at, principal_of
from planner.sync.looking import Own, own_object
from planner.sync.store import Listing
from planner.sync.troubles import ServerTrouble, host
from planner.sync.write_test import QUIRKS

FINE, FAILED, NOTE = "fine", "failed", "note"


class Step(NamedTuple):
    """One step: what was looked at, whether it is fine, and words."""

    name: str
    mark: str
    words: str


def look_over(
    account: Account,
    bare: Callable[[], Connection],
    logged_in: Callable[[], Connection],
    try_writing: Callable[[Connection], tuple[str, ...]] | None,
) -> Iterator[Step]:
    """The steps of one account. `bare` opens a connection without a login; `try_writing` gives the quirks it found."""
    try:
        connection = logged_in()
    except ServerTrouble as trouble:
        yield Step("password", FAILED, str(trouble))
        yield from _reached(account, bare)
        return
    yield Step("password", FINE, _where(account))
    with connection:
        reached = list(_reached(account, bare))
        yield from reached
        if any(step.mark == FAILED for step in reached):
            return
        yield from _looked_at(connection, account, try_writing)


def _where(account: Account) -> str:
    """Where the password comes from."""
    what = {"bearer": "token", "oauth2": "client's secret"}.get(account.auth, "password")
    if account.auth == "none":
        return "none is needed"
    if account.auth == "oauth2":
        return f"OAuth 2, with the client {account.client_id}"
    if account.password_command:
        return f"the {what} comes from the command {account.password_command[0]}"
    if account.password_env is not None:
        return f"the {what} comes from the environment variable {account.password_env}"
    return f"the {what} is in the keyring of this machine"


def _reached(account: Account, bare: Callable[[], Connection]) -> Iterator[Step]:
    """Whether there is an answer at all, and a safe one."""
    where = host(account.url)
    safe = "the connection is encrypted" if urlsplit(account.url).scheme == "https" else "the connection is plain http:"
    try:
        with bare() as connection:
            connection.request("OPTIONS", account.url)
    except ServerTrouble as trouble:
        if trouble.cause in ("unreachable", "settings", "tls", "broken", "busy", "elsewhere"):
            yield Step("server", FAILED, str(trouble))
            return
    yield Step("server", FINE, f"{where} answers; {safe}")


def _looked_at(
    connection: Connection, account: Account, try_writing: Callable[[Connection], tuple[str, ...]] | None
) -> Iterator[Step]:
    try:
        found = calendar_at(connection, account.url)
    except ServerTrouble as trouble:
        if trouble.cause in ("login", "secret"):
            yield Step("login", FAILED, str(trouble))
            return
        yield Step("login", FINE, _as(account))
        yield Step("calendar", FAILED, str(trouble))
        return
    yield Step("login", FINE, f"{_as(account)}{_principal(connection, account)}")
    try:
        listing = DavCalendar(connection, account.url).listing()
    except ServerTrouble as trouble:
        yield Step("calendar", FAILED, str(trouble))
        return
    number = len(listing.refs)
    things = "1 event" if number == 1 else f"{number} events"
    if listing.is_partial:
        yield Step(
            "calendar",
            FAILED,
            f'"{found.name}" is there, but {host(account.url)} lists only part of it ({things}); planner does not '
            "sync with what it cannot see whole. Use a calendar with less in it",
        )
        return
    yield Step("calendar", FINE, f'"{found.name}" is there, with {things} in it')
    yield from _twice(connection, account, listing)
    yield from _writing(connection, account, found, try_writing)
    yield from _server(connection, account)


def _twice(connection: Connection, account: Account, listing: Listing) -> Iterator[Step]:
    """What of the agreement is there as two objects of one identity, which some servers allow."""
    if account.agreement is None or len(listing.refs) < 2:
        return
    try:
        read = DavCalendar(connection, account.url).read(listing.refs.values())
    except ServerTrouble as trouble:
        yield Step("calendar", FAILED, str(trouble))
        return
    titles: dict[str, list[str]] = {}
    for stored in read.values():
        own = own_object(stored.text, account.agreement)
        if isinstance(own, Own):
            titles.setdefault(own.uid, []).append(own.canon.face.summary)
    for called in titles.values():
        if len(called) > 1:
            yield Step(
                "calendar",
                NOTE,
                f'"{called[0]}" is there {len(called)} times, as objects of one identity; take all but one of them out '
                "in your calendar app, whichever",
            )


def _as(account: Account) -> str:
    return f"accepted, as {account.username}" if account.username else "accepted"


def _principal(connection: Connection, account: Account) -> str:
    """What the server calls the one who logged in, where it tells."""
    try:
        principal = principal_of(connection, account.url)
    except ServerTrouble:
        return ""
    return f" (for the server: {urlsplit(principal).path})" if principal else ""


def _writing(
    connection: Connection,
    account: Account,
    found: Found,
    try_writing: Callable[[Connection], tuple[str, ...]] | None,
) -> Iterator[Step]:
    """Whether one may write, tried only with leave; and the quirks that were found, now or when it was connected."""
    if found.may_write is False:
        yield Step("writing", FAILED, "this calendar may only be read; ask its owner, or connect another one")
        return
    quirks = account.quirks
    if try_writing is None:
        told = "allowed" if found.may_write else "not known"
        yield Step("writing", FINE if found.may_write else NOTE, f"{told}; --test-write tries it with an event")
    else:
        try:
            quirks = try_writing(connection)
        except ServerTrouble as trouble:
            yield Step("writing", FAILED, str(trouble))
            return
        yield Step("writing", FINE, "tried; the test event is gone again")
    for quirk in quirks:
        yield Step("server", NOTE, f"it {QUIRKS[quirk]}" if quirk in QUIRKS else quirk)


def _server(connection: Connection, account: Account) -> Iterator[Step]:
    """What the server says that it can do."""
    try:
        answer = connection.request("OPTIONS", account.url)
        reports = _reports(connection, account)
    except ServerTrouble as trouble:
        yield Step("server", NOTE, str(trouble))
        return
    classes = {word.strip().lower() for word in answer.headers.get("dav", "").split(",")}
    if "calendar-access" not in classes:
        yield Step(
            "server", NOTE, "it does not say that it speaks CalDAV (something in between may hide it); it seems to"
        )
    else:
        yield Step("server", NOTE, "it speaks CalDAV" + (f", and knows {', '.join(reports)}" if reports else ""))


def _reports(connection: Connection, account: Account) -> list[str]:
    """The reports that a calendar knows (RFC 3253 §3.1.5)."""
    name = f"{{{DAV}}}supported-report-set"
    member = next(iter(connection.propfind(account.url, (name,), depth=0)), None)
    element = member.found.get(name) if member else None
    if element is None:
        return []
    tags = [
        e.tag for report in element.iter(f"{{{DAV}}}report") for e in report.iterchildren() if isinstance(e.tag, str)
    ]
    wanted = ("calendar-query", "calendar-multiget", "sync-collection", "free-busy-query")
    there = {tag.rpartition("}")[2] for tag in tags}
    return [word for word in wanted if word in there]
