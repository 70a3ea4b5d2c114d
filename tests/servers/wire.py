"""HTTP/1.1 over a socket: a listener with keep-alive that asks a function for each answer.

In: a function from Request to Answer. Out: a listener on a free port of 127.0.0.1 that counts its connections.
A function that raises `HangUp` closes the connection without an answer; any other error is answered with 500 and
raised again where the `with` block ends, because a server with a bug proves nothing.
"""

from __future__ import annotations

import contextlib
import http
import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.client import HTTPMessage
from typing import BinaryIO, NoReturn, Self
from urllib.parse import unquote

IDLE_SECONDS = 60


class HangUp(Exception):
    """Close the connection now, and say nothing."""


@dataclass(frozen=True)
class Request:
    """One request as it came in. `target` is the path and query as sent; `connection` counts from 1."""

    method: str
    target: str
    headers: HTTPMessage
    body: bytes
    connection: int

    @property
    def path(self) -> str:
        """The path, decoded and without its query."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass(frozen=True)
class Answer:
    """What goes back. `announced` is the Content-Length to claim; more than there is, and the connection closes."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    announced: int | None = None

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def with_header(self, name: str, value: str | None) -> Answer:
        """The same answer with this header in place of any of its name; None takes it away."""
        kept = tuple((key, old) for key, old in self.headers if key.lower() != name.lower())
        added = () if value is None else ((name, value),)
        return Answer(self.status, kept + added, self.body, self.announced)


def answer(
    status: int, body: str | bytes = b"", content_type: str = "text/plain; charset=utf-8", **more: str
) -> Answer:
    """An answer with this body; `more` are headers, with _ for -."""
    body = body.encode() if isinstance(body, str) else body
    headers = (("Content-Type", content_type),) if body else ()
    headers += tuple((name.replace("_", "-"), value) for name, value in more.items())
    return Answer(status, headers, body)


def multistatus(body: str) -> Answer:
    return answer(207, body, "application/xml; charset=utf-8")


@dataclass
class Listener:
    """A server on a free port. `connections` counts since the start or the last `reset`."""

    respond: Callable[[Request], Answer]
    tls: ssl.SSLContext | None = None
    connections: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    _errors: list[Exception] = field(default_factory=list)
    _open: set[socket.socket] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._socket.getsockname()[1]
        scheme = "https" if self.tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.port}/"
        self._accepted = 0

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.stop()
        if self._errors and kind is None:
            raise self._errors[0]

    def stop(self) -> None:
        """Closes every socket and waits for every thread."""
        self.stopping.set()
        with contextlib.suppress(OSError):  # wakes `accept`, which closing alone does not
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        while self._threads:
            thread = self._threads.pop()
            while thread.is_alive():
                with self._lock:
                    still_open = list(self._open)
                for connection in still_open:
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)
                thread.join(0.1)
        self._socket.close()

    def _start(self, run: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=run, args=args, daemon=True)
        thread.start()  # before it is listed: one that has not begun would count as ended
        self._threads = [other for other in self._threads if other.is_alive()] + [thread]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except ConnectionError:  # the client went away while it waited
                continue
            with self._lock:
                if self.stopping.is_set():
                    connection.close()
                    return
                self.connections += 1
                self._accepted += 1
                self._open.add(connection)
            self._start(self._converse, connection, self._accepted)

    def _converse(self, plain: socket.socket, number: int) -> None:
        connection = plain
        # What a client that went away leaves behind is no error of ours.
        with contextlib.suppress(OSError, HangUp, ssl.SSLError):
            try:
                plain.settimeout(IDLE_SECONDS)
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self.tls:
                    connection = self.tls.wrap_socket(plain, server_side=True)
                    with self._lock:
                        self._open = self._open - {plain} | {connection}
                with connection.makefile("rb") as incoming:
                    while not self.stopping.is_set() and self._one(connection, incoming, number):
                        pass
            finally:
                with self._lock:
                    self._open -= {plain, connection}
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                connection.close()

    def _one(self, connection: socket.socket, incoming: BinaryIO, number: int) -> bool:
        """Answers one request; whether the connection is good for another."""
        line = incoming.readline(65536).decode("latin-1").split()
        if not line:
            return False
        try:
            method, target, version = line
            headers = http.client.parse_headers(incoming)
            if headers.get("Expect", "").lower() == "100-continue":
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            request = Request(method, target, headers, body_of(headers, incoming), number)
        except (ValueError, http.client.HTTPException) as error:
            connection.sendall(serialize(answer(400, f"no HTTP: {error}"), "", stays=False))
            return False
        try:
            given = self.respond(request)
        except (HangUp, OSError):
            raise
        except Exception as error:
            self._errors.append(error)
            given = answer(500, f"{type(error).__name__}: {error}")
        stays = version == "HTTP/1.1" and headers.get("Connection", "").lower() != "close" and given.announced is None
        connection.sendall(serialize(given, method, stays=stays))
        return stays


def body_of(headers: HTTPMessage, incoming: BinaryIO) -> bytes:
    if headers.get("Transfer-Encoding", "").lower() != "chunked":
        length = int(headers.get("Content-Length", 0))
        body = incoming.read(length)
        return body if len(body) == length else hang_up()
    body = b""
    while size := int(incoming.readline().split(b";")[0], 16):
        body += incoming.read(size)
        incoming.readline()
    while incoming.readline().strip():
        pass
    return body


def hang_up() -> NoReturn:
    raise HangUp


def serialize(given: Answer, method: str, *, stays: bool) -> bytes:
    reason = http.HTTPStatus(given.status).phrase if given.status in set(http.HTTPStatus) else ""
    has_body = given.status >= 200 and given.status not in {204, 304}
    lines = [f"HTTP/1.1 {given.status} {reason}"]
    lines += [f"{name}: {value}" for name, value in given.headers if name.lower() not in HOP_BY_HOP]
    if not given.header("Date"):
        lines.append(f"Date: {formatdate(usegmt=True)}")
    if has_body:
        length = len(given.body) if given.announced is None else given.announced
        if method == "HEAD" and given.header("Content-Length"):
            length = int(given.header("Content-Length"))
        lines.append(f"Content-Length: {length}")
    lines.append(f"Connection: {'keep-alive' if stays else 'close'}")
    head = "\r\n".join(lines) + "\r\n\r\n"
    return head.encode("latin-1") + (given.body if has_body and method != "HEAD" else b"")


# These are said anew on each connection (RFC 9110, section 7.6.1).
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "te", "trailer", "upgrade"}
