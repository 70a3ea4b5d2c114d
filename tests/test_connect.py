"""`planner connect` against real servers: found, chosen or made, tried, remembered; and no password anywhere."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import threading
import time
import tomllib
from datetime import date
from pathlib import Path
from secrets import token_hex

import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
import keyring
import pytest
from keyring.backends import fail

from planner.sync.accounts import read_accounts
from planner.sync.dav import Basic, Bearer, Connection
from planner.sync.discovery import Elsewhere, calendars_at, start_of, well_known
from planner.sync.profiles import google_url, nextcloud_url, profile_for
from planner.sync.troubles import ServerTrouble
from planner.sync.write_test import TITLE, event_text, try_writing
from tests.conftest import ROOT, Ran, changed_environment
from tests.keyrings import Locked, Memory
from tests.servers.faults import kill_after, kill_before, status
from tests.servers.front import Front, Recorder
from tests.servers.oauth import OAuth
from tests.servers.phone import listing, make_calendar, put, raw
from tests.servers.real import radicale, xandikos
from tests.servers.strict import GOOGLE, ICLOUD, Strict
from tests.servers.tls import Tls
from tests.servers.wire import answer

HIDDEN = "hunter2-secret"
USERS = {"ana": HIDDEN}
ENV = {"PW": HIDDEN}
AGREEMENT = ROOT / "examples" / "ana-and-ben.toml"
LOGIN = ["--username", "ana", "--password-env", "PW"]


@pytest.fixture(autouse=True)
def ring(tmp_path, monkeypatch):
    """An agreement in the folder, the settings beside it, and no keyring unless a test brings one along."""
    shutil.copy(AGREEMENT, tmp_path / "agreement.toml")
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def server(tmp_path):
    with radicale(tmp_path / "radicale", USERS) as server, Front(server) as front:
        yield front


@pytest.fixture
def connect(run_planner, tmp_path):
    """Runs `planner connect`, and looks each time that nothing secret was said or written."""

    def run(*args, env=ENV) -> Ran:
        done = run_planner("--config", "config.toml", "connect", *args, env=env)
        assert "hunter2" not in done.stdout + done.stderr
        config = tmp_path / "config.toml"
        assert not config.exists() or "hunter2" not in config.read_text("utf-8")
        return done

    return run


def accounts(tmp_path: Path) -> dict:
    path = tmp_path / "config.toml"
    return tomllib.loads(path.read_text("utf-8"))["calendars"] if path.exists() else {}


# ── the whole of it ──


def test_a_new_calendar_is_made_tried_and_remembered(connect, server, tmp_path):
    done = connect("ana", "--for", "Ana", "--url", server.url, *LOGIN, "--create", "Ana & Ben <3", "--test-write")
    assert done.exit_code == 0, done
    host = server.url.split("/")[2]
    assert done.stdout == (
        f'Connected: "ana" is the calendar "Ana & Ben <3" at {host}, for Ana.\n'
        "It is remembered in config.toml, without any password.\n"
        "`planner sync ana --dry-run` shows what would go there, and writes nothing.\n"
    )
    assert "This connects Ana's own calendar. Its login stays on this machine" in done.stderr
    assert "each of you connects your own calendar on your own machine" in done.stderr
    assert 'The calendar "Ana & Ben <3" is new there.\nWriting works; the test event is gone again.\n' in done.stderr
    assert accounts(tmp_path) == {
        "ana": {
            "for": "ana",
            "url": f"{server.url}ana/ana-ben-3/",
            "agreement": "quiet-harbor-k3v9",
            "username": "ana",
            "auth": "basic",
            "password_env": "PW",
            "quirks": ["rewrites"],
        }
    }
    assert isinstance(read_accounts((tmp_path / "config.toml").read_bytes(), "c"), dict)
    assert listing(f"{server.url}ana/ana-ben-3/", server.auth("ana")) == {}
    again = connect("ana", "--for", "ana", "--url", f"{server.url}ana/ana-ben-3/", *LOGIN, "--yes")
    assert again.exit_code == 0
    assert accounts(tmp_path)["ana"]["quirks"] == ["rewrites"]  # it is the same calendar, and not tried again


def test_a_calendar_is_taken_by_its_name_or_its_address_or_found_from_it(connect, server, tmp_path):
    home = make_calendar(server, "ana", "home", "Zu Hause")
    for n, way in enumerate(
        [
            ["--url", server.url, "--calendar", "Zu Hause"],
            ["--url", server.url, "--calendar", "zu hause"],
            ["--url", server.url, "--calendar", home],
            ["--url", server.url, "--calendar", home.rstrip("/")],
            ["--url", server.url, "--calendar", "/ana/home/"],
            ["--url", home],
            ["--radicale", f"{server.url}no/such/folder/", "--calendar", "Zu Hause"],
            ["--radicale", server.url.removeprefix("http://"), "--calendar", "Zu Hause"],
        ]
    ):
        done = connect("ana", "--for", "ana", *way, *LOGIN, "--yes")
        assert done.exit_code == 0, (n, done)
        assert accounts(tmp_path)["ana"]["url"] == home


def test_xandikos_without_a_login(connect, tmp_path):
    with xandikos(tmp_path / "x") as server:
        done = connect(
            "x", "--for", "everyone", "--url", server.url, "--auth", "none", "--create", "Für alle", "--test-write"
        )
        assert done.exit_code == 0, done
        assert "This connects a calendar with what everyone may see." in done.stderr
        assert accounts(tmp_path)["x"]["auth"] == "none"
        assert listing(accounts(tmp_path)["x"]["url"]) == {}


# ── what is missing, without a terminal ──


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["ana"], "Give --for, one of ana, ben, everyone"),
        (["ana", "--for", "anna"], 'no person "anna"; did you mean "ana"?'),
        (["ana", "--for", "ana"], r"where is the calendar\? Give --url"),
        (["ana", "--for", "ana", "--url", "URL"], "Give --username"),
        (["ana", "--for", "ana", "--url", "URL", "--username", "ana"], "give --password-command .* or --password-env"),
        (["ana", "--for", "ana", "--url", "URL", *LOGIN], "Give --calendar NAME, or --create NAME"),
        (["Ana!", "--for", "ana"], 'such as "ana"|write it as "ana"|is no name for a calendar'),
        (["ana", "--for", "ana", "--google", "--icloud"], "--google and --icloud are two servers"),
        (["ana", "--for", "ana", "--icloud", "--calendar", "a", "--create", "b"], "--calendar and --create exclude"),
        (["ana", "--for", "ana", "--google"], "give its id with --client-id|Give its id with --calendar"),
        (["ana", "--for", "ana", "--url", "URL", "--auth", "oauth2"], "OAuth 2 needs --authorize-url and --token-url"),
        (["ana", "--for", "ana", "--url", "URL", *LOGIN[:2], "--password-command", "'"], "is not closed"),
        (["ana", "--for", "ana", "--url", "https://ana:x@h.example/"], "an address holds no name and password"),
        (["ana", "--for", "ana", "--url", "URL", "--ca-file", "no.pem"], "--ca-file: there is no file no.pem"),
        (["ana", "--for", "ana", "--url", "ftp://h.example/"], "this is no address of a server"),
        (["ana", "--for", "ana", "--url", "URL", *LOGIN, "--calendar", "No"], 'there is no calendar "No". There are'),
        (["ana", "--for", "ana", "--url", "URL", "--username", "ana", "--password-env", "NO"], "NO.*is not set"),
    ],
)
def test_a_missing_answer_is_an_error_that_names_the_option(connect, server, tmp_path, args, said):
    done = connect(*(server.url if arg == "URL" else arg for arg in args))
    assert done.exit_code == 2, done
    assert re.search(said, done.stderr), done.stderr
    assert accounts(tmp_path) == {}
    assert server.writes == []


# ── what is refused ──


def test_a_name_that_is_taken_is_replaced_only_with_a_yes(connect, server, tmp_path):
    make_calendar(server, "ana", "one", "One")
    make_calendar(server, "ana", "two", "Two")
    assert connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--calendar", "One").exit_code == 0
    before = (tmp_path / "config.toml").read_bytes()
    server.reset()
    done = connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--calendar", "Two")
    assert done.exit_code == 3
    assert '"ana" is connected already' in done.stderr
    assert "--yes" in done.stderr
    assert (tmp_path / "config.toml").read_bytes() == before
    assert server.requests == []
    assert connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--calendar", "Two", "--yes").exit_code == 0
    assert accounts(tmp_path)["ana"]["url"].endswith("/two/")


def test_one_calendar_has_one_name(connect, server):
    make_calendar(server, "ana", "one", "One")
    assert connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--calendar", "One").exit_code == 0
    done = connect("all", "--for", "everyone", "--url", server.url, *LOGIN, "--calendar", "One")
    assert done.exit_code == 3
    assert 'is connected already, as "ana" for ana' in done.stderr
    assert "`planner remove ana --forget`" in done.stderr


def test_two_audiences_in_one_account_get_a_word(connect, server):
    assert connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--create", "One").exit_code == 0
    done = connect("all", "--for", "everyone", "--url", server.url, *LOGIN, "--create", "Two")
    assert done.exit_code == 0
    assert 'Mind: "ana" (for ana) is in the same account.' in done.stderr


def test_a_calendar_of_this_name_is_not_made_twice(connect, server):
    make_calendar(server, "ana", "one", "One")
    server.reset()
    done = connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--create", "one")
    assert done.exit_code == 3
    assert '--calendar "one"' in done.stderr
    assert server.writes == []


def test_an_address_that_is_taken_gets_a_number(connect, server, tmp_path):
    make_calendar(server, "ana", "one", "Another")
    assert connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--create", "One").exit_code == 0
    assert accounts(tmp_path)["ana"]["url"].endswith("/one-2/")


def test_http_to_another_machine_is_refused_before_anything_is_sent(connect):
    done = connect("ana", "--for", "ana", "--url", "http://calendar.invalid/", *LOGIN)
    assert done.exit_code == 3
    assert "has no encryption" in done.stderr
    assert "--yes" in done.stderr


def test_a_read_only_calendar_and_those_that_hold_no_events(connect, tmp_path):
    with Strict(ICLOUD, USERS) as server:
        server.add_calendar("ana", "feasts", "Feasts", is_read_only=True)
        server.add_calendar("ana", "tasks", "Tasks", components=("VTODO",))
        done = connect("ana", "--for", "ana", "--url", server.url, *LOGIN)
        assert f"Feasts  {server.url}calendars/ana/feasts/  (read-only)" in done.stderr
        assert "Tasks" not in done.stderr
        done = connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--calendar", "Feasts")
        assert (done.exit_code, accounts(tmp_path)) == (3, {})
        assert "may only be read" in done.stderr


def test_a_server_that_makes_no_calendars(connect, tmp_path):
    with Strict({"no_mkcalendar"}, USERS) as server:
        done = connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--create", "Rituals")
        assert (done.exit_code, accounts(tmp_path)) == (4, {})
        assert "lets no program make a calendar (status 403); make one on its web page" in done.stderr
        assert '--calendar "Rituals"' in done.stderr


def test_a_wrong_password_is_said_in_plain_words(connect, server, tmp_path):
    done = connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--create", "A", env={"PW": "wrong"})
    assert (done.exit_code, accounts(tmp_path)) == (4, {})
    assert "did not accept the login" in done.stderr


def test_settings_with_a_mistake_are_shown_and_left_alone(connect, server, tmp_path):
    (tmp_path / "config.toml").write_text('[calendars.ana]\nurll = "x"\n', encoding="utf-8")
    done = connect("b", "--for", "ana", "--url", server.url, *LOGIN, "--create", "A")
    assert done.exit_code == 2
    assert 'config.toml:2:1: error: calendars.ana.urll: no key "urll" here; did you mean "url"?' in done.stderr
    assert server.requests == []


def test_an_agreement_with_a_mistake_comes_first(connect, tmp_path):
    (tmp_path / "agreement.toml").write_text("[agreement", encoding="utf-8")
    assert connect("ana", "--for", "ana").exit_code == 1


# ── finding it ──


def test_the_login_goes_to_no_other_host(connect, tmp_path):
    with Recorder() as elsewhere, Recorder() as here, Front(here) as front:
        front.fail(status(301, Location=f"{elsewhere.url}dav/"), times=None)
        done = connect("ana", "--for", "ana", "--url", front.url, *LOGIN, "--calendar", "A")
        assert done.exit_code == 4
        assert "leads to another server" in done.stderr
        assert f"--url {elsewhere.url}dav/" in done.stderr
        assert elsewhere.requests == []
        assert accounts(tmp_path) == {}


def test_a_well_known_address_elsewhere_is_shown_first():
    with Recorder() as elsewhere, Recorder() as here, Front(here) as front:
        front.fail(status(302, Location=f"{elsewhere.url}dav/"), times=None)
        with pytest.raises(Elsewhere, match="says that its calendars are at") as caught:
            well_known(front.url, sleep=time.sleep)
        assert caught.value.url == f"{elsewhere.url}dav/"
        assert elsewhere.requests == []
        assert all("Authorization" not in seen.headers for seen in front.requests)


def test_a_well_known_address_on_the_same_host_is_followed_without_a_login(server):
    server.fail(status(301, Location="/ana/"), path="/.well-known/caldav")
    assert well_known(server.url, sleep=time.sleep) == f"{server.url}ana/"
    assert all("Authorization" not in seen.headers for seen in server.requests)
    assert well_known("http://127.0.0.1:9/", sleep=time.sleep) == "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    ("where", "url", "username"),
    [
        ("https://x.example/dav/", "https://x.example/dav/", None),
        ("x.example/dav", "https://x.example/dav", None),
        ("x.example:8443", "https://x.example:8443/", None),
        ("localhost:5232", "http://localhost:5232/", None),
        ("127.0.0.1:5232/ana", "http://127.0.0.1:5232/ana", None),
        ("ana@localhost:5232", "http://localhost:5232/", "ana@localhost:5232"),
        ("10.0.0.5", "https://10.0.0.5/", None),
    ],
)
def test_where_to_begin(where, url, username):
    assert start_of(where, sleep=time.sleep) == (url, username)


@pytest.fixture
def name_server():
    """The records of a name server of the test's own, and what it was asked; the library `dns` asks no other."""
    records: dict[tuple[str, str], list[str]] = {}
    asked: list[str] = []
    here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    here.bind(("127.0.0.1", 0))

    def serve() -> None:
        while (received := here.recvfrom(4096))[0] != b"end":
            query = dns.message.from_wire(received[0])
            question = query.question[0]
            kind = dns.rdatatype.to_text(question.rdtype)
            asked.append(f"{kind} {question.name}")
            reply = dns.message.make_response(query)
            if values := records.get((kind, str(question.name))):
                reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
            else:
                reply.set_rcode(dns.rcode.NXDOMAIN)
            here.sendto(reply.to_wire(), received[1])

    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], here.getsockname()[1]
    before = dns.resolver.default_resolver
    dns.resolver.default_resolver = resolver
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield records, asked
    dns.resolver.default_resolver = before
    here.sendto(b"end", here.getsockname())
    thread.join(5)
    here.close()


