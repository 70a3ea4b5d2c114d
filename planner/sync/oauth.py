"""OAuth 2 for a program on a person's own machine (RFC 8252): their own client, their own browser, tokens that renew.

In: the client, what opens a page, what keeps tokens, the clock. Out: an `OAuthLogin` for `dav`; or ServerTrouble in
plain words. No token, code or secret enters a message or a log.

The flow is a small one of our own, on the standard library and the HTTP client that is loaded anyway: PKCE (RFC 7636)
with S256, a state, and a listener on 127.0.0.1 for one answer. google-auth-oauthlib would bring a second HTTP client,
half a second of start-up, and one provider's ways.
"""

from __future__ import annotations

import json
import queue
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from planner.sync.listener import Listener
from planner.sync.secrets import Secret
from planner.sync.troubles import ServerTrouble, host, tls_trouble, unreachable

AUTHORIZE_TIMEOUT = 300.0
"""Seconds that a person has to say yes in the browser."""

_TIMEOUT = 30.0
_EARLY = 60.0  # seconds before a token's end at which it counts as over, for clocks that differ


class Client(NamedTuple):
    """The person's own OAuth client, and where its provider is asked. `verify` as in `dav.Connection`."""

    client_id: str
    client_secret: Secret | None
    authorize_url: str
    token_url: str
    scope: str
    verify: bool | str = True


class Tokens(NamedTuple):
    """What the provider gave: a token for requests, one to renew it, and when the first one ends (seconds, or None)."""

    access: Secret | None
    refresh: Secret | None
    ends_at: float | None

    def text(self) -> str:
        """Both in one text, for the keyring or a file of mode 0600, and nowhere else."""
        return json.dumps(
            {
                "access_token": self.access.reveal() if self.access else None,
                "refresh_token": self.refresh.reveal() if self.refresh else None,
                "ends_at": self.ends_at,
            }
        )


class TokenStore(Protocol):
    """Where the tokens of one account are kept."""

    def load(self) -> Secret | None:
        """The text that was saved, None where there is none."""

    def save(self, text: Secret) -> None:
        """Keep this text in place of the one before."""


def read_tokens(text: Secret | None) -> Tokens | None:
    """The tokens of a text as `Tokens.text` writes it, None where it holds none."""
    try:
        values = json.loads(text.reveal()) if text else None
    except ValueError:
        return None
    if not isinstance(values, dict):
        return None
    access, refresh, ends_at = (values.get(k) for k in ("access_token", "refresh_token", "ends_at"))
    return Tokens(
        Secret(access) if isinstance(access, str) and access else None,
        Secret(refresh) if isinstance(refresh, str) and refresh else None,
        float(ends_at) if isinstance(ends_at, int | float) else None,
    )


# ── the first time: in the browser ───────────────────────────────────


def authorize(
    client: Client,
    open_page: Callable[[str, int], None],
    *,
    now: Callable[[], float],
    timeout: float = AUTHORIZE_TIMEOUT,
) -> Tokens:
    """The tokens for which the person said yes in their browser.

    `open_page` is called once with the address to open there and the port that waits for the answer, and returns at
    once. ServerTrouble where they said no, nobody answered within `timeout` seconds, or the answer was not ours.
    """
    import secrets
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    with Listener() as listener:
        asked = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": listener.url,
            "scope": client.scope,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        if (urlsplit(client.authorize_url).hostname or "").endswith(".google.com"):
            asked |= {"access_type": "offline", "prompt": "consent"}  # without both, Google gives nothing to renew with
        joint = "&" if urlsplit(client.authorize_url).query else "?"
        open_page(client.authorize_url + joint + urlencode({k: v for k, v in asked.items() if v}), listener.port)
        code = _code(client, listener, state, timeout)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": listener.url,
            "code_verifier": verifier,
        }
    return _asked(client, form, None, now, "planner connect")


