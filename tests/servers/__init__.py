"""Servers that tests start for themselves, and what a phone does to them behind the planner's back.

In: an empty folder, users, quirks and faults. Out: real HTTP/1.1 on 127.0.0.1. May not enter: anything of `planner`.

- `real`: `radicale(folder, users)` and `xandikos(folder)`, the unmodified programs.
- `front`: `Front(server)`, a proxy before any of them. It counts connections, records requests, and fails on
  demand in the ways of `faults`. `Recorder()` is the other host of a redirect: it keeps what it was sent.
- `strict`: `Strict(quirks)`, a server that rewrites what it is given, as Google, iCloud and others do. `rewriting`
  has its ways with text, `shelf` what it keeps and refuses.
- `oauth`: `OAuth()`, an authorization server with an authorize and a token endpoint.
- `tls`: `Tls()`, a server with a certificate that nobody trusts.
- `phone`: `put`, `get`, `delete`, `listing` and `make_calendar`, which speak plain HTTP.
- `wire`: the HTTP/1.1 listener under all of them but Xandikos.

Each is a context manager, listens before its `with` block begins, and has closed every socket and joined every thread
when the block ends. All run in threads of the test's own process, as daemons: a killed test leaves nothing behind.

    with radicale(tmp_path, {"ana": "secret"}) as server, Front(server) as front:
        calendar = make_calendar(front, "ana", "rituals", "Rituals")
        put(f"{calendar}a.ics", text, auth=front.auth("ana"))
        front.reset()
        front.fail(kill_after(), method="PUT")
"""

from __future__ import annotations
