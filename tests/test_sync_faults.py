"""What a broken network, a server in trouble, and a hand on the phone at the wrong moment do to a calendar: nothing.

Each step of the whole life is broken off at each of its requests, in each way; the next run makes it right. Radicale
and Xandikos are behind a front that fails on demand.
"""

from __future__ import annotations

import json
import os
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import product
from pathlib import Path
from typing import NamedTuple, NoReturn
from urllib.parse import quote, unquote, urljoin
from xml.etree import ElementTree as ET

import pytest

import planner.cli.calendars
from planner.canonical import Canon, read_canon, uids
from planner.content import read_component
from planner.sync.calendar import DavCalendar
from planner.sync.dav import Basic, Connection
from planner.sync.troubles import ServerTrouble
from tests.servers import phone
from tests.servers.faults import (
    busy,
    cut_xml,
    gone_quiet,
    insufficient_storage,
    kill_after,
    kill_before,
    login_page,
    malformed_xml,
    members_missing,
    quota,
    redirect,
    slow,
    status,
    wrong_date,
)
from tests.servers.front import WRITES, Exchange, Fault, Front, Recorder, plain
from tests.servers.real import radicale, xandikos
from tests.servers.tls import Tls
from tests.servers.wire import Answer, HangUp
from tests.test_sync_life import (
    AGREEMENT,
    SERIES,
    STRANGERS,
    World,
    calendar_of,
    connected,
    environment,
    move_on_phone,
    pick,
)

OURS = "planner-quiet-harbor-k3v9-"


@pytest.fixture(params=["radicale", "xandikos"])
def world(request, tmp_path, run_planner, monkeypatch) -> Iterator[World]:
    monkeypatch.setattr(os, "fsync", lambda _file: None)  # what no power cut threatens need not wait for a disk
    start = {"radicale": radicale, "xandikos": xandikos}[request.param]
    with start(tmp_path / "server") as server, Front(server) as front:
        url = phone.make_calendar(front, "ana", "rituals", "Rituals")
        (tmp_path / "agreement.toml").write_text(AGREEMENT, "utf-8")
        connected(tmp_path, url)
        world = World(front, url, tmp_path, run_planner)
        for name, event in STRANGERS.items():
            world.put(quote(name), calendar_of(event))
        yield world


@pytest.fixture
def synced(world) -> World:
    world.run("sync", "--yes")
    return world


# ── a calendar and a machine, as they were ───────────────────────────


class Held:
    """The objects of a calendar by name, read once for each tag: both servers make it from the bytes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[tuple[str, str], str] = {}

    def now(self) -> dict[str, str]:
        world, auth = self._world, self._world.front.auth("ana")
        reply = phone.checked(
            phone.raw(world.url, "PROPFIND", {"Depth": "1", "Content-Type": "text/xml"}, phone.LISTING, auth), 207
        )
        found = {}
        for response in ET.fromstring(reply.body).iter("{DAV:}response"):
            href = response.findtext("{DAV:}href", "").strip()
            if response.find(".//{DAV:}collection") is None:
                key = (href.rpartition("/")[2], response.findtext(".//{DAV:}getetag", ""))
                if key not in self._known:
                    self._known[key] = phone.get(urljoin(world.url, href), auth).text.decode()
                found[key[0]] = self._known[key]
        return found


class Moment(NamedTuple):
    """A calendar with the agreement's file and the memory of a machine, to come back to."""

    objects: dict[str, str]
    files: dict[Path, bytes]


def kept_files(world: World) -> dict[Path, bytes]:
    paths = [world.file, *(p for p in (world.folder / "state").rglob("*") if p.is_file())]
    return {path: path.read_bytes() for path in paths}


def moment(world: World, held: Held) -> Moment:
    return Moment(held.now(), kept_files(world))


