"""What `planner connect` does before a calendar is chosen: which server, which login, and both tried at once.

In: the options, and answers at a terminal. Out: an `Opened` server with its calendars, or a `Stop`. Passwords typed
here go to the server and, in the end, into the keyring; they are never shown.
"""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, NoReturn

import click

from planner.cli.accounts import can_ask, stop_of, token_store
from planner.cli.common import REFUSED, USAGE, Stop
from planner.sync.accounts import (
    Account,
    client_secret_name,
    client_secret_of,
    is_bare,
    keyring_name,
    oauth_client,
    secret_of,
    token_text,
    url_trouble,
)
from planner.sync.dav import Basic, Bearer, Connection, Login, NoLogin
from planner.sync.discovery import Calendars, Elsewhere, Start, calendars_at, start_of
from planner.sync.oauth import OAuthLogin, authorize
from planner.sync.profiles import PROFILES, Profile, nextcloud_url, profile_for
from planner.sync.secrets import Secret, found_in_keyring, has_keyring, keep_in_keyring
from planner.sync.troubles import ServerTrouble, host

_TRIES = 3


class Options(NamedTuple):
    """The options of `planner connect`, under the names that click gives them."""

    audience: str | None = None
    url: str | None = None
    nextcloud: str | None = None
    radicale: str | None = None
    google: bool = False
    icloud: bool = False
    fastmail: bool = False
    posteo: bool = False
    mailbox: bool = False
    username: str | None = None
    calendar: str | None = None
    create: str | None = None
    password_command: str | None = None
    password_env: str | None = None
    auth: str | None = None
    client_id: str | None = None
    client_secret_env: str | None = None
    client_secret_command: str | None = None
    authorize_url: str | None = None
    token_url: str | None = None
    scope: str | None = None
    ca_file: str | None = None
    test_write: bool | None = None
    busy_only: bool = False
    yes: bool = False


class Plan(NamedTuple):
    """Where to go and how to log in, before any of it is tried."""

    profile: Profile
    start: Start
    auth: str
    options: Options

    def account(self, name: str, audience: str, agreement: str) -> Account:
        """The account as far as it is known: its address is still the server's."""
        o, oauth = self.options, self.auth == "oauth2"
        return Account(
            name=name,
            audience=audience,
            url=self.start.url,
            agreement=agreement,
            username=o.username or self.start.username,
            auth=self.auth,
            password_command=_words("--password-command", o.password_command),
            password_env=o.password_env,
            client_id=o.client_id if oauth else None,
            client_secret_command=_words("--client-secret-command", o.client_secret_command),
            client_secret_env=o.client_secret_env,
            authorize_url=(o.authorize_url or self.profile.authorize_url) if oauth else None,
            token_url=(o.token_url or self.profile.token_url) if oauth else None,
            scope=(o.scope or self.profile.scope) if oauth else None,
            ca_file=os.path.abspath(o.ca_file) if o.ca_file else None,
            profile=self.profile.key,
            plain_http=is_bare(self.start.url) and self.auth != "none",
            busy_only=o.busy_only,
        )


class Opened(NamedTuple):
    """A server that let us in. `calendars` is None where it has no list; `typed` is what is to go into the keyring."""

    plan: Plan
    account: Account
    connection: Connection
    calendars: Calendars | None
    typed: Secret | None
    client_secret: Secret | None
    tokens: MemoryTokens | None

    @property
    def start(self) -> str:
        """The address it was found at."""
        return self.plan.start.url


class MemoryTokens:
    """A TokenStore for as long as connecting lasts."""

    def __init__(self) -> None:
        self._text: Secret | None = None

    def load(self) -> Secret | None:
        """What was saved."""
        return self._text

    def save(self, text: Secret) -> None:
        """Keep it."""
        self._text = text


def tell(line: str) -> None:
    """Say what goes on: on standard error, for the answer alone goes to standard output."""
    click.echo(line, err=True)


def _words(option: str, command: str | None) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(command or ""))
    except ValueError:
        raise Stop(f"planner: a quotation mark in {option} is not closed", USAGE) from None
    if command is not None and not words:
        raise Stop(f"planner: {option} needs a command, such as 'pass show calendar'", USAGE)
    return words


# ── which server ─────────────────────────────────────────────────────


def plan_of(options: Options, can_ask: bool) -> Plan:
    """The server that is meant, and how one logs in there. A `Stop` where what is given does not go together."""
    _check_pairs(options)
    profile, where = _provider(options, can_ask)
    verify: bool | str = options.ca_file or True
    if options.ca_file and not os.path.isfile(options.ca_file):
        raise Stop(f"planner: --ca-file: there is no file {options.ca_file}", USAGE)
    if profile.url and where == profile.url:
        start = Start(where)
    else:
        if trouble := url_trouble(where) if "://" in where else None:
            raise Stop(f"planner: {trouble}", USAGE)
        start = _start(where, verify, can_ask)
    if not options.url and profile.key in ("nextcloud", "radicale") and start.username:
        start = Start(start.url)
    auth = options.auth or profile.auth
    if auth != "none" and is_bare(start.url) and not options.yes:
        raise Stop(
            f"planner: {start.url} has no encryption: everyone on the way could read the password. Give an https: "
            "address; or, where that network is your own, --yes",
            REFUSED,
        )
    if auth == "oauth2":
        _check_oauth(options, profile)
    return Plan(profile, start, auth, options)


