"""The servers that other tests stand on do what they say."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import ssl
import threading
import time
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlencode

import icalendar
import pytest

from tests.engines import expand_icaljs, expand_recurring_ical_events
from tests.servers.faults import (
    busy,
    cut_off,
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
    refusal,
    slow,
    status,
    without_header,
    wrong_date,
)
from tests.servers.front import Front, Recorder
from tests.servers.oauth import OAuth, challenge_of
from tests.servers.phone import authorization, delete, get, listing, make_calendar, put, raw
from tests.servers.real import radicale, xandikos
from tests.servers.rewriting import WAYS
from tests.servers.strict import GOOGLE, ICLOUD, QUIRKS, Strict
from tests.servers.tls import Tls

WALK = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tests//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260101T000000Z
DTSTART:20260105T100000Z
DTEND:20260105T110000Z
RRULE:FREQ=WEEKLY
SUMMARY:Walk
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")

LISTING = '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'


@pytest.fixture(params=[radicale, xandikos])
def server(request, tmp_path):
    with request.param(tmp_path / "server") as server:
        yield server


@pytest.fixture
def front(tmp_path):
    with radicale(tmp_path / "server") as server, Front(server) as front:
        yield front


@pytest.fixture
def calendar(front):
    """The URL of a calendar with three walks, behind a front that has seen nothing yet."""
    url = make_calendar(front, "ana", "rituals", "Rituals")
    for uid in ("a", "b", "c"):
        put(f"{url}{uid}.ics", WALK.format(uid=uid), front.auth("ana"))
    front.reset()
    return url


def propfind(url, auth):
    return raw(url, "PROPFIND", {"Depth": "1", "Content-Type": "application/xml"}, LISTING, auth)


def hrefs(reply):
    return [href.text for href in ET.fromstring(reply.body).iter("{DAV:}href")]


# The real ones, and the phone


def test_a_phone_puts_lists_and_deletes(server):
    calendar = make_calendar(server, "ana", "rituals", "Rituals")
    auth = server.auth("ana")
    etag = put(f"{calendar}a.ics", WALK.format(uid="a"), auth)
    (href, stored), *others = listing(calendar, auth).items()
    assert not others
    assert href.endswith("/rituals/a.ics")
    assert stored == get(f"{calendar}a.ics", auth)
    assert stored.etag == etag
    assert b"SUMMARY:Walk" in stored.text
    delete(f"{calendar}a.ics", auth)
    assert listing(calendar, auth) == {}


def test_what_was_not_touched_keeps_its_bytes(server):
    calendar = make_calendar(server, "ana", "rituals")
    for uid in ("a", "b"):
        put(f"{calendar}{uid}.ics", WALK.format(uid=uid), server.auth("ana"))
    before = listing(calendar, server.auth("ana"))
    put(f"{calendar}a.ics", WALK.format(uid="a").replace("Walk", "Run"), server.auth("ana"))
    after = listing(calendar, server.auth("ana"))
    assert [href for href in before if before[href] != after[href]] == [href for href in before if "a.ics" in href]


def test_the_real_ones_keep_conditions(server):
    calendar = make_calendar(server, "ana", "rituals")
    put(f"{calendar}a.ics", WALK.format(uid="a"), server.auth("ana"))
    for condition in ({"If-None-Match": "*"}, {"If-Match": '"stale"'}):
        assert raw(f"{calendar}a.ics", "PUT", condition, WALK.format(uid="a"), server.auth("ana")).status == 412


def test_radicale_wants_a_password(tmp_path):
    with radicale(tmp_path, {"ana": "secret", "ben": "other"}) as server:
        assert propfind(server.home("ana"), None).status == 401
        assert propfind(server.home("ana"), ("ana", "wrong")).status == 401
        assert propfind(server.home("ana"), server.auth("ana")).status == 207
        assert propfind(server.home("ana"), server.auth("ben")).status in {403, 404}


def test_one_connection_carries_many_requests(server):
    headers = authorization(server.auth("ana"))
    with Front(server) as front, contextlib.closing(http.client.HTTPConnection(front.url.split("/")[2])) as connection:
        for _ in range(3):
            connection.request("OPTIONS", "/ana/", headers=headers)
            assert connection.getresponse().read() == b""
        assert front.connections == 1
        assert [seen.connection for seen in front.requests] == [1, 1, 1]


def test_a_server_leaves_no_thread_behind(tmp_path):
    before = threading.active_count()
    with radicale(tmp_path / "r") as one, xandikos(tmp_path / "x") as other, Front(one) as front, Front(other):
        port = int(front.url.split(":")[2].strip("/"))
        with socket.create_connection(("127.0.0.1", port)):
            pass
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_xandikos_and_radicale_find_their_folder_again(tmp_path):
    for start in (radicale, xandikos):
        with start(tmp_path / start.__name__) as server:
            put(f"{make_calendar(server, 'ana', 'rituals')}a.ics", WALK.format(uid="a"), server.auth("ana"))
        with start(tmp_path / start.__name__) as server:
            assert len(listing(server.calendar("ana", "rituals"), server.auth("ana"))) == 1


# The front


def test_a_front_keeps_what_it_saw_but_no_password(front, calendar):
    put(f"{calendar}a.ics", WALK.format(uid="a"), front.auth("ana"))
    propfind(calendar, front.auth("ana"))
    written, listed = front.requests
    assert (written.method, written.path, written.status) == ("PUT", "/ana/rituals/a.ics", 204)
    assert written.body == WALK.format(uid="a").encode()
    assert written.headers["authorization"] == "Basic ***"
    assert (listed.method, listed.status, listed.headers["Depth"]) == ("PROPFIND", 207, "1")
    assert b"multistatus" in listed.reply
    assert front.writes == [written]
    assert front.connections == 2
    front.reset()
    assert (front.requests, front.connections) == ([], 0)


def test_a_front_asks_for_a_password_where_the_server_does_not(tmp_path):
    with xandikos(tmp_path) as server, Front(server, {"ana": "secret"}) as front:
        assert propfind(front.home("ana"), None).status == 401
        assert propfind(front.home("ana"), ("ana", "wrong")).status == 401
        assert propfind(front.home("ana"), front.auth("ana")).status == 207


def test_a_fault_waits_for_its_request(front, calendar):
    front.fail(status(500), at=2, times=2, method="GET", path="b.ics")
    codes = [raw(f"{calendar}{name}.ics", auth=front.auth("ana")).status for name in "abbbb"]
    assert codes == [200, 200, 500, 500, 200]
    front.fail(status(500), times=None)
    front.heal()
    assert propfind(calendar, front.auth("ana")).status == 207


def test_killed_before_nothing_has_happened(front, calendar):
    before = listing(calendar, front.auth("ana"))
    front.reset()
    front.fail(kill_before(), method="DELETE")
    with pytest.raises(http.client.RemoteDisconnected):
        delete(f"{calendar}a.ics", front.auth("ana"))
    assert [(seen.method, seen.status) for seen in front.requests] == [("DELETE", None)]
    assert listing(calendar, front.auth("ana")) == before


def test_killed_after_it_has_happened(front, calendar):
    front.fail(kill_after(), method="DELETE")
    with pytest.raises(http.client.RemoteDisconnected):
        delete(f"{calendar}a.ics", front.auth("ana"))
    assert len(listing(calendar, front.auth("ana"))) == 2


def test_an_answer_is_cut_off(front, calendar):
    front.fail(cut_off())
    with pytest.raises(http.client.IncompleteRead):
        propfind(calendar, front.auth("ana"))


@pytest.mark.parametrize("fault", [cut_xml(), malformed_xml()])
def test_xml_is_broken_in_a_whole_answer(front, calendar, fault):
    front.fail(fault)
    reply = propfind(calendar, front.auth("ana"))
    assert reply.status == 207
    assert len(reply.body) == int(reply.headers["Content-Length"]) > 100
    with pytest.raises(ET.ParseError):
        ET.fromstring(reply.body)


def test_a_login_page_is_no_calendar(front, calendar):
    front.fail(login_page())
    reply = propfind(calendar, front.auth("ana"))
    assert (reply.status, reply.headers.get_content_type()) == (200, "text/html")


def test_a_busy_server_says_when(front, calendar):
    at = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    front.fail(busy(429, retry_after=7), times=2)
    front.fail(busy(503, retry_after=at))
    assert front.pending == 2
    replies = [propfind(calendar, front.auth("ana")) for _ in range(4)]
    assert [reply.status for reply in replies] == [429, 429, 503, 207]
    assert [reply.headers["Retry-After"] for reply in replies] == ["7", "7", "Wed, 02 Jan 2030 03:04:05 GMT", None]
    assert front.pending == 0


def test_a_refusal_names_its_reason(front, calendar):
    front.fail(quota())
    front.fail(refusal(409, "no-uid-conflict"))
    replies = [raw(f"{calendar}a.ics", auth=front.auth("ana")) for _ in range(2)]
    assert [reply.status for reply in replies] == [403, 409]
    assert b"rateLimitExceeded" in replies[0].body
    assert b"<C:no-uid-conflict/>" in replies[1].body


def test_a_password_is_refused_in_the_middle(front, calendar):
    front.fail(status(401), at=2)
    replies = [propfind(calendar, front.auth("ana")) for _ in range(3)]
    assert [reply.status for reply in replies] == [207, 401, 207]
    assert replies[1].headers["WWW-Authenticate"].startswith("Basic")


def test_a_listing_is_short(front, calendar):
    everything = ["/ana/rituals/", "/ana/rituals/a.ics", "/ana/rituals/b.ics", "/ana/rituals/c.ics"]
    assert sorted(hrefs(propfind(calendar, front.auth("ana")))) == everything
    front.fail(members_missing("b.ics"))
    assert sorted(hrefs(propfind(calendar, front.auth("ana")))) == [everything[0], everything[1], everything[3]]
    front.fail(members_missing(keep=0))
    assert hrefs(propfind(calendar, front.auth("ana"))) == everything[:1]


def test_a_listing_tells_that_it_is_short(front, calendar):
    front.fail(insufficient_storage(keep=2))
    reply = propfind(calendar, front.auth("ana"))
    assert len([href for href in hrefs(reply) if href.endswith(".ics")]) == 2
    assert re.findall(rb"HTTP/1.1 (507)", reply.body) == [b"507"]


def test_a_member_answers_404(front, calendar):
    front.fail(gone_quiet("b.ics"))
    reply = propfind(calendar, front.auth("ana"))
    assert len(hrefs(reply)) == 4
    assert re.findall(rb"HTTP/1.1 (404)", reply.body) == [b"404"]


def test_an_answer_is_slow(front, calendar):
    front.fail(slow(0.2))
    began = time.monotonic()
    propfind(calendar, front.auth("ana"))
    assert time.monotonic() - began >= 0.2


def test_a_front_stops_in_the_middle_of_a_slow_answer(tmp_path):
    began = time.monotonic()
    with radicale(tmp_path) as server:
        with Front(server) as front:
            front.fail(slow(60))
            client = socket.create_connection(("127.0.0.1", int(front.url.split(":")[2].strip("/"))))
            client.sendall(b"OPTIONS / HTTP/1.1\r\nHost: here\r\n\r\n")
            while front.pending:
                time.sleep(0.01)
        client.close()
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_leads_to_another_host_which_tells_whether_credentials_came(front, calendar, code):
    with Recorder() as elsewhere:
        front.fail(redirect(elsewhere.url, code))
        reply = propfind(calendar, front.auth("ana"))
        assert (reply.status, reply.headers["Location"]) == (code, f"{elsewhere.url}ana/rituals/")
        raw(reply.headers["Location"], "PROPFIND")
        raw(reply.headers["Location"], "PROPFIND", auth=front.auth("ana"))
        assert ["Authorization" in seen.headers for seen in elsewhere.requests] == [False, True]


def test_a_clock_is_off_by_a_day(front, calendar):
    front.fail(wrong_date(timedelta(days=1)))
    said = parsedate_to_datetime(propfind(calendar, front.auth("ana")).headers["Date"])
    assert timedelta(hours=23) < said - datetime.now(UTC) <= timedelta(days=1)


def test_an_etag_is_kept_back(front, calendar):
    front.fail(without_header("ETag"))
    assert [get(f"{calendar}a.ics", front.auth("ana")).etag is None for _ in range(2)] == [True, False]


# The strict one

DINNER = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tests//EN
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:dinner
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Paris:20260106T190000
DTEND;TZID=Europe/Paris:20260106T210000
RRULE:FREQ=WEEKLY;UNTIL=20270101T000000Z;BYDAY=TU,TH
EXDATE;TZID=Europe/Paris:20260108T190000,20260113T190000
EXDATE;TZID=Europe/Paris:20260714T190000
SUMMARY:Dîner à deux, sans téléphone et sans les enfants
CATEGORIES:ritual,food\\, good,us
COLOR:tomato
RELATED-TO:lunch
TRANSP:OPAQUE
X-PLANNER-NOTE:ours
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Dinner
TRIGGER:-PT90M
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:dinner
DTSTAMP:20260101T000000Z
RECURRENCE-ID;TZID=Europe/Paris:20260120T190000
DTSTART;TZID=Europe/Paris:20260121T200000
DTEND;TZID=Europe/Paris:20260121T220000
SUMMARY:Dinner\\, a day later
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").replace("\\\\", "\\")


@contextlib.contextmanager
def strict(*quirks, **more):
    """A strict server, its one calendar, and a way to store there."""
    with Strict(quirks, **more) as server:
        calendar = server.add_calendar("ana", "rituals")
        yield server, calendar


def codes_of_puts(server, *calls):
    """The status of each PUT of (url, text, headers)."""
    sent = {"Content-Type": "text/calendar"}
    return [
        raw(url, "PUT", sent | (headers[0] if headers else {}), text, server.auth("ana")).status
        for url, text, *headers in calls
    ]


def test_without_quirks_every_byte_is_kept():
    with strict() as (server, calendar):
        etag = put(f"{calendar}a.ics", DINNER, server.auth("ana"))
        assert listing(calendar, server.auth("ana")) == {"/calendars/ana/rituals/a.ics": (etag, DINNER.encode())}


@pytest.mark.parametrize(
    "quirks",
    [*({way} for way in WAYS), {"refolds"}, GOOGLE - {"bearer"}, ICLOUD - {"renames"}],
    ids=[*WAYS, "refolds", "google", "icloud"],
)
def test_what_is_rewritten_means_the_same(quirks):
    with strict(*quirks) as (server, calendar):
        put(f"{calendar}a.ics", DINNER, server.auth("ana"))
        text = get(f"{calendar}a.ics", server.auth("ana")).text.decode()
        assert text != DINNER
        year = (date(2026, 1, 1), date(2027, 1, 1))
        assert len(expand_recurring_ical_events(DINNER, *year)) == 52 + 52 - 3
        assert expand_recurring_ical_events(text, *year) == expand_recurring_ical_events(DINNER, *year)
        if "drops_timezone" not in quirks:
            assert expand_icaljs(text, *year) == expand_icaljs(DINNER, *year)
        assert all(not component.errors for component in icalendar.Calendar.from_ical(text).walk())


def test_each_way_leaves_its_mark():
    marks = {
        "drops_x": ("X-PLANNER-NOTE", False),
        "drops_color": ("COLOR:", False),
        "drops_related_to": ("RELATED-TO", False),
        "drops_categories": ("CATEGORIES", False),
        "drops_opaque": ("TRANSP", False),
        "drops_timezone": ("BEGIN:VTIMEZONE", False),
        "own_timezone": ("X-LIC-LOCATION:Europe/Paris", True),
        "own_prodid": ("PRODID:-//tests//EN", False),
        "own_stamps": ("DTSTAMP:20260101T000000Z", False),
        "own_sequence": ("SEQUENCE:0", True),
        "adds_defaults": ("STATUS:CONFIRMED", True),
        "splits_categories": ("CATEGORIES:food\\, good\r\n", True),
        "splits_exdates": ("EXDATE;TZID=Europe/Paris:20260113T190000\r\n", True),
        "merges_exdates": ("20260108T190000,20260113T190000,20260714T190000", True),
        "moves_trigger": ("TRIGGER;RELATED=START:-P0DT1H30M0S", True),
        "alarm_text": ("DESCRIPTION:Dinner", False),
        "adds_none_alarm": ("ACTION:NONE", True),
        "adds_default_alarm": ("TRIGGER:-P0DT0H30M0S", True),
        "spells_out_rrule": ("INTERVAL=1;WKST=MO", True),
        "reorders_rrule": ("RRULE:FREQ=WEEKLY;BYDAY=TH,TU;UNTIL=20270101T000000Z", True),
    }
    for way, (mark, is_there) in marks.items():
        with strict(way) as (server, calendar):
            put(f"{calendar}a.ics", DINNER, server.auth("ana"))
            text = server.objects("ana", "rituals")["/calendars/ana/rituals/a.ics"].replace("\r\n ", "")
            assert (mark in DINNER, mark in text) == (not is_there, is_there), way


def test_a_name_that_is_no_quirk_is_refused():
    with pytest.raises(ValueError, match="drops_y"):
        Strict({"drops_y"})
    assert GOOGLE | ICLOUD < QUIRKS


def test_stamps_differ_with_every_answer():
    with strict("stamps_on_read") as (server, calendar):
        put(f"{calendar}a.ics", DINNER, server.auth("ana"))
        one, other = (get(f"{calendar}a.ics", server.auth("ana")) for _ in range(2))
        assert one.etag == other.etag
        assert one.text != other.text


@pytest.mark.parametrize(
    ("quirk", "after_put", "after_get"),
    [("no_put_etag", None, '"'), ("no_etags", None, None), ("weak_etags", "W", "W"), ("refolds", '"', '"')],
)
def test_etags_are_given_or_kept_back(quirk, after_put, after_get):
    with strict(quirk) as (server, calendar):
        etag = put(f"{calendar}a.ics", DINNER, server.auth("ana"))
        (stored,) = listing(calendar, server.auth("ana")).values()
        got = get(f"{calendar}a.ics", server.auth("ana"))
        assert [etag and etag[0], stored.etag and stored.etag[0]] == [after_put, after_get]
        assert stored.etag == got.etag


def test_conditions_hold_but_where_they_are_ignored():
    with strict() as (server, calendar):
        url = f"{calendar}a.ics"
        etag = put(url, DINNER, server.auth("ana"))
        for headers, code in (
            ({"If-None-Match": "*"}, 412),
            ({"If-Match": '"stale"'}, 412),
            ({"If-Match": etag}, 204),
            ({"If-Match": etag}, 412),
        ):
            assert codes_of_puts(server, (url, DINNER, headers)) == [code]
        assert codes_of_puts(server, (f"{calendar}b.ics", DINNER, {"If-Match": "*"})) == [412]
        assert raw(url, "DELETE", {"If-Match": etag}, auth=server.auth("ana")).status == 412
    with strict("ignores_if_none_match") as (server, calendar):
        url = f"{calendar}a.ics"
        calls = [(url, DINNER), (url, DINNER, {"If-None-Match": "*"}), (url, DINNER, {"If-Match": '"stale"'})]
        assert codes_of_puts(server, *calls) == [201, 204, 412]


@pytest.mark.parametrize("code", [400, 403, 409, 412])
def test_a_uid_in_use_or_once_deleted_is_refused(code):
    with strict("unique_uids", "tombstones", conflict=code) as (server, calendar):
        other = server.add_calendar("ana", "other")
        urls = [f"{calendar}a.ics", f"{calendar}b.ics", f"{other}a.ics"]
        assert codes_of_puts(server, *((url, DINNER) for url in urls)) == [201, code, code]
        delete(urls[0], server.auth("ana"))
        assert codes_of_puts(server, *((url, DINNER) for url in urls)) == [code, code, code]
        assert codes_of_puts(server, (urls[0], DINNER.replace("UID:dinner", "UID:dinner-2"))) == [201]


def test_a_calendar_is_made_or_refused():
    with strict() as (server, _):
        made = make_calendar(server, "ana", "new one", "New & one")
        assert listing(made, server.auth("ana")) == {}
    with strict("no_mkcalendar") as (server, _):
        assert raw(server.calendar("ana", "new"), "MKCALENDAR", auth=server.auth("ana")).status == 403


def test_a_token_dies_in_the_middle():
    with strict("bearer") as (server, calendar):
        old = server.auth("ana")
        assert propfind(calendar, ("ana", "secret")).status == 401
        server.expire(after=2)
        assert [propfind(calendar, old).status for _ in range(4)] == [207, 207, 401, 401]
        assert propfind(calendar, server.token).status == 207


def test_hrefs_come_in_another_spelling():
    with Strict({"encodes_hrefs", "absolute_hrefs"}, {"ana@example.org": "x"}) as server, Front(server) as front:
        url = server.add_calendar("ana@example.org", "à deux")
        front_url = front.calendar("ana@example.org", "à deux")
        assert url.endswith("/calendars/ana@example.org/%C3%A0%20deux/")
        put(f"{url}a.ics", DINNER, server.auth("ana@example.org"))
        ((href, stored),) = listing(front_url, front.auth("ana@example.org")).items()
        assert href == f"{front.url}calendars/ana%40example.org/%c3%a0%20deux/a.ics"
        assert stored.text == DINNER.encode()


def test_a_new_object_is_renamed():
    with strict("renames") as (server, calendar):
        assert codes_of_puts(server, (f"{calendar}a.ics", DINNER)) == [201]
        assert raw(f"{calendar}a.ics", auth=server.auth("ana")).status == 404
        (href,) = listing(calendar, server.auth("ana"))
        assert codes_of_puts(server, (server.url.rstrip("/") + href, DINNER)) == [204]


def test_calendars_are_on_another_host():
    home = (
        '<propfind xmlns="DAV:"><prop><c:calendar-home-set xmlns:c="urn:ietf:params:xml:ns:caldav"/></prop></propfind>'
    )
    with strict("absolute_hrefs") as (server, _), Front(server) as front:
        server.home_base = front.url
        reply = raw(server.principal("ana"), "PROPFIND", {"Depth": "0"}, home, server.auth("ana"))
        assert hrefs(reply) == [server.principal("ana"), front.home("ana")]
        reply = propfind(front.home("ana"), front.auth("ana"))
        assert hrefs(reply) == [front.home("ana"), front.calendar("ana", "rituals")]


def multiget(server, calendar, *names):
    wanted = "".join(f"<D:href>/calendars/ana/rituals/{name}.ics</D:href>" for name in names)
    names = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
    prop = "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
    body = f"<C:calendar-multiget {names}>{prop}{wanted}</C:calendar-multiget>"
    reply = raw(calendar, "REPORT", {"Depth": "1"}, body, server.auth("ana"))
    return {
        response.findtext("{DAV:}href")[-5]: "404" in (response.findtext("{DAV:}status") or "")
        for response in ET.fromstring(reply.body)
    }


def test_a_multiget_has_gaps():
    found = {}
    for quirks in ((), ("multiget_404",), ("multiget_gaps",)):
        with strict(*quirks) as (server, calendar):
            for name in "ab":
                put(f"{calendar}{name}.ics", WALK.format(uid=name), server.auth("ana"))
            server.hidden = {"a.ics"}
            found[quirks] = multiget(server, calendar, "a", "b", "c")
    assert found == {
        (): {"a": False, "b": False, "c": True},
        ("multiget_404",): {"a": True, "b": False, "c": True},
        ("multiget_gaps",): {"b": False, "c": True},
    }


def test_what_is_no_calendar_object_is_refused():
    with strict("wants_end") as (server, calendar):
        broken = [
            DINNER.replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:PUBLISH"),
            DINNER.replace("UID:dinner", "UID:other", 1),
            DINNER.replace("TZID:Europe/Paris", "TZID:Elsewhere"),
            DINNER.replace("UNTIL=", "COUNT=3;UNTIL="),
            DINNER.replace("DTEND;TZID=Europe/Paris:20260106T210000\r\n", ""),
            "BEGIN:VCALENDAR\r\n",
        ]
        assert codes_of_puts(server, *((f"{calendar}a.ics", text) for text in broken)) == [403] * 5 + [400]
        assert server.invitations == []
        invited = DINNER.replace("TRANSP:OPAQUE", "ATTENDEE:mailto:ben@example.org")
        assert codes_of_puts(server, (f"{calendar}a.ics", invited)) == [201]
        assert server.invitations == ["/calendars/ana/rituals/a.ics"]


def test_what_a_person_does_on_the_page_is_kept_as_it_is():
    with strict(*GOOGLE) as (server, calendar):
        put(f"{calendar}a.ics", DINNER, server.auth("ana"))
        before = get(f"{calendar}a.ics", server.auth("ana"))
        server.place(f"{calendar}a.ics", DINNER)
        assert get(f"{calendar}a.ics", server.auth("ana")).etag != before.etag
        assert list(server.objects("ana", "rituals").values()) == [DINNER]


@pytest.mark.parametrize("quirks", [(), GOOGLE, ICLOUD], ids=["plain", "google", "icloud"])
def test_the_caldav_library_finds_its_way_on_one_connection(quirks):
    with strict(*quirks) as (server, calendar), Front(server) as front:
        put(f"{calendar}a.ics", DINNER, server.auth("ana"))
        with dav_client(front) as client:
            (found,) = client.principal().calendars()
            assert found.get_display_name() == "rituals"
            (event,) = found.search(event=True)
            assert "UID:dinner" in event.data
            assert found.event_by_uid("dinner").url == event.url
        assert front.connections == 1
        assert front.writes == []


def test_the_caldav_library_finds_the_real_ones_on_one_connection(server):
    with Front(server, {"ana": "secret"}) as front:
        calendar = make_calendar(front, "ana", "rituals")
        put(f"{calendar}a.ics", WALK.format(uid="a"), front.auth("ana"))
        front.reset()
        with dav_client(front) as client:
            (found,) = (other for other in client.principal().calendars() if str(other.url) == calendar)
            (event,) = found.search(event=True)
            event.delete()
        assert (front.connections, [seen.method for seen in front.writes]) == (1, ["DELETE"])
        assert listing(calendar, front.auth("ana")) == {}


def dav_client(server):
    import caldav

    match server.auth("ana"):
        case str(token):
            return caldav.DAVClient(url=server.url, password=token, auth_type="bearer")
        case (user, password):
            return caldav.DAVClient(url=server.url, username=user, password=password, auth_type="basic")


# Tokens and certificates


@pytest.fixture
def oauth():
    with OAuth() as oauth:
        yield oauth


BACK = "http://127.0.0.1:9/"
CLIENT = {"client_id": "client-1", "client_secret": "client-secret"}


def authorize(oauth, **changes):
    """What comes back to the loopback address, or the status where nothing does."""
    query = {
        "client_id": "client-1",
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "calendar",
        "state": "xyz",
        "code_challenge": challenge_of("verifier" * 8),
        "code_challenge_method": "S256",
    }
    reply = raw(f"{oauth.authorize_url}?{urlencode(query | changes)}")
    if reply.status != 302:
        return reply.status
    address, _, sent = reply.headers["Location"].partition("?")
    assert address == BACK
    return dict(parse_qsl(sent))


def token(oauth, **form):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = raw(oauth.token_url, "POST", headers, urlencode(CLIENT | form))
    return reply.status, json.loads(reply.body)


def exchange(oauth, **changes):
    code = authorize(oauth)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": "verifier" * 8}
    return token(oauth, **(form | changes))


def test_a_code_becomes_tokens_once(oauth):
    assert authorize(oauth)["state"] == "xyz"
    status, given = exchange(oauth)
    assert (status, given["expires_in"], given["token_type"]) == (200, 3600, "Bearer")
    assert oauth.is_valid(given["access_token"])
    status, refused = exchange(oauth, code=oauth.asked[0]["code"])
    assert (status, refused["error"]) == (400, "invalid_grant")
    oauth.expire()
    assert not oauth.is_valid(given["access_token"])
    status, again = token(oauth, grant_type="refresh_token", refresh_token=given["refresh_token"])
    assert (status, "refresh_token" in again) == (200, False)
    assert oauth.is_valid(again["access_token"])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "another" * 8}, (400, "invalid_grant")),
        ({"code_verifier": ""}, (400, "invalid_grant")),
        ({"redirect_uri": "http://127.0.0.1:8/"}, (400, "redirect_uri_mismatch")),
        ({"client_secret": "guessed"}, (401, "invalid_client")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
    ],
)
def test_what_does_not_fit_gets_no_token(oauth, changes, error):
    status, given = exchange(oauth, **changes)
    assert (status, given["error"]) == error
    assert not oauth.access_tokens


def test_a_person_or_the_server_says_no(oauth):
    assert authorize(oauth, redirect_uri="https://elsewhere.example/") == 400
    assert authorize(oauth, code_challenge_method="plain")["error"] == "invalid_request"
    oauth.fails = {"access_denied"}
    assert authorize(oauth) == {"error": "access_denied", "state": "xyz"}
    oauth.fails = {"wrong_state"}
    assert authorize(oauth)["state"] != "xyz"
    oauth.fails = {"no_refresh_token"}
    assert "refresh_token" not in exchange(oauth)[1]
    old = oauth.grant_refresh_token()
    oauth.fails = {"invalid_grant"}
    assert token(oauth, grant_type="refresh_token", refresh_token=old)[1]["error"] == "invalid_grant"
    oauth.fails = {"rotates"}
    assert token(oauth, grant_type="refresh_token", refresh_token=old)[1]["refresh_token"] != old
    assert token(oauth, grant_type="refresh_token", refresh_token=old)[1]["error"] == "invalid_grant"


def test_a_calendar_takes_the_tokens_of_an_authorization_server(oauth):
    with Strict(GOOGLE, tokens=oauth.is_valid) as server:
        calendar = server.add_calendar("ana", "rituals")
        access = exchange(oauth)[1]["access_token"]
        assert propfind(calendar, access).status == 207
        oauth.expire()
        assert propfind(calendar, access).status == 401


def tls_get(server, context):
    host, port = server.url.split("/")[2].split(":")
    connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", "/", headers=authorization(server.auth("ana")))
        return connection.getresponse().read()


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        ({}, None),
        ({"name": "calendar.example"}, "IP address mismatch"),
        ({"is_expired": True}, "certificate has expired"),
    ],
)
def test_a_certificate_of_nobody_is_refused_before_anything_is_sent(certificate, reason):
    with Tls(**certificate) as server:
        with pytest.raises(ssl.SSLCertVerificationError, match=r"self.signed certificate"):
            tls_get(server, ssl.create_default_context())
        trusting = ssl.create_default_context(cafile=server.certificate)
        if reason:
            with pytest.raises(ssl.SSLCertVerificationError, match=reason):
                tls_get(server, trusting)
            assert server.requests == []
        else:
            assert tls_get(server, trusting) == b"Hello"
            assert len(server.requests) == 1
