"""`planner pull`: what people did in a calendar app comes into the file, and nothing else of the file changes."""

from __future__ import annotations

import difflib
import json

import pytest

from tests.test_sync_life import connected, move_on_phone, phone, synced, world

__all__ = ["synced", "world"]


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[0] in "+-" and not line.startswith(("+++", "---"))]


def pulled(world, *args: str) -> list[str]:
    """The lines of the file that a pull changed; a sync afterwards finds nothing left to tell."""
    before = world.file.read_text("utf-8")
    world.run("pull", "--yes", *args)
    assert world.writes == 0
    after = world.file.read_text("utf-8")
    result = world.json("--yes")
    assert result["drift"] == []
    assert (result["creates"], result["updates"], result["deletes"]) == (0, 0, 0)
    return changed_lines(before, after)


def test_a_moved_occurrence_becomes_a_change(synced):
    move_on_phone(synced, "Pottery class", "20270113", "20270114T190000", "20270114T210000")
    assert pulled(synced) == ['+changes = [{ on = 2027-01-13, moved_to = 2027-01-14, at = "19:00-21:00" }]']


def test_a_moved_occurrence_with_the_usual_clock_names_its_day_alone(synced):
    move_on_phone(synced, "Pottery class", "20270113", "20270114T183000", "20270114T210000")
    assert pulled(synced) == ["+changes = [{ on = 2027-01-13, moved_to = 2027-01-14 }]"]


def test_a_longer_occurrence_on_its_day_is_another_time(synced):
    move_on_phone(synced, "Cook together", "20270115", "20270115T190000", "20270115T233000")
    assert pulled(synced) == ['+changes = [{ on = 2027-01-15, at = "19:00-23:30" }]']


def test_another_place_for_a_day_is_part_of_its_change(synced):
    move_on_phone(
        synced, "Pottery class", "20270113", "20270114T183000", "20270114T210000", LOCATION="The barn\\, upstairs"
    )
    assert pulled(synced) == ['+changes = [{ on = 2027-01-13, moved_to = 2027-01-14, where = "The barn, upstairs" }]']


def test_a_cancelled_occurrence_becomes_a_skip(synced):
    exception = "EXDATE;TZID=Europe/Berlin:20270120T183000\r\nSUMMARY:"
    synced.edit("Pottery class", "SUMMARY:", exception)
    assert pulled(synced) == ["+skip = [2027-01-20]"]


def test_an_occurrence_that_a_phone_marked_as_cancelled_becomes_a_skip(synced):
    move_on_phone(synced, "Pottery class", "20270113", "20270113T183000", "20270113T210000")
    synced.edit("Pottery class", "RECURRENCE-ID", "STATUS:CANCELLED\r\nRECURRENCE-ID")
    assert pulled(synced) == ["+skip = [2027-01-13]"]


def test_an_occurrence_that_was_put_back_leaves_the_skips(synced):
    synced.run("skip", "pottery", "2027-01-20", "2027-01-27")
    synced.run("sync", "--yes")
    synced.edit("Pottery class", "EXDATE;TZID=Europe/Berlin:20270120T183000\r\n", "")
    assert pulled(synced) == ["-skip = [2027-01-20, 2027-01-27]", "+skip = [2027-01-27]"]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("SUMMARY:Pottery class", "SUMMARY:Clay", ['-title = "Pottery class"', '+title = "Clay"']),
        ("LOCATION:Atelier Nord", "LOCATION:The barn", ['-where = "Atelier Nord"', '+where = "The barn"']),
        ("LOCATION:Atelier Nord\r\n", "", ['-where = "Atelier Nord"']),
        (
            "SUMMARY:Pottery class",
            "SUMMARY:Pottery class\r\nDESCRIPTION:Bring clay",
            ['+notes = "Bring clay"'],
        ),
    ],
)
def test_an_edited_series_becomes_an_edit_of_the_ritual(synced, old, new, lines):
    synced.edit("Pottery class", old, new)
    assert pulled(synced) == lines