def test_a_domain_says_in_its_names_where_its_calendars_are(name_server):
    records, asked = name_server
    records["SRV", "_caldavs._tcp.family.invalid."] = ["0 1 8443 dav.family.invalid."]
    records["TXT", "_caldavs._tcp.family.invalid."] = ['"path=/caldav/"']
    assert start_of("ana@family.invalid", sleep=time.sleep) == (
        "https://dav.family.invalid:8443/caldav/",
        "ana@family.invalid",
    )
    assert asked == ["SRV _caldavs._tcp.family.invalid.", "TXT _caldavs._tcp.family.invalid."]


def test_names_that_lead_to_another_domain_or_to_no_encryption_are_not_followed(name_server, caplog):
    records, _ = name_server
    records["SRV", "_caldavs._tcp.family.invalid."] = ["0 1 443 evil.invalid."]
    records["SRV", "_caldav._tcp.family.invalid."] = ["0 1 80 family.invalid."]
    assert start_of("family.invalid", sleep=time.sleep) == ("https://family.invalid/", None)
    assert caplog.records == []  # or the library's own words would be on the screen


def test_a_certificate_that_nobody_trusts(connect):
    with Tls() as server:
        done = connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--calendar", "A")
        assert done.exit_code == 4
        assert "signed by nobody that this machine trusts; nothing was sent" in done.stderr
        assert server.requests == []
        done = connect("ana", "--for", "ana", "--url", server.url, *LOGIN, "--ca-file", server.certificate)
        assert "was not trusted" not in done.stderr
        assert server.requests != []