def back_to(world: World, held: Held, then: Moment) -> None:
    now = held.now()
    for name in now.keys() - then.objects.keys():
        phone.delete(world.url + name, world.front.auth("ana"))
    for name, text in then.objects.items():
        if now.get(name) != text:
            world.put(name, text)
    for path in kept_files(world).keys() - then.files.keys():
        path.unlink()
    for path, raw in then.files.items():
        path.write_bytes(raw)


class Truth(NamedTuple):
    """What has to be the same however a run went: ours by UID, the strangers byte for byte, what is remembered."""

    ours: dict[str, tuple[Canon, ...]]
    strangers: dict[str, str]
    remembered: dict[str, object]


def truth(world: World, held: Held) -> Truth:
    ours: dict[str, tuple[Canon, ...]] = {}
    strangers = {}
    for name, text in held.now().items():
        tree = read_component(text)
        (uid,) = uids(tree)
        if uid.startswith(OURS):
            ours[uid] = (*ours.get(uid, ()), read_canon(tree))
        else:
            strangers[unquote(name)] = text
    states = [json.loads(path.read_text("utf-8"))["series"] for path in (world.folder / "state").rglob("*.json")]
    return Truth(ours, strangers, states[0] if states else {})


def attempt(world: World, *args: str):
    """One run that may end with 0 or 4, and says what happened in few words."""
    world.front.reset()
    ran = world.planner("--today", "2027-01-01", *args, env=environment(world.folder))
    assert ran.exit_code in (0, 4), ran
    said = ran.stderr.splitlines()
    if ran.exit_code == 4:
        assert 1 <= len(said) <= 2, ran
        assert said[0].startswith("planner: ana: "), ran
        assert "127.0.0.1:" in said[0], ran
        assert all("the next `planner sync` does the rest" in line for line in said[1:]), ran
    else:
        assert said == [], ran
    assert "Traceback" not in ran.stdout + ran.stderr
    return ran


# ── the whole life ───────────────────────────────────────────────────


class Deed(NamedTuple):
    """A step of the life: what is done before it, and the command."""

    before: Callable[[World], object]
    command: tuple[str, ...] = ("sync", "--yes")


def drop_walk(world: World) -> None:
    text = world.file.read_text("utf-8")
    world.file.write_text(text[: text.index("[rituals.walk]")], "utf-8")


def move_and_rename(world: World) -> None:
    move_on_phone(world, "Clay", "20270113", "20270114T190000", "20270114T210000")
    world.change('title = "Clay"', 'title = "Pots"')


def cancel_and_retime(world: World) -> None:
    world.edit("Pots", "SUMMARY:Pots", "EXDATE;TZID=Europe/Berlin:20270120T190000\r\nSUMMARY:Pots")
    world.change("19:00-21:30", "19:30-21:30")


def nothing(world: World) -> None:
    """The world stays as it is."""


LIFE = {
    "first sync": Deed(nothing),
    "no-op": Deed(nothing),
    "another title": Deed(lambda world: world.change('title = "Pottery class"', 'title = "Clay"')),
    "another time": Deed(lambda world: world.change("18:30-21:00", "19:00-21:30")),
    "skip": Deed(lambda world: world.run("skip", "pottery", "2027-02-17")),
    "new ritual": Deed(lambda world: world.run("add", "rituals.walk", "on=sunday", "at=10:00-11:00")),
    "dropped ritual": Deed(drop_walk),
    "moved on the phone, then renamed": Deed(move_and_rename),
    "cancelled on the phone, then another time": Deed(cancel_and_retime),
    "deleted on the phone, then restored": Deed(
        lambda world: world.delete("Pots"), ("sync", "--yes", "--restore", "pottery")
    ),
    "remove": Deed(nothing, ("remove", "--yes")),
}


