"""The calendars that this machine is connected to: where each is, whose it is, how to log in. Never a secret.

In: the bytes of the settings file. Out: `Account`s, or Problems with place and remedy; and the file's text with an
account put in or taken out, everything else in it as it was. Passwords and tokens live elsewhere (`secrets`, `oauth`);
a file that holds one is refused.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from planner.document import Document, add_table, parse_document, remove, set_value
from planner.problems import Finding, Problem, nearest
from planner.sync.dav import Basic, Bearer, Login, NoLogin, is_loopback, same_place
from planner.sync.secrets import Secret, SecretTrouble, from_command, from_environment, in_keyring
from planner.tables import KEY, KEY_FORM, Findings, Table, TooManyFindings, as_key

if TYPE_CHECKING:
    from planner.sync.oauth import Client, TokenStore

AUTHS = ("basic", "bearer", "oauth2", "none")
"""A name and a password; a token of the person's own making; OAuth 2; no login at all."""

EVERYONE = "everyone"

_EXAMPLE = "[calendars.ana]"
_FIRST = "# The calendars that planner on this machine is connected to. No password ever stands in here.\n"
_NO_SECRETS = (
    "no password or token stands in this file; `planner connect` keeps it in the keyring of this machine, "
    "or name a command that prints it (password_command) or an environment variable (password_env)"
)
_SECRETS = ("password", "passwd", "token", "secret", "client_secret", "refresh_token", "access_token", "api_key")


class Account(NamedTuple):
    """One calendar on a server.

    `audience` is a person's key or "everyone"; `agreement` the id it was connected for. `url` is the calendar's own
    address, with a slash at its end. Where neither `password_command` nor `password_env` is given, the password (or
    token) is in the keyring. `quirks` are words for what the server was found to do differently (`discovery`).
    With `busy_only` it is asked when somebody is busy, and nothing ever goes there.
    """

    name: str
    audience: str
    url: str
    agreement: str | None = None
    username: str | None = None
    auth: str = "basic"
    password_command: tuple[str, ...] = ()
    password_env: str | None = None
    client_id: str | None = None
    client_secret_command: tuple[str, ...] = ()
    client_secret_env: str | None = None
    authorize_url: str | None = None
    token_url: str | None = None
    scope: str | None = None
    ca_file: str | None = None
    profile: str = "generic"
    quirks: tuple[str, ...] = ()
    plain_http: bool = False
    busy_only: bool = False


# ── reading ──────────────────────────────────────────────────────────


def read_accounts(raw: bytes | None, file: str) -> dict[str, Account] | list[Problem]:
    """The accounts by name, in the order of the file; or everything that is wrong with them."""
    document = _document(raw, file)
    if document is None:
        return {}
    if isinstance(document, list):
        return document
    findings = Findings()
    accounts: dict[str, Account] = {}
    with suppress(TooManyFindings):
        accounts = _accounts(document.values, findings)
    if not findings.found:
        return accounts
    return sorted((_placed(document, f) for f in findings.found), key=lambda p: (p.line, p.column))


def _document(raw: bytes | None, file: str) -> Document | list[Problem] | None:
    """The file's document, None where there is nothing in it."""
    if raw is None or not raw.strip():
        return None
    document = parse_document(raw, file)
    return [_without_secrets(raw, p) for p in document] if isinstance(document, list) else document


def _without_secrets(raw: bytes, problem: Problem) -> Problem:
    """The problem, in words of no secret: what cannot be read may be a password that stands where none should."""
    lines = raw.decode("utf-8", "replace").splitlines()
    line = lines[problem.line - 1] if problem.line <= len(lines) else ""
    if re.search("pass|token|secret|://[^/]*@", line, re.IGNORECASE):
        return problem._replace(message=f"this line cannot be read as TOML; {_NO_SECRETS}")
    return problem


def _placed(document: Document, finding: Finding) -> Problem:
    line, column = document.place(finding.path, finding.part)
    return Problem(document.name, line, column, finding.severity, finding.dotted, finding.code, finding.message)


def _accounts(values: dict[str, Any], findings: Findings) -> dict[str, Account]:
    root = Table(values, (), findings)
    for key in values:  # other keys are somebody else's, unless this one is meant
        if key != "calendars" and nearest(key, ("calendars",)):
            root.wrong(key, "unknown-key", f'no key "{key}" here; did you mean "calendars"?', part="key")
    outer = root.table("calendars", f"{_EXAMPLE} and what belongs to it")
    accounts = {}
    if outer is None:
        return {}
    for name, value in outer.values.items():
        if not KEY.fullmatch(name):
            hint = f'; write it as "{as_key(name)}"' if as_key(name) else ""
            outer.wrong(name, "bad-key", f'"{name}" is no name for a calendar; it is {KEY_FORM}{hint}', part="key")
        elif not isinstance(value, dict):
            outer.wrong(name, "wrong-kind", f"write {_EXAMPLE} above it, and one key on each line below", part="key")
        elif (account := _account(name, Table(value, ("calendars", name), findings))) is not None:
            accounts[name] = account
    return accounts