def multistatus_of(*responses: str) -> str:
    spaces = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"'
    return f"<multistatus {spaces}>{''.join(responses)}</multistatus>"


def member(href: str, *props: str) -> str:
    return (
        f"<response><href>{href}</href><propstat><prop>{''.join(props)}</prop>"
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
    )


CALENDAR = "<resourcetype><collection/><C:calendar/></resourcetype>"


def test_what_is_listed_beside_calendars_is_left_out():
    home = multistatus_of(
        member("/c/ana/", "<resourcetype><collection/></resourcetype>"),
        member("/c/ana/home/", CALENDAR, "<displayname>Home</displayname>"),
        member("/c/ana/.in/", CALENDAR),
        member("/c/ana/.out/", CALENDAR),
        member("/c/ana/inbox/", "<resourcetype><collection/><C:calendar/><C:schedule-inbox/></resourcetype>"),
        member("/c/ana/feed/", "<resourcetype><collection/><C:calendar/><S:subscribed/></resourcetype>"),
        member("http://elsewhere.invalid/c/", CALENDAR, "<displayname>Elsewhere</displayname>"),
    )
    there = {
        "/p/": multistatus_of(member("/p/", "<C:calendar-home-set><href>/c/ana/</href></C:calendar-home-set>")),
        "/c/ana/": home,
    }
    start = multistatus_of(member("/", "<current-user-principal><href>/p/</href></current-user-principal>"))
    with Recorder() as here, Front(here) as front:
        front.fail(lambda e: answer(207, there.get(e.request.path, start), "application/xml"), times=None)
        with Connection(front.url, Basic("ana", HIDDEN), sleep=time.sleep) as connection:
            found = calendars_at(connection, front.url)
    assert [(one.name, one.may_write) for one in found.found] == [("Home", None)]
    assert found.home == f"{front.url}c/ana/"