@pytest.mark.parametrize("step", LIFE)
def test_a_connection_that_breaks_at_any_request_loses_nothing_and_doubles_nothing(world, step):
    for name, deed in LIFE.items():
        deed.before(world)
        if name == step:
            break
        world.run(*deed.command)
    command, held = LIFE[step].command, Held(world)
    then = moment(world, held)
    world.run(*command)
    methods = [seen.method for seen in world.front.requests]
    told = world.run(*command, "--dry-run").stdout if command[0] == "sync" else ""
    world.run(*command)
    right = truth(world, held)
    assert set(right.strangers) == set(STRANGERS)
    # The next try goes through; it fails too; nothing goes through any more.
    for fault, times in ((kill_after, 1), (kill_before, 2), (kill_before, None), (kill_after, None)):
        for at, method in enumerate(methods, 1):
            if times == 2 and method not in WRITES:
                continue  # as good as no more going through
            if times and methods[at - 2 : at + 1] == [method] * 3:
                continue  # one in a row of its kind
            back_to(world, held, then)
            world.front.fail(fault(), at=at, times=times)
            ran = attempt(world, *command)
            assert ran.exit_code == (0 if times == 1 else 4)
            world.front.heal()
            if ran.exit_code:
                assert attempt(world, *command).exit_code == 0
            case = (fault.__name__, times, at, ran)
            assert truth(world, held)[:2] == right[:2], case
            again = attempt(world, *command)
            assert (again.exit_code, world.writes) == (0, 0), case
            assert truth(world, held) == right, case
            if told:
                assert again.stdout == told, case


@pytest.mark.parametrize("step", ["first sync", "all at once"])
def test_a_machine_that_dies_at_any_request_loses_nothing_and_doubles_nothing(world, monkeypatch, step):
    """Nothing is sent and nothing is kept any more from that request on, whether or not the server had it."""
    if step != "first sync":
        world.run("sync", "--yes")
        all_at_once(world)
    command, held = ("sync", "--yes"), Held(world)
    then = moment(world, held)
    world.run(*command)
    requests = world.requests
    world.run(*command)
    right = truth(world, held)
    dead: list[Exchange] = []
    write = planner.cli.calendars.private_write
    monkeypatch.setattr(planner.cli.calendars, "private_write", lambda *args: None if dead else write(*args))

    def dies(is_heard: bool) -> Fault:
        def fault(exchange: Exchange) -> NoReturn:
            if is_heard and not dead:
                exchange.forward()
            dead.append(exchange)
            raise HangUp

        return fault

    for is_heard, at in product((False, True), range(1, requests + 1)):
        back_to(world, held, then)
        world.front.fail(dies(is_heard), at=at, times=None)
        assert attempt(world, *command).exit_code == 4
        world.front.heal()
        dead.clear()
        assert attempt(world, *command).exit_code == 0
        assert truth(world, held)[:2] == right[:2], (is_heard, at)
        attempt(world, *command)
        assert world.writes == 0, (is_heard, at)
        assert truth(world, held) == right, (is_heard, at)


# ── answers that are none ────────────────────────────────────────────


def all_at_once(world: World) -> None:
    """What makes a new series, changes one, and takes one out."""
    world.change('title = "Pottery class"', 'title = "Clay"')
    text = world.file.read_text("utf-8")
    start, end = text.index("[shared_evenings.friday]"), text.index("[host_nights.salon]")
    walk = '[rituals.walk]\non = "sunday"\nat = "10:00-11:00"\n\n'
    world.file.write_text(text[:start] + walk + text[end:], "utf-8")


ALL_AT_ONCE = ["PROPFIND", "REPORT", "PUT", "PUT", "DELETE", "REPORT"]