def _code(client: Client, listener: Listener, state: str, timeout: float) -> str:
    """The code in the one answer that comes to the listener."""
    import hmac

    name = host(client.authorize_url)
    try:
        query = listener.wait(timeout)
    except queue.Empty:
        raise ServerTrouble(
            "login",
            f"nobody answered in the browser within {timeout / 60:.0f} minutes, and planner no longer waits; "
            "run the same command again, and open the address it shows on this machine",
        ) from None
    answer = {key: values[0] for key, values in parse_qs(query).items()}
    if not hmac.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise ServerTrouble(
            "login",
            f"an answer came from the browser that does not belong to this login at {name}, and was not used; "
            "close the pages of earlier tries, and run the same command again",
        )
    if "error" in answer:
        if answer["error"] == "access_denied":
            raise ServerTrouble("login", f"the answer at {name} was no; nothing was connected")
        raise ServerTrouble("login", f"{name} did not give the permission{_words(client, answer)}")
    if not answer.get("code"):
        raise ServerTrouble("login", f"{name} sent the browser back without a permission; run the same command again")
    return answer["code"]


# ── the token endpoint ───────────────────────────────────────────────


def refreshed(client: Client, tokens: Tokens, account: str, now: Callable[[], float]) -> Tokens:
    """New tokens for the old ones (RFC 6749 §6); the token to renew with may be a new one too, or the same."""
    if tokens.refresh is None:
        raise ServerTrouble(
            "login",
            f"{host(client.token_url)} gave nothing to renew this login with; `planner connect {account}` again",
        )
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh.reveal()}
    return _asked(client, form, tokens.refresh, now, f"planner connect {account}")


def _asked(
    client: Client, form: dict[str, str], refresh: Secret | None, now: Callable[[], float], again: str
) -> Tokens:
    """What the token endpoint gives for this form."""
    form = {**form, "client_id": client.client_id}
    if client.client_secret is not None:
        form["client_secret"] = client.client_secret.reveal()
    status, answer = _posted(client, form)
    if status != 200:
        raise _refused(client, status, answer, again, [v for k, v in form.items() if k != "grant_type"])
    access, ends_in = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(access, str) or not access or str(answer.get("token_type", "bearer")).lower() != "bearer":
        raise ServerTrouble("broken", f"{host(client.token_url)} gave no token that planner knows how to use", status)
    renewed = answer.get("refresh_token")
    seconds = float(str(ends_in)) if str(ends_in).replace(".", "", 1).isdecimal() else None
    return Tokens(
        Secret(access),
        Secret(renewed) if isinstance(renewed, str) and renewed else refresh,
        None if seconds is None else now() + seconds,
    )


