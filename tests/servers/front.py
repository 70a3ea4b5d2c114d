"""A proxy before a server: it counts connections, keeps every request, and fails on demand.

In: any `Server`, and faults from `faults`. Out: a `Server` with the same paths at another port. Without a fault it
changes nothing but the headers that belong to one connection.

    with Front(server) as front:
        front.fail(busy(429, retry_after=1), times=2)       # the next two requests
        front.fail(kill_before(), at=3)                     # the third request from now
        front.fail(kill_after(), method="PUT", path="a.ics")    # the next PUT to a path that ends so
        front.fail(slow(0.2), times=None)                   # from now on, until front.heal()
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import http.client
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPMessage
from typing import Self

from tests.servers.real import Server
from tests.servers.wire import HOP_BY_HOP, Answer, HangUp, Listener, Request, answer

WRITES = ("PUT", "DELETE", "MKCALENDAR", "MKCOL", "PROPPATCH", "POST", "MOVE", "COPY", "PATCH")


@dataclass(frozen=True)
class Seen:
    """One request that came in, and what became of it.

    An Authorization header is there by its scheme only ("Basic ***"). `status` is what the client was sent, None where
    nothing was; `reply` is the body, unpacked, that came with it. `connection` counts from 1 for the front's life.
    """

    method: str
    path: str
    headers: HTTPMessage
    body: bytes
    status: int | None
    reply: bytes
    connection: int


@dataclass(frozen=True)
class Exchange:
    """What a fault gets: the request, a way to pass it on, and a wait that ends early when the front stops."""

    request: Request
    forward: Callable[[], Answer]
    wait: Callable[[float], object]


Fault = Callable[[Exchange], Answer]


@dataclass
class Order:
    """A fault and which of the requests to come it is for."""

    fault: Fault
    first: int
    times: int | None
    method: str | None
    path: str
    matched: int = 0
    used: int = 0

    def wants(self, request: Request) -> bool:
        if self.method not in {None, request.method} or not request.path.endswith(self.path):
            return False
        self.matched += 1
        return self.matched >= self.first and (self.times is None or self.used < self.times)


class Front(Server):
    """A proxy before `server`. With `users`, it asks for their password (Basic) before it passes anything on."""

    def __init__(self, server: Server, users: Mapping[str, str] | None = None) -> None:
        self._backend = server
        self._checks = dict(users or {})
        self._listener = Listener(self._respond)
        self._lock = threading.Lock()
        self._orders: list[Order] = []
        self._earlier = 0
        self.requests: list[Seen] = []
        super().__init__(
            self._listener.url, users or server.users, principal=server.principal_path, home=server.home_path
        )

    def __enter__(self) -> Self:
        self._listener.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._listener.__exit__(*error)

    def auth(self, user: str) -> tuple[str, str] | str | None:
        return (user, self._checks[user]) if self._checks else self._backend.auth(user)

    @property
    def connections(self) -> int:
        """How many TCP connections were opened since the start or the last `reset`."""
        return self._listener.connections - self._earlier

    @property
    def writes(self) -> list[Seen]:
        """The requests that could change something, whether or not they were passed on."""
        return [seen for seen in self.requests if seen.method in WRITES]

    def reset(self) -> None:
        """Forgets the requests and connections so far, not the faults. Connections that are open stay open."""
        with self._lock:
            self.requests = []
            self._earlier = self._listener.connections

    def fail(
        self, fault: Fault, *, at: int = 1, times: int | None = 1, method: str | None = None, path: str = ""
    ) -> None:
        """Uses the fault on the `at`th request from now, and the following, `times` in all (None: without end).

        Only requests of this method, to a path with this ending, are counted. Where several faults want a request,
        the one told first has it, and the others wait for their next.
        """
        with self._lock:
            self._orders.append(Order(fault, at, times, method, path))

    @property
    def pending(self) -> int:
        """How many faults with an end still wait for a request: 0 when all that was told has happened."""
        return sum(order.times is not None and order.used < order.times for order in self._orders)

    def heal(self) -> None:
        """Takes away every fault."""
        with self._lock:
            self._orders = []

    def _respond(self, request: Request) -> Answer:
        with self._lock:
            wanting = [order for order in self._orders if order.wants(request)]
            for order in wanting[:1]:
                order.used += 1
        given = None
        try:
            if self._checks and not self._knows(request):
                given = answer(401, "Who are you?", WWW_Authenticate='Basic realm="front"')
            elif wanting:
                exchange = Exchange(request, lambda: self._forward(request), self._listener.stopping.wait)
                given = wanting[0].fault(exchange)
            else:
                given = self._forward(request)
        finally:
            with self._lock:
                self.requests.append(seen(request, given))
        return given

    def _knows(self, request: Request) -> bool:
        pairs = (base64.b64encode(f"{user}:{password}".encode()).decode() for user, password in self._checks.items())
        return request.headers.get("Authorization") in {f"Basic {pair}" for pair in pairs}

    def _forward(self, request: Request) -> Answer:
        host = self._backend.url.split("/")[2]
        with contextlib.closing(http.client.HTTPConnection(host, timeout=60)) as backend:
            backend.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers.items():
                if name.lower() not in HOP_BY_HOP | {"expect"}:
                    backend.putheader(name, value)
            if request.body or request.method in {"PUT", "POST"}:
                backend.putheader("Content-Length", str(len(request.body)))
            try:
                backend.endheaders(request.body or None)
                response = backend.getresponse()
                return Answer(response.status, tuple(response.getheaders()), response.read())
            except (OSError, http.client.HTTPException) as error:
                raise HangUp from error


def seen(request: Request, given: Answer | None) -> Seen:
    headers = HTTPMessage()
    for name, value in request.headers.items():
        headers[name] = f"{value.split(' ')[0]} ***" if name.lower() == "authorization" else value
    status, reply = (given.status, plain(given).body) if given else (None, b"")
    return Seen(request.method, request.path, headers, request.body, status, reply, request.connection)


def plain(given: Answer) -> Answer:
    """The same answer without compression."""
    encoding = given.header("Content-Encoding")
    if encoding not in {"gzip", "deflate"}:
        return given
    body = gzip.decompress(given.body) if encoding == "gzip" else zlib.decompress(given.body)
    return Answer(given.status, given.headers, body).with_header("Content-Encoding", None)


class Recorder(Server):
    """A host that answers everything alike and keeps what it was sent: where a redirect leads to."""

    def __init__(self, given: Answer | None = None) -> None:
        self.given = given or answer(200, "<html>Somewhere else</html>", "text/html")
        self.requests: list[Seen] = []
        self._listener = Listener(self._respond)
        super().__init__(self._listener.url, {})

    def __enter__(self) -> Self:
        self._listener.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._listener.__exit__(*error)

    def _respond(self, request: Request) -> Answer:
        self.requests.append(seen(request, self.given))
        return self.given