def test_a_series_at_another_time_and_day_becomes_an_edit_of_the_ritual(synced):
    name, text = synced.of("Pottery class")
    text = text.replace("20270106T183000", "20270107T190000").replace("20270106T210000", "20270107T213000")
    synced.put(name, text.replace("BYDAY=WE", "BYDAY=TH"))
    assert pulled(synced) == [
        '-on = "wednesday"',
        '-at = "18:30-21:00"',
        '+on = "thursday"',
        '+at = "19:00-21:30"',
    ]


def test_a_length_of_its_own_gives_way_to_an_end(synced, tmp_path, run_planner):
    url = phone.make_calendar(synced.front, "ana", "bens", "Ben's")
    connected(synced.folder, url, "ben", "ben")
    synced.run("sync", "ben", "--yes")
    (href, kept) = next((h, k) for h, k in phone.listing(url, synced.front.auth("ana")).items() if b"Writing" in k.text)
    new = kept.text.replace(b"T075000", b"T081500")
    phone.put(url + href.rpartition("/")[2], new, auth=synced.front.auth("ana"))
    before = synced.file.read_text("utf-8")
    synced.run("pull", "ben", "--yes")
    assert changed_lines(before, synced.file.read_text("utf-8")) == [
        '-at = "07:00"',
        '-for = "50m"',
        '+at = "07:00-08:15"',
    ]


def test_what_the_file_cannot_say_is_told_and_left(synced):
    synced.edit("Ben's time", "SUMMARY:Ben's time", "SUMMARY:Quiet")
    synced.delete("Cook together")
    before = synced.file.read_text("utf-8")
    said = synced.run("pull", "--yes").stdout
    assert "this is Ben's to change" in said
    assert "deleted in the calendar" in said
    assert synced.file.read_text("utf-8") == before


def test_nothing_is_written_without_a_yes_and_json_only_tells(synced):
    move_on_phone(synced, "Pottery class", "20270113", "20270114T190000", "20270114T210000")
    before = synced.file.read_text("utf-8")
    ran = synced.run("pull", code=2)
    assert "Pottery class: Wednesday 13 January 2027 → Thursday 14 January 2027, 19:00–21:00" in ran.stdout
    (told,) = json.loads(synced.run("pull", "--json").stdout)
    assert (told["ritual"], told["what"], told["possible"], told["applied"]) == (
        "me_blocks.pottery",
        "moved",
        True,
        False,
    )
    assert synced.file.read_text("utf-8") == before
    (told,) = json.loads(synced.run("pull", "--json", "--yes").stdout)
    assert told["applied"]


def test_nothing_changed_says_so(synced):
    assert synced.run("pull").stdout == "Nothing was changed in the calendars.\n"


def test_a_session_of_a_programme_that_a_phone_moved_moves_in_its_programme(synced):
    with synced.file.open("a", encoding="utf-8") as file:
        file.write('\n[programs.spring]\ntemplate = "four-weeks"\nstarts = 2027-02-01\n')
    synced.run("sync", "--yes")
    name, text = synced.of("A curious talk")
    text = text.replace("20270221T160000", "20270220T100000").replace("20270221T163000", "20270220T103000")
    synced.put(name, text)
    assert pulled(synced) == ['+changes = { talk = { on = 2027-02-20, at = "10:00-10:30" } }']