def _posted(client: Client, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """The status and the JSON of the answer. Sent once: a code or a token that renews is good for one use."""
    import niquests

    url = client.token_url
    try:
        with niquests.Session(disable_http3=True, revocation_configuration=None) as session:
            got = session.post(
                url,
                data=form,
                headers={"Accept": "application/json"},
                auth=_untouched,
                timeout=_TIMEOUT,
                allow_redirects=False,
                verify=client.verify,
            )
            status, content = got.status_code or 0, got.content or b""
    except niquests.exceptions.SSLError as e:
        raise tls_trouble(url, e) from None
    except niquests.exceptions.Timeout:
        raise ServerTrouble(
            "unreachable", f"{host(url)} did not answer within {_TIMEOUT:.0f} seconds; try again later"
        ) from None
    except (niquests.exceptions.RequestException, OSError) as e:
        raise unreachable(url, e) from None
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        if status in (429, 500, 502, 503, 504):
            raise ServerTrouble("busy", f"{host(url)} failed (status {status}); try again later", status)
        raise ServerTrouble(
            "broken",
            f"{host(url)} did not answer as an address for tokens does (status {status}); look at --token-url",
            status,
        )
    return status, answer


def _untouched(request: Any) -> Any:
    """Keeps the library from looking for a login in a .netrc."""
    return request


def _refused(client: Client, status: int, answer: dict[str, Any], again: str, sent: list[str]) -> ServerTrouble:
    """What an error of the token endpoint means (RFC 6749 §5.2)."""
    name, error = host(client.token_url), str(answer.get("error", ""))
    if error == "invalid_grant":
        message = (
            f"{name} no longer accepts this login: it was taken back, was not used for long, or has ended (at Google, "
            f'a client that is still in "testing" is let in for 7 days only; publish it there, for yourself alone). '
            f"To log in again: `{again}`"
        )
    elif error in ("invalid_client", "unauthorized_client"):
        message = (
            f"{name} does not know this client, or its secret is another one{_words(client, answer, sent)}; "
            "look at --client-id and the client secret"
        )
    elif error == "invalid_scope":
        message = f"{name} does not give this client the scope it asks for; look at --scope"
    elif status in (429, 500, 502, 503, 504):
        return ServerTrouble("busy", f"{name} failed (status {status}); try again later", status)
    else:
        message = f"{name} gave no token (status {status}){_words(client, answer, sent)}"
    return ServerTrouble("login", message, status)


def _words(client: Client, answer: dict[str, Any], sent: list[str] | None = None) -> str:
    """What the provider says of an error, without anything that was sent to it."""
    text = f"{answer.get('error', '')}: {answer.get('error_description', '')}".strip(": ")
    text = " ".join("".join(ch for ch in text if ch.isprintable()).split())
    for secret in (*(sent or ()), *([client.client_secret.reveal()] if client.client_secret else ())):
        if secret != client.client_id:
            text = text.replace(secret, "…")
    return f': "{text[:200]}"' if text else ""


# ── logging in with it ───────────────────────────────────────────────


class OAuthLogin:
    """A `Login` whose token is renewed when it has ended or is refused; what is new is saved before it is used."""

    def __init__(self, client: Client, store: TokenStore, account: str, *, now: Callable[[], float]) -> None:
        self._client = client
        self._store = store
        self._account = account
        self._now = now
        self._tokens: Tokens | None = None

    def authorization(self) -> str | None:
        """The value of the Authorization header. ServerTrouble where there is no login, or it has ended."""
        tokens = self._tokens or read_tokens(self._store.load())
        if tokens is None:
            raise ServerTrouble(
                "login",
                f"there is no login for {host(self._client.token_url)} on this machine yet (or no longer); "
                f"`planner connect {self._account}` opens the page for it",
            )
        over = tokens.ends_at is not None and self._now() > tokens.ends_at - _EARLY
        if tokens.access is None or (over and tokens.refresh is not None):
            tokens = self._renewed(tokens)
        self._tokens = tokens
        return f"Bearer {tokens.access.reveal()}" if tokens.access else None

    def renew(self) -> bool:
        """After a 401: a fresh token, where there is something to renew with."""
        tokens = self._tokens or read_tokens(self._store.load())
        if tokens is None or tokens.refresh is None:
            return False
        self._tokens = self._renewed(tokens)
        return True

    def _renewed(self, tokens: Tokens) -> Tokens:
        """New tokens, saved. Where another run has renewed them meanwhile, with what that one saved."""
        try:
            new = refreshed(self._client, tokens, self._account, self._now)
        except ServerTrouble as trouble:
            saved = read_tokens(self._store.load())
            is_other = (
                saved is not None
                and saved.refresh is not None
                and (tokens.refresh is None or saved.refresh.reveal() != tokens.refresh.reveal())
            )
            if trouble.cause != "login" or saved is None or not is_other:
                raise
            new = refreshed(self._client, saved, self._account, self._now)
        self._store.save(Secret(new.text()))
        return new


class KeyringTokens:
    """A TokenStore in the keyring."""

    def __init__(self, name: str) -> None:
        self._name = name

    def load(self) -> Secret | None:
        """The text that was saved."""
        from planner.sync.secrets import found_in_keyring

        return found_in_keyring(self._name, is_needed=True)

    def save(self, text: Secret) -> None:
        """Keep it; without the short-lived token where both are too long for the keyring (Windows: 2560 bytes)."""
        from planner.sync.secrets import SecretTrouble, keep_in_keyring

        try:
            keep_in_keyring(self._name, text)
        except SecretTrouble:
            tokens = read_tokens(text)
            if tokens is None or tokens.refresh is None:
                raise
            keep_in_keyring(self._name, Secret(tokens._replace(access=None, ends_at=None).text()))