def test_a_server_that_answers_without_knowing_who_asks():
    start = multistatus_of(member("/dav/", "<current-user-principal><unauthenticated/></current-user-principal>"))
    with Recorder() as here, Front(here) as front:
        front.fail(lambda _: answer(207, start, "application/xml"), times=None)
        with (
            Connection(front.url, Basic("ana", HIDDEN), sleep=time.sleep) as connection,
            pytest.raises(ServerTrouble, match="does not know who asks"),
        ):
            calendars_at(connection, front.url)


def test_a_web_page_is_no_calendar(connect):
    with Recorder() as page:
        done = connect("ana", "--for", "ana", "--url", page.url, *LOGIN, "--calendar", "A")
    assert done.exit_code == 4
    assert "no calendars were found at" in done.stderr


# ── the test of writing ──

UIDS = ("planner-quiet-harbor-k3v9-aaaaaaaaaaaaaaaaaaaaaaaaaa", "planner-quiet-harbor-k3v9-bbbbbbbbbbbbbbbbbbbbbbbbbb")


def try_there(server, url, uids=UIDS) -> tuple[str, ...]:
    auth = server.auth("ana")
    login = Basic(*auth) if isinstance(auth, tuple) else Bearer(lambda _: auth)
    with Connection(url, login, sleep=lambda _: None) as connection:
        return try_writing(connection, url, uids, date(2027, 1, 4))


