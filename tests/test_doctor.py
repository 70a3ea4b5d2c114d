"""`planner doctor`: every step of a connection with a mark, the cause and the remedy where one fails, and no secret."""

from __future__ import annotations

import shutil

import keyring
import pytest
from keyring.backends import fail

from tests.conftest import ROOT
from tests.keyrings import Memory
from tests.servers.faults import insufficient_storage, kill_before, login_page, status
from tests.servers.front import Front, Recorder
from tests.servers.phone import listing, make_calendar
from tests.servers.real import radicale
from tests.servers.strict import GOOGLE, Strict
from tests.servers.tls import Tls

HIDDEN = "hunter2-secret"


@pytest.fixture(autouse=True)
def ring(tmp_path):
    shutil.copy(ROOT / "examples" / "ana-and-ben.toml", tmp_path / "agreement.toml")
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def server(tmp_path):
    with radicale(tmp_path / "radicale", {"ana": HIDDEN}) as server, Front(server) as front:
        make_calendar(front, "ana", "rituals", "Rituals")
        front.reset()
        yield front


@pytest.fixture
def doctor(run_planner, tmp_path):
    """Runs `planner doctor` over one account at this address; looks each time that nothing secret was said."""

    def run(url: str, *args: str, more: str = 'password_env = "PW"', env=None):
        text = (
            f'[calendars.ana]\nfor = "ana"\nagreement = "quiet-harbor-k3v9"\nurl = "{url}"\nusername = "ana"\n{more}\n'
        )
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        done = run_planner("--config", "config.toml", "doctor", *args, env={"PW": HIDDEN} | (env or {}))
        assert "hunter2" not in done.stdout + done.stderr
        return done

    return run


def steps(done) -> dict[str, tuple[str, str]]:
    """Mark and words of each step by its name; of several alike, the first."""
    found: dict[str, tuple[str, str]] = {}
    for line in done.stdout.splitlines():
        if line.startswith("  "):
            mark, name, words = line.split(maxsplit=2)
            found.setdefault(name, (mark, words))
    return found


def test_all_is_well(doctor, server):
    url = server.calendar("ana", "rituals")
    host = server.url.split("/")[2]
    done = doctor(url, more='password_env = "PW"\nquirks = ["rewrites"]')
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "  ✓ settings   config.toml: 1 calendar\n"
        "  ✓ agreement  agreement.toml: Ana & Ben\n"
        "\n"
        f"ana  {url}\n"
        "  ✓ whose      Ana's own\n"
        "  ✓ password   the password comes from the environment variable PW\n"
        f"  ✓ server     {host} answers; the connection is plain http:\n"
        "  ✓ login      accepted, as ana (for the server: /ana/)\n"
        '  ✓ calendar   "Rituals" is there, with 0 events in it\n'
        "  ✓ writing    allowed; --test-write tries it with an event\n"
        "  · server     it rewrites what it is given; planner compares what matters, not each byte\n"
        "  · server     it speaks CalDAV, and knows calendar-query, calendar-multiget, sync-collection, "
        "free-busy-query\n"
    )
    assert server.writes == []


def test_a_test_of_writing_is_done_on_demand_and_remembered(doctor, server, tmp_path):
    url = server.calendar("ana", "rituals")
    done = doctor(url, "ana", "--test-write")
    assert done.exit_code == 0, done
    assert steps(done)["writing"] == ("✓", "tried; the test event is gone again")
    assert {seen.method for seen in server.writes} == {"PUT", "DELETE"}
    assert listing(url, server.auth("ana")) == {}
    assert 'quirks = ["rewrites"]' in (tmp_path / "config.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("step", "said", "env", "more"),
    [
        ("password", "variable NO, which should hold the password, is not set", {}, 'password_env = "NO"'),
        ("password", "was not found: no-such-command", {}, 'password_command = "no-such-command"'),
        ("password", "this machine has no keyring that planner could use", {}, ""),
        (
            "login",
            "did not accept the login; look at the name and the password",
            {"PW": "wrong"},
            'password_env = "PW"',
        ),
    ],
)
def test_a_step_that_fails_says_why_and_what_would_help(doctor, server, step, said, env, more):
    done = doctor(server.calendar("ana", "rituals"), env=env, more=more)
    assert done.exit_code == (2 if step == "password" else 4)
    mark, words = steps(done)[step]
    assert mark == "✗"
    assert said in words
    assert steps(done)["server"][0] == "✓"
    assert "calendar" not in steps(done)