def _account(name: str, table: Table) -> Account | None:
    """One account; None with findings where it is not complete."""
    before = table.findings.errors()
    url, audience = table.text("url"), table.text("for")
    auth = table.choice("auth", AUTHS, "way to log in") or "basic"
    account = Account(
        name=name,
        audience=audience or "",
        url=url or "",
        agreement=table.text("agreement"),
        username=table.text("username"),
        auth=auth,
        password_command=_command(table, "password_command"),
        password_env=table.text("password_env"),
        client_id=table.text("client_id"),
        client_secret_command=_command(table, "client_secret_command"),
        client_secret_env=table.text("client_secret_env"),
        authorize_url=_address(table, "authorize_url"),
        token_url=_address(table, "token_url"),
        scope=table.text("scope"),
        ca_file=table.text("ca_file"),
        profile=table.text("profile") or "generic",
        quirks=table.texts("quirks") if table.values.get("quirks") != [] else (),
        plain_http=table.flag("plain_http"),
        busy_only=table.flag("busy_only"),
    )
    if table.has("url") and url is not None and (trouble := url_trouble(url)):
        table.wrong("url", "bad-url", trouble)
    elif url is not None and is_bare(url) and auth != "none" and not account.plain_http:
        table.wrong(
            "url",
            "plain-http",
            "with http: everyone on the way could read the password; write https:, or, where you are sure, "
            "plain_http = true",
        )
    if not table.has("url"):
        table.missing("url", "it is the address of the calendar; `planner connect` finds it")
    if not table.has("for"):
        table.missing("for", 'say whose calendar it is: for = "ana", or for = "everyone"')
    if auth == "basic" and not table.has("username"):
        table.missing("username", "it is the name you log in with there")
    if auth == "oauth2":
        for key in ("client_id", "authorize_url", "token_url"):
            if not table.has(key):
                table.missing(key, "OAuth 2 needs it; `planner connect` writes it")
    for one, other in (("password_command", "password_env"), ("client_secret_command", "client_secret_env")):
        if table.has(one) and table.has(other):
            table.wrong(other, "twice", f"there is {one} as well; keep one of them", part="key")
    table.finish(dict.fromkeys(_SECRETS, ("", _NO_SECRETS)))
    return account if table.findings.errors() == before else None


def _command(table: Table, key: str) -> tuple[str, ...]:
    """The words of a command: a list of texts, or a text that is taken apart as a shell would, without being one."""
    if not table.has(key):
        return ()
    value = table.values[key]
    if isinstance(value, list):
        if not value or not all(isinstance(word, str) for word in value) or not value[0]:
            table.wants((key,), value, 'a command such as ["pass", "show", "planner"]')
            return ()
        return tuple(value)
    text = table.text(key, wanted='a command such as ["pass", "show", "planner"]')
    try:
        return tuple(shlex.split(text or ""))
    except ValueError:
        table.wrong(key, "bad-command", "a quotation mark in this command is not closed")
        return ()


def _address(table: Table, key: str) -> str | None:
    url = table.text(key)
    if url is not None and (trouble := url_trouble(url)):
        table.wrong(key, "bad-url", trouble)
    elif url is not None and is_bare(url):
        table.wrong(key, "plain-http", "with http: everyone on the way could read the login; write https:")
    return url


