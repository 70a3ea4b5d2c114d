"""WebDAV over HTTP: one connection that never leaks a password, never guesses, and says in plain words what went wrong.

In: an address, a `Login`, requests. Out: `Answer`s and multistatus `Member`s, or a `ServerTrouble` whose message names
the cause and the remedy. Redirects are followed for reading alone and on the same host alone; credentials go to no
other host. Waits that a server asks for (429, 503) are kept, up to a limit. No agreement, no event and no file enter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, unquote, urljoin, urlsplit

from planner import __version__
from planner.sync.digest import Challenge, read_challenge
from planner.sync.digest import answer as answered
from planner.sync.troubles import (
    Answer,
    ServerTrouble,
    elsewhere,
    host,
    is_hopeless,
    kind,
    tls_trouble,
    trouble_of,
    unreachable,
)

DAV = "DAV:"
CALDAV = "urn:ietf:params:xml:ns:caldav"
CALENDARSERVER = "http://calendarserver.org/ns/"
APPLE = "http://apple.com/ns/ical/"

TIMEOUT = 30.0
LONGEST_WAIT = 120.0
"""Seconds: for an answer; and that a server may have us wait in all."""

_REDIRECTS = (301, 302, 303, 307, 308)
_READING = ("PROPFIND", "REPORT", "OPTIONS", "GET", "HEAD")


class Login(Protocol):
    """How to log in: what goes into the Authorization header, and a second try where the first was refused."""

    def authorization(self) -> str | None:
        """The value of the Authorization header, None for no login."""

    def renew(self) -> bool:
        """After a 401: whether there is something new to try, such as a refreshed token."""


class NoLogin:
    """No login at all."""

    def authorization(self) -> str | None:
        """Nothing."""
        return None

    def renew(self) -> bool:
        """Nothing new."""
        return False


class Basic(NoLogin):
    """A name and a password (RFC 7617)."""

    def __init__(self, username: str, password: str) -> None:
        self._username = username
        self._password = password

    def authorization(self) -> str | None:
        """Both, in the form of the header."""
        from base64 import b64encode

        return "Basic " + b64encode(f"{self._username}:{self._password}".encode()).decode("ascii")

    def digested(self, challenge: Challenge, method: str, url: str, count: int) -> str:
        """Both, for a server that asks for a digest of them instead (RFC 7616)."""
        from secrets import token_hex

        parts = urlsplit(url)
        target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        return answered(challenge, self._username, self._password, method, target, token_hex(8), count)


class Bearer:
    """A token (RFC 6750), asked for anew once where it is refused."""

    def __init__(self, token: Callable[[bool], str]) -> None:
        self._token = token
        self._known: str | None = None

    def authorization(self) -> str | None:
        """The token; `token(False)` gives one that may be kept from before, `token(True)` a fresh one."""
        if self._known is None:
            self._known = self._token(False)
        return f"Bearer {self._known}"

    def renew(self) -> bool:
        """Whether a fresh token differs from the refused one."""
        before, self._known = self._known, self._token(True)
        return self._known != before


class Member(NamedTuple):
    """One response of a multistatus: its address, its own status if any, and the properties that were found.

    `url` is absolute and as the server wrote it. `found` are XML elements by "{namespace}name".
    """

    url: str
    status: int
    found: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """The text of a property, None where it is not there or empty."""
        element = self.found.get(name)
        return (element.text or None) if element is not None else None

    def hrefs(self, name: str) -> list[str]:
        """The absolute addresses inside a property."""
        element = self.found.get(name)
        inner = element.iter(f"{{{DAV}}}href") if element is not None else ()
        return [urljoin(self.url, h.text.strip()) for h in inner if h.text and h.text.strip()]


def same_place(url: str) -> str:
    """An address in the one form that all its spellings share: percent-encoding, letter case of the host, port."""
    parts = urlsplit(url)
    path = quote(unquote(parts.path.replace("%2F", "%252F").replace("%2f", "%252F")), safe="/%:@!$&'()*+,;=~-._")
    port = "" if parts.port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{(parts.hostname or '').lower()}{port}{path}"


def is_same_host(one: str, other: str) -> bool:
    """Whether two addresses are of one server: scheme, host and port; or the same over TLS."""
    a, b = urlsplit(one), urlsplit(other)
    if (a.hostname or "").lower() != (b.hostname or "").lower():
        return False
    ports = {"http": 80, "https": 443}
    same_port = (a.port or ports.get(a.scheme)) == (b.port or ports.get(b.scheme))
    return (a.scheme == b.scheme and same_port) or (a.scheme == "http" and b.scheme == "https" and not b.port)


def is_kin(one: str, other: str) -> bool:
    """Whether the login of one address may go to the other: the same server, or both of them iCloud's."""
    if is_same_host(one, other):
        return True
    hosts = [(urlsplit(u).hostname or "").lower() for u in (one, other)]
    safe = urlsplit(other).scheme == "https"
    return safe and all(h.endswith(".icloud.com") for h in hosts)


