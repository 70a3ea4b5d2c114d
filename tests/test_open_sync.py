"""Open time in real calendars: placed, synced, moved or deleted on the phone, and taken into the file."""

from __future__ import annotations

import pytest

from tests.servers import phone
from tests.test_pull import changed_lines, pulled
from tests.test_sync_life import world

__all__ = ["world"]

RUNNING = """
[me_blocks.running]
who = "ana"
title = "Running"
every = "week"
times = 2
at = "open"
for = "2h"
notes = "By the river"
placed = [
  { on = 2027-01-05, at = "18:00" },   # with Kim
  { on = 2027-01-09, at = "10:00", note = "Long one" },
]
"""


@pytest.fixture
def placed(world):
    world.file.write_text(world.file.read_text("utf-8") + RUNNING, "utf-8")
    world.run("sync", "--yes")
    return world


def event(world, day: str) -> tuple[str, str]:
    """Name and text of what is placed on a day."""
    found = [(n, t) for n, t in world.ours().items() if "SUMMARY:Running" in t and f":{day}T" in t]
    assert len(found) == 1, found
    return found[0]


def edit(world, day: str, *pairs: tuple[str, str]) -> None:
    name, text = event(world, day)
    for old, new in pairs:
        assert old in text, text
        text = text.replace(old, new)
    world.put(name, text)


def test_placing_one_is_one_new_event_and_no_other_is_touched(placed):
    before = placed.ours()
    placed.run("place", "running", "2027-01-14", "--at", "07:00")
    plan = placed.json("--yes")
    assert (plan["creates"], plan["updates"], plan["deletes"], plan["drift"]) == (1, 0, 0, [])
    assert before.items() < placed.ours().items()
    placed.run("place", "running", "2027-01-14", "--undo")
    plan = placed.json("--yes")
    assert (plan["creates"], plan["updates"], plan["deletes"]) == (0, 0, 1)
    assert placed.ours() == before
    assert (placed.json("--yes")["unchanged"], placed.writes) == (len(before), 0)


def test_what_a_phone_moves_gets_another_day_in_the_file(placed):
    edit(placed, "20270105", ("20270105T180000", "20270106T190000"), ("20270105T200000", "20270106T210000"))
    before = event(placed, "20270106")
    assert pulled(placed) == [
        '-  { on = 2027-01-05, at = "18:00" },   # with Kim',
        '+  { on = 2027-01-06, at = "19:00-21:00", was = 2027-01-05 },   # with Kim',
    ]
    assert event(placed, "20270106") == before
    edit(placed, "20270106", ("20270106T190000", "20270105T190000"), ("20270106T210000", "20270105T210000"))
    assert pulled(placed)[1] == '+  { on = 2027-01-05, at = "19:00-21:00" },   # with Kim'


def test_what_a_phone_moves_to_another_hour_keeps_its_day(placed):
    edit(placed, "20270105", ("20270105T180000", "20270105T070000"), ("20270105T200000", "20270105T083000"))
    assert pulled(placed)[1] == '+  { on = 2027-01-05, at = "07:00-08:30" },   # with Kim'


def test_what_a_phone_deletes_is_to_place_again(placed):
    name, _ = event(placed, "20270105")
    phone.delete(placed.url + name, auth=placed.front.auth("ana"))
    before = placed.file.read_text("utf-8")
    said = placed.run("pull", "--yes").stdout
    assert "Running: take back what is placed on Tuesday 5 January 2027" in said
    after = placed.file.read_text("utf-8")
    assert changed_lines(before, after) == ['-  { on = 2027-01-05, at = "18:00" },   # with Kim']
    result = placed.json("--yes")
    assert (result["drift"], placed.writes) == ([], 0)


def test_another_place_and_note_are_those_of_the_one(placed):
    edit(placed, "20270105", ("SUMMARY:", "LOCATION:City park\r\nSUMMARY:"))
    assert pulled(placed)[1] == '+  { on = 2027-01-05, at = "18:00", where = "City park" },   # with Kim'
    name, text = event(placed, "20270109")
    assert "DESCRIPTION:By the river\\n\\nLong one" in text
    placed.put(name, text.replace("\\n\\nLong one", "\\n\\nShort one"))
    assert pulled(placed)[1] == '+  { on = 2027-01-09, at = "10:00", note = "Short one" },'


def test_what_comes_again_and_again_on_a_phone_stays_there(placed):
    edit(placed, "20270105", ("SUMMARY:", "RRULE:FREQ=WEEKLY\r\nSUMMARY:"))
    before = placed.file.read_text("utf-8")
    said = placed.run("pull", "--yes").stdout
    assert "open time is placed one by one" in said
    assert placed.file.read_text("utf-8") == before


def test_it_is_moved_in_the_file_and_the_event_stays_the_same(placed):
    name, _ = event(placed, "20270105")
    placed.run("move", "running", "2027-01-05", "--to", "2027-01-07")
    plan = placed.json("--yes")
    assert (plan["creates"], plan["updates"], plan["deletes"]) == (0, 1, 0)
    assert event(placed, "20270107")[0] == name
