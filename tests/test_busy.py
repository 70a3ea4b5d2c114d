"""Busy times at work: `check` names them, `suggest` keeps clear of them, and nobody learns what they are."""

from __future__ import annotations

import json
import os
import shlex
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.series import make_uid
from tests.servers.faults import status as refusal
from tests.servers.front import Front
from tests.servers.phone import make_calendar, put
from tests.servers.real import radicale, xandikos
from tests.test_busy_reading import SECRET, calendar

HEAD = """\
[agreement]
id       = "test-x7k2"
starts   = 2027-01-04
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
busy = {busy}
[helpers.gran]
name = "Gran"
"""
FILM = """
[shared_evenings.film]
title = "Film night"
on    = "tuesday"
at    = "19:00-21:00"
"""
DETAILS = f"SUMMARY:{SECRET}\nLOCATION:{SECRET} 2\nDESCRIPTION:{SECRET} 3"
USERS = {"ben": "hunter2-secret"}
TZ = "TZID=Europe/Berlin"


@pytest.fixture
def planner(run_planner, tmp_path):
    """Runs a command on HEAD, a text and some files, as on New Year's Day 2027; nothing secret ever comes out."""

    def run(*args, text=FILM, busy='["work.ics"]', today="2027-01-01", env=None, **files):
        (tmp_path / "agreement.toml").write_text(HEAD.format(busy=busy) + text, encoding="utf-8")
        for name, body in files.items():
            (tmp_path / f"{name}.ics").write_bytes(body if isinstance(body, bytes) else body.encode())
        done = run_planner("--config", "config.toml", "--today", today, *args, env=env)
        for secret in (SECRET, "hunter2", "Traceback"):
            assert secret not in done.stdout + done.stderr
        return done

    return run


def meeting(day: str, start: str, end: str, *more: str) -> str:
    return "\n".join((f"DTSTART;{TZ}:{day}T{start}00", f"DTEND;{TZ}:{day}T{end}00", *more, DETAILS))


# ── check ────────────────────────────────────────────────────────────


def test_check_says_when_somebody_is_busy_and_nothing_more(planner):
    work = calendar(
        meeting("20270202", "1800", "1930"),
        meeting("20270209", "2030", "2200"),
        meeting("20270216", "2100", "2200"),  # begins as the film ends
        meeting("20270316", "1900", "2000", "TRANSP:TRANSPARENT"),
        meeting("20270406", "1000", "2200"),
    )
    done = planner("check", work=work)
    assert done.exit_code == 0
    assert (
        'shared_evenings.film: Ben is busy on 3 of the 52 times "Film night" is planned in the next twelve months: '
        "first on Tuesday 2 February 2027 at 19:00; move those, or show what does not matter as free in the calendar "
        "it is from\n"
    ) in done.stderr
    assert done.stdout == "Nothing to mend: 1 ritual for Ana and Ben. Worth a look: 1 clash.\n"
    assert planner("check", "--strict", work=work).exit_code == 1
    (clash,) = json.loads(planner("check", "--json", work=work).stdout)["clashes"]
    assert (clash["rituals"], clash["people"], clash["first"], clash["count"]) == (
        ["shared_evenings.film"], ["ben"], "2027-02-02", 3,
    )  # fmt: skip


def test_only_those_who_take_part_or_cover_are_looked_at(planner):
    work = calendar(meeting("20270105", "1800", "2200", "RRULE:FREQ=WEEKLY"))
    block = '[me_blocks.run]\nwho = "ana"\non = "tuesday"\nat = "19:00-20:00"\nnotes = "x"\n'
    assert planner("check", text=block, work=work).stderr == ""
    covered = planner("check", text=block + 'cover = "ben"\n', work=work)
    assert 'Ben is busy on 52 of the 52 times covering for "Run" is planned' in covered.stderr
    kept = FILM + "if_needed = true\n"
    assert "busy" not in planner("check", text=kept, work=work).stderr


def test_a_single_date_is_said_as_one(planner):
    work = calendar(meeting("20270202", "1800", "1930"))
    once = FILM.replace('"tuesday"', "2027-02-02")
    assert 'Ben is busy when "Film night" is planned, on Tuesday 2 February 2027 at 19:00; move that one, or' in (
        planner("check", text=once, work=work).stderr
    )


