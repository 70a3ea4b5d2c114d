"""A year of a couple's life: after each step calendars hold the past as it was and what comes as agreed.

What the calendars hold is read by engines that know nothing of planner.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from tests.conftest import ROOT
from tests.engines import ENGINES, expand_recurring_ical_events
from tests.servers import phone
from tests.servers.front import Front
from tests.servers.real import radicale

EXAMPLE = ROOT / "examples" / "ana-and-ben.toml"
FIRST, END = date(2027, 1, 1), date(2028, 1, 1)
PEOPLE = ("ana", "ben", "everyone")

# The day, the commands before the agreement (they hold at once or wait), and the day from which it holds.
YEAR = [
    ("2027-01-02", [], "2027-01-04"),
    (
        "2027-02-28",
        [
            ["skip", "pottery", "2027-02-24"],
            ["move", "friday", "2027-02-19", "--to", "2027-02-20", "--at", "18:00"],
            ["revise", "pottery", "on=thursday", "at=19:00-21:00"],  # another day
            ["revise", "friday", "at=19:00-22:30"],  # longer
            [
                "add",
                "rituals.walk",
                "on=sunday",
                "at=15:00-16:00",
                "starts=2027-03-01",
                "trial=4 weeks",
            ],  # new, on trial
            ["add", "rituals.film", "on=tuesday", "at=20:00-22:00", "starts=2027-03-01", "trial=4 weeks"],
        ],
        "2027-03-01",
    ),
    (
        "2027-03-28",
        [
            ["revise", "walk", "trial="],  # a trial that is kept
            ["revise", "film", "until=2027-03-27"],  # and one that is let go
            ["revise", "salon", "hosts=ben,ana"],  # another order
            ["revise", "writing", "timezone=Europe/Berlin"],  # another zone
        ],
        "2027-04-01",
    ),
    (
        "2027-05-30",
        [
            ["pause", "--all", "--from", "2027-04-10", "--until", "2027-04-18"],
            ["revise", "salon", "changes=[{ on = 2027-05-22, host = 'ana' }]"],  # a swap
            ["move", "pottery", "2027-05-27", "--to", "2027-06-02"],  # over the day itself
            ["revise", "midweek", "until=2027-05-31"],  # let go
            ["revise", "friday", "at=20:00-22:00"],  # shorter
            ["revise", "monthly", "on=first monday"],
        ],
        "2027-06-01",
    ),
]


def instances(engine, path) -> list[tuple]:
    """What an engine reads: start, end, title, in order."""
    found = engine(path.read_bytes().decode(), FIRST, END)
    return sorted((str(i.start), str(i.end), i.summary) for i in found)


def moment(text: str) -> str:
    return str(datetime.fromisoformat(text).astimezone(UTC)) if "T" in text else text


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
def test_a_year_step_by_step(engine, run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_bytes(EXAMPLE.read_bytes())
    calendars = tmp_path / "calendars"

    def run(today: str, *args: str) -> str:
        done = run_planner("--today", today, *args)
        assert done.exit_code == 0, done
        return done.stdout

    for today, commands, on in YEAR:
        for command in commands:
            run(today, *command)
        run(today, "export")
        before = {who: instances(engine, calendars / f"{who}.ics") for who in PEOPLE}
        run(today, "agree", "--from", on, "--by", "ana", "--by", "ben")
        written = run(today, "export")
        assert "updated" in written or on == "2027-01-04"
        for who in PEOPLE:
            after = instances(engine, calendars / f"{who}.ics")
            assert [i for i in after if i[0] < on] == [i for i in before[who] if i[0] < on], (on, who)
            agenda = json.loads(run(today, "agenda", "--from", str(FIRST), "--to", str(END), "--json", "--for", who))
            assert after == sorted((moment(o["start"]), moment(o["end"]), o["title"]) for o in agenda), (on, who)
        # each step again changes nothing
        assert run(today, "export").count("unchanged") == 3
        assert run(today, "agree").startswith("Nothing to agree on")
        assert run(today, "diff").startswith("Both ask the same of your time.")
    agenda = json.loads(run("2027-06-01", "agenda", "--from", "2027-05-20", "--to", "2027-06-06", "--json"))
    assert [(o["start"][5:16], o["title"]) for o in agenda if o["ritual"] != "me_blocks.writing"] == [
        ("05-20T19:00", "Pottery class"),
        ("05-21T19:00", "Cook together"),
        ("05-22T19:30", "Salon (Ana hosts)"),
        ("05-23T15:00", "Walk"),
        ("05-26T12:30", "Midweek"),
        ("05-28T19:00", "Cook together"),
        ("05-30T15:00", "Walk"),
        ("05-30T17:00", "Monthly"),
        ("06-02T19:00", "Pottery class"),
        ("06-03T19:00", "Pottery class"),
        ("06-04T20:00", "Cook together"),
    ]


class Calendars:
    """Each person's calendar and everyone's on a Radicale, connected; and Ana's phone."""

    def __init__(self, server, folder):
        self.server = server
        settings = ""
        self.urls = {}
        for who in PEOPLE:
            user = "ben" if who == "ben" else "ana"
            self.urls[who] = phone.make_calendar(server, user, who)
            settings += f'[calendars.{who}]\nfor = "{who}"\nurl = "{self.urls[who]}"\nusername = "{user}"\n'
            settings += f'password_env = "PASSWORD_OF_{user.upper()}"\n'
        (folder / "settings.toml").write_text(settings, encoding="utf-8")
        self.env = {"PLANNER_CONFIG": str(folder / "settings.toml"), "XDG_STATE_HOME": str(folder / "state")}
        self.env |= {"PASSWORD_OF_ANA": "secret", "PASSWORD_OF_BEN": "geheim"}

    def auth(self, who):
        return self.server.auth("ben" if who == "ben" else "ana")

    def texts(self, who):
        return {href: kept.text.decode() for href, kept in phone.listing(self.urls[who], self.auth(who)).items()}

    def instances(self, who):
        """What an engine reads in all objects of a calendar."""
        found = [i for text in self.texts(who).values() for i in expand_recurring_ical_events(text, FIRST, END)]
        return sorted((str(i.start), str(i.end), i.summary) for i in found)

    def edit(self, who, title, change):
        """Someone changes the object with this title on a phone."""
        ((href, text),) = [(h, t) for h, t in self.texts(who).items() if f"SUMMARY:{title}\r\n" in t]
        phone.put(self.server.url.rstrip("/") + href, change(text), auth=self.auth(who))