def cut_short(exchange: Exchange) -> Answer:
    """Half of the body, unpacked, under a Content-Length of the whole."""
    given = plain(exchange.forward())
    return replace(given, body=given.body[: len(given.body) // 2], announced=max(len(given.body), 1))


BAD_ANSWERS: dict[str, Fault] = {
    "a body that is cut": cut_short,
    "a body that is cut and says so nowhere": cut_xml(),
    "XML of tags that do not match": malformed_xml(),
    "a login page": login_page(),
    "plain text": status(200, "OK"),
    "nothing at all": status(200),
    "an empty multistatus of another kind": status(207, "<multistatus/>", "text/xml"),
    "an error of the server": status(500, "<h1>Oops</h1>", "text/html"),
    "the login refused": status(401, "Who are you?"),
    "forbidden": status(403, '<error xmlns="DAV:"><need-privileges/></error>', "application/xml"),
    "no room": status(507),
    "locked": status(423),
}


@pytest.mark.parametrize("bad", BAD_ANSWERS)
def test_an_answer_that_is_none_at_any_request_loses_nothing_and_doubles_nothing(synced, bad):
    world, held = synced, Held(synced)
    all_at_once(world)
    then = moment(world, held)
    world.run("sync", "--yes")
    assert [seen.method for seen in world.front.requests] == ALL_AT_ONCE
    world.run("sync", "--yes")
    right = truth(world, held)
    for at in range(1, len(ALL_AT_ONCE) + 1):
        back_to(world, held, then)
        world.front.fail(BAD_ANSWERS[bad], at=at)
        attempt(world, "sync", "--yes")
        world.front.heal()
        attempt(world, "sync", "--yes")
        assert truth(world, held)[:2] == right[:2], at
        attempt(world, "sync", "--yes")
        assert world.writes == 0, at
        assert truth(world, held) == right, at


@pytest.mark.parametrize("bad", ["a login page", "nothing at all"])
def test_a_write_that_was_answered_and_never_done_is_told_and_done_the_next_time(world, bad):
    world.front.fail(BAD_ANSWERS[bad], method="PUT", at=2)
    ran = attempt(world, "sync", "--yes")
    assert ran.exit_code == 4
    attempt(world, "sync", "--yes")
    assert len(world.ours()) == SERIES
    world.change('title = "Pottery class"', 'title = "Clay"')
    world.front.fail(BAD_ANSWERS[bad], method="PUT")
    assert attempt(world, "sync", "--yes").exit_code == 4
    assert attempt(world, "sync", "--yes").exit_code == 0
    assert world.of("Clay")


# ── listings that tell a part ────────────────────────────────────────

LISTINGS: dict[str, Callable[[str], Fault]] = {
    "without a word": members_missing,
    "as if they were gone": gone_quiet,
}


@pytest.mark.parametrize("how", LISTINGS)
def test_an_object_that_a_listing_leaves_out_is_neither_made_again_nor_forgotten(synced, how):
    world, held = synced, Held(synced)
    then, right = moment(world, held), truth(world, held)
    for name in list(world.ours()):
        back_to(world, held, then)
        world.front.fail(LISTINGS[how](name), method="PROPFIND")
        ran = world.run("sync", "--yes", code=3)
        assert "gave only a part" in ran.stderr
        assert world.writes == 0
        world.run("sync", "--yes")
        assert world.writes == 0
        assert truth(world, held) == right


@pytest.mark.parametrize("how", LISTINGS)
def test_what_is_dropped_while_a_listing_leaves_it_out_is_not_left_behind(synced, how):
    world = synced
    name, _ = world.of("Cook together")
    drop(world, "shared_evenings.friday")
    world.front.fail(LISTINGS[how](name), method="PROPFIND", times=2)
    world.run("sync", "--yes", code=3)
    assert world.writes == 0
    world.run("sync", "--yes", "--allow", "partial")  # it was asked for by its name, and it is there
    assert name not in world.ours()
    world.run("sync", "--yes")
    assert (world.writes, len(world.ours())) == (0, SERIES - 1)


def test_a_listing_that_forgets_everything_makes_nothing_twice(synced):
    world, held = synced, Held(synced)
    right = truth(world, held)
    for file in (world.folder / "state").rglob("*.json"):
        file.unlink()
    world.front.fail(members_missing(keep=0), method="PROPFIND")
    world.run("sync", "--yes")  # each create is refused, for the object is there; then it looks again
    assert truth(world, held) == right
    world.run("sync", "--yes")
    assert world.writes == 0


@pytest.mark.parametrize("keep", [0, 3])
def test_a_listing_that_ends_for_want_of_room_is_refused_until_someone_allows_it(world, keep):
    world.front.fail(insufficient_storage(keep), method="PROPFIND", times=None)
    ran = world.run("sync", "--yes", code=3)
    assert "planner sync ana --allow partial" in ran.stderr
    world.run("sync", "--yes", "--allow", "partial")
    assert (world.writes, world.ours()) == (0, {})
    world.front.heal()
    world.run("sync", "--yes")
    assert len(world.ours()) == SERIES
    world.change('title = "Pottery class"', 'title = "Clay"')
    world.front.fail(insufficient_storage(keep), method="PROPFIND", times=None)
    world.run("sync", "--yes", code=3)
    world.front.heal()
    world.run("sync", "--yes")
    assert world.of("Clay")
    assert len(world.ours()) == SERIES


# ── waits ────────────────────────────────────────────────────────────


class Calm(NamedTuple):
    """A calendar of Ana's over a connection whose waits are written down."""

    front: Front
    store: DavCalendar
    waits: list[float]


@pytest.fixture
def calm(tmp_path) -> Iterator[Calm]:
    with radicale(tmp_path / "server") as server, Front(server) as front:
        url = phone.make_calendar(front, "ana", "rituals", "Rituals")
        phone.put(url + "dentist.ics", calendar_of(STRANGERS["dentist.ics"]), front.auth("ana"))
        front.reset()
        waits: list[float] = []
        with Connection(url, Basic("ana", "secret"), sleep=waits.append) as connection:
            yield Calm(front, DavCalendar(connection, url), waits)


NOW = datetime(2027, 1, 1, 12, 0, 0, tzinfo=UTC)
YESTERDAY = format_datetime(NOW, usegmt=True)


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (busy(429, 7), 7),
        (busy(503, 7), 7),
        (status(503, Retry_After=format_datetime(NOW + timedelta(seconds=9), usegmt=True), Date=YESTERDAY), 9),
        (status(429, Retry_After=format_datetime(NOW - timedelta(seconds=9), usegmt=True), Date=YESTERDAY), 1),
        (busy(503, 0), 1),
        (status(503, Retry_After="soon"), 5),
        (status(503, Retry_After="-3"), 5),
        (status(503, Retry_After="\xb2"), 5),
        (busy(503, None), 5),
        (quota(403), 5),
        (quota(429), 5),
    ],
)
def test_a_pause_is_kept_as_long_as_the_server_asks_by_its_own_clock(calm, fault, wait):
    calm.front.fail(fault)
    assert len(calm.store.listing().refs) == 1
    assert (calm.waits, len(calm.front.requests)) == ([wait], 2)