def test_what_planner_exported_into_a_calendar_is_not_in_its_way(planner, run_planner, tmp_path):
    planner("check", work="")
    assert run_planner("--today", "2027-01-01", "export", "--for", "ben", "-o", "out").exit_code == 0
    (exported,) = (tmp_path / "out").glob("*.ics")
    done = planner("check", work=exported.read_bytes())
    assert done == (0, "Nothing to mend: 1 ritual for Ana and Ben. No clashes.\n", "")


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (None, "there is no file work.ics beside the agreement"),
        (b"<html>Log in</html>", "work.ics was not read: it is no calendar"),
        (b"", "work.ics was not read: it is no calendar"),
        (b"\xff\xfe\x00", "work.ics was not read: it is no calendar"),
    ],
)
def test_a_source_that_cannot_be_read_is_said_and_the_rest_goes_on(planner, work, said):
    done = planner("check", **({} if work is None else {"work": work}))
    assert done.exit_code == 0
    assert said in done.stderr
    assert "Ben's busy times in it are not looked at" in done.stderr
    looked = planner("suggest", "shared-evening", "--for", "2h")
    assert looked.exit_code == 0
    assert said in looked.stderr


def test_broken_events_are_counted_and_the_good_ones_hold(planner):
    broken = f"DTSTART;TZID={SECRET}:20270202T180000\nDURATION:PT1H\n{DETAILS}"
    done = planner("check", work=calendar(broken, meeting("20270202", "1800", "2200"), broken, broken))
    assert "3 events of work.ics could not be read, and may be busy times, too" in done.stderr
    assert "Ben is busy on 1 of the 52 times" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_or_a_folder_is_no_calendar_and_nothing_waits(planner, tmp_path):
    os.mkfifo(tmp_path / "work.ics")
    assert "is no ordinary file; name an .ics file" in planner("check").stderr
    (tmp_path / "work.ics").unlink()
    (tmp_path / "work.ics").mkdir()
    assert "is no ordinary file; name an .ics file" in planner("check").stderr


def test_a_path_leads_beside_the_agreement_wherever_one_stands(planner, run_planner, tmp_path):
    planner("check", work=calendar(meeting("20270202", "1800", "2200")))
    (tmp_path / "elsewhere").mkdir()
    done = run_planner("--today", "2027-01-01", "check", "../agreement.toml", cwd=tmp_path / "elsewhere")
    assert "Ben is busy" in done.stderr


def test_an_address_of_the_web_is_refused_with_a_remedy(planner):
    done = planner("check", busy='["webcal://example.org/ben.ics"]')
    assert done.exit_code == 1
    assert "agreement.toml:9:9: error: people.ben.busy: an address (webcal:) is not fetched from here" in done.stderr
    assert "planner connect work --for ben --busy-only" in done.stderr


# ── connected calendars ──────────────────────────────────────────────


@pytest.fixture
def server(tmp_path):
    with radicale(tmp_path / "radicale", USERS) as server, Front(server) as front:
        yield front


def account(url: str, audience: str = "ben", username: str = "ben", **more: object) -> str:
    lines = [f'for = "{audience}"', f'url = "{url}"', f'username = "{username}"', 'password_env = "PW"']
    lines += (f"{key} = {json.dumps(value)}" for key, value in more.items())
    return "\n".join(("[calendars.work]", *lines, ""))


@pytest.fixture
def work(server, tmp_path):
    """Ben's calendar at work: a meeting over a film night, and a film night that planner put there itself."""
    make_calendar(server, "ben", "work")
    url = server.calendar("ben", "work")
    put(f"{url}a.ics", calendar(meeting("20270202", "1800", "1930", "RRULE:FREQ=WEEKLY;COUNT=3")), server.auth("ben"))
    own = make_uid(("test-x7k2", "ben", "shared_evenings.film", "first", ""))
    text = calendar(meeting("20270105", "1900", "2100", "RRULE:FREQ=WEEKLY")).replace("0@example.org", own)
    put(f"{url}b.ics", text, server.auth("ben"))
    (tmp_path / "config.toml").write_text(account(url), encoding="utf-8")
    server.requests.clear()
    return url


PW = {"PW": "hunter2-secret"}


def test_a_connected_calendar_is_asked_for_the_least_with_its_owners_login(planner, server, work):
    done = planner("check", busy='["work"]', env=PW)
    (seen,) = server.requests
    assert (seen.method, seen.path, seen.headers["Authorization"]) == ("REPORT", "/ben/work/", "Basic ***")
    assert b"time-range" in seen.body
    assert b"DTSTART" in seen.body
    assert b"SUMMARY" not in seen.body
    assert b"LOCATION" not in seen.body
    assert "Ben is busy on 3 of the 52 times" in done.stderr
    (clash,) = json.loads(planner("check", "--json", busy='["work"]', env=PW).stdout)["clashes"]
    assert clash["count"] == 3


