"""What sync, pull and remove share: the connected calendars of an agreement, opened one by one.

In: the settings file, the agreement, names. Out: `Opened` calendars with their store, state and wants; or a `Stop`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import click

from planner.cli.accounts import Known, connection_to, known_accounts, named_account
from planner.cli.common import REFUSED, USAGE, Loaded, Settings, Stop, seen_by
from planner.compiler import compile_series, compile_versions
from planner.files import (
    BusyError,
    history_folder,
    locked,
    names_in,
    private_write,
    remove_file,
    state_folder,
    text_of,
)
from planner.series import EVERYONE
from planner.sync.accounts import Account
from planner.sync.calendar import DavCalendar
from planner.sync.looking import look
from planner.sync.plan import Guard, Names, Plan, make_plan
from planner.sync.state import State, read_state, state_text
from planner.sync.wanted import Wanted, all_uids, wanted


class Opened(NamedTuple):
    """A connected calendar, ready for a plan."""

    account: Account
    title: str
    store: DavCalendar
    state: State
    state_path: str
    wants: list[Wanted]
    gone_versions: tuple[str, ...] = ()

    def save(self, state: State) -> None:
        """Keep the state for good."""
        private_write(self.state_path, state_text(state).encode())


def names_and_file(known: Known, words: Iterable[str]) -> tuple[list[str], str | None]:
    """The names of calendars, and the agreement's file where one of the words is one.

    A connected calendar's name is that calendar, whatever the folder holds; else a word that ends in .toml, or names a
    file that is there, is the file.
    """
    names: list[str] = []
    files: list[str] = []
    for word in words:
        is_file = word not in known.accounts and (word.endswith(".toml") or os.path.isfile(word))
        (files if is_file else names).append(word)
    if len(files) > 1:
        raise Stop(f"planner: {files[0]} and {files[1]} are two files; name one agreement", USAGE)
    return names, files[0] if files else None


def chosen_accounts(
    settings: Settings, loaded: Loaded, names: list[str], allowed: tuple[str, ...] = (), *, forgets: bool = False
) -> list[Account]:
    """The calendars that are meant: the named ones, else all that were connected for this agreement.

    One that is only asked when its owner is busy is none of them, but where it is named to be forgotten.
    """
    known = known_accounts(settings)
    agreement = loaded.agreement
    accounts = {name: account for name, account in known.accounts.items() if not account.busy_only}
    mine = [a for a in accounts.values() if a.agreement in (None, agreement.id)]
    if names:
        mine = [named_account(known, name) for name in dict.fromkeys(names)]
    if not forgets and (asked_only := next((a for a in mine if a.busy_only), None)):
        raise Stop(
            f'planner: "{asked_only.name}" is connected with --busy-only: it is asked when its owner is busy, and '
            "nothing ever goes there; connect it anew without that, or forget it: "
            f"`planner remove {asked_only.name} --only-forget`",
            REFUSED,
        )
    if not mine and accounts and "new-id" not in allowed:
        others = ", ".join(f"{a.name} (for {a.agreement})" for a in accounts.values())
        raise Stop(
            f"planner: no calendar is connected for this agreement, {agreement.id}: there are {others}. If this is a "
            "new agreement, `planner connect` connects a calendar for it; if its id was changed by hand, put the old "
            "one back, or name the calendar and go on with --allow new-id",
            REFUSED,
        )
    if not mine:
        raise Stop(
            "planner: no calendar is connected yet; `planner connect NAME --for PERSON` connects one "
            "(`planner connect --help` shows how), and `planner export` writes files without any",
            USAGE,
        )
    for account in mine:
        if account.agreement not in (None, agreement.id) and "new-id" not in allowed:
            raise Stop(
                f"planner: {account.name} was connected for the agreement {account.agreement}, and this file's id is "
                f"{agreement.id}. Was the id changed? Then what is in the calendar would stay there beside the new. "
                "Put the old id back, or go on with --allow new-id",
                REFUSED,
            )
        if account.audience != EVERYONE and account.audience not in agreement.people:
            from planner.tables import unknown

            raise Stop(
                f'planner: {account.name} is connected for "{account.audience}", and nobody here has that key; '
                f"{unknown(account.audience, [*agreement.people, EVERYONE])}",
                USAGE,
            )
    return mine


def state_path(agreement: str, account: Account) -> str:
    """The state file of one calendar: by agreement, address and audience, so that a new name loses nothing."""
    from hashlib import sha256

    tail = sha256(f"{account.url}\n{account.audience}".encode()).hexdigest()[:16]
    return os.path.join(state_folder(), agreement, f"{tail}.json")


def refuse_copied_file(loaded: Loaded, allowed: tuple[str, ...]) -> None:
    """Stop where another file of this machine has the same id: two agreements would take turns in one calendar."""
    if "copied-file" in allowed:
        return
    here = os.path.realpath(loaded.path)
    folder = os.path.join(state_folder(), loaded.agreement.id)
    for name in names_in(folder):
        if not name.endswith(".json"):
            continue
        path = _path_in(text_of(os.path.join(folder, name)))
        if path and path != here and _has_id(path, loaded.agreement.id):
            raise Stop(
                f"planner: {path} has the same id, {loaded.agreement.id}, and its plans are in calendars already. "
                "A copy for other people needs an id of its own: `planner init --from` makes one. "
                "If this file takes its place, go on with --allow copied-file",
                REFUSED,
            )


def _path_in(text: str | None) -> str:
    import json

    try:
        return str(json.loads(text or "{}").get("path", ""))
    except (ValueError, AttributeError, RecursionError):
        return ""


def _has_id(path: str, agreement_id: str) -> bool:
    """Whether an agreement's file that is there still has this id."""
    from planner.document import parse_document
    from planner.files import read_agreement_file

    raw = read_agreement_file(path)
    document = parse_document(raw, path) if isinstance(raw, bytes) else []
    if isinstance(document, list):
        return False
    header = document.values.get("agreement")
    return isinstance(header, dict) and header.get("id") == agreement_id


