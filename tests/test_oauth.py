"""OAuth 2 in the person's own browser: PKCE, state, one answer, renewal, and plain words for every way it can fail."""

from __future__ import annotations

import json
import logging
import queue
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import keyring
import pytest

from planner.sync.dav import Connection
from planner.sync.listener import Listener
from planner.sync.oauth import Client, KeyringTokens, OAuthLogin, Tokens, authorize, read_tokens
from planner.sync.secrets import Secret
from planner.sync.troubles import ServerTrouble
from tests.keyrings import Memory
from tests.servers.front import Recorder
from tests.servers.oauth import OAuth
from tests.servers.strict import GOOGLE, Strict
from tests.servers.wire import answer

SCOPE = "https://www.example.org/auth/calendar"


class Kept:
    """A TokenStore that remembers each text it was given."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self.texts = [] if tokens is None else [tokens.text()]

    def load(self):
        return Secret(self.texts[-1]) if self.texts else None

    def save(self, text):
        self.texts.append(text.reveal())


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def provider():
    with OAuth() as oauth:
        yield oauth


def client(oauth: OAuth) -> Client:
    return Client(oauth.client_id, Secret(oauth.client_secret), oauth.authorize_url, oauth.token_url, SCOPE)


def browser(url: str, _port: int = 0) -> str:
    """What a browser does, and what it shows in the end."""
    try:
        with urllib.request.urlopen(url, timeout=10) as page:
            return page.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


def said_yes(oauth: OAuth, clock=None) -> Tokens:
    return authorize(client(oauth), browser, now=clock or Clock())


def troubled(oauth: OAuth, **more) -> str:
    with pytest.raises(ServerTrouble) as caught:
        authorize(client(oauth), more.pop("open_page", browser), now=Clock(), **more)
    assert caught.value.cause in ("login", "busy", "broken", "unreachable")
    assert caught.value.__cause__ is None
    return str(caught.value)


# ── in the browser ──


def test_a_yes_in_the_browser_gives_tokens(provider):
    clock = Clock()
    tokens = said_yes(provider, clock)
    assert provider.is_valid(tokens.access.reveal())
    assert tokens.refresh.reveal() in provider.refresh_tokens
    assert tokens.ends_at == clock.seconds + 3600
    asked, form = provider.authorized[0], provider.asked[0]
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert asked["scope"] == SCOPE
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 32
    assert len(form["code_verifier"]) >= 43
    assert form["redirect_uri"] == asked["redirect_uri"]
    assert form["client_secret"] == "client-secret"


def test_each_login_has_a_state_and_a_verifier_of_its_own(provider):
    said_yes(provider)
    said_yes(provider)
    one, other = provider.authorized
    assert one["state"] != other["state"]
    assert provider.asked[0]["code_verifier"] != provider.asked[1]["code_verifier"]


def test_a_client_without_a_secret_sends_none(provider):
    provider.client_secret = None
    authorize(client(provider)._replace(client_secret=None), browser, now=Clock())
    assert "client_secret" not in provider.asked[0]


def test_google_is_asked_for_something_to_renew_with():
    shown = []
    google = Client("id", None, "https://accounts.google.com/o/oauth2/v2/auth", "https://x.invalid/", "")
    with pytest.raises(ServerTrouble):
        authorize(google, lambda url, _: shown.append(url), now=Clock(), timeout=0.1)
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(shown[0]).query))
    assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")


def test_the_page_at_the_end_says_to_go_back_and_holds_no_code(provider, capfd):
    pages = []
    authorize(client(provider), lambda url, _: pages.append(browser(url)), now=Clock())
    assert "You can close this page and go back to planner" in pages[0]
    assert "code" not in pages[0]
    assert capfd.readouterr() == ("", "")


def test_the_listener_is_on_this_machine_alone_and_ends_with_its_answer(provider):
    ports = []

    def look(url, port):
        ports.append(port)
        browser(url)

    authorize(client(provider), look, now=Clock())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", ports[0]), timeout=5)


def test_a_connection_in_reserve_and_an_icon_do_not_end_the_waiting(provider):
    reserve = []

    def look(url, port):
        reserve.append(socket.create_connection(("127.0.0.1", port), timeout=5))
        assert "nothing here" in browser(f"http://127.0.0.1:{port}/favicon.ico")
        assert "nothing here" in browser(f"http://127.0.0.1:{port}/")
        browser(url)

    before = time.monotonic()
    try:
        assert authorize(client(provider), look, now=Clock()).access
        assert time.monotonic() - before < 8
    finally:
        for one in reserve:
            one.close()


def test_a_no_is_taken_as_one(provider):
    provider.fails.add("access_denied")
    said = troubled(provider)
    assert said.startswith("the answer at 127.0.0.1:")
    assert said.endswith("was no; nothing was connected")
    assert provider.asked == []


def test_an_answer_of_another_login_is_not_used(provider):
    provider.fails.add("wrong_state")
    assert "does not belong to this login" in troubled(provider)
    assert provider.asked == []


@pytest.mark.parametrize(
    "query", ["code=stolen", "code=stolen&state=", "code=stolen&state=%C3%A4", "error=access_denied"]
)
def test_an_answer_without_the_state_is_not_used(provider, query):
    said = troubled(provider, open_page=lambda _, port: browser(f"http://127.0.0.1:{port}/?{query}"))
    assert "does not belong to this login" in said
    assert "stolen" not in said
    assert provider.asked == []


def test_an_answer_with_neither_code_nor_error(provider):
    def look(url, port):
        state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["state"]
        browser(f"http://127.0.0.1:{port}/?state={urllib.parse.quote(state)}")

    assert "sent the browser back without a permission" in troubled(provider, open_page=look)


def test_nobody_answers(provider):
    said = troubled(provider, open_page=lambda *_: None, timeout=0.3)
    assert said.startswith("nobody answered in the browser within 0 minutes")


def test_the_listener_by_itself():
    with Listener() as listener:
        threading.Thread(target=browser, args=(f"{listener.url}?a=1&b=2",)).start()
        assert listener.wait(10) == "a=1&b=2"
        with pytest.raises(queue.Empty):
            listener.wait(0.1)


# ── the token endpoint ──


def test_a_wrong_client_is_told(provider):
    wrong = client(provider)._replace(client_secret=Secret("hunter2-secret"))
    with pytest.raises(ServerTrouble, match="does not know this client, or its secret is another one") as caught:
        authorize(wrong, browser, now=Clock())
    assert "hunter2" not in str(caught.value)


def test_what_a_provider_repeats_of_a_secret_is_left_out():
    given = answer(400, json.dumps({"error": "odd", "error_description": "no hunter2-secret here"}), "application/json")
    with Recorder(given) as elsewhere:
        one = Client("id", Secret("hunter2-secret"), "https://x.invalid/", elsewhere.url, "")
        login = OAuthLogin(one, Kept(Tokens(None, Secret("refresh-9"), None)), "ana", now=Clock())
        with pytest.raises(ServerTrouble, match=r'gave no token \(status 400\): "odd: no … here"'):
            login.authorization()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer(200, "<html>Sign in</html>", "text/html"), "did not answer as an address for tokens does"),
        (answer(503, "Later"), r"failed \(status 503\); try again later"),
        (
            answer(200, '{"token_type": "mac", "access_token": "x"}', "application/json"),
            "gave no token that planner knows",
        ),
        (answer(200, "{}", "application/json"), "gave no token that planner knows"),
        (answer(302, Location="http://127.0.0.1:9/"), "did not answer as an address for tokens does"),
    ],
    ids=["page", "busy", "other type", "empty", "redirect"],
)
def test_a_strange_answer_is_told(given, said):
    with Recorder(given) as elsewhere:
        one = Client("id", None, "https://x.invalid/", elsewhere.url, "")
        login = OAuthLogin(one, Kept(Tokens(None, Secret("refresh-9"), None)), "ana", now=Clock())
        with pytest.raises(ServerTrouble, match=said) as caught:
            login.authorization()
        assert "refresh-9" not in str(caught.value)
        assert len(elsewhere.requests) == 1


def test_nobody_is_there():
    one = Client("id", None, "https://x.invalid/", "http://127.0.0.1:9/token", "")
    with pytest.raises(ServerTrouble, match="nothing answers there"):
        OAuthLogin(one, Kept(Tokens(None, Secret("r"), None)), "ana", now=Clock()).authorization()


def test_a_netrc_is_not_looked_at(provider, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login eve password eve\n", encoding="utf-8")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    said_yes(provider)
    assert provider.asked[0]["client_id"] == "client-1"


# ── logging in with it ──


def test_a_token_is_used_until_it_ends_and_then_renewed(provider):
    clock, store = Clock(), Kept()
    store.save(Secret(said_yes(provider, clock).text()))
    login = OAuthLogin(client(provider), store, "ana", now=clock)
    first = login.authorization()
    assert login.authorization() == first
    assert len(provider.asked) == 1
    clock.seconds += 3600 - 30
    second = login.authorization()
    assert second != first
    assert provider.asked[1]["grant_type"] == "refresh_token"
    assert read_tokens(store.load()).access.reveal() in second
    assert read_tokens(store.load()).refresh.reveal() in provider.refresh_tokens
    again = OAuthLogin(client(provider), store, "ana", now=clock)
    assert again.authorization() == second
    assert len(provider.asked) == 2


def test_a_token_to_renew_with_that_changes_is_saved_each_time(provider):
    provider.fails.add("rotates")
    clock, store = Clock(), Kept(Tokens(None, Secret(provider.grant_refresh_token()), None))
    for _ in range(3):
        OAuthLogin(client(provider), store, "ana", now=clock).authorization()
        clock.seconds += 4000
    assert len({read_tokens(Secret(text)).refresh.reveal() for text in store.texts}) == 4
    assert read_tokens(store.load()).refresh.reveal() in provider.refresh_tokens


def test_another_run_may_have_renewed_it_meanwhile(provider):
    provider.fails.add("rotates")
    clock, store = Clock(), Kept(Tokens(None, Secret(provider.grant_refresh_token()), None))
    mine, theirs = (OAuthLogin(client(provider), store, "ana", now=clock) for _ in range(2))
    mine.authorization()
    theirs.authorization()
    clock.seconds += 4000
    mine.authorization()
    assert provider.is_valid(theirs.authorization().removeprefix("Bearer "))


def test_a_login_that_has_ended_says_why_and_what_to_do(provider):
    store = Kept(Tokens(None, Secret(provider.grant_refresh_token()), None))
    provider.fails.add("invalid_grant")
    with pytest.raises(ServerTrouble) as caught:
        OAuthLogin(client(provider), store, "ana", now=Clock()).authorization()
    said = str(caught.value)
    assert "no longer accepts this login" in said
    assert '"testing" is let in for 7 days only' in said
    assert said.endswith("To log in again: `planner connect ana`")
    assert caught.value.cause == "login"


def test_a_login_that_never_was_or_cannot_be_renewed(provider):
    with pytest.raises(ServerTrouble, match=r"there is no login for .* on this machine yet .*`planner connect ana`"):
        OAuthLogin(client(provider), Kept(), "ana", now=Clock()).authorization()
    provider.fails.add("no_refresh_token")
    clock, store = Clock(), Kept()
    store.save(Secret(said_yes(provider, clock).text()))
    login = OAuthLogin(client(provider), store, "ana", now=clock)
    assert login.authorization()
    assert not login.renew()


def test_a_token_that_expires_in_the_middle_is_renewed_once(provider):
    store = Kept()
    store.save(Secret(said_yes(provider).text()))
    with Strict(GOOGLE, tokens=provider.is_valid) as server:
        url = server.add_calendar("ana", "rituals")
        login = OAuthLogin(client(provider), store, "ana", now=Clock())
        with Connection(url, login, sleep=lambda _: None) as connection:
            assert connection.propfind(url, ["{DAV:}getetag"], 1)
            provider.expire()
            assert connection.propfind(url, ["{DAV:}getetag"], 1)
            assert len(provider.asked) == 2
            provider.expire()
            provider.fails.add("invalid_grant")
            with pytest.raises(ServerTrouble, match="no longer accepts this login"):
                connection.propfind(url, ["{DAV:}getetag"], 1)


def test_tokens_show_nowhere(provider, caplog):
    caplog.set_level(logging.DEBUG)
    store = Kept()
    tokens = said_yes(provider)
    store.save(Secret(tokens.text()))
    login = OAuthLogin(client(provider), store, "ana", now=Clock())
    login.authorization()
    shown = f"{tokens!r} {login!r} {client(provider)!r} {store.load()!r} {caplog.text}"
    for secret in (*provider.access_tokens, *provider.refresh_tokens, provider.client_secret, "4/code"):
        assert secret not in shown


# ── where tokens are kept ──


def test_tokens_in_the_keyring(provider):
    before = keyring.get_keyring()
    ring = Memory()
    keyring.set_keyring(ring)
    try:
        store = KeyringTokens("ana@x.example (OAuth)")
        assert store.load() is None
        tokens = Tokens(Secret("a" * 2000), Secret("refresh"), 5.0)
        store.save(Secret(tokens.text()))
        assert read_tokens(store.load()).access.reveal() == "a" * 2000
        ring.longest = 1000
        store.save(Secret(tokens.text()))
        kept = read_tokens(store.load())
        assert (kept.access, kept.refresh.reveal(), kept.ends_at) == (None, "refresh", None)
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"access_token": 3, "ends_at": "x"}'])
def test_tokens_that_cannot_be_read_are_none(text):
    assert read_tokens(Secret(text)) in (None, Tokens(None, None, None))