def _check_pairs(o: Options) -> None:
    """Options of which one excludes another."""
    providers = [
        f"--{key}"
        for key in ("nextcloud", "radicale", "google", "icloud", "fastmail", "posteo", "mailbox")
        if getattr(o, key)
    ]
    if len(providers) > 1:
        raise Stop(f"planner: {providers[0]} and {providers[1]} are two servers; give one of them", USAGE)
    for one, other in (
        ("calendar", "create"),
        ("password_command", "password_env"),
        ("client_secret_command", "client_secret_env"),
    ):
        if getattr(o, one) is not None and getattr(o, other) is not None:
            a, b = (f"--{key.replace('_', '-')}" for key in (one, other))
            raise Stop(f"planner: {a} and {b} exclude each other; give one of them", USAGE)


def _provider(o: Options, can_ask: bool) -> tuple[Profile, str]:
    """The provider and where to look."""
    if o.nextcloud:
        return PROFILES["nextcloud"], o.url or nextcloud_url(o.nextcloud)
    if o.radicale:
        return PROFILES["radicale"], o.url or o.radicale
    for key in ("google", "icloud", "fastmail", "posteo", "mailbox"):
        if getattr(o, key):
            return PROFILES[key], o.url or PROFILES[key].url
    where = o.url
    if where is None:
        if not can_ask:
            raise Stop(
                "planner: where is the calendar? Give --url (a server, a domain or a mail address), or one of "
                "--nextcloud, --google, --icloud, --fastmail, --posteo, --mailbox, --radicale",
                USAGE,
            )
        where = str(click.prompt("Where is the calendar (mail address, domain, or https://…)"))
    profile = profile_for(where) if "://" not in where else None
    if profile is not None:
        return profile, profile.url
    if "/remote.php/dav" in where:
        return PROFILES["nextcloud"], where
    return PROFILES["generic"], where


def _start(where: str, verify: bool | str, can_ask: bool) -> Start:
    """Where to look for calendars; at a host of another domain only with the person's yes."""
    try:
        return start_of(where, sleep=time.sleep, verify=verify)
    except Elsewhere as e:
        if not can_ask:
            raise Stop(f"planner: {e}, which is another domain; if that is right, give --url {e.url}", REFUSED) from e
        tell(f"{e}, which is another domain. Your password would go there.")
        if not click.confirm("Is that your provider"):
            raise Stop("planner: nothing was sent, and nothing was changed", REFUSED) from e
        name = where if "@" in where else None
        return Start(e.url, name)
    except ServerTrouble as trouble:
        raise stop_of(trouble) from trouble


def _check_oauth(o: Options, profile: Profile) -> None:
    """What OAuth cannot do without."""
    missing = [
        option
        for option, value in (
            ("--authorize-url", o.authorize_url or profile.authorize_url),
            ("--token-url", o.token_url or profile.token_url),
        )
        if not value
    ]
    if missing:
        raise Stop(f"planner: OAuth 2 needs {' and '.join(missing)}; your provider's help names them", USAGE)
    for option, url in (("--authorize-url", o.authorize_url), ("--token-url", o.token_url)):
        if url and (is_bare(url) or url_trouble(url)):
            raise Stop(f"planner: {option} is no https: address", USAGE)


# ── logging in ───────────────────────────────────────────────────────


@contextmanager
def open_server(plan: Plan, draft: Account, options: Options) -> Iterator[Opened]:
    """The server with its calendars, logged in. ServerTrouble where it does not let us in."""
    account = _with_username(draft, options)
    if plan.profile.key == "google" and not options.calendar:
        options = _with_google_calendar(options)
    plan = plan._replace(options=options)
    typed: Secret | None = None
    client_secret: Secret | None = None
    tokens: MemoryTokens | None = None
    for turn in range(_TRIES):
        login: Login
        if account.auth == "none":
            login = NoLogin()
        elif account.auth == "oauth2":
            account, client_secret, tokens, login = _oauth(account)
        else:
            secret, typed = _password(account, again=turn > 0)
            login = _login(account, secret)
        connection = Connection(plan.start.url, login, sleep=time.sleep, verify=account.ca_file or True)
        try:
            calendars = None if plan.profile.key == "google" else calendars_at(connection, plan.start.url)
        except ServerTrouble as trouble:
            connection.close()
            if trouble.status != 401 or typed is None or turn == _TRIES - 1:
                raise
            tell(f"{trouble}")
            continue
        with connection:
            yield Opened(plan, account, connection, calendars, typed, client_secret, tokens)
        return


