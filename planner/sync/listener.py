"""A listener on this machine for the one answer that a browser brings back from a login page.

In: nothing. Out: an address on 127.0.0.1 with a port that was free, and the query of the first request that is an
answer. It is closed as soon as the `with` block ends. Nothing that comes in is logged or shown.
"""

from __future__ import annotations

import queue
from typing import Any

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>planner</title>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 30rem; margin: 20vh auto; padding: 0 1rem">
<p>{}</p></body></html>
"""
_THANKS = "That is all here. You can close this page and go back to planner."
_NOTHING = "There is nothing here."


class Listener:
    """Waits on 127.0.0.1 while the `with` block lasts. `url` is where the browser is to come back to."""

    def __init__(self) -> None:
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        answers: queue.Queue[str] = queue.Queue()

        class Handler(BaseHTTPRequestHandler):
            timeout = 10  # seconds: a browser opens connections in reserve, and says nothing on them

            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                is_answer = path == "/" and bool(query)
                page = _PAGE.format(_THANKS if is_answer else _NOTHING).encode()
                self.send_response(200 if is_answer else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.send_header("Cache-Control", "no-store")
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(page)
                if is_answer:
                    answers.put(query)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (http.server's own name)
                """Say nothing: the address that was asked for holds the code."""

        class Server(ThreadingHTTPServer):
            block_on_close = False

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Say nothing of a browser that went away."""

        self._answers = answers
        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> Listener:
        import threading

        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, timeout: float) -> str:
        """The query of the first answer; queue.Empty where none comes within `timeout` seconds."""
        # In short steps, so that Ctrl-C is heard on every system.
        steps = max(1, round(timeout / 0.25))
        for step in range(steps):
            try:
                return self._answers.get(timeout=timeout / steps)
            except queue.Empty:
                if step == steps - 1:
                    raise
        raise queue.Empty
