"""Digest logins, as Baïkal and others ask for: the examples of the RFC, and a server that checks what it is sent."""

from __future__ import annotations

import hashlib
import re

import pytest

from planner.sync.dav import Basic, Connection
from planner.sync.digest import Challenge, answer, read_challenge
from planner.sync.troubles import ServerTrouble
from tests.servers import wire


def test_the_examples_of_the_rfc():
    header = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", '
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    challenge = read_challenge(header)
    assert challenge is not None
    assert challenge.sha256
    nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    said = answer(challenge, "Mufasa", "Circle of Life", "GET", "/dir/index.html", nonce)
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in said
    weak = answer(challenge._replace(sha256=False), "Mufasa", "Circle of Life", "GET", "/dir/index.html", nonce)
    assert 'response="8ca523f5e9506fed4657c9700eebdbec"' in weak


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        ('Digest realm="r", nonce="n"', Challenge("r", "n", None, False, False)),
        ('Digest nonce="n", realm="a, b", qop="auth", opaque=""', Challenge("a, b", "n", "", True, False)),
        ('Basic realm="x", Digest realm="r", nonce="n"', None),  # what every server can
        ('Digest realm="r", nonce="n", algorithm=MD5-sess', None),
        ('Digest realm="r", nonce="n", qop="auth-int"', None),
        ('Digest realm="r"', None),
        ("", None),
        ("Bearer", None),
    ],
)
def test_a_challenge_is_read(header, challenge):
    assert read_challenge(header) == challenge


class DigestServer:
    """Answers 207 to whoever knows ana's password; each nonce is good for two requests."""

    def __init__(self) -> None:
        self.uses = 0
        self.seen: list[str] = []

    def __call__(self, request: wire.Request) -> wire.Answer:
        header = request.headers.get("Authorization", "")
        self.seen.append(header.split(" ")[0])
        pairs = dict(re.findall(r'(\w+)="?([^",]+)"?', header))
        nonce = f"n{self.uses // 2}"
        if pairs.get("nonce") == nonce and pairs["response"] == self.expected(request, pairs):
            self.uses += 1
            return wire.answer(207, '<multistatus xmlns="DAV:"/>', "application/xml")
        return wire.answer(401, "", WWW_Authenticate=f'Digest realm="r", nonce="{nonce}", qop="auth", algorithm=MD5')

    @staticmethod
    def expected(request: wire.Request, pairs: dict[str, str]) -> str:
        def md5(text: str) -> str:
            return hashlib.md5(text.encode()).hexdigest()

        whole = [md5("ana:r:secret"), pairs["nonce"], pairs["nc"], pairs["cnonce"], "auth"]
        return md5(":".join([*whole, md5(f"{request.method}:{request.target}")]))


def test_a_server_that_wants_a_digest_gets_one_and_a_new_one_when_its_nonce_is_old():
    server = DigestServer()
    with (
        wire.Listener(server) as listener,
        Connection(listener.url, Basic("ana", "secret"), sleep=lambda _: None) as connection,
    ):
        for _ in range(4):
            assert connection.propfind(f"{listener.url}a%20b/?x=1", ("{DAV:}getetag",), 0) == []
    assert server.uses == 4
    assert server.seen == ["Basic", *["Digest"] * 5]  # the password itself went out once, and no more


def test_a_wrong_password_is_tried_once():
    server = DigestServer()
    with (
        wire.Listener(server) as listener,
        Connection(listener.url, Basic("ana", "wrong"), sleep=lambda _: None) as connection,
        pytest.raises(ServerTrouble, match="did not accept the login"),
    ):
        connection.propfind(listener.url, ("{DAV:}getetag",), 0)
    assert server.seen == ["Basic", "Digest"]