class Removal(NamedTuple):
    """A calendar from which an agreement is to be taken out."""

    store: DavCalendar
    state_path: str

    def forget(self) -> None:
        """Forget what this machine knew of the calendar."""
        remove_file(self.state_path)


@contextmanager
def removal(account: Account, agreement_id: str) -> Iterator[Removal]:
    """The calendar of an account, locked against other runs."""
    path = state_path(agreement_id, account)
    with _held(account, path), connection_to(account, _sleep) as connection:
        yield Removal(DavCalendar(connection, account.url), path)


@contextmanager
def _held(account: Account, path: str) -> Iterator[None]:
    try:
        with locked(f"{path[:-5]}.lock"):
            yield
    except BusyError:
        raise Stop(
            f"planner: another run is at work on {account.name} right now; let it finish, and try again", REFUSED
        ) from None


@contextmanager
def opened(loaded: Loaded, account: Account) -> Iterator[Opened]:
    """A calendar, locked against other runs; the connection is closed at the end. ServerTrouble for no login."""
    agreement = loaded.agreement
    path = state_path(agreement.id, account)
    with _held(account, path):
        state = read_state(text_of(path), agreement.id, account.url)
        there = tuple(name for name in names_in(history_folder(loaded.path)) if name.endswith(".toml"))
        gone = tuple(name for name in state.versions if name not in there)
        state = state._replace(path=os.path.realpath(loaded.path), versions=there)
        with connection_to(account, _sleep) as connection:
            yield Opened(
                account,
                calendar_title(loaded, account),
                DavCalendar(connection, account.url),
                state,
                path,
                wanted(compile_versions(seen_by(loaded, account.audience), account.audience)),
                gone,
            )


def planned(loaded: Loaded, calendar: Opened, said: dict[str, str]) -> tuple[Plan, Names]:
    """What a sync would do in a calendar. What nobody wants there is looked up in all that this agreement may have."""
    remote = look(calendar.store, calendar.state, calendar.wants, said)
    plan, names = make_plan(calendar.wants, calendar.state, remote, said), Names()
    if any(d.what in ("copy", "missing") for _, d in plan.drift):
        names = _known_names(loaded, calendar.account.audience)
        plan = make_plan(calendar.wants, calendar.state, remote, said, names)
    return plan._replace(guards=(*_lost_versions(loaded, calendar.gone_versions), *plan.guards)), names


def _lost_versions(loaded: Loaded, gone: tuple[str, ...]) -> list[Guard]:
    """A guard where agreed versions that stood beside the file are gone: without them the past would change."""
    if not gone:
        return []
    folder = history_folder(loaded.path)
    what = f"{', '.join(gone[:3])}{', …' if len(gone) > 3 else ''} in {folder}"
    return [
        Guard(
            "history",
            f"agreed versions are gone that were there at the last sync ({what}), and without them what is past "
            "would change; put them back, and take the folder along with the file",
        )
    ]


def _known_names(loaded: Loaded, audience: str) -> Names:
    """The UIDs of the other audiences, and those that any agreed version has for this one, in force or not."""
    others = {*loaded.agreement.people, EVERYONE} - {audience}
    elsewhere = {uid for who in others for s in compile_versions(seen_by(loaded, who), who) for uid in all_uids(s.key)}
    versions = loaded.history.versions
    segments = ("first", *(f"{v.on}" for v in versions))
    keys = {s.key for v in versions for s in compile_series(v.agreement, audience)}
    agreed = {
        uid for a, who, what, _, part in keys for name in segments for uid in all_uids((a, who, what, name, part))
    }
    return Names(frozenset(elsewhere), frozenset(agreed))


def calendar_title(loaded: Loaded, account: Account) -> str:
    """Whose calendar it is, and where: "Ana's calendar at cloud.example.org"."""
    from urllib.parse import urlsplit

    if account.audience == EVERYONE:
        whose = "the calendar for everyone"
    else:
        person = loaded.agreement.people.get(account.audience)
        whose = f"{person.name if person else account.audience}'s calendar"
    return f"{whose} at {urlsplit(account.url).netloc}"


def _sleep(seconds: float) -> None:
    """Wait, and say so where it is long enough to wonder."""
    if seconds >= 3:
        click.echo(f"The server asks for a pause of {seconds:.0f} seconds …", err=True)
    time.sleep(seconds)
