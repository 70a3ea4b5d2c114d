"""An OAuth 2 authorization server for a program on the desktop (RFC 6749, RFC 7636, RFC 8252).

In: one client, and what is to go wrong. Out: an authorize and a token endpoint, and all that they were sent.

    with OAuth() as oauth:
        reply = raw(oauth.authorize_url + "?" + urlencode({...}))   # 302 to the redirect_uri with code and state
        oauth.fails.add("invalid_grant")                            # the next refreshes are refused
        oauth.is_valid(token)                                       # for Strict(tokens=oauth.is_valid)

What can fail, by name, for as long as it is in `fails`:

- access_denied: the person says no.
- wrong_state: the redirect comes back with another state.
- no_refresh_token: only an access token is given.
- rotates: each refresh gives another refresh token, and the old one is dead.
- invalid_grant: a refresh is refused, as after a withdrawal or seven days of a client in "testing".
- invalid_client: the client is not known any more.
- server_error: the token endpoint answers 503.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, urlencode

from tests.servers.wire import Answer, Listener, Request, answer

FAILS = {
    *("access_denied", "wrong_state", "no_refresh_token", "rotates", "invalid_grant", "invalid_client"),
    "server_error",
}


@dataclass(frozen=True)
class Granted:
    """What stands behind a code."""

    redirect_uri: str
    challenge: str
    scope: str


class OAuth:
    """The server; `expires_in` is what it says of each access token, and `expire()` makes those given worthless."""

    def __init__(
        self, client_id: str = "client-1", client_secret: str = "client-secret", *, expires_in: int = 3600
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.expires_in = expires_in
        self.fails: set[str] = set()
        self.authorized: list[dict[str, str]] = []  # the queries of the authorize endpoint
        self.asked: list[dict[str, str]] = []  # the forms of the token endpoint
        self.access_tokens: set[str] = set()
        self.refresh_tokens: set[str] = set()
        self._codes: dict[str, Granted] = {}
        self._count = 0
        self._listener = Listener(self._respond)
        self.url = self._listener.url
        self.authorize_url = f"{self.url}authorize"
        self.token_url = f"{self.url}token"

    def __enter__(self) -> Self:
        self._listener.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._listener.__exit__(*error)

    def is_valid(self, token: str) -> bool:
        return token in self.access_tokens

    def expire(self) -> None:
        """Every access token given so far is worthless; refresh tokens stay good."""
        self.access_tokens = set()

    def grant_refresh_token(self) -> str:
        """A refresh token as of a consent long ago."""
        token = self._new("refresh")
        self.refresh_tokens.add(token)
        return token

    def client_file(self) -> dict[str, object]:
        """What Google lets one download for a desktop client."""
        return {
            "installed": {
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "auth_uri": self.authorize_url,
                "token_uri": self.token_url,
                "redirect_uris": ["http://localhost"],
            }
        }

    def _respond(self, request: Request) -> Answer:
        if unknown := self.fails - FAILS:
            raise ValueError(f"nothing fails like {sorted(unknown)}")
        match request.method, request.path:
            case "GET", "/authorize":
                return self._authorize(dict(parse_qsl(request.query)))
            case "POST", "/token":
                form = dict(parse_qsl(request.body.decode()))
                return self._token(form | basic(request))
        return answer(404, "No")

    def _authorize(self, query: dict[str, str]) -> Answer:
        self.authorized.append(query)
        back = query.get("redirect_uri", "")
        if query.get("client_id") != self.client_id or not re.match(r"http://(127\.0\.0\.1|localhost)[:/]", back):
            return answer(400, "Error 400: redirect_uri_mismatch or invalid client")  # no redirect to who knows where
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
            return redirect(back, error="invalid_request", state=query.get("state", ""))
        state = "another" if "wrong_state" in self.fails else query.get("state", "")
        if "access_denied" in self.fails:
            return redirect(back, error="access_denied", state=state)
        code = self._new("4/code")
        self._codes[code] = Granted(back, query.get("code_challenge", ""), query.get("scope", ""))
        return redirect(back, state=state, code=code, scope=query.get("scope", ""))

    def _token(self, form: dict[str, str]) -> Answer:
        self.asked.append(form)
        if "server_error" in self.fails:
            return answer(503, "Later")
        is_known = (form.get("client_id"), form.get("client_secret")) == (self.client_id, self.client_secret)
        if not is_known or "invalid_client" in self.fails:
            return error(401, "invalid_client")
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(form)
            case "refresh_token":
                return self._refresh(form)
        return error(400, "unsupported_grant_type")

    def _exchange(self, form: dict[str, str]) -> Answer:
        granted = self._codes.pop(form.get("code", ""), None)
        if granted is None:
            return error(400, "invalid_grant", "Malformed auth code.")
        if form.get("redirect_uri") != granted.redirect_uri:
            return error(400, "redirect_uri_mismatch")
        if challenge_of(form.get("code_verifier", "")) != granted.challenge:
            return error(400, "invalid_grant", "Invalid code verifier.")
        refresh = None if "no_refresh_token" in self.fails else self.grant_refresh_token()
        return self._tokens(granted.scope, refresh)

    def _refresh(self, form: dict[str, str]) -> Answer:
        token = form.get("refresh_token", "")
        if token not in self.refresh_tokens or "invalid_grant" in self.fails:
            return error(400, "invalid_grant", "Token has been expired or revoked.")
        if "rotates" not in self.fails:
            return self._tokens(form.get("scope", ""), None)
        self.refresh_tokens.remove(token)
        return self._tokens(form.get("scope", ""), self.grant_refresh_token())

    def _tokens(self, scope: str, refresh: str | None) -> Answer:
        access = self._new("access")
        self.access_tokens.add(access)
        given = {"access_token": access, "expires_in": self.expires_in, "token_type": "Bearer", "scope": scope}
        return answer_json(200, given | ({"refresh_token": refresh} if refresh else {}))

    def _new(self, kind: str) -> str:
        self._count += 1
        return f"{kind}-{self._count}"


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def basic(request: Request) -> dict[str, str]:
    """The client, where it is named in the Authorization header and not in the form."""
    scheme, _, pair = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return {}
    client_id, _, secret = base64.b64decode(pair).decode().partition(":")
    return {"client_id": client_id, "client_secret": secret}


def redirect(back: str, **query: str) -> Answer:
    return answer(302, Location=f"{back}{'&' if '?' in back else '?'}{urlencode(query)}")


def error(status: int, code: str, description: str = "") -> Answer:
    return answer_json(status, {"error": code} | ({"error_description": description} if description else {}))


def answer_json(status: int, body: Mapping[str, object]) -> Answer:
    return answer(status, json.dumps(body), "application/json; charset=utf-8", Cache_Control="no-store")
