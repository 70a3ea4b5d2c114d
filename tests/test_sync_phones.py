"""What real calendar apps write when a person edits a series, told as it is, kept through updates, pulled as it is.

What only is written otherwise is no change at all; what a person really changed is never lost.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from planner.canonical import read_canon
from planner.compiler import compile_series
from planner.content import Unreadable, read_component
from planner.sync.looking import look
from planner.sync.plan import make_plan
from planner.sync.run import carry_out
from planner.sync.state import read_state
from planner.sync.wanted import wanted
from planner.sync.wording import drift_line
from tests.phones import (
    AGREEMENT,
    CLAY,
    END,
    FIRST,
    ID,
    LAST,
    MOVED,
    NOW,
    ON,
    RULE,
    START,
    World,
    in_series,
    in_single,
    in_zone,
    replaced,
    single,
    then,
    without_last,
)
from tests.servers.phone import with_moved

# ── what a person really changed ─────────────────────────────────────

EDITS = {
    "moved": (
        MOVED,
        ["Clay: Wednesday 13 January 2027 was moved in the calendar to Thursday 14 January 2027, 19:00–21:00"],
        ['changes = [{ on = 2027-01-13, moved_to = 2027-01-14, at = "19:00-21:00" }]'],
    ),
    "moved, in UTC": (
        then(
            MOVED,
            replaced(
                ("RECURRENCE-ID;TZID=Europe/Berlin:20270113T183000", "RECURRENCE-ID:20270113T173000Z"),
                (f"{START}:20270114T190000", "DTSTART:20270114T180000Z"),
                (f"{END}:20270114T210000", "DURATION:PT2H"),
            ),
        ),
        ["Clay: Wednesday 13 January 2027 was moved in the calendar to Thursday 14 January 2027, 19:00–21:00"],
        ['changes = [{ on = 2027-01-13, moved_to = 2027-01-14, at = "19:00-21:00" }]'],
    ),
    "longer": (
        single(end="20270113T223000"),
        ["Clay: Wednesday 13 January 2027 was changed in the calendar to 18:30–22:30"],
        ['changes = [{ on = 2027-01-13, at = "18:30-22:30" }]'],
    ),
    "moved to another place": (
        then(MOVED, lambda t: t[::-1].replace("LOCATION:Atelier Nord"[::-1], "LOCATION:The barn\\, up"[::-1], 1)[::-1]),
        [
            "Clay: Wednesday 13 January 2027 was moved in the calendar to Thursday 14 January 2027, 19:00–21:00, "
            "and is at The barn, up"
        ],
        ['changes = [{ on = 2027-01-13, moved_to = 2027-01-14, at = "19:00-21:00", where = "The barn, up" }]'],
    ),
    "a note of two lines": (
        then(single(), in_single("DESCRIPTION:Bring the apron\\nand clay\n")),
        ["Clay: has other notes in the calendar on Wednesday 13 January 2027"],
        ['changes = [{ on = 2027-01-13, note = "Bring the apron and clay" }]'],
    ),
    "cancelled in UTC": (
        in_series("EXDATE:20270113T173000Z"),
        ["Clay: Wednesday 13 January 2027 was cancelled in the calendar"],
        ["skip = [2027-01-13]"],
    ),
    "cancelled by date": (
        in_series("EXDATE;VALUE=DATE:20270113"),
        ["Clay: Wednesday 13 January 2027 was cancelled in the calendar"],
        ["skip = [2027-01-13]"],
    ),
    "two cancelled in one line": (
        in_series("EXDATE;TZID=Europe/Berlin:20270113T183000,20270120T183000"),
        [
            "Clay: Wednesday 13 January 2027 was cancelled in the calendar",
            "Clay: Wednesday 20 January 2027 was cancelled in the calendar",
        ],
        ["skip = [2027-01-13, 2027-01-20]"],
    ),
    "cancelled by its status": (
        then(single(), in_single("STATUS:CANCELLED\n")),
        ["Clay: Wednesday 13 January 2027 was cancelled in the calendar"],
        ["skip = [2027-01-13]"],
    ),
    "ended a second before an evening (Apple)": (
        replaced((RULE, "RRULE:FREQ=WEEKLY;UNTIL=20270303T172959Z;BYDAY=WE")),
        ["Clay: is every Wednesday until Wednesday 24 February 2027, 18:30–21:00 in the calendar"],
        ["until = 2027-02-24"],
    ),
    "ended at the end of a day (Google)": (
        replaced((RULE, "RRULE:FREQ=WEEKLY;WKST=SU;UNTIL=20270302T225959Z;BYDAY=WE")),
        ["Clay: is every Wednesday until Wednesday 24 February 2027, 18:30–21:00 in the calendar"],
        ["until = 2027-02-24"],
    ),
    "ended after a number of times": (
        replaced((RULE, "RRULE:FREQ=WEEKLY;COUNT=8;BYDAY=WE")),
        ["Clay: is every Wednesday until Wednesday 24 February 2027, 18:30–21:00 in the calendar"],
        ["until = 2027-02-24"],
    ),
    "begun later": (
        replaced((FIRST, f"{START}:20270120T183000"), (LAST, f"{END}:20270120T210000")),
        ["Clay: begins on Wednesday 20 January 2027 in the calendar"],
        ["starts = 2027-01-20"],
    ),
    "another time of day": (
        replaced((FIRST, f"{START}:20270106T190000"), (LAST, "DURATION:PT2H30M")),
        ["Clay: is every Wednesday, 19:00–21:30 in the calendar"],
        ['at = "19:00-21:30"'],
    ),
    "another day": (
        replaced(
            (FIRST, f"{START}:20270107T183000"),
            (LAST, f"{END}:20270107T210000"),
            (RULE, "RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=TH"),
        ),
        ["Clay: is every Thursday, 18:30–21:00 in the calendar"],
        ['on = "thursday"'],
    ),
    "every other week": (
        replaced((RULE, "RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=WE")),
        ["Clay: is every other Wednesday, 18:30–21:00 in the calendar"],
        ['every = "2 weeks"'],
    ),
    "once a month": (
        replaced((RULE, "RRULE:FREQ=MONTHLY;BYDAY=WE;BYSETPOS=1")),
        ["Clay: is on the first Wednesday of the month, 18:30–21:00 in the calendar"],
        ['on = "first wednesday"'],
    ),
    "a new name": (
        replaced(("SUMMARY:Clay", "SUMMARY;LANGUAGE=en:Clay\\; glaze\\, fire \\\\ repeat")),
        ['Clay: is called "Clay; glaze, fire \\ repeat" in the calendar'],
        ['title = "Clay; glaze, fire \\\\ repeat"'],
    ),
    "a place with its address (Apple)": (
        replaced(
            (
                "LOCATION:Atelier Nord",
                "LOCATION:The barn\\nHauptstr. 1\\, 10115 Berlin\r\n"
                'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="The barn":geo:52.5,13.4',
            )
        ),
        ["Clay: is at The barn, Hauptstr. 1, 10115 Berlin in the calendar"],
        ['where = "The barn, Hauptstr. 1, 10115 Berlin"'],
    ),
    "notes": (
        in_series('DESCRIPTION;ALTREP="data:text/html,a:b%3Bc":Bring the apron\n'),
        ["Clay: has other notes in the calendar"],
        ['notes = "Bring the apron"'],
    ),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_is_told_as_it_is_and_pull_takes_just_that_into_the_file(what):
    edit, told, lines = EDITS[what]
    world = World()
    world.put(edit(world.stored))
    shown = world.instances()
    assert world.rests() == told
    before = world.text.splitlines()
    world.pull()
    assert [line for line in world.text.splitlines() if line not in before] == lines
    assert world.rests() == []
    assert world.instances() == shown


UNSAYABLE = {
    "a date more": (
        in_series("RDATE;TZID=Europe/Berlin:20270313T183000"),
        "Clay: is every Wednesday and also on Saturday 13 March 2027, 18:30–21:00 in the calendar",
    ),
    "in UTC": (
        replaced((FIRST, "DTSTART:20270106T173000Z"), (LAST, "DTEND:20270106T200000Z")),
        "Clay: is every Wednesday, 17:30–20:00, UTC time in the calendar",
    ),
    "in another zone": (
        in_zone("GMT Standard Time", definition=""),
        "Clay: is every Wednesday, 18:30–21:00, London time in the calendar",
    ),
    "floating": (
        replaced((FIRST, "DTSTART:20270106T183000"), (LAST, "DTEND:20270106T210000")),
        "Clay: is every Wednesday, 18:30–21:00, without a time zone in the calendar",
    ),
    "all day": (
        replaced((FIRST, "DTSTART;VALUE=DATE:20270106"), (LAST, "DTEND;VALUE=DATE:20270107")),
        "Clay: is every Wednesday, all day in the calendar",
    ),
    "over a day long": (
        replaced((LAST, f"{END}:20270107T210000")),
        "Clay: is every Wednesday, 18:30–Thursday 21:00 in the calendar",
    ),
    "cancelled as a whole": (in_series("STATUS:CANCELLED"), "Clay: is marked as cancelled in the calendar"),
    "free": (replaced(("TRANSP:OPAQUE", "TRANSP:TRANSPARENT")), "Clay: counts as free time in the calendar"),
    "private": (in_series("CLASS:PRIVATE"), "Clay: is marked as private in the calendar"),
    "no name": (replaced(("SUMMARY:Clay", "SUMMARY:")), "Clay: has no title in the calendar"),
    "one date from now on": (
        then(
            single(start="20270113T193000", end="20270113T220000"),
            replaced(("RECURRENCE-ID;", "RECURRENCE-ID;RANGE=THISANDFUTURE;")),
        ),
        "Clay: from Wednesday 13 January 2027 on it was changed for good in the calendar, the first time to "
        "Wednesday 13 January 2027, 19:30–22:00",
    ),
    "one date all day": (
        then(
            MOVED,
            replaced(
                (f"{START}:20270114T190000", "DTSTART;VALUE=DATE:20270114"),
                (f"{END}:20270114T210000", "DTEND;VALUE=DATE:20270115"),
            ),
        ),
        "Clay: Wednesday 13 January 2027 was moved in the calendar to Thursday 14 January 2027, all day",
    ),
    "one name": (
        single(SUMMARY="Clay with Jo"),
        'Clay: is called "Clay with Jo" in the calendar on Wednesday 13 January 2027',
    ),
    "one date without a place": (
        then(single(), without_last("LOCATION:Atelier Nord\r\n")),
        "Clay: has no place in the calendar on Wednesday 13 January 2027",
    ),
    "one date tentative": (
        then(single(), in_single("STATUS:TENTATIVE\n")),
        "Clay: is marked as tentative in the calendar on Wednesday 13 January 2027",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", UNSAYABLE)
def test_what_the_file_cannot_say_is_told_as_it_is_and_pull_says_so_and_leaves_the_file(what):
    edit, told = UNSAYABLE[what]
    world = World()
    world.put(edit(world.stored))
    assert world.rests() == [told]
    before = world.text
    (offered,) = world.pull()
    assert offered.startswith("· Clay")
    assert world.text == before


OWN = """\
X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M
ATTACH;FMTTYPE=application/pdf;FILENAME="a:b;c.pdf":https://example.org/kiln.pdf
ATTENDEE;CN="Jo; Ben":mailto:jo@example.org
COMMENT:mine
"""
CHANGES = {
    "title": ('"Clay"', '"Pots"', 'Pots: "Clay" is now called "Pots"'),
    "time": ("18:30-21:00", "19:30-22:00", "Clay: every Wednesday, 18:30–21:00 → every Wednesday, 19:30–22:00"),
    "skip": ('remind = "1h"', 'remind = "1h"\nskip = [2027-01-27]', "Clay: left out on Wednesday 27 January 2027"),
    "changes": (
        'remind = "1h"',
        'remind = "1h"\nchanges = [{ on = 2027-01-27, moved_to = 2027-01-28 }]',
        "Clay: Wednesday 27 January 2027 is now Thursday 28 January 2027, 18:30–21:00",
    ),
    "remind": ('"1h"', '"2h"', "Clay: other reminders"),
    "place": ("Atelier Nord", "Studio", "Clay: place Atelier Nord → Studio"),
}
SINGLES = list(EDITS)[:9]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("what", SINGLES)
def test_a_change_of_the_file_goes_beside_what_a_person_did_and_tells_only_itself(what, change):
    edit, told, _ = EDITS[what]
    old, new, line = CHANGES[change]
    world = World()
    world.put(then(edit, in_series(OWN))(world.stored))
    shown = {when for when, _ in world.instances("2027-01-12", "2027-01-22")}
    world.sync()
    world.change(old, new)
    lines = world.sync()
    assert lines[0] == line
    assert [re.sub("^Pots", "Clay", one) for one in lines[1:]] == told
    assert [re.sub("^Pots", "Clay", one) for one in world.rests()] == told
    for kept in OWN.splitlines():
        assert kept in world.unfolded
    if change != "time" and what != "cancelled by its status":  # this engine shows what is cancelled
        assert {when for when, _ in world.instances("2027-01-12", "2027-01-22")} == shown


@pytest.mark.parametrize("name", ["SUMMARY", "LOCATION"])
def test_what_of_a_single_date_is_as_usual_follows_the_series_its_time_too(name):
    world = World()
    world.put(single(**{name: "Another"})(world.stored))
    world.sync()
    world.change("18:30-21:00", "19:30-22:00")
    world.sync()
    assert {when[6:] for when, _ in world.instances()} == {"19:30–22:00"}
    assert "Another" in world.stored
    world.rests()


def test_letters_taken_apart_are_the_same_letters():
    world = World(CLAY.replace('"Clay"', '"T\u00f6pfern"'))
    world.edit(("T\u00f6pfern", "To\u0308pfern"))
    assert world.rests() == []


def test_a_day_that_the_new_rule_lacks_says_what_goes():
    world = World()
    world.put(then(single(SUMMARY="Clay with Jo"), in_series("EXDATE:20270120T173000Z"))(world.stored))
    world.sync()
    world.change(ON, 'on = "thursday"')
    assert world.sync() == [
        "Clay: every Wednesday, 18:30–21:00 → every Thursday, 18:30–21:00",
        "Clay: what was changed in the calendar on Wednesday 13 January 2027 "
        "(Wednesday 13 January 2027, 18:30–21:00) goes; it no longer falls on that day",
        "Clay: Wednesday 20 January 2027 was cancelled in the calendar; it no longer falls on that day anyway",
    ]
    assert world.rests() == []


def test_an_edit_of_the_series_and_one_of_the_file_are_told_apart():
    world = World()
    world.edit(("LOCATION:Atelier Nord", "LOCATION:The barn"))
    world.sync()
    world.change('remind = "1h"', 'remind = "2h"')
    assert world.sync() == ["Clay: other reminders", "Clay: is at The barn in the calendar"]
    assert world.rests() == ["Clay: is at The barn in the calendar"]


def test_an_update_writes_an_exception_in_the_form_that_every_program_reads():
    world = World()
    world.put(in_series("EXDATE;VALUE=DATE:20270113")(world.stored))
    world.sync()
    world.change('"Clay"', '"Pots"')
    world.sync()
    assert "EXDATE;TZID=Europe/Berlin:20270113T183000" in world.stored
    assert "EXDATE;VALUE=DATE" not in world.stored
    world.rests()


def test_what_was_kept_is_not_told_as_changed_back():
    world = World()
    world.put(
        then(MOVED, in_series("EXDATE:20270120T173000Z"), replaced(("SUMMARY:Clay", "SUMMARY:Klei")))(world.stored)
    )
    world.sync(rituals__clay="keep")
    world.change("18:30-21:00", "19:30-22:00")
    assert world.sync() == ["Clay: every Wednesday, 18:30–21:00 → every Wednesday, 19:30–22:00"]
    assert world.rests() == []
    assert [when for when, _ in world.instances("2027-01-10", "2027-01-29")] == [
        "01-14 19:00–21:00",
        "01-27 19:30–22:00",
    ]


def split(at: str):
    """The ritual until the end of February, and with this time from March on."""
    old = World.__new__(World)
    old.text = AGREEMENT + CLAY
    (before,) = compile_series(old.agreement, "ana")
    old.change("18:30-21:00", at)
    (after,) = compile_series(old.agreement, "ana")
    agreement, audience, identity, _, part = after.key
    return [
        before._replace(last=date(2027, 2, 24)),
        after._replace(key=(agreement, audience, identity, "2027-03-01", part), first=date(2027, 3, 3)),
    ]


def test_a_title_of_one_evening_goes_on_in_the_series_that_follows_at_its_time():
    world = World()
    world.put(single("20270317", SUMMARY="Clay with Jo")(world.stored))
    state = read_state(world.state, ID, "memory:/")
    wants = wanted(split("19:30-22:00"))
    plan = make_plan(wants, state, look(world.store, state, wants, {}), {})
    told = [drift_line(s, d) for s, d in plan.drift]
    assert told == ['Clay: is called "Clay with Jo" in the calendar on Wednesday 17 March 2027']
    carry_out(plan, world.store, wants, {}, now=NOW, save=lambda _state: None)
    new = next(text for _, text in world.store.objects.values() if "Clay with Jo" in text)
    assert f"{START}:20270317T193000" in new
    assert f"{END}:20270317T220000" in new
    assert new.count("RRULE:FREQ=WEEKLY") == 1


def test_an_alarm_of_one_evening_goes_on_in_the_series_that_follows_and_is_told_where_it_goes():
    def edit(text: str) -> str:
        return "TRIGGER:-PT5M".join(single("20270317")(text).rpartition("TRIGGER:-PT1H")[::2])

    world = World()
    world.put(edit(world.stored))
    assert world.sync() == []
    state = read_state(world.state, ID, "memory:/")
    wants = wanted(split("19:30-22:00"))
    plan = make_plan(wants, state, look(world.store, state, wants, {}), {})
    carry_out(plan, world.store, wants, {}, now=NOW, save=lambda _state: None)
    new = next(text for _, text in world.store.objects.values() if "-PT5M" in text)
    assert f"{START}:20270317T193000" in new
    world = World()
    world.put(edit(world.stored))
    world.sync()
    world.change(ON, 'on = "thursday"')
    assert "Wednesday 17 March 2027" in world.sync()[1]
    assert world.rests() == []


def test_an_evening_put_back_in_a_series_that_ends_before_it_is_not_cancelled_in_the_next():
    world = World(CLAY + "skip = [2027-03-17]\n")
    world.put(re.sub(r"EXDATE[^\r]*\r\n", "", world.stored))
    state = read_state(world.state, ID, "memory:/")
    wants = wanted(split("19:30-22:00"))
    plan = make_plan(wants, state, look(world.store, state, wants, {}), {})
    assert plan.drift == []
    carry_out(plan, world.store, wants, {}, now=NOW, save=lambda _state: None)
    assert not any("EXDATE" in text for _, text in world.store.objects.values())


def test_a_time_in_another_zone_says_which():
    world = World(CLAY + 'timezone = "Europe/Lisbon"\n')
    text = world.stored.replace("TZID=Europe/Lisbon", "TZID=Europe/Berlin")
    world.put(with_moved(world.stored, "20270113", "20270114T190000", "20270114T210000"))
    assert world.rests() == [
        "Clay: Wednesday 13 January 2027 was moved in the calendar to Thursday 14 January 2027, 19:00–21:00, "
        "Lisbon time"
    ]
    world.put(text)
    assert world.rests() == ["Clay: is every Wednesday, 18:30–21:00 in the calendar"]
    world.sync(rituals__clay="restore")
    world.edit(("LOCATION:Atelier Nord", "LOCATION:The barn"))
    world.change("18:30-21:00", "19:30-22:00")
    assert world.sync()[0].startswith("Clay: is at The barn in the calendar, and changed in the agreement too")


def test_what_was_moved_back_is_put_back_and_leaves_the_file():
    world = World(CLAY + "changes = [{ on = 2027-01-13, moved_to = 2027-01-14 }]\n")
    event = "20270114T183000", "20270114T210000"
    world.edit((f"{START}:{event[0]}", f"{START}:20270113T183000"), (f"{END}:{event[1]}", f"{END}:20270113T210000"))
    assert world.rests() == ["Clay: Wednesday 13 January 2027 was put back in the calendar"]
    assert world.pull() == ["Clay: Wednesday 13 January 2027 as usual again"]
    assert "changes" not in world.text
    assert world.rests() == []


def test_another_note_of_a_day_takes_the_place_of_the_whole_note():
    world = World(CLAY + 'notes = "Bring clay"\nchanges = [{ on = 2027-01-13, note = "Jo comes" }]\n')
    world.edit(("Bring clay\\n\\nJo comes", "Bring clay\\n\\nJo comes\\nand Ben"))
    world.pull()
    assert 'note = "Jo comes and Ben"' in world.text
    assert world.rests() == []


def test_a_title_of_a_moved_day_stays_told_once_the_move_is_in_the_file():
    world = World()
    world.put(single(start="20270114T190000", end="20270114T210000", SUMMARY="Clay with Jo")(world.stored))
    world.pull()
    assert world.rests() == ['Clay: is called "Clay with Jo" in the calendar on Wednesday 13 January 2027']
    assert "SUMMARY:Clay with Jo" in world.stored


@pytest.mark.parametrize("on", ["2027-02-14", "[2027-02-14, 2027-05-01]"])
def test_a_date_that_stands_alone_is_moved_in_the_file_and_stays_the_same_event(on):
    world = World(f'[rituals.x]\ntitle = "X"\non = {on}\nat = "10:00-11:00"\n')
    places = set(world.store.objects)
    place = next(p for p, (_, text) in world.store.objects.items() if f"{START}:20270214" in text)
    world.store.put(place, world.store.objects[place][1].replace("20270214T", "20270220T"))
    assert world.rests() == ["X: is on Saturday 20 February 2027, 10:00–11:00 in the calendar"]
    assert world.pull() == ["X: Sunday 14 February 2027 → Saturday 20 February 2027, 10:00–11:00"]
    assert "changes = [{ on = 2027-02-14, moved_to = 2027-02-20 }]" in world.text
    assert world.rests() == []
    assert set(world.store.objects) == places


def test_days_that_fell_out_with_an_edit_of_the_series_are_not_told_as_put_back():
    world = World(CLAY + "skip = [2027-01-27]\n")
    edit = EDITS["another day"][0]
    world.put(re.sub(r"EXDATE[^\r]*\r\n", "", edit(world.stored)))
    assert world.rests() == EDITS["another day"][1]
    world.sync(rituals__clay="restore")
    assert "EXDATE;TZID=Europe/Berlin:20270127T183000" in world.stored
    assert world.rests() == []


def test_line_breaks_of_the_file_reach_the_calendar_and_those_of_programs_are_no_drift():
    world = World(CLAY + 'notes = "One two"\n')
    world.edit(("DESCRIPTION:One two", "DESCRIPTION:One\\ntwo"))
    assert world.rests() == []
    world.change('"One two"', '"""One\n\ntwo"""')
    world.sync()
    assert "DESCRIPTION:One\\n\\ntwo" in world.stored
    assert world.rests() == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("BEGIN:VEVENT\nRECURRENCE-ID:20270113\nDTSTART:20270113\nEND:VEVENT", "single dates of a series without"),
        ("BEGIN:VTODO\nEND:VTODO", "holds no event"),
        ("BEGIN:A\n" * 300 + "END:A\n" * 300, "too deep"),
        ("END:VCALENDAR\nBEGIN:VCALENDAR", "more than one calendar"),
    ],
)
def test_what_is_no_series_says_why(text, why):
    with pytest.raises(Unreadable, match=why):
        read_canon(read_component(f"BEGIN:VCALENDAR\n{text}\nEND:VCALENDAR"))