FOREIGN = event_text("dentist@example.org", date(2027, 1, 5)).replace(TITLE, "Dentist")


@pytest.mark.parametrize(
    ("quirks", "found"),
    [
        (set(), ()),
        (GOOGLE - {"bearer"}, ("no-etag-on-put", "rewrites", "ignores-if-none-match")),
        (GOOGLE, ("no-etag-on-put", "rewrites", "ignores-if-none-match")),
        (ICLOUD, ("rewrites", "renames")),
        ({"no_etags"}, ("no-etag",)),
        ({"weak_etags"}, ("no-etag",)),
    ],
    ids=["plain", "google", "google with a token", "icloud", "no etags", "weak etags"],
)
def test_a_test_of_writing_finds_quirks_and_leaves_nothing(quirks, found):
    with Strict(quirks, USERS) as server:
        url = server.add_calendar("ana", "home")
        server.place(f"{url}dentist.ics", FOREIGN)
        before = server.objects("ana", "home")
        assert try_there(server, url) == found
        assert server.objects("ana", "home") == before
        again = try_there(server, url)
        assert set(again) - {"keeps-deleted-uids"} == set(found)
        assert ("keeps-deleted-uids" in again) == ("tombstones" in quirks)
        assert server.objects("ana", "home") == before
        assert server.invitations == []


@pytest.mark.parametrize("quirks", [set(), ICLOUD], ids=["plain", "icloud"])
def test_what_a_test_cut_short_left_behind_is_taken_away(quirks):
    with Strict(quirks, USERS) as server:
        url = server.add_calendar("ana", "home")
        put(f"{url}{UIDS[0]}.ics", event_text(UIDS[0], date(2026, 1, 1)), server.auth("ana"))
        assert len(server.objects("ana", "home")) == 1
        assert try_there(server, url) == (("rewrites", "renames") if quirks else ())
        assert server.objects("ana", "home") == {}


def test_an_answer_that_gets_lost_is_no_quirk():
    with Strict(set(), USERS) as server, Front(server) as front:
        url = front.url + server.add_calendar("ana", "home").removeprefix(server.url)
        front.fail(kill_after(), method="PUT")
        assert try_there(front, url) == ()
        assert front.pending == 0
        assert server.objects("ana", "home") == {}