def test_what_a_phone_noted_at_a_session_of_a_programme_goes_into_its_programme(synced):
    import re

    with synced.file.open("a", encoding="utf-8") as file:
        file.write('\n[programs.spring]\ntemplate = "four-weeks"\nstarts = 2027-02-01\n')
    synced.run("sync", "--yes")

    def phone_has(**lines: str) -> None:
        name, text = synced.of("A curious talk")
        text = text.replace("\r\n ", "")
        for key, value in lines.items():
            text = re.sub(rf"^{key}:.*\r\n", "", text, flags=re.MULTILINE)
            text = text.replace("SUMMARY:", f"{key}:{value}\r\nSUMMARY:", 1) if value else text
        synced.put(name, text)

    _, text = synced.of("A curious talk")
    (told,) = re.findall(r"^DESCRIPTION:(.*)\r\n", text.replace("\r\n ", ""), re.MULTILINE)
    phone_has(LOCATION="The park", DESCRIPTION=f"{told}\\n\\nBring tea")
    assert pulled(synced) == ['+changes = { talk = { note = "Bring tea", where = "The park" } }']
    phone_has(DESCRIPTION=f"{told}\\n\\nBring cake")
    assert pulled(synced)[1:] == ['+changes = { talk = { note = "Bring cake", where = "The park" } }']
    phone_has(DESCRIPTION=told, LOCATION="")
    assert pulled(synced) == ['-changes = { talk = { note = "Bring cake", where = "The park" } }']
    phone_has(DESCRIPTION="Nothing of it")
    ran = synced.run("pull", "--yes")
    assert "the notes of its programme were rewritten; the file can only add to them" in ran.stdout


def test_a_date_of_the_version_in_force_is_pulled_though_the_file_is_a_draft_for_another_day(synced):
    synced.run("agree", "--by", "ana", "--by", "ben", "--from", "2027-01-04")
    synced.run("sync", "--yes")
    synced.change('on = "wednesday"', 'on = "tuesday"')
    move_on_phone(synced, "Pottery class", "20270113", "20270114T183000", "20270114T210000")
    before = synced.file.read_text("utf-8")
    synced.run("pull", "--yes")
    assert changed_lines(before, synced.file.read_text("utf-8")) == [
        "+changes = [{ on = 2027-01-13, moved_to = 2027-01-14 }]"
    ]


def test_two_calendars_that_contradict_each_other_are_both_named_and_neither_is_taken(synced):
    url = phone.make_calendar(synced.front, "ana", "bens", "Ben's")
    connected(synced.folder, url, "ben", "ben")
    synced.run("sync", "ben", "--yes")
    move_on_phone(synced, "Cook together", "20270115", "20270115T210000", "20270115T220000")
    ((href, text),) = [
        (h, k.text.decode()) for h, k in phone.listing(url, synced.front.auth("ana")).items() if b"Cook" in k.text
    ]
    moved = phone.with_moved(text, "20270115", "20270116T190000", "20270116T220000")
    phone.put(url + href.rpartition("/")[2], moved, auth=synced.front.auth("ana"))
    before = synced.file.read_text("utf-8")
    ran = synced.run("pull", "--yes", code=3)
    assert ran.stderr.count("says otherwise") == 2
    assert synced.file.read_text("utf-8") == before
    synced.run("pull", "ben", "--yes")
    assert "moved_to = 2027-01-16" in synced.file.read_text("utf-8")


def test_a_night_that_a_phone_cancels_lets_its_turn_wait_and_leaves_those_that_are_over(world):
    world.change('hosts = ["ana", "ben"]\n', 'hosts = ["ana", "ben"]\nmissed_turn = "waits"\n')
    world.run("sync", "--yes")
    exception = "EXDATE;TZID=Europe/Berlin:20270109T193000\r\nSUMMARY:"
    world.edit("Salon (Ana hosts)", "SUMMARY:", exception)
    said = world.run("pull", "--yes", today="2027-02-20").stdout
    text = world.file.read_text("utf-8")
    assert "skip = [2027-01-09]" in text
    for day, host in (("2027-01-23", "ben"), ("2027-02-13", "ana")):
        assert f'{{ on = {day}, host = "{host}", counts = false }}' in text
    assert "Saturday 23 January 2027 and Saturday 13 February 2027 stays as it was; `changes` says so now." in said
    assert 'Turns in "Salon" go on with Ana on Saturday 27 February 2027' in said
    world.run("sync", "--yes", today="2027-02-20")
    result = world.json("--yes")
    assert (result["creates"], result["updates"], result["deletes"], result["drift"]) == (0, 0, 0, [])