def test_nothing_is_asked_offline(planner, server, work):
    done = planner("check", "--offline", busy='["work"]', env=PW)
    assert done.exit_code == 0
    assert 'note: people.ben.busy: the calendar "work" was not asked; Ben\'s busy times in it' in done.stderr
    done = planner("suggest", "shared-evening", "--for", "2h", "--offline", busy='["work"]', env=PW)
    assert 'planner: the calendar "work" was not asked' in done.stderr
    assert server.requests == []


@pytest.mark.parametrize(
    ("change", "env", "said"),
    [
        ({}, {"PW": "wrong"}, "did not accept the login"),
        ({}, {}, "PW"),
        ({"audience": "ana"}, PW, "is connected for Ana, and is read for nobody else"),
        ({"audience": "everyone"}, PW, "is connected for everyone, and is read for nobody else"),
        ({"url": "http://127.0.0.1:9/ben/work/"}, PW, "cannot be reached"),
        ({"url": "{}nowhere/"}, PW, "has nothing at"),
        (None, PW, 'no calendar "work" is connected on this machine'),
    ],
)
def test_a_calendar_that_cannot_be_read_is_said_and_the_rest_goes_on(planner, work, tmp_path, change, env, said):
    if change is None:
        (tmp_path / "config.toml").unlink()
    else:
        url = change.get("url", "{}").format(work)
        (tmp_path / "config.toml").write_text(account(url, change.get("audience", "ben")), encoding="utf-8")
    done = planner("check", busy='["work"]', env=env)
    assert done.exit_code == 0
    assert said in done.stderr
    assert "Ben's busy times in it are not looked at" in done.stderr


@pytest.mark.parametrize("command", [["show"], ["agenda"], ["watch", "--once"], ["export", "-o", "out"], ["balance"]])
def test_no_other_command_asks_a_server(planner, server, work, command):
    done = planner(*command, busy='["work"]', env=PW)
    assert done.exit_code in (0, 2)
    assert server.requests == []


@pytest.mark.parametrize("status", [400, 403, 500, 501])
def test_a_server_that_refuses_a_part_is_asked_for_all_of_it(planner, server, work, status):
    server.fail(refusal(status, SECRET), times=1)
    assert "Ben is busy on 3" in planner("check", busy='["work"]', env=PW).stderr
    server.fail(refusal(status, SECRET), times=2)  # and what it says then is passed on to nobody
    assert "Ben's busy times in it are not looked at" in planner("check", busy='["work"]', env=PW).stderr


def test_a_server_that_knows_no_partial_data_is_asked_for_all_of_it(planner, tmp_path):
    with xandikos(tmp_path / "xandikos", "ben") as server:
        make_calendar(server, "ben", "work")
        url = server.calendar("ben", "work")
        put(f"{url}a.ics", calendar(meeting("20270202", "1800", "1930")))
        text = account(url).replace('username = "ben"', 'auth = "none"').replace('password_env = "PW"\n', "")
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        assert "Ben is busy on 1 of the 52 times" in planner("check", busy='["work"]').stderr


def test_a_calendar_to_be_asked_alone_is_never_written_to(planner, server, work, tmp_path):
    (tmp_path / "config.toml").unlink()
    connect = ["connect", "work", "--for", "ben", "--url", work, "--username", "ben", "--password-env", "PW"]
    done = planner(*connect, "--busy-only", env=PW)
    assert done.exit_code == 0, done.stderr
    assert 'Nothing ever goes there. With busy = ["work"] in [people.ben]' in done.stdout
    assert "busy_only    = true" in (tmp_path / "config.toml").read_text("utf-8")
    assert "Ben is busy on 3" in planner("check", busy='["work"]', env=PW).stderr
    assert planner("sync", "--yes", env=PW).exit_code == 2  # there is no other calendar
    named = planner("sync", "work", "--yes", env=PW)
    assert named.exit_code == 3
    assert "nothing ever goes there" in named.stderr
    assert planner("remove", "work", "--only-forget", env=PW).exit_code == 0
    assert planner(*connect[:3], "everyone", *connect[4:], "--busy-only", env=PW).exit_code == 2


# ── suggest ──────────────────────────────────────────────────────────