def url_trouble(url: str) -> str | None:
    """What is wrong with an address, in words that repeat nothing of it; None where it is fine."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "this is no address; it looks like https://cloud.example.org/…"
    if parts.username is not None or parts.password is not None:
        return (
            "an address holds no name and password here; write the name as username, and keep the password in the "
            "keyring, a command or an environment variable"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or re.search(r"[\s\x00-\x1f]", url):
        return "this is no address of a server; it looks like https://cloud.example.org/…"
    if parts.fragment or parts.query:
        return "an address of a calendar ends with its path; take away what begins with ? or #"
    return None


def is_bare(url: str) -> bool:
    """Whether what is sent there could be read on the way: http: to another machine."""
    return urlsplit(url).scheme == "http" and not is_loopback(url)


def is_same_calendar(one: str, other: str) -> bool:
    """Whether two addresses are of one calendar, however they are spelled."""
    return same_place(one).rstrip("/") == same_place(other).rstrip("/")


# ── writing ──────────────────────────────────────────────────────────


def accounts_text(raw: bytes | None, account: Account, file: str) -> bytes:
    """The file with this account in it, in place of one of its name; all else stays. The file must be readable."""
    document = _document(raw, file)
    if isinstance(document, list):
        raise ValueError(f"{file} has problems")
    if document is None:
        document = Document(file, _FIRST, False, "\n", {})
    path = ("calendars", account.name)
    if account.name in document.values.get("calendars", {}):
        return set_value(document, path, account_values(account)).encode()
    return add_table(document, path, account_values(account)).encode()


def without_account(raw: bytes, name: str, file: str) -> bytes:
    """The file without this account; all else stays."""
    document = _document(raw, file)
    if not isinstance(document, Document) or name not in document.values.get("calendars", {}):
        return raw
    return remove(document, ("calendars", name)).encode()


def account_values(account: Account) -> dict[str, Any]:
    """The keys of an account as the file has them; what is as it would be anyway is left out."""
    values: dict[str, Any] = {"for": account.audience}
    for field, value in account._asdict().items():
        if field in ("name", "audience") or value in (None, (), False) or (field, value) == ("profile", "generic"):
            continue
        values[field] = list(value) if isinstance(value, tuple) else value
    return values


# ── logging in ───────────────────────────────────────────────────────


def keyring_name(account: Account) -> str:
    """Under which name the keyring holds the password: name and host, so that it is found again by a person too."""
    host = urlsplit(account.url).netloc.rpartition("@")[2].lower()
    return f"{account.username or account.name}@{host}"


def token_name(account: Account) -> str:
    """Under which name the tokens of OAuth are kept: each account has its own."""
    return f"{account.name}@{urlsplit(account.url).netloc.rpartition('@')[2].lower()} (OAuth)"


def client_secret_name(account: Account) -> str:
    """Under which name the keyring holds the secret of the person's OAuth client."""
    return f"{account.client_id} (OAuth client)"


def secret_of(account: Account, environ: Mapping[str, str]) -> Secret:
    """The password or token, from where the account says. SecretTrouble where it is not there."""
    if account.password_command:
        return from_command(account.password_command)
    if account.password_env is not None:
        return from_environment(account.password_env, environ)
    return in_keyring(keyring_name(account), account.name)


def token_text(secret: Secret) -> str:
    """A bearer token as it may stand in a header (RFC 6750 §2.1). SecretTrouble where it may not."""
    text = secret.reveal().strip()
    if not re.fullmatch("[!-~]+", text):
        raise SecretTrouble("what should be the token is none: a token is one word of letters, digits and signs")
    return text


def client_secret_of(account: Account, environ: Mapping[str, str]) -> Secret | None:
    """The secret of the OAuth client; None where it has none (PKCE stands in for it)."""
    from planner.sync.secrets import found_in_keyring

    if account.client_secret_command:
        return from_command(account.client_secret_command)
    if account.client_secret_env is not None:
        return from_environment(account.client_secret_env, environ)
    return found_in_keyring(client_secret_name(account))


def login_of(
    account: Account,
    environ: Mapping[str, str],
    tokens: TokenStore,
    *,
    now: Callable[[], float],
) -> Login:
    """How to log in there. SecretTrouble (a ServerTrouble) where the password is not to be had.

    `tokens` keeps what OAuth gives; `now` is the seconds of the clock, for its expiry. A bearer token is asked for when
    the first request needs it, and once more where it is refused.
    """
    if account.auth == "none":
        return NoLogin()
    if account.auth == "bearer":
        return Bearer(lambda _fresh: token_text(secret_of(account, environ)))
    if account.auth == "oauth2":
        from planner.sync.oauth import OAuthLogin

        return OAuthLogin(oauth_client(account, environ), tokens, account.name, now=now)
    return Basic(account.username or "", secret_of(account, environ).reveal())


def oauth_client(account: Account, environ: Mapping[str, str]) -> Client:
    """The person's own OAuth client with the addresses of its provider."""
    from planner.sync import oauth

    return oauth.Client(
        account.client_id or "",
        client_secret_of(account, environ),
        account.authorize_url or "",
        account.token_url or "",
        account.scope or "",
        account.ca_file or True,
    )


__all__ = [
    "AUTHS",
    "EVERYONE",
    "Account",
    "account_values",
    "accounts_text",
    "client_secret_name",
    "client_secret_of",
    "is_bare",
    "is_same_calendar",
    "keyring_name",
    "login_of",
    "oauth_client",
    "read_accounts",
    "secret_of",
    "token_name",
    "token_text",
    "url_trouble",
    "without_account",
]