def test_a_calendar_that_is_gone_and_what_is_no_calendar(doctor, server):
    done = doctor(server.calendar("ana", "nowhere"))
    assert (done.exit_code, steps(done)["login"][0], steps(done)["calendar"][0]) == (4, "✓", "✗")
    assert "`planner connect` lists the calendars that are there" in steps(done)["calendar"][1]
    done = doctor(server.home("ana"))
    assert "is no calendar" in steps(done)["calendar"][1]


def test_nobody_is_there(doctor):
    done = doctor("http://127.0.0.1:9/ana/")
    assert done.exit_code == 4
    assert steps(done)["server"] == (
        "✗",
        "127.0.0.1:9 cannot be reached: nothing answers there; is the server running, and the port right?",
    )
    assert "login" not in steps(done)


def test_a_certificate_that_nobody_trusts_gets_no_password(doctor):
    with Tls() as server:
        done = doctor(f"{server.url}ana/")
        assert done.exit_code == 4
        assert "signed by nobody that this machine trusts; nothing was sent" in steps(done)["server"][1]
        assert server.requests == []
        done = doctor(f"{server.url}ana/", more=f'password_env = "PW"\nca_file = "{server.certificate}"')
        assert steps(done)["server"] == ("✓", f"{server.url.split('/')[2]} answers; the connection is encrypted")
        assert "not trusted" not in done.stdout


def test_a_file_of_certificates_that_is_not_there(doctor):
    done = doctor("https://127.0.0.1:9/", more='password_env = "PW"\nca_file = "no.pem"')
    assert done.exit_code == 2
    assert steps(done)["server"] == ("✗", "there is no file no.pem, which is named as ca_file of ana")


def test_a_server_that_sends_elsewhere_gets_no_login_there(doctor, server):
    with Recorder() as elsewhere:
        server.fail(status(301, Location=elsewhere.url), times=None)
        done = doctor(server.calendar("ana", "rituals"))
        assert done.exit_code == 4
        assert "leads to another server" in steps(done)["server"][1]
        assert elsewhere.requests == []


@pytest.mark.parametrize(
    ("fault", "step", "said"),
    [
        (login_page(), "calendar", "a web page instead of a CalDAV answer"),
        (status(403, "No"), "calendar", "does not allow"),
        (status(500, "Oh"), "calendar", "failed (status 500)"),
        (kill_before(), "server", "the connection broke"),
    ],
    ids=["page", "forbidden", "broken", "killed"],
)
def test_whatever_a_server_does_is_a_step_that_failed(doctor, server, fault, step, said):
    server.fail(fault, times=None)
    done = doctor(server.calendar("ana", "rituals"))
    assert (done.exit_code, steps(done)[step][0]) == (4, "✗")
    assert said in steps(done)[step][1]


def test_a_listing_that_is_not_whole(doctor, server):
    server.fail(insufficient_storage(), at=3, method="PROPFIND")
    done = doctor(server.calendar("ana", "rituals"))
    assert (done.exit_code, steps(done)["calendar"][0]) == (4, "✗")
    assert "lists only part of it" in steps(done)["calendar"][1]


def test_a_calendar_that_may_only_be_read(doctor):
    with Strict(set(), {"ana": HIDDEN}) as server:
        done = doctor(server.add_calendar("ana", "feasts", is_read_only=True))
    assert (done.exit_code, steps(done)["writing"][0]) == (4, "✗")


def test_google_and_its_quirks(doctor):
    keyring.set_keyring(Memory())
    with Strict(GOOGLE) as server:
        url = server.add_calendar("ana", "rituals")
        keyring.set_password("planner", f"ana@{server.url.split('/')[2]}", server.token)
        done = doctor(url, "ana", "--test-write", more='auth = "bearer"')
        assert done.exit_code == 0, done
        assert steps(done)["password"] == ("✓", "the token is in the keyring of this machine")
        assert "would write over an event that is there; planner looks first" in done.stdout
        assert server.token not in done.stdout
        assert server.objects("ana", "rituals") == {}