@pytest.mark.parametrize("quirks", [set(), ICLOUD], ids=["plain", "icloud"])
def test_after_a_failure_nothing_is_left_behind(quirks):
    with Strict(quirks, USERS) as server, Front(server) as front:
        url = front.url + server.add_calendar("ana", "home").removeprefix(server.url)
        front.fail(status(500, "Oh"), method="GET", times=None)
        front.fail(status(500, "Oh"), method="PROPFIND", at=2)
        with pytest.raises(ServerTrouble, match="failed"):
            try_there(front, url)
        assert front.pending == 0
        assert any(seen.method == "PUT" and seen.status == 201 for seen in front.requests)
        assert server.objects("ana", "home") == {}


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("fault", [kill_before, kill_after], ids=["before", "after"])
def test_a_connection_that_breaks_leaves_nothing_behind(tmp_path, server, fault, at):
    url = make_calendar(server, "ana", "home")
    put(f"{url}dentist.ics", FOREIGN, server.auth("ana"))
    before = listing(url, server.auth("ana"))
    server.fail(fault(), at=at, times=2)
    try:
        try_there(server, url)
    except ServerTrouble as trouble:
        assert trouble.cause in ("unreachable", "broken")  # noqa: PT017
    server.heal()
    left = listing(url, server.auth("ana"))
    if left != before:  # not even the clearing got through: the next test does it
        assert TITLE.encode() in b"".join(stored.text for stored in left.values())
        try_there(server, url)
    assert listing(url, server.auth("ana")) == before


def test_where_writing_is_refused(connect, tmp_path):
    with Strict(set(), USERS) as server:
        url = server.add_calendar("ana", "home", "Home")
        with Front(server) as front:
            front.fail(status(403, "No"), method="PUT", times=None)
            done = connect("ana", "--for", "ana", "--url", front.url, *LOGIN, "--calendar", "Home", "--test-write")
            assert (done.exit_code, accounts(tmp_path)) == (4, {})
            assert "lets you read this calendar, but not write into it" in done.stderr
        assert raw(url, "PROPFIND", {"Depth": "0"}, None, server.auth("ana")).status == 207


def test_an_event_that_does_not_go_is_said(server):
    url = make_calendar(server, "ana", "home")
    server.fail(status(403, "No"), method="DELETE", times=None)
    with pytest.raises(ServerTrouble, match=f'stored the event "{TITLE}" and did not delete it again'):
        try_there(server, url)


# ── passwords ──


def test_the_keyring_holds_what_is_not_given(connect, server, tmp_path):
    keyring.set_keyring(Memory())
    host = server.url.split("/")[2]
    args = ["ana", "--for", "ana", "--url", server.url, "--username", "ana", "--create", "One"]
    assert connect(*args).exit_code == 2
    keyring.set_password("planner", f"ana@{host}", HIDDEN)
    done = connect(*args)
    assert done.exit_code == 0, done
    assert f"The password for ana@{host} is taken from the keyring" in done.stderr
    assert "password_env" not in accounts(tmp_path)["ana"]


def test_a_locked_keyring_is_as_good_as_none(connect, server):
    keyring.set_keyring(Locked())
    done = connect("ana", "--for", "ana", "--url", server.url, "--username", "ana", "--create", "One")
    assert done.exit_code == 2
    assert "--password-command" in done.stderr


def test_no_password_is_in_the_list_of_processes(spawn_planner, tmp_path):
    if not os.path.isdir("/proc/self"):
        pytest.skip("needs /proc")
    hidden = f"hidden-{token_hex(8)}"  # one that no other test has among its words at this moment
    (tmp_path / "pw").write_text(f"{hidden}\n", encoding="utf-8")
    seen: list[bytes] = []

    def look(exchange):
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.append(entry.read_bytes())
            except OSError:
                continue
        return exchange.forward()

    command = f"sh -c 'cat {tmp_path / 'pw'}; echo more >&2'"
    with radicale(tmp_path / "radicale", {"ana": hidden}) as server, Front(server) as front:
        front.fail(look, times=None)
        done = spawn_planner(
            *("--config", "config.toml", "connect", "ana", "--for", "ana", "--url", front.url, "--username", "ana"),
            *("--password-command", command, "--create", "One", "--test-write"),
            env={"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
        )
    assert done.exit_code == 0, done
    assert "more\n" in done.stderr
    assert any(b"--password-command" in line for line in seen)
    assert hidden.encode() not in b"".join(seen)
    assert hidden not in done.stdout + done.stderr + (tmp_path / "config.toml").read_text("utf-8")
    assert accounts(tmp_path)["ana"]["password_command"][:2] == ["sh", "-c"]


# ── OAuth ──

BROWSER = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=20).read()"