def cancelled(day):
    line = f"EXDATE;TZID=Europe/Berlin:{day}T190000\r\nSUMMARY:Cook"
    return lambda text: text.replace("SUMMARY:Cook", line, 1)


def moved(text):
    return phone.with_moved(text, "20270115", "20270116T180000", "20270116T210000")


def test_the_same_year_in_calendars_on_a_server(run_planner, tmp_path):
    file = tmp_path / "agreement.toml"
    file.write_bytes(EXAMPLE.read_bytes())
    with radicale(tmp_path / "server", {"ana": "secret", "ben": "geheim"}) as server, Front(server) as front:
        calendars = Calendars(front, tmp_path)

        def run(today, *args, code=0):
            front.reset()
            done = run_planner("--today", today, *args, env=calendars.env)
            assert done.exit_code == code, done
            return done.stdout

        def exported(who):
            return instances(expand_recurring_ical_events, tmp_path / "calendars" / f"{who}.ics")

        def on_anas_phone(found):
            """What Ana sees: she moved one Friday of the first terms, and cancelled one that comes after them."""
            berlin = {i[0][:10]: i for i in found if i[2] == "Cook together"}
            gone = [berlin["2027-01-15"], berlin["2027-03-19"]]
            moved = ("2027-01-16 17:00:00+00:00", "2027-01-16 20:00:00+00:00", "Cook together")
            return sorted([*(i for i in found if i not in gone), moved])

        for number, (today, commands, on) in enumerate(YEAR):
            for command in commands:
                run(today, *command)
            run(today, "sync", "--yes")  # single dates hold at once
            before = {who: calendars.instances(who) for who in PEOPLE}
            run(today, "agree", "--from", on, "--by", "ana", "--by", "ben")
            run(today, "export")
            run(today, "sync", "--yes")
            for who in PEOPLE:
                held = calendars.instances(who)
                edited = who == "ana" and number > 0
                assert held == (on_anas_phone(exported(who)) if edited else exported(who)), (on, who)
                assert [i for i in held if i[0] < on] == [i for i in before[who] if i[0] < on], (on, who)
            run(today, "sync", "--yes")
            assert front.writes == []
            if number == 0:
                calendars.edit("ana", "Cook together", cancelled("20270319"))
                calendars.edit("ana", "Cook together", moved)
        run("2027-06-01", "pull", "--yes")
        run("2027-06-01", "sync", "--yes")
        run("2027-06-01", "export")
        assert all(calendars.instances(who) == exported(who) for who in PEOPLE)
        assert "2027-01-16 17:00:00+00:00" in {i[0] for i in exported("ben")}
        run("2027-06-01", "sync", "--yes")
        assert front.writes == []
        run("2027-06-01", "remove", "--yes")
        assert not any(calendars.texts(who) for who in PEOPLE)
