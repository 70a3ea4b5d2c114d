"""What programs write for one and the same series is no drift: it goes through updates as it stands."""

from __future__ import annotations

import re

import pytest

from tests.phones import (
    END,
    LAST,
    RULE,
    START,
    WINDOWS_ZONE,
    World,
    folded_anew,
    in_series,
    in_single,
    in_zone,
    replaced,
    single,
    single_first,
    then,
)

SAME = {
    "weeks begin on Sunday": replaced((RULE, "RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=WE")),
    "interval and week spelled out": replaced((RULE, "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=WE;WKST=MO")),
    "the day goes without saying": replaced((RULE, "RRULE:FREQ=WEEKLY")),
    "the hour is said": replaced((RULE, RULE + ";BYHOUR=18;BYMINUTE=30;BYSECOND=0")),
    "a duration": replaced((LAST, "DURATION:P0DT2H30M0S")),
    "Outlook's name of the zone": in_zone("W. Europe Standard Time"),
    "a zone of one's own": in_zone("Customized Time Zone"),
    "a display name for a zone": in_zone("(UTC+01:00) Amsterdam\\, Berlin", '"(UTC+01:00) Amsterdam, Berlin"'),
    "Evolution's prefix": in_zone("/freeassociation.sourceforge.net/Europe/Berlin", definition=""),
    "Mozilla's prefix": in_zone("/mozilla.org/20050126_1/Europe/Berlin", definition=""),
    "a zone of the same clocks": in_zone("Europe/Vienna", definition=""),
    "a zone with its place": in_zone(
        "Foo", definition=WINDOWS_ZONE.replace("TZID:{}", "TZID:{}\nX-LIC-LOCATION:Europe/Berlin")
    ),
    "a further date that it has anyway": in_series("RDATE;TZID=Europe/Berlin:20270106T183000,20270113T183000"),
    "an exception that hits nothing": in_series("EXDATE;TZID=Europe/Berlin:20270114T183000"),
    "a single date as usual": single(),
    "a single date as usual, named in UTC": then(
        single(), replaced(("RECURRENCE-ID;TZID=Europe/Berlin:20270113T183000", "RECURRENCE-ID:20270113T173000Z"))
    ),
    "a single date as usual, with a duration": then(
        single(), replaced((f"{END}:20270113T210000", "DURATION:PT150M"))
    ),
    "a single date as usual, with a copy of the rule": then(single(), in_single(RULE + "\n")),
    "a single date with an alarm of its own": then(
        single(), lambda text: "TRIGGER:-PT5M".join(text.rpartition("TRIGGER:-PT1H")[::2])
    ),
    "a single date before the series": then(single(), single_first),
    "stamps": lambda t: re.sub("SEQUENCE:0", "SEQUENCE:7", re.sub(r"DTSTAMP:\w+", "DTSTAMP:20280101T000000Z", t)),
    "Apple's alarms": replaced(
        (
            "TRIGGER:-PT1H\r\n",
            "TRIGGER:-PT60M\r\nUID:1B2C\r\nX-WR-ALARMUID:1B2C\r\nACKNOWLEDGED:20270106T173000Z\r\nEND:VALARM\r\n"
            "BEGIN:VALARM\r\nX-WR-ALARMUID:3D\r\nUID:3D\r\nTRIGGER;VALUE=DATE-TIME:19760401T005545Z\r\nACTION:NONE\r\n"
            "X-APPLE-LOCAL-DEFAULT-ALARM:TRUE\r\nX-APPLE-DEFAULT-ALARM:TRUE\r\nEND:VALARM\r\nBEGIN:VALARM\r\n"
            "RELATED-TO;RELTYPE=SNOOZE:1B2C\r\nACTION:DISPLAY\r\nTRIGGER;VALUE=DATE-TIME:20270106T174500Z\r\n",
        )
    ),
    "travel time and a map": replaced(
        (
            "LOCATION:Atelier Nord\r\n",
            'LOCATION:Atelier Nord\r\nX-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="Hauptstr. 1: Hof, Berlin";'
            'X-APPLE-RADIUS=70;X-TITLE="Atelier, Nord":geo:52.5,13.4\r\n'
            "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M\r\nX-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\r\n",
        )
    ),
    "people who were asked": in_series(
        'ORGANIZER;CN="Ana: home";EMAIL=ana@example.org:mailto:ana@example.org\n'
        'ATTENDEE;CN="Jo, Ben; and co";PARTSTAT=ACCEPTED;X-NUM-GUESTS=0:mailto:jo@example.org\n'
    ),
    "other names of properties": in_series("X_UNDER-SCORE.dot;X_P=1:a\nx-lower:b\n"),
    "names in small letters": replaced(("SUMMARY:", "summary:"), (RULE, RULE.lower())),
    "bare line feeds and blank lines": lambda t: t.replace("\r\n", "\n").replace("BEGIN:VE", "\nBEGIN:VE") + "\n\n",
    "folded anew": folded_anew,
    "a title in a language": replaced(("SUMMARY:Clay", "SUMMARY;LANGUAGE=de:Clay")),
    "an address on two lines": replaced(("Atelier Nord", "Atelier Nord\\n")),
    "confirmed and public": in_series("STATUS:CONFIRMED\nCLASS:PUBLIC\nPRIORITY:0\n"),
    "a title with a parameter": replaced(("SUMMARY:Clay", 'SUMMARY;X-A="a:b;c":Clay')),
    "zone and length of a single date in UTC": then(
        single(),
        replaced(
            (f"{START}:20270113T183000", "DTSTART:20270113T173000Z"),
            (f"{END}:20270113T210000", "DTEND:20270113T200000Z"),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", SAME)
def test_what_only_is_written_otherwise_is_no_drift_and_goes_through_an_update(how):
    world = World()
    usual = world.instances()
    world.put(SAME[how](world.stored))
    assert world.rests() == []
    assert world.pull() == []
    world.change('remind = "1h"', 'remind = "2h"')
    world.change('"Clay"', '"Pots"')
    assert len(world.sync()) == 1
    assert world.rests() == []
    assert world.instances() == [(when, "Pots") for when, _ in usual]
    assert "PT2H" in world.unfolded


@pytest.mark.parametrize("how", SAME)
def test_another_time_reaches_what_was_only_written_otherwise(how):
    world = World()
    world.put(SAME[how](world.stored))
    world.sync()
    world.change("18:30-21:00", "19:30-22:00")
    world.sync()
    assert world.rests() == []
    clocks = {when[6:] for when, _ in world.instances()}
    assert clocks == {"19:30–22:00"}


KINDS = {
    "monthly": ('on = "second saturday"\nat = "19:30-22:30"', ("BYDAY=2SA", "BYDAY=+2SA")),
    "monthly by place": (
        'on = "last sunday"\nat = "19:30-22:30"',
        ("MONTHLY;BYDAY=-1SU", "MONTHLY;BYDAY=SU;BYSETPOS=-1"),
    ),
    "days in another order": ('on = ["tuesday", "thursday"]\nat = "07:00-08:00"', ("BYDAY=TU,TH", "BYDAY=TH,TU")),
    "all days": ('on = "every day"\nat = "07:00-08:00"', ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "FREQ=DAILY")),
    "weekdays": ('on = "weekdays"\nat = "07:00-08:00"', ("FREQ=WEEKLY;", "FREQ=DAILY;")),
    "a day of the month": ('on = "day 15"\nat = "07:00-08:00"', (";BYMONTHDAY=15", "")),
    "a day of the year": ('on = "14 february"\nat = "07:00-08:00"', (";BYMONTH=2;BYMONTHDAY=14", "")),
    "weeks left out": (
        'on = ["wednesday", "friday"]\nevery = "2 weeks"\nat = "07:00-08:00"',
        ("WKST=MO", "WKST=SU"),
    ),
    "a number of times": (
        'on = "wednesday"\nuntil = 2027-02-03\nat = "07:00-08:00"',
        ("UNTIL=20270203T060000Z", "COUNT=5"),
    ),
    "an end on the next evening": (
        'on = "wednesday"\nuntil = 2027-02-03\nat = "07:00-08:00"',
        ("UNTIL=20270203T060000Z", "UNTIL=20270209T225959Z"),
    ),
    "an end by date": (
        'on = "wednesday"\nuntil = 2027-02-03\nat = "07:00-08:00"',
        ("UNTIL=20270203T060000Z", "UNTIL=20270203"),
    ),
    "an end far from UTC": (
        'on = "wednesday"\nuntil = 2027-02-03\nat = "20:30-23:00"\ntimezone = "America/New_York"',
        ("UNTIL=20270204T013000Z", "UNTIL=20270204T045959Z"),
    ),
    "all day with a length": ('on = "first friday"\nat = "all day"\nfor = "3 days"', ("DTEND;VALUE=DATE:20270104", "")),
    "one date in UTC": (
        "on = 2027-02-14\nat = \"10:00-11:00\"",
        ("DTSTART;TZID=Europe/Berlin:20270214T100000", "DTSTART:20270214T090000Z"),
    ),
    "one date, once": ("on = 2027-02-14\nat = \"10:00-11:00\"", ("SUMMARY", "RRULE:FREQ=DAILY;COUNT=1\r\nSUMMARY")),
    "past midnight": ('on = "friday"\nat = "22:30-01:00"', (f"{END}:20270109T010000", "DURATION:PT2H30M")),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_of_any_kind_that_means_the_same_is_no_drift(kind):
    keys, (old, new) = KINDS[kind]
    world = World(f'[rituals.x]\ntitle = "X"\n{keys}\n')
    if kind == "all day with a length":
        old, new = re.search(r"DTEND[^\r]*", world.stored)[0], "DURATION:P3D"
    world.edit((old, new))
    assert world.rests() == []
    assert world.pull() == []
    world.change('"X"', '"Y"')
    assert len(world.sync()) == 1
    assert world.rests() == []
    assert new in world.unfolded