def test_google_with_a_client_of_ones_own(spawn_planner, tmp_path, planner_home):
    (tmp_path / "browser.py").write_text(BROWSER, encoding="utf-8")
    env = {
        "CS": "client-secret",
        "BROWSER": f"{sys.executable} {tmp_path / 'browser.py'} %s",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    with OAuth() as oauth, Strict(GOOGLE, tokens=oauth.is_valid) as server:
        url = server.add_calendar("ana", "rituals", "Rituals")
        options = ["--client-id", "client-1", "--client-secret-env", "CS"]
        addresses = ["--authorize-url", oauth.authorize_url, "--token-url", oauth.token_url]
        args = ["connect", "g", "--for", "ana", "--google", "--calendar", url, "--url", server.url]
        done = spawn_planner("--config", "config.toml", *args, *options, *addresses, "--test-write", env=env)
        assert done.exit_code == 0, done
        assert "Open this page in a browser on this machine" in done.stderr
        assert f"  {oauth.authorize_url}?response_type=code&client_id=client-1" in done.stderr
        config = (tmp_path / "config.toml").read_text("utf-8")
        tokens = tmp_path / "state" / "planner" / "oauth_tokens" / "g.json"
        assert tokens.stat().st_mode & 0o777 == 0o600 or os.name != "posix"
        assert json.loads(tokens.read_text("utf-8"))["refresh_token"] in oauth.refresh_tokens
        everything = done.stdout + done.stderr + config
        for secret in (*oauth.access_tokens, *oauth.refresh_tokens, "client-secret", "4/code"):
            assert secret not in everything
        assert accounts(tmp_path)["g"] == {
            "for": "ana",
            "url": url,
            "agreement": "quiet-harbor-k3v9",
            "auth": "oauth2",
            "client_id": "client-1",
            "client_secret_env": "CS",
            "authorize_url": oauth.authorize_url,
            "token_url": oauth.token_url,
            "scope": "https://www.googleapis.com/auth/calendar",
            "profile": "google",
            "quirks": ["no-etag-on-put", "rewrites", "ignores-if-none-match"],
        }
        oauth.expire()
        done = spawn_planner("--config", "config.toml", "doctor", "g", env=env)
        assert done.exit_code == 0, done
        oauth.expire()
        oauth.fails.add("invalid_grant")
        done = spawn_planner("--config", "config.toml", "doctor", "g", env=env)
        assert done.exit_code == 4
        assert "no longer accepts this login" in done.stdout
        assert "`planner connect g`" in done.stdout


def test_the_address_of_a_google_calendar_comes_from_its_id():
    base = "https://apidata.googleusercontent.com/caldav/v2/"
    assert google_url("a@group.calendar.google.com", base) == f"{base}a@group.calendar.google.com/events/"
    assert google_url("a/b?c", base) == f"{base}a%2Fb%3Fc/events/"
    assert nextcloud_url("cloud.example.org") == "https://cloud.example.org/remote.php/dav/"
    assert nextcloud_url("https://x.example/cloud/") == "https://x.example/cloud/remote.php/dav/"
    assert nextcloud_url("https://x.example/remote.php/dav") == "https://x.example/remote.php/dav/"
    assert profile_for("ana@Posteo.de").key == "posteo"
    assert profile_for("ana@x.example") is None


# ── at a terminal ──

AT_TERMINAL = (
    "import fcntl, os, signal, sys, termios\n"
    "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "os.execv(sys.executable, [sys.executable, '-m', 'planner', *sys.argv[1:]])\n"
)


@pytest.fixture
def at_terminal(tmp_path, planner_home):
    """Runs the planner at a terminal of its own, with a keyring; each answer is typed once a question stands there."""
    pty = pytest.importorskip("pty", reason="a terminal is made with pty")

    def run(args: list[str], answers: list[str], backend: str = "tests.keyrings.InFile") -> Ran:
        env = {k: v for k, v in (os.environ | changed_environment(planner_home)).items() if v is not None}
        env |= {
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "PYTHON_KEYRING_BACKEND": backend,
            "KEYRING_FILE": str(tmp_path / "keyring.json"),
            "PLANNER_CONFIG": str(tmp_path / "config.toml"),
        }
        terminal, theirs = pty.openpty()
        planner = subprocess.Popen(
            [sys.executable, "-c", AT_TERMINAL, *args],
            cwd=tmp_path,
            env=env,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        shown, waiting = b"", list(answers)
        end = time.monotonic() + 40
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                read = os.read(terminal, 65536)
            except OSError:
                break
            if not read:
                break
            shown += read
            if waiting and shown.endswith(b": "):
                os.write(terminal, waiting.pop(0).encode())
        os.close(terminal)
        return Ran(planner.wait(30), shown.decode().replace("\r\n", "\n"), "")

    return run


def test_it_asks_for_what_is_missing_and_keeps_the_password_in_the_keyring(at_terminal, server, tmp_path):
    make_calendar(server, "ana", "home", "Home")
    host = server.url.split("/")[2]
    answers = ["ana\n", f"{server.url}\n", "ana\n", "wrong\n", f"{HIDDEN}\n", "n\n", "Ana & Ben\n", "\n"]
    done = at_terminal(["connect", "ana"], answers)
    assert done.exit_code == 0, done.stdout
    assert "Whose calendar is it (ana, ben, everyone): ana\n" in done.stdout
    assert f"The password for ana@{host} (it is not shown): \n" in done.stdout
    assert "did not accept the login" in done.stdout
    assert f"   1  Home  {server.url}ana/home/" in done.stdout
    assert "Try writing with an event that is gone a moment later [Y/n]: " in done.stdout
    assert "hunter2" not in done.stdout + (tmp_path / "config.toml").read_text("utf-8")
    assert json.loads((tmp_path / "keyring.json").read_text("utf-8")) == {f"planner: ana@{host}": HIDDEN}
    assert accounts(tmp_path)["ana"]["url"].endswith("/ana-ben/")
    done = at_terminal(["doctor", "ana"], [])
    assert done.exit_code == 0, done.stdout
    assert "the password is in the keyring of this machine" in done.stdout


def test_without_a_keyring_it_does_not_ask_for_what_it_could_not_keep(at_terminal, server, tmp_path):
    args = ["connect", "ana", "--for", "ana", "--url", server.url, "--username", "ana"]
    done = at_terminal(args, [f"{HIDDEN}\n"], "keyring.backends.fail.Keyring")
    assert done.exit_code == 2, done
    assert done.stdout.endswith(
        "planner: this machine has no keyring to keep the password in; give --password-command (any command that "
        "prints it, such as 'pass show calendar'), or --password-env (an environment variable)\n"
    )
    assert server.requests == []


def test_a_calendar_connected_anew_takes_its_old_password_out_of_the_keyring(at_terminal, server, tmp_path):
    make_calendar(server, "ana", "home", "Home")
    (tmp_path / "keyring.json").write_text(json.dumps({"planner: eve@x.example": "old"}), encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        '[calendars.ana]\nfor = "ana"\nurl = "https://x.example/"\nusername = "eve"\n', encoding="utf-8"
    )
    args = ["connect", "ana", "--for", "ana", "--url", server.url, "--username", "ana", "--calendar", "Home", "--yes"]
    done = at_terminal([*args, "--no-test-write"], [f"{HIDDEN}\n"])
    assert done.exit_code == 0, done
    assert json.loads((tmp_path / "keyring.json").read_text("utf-8")) == {
        f"planner: ana@{server.url.split('/')[2]}": HIDDEN
    }


def test_a_name_that_is_taken_is_asked_about(at_terminal, server, tmp_path):
    (tmp_path / "config.toml").write_text(
        '[calendars.ana]\nfor = "ana"\nurl = "https://x.example/"\nusername = "a"\n', encoding="utf-8"
    )
    done = at_terminal(["connect", "ana", "--for", "ana", "--url", server.url], ["n\n"])
    assert done.exit_code == 3
    assert '"ana" is connected already, to https://x.example/. Replace it [y/N]: n\n' in done.stdout
    assert server.requests == []


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["ctrl-c", "ctrl-d"])
def test_whoever_stops_halfway_has_connected_nothing(at_terminal, server, tmp_path, key):
    done = at_terminal(["connect", "ana", "--for", "ana", "--url", server.url], ["ana\n", key])
    assert done.exit_code == 3, done
    assert done.stdout.endswith("planner: nothing was connected\n")
    assert not (tmp_path / "config.toml").exists()