@pytest.mark.parametrize(
    "fault", [busy(503, 0), busy(429, 50), busy(503, None), busy(503, 10**400), quota(), busy(503, NOW)]
)
def test_a_server_that_asks_for_pauses_without_end_is_left_after_two_minutes_of_them(calm, fault):
    calm.front.fail(fault, times=None)
    with pytest.raises(ServerTrouble, match="the next `planner sync` goes on from there"):
        calm.store.listing()
    assert sum(calm.waits) <= 120
    assert len(calm.front.requests) <= 121


def test_a_pause_in_the_middle_is_waited_for_and_one_that_is_too_long_is_not(world):
    world.front.fail(busy(429, retry_after=1), method="PUT", at=2)
    world.run("sync", "--yes")
    assert len(world.ours()) == SERIES
    world.change('title = "Pottery class"', 'title = "Clay"')
    world.front.fail(busy(503, retry_after=3600), method="PUT", times=None)
    ran = attempt(world, "sync", "--yes")
    assert ran.exit_code == 4
    assert "asks for fewer requests (status 503)" in ran.stderr
    world.front.heal()
    world.run("sync", "--yes")
    assert world.of("Clay")


def test_a_slow_server_and_a_clock_that_is_a_day_off_change_nothing(world):
    world.front.fail(slow(0.02), times=None)
    world.front.fail(wrong_date(), times=None)
    world.run("sync", "--yes")
    world.front.heal()
    for off in (timedelta(days=1), timedelta(days=-1)):
        world.front.fail(wrong_date(off), times=None)
        world.run("sync", "--yes")
        assert world.writes == 0
        world.front.heal()


