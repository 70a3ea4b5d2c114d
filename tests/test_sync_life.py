"""The whole life of an agreement in real calendars: what is written, what stays, and what it costs.

Each test runs the commands as a person would, against Radicale and Xandikos behind a front that counts; a phone and a
stranger's program work on the same calendar over plain HTTP.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.servers import phone
from tests.servers.front import Front
from tests.servers.real import radicale, xandikos

AGREEMENT = """\
[agreement]
id = "quiet-harbor-k3v9"
title = "Ana & Ben"
starts = 2027-01-04
timezone = "Europe/Berlin"

[people.ana]
name = "Ana"
[people.ben]
name = "Ben"

[me_blocks.pottery]     # her evening
who = "ana"
title = "Pottery class"
on = "wednesday"
at = "18:30-21:00"
where = "Atelier Nord"
remind = "1h"

[me_blocks.writing]
who = "ben"
on = ["tuesday", "thursday"]
at = "07:00"
for = "50m"

[shared_evenings.friday]
title = "Cook together"
on = "friday"
at = "19:00-22:00"

[host_nights.salon]
hosts = ["ana", "ben"]
on = ["second saturday", "fourth saturday"]
at = "19:30-22:30"
"""

SERIES = 5  # pottery, writing, friday, and the salon of each host

STRANGERS = {
    "dentist.ics": "UID:dentist-1\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270105T080000Z\r\nSUMMARY:Dentist\r\n",
    # It speaks of one of ours, as reminders and travel times do.
    "bus.ics": (
        "UID:bus-1\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270106T170000Z\r\nSUMMARY:Bus\r\n"
        "RELATED-TO:planner-quiet-harbor-k3v9-aaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"
    ),
    "a b@ü(1).ics": "UID:odd name\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270107T170000Z\r\nSUMMARY:Odd; name\r\n",
    # An id that begins as ours does is another agreement's.
    "other.ics": (
        "UID:planner-quiet-harbor-k3v9x-aaaaaaaaaaaaaaaaaaaaaaaaaa\r\nDTSTAMP:20270101T000000Z\r\n"
        "DTSTART:20270108T170000Z\r\nSUMMARY:Theirs\r\n"
    ),
}


def calendar_of(event: str) -> str:
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Stranger//EN\r\nBEGIN:VEVENT\r\n"
    return f"{head}{event}END:VEVENT\r\nEND:VCALENDAR\r\n"


class World(NamedTuple):
    """A server with a calendar that is connected for Ana, an agreement, and the planner."""

    front: Front
    url: str
    folder: Path
    planner: object

    @property
    def file(self) -> Path:
        return self.folder / "agreement.toml"

    def run(self, *args: str, code: int = 0, today: str = "2027-01-01"):
        self.front.reset()
        ran = self.planner("--today", today, *args, env=environment(self.folder))
        assert ran.exit_code == code, ran
        return ran

    def json(self, *args: str, code: int = 0):
        return json.loads(self.run("sync", "--json", *args, code=code).stdout)[0]

    def change(self, old: str, new: str) -> None:
        text = self.file.read_text("utf-8")
        assert text.count(old) == 1, old
        self.file.write_text(text.replace(old, new), "utf-8")

    def stored(self) -> dict[str, str]:
        """The objects of the calendar by name, as text."""
        auth = self.front.auth("ana")
        return {
            href.rpartition("/")[2]: kept.text.decode() for href, kept in phone.listing(self.url, auth=auth).items()
        }

    def ours(self) -> dict[str, str]:
        return {name: text for name, text in self.stored().items() if name.startswith("planner-quiet-harbor-k3v9-")}

    def of(self, title: str) -> tuple[str, str]:
        """Name and text of the one object of ours with this title."""
        found = [
            (n, t) for n, t in self.ours().items() if re.search(rf"^SUMMARY:{re.escape(title)}\r?$", t, re.MULTILINE)
        ]
        assert len(found) == 1, (title, list(self.ours().values()))
        return found[0]

    def edit(self, title: str, old: str, new: str) -> None:
        """A phone changes the object with this title."""
        name, text = self.of(title)
        assert old in text, (old, text)
        self.put(name, text.replace(old, new, 1))

    def put(self, name: str, text: str) -> None:
        phone.put(self.url + name, text, auth=self.front.auth("ana"))

    def delete(self, title: str) -> None:
        name, _ = self.of(title)
        phone.delete(self.url + name, auth=self.front.auth("ana"))

    @property
    def requests(self) -> int:
        return len(self.front.requests)

    @property
    def writes(self) -> int:
        return len(self.front.writes)


def environment(folder: Path) -> dict[str, str]:
    return {
        "PLANNER_CONFIG": str(folder / "config.toml"),
        "XDG_STATE_HOME": str(folder / "state"),
        "PASSWORD_OF_ANA": "secret",
    }


def connected(folder: Path, url: str, who: str = "ana", name: str = "ana") -> None:
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write(
            f'[calendars.{name}]\nfor = "{who}"\nurl = "{url}"\nusername = "ana"\npassword_env = "PASSWORD_OF_ANA"\n'
        )


@pytest.fixture(params=["radicale", "xandikos"])
def world(request, tmp_path, run_planner):
    start = {"radicale": radicale, "xandikos": xandikos}[request.param]
    with start(tmp_path / "server") as server, Front(server, {"ana": "secret"}) as front:
        url = phone.make_calendar(front, "ana", "rituals", "Rituals")
        (tmp_path / "agreement.toml").write_text(AGREEMENT, "utf-8")
        connected(tmp_path, url)
        yield World(front, url, tmp_path, run_planner)


@pytest.fixture
def synced(world):
    world.run("sync", "--yes")
    return world


def fill_with_strangers(world: World) -> dict[str, str]:
    from urllib.parse import quote

    for name, event in STRANGERS.items():
        world.put(quote(name), calendar_of(event))
    return {name: text for name, text in world.stored().items() if not name.startswith("planner-quiet-harbor-k3v9-")}


def test_a_whole_life_leaves_what_others_wrote_byte_for_byte(world):
    other = phone.make_calendar(world.front, "ana", "work", "Work")
    phone.put(other + "x.ics", calendar_of(STRANGERS["dentist.ics"]), auth=world.front.auth("ana"))
    elsewhere = phone.listing(other, auth=world.front.auth("ana"))
    strangers = fill_with_strangers(world)
    assert len(strangers) == len(STRANGERS)

    def untouched():
        now = world.stored()
        assert {name: now.get(name) for name in strangers} == strangers
        assert phone.listing(other, auth=world.front.auth("ana")) == elsewhere

    world.run("sync", "--yes")
    assert len(world.ours()) == SERIES
    untouched()
    world.change('title = "Pottery class"', 'title = "Clay"')
    world.run("sync", "--yes")
    assert world.of("Clay")
    world.run("skip", "pottery", "2027-02-17")
    world.run("sync", "--yes")
    assert "EXDATE;TZID=Europe/Berlin:20270217T183000" in world.of("Clay")[1]
    world.run("add", "rituals.walk", "on=sunday", "at=10:00-11:00")
    world.run("sync", "--yes")
    assert len(world.ours()) == SERIES + 1
    untouched()
    walk = world.file.read_text("utf-8").index("[rituals.walk]")
    world.file.write_text(world.file.read_text("utf-8")[:walk], "utf-8")
    world.run("sync", "--yes")
    assert len(world.ours()) == SERIES
    move_on_phone(world, "Clay", "20270113", "20270114T190000", "20270114T210000")
    assert "moved" in [d["what"] for d in world.json("--yes")["drift"]]
    world.run("pull", "--yes")
    assert "2027-01-14" in world.file.read_text("utf-8")
    assert world.json("--yes")["drift"] == []
    untouched()
    world.run("remove", "--yes")
    assert world.ours() == {}
    untouched()
    assert world.run("remove", "--yes").stdout.startswith("ana: nothing of this agreement is there")


def move_on_phone(world: World, title: str, day: str, start: str, end: str, **more: str) -> None:
    name, text = world.of(title)
    world.put(name, phone.with_moved(text, day, start, end, **more))


def test_a_first_sync_costs_a_few_requests_more_than_it_has_series_and_a_no_op_one_or_two(world):
    fill_with_strangers(world)
    world.run("sync", "--yes")
    assert (world.requests, world.front.connections) == (SERIES + 3, 1)
    world.run("sync", "--yes")
    assert (world.requests, world.writes) == (1, 0)
    world.change('title = "Pottery class"', 'title = "Clay"')
    world.run("sync", "--yes")
    assert (world.requests, world.writes, world.front.connections) == (4, 1, 1)
    world.edit("Clay", "SUMMARY:Clay", "SUMMARY:Klei")
    world.run("sync", "--yes")
    assert (world.requests, world.writes) == (2, 0)
    world.run("sync", "--yes")
    assert (world.requests, world.writes) == (1, 0)


def test_the_plan_says_what_the_deed_does(world):
    dry = world.run("sync", "--dry-run").stdout
    assert world.writes == 0
    assert "+ Pottery class: new, every Wednesday, 18:30–21:00" in dry
    done = world.run("sync", "--yes").stdout
    assert done == dry + "Done.\n"
    world.change("18:30-21:00", "19:00-21:30")
    dry = world.run("sync", "--dry-run").stdout
    assert "~ Pottery class: every Wednesday, 18:30–21:00 → every Wednesday, 19:00–21:30" in dry
    assert world.run("sync", "--yes").stdout == dry + "Done.\n"
    assert "SEQUENCE:1" in world.of("Pottery class")[1]


def test_many_events_of_one_ritual_are_told_in_brief_and_all_of_them_in_json(world):
    """A ritual of many single dates is an event each; one reads a few, and how many more there are."""
    dates = ", ".join(f"2027-03-{n:02}" for n in range(1, 25))
    ritual = f'[rituals.swim]\non = [{dates}]\nat = "07:00-07:45"\n\n[host_nights.salon]'
    world.change("[host_nights.salon]", ritual)
    planned = world.json("--dry-run")
    assert planned["creates"] == SERIES + 24
    dry = world.run("sync", "--dry-run").stdout
    assert dry.count("+ Swim: new") == 3
    assert "  + Swim: 21 more that are new, each for days of its own; --json lists them\n" in dry
    assert world.run("sync", "--yes").stdout == dry + "Done.\n"
    assert sum("SUMMARY:Swim" in text for text in world.ours().values()) == 24
    world.change("07:00-07:45", "07:00-08:00")
    assert world.run("sync", "--dry-run").stdout.count("~ Swim: ") == 4
    world.change(dates, dates[: 20 * 12 - 2])
    world.change("07:00-08:00", "07:00-07:45")
    assert world.run("sync", "--dry-run").stdout.count("- Swim: goes") == 4


def test_nothing_is_written_without_a_yes(world):
    ran = world.run("sync", code=2)
    assert "--yes" in ran.stderr
    assert world.writes == 0
    assert world.ours() == {}


def test_each_person_sees_what_they_may(world):
    world.run("sync", "--yes")
    texts = "".join(world.ours().values())
    assert "SUMMARY:Ben's time" in texts
    assert "Writing" not in texts


@pytest.mark.parametrize("lost", ["state", "nothing"])
def test_a_second_sync_writes_nothing_with_or_without_its_memory(synced, lost):
    if lost == "state":
        for file in (synced.folder / "state").rglob("*.json"):
            file.unlink()
    result = synced.json("--yes")
    assert (result["creates"], result["updates"], result["deletes"]) == (0, 0, 0)
    assert result["unchanged"] == SERIES
    assert synced.writes == 0
    assert synced.json("--yes")["adopts"] == 0


class TestAPersonsOwnEdits:
    """What a person does in a calendar app stays, through whatever the agreement changes beside it."""

    def test_a_moved_occurrence_stays_when_the_title_changes(self, synced):
        move_on_phone(synced, "Pottery class", "20270113", "20270114T190000", "20270114T210000")
        drift = synced.json("--yes")["drift"]
        assert [(d["ritual"], d["what"]) for d in drift] == [("me_blocks.pottery", "moved")]
        assert "Thursday 14 January 2027, 19:00–21:00" in drift[0]["message"]
        synced.change('title = "Pottery class"', 'title = "Clay"')
        assert [d["what"] for d in synced.json("--yes")["drift"]] == ["moved"]
        text = synced.ours()[next(n for n, t in synced.ours().items() if "Clay" in t)]
        assert re.search(r"DTSTART;TZID=Europe/Berlin:20270114T190000", text)
        assert text.count("SUMMARY:Clay") == 2  # the moved one goes by the new name too
        assert text.count("SEQUENCE:1") == 2
        assert [d["what"] for d in synced.json("--yes")["drift"]] == ["moved"]
        assert synced.writes == 0

    def test_a_moved_occurrence_stays_when_the_time_changes_and_goes_when_its_day_goes(self, synced):
        move_on_phone(synced, "Pottery class", "20270113", "20270114T190000", "20270114T210000")
        synced.change("18:30-21:00", "19:30-21:00")
        synced.run("sync", "--yes")
        _, text = pick(synced, "RECURRENCE-ID")
        assert "RECURRENCE-ID;TZID=Europe/Berlin:20270113T193000" in text
        assert "DTSTART;TZID=Europe/Berlin:20270114T190000" in text
        synced.change('on = "wednesday"', 'on = "monday"')
        plan = synced.run("sync", "--yes").stdout
        assert "no longer falls on that day" in plan
        assert not any("RECURRENCE-ID" in t for t in synced.ours().values())
        assert synced.json("--yes")["drift"] == []

    def test_a_cancelled_occurrence_stays_cancelled(self, synced):
        synced.edit("Pottery class", "SUMMARY:", "EXDATE;TZID=Europe/Berlin:20270120T183000\r\nSUMMARY:")
        assert [d["what"] for d in synced.json("--yes")["drift"]] == ["cancelled"]
        synced.change("18:30-21:00", "19:00-21:30")
        synced.run("sync", "--yes")
        assert "EXDATE;TZID=Europe/Berlin:20270120T190000" in synced.of("Pottery class")[1]
        synced.run("sync", "--yes", "--restore", "pottery")
        assert "EXDATE" not in synced.of("Pottery class")[1]
        assert synced.json("--yes")["drift"] == []

    def test_alarms_notes_attachments_and_attendees_of_their_own_go_through_an_update(self, synced):
        own = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Mine\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT"
        synced.edit("Pottery class", "END:VEVENT", own)
        extra = (
            "COMMENT:bring the apron\r\nATTACH:https://example.org/kiln.pdf\r\nX-NOTE:mine\r\n"
            "ATTENDEE;CN=Jo:mailto:jo@example.org\r\nORGANIZER:mailto:ana@example.org\r\nSUMMARY:"
        )
        synced.edit("Pottery class", "SUMMARY:", extra)
        assert synced.json("--yes")["drift"] == []
        synced.change('remind = "1h"', 'remind = "2h"')
        synced.change("18:30-21:00", "19:00-21:30")
        synced.run("sync", "--yes")
        text = synced.of("Pottery class")[1].replace("\r\n ", "")
        for kept in ("COMMENT:bring the apron", "kiln.pdf", "X-NOTE:mine", "jo@example.org", "TRIGGER:-PT5M"):
            assert kept in text
        assert "TRIGGER:-PT2H" in text
        assert "TRIGGER:-PT1H" not in text

    def test_a_retitled_series_is_told_each_time_until_someone_decides(self, synced):
        synced.edit("Pottery class", "SUMMARY:Pottery class", "SUMMARY:Clay")
        for _ in range(2):
            assert [d["what"] for d in synced.json("--yes")["drift"]] == ["edited"]
        synced.run("sync", "--yes", "--keep", "me_blocks.pottery")
        result = synced.json("--yes")
        assert (result["drift"], result["kept"], result["unchanged"]) == ([], 1, SERIES - 1)
        assert "as one of you decided" in synced.run("sync", "--yes").stdout
        assert synced.of("Clay")
        synced.run("sync", "--yes", "--restore", "pottery")
        assert synced.of("Pottery class")
        assert synced.json("--yes")["kept"] == 0
        synced.edit("Pottery class", "SUMMARY:Pottery class", "SUMMARY:Clay")
        synced.run("sync", "--yes", "--keep", "pottery")
        synced.change('title = "Pottery class"', 'title = "Pots"')
        synced.run("sync", "--yes")
        assert synced.of("Pots")

    def test_both_changed_is_a_persons_to_decide_and_the_rest_is_done(self, synced):
        synced.edit("Pottery class", "SUMMARY:Pottery class", "SUMMARY:Clay")
        synced.change('title = "Pottery class"', 'title = "Pots"')
        synced.change('title = "Cook together"', 'title = "Supper"')
        result = synced.json("--yes", code=3)
        assert [d["what"] for d in result["drift"]] == ["conflict"]
        assert synced.of("Clay")
        assert synced.of("Supper")
        synced.run("sync", "--yes", "--restore", "pottery")
        assert synced.of("Pots")
        assert synced.json("--yes")["drift"] == []

    def test_a_deleted_series_stays_deleted_until_someone_says_otherwise(self, synced):
        synced.delete("Pottery class")
        for _ in range(2):
            assert [d["what"] for d in synced.json("--yes")["drift"]] == ["deleted"]
            assert len(synced.ours()) == SERIES - 1
        synced.change("18:30-21:00", "19:00-21:30")
        assert [d["what"] for d in synced.json("--yes")["drift"]] == ["deleted"]
        synced.run("sync", "--yes", "--keep", "pottery")
        assert synced.json("--yes")["drift"] == []
        synced.run("sync", "--yes", "--restore", "pottery")
        assert synced.of("Pottery class")
        assert synced.json("--yes")["unchanged"] == SERIES


def pick(world: World, word: str) -> tuple[str, str]:
    return next((n, t) for n, t in world.ours().items() if word in t)


def test_a_date_that_falls_out_cuts_the_turns_there_and_leaves_what_was_before(world):
    """With `missed_turn = "waits"` the events of each host end before that date, and new ones begin after it."""
    world.change('hosts = ["ana", "ben"]\n', 'hosts = ["ana", "ben"]\nmissed_turn = "waits"\n')
    world.run("sync", "--yes")
    before = world.ours()
    assert len(before) == SERIES
    name, _ = world.of("Salon (Ana hosts)")
    world.edit("Salon (Ana hosts)", "SUMMARY:Salon (Ana hosts)", "SUMMARY:Salon (Ana hosts)\r\nX-NOTE:mine")
    done = world.run("skip", "salon", "2027-03-13", str(world.file), today="2027-03-01")
    assert 'Turns in "Salon" go on with Ana on Saturday 27 March 2027, Ben on Saturday 10 April' in done.stdout
    plan = world.run("sync", "--dry-run", today="2027-03-01").stdout.splitlines()
    second, fourth = (f"on the {n} Saturday of the month" for n in ("second", "fourth"))
    assert plan[1:] == [
        f"  + Salon (Ben hosts): new from Saturday 10 April 2027 on, {second}, 19:30–22:30",
        f"  + Salon (Ana hosts): new from Saturday 27 March 2027 on, {fourth}, 19:30–22:30",
        f"  ~ Salon (Ana hosts): {second}, 19:30–22:30 → {second} until Saturday 13 February 2027, 19:30–22:30",
        f"  ~ Salon (Ben hosts): {fourth}, 19:30–22:30 → {fourth} until Saturday 27 February 2027, 19:30–22:30",
        "  3 events unchanged",
    ]
    world.run("sync", "--yes", today="2027-03-01")
    after = world.ours()
    assert len(after) == SERIES + 2
    assert before.keys() <= after.keys()
    assert "X-NOTE:mine" in after[name]
    for object_, text in before.items():
        lines = {
            line for line in text.splitlines() if not line.startswith(("RRULE", "SEQUENCE", "DTSTAMP", "LAST-MOD"))
        }
        assert lines <= set(after[object_].splitlines())
        assert ("UNTIL=" in after[object_]) == ("SUMMARY:Salon" in text)
    for lost in (False, True):
        for state in (world.folder / "state").rglob("*.json") if lost else ():
            state.unlink()
        assert world.json("--yes")["unchanged"] == SERIES + 2
        assert world.writes == 0
    # taken back, all of it is as it was
    world.change("skip = [2027-03-13]\n", "")
    world.run("sync", "--yes", today="2027-03-01")
    again = world.ours()
    assert again.keys() == before.keys()
    assert all("UNTIL=" not in text for text in again.values())