def test_each_offer_says_why_and_the_command_that_writes_it(planner):
    work = calendar(meeting("20270104", "1700", "2200", "RRULE:FREQ=WEEKLY"), meeting("20270203", "1900", "2000"))
    done = planner(
        "suggest", "shared-evening", "--for", "2h", "--when", "weekday evenings", "--title", "Cook", work=work
    )
    assert done.exit_code == 0
    assert done.stdout.startswith("2 hours for Ana and Ben, once a week, from Monday 4 January to")
    assert "1. Thursday 19:00–21:00\n   Free for both every time (12 dates); nothing else is planned" in done.stdout
    assert "planner add shared_evenings.cook on=thursday at=19:00-21:00 title=Cook" in done.stdout
    assert "Monday" not in done.stdout.split("1.", 1)[1]


def test_a_slot_that_somebody_cannot_once_says_when(planner):
    work = calendar(meeting("20270203", "1700", "2200"))
    done = planner("suggest", "shared-evening", "--for", "2h", "--when", "wednesday evenings", "--json", work=work)
    answer = json.loads(done.stdout)
    assert [offer["free"] for offer in answer["offers"]] == [False] * len(answer["offers"])
    (slot,) = answer["offers"][0]["slots"]
    assert (slot["on"], slot["dates"], slot["free"], slot["not_free"]) == ("wednesday", 12, 11, ["2027-02-03"])
    assert answer["in_the_way"][0]["in_the_way"] == [{"ritual": None, "people": ["ben"], "dates": 1}]


def test_what_stands_in_the_way_is_said_with_what_would_fit(planner):
    work = calendar(meeting("20270107", "1845", "2200", "RRULE:FREQ=WEEKLY"))
    done = planner("suggest", "shared-evening", "--for", "3h", "--when", "tuesday and thursday evenings", work=work)
    assert 'Tuesday   "Film night" (Ana and Ben) each time' in done.stdout
    assert "Thursday  Ben is busy each time" in done.stdout
    assert "2h: Tuesday 17:00–19:00 (--for 2h)" in done.stdout
    assert "other hours: " in done.stdout
    assert done.exit_code == 1


def test_each_day_says_its_own_of_several_that_are_looked_for(planner):
    hours = ("--for", "4h", "--times", "3", "--when", "tuesday, thursday and friday evenings; saturday 17:00-19:00")
    work = calendar(meeting("20270107", "1700", "1800", "RRULE:FREQ=WEEKLY"))
    done = planner("suggest", "shared-evening", *hours, work=work)
    assert done.exit_code == 1
    assert "There are no 3 days on which 4h is free every time." in done.stdout
    assert "Friday    nothing is in the way\n" in done.stdout
    assert "Saturday  nothing is in the way, but the hours given end too soon\n" in done.stdout