def test_a_server_that_never_answers_is_left_and_what_it_did_all_the_same_is_known_the_next_time(calm):
    url, text = calm.store.url, calendar_of("UID:a\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270105T080000Z\r\n")
    with Connection(url, Basic("ana", "secret"), sleep=calm.waits.append, timeout=0.1) as connection:
        calm.front.fail(slow(0.4), method="PUT")
        with pytest.raises(ServerTrouble, match="did not answer within"):
            DavCalendar(connection, url).create("a.ics", text)
        assert len(DavCalendar(connection, url).listing().refs) == 2  # and the late answer is nobody's
    # A second PUT would be here; the first is still on its way back.
    assert [seen.method for seen in calm.front.requests] == ["PROPFIND"]


# ── other hosts ──────────────────────────────────────────────────────


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_login_never_goes_to_the_host_that_a_redirect_names(synced, code):
    world = synced
    all_at_once(world)
    with Recorder() as elsewhere:
        for method in ("PROPFIND", "REPORT", "PUT", "DELETE"):
            world.front.fail(redirect(elsewhere.url, code), method=method)
            ran = attempt(world, "sync", "--yes")
            assert ran.exit_code == 4
            assert f"leads to another server, {elsewhere.url.split('/')[2]}" in ran.stderr
            assert f"--url {elsewhere.url}" in ran.stderr
            assert world.front.pending == 0
            world.front.heal()
            if method == "REPORT":  # the others are done, and each method is to have its turn
                assert world.writes == 0
        assert elsewhere.requests == []
    world.run("sync", "--yes")
    world.run("sync", "--yes")
    assert world.writes == 0
    assert len(world.ours()) == SERIES


def test_a_redirect_on_the_same_host_is_followed_by_reading_alone(synced):
    world = synced
    world.front.fail(redirect(world.front.url, 301), method="PROPFIND")
    world.run("sync", "--yes")
    world.front.fail(redirect(world.front.url, 301), times=None)
    assert "has moved to" in attempt(world, "sync", "--yes").stderr
    assert len(world.front.requests) < 10
    world.front.heal()
    world.change('title = "Pottery class"', 'title = "Clay"')
    world.front.fail(redirect(world.front.url, 308), method="PUT")
    assert "has moved to" in attempt(world, "sync", "--yes").stderr
    world.run("sync", "--yes")
    assert world.of("Clay")


# ── no server at all ─────────────────────────────────────────────────


@pytest.fixture
def machine(tmp_path, run_planner):
    """An agreement and a calendar that is connected at the address given; runs a sync that fails, and what it says."""
    (tmp_path / "agreement.toml").write_text(AGREEMENT, "utf-8")

    def sync(url: str, *more: str) -> str:
        (tmp_path / "config.toml").write_text("", "utf-8")
        connected(tmp_path, url)
        with (tmp_path / "config.toml").open("a", encoding="utf-8") as config:
            config.writelines(f"{line}\n" for line in more)
        ran = run_planner("--today", "2027-01-01", "sync", "--yes", env=environment(tmp_path))
        assert (ran.exit_code, ran.stderr.count("\n")) == (4, 1), ran
        return ran.stderr

    return sync


