"""The real servers, unmodified: Radicale and Xandikos, in threads of this process.

In: an empty folder and the users. Out: a `Server`, which knows its URLs.
"""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.servers.wire import Answer, Listener, Request


class Server:
    """Where a CalDAV server is. `url` ends in a slash, as every URL of a collection does."""

    def __init__(
        self, url: str, users: Mapping[str, str], *, principal: str = "{user}/", home: str = "{user}/"
    ) -> None:
        self.url = url
        self.users = dict(users)
        self.principal_path = principal
        self.home_path = home

    def principal(self, user: str) -> str:
        return self.url + self.principal_path.format(user=quote(user, safe="@"))

    def home(self, user: str) -> str:
        """The collection that holds the user's calendars."""
        return self.url + self.home_path.format(user=quote(user, safe="@"))

    def calendar(self, user: str, name: str) -> str:
        return f"{self.home(user)}{quote(name, safe='@')}/"

    def auth(self, user: str) -> tuple[str, str] | str | None:
        """What this user signs in with: (user, password), or a bearer token, or None where nobody has to."""
        return (user, self.users[user]) if self.users else None


@contextmanager
def radicale(folder: Path, users: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Radicale over this folder. It wants a password: ana's is "secret", unless told otherwise."""
    from radicale import Application, config

    users = {"ana": "secret"} if users is None else users
    (folder / "collections/collection-root").mkdir(parents=True, exist_ok=True)
    passwords = folder / "users"
    passwords.write_text("".join(f"{user}:{password}\n" for user, password in users.items()), "utf-8")
    configuration = config.load()
    configuration.update(
        {
            # No delays: a wrong password is not to cost a test its seconds.
            "auth": {
                "type": "htpasswd",
                "htpasswd_filename": str(passwords),
                "htpasswd_encryption": "plain",
                "delay": "0",
            },
            "server": {"delay_on_error": "0"},
            "storage": {"filesystem_folder": str(folder / "collections"), "_filesystem_fsync": "False"},
        },
        "tests",
        privileged=True,
    )
    with Listener(wsgi(Application(configuration))) as listener:
        yield Server(listener.url, users)


def wsgi(application: Callable[..., Iterable[bytes]]) -> Callable[[Request], Answer]:
    """A WSGI application as the function that a Listener asks (PEP 3333)."""

    def respond(request: Request) -> Answer:
        said: dict[str, object] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            said.update(status=int(status[:3]), headers=tuple(headers))

        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": request.path,
            "QUERY_STRING": request.query,
            "CONTENT_LENGTH": str(len(request.body)),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "0",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if "Content-Type" in request.headers:
            environ["CONTENT_TYPE"] = request.headers["Content-Type"]
        for name in request.headers:
            if name.lower() not in {"content-type", "content-length"}:
                environ["HTTP_" + name.upper().replace("-", "_")] = ", ".join(request.headers.get_all(name))
        body = b"".join(application(environ, start_response))
        return Answer(said["status"], said["headers"], body)

    return respond


@contextmanager
def xandikos(folder: Path, user: str = "ana") -> Iterator[Server]:
    """Xandikos over this folder, with git below it. It has one user and asks for no password."""
    started = threading.Event()
    ended: list[BaseException] = []
    told: dict[str, object] = {}

    async def serve() -> None:
        from aiohttp import web
        from xandikos.web import SingleUserFilesystemBackend, XandikosApp

        folder.mkdir(parents=True, exist_ok=True)
        backend = SingleUserFilesystemBackend(str(folder), default_email="ana@example.org")
        backend.create_principal(f"/{user}/")
        (folder / user / "calendars").mkdir(exist_ok=True)  # the home set, which is there before its first calendar
        xandikos_app = XandikosApp(backend, current_user_principal=f"/{user}/")

        async def respond(request: web.Request) -> web.StreamResponse:
            return await xandikos_app.aiohttp_handler(request, "/")

        app = web.Application()
        app.router.add_route("*", "/{path_info:.*}", respond)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        stop = asyncio.Event()
        told.update(port=runner.addresses[0][1], stop=stop, loop=asyncio.get_running_loop())
        started.set()
        await stop.wait()
        await runner.cleanup()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            ended.append(error)
        finally:
            started.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait()
    if ended:
        raise ended[0]
    try:
        yield Server(f"http://127.0.0.1:{told['port']}/", {}, home="{user}/calendars/")
    finally:
        told["loop"].call_soon_threadsafe(told["stop"].set)
        thread.join()
    if ended:
        raise ended[0]
