"""What an app put beside ours is told and never touched: a series in its place, a second object of one identity."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from planner.sync.looking import look
from planner.sync.plan import make_plan
from planner.sync.run import carry_out
from planner.sync.state import read_state, state_text
from planner.sync.wanted import wanted
from planner.sync.wording import drift_line
from tests.memory import MemoryCalendar
from tests.test_sync_life import calendar_of, synced, world
from tests.test_sync_splits import ID, series

__all__ = ["synced", "world"]

NOW = datetime(2027, 1, 1, tzinfo=UTC)
CAP = "RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20270224T173000Z"


def event(uid: str, start: str = "20270304T190000", summary: str = "Clay", more: str = "RRULE:FREQ=WEEKLY\r\n") -> str:
    end = f"{start[:9]}213000"
    return calendar_of(
        f"UID:{uid}\r\nDTSTAMP:20270101T000000Z\r\nDTSTART;TZID=Europe/Berlin:{start}\r\n"
        f"DTEND;TZID=Europe/Berlin:{end}\r\nSUMMARY:{summary}\r\n{more}"
    )


class Calendar:
    def __init__(self) -> None:
        self.store = MemoryCalendar()
        self.state = None
        self.series = [series("18:30-21:00")]
        self.sync()
        self.uid = self.series[0].uid

    def sync(self, *, forgets: bool = False) -> list[tuple[str, str]]:
        """What is told of what differs, after a sync."""
        state = read_state(None if forgets else self.state, ID, "memory:/")
        wants = wanted(self.series)
        plan = make_plan(wants, state, look(self.store, state, wants, {}), {})

        def save(state):
            self.state = state_text(state)

        _, last = carry_out(plan, self.store, wants, {}, now=NOW, save=save)
        return [(d.what, drift_line(s, d, "Europe/Berlin")) for s, d in last.drift]

    def cap(self) -> None:
        """The phone ends the series with February."""
        ((place, (_, text)),) = self.store.objects.items()
        self.store.put(place, re.sub(r"RRULE:FREQ=WEEKLY[^\r]*", CAP, text, count=1))


@pytest.mark.parametrize(
    ("uid", "more"),
    [
        ("6F2B-APPLE", {}),
        ("6F2B-APPLE", {"start": "20270303T190000"}),
        ("{}_R20270303T173000@google.com", {"summary": "Clay and tea"}),
        ("{}_R20270303T173000", {"start": "20270501T190000"}),
    ],
    ids=["another day", "another time", "google", "google, later"],
)
def test_a_series_that_an_app_made_in_place_of_ours_is_told_each_time_and_never_touched(uid, more):
    calendar = Calendar()
    calendar.cap()
    theirs = event(uid.format(calendar.uid), **more)
    calendar.store.put("memory:/theirs.ics", theirs)
    writes = calendar.store.writes
    for forgets in (False, False, True):
        told = dict(calendar.sync(forgets=forgets))
        assert "series" in told, told
        assert told["series"].startswith("Clay: your app has made its own series from ")
    assert calendar.store.writes == writes
    assert calendar.store.objects["memory:/theirs.ics"][1] == theirs
    del calendar.store.objects["memory:/theirs.ics"]
    assert [what for what, _ in calendar.sync()] == ["differs"]


@pytest.mark.parametrize(
    "theirs",
    [
        event("other", summary="Dentist"),
        event("other", start="20270224T190000"),
        event("other", start="20270310T190000"),
        event("other", more=""),
        event("{}x_R20270303T173000"),
        event("{}", start="20270501T190000").replace("UID:{}", "RELATED-TO:{}\r\nUID:bus"),
        "BEGIN:VCALENDAR\r\nRRULE",
    ],
    ids=["name", "before", "later", "once", "uid", "related", "broken"],
)
def test_what_may_be_anything_else_is_no_word(theirs):
    calendar = Calendar()
    calendar.cap()
    text = theirs.replace("{}", calendar.uid).replace(f"{calendar.uid}x_R", "stranger_R")
    calendar.store.put("memory:/theirs.ics", text if "stranger" not in text else text.replace("20270304", "20270501"))
    assert [what for what, _ in calendar.sync()] == ["edited"]


def test_where_ours_goes_on_another_series_of_its_name_is_no_word():
    calendar = Calendar()
    calendar.store.put("memory:/theirs.ics", event("other"))
    assert calendar.sync() == []
    calendar.series = [calendar.series[0]._replace(last=date(2027, 2, 24))]  # ended as it was agreed
    calendar.sync()
    assert calendar.sync() == []


def test_the_whole_sentence_and_what_pull_says(synced):
    name, text = synced.of("Pottery class")
    synced.put(name, re.sub(r"RRULE:FREQ=WEEKLY[^\r]*", CAP, text, count=1))
    synced.put("theirs.ics", event("6F2B-APPLE", summary="Pottery class"))
    said = (
        "Pottery class: your app has made its own series from Thursday 4 March 2027 on, every Thursday, 19:00–21:30; "
        "it is not in the agreement, and stays as it is. Change the ritual in the file from that day on, or bring the "
        "old one back with `planner sync --restore me_blocks.pottery`; and take that series out in your app\n"
    )
    assert f"  · {said}" in synced.run("sync", "--yes").stdout
    assert f"· {said}" in synced.run("pull", "--yes").stdout
    assert "series" in {d["what"] for d in synced.json("--yes")["drift"]}
    assert "UID:6F2B-APPLE" in synced.stored()["theirs.ics"]


def test_a_second_object_of_one_identity_is_told_and_either_may_go():
    for gone in ("memory:/copy.ics", None):
        calendar = Calendar()
        ((place, (_, text)),) = calendar.store.objects.items()
        calendar.store.put("memory:/copy.ics", text)
        writes = calendar.store.writes
        for forgets in (False, False, True):
            assert calendar.sync(forgets=forgets) == [
                (
                    "twice",
                    "Clay: is in the calendar twice, as two objects of one identity, and only one is kept in step. "
                    "Take one of them out in your calendar app; whichever it is, the other goes on",
                )
            ]
        del calendar.store.objects[gone or place]
        assert calendar.sync() == []
        assert calendar.store.writes == writes