def test_a_certificate_that_nobody_vouches_for_is_refused_with_its_reason(machine):
    with Tls() as server:
        said = machine(server.url + "cal/")
        assert "was not trusted: its certificate is signed by nobody that this machine trusts" in said
        assert "ca_file" in said
        assert server.requests == []
        said = machine(server.url + "cal/", f'ca_file = "{server.certificate}"')
        assert "not trusted" not in said
        assert server.requests != []


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"is_expired": True}, "its certificate has expired"),
        ({"name": "calendar.example.org"}, "its certificate is for another name"),
        ({"name": "192.0.2.7"}, "its certificate is for another name"),
    ],
)
def test_a_certificate_that_is_old_or_for_another_is_refused_with_its_reason(machine, made, reason):
    with Tls(**made) as server:
        assert reason in machine(server.url + "cal/", f'ca_file = "{server.certificate}"')
        assert server.requests == []


class SpeaksPlainly(socketserver.BaseRequestHandler):
    """Answers whatever comes, a TLS greeting too, as a web server without TLS does."""

    def handle(self) -> None:
        self.request.recv(65536)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def test_a_server_without_tls_where_tls_was_meant_is_refused_with_its_reason(machine):
    with socketserver.TCPServer(("127.0.0.1", 0), SpeaksPlainly) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        said = machine(f"https://127.0.0.1:{server.server_address[1]}/cal/")
        server.shutdown()
        thread.join()
    assert "no safe connection could be agreed on" in said


def test_nobody_at_the_address_is_told_as_what_it_is(machine):
    with Recorder() as server:
        url = server.url
    assert "nothing answers there; is the server running" in machine(url + "cal/")
    assert "no server of this name was found" in machine("https://calendar.invalid/cal/")


def drop(world: World, table: str) -> None:
    text = world.file.read_text("utf-8")
    start = text.index(f"[{table}]")
    end = text.find("\n[", start)
    world.file.write_text(text[:start] + (text[end + 1 :] if end > 0 else ""), "utf-8")


# ── a hand on the phone between the look and the write ───────────────


def after(deed: Callable[[], object]) -> Fault:
    """The request is passed on once somebody else has done this."""

    def fault(exchange: Exchange) -> Answer:
        deed()
        return exchange.forward()

    return fault