def _login(account: Account, secret: Secret) -> Login:
    if account.auth == "bearer":
        if account.password_command:
            return Bearer(lambda fresh: token_text(secret_of(account, os.environ) if fresh else secret))
        return Bearer(lambda _: token_text(secret))
    return Basic(account.username or "", secret.reveal())


def _with_username(draft: Account, options: Options) -> Account:
    """The account with the name to log in with, asked for where it is needed and not given."""
    if draft.auth != "basic":
        return draft
    if draft.username and options.username is None and can_ask():
        return draft._replace(username=str(click.prompt("The name to log in with", default=draft.username)).strip())
    if draft.username:
        return draft
    if not can_ask():
        raise Stop(f"planner: with which name does one log in at {host(draft.url)}? Give --username", USAGE)
    return draft._replace(username=str(click.prompt("The name to log in with")).strip())


def _with_google_calendar(options: Options) -> Options:
    if not can_ask():
        raise Stop(
            "planner: which calendar? Give its id with --calendar; it stands in the calendar's settings, under "
            "“Integrate calendar”",
            USAGE,
        )
    return options._replace(calendar=str(click.prompt("The calendar's id")).strip())


def _password(account: Account, *, again: bool) -> tuple[Secret, Secret | None]:
    """The password or token, and the same once more where it was typed and is to be kept in the keyring."""
    if account.password_command or account.password_env is not None:
        return secret_of(account, os.environ), None
    word = "token" if account.auth == "bearer" else "password"
    name = keyring_name(account)
    kept = None if again else found_in_keyring(name)
    if kept is not None:
        tell(f"The {word} for {name} is taken from the keyring of this machine.")
        if not can_ask():
            return kept, None
        return kept, kept  # refused, it is asked for anew; accepted, it stays under the calendar's own address
    if not can_ask():
        _no_password(word, name)
    if not has_keyring():
        raise Stop(
            f"planner: this machine has no keyring to keep the {word} in; give --password-command (any command that "
            "prints it, such as 'pass show calendar'), or --password-env (an environment variable)",
            USAGE,
        )
    typed = Secret(click.prompt(f"The {word} for {name} (it is not shown)", hide_input=True))
    return typed, typed


def _no_password(word: str, name: str) -> NoReturn:
    raise Stop(
        f"planner: the {word} for {name} is missing; give --password-command (a command that prints it) or "
        "--password-env (an environment variable), or run this at a terminal, where it is asked for and kept in the "
        "keyring",
        USAGE,
    )


def _oauth(account: Account) -> tuple[Account, Secret | None, MemoryTokens, Login]:
    """A login by the browser: the account, the client's secret where it was typed, the tokens, the login."""
    if not account.client_id:
        if not can_ask():
            raise Stop("planner: OAuth 2 needs a client of your own; give its id with --client-id", USAGE)
        account = account._replace(client_id=str(click.prompt("The id of your OAuth client")).strip())
    typed: Secret | None = None
    if client_secret_of(account, os.environ) is None and can_ask():
        text = click.prompt("Its secret (not shown; empty, if it has none)", hide_input=True, default="")
        typed = Secret(text.strip()) if text.strip() else None
    if typed is not None and not has_keyring():
        raise Stop(
            "planner: this machine has no keyring to keep the client's secret in; give --client-secret-command or "
            "--client-secret-env",
            USAGE,
        )
    client = oauth_client(account, os.environ)
    client = client._replace(client_secret=typed or client.client_secret)
    tokens = MemoryTokens()
    tokens.save(Secret(authorize(client, _open_page, now=time.time).text()))
    tell("The answer was yes.")
    return account, typed, tokens, OAuthLogin(client, tokens, account.name, now=time.time)


def _open_page(url: str, port: int) -> None:
    """Show the address of the provider's page, and open it where this machine has a browser of its own."""
    import webbrowser

    tell("Open this page in a browser on this machine, and say yes there; planner waits for five minutes:")
    tell(f"\n  {url}\n")
    tell(f"(From another machine, first let its browser reach this one: ssh -L {port}:127.0.0.1:{port} …)")
    try:
        browser = webbrowser.get()
        in_terminal = type(browser) is webbrowser.GenericBrowser
        if not in_terminal or os.environ.get("BROWSER"):  # one that would take over this terminal is not opened
            browser.open_new_tab(url)
    except (webbrowser.Error, OSError):
        return


# ── keeping ──────────────────────────────────────────────────────────


def keep_secrets(opened: Opened, account: Account) -> None:
    """What was typed or given, put where the account will look for it: the keyring; tokens else in a private file."""
    if opened.typed is not None:
        keep_in_keyring(keyring_name(account), opened.typed)
        tell(f"The password is in the keyring of this machine, as {keyring_name(account)}.")
    if opened.client_secret is not None:
        keep_in_keyring(client_secret_name(account), opened.client_secret)
    text = opened.tokens.load() if opened.tokens is not None else None
    if text is not None:
        token_store(account).save(text)