def is_loopback(url: str) -> bool:
    """Whether an address is of this very machine."""
    host = (urlsplit(url).hostname or "").lower()
    return host in ("localhost", "::1") or host.startswith("127.")


class Connection:
    """A login at one server. Requests go over one kept-alive connection; `sleep` waits so many seconds."""

    def __init__(
        self,
        base: str,
        login: Login,
        *,
        sleep: Callable[[float], None],
        timeout: float = TIMEOUT,
        verify: bool | str = True,
    ) -> None:
        self.base = base
        self._login = login
        self._sleep = sleep
        self._timeout = timeout
        self._verify = verify
        self._session: Any = None
        self._waited = 0.0
        self._challenge: Challenge | None = None
        self._answered = 0

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def request(
        self, method: str, url: str, body: str | bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The server's answer, whatever its status, but for those that are trouble for every request.

        Raises ServerTrouble for no answer, a refused login (401), a limit that lasts (429, 503), a redirect of a write
        or to another host. Writes are sent again at most once, where the connection broke: each carries a condition or
        is the same twice.
        """
        url = urljoin(self.base, url)
        if not is_kin(self.base, url):
            raise elsewhere(self.base, url)
        data = body.encode() if isinstance(body, str) else body
        hops, renewed, challenged = 0, False, False
        while True:
            answer = self._send(method, url, data, headers or {})
            if answer.status in (429, 503) or (answer.status == 403 and b"ateLimitExceeded" in answer.body):
                self._wait(answer)
            elif answer.status == 401 and not challenged and self._is_challenged(answer):
                challenged = True
            elif answer.status == 401 and not renewed and self._login.renew():
                renewed = True
            elif answer.status in _REDIRECTS and "location" in answer.headers:
                target = urljoin(url, answer.headers["location"])
                hops += 1
                if not is_same_host(url, target):
                    raise elsewhere(url, target)
                if method not in _READING or hops > 5:
                    raise ServerTrouble(
                        "elsewhere",
                        f"{host(url)} says that this calendar has moved to {target}; connect it there",
                        answer.status,
                    )
                url = target
            elif answer.status == 401:
                raise ServerTrouble(
                    "login",
                    f"{host(url)} did not accept the login; look at the name and the password "
                    "(many servers want an app password here, made in their security settings)",
                    401,
                    location=url,
                )
            else:
                return answer

    def _send(self, method: str, url: str, data: bytes, headers: Mapping[str, str]) -> Answer:
        """One request, tried again once where the connection broke."""
        import niquests

        if self._session is None:
            self._session = niquests.Session(disable_http3=True, revocation_configuration=None)
        sent = {"User-Agent": f"planner/{__version__}", "Accept": "*/*", **headers}
        authorization = self._authorization(method, url)
        for last in (False, True):
            try:
                got = self._session.request(
                    method,
                    url,
                    data=data or None,
                    headers=sent,
                    auth=_Header(authorization),
                    timeout=self._timeout,
                    allow_redirects=False,
                    verify=self._verify,
                )
                lowered = {str(k).lower(): str(v) for k, v in got.headers.items()}
                return Answer(got.status_code or 0, lowered, got.content or b"", url)
            except niquests.exceptions.SSLError as e:
                raise tls_trouble(url, e) from None
            except niquests.exceptions.Timeout:
                raise ServerTrouble(
                    "unreachable", f"{host(url)} did not answer within {self._timeout:.0f} seconds; try again later"
                ) from None
            except (niquests.exceptions.InvalidURL, niquests.exceptions.InvalidSchema, UnicodeError, ValueError) as e:
                if not isinstance(e, niquests.exceptions.RequestException | UnicodeError):
                    raise
                raise ServerTrouble(
                    "unreachable", f"{url} is no address of a server; look at how it is written"
                ) from None
            except (niquests.exceptions.RequestException, OSError) as e:
                self.close()
                if last or is_hopeless(e):
                    raise unreachable(url, e) from None
                self._session = niquests.Session(disable_http3=True, revocation_configuration=None)
        raise AssertionError("unreachable")

    def _is_challenged(self, answer: Answer) -> bool:
        """Whether the server wants a digest of name and password, which the next requests then carry."""
        challenge = read_challenge(answer.headers.get("www-authenticate", ""))
        if challenge is None or not isinstance(self._login, Basic):
            return False
        self._challenge, self._answered = challenge, 0
        return True

    def _authorization(self, method: str, url: str) -> str | None:
        if self._challenge is None or not isinstance(self._login, Basic):
            return self._login.authorization()
        self._answered += 1
        return self._login.digested(self._challenge, method, url, self._answered)

    def _wait(self, answer: Answer) -> None:
        """Wait as long as the server asks; ServerTrouble where that is longer than anyone would."""
        seconds = _retry_after(answer)
        self._waited += seconds
        if self._waited > LONGEST_WAIT:
            raise ServerTrouble(
                "busy",
                f"{host(answer.url)} asks for fewer requests (status {answer.status}); what is done stays done, "
                "and the next `planner sync` goes on from there",
                answer.status,
            )
        self._sleep(seconds)

    # ── WebDAV ───────────────────────────────────────────────────────

    def propfind(self, url: str, names: Iterable[str], depth: int) -> list[Member]:
        """The members of a multistatus with these properties ("{namespace}name")."""
        body = f'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop>{_empty(names)}</prop></propfind>'
        return self.multistatus("PROPFIND", url, body, depth)

    def multistatus(self, method: str, url: str, body: str, depth: int | None) -> list[Member]:
        """The members that a PROPFIND or REPORT answers."""
        headers = {"Content-Type": "application/xml; charset=utf-8"}
        if depth is not None:
            headers["Depth"] = str(depth)
        answer = self.request(method, url, body, headers)
        if answer.status != 207:
            raise trouble_of(answer, f"a {method} request")
        return read_multistatus(answer)


class _Header:
    """Puts the Authorization header into a request, and keeps the library from looking for a .netrc."""

    def __init__(self, value: str | None) -> None:
        self._value = value

    def __call__(self, request: Any) -> Any:
        if self._value is not None:
            request.headers["Authorization"] = self._value
        return request


def _empty(names: Iterable[str]) -> str:
    pieces = []
    for name in names:
        space, _, local = name[1:].partition("}")
        pieces.append(f"<{local}/>" if space == DAV else f'<x:{local} xmlns:x="{space}"/>')
    return "".join(pieces)


def read_multistatus(answer: Answer) -> list[Member]:
    """The members of a multistatus (RFC 4918 §13). ServerTrouble where the body is none, or cut."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(answer.body, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or root.tag != f"{{{DAV}}}multistatus":
        raise ServerTrouble(
            "broken",
            f"{host(answer.url)} answered something that is no whole CalDAV answer ({kind(answer)}); "
            "nothing was taken from it. Try again; if it stays so, look at the address with `planner doctor`",
            answer.status,
        )
    members = []
    for response in root.iterchildren(f"{{{DAV}}}response"):
        href = response.findtext(f"{{{DAV}}}href")
        if not href or not href.strip():
            continue
        status = _status(response.findtext(f"{{{DAV}}}status"))
        found: dict[str, Any] = {}
        for propstat in response.iterchildren(f"{{{DAV}}}propstat"):
            if _status(propstat.findtext(f"{{{DAV}}}status")) in (0, 200):
                for prop in propstat.iterchildren(f"{{{DAV}}}prop"):
                    found.update({e.tag: e for e in prop.iterchildren() if isinstance(e.tag, str)})
        members.append(Member(urljoin(answer.url, _quoted(href.strip())), status, found))
    return members


def _quoted(href: str) -> str:
    """An href with what may not stand bare in a request percent-encoded; what is encoded stays as it is."""
    return quote(href, safe="/%:@!$&'()*+,;=~-._?#[]")


def _status(line: str | None) -> int:
    words = (line or "").split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def _retry_after(answer: Answer) -> float:
    """Seconds to wait (RFC 9110 §10.2.3): a number, or a date, counted from the server's own clock."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return max(1.0, float(value[:9]))
    try:
        until = parsedate_to_datetime(value)
        now = parsedate_to_datetime(answer.headers.get("date", ""))
        return max(1.0, (until - now).total_seconds())
    except (TypeError, ValueError, IndexError):
        return 5.0