class TestWhatHappensBetweenTheLookAndTheWrite:
    """Somebody changes the object that is about to be written: their edit stays, and the run ends right."""

    def test_another_unit_of_a_series_that_is_updated_stays_and_is_told(self, synced):
        synced.change('title = "Pottery class"', 'title = "Clay"')
        move = after(lambda: synced.edit("Pottery class", "LOCATION:Atelier Nord", "LOCATION:Kiln"))
        synced.front.fail(move, method="PUT")
        synced.json("--yes", code=3)
        assert "LOCATION:Kiln" in synced.of("Pottery class")[1]
        assert [d["what"] for d in synced.json("--yes", code=3)["drift"]] == ["conflict"]
        assert synced.writes == 0

    def test_the_same_unit_is_a_conflict_and_theirs_stays(self, synced):
        synced.change('title = "Pottery class"', 'title = "Clay"')
        synced.front.fail(
            after(lambda: synced.edit("Pottery class", "SUMMARY:Pottery class", "SUMMARY:Pots")), method="PUT"
        )
        synced.json("--yes", code=3)
        assert synced.of("Pots")
        assert [d["what"] for d in synced.json("--yes", code=3)["drift"]] == ["conflict"]

    def test_a_moved_occurrence_of_a_series_that_is_updated_stays(self, synced):
        synced.change('title = "Pottery class"', 'title = "Clay"')
        move = after(lambda: move_on_phone(synced, "Pottery class", "20270113", "20270114T190000", "20270114T210000"))
        synced.front.fail(move, method="PUT")
        synced.run("sync", "--yes")
        _, text = pick(synced, "SUMMARY:Clay")
        assert "DTSTART;TZID=Europe/Berlin:20270114T190000" in text
        assert [d["what"] for d in synced.json("--yes")["drift"]] == ["moved"]
        assert synced.writes == 0

    def test_a_series_that_is_updated_and_was_deleted_stays_deleted(self, synced):
        synced.change('title = "Pottery class"', 'title = "Clay"')
        synced.front.fail(after(lambda: synced.delete("Pottery class")), method="PUT")
        synced.run("sync", "--yes")
        assert len(synced.ours()) == SERIES - 1
        assert [d["what"] for d in synced.json("--yes")["drift"]] == ["deleted"]
        assert synced.writes == 0

    def test_a_dropped_series_that_was_edited_stays_for_a_person_to_decide(self, synced):
        drop(synced, "shared_evenings.friday")
        retitle = after(lambda: synced.edit("Cook together", "SUMMARY:Cook together", "SUMMARY:Supper"))
        synced.front.fail(retitle, method="DELETE")
        synced.json("--yes", code=3)
        assert synced.of("Supper")
        assert [d["what"] for d in synced.json("--yes", code=3)["drift"]] == ["conflict"]
        synced.run("sync", "--yes", "--restore", "shared_evenings.friday")
        assert len(synced.ours()) == SERIES - 1

    def test_a_dropped_series_that_was_deleted_is_gone(self, synced):
        drop(synced, "shared_evenings.friday")
        synced.front.fail(after(lambda: synced.delete("Cook together")), method="DELETE")
        synced.run("sync", "--yes")
        assert len(synced.ours()) == SERIES - 1
        assert synced.json("--yes")["drift"] == []

    def test_a_series_that_another_machine_made_first_is_taken_as_ours(self, world):
        def made_first(exchange: Exchange) -> Answer:
            phone.put(
                world.front.url.rstrip("/") + exchange.request.target, exchange.request.body, world.front.auth("ana")
            )
            return exchange.forward()

        world.front.fail(made_first, method="PUT", times=SERIES)
        result = world.json("--yes")
        assert (result["creates"], result["applied"]) == (SERIES, True)
        assert len(world.ours()) == SERIES
        assert all("SEQUENCE:0" in text for text in world.ours().values())
        world.run("sync", "--yes")
        assert world.writes == 0

    def test_a_series_that_another_machine_made_first_otherwise_stays_and_is_told(self, world):
        def made_first(exchange: Exchange) -> Answer:
            text = exchange.request.body.decode().replace("SUMMARY:", "SUMMARY:Their ")
            phone.put(urljoin(world.url, exchange.request.target), text, world.front.auth("ana"))
            return exchange.forward()

        world.front.fail(made_first, method="PUT")
        world.run("sync", "--yes")
        assert "SUMMARY:Their " in "".join(world.ours().values())
        assert len(world.ours()) == SERIES
        assert [d["what"] for d in world.json("--yes")["drift"]] == ["edited"]
        assert world.writes == 0

    def test_a_series_that_goes_on_changing_is_left_after_a_few_looks(self, synced):
        synced.change('title = "Pottery class"', 'title = "Clay"')
        rooms = iter(range(100))

        def other_room(exchange: Exchange) -> Answer:
            synced.front.heal()  # what the phone sends goes through
            name, text = synced.of("Pottery class")
            synced.put(name, re.sub(r"COMMENT:.*\r\n|(?=SUMMARY)", f"COMMENT:{next(rooms)}\r\n", text, count=1))
            synced.front.fail(other_room, method="PUT")
            return exchange.forward()

        synced.front.fail(other_room, method="PUT")
        ran = synced.run("sync", "--yes", code=3)
        assert "Clay was changed meanwhile and left as it is; sync again" in ran.stderr
        assert next(rooms) < 10
        synced.front.heal()
        synced.run("sync", "--yes")
        assert "COMMENT:" in synced.of("Clay")[1]
