"""The settings of this machine for commands that meet a server: which calendars, how to log in, where tokens are kept.

In: what stands before the command. Out: `Account`s, a `Connection` to one, or a `Stop`. Secrets pass through and are
never shown.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from planner.cli.common import NETWORK, REFUSED, USAGE, Settings, Stop
from planner.files import FileTroubleError, bytes_of, config_path, private_write, remove_file, state_folder
from planner.sync.accounts import (
    Account,
    accounts_text,
    client_secret_name,
    keyring_name,
    login_of,
    read_accounts,
    token_name,
    without_account,
)
from planner.sync.dav import Connection
from planner.sync.oauth import KeyringTokens, TokenStore
from planner.sync.secrets import Secret, forget_in_keyring, has_keyring
from planner.sync.troubles import ServerTrouble
from planner.tables import unknown


class Known(NamedTuple):
    """The settings file and the accounts in it. `raw` is what it held when it was read, None where there was none."""

    path: str
    raw: bytes | None
    accounts: dict[str, Account]


def known_accounts(settings: Settings) -> Known:
    """The accounts of this machine. Where the file has problems, they are printed and the command stops with 2."""
    path = config_path(settings.config)
    try:
        raw = bytes_of(path)
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", USAGE) from e
    accounts = read_accounts(raw, path)
    if isinstance(accounts, list):
        raise Stop("\n".join(str(p) for p in accounts), USAGE)
    return Known(path, raw, accounts)


def named_account(known: Known, name: str) -> Account:
    """The account of this name; an unknown one stops with 2."""
    if name in known.accounts:
        return known.accounts[name]
    if not known.accounts:
        raise Stop(
            f"planner: no calendar is connected on this machine yet; `planner connect {name} --for …` does it", USAGE
        )
    raise Stop(f'planner: no calendar "{name}" is connected; {unknown(name, known.accounts)}', USAGE)


def save_account(known: Known, account: Account) -> Known:
    """Write the account into the settings file (0600), all else in it as it was; what is known then."""
    return _saved(known, accounts_text(known.raw, account, known.path), {**known.accounts, account.name: account})


def forget_account(known: Known, account: Account) -> Known:
    """Take the account out of the settings file, and its secrets out of the keyring, unless another needs them."""
    others = {name: one for name, one in known.accounts.items() if name != account.name}
    after = _saved(known, without_account(known.raw or b"", account.name, known.path), others)
    forget_in_keyring(token_name(account))
    try:
        remove_file(_token_file(account))
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    if keyring_name(account) not in map(keyring_name, others.values()):
        forget_in_keyring(keyring_name(account))
    if account.client_id and account.client_id not in {one.client_id for one in others.values()}:
        forget_in_keyring(client_secret_name(account))
    return after


def forget_old_password(known: Known, account: Account) -> None:
    """Take the password of the account that this one replaced out of the keyring, unless somebody still needs it."""
    before = known.accounts.get(account.name)
    needed = {keyring_name(one) for one in (account, *known.accounts.values()) if one is not before}
    if before is not None and keyring_name(before) not in needed:
        forget_in_keyring(keyring_name(before))


def _saved(known: Known, text: bytes, accounts: dict[str, Account]) -> Known:
    try:
        private_write(known.path, text, expected=known.raw or b"")
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    return Known(known.path, text, accounts)


# ── logging in ───────────────────────────────────────────────────────


class FileTokens:
    """A TokenStore in a file that nobody else may read, beside the state, for machines without a keyring."""

    def __init__(self, path: str) -> None:
        self._path = path

    def load(self) -> Secret | None:
        """The text that was saved."""
        try:
            raw = bytes_of(self._path)
        except FileTroubleError as e:
            raise Stop(f"planner: {e}", REFUSED) from e
        return Secret(raw.decode("utf-8", "replace")) if raw else None

    def save(self, text: Secret) -> None:
        """Keep it, mode 0600 in a folder of mode 0700."""
        try:
            private_write(self._path, text.reveal().encode())
        except FileTroubleError as e:
            raise Stop(f"planner: {e}", REFUSED) from e


def _token_file(account: Account) -> str:
    return os.path.join(state_folder(), "oauth_tokens", f"{account.name}.json")


def token_store(account: Account) -> TokenStore:
    """Where this account's OAuth tokens are kept: the keyring where there is one, else a file."""
    return KeyringTokens(token_name(account)) if has_keyring() else FileTokens(_token_file(account))


def connection_to(account: Account, sleep: Callable[[float], None] = time.sleep) -> Connection:
    """A connection to this account's server. ServerTrouble where the password is not to be had."""
    store = token_store(account) if account.auth == "oauth2" else FileTokens("")
    login = login_of(account, os.environ, store, now=time.time)
    return Connection(account.url, login, sleep=sleep, verify=trusted_by(account))


def trusted_by(account: Account) -> bool | str:
    """Whose certificates are trusted there: the file of the account, else those of this machine."""
    if account.ca_file is not None and not os.path.isfile(account.ca_file):
        raise ServerTrouble(
            "settings", f"there is no file {account.ca_file}, which is named as ca_file of {account.name}"
        )
    return account.ca_file or True


def stop_of(trouble: ServerTrouble) -> Stop:
    """How a command ends on this trouble: 4, but 2 where it is a password that was not to be had."""
    return Stop(f"planner: {trouble}", code_of(trouble))


def code_of(trouble: ServerTrouble) -> int:
    """The exit code of this trouble: 2 where a password or a file is not to be had, which is no server's fault."""
    return USAGE if trouble.cause in ("secret", "settings") else NETWORK


def can_ask() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()