def test_whose_it_is_is_looked_at_too(doctor, server, tmp_path, run_planner):
    url = server.calendar("ana", "rituals")
    text = (tmp_path / "agreement.toml").read_text("utf-8")
    (tmp_path / "agreement.toml").write_text(text.replace("quiet-harbor-k3v9", "quiet-harbor-zzzz"), encoding="utf-8")
    done = doctor(url)
    assert done.exit_code == 0
    assert steps(done)["whose"] == (
        "·",
        'for ana, of another agreement ("quiet-harbor-k3v9"); name its file as the last word',
    )
    (tmp_path / "agreement.toml").write_text("[agreement", encoding="utf-8")
    done = doctor(url)
    assert (done.exit_code, steps(done)["agreement"][0], steps(done)["login"][0]) == (1, "✗", "✓")


def test_someone_who_is_not_in_the_agreement(run_planner, server, tmp_path):
    (tmp_path / "config.toml").write_text(
        f'[calendars.c]\nfor = "anna"\nurl = "{server.calendar("ana", "rituals")}"\nauth = "none"\n', encoding="utf-8"
    )
    done = run_planner("--config", "config.toml", "doctor")
    assert done.exit_code == 2
    assert steps(done)["whose"][1].startswith('for "anna", who is not in agreement.toml; did you mean "ana"?')


def test_names_and_files(run_planner, tmp_path):
    assert run_planner("--config", "config.toml", "doctor").exit_code == 0
    done = run_planner("--config", "config.toml", "doctor", "ana")
    assert done == (
        2,
        "",
        "planner: no calendar is connected on this machine yet; `planner connect ana --for …` does it\n",
    )
    (tmp_path / "config.toml").write_text("[calendars.ana\n", encoding="utf-8")
    done = run_planner("--config", "config.toml", "doctor")
    assert done.exit_code == 2
    assert done.stderr.startswith("config.toml:1:15: error: ")
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    shutil.copy(tmp_path / "agreement.toml", tmp_path / "ours.toml")
    done = run_planner("--config", "config.toml", "doctor", "ours.toml")
    assert "✓ agreement  ours.toml: Ana & Ben" in done.stdout


def test_a_calendar_and_a_file_in_either_order_and_a_calendar_before_a_file_of_its_name(doctor, server, tmp_path):
    shutil.copy(tmp_path / "agreement.toml", tmp_path / "ours.toml")
    (tmp_path / "ana").write_text("notes", encoding="utf-8")
    url = server.calendar("ana", "rituals")
    for words in (["ana", "ours.toml"], ["ours.toml", "ana"]):
        done = doctor(url, *words)
        assert done.exit_code == 0, done
        assert "✓ agreement  ours.toml: Ana & Ben" in done.stdout
        assert f"\nana  {url}\n" in done.stdout
    assert "✓ agreement  agreement.toml: Ana & Ben" in doctor(url, "ana").stdout


def test_a_second_object_of_one_identity_is_named(doctor, run_planner, tmp_path):
    with Strict(set(), {"ana": HIDDEN}) as server:
        url = server.add_calendar("ana", "rituals")
        uid = "planner-quiet-harbor-k3v9-" + "a" * 26
        event = (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:{}\r\nDTSTAMP:20270101T000000Z\r\n"
            "DTSTART:20270105T080000Z\r\nSUMMARY:Clay\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        for name, one in (("a.ics", uid), ("b.ics", "stranger"), ("c.ics", "stranger")):
            server.place(f"{url}{name}", event.format(one))
        assert "of one identity" not in doctor(url).stdout
        server.place(f"{url}d.ics", event.format(uid))
        done = doctor(url)
    assert done.exit_code == 0, done
    assert (
        '  · calendar   "Clay" is there 2 times, as objects of one identity; take all but one of them out in your '
        "calendar app, whichever\n" in done.stdout
    )