def test_hours_that_nobody_shares_are_said_to_be_such(planner):
    far = '[people.cleo]\nname = "Cleo"\ntimezone = "Asia/Tokyo"\n' + FILM
    done = planner("suggest", "ritual", "--for", "1h", "--when", "evenings", text=far, work=calendar())
    assert done.exit_code == 1
    assert "These hours do not hold 1h for everyone at once, even with nothing planned." in done.stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["party", "--for", "2h"], 'no kind of ritual "party"'),
        (["ritual"], "say how long"),
        (["ritual", "--for", "soon"], '--for: no length "soon"'),
        (["ritual", "--for", "2 days"], "times within a day"),
        (["ritual", "--for", "2h", "--when", "wekday"], 'did you mean "weekday"?'),
        (["ritual", "--for", "2h", "--every", "monday"], "--every: no spacing"),
        (["ritual", "--for", "2h", "--every", "year"], "far apart"),
        (["ritual", "--for", "2h", "--every", "month", "--times", "2"], "how often a week"),
        (["ritual", "--for", "2h", "--once", "--times", "2"], "single date"),
        (["ritual", "--for", "2h", "--from", "2026-12-01"], "before the agreement starts"),
        (["ritual", "--for", "2h", "--to", "2027-01-01"], "no later than the first day"),
        (["ritual", "--for", "2h", "--to", "2031-01-01"], "two years"),
        (["me-block", "--for", "2h"], "say whose with --who, ana or ben"),
        (["ritual", "--for", "2h", "--who", "cleo"], 'no person "cleo"'),
        (["ritual", "--for", "2h", "--who", "ana", "--cover", "ana"], "cannot cover"),
        (["ritual", "--for", "2h", "--who", "ana", "--cover", "zoe"], 'nobody "zoe"'),
    ],
)
def test_what_cannot_be_looked_for_is_said_with_a_remedy(planner, args, said):
    done = planner("suggest", *args, busy='["none.ics"]')
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    "args",
    [
        ["shared-evening", "--for", "2h"],
        ["Shared_Evenings", "--for", "2h", "--every", "2 weeks"],
        ["me_blocks", "--who", "Ana", "--for", "1h", "--times", "3", "--cover", "gran"],
        ["me-block", "--who", "ben", "--for", "50m", "--when", "weekday mornings", "--times", "2", "--cover", "ana"],
        ["check-in"],
        ["review", "--every", "month"],
        ["host-night", "--for", "3h", "--every", "month"],
        ["ritual", "--for", "15m", "--every", "day", "--when", "mornings"],
        ["ritual", "--for", "3h", "--once", "--title", "Ben's birthday"],
        ["ritual", "--for", "2h", "--who", "ben", "--from", "2027-03-01", "--when", "fri 22:30-01:00"],
        ["ritual", "--for", "4h", "--every", "quarter", "--when", "weekends"],
    ],
)
def test_what_a_command_writes_is_free_as_it_said(planner, run_planner, tmp_path, args):
    work = calendar(
        meeting("20270105", "0900", "1700", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        meeting("20270109", "0900", "1200", "RRULE:FREQ=WEEKLY;INTERVAL=2"),
        f"DTSTART;VALUE=DATE:20270213\nDTEND;VALUE=DATE:20270215\n{DETAILS}",
    )
    done = planner("suggest", *args, "--json", "--limit", "3", work=work)
    assert done.exit_code == 0, done.stderr
    before = (tmp_path / "agreement.toml").read_bytes()
    for offer in json.loads(done.stdout)["offers"]:
        (tmp_path / "agreement.toml").write_bytes(before)
        words = shlex.split(offer["command"])
        written = run_planner("--today", "2027-01-01", *words[1:])
        assert written.exit_code == 0, written.stderr
        days = [date.fromisoformat(slot["first"]) for slot in offer["slots"]]
        end = max(days) + timedelta(days=1)
        agenda = run_planner("agenda", "--from", min(days).isoformat(), "--to", end.isoformat(), "--json")
        path = words[2]
        assert {o["ritual"] for o in json.loads(agenda.stdout)} >= {path}
        if offer["free"]:
            checked = run_planner("--today", "2027-01-01", "check", "--json")
            first_months = [c for c in json.loads(checked.stdout)["clashes"] if c["first"] < "2027-03-25"]
            assert not [c for c in first_months if path in c["rituals"]]


def test_what_stands_in_a_file_of_ones_own_is_busy_time_and_no_more(planner, tmp_path):
    (tmp_path / "agreement.ben.toml").write_text(
        f'[me_blocks.hidden]\ntitle = "{SECRET}"\nwho = "ben"\non = "thursday"\nat = "17:00-22:00"\n', encoding="utf-8"
    )
    for more in ((), ("--json",)):
        done = planner(
            "suggest", "shared-evening", "--for", "2h", "--when", "thursday evenings", *more, work=calendar()
        )
        assert done.exit_code == 1
        assert "hidden" not in done.stdout + done.stderr
    assert (
        "Thursday  Ben is busy each time"
        in planner("suggest", "shared-evening", "--for", "2h", "--when", "thursday evenings", work=calendar()).stdout
    )


@given(
    st.lists(st.tuples(st.integers(0, 80), st.integers(8, 21), st.integers(1, 6)), max_size=25),
    st.sampled_from([30, 90, 150]),
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_generated_busy_times_never_meet_an_offer_that_is_free(planner, run_planner, tmp_path, busy, minutes):
    bodies = []
    for day, hour, length in busy:
        on = date(2027, 1, 4) + timedelta(days=day)
        bodies.append(f"DTSTART;{TZ}:{on:%Y%m%d}T{hour:02}0000\nDURATION:PT{length}H\n{DETAILS}")
    done = planner("suggest", "ritual", "--for", f"{minutes}m", "--json", "--to", "2027-03-29", work=calendar(*bodies))
    for offer in json.loads(done.stdout)["offers"]:
        if offer["free"]:
            assert run_planner(*shlex.split(offer["command"])[1:]).exit_code == 0
    (met) = json.loads(run_planner("--today", "2027-01-01", "check", "--json").stdout)["clashes"]
    assert [c for c in met if c["people"] == ["ben"] and "shared_evenings.film" not in c["rituals"]] == []


def test_a_name_with_a_blank_is_quoted_in_the_command_that_connects_it(planner):
    done = planner("check", busy='"my work"')
    assert "`planner connect 'my work' --for ben --busy-only` connects it" in done.stderr
