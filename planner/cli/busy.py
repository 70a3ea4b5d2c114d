"""The busy times of those in the agreement, from their files and their calendars on this machine.

In: a `Loaded` agreement and a window of days. Out: spans by person, and what could not be looked at, in words. Nothing
of it is kept, and nothing but the when gets here. Only the commands that say so go to the network.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, timedelta
from shlex import quote
from typing import NamedTuple

from planner.agreement import Person
from planner.busy import Span, Spans, merged
from planner.cli.common import Loaded, Settings, Stop
from planner.problems import NOTE, WARNING, Finding
from planner.timeline import Clocks


class BusyTimes(NamedTuple):
    """When each person is busy, merged; and what was not looked at, or not all of it, each with what would help."""

    spans: dict[str, Spans]
    findings: list[Finding]


class _Asked(NamedTuple):
    settings: Settings
    loaded: Loaded
    window: Span
    network: bool | None


def busy_times(
    settings: Settings, loaded: Loaded, people: Iterable[str], first: date, end: date, *, network: bool | None
) -> BusyTimes:
    """The busy times of these people from some days before `first` until some days after `end`.

    `network` says whether connected calendars are asked: True, False with a note that they were not, and None without.
    """
    sources = [(key, n) for key in people for n in range(len(loaded.agreement.people[key].busy))]
    if not sources:
        return BusyTimes({}, [])
    clocks = Clocks(loaded.agreement.timezone)
    window = tuple(clocks.seconds(d.toordinal(), 0) for d in (first - timedelta(days=3), end + timedelta(days=3)))
    asked = _Asked(settings, loaded, (window[0], window[1]), network)
    spans: dict[str, list[Span]] = {}
    findings: list[Finding] = []
    for key, n in sources:
        person = loaded.agreement.people[key]
        found, said = _source(asked, person, person.busy[n])
        spans.setdefault(key, []).extend(found)
        findings += (Finding(("people", key, "busy", n), code, words, how) for code, words, how in said)
    return BusyTimes({key: merged(some) for key, some in spans.items()}, findings)


_Said = list[tuple[str, str, str]]


def _source(asked: _Asked, person: Person, name: str) -> tuple[Iterable[Span], _Said]:
    """The busy times of one source, and what there is to say of it: code, words, severity."""
    folder = os.path.dirname(asked.loaded.path)
    path = os.path.join(folder, os.path.expanduser(name))
    if name.casefold().endswith(".ics") or os.sep in name or "/" in name or os.path.isfile(path):
        return _file(asked, person, name, path)
    return _calendar(asked, person, name)


def _file(asked: _Asked, person: Person, name: str, path: str) -> tuple[Iterable[Span], _Said]:
    from planner.files import FileTroubleError, calendar_of

    try:
        raw = calendar_of(path)
    except FileTroubleError as e:
        return (), [("busy-unread", f"{e}; {_without(person)}", WARNING)]
    if raw is None:
        words = f"there is no file {name} beside the agreement; {_without(person)}. Put it there, or take it out here"
        return (), [("busy-unread", words, WARNING)]
    return _read(asked, person, name, [raw.decode("utf-8", "replace")], is_file=True)


def _calendar(asked: _Asked, person: Person, name: str) -> tuple[Iterable[Span], _Said]:
    if asked.network is None:
        return (), []
    if not asked.network:
        return (), [("busy-offline", f'the calendar "{name}" was not asked; {_without(person)}', NOTE)]
    from planner.cli.accounts import connection_to, known_accounts
    from planner.sync.busy_times import busy_texts
    from planner.sync.troubles import ServerTrouble

    try:
        accounts = known_accounts(asked.settings).accounts
    except Stop:
        words = f"the settings of this machine have something to mend (`planner sync` says what); {_without(person)}"
        return (), [("busy-unread", words, WARNING)]
    account = accounts.get(name)
    if account is None:
        words = (
            f'no calendar "{name}" is connected on this machine, and no file beside the agreement has this name; '
            f"{_without(person)}. On {person.name}'s machine, "
            f"`planner connect {quote(name)} --for {person.key} --busy-only` connects it"
        )
        return (), [("busy-not-here", words, NOTE)]
    if account.audience != person.key:
        whose = asked.loaded.agreement.people.get(account.audience)
        words = (
            f'the calendar "{name}" is connected for {whose.name if whose else account.audience}, and is read for '
            f"nobody else; {_without(person)}. Connect one for {person.name}, or take it out here"
        )
        return (), [("busy-not-theirs", words, WARNING)]
    try:
        with connection_to(account) as connection:
            texts = list(busy_texts(connection, account.url, asked.window))
    except ServerTrouble as trouble:
        return (), [("busy-unread", f'the calendar "{name}" was not read: {trouble}; {_without(person)}', WARNING)]
    return _read(asked, person, name, texts)


def _read(
    asked: _Asked, person: Person, name: str, texts: Iterable[str], *, is_file: bool = False
) -> tuple[Iterable[Span], _Said]:
    """The spans of some texts; what is no calendar at all is said of a file, and counted of a server's objects."""
    from planner.busy_reading import read_busy
    from planner.content import Unreadable

    spans: list[Span] = []
    unread = 0
    for text in texts:
        try:
            found = read_busy(text, asked.window, person.timezone, asked.loaded.agreement.id)
        except Unreadable as e:
            if not is_file:
                unread += 1
                continue
            return (), [("busy-unread", f"{name} was not read: {e}; {_without(person)}", WARNING)]
        spans += found.spans
        unread += found.unread
    if not unread:
        return spans, []
    words = f"{unread} {'event' if unread == 1 else 'events'} of {name} could not be read, and may be busy times, too"
    return spans, [("busy-events-unread", f"{words}; exporting it again may help", WARNING)]


def _without(person: Person) -> str:
    return f"{person.name}'s busy times in it are not looked at"
